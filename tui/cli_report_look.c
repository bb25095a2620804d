/* tui/cli_report_look.c - aidpost report chart, heat, day: figures as bars, towns by month, and what is to be done before reports are handed in. See cli_report.h. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/day.h"
#include "core/base/language.h"
#include "core/report/chart.h"
#include "core/report/report_day.h"
#include "tui/cli_report.h"

enum { UNFROZEN_BYTES = 320 };

/* ---- charts ------------------------------------------------------------------------------------------------------- */

static void put_kinds(struct cli *cli)
{
    if (cli->json_output) {
        json_object(&cli->json);
        json_key(&cli->json, "charts");
        json_array(&cli->json);
    }
    for (size_t i = 0; chart_kind_at(i); i++) {
        const struct chart_kind *kind = chart_kind_at(i);

        if (!cli->json_output) {
            buf_printf(&cli->text, _("%s\t%s（%s）\n"), kind->name, _(kind->title), _(kind->unit));
            continue;
        }
        json_object(&cli->json);
        cli_report_text_member(cli, "name", kind->name);
        cli_report_text_member(cli, "title", kind->title);
        cli_report_text_member(cli, "unit", kind->unit);
        json_object_end(&cli->json);
    }
    if (cli->json_output) {
        json_array_end(&cli->json);
        json_object_end(&cli->json);
    }
}

static void put_chart_json(struct cli *cli, const struct chart *chart)
{
    json_object(&cli->json);
    cli_report_text_member(cli, "chart", chart->kind->name);
    cli_report_text_member(cli, "title", chart->kind->title);
    cli_report_text_member(cli, "unit", chart->kind->unit);
    cli_report_bool_member(cli, "money", chart->kind->money);
    cli_report_period_members(cli, &chart->period);
    json_key(&cli->json, "before");
    json_object(&cli->json);
    cli_report_period_members(cli, &chart->before);
    json_object_end(&cli->json);
    json_key(&cli->json, "bars");
    json_array(&cli->json);
    for (size_t i = 0; i < chart->n_bars; i++) {
        json_object(&cli->json);
        cli_report_text_member(cli, "label", chart->bars[i].label);
        cli_report_int_member(cli, "value", chart->bars[i].value);
        cli_report_int_member(cli, "before", chart->bars[i].before);
        cli_report_period_members(cli, &chart->bars[i].period);
        json_object_end(&cli->json);
    }
    json_array_end(&cli->json);
    cli_report_int_member(cli, "rest", chart->rest);
    cli_report_int_member(cli, "rest_before", chart->rest_before);
    json_object_end(&cli->json);
}

static enum status unknown_chart(const char *name, struct errmsg *err)
{
    char names[320] = "";

    for (size_t i = 0; chart_kind_at(i); i++) {
        size_t used = strlen(names);

        snprintf(names + used, sizeof(names) - used, " %s", chart_kind_at(i)->name);
    }
    return errmsg_set(err, STATUS_USAGE, "没有图 %.40s，有:%s", name, names);
}

enum status cli_report_show_chart(struct reporting *reporting, struct errmsg *err)
{
    struct cli *cli = reporting->cli;
    const char *name = cli_argument(cli, 1);
    const struct chart_kind *kind = name ? chart_kind_find(name) : NULL;
    struct chart *chart;
    struct period period;
    int columns;
    enum status status = cli_report_columns(cli, &columns, err);

    if (!status && !name) {
        put_kinds(cli);
        return STATUS_OK;
    }
    if (!status && !kind)
        status = unknown_chart(name, err);
    if (!status)
        status = cli_report_period(reporting, "period_summary", &period, err);
    if (status)
        return status;
    chart = calloc(1, sizeof(*chart));
    status = chart ? chart_compute(&reporting->desk, kind, &period, reporting->org, chart, err) : errmsg_set(err, STATUS_NOMEM, "内存不足");
    if (!status && cli->json_output) {
        put_chart_json(cli, chart);
    } else if (!status) {
        chart_head_text(chart, columns, &cli->text);
        chart_text(chart, columns, 0, CHART_BARS_MAX, &cli->text);
    }
    free(chart);
    return status;
}

/* ---- towns by month ----------------------------------------------------------------------------------------------- */

