/* tui/views/report_day.c - the checklist before reports are handed in (core/report/report_day.h): each item with a mark in words, how many, and below the list what it is about. Enter leads to where it is put right; on the way
 * back all is read anew, and the item says how it stands now.
 *
 * Where the forms and the summary have years of their own, both are listed, each under the days it covers. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/day.h"
#include "core/report/report_day.h"
#include "core/base/language.h"
#include "tui/list.h"
#include "tui/list_memory.h"
#include "tui/views/case_text.h"
#include "tui/views/report_open.h"
#include "tui/views/views.h"

enum { CELLS = 3, LIST_ROW = 2, NOTE_ROWS = 3, FIRST = 64, PARTS = 2, CODE_BYTES = 24, WORDS_BYTES = 192, DETAIL_BYTES = 640, WHERE_BYTES = 256, HEADING_TAG = UINT32_MAX, COUNT_BYTES = 24 };

static const struct command COMMANDS[] = {REPORT_PERIOD_COMMANDS, {COMMAND_NONE, NULL, NULL}};

static const char FORMS_RULE[] = "period_forms", SUMMARY[] = "summary", SUMMARY_YEAR[] = "period_summary";

struct item {
    enum report_day_kind kind;
    char code[CODE_BYTES], words[WORDS_BYTES], type[CODE_BYTES], where[WHERE_BYTES], place[CODE_BYTES], detail[DETAIL_BYTES];
    int64_t count;
    bool blocks;
    size_t part; /* by which days */
};

struct day_view {
    struct report_desk desk;
    struct report_period_choices *choices; /* owned */
    char name[PERIOD_NAME_BYTES];          /* of the period */
    struct period periods[PARTS];
    size_t n_parts, reading;               /* reading: the part that is being read */
    struct item *items;                    /* owned */
    size_t n, room;
    enum status status;                    /* of gathering */
    struct list_memory memory;
    struct list list;
    bool left;                             /* an item was opened: told how it stands when it is read again */
    struct item opened;
};

static const struct list_column columns[CELLS] = {{"", 6, false}, {"事项", 0, false}, {"数", 6, true}};

/* ---- how an item stands ------------------------------------------------------------------------------------------- */

enum standing { STANDS_TODO, STANDS_MISSING, STANDS_FINE, STANDINGS };

static const char *const marks[STANDINGS] = {"要办", "未报", "好"};

/* 未报: a station that has not sent, a report that is not handed in. */
static enum standing standing_of(const struct item *item)
{
    if (item->count == 0)
        return STANDS_FINE;
    return item->kind == REPORT_DAY_STATION || item->kind == REPORT_DAY_FREEZE ? STANDS_MISSING : STANDS_TODO;
}

/* The core tells what would be wrong; of what is fine the opposite is said. Of a report's items what stands before the colon is its name. */
static const struct {
    const char *code, *fine;
} fine_words[] = {
    {"stations", "各站的记录都送齐了"},
    {"sync", "本机的变更都送到县中心了"},
    {"quarantine", "变更都接受了"},
    {"conflicts", "没有待定的冲突"},
    {"flagged", "等复核的变更都看过了"},
    {"drafts", "没有草稿"},
    {"deadlines", "期末没有超期的事项"},
    {"no_outcome", "已结案件都填了结案方式"},
    {"no_handler", "已结案件的承办人都在名册上"},
    {"no_recovered", "已结民事、行政案件都填了挽回损失"},
    {"no_matter", "批准的民事、行政案件都算得出统计事项"},
    {"no_stage", "通知辩护的案件都填了办案阶段"},
    {"no_ground", "通知辩护的案件都填了通知情形"},
    {"no_category", "咨询都填了类别"},
    {"no_kind", "活动都填了类别"},
    {"not_closed", "活动都收场了"},
    {"entries", "手填的栏目都填了"},
    {"checks", "校验都通过，或者有说明"},
    {"freeze", "已存档"},
};

static const char OFFICIAL[] = "法律援助统计", COLON[] = "：";

