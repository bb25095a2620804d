/* core/record/stmt.c - see stmt.h.
 *
 * A store keeps its statements by a hash of their text, for as long as it is open, and where a text stood that was asked for lately: who asks again from there finds it without hashing. A text is compared even so, for
 * another one may stand at that address by now; only one that is promised to stay (store_prepare_lasting) is not. */
#include "core/record/stmt.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/record/store_impl.h"

/* Eight bytes a step: texts are some hundred bytes, and those that are composed anew each time are found by this alone. */
static uint64_t hash_sql(const char *sql)
{
    size_t len = strlen(sql);
    uint64_t h = len, part;
    for (; len >= sizeof part; len -= sizeof part, sql += sizeof part) {
        memcpy(&part, sql, sizeof part);
        h = (h ^ part) * 0x9E3779B97F4A7C15u;
        h ^= h >> 32;
    }
    part = 0;
    memcpy(&part, sql, len);
    h = (h ^ part) * 0x9E3779B97F4A7C15u;
    return h ^ h >> 32;
}

static struct stmt *broken(struct store *store, enum status failure)
{
    store->broken.failure = failure;
    return &store->broken;
}

static struct recent *recent_of(struct store *store, const char *sql)
{
    return &store->recent[((uintptr_t)sql >> 3) % STMT_RECENT];
}

static struct stmt *prepare_anew(struct store *store, const char *sql, uint64_t hash)
{
    struct stmt **bucket = &store->buckets[hash % STMT_BUCKETS];
    struct stmt *stmt = calloc(1, sizeof *stmt);
    char *copy = strdup(sql);
    if (stmt == NULL || copy == NULL) {
        free(stmt);
        free(copy);
        return broken(store, STATUS_NOMEM);
    }
    *stmt = (struct stmt){.store = store, .sql = copy, .hash = hash, .taken = true, .next = *bucket};
    *bucket = stmt;
    store->preparing = stmt;
    int code = sqlite3_prepare_v3(store->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &stmt->handle, NULL);
    store->preparing = NULL;
    if (stmt->guarded && sqlite3_stmt_isexplain(stmt->handle))
        stmt->guarded = false; /* writes nothing */
    if (code != SQLITE_OK) {
        stmt->failure = store_status_here(store, code);
        stmt->code = code;
    }
    return stmt;
}

static struct stmt *find_or_prepare(struct store *store, const char *sql, const char *lasting)
{
    uint64_t hash = hash_sql(sql);
    for (struct stmt *stmt = store->buckets[hash % STMT_BUCKETS]; stmt != NULL; stmt = stmt->next) {
        if (stmt->hash == hash && !stmt->taken && stmt->failure == STATUS_OK && strcmp(stmt->sql, sql) == 0) {
            stmt->taken = true;
            *recent_of(store, sql) = (struct recent){.stmt = stmt, .lasting = lasting};
            return stmt;
        }
    }
    return prepare_anew(store, sql, hash);
}

struct stmt *store_prepare_lasting(struct store *store, const char *sql)
{
    struct recent *recent = recent_of(store, sql);
    if (recent->lasting != sql || recent->stmt->taken)
        return find_or_prepare(store, sql, sql);
    recent->stmt->taken = true;
    return recent->stmt;
}

struct stmt *store_prepare(struct store *store, const char *sql)
{
    struct recent *recent = recent_of(store, sql);
    if (recent->stmt == NULL || recent->stmt->taken || strcmp(recent->stmt->sql, sql) != 0)
        return find_or_prepare(store, sql, NULL);
    recent->stmt->taken = true;
    return recent->stmt;
}

struct stmt *store_prepare_buf(struct store *store, const struct buf *sql)
{
    return sql->status == STATUS_OK ? store_prepare(store, buf_cstr(sql)) : broken(store, sql->status);
}

void stmt_int(struct stmt *stmt, int index, int64_t value)
{
    sqlite3_bind_int64(stmt->handle, index, value);
}

void stmt_text(struct stmt *stmt, int index, const char *text, size_t len)
{
    assert(len <= SQL_VALUE_MAX_BYTES);
    sqlite3_bind_text(stmt->handle, index, text == NULL ? "" : text, (int)len, SQLITE_STATIC);
}

void stmt_string(struct stmt *stmt, int index, const char *text)
{
    sqlite3_bind_text(stmt->handle, index, text, -1, SQLITE_STATIC);
}

void stmt_blob(struct stmt *stmt, int index, const void *data, size_t len)
{
    assert(len <= SQL_VALUE_MAX_BYTES);
    sqlite3_bind_blob(stmt->handle, index, data == NULL ? "" : data, (int)len, SQLITE_STATIC);
}

