/* tests/test_id_card.c - identity numbers: the example of GB 11643-1999, the old form, and what people type instead. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/day.h"
#include "core/record/code_book.h"
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
    assert_string_equal(card.original, "110105491231002");
    assert_int_equal(card.born, day("1949-12-31"));
    assert_int_equal(card.sex, 2);
    /* And back: keeping the upgraded number loses nothing. */
    char old[16];
    assert_true(id_card_old_number(&card, old));
    assert_string_equal(old, "110105491231002");
    assert_int_equal(id_card_parse("11010519491231002X", 18, DAY_MAX, &card, NULL), STATUS_OK);
    assert_string_equal(card.original, "");
    assert_int_equal(id_card_parse("320117200501010017", 18, DAY_MAX, &card, NULL), STATUS_OK);
    assert_false(id_card_old_number(&card, old)); /* born in this century */
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

static struct id_number read_number(const char *kind, const char *text)
{
    struct id_number out;
    struct errmsg err = {{0}};
    if (id_number_read(kind, text, strlen(text), DAY_MAX, &out, &err) != STATUS_OK)
        fail_msg("%s %s: %s", kind, text, err.text);
    return out;
}

static void number_refused(const char *kind, const char *text, const char *reason)
{
    struct id_number out;
    struct errmsg err = {{0}};
    assert_int_equal(id_number_read(kind, text, strlen(text), DAY_MAX, &out, &err), STATUS_INVALID);
    if (strstr(err.text, reason) == NULL)
        fail_msg("%s %s: got \"%s\", wanted \"%s\"", kind, text, err.text, reason);
}

static void kinds_are_guessed(void **state)
{
    (void)state;
    assert_string_equal(read_number("", "11010519491231002X").kind, "11");
    assert_string_equal(read_number("", "110105491231002").kind, "11");
    assert_string_equal(read_number("", "110105491231002").number, "11010519491231002X");
    assert_string_equal(read_number("", "E12345678").kind, "");
    assert_false(read_number("", "E12345678").has_card);
    assert_false(read_number("", "军字第1234567号").has_card);
    assert_string_equal(read_number("12", "11010519491231002X").kind, "12");
    assert_true(read_number("12", "11010519491231002X").has_card);
}

static void residence_permits(void **state)
{
    (void)state;
    assert_int_equal(read_number("34", "810000199001010019").card.born, day("1990-01-01"));
    assert_int_equal(read_number("34", "820000199001010029").card.sex, 2);
    assert_true(read_number("34", "830000199001010039").has_card);
    number_refused("34", "840000199001010030", "810000");
    number_refused("34", "11010519491231002X", "830000");
    number_refused("34", "110105491231002", "应为 18 位");
    number_refused("34", "810000900101001", "应为 18 位");
    struct id_area area;
    id_card_area("830000", day("1990-01-01"), &area);
    assert_string_equal(area.name, "台湾省");
    assert_true(area.existed);
}

static void permanent_residence(void **state)
{
    (void)state;
    assert_string_equal(read_number("35", "usa110085010101").number, "USA110085010101");
    assert_string_equal(read_number("35", "911124198108030024").number, "911124198108030024");
    assert_string_equal(read_number("35", "91112419810803002x").number, "91112419810803002X");
    assert_false(read_number("35", "911124198108030024").has_card);
    number_refused("35", "US1100850101011", "3 个字母");
    number_refused("35", "91112419810803002", "3 个字母");
    number_refused("35", "9111241981080300X4", "3 个字母");
}

static void disability_certificates(void **state)
{
    (void)state;
    struct id_number number = read_number("41", "11010519491231002X43");
    char text[ID_DISABILITY_BYTES];
    assert_string_equal(number.number, "11010519491231002X43");
    assert_true(number.has_card);
    assert_int_equal(number.card.sex, 2);
    assert_int_equal(number.disability, 4);
    assert_int_equal(number.grade, 3);
    assert_int_equal(number.copy, 0);
    id_number_disability(&number, text);
    assert_string_equal(text, "肢体残疾三级");
    number = read_number("41", "11010519491231002x11b1");
    assert_string_equal(number.number, "11010519491231002X11B1");
    assert_int_equal(number.copy, 1);
    id_number_disability(&number, text);
    assert_string_equal(text, "视力残疾一级");
    assert_int_equal(read_number("41", "11010519491231002X74B12").copy, 12);
    number_refused("41", "11010519491231002X83", "第 19 位应为残疾类别");
    number_refused("41", "11010519491231002X03", "第 19 位应为残疾类别");
    number_refused("41", "11010519491231002X45", "第 20 位应为残疾等级");
    number_refused("41", "11010519491231002X43B", "补办次数");
    number_refused("41", "11010519491231002X43B0", "补办次数");
    number_refused("41", "11010519491231002X43B123", "补办次数");
    number_refused("41", "11010519491231002X43C1", "补办次数");
    number_refused("41", "11010519491231002X", "现有 18 位");
    number = read_number("11", "11010519491231002X");
    id_number_disability(&number, text);
    assert_string_equal(text, "");
}

