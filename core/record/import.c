/* core/record/import.c - see import.h. */
#include "core/record/import.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/hash.h"
#include "core/base/language.h"
#include "core/record/code_book.h"
#include "core/record/import_column.h"
#include "core/record/practice_sign.h"
#include "core/record/reference_check.h"
#include "core/record/table_writer.h"

enum { MAP_MAX = 64, NOTE_NAME_BYTES = 48, PASSES = 3 };

struct mapping {
    char *column;                  /* owned */
    const struct field_def *field; /* NULL: left out on purpose */
    bool met;
};

struct importer {
    struct store *store;
    const struct actor *actor;
    const struct code_book *codes;
    struct random_source random;
    const struct import_options *options;
    struct table_reader *reader;
    struct mapping map[MAP_MAX];
    size_t n_map;
    const struct field_def *fields[TABLE_COLUMNS_MAX]; /* by column; NULL: ignored */
    size_t n_fields;                                   /* columns looked at so far */
    bool practice, says_practice;                      /* the store; the file */
    struct record template;
    char note[NOTE_NAME_BYTES]; /* meta name of rows done */
    char note_added[NOTE_NAME_BYTES];
    char note_mark[NOTE_NAME_BYTES];
    char note_done[NOTE_NAME_BYTES]; /* meta name of when the whole file was in */
    int64_t before, before_added; /* from an interrupted import */
    /* Moves with each batch; `result` only when the batch is durable. */
    uint64_t read, added, refused;
    struct import_result *result;
};

/* ---- columns to fields ------------------------------------------------------------------------------------------- */

static enum status add_mapping(struct importer *importer, const char *text, size_t len, struct errmsg *err)
{
    const char *equals = memchr(text, '=', len);
    char field[128];
    size_t field_len;
    struct mapping *mapping = &importer->map[importer->n_map];

    if (!equals || equals == text)
        return errmsg_set(err, STATUS_USAGE, "--map 应写成 列名=字段,列名=字段");
    if (importer->n_map == MAP_MAX)
        return errmsg_set(err, STATUS_USAGE, "--map 最多 %d 列", MAP_MAX);
    field_len = len - (size_t)(equals + 1 - text);
    if (field_len >= sizeof(field))
        return errmsg_set(err, STATUS_USAGE, "--map 里的字段名过长");
    memcpy(field, equals + 1, field_len);
    field[field_len] = 0;
    mapping->field = field_len ? catalogue_field(importer->options->type, field) : NULL;
    if (field_len && (!mapping->field || mapping->field->kind == FIELD_SECRET))
        return errmsg_set(err, STATUS_USAGE, "--map: %s 没有字段 %s（aidpost fields %s 列出全部）", _(importer->options->type->label), field, importer->options->type->name);
    for (size_t i = 0; mapping->field && i < importer->n_map; i++)
        if (importer->map[i].field == mapping->field)
            return errmsg_set(err, STATUS_USAGE, "--map: 字段 %s 给了两列", field);
    mapping->column = strndup(text, (size_t)(equals - text));
    if (!mapping->column)
        return errmsg_set(err, STATUS_NOMEM, "内存不足");
    importer->n_map++;
    return STATUS_OK;
}

static enum status parse_map(struct importer *importer, struct errmsg *err)
{
    const char *at = importer->options->map;

    while (at && *at) {
        size_t len = strcspn(at, ",");
        enum status status = len ? add_mapping(importer, at, len, err) : STATUS_OK;

        if (status)
            return status;
        at += len + (at[len] == ',');
    }
    return STATUS_OK;
}

static bool is_taken(const struct importer *importer, const struct field_def *field)
{
    for (size_t i = 0; i < importer->n_map; i++)
        if (importer->map[i].field == field)
            return true;
    for (size_t i = 0; i < importer->n_fields; i++)
        if (importer->fields[i] == field) /* the name and the label of one field */
            return true;
    return false;
}

static const struct field_def *field_of_column(struct importer *importer, const char *column, bool *mapped)
{
    const struct field_def *field;

    *mapped = false;
    for (size_t i = 0; i < importer->n_map; i++) {
        if (strcmp(importer->map[i].column, column) == 0) {
            importer->map[i].met = *mapped = true;
            return importer->map[i].field;
        }
    }
    field = catalogue_field(importer->options->type, column);
    return field && field->kind != FIELD_SECRET && !is_taken(importer, field) ? field : NULL;
}

