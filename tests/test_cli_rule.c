/* tests/test_cli_rule.c - rule, deadline and todo on the command line, at the center and at a station. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/office.h"

static const int64_t NOW_MS = OFFICE_NOW_MS;

static struct office desk;

static int set_up(void **state)
{
    (void)state;
    return office_make(&desk, 1, NULL);
}

static int tear_down(void **state)
{
    (void)state;
    return office_remove(&desk);
}

static void at_center(const char *line, int code, const char *says)
{
    command_expect(desk.center, NOW_MS, line, code, says);
}

static void at_station(const char *line, int code, const char *says)
{
    command_expect(desk.station, NOW_MS, line, code, says);
}

static void test_one_list_of_settings_and_rules(void **state)
{
    (void)state;
    at_center("rule list --json", 0,
              "{\"name\":\"session_idle_min\",\"value\":\"15\",\"default\":\"15\",\"label\":\"离开锁屏\",\"help\":\"多久没有按键就要求重新登录（用帐号登录时）\",\"kind\":\"int\","
              "\"scope\":\"machine\",\"basis\":\"\",\"mark\":\"\",\"from\":null}");
    at_center("rule list --json", 0, "{\"name\":\"D03\",\"value\":\"3日\",\"default\":\"3日\",\"label\":\"指派承办人\",");
    at_center("rule list --json", 0, "\"kind\":\"term\",\"scope\":\"county\",\"basis\":\"法律援助法第四十三条\",\"mark\":\"source\",\"from\":null,\"versions\":[]}");
    at_center("rule list", 0, "session_idle_min\t15分钟\t");
    at_center("rule list", 0, "D03\t3日\t指派承办人：");
    at_center("rule", 2, NULL);
    at_center("rule list D03", 2, "用法");
}

static void test_a_county_rule_is_set_with_day_and_basis(void **state)
{
    (void)state;
    at_center("rule set D02 '10 天' --from 2026-03-01 --basis 'X司发〔2026〕3号'", 0, "D02\t10日\t");
    at_center("rule set means_standard 2660元 --from 2027-01-01 --json", 0, "\"value\":\"2660元\",\"default\":\"2490元\"");
    at_center("rule list --json", 0, "\"name\":\"D02\",\"value\":\"10日\",\"default\":\"15日\"");
    at_center("rule list --json", 0, "\"basis\":\"X司发〔2026〕3号\",\"mark\":\"knowledge\",\"from\":\"2026-03-01\",\"versions\":[{\"from\":\"2026-03-01\",\"value\":\"10日\",\"basis\":\"X司发〔2026〕3号\"}]}");
    at_center("rule list", 0, "means_standard\t2490元\t"); /* not yet */
    at_center("rule list", 0, "；2027-01-01 起 2660元");
    at_center("rule set D04 2日", 0, "2026-03-05 起，原 3日"); /* from today on */
    at_center("rule set D02 '' --from 2026-05-01", 0, "D02\t15日");
}

static void test_what_is_refused(void **state)
{
    (void)state;
    at_center("rule set D02 很快", 1, "期限要写数字和单位");
    at_center("rule set means_standard 2660", 1, "要写单位");
    at_center("rule set nothing 1", 2, "没有设置 nothing");
    at_center("rule set D02 10日 --from 昨天", 2, "--from 应是日期");
    at_center("rule set session_idle_min 20 --from 2026-01-01", 2, "没有 --from");
    at_center("add rule name=D02 value=很快", 1, "期限要写数字和单位");
    at_center("add rule name=D99 value=7日", 1, "没有规则 D99");
    at_station("rule set D02 10日", 1, "只能在县中心");
    at_station("rule set session_idle_min 20", 0, "20分钟");
    at_station("rule list", 0, "D02\t15日");
}

static void test_the_secret_is_not_shown(void **state)
{
    (void)state;
    at_center("rule set interest_salt abcdefgh", 0, "interest_salt\t***\t");
    struct command command;
    command_run(&command, desk.center, NOW_MS, "rule list --json");
    assert_null(strstr(command.out, "abcdefgh"));
    command_release(&command);
}

