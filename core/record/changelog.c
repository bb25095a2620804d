/* core/record/changelog.c - see changelog.h. */
#include "core/record/changelog.h"

#include <assert.h>
#include <string.h>

#include "core/record/apply.h"
#include "core/record/catalogue.h"
#include "core/record/delivery.h"
#include "core/record/order.h"
#include "core/record/reach_impl.h"

static void read_log(struct stmt *stmt, struct log_info *out)
{
    size_t len;
    *out = (struct log_info){.no = stmt_column_int(stmt, 0), .id.station = (uint32_t)stmt_column_int(stmt, 1)};
    const uint8_t *incarnation = stmt_column_blob(stmt, 2, &len);
    if (len == INCARNATION_BYTES)
        memcpy(out->id.incarnation, incarnation, len);
    out->head_seq = (uint64_t)stmt_column_int(stmt, 3);
    const uint8_t *hash = stmt_column_blob(stmt, 4, &len);
    if (len == HASH_BYTES)
        memcpy(out->head_hash.bytes, hash, len);
    out->have_seq = (uint64_t)stmt_column_int(stmt, 5);
    out->ordered_seq = (uint64_t)stmt_column_int(stmt, 6);
    out->parent = stmt_column_int(stmt, 7);
    out->base_seq = (uint64_t)stmt_column_int(stmt, 8);
    out->partial = stmt_column_int(stmt, 9) != 0;
    out->safe_seq = (uint64_t)stmt_column_int(stmt, 10);
}

#define OWN_LOG "(SELECT value FROM meta WHERE name='own_log')"
/* The own log's row is behind what was appended since it was written (changelog.h): c is the last change behind it. Only the own log is looked through, which is asked before the search: as one of its conditions SQLite
 * would read "this is the own log" as the number to search by, and go through all of the own log for each other one. */
#define BEHIND "(SELECT lsn FROM change WHERE log=l.no AND seq>l.head_seq ORDER BY seq DESC LIMIT 1)"
#define LOG_COLUMNS(behind) "SELECT l.no,l.station,l.incarnation,coalesce(c.seq,l.head_seq),coalesce(c.hash,l.head_hash),l.have_seq,l.ordered_seq,l.parent,l.base_seq,l.partial,l.safe_seq " \
                            "FROM log l LEFT JOIN change c ON c.lsn=" behind " "
#define BEHIND_IF_OWN "CASE WHEN l.no=" OWN_LOG " THEN " BEHIND " END"

static enum status one_log(struct stmt *stmt, struct log_info *out, struct errmsg *err)
{
    enum status status;
    if (!stmt_row(stmt, &status, err))
        return status == STATUS_OK ? STATUS_NOT_FOUND : status;
    read_log(stmt, out);
    stmt_reset(stmt);
    return STATUS_OK;
}

enum status changelog_log(struct store *store, const struct log_id *id, bool create, struct log_info *out, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, LOG_COLUMNS(BEHIND_IF_OWN) "WHERE l.station=?1 AND l.incarnation=?2");
    stmt_int(stmt, 1, id->station);
    stmt_blob(stmt, 2, id->incarnation, INCARNATION_BYTES);
    enum status status = one_log(stmt, out, err);
    if (status != STATUS_NOT_FOUND || !create)
        return status;
    stmt = store_prepare(store, "INSERT OR FAIL INTO log(station, incarnation, head_hash) VALUES(?1, ?2, zeroblob(32))");
    stmt_int(stmt, 1, id->station);
    stmt_blob(stmt, 2, id->incarnation, INCARNATION_BYTES);
    status = stmt_run(stmt, err);
    *out = (struct log_info){.no = store_last_rowid(store), .id = *id};
    return status;
}

enum status changelog_log_by_no(struct store *store, int64_t no, struct log_info *out, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, LOG_COLUMNS(BEHIND_IF_OWN) "WHERE l.no=?1");
    stmt_int(stmt, 1, no);
    return one_log(stmt, out, err);
}

