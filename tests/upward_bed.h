/* tests/upward_bed.h - a county, what it gathers for its hub, and what stands at the top, for tests of gathering. */
#ifndef TESTS_UPWARD_BED_H
#define TESTS_UPWARD_BED_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/cbor.h"
#include "core/record/changelog.h"
#include "core/record/conflict.h"
#include "core/record/order.h"
#include "core/record/reach.h"
#include "core/record/returned.h"
#include "core/record/upward.h"
#include "core/record/upward_gather.h"
#include "tests/county_top.h"
#include "tests/fixture.h"
#include "tests/must.h"

enum { TOLD_MS = 1767225600, ORG = 2 };

/* A county with two stations, and a hub of which the county's upward store is the one station. */
struct bed {
    struct world county, hub;
};

#define COUNTY (upward_bed.county.center.store)

#define UPWARD (upward_bed.hub.stations[0].store)

#define HUB (upward_bed.hub.center.store)

extern struct bed upward_bed;
int upward_bed_open_bed(void **state);
int upward_bed_close_bed(void **state);
struct upward_gathered upward_bed_gather_all(void);
int64_t upward_bed_number(struct store *store, const char *sql);
/* Gathered, sent, and the same at the top as below; nothing was asked of anybody there. */
void upward_bed_all_equal(void);
/* An own change of any kind, as a newer program might write it. */
struct id upward_bed_write_change(struct node *node, uint64_t type_no, enum change_op op, struct id id, const struct buf *body, int64_t scope);
/* Longer than a person may type, and fields of a newer program: told in more than one change. */
struct id upward_bed_row_of_many_pages(struct node *node);
void upward_bed_erase(struct id id);
void upward_bed_begin_era(uint64_t differing);
void upward_bed_keep(struct buf *image);
void upward_bed_put_back(struct buf *image);

#endif /* TESTS_UPWARD_BED_H */
