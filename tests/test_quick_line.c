/* tests/test_quick_line.c - one typed line, one consultation: what each word means, with an input method on and off, what is refused and why, and the way back from a record. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/day.h"
#include "core/outreach/quick_line.h"

enum { DAY = 20749 /* 2026-10-23 */ };

static struct code_book *book;

static int load_book(void **state)
{
    (void)state;
    return code_book_new(&book, "320117") == STATUS_OK ? 0 : -1;
}

static int free_book(void **state)
{
    (void)state;
    code_book_free(book);
    return 0;
}

/* "category sex band persons handling groups name phone|text", '-' for what was not given. */
static void describe(const char *text, const struct quick_line *line, char *out, size_t out_bytes)
{
    char persons[24];
    snprintf(persons, sizeof persons, "%lld", (long long)line->persons);
    const char *parts[] = {line->category, line->sex, line->age_band, line->persons > 0 ? persons : "", line->handling, line->groups, line->name, line->phone};
    size_t used = 0;
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        used += (size_t)snprintf(out + used, out_bytes - used, "%s%s", i > 0 ? " " : "", parts[i][0] != '\0' ? parts[i] : "-");
    if (line->given & 1U << QUICK_TEXT)
        snprintf(out + used, out_bytes - used, "|%s", text + line->text_at);
}

