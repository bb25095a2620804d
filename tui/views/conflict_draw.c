/* tui/views/conflict_draw.c - how a conflict is drawn (conflict.c): a row for each value and each other choice, below them the selected value to its end and what is known of its writing. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/base/language.h"
#include "core/base/utf8.h"
#include "core/base/width.h"
#include "core/record/order.h"
#include "tui/views/case_text.h"
#include "tui/views/common.h"
#include "tui/views/conflict_impl.h"

enum { FIRST_ROW = 4, STATION_COLUMNS = 12, STATION_FOREIGN_COLUMNS = 14, WHO_COLUMNS = 24, LEAD_CHARS = 4 /* in sight before what differs */ };

/* "county center" is longer than 县中心. */
static int station_columns(void)
{
    return language_is_foreign() ? STATION_FOREIGN_COLUMNS : STATION_COLUMNS;
}

static int value_column(void)
{
    return 3 + station_columns() + 1;
}

/* From where the values differ, if that is beyond the row: ".." stands for what they have in common. */
static const char *told_from(const struct conflict_value *value, size_t shared, int columns, char out[CONFLICT_VALUE_BYTES + 2])
{
    size_t chars = utf8_count(value->text, shared);
    bool beyond = strlen(value->text) + UTF8_MAX_BYTES >= CONFLICT_VALUE_BYTES && shared == strlen(value->text); /* what differs is not here: below it is */
    if (beyond || width_text(value->text, shared) + 2 * LEAD_CHARS < (size_t)columns || chars <= LEAD_CHARS)
        return value->text;
    snprintf(out, CONFLICT_VALUE_BYTES + 2, "..%s", value->text + utf8_offset(value->text, shared, chars - LEAD_CHARS));
    return out;
}

/* Machines of one office begin alike: of a long name the end stands there, too (白马..1号机). */
static void draw_station(struct canvas *canvas, int row, const struct conflict_value *value)
{
    const char *name = strncmp(value->machine, value->station, strlen(value->station)) == 0 ? value->machine : value->station;
    size_t len = strlen(name), columns = (size_t)station_columns(), end = 0;
    if (width_text(name, len) <= columns) {
        canvas_puts(canvas, row, 3, (int)columns, STYLE_NORMAL, name);
        return;
    }
    while (width_text(name + end, len - end) > columns / 2)
        end += utf8_offset(name + end, len - end, 1);
    size_t head = width_fit(name, len, columns - 2 - width_text(name + end, len - end), NULL);
    canvas_printf(canvas, row, 3, (int)columns, STYLE_NORMAL, "%.*s..%s", (int)head, name, name + end);
}

static void draw_value(const struct view *view, struct canvas *canvas, int row, const struct conflict_value *value, bool shown, size_t shared)
{
    char moment[MOMENT_TEXT_BYTES], who[CONFLICT_WHO_BYTES + MOMENT_TEXT_BYTES + 8], from[CONFLICT_VALUE_BYTES + 2];
    const char *mark = shown ? _("  (显示)") : "";
    int at = value_column(), marked = (int)width_text(mark, strlen(mark)), columns = canvas->cols - at - WHO_COLUMNS - 1;
    moment_text(value->at_ms, app_now_ms(view->app), moment);
    snprintf(who, sizeof who, "%s  %s", moment, value->user);
    draw_station(canvas, row, value);
    const char *text = told_from(value, shared, columns - marked, from);
    int taken = (int)width_text(text, strlen(text));
    taken = taken < columns - marked ? taken : columns - marked;
    canvas_puts(canvas, row, at, taken, shown ? STYLE_BOLD : STYLE_NORMAL, text);
    canvas_puts(canvas, row, at + taken, marked, STYLE_BOLD, mark);
    canvas_puts(canvas, row, canvas->cols - WHO_COLUMNS, WHO_COLUMNS, STYLE_DIM, who);
}

static void draw_named(struct canvas *canvas, int row, const char *name, const char *text)
{
    canvas_puts(canvas, row, 3, station_columns(), STYLE_NORMAL, name);
    canvas_puts(canvas, row, value_column(), canvas->cols - value_column() - 1, STYLE_NORMAL, text);
}

static void draw_choice(const struct view *view, struct canvas *canvas, int row, const struct conflict_choice *cell, size_t choice)
{
    if (choice < cell->n)
        draw_value(view, canvas, row, &cell->values[choice], choice == 0, conflict_values_shared(cell));
    else if (choice == CHOICE_BOTH)
        draw_named(canvas, row, cell->n == 2 ? _("两个都留") : _("几个都留"), cell->both);
    else if (choice == CHOICE_TYPE)
        draw_named(canvas, row, _("手工填写"), "");
    else
        draw_named(canvas, row, _("先放着"), _("不影响办理，几个值都不会丢"));
}

