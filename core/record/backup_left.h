/* core/record/backup_left.h - what a backup makes on its way, and what is left of it when the program is killed.
 *
 * Beside the store: backup.PID.tmp, the copy that is encrypted (with -journal while it grows), and backup.PID.check, a folder with the store that was read back. Both are plain, so none may outlive its backup: what is
 * erased by law later would stand there still, and a laptop would be given back with it. In the folder of the backups: FILE.part, encrypted; those of a nightly unit that is killed would fill the disk.
 * Who makes one holds it by a lock (flock), which ends with the process in whatever way that ends. What nobody holds is left behind. It is taken away by the next backup, when something was erased or left, and by retire.
 * Where a file system knows no such locks nothing is held and nothing taken away. */
#ifndef CORE_RECORD_BACKUP_LEFT_H
#define CORE_RECORD_BACKUP_LEFT_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/status.h"

/* A file (made, mode 0600, if it is not there) or a folder that is there: nobody takes it away until it is let go. A number for that; -1: it could not be held. */
int backup_left_hold(const char *path);
void backup_left_let_go(int held);
/* One file that nobody holds: removed. False: it is held, not there, or cannot be removed. */
bool backup_left_drop(const char *path);
/* In the folder of a store: written over and removed; what somebody holds stays. *removed grows by the files. Errors: STATUS_IO (one that cannot be opened, too), STATUS_NOMEM, STATUS_FULL, STATUS_TOO_LARGE; the rest is
 * there still. One look at the folder. */
enum status backup_left_sweep(const char *folder, size_t *removed, struct errmsg *err);

#endif /* CORE_RECORD_BACKUP_LEFT_H */
