/* tests/test_chart.c - bars and heat tables: their text at every width, their figures from records, the rows behind a bar. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/day.h"
#include "core/base/utf8.h"
#include "core/base/width.h"
#include "core/report/chart.h"

static struct chart chart;
static struct heat heat;

static void half_of(int year, struct period *out)
{
    struct year_start start = {1, 1};
    struct errmsg err = {{0}};
    char text[PERIOD_NAME_BYTES];

    snprintf(text, sizeof text, "%dH1", year);
    if (period_parse(text, start, out, &err) != STATUS_OK)
        fail_msg("%s", err.text);
}

static void begin_chart(const char *kind)
{
    memset(&chart, 0, sizeof chart);
    chart.kind = chart_kind_find(kind);
    assert_non_null(chart.kind);
    half_of(2026, &chart.period);
    half_of(2025, &chart.before);
}

static void add_bar(const char *label, int64_t value, int64_t before)
{
    struct chart_bar *bar = &chart.bars[chart.n_bars++];

    snprintf(bar->label, sizeof bar->label, "%s", label);
    bar->value = value;
    bar->before = before;
}

static char *text_of(int columns, size_t first, size_t max)
{
    struct buf out;
    char *text;

    buf_init(&out, 1 << 20);
    chart_text(&chart, columns, first, max, &out);
    assert_int_equal(out.status, STATUS_OK);
    text = strdup(buf_cstr(&out));
    buf_release(&out);
    return text;
}

/* No line wider than the screen, no character whose width terminals disagree on, no blanks at an end. */
static void expect_fits(const char *text, size_t columns)
{
    while (*text != '\0') {
        size_t len = strcspn(text, "\n");

        if (width_text(text, len) > columns)
            fail_msg("%zu wide: %.*s", width_text(text, len), (int)len, text);
        assert_true(len == 0 || text[len - 1] != ' ');
        for (size_t at = 0; at < len;) {
            uint32_t code;
            at += utf8_decode(text + at, len - at, &code);
            if (width_is_ambiguous(code) || width_of(code) < 1)
                fail_msg("U+%04X in %.*s", (unsigned)code, (int)len, text);
        }
        text += len + (text[len] == '\n');
    }
}

static size_t lines(const char *text)
{
    size_t n = 0;

    for (; *text != '\0'; text++)
        n += *text == '\n';
    return n;
}

static void test_bars_have_their_numbers_before_them(void **state)
{
    (void)state;
    begin_chart("consultations-month");
    add_bar("1月", 12, 9);
    add_bar("2月", 0, 3);
    add_bar("3月", 44, 0);
    char *text = text_of(60, 0, CHART_BARS_MAX);
    assert_string_equal(text, "1月    12 人次 ############\n"
                              "  上年  9 人次 ---------\n"
                              "2月     0 人次\n"
                              "  上年  3 人次 ---\n"
                              "3月    44 人次 #############################################\n"
                              "  上年  0 人次\n");
    free(text);
}

static void test_the_head_says_what_when_and_how_much(void **state)
{
    struct buf out;
    (void)state;
    begin_chart("recovered-month");
    add_bar("1月", 12345678, 0);
    buf_init(&out, 1 << 16);
    chart_head_text(&chart, 60, &out);
    assert_string_equal(buf_cstr(&out), "挽回损失或取得利益（按月），单位：万元\n"
                                        "本期 2026年上半年(2026-01-01 至 2026-06-30)\n"
                                        "上年 2025年上半年(2025-01-01 至 2025-06-30)\n"
                                        "# 本期，- 上年；最长 12.35 万元\n");
    assert_int_equal(lines(buf_cstr(&out)), CHART_HEAD_LINES);
    buf_clear(&out);
    chart.bars[0].value = 0;
    chart_head_text(&chart, 60, &out);
    assert_non_null(strstr(buf_cstr(&out), "没有数"));
    assert_int_equal(lines(buf_cstr(&out)), CHART_HEAD_LINES);
    buf_release(&out);
}

