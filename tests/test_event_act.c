/* tests/test_event_act.c - closing an event writes what its rows say and keeps what was typed, once; who may open it again; and what an event, a campaign and material must pass before
 * they are saved. The clock stands on 2026-01-01. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/case/prepare.h"
#include "core/outreach/event.h"
#include "core/register/act.h"
#include "tests/event_world.h"

static const int64_t DAY_MS = INT64_C(86400000);

static struct world world;

static int set_up(void **state)
{
    (void)state;
    world_open(&world, 1, NULL);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    world_close(&world);
    return 0;
}

/* Do an act with "field=value;..", expecting a status and a part of what is said. */
static void act(struct node *node, const struct actor *actor, const char *name, struct id id, const char *fields, enum status expected, const char *said)
{
    struct act_move move;
    struct errmsg err = {{0}};
    char text[400], *rest = text;
    enum status status = act_begin(node->store, actor, node->codes, act_find(catalogue_find("event"), name), id, &move, &err);

    if (status == STATUS_OK) {
        snprintf(text, sizeof text, "%s", fields);
        for (char *word; status == STATUS_OK && (word = strtok_r(rest, ";", &rest)) != NULL;) {
            char *value = strchr(word, '=');
            *value++ = '\0';
            status = act_set(&move, node->codes, word, value, strlen(value), &err);
        }
        if (status == STATUS_OK)
            status = act_commit(node->store, actor, node->codes, node->random, &move, &err);
        if (status == STATUS_OK && strstr(buf_cstr(&move.said), said) == NULL)
            fail_msg("said: %s", buf_cstr(&move.said));
        act_release(&move);
    }
    if (status != expected || (status != STATUS_OK && strstr(err.text, said) == NULL))
        fail_msg("%s: %s: %s", name, status_name(status), err.text);
}

static void expect_int(struct node *node, struct id id, const char *field, int64_t expected)
{
    struct record event;
    assert_int_equal(records_get(node->store, &node->actor, catalogue_find("event"), id, &event, NULL), STATUS_OK);
    struct value value = record_get(&event, catalogue_field(event.type, field));
    if (expected < 0 ? value.kind != VALUE_NULL : value.kind != VALUE_INT || value.number != expected)
        fail_msg("%s: %lld, expected %lld", field, (long long)value.number, (long long)expected);
    record_release(&event);
}

static void test_closing_writes_what_the_rows_say(void **state)
{
    (void)state;
    struct node *node = &world.stations[0];
    struct actor worker = node_person(node, "李收", ROLE_STATION);
    struct id event = event_add(node, "event", NO_ID, "title=送法进社区;date=2025-12-31;consulted=999;boards=8;volunteers=4");
    event_add(node, "consultation", event, "event=@;content=甲;persons=3;matters=2");
    event_add(node, "consultation", event, "event=@;content=乙");
    event_add(node, "event_material", event, "event=@;item=01;quantity=120");
    event_add(node, "case", event, "event=@;name=申请人;case_type=民事;state=S2");
    act(node, &worker, "close", event, "persons=60;photos=12", STATUS_OK, "解答咨询 4 人次、3 件，发放资料 120 份，现场受理 1 件，志愿者 4 人");
    expect_int(node, event, "consulted", 4);
    expect_int(node, event, "consulted_matters", 3);
    expect_int(node, event, "materials", 120);
    expect_int(node, event, "accepted", 1);
    expect_int(node, event, "boards", 8); /* typed, no rows */
    expect_int(node, event, "gifts", -1);
    expect_int(node, event, "volunteers", 4);
    expect_int(node, event, "persons", 60);
    expect_int(node, event, "photos", 12);
    expect_int(node, event, "closed_on", 20454); /* 2026-01-01 */
    node_verify(node);
}

/* The battery of the clock is dead: the day is typed into the event, and closing must not ask for one that nobody can give. A clock that is right still refuses an event that is to come. */
static void test_closing_on_a_dead_clock(void **state)
{
    (void)state;
    struct node *node = &world.stations[0];
    struct actor worker = node_person(node, "李收", ROLE_STATION);
    struct id event = event_add(node, "event", NO_ID, "title=送法进军营;date=2026-11-11");
    act(node, &worker, "close", event, "", STATUS_INVALID, "收场日期(closed_on): 不能早于日期 2026-11-11");
    worker.now_ms = INT64_C(978307200000); /* 2001-01-01 */
    act(node, &worker, "close", event, "", STATUS_OK, "收场");
    expect_int(node, event, "closed_on", 20768); /* 2026-11-11 */
    node_verify(node);
}

