/* core/record/relay.c - see relay.h. */
#include "core/record/relay.h"

#include <stdio.h>
#include <string.h>

#include <sodium.h>

enum { HASH_STEP_BYTES = 256 * 1024 };

const char RELAY_MAGIC[RELAY_MAGIC_BYTES + 1] = "AIDPOST-BUNDLE1\n";

#define RELAY_COLUMNS "SELECT no,coalesce(file,id),recipient,via,state,total,held,handed,added_ms,text FROM relay "

static void copy_hash(struct hash *out, struct stmt *stmt, int column)
{
    size_t len;
    const uint8_t *blob = stmt_column_blob(stmt, column, &len);
    if (len == HASH_BYTES)
        memcpy(out->bytes, blob, HASH_BYTES);
}

static void read_relay(struct stmt *stmt, struct relay *out)
{
    *out = (struct relay){.no = stmt_column_int(stmt, 0),
                          .via = (uint32_t)stmt_column_int(stmt, 3),
                          .state = (enum relay_state)stmt_column_int(stmt, 4),
                          .total = (uint64_t)stmt_column_int(stmt, 5),
                          .held = (uint64_t)stmt_column_int(stmt, 6),
                          .handed = (uint64_t)stmt_column_int(stmt, 7),
                          .added_ms = stmt_column_int(stmt, 8)};
    copy_hash(&out->id, stmt, 1);
    copy_hash(&out->recipient, stmt, 2);
    snprintf(out->text, sizeof out->text, "%s", stmt_column_text(stmt, 9, NULL));
}

static enum status one_relay(struct stmt *stmt, struct relay *out, struct errmsg *err)
{
    enum status status;
    if (!stmt_row(stmt, &status, err))
        return status == STATUS_OK ? STATUS_NOT_FOUND : status;
    read_relay(stmt, out);
    stmt_reset(stmt);
    return STATUS_OK;
}

enum status relay_find(struct store *store, struct hash id, struct relay *out, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, RELAY_COLUMNS "WHERE id=?1");
    stmt_blob(stmt, 1, id.bytes, HASH_BYTES);
    return one_relay(stmt, out, err);
}

/* What the row of a part is known by: file and bringer. */
static struct hash part_key(struct hash id, uint32_t via)
{
    uint8_t bytes[HASH_BYTES + 4];
    memcpy(bytes, id.bytes, HASH_BYTES);
    for (int i = 0; i < 4; i++)
        bytes[HASH_BYTES + i] = (uint8_t)(via >> (24 - 8 * i));
    return hash_of(bytes, sizeof bytes);
}

enum status relay_find_part(struct store *store, struct hash id, uint32_t via, struct relay *out, struct errmsg *err)
{
    return relay_find(store, part_key(id, via), out, err);
}

enum status relay_next(struct store *store, uint32_t via, struct relay *out, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(
        store, RELAY_COLUMNS "WHERE state=2 AND via=?1 ORDER BY no LIMIT 1"); /* RELAY_WAITING, as its index has it */
    stmt_int(stmt, 1, via);
    return one_relay(stmt, out, err);
}

/* What all files together may come to, those that are still to arrive included. */
static enum status check_room(struct store *store, uint64_t total, struct errmsg *err)
{
    struct stmt *stmt =
        store_prepare(store, "SELECT coalesce(sum(total),0) FROM relay WHERE state<>?1 AND (held>0 OR state=?2)");
    enum status status;
    int64_t sum = 0;
    stmt_int(stmt, 1, RELAY_TAKEN);
    stmt_int(stmt, 2, RELAY_PARTIAL);
    if (stmt_row(stmt, &status, err)) {
        sum = stmt_column_int(stmt, 0);
        stmt_reset(stmt);
    }
    if (status == STATUS_OK && sum + (int64_t)total > RELAY_ALL_MAX_BYTES)
        return errmsg_set(err, STATUS_TOO_LARGE, "等待转交的文件已有 %lld MiB，合计不能超过 1 GiB；请先联网同步",
                          (long long)(sum >> 20));
    return status;
}

