/* tests/test_report_file.c - reports as text, pages and CSV, read back: forms made here, wide and narrow, with heads in levels. */
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

static char *read_all(const char *name)
{
    FILE *file = fopen(name, "rb");
    char *text = calloc(1, 1 << 20);

    assert_non_null(file);
    assert_true(fread(text, 1, (1 << 20) - 1, file) > 0);
    fclose(file);
    return text;
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
    struct form_sheet sheet = report_sample_small_sheet();
    char *text = text_of(&sheet, &REPORT_SAMPLE_HEAD, 80);
    (void)state;
    assert_string_equal(text, SMALL_TEXT);
    free(text);
    free(sheet.rows);
}

static void test_a_draft_says_so_and_nothing_is_made_up(void **state)
{
    struct report_head head = {"中心", "", "", 20637, true, "", NULL};
    struct form_sheet sheet = report_sample_make_sheet(&REPORT_SAMPLE_SMALL_FORM, 1, "2026H1");
    char *text = text_of(&sheet, &head, 60), *marked = markup_of(&sheet, &head);
    (void)state;
    report_sample_expect_in(text, "草稿：检查没有通过，不能上报\n");
    report_sample_expect_in(text, "单位负责人：________　填报人：________　填报日期：2026-07-03\n");
    assert_null(strstr(text, "数据截至"));
    assert_null(strstr(text, "调整"));
    report_sample_expect_in(marked, "（草稿）\n");
    report_sample_expect_in(marked, "草稿：检查没有通过，不能上报\n");
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
            fail_msg("%zu report_sample_wide: %.*s", width_text(text, len), (int)len, text);
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
    struct form_sheet sheet = report_sample_make_sheet(report_sample_wide(), 3, "2026H1");
    (void)state;
    for (size_t i = 0; i < sizeof WIDTHS / sizeof WIDTHS[0]; i++) {
        char *text = text_of(&sheet, &REPORT_SAMPLE_HEAD, WIDTHS[i]), number[32];
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
            if (report_sample_wide_form.columns[column].money)
                snprintf(number, sizeof number, " %d.%02d", (3000 + column) / 100, (3000 + column) % 100);
            else
                snprintf(number, sizeof number, " %d", 3000 + column);
            report_sample_expect_in(text, number);
        }
        free(text);
    }
    free(sheet.rows);
}