static void words_of(const struct item *item, char out[WORDS_BYTES])
{
    const char *words = strncmp(item->words, OFFICIAL, strlen(OFFICIAL)) == 0 ? item->words + strlen(OFFICIAL) : item->words, *fine = NULL;
    const char *colon = item->place[0] != '\0' && item->kind != REPORT_DAY_WORKLIST ? strstr(words, COLON) : NULL;
    for (size_t i = 0; i < sizeof fine_words / sizeof fine_words[0]; i++)
        if (strcmp(fine_words[i].code, item->code) == 0)
            fine = fine_words[i].fine;
    if (item->count > 0)
        copy_text(out, WORDS_BYTES, _(words));
    else if (fine == NULL)
        snprintf(out, WORDS_BYTES, _("没有: %.*s"), WORDS_BYTES - 16, words);
    else
        snprintf(out, WORDS_BYTES, "%.*s%s", colon != NULL ? (int)(colon - words) + (int)strlen(COLON) : 0, words, _(fine));
}

/* ---- reading ------------------------------------------------------------------------------------------------------ */

static struct item *new_item(struct day_view *state)
{
    if (state->n == state->room) {
        size_t room = state->room > 0 ? state->room * 2 : FIRST;
        struct item *items = realloc(state->items, room * sizeof *items);
        if (items == NULL)
            return NULL;
        state->items = items;
        state->room = room;
    }
    return &state->items[state->n];
}

static bool take_item(void *context, const struct report_day_item *from)
{
    struct day_view *state = context;
    struct item *item = new_item(state);
    if (item == NULL) {
        state->status = STATUS_NOMEM;
        return false;
    }
    *item = (struct item){.kind = from->kind, .count = from->count, .blocks = from->blocks, .part = state->reading};
    copy_text(item->code, sizeof item->code, from->code);
    copy_text(item->words, sizeof item->words, from->words);
    copy_text(item->type, sizeof item->type, from->type);
    copy_text(item->where, sizeof item->where, from->where);
    copy_text(item->place, sizeof item->place, from->place);
    copy_text(item->detail, sizeof item->detail, from->detail);
    state->n++;
    return true;
}

/* Which of the rules says what year the period's reports have: a month's the monthly form's, a quarter's the quarterly form's. */
static const char *rule_of(const struct period *period)
{
    return period->kind == PERIOD_MONTH ? "period_monthly" : period->kind == PERIOD_QUARTER ? "period_quarterly" : FORMS_RULE;
}

/* The days of the forms, and those of the summary where they are others. */
static enum status find_periods(struct day_view *state, const char *name, struct period out[PARTS], size_t *n, struct errmsg *err)
{
    enum status status = report_desk_period(&state->desk, FORMS_RULE, name, &out[0], err);
    if (status == STATUS_OK)
        status = report_desk_period(&state->desk, rule_of(&out[0]), name, &out[0], err);
    if (status == STATUS_OK)
        status = report_desk_period(&state->desk, SUMMARY_YEAR, name, &out[1], err);
    *n = (out[0].kind == PERIOD_HALF || out[0].kind == PERIOD_YEAR) && (out[0].from != out[1].from || out[0].to != out[1].to) ? 2 : 1;
    return status;
}

static enum status read_items(struct day_view *state, struct errmsg *err)
{
    enum status status = report_desk_begin(&state->desk, err);
    if (status != STATUS_OK)
        return status;
    state->n = 0;
    state->status = STATUS_OK;
    for (state->reading = 0; status == STATUS_OK && state->reading < state->n_parts; state->reading++)
        status = report_day(&state->desk.desk, &state->periods[state->reading], take_item, state, err);
    report_desk_end(&state->desk);
    return status == STATUS_OK ? state->status : status;
}

/* ---- rows --------------------------------------------------------------------------------------------------------- */

static void mix(uint64_t *hash, const char *text)
{
    for (; *text != '\0'; text++)
        *hash = (*hash ^ (unsigned char)*text) * 1099511628211u;
    *hash = (*hash ^ 0x1f) * 1099511628211u;
}

