/* tests/test_language.c - a .mo built by hand: what is looked up, and that a broken one changes nothing. Then the shipped one, and how a program chooses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/language.h"
#include "core/data/data.h"
#include "core/data/language_choice.h"

enum { MO_BYTES = 256, HEADER_WORDS = 7, N_ROWS = 4 };

struct mo {
    uint8_t bytes[MO_BYTES];
    size_t len;
    bool swapped;
};

static void put_word(struct mo *mo, size_t at, uint32_t value)
{
    value = mo->swapped ? __builtin_bswap32(value) : value;
    memcpy(mo->bytes + at, &value, sizeof value);
}

static uint32_t put_text(struct mo *mo, const char *text)
{
    uint32_t at = (uint32_t)mo->len;
    memcpy(mo->bytes + at, text, strlen(text) + 1);
    mo->len += strlen(text) + 1;
    return at;
}

static struct mo make(bool swapped)
{
    static const char *const texts[N_ROWS][2] = {{"", "Language: en\n"}, {P_("key", "退出"), "Quit"}, {"保存", "Save"}, {"共 %d 条", "%d in all"}};
    struct mo mo = {.len = HEADER_WORDS * 4 + N_ROWS * 16, .swapped = swapped};
    const uint32_t header[HEADER_WORDS] = {0x950412de, 0, N_ROWS, HEADER_WORDS * 4, HEADER_WORDS * 4 + N_ROWS * 8, 0, 0};
    for (size_t i = 0; i < HEADER_WORDS; i++)
        put_word(&mo, i * 4, header[i]);
    for (size_t side = 0; side < 2; side++) {
        /* "共" stands before "保" in neither alphabet: 保 is E4, 共 is E5. */
        for (size_t i = 0; i < N_ROWS; i++) {
            size_t row = header[3 + side] + i * 8;
            put_word(&mo, row, (uint32_t)strlen(texts[i][side]));
            put_word(&mo, row + 4, put_text(&mo, texts[i][side]));
        }
    }
    return mo;
}

static int chinese_again(void **state)
{
    (void)state;
    return language_use(NULL, 0, NULL);
}

static void test_lookup(void **state)
{
    (void)state;
    for (int swapped = 0; swapped < 2; swapped++) {
        struct mo mo = make(swapped != 0);
        assert_string_equal(_("保存"), "保存");
        assert_false(language_is_foreign());
        assert_int_equal(language_use(mo.bytes, mo.len, NULL), STATUS_OK);
        assert_true(language_is_foreign());
        assert_string_equal(_("保存"), "Save");
        assert_string_equal(_("共 %d 条"), "%d in all");
        assert_string_equal(_("没有"), "没有");
        assert_string_equal(_("保"), "保");
        assert_string_equal(_("保存了"), "保存了");
        assert_string_equal(_(""), "");
        assert_string_equal(_(_("保存")), "Save");
        assert_null(language_text(NULL));
        assert_int_equal(language_use(NULL, 0, NULL), STATUS_OK);
    }
}

/* A word in two roles: the role is never shown. */
static void test_roles(void **state)
{
    struct mo mo = make(false);
    (void)state;
    assert_string_equal(_(P_("key", "退出")), "退出");
    assert_int_equal(language_use(mo.bytes, mo.len, NULL), STATUS_OK);
    assert_string_equal(_(P_("key", "退出")), "Quit");
    assert_string_equal(_(P_("state", "退出")), "退出");
    assert_string_equal(_("退出"), "退出");
}

/* The message functions look up by themselves. */
static void test_errmsg(void **state)
{
    struct mo mo = make(false);
    struct errmsg err;
    (void)state;
    assert_int_equal(language_use(mo.bytes, mo.len, NULL), STATUS_OK);
    errmsg_set(&err, STATUS_INVALID, "共 %d 条", 7);
    assert_string_equal(err.text, "7 in all");
    errmsg_wrap(&err, STATUS_INVALID, "保存");
    assert_string_equal(err.text, "Save: 7 in all");
}

/* Cut anywhere, or with any one byte of header and tables changed, it is refused or still safe to look up in. */
static void test_broken(void **state)
{
    struct mo good = make(false);
    struct errmsg err;
    (void)state;
    for (size_t len = 0; len < good.len; len++)
        assert_int_not_equal(language_use(good.bytes, len, &err), STATUS_OK);
    assert_false(language_is_foreign());
    for (size_t at = 0; at < HEADER_WORDS * 4 + N_ROWS * 16; at++) {
        for (int bit = 0; bit < 8; bit++) {
            uint8_t *copy = malloc(good.len); /* of its exact size, for the sanitizer */
            assert_non_null(copy);
            memcpy(copy, good.bytes, good.len);
            copy[at] ^= (uint8_t)(1U << bit);
            if (language_use(copy, good.len, &err) == STATUS_OK) {
                (void)strlen(_("保存"));
                (void)strlen(_("没有"));
            }
            language_use(NULL, 0, NULL);
            free(copy);
        }
    }
}

static void test_order_and_revision(void **state)
{
    struct mo mo = make(false);
    struct errmsg err;
    (void)state;
    put_word(&mo, 4, 1);
    assert_int_equal(language_use(mo.bytes, mo.len, &err), STATUS_UNSUPPORTED);
    mo = make(false);
    uint8_t row[8];
    uint8_t *first = mo.bytes + HEADER_WORDS * 4 + 16, *second = first + 8;
    memcpy(row, first, 8);
    memcpy(first, second, 8);
    memcpy(second, row, 8);
    assert_int_equal(language_use(mo.bytes, mo.len, &err), STATUS_MALFORMED);
    assert_false(language_is_foreign());
}

/* language_start on a command line of words divided by blanks; whether the program speaks another language then. */
static enum status start(const char *line, const char *fallback)
{
    enum { WORDS_MAX = 8 };
    char text[64], *words[WORDS_MAX + 1], *rest = NULL;
    int n = 0;
    struct errmsg err;
    language_use(NULL, 0, NULL);
    snprintf(text, sizeof text, "%s", line);
    for (char *word = strtok_r(text, " ", &rest); word != NULL && n < WORDS_MAX; word = strtok_r(NULL, " ", &rest))
        words[n++] = word;
    words[n] = NULL;
    return language_start(n, words, fallback, &err);
}

static bool is_english(const char *line, const char *fallback)
{
    assert_int_equal(start(line, fallback), STATUS_OK);
    return language_is_foreign();
}

static void test_choice(void **state)
{
    (void)state;
    assert_false(is_english("aidpost list", NULL));
    assert_false(is_english("aidpost list", ""));
    assert_true(is_english("aidpost list", "en"));
    assert_true(is_english("aidpost --lang en", NULL));
    assert_true(is_english("aidpost list --lang=en", "zh"));
    assert_false(is_english("aidpost --lang=en --lang zh", "en"));
    assert_false(is_english("aidpost -- --lang=en", NULL));
    assert_false(is_english("aidpost --lang", NULL)); /* the parser says what is missing */
    assert_int_equal(start("aidpost --lang=fr", NULL), STATUS_USAGE);
    assert_int_equal(start("aidpost list", "de"), STATUS_USAGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_lookup, chinese_again),
        cmocka_unit_test_teardown(test_roles, chinese_again),
        cmocka_unit_test_teardown(test_errmsg, chinese_again),
        cmocka_unit_test_teardown(test_broken, chinese_again),
        cmocka_unit_test_teardown(test_order_and_revision, chinese_again),
        cmocka_unit_test_teardown(test_choice, chinese_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
