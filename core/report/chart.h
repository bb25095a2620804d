/* core/report/chart.h - figures as bars and as a heat table: by month, type, town, group, against last year.
 *
 * Data here, drawing by whoever shows it: text for screens and terminals (chart_text), native charts in spreadsheets (core/report/report_file.h). Text is for screens of 60 columns and more, in ASCII and full-width characters only
 * (ambiguous ones shift columns), readable in mono and by ear: each bar has its label and its number in words before it, last year's below it with another sign; nothing is said by colour or length alone. */
#ifndef CORE_REPORT_CHART_H
#define CORE_REPORT_CHART_H

#include "core/report/ministry_form.h"

enum { CHART_BARS_MAX = 64, CHART_LABEL_BYTES = 64, CHART_MONTHS_MAX = 12, CHART_TOWNS_MAX = 64 };

struct chart_bar {
    char label[CHART_LABEL_BYTES];
    int64_t value, before; /* before: the same a year earlier */
    struct period period;  /* of the bar, for drill-down */
    int64_t part;          /* of its dimension; 0: by month */
};

/* A chart there is: "cases-month" 案件（按月） "cases-type" "cases-town" "cases-group" "cases-matter" "consultations-month" "consultations-channel" "consultations-town" "consultations-group" "consultations-topic"
 * "recovered-month". Index 0.. until NULL. Static. */
struct chart_kind {
    const char *name, *title, *unit;
    const char *label; /* what the bars are: 月份 乡镇 .. */
    const char *note;  /* what is to be known about them, "" nothing: 一人可属几类，各类之和不等于总数 */
    bool money;        /* values are fen */
};
const struct chart_kind *chart_kind_at(size_t index);
const struct chart_kind *chart_kind_find(const char *name);

struct chart {
    const struct chart_kind *kind;
    struct period period, before;
    struct chart_bar bars[CHART_BARS_MAX];
    size_t n_bars;
    size_t n_rest; /* parts beyond CHART_BARS_MAX: the least ones */
    int64_t rest, rest_before; /* what they add up to */
};
/* Errors: storage. */
enum status chart_compute(const struct form_desk *desk, const struct chart_kind *kind, const struct period *period, int64_t org, struct chart *out, struct errmsg *err);
/* The rows behind a bar. */
enum status chart_rows(const struct form_desk *desk, const struct chart *chart, size_t bar, int64_t org, tally_row_fn row, void *context, struct errmsg *err);
enum { CHART_COLUMNS_MIN = 56 /* a screen of 60 has room for a marker */, CHART_HEAD_LINES = 4, CHART_BAR_LINES = 2 };
/* What stands over the bars, CHART_HEAD_LINES lines `columns` wide (>= CHART_COLUMNS_MIN): title, its days, last year's, what the signs mean and how much one is. Appends. */
void chart_head_text(const struct chart *chart, int columns, struct buf *out);
/* Bars first .. first + max - 1 (those there are), `columns` wide (>= CHART_COLUMNS_MIN), CHART_BAR_LINES lines each: "3月      12 件 ####", below it "  上年    9 件 ----". One scale and one layout for all bars of the chart, so that
 * they can be shown part by part. Behind the chart's last bar one line for the rest, if any, and one for the note, if any. Appends; all of it: first 0, max CHART_BARS_MAX. */
void chart_text(const struct chart *chart, int columns, size_t first, size_t max, struct buf *out);

/* Towns down, months across: cases approved or consultations (people-times), with totals. All towns of the county in their order, also those with nothing (actors of one org: those with something); then others that
 * have something, and the rows whose town is not known. */
struct heat {
    bool consultations;
    struct period period;
    struct period months[CHART_MONTHS_MAX];
    size_t n_months;
    struct {
        char name[CHART_LABEL_BYTES];
        int64_t town; /* nine digits; 0: not known, several, or the total: neither cold nor hot */
        int64_t values[CHART_MONTHS_MAX], sum;
    } towns[CHART_TOWNS_MAX + 1];
    size_t n_towns; /* the last row is the total */
    int64_t most;   /* the greatest value of a town in a month */
};
/* Errors: STATUS_RANGE (more than CHART_MONTHS_MAX months), storage. */
enum status heat_compute(const struct form_desk *desk, bool consultations, const struct period *period, struct heat *out, struct errmsg *err);
/* 各乡镇案件批准数（件） or 各乡镇咨询人次（人次）. Static. */
const char *heat_title(const struct heat *heat);
/* "3月" */
enum { HEAT_MONTH_BYTES = 16 };
void heat_month_label(const struct heat *heat, size_t month, char out[HEAT_MONTH_BYTES]);
/* 0 (nothing) .. 4 (most): how hot a value is, by quarters of `most`; shown as blank . : + # behind the number, and as a background in spreadsheets. */
int heat_level(const struct heat *heat, int64_t value);
/* The greatest value of a level 0..4. */
int64_t heat_bound(const struct heat *heat, int level);
/* With title, period and what the signs mean; in blocks of months that fit the width (>= CHART_COLUMNS_MIN). Appends. */
void heat_text(const struct heat *heat, int columns, struct buf *out);

#endif /* CORE_REPORT_CHART_H */
