/* tests/test_stumble.c - a store that fails in the middle: each statement of a session in turn, each allocation of a file; what was decided on an answer that never came does not stay.
 *
 * The simulator has the same among everything else (tests/simulate/trip.c), by chance; here each one has its turn. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

#include <cmocka.h>

#include "core/record/branch.h"
#include "core/record/guard.h"
#include "sync/heal_request.h"
#include "tests/dialogue.h"
#include "tests/keyed_world.h"
#include "tests/stumble.h"
#include "tests/stumble_scenes.h"

enum { STEPS_MAX = 4000, SESSIONS_MOST = 6, VERIFY_EVERY = 25 };

static const struct stumble NEXT = {.code = SQLITE_IOERR_READ, .at = 1};

/* ---- the store ---- */

static struct store *open_store(void)
{
    struct errmsg err = {{0}};
    struct store *store;

    assert_int_equal(store_open(&store, ":memory:", STORE_CREATE, &err), STATUS_OK);
    assert_int_equal(store_begin(store, "test", &err), STATUS_OK);
    assert_int_equal(store_meta_set_int(store, "org", 7, &err), STATUS_OK);
    assert_int_equal(store_commit(store, &err), STATUS_OK);
    return store;
}

/* What was asked for is there, and the store did not say so. */
static void misread(struct store *store)
{
    stumble_begin(NEXT);
    assert_int_equal(store_meta_int(store, "org", 0), 0);
    assert_int_equal(stumble_end(), 1);
}

static void test_what_was_misread_is_not_committed(void **state)
{
    struct store *store = open_store();
    struct errmsg err = {{0}};

    (void)state;
    misread(store);
    assert_int_equal(store_failure(store), STATUS_OK); /* in no transaction */
    assert_int_equal(store_begin(store, "test", &err), STATUS_OK);
    misread(store);
    assert_int_equal(store_meta_set_int(store, "org", 0, &err), STATUS_OK);
    assert_int_equal(store_failure(store), STATUS_IO);
    assert_int_equal(store_commit(store, &err), STATUS_IO);
    assert_false(store_in_transaction(store));
    assert_int_equal(store_meta_int(store, "org", 0), 7);
    assert_int_equal(store_begin(store, "test", &err), STATUS_OK);
    assert_int_equal(store_failure(store), STATUS_OK);
    assert_int_equal(store_meta_set_int(store, "org", 8, &err), STATUS_OK);
    assert_int_equal(store_commit(store, &err), STATUS_OK);
    assert_int_equal(store_meta_int(store, "org", 0), 8);
    store_close(store);
}

static void test_a_constraint_is_an_answer(void **state)
{
    struct store *store = open_store();
    struct errmsg err = {{0}};

    (void)state;
    assert_int_equal(store_begin(store, "test", &err), STATUS_OK);
    assert_int_equal(stmt_run(store_prepare(store, "INSERT INTO meta(name, value) VALUES('org', 9)"), &err), STATUS_EXISTS);
    assert_int_equal(store_commit(store, &err), STATUS_OK);
    store_close(store);
}

static void test_a_part_that_was_misread_is_taken_back(void **state)
{
    struct store *store = open_store();
    struct errmsg err = {{0}};

    (void)state;
    assert_int_equal(store_begin(store, "test", &err), STATUS_OK);
    assert_int_equal(store_savepoint(store, &err), STATUS_OK);
    misread(store);
    assert_int_equal(store_savepoint_end(store, false, &err), STATUS_OK);
    assert_int_equal(store_failure(store), STATUS_OK);
    assert_int_equal(store_meta_set_int(store, "org", 8, &err), STATUS_OK);
    assert_int_equal(store_savepoint(store, &err), STATUS_OK);
    misread(store);
    assert_int_equal(store_savepoint_end(store, true, &err), STATUS_IO);
    assert_int_equal(store_commit(store, &err), STATUS_IO);
    assert_int_equal(store_meta_int(store, "org", 0), 7);
    /* Misread before it: taking the part back does not heal that. */
    assert_int_equal(store_begin(store, "test", &err), STATUS_OK);
    misread(store);
    assert_int_equal(store_savepoint(store, &err), STATUS_OK);
    assert_int_equal(store_savepoint_end(store, false, &err), STATUS_IO);
    assert_int_equal(store_commit(store, &err), STATUS_IO);
    store_close(store);
}

