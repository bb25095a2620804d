/* core/record/apply.c - see apply.h for the rule and the row format. */
#include "core/record/apply_impl.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/cbor.h"
#include "core/base/language.h"
#include "core/record/branch.h"
#include "core/record/change_body.h"
#include "core/record/extra.h"
#include "core/record/lookup_erase.h"
#include "core/record/order.h"
#include "core/record/reach_impl.h"
#include "core/record/schema.h"

enum { EXTRA_MAX_BYTES = CHANGE_BODY_MAX_BYTES, EXISTENCE = CHANGE_FIELD_EXISTENCE };

/* A cell of the base layer: what the center's order says so far. */
struct cell {
    struct value value;
    struct writer by;
    bool under_pending; /* an own pending value lies on it: it lives in table base */
};

struct writer row_edit_writer(const struct row_edit *edit, uint16_t field)
{
    for (size_t i = 0; i < edit->n_cells; i++)
        if (edit->cells[i].field == field)
            return edit->cells[i];
    return (struct writer){field, edit->created.log, edit->created.seq};
}

static struct writer self(const struct row_edit *edit, uint16_t field)
{
    return (struct writer){field, edit->origin->log, edit->change->seq};
}

static enum status writer_put(struct row_edit *edit, struct writer writer)
{
    size_t i = 0;
    while (i < edit->n_cells && edit->cells[i].field < writer.field)
        i++;
    if (writer_is(writer, edit->created)) { /* back to the creator: one way only to say a thing */
        if (i < edit->n_cells && edit->cells[i].field == writer.field) {
            edit->cells_differ = true;
            edit->n_cells--;
            memmove(&edit->cells[i], &edit->cells[i + 1], (edit->n_cells - i) * sizeof edit->cells[0]);
        }
        return STATUS_OK;
    }
    if (i == edit->n_cells || edit->cells[i].field != writer.field) {
        if (edit->n_cells == CELLS_MAX)
            return errmsg_set(edit->err, STATUS_TOO_LARGE, "字段过多");
        memmove(&edit->cells[i + 1], &edit->cells[i], (edit->n_cells - i) * sizeof edit->cells[0]);
        edit->n_cells++;
    }
    edit->cells[i] = writer;
    edit->cells_differ = true;
    return STATUS_OK;
}

/* A change that is no longer kept is older than anything anybody has not seen. */
static enum status place_of(struct row_edit *edit, struct writer by, struct place *place)
{
    if (edit->known.log == by.log && edit->known.seq == by.seq) {
        *place = edit->known_place;
        return STATUS_OK;
    }
    struct stmt *stmt = store_prepare(edit->store, "SELECT rseq,coalesce(taken,given) FROM change WHERE log=?1 AND seq=?2");
    stmt_int(stmt, 1, by.log);
    stmt_int(stmt, 2, (int64_t)by.seq);
    enum status status;
    *place = (struct place){1, 1};
    if (stmt_row(stmt, &status, edit->err)) {
        place->fold = (uint64_t)stmt_column_int(stmt, 0);
        place->taken = stmt_column_is_null(stmt, 1) ? place->fold : (uint64_t)stmt_column_int(stmt, 1);
        stmt_reset(stmt);
    }
    edit->known = by;
    edit->known_place = *place;
    return status;
}

/* Table base. */

static enum status base_put(struct row_edit *edit, uint16_t field, struct value value, struct writer by)
{
    struct stmt *stmt = store_prepare(edit->store, "INSERT OR REPLACE INTO base(type,id,field,value,log,seq) VALUES(?1,?2,?3,?4,?5,?6)");
    stmt_int(stmt, 1, edit->type->no);
    stmt_id(stmt, 2, edit->change->id);
    stmt_int(stmt, 3, field);
    stmt_value(stmt, 4, value);
    stmt_int(stmt, 5, by.log);
    stmt_int(stmt, 6, (int64_t)by.seq);
    return stmt_run(stmt, edit->err);
}

static enum status base_drop(struct row_edit *edit, uint16_t field)
{
    struct stmt *stmt = store_prepare(edit->store, "DELETE FROM base WHERE id=?1 AND field=?2");
    stmt_id(stmt, 1, edit->change->id);
    stmt_int(stmt, 2, field);
    return stmt_run(stmt, edit->err);
}

