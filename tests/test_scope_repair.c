/* tests/test_scope_repair.c - a station's store is damaged behind our back; the next session in which nothing else moves finds it and mends it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/cbor.h"
#include "core/record/change.h"
#include "core/record/scope_repair.h"
#include "core/record/scope_sum.h"
#include "core/record/verify.h"
#include "tests/dialogue.h"
#include "tests/write_sql.h"

/* One session; what it came to at the station. lines: what was said, to be freed; or NULL. */
static struct session_outcome session_once(struct world *world, char **lines)
{
    struct dialogue dialogue;
    dialogue_open(&dialogue, world, 0, true);
    dialogue_run(&dialogue);
    assert_true(dialogue.closed[STATION_END] && dialogue.closed[CENTER_END]);
    assert_int_equal(dialogue.outcomes[STATION_END].status, STATUS_OK);
    assert_int_equal(dialogue.outcomes[CENTER_END].status, STATUS_OK);
    struct session_outcome outcome = dialogue.outcomes[STATION_END];
    if (lines != NULL)
        *lines = strdup(buf_cstr(&dialogue.lines));
    dialogue_close(&dialogue);
    return outcome;
}

/* As if a day had passed since the station last counted what it holds. */
static void next_day(struct node *node)
{
    write_sql(node->store, "DELETE FROM meta WHERE name='sums_counted_ms'");
}

/* A county in which both sides wrote, synced to the end. Returns a consultation that the center has changed since. */
static struct id open_county(struct world *world, size_t more)
{
    world_open(world, 2, NULL);
    struct id id = node_consult(&world->stations[0], "张文芳", "工资没有发");
    for (size_t i = 0; i < more; i++)
        node_consult(&world->stations[0], "王建国", "离婚");
    node_consult(&world->stations[1], "李某", "别处的事");
    world_sync(world, 0);
    world_sync(world, 1);
    node_set(&world->center, "consultation", id, "phone", "13900000001");
    node_set(&world->center, "consultation", id, "phone", "13900000002");
    world_sync(world, 0);
    char *lines;
    assert_true(session_once(world, &lines).healed[0] == 0);
    assert_null(strstr(lines, "SUMS"));
    free(lines);
    return id;
}

/* What must be true when it is mended. */
static void expect_mended(struct world *world, struct id id, const char *before, const struct session_outcome *outcome, const char *words)
{
    uint64_t sum, theirs;
    node_verify(&world->stations[0]);
    char *after = node_dump(&world->stations[0]);
    assert_string_equal(after, before);
    free(after);
    char *phone = node_get(&world->stations[0], "consultation", id, "phone");
    assert_string_equal(phone, "13900000002");
    free(phone);
    assert_int_equal(scope_sum_get(world->stations[0].store, SCOPE_SUM_STATION, &sum, NULL), STATUS_OK);
    assert_int_equal(scope_sum_for(world->center.store, world->stations[0].machine.org, &theirs, NULL), STATUS_OK);
    assert_true(sum == theirs);
    assert_non_null(strstr(outcome->healed, words));
    next_day(&world->stations[0]);
    assert_true(session_once(world, NULL).healed[0] == 0); /* and it stays so */
}

#define NEWEST_FOREIGN "(SELECT max(lsn) FROM change WHERE type=(SELECT type FROM change WHERE log=(SELECT value FROM meta WHERE name='own_log') LIMIT 1) AND log<>(SELECT value FROM meta WHERE name='own_log'))"

/* The older of the center's two edits: the newer one hangs in the air, and the row with it. */
static void test_a_missing_change_comes_again(void **state)
{
    struct world world;
    (void)state;
    struct id id = open_county(&world, 30);
    char *before = node_dump(&world.stations[0]);
    write_sql(world.stations[0].store, "DELETE FROM change WHERE lsn=" NEWEST_FOREIGN "-1");
    next_day(&world.stations[0]);
    char *lines;
    struct session_outcome outcome = session_once(&world, &lines);
    assert_non_null(strstr(lines, "SUMS"));
    assert_non_null(strstr(lines, " repair"));
    free(lines);
    expect_mended(&world, id, before, &outcome, "补上 1 条，更正 0 条，去掉 0 条");
    free(before);
    world_close(&world);
}

static void test_the_newest_one_missing_comes_again(void **state)
{
    struct world world;
    (void)state;
    struct id id = open_county(&world, 30);
    char *before = node_dump(&world.stations[0]);
    write_sql(world.stations[0].store, "DELETE FROM change WHERE lsn=" NEWEST_FOREIGN);
    next_day(&world.stations[0]);
    struct session_outcome outcome = session_once(&world, NULL);
    expect_mended(&world, id, before, &outcome, "补上 1 条，更正 0 条，去掉 0 条");
    free(before);
    world_close(&world);
}

