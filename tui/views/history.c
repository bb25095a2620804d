/* tui/views/history.c - what happened to a record: who, when, on which machine, which fields to what. Newest first; a line per field.
 * The log is read from its beginning, so a history of more lines than are kept loses its oldest changes, and says so at its end. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/language.h"
#include "tui/scroll.h"
#include "tui/views/common.h"
#include "tui/views/views.h"

enum { LINES_MAX = 2000, LINE_BYTES = 240, VALUE_BYTES = 120, FIRST_ROW = 2 };

struct history_view {
    const struct record_type *type;
    struct id id;
    char (*lines)[LINE_BYTES]; /* owned; oldest change first, its fields behind it */
    size_t n_lines;
    size_t *starts; /* owned: first line of each change */
    size_t n_changes;
    size_t n_dropped; /* changes older than those */
    size_t first;
    char title[VALUE_BYTES];
};

/* The older half of the lines, by whole changes; the change being written stays. */
static void drop_oldest(struct history_view *state)
{
    size_t k = 0;
    while (k + 1 < state->n_changes && state->starts[k] < LINES_MAX / 2)
        k++;
    size_t lines = state->starts[k];
    memmove(state->lines, state->lines + lines, (state->n_lines - lines) * sizeof *state->lines);
    state->n_lines -= lines;
    state->n_changes -= k;
    state->n_dropped += k;
    for (size_t i = 0; i < state->n_changes; i++)
        state->starts[i] = state->starts[i + k] - lines;
}

/* NULL: one change fills them all. */
static char *next_line(struct history_view *state)
{
    if (state->n_lines == LINES_MAX)
        drop_oldest(state);
    return state->n_lines < LINES_MAX ? state->lines[state->n_lines++] : NULL;
}

static const char *what_was_done(const struct history_entry *entry, bool first)
{
    static const struct {
        const char *op, *what;
    } WORDS[] = {{"delete", "删除"}, {"resolve", "解决冲突"}, {"move", "移交别的单位"}, {"erase", "依法清除"}, {"unknown", "新版本程序的操作"}};
    for (size_t i = 0; i < sizeof WORDS / sizeof WORDS[0]; i++)
        if (strcmp(entry->op, WORDS[i].op) == 0)
            return WORDS[i].what;
    if (strcmp(entry->op, "share") == 0)
        return entry->shared ? _("请协办") : _("协办结束");
    return first ? _("建立") : _("修改");
}

/* A reference by the title of what it points at, as far as the person may see that. */
static void reference_text(struct view *view, const struct field_def *field, const char *id_text, char out[VALUE_BYTES])
{
    struct app_context *context = view_context(view);
    const struct record_type *type = catalogue_find(field->codes);
    struct record record;
    struct id id;
    struct buf title;
    if (type == NULL || id_parse(id_text, strlen(id_text), &id) != STATUS_OK || records_get(context->store, context->actor, type, id, &record, NULL) != STATUS_OK)
        return;
    buf_init(&title, VALUE_BYTES - 1);
    record_show_title(&record, context->codes, &title);
    copy_text(out, VALUE_BYTES, buf_cstr(&title));
    buf_wipe(&title);
    record_release(&record);
}

static bool add_entry(void *context, const struct history_entry *entry)
{
    struct view *view = context;
    struct history_view *state = view->state;
    const struct code_book *codes = view_context(view)->codes;
    char moment[MOMENT_TEXT_BYTES], who[ACTOR_NAME_MAX_BYTES];
    const char *what = what_was_done(entry, state->n_changes + state->n_dropped == 0);
    state->starts[state->n_changes++] = state->n_lines;
    char *line = next_line(state);
    if (line == NULL)
        return false;
    long_moment_text(entry->at_ms, app_now_ms(view->app), moment);
    account_person_text(view_context(view), entry->user, who, sizeof who);
    snprintf(line, LINE_BYTES, "%s  %s  %s  %s%s%s%s%s%s", moment, who, entry->machine != NULL ? entry->machine : entry->station, what, entry->order == 0 ? _("  (还没发到县中心)") : "", entry->quarantined ? _("  (县中心没有接受)") : "",
             entry->flagged ? "  (" : "", entry->flagged ? entry->flag : "", entry->flagged ? ")" : "");
    if ((entry->erased || entry->reason != NULL) && (line = next_line(state)) != NULL)
        snprintf(line, LINE_BYTES, entry->reason != NULL ? _("    内容已依法清除: %s  批准 %s") : _("    内容已清除"), entry->reason, entry->officer);
    for (size_t i = 0; i < state->type->n_fields; i++) {
        char value[VALUE_BYTES];
        if (!entry->written[i] || state->type->fields[i].kind == FIELD_SECRET)
            continue;
        line = next_line(state);
        if (line == NULL)
            return false;
        record_field_copy(entry->fields, state->type->fields[i].name, codes, value, sizeof value);
        if (state->type->fields[i].kind == FIELD_REF)
            reference_text(view, &state->type->fields[i], record_text(entry->fields, state->type->fields[i].name), value);
        snprintf(line, LINE_BYTES, "    %s: %s", _(state->type->fields[i].label), value[0] != '\0' ? value : _("(清空)"));
    }
    return true;
}

