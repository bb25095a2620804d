/* tests/test_replica.c - the rule of apply.h told as stories of a center and its stations, and at random. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/cbor.h"
#include "core/record/change.h"
#include "core/record/changelog.h"
#include "core/record/conflict.h"
#include "tests/fixture.h"
#include "tests/write_sql.h"

static void expect(struct node *node, const char *type, struct id id, const char *field, const char *text)
{
    char *have = node_get(node, type, id, field);
    if (text == NULL) {
        assert_null(have);
        return;
    }
    assert_non_null(have);
    assert_string_equal(have, text);
    free(have);
}

static void expect_equal_rows(struct world *world)
{
    for (size_t i = 0; i < world->n_stations; i++)
        node_verify(&world->stations[i]);
    node_verify(&world->center);
}

static void test_a_consultation_reaches_the_center_and_only_its_station(void **state)
{
    struct world world;
    (void)state;
    world_open(&world, 2, NULL);
    struct id id = node_consult(&world.stations[0], "张文芳", "工资没有发");
    world_sync(&world, 0);
    world_sync(&world, 1);
    expect(&world.center, "consultation", id, "name", "张文芳");
    expect(&world.stations[1], "consultation", id, "name", NULL);
    char *other = node_dump(&world.stations[1]);
    assert_null(strstr(other, "张文芳"));
    free(other);
    expect_equal_rows(&world);
    struct replica_state at;
    assert_int_equal(replica_state(world.stations[0].store, &at, NULL), STATUS_OK);
    assert_int_equal(at.pending, 0);
    assert_int_equal(at.ordered_seq, at.head_seq);
    world_close(&world);
}

/* The log's row stays as it is while changes are appended, and what the center has acknowledged counts even when the change itself is lost. */
static void test_a_save_leaves_its_logs_row_alone(void **state)
{
    struct world world;
    struct log_info own;
    (void)state;
    world_open(&world, 1, NULL);
    struct node *station = &world.stations[0];
    (void)node_consult(station, "张文芳", "工资没有发");
    (void)node_consult(station, "王建国", "离婚");
    assert_int_equal(node_number(station, "SELECT head_seq FROM log WHERE station=1"), 0);
    assert_int_equal(node_number(station, "SELECT " CHANGELOG_HEAD " FROM log WHERE station=1"), 2);
    assert_int_equal(changelog_own(station->store, &own, NULL), STATUS_OK);
    assert_int_equal(own.head_seq, 2);
    struct hash head = own.head_hash;
    world_sync(&world, 0);
    assert_int_equal(node_number(station, "SELECT head_seq FROM log WHERE station=1"), 2);
    write_sql(station->store, "DELETE FROM change WHERE seq=2 AND log=(SELECT value FROM meta WHERE name='own_log')");
    assert_int_equal(changelog_own(station->store, &own, NULL), STATUS_OK);
    assert_int_equal(own.head_seq, 2);
    assert_true(hash_equal(own.head_hash, head));
    world_close(&world);
}

/* An index or a trigger on a column that is named costs as much as if it had changed; and a change that only gets its place changes no row. */
static void test_what_stays_as_it_is_is_not_written(void **state)
{
    struct world world;
    struct errmsg err = {{0}};
    (void)state;
    world_open(&world, 1, NULL);
    struct node *station = &world.stations[0];
    struct id id = node_consult(station, "王建国", "离婚");
    world_sync(&world, 0);
    assert_int_equal(store_exec(station->store, "CREATE TABLE spy(what TEXT);"
                                                "CREATE TRIGGER spy_any AFTER UPDATE ON consultation BEGIN INSERT INTO spy VALUES('any'); END;"
                                                "CREATE TRIGGER spy_gone AFTER UPDATE OF gone,extra ON consultation BEGIN INSERT INTO spy VALUES('gone'); END;", &err), STATUS_OK);
    node_set(station, "consultation", id, "phone", "13900000001");
    assert_int_equal(node_number(station, "SELECT count(*) FROM spy WHERE what='any'"), 1);
    assert_int_equal(node_number(station, "SELECT count(*) FROM spy WHERE what='gone'"), 0);
    world_sync(&world, 0);
    assert_int_equal(node_number(station, "SELECT count(*) FROM change WHERE rseq IS NULL"), 0);
    assert_int_equal(node_number(station, "SELECT count(*) FROM spy"), 1);
    assert_int_equal(records_delete(station->store, &station->actor, catalogue_find("consultation"), id, &err), STATUS_OK);
    assert_int_equal(node_number(station, "SELECT count(*) FROM spy WHERE what='gone'"), 1);
    node_verify(station);
    world_close(&world);
}

