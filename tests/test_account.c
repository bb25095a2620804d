/* tests/test_account.c - accounts: who may make them, what a password must be, who gets in, and what travels to the stations. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "core/aid/account.h"
#include "tests/fixture.h"

static const char GOOD[] = "Xiaoming-2026";
static struct world world;

static int open_world(void **state)
{
    (void)state;
    world_open(&world, 2, NULL);
    return 0;
}

static int close_world(void **state)
{
    (void)state;
    world_close(&world);
    return 0;
}

static enum status add(struct node *node, const char *user, const char *role, const char *org, const char *password, struct errmsg *err)
{
    return account_add(node->store, &node->actor, node->codes, node->random, user, "小明", role, org, password, strlen(password), err);
}

static enum status login_at(struct node *node, const char *user, const char *password, int64_t now_ms, struct actor *actor)
{
    struct errmsg err = {{0}};
    enum status status = account_login(node->store, &node->machine, user, password, strlen(password), now_ms, actor, &err);
    if (status != STATUS_OK)
        assert_string_equal(err.text, "账号或密码不对，或者账号已停用；连错 5 次要等 15 分钟再试");
    return status;
}

static enum status login(struct node *node, const char *user, const char *password, struct actor *actor)
{
    return login_at(node, user, password, 1000, actor);
}

static void center_adds_and_people_log_in(void **state)
{
    (void)state;
    struct errmsg err = {{0}};
    struct actor actor;
    struct node *center = &world.center;
    assert_int_equal(add(center, "xm", "clerk", NULL, GOOD, &err), STATUS_OK);
    assert_int_equal(login(center, "xm", GOOD, &actor), STATUS_OK);
    assert_string_equal(actor.name, "xm");
    assert_int_equal(actor.role, ROLE_CLERK);
    assert_true(actor.center && actor.all_scopes);
    assert_int_equal(actor.org, 1);
    assert_int_equal(login(center, "xm", "Xiaoming-2025", &actor), STATUS_AUTH);
    assert_int_equal(login(center, "nobody", GOOD, &actor), STATUS_AUTH);
    assert_int_equal(login(center, "", "", &actor), STATUS_AUTH);
}

static void bad_accounts_are_refused(void **state)
{
    (void)state;
    struct errmsg err = {{0}};
    struct node *center = &world.center;
    assert_int_equal(add(center, "xm", "clerk", NULL, GOOD, &err), STATUS_OK);
    assert_int_equal(add(center, "xm", "station", "站2", GOOD, &err), STATUS_EXISTS);
    assert_int_equal(add(center, "a b", "clerk", NULL, GOOD, &err), STATUS_INVALID);
    assert_int_equal(add(center, "", "clerk", NULL, GOOD, &err), STATUS_INVALID);
    assert_int_equal(add(center, "b", "king", NULL, GOOD, &err), STATUS_INVALID);
    assert_int_equal(add(center, "b", "clerk", "nowhere", GOOD, &err), STATUS_INVALID);
    assert_int_equal(add(center, "b", "clerk", NULL, "Ab1-", &err), STATUS_INVALID);
    assert_non_null(strstr(err.text, "至少 8 个字符，现有 4 个"));
    assert_int_equal(add(center, "b", "clerk", NULL, "abcdefgh1", &err), STATUS_INVALID);
    assert_non_null(strstr(err.text, "至少要有三种"));
    assert_int_equal(add(center, "xiaoming", "clerk", NULL, "xiaoming-2026", &err), STATUS_INVALID);
    assert_int_equal(add(center, "b", "clerk", NULL, "正确的马1电池a", &err), STATUS_OK);
}

static void only_administrators_manage(void **state)
{
    (void)state;
    struct errmsg err = {{0}};
    struct actor clerk;
    struct node *center = &world.center, *station = &world.stations[0];
    assert_int_equal(add(center, "xm", "clerk", NULL, GOOD, &err), STATUS_OK);
    assert_int_equal(add(center, "lw", "station", "站2", GOOD, &err), STATUS_OK);
    assert_int_equal(login(center, "xm", GOOD, &clerk), STATUS_OK);
    assert_int_equal(account_add(center->store, &clerk, center->codes, center->random, "c", "丙", "admin", NULL, GOOD, strlen(GOOD), &err), STATUS_FORBIDDEN);
    assert_int_equal(account_disable(center->store, &clerk, center->codes, center->random, "lw", &err), STATUS_FORBIDDEN);
    assert_int_equal(account_set_password(center->store, &clerk, center->codes, center->random, "lw", GOOD, strlen(GOOD), &err), STATUS_FORBIDDEN);
    assert_int_equal(add(station, "d", "station", NULL, GOOD, &err), STATUS_FORBIDDEN);
    assert_non_null(strstr(err.text, "县中心"));
}

static void people_change_their_own_password(void **state)
{
    (void)state;
    struct errmsg err = {{0}};
    struct actor worker;
    struct node *center = &world.center;
    const char *fresh = "Another-2027";
    assert_int_equal(add(center, "lw", "station", "站2", GOOD, &err), STATUS_OK);
    assert_int_equal(login(center, "lw", GOOD, &worker), STATUS_OK);
    assert_false(worker.center || worker.all_scopes);
    assert_int_equal(worker.org, 2);
    assert_int_equal(account_set_password(center->store, &worker, center->codes, center->random, "lw", fresh, strlen(fresh), &err), STATUS_OK);
    assert_int_equal(login(center, "lw", GOOD, &worker), STATUS_AUTH);
    assert_int_equal(login(center, "lw", fresh, &worker), STATUS_OK);
    assert_int_equal(account_set_password(center->store, &center->actor, center->codes, center->random, "lw", "short", 5, &err), STATUS_INVALID);
    assert_int_equal(account_set_password(center->store, &center->actor, center->codes, center->random, "who", fresh, strlen(fresh), &err), STATUS_NOT_FOUND);
    assert_int_equal(login(center, "lw", fresh, &worker), STATUS_OK);
}

static void disabled_accounts_stay_out(void **state)
{
    (void)state;
    struct errmsg err = {{0}};
    struct actor actor;
    struct node *center = &world.center;
    assert_int_equal(add(center, "xm", "clerk", NULL, GOOD, &err), STATUS_OK);
    assert_int_equal(account_disable(center->store, &center->actor, center->codes, center->random, "xm", &err), STATUS_OK);
    assert_int_equal(login(center, "xm", GOOD, &actor), STATUS_AUTH);
    assert_int_equal(account_disable(center->store, &center->actor, center->codes, center->random, "center", &err), STATUS_INVALID);
    assert_int_equal(account_disable(center->store, &center->actor, center->codes, center->random, "who", &err), STATUS_NOT_FOUND);
}

static void five_failures_wait_a_quarter_hour(void **state)
{
    (void)state;
    enum { MINUTE = 60 * 1000 };
    struct errmsg err = {{0}};
    struct actor actor;
    struct node *center = &world.center;
    int64_t now = 1000000;
    assert_int_equal(add(center, "xm", "clerk", NULL, GOOD, &err), STATUS_OK);
    for (int i = 0; i < 5; i++)
        assert_int_equal(login_at(center, "xm", "wrong", now + i, &actor), STATUS_AUTH);
    assert_int_equal(login_at(center, "xm", GOOD, now + 10, &actor), STATUS_AUTH);
    assert_int_equal(login_at(center, "xm", GOOD, now + 14 * MINUTE, &actor), STATUS_AUTH);
    /* Knocking while locked does not prolong it. */
    assert_int_equal(login_at(center, "xm", "wrong", now + 14 * MINUTE, &actor), STATUS_AUTH);
    assert_int_equal(login_at(center, "xm", GOOD, now + 16 * MINUTE, &actor), STATUS_OK);
    /* A success forgets the failures before. */
    for (int i = 0; i < 4; i++)
        assert_int_equal(login_at(center, "xm", "wrong", now + 17 * MINUTE, &actor), STATUS_AUTH);
    assert_int_equal(login_at(center, "xm", GOOD, now + 17 * MINUTE, &actor), STATUS_OK);
    assert_int_equal(login_at(center, "xm", "wrong", now + 17 * MINUTE, &actor), STATUS_AUTH);
    assert_int_equal(login_at(center, "xm", GOOD, now + 17 * MINUTE, &actor), STATUS_OK);
    node_verify(center);
}

