/* core/record/row_rebuild.c - see row_rebuild.h.
 *
 * The row is never taken out of its table: it is emptied in place (w_log 0: nobody's), and apply.c fills an emptied row as it would insert a new one. So its number n stays, and the triggers of recount.h, which
 * note what a row held before its first write, see one write after another. verify.c replays by the same order; both must agree. */
#include "core/record/row_rebuild.h"

#include <assert.h>

#include "core/record/reach_impl.h"
#include "core/record/row_changes.h"
#include "core/record/schema.h"
#include "core/record/search.h"

enum { SQL_MAX_BYTES = 8192 };

/* The row's changes, found from its head backwards, without their order. */
#define ROW_LIST "WITH RECURSIVE list(lsn) AS (SELECT ?1 UNION SELECT c.prev FROM list JOIN change c ON c.lsn=list.lsn WHERE c.prev IS NOT NULL) "

/* *absent (or NULL): the row left this org or was erased; its place stays empty. */
static enum status find_head(struct store *store, const struct record_type *type, struct id id, int64_t *head, bool *absent, struct errmsg *err)
{
    struct stmt *stmt = store_prepare_lasting(store, schema_row_by_id(store, type));
    enum status status;
    stmt_id(stmt, 1, id);
    if (!stmt_row(stmt, &status, err))
        return status == STATUS_OK ? STATUS_NOT_FOUND : status;
    *head = stmt_column_int(stmt, ROW_HEAD);
    if (absent != NULL)
        *absent = stmt_column_int(stmt, ROW_W_LOG) == 0 && stmt_column_int(stmt, ROW_W_SEQ) != REACH_NO_CHANGE;
    stmt_reset(stmt);
    return STATUS_OK;
}

static enum status empty_row(struct store *store, const struct record_type *type, struct id id, struct errmsg *err)
{
    static const char *const TABLES[] = {"DELETE FROM base WHERE id=?1", "DELETE FROM conflict WHERE id=?1"};
    struct buf sql;
    buf_init(&sql, SQL_MAX_BYTES);
    buf_printf(&sql, "UPDATE OR FAIL \"%s\" SET w_log=0,w_seq=0,cells=NULL,gone=1,extra=NULL", type->name);
    for (size_t i = 0; i < type->n_fields; i++)
        buf_printf(&sql, ",\"%s\"=NULL", type->fields[i].name);
    buf_puts(&sql, " WHERE id=?1");
    enum status status = sql.status;
    if (status == STATUS_OK) {
        struct stmt *stmt = store_prepare_buf(store, &sql);
        stmt_id(stmt, 1, id);
        status = stmt_run(stmt, err);
    }
    buf_release(&sql);
    for (size_t i = 0; i < sizeof TABLES / sizeof TABLES[0] && status == STATUS_OK; i++) {
        struct stmt *stmt = store_prepare(store, TABLES[i]);
        stmt_id(stmt, 1, id);
        status = stmt_run(stmt, err);
    }
    return status;
}

/* The list of the row's changes begins where it did, whatever was passed over. */
static enum status set_head(struct store *store, const struct record_type *type, struct id id, int64_t head, struct errmsg *err)
{
    struct buf sql;
    buf_init(&sql, SQL_MAX_BYTES);
    buf_printf(&sql, "UPDATE OR FAIL \"%s\" SET head=?2 WHERE id=?1 AND head<>?2", type->name);
    struct stmt *stmt = store_prepare_buf(store, &sql);
    buf_release(&sql);
    stmt_id(stmt, 1, id);
    stmt_int(stmt, 2, head);
    return stmt_run(stmt, err);
}

static enum status apply_again(struct store *store, int64_t lsn, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT log,coalesce(rseq,0),header,body FROM change WHERE lsn=?1 AND body IS NOT NULL");
    enum status status;
    stmt_int(stmt, 1, lsn);
    if (!stmt_row(stmt, &status, err))
        return status;
    struct apply_origin origin = {.lsn = lsn, .log = stmt_column_int(stmt, 0), .order = (uint64_t)stmt_column_int(stmt, 1)};
    size_t header_len, body_len;
    const uint8_t *header = stmt_column_blob(stmt, 2, &header_len), *body = stmt_column_blob(stmt, 3, &body_len);
    struct change change;
    struct apply_outcome outcome; /* what cannot be applied any more is passed over: so does verify's replay */
    status = change_decode_header(header, header_len, &change) != STATUS_OK ? errmsg_set(err, STATUS_CORRUPT, "变更 %lld 的记录头损坏", (long long)lsn)
                                                                            : apply_change(store, &change, body, body_len, &origin, &outcome, err);
    stmt_reset(stmt);
    return status;
}

enum status row_rebuild(struct store *store, const struct record_type *type, struct id id, struct errmsg *err)
{
    struct row_changes changes = {0};
    int64_t head = 0;
    assert(store_in_transaction(store));
    bool absent = false;
    enum status status = find_head(store, type, id, &head, &absent, err);
    if (status == STATUS_OK && absent)
        return reach_settle_hands(store, type, id, err);
    if (status != STATUS_OK)
        return status;
    status = row_changes(store, head, 0, ROW_CHANGES_APPLIED, &changes, err);
    if (status == STATUS_OK)
        status = empty_row(store, type, id, err);
    for (size_t i = 0; i < changes.count && status == STATUS_OK; i++)
        status = apply_again(store, changes.lsns[i], err);
    row_changes_release(&changes);
    if (status == STATUS_OK)
        status = set_head(store, type, id, head, err);
    if (status == STATUS_OK)
        status = reach_settle_hands(store, type, id, err);
    return status == STATUS_OK ? search_touch(store, type->no, id, err) : status;
}

enum status row_last_fold(struct store *store, const struct record_type *type, struct id id, uint64_t *fold, struct errmsg *err)
{
    int64_t head = 0;
    *fold = 0;
    enum status status = find_head(store, type, id, &head, NULL, err);
    if (status != STATUS_OK)
        return status == STATUS_NOT_FOUND ? STATUS_OK : status;
    struct stmt *stmt = store_prepare(store, ROW_LIST "SELECT max(c.rseq) FROM list JOIN change c ON c.lsn=list.lsn WHERE c.state=0");
    stmt_int(stmt, 1, head);
    if (stmt_row(stmt, &status, err)) {
        *fold = (uint64_t)stmt_column_int(stmt, 0);
        stmt_reset(stmt);
    }
    return status;
}
