/* tui/cli_report_keep.c - aidpost report freeze, snapshots, snapshot, explain, compare: reports as they were handed in, why a check does not hold, this year against last. See cli_report.h. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/language.h"
#include "core/paper/paper.h"
#include "core/record/filter.h"
#include "tui/cli_report.h"

enum { ID_SHORT = 8, LIST_DEFAULT = 100, WHERE_BYTES = 128, SIGNED_BYTES = 64 };

/* ---- explain ------------------------------------------------------------------------------------------------------ */

enum status cli_report_show_explain(struct reporting *reporting, struct errmsg *err)
{
    struct cli *cli = reporting->cli;
    const char *name = cli_argument(cli, 1), *rule = cli_argument(cli, 2), *text;
    const struct ministry_form *form;
    struct period period;
    enum status status = cli_report_report(reporting, name, &form, err);

    if (!status)
        status = cli_report_assigned(cli, 3, "text", &text, err);
    if (!status && !*text)
        status = errmsg_set(err, STATUS_USAGE, "写明理由: text=..");
    if (!status)
        status = cli_report_period(reporting, form ? form->rule : "period_summary", &period, err);
    if (status)
        return status;
    status = report_explain(&reporting->desk, cli->system->random, form ? form->name : "summary", rule, &period, reporting->org == TALLY_ORG_ALL ? 0 : reporting->org, text, err);
    if (!status && cli->json_output) {
        json_object(&cli->json);
        cli_report_text_member(cli, "report", form ? form->name : "summary");
        cli_report_text_member(cli, "check", rule);
        cli_report_text_member(cli, "period", period.name);
        cli_report_text_member(cli, "explained", text);
        json_object_end(&cli->json);
    } else if (!status) {
        cli_note(cli, "已说明 %s %s；相差的数再变，要重新说明", period.name, rule);
    }
    return status;
}

/* ---- freeze ------------------------------------------------------------------------------------------------------- */

/* It is counted where it is kept: only the period is asked for. */
static enum status freeze_summary(struct reporting *reporting, const struct period *period, const char *basis, struct id *id, struct errmsg *err)
{
    struct summary *summary = calloc(1, sizeof(*summary));
    enum status status = STATUS_NOMEM;

    if (!summary)
        return errmsg_set(err, status, "内存不足");
    summary->period = *period;
    status = summary_freeze(&reporting->desk, reporting->cli->system->random, summary, basis, id, err);
    free(summary);
    return status;
}

enum status cli_report_show_freeze(struct reporting *reporting, struct errmsg *err)
{
    struct cli *cli = reporting->cli;
    const char *basis;
    const struct ministry_form *form;
    struct period period;
    struct id id;
    enum status status = cli_report_report(reporting, cli_argument(cli, 1), &form, err);

    if (!status)
        status = cli_report_assigned(cli, 2, "basis", &basis, err);
    if (!status)
        status = cli_report_period(reporting, form ? form->rule : "period_summary", &period, err);
    if (status)
        return status;
    status = form ? snapshot_freeze_form(&reporting->desk, cli->system->random, form, &period, basis, &id, err) : freeze_summary(reporting, &period, basis, &id, err);
    if (!status && cli->json_output) {
        json_object(&cli->json);
        cli_json_id(cli, "id", id);
        cli_report_text_member(cli, "report", form ? form->name : "summary");
        cli_report_text_member(cli, "period", period.name);
        cli_report_period_members(cli, &period);
        json_object_end(&cli->json);
    } else if (!status) {
        char text[ID_TEXT_BYTES];

        id_format(id, text);
        buf_printf(&cli->text, "%s\n", text);
        cli_note(cli, "已存档 %s %s", form ? form->name : "summary", period.name);
    }
    return status;
}

/* ---- snapshots ---------------------------------------------------------------------------------------------------- */

struct lister {
    struct cli *cli;
    const char *period; /* only this one's; NULL */
    int64_t limit, given;
    bool more;
};

static void put_field(struct cli *cli, const struct record *record, const char *key, const char *name)
{
    const struct field_def *field = catalogue_field(record->type, name);
    struct value value = record_get(record, field);

    buf_clear(&cli->scratch);
    record_format_raw(field, value, &cli->scratch);
    cli_report_text_member(cli, key, value.kind == VALUE_NULL ? NULL : buf_cstr(&cli->scratch));
}

