/* tui/views/visit_worklist.c - who is still to be visited, in the order of the way there; below the list what is known of the selected case.
 *
 * Enter begins the visit's form (record_edit.c), or goes on with the one this person has begun, F6 opens the case, F8 the list on paper, Ctrl-K form 32 with its places empty. The list is computed when it is opened and again when data
 * changed. A telephone that must not be called and a door that must not be knocked at never come here: the core gives the safe contact in their place. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/day.h"
#include "core/base/file.h"
#include "core/base/language.h"
#include "core/paper/paper.h"
#include "core/record/draft.h"
#include "core/record/practice_sign.h"
#include "core/record/printout.h"
#include "core/report/export_note.h"
#include "tui/list.h"
#include "tui/list_memory.h"
#include "tui/views/visit_text.h"
#include "tui/views/views.h"

enum { LIST_ROW = 1, NOTE_ROWS = 4, NOTES = 3, CELLS = 4, ENTRIES_FIRST = 64, DRAFTS_MAX = 64, PAPER_MAX_BYTES = 1 << 24, PDF_MAX_BYTES = 1 << 26, TEXT_COLUMNS = 100 };
enum { COMMAND_CASE = COMMAND_VIEW, COMMAND_BLANK };

struct entry {
    struct id kase;
    char notes[NOTES][VISIT_LINE_BYTES];
};

struct worklist_view {
    int year;
    bool one_town;
    char town[VISIT_TOWN_BYTES];
    struct entry *entries; /* owned */
    size_t n, room;
    struct list_memory memory;
    struct list list;
    enum status status; /* of adding */
};

static const struct list_column columns[CELLS] = {{"受援人", 10, false}, {"联系", 13, false}, {"村居、地址", 0, false}, {"走访", 19, false}};
static const struct list_column columns_narrow[CELLS] = {{"受援人", 8, false}, {"联系", 11, false}, {"村居、地址", 0, false}, {"走访", 8, false}};

static const struct command COMMANDS[] = {{COMMAND_CASE, "case", "打开这件案件"}, {COMMAND_BLANK, "blank", "空白的回访记录表（格式三十二），可写 PDF 带去填"}, {COMMAND_NONE, NULL, NULL}};

static bool is_narrow(const struct view *view)
{
    return view->app->cols < 80;
}

static const char *town_of(const struct worklist_view *state)
{
    return state->one_town ? state->town : NULL;
}

/* ---- reading ---- */

static struct entry *new_entry(struct worklist_view *state)
{
    if (state->n == state->room) {
        size_t room = state->room > 0 ? state->room * 2 : ENTRIES_FIRST;
        struct entry *entries = realloc(state->entries, room * sizeof *entries);
        if (entries == NULL)
            return NULL;
        state->entries = entries;
        state->room = room;
    }
    return &state->entries[state->n];
}

static void put_notes(const struct code_book *codes, const struct visit_todo *todo, struct entry *entry)
{
    char closed[DAY_TEXT_BYTES], last[DAY_TEXT_BYTES];
    day_format(todo->closed_on, closed);
    snprintf(entry->notes[0], VISIT_LINE_BYTES, _("结案 %s  承办人 %s  %s"), closed, todo->handler[0] != '\0' ? todo->handler : "-", _(code_book_name(codes, "cause", todo->cause)));
    if (todo->careful)
        snprintf(entry->notes[1], VISIT_LINE_BYTES, _("只能这样联系: %s"), todo->contact);
    else
        snprintf(entry->notes[1], VISIT_LINE_BYTES, _("地址 %s"), todo->address[0] != '\0' ? todo->address : _("没有登记，F6 打开案件看"));
    if (todo->tries > 0) {
        day_format(todo->last_on, last);
        snprintf(entry->notes[2], VISIT_LINE_BYTES, _("去过 %d 次，上次 %s %s"), todo->tries, last, _(code_book_name(codes, "visit_outcome", todo->last_outcome)));
    } else {
        snprintf(entry->notes[2], VISIT_LINE_BYTES, _("还没有去过"));
    }
}

