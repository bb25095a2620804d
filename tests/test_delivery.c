/* tests/test_delivery.c - a center's index by scope is behind its log, and whoever asks for a scope gets everything all the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/record/delivery.h"
#include "core/record/reach.h"
#include "core/record/replica.h"
#include "core/record/schema.h"
#include "core/record/scope_sum.h"
#include "core/record/sync_state.h"
#include "tests/fixture.h"
#include "tests/steps.h"
#include "tests/write_sql.h"

enum { STEPS_COUNTED = 50, OTHERS_CHANGES = 1000 };

/* Changes that stand in neither table nor sums. */
static int64_t tail(struct node *center)
{
    return node_number(center, "SELECT count(*) FROM change WHERE lsn>(SELECT value FROM meta WHERE name='delivered')");
}

static void assert_alike(struct world *world, size_t station)
{
    uint64_t ours, theirs;
    assert_int_equal(scope_sum_get(world->stations[station].store, SCOPE_SUM_STATION, &ours, NULL), STATUS_OK);
    assert_int_equal(scope_sum_for(world->center.store, world->stations[station].machine.org, &theirs, NULL), STATUS_OK);
    assert_true(ours == theirs);
}

static void test_a_save_at_a_center_writes_neither_table_nor_sums(void **state)
{
    struct world world;
    (void)state;
    world_open(&world, 1, NULL);
    struct id id = node_consult(&world.stations[0], "张文芳", "工资没有发");
    world_sync(&world, 0);
    assert_int_equal(tail(&world.center), 0); /* what is taken in ends it */
    int64_t rows = node_number(&world.center, "SELECT count(*) FROM delivery"), sums = node_number(&world.center, "SELECT total(sum) FROM scope_sum");
    node_set(&world.center, "consultation", id, "phone", "13900000001");
    node_consult(&world.center, "李四", "中心自己的");
    assert_int_equal(tail(&world.center), 2);
    assert_int_equal(node_number(&world.center, "SELECT count(*) FROM delivery"), rows);
    assert_int_equal(node_number(&world.center, "SELECT total(sum) FROM scope_sum"), sums);
    node_verify(&world.center);
    world_sync(&world, 0); /* the station has nothing to bring: the tail is read as it is */
    assert_int_equal(tail(&world.center), 2);
    char *phone = node_get(&world.stations[0], "consultation", id, "phone");
    assert_string_equal(phone, "13900000001");
    free(phone);
    assert_alike(&world, 0);
    node_consult(&world.stations[0], "王五", "又来了");
    world_sync(&world, 0);
    assert_int_equal(tail(&world.center), 0);
    assert_alike(&world, 0);
    node_verify(&world.center);
    world_close(&world);
}

static void test_the_tail_ends_at_every_group(void **state)
{
    struct world world;
    struct sync_lack lack;
    char phone[24];
    (void)state;
    world_open(&world, 1, NULL);
    struct id id = node_consult(&world.stations[0], "张文芳", "工资没有发");
    world_sync(&world, 0);
    int64_t most = 0, least = INT64_MAX, head = node_number(&world.center, "SELECT max(lsn) FROM change");
    int64_t held = node_number(&world.stations[0], "SELECT count(*) FROM change");
    struct peer peer = world.stations[0].peer;
    peer.sent_order = (uint64_t)head;
    for (int i = 0; i < DELIVERY_GROUP + 10; i++) {
        snprintf(phone, sizeof phone, "1390000%04d", i);
        node_set(&world.center, "consultation", id, "phone", phone);
        int64_t now = tail(&world.center);
        most = now > most ? now : most;
        least = now < least ? now : least;
    }
    assert_int_equal(least, 0);
    assert_true(most > 0 && most < DELIVERY_GROUP);
    assert_true(tail(&world.center) > 0); /* some are in the table, some are not, and both are waiting */
    assert_true(node_number(&world.center, "SELECT count(*) FROM delivery WHERE scope=2") > 1);
    assert_int_equal(sync_lack_read(world.center.store, &peer, &lack, NULL), STATUS_OK);
    assert_int_equal(lack.behind, SYNC_BEHIND_MAX < DELIVERY_GROUP + 10 ? SYNC_BEHIND_MAX : DELIVERY_GROUP + 10);
    node_verify(&world.center);
    world_sync(&world, 0);
    assert_int_equal(node_number(&world.stations[0], "SELECT count(*) FROM change"), held + DELIVERY_GROUP + 10);
    assert_alike(&world, 0);
    world_close(&world);
}

