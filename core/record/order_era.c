/* core/record/order_era.c - order_begin_era: see returned.h and order.h.
 *
 * A center that gave numbers before it noticed that it had been put back gave them twice. What got one the second time moves into the new era, in the same order. Order numbers of a center are the rowids of table
 * change, so all that points there moves along: the rows' heads and lists, quarantine, flags, reach, drafts, the search. The rows of what moved are made anew: who had seen what looks different from there. */
#include "core/record/returned.h"

#include <assert.h>

#include "core/record/branch.h"
#include "core/record/catalogue.h"
#include "core/record/delivery.h"
#include "core/record/order.h"
#include "core/record/reach_impl.h"
#include "core/record/row_rebuild.h"
#include "core/record/scope_sum.h"

enum { SQL_MAX_BYTES = 512 };

static enum status run_from(struct store *store, const char *sql, int64_t from, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, sql);
    stmt_int(stmt, 1, from);
    return stmt_run(stmt, err);
}

/* temp.renumber: old and new number of every change from `from` on. The table is emptied and stays, as long as the store is open: with each that is made or dropped SQLite prepares every statement anew. */
static enum status number_anew(struct store *store, int64_t from, int64_t after, struct errmsg *err)
{
    enum status status = store_exec(store, "CREATE TEMP TABLE IF NOT EXISTS renumber(old INTEGER PRIMARY KEY, new INTEGER NOT NULL)", err);
    if (status != STATUS_OK)
        return status;
    struct stmt *stmt = store_prepare(store, "INSERT INTO temp.renumber(old,new) SELECT lsn, ?2+row_number() OVER (ORDER BY lsn) FROM change WHERE lsn>=?1");
    stmt_int(stmt, 1, from);
    stmt_int(stmt, 2, after);
    return stmt_run(stmt, err);
}

/* Everything but the type tables. ?1 = the first number that moves. */
static const char *const MOVES[] = {
    "UPDATE change SET prev=(SELECT new FROM temp.renumber WHERE old=prev) WHERE lsn>=?1 AND prev>=?1",
    /* a late change keeps its place and is only delivered with another number */
    "UPDATE change SET rseq=CASE WHEN given IS NULL THEN (SELECT new FROM temp.renumber WHERE old=lsn) ELSE rseq END,"
    " given=CASE WHEN given IS NULL THEN NULL ELSE (SELECT new FROM temp.renumber WHERE old=lsn) END WHERE lsn>=?1",
    "UPDATE change SET lsn=(SELECT new FROM temp.renumber WHERE old=lsn) WHERE lsn>=?1 AND lsn<=(SELECT max(old) FROM temp.renumber)",
    "UPDATE quarantine SET lsn=(SELECT new FROM temp.renumber WHERE old=lsn) WHERE lsn IN (SELECT old FROM temp.renumber) AND lsn>=?1",
    "UPDATE flagged SET lsn=(SELECT new FROM temp.renumber WHERE old=lsn) WHERE lsn IN (SELECT old FROM temp.renumber) AND lsn>=?1",
    "UPDATE reach SET lsn=(SELECT new FROM temp.renumber WHERE old=lsn) WHERE lsn IN (SELECT old FROM temp.renumber) AND lsn>=?1",
    "UPDATE reach SET given=(SELECT new FROM temp.renumber WHERE old=given) WHERE given IN (SELECT old FROM temp.renumber) AND given>=?1",
    "UPDATE erasure SET lsn=(SELECT new FROM temp.renumber WHERE old=lsn) WHERE lsn IN (SELECT old FROM temp.renumber) AND lsn>=?1",
    "UPDATE lookup_erased SET erased=(SELECT new FROM temp.renumber WHERE old=erased) WHERE erased IN (SELECT old FROM temp.renumber) AND erased>=?1",
    "UPDATE lookup_erased SET told=(SELECT new FROM temp.renumber WHERE old=told) WHERE told IN (SELECT old FROM temp.renumber) AND told>=?1",
    "UPDATE bulk_row SET lsn=(SELECT new FROM temp.renumber WHERE old=lsn) WHERE lsn IN (SELECT old FROM temp.renumber) AND lsn>=?1",
    "UPDATE draft SET version=(SELECT new FROM temp.renumber WHERE old=version) WHERE version IN (SELECT old FROM temp.renumber) AND version>=?1",
    "UPDATE draft SET seen=(SELECT new FROM temp.renumber WHERE old=seen) WHERE seen IN (SELECT old FROM temp.renumber) AND seen>=?1",
    "UPDATE peer SET sent_order=?1-1 WHERE sent_order>=?1",
    "UPDATE peer SET resend=0 WHERE resend>=?1", /* it is sent again as it is */
    "UPDATE meta SET value=?1-1 WHERE name='search_lsn' AND value>=?1",
};

