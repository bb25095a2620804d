/* tui/cli_report_form.c - aidpost report monthly|quarterly|form1..form13 and all: as text, as JSON, as files. See cli_report.h.
 *
 * JSON of a sheet: "columns" describe "rows" position by position, the first is the unit's name, the n-th the printed column n; the last row is the total. Money in fen. */
#include <stdlib.h>
#include <string.h>

#include "core/base/file.h"
#include "core/paper/paper.h"
#include "core/report/practice_file.h"
#include "tui/cli_report.h"

enum { MARKUP_MAX_BYTES = 1 << 24, PDF_MAX_BYTES = 1 << 26, COLUMNS_LEAST = 60, COLUMNS_MOST = 1000, SHEETS_MAX = 16 };

/* ---- JSON --------------------------------------------------------------------------------------------------------- */

static void put_column(struct cli *cli, const char *no, const char *key, const char *label, const char *unit)
{
    json_object(&cli->json);
    cli_report_text_member(cli, "no", no);
    cli_report_text_member(cli, "key", key);
    cli_report_text_member(cli, "label", label);
    cli_report_text_member(cli, "unit", unit);
    json_object_end(&cli->json);
}

static void put_columns(struct cli *cli, const struct ministry_form *form)
{
    json_key(&cli->json, "columns");
    json_array(&cli->json);
    put_column(cli, "", "name", form->first, "");
    for (size_t i = 0; i < form->n_columns; i++) {
        const struct form_column *column = &form->columns[i];
        char no[16], heading[FORM_HEADING_BYTES];

        snprintf(no, sizeof(no), "%d", column->no);
        form_column_heading(column, cli->codes, heading);
        put_column(cli, no, column->key, heading, cli_report_unit(cli, column->unit, column->money));
    }
    json_array_end(&cli->json);
}

static void put_rows(struct cli *cli, const struct form_sheet *sheet)
{
    json_key(&cli->json, "rows");
    json_array(&cli->json);
    for (size_t r = 0; r < sheet->n_rows; r++) {
        json_array(&cli->json);
        json_string(&cli->json, sheet->rows[r].name);
        for (size_t i = 0; i < sheet->form->n_columns; i++)
            json_int(&cli->json, sheet->rows[r].values[i]);
        json_array_end(&cli->json);
    }
    json_array_end(&cli->json);
    json_key(&cli->json, "orgs");
    json_array(&cli->json);
    for (size_t r = 0; r < sheet->n_rows; r++)
        json_int(&cli->json, sheet->rows[r].org);
    json_array_end(&cli->json);
}

/* The total's cells by name. */
static void put_cells(struct cli *cli, const struct form_sheet *sheet)
{
    const struct form_row *total = &sheet->rows[sheet->n_rows - 1];
    char cell[FORM_CELL_BYTES];

    json_key(&cli->json, "cells");
    json_object(&cli->json);
    for (size_t i = 0; i < sheet->form->n_columns; i++) {
        form_cell_name(sheet->form, &sheet->form->columns[i], cell);
        cli_report_int_member(cli, cell, total->values[i]);
    }
    json_object_end(&cli->json);
    json_key(&cli->json, "adjusted");
    json_object(&cli->json);
    for (size_t i = 0; i < sheet->form->n_columns; i++) {
        form_cell_name(sheet->form, &sheet->form->columns[i], cell);
        if (total->adjusted[i] != 0)
            cli_report_int_member(cli, cell, total->adjusted[i]);
    }
    json_object_end(&cli->json);
    json_key(&cli->json, "missing");
    json_array(&cli->json);
    for (size_t i = 0; i < sheet->form->n_columns; i++) {
        form_cell_name(sheet->form, &sheet->form->columns[i], cell);
        if (total->missing[i])
            json_string(&cli->json, cell);
    }
    json_array_end(&cli->json);
}

void cli_report_sheet_members(struct cli *cli, const struct form_sheet *sheet)
{
    put_columns(cli, sheet->form);
    put_rows(cli, sheet);
    put_cells(cli, sheet);
}

