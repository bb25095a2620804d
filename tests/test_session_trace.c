/* tests/test_session_trace.c - whole sessions between real stores, as the messages that went over the line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/dialogue.h"

static void sync_once(struct world *world, size_t station)
{
    struct dialogue dialogue;

    dialogue_open(&dialogue, world, station, true);
    dialogue_run(&dialogue);
    assert_int_equal(dialogue.outcomes[STATION_END].status, STATUS_OK);
    dialogue_close(&dialogue);
}

static void test_first_meeting(void **state)
{
    struct world world;
    struct dialogue dialogue;

    (void)state;
    world_open(&world, 1, NULL);
    node_consult(&world.stations[0], "张文芳", "工资没有发");
    node_consult(&world.stations[0], "李志强", "房东不退押金");
    dialogue_open(&dialogue, &world, 0, true);
    dialogue_run(&dialogue);
    assert_true(dialogue.closed[0] && dialogue.closed[1]);
    assert_int_equal(dialogue.outcomes[STATION_END].status, STATUS_OK);
    assert_int_equal(dialogue.outcomes[CENTER_END].status, STATUS_OK);
    assert_int_equal(dialogue.outcomes[STATION_END].sent, 2);
    assert_int_equal(dialogue.outcomes[CENTER_END].received, 2);
    assert_int_equal(dialogue.outcomes[STATION_END].received, 2); /* the two orgs */
    /* The two orgs leave before the station's changes are stored; then its own places. */
    assert_string_equal(buf_cstr(&dialogue.lines), "> HELLO model=1 protocol_min=1 protocol_max=7 station_no=1 head_seq=2 schema=1 once org=2 window=19\n"
                                                   "> CHANGES first=1 last=2 count=2\n"
                                                   "> WELCOME protocol=7 order_head=2 schema=1 org=2\n"
                                                   "> ACK have_seq=2 taken=2\n"
                                                   "> CHANGES first=1 last=4 count=4\n"
                                                   "> END\n"
                                                   "> ACK taken=2 rcur=4\n"
                                                   "> END\n");
    assert_int_equal(dialogue.outcomes[STATION_END].round_trips, 1);
    dialogue_close(&dialogue);
    world_close(&world);
}

static void test_nothing_to_do(void **state)
{
    struct world world;
    struct dialogue dialogue;

    (void)state;
    world_open(&world, 1, NULL);
    node_consult(&world.stations[0], "张文芳", "工资没有发");
    sync_once(&world, 0);
    dialogue_open(&dialogue, &world, 0, true);
    dialogue_run(&dialogue);
    assert_string_equal(buf_cstr(&dialogue.lines), "> HELLO model=1 protocol_min=1 protocol_max=7 station_no=1 head_seq=1 have_seq=1 ordered_seq=1 rcur=3 schema=1 once org=2 window=19\n"
                                                   "> WELCOME protocol=7 have_seq=1 order_head=3 schema=1 org=2\n"
                                                   "> END\n");
    assert_int_equal(dialogue.outcomes[STATION_END].round_trips, 1);
    assert_true(dialogue.outcomes[STATION_END].bytes_out <= 120);
    assert_true(dialogue.outcomes[STATION_END].bytes_in <= 80);
    dialogue_close(&dialogue);
    world_close(&world);
}

static void test_a_connected_station_hears_at_once(void **state)
{
    struct world world;
    struct dialogue dialogue;
    struct id id;
    char *name;

    (void)state;
    world_open(&world, 1, NULL);
    id = node_consult(&world.stations[0], "张文芳", "工资没有发");
    dialogue_open(&dialogue, &world, 0, false);
    dialogue_run(&dialogue);
    assert_true(session_is_quiet(dialogue.sessions[STATION_END]));
    assert_true(session_is_quiet(dialogue.sessions[CENTER_END]));
    buf_clear(&dialogue.lines);
    node_set(&world.center, "consultation", id, "name", "张文方");
    dialogue_poke(&dialogue, CENTER_END);
    assert_string_equal(buf_cstr(&dialogue.lines), "> CHANGES first=4 last=4 count=1\n"
                                                   "> ACK taken=1 rcur=4\n");
    name = node_get(&world.stations[0], "consultation", id, "name");
    assert_string_equal(name, "张文方");
    free(name);
    buf_clear(&dialogue.lines);
    dialogue_poke(&dialogue, CENTER_END);
    dialogue_poke(&dialogue, STATION_END);
    assert_string_equal(buf_cstr(&dialogue.lines), "");
    node_consult(&world.stations[0], "李志强", "房东不退押金");
    dialogue_poke(&dialogue, STATION_END);
    assert_int_equal(dialogue.outcomes[STATION_END].status, STATUS_OK);
    assert_true(session_is_quiet(dialogue.sessions[STATION_END]));
    dialogue_close(&dialogue);
    node_verify(&world.center);
    node_verify(&world.stations[0]);
    world_close(&world);
}