/* Look at columns that have come up since the last call: names, labels and --map first, then the words that offices use for what is still free. */
static void map_columns(struct importer *importer)
{
    const struct import_options *options = importer->options;
    size_t first = importer->n_fields, n = table_reader_columns(importer->reader);
    bool mapped[TABLE_COLUMNS_MAX];

    for (size_t i = first; i < n; i++) {
        importer->fields[i] = field_of_column(importer, table_reader_column(importer->reader, i), &mapped[i]);
        importer->n_fields++;
    }
    for (size_t i = first; i < n; i++) {
        const char *column = table_reader_column(importer->reader, i);
        bool says_practice = strstr(column, PRACTICE_SIGN_COLUMN) != NULL;
        const struct field_def *field = says_practice || importer->fields[i] || mapped[i] ? NULL : import_column_field(options->type, column);

        importer->says_practice = importer->says_practice || says_practice;
        if (says_practice)
            importer->fields[i] = NULL;
        else if (field && !is_taken(importer, field)) {
            importer->fields[i] = field;
            if (options->understood)
                options->understood(options->context, column, field);
        } else if (!importer->fields[i] && options->ignored) {
            options->ignored(options->context, column);
        }
    }
}

/* Made-up people among real ones are found by nobody: a file without a name (a pipe), or with another than it had, is known by its column. */
static enum status check_practice(const struct importer *importer, struct errmsg *err)
{
    const char *file = importer->options->file;

    if (!importer->says_practice || importer->practice)
        return STATUS_OK;
    return errmsg_set(err, STATUS_USAGE, "%.200s%s列“%s”说这是练习数据，这里是正式数据，没有收；要练习的请导入练习数据（aidpost practice），真是正式的请先删去这一列", file != NULL ? file : "", file != NULL ? ": " : "", PRACTICE_SIGN_COLUMN);
}

static enum status check_columns(const struct importer *importer, struct errmsg *err)
{
    bool any = false;

    for (size_t i = 0; i < importer->n_map; i++)
        if (!importer->map[i].met)
            return errmsg_set(err, STATUS_USAGE, "--map: 文件里没有列 %s", importer->map[i].column);
    for (size_t i = 0; i < importer->n_fields; i++)
        any = any || importer->fields[i];
    if (!any)
        return errmsg_set(err, STATUS_MALFORMED, "没有一列是%s的字段；列名用 aidpost fields %s 所列的名称，或用 --map 对应", _(importer->options->type->label),
                          importer->options->type->name);
    return STATUS_OK;
}

/* ---- rows to records --------------------------------------------------------------------------------------------- */

static enum status set_cell(struct importer *importer, struct record *record, const struct table_cell *cell, const struct field_def *field, struct errmsg *err)
{
    switch (cell->kind) {
    case CELL_NULL:
        return STATUS_OK;
    case CELL_NESTED:
        return errmsg_set(err, STATUS_INVALID, "是数组或对象，应是文字或数字");
    case CELL_LINES:
        if (field->kind != FIELD_LONG)
            return errmsg_set(err, STATUS_INVALID, "是数组，这个字段只能有一个值");
        break;
    case CELL_TEXT:
        break;
    }
    /* An empty cell leaves the default alone: a column that is there but unused. */
    if (cell->len == 0)
        return STATUS_OK;
    if (field->kind == FIELD_MONEY && strspn(cell->text, "0123456789,") == cell->len && strspn(cell->text, "0,") < cell->len)
        importer->result->plain_sum = field;
    size_t guard = importer->options->format != TABLE_JSONL && table_guards(field) ? table_guard_bytes(cell->text, cell->len) : 0;
    return record_parse(record, field, importer->codes, cell->text + guard, cell->len - guard, err);
}

static int pass_of(const struct record_type *type, const struct field_def *field)
{
    if (field->kind == FIELD_DAY && strcmp(field->name, type->order) == 0)
        return 0;
    return field->kind == FIELD_ID_NO ? PASSES - 1 : 1;
}

