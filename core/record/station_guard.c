/* core/record/station_guard.c - what the center looks at before a station's change reaches a row: sides, moves of states, what is frozen, whose case it hangs on (四统一).
 *
 * A station's program checks the same before it writes; this is for programs that do not, and for logs that were made by hand. */
#include <string.h>

#include "core/base/language.h"
#include "core/record/apply_impl.h"
#include "core/record/reach_impl.h"
#include "core/record/row.h"
#include "core/record/schema.h"

/* A row that an action has moved on is not deleted by a station. */
static const char *delete_forbidden(const struct row_edit *edit)
{
    for (size_t i = 0; i < edit->type->n_fields; i++) {
        const struct field_def *field = &edit->type->fields[i];
        struct value now = stmt_column_value(edit->row, ROW_FIELDS + (int)i);
        if ((field->flags & FIELD_ACTION) && field->initial != NULL && now.kind != VALUE_NULL && !value_equal(now, value_string(field->initial)))
            return _("已经收件的案件不能由站点删除");
    }
    return NULL;
}

/* Frozen fields: an edit made offline, before the decision was known, still counts; one made knowing it does not. */
static enum status freeze_guard(struct row_edit *edit, const struct change_body *body, const char **reason)
{
    const char *open = catalogue_open_states(edit->type);
    const struct field_def *state = open != NULL ? catalogue_field(edit->type, "state") : NULL;
    bool unaware = false;
    if (state == NULL)
        return STATUS_OK;
    struct value now = row_edit_value(edit, state->no);
    if (now.kind != VALUE_TEXT || catalogue_is_open_state(open, now.text, now.len))
        return STATUS_OK;
    enum status status = row_edit_is_concurrent(edit, row_edit_writer(edit, state->no), &unaware);
    for (size_t i = 0; status == STATUS_OK && !unaware && i < body->count; i++) {
        const struct change_field *field = &body->fields[i];
        if (field->def != NULL && (field->def->flags & FIELD_FREEZE) && !value_equal(row_edit_value(edit, field->no), field->value))
            *reason = _("决定之后的更正由县中心办理");
    }
    return status;
}

/* What hangs on a case is of the case's own station. */
static enum status case_guard(struct row_edit *edit, const struct change_body *body, const char **reason)
{
    const struct record_type *kase = catalogue_find("case");
    enum status status = STATUS_OK;
    for (size_t i = 0; i < body->count && status == STATUS_OK && *reason == NULL; i++) {
        const struct change_field *field = &body->fields[i];
        struct id id;
        if (field->def == NULL || field->def->kind != FIELD_REF || strcmp(field->def->name, "case_id") != 0 || field->value.kind != VALUE_TEXT ||
            id_parse(field->value.text, field->value.len, &id) != STATUS_OK)
            continue;
        struct stmt *stmt = store_prepare_lasting(edit->store, schema_row_by_id(edit->store, kase));
        stmt_id(stmt, 1, id);
        if (!stmt_row(stmt, &status, edit->err))
            continue;
        int64_t scope = stmt_column_int(stmt, ROW_SCOPE);
        bool had = true; /* a row made before its author knew that the case had moved goes after it */
        stmt_reset(stmt);
        if (scope != edit->change->scope)
            status = reach_had(edit->store, kase, id, edit->change->scope, edit->change->seen, edit->origin->order, &had, edit->err);
        if (!had)
            *reason = _("案件属于别的单位");
    }
    return status;
}

/* What an action fills in beside the state moves with it: clocks, the provisional number. */
static bool is_loose_action_field(const struct record_type *type, const struct change_body *body)
{
    const struct field_def *state = catalogue_field(type, "state");
    bool loose = false;
    if (state == NULL || !(state->flags & FIELD_ACTION))
        return false;
    for (size_t i = 0; i < body->count; i++) {
        if (body->fields[i].def == state)
            return false;
        loose |= body->fields[i].def != NULL && (body->fields[i].def->flags & FIELD_ACTION);
    }
    return loose;
}

enum status station_guard(struct row_edit *edit, const struct change_body *body, const char **reason)
{
    const struct record_type *type = edit->type;
    bool exists = edit->row != NULL;
    enum status status = STATUS_OK;
    *reason = NULL;
    if (!(type->flags & (TYPE_GUARDED | TYPE_INSERT_ONLY | TYPE_ACTION))) /* the daily mass: consultations, people */
        return STATUS_OK;
    bool deletes = edit->change->op == CHANGE_DELETE; /* a record that is not here: it was (apply.c, deletes_nothing) */
    if ((exists || deletes) && (type->flags & TYPE_INSERT_ONLY))
        *reason = _("这类记录只增不改");
    if (deletes && (type->flags & TYPE_ACTION))
        *reason = _("这类记录不能由站点删除");
    for (size_t i = 0; i < body->count && *reason == NULL && status == STATUS_OK; i++) {
        const struct change_field *field = &body->fields[i];
        if (field->def == NULL)
            continue;
        struct value before = exists ? row_edit_value(edit, field->no) : value_null();
        bool concurrent = false;
        if (exists && catalogue_station_moves(type, field->def) != NULL)
            status = row_edit_is_concurrent(edit, row_edit_writer(edit, field->no), &concurrent);
        *reason = change_body_move_forbidden(type, field, before, concurrent && edit->change->op != CHANGE_RESOLVE);
        if (*reason == NULL && (field->def->flags & FIELD_ONCE) && before.kind != VALUE_NULL && !value_equal(before, field->value))
            *reason = _("写定的内容不能再改");
    }
    if (*reason == NULL && exists && is_loose_action_field(type, body))
        *reason = _("这一项只随办理动作改变");
    if (status == STATUS_OK && *reason == NULL)
        status = case_guard(edit, body, reason);
    if (status == STATUS_OK && *reason == NULL && exists)
        status = freeze_guard(edit, body, reason);
    if (status == STATUS_OK && *reason == NULL && exists && deletes)
        *reason = delete_forbidden(edit);
    return status;
}
