/* tests/simulate/world.h - machines with real stores, and what goes between them, in one process and from one seed.
 *
 * A machine is a store (a place of the pool, or a folder when it must survive being closed), a replicator, a key and a wrong clock. A line is the real session engine on both ends and two byte queues that
 * the world moves in pieces, cuts and forgets (lines.c). A file is a real sealed bundle in memory (files.c). An image is the state of a store kept for later: backups, disk images, clones (faults.c).
 * Nothing here asks the system for time or chance; only libsodium draws the one-time keys of files itself, which decide nothing.
 *
 * Beside each store the world keeps in `memory` what the store has been told, by uid (model.h): it goes back with the store. The oracle (oracle.c) knows nothing else. */
#ifndef TESTS_SIMULATE_WORLD_H
#define TESTS_SIMULATE_WORLD_H

#include "core/base/id.h"
#include "core/record/store.h"
#include "sync/replicator.h"
#include "sync/session.h"
#include "tests/simulate/model.h"
#include "tests/simulate/pool.h"

enum { STATIONS_MAX = 4, CLONES_MAX = 2, MACHINES_MAX = 1 + STATIONS_MAX + CLONES_MAX, LINES_MAX = 12, FILES_MAX = 6, MOMENTS_MAX = 6, CENTER = 0, HUB_PROCESSES = 2, ORG_FIRST = 10, ORGS = 3 };

/* What can go wrong in a seed: each seed draws some of them. */
enum fault {
    FAULT_CUT,              /* lines break anywhere */
    FAULT_CRASH,            /* machines stop, before or behind a commit */
    FAULT_FULL,             /* no room for a commit */
    FAULT_CLOCK,            /* clocks jump by years */
    FAULT_REVOKE,           /* a key is revoked */
    FAULT_BAD,              /* changes the center must refuse */
    FAULT_NEWER,            /* fields, types and operations of a newer program */
    FAULT_FILE,             /* bundles: late, twice, in any order, damaged */
    FAULT_RESTORE,          /* a station's store is put back */
    FAULT_RESTORE_DECLARED, /* ..by aidpost restore, which begins a new log */
    FAULT_CLONE,            /* a second machine with the same key and log */
    FAULT_CENTER_DECLARED,  /* the center is restored by aidpost restore, or its guard notices: a new era begins at once */
    FAULT_CENTER_RESTORE,   /* the center's store is put back and nobody notices until a station comes */
    /* No faults, but drawn like them: records change hands (hands.c). */
    FAULT_MOVE,             /* to another org */
    FAULT_SHARE,            /* with another org, and not any more */
    FAULT_ERASE,            /* erased by law */
    FAULT_REPEAT,           /* chunks of an earlier session come once more in a later one (repeat.c) */
    FAULT_STUMBLE,          /* a statement or an allocation fails while a store carries something out (trip.c) */
    FAULTS
};

extern const char *const fault_names[FAULTS];

/* Rules broken on purpose (mutants.c). */
enum mutant_kind {
    MUTANT_ACK_BEFORE_FSYNC,
    MUTANT_DROP_LOSER,
    MUTANT_SEEN_AT_SAVE,
    MUTANT_SKIP_ONE,
    MUTANT_SERVE_REVOKED,
    MUTANT_LOSE_PART,
    MUTANT_REUSE_SEQ,
    MUTANT_NO_RETURN,
    MUTANT_ORDER_OUTSIDE,
    MUTANTS
};
enum { MUTANT_SEEDS = 1000 };
struct mutant {
    const char *name, *what;
    uint64_t faults; /* without which it does nothing */
    enum { OVER_STORE = 1, OVER_HUB = 2 } over; /* where the rule holds */
};
extern const struct mutant mutants[MUTANTS];

/* Outcomes that the plain invariants would forbid. The check that grants one says why it must; a world is counted once for each that it needed (simulate.c), so that one that is needed suspiciously often is seen, and
 * --deny takes one away. */
enum excuse {
    EXCUSE_STALE,    /* a station counts as acknowledged what its center has lost since they met last */
    EXCUSE_TORN,     /* parts of one transaction that the center lost come back without each other */
    EXCUSE_INVENTED, /* a person is asked about two edits of which one had seen the other, across eras */
    EXCUSE_TWICE,    /* one change came from two copies, at two places: its row is not compared with the model */
    EXCUSE_MENDED,   /* a copy differed from the center's, where a number was given twice, something came from two copies, or it was put back once more amid healing, and was mended (oracle_rows.c) */
    EXCUSES
};
extern const char *const excuse_names[EXCUSES];

