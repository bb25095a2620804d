/* tui/cli_rule.c - what can be set, in one list: the machine's own settings (core/record/settings.h) and the county's rules (core/aid/rule.h); a period counted by hand. */
#include <stdlib.h>
#include <string.h>

#include "core/aid/calendar.h"
#include "core/base/day.h"
#include "core/base/language.h"
#include "core/record/settings.h"
#include "tui/cli.h"

enum { NAME_BYTES = 64, PAUSED_MAX = 9999 };

static int32_t today_of(const struct cli *cli)
{
    return day_of_ms(cli->actor.now_ms, DAY_OFFICE_OFFSET_MIN);
}

static void put_key_string(struct cli *cli, const char *key, const char *text)
{
    json_key(&cli->json, key);
    json_string(&cli->json, text);
}

static void put_key_day(struct cli *cli, const char *key, int32_t day)
{
    char text[DAY_TEXT_BYTES];

    json_key(&cli->json, key);
    if (day < DAY_MIN) {
        json_null(&cli->json);
        return;
    }
    day_format(day, text);
    json_string(&cli->json, text);
}

/* ---- one row ------------------------------------------------------------------------------------------------------- */

static const char *setting_kind_name(enum setting_kind kind)
{
    return kind == SETTING_INT ? "int" : kind == SETTING_BOOL ? "bool" : "area";
}

static enum status put_setting(struct cli *cli, const struct setting_def *setting, struct errmsg *err)
{
    buf_clear(&cli->scratch);
    enum status status = settings_get(cli->store, setting, &cli->scratch, err);

    if (status)
        return status;
    if (!cli->json_output) {
        buf_printf(&cli->text, _("%s\t%s%s\t%s：%s（本机）\n"), setting->name, cli->scratch.len ? buf_cstr(&cli->scratch) : _("（空）"), _(setting->unit), _(setting->label), _(setting->help));
        return STATUS_OK;
    }
    json_object(&cli->json);
    put_key_string(cli, "name", setting->name);
    put_key_string(cli, "value", buf_cstr(&cli->scratch));
    put_key_string(cli, "default", setting->initial);
    put_key_string(cli, "label", setting->label);
    put_key_string(cli, "help", setting->help);
    put_key_string(cli, "kind", setting_kind_name(setting->kind));
    put_key_string(cli, "scope", "machine");
    put_key_string(cli, "basis", "");
    put_key_string(cli, "mark", "");
    put_key_day(cli, "from", RULE_NO_DAY);
    json_object_end(&cli->json);
    return STATUS_OK;
}

/* A secret is only said to be there. */
static const char *shown(const struct rule_def *def, const char *value)
{
    if (*value == '\0')
        return "";
    return def->kind == RULE_SECRET ? "***" : value;
}

static void put_versions(struct cli *cli, const struct rules *rules, const struct rule_def *def)
{
    struct rule_version version;

    json_key(&cli->json, "versions");
    json_array(&cli->json);
    for (size_t i = 0; rules_version(rules, def->name, i, &version); i++) {
        json_object(&cli->json);
        put_key_day(cli, "from", version.from);
        put_key_string(cli, "value", shown(def, version.value));
        put_key_string(cli, "basis", version.basis);
        json_object_end(&cli->json);
    }
    json_array_end(&cli->json);
}

static void put_rule_line(struct cli *cli, const struct rules *rules, const struct rule_def *def, int32_t day)
{
    const char *value = shown(def, rules_text(rules, def->name, day));
    int32_t from = rules_from(rules, def->name, day);
    struct rule_version version;
    char text[DAY_TEXT_BYTES];

    buf_printf(&cli->text, _("%s\t%s\t%s：%s（%s）"), def->name, *value ? value : _("（空）"), _(def->label), _(def->help), rules_basis(rules, def->name, day));
    if (from != RULE_NO_DAY) {
        day_format(from, text);
        buf_printf(&cli->text, _("；%s 起，原 %s"), text, shown(def, def->initial));
    }
    for (size_t i = 0; rules_version(rules, def->name, i, &version); i++) {
        if (version.from <= day)
            continue;
        day_format(version.from, text);
        buf_printf(&cli->text, _("；%s 起 %s"), text, shown(def, version.value));
    }
    buf_putc(&cli->text, '\n');
}

