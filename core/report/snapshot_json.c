/* core/report/snapshot_json.c - a snapshot's figures as JSON and back, strictly. See snapshot_impl.h. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/json.h"
#include "core/report/snapshot_impl.h"

enum { ROWS_MAX = TALLY_ORGS_MAX + 1, INTS_MAX = 2 * FORM_COLUMNS_MAX };

/* ---- writing ---- */

static void write_columns(struct json_writer *json, const struct ministry_form *form)
{
    json_key(json, "columns");
    json_array(json);
    for (size_t i = 0; i < form->n_columns; i++)
        json_int(json, form->columns[i].no);
    json_array_end(json);
}

static void write_row(struct json_writer *json, const struct form_row *row, size_t n_columns)
{
    size_t n = n_columns;

    while (n > 0 && row->values[n - 1] == 0)
        n--;
    json_array(json);
    json_int(json, row->org);
    json_string(json, row->name);
    json_array(json);
    for (size_t i = 0; i < n; i++)
        json_int(json, row->values[i]);
    json_array_end(json);
    json_array(json);
    for (size_t i = 0; i < n_columns; i++) {
        if (row->adjusted[i] == 0)
            continue;
        json_int(json, (int64_t)i);
        json_int(json, row->adjusted[i]);
    }
    json_array_end(json);
    json_array(json);
    for (size_t i = 0; i < n_columns; i++)
        if (row->missing[i])
            json_int(json, (int64_t)i);
    json_array_end(json);
    json_array_end(json);
}

static void write_sheet(struct json_writer *json, const struct form_sheet *sheet)
{
    write_columns(json, sheet->form);
    json_key(json, "rows");
    json_array(json);
    for (size_t i = 0; i < sheet->n_rows; i++)
        write_row(json, &sheet->rows[i], sheet->form->n_columns);
    json_array_end(json);
}

static void write_cells(struct json_writer *json, const struct snapshot_cell *cells, size_t n_cells)
{
    json_key(json, "cells");
    json_array(json);
    for (size_t i = 0; i < n_cells; i++) {
        json_array(json);
        json_string(json, cells[i].cell);
        json_int(json, cells[i].value);
        json_int(json, cells[i].adjusted);
        json_array_end(json);
    }
    json_array_end(json);
}

void snapshot_figures_write(const struct snapshot_parts *parts, struct buf *out)
{
    struct json_writer json;
    char year[8];

    snprintf(year, sizeof year, "%02u-%02u", (unsigned)parts->period->start.month % 100, (unsigned)parts->period->start.dom % 100);
    json_begin(&json, out);
    json_object(&json);
    json_key(&json, "v");
    json_int(&json, SNAPSHOT_VERSION);
    json_key(&json, "year");
    json_string(&json, year);
    if (parts->sheet != NULL)
        write_sheet(&json, parts->sheet);
    else
        write_cells(&json, parts->cells, parts->n_cells);
    json_object_end(&json);
}

/* ---- reading ---- */

struct figures {
    struct json_reader json;
    struct buf text;
    struct snapshot *out;
    size_t columns[FORM_COLUMNS_MAX]; /* what stands at that place, as an index into the form's columns; FORM_COLUMNS_MAX: a column the form no longer has */
    size_t n_columns, rows_room, cells_room;
    bool newer, no_memory;
};

static bool is(struct figures *figures, enum json_token token)
{
    return json_next(&figures->json) == token;
}

/* The number that was just read: a whole one that fits. */
static bool number(const struct figures *figures, int64_t *out)
{
    const char *text = buf_cstr(&figures->text);
    char *end;

    errno = 0;
    *out = strtoll(text, &end, 10);
    return errno == 0 && end != text && *end == '\0';
}

static bool read_int(struct figures *figures, int64_t *out)
{
    return is(figures, JSON_NUMBER) && number(figures, out);
}