struct drawing {
    struct canvas *canvas;
    size_t at, top, rows;
    int row;
};

static bool draw_line(void *context, const char *text)
{
    struct drawing *drawing = context;
    if (drawing->at >= drawing->top && drawing->at < drawing->top + drawing->rows)
        canvas_puts(drawing->canvas, drawing->row++, 3, drawing->canvas->cols - 4, STYLE_NORMAL, text);
    drawing->at++;
    return true;
}

static bool count_line(void *context, const char *text)
{
    (void)text;
    ++*(size_t *)context;
    return true;
}

static size_t lines_of(const struct canvas *canvas, const char *text, size_t len)
{
    size_t lines = 0;
    struct buf part;
    buf_init(&part, CONFLICT_WHOLE_MAX_BYTES);
    buf_append(&part, text, len);
    case_wrap(buf_cstr(&part), canvas->cols - 4, count_line, &lines);
    buf_wipe(&part);
    return lines;
}

/* How long it is, and where it begins to be another. */
static void draw_whole_head(const struct conflict_view *state, struct canvas *canvas, int row)
{
    const struct whole_text *whole = &state->whole;
    const char *text = buf_cstr(&whole->text);
    struct buf line;
    buf_init(&line, 512);
    if (conflict_present(state)->field == NULL)
        buf_puts(&line, _("这一边写的"));
    else
        buf_printf(&line, _("全文 %zu 字"), utf8_count(text, whole->text.len));
    if (whole->differs > 0 && whole->differs < whole->text.len)
        buf_printf(&line, _("，第 %zu 字起不同"), utf8_count(text, whole->differs) + 1);
    if (whole->lines > whole->rows)
        buf_printf(&line, _("；PgDn 翻看 %zu-%zu/%zu 行"), whole->top + 1, whole->top + whole->rows, whole->lines);
    canvas_puts(canvas, row, 3, canvas->cols - 4, STYLE_DIM, buf_cstr(&line));
    buf_release(&line);
}

/* The selected value to the end, as far as rows go. Returns the row below. */
static int draw_whole(struct conflict_view *state, struct canvas *canvas, int row, int end)
{
    struct whole_text *whole = &state->whole;
    const char *text = buf_cstr(&whole->text);
    whole->lines = lines_of(canvas, text, whole->text.len);
    whole->rows = end > row + 2 ? (size_t)(end - row - 1) : 1;
    whole->rows = whole->rows < whole->lines ? whole->rows : whole->lines;
    if (whole->cols != canvas->cols) {
        size_t line = lines_of(canvas, text, whole->differs);
        whole->top = line > whole->rows && whole->differs < whole->text.len ? line - 2 : 0;
        whole->cols = canvas->cols;
    }
    if (whole->top > whole->lines - whole->rows)
        whole->top = whole->lines - whole->rows;
    draw_whole_head(state, canvas, row++);
    struct drawing drawing = {.canvas = canvas, .top = whole->top, .rows = whole->rows, .row = row};
    case_wrap(text, canvas->cols - 4, draw_line, &drawing);
    return drawing.row;
}

/* Whether its row does not tell it: it is longer, or a deletion's other side. */
static bool has_more(const struct conflict_view *state, const struct canvas *canvas)
{
    const struct buf *text = &state->whole.text;
    size_t room = (size_t)(canvas->cols - 3 - station_columns() - 1 - WHO_COLUMNS - 1 - 8);
    return text->len > 0 && (conflict_present(state)->field == NULL || width_text(buf_cstr(text), text->len) > room || memchr(buf_cstr(text), '\n', text->len) != NULL);
}

/* The column beside the value has room for the whole name of its machine. */
static bool stands_beside(const struct conflict_value *value)
{
    return strcmp(value->station, value->machine) == 0 && width_text(value->machine, strlen(value->machine)) <= (size_t)station_columns();
}

