/* core/record/row_edit.c - the row to which a change is applied (apply_impl.h) as it stands in its table: read, and written back. Its format is in apply.h.
 *
 * A row that was never there is inserted; the place of one that was emptied (row_rebuild.h) is filled; else what the change set is updated, and which cells others than the creator wrote. What stays as it is
 * is not named: of a column that an index or a trigger names, SQLite writes the index anew and asks the trigger, also where the value is the same. A change that only got its place often changes nothing. */
#include "core/base/cbor.h"
#include "core/record/apply_impl.h"
#include "core/record/order.h"
#include "core/record/reach_impl.h"
#include "core/record/schema.h"

enum { CELL_BYTES = 14, UPDATE_MAX_BYTES = 4096 };

/* A place that nothing was applied to yet is of the change's scope, unless a move, a share or a change without its content came before. */
static enum status find_scope(struct row_edit *edit)
{
    struct reach_hands hands = {.owner = REACH_ONLY};
    struct stmt *stmt = store_prepare(edit->store, REACH_ROW_LIST "SELECT c.header FROM list JOIN change c ON c.lsn=list.lsn WHERE c.state<>1 AND c.rseq IS NOT NULL ORDER BY c.rseq");
    enum status status;
    stmt_int(stmt, 1, edit->head);
    while (stmt_row(stmt, &status, edit->err)) {
        struct change change;
        size_t len;
        const uint8_t *header = stmt_column_blob(stmt, 0, &len);
        if (change_decode_header(header, len, &change) == STATUS_OK)
            (void)reach_hands_add(&hands, &change);
    }
    (void)reach_hands_add(&hands, edit->change);
    edit->scope = hands.owner;
    return status;
}

enum status row_edit_load(struct row_edit *edit)
{
    if (edit->origin->absent)
        return STATUS_OK;
    struct stmt *stmt = store_prepare_lasting(edit->store, schema_row_by_id(edit->store, edit->type));
    stmt_id(stmt, 1, edit->change->id);
    enum status status;
    if (!stmt_row(stmt, &status, edit->err))
        return status;
    edit->n = stmt_column_int(stmt, ROW_N);
    edit->head = stmt_column_int(stmt, ROW_HEAD);
    if (stmt_column_int(stmt, ROW_W_LOG) == 0) {
        edit->emptied = true;
        edit->absence = (unsigned)stmt_column_int(stmt, ROW_W_SEQ);
        edit->scope = stmt_column_int(stmt, ROW_SCOPE);
        stmt_reset(stmt);
        return edit->absence == REACH_NO_CHANGE ? find_scope(edit) : STATUS_OK;
    }
    edit->row = stmt;
    edit->scope = stmt_column_int(stmt, ROW_SCOPE);
    edit->created = (struct writer){0, stmt_column_int(stmt, ROW_W_LOG), (uint64_t)stmt_column_int(stmt, ROW_W_SEQ)};
    edit->was_gone = edit->gone = stmt_column_int(stmt, ROW_GONE) != 0;
    size_t len;
    struct reader reader;
    const uint8_t *cells = stmt_column_blob(stmt, ROW_CELLS, &len);
    reader_init(&reader, cells, len);
    if (len % CELL_BYTES != 0 || len / CELL_BYTES > CELLS_MAX)
        return errmsg_set(edit->err, STATUS_CORRUPT, "%s: 单元记录损坏", edit->type->name);
    for (edit->n_cells = 0; reader_left(&reader) > 0; edit->n_cells++) {
        struct writer *cell = &edit->cells[edit->n_cells];
        cell->field = reader_u16(&reader);
        cell->log = reader_u32(&reader);
        cell->seq = reader_u64(&reader);
        edit->cells_differ |= writer_is(*cell, edit->created); /* encode_cells leaves it out */
    }
    const uint8_t *extra = stmt_column_blob(stmt, ROW_EXTRA, &len);
    buf_append(&edit->extra, extra, len);
    stmt = store_prepare(edit->store, "SELECT 1 FROM conflict WHERE id=?1 LIMIT 1");
    stmt_id(stmt, 1, edit->change->id);
    edit->has_conflicts = stmt_row(stmt, &status, edit->err);
    if (edit->has_conflicts)
        stmt_reset(stmt);
    return status;
}

/* One state, one encoding: a cell that went back to the row's creator is not an exception any more. */
static void encode_cells(const struct row_edit *edit, struct buf *out)
{
    for (size_t i = 0; i < edit->n_cells; i++) {
        if (writer_is(edit->cells[i], edit->created))
            continue;
        buf_put_u16(out, edit->cells[i].field);
        buf_put_u32(out, (uint32_t)edit->cells[i].log);
        buf_put_u64(out, edit->cells[i].seq);
    }
}

/* ,"column"=?n for each field that was set, numbered on from `index`. Not printed: an update's text is composed each time, and that was a tenth of what it costs. */
static void put_fields(const struct row_edit *edit, const char *comma, unsigned index, struct buf *sql)
{
    for (size_t i = 0; i < edit->type->n_fields; i++) {
        if (!edit->is_set[i])
            continue;
        char number[4] = {(char)('0' + index / 100), (char)('0' + index / 10 % 10), (char)('0' + index % 10)};
        buf_puts(sql, comma);
        buf_puts(sql, "\"");
        buf_puts(sql, edit->type->fields[i].name);
        buf_puts(sql, "\"=?");
        buf_puts(sql, number + (index < 10 ? 2 : index < 100 ? 1 : 0));
        comma = ",";
        index++;
    }
}

_Static_assert(FIELD_MAX_COUNT < 900, "three digits");

