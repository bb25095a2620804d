/* tests/province.h - a hub on a real PostgreSQL with some counties' upward stores, for tests of the hub's store: what a county has is read as a request, submitted, and carried out when the test says so. Each call fails the
 * test on any error, except that of an answer. */
#ifndef TESTS_PROVINCE_H
#define TESTS_PROVINCE_H

#include "sync/hub_store.h"
#include "sync/replicator.h"
#include "tests/fixture.h"
#include "tests/hub_world.h"

enum { PROVINCE_COUNTIES = 3 };

/* Upward stores of some counties (stations of a world whose center is not used), and the hub. */
struct province {
    struct world world;
    struct hub_world *hub;
    struct hub_store *store;
    struct replicator *replicator;
};

/* A chunk of what a county has after `after`, as a request that waits for its answer. */
struct province_push {
    struct session_request request;
    struct replica_batch batch;
    struct session_result result;
    bool answered;
};

void province_open(struct province *province);
void province_close(struct province *province);
/* Read; its own until province_push_release(). */
void province_push_make(struct province *province, size_t county, uint64_t after, struct province_push *push);
void province_push_release(struct province_push *push);
void province_submit(struct province *province, struct province_push *push);
/* An answer for replicator_flush(): owner is a province_push that was not answered yet. */
void province_deliver(void *context, void *owner, const struct session_result *result);
/* Start what waits, carry it to its end, hand out the answers. */
void province_carry_out(struct province *province);
/* Everything a county has. */
void province_push_all(struct province *province, size_t county);
/* The number in the first row's first column. */
int64_t province_ask(struct province *province, const char *format, ...) __attribute__((format(printf, 2, 3)));
int64_t province_org(const struct province *province, size_t county);
/* The order of each county is 1..n. */
void province_check_orders(struct province *province);

#endif /* TESTS_PROVINCE_H */
