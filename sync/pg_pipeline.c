/* sync/pg_pipeline.c - see pg_pipeline.h. */
#include "sync/pg_pipeline.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <libpq-fe.h>

#include "core/base/language.h"
#include "core/base/library.h"
#include "core/base/utf8.h"
#include "sync/pg_failure.h"

/* Of pg_type.h, which is the server's: numbers that never change. */
enum { OID_BOOL = 16, OID_BYTEA = 17, OID_INT8 = 20, OID_TEXT = 25, OID_BYTEA_ARRAY = 1001, OID_TEXT_ARRAY = 1009, OID_INT8_ARRAY = 1016, OID_NUMERIC = 1700, OID_JSONB = 3802 };
enum { ARRAY_HEAD_BYTES = 20, VALUES_MAX_BYTES = 64 * 1024 * 1024, URL_MAX_BYTES = 4096, STATE_BYTES = 5 };

/* What is called of libpq, which is loaded with the first database: a station's service needs neither it nor the twenty libraries behind it. */
#define PG_CALLS(X) \
    X(PQclear) \
    X(PQcmdTuples) \
    X(PQconnectPoll) \
    X(PQconnectStartParams) \
    X(PQconninfoFree) \
    X(PQconninfoParse) \
    X(PQconsumeInput) \
    X(PQenterPipelineMode) \
    X(PQerrorMessage) \
    X(PQfinish) \
    X(PQflush) \
    X(PQfreemem) \
    X(PQgetResult) \
    X(PQgetisnull) \
    X(PQgetlength) \
    X(PQgetvalue) \
    X(PQisBusy) \
    X(PQlibVersion) \
    X(PQntuples) \
    X(PQpipelineSync) \
    X(PQresultErrorField) \
    X(PQresultStatus) \
    X(PQsendPrepare) \
    X(PQsendQueryParams) \
    X(PQsendQueryPrepared) \
    X(PQsetNoticeReceiver) \
    X(PQsetnonblocking) \
    X(PQsocket) \
    X(PQstatus)

struct pg_calls {
    PG_CALLS(LIBRARY_POINTER)
};

struct pg_rows {
    const struct pg_calls *pq;
    const PGresult *result;
};

enum expects { EXPECTS_SETTING, EXPECTS_PREPARE, EXPECTS_ROWS, EXPECTS_SYNC };

struct expected {
    enum expects what;
    int no; /* EXPECTS_PREPARE */
    pg_result rows;
    void *context;
};

struct value {
    size_t at;
    int len; /* -1: null */
};

enum prepared { NOT_PREPARED, BEING_PREPARED, PREPARED };

struct pg_pipeline {
    struct pg_calls pq;
    char *url;
    bool has_schema; /* the URL names it */
    PGconn *conn;    /* NULL: closed */
    bool ready;
    PostgresPollingStatusType polled;
    bool unsent;
    enum prepared prepared[PG_STATEMENTS_MAX];
    struct expected *expected; /* a queue: from first on */
    size_t first, n, cap;
    struct value values[PG_PARAMS_MAX];
    size_t n_values;
    struct buf bytes;
    /* the same for libpq */
    Oid types[PG_PARAMS_MAX];
    const char *pointers[PG_PARAMS_MAX];
    int lengths[PG_PARAMS_MAX], formats[PG_PARAMS_MAX];
    /* of the batch that is coming in, and of the last one that came through */
    enum status coming, status;
    bool coming_again, again;
    struct errmsg coming_err, err;
};

static enum status load(struct pg_calls *out, struct errmsg *err)
{
    static const char *const names[] = {PG_CALLS(LIBRARY_NAME)};

    return library_load(LIBPQ_LIBRARY, names, sizeof names / sizeof names[0], out, sizeof *out, err);
}

const char *pg_library_version(char out[16])
{
    struct pg_calls pq;
    int v = load(&pq, NULL) == STATUS_OK ? pq.PQlibVersion() : 0;

    snprintf(out, 16, "%d.%d", v / 10000, v % 10000);
    return out;
}

/* ---- failures ---- */

static enum status of_result(const struct pg_calls *pq, const PGresult *result, bool *again, struct errmsg *err)
{
    const char *state = pq->PQresultErrorField(result, PG_DIAG_SQLSTATE), *primary = pq->PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);

    return pg_failure_of_state(state != NULL ? state : "08000" /* libpq's own: the connection */, primary != NULL ? primary : "", again, err);
}

