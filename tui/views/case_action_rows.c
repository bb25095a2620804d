/* tui/views/case_action_rows.c - a roster of an action's form opened as a table (roster_table.h): what is done in it goes into the form's field at once, and into the draft. */
#include <string.h>

#include "core/base/language.h"
#include "core/base/utf8.h"
#include "tui/views/case_action.h"

enum { TEXT_BYTES = 65536 };

const struct roster *action_roster(const struct action_view *state)
{
    const struct form *form = &state->form.form;
    return state->form.parts[form->focus] == PART_STEP ? roster_of(state->form.fields[form->focus]->name) : NULL;
}

bool action_open_table(struct view *view)
{
    struct action_view *state = view->state;
    struct form *form = &state->form.form;
    const struct roster *roster = action_roster(state);
    struct errmsg err = {{0}};
    struct buf text;
    if (roster == NULL)
        return false;
    buf_init(&text, TEXT_BYTES);
    form_text(form, form->focus, &text);
    enum status status = roster_table_open(&state->table, roster, view_context(view)->codes, form->day, state->form.move.today, buf_cstr(&text), &err);
    buf_wipe(&text);
    if (status != STATUS_OK)
        app_fail(view->app, "%s: %s", _(form->defs[form->focus].label), errmsg_text(&err, status));
    return true;
}

/* The field takes what the table holds. A field that is full keeps what it has, and says so. */
static bool take_text(struct view *view)
{
    struct action_view *state = view->state;
    struct form *form = &state->form.form;
    struct buf now, before;
    buf_init(&now, TEXT_BYTES);
    buf_init(&before, TEXT_BYTES);
    roster_table_text(&state->table, &now);
    form_text(form, form->focus, &before);
    bool fits = utf8_count(buf_cstr(&now), now.len) <= form->fields[form->focus].max_chars;
    if (!fits)
        app_fail(view->app, "%s一共最多 %zu 字", _(form->defs[form->focus].label), form->fields[form->focus].max_chars);
    else if (strcmp(buf_cstr(&now), buf_cstr(&before)) != 0) {
        form_type(form, form->focus, buf_cstr(&now), now.len);
        state->form.dirty = true;
        state->form.derived[form->focus] = false;
    }
    buf_wipe(&before);
    buf_wipe(&now);
    return fits;
}

void action_keep_table(struct view *view)
{
    struct action_view *state = view->state;
    if (!roster_table_is_open(&state->table) || !take_text(view) || !state->form.dirty)
        return;
    action_follow(view);
}

void action_close_table(struct view *view)
{
    struct action_view *state = view->state;
    if (!roster_table_is_open(&state->table))
        return;
    action_keep_table(view);
    roster_table_close(&state->table);
    action_store_draft(view);
}

bool action_table_ready(struct view *view)
{
    struct action_view *state = view->state;
    struct errmsg err = {{0}};
    if (!roster_table_is_open(&state->table))
        return true;
    enum status status = roster_table_check(&state->table, &err);
    if (status != STATUS_OK) {
        app_fail(view->app, "%s", errmsg_text(&err, status));
        return false;
    }
    action_close_table(view);
    return true;
}

/* Through with the table: on to the next field. */
static void go_on(struct view *view)
{
    struct action_view *state = view->state;
    action_close_table(view);
    (void)form_key_told(view, &state->form.form, key_named(K_ENTER, 0));
}

bool action_table_key(struct view *view, struct key key)
{
    struct action_view *state = view->state;
    struct errmsg err = {{0}};
    switch (roster_table_key(&state->table, view, key, &err)) {
    case ROSTER_IGNORED:
        return false;
    case ROSTER_KEPT:
        action_keep_table(view);
        return true;
    case ROSTER_DONE:
        go_on(view);
        return true;
    case ROSTER_REFUSED:
        app_beep(view->app);
        if (err.text[0] != '\0')
            app_fail(view->app, "%s", err.text);
        return true;
    }
    return true;
}

bool action_table_command(struct view *view, int command)
{
    struct action_view *state = view->state;
    struct errmsg err = {{0}};
    enum status status = STATUS_OK;
    switch (command) {
    case COMMAND_INSERT_ROW:
        status = roster_table_insert(&state->table, &err);
        break;
    case COMMAND_REMOVE_ROW:
        roster_table_remove(&state->table);
        app_say(view->app, "这一行不要了；Ctrl-Z 取回");
        break;
    case COMMAND_ROW_UP:
        status = roster_table_move(&state->table, -1, &err);
        break;
    case COMMAND_ROW_DOWN:
        status = roster_table_move(&state->table, 1, &err);
        break;
    case COMMAND_CODES:
        form_pick_told(view, &state->table.form, PICK_CELL);
        return true;
    case COMMAND_BACK:
        action_close_table(view);
        return true;
    default:
        return false;
    }
    if (status != STATUS_OK)
        app_fail(view->app, "%s", errmsg_text(&err, status));
    action_keep_table(view);
    return true;
}

void action_table_hint(const struct action_view *state, size_t columns, struct buf *out)
{
    const struct field_def *field = roster_table_field(&state->table);
    form_hint(&state->table.form, columns, out);
    if (out->len == 0 && field->help != NULL)
        buf_printf(out, "%s: %s", _(field->label), _(field->help));
    if (out->len == 0)
        buf_puts(out, _("Enter 下一格，行完了自动开新的一行；空行上 Enter 或 F10 回到表里"));
}
