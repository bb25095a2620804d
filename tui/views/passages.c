/* tui/views/passages.c - what the center gave to this station and took from it: which case, where it went, when; F2 says that it has been read. See core/record/passage.h.
 *
 * Where a record went is what people look for: on a narrow screen the year goes from the day and the kind gives its place to the number (a record without one is called by its kind), and an office is called by its town where its
 * whole name has no room. */
#include <stdlib.h>
#include <string.h>

#include "core/base/day.h"
#include "core/base/language.h"
#include "core/base/width.h"
#include "core/record/passage.h"
#include "tui/field_grid.h"
#include "tui/list.h"
#include "tui/views/common.h"
#include "tui/views/views.h"

enum { PASSAGES_MAX = 200, N_COLUMNS = 4, N_NARROW = 3, LIST_ROW = 2, TEXT_BYTES = 320, GUTTER_COLUMNS = 4, GAP_COLUMNS = 2 };

struct passages_view {
    struct passage *rows; /* owned, PASSAGES_MAX */
    size_t n, unread;
    int cols; /* the rows are made for */
    int64_t now_ms;
    struct list list;
};

static const struct list_column columns[N_COLUMNS] = {
    {.label = "日期", .columns = 10}, {.label = "类别", .columns = 6}, {.label = "编号", .columns = 22}, {.label = "从哪里，到哪里", .columns = 0},
};
static const struct list_column narrow_columns[N_NARROW] = {
    {.label = "日期", .columns = 5}, {.label = "编号", .columns = 20}, {.label = "从哪里，到哪里", .columns = 0},
};

static bool is_narrow(const struct passages_view *state)
{
    return state->cols < GRID_WIDE;
}

/* ---- reading ---- */

static bool take_row(void *context, const struct passage *passage)
{
    struct passages_view *state = context;
    state->rows[state->n++] = *passage;
    state->unread += !passage->read;
    return state->n < PASSAGES_MAX;
}

static void way_with(const struct passage *passage, const char *org, struct buf *out)
{
    if (passage->way == PASSAGE_LEFT)
        buf_printf(out, _("移送到 %s"), org);
    else if (passage->way == PASSAGE_UNSHARED)
        buf_printf(out, _("协办结束，由 %s 办"), org);
    else if (passage->way == PASSAGE_CAME)
        buf_printf(out, _("从 %s 移来"), org);
    else
        buf_printf(out, _("请本站协办，%s 主办"), org);
}

/* Columns that the last column has. */
static int way_columns(const struct passages_view *state)
{
    const struct list_column *all = is_narrow(state) ? narrow_columns : columns;
    size_t n = is_narrow(state) ? N_NARROW : N_COLUMNS;
    int left = state->cols - GUTTER_COLUMNS;
    for (size_t i = 0; i + 1 < n; i++)
        left -= all[i].columns + GAP_COLUMNS;
    return left;
}

static void way_text(const struct passages_view *state, const struct passage *passage, struct buf *out)
{
    const char *org = passage->org_name[0] != '\0' ? passage->org_name : _("别的单位");
    char brief[PASSAGE_ORG_BYTES];
    way_with(passage, org, out);
    if (width_text(buf_cstr(out), out->len) <= (size_t)way_columns(state))
        return;
    station_short_text(org, brief, sizeof brief);
    buf_clear(out);
    way_with(passage, brief, out);
}

static bool give(void *context, struct list_page *page, size_t index)
{
    const struct passages_view *state = context;
    const struct passage *passage = &state->rows[index];
    struct list_row row = {.id = passage->id, .tag = (uint32_t)index, .style = passage->read ? STYLE_NORMAL : STYLE_BOLD, .key = {.set = true, .value = value_null(), .row = (int64_t)index + 1}};
    int32_t on = day_of_ms(passage->at_ms, DAY_OFFICE_OFFSET_MIN);
    char day[DAY_TEXT_BYTES];
    struct buf way;
    buf_init(&way, TEXT_BYTES);
    way_text(state, passage, &way);
    if (is_narrow(state)) {
        short_day_text(on, state->now_ms, day);
        row.cells[0] = day;
        row.cells[1] = passage->number[0] != '\0' ? passage->number : _(passage->type->label);
        row.cells[2] = buf_cstr(&way);
    } else {
        day_format(on, day);
        row.cells[0] = day;
        row.cells[1] = _(passage->type->label);
        row.cells[2] = passage->number;
        row.cells[3] = buf_cstr(&way);
    }
    bool more = list_page_add(page, &row);
    buf_release(&way);
    return more;
}

static enum status fetch(void *context, enum list_way way, const struct list_key *key, size_t max, struct list_page *page, struct errmsg *err)
{
    struct passages_view *state = context;
    (void)err;
    list_page_walk(page, way, key, max, state->n, give, state);
    return STATUS_OK;
}

static enum status read_all(struct view *view, struct errmsg *err)
{
    struct passages_view *state = view->state;
    struct app_context *context = view_context(view);
    state->n = state->unread = 0;
    state->cols = view->app->cols;
    state->now_ms = app_now_ms(view->app);
    list_set_columns(&state->list, is_narrow(state) ? narrow_columns : columns, is_narrow(state) ? N_NARROW : N_COLUMNS);
    enum status status = passage_list(context->store, context->actor, false, take_row, state, err);
    return status == STATUS_OK ? list_reset(&state->list, err) : status;
}