static enum status history_open(struct view *view, const struct view_argument *argument, struct errmsg *err)
{
    struct history_view *state = view->state;
    struct app_context *context = view_context(view);
    struct record record;
    state->type = catalogue_find(argument->type);
    state->id = argument->id;
    state->lines = calloc(LINES_MAX, sizeof *state->lines);
    state->starts = calloc(LINES_MAX + 1, sizeof *state->starts);
    enum status status = state->lines == NULL || state->starts == NULL ? errmsg_set(err, STATUS_NOMEM, "内存不足") : STATUS_OK;
    if (status == STATUS_OK)
        status = records_history(context->store, context->actor, state->type, state->id, add_entry, view, err);
    if (status == STATUS_OK && records_get(context->store, context->actor, state->type, state->id, &record, NULL) == STATUS_OK) {
        struct buf title;
        buf_init(&title, VALUE_BYTES - 1);
        record_show_title(&record, context->codes, &title);
        copy_text(state->title, sizeof state->title, buf_cstr(&title));
        buf_wipe(&title);
        record_release(&record);
    }
    if (status != STATUS_OK) {
        free(state->lines);
        free(state->starts);
    }
    return status;
}

static void history_close(struct view *view)
{
    struct history_view *state = view->state;
    free(state->lines);
    free(state->starts);
}

/* Line n of the display, newest change first; NULL behind the end. *head: the first line of a change. */
static const char *display_line(const struct history_view *state, size_t n, bool *head)
{
    for (size_t change = state->n_changes; change > 0; change--) {
        size_t start = state->starts[change - 1];
        size_t end = change < state->n_changes ? state->starts[change] : state->n_lines;
        if (n < end - start) {
            *head = n == 0;
            return state->lines[start + n];
        }
        n -= end - start;
    }
    return NULL;
}

static bool history_key(struct view *view, struct key key)
{
    struct history_view *state = view->state;
    size_t page = view->app->rows > FIRST_ROW + 4 ? (size_t)(view->app->rows - FIRST_ROW - 3) : 1;
    enum scroll_result result = scroll_key(&state->first, state->n_lines + (state->n_dropped > 0), page, key);
    if (result == SCROLL_STUCK)
        app_beep(view->app);
    app_touch(view->app);
    return result != SCROLL_IGNORED;
}

static void history_title(struct view *view, struct buf *left, struct buf *right)
{
    struct history_view *state = view->state;
    buf_printf(left, _("历史  %s"), state->title);
    buf_printf(right, _("%zu 次修改"), state->n_changes + state->n_dropped);
}

static void history_draw(struct view *view, struct canvas *canvas)
{
    struct history_view *state = view->state;
    bool head = false;
    canvas_rule(canvas, 1);
    for (int row = FIRST_ROW; row < canvas->rows - 2; row++) {
        const char *line = display_line(state, state->first + (size_t)(row - FIRST_ROW), &head);
        if (line == NULL) {
            if (state->n_dropped > 0)
                canvas_printf(canvas, row, 1, canvas->cols - 2, STYLE_DIM, _("更早的 %zu 次修改不在这里列出"), state->n_dropped);
            break;
        }
        canvas_puts(canvas, row, 1, canvas->cols - 2, head ? STYLE_BOLD : STYLE_NORMAL, line);
    }
    canvas_set_cursor(canvas, FIRST_ROW, 0);
}

static const struct keymap *history_keymap(struct view *view)
{
    static const struct binding bindings[] = {
        {"上下", COMMAND_NONE, "看前后", BINDING_HINT},
        {"PgDn", COMMAND_NONE, "翻页", BINDING_HINT},
        {"F1", COMMAND_HELP, "帮助", BINDING_KEEP},
        {"F10", COMMAND_BACK, "返回", BINDING_KEEP},
        {NULL, 0, NULL, 0},
    };
    static const struct keymap map = {.bindings = bindings};
    (void)view;
    return &map;
}

static bool history_shows(struct view *view, size_t n, const struct record_type **type, struct id *id)
{
    const struct history_view *state = view->state;
    *type = state->type;
    *id = state->id;
    return n == 0;
}

const struct view_class view_history = {
    .name = "history",
    .state_bytes = sizeof(struct history_view),
    .help = "每次保存一段: 时间是写的那台机器的钟，只供参考；先后由县中心排定。",
    .open = history_open,
    .close = history_close,
    .shows = history_shows,
    .key = history_key,
    .draw = history_draw,
    .title = history_title,
    .keymap = history_keymap,
};
