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
#include "tests/form_world.h"
#include "tests/must.h"
#include "tests/report_world.h"

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
    char label[32];
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
    heat.towns[0].town = 320117001;
    heat.towns[1].town = 320117101;
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

/* ---- from records ------------------------------------------------------------------------------------------------- */

static struct report_world world;

static int open_world(void **state)
{
    (void)state;
    report_world_open(&world, 1);
    return 0;
}

static int close_world(void **state)
{
    (void)state;
    report_world_close(&world);
    return 0;
}

/* Of a kind, over a period; leaves the tally open. */
static void compute(const char *kind, const char *period, int64_t org, struct chart *out)
{
    struct period days = report_world_period(period);

    must_do(chart_compute(&world.desk, chart_kind_find(kind), &days, org, out, &err));
}

static const struct chart_bar *bar_of(const struct chart *of, const char *label)
{
    for (size_t i = 0; i < of->n_bars; i++)
        if (strcmp(of->bars[i].label, label) == 0)
            return &of->bars[i];
    fail_msg("no bar %s", label);
    return NULL;
}

static void expect_bar(const char *label, int64_t value, int64_t before)
{
    const struct chart_bar *bar = bar_of(&chart, label);

    if (bar->value != value || bar->before != before)
        fail_msg("%s: %lld, %lld", label, (long long)bar->value, (long long)bar->before);
}

static const struct code *town(size_t index)
{
    assert_true(index < code_book_count(world.world.codes, "town"));
    return code_book_at(world.world.codes, "town", index);
}

static void make_case(const char *type, const char *decided, const char *sex, const char *town_code, const char *stat_matter)
{
    char type_pair[32], received_pair[32], decided_pair[32], sex_pair[16], town_pair[32] = "town=", matter_pair[32] = "stat_matter=";

    snprintf(type_pair, sizeof type_pair, "case_type=%s", type);
    snprintf(received_pair, sizeof received_pair, "received_on=%s", decided);
    snprintf(decided_pair, sizeof decided_pair, "decided_on=%s", decided);
    snprintf(sex_pair, sizeof sex_pair, "sex=%s", sex);
    if (town_code != NULL)
        snprintf(town_pair, sizeof town_pair, "town=%s", town_code);
    if (stat_matter != NULL)
        snprintf(matter_pair, sizeof matter_pair, "stat_matter=%s", stat_matter);
    node_make(&world.world.center, "case", "name=王五", "source=41", "state=S5", "decision=01", type_pair, received_pair, decided_pair, sex_pair, town_pair, matter_pair, NULL);
}

static void test_cases_as_bars(void **state)
{
    (void)state;
    make_case("01", "2026-01-10", "1", town(0)->code, NULL);
    make_case("02", "2026-01-20", "2", town(1)->code, "C2");
    make_case("02", "2026-03-31", "2", town(1)->code, "C2");
    make_case("03", "2026-06-30", "1", NULL, "R1");
    make_case("02", "2026-07-01", "1", town(0)->code, "B1"); /* after the period */
    make_case("02", "2025-03-01", "2", town(0)->code, "F1");
    make_case("02", "2025-07-01", "2", town(0)->code, "F1");
    report_world_count(&world);
    compute("cases-month", "2026H1", TALLY_ORG_ALL, &chart);
    assert_int_equal(chart.n_bars, 6);
    assert_string_equal(chart.before.name, "2025H1");
    expect_bar("1月", 2, 0);
    expect_bar("3月", 1, 1);
    expect_bar("6月", 1, 0);
    compute("cases-type", "2026H1", TALLY_ORG_ALL, &chart);
    assert_int_equal(chart.n_bars, 3);
    expect_bar("刑事", 1, 0);
    expect_bar("民事", 2, 1);
    expect_bar("行政", 1, 0);
    compute("cases-town", "2026H1", TALLY_ORG_ALL, &chart);
    assert_int_equal(chart.n_bars, code_book_count(world.world.codes, "town") + 1); /* all there are, also those with nothing */
    assert_string_equal(chart.bars[0].label, town(1)->name);                        /* the greatest first */
    expect_bar(town(1)->name, 2, 0);
    expect_bar(town(0)->name, 1, 1);
    expect_bar("未填", 1, 0);
    compute("cases-matter", "2026H1", TALLY_ORG_ALL, &chart);
    assert_int_equal(chart.n_bars, 3);
    assert_string_equal(chart.bars[0].label, code_book_name(world.world.codes, "stat_matter", "C2"));
    expect_bar(code_book_name(world.world.codes, "stat_matter", "C2"), 2, 0);
    expect_bar(code_book_name(world.world.codes, "stat_matter", "R1"), 1, 0);
    expect_bar(code_book_name(world.world.codes, "stat_matter", "F1"), 0, 1); /* last year's only */
    report_world_done(&world);
}