static bool read_text(struct figures *figures, char *out, size_t size)
{
    if (!is(figures, JSON_STRING) || figures->text.len >= size || memchr(buf_cstr(&figures->text), '\0', figures->text.len) != NULL)
        return false;
    memcpy(out, buf_cstr(&figures->text), figures->text.len + 1);
    return true;
}

static bool read_ints(struct figures *figures, int64_t out[INTS_MAX], size_t most, size_t *n)
{
    enum json_token token;

    *n = 0;
    if (!is(figures, JSON_ARRAY))
        return false;
    while ((token = json_next(&figures->json)) == JSON_NUMBER)
        if (*n == most || !number(figures, &out[(*n)++]))
            return false;
    return token == JSON_ARRAY_END;
}

static bool read_columns(struct figures *figures)
{
    const struct ministry_form *form = figures->out->sheet.form;
    int64_t numbers[INTS_MAX];

    if (form == NULL || !read_ints(figures, numbers, FORM_COLUMNS_MAX, &figures->n_columns))
        return false;
    for (size_t i = 0; i < figures->n_columns; i++) {
        size_t at = 0;

        while (at < form->n_columns && form->columns[at].no != numbers[i])
            at++;
        figures->columns[i] = at < form->n_columns ? at : FORM_COLUMNS_MAX;
        if (at < form->n_columns && figures->out->has[at])
            return false; /* twice */
        if (at < form->n_columns)
            figures->out->has[at] = true;
    }
    return true;
}

/* Whether a place of the row is one of the columns; *at: where it goes, FORM_COLUMNS_MAX: nowhere. */
static bool place(const struct figures *figures, int64_t index, size_t *at)
{
    if (index < 0 || (uint64_t)index >= figures->n_columns)
        return false;
    *at = figures->columns[index];
    return true;
}

static bool read_row_body(struct figures *figures, struct form_row *row)
{
    int64_t ints[INTS_MAX];
    size_t n, at;

    if (!read_int(figures, &row->org) || row->org < 0 || !read_text(figures, row->name, sizeof row->name) || !read_ints(figures, ints, figures->n_columns, &n))
        return false;
    for (size_t i = 0; i < n; i++)
        if (place(figures, (int64_t)i, &at) && at < FORM_COLUMNS_MAX)
            row->values[at] = ints[i];
    if (!read_ints(figures, ints, 2 * figures->n_columns, &n) || n % 2 != 0)
        return false;
    for (size_t i = 0; i < n; i += 2) {
        if (!place(figures, ints[i], &at))
            return false;
        if (at < FORM_COLUMNS_MAX)
            row->adjusted[at] = ints[i + 1];
    }
    if (!read_ints(figures, ints, figures->n_columns, &n))
        return false;
    for (size_t i = 0; i < n; i++) {
        if (!place(figures, ints[i], &at))
            return false;
        if (at < FORM_COLUMNS_MAX)
            row->missing[at] = true;
    }
    return is(figures, JSON_ARRAY_END);
}

/* One more element of a list that is owned by the snapshot; NULL: too many, or no memory, which is remembered. */
static void *grow(struct figures *figures, void *list, size_t n, size_t most, size_t size, size_t *room)
{
    size_t more = *room == 0 ? 16 : *room * 2;
    void *grown = n >= most ? NULL : realloc(list, more * size);

    if (grown != NULL)
        *room = more;
    figures->no_memory |= grown == NULL && n < most;
    return grown;
}

static bool read_rows(struct figures *figures)
{
    struct form_sheet *sheet = &figures->out->sheet;
    enum json_token token;

    if (sheet->form == NULL || figures->n_columns == 0 || sheet->n_rows > 0 || !is(figures, JSON_ARRAY))
        return false;
    while ((token = json_next(&figures->json)) == JSON_ARRAY) {
        if (sheet->n_rows == figures->rows_room) {
            struct form_row *rows = grow(figures, sheet->rows, sheet->n_rows, ROWS_MAX, sizeof *rows, &figures->rows_room);
            if (rows == NULL)
                return false;
            sheet->rows = rows;
        }
        sheet->rows[sheet->n_rows] = (struct form_row){0};
        if (!read_row_body(figures, &sheet->rows[sheet->n_rows++]))
            return false;
    }
    return token == JSON_ARRAY_END && sheet->n_rows > 0 && sheet->rows[sheet->n_rows - 1].org == 0;
}

