/* tests/assess_bed.h - a county's year to be assessed: handlers, a station, volunteers. */
#ifndef TESTS_ASSESS_BED_H
#define TESTS_ASSESS_BED_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/day.h"
#include "core/case/prepare.h"
#include "core/quality/assess.h"
#include "tests/command.h"
#include "tests/fixture.h"
#include "tests/must.h"

struct expected {
    const char *metric;
    int64_t value, base, points;
    const char *reason; /* NULL: not looked at */
};

extern struct world assess_bed_world;
extern struct assess_desk assess_bed_desk;
extern char assess_bed_center_folder[80];
extern struct id assess_bed_zhang;
extern struct id assess_bed_li;
int32_t assess_bed_day(const char *text);
/* "name=张三 kind=02" */
void assess_bed_fill(struct record *record, const char *fields);
int assess_bed_open_world(void **state);
int assess_bed_close_world(void **state);
void assess_bed_compute(const char *kind, const char *who, struct assess_sheet *sheet);
int assess_bed_open_folder(void **state);
int assess_bed_remove_folder(void **state);

#endif /* TESTS_ASSESS_BED_H */
