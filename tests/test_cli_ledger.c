/* tests/test_cli_ledger.c - ledgers and exports on the command line: table, JSON, CSV, XLSX; what is refused; what an export leaves behind. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sys/stat.h>

#include <cmocka.h>

#include "core/base/bytes.h"
#include "core/base/file.h"
#include "core/report/spreadsheet.h"
#include "tests/office.h"
#include "tests/unzip.h"

static const int64_t NOW_MS = OFFICE_NOW_MS;

static struct office desk;

static int set_up(void **state)
{
    (void)state;
    return office_make(&desk, 0, NULL);
}

static int tear_down(void **state)
{
    (void)state;
    return office_remove(&desk);
}

static void run(const char *line, int code, const char *says)
{
    command_expect(desk.center, NOW_MS, line, code, says);
}

static void run_to(const char *line, const char *file, int code, const char *says)
{
    office_run_to(&desk, NOW_MS, line, file, code, says);
}

static void expect_file(const char *expected)
{
    struct buf text;
    buf_init(&text, 1 << 20);
    assert_int_equal(file_read(desk.file, &text, NULL), STATUS_OK);
    assert_string_equal(buf_cstr(&text), expected);
    buf_release(&text);
}

static void expect_none(void)
{
    char part[200];
    assert_false(file_exists(desk.file));
    snprintf(part, sizeof part, "%s.part", desk.file);
    assert_false(file_exists(part));
}

static void add_tokens(void)
{
    run("add token date=2026-02-01 kind=1 quantity=2 giver=张文芳 'text==1+1'", 0, NULL);
    run("add token date=2026-03-01 kind=2 quantity=1 giver=李 'text=说,\"谢谢\"'", 0, NULL);
    run("add honour date=2026-02-02 title=先进集体 level=3 name=县法律援助中心", 0, NULL);
}

static void test_the_list(void **state)
{
    (void)state;
    run("ledger", 0, "L1\t咨询登记台账\n");
    run("ledger", 0, "L7\t投诉和异议台账\t1 投诉、2 异议\n");
    run("add saved_view name=我的咨询 record_type=咨询 condition=persons>1 columns=@no,date,name", 0, NULL);
    run("ledger", 0, "-\t我的咨询\n");
    run("ledger --json", 0, "{\"code\":\"L13\",\"title\":\"表彰、锦旗和感谢信登记\",\"parts\":[\"表彰\",\"锦旗和感谢信\"]}");
    run("ledger --json", 0, "{\"code\":\"\",\"title\":\"我的咨询\",\"view\":\"");
}

static void test_a_table(void **state)
{
    (void)state;
    add_tokens();
    run("ledger L13.2", 0,
        "表彰、锦旗和感谢信登记（锦旗和感谢信）\n"
        "序号  日期        种类          数量  赠送人  受赠者  承办人  决定文号  内容       备注\n"
        "   1  2026-02-01  锦旗（面）       2  张文芳                            =1+1\n"
        "   2  2026-03-01  感谢信（封）     1  李                                说,\"谢谢\"\n"
        "合计                               3\n"
        "共 2 行\n");
    run("ledger L13.2 --from 2026-03-01 --to 2026-03-31", 0, "（锦旗和感谢信）  2026-03-01 至 2026-03-31\n");
    run("ledger L13.2 --from 2026-03-01", 0, "共 1 行\n");
    run("ledger l13.2 --year 2025", 0, "共 0 行\n");
    run("ledger L13.2 --where quantity=2", 0, "共 1 行\n");
    run("ledger L13.2 --sort=-date --json", 0, "\"rows\":[[1,\"2026-03-01\",\"感谢信（封）\",1,\"李\",");
    run("ledger L13 --json", 0,
        "{\"code\":\"L13\",\"title\":\"表彰、锦旗和感谢信登记\",\"parts\":[{\"title\":\"表彰\",\"columns\":[\"序号\",\"日期\",\"荣誉\",\"级别\",\"授予机关\",\"受奖者\",\"受奖单位\",\"集体\",\"文号\",\"备注\"],"
        "\"rows\":[[1,\"2026-02-02\",\"先进集体\",");
    run("ledger L13 --json", 0, "\"totals\":[{\"title\":\"表彰\"},{\"title\":\"锦旗和感谢信\",\"数量\":3}]}");
}

static void test_saved_as_a_view(void **state)
{
    (void)state;
    add_tokens();
    run("ledger L13.2 --year 2026 --where kind=1 --sort=-date --save 今年的锦旗", 0, "已存成“今年的锦旗”");
    run("ledger 今年的锦旗", 0, "共 1 行\n");
    run("list saved_view", 0, "date>=2026-01-01 and date<=2026-12-31 and kind=1");
    run("ledger L13 --save 甲", 2, "L13.1");
    run("ledger L14.1 --save 甲", 1, "不能存成常用名单");
    run("ledger L13.2 --save 今年的锦旗", 1, "已经有一个");
    run("ledger --save 甲", 2, "--save");
    run("ledger L13.2 --where nosuch=1 --save 甲", 1, "条件: ");
}

static void test_refused(void **state)
{
    (void)state;
    run("ledger L16", 1, "没有台账或常用名单 L16");
    run("ledger L1 --where nosuch=1", 2, "nosuch");
    run("ledger L13 --where kind=1", 2, "表彰"); /* honours have no kind: which part is told */
    run("ledger L1 --sort nosuch", 2, "排序");
    run("ledger L1 --from 昨天", 2, "--from 应是日期");
    run("ledger L1 --year 26", 2, "--year");
    run("ledger L1 --year 2026 --from 2026-01-01", 2, "--year");
    run("ledger L1 --from 2026-02-01 --to 2026-01-01", 2, "起日");
    run_to("ledger L1 @", "a.pdf", 2, ".xlsx .csv 或 .jsonl");
    expect_none();
    run_to("ledger L1 @ --where nosuch=1", "a.csv", 2, "nosuch");
    expect_none();
    run("ledger L1 /nosuch/a.csv", 1, "不能写 /nosuch/a.csv");
    run("ledger L1 /nosuch/a.xlsx", 1, spreadsheet_available() ? "/nosuch/a.xlsx" : "没有编入");
    run("add saved_view name=乱 record_type=token condition=nosuch=1", 1, "条件: ");
}