/* What is known of its writing. */
static void draw_order(struct canvas *canvas, int row, const struct conflict_value *value)
{
    struct buf line, skew;
    buf_init(&line, 1024);
    if (value->order != 0)
        buf_printf(&line, _("县中心%s排在第 %" PRIu64 " 号"), order_era((uint64_t)value->order) > 0 ? _("恢复后") : "", order_within_era((uint64_t)value->order));
    else
        buf_puts(&line, _("县中心还没有排号"));
    buf_init(&skew, 256);
    conflict_skew_text(value, &skew);
    if (skew.len > 0) {
        buf_puts(&line, _("；那台机器的钟"));
        buf_puts(&line, buf_cstr(&skew));
    }
    buf_release(&skew);
    if (value->machine[0] != '\0' && !stands_beside(value)) /* last: what is long is cut, the number and the clock are not */
        buf_printf(&line, "  %s", value->machine);
    canvas_puts(canvas, row, 3, canvas->cols - 4, STYLE_DIM, buf_cstr(&line));
    buf_release(&line);
}

/* Rows that draw_notes takes. */
static int notes_rows(const struct conflict_choice *cell)
{
    return (cell->more > 0) + (cell->field != NULL && (cell->field->flags & FIELD_HOLD) != 0) + cell->by_action + 1;
}

/* Returns the row below. */
static int draw_detail(struct conflict_view *state, struct canvas *canvas, int row, const struct conflict_choice *cell, const struct conflict_value *value)
{
    state->whole.rows = 0;
    if (has_more(state, canvas))
        row = draw_whole(state, canvas, row, canvas->rows - 3 - notes_rows(cell) - 2);
    draw_order(canvas, row, value);
    return row + 1;
}

static void draw_notes(struct canvas *canvas, int row, const struct conflict_choice *cell)
{
    if (cell->more > 0 && row < canvas->rows - 3)
        canvas_printf(canvas, row++, 1, canvas->cols - 2, STYLE_DIM, "还有 %zu 个值，在这条记录的历史里", cell->more);
    if (cell->field != NULL && (cell->field->flags & FIELD_HOLD) && row < canvas->rows - 3)
        canvas_puts(canvas, row++, 1, canvas->cols - 2, STYLE_DIM, _("这一项先到先得：后来的值由人定了才显示"));
    if (cell->by_action && row < canvas->rows - 3)
        canvas_puts(canvas, row++, 1, canvas->cols - 2, STYLE_DIM, _("由办理动作产生，只能在这些值里选一个，由县中心来定"));
    if (row < canvas->rows - 3)
        canvas_puts(canvas, row, 1, canvas->cols - 2, STYLE_DIM, _("时间是各机自己的钟，仅供参考；先后以县中心排的号为准"));
}

static void draw_before(struct canvas *canvas, const struct conflict_choice *cell)
{
    canvas_puts(canvas, FIRST_ROW - 1, 3, station_columns(), STYLE_DIM, _("原来"));
    canvas_puts(canvas, FIRST_ROW - 1, value_column(), canvas->cols - value_column() - 1, STYLE_DIM, cell->before[0] != '\0' ? cell->before : _("(空)"));
}

void conflict_draw(struct view *view, struct canvas *canvas)
{
    struct conflict_view *state = view->state;
    const struct conflict_choice *cell = conflict_present(state);
    size_t offered[CHOICES_MAX];
    int row = FIRST_ROW;
    canvas_rule(canvas, 1);
    if (cell == NULL) {
        canvas_paragraph(canvas, 2, 1, 2, canvas->cols - 2, STYLE_NORMAL, state->settled ? _("这条记录没有冲突了。F10 返回；定得不对，现在可以按 Ctrl-Z 撤回") : _("这条记录没有冲突了，F10 返回"));
        canvas_set_cursor(canvas, 2, 1);
        return;
    }
    canvas_printf(canvas, 2, 1, canvas->cols - 2, STYLE_BOLD, "字段  %s%s", cell->field == NULL ? _("一边删除了，另一边还在修改") : _(cell->field->label), cell->reopened ? _("   (刚撤回，请重新选)") : "");
    if (cell->field != NULL)
        draw_before(canvas, cell);
    size_t n = conflict_offer(cell, offered);
    for (size_t i = 0; i < n; i++, row++) {
        canvas_printf(canvas, row, 0, 3, STYLE_NORMAL, "%c%zu", i == state->selected ? '>' : ' ', i + 1);
        draw_choice(view, canvas, row, cell, offered[i]);
    }
    if (offered[state->selected] < cell->n)
        row = draw_detail(state, canvas, row + 1, cell, &cell->values[offered[state->selected]]);
    draw_notes(canvas, row + 1, cell);
    canvas_set_cursor(canvas, FIRST_ROW + (int)state->selected, 0);
}