static bool same_item(const struct item *a, const struct item *b)
{
    bool station = a->kind == REPORT_DAY_STATION; /* one item each, told apart by what they say */
    return a->kind == b->kind && a->part == b->part && strcmp(a->code, b->code) == 0 && (a->kind == REPORT_DAY_ENTRY || strcmp(a->place, b->place) == 0) && strcmp(a->words, b->words) == 0 &&
           (!station || strcmp(a->detail, b->detail) == 0);
}

/* A row is the same as long as the item stands as it did: the marker does not follow one that is done to the end of the list. */
static struct id row_id(const struct item *item)
{
    uint64_t hash = 14695981039346656037u;
    struct id id = {{(uint8_t)(1 + item->part), (uint8_t)standing_of(item)}};
    mix(&hash, item->code);
    mix(&hash, item->words);
    mix(&hash, item->kind == REPORT_DAY_STATION ? item->detail : "");
    memcpy(id.bytes + 8, &hash, sizeof hash);
    return id;
}

static enum status add_heading(struct day_view *state, size_t part)
{
    char days[REPORT_DAYS_BYTES], words[WORDS_BYTES];
    report_days_words(&state->periods[part], days);
    snprintf(words, sizeof words, "%s  %s", part == 0 ? _("报表") : _("工作总结"), days);
    struct list_row row = {.id = {{9, (uint8_t)part}}, .tag = HEADING_TAG, .style = STYLE_BOLD, .cells = {"", words, ""}};
    return list_memory_add(&state->memory, &row, CELLS);
}

static enum status add_row(struct day_view *state, size_t index)
{
    const struct item *item = &state->items[index];
    enum standing standing = standing_of(item);
    char count[COUNT_BYTES] = "", words[WORDS_BYTES];
    if (item->count > 0)
        snprintf(count, sizeof count, "%lld", (long long)item->count);
    words_of(item, words);
    struct list_row row = {.id = row_id(item), .tag = (uint32_t)index, .cells = {_(marks[standing]), words, count}};
    row.style = standing == STANDS_FINE ? STYLE_DIM : item->blocks ? STYLE_ERROR : STYLE_NORMAL;
    return list_memory_add(&state->memory, &row, CELLS);
}

static enum status show_rows(struct day_view *state)
{
    enum status status = STATUS_OK;
    list_memory_clear(&state->memory);
    for (size_t i = 0; status == STATUS_OK && i < state->n; i++) {
        if (state->n_parts > 1 && (i == 0 || state->items[i].part != state->items[i - 1].part))
            status = add_heading(state, state->items[i].part);
        if (status == STATUS_OK)
            status = add_row(state, i);
    }
    return status;
}

/* ---- opening, reading again --------------------------------------------------------------------------------------- */

static void day_close(struct view *view)
{
    struct day_view *state = view->state;
    list_release(&state->list);
    list_memory_release(&state->memory);
    free(state->items);
    report_period_free(state->choices);
    report_desk_close(&state->desk);
}

/* From the first item on, not from its heading. */
static enum status show_from_start(struct day_view *state, struct errmsg *err)
{
    enum status status = list_reset(&state->list, err);
    if (status == STATUS_OK && state->n > 0)
        list_select_id(&state->list, row_id(&state->items[0]));
    return status;
}

static enum status day_open(struct view *view, const struct view_argument *argument, struct errmsg *err)
{
    struct day_view *state = view->state;
    enum status status = report_desk_open(&state->desk, view, err);
    if (status != STATUS_OK)
        return status;
    list_memory_init(&state->memory);
    list_init(&state->list, list_memory_source(&state->memory), columns, CELLS, LIST_USUAL);
    report_last_half(&state->desk, FORMS_RULE, today_of(view), argument != NULL ? argument->text : NULL, state->name);
    status = find_periods(state, state->name, state->periods, &state->n_parts, err);
    if (status == STATUS_OK)
        status = list_set_height(&state->list, (size_t)(view->app->rows > 14 ? view->app->rows - 9 : 8), err);
    if (status == STATUS_OK)
        status = read_items(state, err);
    if (status == STATUS_OK)
        status = show_rows(state);
    if (status == STATUS_OK)
        status = show_from_start(state, err);
    if (status != STATUS_OK)
        day_close(view);
    return status;
}

