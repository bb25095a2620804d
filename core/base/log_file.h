/* core/base/log_file.h - the log of a service that runs without journald: lines appended to a file that may be rotated under it.
 *
 * Before each line the path is looked at: where the file there is another one, or none, it is opened anew. So renaming it is enough (logrotate's `create` or `nocreate`), no signal is needed and no line is lost; lines
 * are few. Mode 0600. */
#ifndef CORE_BASE_LOG_FILE_H
#define CORE_BASE_LOG_FILE_H

#include <limits.h>

#include "core/base/status.h"

struct log_file {
    char path[PATH_MAX];
    int fd; /* -1: not open */
};

/* Open it, or make it. Errors: STATUS_IO, STATUS_FULL, STATUS_TOO_LARGE (the path); *file needs no closing then. */
enum status log_file_open(struct log_file *file, const char *path, struct errmsg *err);
/* One line, without its line feed; a sink for trace_init (context: the struct). Where it cannot be written it goes to stderr instead. */
void log_file_line(void *context, const char *line);
void log_file_close(struct log_file *file);

#endif /* CORE_BASE_LOG_FILE_H */