static void test_csv(void **state)
{
    (void)state;
    add_tokens();
    run_to("ledger L13.2 @", "a.csv", 0, "2 行");
    expect_file("\xEF\xBB\xBF序号,日期,种类,数量,赠送人,受赠者,承办人,决定文号,内容,备注\r\n"
                "1,2026-02-01,锦旗（面）,2,张文芳,,,,\"'=1+1\",\r\n" /* no formula */
                "2,2026-03-01,感谢信（封）,1,李,,,,\"说,\"\"谢谢\"\"\",\r\n"
                "合计,,,3,,,,,,\r\n");
    run_to("ledger L13 @ --year 2026", "a.csv", 0, NULL);
    expect_file("\xEF\xBB\xBF表彰、锦旗和感谢信登记（表彰）  2026-01-01 至 2026-12-31\r\n"
                "序号,日期,荣誉,级别,授予机关,受奖者,受奖单位,集体,文号,备注\r\n"
                "1,2026-02-02,先进集体,县级,,县法律援助中心,,是,,\r\n"
                "\r\n"
                "表彰、锦旗和感谢信登记（锦旗和感谢信）  2026-01-01 至 2026-12-31\r\n"
                "序号,日期,种类,数量,赠送人,受赠者,承办人,决定文号,内容,备注\r\n"
                "1,2026-02-01,锦旗（面）,2,张文芳,,,,\"'=1+1\",\r\n"
                "2,2026-03-01,感谢信（封）,1,李,,,,\"说,\"\"谢谢\"\"\",\r\n"
                "合计,,,3,,,,,,\r\n");
    run_to("ledger L13.2 @ --where kind=1", "a.jsonl", 0, NULL);
    expect_file("{\"序号\":1,\"日期\":\"2026-02-01\",\"种类\":\"锦旗（面）\",\"数量\":2,\"赠送人\":\"张文芳\",\"内容\":\"=1+1\"}\n");
    struct stat found;
    assert_int_equal(stat(desk.file, &found), 0);
    assert_int_equal(found.st_mode & 0777, 0600);
}

static void expect_cell(const char *xml, const char *cell, const char *expected, bool text)
{
    bool is_text;
    char *found = sheet_cell(xml, cell, &is_text);
    if (strcmp(found, expected) != 0 || is_text != text)
        fail_msg("%s: %s \"%s\"", cell, is_text ? "text" : "number", found);
    free(found);
}

