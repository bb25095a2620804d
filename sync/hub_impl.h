/* sync/hub_impl.h - what the files of the hub's store share: a request on its way through the database, and what is read of a county. See hub_store.h.
 *
 * A REQUEST IS A STEP MACHINE. A step looks at what the statements of the one before brought, decides, queues statements on the pipeline and names the next step. The driver (hub_store.c) steps all requests of a
 * group, sends what they queued as one batch, waits, and steps again, so a group costs as many round trips as its longest request. Whatever can be refused is refused before a request queues its first write: a
 * request that failed has written nothing, and no savepoints are needed. What a write itself breaks on takes the whole transaction back (hub_store.c does the group again, one by one).
 *
 * LOCKS. Every writing request locks its county's row first (SELECT .. FOR UPDATE), a group locks all of its counties in ascending order before. So whatever is read of a county after that holds until COMMIT, in however
 * many processes; READ COMMITTED is enough. The order number is the locked row's order_head: a request that adds k changes gives order_head+1 .. +k and adds k, in the same transaction. */
#ifndef SYNC_HUB_IMPL_H
#define SYNC_HUB_IMPL_H

#include "core/record/branch.h"
#include "core/record/upward.h"
#include "sync/engine_store.h"
#include "sync/hub_store.h"
#include "sync/pg_pipeline.h"

/* Each prepared statement has a number. */
enum hub_statement {
    HUB_LOCK_MANY,
    HUB_LOCK_COUNTY,
    HUB_READ_COUNTY,
    HUB_LOGS,
    HUB_LOGS_OF,
    HUB_CHAIN_AT,
    HUB_CHAINS_AT,
    HUB_HEADER_AT,
    HUB_HEADERS_AT,
    HUB_HEADERS_OF,
    HUB_ADD_LOG,
    HUB_SET_LEASE,
    HUB_FORGET_LEASES,
    HUB_SET_HEAD,
    HUB_BRANCHED,
    HUB_ALARM,
    HUB_NEW_ERA,
    HUB_ADD_ORDER,
    HUB_NOTE,
    HUB_SET_SUM,
    HUB_ROWS,
    HUB_INNER,
    HUB_INNER_HEADS,
    HUB_INNER_HEAD,
    HUB_INNER_FREE,
    HUB_ADD_1,
    HUB_ADD_8,
    HUB_ADD_64,
    HUB_TELL_ROW_1,
    HUB_TELL_ROW_8,
    HUB_TELL_ROW_64,
    HUB_TOUCH_ROW_1,
    HUB_TOUCH_ROW_8,
    HUB_TOUCH_ROW_64,
    HUB_ERASE_BODIES,
    HUB_ERASE_ROW,
    HUB_CELLS_OUT,
    HUB_CELLS_IN,
    HUB_ORDER_AFTER,
    HUB_CONTENTS,
    HUB_SUMS,
    HUB_REPAIR,
    HUB_CODES,
    HUB_CODE_FAILED,
    HUB_CODE_USED,
    HUB_ENROLLED,
    HUB_COUNTY_BY_NO,
    HUB_STATEMENTS
};
_Static_assert((int)HUB_STATEMENTS <= (int)PG_STATEMENTS_MAX, "numbers for prepared statements");

/* State of a change in the database. */
enum hub_state { HUB_TAKEN = 0, HUB_REFUSED = 1, HUB_NOT_UNDERSTOOD = 2 };

/* A log of the county; no counts within it. */
struct hub_log {
    int64_t no, parent /* 0: none */;
    struct log_id id;
    uint64_t base_seq, head_seq;
    struct hash head_hash;
    bool leased;
    uint8_t lease[LEASE_BYTES], lease_before[LEASE_BYTES];
};

/* A chain value or mark that was read. */
struct hub_point {
    int64_t log; /* 0: of the order: hash is that of the header */
    uint64_t number;
    struct hash hash;
};

/* The parts of a multi-row statement: made once per store. */
enum hub_many { HUB_MANY_ADD, HUB_MANY_TELL, HUB_MANY_TOUCH, HUB_MANY_KINDS };
enum { HUB_SIZES = 3 };

enum hub_next {
    HUB_AGAIN, /* statements are queued (or not); call ->step when they are through */
    HUB_LAST,  /* the last ones are queued; when they are through it is done */
    HUB_DONE   /* done, ->status says how; nothing is queued */
};

struct hub_work;
typedef enum hub_next (*hub_step)(struct hub_work *work);

