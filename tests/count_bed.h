/* tests/count_bed.h - what tests of the counting rules have in common: rules, facts written as text, what is counted. */
#ifndef TESTS_COUNT_BED_H
#define TESTS_COUNT_BED_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/report/count.h"
#include "core/base/day.h"

enum { COUNTS_MAX = 400, LINE_BYTES = 96, FACTS_BYTES = 600, EXPECTED_BYTES = 8000, PARTIES = 4 };

struct counts {
    size_t n;
    struct {
        int64_t metric, amount;
        int32_t day;
    } rows[COUNTS_MAX];
};

extern struct code_book *count_bed_codes;
extern struct count_rules *count_bed_rules;
int count_bed_open_rules(void **state);
int count_bed_close_rules(void **state);
void count_bed_take(void *context, int64_t metric, int32_t on, int64_t amount);

#endif /* TESTS_COUNT_BED_H */
