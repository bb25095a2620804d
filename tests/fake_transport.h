/* tests/fake_transport.h - a transport (sync/transport.h) without a loop, a socket or a clock: what the service does of its own accord, step by step, and what it asks of its lines.
 *
 * A program that uses it is linked with FAKE_TRANSPORT_WRAPS (Makefile.am). transport_run() calls `run`, which plays the loop: it ticks, lets time pass, and ends sessions. One at a time; not thread-safe. Only for tests. */
#ifndef TESTS_FAKE_TRANSPORT_H
#define TESTS_FAKE_TRANSPORT_H

#include "sync/transport.h"

struct fake_transport {
    void (*run)(void *context); /* what happens while the service runs */
    void *context;
    int64_t now_ms, wall_ms;
    /* how its lines answer */
    enum status dials;       /* of the next transport_dial; with a message */
    bool has_look;           /* the line that was dialled last is there: */
    struct transport_look look;
    /* what was asked of it */
    struct transport_hooks hooks;
    uint64_t connection; /* dialled last */
    unsigned n_dials, n_pokes, n_drops;
    struct reach_orgs poked; /* some only: the orgs of all of those */
    struct hash dropped; /* the key of the last */
    bool stopped;
};

extern struct fake_transport fake_transport;

/* From the beginning: nothing was asked. */
void fake_transport_reset(void (*run)(void *context), void *context);
/* Time passes, and the service looks around. */
void fake_transport_tick(int64_t ms);
/* The line that was dialled last ends. */
void fake_transport_end(enum status status, const struct session_outcome *outcome);

#endif /* TESTS_FAKE_TRANSPORT_H */
