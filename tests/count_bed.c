/* tests/count_bed.c - see count_bed.h. */
#include "tests/count_bed.h"

struct code_book *count_bed_codes;

struct count_rules *count_bed_rules;

int count_bed_open_rules(void **state)
{
    (void)state;
    return code_book_new(&count_bed_codes, "320117") == STATUS_OK && count_rules_new(&count_bed_rules, count_bed_codes, NULL) == STATUS_OK ? 0 : -1;
}

int count_bed_close_rules(void **state)
{
    (void)state;
    count_rules_free(count_bed_rules);
    code_book_free(count_bed_codes);
    return 0;
}

void count_bed_take(void *context, int64_t metric, int32_t on, int64_t amount)
{
    struct counts *counts = context;
    assert_int_not_equal(amount, 0);
    for (size_t i = 0; i < counts->n; i++) {
        if (counts->rows[i].metric == metric && counts->rows[i].day == on) {
            counts->rows[i].amount += amount;
            return;
        }
    }
    assert_true(counts->n < COUNTS_MAX);
    counts->rows[counts->n].metric = metric;
    counts->rows[counts->n].amount = amount;
    counts->rows[counts->n++].day = on;
}
