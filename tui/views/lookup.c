/* tui/views/lookup.c - has this person been at another station? A whole name or document number and a written reason; the sync program asks the center while there is a connection and stores the answer
 * (core/record/lookup.h), which this screen shows when it is there. */
#include <inttypes.h>
#include <string.h>

#include "core/base/utf8.h"
#include "core/record/lookup.h"
#include "core/base/language.h"
#include "tui/edit_field.h"
#include "tui/views/common.h"
#include "tui/views/views.h"

enum { TEXT_CHARS = 40, REASON_CHARS = 80, FIELD_COL = 10, TEXT_ROW = 2, REASON_ROW = 3, ANSWER_ROW = 6, HINT_ROWS = ANSWER_ROW - REASON_ROW - 1, SLOW_MS = 20 * 1000, N_FIELDS = 2, EARLIER = 4 };

struct lookup_view {
    struct edit_field fields[N_FIELDS]; /* who, why */
    size_t focus;
    int64_t no;           /* of the question asked here; 0: none yet */
    struct lookup answer;
    struct lookup earlier[EARLIER];
    size_t n_earlier;
};

static bool add_earlier(void *context, const struct lookup *lookup)
{
    struct lookup_view *state = context;
    if (lookup->no != state->no)
        state->earlier[state->n_earlier++] = *lookup;
    return state->n_earlier < EARLIER;
}

static void read_answers(struct view *view)
{
    struct lookup_view *state = view->state;
    struct store *store = view_context(view)->store;
    struct errmsg err = {{0}};
    enum status status = state->no == 0 ? STATUS_OK : lookup_get(store, state->no, &state->answer, &err);
    state->n_earlier = 0;
    if (status == STATUS_OK)
        status = lookup_list(store, 0, add_earlier, state, &err);
    if (status != STATUS_OK)
        app_fail(view->app, "%s", errmsg_text(&err, status));
    app_touch(view->app);
}

static enum status lookup_view_open(struct view *view, const struct view_argument *argument, struct errmsg *err)
{
    struct lookup_view *state = view->state;
    const char *text = argument != NULL && argument->text != NULL ? argument->text : "";
    if (view_context(view)->machine->center)
        return errmsg_set(err, STATUS_FORBIDDEN, "县中心有全县的记录，直接查找就可以");
    edit_init(&state->fields[0], TEXT_CHARS, LOOKUP_TEXT_BYTES - 1, 0);
    edit_init(&state->fields[1], REASON_CHARS, LOOKUP_REASON_BYTES - 1, 0);
    (void)edit_set(&state->fields[0], text, strlen(text));
    state->focus = *text != '\0';
    read_answers(view);
    return STATUS_OK;
}

static void lookup_view_close(struct view *view)
{
    struct lookup_view *state = view->state;
    for (size_t i = 0; i < N_FIELDS; i++)
        edit_release(&state->fields[i]);
    memset(state, 0, sizeof *state);
}

static void send(struct view *view)
{
    struct lookup_view *state = view->state;
    struct app_context *context = view_context(view);
    struct actor actor = *context->actor;
    struct errmsg err = {{0}};
    struct buf text, reason;
    actor.now_ms = app_now_ms(view->app);
    buf_init(&text, 4 * TEXT_CHARS + 1);
    buf_init(&reason, 4 * REASON_CHARS + 1);
    edit_text(&state->fields[0], &text);
    edit_text(&state->fields[1], &reason);
    enum status status = lookup_ask(context->store, &actor, context->codes, buf_cstr(&text), buf_cstr(&reason), &state->no, &err);
    if (status == STATUS_OK)
        status = sync_request_post(context->store, actor.now_ms, &err);
    if (status != STATUS_OK) {
        app_fail(view->app, "%s", errmsg_text(&err, status));
        state->focus = utf8_count(buf_cstr(&reason), reason.len) < LOOKUP_REASON_MIN_CHARS;
    } else {
        app_say(view->app, "已交给同步程序去问，答复来了会显示在这里");
        read_answers(view);
    }
    buf_wipe(&text);
    buf_release(&reason);
}

