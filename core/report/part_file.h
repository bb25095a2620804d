/* core/report/part_file.h - a text file that grows row by row and has its name only when it is whole: written to NAME.part (mode 0600), fsynced, renamed. */
#ifndef CORE_REPORT_PART_FILE_H
#define CORE_REPORT_PART_FILE_H

#include <limits.h>
#include <stdio.h>

#include "core/base/bytes.h"

struct part_file {
    char path[PATH_MAX], part[PATH_MAX];
    FILE *file;
    bool borrowed;  /* an open stream of the caller's: nothing is renamed */
    struct buf out; /* what comes next; the writer appends, part_file_drain writes */
};

/* stream not NULL: write there instead. Errors: STATUS_IO, STATUS_USAGE (the name is too long); nothing to close then. */
enum status part_file_open(struct part_file *file, const char *path, FILE *stream, struct errmsg *err);
/* Write `out` away once it is large; all: in any case. Errors: STATUS_IO, STATUS_FULL, what out failed with. */
enum status part_file_drain(struct part_file *file, bool all, struct errmsg *err);
/* The rest, fsync, and its name. Frees in any case; on error only the old file of that name is there, or the new one if the disk failed to make its name durable. */
enum status part_file_close(struct part_file *file, struct errmsg *err);
void part_file_abandon(struct part_file *file);

#endif /* CORE_REPORT_PART_FILE_H */