static void permits_and_the_rest(void **state)
{
    (void)state;
    number_refused("32", "H1234567", "H 或 M");
    number_refused("32", "HK12345678", "H 或 M");
    number_refused("33", "A12345678", "台湾");
    assert_string_equal(read_number("33", "１２３４５６７８９０1").number, "12345678901");
    number_refused("21", "军字", "5 至 20");
    assert_string_equal(read_number("21", "士字第 0012345 号").number, "士字第0012345号");
    number_refused("31", "ABC", "护照");
    assert_string_equal(read_number("99", "户口没有登记").number, "户口没有登记");
    assert_string_equal(read_number("90", "驾驶证 123").number, "驾驶证123");
}

static void area_is(const char *code, const char *born, const char *name, bool existed)
{
    struct id_area area;
    id_card_area(code, day(born), &area);
    assert_string_equal(area.name, name);
    if (area.existed != existed)
        fail_msg("%s %s at %s: existed %d", code, name, born, area.existed);
}

static void areas_at_the_birth_day(void **state)
{
    (void)state;
    /* 溧水县 became 溧水区 in 2013. */
    area_is("320124", "2012-12-31", "溧水县", true);
    area_is("320124", "1984-01-01", "溧水县", true);
    area_is("320124", "1955-05-05", "溧水县", true); /* before there were numbers at all */
    area_is("320124", "2014-01-01", "溧水县", false);
    area_is("320117", "2014-01-01", "溧水区", true);
    area_is("320117", "2012-01-01", "溧水区", false);
    /* 溧阳: a county until 1989, a city beside the prefectures until 1994, then one of Changzhou's. */
    area_is("320423", "1985-01-01", "溧阳县", true);
    area_is("320423", "1995-01-01", "溧阳县", false);
    area_is("329015", "1992-01-01", "溧阳市", true);
    area_is("320481", "2000-01-01", "溧阳市", true);
    area_is("320481", "1985-01-01", "溧阳市", false);
    /* One code, two names: each at its time. */
    area_is("120110", "1985-01-01", "东郊区", true);
    area_is("120110", "2000-01-01", "东丽区", true);
    /* In no list, before and behind the table, and no code at all. */
    area_is("110199", "2000-01-01", "", false);
    area_is("000000", "2000-01-01", "", false);
    area_is("999999", "2000-01-01", "", false);
    area_is("1101", "2000-01-01", "", false);
    area_is("110105", "1949-12-31", "朝阳区", true);
}

static void areas_have_their_path(void **state)
{
    (void)state;
    struct id_area area;
    id_card_area("320124", day("1990-01-01"), &area);
    assert_string_equal(area.path, "江苏省南京市溧水县");
    assert_int_equal(area.from, 1983);
    assert_int_equal(area.to, 2012);
    id_card_area("110105", day("1949-12-31"), &area);
    assert_string_equal(area.path, "北京市朝阳区");
    id_card_area("322627", day("1981-01-01"), &area);
    assert_string_equal(area.path, "江苏省镇江地区溧水县");
    id_card_area("320000", day("1990-01-01"), &area);
    assert_string_equal(area.path, "江苏省");
}

/* GB/T 3304: the 56 of them, by number. */
static void all_peoples_have_their_code(void **state)
{
    (void)state;
    static const char *const names[] = {"汉", "蒙古", "回", "藏", "维吾尔", "苗", "彝", "壮", "布依", "朝鲜", "满", "侗", "瑶", "白", "土家", "哈尼", "哈萨克", "傣", "黎",
                                        "傈僳", "佤", "畲", "高山", "拉祜", "水", "东乡", "纳西", "景颇", "柯尔克孜", "土", "达斡尔", "仫佬", "羌", "布朗", "撒拉", "毛南",
                                        "仡佬", "锡伯", "阿昌", "普米", "塔吉克", "怒", "乌孜别克", "俄罗斯", "鄂温克", "德昂", "保安", "裕固", "京", "塔塔尔", "独龙",
                                        "鄂伦春", "赫哲", "门巴", "珞巴", "基诺"};
    struct code_book *codes;
    assert_int_equal(sizeof names / sizeof names[0], 56);
    assert_int_equal(code_book_new(&codes, NULL), STATUS_OK);
    for (int i = 0; i < 56; i++) {
        char code[16], name[64];
        snprintf(code, sizeof code, "%02d", i + 1);
        snprintf(name, sizeof name, "%s族", names[i]);
        assert_string_equal(code_book_name(codes, "ethnic", code), name);
    }
    assert_non_null(code_book_find(codes, "ethnic", "97"));
    assert_non_null(code_book_find(codes, "ethnic", "98"));
    assert_int_equal(code_book_count(codes, "ethnic"), 58);
    assert_int_equal(code_book_count(codes, "id_kind"), 11);
    code_book_free(codes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_number_is_read),       cmocka_unit_test(old_number_is_upgraded), cmocka_unit_test(reasons_are_precise),
        cmocka_unit_test(kinds_have_their_own_rules), cmocka_unit_test(output_is_bounded),     cmocka_unit_test(typing_errors_are_caught),
        cmocka_unit_test(kinds_are_guessed),         cmocka_unit_test(residence_permits),      cmocka_unit_test(permanent_residence),
        cmocka_unit_test(disability_certificates),   cmocka_unit_test(permits_and_the_rest),   cmocka_unit_test(areas_at_the_birth_day),
        cmocka_unit_test(areas_have_their_path),     cmocka_unit_test(all_peoples_have_their_code),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
