/* tests/test_sync_state.c - what waits, what a station lacks, how far a transfer is: in the store, on a terminal, in `status --json`. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/record/order.h"
#include "core/record/reach.h"
#include "core/record/sync_state.h"
#include "sync/progress.h"
#include "sync/report.h"
#include "tests/dialogue.h"
#include "tests/steps.h"

static void test_what_waits_and_what_a_station_lacks(void **state)
{
    struct world world;
    struct sync_waiting waiting;
    struct sync_lack lack;
    struct peer peer;
    (void)state;
    world_open(&world, 2, NULL);
    struct id id = node_consult(&world.stations[0], "张文芳", "工资没有发");
    assert_int_equal(sync_waiting_read(world.stations[0].store, &waiting, NULL), STATUS_OK);
    assert_int_equal(waiting.pending, 1);
    world_sync(&world, 0);
    assert_int_equal(sync_waiting_read(world.stations[0].store, &waiting, NULL), STATUS_OK);
    assert_int_equal(waiting.pending, 0);
    node_set(&world.stations[0], "consultation", id, "phone", "13900000001");
    node_set(&world.center, "consultation", id, "phone", "13900000002");
    world_sync(&world, 0);
    assert_int_equal(sync_waiting_read(world.center.store, &waiting, NULL), STATUS_OK);
    assert_int_equal(waiting.conflicts, 1);
    assert_int_equal(waiting.pending, 0);
    assert_int_equal(waiting.alarms, 0);
    assert_int_equal(peer_set_alarm(world.center.store, 1, PEER_ALARM_TWINS, NULL), STATUS_OK);
    assert_int_equal(sync_waiting_read(world.center.store, &waiting, NULL), STATUS_OK);
    assert_int_equal(waiting.alarms, 1);
    /* Nothing is noted as delivered: a machine that is station 1 and has brought nothing lacks all of its records, station 2 does not; the one that wrote two of the three changes of it lacks the center's. */
    assert_int_equal(peer_find(world.center.store, 1, &peer, NULL), STATUS_OK);
    assert_int_equal(sync_lack_read(world.center.store, &peer, &lack, NULL), STATUS_OK);
    int64_t all = lack.behind;
    peer.have_seq = 2;
    assert_int_equal(sync_lack_read(world.center.store, &peer, &lack, NULL), STATUS_OK);
    assert_int_equal(lack.behind, all - 2);
    assert_int_equal(peer_find(world.center.store, 2, &peer, NULL), STATUS_OK);
    assert_int_equal(sync_lack_read(world.center.store, &peer, &lack, NULL), STATUS_OK);
    assert_int_equal(all, lack.behind + 3);
    struct replica_state at;
    assert_int_equal(replica_state(world.center.store, &at, NULL), STATUS_OK);
    peer.sent_order = at.rcur;
    assert_int_equal(sync_lack_read(world.center.store, &peer, &lack, NULL), STATUS_OK);
    assert_int_equal(lack.behind, 0);
    world_close(&world);
}

/* Of the station, which has got all there is. */
static uint64_t steps_of_looking(struct world *world, size_t station)
{
    struct sync_lack lack;
    struct replica_state at;
    struct peer peer = world->stations[station].peer;
    assert_int_equal(replica_state(world->center.store, &at, NULL), STATUS_OK);
    peer.sent_order = at.rcur;
    uint64_t before = steps_taken();
    assert_int_equal(sync_lack_read(world->center.store, &peer, &lack, NULL), STATUS_OK);
    assert_int_equal(lack.behind, 0);
    assert_int_equal(lack.quarantined, 0);
    return steps_taken() - before;
}