static enum status insert(struct store *store, struct relay *relay, struct hash key, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(
        store,
        "INSERT INTO relay(id,recipient,via,state,total,held,handed,added_ms,text,file) VALUES(?1,?2,?3,?4,?5,0,0,?6,?7,?8)");
    stmt_blob(stmt, 1, key.bytes, HASH_BYTES);
    stmt_blob(stmt, 2, relay->recipient.bytes, HASH_BYTES);
    stmt_int(stmt, 3, relay->via);
    stmt_int(stmt, 4, relay->state);
    stmt_int(stmt, 5, (int64_t)relay->total);
    stmt_int(stmt, 6, relay->added_ms);
    stmt_string(stmt, 7, relay->text);
    if (relay->state == RELAY_PARTIAL)
        stmt_blob(stmt, 8, relay->id.bytes, HASH_BYTES);
    else
        stmt_null(stmt, 8);
    enum status status = stmt_run(stmt, err);
    relay->no = store_last_rowid(store);
    relay->held = relay->handed = 0;
    if (status == STATUS_OK && store_meta_int(store, "relay_used", 0) == 0)
        status = store_meta_set_int(store, "relay_used", 1, err);
    return status;
}

enum status relay_add(struct store *store, struct relay *relay, struct errmsg *err)
{
    if (relay->total == 0)
        return errmsg_set(err, STATUS_INVALID, "文件是空的");
    if (relay->total > RELAY_FILE_MAX_BYTES)
        return errmsg_set(err, STATUS_TOO_LARGE, "文件有 %llu 字节，转交的文件最大 %d MiB",
                          (unsigned long long)relay->total, RELAY_FILE_MAX_BYTES >> 20);
    bool own;
    struct relay there;
    struct hash key = relay->state == RELAY_PARTIAL ? part_key(relay->id, relay->via) : relay->id;
    enum status status = store_join(store, "relay", &own, err);
    if (status != STATUS_OK)
        return status;
    status = relay_find(store, key, &there, err);
    if (status == STATUS_OK)
        status = errmsg_set(err, STATUS_EXISTS, "这个文件已经收下过");
    else if (status == STATUS_NOT_FOUND)
        status = check_room(store, relay->total, err);
    if (status == STATUS_OK)
        status = insert(store, relay, key, err);
    return store_leave(store, own, status, err);
}

static enum status write_piece(struct store *store, struct relay *relay, const uint8_t *data, size_t len,
                               struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "INSERT INTO relay_piece(relay,at,bytes) VALUES(?1,?2,?3)");
    stmt_int(stmt, 1, relay->no);
    stmt_int(stmt, 2, (int64_t)relay->held);
    stmt_blob(stmt, 3, data, len);
    enum status status = stmt_run(stmt, err);
    if (status != STATUS_OK)
        return status;
    stmt = store_prepare(store, "UPDATE relay SET held=held+?2 WHERE no=?1");
    stmt_int(stmt, 1, relay->no);
    stmt_int(stmt, 2, (int64_t)len);
    return stmt_run(stmt, err);
}

enum status relay_append(struct store *store, struct relay *relay, uint64_t at, const void *data, size_t len,
                         struct errmsg *err)
{
    if (at > relay->held)
        return errmsg_set(err, STATUS_GAP, "转交的文件缺少第 %llu 字节起的一段", (unsigned long long)relay->held);
    if (len > relay->total || at > relay->total - len)
        return errmsg_set(err, STATUS_TOO_LARGE, "转交的文件比它说的长");
    if (at + len <= relay->held)
        return STATUS_OK;
    bool own;
    size_t skip = (size_t)(relay->held - at);
    enum status status = store_join(store, "relay", &own, err);
    if (status == STATUS_OK)
        status = store_leave(store, own, write_piece(store, relay, (const uint8_t *)data + skip, len - skip, err), err);
    if (status == STATUS_OK)
        relay->held = at + len;
    return status;
}

