/* core/record/newly_known.c - see newly_known.h. */
#include "core/record/newly_known.h"

#include <assert.h>

#include "core/record/apply.h"
#include "core/record/changelog.h"
#include "core/record/extra.h"
#include "core/record/reach_impl.h"
#include "core/record/row_rebuild.h"
#include "core/record/schema.h"
#include "core/record/search.h"

enum { SQL_MAX_BYTES = 8192 };

/* ---- changes of types ---- */

static enum status mark(struct store *store, int64_t lsn, const struct apply_outcome *outcome, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "UPDATE change SET state=?2, prev=nullif(?3,0) WHERE lsn=?1");
    stmt_int(stmt, 1, lsn);
    stmt_int(stmt, 2, outcome->quarantine != NULL ? CHANGE_STATE_QUARANTINED : CHANGE_STATE_APPLIED);
    stmt_int(stmt, 3, outcome->prev);
    enum status status = stmt_run(stmt, err);
    if (status != STATUS_OK || outcome->quarantine == NULL)
        return status;
    stmt = store_prepare(store, "INSERT INTO quarantine(lsn, reason) VALUES(?1, ?2)");
    stmt_int(stmt, 1, lsn);
    stmt_string(stmt, 2, outcome->quarantine);
    return stmt_run(stmt, err);
}

/* Of one that is in its row's list already, what came before it stands there. */
static enum status link_it(struct store *store, int64_t lsn, int64_t prev, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "UPDATE change SET prev=nullif(?2,0) WHERE lsn=?1 AND prev IS NULL");
    stmt_int(stmt, 1, lsn);
    stmt_int(stmt, 2, prev);
    return stmt_run(stmt, err);
}

static enum status apply_one(struct store *store, struct stmt *found, bool center, struct errmsg *err)
{
    size_t header_len, body_len;
    struct apply_origin origin = {.lsn = stmt_column_int(found, 0), .log = stmt_column_int(found, 1), .order = (uint64_t)stmt_column_int(found, 2), .from_station = center && stmt_column_int(found, 5) != STATION_NO_CENTER};
    const uint8_t *header = stmt_column_blob(found, 3, &header_len), *body = stmt_column_blob(found, 4, &body_len);
    struct change change;
    struct apply_outcome outcome;
    if (change_decode_header(header, header_len, &change) != STATUS_OK)
        return errmsg_set(err, STATUS_CORRUPT, "变更 %lld 的记录头损坏", (long long)origin.lsn);
    const struct record_type *type = catalogue_by_no(change.type_no);
    if (type == NULL)
        return STATUS_OK; /* still not known */
    uint64_t last = 0; /* what this program, or the one before, applied of the row may stand behind this change */
    enum status status = row_last_fold(store, type, change.id, &last, err);
    if (status == STATUS_OK)
        status = apply_change(store, &change, stmt_column_is_null(found, 4) ? NULL : body != NULL ? body : (const uint8_t *)"", body_len, &origin, &outcome, err);
    if (status == STATUS_OK && outcome.unknown) /* what is done is not known, but to which record */
        return outcome.prev < origin.lsn ? link_it(store, origin.lsn, outcome.prev, err) : status;
    if (status != STATUS_OK)
        return status;
    status = mark(store, origin.lsn, &outcome, err);
    if (status == STATUS_OK && outcome.quarantine == NULL && (outcome.anew || (origin.order != 0 && last > origin.order)))
        status = row_rebuild(store, type, change.id, err);
    if (status == STATUS_OK) /* the search has been past its place */
        status = search_touch(store, type->no, change.id, err);
    return status == STATUS_OK && outcome.reach && !center ? reach_settle(store, type, change.id, err) : status;
}

static enum status apply_all(struct store *store, struct errmsg *err)
{
    int64_t center = 0;
    enum status status = store_meta_read_int(store, "role_center", &center, err);
    if (status != STATUS_OK)
        return status;
    /* As they came, for so their row's list is linked. ORDER BY makes this list complete before its rows are changed. */
    struct stmt *stmt = store_prepare(store, "SELECT lsn,log,coalesce(rseq,0),header,body,(SELECT l.station FROM log l WHERE l.no=log) FROM change WHERE state=2 ORDER BY lsn");
    while (stmt_row(stmt, &status, err)) {
        status = apply_one(store, stmt, center != 0, err);
        if (status != STATUS_OK) {
            stmt_reset(stmt);
            break;
        }
    }
    return status;
}

/* ---- fields ---- */

struct found {
    int64_t n;
    struct id id;
    bool absent, knows; /* not here, and yet with content; holds a field that has a column */
    enum reach_absence why;
};

/* The next row behind that one that has fields beside its columns, or is not here and not empty. False: none, or *status. */
static bool next_row(struct store *store, const struct record_type *type, int64_t after, struct found *out, enum status *status, struct errmsg *err)
{
    struct buf sql;
    size_t len;
    buf_init(&sql, SQL_MAX_BYTES);
    buf_printf(&sql, "SELECT n,id,extra,w_log,w_seq FROM \"%s\" WHERE n>?1 AND (extra IS NOT NULL OR (w_log=0 AND coalesce(NULL,NULL", type->name);
    buf_puts(&sql, schema_field_columns(store, type));
    buf_puts(&sql, ") IS NOT NULL)) ORDER BY n LIMIT 1");
    struct stmt *stmt = store_prepare_buf(store, &sql);
    buf_release(&sql);
    stmt_int(stmt, 1, after);
    if (!stmt_row(stmt, status, err))
        return false;
    *out = (struct found){.n = stmt_column_int(stmt, 0), .id = stmt_column_id(stmt, 1), .absent = stmt_column_int(stmt, 3) == 0, .why = (enum reach_absence)stmt_column_int(stmt, 4)};
    const uint8_t *extra = stmt_column_blob(stmt, 2, &len);
    out->knows = extra_has_of(extra, len, type);
    stmt_reset(stmt);
    return true;
}

static enum status mend_row(struct store *store, const struct record_type *type, const struct found *found, struct errmsg *err)
{
    if (found->absent) {
        enum status status = reach_empty(store, type, found->id, found->why, err);
        return status == STATUS_OK ? store_meta_set_int(store, "erase_pending", PENDING_ALL, err) : status;
    }
    return found->knows ? row_rebuild(store, type, found->id, err) : STATUS_OK;
}

static enum status mend_type(struct store *store, const struct record_type *type, struct errmsg *err)
{
    struct found found = {.n = 0};
    enum status status = STATUS_OK;
    while (status == STATUS_OK && next_row(store, type, found.n, &found, &status, err))
        status = mend_row(store, type, &found, err);
    return status;
}

enum status newly_known_apply(struct store *store, struct errmsg *err)
{
    assert(store_in_transaction(store));
    enum status status = apply_all(store, err);
    for (size_t i = 0; status == STATUS_OK && i < catalogue_count(); i++)
        status = mend_type(store, catalogue_at(i), err);
    return status;
}
