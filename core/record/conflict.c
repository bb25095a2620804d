/* core/record/conflict.c - see conflict.h. */
#include "core/record/conflict.h"

#include <stdio.h>
#include <string.h>

#include "core/record/changelog.h"
#include "core/record/peer.h"
#include "core/record/row.h"
#include "core/record/schema.h"

/* Who wrote a value, from the change log. */
struct author {
    char user[ACTOR_NAME_MAX_BYTES];
    char station[MACHINE_NAME_MAX_BYTES];
    int64_t at_ms, order;
};

static enum status author_of(struct store *store, int64_t log, uint64_t seq, struct author *out, struct errmsg *err)
{
    *out = (struct author){0};
    struct stmt *stmt = store_prepare(store, "SELECT c.header, c.rseq, l.station FROM change c JOIN log l ON l.no=c.log WHERE c.log=?1 AND c.seq=?2");
    stmt_int(stmt, 1, log);
    stmt_int(stmt, 2, (int64_t)seq);
    enum status status;
    if (!stmt_row(stmt, &status, err))
        return status;
    size_t len;
    const uint8_t *header = stmt_column_blob(stmt, 0, &len);
    struct change change;
    if (change_decode_header(header, len, &change) == STATUS_OK) {
        snprintf(out->user, sizeof out->user, "%s", change.user);
        out->at_ms = change.at_ms;
    }
    out->order = stmt_column_int(stmt, 1);
    uint32_t station = (uint32_t)stmt_column_int(stmt, 2);
    stmt_reset(stmt);
    station_label(store, station, out->station, sizeof out->station);
    return STATUS_OK;
}

/* Who wrote the shown value of a cell. Mirrors the row format of apply.h. */
static void shown_writer(struct stmt *row, uint16_t field, int64_t *log, uint64_t *seq)
{
    *log = stmt_column_int(row, ROW_W_LOG);
    *seq = (uint64_t)stmt_column_int(row, ROW_W_SEQ);
    size_t len;
    const uint8_t *cells = stmt_column_blob(row, ROW_CELLS, &len);
    struct reader reader;
    reader_init(&reader, cells, len);
    while (reader_left(&reader) > 0 && reader.status == STATUS_OK) {
        uint16_t no = reader_u16(&reader);
        uint32_t by_log = reader_u32(&reader);
        uint64_t by_seq = reader_u64(&reader);
        if (no == field && reader.status == STATUS_OK) {
            *log = by_log;
            *seq = by_seq;
        }
    }
}

static void side_of(const struct author *author, struct value value, struct conflict_side *side)
{
    *side = (struct conflict_side){.value = value, .user = author->user, .station = author->station, .at_ms = author->at_ms, .order = author->order};
}

/* Complete one row of table conflict and give it away. */
static enum status give(struct store *store, struct stmt *found, conflict_row row, void *context, bool *go_on, struct errmsg *err)
{
    struct conflict conflict = {.no = stmt_column_int(found, 0), .type = catalogue_by_no((uint64_t)stmt_column_int(found, 1)), .id = stmt_column_id(found, 2)};
    uint16_t field = (uint16_t)stmt_column_int(found, 3);
    if (conflict.type == NULL)
        return STATUS_OK;
    conflict.field = catalogue_field_by_no(conflict.type, field);
    if (field != 0 && conflict.field == NULL)
        return STATUS_OK; /* a field of a newer program */
    struct author shown, other;
    int64_t log;
    uint64_t seq;
    enum status status = author_of(store, stmt_column_int(found, 5), (uint64_t)stmt_column_int(found, 6), &other, err);
    if (status != STATUS_OK)
        return status;
    side_of(&other, stmt_column_value(found, 4), &conflict.other);
    struct stmt *stmt = store_prepare(store, schema_row_by_id(store, conflict.type));
    stmt_id(stmt, 1, conflict.id);
    if (!stmt_row(stmt, &status, err))
        return status;
    shown_writer(stmt, field, &log, &seq);
    status = author_of(store, log, seq, &shown, err);
    struct value value = conflict.field == NULL ? value_int(stmt_column_int(stmt, ROW_GONE))
                                                : stmt_column_value(stmt, ROW_FIELDS + (int)catalogue_field_index(conflict.type, conflict.field));
    side_of(&shown, value, &conflict.shown);
    if (status == STATUS_OK)
        *go_on = row(context, &conflict);
    stmt_reset(stmt);
    return status;
}

