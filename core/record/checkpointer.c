/* core/record/checkpointer.c - see checkpointer.h. Everything that both threads touch is behind `lock`, which nobody holds while the disk is worked on; that is done by who has the turn. */
#include "core/record/checkpointer.h"

#include <assert.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/record/store_impl.h"
#include "core/record/store_log.h"

struct checkpointer {
    struct store *store;
    sqlite3 *db;     /* the thread's */
    sqlite3 *holder; /* of who has the turn (store_log.h) */
    pthread_t thread;
    int pages;
    int not_below; /* the owner's: after an own checkpoint the next comes when the log has so many; if it is not begun anew before, somebody reads */
    /* Both threads'. */
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool taken;   /* somebody has the turn */
    bool wanted;  /* the thread is to make a pass */
    int log;      /* its pages after the owner's last commit.. */
    int copied;   /* ..of which so many are in the database file */
    int code;     /* of the last pass, in SQLite's words */
    struct checkpointer_state state;
};

static void lock(struct checkpointer *self)
{
    (void)pthread_mutex_lock(&self->lock);
}

static void unlock(struct checkpointer *self)
{
    (void)pthread_mutex_unlock(&self->lock);
}

/* Inside `lock`. */
static void take(struct checkpointer *self)
{
    self->state.waiting++;
    while (self->taken)
        (void)pthread_cond_wait(&self->changed, &self->lock);
    self->state.waiting--;
    self->taken = true;
}

static void give(struct checkpointer *self)
{
    self->taken = false;
    (void)pthread_cond_broadcast(&self->changed);
}

static void turn_take(void *context)
{
    struct checkpointer *self = context;

    lock(self);
    take(self);
    unlock(self);
}

static void turn_give(void *context)
{
    struct checkpointer *self = context;

    lock(self);
    give(self);
    unlock(self);
}

static bool is_long(const struct checkpointer *self)
{
    return self->log - self->copied >= self->pages;
}

/* ---- the thread ---- */

/* Inside `lock`, which is let go while the disk is worked on. */
static void pass(struct checkpointer *self)
{
    int done = -1, code = SQLITE_OK;

    take(self);
    self->wanted = false;
    if (is_long(self)) { /* else the owner was quicker */
        unlock(self);
        code = store_log_copy(self->db, self->holder, NULL, &done);
        lock(self);
    }
    if (code == SQLITE_OK && done >= 0)
        self->copied = done;
    self->code = code;
    self->state.passes++;
    give(self);
}

static void *run(void *context)
{
    struct checkpointer *self = context;

    lock(self);
    while (!self->state.stopping) {
        if (self->wanted)
            pass(self);
        else
            (void)pthread_cond_wait(&self->changed, &self->lock);
    }
    unlock(self);
    return NULL;
}

/* ---- the owner ---- */

/* Inside `lock`, too. */
static void checkpoint_here(struct checkpointer *self)
{
    int done = -1, code;

    take(self);
    unlock(self);
    code = store_log_copy(self->store->db, self->holder, NULL, &done);
    lock(self);
    if (code == SQLITE_OK && done >= 0)
        self->copied = done;
    self->not_below = self->log + self->pages;
    self->state.own++;
    give(self);
}

/* After each commit, which is durable by then. What is answered here would become the commit's answer. */
static int look(void *context, sqlite3 *db, const char *database, int log)
{
    struct checkpointer *self = context;
    bool idle;

    (void)db;
    (void)database;
    lock(self);
    if (log < self->log) /* it was begun anew */
        self->copied = self->not_below = 0;
    self->log = log;
    idle = !self->wanted && !self->taken;
    if (log >= self->not_below && (log >= self->pages * CHECKPOINTER_MOST_TIMES || (idle && self->copied > 0 && !is_long(self)))) {
        checkpoint_here(self);
    } else if (idle && is_long(self)) {
        self->wanted = true;
        (void)pthread_cond_broadcast(&self->changed);
    }
    unlock(self);
    return SQLITE_OK;
}

/* ---- begin and end ---- */

static enum status connect_both(struct checkpointer *self, struct errmsg *err)
{
    int code;

    if (sqlite3_threadsafe() == 0)
        return errmsg_set(err, STATUS_UNSUPPORTED, "%s", status_text(STATUS_UNSUPPORTED));
    code = store_log_connect(self->store, &self->db);
    if (code == SQLITE_OK)
        code = sqlite3_exec(self->db, "PRAGMA synchronous=FULL", NULL, NULL, NULL);
    if (code == SQLITE_OK)
        code = store_log_connect(self->store, &self->holder);
    return code == SQLITE_OK ? STATUS_OK : errmsg_set(err, store_status_of(code), "%s: %s", self->store->path, sqlite3_errstr(code));
}

/* Signals are for the owner's thread. */
static enum status start_thread(struct checkpointer *self, struct errmsg *err)
{
    sigset_t all, before;
    int failed;

    sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    failed = pthread_create(&self->thread, NULL, run, self);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    return failed == 0 ? STATUS_OK : errmsg_set(err, STATUS_NOMEM, "%s", status_text(STATUS_NOMEM));
}

static void release(struct checkpointer *self)
{
    (void)sqlite3_close_v2(self->holder);
    (void)sqlite3_close_v2(self->db);
    (void)pthread_cond_destroy(&self->changed);
    (void)pthread_mutex_destroy(&self->lock);
    free(self);
}

enum status checkpointer_start(struct checkpointer **out, struct store *store, unsigned pages, struct errmsg *err)
{
    struct checkpointer *self = calloc(1, sizeof *self);
    enum status status;

    assert(store_has_file(store) && !store->writing && pages > 0 && pages <= INT32_MAX / (2 * CHECKPOINTER_MOST_TIMES));
    *out = NULL;
    if (self == NULL)
        return errmsg_set(err, STATUS_NOMEM, "%s", status_text(STATUS_NOMEM));
    self->store = store;
    self->pages = (int)pages;
    (void)pthread_mutex_init(&self->lock, NULL);
    (void)pthread_cond_init(&self->changed, NULL);
    status = connect_both(self, err);
    if (status == STATUS_OK)
        status = start_thread(self, err);
    if (status != STATUS_OK) {
        release(self);
        return status;
    }
    store->turn = (struct store_turn){.take = turn_take, .give = turn_give, .context = self};
    (void)sqlite3_wal_hook(store->db, look, self);
    *out = self;
    return STATUS_OK;
}

void checkpointer_stop(struct checkpointer *self)
{
    if (self == NULL)
        return;
    store_log_watch(self->store);
    lock(self);
    self->state.stopping = true;
    (void)pthread_cond_broadcast(&self->changed);
    unlock(self);
    (void)pthread_join(self->thread, NULL);
    self->store->turn = (struct store_turn){.take = NULL};
    release(self);
}

enum status checkpointer_failure(struct checkpointer *self, struct errmsg *err)
{
    enum status status;
    int code;

    lock(self);
    code = self->code;
    unlock(self);
    status = store_status_of(code);
    if (status == STATUS_OK || status == STATUS_BUSY)
        return STATUS_OK;
    return errmsg_set(err, status, "%s (%s)", status_text(status), sqlite3_errstr(code));
}

struct checkpointer_state checkpointer_look(struct checkpointer *self)
{
    struct checkpointer_state state;

    lock(self);
    state = self->state;
    state.idle = !self->wanted && !self->taken;
    unlock(self);
    return state;
}
