/* sync/hub_store.c - see hub_store.h: the seam, and groups of requests through the database.
 *
 *   IDLE -start-> CONNECT (if there is no connection) -> RUN (batches: BEGIN, locks and first steps; further steps; with the last ones COMMIT) -> done
 *   a batch failed -> ROLLBACK -> what may go well again: PAUSE (a lost connection) or at once (serialization failure, deadlock) -> CONNECT or RUN, HUB_TRIES_MAX times
 *                              -> else, of several requests: each alone (SOLO), so that only the one that breaks hears of it; alone, or when the database as a whole does not do (full, read-only, no rights): its answer
 * A peer is told of the database's trouble only that it is to come again (STATUS_BUSY); the log says what it is and what to do, and when it is over.
 * An answer is given only when COMMIT came back. Where the connection was lost on COMMIT the group is done again: every request may be repeated, since a peer that got no answer does that, too. */
#include "sync/hub_store.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <poll.h>

#include "sync/hub_impl.h"
#include "sync/hub_schema.h"

enum { HUB_RECOUNTS = 16, TROUBLE_EVERY_MS = 60 * 1000, PAUSE_FIRST_MS = 50, MANY_SQL_BYTES = 64 * 1024, MANY_PARAMS = 12, SYNC_LANE = 0 };

enum lane_state { LANE_IDLE, LANE_CONNECT, LANE_RUN, LANE_COMMIT, LANE_ROLLBACK, LANE_PAUSE };

/* The database does not do what it should: said once, then once a minute, and when it is over. */
struct trouble {
    enum status status; /* STATUS_OK: none */
    int64_t since_ms, said_ms;
    uint64_t refused; /* requests */
};

struct lane {
    struct hub_store *hub;
    struct pg_pipeline *pg;
    enum lane_state state;
    struct engine_group *group;
    struct hub_work *works; /* of group->calls[from..to) */
    size_t from, to;
    bool solo;
    unsigned tries;
    int64_t at_ms; /* PAUSE: until then */
    enum status failed; /* ROLLBACK: why */
    bool again;
    struct errmsg err;
    struct trouble trouble;
};

struct many {
    struct pg_statement statement;
    char types[64 * MANY_PARAMS + 1];
    char *sql; /* owned */
};

struct hub_store {
    struct lane lanes[HUB_LANES];
    struct machine machine;
    struct many many[HUB_MANY_KINDS][HUB_SIZES];
    hub_clock clock;
    struct trace *trace;
    void (*started)(void *context);
    void *started_context;
    struct hub_stats stats;
    struct hub_recount recounts[HUB_RECOUNTS]; /* county 0: free */
    size_t next_recount;
};

const struct machine *hub_machine(const struct hub_store *hub)
{
    return &hub->machine;
}

const struct machine *hub_store_machine(const struct hub_store *hub)
{
    return &hub->machine;
}

struct trace *hub_trace(const struct hub_store *hub)
{
    return hub->trace;
}

/* ---- sums that were found wrong ---- */

const struct hub_recount *hub_find_recount(const struct hub_store *hub, int64_t county)
{
    for (size_t i = 0; i < HUB_RECOUNTS; i++)
        if (hub->recounts[i].county == county)
            return &hub->recounts[i];
    return NULL;
}

void hub_forget_recount(struct hub_store *hub, int64_t county)
{
    for (size_t i = 0; i < HUB_RECOUNTS; i++)
        if (hub->recounts[i].county == county)
            hub->recounts[i].county = 0;
}

void hub_note_recount(struct hub_store *hub, const struct hub_recount *recount)
{
    hub_forget_recount(hub, recount->county);
    hub->recounts[hub->next_recount] = *recount;
    hub->next_recount = (hub->next_recount + 1) % HUB_RECOUNTS;
}

/* ---- statements of many rows ---- */

