/* tests/test_told_number.c - numbers as offices write them in a sentence, and which figures they may tell. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/report/told_number.h"

static void numbers_are_read(void **state)
{
    static const struct {
        const char *text;
        int64_t number, step; /* in thousandths */
        enum told_how how;
        int sign;
    } rows[] = {
        {"120", 120000, 10000, TOLD_EXACT, 0},
        {"1", 1000, 1000, TOLD_EXACT, 0},
        {"0", 0, 1000, TOLD_EXACT, 0},
        {"1200余", 1200000, 100000, TOLD_MORE, 0},
        {"1.2万余", 12000000, 1000000, TOLD_MORE, 0},
        {"20余万", 200000000, 100000000, TOLD_MORE, 0},
        {"12,345", 12345000, 1000, TOLD_EXACT, 0},
        {"１２件", 12000, 1000, TOLD_EXACT, 0},
        {"12.35", 12350, 10, TOLD_EXACT, 0},
        {"3千", 3000000, 1000000, TOLD_EXACT, 0},
        {"2 万多", 20000000, 10000000, TOLD_MORE, 0},
        {"近100", 100000, 100000, TOLD_NEARLY, 0},
        {"约150", 150000, 10000, TOLD_ABOUT, 0},
        {"150左右", 150000, 10000, TOLD_ABOUT, 0},
        {"超过150", 150000, 10000, TOLD_MORE, 0},
        {"150以上", 150000, 10000, TOLD_LEAST, 0},
        {"一百二十", 120000, 10000, TOLD_EXACT, 0},
        {"十五", 15000, 1000, TOLD_EXACT, 0},
        {"百余", 100000, 100000, TOLD_MORE, 0},
        {"两千三百多", 2300000, 100000, TOLD_MORE, 0},
        {"一万二千", 12000000, 1000000, TOLD_EXACT, 0},
        {"十二万", 120000000, 10000000, TOLD_EXACT, 0},
        {"一亿", 100000000000, 100000000000, TOLD_EXACT, 0},
        {"二〇三", 203000, 1000, TOLD_EXACT, 0},
        {"两", 2000, 1000, TOLD_EXACT, 0},
        {"增加12件，增长17.1%", 12000, 1000, TOLD_EXACT, 1},
        {"增长17.1%，多办12件", 12000, 1000, TOLD_EXACT, 1},
        {"减少 3 件", 3000, 1000, TOLD_EXACT, -1},
        {"-3", 3000, 1000, TOLD_EXACT, -1},
        {"与上年同期持平", 0, 1000, TOLD_EXACT, 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct told_number told;
        if (!told_number_read(rows[i].text, strlen(rows[i].text), &told))
            fail_msg("%s: no number", rows[i].text);
        if (told.number != rows[i].number * 1000 || told.step != rows[i].step * 1000 || told.how != rows[i].how || told.sign != rows[i].sign)
            fail_msg("%s: %lld by %lld, %d, %d", rows[i].text, (long long)told.number, (long long)told.step, (int)told.how, told.sign);
    }
}

static void words_without_a_number(void **state)
{
    static const char *const texts[] = {"", "若干", "17%", "万象更新", "很多", "百分比", "\xff\xfe"};
    (void)state;
    for (size_t i = 0; i < 5; i++) {
        struct told_number told;
        if (told_number_read(texts[i], strlen(texts[i]), &told))
            fail_msg("%s: %lld", texts[i], (long long)told.number);
    }
    for (size_t i = 5; i < sizeof texts / sizeof texts[0]; i++) {
        struct told_number told;
        (void)told_number_read(texts[i], strlen(texts[i]), &told); /* whatever it is, it ends */
    }
}

static void great_numbers_stop(void **state)
{
    static const char *const texts[] = {"99999999999999999999999999", "9亿亿亿亿亿", "九亿亿亿亿亿亿"};
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct told_number told;
        assert_true(told_number_read(texts[i], strlen(texts[i]), &told));
        assert_true(told.number > 0);
        assert_false(told_number_fits(&told, TOLD_ONE, TOLD_ONE));
    }
}

static bool fits(const char *text, int64_t thousandths, int64_t grain)
{
    struct told_number told;
    assert_true(told_number_read(text, strlen(text), &told));
    return told_number_fits(&told, thousandths * 1000, grain);
}

static void figures_that_a_number_may_tell(void **state)
{
    (void)state;
    assert_true(fits("1234", 1234000, TOLD_ONE));
    assert_false(fits("1233", 1234000, TOLD_ONE));
    assert_false(fits("1200", 1234000, TOLD_ONE)); /* a rounded number says so */
    assert_true(fits("1200余", 1234000, TOLD_ONE));
    assert_false(fits("1200余", 1300000, TOLD_ONE));
    assert_false(fits("1200余", 1200000, TOLD_ONE)); /* it is no more */
    assert_true(fits("1200以上", 1200000, TOLD_ONE));
    assert_true(fits("一千二百余", 1234000, TOLD_ONE));
    assert_true(fits("千余", 1234000, TOLD_ONE));
    assert_false(fits("1230余", 1241000, TOLD_ONE));
    assert_true(fits("1.2万余", 12345000, TOLD_ONE));
    assert_false(fits("1.3万余", 12345000, TOLD_ONE));
    assert_true(fits("近1300", 1234000, TOLD_ONE));
    assert_false(fits("近1300", 1300000, TOLD_ONE));
    assert_false(fits("近1400", 1234000, TOLD_ONE));
    assert_true(fits("约1200", 1234000, TOLD_ONE));
    assert_true(fits("约1300", 1234000, TOLD_ONE));
    assert_false(fits("约1400", 1234000, TOLD_ONE));
    /* 万元 of 123,456.78: told with two decimals, or exactly. */
    assert_true(told_number_fits(&(struct told_number){.number = 12350000, .step = 10000}, 12345678, 10000));
    assert_true(told_number_fits(&(struct told_number){.number = 12345678, .step = 1}, 12345678, 10000));
    assert_false(told_number_fits(&(struct told_number){.number = 12300000, .step = 100000}, 12345678, 10000));
    assert_true(told_number_fits(&(struct told_number){.number = 12000000, .step = 1000000, .how = TOLD_MORE}, 12345678, 10000));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_read),
        cmocka_unit_test(words_without_a_number),
        cmocka_unit_test(great_numbers_stop),
        cmocka_unit_test(figures_that_a_number_may_tell),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
