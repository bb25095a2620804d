/* core/record/returned_lineage.c - see returned_lineage.h. */
#include "core/record/returned_lineage.h"

#include <assert.h>
#include <string.h>

#include "core/record/branch.h"
#include "core/record/peer.h"

struct beginning {
    struct log_id id, parent; /* parent.station STATION_NO_CENTER: none */
    uint64_t base_seq;
};

static bool same_log(const struct log_id *a, const struct log_id *b)
{
    return a->station == b->station && memcmp(a->incarnation, b->incarnation, INCARNATION_BYTES) == 0;
}

static void read_log_id(struct reader *reader, struct log_id *id)
{
    id->station = reader_u32(reader);
    const uint8_t *bytes = reader_take(reader, INCARNATION_BYTES);
    if (bytes != NULL)
        memcpy(id->incarnation, bytes, INCARNATION_BYTES);
}

static bool get_beginning(const struct returned_logs *logs, size_t i, struct beginning *out)
{
    struct reader reader;
    *out = (struct beginning){.base_seq = 0};
    if ((i + 1) * RETURNED_LOG_BYTES > logs->len)
        return false;
    reader_init(&reader, logs->bytes + i * RETURNED_LOG_BYTES, RETURNED_LOG_BYTES);
    read_log_id(&reader, &out->id);
    read_log_id(&reader, &out->parent);
    out->base_seq = reader_u64(&reader);
    return true;
}

static bool find_beginning(const struct returned_logs *logs, const struct log_id *id, struct beginning *out)
{
    for (size_t i = 0; get_beginning(logs, i, out); i++)
        if (same_log(&out->id, id))
            return true;
    return false;
}

/* ---- station ---- */

static enum status has_first(struct store *store, int64_t log, bool *has, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT 1 FROM change WHERE log=?1 AND seq=1");
    enum status status;
    stmt_int(stmt, 1, log);
    *has = stmt_row(stmt, &status, err);
    if (*has)
        stmt_reset(stmt);
    return status;
}

_Static_assert((int)RETURNED_LOGS_MAX < (int)BRANCH_PATH_MAX, "the last log of a path that was told in part does not fit");

enum status returned_lineage_told(struct store *store, int64_t log, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "UPDATE log SET lineage=1 WHERE no=?1 AND lineage=0");
    assert(store_in_transaction(store));
    stmt_int(stmt, 1, log);
    return stmt_run(stmt, err);
}

/* With one of these logs all was told that the path has. */
static enum status was_told(struct store *store, const struct log_path *path, bool *told, struct errmsg *err)
{
    enum status status = STATUS_OK;
    *told = false;
    for (size_t i = 0; i < path->n && status == STATUS_OK && !*told; i++) {
        struct stmt *stmt = store_prepare(store, "SELECT 1 FROM log WHERE no=?1 AND lineage=1");
        stmt_int(stmt, 1, path->logs[i].no);
        *told = stmt_row(stmt, &status, err);
        if (*told)
            stmt_reset(stmt);
    }
    return status;
}

/* Whether nothing came before the last log of a path that is here. Of a path so long that a center told it without its end (BRANCH_PATH_MAX) that one is not told here either. */
static enum status begins_at_0(struct store *store, const struct log_path *path, bool *begins, struct errmsg *err)
{
    const struct path_log *last = &path->logs[path->n - 1];
    *begins = false;
    if (last->base_seq != 0)
        return STATUS_OK;
    enum status status = has_first(store, last->no, begins, err);
    return status == STATUS_OK && !*begins ? was_told(store, path, begins, err) : status;
}

static void put_beginning(const struct path_log *log, const struct path_log *parent, struct returned_logs *logs)
{
    struct buf bytes;
    buf_init(&bytes, RETURNED_LOG_BYTES);
    buf_put_u32(&bytes, log->id.station);
    buf_append(&bytes, log->id.incarnation, INCARNATION_BYTES);
    buf_put_u32(&bytes, parent == NULL ? STATION_NO_CENTER : parent->id.station);
    buf_append(&bytes, parent == NULL ? (const uint8_t[INCARNATION_BYTES]){0} : parent->id.incarnation, INCARNATION_BYTES);
    buf_put_u64(&bytes, log->base_seq);
    if (bytes.status == STATUS_OK) { /* else it is not told: who needs it waits */
        memcpy(logs->bytes + logs->len, bytes.data, bytes.len);
        logs->len += bytes.len;
    }
    buf_release(&bytes);
}

