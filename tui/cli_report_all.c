/* tui/cli_report_all.c - aidpost report all: every form, the summary's figures, charts and heat tables in one workbook. See cli_report.h.
 *
 * Each form keeps its own days (its rule, or --year-start): sheets print them. Beside each form stands the same a year earlier, as known now. */
#include <stdlib.h>
#include <string.h>

#include "core/report/chart.h"
#include "tui/cli_report.h"

enum { FORMS_MAX = 16, CHARTS_MAX = 16, HEATS = 2 };

struct book {
    struct form_sheet sheets[FORMS_MAX], before[FORMS_MAX];
    const struct form_sheet *sheet_list[FORMS_MAX], *before_list[FORMS_MAX]; /* before NULL: out of range */
    size_t n_sheets, n_before;
    struct summary summary;
    struct chart charts[CHARTS_MAX];
    const struct chart *chart_list[CHARTS_MAX];
    size_t n_charts;
    struct heat heats[HEATS];
    const struct heat *heat_list[HEATS];
    size_t n_heats;
    bool draft; /* some check fails */
};

static enum status check_form(struct reporting *reporting, struct book *book, const struct form_sheet *sheet, struct errmsg *err)
{
    struct kept_failures failures = {.org = TALLY_ORG_ALL};
    int64_t open = 0;
    enum status status = report_check(&reporting->desk, sheet->form, sheet, cli_report_keep_failure, &failures, &open, err);

    if (!status)
        status = failures.status;
    if (!status)
        status = cli_report_failures_stop(reporting->cli, &failures, sheet->form->name, sheet->period.name, err);
    book->draft |= failures.open > 0;
    cli_report_failures_release(&failures);
    return status;
}

static enum status add_form(struct reporting *reporting, struct book *book, const struct ministry_form *form, struct errmsg *err)
{
    struct period period, before;
    size_t i = book->n_sheets;
    enum status status = cli_report_period(reporting, form->rule, &period, err);

    if (!status)
        status = form_compute(&reporting->desk, form, &period, &book->sheets[i], err);
    if (status)
        return status;
    book->sheet_list[i] = &book->sheets[i];
    book->n_sheets++;
    status = check_form(reporting, book, &book->sheets[i], err);
    if (status || period_shift(&period, -1, &before, NULL))
        return status;
    status = form_compute(&reporting->desk, form, &before, &book->before[i], err);
    book->before_list[i] = status ? NULL : &book->before[i];
    return status;
}

static enum status add_summary(struct reporting *reporting, struct book *book, struct period *period, struct errmsg *err)
{
    struct kept_failures failures = {.org = TALLY_ORG_ALL};
    int64_t open = 0;
    enum status status = cli_report_period(reporting, "period_summary", period, err);

    if (!status)
        status = summary_compute(&reporting->desk, period, true, &book->summary, err);
    if (!status)
        status = summary_check(&reporting->desk, &book->summary, cli_report_keep_failure, &failures, &open, err);
    if (!status)
        status = failures.status;
    if (!status)
        status = cli_report_failures_stop(reporting->cli, &failures, "summary", period->name, err);
    book->draft |= failures.open > 0;
    cli_report_failures_release(&failures);
    return status;
}

static enum status add_charts(struct reporting *reporting, struct book *book, const struct period *period, struct errmsg *err)
{
    enum status status = STATUS_OK;

    for (size_t i = 0; !status && i < CHARTS_MAX && chart_kind_at(i); i++) {
        status = chart_compute(&reporting->desk, chart_kind_at(i), period, TALLY_ORG_ALL, &book->charts[i], err);
        book->chart_list[book->n_charts++] = &book->charts[i];
    }
    for (size_t i = 0; !status && i < HEATS; i++) {
        status = heat_compute(&reporting->desk, i == 1, period, &book->heats[i], err);
        book->heat_list[book->n_heats++] = &book->heats[i];
    }
    return status;
}

static enum status fill(struct reporting *reporting, struct book *book, struct errmsg *err)
{
    struct period period;
    enum status status = STATUS_OK;

    for (size_t i = 0; !status && i < FORMS_MAX && i < form_book_count(reporting->book); i++)
        status = add_form(reporting, book, form_book_at(reporting->book, i), err);
    if (!status)
        status = add_summary(reporting, book, &period, err);
    return status ? status : add_charts(reporting, book, &period, err);
}

static void release(struct book *book)
{
    for (size_t i = 0; i < book->n_sheets; i++) {
        form_sheet_release(&book->sheets[i]);
        if (book->before_list[i])
            form_sheet_release(&book->before[i]);
    }
    free(book);
}

static enum status write_book(struct reporting *reporting, const struct book *book, const char *path, struct errmsg *err)
{
    struct cli *cli = reporting->cli;
    struct report_head head = cli_report_head(reporting, book->draft);
    enum status status = report_xlsx(path, book->sheet_list, book->before_list, book->n_sheets, &book->summary, book->chart_list, book->n_charts, book->heat_list, book->n_heats, &head, err);

    if (status)
        return status;
    cli_report_note_files(cli);
    if (!cli->json_output)
        return STATUS_OK;
    json_object(&cli->json);
    cli_report_text_member(cli, "period", book->summary.period.name);
    cli_report_period_members(cli, &book->summary.period);
    cli_report_files_member(cli);
    cli_report_int_member(cli, "forms", (int64_t)book->n_sheets);
    cli_report_int_member(cli, "charts", (int64_t)book->n_charts);
    cli_report_bool_member(cli, "draft", book->draft);
    json_object_end(&cli->json);
    return STATUS_OK;
}

enum status cli_report_show_all(struct reporting *reporting, struct errmsg *err)
{
    const char *path = option_value(&reporting->cli->options, "xlsx");
    struct book *book;
    enum status status;

    if (!path)
        return errmsg_set(err, STATUS_USAGE, "写明文件: aidpost report all --period P --xlsx FILE");
    book = calloc(1, sizeof(*book));
    status = book ? fill(reporting, book, err) : errmsg_set(err, STATUS_NOMEM, "内存不足");
    if (!status)
        status = write_book(reporting, book, path, err);
    if (book)
        release(book);
    return status;
}
