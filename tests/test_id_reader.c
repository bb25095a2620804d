/* tests/test_id_reader.c - what card readers and scanners type. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/day.h"
#include "core/record/id_reader.h"

#define NUMBER "32012419870312274X"

static bool parse(const char *text, struct id_reading *out)
{
    return id_reading_parse(text, strlen(text), DAY_MAX, out);
}

static void the_number_alone(void **state)
{
    static const char *const lines[] = {NUMBER, NUMBER "\n", " 32012419870312274x\r\n", "３２０１２４１９８７０３１２２７４Ｘ\n"};
    struct id_reading reading;
    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        assert_true(parse(lines[i], &reading));
        assert_string_equal(reading.card.number, NUMBER);
        assert_int_equal(reading.card.sex, 2);
        assert_string_equal(reading.name, "");
    }
}

static void whole_cards(void **state)
{
    static const char *const lines[] = {
        "张文芳\t女\t汉\t19870312\t江苏省南京市溧水区永阳街道2号\t" NUMBER "\n",
        "张文芳|女|汉族|1987-03-12|江苏省南京市溧水区永阳街道2号|" NUMBER "|南京市公安局|2016.01.02-2036.01.02\n",
        "姓名:张文芳,性别:女,民族:汉,出生:1987年3月12日,住址:江苏省南京市溧水区永阳街道2号,公民身份号码:" NUMBER "\n",
        "姓名：张文芳，性别：女，民族：汉，住址：江苏省南京市溧水区永阳街道2号，身份证号：" NUMBER "\n",
        NUMBER "  张文芳  女  汉  江苏省南京市溧水区永阳街道2号\n",
        "张文芳\n女\n汉\n19870312\n江苏省南京市溧水区永阳街道2号\n" NUMBER "\n",
    };
    struct id_reading reading;
    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        if (!parse(lines[i], &reading))
            fail_msg("line %zu is no card", i);
        assert_string_equal(reading.card.number, NUMBER);
        assert_string_equal(reading.name, "张文芳");
        assert_string_equal(reading.nation, "汉族");
        assert_string_equal(reading.address, "江苏省南京市溧水区永阳街道2号");
    }
    assert_true(parse("阿依古丽·买买提\t女\t维吾尔族\t" NUMBER, &reading));
    assert_string_equal(reading.name, "阿依古丽·买买提");
    assert_string_equal(reading.nation, "维吾尔族");
}

/* Somebody's typing that happens to have a number in it, and cards that contradict themselves, are left to people. */
static void what_is_no_card(void **state)
{
    static const char *const lines[] = {
        "", "张文芳\n", "32012419870312274\n", "320124198703122741\n", "王建国\n\n" NUMBER "\n", "王建国\n1\n" NUMBER "\n",
        "张文芳\t男\t汉\t" NUMBER "\n", "张文芳\t女\t汉\t19870313\t" NUMBER "\n", "女\t汉\t" NUMBER "\n",
    };
    struct id_reading reading;
    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
        if (parse(lines[i], &reading))
            fail_msg("line %zu is a card", i);
}

/* Any bytes: no reading beyond them. */
static void noise(void **state)
{
    static const char alphabet[] = "0123456789X\t\n,| :男女族\xe6\xb1";
    uint32_t seed = 3;
    struct id_reading reading;
    (void)state;
    for (int round = 0; round < 100000; round++) {
        char text[40];
        size_t len = 0;
        for (size_t want = (size_t)(round % 40); len < want; len++) {
            seed = seed * 1664525 + 1013904223;
            text[len] = alphabet[(seed >> 8) % (sizeof alphabet - 1)];
        }
        char *exact = malloc(len > 0 ? len : 1);
        assert_non_null(exact);
        memcpy(exact, text, len);
        (void)id_reading_parse(exact, len, DAY_MAX, &reading);
        free(exact);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_number_alone), cmocka_unit_test(whole_cards), cmocka_unit_test(what_is_no_card), cmocka_unit_test(noise)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