enum status relay_read(struct store *store, int64_t no, uint64_t at, size_t max, struct buf *out, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT at,bytes FROM relay_piece WHERE relay=?1 AND at>=(SELECT max(at) "
                                             "FROM relay_piece WHERE relay=?1 AND at<=?2) ORDER BY at");
    enum status status;
    stmt_int(stmt, 1, no);
    stmt_int(stmt, 2, (int64_t)at);
    while (stmt_row(stmt, &status, err)) {
        size_t len;
        uint64_t from = (uint64_t)stmt_column_int(stmt, 0);
        const uint8_t *bytes = stmt_column_blob(stmt, 1, &len);
        size_t skip = at > from ? (size_t)(at - from) : 0;
        if (skip < len) {
            size_t n = len - skip < max ? len - skip : max;
            buf_append(out, bytes + skip, n);
            max -= n;
            at += n;
        }
        if (max == 0) {
            stmt_reset(stmt);
            break;
        }
    }
    return status == STATUS_OK ? out->status : status;
}

enum status relay_hash(struct store *store, int64_t no, struct hash *out, struct errmsg *err)
{
    crypto_hash_sha256_state state;
    struct buf piece;
    uint64_t at = 0;
    enum status status = STATUS_OK;
    crypto_hash_sha256_init(&state);
    buf_init(&piece, HASH_STEP_BYTES);
    do {
        buf_clear(&piece);
        status = relay_read(store, no, at, HASH_STEP_BYTES, &piece, err);
        crypto_hash_sha256_update(&state, piece.data, piece.len);
        at += piece.len;
    } while (status == STATUS_OK && piece.len > 0);
    buf_release(&piece);
    crypto_hash_sha256_final(&state, out->bytes);
    return status;
}

static enum status delete_pieces(struct store *store, int64_t no, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "DELETE FROM relay_piece WHERE relay=?1");
    stmt_int(stmt, 1, no);
    return stmt_run(stmt, err);
}

static enum status empty(struct store *store, int64_t no, struct errmsg *err)
{
    enum status status = delete_pieces(store, no, err);
    if (status != STATUS_OK)
        return status;
    struct stmt *stmt = store_prepare(store, "UPDATE relay SET held=0 WHERE no=?1");
    stmt_int(stmt, 1, no);
    return stmt_run(stmt, err);
}

enum status relay_drop_bytes(struct store *store, struct relay *relay, struct errmsg *err)
{
    bool own;
    enum status status = store_join(store, "relay", &own, err);
    if (status == STATUS_OK)
        status = store_leave(store, own, empty(store, relay->no, err), err);
    if (status == STATUS_OK)
        relay->held = 0;
    return status;
}

/* Answers without bytes are kept for stations that did not hear them, but not for ever. */
static enum status forget_old_answers(struct store *store, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "DELETE FROM relay WHERE state=?1 AND no<=(SELECT no FROM relay WHERE "
                                             "state=?1 ORDER BY no DESC LIMIT 1 OFFSET ?2)");
    stmt_int(stmt, 1, RELAY_TAKEN);
    stmt_int(stmt, 2, RELAY_ANSWERS_KEPT);
    return stmt_run(stmt, err);
}

static enum status write_note(struct store *store, const struct relay *relay, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "UPDATE relay SET state=?2, handed=?3, text=?4 WHERE no=?1");
    stmt_int(stmt, 1, relay->no);
    stmt_int(stmt, 2, relay->state);
    stmt_int(stmt, 3, (int64_t)relay->handed);
    stmt_string(stmt, 4, relay->text);
    enum status status = stmt_run(stmt, err);
    if (status == STATUS_OK && relay->state == RELAY_TAKEN)
        status = empty(store, relay->no, err);
    if (status == STATUS_OK && relay->state == RELAY_TAKEN)
        status = forget_old_answers(store, err);
    return status;
}