static enum status of_connection(const struct pg_calls *pq, const PGconn *conn, bool *again, struct errmsg *err)
{
    return pg_failure_of_words(pq->PQerrorMessage(conn), again, err);
}

/* ---- rows ---- */

size_t pg_count(const struct pg_rows *rows)
{
    return (size_t)rows->pq->PQntuples(rows->result);
}

size_t pg_touched(const struct pg_rows *rows)
{
    return (size_t)strtoull(rows->pq->PQcmdTuples((PGresult *)(uintptr_t)rows->result), NULL, 10);
}

bool pg_is_null(const struct pg_rows *rows, size_t row, int column)
{
    return rows->pq->PQgetisnull(rows->result, (int)row, column) != 0;
}

int64_t pg_int(const struct pg_rows *rows, size_t row, int column)
{
    const uint8_t *bytes = (const uint8_t *)rows->pq->PQgetvalue(rows->result, (int)row, column);
    int len = rows->pq->PQgetlength(rows->result, (int)row, column);
    uint64_t v = len > 0 && (bytes[0] & 0x80) != 0 && len > 1 ? UINT64_MAX : 0;

    for (int i = 0; i < len && i < 8; i++)
        v = v << 8 | bytes[i];
    return (int64_t)v;
}

const uint8_t *pg_bytes(const struct pg_rows *rows, size_t row, int column, size_t *len)
{
    *len = 0;
    if (pg_is_null(rows, row, column))
        return NULL;
    *len = (size_t)rows->pq->PQgetlength(rows->result, (int)row, column);
    return (const uint8_t *)rows->pq->PQgetvalue(rows->result, (int)row, column);
}

void pg_text(const struct pg_rows *rows, size_t row, int column, char *out, size_t out_bytes)
{
    size_t len;
    const char *text = (const char *)pg_bytes(rows, row, column, &len);

    if (len >= out_bytes)
        len = utf8_cut(text, len, out_bytes - 1);
    if (len > 0)
        memcpy(out, text, len);
    out[len] = '\0';
}

void pg_fixed(const struct pg_rows *rows, size_t row, int column, void *out, size_t len)
{
    size_t found;
    const uint8_t *bytes = pg_bytes(rows, row, column, &found);

    if (bytes != NULL && found == len)
        memcpy(out, bytes, len);
    else
        memset(out, 0, len);
}

/* ---- the connection ---- */

static bool names_schema(const struct pg_calls *pq, const char *url, bool *names)
{
    char *problem = NULL;
    PQconninfoOption *options = pq->PQconninfoParse(url, &problem);

    *names = false;
    pq->PQfreemem(problem);
    if (options == NULL)
        return false;
    for (const PQconninfoOption *o = options; o->keyword != NULL; o++)
        if (strcmp(o->keyword, "options") == 0 && o->val != NULL && strstr(o->val, "search_path") != NULL)
            *names = true;
    pq->PQconninfoFree(options);
    return true;
}

enum status pg_new(struct pg_pipeline **out, const char *url, struct errmsg *err)
{
    struct pg_pipeline *pg = calloc(1, sizeof *pg);
    enum status status = pg != NULL ? load(&pg->pq, err) : errmsg_set(err, STATUS_NOMEM, "%s", status_text(STATUS_NOMEM));

    *out = NULL;
    if (status == STATUS_OK && (strlen(url) > URL_MAX_BYTES || !names_schema(&pg->pq, url, &pg->has_schema)))
        status = errmsg_set(err, STATUS_USAGE, "数据库的地址应写作 postgresql://用户@主机/数据库");
    if (status == STATUS_OK) {
        buf_init(&pg->bytes, VALUES_MAX_BYTES);
        pg->url = strdup(url);
        status = pg->url != NULL ? STATUS_OK : errmsg_set(err, STATUS_NOMEM, "%s", status_text(STATUS_NOMEM));
    }
    if (status != STATUS_OK) {
        pg_free(pg);
        return status;
    }
    *out = pg;
    return STATUS_OK;
}

