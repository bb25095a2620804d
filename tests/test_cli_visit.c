/* tests/test_cli_visit.c - aidpost visits, complaints, do visit, the acts on a complaint, todo: as a person at the command line meets them. The clock stands on 2026-01-01. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/command.h"

static const int64_t NOON_MS = INT64_C(1767225600000); /* 2026-01-01 */
static char folder[64];

static void says(const char *line, int code, const char *part)
{
    command_expect(folder, NOON_MS, line, code, part);
}

/* The id that "add" answers with. */
static void add(const char *line, char id[33])
{
    struct command command;
    command_run(&command, folder, NOON_MS, line);
    const char *at = strstr(command.out, "\"id\":\"");
    if (command.code != 0 || at == NULL)
        fail_msg("%s: %d\n%s%s", line, command.code, command.out, command.err);
    snprintf(id, 33, "%.32s", at + 6);
    command_release(&command);
}

static void closed_case(const char *name, const char *town, const char *address, char id[33])
{
    char line[800], person[33];
    snprintf(line, sizeof line, "add person name=%s phone=13900001234 address=%s --json", name, address);
    add(line, person);
    snprintf(line, sizeof line, "add case name=%s applicant=%s town=%s case_type=民事 state=S12 received_on=2025-01-06 closed_on=2025-06-30 cause=追索劳动报酬纠纷 handler=陈律师 --json", name, person,
             town);
    add(line, id);
}

static int make_center(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/test_cli_visit.XXXXXX");
    if (mkdtemp(folder) == NULL)
        return -1;
    says("init center --name 溧水区法律援助中心 --area 320117", 0, NULL);
    return 0;
}

static int remove_center(void **state)
{
    (void)state;
    char command[100];
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return system(command);
}

static void test_visits(void **state)
{
    (void)state;
    char line[400], first[33], second[33], third[33];
    closed_case("李甲", "永阳街道", "10组1号", first);
    closed_case("王乙", "永阳街道", "2组8号", second);
    closed_case("赵丙", "白马镇", "1组1号", third);
    struct command command;
    command_run(&command, folder, NOON_MS, "visits");
    assert_int_equal(command.code, 0);
    const char *a = strstr(command.out, "王乙"), *b = strstr(command.out, "李甲"), *c = strstr(command.out, "赵丙");
    assert_true(a != NULL && b != NULL && c != NULL && a < b && b < c);
    assert_non_null(strstr(command.out, "13900001234"));
    assert_non_null(strstr(command.err, "2025 年结案的民事案件，待回访 3 件"));
    command_release(&command);
    says("visits --json --limit 1", 0, "\"more\":true");
    says("visits --town 白马镇 --json", 0, "\"name\":\"赵丙\"");
    says("visits --town 没有镇", 2, "没有 没有镇 这个镇街");
    says("visits --year 25", 2, "--year");
    says("visits --progress --satisfaction", 2, "一次看一样");
    says("visits --year 2024 --json", 0, "{\"year\":2024,\"rows\":[],\"more\":false}");
    snprintf(line, sizeof line, "do visit %s attitude=满意 overall=满意 --json", second);
    says(line, 0, "\"form\":\"32\"");
    snprintf(line, sizeof line, "do visit %s outcome=外出务工", third);
    says(line, 0, "受援人回访记录表");
    snprintf(line, sizeof line, "do visit %s outcome=外出务工 overall=满意", third);
    says(line, 1, "没有访到的不能有评价");
    snprintf(line, sizeof line, "add return_visit case_id=%s date=2025-06-01 overall=满意", first);
    says(line, 1, "结案日期 2025-06-30");
    says("visits", 0, "2026-01-01 外出务工");
    says("visits --progress", 0, "合计\t应访 3\t已访 1 (33.33%)\t未访到 1\t待访 1\t满意率 100.00%\n未访到的: 外出务工 1");
    says("visits --progress --json", 0, "\"total\":{\"frame\":3,\"visited\":1,\"unreachable\":1,\"left\":1,\"again\":1,\"visited_rate\":3333,\"satisfaction_rate\":10000");
    says("visits --progress --town 永阳街道", 0, "（村居不详）\t应访 2");
    says("visits --satisfaction", 0, "服务态度\t回答 1\t满意 1\t基本满意 0\t不满意 0\t满意率 100.00%");
    says("visits --satisfaction --json", 0, "\"visited\":1,\"unreachable\":1,\"money_taken\":0,\"rate\":10000");
    says("visits --help", 0, "--satisfaction");
}

static void test_an_import_of_visits(void **state)
{
    (void)state;
    char line[200], id[33], path[100];
    closed_case("李甲", "永阳街道", "1号", id);
    snprintf(path, sizeof path, "%s/visits.tsv", folder);
    FILE *file = fopen(path, "w");
    fprintf(file, "case_id\tdate\toutcome\toverall\tmoney_taken\n%s\t2025-12-01\t已访\t不满意\t是\n%s\t2025-12-01\t已访\t\t\n", id, id);
    fclose(file);
    snprintf(line, sizeof line, "import return_visit %s", path);
    says(line, 3, "总体评价");
    says("count return_visit", 0, "1");
    says("complaints", 0, "收取财物");
}

static void test_complaints(void **state)
{
    (void)state;
    char line[400], id[33], other[33];
    closed_case("李甲", "永阳街道", "1号", id);
    snprintf(line, sizeof line, "do visit %s overall=不满意 money_taken=是 date=2025-12-30", id);
    says(line, 0, "受援人回访记录表");
    says("complaints", 0, "2025-12-30\t已收到\t收取财物\t承办人 陈律师\tD18 2026-01-07 剩 6 天");
    says("todo", 0, "D18 投诉受理\t李甲 收取财物\t投诉");
    struct command command;
    command_run(&command, folder, NOON_MS, "list complaint --json");
    const char *at = strstr(command.out, "\"id\":\"");
    assert_non_null(at);
    snprintf(other, sizeof other, "%.32s", at + 6);
    command_release(&command);
    snprintf(line, sizeof line, "do close %s finding=查不实 resolution=x", other);
    says(line, 1, "已受理");
    snprintf(line, sizeof line, "do accept %s", other);
    says(line, 0, "2026-02-24 前办结"); /* 15 February is the first day of the Spring Festival */
    says("complaints --json", 0, "\"deadline\":\"D18_2\",\"due\":\"2026-02-");
    says("todo", 0, "D18_2 投诉办结");
    snprintf(line, sizeof line, "do close %s finding=批评教育、通报、整改 resolution=已退还", other);
    says(line, 0, "投诉处理答复书 ");
    says("complaints", 0, "没有办结的投诉 0 件");
    says("complaints --year 2025", 0, "批评教育、通报、整改");
    says("complaints --form13 --year 2025", 0, "4\t收取财物\t1\n");
    says("complaints --form13 --year 2025", 0, "6\t已处理合计\t0\n");
    says("complaints --form13", 0, "8\t批评教育、通报、整改\t1\n");
    says("complaints --form13 --json", 0, "{\"label\":\"行政诉讼\",\"count\":0}]}");
    says("complaints --year x", 2, "--year");
    snprintf(line, sizeof line, "document 44 %s", other);
    says(line, 0, "已退还");
}

#define at_center(test) cmocka_unit_test_setup_teardown(test, make_center, remove_center)

int main(void)
{
    const struct CMUnitTest tests[] = {
        at_center(test_visits),
        at_center(test_an_import_of_visits),
        at_center(test_complaints),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
