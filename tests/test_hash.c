/* tests/test_hash.c - published vectors and the password hash. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sodium.h>
#include <string.h>

#include "core/base/hash.h"

static void expect_text(struct hash hash, const char *expected)
{
    char text[HASH_TEXT_BYTES];

    hash_format(hash, text);
    assert_string_equal(text, expected);
}

static void sha256_vectors(void **state)
{
    (void)state;
    expect_text(hash_of("", 0), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    expect_text(hash_of("abc", 3), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    expect_text(hash_pair("a", 1, "bc", 2), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    expect_text(hash_pair(NULL, 0, "abc", 3), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    static const char two_blocks[] = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
    for (size_t i = 0; i < sizeof two_blocks; i++)
        expect_text(hash_pair(two_blocks, i, two_blocks + i, sizeof two_blocks - 1 - i), "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    assert_true(hash_short("abc", 3) == UINT64_C(0xba7816bf8f01cfea));
}

/* Every length around the ends of blocks, in one piece and in two, against libsodium: with the processor's instructions (sha256.h) another function counts. */
static void sha256_of_any_length(void **state)
{
    uint8_t data[300];
    (void)state;
    for (size_t i = 0; i < sizeof data; i++)
        data[i] = (uint8_t)(i * i + 7 * i);
    for (size_t len = 0; len <= sizeof data; len++) {
        struct hash expected;
        crypto_hash_sha256(expected.bytes, data, len);
        assert_true(hash_equal(hash_of(data, len), expected));
        for (size_t first = 0; first <= len; first++)
            assert_true(hash_equal(hash_pair(data, first, data + first, len - first), expected));
    }
}

/* RFC 4231, cases 2 and 6 (a key longer than a block). */
static void hmac_vectors(void **state)
{
    static const char long_text[] = "Test Using Larger Than Block-Size Key - Hash Key First";
    uint8_t key[131];

    (void)state;
    expect_text(hash_hmac("Jefe", 4, "what do ya want for nothing?", 28),
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    memset(key, 0xaa, sizeof key);
    expect_text(hash_hmac(key, sizeof key, long_text, sizeof long_text - 1),
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

static void equality(void **state)
{
    struct hash a = hash_of("a", 1), b = a;

    (void)state;
    assert_true(hash_equal(a, b));
    for (int i = 0; i < HASH_BYTES; i++) {
        b = a;
        b.bytes[i] ^= 1;
        assert_false(hash_equal(a, b));
    }
}

static void passwords(void **state)
{
    char stored[PASSWORD_HASH_BYTES], again[PASSWORD_HASH_BYTES], damaged[300];

    (void)state;
    assert_int_equal(hash_password("密码一二三", 15, stored), STATUS_OK);
    assert_int_equal(hash_password("密码一二三", 15, again), STATUS_OK);
    assert_memory_equal(stored, "$argon2id$v=19$m=32768,t=2,p=1$", 31);
    assert_string_not_equal(stored, again);
    assert_true(hash_password_matches(stored, "密码一二三", 15));
    assert_false(hash_password_matches(stored, "密码一二", 12));
    assert_false(hash_password_matches("", "", 0));
    assert_false(hash_password_matches("*", "x", 1));
    memset(damaged, 'A', sizeof damaged - 1);
    damaged[sizeof damaged - 1] = '\0';
    assert_false(hash_password_matches(damaged, "x", 1));
    memcpy(damaged, stored, sizeof stored);
    damaged[5] ^= 1;
    assert_false(hash_password_matches(damaged, "密码一二三", 15));
}

static void wiping(void **state)
{
    char secret[16] = "secret";

    (void)state;
    hash_wipe(secret, sizeof secret);
    for (size_t i = 0; i < sizeof secret; i++)
        assert_int_equal(secret[i], 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sha256_vectors), cmocka_unit_test(sha256_of_any_length), cmocka_unit_test(hmac_vectors), cmocka_unit_test(equality),
        cmocka_unit_test(passwords),      cmocka_unit_test(wiping),
    };

    if (hash_start() != STATUS_OK)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