/* The statement stays open in *hold while the value is borrowed; NULL: no base row. */
static enum status base_get(struct row_edit *edit, uint16_t field, struct cell *cell, struct stmt **hold)
{
    struct stmt *stmt = store_prepare(edit->store, "SELECT value,log,seq FROM base WHERE id=?1 AND field=?2");
    stmt_id(stmt, 1, edit->change->id);
    stmt_int(stmt, 2, field);
    enum status status;
    *hold = NULL;
    if (!stmt_row(stmt, &status, edit->err))
        return status;
    cell->value = stmt_column_value(stmt, 0);
    cell->by = (struct writer){field, stmt_column_int(stmt, 1), (uint64_t)stmt_column_int(stmt, 2)};
    *hold = stmt;
    return STATUS_OK;
}

/* Table conflict. */

static enum status conflict_add(struct row_edit *edit, uint16_t field, struct value value, struct writer by)
{
    if (edit->type->flags & (TYPE_INNER | TYPE_LATEST)) /* between programs: nobody would decide it, and what a county tells it tells again */
        return STATUS_OK;
    struct stmt *stmt = store_prepare(edit->store, "INSERT OR IGNORE INTO conflict(type,id,field,scope,value,log,seq) VALUES(?1,?2,?3,?4,?5,?6,?7)");
    stmt_int(stmt, 1, edit->type->no);
    stmt_id(stmt, 2, edit->change->id);
    stmt_int(stmt, 3, field);
    stmt_int(stmt, 4, edit->scope);
    stmt_value(stmt, 5, value);
    stmt_int(stmt, 6, by.log);
    stmt_int(stmt, 7, (int64_t)by.seq);
    enum status status = stmt_run(stmt, edit->err);
    if (status == STATUS_OK && store_changes(edit->store) > 0)
        edit->outcome->conflicts++;
    edit->has_conflicts = true;
    return status;
}

/* Equal values close themselves. */
static enum status conflict_close_equal(struct row_edit *edit, uint16_t field, struct value value)
{
    if (!edit->has_conflicts)
        return STATUS_OK;
    struct stmt *stmt = store_prepare(edit->store, "DELETE FROM conflict WHERE id=?1 AND field=?2 AND value IS ?3");
    stmt_id(stmt, 1, edit->change->id);
    stmt_int(stmt, 2, field);
    stmt_value(stmt, 3, value);
    return stmt_run(stmt, edit->err);
}

/* A resolve change closes the conflicts whose loser its author could see: order_was_seen() in SQL. */
static enum status conflict_close_seen(struct row_edit *edit, uint16_t field)
{
    struct stmt *stmt = store_prepare(edit->store, "DELETE FROM conflict WHERE id=?1 AND field=?2 AND coalesce((SELECT CASE WHEN c.rseq>>40=?3>>40 AND NOT ?4 THEN c.rseq ELSE coalesce(c.taken,c.given,c.rseq) END "
                                                   "FROM change c WHERE c.log=conflict.log AND c.seq=conflict.seq),0)<=?3");
    stmt_id(stmt, 1, edit->change->id);
    stmt_int(stmt, 2, field);
    stmt_int(stmt, 3, (int64_t)edit->change->seen);
    stmt_int(stmt, 4, order_is_ambiguous(edit->change->seen, edit->origin->order));
    return stmt_run(stmt, edit->err);
}

/* Cells. */

static const struct field_def *known_field(const struct row_edit *edit, uint16_t field)
{
    return field == EXISTENCE ? NULL : catalogue_field_by_no(edit->type, field);
}

struct value row_edit_value(const struct row_edit *edit, uint16_t field)
{
    if (field == EXISTENCE)
        return value_int(edit->gone);
    const struct field_def *def = known_field(edit, field);
    if (def == NULL)
        return extra_get(&edit->extra, field);
    if (edit->row == NULL)
        return value_null();
    size_t index = catalogue_field_index(edit->type, def);
    return edit->is_set[index] ? edit->set[index] : stmt_column_value(edit->row, ROW_FIELDS + (int)index);
}

