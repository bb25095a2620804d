/* tests/test_account.c - accounts: who may make and change them, what their names and roles may be, and what travels to the stations. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
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

static enum status set_password(const struct actor *actor, const char *user, const char *password, struct errmsg *err)
{
    struct node *center = &world.center;
    return account_set_password(center->store, actor, center->codes, center->random, user, password, strlen(password), err);
}

static enum status change(const struct actor *actor, const char *user, const char *field, const char *text, struct errmsg *err)
{
    struct node *center = &world.center;
    return account_change(center->store, actor, center->codes, center->random, user, field, text, err);
}

/* The actor of an account on a node; fails the test when there is none. */
static struct actor actor_of(struct node *node, const char *user)
{
    struct record account;
    assert_int_equal(account_find(node->store, user, &account, NULL), STATUS_OK);
    struct actor actor = account_actor(&node->machine, &account, node->actor.now_ms);
    record_release(&account);
    return actor;
}

static bool opens(struct node *node, const char *user, const char *password)
{
    struct record account;
    if (account_find(node->store, user, &account, NULL) != STATUS_OK)
        return false;
    bool is = password_is(&account, password, strlen(password)) && record_get(&account, catalogue_field(account.type, "disabled")).number != 1;
    record_release(&account);
    return is;
}

static void an_account_gives_an_actor(void **state)
{
    (void)state;
    struct errmsg err = {{0}};
    struct node *center = &world.center;
    assert_int_equal(add(center, "xm", "clerk", NULL, GOOD, &err), STATUS_OK);
    assert_int_equal(add(center, "lw", "station", "站2", GOOD, &err), STATUS_OK);
    struct actor clerk = actor_of(center, "xm"), worker = actor_of(center, "lw");
    assert_string_equal(clerk.name, "xm");
    assert_int_equal(clerk.role, ROLE_CLERK);
    assert_true(clerk.center && clerk.all_scopes);
    assert_false(clerk.owner || clerk.acting);
    assert_int_equal(clerk.org, 1);
    assert_int_equal(worker.role, ROLE_STATION);
    assert_false(worker.center || worker.all_scopes);
    assert_int_equal(worker.org, 2);
    assert_true(opens(center, "xm", GOOD));
    assert_false(opens(center, "xm", "Xiaoming-2025"));
}

static void bad_accounts_are_refused(void **state)
{
    (void)state;
    struct errmsg err = {{0}};
    struct node *center = &world.center;
    assert_int_equal(add(center, "xm", "clerk", NULL, GOOD, &err), STATUS_OK);
    assert_int_equal(add(center, "xm", "station", "站2", GOOD, &err), STATUS_EXISTS);
    assert_int_equal(add(center, "a b", "clerk", NULL, GOOD, &err), STATUS_INVALID);
    assert_int_equal(add(center, "-", "clerk", NULL, GOOD, &err), STATUS_INVALID);
    assert_int_equal(add(center, "", "clerk", NULL, GOOD, &err), STATUS_INVALID);
    assert_int_equal(add(center, "b", "king", NULL, GOOD, &err), STATUS_INVALID);
    assert_int_equal(add(center, "b", "clerk", "nowhere", GOOD, &err), STATUS_INVALID);
    assert_int_equal(add(center, "b", "clerk", NULL, "Ab1-", &err), STATUS_INVALID);
    assert_int_equal(add(center, "xiaoming", "clerk", NULL, "xiaoming-2026", &err), STATUS_INVALID);
    assert_int_equal(add(center, "b", "clerk", NULL, "正确的马1电池a", &err), STATUS_OK);
}

static void accounts_of_nobody_are_refused(void **state)
{
    (void)state;
    static const char *const names[] = {"root", "guest", "Guest", "PUBLIC", "shared01", "everyone", "aidpost", "公用", "公共2", "站2"};
    struct errmsg err = {{0}};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        assert_int_equal(add(&world.center, names[i], "clerk", NULL, GOOD, &err), STATUS_INVALID);
        assert_non_null(strstr(err.text, "一人一个账号"));
    }
    assert_int_equal(add(&world.center, "adminlee", "clerk", NULL, GOOD, &err), STATUS_OK);
    assert_int_equal(add(&world.center, "8012", "clerk", NULL, GOOD, &err), STATUS_OK);
}