/* The list of stations asks it of each: neither what a station wrote nor what was ever shared with it is passed over. */
static void test_what_a_station_lacks_is_told_without_passing_over_what_it_has(void **state)
{
    enum { RECORDS = 200 };
    struct world world;
    (void)state;
    steps_watch(1);
    world_open(&world, 2, NULL);
    node_consult(&world.stations[0], "张文芳", "工资没有发");
    for (size_t i = 0; i < 2; i++)
        world_sync(&world, i);
    uint64_t writer = steps_of_looking(&world, 0), reader = steps_of_looking(&world, 1);
    for (int i = 0; i < RECORDS; i++)
        node_consult(&world.stations[0], "张文芳", "工资没有发");
    world_sync(&world, 0);
    for (int i = 0; i < RECORDS; i++) {
        struct stmt *stmt = store_prepare(world.center.store, "SELECT id FROM consultation WHERE id NOT IN (SELECT id FROM share) LIMIT 1");
        enum status status;
        assert_true(stmt_row(stmt, &status, NULL));
        struct id id = stmt_column_id(stmt, 0);
        stmt_reset(stmt);
        assert_int_equal(reach_share(world.center.store, &world.center.actor, catalogue_find("consultation"), id, world.stations[1].machine.org, true, NULL, NULL), STATUS_OK);
    }
    world_sync(&world, 0); /* the tail of the order ends here (delivery.h) */
    node_consult(&world.stations[0], "张文芳", "工资没有发");
    world_sync(&world, 0);
    assert_true(writer > 0 && reader > 0);
    assert_in_range(steps_of_looking(&world, 0), 1, writer + RECORDS / 10);
    assert_in_range(steps_of_looking(&world, 1), 1, reader + RECORDS / 10);
    world_close(&world);
    steps_watch_end();
}

/* The history of a record that was shared comes with the number of its sharing, however old it is. */
static void test_what_a_station_lacks_counts_what_comes_with_a_record(void **state)
{
    struct world world;
    struct sync_lack lack;
    struct replica_state at;
    struct replica_batch batch = {.count = 0};
    bool more;
    (void)state;
    world_open(&world, 2, NULL);
    struct id id = node_consult(&world.stations[0], "张文芳", "工资没有发");
    node_set(&world.stations[0], "consultation", id, "phone", "13900000001");
    for (size_t i = 0; i < 2; i++)
        world_sync(&world, i);
    assert_int_equal(replica_state(world.center.store, &at, NULL), STATUS_OK);
    struct peer peer = world.stations[1].peer;
    peer.sent_order = at.rcur;
    assert_int_equal(reach_share(world.center.store, &world.center.actor, catalogue_find("consultation"), id, world.stations[1].machine.org, true, NULL, NULL), STATUS_OK);
    struct log_id log = node_log(&world.stations[1]);
    buf_init(&batch.entries, 1 << 20);
    assert_int_equal(replica_read_scope(world.center.store, &peer, &log, peer.sent_order, 1 << 20, &batch, &more, NULL), STATUS_OK);
    buf_release(&batch.entries);
    assert_int_equal(sync_lack_read(world.center.store, &peer, &lack, NULL), STATUS_OK);
    assert_int_equal(batch.count, 3);
    assert_int_equal(lack.behind, batch.count);
    /* One that is revoked gets none of it. */
    peer.revoked = true;
    assert_int_equal(sync_lack_read(world.center.store, &peer, &lack, NULL), STATUS_OK);
    assert_int_equal(lack.behind, 0);
    world_close(&world);
}

