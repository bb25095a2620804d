/* tests/test_id.c - ids and random sources. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "core/base/hash.h"
#include "core/base/id.h"

static void text_goes_round(void **state)
{
    uint64_t seed = 1;
    struct random_source random = random_seeded(&seed);

    (void)state;
    for (int i = 0; i < 1000; i++) {
        struct id id = id_make(random), back;
        char text[ID_TEXT_BYTES];

        id_format(id, text);
        assert_int_equal(strlen(text), 32);
        assert_int_equal(id_parse(text, 32, &back), STATUS_OK);
        assert_true(id_equal(id, back));
        assert_int_equal(id_compare(id, back), 0);
        assert_false(id_is_zero(id));
    }
}

static void bad_text_is_refused(void **state)
{
    static const char good[] = "00112233445566778899aAbBcCdDeEfF";
    struct id id = {{9}}, before = id;
    char text[40];

    (void)state;
    for (size_t len = 0; len < 40; len++) {
        memset(text, '0', sizeof text);
        assert_int_equal(id_parse(text, len, &id), len == 32 ? STATUS_OK : STATUS_MALFORMED);
    }
    assert_true(id_is_zero(id));
    id = before;
    for (size_t i = 0; i < 32; i++) {
        for (int c = 0; c < 256; c++) {
            bool hex = c != 0 && strchr("0123456789abcdefABCDEF", c) != NULL;

            memcpy(text, good, 33);
            text[i] = (char)c;
            id = before;
            assert_int_equal(id_parse(text, 32, &id), hex ? STATUS_OK : STATUS_MALFORMED);
            if (!hex)
                assert_true(id_equal(id, before));
        }
    }
}

static void orders_by_bytes(void **state)
{
    struct id a = {{0}}, b = {{0}};

    (void)state;
    b.bytes[15] = 1;
    assert_true(id_compare(a, b) < 0 && id_compare(b, a) > 0);
    a.bytes[0] = 0x80;
    assert_true(id_compare(a, b) > 0);
}

static void seeded_numbers_repeat_and_spread(void **state)
{
    uint64_t one = 42, two = 42, zero = 0;
    unsigned counts[7] = {0}, low = 0;
    uint8_t bytes[8];

    (void)state;
    for (int i = 0; i < 70000; i++) {
        uint64_t v = random_below(random_seeded(&one), 7);

        assert_true(v < 7);
        assert_true(v == random_below(random_seeded(&two), 7));
        counts[v]++;
    }
    for (int i = 0; i < 7; i++)
        assert_in_range(counts[i], 9600, 10400);
    /* Of 2^64 values a quarter would come twice without rejection: half of all below the first third. */
    for (int i = 0; i < 30000; i++)
        low += random_below(random_seeded(&one), UINT64_C(3) << 62) < UINT64_C(1) << 62;
    assert_in_range(low, 9500, 10500);
    assert_true(random_below(random_seeded(&one), 1) == 0);
    (void)random_below(random_seeded(&one), UINT64_MAX);
    /* splitmix64 from seed 0 begins with e220a8397b1dcdaf */
    random_seeded(&zero).fill(&zero, bytes, 8);
    assert_memory_equal(bytes, "\xaf\xcd\x1d\x7b\x39\xa8\x20\xe2", 8);
}

static void the_system_source_fills(void **state)
{
    struct random_source random = random_system();

    (void)state;
    assert_false(id_equal(id_make(random), id_make(random)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_goes_round),         cmocka_unit_test(bad_text_is_refused),
        cmocka_unit_test(orders_by_bytes),         cmocka_unit_test(seeded_numbers_repeat_and_spread),
        cmocka_unit_test(the_system_source_fills),
    };

    if (hash_start() != STATUS_OK)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