static void put_rule(struct cli *cli, const struct rules *rules, const struct rule_def *def, int32_t day)
{
    if (!cli->json_output) {
        put_rule_line(cli, rules, def, day);
        return;
    }
    json_object(&cli->json);
    put_key_string(cli, "name", def->name);
    put_key_string(cli, "value", shown(def, rules_text(rules, def->name, day)));
    put_key_string(cli, "default", def->initial);
    put_key_string(cli, "label", def->label);
    put_key_string(cli, "help", def->help);
    put_key_string(cli, "kind", rule_kind_name(def->kind));
    put_key_string(cli, "scope", "county");
    put_key_string(cli, "basis", rules_basis(rules, def->name, day));
    put_key_string(cli, "mark", def->mark);
    put_key_day(cli, "from", rules_from(rules, def->name, day));
    put_versions(cli, rules, def);
    json_object_end(&cli->json);
}

/* ---- list, set ----------------------------------------------------------------------------------------------------- */

static enum status rule_list(struct cli *cli, struct errmsg *err)
{
    struct rules *rules;
    enum status status = rules_load(&rules, cli->store, &cli->actor, err);

    if (status)
        return status;
    if (cli->json_output) {
        json_object(&cli->json);
        json_key(&cli->json, "rules");
        json_array(&cli->json);
    }
    for (size_t i = 0; i < settings_count() && !status; i++)
        status = put_setting(cli, settings_at(i), err);
    for (size_t i = 0; i < rules_count(rules); i++)
        put_rule(cli, rules, rules_at(rules, i), today_of(cli));
    if (cli->json_output) {
        json_array_end(&cli->json);
        json_object_end(&cli->json);
    }
    if (rules_ignored(rules) > 0)
        cli_note(cli, "有 %zu 条规则记录读不懂或不认识，没有采用；aidpost list rule 可以看到", rules_ignored(rules));
    rules_free(rules);
    return status;
}

static enum status set_county(struct cli *cli, const char *name, const char *value, struct errmsg *err)
{
    const char *from = option_value(&cli->options, "from");
    struct rules *rules;
    int32_t day = today_of(cli);
    enum status status;

    if (from && day_parse(from, strlen(from), &day))
        return errmsg_set(err, STATUS_USAGE, "--from 应是日期，如 2026-07-01");
    status = rule_set(cli->store, &cli->actor, cli->codes, cli->system->random, name, value, day, option_value(&cli->options, "basis"), err);
    if (!status)
        status = rules_load(&rules, cli->store, &cli->actor, err);
    if (status)
        return status;
    put_rule(cli, rules, rules_find(rules, name), day);
    rules_free(rules);
    return STATUS_OK;
}

static enum status set_machine(struct cli *cli, const struct setting_def *setting, const char *value, struct errmsg *err)
{
    enum status status;

    if (option_value(&cli->options, "from") || option_value(&cli->options, "basis"))
        return errmsg_set(err, STATUS_USAGE, "%s 是本机的设置，立即生效，没有 --from 和 --basis", setting->name);
    status = settings_set(cli->store, &cli->actor, setting, value, err);
    return status ? status : put_setting(cli, setting, err);
}

static enum status rule_or_setting(struct cli *cli, const char *name, const char *value, struct errmsg *err)
{
    const struct setting_def *setting;
    struct rules *rules;
    char split[NAME_BYTES];
    bool exists;
    enum status status;

    if (!value) {
        const char *equals = strchr(name, '=');

        if (!equals || (size_t)(equals - name) >= sizeof(split))
            return errmsg_set(err, STATUS_USAGE, "用法: aidpost rule set NAME VALUE [--from DAY] [--basis TEXT]");
        snprintf(split, sizeof(split), "%.*s", (int)(equals - name), name);
        value = equals + 1;
        name = split;
    }
    setting = settings_find(name);
    if (setting)
        return set_machine(cli, setting, value, err);
    status = rules_load(&rules, cli->store, &cli->actor, err);
    if (status)
        return status;
    exists = rules_find(rules, name) != NULL;
    rules_free(rules);
    if (!exists)
        return errmsg_set(err, STATUS_USAGE, "没有设置 %s；aidpost rule list 列出全部", name);
    return set_county(cli, name, value, err);
}

enum status cli_rule(struct cli *cli, struct errmsg *err)
{
    const char *action = cli_argument(cli, 0);

