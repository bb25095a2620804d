/* tui/media.h - USB sticks and other disks that are plugged in, and the hand-over files on them.
 *
 * A medium is a mounted folder under /media, /run/media or /mnt that this user may read, as desktops and udisks
 * mount sticks; one that cannot be written (a switch on the stick, a file system with errors) still has files to take in. Where sticks are mounted elsewhere, AIDPOST_MEDIA names the folders themselves, separated by ':'. */
#ifndef TUI_MEDIA_H
#define TUI_MEDIA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/status.h"

enum { MEDIA_MAX = 6, MEDIA_FILES_MAX = 500, MEDIA_PATH_BYTES = 512, MEDIA_NAME_BYTES = 128 };

struct medium {
    char path[MEDIA_PATH_BYTES];
    char name[MEDIA_NAME_BYTES]; /* last part of the path: the stick's label */
    uint64_t free_bytes;
    bool read_only;
};

/* Returns how many, at most `max`, in the order they were mounted. */
size_t media_list(struct medium *out, size_t max);

struct media_file {
    char name[MEDIA_NAME_BYTES];
    uint64_t bytes;
    int64_t changed_ms;
};

/* Files in the folder itself whose names end in .aidb or .return, the newest first; at most `max`, *total: how many there are. Errors: STATUS_IO
 * (the stick was pulled out). */
enum status media_files(const char *path, struct media_file *out, size_t max, size_t *n, size_t *total, struct errmsg *err);

#endif /* TUI_MEDIA_H */
