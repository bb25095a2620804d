/* tests/test_spreadsheet.c - a workbook is read back: what stands in its cells and of what kind; whole or not there; who may read it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <dirent.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/day.h"
#include "core/report/spreadsheet.h"
#include "tests/unzip.h"

static struct desk {
    char folder[64], path[128];
} desk;

static int set_up(void **state)
{
    (void)state;
    snprintf(desk.folder, sizeof desk.folder, "/tmp/test_spreadsheet.XXXXXX");
    if (mkdtemp(desk.folder) == NULL)
        return -1;
    snprintf(desk.path, sizeof desk.path, "%s/表.xlsx", desk.folder);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    unlink(desk.path);
    return rmdir(desk.folder);
}

static int files(void)
{
    int n = 0;
    DIR *folder = opendir(desk.folder);
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;)
        n += entry->d_name[0] != '.';
    closedir(folder);
    return n;
}

static struct report_cell text(const char *words)
{
    return (struct report_cell){.kind = REPORT_TEXT, .text = words, .len = strlen(words)};
}

static const struct report_column COLUMNS[] = {{"姓名", REPORT_TEXT, false}, {"日期", REPORT_DAY, false}, {"补贴", REPORT_MONEY, true}, {"人数", REPORT_INT, true}};

static struct spreadsheet *begin(void)
{
    struct errmsg err = {{0}};
    struct spreadsheet *sheet;
    if (spreadsheet_open(&sheet, desk.path, &err) != STATUS_OK)
        fail_msg("%s", err.text);
    return sheet;
}

static void put(struct spreadsheet *sheet, const char *name, int64_t day, int64_t fen, int64_t persons)
{
    struct errmsg err = {{0}};
    const struct report_cell cells[] = {text(name), {.kind = REPORT_DAY, .number = day}, {.kind = REPORT_MONEY, .number = fen}, report_int(persons)};
    if (spreadsheet_row(sheet, cells, &err) != STATUS_OK)
        fail_msg("%s", err.text);
}

static void add_sheet(struct spreadsheet *sheet, const char *name)
{
    struct errmsg err = {{0}};
    if (spreadsheet_sheet(sheet, name, "补贴发放表 & 合计", COLUMNS, 4, &err) != STATUS_OK)
        fail_msg("%s", err.text);
}

static void finish(struct spreadsheet *sheet)
{
    struct errmsg err = {{0}};
    if (spreadsheet_close(sheet, &err) != STATUS_OK)
        fail_msg("%s", err.text);
}

static char *entry(const char *name)
{
    size_t len;
    char *xml = unzip_entry(desk.path, name, &len);
    if (xml == NULL)
        fail_msg("no %s", name);
    return xml;
}

static void expect_cell(const char *xml, const char *cell, const char *expected, bool expected_text)
{
    bool is_text;
    char *found = sheet_cell(xml, cell, &is_text);
    if (strcmp(found, expected) != 0 || is_text != expected_text)
        fail_msg("%s: %s \"%s\"", cell, is_text ? "text" : "number", found);
    free(found);
}

static void test_cells_are_typed(void **state)
{
    int32_t day;
    struct errmsg err = {{0}};
    (void)state;
    assert_int_equal(day_from_ymd(2026, 3, 5, &day), STATUS_OK);
    struct spreadsheet *sheet = begin();
    add_sheet(sheet, "补贴");
    put(sheet, "张三", day, 123456, 3);
    put(sheet, "=HYPERLINK(\"http://x\",\"a\")", day, -5, 0);
    put(sheet, "+8613900000000", DAY_MIN, INT64_MAX, INT64_MIN); /* a day spreadsheets do not know, numbers no cell holds: told in words */
    const struct report_cell blank[4] = {{.kind = REPORT_EMPTY}}, totals[] = {text("合计"), {.kind = REPORT_EMPTY}, {.kind = REPORT_MONEY, .number = 123451}, report_int(3)};
    assert_int_equal(spreadsheet_row(sheet, blank, &err), STATUS_OK);
    assert_int_equal(spreadsheet_totals(sheet, totals, &err), STATUS_OK);
    finish(sheet);
    char *xml = entry("xl/worksheets/sheet1.xml");
    expect_cell(xml, "A1", "姓名", true);
    expect_cell(xml, "C1", "补贴(元)", true);
    expect_cell(xml, "A2", "张三", true);
    expect_cell(xml, "B2", "46086", false); /* 2026-03-05 */
    expect_cell(xml, "C2", "1234.56", false);
    expect_cell(xml, "D2", "3", false);
    expect_cell(xml, "A3", "=HYPERLINK(\"http://x\",\"a\")", true);
    expect_cell(xml, "C3", "-0.05", false);
    expect_cell(xml, "A4", "+8613900000000", true);
    expect_cell(xml, "B4", "1900-01-01", true);
    expect_cell(xml, "C4", "92233720368547758.07", true);
    expect_cell(xml, "D4", "-9223372036854775808", true);
    expect_cell(xml, "A5", "", false);
    expect_cell(xml, "A6", "合计", true);
    expect_cell(xml, "C6", "1234.51", false);
    assert_null(strstr(xml, "<f>"));
    assert_non_null(strstr(xml, "<autoFilter ref=\"A1:D5\"/>")); /* the totals are no row to be filtered */
    assert_non_null(strstr(xml, "state=\"frozen\""));
    assert_non_null(strstr(xml, "orientation=\"landscape\""));
    assert_non_null(strstr(xml, "补贴发放表 &amp;&amp; 合计"));
    free(xml);
    char *styles = entry("xl/styles.xml");
    assert_non_null(strstr(styles, "yyyy-mm-dd"));
    assert_non_null(strstr(styles, "<b/>"));
    free(styles);
}