static void test_typed_figures_stay_when_there_are_no_rows(void **state)
{
    (void)state;
    struct node *node = &world.stations[0];
    struct actor worker = node_person(node, "周志愿", ROLE_VOLUNTEER);
    struct id event = event_add(node, "event", NO_ID, "title=赶集;consulted=80;materials=500");
    act(node, &worker, "close", event, "volunteers=7", STATUS_OK, "解答咨询 80 人次、0 件，发放资料 500 份，现场受理 0 件，志愿者 7 人");
    expect_int(node, event, "consulted", 80);
    expect_int(node, event, "accepted", -1); /* not even a nought is made up */
}

static void test_closed_once(void **state)
{
    (void)state;
    struct node *node = &world.stations[0];
    struct actor worker = node_person(node, "李收", ROLE_STATION), other = node_person(node, "赵邻", ROLE_STATION), auditor = node_person(node, "冯审", ROLE_AUDITOR);
    struct id event = event_add(node, "event", NO_ID, "title=赶集;date=2025-12-30");
    act(node, &auditor, "close", event, "", STATUS_FORBIDDEN, "只能查看");
    act(node, &worker, "close", event, "closed_on=2025-12-29", STATUS_INVALID, "收场日期(closed_on): 不能早于日期 2025-12-30");
    act(node, &worker, "reopen", event, "", STATUS_INVALID, "没有收场");
    act(node, &worker, "close", event, "closed_on=2025-12-31", STATUS_OK, "收场");
    act(node, &worker, "close", event, "", STATUS_INVALID, "已经在 2025-12-31 收场");
    act(node, &other, "reopen", event, "", STATUS_FORBIDDEN, "李收");
    act(node, &worker, "reopen", event, "", STATUS_OK, "已重开");
    expect_int(node, event, "closed_on", -1);
    act(node, &worker, "close", event, "", STATUS_OK, "收场");
    worker.now_ms += DAY_MS;
    act(node, &worker, "reopen", event, "", STATUS_FORBIDDEN, "当天");
    world_sync(&world, 0);
    struct actor director = node_person(&world.center, "钱批", ROLE_DIRECTOR);
    act(&world.center, &director, "reopen", event, "", STATUS_OK, "已重开");
    world_sync(&world, 0);
    expect_int(node, event, "closed_on", -1);
}

/* Rows that come after closing: the figure follows them, the event's own field when it is closed again. */
static void test_rows_after_closing_count(void **state)
{
    (void)state;
    struct node *node = &world.stations[0];
    struct actor worker = node_person(node, "李收", ROLE_STATION);
    struct id event = event_add(node, "event", NO_ID, "title=赶集");
    event_add(node, "consultation", event, "event=@;content=甲");
    act(node, &worker, "close", event, "", STATUS_OK, "1 人次");
    event_add(node, "consultation", event, "event=@;content=乙;persons=5");
    expect_int(node, event, "consulted", 1);
    act(node, &worker, "reopen", event, "", STATUS_OK, "");
    act(node, &worker, "close", event, "", STATUS_OK, "6 人次");
    expect_int(node, event, "consulted", 6);
}

/* ---- what must be passed before saving ---- */

static void expect_prepared(struct node *node, const char *type, struct id id, struct id event, const char *fields, enum status expected, const char *said)
{
    struct errmsg err = {{0}};
    struct record record;
    if (id_is_zero(id)) {
        record_init(&record, catalogue_find(type));
        assert_int_equal(records_begin(node->store, &node->actor, &record, node->codes, &err), STATUS_OK);
    } else {
        assert_int_equal(records_get(node->store, &node->actor, catalogue_find(type), id, &record, &err), STATUS_OK);
    }
    event_fill(node, &record, event, fields);
    enum status status = record_prepare(node->store, &node->actor, node->codes, node->random, &record, &err);
    if (status != expected || (status != STATUS_OK && strstr(err.text, said) == NULL))
        fail_msg("%s: %s: %s", fields, status_name(status), err.text);
    record_release(&record);
}

static void test_days_of_an_event(void **state)
{
    (void)state;
    struct node *node = &world.stations[0];
    expect_prepared(node, "event", NO_ID, NO_ID, "title=一;date=2026-03-05;end_date=2026-03-04", STATUS_INVALID, "结束日期(end_date): 不能早于日期 2026-03-05");
    expect_prepared(node, "event", NO_ID, NO_ID, "title=一;date=2026-03-05;closed_on=2026-03-04", STATUS_INVALID, "收场日期(closed_on)");
    expect_prepared(node, "event", NO_ID, NO_ID, "title=一;date=2026-03-05;end_date=2026-03-05;closed_on=2026-03-09", STATUS_OK, NULL);
    expect_prepared(node, "event", NO_ID, NO_ID, "title=一", STATUS_OK, NULL);
}

