/* tests/test_returned.c - a center put back to an earlier state gets everything again: its own lost changes from stations, stations' from their owners, each at its old place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

#include <cmocka.h>

#include "core/record/changelog.h"
#include "core/record/conflict.h"
#include "core/record/returned.h"
#include "tests/heal_steps.h"
#include "tests/stumble.h"
#include "tests/write_sql.h"

enum { STATIONS = 3, HEADERS_MAX = 4000 };

/* ---- everything that was ever at a station ---- */

struct headers {
    struct hash seen[HEADERS_MAX];
    size_t n;
};

static void note_headers(struct headers *all, struct node *node)
{
    struct stmt *stmt = store_prepare(node->store, "SELECT header FROM change");
    enum status status;
    while (stmt_row(stmt, &status, NULL)) {
        size_t len;
        const uint8_t *header = stmt_column_blob(stmt, 0, &len);
        assert_true(all->n < HEADERS_MAX);
        all->seen[all->n++] = hash_of(header, len);
    }
}

static void expect_all_there(struct headers *all, struct node *center)
{
    struct headers *have = calloc(1, sizeof *have);
    assert_non_null(have);
    note_headers(have, center);
    for (size_t i = 0; i < all->n; i++) {
        bool found = false;
        for (size_t k = 0; k < have->n && !found; k++)
            found = hash_equal(all->seen[i], have->seen[k]);
        if (!found)
            fail_msg("change %zu is not at the center", i);
    }
    free(have);
}

/* ---- tests ---- */

static void test_what_the_center_wrote_and_lost_comes_back(void **state)
{
    struct bed bed;
    (void)state;
    struct world *world = bed_open(&bed, 1);
    struct node *station = &world->stations[0];
    struct id id = node_consult(station, "张文芳", "工资没有发");
    world_sync(world, 0);
    bed_keep_center(&bed);
    node_set(&world->center, "consultation", id, "topic", "欠薪");
    node_set(station, "consultation", id, "phone", "13900000001");
    world_sync(world, 0);
    node_set(station, "consultation", id, "topic", "拖欠工资"); /* it knew the center's word */
    bed_put_center_back(&bed);
    bed_begin_era(&world->center, 0);
    node_set(&world->center, "consultation", id, "answer", "已转介");
    struct replica_result result = heal_come(world, 0);
    assert_int_equal(result.taken, 1);
    assert_int_equal(result.quarantined, 0);
    bed_expect_agreement(world);
    bed_expect(&world->center, id, "topic", "拖欠工资");
    bed_expect(&world->center, id, "phone", "13900000001");
    assert_int_equal(node_conflicts(&world->center), 0);
    assert_int_equal(node_number(&world->center, "SELECT count(*) FROM flagged WHERE reason LIKE '%站点交回%'"), 1);
    assert_int_equal(node_number(&world->center, "SELECT count(*) FROM change WHERE given IS NOT NULL AND rseq<1099511627776"), 2);
    bed_close(&bed);
}

