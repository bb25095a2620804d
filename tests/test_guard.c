/* tests/test_guard.c - a store that was put back behind our back is noticed at its opening, before it writes a number a second time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/file.h"
#include "core/record/changelog.h"
#include "core/record/guard.h"
#include "core/record/order.h"
#include "tests/fixture.h"

struct guarded {
    struct world world;
    char folder[64], station[96], center[96];
};

static void run(const char *command)
{
    assert_int_equal(system(command), 0);
}

static void open_world(struct guarded *guarded)
{
    memset(guarded, 0, sizeof *guarded);
    snprintf(guarded->folder, sizeof guarded->folder, "test_guard.XXXXXX");
    assert_non_null(mkdtemp(guarded->folder));
    world_open(&guarded->world, 1, guarded->folder);
    snprintf(guarded->center, sizeof guarded->center, "%.60s", store_path(guarded->world.center.store));
    *strrchr(guarded->center, '/') = '\0';
    snprintf(guarded->station, sizeof guarded->station, "%.60s", store_path(guarded->world.stations[0].store));
    *strrchr(guarded->station, '/') = '\0';
}

static void close_world(struct guarded *guarded)
{
    char command[128];

    world_close(&guarded->world);
    snprintf(command, sizeof command, "rm -rf %s", guarded->folder);
    run(command);
}

static bool check(struct guarded *guarded, struct node *node)
{
    struct errmsg err = {{0}};
    bool restored;

    if (guard_check(node->store, node == &guarded->world.center ? guarded->center : guarded->station, guarded->world.stations[0].random, &restored, &err) != STATUS_OK)
        fail_msg("%s", err.text);
    return restored;
}

static void turn(struct guarded *guarded, struct node *node, int64_t wall_ms, bool now)
{
    assert_int_equal(guard_turn(node->store, node == &guarded->world.center ? guarded->center : guarded->station, guarded->world.stations[0].random, wall_ms, now, NULL), STATUS_OK);
}

/* The store's file alone is copied away and, later, put back. */
static void keep(struct guarded *guarded, const char *folder)
{
    char command[256];

    (void)guarded;
    snprintf(command, sizeof command, "cp %s/aidpost.db %s/aidpost.kept", folder, folder);
    run(command);
}

static void put_back(struct node *node, const char *folder)
{
    char command[300];

    store_close(node->store);
    snprintf(command, sizeof command, "rm -f %s/aidpost.db-*; mv %s/aidpost.kept %s/aidpost.db", folder, folder, folder);
    run(command);
    assert_int_equal(store_open(&node->store, folder, STORE_OPEN_EXISTING, NULL), STATUS_OK);
}

static struct log_info own(struct node *node)
{
    struct log_info log;

    assert_int_equal(changelog_own(node->store, &log, NULL), STATUS_OK);
    return log;
}

static void test_a_store_that_was_not_touched_is_left_alone(void **state)
{
    struct guarded guarded;

    (void)state;
    open_world(&guarded);
    struct node *station = &guarded.world.stations[0];
    assert_false(check(&guarded, station)); /* never guarded: it gets a word */
    assert_false(check(&guarded, station));
    turn(&guarded, station, 1000, true);
    turn(&guarded, station, 2000, true);
    node_consult(station, "张文芳", "工资没有发");
    assert_false(check(&guarded, station));
    assert_int_equal(own(station).parent, 0);
    close_world(&guarded);
}

static void test_a_word_is_drawn_once_a_day(void **state)
{
    struct guarded guarded;
    struct buf first, second;
    char path[128];

    (void)state;
    open_world(&guarded);
    struct node *station = &guarded.world.stations[0];
    snprintf(path, sizeof path, "%s/guard", guarded.station);
    buf_init(&first, 200);
    buf_init(&second, 200);
    turn(&guarded, station, 1000, true);
    assert_int_equal(file_read(path, &first, NULL), STATUS_OK);
    turn(&guarded, station, 1000 + INT64_C(86399999), false);
    assert_int_equal(file_read(path, &second, NULL), STATUS_OK);
    assert_string_equal(buf_cstr(&first), buf_cstr(&second));
    turn(&guarded, station, 1000 + INT64_C(86400000), false);
    buf_clear(&second);
    assert_int_equal(file_read(path, &second, NULL), STATUS_OK);
    assert_string_not_equal(buf_cstr(&first), buf_cstr(&second));
    assert_memory_equal(buf_cstr(&second) + 33, buf_cstr(&second), 32); /* the one before does not count any more */
    buf_release(&first);
    buf_release(&second);
    close_world(&guarded);
}

