/* tests/tally_bed.h - what tests of figures kept by half months have in common: a world, a day, what verify says. */
#ifndef TESTS_TALLY_BED_H
#define TESTS_TALLY_BED_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/day.h"
#include "core/record/county_codes.h"
#include "core/record/recount.h"
#include "core/report/tally_impl.h"
#include "tests/direct_count.h"
#include "tests/fixture.h"
#include "tests/must.h"

enum { METRICS_MAX = 4096 };

extern struct world tally_bed_world;
int tally_bed_open_world(void **state);
int tally_bed_close_world(void **state);
int32_t tally_bed_on(int year, int month, int dom);
int64_t tally_bed_ask(struct store *store, const char *sql);
int64_t tally_bed_verify(struct node *node, struct buf *problems);
void tally_bed_verify_clean(struct node *node);

#endif /* TESTS_TALLY_BED_H */