static void test_consultations_and_money_as_bars(void **state)
{
    struct node *center = &world.world.center;
    (void)state;
    node_make(center, "consultation", "date=2026-02-05", "sex=女", "content=问", "persons=3", "channel=01", "stat_topic=204", NULL);
    node_make(center, "consultation", "date=2025-02-28", "sex=男", "content=问", "channel=03", "stat_topic=204", NULL);
    node_make(center, "case", "name=王五", "source=41", "state=S9", "decision=01", "case_type=02", "received_on=2026-01-05", "decided_on=2026-01-06", "closed_on=2026-05-06", "recovered=12345.67", NULL);
    report_world_count(&world);
    compute("consultations-month", "2026Q1", TALLY_ORG_ALL, &chart);
    assert_int_equal(chart.n_bars, 3);
    expect_bar("2月", 3, 1);
    compute("consultations-channel", "2026Q1", TALLY_ORG_ALL, &chart);
    assert_int_equal(chart.n_bars, code_book_count(world.world.codes, "channel"));
    expect_bar(code_book_name(world.world.codes, "channel", "01"), 3, 0);
    expect_bar(code_book_name(world.world.codes, "channel", "03"), 0, 1);
    compute("consultations-topic", "2026Q1", TALLY_ORG_ALL, &chart);
    assert_int_equal(chart.n_bars, 1);
    expect_bar("劳动报酬", 3, 1);
    compute("consultations-group", "2026Q1", TALLY_ORG_ALL, &chart);
    expect_bar("女性", 3, 0);
    expect_bar("其他人群", 0, 1);
    compute("recovered-month", "2026H1", TALLY_ORG_ALL, &chart);
    expect_bar("5月", 1234567, 0);
    char *text = text_of(60, 4, 1);
    assert_non_null(strstr(text, "5月    1.23 万元 ##"));
    free(text);
    report_world_done(&world);
}

/* A year of the 21st, cut at both ends; months over New Year; more than a year. */
static void test_months_of_other_periods(void **state)
{
    struct year_start start = {12, 21};
    struct period period;
    (void)state;
    make_case("02", "2025-12-25", "1", NULL, NULL);
    make_case("02", "2026-01-20", "1", NULL, NULL);
    make_case("02", "2024-12-21", "1", NULL, NULL);
    report_world_count(&world);
    must_do(period_parse("2026H1", start, &period, &err));
    must_do(chart_compute(&world.desk, chart_kind_find("cases-month"), &period, TALLY_ORG_ALL, &chart, &err));
    assert_int_equal(chart.n_bars, 6);
    expect_bar("1月", 2, 1); /* 21 December to 20 January */
    compute("cases-month", "2025-12-26..2026-01-25", TALLY_ORG_ALL, &chart);
    assert_int_equal(chart.n_bars, 2);
    expect_bar("12月", 0, 0);
    expect_bar("1月", 1, 0);
    compute("cases-month", "2024-12-01..2026-01-31", TALLY_ORG_ALL, &chart);
    assert_int_equal(chart.n_bars, 14);
    expect_bar("2024年12月", 1, 0);
    expect_bar("2025年12月", 1, 1);
    expect_bar("2026年1月", 1, 0);
    struct period two_years = report_world_period("2024-12-01..2026-01-31");
    struct errmsg why = {{0}};
    assert_int_equal(heat_compute(&world.desk, false, &two_years, &heat, &why), STATUS_RANGE);
    assert_non_null(strstr(why.text, "12 个月"));
    report_world_done(&world);
}