struct world;
struct line;
struct hub_sim;
struct repeats;
struct secure;
struct tls;

struct side {
    struct line *line;
    bool is_station;
    size_t machine;            /* index */
    struct session *session;   /* NULL: gone */
    struct session_actions actions;
    struct buf in;             /* bytes on their way to this side */
    bool in_ends;              /* no more will come behind them: then EVENT_CLOSED */
    struct tls *tls;           /* secure.c; NULL: in the clear */
    bool met;                  /* TLS is through, the session knows */
    bool broken;               /* nothing of it reaches the other end any more */
    uint64_t frames;           /* that it sent */
};

struct line {
    bool used;
    bool outlived; /* the center was put back since: what still comes is of the one that is gone */
    size_t station;
    size_t process;      /* of the hub's, that the center's end is in */
    bool done_before;    /* what this process still has to tell was done before the station was revoked */
    uint64_t session;    /* counted over the world: which frames are of an earlier one */
    struct side ends[2]; /* 0 station, 1 center */
};

/* A form was opened here: what was known then. */
struct moment {
    uint64_t seen;
    struct uid_set knew;
    struct uid_set told; /* of a center that was put back at any time: what lay here under a number up to `seen` */
};

/* What a store has been told. Kept beside it, and put back with it. */
struct memory {
    struct uid_set known;        /* changes that lay in it at any time */
    int64_t scanned;             /* up to this lsn */
    uint16_t path[UIDS_MAX];     /* own changes and those of the logs before: uid of number 1, 2, .. */
    size_t n_path;
    struct uid_set own;          /* the same as a set */
    struct moment moments[MOMENTS_MAX];
    size_t n_moments;
};

struct machine_sim {
    struct store *store;
    struct replicator *replicator;
    struct replicator *filing; /* the pool's; NULL with a folder: each file has its own */
    char folder[512]; /* "" in memory */
    struct machine identity;
    const struct bundle_key *key;
    struct hash pin;
    int64_t clock_off_ms;
    struct memory memory;
    bool revoked;
    bool again;      /* its last session healed something: it comes again at once */
    bool unpulled;   /* the center was put back while this machine's cursor stood back already, below what it has: its greeting agrees, and only sums tell what it had handed back before */
    bool stale;      /* the center was put back since its last whole session: what it holds for acknowledged may be gone there */
    uint64_t page_limit; /* FAULT_FULL is on */
};

struct image {
    bool used;
    size_t machine;
    struct memory memory;
    bool stale;                  /* as machine_sim's then; or the center was put back since */
    struct uid_set revoked_pins; /* center: machines revoked then, by index */
};

struct file_sim {
    bool used, to_center;
    size_t machine; /* that wrote it or can read it */
    struct buf bytes;
};

struct totals {
    uint64_t seeds, failed, events, sessions, changes, conflicts, invented, unsound, refusals, healed, returned, verified, twice;
    uint64_t done[FAULTS];   /* how often each kind happened */
    uint64_t seeds_with[FAULTS];
    uint64_t excused[EXCUSES]; /* seeds that needed each */
};

