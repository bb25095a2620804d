/* core/report/export_note.h - who took personal data out of the program in a file: one line in export.log beside the store.
 *
 * "2026-10-23T01:12:00Z info export: user=zhang org=2 what=consultation rows=120 file=.xlsx where=date,town": account, org, what, how many, the ending of the file, the fields of the
 * condition. No name, no value of a condition, no path: these may be personal data. The file is the machine's own (mode 0600, never synced), like the trace of the sync program. */
#ifndef CORE_REPORT_EXPORT_NOTE_H
#define CORE_REPORT_EXPORT_NOTE_H

#include "core/record/actor.h"
#include "core/record/filter.h"
#include "core/record/store.h"

#define EXPORT_NOTE_FILE "export.log"

/* what: a record type's name or a ledger's code. ending: of the file's path. condition: NULL or whose fields are named. A store in memory keeps none.
 * Errors: STATUS_IO, STATUS_FULL: then the caller takes the export back. */
enum status export_note(const struct store *store, const struct actor *actor, const char *what, uint64_t rows, const char *ending, const struct filter *condition, struct errmsg *err);

#endif /* CORE_REPORT_EXPORT_NOTE_H */
