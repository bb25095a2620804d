/* sync/service.h - what the sync program does all day: the center's service, the station's, one single session, one
 * enrolment.
 *
 * Decides when to connect, to whom, when to poke; transport.c carries it out, sessions do the talking. Each function
 * runs its own loop and returns when it is done; SIGINT and SIGTERM end it in order.
 *
 * CENTER. Every CENTER_TICK_MS it looks whether another process (the center's own screens, the command line) committed:
 * then connections of revoked machines are dropped and the others are poked, so that a decision made at the center
 * reaches connected stations within a second. A thread copies the store's log back into its file (core/record/checkpointer.h)
 * as long as it serves.
 *
 * STATION. Stays connected while the line is up; new changes go at once (STATION_TICK_MS), failures are retried as
 * schedule.h says. With every_ms it connects for one session at a time instead: every so often, for new changes, and
 * when a person asks. Each exchange and each failure is noted for the screens (core/record/peer.h, struct
 * sync_attempt). */
#ifndef SYNC_SERVICE_H
#define SYNC_SERVICE_H

#include <stdio.h>

#include "core/base/id.h"
#include "core/base/trace.h"
#include "core/record/store.h"
#include "sync/bundle.h"
#include "sync/enrol.h"
#include "sync/identity.h"
#include "sync/transport.h"

enum { CENTER_TICK_MS = 400, STATION_TICK_MS = 250, HEALS_MAX = 4, GUARD_EVERY_MS = 10 * 60 * 1000 };

/* What a feeder did (upward_verb.h). */
struct service_fed {
    bool appended; /* there is something to send */
    bool more;     /* it has more to do, and may be called again as soon as the line was looked at */
};

struct service {
    const char *folder;              /* of the store; NULL: it is not guarded (core/record/guard.h) */
    struct store *store;             /* borrowed; NULL at a hub */
    const struct identity *identity; /* borrowed */
    struct trace *trace;             /* borrowed, or NULL */
    struct random_source random;
    FILE *terminal; /* where long transfers show a bar, or NULL; borrowed */
    const char *metrics; /* path of the socket on which the center's and the station's service tell their numbers (metrics.h); NULL: none. One that can't be had is told in the trace; the service runs */
    struct service_fed (*feed)(void *context); /* station: called at every tick, before it looks for new changes. NULL: nothing feeds it */
    void *feed_context;
};

/* The machine's key as files use it. Wipe it after use. Errors: STATUS_IO. */
enum status service_bundle_key(const struct identity *identity, struct bundle_key *out, struct errmsg *err);

/* Serve until a signal. Opens files that stations carry here. `listening` is called once with the address and its real port. Errors: as transport_listen,
 * STATUS_NOMEM. */
enum status service_center(const struct service *service, const char *listen,
                           void (*listening)(void *context, const char *address), void *context, struct errmsg *err);

/* The same over a store behind a network (engine_store.h): service->store is NULL then. attach (called once) puts the store's handles into the transport's loop. Every HUB_POKE_MS the sessions look by themselves, since nobody
 * tells what other processes committed. */
enum { HUB_POKE_MS = 30 * 1000 };
struct service_hub {
    struct engine_store engine;
    enum status (*attach)(void *context, struct transport *transport, struct errmsg *err);
    void (*metrics)(void *context, struct buf *out); /* append what the store has to tell */
    void *context;
};
enum status service_hub(const struct service *service, const struct service_hub *hub, const char *listen, void (*listening)(void *context, const char *address), void *context, struct errmsg *err);

/* The center a station talks to: address "HOST:PORT" and pinned key. */
struct service_target {
    char address[ADDRESS_TEXT_BYTES];
    struct hash pin;
};

/* Run until a signal; every_ms 0: stay connected. */
enum status service_station(const struct service *service, const struct service_target *target, int64_t every_ms,
                            struct errmsg *err);
/* One session, and another as long as one ended in healing (at most HEALS_MAX in a row: STATUS_FORK). *end is filled also when it failed, with the sums of all; the return value is the last one's status. */
enum status service_once(const struct service *service, const struct service_target *target, struct transport_end *end,
                         struct errmsg *err);

/* Make this machine a station: compare the center's key with the code, prove the code, and only with the center's
 * answer in hand make the store. A crash before that leaves no store: the same command works again with a new code (and
 * makes a new key, since the center may know the old one already). A folder with a station's store keeps it (enrolment.h): it goes on under its new number. service->store and identity are not used. Errors:
 * STATUS_EXISTS (there is a store), STATUS_AUTH (wrong center or code), and what connections and files can have. */
struct service_enrolment {
    const char *folder, *address, *name; /* name of this machine, for the center's list */
    struct enrol_ticket ticket;
    struct message_enrol before; /* filled in here */
};
enum status service_enrol(const struct service *service, const struct service_enrolment *enrolment,
                          struct message_enrolled *out, struct errmsg *err);

#endif /* SYNC_SERVICE_H */