struct summing {
    int64_t sum;
    size_t n;
};

static bool add_row(void *context, const struct tally_row *row)
{
    struct summing *summing = context;

    summing->sum += row->amount;
    summing->n++;
    return true;
}

/* Every bar is what the rows behind it add up to, and last year's what it was as this year's; parts make up the whole. */
static void check_chart(const char *kind, const char *period, int64_t org)
{
    static struct chart last;
    struct chart_kind const *of = chart_kind_find(kind);
    int64_t sum = chart.rest, months = 0;

    compute(kind, period, org, &chart);
    must_do(chart_compute(&world.desk, of, &chart.before, org, &last, &err));
    sum = chart.rest;
    for (size_t i = 0; i < chart.n_bars; i++) {
        const struct chart_bar *bar = &chart.bars[i];
        struct summing rows = {0};
        must_do(chart_rows(&world.desk, &chart, i, org, add_row, &rows, &err));
        if (rows.sum != bar->value)
            fail_msg("%s %s %s: %lld, rows %lld", kind, period, bar->label, (long long)bar->value, (long long)rows.sum);
        sum += bar->value;
        for (size_t k = 0; k < last.n_bars; k++)
            if (strcmp(last.bars[k].label, bar->label) == 0)
                assert_int_equal(last.bars[k].value, bar->before);
    }
    if (strstr(kind, "group") != NULL || strstr(kind, "matter") != NULL)
        return;
    compute(strncmp(kind, "cases", 5) == 0 ? "cases-month" : kind[0] == 'r' ? "recovered-month" : "consultations-month", period, org, &last);
    for (size_t i = 0; i < last.n_bars; i++)
        months += last.bars[i].value;
    assert_int_equal(sum, months);
}

/* The table by town and month is the bars by town, month by month. */
static void check_heat(bool consultations, const char *period)
{
    struct period days = report_world_period(period);
    int64_t most = 0;

    must_do(heat_compute(&world.desk, consultations, &days, &heat, &err));
    for (size_t month = 0; month < heat.n_months; month++) {
        int64_t column = 0;
        must_do(chart_compute(&world.desk, chart_kind_find(consultations ? "consultations-town" : "cases-town"), &heat.months[month], TALLY_ORG_ALL, &chart, &err));
        for (size_t i = 0; i + 1 < heat.n_towns; i++) {
            const char *name = strcmp(heat.towns[i].name, "乡镇未填") == 0 ? "未填" : heat.towns[i].name;
            if (heat.towns[i].values[month] != 0)
                assert_int_equal(bar_of(&chart, name)->value, heat.towns[i].values[month]);
            column += heat.towns[i].values[month];
            most = heat.towns[i].town != 0 && heat.towns[i].values[month] > most ? heat.towns[i].values[month] : most;
        }
        assert_int_equal(column, heat.towns[heat.n_towns - 1].values[month]);
    }
    assert_int_equal(heat.most, most);
    for (size_t i = 0; i < heat.n_towns; i++) {
        int64_t sum = 0;
        for (size_t month = 0; month < heat.n_months; month++)
            sum += heat.towns[i].values[month];
        assert_int_equal(sum, heat.towns[i].sum);
    }
}

