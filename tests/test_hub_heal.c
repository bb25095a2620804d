/* tests/test_hub_heal.c - a hub whose database was put back, and a county's copy that differs from what is here, on a real PostgreSQL: whole sessions, and what stands on both sides afterwards. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/record/order.h"
#include "core/record/scope_sum.h"
#include "tests/dialogue.h"
#include "tests/province.h"

/* One session to its end. lines: what was said, to be freed. */
static struct session_outcome say(struct province *province, size_t county, char **lines)
{
    struct dialogue dialogue;
    struct session_outcome outcome;

    dialogue_open(&dialogue, &province->world, county, true);
    replicator_free(dialogue.replicators[CENTER_END]);
    assert_int_equal(replicator_new_over(&dialogue.replicators[CENTER_END], hub_world_engine(province->hub), NULL), STATUS_OK);
    dialogue_run(&dialogue);
    outcome = dialogue.outcomes[STATION_END];
    *lines = strdup(buf_cstr(&dialogue.lines));
    assert_non_null(*lines);
    dialogue_close(&dialogue);
    return outcome;
}

/* Until nothing is to be mended any more. */
static void converse(struct province *province, size_t county, struct session_outcome *out)
{
    for (int round = 0; round < 6; round++) {
        char *lines;

        *out = say(province, county, &lines);
        free(lines);
        if (!out->again)
            break;
    }
}

/* ---- a database that was put back ---- */

static void keep_state(struct province *province)
{
    hub_world_run(province->hub, "CREATE TABLE county_kept AS SELECT * FROM county");
    hub_world_run(province->hub, "CREATE TABLE log_kept AS SELECT * FROM log");
}

static void put_back(struct province *province)
{
    hub_world_run(province->hub, "DELETE FROM change x USING county_kept k WHERE k.no=x.county AND x.ord>k.order_head");
    hub_world_run(province->hub, "UPDATE county c SET order_head=k.order_head,scope_sum=k.scope_sum FROM county_kept k WHERE k.no=c.no");
    hub_world_run(province->hub, "DELETE FROM log");
    hub_world_run(province->hub, "INSERT INTO log SELECT * FROM log_kept");
}

/* Two copies of a county's upward store write; the hub forgets what the one told and the other heard. */
static void test_a_hub_that_was_put_back_hears_of_another_copy(void **state)
{
    struct province province;
    struct world second;
    struct session_outcome outcome;
    struct node first;

    (void)state;
    province_open(&province);
    for (int k = 0; k < 2; k++)
        node_consult(&province.world.stations[0], "张文芳", "工资没有发");
    converse(&province, 0, &outcome);
    assert_int_equal(outcome.status, STATUS_OK);
    keep_state(&province);
    world_open(&second, PROVINCE_COUNTIES, NULL);
    second.stations[0].machine.incarnation[0] ^= 0x55;
    second.stations[0].peer.pin = province.world.stations[0].peer.pin;
    node_consult(&second.stations[0], "李强", "另一份写的");
    first = province.world.stations[0];
    province.world.stations[0] = second.stations[0];
    province_push_all(&province, 0);
    province.world.stations[0] = first;
    converse(&province, 0, &outcome);
    assert_int_equal(outcome.status, STATUS_OK);
    assert_int_equal(outcome.received, 1);
    put_back(&province);
    converse(&province, 0, &outcome);
    if (outcome.status != STATUS_OK)
        fail_msg("%s", outcome.reason.text);
    assert_int_equal(outcome.returned, 0); /* the county hears no more than happened */
    assert_int_equal(outcome.left, 1);
    node_verify(&province.world.stations[0]);
    province.world.stations[0] = second.stations[0];
    province_push_all(&province, 0);
    province.world.stations[0] = first;
    converse(&province, 0, &outcome);
    assert_int_equal(outcome.status, STATUS_OK);
    assert_int_equal(province_ask(&province, "SELECT count(*) FROM change WHERE county=%lld", (long long)province_org(&province, 0)), 3);
    node_verify(&province.world.stations[0]);
    world_close(&second);
    province_close(&province);
}

