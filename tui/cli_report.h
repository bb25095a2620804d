/* tui/cli_report.h - what the files of `aidpost report` share: one reading of the data (rules, forms, tally), the period asked for, the failures of a report's checks, JSON by key.
 *
 *   cli_report.c           the verb: which kind of report, what it takes, help; views
 *   cli_report_form.c      monthly quarterly form1 .. form13: text, JSON, files
 *   cli_report_all.c       all
 *   cli_report_summary.c   summary
 *   cli_report_campaign.c  cells C1 C2 C3 of its campaigns
 *   cli_report_cell.c      cells, rows behind a cell, late rows
 *   cli_report_keep.c      freeze, snapshots, snapshot, explain, compare
 *   cli_report_look.c      chart, heat, day
 *   cli_report_check.c     failures of checks: kept, told, written */
#ifndef TUI_CLI_REPORT_H
#define TUI_CLI_REPORT_H

#include "core/aid/rule.h"
#include "core/report/report_file.h"
#include "core/report/snapshot.h"
#include "core/report/summary.h"
#include "tui/cli.h"

enum { REPORT_ORG_BYTES = 64 * 4, REPORT_STATIONS_BYTES = 1 << 18, REPORT_COLUMNS = 80, MESSAGE_BYTES = 4096, EXPLAINED_BYTES = 400 * 4 + 1 };

/* A check that does not hold, kept. */
struct kept_failure {
    char rule[CHECK_RULE_BYTES], words[CHECK_WORDS_BYTES], org_name[REPORT_ORG_BYTES], message[MESSAGE_BYTES], explained[EXPLAINED_BYTES]; /* explained "": not */
    int64_t org, difference;
    struct check_cell cells[CHECK_CELLS_MAX];
    size_t n_cells;
};

struct kept_failures {
    struct kept_failure *all; /* owned */
    size_t n, cap;
    int64_t open;             /* those nobody explained */
    int64_t org;              /* only this org's; TALLY_ORG_ALL: of all rows and the total */
    enum status status;
};

struct reporting {
    struct cli *cli;
    struct rules *rules;
    struct form_book *book;
    struct tally *tally;
    struct form_desk desk;
    int64_t org;                     /* --org: its number; TALLY_ORG_ALL */
    char org_name[REPORT_ORG_BYTES]; /* "" */
    int32_t today;
    char office[REPORT_ORG_BYTES], worker[REPORT_ORG_BYTES];
    struct buf stations;             /* how far each station has synced, for the head of a paper */
};

/* ---- cli_report.c ---- */

/* The period of --period by the year that the rule names ("period_forms"), or by --year-start. Errors: STATUS_USAGE. */
enum status cli_report_period(struct reporting *reporting, const char *rule, struct period *out, struct errmsg *err);
/* By name. Errors: STATUS_USAGE with the names there are. */
enum status cli_report_form(struct reporting *reporting, const char *name, const struct ministry_form **form, struct errmsg *err);
/* The same, or the summary: then *form is NULL. */
enum status cli_report_report(struct reporting *reporting, const char *name, const struct ministry_form **form, struct errmsg *err);
bool cli_report_is_summary(const char *name);
/* The column of a form that a cell's name means, or a cell of the summary (*form NULL, *summary not NULL). Errors: STATUS_USAGE. */
enum status cli_report_cell(struct reporting *reporting, const char *name, const struct ministry_form **form, const struct form_column **column, const struct summary_cell **summary, struct errmsg *err);
/* The text of "name=text" among the arguments from the n-th on; NULL. Errors: STATUS_USAGE for arguments of another name. */
enum status cli_report_assigned(const struct cli *cli, size_t n, const char *name, const char **text, struct errmsg *err);
/* Head and foot of a paper; borrowed from reporting. */
struct report_head cli_report_head(struct reporting *reporting, bool draft);
/* "stations": each the center knows and the actor may see, with its last contact or null. */
enum status cli_report_stations_member(struct reporting *reporting, struct errmsg *err);
/* A number as people read it: money in yuan. Appends. */
void cli_report_amount(struct buf *out, int64_t value, bool money);
/* The unit that numbers have in the answer: money is fen in JSON, elsewhere what a form is printed in (万元). */
const char *cli_report_unit(const struct cli *cli, const char *unit, bool money);
/* Members of the open JSON object. */
void cli_report_text_member(struct cli *cli, const char *key, const char *text); /* NULL: null */
void cli_report_int_member(struct cli *cli, const char *key, int64_t number);
void cli_report_bool_member(struct cli *cli, const char *key, bool value);
void cli_report_day_member(struct cli *cli, const char *key, int32_t day);
void cli_report_period_members(struct cli *cli, const struct period *period); /* from, to */

