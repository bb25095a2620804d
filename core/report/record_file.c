/* core/report/record_file.c - see record_file.h. */
#include "core/report/record_file.h"

#include <string.h>

#include "core/record/privacy.h"
#include "core/record/table_writer.h"
#include "core/report/export_note.h"
#include "core/report/part_file.h"
#include "core/record/practice_sign.h"
#include "core/report/practice_file.h"
#include "core/report/reference.h"
#include "core/report/spreadsheet.h"

struct writing {
    struct store *store;
    const struct actor *actor;
    const struct code_book *codes;
    const struct record_file *what;
    const char *path;
    bool practice;
    uint64_t rows;
    enum status status;
    struct errmsg *err;
    /* text */
    struct table_writer writer;
    struct part_file file;
    /* spreadsheet */
    struct spreadsheet *sheet;
    struct references *references;
    struct report_column columns[FIELD_MAX_COUNT + 1];
    struct report_cell cells[FIELD_MAX_COUNT + 1];
    struct buf texts[FIELD_MAX_COUNT + 1];
    size_t n_columns;
};

static enum status list_rows(struct writing *writing, records_row row)
{
    const struct record_file *what = writing->what;
    struct list_query query = {.type = what->type, .filter = what->filter, .order = what->order, .ascending = what->ascending};
    enum status status = records_list(writing->store, writing->actor, &query, row, writing, writing->err);

    return status == STATUS_OK ? writing->status : status;
}

static enum status note(const struct writing *writing)
{
    const char *ending = strrchr(writing->path, '.');

    return export_note(writing->store, writing->actor, writing->what->type->name, writing->rows, ending != NULL ? ending : "-", writing->what->filter, writing->err);
}

/* ---- text --------------------------------------------------------------------------------------------------------- */

static bool text_row(void *context, const struct record *record, const struct list_key *key)
{
    struct writing *writing = context;

    (void)key;
    table_writer_row(&writing->writer, record);
    writing->rows++;
    writing->status = part_file_drain(&writing->file, false, writing->err);
    return writing->status == STATUS_OK;
}

static enum status write_text(struct writing *writing, enum table_format format)
{
    const struct record_file *what = writing->what;
    enum status status = part_file_open(&writing->file, writing->path, what->stream, writing->err);

    if (status != STATUS_OK)
        return status;
    status = table_writer_init(&writing->writer, format, what->type, writing->codes, what->for_people, writing->practice ? PRACTICE_SIGN_COLUMN : NULL, &writing->file.out, writing->err);
    if (status == STATUS_OK) {
        status = list_rows(writing, text_row);
        table_writer_release(&writing->writer);
    }
    if (status == STATUS_OK)
        status = note(writing);
    if (status == STATUS_OK)
        return part_file_close(&writing->file, writing->err);
    part_file_abandon(&writing->file);
    return status;
}

/* ---- spreadsheet -------------------------------------------------------------------------------------------------- */

/* The cell of field i, in column `at`. */
static enum status fill(struct writing *writing, const struct record *record, size_t i, size_t at)
{
    const struct field_def *field = &record->type->fields[i];

    if (field->kind == FIELD_REF)
        return reference_cell(writing->references, record, field, NULL, &writing->cells[at], &writing->texts[at], writing->err);
    writing->cells[at] = report_cell_of(record, field, writing->codes, &writing->texts[at]);
    return STATUS_OK;
}

static bool sheet_row(void *context, const struct record *record, const struct list_key *key)
{
    struct writing *writing = context;
    char id[ID_TEXT_BYTES];
    size_t at = 1;

    (void)key;
    id_format(record->id, id);
    writing->cells[0] = (struct report_cell){.kind = REPORT_TEXT, .text = id, .len = strlen(id)};
    for (size_t i = 0; writing->status == STATUS_OK && i < record->type->n_fields; i++)
        if (record->type->fields[i].kind != FIELD_SECRET)
            writing->status = fill(writing, record, i, at++);
    if (writing->status == STATUS_OK)
        writing->status = spreadsheet_row(writing->sheet, writing->cells, writing->err);
    writing->rows += writing->status == STATUS_OK;
    return writing->status == STATUS_OK;
}

static void choose_columns(struct writing *writing)
{
    const struct record_type *type = writing->what->type;

    writing->columns[0] = (struct report_column){.label = "编号", .kind = REPORT_TEXT};
    writing->n_columns = 1;
    for (size_t i = 0; i < type->n_fields; i++) {
        const struct field_def *field = &type->fields[i];

        if (field->kind == FIELD_SECRET)
            continue;
        writing->columns[writing->n_columns++] = (struct report_column){.label = field->label, .kind = field->kind == FIELD_REF ? REPORT_TEXT : report_kind_of(field)};
    }
    for (size_t i = 0; i < writing->n_columns; i++)
        buf_init(&writing->texts[i], 1 << 20);
}

static enum status write_sheet(struct writing *writing)
{
    const struct record_file *what = writing->what;
    int64_t count;
    char title[128];
    enum status status = records_count(writing->store, writing->actor, what->type, what->filter, &count, writing->err);

    if (status == STATUS_OK)
        status = spreadsheet_fits(count, writing->err);
    if (status == STATUS_OK)
        status = spreadsheet_open(&writing->sheet, writing->path, writing->err);
    if (status != STATUS_OK)
        return status;
    choose_columns(writing);
    snprintf(title, sizeof title, "%s%s", writing->practice ? PRACTICE_SIGN : "", what->type->label);
    status = references_new(&writing->references, writing->store, writing->actor, writing->codes, writing->err);
    if (status == STATUS_OK)
        status = spreadsheet_sheet(writing->sheet, what->type->label, title, writing->columns, writing->n_columns, writing->err);
    if (status == STATUS_OK)
        status = list_rows(writing, sheet_row);
    if (status == STATUS_OK)
        status = note(writing);
    if (status == STATUS_OK)
        status = spreadsheet_close(writing->sheet, writing->err);
    else
        spreadsheet_abandon(writing->sheet);
    references_free(writing->references);
    for (size_t i = 0; i < writing->n_columns; i++)
        buf_wipe(&writing->texts[i]);
    return status;
}

enum status record_file_write(struct store *store, const struct actor *actor, const struct code_book *codes, const struct record_file *what, const char *path, uint64_t *rows, struct errmsg *err)
{
    struct writing writing = {.store = store, .actor = actor, .codes = codes, .what = what, .path = path, .err = err};
    enum table_format format = table_format_of(path);
    enum status status;

    if (format == TABLE_UNKNOWN)
        return errmsg_set(err, STATUS_USAGE, "文件名应以 .csv .tsv .jsonl 或 .xlsx 结尾");
    status = what->stream == NULL ? practice_file_may_write(store, path, err) : STATUS_OK;
    if (status == STATUS_OK)
        status = practice_sign_asked(store, &writing.practice, err);
    if (status != STATUS_OK)
        return status;
    status = store_begin_read(store, err); /* one state of the data, and of what references point at */
    if (status != STATUS_OK)
        return status;
    status = format == TABLE_XLSX ? write_sheet(&writing) : write_text(&writing, format);
    store_end_read(store);
    *rows = writing.rows;
    return status;
}
