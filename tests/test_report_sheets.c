/* tests/test_report_sheets.c - reports as spreadsheets, read back: forms, growth, charts, heat, the summary. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/day.h"
#include "core/base/utf8.h"
#include "core/base/width.h"
#include "core/paper/markup.h"
#include "core/paper/paper.h"
#include "core/report/report_file.h"
#include "tests/report_sample.h"
#include "tests/unzip.h"

/* ---- spreadsheets ------------------------------------------------------------------------------------------------- */

static void expect_cell(const char *xml, const char *cell, const char *text, bool is_text)
{
    bool found_text;
    char *found = sheet_cell(xml, cell, &found_text);

    if (strcmp(found, text) != 0 || (text[0] != '\0' && found_text != is_text))
        fail_msg("%s: \"%s\"%s", cell, found, found_text ? " (text)" : "");
    free(found);
}

static struct chart a_chart(const char *kind, size_t bars)
{
    struct chart chart = {.kind = chart_kind_find(kind), .n_bars = bars};
    struct year_start start = {1, 1};
    struct errmsg err = {{0}};

    assert_int_equal(period_parse("2026H1", start, &chart.period, &err), STATUS_OK);
    assert_int_equal(period_parse("2025H1", start, &chart.before, &err), STATUS_OK);
    for (size_t i = 0; i < bars; i++) {
        snprintf(chart.bars[i].label, sizeof chart.bars[i].label, "%zu月", i + 1);
        chart.bars[i].value = 10 * ((int64_t)i + 1);
        chart.bars[i].before = (int64_t)i;
    }
    return chart;
}

static void write_report(const struct form_sheet *sheet, const struct form_sheet *before, const struct summary *summary, const struct chart *chart, const struct heat *heat)
{
    struct errmsg err = {{0}};

    if (report_xlsx(report_sample_path, &sheet, before != NULL ? &before : NULL, sheet != NULL, summary, &chart, chart != NULL, &heat, heat != NULL, &REPORT_SAMPLE_HEAD, &err) != STATUS_OK)
        fail_msg("%s", err.text);
}

static void test_a_form_as_a_sheet(void **state)
{
    struct form_sheet sheet = report_sample_small_sheet();
    (void)state;
    snprintf(sheet.rows[1].name, sizeof sheet.rows[1].name, "=1+1");
    write_report(&sheet, NULL, NULL, NULL, NULL);
    char *xml = report_sample_entry("xl/worksheets/sheet1.xml"), *book = report_sample_entry("xl/workbook.xml");
    report_sample_expect_in(book, "<sheet name=\"报表六（民事法律援助）\"");
    report_sample_expect_in(book, "<definedName name=\"_xlnm.Print_Titles\" localSheetId=\"0\">'报表六（民事法律援助）'!$1:$6</definedName>");
    expect_cell(xml, "A1", "法律援助统计报表六（民事法律援助）", true);
    expect_cell(xml, "A2", "填报单位：永阳区法律援助中心　统计期间：2026年上半年(2026-01-01 至 2026-06-30)", true);
    /* heads in levels, and which cells they take */
    static const char *const HEADS[][2] = {{"A3", "单位"}, {"B3", "申请"}, {"C3", "批准情况"}, {"E3", "已结案件"}, {"H3", "挽回损失（万元）"}, {"C4", "合计"}, {"E4", "诉讼"}, {"G4", "调解"}, {"E5", "胜诉"}, {"F5", "败诉"}};
    static const char *const JOINED[] = {"A3:A6", "B3:B5", "C3:D3", "C4:C5", "D4:D5", "E3:G3", "E4:F4", "G4:G5", "H3:H5", "I3:I5"};
    for (size_t i = 0; i < sizeof HEADS / sizeof HEADS[0]; i++)
        expect_cell(xml, HEADS[i][0], HEADS[i][1], true);
    for (size_t i = 0; i < sizeof JOINED / sizeof JOINED[0]; i++) {
        char tag[64];
        snprintf(tag, sizeof tag, "<mergeCell ref=\"%s\"/>", JOINED[i]);
        report_sample_expect_in(xml, tag);
    }
    expect_cell(xml, "B6", "1", false); /* printed numbers */
    expect_cell(xml, "I6", "8", false);
    expect_cell(xml, "A7", "第1站", true);
    expect_cell(xml, "D7", "1002", false);
    expect_cell(xml, "H7", "10.06", false); /* 万元 */
    expect_cell(xml, "A8", "=1+1", true);
    expect_cell(xml, "I8", "未填", true);
    expect_cell(xml, "A9", "合计", true);
    expect_cell(xml, "B9", "3000", false);
    report_sample_expect_in(xml, "含补报、调整：第3栏 +2，第7栏 -5.00");
    report_sample_expect_in(xml, "数据截至：永阳站 2026-07-02 10:12");
    report_sample_expect_in(xml, "单位负责人：李四");
    report_sample_expect_in(xml, "<pane xSplit=\"1\" ySplit=\"6\" topLeftCell=\"B7\"");
    report_sample_expect_in(xml, "orientation=\"landscape\"");
    report_sample_expect_in(xml, "fitToHeight=\"0\"");
    assert_null(strstr(xml, "<f>"));
    free(book);
    free(xml);
    free(sheet.rows);
}