/* Fill the record from a row. Errors: the row's refusal, with *bad. */
static enum status fill(struct importer *importer, struct record *record, const struct table_row *row, const struct field_def **bad, struct errmsg *err)
{
    enum status status = STATUS_OK;
    *bad = NULL;
    if (row->problem)
        return errmsg_set(err, STATUS_MALFORMED, "%s", row->problem);
    map_columns(importer);
    if ((status = check_practice(importer, err)) != STATUS_OK)
        return status;
    /* The event before all: what the row begins with follows from it. */
    for (size_t i = 0; i < row->n_cells && importer->options->begin != NULL && status == STATUS_OK; i++) {
        const struct field_def *field = importer->fields[row->cells[i].column];

        if (field == NULL || strcmp(field->name, "event") != 0 || row->cells[i].kind != CELL_TEXT || row->cells[i].len == 0)
            continue;
        *bad = field;
        status = set_cell(importer, record, &row->cells[i], field, err);
        if (status == STATUS_OK)
            status = importer->options->begin(importer->options->context, importer->store, importer->actor, record, err);
    }
    if (status)
        return status;
    /* Codes are judged by the record's day, so that comes first; document numbers by their kind, so they come last. */
    for (int pass = 0; pass < PASSES; pass++) {
        for (size_t i = 0; i < row->n_cells; i++) {
            const struct field_def *field = importer->fields[row->cells[i].column];

            if (!field || pass_of(importer->options->type, field) != pass)
                continue;
            *bad = field;
            status = set_cell(importer, record, &row->cells[i], field, err);
            if (status)
                return status;
        }
    }
    *bad = NULL;
    return STATUS_OK;
}

static bool is_refusal(enum status status)
{
    switch (status) {
    case STATUS_RANGE:
    case STATUS_MALFORMED:
    case STATUS_TOO_LARGE:
    case STATUS_INVALID:
    case STATUS_NOT_FOUND:
    case STATUS_EXISTS:
    case STATUS_FORBIDDEN:
        return true;
    default:
        return false;
    }
}

static void refuse(struct importer *importer, uint64_t line, const struct field_def *field, enum status status, const struct errmsg *err)
{
    importer->refused++;
    if (importer->options->refused)
        importer->options->refused(importer->options->context, line, field ? field->name : NULL, errmsg_text(err, status));
}

/* One row. save false: only see whether it would be refused. Errors: those that stop the import. */
static enum status take_row(struct importer *importer, const struct table_row *row, bool save, struct errmsg *err)
{
    const struct import_options *options = importer->options;
    const struct field_def *bad = NULL;
    struct record record;
    struct errmsg reason;
    enum status status, stop;

    errmsg_clear(&reason);
    importer->read++;
    status = record_copy(&record, &importer->template);
    if (status)
        return errmsg_set(err, status, "%s", status_text(status));
    status = fill(importer, &record, row, &bad, &reason);
    if (!status && options->prepare && save)
        status = options->prepare(importer->store, importer->actor, importer->codes, importer->random, &record, &reason);
    if (!status && (save || !options->prepare))
        status = record_check(&record, importer->codes, &bad, &reason);
    if (!status && !options->prepare)
        status = reference_check(importer->store, importer->actor, &record, &bad, &reason);
    if (!status && save) {
        status = records_save(importer->store, importer->actor, importer->codes, importer->random, &record, &reason);
        if (!status)
            importer->added++;
        if (!status && options->added && (stop = options->added(options->context, importer->store, importer->actor, row->line, &record, err)) != STATUS_OK) {
            record_release(&record);
            return stop;
        }
    }
    record_release(&record);
    if (!status)
        return STATUS_OK;
    if (!is_refusal(status))
        return errmsg_set(err, status, "第 %llu 行: %s", (unsigned long long)row->line, errmsg_text(&reason, status));
    refuse(importer, row->line, bad, status, &reason);
    return STATUS_OK;
}

/* ---- batches ----------------------------------------------------------------------------------------------------- */

