/* core/record/table_writer.c - see table_writer.h. */
#include "core/record/table_writer.h"

#include <assert.h>
#include <string.h>

#include "core/record/privacy.h"

enum { VALUE_MAX_BYTES = 1 << 20 };

/* What a spreadsheet program takes for the beginning of a formula; the full-width twins too. Behind apostrophes as well: each guard adds one, so that the one a reader takes away is always the guard's. */
static bool is_formula(const char *text, size_t len)
{
    static const char *const WIDE[] = {"＝", "＋", "－", "＠"};

    for (; len > 0 && *text == '\''; len--)
        text++;
    if (len > 0 && memchr("=+-@\t\r", text[0], 6) != NULL)
        return true;
    for (size_t i = 0; i < sizeof WIDE / sizeof WIDE[0]; i++)
        if (len >= 3 && memcmp(text, WIDE[i], 3) == 0)
            return true;
    return false;
}

bool table_guards(const struct field_def *field)
{
    switch (field->kind) {
    case FIELD_INT:
    case FIELD_DAY:
    case FIELD_MONEY:
    case FIELD_BOOL:
    case FIELD_PHONE: /* digits + - and blanks: +86 must dial, and nothing of it can run */
    case FIELD_SECRET:
        return false;
    default:
        return true;
    }
}

size_t table_guard_bytes(const char *text, size_t len)
{
    return len > 0 && *text == '\'' && is_formula(text, len) ? 1 : 0;
}

void table_writer_csv_cell(struct buf *out, const char *text, size_t len, bool guarded)
{
    if (guarded && is_formula(text, len)) {
        buf_puts(out, "\"'");
    } else if (!memchr(text, '"', len) && !memchr(text, ',', len) && !memchr(text, '\n', len) && !memchr(text, '\r', len)) {
        buf_append(out, text, len);
        return;
    } else {
        buf_putc(out, '"');
    }
    for (size_t i = 0; i < len; i++) {
        if (text[i] == '"')
            buf_putc(out, '"');
        buf_putc(out, (uint8_t)text[i]);
    }
    buf_putc(out, '"');
}

static void put_tsv_cell(struct buf *out, const char *text, size_t len, bool guarded)
{
    size_t first = strspn(text, "'");

    /* What begins with a tab or a line end begins with a blank here, and that is no formula. */
    if (guarded && is_formula(text, len) && text[first] != '\t' && text[first] != '\r')
        buf_putc(out, '\'');
    for (size_t i = 0; i < len; i++)
        buf_putc(out, text[i] == '\t' || text[i] == '\n' || text[i] == '\r' ? ' ' : (uint8_t)text[i]);
}

/* guarded: words of people, not numbers or days. text ends with NUL. */
static void put_cell(struct table_writer *writer, bool first, bool guarded, const char *text, size_t len)
{
    if (!first)
        buf_putc(writer->out, writer->format == TABLE_CSV ? ',' : '\t');
    if (writer->format == TABLE_CSV)
        table_writer_csv_cell(writer->out, text, len, guarded);
    else
        put_tsv_cell(writer->out, text, len, guarded);
}

static void put_line_end(struct table_writer *writer)
{
    buf_puts(writer->out, writer->format == TABLE_CSV ? "\r\n" : "\n");
}

enum status table_writer_init(struct table_writer *writer, enum table_format format, const struct record_type *type, const struct code_book *codes, bool for_people, const char *note,
                              struct buf *out, struct errmsg *err)
{
    if (format == TABLE_XLSX)
        return errmsg_set(err, STATUS_UNSUPPORTED, ".xlsx 不是一行一行的文字");
    if (format != TABLE_CSV && format != TABLE_TSV && format != TABLE_JSONL)
        return errmsg_set(err, STATUS_UNSUPPORTED, "不认识的文件类型，请用 .csv .tsv .jsonl 或 .xlsx 结尾的文件名");
    *writer = (struct table_writer){.format = format, .type = type, .codes = codes, .for_people = for_people, .note = note, .out = out};
    buf_init(&writer->value, VALUE_MAX_BYTES);
    if (format == TABLE_JSONL)
        return STATUS_OK;
    if (format == TABLE_CSV)
        buf_puts(out, "\xEF\xBB\xBF");
    put_cell(writer, true, false, "id", 2);
    for (size_t i = 0; i < type->n_fields; i++) {
        const char *name = for_people ? type->fields[i].label : type->fields[i].name;

        if (type->fields[i].kind != FIELD_SECRET)
            put_cell(writer, false, false, name, strlen(name));
    }
    if (note != NULL)
        put_cell(writer, false, false, note, strlen(note));
    put_line_end(writer);
    return out->status;
}

void table_writer_release(struct table_writer *writer)
{
    buf_wipe(&writer->value);
}

void table_writer_json_value(struct json_writer *json, const struct field_def *field, struct value value, struct buf *scratch)
{
    if (value.kind == VALUE_NULL) {
        json_null(json);
        return;
    }
    if (value.kind == VALUE_INT && field->kind != FIELD_DAY) {
        json_int(json, value.number);
        return;
    }
    buf_clear(scratch);
    record_format_raw(field, value, scratch);
    json_text(json, buf_cstr(scratch), scratch->len);
}

void table_writer_json_fields(struct json_writer *json, const struct record *record, struct buf *scratch)
{
    char id[ID_TEXT_BYTES];

    id_format(record->id, id);
    json_key(json, "id");
    json_string(json, id);
    for (size_t i = 0; i < record->type->n_fields; i++) {
        const struct field_def *field = &record->type->fields[i];

        if (field->kind == FIELD_SECRET || record->values[i].kind == VALUE_NULL || privacy_masks(record, field))
            continue;
        json_key(json, field->name);
        table_writer_json_value(json, field, record->values[i], scratch);
    }
}

static void put_json_row(struct table_writer *writer, const struct record *record)
{
    struct json_writer json;

    json_begin(&json, writer->out);
    json_object(&json);
    if (!writer->for_people) {
        table_writer_json_fields(&json, record, &writer->value);
    } else {
        for (size_t i = 0; i < record->type->n_fields; i++) {
            const struct field_def *field = &record->type->fields[i];

            if (field->kind == FIELD_SECRET || record->values[i].kind == VALUE_NULL)
                continue;
            buf_clear(&writer->value);
            privacy_format(record, field, writer->codes, &writer->value);
            json_key(&json, field->label);
            json_text(&json, buf_cstr(&writer->value), writer->value.len);
        }
    }
    if (writer->note != NULL) {
        json_key(&json, writer->note);
        json_bool(&json, true);
    }
    json_object_end(&json);
    buf_putc(writer->out, '\n');
}

void table_writer_row(struct table_writer *writer, const struct record *record)
{
    char id[ID_TEXT_BYTES];

    assert(record->type == writer->type);
    if (writer->format == TABLE_JSONL) {
        put_json_row(writer, record);
        return;
    }
    id_format(record->id, id);
    put_cell(writer, true, false, id, strlen(id));
    for (size_t i = 0; i < record->type->n_fields; i++) {
        const struct field_def *field = &record->type->fields[i];

        if (field->kind == FIELD_SECRET)
            continue;
        buf_clear(&writer->value);
        if (writer->for_people)
            privacy_format(record, field, writer->codes, &writer->value);
        else if (!privacy_masks(record, field))
            record_format_raw(field, record->values[i], &writer->value);
        put_cell(writer, false, record->values[i].kind == VALUE_TEXT && table_guards(field), buf_cstr(&writer->value), writer->value.len);
    }
    if (writer->note != NULL)
        put_cell(writer, false, false, "", 0);
    put_line_end(writer);
}
