/* tui/views/report_row_list.c - see report_row_list.h. */
#include "tui/views/report_row_list.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/day.h"
#include "core/base/language.h"
#include "core/report/report_file.h"
#include "tui/field_grid.h"
#include "tui/views/views.h"

enum { ROWS_FIRST = 256, TITLE_BYTES = 1024, CELLS_MAX = 6 };

static const char SEALED[] = "（封存）";

/* ---- columns ---- */

static const struct list_column columns[] = {{"日期", 10, false}, {"类别", 8, false}, {"记录", 0, false}, {"数", 10, true}};
static const struct list_column late_columns[] = {{"日期", 10, false}, {"类别", 8, false}, {"记录", 0, false}, {"存档时", 8, true}, {"现在", 8, true}, {"相差", 8, true}};
static const struct list_column narrow_late_columns[] = {{"日期", 10, false}, {"记录", 0, false}, {"存档时", 7, true}, {"现在", 7, true}};

static size_t choose_columns(const struct report_row_list *rows, const struct list_column **out)
{
    bool narrow = rows->cols < GRID_WIDE;
    *out = !rows->late ? columns : narrow ? narrow_late_columns : late_columns;
    return !rows->late ? sizeof columns / sizeof columns[0] : narrow ? sizeof narrow_late_columns / sizeof narrow_late_columns[0] : sizeof late_columns / sizeof late_columns[0];
}

/* ---- rows ---- */

static void number_text(const struct report_row_list *rows, int64_t value, char out[REPORT_WAN_BYTES])
{
    if (rows->money)
        report_wan(value, out);
    else
        snprintf(out, REPORT_WAN_BYTES, "%lld", (long long)value);
}

static void title_of(const struct report_row_list *rows, const struct report_row *row, struct buf *out)
{
    struct app_context *context = view_context(rows->view);
    struct record record;
    if (row->sealed) {
        buf_puts(out, SEALED);
        return;
    }
    if (records_get(context->store, context->actor, row->type, row->id, &record, NULL) != STATUS_OK)
        return; /* deleted since it was counted */
    record_show_title(&record, context->codes, out);
    record_release(&record);
}

static bool add_row(void *context, struct list_page *page, size_t index)
{
    const struct report_row_list *rows = context;
    const struct report_row *row = &rows->rows[index];
    char day[DAY_TEXT_BYTES] = "", then[REPORT_WAN_BYTES], now[REPORT_WAN_BYTES], difference[REPORT_WAN_BYTES];
    struct buf title;
    if (row->day != TALLY_NO_DAY)
        day_format(row->day, day);
    number_text(rows, row->then, then);
    number_text(rows, row->now, now);
    number_text(rows, row->now - row->then, difference);
    buf_init(&title, TITLE_BYTES);
    title_of(rows, row, &title);
    struct list_row out = {.key = {.set = true, .value = value_null(), .row = (int64_t)index + 1}, .tag = (uint32_t)index, .style = row->sealed ? STYLE_DIM : STYLE_NORMAL};
    const char *plain[CELLS_MAX] = {day, _(row->type->label), buf_cstr(&title), now}, *late[CELLS_MAX] = {day, _(row->type->label), buf_cstr(&title), then, now, difference};
    const char *narrow[CELLS_MAX] = {day, buf_cstr(&title), then, now};
    memcpy(out.cells, !rows->late ? plain : rows->cols < GRID_WIDE ? narrow : late, sizeof plain);
    memcpy(out.id.bytes, &index, sizeof index); /* a record may stand here twice: for two of the figures a sum is made of */
    out.id.bytes[sizeof out.id.bytes - 1] = 1;
    bool added = list_page_add(page, &out);
    buf_wipe(&title);
    return added;
}

static enum status fetch(void *context, enum list_way way, const struct list_key *key, size_t max, struct list_page *page, struct errmsg *err)
{
    const struct report_row_list *rows = context;
    (void)err;
    list_page_walk(page, way, key, max, rows->n, add_row, context);
    return STATUS_OK;
}

static bool take(struct report_row_list *rows, const struct tally_row *from, int64_t then, int64_t now)
{
    rows->n_all++;
    rows->sum += now - then;
    if (rows->n == REPORT_ROWS_MAX)
        return true;
    if (rows->n == rows->room) {
        size_t room = rows->room > 0 ? rows->room * 2 : ROWS_FIRST;
        struct report_row *grown = realloc(rows->rows, room * sizeof *grown);
        if (grown == NULL) {
            rows->status = STATUS_NOMEM;
            return false;
        }
        rows->rows = grown;
        rows->room = room;
    }
    rows->rows[rows->n++] = (struct report_row){.type = from->type, .id = from->id, .day = from->day, .then = then, .now = now, .sealed = from->sealed};
    return true;
}

bool report_row_list_take(void *rows, const struct tally_row *row)
{
    return take(rows, row, 0, row->amount);
}

bool report_row_list_take_late(void *rows, const struct snapshot_late *late)
{
    return take(rows, &late->row, late->then, late->now);
}

/* ---- the list ---- */

void report_row_list_init(struct report_row_list *rows, struct view *view, bool money, bool late)
{
    const struct list_column *shown;
    *rows = (struct report_row_list){.view = view, .money = money, .late = late, .cols = view->app->cols > 0 ? view->app->cols : APP_MIN_COLS};
    size_t n = choose_columns(rows, &shown);
    list_init(&rows->list, (struct list_source){.context = rows, .fetch = fetch}, shown, n, LIST_USUAL);
}

void report_row_list_release(struct report_row_list *rows)
{
    list_release(&rows->list);
    free(rows->rows);
}

void report_row_list_clear(struct report_row_list *rows)
{
    rows->n = 0;
    rows->n_all = rows->sum = 0;
    rows->status = STATUS_OK;
}

void report_row_list_draw(struct report_row_list *rows, struct canvas *canvas, int row, int height, const char *empty)
{
    struct errmsg err = {{0}};
    enum status status = STATUS_OK;
    if (canvas->cols != rows->cols) {
        const struct list_column *shown;
        rows->cols = canvas->cols;
        size_t n = choose_columns(rows, &shown);
        list_set_columns(&rows->list, shown, n);
        status = list_reload(&rows->list, &err);
    }
    if (status == STATUS_OK)
        status = list_set_height(&rows->list, (size_t)(height - list_header_rows(&rows->list)), &err);
    if (status != STATUS_OK)
        app_fail(rows->view->app, "%s", errmsg_text(&err, status));
    list_draw(&rows->list, canvas, row, 0, height, canvas->cols, empty, true);
}

static void open_selected(struct report_row_list *rows)
{
    const struct list_row *selected = list_selected(&rows->list);
    if (selected == NULL)
        app_beep(rows->view->app);
    else if (rows->rows[selected->tag].sealed)
        app_say(rows->view->app, "封存的记录，这个账号看不到是哪一条");
    else
        view_open_record(rows->view->app, rows->rows[selected->tag].type, rows->rows[selected->tag].id);
}

bool report_row_list_key(struct report_row_list *rows, struct key key)
{
    enum list_result result = list_key_told(rows->view, &rows->list, key);
    if (result == LIST_OPEN)
        open_selected(rows);
    return result != LIST_IGNORED;
}