enum status changelog_own(struct store *store, struct log_info *out, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, LOG_COLUMNS(BEHIND) "WHERE l.no=" OWN_LOG);
    enum status status = one_log(stmt, out, err);
    return status == STATUS_NOT_FOUND ? errmsg_set(err, STATUS_CORRUPT, "本机的变更日志没有登记：数据文件不完整，请用 aidpost restore 恢复") : status;
}

enum status changelog_head(struct store *store, int64_t *lsn, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT max(lsn) FROM change");
    enum status status;
    *lsn = 0;
    if (stmt_row(stmt, &status, err)) {
        *lsn = stmt_column_int(stmt, 0);
        stmt_reset(stmt);
    }
    return status;
}

enum status changelog_next(struct store *store, int64_t *lsn, struct errmsg *err)
{
    enum status status = changelog_head(store, lsn, err);
    int64_t start = (int64_t)order_era_start((uint64_t)store_meta_int(store, "era", 0));
    *lsn = (*lsn > start ? *lsn : start) + 1;
    return status;
}

enum status changelog_set_head(struct store *store, const struct log_info *log, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "UPDATE OR FAIL log SET head_seq=?2, head_hash=?3 WHERE no=?1");
    stmt_int(stmt, 1, log->no);
    stmt_int(stmt, 2, (int64_t)log->head_seq);
    stmt_blob(stmt, 3, log->head_hash.bytes, HASH_BYTES);
    return stmt_run(stmt, err);
}

enum status changelog_settle(struct store *store, struct errmsg *err)
{
    struct log_info own;
    enum status status = changelog_own(store, &own, err);
    return status == STATUS_OK ? changelog_set_head(store, &own, err) : status;
}

enum status changelog_insert(struct store *store, const struct change_insert *row, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "INSERT OR FAIL INTO change(lsn,log,seq,rseq,scope,prev,type,id,header,body,hash,state,given,taken) "
                                             "VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14)"); /* no function: schema.c */
    stmt_int(stmt, 1, row->lsn);
    stmt_int(stmt, 2, row->log);
    stmt_int(stmt, 3, (int64_t)row->change->seq);
    if (row->order != 0)
        stmt_int(stmt, 4, (int64_t)row->order);
    else
        stmt_null(stmt, 4);
    stmt_int(stmt, 5, row->change->scope);
    if (row->prev != 0)
        stmt_int(stmt, 6, row->prev);
    else
        stmt_null(stmt, 6);
    stmt_int(stmt, 7, (int64_t)row->change->type_no);
    stmt_id(stmt, 8, row->change->id);
    stmt_blob(stmt, 9, row->header, row->header_len);
    if (row->body != NULL)
        stmt_blob(stmt, 10, row->body, row->body_len);
    else
        stmt_null(stmt, 10);
    stmt_blob(stmt, 11, row->hash.bytes, HASH_BYTES);
    stmt_int(stmt, 12, row->state);
    if (row->given != 0 && row->given != row->order)
        stmt_int(stmt, 13, (int64_t)row->given);
    else
        stmt_null(stmt, 13);
    if (row->taken != 0 && row->taken != row->given)
        stmt_int(stmt, 14, (int64_t)row->taken);
    else
        stmt_null(stmt, 14);
    enum status status = stmt_run(stmt, err);
    if (status != STATUS_OK || row->state != CHANGE_STATE_QUARANTINED)
        return status;
    stmt = store_prepare(store, "INSERT INTO quarantine(lsn, reason) VALUES(?1, ?2)");
    stmt_int(stmt, 1, row->lsn);
    stmt_string(stmt, 2, row->reason);
    return stmt_run(stmt, err);
}