static void set_visible(struct row_edit *edit, uint16_t field, struct value value)
{
    if (field == EXISTENCE) {
        edit->gone = value.kind == VALUE_INT && value.number != 0;
        return;
    }
    const struct field_def *def = known_field(edit, field);
    if (def == NULL) {
        enum status status = extra_put(&edit->extra, field, value);
        edit->extra_differs = true;
        if (status != STATUS_OK && edit->extra.status == STATUS_OK)
            edit->extra.status = status; /* looked at when the row is written */
        return;
    }
    size_t index = catalogue_field_index(edit->type, def);
    edit->set[index] = value;
    edit->is_set[index] = true;
}

/* Like set_visible for a value whose text belongs to a statement that will end. */
static enum status set_visible_copy(struct row_edit *edit, uint16_t field, struct value value)
{
    const struct field_def *def = known_field(edit, field);
    if (def != NULL && value.kind == VALUE_TEXT) {
        size_t index = catalogue_field_index(edit->type, def);
        free(edit->kept[index]);
        edit->kept[index] = malloc(value.len + 1);
        if (edit->kept[index] == NULL)
            return STATUS_NOMEM;
        memcpy(edit->kept[index], value.text, value.len);
        edit->kept[index][value.len] = '\0';
        value.text = edit->kept[index];
    }
    set_visible(edit, field, value);
    return STATUS_OK;
}

static enum status cell_read(struct row_edit *edit, uint16_t field, struct cell *cell, struct stmt **hold)
{
    struct place place;
    *hold = NULL;
    *cell = (struct cell){.by = row_edit_writer(edit, field)};
    enum status status = place_of(edit, cell->by, &place);
    if (status != STATUS_OK)
        return status;
    if (place.fold != 0) {
        cell->value = row_edit_value(edit, field);
        return STATUS_OK;
    }
    /* No base row under a pending cell: nothing was ever ordered there but the row's creation. */
    *cell = (struct cell){.by = {field, edit->created.log, edit->created.seq}, .value = value_null(), .under_pending = true};
    return base_get(edit, field, cell, hold);
}

static enum status cell_write(struct row_edit *edit, uint16_t field, const struct cell *cell, struct value value)
{
    enum status status = conflict_close_equal(edit, field, value);
    if (status != STATUS_OK)
        return status;
    if (cell->under_pending)
        return base_put(edit, field, value, self(edit, field));
    set_visible(edit, field, value);
    return writer_put(edit, self(edit, field));
}

/* Did this change's author not know the write `by`? The path is looked at last: only what would be a conflict pays for it. Of its own log it knew what came before it and no more: what a center lost and got back
 * in pieces need not stand in the log's order. */
enum status row_edit_is_concurrent(struct row_edit *edit, struct writer by, bool *concurrent)
{
    bool same_log = by.log == edit->origin->log;
    *concurrent = false;
    if (same_log && by.seq <= edit->change->seq)
        return STATUS_OK;
    struct place place;
    bool own = false;
    enum status status = place_of(edit, by, &place);
    bool unseen = status == STATUS_OK && !order_was_seen(place.fold, place.taken, edit->change->seen, edit->origin->order);
    if (unseen && !same_log)
        status = branch_on_path(edit->store, edit->origin->log, by.log, by.seq, &own, edit->err);
    *concurrent = status == STATUS_OK && unseen && !own;
    return status;
}

/* The rule for one cell of an ordered change. */
static enum status fold_cell(struct row_edit *edit, uint16_t field, struct value value)
{
    struct cell cell;
    struct stmt *hold;
    bool concurrent = false;
    enum status status = cell_read(edit, field, &cell, &hold);
    if (status == STATUS_OK)
        status = row_edit_is_concurrent(edit, cell.by, &concurrent);
    if (status == STATUS_OK && concurrent && !value_equal(cell.value, value)) {
        const struct field_def *def = known_field(edit, field);
        if (def != NULL && (def->flags & FIELD_HOLD)) {
            status = conflict_add(edit, field, value, self(edit, field));
            goto out;
        }
        status = conflict_add(edit, field, cell.value, cell.by);
    }
    if (status == STATUS_OK)
        status = cell_write(edit, field, &cell, value);
out:
    if (hold != NULL)
        stmt_reset(hold);
    return status;
}