/* On a narrow screen the last outcome alone; the line below has the rest. */
static void put_tries(const struct view *view, const struct visit_todo *todo, char out[VISIT_PLACE_BYTES])
{
    const struct code_book *codes = view_context(view)->codes;
    if (is_narrow(view))
        copy_text(out, VISIT_PLACE_BYTES, todo->tries > 0 ? _(code_book_name(codes, "visit_outcome", todo->last_outcome)) : "");
    else
        visit_tries_text(codes, todo, out);
}

static bool add_todo(void *context, const struct visit_todo *todo)
{
    struct view *view = context;
    struct worklist_view *state = view->state;
    const struct code_book *codes = view_context(view)->codes;
    struct entry *entry = new_entry(state);
    char place[VISIT_PLACE_BYTES], tries[VISIT_PLACE_BYTES];
    if (entry == NULL) {
        state->status = STATUS_NOMEM;
        return false;
    }
    *entry = (struct entry){.kase = todo->kase};
    put_notes(codes, todo, entry);
    visit_place_text(codes, todo, !state->one_town, place);
    put_tries(view, todo, tries);
    struct list_row row = {.id = todo->kase, .tag = (uint32_t)state->n, .cells = {todo->name, todo->careful ? _("见下面") : todo->contact, place, tries}};
    state->status = list_memory_add(&state->memory, &row, CELLS);
    state->n += state->status == STATUS_OK;
    return state->status == STATUS_OK;
}

static enum status read_todo(struct view *view, struct errmsg *err)
{
    struct worklist_view *state = view->state;
    struct app_context *context = view_context(view);
    state->n = 0;
    state->status = STATUS_OK;
    list_memory_clear(&state->memory);
    enum status status = visit_worklist(context->store, context->actor, context->codes, state->year, town_of(state), add_todo, view, err);
    return status == STATUS_OK ? state->status : status;
}

static void worklist_close(struct view *view)
{
    struct worklist_view *state = view->state;
    list_release(&state->list);
    list_memory_release(&state->memory);
    free(state->entries);
}

static enum status worklist_open(struct view *view, const struct view_argument *argument, struct errmsg *err)
{
    struct worklist_view *state = view->state;
    state->year = argument->number != 0 ? (int)argument->number : visit_year(today_of(view));
    state->one_town = argument->text != NULL;
    copy_text(state->town, sizeof state->town, argument->text != NULL ? argument->text : "");
    list_memory_init(&state->memory);
    list_init(&state->list, list_memory_source(&state->memory), is_narrow(view) ? columns_narrow : columns, CELLS, LIST_USUAL);
    enum status status = list_set_height(&state->list, (size_t)(view->app->rows > 12 ? view->app->rows - 8 : 10), err);
    if (status == STATUS_OK)
        status = read_todo(view, err);
    if (status == STATUS_OK)
        status = list_reset(&state->list, err);
    if (status != STATUS_OK)
        worklist_close(view);
    return status;
}

static void worklist_refresh(struct view *view)
{
    struct worklist_view *state = view->state;
    struct errmsg err = {{0}};
    enum status status = read_todo(view, &err);
    if (status == STATUS_OK)
        status = list_reload(&state->list, &err);
    if (status != STATUS_OK)
        app_fail(view->app, "%s", errmsg_text(&err, status));
    app_touch(view->app);
}

/* ---- on paper ---- */

static enum status write_list(struct view *view, const struct buf *marked, char path[PATH_MAX], struct errmsg *err)
{
    struct worklist_view *state = view->state;
    struct buf out;
    char name[64];
    bool pdf = paper_has_pdf();
    snprintf(name, sizeof name, "visits-%d-%s.%s", state->year, state->one_town ? (state->town[0] != '\0' ? state->town : "none") : "all", pdf ? "pdf" : "txt");
    buf_init(&out, PDF_MAX_BYTES);
    enum status status = pdf ? paper_pdf(buf_cstr(marked), marked->len, "待回访名单", today_of(view), &out, err) : paper_text(buf_cstr(marked), marked->len, TEXT_COLUMNS, &out, err);
    if (status == STATUS_OK)
        status = printout_path(view_context(view)->store, name, path, err);
    if (status == STATUS_OK)
        status = file_write(path, out.data, out.len, 0600, err);
    buf_wipe(&out);
    return status;
}

