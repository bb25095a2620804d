/* tui/cli_do.c - actions on the command line: do delete|undo|resolve on any record, the actions of a case (core/case/case_flow.h); actions lists them. */
#include <stdlib.h>
#include <string.h>

#include "core/case/case_flow.h"
#include "core/record/conflict.h"
#include "tui/cli.h"

static enum status do_delete(struct cli *cli, const struct record *record, struct errmsg *err)
{
    return records_delete(cli->store, &cli->actor, record->type, record->id, err);
}

static enum status do_undo(struct cli *cli, const struct record *record, struct errmsg *err)
{
    return records_undo(cli->store, &cli->actor, record->type, record->id, err);
}

static enum status resolve_one(struct cli *cli, const struct record *record, const char *assignment, struct errmsg *err)
{
    struct record copy;
    const char *equals = strchr(assignment, '=');
    enum status status;

    if (strncmp(assignment, "deleted=", 8) == 0) {
        bool gone = strcmp(equals + 1, "1") == 0 || strcmp(equals + 1, "true") == 0 || strcmp(equals + 1, "是") == 0;

        return conflict_resolve(cli->store, &cli->actor, record->type, record->id, NULL, value_int(gone), err);
    }
    status = record_copy(&copy, record);
    if (status)
        return errmsg_set(err, status, "%s", status_text(status));
    status = cli_assign(cli, &copy, assignment, err);
    if (!status) {
        char name[128];
        const struct field_def *field;

        snprintf(name, sizeof(name), "%.*s", (int)(equals - assignment), assignment);
        field = catalogue_field(record->type, name);
        status = conflict_resolve(cli->store, &cli->actor, record->type, record->id, field, record_get(&copy, field), err);
    }
    record_release(&copy);
    return status;
}

static enum status do_resolve(struct cli *cli, const struct record *record, struct errmsg *err)
{
    enum status status = STATUS_OK;

    if (cli_arguments(cli) < 3)
        return errmsg_set(err, STATUS_USAGE, "用法: aidpost do resolve ID 字段=采用的值（删除与修改的分歧: deleted=1 或 deleted=0）");
    for (size_t i = 2; !status && i < cli_arguments(cli); i++) {
        status = resolve_one(cli, record, cli_argument(cli, i), err);
        if (status && i > 2)
            return errmsg_wrap(err, STATUS_PARTIAL, "前 %zu 项已定", i - 2);
    }
    return status;
}

static const struct {
    const char *name;
    bool takes_fields;
    enum status (*run)(struct cli *cli, const struct record *record, struct errmsg *err);
} actions[] = {
    {"delete", false, do_delete},
    {"undo", false, do_undo},
    {"resolve", true, do_resolve},
    {"merge", true, cli_do_merge},
    {"unmerge", true, cli_do_unmerge},
    {"not-same", true, cli_do_not_same},
    {"serve", true, cli_do_serve},
    {"void", true, cli_do_void},
};

/* ---- the answer ---------------------------------------------------------------------------------------------------- */

static void put_document(struct cli *cli, struct id id)
{
    struct record document;
    if (records_get(cli->store, &cli->actor, catalogue_find("document"), id, &document, NULL) != STATUS_OK)
        return;
    const char *form = record_text(&document, "form"), *title = code_book_name(cli->codes, "doc_form", form);
    if (!cli->json_output) {
        buf_printf(&cli->text, "  %s %s\n", title, record_text(&document, "number"));
    } else {
        json_object(&cli->json);
        cli_json_id(cli, "id", id);
        json_key(&cli->json, "form");
        json_string(&cli->json, form);
        json_key(&cli->json, "title");
        json_string(&cli->json, title);
        json_key(&cli->json, "number");
        json_string(&cli->json, record_text(&document, "number"));
        json_object_end(&cli->json);
    }
    record_release(&document);
}