static void test_a_reading_transaction_ends_whatever_happens(void **state)
{
    struct store *store = open_store();
    struct errmsg err = {{0}};

    (void)state;
    assert_int_equal(store_begin_read(store, &err), STATUS_OK);
    misread(store);
    assert_int_equal(store_failure(store), STATUS_IO);
    stumble_begin(NEXT); /* its COMMIT */
    store_end_read(store);
    assert_int_equal(stumble_end(), 1);
    assert_int_equal(store_failure(store), STATUS_OK);
    assert_int_equal(store_begin(store, "test", &err), STATUS_OK);
    assert_int_equal(store_commit(store, &err), STATUS_OK);
    store_close(store);
}

/* A transaction that could not be taken back for want of memory, which is what is left when nobody has it: the next one, of either kind, begins all the same, and nothing of it stays. */
static void test_what_could_not_be_taken_back_goes_before_the_next(void **state)
{
    struct store *store = open_store();
    struct errmsg err = {{0}};

    (void)state;
    for (int reading = 0; reading <= 1; reading++) {
        assert_int_equal(store_exec(store, "BEGIN; CREATE TABLE left_open(x)", &err), STATUS_OK);
        assert_int_equal(reading ? store_begin_read(store, &err) : store_begin(store, "test", &err), STATUS_OK);
        assert_int_equal(store_exec(store, "SELECT x FROM left_open", &err), STATUS_IO);
        if (reading)
            store_end_read(store);
        else
            assert_int_equal(store_commit(store, &err), STATUS_OK);
    }
    store_close(store);
}

/* ---- the guard of a store in a folder ---- */

/* A store put back, whose word can't be read just then: it is not taken for one that was never guarded. */
static void check_guard(struct stumble how)
{
    char folder[] = "test_stumble.XXXXXX", at[64], path[96], kept[96];
    struct errmsg err = {{0}};
    struct world world;
    struct node *center = &world.center;
    bool restored = false, mended = false;
    uint64_t n = 0, fired;
    enum status status;

    assert_non_null(mkdtemp(folder));
    world_open(&world, 0, folder);
    snprintf(at, sizeof at, "%s/0", folder);
    snprintf(path, sizeof path, "%s/aidpost.db", at);
    snprintf(kept, sizeof kept, "%s/kept.db", folder);
    assert_int_equal(guard_turn(center->store, at, center->random, 1, true, &err), STATUS_OK);
    assert_int_equal(store_copy(center->store, kept, &err), STATUS_OK);
    assert_int_equal(guard_turn(center->store, at, center->random, 2, true, &err), STATUS_OK);
    assert_int_equal(guard_turn(center->store, at, center->random, 3, true, &err), STATUS_OK);
    store_close(center->store);
    assert_int_equal(rename(kept, path), 0);
    assert_int_equal(store_open(&center->store, at, STORE_OPEN_EXISTING, &err), STATUS_OK);
    do {
        how.at = ++n;
        stumble_begin(how);
        status = guard_check(center->store, at, center->random, &restored, &err);
        fired = stumble_end();
        mended |= restored; /* the file may be written, and the folder of it not: then it is done once more, or was */
        if (fired > 0)
            assert_int_equal(status, STATUS_IO);
    } while (fired > 0);
    assert_int_equal(status, STATUS_OK);
    assert_true(mended);
    assert_true(node_number(center, "SELECT value FROM meta WHERE name='era'") > 0);
    assert_true(n > 5);
    world_close(&world);
    test_folder_remove(folder);
}

static void test_a_guard_that_cannot_read(void **state)
{
    (void)state;
    check_guard(NEXT);
    check_guard((struct stumble){.disk = true, .code = EIO});
}