static void test_a_cut_return_goes_on_where_it_was(void **state)
{
    struct bed bed;
    struct errmsg err = {{0}};
    (void)state;
    struct world *world = bed_open(&bed, 1);
    struct node *station = &world->stations[0];
    struct id id = node_consult(station, "张文芳", "工资没有发");
    world_sync(world, 0);
    bed_keep_center(&bed);
    for (int i = 0; i < 20; i++)
        node_set(&world->center, "consultation", id, "topic", i % 2 == 0 ? "甲" : "乙");
    world_sync(world, 0);
    uint64_t before = (uint64_t)store_meta_int(station->store, "rcur", 0), after, to;
    bed_put_center_back(&bed);
    bed_begin_era(&world->center, 0);
    uint64_t differing, common = heal_common_order(&world->center, station, &differing);
    must(store_begin(station->store, "test", &err), &err);
    must(returned_rewind(station->store, common, 1, &(uint64_t){0}, &err), &err);
    must(store_commit(station->store, &err), &err);
    must(returned_stretch(station->store, &after, &to, &err), &err);
    assert_int_equal(after, common);
    assert_int_equal(to, before);
    struct record record;
    must(records_get(station->store, &station->actor, catalogue_find("consultation"), id, &record, &err), &err);
    assert_int_equal(record.seen, before); /* its people still see all of it */
    record_release(&record);
    struct replica_batch batch = {0};
    struct replica_result result;
    struct returned_beside beside;
    buf_init(&batch.entries, 1 << 20);
    must(returned_read(station->store, 0, 300, &batch, &beside, &err), &err);
    assert_in_range(batch.count, 1, 10);
    for (int twice = 0; twice < 2; twice++) { /* the answer was lost: it comes again */
        must(store_begin(world->center.store, "test", &err), &err);
        must(returned_take(world->center.store, &station->peer, batch.entries.data, batch.entries.len, batch.count, &beside, 1, &result, &err), &err);
        must(store_commit(world->center.store, &err), &err);
        assert_int_equal(result.taken, twice ? 0 : batch.count);
    }
    must(returned_done(station->store, batch.last, 0, &err), &err);
    uint64_t first = batch.last;
    buf_clear(&batch.entries);
    must(returned_read(station->store, 0, 300, &batch, &beside, &err), &err);
    assert_true(batch.first > first);
    for (size_t len = 0; len < batch.entries.len; len += 5) { /* cut anywhere: refused */
        must(store_begin(world->center.store, "test", &err), &err);
        assert_int_equal(returned_take(world->center.store, &station->peer, batch.entries.data, len, batch.count, &beside, 1, &result, &err), STATUS_MALFORMED);
        store_rollback(world->center.store);
    }
    buf_release(&batch.entries);
    heal_hand_back(world, station, &result);
    world_sync(world, 0);
    bed_expect_agreement(world);
    bed_close(&bed);
}

static uint64_t handed_back(struct node *station, uint64_t beyond)
{
    struct errmsg err = {{0}};
    struct replica_batch batch = {0};
    struct returned_beside beside;
    buf_init(&batch.entries, 1 << 20);
    must(returned_read(station->store, beyond, 1 << 20, &batch, &beside, &err), &err);
    buf_release(&batch.entries);
    return batch.count;
}

static bool is_handed(struct node *station)
{
    struct errmsg err = {{0}};
    bool handed;
    must(returned_handed(station->store, &handed, &err), &err);
    return handed;
}

/* All was handed back, and before anything of the order came the center was put back once more, to where the cursor is: nobody could tell. So it is handed back again, until something comes. */
static void test_what_was_handed_back_is_again_until_the_order_comes(void **state)
{
    struct bed bed;
    struct errmsg err = {{0}};
    struct replica_result result = {0};
    uint64_t differing, after, to;
    (void)state;
    struct world *world = bed_open(&bed, 1);
    struct node *station = &world->stations[0], *center = &world->center;
    struct id id = node_consult(station, "张文芳", "工资没有发");
    world_sync(world, 0);
    bed_keep_center(&bed);
    node_set(center, "consultation", id, "topic", "甲");
    node_set(center, "consultation", id, "topic", "乙");
    world_sync(world, 0);
    uint64_t end = (uint64_t)store_meta_int(station->store, "rcur", 0);
    for (int again = 0; again < 2; again++) {
        bed_put_center_back(&bed);
        if (again == 0) {
            bed_begin_era(center, 0);
            heal_rewind(center, station, heal_common_order(center, station, &differing));
        } else { /* it sees another difference, further down: what was handed back goes with that */
            heal_rewind(center, station, (uint64_t)store_meta_int(station->store, "rcur", 0) - 1);
        }
        assert_false(is_handed(station));
        heal_hand_back(world, station, &result);
        assert_true(is_handed(station));
        assert_int_equal(handed_back(station, end), 0); /* in the same session that was all */
        assert_int_equal(handed_back(station, 0), 2);
        must(returned_stretch(station->store, &after, &to, &err), &err);
        assert_int_equal(to, 0); /* for people it is done */
    }
    assert_int_equal(result.taken, 4);
    must(store_begin(station->store, "test", &err), &err);
    must(replica_apply(station->store, "", 0, 0, (uint64_t)store_meta_int(station->store, "rcur", 0), &result, &err), &err);
    must(store_commit(station->store, &err), &err);
    assert_true(is_handed(station)); /* nothing came */
    heal_pull(world, station);
    assert_false(is_handed(station));
    assert_int_equal(handed_back(station, 0), 0);
    bed_expect(center, id, "topic", "乙");
    bed_close(&bed);
}

