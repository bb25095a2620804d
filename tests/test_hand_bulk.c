/* tests/test_hand_bulk.c - core/register/hand_bulk.h: an office is divided, its cases in all states go to the new one at once, exactly as the trial said; those that cannot are named; wrong ones come back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/case/prepare.h"
#include "core/register/hand_bulk.h"
#include "tests/people.h"

enum { CASES = 4, RECEIVED = 0, PAUSED, HANDLED, DRAFT, REASON_BYTES = 200 };

static struct id cases[CASES];
static struct bulk_result result;
static char reason[REASON_BYTES];

static void on_row(void *context, const struct bulk_row *row)
{
    (void)context;
    if (row->outcome == BULK_REFUSED)
        snprintf(reason, sizeof reason, "%s", row->reason);
}

static int open_county(void **state)
{
    people_open(state);
    struct people *people = *state;
    struct node *center = &people->world.center, *station = &people->world.stations[0];
    cases[RECEIVED] = people_received(people);
    cases[PAUSED] = people_received(people);
    case_does(center, &people->clerk, "request-supplement", &cases[PAUSED], "items=欠条");
    cases[HANDLED] = people_received(people);
    people_granted(people, &cases[HANDLED]);
    people_handled(people, &cases[HANDLED]);
    cases[DRAFT] = (struct id){{0}};
    case_does(station, &people->station, "draft", &cases[DRAFT], "name=周小兰", "cause=相邻关系纠纷");
    world_sync(&people->world, 0);
    world_sync(&people->world, 1);
    return 0;
}

static enum status hand(struct people *people, const struct actor *actor, const char *action, const char *target, bool trial, struct errmsg *err)
{
    struct node *center = &people->world.center;
    struct hand_bulk bulk = {.action = case_action_find(action), .sets = {{"target", target}}, .n = 1};
    *err = (struct errmsg){{0}};
    reason[0] = '\0';
    return hand_bulk_run(center->store, actor, center->codes, center->random, &bulk, cases, CASES, trial, on_row, NULL, &result, err);
}

static void hands(struct people *people, const char *action, const char *target, bool trial, size_t changed, size_t same, size_t refused)
{
    struct errmsg err;
    enum status status = hand(people, &people->clerk, action, target, trial, &err);
    if (status != STATUS_OK)
        fail_msg("%s", err.text);
    assert_int_equal(result.changed, changed);
    assert_int_equal(result.same, same);
    assert_int_equal(result.refused, refused);
}

static int64_t cases_at(struct node *node)
{
    int64_t count = 0;
    assert_int_equal(records_count(node->store, &node->actor, catalogue_find("case"), NULL, &count, NULL), STATUS_OK);
    return count;
}

static void cases_in_all_states_go_at_once(void **state)
{
    struct people *people = *state;
    struct node *center = &people->world.center, *old = &people->world.stations[0], *new = &people->world.stations[1];
    hands(people, "transfer", "站3", true, 3, 0, 1);
    assert_non_null(strstr(reason, "申请草稿")); /* a draft is its writer's until it is received */
    world_sync(&people->world, 0);
    assert_int_equal(cases_at(old), CASES); /* that was the trial */
    hands(people, "transfer", "站3", false, 3, 0, 1);
    world_sync(&people->world, 0);
    world_sync(&people->world, 1);
    assert_int_equal(cases_at(old), 1);
    assert_int_equal(cases_at(new), 3);
    case_expect_state(new, cases[RECEIVED], "S2");
    case_expect_state(new, cases[PAUSED], "S3");
    case_expect_state(new, cases[HANDLED], "S8");
    case_expect(new, cases[HANDLED], "handler", "陈律师");
    case_expect(new, cases[HANDLED], "station", "站3");
    struct actor there = people->station;
    there.org = new->machine.org;
    case_does(new, &there, "supply", &cases[PAUSED], "items=欠条"); /* and goes on there */
    hands(people, "transfer", "站3", false, 0, 3, 1);
    /* One went wrong: it is handed back like any other, with what was done meanwhile. */
    world_sync(&people->world, 1);
    case_does(center, &people->clerk, "transfer", &cases[PAUSED], "target=站2");
    world_sync(&people->world, 0);
    world_sync(&people->world, 1);
    case_expect_state(old, cases[PAUSED], "S2");
    assert_int_equal(cases_at(new), 2);
    node_verify(center);
    node_verify(old);
    node_verify(new);
}

static void what_is_asked_of_all_is_judged_before_any(void **state)
{
    struct people *people = *state;
    struct errmsg err;
    assert_int_equal(hand(people, &people->clerk, "transfer", "邻县法律援助中心", false, &err), STATUS_INVALID); /* would end them */
    assert_non_null(strstr(err.text, "一件一件办"));
    assert_int_equal(hand(people, &people->clerk, "transfer", "", false, &err), STATUS_INVALID);
    assert_int_equal(hand(people, &people->auditor, "transfer", "站3", false, &err), STATUS_FORBIDDEN);
    assert_int_equal(result.changed, 0);
    case_expect_state(&people->world.center, cases[RECEIVED], "S2");
    case_refused(&people->world.center, &people->clerk, "transfer", &cases[HANDLED], STATUS_INVALID, "移送别处要在 已收件 时办理", "target=邻县法律援助中心");
    case_expect_state(&people->world.center, cases[HANDLED], "S8");
}

static void many_are_shared_and_no_more(void **state)
{
    struct people *people = *state;
    struct node *helper = &people->world.stations[1];
    hands(people, "share", "站3", false, 3, 0, 1);
    hands(people, "share", "站3", false, 0, 3, 1);
    world_sync(&people->world, 1);
    assert_int_equal(cases_at(helper), 3);
    hands(people, "unshare", "站3", false, 3, 1, 0);
    world_sync(&people->world, 1);
    assert_int_equal(cases_at(helper), 0);
}

/* Whoever writes the new office's name into the cases has not moved them, and is told. */
static void a_name_moves_nothing(void **state)
{
    struct people *people = *state;
    struct node *center = &people->world.center;
    const char *const texts[] = {"站3", "站2", "村部"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct errmsg err = {{0}};
        struct record kase;
        assert_int_equal(records_get(center->store, &center->actor, catalogue_find("case"), cases[RECEIVED], &kase, &err), STATUS_OK);
        assert_int_equal(record_set_text(&kase, "station", texts[i]), STATUS_OK);
        assert_int_equal(record_save_prepared(center->store, &center->actor, center->codes, center->random, &kase, (struct id){{0}}, &err), i == 0 ? STATUS_INVALID : STATUS_OK);
        assert_true(i > 0 || strstr(err.text, "案件在 站2") != NULL);
        record_release(&kase);
    }
}

int main(void)
{
#define in_county(test) cmocka_unit_test_setup_teardown(test, open_county, people_close)
    const struct CMUnitTest tests[] = {
        in_county(cases_in_all_states_go_at_once),
        in_county(what_is_asked_of_all_is_judged_before_any),
        in_county(many_are_shared_and_no_more),
        in_county(a_name_moves_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