static void name_note(struct importer *importer, const void *data, size_t len)
{
    const struct import_options *options = importer->options;
    struct hash content = hash_of(data, len);
    struct buf key;
    uint64_t mark;

    buf_init(&key, 1 << 20);
    buf_append(&key, content.bytes, HASH_BYTES);
    buf_printf(&key, "|%s|%s|%s", options->type->name, options->map ? options->map : "", options->event ? options->event : "");
    if (options->group)
        buf_printf(&key, "|%s", options->group);
    if (options->org)
        buf_printf(&key, "|%lld", (long long)options->org);
    mark = hash_short(key.data, key.len);
    buf_release(&key);
    snprintf(importer->note, sizeof(importer->note), "import:%016llx", (unsigned long long)mark);
    snprintf(importer->note_added, sizeof(importer->note_added), "import:%016llx:added", (unsigned long long)mark);
    snprintf(importer->note_mark, sizeof(importer->note_mark), "import:%016llx:mark", (unsigned long long)mark);
    snprintf(importer->note_done, sizeof(importer->note_done), "import:%016llx:done", (unsigned long long)mark);
}

static enum status forget_note(struct importer *importer, const char *name, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(importer->store, "DELETE FROM meta WHERE name = ?1");

    stmt_string(stmt, 1, name);
    return stmt_run(stmt, err);
}

static enum status write_note(struct importer *importer, bool end, struct errmsg *err)
{
    enum status status;

    if (end) {
        status = forget_note(importer, importer->note, err);
        if (!status)
            status = forget_note(importer, importer->note_added, err);
        if (!status)
            status = forget_note(importer, importer->note_mark, err);
        return status || importer->added == 0 ? status : store_meta_set_int(importer->store, importer->note_done, importer->actor->now_ms, err);
    }
    status = store_meta_set_int(importer->store, importer->note, (int64_t)importer->read, err);
    if (!status)
        status = store_meta_set_int(importer->store, importer->note_added, (int64_t)importer->added, err);
    return status || !importer->options->mark ? status : store_meta_set_int(importer->store, importer->note_mark, *importer->options->mark, err);
}

/* Where an interrupted import of this very file stands. */
static enum status read_note(struct importer *importer, struct errmsg *err)
{
    const struct import_options *options = importer->options;
    bool stands = true;
    enum status status = store_meta_read_int(importer->store, importer->note, &importer->before, err);

    if (!status)
        status = store_meta_read_int(importer->store, importer->note_added, &importer->before_added, err);
    if (!status)
        status = store_meta_read_int(importer->store, importer->note_done, &importer->result->done_before_ms, err);
    if (!options->mark)
        return status;
    *options->mark = 0;
    if (!status)
        status = store_meta_read_int(importer->store, importer->note_mark, options->mark, err);
    if (!status && *options->mark && options->stands)
        status = options->stands(options->context, importer->store, &stands, err);
    if (!status && !stands) {
        importer->before = importer->before_added = 0;
        *options->mark = 0;
    }
    return status;
}

/* Rows of one transaction. *end is set when the file is through. */
static enum status take_batch(struct importer *importer, bool *end, struct errmsg *err)
{
    struct table_row row;
    enum status status = store_begin(importer->store, "import", err);

    if (status)
        return status;
    for (int i = 0; i < IMPORT_BATCH_ROWS; i++) {
        if (!table_reader_next(importer->reader, &row)) {
            *end = true;
            break;
        }
        status = take_row(importer, &row, true, err);
        if (status)
            break;
    }
    if (!status)
        status = write_note(importer, *end, err);
    if (status) {
        store_rollback(importer->store);
        return status;
    }
    status = store_commit(importer->store, err);
    if (status)
        return status;
    importer->result->read = importer->read;
    importer->result->added = importer->added;
    importer->result->refused = importer->refused;
    return STATUS_OK;
}

/* Pass over the rows that an interrupted import has taken in. */
static enum status pass_over(struct importer *importer, struct errmsg *err)
{
    struct table_row row;

    while (importer->read < (uint64_t)importer->before && table_reader_next(importer->reader, &row)) {
        enum status status = take_row(importer, &row, false, err);

        if (status)
            return status;
    }
    importer->added = (uint64_t)importer->before_added;
    importer->result->read = importer->result->resumed = importer->read;
    importer->result->added = importer->added;
    importer->result->refused = importer->refused;
    return STATUS_OK;
}

