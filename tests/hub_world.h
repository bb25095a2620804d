/* tests/hub_world.h - a hub on a real PostgreSQL for the engine's tests: one server a test program, a schema of its own for each hub. Built with libpq; without it hub_world_none.c says that there is none. */
#ifndef TESTS_HUB_WORLD_H
#define TESTS_HUB_WORLD_H

#include "sync/engine_store.h"

struct hub_world;

/* False: there is no PostgreSQL here (it was said why); the tests are to be skipped. */
bool hub_world_available(void);
/* A hub of this identity with these peers as its counties. Fails the test on any error, as all below do. */
struct hub_world *hub_world_open(const struct machine *center, const struct peer *peers, size_t n);
void hub_world_close(struct hub_world *world);
struct engine_store hub_world_engine(struct hub_world *world);
/* What other processes do, each durable at once. An own change of the hub for one county (its org) or for each (0); the order number in the last of them. */
void hub_world_revoke(struct hub_world *world, struct hash pin);
uint64_t hub_world_append(struct hub_world *world, int64_t scope, struct id id);
/* Another connection runs this; the number in the first row's first column. */
int64_t hub_world_ask(struct hub_world *world, const char *sql);
void hub_world_run(struct hub_world *world, const char *sql);
/* The server dies as in a power cut, and is started again. */
/* The clock of the hubs' stores goes on by that: a pause is over. */
void hub_world_pass(int64_t ms);
void hub_world_crash(void);
void hub_world_again(void);
/* Another process of the same hub. Close it before the world. */
struct hub_store *hub_world_another(struct hub_world *world);
struct hub_store *hub_world_store(struct hub_world *world);
/* One of the last warnings and errors in the log of this process says so. */
void hub_world_expect_said(const struct hub_world *world, const char *text);
const char *hub_world_url(const struct hub_world *world);

#endif /* TESTS_HUB_WORLD_H */