/* Two machines of one org: what the other one wrote is held until it comes, or taken in when it is revoked. */
static void test_a_station_s_changes_wait_for_their_owner(void **state)
{
    (void)state;
    for (int revoked = 0; revoked < 2; revoked++) {
        struct bed bed;
        struct errmsg err = {{0}};
        struct world *world = bed_open(&bed, 2);
        struct node *one = &world->stations[0], *two = &world->stations[1];
        bed_one_org(world);
        world_sync(world, 0);
        world_sync(world, 1);
        bed_keep_center(&bed);
        struct id id = node_consult(two, "李梅", "抚养费");
        world_sync(world, 1);
        world_sync(world, 0);
        node_set(one, "consultation", id, "topic", "抚养");
        bed_put_center_back(&bed);
        bed_begin_era(&world->center, 0);
        (void)heal_come(world, 0);
        int64_t held;
        must(returned_count(world->center.store, two->peer.station_no, &held, &err), &err);
        assert_int_equal(held, 1);
        if (revoked)
            must(peer_revoke(world->center.store, two->peer.station_no, 5, &err), &err);
        else
            (void)heal_come(world, 1);
        must(returned_count(world->center.store, 0, &held, &err), &err);
        assert_int_equal(held, 0);
        (void)world_sync(world, 0);
        bed_expect(&world->center, id, "name", "李梅");
        bed_expect(&world->center, id, "topic", "抚养");
        assert_int_equal(node_conflicts(&world->center), 0);
        assert_int_equal(node_number(&world->center, "SELECT count(*) FROM flagged WHERE reason LIKE '%已停用%'"), revoked);
        node_verify(&world->center);
        node_verify(one);
        bed_close(&bed);
    }
}

/* The owner was enrolled after the backup that the center is put back to: nobody there has its number, and it may never come (a laptop that was stolen). What it wrote is not held for it. Enrolled again, it goes on. */
static void test_what_a_machine_wrote_that_is_not_enrolled_any_more(void **state)
{
    (void)state;
    for (int again = 0; again < 2; again++)
        for (int before = 0; before < 2; before++) { /* before: a program that held it was there */
            struct bed bed;
            struct errmsg err = {{0}};
            struct world *world = bed_open(&bed, 2);
            struct node *one = &world->stations[0], *two = &world->stations[1], *center = &world->center;
            int64_t held;
            uint64_t taken;
            bed_one_org(world);
            world_sync(world, 0);
            if (!before)
                write_sql(center->store, "UPDATE peer SET station_no=station_no+10 WHERE station_no=2");
            bed_keep_center(&bed);
            if (!before)
                write_sql(center->store, "UPDATE peer SET station_no=station_no-10 WHERE station_no=12");
            struct id id = node_consult(two, "李梅", "抚养费");
            world_sync(world, 1);
            world_sync(world, 0);
            node_set(one, "consultation", id, "topic", "抚养");
            bed_put_center_back(&bed);
            bed_begin_era(center, 0);
            if (before) {
                (void)heal_come(world, 0);
                must(returned_count(center->store, 2, &held, &err), &err);
                assert_int_equal(held, 1);
                write_sql(center->store, "UPDATE peer SET station_no=station_no+10 WHERE station_no=2");
                must(store_begin(center->store, "test", &err), &err);
                must(returned_settle(center->store, 1, &taken, &err), &err); /* the first one has sent all it has */
                must(store_commit(center->store, &err), &err);
                assert_int_equal(taken, 1);
            }
            (void)heal_come(world, 0);
            must(returned_count(center->store, 0, &held, &err), &err);
            assert_int_equal(held, 0);
            bed_expect(center, id, "name", "李梅");
            bed_expect(center, id, "topic", "抚养");
            assert_int_equal(node_number(center, "SELECT count(*) FROM flagged WHERE reason LIKE '%没有登记%'"), 1);
            write_sql(center->store, "UPDATE peer SET station_no=station_no-10 WHERE station_no=12");
            if (again) {
                node_set(two, "consultation", id, "answer", "可以起诉");
                heal_come_all(world, 2);
                bed_expect(center, id, "answer", "可以起诉");
                bed_expect_agreement(world);
            }
            bed_expect_no_question(world);
            node_verify(center);
            node_verify(one);
            bed_close(&bed);
        }
}