void stmt_null(struct stmt *stmt, int index)
{
    sqlite3_bind_null(stmt->handle, index);
}

void stmt_id(struct stmt *stmt, int index, struct id id)
{
    if (stmt->n_ids < STMT_IDS) {
        stmt->ids[stmt->n_ids] = id;
        sqlite3_bind_blob(stmt->handle, index, stmt->ids[stmt->n_ids++].bytes, ID_BYTES, SQLITE_STATIC);
    } else {
        sqlite3_bind_blob(stmt->handle, index, id.bytes, ID_BYTES, SQLITE_TRANSIENT);
    }
}

void stmt_value(struct stmt *stmt, int index, struct value value)
{
    if (value.kind == VALUE_INT)
        stmt_int(stmt, index, value.number);
    else if (value.kind == VALUE_TEXT)
        stmt_text(stmt, index, value.text, value.len);
    else
        stmt_null(stmt, index);
}

bool stmt_row(struct stmt *stmt, enum status *status, struct errmsg *err)
{
    if (stmt->failure != STATUS_OK) {
        store_note_failure(stmt->store, stmt->failure);
        *status = stmt->failure;
        if (stmt->sql != NULL)
            (void)store_tell(stmt->store, stmt->failure, stmt->code, err);
        else
            errmsg_set(err, stmt->failure, "%s", status_text(stmt->failure));
        stmt->taken = false;
        return false;
    }
    if (stmt->guarded && !stmt->store->writing) {
        *status = errmsg_set(err, STATUS_FORBIDDEN, "%s (write through store_begin only)", status_text(STATUS_FORBIDDEN));
        stmt_reset(stmt);
        return false;
    }
    int code = sqlite3_step(stmt->handle);
    if (code == SQLITE_ROW) {
        *status = STATUS_OK;
        return true;
    }
    *status = code == SQLITE_DONE ? STATUS_OK : store_fail(stmt->store, code, err);
    if (*status != STATUS_OK)
        store_note_failure(stmt->store, *status);
    stmt_reset(stmt);
    return false;
}

enum status stmt_run(struct stmt *stmt, struct errmsg *err)
{
    enum status status;
    while (stmt_row(stmt, &status, err))
        ; /* pragmas answer with rows nobody wants */
    return status;
}

void stmt_reset(struct stmt *stmt)
{
    if (stmt->handle != NULL)
        sqlite3_reset(stmt->handle);
    stmt->n_ids = 0;
    stmt->taken = false;
}

int64_t stmt_column_int(struct stmt *stmt, int column)
{
    return sqlite3_column_int64(stmt->handle, column);
}

const char *stmt_column_text(struct stmt *stmt, int column, size_t *len)
{
    const char *text = (const char *)sqlite3_column_text(stmt->handle, column);
    if (len != NULL)
        *len = text == NULL ? 0 : (size_t)sqlite3_column_bytes(stmt->handle, column);
    return text == NULL ? "" : text;
}

const uint8_t *stmt_column_blob(struct stmt *stmt, int column, size_t *len)
{
    const uint8_t *blob = sqlite3_column_blob(stmt->handle, column);
    if (len != NULL)
        *len = blob == NULL ? 0 : (size_t)sqlite3_column_bytes(stmt->handle, column);
    return blob;
}

struct id stmt_column_id(struct stmt *stmt, int column)
{
    struct id id = {{0}};
    size_t len;
    const uint8_t *blob = stmt_column_blob(stmt, column, &len);
    if (blob != NULL && len == ID_BYTES)
        memcpy(id.bytes, blob, ID_BYTES);
    return id;
}

bool stmt_column_is_null(struct stmt *stmt, int column)
{
    return sqlite3_column_type(stmt->handle, column) == SQLITE_NULL;
}

struct value stmt_column_value(struct stmt *stmt, int column)
{
    switch (sqlite3_column_type(stmt->handle, column)) {
    case SQLITE_INTEGER:
        return value_int(sqlite3_column_int64(stmt->handle, column));
    case SQLITE_TEXT: {
        size_t len;
        const char *text = stmt_column_text(stmt, column, &len);
        return value_text(text, len);
    }
    default:
        return value_null();
    }
}

void stmt_free_all(struct store *store)
{
    for (size_t i = 0; i < STMT_BUCKETS; i++)
        for (struct stmt *stmt = store->buckets[i], *next; stmt != NULL; stmt = next) {
            next = stmt->next;
            sqlite3_finalize(stmt->handle);
            free(stmt->sql);
            free(stmt);
        }
}
