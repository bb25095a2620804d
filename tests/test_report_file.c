/* tests/test_report_file.c - reports as text, pages, CSV and spreadsheets, read back: forms made here, wide and narrow, with heads in levels. */
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
#include "tests/unzip.h"

static const struct form_column SMALL[] = {
    {1, "apply", "申请", "件", "count approved", FORM_COUNT, "approved", false, false},
    {2, "ratify", "批准情况/合计", "件", "count approved", FORM_COUNT, "approved", false, false},
    {3, "support", "批准情况/请求给付赡养费、扶养费、抚养费", "件", "count approved", FORM_COUNT, "approved", false, false},
    {4, "win", "已结案件/诉讼/胜诉", "件", "count approved", FORM_COUNT, "approved", false, false},
    {5, "lose", "已结案件/诉讼/败诉", "件", "count approved", FORM_COUNT, "approved", false, false},
    {6, "mediate", "已结案件/调解", "件", "count approved", FORM_COUNT, "approved", false, false},
    {7, "reward", "挽回损失（万元）", "万元", "count approved", FORM_COUNT, "approved", true, false},
    {8, "area", "面积", "平方米", "hand last", FORM_HAND_LAST, "", false, true},
};
static const struct ministry_form SMALL_FORM = {"form6", "F6.", "法律援助统计报表六（民事法律援助）", "表六", "单位", "period_forms", PERIOD_HALF, SMALL, 8};

static const struct report_head HEAD = {"永阳区法律援助中心", "李四", "张三", 20637 /* 2026-07-03 */, false, "永阳站 2026-07-02 10:12；白马站 从未同步", NULL};

static struct form_column wide_columns[FORM_COLUMNS_MAX];
static char wide_headings[FORM_COLUMNS_MAX][128];
static struct ministry_form wide_form;

static char folder[64], path[128];

static int set_up(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/test_report_file.XXXXXX");
    if (mkdtemp(folder) == NULL)
        return -1;
    snprintf(path, sizeof path, "%s/报表.xlsx", folder);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    unlink(path);
    return rmdir(folder);
}

/* The widest form there can be: groups of several sizes, a long head, money. */
static const struct ministry_form *wide(void)
{
    static const char *const GROUPS[] = {"批准情况", "批准情况/请求事项", "受援人分类", "已结案件承办情况/诉讼"};

    for (int i = 0; i < FORM_COLUMNS_MAX; i++) {
        snprintf(wide_headings[i], sizeof wide_headings[i], "%s/%s%d", GROUPS[i / 5 % 4], i % 7 == 3 ? "尚未完全丧失辨认或者控制自己行为能力的精神病人" : "事项", i + 1);
        wide_columns[i] = (struct form_column){i + 1, "key", wide_headings[i], "件", "count approved", FORM_COUNT, "approved", i % 11 == 10, false};
    }
    wide_form = (struct ministry_form){"form5", "F5.", "法律援助统计报表五（刑事法律援助）", "表五", "地区", "period_forms", PERIOD_HALF, wide_columns, FORM_COLUMNS_MAX};
    return &wide_form;
}

/* Value of unit u, column c: u * 1000 + c, money as fen of that many 0.01 万元. */
static struct form_sheet make_sheet(const struct ministry_form *form, size_t units, const char *year)
{
    struct form_sheet sheet = {.form = form, .n_rows = units + 1};
    struct year_start start = {1, 1};
    struct errmsg err = {{0}};

    sheet.rows = calloc(units + 1, sizeof *sheet.rows);
    assert_int_equal(period_parse(year, start, &sheet.period, &err), STATUS_OK);
    snprintf(sheet.rows[units].name, sizeof sheet.rows[units].name, "合计");
    for (size_t u = 0; u < units; u++) {
        sheet.rows[u].org = (int64_t)u + 1;
        snprintf(sheet.rows[u].name, sizeof sheet.rows[u].name, "第%zu站", u + 1);
        for (size_t c = 0; c < form->n_columns; c++) {
            sheet.rows[u].values[c] = (int64_t)(u + 1) * 1000 + (int64_t)c;
            if (form->columns[c].money)
                sheet.rows[u].values[c] *= 10000;
            sheet.rows[units].values[c] += sheet.rows[u].values[c];
        }
    }
    return sheet;
}

