/* core/report/ledger_file.c - see ledger_file.h. */
#include "core/report/ledger_file.h"

#include <string.h>

#include "core/base/day.h"
#include "core/record/table_writer.h"
#include "core/report/export_note.h"
#include "core/report/part_file.h"
#include "core/record/practice_sign.h"
#include "core/report/practice_file.h"
#include "core/report/spreadsheet.h"

enum { TEXT_MAX_BYTES = 1 << 20, TITLE_BYTES = 256 };

struct writing {
    struct store *store;
    const struct actor *actor;
    const struct code_book *codes;
    const struct ledger *ledger;
    const struct ledger_query *query;
    const char *path;
    bool practice;
    enum table_format format;
    size_t first, last; /* parts */
    struct ledger_list *list;
    size_t n_columns;
    const struct ledger_part *part;
    struct spreadsheet *sheet;
    struct part_file file;
    struct buf text;
    int64_t rows;
    enum status status;
    struct errmsg *err;
};

static enum status open_part(struct writing *writing, size_t index)
{
    enum status status = ledger_open(&writing->list, writing->store, writing->actor, writing->codes, writing->ledger, index, writing->query, writing->err);

    if (status != STATUS_OK)
        return status;
    writing->part = &writing->ledger->parts[index];
    writing->n_columns = ledger_columns(writing->list);
    return STATUS_OK;
}

static bool has_totals(const struct writing *writing)
{
    for (size_t i = 0; i < writing->n_columns; i++)
        if (ledger_column(writing->list, i)->summed)
            return true;
    return false;
}

/* "合计" stands in the first column that is not a sum. */
static void name_totals(const struct writing *writing, struct report_cell *totals)
{
    static const char TOTAL[] = "合计";

    for (size_t i = 0; i < writing->n_columns; i++) {
        if (totals[i].kind == REPORT_EMPTY) {
            totals[i] = (struct report_cell){.kind = REPORT_TEXT, .text = TOTAL, .len = sizeof TOTAL - 1};
            return;
        }
    }
}

/* ---- spreadsheet -------------------------------------------------------------------------------------------------- */

static bool sheet_row(void *context, const struct ledger_row *row)
{
    struct writing *writing = context;

    writing->status = spreadsheet_row(writing->sheet, row->cells, writing->err);
    return writing->status == STATUS_OK;
}

/* "补贴发放表  2026-01-01 至 2026-06-30" */
static void page_title(const struct writing *writing, struct buf *out)
{
    if (writing->practice)
        buf_puts(out, PRACTICE_SIGN);
    buf_puts(out, writing->ledger->title);
    if (writing->ledger->n_parts > 1)
        buf_printf(out, "（%s）", writing->part->title);
    if (writing->query->from != LEDGER_NO_DAY || writing->query->to != LEDGER_NO_DAY) {
        buf_puts(out, "  ");
        ledger_period_text(writing->query->from, writing->query->to, out);
    }
}

static enum status begin_sheet(struct writing *writing)
{
    struct report_column columns[VIEW_COLUMNS_MAX];

    for (size_t i = 0; i < writing->n_columns; i++)
        columns[i] = *ledger_column(writing->list, i);
    buf_clear(&writing->text);
    page_title(writing, &writing->text);
    return spreadsheet_sheet(writing->sheet, writing->part->title, buf_cstr(&writing->text), columns, writing->n_columns, writing->err);
}

/* ---- text --------------------------------------------------------------------------------------------------------- */

static void put_csv_row(struct writing *writing, const struct report_cell *cells)
{
    struct buf *out = &writing->file.out;

    for (size_t i = 0; i < writing->n_columns; i++) {
        buf_clear(&writing->text);
        report_cell_text(&cells[i], &writing->text);
        if (i > 0)
            buf_putc(out, ',');
        bool phone = ledger_plan(writing->list)->columns[i].field != NULL && ledger_plan(writing->list)->columns[i].field->kind == FIELD_PHONE;
        table_writer_csv_cell(out, buf_cstr(&writing->text), writing->text.len, cells[i].kind == REPORT_TEXT && !phone);
    }
    buf_puts(out, "\r\n");
}