/* More than are held while they are added up, one after the other. */
static void test_a_tail_of_many_scopes_is_settled(void **state)
{
    struct world world;
    struct errmsg err = {{0}};
    bool sound;
    (void)state;
    world_open(&world, 1, NULL);
    struct node *center = &world.center;
    for (int i = 0; i < 120; i++)
        node_consult(center, "李四", "中心自己的");
    write_sql(center->store, "UPDATE change SET scope=100+lsn*7%40 WHERE lsn>(SELECT value FROM meta WHERE name='delivered')");
    assert_int_equal(store_begin(center->store, "test", &err), STATUS_OK);
    assert_int_equal(delivery_settle(center->store, &err), STATUS_OK);
    assert_int_equal(store_commit(center->store, &err), STATUS_OK);
    assert_int_equal(tail(center), 0);
    assert_int_equal(delivery_check(center->store, &sound, &err), STATUS_OK);
    assert_true(sound);
    assert_int_equal(node_number(center, "SELECT count(*) FROM scope_sum WHERE scope>=100"), 40);
    write_sql(center->store, "CREATE TABLE sum_before AS SELECT scope,sum FROM scope_sum");
    assert_int_equal(store_begin(center->store, "test", &err), STATUS_OK);
    assert_int_equal(scope_sum_recount(center->store, &err), STATUS_OK);
    assert_int_equal(store_commit(center->store, &err), STATUS_OK);
    assert_int_equal(node_number(center, "SELECT count(*) FROM scope_sum s JOIN sum_before b ON b.scope=s.scope WHERE s.scope>=100 AND s.sum=b.sum"), 40);
    world_close(&world);
}

/* Handed over while one of its changes is in the table and one is not. */
static void test_what_changes_hands_leaves_table_and_tail(void **state)
{
    struct world world;
    struct errmsg err = {{0}};
    (void)state;
    world_open(&world, 2, NULL);
    struct node *center = &world.center;
    struct id id = node_consult(&world.stations[0], "张文芳", "工资没有发");
    world_sync(&world, 0);
    node_set(center, "consultation", id, "phone", "13900000001");
    assert_int_equal(tail(center), 1);
    assert_int_equal(reach_move(center->store, &center->actor, catalogue_find("consultation"), id, world.stations[1].machine.org, NULL, &err), STATUS_OK);
    assert_int_equal(node_number(center, "SELECT count(*) FROM delivery d JOIN change c ON c.lsn=d.lsn WHERE c.type=(SELECT type FROM change ORDER BY lsn DESC LIMIT 1) AND d.scope=2"), 0);
    node_verify(center);
    for (size_t i = 0; i < 2; i++) {
        world_sync(&world, i);
        assert_alike(&world, i);
    }
    char *phone = node_get(&world.stations[1], "consultation", id, "phone");
    assert_string_equal(phone, "13900000001");
    free(phone);
    node_consult(&world.stations[1], "李四", "照常");
    world_sync(&world, 1);
    assert_int_equal(tail(center), 0);
    node_verify(center);
    for (size_t i = 0; i < 2; i++)
        assert_alike(&world, i);
    world_close(&world);
}

/* What this station's first session reads of its scope, and what is told of what it lacks. */
static uint64_t steps_of_a_new_reader(struct world *world, size_t station)
{
    struct node *node = &world->stations[station];
    struct replica_batch batch = {0};
    struct sync_lack lack;
    struct peer peer = node->peer;
    struct log_id log = node_log(node);
    bool more;

    peer.sent_order = 0;
    buf_init(&batch.entries, 1 << 20);
    uint64_t before = steps_taken();
    assert_int_equal(replica_read_scope(world->center.store, &peer, &log, 0, 1 << 20, &batch, &more, NULL), STATUS_OK);
    assert_int_equal(sync_lack_read(world->center.store, &peer, &lack, NULL), STATUS_OK);
    buf_release(&batch.entries);
    return steps_taken() - before;
}

