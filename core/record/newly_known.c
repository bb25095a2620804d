/* core/record/newly_known.c - see newly_known.h. */
#include "core/record/newly_known.h"

#include <assert.h>

#include "core/record/apply.h"
#include "core/record/changelog.h"
#include "core/record/reach_impl.h"

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
    enum status status = apply_change(store, &change, stmt_column_is_null(found, 4) ? NULL : body != NULL ? body : (const uint8_t *)"", body_len, &origin, &outcome, err);
    if (status != STATUS_OK || outcome.unknown)
        return status;
    status = mark(store, origin.lsn, &outcome, err);
    return status == STATUS_OK && outcome.reach && !center ? reach_settle(store, type, change.id, err) : status;
}

enum status newly_known_apply(struct store *store, struct errmsg *err)
{
    int64_t center = 0;
    enum status status = store_meta_read_int(store, "role_center", &center, err);
    assert(store_in_transaction(store));
    if (status != STATUS_OK)
        return status;
    /* In order, so that the list is complete before its rows are changed. */
    struct stmt *stmt = store_prepare(store, "SELECT lsn,log,coalesce(rseq,0),header,body,(SELECT l.station FROM log l WHERE l.no=log) FROM change WHERE state=2 ORDER BY rseq IS NULL, rseq, lsn");
    while (stmt_row(stmt, &status, err)) {
        status = apply_one(store, stmt, center != 0, err);
        if (status != STATUS_OK) {
            stmt_reset(stmt);
            break;
        }
    }
    return status;
}
