/* tui/cli_report_summary.c - aidpost report summary: the figures R1 .. R23 and the campaigns, or the text as it is handed in. See cli_report.h. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/file.h"
#include "core/base/language.h"
#include "core/paper/paper.h"
#include "core/record/practice_sign.h"
#include "core/report/chart.h"
#include "core/report/practice_file.h"
#include "tui/cli_report.h"

enum { TEXT_MAX_BYTES = 1 << 22, CHARTS_MAX = 16 };

/* ---- JSON --------------------------------------------------------------------------------------------------------- */

static void put_cells(struct cli *cli, const struct summary *summary)
{
    json_key(&cli->json, "cells");
    json_object(&cli->json);
    for (size_t i = 0; i < summary->n_cells; i++) {
        json_key(&cli->json, summary->cells[i].name);
        if (summary_is_known(summary, &summary->cells[i]))
            json_int(&cli->json, summary->cells[i].value);
        else
            json_null(&cli->json);
    }
    json_object_end(&cli->json);
    json_key(&cli->json, "adjusted");
    json_object(&cli->json);
    for (size_t i = 0; i < summary->n_cells; i++)
        if (summary->cells[i].adjusted != 0)
            cli_report_int_member(cli, summary->cells[i].name, summary->cells[i].adjusted);
    json_object_end(&cli->json);
}

static void put_known(struct cli *cli, const char *key, bool known, int64_t value)
{
    json_key(&cli->json, key);
    if (known)
        json_int(&cli->json, value);
    else
        json_null(&cli->json);
}

void cli_report_before_members(struct cli *cli, const struct year_on_year *before, bool known)
{
    put_known(cli, "reported", before->has_reported, before->reported);
    put_known(cli, "known", known, before->known);
    cli_report_bool_member(cli, "baseline", before->from_baseline);
}

static void put_before(struct cli *cli, const struct summary *summary)
{
    json_key(&cli->json, "before");
    json_object(&cli->json);
    for (size_t i = 0; i < summary->n_cells; i++) {
        if (strcmp(summary->cells[i].name, "R2") == 0)
            continue;
        json_key(&cli->json, summary->cells[i].name);
        json_object(&cli->json);
        cli_report_before_members(cli, &summary->cells[i].before, summary->cells[i].has_before);
        json_object_end(&cli->json);
    }
    json_object_end(&cli->json);
}

static void put_campaigns(struct cli *cli, const struct summary *summary)
{
    json_key(&cli->json, "campaigns");
    json_array(&cli->json);
    for (size_t i = 0; i < summary->n_campaigns; i++) {
        const struct summary_campaign *campaign = &summary->campaigns[i];

        json_object(&cli->json);
        cli_json_id(cli, "id", campaign->id);
        cli_report_text_member(cli, "name", campaign->name);
        cli_report_day_member(cli, "from", campaign->from);
        cli_report_day_member(cli, "to", campaign->to);
        cli_report_int_member(cli, "C1", campaign->consulted);
        cli_report_int_member(cli, "C2", campaign->handouts);
        cli_report_int_member(cli, "C3", campaign->accepted);
        json_object_end(&cli->json);
    }
    json_array_end(&cli->json);
}

static enum status put_json(struct reporting *reporting, const struct summary *summary, const struct kept_failures *failures, struct errmsg *err)
{
    struct cli *cli = reporting->cli;
    enum status status;

    json_object(&cli->json);
    cli_report_text_member(cli, "report", "summary");
    cli_report_text_member(cli, "period", summary->period.name);
    cli_report_period_members(cli, &summary->period);
    put_cells(cli, summary);
    put_campaigns(cli, summary);
    put_before(cli, summary);
    cli_report_failures_member(cli, failures);
    status = cli_report_stations_member(reporting, err);
    cli_report_files_member(cli);
    json_object_end(&cli->json);
    return status;
}

/* ---- files -------------------------------------------------------------------------------------------------------- */

static void put_csv_text(struct buf *out, const char *text)
{
    buf_putc(out, '"');
    for (; *text; text++) {
        if (*text == '"')
            buf_putc(out, '"');
        buf_putc(out, (uint8_t)*text);
    }
    buf_putc(out, '"');
}

static enum status write_csv(const struct summary *summary, bool practice, const char *path, struct errmsg *err)
{
    struct buf out;
    char label[PERIOD_LABEL_BYTES];
    enum status status;

