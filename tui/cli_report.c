/* tui/cli_report.c - aidpost report: which kind of report, what it takes, the help, the analyst's views. See cli_report.h. */
#include "tui/cli_report.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/day.h"
#include "core/base/file.h"
#include "core/record/peer.h"
#include "core/record/row.h"
#include "core/report/sql_views.h"

enum { VIEWS_MAX_BYTES = 1 << 24, NAMES_BYTES = 400 };

/* ---- members of JSON ---------------------------------------------------------------------------------------------- */

void cli_report_text_member(struct cli *cli, const char *key, const char *text)
{
    json_key(&cli->json, key);
    json_string(&cli->json, text);
}

void cli_report_int_member(struct cli *cli, const char *key, int64_t number)
{
    json_key(&cli->json, key);
    json_int(&cli->json, number);
}

void cli_report_bool_member(struct cli *cli, const char *key, bool value)
{
    json_key(&cli->json, key);
    json_bool(&cli->json, value);
}

void cli_report_day_member(struct cli *cli, const char *key, int32_t day)
{
    char text[DAY_TEXT_BYTES];

    day_format(day, text);
    cli_report_text_member(cli, key, text);
}

void cli_report_period_members(struct cli *cli, const struct period *period)
{
    cli_report_day_member(cli, "from", period->from);
    cli_report_day_member(cli, "to", period->to);
}

void cli_report_amount(struct buf *out, int64_t value, bool money)
{
    struct report_cell cell = {.kind = money ? REPORT_MONEY : REPORT_INT, .number = value};

    report_cell_text(&cell, out);
}

/* ---- views -------------------------------------------------------------------------------------------------------- */

static enum status show_views(struct reporting *reporting, struct errmsg *err)
{
    struct cli *cli = reporting->cli;
    const char *path = cli_argument(cli, 1);
    bool sensitive = option_value(&cli->options, "sensitive") != NULL;
    struct buf sql;
    enum status status;

    if (sensitive && !(cli->actor.center && cli->actor.owner))
        return errmsg_set(err, STATUS_FORBIDDEN, "--sensitive 只给县中心数据的所有者（不用 --as）");
    buf_init(&sql, VIEWS_MAX_BYTES);
    sql_views(cli->codes, reporting->rules, sensitive, &sql);
    status = sql.status ? errmsg_set(err, sql.status, "视图太大") : STATUS_OK;
    if (!status && path)
        status = file_write(path, sql.data, sql.len, 0600, err);
    if (!status && cli->json_output) {
        json_object(&cli->json);
        cli_report_text_member(cli, path ? "file" : "sql", path ? path : buf_cstr(&sql));
        json_object_end(&cli->json);
    } else if (!status && path) {
        cli_note(cli, "已写 %s；打开: sqlite3 -readonly %s -init %s", path, store_path(cli->store), path);
    } else if (!status) {
        buf_append(&cli->text, sql.data, sql.len);
    }
    buf_release(&sql);
    return status;
}

/* ---- what is asked for -------------------------------------------------------------------------------------------- */

static const struct kind {
    const char *name;      /* the first argument; a form's name is found in the book */
    const char *options;   /* it takes, beside --year-start */
    int min, max;          /* arguments behind the name */
    bool reads;            /* needs forms and tally */
    enum status (*run)(struct reporting *reporting, struct errmsg *err);
} kinds[] = {
    {"views", "sensitive", 0, 1, false, show_views},
};

enum { KINDS = sizeof(kinds) / sizeof(kinds[0]) };

static const struct kind *find_kind(const char *name)
{
    for (size_t i = 0; i < KINDS; i++)
        if (strcmp(kinds[i].name, name) == 0)
            return &kinds[i];
    return NULL;
}

enum status cli_report(struct cli *cli, struct errmsg *err)
{
    struct reporting reporting = {.cli = cli};
    const struct kind *kind = find_kind(cli_argument(cli, 0));
    enum status status;

    if (!kind)
        return errmsg_set(err, STATUS_UNSUPPORTED, "本版本还没有这个报表");
    status = rules_load(&reporting.rules, cli->store, &cli->actor, err);
    if (!status)
        status = kind->run(&reporting, err);
    rules_free(reporting.rules);
    return status;
}