/* The row's creation into the place of one that was emptied. */
static enum status fill_row(struct row_edit *edit)
{
    struct buf sql;
    buf_init(&sql, UPDATE_MAX_BYTES);
    buf_printf(&sql, "UPDATE OR FAIL \"%s\" SET scope=?1,head=?2,w_log=?3,w_seq=?4,gone=?5,extra=?6", edit->type->name);
    int index = 8;
    put_fields(edit, ",", 8, &sql);
    buf_puts(&sql, " WHERE n=?7");
    enum status status = sql.status;
    if (status == STATUS_OK) {
        struct stmt *stmt = store_prepare_buf(edit->store, &sql);
        stmt_int(stmt, 1, edit->scope);
        stmt_int(stmt, 2, edit->head > edit->origin->lsn ? edit->head : edit->origin->lsn);
        stmt_int(stmt, 3, edit->origin->log);
        stmt_int(stmt, 4, (int64_t)edit->change->seq);
        stmt_int(stmt, 5, edit->gone);
        if (edit->extra.len > 0)
            stmt_blob(stmt, 6, edit->extra.data, edit->extra.len);
        else
            stmt_null(stmt, 6);
        stmt_int(stmt, 7, edit->n);
        for (size_t i = 0; i < edit->type->n_fields; i++)
            if (edit->is_set[i])
                stmt_value(stmt, index++, edit->set[i]);
        status = stmt_run(stmt, edit->err);
    }
    buf_release(&sql);
    return status;
}

enum status row_edit_insert(struct row_edit *edit)
{
    if (edit->extra.status != STATUS_OK)
        return edit->extra.status;
    if (edit->emptied)
        return fill_row(edit);
    struct stmt *stmt = store_prepare_lasting(edit->store, schema_insert(edit->store, edit->type));
    stmt_id(stmt, ROW_ID, edit->change->id);
    stmt_int(stmt, ROW_SCOPE, edit->change->scope);
    stmt_int(stmt, ROW_HEAD, edit->origin->lsn);
    stmt_int(stmt, ROW_W_LOG, edit->origin->log);
    stmt_int(stmt, ROW_W_SEQ, (int64_t)edit->change->seq);
    stmt_null(stmt, ROW_CELLS);
    stmt_int(stmt, ROW_GONE, edit->gone);
    if (edit->extra.len > 0)
        stmt_blob(stmt, ROW_EXTRA, edit->extra.data, edit->extra.len);
    else
        stmt_null(stmt, ROW_EXTRA);
    for (size_t i = 0; i < edit->type->n_fields; i++) {
        if (edit->is_set[i])
            stmt_value(stmt, ROW_FIELDS + (int)i, edit->set[i]);
        else
            stmt_null(stmt, ROW_FIELDS + (int)i);
    }
    return stmt_run(stmt, edit->err);
}

/* The columns that change, each with its number as a parameter. */
static void put_changed(const struct row_edit *edit, bool head_differs, struct buf *sql)
{
    const char *comma = "";
    const struct {
        bool differs;
        const char *name;
    } own[] = {{head_differs, "head=?1"}, {edit->cells_differ, "cells=?2"}, {edit->gone != edit->was_gone, "gone=?3"}, {edit->extra_differs, "extra=?4"}};
    for (size_t i = 0; i < sizeof own / sizeof own[0]; i++) {
        if (!own[i].differs)
            continue;
        buf_puts(sql, comma);
        buf_puts(sql, own[i].name);
        comma = ",";
    }
    put_fields(edit, comma, 6, sql);
}

static void bind_blob(struct stmt *stmt, int index, const struct buf *bytes)
{
    if (bytes->len > 0)
        stmt_blob(stmt, index, bytes->data, bytes->len);
    else
        stmt_null(stmt, index);
}

static enum status update(struct row_edit *edit, const char *sql, int64_t head, const struct buf *cells)
{
    struct stmt *stmt = store_prepare(edit->store, sql);
    int index = 6;
    if (head != edit->head)
        stmt_int(stmt, 1, head);
    if (edit->cells_differ)
        bind_blob(stmt, 2, cells);
    if (edit->gone != edit->was_gone)
        stmt_int(stmt, 3, edit->gone);
    if (edit->extra_differs)
        bind_blob(stmt, 4, &edit->extra);
    stmt_int(stmt, 5, edit->n);
    for (size_t i = 0; i < edit->type->n_fields; i++)
        if (edit->is_set[i])
            stmt_value(stmt, index++, edit->set[i]);
    return stmt_run(stmt, edit->err);
}

enum status row_edit_update(struct row_edit *edit)
{
    int64_t head = edit->head > edit->origin->lsn ? edit->head : edit->origin->lsn;
    struct buf sql, cells;
    buf_init(&sql, UPDATE_MAX_BYTES);
    buf_init(&cells, CELLS_MAX * CELL_BYTES);
    encode_cells(edit, &cells);
    /* OR FAIL: no statement journal for one row (schema.c). */
    buf_puts(&sql, "UPDATE OR FAIL \"");
    buf_puts(&sql, edit->type->name);
    buf_puts(&sql, "\" SET ");
    size_t begin = sql.len;
    put_changed(edit, head != edit->head, &sql);
    bool changes = sql.len > begin;
    buf_puts(&sql, " WHERE n=?5");
    enum status status = sql.status != STATUS_OK ? sql.status : cells.status != STATUS_OK ? cells.status : edit->extra.status;
    if (status == STATUS_OK && changes)
        status = update(edit, buf_cstr(&sql), head, &cells);
    buf_release(&cells);
    buf_release(&sql);
    return status;
}
