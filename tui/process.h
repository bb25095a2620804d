/* tui/process.h - the other program as a child: run it to its end, or keep it running and stop it. Used by demo, and by the screen of USB sticks. */
#ifndef TUI_PROCESS_H
#define TUI_PROCESS_H

#include <stddef.h>
#include <sys/types.h>

#include "core/base/bytes.h"
#include "core/base/status.h"

enum { PROCESS_ARGUMENTS_MAX = 24 };

/* The program of that name beside our own file; else its bare name, to be looked up in PATH. Errors: STATUS_TOO_LARGE. */
enum status process_find(const char *name, char *out, size_t out_bytes);
/* Run to the end; stdout is appended to out (NULL: thrown away), stderr to *messages likewise. argv ends with NULL.
 * *exit_code gets 0..255, 128 + n after signal n. Errors: STATUS_NOT_FOUND (no such program), STATUS_IO. */
enum status process_run(const char *const argv[], struct buf *out, struct buf *messages, int *exit_code, struct errmsg *err);
/* Start and go on at once when first_line is NULL, else when the child has written a line to stdout, which is stored there without its line feed.
 * The child gets SIGTERM when this program ends. stderr goes to the file log_path. Errors: STATUS_IO (also when it ended before its first line). */
enum status process_start(const char *const argv[], const char *log_path, char *first_line, size_t first_line_bytes, pid_t *pid, struct errmsg *err);
/* SIGTERM and wait; pid 0 does nothing. */
void process_stop(pid_t pid);

#endif /* TUI_PROCESS_H */
