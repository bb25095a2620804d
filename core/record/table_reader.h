/* core/record/table_reader.h - tables from outside, row by row: CSV, TSV and JSON lines; bytes in, rows of cells out.
 *
 * CSV follows RFC 4180: cells in "..." may hold commas, line breaks and "" for a quote. TSV has no quoting. Both begin with
 * a header line. JSONL is one object a line; its keys are the columns. Lines end with LF or CR LF; empty lines are skipped.
 * The encoding is found by validity: UTF-8 (with or without BOM), else GB18030; a file that is mostly one of them keeps it,
 * and its bad lines are reported. UTF-16 is refused as a whole.
 *
 * A line that can't be read comes out as a row with a problem, and reading goes on with the line after its first one, so one
 * stray quote never swallows the rest. Memory: the caller's bytes plus one row. A row takes time linear in its length. */
#ifndef CORE_RECORD_TABLE_READER_H
#define CORE_RECORD_TABLE_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/status.h"

enum { TABLE_ROW_MAX_BYTES = 1 << 20, TABLE_COLUMNS_MAX = 256 };

enum table_format { TABLE_CSV, TABLE_TSV, TABLE_JSONL, TABLE_XLSX, TABLE_UNKNOWN };
/* By the file name's ending, without regard to case; "-" is JSONL. */
enum table_format table_format_of(const char *path);
/* What is read from standard input says by its beginning what it is: JSONL begins with a brace, a first line with a tab is TSV, else it is CSV. */
enum table_format table_format_guess(const void *data, size_t len);

enum cell_kind {
    CELL_TEXT,   /* as written; numbers and true/false of JSON too */
    CELL_NULL,   /* JSON null */
    CELL_LINES,  /* a JSON array of strings, joined with line feeds */
    CELL_NESTED, /* any other JSON array or object: no text */
};

struct table_cell {
    size_t column; /* index for table_reader_column */
    enum cell_kind kind;
    const char *text; /* UTF-8, NUL-terminated, borrowed until the next row */
    size_t len;
};

struct table_row {
    uint64_t line; /* number of its first line, from 1 */
    const struct table_cell *cells;
    size_t n_cells;
    const char *problem; /* why the row can't be read, in words for people; then there are no cells; NULL: fine */
};

struct table_reader;

/* Begin reading; data is borrowed until table_reader_free. Reads the header of CSV and TSV.
 * Errors: STATUS_MALFORMED (UTF-16, no or bad header), STATUS_UNSUPPORTED (a format that is only written), STATUS_NOMEM; *out is NULL. */
enum status table_reader_new(struct table_reader **out, enum table_format format, const void *data, size_t len, struct errmsg *err);
void table_reader_free(struct table_reader *reader);
/* The next row; false at the end. */
bool table_reader_next(struct table_reader *reader, struct table_row *row);
/* Columns known so far; for JSONL the number grows with the rows. */
size_t table_reader_columns(const struct table_reader *reader);
const char *table_reader_column(const struct table_reader *reader, size_t column);
/* Bytes consumed so far, for a progress bar. */
size_t table_reader_position(const struct table_reader *reader);

#endif /* CORE_RECORD_TABLE_READER_H */
