/* core/report/snapshot.h - reports as they were handed in, and what came to light since (research domain.md 5.3).
 *
 * Freezing keeps every cell of a report, the sync watermark of each station ("永阳站 2026-11-20 10:12 同步"), the checks that did not hold with what was said, the text of a summary, and the center's order
 * number up to which changes had been counted. A later look at the same period says for each cell: as reported then, as known now, and the difference: rows that arrived late (补报) or changed (调整). Those rows are
 * found by the log: rows with a change behind the watermark, counted as they stood then (their changes up to it, folded) and as they stand now. Where differences remain that no row explains (rules, code tables,
 * hand entries of a later version) the answer says so.
 * A period may be frozen again (the new snapshot names the one before); the latest counts as reported. YEAR ON YEAR compares with the same period a year before, "as reported then": its latest snapshot, else the
 * hand-entered baseline (stat_baseline), and "as known now": computed, or the baseline where nothing is on record for that period. */
#ifndef CORE_REPORT_SNAPSHOT_H
#define CORE_REPORT_SNAPSHOT_H

#include "core/report/report_check.h"

struct snapshot {
    struct id id;
    char report[FORM_NAME_BYTES];
    struct period period;
    int32_t date;
    int64_t watermark;
    struct form_sheet sheet; /* owned; of a summary: one row, its R cells as columns are in `cells` */
    struct record record;    /* owned: the rest */
};

/* Freeze a form. Refuses while checks fail unexplained. Own transaction. Center only (TYPE_CENTER; roles clerk, director, admin).
 * Errors: STATUS_INVALID (checks, named), STATUS_FORBIDDEN, STATUS_TOO_LARGE (more stations than a record holds), records_save's. */
enum status snapshot_freeze_form(const struct form_desk *desk, struct random_source random, const struct ministry_form *form, const struct period *period, const char *basis, struct id *id, struct errmsg *err);
/* The latest snapshot of a report and period. Errors: STATUS_NOT_FOUND. Release when done. */
enum status snapshot_load(const struct form_desk *desk, const char *report, const struct period *period, struct snapshot *out, struct errmsg *err);
enum status snapshot_load_id(const struct form_desk *desk, struct id id, struct snapshot *out, struct errmsg *err);
void snapshot_release(struct snapshot *snapshot);
/* A cell of it for an org (0: the total). False: not in it. */
bool snapshot_value(const struct snapshot *snapshot, const char *cell, int64_t org, int64_t *value);
/* Each station's line: name, last contact as text. */
typedef bool (*snapshot_station_row)(void *context, const char *name, const char *last_contact);
void snapshot_stations(const struct snapshot *snapshot, snapshot_station_row row, void *context);
/* The watermarks as they are now, as the JSON a snapshot keeps. Appends. */
enum status snapshot_watermarks(const struct form_desk *desk, struct buf *json, struct errmsg *err);

/* ---- since then ---- */

struct snapshot_late {
    struct tally_row row;   /* amount: what it adds to the cell now less what it added then */
    int64_t then, now;
};
typedef bool (*snapshot_late_row)(void *context, const struct snapshot_late *late);
/* The rows that make the difference between a cell then and now. *unexplained: the difference no row explains. O(changes since). */
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
/* "增加 12 件（17.1 %）" "减少 .." "持平" "上年同期没有数". Appends. */
void year_on_year_words(int64_t value, int64_t before, bool known, const char *unit, struct buf *out);

#endif /* CORE_REPORT_SNAPSHOT_H */