static void test_sequential_edits_are_no_conflict(void **state)
{
    struct world world;
    (void)state;
    world_open(&world, 1, NULL);
    struct id id = node_consult(&world.stations[0], "王建国", "离婚");
    world_sync(&world, 0);
    node_set(&world.center, "consultation", id, "phone", "13900000001");
    world_sync(&world, 0);
    expect(&world.stations[0], "consultation", id, "phone", "13900000001");
    node_set(&world.stations[0], "consultation", id, "phone", "13900000002");
    world_sync(&world, 0);
    expect(&world.center, "consultation", id, "phone", "13900000002");
    assert_int_equal(node_conflicts(&world.center), 0);
    expect_equal_rows(&world);
    world_close(&world);
}

struct seen_conflict {
    char shown[64], other[64];
    int count;
};

static bool on_conflict(void *context, const struct conflict *conflict)
{
    struct seen_conflict *seen = context;
    seen->count++;
    snprintf(seen->shown, sizeof seen->shown, "%.*s", (int)conflict->shown.value.len, conflict->shown.value.text);
    snprintf(seen->other, sizeof seen->other, "%.*s", (int)conflict->other.value.len, conflict->other.value.text);
    return true;
}

static void test_concurrent_edits_keep_both_values_until_resolved(void **state)
{
    struct world world;
    struct seen_conflict seen = {0};
    (void)state;
    world_open(&world, 1, NULL);
    struct node *station = &world.stations[0];
    struct id id = node_consult(station, "陈志强", "土地承包");
    world_sync(&world, 0);
    node_set(&world.center, "consultation", id, "phone", "13900000003");
    node_set(station, "consultation", id, "phone", "13900000002");
    node_set(station, "consultation", id, "topic", "承包地");
    struct replica_result result = world_sync(&world, 0);
    assert_true(result.conflicts >= 1);
    expect(&world.center, "consultation", id, "phone", "13900000002");
    expect(station, "consultation", id, "phone", "13900000002");
    expect(&world.center, "consultation", id, "topic", "承包地");
    assert_int_equal(node_conflicts(&world.center), 1);
    assert_int_equal(node_conflicts(station), 1);
    assert_int_equal(conflict_list(world.center.store, &world.center.actor, &id, 0, on_conflict, &seen, NULL), STATUS_OK);
    assert_int_equal(seen.count, 1);
    assert_string_equal(seen.shown, "13900000002");
    assert_string_equal(seen.other, "13900000003");
    expect_equal_rows(&world);
    assert_int_equal(conflict_resolve(world.center.store, &world.center.actor, catalogue_find("consultation"), id, catalogue_field(catalogue_find("consultation"), "phone"),
                                      value_string("13900000003"), NULL),
                     STATUS_OK);
    world_sync(&world, 0);
    assert_int_equal(node_conflicts(&world.center), 0);
    assert_int_equal(node_conflicts(station), 0);
    expect(station, "consultation", id, "phone", "13900000003");
    expect_equal_rows(&world);
    world_close(&world);
}