enum status relay_note(struct store *store, const struct relay *relay, struct errmsg *err)
{
    bool own;
    enum status status = store_join(store, "relay", &own, err);
    return status == STATUS_OK ? store_leave(store, own, write_note(store, relay, err), err) : status;
}

static enum status remove_row(struct store *store, int64_t no, struct errmsg *err)
{
    enum status status = delete_pieces(store, no, err);
    if (status != STATUS_OK)
        return status;
    struct stmt *stmt = store_prepare(store, "DELETE FROM relay WHERE no=?1");
    stmt_int(stmt, 1, no);
    return stmt_run(stmt, err);
}

enum status relay_remove(struct store *store, int64_t no, struct errmsg *err)
{
    bool own;
    enum status status = store_join(store, "relay", &own, err);
    return status == STATUS_OK ? store_leave(store, own, remove_row(store, no, err), err) : status;
}

static enum status become_whole(struct store *store, const struct relay *relay, struct errmsg *err)
{
    static const char *const SQL[] = {"DELETE FROM relay_piece WHERE relay IN (SELECT no FROM relay WHERE (file=?1 OR id=?1) AND no<>?2)",
                                      "DELETE FROM relay WHERE (file=?1 OR id=?1) AND no<>?2", "UPDATE relay SET id=?1, file=NULL WHERE no=?2"};
    enum status status = STATUS_OK;
    for (size_t i = 0; i < sizeof SQL / sizeof *SQL && status == STATUS_OK; i++) {
        struct stmt *stmt = store_prepare(store, SQL[i]);
        stmt_blob(stmt, 1, relay->id.bytes, HASH_BYTES);
        stmt_int(stmt, 2, relay->no);
        status = stmt_run(stmt, err);
    }
    return status;
}

enum status relay_whole(struct store *store, const struct relay *relay, struct errmsg *err)
{
    bool own;
    enum status status = store_join(store, "relay", &own, err);
    return status == STATUS_OK ? store_leave(store, own, become_whole(store, relay, err), err) : status;
}

static enum status keep(struct store *store, const struct relay *relay, struct errmsg *err)
{
    static const char *const SQL[] = {
        "DELETE FROM relay_piece WHERE relay IN (SELECT no FROM relay WHERE recipient=?1 AND state=?2 AND no<>?3)",
        "DELETE FROM relay WHERE recipient=?1 AND state=?2 AND no<>?3",
        "UPDATE relay SET recipient=?1, state=?2 WHERE no=?3"};
    enum status status = STATUS_OK;
    for (size_t i = 0; i < sizeof SQL / sizeof *SQL && status == STATUS_OK; i++) {
        struct stmt *stmt = store_prepare(store, SQL[i]);
        stmt_blob(stmt, 1, relay->recipient.bytes, HASH_BYTES);
        stmt_int(stmt, 2, relay->state);
        stmt_int(stmt, 3, relay->no);
        status = stmt_run(stmt, err);
    }
    return status;
}

enum status relay_keep(struct store *store, const struct relay *relay, struct errmsg *err)
{
    bool own;
    enum status status = store_join(store, "relay", &own, err);
    return status == STATUS_OK ? store_leave(store, own, keep(store, relay, err), err) : status;
}

enum status relay_list(struct store *store, relay_row row, void *context, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, RELAY_COLUMNS "ORDER BY no");
    struct relay relay;
    enum status status;
    while (stmt_row(stmt, &status, err)) {
        read_relay(stmt, &relay);
        if (!row(context, &relay)) {
            stmt_reset(stmt);
            break;
        }
    }
    return status;
}

bool relay_used(struct store *store)
{
    return store_meta_int(store, "relay_used", 0) != 0;
}
