/* tui/views/outreach_rows.c - see outreach_rows.h. */
#include "tui/views/outreach_rows.h"

#include <stdio.h>
#include <string.h>

#include "core/base/language.h"
#include "core/outreach/quick_line.h"
#include "core/record/filter.h"

enum { NUMBER_COLUMNS = 4, TIME_COLUMNS = 5, CATEGORY_COLUMNS = 14, WHO_COLUMNS = 9, PERSONS_COLUMNS = 6, WIDE = 76, MORE_COLUMNS = 6, REST_BYTES = OUTREACH_CELL_BYTES * 2 };

void outreach_rows_release(struct outreach_rows *rows)
{
    if (rows->last.type != NULL)
        record_release(&rows->last);
    rows->last.type = NULL;
    rows->n = 0;
}

static bool take_time(void *context, const struct history_entry *change)
{
    *(int64_t *)context = change->at_ms;
    return false; /* the first one: when it was written down */
}

struct reading {
    struct outreach_rows *rows;
    struct view *view;
    enum status status;
};

static void put_rest(const struct record *record, const struct code_book *codes, char out[REST_BYTES])
{
    struct buf text;
    buf_init(&text, REST_BYTES * 4);
    record_field_text(record, "handling", codes, &text);
    const char *name = record_text(record, "name");
    if (name[0] != '\0')
        buf_printf(&text, "  %s", name);
    if (record_text(record, "content")[0] != '\0')
        buf_printf(&text, "  %s", record_text(record, "content"));
    copy_text(out, REST_BYTES, buf_cstr(&text));
    buf_wipe(&text);
}

static bool take_row(void *context, const struct record *record, const struct list_key *key)
{
    struct reading *reading = context;
    struct outreach_rows *rows = reading->rows;
    struct app_context *app = view_context(reading->view);
    struct outreach_row *row = &rows->rows[rows->n];
    struct buf who;
    (void)key;
    if (rows->n == 0)
        reading->status = record_copy(&rows->last, record);
    if (reading->status != STATUS_OK) {
        rows->last.type = NULL;
        return false;
    }
    *row = (struct outreach_row){.id = record->id, .number = rows->total - (int64_t)rows->n};
    buf_init(&who, OUTREACH_CELL_BYTES);
    quick_who_text(app->codes, record_text(record, "sex"), record_text(record, "age_band"), &who);
    copy_text(row->who, sizeof row->who, buf_cstr(&who));
    buf_release(&who);
    record_field_copy(record, "category", app->codes, row->category, sizeof row->category);
    struct value persons = record_get(record, catalogue_field(record->type, "persons"));
    snprintf(row->persons, sizeof row->persons, _("%lld人"), persons.kind == VALUE_INT ? (long long)persons.number : 1LL);
    put_rest(record, app->codes, row->rest);
    rows->n++;
    return rows->n < OUTREACH_ROWS_MAX;
}

/* When each was written down, after the list was read: the store reads one list at a time. */
static void read_times(struct outreach_rows *rows, struct view *view)
{
    struct app_context *context = view_context(view);
    for (size_t i = 0; i < rows->n; i++) {
        int64_t at_ms = 0;
        (void)records_history(context->store, context->actor, catalogue_find("consultation"), rows->rows[i].id, take_time, &at_ms, NULL);
        if (at_ms != 0)
            minute_text(at_ms, rows->rows[i].at);
    }
}

enum status outreach_rows_read(struct outreach_rows *rows, struct view *view, struct id event, struct errmsg *err)
{
    const struct record_type *type = catalogue_find("consultation");
    struct app_context *context = view_context(view);
    struct reading reading = {.rows = rows, .view = view};
    struct id selected = rows->selected > 0 && rows->selected <= rows->n ? rows->rows[rows->selected - 1].id : (struct id){{0}};
    struct filter filter;
    char text[64], id[ID_TEXT_BYTES];
    outreach_rows_release(rows);
    id_format(event, id);
    snprintf(text, sizeof text, "event=%s and tally=", id);
    enum status status = filter_parse(&filter, type, context->codes, text, err);
    if (status != STATUS_OK)
        return status;
    struct list_query query = {.type = type, .filter = &filter, .limit = OUTREACH_ROWS_MAX};
    status = records_count(context->store, context->actor, type, &filter, &rows->total, err);
    if (status == STATUS_OK)
        status = records_list(context->store, context->actor, &query, take_row, &reading, err);
    filter_release(&filter);
    read_times(rows, view);
    rows->selected = 0;
    for (size_t i = 0; i < rows->n && !id_is_zero(selected); i++)
        if (id_equal(rows->rows[i].id, selected))
            rows->selected = i + 1;
    return status == STATUS_OK ? reading.status : status;
}

bool outreach_rows_key(struct outreach_rows *rows, struct key key)
{
    if (key.modifiers != 0 || (key.kind != K_UP && key.kind != K_DOWN))
        return false;
    if (key.kind == K_DOWN ? rows->selected == rows->n : rows->selected == 0)
        return false;
    rows->selected = key.kind == K_DOWN ? rows->selected + 1 : rows->selected - 1;
    return true;
}

static void draw_row(const struct outreach_row *row, struct canvas *canvas, int at, bool selected)
{
    enum { TIME = 1 + NUMBER_COLUMNS + 1, CATEGORY = TIME + TIME_COLUMNS + 2, WHO = CATEGORY + CATEGORY_COLUMNS + 1, PERSONS = WHO + WHO_COLUMNS, REST = PERSONS + PERSONS_COLUMNS + 2 };
    int more = language_is_foreign() && canvas->cols >= WIDE ? MORE_COLUMNS : 0; /* of category and of who: words of other languages are longer */
    char number[24];
    snprintf(number, sizeof number, "%lld", (long long)row->number);
    canvas_puts(canvas, at, 0, -1, STYLE_NORMAL, selected ? ">" : " ");
    canvas_put_right(canvas, at, 1, NUMBER_COLUMNS, STYLE_NORMAL, number);
    canvas_puts(canvas, at, TIME, TIME_COLUMNS, STYLE_DIM, row->at);
    canvas_puts(canvas, at, CATEGORY, CATEGORY_COLUMNS + more, STYLE_NORMAL, row->category);
    canvas_puts(canvas, at, WHO + more, WHO_COLUMNS + more, STYLE_NORMAL, row->who);
    canvas_put_right(canvas, at, PERSONS + 2 * more, PERSONS_COLUMNS, STYLE_NORMAL, row->persons);
    canvas_puts(canvas, at, REST + 2 * more, canvas->cols - REST - 2 * more - 1, STYLE_NORMAL, row->rest);
}

void outreach_rows_draw(struct outreach_rows *rows, struct canvas *canvas, int row, int height)
{
    size_t shown = height > 0 ? (size_t)height : 0;
    if (rows->selected == 0)
        rows->top = 0;
    else if (rows->selected <= rows->top)
        rows->top = rows->selected - 1;
    else if (rows->selected > rows->top + shown)
        rows->top = rows->selected - shown;
    for (size_t i = 0; i < shown && rows->top + i < rows->n; i++)
        draw_row(&rows->rows[rows->top + i], canvas, row + (int)i, rows->selected == rows->top + i + 1);
    if (rows->n == 0 && shown > 0)
        canvas_puts(canvas, row, 2, canvas->cols - 3, STYLE_DIM, _("还没有记。存好的一条一条列在这里，Enter 打开可以补"));
    if (rows->selected > 0)
        canvas_set_cursor(canvas, row + (int)(rows->selected - 1 - rows->top), 0);
}