static void test_the_running_transfer_is_in_the_store_while_it_moves(void **state)
{
    struct world world;
    struct sync_progress now;
    (void)state;
    world_open(&world, 1, NULL);
    struct store *store = world.stations[0].store;
    struct progress progress = {.store = store, .what = "同步"};
    progress_feed(&progress, 1000, 0, 100, 10);
    progress_feed(&progress, 1900, 5, 100, 20);
    assert_false(sync_progress_get(store, 1900, &now)); /* most are over by then */
    progress_feed(&progress, 2000, 10, 100, 30);
    assert_true(sync_progress_get(store, 2000, &now));
    assert_int_equal(sync_progress_percent(&now), 10);
    assert_int_equal(sync_progress_left_ms(&now), 9000);
    progress_feed(&progress, 2500, 50, 100, 40);
    assert_true(sync_progress_get(store, 2500, &now));
    assert_int_equal(now.done, 10); /* once a second */
    progress_feed(&progress, 3000, 50, 100, 40);
    assert_true(sync_progress_get(store, 3000, &now));
    assert_int_equal(now.done, 10); /* nothing moved since */
    progress_feed(&progress, 3100, 60, 100, 50);
    assert_true(sync_progress_get(store, 3100, &now));
    assert_int_equal(now.done, 60);
    assert_false(sync_progress_get(store, 3100 + SYNC_PROGRESS_STALE_MS, &now)); /* whoever wrote it is gone */
    progress_end(&progress);
    assert_false(sync_progress_get(store, 3100, &now));

    /* The clock is set while it runs: the time left is told by what has passed, and goes on being told. */
    const int64_t year_ms = INT64_C(31556952000);
    progress_feed(&progress, 1000, 0, 100, 10);
    progress_feed(&progress, 3000, 20, 100, 30);
    progress_feed(&progress, year_ms, 25, 100, 35);
    progress_feed(&progress, year_ms + 2000, 40, 100, 50);
    assert_true(sync_progress_get(store, year_ms + 2000, &now));
    assert_int_equal(sync_progress_left_ms(&now), 6000);
    progress_feed(&progress, 5000, 45, 100, 55);
    progress_feed(&progress, 6000, 50, 100, 60);
    assert_true(sync_progress_get(store, 6000, &now));
    assert_int_equal(sync_progress_left_ms(&now), 5000);
    progress_end(&progress);
    world_close(&world);
}

static void test_a_bar_with_the_time_left(void **state)
{
    char *text = NULL;
    size_t len = 0;
    (void)state;
    FILE *terminal = open_memstream(&text, &len);
    struct progress progress = {.terminal = terminal, .what = "同步"};
    progress_feed(&progress, 1000, 0, 200, 0);
    progress_feed(&progress, 1500, 10, 200, 1);
    fflush(terminal);
    assert_int_equal(len, 0);
    progress_feed(&progress, 3000, 50, 200, 2);
    fflush(terminal);
    assert_non_null(strstr(text, "同步 [#######.......................]  25%  还要 6 秒"));
    progress_feed(&progress, 3050, 51, 200, 3); /* not more often than anybody can read */
    fflush(terminal);
    assert_null(strstr(text, " 26%"));
    progress_end(&progress);
    fclose(terminal);
    assert_string_equal(text + len - 4, "\r\033[K");
    free(text);
}

static void test_how_far_a_session_is(void **state)
{
    uint64_t done, total;
    (void)state;
    struct session_outcome outcome = {.send_total = 10, .sent = 4, .order_from = 100, .order_at = 130, .order_to = 150};
    progress_of_session(&outcome, &done, &total);
    assert_int_equal(done, 34);
    assert_int_equal(total, 60);
    outcome.order_to = order_era_start(1) + 50; /* a restored center's numbers begin far above */
    outcome.order_at = order_era_start(1) + 20;
    progress_of_session(&outcome, &done, &total);
    assert_int_equal(done, 24);
    assert_int_equal(total, 60);
}

static void expect_json(struct buf *out, const char *part)
{
    if (strstr(buf_cstr(out), part) == NULL)
        fail_msg("%s\nlacks %s", buf_cstr(out), part);
}