/* Names and telephones leave the program: the file is its owner's only, and a line in the export log says so. */
static void print_list(struct view *view)
{
    struct worklist_view *state = view->state;
    struct app_context *context = view_context(view);
    struct errmsg err = {{0}};
    char path[PATH_MAX];
    uint64_t rows = 0;
    struct buf marked;
    if (state->n == 0) {
        app_fail(view->app, "没有待访的，没有名单可印");
        return;
    }
    buf_init(&marked, PAPER_MAX_BYTES);
    enum status status = visit_paper(context->store, context->actor, context->codes, state->year, town_of(state), &marked, &rows, &err);
    if (context->machine->practice)
        practice_sign_paper(&marked);
    if (status == STATUS_OK)
        status = export_note(context->store, context->actor, "visits", rows, paper_has_pdf() ? ".pdf" : ".txt", NULL, &err);
    if (status == STATUS_OK)
        status = write_list(view, &marked, path, &err);
    buf_wipe(&marked);
    if (status == STATUS_OK)
        app_say(view->app, "已写 %s", path);
    else
        app_fail(view->app, "%s", errmsg_text(&err, status));
}

/* ---- keys ---- */

static const struct entry *selected(const struct worklist_view *state)
{
    const struct list_row *row = list_selected(&state->list);
    return row != NULL ? &state->entries[row->tag] : NULL;
}

struct draft_ids {
    struct id ids[DRAFTS_MAX];
    size_t n;
};

static bool collect(void *context, const struct draft_info *info)
{
    struct draft_ids *drafts = context;
    if (strcmp(info->type->name, "return_visit") == 0 && id_is_zero(info->record))
        drafts->ids[drafts->n++] = info->id;
    return drafts->n < DRAFTS_MAX;
}

/* The person's newest draft of a new visit to the case; false: none. */
static bool find_draft(const struct view *view, const char *kase, struct id *draft)
{
    struct app_context *context = view_context(view);
    struct draft_ids drafts = {.n = 0};
    bool found = false;
    if (draft_list(context->store, context->actor, collect, &drafts, NULL) != STATUS_OK)
        return false;
    for (size_t i = 0; i < drafts.n && !found; i++) {
        struct record visit;
        if (draft_load(context->store, context->actor, drafts.ids[i], &visit, NULL) != STATUS_OK)
            continue;
        found = strcmp(record_text(&visit, "case_id"), kase) == 0;
        record_release(&visit);
        *draft = drafts.ids[i];
    }
    return found;
}

static void open_visit(struct view *view, struct id kase)
{
    char id[ID_TEXT_BYTES];
    struct id draft;
    id_format(kase, id);
    if (!find_draft(view, id, &draft))
        app_open(view->app, &view_record_edit, &(struct view_argument){.type = "return_visit", .text = id});
    else if (view_open_draft(view->app, catalogue_find("return_visit"), draft, (struct id){{0}}) == STATUS_OK)
        app_say(view->app, "接着登记上次没有保存的回访");
}

static void begin_visit(struct view *view)
{
    const struct entry *entry = selected(view->state);
    struct errmsg err = {{0}};
    if (entry == NULL) {
        app_beep(view->app);
    } else if (records_may_write(view_context(view)->actor, catalogue_find("return_visit"), &err) != STATUS_OK) {
        app_fail(view->app, "%s", err.text);
    } else {
        open_visit(view, entry->kase);
    }
}

static void open_beside(struct view *view, const struct view_class *where, const char *form)
{
    const struct entry *entry = selected(view->state);
    if (entry != NULL)
        app_open(view->app, where, &(struct view_argument){.type = "case", .id = entry->kase, .text = form});
    else
        app_beep(view->app);
}