/* Work follows what is sent, not what is stored: what others have written is not passed over. */
static void test_a_reader_does_not_pass_over_the_log(void **state)
{
    struct world world;
    char phone[24];
    (void)state;
    steps_watch(STEPS_COUNTED);
    world_open(&world, 2, NULL);
    struct id id = node_consult(&world.stations[0], "张文芳", "工资没有发");
    world_sync(&world, 0);
    world_sync(&world, 1);
    uint64_t before = steps_of_a_new_reader(&world, 1);
    for (int i = 0; i < OTHERS_CHANGES; i++) {
        snprintf(phone, sizeof phone, "1390000%04d", i);
        node_set(&world.stations[0], "consultation", id, "phone", phone);
    }
    world_sync(&world, 0);
    assert_int_equal(tail(&world.center), 0);
    uint64_t after = steps_of_a_new_reader(&world, 1);
    assert_true(before > 0);
    assert_in_range(after, 0, before + OTHERS_CHANGES); /* one step each would be passing over */
    world_close(&world);
    steps_watch_end();
}

static void test_verify_tells_a_table_that_is_not_the_logs(void **state)
{
    struct world world;
    (void)state;
    world_open(&world, 1, NULL);
    node_consult(&world.stations[0], "张文芳", "工资没有发");
    world_sync(&world, 0);
    struct store *store = world.center.store;
    assert_int_equal(node_problems(&world.center, "目录"), 0);
    write_sql(store, "DELETE FROM delivery WHERE scope=2");
    assert_int_equal(node_problems(&world.center, "目录"), 1);
    assert_int_equal(store_begin(store, "test", NULL), STATUS_OK);
    assert_int_equal(delivery_rebuild(store, NULL), STATUS_OK);
    assert_int_equal(store_commit(store, NULL), STATUS_OK);
    assert_int_equal(node_problems(&world.center, "目录"), 0);
    write_sql(store, "UPDATE delivery SET scope=3 WHERE scope=2");
    assert_int_equal(node_problems(&world.center, "目录"), 1);
    assert_int_equal(node_problems(&world.stations[0], "目录"), 0); /* has none */
    world_close(&world);
}

/* As a program of version 2 left it: an index on the table, every change in it and in the sums. */
static void test_a_store_from_before_gets_its_table(void **state)
{
    char folder[] = "test_delivery.XXXXXX", path[64];
    struct world world;
    (void)state;
    assert_non_null(mkdtemp(folder));
    world_open(&world, 1, folder);
    node_consult(&world.stations[0], "张文芳", "工资没有发");
    world_sync(&world, 0);
    struct node *nodes[2] = {&world.stations[0], &world.center};
    for (size_t i = 0; i < 2; i++) {
        write_sql(nodes[i]->store, "DROP TABLE delivery; DELETE FROM meta WHERE name='delivered'; UPDATE meta SET value=1 WHERE name='catalogue_shape'; PRAGMA user_version=2");
        if (i == 1)
            write_sql(nodes[i]->store, "CREATE INDEX change_scope ON change(scope)");
        store_close(nodes[i]->store);
        snprintf(path, sizeof path, "%s/%u", folder, nodes[i]->machine.station_no);
        assert_int_equal(store_open(&nodes[i]->store, path, STORE_OPEN_EXISTING, NULL), STATUS_OK);
        assert_int_equal(node_number(nodes[i], "PRAGMA user_version"), SCHEMA_STORE_VERSION);
        assert_int_equal(node_number(nodes[i], "SELECT count(*) FROM sqlite_master WHERE name='change_scope'"), 0);
        assert_int_equal(node_number(nodes[i], "SELECT count(*) FROM meta WHERE name='delivered'"), i);
        node_verify(nodes[i]);
    }
    assert_alike(&world, 0);
    node_consult(&world.center, "李四", "中心自己的");
    assert_int_equal(tail(&world.center), 1);
    world_close(&world);
    test_folder_remove(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_save_at_a_center_writes_neither_table_nor_sums),
        cmocka_unit_test(test_the_tail_ends_at_every_group),
        cmocka_unit_test(test_a_tail_of_many_scopes_is_settled),
        cmocka_unit_test(test_what_changes_hands_leaves_table_and_tail),
        cmocka_unit_test(test_a_reader_does_not_pass_over_the_log),
        cmocka_unit_test(test_verify_tells_a_table_that_is_not_the_logs),
        cmocka_unit_test(test_a_store_from_before_gets_its_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