static void read_again(struct view *view, bool from_start)
{
    struct day_view *state = view->state;
    struct errmsg err = {{0}};
    enum status status = report_desk_refresh(&state->desk, &err);
    if (status == STATUS_OK)
        status = find_periods(state, state->name, state->periods, &state->n_parts, &err);
    if (status == STATUS_OK)
        status = read_items(state, &err);
    if (status == STATUS_OK)
        status = show_rows(state);
    if (status == STATUS_OK)
        status = from_start ? show_from_start(state, &err) : list_reload(&state->list, &err);
    if (status != STATUS_OK)
        app_fail(view->app, "%s", errmsg_text(&err, status));
    app_touch(view->app);
}

/* Back from where an item was put right: how it stands now. */
static void tell_opened(struct view *view)
{
    struct day_view *state = view->state;
    int64_t count = 0, before = state->opened.count;
    char words[WORDS_BYTES];
    if (!state->left || before == 0)
        return;
    for (size_t i = 0; i < state->n; i++)
        if (same_item(&state->items[i], &state->opened))
            count = state->items[i].count;
    state->opened.count = count;
    words_of(&state->opened, words);
    if (count == 0)
        app_say(view->app, "办好了: %s", words);
    else if (count != before)
        app_say(view->app, "还有 %lld: %s", (long long)count, words);
}

static void day_refresh(struct view *view)
{
    struct day_view *state = view->state;
    read_again(view, false);
    tell_opened(view);
    state->left = false;
}

/* ---- to where it is put right ------------------------------------------------------------------------------------- */

static const struct item *selected(const struct day_view *state)
{
    const struct list_row *row = list_selected(&state->list);
    return row != NULL && row->tag != HEADING_TAG ? &state->items[row->tag] : NULL;
}

/* What is quarantined is told of on the screen of sync. */
const struct view_class *view_report_day_place(const char *place)
{
    static const struct {
        const char *place;
        const struct view_class *view;
    } places[] = {{"sync", &view_sync}, {"quarantine", &view_sync}, {"conflicts", &view_conflicts}, {"flagged", &view_flagged}, {"drafts", &view_drafts}, {"deadlines", &view_todo}};
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++)
        if (strcmp(places[i].place, place) == 0)
            return places[i].view;
    return NULL;
}

static void open_report(struct view *view, const struct item *item)
{
    const char *name = ((const struct day_view *)view->state)->name;
    bool failed = item->kind == REPORT_DAY_CHECK && item->count > 0;
    if (strcmp(item->place, SUMMARY) == 0)
        app_open(view->app, &view_report_summary, &(struct view_argument){.text = name, .number = item->kind == REPORT_DAY_CHECK ? VIEW_SUMMARY_TEXT : 0});
    else
        app_open(view->app, failed ? &view_report_checks : &view_report_form, &(struct view_argument){.type = item->place, .text = name});
}

/* A row for the cell, dated at the period's end. */
static void open_entry(struct view *view, const struct item *item)
{
    const struct day_view *state = view->state;
    char where[WHERE_BYTES], day[DAY_TEXT_BYTES];
    day_format(state->periods[item->part].to, day);
    snprintf(where, sizeof where, "cell=%s and date=%s", item->place, day);
    view_open_new(view->app, catalogue_find("stat_entry"), where);
}

static void open_item(struct view *view, const struct item *item)
{
    const struct view_class *place;
    switch (item->kind) {
    case REPORT_DAY_STATION:
        app_open(view->app, view_sync_of(view_context(view)), NULL);
        break;
    case REPORT_DAY_RECORDS:
        app_open(view->app, &view_record_list, &(struct view_argument){.type = item->type, .where = item->where});
        break;
    case REPORT_DAY_WORKLIST:
        place = view_report_day_place(item->place);
        if (place != NULL)
            app_open(view->app, place == &view_sync ? view_sync_of(view_context(view)) : place, NULL);
        break;
    case REPORT_DAY_ENTRY:
        open_entry(view, item);
        break;
    case REPORT_DAY_CHECK:
    case REPORT_DAY_FREEZE:
        open_report(view, item);
        break;
    }
}