struct world {
    uint64_t random_state, clock_state, repeat_state, stumble_state;
    uint64_t n_sessions;
    struct repeats *repeats; /* FAULT_REPEAT (repeat.c) */
    bool memory_fails;   /* FAULT_STUMBLE: allocations, too */
    struct hash trips;   /* FAULT_STUMBLE: of what has failed so far, in its order */
    bool synced;         /* stores in folders write as the programs do: each commit is synced, and goes to its log in large pieces (wal_gather.h) */
    bool resting;        /* nothing goes wrong any more */
    struct random_source random;
    struct pool *pool;   /* borrowed */
    struct hub_sim *hub; /* borrowed: the center is a hub (hub.c), machines[CENTER].store is NULL; NULL: it is a store like the stations' */
    int64_t now_ms;
    struct machine_sim machines[MACHINES_MAX];
    size_t n_stations, n_machines; /* n_machines: center, stations, clones */
    struct line lines[LINES_MAX];
    struct file_sim files[FILES_MAX];
    struct image images[IMAGES_MAX]; /* bytes: pool->images */
    struct model model;
    uint32_t txns;
    enum model_fate fate; /* of what world_put makes */
    int64_t put_scope;    /* of what it makes; 0: the machine's own org, at the center the stations' */
    uint64_t faults;     /* bits 1 << enum fault */
    bool one_org;
    size_t parts; /* from so many bytes on a history comes in parts (sync/protocol.h, PARTS); 0: as always */
    unsigned windows[2]; /* how far back chunks may refer that the center, the stations get (sync/history.h); 0: each stands by itself, as with a program that speaks protocol 5 */
    bool always_refers;  /* every chunk may, not only those of a bulk */
    bool whole;          /* bytes move whole queues at a time: what happens does not depend on their number */
    struct secure *secure; /* lines go through TLS (secure.c); NULL: in the clear */
    bool center_lost;    /* the center was put back at any time */
    struct uid_set lost; /* what it had before, and not afterwards */
    uint64_t denied;     /* bits 1 << enum excuse */
    char differed[256];  /* the first time that a copy was found to differ (scope_sum.h) for no reason that excuses it (EXCUSE_MENDED) */
    struct given_number {
        uint64_t number;
        uint32_t uid;
    } *given;            /* owned: what the center ever had under which number, also before it was put back */
    size_t n_given, cap_given;
    const struct mutant *mutant; /* NULL: all rules hold */
    struct buf before_flush;     /* ack-before-fsync: the center's state before the last that it wrote for stations */
    bool hub_before_flush;       /* the same of a hub: it is in place IMAGES_MAX */
    struct buf log;      /* what happened, for a failing seed */
    bool log_wanted;
    struct errmsg failure; /* first thing found wrong */
    bool failed;
    struct session_outcome last_outcome; /* of the last station session that ended */
    struct totals totals; /* of this seed */
};

/* files: stores in folders under `root`. Returns false with world->failure when something can't be made. n_stations 0: by chance, and of several orgs. */
bool world_init(struct world *world, struct pool *pool, uint64_t seed, size_t n_stations, const char *root, bool files);
/* The same with a hub for a center, of which each station is a county. */
bool world_init_hub(struct world *world, struct pool *pool, struct hub_sim *hub, uint64_t seed, const char *root, bool files);
void world_release(struct world *world);
void world_fail(struct world *world, const char *format, ...) __attribute__((format(printf, 2, 3)));
void world_log(struct world *world, const char *format, ...) __attribute__((format(printf, 2, 3)));
uint64_t world_below(struct world *world, uint64_t below);
bool world_chance(struct world *world, unsigned percent);
bool world_has(const struct world *world, enum fault fault);
/* What was found needs this excuse: it is counted. False: it is not granted. */
bool world_excused(struct world *world, enum excuse excuse);
int64_t world_wall(const struct world *world, size_t m);
/* Draw windows, by the seed and not by what the world draws: it stays what it was for who speaks protocol 5, but that bytes may be as many or as few. */
void world_draw_windows(struct world *world, uint64_t seed);
/* Open the store again, as after a crash. image: put this state under it first. */
bool world_reopen(struct world *world, size_t m, const struct buf *image);
/* What earlier worlds left prepared and allocated in the pool is made anew. Before anything is under way. */
bool world_forget_others(struct world *world);
/* A machine more, with nothing in it yet; 0: no room. */
size_t world_add_machine(struct world *world);

/* ---- people (people.c) ---- */
/* Create, edit, delete or resolve something on machine m, in one transaction of one or a few changes; sometimes the power goes before its commit. */
void world_edit(struct world *world, size_t m);
/* For scenarios: a form is opened; one change is made and committed, on a form opened then (NULL: now). Its values are `count` fields. Returns its uid. */
struct moment world_open_form(struct world *world, size_t m);
uint32_t world_put(struct world *world, size_t m, const struct moment *opened, enum change_op op, struct id id, uint64_t type_no, const struct model_value *values, size_t count);

/* For hub.c, in the open transaction of machine m: x with this body; then, when the transaction is committed, each of it in turn. */
enum status world_append(struct world *world, size_t m, struct model_change *x, const struct buf *body, bool more, struct errmsg *err);
void world_committed(struct world *world, size_t m, struct model_change *x);

/* For scenarios, at the center: a record goes to an org (CHANGE_MOVE), is shared with one (on) or not any more (CHANGE_SHARE), is erased by law (CHANGE_ERASE). */
uint32_t world_hand_over(struct world *world, enum change_op op, struct id id, uint64_t type_no, int64_t owner, int64_t org, bool on);