static void test_a_concurrent_edit_counts_as_a_conflict_on_both_sides(void **state)
{
    struct world world;
    struct dialogue dialogue;
    struct id id;

    (void)state;
    world_open(&world, 1, NULL);
    id = node_consult(&world.stations[0], "张文芳", "工资没有发");
    sync_once(&world, 0);
    node_set(&world.center, "consultation", id, "name", "张文方");
    node_set(&world.stations[0], "consultation", id, "name", "章文芳");
    dialogue_open(&dialogue, &world, 0, true);
    dialogue_run(&dialogue);
    assert_int_equal(dialogue.outcomes[STATION_END].status, STATUS_OK);
    assert_int_equal(node_conflicts(&world.center), 1);
    assert_int_equal(node_conflicts(&world.stations[0]), 1);
    assert_int_equal(dialogue.outcomes[CENTER_END].conflicts, 1);
    dialogue_close(&dialogue);
    world_close(&world);
}

static void test_bulk_goes_in_chunks_and_comes_in_single_bytes(void **state)
{
    struct world world;
    struct dialogue dialogue;

    (void)state;
    world_open(&world, 1, NULL);
    for (int i = 0; i < 1500; i++) {
        char text[200];

        snprintf(text, sizeof text, "第 %d 次咨询：单位拖欠工资三个月，多次讨要没有结果，想知道怎样申请劳动仲裁，需要准备哪些材料。", i);
        node_consult(&world.stations[0], "张文芳", text);
    }
    dialogue_open(&dialogue, &world, 0, true);
    dialogue.piece = 1000;
    dialogue_run(&dialogue);
    assert_int_equal(dialogue.outcomes[STATION_END].status, STATUS_OK);
    assert_int_equal(dialogue.outcomes[STATION_END].sent, 1500);
    assert_int_equal(dialogue.outcomes[CENTER_END].received, 1500);
    dialogue_close(&dialogue);
    node_verify(&world.center);
    world_close(&world);
}

static void test_a_revoked_station_is_refused_before_any_data(void **state)
{
    struct world world;
    struct dialogue dialogue;

    (void)state;
    world_open(&world, 1, NULL);
    node_consult(&world.stations[0], "张文芳", "工资没有发");
    assert_int_equal(peer_revoke(world.center.store, 1, 1, NULL), STATUS_OK);
    dialogue_open(&dialogue, &world, 0, true);
    dialogue_run(&dialogue);
    assert_int_equal(dialogue.outcomes[STATION_END].status, STATUS_FORBIDDEN);
    assert_true(dialogue.outcomes[STATION_END].by_peer);
    assert_int_equal(dialogue.outcomes[CENTER_END].received, 0);
    assert_null(strstr(buf_cstr(&dialogue.lines), "WELCOME"));
    dialogue_close(&dialogue);
    world_close(&world);
}

static void test_revoked_while_connected(void **state)
{
    struct world world;
    struct dialogue dialogue;

    (void)state;
    world_open(&world, 1, NULL);
    dialogue_open(&dialogue, &world, 0, false);
    dialogue_run(&dialogue);
    assert_true(session_is_open(dialogue.sessions[STATION_END]));
    assert_int_equal(peer_revoke(world.center.store, 1, 1, NULL), STATUS_OK);
    dialogue_poke(&dialogue, CENTER_END); /* the shell pokes when the store moved: that is enough */
    assert_int_equal(dialogue.outcomes[STATION_END].status, STATUS_FORBIDDEN);
    dialogue_close(&dialogue);
    world_close(&world);
}

/* What the center writes after the revocation, or has ready for the next chunk, does not go out. */
static void test_nothing_goes_out_after_a_revocation(void **state)
{
    struct world world;
    struct dialogue dialogue;

    (void)state;
    world_open(&world, 1, NULL);
    struct id id = node_consult(&world.stations[0], "张文芳", "工资没有发");
    dialogue_open(&dialogue, &world, 0, false);
    dialogue_run(&dialogue);
    size_t before = dialogue.lines.len;
    node_set(&world.center, "consultation", id, "answer", "可以申请仲裁");
    assert_int_equal(peer_revoke(world.center.store, 1, 1, NULL), STATUS_OK);
    dialogue_poke(&dialogue, CENTER_END);
    assert_null(strstr(buf_cstr(&dialogue.lines) + before, "CHANGES"));
    assert_non_null(strstr(buf_cstr(&dialogue.lines) + before, "ERR"));
    char *answer = node_get(&world.stations[0], "consultation", id, "answer");
    assert_string_equal(answer, "");
    free(answer);
    dialogue_close(&dialogue);
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_first_meeting),
        cmocka_unit_test(test_nothing_to_do),
        cmocka_unit_test(test_a_connected_station_hears_at_once),
        cmocka_unit_test(test_a_concurrent_edit_counts_as_a_conflict_on_both_sides),
        cmocka_unit_test(test_bulk_goes_in_chunks_and_comes_in_single_bytes),
        cmocka_unit_test(test_a_revoked_station_is_refused_before_any_data),
        cmocka_unit_test(test_revoked_while_connected),
        cmocka_unit_test(test_nothing_goes_out_after_a_revocation),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
