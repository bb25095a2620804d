/* tests/test_signin.c - the door: who gets in, the five tries, passwords that are too old, and the row that every try leaves behind. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/aid/lockout.h"
#include "core/aid/rule.h"
#include "core/aid/signin.h"
#include "tests/fixture.h"

static const char GOOD[] = "Xiaoming-2026", REFUSED[] = "账号或密码不对，或者账号已停用；连错 5 次要等 15 分钟再试";
/* The fixture's day: accounts made then get this day for their password. */
static const int64_t NOW_MS = INT64_C(1767225600000), MINUTE_MS = 60000, DAY_MS = INT64_C(86400000);
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

static void add(const char *user, const char *role, const char *org)
{
    struct node *center = &world.center;
    struct errmsg err = {{0}};
    assert_int_equal(account_add(center->store, &center->actor, center->codes, center->random, user, "小明", role, org, GOOD, strlen(GOOD), &err), STATUS_OK);
}

static struct signin_door door_of(struct node *node)
{
    return (struct signin_door){.store = node->store, .machine = &node->machine, .codes = node->codes, .random = node->random, .via = SIGNIN_SCREEN};
}

static enum status enter(struct node *node, const char *user, const char *password, int64_t now_ms, struct signin_result *result)
{
    struct signin_door door = door_of(node);
    struct errmsg err = {{0}};
    enum status status = signin_enter(&door, user, password, strlen(password), SIGNIN_IN, now_ms, result, &err);
    assert_false(result->unrecorded);
    if (status != STATUS_OK && !result->must_change && strstr(err.text, "过期") == NULL)
        assert_string_equal(err.text, REFUSED);
    return status;
}

/* All rows of a node, oldest first: "name result;" */
static bool put_row(void *context, const struct record *row, const struct list_key *key)
{
    struct buf *out = context;
    (void)key;
    buf_printf(out, "%s %s;", record_text(row, "name"), record_text(row, "result"));
    return true;
}

static void rows_are(struct node *node, const char *expected)
{
    const struct record_type *type = catalogue_find("signin");
    struct list_query query = {.type = type, .ascending = true};
    struct buf out;
    buf_init(&out, 4096);
    assert_int_equal(records_list(node->store, &node->actor, &query, put_row, &out, NULL), STATUS_OK);
    assert_string_equal(buf_cstr(&out), expected);
    buf_release(&out);
}

static void every_try_leaves_a_row(void **state)
{
    (void)state;
    struct signin_result result;
    struct errmsg err = {{0}};
    struct node *center = &world.center;
    add("xm", "clerk", NULL);
    assert_int_equal(enter(center, "xm", GOOD, NOW_MS, &result), STATUS_OK);
    assert_string_equal(result.actor.name, "xm");
    assert_int_equal(result.actor.role, ROLE_CLERK);
    assert_false(result.warn || result.old || result.must_change);
    assert_int_equal(enter(center, "xm", "Xiaoming-2025", NOW_MS, &result), STATUS_AUTH);
    assert_int_equal(enter(center, "Xiaoming-2026", "xm", NOW_MS, &result), STATUS_AUTH); /* the two fields mixed up */
    assert_int_equal(enter(center, "", "", NOW_MS, &result), STATUS_AUTH);
    assert_int_equal(account_disable(center->store, &center->actor, center->codes, center->random, "xm", &err), STATUS_OK);
    assert_int_equal(enter(center, "xm", GOOD, NOW_MS, &result), STATUS_AUTH);
    rows_are(center, "xm 01;xm 02;- 08;- 08;xm 04;");
    char *dump = node_dump(center);
    assert_null(strstr(dump, "Xiaoming-202"));
    free(dump);
    node_verify(center);
}