static void test_long_names_and_numbers(void **state)
{
    struct form_sheet sheet = report_sample_make_sheet(&REPORT_SAMPLE_SMALL_FORM, 1, "2026H1");
    (void)state;
    snprintf(sheet.rows[0].name, sizeof sheet.rows[0].name, "永阳街道法律援助工作站驻看守所法律援助值班点");
    for (size_t i = 0; i < 8; i++)
        sheet.rows[0].values[i] = INT64_MAX;
    char *text = text_of(&sheet, &REPORT_SAMPLE_HEAD, 60);
    expect_fits(text, 60);
    report_sample_expect_in(text, "9223372036854775807");
    report_sample_expect_in(text, "9223372036854.78"); /* 万元 */
    report_sample_expect_in(text, "永阳街道法律援助工作"); /* and goes on in the next line */
    report_sample_expect_in(text, "\n站驻看守所法律援助值\n");
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
    struct form_sheet sheet = report_sample_small_sheet();
    char *marked = markup_of(&sheet, &REPORT_SAMPLE_HEAD);
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
    struct form_sheet sheet = report_sample_make_sheet(&REPORT_SAMPLE_SMALL_FORM, 1, "2026H1");
    struct report_head head = REPORT_SAMPLE_HEAD;
    (void)state;
    head.office = "中心\n===\n# 假";
    snprintf(sheet.rows[0].name, sizeof sheet.rows[0].name, "^|<站");
    char *marked = markup_of(&sheet, &head);
    report_sample_expect_in(marked, "\n|\\^\\|<站|> 1000|");
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
    snprintf(file, sizeof file, "%s/a.pdf", report_sample_folder);
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
    struct report_head head = REPORT_SAMPLE_HEAD;
    (void)state;
    if (!paper_has_pdf() || system("pdfinfo -v >/dev/null 2>&1") != 0)
        skip();
    for (size_t draft = 0; draft < 2; draft++) {
        head.draft = draft != 0;
        for (size_t i = 0; i < 2 * sizeof UNITS / sizeof UNITS[0]; i++) {
            struct form_sheet sheet = report_sample_make_sheet(i % 2 == 0 ? report_sample_wide() : &REPORT_SAMPLE_SMALL_FORM, UNITS[i / 2], "2026H1");
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
    struct form_sheet sheet = report_sample_make_sheet(report_sample_wide(), 45, "2026H1");
    char *marked = markup_of(&sheet, &REPORT_SAMPLE_HEAD);
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
        struct form_sheet sheet = report_sample_make_sheet(form, 12, "2026H1");
        char *text = text_of(&sheet, &REPORT_SAMPLE_HEAD, 60), *marked = markup_of(&sheet, &REPORT_SAMPLE_HEAD);
        expect_fits(text, 60);
        for (size_t c = 0; c < form->n_columns; c++) {
            char number[16];
            snprintf(number, sizeof number, "(%d)", form->columns[c].no);
            assert_int_equal(count_of(text, number), 1);
            if (form->columns[c].money) /* nothing else says so */
                report_sample_expect_in(form->columns[c].heading, "万元");
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
    struct report_head head = REPORT_SAMPLE_HEAD;
    struct form_book *book;
    struct code_book *codes;
    struct errmsg err = {{0}};
    (void)state;
    assert_int_equal(form_book_new(&book, &err), STATUS_OK);
    assert_int_equal(code_book_new(&codes, ""), STATUS_OK);
    assert_int_equal(code_book_put(codes, "consult_topic", "121", "电信网络诈骗", "", false), STATUS_OK);
    head.codes = codes;
    struct form_sheet sheet = report_sample_make_sheet(form_book_find(book, "quarterly"), 1, "2026Q1");
    const struct form_sheet *one = &sheet;
    char *text = text_of(&sheet, &head, 120), *marked = markup_of(&sheet, &head), *csv = NULL;
    report_sample_expect_in(text, "电信");
    report_sample_expect_in(marked, "|电信网络诈骗|");
    free(marked);
    free(text);
    snprintf(report_sample_path, sizeof report_sample_path, "%s/a.csv", report_sample_folder);
    assert_int_equal(report_form_csv(&sheet, &head, report_sample_path, &err), STATUS_OK);
    csv = read_all(report_sample_path);
    report_sample_expect_in(csv, "/电信网络诈骗,");
    free(csv);
    if (spreadsheet_available()) {
        assert_int_equal(report_xlsx(report_sample_path, &one, &one, 1, NULL, NULL, 0, NULL, 0, &head, &err), STATUS_OK);
        for (int i = 1; i <= 2; i++) {
            char name[64];
            snprintf(name, sizeof name, "xl/worksheets/sheet%d.xml", i);
            char *xml = report_sample_entry(name);
            report_sample_expect_in(xml, "电信网络诈骗");
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
    struct form_sheet sheet = report_sample_small_sheet();
    struct errmsg err = {{0}};
    struct stat found;
    (void)state;
    snprintf(report_sample_path, sizeof report_sample_path, "%s/a.csv", report_sample_folder);
    snprintf(sheet.rows[0].name, sizeof sheet.rows[0].name, "=HYPERLINK(\"a,b\")");
    assert_int_equal(report_form_csv(&sheet, &REPORT_SAMPLE_HEAD, report_sample_path, &err), STATUS_OK);
    char *text = read_all(report_sample_path);
    assert_string_equal(text, "\xEF\xBB\xBF"
                              "单位,1 申请,2 批准情况/合计,3 批准情况/请求给付赡养费、扶养费、抚养费,4 已结案件/诉讼/胜诉,5 已结案件/诉讼/败诉,6 已结案件/调解,7 挽回损失（万元）,8 面积,统计期间,起,止,填报单位,填报人,填报日期,状态,数据截至\r\n"
                              "\"'=HYPERLINK(\"\"a,b\"\")\",1000,1001,1002,1003,1004,1005,10.06,1007,2026H1,2026-01-01,2026-06-30,永阳区法律援助中心,张三,2026-07-03,,永阳站 2026-07-02 10:12；白马站 从未同步\r\n"
                              "第2站,2000,2001,2002,2003,2004,2005,20.06,,2026H1,2026-01-01,2026-06-30,永阳区法律援助中心,张三,2026-07-03,,永阳站 2026-07-02 10:12；白马站 从未同步\r\n"
                              "合计,3000,3002,3004,3006,3008,3010,30.12,,2026H1,2026-01-01,2026-06-30,永阳区法律援助中心,张三,2026-07-03,,永阳站 2026-07-02 10:12；白马站 从未同步\r\n");
    assert_int_equal(stat(report_sample_path, &found), 0);
    assert_int_equal(found.st_mode & 0777, 0600);
    free(text);
    assert_int_equal(report_form_csv(&sheet, &REPORT_SAMPLE_HEAD, "/nosuch/a.csv", &err), STATUS_IO);
    report_sample_expect_in(err.text, "/nosuch/a.csv");
    free(sheet.rows);
}

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
    return cmocka_run_group_tests(tests, NULL, NULL);
}
