/* tui/cli_do.c - actions on the command line: do delete|undo|resolve on any record, the actions of a case (core/case/case_flow.h), the acts on other records
 * (core/register/act.h); actions lists them. */
#include <stdlib.h>
#include <string.h>

#include "core/base/language.h"
#include "core/case/case_flow.h"
#include "core/case/prepare.h"
#include "core/record/conflict.h"
#include "core/register/act.h"
#include "core/register/hand_bulk.h"
#include "tui/cli.h"

static enum status do_delete(struct cli *cli, const struct record *record, struct errmsg *err)
{
    return record_delete(cli->store, &cli->actor, record->type, record->id, err);
}

static enum status do_undo(struct cli *cli, const struct record *record, struct errmsg *err)
{
    return record_undo(cli->store, &cli->actor, record->type, record->id, err);
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
        status = conflict_resolve_typed(cli->store, &cli->actor, cli->codes, &copy, field, err);
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
    bool of_deleted; /* also of a record that is not shown any more */
} actions[] = {
    {"delete", false, do_delete, false},
    {"undo", false, do_undo, true},
    {"resolve", true, do_resolve, false},
    {"merge", true, cli_do_merge, false},
    {"unmerge", true, cli_do_unmerge, false},
    {"not-same", true, cli_do_not_same, false},
    {"serve", true, cli_do_serve, false},
    {"void", true, cli_do_void, false},
};

void cli_do_words(struct buf *out)
{
    for (size_t i = 0; i < sizeof actions / sizeof actions[0]; i++)
        buf_printf(out, "%s%s", i > 0 ? " " : "", actions[i].name);
    for (size_t i = 0; i < case_action_count(); i++)
        buf_printf(out, " %s", case_action_at(i)->name);
    for (size_t i = 0; i < act_count(); i++)
        buf_printf(out, " %s", act_at(i)->name);
}

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

/* said: a sentence after the act; NULL: actions of this kind have none. */
static void put_state(struct cli *cli, struct id id, const char *state, const struct id *documents, size_t n_documents, const char *said)
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
        if (said != NULL) {
            json_key(&cli->json, "said");
            json_string(&cli->json, said);
        }
        json_object_end(&cli->json);
    } else if (said != NULL && said[0] != '\0') {
        buf_printf(&cli->text, "  %s\n", said);
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
    put_state(cli, id, state, NULL, 0, NULL);
    record_release(&record);
    errmsg_clear(err);
    return STATUS_OK;
}

/* ---- actions of a case --------------------------------------------------------------------------------------------- */

static enum status set_fields(struct cli *cli, struct case_move *move, size_t first, struct errmsg *err)
{
    enum status status = STATUS_OK;

    for (size_t i = first; !status && i < cli_arguments(cli); i++) {
        char name[CLI_FIELD_BYTES], id[ID_TEXT_BYTES];
        const char *value;

        status = cli_split_assignment(cli_argument(cli, i), name, &value, err);
        if (status)
            return status;
        const struct field_def *field;
        case_move_field(move, name, &field);
        const char *text = cli_reference(cli, field, value, id);
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
        put_state(cli, move.kase.id, record_text(&move.kase, "state"), move.documents, move.n_documents, NULL);
    case_move_release(&move);
    return status;
}

/* ---- acts on other records ----------------------------------------------------------------------------------------- */

/* The act of that name on the record that argument 1 names; NULL: it has none, or that names no record, which is told when it is loaded. */
static enum status find_act(struct cli *cli, const char *name, const struct act **act, struct id *id, struct errmsg *err)
{
    const struct record_type *type = NULL;
    enum status status = records_resolve_id(cli->store, &cli->actor, cli_argument(cli, 1), &type, id, err);

    *act = status ? NULL : act_find(type, name);
    if (status != STATUS_NOT_FOUND && status != STATUS_MALFORMED && status != STATUS_INVALID)
        return status;
    errmsg_clear(err);
    return STATUS_OK;
}

/* The first act of that name on records of any type; NULL. */
static const struct act *find_act_anywhere(const char *name)
{
    for (size_t i = 0; i < act_count(); i++)
        if (strcmp(act_at(i)->name, name) == 0 || strcmp(act_at(i)->label, name) == 0)
            return act_at(i);
    return NULL;
}

static enum status do_act(struct cli *cli, const struct act *act, struct id id, struct errmsg *err)
{
    struct act_move move;
    enum status status = act_begin(cli->store, &cli->actor, cli->codes, act, id, &move, err);

