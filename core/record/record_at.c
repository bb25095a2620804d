/* core/record/record_at.c - see record_at.h. */
#include "core/record/record_at.h"

#include <string.h>

#include "core/record/branch.h"
#include "core/record/change_body.h"
#include "core/record/changelog.h"
#include "core/record/order.h"
#include "core/record/row.h"
#include "core/record/row_changes.h"
#include "core/record/schema.h"

enum { EXISTENCE = CHANGE_FIELD_EXISTENCE };

/* Who wrote a cell. */
struct cell_writer {
    uint16_t field;
    int64_t log;
    uint64_t seq;
    uint64_t order, taken; /* core/record/order.h */
};

struct fold {
    struct store *store;
    struct record *record;
    struct errmsg *err;
    int64_t lsn;                /* the change that is being folded */
    enum status status;
    bool there;                 /* its creation was folded */
    struct cell_writer created; /* writer of every cell not in cells */
    struct cell_writer cells[CHANGE_FIELDS_MAX];
    size_t n_cells;
};

/* The change being folded, as the rule looks at it. */
struct incoming {
    int64_t log;
    uint64_t seq, order, taken, seen;
};

static struct cell_writer *find_cell(struct fold *fold, uint16_t field)
{
    for (size_t i = 0; i < fold->n_cells; i++)
        if (fold->cells[i].field == field)
            return &fold->cells[i];
    return NULL;
}

static void write_cell(struct fold *fold, uint16_t field, const struct incoming *by)
{
    struct cell_writer *cell = find_cell(fold, field);

    if (cell == NULL && fold->n_cells < CHANGE_FIELDS_MAX)
        cell = &fold->cells[fold->n_cells++];
    if (cell != NULL)
        *cell = (struct cell_writer){field, by->log, by->seq, by->order, by->taken};
}

/* As in apply.h, "same log" is the path that the log was begun on (branch.h); it is looked at last. A failure is kept in fold->status. */
static bool is_concurrent(struct fold *fold, const struct cell_writer *writer, const struct incoming *change)
{
    bool own = false;

    if (writer->log == change->log || order_was_seen(writer->order, writer->taken, change->seen, change->order))
        return false;
    enum status status = branch_on_path(fold->store, change->log, writer->log, writer->seq, &own, fold->err);
    if (status != STATUS_OK)
        fold->status = status;
    return !own;
}

static bool cell_is_concurrent(struct fold *fold, uint16_t field, const struct incoming *change)
{
    const struct cell_writer *cell = find_cell(fold, field);

    return is_concurrent(fold, cell != NULL ? cell : &fold->created, change);
}

static void fold_field(struct fold *fold, const struct change_field *field, const struct incoming *change)
{
    struct record *record = fold->record;
    bool concurrent = fold->there && cell_is_concurrent(fold, field->no, change);

    if (fold->status != STATUS_OK)
        return;
    if (field->no == EXISTENCE) {
        record->deleted = field->value.kind == VALUE_INT && field->value.number != 0;
    } else if (field->def != NULL) {
        if (concurrent && (field->def->flags & FIELD_HOLD) && !value_equal(record_get(record, field->def), field->value))
            return;
        fold->status = record_set(record, field->def, field->value);
    }
    if (fold->there)
        write_cell(fold, field->no, change);
}

static void fold_put(struct fold *fold, const struct change_body *body, const struct incoming *change)
{
    bool names_existence = body->count > 0 && body->fields[0].no == EXISTENCE;

    for (size_t i = 0; i < body->count && fold->status == STATUS_OK; i++)
        fold_field(fold, &body->fields[i], change);
    /* An edit of a row that somebody else deleted unseen brings it back. */
    if (fold->there && !names_existence && fold->record->deleted && cell_is_concurrent(fold, EXISTENCE, change)) {
        fold->record->deleted = false;
        write_cell(fold, EXISTENCE, change);
    }
}

/* A delete counts unless some cell was written by somebody whose write its author did not know; another delete is no such write. */
static void fold_delete(struct fold *fold, const struct incoming *change)
{
    bool concurrent = is_concurrent(fold, &fold->created, change);

    for (size_t i = 0; i < fold->n_cells && !concurrent; i++)
        concurrent = !(fold->cells[i].field == EXISTENCE && fold->record->deleted) && is_concurrent(fold, &fold->cells[i], change);
    if (concurrent)
        return;
    fold->record->deleted = true;
    write_cell(fold, EXISTENCE, change);
}

