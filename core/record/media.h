/* core/record/media.h - USB sticks and other disks that are plugged in, and the hand-over files on them.
 *
 * A medium is a mounted folder under /media, /run/media or /mnt that this user may read, as desktops and udisks
 * mount sticks; one that cannot be written (a switch on the stick, a file system with errors) still has files to take in. Where sticks are mounted elsewhere, AIDPOST_MEDIA names the folders themselves, separated by ':'.
 *
 * A file is found by its name or, if somebody or a file system gave it another one, by what it begins with; also in folders, where people put things in order. Files that were thrown away (.Trash, $RECYCLE.BIN) are not looked
 * for. A stick may hold anything: how many entries are looked at, how many of them are opened, and how deep, is bounded. */
#ifndef CORE_RECORD_MEDIA_H
#define CORE_RECORD_MEDIA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/status.h"

enum { MEDIA_MAX = 6, MEDIA_FILES_MAX = 500, MEDIA_PATH_BYTES = 512, MEDIA_NAME_BYTES = 128, MEDIA_FILE_BYTES = 512, MEDIA_DEPTH_MAX = 3, MEDIA_ENTRIES_MAX = 50000, MEDIA_OPENED_MAX = 500 };

struct medium {
    char path[MEDIA_PATH_BYTES];
    char name[MEDIA_NAME_BYTES]; /* last part of the path: the stick's label */
    uint64_t free_bytes;
    bool read_only;
};

/* Returns how many, at most `max`, in the order they were mounted; of more, those that were mounted last. */
size_t media_list(struct medium *out, size_t max);

struct media_file {
    char name[MEDIA_FILE_BYTES]; /* from the stick's outermost folder on: "a.aidb", "folder/a.aidb" */
    uint64_t bytes;
    int64_t changed_ms;
};

struct media_found {
    size_t n;     /* listed */
    size_t total; /* found */
    bool whole;   /* false: the stick holds so much that not all of it was looked at */
};

enum media_order { MEDIA_NEWEST, MEDIA_OLDEST };

/* The newest or the oldest first; at most `max`, then those that would come last are not listed. Errors: STATUS_IO (the stick was pulled out). */
enum status media_files(const char *path, enum media_order order, struct media_file *out, size_t max, struct media_found *found, struct errmsg *err);

#endif /* CORE_RECORD_MEDIA_H */