static void test_an_official_number_given_again_is_noticed(void **state)
{
    struct bed bed;
    (void)state;
    struct world *world = bed_open(&bed, 1);
    struct node *station = &world->stations[0];
    struct id one = node_make(station, "case", "name=张文芳", NULL), two = node_make(station, "case", "name=李梅", NULL);
    world_sync(world, 0);
    bed_keep_center(&bed);
    world->center.actor.acting = true;
    node_set(&world->center, "case", one, "decision_no", "(溧)援决字〔2026〕第12号");
    world_sync(world, 0);
    bed_put_center_back(&bed);
    bed_begin_era(&world->center, 0);
    node_set(&world->center, "case", two, "decision_no", "(溧)援决字〔2026〕第12号");
    (void)heal_come(world, 0);
    assert_int_equal(node_number(&world->center, "SELECT count(*) FROM flagged WHERE reason LIKE '%重复%'"), 1);
    assert_int_equal(node_number(&world->center, "SELECT count(*) FROM \"case\" WHERE decision_no LIKE '%第12号'"), 2); /* neither is taken away silently */
    bed_expect_agreement(world);
    bed_close(&bed);
}

/* A decision closes what its author had seen. While it has no place that is what the numbers say; once its place is in an era that began because numbers were given twice they say less, and what it closed before
 * is open again, at the station as at the center. */
static void test_a_decision_whose_numbers_came_to_mean_two_things(void **state)
{
    struct bed bed;
    struct errmsg err = {{0}};
    (void)state;
    struct world *world = bed_open(&bed, 1);
    struct node *station = &world->stations[0], *center = &world->center;
    struct id id = node_consult(station, "张文芳", "工资没有发");
    world_sync(world, 0);
    bed_keep_center(&bed);
    node_set(center, "consultation", id, "topic", "甲");
    node_set(station, "consultation", id, "topic", "乙");
    world_sync(world, 0);
    assert_int_equal(node_conflicts(station), 1);
    uint64_t before = (uint64_t)store_meta_int(station->store, "rcur", 0), common;
    const struct record_type *type = catalogue_find("consultation");
    must(conflict_resolve(station->store, &station->actor, type, id, catalogue_field(type, "topic"), value_string("丙"), &err), &err);
    assert_int_equal(node_conflicts(station), 0);

    /* The center loses both sides and gets them back at their places, but not the decision yet. */
    bed_put_center_back(&bed);
    bed_begin_era(center, 0);
    struct replica_result result = {0};
    common = heal_common_order(center, station, &before);
    heal_rewind(center, station, common);
    heal_hand_back(world, station, &result);
    heal_push(world, station, 1);
    heal_pull(world, station);
    assert_int_equal(node_conflicts(station), 0);
    assert_int_equal(node_conflicts(center), 1);

    /* Numbers of this era are given twice. */
    uint64_t differing = (uint64_t)node_number(center, "SELECT max(lsn) FROM change");
    bed_begin_era(center, differing);
    heal_rewind(center, station, differing - 1);
    heal_hand_back(world, station, &result);
    heal_pull(world, station);
    heal_push(world, station, 1);
    heal_pull(world, station);
    assert_int_equal(node_conflicts(center), 1);
    assert_int_equal(node_conflicts(station), 1);
    bed_expect_agreement(world);
    bed_close(&bed);
}

