/* tests/test_cli_user.c - accounts, sign-ins and flagged changes on the command line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/office.h"

static const int64_t NOW_MS = OFFICE_NOW_MS, DAY_MS = INT64_C(86400000);

static struct office desk;
static char words_file[200]; /* of new passwords */

static void write_words(const char *text)
{
    FILE *file = fopen(words_file, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static int set_up(void **state)
{
    (void)state;
    int made = office_make(&desk, 1, NULL);
    snprintf(words_file, sizeof words_file, "%s/words", desk.folder);
    write_words("Word-0001\nWord-0002\n");
    return made;
}

static int tear_down(void **state)
{
    (void)state;
    return office_remove(&desk);
}

/* %W in the line stands for --password-file and the words' file. */
static void at(const char *folder, int64_t now_ms, const char *line, int code, const char *says)
{
    char full[512];
    const char *mark = strstr(line, "%W");
    if (mark == NULL)
        snprintf(full, sizeof full, "%s", line);
    else
        snprintf(full, sizeof full, "%.*s--password-file %s%s", (int)(mark - line), line, words_file, mark + 2);
    command_expect(folder, now_ms, full, code, says);
}

static void at_center(const char *line, int code, const char *says)
{
    at(desk.center, NOW_MS, line, code, says);
}

static void lacks(const char *line, const char *word)
{
    struct command command;
    char full[512];
    snprintf(full, sizeof full, "%s --password-file %s", line, words_file);
    command_run(&command, desk.center, NOW_MS, full);
    assert_int_equal(command.code, 0);
    assert_null(strstr(command.out, word));
    command_release(&command);
}

/* How many there are may be known; whether somebody is among them may not. What goes out with a problem report names nobody and holds no key. */
static void test_what_is_sealed_is_not_guessed(void **state)
{
    (void)state;
    at_center("user add xm --role clerk %W", 0, NULL);
    at_center("user add sj --role auditor %W", 0, NULL);
    at_center("add case name=封存郎 case_type=刑事 narrative=机密案情 sealed=是", 0, NULL);
    at_center("add consultation name=李秀英 topic=离婚 content=家暴 answer=可以申请保护令", 0, NULL);
    at_center("count case --as xm %W", 0, "1\n");
    at_center("count case --where name=封存郎 --as xm %W", 0, "0\n");
    at_center("count case --where 'sealed=是' --as sj %W", 0, "0\n");
    at_center("count case --where name=封存郎", 0, "1\n");
    for (int log = 0; log < 2; log++) {
        static const char *const words[] = {"封存郎", "机密案情", "李秀英", "离婚", "保护令"};
        for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
            lacks(log ? "dump --log --as sj" : "dump --as sj", words[i]);
    }
    at_center("dump --as sj %W", 0, " name=#3");
    at_center("dump --as sj %W", 0, "case_type=\"01\"");
    at_center("dump --full --as sj %W", 1, "只有这台机器的所有者");
    at_center("dump --full", 0, "封存郎");
    at_center("backup stolen.backup --as sj %W", 1, "只有这台机器的所有者"); /* under a passphrase of one's own */
    at_center("backup stolen.backup --as xm %W", 1, "只有这台机器的所有者");
    assert_int_equal(access("stolen.backup", F_OK), -1);
}

static void test_an_account_from_the_cradle(void **state)
{
    (void)state;
    at_center("user add xm --role clerk --display 王小明 %W --json", 0, "{\"user\":\"xm\",\"action\":\"add\"}");
    at_center("user add xm %W", 1, "已有账号 xm");
    at_center("user add root --role admin %W", 1, "不指哪一个人");
    at_center("user add ls --role clerk --org 站2 %W", 0, NULL); /* the fixture's orgs are centers */
    at_center("user list --json", 0, "\"name\":\"xm\",\"display\":\"王小明\",\"role\":\"clerk\",\"org\":1,\"password_on\":\"2026-03-05\",\"state\":\"active\",\"last_signin\":null}");
    at_center("user list", 0, "xm\t王小明\tclerk\t1\t\t2026-03-05\t可用\t未登录过");
    at_center("count case --as xm %W", 0, "0");
    at_center("user list --json", 0, "\"state\":\"active\",\"last_signin\":\"2026-03-05 10:00:00\"}");
    at_center("user set xm role=reviewer phone=13900000000", 0, "已修改");
    at_center("user set xm role=king phone=1", 1, "没有角色 king");
    at_center("user set xm org=2", 1, "换单位请停用后另开账号");
    at_center("user set xm", 2, "用法");
    at_center("user disable xm --json", 0, "{\"user\":\"xm\",\"action\":\"disable\"}");
    at_center("user list --json", 0, "\"disabled\":1,\"phone\":\"13900000000\",\"password_on\":\"2026-03-05\",\"state\":\"disabled\"");
    at_center("count case --as xm %W", 1, "账号或密码不对，或者账号已停用；连错 5 次要等 15 分钟再试");
    at_center("user enable xm", 0, "已重新启用");
    at_center("user passwd xm --as xm %W", 0, "已改密码"); /* the first word to come in, the second is the new one */
    at_center("count case --as xm %W", 1, "账号或密码不对");
    at_center("user passwd xm %W", 1, "最近 5 个密码不能再用");
    at_center("user burn xm", 2, "用法");
    at_center("user d xm", 2, "用法");
    at_center("signins --json --limit 2", 0, "\"name\":\"xm\",\"date\":\"2026-03-05\",\"time\":\"10:00:00\",\"result\":\"02\",\"via\":\"命令行\",\"station\":\"站1\"}");
    at_center("signins --where 结果=登录", 0, "登录");
    at_center("list signin --where result=04", 0, "账号已停用");
    at_center("set 000000 role=admin", 1, NULL);
}

static void test_an_old_password_on_the_command_line(void **state)
{
    (void)state;
    at_center("user add xm --role clerk %W", 0, NULL);
    at(desk.center, NOW_MS + 80 * DAY_MS, "count case --as xm %W", 0, "密码再过 10 天到期");
    at(desk.center, NOW_MS + 90 * DAY_MS, "count case --as xm %W", 1, "密码已过期；先用 aidpost user passwd xm --as xm 改");
    at(desk.center, NOW_MS + 90 * DAY_MS, "user list", 0, "密码过期");
    at(desk.center, NOW_MS + 90 * DAY_MS, "user passwd xm --as xm %W", 0, "已改密码");
    write_words("Word-0002\n");
    at(desk.center, NOW_MS + 90 * DAY_MS, "count case --as xm %W", 0, "0");
}

static void test_accounts_are_not_edited_like_records(void **state)
{
    (void)state;
    at_center("user add xm --role clerk %W", 0, NULL);
    struct command command;
    command_run(&command, desk.center, NOW_MS, "list user --json");
    char id[33], line[100];
    const char *found = strstr(command.out, "\"id\":\"");
    assert_non_null(found);
    snprintf(id, sizeof id, "%.32s", found + 6);
    command_release(&command);
    snprintf(line, sizeof line, "set %s role=admin", id);
    at_center(line, 1, "由办理动作产生");
    snprintf(line, sizeof line, "do undo %s", id);
    at_center(line, 1, "由办理动作产生");
    snprintf(line, sizeof line, "do delete %s", id);
    at_center(line, 1, "由办理动作产生");
    at_center("add user name=zz role=admin org=1", 1, "由办理动作产生");
    at_center("add signin name=zz result=01", 1, "由办理动作产生");
}

static void test_at_a_station_accounts_are_the_centers(void **state)
{
    (void)state;
    at(desk.station, NOW_MS, "user add xm %W", 1, "账号归县中心管理");
    at(desk.station, NOW_MS, "user list --json", 0, "{\"rows\":[],\"more\":false}");
    at(desk.station, NOW_MS, "count case --as nobody %W", 1, "账号或密码不对");
    at(desk.station, NOW_MS, "signins --json", 0, "\"name\":\"-\",\"date\":\"2026-03-05\",\"time\":\"10:00:00\",\"result\":\"08\"");
    at(desk.station, NOW_MS, "rule set require_signin 是", 0, "require_signin\t1\t登录才能用");
    at(desk.station, NOW_MS, "rule set require_signin 2", 1, NULL);
}

static void test_flagged_changes(void **state)
{
    (void)state;
    struct store *store;
    at_center("flagged --json", 0, "{\"rows\":[]}");
    at_center("todo --json", 0, "\"flagged\":0");
    /* What the center's ingest does: tests/test_flagged.c. Here only the words. */
    assert_int_equal(store_open(&store, desk.center, STORE_OPEN_EXISTING, NULL), STATUS_OK);
    assert_int_equal(store_begin(store, "test", NULL), STATUS_OK);
    struct stmt *stmt = store_prepare(store, "INSERT INTO flagged(lsn, reason) VALUES(1, '已停用账号所写')");
    assert_int_equal(stmt_run(stmt, NULL), STATUS_OK);
    assert_int_equal(store_commit(store, NULL), STATUS_OK);
    store_close(store);
    at_center("todo --json", 0, "\"flagged\":1");
    struct command command;
    command_run(&command, desk.center, NOW_MS, "flagged --json");
    char id[33], line[100];
    assert_int_equal(command.code, 0);
    assert_non_null(strstr(command.out, "\"type\":\"org\",\"user\":\"center\",\"at\":\"2026-01-01T08:00:00+08:00\",\"reason\":\"已停用账号所写\",\"station\":\"县中心\",\"reviewed_by\":null"));
    snprintf(id, sizeof id, "%.32s", strstr(command.out, "\"id\":\"") + 6);
    command_release(&command);
    snprintf(line, sizeof line, "history %s --json", id);
    at_center(line, 0, "\"op\":\"put\",\"flagged\":true");
    snprintf(line, sizeof line, "history %s", id);
    at_center(line, 0, "（已停用账号所写）");
    at_center("flagged review", 2, "用法");
    snprintf(line, sizeof line, "flagged review %.8s --json", id);
    at_center(line, 0, "{\"reviewed\":1}");
    at_center(line, 1, "没有待复核的变更");
    at_center("flagged --json", 0, "{\"rows\":[]}");
    at_center("flagged --all --json", 0, "\"reviewed_at\":\"2026-03-05T10:00:00+08:00\"");
    at_center("todo --json", 0, "\"flagged\":0");
}

#define in_desk(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_desk(test_what_is_sealed_is_not_guessed),
        in_desk(test_an_account_from_the_cradle),
        in_desk(test_an_old_password_on_the_command_line),
        in_desk(test_accounts_are_not_edited_like_records),
        in_desk(test_at_a_station_accounts_are_the_centers),
        in_desk(test_flagged_changes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