bool cli_report_sheet_of_org(struct form_sheet *sheet, int64_t org)
{
    for (size_t r = 0; r + 1 < sheet->n_rows; r++) {
        struct form_row *total;

        if (sheet->rows[r].org != org)
            continue;
        sheet->rows[0] = sheet->rows[r];
        total = &sheet->rows[1];
        *total = sheet->rows[0];
        total->org = 0;
        snprintf(total->name, sizeof(total->name), "合计");
        sheet->n_rows = 2;
        return true;
    }
    return false;
}

/* ---- files -------------------------------------------------------------------------------------------------------- */

enum status cli_report_columns(const struct cli *cli, int *columns, struct errmsg *err)
{
    const char *text = option_value(&cli->options, "columns");
    char *end;
    long number = text ? strtol(text, &end, 10) : REPORT_COLUMNS;

    if (text && (end == text || *end || number < COLUMNS_LEAST || number > COLUMNS_MOST))
        return errmsg_set(err, STATUS_USAGE, "--columns 应是 %d 至 %d 的数", COLUMNS_LEAST, COLUMNS_MOST);
    *columns = (int)number;
    return STATUS_OK;
}

bool cli_report_wants_file(const struct cli *cli)
{
    return option_value(&cli->options, "pdf") || option_value(&cli->options, "xlsx") || option_value(&cli->options, "csv");
}

bool cli_report_wants_text(const struct cli *cli)
{
    return !cli->json_output && (option_value(&cli->options, "text") || !cli_report_wants_file(cli));
}