    if (status)
        return status;
    for (size_t i = 2; !status && i < cli_arguments(cli); i++) {
        char name[CLI_FIELD_BYTES], reference[ID_TEXT_BYTES];
        const char *value;

        status = cli_split_assignment(cli_argument(cli, i), name, &value, err);
        if (!status) {
            value = cli_reference(cli, catalogue_field(move.record.type, name), value, reference);
            status = act_set(&move, cli->codes, name, value, strlen(value), err);
        }
    }
    if (!status)
        status = act_commit(cli->store, &cli->actor, cli->codes, cli->system->random, &move, err);
    if (!status)
        put_state(cli, id, catalogue_field(move.record.type, "state") ? record_text(&move.record, "state") : "saved", move.documents, move.n_documents, buf_cstr(&move.said));
    act_release(&move);
    return status;
}

/* The record is of another type, or there is none. */
static enum status refuse_act(struct cli *cli, const struct act *act, struct errmsg *err)
{
    struct record record;
    enum status status = cli_load(cli, 1, &record, err);

    if (status)
        return status;
    status = errmsg_set(err, STATUS_INVALID, "%s(%s) 是%s的办理动作，这是一条%s", _(act->label), act->name, _(catalogue_find(act->type)->label), _(record.type->label));
    record_release(&record);
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
    return errmsg_set(err, STATUS_USAGE, "没有 %.40s 这个办理动作，有: delete undo resolve merge unmerge not-same serve void%.330s；其他记录的见 aidpost actions TYPE", name, names.text);
}

/* A deletion is taken back by the record's number; of an erased one, of which there is the number only, undo says that it cannot. Not found: err stays as cli_load has set it. */
static enum status load_deleted(struct cli *cli, struct record *record, struct errmsg *err)
{
    const struct record_type *type = NULL;
    struct errmsg unsaid = {{0}};
    struct id id;
    enum status status = records_resolve_named(cli->store, &cli->actor, cli_argument(cli, 1), RECORDS_DELETED_TOO, &type, &id, &unsaid);

    if (!status)
        return records_get_deleted_too(cli->store, &cli->actor, type, id, record, err);
    if (status == STATUS_NOT_FOUND)
        status = records_resolve_named(cli->store, &cli->actor, cli_argument(cli, 1), RECORDS_ERASED_TOO, &type, &id, &unsaid);
    if (status) {
        if (status != STATUS_NOT_FOUND)
            *err = unsaid;
        return status;
    }
    record_init(record, type);
    record->id = id;
    return STATUS_OK;
}

enum status cli_do(struct cli *cli, struct errmsg *err)
{
    const char *name = cli_argument(cli, 0);
    const struct case_action *action = case_action_find(name);
    const struct act *act;
    struct record record;
    struct id id;
    enum status status;
    size_t i;