enum status conflict_list(struct store *store, const struct actor *actor, const struct id *id, size_t limit, conflict_row row, void *context, struct errmsg *err)
{
    struct buf sql;
    buf_init(&sql, 1024);
    int index = 1;
    buf_puts(&sql, "SELECT no,type,id,field,value,log,seq FROM conflict WHERE 1");
    row_scope_sql(actor, &sql, &index);
    if (id != NULL)
        buf_printf(&sql, " AND id=?%d", index++);
    buf_puts(&sql, " ORDER BY no");
    if (limit > 0)
        buf_printf(&sql, " LIMIT ?%d", index);
    struct stmt *stmt = store_prepare(store, buf_cstr(&sql));
    buf_release(&sql);
    index = 1;
    row_scope_bind(actor, stmt, &index);
    if (id != NULL)
        stmt_id(stmt, index++, *id);
    if (limit > 0)
        stmt_int(stmt, index, (int64_t)limit);
    enum status status;
    bool go_on = true;
    while (stmt_row(stmt, &status, err)) {
        status = give(store, stmt, row, context, &go_on, err);
        if (status != STATUS_OK || !go_on) {
            stmt_reset(stmt);
            break;
        }
    }
    return status;
}

enum status conflict_count(struct store *store, const struct actor *actor, int64_t *count, struct errmsg *err)
{
    struct buf sql;
    buf_init(&sql, 256);
    int index = 1;
    buf_puts(&sql, "SELECT count(*) FROM conflict WHERE 1");
    row_scope_sql(actor, &sql, &index);
    struct stmt *stmt = store_prepare(store, buf_cstr(&sql));
    buf_release(&sql);
    index = 1;
    row_scope_bind(actor, stmt, &index);
    enum status status;
    *count = 0;
    if (stmt_row(stmt, &status, err)) {
        *count = stmt_column_int(stmt, 0);
        stmt_reset(stmt);
    }
    return status;
}

/* Open conflicts of one cell, and whether one of them lost with this value. */
static enum status look_at_cell(struct store *store, struct id id, unsigned field, struct value value, bool *open, bool *is_side, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT value IS ?3 FROM conflict WHERE id=?1 AND field=?2");
    stmt_id(stmt, 1, id);
    stmt_int(stmt, 2, field);
    stmt_value(stmt, 3, value);
    enum status status;
    *open = *is_side = false;
    while (stmt_row(stmt, &status, err)) {
        *open = true;
        *is_side |= stmt_column_int(stmt, 0) != 0;
    }
    return status;
}

/* What an action wrote may be settled for one of the sides only: a third value would be an action that nobody made. */
static enum status check_choice(struct store *store, const struct record *row, const struct field_def *field, struct value value, struct errmsg *err)
{
    bool open, is_side;
    enum status status = look_at_cell(store, row->id, field == NULL ? 0 : field->no, value, &open, &is_side, err);
    const char *label = field == NULL ? "删除" : field->label;
    if (status != STATUS_OK)
        return status;
    if (!open)
        return errmsg_set(err, STATUS_NOT_FOUND, "%s: 这一项没有待处理的冲突", label);
    bool by_action = field != NULL && ((field->flags & FIELD_ACTION) || (row->type->flags & TYPE_ACTION));
    if (by_action && !is_side && !value_equal(record_get(row, field), value))
        return errmsg_set(err, STATUS_INVALID, "%s: 由办理动作产生，只能在两边的值里选一个", label);
    return STATUS_OK;
}

enum status conflict_resolve(struct store *store, const struct actor *actor, const struct record_type *type, struct id id, const struct field_def *field, struct value value,
                             struct errmsg *err)
{
    struct record row;
    enum status status = records_get(store, actor, type, id, &row, err);
    if (status != STATUS_OK)
        return status;
    if (row.conflicts == 0)
        status = errmsg_set(err, STATUS_NOT_FOUND, "这条%s没有待处理的冲突", type->label);
    else if (value.kind != VALUE_NULL && (field == NULL || catalogue_is_number(field->kind)) != (value.kind == VALUE_INT))
        status = errmsg_set(err, STATUS_INVALID, "%s: 值的类型不对", field == NULL ? "删除" : field->label);
    else
        status = check_choice(store, &row, field, value, err);
    if (status == STATUS_OK)
        status = records_resolve(store, actor, &row, field, value, err);
    record_release(&row);
    return status;
}