static double width_of_column(const char *xml, int column)
{
    char open[64];
    snprintf(open, sizeof open, "<col min=\"%d\" max=\"%d\" width=\"", column, column);
    const char *at = strstr(xml, open);
    assert_non_null(at);
    return strtod(at + strlen(open), NULL);
}

static void test_columns_are_as_wide_as_their_content(void **state)
{
    (void)state;
    struct spreadsheet *sheet = begin();
    add_sheet(sheet, "宽");
    put(sheet, "一二三四五六七八九十", 0, 100, 1);
    put(sheet, "一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十", 0, 100000000000, 1);
    finish(sheet);
    char *xml = entry("xl/worksheets/sheet1.xml");
    assert_true(width_of_column(xml, 1) > 60 && width_of_column(xml, 1) < 62); /* the most; such texts wrap */
    assert_true(width_of_column(xml, 2) >= 12 && width_of_column(xml, 2) < 14);
    assert_true(width_of_column(xml, 3) >= 18 && width_of_column(xml, 3) < 20); /* 1,000,000,000.00 */
    assert_true(width_of_column(xml, 4) >= 8 && width_of_column(xml, 4) < 10);
    free(xml);
}

static void test_sheets_have_names_of_their_own(void **state)
{
    (void)state;
    struct spreadsheet *sheet = begin();
    add_sheet(sheet, "投诉[1]:*?/\\");
    put(sheet, "一", 0, 0, 1);
    add_sheet(sheet, "投诉[1]:*?/\\");
    put(sheet, "二", 0, 0, 1);
    add_sheet(sheet, "一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五");
    add_sheet(sheet, "");
    finish(sheet);
    char *book = entry("xl/workbook.xml"), *second = entry("xl/worksheets/sheet2.xml");
    assert_non_null(strstr(book, "name=\"投诉_1______\""));
    assert_non_null(strstr(book, "name=\"投诉_1______ 2\""));
    assert_non_null(strstr(book, "name=\"一二三四五六七八九十一二三四五六七八九十一二三四五六七八\""));
    assert_non_null(strstr(book, "name=\"表\""));
    expect_cell(second, "A2", "二", true);
    free(book);
    free(second);
}