static void test_a_hub_that_was_put_back_goes_on(void **state)
{
    struct province province;
    struct session_outcome outcome;
    struct replica_state replica;
    long long org;

    (void)state;
    province_open(&province);
    org = (long long)province_org(&province, 0);
    for (int k = 0; k < 4; k++)
        node_consult(&province.world.stations[0], "张文芳", "工资没有发");
    converse(&province, 0, &outcome);
    assert_int_equal(outcome.status, STATUS_OK);
    keep_state(&province);
    for (int k = 0; k < 3; k++)
        node_consult(&province.world.stations[0], "李强", "押金没有退");
    converse(&province, 0, &outcome);
    assert_int_equal(outcome.status, STATUS_OK);
    assert_int_equal(province_ask(&province, "SELECT order_head FROM county WHERE no=%lld", org), 7);
    put_back(&province);
    node_consult(&province.world.stations[0], "王芳", "一条新的");
    converse(&province, 0, &outcome);
    if (outcome.status != STATUS_OK)
        fail_msg("%s", outcome.reason.text);
    hub_world_expect_said(province.hub, "（C1）：数据库比答复过这个县的旧");
    assert_int_equal(province_ask(&province, "SELECT count(*) FROM change WHERE county=%lld", org), 8);
    assert_true(order_era((uint64_t)province_ask(&province, "SELECT order_head FROM county WHERE no=%lld", org)) > 0);
    assert_int_equal(replica_state(province.world.stations[0].store, &replica, NULL), STATUS_OK);
    assert_int_equal(replica.have_seq, 8);
    assert_int_equal(replica.ordered_seq, 8);
    node_verify(&province.world.stations[0]);
    converse(&province, 0, &outcome);
    assert_int_equal(outcome.status, STATUS_OK);
    assert_int_equal(outcome.sent + outcome.received, 0);
    province_close(&province);
}

/* ---- a county whose copy differs ---- */

static void damage(struct node *node, const char *sql)
{
    struct errmsg err = {{0}};

    assert_int_equal(store_begin(node->store, "test", &err), STATUS_OK);
    if (store_exec(node->store, sql, &err) != STATUS_OK)
        fail_msg("%s: %s", sql, err.text);
    assert_int_equal(store_exec(node->store, "DELETE FROM meta WHERE name='sums_counted_ms'", &err), STATUS_OK); /* as if a day had passed: it counts anew */
    assert_int_equal(store_commit(node->store, &err), STATUS_OK);
}

/* A county whose two copies wrote, of which the first is left: so it has changes of its own log and of another one. */
static void open_with_copy(struct province *province, struct world *second)
{
    struct session_outcome outcome;
    struct node first;

    province_open(province);
    for (int k = 0; k < 30; k++)
        node_consult(&province->world.stations[0], "张文芳", "工资没有发");
    node_consult(&province->world.stations[1], "王芳", "别的县");
    converse(province, 0, &outcome);
    converse(province, 1, &outcome);
    world_open(second, PROVINCE_COUNTIES, NULL);
    second->stations[0].machine.incarnation[0] ^= 0x55;
    second->stations[0].peer.pin = province->world.stations[0].peer.pin;
    for (int k = 0; k < 4; k++)
        node_consult(&second->stations[0], "李强", "另一份写的");
    first = province->world.stations[0];
    province->world.stations[0] = second->stations[0];
    province_push_all(province, 0);
    province->world.stations[0] = first;
    converse(province, 0, &outcome);
    assert_int_equal(outcome.status, STATUS_OK);
    assert_int_equal(outcome.received, 4);
}