static void the_countys_roles_sit_at_the_center(void **state)
{
    (void)state;
    struct errmsg err = {{0}};
    struct node *center = &world.center;
    struct record org;
    record_init(&org, catalogue_find("org"));
    assert_int_equal(record_set_int(&org, "number", 50), STATUS_OK);
    assert_int_equal(record_set_text(&org, "code", "fenbu"), STATUS_OK);
    assert_int_equal(record_set_text(&org, "name", "县妇联分部"), STATUS_OK);
    assert_int_equal(record_set_text(&org, "kind", "branch"), STATUS_OK);
    assert_int_equal(records_save(center->store, &center->actor, center->codes, center->random, &org, &err), STATUS_OK);
    record_release(&org);
    assert_int_equal(add(center, "a", "admin", "fenbu", GOOD, &err), STATUS_INVALID);
    assert_string_equal(err.text, "角色 admin 只给县中心和司法局的人；站点用 station 或 volunteer");
    assert_int_equal(add(center, "a", "clerk", "fenbu", GOOD, &err), STATUS_INVALID);
    assert_int_equal(add(center, "a", "volunteer", "fenbu", GOOD, &err), STATUS_OK);
    assert_int_equal(change(&center->actor, "a", "role", "director", &err), STATUS_INVALID);
    assert_int_equal(change(&center->actor, "a", "role", "station", &err), STATUS_OK);
    assert_int_equal(actor_of(center, "a").role, ROLE_STATION);
}

static void only_administrators_manage(void **state)
{
    (void)state;
    struct errmsg err = {{0}};
    struct node *center = &world.center, *station = &world.stations[0];
    assert_int_equal(add(center, "xm", "clerk", NULL, GOOD, &err), STATUS_OK);
    assert_int_equal(add(center, "zr", "director", NULL, GOOD, &err), STATUS_OK);
    assert_int_equal(add(center, "lw", "station", "站2", GOOD, &err), STATUS_OK);
    struct actor others[] = {actor_of(center, "xm"), actor_of(center, "zr"), actor_of(center, "lw")};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        const struct actor *other = &others[i];
        assert_int_equal(account_add(center->store, other, center->codes, center->random, "c", "丙", "admin", NULL, GOOD, strlen(GOOD), &err), STATUS_FORBIDDEN);
        assert_int_equal(account_disable(center->store, other, center->codes, center->random, "xm", &err), STATUS_FORBIDDEN);
        assert_int_equal(account_enable(center->store, other, center->codes, center->random, "xm", &err), STATUS_FORBIDDEN);
        assert_int_equal(change(other, "xm", "role", "admin", &err), STATUS_FORBIDDEN);
    }
    assert_int_equal(set_password(&others[0], "lw", GOOD, &err), STATUS_FORBIDDEN);
    assert_int_equal(add(station, "d", "station", NULL, GOOD, &err), STATUS_FORBIDDEN);
    assert_non_null(strstr(err.text, "县中心"));
}

/* Not even an administrator edits the row by hand: role, password and lock go through the actions. */
static void rows_are_written_by_actions_only(void **state)
{
    (void)state;
    struct errmsg err = {{0}};
    struct node *center = &world.center;
    struct record account;
    assert_int_equal(add(center, "xm", "clerk", NULL, GOOD, &err), STATUS_OK);
    assert_int_equal(account_find(center->store, "xm", &account, &err), STATUS_OK);
    struct id id = account.id;
    record_release(&account);
    assert_int_equal(records_get(center->store, &center->actor, catalogue_find("user"), id, &account, &err), STATUS_OK);
    assert_int_equal(record_set_text(&account, "role", "admin"), STATUS_OK);
    assert_int_equal(records_save(center->store, &center->actor, center->codes, center->random, &account, &err), STATUS_FORBIDDEN);
    record_release(&account);
    assert_int_equal(records_delete(center->store, &center->actor, catalogue_find("user"), id, &err), STATUS_FORBIDDEN);
    assert_int_equal(records_undo(center->store, &center->actor, catalogue_find("user"), id, &err), STATUS_FORBIDDEN);
    assert_int_equal(actor_of(center, "xm").role, ROLE_CLERK);
}

static void people_change_their_own_password(void **state)
{
    (void)state;
    struct errmsg err = {{0}};
    struct node *center = &world.center;
    const char *fresh = "Another-2027";
    assert_int_equal(add(center, "lw", "station", "站2", GOOD, &err), STATUS_OK);
    assert_int_equal(add(center, "sj", "auditor", NULL, GOOD, &err), STATUS_OK);
    struct actor worker = actor_of(center, "lw"), auditor = actor_of(center, "sj");
    assert_int_equal(set_password(&worker, "lw", fresh, &err), STATUS_OK);
    assert_false(opens(center, "lw", GOOD));
    assert_true(opens(center, "lw", fresh));
    assert_int_equal(set_password(&auditor, "sj", fresh, &err), STATUS_OK);
    assert_int_equal(set_password(&worker, "lw", GOOD, &err), STATUS_INVALID);
    assert_string_equal(err.text, "最近 5 个密码不能再用，请换一个");
    assert_int_equal(set_password(&center->actor, "lw", "short", &err), STATUS_INVALID);
    assert_int_equal(set_password(&center->actor, "who", fresh, &err), STATUS_NOT_FOUND);
    assert_true(opens(center, "lw", fresh));
}

