/* tests/bench/measure.h - what the measuring programs have in common: the clock, an order for the middle of several rounds, and the end when something does not work. */
#ifndef TESTS_BENCH_MEASURE_H
#define TESTS_BENCH_MEASURE_H

#include "core/base/status.h"

/* Monotonic. */
double now_ms(void);
/* For qsort. */
int compare_doubles(const void *a, const void *b);
/* Unless it worked: says what did not and why (err may be NULL), and ends the program with 1. */
void must(enum status status, const struct errmsg *err, const char *what);

#endif /* TESTS_BENCH_MEASURE_H */
