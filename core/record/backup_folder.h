/* core/record/backup_folder.h - backups night after night in one folder: a name for each, and only so many kept.
 *
 * "aidpost-0003-20261127-020000.backup": the machine's number and the office's time, so that names sort by age and machines can share a folder (a USB disk that goes round).
 * Files of any other name, and those of other machines, are never touched. Practice counts its stations from 1, too: its backups begin with "practice-", so that they neither take the place of a real machine's nor are
 * taken for the newest of them. */
#ifndef CORE_RECORD_BACKUP_FOLDER_H
#define CORE_RECORD_BACKUP_FOLDER_H

#include "core/record/machine.h"

enum { BACKUP_NAME_BYTES = 64, BACKUP_KEEP_MAX = 1000 };

/* The name of a backup that this machine makes at now_ms. */
void backup_folder_name(const struct machine *machine, int64_t now_ms, char out[BACKUP_NAME_BYTES]);
/* Remove all but the newest `keep` (1..BACKUP_KEEP_MAX, assert) backups of this machine. `made` (a name without folder, or NULL) is the one just made: it stays and counts first, whatever the clock said when it was
 * named. *removed counts what went. What begins as a backup of this machine but does not end as one (a copy that was cut off) does not count
 * and stays; only what a killed program of this machine had begun (.part, backup_left.h) goes, too, uncounted. Errors: STATUS_IO, STATUS_NOMEM; some may be gone then. O(files in the folder). */
enum status backup_folder_prune(const char *folder, const struct machine *machine, size_t keep, const char *made, size_t *removed, struct errmsg *err);

#endif /* CORE_RECORD_BACKUP_FOLDER_H */
