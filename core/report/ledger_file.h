/* core/report/ledger_file.h - a ledger as a file: .xlsx (a sheet for each part), .csv (a block for each), .jsonl (a line for each row).
 *
 * CSV of a ledger with one part is header and rows, and "合计" where something is added up. Of several: for each a line with its title, then the same; an empty line between them.
 * JSONL: one object a row, keys are the headings, days as text, money in fen; of several parts each row names its "部分". No totals.
 * A file is whole or not there, readable by its owner only; each leaves a line (core/report/export_note.h). */
#ifndef CORE_REPORT_LEDGER_FILE_H
#define CORE_REPORT_LEDGER_FILE_H

#include "core/base/json.h"
#include "core/report/ledger.h"

/* part: from 1; 0: all. *rows: written. Errors: STATUS_USAGE (another ending; practice that does not say so, practice_file.h), STATUS_TOO_LARGE (too many rows, told before anything is written), ledger_open's, STATUS_UNSUPPORTED, STATUS_IO,
 * STATUS_FULL. */
enum status ledger_file_write(struct store *store, const struct actor *actor, const struct code_book *codes, const struct ledger *ledger, size_t part, const struct ledger_query *query,
                              const char *path, int64_t *rows, struct errmsg *err);
/* "结案台账-20260101-20260630": title and period, as a file would be called. Appends. */
void ledger_file_name(const struct ledger *ledger, const struct ledger_query *query, struct buf *out);
/* A cell as JSON: day as text, money in fen, null. */
void ledger_json_cell(struct json_writer *json, const struct report_cell *cell, struct buf *scratch);

#endif /* CORE_REPORT_LEDGER_FILE_H */
