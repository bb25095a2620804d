/* tui/views/outreach_event.c - outreach mode: one line a consultation, for a laptop at a barracks or on a square (research domain.md 7.2).
 *
 * A line is category, one digit for sex and age, Enter (core/outreach/quick_line.h); what is not typed is a default and stands in brackets before it is saved. Enter is one commit: the
 * record is on the disk before the screen says so. The line being typed is a draft of this event; after a power cut it stands there again. Nothing here wakes up by itself: no timers. */
#include <stdio.h>
#include <string.h>

#include "core/base/language.h"
#include "core/record/draft.h"
#include "core/record/search.h"
#include "tui/views/outreach_apply.h"
#include "tui/views/outreach_line.h"
#include "tui/views/outreach_rows.h"
#include "tui/views/views.h"

enum { LINE_ROW = 2, TOTALS_ROW = LINE_ROW + LINE_ROWS + 1, ROWS_ROW = TOTALS_ROW + 1, PICK_CATEGORY = 1, INDEX_BATCH = 50, UNDO_MAX = 100, KEYS_MAX = 200, TEXT_BYTES = 4096 };
enum { COMMAND_APPLY = COMMAND_VIEW, COMMAND_TALLY, COMMAND_MATERIALS, COMMAND_CLOSE };

static const struct command COMMANDS[] = {{COMMAND_APPLY, "accept", "现场受理: 从选中的咨询(没选就是空白)起草申请，接着收件，办完回到这里；起草过的接着办"},
                                          {COMMAND_TALLY, "tally", "计数: 人多时按一个数字键记一人"},
                                          {COMMAND_MATERIALS, "materials", "发放的材料: 各品种的数量"},
                                          {COMMAND_CLOSE, "close-event", "收场: 看合计，填到场人数、志愿者、照片"},
                                          {COMMAND_NONE, NULL, NULL}};

struct outreach_view {
    struct outreach_place place;
    struct outreach_line line;
    struct outreach_rows rows;
    struct event_totals totals;
    int64_t applications; /* drafted at the event; totals.accepted of them are received */
    struct id draft;
    bool dirty;
    int64_t draft_ms;
    struct id saved[UNDO_MAX]; /* on this screen, the newest last */
    size_t n_saved;
    unsigned keys, last_keys;     /* of the line being typed; of the one before */
    bool uncounted;               /* the line was not typed from its beginning: it came from a draft, or was taken back */
    unsigned counts[KEYS_MAX + 1]; /* lines by their keys, for the median: for one's own eyes, kept nowhere */
    unsigned n_counts;
};

static void event_text(const struct outreach_view *state, char out[ID_TEXT_BYTES])
{
    id_format(state->place.event.id, out);
}

/* ---- what stands below the line ---- */

static void read_all(struct view *view)
{
    struct outreach_view *state = view->state;
    struct app_context *context = view_context(view);
    struct errmsg err = {{0}};
    enum status status = outreach_rows_read(&state->rows, view, state->place.event.id, &err);
    if (status == STATUS_OK)
        status = event_totals(context->store, context->actor, context->codes, &state->place.event, &state->totals, &err);
    state->applications = outreach_applications(view, state->place.event.id);
    copy_text(state->line.last_category, sizeof state->line.last_category, state->rows.last.type != NULL ? record_text(&state->rows.last, "category") : "");
    if (status != STATUS_OK)
        app_fail(view->app, "%s", errmsg_text(&err, status));
}

/* ---- the line as a draft ---- */

static enum status build(struct view *view, struct record *record, struct errmsg *err)
{
    struct outreach_view *state = view->state;
    struct app_context *context = view_context(view);
    record_init(record, catalogue_find("consultation"));
    enum status status = outreach_begin(context->store, context->actor, context->codes, &state->place.event, &state->place.desk, record, err);
    if (status != STATUS_OK)
        record_release(record);
    return status;
}