enum status changelog_append_own(struct store *store, bool center, struct change *change, const void *body, size_t body_len, int64_t *lsn, struct errmsg *err)
{
    assert(store_in_transaction(store));
    struct log_info own;
    enum status status = changelog_own(store, &own, err);
    if (status == STATUS_OK)
        status = center ? changelog_next(store, lsn, err) : changelog_head(store, lsn, err); /* a station has no eras */
    if (status != STATUS_OK)
        return status;
    *lsn += !center;
    change->seq = own.head_seq + 1;
    change->schema = SCHEMA_VERSION;
    change->body_hash = hash_of(body, body_len);
    struct buf header;
    buf_init(&header, CHANGE_HEADER_MAX_BYTES);
    change_encode_header(change, &header);
    if (header.status != STATUS_OK) {
        status = errmsg_set(err, header.status, "变更记录头过长");
        goto out;
    }
    own.head_seq = change->seq;
    own.head_hash = change_chain(own.head_hash, header.data, header.len);
    struct apply_origin origin = {.log = own.no, .order = center ? (uint64_t)*lsn : 0, .lsn = *lsn, .writing = true};
    struct apply_outcome outcome = {0};
    status = apply_change(store, change, body, body_len, &origin, &outcome, err);
    if (status == STATUS_OK && outcome.quarantine != NULL)
        status = errmsg_set(err, STATUS_INVALID, "%s", outcome.quarantine);
    if (status == STATUS_OK)
        status = changelog_insert(store,
                                  &(struct change_insert){.lsn = *lsn, .log = own.no, .order = origin.order, .prev = outcome.prev, .change = change,
                                                          .header = header.data, .header_len = header.len, .body = body, .body_len = body_len,
                                                          .hash = own.head_hash, .state = outcome.unknown ? CHANGE_STATE_UNKNOWN_TYPE : CHANGE_STATE_APPLIED},
                                  err);
    if (status == STATUS_OK && center && catalogue_by_no(change->type_no) != NULL)
        status = reach_note(store, catalogue_by_no(change->type_no), change, *lsn, body, body_len, NULL, err);
    if (status == STATUS_OK && center)
        status = delivery_note(store, *lsn, err);
out:
    buf_release(&header);
    return status;
}

#define CHANGE_COLUMNS "SELECT lsn,log,seq,rseq,header,body,prev,state,given,taken FROM change "

static bool give_row(struct stmt *stmt, changelog_row row, void *context)
{
    struct change_row out = {.lsn = stmt_column_int(stmt, 0), .log = stmt_column_int(stmt, 1), .seq = (uint64_t)stmt_column_int(stmt, 2),
                             .order = (uint64_t)stmt_column_int(stmt, 3), .prev = stmt_column_int(stmt, 6), .state = (int)stmt_column_int(stmt, 7)};
    out.given = stmt_column_is_null(stmt, 8) ? out.order : (uint64_t)stmt_column_int(stmt, 8);
    out.taken = stmt_column_is_null(stmt, 9) ? out.given : (uint64_t)stmt_column_int(stmt, 9);
    out.header = stmt_column_blob(stmt, 4, &out.header_len);
    if (!stmt_column_is_null(stmt, 5))
        out.body = stmt_column_blob(stmt, 5, &out.body_len);
    return row(context, &out);
}

enum status changelog_each(struct store *store, changelog_row row, void *context, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, CHANGE_COLUMNS "ORDER BY lsn");
    enum status status;
    while (stmt_row(stmt, &status, err)) {
        if (!give_row(stmt, row, context)) {
            stmt_reset(stmt);
            break;
        }
    }
    return status;
}

enum status changelog_get(struct store *store, int64_t lsn, changelog_row row, void *context, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, CHANGE_COLUMNS "WHERE lsn=?1");
    stmt_int(stmt, 1, lsn);
    enum status status;
    if (!stmt_row(stmt, &status, err))
        return status == STATUS_OK ? STATUS_NOT_FOUND : status;
    (void)give_row(stmt, row, context);
    stmt_reset(stmt);
    return STATUS_OK;
}
