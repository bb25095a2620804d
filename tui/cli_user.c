/* tui/cli_user.c - accounts: user. */
#include <string.h>

#include "core/aid/account.h"
#include "core/aid/signin.h"
#include "core/base/language.h"
#include "core/record/table_writer.h"
#include "tui/cli.h"

/* ---- user ---------------------------------------------------------------------------------------------------------- */

struct user_list {
    struct cli *cli;
    struct password_rules rules;
    enum status status;
    struct errmsg *err;
};

static void put_user_text(struct cli *cli, const struct record *account, const char *state, const char *last)
{
    for (size_t i = 0; i < account->type->n_fields; i++) {
        const struct field_def *field = &account->type->fields[i];

        if (!(field->flags & FIELD_LIST) || field->kind == FIELD_SECRET)
            continue;
        buf_clear(&cli->scratch);
        record_show(account, field, cli->codes, &cli->scratch);
        buf_printf(&cli->text, "%s\t", buf_cstr(&cli->scratch));
    }
    buf_printf(&cli->text, "%s\t%s\n", state, *last ? last : _("未登录过"));
}

static bool user_row(void *context, const struct record *account, const struct list_key *key)
{
    struct user_list *list = context;
    struct cli *cli = list->cli;
    enum account_state state = signin_account_state(cli->store, &cli->machine, &list->rules, account, cli->actor.now_ms);
    char last[SIGNIN_TIME_TEXT_BYTES];

    (void)key;
    list->status = signin_last(cli->store, &cli->actor, record_text(account, "name"), last, list->err);
    if (list->status)
        return false;
    if (!cli->json_output) {
        put_user_text(cli, account, account_state_label(state), last);
        return true;
    }
    json_object(&cli->json);
    table_writer_json_fields(&cli->json, account, &cli->scratch);
    json_key(&cli->json, "state");
    json_string(&cli->json, account_state_name(state));
    json_key(&cli->json, "last_signin");
    if (*last)
        json_string(&cli->json, last);
    else
        json_null(&cli->json);
    json_object_end(&cli->json);
    return true;
}

static enum status user_list(struct cli *cli, struct errmsg *err)
{
    struct list_query query = {.type = catalogue_find("user"), .ascending = true};
    struct user_list list = {.cli = cli, .rules = password_rules_load(cli->store, cli->actor.now_ms), .err = err};
    enum status status;

    if (cli->json_output) {
        json_object(&cli->json);
        json_key(&cli->json, "rows");
        json_array(&cli->json);
    }
    status = records_list(cli->store, &cli->actor, &query, user_row, &list, err);
    if (!status)
        status = list.status;
    if (cli->json_output) {
        json_array_end(&cli->json);
        json_key(&cli->json, "more");
        json_bool(&cli->json, false);
        json_object_end(&cli->json);
    }
    return status;
}

static enum status user_with_password(struct cli *cli, const char *name, bool add, struct errmsg *err)
{
    const char *role = option_value(&cli->options, "role"), *display = option_value(&cli->options, "display");
    struct buf password;
    enum status status;

    buf_init(&password, CLI_SECRET_MAX_BYTES);
    status = cli_secret(cli, "新密码", &password, err);
    if (!status && add)
        status = account_add(cli->store, &cli->actor, cli->codes, cli->system->random, name, display ? display : name, role ? role : "station",
                             option_value(&cli->options, "org"), buf_cstr(&password), password.len, err);
    else if (!status)
        status = account_set_password(cli->store, &cli->actor, cli->codes, cli->system->random, name, buf_cstr(&password), password.len, err);
    buf_wipe(&password);
    return status;
}

/* All assignments or none. */
static enum status user_set(struct cli *cli, const char *name, struct errmsg *err)
{
    enum status status = cli_arguments(cli) < 3 ? errmsg_set(err, STATUS_USAGE, "用法: aidpost user set NAME display=.. phone=.. role=..") : store_begin(cli->store, "user", err);

    if (status)
        return status;
    for (size_t i = 2; !status && i < cli_arguments(cli); i++) {
        char field[CLI_FIELD_BYTES];
        const char *value;

        status = cli_split_assignment(cli_argument(cli, i), field, &value, err);
        if (!status)
            status = account_change(cli->store, &cli->actor, cli->codes, cli->system->random, name, field, value, err);
    }
    if (!status)
        return store_commit(cli->store, err);
    store_rollback(cli->store);
    return status;
}

static enum status user_add(struct cli *cli, const char *name, struct errmsg *err)
{
    return user_with_password(cli, name, true, err);
}

static enum status user_passwd(struct cli *cli, const char *name, struct errmsg *err)
{
    return user_with_password(cli, name, false, err);
}

static enum status user_disable(struct cli *cli, const char *name, struct errmsg *err)
{
    return account_disable(cli->store, &cli->actor, cli->codes, cli->system->random, name, err);
}

static enum status user_enable(struct cli *cli, const char *name, struct errmsg *err)
{
    return account_enable(cli->store, &cli->actor, cli->codes, cli->system->random, name, err);
}

static const struct user_action {
    const char *name, *done;
    bool more; /* takes arguments behind the name */
    enum status (*run)(struct cli *cli, const char *name, struct errmsg *err);
} user_actions[] = {
    {"add", "增加", false, user_add},           {"set", "修改", true, user_set},      {"disable", "停用", false, user_disable},
    {"enable", "重新启用", false, user_enable}, {"passwd", "改密码", false, user_passwd},
};

static const struct user_action *find_user_action(const struct cli *cli)
{
    for (size_t i = 0; i < sizeof(user_actions) / sizeof(user_actions[0]); i++)
        if (strcmp(user_actions[i].name, cli_argument(cli, 0)) == 0 && cli_argument(cli, 1) && (user_actions[i].more || !cli_argument(cli, 2)))
            return &user_actions[i];
    return NULL;
}

enum status cli_user(struct cli *cli, struct errmsg *err)
{
    const char *name = cli_argument(cli, 1);
    const struct user_action *action = find_user_action(cli);
    enum status status;

    if (strcmp(cli_argument(cli, 0), "list") == 0 && !name)
        return user_list(cli, err);
    if (!action)
        return errmsg_set(err, STATUS_USAGE, "用法: aidpost user add NAME [--role R] [--org CODE] [--display 姓名]，user list，user set NAME FIELD=VALUE..，user disable|enable|passwd NAME");
    status = action->run(cli, name, err);
    if (status)
        return status;
    if (cli->json_output) {
        json_object(&cli->json);
        json_key(&cli->json, "user");
        json_string(&cli->json, name);
        json_key(&cli->json, "action");
        json_string(&cli->json, action->name);
        json_object_end(&cli->json);
    } else {
        cli_note(cli, "账号 %s: 已%s", name, action->done);
    }
    return STATUS_OK;
}
