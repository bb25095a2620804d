/* core/report/practice_file.h - files of practice data: made-up people look like real ones in a file, so its name says what they are. */
#ifndef CORE_REPORT_PRACTICE_FILE_H
#define CORE_REPORT_PRACTICE_FILE_H

#include <stdbool.h>

#include "core/record/store.h"

/* The file's own name says 练习 or practice; in which folder it lies does not count. */
bool practice_file_is_named(const char *path);
/* Before it is written from this store. Errors: STATUS_USAGE (practice data, and the name does not say so); storage. */
enum status practice_file_may_write(struct store *store, const char *path, struct errmsg *err);
/* Before it is read into this store. Errors: STATUS_USAGE (real data, and the name says practice); storage. */
enum status practice_file_may_read(struct store *store, const char *path, struct errmsg *err);

#endif /* CORE_REPORT_PRACTICE_FILE_H */