void pg_free(struct pg_pipeline *pg)
{
    if (pg == NULL)
        return;
    pg_close(pg);
    if (pg->url != NULL)
        explicit_bzero(pg->url, strlen(pg->url)); /* somebody wrote the password into it after all */
    free(pg->url);
    free(pg->expected);
    buf_wipe(&pg->bytes);
    free(pg);
}

void pg_close(struct pg_pipeline *pg)
{
    if (pg->conn != NULL)
        pg->pq.PQfinish(pg->conn);
    pg->conn = NULL;
    pg->ready = pg->unsent = false;
    pg->first = pg->n = 0;
    pg->n_values = 0;
    buf_clear(&pg->bytes);
    memset(pg->prepared, 0, sizeof pg->prepared);
}

bool pg_is_ready(const struct pg_pipeline *pg)
{
    return pg->conn != NULL && pg->ready;
}

static void lose(struct pg_pipeline *pg, enum status status, bool again, const struct errmsg *err)
{
    pg->status = status;
    pg->again = again;
    pg->err = *err;
    pg_close(pg);
}

static void lose_connection(struct pg_pipeline *pg)
{
    struct errmsg err = {{0}};
    bool again = true;
    enum status status = of_connection(&pg->pq, pg->conn, &again, &err);

    lose(pg, status, again, &err);
}

/* The server's remarks ("does not exist, skipping"). */
static void keep_quiet(void *context, const PGresult *result)
{
    (void)context;
    (void)result;
}

void pg_connect(struct pg_pipeline *pg)
{
    /* A server that is gone without a word is noticed within a minute. dbname is expanded; what it names itself counts before these. */
    static const char *const keys[] = {"fallback_application_name", "connect_timeout", "tcp_user_timeout", "keepalives_idle", "keepalives_interval", "keepalives_count", "dbname", "client_encoding", NULL};
    const char *values[] = {"aidpostd", "10", "60000", "30", "10", "3", pg->url, "UTF8", NULL};

    if (pg->conn != NULL)
        return;
    pg->coming = STATUS_OK;
    pg->conn = pg->pq.PQconnectStartParams(keys, values, 1);
    pg->polled = PGRES_POLLING_WRITING;
    if (pg->conn == NULL) {
        struct errmsg err;

        lose(pg, errmsg_set(&err, STATUS_NOMEM, "%s", status_text(STATUS_NOMEM)), false, &err);
    } else if (pg->pq.PQstatus(pg->conn) == CONNECTION_BAD) {
        lose_connection(pg);
    } else {
        (void)pg->pq.PQsetNoticeReceiver(pg->conn, keep_quiet, NULL);
    }
}

/* ---- queueing ---- */

/* Whose results come next. Room for one more must be there before a statement goes out: else its results would be handed to others. */
static bool has_room(struct pg_pipeline *pg)
{
    size_t cap = pg->cap > 0 ? pg->cap * 2 : 64;
    struct expected *grown;

    if (pg->n + 2 <= pg->cap)
        return true;
    grown = realloc(pg->expected, cap * sizeof *grown);
    if (grown == NULL)
        return false;
    pg->expected = grown;
    pg->cap = cap;
    return true;
}

static void expect(struct pg_pipeline *pg, struct expected what)
{
    pg->expected[pg->n++] = what;
}

static void put(struct pg_pipeline *pg, const void *data, size_t len)
{
    assert(pg->n_values < PG_PARAMS_MAX);
    pg->values[pg->n_values++] = (struct value){pg->bytes.len, (int)len};
    buf_append(&pg->bytes, data, len);
}

void pg_put_int(struct pg_pipeline *pg, int64_t v)
{
    assert(pg->n_values < PG_PARAMS_MAX);
    pg->values[pg->n_values++] = (struct value){pg->bytes.len, 8};
    buf_put_u64(&pg->bytes, (uint64_t)v);
}

void pg_put_bool(struct pg_pipeline *pg, bool v)
{
    uint8_t byte = v;

    put(pg, &byte, 1);
}

void pg_put_null(struct pg_pipeline *pg)
{
    assert(pg->n_values < PG_PARAMS_MAX);
    pg->values[pg->n_values++] = (struct value){pg->bytes.len, -1};
}