static void put_heat_json(struct cli *cli, const struct heat *heat)
{
    json_object(&cli->json);
    cli_report_text_member(cli, "heat", heat->consultations ? "consultations" : "cases");
    cli_report_period_members(cli, &heat->period);
    json_key(&cli->json, "months");
    json_array(&cli->json);
    for (size_t i = 0; i < heat->n_months; i++) {
        json_object(&cli->json);
        cli_report_text_member(cli, "name", heat->months[i].name);
        cli_report_period_members(cli, &heat->months[i]);
        json_object_end(&cli->json);
    }
    json_array_end(&cli->json);
    json_key(&cli->json, "rows");
    json_array(&cli->json);
    for (size_t t = 0; t < heat->n_towns; t++) {
        json_object(&cli->json);
        cli_report_text_member(cli, "name", heat->towns[t].name);
        cli_report_int_member(cli, "town", heat->towns[t].town);
        json_key(&cli->json, "values");
        json_array(&cli->json);
        for (size_t i = 0; i < heat->n_months; i++)
            json_int(&cli->json, heat->towns[t].values[i]);
        json_array_end(&cli->json);
        cli_report_int_member(cli, "sum", heat->towns[t].sum);
        json_object_end(&cli->json);
    }
    json_array_end(&cli->json);
    cli_report_int_member(cli, "most", heat->most);
    json_object_end(&cli->json);
}

enum status cli_report_show_heat(struct reporting *reporting, struct errmsg *err)
{
    struct cli *cli = reporting->cli;
    const char *what = cli_argument(cli, 1);
    bool consultations = strcmp(what, "consultations") == 0;
    struct heat *heat;
    struct period period;
    int columns;
    enum status status = cli_report_columns(cli, &columns, err);

    if (!status && !consultations && strcmp(what, "cases") != 0)
        status = errmsg_set(err, STATUS_USAGE, "写 cases（批准的案件）或 consultations（咨询人次），不是 %.40s", what);
    if (!status)
        status = cli_report_period(reporting, "period_summary", &period, err);
    if (status)
        return status;
    heat = calloc(1, sizeof(*heat));
    status = heat ? heat_compute(&reporting->desk, consultations, &period, heat, err) : errmsg_set(err, STATUS_NOMEM, "内存不足");
    if (status == STATUS_RANGE)
        status = STATUS_USAGE; /* more months than the table has */
    if (!status && cli->json_output)
        put_heat_json(cli, heat);
    else if (!status)
        heat_text(heat, columns, &cli->text);
    free(heat);
    return status;
}

/* ---- report day --------------------------------------------------------------------------------------------------- */

struct checklist {
    struct cli *cli;
    const struct form_book *book;
    bool all;         /* those that are fine, too */
    int64_t open, blocking;
    const struct period *period;
    char unfrozen[UNFROZEN_BYTES]; /* reports not yet frozen: one line for all */
};

static void put_item_json(struct cli *cli, const struct report_day_item *item)
{
    json_object(&cli->json);
    cli_report_text_member(cli, "kind", report_day_kind_name(item->kind));
    cli_report_text_member(cli, "code", item->code);
    cli_report_text_member(cli, "words", item->words);
    cli_report_int_member(cli, "count", item->count);
    cli_report_text_member(cli, "type", *item->type ? item->type : NULL);
    cli_report_text_member(cli, "where", *item->where ? item->where : NULL);
    cli_report_text_member(cli, "place", *item->place ? item->place : NULL);
    cli_report_text_member(cli, "detail", item->detail);
    cli_report_bool_member(cli, "blocks", item->blocks);
    json_object_end(&cli->json);
}

/* Money cells take money. */
static void put_entry_way(const struct checklist *list, const char *cell, struct buf *out)
{
    const struct form_column *column = form_book_cell(list->book, cell, NULL);
    char day[DAY_TEXT_BYTES];

    day_format(list->period->to, day);
    buf_printf(out, "aidpost add stat_entry cell=%s date=%s %s", cell, day, column && column->money ? _("money=..元") : "amount=..");
}

/* The command that leads to the fix. */
static void put_way(const struct checklist *list, const struct report_day_item *item, struct buf *out)
{
    switch (item->kind) {
    case REPORT_DAY_STATION:
        buf_puts(out, "aidpostd stations");
        break;
    case REPORT_DAY_RECORDS:
        buf_printf(out, "aidpost list %s --where \"%s\"", item->type, item->where);
        break;
    case REPORT_DAY_WORKLIST:
        buf_puts(out, strcmp(item->place, "flagged") == 0 ? "aidpost flagged" : strcmp(item->place, "sync") == 0 ? "aidpostd once" : "aidpost todo");
        break;
    case REPORT_DAY_CHECK:
        buf_printf(out, "aidpost report %s --period %s", item->place, list->period->name);
        break;
    case REPORT_DAY_ENTRY:
        put_entry_way(list, item->place, out);
        break;
    case REPORT_DAY_FREEZE:
        buf_printf(out, "aidpost report freeze %s --period %s", item->place, list->period->name);
        break;
    }
}