static void test_the_file_is_its_owners_and_replaces_the_old_one(void **state)
{
    struct stat found;
    (void)state;
    umask(0);
    FILE *old = fopen(desk.path, "w");
    fputs("old", old);
    fclose(old);
    struct spreadsheet *sheet = begin();
    add_sheet(sheet, "一");
    put(sheet, "新", 0, 0, 1);
    assert_int_equal(stat(desk.path, &found), 0);
    assert_int_equal(found.st_size, 3); /* until it is whole the old one stands there */
    finish(sheet);
    assert_int_equal(stat(desk.path, &found), 0);
    assert_int_equal(found.st_mode & 0777, 0600);
    assert_int_equal(files(), 1);
    char *xml = entry("xl/worksheets/sheet1.xml");
    expect_cell(xml, "A2", "新", true);
    free(xml);
    umask(022);
}

static void test_what_is_given_up_leaves_nothing(void **state)
{
    struct errmsg err = {{0}};
    (void)state;
    struct spreadsheet *sheet = begin();
    add_sheet(sheet, "一");
    put(sheet, "一", 0, 0, 1);
    spreadsheet_abandon(sheet);
    assert_int_equal(files(), 0);
    sheet = begin();
    assert_int_equal(spreadsheet_close(sheet, &err), STATUS_INVALID); /* no sheet */
    assert_int_equal(files(), 0);
    spreadsheet_abandon(NULL);
}

static void test_a_folder_that_cannot_be_written(void **state)
{
    struct errmsg err = {{0}};
    struct spreadsheet *sheet;
    char path[160];
    (void)state;
    snprintf(path, sizeof path, "%s/nosuch/a.xlsx", desk.folder);
    assert_int_equal(spreadsheet_open(&sheet, path, &err), STATUS_IO);
    assert_null(sheet);
    assert_non_null(strstr(err.text, path));
}

/* The disk is full while rows are gathered: libxlsxwriter does not look, so we must. */
static void test_a_full_disk_is_noticed(void **state)
{
    struct errmsg err = {{0}};
    struct rlimit before, small;
    enum status status = STATUS_OK;
    (void)state;
    FILE *old = fopen(desk.path, "w");
    fputs("old", old);
    fclose(old);
    struct spreadsheet *sheet = begin();
    add_sheet(sheet, "一");
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    small = before;
    small.rlim_cur = 30000;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    const struct report_cell cells[] = {text("张三张三张三张三张三张三张三张三张三"), {.kind = REPORT_DAY}, {.kind = REPORT_MONEY}, report_int(1)};
    int row = 0;
    for (; status == STATUS_OK && row < 1000; row++)
        status = spreadsheet_row(sheet, cells, &err);
    if (status == STATUS_OK)
        status = spreadsheet_close(sheet, &err);
    else
        spreadsheet_abandon(sheet);
    setrlimit(RLIMIT_FSIZE, &before);
    assert_int_equal(status, STATUS_FULL);
    assert_true(row < 1000); /* told soon, not when all is done */
    assert_non_null(strstr(err.text, "不能写"));
    assert_int_equal(files(), 1); /* the old file, as it was */
    struct stat found;
    assert_int_equal(stat(desk.path, &found), 0);
    assert_int_equal(found.st_size, 3);
}

/* The rows fit, the sheet that is put together from them does not. */
static void test_a_disk_that_fills_at_the_end(void **state)
{
    struct errmsg err = {{0}};
    struct rlimit before, small;
    (void)state;
    struct spreadsheet *sheet = begin();
    add_sheet(sheet, "一");
    for (int i = 0; i < 200; i++)
        put(sheet, "张三张三张三张三", 0, 0, 1);
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    small = before;
    small.rlim_cur = 30000;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    enum status status = spreadsheet_close(sheet, &err);
    setrlimit(RLIMIT_FSIZE, &before);
    if (status != STATUS_FULL && status != STATUS_IO)
        fail_msg("%s", status_name(status));
    assert_int_equal(files(), 0);
}

