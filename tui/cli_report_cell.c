/* tui/cli_report_cell.c - aidpost report cells, rows, late: every cell there is, the records behind one, and what came after it was handed in. See cli_report.h. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/base/day.h"
#include "core/base/language.h"
#include "tui/cli_report.h"

enum { LIST_DEFAULT = 100, ID_SHORT = 8, SOURCE_BYTES = 512, TITLE_MAX_BYTES = 4096 };

/* ---- which cell --------------------------------------------------------------------------------------------------- */

static const struct summary_cell *find_summary_cell(const char *name)
{
    for (size_t i = 0; summary_cell_at(i); i++)
        if (strcasecmp(summary_cell_at(i)->name, name) == 0)
            return summary_cell_at(i);
    return cli_report_campaign_cell(name);
}

enum status cli_report_cell(struct reporting *reporting, const char *name, const struct ministry_form **form, const struct form_column **column, const struct summary_cell **summary, struct errmsg *err)
{
    *form = NULL;
    *column = form_book_cell(reporting->book, name, form);
    *summary = *column ? NULL : find_summary_cell(name);
    if (*column || *summary)
        return STATUS_OK;
    return errmsg_set(err, STATUS_USAGE, "没有栏目 %.40s；总结 R1 至 R23、C1 至 C3，月报 M1..，季报 Q1..，年报 F1.1..F13.11；aidpost report cells 列出全部", name);
}

/* ---- cells -------------------------------------------------------------------------------------------------------- */

static void put_cell(struct cli *cli, const char *cell, const char *report, const char *no, const char *heading, const char *unit, const char *source)
{
    if (!cli->json_output) {
        buf_printf(&cli->text, "%s\t%s\t%s\t%s\n", cell, heading, unit, source);
        return;
    }
    json_object(&cli->json);
    cli_report_text_member(cli, "cell", cell);
    cli_report_text_member(cli, "report", report);
    cli_report_text_member(cli, "no", no);
    cli_report_text_member(cli, "heading", heading);
    cli_report_text_member(cli, "unit", unit);
    cli_report_text_member(cli, "source", source);
    json_object_end(&cli->json);
}

/* The source of a column in words. */
static void source_words(const struct form_column *column, char out[SOURCE_BYTES])
{
    static const char *const words[] = {[FORM_COUNT] = "由案件、咨询统计：",  [FORM_SUM] = "本表各栏：",
                                        [FORM_CELL] = "其他表的栏目：",      [FORM_LIVE] = "由登记簿统计：",
                                        [FORM_HAND_LAST] = "手填，取期末以前最近一次", [FORM_HAND_SUM] = "手填，期内各次相加"};

    snprintf(out, SOURCE_BYTES, "%s%s", _(words[column->kind]), column->argument);
}

static void put_form_cells(struct cli *cli, const struct ministry_form *form)
{
    for (size_t i = 0; i < form->n_columns; i++) {
        const struct form_column *column = &form->columns[i];
        char cell[FORM_CELL_BYTES], no[16], source[SOURCE_BYTES], heading[FORM_HEADING_BYTES];

        form_cell_name(form, column, cell);
        form_column_heading(column, cli->codes, heading);
        snprintf(no, sizeof(no), "%d", column->no);
        source_words(column, source);
        put_cell(cli, cell, form->name, no, heading, cli_report_unit(cli, column->unit, column->money), source);
    }
}

static void put_summary_cell(struct cli *cli, size_t index)
{
    const struct summary_cell *cell = summary_cell_at(index);
    char source[SUMMARY_SOURCE_BYTES];

    summary_cell_source(index, source);
    put_cell(cli, cell->name, "summary", "", cell->label, cli_report_unit(cli, cell->unit, cell->money), source);
}

enum status cli_report_show_cells(struct reporting *reporting, struct errmsg *err)
{
    struct cli *cli = reporting->cli;