static void a_row_says_when_where_and_how(void **state)
{
    (void)state;
    struct signin_result result;
    struct record row;
    struct node *station = &world.stations[0];
    add("lw", "station", "站2");
    world_sync(&world, 0);
    assert_int_equal(enter(station, "lw", GOOD, NOW_MS + 3723000, &result), STATUS_OK);
    assert_int_equal(result.actor.role, ROLE_STATION);
    assert_false(result.actor.center || result.actor.all_scopes);
    world_sync(&world, 0);
    /* It went to the center like any record, in the scope of the machine's org, written by the program. */
    rows_are(&world.center, "lw 01;");
    char last[SIGNIN_TIME_TEXT_BYTES];
    assert_int_equal(signin_last(world.center.store, &world.center.actor, "lw", last, NULL), STATUS_OK);
    assert_string_equal(last, "2026-01-01 09:02:03");
    assert_int_equal(signin_last(world.center.store, &world.center.actor, "other", last, NULL), STATUS_OK);
    assert_string_equal(last, "");
    char *dump = node_dump(&world.center);
    assert_non_null(strstr(dump, "屏幕"));
    const char *at = strstr(dump, "signin ");
    assert_non_null(at);
    struct id id;
    const struct record_type *type = catalogue_find("signin");
    assert_int_equal(id_parse(at + strlen("signin "), 32, &id), STATUS_OK);
    free(dump);
    assert_int_equal(records_get(world.center.store, &world.center.actor, type, id, &row, NULL), STATUS_OK);
    assert_int_equal(row.scope, 2);
    assert_string_equal(record_text(&row, "station"), "站2");
    /* Nobody changes it, nobody takes it away. */
    assert_int_equal(record_set_text(&row, "name", "other"), STATUS_OK);
    struct actor acting = world.center.actor;
    acting.acting = true;
    assert_int_equal(records_save(world.center.store, &acting, world.codes, world.center.random, &row, NULL), STATUS_FORBIDDEN);
    assert_int_equal(records_delete(world.center.store, &acting, type, id, NULL), STATUS_FORBIDDEN);
    record_release(&row);
    node_verify(&world.center);
    node_verify(station);
}

static void accounts_work_offline_at_their_own_station_only(void **state)
{
    (void)state;
    struct signin_result result;
    add("lw", "station", "站2");
    add("boss", "admin", NULL);
    world_sync(&world, 0);
    world_sync(&world, 1);
    assert_int_equal(enter(&world.stations[0], "lw", GOOD, NOW_MS, &result), STATUS_OK);
    assert_int_equal(enter(&world.stations[1], "lw", GOOD, NOW_MS, &result), STATUS_AUTH);
    assert_int_equal(enter(&world.stations[0], "boss", GOOD, NOW_MS, &result), STATUS_AUTH);
    rows_are(&world.stations[0], "lw 01;- 08;");
    rows_are(&world.stations[1], "- 08;");
}

static void five_failures_wait_a_quarter_hour(void **state)
{
    (void)state;
    struct signin_result result;
    struct node *center = &world.center;
    int64_t now = NOW_MS;
    add("xm", "clerk", NULL);
    for (int i = 0; i < 5; i++)
        assert_int_equal(enter(center, "xm", "wrong", now + i, &result), STATUS_AUTH);
    assert_true(lockout_is(center->store, "xm", now + 10));
    assert_int_equal(enter(center, "xm", GOOD, now + 10, &result), STATUS_AUTH);
    assert_int_equal(enter(center, "xm", GOOD, now + 14 * MINUTE_MS, &result), STATUS_AUTH);
    /* Knocking while locked does not prolong it. */
    assert_int_equal(enter(center, "xm", "wrong", now + 14 * MINUTE_MS, &result), STATUS_AUTH);
    assert_int_equal(enter(center, "xm", GOOD, now + 16 * MINUTE_MS, &result), STATUS_OK);
    rows_are(center, "xm 02;xm 02;xm 02;xm 02;xm 02;xm 03;xm 03;xm 03;xm 01;");
    /* A success forgets the failures before. */
    for (int i = 0; i < 4; i++)
        assert_int_equal(enter(center, "xm", "wrong", now + 17 * MINUTE_MS, &result), STATUS_AUTH);
    assert_int_equal(enter(center, "xm", GOOD, now + 17 * MINUTE_MS, &result), STATUS_OK);
    assert_int_equal(enter(center, "xm", "wrong", now + 17 * MINUTE_MS, &result), STATUS_AUTH);
    assert_int_equal(enter(center, "xm", GOOD, now + 17 * MINUTE_MS, &result), STATUS_OK);
    node_verify(center);
}

static void a_new_password_unlocks(void **state)
{
    (void)state;
    struct signin_result result;
    struct errmsg err = {{0}};
    struct node *center = &world.center;
    add("xm", "clerk", NULL);
    for (int i = 0; i < 5; i++)
        assert_int_equal(enter(center, "xm", "wrong", NOW_MS, &result), STATUS_AUTH);
    assert_int_equal(account_set_password(center->store, &center->actor, center->codes, center->random, "xm", "Fresh-2026", 10, &err), STATUS_OK);
    assert_int_equal(enter(center, "xm", "Fresh-2026", NOW_MS + 1, &result), STATUS_OK);
}