/* A form for the decision may be open while another value comes: that one its author has not seen, here as at the center. */
static void test_a_decision_closes_only_what_its_author_saw(void **state)
{
    struct world world;
    const struct record_type *type = catalogue_find("consultation");
    struct errmsg err = {{0}};
    struct buf body;
    int64_t lsn;
    (void)state;
    world_open(&world, 1, NULL);
    struct node *station = &world.stations[0];
    struct id id = node_consult(station, "陈志强", "土地承包");
    world_sync(&world, 0);
    struct change change = {.type_no = type->no, .id = id, .op = CHANGE_RESOLVE, .scope = station->machine.org, .seen = (uint64_t)store_meta_int(station->store, "rcur", 0), .user = "某"};
    node_set(&world.center, "consultation", id, "phone", "13900000003");
    node_set(station, "consultation", id, "phone", "13900000002");
    world_sync(&world, 0);
    assert_int_equal(node_conflicts(station), 1);
    buf_init(&body, 1024);
    cbor_put_map(&body, 1);
    cbor_put_uint(&body, catalogue_field(type, "phone")->no);
    cbor_put_text(&body, "13900000005", strlen("13900000005"));
    assert_int_equal(store_begin(station->store, "test", &err), STATUS_OK);
    assert_int_equal(changelog_append_own(station->store, false, &change, body.data, body.len, &lsn, &err), STATUS_OK);
    assert_int_equal(store_commit(station->store, &err), STATUS_OK);
    buf_release(&body);
    assert_int_equal(node_conflicts(station), 1);
    world_sync(&world, 0);
    expect(station, "consultation", id, "phone", "13900000005");
    assert_int_equal(node_conflicts(&world.center), 1);
    assert_int_equal(node_conflicts(station), 1);
    expect_equal_rows(&world);
    world_close(&world);
}

static void test_equal_values_are_no_conflict(void **state)
{
    struct world world;
    (void)state;
    world_open(&world, 1, NULL);
    struct id id = node_consult(&world.stations[0], "陈", "问");
    world_sync(&world, 0);
    node_set(&world.center, "consultation", id, "topic", "同样");
    node_set(&world.stations[0], "consultation", id, "topic", "同样");
    world_sync(&world, 0);
    assert_int_equal(node_conflicts(&world.center), 0);
    assert_int_equal(node_conflicts(&world.stations[0]), 0);
    expect_equal_rows(&world);
    world_close(&world);
}

static void test_a_held_field_keeps_the_first_value(void **state)
{
    struct world world;
    (void)state;
    world_open(&world, 1, NULL);
    struct node *station = &world.stations[0];
    struct errmsg err = {{0}};
    struct record record;
    record_init(&record, catalogue_find("case"));
    assert_int_equal(records_begin(station->store, &station->actor, &record, station->codes, &err), STATUS_OK);
    assert_int_equal(record_set_text(&record, "name", "赵秀兰"), STATUS_OK);
    enum status status = records_save(station->store, &station->actor, station->codes, station->random, &record, &err);
    if (status != STATUS_OK)
        fail_msg("%s", err.text);
    struct id id = record.id;
    record_release(&record);
    world_sync(&world, 0);
    node_set(&world.center, "case", id, "recovered", "100元");
    node_set(station, "case", id, "recovered", "200元");
    world_sync(&world, 0);
    char *at_center = node_dump(&world.center), *at_station = node_dump(station);
    assert_non_null(strstr(at_center, "recovered=10000"));
    assert_non_null(strstr(at_station, "recovered=10000"));
    assert_int_equal(node_conflicts(&world.center), 1);
    assert_int_equal(node_conflicts(station), 1);
    free(at_center);
    free(at_station);
    expect_equal_rows(&world);
    world_close(&world);
}