/* What is held for its owner stays when the owner, put back itself, sends something else under that number. */
static void test_another_copy_s_change_under_the_same_number_stays(void **state)
{
    struct bed bed;
    struct errmsg err = {{0}};
    int64_t held;
    (void)state;
    struct world *world = bed_open(&bed, 2);
    struct node *two = &world->stations[1];
    struct buf copy;
    bed_one_org(world);
    (void)node_consult(two, "张文芳", "工资没有发");
    world_sync(world, 1);
    bed_keep_center(&bed);
    node_keep(two, &copy);
    struct id lost = node_consult(two, "李梅", "离婚");
    world_sync(world, 1);
    world_sync(world, 0);
    node_restore(two, &copy); /* the owner is put back, too, and writes */
    buf_release(&copy);
    (void)node_consult(two, "王建国", "土地承包");
    bed_put_center_back(&bed);
    bed_begin_era(&world->center, 0);
    (void)heal_come(world, 0);
    (void)heal_come(world, 1);
    must(returned_count(world->center.store, two->peer.station_no, &held, &err), &err);
    assert_int_equal(held, 1);
    uint64_t taken;
    must(store_begin(world->center.store, "test", &err), &err);
    must(returned_settle(world->center.store, two->peer.station_no, &taken, &err), &err);
    must(store_commit(world->center.store, &err), &err);
    assert_int_equal(taken, 1);
    bed_expect(&world->center, lost, "name", "李梅");
    heal_sync_all(world);
    bed_expect_agreement(world);
    bed_close(&bed);
}

/* What cannot be read, or for want of memory, is no other order: it is said as what it is. */
static void expect_told(struct node *station, const struct replica_batch *batch, bool expected)
{
    static const struct stumble WAYS[] = {{.code = SQLITE_IOERR_READ}, {.code = SQLITE_NOMEM}, {.memory = true}};
    bool same;

    for (size_t i = 0; i < sizeof WAYS / sizeof *WAYS; i++) {
        struct stumble how = WAYS[i];
        uint64_t fired = 1;

        for (how.at = 1; fired > 0; how.at++) {
            struct errmsg err = {{0}};

            stumble_begin(how);
            enum status status = replica_overlaps(station->store, batch->entries.data, batch->entries.len, batch->count, 1, batch->last, false, &same, &err);
            fired = stumble_end();
            if (status == STATUS_OK ? same != expected || (fired > 0 && !how.memory) : status != (i == 0 ? STATUS_IO : STATUS_NOMEM))
                fail_msg("way %zu, %llu (%s): %s %d", i, (unsigned long long)how.at, stumble_failed(), status_name(status), same);
        }
        assert_true(how.at > 2);
    }
}

/* An answer of a center that was put back, to an older file, tells again of numbers that were received before: it is not the order we have followed. */
static void test_an_answer_from_another_order_shows(void **state)
{
    struct bed bed;
    struct errmsg err = {{0}};
    (void)state;
    for (int lost = 0; lost < 3; lost++) { /* nothing; what was received is not told; something else is told */
        struct replica_batch batch = {0};
        struct log_id log;
        bool more, same;
        struct world *world = bed_open(&bed, 1);
        struct node *station = &world->stations[0], *center = &world->center;
        struct id id = node_consult(station, "张文芳", "工资没有发");
        world_sync(world, 0);
        bed_keep_center(&bed);
        node_set(center, "consultation", id, "topic", "甲");
        world_sync(world, 0);
        if (lost > 0)
            bed_put_center_back(&bed);
        if (lost == 1)
            bed_begin_era(center, 0);
        node_set(center, "consultation", id, "topic", "乙");
        node_set(center, "consultation", id, "topic", "丙");
        log.station = station->machine.station_no;
        memcpy(log.incarnation, station->machine.incarnation, INCARNATION_BYTES);
        buf_init(&batch.entries, 1 << 20);
        must(replica_read_scope(center->store, &station->peer, &log, 0, 1 << 20, &batch, &more, &err), &err);
        must(replica_overlaps(station->store, batch.entries.data, batch.entries.len, batch.count, 1, batch.last, false, &same, &err), &err);
        assert_int_equal(same, lost == 0);
        assert_int_equal(replica_overlaps(station->store, batch.entries.data, 3, batch.count, 1, batch.last, false, &same, &err), STATUS_MALFORMED);
        expect_told(station, &batch, lost == 0);
        buf_release(&batch.entries);
        bed_close(&bed);
    }
}

