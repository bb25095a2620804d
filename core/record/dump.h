/* core/record/dump.h - records and change log as stable text, one line each, for tests and problem reports.
 * Names, texts, rules' values and sensitive fields are shown as "#" and their length unless `full` is set. */
#ifndef CORE_RECORD_DUMP_H
#define CORE_RECORD_DUMP_H

#include <stdio.h>

#include "core/record/machine.h"

enum status dump_rows(struct store *store, FILE *out, bool full, struct errmsg *err);
enum status dump_log(struct store *store, FILE *out, bool full, struct errmsg *err);

#endif /* CORE_RECORD_DUMP_H */
