/* tests/test_stick_log.c - what was written to sticks: the newest first, found by what the file is, and no more than are kept. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/record/stick_log.h"
#include "tests/fixture.h"

static void test_places(void **state)
{
    char out[STICK_PLACE_BYTES], path[300];

    (void)state;
    stick_place("/media/u/KINGSTON/a.aidb", out);
    assert_string_equal(out, "KINGSTON/a.aidb");
    stick_place("/a.aidb", out);
    assert_string_equal(out, "/a.aidb");
    stick_place("a.aidb", out);
    assert_string_equal(out, "a.aidb");
    path[0] = '\0';
    for (int i = 0; i < 90; i++)
        strcat(path, "镇");
    stick_place(path, out);
    assert_int_equal(strlen(out), 93); /* no half characters */
    assert_memory_equal(out, "镇", strlen("镇"));
}

static void test_the_newest_are_kept(void **state)
{
    struct world world;
    struct stick_entry entries[STICK_LOG_MAX], found;
    size_t n = 9;

    (void)state;
    world_open(&world, 1, NULL);
    struct store *store = world.stations[0].store;
    assert_int_equal(stick_log_list(store, entries, &n, NULL), STATUS_OK);
    assert_int_equal(n, 0);
    assert_int_equal(stick_log_find(store, hash_of("x", 1), &found, NULL), STATUS_NOT_FOUND);
    for (uint8_t i = 0; i < STICK_LOG_MAX + 2; i++) {
        struct stick_entry entry = {.id = hash_of(&i, 1), .at_ms = -5 + i, .first = i, .last = i + 1};

        snprintf(entry.place, sizeof entry.place, "KINGSTON/%u.aidb", i);
        assert_int_equal(stick_log_add(store, &entry, NULL), STATUS_OK);
    }
    assert_int_equal(stick_log_list(store, entries, &n, NULL), STATUS_OK);
    assert_int_equal(n, STICK_LOG_MAX);
    assert_int_equal(entries[0].last, STICK_LOG_MAX + 2);
    assert_string_equal(entries[n - 1].place, "KINGSTON/2.aidb");
    uint8_t oldest = 2, gone = 1;
    assert_int_equal(stick_log_find(store, hash_of(&oldest, 1), &found, NULL), STATUS_OK);
    assert_int_equal(found.at_ms, -3);
    assert_int_equal(found.first, 2);
    assert_int_equal(stick_log_find(store, hash_of(&gone, 1), &found, NULL), STATUS_NOT_FOUND);
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_places),
        cmocka_unit_test(test_the_newest_are_kept),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
