/* tests/test_party_line.c - the roster of other people in a case, a line each. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/case/party_line.h"
#include "core/case/roster_word.h"

static int open_codes(void **state)
{
    return code_book_new((struct code_book **)state, "320117") == STATUS_OK ? 0 : 1;
}

static int close_codes(void **state)
{
    code_book_free(*state);
    return 0;
}

/* role|name|phone|id_no|relation|employer, or the refusal. */
static void told(const struct code_book *codes, const char *line, char out[600])
{
    struct record party;
    struct errmsg err = {{0}};
    record_init(&party, catalogue_find("party"));
    if (party_line_parse(line, strlen(line), codes, &party, &err) == STATUS_OK)
        snprintf(out, 600, "%s|%s|%s|%s|%s|%s", record_text(&party, "role"), record_text(&party, "name"), record_text(&party, "phone"), record_text(&party, "id_no"),
                 record_text(&party, "relation"), record_text(&party, "employer"));
    else
        snprintf(out, 600, "%s", err.text);
    record_release(&party);
}

static void lines_of_a_roster(void **state)
{
    static const struct {
        const char *line, *told;
    } cases[] = {
        {"王小明", "04|王小明||||"},
        {"共同申请人 王小明 13900000002", "04|王小明|13900000002|||"},
        {"对方当事人，某某公司", "01|某某公司||||"},
        {"dfdsr 某某公司", "01|某某公司||||"},
        {"03 赵秀兰 32012419870312274X 13900000002", "03|赵秀兰|13900000002|32012419870312274X||"},
        {"13900000002 赵秀兰 证人 永阳小学", "07|赵秀兰|13900000002|||永阳小学"},
        {"阿依古丽·买买提　025-57212348", "04|阿依古丽·买买提|025-57212348|||"},
    };
    char text[600];
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        told(*state, cases[i].line, text);
        assert_string_equal(text, cases[i].told);
    }
    told(*state, "共同申请人", text);
    assert_non_null(strstr(text, "没有写姓名"));
    told(*state, "王小明 320124198703122741", text);
    assert_non_null(strstr(text, "320124198703122741"));
    told(*state, "王小明 永阳小学 又一个词", text);
    assert_non_null(strstr(text, "是什么不清楚"));
}

static void a_roster_is_lines_or_semicolons(void **state)
{
    static const char *const expected[] = {"甲", " 乙 1", "丙", "丁"};
    const char *at = "甲\n\n 乙 1；丙;  \n丁\n", *line;
    size_t len, n = 0;
    (void)state;
    while (roster_line_next(&at, &line, &len)) {
        assert_true(n < 4);
        assert_int_equal(len, strlen(expected[n]));
        assert_memory_equal(line, expected[n], len);
        n++;
    }
    assert_int_equal(n, 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test_setup_teardown(lines_of_a_roster, open_codes, close_codes), cmocka_unit_test(a_roster_is_lines_or_semicolons)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