static void test_an_altered_body_is_put_right(void **state)
{
    struct world world;
    (void)state;
    struct id id = open_county(&world, 30);
    char *before = node_dump(&world.stations[0]);
    write_sql(world.stations[0].store, "UPDATE change SET body=x'a0' WHERE lsn=" NEWEST_FOREIGN);
    next_day(&world.stations[0]);
    struct session_outcome outcome = session_once(&world, NULL);
    expect_mended(&world, id, before, &outcome, "补上 0 条，更正 1 条，去掉 0 条");
    free(before);
    world_close(&world);
}

static void test_an_own_change_that_is_damaged_comes_back_from_the_center(void **state)
{
    struct world world;
    (void)state;
    struct id id = open_county(&world, 5);
    char *before = node_dump(&world.stations[0]);
    write_sql(world.stations[0].store, "UPDATE change SET body=x'a0' WHERE log=(SELECT value FROM meta WHERE name='own_log') AND seq=3");
    write_sql(world.stations[0].store, "DELETE FROM change WHERE log=(SELECT value FROM meta WHERE name='own_log') AND seq=2");
    next_day(&world.stations[0]);
    struct session_outcome outcome = session_once(&world, NULL);
    expect_mended(&world, id, before, &outcome, "补上 1 条，更正 1 条，去掉 0 条");
    free(before);
    world_close(&world);
}

static void test_what_the_center_does_not_have_is_taken_out(void **state)
{
    struct world world;
    (void)state;
    struct id id = open_county(&world, 30);
    char *before = node_dump(&world.stations[0]);
    struct node *station = &world.stations[0];
    /* A change of the center's log that the center never made, at a place that is nobody's: as a program's mistake would leave it. */
    write_sql(station->store, "INSERT INTO change(lsn,log,seq,rseq,scope,prev,type,id,header,body,hash,state) SELECT (SELECT max(lsn)+1 FROM change),log,seq+1000,"
                       "(SELECT value FROM meta WHERE name='rcur')+1,scope,lsn,type,id,header,body,hash,0 FROM change WHERE lsn=" NEWEST_FOREIGN);
    int64_t changes = node_number(station, "SELECT count(*) FROM change");
    next_day(station);
    struct session_outcome outcome = session_once(&world, NULL);
    assert_int_equal(node_number(station, "SELECT count(*) FROM change"), changes - 1);
    expect_mended(&world, id, before, &outcome, "补上 0 条，更正 0 条，去掉 1 条");
    free(before);
    world_close(&world);
}

/* A center that was put back and went on to numbers that agree by chance: what it lost is not taken out here for that, it is handed back first. */
static void test_what_the_center_lost_is_handed_back_before_it_is_taken_out(void **state)
{
    struct world world;
    (void)state;
    struct id id = open_county(&world, 30);
    struct node *station = &world.stations[0], *center = &world.center;
    int64_t changes = node_number(station, "SELECT count(*) FROM change"), of_center = node_number(center, "SELECT count(*) FROM change");
    write_sql(center->store, "UPDATE change SET prev=(SELECT o.prev FROM change o WHERE o.lsn=change.prev) WHERE lsn=(SELECT max(lsn) FROM change)");
    write_sql(center->store, "DELETE FROM change WHERE lsn=(SELECT max(lsn) FROM change)-1");
    assert_int_equal(store_begin(center->store, "test", NULL), STATUS_OK);
    assert_int_equal(scope_sum_recount(center->store, NULL), STATUS_OK);
    assert_int_equal(store_commit(center->store, NULL), STATUS_OK);
    next_day(station);
    struct session_outcome outcome = session_once(&world, NULL);
    assert_true(outcome.again);
    assert_non_null(strstr(outcome.healed, "县中心没有的内容"));
    assert_int_equal(node_number(station, "SELECT count(*) FROM change"), changes);
    for (int tries = 0; outcome.again; tries++) {
        assert_in_range(tries, 0, 5);
        outcome = session_once(&world, NULL);
    }
    assert_int_equal(outcome.returned, 2); /* all from the first that differs on */
    assert_int_equal(node_number(center, "SELECT count(*) FROM change"), of_center);
    assert_int_equal(node_number(station, "SELECT count(*) FROM change"), changes);
    next_day(station);
    assert_true(session_once(&world, NULL).healed[0] == 0);
    char *phone = node_get(center, "consultation", id, "phone");
    assert_non_null(phone);
    free(phone);
    node_verify(station);
    world_close(&world);
}