static struct form_sheet small_sheet(void)
{
    struct form_sheet sheet = make_sheet(&SMALL_FORM, 2, "2026H1");

    sheet.rows[1].missing[7] = sheet.rows[2].missing[7] = true;
    sheet.rows[0].adjusted[2] = sheet.rows[2].adjusted[2] = 2;
    sheet.rows[0].adjusted[6] = sheet.rows[2].adjusted[6] = -5000000;
    sheet.rows[0].adjusted[7] = sheet.rows[2].adjusted[7] = 9; /* by hand altogether: no correction */
    return sheet;
}

static char *text_of(const struct form_sheet *sheet, const struct report_head *head, int columns)
{
    struct errmsg err = {{0}};
    struct buf out;
    char *text;

    buf_init(&out, 1 << 22);
    if (report_form_text(sheet, head, columns, &out, &err) != STATUS_OK)
        fail_msg("%s", err.text);
    text = strdup(buf_cstr(&out));
    buf_release(&out);
    return text;
}

static char *markup_of(const struct form_sheet *sheet, const struct report_head *head)
{
    struct errmsg err = {{0}};
    struct buf out;
    char *text;

    buf_init(&out, 1 << 22);
    if (report_form_markup(sheet, head, &out, &err) != STATUS_OK)
        fail_msg("%s", err.text);
    text = strdup(buf_cstr(&out));
    buf_release(&out);
    return text;
}

static size_t count_of(const char *text, const char *what)
{
    size_t n = 0;

    for (; (text = strstr(text, what)) != NULL; text += strlen(what))
        n++;
    return n;
}

static void expect_in(const char *text, const char *what)
{
    if (strstr(text, what) == NULL)
        fail_msg("no %s in %s", what, text);
}

static char *read_all(const char *name)
{
    FILE *file = fopen(name, "rb");
    char *text = calloc(1, 1 << 20);

    assert_non_null(file);
    assert_true(fread(text, 1, (1 << 20) - 1, file) > 0);
    fclose(file);
    return text;
}

static char *entry(const char *name)
{
    size_t len;
    char *xml = unzip_entry(path, name, &len);

    if (xml == NULL)
        fail_msg("no %s", name);
    return xml;
}

/* ---- text --------------------------------------------------------------------------------------------------------- */

static const char SMALL_TEXT[] = "                       法律援助统计报表六（民事法律援助）\n"
                                 "填报单位：永阳区法律援助中心\n"
                                 "统计期间：2026年上半年(2026-01-01 至 2026-06-30)\n"
                                 "\n"
                                 "                批准情况------  已结案件--------\n"
                                 "                      请求给付  诉讼------         挽回\n"
                                 "                      赡养费、                     损失\n"
                                 "                      扶养费、                     （万\n"
                                 "          申请  合计  抚养费    胜诉  败诉  调解   元）  面积\n"
                                 "单位       (1)   (2)       (3)   (4)   (5)   (6)    (7)   (8)\n"
                                 "-------------------------------------------------------------\n"
                                 "第1站     1000  1001      1002  1003  1004  1005  10.06  1007\n"
                                 "第2站     2000  2001      2002  2003  2004  2005  20.06  未填\n"
                                 "-------------------------------------------------------------\n"
                                 "合计      3000  3002      3004  3006  3008  3010  30.12  未填\n"
                                 "\n"
                                 "含补报、调整：第3栏 +2，第7栏 -5.00\n"
                                 "数据截至：永阳站 2026-07-02 10:12；白马站 从未同步\n"
                                 "单位负责人：李四　填报人：张三　填报日期：2026-07-03\n";

static void test_a_small_form_as_text(void **state)
{
    struct form_sheet sheet = small_sheet();
    char *text = text_of(&sheet, &HEAD, 80);
    (void)state;
    assert_string_equal(text, SMALL_TEXT);
    free(text);
    free(sheet.rows);
}