static enum status move_row(struct store *store, const struct record_type *type, struct id id, int64_t from, struct errmsg *err)
{
    struct buf sql;
    buf_init(&sql, SQL_MAX_BYTES);
    buf_printf(&sql, "UPDATE OR FAIL \"%s\" SET head=(SELECT new FROM temp.renumber WHERE old=head) WHERE id=?1 AND head>=?2 AND head<=(SELECT max(old) FROM temp.renumber)", type->name);
    struct stmt *stmt = store_prepare_buf(store, &sql);
    buf_release(&sql);
    stmt_id(stmt, 1, id);
    stmt_int(stmt, 2, from);
    return stmt_run(stmt, err);
}

/* A hand-over that came back late keeps its place, and what was written behind it may have got one behind that only now: then the row may be another org's than when it was said who gets what (reach_note_late). */
static enum status hand_on_anew(struct store *store, const struct record_type *type, struct id id, int64_t from, struct errmsg *err)
{
    struct reach_place place;
    int64_t last = 0;
    bool late = false;
    enum status status = reach_place_of(store, type, id, &place, err);
    if (status != STATUS_OK || !place.there)
        return status;
    struct stmt *stmt = store_prepare(store, REACH_ROW_LIST "SELECT c.lsn,c.given IS NOT NULL,c.header FROM list JOIN change c ON c.lsn=list.lsn WHERE c.state=0 AND c.lsn>=?2 ORDER BY c.lsn");
    stmt_int(stmt, 1, place.head);
    stmt_int(stmt, 2, from);
    while (stmt_row(stmt, &status, err)) {
        struct change change;
        size_t len;
        const uint8_t *header = stmt_column_blob(stmt, 2, &len);
        if (change_decode_header(header, len, &change) != STATUS_OK || (change.op != CHANGE_MOVE && change.op != CHANGE_SHARE))
            continue;
        last = stmt_column_int(stmt, 0);
        late |= stmt_column_int(stmt, 1) != 0;
    }
    return status == STATUS_OK && late ? reach_note_late(store, type, id, last, err) : status;
}

static enum status make_anew(struct store *store, const struct record_type *type, struct id id, int64_t from, struct errmsg *err)
{
    enum status status = row_rebuild(store, type, id, err);
    return status == STATUS_OK ? hand_on_anew(store, type, id, from, err) : status;
}

/* Once with the old numbers of the changes still there (heads), once when all is in its place (rows). */
static enum status each_row(struct store *store, int64_t from, bool rebuild, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT DISTINCT type,id FROM change WHERE lsn>=?1");
    enum status status;
    stmt_int(stmt, 1, from);
    while (stmt_row(stmt, &status, err)) {
        const struct record_type *type = catalogue_by_no((uint64_t)stmt_column_int(stmt, 0));
        if (type == NULL)
            continue; /* kept in the log only */
        struct id id = stmt_column_id(stmt, 1);
        status = rebuild ? make_anew(store, type, id, from, err) : move_row(store, type, id, from, err);
        if (status == STATUS_NOT_FOUND) /* all its changes were refused */
            status = STATUS_OK;
        if (status != STATUS_OK) {
            stmt_reset(stmt);
            break;
        }
    }
    return status;
}

static enum status renumber(struct store *store, int64_t from, int64_t after, struct errmsg *err)
{
    enum status status = number_anew(store, from, after, err);
    if (status == STATUS_OK)
        status = each_row(store, from, false, err);
    for (size_t i = 0; i < sizeof MOVES / sizeof MOVES[0] && status == STATUS_OK; i++)
        status = run_from(store, MOVES[i], from, err);
    if (status == STATUS_OK)
        status = stmt_run(store_prepare(store, "DELETE FROM temp.renumber"), err);
    if (status == STATUS_OK)
        status = each_row(store, after + 1, true, err);
    if (status == STATUS_OK)
        status = delivery_rebuild(store, err);
    return status == STATUS_OK ? scope_sum_recount(store, err) : status;
}

/* The last own change that keeps its number; 0: none. It may lie in a log below the own one: an era that began for somebody who could not see all that differs left the rest where it was. */
static enum status last_before(struct store *store, const struct log_info *own, int64_t from, int64_t *seq, struct errmsg *err)
{
    struct log_path path;
    enum status status = branch_path(store, own->no, &path, err);
    *seq = 0;
    for (size_t i = 0; i < path.n && status == STATUS_OK && *seq == 0; i++) {
        struct stmt *stmt = store_prepare(store, "SELECT max(seq) FROM change WHERE log=?1 AND seq>?2 AND seq<=?3 AND lsn<?4");
        uint64_t end = branch_end(&path, &path.logs[i]);
        stmt_int(stmt, 1, path.logs[i].no);
        stmt_int(stmt, 2, (int64_t)path.logs[i].base_seq);
        stmt_int(stmt, 3, (int64_t)end);
        stmt_int(stmt, 4, from);
        if (stmt_row(stmt, &status, err)) {
            *seq = stmt_column_int(stmt, 0);
            stmt_reset(stmt);
        }
    }
    return status;
}