/* A word that could not be turned is not a store that was put back. */
static void test_a_guard_that_cannot_write(void **state)
{
    static const struct stumble WAYS[] = {{.code = SQLITE_IOERR_READ}, {.disk = true, .code = EIO}, {.disk = true, .for_good = true, .code = ENOSPC}};
    char folder[] = "test_stumble.XXXXXX", at[64];
    struct errmsg err = {{0}};
    struct world world;
    struct node *center = &world.center;

    (void)state;
    assert_non_null(mkdtemp(folder));
    world_open(&world, 0, folder);
    snprintf(at, sizeof at, "%s/0", folder);
    for (size_t i = 0; i < sizeof WAYS / sizeof *WAYS; i++) {
        uint64_t n = 0, fired;

        do {
            struct stumble how = WAYS[i];
            bool restored = false;

            how.at = ++n;
            stumble_begin(how);
            enum status status = guard_turn(center->store, at, center->random, (int64_t)n, true, &err);
            fired = stumble_end();
            assert_true(status == STATUS_OK || fired > 0);
            assert_int_equal(guard_check(center->store, at, center->random, &restored, &err), STATUS_OK);
            if (restored)
                fail_msg("%llu: a store that was never put back is taken for one", (unsigned long long)n);
        } while (fired > 0);
        assert_true(n > 5);
    }
    world_close(&world);
    test_folder_remove(folder);
}

/* ---- sessions ---- */

/* Returns how much of it failed. */
static uint64_t run_session(struct world *world, struct stumble how, struct session_outcome *outcome)
{
    struct dialogue dialogue;
    uint64_t fired;

    dialogue_open_hurried(&dialogue, world, 0, true);
    stumble_begin(how);
    dialogue_run(&dialogue);
    fired = stumble_end();
    *outcome = dialogue.outcomes[STATION_END];
    if (!dialogue.closed[STATION_END])
        outcome->status = STATUS_CLOSED;
    dialogue_close(&dialogue);
    return fired;
}

static void sync_all(struct world *world, const char *when, uint64_t n)
{
    for (int i = 0; i < SESSIONS_MOST; i++) {
        struct session_outcome outcome;

        (void)run_session(world, (struct stumble){.at = 0}, &outcome);
        if (outcome.status != STATUS_OK)
            fail_msg("%s, statement %llu: %s", when, (unsigned long long)n, outcome.reason.text);
        if (!outcome.again)
            return;
    }
    fail_msg("%s, statement %llu: it does not come to an end", when, (unsigned long long)n);
}

struct kept {
    struct buf center, station;
};

static void put_back(struct world *world, const struct kept *kept)
{
    node_restore(&world->center, &kept->center);
    node_restore(&world->stations[0], &kept->station);
}

static void compare(struct world *world, const char *here, const char *there, const char *name, uint64_t n)
{
    char *now_here = node_dump(&world->stations[0]), *now_there = node_dump(&world->center);

    if (strcmp(now_here, here) != 0 || strcmp(now_there, there) != 0)
        fail_msg("%s, statement %llu: something else came out\n%s---\n%s", name, (unsigned long long)n, strcmp(now_here, here) != 0 ? now_here : now_there, strcmp(now_here, here) != 0 ? here : there);
    free(now_here);
    free(now_there);
}

static uint64_t fail_each(struct world *world, const struct stumble_scene *scene, struct stumble how, const struct kept *kept, const char *here, const char *there)
{
    for (uint64_t n = 1, tries = 0; n < STEPS_MAX; n += scene->stride, tries++) {
        struct session_outcome outcome;
        uint64_t fired;

        put_back(world, kept);
        how.at = n;
        fired = run_session(world, how, &outcome);
        if (fired == 0)
            return tries;
        if (tries % VERIFY_EVERY == VERIFY_EVERY - 1 && !scene->unsound) {
            node_verify(&world->center);
            node_verify(&world->stations[0]);
        }
        sync_all(world, scene->name, n);
        compare(world, here, there, scene->name, n);
    }
    fail_msg("%s: the session does not come to an end", scene->name);
    return 0;
}