/* An edit of a row that somebody else deleted unseen: the row comes back, and a person decides. */
static enum status fold_revive(struct row_edit *edit)
{
    struct cell cell;
    struct stmt *hold;
    bool concurrent = false;
    enum status status = cell_read(edit, EXISTENCE, &cell, &hold);
    bool gone = cell.value.kind == VALUE_INT && cell.value.number != 0;
    if (status == STATUS_OK && gone)
        status = row_edit_is_concurrent(edit, cell.by, &concurrent);
    if (status == STATUS_OK && concurrent) {
        status = conflict_add(edit, EXISTENCE, value_int(1), cell.by);
        if (status == STATUS_OK)
            status = cell.under_pending ? base_put(edit, EXISTENCE, value_int(0), self(edit, EXISTENCE)) : STATUS_OK;
        if (status == STATUS_OK && !cell.under_pending) {
            set_visible(edit, EXISTENCE, value_int(0));
            status = writer_put(edit, self(edit, EXISTENCE));
        }
    }
    if (hold != NULL)
        stmt_reset(hold);
    return status;
}

/* The base's word on the row's existence; also while an own delete, which lies on top and has its order number already, is folded. */
static enum status existence_read(struct row_edit *edit, struct cell *cell, struct stmt **hold)
{
    if (!writer_is(row_edit_writer(edit, EXISTENCE), self(edit, EXISTENCE)))
        return cell_read(edit, EXISTENCE, cell, hold);
    *cell = (struct cell){.by = {EXISTENCE, edit->created.log, edit->created.seq}, .value = value_int(0), .under_pending = true};
    return base_get(edit, EXISTENCE, cell, hold);
}

/* Was any cell of the row written by somebody whose write this delete's author did not know? */
static enum status any_concurrent(struct row_edit *edit, bool *concurrent)
{
    *concurrent = false;
    enum status status = row_edit_is_concurrent(edit, edit->created, concurrent);
    for (size_t i = 0; status == STATUS_OK && !*concurrent && i < edit->n_cells; i++) {
        struct cell cell;
        struct stmt *hold;
        uint16_t field = edit->cells[i].field;
        status = field == EXISTENCE ? existence_read(edit, &cell, &hold) : cell_read(edit, field, &cell, &hold);
        /* A decision to keep the row counts as an edit of it, another delete does not. */
        bool deleted = field == EXISTENCE && cell.value.kind == VALUE_INT && cell.value.number != 0;
        if (status == STATUS_OK && !deleted)
            status = row_edit_is_concurrent(edit, cell.by, concurrent);
        if (hold != NULL)
            stmt_reset(hold);
    }
    return status;
}

static enum status fold_delete(struct row_edit *edit)
{
    struct cell cell;
    struct stmt *hold;
    bool concurrent;
    enum status status = any_concurrent(edit, &concurrent);
    if (status != STATUS_OK)
        return status;
    if (concurrent)
        return conflict_add(edit, EXISTENCE, value_int(1), self(edit, EXISTENCE));
    status = cell_read(edit, EXISTENCE, &cell, &hold);
    if (status == STATUS_OK)
        status = cell_write(edit, EXISTENCE, &cell, value_int(1));
    if (hold != NULL)
        stmt_reset(hold);
    return status;
}

/* An own change that has no order number yet: shown at once, the base value is remembered. */
static enum status overlay_cell(struct row_edit *edit, uint16_t field, struct value value)
{
    struct writer by = row_edit_writer(edit, field);
    struct place place;
    enum status status = place_of(edit, by, &place);
    if (status == STATUS_OK && place.fold != 0)
        status = base_put(edit, field, row_edit_value(edit, field), by);
    if (status != STATUS_OK)
        return status;
    set_visible(edit, field, value);
    return writer_put(edit, self(edit, field));
}

/* An own change got its place: fold it into the base; what is shown stays, unless a hold field says otherwise. */
static enum status order_cell(struct row_edit *edit, uint16_t field, struct value value)
{
    bool top = writer_is(row_edit_writer(edit, field), self(edit, field));
    struct cell cell = {0};
    struct stmt *hold;
    bool concurrent = false, held = false;
    enum status status = base_get(edit, field, &cell, &hold);
    if (status != STATUS_OK)
        return status;
    if (hold == NULL) { /* the row's creation, or a cell first written by it */
        status = conflict_close_equal(edit, field, value);
        return status != STATUS_OK || top ? status : base_put(edit, field, value, self(edit, field));
    }
    status = row_edit_is_concurrent(edit, cell.by, &concurrent);
    if (status == STATUS_OK && concurrent && !value_equal(cell.value, value)) {
        const struct field_def *def = known_field(edit, field);
        held = def != NULL && (def->flags & FIELD_HOLD);
        status = held ? conflict_add(edit, field, value, self(edit, field)) : conflict_add(edit, field, cell.value, cell.by);
    }
    if (status == STATUS_OK && !held)
        status = conflict_close_equal(edit, field, value);
    if (status == STATUS_OK && top && held) {
        status = set_visible_copy(edit, field, cell.value);
        if (status == STATUS_OK)
            status = writer_put(edit, cell.by);
    }
    stmt_reset(hold);
    if (status == STATUS_OK && top)
        status = base_drop(edit, field);
    else if (status == STATUS_OK && !held)
        status = base_put(edit, field, value, self(edit, field));
    return status;
}