static enum status save_draft(struct view *view, struct errmsg *err)
{
    struct outreach_view *state = view->state;
    struct app_context *context = view_context(view);
    struct record record;
    struct buf text, title;
    enum status status = build(view, &record, err);
    if (status != STATUS_OK)
        return status;
    buf_init(&text, TEXT_BYTES);
    buf_init(&title, TEXT_BYTES * 2);
    outreach_line_text(&state->line, &text);
    buf_printf(&title, _("外展 %s: %s"), record_text(&state->place.event, "title"), buf_cstr(&text));
    status = record_set_text(&record, "content", buf_cstr(&text)); /* the line as typed: only this screen reads it */
    const struct record *parts[] = {&record};
    if (status == STATUS_OK)
        status = draft_save_parts(context->store, context->actor, context->random, parts, 1, buf_cstr(&title), &state->draft, err);
    buf_wipe(&text);
    buf_wipe(&title);
    record_release(&record);
    return status;
}

static void store_draft(struct view *view)
{
    struct outreach_view *state = view->state;
    struct app_context *context = view_context(view);
    struct errmsg err = {{0}};
    enum status status = STATUS_OK;
    if (!state->dirty)
        return;
    if (!outreach_line_is_empty(&state->line)) {
        status = save_draft(view, &err);
    } else if (!id_is_zero(state->draft)) {
        status = draft_delete(context->store, context->actor, state->draft, &err);
        state->draft = (struct id){{0}};
    }
    state->dirty = status != STATUS_OK;
    if (status != STATUS_OK)
        app_fail(view->app, "草稿没有存上: %s", errmsg_text(&err, status));
}

struct looking {
    struct view *view;
    struct id ids[UNDO_MAX];
    size_t n;
};

static bool see_draft(void *context, const struct draft_info *info)
{
    struct looking *looking = context;
    if (strcmp(info->type->name, "consultation") == 0 && id_is_zero(info->record))
        looking->ids[looking->n++] = info->id;
    return looking->n < UNDO_MAX;
}

/* The line that was not finished at this event, if there is one. */
static void take_up_draft(struct view *view)
{
    struct outreach_view *state = view->state;
    struct app_context *context = view_context(view);
    struct looking looking = {.view = view};
    char event[ID_TEXT_BYTES];
    event_text(state, event);
    (void)draft_list(context->store, context->actor, see_draft, &looking, NULL);
    for (size_t i = 0; i < looking.n && id_is_zero(state->draft); i++) {
        struct record record;
        if (draft_load(context->store, context->actor, looking.ids[i], &record, NULL) != STATUS_OK)
            continue;
        if (strcmp(record_text(&record, "event"), event) == 0) {
            outreach_line_set(&state->line, view, &state->place, record_text(&record, "content"));
            state->draft = looking.ids[i];
            state->uncounted = true;
            app_say(view->app, "接着写: 上次没写完的一条");
        }
        record_release(&record);
    }
}

/* ---- opening and closing ---- */

/* A draft stands for the event it was typed at. */
static enum status event_of(struct view *view, const struct view_argument *argument, struct id *event, struct errmsg *err)
{
    struct app_context *context = view_context(view);
    struct record draft;
    *event = argument->id;
    if (argument->number != VIEW_DRAFT)
        return STATUS_OK;
    enum status status = draft_load(context->store, context->actor, argument->id, &draft, err);
    if (status != STATUS_OK)
        return status;
    status = id_parse(record_text(&draft, "event"), strlen(record_text(&draft, "event")), event);
    record_release(&draft);
    return status == STATUS_OK ? status : errmsg_set(err, status, "这份草稿不是活动上的");
}

static enum status event_open(struct view *view, const struct view_argument *argument, struct errmsg *err)
{
    struct outreach_view *state = view->state;
    struct app_context *context = view_context(view);
    struct id event;
    enum status status = event_of(view, argument, &event, err);
    if (status == STATUS_OK)
        status = outreach_place_open(&state->place, view, event, err);
    if (status != STATUS_OK)
        return status;
    outreach_line_init(&state->line);
    search_catch_up(context->store, context->codes, INDEX_BATCH, NULL, NULL);
    read_all(view);
    outreach_line_set(&state->line, view, &state->place, "");
    take_up_draft(view);
    return STATUS_OK;
}