/* The own log goes on as a new one where others may know another continuation of it. */
static enum status branch_own(struct store *store, int64_t from, struct random_source random, struct errmsg *err)
{
    struct log_info own, fresh;
    struct log_id id;
    enum status status = changelog_own(store, &own, err);
    if (status != STATUS_OK)
        return status;
    int64_t base = (int64_t)own.head_seq;
    if (from != 0)
        status = last_before(store, &own, from, &base, err);
    id.station = own.id.station;
    random.fill(random.context, id.incarnation, INCARNATION_BYTES);
    return status == STATUS_OK ? changelog_branch(store, &id, (uint64_t)base, &fresh, err) : status;
}

/* from: the first number that moves, 0: none does. */
static enum status begin(struct store *store, bool twice, int64_t from, struct random_source random, struct errmsg *err)
{
    uint64_t present = (uint64_t)store_meta_int(store, "era", 0), chance = random_below(random, INT64_MAX), next = order_next_era(present, twice, chance);
    bool center = store_meta_int(store, "role_center", 0) != 0;
    assert(store_in_transaction(store));
    enum status status = store_failure(store);
    if (status != STATUS_OK)
        return errmsg_set(err, status, "%s", status_text(status));
    assert(center);
    if (next >= ORDER_ERAS)
        return errmsg_set(err, STATUS_RANGE, "县中心的顺序号已用到第 %llu 代，不能再开新的一代：请把县中心的备份和日志交给维护的人", (unsigned long long)present);
    status = branch_own(store, from, random, err);
    if (status == STATUS_OK)
        status = store_meta_set_int(store, "era", (int64_t)next, err);
    if (status == STATUS_OK && from != 0)
        status = renumber(store, from, (int64_t)order_era_start(next), err);
    return status == STATUS_OK ? branch_forget_leases(store, err) : status;
}

enum status order_begin_era(struct store *store, uint64_t differing, struct random_source random, struct errmsg *err)
{
    int64_t last = 0;
    enum status status = changelog_head(store, &last, err);
    bool twice = differing != 0 && last >= (int64_t)differing;
    return status == STATUS_OK ? begin(store, twice, twice ? (int64_t)differing : 0, random, err) : status;
}

enum status order_begin_twice(struct store *store, struct random_source random, struct errmsg *err)
{
    return begin(store, true, 0, random, err);
}

/* The least number of a change of the row in common+1..seen, if it is less than *number (0: none so far). */
static enum status first_of_row(struct store *store, uint64_t type_no, struct id id, uint64_t common, uint64_t seen, uint64_t *number, struct errmsg *err)
{
    const struct record_type *type = catalogue_by_no(type_no);
    struct reach_place place = {0};
    enum status status = type == NULL ? STATUS_OK : reach_place_of(store, type, id, &place, err);
    if (status != STATUS_OK || !place.there)
        return status;
    struct stmt *stmt = store_prepare(store, REACH_ROW_LIST "SELECT min(c.lsn) FROM list JOIN change c ON c.lsn=list.lsn WHERE c.state<>1 AND c.lsn>?2 AND c.lsn<=?3");
    stmt_int(stmt, 1, place.head);
    stmt_int(stmt, 2, (int64_t)common);
    stmt_int(stmt, 3, (int64_t)seen);
    if (stmt_row(stmt, &status, err)) {
        uint64_t first = (uint64_t)stmt_column_int(stmt, 0);
        if (first != 0 && (*number == 0 || first < *number))
            *number = first;
        stmt_reset(stmt);
    }
    return status;
}

/* The same of all records that the org had and that left it above `common`: what was written in them before is not in its part of the order any more. */
static enum status first_of_left(struct store *store, int64_t org, uint64_t common, uint64_t seen, uint64_t *number, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT c.header,c.body FROM reach r JOIN change c ON c.lsn=r.lsn WHERE r.scope=?1 AND r.given>?2 AND r.stub=0 AND c.state<>1");
    enum status status;
    stmt_int(stmt, 1, org);
    stmt_int(stmt, 2, (int64_t)common);
    while (stmt_row(stmt, &status, err)) {
        struct change change;
        struct reach_body body;
        size_t header_len, len;
        const uint8_t *header = stmt_column_blob(stmt, 0, &header_len), *bytes = stmt_column_blob(stmt, 1, &len);
        if (change_decode_header(header, header_len, &change) != STATUS_OK || (change.op != CHANGE_MOVE && change.op != CHANGE_SHARE) || reach_body_parse(change.op, bytes, len, &body) != NULL ||
            body.org != org || (change.op == CHANGE_SHARE && body.on))
            continue;
        status = first_of_row(store, change.type_no, change.id, common, seen, number, err);
        if (status != STATUS_OK) {
            stmt_reset(stmt);
            break;
        }
    }
    return status;
}