static enum status order_delete(struct row_edit *edit)
{
    bool concurrent;
    enum status status = any_concurrent(edit, &concurrent);
    if (status != STATUS_OK)
        return status;
    if (!concurrent)
        return order_cell(edit, EXISTENCE, value_int(1));
    /* Somebody edited it meanwhile: the row stays until a person decides. */
    bool top = writer_is(row_edit_writer(edit, EXISTENCE), self(edit, EXISTENCE));
    status = conflict_add(edit, EXISTENCE, value_int(1), self(edit, EXISTENCE));
    if (status != STATUS_OK || !top)
        return status;
    struct cell cell = {.by = {EXISTENCE, edit->created.log, edit->created.seq}, .value = value_int(0)};
    struct stmt *hold;
    status = base_get(edit, EXISTENCE, &cell, &hold);
    if (status == STATUS_OK)
        status = writer_put(edit, cell.by);
    set_visible(edit, EXISTENCE, cell.value);
    if (hold != NULL)
        stmt_reset(hold);
    return status == STATUS_OK ? base_drop(edit, EXISTENCE) : status;
}

enum layer { LAYER_ORDERED, LAYER_PENDING, LAYER_ORDER_OWN };

static enum status apply_cell(struct row_edit *edit, enum layer layer, uint16_t field, struct value value)
{
    enum status status;
    if (edit->row == NULL) { /* creation: every cell belongs to this change */
        set_visible(edit, field, value);
        return STATUS_OK;
    }
    /* First, for a decision can be held back itself (a hold field that somebody wrote meanwhile): that stays open. */
    status = edit->change->op == CHANGE_RESOLVE ? conflict_close_seen(edit, field) : STATUS_OK;
    if (status != STATUS_OK)
        return status;
    if (layer == LAYER_PENDING)
        return overlay_cell(edit, field, value);
    return layer == LAYER_ORDER_OWN ? order_cell(edit, field, value) : fold_cell(edit, field, value);
}

static enum status apply_body(struct row_edit *edit, enum layer layer, const struct change_body *body)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < body->count && status == STATUS_OK; i++) {
        const struct change_field *field = &body->fields[i];
        if (field->def == NULL && field->no != EXISTENCE && (edit->type->flags & TYPE_INNER))
            continue; /* what a county tells stands in its changes (upward.h); here all of it would add up */
        status = apply_cell(edit, layer, field->no, field->value);
    }
    bool existence_named = body->count > 0 && body->fields[0].no == EXISTENCE;
    if (status == STATUS_OK && edit->row != NULL && layer != LAYER_PENDING && !existence_named)
        status = fold_revive(edit);
    return status;
}

static enum status apply_delete(struct row_edit *edit, enum layer layer)
{
    if (edit->row == NULL) {
        edit->outcome->quarantine = _("要删除的记录不存在");
        return STATUS_OK;
    }
    if (layer == LAYER_PENDING)
        return overlay_cell(edit, EXISTENCE, value_int(1));
    return layer == LAYER_ORDER_OWN ? order_delete(edit) : fold_delete(edit);
}

/* Is every cell of the row by this change, with no base value beneath? */
static bool nothing_under(struct row_edit *edit, enum status *status)
{
    if (edit->n_cells > 0 || !writer_is(edit->created, self(edit, 0)))
        return false;
    struct stmt *stmt = store_prepare(edit->store, "SELECT 1 FROM base WHERE id=?1 LIMIT 1");
    stmt_id(stmt, 1, edit->change->id);
    bool found = stmt_row(stmt, status, edit->err);
    if (found)
        stmt_reset(stmt);
    return *status == STATUS_OK && !found;
}

