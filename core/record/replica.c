/* core/record/replica.c - what both sides of replica.h need: paths and chains, the content of entries, what was refused. The center's side is replica_center.c, the station's replica_station.c. */
#include "core/record/replica.h"

#include <assert.h>
#include <string.h>

#include "core/record/branch.h"
#include "core/record/replica_impl.h"

#define META(name) "(SELECT value FROM meta WHERE name='" name "')"

/* What a station knows of its center, and how far it has its order. */
static enum status read_center(struct store *store, struct replica_state *out, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT " META("rcur") "," META("center_packings") "," META("center_dictionary") "," META("center_incarnation") "," META("safe_order") "," META("left_known"));
    enum status status;
    size_t len;
    if (!stmt_row(stmt, &status, err))
        return status;
    out->rcur = (uint64_t)stmt_column_int(stmt, 0);
    out->center_packings = (uint64_t)stmt_column_int(stmt, 1);
    out->center_dictionary = (uint64_t)stmt_column_int(stmt, 2);
    const uint8_t *incarnation = stmt_column_blob(stmt, 3, &len);
    if (len == INCARNATION_BYTES)
        memcpy(out->center_incarnation, incarnation, len);
    out->safe_order = (uint64_t)stmt_column_int(stmt, 4);
    out->left_known = (uint64_t)stmt_column_int(stmt, 5);
    stmt_reset(stmt);
    return STATUS_OK;
}

static enum status read_state(struct store *store, struct replica_state *out, struct errmsg *err)
{
    struct log_info own;
    int64_t head = 0;
    *out = (struct replica_state){0};
    enum status status = machine_load(store, &out->machine, err);
    if (status == STATUS_OK)
        status = changelog_own(store, &own, err);
    if (status == STATUS_OK && out->machine.center)
        status = changelog_head(store, &head, err);
    int64_t safe_order = 0;
    if (status == STATUS_OK && out->machine.center)
        status = store_meta_read_int(store, "safe_order", &safe_order, err);
    if (status != STATUS_OK)
        return status;
    out->safe_order = (uint64_t)safe_order;
    out->head_seq = own.head_seq;
    out->head_hash = own.head_hash;
    if (out->machine.center) {
        out->have_seq = out->ordered_seq = own.head_seq;
        out->rcur = (uint64_t)head;
        memcpy(out->center_incarnation, out->machine.incarnation, INCARNATION_BYTES);
        return STATUS_OK;
    }
    out->have_seq = own.have_seq;
    out->safe_seq = own.safe_seq;
    out->ordered_seq = own.ordered_seq;
    out->pending = (int64_t)(own.head_seq - own.have_seq);
    return read_center(store, out, err);
}

enum status replica_state(struct store *store, struct replica_state *out, struct errmsg *err)
{
    enum status status = store_begin_read(store, err); /* one state of the data, and the file is looked at once */
    if (status != STATUS_OK)
        return status;
    return store_end_read_sure(store, read_state(store, out, err), err);
}

enum status replica_hash_at(struct store *store, const struct log_id *log, uint64_t seq, struct hash *out, struct errmsg *err)
{
    struct log_path path;
    enum status status = replica_path(store, log, &path, err);
    if (status == STATUS_NOT_FOUND && seq == 0) {
        *out = (struct hash){{0}};
        return STATUS_OK;
    }
    return status == STATUS_OK ? branch_hash_at(store, &path, seq, out, err) : status;
}

enum status replica_path(struct store *store, const struct log_id *log, struct log_path *out, struct errmsg *err)
{
    struct log_info info;
    enum status status = changelog_log(store, log, false, &info, err);
    *out = (struct log_path){.n = 1, .logs[0] = {.id = *log}};
    return status == STATUS_OK ? branch_path(store, info.no, out, err) : status;
}