void pg_put_bytes(struct pg_pipeline *pg, const void *data, size_t len)
{
    if (data == NULL) {
        pg_put_null(pg);
        return;
    }
    put(pg, data, len);
    buf_putc(&pg->bytes, 0); /* what travels as text ends with it; it is not counted */
}

void pg_put_text(struct pg_pipeline *pg, const char *text)
{
    pg_put_bytes(pg, text, text != NULL ? strlen(text) : 0);
}

/* ndim, has nulls, element type, length, lower bound. */
void pg_put_array(struct pg_pipeline *pg, size_t n, char of)
{
    put(pg, "", 0);
    buf_put_u32(&pg->bytes, 1);
    buf_put_u32(&pg->bytes, 0);
    buf_put_u32(&pg->bytes, of == 'I' ? OID_INT8 : of == 'B' ? OID_BYTEA : OID_TEXT);
    buf_put_u32(&pg->bytes, (uint32_t)n);
    buf_put_u32(&pg->bytes, 1);
    pg->values[pg->n_values - 1].len = ARRAY_HEAD_BYTES;
}

void pg_item_bytes(struct pg_pipeline *pg, const void *data, size_t len)
{
    buf_put_u32(&pg->bytes, (uint32_t)len);
    buf_append(&pg->bytes, data, len);
    pg->values[pg->n_values - 1].len += 4 + (int)len;
}

void pg_item_int(struct pg_pipeline *pg, int64_t v)
{
    buf_put_u32(&pg->bytes, 8);
    buf_put_u64(&pg->bytes, (uint64_t)v);
    pg->values[pg->n_values - 1].len += 12;
}

static Oid type_of(char letter)
{
    switch (letter) {
    case 'i':
        return OID_INT8;
    case 'b':
        return OID_BYTEA;
    case 'f':
        return OID_BOOL;
    case 'j':
        return OID_JSONB;
    case 'n':
        return OID_NUMERIC;
    case 'I':
        return OID_INT8_ARRAY;
    case 'B':
        return OID_BYTEA_ARRAY;
    case 'T':
        return OID_TEXT_ARRAY;
    default:
        return OID_TEXT;
    }
}

static bool is_text(char letter)
{
    return letter == 't' || letter == 'j' || letter == 'n';
}

static void remember(struct pg_pipeline *pg, enum status status, bool again, const struct errmsg *err)
{
    if (pg->coming != STATUS_OK)
        return;
    pg->coming = status;
    pg->coming_again = again;
    pg->coming_err = *err;
}

static bool prepare(struct pg_pipeline *pg, const struct pg_statement *statement, const char *name, int n)
{
    if (pg->prepared[statement->no] != NOT_PREPARED)
        return true;
    if (pg->pq.PQsendPrepare(pg->conn, name, statement->sql, n, pg->types) != 1)
        return false;
    pg->prepared[statement->no] = BEING_PREPARED;
    expect(pg, (struct expected){.what = EXPECTS_PREPARE, .no = statement->no});
    return true;
}

void pg_send(struct pg_pipeline *pg, const struct pg_statement *statement, pg_result rows, void *context)
{
    int n = (int)pg->n_values;
    char name[16];
    bool sent = pg_is_ready(pg) && pg->bytes.status == STATUS_OK && has_room(pg);

    assert(strlen(statement->types) == pg->n_values && statement->no < PG_STATEMENTS_MAX);
    for (int i = 0; i < n && sent; i++) {
        pg->types[i] = type_of(statement->types[i]);
        pg->formats[i] = !is_text(statement->types[i]);
        pg->lengths[i] = pg->values[i].len;
        pg->pointers[i] = pg->lengths[i] < 0 ? NULL : (const char *)pg->bytes.data + pg->values[i].at;
    }
    if (sent && statement->no == PG_PLAIN) {
        sent = pg->pq.PQsendQueryParams(pg->conn, statement->sql, n, pg->types, pg->pointers, pg->lengths, pg->formats, 1) == 1;
    } else if (sent) {
        snprintf(name, sizeof name, "s%d", statement->no);
        sent = prepare(pg, statement, name, n) && pg->pq.PQsendQueryPrepared(pg->conn, name, n, pg->pointers, pg->lengths, pg->formats, 1) == 1;
    }
    if (sent) {
        expect(pg, (struct expected){.what = EXPECTS_ROWS, .rows = rows, .context = context});
        pg->unsent = true;
    } else if (pg->conn != NULL || pg->status == STATUS_OK) {
        /* What was queued before and what would be queued behind it, COMMIT among it, must not be done without it; libpq may have half of it. The server takes back what it has of a lost connection. */
        struct errmsg err;

        lose(pg, errmsg_set(&err, STATUS_CLOSED, "不能把语句交给数据库"), true, &err);
    }
    pg->n_values = 0;
    buf_clear(&pg->bytes);
}

