/* tests/simulate/world.h - machines with real stores, and the lines between them, in one process and from one seed.
 *
 * A machine is a store (in memory, or in a folder when it must survive being closed), a replicator and a wrong clock. A line is the real session engine on
 * both ends and two byte queues that the world moves in pieces, cuts and forgets. Nothing here asks the system for time or chance. */
#ifndef TESTS_SIMULATE_WORLD_H
#define TESTS_SIMULATE_WORLD_H

#include "core/base/id.h"
#include "core/record/store.h"
#include "sync/replicator.h"
#include "sync/session.h"
#include "tests/simulate/model.h"
#include "tests/simulate/pool.h"

enum { STATIONS_MAX = 6, LINES_MAX = 16, CENTER = 0 };

struct world;
struct line;

struct side {
    struct line *line;
    bool is_station;
    size_t machine;            /* index */
    struct session *session;   /* NULL: gone */
    struct session_actions actions;
    struct buf in;             /* bytes on their way to this side */
    bool in_ends;              /* no more will come behind them: then EVENT_CLOSED */
};

struct line {
    bool used;
    size_t station;
    struct side ends[2]; /* 0 station, 1 center */
};

struct machine_sim {
    struct store *store;
    struct replicator *replicator;
    char folder[512]; /* "" in memory */
    struct machine identity;
    struct hash pin;
    int64_t clock_off_ms;
    uint64_t committed; /* own changes */
    bool revoked;
    uint64_t have_at_revocation;
};

struct world {
    uint64_t random_state;
    struct random_source random;
    struct pool *pool;   /* borrowed */
    int64_t now_ms;
    struct machine_sim machines[1 + STATIONS_MAX];
    size_t n_stations;
    struct line lines[LINES_MAX];
    struct model model;
    struct buf log;      /* what happened, for a failing seed */
    bool log_wanted;
    struct errmsg failure; /* first thing found wrong */
    bool failed;
    struct session_outcome last_outcome; /* of the last station session that ended */
    uint64_t events, sessions, cuts, crashes, refusals, conflicts;
};

/* files: stores in folders under `root`. Returns false with world->failure when something can't be made. */
bool world_init(struct world *world, struct pool *pool, uint64_t seed, const char *root, bool files);
void world_release(struct world *world);
void world_fail(struct world *world, const char *format, ...) __attribute__((format(printf, 2, 3)));
void world_log(struct world *world, const char *format, ...) __attribute__((format(printf, 2, 3)));
uint64_t world_below(struct world *world, uint64_t below);
bool world_chance(struct world *world, unsigned percent);

/* ---- people ---- */
/* Create, edit, delete or resolve something on machine m, in one transaction of one or a few changes; sometimes the power goes before its commit. */
void world_edit(struct world *world, size_t m);

/* ---- lines ---- */
struct line *world_line_of(struct world *world, size_t station);
void world_connect(struct world *world, size_t station, bool once);
/* Move some bytes of one side's queue, or its end. */
void world_move(struct world *world, struct side *side, size_t most);
/* The station's end breaks now; what is under way to the center may still arrive, up to a chance byte. */
void world_cut(struct world *world, struct line *line);
void world_flush(struct world *world, size_t m);
void world_tick(struct world *world, int64_t ms);
void world_poke(struct world *world, size_t m);
/* The machine stops at once and comes back from its file. committed_first: it stops right behind a commit, before anybody was told. */
void world_crash(struct world *world, size_t m, bool committed_first);
/* Run one session of the station to its end without trouble. */
void world_sync(struct world *world, size_t station);

/* ---- the oracle ---- */
void world_check_acked(struct world *world);
void world_check_end(struct world *world);

#endif /* TESTS_SIMULATE_WORLD_H */