static void test_a_draft_says_so_and_nothing_is_made_up(void **state)
{
    struct report_head head = {"中心", "", "", 20637, true, "", NULL};
    struct form_sheet sheet = make_sheet(&SMALL_FORM, 1, "2026H1");
    char *text = text_of(&sheet, &head, 60), *marked = markup_of(&sheet, &head);
    (void)state;
    expect_in(text, "草稿：检查没有通过，不能上报\n");
    expect_in(text, "单位负责人：________　填报人：________　填报日期：2026-07-03\n");
    assert_null(strstr(text, "数据截至"));
    assert_null(strstr(text, "调整"));
    expect_in(marked, "（草稿）\n");
    expect_in(marked, "草稿：检查没有通过，不能上报\n");
    free(marked);
    free(text);
    free(sheet.rows);
}

/* No line wider than the screen, no character whose width terminals disagree on. */
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

/* Each column once, in order, with all its values; each unit on every block. */
static void test_a_wide_form_in_blocks_at_every_width(void **state)
{
    static const int WIDTHS[] = {60, 80, 120, 200};
    struct form_sheet sheet = make_sheet(wide(), 3, "2026H1");
    (void)state;
    for (size_t i = 0; i < sizeof WIDTHS / sizeof WIDTHS[0]; i++) {
        char *text = text_of(&sheet, &HEAD, WIDTHS[i]), number[32];
        const char *at = text;
        expect_fits(text, (size_t)WIDTHS[i]);
        for (int column = 1; column <= FORM_COLUMNS_MAX; column++) {
            snprintf(number, sizeof number, "(%d)", column);
            at = strstr(at, number);
            assert_non_null(at);
            assert_int_equal(count_of(text, number), 1);
        }
        size_t blocks = count_of(text, "共56栏");
        assert_true(blocks >= 2);
        assert_int_equal(count_of(text, "\n第2站 "), blocks);
        assert_int_equal(count_of(text, "\n合计 "), blocks);
        for (int column = 0; column < FORM_COLUMNS_MAX; column++) {
            if (wide_form.columns[column].money)
                snprintf(number, sizeof number, " %d.%02d", (3000 + column) / 100, (3000 + column) % 100);
            else
                snprintf(number, sizeof number, " %d", 3000 + column);
            expect_in(text, number);
        }
        free(text);
    }
    free(sheet.rows);
}

static void test_long_names_and_numbers(void **state)
{
    struct form_sheet sheet = make_sheet(&SMALL_FORM, 1, "2026H1");
    (void)state;
    snprintf(sheet.rows[0].name, sizeof sheet.rows[0].name, "永阳街道法律援助工作站驻看守所法律援助值班点");
    for (size_t i = 0; i < 8; i++)
        sheet.rows[0].values[i] = INT64_MAX;
    char *text = text_of(&sheet, &HEAD, 60);
    expect_fits(text, 60);
    expect_in(text, "9223372036854775807");
    expect_in(text, "9223372036854.78"); /* 万元 */
    expect_in(text, "永阳街道法律援助工作"); /* and goes on in the next line */
    expect_in(text, "\n站驻看守所法律援助值\n");
    free(text);
    free(sheet.rows);
}

static void test_money_in_wan(void **state)
{
    static const struct {
        int64_t fen;
        const char *text;
    } ROWS[] = {{0, "0.00"},          {4999, "0.00"},    {5000, "0.01"},   {-4999, "0.00"}, {-5000, "-0.01"},
                {12345678, "12.35"},  {1000000, "1.00"}, {-999999, "-1.00"}, {INT64_MAX, "9223372036854.78"}, {INT64_MIN, "-9223372036854.78"}};
    char text[REPORT_WAN_BYTES];
    (void)state;
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        report_wan(ROWS[i].fen, text);
        assert_string_equal(text, ROWS[i].text);
    }
}

/* ---- pages -------------------------------------------------------------------------------------------------------- */

