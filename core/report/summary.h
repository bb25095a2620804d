/* core/report/summary.h - the half-year and annual summary: figures R1-R22, the county's words, one text (research domain.md 1, 5.1).
 *
 * CELLS. R1 案件(=表八1) R2 比上年同期 R3 民事 R4 刑事 R5 行政 R6 活动场次 R7 咨询人次 R8 资料份 R9 荣誉(项; the list is a slot) R10 锦旗 R11 感谢信 R12 招募志愿者 R13 培训班 R14 妇女案件(=表八5) R15 老年人(=表八9)
 *   R16 联席会 R17 回访(last year's civil cases visited by the period's end; R17T to visit: the whole frame) R18 农民工(=表八8) R19 未成年人(=表八10) R20 残疾人(=表八6) R21 军人军属(=表八11) R22 挽回损失(fen, =表八3)
 *   R23 受援人(人次, =表九1), and of each campaign that begins in the period its days, towns, bodies, laws, C1 人次 C2 份 C3 现场受理.
 *   Each is defined by the column of a form, a figure of outreach (core/outreach/figure.h) or a frame of visits: nothing is counted a second way. stat_entry rows of a cell ("R8") are added as in forms.
 *   R7 is what outreach calls `consulted`: the consultations, and what was typed into events that have none (so R7>=F11.1).
 * R2 and all words of increase compare with last year "as reported then", else as known now (core/report/snapshot.h).
 * TEXT. The template (core/data/summary_templates.txt, our own wording, five parts as offices write them; the county's: report_text slot template.half, template.year) in the markup and slots of
 *   core/paper/template.h and core/paper/summary_slot.h: {R1} {R7.round} {R2.words} {honours} {theme} {next_steps} {#campaigns}{text}{/campaigns} ..; free-text slots come from report_text of the period, else of
 *   every period, else the shipped sentence, and may hold slots themselves. Sentences whose figure is 0 are left out by the template's conditions; punctuation is put right (core/report/summary_tidy.h).
 *   Rounding (rule report_round): {R7.round} writes 1200余, 1.2万余; {R7} the number.
 * CHECKS. Two cells of one figure must agree: R1=F8.1, R1=R3+R4+R5, R14=F8.5, R7>=F11.1 .. over the summary's own days (core/data/report_checks.tsv), and every place of the text that tells the same cell: if the county's
 *   words (a report_text of the period for slot "R1" or "R1@2", the figure as it is to be told at every or at that place) tell another number than the cell, the text is not written: STATUS_INVALID names both places,
 *   their numbers and where they stand. Rounded numbers (1200余, 近百) are held against the cell by their last digit (core/report/told_number.h). */
#ifndef CORE_REPORT_SUMMARY_H
#define CORE_REPORT_SUMMARY_H

#include "core/report/snapshot.h"

enum { SUMMARY_CELLS_MAX = 32, SUMMARY_CAMPAIGNS_MAX = 8 };

struct summary_cell {
    const char *name;  /* "R1" */
    const char *label; /* 办理案件 */
    const char *unit;  /* 件 */
    bool money;
    int64_t value, adjusted;
    bool has_before;   /* last year's is known */
    struct year_on_year before;
};

struct summary_campaign {
    struct id id;
    char name[64 * 4];
    int32_t from, to;
    int64_t consulted, handouts, accepted;
};

struct summary {
    struct period period;
    struct summary_cell cells[SUMMARY_CELLS_MAX];
    size_t n_cells;
    struct summary_campaign campaigns[SUMMARY_CAMPAIGNS_MAX];
    size_t n_campaigns;
};

/* Errors: storage. Interactive: O(buckets) for counts, and the period's events, visits and small tables. year_on_year false: without last year's. */
enum status summary_compute(const struct form_desk *desk, const struct period *period, bool with_before, struct summary *out, struct errmsg *err);
const struct summary_cell *summary_find(const struct summary *summary, const char *name); /* NULL */
/* What differs from last year is unknown when last year is. */
bool summary_is_known(const struct summary *summary, const struct summary_cell *cell);
/* All cells a summary can have: index 0.. until NULL. Static: name, label, unit. */
const struct summary_cell *summary_cell_at(size_t index);
/* Where the index-th cell comes from, in words: "报表栏目 F8.1". index below the number of cells (assert). */
enum { SUMMARY_SOURCE_BYTES = 128 };
void summary_cell_source(size_t index, char out[SUMMARY_SOURCE_BYTES]);
/* The rows behind a cell, as form_rows: what they add up to is its value. R2: those of R1. R17: the cases that were visited. Errors: STATUS_NOT_FOUND (no such cell). */
enum status summary_rows(const struct form_desk *desk, const struct period *period, const char *cell, tally_row_fn row, void *context, struct errmsg *err);
/* Figures that differ (rows of report_checks.tsv under "summary", and places of the text: rule "R1@2"; words of the period that no place uses). *open: unexplained; what a place tells cannot be explained. */
enum status summary_check(const struct form_desk *desk, const struct summary *summary, check_failure_row row, void *context, int64_t *open, struct errmsg *err);

/* The text in markup (core/paper/markup.h), for paper_text and paper_pdf; appended. draft: even when checks fail, marked as such at its head. Errors: STATUS_INVALID (checks), STATUS_MALFORMED (the county's template: line and slot). */
enum status summary_text(const struct form_desk *desk, const struct summary *summary, bool draft, struct buf *marked, struct errmsg *err);
/* Slots a person may fill, in the order of the text: index 0.. until false. */
struct summary_slot {
    const char *name, *label, *help;
};
bool summary_slot_at(size_t index, struct summary_slot *out);
/* What the slot says now for the period, and whose words: 0 shipped, 1 the county's for every period, 2 this period's. Appends. */
enum status summary_slot_text(const struct form_desk *desk, const struct period *period, const char *slot, struct buf *out, int *whose, struct errmsg *err);
/* Keep the summary of that period as handed in, counted anew in the transaction that keeps it, with its text. Refuses while figures differ unexplained. As snapshot_freeze_form. */
enum status summary_freeze(const struct form_desk *desk, struct random_source random, const struct summary *summary, const char *basis, struct id *id, struct errmsg *err);

#endif /* CORE_REPORT_SUMMARY_H */