static void test_a_period_counted_by_hand(void **state)
{
    (void)state;
    /* 16 February lies in the Spring Festival, which ends on Monday the 23rd. */
    at_center("deadline D01 2026-02-09 --json", 0,
              "{\"code\":\"D01\",\"label\":\"审查决定\",\"from\":\"2026-02-09\",\"n\":7,\"unit\":\"day\",\"paused_days\":0,\"due\":\"2026-02-24\",\"basis\":\"法律援助法第四十三条\",\"holidays_known\":true}");
    at_center("deadline 审查决定 2026-02-09", 0, "D01 审查决定：2026-02-09 起 7日，至 2026-02-24 周二（法律援助法第四十三条）");
    at_center("deadline D01 2026-03-02 5", 0, "扣除 5 天，至 2026-03-16 周一");
    at_center("deadline D11 2026-09-29", 0, "至 2026-10-12 周一");
    at_center("deadline D01 2026-12-28", 0, "2027 年的放假安排还没有录入");
    at_center("deadline D06 2026-02-14 --json", 0, "\"n\":24,\"unit\":\"hour\",\"paused_days\":0,\"due\":\"2026-02-15\"");
    at_center("deadline D99 2026-03-02", 2, "没有期限 D99");
    at_center("deadline means_standard 2026-03-02", 2, "没有期限 means_standard");
    at_center("deadline D01 2026-02-30", 2, "2026-02-30 没有这一天");
    at_center("deadline D01 soon", 2, "不是日期");
    at_center("deadline D01 2026-03-02 -1", 2, NULL);
    at_center("deadline D01 2026-03-02 x", 2, "扣除的天数");
    at_center("add holiday date=2026-03-09 off=是 name=停工", 0, NULL);
    at_center("deadline D01 2026-03-02", 0, "至 2026-03-10 周二");
}

static void test_todo(void **state)
{
    (void)state;
    at_station("todo --json", 0, "{\"rows\":[],\"drafts\":0,\"conflicts\":0,\"quarantined\":0,\"flagged\":0,\"moved_away\":0,\"moved_here\":0}");
    at_station("add consultation date=2月27日 name=寄信人 channel=来信 category=02 content=问", 0, NULL);
    at_station("add case name=张三 limitation_on=2026-03-04 received_on=2026-03-02", 0, NULL);
    /* D17: 7 working days after 27 February: 28 (worked Saturday), 2, 3, 4, 5, 6, 9 March. */
    at_station("todo --json", 0, "\"type\":\"case\",\"deadline\":\"D19\",\"label\":\"时效届满\",\"from\":null,\"due\":\"2026-03-04\",\"days_left\":-1,\"name\":\"张三\",\"cause\":\"\",\"state\":\"S1\","
                                 "\"paused\":false,\"informational\":false,\"holidays_known\":true},{");
    at_station("todo --json", 0, "\"type\":\"consultation\",\"deadline\":\"D17\",\"label\":\"答复来信\",\"from\":\"2026-02-27\",\"due\":\"2026-03-09\",\"days_left\":4,\"name\":\"寄信人\",\"cause\":\"劳动");
    at_station("todo", 0, "超 1 天\t2026-03-04\tD19 时效届满\t张三");
    at_station("todo", 0, "剩 4 天\t2026-03-09\tD17 答复来信\t寄信人 劳动");
    at_station("todo", 0, "草稿 0  分歧 0  隔离的变更 0  待复核的变更 0");
    struct command command;
    command_run(&command, desk.station, NOW_MS, "todo --limit 1");
    assert_null(strstr(command.out, "D17"));
    command_release(&command);
    at_station("todo --limit x", 2, "--limit");
    at_center("todo --json", 0, "{\"rows\":[]");
}

static void test_a_sealed_name_is_not_listed(void **state)
{
    struct command command;
    (void)state;
    at_center("add case name=小某 sealed=是 limitation_on=2026-03-10 received_on=2026-03-02", 0, NULL);
    command_run(&command, desk.center, NOW_MS, "todo --json");
    assert_null(strstr(command.out, "小某"));
    assert_non_null(strstr(command.out, "封存"));
    command_release(&command);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_one_list_of_settings_and_rules, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_county_rule_is_set_with_day_and_basis, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_what_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_the_secret_is_not_shown, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_period_counted_by_hand, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_todo, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_sealed_name_is_not_listed, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