    status = cli_once_each(cli, 2, err);
    if (status)
        return status;
    if (option_value(&cli->options, "where") != NULL) {
        if (action && hand_bulk_can(action))
            return cli_hand_bulk(cli, action, err);
        return strcmp(name, "delete") == 0 ? cli_bulk(cli, true, 1, err) : errmsg_set(err, STATUS_USAGE, "--where 只能用在 do delete、transfer、share、unshare");
    }
    status = find_act(cli, name, &act, &id, err);
    if (status)
        return status;
    if (act)
        return do_act(cli, act, id, err);
    if (action)
        return do_case(cli, action, err);
    if ((act = find_act_anywhere(name)))
        return refuse_act(cli, act, err);
    for (i = 0; i < sizeof(actions) / sizeof(actions[0]) && strcmp(actions[i].name, name) != 0; i++)
        ;
    if (i == sizeof(actions) / sizeof(actions[0]))
        return no_such_action(name, err);
    if (!actions[i].takes_fields && cli_arguments(cli) > 2)
        return errmsg_set(err, STATUS_USAGE, "%s 不带字段", name);
    status = cli_load(cli, 1, &record, err);
    if (status == STATUS_NOT_FOUND && actions[i].of_deleted)
        status = load_deleted(cli, &record, err);
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

static void put_member(struct cli *cli, const char *key, const char *text)
{
    json_key(&cli->json, key);
    json_string(&cli->json, text);
}

/* What the two tables have in common. */
struct action_line {
    const char *type, *name, *label, *from, *to, *needs, *takes, *documents, *deadlines, *basis, *help;
    unsigned roles;
    bool station;
};

static void put_line(struct cli *cli, const struct action_line *line)
{
    if (!cli->json_output) {
        buf_printf(&cli->text, _("%s\t%s\t%s -> %s\t必填: %s\t%s\n"), line->name, _(line->label), line->from[0] ? line->from : "-", line->to[0] ? line->to : _("不变"), line->needs, _(line->help));
        return;
    }
    json_object(&cli->json);
    put_member(cli, "action", line->name);
    put_member(cli, "label", line->label);
    put_names(cli, "from", line->from);
    put_member(cli, "to", line->to);
    json_key(&cli->json, "roles");
    json_array(&cli->json);
    for (unsigned role = 0; role < ROLE_COUNT; role++)
        if (line->roles & 1u << role)
            json_string(&cli->json, actor_role_name((enum actor_role)role));
    json_array_end(&cli->json);
    put_member(cli, "side", line->station ? "station" : "center");
    put_names(cli, "needs", line->needs);
    put_names(cli, "takes", line->takes);
    put_names(cli, "documents", line->documents);
    put_member(cli, "deadlines", line->deadlines);
    put_member(cli, "basis", line->basis);
    put_member(cli, "help", line->help);
    put_member(cli, "type", line->type);
    json_object_end(&cli->json);
}

static void put_action(struct cli *cli, const struct case_action *action)
{
    struct action_line line = {.type = "case", .name = action->name, .label = case_action_label(cli->codes, action), .from = action->from, .to = action->to, .needs = action->needs,
                               .takes = action->takes, .documents = action->documents, .deadlines = action->deadlines, .basis = action->basis, .help = action->help,
                               .roles = action->roles, .station = (action->flags & ACTION_STATION) != 0};

    put_line(cli, &line);
}

static void put_act(struct cli *cli, const struct act *act)
{
    struct action_line line = {.type = act->type, .name = act->name, .label = act->label, .from = act->from, .to = act->to, .needs = act->needs, .takes = act->takes,
                               .documents = act->documents, .deadlines = act->deadlines, .basis = act->basis, .help = act->help, .roles = act->roles,
                               .station = (act->flags & ACT_STATION) != 0};

    put_line(cli, &line);
}

static bool has_acts(const struct record_type *type)
{
    bool has = strcmp(type->name, "case") == 0;

    for (size_t i = 0; !has && i < act_count(); i++)
        has = strcmp(act_at(i)->type, type->name) == 0;
    return has;
}

/* type NULL: of every type; record NULL: whether or not they are possible now. */
static void put_actions(struct cli *cli, const struct record_type *type, const struct record *record)
{
    if (cli->json_output) {
        json_object(&cli->json);
        json_key(&cli->json, "actions");
        json_array(&cli->json);
    }
    for (size_t i = 0; (!type || strcmp(type->name, "case") == 0) && i < case_action_count(); i++)
        if (!record || case_action_allowed(case_action_at(i), &cli->actor, cli->codes, NULL, record, NULL) == STATUS_OK)
            put_action(cli, case_action_at(i));
    for (size_t i = 0; i < act_count(); i++)
        if ((!type || strcmp(type->name, act_at(i)->type) == 0) && (!record || act_allowed(act_at(i), &cli->actor, cli->codes, record, NULL) == STATUS_OK))
            put_act(cli, act_at(i));
    if (cli->json_output) {
        json_array_end(&cli->json);
        json_object_end(&cli->json);
    }
}

enum status cli_actions(struct cli *cli, struct errmsg *err)
{
    const char *what = cli_argument(cli, 0);
    const struct record_type *type = what ? catalogue_find(what) : NULL;
    struct record record;
    bool one = what && !type;
    enum status status = one ? cli_load(cli, 0, &record, err) : STATUS_OK;

    if (status)
        return status;
    if (one)
        type = record.type;
    if (type && !has_acts(type))
        status = errmsg_set(err, STATUS_USAGE, "%s没有办理动作；登记、修改用 add、set", _(type->label));
    else
        put_actions(cli, type, one ? &record : NULL);
    if (one)
        record_release(&record);
    return status;
}