void pg_sync(struct pg_pipeline *pg)
{
    if (!pg_is_ready(pg))
        return;
    if (!has_room(pg) || pg->pq.PQpipelineSync(pg->conn) != 1) {
        lose_connection(pg);
        return;
    }
    expect(pg, (struct expected){.what = EXPECTS_SYNC});
    pg->unsent = true;
}

bool pg_is_busy(const struct pg_pipeline *pg)
{
    return pg->conn != NULL && (!pg->ready || pg->first < pg->n);
}

enum status pg_batch(const struct pg_pipeline *pg, struct errmsg *err)
{
    if (pg->status != STATUS_OK && err != NULL)
        *err = pg->err;
    return pg->status;
}

bool pg_again(const struct pg_pipeline *pg)
{
    return pg->status != STATUS_OK && pg->again;
}

/* ---- coming in ---- */

/* A hub that hangs must not hold a county's row for ever; an acknowledgement means that it is on the disk. */
static const char *const SETTINGS[] = {
    "SET lock_timeout=20000",
    "SET statement_timeout=60000",
    "SET idle_in_transaction_session_timeout=30000",
    "SELECT set_config('synchronous_commit','on',false) WHERE current_setting('synchronous_commit')='off'",
    "SET search_path TO aidpost",
};

static bool set_up(struct pg_pipeline *pg)
{
    size_t n = sizeof SETTINGS / sizeof SETTINGS[0] - (pg->has_schema ? 1 : 0);

    if (pg->pq.PQsetnonblocking(pg->conn, 1) != 0 || pg->pq.PQenterPipelineMode(pg->conn) != 1)
        return false;
    pg->ready = true;
    pg->coming = pg->status = STATUS_OK;
    for (size_t i = 0; i < n; i++) {
        if (!has_room(pg) || pg->pq.PQsendQueryParams(pg->conn, SETTINGS[i], 0, NULL, NULL, NULL, NULL, 1) != 1)
            return false;
        expect(pg, (struct expected){.what = EXPECTS_SETTING});
    }
    pg_sync(pg);
    return pg->conn != NULL;
}

static void go_on_connecting(struct pg_pipeline *pg)
{
    pg->polled = pg->pq.PQconnectPoll(pg->conn);
    if (pg->polled == PGRES_POLLING_FAILED || (pg->polled == PGRES_POLLING_OK && !set_up(pg)))
        lose_connection(pg);
}

/* One PGresult of the statement that is due. */
static void take_result(struct pg_pipeline *pg, struct expected *due, PGresult *result)
{
    ExecStatusType kind = pg->pq.PQresultStatus(result);
    struct pg_rows rows = {&pg->pq, result};
    struct errmsg err = {{0}};
    enum status status = STATUS_OK;
    bool again = false;

    if (kind == PGRES_FATAL_ERROR || kind == PGRES_BAD_RESPONSE) {
        status = of_result(&pg->pq, result, &again, &err);
    } else if (kind == PGRES_PIPELINE_ABORTED) {
        if (due->what == EXPECTS_PREPARE)
            pg->prepared[due->no] = NOT_PREPARED;
        return;
    } else if (due->what == EXPECTS_PREPARE) {
        pg->prepared[due->no] = PREPARED;
    } else if (due->rows != NULL && pg->coming == STATUS_OK) {
        status = due->rows(due->context, &rows, &err);
    }
    if (status == STATUS_OK)
        return;
    if (due->what == EXPECTS_PREPARE && pg->prepared[due->no] == BEING_PREPARED)
        pg->prepared[due->no] = NOT_PREPARED;
    remember(pg, status, again, &err);
}