static void put_state(struct cli *cli, struct id id, const char *state, const struct id *documents, size_t n_documents)
{
    if (cli->json_output) {
        json_object(&cli->json);
        cli_json_id(cli, "id", id);
        json_key(&cli->json, "state");
        json_string(&cli->json, state);
        json_key(&cli->json, "documents");
        json_array(&cli->json);
    } else {
        char text[ID_TEXT_BYTES];
        id_format(id, text);
        buf_printf(&cli->text, "%s %s\n", text, state);
    }
    for (size_t i = 0; i < n_documents; i++)
        put_document(cli, documents[i]);
    if (cli->json_output) {
        json_array_end(&cli->json);
        json_object_end(&cli->json);
    }
}

/* The state of a record after an action: its own state field if it has one. */
static enum status put_record_state(struct cli *cli, const struct record_type *type, struct id id, struct errmsg *err)
{
    struct record record;
    const struct field_def *field = catalogue_field(type, "state");
    const char *state = "saved";
    enum status status = records_get(cli->store, &cli->actor, type, id, &record, err);

    if (status == STATUS_NOT_FOUND) {
        state = "deleted";
        record_init(&record, type);
    } else if (status) {
        return status;
    } else if (record.deleted) {
        state = "deleted";
    } else if (field && record_get(&record, field).kind == VALUE_TEXT) {
        state = record_text(&record, "state");
    }
    put_state(cli, id, state, NULL, 0);
    record_release(&record);
    errmsg_clear(err);
    return STATUS_OK;
}

/* ---- actions of a case --------------------------------------------------------------------------------------------- */

static enum status set_fields(struct cli *cli, struct case_move *move, size_t first, struct errmsg *err)
{
    enum status status = STATUS_OK;

    for (size_t i = first; !status && i < cli_arguments(cli); i++) {
        const char *assignment = cli_argument(cli, i), *equals = strchr(assignment, '=');
        char name[128], id[ID_TEXT_BYTES];

        if (!equals || equals == assignment || (size_t)(equals - assignment) >= sizeof(name))
            return errmsg_set(err, STATUS_USAGE, "应写成 字段=值，而不是 %.100s", assignment);
        snprintf(name, sizeof(name), "%.*s", (int)(equals - assignment), assignment);
        const struct field_def *field;
        case_move_field(move, name, &field);
        const char *text = cli_reference(cli, field, equals + 1, id);
        status = case_move_set(move, cli->codes, name, text, strlen(text), err);
    }
    return status;
}

static enum status do_case(struct cli *cli, const struct case_action *action, struct errmsg *err)
{
    const char *text = cli_argument(cli, 1);
    const struct record_type *type = NULL;
    struct id id = {{0}};
    struct case_move move;
    enum status status = STATUS_OK;
    bool fields_only = (action->flags & ACTION_NEW) && strchr(text, '=') != NULL; /* do draft name=..: nothing to start from */

    if (!fields_only && strcmp(text, "new") != 0 && strcmp(text, "-") != 0)
        status = records_resolve_id(cli->store, &cli->actor, text, &type, &id, err);
    if (!status)
        status = case_move_begin(cli->store, &cli->actor, cli->codes, action, id, &move, err);
    if (status)
        return status;
    status = set_fields(cli, &move, fields_only ? 1 : 2, err);
    if (!status)
        status = case_move_commit(cli->store, &cli->actor, cli->codes, cli->system->random, &move, err);
    if (!status)
        put_state(cli, move.kase.id, record_text(&move.kase, "state"), move.documents, move.n_documents);
    case_move_release(&move);
    return status;
}

/* Names of all actions, for the message about one that does not exist. */
static enum status no_such_action(const char *name, struct errmsg *err)
{
    struct errmsg names;

    errmsg_clear(&names);
    for (size_t i = 0; i < case_action_count(); i++) {
        size_t used = strlen(names.text);

        snprintf(names.text + used, sizeof(names.text) - used, " %s", case_action_at(i)->name);
    }
    return errmsg_set(err, STATUS_USAGE, "没有 %.40s 这个办理动作，有: delete undo resolve merge unmerge not-same serve void%.380s", name, names.text);
}

enum status cli_do(struct cli *cli, struct errmsg *err)
{
    const char *name = cli_argument(cli, 0);
    const struct case_action *action = case_action_find(name);
    struct record record;
    enum status status;
    size_t i;