static void event_close(struct view *view)
{
    struct outreach_view *state = view->state;
    outreach_rows_release(&state->rows);
    outreach_line_release(&state->line);
    outreach_place_close(&state->place);
}

static bool event_leave(struct view *view)
{
    struct outreach_view *state = view->state;
    store_draft(view);
    if (!id_is_zero(state->draft))
        app_say(view->app, "没写完的一条留着，再进这场活动时接着写");
    return true;
}

static void event_refresh(struct view *view)
{
    struct outreach_view *state = view->state;
    if (!outreach_place_refresh(&state->place, view)) {
        app_close(view->app); /* closed, here or by another machine */
        return;
    }
    read_all(view);
}

/* ---- saving ---- */

static void count_keys(struct outreach_view *state)
{
    if (!state->uncounted) {
        state->last_keys = state->keys;
        state->counts[state->keys <= KEYS_MAX ? state->keys : KEYS_MAX]++;
        state->n_counts++;
    }
    state->keys = 0;
    state->uncounted = false;
}

static unsigned median_keys(const struct outreach_view *state)
{
    unsigned seen = 0, keys = 0;
    while (keys < KEYS_MAX && (seen += state->counts[keys]) * 2 < state->n_counts)
        keys++;
    return keys;
}

static void remember(struct outreach_view *state, struct id id)
{
    if (state->n_saved == UNDO_MAX) {
        memmove(&state->saved[0], &state->saved[1], (UNDO_MAX - 1) * sizeof state->saved[0]);
        state->n_saved--;
    }
    state->saved[state->n_saved++] = id;
}

static void tell_saved(struct view *view, bool counted)
{
    struct outreach_view *state = view->state;
    char at[CLOCK_TEXT_BYTES];
    clock_text(app_now_ms(view->app), at);
    if (counted)
        app_say(view->app, "已保存第 %lld 条 %s  本条 %u 键，中位 %u 键", (long long)state->rows.total, at, state->last_keys, median_keys(state));
    else
        app_say(view->app, "已保存第 %lld 条 %s", (long long)state->rows.total, at);
}

/* False: refused, and said why. */
static bool save(struct view *view)
{
    struct outreach_view *state = view->state;
    struct app_context *context = view_context(view);
    struct record record;
    struct buf text;
    struct errmsg err = {{0}};
    char person[ID_TEXT_BYTES];
    buf_init(&text, TEXT_BYTES);
    outreach_line_text(&state->line, &text);
    outreach_line_person(&state->line, view, person);
    struct outreach_line_typed typed = {.text = buf_cstr(&text), .len = text.len, .last_category = state->line.last_category, .person = person, .draft = state->draft};
    enum status status = outreach_save_line(context->store, context->actor, context->codes, context->random, &state->place.event, &state->place.desk, &typed, &record, &err);
    buf_wipe(&text);
    if (status != STATUS_OK) {
        app_fail(view->app, "没有保存: %s", errmsg_text(&err, status));
        return false;
    }
    remember(state, record.id);
    record_release(&record);
    state->draft = (struct id){{0}};
    state->dirty = false;
    bool counted = !state->uncounted;
    count_keys(state);
    state->rows.selected = 0;
    read_all(view);
    outreach_line_set(&state->line, view, &state->place, "");
    search_catch_up(context->store, context->codes, INDEX_BATCH, NULL, NULL);
    tell_saved(view, counted);
    return true;
}

