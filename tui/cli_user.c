/* tui/cli_user.c - accounts, settings and what waits: user, rule, todo. */
#include <string.h>

#include "core/aid/account.h"
#include "core/record/conflict.h"
#include "core/record/draft.h"
#include "core/record/replica.h"
#include "core/record/settings.h"
#include "core/record/table_writer.h"
#include "tui/cli.h"

/* ---- user ---------------------------------------------------------------------------------------------------------- */

static bool user_row(void *context, const struct record *record, const struct list_key *key)
{
    struct cli *cli = context;

    (void)key;
    if (cli->json_output) {
        json_object(&cli->json);
        table_writer_json_fields(&cli->json, record, &cli->scratch);
        json_object_end(&cli->json);
        return true;
    }
    for (size_t i = 0; i < record->type->n_fields; i++) {
        const struct field_def *field = &record->type->fields[i];

        if (!(field->flags & FIELD_LIST) || field->kind == FIELD_SECRET)
            continue;
        buf_clear(&cli->scratch);
        record_format(record, field, cli->codes, &cli->scratch);
        buf_printf(&cli->text, "%s\t", buf_cstr(&cli->scratch));
    }
    buf_putc(&cli->text, '\n');
    return true;
}

static enum status user_list(struct cli *cli, struct errmsg *err)
{
    struct list_query query = {.type = catalogue_find("user"), .ascending = true};
    enum status status;

    if (cli->json_output) {
        json_object(&cli->json);
        json_key(&cli->json, "rows");
        json_array(&cli->json);
    }
    status = records_list(cli->store, &cli->actor, &query, user_row, cli, err);
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

enum status cli_user(struct cli *cli, struct errmsg *err)
{
    const char *action = cli_argument(cli, 0), *name = cli_argument(cli, 1);
    enum status status;

    if (strcmp(action, "list") == 0 && !name)
        return user_list(cli, err);
    if (!name || (strcmp(action, "add") != 0 && strcmp(action, "disable") != 0 && strcmp(action, "passwd") != 0))
        return errmsg_set(err, STATUS_USAGE, "用法: aidpost user add NAME [--role R] [--org CODE] [--display 姓名]，user list，user disable NAME，user passwd NAME");
    if (strcmp(action, "disable") == 0)
        status = account_disable(cli->store, &cli->actor, cli->codes, cli->system->random, name, err);
    else
        status = user_with_password(cli, name, strcmp(action, "add") == 0, err);
    if (status)
        return status;
    if (cli->json_output) {
        json_object(&cli->json);
        json_key(&cli->json, "user");
        json_string(&cli->json, name);
        json_key(&cli->json, "action");
        json_string(&cli->json, action);
        json_object_end(&cli->json);
    } else {
        cli_note(cli, "账号 %s: 已%s", name, strcmp(action, "add") == 0 ? "增加" : strcmp(action, "disable") == 0 ? "停用" : "改密码");
    }
    return STATUS_OK;
}

/* ---- rule ---------------------------------------------------------------------------------------------------------- */

static void put_setting(struct cli *cli, const struct setting_def *setting)
{
    buf_clear(&cli->scratch);
    settings_get(cli->store, setting, &cli->scratch);
    if (!cli->json_output) {
        buf_printf(&cli->text, "%s\t%s%s\t%s：%s\n", setting->name, cli->scratch.len ? buf_cstr(&cli->scratch) : "（空）", setting->unit, setting->label, setting->help);
        return;
    }
    json_object(&cli->json);
    json_key(&cli->json, "name");
    json_string(&cli->json, setting->name);
    json_key(&cli->json, "value");
    json_string(&cli->json, buf_cstr(&cli->scratch));
    json_key(&cli->json, "default");
    json_string(&cli->json, setting->initial);
    json_key(&cli->json, "label");
    json_string(&cli->json, setting->label);
    json_key(&cli->json, "help");
    json_string(&cli->json, setting->help);
    json_object_end(&cli->json);
}

static enum status rule_set(struct cli *cli, const char *name, const char *value, struct errmsg *err)
{
    const struct setting_def *setting;
    char split[64];

    if (!value) {
        const char *equals = strchr(name, '=');

        if (!equals || (size_t)(equals - name) >= sizeof(split))
            return errmsg_set(err, STATUS_USAGE, "用法: aidpost rule set NAME VALUE");
        snprintf(split, sizeof(split), "%.*s", (int)(equals - name), name);
        value = equals + 1;
        name = split;
    }
    setting = settings_find(name);
    if (!setting)
        return errmsg_set(err, STATUS_USAGE, "没有设置 %s；aidpost rule list 列出全部", name);
    {
        enum status status = settings_set(cli->store, &cli->actor, setting, value, err);

        if (status)
            return status;
    }
    put_setting(cli, setting);
    return STATUS_OK;
}

enum status cli_rule(struct cli *cli, struct errmsg *err)
{
    const char *action = cli_argument(cli, 0);

    if (strcmp(action, "set") == 0 && cli_argument(cli, 1))
        return rule_set(cli, cli_argument(cli, 1), cli_argument(cli, 2), err);
    if (strcmp(action, "list") != 0 || cli_argument(cli, 1))
        return errmsg_set(err, STATUS_USAGE, "用法: aidpost rule list，aidpost rule set NAME VALUE");
    if (cli->json_output) {
        json_object(&cli->json);
        json_key(&cli->json, "rules");
        json_array(&cli->json);
    }
    for (size_t i = 0; i < settings_count(); i++)
        put_setting(cli, settings_at(i));
    if (cli->json_output) {
        json_array_end(&cli->json);
        json_object_end(&cli->json);
    }
    return STATUS_OK;
}

/* ---- todo ---------------------------------------------------------------------------------------------------------- */

static bool count_draft(void *context, const struct draft_info *info)
{
    int64_t *count = context;

    (void)info;
    ++*count;
    return true;
}

static bool count_quarantined(void *context, int64_t lsn, const struct log_id *log, uint64_t seq, const char *reason)
{
    int64_t *count = context;

    (void)lsn, (void)log, (void)seq, (void)reason;
    ++*count;
    return true;
}

enum status cli_todo(struct cli *cli, struct errmsg *err)
{
    int64_t drafts = 0, conflicts = 0, quarantined = 0;
    enum status status = draft_list(cli->store, &cli->actor, count_draft, &drafts, err);

    if (!status)
        status = conflict_count(cli->store, &cli->actor, &conflicts, err);
    if (!status)
        status = replica_quarantine_list(cli->store, count_quarantined, &quarantined, err);
    if (status)
        return status;
    if (!cli->json_output) {
        buf_printf(&cli->text, "草稿 %lld  分歧 %lld  隔离的变更 %lld\n", (long long)drafts, (long long)conflicts, (long long)quarantined);
        return STATUS_OK;
    }
    json_object(&cli->json);
    json_key(&cli->json, "drafts");
    json_int(&cli->json, drafts);
    json_key(&cli->json, "conflicts");
    json_int(&cli->json, conflicts);
    json_key(&cli->json, "quarantined");
    json_int(&cli->json, quarantined);
    json_object_end(&cli->json);
    return STATUS_OK;
}