static bool csv_row(void *context, const struct ledger_row *row)
{
    struct writing *writing = context;

    put_csv_row(writing, row->cells);
    writing->status = part_file_drain(&writing->file, false, writing->err);
    return writing->status == STATUS_OK;
}

static void begin_csv(struct writing *writing, bool first)
{
    struct buf *out = &writing->file.out;

    if (first)
        buf_puts(out, "\xEF\xBB\xBF");
    else
        buf_puts(out, "\r\n");
    if (writing->first < writing->last || (first && writing->practice)) {
        buf_clear(&writing->text);
        page_title(writing, &writing->text);
        table_writer_csv_cell(out, buf_cstr(&writing->text), writing->text.len, true);
        buf_puts(out, "\r\n");
    }
    for (size_t i = 0; i < writing->n_columns; i++) {
        buf_clear(&writing->text);
        report_label(ledger_column(writing->list, i), &writing->text);
        if (i > 0)
            buf_putc(out, ',');
        table_writer_csv_cell(out, buf_cstr(&writing->text), writing->text.len, true);
    }
    buf_puts(out, "\r\n");
}

void ledger_json_cell(struct json_writer *json, const struct report_cell *cell, struct buf *scratch)
{
    if (cell->kind == REPORT_EMPTY) {
        json_null(json);
    } else if (cell->kind == REPORT_INT || cell->kind == REPORT_MONEY) {
        json_int(json, cell->number);
    } else {
        buf_clear(scratch);
        report_cell_text(cell, scratch);
        json_text(json, buf_cstr(scratch), scratch->len);
    }
}

static bool json_row(void *context, const struct ledger_row *row)
{
    struct writing *writing = context;
    struct json_writer json;

    json_begin(&json, &writing->file.out);
    json_object(&json);
    if (writing->first < writing->last) {
        json_key(&json, "部分");
        json_string(&json, writing->part->title);
    }
    for (size_t i = 0; i < writing->n_columns; i++) {
        if (row->cells[i].kind == REPORT_EMPTY)
            continue;
        json_key(&json, ledger_column(writing->list, i)->label);
        ledger_json_cell(&json, &row->cells[i], &writing->text);
    }
    json_object_end(&json);
    buf_putc(&writing->file.out, '\n');
    writing->status = part_file_drain(&writing->file, false, writing->err);
    return writing->status == STATUS_OK;
}

/* ---- parts -------------------------------------------------------------------------------------------------------- */

static enum status write_part(struct writing *writing, bool first)
{
    bool sheet = writing->format == TABLE_XLSX, csv = writing->format == TABLE_CSV;
    struct report_cell totals[VIEW_COLUMNS_MAX];
    int64_t count = 0;
    enum status status = sheet ? begin_sheet(writing) : STATUS_OK;

    if (csv)
        begin_csv(writing, first);
    if (status == STATUS_OK)
        status = ledger_rows(writing->list, sheet ? sheet_row : csv ? csv_row : json_row, writing, totals, &count, writing->err);
    if (status == STATUS_OK)
        status = writing->status;
    writing->rows += count;
    if (status == STATUS_OK && count > 0 && (sheet || csv) && has_totals(writing)) {
        name_totals(writing, totals);
        if (sheet)
            status = spreadsheet_totals(writing->sheet, totals, writing->err);
        else
            put_csv_row(writing, totals);
    }
    return status;
}

static enum status write_parts(struct writing *writing)
{
    enum status status = STATUS_OK;

    for (size_t i = writing->first; status == STATUS_OK && i <= writing->last; i++) {
        status = open_part(writing, i);
        if (status == STATUS_OK)
            status = write_part(writing, i == writing->first);
        ledger_close(writing->list);
        writing->list = NULL;
    }
    return status;
}

/* Everything opens, and fits, before a file is made. */
static enum status look_ahead(struct writing *writing)
{
    enum status status = STATUS_OK;

