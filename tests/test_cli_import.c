/* tests/test_cli_import.c - aidpost import as people meet it: what is told first, what is told of each line, and the way back when it was the wrong file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/bytes.h"
#include "core/base/file.h"
#include "core/base/json.h"
#include "tests/office.h"

static const int64_t NOW_MS = OFFICE_NOW_MS;

static struct office desk;

static int set_up(void **state)
{
    (void)state;
    int made = office_make(&desk, 0, NULL);
    snprintf(desk.file, sizeof desk.file, "%s/rows.csv", desk.folder);
    return made;
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

static void write_rows(const char *text)
{
    FILE *file = fopen(desk.file, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
    assert_int_equal(fclose(file), 0);
}

static void import(const char *options, int code, const char *says)
{
    char line[300];
    snprintf(line, sizeof line, "import consultation %s%s", desk.file, options);
    run(line, code, says);
}

static void columns_stand_before_lines(void **state)
{
    (void)state;
    write_rows("日期,姓名,说了什么\n2026-03-01,张三,欠薪\n2026-03-02,李四,离婚\n");
    import("", 1, "没有用到的列（要用的写 --map 列名=字段）: 说了什么\n读入 2 行，新增咨询 0 条，未收 2 行\n  第 2 行 咨询内容(content)");
    import(" --map 说了什么=content", 0, "读入 2 行，新增咨询 2 条，未收 0 行\n");
}

static void each_line_says_what_to_do(void **state)
{
    (void)state;
    write_rows("日期,姓名,内容,电话\n"
               "2026-02-30,张三,欠薪,\n"
               "2026-03-01,李四,离婚,1.39E+10\n"
               "2026-03-01,王五,离婚，分房,多了,一格\n"
               "2099-01-01,赵六,问遗产,\n");
    import("", 3, "列 内容 当作 咨询内容(content)\n读入 4 行，新增咨询 1 条，未收 3 行\n"
                  "  第 2 行 日期(date): 2026-02-30 没有这一天，请核对\n"
                  "  第 3 行 电话(phone): 1.39E+10 是表格软件改写过的长号码，末几位已经丢了；把那一列设为文本，填原来的号码\n"
                  "  第 4 行: 有 5 列，列名有 4 个；少了或多了分隔，内容里有分隔符的要加引号\n"
                  "已收、请核对的 1 行:\n  第 5 行: 日期 2099-01-01 在今天(2026-03-05)之后；请核对日期，或先校准这台机器的时钟\n");
    run("count consultation", 0, "1\n");
    import(" --json", 3, "\"understood\":{\"内容\":\"content\"},\"remarks\":[{\"line\":5,\"field\":null,\"text\":\"日期 2099-01-01 在今天(2026-03-05)之后");
    run("add consultation date=2027-03-01 content=x", 0, "注意: 日期 2027-03-01 在今天(2026-03-05)之后");
}

/* In a file a whole number is fen; in a spreadsheet it was yuan. */
static void sums_without_a_unit_are_pointed_at(void **state)
{
    char line[300];
    (void)state;
    write_rows("姓名,案件类型,挽回损失\n张三,民事,1200元\n李四,民事,0\n");
    snprintf(line, sizeof line, "import case %s", desk.file);
    run(line, 0, "新增案件 2 条");
    write_rows("姓名,案件类型,挽回损失\n张三,民事,1200\n");
    run(line, 0, "注意: 挽回损失 里只写整数的按分计，1200 就是 12.00元");
    run("list case --where 挽回损失=12元", 0, "张三");
}

static void a_file_is_taken_back_whole(void **state)
{
    (void)state;
    write_rows("日期,姓名,内容\n2026-03-01,张三,欠薪\n2026-03-02,李四,离婚\n2026-03-03,王五,赡养\n");
    import("", 0, "整批撤回: aidpost undo-bulk 1");
    import("", 0, "注意: 同一个文件 2026-03-05 10:00:00 已经导入过，这些记录现在各有两份");
    run("count consultation", 0, "6\n");
    run("bulks", 0, "咨询\t导入\t3");
    run("undo-bulk 2", 0, "3");
    run("count consultation", 0, "3\n");
    run("undo-bulk 2", 1, "已经撤回过了");
    run("verify", 0, NULL);
}