static void test_several_places_are_mended_in_one_session(void **state)
{
    struct world world;
    (void)state;
    struct id id = open_county(&world, 900);
    char *before = node_dump(&world.stations[0]);
    write_sql(world.stations[0].store, "DELETE FROM change WHERE rseq IN (7, 450, 451, 899)");
    next_day(&world.stations[0]);
    struct session_outcome outcome = session_once(&world, NULL);
    expect_mended(&world, id, before, &outcome, "补上 4 条");
    free(before);
    world_close(&world);
}

static void test_a_center_whose_own_copy_is_bad_mends_nothing(void **state)
{
    struct world world;
    (void)state;
    open_county(&world, 3);
    write_sql(world.stations[0].store, "DELETE FROM change WHERE lsn=" NEWEST_FOREIGN);
    write_sql(world.center.store, "UPDATE change SET body=x'a0' WHERE lsn=(SELECT max(lsn) FROM change)");
    next_day(&world.stations[0]);
    struct session_outcome outcome = session_once(&world, NULL);
    assert_non_null(strstr(outcome.healed, "没能自动修复"));
    world_close(&world);
}

/* A damaged name of a log is told; a center went down over it. */
static void test_a_center_with_a_damaged_log_tells_nothing(void **state)
{
    struct world world;
    struct replica_batch batch = {0};
    struct errmsg err = {{0}};
    struct machine *machine = &world.stations[0].machine;
    (void)state;
    open_county(&world, 3);
    write_sql(world.center.store, "UPDATE log SET incarnation=x'00' WHERE no<>(SELECT value FROM meta WHERE name='own_log')");
    buf_init(&batch.entries, CHUNK_RAW_MAX_BYTES);
    assert_int_equal(scope_repair_read(world.center.store, machine->org, machine->station_no, 1, INT64_MAX, &batch, &err), STATUS_CORRUPT);
    assert_non_null(strstr(err.text, "aidpost verify"));
    buf_release(&batch.entries);
    world_close(&world);
}

static void test_ranges_cover_the_order_without_gap(void **state)
{
    (void)state;
    uint64_t spans[] = {1, 2, 15, 16, 17, 511, 512, 1000, (UINT64_C(3) << 40) + 77};
    for (size_t s = 0; s < sizeof spans / sizeof spans[0]; s++) {
        uint64_t next = 5, first, last;
        for (unsigned i = 0; i < SCOPE_RANGES && scope_range(5, 4 + spans[s], i, &first, &last); i++) {
            assert_true(first == next && last >= first);
            next = last + 1;
        }
        assert_true(next == 5 + spans[s]);
    }
}

static void test_a_session_that_stays_looks_after_ten_seconds(void **state)
{
    struct world world;
    struct dialogue dialogue;
    (void)state;
    open_county(&world, 3);
    write_sql(world.stations[0].store, "DELETE FROM change WHERE lsn=" NEWEST_FOREIGN);
    next_day(&world.stations[0]);
    dialogue_open(&dialogue, &world, 0, false);
    dialogue_run(&dialogue);
    assert_null(strstr(buf_cstr(&dialogue.lines), "SUMS"));
    dialogue_tick(&dialogue, 10 * 1000);
    dialogue_run(&dialogue);
    assert_non_null(strstr(buf_cstr(&dialogue.lines), "SUMS"));
    assert_non_null(strstr(session_outcome(dialogue.sessions[STATION_END])->healed, "补上 1 条"));
    dialogue_close(&dialogue);
    node_verify(&world.stations[0]);
    world_close(&world);
}

/* ---- what a repair must not be ---- */

static enum status apply(struct node *station, const void *bytes, size_t len, uint64_t count, uint64_t first, uint64_t last)
{
    struct scope_repaired repaired;
    struct errmsg err = {{0}};
    assert_int_equal(store_begin(station->store, "test", &err), STATUS_OK);
    enum status status = scope_repair_apply(station->store, bytes, len, count, first, last, &repaired, &err);
    if (status != STATUS_OK)
        assert_true(err.text[0] != '\0');
    store_rollback(station->store);
    return status;
}