static void test_lines_and_what_they_say(void **state)
{
    static const struct {
        const char *text, *means;
    } CASES[] = {
        {"ldbc2", "14 2 2 - - - - -"},
        {"142", "14 2 2 - - - - -"},
        {"14", "14 - - - - - - -"},
        {"ldbc", "14 - - - - - - -"},
        {"hy1", "01 1 2 - - - - -"},
        {"HY1", "01 1 2 - - - - -"},
        {"gs3", "15 1 3 - - - - -"}, /* 工伤, though 公司法 begins so, too */
        {"gsf3", "09 1 3 - - - - -"},
        {"jr1", "28 1 2 - - - - -"},
        {"284", "28 2 3 - - - - -"},
        {"285", "28 1 1 - - - - -"},
        {"286", "28 2 1 - - - - -"},
        {"280", "28 - - - - - - -"},
        {"１４２", "14 2 2 - - - - -"},
        {"ｌｄｂｃ２", "14 2 2 - - - - -"},
        {"劳动报酬2", "14 2 2 - - - - -"},
        {"劳动报酬２", "14 2 2 - - - - -"},
        {"劳动报酬", "14 - - - - - - -"},
        {"婚姻1", "01 1 2 - - - - -"},
        {"军人军属权益1 20人", "28 1 2 20 - - - -"},
        {"28120人", "28 1 2 20 - - - -"},
        {"281*20", "28 1 2 20 - - - -"},
        {"281 *20", "28 1 2 20 - - - -"},
        {"281＊２０", "28 1 2 20 - - - -"},
        {"281 20r", "28 1 2 20 - - - -"},
        {"281、20人", "28 1 2 20 - - - -"},
        {"281，20人，02", "28 1 2 20 02 - - -"},
        {"281, 20人, 代书", "28 1 2 20 02 - - -"},
        {"281/20人/2", "28 1 2 20 02 - - -"},
        {"281　２０人　３", "28 1 2 20 03 - - -"},
        {"28*20", "28 - - 20 - - - -"},
        {"28 20人 1", "28 1 2 20 - - - -"},
        {"28 1 2", "28 1 2 - 02 - - -"},
        {"28 02", "28 - - - 02 - - -"},
        {"142 张文芳 13900000000", "14 2 2 - - - 张文芳 13900000000"},
        {"142 13900000000 张文芳", "14 2 2 - - - 张文芳 13900000000"},
        {"142 张文芳 025-57212345", "14 2 2 - - - 张文芳 025-57212345"},
        {"142 阿依古丽·买买提", "14 2 2 - - - 阿依古丽·买买提 -"},
        {"142 赵𫖯", "14 2 2 - - - 赵𫖯 -"},
        {"142 20人 03 张文芳 １３９００００００００；工资三个月没发", "14 2 2 20 03 - 张文芳 13900000000|工资三个月没发"},
        {"142;工资 3 个月没发, 怎么办", "14 2 2 - - - - -|工资 3 个月没发, 怎么办"},
        {"142：工资；三个月", "14 2 2 - - - - -|工资；三个月"},
        {"14；", "14 - - - - - - -"},
        {"14 女", "14 2 - - - - - -"},
        {"14 老年女", "14 2 3 - - - - -"},
        {"14 未成年", "14 - 1 - - - - -"},
        {"281 +07", "28 1 2 - - 07 - -"},
        {"281 +7", "28 1 2 - - 07 - -"},
        {"281 +js", "28 1 2 - - 07 - -"},
        {"281 军属", "28 1 2 - - 07 - -"},
        {"281 +08 +07", "28 1 2 - - 07,08 - -"},
        {"281 +0", "28 1 2 - - - - -"},
        {"=2", "03 2 2 - - - - -"},
        {"＝２", "03 2 2 - - - - -"},
        {"=", "03 - - - - - - -"},
        {"= 20人", "03 - - 20 - - - -"},
        {"  142  ", "14 2 2 - - - - -"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        struct quick_line line;
        struct errmsg err = {{0}};
        char means[512];
        if (quick_line_parse(book, DAY, "03", CASES[i].text, strlen(CASES[i].text), &line, &err) != STATUS_OK)
            fail_msg("“%s”: %s", CASES[i].text, err.text);
        describe(CASES[i].text, &line, means, sizeof means);
        if (strcmp(means, CASES[i].means) != 0)
            fail_msg("“%s”: %s, expected %s", CASES[i].text, means, CASES[i].means);
    }
}

static void test_what_is_refused_names_the_part(void **state)
{
    static const struct {
        const char *text;
        enum quick_part part;
        const char *says;
    } CASES[] = {
        {"", QUICK_CATEGORY, "先打类别"},
        {" ；工资", QUICK_CATEGORY, "先打类别"},
        {"99", QUICK_CATEGORY, "类别 “99”: 没有这一项"},
        {"992", QUICK_CATEGORY, "类别 “99”"},
        {"1", QUICK_CATEGORY, "代码是两位数字"},
        {"ld2", QUICK_CATEGORY, "02 劳动纠纷、14 劳动报酬"},
        {"fyf", QUICK_CATEGORY, "17 抚养费、18 扶养费"},
        {"劳动2", QUICK_CATEGORY, "几项都符合"},
        {"xxxx", QUICK_CATEGORY, "类别 “xxxx”: 没有这一项"},
        {"飞碟1", QUICK_CATEGORY, "类别 “飞碟”"},
        {"*20", QUICK_CATEGORY, "先打类别"},
        {"147", QUICK_WHO, "单男双女"},
        {"14 9", QUICK_WHO, "单男双女"},
        {"1422", QUICK_WHO, "空一格"},
        {"14213900000000", QUICK_WHO, "空一格"},
        {"ldbc20人", QUICK_PERSONS, "人数 “0人”"},
        {"142 0人", QUICK_PERSONS, "要 1 到 9999"},
        {"142 10000人", QUICK_PERSONS, "要 1 到 9999"},
        {"142 *", QUICK_PERSONS, "要 1 到 9999"},
        {"142 99999999999999999999人", QUICK_PERSONS, "要 1 到 9999"},
        {"142 2人 3人", QUICK_PERSONS, "写了两次"},
        {"142 07", QUICK_HANDLING, "处理 “07”: 没有这一项"},
        {"142 9", QUICK_HANDLING, "处理 “9”"},
        {"142 02 03", QUICK_HANDLING, "写了两次"},
        {"142 123", QUICK_PHONE, "电话至少 7 位"},
        {"142 139000", QUICK_PHONE, "电话至少 7 位"},
        {"142 张文芳 王建国", QUICK_NAME, "姓名只写一个"},
        {"142 zwf", QUICK_NAME, "不认得"},
        {"142 张3", QUICK_NAME, "不认得"},
        {"142 ?ǿ?", QUICK_NAME, "不认得"}, /* a paste of another encoding */
        {"142 男", QUICK_WHO, "写了两次"},
        {"142 +99", QUICK_GROUPS, "人群 “99”"},
        {"142 +07 +07", QUICK_GROUPS, "写了两次"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        struct quick_line line;
        struct errmsg err = {{0}};
        if (quick_line_parse(book, DAY, "", CASES[i].text, strlen(CASES[i].text), &line, &err) == STATUS_OK)
            fail_msg("“%s” was taken", CASES[i].text);
        if (line.part != CASES[i].part || strstr(err.text, CASES[i].says) == NULL)
            fail_msg("“%s”: part %d, %s", CASES[i].text, (int)line.part, err.text);
    }
}

static void test_the_category_of_the_line_before_needs_one(void **state)
{
    struct quick_line line;
    struct errmsg err = {{0}};
    (void)state;
    assert_int_equal(quick_line_parse(book, DAY, "", "=2", 2, &line, &err), STATUS_INVALID);
    assert_non_null(strstr(err.text, "还没有上一条"));
}

static void test_bytes_that_are_no_text_and_lines_that_are_too_long(void **state)
{
    struct quick_line line;
    struct errmsg err = {{0}};
    char text[QUICK_LINE_CHARS + 8], word[QUICK_WORD_BYTES + 8];
    (void)state;
    assert_int_equal(quick_line_parse(book, DAY, "", "14\xff", 3, &line, &err), STATUS_MALFORMED);
    memset(text, '1', sizeof text);
    assert_int_equal(quick_line_parse(book, DAY, "", text, sizeof text, &line, &err), STATUS_TOO_LARGE);
    memset(word, 'a', sizeof word);
    assert_int_equal(quick_line_parse(book, DAY, "", word, sizeof word, &line, &err), STATUS_TOO_LARGE);
}

/* Whatever is typed, half typed or pasted: an answer, and nothing outside the arrays. */
static void test_any_beginning_of_a_line_is_read(void **state)
{
    static const char text[] = "劳动报酬2 20人、03，+07 +js 军属 阿依古丽·买买提 025-57212345；73041部队 工资=三个月";
    (void)state;
    for (size_t len = 0; len < sizeof text; len++) {
        struct quick_line line;
        struct errmsg err = {{0}};
        (void)quick_line_parse(book, DAY, "14", text, len, &line, &err);
        assert_true(line.text_at <= len);
        assert_true(strlen(line.groups) < sizeof line.groups && strlen(line.name) < sizeof line.name);
    }
}

static void test_into_a_record_and_back(void **state)
{
    static const struct {
        const char *text, *back;
    } CASES[] = {
        {"ldbc2", "142"}, {"14 女", "14 女"}, {"14 老年", "14 老年"}, {"281 20人 3 +07", "281 20人 03 +07"}, {"281", "281"}, {"281 +06", "281"}, {"281 +0", "281 +0"},
        {"142 张文芳 13900000000；工资 三个月", "142 张文芳 13900000000；工资 三个月"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        struct record record;
        struct quick_line line;
        struct errmsg err = {{0}};
        struct buf back;
        size_t len = strlen(CASES[i].text);
        buf_init(&back, 4096);
        record_init(&record, catalogue_find("consultation"));
        assert_int_equal(record_set_text(&record, "categories", "06"), STATUS_OK);
        assert_int_equal(record_set_text(&record, "handling", "01"), STATUS_OK);
        assert_int_equal(quick_line_parse(book, DAY, "", CASES[i].text, len, &line, &err), STATUS_OK);
        assert_int_equal(quick_line_put(&line, book, CASES[i].text, len, &record, &err), STATUS_OK);
        quick_line_of(&record, true, "06", &back);
        assert_string_equal(buf_cstr(&back), CASES[i].back);
        buf_release(&back);
        record_release(&record);
    }
}

static void test_a_repeated_line_leaves_the_person_out(void **state)
{
    struct record record;
    struct buf back;
    (void)state;
    buf_init(&back, 4096);
    record_init(&record, catalogue_find("consultation"));
    assert_int_equal(record_set_text(&record, "category", "14"), STATUS_OK);
    assert_int_equal(record_set_text(&record, "name", "张文芳"), STATUS_OK);
    assert_int_equal(record_set_text(&record, "phone", "13900000000"), STATUS_OK);
    quick_line_of(&record, false, "", &back);
    assert_string_equal(buf_cstr(&back), "14");
    buf_release(&back);
    record_release(&record);
}

static void test_a_telephone_is_checked_like_any_other(void **state)
{
    static const char text[] = "142 张文芳 1390000000000000000000000000000000000000";
    struct record record;
    struct quick_line line;
    struct errmsg err = {{0}};
    (void)state;
    record_init(&record, catalogue_find("consultation"));
    assert_int_equal(quick_line_parse(book, DAY, "", text, strlen(text), &line, &err), STATUS_OK);
    assert_int_not_equal(quick_line_put(&line, book, text, strlen(text), &record, &err), STATUS_OK);
    assert_non_null(strstr(err.text, "电话"));
    record_release(&record);
}

static void test_numbers_of_units_are_noticed(void **state)
{
    static const struct {
        const char *text, *found;
    } CASES[] = {
        {"73041部队的房子", "73041部队"}, {"７３０４１ 部队", "７３０４１ 部队"}, {"在 3 营", "3 营"},       {"第三营的", "三营"},       {"七三〇四一部队", "七三〇四一部队"}, {"12旅", "12旅"},
        {"一连三天没有发", NULL},         {"三班倒", NULL},                       {"2 名律师", NULL},       {"部队的房子", NULL},       {"工资 3000 元", NULL},               {"", NULL},
        {"拖欠3个月团费", NULL},          {"5团", "5团"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        struct buf found;
        buf_init(&found, 256);
        bool names = quick_text_names_unit(CASES[i].text, strlen(CASES[i].text), &found);
        if (names != (CASES[i].found != NULL))
            fail_msg("“%s”: %s", CASES[i].text, names ? buf_cstr(&found) : "nothing");
        assert_string_equal(buf_cstr(&found), CASES[i].found != NULL ? CASES[i].found : "");
        buf_release(&found);
    }
}

static void test_who_in_words(void **state)
{
    struct buf text;
    (void)state;
    buf_init(&text, 64);
    quick_who_text(book, "2", "3", &text);
    assert_string_equal(buf_cstr(&text), "女 老年");
    buf_clear(&text);
    quick_who_text(book, "", "1", &text);
    assert_string_equal(buf_cstr(&text), "未成年");
    buf_clear(&text);
    quick_who_text(book, "", "", &text);
    assert_string_equal(buf_cstr(&text), "");
    buf_release(&text);
}

static void test_where_the_category_ends(void **state)
{
    static const struct {
        const char *text, *head;
    } CASES[] = {{"142", "14"}, {"1", "1"}, {"", ""}, {"ldbc2 20人", "ldbc"}, {" １４２", " １４"}, {"劳动报酬2", "劳动报酬"}, {"=2", "="}, {"hy 2", "hy"}, {"hy；x", "hy"}, {"；x", ""}, {"*20", ""}};
    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++)
        if (quick_line_head(CASES[i].text, strlen(CASES[i].text)) != strlen(CASES[i].head))
            fail_msg("“%s”", CASES[i].text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines_and_what_they_say),
        cmocka_unit_test(test_what_is_refused_names_the_part),
        cmocka_unit_test(test_the_category_of_the_line_before_needs_one),
        cmocka_unit_test(test_bytes_that_are_no_text_and_lines_that_are_too_long),
        cmocka_unit_test(test_any_beginning_of_a_line_is_read),
        cmocka_unit_test(test_into_a_record_and_back),
        cmocka_unit_test(test_a_repeated_line_leaves_the_person_out),
        cmocka_unit_test(test_a_telephone_is_checked_like_any_other),
        cmocka_unit_test(test_numbers_of_units_are_noticed),
        cmocka_unit_test(test_where_the_category_ends),
        cmocka_unit_test(test_who_in_words),
    };
    return cmocka_run_group_tests(tests, load_book, free_book);
}
