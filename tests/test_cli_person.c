/* tests/test_cli_person.c - check-id, duplicates, do merge|unmerge|not-same, interest and eligibility as a person at the command line meets them: answers and exit codes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/hash.h"
#include "tests/fixture.h"
#include "tui/cli.h"

static const int64_t NOON_MS = INT64_C(1767225600000); /* 2026-01-01 */
static char folder[64];
static uint64_t seed = 7;

static int64_t fixed_now(void *clock)
{
    (void)clock;
    return NOON_MS;
}

struct answer {
    char out[8192], err[2048];
    int code;
};

/* "verb arg arg": words divided by blanks. */
static struct answer run(const char *line)
{
    static struct answer answer;
    char words[1024], *argv[32], *text_out = NULL, *text_err = NULL;
    size_t out_len, err_len;
    int argc = 0;
    snprintf(words, sizeof words, "aidpost %s --data %s", line, folder);
    for (char *word = strtok(words, " "); word != NULL; word = strtok(NULL, " "))
        argv[argc++] = word;
    FILE *in = fopen("/dev/null", "r"), *out = open_memstream(&text_out, &out_len), *err = open_memstream(&text_err, &err_len);
    struct cli_system system = {.in = in, .out = out, .err = err, .random = random_seeded(&seed), .now_ms = fixed_now};
    answer.code = cli_run(&system, argc, argv);
    fclose(in);
    fclose(out);
    fclose(err);
    snprintf(answer.out, sizeof answer.out, "%s", text_out);
    snprintf(answer.err, sizeof answer.err, "%s", text_err);
    free(text_out);
    free(text_err);
    return answer;
}

static void says(const char *line, int code, const char *part)
{
    struct answer answer = run(line);
    if (answer.code != code || (strstr(answer.out, part) == NULL && strstr(answer.err, part) == NULL))
        fail_msg("%s: %d\n%s%s(wanted %d and \"%s\")", line, answer.code, answer.out, answer.err, code, part);
}

/* The id that "add" answers with. */
static void add(const char *line, char id[33])
{
    struct answer answer = run(line);
    assert_int_equal(answer.code, 0);
    const char *at = strstr(answer.out, "\"id\":\"");
    assert_non_null(at);
    snprintf(id, 33, "%.32s", at + 6);
}

static int make_center(void **state)
{
    (void)state;
    assert_int_equal(hash_start(), STATUS_OK);
    snprintf(folder, sizeof folder, "/tmp/cli_person.XXXXXX");
    assert_non_null(mkdtemp(folder));
    says("init center --name 中心 --area 320117", 0, "");
    return 0;
}

static int remove_center(void **state)
{
    (void)state;
    test_folder_remove(folder);
    return 0;
}

static void numbers_are_checked(void **state)
{
    (void)state;
    assert_int_equal(hash_start(), STATUS_OK);
    snprintf(folder, sizeof folder, "/nowhere");
    says("check-id 11010519491231002x", 0, "女  1949-12-31 出生  76 岁  110105 北京市朝阳区");
    says("check-id 11010519491231002", 1, "现有 17 位");
    says("check-id 1101051949123100211 --json", 1, "\"valid\":false,\"kind\":\"11\"");
    says("check-id 123", 1, "现有 3 位");
    says("check-id 123 90", 0, "123");
    says("check-id 110105194912310021", 1, "第 18 位校验码应为 X");
    says("check-id 110105194912310021 --json", 1, "\"valid\":false,\"kind\":\"11\",\"number\":null");
    says("check-id --json 110105491231002", 0, "\"number\":\"11010519491231002X\",\"original\":\"110105491231002\",\"sex\":\"2\",\"born\":\"1949-12-31\",\"age\":76,\"area\":\"110105\"");
    says("check-id --json 110105491231002", 0, "\"warnings\":[\"15 位旧号码");
    /* 溧水县 until 2012: a number given in 2014 has a code that was gone; 溧水区 did not exist in 1980. */
    says("check-id --json 320124201201010013", 0, "\"area_name\":\"溧水县\",\"area_path\":\"江苏省南京市溧水县\",\"area_existed\":true,\"disability\":null,\"warnings\":[]");
    says("check-id --json 320124201401010018", 0, "\"area_existed\":false,\"disability\":null,\"warnings\":[\"前 6 位 320124（溧水县）在 2012 年以后停用");
    says("check-id 320117198001010010", 0, "320117（溧水区）从 2013 年起才有");
    says("check-id 11010519491231002X11B2 41", 0, "视力残疾一级");
    says("check-id H12345678 港澳居民来往内地通行证", 0, "H12345678");
    says("check-id --json E1 31", 1, "\"reason\":\"护照号码应为 5 至 17 位字母和数字\"");
    says("check-id 1 77", 2, "没有 77 这种证件");
    says("check-id", 2, "用法");
}