static void test_how_many_rows_fit(void **state)
{
    struct errmsg err = {{0}};
    (void)state;
    assert_int_equal(spreadsheet_fits(1048574, &err), STATUS_OK);
    assert_int_equal(spreadsheet_fits(1048575, &err), STATUS_TOO_LARGE);
    assert_non_null(strstr(err.text, "1048575 行"));
}

/* ---- pages -------------------------------------------------------------------------------------------------------- */

static void begin_page(struct spreadsheet *sheet, bool charted)
{
    static const size_t WIDTHS[] = {10, 6, 6};
    const struct spreadsheet_page page = {.name = "页", .n_columns = 3, .widths = WIDTHS, .frozen_rows = 2, .frozen_columns = 1, .charted = charted};
    struct errmsg err = {{0}};
    if (spreadsheet_page(sheet, &page, &err) != STATUS_OK)
        fail_msg("%s", err.text);
}

static void put_line(struct spreadsheet *sheet, const struct spreadsheet_cell cells[3])
{
    struct errmsg err = {{0}};
    if (spreadsheet_line(sheet, cells, 1, &err) != STATUS_OK)
        fail_msg("%s", err.text);
}

/* Cells joined downwards and across, written once; a list follows with its filter, which the page has not. */
static void test_a_page_and_a_list(void **state)
{
    (void)state;
    struct spreadsheet *sheet = begin();
    begin_page(sheet, false);
    assert_int_equal(spreadsheet_rows(sheet), 0);
    put_line(sheet, (struct spreadsheet_cell[]){{.cell = text("单位"), .look = LOOK_HEAD, .rows = 2}, {.cell = text("=1+1"), .look = LOOK_HEAD, .columns = 2}, {.look = LOOK_HEAD}});
    put_line(sheet, (struct spreadsheet_cell[]){{.look = LOOK_HEAD}, {.cell = report_int(1), .look = LOOK_HEAD}, {.cell = report_int(2), .look = LOOK_HEAD}});
    put_line(sheet, (struct spreadsheet_cell[]){{.cell = text("第一个名字很长很长的工作站"), .look = LOOK_CELL},
                                                {.cell = {.kind = REPORT_MONEY, .number = 12345678}, .look = LOOK_TOTAL, .unit = UNIT_WAN},
                                                {.cell = report_int(INT64_MAX), .look = LOOK_CELL}});
    put_line(sheet, (struct spreadsheet_cell[]){{.cell = {.kind = REPORT_MONEY, .number = 12345678}}, {.cell = report_int(-125), .look = LOOK_CELL, .unit = UNIT_SHARE}, {.cell = {.kind = REPORT_DAY, .number = 20637}}});
    assert_int_equal(spreadsheet_rows(sheet), 4);
    add_sheet(sheet, "二");
    put(sheet, "张三", 20637, 100, 1);
    finish(sheet);
    char *page = entry("xl/worksheets/sheet1.xml"), *list = entry("xl/worksheets/sheet2.xml");
    assert_non_null(strstr(page, "<mergeCells count=\"2\"><mergeCell ref=\"A1:A2\"/><mergeCell ref=\"B1:C1\"/></mergeCells>"));
    expect_cell(page, "B1", "=1+1", true);
    expect_cell(page, "A2", "", false);
    expect_cell(page, "C2", "2", false);
    expect_cell(page, "B3", "12.345678", false); /* 万元, exact behind the two decimals shown */
    expect_cell(page, "C3", "9223372036854775807", true);
    expect_cell(page, "A4", "123456.78", false);
    expect_cell(page, "B4", "-0.125", false);
    expect_cell(page, "C4", "46206", false);
    assert_non_null(strstr(page, "<col min=\"1\" max=\"1\" width=\"27.7109375\"")); /* 26 columns of the longest name, one of margin */
    assert_null(strstr(page, "<f>"));
    assert_null(strstr(page, "autoFilter"));
    assert_non_null(strstr(list, "<autoFilter ref=\"A1:D2\"/>"));
    free(list);
    free(page);
}

