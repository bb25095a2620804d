/* tests/test_flagged.c - what a disabled account wrote offline is taken in, applied and shown to the center. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/aid/account.h"
#include "core/record/flagged.h"
#include "tests/fixture.h"

static const char GOOD[] = "Xiaoming-2026";
static struct world world;

static int open_world(void **state)
{
    struct node *center = &world.center;
    struct errmsg err = {{0}};
    (void)state;
    world_open(&world, 2, NULL);
    assert_int_equal(account_add(center->store, &center->actor, center->codes, center->random, "lw", "李文", "station", "站2", GOOD, strlen(GOOD), &err), STATUS_OK);
    world_sync(&world, 0);
    return 0;
}

static int close_world(void **state)
{
    (void)state;
    world_close(&world);
    return 0;
}

static void work_as(struct node *node, const char *user)
{
    snprintf(node->actor.name, sizeof node->actor.name, "%s", user);
}

static void disable(const char *user)
{
    struct node *center = &world.center;
    assert_int_equal(account_disable(center->store, &center->actor, center->codes, center->random, user, NULL), STATUS_OK);
}

static int64_t open_flags(const struct actor *actor)
{
    int64_t count = -1;
    assert_int_equal(flagged_count(world.center.store, actor, &count, NULL), STATUS_OK);
    return count;
}

struct seen {
    int n;
    struct id id;
    char text[200];
};

static bool see(void *context, const struct flagged *flagged)
{
    struct seen *seen = context;
    seen->n++;
    seen->id = flagged->id;
    snprintf(seen->text, sizeof seen->text, "%s %s %s %s %s", flagged->type->name, flagged->user, flagged->station, flagged->reason,
             flagged->reviewed_by != NULL ? flagged->reviewed_by : "-");
    return true;
}

static struct seen list(bool all)
{
    struct seen seen = {0};
    assert_int_equal(flagged_list(world.center.store, &world.center.actor, all, see, &seen, NULL), STATUS_OK);
    return seen;
}

static bool count_flagged_entries(void *context, const struct history_entry *entry)
{
    *(int *)context += entry->flagged;
    return true;
}

static int flagged_in_history(struct node *node, struct id id)
{
    int n = 0;
    assert_int_equal(records_history(node->store, &node->actor, catalogue_find("consultation"), id, count_flagged_entries, &n, NULL), STATUS_OK);
    return n;
}

static void offline_work_of_a_disabled_account_is_applied_and_flagged(void **state)
{
    (void)state;
    struct node *center = &world.center, *station = &world.stations[0];
    work_as(station, "lw");
    struct id before = node_consult(station, "张三", "停用之前就到了中心的");
    world_sync(&world, 0);
    disable("lw");
    struct id after = node_consult(station, "李四", "停用时还在站上没发");
    node_set(station, "consultation", after, "answer", "已解答");
    struct replica_result result = world_sync(&world, 0);
    assert_int_equal(result.quarantined, 0);
    char *content = node_get(center, "consultation", after, "content");
    assert_string_equal(content, "停用时还在站上没发");
    free(content);
    assert_int_equal(open_flags(&center->actor), 2); /* two changes of one record */
    struct seen seen = list(false);
    assert_int_equal(seen.n, 2);
    assert_true(id_equal(seen.id, after));
    assert_string_equal(seen.text, "consultation lw 站2 已停用账号所写 -");
    assert_int_equal(flagged_in_history(center, after), 2);
    assert_int_equal(flagged_in_history(center, before), 0);
    assert_int_equal(flagged_in_history(station, after), 0); /* the center's own knowledge */
    node_verify(center);
    node_verify(station);
}

static void others_and_strangers_are_not_flagged(void **state)
{
    (void)state;
    struct node *center = &world.center, *station = &world.stations[0];
    disable("lw");
    node_consult(station, "张三", "本机的用户写的"); /* the Unix owner: no account of that name */
    work_as(center, "lw");
    node_consult(center, "王五", "县中心自己写的");
    work_as(center, "center");
    world_sync(&world, 0);
    assert_int_equal(open_flags(&center->actor), 0);
    assert_int_equal(account_enable(center->store, &center->actor, center->codes, center->random, "lw", NULL), STATUS_OK);
    work_as(station, "lw");
    node_consult(station, "赵六", "重新启用之后");
    world_sync(&world, 0);
    assert_int_equal(open_flags(&center->actor), 0);
}

static void more_names_than_the_judge_remembers(void **state)
{
    (void)state;
    struct node *center = &world.center, *station = &world.stations[0];
    disable("lw");
    for (int i = 0; i < 3 * FLAG_NAMES_MAX; i++) {
        char name[16];
        snprintf(name, sizeof name, "w%d", i);
        work_as(station, i % 5 == 0 ? "lw" : name);
        node_consult(station, "某人", "一批里许多人");
    }
    world_sync(&world, 0);
    assert_int_equal(open_flags(&center->actor), 5); /* 0 5 10 15 20 */
}

static void the_center_looks_at_it_once(void **state)
{
    (void)state;
    struct errmsg err = {{0}};
    struct node *center = &world.center, *station = &world.stations[0];
    int64_t count;
    disable("lw");
    work_as(station, "lw");
    struct id id = node_consult(station, "李四", "离线写的"), other = node_consult(station, "李五", "离线写的");
    world_sync(&world, 0);
    struct actor clerk = {.name = "xm", .role = ROLE_CLERK, .center = true, .all_scopes = true, .org = 1, .now_ms = 5};
    struct actor reviewer = clerk, worker = {.name = "zs", .role = ROLE_STATION, .org = 3};
    reviewer.role = ROLE_REVIEWER;
    assert_int_equal(open_flags(&worker), 0); /* another station's scope */
    assert_int_equal(flagged_review(center->store, &worker, id, &count, &err), STATUS_FORBIDDEN);
    assert_int_equal(flagged_review(center->store, &reviewer, id, &count, &err), STATUS_FORBIDDEN);
    assert_int_equal(flagged_review(center->store, &clerk, id, &count, &err), STATUS_OK);
    assert_int_equal(count, 1);
    assert_int_equal(flagged_review(center->store, &clerk, id, &count, &err), STATUS_NOT_FOUND);
    assert_false(store_in_transaction(center->store));
    assert_int_equal(open_flags(&clerk), 1);
    assert_true(id_equal(list(false).id, other));
    assert_int_equal(list(true).n, 2);
    assert_int_equal(flagged_in_history(center, id), 1); /* stays in the history */
    clerk.role = ROLE_DIRECTOR;
    assert_int_equal(flagged_review(center->store, &clerk, other, &count, &err), STATUS_OK);
    assert_string_equal(list(true).text, "consultation lw 站2 已停用账号所写 xm");
    /* What is repeated by the station is not flagged again. */
    world_sync(&world, 0);
    assert_int_equal(open_flags(&clerk), 0);
    node_verify(center);
}

static void the_table_is_guarded(void **state)
{
    (void)state;
    assert_int_not_equal(store_exec(world.center.store, "INSERT INTO flagged(lsn, reason) VALUES(1, 'x')", NULL), STATUS_OK);
}

#define in_world(test) cmocka_unit_test_setup_teardown(test, open_world, close_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_world(offline_work_of_a_disabled_account_is_applied_and_flagged),
        in_world(others_and_strangers_are_not_flagged),
        in_world(more_names_than_the_judge_remembers),
        in_world(the_center_looks_at_it_once),
        in_world(the_table_is_guarded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