/* Which report of which period, when and by whom: members of the open object. */
static void snapshot_members(struct cli *cli, const struct record *record)
{
    static const char *const fields[][2] = {{"report", "report"}, {"period", "period"}, {"from", "from_day"}, {"to", "to_day"}, {"date", "date"}, {"worker", "worker"}, {"basis", "basis"}, {"replaces", "replaces"}};

    cli_json_id(cli, "id", record->id);
    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
        put_field(cli, record, fields[i][0], fields[i][1]);
}

static void snapshot_line(struct cli *cli, const struct record *record)
{
    static const char *const fields[] = {"report", "period", "from_day", "to_day", "date", "worker", "basis"};
    char id[ID_TEXT_BYTES];

    id_format(record->id, id);
    buf_printf(&cli->text, "%.*s", ID_SHORT, id);
    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
        buf_clear(&cli->scratch);
        record_show(record, catalogue_field(record->type, fields[i]), cli->codes, &cli->scratch);
        buf_printf(&cli->text, "\t%s", buf_cstr(&cli->scratch));
    }
    buf_putc(&cli->text, '\n');
}

static bool put_snapshot(void *context, const struct record *record, const struct list_key *key)
{
    struct lister *lister = context;
    struct cli *cli = lister->cli;

    (void)key;
    if (lister->period && strcmp(record_text(record, "period"), lister->period) != 0)
        return true;
    if (lister->limit && lister->given == lister->limit) {
        lister->more = true;
        return false;
    }
    lister->given++;
    if (!cli->json_output) {
        snapshot_line(cli, record);
        return true;
    }
    json_object(&cli->json);
    snapshot_members(cli, record);
    json_object_end(&cli->json);
    return true;
}

enum status cli_report_show_snapshots(struct reporting *reporting, struct errmsg *err)
{
    struct cli *cli = reporting->cli;
    struct lister lister = {.cli = cli};
    struct list_query query = {.type = catalogue_find("report_snapshot")};
    struct period period;
    enum status status = cli_number(cli, "limit", LIST_DEFAULT, &lister.limit, err);

    if (!status && option_value(&cli->options, "period")) {
        status = cli_report_period(reporting, "period_forms", &period, err);
        lister.period = period.name; /* names are the same whenever the year begins */
    }
    if (status)
        return status;
    if (cli->json_output) {
        json_object(&cli->json);
        json_key(&cli->json, "rows");
        json_array(&cli->json);
    }
    status = records_list(cli->store, &cli->actor, &query, put_snapshot, &lister, err);
    if (!status && cli->json_output) {
        json_array_end(&cli->json);
        cli_report_bool_member(cli, "more", lister.more);
        json_object_end(&cli->json);
    }
    return status;
}

/* ---- one snapshot ------------------------------------------------------------------------------------------------- */

static bool put_station(void *context, const char *name, const char *last_contact)
{
    struct reporting *reporting = context;
    struct cli *cli = reporting->cli;

    if (!cli->json_output) {
        buf_printf(&reporting->stations, "%s%s %s", reporting->stations.len ? _("；") : "", name, last_contact);
        return true;
    }
    json_object(&cli->json);
    cli_report_text_member(cli, "name", name);
    cli_report_text_member(cli, "last_contact", last_contact);
    json_object_end(&cli->json);
    return true;
}

static enum status put_snapshot_json(struct reporting *reporting, const struct snapshot *snapshot, struct errmsg *err)
{
    struct cli *cli = reporting->cli;

    json_object(&cli->json);
    snapshot_members(cli, &snapshot->record);
    if (snapshot->sheet.form) {
        cli_report_sheet_members(cli, &snapshot->sheet);
    } else {
        json_key(&cli->json, "cells");
        json_object(&cli->json);
        for (size_t i = 0; i < snapshot->n_cells; i++)
            cli_report_int_member(cli, snapshot->cells[i].cell, snapshot->cells[i].value);
        json_object_end(&cli->json);
        put_field(cli, &snapshot->record, "text", "text");
    }
    put_field(cli, &snapshot->record, "explained", "explained");
    json_key(&cli->json, "stations");
    json_array(&cli->json);
    enum status status = snapshot_stations(snapshot, put_station, reporting, err);
    json_array_end(&cli->json);
    json_object_end(&cli->json);
    return status;
}

static enum status put_snapshot_text(struct reporting *reporting, const struct snapshot *snapshot, struct errmsg *err)
{
    struct cli *cli = reporting->cli;
    struct report_head head;
    const char *explained = record_text(&snapshot->record, "explained");
    int columns;
    enum status status = cli_report_columns(cli, &columns, err);