/* Take back what was saved last on this screen; it comes back into an empty line to be put right. */
static void undo_last(struct view *view)
{
    struct outreach_view *state = view->state;
    struct app_context *context = view_context(view);
    const struct record_type *type = catalogue_find("consultation");
    struct errmsg err = {{0}};
    struct record record;
    if (state->n_saved == 0) {
        app_fail(view->app, "没有刚存的一条可以撤回");
        return;
    }
    struct id id = state->saved[--state->n_saved];
    enum status status = records_get(context->store, context->actor, type, id, &record, &err);
    if (status == STATUS_OK) {
        struct buf line;
        buf_init(&line, TEXT_BYTES);
        quick_line_of(&record, true, state->place.desk.groups, &line);
        status = records_undo(context->store, context->actor, type, id, &err);
        bool back = status == STATUS_OK && outreach_line_is_empty(&state->line);
        read_all(view);
        if (back)
            outreach_line_set(&state->line, view, &state->place, buf_cstr(&line));
        state->dirty |= back;
        state->uncounted |= back;
        if (status == STATUS_OK)
            app_say(view->app, "已撤回%s", back ? _("，内容放回来了，改好再按 Enter") : "");
        buf_wipe(&line);
        record_release(&record);
    }
    store_draft(view);
    if (status != STATUS_OK)
        app_fail(view->app, "没有撤回: %s", errmsg_text(&err, status));
}

/* The line before once more, without the person. */
static void repeat_last(struct view *view)
{
    struct outreach_view *state = view->state;
    struct buf line;
    if (state->rows.last.type == NULL || !outreach_line_is_empty(&state->line)) {
        app_fail(view->app, "%s", state->rows.last.type == NULL ? _("还没有上一条") : _("这一行已经有字；清空(Ctrl-U)再按 F8"));
        return;
    }
    buf_init(&line, TEXT_BYTES);
    quick_line_of(&state->rows.last, false, state->place.desk.groups, &line);
    outreach_line_set(&state->line, view, &state->place, buf_cstr(&line));
    state->rows.selected = 0;
    state->dirty = true;
    app_say(view->app, "上一条又写好了(不带姓名、电话)，Enter 存");
    buf_wipe(&line);
}

/* ---- going on from here ---- */

static struct id selected_id(const struct outreach_view *state)
{
    return state->rows.selected > 0 ? state->rows.rows[state->rows.selected - 1].id : (struct id){{0}};
}

/* What is being typed is saved first: it is about the same person. */
static void accept_application(struct view *view)
{
    struct outreach_view *state = view->state;
    struct id from = selected_id(state);
    if (state->rows.selected == 0 && !outreach_line_is_empty(&state->line)) {
        if (!save(view))
            return;
        from = state->saved[state->n_saved - 1];
    }
    outreach_apply(view, state->place.event.id, from);
}

static void choose_category(struct view *view)
{
    struct outreach_view *state = view->state;
    struct buf head;
    buf_init(&head, TEXT_BYTES);
    outreach_line_head(&state->line, &head);
    app_pick(view->app, PICK_CATEGORY, code_source_of_book(view_context(view)->codes, "category"), "类别", buf_cstr(&head));
    buf_release(&head);
}

static void open_here(struct view *view, const struct view_class *class)
{
    struct outreach_view *state = view->state;
    store_draft(view);
    app_open(view->app, class, &(struct view_argument){.id = state->place.event.id});
}

static void enter(struct view *view)
{
    struct outreach_view *state = view->state;
    if (state->rows.selected > 0)
        view_open_record(view->app, catalogue_find("consultation"), selected_id(state));
    else if (outreach_line_is_empty(&state->line))
        app_fail(view->app, "先打类别和性别年龄，如 142；从表里选按 F4");
    else
        save(view);
}

static bool event_command(struct view *view, int command)
{
    struct outreach_view *state = view->state;
    switch (command) {
    case COMMAND_SAVE:
        if (outreach_line_is_empty(&state->line))
            app_beep(view->app);
        else
            save(view);
        return true;
    case COMMAND_REPEAT:
        repeat_last(view);
        return true;
    case COMMAND_UNDO:
        undo_last(view);
        return true;
    case COMMAND_CODES:
        if (outreach_line_is_empty(&state->line))
            open_here(view, &view_outreach_start);
        else
            choose_category(view);
        return true;
    case COMMAND_APPLY:
        accept_application(view);
        return true;
    case COMMAND_TALLY:
        open_here(view, &view_outreach_tally);
        return true;
    case COMMAND_MATERIALS:
        open_here(view, &view_outreach_material);
        return true;
    case COMMAND_CLOSE:
        if (outreach_line_is_empty(&state->line))
            open_here(view, &view_outreach_close);
        else
            app_fail(view->app, "这一行还没有存: Enter 存好，或 Ctrl-U 清空，再收场");
        return true;
    default:
        return false;
    }
}