/* ---- the kinds ---- */

enum status cli_report_show_form(struct reporting *reporting, struct errmsg *err);
enum status cli_report_show_all(struct reporting *reporting, struct errmsg *err);
enum status cli_report_show_summary(struct reporting *reporting, struct errmsg *err);
enum status cli_report_show_cells(struct reporting *reporting, struct errmsg *err);
enum status cli_report_show_rows(struct reporting *reporting, struct errmsg *err);
enum status cli_report_show_late(struct reporting *reporting, struct errmsg *err);
enum status cli_report_show_freeze(struct reporting *reporting, struct errmsg *err);
enum status cli_report_show_snapshots(struct reporting *reporting, struct errmsg *err);
enum status cli_report_show_snapshot(struct reporting *reporting, struct errmsg *err);
enum status cli_report_show_explain(struct reporting *reporting, struct errmsg *err);
enum status cli_report_show_compare(struct reporting *reporting, struct errmsg *err);
enum status cli_report_show_chart(struct reporting *reporting, struct errmsg *err);
enum status cli_report_show_heat(struct reporting *reporting, struct errmsg *err);
enum status cli_report_show_day(struct reporting *reporting, struct errmsg *err);

/* ---- cli_report_form.c ---- */

/* columns, rows, orgs, cells, adjusted, missing of a sheet, as members of the open object. */
void cli_report_sheet_members(struct cli *cli, const struct form_sheet *sheet);
/* Only that org's row and a total that is the same. False: there is no such row. */
bool cli_report_sheet_of_org(struct form_sheet *sheet, int64_t org);
/* --columns. Errors: STATUS_USAGE. */
enum status cli_report_columns(const struct cli *cli, int *columns, struct errmsg *err);
/* Whether a file is asked for; whether the text is printed: always but with --json, or where a file is written without --text. */
bool cli_report_wants_file(const struct cli *cli);
bool cli_report_wants_text(const struct cli *cli);
/* Markup as a PDF to --pdf. */
enum status cli_report_write_pdf(struct reporting *reporting, const struct buf *marked, const char *title, struct errmsg *err);
/* The files that were written: members of the open object; notes on stderr. */
void cli_report_files_member(struct cli *cli);
void cli_report_note_files(struct cli *cli);

/* ---- cli_report_campaign.c ---- */

/* C1 C2 C3: index 0.. until NULL; by name, NULL. Static. */
const struct summary_cell *cli_report_campaign_cell_at(size_t index);
const struct summary_cell *cli_report_campaign_cell(const char *name);
/* The rows behind such a cell of a computed summary; row NULL: only *sum (may be NULL), what the campaigns came to. Errors: storage. */
enum status cli_report_campaign_rows(struct reporting *reporting, const struct summary *summary, const struct summary_cell *cell, tally_row_fn row, void *context, int64_t *sum, struct errmsg *err);

/* ---- cli_report_summary.c ---- */

/* reported, known (null: not), baseline: last year's figure as members of the open object. */
void cli_report_before_members(struct cli *cli, const struct year_on_year *before, bool known);

/* ---- cli_report_check.c ---- */

/* As check_failure_row: copies. Look at status in the end. */
bool cli_report_keep_failure(void *context, const struct check_failure *failure);
void cli_report_failures_release(struct kept_failures *failures);
/* "checks" as a member of the open object. */
void cli_report_failures_member(struct cli *cli, const struct kept_failures *failures);
/* Below a report as text: what does not hold and how it is explained. Appends. */
void cli_report_failures_text(const struct kept_failures *failures, const char *report, const char *period, struct buf *out);
/* Files wait until each failure is explained, unless --draft. Errors: STATUS_INVALID naming the cells and what to do. */
enum status cli_report_failures_stop(struct cli *cli, const struct kept_failures *failures, const char *report, const char *period, struct errmsg *err);

#endif /* TUI_CLI_REPORT_H */