static void accounts_reach_their_own_station_only(void **state)
{
    (void)state;
    struct errmsg err = {{0}};
    struct actor actor;
    struct node *center = &world.center;
    assert_int_equal(add(center, "lw", "station", "站2", GOOD, &err), STATUS_OK);
    assert_int_equal(add(center, "boss", "admin", NULL, GOOD, &err), STATUS_OK);
    world_sync(&world, 0);
    world_sync(&world, 1);
    assert_int_equal(login(&world.stations[0], "lw", GOOD, &actor), STATUS_OK);
    assert_int_equal(actor.role, ROLE_STATION);
    assert_int_equal(actor.org, 2);
    assert_false(actor.center);
    assert_int_equal(login(&world.stations[1], "lw", GOOD, &actor), STATUS_AUTH);
    assert_int_equal(login(&world.stations[0], "boss", GOOD, &actor), STATUS_AUTH);
    assert_int_equal(account_set_password(world.stations[0].store, &actor, world.codes, world.center.random, "lw", GOOD, strlen(GOOD), &err), STATUS_FORBIDDEN);
    assert_int_equal(account_disable(center->store, &center->actor, center->codes, center->random, "lw", &err), STATUS_OK);
    world_sync(&world, 0);
    assert_int_equal(login(&world.stations[0], "lw", GOOD, &actor), STATUS_AUTH);
}

#define in_world(test) cmocka_unit_test_setup_teardown(test, open_world, close_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_world(center_adds_and_people_log_in),    in_world(bad_accounts_are_refused),   in_world(only_administrators_manage),
        in_world(people_change_their_own_password), in_world(disabled_accounts_stay_out), in_world(five_failures_wait_a_quarter_hour),
        in_world(accounts_reach_their_own_station_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