static void test_a_small_form_as_pages(void **state)
{
    struct form_sheet sheet = small_sheet();
    char *marked = markup_of(&sheet, &HEAD);
    (void)state;
    assert_string_equal(marked, "[landscape]\n"
                                "# 法律援助统计报表六（民事法律援助）\n"
                                "填报单位（盖章）：永阳区法律援助中心　　统计期间：2026年上半年(2026-01-01 至 2026-06-30)\n"
                                "|=8|8|8|12|8|8|8|8|8|\n"
                                "|单位|申请|批准情况|<|已结案件|<|<|挽回损失（万元）|面积|\n"
                                "|^|^|合计|请求给付赡养费、扶养费、抚养费|诉讼|<|调解|^|^|\n"
                                "|^|^|^|^|胜诉|败诉|^|^|^|\n"
                                "|^|1|2|3|4|5|6|7|8|\n"
                                "|第1站|> 1000|> 1001|> 1002|> 1003|> 1004|> 1005|> 10.06|> 1007|\n"
                                "|第2站|> 2000|> 2001|> 2002|> 2003|> 2004|> 2005|> 20.06|> 未填|\n"
                                "|合计|> 3000|> 3002|> 3004|> 3006|> 3008|> 3010|> 30.12|> 未填|\n"
                                "含补报、调整：第3栏 +2，第7栏 -5.00\n"
                                "数据截至：永阳站 2026-07-02 10:12；白马站 从未同步\n"
                                "单位负责人：李四　填报人：张三　填报日期：2026-07-03\n");
    free(marked);
    free(sheet.rows);
}

/* What a unit is called is never markup. */
static void test_names_are_not_markup(void **state)
{
    struct form_sheet sheet = make_sheet(&SMALL_FORM, 1, "2026H1");
    struct report_head head = HEAD;
    (void)state;
    head.office = "中心\n===\n# 假";
    snprintf(sheet.rows[0].name, sizeof sheet.rows[0].name, "^|<站");
    char *marked = markup_of(&sheet, &head);
    expect_in(marked, "\n|\\^\\|<站|> 1000|");
    assert_null(strstr(marked, "\n==="));
    assert_null(strstr(marked, "\n# 假"));
    free(marked);
    free(sheet.rows);
}

static size_t pdf_pages(const char *marked)
{
    struct errmsg err = {{0}};
    struct buf out;
    char file[160], command[256], line[256];
    size_t pages = 0;

    buf_init(&out, 1 << 26);
    if (paper_pdf(marked, strlen(marked), "报表", 20637, &out, &err) != STATUS_OK)
        fail_msg("%s", err.text);
    snprintf(file, sizeof file, "%s/a.pdf", folder);
    FILE *pdf = fopen(file, "wb");
    assert_int_equal(fwrite(out.data, 1, out.len, pdf), out.len);
    fclose(pdf);
    buf_release(&out);
    snprintf(command, sizeof command, "pdfinfo %s", file);
    FILE *info = popen(command, "r");
    while (fgets(line, sizeof line, info) != NULL)
        if (strncmp(line, "Pages:", 6) == 0)
            pages = (size_t)strtoul(line + 6, NULL, 10);
    pclose(info);
    unlink(file);
    return pages;
}

/* Every table on a page has its heads; pages end where they are told to and not before: else a row would stand without its head. */
static void test_pages_end_where_they_are_told(void **state)
{
    static const size_t UNITS[] = {1, 2, 4, 7, 9, 10, 11, 12, 20, 45};
    struct report_head head = HEAD;
    (void)state;
    if (!paper_has_pdf() || system("pdfinfo -v >/dev/null 2>&1") != 0)
        skip();
    for (size_t draft = 0; draft < 2; draft++) {
        head.draft = draft != 0;
        for (size_t i = 0; i < 2 * sizeof UNITS / sizeof UNITS[0]; i++) {
            struct form_sheet sheet = make_sheet(i % 2 == 0 ? wide() : &SMALL_FORM, UNITS[i / 2], "2026H1");
            snprintf(sheet.rows[0].name, sizeof sheet.rows[0].name, "永阳街道法律援助工作站驻看守所值班点");
            char *marked = markup_of(&sheet, &head);
            size_t pages = pdf_pages(marked), breaks = count_of(marked, "\n===\n");
            if (pages != breaks + 1)
                fail_msg("%zu units, %zu columns: %zu pages, %zu breaks", UNITS[i / 2], sheet.form->n_columns, pages, breaks);
            assert_int_equal(count_of(marked, "\n===\n## "), breaks);
            free(marked);
            free(sheet.rows);
        }
    }
}