/* ---- records in other hands (hands.c): at the center ---- */
/* Whether the row is shared with the org by what this machine knows. */
bool world_is_shared(struct world *world, size_t m, struct id id, int64_t org);
/* Something to do with the row of x (type_no, id, scope), by chance: op, scope, org, on. */
bool world_draw_hand_over(struct world *world, struct model_change *x);
/* Do it, in the open transaction. */
enum status world_append_hand_over(struct world *world, struct model_change *x, struct errmsg *err);

/* ---- frames once more (repeat.c) ---- */
/* What a side is about to send: whole frames. Those worth repeating are kept, and sometimes one of an earlier session is put behind them. */
void repeat_frames(struct world *world, struct side *side, struct buf *send);
/* The store of a machine was put back: what it sent before that is of another past. */
void repeat_forget(struct world *world, size_t m);
void repeat_release(struct world *world);

/* ---- a store that stumbles (trip.c) ---- */
/* When the faults are drawn, before anything is under way. False: world->failure. */
bool trip_prepare(struct world *world);
/* Around what a machine's store carries out. end: whether something failed meanwhile. */
void trip_begin(struct world *world);
bool trip_end(struct world *world);

/* ---- lines (lines.c) ---- */
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
/* All its sessions are gone, without a word to anybody. */
void world_drop_sessions(struct world *world, size_t m);
/* Those of one process of the hub. */
void world_drop_process(struct world *world, size_t process);
/* Run one session of the station to its end without trouble. */
void world_sync(struct world *world, size_t station);
/* The same, and again as long as it says so (session_outcome.again); fails when that does not end. */
void world_sync_healed(struct world *world, size_t station);

/* ---- TLS (secure.c) ---- */
/* From now on lines go through TLS, or in the clear again. */
void secure_on(struct world *world);
void secure_off(struct world *world);
/* For lines.c: a side begins, sends, takes what came (*met: now the session may begin; true: the other end said that it closes), is gone. */
void secure_begin(struct world *world, struct side *side);
void secure_send(struct world *world, struct side *side, const void *data, size_t len);
bool secure_take(struct world *world, struct side *side, const void *data, size_t len, struct buf *plain, bool *met);
void secure_end(struct side *side);

/* ---- files (files.c) ---- */
/* from 0: what the center is not known to have. Returns the file's place; FILES_MAX: nothing to write. */
size_t world_write_file(struct world *world, size_t station, uint64_t from);
/* Take it in where it belongs, at the center or at machine `reader`. answer: NULL, or gets the place of the center's answer (FILES_MAX: none). */
enum status world_take_file(struct world *world, size_t file, size_t reader, size_t *answer);
/* With a byte flipped: must be refused and change nothing. */
void world_take_damaged(struct world *world, size_t file, size_t reader);
void world_act_on_files(struct world *world);

/* ---- copies (faults.c) ---- */
/* Keep the machine's state; IMAGES_MAX: no place. */
size_t world_keep_image(struct world *world, size_t m);
/* Put the station's store back. declared: as aidpost restore does. without_lease: the copy held none. */
void world_restore(struct world *world, size_t m, size_t image, bool declared, bool without_lease);
/* declared: a new era begins at once. */
void world_restore_center(struct world *world, size_t image, bool declared);
/* A second machine with this one's key and present state. Returns its index; 0: no room. */
size_t world_clone(struct world *world, size_t m);
void world_revoke(struct world *world, size_t m);
/* From now on the machine's file can't grow (on), or can again. */
void world_fill_disk(struct world *world, size_t m, bool full);
/* One random fault of those the seed has; false: none of them could happen now. */
bool world_misfortune(struct world *world);

/* ---- mutants.c: called around flushes, crashes and results; nothing without a mutant ---- */
bool world_is(const struct world *world, enum mutant_kind kind);
void mutant_before_flush(struct world *world, size_t m);
void mutant_after_flush(struct world *world, size_t m);
/* The state to come back in; NULL: the present one. */
const struct buf *mutant_after_crash(struct world *world, size_t m);
/* The database is as after a crash. */
void mutant_after_hub_crash(struct world *world);
void mutant_result(struct world *world, const struct side *side, struct session_result *result);

