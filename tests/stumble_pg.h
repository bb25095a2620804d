/* tests/stumble_pg.h - the n-th statement that goes to a PostgreSQL server fails: at the server, as a clash with another transaction, by the end of the connection, or it is not taken by libpq at all.
 *
 * A program that uses it is linked with STUMBLE_PG_WRAPS (Makefile.am): what sync/pg_pipeline.c loads of libpq then sends its statements through here. What fails at the server really does: in place of the statement
 * goes one that raises that error, so the transaction and what is queued behind it come to what they come to. Who waits for nothing but the time does not wait: the hub's clock is set on (hub_world_pass).
 * One at a time; not thread-safe. Only for tests. */
#ifndef TESTS_STUMBLE_PG_H
#define TESTS_STUMBLE_PG_H

#include <stdbool.h>
#include <stdint.h>

enum stumble_pg_way { STUMBLE_PG_ERROR, STUMBLE_PG_CLASH, STUMBLE_PG_FULL, STUMBLE_PG_LOST, STUMBLE_PG_LOST_BEHIND, STUMBLE_PG_UNSENT, STUMBLE_PG_WAYS };

/* LOST_BEHIND: the statement is done, and then the connection is lost: of COMMIT nobody knows.
 * at 1: the next one; 0: none. for_good: those behind it, too. Preparing one counts as a statement. */
void stumble_pg_begin(enum stumble_pg_way way, uint64_t at, bool for_good);
/* How many failed since stumble_pg_begin; from now on everything works. */
uint64_t stumble_pg_end(void);
/* For what a test does itself in between: nothing of it is counted or fails. Returns what stumble_pg_go_on() wants. */
bool stumble_pg_pause(void);
void stumble_pg_go_on(bool on);

/* From here on a connection that is given back (pg_free) is kept, if it still is one, for the next who asks for one to the same place (pg_new): the server takes longer to begin a process than the verbs of the tests take. false:
 * not any more. */
void stumble_pg_keep(bool keep);

#endif /* TESTS_STUMBLE_PG_H */