static void test_a_station_put_back_goes_on_in_a_new_log(void **state)
{
    struct guarded guarded;

    (void)state;
    open_world(&guarded);
    struct node *station = &guarded.world.stations[0];
    check(&guarded, station);
    node_consult(station, "张文芳", "工资没有发");
    store_checkpoint(station->store);
    keep(&guarded, guarded.station);
    turn(&guarded, station, 1000, true);
    node_consult(station, "王建国", "离婚");
    turn(&guarded, station, 2000, true);
    put_back(station, guarded.station);
    assert_true(check(&guarded, station));
    assert_int_equal(own(station).parent, 1);
    assert_int_equal(own(station).base_seq, 1);
    assert_false(check(&guarded, station));
    node_verify(station);
    close_world(&guarded);
}

static void test_a_power_cut_between_file_and_store_is_no_restore(void **state)
{
    struct guarded guarded;

    (void)state;
    open_world(&guarded);
    struct node *station = &guarded.world.stations[0];
    check(&guarded, station);
    turn(&guarded, station, 1000, true);
    store_checkpoint(station->store);
    keep(&guarded, guarded.station);
    struct buf file;
    char path[128];
    buf_init(&file, 200);
    snprintf(path, sizeof path, "%s/guard", guarded.station);
    assert_int_equal(file_read(path, &file, NULL), STATUS_OK);
    memset(file.data, 'a', 32); /* a new word in the file, the one before beside it, and the store as before */
    assert_int_equal(file_write(path, file.data, file.len, 0600, NULL), STATUS_OK);
    buf_release(&file);
    put_back(station, guarded.station);
    assert_false(check(&guarded, station));
    /* A store of two turns ago, and of one, is found. */
    turn(&guarded, station, 3000, true);
    store_checkpoint(station->store);
    keep(&guarded, guarded.station);
    turn(&guarded, station, 4000, true);
    put_back(station, guarded.station);
    assert_true(check(&guarded, station));
    close_world(&guarded);
}

static void test_a_lost_file_counts_as_put_back(void **state)
{
    struct guarded guarded;
    char path[128];

    (void)state;
    open_world(&guarded);
    struct node *station = &guarded.world.stations[0];
    check(&guarded, station);
    node_consult(station, "张文芳", "工资没有发");
    snprintf(path, sizeof path, "%s/guard", guarded.station);
    assert_int_equal(remove(path), 0);
    assert_true(check(&guarded, station));
    assert_int_equal(file_write(path, "not a guard\n", 12, 0600, NULL), STATUS_OK);
    assert_true(check(&guarded, station));
    assert_false(check(&guarded, station));
    close_world(&guarded);
}

static void test_a_center_put_back_begins_an_era(void **state)
{
    struct guarded guarded;
    struct replica_state at;

    (void)state;
    open_world(&guarded);
    struct node *center = &guarded.world.center;
    check(&guarded, center);
    store_checkpoint(center->store);
    keep(&guarded, guarded.center);
    turn(&guarded, center, 1000, true);
    node_consult(center, "王建国", "离婚");
    turn(&guarded, center, 2000, true);
    put_back(center, guarded.center);
    assert_true(check(&guarded, center));
    assert_false(check(&guarded, center));
    node_consult(center, "陈志强", "土地");
    assert_int_equal(replica_state(center->store, &at, NULL), STATUS_OK);
    assert_true(order_era(at.rcur) > 0);
    node_verify(center);
    close_world(&guarded);
}

static void test_memory_is_passed_over(void **state)
{
    struct world world;
    bool restored = true;

    (void)state;
    world_open(&world, 1, NULL);
    assert_int_equal(guard_check(world.center.store, "nowhere", world.center.random, &restored, NULL), STATUS_OK);
    assert_false(restored);
    assert_int_equal(guard_turn(world.center.store, "nowhere", world.center.random, 1, true, NULL), STATUS_OK);
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_store_that_was_not_touched_is_left_alone),
        cmocka_unit_test(test_a_word_is_drawn_once_a_day),
        cmocka_unit_test(test_a_station_put_back_goes_on_in_a_new_log),
        cmocka_unit_test(test_a_power_cut_between_file_and_store_is_no_restore),
        cmocka_unit_test(test_a_lost_file_counts_as_put_back),
        cmocka_unit_test(test_a_center_put_back_begins_an_era),
        cmocka_unit_test(test_memory_is_passed_over),
    };

    if (hash_start() != STATUS_OK)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
