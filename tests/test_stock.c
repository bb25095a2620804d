/* tests/test_stock.c - what is on the shelves of an org: moves, what events gave out, what comes home again, and when it is too little. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/outreach/stock.h"
#include "tests/event_world.h"

enum { TODAY = 20454 }; /* 2026-01-01 */

static struct world world;

static int set_up(void **state)
{
    (void)state;
    world_open(&world, 2, NULL);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    world_close(&world);
    return 0;
}

struct lines {
    char text[800];
};

/* "org/item on_hand state " */
static bool put_line(void *context, const struct stock_line *line)
{
    struct lines *lines = context;
    size_t len = strlen(lines->text);
    snprintf(lines->text + len, sizeof lines->text - len, "%lld/%s %lld %s; ", (long long)line->org, line->item, (long long)line->on_hand, stock_state_name(line->state));
    return true;
}

static void expect(struct node *node, const struct actor *actor, int64_t org, const char *expected)
{
    struct errmsg err = {{0}};
    struct lines lines = {""};
    struct rules *rules;
    assert_int_equal(rules_load(&rules, node->store, actor, &err), STATUS_OK);
    assert_int_equal(stock_list(node->store, actor, node->codes, rules, org, TODAY, put_line, &lines, &err), STATUS_OK);
    rules_free(rules);
    assert_string_equal(lines.text, expected);
}

static void test_moves_add_and_subtract(void **state)
{
    (void)state;
    struct node *node = &world.stations[0];
    event_add(node, "stock_move", NO_ID, "item=01;kind=入库;quantity=1000");
    event_add(node, "stock_move", NO_ID, "item=01;kind=调入;quantity=200");
    event_add(node, "stock_move", NO_ID, "item=01;kind=退回;quantity=30");
    event_add(node, "stock_move", NO_ID, "item=01;kind=调出;quantity=100");
    event_add(node, "stock_move", NO_ID, "item=01;kind=报损;quantity=7");
    event_add(node, "stock_move", NO_ID, "item=01;kind=盘点;quantity=-3");
    event_add(node, "stock_move", NO_ID, "item=06;kind=盘点;quantity=60");
    expect(node, &node->actor, -1, "2/01 1120 enough; 2/06 60 enough; ");
}

static void test_events_take_from_the_shelf(void **state)
{
    (void)state;
    struct node *node = &world.stations[0];
    struct id event = event_add(node, "event", NO_ID, "title=赶集");
    struct id given;
    event_add(node, "stock_move", NO_ID, "item=01;kind=入库;quantity=100");
    given = event_add(node, "event_material", event, "event=@;item=01;quantity=40");
    expect(node, &node->actor, -1, "2/01 60 enough; ");
    node_set(node, "event_material", given, "quantity", "51"); /* an edit changes the stock by itself */
    expect(node, &node->actor, -1, "2/01 49 low; ");
    node_set(node, "event_material", given, "quantity", "50");
    expect(node, &node->actor, -1, "2/01 50 enough; "); /* fewer than 50 is low */
    assert_int_equal(records_delete(node->store, &node->actor, catalogue_find("event_material"), given, NULL), STATUS_OK);
    expect(node, &node->actor, -1, "2/01 100 enough; ");
    event_add(node, "event_material", event, "event=@;item=02;quantity=5"); /* nobody told of manuals coming in */
    expect(node, &node->actor, -1, "2/01 100 enough; 2/02 -5 short; ");
}

static void test_boards_come_home(void **state)
{
    (void)state;
    struct node *node = &world.stations[0];
    struct id event = event_add(node, "event", NO_ID, "title=赶集");
    event_add(node, "stock_move", NO_ID, "item=04;kind=入库;quantity=8");
    for (int i = 0; i < 3; i++)
        event_add(node, "event_material", event, "event=@;item=04;quantity=8");
    expect(node, &node->actor, -1, "2/04 8 enough; ");
    event_add(node, "stock_move", NO_ID, "item=04;kind=报损;quantity=9");
    expect(node, &node->actor, -1, "2/04 -1 short; ");
}

static void test_the_countys_own_limit(void **state)
{
    (void)state;
    struct node *node = &world.center;
    struct errmsg err;
    event_add(node, "stock_move", NO_ID, "item=01;kind=入库;quantity=100");
    expect(node, &node->actor, -1, "1/01 100 enough; ");
    assert_int_equal(rule_set(node->store, &node->actor, node->codes, node->random, "stock_low", "101", TODAY, "", &err), STATUS_OK);
    expect(node, &node->actor, -1, "1/01 100 low; ");
}

static void test_each_org_has_its_shelf(void **state)
{
    (void)state;
    struct actor stranger = world.center.actor;
    event_add(&world.stations[0], "stock_move", NO_ID, "item=01;kind=入库;quantity=100");
    event_add(&world.stations[1], "stock_move", NO_ID, "item=01;kind=入库;quantity=70");
    event_add(&world.center, "stock_move", NO_ID, "item=01;kind=入库;quantity=500");
    world_sync(&world, 0);
    world_sync(&world, 1);
    expect(&world.center, &world.center.actor, -1, "1/01 500 enough; 2/01 100 enough; 3/01 70 enough; ");
    expect(&world.center, &world.center.actor, 3, "3/01 70 enough; ");
    expect(&world.stations[1], &world.stations[1].actor, -1, "3/01 70 enough; ");
    stranger.all_scopes = false;
    stranger.org = 2;
    expect(&world.center, &stranger, -1, "2/01 100 enough; ");
    expect(&world.center, &stranger, 3, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_moves_add_and_subtract, set_up, tear_down), cmocka_unit_test_setup_teardown(test_events_take_from_the_shelf, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_boards_come_home, set_up, tear_down),       cmocka_unit_test_setup_teardown(test_the_countys_own_limit, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_each_org_has_its_shelf, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