static const struct {
    const char *head, *types, *tail;
    enum hub_statement first;
} MANY[HUB_MANY_KINDS] = {
    [HUB_MANY_ADD] = {"INSERT INTO change(county,ord,log,seq,state,more,prev,inner_log,inner_seq,header,body,chain) VALUES", "iiiiifitibbb", "", HUB_ADD_1},
    [HUB_MANY_TELL] = {"INSERT INTO county_row(county,id,type_no,scope,gone,cells,ord) VALUES", "ibiifji",
                       " ON CONFLICT (county,id) DO UPDATE SET type_no=EXCLUDED.type_no,scope=EXCLUDED.scope,gone=EXCLUDED.gone,cells=EXCLUDED.cells,ord=EXCLUDED.ord", HUB_TELL_ROW_1},
    /* A row of which nothing was told yet is not shown. */
    [HUB_MANY_TOUCH] = {"INSERT INTO county_row(county,id,type_no,scope,ord,gone) VALUES", "ibiii", " ON CONFLICT (county,id) DO UPDATE SET ord=EXCLUDED.ord", HUB_TOUCH_ROW_1},
};

static bool make_many(struct hub_store *hub, enum hub_many kind, int size)
{
    static const int sizes[HUB_SIZES] = {1, 8, 64};
    struct many *many = &hub->many[kind][size];
    size_t n = strlen(MANY[kind].types);
    struct buf sql;

    buf_init(&sql, MANY_SQL_BYTES);
    buf_puts(&sql, MANY[kind].head);
    for (int row = 0; row < sizes[size]; row++) {
        buf_puts(&sql, row == 0 ? "(" : ",(");
        for (size_t i = 0; i < n; i++)
            buf_printf(&sql, "%s$%zu", i == 0 ? "" : ",", (size_t)row * n + i + 1);
        buf_puts(&sql, kind == HUB_MANY_TOUCH ? ",true)" : ")");
        memcpy(many->types + (size_t)row * n, MANY[kind].types, n);
    }
    buf_puts(&sql, MANY[kind].tail);
    many->sql = sql.status == STATUS_OK ? strdup(buf_cstr(&sql)) : NULL;
    buf_release(&sql);
    many->statement = (struct pg_statement){.no = (int)MANY[kind].first + size, .sql = many->sql, .types = many->types};
    return many->sql != NULL;
}

const struct pg_statement *hub_many(const struct hub_store *hub, enum hub_many kind, int size)
{
    return &hub->many[kind][size].statement;
}

/* ---- how each request runs ---- */

static enum hub_next unsupported(struct hub_work *work)
{
    return hub_work_refuse(work, errmsg_set(&work->result->err, STATUS_UNSUPPORTED, "省级中心不做这件事：%s", request_name(work->call->request->kind)));
}

/* Nothing to hand over. */
static enum hub_next nothing(struct hub_work *work)
{
    return hub_work_refuse(work, STATUS_OK);
}

static const struct {
    hub_step first;
    bool writes;
} KINDS[REQUEST_KINDS] = {
    [REQUEST_GREET] = {hub_greet, true},
    [REQUEST_COMPARED] = {hub_greet, true},
    [REQUEST_INGEST] = {hub_ingest, true},
    [REQUEST_NOTE_PEER] = {hub_note_peer, true},
    [REQUEST_ENROL] = {hub_enrol, true},
    [REQUEST_TAKE_RETURNS] = {hub_take_returns, true},
    [REQUEST_READ_SCOPE] = {hub_read_scope, false},
    [REQUEST_CHECK_SUMS] = {hub_check_sums, false},
    [REQUEST_READ_REPAIR] = {hub_read_repair, false},
    [REQUEST_RELAY_NEXT] = {nothing, false},
};