static void test_delete_against_edit_asks_in_either_order(void **state)
{
    (void)state;
    for (int center_deletes = 0; center_deletes < 2; center_deletes++) {
        struct world world;
        struct errmsg err = {{0}};
        world_open(&world, 1, NULL);
        struct node *station = &world.stations[0];
        struct id id = node_consult(station, "周", "问");
        world_sync(&world, 0);
        struct node *deleter = center_deletes ? &world.center : station;
        struct node *editor = center_deletes ? station : &world.center;
        assert_int_equal(records_delete(deleter->store, &deleter->actor, catalogue_find("consultation"), id, &err), STATUS_OK);
        node_set(editor, "consultation", id, "topic", "改过");
        world_sync(&world, 0);
        expect(&world.center, "consultation", id, "topic", "改过");
        expect(station, "consultation", id, "topic", "改过");
        assert_int_equal(node_conflicts(&world.center), 1);
        assert_int_equal(node_conflicts(station), 1);
        expect_equal_rows(&world);
        assert_int_equal(conflict_resolve(station->store, &station->actor, catalogue_find("consultation"), id, NULL, value_int(1), &err), STATUS_OK);
        world_sync(&world, 0);
        expect(&world.center, "consultation", id, "topic", NULL);
        assert_int_equal(node_conflicts(&world.center), 0);
        expect_equal_rows(&world);
        world_close(&world);
    }
}

/* A station's log that claims what it may not: quarantined, acknowledged, and what stands behind it goes on. */
static void test_what_a_station_may_not_write_is_quarantined(void **state)
{
    struct world world;
    (void)state;
    world_open(&world, 2, NULL);
    struct node *bad = &world.stations[0];
    struct errmsg err = {{0}};
    struct actor forger = bad->actor;
    struct record record;
    record_init(&record, catalogue_find("consultation"));
    assert_int_equal(records_begin(bad->store, &forger, &record, bad->codes, &err), STATUS_OK);
    assert_int_equal(record_set_text(&record, "content", "越界"), STATUS_OK);
    forger.org = 3;
    record.scope = 3;
    assert_int_equal(records_save(bad->store, &forger, bad->codes, bad->random, &record, &err), STATUS_OK);
    struct id foreign = record.id;
    record_release(&record);
    struct id good = node_consult(bad, "好", "后面的照常");
    struct replica_result result = world_sync(&world, 0);
    assert_true(result.quarantined >= 1);
    world_sync(&world, 1);
    expect(&world.center, "consultation", good, "content", "后面的照常");
    expect(&world.center, "consultation", foreign, "content", NULL);
    char *other = node_dump(&world.stations[1]);
    assert_null(strstr(other, "越界"));
    free(other);
    node_verify(&world.center);
    world_close(&world);
}

static void test_a_batch_may_come_twice_and_a_gap_is_named(void **state)
{
    struct world world;
    struct errmsg err = {{0}};
    (void)state;
    world_open(&world, 1, NULL);
    struct node *station = &world.stations[0];
    for (int i = 0; i < 5; i++)
        node_consult(station, "李", "问");
    struct log_id log = {.station = station->machine.station_no};
    memcpy(log.incarnation, station->machine.incarnation, INCARNATION_BYTES);
    struct replica_batch batch = {0};
    struct replica_result result;
    buf_init(&batch.entries, 1 << 20);
    assert_int_equal(replica_read_own(station->store, 0, 1 << 20, &batch, &err), STATUS_OK);
    assert_int_equal(batch.count, 5);
    for (int twice = 0; twice < 2; twice++) {
        assert_int_equal(store_begin(world.center.store, "test", &err), STATUS_OK);
        assert_int_equal(replica_ingest(world.center.store, &station->peer, &log, 1, batch.entries.data, batch.entries.len, 5, 0, &result, &err), STATUS_OK);
        assert_int_equal(store_commit(world.center.store, &err), STATUS_OK);
        assert_int_equal(result.taken, twice ? 0 : 5);
        assert_int_equal(result.have_seq, 5);
        assert_true(hash_equal(result.have_hash, batch.last_hash));
    }
    assert_int_equal(store_begin(world.center.store, "test", &err), STATUS_OK);
    assert_int_equal(replica_ingest(world.center.store, &station->peer, &log, 8, batch.entries.data, batch.entries.len, 5, 0, &result, &err), STATUS_GAP);
    /* cut anywhere: refused, never half taken in */
    for (size_t len = 0; len < batch.entries.len; len += 7)
        assert_int_equal(replica_ingest(world.center.store, &station->peer, &log, 6, batch.entries.data, len, 5, 0, &result, &err), STATUS_MALFORMED);
    store_rollback(world.center.store);
    buf_release(&batch.entries);
    node_verify(&world.center);
    world_close(&world);
}

