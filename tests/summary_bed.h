/* tests/summary_bed.h - what tests of the half-year summary have in common: a center and its station, what is told of them. */
#ifndef TESTS_SUMMARY_BED_H
#define TESTS_SUMMARY_BED_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/day.h"
#include "core/case/prepare.h"
#include "core/outreach/outreach_totals.h"
#include "core/paper/paper.h"
#include "core/report/summary_impl.h"
#include "core/report/summary_tidy.h"
#include "tests/event_world.h"

struct told_text {
    struct summary_words words;
    struct summary_telling telling;
    struct buf text;
};

struct failures {
    char rules[200], messages[2000];
};

extern struct world summary_bed_world;
extern struct node *summary_bed_center;
extern struct form_book *summary_bed_book;
extern struct errmsg summary_bed_err;
int summary_bed_set_up(void **state);
int summary_bed_tear_down(void **state);
struct form_desk summary_bed_desk_without_tally(void);
struct period summary_bed_period_of(const char *text);
/* Save a report_text as `aidpost add` does. */
enum status summary_bed_write_text(const char *period, const char *slot, const char *text, struct id *id);
struct id summary_bed_wrote(const char *period, const char *slot, const char *text);
/* All cells of a period, each `value`. */
struct summary summary_bed_made_up(const char *period, int64_t value);
struct summary_cell *summary_bed_cell_of(struct summary *summary, const char *name);
void summary_bed_set_before(struct summary *summary, const char *name, int64_t reported);
void summary_bed_tell(struct told_text *told, const struct form_desk *desk, const struct summary *summary);
void summary_bed_told_release(struct told_text *told);
void summary_bed_says(const struct told_text *told, const char *part);
void summary_bed_says_not(const struct told_text *told, const char *part);
/* Marks that meet, blanks left open, slots and marks of places left behind: none in what goes before the appendix. */
void summary_bed_reads_well(const struct told_text *told);
bool summary_bed_note_failure(void *context, const struct check_failure *failure);

#endif /* TESTS_SUMMARY_BED_H */
