/* tests/test_person_group.c - groups of people: what was typed, what follows from sex, age and nationality, and which of the two counts. */
#include "core/aid/person_group.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/day.h"

static int32_t day(const char *text)
{
    int32_t out = PERSON_BORN_UNKNOWN;
    if (text[0] != '\0')
        assert_int_equal(day_parse(text, strlen(text), &out), STATUS_OK);
    return out;
}

#define BIT(code) PERSON_GROUP_BIT(code)

static void groups_of_a_person(void **state)
{
    static const struct {
        int sex, band;
        const char *born, *ethnic, *categories;
        uint32_t expected;
    } ROWS[] = {
        {0, 0, "", "", "", 0},
        {1, 0, "1990-05-05", "01", "", 0},
        {2, 0, "1990-05-05", "01", "", BIT(PERSON_WOMAN) | BIT(PERSON_FEMALE)},
        /* Birthdays: 18 and 60 on the day itself, the day before not yet. */
        {2, 0, "2008-02-11", "", "", BIT(PERSON_MINOR) | BIT(PERSON_FEMALE)},
        {2, 0, "2008-02-10", "", "", BIT(PERSON_WOMAN) | BIT(PERSON_FEMALE)},
        {1, 0, "1966-02-11", "", "", 0},
        {1, 0, "1966-02-10", "", "", BIT(PERSON_OLD)},
        {1, 0, "2026-02-10", "", "", BIT(PERSON_MINOR)}, /* born today */
        {1, 0, "2026-02-11", "", "", 0},                 /* born tomorrow: unknown */
        {1, 3, "2026-02-11", "", "", BIT(PERSON_OLD)},
        /* Bands where there is no birthday; a birthday goes before them. */
        {2, 1, "", "", "", BIT(PERSON_MINOR) | BIT(PERSON_FEMALE)},
        {2, 2, "", "", "", BIT(PERSON_WOMAN) | BIT(PERSON_FEMALE)},
        {2, 3, "", "", "", BIT(PERSON_WOMAN) | BIT(PERSON_OLD) | BIT(PERSON_FEMALE)},
        {0, 2, "", "", "", 0},
        {0, 4, "", "", "18", BIT(PERSON_MINOR)},
        {1, 1, "1950-01-01", "", "", BIT(PERSON_OLD)},
        /* Nationality. */
        {1, 2, "", "03", "", BIT(PERSON_MINORITY)},
        {1, 2, "", "01", "20", 0},
        {1, 2, "", "", "20", BIT(PERSON_MINORITY)},
        /* Facts decide over what was typed; it stays where they are unknown. */
        {1, 0, "1990-01-01", "", "05,17,18,19", BIT(PERSON_MIGRANT)},
        {1, 0, "", "", "17,18,19", BIT(PERSON_MINOR) | BIT(PERSON_OLD)},
        {2, 0, "", "", "", BIT(PERSON_FEMALE)},
        {2, 0, "", "", "17", BIT(PERSON_WOMAN) | BIT(PERSON_FEMALE)},
        {0, 0, "", "", "17", BIT(PERSON_WOMAN) | BIT(PERSON_FEMALE)},
        {2, 1, "", "", "17", BIT(PERSON_MINOR) | BIT(PERSON_FEMALE)},
        {0, 0, "", "", "01,02,03,04,05,06,07,08", 0x1FE},
    };
    (void)state;
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        struct person_facts facts = {.sex = ROWS[i].sex, .born = day(ROWS[i].born), .age_band = ROWS[i].band, .ethnic = ROWS[i].ethnic, .categories = ROWS[i].categories};
        uint32_t got = person_groups(&facts, day("2026-02-10"));
        if (got != ROWS[i].expected)
            fail_msg("row %zu: %x, not %x", i, got, ROWS[i].expected);
    }
}

static void typed_codes(void **state)
{
    (void)state;
    assert_int_equal(person_groups_typed(""), 0);
    assert_int_equal(person_groups_typed("22"), BIT(22));
    assert_int_equal(person_groups_typed("21,05"), BIT(21) | BIT(5));
    /* The county's own, and what is no code at all. */
    assert_int_equal(person_groups_typed("23,00,5,005,A1,,05"), BIT(5));
    assert_int_equal(person_groups_typed("15"), BIT(15));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(groups_of_a_person), cmocka_unit_test(typed_codes)};
    return cmocka_run_group_tests_name("person group", tests, NULL, NULL);
}
