/* core/record/verify.h - does the store say what its log says? Rebuilds every row from the change log in memory and compares; checks hash chains, body hashes,
 * sequence contiguity of own logs, scope of every row and change, SQLite's integrity. O(all changes). */
#ifndef CORE_RECORD_VERIFY_H
#define CORE_RECORD_VERIFY_H

#include "core/record/machine.h"

struct verify_result {
    bool ok;
    int64_t rows;    /* compared */
    int64_t changes; /* replayed */
};
/* problem: called once per finding with a sentence for people that holds ids but no personal data. */
enum status verify_store(struct store *store, void (*problem)(void *context, const char *text), void *context, struct verify_result *result, struct errmsg *err);

/* The same with an empty store of this program to rebuild in, for who verifies a great many small stores; it is left full. */
enum status verify_store_in(struct store *store, struct store *scratch, void (*problem)(void *context, const char *text), void *context, struct verify_result *result, struct errmsg *err);

#endif /* CORE_RECORD_VERIFY_H */
