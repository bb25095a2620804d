/* tests/stumble_pg.c - see stumble_pg.h. */
#include "tests/stumble_pg.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "core/base/library.h"
#include "sync/pg_pipeline.h"
#include "tests/hub_world.h"

/* As libpq-fe.h has them; its header is not needed for more. */
struct pg_conn;
typedef int send_prepare(struct pg_conn *conn, const char *name, const char *sql, int n, const unsigned *types);
typedef int send_params(struct pg_conn *conn, const char *sql, int n, const unsigned *types, const char *const *values, const int *lengths, const int *formats, int result_format);
typedef int send_prepared(struct pg_conn *conn, const char *name, int n, const char *const *values, const int *lengths, const int *formats, int result_format);

enum { ANSWER_MS = 10000 };

static struct {
    struct {
        int (*flush)(struct pg_conn *conn);
        int (*flush_request)(struct pg_conn *conn);
        int (*socket)(const struct pg_conn *conn);
    } line;
    send_prepare *prepare;
    send_params *params;
    send_prepared *prepared;
    enum stumble_pg_way way;
    uint64_t at, count, fired;
    bool on, for_good;
    bool keeps;
    struct pg_pipeline *kept; /* connected, in no transaction; or NULL */
    char kept_url[512];
} state;

/* What goes to the server in place of the statement. */
static const char *const INSTEAD[STUMBLE_PG_WAYS] = {
    [STUMBLE_PG_ERROR] = "DO $$ BEGIN RAISE EXCEPTION 'stumbled' USING ERRCODE='XX000'; END $$",
    [STUMBLE_PG_CLASH] = "DO $$ BEGIN RAISE EXCEPTION 'stumbled' USING ERRCODE='40001'; END $$",
    [STUMBLE_PG_FULL] = "DO $$ BEGIN RAISE EXCEPTION 'stumbled' USING ERRCODE='53100'; END $$",
    [STUMBLE_PG_LOST] = "SELECT pg_terminate_backend(pg_backend_pid())",
};

static bool falls(void)
{
    if (!state.on)
        return false;
    state.count++;
    if (state.at == 0 || state.count < state.at || (state.count > state.at && !state.for_good))
        return false;
    state.fired++;
    return true;
}

/* Whether the statement itself goes out. */
static bool goes(bool fell)
{
    return !fell || state.way == STUMBLE_PG_LOST_BEHIND;
}

/* Once the server has done it the line is cut. */
static int cut(struct pg_conn *conn)
{
    struct pollfd answer = {.fd = state.line.socket(conn), .events = POLLIN};

    if (state.line.flush_request(conn) != 1)
        return 0;
    while (state.line.flush(conn) > 0)
        ;
    (void)poll(&answer, 1, ANSWER_MS);
    (void)shutdown(answer.fd, SHUT_RDWR);
    return 1;
}

/* In its place, or behind it. */
static int fall(struct pg_conn *conn)
{
    if (state.way == STUMBLE_PG_LOST_BEHIND)
        return cut(conn);
    return state.way == STUMBLE_PG_UNSENT ? 0 : state.params(conn, INSTEAD[state.way], 0, NULL, NULL, NULL, NULL, 1);
}

static int prepare(struct pg_conn *conn, const char *name, const char *sql, int n, const unsigned *types)
{
    bool fell = falls();
    int sent = goes(fell) ? state.prepare(conn, name, sql, n, types) : 1;

    return fell && sent == 1 ? fall(conn) : sent;
}

static int params(struct pg_conn *conn, const char *sql, int n, const unsigned *types, const char *const *values, const int *lengths, const int *formats, int result_format)
{
    bool fell = falls();
    int sent = goes(fell) ? state.params(conn, sql, n, types, values, lengths, formats, result_format) : 1;

    return fell && sent == 1 ? fall(conn) : sent;
}

static int prepared(struct pg_conn *conn, const char *name, int n, const char *const *values, const int *lengths, const int *formats, int result_format)
{
    bool fell = falls();
    int sent = goes(fell) ? state.prepared(conn, name, n, values, lengths, formats, result_format) : 1;

    return fell && sent == 1 ? fall(conn) : sent;
}