static void test_status_tells_it(void **state)
{
    struct world world;
    struct buf out;
    (void)state;
    world_open(&world, 1, NULL);
    struct store *store = world.stations[0].store, *center = world.center.store;
    node_consult(&world.stations[0], "张文芳", "工资没有发");
    struct sync_attempt attempt = {.at_ms = INT64_C(1767225600000), .ok = true, .sent = 4, .received = 2, .bytes_out = 100, .bytes_in = 200, .duration_ms = 30, .skew_ms = 5000, .healed = "已修复：补上 1 条"};
    assert_int_equal(sync_attempt_note(store, &attempt, NULL), STATUS_OK);
    assert_int_equal(sync_progress_note(store, &(struct sync_progress){.begun_ms = 0, .at_ms = 4000, .done = 25, .total = 100, .bytes = 7}, NULL), STATUS_OK);
    buf_init(&out, 1 << 20);
    assert_int_equal(report_station(store, 4000, NULL, true, &out, NULL), STATUS_OK);
    expect_json(&out, "\"pending\":1");
    expect_json(&out, "\"last_success\":{\"at\":\"2026-01-01 08:00:00\",\"ok\":true,\"reason\":null,\"sent\":4,\"received\":2,\"conflicts\":0,\"quarantined\":0,\"bytes_out\":100,\"bytes_in\":200,\"ms\":30}");
    expect_json(&out, "\"healed\":{\"at\":\"2026-01-01 08:00:00\",\"text\":\"已修复：补上 1 条\"}");
    expect_json(&out, "\"progress\":{\"percent\":25,\"left_s\":12,\"bytes\":7}");
    expect_json(&out, "\"skew_s\":5");
    buf_clear(&out);
    assert_int_equal(report_station(store, 4000, NULL, false, &out, NULL), STATUS_OK);
    expect_json(&out, "正在同步：25% 还要 12 秒");
    expect_json(&out, "已修复：补上 1 条");
    buf_clear(&out);
    assert_int_equal(peer_set_alarm(center, 1, PEER_ALARM_TWINS, NULL), STATUS_OK);
    assert_int_equal(report_stations(center, 4000, NULL, true, &out, NULL), STATUS_OK);
    expect_json(&out, "\"behind\":2,\"quarantined\":0,\"returned_waiting\":0");
    expect_json(&out, "\"alarms\":1,");
    buf_clear(&out);
    assert_int_equal(report_stations(center, 4000, NULL, false, &out, NULL), STATUS_OK);
    expect_json(&out, "待发 2");
    expect_json(&out, "要处理的站 1 个");
    buf_release(&out);
    world_close(&world);
}

/* A number that was given to a machine which never heard of it (the answer was lost, and another code gave it another number): what it is, and how it is cleared. */
static void test_a_number_that_nobody_uses_is_told_and_can_be_cleared(void **state)
{
    static const char NEVER[] = "还没有联系过；登记没有做完、后来用别的登记码另登记的，停用这个站号：aidpostd revoke 1\n";
    struct world world;
    struct buf out;
    struct peer peer;
    (void)state;
    world_open(&world, 1, NULL);
    struct store *center = world.center.store;
    buf_init(&out, 1 << 20);
    assert_int_equal(peer_find(center, 1, &peer, NULL), STATUS_OK);
    for (int heard = 0; heard < 3; heard++) {
        if (heard == 1) {
            peer.last_contact_ms = 5000;
            assert_int_equal(peer_note(center, &peer, NULL), STATUS_OK);
        }
        if (heard == 2) {
            peer.last_contact_ms = 0;
            assert_int_equal(peer_note(center, &peer, NULL), STATUS_OK);
            assert_int_equal(peer_revoke(center, 1, 6000, NULL), STATUS_OK);
        }
        buf_clear(&out);
        assert_int_equal(report_stations(center, 4000, NULL, false, &out, NULL), STATUS_OK);
        assert_int_equal(strstr(buf_cstr(&out), NEVER) != NULL, heard == 0);
    }
    buf_release(&out);
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_waits_and_what_a_station_lacks),
        cmocka_unit_test(test_what_a_station_lacks_is_told_without_passing_over_what_it_has),
        cmocka_unit_test(test_what_a_station_lacks_counts_what_comes_with_a_record),
        cmocka_unit_test(test_the_running_transfer_is_in_the_store_while_it_moves),
        cmocka_unit_test(test_a_bar_with_the_time_left),
        cmocka_unit_test(test_how_far_a_session_is),
        cmocka_unit_test(test_status_tells_it),
        cmocka_unit_test(test_a_number_that_nobody_uses_is_told_and_can_be_cleared),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