static void test_a_county_s_copy_that_differs_is_mended(void **state)
{
    struct province province;
    struct world second;
    struct session_outcome outcome;
    struct node *county;
    char *lines, *before, *after;
    uint64_t sum;

    (void)state;
    open_with_copy(&province, &second);
    county = &province.world.stations[0];
    before = node_dump(county);
    outcome = say(&province, 0, &lines);
    assert_null(strstr(lines, "SUMS"));
    assert_string_equal(outcome.healed, "");
    free(lines);
    /* own ones and the other copy's: gone, and altered */
    damage(county, "DELETE FROM change WHERE rseq IN (7,32)");
    damage(county, "UPDATE change SET body=x'a0' WHERE rseq IN (20,34)");
    outcome = say(&province, 0, &lines);
    assert_int_equal(outcome.status, STATUS_OK);
    if (strstr(lines, "SUMS") == NULL || strstr(lines, " repair") == NULL)
        fail_msg("%s", lines);
    assert_non_null(strstr(outcome.healed, "补上 2 条，更正 2 条，去掉 0 条"));
    free(lines);
    node_verify(county);
    after = node_dump(county);
    assert_string_equal(after, before);
    free(after);
    free(before);
    assert_int_equal(scope_sum_get(county->store, SCOPE_SUM_STATION, &sum, NULL), STATUS_OK);
    assert_int_equal(province_ask(&province, "SELECT scope_sum FROM county WHERE no=%lld", (long long)province_org(&province, 0)), (int64_t)sum);
    /* and it stays so */
    damage(county, "SELECT 1");
    outcome = say(&province, 0, &lines);
    assert_null(strstr(lines, "SUMS"));
    free(lines);
    province_check_orders(&province);
    world_close(&second);
    province_close(&province);
}

/* What is here and was altered is nobody's to copy. */
static void test_a_hub_whose_own_copy_is_bad_mends_nothing(void **state)
{
    struct province province;
    struct world second;
    struct session_outcome outcome;
    char *lines;
    long long org;

    (void)state;
    open_with_copy(&province, &second);
    org = (long long)province_org(&province, 0);
    damage(&province.world.stations[0], "DELETE FROM change WHERE rseq=33");
    province_ask(&province, "UPDATE change SET body='\\xa0' WHERE county=%lld AND ord=33", org);
    outcome = say(&province, 0, &lines);
    assert_int_equal(outcome.status, STATUS_OK);
    assert_non_null(strstr(outcome.healed, "没能自动修复"));
    free(lines);
    assert_int_equal(province_ask(&province, "SELECT count(*) FROM change WHERE county=%lld", org), 34);
    world_close(&second);
    province_close(&province);
}

/* The hub's own number is wrong: looked at, and nobody's store is changed for it. */
static void test_a_hub_whose_sum_is_wrong_takes_nothing_out(void **state)
{
    struct province province;
    struct world second;
    struct session_outcome outcome;
    char *lines, *before, *after;
    uint64_t sum;

    (void)state;
    open_with_copy(&province, &second);
    before = node_dump(&province.world.stations[0]);
    province_ask(&province, "UPDATE county SET scope_sum=scope_sum#1 WHERE no=%lld", (long long)province_org(&province, 0));
    outcome = say(&province, 0, &lines);
    if (strstr(lines, "SUMS") == NULL)
        fail_msg("%s", lines);
    assert_int_equal(outcome.status, STATUS_OK);
    assert_non_null(strstr(outcome.healed, "两边的内容相同，只是中心记的校验和不对"));
    free(lines);
    node_verify(&province.world.stations[0]);
    after = node_dump(&province.world.stations[0]);
    assert_string_equal(after, before);
    free(after);
    free(before);
    /* and it is counted anew with the next greeting */
    outcome = say(&province, 0, &lines);
    assert_null(strstr(lines, "SUMS"));
    assert_string_equal(outcome.healed, "");
    free(lines);
    assert_int_equal(scope_sum_get(province.world.stations[0].store, SCOPE_SUM_STATION, &sum, NULL), STATUS_OK);
    assert_int_equal(province_ask(&province, "SELECT scope_sum FROM county WHERE no=%lld", (long long)province_org(&province, 0)), (int64_t)sum);
    hub_world_expect_said(province.hub, "校验和不对，已重算");
    world_close(&second);
    province_close(&province);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_hub_that_was_put_back_goes_on),
        cmocka_unit_test(test_a_hub_that_was_put_back_hears_of_another_copy),
        cmocka_unit_test(test_a_county_s_copy_that_differs_is_mended),
        cmocka_unit_test(test_a_hub_whose_own_copy_is_bad_mends_nothing),
        cmocka_unit_test(test_a_hub_whose_sum_is_wrong_takes_nothing_out),
    };

    if (!hub_world_available())
        return 77;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