/* Tables are whole: as many cells in each row as there are widths, never more than markup takes; every value is there. */
static void test_pages_of_a_wide_form(void **state)
{
    struct form_sheet sheet = make_sheet(wide(), 45, "2026H1");
    char *marked = markup_of(&sheet, &HEAD);
    const char *at = marked, *end = marked + strlen(marked);
    struct markup_line line;
    size_t columns = 0, values = 0;
    (void)state;
    while (markup_next(&at, end, &line)) {
        struct markup_cell cells[MARKUP_CELLS_MAX];
        int widths[MARKUP_CELLS_MAX];
        if (line.kind == MARKUP_WIDTHS)
            columns = markup_widths(&line, widths);
        if (line.kind != MARKUP_ROW)
            continue;
        assert_true(columns > 1);
        assert_int_equal(markup_cells(&line, cells), columns);
        for (size_t i = 1; i < columns; i++)
            values += cells[i].len > 2 && cells[i].text[0] == '>';
    }
    assert_int_equal(values, 46 * FORM_COLUMNS_MAX);
    free(marked);
    free(sheet.rows);
}

/* ---- the Ministry's forms ----------------------------------------------------------------------------------------- */

/* Each as text at the least width and as pages, with as many units as a county has. */
static void test_every_form_there_is(void **state)
{
    struct form_book *book;
    struct errmsg err = {{0}};
    bool has_pdf = paper_has_pdf() && system("pdfinfo -v >/dev/null 2>&1") == 0;
    (void)state;
    assert_int_equal(form_book_new(&book, &err), STATUS_OK);
    assert_int_equal(form_book_count(book), 15);
    for (size_t i = 0; i < form_book_count(book); i++) {
        const struct ministry_form *form = form_book_at(book, i);
        struct form_sheet sheet = make_sheet(form, 12, "2026H1");
        char *text = text_of(&sheet, &HEAD, 60), *marked = markup_of(&sheet, &HEAD);
        expect_fits(text, 60);
        for (size_t c = 0; c < form->n_columns; c++) {
            char number[16];
            snprintf(number, sizeof number, "(%d)", form->columns[c].no);
            assert_int_equal(count_of(text, number), 1);
            if (form->columns[c].money) /* nothing else says so */
                expect_in(form->columns[c].heading, "万元");
        }
        if (has_pdf)
            assert_int_equal(pdf_pages(marked), count_of(marked, "\n===\n") + 1);
        free(marked);
        free(text);
        free(sheet.rows);
    }
    form_book_free(book);
}

/* Where the official set leaves room for the county's own topic, its name is printed, on everything. */
static void test_headings_that_the_county_names(void **state)
{
    struct report_head head = HEAD;
    struct form_book *book;
    struct code_book *codes;
    struct errmsg err = {{0}};
    (void)state;
    assert_int_equal(form_book_new(&book, &err), STATUS_OK);
    assert_int_equal(code_book_new(&codes, ""), STATUS_OK);
    assert_int_equal(code_book_put(codes, "consult_topic", "121", "电信网络诈骗", "", false), STATUS_OK);
    head.codes = codes;
    struct form_sheet sheet = make_sheet(form_book_find(book, "quarterly"), 1, "2026Q1");
    const struct form_sheet *one = &sheet;
    char *text = text_of(&sheet, &head, 120), *marked = markup_of(&sheet, &head), *csv = NULL;
    expect_in(text, "电信");
    expect_in(marked, "|电信网络诈骗|");
    free(marked);
    free(text);
    snprintf(path, sizeof path, "%s/a.csv", folder);
    assert_int_equal(report_form_csv(&sheet, &head, path, &err), STATUS_OK);
    csv = read_all(path);
    expect_in(csv, "/电信网络诈骗,");
    free(csv);
    if (spreadsheet_available()) {
        assert_int_equal(report_xlsx(path, &one, &one, 1, NULL, NULL, 0, NULL, 0, &head, &err), STATUS_OK);
        for (int i = 1; i <= 2; i++) {
            char name[64];
            snprintf(name, sizeof name, "xl/worksheets/sheet%d.xml", i);
            char *xml = entry(name);
            expect_in(xml, "电信网络诈骗");
            free(xml);
        }
    }
    free(sheet.rows);
    code_book_free(codes);
    form_book_free(book);
}

/* ---- CSV ----------------------------------------------------------------------------------------------------------- */