static bool lookup_view_key(struct view *view, struct key key)
{
    struct lookup_view *state = view->state;
    if (key.kind == K_UP || key.kind == K_DOWN || key.kind == K_TAB) {
        state->focus = !state->focus;
        app_touch(view->app);
        return true;
    }
    if (key.kind == K_ENTER) {
        if (state->focus == 0)
            state->focus = 1;
        else
            send(view);
        app_touch(view->app);
        return true;
    }
    switch (edit_key(&state->fields[state->focus], key)) {
    case EDIT_IGNORED:
        return false;
    case EDIT_REFUSED:
        app_beep(view->app);
        return true;
    default:
        app_touch(view->app);
        return true;
    }
}

static bool lookup_view_command(struct view *view, int command)
{
    if (command != COMMAND_SAVE)
        return false;
    send(view);
    return true;
}

/* ---- drawing ---- */

/* A line of the answer: date, station, kind. */
static void draw_hit(struct canvas *canvas, int row, const char *line, size_t len)
{
    const char *org = memchr(line, '\t', len), *kind = org == NULL ? NULL : memchr(org + 1, '\t', len - (size_t)(org + 1 - line));
    if (kind == NULL)
        return;
    canvas_put(canvas, row, 3, 12, STYLE_NORMAL, line, (size_t)(org - line));
    canvas_put(canvas, row, 16, 28, STYLE_NORMAL, org + 1, (size_t)(kind - org - 1));
    canvas_put(canvas, row, 45, canvas->cols - 46, STYLE_NORMAL, kind + 1, len - (size_t)(kind + 1 - line));
}

static int draw_hits(struct canvas *canvas, int row, const struct lookup *answer)
{
    const char *at = answer->lines;
    canvas_printf(canvas, row++, 1, canvas->cols - 2, STYLE_BOLD, "%s  来过 %" PRId64 " 次%s  同名的不一定是同一个人", lookup_text(answer), answer->total, answer->total > LOOKUP_LINES ? _("，列最近的") : "");
    while (*at != '\0' && row < canvas->rows - 3) {
        size_t len = strcspn(at, "\n");
        draw_hit(canvas, row++, at, len);
        at += len + (at[len] == '\n');
    }
    return row;
}

static int draw_answer(struct view *view, struct canvas *canvas, int row)
{
    struct lookup_view *state = view->state;
    const struct lookup *answer = &state->answer;
    if (answer->state != LOOKUP_OPEN && answer->text[0] == '\0') {
        canvas_puts(canvas, row, 1, canvas->cols - 2, STYLE_BOLD, lookup_text(answer));
    } else if (answer->state == LOOKUP_REFUSED) {
        canvas_printf(canvas, row, 1, canvas->cols - 2, STYLE_ERROR, "县中心没有答  %s", answer->lines);
    } else if (answer->state == LOOKUP_ANSWERED && answer->total > 0) {
        return draw_hits(canvas, row, answer);
    } else if (answer->state == LOOKUP_ANSWERED) {
        canvas_printf(canvas, row, 1, canvas->cols - 2, STYLE_BOLD, "%s  县中心没有查到", lookup_text(answer));
    } else if (app_now_ms(view->app) - answer->asked_ms < SLOW_MS) {
        canvas_printf(canvas, row, 1, canvas->cols - 2, STYLE_NORMAL, "%s  正在问县中心", answer->text);
    } else {
        canvas_printf(canvas, row, 1, canvas->cols - 2, STYLE_ERROR, "%s  还没有答复: 现在连不上县中心，或同步程序没有在运行", answer->text);
        canvas_puts(canvas, row + 1, 1, canvas->cols - 2, STYLE_NORMAL, _("可以先办着；一天内连上就会答，答复留在这一屏"));
        return row + 2;
    }
    return row + 1;
}

static void draw_earlier(const struct view *view, struct canvas *canvas, int row, const struct lookup_view *state)
{
    static const char *const words[] = {"等答复", "已答", "没有答"};
    if (state->n_earlier == 0 || row >= canvas->rows - 4)
        return;
    canvas_puts(canvas, row++, 1, -1, STYLE_DIM, _("以前问过的"));
    for (size_t i = 0; i < state->n_earlier && row < canvas->rows - 3; i++, row++) {
        const struct lookup *lookup = &state->earlier[i];
        char moment[MOMENT_TEXT_BYTES];
        moment_text(lookup->asked_ms, app_now_ms(view->app), moment);
        canvas_printf(canvas, row, 3, canvas->cols - 4, STYLE_DIM, "%s  %s  %s  %s %" PRId64 " 条", moment, lookup->user, lookup_text(lookup), _(words[lookup->state]), lookup->total);
    }
}

