/* tests/trial.h - a verb whose statements, allocations and calls on files fail, each in turn (tests/stumble.h), and what must hold then, whatever the verb:
 *
 *   it says so, in words, and everything stands as before; done again it comes to what it comes to where nothing fails; or it says that it is done, and it is, with the same answer, and no power cut takes a rename of it back.
 *
 * What stands is every table of the nodes' stores and what state() tells; what it answers is what act() puts into `out`. Before each try everything is put back, chance too. */
#ifndef TESTS_TRIAL_H
#define TESTS_TRIAL_H

#include "tests/fixture.h"
#include "tests/stumble.h"

enum { TRIAL_NODES = 2 };

struct trial {
    const char *name;
    enum status (*act)(void *context, struct buf *out, struct errmsg *err);
    void *context;
    struct node *nodes[TRIAL_NODES]; /* with stores in memory; NULL: fewer */
    uint64_t *seed;                  /* what chance comes from; NULL: from nothing */
    void (*begin)(void *context);    /* puts back what is not in these stores; NULL: nothing is */
    void (*state)(void *context, struct buf *out); /* what stands there; NULL: nothing does */
    bool in_parts;                   /* as the verb's header says: what was done before the failure stays, and the rest is done when it is done again */
    bool names;                      /* what it makes has a name that no power cut takes back, either */
    uint64_t stride;                 /* not each but each stride-th, for verbs of thousands of steps; 0: each */
};

/* Fails the test unless that holds. Returns how many statements were tried. */
uint64_t trial_play(const struct trial *trial);
/* All tables of a node as text, one row a line; buf_release() it. */
void node_tables(struct node *node, struct buf *out);

#endif /* TESTS_TRIAL_H */
