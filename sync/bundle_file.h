/* sync/bundle_file.h - bundle files on a disk or a stick: read in pieces, and written so that a file of that name is
 * whole or the old one. */
#ifndef SYNC_BUNDLE_FILE_H
#define SYNC_BUNDLE_FILE_H

#include <limits.h>

#include "sync/handover.h"

struct bundle_file {
    int fd;
    char path[PATH_MAX];
    char temporary[PATH_MAX]; /* writing only */
};

/* Errors: STATUS_NOT_FOUND, STATUS_IO (also a folder, a device, a pipe: nothing is waited for). */
enum status bundle_file_open(struct bundle_file *file, const char *path, struct errmsg *err);
/* 0: not known. */
uint64_t bundle_file_size(const struct bundle_file *file);
struct handover_source bundle_file_source(struct bundle_file *file);
void bundle_file_close(struct bundle_file *file);

/* A temporary file beside path ("aidpost.tmp"), mode 0600; who writes one into the same folder at the same moment is waited for. Errors: STATUS_EXISTS (path is there and is no bundle: it is not
 * overwritten), STATUS_IO. On error nothing is left. */
enum status bundle_file_create(struct bundle_file *file, const char *path, struct errmsg *err);
struct handover_sink bundle_file_sink(struct bundle_file *file);
/* fsync, read it back from the medium and look whether it is whole, rename. *id (or NULL): SHA-256 of it. On error the temporary file is removed.
 * Closes. */
enum status bundle_file_commit(struct bundle_file *file, struct hash *id, struct errmsg *err);
/* Remove what was written. Closes. */
void bundle_file_abandon(struct bundle_file *file);

#endif /* SYNC_BUNDLE_FILE_H */