/* ---- keys ---- */

/* A word is finished: a good moment to put the line by. */
static bool ends_word(struct key key)
{
    uint32_t code = key_is_text(key) ? key_command_code(key) : 0;
    return code == ' ' || code == ',' || code == '/' || code == ';' || code == ':';
}

/* Typing goes into the line wherever the marker stands. */
static bool line_key(struct view *view, struct key key)
{
    struct outreach_view *state = view->state;
    switch (edit_key(&state->line.edit, key)) {
    case EDIT_IGNORED:
        return false;
    case EDIT_CHANGED:
        state->rows.selected = 0;
        state->dirty = true;
        outreach_line_read(&state->line, view, &state->place);
        if (ends_word(key))
            store_draft(view);
        return true;
    case EDIT_MOVED:
        state->rows.selected = 0;
        return true;
    case EDIT_REFUSED:
        app_beep(view->app);
        return true;
    }
    return false;
}

static bool event_key(struct view *view, struct key key)
{
    struct outreach_view *state = view->state;
    bool begins = outreach_line_is_empty(&state->line);
    state->keys = begins ? 1 : state->keys + 1;
    state->uncounted = state->uncounted && !begins;
    if (outreach_rows_key(&state->rows, key))
        return true;
    if (key.kind == K_ENTER && key.modifiers == 0) {
        enter(view);
        return true;
    }
    if (key.modifiers == 0 && (key.kind == K_UP || key.kind == K_DOWN)) {
        app_beep(view->app);
        return true;
    }
    return line_key(view, key);
}

static void event_answer(struct view *view, const struct view_answer *answer)
{
    struct outreach_view *state = view->state;
    if (answer->cancelled || answer->code == NULL || answer->tag != PICK_CATEGORY)
        return;
    outreach_line_take_category(&state->line, view, &state->place, answer->code->code);
    state->dirty = true;
}

/* ---- drawing ---- */

static void event_title(struct view *view, struct buf *left, struct buf *right)
{
    struct outreach_view *state = view->state;
    buf_puts(left, _("外展  "));
    outreach_place_text(&state->place, view, left);
    buf_printf(right, _("  已录 %lld"), (long long)state->rows.total);
    if (state->n_counts > 0)
        buf_printf(right, _("  本条 %u 键 中位 %u"), state->last_keys, median_keys(state));
}

/* One line that says where the event stands. */
static void draw_totals(const struct outreach_view *state, struct canvas *canvas)
{
    const struct event_totals *totals = &state->totals;
    struct buf text;
    buf_init(&text, TEXT_BYTES);
    buf_printf(&text, _("咨询 %lld 人次"), (long long)totals->consulted);
    if (totals->tallies > 0)
        buf_printf(&text, _("(逐条 %lld)"), (long long)state->rows.total);
    buf_printf(&text, _("  申请 %lld 件"), (long long)state->applications);
    if (state->applications > 0)
        buf_printf(&text, _("(收件 %lld)"), (long long)totals->accepted);
    if (totals->handouts > 0)
        buf_printf(&text, _("  材料 %lld 份"), (long long)totals->handouts);
    canvas_rule(canvas, TOTALS_ROW - 1);
    canvas_puts(canvas, TOTALS_ROW, 1, canvas->cols - 2, STYLE_NORMAL, buf_cstr(&text));
    buf_release(&text);
}

static void event_draw(struct view *view, struct canvas *canvas)
{
    struct outreach_view *state = view->state;
    canvas_rule(canvas, 1);
    outreach_line_draw(&state->line, view, &state->place, canvas, LINE_ROW, state->rows.selected == 0);
    draw_totals(state, canvas);
    outreach_rows_draw(&state->rows, canvas, ROWS_ROW, canvas->rows - 2 - ROWS_ROW);
}

