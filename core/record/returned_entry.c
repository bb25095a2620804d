/* core/record/returned_entry.c - see returned_entry.h. */
#include "core/record/returned_entry.h"

#include <assert.h>

#include "core/record/catalogue.h"
#include "core/record/flagged.h"
#include "core/record/order.h"
#include "core/record/reach_impl.h"
#include "core/record/returned.h"
#include "core/record/row_rebuild.h"

enum { OLD_ENTRY_ITEMS = 5 };

void returned_entry_put(struct stmt *stmt, const struct returned_before *before, struct buf *out)
{
    size_t header_len, body_len, len;
    const uint8_t *header = stmt_column_blob(stmt, 5, &header_len), *body = stmt_column_blob(stmt, 6, &body_len), *incarnation;
    bool erased = stmt_column_is_null(stmt, 6);
    assert(header_len > CHANGE_HASH_SUFFIX_BYTES);
    cbor_put_array(out, RETURNED_ENTRY_ITEMS);
    cbor_put_uint(out, (uint64_t)stmt_column_int(stmt, 1));
    cbor_put_uint(out, (uint64_t)stmt_column_int(stmt, 4));
    incarnation = stmt_column_blob(stmt, 7, &len);
    cbor_put_bytes(out, incarnation, len);
    /* Without a body nobody can put its hash back: the whole header then. */
    cbor_put_bytes(out, header, erased ? header_len : header_len - CHANGE_HASH_SUFFIX_BYTES);
    if (erased)
        cbor_put_null(out);
    else
        cbor_put_bytes(out, body, body_len);
    cbor_put_uint(out, before->seq);
    cbor_put_bytes(out, before->mark, RETURNED_MARK_BYTES);
}

/* ---- center ---- */

enum status returned_entry_read(struct reader *reader, struct returned_entry *out)
{
    static const uint8_t BYTES_32[2] = {0x58, 0x20};
    size_t len = 0;
    uint64_t items = cbor_array(reader);
    out->fold = cbor_uint(reader);
    out->id.station = (uint32_t)cbor_uint(reader);
    cbor_bytes_exact(reader, out->id.incarnation, INCARNATION_BYTES);
    const uint8_t *prefix = cbor_bytes(reader, &len);
    buf_clear(&out->header);
    out->body = NULL;
    out->body_len = 0;
    if (reader->status != STATUS_OK || (items != RETURNED_ENTRY_ITEMS && items != OLD_ENTRY_ITEMS))
        return STATUS_MALFORMED;
    buf_append(&out->header, prefix, len);
    if (cbor_peek(reader) == CBOR_NULL) {
        cbor_null(reader);
    } else {
        out->body = cbor_bytes(reader, &out->body_len);
        struct hash hash = hash_of(out->body, out->body_len);
        buf_append(&out->header, BYTES_32, sizeof BYTES_32);
        buf_append(&out->header, hash.bytes, HASH_BYTES);
    }
    out->before = (struct returned_before){.told = items == RETURNED_ENTRY_ITEMS};
    if (out->before.told) {
        out->before.seq = cbor_uint(reader);
        cbor_bytes_exact(reader, out->before.mark, RETURNED_MARK_BYTES);
    }
    if (out->header.status == STATUS_NOMEM) /* not what the other side sent */
        return STATUS_NOMEM;
    if (reader->status != STATUS_OK || out->header.status != STATUS_OK || out->fold == 0 || out->fold > INT64_MAX)
        return STATUS_MALFORMED;
    enum status status = change_decode_header(out->header.data, out->header.len, &out->change);
    return status == STATUS_OK && out->before.seq >= out->change.seq ? STATUS_MALFORMED : status;
}

struct resending {
    struct store *store;
    int64_t lsn;
    enum status status;
    struct errmsg *err;
};

/* The org's machines got the change without its content, or may have: from its number on they get the order again. */
static bool resend_to(void *context, int64_t org)
{
    struct resending *resending = context;
    struct stmt *stmt = store_prepare(resending->store, "UPDATE peer SET resend=n.number FROM (SELECT min(number) AS number FROM (SELECT lsn AS number FROM change WHERE lsn=?1 AND scope=?2 "
                                                        "UNION ALL SELECT given FROM reach WHERE lsn=?1 AND scope=?2 AND stub=0)) n "
                                                        "WHERE org=?2 AND revoked=0 AND n.number IS NOT NULL AND (resend=0 OR resend>n.number)");
    stmt_int(stmt, 1, resending->lsn);
    stmt_int(stmt, 2, org);
    if (resending->status == STATUS_OK)
        resending->status = stmt_run(stmt, resending->err);
    return resending->status == STATUS_OK;
}