/* The same of records that are told to the org anew, because a hand-over came back late (reach_note_late): their changes were in its part of the order under their own numbers, as far as it had the record then. */
static enum status first_of_told_anew(struct store *store, int64_t org, uint64_t common, uint64_t seen, uint64_t *number, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT c.type,c.id,r.lsn FROM reach r JOIN change c ON c.lsn=r.lsn WHERE r.scope=?1 AND r.given>?3 AND r.lsn>?2 AND r.lsn<=?3 AND r.stub=0 AND c.state<>1 ORDER BY r.lsn");
    enum status status;
    stmt_int(stmt, 1, org);
    stmt_int(stmt, 2, (int64_t)common);
    stmt_int(stmt, 3, (int64_t)seen);
    while (stmt_row(stmt, &status, err)) {
        const struct record_type *type = catalogue_by_no((uint64_t)stmt_column_int(stmt, 0));
        uint64_t lsn = (uint64_t)stmt_column_int(stmt, 2);
        bool had = false, less = *number == 0 || lsn < *number;
        if (type != NULL && less)
            status = reach_had(store, type, stmt_column_id(stmt, 1), org, lsn, lsn, &had, err);
        if (status == STATUS_OK && !had && less)
            continue;
        if (had)
            *number = lsn;
        stmt_reset(stmt);
        break;
    }
    return status;
}

enum status order_first_unseen(struct store *store, int64_t org, uint64_t common, uint64_t seen, uint64_t *number, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT min(number) FROM (SELECT min(d.lsn) AS number FROM delivery d JOIN change c ON c.lsn=d.lsn WHERE d.scope IN (0,?1) AND d.lsn>?2 AND d.lsn<=?3 AND c.state<>1 "
                                             "UNION ALL SELECT min(lsn) FROM change WHERE lsn>" DELIVERY_TAIL_AFTER("?2") " AND lsn<=?3 AND scope IN (0,?1) AND state<>1 "
                                             "UNION ALL SELECT min(given) FROM reach WHERE scope=?1 AND given>?2 AND given<=?3 AND stub=0)");
    enum status status;
    *number = 0;
    stmt_int(stmt, 1, org);
    stmt_int(stmt, 2, (int64_t)common);
    stmt_int(stmt, 3, (int64_t)seen);
    if (stmt_row(stmt, &status, err)) {
        *number = (uint64_t)stmt_column_int(stmt, 0);
        stmt_reset(stmt);
    }
    if (status == STATUS_OK)
        status = first_of_left(store, org, common, seen, number, err);
    return status == STATUS_OK ? first_of_told_anew(store, org, common, seen, number, err) : status;
}

enum status order_each_returned(struct store *store, int64_t org, uint64_t common, uint64_t seen, order_place place, void *context, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT rseq,header,body,scope IN (0,?3),EXISTS(SELECT 1 FROM reach r WHERE r.scope=?3 AND r.lsn=c.lsn AND r.given=c.lsn AND r.stub=0) "
                                             "FROM change c WHERE given IS NOT NULL AND rseq>?1 AND rseq<=?2 AND state<>1");
    enum status status;
    stmt_int(stmt, 1, (int64_t)common);
    stmt_int(stmt, 2, (int64_t)seen);
    stmt_int(stmt, 3, org);
    while (stmt_row(stmt, &status, err)) {
        struct change change;
        size_t header_len, len;
        const uint8_t *header = stmt_column_blob(stmt, 1, &header_len), *body = stmt_column_blob(stmt, 2, &len);
        if (change_decode_header(header, header_len, &change) != STATUS_OK)
            continue;
        /* Of a record's hand-overs the last is told to all who had it (reach_note_late): that is no word on who heard of it then. */
        bool shared = stmt_column_int(stmt, 4) != 0 && !reach_is_op(change.op), told = stmt_column_int(stmt, 3) != 0 || reach_names(&change, body, len, org);
        if ((shared || told) && !place(context, (uint64_t)stmt_column_int(stmt, 0), header, header_len)) {
            stmt_reset(stmt);
            break;
        }
    }
    return status;
}