/* One against a million still has a sign; what is nothing has none, and a correction below nothing has its number only. */
static void test_unequal_bars(void **state)
{
    (void)state;
    begin_chart("consultations-channel");
    add_bar("来访", 1000000, 1);
    add_bar("来信", -2, 0);
    char *text = text_of(80, 0, CHART_BARS_MAX);
    expect_fits(text, 80);
    assert_non_null(strstr(text, "  上年       1 人次 -\n"));
    assert_non_null(strstr(text, "来信        -2 人次\n"));
    assert_non_null(strstr(text, "  上年       0 人次\n"));
    free(text);
}

static void test_long_labels_and_numbers_stay_on_the_screen(void **state)
{
    static const int WIDTHS[] = {60, 80, 120, 200};
    (void)state;
    begin_chart("cases-matter");
    add_bar("违反规定办理法律援助受理审查事项或者违规", INT64_MAX, 1);
    add_bar("请求给付赡养费、扶养费、抚养费", 12, INT64_MAX);
    for (size_t i = 0; i < sizeof WIDTHS / sizeof WIDTHS[0]; i++) {
        char *text = text_of(WIDTHS[i], 0, CHART_BARS_MAX);
        expect_fits(text, (size_t)WIDTHS[i]);
        assert_non_null(strstr(text, "9223372036854775807 件 ############")); /* the number whole, whatever the label */
        assert_int_equal(lines(text), 2 * CHART_BAR_LINES + 1);
        assert_non_null(strstr(text, "注："));
        free(text);
    }
    char *text = text_of(120, 0, CHART_BARS_MAX);
    assert_non_null(strstr(text, "请求给付赡养费、扶养费、抚养费 "));
    free(text);
}

/* Shown part by part it is what it is as a whole: one scale, one layout. */
static void test_parts_make_up_the_whole(void **state)
{
    char label[16];
    (void)state;
    begin_chart("cases-town");
    for (int i = 0; i < 20; i++) {
        snprintf(label, sizeof label, "第%d镇", i + 1);
        add_bar(label, 100 - 5 * i, 3 * i);
    }
    chart.n_rest = 4;
    chart.rest = 7;
    chart.rest_before = 11;
    char *whole = text_of(80, 0, CHART_BARS_MAX), *at = whole;
    assert_int_equal(lines(whole), 20 * CHART_BAR_LINES + 2);
    for (size_t first = 0; first < 20; first += 6) {
        char *part = text_of(80, first, 6);
        assert_int_equal(lines(part), first < 18 ? 6 * CHART_BAR_LINES : 2 * CHART_BAR_LINES + 2);
        assert_memory_equal(at, part, strlen(part));
        at += strlen(part);
        free(part);
    }
    assert_int_equal(*at, '\0');
    assert_non_null(strstr(whole, "其余 4 项合计 7 件，上年 11 件\n"));
    char *behind = text_of(80, 500, 6);
    assert_int_equal(lines(behind), 2);
    free(behind);
    free(whole);
}

static void test_a_chart_of_nothing(void **state)
{
    (void)state;
    begin_chart("consultations-topic");
    char *text = text_of(60, 0, CHART_BARS_MAX);
    assert_string_equal(text, "本期和上年同期都没有。\n");
    free(text);
}

static void test_every_kind_is_there_once(void **state)
{
    size_t n = 0;
    (void)state;
    for (const struct chart_kind *kind; (kind = chart_kind_at(n)) != NULL; n++) {
        assert_ptr_equal(chart_kind_find(kind->name), kind);
        assert_true(kind->title[0] != '\0' && kind->unit[0] != '\0' && kind->label[0] != '\0');
        assert_true(width_text(kind->note, strlen(kind->note)) <= 54);
    }
    assert_int_equal(n, 11);
    assert_null(chart_kind_find("cases"));
}

/* ---- heat --------------------------------------------------------------------------------------------------------- */

static void begin_heat(size_t months, int64_t greatest)
{
    static const char *const NAMES[] = {"永阳街道", "白马镇", "合计"};

    memset(&heat, 0, sizeof heat);
    half_of(2026, &heat.period);
    heat.n_months = months;
    heat.n_towns = 3;
    for (size_t i = 0; i < 3; i++)
        snprintf(heat.towns[i].name, sizeof heat.towns[i].name, "%s", NAMES[i]);
    for (size_t i = 0; i < months; i++) {
        heat.months[i].part = (int)i + 1;
        heat.towns[0].values[i] = greatest * (int64_t)i / ((int64_t)months - 1);
        heat.towns[0].sum += heat.towns[0].values[i];
        heat.towns[2].values[i] = heat.towns[0].values[i];
    }
    heat.towns[2].sum = heat.towns[0].sum;
    heat.most = greatest;
}