static void open_selected(struct view *view)
{
    struct day_view *state = view->state;
    const struct item *item = selected(state);
    bool is_report = item != NULL && (item->kind == REPORT_DAY_CHECK || item->kind == REPORT_DAY_FREEZE || item->kind == REPORT_DAY_STATION);
    if (item == NULL) {
        app_beep(view->app);
    } else if (item->count == 0 && !is_report) {
        app_say(view->app, "这一项是好的，没有要办的");
    } else {
        state->opened = *item;
        state->left = true;
        open_item(view, &state->opened);
    }
}

/* ---- keys --------------------------------------------------------------------------------------------------------- */

static bool day_key(struct view *view, struct key key)
{
    struct day_view *state = view->state;
    enum list_result result = list_key_told(view, &state->list, key);
    if (result == LIST_OPEN)
        open_selected(view);
    return result != LIST_IGNORED;
}

static void take_period(struct view *view, const char *name)
{
    struct day_view *state = view->state;
    copy_text(state->name, sizeof state->name, name);
    report_period_remember(view, name);
    read_again(view, true);
}

static bool day_command(struct view *view, int command)
{
    struct day_view *state = view->state;
    if (command != COMMAND_REFRESH)
        return report_period_command(view, &state->desk, &state->choices, state->name, command, take_period);
    read_again(view, false);
    return false; /* the app repaints, too */
}

static void day_answer(struct view *view, const struct view_answer *answer)
{
    struct day_view *state = view->state;
    (void)report_period_answer(view, state->choices, answer, take_period);
}

/* ---- drawing ------------------------------------------------------------------------------------------------------ */

static void day_title(struct view *view, struct buf *left, struct buf *right)
{
    struct day_view *state = view->state;
    char label[PERIOD_LABEL_BYTES];
    if (state->n_parts > 1)
        report_period_words(&state->periods[0], label);
    else
        period_show(&state->periods[0], label);
    buf_printf(left, _("报表日  %s"), label);
    (void)right;
}

static void draw_sum(const struct day_view *state, struct canvas *canvas)
{
    size_t counts[STANDINGS] = {0}, blocking = 0;
    for (size_t i = 0; i < state->n; i++) {
        counts[standing_of(&state->items[i])]++;
        blocking += state->items[i].blocks && state->items[i].count > 0;
    }
    char urgent[WORDS_BYTES] = "";
    if (blocking > 0)
        snprintf(urgent, sizeof urgent, _("，其中不办就不能存档的 %zu 项"), blocking);
    if (counts[STANDS_TODO] + counts[STANDS_MISSING] == 0)
        canvas_printf(canvas, 1, 1, canvas->cols - 2, STYLE_NORMAL, "%zu 项都好，没有要办的", counts[STANDS_FINE]);
    else
        canvas_printf(canvas, 1, 1, canvas->cols - 2, STYLE_NORMAL, "要办 %zu 项%s；未报 %zu 项；好 %zu 项", counts[STANDS_TODO], urgent, counts[STANDS_MISSING], counts[STANDS_FINE]);
}

struct notes {
    struct canvas *canvas;
    int row, end;
};

static bool draw_note(void *context, const char *text)
{
    struct notes *notes = context;
    canvas_puts(notes->canvas, notes->row, 1, notes->canvas->cols - 2, STYLE_NORMAL, text);
    return ++notes->row < notes->end;
}

static void day_draw(struct view *view, struct canvas *canvas)
{
    struct day_view *state = view->state;
    const struct item *item = selected(state);
    int rows = canvas->rows - 2 - LIST_ROW - NOTE_ROWS - 1;
    draw_sum(state, canvas);
    list_show(view, &state->list, canvas, LIST_ROW, rows, _("没有要查的"), true);
    canvas_rule(canvas, LIST_ROW + rows);
    struct notes notes = {.canvas = canvas, .row = LIST_ROW + rows + 1, .end = LIST_ROW + rows + 1 + NOTE_ROWS};
    if (item != NULL)
        case_wrap(item->detail[0] != '\0' ? item->detail : item->count > 0 ? item->words : "", canvas->cols - 2, draw_note, &notes);
}