/* Shipped rules: 90 days, told 14 days before; away from the center 30 days of grace. */
static void at_the_center_an_old_password_must_be_changed(void **state)
{
    (void)state;
    struct signin_result result;
    struct errmsg err = {{0}};
    struct node *center = &world.center;
    struct signin_door door = door_of(center);
    add("xm", "clerk", NULL);
    assert_int_equal(enter(center, "xm", GOOD, NOW_MS + 75 * DAY_MS, &result), STATUS_OK);
    assert_false(result.warn);
    assert_int_equal(enter(center, "xm", GOOD, NOW_MS + 76 * DAY_MS, &result), STATUS_OK);
    assert_true(result.warn && !result.old);
    assert_int_equal(result.days_left, 14);
    int64_t late = NOW_MS + 90 * DAY_MS;
    assert_int_equal(enter(center, "xm", "wrong", late, &result), STATUS_AUTH);
    assert_false(result.must_change); /* only who knows the password hears of it */
    assert_int_equal(enter(center, "xm", GOOD, late, &result), STATUS_AUTH);
    assert_true(result.must_change);
    rows_are(center, "xm 01;xm 01;xm 02;xm 09;");
    assert_int_equal(signin_change_password(&door, "xm", "wrong", 5, "Fresh-2026", 10, late, &err), STATUS_AUTH);
    assert_int_equal(signin_change_password(&door, "xm", GOOD, strlen(GOOD), GOOD, strlen(GOOD), late, &err), STATUS_INVALID);
    assert_int_equal(signin_change_password(&door, "xm", GOOD, strlen(GOOD), "Fresh-2026", 10, late, &err), STATUS_OK);
    assert_int_equal(enter(center, "xm", "Fresh-2026", late, &result), STATUS_OK);
    assert_false(result.warn);
}

static void a_station_has_its_grace(void **state)
{
    (void)state;
    struct signin_result result;
    struct errmsg err = {{0}};
    struct node *station = &world.stations[0];
    struct signin_door door = door_of(station);
    add("lw", "station", "站2");
    world_sync(&world, 0);
    assert_int_equal(enter(station, "lw", GOOD, NOW_MS + 90 * DAY_MS, &result), STATUS_OK);
    assert_true(result.warn && result.old);
    assert_int_equal(result.days_left, 30);
    assert_int_equal(enter(station, "lw", GOOD, NOW_MS + 119 * DAY_MS, &result), STATUS_OK);
    assert_int_equal(result.days_left, 1);
    assert_int_equal(signin_enter(&door, "lw", GOOD, strlen(GOOD), SIGNIN_IN, NOW_MS + 120 * DAY_MS, &result, &err), STATUS_AUTH);
    assert_false(result.must_change);
    assert_non_null(strstr(err.text, "到县中心改密码，再同步"));
    assert_int_equal(signin_change_password(&door, "lw", GOOD, strlen(GOOD), "Fresh-2026", 10, NOW_MS, &err), STATUS_FORBIDDEN);
    assert_int_equal(enter(station, "lw", GOOD, 0, &result), STATUS_OK); /* a clock that says 1970 */
    rows_are(station, "lw 01;lw 01;lw 01;lw 09;"); /* by day: 1970 first */
}

static void the_county_sets_the_days(void **state)
{
    (void)state;
    struct signin_result result;
    struct node *center = &world.center, *station = &world.stations[0];
    static const char *const rules[][2] = {{"password_days", "30"}, {"password_warn_days", "5"}, {"password_grace_days", "0"}};
    add("lw", "station", "站2");
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++)
        assert_int_equal(rule_set(center->store, &center->actor, center->codes, center->random, rules[i][0], rules[i][1], 0, "县司法局通知", NULL), STATUS_OK);
    world_sync(&world, 0);
    assert_int_equal(enter(station, "lw", GOOD, NOW_MS + 24 * DAY_MS, &result), STATUS_OK);
    assert_false(result.warn);
    assert_int_equal(enter(station, "lw", GOOD, NOW_MS + 29 * DAY_MS, &result), STATUS_OK);
    assert_int_equal(result.days_left, 1);
    assert_int_equal(enter(station, "lw", GOOD, NOW_MS + 30 * DAY_MS, &result), STATUS_AUTH);
}

