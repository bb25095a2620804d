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
#include "core/record/lookup.h"
#include "core/record/reach.h"
#include "sync/heal_request.h"
#include "tests/dialogue.h"
#include "tests/keyed_world.h"
#include "tests/stumble.h"

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

/* What lies in the stores of a world before the session that fails, and what must lie there when all is over. */
struct scene {
    const char *name;
    void (*prepare)(struct world *world, struct id shared);
    uint64_t stride; /* not each but each stride-th fails */
    bool unsound;    /* a store is, until the session has mended it */
};

/* Returns how much of it failed. */
static uint64_t run_session(struct world *world, struct stumble how, struct session_outcome *outcome)
{
    struct dialogue dialogue;
    uint64_t fired;

    dialogue_open(&dialogue, world, 0, true);
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

static void both_write(struct world *world, struct id shared)
{
    for (int i = 0; i < 3; i++)
        node_consult(&world->stations[0], "张文芳", "工资没有发");
    node_set(&world->stations[0], "consultation", shared, "content", "站上写的");
    node_set(&world->center, "consultation", shared, "content", "中心写的");
    node_consult(&world->center, "李秀兰", "问低保");
}

/* The center lost what it had been told, and went on. */
static void center_was_put_back(struct world *world, struct id shared)
{
    struct buf image;

    node_keep(&world->center, &image);
    both_write(world, shared);
    sync_all(world, "before", 0);
    node_put_back(&world->center, &image, 9);
    node_consult(&world->center, "王德顺", "问赡养费");
    buf_release(&image);
}

/* The station lost what it had been told, and went on under the numbers that it had given. */
static void station_was_put_back(struct world *world, struct id shared)
{
    struct buf image;

    node_keep(&world->stations[0], &image);
    both_write(world, shared);
    sync_all(world, "before", 0);
    node_restore(&world->stations[0], &image);
    node_consult(&world->stations[0], "王德顺", "问赡养费");
    buf_release(&image);
}

/* Its record goes to another org, and one of another org comes. */
static void records_change_hands(struct world *world, struct id shared)
{
    const struct record_type *type = catalogue_find("consultation");
    struct errmsg err = {{0}};
    struct id theirs = node_consult(&world->stations[1], "赵大柱", "问工伤");
    int64_t rows;

    (void)world_sync(world, 1);
    node_set(&world->stations[0], "consultation", shared, "content", "移交时在站上改的");
    assert_int_equal(reach_move(world->center.store, &world->center.actor, type, shared, world->stations[1].machine.org, &rows, &err), STATUS_OK);
    assert_int_equal(reach_share(world->center.store, &world->center.actor, type, theirs, world->stations[0].machine.org, true, &rows, &err), STATUS_OK);
}

static void a_record_is_erased(struct world *world, struct id shared)
{
    const struct record_type *type = catalogue_find("consultation");
    struct errmsg err = {{0}};

    node_set(&world->stations[0], "consultation", shared, "content", "删去之前在站上改的");
    assert_int_equal(reach_erase(world->center.store, &world->center.actor, type, shared, "本人要求", "主任", &err), STATUS_OK);
    assert_int_equal(reach_finish(world->center.store, NULL, &err), STATUS_OK);
}

static void write_sql(struct node *node, const char *sql)
{
    struct errmsg err = {{0}};

    assert_int_equal(store_begin(node->store, "test", &err), STATUS_OK);
    assert_int_equal(store_exec(node->store, sql, &err), STATUS_OK);
    assert_int_equal(store_commit(node->store, &err), STATUS_OK);
}

/* Its sum is not the center's: what is missing is found and comes again, what differs is put right. */
static void the_station_s_disk_was_bad(struct world *world, struct id shared)
{
    struct node *station = &world->stations[0];

    for (int i = 0; i < 3; i++)
        node_set(&world->center, "consultation", shared, "phone", i % 2 == 0 ? "13900000001" : "13900000002");
    sync_all(world, "before", 0);
    write_sql(station, "DELETE FROM change WHERE lsn=(SELECT max(lsn) FROM change WHERE log<>(SELECT value FROM meta WHERE name='own_log'))-1");
    write_sql(station, "UPDATE change SET body=x'a0' WHERE lsn=(SELECT max(lsn) FROM change WHERE log<>(SELECT value FROM meta WHERE name='own_log'))");
    write_sql(station, "DELETE FROM meta WHERE name='sums_counted_ms'");
}

/* The center lost what a station wrote in a record that has left it: the station keeps that aside (left_body.h) and gives it back. */
static void what_left_was_lost(struct world *world, struct id shared)
{
    struct errmsg err = {{0}};
    struct buf image;

    node_keep(&world->center, &image);
    node_set(&world->stations[0], "consultation", shared, "content", "移交之前在站上写的");
    sync_all(world, "before", 0);
    assert_int_equal(reach_move(world->center.store, &world->center.actor, catalogue_find("consultation"), shared, world->stations[1].machine.org, NULL, &err), STATUS_OK);
    sync_all(world, "before", 0);
    node_put_back(&world->center, &image, 9);
    buf_release(&image);
}

static void a_question_waits(struct world *world, struct id shared)
{
    struct errmsg err = {{0}};
    struct node *station = &world->stations[0];
    int64_t no;

    (void)shared;
    node_consult(&world->center, "李秀兰", "问低保");
    assert_int_equal(lookup_ask(station->store, &station->actor, station->codes, "李秀兰", "来站里问同一件事", &no, &err), STATUS_OK);
}

static const struct scene scenes[] = {
    {"both write", both_write, .stride = 1},
    {"the center was put back", center_was_put_back, .stride = 1},
    {"the station was put back", station_was_put_back, .stride = 1},
    {"records change hands", records_change_hands, .stride = 1},
    {"a record is erased", a_record_is_erased, .stride = 1},
    {"the station's disk was bad", the_station_s_disk_was_bad, .stride = 3, .unsound = true},
    {"what left was lost", what_left_was_lost, .stride = 3},
    {"a question waits", a_question_waits, .stride = 3},
};

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

static uint64_t fail_each(struct world *world, const struct scene *scene, struct stumble how, const struct kept *kept, const char *here, const char *there)
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

static void play(const struct scene *scene)
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
        assert_true(n > 10);
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
    for (size_t i = 0; i < sizeof scenes / sizeof *scenes; i++)
        play(&scenes[i]);
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
        else if (status != STATUS_NOMEM && status != STATUS_PEER) /* the session's last word to a center that is not there does not belong into a file */
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