static void test_a_chart_copies_its_cells(void **state)
{
    const struct spreadsheet_chart chart = {.lying = true, .title_row = 0, .head_row = 1, .first_row = 2, .last_row = 3, .series = {1, 2}, .unit_row = 0, .unit_column = 1, .row = 5, .column = 0, .width = 480,
                                            .height = 288, .words = "两年的案件"};
    struct errmsg err = {{0}};
    (void)state;
    struct spreadsheet *sheet = begin();
    begin_page(sheet, true);
    put_line(sheet, (struct spreadsheet_cell[]){{.cell = text("案件"), .look = LOOK_TITLE}, {.cell = text("件")}, {.look = LOOK_PLAIN}});
    put_line(sheet, (struct spreadsheet_cell[]){{.cell = text("乡镇"), .look = LOOK_HEAD}, {.cell = text("今年"), .look = LOOK_HEAD}, {.cell = text("去年"), .look = LOOK_HEAD}});
    put_line(sheet, (struct spreadsheet_cell[]){{.cell = text("甲 & 乙"), .look = LOOK_CELL}, {.cell = report_int(7), .look = LOOK_CELL}, {.cell = report_int(5), .look = LOOK_CELL}});
    put_line(sheet, (struct spreadsheet_cell[]){{.cell = text("丙"), .look = LOOK_CELL}, {.cell = report_int(3), .look = LOOK_CELL}, {.cell = report_int(-1), .look = LOOK_CELL}});
    if (spreadsheet_chart(sheet, &chart, &err) != STATUS_OK)
        fail_msg("%s", err.text);
    finish(sheet);
    char *drawn = entry("xl/charts/chart1.xml");
    assert_non_null(strstr(drawn, "<c:f>页!$A$3:$A$4</c:f>") != NULL ? drawn : strstr(drawn, "<c:f>'页'!$A$3:$A$4</c:f>"));
    assert_non_null(strstr(drawn, "<c:ptCount val=\"2\"/><c:pt idx=\"0\"><c:v>甲 &amp; 乙</c:v></c:pt><c:pt idx=\"1\"><c:v>丙</c:v></c:pt></c:strCache>"));
    assert_non_null(strstr(drawn, "<c:pt idx=\"0\"><c:v>5</c:v></c:pt><c:pt idx=\"1\"><c:v>-1</c:v></c:pt></c:numCache>"));
    assert_non_null(strstr(drawn, "<c:orientation val=\"maxMin\"/>")); /* the first bar on top */
    assert_null(strstr(drawn, "<c:min val=\"0\"/>"));                  /* one is below nothing */
    free(drawn);
}

static void test_a_page_that_is_given_up(void **state)
{
    (void)state;
    struct spreadsheet *sheet = begin();
    begin_page(sheet, true);
    put_line(sheet, (struct spreadsheet_cell[]){{.cell = text("案件"), .look = LOOK_TITLE}, {.cell = text("件")}, {.look = LOOK_PLAIN, .columns = 1}});
    spreadsheet_abandon(sheet);
    assert_int_equal(files(), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_cells_are_typed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_columns_are_as_wide_as_their_content, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_sheets_have_names_of_their_own, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_the_file_is_its_owners_and_replaces_the_old_one, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_what_is_given_up_leaves_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_folder_that_cannot_be_written, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_full_disk_is_noticed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_disk_that_fills_at_the_end, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_how_many_rows_fit, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_page_and_a_list, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_chart_copies_its_cells, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_page_that_is_given_up, set_up, tear_down),
    };
    if (!spreadsheet_available()) {
        struct spreadsheet *sheet;
        struct errmsg err = {{0}};
        if (spreadsheet_open(&sheet, "a.xlsx", &err) != STATUS_UNSUPPORTED)
            return 1;
        return 77; /* configured without */
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