static bool put_item(void *context, const struct report_day_item *item)
{
    struct checklist *list = context;
    struct buf *out = &list->cli->text;

    list->open += item->count > 0;
    list->blocking += item->blocks && item->count > 0;
    if (list->cli->json_output) {
        put_item_json(list->cli, item);
        return true;
    }
    if (item->count == 0 && !list->all)
        return true;
    if (item->count > 0 && item->kind == REPORT_DAY_FREEZE) {
        size_t used = strlen(list->unfrozen);

        snprintf(list->unfrozen + used, sizeof(list->unfrozen) - used, " %s", item->place);
        return true;
    }
    buf_printf(out, "%s %s  %" PRId64 "%s%s\n", item->count == 0 ? " " : item->blocks ? "!" : "-", item->words, item->count, *item->detail ? "  " : "", item->detail);
    if (item->count > 0) {
        buf_puts(out, "    ");
        put_way(list, item, out);
        buf_putc(out, '\n');
    }
    return true;
}

/* One list: of the reports whose year is that of the rule. */
static enum status put_list(struct reporting *reporting, const struct period *period, struct checklist *list, struct errmsg *err)
{
    struct cli *cli = reporting->cli;
    char label[PERIOD_LABEL_BYTES];
    enum status status;

    list->period = period;
    list->unfrozen[0] = '\0';
    period_show(period, label);
    if (cli->json_output) {
        cli_report_period_members(cli, period);
        json_key(&cli->json, "items");
        json_array(&cli->json);
    } else {
        buf_printf(&cli->text, "%s\n", label);
    }
    status = report_day(&reporting->desk, period, put_item, list, err);
    if (!status && list->unfrozen[0])
        buf_printf(&cli->text, _("- 还没有存档:%s\n    aidpost report freeze 报表 --period %s\n"), list->unfrozen, period->name);
    if (cli->json_output)
        json_array_end(&cli->json);
    return status;
}

static bool same_days(const struct period *a, const struct period *b)
{
    return a->start.month == b->start.month && a->start.dom == b->start.dom;
}

/* Which of the rules says what year the period's reports have: a month's the monthly form's, a quarter's the quarterly form's. */
static const char *rule_of(const struct period *period)
{
    return period->kind == PERIOD_MONTH ? "period_monthly" : period->kind == PERIOD_QUARTER ? "period_quarterly" : "period_forms";
}

enum status cli_report_show_day(struct reporting *reporting, struct errmsg *err)
{
    struct cli *cli = reporting->cli;
    struct checklist list = {.cli = cli, .book = reporting->book, .all = option_value(&cli->options, "all") != NULL};
    struct period period, summary;
    enum status status = cli_report_period(reporting, "period_forms", &period, err);

    if (!status)
        status = cli_report_period(reporting, rule_of(&period), &period, err);
    if (!status)
        status = cli_report_period(reporting, "period_summary", &summary, err);
    if (status)
        return status;
    if (cli->json_output)
        json_object(&cli->json);
    status = put_list(reporting, &period, &list, err);
    if (!status && (period.kind == PERIOD_YEAR || period.kind == PERIOD_HALF) && !same_days(&period, &summary)) {
        if (cli->json_output) {
            json_key(&cli->json, "summary");
            json_object(&cli->json);
        } else {
            buf_puts(&cli->text, _("\n工作总结 "));
        }
        status = put_list(reporting, &summary, &list, err);
        if (cli->json_output)
            json_object_end(&cli->json);
    }
    if (status)
        return status;
    if (cli->json_output) {
        cli_report_int_member(cli, "open", list.open);
        cli_report_int_member(cli, "blocking", list.blocking);
        json_object_end(&cli->json);
    } else {
        buf_printf(&cli->text, _("\n要做的 %" PRId64 " 项，其中不做就不能存档、不能写文件的 %" PRId64 " 项（前面有 !）\n"), list.open, list.blocking);
    }
    return STATUS_OK;
}