void cli_report_files_member(struct cli *cli)
{
    static const char *const names[] = {"pdf", "xlsx", "csv"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (option_value(&cli->options, names[i]))
            cli_report_text_member(cli, names[i], option_value(&cli->options, names[i]));
}

enum status cli_report_write_pdf(struct reporting *reporting, const struct buf *marked, const char *title, struct errmsg *err)
{
    struct buf pdf;
    enum status status;

    buf_init(&pdf, PDF_MAX_BYTES);
    status = paper_pdf(buf_cstr(marked), marked->len, title, reporting->today, &pdf, err);
    if (!status)
        status = file_write(option_value(&reporting->cli->options, "pdf"), pdf.data, pdf.len, 0600, err);
    buf_release(&pdf);
    return status;
}

static enum status write_pdf(struct reporting *reporting, const struct form_sheet *sheet, const struct report_head *head, struct errmsg *err)
{
    struct buf marked;
    enum status status;

    buf_init(&marked, MARKUP_MAX_BYTES);
    status = report_form_markup(sheet, head, &marked, err);
    if (!status)
        status = cli_report_write_pdf(reporting, &marked, sheet->form->title, err);
    buf_release(&marked);
    return status;
}

/* The same form a year earlier, as known now; *has false: its days are out of range. */
static enum status compute_before(struct reporting *reporting, const struct form_sheet *sheet, struct form_sheet *before, bool *has, struct errmsg *err)
{
    struct period period;

    *has = period_shift(&sheet->period, -1, &period, NULL) == STATUS_OK;
    return *has ? form_compute(&reporting->desk, sheet->form, &period, before, err) : STATUS_OK;
}

static enum status write_xlsx(struct reporting *reporting, const struct form_sheet *sheet, const struct report_head *head, struct errmsg *err)
{
    struct form_sheet before;
    const struct form_sheet *before_sheet = &before;
    bool has;
    enum status status = compute_before(reporting, sheet, &before, &has, err);

    if (status)
        return status;
    if (has && reporting->org != TALLY_ORG_ALL && !cli_report_sheet_of_org(&before, reporting->org)) {
        form_sheet_release(&before);
        has = false;
    }
    status = report_xlsx(option_value(&reporting->cli->options, "xlsx"), &sheet, has ? &before_sheet : NULL, 1, NULL, NULL, 0, NULL, 0, head, err);
    if (has)
        form_sheet_release(&before);
    return status;
}

static enum status write_files(struct reporting *reporting, const struct form_sheet *sheet, const struct report_head *head, struct errmsg *err)
{
    const struct option_set *given = &reporting->cli->options;
    enum status status = STATUS_OK;

    if (option_value(given, "csv")) /* paper and workbook say it themselves; before any of them is written */
        status = practice_file_may_write(reporting->cli->store, option_value(given, "csv"), err);
    if (!status && option_value(given, "pdf"))
        status = write_pdf(reporting, sheet, head, err);
    if (!status && option_value(given, "xlsx"))
        status = write_xlsx(reporting, sheet, head, err);
    if (!status && option_value(given, "csv"))
        status = report_form_csv(sheet, head, option_value(given, "csv"), err);
    return status;
}

void cli_report_note_files(struct cli *cli)
{
    static const char *const names[] = {"pdf", "xlsx", "csv"};

    for (size_t i = 0; !cli->json_output && i < sizeof(names) / sizeof(names[0]); i++)
        if (option_value(&cli->options, names[i]))
            cli_note(cli, "已写 %s", option_value(&cli->options, names[i]));
}

/* ---- one form ----------------------------------------------------------------------------------------------------- */

static enum status put_json(struct reporting *reporting, const struct form_sheet *sheet, const struct kept_failures *failures, struct errmsg *err)
{
    struct cli *cli = reporting->cli;
    enum status status;

    json_object(&cli->json);
    cli_report_text_member(cli, "report", sheet->form->name);
    cli_report_text_member(cli, "title", sheet->form->title);
    cli_report_text_member(cli, "period", sheet->period.name);
    cli_report_period_members(cli, &sheet->period);
    cli_report_sheet_members(cli, sheet);
    cli_report_failures_member(cli, failures);
    status = cli_report_stations_member(reporting, err);
    cli_report_files_member(cli);
    json_object_end(&cli->json);
    return status;
}

static enum status put_text(struct reporting *reporting, const struct form_sheet *sheet, const struct report_head *head, const struct kept_failures *failures, struct errmsg *err)
{
    int columns;
    enum status status = cli_report_columns(reporting->cli, &columns, err);

    if (!status)
        status = report_form_text(sheet, head, columns, &reporting->cli->text, err);
    if (!status)
        cli_report_failures_text(failures, sheet->form->name, sheet->period.name, &reporting->cli->text);
    return status;
}

static enum status answer(struct reporting *reporting, const struct form_sheet *sheet, const struct kept_failures *failures, struct errmsg *err)
{
    struct cli *cli = reporting->cli;
    struct report_head head = cli_report_head(reporting, failures->open > 0);
    enum status status = STATUS_OK;

    if (cli_report_wants_file(cli))
        status = cli_report_failures_stop(cli, failures, sheet->form->name, sheet->period.name, err);
    if (!status)
        status = write_files(reporting, sheet, &head, err);
    if (!status && cli->json_output)
        status = put_json(reporting, sheet, failures, err);
    else if (!status && cli_report_wants_text(cli))
        status = put_text(reporting, sheet, &head, failures, err);
    if (!status)
        cli_report_note_files(cli);
    return status;
}

/* The form of the period with its failures; of one org alone where one was named. Release both. */
static enum status compute(struct reporting *reporting, const struct ministry_form *form, struct form_sheet *sheet, struct kept_failures *failures, struct errmsg *err)
{
    struct period period;
    int64_t open = 0;
    enum status status = cli_report_period(reporting, form->rule, &period, err);

    *failures = (struct kept_failures){.org = reporting->org};
    if (!status)
        status = form_compute(&reporting->desk, form, &period, sheet, err);
    if (status)
        return status;
    status = report_check(&reporting->desk, form, sheet, cli_report_keep_failure, failures, &open, err);
    if (!status)
        status = failures->status;
    if (!status && reporting->org != TALLY_ORG_ALL && !cli_report_sheet_of_org(sheet, reporting->org))
        status = errmsg_set(err, STATUS_NOT_FOUND, "%s在 %s 没有这张报表的一行", reporting->org_name, period.name);
    if (status) {
        form_sheet_release(sheet);
        cli_report_failures_release(failures);
    }
    return status;
}

enum status cli_report_show_form(struct reporting *reporting, struct errmsg *err)
{
    const struct ministry_form *form;
    struct form_sheet sheet;
    struct kept_failures failures;
    enum status status = cli_report_form(reporting, cli_argument(reporting->cli, 0), &form, err);

    if (!status)
        status = compute(reporting, form, &sheet, &failures, err);
    if (status)
        return status;
    status = answer(reporting, &sheet, &failures, err);
    form_sheet_release(&sheet);
    cli_report_failures_release(&failures);
    return status;
}
