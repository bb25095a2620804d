/* tests/test_row_count.c - rows counted in pieces come to what is counted at once, for everybody who looks, whatever the pieces and the condition; and no piece is larger than it was allowed to be. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/record/filter.h"
#include "core/record/reach.h"
#include "core/record/row_count.h"
#include "tests/fixture.h"
#include "tests/steps.h"

enum { STATIONS = 3, EACH = 11 };

static struct world world;

static const struct record_type *consultation(void)
{
    return catalogue_find("consultation");
}

/* Rows of the center and of each station, some taken away, one of station 2 shared with station 3. */
static int open_world(void **state)
{
    struct errmsg err = {{0}};
    char name[32];
    (void)state;
    world_open(&world, STATIONS, NULL);
    for (size_t s = 0; s <= STATIONS; s++) {
        struct node *node = s == STATIONS ? &world.center : &world.stations[s];
        for (int i = 0; i < EACH; i++) {
            snprintf(name, sizeof name, "人%zu%c", s, (char)('a' + i));
            struct id id = node_consult(node, name, i % 3 == 0 ? "拖欠工资" : "借款");
            node_set(node, "consultation", id, "date", i % 2 == 0 ? "2026-03-01" : "2026-03-02");
            if (i == 4)
                assert_int_equal(records_delete(node->store, &node->actor, consultation(), id, &err), STATUS_OK);
        }
    }
    for (size_t s = 0; s < STATIONS; s++)
        world_sync(&world, s);
    return 0;
}

static int close_world(void **state)
{
    (void)state;
    world_close(&world);
    return 0;
}

/* In pieces of `most`: the sum, and how many pieces it took. */
static int64_t in_pieces(const struct actor *actor, const struct filter *filter, int64_t most, int *pieces)
{
    struct row_count counting;
    struct errmsg err = {{0}};
    int64_t before = 0;
    row_count_begin(&counting, consultation(), filter);
    for (*pieces = 0; !counting.done; ++*pieces) {
        if (row_count_go_on(world.center.store, actor, &counting, most, &err) != STATUS_OK)
            fail_msg("%s", err.text);
        if (filter == NULL && *pieces > 0) /* what is shared comes with the first */
            assert_true(counting.count - before <= most);
        before = counting.count;
        assert_true(*pieces < 1000);
    }
    assert_int_equal(row_count_go_on(world.center.store, actor, &counting, most, &err), STATUS_OK);
    assert_int_equal(counting.count, before);
    return counting.count;
}

static void expect_same(const struct actor *actor, const char *where)
{
    static const int64_t sizes[] = {1, 2, 3, 7, 11, 1000};
    struct filter filter, *condition = where != NULL ? &filter : NULL;
    struct errmsg err = {{0}};
    int64_t at_once = -1;
    int pieces;
    if (where != NULL && filter_parse(&filter, consultation(), world.codes, where, &err) != STATUS_OK)
        fail_msg("%s", err.text);
    assert_int_equal(records_count(world.center.store, actor, consultation(), condition, &at_once, &err), STATUS_OK);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        int64_t counted = in_pieces(actor, condition, sizes[i], &pieces);
        if (counted != at_once)
            fail_msg("%s, org %lld, by %lld: %lld instead of %lld", where != NULL ? where : "all", (long long)actor->org, (long long)sizes[i], (long long)counted, (long long)at_once);
    }
    assert_int_equal(pieces, 1);
    if (where != NULL)
        filter_release(&filter);
}

static const char *const CONDITIONS[] = {NULL, "date=2026-03-01", "date>2026-03-01", "content~工资", "content~工资 and date=2026-03-02", "name=人1c", "name=谁也不是", "event.title=广场"};

static void expect_all_same(const struct actor *actor)
{
    for (size_t i = 0; i < sizeof CONDITIONS / sizeof CONDITIONS[0]; i++)
        expect_same(actor, CONDITIONS[i]);
}

static void who_sees_all_counts_every_scope(void **state)
{
    int pieces;
    (void)state;
    expect_all_same(&world.center.actor);
    assert_int_equal(in_pieces(&world.center.actor, NULL, 1000, &pieces), (STATIONS + 1) * (EACH - 1));
}