static bool read_cells(struct figures *figures)
{
    struct snapshot *out = figures->out;
    enum json_token token;

    if (out->sheet.form != NULL || out->n_cells > 0 || !is(figures, JSON_ARRAY))
        return false;
    while ((token = json_next(&figures->json)) == JSON_ARRAY) {
        if (out->n_cells == figures->cells_room) {
            struct snapshot_cell *cells = grow(figures, out->cells, out->n_cells, SNAPSHOT_CELLS_MAX, sizeof *cells, &figures->cells_room);
            if (cells == NULL)
                return false;
            out->cells = cells;
        }
        struct snapshot_cell *cell = &out->cells[out->n_cells++];
        *cell = (struct snapshot_cell){0};
        if (!read_text(figures, cell->cell, sizeof cell->cell) || !read_int(figures, &cell->value) || !read_int(figures, &cell->adjusted) || !is(figures, JSON_ARRAY_END))
            return false;
    }
    return token == JSON_ARRAY_END;
}

static bool read_version(struct figures *figures)
{
    int64_t version;

    if (!read_int(figures, &version))
        return false;
    figures->newer = version > SNAPSHOT_VERSION;
    return version == SNAPSHOT_VERSION;
}

static bool read_year(struct figures *figures)
{
    char text[8];

    return read_text(figures, text, sizeof text) && year_start_parse(text, &figures->out->period.start, NULL) == STATUS_OK;
}

static bool read_member(struct figures *figures)
{
    static const struct {
        const char *key;
        bool (*read)(struct figures *figures);
    } members[] = {{"v", read_version}, {"year", read_year}, {"columns", read_columns}, {"rows", read_rows}, {"cells", read_cells}};

    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++)
        if (strcmp(buf_cstr(&figures->text), members[i].key) == 0)
            return members[i].read(figures);
    return json_skip(&figures->json, JSON_KEY);
}

static bool read_all(struct figures *figures)
{
    enum json_token token;

    if (!is(figures, JSON_OBJECT))
        return false;
    while ((token = json_next(&figures->json)) == JSON_KEY)
        if (!read_member(figures))
            return false;
    return token == JSON_OBJECT_END && is(figures, JSON_END) && figures->out->period.start.month != 0 && (figures->out->sheet.form == NULL || figures->out->sheet.n_rows > 0);
}

enum status snapshot_figures_read(const char *text, size_t len, const struct form_book *book, struct snapshot *out, struct errmsg *err)
{
    struct figures *figures = calloc(1, sizeof *figures);
    bool newer = false, fine = false, no_memory = false;

    if (figures == NULL)
        return errmsg_set(err, STATUS_NOMEM, "内存不足");
    *figures = (struct figures){.out = out};
    buf_init(&figures->text, SNAPSHOT_JSON_BYTES);
    json_reader_init(&figures->json, text, len, &figures->text);
    out->sheet.form = form_book_find(book, out->report);
    fine = (out->sheet.form != NULL || strcmp(out->report, "summary") == 0) && read_all(figures);
    newer = figures->newer;
    no_memory = figures->no_memory || figures->text.status == STATUS_NOMEM;
    buf_release(&figures->text);
    free(figures);
    if (!fine && no_memory) /* the figures are as good as ever */
        return errmsg_set(err, STATUS_NOMEM, "内存不足");
    if (newer)
        return errmsg_set(err, STATUS_VERSION, "存档由更新的程序写成，请升级后查看");
    return fine ? STATUS_OK : errmsg_set(err, STATUS_CORRUPT, "存档的数字已损坏，读不出来；请重新存档");
}
