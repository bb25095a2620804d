/* tests/write_sql.h - what no verb of the program writes: a disk that was bad, a program that was older, a state that is hard to come to. Only for tests. */
#ifndef TESTS_WRITE_SQL_H
#define TESTS_WRITE_SQL_H

#include "core/record/store.h"

/* In a transaction of its own. It fails the test, with the statements and the reason, unless all of it goes well. */
void write_sql(struct store *store, const char *sql);

#endif /* TESTS_WRITE_SQL_H */
