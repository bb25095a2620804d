/* tests/pg_server.h - a PostgreSQL server for one test program (tests/postgres.sh). */
#ifndef TESTS_PG_SERVER_H
#define TESTS_PG_SERVER_H

#include <stdbool.h>

enum { PG_URL_BYTES = 400 };

struct pg_server {
    char folder[256], url[PG_URL_BYTES];
};

/* False: there is none on this machine, the tests are to be skipped (it was said why). Fails the test program when there is one and it does not start. It goes away with the process at the latest. */
bool pg_server_start(struct pg_server *server);
void pg_server_stop(struct pg_server *server);
/* As a power cut would, and back on the same data. */
void pg_server_crash(struct pg_server *server);
void pg_server_again(struct pg_server *server);
/* The URL for a schema of this name; another user, or NULL. */
void pg_server_url(const struct pg_server *server, const char *user, const char *schema, char out[PG_URL_BYTES]);

#endif /* TESTS_PG_SERVER_H */