static void test_csv(void **state)
{
    struct form_sheet sheet = small_sheet();
    struct errmsg err = {{0}};
    struct stat found;
    (void)state;
    snprintf(path, sizeof path, "%s/a.csv", folder);
    snprintf(sheet.rows[0].name, sizeof sheet.rows[0].name, "=HYPERLINK(\"a,b\")");
    assert_int_equal(report_form_csv(&sheet, &HEAD, path, &err), STATUS_OK);
    char *text = read_all(path);
    assert_string_equal(text, "\xEF\xBB\xBF"
                              "单位,1 申请,2 批准情况/合计,3 批准情况/请求给付赡养费、扶养费、抚养费,4 已结案件/诉讼/胜诉,5 已结案件/诉讼/败诉,6 已结案件/调解,7 挽回损失（万元）,8 面积,统计期间,起,止,填报单位,填报人,填报日期,状态,数据截至\r\n"
                              "\"'=HYPERLINK(\"\"a,b\"\")\",1000,1001,1002,1003,1004,1005,10.06,1007,2026H1,2026-01-01,2026-06-30,永阳区法律援助中心,张三,2026-07-03,,永阳站 2026-07-02 10:12；白马站 从未同步\r\n"
                              "第2站,2000,2001,2002,2003,2004,2005,20.06,,2026H1,2026-01-01,2026-06-30,永阳区法律援助中心,张三,2026-07-03,,永阳站 2026-07-02 10:12；白马站 从未同步\r\n"
                              "合计,3000,3002,3004,3006,3008,3010,30.12,,2026H1,2026-01-01,2026-06-30,永阳区法律援助中心,张三,2026-07-03,,永阳站 2026-07-02 10:12；白马站 从未同步\r\n");
    assert_int_equal(stat(path, &found), 0);
    assert_int_equal(found.st_mode & 0777, 0600);
    free(text);
    assert_int_equal(report_form_csv(&sheet, &HEAD, "/nosuch/a.csv", &err), STATUS_IO);
    expect_in(err.text, "/nosuch/a.csv");
    free(sheet.rows);
}

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

    if (report_xlsx(path, &sheet, before != NULL ? &before : NULL, sheet != NULL, summary, &chart, chart != NULL, &heat, heat != NULL, &HEAD, &err) != STATUS_OK)
        fail_msg("%s", err.text);
}

static void test_a_form_as_a_sheet(void **state)
{
    struct form_sheet sheet = small_sheet();
    (void)state;
    snprintf(sheet.rows[1].name, sizeof sheet.rows[1].name, "=1+1");
    write_report(&sheet, NULL, NULL, NULL, NULL);
    char *xml = entry("xl/worksheets/sheet1.xml"), *book = entry("xl/workbook.xml");
    expect_in(book, "<sheet name=\"报表六（民事法律援助）\"");
    expect_in(book, "<definedName name=\"_xlnm.Print_Titles\" localSheetId=\"0\">'报表六（民事法律援助）'!$1:$6</definedName>");
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
        expect_in(xml, tag);
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
    expect_in(xml, "含补报、调整：第3栏 +2，第7栏 -5.00");
    expect_in(xml, "数据截至：永阳站 2026-07-02 10:12");
    expect_in(xml, "单位负责人：李四");
    expect_in(xml, "<pane xSplit=\"1\" ySplit=\"6\" topLeftCell=\"B7\"");
    expect_in(xml, "orientation=\"landscape\"");
    expect_in(xml, "fitToHeight=\"0\"");
    assert_null(strstr(xml, "<f>"));
    free(book);
    free(xml);
    free(sheet.rows);
}

