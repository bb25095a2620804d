/* core/report/told_number.h - numbers as people write them in a sentence, read back: 1200余, 1.2万, 12,345, 一百二十, 近百, so that what a text tells can be held against the figure it tells. Pure. */
#ifndef CORE_REPORT_TOLD_NUMBER_H
#define CORE_REPORT_TOLD_NUMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TOLD_ONE INT64_C(1000000) /* numbers are in millionths: 1.2万 is exact, and so is a fen of 万元 */

enum told_how {
    TOLD_EXACT,
    TOLD_MORE,   /* 余 多 几 超过 逾: more, by less than one of the last digit */
    TOLD_LEAST,  /* 以上: the same, or just so many */
    TOLD_NEARLY, /* 近: less, by less than one of the last digit */
    TOLD_ABOUT   /* 约 左右 上下: either */
};

struct told_number {
    int64_t number; /* millionths, never negative; held at INT64_MAX / 2 */
    int64_t step;   /* what one of its last digit counts: 1200 100, 1.2万 1000, in millionths */
    enum told_how how;
    int sign; /* -1 with 减 降 or a minus, 1 with 增 升, 0 without either */
};

/* The first number of the text, percentages left aside; digits before Chinese numerals. 持平 is 0. False: it tells no number. */
bool told_number_read(const char *text, size_t len, struct told_number *out);
/* Whether it may tell `value` (millionths, its size). grain: the last place the figure itself is told with (millionths, 1..): an exact number may be rounded to it. */
bool told_number_fits(const struct told_number *told, int64_t value, int64_t grain);

#endif /* CORE_REPORT_TOLD_NUMBER_H */