static void begin_work(struct hub_store *hub, struct pg_pipeline *pg, struct engine_call *call, struct session_result *result, struct hub_work *work)
{
    struct buf packed = result->packed;
    enum request_kind kind = call->request->kind;

    *work = (struct hub_work){.hub = hub, .pg = pg, .call = call, .result = result, .step = KINDS[kind].first != NULL ? KINDS[kind].first : unsupported, .state = HUB_AGAIN};
    memset(result, 0, sizeof *result);
    result->kind = kind;
    result->packed = packed;
    call->keep = false;
    call->batch.count = call->batch.first = call->batch.last = 0;
    buf_clear(&call->batch.entries);
}

static void step(struct hub_work *work)
{
    if (work->state == HUB_AGAIN)
        work->state = work->step(work);
}

/* ---- a group ---- */

static const struct pg_statement BEGIN_WRITE = {PG_PLAIN, "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE", ""};
static const struct pg_statement BEGIN_READ = {PG_PLAIN, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", ""};
static const struct pg_statement COMMIT = {PG_PLAIN, "COMMIT", ""};
static const struct pg_statement ROLLBACK = {PG_PLAIN, "ROLLBACK", ""};

static void go(struct lane *lane);

static struct hub_work *work_at(struct lane *lane, size_t i)
{
    return &lane->works[i];
}

static void release_works(struct lane *lane)
{
    for (size_t i = lane->from; lane->works != NULL && i < lane->to; i++)
        hub_work_release(work_at(lane, i));
}

/* In ascending order, whatever order the requests have. */
static void lock_counties(struct lane *lane)
{
    static const struct pg_statement lock = {HUB_LOCK_MANY, "SELECT no FROM county WHERE pin=ANY($1) ORDER BY no FOR UPDATE", "B"};

    if (!lane->group->writes || lane->to - lane->from < 2)
        return;
    pg_put_array(lane->pg, lane->to - lane->from, 'B');
    for (size_t i = lane->from; i < lane->to; i++)
        pg_item_bytes(lane->pg, lane->group->calls[i].request->pin.bytes, HASH_BYTES);
    pg_send(lane->pg, &lock, NULL, NULL);
}

/* Of one county a request waits until the one before is through: its writes are queued by then. An enrolment is alone with its key, and with the codes. */
static bool must_wait(struct lane *lane, size_t i)
{
    const struct session_request *own = lane->group->calls[i].request;

    for (size_t k = lane->from; lane->group->writes && k < i; k++) {
        const struct session_request *other = lane->group->calls[k].request;

        if (work_at(lane, k)->state == HUB_AGAIN && (hash_equal(other->pin, own->pin) || (own->kind == REQUEST_ENROL && other->kind == REQUEST_ENROL)))
            return true;
    }
    return false;
}

/* True: every request is through or has queued its last. */
static bool step_all(struct lane *lane)
{
    bool all = true;

    for (size_t i = lane->from; i < lane->to; i++) {
        if (work_at(lane, i)->state == HUB_AGAIN && !must_wait(lane, i))
            step(work_at(lane, i));
        all = all && work_at(lane, i)->state != HUB_AGAIN;
    }
    return all;
}

static void send_batch(struct lane *lane)
{
    lane->state = LANE_RUN;
    if (step_all(lane)) {
        pg_send(lane->pg, &COMMIT, NULL, NULL);
        lane->state = LANE_COMMIT;
    }
    pg_sync(lane->pg);
    lane->hub->stats.round_trips++;
}

static void begin_group(struct lane *lane)
{
    for (size_t i = lane->from; i < lane->to; i++)
        begin_work(lane->hub, lane->pg, &lane->group->calls[i], &lane->group->results[i], work_at(lane, i));
    pg_send(lane->pg, lane->group->writes ? &BEGIN_WRITE : &BEGIN_READ, NULL, NULL);
    lock_counties(lane);
    send_batch(lane);
}

/* Connect, or begin at once. */
static void start_lane(struct lane *lane)
{
    if (pg_is_ready(lane->pg)) {
        begin_group(lane);
        return;
    }
    lane->state = LANE_CONNECT;
    pg_connect(lane->pg);
}

static void end_group(struct lane *lane)
{
    struct engine_group *group = lane->group;

    free(lane->works);
    lane->works = NULL;
    lane->group = NULL;
    lane->state = LANE_IDLE;
    lane->hub->stats.groups++;
    group->done(group->context);
}

/* The part [from, to) is answered: the next one alone, or the end. */
static void next_part(struct lane *lane)
{
    release_works(lane);
    lane->tries = 0;
    if (!lane->solo || lane->to == lane->group->n) {
        end_group(lane);
        return;
    }
    lane->from = lane->to;
    lane->to = lane->from + 1;
    start_lane(lane);
}

/* ---- trouble with the database ---- */

/* What a value of this very request broke on; everything else is the database's. */
static bool is_the_request_s(enum status status)
{
    return status == STATUS_INVALID || status == STATUS_EXISTS;
}

/* No request would fare better. */
static bool is_everybody_s(enum status status)
{
    return status == STATUS_FULL || status == STATUS_FORBIDDEN || status == STATUS_AUTH || status == STATUS_NOT_FOUND || status == STATUS_NOMEM;
}

static void tell_trouble(struct lane *lane)
{
    struct trouble *trouble = &lane->trouble;
    int64_t now_ms = lane->hub->clock();

    if (trouble->status == STATUS_OK)
        *trouble = (struct trouble){.since_ms = now_ms};
    trouble->refused += lane->to - lane->from;
    if (trouble->status == lane->failed && now_ms < trouble->said_ms + TROUBLE_EVERY_MS)
        return;
    trouble->status = lane->failed;
    trouble->said_ms = now_ms;
    trace_write(lane->hub->trace, TRACE_ERROR, "hub", "%s；一条也不确认，各县留着自己的，会自动再试", errmsg_text(&lane->err, lane->failed));
}

static void tell_over(struct lane *lane)
{
    struct trouble *trouble = &lane->trouble;

    if (trouble->status == STATUS_OK)
        return;
    trace_write(lane->hub->trace, TRACE_INFO, "hub", "数据库停了 %lld 秒，现在又能用了，这期间回绝了 %llu 个请求", (long long)((lane->hub->clock() - trouble->since_ms) / 1000),
                (unsigned long long)trouble->refused);
    *trouble = (struct trouble){.status = STATUS_OK};
}

/* A county hears that it is to come again, and nothing of the database: a right that is missing there is none that it lacks. */
static void answer_failed(struct lane *lane, size_t from, size_t to)
{
    struct errmsg err = lane->err;
    enum status status = lane->failed;

    if (!is_the_request_s(status))
        status = errmsg_set(&err, STATUS_BUSY, "上级中心的数据库现在不能用：本机的变更都还在，会自动再试（原因写在上级中心的日志里）");
    for (size_t i = from; i < to; i++) {
        lane->group->results[i].status = status;
        lane->group->results[i].err = err;
    }
}

static void committed(struct lane *lane)
{
    tell_over(lane);
    for (size_t i = lane->from; i < lane->to; i++) {
        struct hub_work *work = work_at(lane, i);

        lane->group->results[i].status = work->status;
        if (work->status == STATUS_OK && work->kept != NULL)
            work->kept(work);
    }
    next_part(lane);
}

static void pause_lane(struct lane *lane)
{
    int64_t ms = PAUSE_FIRST_MS << (lane->tries < 8 ? lane->tries : 8);

    lane->at_ms = lane->hub->clock() + (ms < HUB_PAUSE_MAX_MS ? ms : HUB_PAUSE_MAX_MS);
    lane->state = LANE_PAUSE;
}

/* Nothing of it is kept by now. */
static void after_failure(struct lane *lane)
{
    bool lost = !pg_is_ready(lane->pg);

    if (lane->again && lane->tries < HUB_TRIES_MAX) {
        release_works(lane);
        lane->hub->stats.retries++;
        lane->hub->stats.reconnects += lost;
        lane->tries++;
        if (lost || lane->tries > 2)
            pause_lane(lane);
        else
            start_lane(lane);
        return;
    }
    if (is_the_request_s(lane->failed))
        trace_write(lane->hub->trace, TRACE_ERROR, "hub", "%zu 个请求没有存下来，一个也没有确认：%s", lane->to - lane->from, errmsg_text(&lane->err, lane->failed));
    else
        tell_trouble(lane);
    if (lane->failed == STATUS_FORBIDDEN)
        pg_close(lane->pg); /* of several hosts another one may take writes by now */
    if (!lost && !is_everybody_s(lane->failed) && lane->to - lane->from > 1) {
        release_works(lane);
        lane->solo = true;
        lane->tries = 0;
        lane->to = lane->from + 1;
        start_lane(lane);
        return;
    }
    if (lost || is_everybody_s(lane->failed)) { /* the rest would fare the same */
        answer_failed(lane, lane->to, lane->group->n);
        lane->solo = false;
    }
    answer_failed(lane, lane->from, lane->to);
    next_part(lane);
}

static void batch_failed(struct lane *lane)
{
    errmsg_clear(&lane->err);
    lane->failed = pg_batch(lane->pg, &lane->err);
    lane->again = pg_again(lane->pg);
    trace_write(lane->hub->trace, TRACE_INFO, "hub", "一次事务退了回来（第 %u 次）：%s", lane->tries + 1, errmsg_text(&lane->err, lane->failed));
    if (!pg_is_ready(lane->pg)) {
        after_failure(lane);
        return;
    }
    lane->state = LANE_ROLLBACK;
    pg_send(lane->pg, &ROLLBACK, NULL, NULL);
    pg_sync(lane->pg);
}

/* A batch has come through, or the connection came or went. */
static void go(struct lane *lane)
{
    bool fine = pg_batch(lane->pg, NULL) == STATUS_OK && pg_is_ready(lane->pg);

    switch (lane->state) {
    case LANE_IDLE:
    case LANE_PAUSE:
        break;
    case LANE_CONNECT:
        if (fine)
            begin_group(lane);
        else
            batch_failed(lane);
        break;
    case LANE_RUN:
        if (fine)
            send_batch(lane);
        else
            batch_failed(lane);
        break;
    case LANE_COMMIT:
        if (fine)
            committed(lane);
        else
            batch_failed(lane);
        break;
    case LANE_ROLLBACK:
        if (!fine)
            pg_close(lane->pg); /* it may still be in the transaction: the next one would fail in it, or be part of it */
        after_failure(lane);
        break;
    }
}

/* There was no memory to begin with. */
static void refuse_group(struct lane *lane)
{
    tell_trouble(lane);
    answer_failed(lane, lane->from, lane->to);
    end_group(lane);
}

void hub_store_ready(struct hub_store *hub, size_t at)
{
    struct lane *lane = &hub->lanes[at];

    if (lane->state == LANE_PAUSE && hub->clock() >= lane->at_ms) {
        if (lane->works != NULL)
            start_lane(lane);
        else
            refuse_group(lane);
    }
    /* What a batch's end brings may be through at once, and a connection may fail at once. */
    while (lane->state != LANE_IDLE && lane->state != LANE_PAUSE && (pg_advance(lane->pg) || !pg_is_busy(lane->pg)))
        go(lane);
    if (lane->state == LANE_IDLE)
        (void)pg_advance(lane->pg); /* the server may have closed it */
}

struct hub_watch hub_store_watch(const struct hub_store *hub, size_t at)
{
    const struct lane *lane = &hub->lanes[at];
    struct pg_watch watch = pg_watch(lane->pg);

    if (lane->state == LANE_PAUSE)
        return (struct hub_watch){.socket = -1, .at_ms = lane->at_ms};
    /* Nothing under way: a connection that failed before anybody waited is looked at once more. */
    return (struct hub_watch){.socket = watch.socket, .read = watch.read, .write = watch.write, .at_ms = lane->state != LANE_IDLE && !pg_is_busy(lane->pg) ? hub->clock() : 0};
}

void hub_store_on_start(struct hub_store *hub, void (*started)(void *context), void *context)
{
    hub->started = started;
    hub->started_context = context;
}

int64_t hub_store_now(const struct hub_store *hub)
{
    return hub->clock();
}

bool hub_store_is_idle(const struct hub_store *hub)
{
    bool idle = true;

    for (size_t i = 0; i < HUB_LANES; i++)
        idle = idle && hub->lanes[i].state == LANE_IDLE;
    return idle;
}

void hub_store_drain(struct hub_store *hub)
{
    for (size_t i = 0; i < HUB_LANES; i++) {
        while (hub->lanes[i].state != LANE_IDLE) {
            struct hub_watch watch = hub_store_watch(hub, i);
            struct pollfd fd = {.fd = watch.socket, .events = (short)((watch.read ? POLLIN : 0) | (watch.write ? POLLOUT : 0))};
            int64_t left = watch.at_ms != 0 ? watch.at_ms - hub->clock() : 1000;

            (void)poll(&fd, watch.socket >= 0 ? 1 : 0, left > 0 ? (int)left : 0);
            hub_store_ready(hub, i);
        }
    }
}

struct hub_stats hub_store_stats(const struct hub_store *hub)
{
    return hub->stats;
}

/* ---- the seam ---- */

static void op_start(void *store, struct engine_group *group)
{
    struct hub_store *hub = store;
    struct lane *lane = &hub->lanes[group->writes ? 0 : 1];

    assert(lane->state == LANE_IDLE && group->n > 0);
    lane->group = group;
    lane->from = 0;
    lane->to = group->n;
    lane->solo = false;
    lane->tries = 0;
    lane->works = calloc(group->n, sizeof *lane->works);
    if (lane->works == NULL) { /* told from the loop, like everything */
        lane->failed = errmsg_set(&lane->err, STATUS_NOMEM, "%s", status_text(STATUS_NOMEM));
        pause_lane(lane);
    } else {
        start_lane(lane);
        (void)pg_advance(lane->pg); /* sends; an answer is looked at from the loop */
    }
    if (hub->started != NULL)
        hub->started(hub->started_context);
}

static void op_abandon(void *store, struct engine_group *group)
{
    struct hub_store *hub = store;
    struct lane *lane = &hub->lanes[group->writes ? 0 : 1];

    if (lane->group != group)
        return;
    release_works(lane);
    free(lane->works);
    lane->works = NULL;
    lane->group = NULL;
    lane->state = LANE_IDLE;
    pg_close(lane->pg);
}

static enum status wait_run(struct hub_store *hub, const struct pg_statement *statement, struct errmsg *err)
{
    return pg_run(hub->lanes[SYNC_LANE].pg, statement, NULL, NULL, err);
}

/* Only a transaction's beginning connects: on a new connection COMMIT would say that all is well. */
static enum status wait_begin(struct hub_store *hub, const struct pg_statement *statement, struct errmsg *err)
{
    struct pg_pipeline *pg = hub->lanes[SYNC_LANE].pg;
    enum status status = STATUS_OK;

    if (!pg_is_ready(pg)) {
        pg_connect(pg);
        status = pg_wait(pg, err);
    }
    return status == STATUS_OK ? wait_run(hub, statement, err) : status;
}

static enum status op_begin(void *store, struct errmsg *err)
{
    return wait_begin(store, &BEGIN_WRITE, err);
}

static enum status op_commit(void *store, struct errmsg *err)
{
    return wait_run(store, &COMMIT, err);
}

static void op_rollback(void *store)
{
    (void)wait_run(store, &ROLLBACK, NULL);
}

static enum status op_savepoint(void *store, struct errmsg *err)
{
    static const struct pg_statement savepoint = {PG_PLAIN, "SAVEPOINT request", ""};

    return wait_run(store, &savepoint, err);
}

static enum status op_savepoint_end(void *store, bool keep, struct errmsg *err)
{
    static const struct pg_statement back = {PG_PLAIN, "ROLLBACK TO SAVEPOINT request", ""}, release = {PG_PLAIN, "RELEASE SAVEPOINT request", ""};
    enum status status = keep ? STATUS_OK : wait_run(store, &back, err);

    return status == STATUS_OK ? wait_run(store, &release, err) : status;
}

static enum status op_begin_read(void *store, struct errmsg *err)
{
    return wait_begin(store, &BEGIN_READ, err);
}

static void op_end_read(void *store)
{
    (void)wait_run(store, &COMMIT, NULL);
}

static bool op_writes(enum request_kind kind)
{
    return KINDS[kind].first == NULL || KINDS[kind].writes;
}

static bool op_own_transaction(enum request_kind kind)
{
    (void)kind;
    return false;
}

static enum status op_run(void *store, struct engine_call *call, struct session_result *result)
{
    struct hub_store *hub = store;
    struct pg_pipeline *pg = hub->lanes[SYNC_LANE].pg;
    struct hub_work work;
    struct errmsg err = {{0}};
    enum status status = STATUS_OK;

    begin_work(hub, pg, call, result, &work);
    while (status == STATUS_OK && work.state == HUB_AGAIN) {
        step(&work);
        pg_sync(pg);
        status = pg_wait(pg, &err);
    }
    if (status != STATUS_OK)
        result->err = err;
    else
        status = work.status;
    if (status == STATUS_OK && work.kept != NULL)
        work.kept(&work);
    hub_work_release(&work);
    return status;
}

static const struct engine_store_ops ops = {
    .begin = op_begin,
    .commit = op_commit,
    .rollback = op_rollback,
    .savepoint = op_savepoint,
    .savepoint_end = op_savepoint_end,
    .begin_read = op_begin_read,
    .end_read = op_end_read,
    .writes = op_writes,
    .own_transaction = op_own_transaction,
    .run = op_run,
    .start = op_start,
    .abandon = op_abandon,
};

struct engine_store hub_store_engine(struct hub_store *hub)
{
    return (struct engine_store){.ops = &ops, .store = hub};
}

/* ---- open, close ---- */

enum status hub_store_open(struct hub_store **out, const char *url, hub_clock clock, struct trace *trace, struct errmsg *err)
{
    struct hub_store *hub = calloc(1, sizeof *hub);
    enum status status = hub != NULL ? STATUS_OK : STATUS_NOMEM;

    *out = NULL;
    for (size_t i = 0; i < HUB_LANES && status == STATUS_OK; i++) {
        hub->lanes[i].hub = hub;
        status = pg_new(&hub->lanes[i].pg, url, err);
    }
    for (int kind = 0; kind < HUB_MANY_KINDS; kind++)
        for (int size = 0; size < HUB_SIZES && status == STATUS_OK; size++)
            status = make_many(hub, (enum hub_many)kind, size) ? STATUS_OK : STATUS_NOMEM;
    if (status == STATUS_OK) {
        hub->clock = clock;
        hub->trace = trace;
        status = hub_schema_read(hub->lanes[0].pg, &hub->machine, err);
    }
    if (status != STATUS_OK) {
        hub_store_close(hub);
        return status;
    }
    *out = hub;
    return STATUS_OK;
}

void hub_store_close(struct hub_store *hub)
{
    if (hub == NULL)
        return;
    for (size_t i = 0; i < HUB_LANES; i++) {
        assert(hub->lanes[i].group == NULL);
        pg_free(hub->lanes[i].pg);
    }
    for (int kind = 0; kind < HUB_MANY_KINDS; kind++)
        for (int size = 0; size < HUB_SIZES; size++)
            free(hub->many[kind][size].sql);
    free(hub);
}