/* Handed back, and lost again before the station had pulled the order anew: its cursor stands below what it holds. */
static void test_what_was_handed_back_and_lost_again_is_asked_about(void **state)
{
    struct bed bed;
    struct errmsg err = {{0}};
    (void)state;
    struct world *world = bed_open(&bed, 1);
    struct node *station = &world->stations[0];
    struct id id = node_consult(station, "张文芳", "工资没有发");
    uint64_t after, to;
    bool asks;
    world_sync(world, 0);
    bed_begin_era(&world->center, 0);
    node_set(&world->center, "consultation", id, "topic", "甲");
    node_set(&world->center, "consultation", id, "topic", "乙");
    world_sync(world, 0);
    uint64_t last = (uint64_t)store_meta_int(station->store, "rcur", 0);
    must(store_begin(station->store, "test", &err), &err);
    must(returned_rewind(station->store, 1, 1, &(uint64_t){0}, &err), &err);
    must(returned_done(station->store, last, 0, &err), &err);
    must(returned_suspect(station->store, last - 1, &asks, &err), &err);
    assert_true(asks);
    must(returned_stretch(station->store, &after, &to, &err), &err);
    assert_int_equal(after, last - 2);
    assert_int_equal(to, last);
    assert_int_equal(store_meta_int(station->store, "rcur", 0), last - 1); /* a center that has nothing there asks */
    must(returned_suspect(station->store, last - 1, &asks, &err), &err);
    assert_false(asks);
    must(store_commit(station->store, &err), &err);
    bed_close(&bed);
}

/* The center deleted a record and lost both; a neighbour of the record's station brings the deletion back first. The record comes all the same, and a person is asked: nothing of it happens in silence. */
static void test_a_delete_that_comes_before_its_record_is_asked_about(void **state)
{
    struct bed bed;
    struct errmsg err = {{0}};
    (void)state;
    struct world *world = bed_open(&bed, 2);
    struct node *center = &world->center, *writer = &world->stations[0], *neighbour = &world->stations[1];
    bed_one_org(world);
    bed_keep_center(&bed);
    struct id id = node_consult(writer, "张文芳", "工资没有发");
    heal_sync_all(world);
    must(records_delete(center->store, &center->actor, catalogue_find("consultation"), id, &err), &err);
    world_sync(world, 1);
    bed_put_center_back(&bed);
    bed_tell_everybody(center, "县中心甲"); /* the numbers are given again, so no place of the old ones counts */
    bed_tell_everybody(center, "县中心乙");
    bed_begin_era(center, 0);
    (void)heal_come(world, 1);
    assert_int_equal(node_number(center, "SELECT count(*) FROM consultation WHERE w_log<>0"), 0);
    heal_come_all(world, 2);
    struct node *all[] = {center, writer, neighbour};
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(node_number(all[i], "SELECT count(*) FROM consultation WHERE gone=0"), 1);
        assert_int_equal(node_number(all[i], "SELECT count(*) FROM conflict WHERE field=0 AND value=1"), 1);
    }
    bed_expect_agreement(world);
    bed_close(&bed);
}