/* What Enter does with an item that is not fine. */
static const char *way_of(const struct item *item)
{
    static const char *const ways[] = {[REPORT_DAY_STATION] = "Enter 看各站的同步",
                                       [REPORT_DAY_RECORDS] = "Enter 列出这些记录，一条一条补；回来重新数",
                                       [REPORT_DAY_WORKLIST] = "Enter 到那里去办；回来重新数",
                                       [REPORT_DAY_CHECK] = "Enter 看是哪几个数；改记录，或者写明理由",
                                       [REPORT_DAY_ENTRY] = "",
                                       [REPORT_DAY_FREEZE] = "Enter 打开这份报表，核对以后在那里存档"};
    return _(ways[item->kind]);
}

/* The first column that nobody filled, by its heading. */
static void put_column(const struct view *view, const char *cell, struct buf *out)
{
    const struct day_view *state = view->state;
    const struct form_column *column = form_book_cell(state->desk.book, cell, NULL);
    char heading[FORM_HEADING_BYTES];
    if (column == NULL)
        return;
    form_column_heading(column, view_context(view)->codes, heading);
    buf_printf(out, _("Enter 填 %s %s（%s），回来接着填下一个"), cell, heading, _(column->unit));
}

static void day_hint(struct view *view, size_t columns_wide, struct buf *out)
{
    const struct item *item = selected(view->state);
    (void)columns_wide;
    if (item == NULL)
        return;
    if (item->count == 0)
        buf_puts(out, _("这一项是好的"));
    else if (item->kind == REPORT_DAY_ENTRY)
        put_column(view, item->place, out);
    else
        buf_printf(out, "%s%s", item->blocks ? _("不办不能存档。") : "", way_of(item));
}

static const struct keymap *day_keymap(struct view *view)
{
    static const struct binding bindings[] = {
        {"Enter", COMMAND_OPEN, "去办", BINDING_HINT}, {"数字", COMMAND_NONE, "直达", BINDING_HINT}, {"左右", COMMAND_NONE, "换期", BINDING_HINT}, {"Left", COMMAND_EARLIER, "上一期", BINDING_HIDDEN},
        {"Right", COMMAND_LATER, "下一期", BINDING_HIDDEN}, {"F4", COMMAND_PERIOD, "期间", 0}, {"F5", COMMAND_REFRESH, "重查", 0}, {"打字", COMMAND_NONE, "查找", BINDING_HINT}, {"F1", COMMAND_HELP, "帮助", BINDING_KEEP},
        {"F10", COMMAND_BACK, "返回", BINDING_KEEP}, {NULL, 0, NULL, 0},
    };
    static const struct keymap map = {.bindings = bindings, .commands = COMMANDS};
    (void)view;
    return &map;
}

const struct view_class view_report_day = {
    .name = "report-day",
    .state_bytes = sizeof(struct day_view),
    .help = "上报以前要办的事，一项一行: 要办，未报(站点的记录没有送齐，报表没有存档)，好。不办就不能存档的在最前面。下面写着是哪个站、哪几件、哪几个数。\n"
            "Enter 到能办的地方: 缺项的记录列出来逐条补，校验看是哪两个数，手填的栏目直接填，没有存档的打开报表。办完 F10 回来，这一项重新数过，并说还有多少。\n"
            "报表和工作总结的年度起日不同的，分两段列，各查各的日子。左右键前后一期，F4 选期间；F5 重查。",
    .open = day_open,
    .close = day_close,
    .key = day_key,
    .command = day_command,
    .draw = day_draw,
    .title = day_title,
    .keymap = day_keymap,
    .hint = day_hint,
    .answer = day_answer,
    .refresh = day_refresh,
};