static void test_growth_has_a_page_of_its_own(void **state)
{
    struct form_sheet sheet = small_sheet(), before = make_sheet(&SMALL_FORM, 3, "2025H1");
    (void)state;
    before.rows[0].org = 2;
    before.rows[1].org = 9; /* unit 1 was not there then, unit 2 stood first */
    before.rows[3].values[0] = 4000;
    before.rows[3].values[3] = 0;
    write_report(&sheet, &before, NULL, NULL, NULL);
    char *xml = entry("xl/worksheets/sheet2.xml"), *book = entry("xl/workbook.xml");
    expect_in(book, "<sheet name=\"报表六（民事法律援助）同比\"");
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
    char *xml = entry("xl/worksheets/sheet1.xml"), *drawn = entry("xl/charts/chart1.xml"), *drawing = entry("xl/drawings/drawing1.xml");
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
        expect_in(drawn, formula);
    }
    expect_in(drawn, "<c:barDir val=\"col\"/>");
    expect_in(drawn, "<c:pt idx=\"5\"><c:v>6月</c:v></c:pt></c:strCache>");
    expect_in(drawn, "<c:pt idx=\"5\"><c:v>60</c:v></c:pt></c:numCache>");
    expect_in(drawn, "<a:pattFill prst=\"wdUpDiag\">"); /* not told by colour alone */
    expect_in(drawing, "descr=\"案件（按月）");
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
    char *xml = entry("xl/worksheets/sheet1.xml"), *drawn = entry("xl/charts/chart1.xml");
    expect_in(drawn, "<c:barDir val=\"bar\"/>");
    expect_in(drawn, "$B$5:$B$68</c:f>");
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
    char *xml = entry("xl/worksheets/sheet1.xml");
    expect_cell(xml, "A5", "本期和上年同期都没有。", true);
    assert_null(unzip_entry(path, "xl/charts/chart1.xml", &len));
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
    char *xml = entry("xl/worksheets/sheet1.xml"), *styles = entry("xl/styles.xml");
    expect_cell(xml, "A1", "各乡镇咨询人次（人次）", true);
    expect_cell(xml, "B3", "1月", true);
    expect_cell(xml, "E3", "合计", true);
    expect_cell(xml, "D4", "8", false);
    expect_cell(xml, "E4", "12", false);
    assert_int_not_equal(style_of(xml, "B4"), style_of(xml, "C4"));
    assert_int_not_equal(style_of(xml, "C4"), style_of(xml, "D4"));
    assert_int_equal(style_of(xml, "B5"), style_of(xml, "D5")); /* totals are not hot */
    expect_in(styles, "<fgColor rgb=\"FFFFD98A\"/>");
    expect_in(styles, "<fgColor rgb=\"FFF08A5D\"/>");
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
    char *xml = entry("xl/worksheets/sheet1.xml");
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
    struct form_sheet sheet = make_sheet(wide(), 70, "2026H1"), before = make_sheet(wide(), 70, "2025H1");
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
    assert_int_equal(report_xlsx(path, sheets, befores, FORMS, NULL, chart_list, CHARTS, heat_list, HEATS, &HEAD, &err), STATUS_OK);
    char *xml = unzip_entry(path, "xl/worksheets/sheet43.xml", &len), *paper = entry("xl/worksheets/sheet1.xml"), *growth = entry("xl/worksheets/sheet2.xml");
    assert_non_null(xml);
    expect_cell(xml, "A1", "各乡镇咨询人次（人次）", true);
    expect_in(paper, "paperSize=\"8\""); /* too wide for A4 */
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
    struct form_sheet sheet = make_sheet(&SMALL_FORM, 1, "2026H1");
    const struct form_sheet *one = &sheet;
    struct errmsg err = {{0}};
    (void)state;
    assert_int_equal(report_xlsx("/nosuch/a.xlsx", &one, NULL, 1, NULL, NULL, 0, NULL, 0, &HEAD, &err), STATUS_IO);
    expect_in(err.text, "/nosuch/a.xlsx");
    free(sheet.rows);
}

#define WITH_FOLDER(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_small_form_as_text),
        cmocka_unit_test(test_a_draft_says_so_and_nothing_is_made_up),
        cmocka_unit_test(test_a_wide_form_in_blocks_at_every_width),
        cmocka_unit_test(test_long_names_and_numbers),
        cmocka_unit_test(test_money_in_wan),
        cmocka_unit_test(test_a_small_form_as_pages),
        cmocka_unit_test(test_names_are_not_markup),
        WITH_FOLDER(test_pages_end_where_they_are_told),
        cmocka_unit_test(test_pages_of_a_wide_form),
        WITH_FOLDER(test_every_form_there_is),
        WITH_FOLDER(test_headings_that_the_county_names),
        WITH_FOLDER(test_csv),
    };
    const struct CMUnitTest sheets[] = {
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
    int failed = cmocka_run_group_tests(tests, NULL, NULL);

    if (spreadsheet_available())
        failed += cmocka_run_group_tests(sheets, NULL, NULL);
    return failed;
}