/* ---- the oracle (oracle.c) ---- */
/* The committed change these bytes are (body NULL: it lost it); NULL: failed. */
struct model_change *world_identify(struct world *world, size_t m, const uint8_t *header, size_t header_len, const uint8_t *body, size_t body_len);
/* Learn what has come to the machine since last time, and check what must hold at any moment. */
void world_look(struct world *world, size_t m);
/* Add what lies in the store under a number up to `seen`. */
void world_look_told(struct world *world, size_t m, uint64_t seen, struct uid_set *told);
void world_check_moment(struct world *world, size_t m);
/* rest.c: lines end, and clean sessions of everybody until nothing moves. *held: what somebody held before those. */
void world_come_to_rest(struct world *world, struct uid_set *held);
/* Everything that is held by somebody now must be at the center in the end. */
void world_note_held(struct world *world, struct uid_set *held);
/* Everything that lies in the machine's store now. */
void world_look_now(struct world *world, size_t m, struct uid_set *now);
/* What had been committed is there. when: "after .." */
void world_check_kept(struct world *world, size_t m, const char *when);
/* The same after a repair. */
void world_check_mended(struct world *world, size_t m);
/* The machine's cursor has passed nothing that it has not got. */
void world_check_cursor(struct world *world, size_t m);
/* At rest. verify: also replay every store (verify.h). */
void world_check_end(struct world *world, const struct uid_set *held, bool verify);
/* The same where the center is a hub. */
void world_check_hub_end(struct world *world, const struct uid_set *held, bool verify);
/* The station's sum differs from the center's, and the two begin to compare: sets world->differed, unless it is excused. */
void world_check_differs(struct world *world, size_t m);
/* For a failing seed: which changes a machine holds that it should not, or the other way round. */
void world_log_differences(struct world *world);
/* Rows of a machine as the model writes them; conflicts: scope < 0: all; else those that an org of this number sees. */
void world_rows(struct world *world, size_t m, struct buf *out);
void world_conflicts(struct world *world, size_t m, int64_t scope, struct buf *out);

/* ---- a hub in the center's place (hub.c) ---- */

/* Starts a database server and makes a hub in it, for one world after the other. Errors: STATUS_UNSUPPORTED (there is no PostgreSQL here). */
enum status hub_sim_open(struct hub_sim **out, struct errmsg *err);
void hub_sim_close(struct hub_sim *hub);
/* For world_init_hub and world_release: an empty hub with this identity; a county for machine m; its processes end. */
bool hub_sim_begin(struct world *world);
void hub_sim_add_county(struct world *world, size_t m);
void hub_sim_end(struct world *world);
/* Which process a new line's center end is in. */
size_t hub_sim_process(struct world *world, const struct line *line);
struct replicator *hub_sim_replicator(struct world *world, size_t process);
/* Everything that is under way comes to its end. */
void hub_sim_drive(struct world *world);
/* What people and gatherers do at a county: changes of types 58 and 59, a few of others. */
void hub_sim_edit(struct world *world, size_t m);
/* One process is killed, at some point of what it has under way (at_end: when that is through and nobody was told), or the database server is. */
void hub_sim_crash(struct world *world, bool at_end);
/* The database's state into a place (IMAGES_MAX: the mutants'), and back. */
void hub_sim_keep(struct world *world, size_t place);
void hub_sim_put_back(struct world *world, size_t place);
void hub_sim_revoke(struct world *world, size_t m);
/* SQL by another hand. */
void hub_sim_run(struct world *world, const char *sql);
uint64_t hub_sim_order_head(struct world *world, int64_t county);
/* All changes of the hub's log. county: 0 all; below: order numbers up to this. Refused ones: only with `refused`. */
void hub_sim_look(struct world *world, int64_t county, uint64_t upto, bool refused, struct uid_set *found);
/* Each number of each log. */
typedef void (*hub_sim_number)(void *context, int64_t station, const uint8_t incarnation[INCARNATION_BYTES], uint64_t seq, const uint8_t *header, size_t header_len);
void hub_sim_numbers(struct world *world, hub_sim_number number, void *context);
/* Orders, logs, chains, states, rows, report cells. copies: something may have come twice. */
void hub_sim_check(struct world *world, bool copies);
/* By the hub's log, after hub_sim_check. */
bool hub_sim_is_erased(const struct world *world, struct id id);

/* ---- scenarios.c: the failures of the catalogue by name ---- */
struct scenario {
    const char *name, *title;
    size_t stations;
    void (*play)(struct world *world);
};
extern const struct scenario scenarios[];
extern const size_t n_scenarios;
/* False: world->failure says why, world->log what happened. Release the world. */
bool scenario_run(const struct scenario *scenario, struct world *world, struct pool *pool, const char *root);

#endif /* TESTS_SIMULATE_WORLD_H */