static bool worklist_key(struct view *view, struct key key)
{
    struct worklist_view *state = view->state;
    enum list_result result = list_key_told(view, &state->list, key);
    if (result == LIST_OPEN)
        begin_visit(view);
    return result != LIST_IGNORED;
}

static bool worklist_command(struct view *view, int command)
{
    switch (command) {
    case COMMAND_NEW:
        begin_visit(view);
        return true;
    case COMMAND_CASE:
        open_beside(view, &view_case, NULL);
        return true;
    case COMMAND_BLANK:
        open_beside(view, &view_document, "32");
        return true;
    case COMMAND_PRINT:
        print_list(view);
        return true;
    default:
        return false;
    }
}

/* ---- drawing ---- */

static void worklist_title(struct view *view, struct buf *left, struct buf *right)
{
    struct worklist_view *state = view->state;
    buf_printf(left, _("待回访   %s   %zu 件"), visit_town_text(view_context(view)->codes, town_of(state)), state->n);
    buf_printf(right, _("  %d 年结案"), state->year);
}

static void worklist_draw(struct view *view, struct canvas *canvas)
{
    struct worklist_view *state = view->state;
    const struct entry *entry = selected(state);
    int rows = canvas->rows - 2 - LIST_ROW - NOTE_ROWS;
    list_show(view, &state->list, canvas, LIST_ROW, rows, _("都访过了，没有待访的"), true);
    canvas_rule(canvas, LIST_ROW + rows);
    for (int i = 0; i < NOTES; i++)
        canvas_puts(canvas, LIST_ROW + rows + 1 + i, 1, canvas->cols - 2, STYLE_NORMAL, entry != NULL ? entry->notes[i] : "");
}

static void worklist_cite(struct view *view, struct buf *out)
{
    (void)view;
    buf_puts(out, _("法律援助法第五十九条"));
}

static const struct keymap *worklist_keymap(struct view *view)
{
    static const struct binding bindings[] = {
        {"Enter", COMMAND_OPEN, "登记", BINDING_HINT},   {"F5", COMMAND_NEW, "登记", BINDING_HIDDEN},
        {"F6", COMMAND_CASE, "案件", 0},                 {"F8", COMMAND_PRINT, "印名单", 0},          {"Ctrl-K", COMMAND_BLANK, "空表", 0},
        {"数字", COMMAND_NONE, "直达", BINDING_HINT},
        {"F9", COMMAND_LAW, "法条", 0},      {"打字", COMMAND_NONE, "查找", BINDING_HINT}, {"F1", COMMAND_HELP, "帮助", BINDING_KEEP},  {"F10", COMMAND_BACK, "返回", BINDING_KEEP},
        {NULL, 0, NULL, 0},
    };
    static const struct keymap map = {.bindings = bindings, .commands = COMMANDS};
    (void)view;
    return &map;
}

const struct view_class view_visit_worklist = {
    .name = "visit-worklist",
    .state_bytes = sizeof(struct worklist_view),
    .help = "还没有访到的案件，按镇街、村居、门牌的顺序排，照着走就是一条路。去过而没有见到人的还在名单里；拒访的、已故的不再去。\n"
            "Enter 登记一次回访: 只按数字，先方式、结果，再逐句念给受援人听的五个问题；没有访到的自动跳过问题。登记后这一件就不在名单里了；没登记完的再按 Enter 接着写。\n"
            "Ctrl-K 是空白的回访记录表，F8 把名单写成文件带着走(含姓名、电话，用完请销毁)。注明安全联系方式的人，这里不出现电话和门牌。",
    .open = worklist_open,
    .close = worklist_close,
    .key = worklist_key,
    .command = worklist_command,
    .draw = worklist_draw,
    .title = worklist_title,
    .keymap = worklist_keymap,
    .cite = worklist_cite,
    .refresh = worklist_refresh,
};
