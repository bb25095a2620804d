/* tests/bench/bare_table.h - the least that storing a record can be: its row inserted into a table like its type's own, with every index that schema.c gives that, under another name and so without change log, guards
 * and origins. What saving and taking in are measured against. Errors end the program with a message: these are measurements. */
#ifndef TESTS_BENCH_BARE_TABLE_H
#define TESTS_BENCH_BARE_TABLE_H

#include "core/base/id.h"
#include "core/record/catalogue.h"
#include "core/record/store.h"
#include "core/record/value.h"

struct bare_table {
    const struct record_type *type;
    char *sql; /* owned */
};

/* Make the table and its indexes in the store. Release with bare_table_release. */
void bare_table_make(struct store *store, const struct record_type *type, struct bare_table *out);
void bare_table_release(struct bare_table *table);
/* One row, inside a transaction; n: its number in the log. */
void bare_table_insert(struct store *store, const struct bare_table *table, struct id id, uint64_t n, const struct value values[FIELD_MAX_COUNT]);

#endif /* TESTS_BENCH_BARE_TABLE_H */