static void test_spreadsheets(void **state)
{
    size_t len;
    (void)state;
    if (!spreadsheet_available()) {
        run_to("ledger L1 @", "a.xlsx", 1, "没有编入 .xlsx");
        run_to("export token @", "a.xlsx", 1, "没有编入 .xlsx");
        return;
    }
    add_tokens();
    run_to("ledger L13 @ --json", "a.xlsx", 0, "\"rows\":3}");
    char *book = unzip_entry(desk.file, "xl/workbook.xml", &len), *second = unzip_entry(desk.file, "xl/worksheets/sheet2.xml", &len);
    assert_non_null(strstr(book, "name=\"表彰\""));
    assert_non_null(strstr(book, "name=\"锦旗和感谢信\""));
    expect_cell(second, "B1", "日期", true);
    expect_cell(second, "B2", "46054", false);
    expect_cell(second, "I2", "=1+1", true);
    expect_cell(second, "D4", "3", false);
    expect_cell(second, "A4", "合计", true);
    free(book);
    free(second);
    /* A record type: labels, names for codes, money in yuan, references by name. */
    run("add org code=fy name=正大律师事务所 kind=律师事务所", 0, NULL);
    struct command command;
    command_run(&command, desk.center, NOW_MS, "list org --where code=fy --json");
    const char *id = strstr(command.out, "\"id\":\"") + 6;
    char line[256];
    snprintf(line, sizeof line, "add reward date=2026-03-01 kind=01 name=周律师 amount=500元 org=%.32s", id);
    command_release(&command);
    run(line, 0, NULL);
    run_to("export reward @ --where amount>100", "b.xlsx", 0, "导出 1 条奖惩");
    char *sheet = unzip_entry(desk.file, "xl/worksheets/sheet1.xml", &len);
    expect_cell(sheet, "A1", "编号", true);
    expect_cell(sheet, "F1", "单位", true);
    expect_cell(sheet, "F2", "正大律师事务所", true);
    expect_cell(sheet, "H1", "金额(元)", true);
    expect_cell(sheet, "H2", "500", false);
    free(sheet);
}

static void test_text_exports(void **state)
{
    (void)state;
    run("add token date=2026-02-01 kind=1 quantity=2 giver=@甲 text=-1 note=＝1", 0, NULL);
    run_to("export token @ --labels", "a.csv", 0, NULL);
    struct buf text;
    buf_init(&text, 1 << 20);
    assert_int_equal(file_read(desk.file, &text, NULL), STATUS_OK);
    assert_non_null(strstr(buf_cstr(&text), ",2026-02-01,锦旗（面）,2,\"'@甲\",,,,\"'-1\",\"'＝1\"\r\n"));
    buf_release(&text);
    /* The machine form too; import gives back what was typed (test_cli_import.c). */
    run_to("export token @", "b.csv", 0, NULL);
    buf_init(&text, 1 << 20);
    assert_int_equal(file_read(desk.file, &text, NULL), STATUS_OK);
    assert_non_null(strstr(buf_cstr(&text), ",2026-02-01,1,2,\"'@甲\",,,,\"'-1\",\"'＝1\"\r\n"));
    buf_release(&text);
    run_to("export token @", "a.doc", 2, ".csv .tsv .jsonl 或 .xlsx");
    run("export token - --json", 2, "标准输出");
    run("export token -", 0, "\"giver\":\"@甲\"");
}

/* Who took what, and nothing of what it says. */
static void test_an_export_leaves_a_line(void **state)
{
    struct buf log;
    char path[160];
    struct stat found;
    (void)state;
    add_tokens();
    run_to("export token @ --where 'giver=张文芳 and date>=2026-01-01'", "张文芳.csv", 0, NULL);
    run_to("ledger L13.2 @ --where giver~张", "a.csv", 0, NULL);
    run("ledger L13.2", 0, NULL); /* the screen's own */
    snprintf(path, sizeof path, "%s/export.log", desk.center);
    buf_init(&log, 1 << 20);
    assert_int_equal(file_read(path, &log, NULL), STATUS_OK);
    const char *user = strstr(buf_cstr(&log), "user=");
    assert_non_null(user);
    assert_non_null(strstr(buf_cstr(&log), "2026-03-05T02:00:00Z info export: user="));
    assert_non_null(strstr(buf_cstr(&log), " org=1 what=token rows=1 file=.csv where=giver,date\n"));
    assert_non_null(strstr(buf_cstr(&log), " org=1 what=L13 rows=1 file=.csv where=giver\n"));
    assert_null(strstr(buf_cstr(&log), "张"));
    buf_release(&log);
    assert_int_equal(stat(path, &found), 0);
    assert_int_equal(found.st_mode & 0777, 0600);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_the_list), TEST(test_a_table), TEST(test_saved_as_a_view), TEST(test_refused), TEST(test_csv), TEST(test_spreadsheets), TEST(test_text_exports), TEST(test_an_export_leaves_a_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
