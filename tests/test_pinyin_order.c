/* tests/test_pinyin_order.c - names stand as a Chinese reader looks for them: by reading and tone, surnames as surnames are read, letters before and unknown characters behind; the table is whole,
 * agrees with the initials, and can be walked both ways. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/utf8.h"
#include "core/data/data.h"
#include "core/record/pinyin.h"
#include "core/record/pinyin_order.h"

static struct pinyin_order *order;

static int open_order(void **state)
{
    (void)state;
    order = pinyin_order_new();
    return order == NULL;
}

static int close_order(void **state)
{
    (void)state;
    pinyin_order_free(order);
    return 0;
}

static int compare(const char *a, const char *b)
{
    return pinyin_order_compare(order, a, strlen(a), b, strlen(b));
}

static void expect_ascending(const char *const *texts, size_t n)
{
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) {
            int found = compare(texts[i], texts[j]);
            if ((found > 0) - (found < 0) != (i > j) - (i < j))
                fail_msg("%s and %s: %d", texts[i], texts[j], found);
            uint64_t a = pinyin_order_head(order, texts[i], strlen(texts[i])), b = pinyin_order_head(order, texts[j], strlen(texts[j]));
            if (a != b && (a < b) != (i < j))
                fail_msg("%s and %s by their heads", texts[i], texts[j]);
        }
}

#define EXPECT_ASCENDING(...) expect_ascending((const char *const[]){__VA_ARGS__}, sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *))

static void test_by_reading_and_tone(void **state)
{
    (void)state;
    EXPECT_ASCENDING("", "2号楼", "Anna", "anna", "·", "安明", "陈东", "丁一", "李刚", "李明", "李明亮", "李鸣", "刘洋", "万里", "王芳", "王五", "张三", "章三", "周强", "邹明");
    EXPECT_ASCENDING("妈", "麻", "马", "骂");
    EXPECT_ASCENDING("奴", "努", "女", "暖", "虐", "挪"); /* ü as a u, behind the same with one */
    EXPECT_ASCENDING("买买提", "买买提·艾力", "买买提江");
}

/* 曾 ceng, 单 dan, 区 qu elsewhere: in names of two and three characters, at the beginning, as surnames. */
static void test_surnames(void **state)
{
    (void)state;
    EXPECT_ASCENDING("曾经的事情", "解放路小学", "欧阳娜", "区志明", "秦奋", "仇英", "任远", "沙明", "单明", "尚明", "万一", "谢明", "解晓东", "叶明", "于明", "尉迟敬德公", "袁明", "曾国", "曾国藩", "查良", "翟明", "张明");
    EXPECT_ASCENDING("常明", "张明", "长孙无忌", "赵明");
    EXPECT_ASCENDING("张曾", "张乐", "张区"); /* ceng, le, qu: no surnames here */
}

/* No known reading: behind the others, by code point; beyond the first plane as any other. */
static void test_rare_characters(void **state)
{
    (void)state;
    EXPECT_ASCENDING("李\xF0\xAB\x96\xAF" /* U+2B5AF, fang */, "李钢", "左明", "\xE3\x90\x82" /* U+3402 */, "\xE9\xBF\xBD" /* U+9FFD */, "\xEA\x80\x80" /* U+A000 */, "\xF0\xAF\xA8\x9D" /* U+2FA1D */);
    assert_true(compare("\xFF\x80", "\xFF\x81") < 0 && compare("a\xFF", "a") > 0);
}

/* Each character of the initials' table once, under a reading that begins with one of its initials; no other ones before the last line. */
static void test_table_agrees_with_initials(void **state)
{
    const struct data_file *file = data_find("pinyin_order.tsv"), *initials = data_find("pinyin.tsv");
    size_t expected = 0, seen = 0, last_line = 0;
    (void)state;
    for (const char *at = initials->text; (at = strchr(at, '\n')) != NULL; at++)
        expected++;
    for (const char *line = file->text; *line != '\0'; line = strchr(line, '\n') + 1) {
        const char *tab = strchr(line, '\t');
        for (const char *at = tab + 1; *at != '\n';) {
            char known[PINYIN_READINGS_MAX];
            uint32_t code, reading = 0;
            if (*at == '(') { /* a surname: its character stands somewhere else, too */
                assert_true(utf8_decode(at + 1, 4, &code) > 0 && pinyin_initials_of(code, known) > 0);
                at = strchr(at, ')') + 1;
                continue;
            }
            at += utf8_decode(at, 4, &code);
            size_t n = pinyin_initials_of(code, known);
            if (tab == line) {
                last_line++;
                assert_int_equal(n, 0);
                continue;
            }
            (void)utf8_decode(line, 4, &reading);
            assert_true(n > 0);
            if (reading < 0x80 && memchr(known, (int)reading, n) == NULL)
                fail_msg("U+%04X is no %c", (unsigned)code, (char)reading);
            seen++;
        }
    }
    assert_int_equal(seen, expected - 1); /* a compatibility character, which no stored text holds */
    assert_true(last_line > 900);
}

static int compare_numbers(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

/* Weights and places lead to each other, forwards and backwards; every common character is in the table, none twice. */
static void test_table_is_walked(void **state)
{
    uint32_t low, high, *codes;
    size_t n = 0, common = 0;
    (void)state;
    pinyin_order_table(order, &low, &high);
    codes = calloc(high - low, sizeof *codes);
    assert_non_null(codes);
    size_t at = pinyin_order_at(order, low);
    for (uint32_t weight = low; weight < high; weight++) {
        uint32_t weights[PINYIN_WEIGHTS_MAX];
        bool surname, found = false;
        uint32_t code = pinyin_order_char(order, at, &surname);
        assert_int_equal(pinyin_order_at(order, weight), at);
        size_t of_code = pinyin_order_weights(order, code, weights);
        for (size_t i = surname ? 1 : 0; i < (surname ? of_code : 1); i++)
            found |= weights[i] == weight;
        if (!found)
            fail_msg("U+%04X has another weight", (unsigned)code);
        if (!surname)
            codes[n++] = code;
        common += !surname && code >= 0x3400 && code < 0xA000;
        if (weight + 1 < high) {
            size_t next = pinyin_order_next(order, at);
            assert_int_equal(pinyin_order_before(order, next), at);
            at = next;
        }
    }
    assert_int_equal(common, 0xA000 - 0x3400);
    qsort(codes, n, sizeof *codes, compare_numbers);
    for (size_t i = 1; i < n; i++)
        assert_true(codes[i - 1] < codes[i]);
    free(codes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_by_reading_and_tone), cmocka_unit_test(test_surnames), cmocka_unit_test(test_rare_characters),
        cmocka_unit_test(test_table_agrees_with_initials), cmocka_unit_test(test_table_is_walked),
    };
    return cmocka_run_group_tests(tests, open_order, close_order);
}