/* The row as it is found: a scope that is not its own, and what a station may not do. */
static enum status check_row(struct row_edit *edit, const struct change_body *body)
{
    const struct apply_origin *origin = edit->origin;
    if (edit->row != NULL && origin->writing && edit->scope != edit->change->scope)
        edit->outcome->quarantine = _("记录属于别的单位");
    else if (origin->from_station)
        return station_guard(edit, body, &edit->outcome->quarantine);
    return STATUS_OK;
}

/* The row left this org, or was erased by law: the change is one of its list and nothing more. */
static enum status pass_over(struct row_edit *edit)
{
    edit->outcome->reach = true;
    edit->outcome->erased = edit->absence == REACH_ERASED;
    if (edit->origin->writing)
        edit->outcome->quarantine = edit->absence == REACH_ERASED ? _("记录已依法清除，不能再改") : _("记录属于别的单位");
    return reach_link(edit->store, edit->type, edit->change, edit->origin, &edit->outcome->prev, edit->err);
}

/* Who deletes a record has it, so where it is not here, it was: what was accepted once, or elsewhere, may come before it, and so may what a station sends to a center that was put back, whether or not anybody there knows
 * of that by now (somebody who shares nothing with it behind that place may not notice). It waits in the row's list. */
static bool deletes_nothing(const struct row_edit *edit)
{
    return edit->change->op == CHANGE_DELETE && edit->row == NULL && !edit->origin->writing;
}

/* Deletes that stand before the row's first change (deletes_nothing) are of people who had the row: it comes all the same, and a person decides. What else is of the row stands behind this change. */
static enum status ask_about_deletes(struct row_edit *edit)
{
    struct stmt *stmt = store_prepare(edit->store, REACH_ROW_LIST "SELECT c.log,c.seq,c.header FROM list JOIN change c ON c.lsn=list.lsn WHERE c.state=0 AND c.rseq<?2 AND c.body IS NOT NULL");
    enum status status;
    stmt_int(stmt, 1, edit->head);
    stmt_int(stmt, 2, (int64_t)edit->origin->order);
    while (stmt_row(stmt, &status, edit->err)) {
        struct writer by = {EXISTENCE, stmt_column_int(stmt, 0), (uint64_t)stmt_column_int(stmt, 1)};
        struct change change;
        bool concurrent = false;
        size_t len;
        const uint8_t *header = stmt_column_blob(stmt, 2, &len);
        if (change_decode_header(header, len, &change) != STATUS_OK || change.op != CHANGE_DELETE)
            continue;
        status = row_edit_is_concurrent(edit, by, &concurrent);
        if (status == STATUS_OK && concurrent)
            status = conflict_add(edit, EXISTENCE, value_int(1), by);
        if (status != STATUS_OK) {
            stmt_reset(stmt);
            break;
        }
    }
    return status;
}

/* The row's first change got its place in the order, and others of its list may stand before it. */
static bool is_first_of_more(struct row_edit *edit, enum layer layer)
{
    if (layer == LAYER_ORDERED)
        return edit->row == NULL && edit->head != 0;
    return layer == LAYER_ORDER_OWN && edit->head != edit->origin->lsn && writer_is(edit->created, self(edit, 0));
}

static enum status apply_row(struct row_edit *edit, enum layer layer, const struct change_body *body)
{
    struct apply_outcome *outcome = edit->outcome;
    bool exists = edit->row != NULL;
    enum status status = check_row(edit, body);
    if (status == STATUS_OK && outcome->quarantine == NULL && deletes_nothing(edit))
        return reach_link(edit->store, edit->type, edit->change, edit->origin, &outcome->prev, edit->err);
    if (status == STATUS_OK && exists && layer == LAYER_ORDERED) {
        struct place created = {.fold = 1};
        status = place_of(edit, edit->created, &created);
        outcome->anew = created.fold == 0;
    }
    bool fine = status == STATUS_OK && outcome->quarantine == NULL;
    if (fine && edit->change->op != CHANGE_DELETE && is_first_of_more(edit, layer))
        status = ask_about_deletes(edit);
    if (fine && status == STATUS_OK && exists && layer == LAYER_ORDER_OWN && nothing_under(edit, &status))
        exists = false; /* the usual case: a record made here and not touched since; its row is already right */
    else if (fine && status == STATUS_OK && (exists || layer != LAYER_ORDER_OWN))
        status = edit->change->op == CHANGE_DELETE ? apply_delete(edit, layer) : apply_body(edit, layer, body);
    if (edit->row != NULL)
        stmt_reset(edit->row);
    if (status == STATUS_OK && outcome->quarantine == NULL) {
        outcome->created = edit->row == NULL && layer != LAYER_ORDER_OWN;
        if (exists)
            status = row_edit_update(edit);
        else if (layer != LAYER_ORDER_OWN)
            status = row_edit_insert(edit);
        if (status == STATUS_OK && outcome->created && !edit->origin->from_station)
            status = reach_share_own(edit->store, edit->type, edit->change->id, edit->scope, edit->origin->log, edit->err);
    }
    return status;
}