static void disabled_accounts_come_back(void **state)
{
    (void)state;
    struct errmsg err = {{0}};
    struct node *center = &world.center;
    assert_int_equal(add(center, "xm", "clerk", NULL, GOOD, &err), STATUS_OK);
    assert_int_equal(account_disable(center->store, &center->actor, center->codes, center->random, "xm", &err), STATUS_OK);
    assert_false(opens(center, "xm", GOOD));
    assert_int_equal(account_enable(center->store, &center->actor, center->codes, center->random, "xm", &err), STATUS_OK);
    assert_true(opens(center, "xm", GOOD));
    struct actor self = center->actor;
    snprintf(self.name, sizeof self.name, "xm");
    assert_int_equal(account_disable(center->store, &self, center->codes, center->random, "xm", &err), STATUS_INVALID);
    assert_int_equal(account_disable(center->store, &center->actor, center->codes, center->random, "who", &err), STATUS_NOT_FOUND);
    assert_int_equal(account_enable(center->store, &center->actor, center->codes, center->random, "who", &err), STATUS_NOT_FOUND);
}

static void some_fields_can_be_changed(void **state)
{
    (void)state;
    struct errmsg err = {{0}};
    struct node *center = &world.center;
    assert_int_equal(add(center, "xm", "clerk", NULL, GOOD, &err), STATUS_OK);
    assert_int_equal(change(&center->actor, "xm", "display", "王小明", &err), STATUS_OK);
    assert_int_equal(change(&center->actor, "xm", "phone", "139-0000", &err), STATUS_OK);
    assert_int_equal(change(&center->actor, "xm", "role", "reviewer", &err), STATUS_OK);
    assert_int_equal(actor_of(center, "xm").role, ROLE_REVIEWER);
    assert_int_equal(change(&center->actor, "xm", "role", "king", &err), STATUS_INVALID);
    assert_int_equal(change(&center->actor, "xm", "org", "2", &err), STATUS_INVALID);
    assert_int_equal(change(&center->actor, "xm", "password", "x", &err), STATUS_INVALID);
    assert_int_equal(change(&center->actor, "xm", "phone", "none", &err), STATUS_MALFORMED);
    struct actor self = center->actor;
    snprintf(self.name, sizeof self.name, "xm");
    assert_int_equal(change(&self, "xm", "role", "admin", &err), STATUS_INVALID);
    struct record account;
    assert_int_equal(account_find(center->store, "xm", &account, &err), STATUS_OK);
    assert_string_equal(record_text(&account, "display"), "王小明");
    record_release(&account);
    node_verify(center);
}

static void accounts_reach_their_own_station_only(void **state)
{
    (void)state;
    struct errmsg err = {{0}};
    struct record none;
    struct node *center = &world.center;
    assert_int_equal(add(center, "lw", "station", "站2", GOOD, &err), STATUS_OK);
    assert_int_equal(add(center, "boss", "admin", NULL, GOOD, &err), STATUS_OK);
    world_sync(&world, 0);
    world_sync(&world, 1);
    assert_true(opens(&world.stations[0], "lw", GOOD));
    struct actor actor = actor_of(&world.stations[0], "lw");
    assert_int_equal(actor.role, ROLE_STATION);
    assert_int_equal(actor.org, 2);
    assert_false(actor.center);
    assert_int_equal(account_find(world.stations[1].store, "lw", &none, NULL), STATUS_NOT_FOUND);
    assert_int_equal(account_find(world.stations[0].store, "boss", &none, NULL), STATUS_NOT_FOUND);
    assert_int_equal(account_set_password(world.stations[0].store, &actor, world.codes, world.center.random, "lw", GOOD, strlen(GOOD), &err), STATUS_FORBIDDEN);
    assert_int_equal(account_disable(center->store, &center->actor, center->codes, center->random, "lw", &err), STATUS_OK);
    world_sync(&world, 0);
    assert_false(opens(&world.stations[0], "lw", GOOD));
    node_verify(&world.stations[0]);
}

#define in_world(test) cmocka_unit_test_setup_teardown(test, open_world, close_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_world(an_account_gives_an_actor),           in_world(bad_accounts_are_refused),         in_world(accounts_of_nobody_are_refused),
        in_world(the_countys_roles_sit_at_the_center), in_world(only_administrators_manage),       in_world(rows_are_written_by_actions_only),
        in_world(people_change_their_own_password),    in_world(disabled_accounts_come_back),      in_world(some_fields_can_be_changed),
        in_world(accounts_reach_their_own_station_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
