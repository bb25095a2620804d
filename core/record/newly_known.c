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

enum {
    SQL_MAX_BYTES = 8192,
    CHANGES = 1, /* stages */
    TYPES = 2
};

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

/* The next one behind that place in the log. As they came, for so their row's list is linked. False: none, or *status. */
static bool next_change(struct store *store, bool center, int64_t *after, enum status *status, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT lsn,log,coalesce(rseq,0),header,body,(SELECT l.station FROM log l WHERE l.no=log) FROM change WHERE state=2 AND lsn>?1 ORDER BY lsn LIMIT 1");
    stmt_int(stmt, 1, *after);
    if (!stmt_row(stmt, status, err))
        return false;
    *after = stmt_column_int(stmt, 0);
    *status = apply_one(store, stmt, center, err);
    stmt_reset(stmt);
    return *status == STATUS_OK;
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

/* ---- in pieces ---- */

/* How far it is: in meta, for another program or this one to go on, whoever comes next. */
struct progress {
    int64_t stage; /* 0: nothing is to be done; 1: changes; 2 and on: the types, one after the other */
    int64_t at;    /* of the stage: the last change or row that was looked at */
};

static enum status read_progress(struct store *store, struct progress *out, struct errmsg *err)
{
    *out = (struct progress){.stage = 0};
    enum status status = store_meta_read_int(store, "newly_known", &out->stage, err);
    return status == STATUS_OK ? store_meta_read_int(store, "newly_known_at", &out->at, err) : status;
}

static enum status write_progress(struct store *store, const struct progress *progress, struct errmsg *err)
{
    if (progress->stage == 0) {
        enum status status = store_meta_remove(store, "newly_known", err);
        return status == STATUS_OK ? store_meta_remove(store, "newly_known_at", err) : status;
    }
    enum status status = store_meta_set_int(store, "newly_known", progress->stage, err);
    return status == STATUS_OK ? store_meta_set_int(store, "newly_known_at", progress->at, err) : status;
}

/* The next change or row of the stage. False: there is none, or *status. */
static bool step(struct store *store, bool center, struct progress *progress, enum status *status, struct errmsg *err)
{
    struct found found;
    if (progress->stage == CHANGES)
        return next_change(store, center, &progress->at, status, err);
    const struct record_type *type = catalogue_at((size_t)(progress->stage - TYPES));
    if (!next_row(store, type, progress->at, &found, status, err))
        return false;
    progress->at = found.n;
    *status = mend_row(store, type, &found, err);
    return *status == STATUS_OK;
}

/* So many of them, in the caller's transaction. */
static enum status piece(struct store *store, int most, struct progress *progress, struct errmsg *err)
{
    int64_t center = 0;
    enum status status = read_progress(store, progress, err);
    if (status == STATUS_OK)
        status = store_meta_read_int(store, "role_center", &center, err);
    if (status != STATUS_OK || progress->stage == 0)
        return status;
    for (int i = 0; i < most && progress->stage != 0 && status == STATUS_OK; i++) {
        if (step(store, center != 0, progress, &status, err) || status != STATUS_OK)
            continue;
        progress->at = 0;
        if (++progress->stage - TYPES >= (int64_t)catalogue_count())
            progress->stage = 0;
    }
    return status == STATUS_OK ? write_progress(store, progress, err) : status;
}

enum status newly_known_begin(struct store *store, int most, bool *more, struct errmsg *err)
{
    struct progress progress = {.stage = CHANGES};
    assert(store_in_transaction(store));
    enum status status = write_progress(store, &progress, err);
    if (status == STATUS_OK)
        status = piece(store, most, &progress, err);
    *more = progress.stage != 0;
    return status;
}

enum status newly_known_piece(struct store *store, int most, bool *more, struct errmsg *err)
{
    struct progress progress;
    enum status status = read_progress(store, &progress, err);
    *more = status == STATUS_OK && progress.stage != 0;
    if (status != STATUS_OK || !*more)
        return status;
    status = store_begin(store, "newly_known", err);
    if (status != STATUS_OK)
        return status;
    status = piece(store, most, &progress, err);
    if (status == STATUS_OK)
        status = store_commit(store, err);
    else
        store_rollback(store);
    *more = status == STATUS_OK && progress.stage != 0;
    return status;
}

enum status newly_known_finish(struct store *store, struct errmsg *err)
{
    bool more;
    enum status status = newly_known_piece(store, NEWLY_KNOWN_PIECE, &more, err);
    while (status == STATUS_OK && more) {
        store_give_way(store); /* somebody waits to save what he typed */
        status = newly_known_piece(store, NEWLY_KNOWN_PIECE, &more, err);
    }
    return status;
}