    if (action)
        return do_case(cli, action, err);
    for (i = 0; i < sizeof(actions) / sizeof(actions[0]) && strcmp(actions[i].name, name) != 0; i++)
        ;
    if (i == sizeof(actions) / sizeof(actions[0]))
        return no_such_action(name, err);
    if (!actions[i].takes_fields && cli_arguments(cli) > 2)
        return errmsg_set(err, STATUS_USAGE, "%s 不带字段", name);
    status = cli_load(cli, 1, &record, err);
    if (status)
        return status;
    status = actions[i].run(cli, &record, err);
    if (!status || status == STATUS_PARTIAL) {
        struct errmsg rest;
        enum status put = put_record_state(cli, record.type, record.id, &rest);

        if (put) {
            *err = rest;
            status = put;
        }
    }
    record_release(&record);
    return status;
}

/* ---- what can be done ---------------------------------------------------------------------------------------------- */

static void put_names(struct cli *cli, const char *key, const char *list)
{
    json_key(&cli->json, key);
    json_array(&cli->json);
    for (const char *at = list; *at;) {
        char name[64];
        size_t len = strcspn(at, ",");

        snprintf(name, sizeof(name), "%.*s", (int)len, at);
        if (len)
            json_string(&cli->json, name);
        at += len + (at[len] == ',');
    }
    json_array_end(&cli->json);
}

static void put_action(struct cli *cli, const struct case_action *action)
{
    const char *label = case_action_label(cli->codes, action);

    if (!cli->json_output) {
        buf_printf(&cli->text, "%s\t%s\t%s -> %s\t必填: %s\t%s\n", action->name, label, action->from[0] ? action->from : "-", action->to[0] ? action->to : "不变", action->needs,
                   action->help);
        return;
    }
    json_object(&cli->json);
    json_key(&cli->json, "action");
    json_string(&cli->json, action->name);
    json_key(&cli->json, "label");
    json_string(&cli->json, label);
    put_names(cli, "from", action->from);
    json_key(&cli->json, "to");
    json_string(&cli->json, action->to);
    json_key(&cli->json, "roles");
    json_array(&cli->json);
    for (unsigned role = 0; role < ROLE_COUNT; role++)
        if (action->roles & 1u << role)
            json_string(&cli->json, actor_role_name((enum actor_role)role));
    json_array_end(&cli->json);
    json_key(&cli->json, "side");
    json_string(&cli->json, action->flags & ACTION_STATION ? "station" : "center");
    put_names(cli, "needs", action->needs);
    put_names(cli, "takes", action->takes);
    put_names(cli, "documents", action->documents);
    json_key(&cli->json, "deadlines");
    json_string(&cli->json, action->deadlines);
    json_key(&cli->json, "basis");
    json_string(&cli->json, action->basis);
    json_key(&cli->json, "help");
    json_string(&cli->json, action->help);
    json_object_end(&cli->json);
}

enum status cli_actions(struct cli *cli, struct errmsg *err)
{
    struct record record;
    bool one = cli_argument(cli, 0) != NULL;
    enum status status = one ? cli_load(cli, 0, &record, err) : STATUS_OK;

    if (status)
        return status;
    if (one && strcmp(record.type->name, "case") != 0) {
        status = errmsg_set(err, STATUS_USAGE, "办理动作是案件的，这是一条%s", record.type->label);
        record_release(&record);
        return status;
    }
    if (cli->json_output) {
        json_object(&cli->json);
        json_key(&cli->json, "actions");
        json_array(&cli->json);
    }
    for (size_t i = 0; i < case_action_count(); i++)
        if (!one || case_action_allowed(case_action_at(i), &cli->actor, cli->codes, NULL, &record, NULL) == STATUS_OK)
            put_action(cli, case_action_at(i));
    if (cli->json_output) {
        json_array_end(&cli->json);
        json_object_end(&cli->json);
    }
    if (one)
        record_release(&record);
    return STATUS_OK;
}