static void test_growth_has_a_page_of_its_own(void **state)
{
    struct form_sheet sheet = report_sample_small_sheet(), before = report_sample_make_sheet(&REPORT_SAMPLE_SMALL_FORM, 3, "2025H1");
    (void)state;
    before.rows[0].org = 2;
    before.rows[1].org = 9; /* unit 1 was not there then, unit 2 stood first */
    before.rows[3].values[0] = 4000;
    before.rows[3].values[3] = 0;
    write_report(&sheet, &before, NULL, NULL, NULL);
    char *xml = report_sample_entry("xl/worksheets/sheet2.xml"), *book = report_sample_entry("xl/workbook.xml");
    report_sample_expect_in(book, "<sheet name=\"报表六（民事法律援助）同比\"");
    expect_cell(xml, "D3", "合计", true);
    expect_cell(xml, "H3", "第1站", true);
    expect_cell(xml, "D4", "2026年上半年", true);
    expect_cell(xml, "E4", "2025年上半年", true);
    expect_cell(xml, "B5", "申请", true);
    expect_cell(xml, "D5", "3000", false);
    expect_cell(xml, "E5", "4000", false);
    expect_cell(xml, "F5", "-1000", false);
    expect_cell(xml, "G5", "-0.25", false);
    expect_cell(xml, "H5", "1000", false);
    expect_cell(xml, "I5", "", false);
    expect_cell(xml, "J5", "2000", false);
    expect_cell(xml, "K5", "1000", false);
    expect_cell(xml, "F8", "3006", false); /* against nothing: no share */
    expect_cell(xml, "G8", "", false);
    expect_cell(xml, "C11", "万元", true);
    expect_cell(xml, "F12", "", false); /* not entered: no change */
    free(book);
    free(xml);
    free(sheet.rows);
    free(before.rows);
}

static void test_charts_name_ranges_and_carry_what_they_say(void **state)
{
    struct chart chart = a_chart("cases-month", 6);
    (void)state;
    write_report(NULL, NULL, NULL, &chart, NULL);
    char *xml = report_sample_entry("xl/worksheets/sheet1.xml"), *drawn = report_sample_entry("xl/charts/chart1.xml"), *drawing = report_sample_entry("xl/drawings/drawing1.xml");
    expect_cell(xml, "A1", "案件（按月）", true);
    expect_cell(xml, "B3", "件", true);
    expect_cell(xml, "B4", "2026年上半年", true);
    expect_cell(xml, "C4", "2025年上半年", true);
    expect_cell(xml, "A5", "1月", true);
    expect_cell(xml, "B10", "60", false);
    expect_cell(xml, "D10", "55", false);
    expect_cell(xml, "E10", "11", false); /* 1100 % */
    static const char *const RANGES[] = {"$A$1", "$A$4", "$B$3", "$B$4", "$C$4", "$A$5:$A$10", "$B$5:$B$10", "$C$5:$C$10"};
    for (size_t i = 0; i < sizeof RANGES / sizeof RANGES[0]; i++) {
        char formula[96];
        snprintf(formula, sizeof formula, "<c:f>'案件（按月）'!%s</c:f>", RANGES[i]);
        report_sample_expect_in(drawn, formula);
    }
    report_sample_expect_in(drawn, "<c:barDir val=\"col\"/>");
    report_sample_expect_in(drawn, "<c:pt idx=\"5\"><c:v>6月</c:v></c:pt></c:strCache>");
    report_sample_expect_in(drawn, "<c:pt idx=\"5\"><c:v>60</c:v></c:pt></c:numCache>");
    report_sample_expect_in(drawn, "<a:pattFill prst=\"wdUpDiag\">"); /* not told by colour alone */
    report_sample_expect_in(drawing, "descr=\"案件（按月）");
    free(drawing);
    free(drawn);
    free(xml);
}