    if (status)
        return status;
    buf_clear(&reporting->stations);
    status = snapshot_stations(snapshot, put_station, reporting, err);
    if (status)
        return status;
    head = cli_report_head(reporting, false);
    head.worker = record_text(&snapshot->record, "worker");
    head.printed_on = snapshot->date;
    if (snapshot->sheet.form)
        status = report_form_text(&snapshot->sheet, &head, columns, &cli->text, err);
    else
        status = paper_text(record_text(&snapshot->record, "text"), strlen(record_text(&snapshot->record, "text")), columns, &cli->text, err);
    if (!status && *explained)
        buf_printf(&cli->text, _("\n当时的校验说明:\n%s\n"), explained);
    return status;
}

enum status cli_report_show_snapshot(struct reporting *reporting, struct errmsg *err)
{
    struct cli *cli = reporting->cli;
    const struct record_type *type = catalogue_find("report_snapshot");
    struct snapshot snapshot;
    struct id id;
    enum status status = records_resolve_id(cli->store, &cli->actor, cli_argument(cli, 1), &type, &id, err);

    if (!status)
        status = snapshot_load_id(&reporting->desk, id, &snapshot, err);
    if (status)
        return errmsg_wrap(err, status, "%.40s", cli_argument(cli, 1));
    if (cli->json_output)
        status = put_snapshot_json(reporting, &snapshot, err);
    else
        status = put_snapshot_text(reporting, &snapshot, err);
    snapshot_release(&snapshot);
    return status;
}

/* ---- this year and last ------------------------------------------------------------------------------------------- */

struct compared {
    const char *cell, *label, *unit;
    bool money;
    int64_t value;
    struct year_on_year before;
    bool known; /* last year's figure as known now */
};

static void put_number(struct cli *cli, bool is, int64_t value, bool money)
{
    char wan[REPORT_WAN_BYTES];

    if (money)
        report_wan(value, wan);
    else
        snprintf(wan, sizeof(wan), "%" PRId64, value);
    buf_printf(&cli->text, "%s\t", is ? wan : "-");
}

static void put_compared(struct cli *cli, const struct compared *compared)
{
    if (cli->json_output) {
        json_object(&cli->json);
        cli_report_text_member(cli, "cell", compared->cell);
        cli_report_text_member(cli, "label", compared->label);
        cli_report_text_member(cli, "unit", cli_report_unit(cli, compared->unit, compared->money));
        cli_report_int_member(cli, "value", compared->value);
        cli_report_before_members(cli, &compared->before, compared->known);
        json_object_end(&cli->json);
        return;
    }
    buf_printf(&cli->text, "%s\t%s\t", compared->cell, _(compared->label));
    put_number(cli, true, compared->value, compared->money);
    put_number(cli, compared->before.has_reported, compared->before.reported, compared->money);
    put_number(cli, compared->known, compared->before.known, compared->money);
    year_on_year_words(compared->value, compared->before.has_reported ? compared->before.reported : compared->before.known, compared->known || compared->before.has_reported,
                       compared->money ? "万元" : compared->unit, &cli->text);
    buf_putc(&cli->text, '\n');
}

static void begin_compare(struct cli *cli, const char *report, const struct period *period, const struct period *before)
{
    char now[PERIOD_LABEL_BYTES], then[PERIOD_LABEL_BYTES];

    if (!cli->json_output) {
        period_show(period, now);
        period_show(before, then);
        buf_printf(&cli->text, _("栏目\t\t%s\t%s 当时上报\t现在知道\t比上年同期\n"), now, then);
        return;
    }
    json_object(&cli->json);
    cli_report_text_member(cli, "report", report);
    cli_report_text_member(cli, "period", period->name);
    cli_report_period_members(cli, period);
    json_key(&cli->json, "before");
    json_object(&cli->json);
    cli_report_text_member(cli, "period", before->name);
    cli_report_period_members(cli, before);
    json_object_end(&cli->json);
    json_key(&cli->json, "cells");
    json_array(&cli->json);
}

static void end_compare(struct cli *cli)
{
    if (!cli->json_output)
        return;
    json_array_end(&cli->json);
    json_object_end(&cli->json);
}

static enum status compare_summary(struct reporting *reporting, const struct period *period, const struct period *before, struct errmsg *err)
{
    struct cli *cli = reporting->cli;
    struct summary *summary = calloc(1, sizeof(*summary));
    enum status status = summary ? summary_compute(&reporting->desk, period, true, summary, err) : errmsg_set(err, STATUS_NOMEM, "内存不足");