/* Of a newer program, or without its content: one of the row's list, and of the row's scope whatever its header says. */
static enum status link_only(struct store *store, const struct record_type *type, const struct change *change, const struct apply_origin *origin, struct apply_outcome *outcome, struct errmsg *err)
{
    struct reach_place place;
    enum status status = reach_place_of(store, type, change->id, &place, err);
    if (status != STATUS_OK)
        return status;
    if (place.there)
        outcome->scope = place.scope;
    outcome->reach = place.why != REACH_NO_CHANGE;
    outcome->erased = place.why == REACH_ERASED;
    return reach_link(store, type, change, origin, &outcome->prev, err);
}

static enum status apply_layer(struct store *store, enum layer layer, const struct change *change, const void *bytes, size_t len, const struct apply_origin *origin,
                               struct apply_outcome *outcome, struct errmsg *err)
{
    assert(store_in_transaction(store));
    *outcome = (struct apply_outcome){.scope = change->scope};
    const struct record_type *type = catalogue_by_no(change->type_no);
    outcome->unknown = type == NULL || change->op > CHANGE_ERASE;
    if (change->type_no == LOOKUP_ERASE_TYPE)
        return lookup_erase_apply(store, bytes, len, origin, err);
    if (type == NULL)
        return STATUS_OK; /* from a newer program: kept in the log, shown once this program knows it */
    if (outcome->unknown || bytes == NULL)
        return link_only(store, type, change, origin, outcome, err);
    if (reach_is_op(change->op))
        return reach_apply(store, type, change, bytes, len, origin, outcome, err);
    struct change_body body;
    outcome->quarantine = change_body_parse(type, change->op, bytes, len, &body);
    if (outcome->quarantine == NULL && origin->from_station)
        outcome->quarantine = change_body_forbidden(type, &body);
    if (outcome->quarantine != NULL)
        return STATUS_OK;
    struct row_edit edit;
    memset(&edit, 0, offsetof(struct row_edit, cells));
    edit.store = store;
    edit.type = type;
    edit.change = change;
    edit.origin = origin;
    edit.outcome = outcome;
    edit.err = err;
    edit.scope = change->scope;
    edit.known.log = -1;
    buf_init(&edit.extra, EXTRA_MAX_BYTES);
    enum status status = row_edit_load(&edit);
    outcome->prev = edit.head;
    outcome->scope = edit.scope;
    if (status == STATUS_OK)
        status = edit.absence != REACH_NO_CHANGE ? pass_over(&edit) : apply_row(&edit, layer, &body);
    else if (edit.row != NULL)
        stmt_reset(edit.row);
    for (size_t i = 0; i < type->n_fields; i++)
        free(edit.kept[i]);
    buf_release(&edit.extra);
    return status;
}

enum status apply_change(struct store *store, const struct change *change, const void *body, size_t body_len, const struct apply_origin *origin, struct apply_outcome *outcome,
                         struct errmsg *err)
{
    return apply_layer(store, origin->order == 0 ? LAYER_PENDING : LAYER_ORDERED, change, body, body_len, origin, outcome, err);
}

enum status apply_order(struct store *store, const struct change *change, const void *body, size_t body_len, const struct apply_origin *origin, struct apply_outcome *outcome,
                        struct errmsg *err)
{
    return apply_layer(store, LAYER_ORDER_OWN, change, body, body_len, origin, outcome, err);
}