static void test_bars_are_their_rows(void **state)
{
    static const char *const PERIODS[] = {"2026H1", "2026Q1", "2025", "2026-03", "2025-11-13..2026-04-07"};
    (void)state;
    report_world_close(&world);
    report_world_open(&world, 0);
    form_world_fill(&world.world.center, 7, 300, 300);
    report_world_count(&world);
    for (size_t i = 0; i < sizeof PERIODS / sizeof PERIODS[0]; i++) {
        for (size_t k = 0; chart_kind_at(k) != NULL; k++) {
            check_chart(chart_kind_at(k)->name, PERIODS[i], TALLY_ORG_ALL);
            check_chart(chart_kind_at(k)->name, PERIODS[i], 3);
        }
        check_heat(false, PERIODS[i]);
        check_heat(true, PERIODS[i]);
    }
    check_heat(true, "2026H1");
    assert_int_equal(heat.n_towns, code_book_count(world.world.codes, "town") + 2); /* all towns, those without one, the total */
    report_world_done(&world);
}

/* More towns than bars and rows there are: the least are told together. */
static void test_more_towns_than_there_is_room(void **state)
{
    struct node *center = &world.world.center;
    int64_t sum = 0;
    (void)state;
    for (int i = 0; i < 70; i++) {
        char code[16], name[32], pair[32], persons[16];
        snprintf(code, sizeof code, "9999%05d", i);
        snprintf(name, sizeof name, "第%d镇", i);
        must_do(code_book_put(world.world.codes, "town", code, name, "", false));
        snprintf(pair, sizeof pair, "town=%s", code);
        snprintf(persons, sizeof persons, "persons=%d", i + 1);
        node_make(center, "consultation", "date=2026-02-05", "content=问", pair, persons, NULL);
    }
    report_world_count(&world);
    size_t towns = code_book_count(world.world.codes, "town");
    compute("consultations-town", "2026H1", TALLY_ORG_ALL, &chart);
    assert_int_equal(chart.n_bars, CHART_BARS_MAX);
    assert_int_equal(chart.n_rest, towns - CHART_BARS_MAX);
    assert_string_equal(chart.bars[0].label, "第69镇");
    for (size_t i = 0; i < chart.n_bars; i++)
        sum += chart.bars[i].value;
    assert_int_equal(sum + chart.rest, 70 * 71 / 2);
    assert_int_equal(chart.rest, 1 + 2 + 3 + 4 + 5 + 6);
    struct period half = report_world_period("2026H1");
    must_do(heat_compute(&world.desk, true, &half, &heat, &err));
    assert_int_equal(heat.n_towns, CHART_TOWNS_MAX);
    assert_string_equal(heat.towns[heat.n_towns - 2].name, "其他乡镇");
    assert_int_equal(heat.towns[heat.n_towns - 1].sum, 70 * 71 / 2);
    report_world_done(&world);
}

/* A station sees its own figures, and only towns that have some. */
static void test_what_a_station_sees(void **state)
{
    struct node *station = &world.world.stations[0];
    char pair[32];
    (void)state;
    snprintf(pair, sizeof pair, "town=%s", town(2)->code);
    node_make(station, "consultation", "date=2026-02-05", "content=问", pair, NULL);
    world_sync(&world.world, 0);
    node_make(&world.world.center, "consultation", "date=2026-02-05", "content=问", NULL);
    struct report_world own = world;
    own.desk.store = station->store;
    own.desk.actor = &station->actor;
    report_world_count(&own);
    struct period half = report_world_period("2026H1");
    must_do(chart_compute(&own.desk, chart_kind_find("consultations-town"), &half, TALLY_ORG_ALL, &chart, &err));
    assert_int_equal(chart.n_bars, 1);
    expect_bar(town(2)->name, 1, 0);
    must_do(heat_compute(&own.desk, true, &half, &heat, &err));
    assert_int_equal(heat.n_towns, 2);
    report_world_done(&own);
}

#define WITH_WORLD(test) cmocka_unit_test_setup_teardown(test, open_world, close_world)

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
        WITH_WORLD(test_cases_as_bars),
        WITH_WORLD(test_consultations_and_money_as_bars),
        WITH_WORLD(test_months_of_other_periods),
        WITH_WORLD(test_bars_are_their_rows),
        WITH_WORLD(test_more_towns_than_there_is_room),
        WITH_WORLD(test_what_a_station_sees),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