static bool fold_change(void *context, const struct change_row *row)
{
    struct fold *fold = context;
    struct change_body body;
    struct change change;

    if (change_decode_header(row->header, row->header_len, &change) != STATUS_OK) {
        fold->status = errmsg_set(fold->err, STATUS_CORRUPT, "变更 %lld 的记录头损坏", (long long)row->lsn);
        return false;
    }
    struct incoming incoming = {row->log, row->seq, row->order, row->taken, change.seen};
    if (change.op > CHANGE_RESOLVE) { /* a move tells whose it is; the rest does not touch the content */
        if (change.op == CHANGE_MOVE)
            fold->record->scope = change.scope;
        return true;
    }
    const char *problem = row->body == NULL ? NULL : change_body_parse(fold->record->type, change.op, row->body, row->body_len, &body);
    if (problem != NULL) {
        fold->status = errmsg_set(fold->err, STATUS_CORRUPT, "变更 %lld: %s", (long long)row->lsn, problem);
        return false;
    }
    if (!fold->there) {
        fold->record->scope = change.scope;
        fold->created = (struct cell_writer){EXISTENCE, row->log, row->seq, row->order, row->taken};
    }
    if (change.op == CHANGE_DELETE)
        fold_delete(fold, &incoming);
    else if (row->body != NULL)
        fold_put(fold, &body, &incoming);
    fold->there = true;
    fold->record->version = row->lsn;
    return true;
}

static enum status fold_all(struct store *store, const struct row_changes *changes, struct fold *fold)
{
    for (size_t i = 0; i < changes->count && fold->status == STATUS_OK; i++) {
        enum status status = changelog_get(store, changes->lsns[i], fold_change, fold, fold->err);
        if (status != STATUS_OK)
            return status;
    }
    return fold->status;
}

static enum status fold_row(struct store *store, const struct record_type *type, struct id id, int64_t head, int64_t order, struct record *out, bool *was_there, struct errmsg *err)
{
    struct row_changes changes;
    struct fold fold = {.store = store, .record = out, .err = err};
    enum status status = row_changes(store, head, order, ROW_CHANGES_ALL, &changes, err);

    record_init(out, type);
    out->id = id;
    if (status == STATUS_OK)
        status = fold_all(store, &changes, &fold);
    row_changes_release(&changes);
    *was_there = status == STATUS_OK && fold.there;
    if (!*was_there)
        record_release(out);
    return status;
}

enum status record_at(struct store *store, const struct record_type *type, struct id id, int64_t order, struct record *out, bool *was_there, struct errmsg *err)
{
    struct stmt *stmt = store_prepare_lasting(store, schema_row_by_id(store, type));
    enum status status;

    *was_there = false;
    stmt_id(stmt, 1, id);
    if (!stmt_row(stmt, &status, err))
        return status;
    int64_t head = stmt_column_int(stmt, ROW_HEAD);
    if (stmt_column_int(stmt, ROW_W_LOG) == 0) { /* left, or erased by law: there is nothing any more that it could have been */
        stmt_reset(stmt);
        return STATUS_OK;
    }
    if (order == RECORD_NOW || head <= order) {
        status = row_read(stmt, type, out);
        *was_there = status == STATUS_OK;
        stmt_reset(stmt);
        return status;
    }
    stmt_reset(stmt);
    return fold_row(store, type, id, head, order, out, was_there, err);
}

enum status records_changed_since(struct store *store, int64_t order, record_changed_row row, void *context, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT DISTINCT type, id FROM change WHERE lsn>?1 AND state=0 ORDER BY type, id");
    enum status status;

    stmt_int(stmt, 1, order);
    while (stmt_row(stmt, &status, err)) {
        const struct record_type *type = catalogue_by_no((uint64_t)stmt_column_int(stmt, 0));
        if (type != NULL && !row(context, type, stmt_column_id(stmt, 1))) {
            stmt_reset(stmt);
            break;
        }
    }
    return status;
}