static void play(const struct stumble_scene *scene)
{
    static const struct stumble WAYS[] = {
        {.code = SQLITE_IOERR_READ},
        {.code = SQLITE_FULL, .for_good = true},
        {.memory = true},
    };
    struct world world;
    struct kept kept;
    struct id shared;
    char *here, *there;

    world_open(&world, 2, NULL);
    shared = node_consult(&world.stations[0], "张文芳", "问过一次");
    sync_all(&world, "before", 0);
    scene->prepare(&world, shared);
    node_keep(&world.center, &kept.center);
    node_keep(&world.stations[0], &kept.station);
    sync_all(&world, scene->name, 0);
    here = node_dump(&world.stations[0]);
    there = node_dump(&world.center);
    for (size_t i = 0; i < sizeof WAYS / sizeof *WAYS; i++) {
        uint64_t n = fail_each(&world, scene, WAYS[i], &kept, here, there);

        print_message("%s: %llu %s\n", scene->name, (unsigned long long)n, WAYS[i].memory ? "allocations" : "statements");
        assert_true(n > 5);
    }
    free(here);
    free(there);
    buf_release(&kept.center);
    buf_release(&kept.station);
    world_close(&world);
}

static void test_each_statement_of_a_session(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_STUMBLE_SCENES; i++)
        play(&STUMBLE_SCENES[i]);
}

/* ---- no memory ---- */

/* No path is another past, so it is told whole or not at all. */
static void test_a_path_needs_no_memory(void **state)
{
    struct log_path path = {.n = 2, .logs = {{.id = {.station = 3, .incarnation = {1, 2, 3}}, .base_seq = 258}, {.id = {.station = 0x01020304}}}};
    static const uint8_t expected[2 * PATH_ENTRY_BYTES] = {0, 0, 0, 3, 1, 2, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 1, 2, 3, 4};
    uint8_t bytes[PATH_MAX_LOGS * PATH_ENTRY_BYTES];
    size_t len;

    (void)state;
    stumble_begin((struct stumble){.memory = true, .for_good = true, .at = 1});
    len = heal_path_put(&path, bytes);
    stumble_end();
    assert_int_equal(len, sizeof expected);
    assert_memory_equal(bytes, expected, sizeof expected);
}

/* A file that could not be written whole is not written; one that could not be read for lack of memory is not a damaged one. */
static void test_files_without_memory(void **state)
{
    static const struct handover_range ALL = {.from_given = true, .from = 1};
    struct keyed_world keyed;
    struct handover handover;
    struct handover_result result;
    struct errmsg err = {{0}};
    struct buf whole, file;
    uint64_t n = 0, fired;

    (void)state;
    keyed_world_open(&keyed, 1, false);
    node_consult(&keyed.world.stations[0], "张文芳", "工资没有发");
    handover = keyed_station(&keyed, 0);
    do {
        enum status status;

        buf_init(&file, 1 << 20);
        stumble_begin((struct stumble){.memory = true, .at = ++n});
        status = handover_export(&handover, ALL, memory_sink(&file), &result, &err);
        fired = stumble_end();
        if (status == STATUS_OK && result.written)
            assert_int_equal(keyed_take(&keyed, &file, NULL, &result, &err), STATUS_OK);
        else if (status != STATUS_NOMEM)
            fail_msg("allocation %llu: %s: %s", (unsigned long long)n, status_name(status), err.text);
        buf_release(&file);
    } while (fired > 0);
    assert_true(n > 10);
    keyed_export(&keyed, 0, ALL, &whole);
    n = 0;
    do {
        enum status status;

        stumble_begin((struct stumble){.memory = true, .at = ++n});
        status = keyed_take(&keyed, &whole, NULL, &result, &err);
        fired = stumble_end();
        if (status != STATUS_OK && status != STATUS_NOMEM)
            fail_msg("allocation %llu: %s: %s", (unsigned long long)n, status_name(status), err.text);
    } while (fired > 0);
    assert_true(n > 10);
    assert_int_equal(node_count(&keyed.world.center, "consultation"), 1);
    buf_release(&whole);
    keyed_world_close(&keyed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_was_misread_is_not_committed),
        cmocka_unit_test(test_a_constraint_is_an_answer),
        cmocka_unit_test(test_a_part_that_was_misread_is_taken_back),
        cmocka_unit_test(test_a_reading_transaction_ends_whatever_happens),
        cmocka_unit_test(test_what_could_not_be_taken_back_goes_before_the_next),
        cmocka_unit_test(test_a_guard_that_cannot_read),
        cmocka_unit_test(test_a_guard_that_cannot_write),
        cmocka_unit_test(test_a_path_needs_no_memory),
        cmocka_unit_test(test_files_without_memory),
        cmocka_unit_test(test_each_statement_of_a_session),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