    (void)err;
    if (cli->json_output) {
        json_object(&cli->json);
        json_key(&cli->json, "cells");
        json_array(&cli->json);
    }
    for (size_t i = 0; summary_cell_at(i); i++)
        put_summary_cell(cli, i);
    for (size_t i = 0; cli_report_campaign_cell_at(i); i++)
        put_cell(cli, cli_report_campaign_cell_at(i)->name, "summary", "", cli_report_campaign_cell_at(i)->label, cli_report_campaign_cell_at(i)->unit, _("期内开始的宣传周各场活动：outreach"));
    for (size_t i = 0; i < form_book_count(reporting->book); i++)
        put_form_cells(cli, form_book_at(reporting->book, i));
    if (cli->json_output) {
        json_array_end(&cli->json);
        json_object_end(&cli->json);
    }
    return STATUS_OK;
}

/* ---- rows --------------------------------------------------------------------------------------------------------- */

struct rower {
    struct reporting *reporting;
    bool money;
    int64_t limit, given;
    bool more;
    struct errmsg *err;
    enum status status;
};

/* What the record is called, in scratch; sealed ones only say so. */
static enum status find_title(struct reporting *reporting, const struct tally_row *row, struct errmsg *err)
{
    struct cli *cli = reporting->cli;
    struct record record;
    enum status status;

    buf_clear(&cli->scratch);
    if (row->sealed) {
        buf_puts(&cli->scratch, _("（封存）"));
        return STATUS_OK;
    }
    status = records_get(cli->store, &cli->actor, row->type, row->id, &record, err);
    if (status)
        return status == STATUS_NOT_FOUND ? STATUS_OK : status;
    record_show_title(&record, cli->codes, &cli->scratch);
    record_release(&record);
    return STATUS_OK;
}

static void row_members(struct cli *cli, const struct tally_row *row)
{
    cli_report_text_member(cli, "type", row->type->name);
    if (row->sealed)
        cli_report_text_member(cli, "id", NULL);
    else
        cli_json_id(cli, "id", row->id);
    cli_report_text_member(cli, "title", buf_cstr(&cli->scratch));
    cli_report_day_member(cli, "day", row->day);
    cli_report_int_member(cli, "amount", row->amount);
}

static void row_line(struct rower *rower, const struct tally_row *row)
{
    struct buf *out = &rower->reporting->cli->text;
    char id[ID_TEXT_BYTES], day[DAY_TEXT_BYTES];

    id_format(row->id, id);
    day_format(row->day, day);
    buf_printf(out, "%s\t", day);
    cli_report_amount(out, row->amount, rower->money);
    buf_printf(out, "\t%s\t%s\t%.*s\n", _(row->type->label), buf_cstr(&rower->reporting->cli->scratch), row->sealed ? 0 : ID_SHORT, id);
}

static bool put_row(void *context, const struct tally_row *row)
{
    struct rower *rower = context;
    struct cli *cli = rower->reporting->cli;

    if (rower->limit && rower->given == rower->limit) {
        rower->more = true;
        return false;
    }
    rower->given++;
    rower->status = find_title(rower->reporting, row, rower->err);
    if (!rower->status && cli->json_output) {
        json_object(&cli->json);
        row_members(cli, row);
        json_object_end(&cli->json);
    } else if (!rower->status) {
        row_line(rower, row);
    }
    if (!rower->status)
        rower->status = cli_flush(cli, rower->err);
    return rower->status == STATUS_OK;
}

/* What the cell is, before its rows. */
static void put_head(struct cli *cli, const char *cell, const char *label, const char *unit, const struct period *period, int64_t value, bool money)
{
    char days[PERIOD_LABEL_BYTES];

    if (cli->json_output) {
        json_object(&cli->json);
        cli_report_text_member(cli, "cell", cell);
        cli_report_text_member(cli, "label", label);
        cli_report_text_member(cli, "unit", cli_report_unit(cli, unit, money));
        cli_report_int_member(cli, "value", value);
        cli_report_period_members(cli, period);
        return;
    }
    period_show(period, days);
    buf_printf(&cli->text, "%s %s  %s  ", cell, label, days);
    cli_report_amount(&cli->text, value, money);
    buf_printf(&cli->text, " %s\n", money ? _("元") : unit);
}