/* Cut anywhere it is refused; with a wrong byte anywhere it is refused or names other changes, and nothing else happens. */
static void test_a_repair_that_is_cut_or_altered(void **state)
{
    enum { CUT = 5, ALTER = 3 };
    struct world world;
    struct replica_batch batch = {0};
    struct errmsg err = {{0}};
    uint64_t to = 0;
    (void)state;
    (void)open_county(&world, 3);
    struct node *station = &world.stations[0];
    char *before = node_dump(station);
    buf_init(&batch.entries, 1 << 20);
    assert_int_equal(scope_repair_end(station->store, &to, &err), STATUS_OK);
    assert_int_equal(scope_repair_read(world.center.store, station->machine.org, station->machine.station_no, 1, to, &batch, &err), STATUS_OK);
    assert_true(batch.count > 5);
    assert_int_equal(apply(station, batch.entries.data, batch.entries.len, batch.count, 1, batch.last), STATUS_OK);
    for (size_t len = 0; len < batch.entries.len; len += CUT)
        assert_int_equal(apply(station, batch.entries.data, len, batch.count, 1, batch.last), STATUS_MALFORMED);
    for (size_t at = 0; at < batch.entries.len; at += ALTER) {
        uint8_t was = batch.entries.data[at];
        batch.entries.data[at] ^= at % 2 == 0 ? 0x01 : 0xff;
        enum status status = apply(station, batch.entries.data, batch.entries.len, batch.count, 1, batch.last);
        if (status != STATUS_OK && status != STATUS_MALFORMED && status != STATUS_GAP && status != STATUS_FORK && status != STATUS_CORRUPT)
            fail_msg("byte %zu: %s", at, status_name(status));
        batch.entries.data[at] = was;
    }
    assert_int_equal(apply(station, batch.entries.data, batch.entries.len, batch.count + 1, 1, batch.last), STATUS_MALFORMED);
    assert_int_equal(apply(station, batch.entries.data, batch.entries.len, batch.count, 0, batch.last), STATUS_MALFORMED);
    assert_int_equal(apply(station, batch.entries.data, batch.entries.len, batch.count, batch.last + 1, batch.last), STATUS_MALFORMED);
    assert_int_equal(apply(station, batch.entries.data, batch.entries.len, batch.count, 1, UINT64_MAX), STATUS_MALFORMED);
    char *after = node_dump(station);
    assert_string_equal(after, before);
    free(before);
    free(after);
    buf_release(&batch.entries);
    node_verify(station);
    world_close(&world);
}

static enum status apply_lineage(struct node *station, uint64_t base, size_t cut)
{
    static const uint8_t BYTES[HASH_BYTES] = {7};
    struct buf bytes;
    buf_init(&bytes, 1024);
    cbor_put_array(&bytes, 7);
    cbor_put_uint(&bytes, 0);
    for (unsigned i = 0; i < 2; i++) {
        cbor_put_uint(&bytes, 2 + i);
        cbor_put_bytes(&bytes, BYTES + i, INCARNATION_BYTES);
    }
    cbor_put_uint(&bytes, base);
    cbor_put_bytes(&bytes, BYTES, HASH_BYTES);
    enum status status = apply(station, bytes.data, bytes.len - cut, 1, 1, 20);
    buf_release(&bytes);
    return status;
}

/* Where another's log began. */
static void test_a_repair_that_tells_of_a_log(void **state)
{
    struct world world;
    (void)state;
    (void)open_county(&world, 3);
    struct node *station = &world.stations[0];
    write_sql(station->store, "UPDATE change SET rseq=rseq+100 WHERE rseq<=20"); /* nothing of it is in the range */
    assert_int_equal(apply_lineage(station, 3, 0), STATUS_OK);
    assert_int_equal(apply_lineage(station, 3, 1), STATUS_MALFORMED);
    assert_int_equal(apply_lineage(station, 0, 0), STATUS_MALFORMED);
    assert_int_equal(apply_lineage(station, (uint64_t)INT64_MAX + 1, 0), STATUS_MALFORMED);
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_missing_change_comes_again),
        cmocka_unit_test(test_the_newest_one_missing_comes_again),
        cmocka_unit_test(test_an_altered_body_is_put_right),
        cmocka_unit_test(test_an_own_change_that_is_damaged_comes_back_from_the_center),
        cmocka_unit_test(test_what_the_center_does_not_have_is_taken_out),
        cmocka_unit_test(test_what_the_center_lost_is_handed_back_before_it_is_taken_out),
        cmocka_unit_test(test_several_places_are_mended_in_one_session),
        cmocka_unit_test(test_a_center_whose_own_copy_is_bad_mends_nothing),
        cmocka_unit_test(test_a_center_with_a_damaged_log_tells_nothing),
        cmocka_unit_test(test_ranges_cover_the_order_without_gap),
        cmocka_unit_test(test_a_session_that_stays_looks_after_ten_seconds),
        cmocka_unit_test(test_a_repair_that_is_cut_or_altered),
        cmocka_unit_test(test_a_repair_that_tells_of_a_log),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
