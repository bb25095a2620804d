/* core/record/table_writer.h - records as CSV, TSV or JSON lines, in the form the table reader takes back.
 *
 * The first column is `id`; then one column per field of the type except secrets. Values stand in their machine form (codes as codes,
 * days as YYYY-MM-DD, money in fen) under the fields' English names, or, with for_people, as names under the Chinese labels.
 * CSV begins with a UTF-8 BOM, so that spreadsheet programs show Chinese; TSV has line breaks and tabs in texts replaced by blanks.
 *
 * THE GUARD. A spreadsheet program runs a text that begins with = + - @, their full-width twins, a tab or CR, as a formula: what somebody typed at a station would run at the center. In CSV and TSV such a text gets an
 * apostrophe before it; so does one that begins with apostrophes and then such a character. Whoever reads it takes one apostrophe away where such a text begins with one (import.c): every text comes back as it was.
 * Only words of people: never numbers, days, sums (a negative sum stays one), telephone numbers. JSONL and .xlsx say what is a text and need none. */
#ifndef CORE_RECORD_TABLE_WRITER_H
#define CORE_RECORD_TABLE_WRITER_H

#include <stdbool.h>

#include "core/base/bytes.h"
#include "core/base/json.h"
#include "core/record/record.h"
#include "core/record/table_reader.h"

struct table_writer {
    enum table_format format;
    const struct record_type *type; /* borrowed */
    const struct code_book *codes;  /* borrowed */
    bool for_people;
    const char *note; /* borrowed: the name of a last column in which nothing stands (JSONL: true); NULL: there is none */
    struct buf *out;  /* borrowed: the caller empties it as it likes */
    struct buf value; /* owned scratch */
};

/* Begin, appending the header line (none for JSONL) to out. Errors: STATUS_UNSUPPORTED for formats not written in this version, STATUS_NOMEM. */
enum status table_writer_init(struct table_writer *writer, enum table_format format, const struct record_type *type, const struct code_book *codes, bool for_people, const char *note,
                              struct buf *out, struct errmsg *err);
void table_writer_release(struct table_writer *writer);
/* Append one record, which is of the writer's type. Failures show in out->status. */
void table_writer_row(struct table_writer *writer, const struct record *record);

/* Whether texts of this field are written with the guard. */
bool table_guards(const struct field_def *field);
/* How many bytes at the beginning of a text that was read from CSV or TSV are the guard's: 0 or 1. */
size_t table_guard_bytes(const char *text, size_t len);
/* One CSV cell, quoted where RFC 4180 wants it. guarded: with the apostrophe before what looks like a formula. */
void table_writer_csv_cell(struct buf *out, const char *text, size_t len, bool guarded);
/* The members id and field:value of a record, empty fields and secrets left out, into an open JSON object. */
void table_writer_json_fields(struct json_writer *json, const struct record *record, struct buf *scratch);
/* One value in its JSON form: text, number, day and code as text; null. */
void table_writer_json_value(struct json_writer *json, const struct field_def *field, struct value value, struct buf *scratch);

#endif /* CORE_RECORD_TABLE_WRITER_H */