struct hub_work {
    struct hub_store *hub;
    struct pg_pipeline *pg;
    struct engine_call *call;
    struct session_result *result;
    hub_step step;
    enum hub_next state;
    bool waits;         /* for an earlier request of the group with the same key */
    enum status status; /* with HUB_DONE; STATUS_OK with HUB_LAST */
    /* read by hub_work_load */
    bool found; /* the county; its peer is result->peer */
    uint64_t order_head, scope_sum;
    struct hub_log *logs;
    size_t n_logs, cap_logs;
    struct hub_point *points;
    size_t n_points, cap_points;
    struct log_path path; /* of request->log, as far as known here */
    void *own;            /* of the kind of request */
    void (*own_release)(void *own);
    void (*kept)(struct hub_work *work); /* or NULL: called when COMMIT came back (of a call that waits: when its statements have), for what the log is to say */
};

/* A county's kept sum that was found wrong: so it stood, with the order up to order_head, and so it should. */
struct hub_recount {
    int64_t county;
    uint64_t order_head, was, is;
};

/* hub_store.c */
const struct machine *hub_machine(const struct hub_store *hub);
struct trace *hub_trace(const struct hub_store *hub); /* may be NULL */
/* Sums that are to be put right: the last HUB_RECOUNTS that were found, a county each. NULL: none of this county. */
void hub_note_recount(struct hub_store *hub, const struct hub_recount *recount);
const struct hub_recount *hub_find_recount(const struct hub_store *hub, int64_t county);
void hub_forget_recount(struct hub_store *hub, int64_t county);
/* The statement of this kind for 64, 8 or 1 rows (size 2, 1, 0). */
const struct pg_statement *hub_many(const struct hub_store *hub, enum hub_many kind, int size);

/* hub_work.c */
void hub_work_release(struct hub_work *work);
/* Queue: the county of the request's key, locked or not, and its logs. */
void hub_work_load(struct hub_work *work, bool lock);
/* Queue: the logs of a county that is known otherwise. */
void hub_work_ask_logs(struct hub_work *work, int64_t county);
/* After it: may this peer be here? Errors: STATUS_AUTH, STATUS_FORBIDDEN. */
enum status hub_work_judge_peer(struct hub_work *work);
enum hub_next hub_work_refuse(struct hub_work *work, enum status status);
struct hub_log *hub_work_log(struct hub_work *work, const struct log_id *id);
struct hub_log *hub_work_log_by_no(struct hub_work *work, int64_t no);
/* In memory, and queued to be written. NULL: no memory. */
struct hub_log *hub_work_add_log(struct hub_work *work, const struct log_id *id, int64_t parent, uint64_t base_seq);
/* The path of the log: what was told of it, from the first log known here on what is known. Errors: STATUS_MALFORMED. */
enum status hub_work_find_path(struct hub_work *work, const uint8_t *told, size_t len, const struct log_id *log, struct log_path *out);
/* Up to where the path is here without a gap. */
uint64_t hub_work_have(struct hub_work *work, const struct log_path *path);
/* Queue: the chain value at a number of a path (nothing when it is at hand), the header's mark at a place of the order. */
void hub_work_ask_chain(struct hub_work *work, const struct log_path *path, uint64_t seq);
void hub_work_ask_order(struct hub_work *work, uint64_t order);
void hub_work_ask_samples(struct hub_work *work, const struct log_path *path, const struct message_samples *samples);
/* ..and read it. False: not there. At 0: zeros. */
bool hub_work_chain(struct hub_work *work, const struct log_path *path, uint64_t seq, struct hash *out);
bool hub_work_order(struct hub_work *work, uint64_t order, struct hash *out);
enum status hub_work_add_point(struct hub_work *work, int64_t log, uint64_t number, struct hash hash);

/* The first steps. */
enum hub_next hub_greet(struct hub_work *work);    /* hub_greet.c: GREET, COMPARED, TAKE_RETURNS, NOTE_PEER */
enum hub_next hub_take_returns(struct hub_work *work);
enum hub_next hub_note_peer(struct hub_work *work);
enum hub_next hub_ingest(struct hub_work *work);   /* hub_ingest.c */
enum hub_next hub_read_scope(struct hub_work *work); /* hub_read.c */
enum hub_next hub_check_sums(struct hub_work *work);
enum hub_next hub_read_repair(struct hub_work *work);
enum hub_next hub_enrol(struct hub_work *work);    /* hub_enrol.c */

#endif /* SYNC_HUB_IMPL_H */
