/* tests/test_id_card.c - identity numbers: the example of GB 11643-1999, the old form, and what people type instead. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/day.h"
#include "core/record/id_card.h"

static int32_t day(const char *text)
{
    int32_t out = 0;
    assert_int_equal(day_parse(text, strlen(text), &out), STATUS_OK);
    return out;
}

static void good_number_is_read(void **state)
{
    (void)state;
    static const char *const spellings[] = {"11010519491231002X", "11010519491231002x", " 110105 19491231 002X ", "１１０１０５１９４９１２３１００２Ｘ",
                                            "110105　194912310 02ｘ"};
    for (size_t i = 0; i < sizeof spellings / sizeof spellings[0]; i++) {
        struct id_card card;
        assert_int_equal(id_card_parse(spellings[i], strlen(spellings[i]), DAY_MAX, &card, NULL), STATUS_OK);
        assert_string_equal(card.number, "11010519491231002X");
        assert_string_equal(card.area, "110105");
        assert_int_equal(card.born, day("1949-12-31"));
        assert_int_equal(card.sex, 2);
    }
    assert_int_equal(id_card_checksum("11010519491231002"), 'X');
    assert_int_equal(id_card_checksum("34052419800101001"), 'X');
}

static void old_number_is_upgraded(void **state)
{
    (void)state;
    struct id_card card;
    assert_int_equal(id_card_parse("110105491231002", 15, DAY_MAX, &card, NULL), STATUS_OK);
    assert_string_equal(card.number, "11010519491231002X");
}

static void refused(const char *text, int32_t today, const char *reason)
{
    struct id_card card;
    struct errmsg err = {{0}};
    assert_int_equal(id_card_parse(text, strlen(text), today, &card, &err), STATUS_INVALID);
    if (strstr(err.text, reason) == NULL)
        fail_msg("%s: got \"%s\", wanted \"%s\"", text, err.text, reason);
}

static void reasons_are_precise(void **state)
{
    (void)state;
    refused("110105194912310021", DAY_MAX, "第 18 位校验码应为 X");
    refused("1101051949123100", DAY_MAX, "应为 18 位，现有 16 位");
    refused("", DAY_MAX, "现有 0 位");
    refused("11010519491331002X", DAY_MAX, "第 7 至 14 位不是日期: 19491331");
    refused("11010519490229002X", DAY_MAX, "不是日期");
    refused("1101O519491231002X", DAY_MAX, "第 5 位应为数字");
    refused("110105199999999999999999999", DAY_MAX, "18 位");
    refused("11010519491231002X", day("1949-12-30"), "在将来");
    refused("身份证号码身份证号码身份证号码身份证", DAY_MAX, "第 1 位应为数字");
    refused("11010519491231002字", DAY_MAX, "第 18 位校验码应为 X");
    refused("\xFF\xFE", DAY_MAX, "UTF-8");
}

static void check(const char *kind, const char *text, const char *expected)
{
    char out[64] = "";
    struct errmsg err = {{0}};
    enum status status = id_number_check(kind, text, strlen(text), DAY_MAX, out, sizeof out, &err);
    if (expected == NULL) {
        assert_int_equal(status, STATUS_INVALID);
        assert_true(strlen(err.text) > 0);
        return;
    }
    assert_int_equal(status, STATUS_OK);
    assert_string_equal(out, expected);
}

static void kinds_have_their_own_rules(void **state)
{
    (void)state;
    check("11", "11010519491231002x", "11010519491231002X");
    check("11", "110105491231002", "11010519491231002X");
    check("11", "12345", NULL);
    check("12", "110105194912310020", NULL);
    check("", "110105194912310020", NULL);
    check("", "军字第1234567号", "军字第1234567号");
    check("21", "军字第１２３４５６７号", "军字第1234567号");
    check("21", "军字", NULL);
    check("31", "e12345678", "E12345678");
    check("31", "E-1", NULL);
    check("32", "h12345678", "H12345678");
    check("32", "H1234567890", "H1234567890");
    check("32", "X12345678", NULL);
    check("32", "H123456789", NULL);
    check("33", "12345678", "12345678");
    check("33", "123456789", NULL);
    check("34", "11010519491231002X", NULL);
    check("35", "CHN123456789012", "CHN123456789012");
    check("35", "123456789012345678", NULL);
    check("41", "11010519491231002X43", "11010519491231002X43");
    check("41", "11010519491231002143", NULL);
    check("41", "11010519491231002X", NULL);
    check("90", "随便什么", "随便什么");
    check("zz", "1", "1");
}

static void output_is_bounded(void **state)
{
    (void)state;
    char out[8] = "before", long_text[300];
    memset(long_text, '9', sizeof long_text);
    assert_int_equal(id_number_check("90", long_text, sizeof long_text, DAY_MAX, out, sizeof out, NULL), STATUS_TOO_LARGE);
    assert_int_equal(id_number_check("90", "12345678", 8, DAY_MAX, out, sizeof out, NULL), STATUS_TOO_LARGE);
    assert_string_equal(out, "before");
}

/* Every single wrong digit and every swap of neighbours is noticed: what the check character is for. */
static void typing_errors_are_caught(void **state)
{
    (void)state;
    const char *good = "11010519491231002X";
    struct id_card card;
    for (size_t i = 0; i < 17; i++) {
        for (char c = '0'; c <= '9'; c++) {
            char text[19];
            strcpy(text, good);
            text[i] = c;
            if (c != good[i])
                assert_int_equal(id_card_parse(text, 18, DAY_MAX, &card, NULL), STATUS_INVALID);
        }
    }
    for (size_t i = 0; i < 16; i++) {
        char text[19];
        strcpy(text, good);
        text[i] = good[i + 1];
        text[i + 1] = good[i];
        if (good[i] != good[i + 1])
            assert_int_equal(id_card_parse(text, 18, DAY_MAX, &card, NULL), STATUS_INVALID);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_number_is_read),       cmocka_unit_test(old_number_is_upgraded), cmocka_unit_test(reasons_are_precise),
        cmocka_unit_test(kinds_have_their_own_rules), cmocka_unit_test(output_is_bounded),     cmocka_unit_test(typing_errors_are_caught),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