/* A value that every row gets, from an option. */
static enum status set_for_all(struct importer *importer, const char *option, const char *name, const char *value, struct errmsg *err)
{
    const struct record_type *type = importer->options->type;
    const struct field_def *field = catalogue_field(type, name);
    enum status status;

    if (!value)
        return STATUS_OK;
    if (!field)
        return errmsg_set(err, STATUS_USAGE, "%s 没有 %s 字段，不能用 --%s", _(type->label), name, option);
    status = record_parse(&importer->template, field, importer->codes, value, strlen(value), err);
    return status ? errmsg_wrap(err, STATUS_USAGE, "--%s", option) : STATUS_OK;
}

/* What a station wrote on paper, or in the program before this one, is that station's. */
static enum status set_org(struct importer *importer, struct errmsg *err)
{
    const struct import_options *options = importer->options;
    const struct field_def *station = catalogue_field(options->type, "station");

    if (options->org == importer->actor->org)
        return STATUS_OK;
    if (!importer->actor->all_scopes)
        return errmsg_set(err, STATUS_FORBIDDEN, "别的单位的记录在中心导入");
    if (options->type->flags & TYPE_SHARED)
        return errmsg_set(err, STATUS_USAGE, "%s是全县共用的，不分单位，不能用 --org", _(options->type->label));
    importer->template.scope = options->org;
    return station && options->org_name ? record_set(&importer->template, station, value_string(options->org_name)) : STATUS_OK;
}

static enum status begin(struct importer *importer, const void *data, size_t len, struct errmsg *err)
{
    const struct import_options *options = importer->options;
    enum status status = parse_map(importer, err);

    if (status)
        return status;
    status = table_reader_new(&importer->reader, options->format, data, len, err);
    if (status)
        return status;
    status = practice_sign_asked(importer->store, &importer->practice, err);
    if (!status)
        status = records_begin(importer->store, importer->actor, &importer->template, importer->codes, err);
    if (!status && options->org)
        status = set_org(importer, err);
    if (status)
        return status;
    status = set_for_all(importer, "event", "event", options->event, err);
    if (!status)
        status = set_for_all(importer, "group", "case_group", options->group, err);
    if (!status && options->begin && (status = options->begin(options->context, importer->store, importer->actor, &importer->template, err)) != STATUS_OK)
        status = errmsg_wrap(err, status, "--event");
    if (status)
        return status;
    if (options->format != TABLE_JSONL) {
        map_columns(importer);
        status = check_practice(importer, err);
        if (!status)
            status = check_columns(importer, err);
        if (status)
            return status;
    }
    name_note(importer, data, len);
    status = read_note(importer, err);
    if (status)
        return status;
    return STATUS_OK;
}

enum status import_table(struct store *store, const struct actor *actor, const struct code_book *codes, struct random_source random, const void *data, size_t len,
                         const struct import_options *options, struct import_result *result, struct errmsg *err)
{
    struct importer *importer = calloc(1, sizeof(*importer));
    bool end = false;
    enum status status;

    assert(!store_in_transaction(store));
    *result = (struct import_result){0};
    if (!importer)
        return errmsg_set(err, STATUS_NOMEM, "内存不足");
    *importer = (struct importer){.store = store, .actor = actor, .codes = codes, .random = random, .options = options, .result = result};
    record_init(&importer->template, options->type);
    status = begin(importer, data, len, err);
    if (!status)
        status = pass_over(importer, err);
    while (!status && !end) {
        status = take_batch(importer, &end, err);
        if (!status && !end)
            store_give_way(store); /* somebody waits to save what he typed */
        if (!status && options->progress && !options->progress(options->context, table_reader_position(importer->reader), len, result->read) && !end)
            status = errmsg_set(err, STATUS_CANCELLED, "已停止；再次导入同一个文件会接着做");
    }
    record_release(&importer->template);
    table_reader_free(importer->reader);
    for (size_t i = 0; i < importer->n_map; i++)
        free(importer->map[i].column);
    free(importer);
    return status;
}