enum status replica_own_path(struct store *store, struct log_path *out, struct errmsg *err)
{
    struct log_info own;
    int64_t no = 0;
    enum status status = store_meta_read_int(store, "own_log", &no, err);
    if (status == STATUS_OK)
        status = branch_path(store, no, out, err);
    return status == STATUS_NOT_FOUND ? changelog_own(store, &own, err) : status; /* which says so */
}

/* Entries. */

void replica_put_content(struct buf *out, const uint8_t *header, size_t len, const uint8_t *body, size_t body_len)
{
    assert(len > CHANGE_HASH_SUFFIX_BYTES);
    cbor_put_bytes(out, header, body == NULL ? len : len - CHANGE_HASH_SUFFIX_BYTES);
    if (body == NULL)
        cbor_put_null(out);
    else
        cbor_put_bytes(out, body, body_len);
}

const uint8_t *replica_column_body(struct stmt *stmt, int column, size_t *len)
{
    const uint8_t *body = stmt_column_blob(stmt, column, len);
    return stmt_column_is_null(stmt, column) ? NULL : body == NULL ? (const uint8_t *)"" : body;
}

bool replica_more_follows(const uint8_t *header, size_t len)
{
    struct change change;
    return change_decode_header(header, len, &change) == STATUS_OK && (change.flags & CHANGE_FLAG_MORE);
}

enum status replica_read_content(struct reader *reader, struct content *out)
{
    static const uint8_t BYTES_32[2] = {0x58, 0x20};
    size_t len = 0;
    const uint8_t *prefix = cbor_bytes(reader, &len);
    bool gone = cbor_peek(reader) == CBOR_NULL;
    out->body = NULL;
    out->body_len = 0;
    if (gone)
        cbor_null(reader);
    else
        out->body = cbor_bytes(reader, &out->body_len);
    if (reader->status != STATUS_OK)
        return STATUS_MALFORMED;
    buf_clear(&out->header);
    buf_append(&out->header, prefix, len);
    if (!gone) {
        struct hash hash = hash_of(out->body, out->body_len);
        buf_append(&out->header, BYTES_32, sizeof BYTES_32);
        buf_append(&out->header, hash.bytes, HASH_BYTES);
    }
    if (out->header.status == STATUS_NOMEM) /* not what the other side sent */
        return STATUS_NOMEM;
    return out->header.status != STATUS_OK ? STATUS_MALFORMED : change_decode_header(out->header.data, out->header.len, &out->change);
}

enum status replica_check_repeat(struct store *store, const struct log_info *log, uint64_t seq, const struct buf *header, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT header FROM change WHERE log=?1 AND seq=?2");
    stmt_int(stmt, 1, log->no);
    stmt_int(stmt, 2, (int64_t)seq);
    enum status status;
    if (!stmt_row(stmt, &status, err))
        return status;
    size_t len;
    const uint8_t *stored = stmt_column_blob(stmt, 0, &len);
    bool equal = len == header->len && memcmp(stored, header->data, len) == 0;
    stmt_reset(stmt);
    return equal ? STATUS_OK : errmsg_set(err, STATUS_FORK, "站 %u 的第 %llu 条变更与中心已有的不同", log->id.station, (unsigned long long)seq);
}

enum status replica_quarantine_list(struct store *store, replica_quarantine_row row, void *context, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT q.lsn, l.station, l.incarnation, c.seq, q.reason FROM quarantine q JOIN change c ON c.lsn=q.lsn "
                                             "JOIN log l ON l.no=c.log ORDER BY q.lsn");
    enum status status;
    while (stmt_row(stmt, &status, err)) {
        struct log_id log = {.station = (uint32_t)stmt_column_int(stmt, 1)};
        size_t len;
        const uint8_t *incarnation = stmt_column_blob(stmt, 2, &len);
        if (len == INCARNATION_BYTES)
            memcpy(log.incarnation, incarnation, len);
        if (!row(context, stmt_column_int(stmt, 0), &log, (uint64_t)stmt_column_int(stmt, 3), stmt_column_text(stmt, 4, NULL))) {
            stmt_reset(stmt);
            break;
        }
    }
    return status;
}