static void leaving_and_locking_are_noted(void **state)
{
    (void)state;
    struct signin_result result;
    struct node *center = &world.center;
    struct signin_door door = door_of(center);
    add("xm", "clerk", NULL);
    assert_int_equal(enter(center, "xm", GOOD, NOW_MS, &result), STATUS_OK);
    assert_true(signin_note(&door, "xm", SIGNIN_SCREEN_LOCKED, NOW_MS));
    assert_int_equal(signin_enter(&door, "xm", GOOD, strlen(GOOD), SIGNIN_SCREEN_UNLOCKED, NOW_MS + 60000, &result, NULL), STATUS_OK);
    assert_true(signin_note(&door, "xm", SIGNIN_LEFT, NOW_MS + 61000));
    rows_are(center, "xm 01;xm 06;xm 07;xm 05;");
    char last[SIGNIN_TIME_TEXT_BYTES];
    assert_int_equal(signin_last(center->store, &center->actor, "xm", last, NULL), STATUS_OK);
    assert_string_equal(last, "2026-01-01 08:01:00");
}

/* A store that takes no row any more (here: a table that refuses, as a full disk does) still lets the right person in, and says so. */
static void the_right_person_gets_in_when_nothing_can_be_written(void **state)
{
    (void)state;
    struct signin_result result;
    struct node *center = &world.center;
    struct signin_door door = door_of(center);
    add("xm", "clerk", NULL);
    assert_int_equal(store_exec(center->store, "CREATE TRIGGER full BEFORE INSERT ON signin BEGIN SELECT RAISE(ROLLBACK, 'full'); END", NULL), STATUS_OK);
    assert_int_equal(signin_enter(&door, "xm", GOOD, strlen(GOOD), SIGNIN_IN, NOW_MS, &result, NULL), STATUS_OK);
    assert_true(result.unrecorded);
    assert_string_equal(result.actor.name, "xm");
    assert_int_equal(signin_enter(&door, "xm", "wrong", 5, SIGNIN_IN, NOW_MS, &result, NULL), STATUS_AUTH);
    assert_false(store_in_transaction(center->store));
    assert_int_equal(store_exec(center->store, "DROP TRIGGER full", NULL), STATUS_OK);
    rows_are(center, "");
    node_verify(center);
}

static void states_are_told(void **state)
{
    (void)state;
    struct signin_result result;
    struct errmsg err = {{0}};
    struct record account;
    struct node *center = &world.center;
    struct password_rules rules = password_rules_load(center->store, NOW_MS);
    add("xm", "clerk", NULL);
    assert_int_equal(account_find(center->store, "xm", &account, &err), STATUS_OK);
    assert_int_equal(signin_account_state(center->store, &center->machine, &rules, &account, NOW_MS), ACCOUNT_ACTIVE);
    assert_int_equal(signin_account_state(center->store, &center->machine, &rules, &account, NOW_MS + 90 * DAY_MS), ACCOUNT_EXPIRED);
    for (int i = 0; i < 5; i++)
        assert_int_equal(enter(center, "xm", "wrong", NOW_MS, &result), STATUS_AUTH);
    assert_int_equal(signin_account_state(center->store, &center->machine, &rules, &account, NOW_MS), ACCOUNT_LOCKED);
    assert_int_equal(signin_account_state(center->store, &center->machine, &rules, &account, NOW_MS + 16 * MINUTE_MS), ACCOUNT_ACTIVE);
    assert_int_equal(record_set_int(&account, "disabled", 1), STATUS_OK);
    assert_int_equal(signin_account_state(center->store, &center->machine, &rules, &account, NOW_MS), ACCOUNT_DISABLED);
    assert_string_equal(account_state_name(ACCOUNT_LOCKED), "locked");
    assert_string_equal(account_state_label(ACCOUNT_EXPIRED), "密码过期");
    record_release(&account);
}

#define in_world(test) cmocka_unit_test_setup_teardown(test, open_world, close_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_world(every_try_leaves_a_row),
        in_world(a_row_says_when_where_and_how),
        in_world(accounts_work_offline_at_their_own_station_only),
        in_world(five_failures_wait_a_quarter_hour),
        in_world(a_new_password_unlocks),
        in_world(at_the_center_an_old_password_must_be_changed),
        in_world(a_station_has_its_grace),
        in_world(the_county_sets_the_days),
        in_world(leaving_and_locking_are_noted),
        in_world(the_right_person_gets_in_when_nothing_can_be_written),
        in_world(states_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
