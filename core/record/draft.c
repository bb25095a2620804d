/* core/record/draft.c - see draft.h.
 *
 * The fields column is two CBOR maps field no -> value, one after the other, of everything that differs from what was loaded: the values typed,
 * and the values they were typed over. With the second a later save notices that somebody changed the same field meanwhile. */
#include "core/record/draft.h"

#include <string.h>

#include "core/base/cbor.h"
#include "core/record/change.h"
#include "core/record/code_book.h"
#include "core/record/row.h"

static bool differs(const struct record *record, size_t index)
{
    return !value_equal(record->values[index], record->loaded[index]);
}

static void encode_map(const struct record *record, const struct value *values, struct buf *out)
{
    uint64_t count = 0;
    for (size_t i = 0; i < record->type->n_fields; i++)
        count += differs(record, i);
    cbor_put_map(out, count);
    for (uint32_t no = 1; no <= UINT16_MAX && count > 0; no++) {
        const struct field_def *field = catalogue_field_by_no(record->type, no);
        size_t i = field == NULL ? 0 : catalogue_field_index(record->type, field);
        if (field == NULL || !differs(record, i))
            continue;
        cbor_put_uint(out, no);
        value_encode(values[i], out);
        count--;
    }
}

enum { DRAFT_MAX_BYTES = 2 * CHANGE_BODY_MAX_BYTES };

enum status draft_save(struct store *store, const struct actor *actor, struct random_source random, const struct record *record, struct id *draft, struct errmsg *err)
{
    struct buf fields, title;
    struct id id = id_is_zero(*draft) ? id_make(random) : *draft;
    buf_init(&fields, DRAFT_MAX_BYTES);
    buf_init(&title, 512);
    encode_map(record, record->values, &fields);
    encode_map(record, record->loaded, &fields);
    record_title(record, NULL, &title);
    enum status status = fields.status;
    if (status == STATUS_OK)
        status = store_begin(store, "draft", err);
    if (status == STATUS_OK) {
        struct stmt *stmt = store_prepare(store, "INSERT INTO draft(id,type,record,scope,user,version,seen,title,fields,updated_ms) VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10) "
                                                 "ON CONFLICT(id) DO UPDATE SET title=excluded.title, fields=excluded.fields, updated_ms=excluded.updated_ms");
        stmt_id(stmt, 1, id);
        stmt_int(stmt, 2, record->type->no);
        stmt_id(stmt, 3, record->id);
        stmt_int(stmt, 4, record->scope);
        stmt_string(stmt, 5, actor->name);
        stmt_int(stmt, 6, record->version);
        stmt_int(stmt, 7, record->seen);
        stmt_text(stmt, 8, buf_cstr(&title), title.len);
        stmt_blob(stmt, 9, fields.data, fields.len);
        stmt_int(stmt, 10, actor->now_ms);
        status = stmt_run(stmt, err);
        if (status == STATUS_OK)
            status = store_commit(store, err);
        else
            store_rollback(store);
    }
    if (status == STATUS_OK)
        *draft = id;
    buf_wipe(&fields);
    buf_wipe(&title);
    return status;
}

/* Lay one map over the record. Fields this program does not know are left out: a draft never leaves its machine. */
static enum status lay_over(struct record *record, struct reader *reader, enum status (*set)(struct record *, const struct field_def *, struct value))
{
    uint64_t count = cbor_map(reader);
    enum status status = STATUS_OK;
    for (uint64_t i = 0; i < count && status == STATUS_OK && reader->status == STATUS_OK; i++) {
        const struct field_def *field = catalogue_field_by_no(record->type, cbor_uint(reader));
        struct value value = value_decode(reader);
        if (field != NULL && reader->status == STATUS_OK)
            status = set(record, field, value);
    }
    return status != STATUS_OK ? status : reader->status;
}

enum status draft_load(struct store *store, const struct actor *actor, struct id draft, struct record *out, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT type,record,scope,version,seen,fields FROM draft WHERE id=?1 AND user=?2");
    stmt_id(stmt, 1, draft);
    stmt_string(stmt, 2, actor->name);
    enum status status;
    if (!stmt_row(stmt, &status, err))
        return status == STATUS_OK ? errmsg_set(err, STATUS_NOT_FOUND, "没有这份草稿") : status;
    const struct record_type *type = catalogue_by_no((uint64_t)stmt_column_int(stmt, 0));
    struct id record = stmt_column_id(stmt, 1);
    if (type == NULL) {
        stmt_reset(stmt);
        return errmsg_set(err, STATUS_UNSUPPORTED, "草稿的类型本程序不认识");
    }
    if (id_is_zero(record)) {
        record_init(out, type);
        out->scope = stmt_column_int(stmt, 2);
    } else {
        status = records_get(store, actor, type, record, out, err);
    }
    if (status == STATUS_OK) {
        /* The version the person saw: a save over somebody's newer value of the same field must be noticed. */
        if (!id_is_zero(record))
            out->version = stmt_column_int(stmt, 3);
        out->seen = stmt_column_int(stmt, 4);
        size_t len;
        const uint8_t *fields = stmt_column_blob(stmt, 5, &len);
        struct reader reader;
        reader_init(&reader, fields, len);
        status = lay_over(out, &reader, record_set);
        if (status == STATUS_OK)
            status = lay_over(out, &reader, record_set_loaded);
        if (status != STATUS_OK)
            record_release(out);
    }
    stmt_reset(stmt);
    return status;
}

enum status draft_delete(struct store *store, const struct actor *actor, struct id draft, struct errmsg *err)
{
    enum status status = store_begin(store, "draft", err);
    if (status != STATUS_OK)
        return status;
    struct stmt *stmt = store_prepare(store, "DELETE FROM draft WHERE id=?1 AND user=?2");
    stmt_id(stmt, 1, draft);
    stmt_string(stmt, 2, actor->name);
    status = stmt_run(stmt, err);
    if (status == STATUS_OK)
        return store_commit(store, err);
    store_rollback(store);
    return status;
}

enum status draft_list(struct store *store, const struct actor *actor, draft_row row, void *context, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT id,type,record,user,title,updated_ms FROM draft WHERE user=?1 ORDER BY updated_ms DESC, id");
    stmt_string(stmt, 1, actor->name);
    enum status status;
    while (stmt_row(stmt, &status, err)) {
        struct draft_info info = {.id = stmt_column_id(stmt, 0), .type = catalogue_by_no((uint64_t)stmt_column_int(stmt, 1)), .record = stmt_column_id(stmt, 2),
                                  .user = stmt_column_text(stmt, 3, NULL), .title = stmt_column_text(stmt, 4, NULL), .updated_ms = stmt_column_int(stmt, 5)};
        if (info.type != NULL && !row(context, &info)) {
            stmt_reset(stmt);
            break;
        }
    }
    return status;
}