    buf_init(&out, TEXT_MAX_BYTES);
    period_label(&summary->period, label);
    buf_puts(&out, CHINESE("\xef\xbb\xbf编号,项目,单位,"));
    put_csv_text(&out, label);
    buf_puts(&out, CHINESE(",上年同期（当时上报）,上年同期（现在知道）"));
    if (practice)
        buf_puts(&out, "," PRACTICE_SIGN_COLUMN);
    buf_puts(&out, "\r\n");
    for (size_t i = 0; i < summary->n_cells; i++) {
        const struct summary_cell *cell = &summary->cells[i];

        buf_printf(&out, "%s,", cell->name);
        put_csv_text(&out, cell->label);
        buf_printf(&out, ",%s,", _(cell->unit));
        if (summary_is_known(summary, cell))
            cli_report_amount(&out, cell->value, cell->money);
        buf_putc(&out, ',');
        if (cell->before.has_reported)
            cli_report_amount(&out, cell->before.reported, cell->money);
        buf_putc(&out, ',');
        if (cell->has_before && strcmp(cell->name, "R2") != 0)
            cli_report_amount(&out, cell->before.known, cell->money);
        buf_puts(&out, practice ? ",\r\n" : "\r\n");
    }
    status = out.status ? errmsg_set(err, out.status, "结果太大") : file_write(path, out.data, out.len, 0600, err);
    buf_release(&out);
    return status;
}

/* The figures, and a chart of each kind. */
static enum status write_xlsx(struct reporting *reporting, const struct summary *summary, const struct report_head *head, struct errmsg *err)
{
    struct chart *charts = calloc(CHARTS_MAX, sizeof(*charts));
    const struct chart *list[CHARTS_MAX];
    size_t n = 0;
    enum status status = charts ? STATUS_OK : errmsg_set(err, STATUS_NOMEM, "内存不足");

    for (; !status && n < CHARTS_MAX && chart_kind_at(n); n++) {
        status = chart_compute(&reporting->desk, chart_kind_at(n), &summary->period, TALLY_ORG_ALL, &charts[n], err);
        list[n] = &charts[n];
    }
    if (!status)
        status = report_xlsx(option_value(&reporting->cli->options, "xlsx"), NULL, NULL, 0, summary, list, n, NULL, 0, head, err);
    free(charts);
    return status;
}

/* ---- the answer --------------------------------------------------------------------------------------------------- */

/* The text of the summary: read, printed, or both. */
static enum status put_paper(struct reporting *reporting, const struct summary *summary, const struct kept_failures *failures, struct errmsg *err)
{
    struct cli *cli = reporting->cli;
    struct buf marked;
    int columns;
    enum status status = cli_report_columns(cli, &columns, err);

    buf_init(&marked, TEXT_MAX_BYTES);
    if (!status)
        status = summary_text(&reporting->desk, summary, failures->open > 0, &marked, err);
    if (!status && cli->machine.practice)
        practice_sign_paper(&marked);
    if (!status && option_value(&cli->options, "pdf"))
        status = cli_report_write_pdf(reporting, &marked, "法律援助工作总结", err);
    if (!status && cli_report_wants_text(cli)) {
        status = paper_text(buf_cstr(&marked), marked.len, columns, &cli->text, err);
        cli_report_failures_text(failures, "summary", summary->period.name, &cli->text);
    }
    buf_release(&marked);
    return status;
}

static enum status answer(struct reporting *reporting, const struct summary *summary, const struct kept_failures *failures, struct errmsg *err)
{
    struct cli *cli = reporting->cli;
    struct report_head head = cli_report_head(reporting, failures->open > 0);
    enum status status = STATUS_OK;

    if (cli_report_wants_file(cli))
        status = cli_report_failures_stop(cli, failures, "summary", summary->period.name, err);
    if (!status && option_value(&cli->options, "csv"))
        status = practice_file_may_write(cli->store, option_value(&cli->options, "csv"), err); /* before any file is written */
    if (!status && (option_value(&cli->options, "pdf") || cli_report_wants_text(cli)))
        status = put_paper(reporting, summary, failures, err);
    if (!status && option_value(&cli->options, "xlsx"))
        status = write_xlsx(reporting, summary, &head, err);
    if (!status && option_value(&cli->options, "csv"))
        status = write_csv(summary, cli->machine.practice, option_value(&cli->options, "csv"), err);
    if (!status && cli->json_output)
        status = put_json(reporting, summary, failures, err);
    if (!status)
        cli_report_note_files(cli);
    return status;
}

enum status cli_report_show_summary(struct reporting *reporting, struct errmsg *err)
{
    struct summary *summary = calloc(1, sizeof(*summary));
    struct kept_failures failures = {.org = TALLY_ORG_ALL};
    struct period period;
    int64_t open = 0;
    enum status status = summary ? cli_report_period(reporting, "period_summary", &period, err) : errmsg_set(err, STATUS_NOMEM, "内存不足");

    if (!status)
        status = summary_compute(&reporting->desk, &period, true, summary, err);
    if (!status)
        status = summary_check(&reporting->desk, summary, cli_report_keep_failure, &failures, &open, err);
    if (!status)
        status = failures.status;
    if (!status)
        status = answer(reporting, summary, &failures, err);
    cli_report_failures_release(&failures);
    free(summary);
    return status;
}