static void test_many_bars_lie_and_the_rest_is_told(void **state)
{
    struct chart chart = a_chart("cases-town", CHART_BARS_MAX);
    (void)state;
    chart.n_rest = 3;
    chart.rest = 5;
    chart.rest_before = 4;
    write_report(NULL, NULL, NULL, &chart, NULL);
    char *xml = report_sample_entry("xl/worksheets/sheet1.xml"), *drawn = report_sample_entry("xl/charts/chart1.xml");
    report_sample_expect_in(drawn, "<c:barDir val=\"bar\"/>");
    report_sample_expect_in(drawn, "$B$5:$B$68</c:f>");
    expect_cell(xml, "A69", "其余3项", true);
    expect_cell(xml, "B69", "5", false);
    expect_cell(xml, "A70", "批准的案件，按批准日期计。", true);
    free(drawn);
    free(xml);
}

/* Nothing to draw: the page says so, and programs are not given an empty range. */
static void test_a_chart_without_bars(void **state)
{
    struct chart chart = a_chart("consultations-topic", 0);
    size_t len;
    (void)state;
    write_report(NULL, NULL, NULL, &chart, NULL);
    char *xml = report_sample_entry("xl/worksheets/sheet1.xml");
    expect_cell(xml, "A5", "本期和上年同期都没有。", true);
    assert_null(unzip_entry(report_sample_path, "xl/charts/chart1.xml", &len));
    free(xml);
}

/* The style number of a cell. */
static int style_of(const char *xml, const char *cell)
{
    char open[32];
    int style = -1;

    snprintf(open, sizeof open, "<c r=\"%s\" s=\"", cell);
    const char *at = strstr(xml, open);
    if (at == NULL || sscanf(at + strlen(open), "%d", &style) != 1)
        fail_msg("%s has no style", cell);
    return style;
}

static void test_heat_as_backgrounds(void **state)
{
    struct heat heat = {.consultations = true, .n_months = 3, .n_towns = 2, .most = 8};
    struct year_start start = {1, 1};
    struct errmsg err = {{0}};
    (void)state;
    assert_int_equal(period_parse("2026Q1", start, &heat.period, &err), STATUS_OK);
    for (size_t i = 0; i < 3; i++) {
        assert_true(period_month(&heat.period, i, &heat.months[i]));
        heat.towns[0].values[i] = heat.towns[1].values[i] = 4 * (int64_t)i;
    }
    snprintf(heat.towns[0].name, sizeof heat.towns[0].name, "永阳街道");
    snprintf(heat.towns[1].name, sizeof heat.towns[1].name, "合计");
    heat.towns[0].sum = heat.towns[1].sum = 12;
    heat.towns[0].town = 320117001;
    write_report(NULL, NULL, NULL, NULL, &heat);
    char *xml = report_sample_entry("xl/worksheets/sheet1.xml"), *styles = report_sample_entry("xl/styles.xml");
    expect_cell(xml, "A1", "各乡镇咨询人次（人次）", true);
    expect_cell(xml, "B3", "1月", true);
    expect_cell(xml, "E3", "合计", true);
    expect_cell(xml, "D4", "8", false);
    expect_cell(xml, "E4", "12", false);
    assert_int_not_equal(style_of(xml, "B4"), style_of(xml, "C4"));
    assert_int_not_equal(style_of(xml, "C4"), style_of(xml, "D4"));
    assert_int_equal(style_of(xml, "B5"), style_of(xml, "D5")); /* totals are not hot */
    report_sample_expect_in(styles, "<fgColor rgb=\"FFFFD98A\"/>");
    report_sample_expect_in(styles, "<fgColor rgb=\"FFF08A5D\"/>");
    expect_cell(xml, "A6", "底色", true);
    expect_cell(xml, "B6", "1-2", true);
    expect_cell(xml, "D6", "5-6", true);
    free(styles);
    free(xml);
}

static void test_summary_page(void **state)
{
    static struct summary summary;
    (void)state;
    summary = (struct summary){.n_cells = 3, .n_campaigns = 1};
    struct year_start start = {1, 1};
    struct errmsg err = {{0}};
    assert_int_equal(period_parse("2026H1", start, &summary.period, &err), STATUS_OK);
    summary.cells[0] = (struct summary_cell){.name = "R1", .label = "办理案件", .unit = "件", .value = 123, .has_before = true, .before = {.has_reported = true, .reported = 101, .known = 100}};
    summary.cells[1] = (struct summary_cell){.name = "R7", .label = "咨询", .unit = "人次", .value = 2345};
    summary.cells[2] = (struct summary_cell){.name = "R22", .label = "挽回损失", .unit = "元", .money = true, .value = 12345600, .has_before = true};
    snprintf(summary.campaigns[0].name, sizeof summary.campaigns[0].name, "=cmd|' /C calc'!A0");
    summary.campaigns[0].from = summary.campaigns[0].to = 20637;
    summary.campaigns[0].consulted = 345;
    write_report(NULL, NULL, &summary, NULL, NULL);
    char *xml = report_sample_entry("xl/worksheets/sheet1.xml");
    expect_cell(xml, "A4", "R1", true);
    expect_cell(xml, "D4", "123", false);
    expect_cell(xml, "E4", "101", false);
    expect_cell(xml, "F4", "100", false);
    expect_cell(xml, "G4", "23", false);
    expect_cell(xml, "H4", "0.23", false);
    expect_cell(xml, "F5", "", false); /* nobody knows last year's */
    expect_cell(xml, "C6", "万元", true);
    expect_cell(xml, "D6", "12.3456", false);
    expect_cell(xml, "E6", "", false);
    expect_cell(xml, "F6", "0", false);
    expect_cell(xml, "H6", "", false);
    expect_cell(xml, "B9", "=cmd|' /C calc'!A0", true);
    expect_cell(xml, "C9", "46206", false); /* 2026-07-03 */
    expect_cell(xml, "E9", "345", false);
    assert_null(strstr(xml, "<f>"));
    free(xml);
}