    for (size_t i = writing->first; status == STATUS_OK && i <= writing->last; i++) {
        int64_t count;
        status = open_part(writing, i);
        if (status == STATUS_OK && writing->format == TABLE_XLSX)
            status = ledger_at_most(writing->list, &count, writing->err);
        if (status == STATUS_OK && writing->format == TABLE_XLSX)
            status = spreadsheet_fits(count, writing->err);
        ledger_close(writing->list);
        writing->list = NULL;
    }
    return status;
}

static enum status note(const struct writing *writing)
{
    char what[64];
    struct filter where = {.n_terms = 0};
    const char *type = writing->ledger->parts[writing->first].type;
    enum status status;

    if (writing->ledger->code[0] == '\0')
        snprintf(what, sizeof what, "view:%s", type);
    else
        snprintf(what, sizeof what, "%s", writing->ledger->code);
    if (writing->query->where != NULL && strcmp(type, "todo") != 0)
        (void)filter_parse_on(&where, catalogue_find(type), writing->codes, day_of_ms(writing->actor->now_ms, DAY_OFFICE_OFFSET_MIN), writing->query->where, NULL); /* it parsed before */
    status = export_note(writing->store, writing->actor, what, (uint64_t)writing->rows, strrchr(writing->path, '.'), &where, writing->err);
    filter_release(&where);
    return status;
}

static enum status write_sheets(struct writing *writing)
{
    enum status status = spreadsheet_open(&writing->sheet, writing->path, writing->err);

    if (status != STATUS_OK)
        return status;
    status = write_parts(writing);
    if (status == STATUS_OK)
        status = note(writing);
    if (status == STATUS_OK)
        return spreadsheet_close(writing->sheet, writing->err);
    spreadsheet_abandon(writing->sheet);
    return status;
}

static enum status write_text(struct writing *writing)
{
    enum status status = part_file_open(&writing->file, writing->path, NULL, writing->err);

    if (status != STATUS_OK)
        return status;
    status = write_parts(writing);
    if (status == STATUS_OK)
        status = note(writing);
    if (status == STATUS_OK)
        return part_file_close(&writing->file, writing->err);
    part_file_abandon(&writing->file);
    return status;
}

enum status ledger_file_write(struct store *store, const struct actor *actor, const struct code_book *codes, const struct ledger *ledger, size_t part, const struct ledger_query *query,
                              const char *path, int64_t *rows, struct errmsg *err)
{
    struct writing writing = {.store = store, .actor = actor, .codes = codes, .ledger = ledger, .query = query, .path = path, .format = table_format_of(path), .err = err};
    enum status status;

    *rows = 0;
    if (strrchr(path, '.') == NULL || (writing.format != TABLE_XLSX && writing.format != TABLE_CSV && writing.format != TABLE_JSONL))
        return errmsg_set(err, STATUS_USAGE, "文件名应以 .xlsx .csv 或 .jsonl 结尾");
    status = practice_file_may_write(store, path, err);
    if (status == STATUS_OK)
        status = practice_sign_asked(store, &writing.practice, err);
    if (status != STATUS_OK)
        return status;
    writing.first = part > 0 ? part - 1 : 0;
    writing.last = part > 0 ? part - 1 : ledger->n_parts - 1;
    buf_init(&writing.text, TEXT_MAX_BYTES);
    status = store_begin_read(store, err); /* one state of the data for all parts */
    if (status == STATUS_OK) {
        status = look_ahead(&writing);
        if (status == STATUS_OK)
            status = writing.format == TABLE_XLSX ? write_sheets(&writing) : write_text(&writing);
        store_end_read(store);
    }
    buf_wipe(&writing.text);
    *rows = writing.rows;
    return status;
}

void ledger_file_name(const struct ledger *ledger, const struct ledger_query *query, struct buf *out)
{
    const int32_t days[] = {query->from, query->to};

    for (const char *at = ledger->title; *at != '\0'; at++)
        buf_putc(out, strchr("/\\:*?\"<>| ", *at) != NULL || (unsigned char)*at < ' ' ? '_' : (uint8_t)*at);
    for (size_t i = 0; i < 2; i++) {
        int year, month, dom;

        if (days[i] == LEDGER_NO_DAY)
            continue;
        day_to_ymd(days[i], &year, &month, &dom);
        buf_printf(out, "-%04d%02d%02d", year, month, dom);
    }
}