static enum status resend(struct store *store, const struct reach_place *place, struct id id, int64_t lsn, struct errmsg *err)
{
    struct resending resending = {store, lsn, STATUS_OK, err};
    (void)resend_to(&resending, place->scope);
    enum status status = resending.status == STATUS_OK ? reach_shared_with(store, id, resend_to, &resending, err) : STATUS_OK;
    return status == STATUS_OK ? resending.status : status;
}

/* The change is here, but whoever sent it had it without its content: the record had left that machine. */
static enum status fill_content(struct store *store, const struct returned_entry *entry, int64_t lsn, struct errmsg *err)
{
    const struct record_type *type = catalogue_by_no(entry->change.type_no);
    struct reach_place place = {0};
    enum status status = type == NULL ? STATUS_OK : reach_place_of(store, type, entry->change.id, &place, err);
    if (status != STATUS_OK || place.why == REACH_ERASED)
        return status;
    struct stmt *stmt = store_prepare(store, "UPDATE change SET body=?2 WHERE lsn=?1");
    stmt_int(stmt, 1, lsn);
    stmt_blob(stmt, 2, entry->body, entry->body_len);
    status = stmt_run(stmt, err);
    if (status == STATUS_OK)
        status = flagged_filled(store, lsn, err);
    if (status == STATUS_OK && place.there)
        status = row_rebuild(store, type, entry->change.id, err);
    return status == STATUS_OK && place.there ? resend(store, &place, entry->change.id, lsn, err) : status;
}

static bool look(struct store *store, const char *sql, const struct returned_entry *entry, int64_t *lsn, bool *empty, int64_t *log, enum status *status, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, sql);
    stmt_int(stmt, 1, entry->id.station);
    stmt_int(stmt, 2, (int64_t)entry->change.seq);
    stmt_blob(stmt, 3, entry->header.data, entry->header.len);
    stmt_int(stmt, 4, (int64_t)order_era(entry->fold));
    if (!stmt_row(stmt, status, err))
        return false;
    *lsn = stmt_column_int(stmt, 0);
    *empty = stmt_column_int(stmt, 1) != 0;
    *log = stmt_column_int(stmt, 2);
    stmt_reset(stmt);
    return true;
}

/* In a log of its number; or in another one's, where nobody goes by that number any more, or somebody else does: a machine that was enrolled anew brought it itself (old_number.h). Only then all logs are looked through. */
static bool find(struct store *store, const struct returned_entry *entry, int64_t *lsn, bool *empty, int64_t *log, enum status *status, struct errmsg *err)
{
    static const char OF_NUMBER[] = "SELECT c.lsn,c.body IS NULL,c.log FROM log l JOIN change c ON c.log=l.no AND c.seq=?2 WHERE l.station=?1 AND c.header=?3 AND ?4=?4";
    static const char OF_OTHERS[] = "SELECT c.lsn,c.body IS NULL,c.log FROM (SELECT 1 WHERE NOT EXISTS(SELECT 1 FROM peer p WHERE p.station_no=?1 AND p.revoked=0 AND p.since_era<=?4)) "
                                    "CROSS JOIN log l CROSS JOIN change c ON c.log=l.no AND c.seq=?2 WHERE l.station NOT IN (0,?1) AND c.header=?3";
    if (look(store, OF_NUMBER, entry, lsn, empty, log, status, err))
        return true;
    return *status == STATUS_OK && entry->id.station != STATION_NO_CENTER && look(store, OF_OTHERS, entry, lsn, empty, log, status, err);
}

enum status returned_entry_known(struct store *store, const struct returned_entry *entry, bool *known, int64_t *log, struct errmsg *err)
{
    enum status status;
    int64_t lsn, no;
    bool empty;
    *known = find(store, entry, &lsn, &empty, &no, &status, err);
    if (!*known)
        return status;
    if (log != NULL)
        *log = no;
    return empty && entry->body != NULL ? fill_content(store, entry, lsn, err) : STATUS_OK;
}