/* All forms with last year's, all charts and heat tables: as many sheets as a report can have. */
static void test_everything_in_one_file(void **state)
{
    enum { FORMS = 15, CHARTS = 11, HEATS = 2 };
    static struct chart charts[CHARTS];
    static struct heat heats[HEATS];
    struct form_sheet sheet = report_sample_make_sheet(report_sample_wide(), 70, "2026H1"), before = report_sample_make_sheet(report_sample_wide(), 70, "2025H1");
    const struct form_sheet *sheets[FORMS], *befores[FORMS];
    const struct chart *chart_list[CHARTS];
    const struct heat *heat_list[HEATS];
    struct errmsg err = {{0}};
    size_t len;
    (void)state;
    for (size_t i = 0; i < FORMS; i++) {
        sheets[i] = &sheet;
        befores[i] = &before;
    }
    for (size_t i = 0; i < CHARTS; i++) {
        charts[i] = a_chart(chart_kind_at(i)->name, 12);
        chart_list[i] = &charts[i];
    }
    for (size_t i = 0; i < HEATS; i++) {
        heats[i] = (struct heat){.consultations = i == 1, .period = sheet.period, .n_months = 1, .months = {sheet.period}, .n_towns = 1};
        heat_list[i] = &heats[i];
    }
    assert_int_equal(report_xlsx(report_sample_path, sheets, befores, FORMS, NULL, chart_list, CHARTS, heat_list, HEATS, &REPORT_SAMPLE_HEAD, &err), STATUS_OK);
    char *xml = unzip_entry(report_sample_path, "xl/worksheets/sheet43.xml", &len), *paper = report_sample_entry("xl/worksheets/sheet1.xml"), *growth = report_sample_entry("xl/worksheets/sheet2.xml");
    assert_non_null(xml);
    expect_cell(xml, "A1", "各乡镇咨询人次（人次）", true);
    report_sample_expect_in(paper, "paperSize=\"8\""); /* too report_sample_wide for A4 */
    expect_cell(paper, "BE77", "2488850", false); /* 70 units: rows 7 to 76, then the total */
    expect_cell(growth, "D3", "合计", true);
    expect_cell(growth, "H3", "", false); /* 70 units beside it would be wider than a page */
    free(growth);
    free(paper);
    free(xml);
    free(sheet.rows);
    free(before.rows);
}

static void test_a_report_that_cannot_be_written(void **state)
{
    struct form_sheet sheet = report_sample_make_sheet(&REPORT_SAMPLE_SMALL_FORM, 1, "2026H1");
    const struct form_sheet *one = &sheet;
    struct errmsg err = {{0}};
    (void)state;
    assert_int_equal(report_xlsx("/nosuch/a.xlsx", &one, NULL, 1, NULL, NULL, 0, NULL, 0, &REPORT_SAMPLE_HEAD, &err), STATUS_IO);
    report_sample_expect_in(err.text, "/nosuch/a.xlsx");
    free(sheet.rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_FOLDER(test_a_form_as_a_sheet),
        WITH_FOLDER(test_growth_has_a_page_of_its_own),
        WITH_FOLDER(test_charts_name_ranges_and_carry_what_they_say),
        WITH_FOLDER(test_many_bars_lie_and_the_rest_is_told),
        WITH_FOLDER(test_a_chart_without_bars),
        WITH_FOLDER(test_heat_as_backgrounds),
        WITH_FOLDER(test_summary_page),
        WITH_FOLDER(test_everything_in_one_file),
        WITH_FOLDER(test_a_report_that_cannot_be_written),
    };
    return spreadsheet_available() ? cmocka_run_group_tests(tests, NULL, NULL) : 77; /* skipped */
}
