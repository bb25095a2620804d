/* tests/stumble_store.c - see stumble_store.h. */
#include "tests/stumble_store.h"

#include <stdio.h>

#include "sync/record_store.h"
#include "sync/replicator.h"

static struct {
    const struct engine_store_ops *real; /* there is one table for all stores */
    struct stumble_store how;
    bool on, fell;
    uint64_t count, fired;
    enum seam_call call; /* the first that failed */
    enum request_kind kind;
    char failed[64];
    enum request_kind alone; /* what replicator_run() carries out */
    bool ran[REQUEST_KINDS];
} state;

static const char *const CALLS[SEAM_CALLS] = {"prepare", "begin_read", "begin", "savepoint", "run", "savepoint_end", "commit"};

static bool looks_peer_up(enum request_kind kind)
{
    return kind >= REQUEST_GREET && kind != REQUEST_ENROL;
}

static bool falls(enum seam_call call, enum request_kind kind)
{
    if (!state.on || (state.how.peer && !looks_peer_up(kind)) || (state.how.behind && call != SEAM_RUN && call != SEAM_COMMIT))
        return false;
    state.count++;
    bool again = state.fell && state.how.stays && call == state.call && kind == state.kind;
    if (!again && (state.fell || state.count != state.how.at))
        return false;
    state.fired++;
    if (!state.fell) {
        state.fell = true;
        state.call = call;
        state.kind = kind;
        snprintf(state.failed, sizeof state.failed, "%s%s%s", CALLS[call], kind != REQUEST_NONE ? " " : "", kind != REQUEST_NONE ? request_name(kind) : "");
    }
    return true;
}

static enum status fall(struct errmsg *err)
{
    return errmsg_set(err, state.how.status, "stumbled at %s", state.failed);
}

static enum status op_begin(void *store, struct errmsg *err)
{
    return falls(SEAM_BEGIN, state.alone) ? fall(err) : state.real->begin(store, err);
}

static enum status op_commit(void *store, struct errmsg *err)
{
    bool fell = falls(SEAM_COMMIT, state.alone);

    if (fell && !state.how.behind) {
        state.real->rollback(store); /* after a commit that failed nothing is open */
        return fall(err);
    }
    enum status status = state.real->commit(store, err);
    return fell && status == STATUS_OK ? fall(err) : status;
}

static void op_rollback(void *store)
{
    state.real->rollback(store);
}

static enum status op_savepoint(void *store, struct errmsg *err)
{
    return falls(SEAM_SAVEPOINT, state.alone) ? fall(err) : state.real->savepoint(store, err);
}

static enum status op_savepoint_end(void *store, bool keep, struct errmsg *err)
{
    return falls(SEAM_SAVEPOINT_END, state.alone) ? fall(err) : state.real->savepoint_end(store, keep, err);
}

static enum status op_begin_read(void *store, struct errmsg *err)
{
    return falls(SEAM_BEGIN_READ, state.alone) ? fall(err) : state.real->begin_read(store, err);
}

static void op_end_read(void *store)
{
    state.real->end_read(store);
}

/* Most have nothing to prepare: that is no call that could fail. */
static enum status op_prepare(void *store, struct engine_call *call, struct session_result *result)
{
    enum request_kind kind = call->request->kind;

    return kind == REQUEST_STATE && falls(SEAM_PREPARE, kind) ? fall(&result->err) : state.real->prepare(store, call, result);
}

static bool op_writes(enum request_kind kind)
{
    return state.real->writes(kind);
}

static bool op_own_transaction(enum request_kind kind)
{
    return state.real->own_transaction(kind);
}

static enum status op_run(void *store, struct engine_call *call, struct session_result *result)
{
    enum request_kind kind = call->request->kind;
    bool fell = falls(SEAM_RUN, kind);

    state.ran[kind] = true;
    if (fell && !state.how.behind)
        return fall(&result->err);
    enum status status = state.real->run(store, call, result);
    if (!fell || status != STATUS_OK)
        return status;
    call->keep = false;
    return fall(&result->err);
}

static const struct engine_store_ops ops = {
    .begin = op_begin,
    .commit = op_commit,
    .rollback = op_rollback,
    .savepoint = op_savepoint,
    .savepoint_end = op_savepoint_end,
    .begin_read = op_begin_read,
    .end_read = op_end_read,
    .prepare = op_prepare,
    .writes = op_writes,
    .own_transaction = op_own_transaction,
    .run = op_run,
};

struct engine_store __real_record_store_engine(struct record_store *self);
struct engine_store __wrap_record_store_engine(struct record_store *self);

struct engine_store __wrap_record_store_engine(struct record_store *self)
{
    struct engine_store engine = __real_record_store_engine(self);

    state.real = engine.ops;
    return (struct engine_store){.ops = &ops, .store = engine.store};
}

void __real_replicator_run(struct replicator *replicator, const struct session_request *request, int64_t now_ms, struct session_result *result);
void __wrap_replicator_run(struct replicator *replicator, const struct session_request *request, int64_t now_ms, struct session_result *result);

void __wrap_replicator_run(struct replicator *replicator, const struct session_request *request, int64_t now_ms, struct session_result *result)
{
    enum request_kind before = state.alone;

    state.alone = request->kind; /* opening a file that was carried here runs others inside */
    __real_replicator_run(replicator, request, now_ms, result);
    state.alone = before;
}

void stumble_store_begin(struct stumble_store how)
{
    state.how = how;
    state.on = true;
    state.fell = false;
    state.count = state.fired = 0;
    state.failed[0] = '\0';
}

uint64_t stumble_store_end(void)
{
    state.on = false;
    return state.fired;
}

const char *stumble_store_failed(void)
{
    return state.failed;
}

enum seam_call stumble_store_failed_call(void)
{
    return state.call;
}

enum request_kind stumble_store_failed_kind(void)
{
    return state.kind;
}

bool stumble_store_mends(void)
{
    return state.fell && !state.how.stays && state.call == SEAM_RUN && state.real->writes(state.kind);
}

bool stumble_store_ran(enum request_kind kind)
{
    return state.ran[kind];
}