/* The paper list of an event, typed later: each row is of the event's day, place and channel, unless it says otherwise. */
static void rows_of_an_event_are_of_its_day(void **state)
{
    struct command command;
    char id[33] = "", options[80];
    (void)state;
    command_run(&command, desk.center, NOW_MS, "add event title=广场 kind=02 date=2026-02-10 town=永阳街道");
    assert_int_equal(command.code, 0);
    memcpy(id, command.out, 32);
    command_release(&command);
    write_rows("姓名,内容,日期\n张三,欠薪,\n李四,离婚,2026-02-11\n");
    snprintf(options, sizeof options, " --event %s", id);
    import(options, 0, "新增咨询 2 条");
    run("count consultation --where '日期=2026-02-10 and 咨询方式=外展现场 and 镇街=永阳街道'", 0, "1\n");
    run("count consultation --where '日期=2026-02-11 and 咨询方式=外展现场'", 0, "1\n");
    import(" --event 00000000000000000000000000000001", 1, "--event");

    /* A column of the file, or one added by hand, says the same as the option. */
    char rows[400], line[200];
    snprintf(rows, sizeof rows, "姓名,内容,日期,event\n王五,土地,,%s\n赵六,工伤,2026-02-12,%s\n孙七,借款,,\n周八,遗嘱,,00000000000000000000000000000001\n", id, id);
    write_rows(rows);
    import("", 3, "第 5 行");
    run("count consultation --where '日期=2026-02-10 and 咨询方式=外展现场 and 镇街=永阳街道 and 姓名=王五'", 0, "1\n");
    run("count consultation --where '日期=2026-02-12 and 咨询方式=外展现场 and 姓名=赵六'", 0, "1\n");
    run("count consultation --where '日期=2026-03-05 and 姓名=孙七'", 0, "1\n");
    snprintf(line, sizeof line, "add consultation content=房屋 name=吴九 event=%s", id);
    run(line, 0, NULL);
    run("count consultation --where '日期=2026-02-10 and 咨询方式=外展现场 and 姓名=吴九'", 0, "1\n");
    snprintf(line, sizeof line, "add consultation content=房屋 name=郑十 event=%s date=2026-02-13", id);
    run(line, 0, NULL);
    run("count consultation --where '日期=2026-02-13 and 姓名=郑十'", 0, "1\n");
}

/* ---- texts that a spreadsheet program would run ---- */

static const char *const TEXTS[] = {"=HYPERLINK(1)", "+1 天", "-5", "@x", "＝1+1", "'=1", "''-2", "'甲'", "'", "a=1", "--", "='\"x\""};
enum { N_TEXTS = sizeof TEXTS / sizeof TEXTS[0], ROUNDS = 4 };

static void put_content(struct buf *out, const char *text)
{
    struct json_writer json;

    buf_puts(out, "\"content\":");
    json_begin(&json, out);
    json_string(&json, text);
}

static void no_cell_is_a_formula(const struct buf *file)
{
    const char *text = buf_cstr(file);

    for (const char *at = strpbrk(text, "=+-@"); at != NULL; at = strpbrk(at + 1, "=+-@")) {
        const char *begin = at > text && at[-1] == '"' ? at - 1 : at;

        if (begin == text || strchr(",\t\n", begin[-1]) != NULL)
            fail_msg("a cell begins %.40s", begin);
    }
}

