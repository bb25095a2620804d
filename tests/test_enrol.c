/* tests/test_enrol.c - one-time codes: format, tolerant reading, the check symbol, the proof. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "sync/enrol.h"

static struct hash pin_of(const char *text)
{
    return hash_of(text, strlen(text));
}

static struct enrol_ticket ticket_of(uint64_t seed)
{
    return enrol_make(pin_of("center"), random_seeded(&seed));
}

static enum status parse(const char *text, struct enrol_ticket *out)
{
    struct errmsg err;

    errmsg_clear(&err);
    return enrol_parse(text, strlen(text), out, &err);
}

static void format_and_parse_agree(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 500; seed++) {
        struct enrol_ticket ticket = ticket_of(seed), read = {0};
        char text[ENROL_TEXT_BYTES];

        enrol_format(&ticket, text);
        assert_int_equal(strlen(text), 23);
        assert_int_equal(text[5], '-');
        assert_int_equal(parse(text, &read), STATUS_OK);
        assert_int_equal(read.pin_prefix, ticket.pin_prefix);
        assert_int_equal(read.secret, ticket.secret);
    }
}

static void reads_what_people_write(void **state)
{
    /* Pin prefix 1, secret 0: mostly zeros, and a one. */
    struct enrol_ticket ticket = {.pin_prefix = 1, .secret = 0}, read;
    char text[ENROL_TEXT_BYTES], variant[128];

    (void)state;
    enrol_format(&ticket, text);
    assert_memory_equal(text, "00000-00000-01000-0000", 22);
    snprintf(variant, sizeof variant, "  ooooo OOOOO—oLO0O 0000%c\n", text[22]);
    assert_int_equal(parse(variant, &read), STATUS_OK);
    assert_int_equal(read.pin_prefix, 1);
    snprintf(variant, sizeof variant, "０００００－０００００－０ｉ０００－００００%c　", text[22]);
    assert_int_equal(parse(variant, &read), STATUS_OK);
    assert_int_equal(read.pin_prefix, 1);
}

static void every_wrong_symbol_is_noticed(void **state)
{
    static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    struct enrol_ticket ticket = ticket_of(7), read;
    char text[ENROL_TEXT_BYTES], wrong[ENROL_TEXT_BYTES];

    (void)state;
    enrol_format(&ticket, text);
    for (size_t i = 0; i < 23; i++) {
        for (const char *c = alphabet; *c != 0 && text[i] != '-'; c++) {
            memcpy(wrong, text, sizeof wrong);
            wrong[i] = *c;
            assert_int_equal(parse(wrong, &read), *c == text[i] ? STATUS_OK : STATUS_MALFORMED);
        }
    }
}

static void every_exchange_of_two_is_noticed(void **state)
{
    struct enrol_ticket ticket = ticket_of(8), read;
    char text[ENROL_TEXT_BYTES];

    (void)state;
    enrol_format(&ticket, text);
    for (size_t i = 0; i < 23; i++) {
        for (size_t j = i + 1; j < 23; j++) {
            char wrong[ENROL_TEXT_BYTES];

            memcpy(wrong, text, sizeof wrong);
            wrong[i] = text[j];
            wrong[j] = text[i];
            if (text[i] != text[j] && text[i] != '-' && text[j] != '-')
                assert_int_equal(parse(wrong, &read), STATUS_MALFORMED);
        }
    }
}

static void bad_codes_say_what_is_wrong(void **state)
{
    static const struct {
        const char *text, *says;
    } cases[] = {
        {"", "太短"},
        {"00000-00000-00000-0000", "只有 19 个"},
        {"00000-00000-00000-00000-0", "太长"},
        {"0000U-00000-00000-00000", "第 5 个"},
        {"永阳-00000-00000-00000", "第 1 个"},
        {"00000-00000-00000-00001", "读错"},
        {"\xff\xfe", "有效"},
    };
    struct enrol_ticket ticket = {.pin_prefix = 5, .secret = 6};
    struct errmsg err;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        errmsg_clear(&err);
        assert_int_equal(enrol_parse(cases[i].text, strlen(cases[i].text), &ticket, &err), STATUS_MALFORMED);
        assert_non_null(strstr(err.text, cases[i].says));
        assert_int_equal(ticket.pin_prefix, 5);
        assert_int_equal(ticket.secret, 6);
    }
}

static void prefix_tells_centers_apart(void **state)
{
    struct enrol_ticket ticket = ticket_of(9);
    struct hash near_miss = pin_of("center");

    (void)state;
    assert_true(enrol_pin_matches(&ticket, pin_of("center")));
    assert_false(enrol_pin_matches(&ticket, pin_of("somebody else")));
    near_miss.bytes[7] ^= 0x10; /* the last of the 60 bits */
    assert_false(enrol_pin_matches(&ticket, near_miss));
    near_miss = pin_of("center");
    near_miss.bytes[7] ^= 0x01; /* the first bit that is not compared */
    assert_true(enrol_pin_matches(&ticket, near_miss));
}

static void proof_is_bound_to_secret_connection_and_key(void **state)
{
    struct enrol_ticket ticket = ticket_of(10), other = ticket_of(11);
    uint8_t here[ENROL_EXPORTER_BYTES] = {1}, elsewhere[ENROL_EXPORTER_BYTES] = {2};
    struct hash proof = enrol_proof(enrol_secret_hash(&ticket), here, pin_of("station"));

    (void)state;
    assert_true(hash_equal(proof, enrol_proof(enrol_secret_hash(&ticket), here, pin_of("station"))));
    assert_false(hash_equal(proof, enrol_proof(enrol_secret_hash(&other), here, pin_of("station"))));
    assert_false(hash_equal(proof, enrol_proof(enrol_secret_hash(&ticket), elsewhere, pin_of("station"))));
    assert_false(hash_equal(proof, enrol_proof(enrol_secret_hash(&ticket), here, pin_of("thief"))));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(format_and_parse_agree),
        cmocka_unit_test(reads_what_people_write),
        cmocka_unit_test(every_wrong_symbol_is_noticed),
        cmocka_unit_test(every_exchange_of_two_is_noticed),
        cmocka_unit_test(bad_codes_say_what_is_wrong),
        cmocka_unit_test(prefix_tells_centers_apart),
        cmocka_unit_test(proof_is_bound_to_secret_connection_and_key),
    };

    if (hash_start() != STATUS_OK)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
