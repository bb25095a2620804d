/* tui/views/pace.c - 我的数字: how many records this person typed, and how many seconds and keys one took; nobody else's, and nobody else sees them (core/record/pace.h).
 *
 * No targets, no ranking, no arrows up and down: numbers to look at for oneself. */
#include "core/record/pace.h"

#include <stdio.h>

#include "core/base/language.h"
#include "tui/views/common.h"
#include "tui/views/views.h"

enum { SPANS = 4, KINDS = 3, FIRST_ROW = 3, LABEL_COLUMN = 1, FIRST_COLUMN = 18, SPAN_COLUMNS = 15, CELL_BYTES = 48 };

struct pace_view {
    struct pace cells[KINDS + 1][SPANS]; /* the last row: all kinds together */
};

static const char *const span_labels[SPANS] = {"今天", "昨天", "近 7 天", "近 30 天"};
static const char *const kinds[KINDS] = {"consultation", "case", "person"};

static enum status read_all(struct view *view, struct errmsg *err)
{
    struct pace_view *state = view->state;
    struct app_context *context = view_context(view);
    int32_t today = today_of(view);
    const int32_t days[SPANS][2] = {{today, today}, {today - 1, today - 1}, {today - 6, today}, {today - 29, today}};
    enum status status = STATUS_OK;
    for (size_t kind = 0; kind <= KINDS; kind++)
        for (size_t span = 0; status == STATUS_OK && span < SPANS; span++)
            status = pace_read(context->store, context->actor, kind < KINDS ? catalogue_find(kinds[kind]) : NULL, days[span][0], days[span][1], &state->cells[kind][span], err);
    return status;
}

static enum status pace_open(struct view *view, const struct view_argument *argument, struct errmsg *err)
{
    (void)argument;
    return read_all(view, err);
}

static void pace_refresh(struct view *view)
{
    struct errmsg err = {{0}};
    enum status status = read_all(view, &err);
    if (status != STATUS_OK)
        app_fail(view->app, "%s", errmsg_text(&err, status));
}

static void pace_title(struct view *view, struct buf *left, struct buf *right)
{
    buf_puts(left, _("我的数字"));
    buf_printf(right, "%s", actor_called(view_context(view)->actor));
}

/* "12 条", and below it "38 秒 27 键". */
static void draw_cell(struct canvas *canvas, int row, int col, const struct pace *pace)
{
    char text[CELL_BYTES];
    snprintf(text, sizeof text, pace->records > 0 ? _("%lld 条") : "--", (long long)pace->records);
    canvas_puts(canvas, row, col, SPAN_COLUMNS - 1, STYLE_BOLD, text);
    if (pace->records == 0)
        return;
    snprintf(text, sizeof text, _("%lld 秒 %lld 键"), (long long)((pace->median_ms + 500) / 1000), (long long)pace->median_keys);
    canvas_puts(canvas, row + 1, col, SPAN_COLUMNS - 1, STYLE_NORMAL, text);
}

static void pace_draw(struct view *view, struct canvas *canvas)
{
    struct pace_view *state = view->state;
    int row = FIRST_ROW;
    canvas_rule(canvas, 1);
    for (int span = 0; span < SPANS; span++)
        canvas_puts(canvas, 2, FIRST_COLUMN + span * SPAN_COLUMNS, SPAN_COLUMNS - 1, STYLE_DIM, _(span_labels[span]));
    for (size_t kind = 0; kind <= KINDS; kind++, row += 3) {
        canvas_puts(canvas, row + 1, LABEL_COLUMN, FIRST_COLUMN - 2, STYLE_NORMAL, kind < KINDS ? _(catalogue_find(kinds[kind])->label) : _("合计"));
        for (int span = 0; span < SPANS; span++)
            draw_cell(canvas, row + 1, FIRST_COLUMN + span * SPAN_COLUMNS, &state->cells[kind][span]);
    }
    if (state->cells[KINDS][SPANS - 1].records == 0)
        canvas_puts(canvas, row + 1, LABEL_COLUMN, canvas->cols - 2, STYLE_BOLD, _("还没有数字，录一条就有: F10 回首页，F5 咨询速录。"));
    row += 2;
    row += canvas_paragraph(canvas, row, LABEL_COLUMN, canvas->rows - 2 - row, canvas->cols - LABEL_COLUMN - 1, STYLE_NORMAL, _("秒和键是每条的中位数: 一半比它快，一半比它慢。停下来说话，最多算一分钟。"));
    canvas_paragraph(canvas, row, LABEL_COLUMN, canvas->rows - 2 - row, canvas->cols - LABEL_COLUMN - 1, STYLE_NORMAL, _("只有自己看得到；只在本机，不同步、不上报、不排名，三个月后自动删除。"));
    canvas_set_cursor(canvas, FIRST_ROW + 1, LABEL_COLUMN);
}

static const struct keymap *pace_keymap(struct view *view)
{
    static const struct binding bindings[] = {{"F1", COMMAND_HELP, "帮助", BINDING_KEEP}, {"F10", COMMAND_BACK, "返回", BINDING_KEEP}, {NULL, 0, NULL, 0}};
    static const struct keymap map = {.bindings = bindings};
    (void)view;
    return &map;
}

const struct view_class view_pace = {
    .name = "pace",
    .state_bytes = sizeof(struct pace_view),
    .help = "自己录了多少条，一条用多少秒、多少键（中位数）。只有自己看得到，别的账号、县中心都看不到，不排名。\n"
            "在表格里按的每个键都算，F2 也算；没有键超过一分钟的，按一分钟算。命令行: aidpost mine --json。",
    .open = pace_open,
    .draw = pace_draw,
    .title = pace_title,
    .keymap = pace_keymap,
    .refresh = pace_refresh,
};