enum status __real_library_load(const char *file, const char *const names[], size_t n, void *calls, size_t calls_bytes, struct errmsg *err);
enum status __wrap_library_load(const char *file, const char *const names[], size_t n, void *calls, size_t calls_bytes, struct errmsg *err);

/* The pointer of that name is kept in `real` and replaced. */
static void replace(const char *const names[], size_t n, void *calls, const char *name, void *real, const void *ours)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(names[i], name) == 0) {
            memcpy(real, (char *)calls + i * sizeof(void *), sizeof(void *));
            memcpy((char *)calls + i * sizeof(void *), ours, sizeof(void *));
        }
}

enum status __wrap_library_load(const char *file, const char *const names[], size_t n, void *calls, size_t calls_bytes, struct errmsg *err)
{
    enum status status = __real_library_load(file, names, n, calls, calls_bytes, err);
    send_prepare *our_prepare = prepare;
    send_params *our_params = params;
    send_prepared *our_prepared = prepared;

    static const char *const line[] = {"PQflush", "PQsendFlushRequest", "PQsocket"};

    if (status == STATUS_OK)
        status = __real_library_load(file, line, sizeof line / sizeof *line, &state.line, sizeof state.line, err);
    if (status == STATUS_OK) {
        replace(names, n, calls, "PQsendPrepare", &state.prepare, &our_prepare);
        replace(names, n, calls, "PQsendQueryParams", &state.params, &our_params);
        replace(names, n, calls, "PQsendQueryPrepared", &state.prepared, &our_prepared);
    }
    return status;
}

void stumble_pg_begin(enum stumble_pg_way way, uint64_t at, bool for_good)
{
    state.way = way;
    state.at = at;
    state.for_good = for_good;
    state.count = state.fired = 0;
    state.on = true;
}

uint64_t stumble_pg_end(void)
{
    state.on = false;
    return state.fired;
}

bool stumble_pg_pause(void)
{
    bool on = state.on;

    state.on = false;
    return on;
}

void stumble_pg_go_on(bool on)
{
    state.on = on;
}

/* ---- what takes time ---- */

int __real_poll(struct pollfd *fds, nfds_t n, int timeout_ms);
int __wrap_poll(struct pollfd *fds, nfds_t n, int timeout_ms);
enum status __real_pg_new(struct pg_pipeline **out, const char *url, struct errmsg *err);
void __real_pg_free(struct pg_pipeline *pg);
enum status __wrap_pg_new(struct pg_pipeline **out, const char *url, struct errmsg *err);
void __wrap_pg_free(struct pg_pipeline *pg);

int __wrap_poll(struct pollfd *fds, nfds_t n, int timeout_ms)
{
    if (n > 0 || timeout_ms <= 0)
        return __real_poll(fds, n, timeout_ms);
    hub_world_pass(timeout_ms);
    return 0;
}

enum status __wrap_pg_new(struct pg_pipeline **out, const char *url, struct errmsg *err)
{
    if (state.kept == NULL || !state.keeps || strcmp(state.kept_url, url) != 0) {
        if (state.keeps)
            snprintf(state.kept_url, sizeof state.kept_url, "%s", url);
        return __real_pg_new(out, url, err);
    }
    *out = state.kept;
    state.kept = NULL;
    return STATUS_OK;
}

void __wrap_pg_free(struct pg_pipeline *pg)
{
    static const struct pg_statement rollback = {PG_PLAIN, "ROLLBACK", ""};
    bool on = stumble_pg_pause();

    if (state.keeps && state.kept == NULL && pg != NULL && pg_is_ready(pg) && pg_run(pg, &rollback, NULL, NULL, NULL) == STATUS_OK)
        state.kept = pg;
    else
        __real_pg_free(pg);
    stumble_pg_go_on(on);
}

void stumble_pg_keep(bool keep)
{
    state.keeps = keep;
    if (!keep)
        __real_pg_free(state.kept);
    state.kept = keep ? state.kept : NULL;
}
