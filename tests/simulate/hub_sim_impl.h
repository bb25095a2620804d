/* tests/simulate/hub_sim_impl.h - between hub.c, hub_county.c and hub_check.c. */
#ifndef TESTS_SIMULATE_HUB_SIM_IMPL_H
#define TESTS_SIMULATE_HUB_SIM_IMPL_H

#include "core/record/upward.h"
#include "sync/hub_store.h"
#include "sync/pg_pipeline.h"
#include "tests/simulate/world.h"

enum { ROWS = 6, PERIODS = 3, CELL_TEXT = 10, CELL_NUMBER = 15, ERASED_MAX = 64 };

struct process {
    struct hub_store *store;
    struct replicator *replicator;
};

struct hub_sim {
    struct hub_world *home;
    struct pg_pipeline *pg;
    struct process processes[HUB_PROCESSES];
    bool spread; /* copies of one county come to both processes */
    uint64_t seed;
    struct id erased[ERASED_MAX]; /* by the hub's log, after hub_sim_check */
    size_t n_erased;
};

/* The county's change k, whoever tells it. */
struct inner {
    struct id row;
    bool told, gone; /* told: its row, with these cells */
    int64_t number;
    char text[32];
};

struct inner hub_sim_inner_of(const struct world *world, int64_t org, uint64_t k);
/* Of a change of type 58: the county's change it tells. */
uint64_t hub_sim_inner_no(const struct model_change *x);

/* SQL by another hand, once its connection stands: the server may have been away. */
void hub_sim_send(struct world *world, const struct pg_statement *statement, pg_result rows, void *context);
/* The number it answers with; -1: none. */
int64_t hub_sim_ask(struct world *world, const struct pg_statement *statement);

#endif /* TESTS_SIMULATE_HUB_SIM_IMPL_H */