    if (!status) {
        begin_compare(cli, "summary", period, before);
        for (size_t i = 0; i < summary->n_cells; i++) {
            const struct summary_cell *cell = &summary->cells[i];
            struct compared compared = {cell->name, cell->label, cell->unit, cell->money, cell->value, cell->before, cell->has_before};

            if (strcmp(cell->name, "R2") != 0) /* is the difference itself */
                put_compared(cli, &compared);
        }
        end_compare(cli);
    }
    free(summary);
    return status;
}

/* Whether anything of the period is on record: else its zeros say nothing. */
static enum status has_records(struct reporting *reporting, const struct period *period, bool *has, struct errmsg *err)
{
    static const struct {
        const char *type, *day;
    } looked[] = {{"case", "received_on"}, {"consultation", "date"}, {"event", "date"}};
    const struct cli *cli = reporting->cli;
    enum status status = STATUS_OK;

    *has = false;
    for (size_t i = 0; !status && !*has && i < sizeof(looked) / sizeof(looked[0]); i++) {
        const struct record_type *type = catalogue_find(looked[i].type);
        const struct field_def *day = catalogue_field(type, looked[i].day);
        struct filter filter = {.type = type, .n_terms = 2};
        int64_t count = 0;

        filter.terms[0] = (struct filter_term){.field = day, .op = FILTER_GE, .value = value_int(period->from)};
        filter.terms[1] = (struct filter_term){.field = day, .op = FILTER_LE, .value = value_int(period->to)};
        status = records_count(cli->store, &cli->actor, type, &filter, &count, err);
        *has = count > 0;
    }
    return status;
}

static const struct form_row *row_of(const struct form_sheet *sheet, int64_t org)
{
    for (size_t r = 0; r < sheet->n_rows; r++)
        if (sheet->rows[r].org == org)
            return &sheet->rows[r];
    return NULL;
}

static void put_form_cells(struct reporting *reporting, const struct form_sheet *now, const struct form_sheet *then, const struct year_before *before, bool records)
{
    const int64_t org = reporting->org == TALLY_ORG_ALL ? 0 : reporting->org;
    const struct form_row *row = row_of(now, org), *last = row_of(then, org);

    for (size_t i = 0; row && i < now->form->n_columns; i++) {
        const struct form_column *column = &now->form->columns[i];
        char cell[FORM_CELL_BYTES], heading[FORM_HEADING_BYTES];
        struct compared compared = {.label = heading, .unit = column->unit, .money = column->money, .value = row->values[i]};

        form_column_heading(column, reporting->cli->codes, heading);
        form_cell_name(now->form, column, cell);
        compared.cell = cell;
        year_before_cell(before, cell, org, last ? last->values[i] : 0, records, &compared.before);
        compared.known = records || compared.before.from_baseline;
        put_compared(reporting->cli, &compared);
    }
}

static enum status compare_form(struct reporting *reporting, const struct ministry_form *form, const struct period *period, const struct period *before, struct errmsg *err)
{
    struct form_sheet now, then;
    struct year_before *reported = NULL;
    bool records;
    enum status status = has_records(reporting, before, &records, err);

    if (!status)
        status = form_compute(&reporting->desk, form, period, &now, err);
    if (status)
        return status;
    status = form_compute(&reporting->desk, form, before, &then, err);
    if (!status) {
        status = year_before_load(&reporting->desk, form->name, period, &reported, err);
        if (!status) {
            begin_compare(reporting->cli, form->name, period, before);
            put_form_cells(reporting, &now, &then, reported, records);
            end_compare(reporting->cli);
            year_before_free(reported);
        }
        form_sheet_release(&then);
    }
    form_sheet_release(&now);
    return status;
}

enum status cli_report_show_compare(struct reporting *reporting, struct errmsg *err)
{
    const struct ministry_form *form;
    struct period period, before;
    enum status status = cli_report_report(reporting, cli_argument(reporting->cli, 1), &form, err);

    if (!status && !form && reporting->org != TALLY_ORG_ALL)
        status = errmsg_set(err, STATUS_USAGE, "总结的数是全县的，不分单位");
    if (!status)
        status = cli_report_period(reporting, form ? form->rule : "period_summary", &period, err);
    if (!status)
        status = period_shift(&period, -1, &before, err);
    if (status)
        return status;
    return form ? compare_form(reporting, form, &period, &before, err) : compare_summary(reporting, &period, &before, err);
}