enum status returned_logs_add(struct store *store, int64_t log, struct returned_logs *logs, bool *fits, struct errmsg *err)
{
    struct log_path path;
    struct beginning told;
    size_t room = (sizeof logs->bytes - logs->len) / RETURNED_LOG_BYTES, n = 0;
    bool whole = false;
    enum status status = branch_path(store, log, &path, err);
    *fits = true;
    if (status != STATUS_OK || path.logs[0].id.station == STATION_NO_CENTER)
        return status;
    while (n < path.n && !find_beginning(logs, &path.logs[n].id, &told)) /* above it all was told with it */
        n++;
    if (n == path.n)
        status = begins_at_0(store, &path, &whole, err);
    if (status != STATUS_OK)
        return status;
    size_t most = n == path.n && !whole ? n - 1 : n;
    if (logs->len == 0 && most > room) /* the newest of it: a center mostly knows the old ones */
        most = room;
    *fits = most <= room;
    for (size_t i = most; *fits && i-- > 0;)
        put_beginning(&path.logs[i], i + 1 < path.n ? &path.logs[i + 1] : NULL, logs);
    return STATUS_OK;
}

/* ---- center ---- */

bool returned_logs_valid(const struct returned_logs *logs)
{
    struct beginning each;
    if (logs->len > sizeof logs->bytes || logs->len % RETURNED_LOG_BYTES != 0)
        return false;
    for (size_t i = 0; get_beginning(logs, i, &each); i++) {
        bool root = each.parent.station == STATION_NO_CENTER;
        if (each.id.station == STATION_NO_CENTER || each.base_seq > INT64_MAX || root != (each.base_seq == 0) || same_log(&each.id, &each.parent))
            return false;
    }
    return true;
}

/* A machine goes on in its own logs, or from those of the number it had before. */
static enum status may_begin_from(struct store *store, uint32_t station_no, uint32_t parent_no, bool *may, struct errmsg *err)
{
    struct peer one, other;
    *may = station_no == parent_no;
    if (*may)
        return STATUS_OK;
    enum status status = peer_find(store, station_no, &one, err);
    if (status == STATUS_OK)
        status = peer_find(store, parent_no, &other, err);
    *may = status == STATUS_OK && one.org == other.org;
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

static enum status declare(struct store *store, const struct beginning *begun, struct errmsg *err)
{
    struct log_info log, parent = {.no = 0};
    enum status status = begun->base_seq > 0 ? changelog_log(store, &begun->parent, false, &parent, err) : STATUS_OK;
    return status == STATUS_OK ? branch_declare(store, &begun->id, parent.no, begun->base_seq, &log, err) : status;
}

enum status returned_logs_declare(struct store *store, const struct returned_logs *logs, const struct log_id *id, uint64_t seq, struct errmsg *err)
{
    struct beginning chain[RETURNED_LOGS_MAX];
    struct log_id at = *id;
    size_t n = 0;
    assert(store_in_transaction(store));
    for (;; n++) { /* up to one that is known */
        struct log_info log;
        bool may = true;
        enum status status = changelog_log(store, &at, false, &log, err);
        if (status == STATUS_OK)
            break;
        if (status != STATUS_NOT_FOUND)
            return status;
        errmsg_clear(err);
        if (n == RETURNED_LOGS_MAX || !find_beginning(logs, &at, &chain[n]) || (n == 0 && seq <= chain[n].base_seq))
            return STATUS_OK;
        if (chain[n].base_seq == 0) {
            n++;
            break;
        }
        status = may_begin_from(store, at.station, chain[n].parent.station, &may, err);
        if (status != STATUS_OK || !may)
            return status;
        at = chain[n].parent;
    }
    enum status status = STATUS_OK;
    while (status == STATUS_OK && n-- > 0)
        status = declare(store, &chain[n], err);
    return status;
}