/* Random edits everywhere, random sessions; then everybody syncs twice and all must agree with the center, and with their logs. */
static void random_world(uint64_t seed)
{
    struct world world;
    struct errmsg err = {{0}};
    static const char *const FIELDS[] = {"topic", "phone", "answer", "name"};
    static const char *const TEXTS[] = {"13900000001", "13900000002", "13900000003", "13900000004"};
    struct id ids[64];
    int owner[64], n = 0;
    world_open(&world, 3, NULL);
    struct random_source random = random_seeded(&seed);
    for (int step = 0; step < 120; step++) {
        size_t who = (size_t)random_below(random, 4);
        struct node *node = who == 3 ? &world.center : &world.stations[who];
        uint64_t what = random_below(random, 10);
        if (what < 2 && n < 64 && who < 3) {
            owner[n] = (int)who;
            ids[n++] = node_consult(node, "某", "问");
        } else if (what < 7 && n > 0) {
            int pick = (int)random_below(random, (uint64_t)n);
            struct record record;
            if (who < 3 && owner[pick] != (int)who)
                continue;
            if (records_get(node->store, &node->actor, catalogue_find("consultation"), ids[pick], &record, &err) != STATUS_OK)
                continue;
            assert_int_equal(record_set_text(&record, FIELDS[random_below(random, 4)], TEXTS[random_below(random, 4)]), STATUS_OK);
            assert_int_equal(records_save(node->store, &node->actor, node->codes, node->random, &record, &err), STATUS_OK);
            record_release(&record);
        } else if (what == 7 && n > 0) {
            enum status status = records_delete(node->store, &node->actor, catalogue_find("consultation"), ids[random_below(random, (uint64_t)n)], &err);
            assert_true(status == STATUS_OK || status == STATUS_NOT_FOUND);
        } else if (who < 3) {
            world_sync(&world, who);
        }
    }
    for (int round = 0; round < 2; round++)
        for (size_t i = 0; i < 3; i++)
            world_sync(&world, i);
    expect_equal_rows(&world);
    /* each station's rows are exactly the center's rows of its scope */
    char *center = node_dump(&world.center);
    for (size_t i = 0; i < 3; i++) {
        char *station = node_dump(&world.stations[i]);
        char *save = NULL;
        for (char *line = strtok_r(station, "\n", &save); line != NULL; line = strtok_r(NULL, "\n", &save)) {
            if (strncmp(line, "org", 3) != 0 && strstr(center, line) == NULL)
                fail_msg("seed: not at the center: %s", line);
        }
        free(station);
    }
    free(center);
    int64_t all = 0;
    for (size_t i = 0; i < 3; i++)
        all += node_conflicts(&world.stations[i]);
    assert_int_equal(all, node_conflicts(&world.center));
    world_close(&world);
}

static void test_random_worlds_agree(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 12; seed++)
        random_world(seed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_consultation_reaches_the_center_and_only_its_station),
        cmocka_unit_test(test_a_save_leaves_its_logs_row_alone),
        cmocka_unit_test(test_what_stays_as_it_is_is_not_written),
        cmocka_unit_test(test_sequential_edits_are_no_conflict),
        cmocka_unit_test(test_concurrent_edits_keep_both_values_until_resolved),
        cmocka_unit_test(test_a_decision_closes_only_what_its_author_saw),
        cmocka_unit_test(test_equal_values_are_no_conflict),
        cmocka_unit_test(test_a_held_field_keeps_the_first_value),
        cmocka_unit_test(test_delete_against_edit_asks_in_either_order),
        cmocka_unit_test(test_what_a_station_may_not_write_is_quarantined),
        cmocka_unit_test(test_a_batch_may_come_twice_and_a_gap_is_named),
        cmocka_unit_test(test_random_worlds_agree),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