static void lookup_view_draw(struct view *view, struct canvas *canvas)
{
    struct lookup_view *state = view->state;
    static const char *const labels[N_FIELDS] = {"查谁", "理由"};
    int row = ANSWER_ROW;
    canvas_rule(canvas, 1);
    for (size_t i = 0; i < N_FIELDS; i++) {
        canvas_puts(canvas, TEXT_ROW + (int)i, 0, -1, STYLE_NORMAL, i == state->focus ? ">" : " ");
        canvas_puts(canvas, TEXT_ROW + (int)i, 1, -1, STYLE_NORMAL, _(labels[i]));
        canvas_puts(canvas, TEXT_ROW + (int)i, FIELD_COL - 1, -1, STYLE_NORMAL, "[");
        canvas_puts(canvas, TEXT_ROW + (int)i, canvas->cols - 2, -1, STYLE_NORMAL, "]");
        edit_set_size(&state->fields[i], 1, canvas->cols - FIELD_COL - 2);
    }
    canvas_paragraph(canvas, REASON_ROW + 1, FIELD_COL, HINT_ROWS, canvas->cols - FIELD_COL - 1, STYLE_DIM, _("写全姓名或证件号码，理由至少 4 个字；县中心记下谁在什么时候为什么查"));
    if (state->no != 0)
        row = draw_answer(view, canvas, row) + 1;
    draw_earlier(view, canvas, row, state);
    for (size_t i = 0; i < N_FIELDS; i++) /* the cursor last */
        edit_draw(&state->fields[i], canvas, TEXT_ROW + (int)i, FIELD_COL, STYLE_NORMAL, '_', i == state->focus);
    if (state->focus == 0)
        edit_draw(&state->fields[0], canvas, TEXT_ROW, FIELD_COL, STYLE_NORMAL, '_', true);
}

static void lookup_view_title(struct view *view, struct buf *left, struct buf *right)
{
    (void)view;
    buf_puts(left, _("问县中心  这个人去过别的站没有"));
    buf_puts(right, _("要联网"));
}

static void lookup_view_tick(struct view *view, int64_t now_ms)
{
    struct lookup_view *state = view->state;
    (void)now_ms;
    if (state->no != 0 && state->answer.state == LOOKUP_OPEN)
        read_answers(view);
}

static const struct keymap *lookup_view_keymap(struct view *view)
{
    static const struct binding bindings[] = {
        {"Enter", COMMAND_NONE, "下一项", BINDING_HINT}, {"F2", COMMAND_SAVE, "去问", BINDING_KEEP}, {"F1", COMMAND_HELP, "帮助", BINDING_KEEP}, {"F10", COMMAND_BACK, "返回", BINDING_KEEP}, {NULL, 0, NULL, 0},
    };
    static const struct keymap map = {.bindings = bindings};
    (void)view;
    return &map;
}

const struct view_class view_lookup = {
    .name = "lookup",
    .state_bytes = sizeof(struct lookup_view),
    .help = "问县中心这个人去过哪些站: 只答日期、哪个站、咨询还是案件，不答内容。\n"
            "要写全姓名或证件号码，不能只写几个字；要写明理由，县中心把谁、什么时候、为什么查了谁记下来。\n"
            "封存的、有安全联系方式的人查不到。每站每小时最多 30 次。\n"
            "要有网络、同步程序在运行；没有网络时问题先记下，一天内连上就会答。",
    .open = lookup_view_open,
    .close = lookup_view_close,
    .key = lookup_view_key,
    .command = lookup_view_command,
    .draw = lookup_view_draw,
    .title = lookup_view_title,
    .keymap = lookup_view_keymap,
    .refresh = read_answers,
    .tick = lookup_view_tick,
};