static void end_rows(struct rower *rower)
{
    struct cli *cli = rower->reporting->cli;

    if (cli->json_output) {
        json_array_end(&cli->json);
        cli_report_bool_member(cli, "more", rower->more);
        json_object_end(&cli->json);
    } else if (rower->more) {
        cli_note(cli, "还有更多；用 --limit N");
    }
}

static void begin_rows(struct cli *cli)
{
    if (!cli->json_output)
        return;
    json_key(&cli->json, "rows");
    json_array(&cli->json);
}

static enum status form_cell_rows(struct reporting *reporting, const struct ministry_form *form, const struct form_column *column, struct rower *rower, struct errmsg *err)
{
    struct period period;
    char cell[FORM_CELL_BYTES], heading[FORM_HEADING_BYTES];
    int64_t value = 0;
    enum status status = cli_report_period(reporting, form->rule, &period, err);

    if (!status)
        status = form_cell(&reporting->desk, form, column, &period, reporting->org, &value, err);
    if (status)
        return status;
    form_cell_name(form, column, cell);
    form_column_heading(column, reporting->cli->codes, heading);
    rower->money = column->money;
    put_head(reporting->cli, cell, heading, column->unit, &period, value, column->money);
    begin_rows(reporting->cli);
    return form_rows(&reporting->desk, form, column, &period, reporting->org, put_row, rower, err);
}

static enum status campaign_rows(struct reporting *reporting, const struct summary *summary, const struct summary_cell *cell, struct rower *rower, struct errmsg *err)
{
    int64_t sum;
    enum status status = cli_report_campaign_rows(reporting, summary, cell, NULL, NULL, &sum, err);

    if (status)
        return status;
    put_head(reporting->cli, cell->name, cell->label, cell->unit, &summary->period, sum, false);
    begin_rows(reporting->cli);
    return cli_report_campaign_rows(reporting, summary, cell, put_row, rower, NULL, err);
}

static enum status summary_cell_rows(struct reporting *reporting, const struct summary_cell *cell, struct rower *rower, struct errmsg *err)
{
    struct summary *summary = calloc(1, sizeof(*summary));
    struct period period;
    enum status status = summary ? cli_report_period(reporting, "period_summary", &period, err) : errmsg_set(err, STATUS_NOMEM, "内存不足");

    if (!status && reporting->org != TALLY_ORG_ALL)
        status = errmsg_set(err, STATUS_USAGE, "总结的数是全县的，不分单位；分单位看报表的栏目，如 F8.1");
    if (!status)
        status = summary_compute(&reporting->desk, &period, strcmp(cell->name, "R2") == 0, summary, err);
    if (!status && !summary_find(summary, cell->name))
        status = campaign_rows(reporting, summary, cell, rower, err);
    else if (!status) {
        rower->money = cell->money;
        put_head(reporting->cli, cell->name, cell->label, cell->unit, &period, summary_find(summary, cell->name)->value, cell->money);
        begin_rows(reporting->cli);
        status = summary_rows(&reporting->desk, &period, cell->name, put_row, rower, err);
    }
    free(summary);
    return status;
}

enum status cli_report_show_rows(struct reporting *reporting, struct errmsg *err)
{
    const struct ministry_form *form;
    const struct form_column *column;
    const struct summary_cell *summary;
    struct rower rower = {.reporting = reporting, .err = err};
    enum status status = cli_report_cell(reporting, cli_argument(reporting->cli, 1), &form, &column, &summary, err);

    if (!status)
        status = cli_number(reporting->cli, "limit", LIST_DEFAULT, &rower.limit, err);
    if (status)
        return status;
    status = column ? form_cell_rows(reporting, form, column, &rower, err) : summary_cell_rows(reporting, summary, &rower, err);
    if (!status)
        status = rower.status;
    if (!status)
        end_rows(&rower);
    return status;
}

/* ---- what came late ----------------------------------------------------------------------------------------------- */