/* What somebody typed at a station is no formula at the center, and comes back as it was typed, by field names and by labels. */
static void texts_are_no_formulas_and_come_back(void **state)
{
    static const char *const FILES[ROUNDS][2] = {{"a.csv", ""}, {"b.tsv", ""}, {"c.csv", " --labels"}, {"d.tsv", " --labels"}};
    struct command command;
    struct buf file, quoted;
    char path[160], line[300];
    (void)state;
    buf_init(&file, 1 << 20);
    buf_init(&quoted, 4096);
    for (size_t i = 0; i < N_TEXTS; i++) {
        buf_putc(&file, '{');
        put_content(&file, TEXTS[i]);
        buf_puts(&file, "}\n");
    }
    snprintf(path, sizeof path, "%s/typed.jsonl", desk.folder);
    assert_int_equal(file_write(path, file.data, file.len, 0600, NULL), STATUS_OK);
    snprintf(line, sizeof line, "import consultation %s", path);
    run(line, 0, "新增咨询 12 条");
    for (size_t k = 0; k < ROUNDS; k++) { /* each doubles what is there */
        snprintf(path, sizeof path, "%s/%s", desk.folder, FILES[k][0]);
        snprintf(line, sizeof line, "export consultation %s%s", path, FILES[k][1]);
        run(line, 0, NULL);
        buf_clear(&file);
        assert_int_equal(file_read(path, &file, NULL), STATUS_OK);
        no_cell_is_a_formula(&file);
        assert_non_null(strstr(buf_cstr(&file), "'=HYPERLINK(1)"));
        assert_non_null(strstr(buf_cstr(&file), "'''-2"));
        snprintf(line, sizeof line, "import consultation %s", path);
        run(line, 0, NULL);
    }
    command_run(&command, desk.center, NOW_MS, "list consultation --limit 1000 --json");
    for (size_t i = 0; i < N_TEXTS; i++) {
        size_t n = 0;

        buf_clear(&quoted);
        put_content(&quoted, TEXTS[i]);
        for (const char *at = command.out; (at = strstr(at, buf_cstr(&quoted))) != NULL; at++)
            n++;
        if (n != 1 << ROUNDS)
            fail_msg("%zu times %s", n, buf_cstr(&quoted));
    }
    command_release(&command);
    buf_release(&file);
    buf_release(&quoted);
}

/* A negative figure stays a number for a spreadsheet program. */
static void numbers_are_not_guarded(void **state)
{
    char path[160], line[300];
    struct buf file;
    (void)state;
    buf_init(&file, 1 << 20);
    run("add stat_entry cell=F6.2 date=2026-03-01 amount=-5 basis=-补报", 0, NULL);
    snprintf(path, sizeof path, "%s/out.csv", desk.folder);
    snprintf(line, sizeof line, "export stat_entry %s", path);
    run(line, 0, NULL);
    assert_int_equal(file_read(path, &file, NULL), STATUS_OK);
    assert_non_null(strstr(buf_cstr(&file), ",-5,"));
    assert_non_null(strstr(buf_cstr(&file), "\"'-补报\""));
    buf_release(&file);
}

/* Exactly one object, also of a file that has only its first line. */
static void a_file_without_rows_is_one_object(void **state)
{
    char line[300];
    struct command command;
    (void)state;
    write_rows("日期,姓名,内容\n");
    snprintf(line, sizeof line, "import consultation %s --json", desk.file);
    command_run(&command, desk.center, NOW_MS, line);
    assert_int_equal(command.code, 0);
    assert_string_equal(command.out, "{\"read\":0,\"added\":0,\"refused\":[],\"ignored\":[],\"understood\":{\"内容\":\"content\"},\"remarks\":[],\"bulk\":0}\n");
    command_release(&command);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(columns_stand_before_lines, set_up, tear_down),
        cmocka_unit_test_setup_teardown(each_line_says_what_to_do, set_up, tear_down),
        cmocka_unit_test_setup_teardown(sums_without_a_unit_are_pointed_at, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_file_is_taken_back_whole, set_up, tear_down),
        cmocka_unit_test_setup_teardown(rows_of_an_event_are_of_its_day, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_file_without_rows_is_one_object, set_up, tear_down),
        cmocka_unit_test_setup_teardown(texts_are_no_formulas_and_come_back, set_up, tear_down),
        cmocka_unit_test_setup_teardown(numbers_are_not_guarded, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("cli_import", tests, NULL, NULL);
}