static void end_batch(struct pg_pipeline *pg)
{
    pg->status = pg->coming;
    pg->again = pg->coming_again;
    pg->err = pg->coming_err;
    pg->coming = STATUS_OK;
    pg->coming_again = false;
    errmsg_clear(&pg->coming_err);
}

/* What has arrived. A statement's results end with NULL, a sync's is alone. */
static void take_results(struct pg_pipeline *pg)
{
    if (pg->first == pg->n)
        pg->first = pg->n = 0;
    while (pg->conn != NULL && pg->first < pg->n && pg->pq.PQisBusy(pg->conn) == 0) {
        struct expected *due = &pg->expected[pg->first];
        PGresult *result = pg->pq.PQgetResult(pg->conn);

        if (result == NULL) {
            if (pg->pq.PQstatus(pg->conn) == CONNECTION_BAD)
                break;
            pg->first++;
            continue;
        }
        if (pg->pq.PQresultStatus(result) == PGRES_PIPELINE_SYNC) {
            pg->first++;
            pg->pq.PQclear(result);
            end_batch(pg);
            continue;
        }
        take_result(pg, due, result);
        pg->pq.PQclear(result);
        if (pg->pq.PQstatus(pg->conn) == CONNECTION_BAD)
            break;
    }
    if (pg->conn != NULL && pg->pq.PQstatus(pg->conn) == CONNECTION_BAD) {
        /* A server that stops says so before it goes: its words are better than those of the broken line. */
        struct errmsg err = pg->coming_err;

        if (pg->coming != STATUS_OK && pg->coming_again)
            lose(pg, pg->coming, true, &err);
        else
            lose_connection(pg);
        pg->coming = STATUS_OK;
    }
}

static void flush(struct pg_pipeline *pg)
{
    int left = pg->conn != NULL && pg->ready ? pg->pq.PQflush(pg->conn) : 0;

    if (left < 0 && pg->conn != NULL && pg->pq.PQstatus(pg->conn) == CONNECTION_BAD)
        lose_connection(pg);
    pg->unsent = pg->conn != NULL && left == 1;
}

struct pg_watch pg_watch(const struct pg_pipeline *pg)
{
    struct pg_watch watch = {.socket = -1};

    if (pg->conn == NULL)
        return watch;
    watch.socket = pg->pq.PQsocket(pg->conn);
    watch.read = pg->ready || pg->polled == PGRES_POLLING_READING;
    watch.write = pg->ready ? pg->unsent : pg->polled == PGRES_POLLING_WRITING;
    return watch;
}

bool pg_advance(struct pg_pipeline *pg)
{
    bool was_busy = pg_is_busy(pg), was_open = pg->conn != NULL;

    if (pg->conn != NULL && !pg->ready)
        go_on_connecting(pg);
    if (pg->conn != NULL && pg->ready) {
        flush(pg);
        if (pg->conn != NULL && pg->pq.PQconsumeInput(pg->conn) != 1 && pg->pq.PQstatus(pg->conn) != CONNECTION_BAD)
            lose_connection(pg);
        if (pg->conn != NULL)
            take_results(pg);
        flush(pg);
    }
    return !pg_is_busy(pg) && (was_busy || (was_open && pg->conn == NULL));
}

static int64_t clock_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

enum status pg_wait(struct pg_pipeline *pg, struct errmsg *err)
{
    int64_t until = clock_ms() + PG_WAIT_MS;

    while (pg_is_busy(pg)) {
        (void)pg_advance(pg);
        if (!pg_is_busy(pg))
            break;
        struct pg_watch watch = pg_watch(pg);
        struct pollfd poll_fd = {.fd = watch.socket, .events = (short)((watch.read ? POLLIN : 0) | (watch.write ? POLLOUT : 0))};

        if ((poll(&poll_fd, 1, 1000) >= 0 || errno == EINTR) && clock_ms() < until)
            continue;
        struct errmsg late;

        lose(pg, errmsg_set(&late, STATUS_TIMEOUT, "数据库 %d 秒没有回答", PG_WAIT_MS / 1000), true, &late);
    }
    return pg_batch(pg, err);
}

enum status pg_run(struct pg_pipeline *pg, const struct pg_statement *statement, pg_result rows, void *context, struct errmsg *err)
{
    pg_send(pg, statement, rows, context);
    pg_sync(pg);
    return pg_wait(pg, err);
}