static void event_hint(struct view *view, size_t columns, struct buf *out)
{
    struct outreach_view *state = view->state;
    if (state->rows.selected > 0)
        buf_puts(out, _("Enter 打开这一条来补；F5 从它起草申请；接着打字就是新的一条"));
    else
        outreach_line_hint(&state->line, view, &state->place, columns, out);
}

static void event_cite(struct view *view, struct buf *out)
{
    struct outreach_view *state = view->state;
    outreach_line_text(&state->line, out);
    buf_puts(out, _(" 法律援助法"));
    if (state->place.barracks)
        buf_puts(out, _(" 军人地位和权益保障法"));
}

#define BINDINGS(enter)                                                                                                                                                       \
    {"Enter", COMMAND_NONE, enter, BINDING_HINT}, {"F5", COMMAND_APPLY, "受理", 0}, {"F6", COMMAND_TALLY, "计数", 0}, {"F7", COMMAND_MATERIALS, "材料", 0},                       \
        {"F8", COMMAND_REPEAT, "重复", 0}, {"Ctrl-Z", COMMAND_UNDO, "撤", 0}, {"Ctrl-T", COMMAND_CLOSE, "收场", 0}, {"F4", COMMAND_CODES, "类别、场次", BINDING_HIDDEN},          \
        {"F2", COMMAND_SAVE, "存", BINDING_HIDDEN}, {"F9", COMMAND_LAW, "法条", BINDING_HIDDEN}, {"F1", COMMAND_HELP, "帮助", BINDING_KEEP},                                       \
        {"F10", COMMAND_BACK, "返回", BINDING_KEEP},                                                                                                                             \
    {                                                                                                                                                                         \
        NULL, 0, NULL, 0                                                                                                                                                      \
    }

static const struct keymap *event_keymap(struct view *view)
{
    static const struct binding line_bindings[] = {BINDINGS("存")}, row_bindings[] = {BINDINGS("看")};
    static const struct keymap line = {.bindings = line_bindings, .commands = COMMANDS}, row = {.bindings = row_bindings, .commands = COMMANDS};
    return ((struct outreach_view *)view->state)->rows.selected > 0 ? &row : &line;
}

static bool event_shows(struct view *view, size_t n, const struct record_type **type, struct id *id)
{
    const struct outreach_view *state = view->state;
    *type = state->place.event.type;
    *id = state->place.event.id;
    return n == 0;
}

const struct view_class view_outreach_event = {
    .name = "outreach-event",
    .state_bytes = sizeof(struct outreach_view),
    .help = "一行一条: 类别、性别年龄、Enter。如 ldbc2 或 142: 劳动报酬，女。没打的照括号里的默认。\n"
            "类别: 拼音首字母、两位代码或汉字；= 是上一条的类别。不记得时按 F4 从表里选。\n"
            "性别年龄一位数，单男双女: 1 2 成年，3 4 老年，5 6 未成年，0 不记。\n"
            "空格以后随便哪个先: 20人 (或 *20)  03 处理方式  姓名  电话  +07 人群(军属)  ；后面写情况。\n"
            "向下键选下面的一条，Enter 打开来补；Ctrl-Z 撤回刚存的，放回行里改；F8 照上一条再来一条。\n"
            "F5 现场受理: 起草申请，工作站人员接着收件；志愿者起草的，工作站人员登录后选那一条按 F5 收件。\n"
            "空行按 F4 改场次: 换接待人、志愿者。每条存好才显示；写了一半断电，再进来接着写。",
    .open = event_open,
    .close = event_close,
    .leave = event_leave,
    .key = event_key,
    .command = event_command,
    .draw = event_draw,
    .title = event_title,
    .keymap = event_keymap,
    .hint = event_hint,
    .cite = event_cite,
    .answer = event_answer,
    .refresh = event_refresh,
    .shows = event_shows,
    .idle = store_draft,
};