static char *heat_text_of(int columns)
{
    struct buf out;
    char *text;

    buf_init(&out, 1 << 20);
    heat_text(&heat, columns, &out);
    text = strdup(buf_cstr(&out));
    buf_release(&out);
    return text;
}

static void test_heat_has_a_sign_behind_each_number(void **state)
{
    (void)state;
    begin_heat(5, 8);
    char *text = heat_text_of(60);
    assert_string_equal(text, "各乡镇案件批准数（件）\n"
                              "2026年上半年(2026-01-01 至 2026-06-30)\n"
                              "数字后的符号：. 1至2  : 3至4  + 5至6  # 7至8\n"
                              "乡镇      1月  2月  3月  4月  5月 合计\n"
                              "永阳街道   0    2.   4:   6+   8#   20\n"
                              "白马镇     0    0    0    0    0     0\n"
                              "合计       0    2    4    6    8    20\n");
    free(text);
}

static void test_heat_levels_are_quarters_of_the_most(void **state)
{
    static const int64_t MOSTS[] = {1, 2, 3, 4, 5, 7, 100, 101, INT64_MAX};
    (void)state;
    memset(&heat, 0, sizeof heat);
    assert_int_equal(heat_level(&heat, 0), 0);
    for (size_t i = 0; i < sizeof MOSTS / sizeof MOSTS[0]; i++) {
        heat.most = MOSTS[i];
        assert_int_equal(heat_level(&heat, -1), 0);
        assert_int_equal(heat_level(&heat, 0), 0);
        assert_int_equal(heat_level(&heat, MOSTS[i]), 4);
        for (int64_t value = 1; value <= MOSTS[i] && value <= 200; value++) {
            int level = heat_level(&heat, value);
            assert_true(level >= 1 && level <= 4);
            assert_true((double)value * 4 <= (double)level * (double)MOSTS[i]);      /* not above its quarter */
            assert_true((double)value * 4 > (double)(level - 1) * (double)MOSTS[i]); /* and above the one before */
        }
    }
}

/* Twelve months fit 80 columns in one block and 60 in two, all of them once, the sums at the end. */
static void test_heat_breaks_into_blocks_of_months(void **state)
{
    (void)state;
    begin_heat(12, 99);
    char *wide = heat_text_of(80), *narrow = heat_text_of(60);
    expect_fits(wide, 80);
    expect_fits(narrow, 60);
    assert_int_equal(lines(wide), 3 + 4);
    assert_int_equal(lines(narrow), 3 + 4 + 1 + 4);
    const char *seventh = strstr(narrow, "7月"), *second = strstr(narrow, "\n\n乡镇");
    assert_non_null(second);
    assert_true(seventh > second);
    assert_null(strstr(seventh + 1, "7月"));
    assert_ptr_equal(strstr(narrow, " 合计\n"), strstr(second, " 合计\n"));
    free(wide);
    free(narrow);
    begin_heat(12, INT64_MAX / 16);
    narrow = heat_text_of(60);
    expect_fits(narrow, 60);
    free(narrow);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bars_have_their_numbers_before_them),
        cmocka_unit_test(test_the_head_says_what_when_and_how_much),
        cmocka_unit_test(test_unequal_bars),
        cmocka_unit_test(test_long_labels_and_numbers_stay_on_the_screen),
        cmocka_unit_test(test_parts_make_up_the_whole),
        cmocka_unit_test(test_a_chart_of_nothing),
        cmocka_unit_test(test_every_kind_is_there_once),
        cmocka_unit_test(test_heat_has_a_sign_behind_each_number),
        cmocka_unit_test(test_heat_levels_are_quarters_of_the_most),
        cmocka_unit_test(test_heat_breaks_into_blocks_of_months),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
