/* tui/views/record_list_draw.c - a list as it is seen: title with its numbers and its condition, the find line, rows, where one is, hints. See record_list.h. */
#include <stdio.h>
#include <string.h>

#include "core/base/language.h"
#include "core/base/width.h"
#include "tui/views/record_list.h"

enum { LIST_ROW = 3, FRAME_COLUMNS = 20 /* of the title: margins, 练习, the word before the condition */, FILTER_COLUMNS_MIN = 12 };

/* The condition, cut so that what is listed, and how many, stay in sight. */
static void put_filter(const struct record_list *state, int columns, struct buf *out)
{
    struct buf words;
    size_t used;
    buf_init(&words, WORDS_BYTES * 2 + FILTER_BYTES);
    buf_printf(&words, "%s%s%s", state->where_words, state->where[0] != '\0' && state->filter_text[0] != '\0' ? _(" 且 ") : "", state->filter_text);
    size_t len = width_fit(buf_cstr(&words), words.len, columns > FILTER_COLUMNS_MIN ? (size_t)columns : FILTER_COLUMNS_MIN, &used);
    buf_printf(out, _("  筛选: %.*s%s"), (int)len, buf_cstr(&words), len < words.len ? ".." : "");
    buf_release(&words);
}

void record_list_title(struct view *view, struct buf *left, struct buf *right)
{
    struct record_list *state = view->state;
    bool more;
    int64_t total = record_list_total(state, &more);
    if (state->deleted)
        buf_printf(left, _("%s   删除过的，Enter 依法清除"), _(state->type->label));
    else
        buf_printf(left, _("%s   共 %lld%s   显示 %lld%s"), _(state->type->label), (long long)state->all.shown, state->all.more ? "+" : "", (long long)total, more ? "+" : "");
    if (state->marks.n > 0)
        buf_printf(left, _("   标记 %zu"), state->marks.n);
    if (state->has_filter)
        put_filter(state, view->app->cols - (int)width_text(buf_cstr(left), left->len) - FRAME_COLUMNS, right);
}

/* What a list without rows says: what to do next. */
static const char *none_text(const struct record_list *state)
{
    if (state->deleted)
        return state->filter_text[0] != '\0' ? _("没有符合筛选的；F4 改条件，Esc 不筛选") : _("没有删除过的");
    if (state->searching)
        return state->walk.done ? _("没有符合的；Esc 清掉查找，列出全部") : _("正在查找 ..");
    if (state->list.owed > 0)
        return _("正在查找 ..");
    if (!state->list.at_end)
        return _("还没有找完；PgDn 接着找，F4 改条件");
    return state->filter_text[0] != '\0' ? _("没有符合筛选的；F4 改条件，Esc 不筛选") : _("还没有记录，F5 新建");
}

void record_list_draw(struct view *view, struct canvas *canvas)
{
    struct record_list *state = view->state;
    bool more;
    record_list_settle(view);
    int64_t total = record_list_total(state, &more);
    int rows = canvas->rows - 2 - LIST_ROW - 1; /* the last row of the area tells where one is */
    int find = 1 + canvas_puts(canvas, 1, 1, -1, STYLE_NORMAL, _("查找 ["));
    canvas_puts(canvas, 1, find + FIND_COLUMNS, -1, STYLE_NORMAL, _("]  拼音首字母 / 汉字 / 电话尾号 / 编号"));
    list_show(view, &state->list, canvas, 2, rows, none_text(state), !state->in_find);
    edit_draw(&state->find, canvas, 1, find, STYLE_NORMAL, '_', state->in_find);
    const struct field_def *order = state->order != NULL ? state->order : catalogue_field(state->type, state->type->order);
    if (state->list.owed > 0) {
        canvas_printf(canvas, canvas->rows - 3, 1, canvas->cols - 2, STYLE_DIM, "正在查找: 看了 %lld / %lld%s 行   Esc停下", (long long)state->looked, (long long)state->all.shown, state->all.more ? "+" : "");
        return;
    }
    canvas_printf(canvas, canvas->rows - 3, 1, canvas->cols - 2, STYLE_DIM, "%zu / %lld%s   排序: %s%s", state->list.n, (long long)total, more ? "+" : "",
                  state->searching ? _("新的在前") : _(order->label), state->searching ? "" : state->ascending ? _(" 从小到大") : _(" 从大到小"));
    if (state->kept[0] != '\0') {
        int half = canvas->cols / 2;
        canvas_printf(canvas, canvas->rows - 3, half, canvas->cols - half - 1, STYLE_DIM, _("存的筛选: %s"), state->kept);
    }
}

/* With this list's own fields, appended. */
static void filter_example(const struct record_type *type, struct buf *out)
{
    static const struct {
        const char *type, *example;
    } examples[] = {
        {"case", "状态=承办中 and 收件日期=本月"},
        {"person", "性别=女 and 出生日期<1966-01-01"},
        {"consultation", "类别=劳动纠纷 and 日期=最近7天"},
    };
    for (size_t i = 0; i < sizeof examples / sizeof examples[0]; i++)
        if (strcmp(type->name, examples[i].type) == 0)
            buf_printf(out, _("筛选写法: %s"), _(examples[i].example));
    const struct field_def *order = catalogue_field(type, type->order);
    const char *name = language_is_foreign() ? order->name : order->label;
    if (out->len == 0)
        buf_printf(out, order->kind == FIELD_DAY ? _("筛选写法: %s=本月") : _("筛选写法: %s~几个字"), name);
}

void record_list_hint(struct view *view, size_t columns, struct buf *out)
{
    struct record_list *state = view->state;
    (void)columns;
    if (view->app->overlay == APP_NO_OVERLAY && state->searching && state->walk.total > FOUND_MAX)
        buf_printf(out, _("只列最新 %d 条，再打几个字缩小范围"), FOUND_MAX);
    else if (!state->has_filter)
        filter_example(state->type, out);
}