static void test_an_event_lies_within_its_campaign(void **state)
{
    (void)state;
    struct node *node = &world.center;
    struct id campaign = event_add(node, "campaign", NO_ID, "name=宣传周;ordinal=2;date=2026-06-01;end_date=2026-06-07");
    expect_prepared(node, "event", NO_ID, campaign, "title=一;date=2026-06-01;campaign=@", STATUS_OK, NULL);
    expect_prepared(node, "event", NO_ID, campaign, "title=一;date=2026-06-05;end_date=2026-06-07;campaign=@", STATUS_OK, NULL);
    expect_prepared(node, "event", NO_ID, campaign, "title=一;date=2026-06-05;end_date=2026-06-08;campaign=@", STATUS_INVALID, "宣传周是 2026-06-01 至 2026-06-07");
    expect_prepared(node, "event", NO_ID, campaign, "title=一;date=2026-05-31;campaign=@", STATUS_INVALID, "不属于它");
    expect_prepared(&world.stations[0], "event", NO_ID, campaign, "title=一;date=2026-06-01;campaign=@", STATUS_INVALID, "没有这次宣传周"); /* not synced yet */
    /* A campaign whose days leave an event out is refused; one whose days stay is not looked at. */
    event_add(node, "event", campaign, "title=一;date=2026-06-03;campaign=@");
    expect_prepared(node, "campaign", campaign, NO_ID, "end_date=2026-06-02", STATUS_INVALID, "已有 1 场活动");
    expect_prepared(node, "campaign", campaign, NO_ID, "end_date=2026-06-03", STATUS_OK, NULL);
    expect_prepared(node, "campaign", campaign, NO_ID, "theme=新的主题", STATUS_OK, NULL);
    expect_prepared(node, "campaign", NO_ID, NO_ID, "name=二;date=2026-06-03;end_date=2026-06-01", STATUS_INVALID, "止日(end_date)");
}

static void test_what_an_event_brings_along(void **state)
{
    (void)state;
    struct node *node = &world.center;
    struct errmsg err = {{0}};
    struct record event;
    const struct code *village = code_book_at(node->codes, "village", 0);
    record_init(&event, catalogue_find("event"));
    event_fill(node, &event, NO_ID, "title=一;kind=03;also=02,03,04");
    assert_int_equal(record_set_text(&event, "village", village->code), STATUS_OK);
    assert_int_equal(record_prepare(node->store, &node->actor, node->codes, node->random, &event, &err), STATUS_OK);
    assert_string_equal(record_text(&event, "also"), "02,04");
    assert_string_equal(record_text(&event, "town"), village->parent);
    event_fill(node, &event, NO_ID, "also=03");
    assert_int_equal(record_prepare(node->store, &node->actor, node->codes, node->random, &event, &err), STATUS_OK);
    assert_string_equal(record_text(&event, "also"), "");
    record_release(&event);
}

static void test_quantities(void **state)
{
    (void)state;
    struct node *node = &world.center;
    struct id event = event_add(&world.stations[0], "event", NO_ID, "title=一");
    world_sync(&world, 0);
    expect_prepared(node, "event_material", NO_ID, event, "event=@;item=01;quantity=0", STATUS_INVALID, "数量(quantity)");
    expect_prepared(node, "event_material", NO_ID, event, "event=@;item=01;quantity=5", STATUS_OK, NULL);
    expect_prepared(node, "event_material", NO_ID, NO_ID, "event=@;item=01;quantity=5", STATUS_INVALID, "没有这次活动");
    expect_prepared(node, "stock_move", NO_ID, NO_ID, "item=01;kind=入库;quantity=5", STATUS_OK, NULL);
    expect_prepared(node, "stock_move", NO_ID, NO_ID, "item=01;kind=入库;quantity=-5", STATUS_INVALID, "只有盘点");
    expect_prepared(node, "stock_move", NO_ID, NO_ID, "item=01;kind=报损;quantity=0", STATUS_INVALID, "大于 0");
    expect_prepared(node, "stock_move", NO_ID, NO_ID, "item=01;kind=盘点;quantity=-5", STATUS_OK, NULL);
    expect_prepared(node, "stock_move", NO_ID, NO_ID, "item=01;kind=盘点;quantity=0", STATUS_INVALID, "不必登记");
    /* What the center writes down for a station's event leaves the station's shelf. */
    struct record material;
    struct errmsg err;
    record_init(&material, catalogue_find("event_material"));
    assert_int_equal(records_begin(node->store, &node->actor, &material, node->codes, &err), STATUS_OK);
    event_fill(node, &material, event, "event=@;item=01;quantity=5");
    assert_int_equal(record_prepare(node->store, &node->actor, node->codes, node->random, &material, &err), STATUS_OK);
    assert_int_equal(material.scope, 2);
    record_release(&material);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_closing_writes_what_the_rows_say, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_typed_figures_stay_when_there_are_no_rows, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_closed_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_closing_on_a_dead_clock, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_rows_after_closing_count, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_days_of_an_event, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_an_event_lies_within_its_campaign, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_what_an_event_brings_along, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_quantities, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