static void passages_refresh(struct view *view)
{
    struct errmsg err = {{0}};
    enum status status = read_all(view, &err);
    if (status != STATUS_OK)
        app_fail(view->app, "%s", errmsg_text(&err, status));
}

static void passages_close(struct view *view)
{
    struct passages_view *state = view->state;
    list_release(&state->list);
    free(state->rows);
}

static enum status passages_open(struct view *view, const struct view_argument *argument, struct errmsg *err)
{
    struct passages_view *state = view->state;
    (void)argument;
    list_init(&state->list, (struct list_source){.context = state, .fetch = fetch}, columns, N_COLUMNS, LIST_USUAL);
    state->rows = calloc(PASSAGES_MAX, sizeof *state->rows);
    enum status status = state->rows != NULL ? STATUS_OK : errmsg_set(err, STATUS_NOMEM, "内存不足");
    if (status == STATUS_OK)
        status = list_set_height(&state->list, (size_t)(view->app->rows > 10 ? view->app->rows - 6 : 10), err);
    if (status == STATUS_OK)
        status = read_all(view, err);
    if (status != STATUS_OK)
        passages_close(view);
    return status;
}

/* ---- keys ---- */

static void open_selected(struct view *view)
{
    struct passages_view *state = view->state;
    const struct list_row *row = list_selected(&state->list);
    const struct passage *passage = row != NULL && row->tag < state->n ? &state->rows[row->tag] : NULL;
    if (passage == NULL)
        app_beep(view->app);
    else if (passage_is_away(passage->way))
        app_fail(view->app, "内容已经不在本站；要问的请找 %s 或者县中心", passage->org_name[0] != '\0' ? passage->org_name : _("接手的单位"));
    else
        view_open_record(view->app, passage->type, passage->id);
}

static bool passages_key(struct view *view, struct key key)
{
    struct passages_view *state = view->state;
    switch (list_key_told(view, &state->list, key)) {
    case LIST_IGNORED:
        return false;
    case LIST_OPEN:
        open_selected(view);
        break;
    default:
        break;
    }
    return true;
}

static bool passages_command(struct view *view, int command)
{
    struct app_context *context = view_context(view);
    struct errmsg err = {{0}};
    if (command != COMMAND_SAVE)
        return false;
    enum status status = passage_mark_read(context->store, context->actor, &err);
    if (status != STATUS_OK) {
        app_fail(view->app, "%s", errmsg_text(&err, status));
        return true;
    }
    passages_refresh(view);
    app_say(view->app, "记下了：首页不再提这些，%d 天内在这里还看得到", PASSAGE_DAYS);
    return true;
}

/* ---- drawing ---- */

static void passages_title(struct view *view, struct buf *left, struct buf *right)
{
    struct passages_view *state = view->state;
    buf_printf(left, _("移交  %d 天里县中心移送来和移送走的"), PASSAGE_DAYS);
    buf_printf(right, _("没看过 %zu 件"), state->unread);
}

static void passages_draw(struct view *view, struct canvas *canvas)
{
    struct passages_view *state = view->state;
    if (state->cols != canvas->cols)
        passages_refresh(view);
    canvas_rule(canvas, 1);
    list_show(view, &state->list, canvas, LIST_ROW, canvas->rows - 2 - LIST_ROW, _("没有。县中心把案件移送到别的站、移送到本站、请本站协办时，列在这里"), true);
}

static const struct keymap *passages_keymap(struct view *view)
{
    static const struct binding bindings[] = {
        {"Enter", COMMAND_OPEN, "打开", BINDING_HINT},   {"F2", COMMAND_SAVE, "都看过了", 0},       {"数字", COMMAND_NONE, "直达", BINDING_HINT},
        {"打字", COMMAND_NONE, "查找", BINDING_HINT}, {"F1", COMMAND_HELP, "帮助", BINDING_KEEP}, {"F10", COMMAND_BACK, "返回", BINDING_KEEP}, {NULL, 0, NULL, 0},
    };
    static const struct command commands[] = {{COMMAND_SAVE, "seen", "都看过了: 首页不再提这些，各人各记各的"}, {COMMAND_NONE, NULL, NULL}};
    static const struct keymap map = {.bindings = bindings, .commands = commands};
    (void)view;
    return &map;
}

const struct view_class view_passages = {
    .name = "passages",
    .state_bytes = sizeof(struct passages_view),
    .help = "案件由县中心移送到别的站，内容就从本站撤下，这里只留编号、去了哪里、哪一天；移送来的、请本站协办的也列出，Enter 打开。\n"
            "F2 都看过了: 首页不再提，各人各记各的；30 天以后从这里消失。\n"
            "移送走时没有写完的字不丢: 留在草稿里，能看能抄，不能再存。",
    .open = passages_open,
    .close = passages_close,
    .key = passages_key,
    .command = passages_command,
    .draw = passages_draw,
    .title = passages_title,
    .keymap = passages_keymap,
    .refresh = passages_refresh,
};