static bool put_late(void *context, const struct snapshot_late *late)
{
    struct rower *rower = context;
    struct cli *cli = rower->reporting->cli;

    if (rower->limit && rower->given == rower->limit) {
        rower->more = true;
        return false;
    }
    rower->given++;
    rower->status = find_title(rower->reporting, &late->row, rower->err);
    if (!rower->status && cli->json_output) {
        json_object(&cli->json);
        row_members(cli, &late->row);
        cli_report_int_member(cli, "then", late->then);
        cli_report_int_member(cli, "now", late->now);
        json_object_end(&cli->json);
    } else if (!rower->status) {
        row_line(rower, &late->row);
    }
    return rower->status == STATUS_OK;
}

static void put_late_head(struct reporting *reporting, const struct snapshot *snapshot, const struct form_column *column, const char *cell, int64_t then, int64_t now)
{
    struct cli *cli = reporting->cli;
    char day[DAY_TEXT_BYTES], heading[FORM_HEADING_BYTES];

    form_column_heading(column, cli->codes, heading);
    put_head(cli, cell, heading, column->unit, &snapshot->period, now, column->money);
    day_format(snapshot->date, day);
    if (cli->json_output) {
        cli_json_id(cli, "snapshot", snapshot->id);
        cli_report_text_member(cli, "date", day);
        cli_report_int_member(cli, "then", then);
        cli_report_int_member(cli, "now", now);
        cli_report_int_member(cli, "difference", now - then);
        return;
    }
    buf_printf(&cli->text, _("%s 存档时 "), day);
    cli_report_amount(&cli->text, then, column->money);
    buf_puts(&cli->text, _("，现在 "));
    cli_report_amount(&cli->text, now, column->money);
    buf_puts(&cli->text, _("，相差 "));
    cli_report_amount(&cli->text, now - then, column->money);
    buf_putc(&cli->text, '\n');
}

static enum status late_of(struct reporting *reporting, const struct snapshot *snapshot, const struct ministry_form *form, const struct form_column *column, struct rower *rower, struct errmsg *err)
{
    struct cli *cli = reporting->cli;
    char cell[FORM_CELL_BYTES];
    int64_t then = 0, now = 0, unexplained = 0;
    enum status status = form_cell(&reporting->desk, form, column, &snapshot->period, reporting->org, &now, err);

    if (status)
        return status;
    form_cell_name(form, column, cell);
    (void)snapshot_value(snapshot, cell, reporting->org == TALLY_ORG_ALL ? 0 : reporting->org, &then);
    rower->money = column->money;
    put_late_head(reporting, snapshot, column, cell, then, now);
    begin_rows(cli);
    status = snapshot_late_rows(&reporting->desk, snapshot, column, reporting->org, put_late, rower, &unexplained, err);
    if (!status)
        status = rower->status;
    if (status)
        return status;
    if (cli->json_output) {
        json_array_end(&cli->json);
        cli_report_bool_member(cli, "more", rower->more);
        cli_report_int_member(cli, "unexplained", unexplained);
        json_object_end(&cli->json);
    } else if (unexplained != 0) {
        buf_puts(&cli->text, _("没有记录能说明的相差: "));
        cli_report_amount(&cli->text, unexplained, column->money);
        buf_puts(&cli->text, _("（规则、代码或手填数后来改过）\n"));
    }
    return STATUS_OK;
}

enum status cli_report_show_late(struct reporting *reporting, struct errmsg *err)
{
    const struct ministry_form *form;
    const struct form_column *column;
    const struct summary_cell *summary;
    struct rower rower = {.reporting = reporting, .err = err};
    struct snapshot snapshot;
    struct period period;
    enum status status = cli_report_cell(reporting, cli_argument(reporting->cli, 1), &form, &column, &summary, err);

    if (!status && summary)
        status = errmsg_set(err, STATUS_USAGE, "总结的数看它来自的报表栏目，如 R1 看 F8.1");
    if (!status)
        status = cli_number(reporting->cli, "limit", LIST_DEFAULT, &rower.limit, err);
    if (!status)
        status = cli_report_period(reporting, form->rule, &period, err);
    if (!status)
        status = snapshot_load(&reporting->desk, form->name, &period, &snapshot, err);
    if (status)
        return status;
    status = late_of(reporting, &snapshot, form, column, &rower, err);
    snapshot_release(&snapshot);
    return status;
}
