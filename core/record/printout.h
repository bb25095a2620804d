/* core/record/printout.h - files that screens write for the printer: folder `papers` beside the store.
 *
 * They are copies of records for a day's use and can be written again at any time. What they tell must not outlive the records: whoever empties a row here (erased by law, moved to another org) has the folder swept,
 * whoever gives the machine back has it cleared. A file of one record has the first eight hex digits of its id before the last part of its name (05-d6ec7d93.pdf); a list of several has none. */
#ifndef CORE_RECORD_PRINTOUT_H
#define CORE_RECORD_PRINTOUT_H

#include <limits.h>

#include "core/base/status.h"
#include "core/record/store.h"

/* <folder of the store>/papers/NAME; the folder is made. Errors: STATUS_INVALID (a store in memory; too long), STATUS_IO. */
enum status printout_path(struct store *store, const char *name, char path[PATH_MAX], struct errmsg *err);
/* Write over and remove every file but those of a record that is here; so lists go, whoever stands in them. Nothing to do without a folder. Errors: STATUS_IO, storage. O(files * record types). */
enum status printout_sweep(struct store *store, struct errmsg *err);
/* All of them and the folder; the store is closed. *removed grows by the files. Errors: STATUS_IO. */
enum status printout_clear(const char *data_folder, size_t *removed, struct errmsg *err);

#endif /* CORE_RECORD_PRINTOUT_H */
