/* tests/test_money.c - sums as people write them, to the fen, and in words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/money.h"

static void sums_as_people_write_them(void **state)
{
    static const struct {
        const char *text;
        int64_t fen; /* as yuan */
    } cases[] = {{"3000元", 300000}, {"3000", 300000},      {"1.2万", 1200000},   {"1.2万元", 1200000},   {"１．２万", 1200000}, {"1,200.50", 120050}, {"¥1200", 120000}, {"3千", 300000},
                 {"1万2千元", 1200000}, {"3千5百", 350000},  {"12元5角3分", 1253}, {"5毛", 50},            {"8块", 800},          {"0.01", 1},          {"5分", 5},        {"-20元", -2000},
                 {"1.23456万", 1234560}, {"1亿", 10000000000}, {"0", 0},           {"3 000 元", 300000},   {"2.10", 210},         {"2.100", 210},         {"1万2", 1200000},
                 {"１万２", 1200000},   {"3千5", 350000},       {"12块5", 1250},        {"1万2000", 1200000},   {"2万3000元", 2300000}};
    static const char *const malformed[] = {"", "元", ".", "1.2.3", "1万20", "1万200", "1万0", "1万2.5", "1万2.50", "1角2", "1元2元", "1角2元", "三千", "12x", "-", "1千2万"};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t fen = 7;
        assert_int_equal(money_parse(cases[i].text, strlen(cases[i].text), MONEY_YUAN, &fen), STATUS_OK);
        assert_int_equal(fen, cases[i].fen);
    }
    for (size_t i = 0; i < sizeof malformed / sizeof malformed[0]; i++) {
        int64_t fen = 7;
        if (money_parse(malformed[i], strlen(malformed[i]), MONEY_YUAN, &fen) != STATUS_MALFORMED)
            fail_msg("%s was taken for %lld", malformed[i], (long long)fen);
        assert_int_equal(fen, 7);
    }
}

static void machines_write_fen_and_nothing_is_rounded(void **state)
{
    int64_t fen = 7;
    (void)state;
    assert_int_equal(money_parse("1200", 4, MONEY_FEN, &fen), STATUS_OK);
    assert_int_equal(fen, 1200);
    assert_int_equal(money_parse("12.0", 4, MONEY_FEN, &fen), STATUS_OK);
    assert_int_equal(fen, 1200);
    assert_int_equal(money_parse("0.005", 5, MONEY_YUAN, &fen), STATUS_RANGE);
    assert_int_equal(money_parse("1.23456789万", strlen("1.23456789万"), MONEY_YUAN, &fen), STATUS_RANGE);
    assert_int_equal(fen, 1200);
    assert_int_equal(money_parse("99999999999999999", 17, MONEY_YUAN, &fen), STATUS_TOO_LARGE);
    assert_int_equal(fen, INT64_MAX);
}

static void in_words(void **state)
{
    static const struct {
        int64_t fen;
        const char *text, *words;
    } cases[] = {{1200000, "12000.00元", "壹万贰仟元整"},
                 {0, "0.00元", "零元整"},
                 {5, "0.05元", "伍分"},
                 {50, "0.50元", "伍角整"},
                 {1005, "10.05元", "壹拾元零伍分"},
                 {1253, "12.53元", "壹拾贰元伍角叁分"},
                 {10000100, "100001.00元", "壹拾万零壹元整"},
                 {100010000, "1000100.00元", "壹佰万零壹佰元整"},
                 {10000000100, "100000001.00元", "壹亿零壹元整"},
                 {10010000, "100100.00元", "壹拾万零壹佰元整"},
                 {3000, "30.00元", "叁拾元整"},
                 {-2000, "-20.00元", "负贰拾元整"},
                 {99999999999999, "999999999999.99元", "玖仟玖佰玖拾玖亿玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分"},
                 {100000000000000, "1000000000000.00元", ""}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct buf text, words;
        buf_init(&text, 256);
        buf_init(&words, 256);
        money_format(cases[i].fen, &text);
        money_words(cases[i].fen, &words);
        assert_string_equal(buf_cstr(&text), cases[i].text);
        assert_string_equal(buf_cstr(&words), cases[i].words);
        buf_release(&text);
        buf_release(&words);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(sums_as_people_write_them), cmocka_unit_test(machines_write_fen_and_nothing_is_rounded), cmocka_unit_test(in_words)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