static void who_sees_one_scope_counts_his_and_what_is_shared_with_him(void **state)
{
    struct actor actor = world.center.actor;
    struct id shared = node_consult(&world.stations[0], "甲", "拖欠工资");
    struct errmsg err = {{0}};
    int pieces;
    (void)state;
    world_sync(&world, 0);
    assert_int_equal(reach_share(world.center.store, &world.center.actor, consultation(), shared, 3, true, NULL, &err), STATUS_OK);
    actor.all_scopes = false;
    for (actor.org = 1; actor.org <= STATIONS + 2; actor.org++)
        expect_all_same(&actor);
    actor.org = 3;
    assert_int_equal(in_pieces(&actor, NULL, 4, &pieces), EACH - 1 + 1);
    assert_int_equal(in_pieces(&actor, NULL, 1000, &pieces), EACH - 1 + 1);
    /* taken away it is not counted, though it is still shared */
    assert_int_equal(records_delete(world.center.store, &world.center.actor, consultation(), shared, &err), STATUS_OK);
    expect_all_same(&actor);
    assert_int_equal(in_pieces(&actor, NULL, 4, &pieces), EACH - 1);
}

static void nothing_is_counted_in_one_piece(void **state)
{
    struct row_count counting;
    (void)state;
    row_count_begin(&counting, catalogue_find("campaign"), NULL);
    assert_int_equal(row_count_go_on(world.center.store, &world.center.actor, &counting, 1, NULL), STATUS_OK);
    assert_true(counting.done);
    assert_int_equal(counting.count, 0);
}

/* A piece of one row never runs over the table: of so many rows it takes as many pieces at least. */
static void a_piece_is_no_larger_than_allowed(void **state)
{
    struct filter filter;
    struct errmsg err = {{0}};
    int pieces;
    (void)state;
    int64_t all = in_pieces(&world.center.actor, NULL, 1, &pieces);
    assert_true(pieces >= all);
    assert_int_equal(filter_parse(&filter, consultation(), world.codes, "content~工资", &err), STATUS_OK);
    in_pieces(&world.center.actor, &filter, 2, &pieces);
    assert_true(2 * pieces >= all);
    filter_release(&filter);
}

/* The dearest piece of ten rows, counted by somebody of the station, who sees his own scope and everyone's. */
static uint64_t most_steps_of_a_piece(struct node *node)
{
    struct row_count counting;
    uint64_t most = 0;
    row_count_begin(&counting, consultation(), NULL);
    while (!counting.done) {
        uint64_t before = steps_taken();
        assert_int_equal(row_count_go_on(node->store, &node->actor, &counting, 10, NULL), STATUS_OK);
        uint64_t steps = steps_taken() - before;
        most = steps > most ? steps : most;
    }
    assert_int_equal(counting.count, node_number(node, "SELECT count(*) FROM consultation"));
    return most;
}

/* Also the one that looks for another scope behind the last row of this one. */
static void a_piece_costs_the_same_however_many_rows_there_are(void **state)
{
    enum { MORE = 300 };
    struct world one;
    (void)state;
    steps_watch(1);
    world_open(&one, 1, NULL);
    struct node *node = &one.stations[0];
    for (int i = 0; i < EACH; i++)
        node_consult(node, "甲", "借款");
    uint64_t before = most_steps_of_a_piece(node);
    for (int i = 0; i < MORE; i++)
        node_consult(node, "甲", "借款");
    assert_true(before > 0);
    assert_in_range(most_steps_of_a_piece(node), 1, before + MORE / 3);
    world_close(&one);
    steps_watch_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_sees_all_counts_every_scope),
        cmocka_unit_test(who_sees_one_scope_counts_his_and_what_is_shared_with_him),
        cmocka_unit_test(nothing_is_counted_in_one_piece),
        cmocka_unit_test(a_piece_is_no_larger_than_allowed),
        cmocka_unit_test(a_piece_costs_the_same_however_many_rows_there_are),
    };
    return cmocka_run_group_tests(tests, open_world, close_world);
}
