/* core/base/file.h - small whole files, written so that a power cut leaves the old or the new content, never a mixture. */
#ifndef CORE_BASE_FILE_H
#define CORE_BASE_FILE_H

#include <dirent.h>
#include <stdbool.h>
#include <stddef.h>

#include "core/base/bytes.h"
#include "core/base/status.h"

/* Append the file's content to out (limited by out->max). Errors: STATUS_NOT_FOUND, STATUS_IO, STATUS_TOO_LARGE, STATUS_NOMEM. */
enum status file_read(const char *path, struct buf *out, struct errmsg *err);
/* Write path.tmp with the mode, fsync, rename, fsync the folder. Errors: STATUS_IO, STATUS_FULL; the old file stays. */
enum status file_write(const char *path, const void *data, size_t len, unsigned mode, struct errmsg *err);
/* Open a file that is to be written and then renamed, mode 0600, empty, locked until it is closed: one that a crash left is used again, who writes the same one at the same moment is waited for. -1: it cannot be opened,
 * errno says why, and nothing is left. */
int file_open_temporary(const char *path);
/* Give `from` the name `to`, in place of what stood there, and make that durable; its content the caller has fsynced. On error `to` stands as it was or is the new file, which a power cut may take back:
 * who says then that there is none unlinks it. Errors: STATUS_IO, STATUS_FULL. */
enum status file_rename(const char *from, const char *to, struct errmsg *err);
/* Make durable what was renamed, linked or removed in the folder of path. File systems that know no such thing (FAT on a stick) are left alone. Errors: STATUS_IO, STATUS_FULL. */
enum status file_sync_folder_of(const char *path, struct errmsg *err);
/* What an errno means: STATUS_FULL (no room: ENOSPC, EDQUOT, EFBIG), STATUS_NOMEM or STATUS_IO. */
enum status file_status(int error);
/* Its words for people, with what to do where there is no room. Borrowed until the next call of strerror. */
const char *file_reason(int error);
/* Write zeros over the whole file, make them durable, remove it; what is no regular file (a socket) is just removed. What a disk keeps elsewhere (flash, journals) only its encryption protects. Errors: STATUS_NOT_FOUND, STATUS_IO; the file may be there still, written over in part. */
enum status file_wipe(const char *path, struct errmsg *err);
/* The same with each file of a folder, then the folder, durably; none there is STATUS_OK. *removed grows by the files. Errors: STATUS_IO (a folder in it, too), what was wiped before is gone. */
enum status file_wipe_folder(const char *path, size_t *removed, struct errmsg *err);
/* What can't be looked at counts as there: nobody shall make it anew, or pass it over. */
bool file_exists(const char *path);
/* The same for whom it matters that a path which can't be looked at is not one where nothing is. Errors: STATUS_IO; *there is then unchanged. */
enum status file_look(const char *path, bool *there, struct errmsg *err);
/* The name of the next entry of a folder that opendir() opened, borrowed until the next call or closedir(). NULL: there is none, or (*status) the folder could not be read on: who has a list then has a part of it. path: for the
 * message. Errors: STATUS_IO. */
const char *file_next_entry(DIR *dir, const char *path, enum status *status, struct errmsg *err);
/* mkdir -p with mode 0700. Errors: STATUS_IO. */
enum status file_make_folder(const char *path, struct errmsg *err);
/* "a/b" into out; STATUS_TOO_LARGE if it does not fit. */
enum status file_join(char *out, size_t out_bytes, const char *folder, const char *name);

#endif /* CORE_BASE_FILE_H */
