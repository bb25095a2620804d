/* tests/test_scope_sum.c - a station's sum is its center's exactly when it holds what the center holds for it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/record/change.h"
#include "core/record/scope_sum.h"
#include "tests/fixture.h"
#include "tests/write_sql.h"

static uint64_t of_station(struct node *station)
{
    uint64_t sum;
    assert_int_equal(scope_sum_get(station->store, SCOPE_SUM_STATION, &sum, NULL), STATUS_OK);
    return sum;
}

static uint64_t at_center(struct world *world, size_t station)
{
    uint64_t sum;
    assert_int_equal(scope_sum_for(world->center.store, world->stations[station].machine.org, &sum, NULL), STATUS_OK);
    return sum;
}

static void test_equal_when_a_session_has_brought_everything(void **state)
{
    struct world world;
    (void)state;
    world_open(&world, 2, NULL);
    struct id id = node_consult(&world.stations[0], "张文芳", "工资没有发");
    assert_true(of_station(&world.stations[0]) == 0); /* nothing has a place yet */
    world_sync(&world, 0);
    world_sync(&world, 1);
    assert_true(of_station(&world.stations[0]) != 0);
    assert_true(of_station(&world.stations[0]) == at_center(&world, 0));
    assert_true(of_station(&world.stations[1]) == at_center(&world, 1));
    assert_true(at_center(&world, 0) != at_center(&world, 1));
    node_set(&world.center, "consultation", id, "phone", "13900000001");
    assert_true(of_station(&world.stations[0]) != at_center(&world, 0));
    assert_true(of_station(&world.stations[1]) == at_center(&world, 1)); /* somebody else's business */
    world_sync(&world, 0);
    assert_true(of_station(&world.stations[0]) == at_center(&world, 0));
    world_close(&world);
}

static void test_what_the_center_refused_counts_nowhere(void **state)
{
    struct world world;
    struct errmsg err = {{0}};
    struct record record;
    (void)state;
    world_open(&world, 1, NULL);
    struct node *station = &world.stations[0];
    struct actor forger = station->actor;
    record_init(&record, catalogue_find("consultation"));
    assert_int_equal(records_begin(station->store, &forger, &record, station->codes, &err), STATUS_OK);
    assert_int_equal(record_set_text(&record, "content", "越界"), STATUS_OK);
    forger.org = record.scope = 3;
    assert_int_equal(records_save(station->store, &forger, station->codes, station->random, &record, &err), STATUS_OK);
    record_release(&record);
    node_consult(station, "好", "照常");
    assert_true(world_sync(&world, 0).quarantined >= 1);
    assert_true(of_station(station) == at_center(&world, 0));
    node_verify(&world.center);
    world_close(&world);
}

static void test_one_change_more_less_or_elsewhere_is_another_sum(void **state)
{
    (void)state;
    uint64_t a = scope_sum_of("header", 6, 7), b = scope_sum_of("header", 6, 8), c = scope_sum_of("headex", 6, 7);
    assert_true(a != b && a != c && b != c);
    assert_true(a == scope_sum_of("header", 6, 7));
}

static void test_verify_tells_a_sum_that_is_not_the_logs(void **state)
{
    struct world world;
    (void)state;
    world_open(&world, 1, NULL);
    node_consult(&world.stations[0], "张文芳", "工资没有发");
    world_sync(&world, 0);
    assert_int_equal(node_problems(&world.center, "校验和"), 0);
    assert_int_equal(node_problems(&world.stations[0], "校验和"), 0);
    write_sql(world.center.store, "UPDATE scope_sum SET sum=sum+1 WHERE scope=2");
    assert_int_equal(node_problems(&world.center, "校验和"), 1);
    write_sql(world.center.store, "UPDATE scope_sum SET sum=sum-1 WHERE scope=2");
    write_sql(world.center.store, "INSERT INTO scope_sum(scope,sum) VALUES(77,5)");
    assert_int_equal(node_problems(&world.center, "校验和"), 1);
    write_sql(world.stations[0].store, "DELETE FROM scope_sum");
    assert_int_equal(node_problems(&world.stations[0], "校验和"), 1);
    assert_int_equal(store_begin(world.stations[0].store, "test", NULL), STATUS_OK);
    assert_int_equal(scope_sum_recount(world.stations[0].store, NULL), STATUS_OK);
    assert_int_equal(store_commit(world.stations[0].store, NULL), STATUS_OK);
    assert_int_equal(node_problems(&world.stations[0], "校验和"), 0);
    assert_true(of_station(&world.stations[0]) == at_center(&world, 0));
    world_close(&world);
}

/* As a program without sums left it. */
static void forget_sums(struct store *store)
{
    write_sql(store, "DROP TABLE scope_sum; DELETE FROM meta WHERE name='scope_sums'; UPDATE meta SET value=1 WHERE name='catalogue_shape'");
}

static void test_a_store_from_before_is_counted_when_it_is_opened(void **state)
{
    char folder[] = "test_scope_sum.XXXXXX", path[64];
    struct world world;
    (void)state;
    assert_non_null(mkdtemp(folder));
    world_open(&world, 1, folder);
    node_consult(&world.stations[0], "张文芳", "工资没有发");
    world_sync(&world, 0);
    uint64_t sum = of_station(&world.stations[0]);
    struct node *nodes[2] = {&world.stations[0], &world.center};
    for (size_t i = 0; i < 2; i++) {
        forget_sums(nodes[i]->store);
        store_close(nodes[i]->store);
        snprintf(path, sizeof path, "%s/%u", folder, nodes[i]->machine.station_no);
        assert_int_equal(store_open(&nodes[i]->store, path, STORE_OPEN_EXISTING, NULL), STATUS_OK);
        assert_true(scope_sum_kept(nodes[i]->store));
    }
    assert_true(of_station(&world.stations[0]) == sum);
    assert_true(at_center(&world, 0) == sum);
    world_close(&world);
    snprintf(path, sizeof path, "rm -rf %s", folder);
    assert_int_equal(system(path), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_equal_when_a_session_has_brought_everything),
        cmocka_unit_test(test_what_the_center_refused_counts_nowhere),
        cmocka_unit_test(test_one_change_more_less_or_elsewhere_is_another_sum),
        cmocka_unit_test(test_verify_tells_a_sum_that_is_not_the_logs),
        cmocka_unit_test(test_a_store_from_before_is_counted_when_it_is_opened),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
