/* sync/pg_failure.h - what a PostgreSQL server or libpq says went wrong, as a status and words that say what to do. Its codes end here. */
#ifndef SYNC_PG_FAILURE_H
#define SYNC_PG_FAILURE_H

#include <stdbool.h>

#include "core/base/status.h"

/* state: the SQLSTATE; primary: the server's words, used for states that mean nothing here. *again: the same may go well when it is done once more. Returns never STATUS_OK. */
enum status pg_failure_of_state(const char *state, const char *primary, bool *again, struct errmsg *err);
/* Of a connection: libpq says it in words only. */
enum status pg_failure_of_words(const char *text, bool *again, struct errmsg *err);

#endif /* SYNC_PG_FAILURE_H */