/* The center was put back and nobody has noticed: the deletion of a record that it lost is taken in as what it is, and meets the record when that comes. */
static void test_a_delete_finds_its_record_lost_before_anybody_knows(void **state)
{
    struct bed bed;
    struct errmsg err = {{0}};
    (void)state;
    struct world *world = bed_open(&bed, 2);
    struct node *center = &world->center, *writer = &world->stations[0], *neighbour = &world->stations[1];
    bed_one_org(world);
    heal_sync_all(world);
    bed_keep_center(&bed);
    struct id id = node_consult(writer, "张文芳", "工资没有发");
    heal_sync_all(world);
    must(records_delete(neighbour->store, &neighbour->actor, catalogue_find("consultation"), id, &err), &err);
    bed_put_center_back(&bed);
    assert_int_equal(world_sync(world, 1).quarantined, 0); /* no era has begun */
    assert_int_equal(node_number(center, "SELECT count(*) FROM consultation WHERE w_log<>0"), 0);
    heal_settle(world);
    struct node *all[] = {center, writer, neighbour};
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(node_number(all[i], "SELECT count(*) FROM quarantine"), 0);
        assert_int_equal(node_number(all[i], "SELECT count(*) FROM consultation WHERE gone=0"), 1);
        assert_int_equal(node_number(all[i], "SELECT count(*) FROM conflict WHERE field=0 AND value=1"), 1); /* its number was given twice: a person decides */
    }
    bed_expect_agreement(world);
    bed_close(&bed);
}

/* Work and sessions; the center is put back, knowing it or not; more work; everybody comes again, in any order, a few times over. */
static void random_restores(uint64_t seed)
{
    struct bed bed;
    struct headers *all = calloc(1, sizeof *all);
    uint64_t state = seed;
    struct random_source random = random_seeded(&state);
    struct bed_work work = {.random = random};
    assert_non_null(all);
    struct world *world = bed_open(&bed, STATIONS);
    for (int round = 0; round < 3; round++) {
        for (int k = 0; k < 4; k++) {
            bed_work(world, &work, 8);
            (void)heal_come(world, (size_t)random_below(random, STATIONS));
        }
        if (round == 0 || random_below(random, 2) == 0)
            bed_keep_center(&bed);
        for (int k = 0; k < 4; k++) {
            bed_work(world, &work, 8);
            (void)heal_come(world, (size_t)random_below(random, STATIONS));
        }
        for (size_t i = 0; i < STATIONS; i++)
            note_headers(all, &world->stations[i]);
        bed_put_center_back(&bed);
        if (random_below(random, 2) == 0)
            bed_begin_era(&world->center, 0); /* it knows */
        bed_work(world, &work, (int)random_below(random, 12));
    }
    for (int again = 0; again < 4; again++)
        for (size_t i = 0; i < STATIONS; i++)
            (void)heal_come(world, (i + seed) % STATIONS);
    bed_expect_agreement(world);
    expect_all_there(all, &world->center);
    free(all);
    bed_close(&bed);
}

static void test_random_restores_lose_nothing(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 20; seed++)
        random_restores(seed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_the_center_wrote_and_lost_comes_back),
        cmocka_unit_test(test_a_cut_return_goes_on_where_it_was),
        cmocka_unit_test(test_what_was_handed_back_is_again_until_the_order_comes),
        cmocka_unit_test(test_a_station_s_changes_wait_for_their_owner),
        cmocka_unit_test(test_what_a_machine_wrote_that_is_not_enrolled_any_more),
        cmocka_unit_test(test_an_official_number_given_again_is_noticed),
        cmocka_unit_test(test_a_decision_whose_numbers_came_to_mean_two_things),
        cmocka_unit_test(test_another_copy_s_change_under_the_same_number_stays),
        cmocka_unit_test(test_an_answer_from_another_order_shows),
        cmocka_unit_test(test_what_was_handed_back_and_lost_again_is_asked_about),
        cmocka_unit_test(test_a_delete_that_comes_before_its_record_is_asked_about),
        cmocka_unit_test(test_a_delete_finds_its_record_lost_before_anybody_knows),
        cmocka_unit_test(test_random_restores_lose_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