static void a_pair_is_merged_and_taken_apart(void **state)
{
    (void)state;
    char a[33], b[33], line[256];
    add("add person name=王秀兰 id_no=110105198001010032 phone=13900000001 --json", a);
    add("add person name=王秀蘭 id_no=110105198001010032 phone=13900000002 employer=天虹纺织厂 --json", b);
    snprintf(line, sizeof line, "\"a\":\"%s\",\"b\":\"%s\",\"reason\":\"证件号码相同\",\"name_a\":\"王秀兰\"", a, b);
    says("duplicates --json", 0, line);
    says("duplicates", 0, "证件号码相同\n");
    snprintf(line, sizeof line, "duplicates %s --json", b);
    says(line, 0, "\"name_b\":\"王秀兰\"");
    snprintf(line, sizeof line, "do merge %s with=%s take=电话、employer reason=同一人", a, b);
    says(line, 0, "saved");
    snprintf(line, sizeof line, "get %s", a);
    says(line, 0, "天虹纺织厂");
    says("duplicates --json", 0, "{\"rows\":[]}");
    snprintf(line, sizeof line, "set %s phone=13900000003", a);
    says(line, 0, "");
    snprintf(line, sizeof line, "do unmerge %s --json", a); /* the one merge that it survived */
    says(line, 3, "\"state\":\"saved\"");
    snprintf(line, sizeof line, "get %s", a);
    assert_null(strstr(run(line).out, "天虹纺织厂"));
    says(line, 0, "13900000003");
    snprintf(line, sizeof line, "do unmerge %s", b);
    says(line, 1, "没有档案并入这一份");
}

static void wrong_words_change_nothing(void **state)
{
    (void)state;
    char a[33], b[33], line[256];
    add("add person name=甲 --json", a);
    add("add person name=乙 --json", b);
    snprintf(line, sizeof line, "do merge %s", a);
    says(line, 2, "with=");
    snprintf(line, sizeof line, "do merge %s with=%s take=height", a, b);
    says(line, 2, "height");
    snprintf(line, sizeof line, "do merge %s with=%s take=merged_into", a, b);
    says(line, 2, "merged_into");
    snprintf(line, sizeof line, "do merge %s with=%s", a, a);
    says(line, 1, "同一份档案");
    says("count merge --json", 0, "{\"count\":0}");
    snprintf(line, sizeof line, "do not-same %s with=%s reason=问过本人", a, b);
    says(line, 0, "saved");
    says("list merge", 0, "不是同一人：问过本人");
}

static void a_case_is_judged(void **state)
{
    (void)state;
    char his[33], hers[33], line[256];
    add("add case name=赵大强 case_type=民事 matter=M4 opponent=钱小芳 income=2490元 born=1960-01-01 sex=1 --json", his);
    add("add case name=钱小芳 case_type=民事 opponent=赵大强 --json", hers);
    snprintf(line, sizeof line, "interest %s --json", hers);
    char part[256];
    snprintf(part, sizeof part, "{\"hits\":[{\"case\":\"%s\",\"who\":\"钱小芳\",\"other\":\"对方当事人 钱小芳\",\"evidence\":\"姓名或名称相同\",\"score\":70,\"opposite\":true}", his);
    says(line, 0, part);
    snprintf(line, sizeof line, "eligibility %s --json", his);
    says(line, 0, "\"scope\":\"01\",\"scope_text\":\"请求给付赡养费、抚养费、扶养费（法律援助法第三十一条第(四)项）\",\"means\":\"01\"");
    says(line, 0, "\"age\":66,\"categories\":\"19\"}");
    says("interest 123456789012 --json", 1, "\"error\":\"not_found\"");
    snprintf(line, sizeof line, "interest %s lawyer=某人", hers);
    says(line, 2, "handler=");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_checked),
        cmocka_unit_test_setup_teardown(a_pair_is_merged_and_taken_apart, make_center, remove_center),
        cmocka_unit_test_setup_teardown(wrong_words_change_nothing, make_center, remove_center),
        cmocka_unit_test_setup_teardown(a_case_is_judged, make_center, remove_center),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
