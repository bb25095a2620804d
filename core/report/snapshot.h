/* core/report/snapshot.h - reports as they were handed in, and what came to light since (research domain.md 5.3).
 *
 * Freezing keeps every cell of a report, the sync watermark of each station ("永阳站 2026-11-20 10:12 同步"), the checks that did not hold with what was said, the text of a summary, and the center's order
 * number up to which changes had been counted. A later look at the same period says for each cell: as reported then, as known now, and the difference: rows that arrived late (补报) or changed (调整). Those rows are
 * found by the log: rows with a change behind the watermark, counted as they stood then (their changes up to it, folded: core/record/record_at.h) and as they stand now. Where differences remain that no row explains
 * (rules, code tables, small tables that keep no figure of their own) the answer says so.
 * A period may be frozen again (the new snapshot names the one before); the latest counts as reported. YEAR ON YEAR compares with the same period a year before, "as reported then": its latest snapshot, else the
 * hand-entered baseline (stat_baseline), and "as known now": computed, or the baseline where nothing is on record for that period.
 * Periods are the same when they have the same name and days: a county that moves its year has no figures "as reported then" for days that were never reported. */
#ifndef CORE_REPORT_SNAPSHOT_H
#define CORE_REPORT_SNAPSHOT_H

#include "core/report/report_check.h"

/* A cell of a report that is no form: "R1". */
struct snapshot_cell {
    char cell[FORM_CELL_BYTES];
    int64_t value, adjusted;
};

struct snapshot {
    struct id id;
    char report[FORM_NAME_BYTES];
    struct period period;
    int32_t date;
    int64_t watermark;
    struct form_sheet sheet;         /* owned; of a form, as it was then; form NULL: not of a form */
    bool has[FORM_COLUMNS_MAX];      /* columns that the form had then; the others are 0 */
    struct snapshot_cell *cells;     /* owned; of a summary */
    size_t n_cells;
    struct record record;            /* owned: the rest */
};

/* ---- freezing ---- */

/* Freeze a form. Refuses while checks fail unexplained. Counts and saves in one transaction of its own, unless one is open: desk->tally is used in an open one only, and a tally that holds a reading transaction of the
 * store must be closed before. Center only (TYPE_CENTER; roles clerk, director, admin), by somebody who sees the whole county. basis may be NULL.
 * Errors: STATUS_INVALID (checks, named; a month or a quarter that is not over), STATUS_FORBIDDEN, STATUS_TOO_LARGE (more stations than a record holds: names the limit), records_save's. */
enum status snapshot_freeze_form(const struct form_desk *desk, struct random_source random, const struct ministry_form *form, const struct period *period, const char *basis, struct id *id, struct errmsg *err);

/* What is frozen, for reports that are no forms. All borrowed. */
struct snapshot_parts {
    const char *report;
    const struct period *period;
    const struct form_sheet *sheet;    /* of a form, else NULL */
    const struct snapshot_cell *cells; /* of a summary */
    size_t n_cells;
    const struct buf *explained;       /* lines by snapshot_note_failure; NULL: none */
    const char *text, *basis;          /* NULL: none */
};
/* Whether the actor may freeze at all. Errors: STATUS_FORBIDDEN with the reason. */
enum status snapshot_may_freeze(const struct actor *actor, struct errmsg *err);
/* A month and a quarter are kept when they are over, from the day after their last one: what is kept before would stand as handed in without its last days. Half-years, years and own days may be kept before: the
 * half-year's report day comes ahead of its end (research domain.md 7.4, around 20 May), and what came behind it is told by a look at what came late. Errors: STATUS_INVALID naming the period and the day it ends. */
enum status snapshot_period_is_over(const struct period *period, int64_t now_ms, struct errmsg *err);
/* A check_failure_row: appends the failure and what was said about it, one line, to the struct buf that is its context. */
bool snapshot_note_failure(void *buf, const struct check_failure *failure);
/* Keep the parts with watermarks and order number of this moment. Inside the caller's writing transaction (core/report/counting.h), in which they were counted. Errors: as snapshot_freeze_form but for the checks. */
enum status snapshot_save(const struct form_desk *desk, struct random_source random, const struct snapshot_parts *parts, struct id *id, struct errmsg *err);

/* ---- reading ---- */

/* The latest snapshot of a report and period. Errors: STATUS_NOT_FOUND, STATUS_CORRUPT (what was kept cannot be read), storage. Release when done; not after an error. */
enum status snapshot_load(const struct form_desk *desk, const char *report, const struct period *period, struct snapshot *out, struct errmsg *err);
enum status snapshot_load_id(const struct form_desk *desk, struct id id, struct snapshot *out, struct errmsg *err);
void snapshot_release(struct snapshot *snapshot);
/* A cell of it for an org (0: the total). A unit that had no row then had nothing: 0. False: no such cell in it. */
bool snapshot_value(const struct snapshot *snapshot, const char *cell, int64_t org, int64_t *value);
/* Each station's line: name, last contact as text ("2026-11-20 10:12 同步", "从未同步"). Errors: STATUS_NOMEM: those told so far are not all. */
typedef bool (*snapshot_station_row)(void *context, const char *name, const char *last_contact);
enum status snapshot_stations(const struct snapshot *snapshot, snapshot_station_row row, void *context, struct errmsg *err);
/* The watermarks as they are now, as the JSON a snapshot keeps: [[station number, name, last contact ms, changes had, changes safe], ..]. Machines that were shut out are left out. Appends. */
enum status snapshot_watermarks(const struct form_desk *desk, struct buf *json, struct errmsg *err);

/* ---- since then ---- */

struct snapshot_late {
    struct tally_row row;   /* amount: what it adds to the cell now less what it added then */
    int64_t then, now;
};
typedef bool (*snapshot_late_row)(void *context, const struct snapshot_late *late);
/* The rows that make the difference between a cell then and now, by (day, type, n). *unexplained: the difference no row explains. At the center only. O(changes since).
 * Errors: STATUS_UNSUPPORTED (a station; not of a form), storage. */
enum status snapshot_late_rows(const struct form_desk *desk, const struct snapshot *snapshot, const struct form_column *column, int64_t org, snapshot_late_row row, void *context, int64_t *unexplained,
                               struct errmsg *err);

/* ---- year on year ---- */

struct year_on_year {
    bool has_reported;   /* a snapshot or a baseline */
    bool from_baseline;
    int64_t reported;    /* last year's figure as it was reported then */
    int64_t known;       /* last year's figure as known now */
};
/* A cell of a form, or of the summary ("R1"), a year before the period. now: last year's figure as computed (the caller has it); records: whether there is any record of that period. */
enum status year_on_year(const struct form_desk *desk, const char *report, const char *cell, const struct period *period, int64_t org, int64_t now, bool records, struct year_on_year *out, struct errmsg *err);

/* The same for many cells of one report: what was reported a year before the period, read once. */
struct year_before;
enum status year_before_load(const struct form_desk *desk, const char *report, const struct period *period, struct year_before **out, struct errmsg *err);
void year_before_free(struct year_before *before);
void year_before_cell(const struct year_before *before, const char *cell, int64_t org, int64_t now, bool records, struct year_on_year *out);

/* "增加 12 件（17.1 %）" "减少 .." "持平" "上年同期没有数"; no percentage against 0 or less. unit: in Chinese, as it is stored; "元" and "万元": the numbers
 * are fen and are told in it. Appends. */
void year_on_year_words(int64_t value, int64_t before, bool known, const char *unit, struct buf *out);

#endif /* CORE_REPORT_SNAPSHOT_H */