    if (strcmp(action, "set") == 0 && cli_argument(cli, 1))
        return rule_or_setting(cli, cli_argument(cli, 1), cli_argument(cli, 2), err);
    if (strcmp(action, "list") != 0 || cli_argument(cli, 1))
        return errmsg_set(err, STATUS_USAGE, "用法: aidpost rule list，aidpost rule set NAME VALUE [--from DAY] [--basis TEXT]");
    return rule_list(cli, err);
}

/* ---- deadline ------------------------------------------------------------------------------------------------------ */

struct count {
    const struct rule_def *rule;
    struct rule_term term;
    int32_t from, paused, due;
    bool known; /* the holidays of the year it ends in */
    const char *basis;
};

static void put_count(struct cli *cli, const struct count *count, const struct rules *rules)
{
    static const char *const weekdays[] = {"日", "一", "二", "三", "四", "五", "六"};
    char from[DAY_TEXT_BYTES], due[DAY_TEXT_BYTES];

    if (!cli->json_output) {
        day_format(count->from, from);
        day_format(count->due, due);
        buf_printf(&cli->text, _("%s %s：%s 起 %s"), count->rule->name, _(count->rule->label), from, rules_text(rules, count->rule->name, count->from));
        if (count->paused > 0)
            buf_printf(&cli->text, _("，扣除 %d 天"), (int)count->paused);
        buf_printf(&cli->text, _("，至 %s 周%s（%s）\n"), due, _(weekdays[day_weekday(count->due)]), _(count->basis));
        if (!count->known)
            cli_note(cli, "%.4s 年的放假安排还没有录入，只按周六周日和元旦、劳动节、国庆节休息计算", due);
        return;
    }
    json_object(&cli->json);
    put_key_string(cli, "code", count->rule->name);
    put_key_string(cli, "label", count->rule->label);
    put_key_day(cli, "from", count->from);
    json_key(&cli->json, "n");
    json_int(&cli->json, count->term.n);
    put_key_string(cli, "unit", rule_unit_name(count->term.unit));
    json_key(&cli->json, "paused_days");
    json_int(&cli->json, count->paused);
    put_key_day(cli, "due", count->due);
    put_key_string(cli, "basis", count->basis);
    json_key(&cli->json, "holidays_known");
    json_bool(&cli->json, count->known);
    json_object_end(&cli->json);
}

static enum status read_count(struct cli *cli, struct count *count, struct errmsg *err)
{
    const char *from = cli_argument(cli, 1), *paused = cli_argument(cli, 2);
    char *end = NULL;
    long days = paused ? strtol(paused, &end, 10) : 0;

    enum status status = day_parse(from, strlen(from), &count->from);
    if (status)
        return status == STATUS_RANGE ? errmsg_set(err, STATUS_USAGE, "%s 没有这一天，请核对", from) : errmsg_set(err, STATUS_USAGE, "%s 不是日期；写成 2026-03-02", from);
    if (paused && (!*paused || *end || days < 0 || days > PAUSED_MAX))
        return errmsg_set(err, STATUS_USAGE, "扣除的天数应是 0 到 %d 的整数", PAUSED_MAX);
    count->paused = (int32_t)days;
    return STATUS_OK;
}

static enum status count_by(struct cli *cli, const struct rules *rules, struct errmsg *err)
{
    struct count count = {.rule = rules_find(rules, cli_argument(cli, 0))};
    struct calendar *calendar;
    int year, month, dom;
    enum status status;

    if (!count.rule || count.rule->kind != RULE_TERM)
        return errmsg_set(err, STATUS_USAGE, "没有期限 %s；如 D01、D19_02，aidpost rule list 列出全部", cli_argument(cli, 0));
    status = read_count(cli, &count, err);
    if (!status)
        status = calendar_load(&calendar, cli->store, &cli->actor, err);
    if (status)
        return status;
    count.term = rules_term(rules, count.rule->name, count.from);
    count.basis = rules_basis(rules, count.rule->name, count.from);
    count.due = calendar_due(calendar, count.from, count.term, count.paused);
    day_to_ymd(count.due, &year, &month, &dom);
    count.known = calendar_knows_year(calendar, year);
    put_count(cli, &count, rules);
    calendar_free(calendar);
    return STATUS_OK;
}

enum status cli_deadline(struct cli *cli, struct errmsg *err)
{
    struct rules *rules;
    enum status status = rules_load(&rules, cli->store, &cli->actor, err);

    if (status)
        return status;
    status = count_by(cli, rules, err);
    rules_free(rules);
    return status;
}
