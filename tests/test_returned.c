/* tests/test_returned.c - a center put back to an earlier state gets everything again: its own lost changes from stations, stations' from their owners, each at its old place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/record/changelog.h"
#include "core/record/conflict.h"
#include "core/record/flagged.h"
#include "core/record/order.h"
#include "core/record/reach.h"
#include "core/record/returned.h"
#include "core/record/returned_log.h"
#include "core/record/scope_sum.h"
#include "tests/fixture.h"

enum { STATIONS = 3, HEADERS_MAX = 4000 };

struct bed {
    struct world world;
    char folder[64];
    char kept[96]; /* the center's file as it was */
};

static void must(enum status status, const struct errmsg *err)
{
    if (status != STATUS_OK)
        fail_msg("%s: %s", status_name(status), errmsg_text(err, status));
}

static void remove_folder(const char *folder)
{
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    assert_int_equal(system(command), 0);
}

static void bed_open(struct bed *bed, size_t stations)
{
    snprintf(bed->folder, sizeof bed->folder, "/tmp/returned-XXXXXX");
    assert_non_null(mkdtemp(bed->folder));
    snprintf(bed->kept, sizeof bed->kept, "%s/kept.db", bed->folder);
    world_open(&bed->world, stations, bed->folder);
}

static void bed_close(struct bed *bed)
{
    world_close(&bed->world);
    remove_folder(bed->folder);
}

static void keep_center(struct bed *bed)
{
    struct errmsg err = {{0}};
    (void)unlink(bed->kept);
    must(store_copy(bed->world.center.store, bed->kept, &err), &err);
}

static void put_center_back(struct bed *bed)
{
    struct errmsg err = {{0}};
    char command[512];
    store_close(bed->world.center.store);
    snprintf(command, sizeof command, "cd '%s/0' && rm -f aidpost.db-wal aidpost.db-shm && cp '%s' aidpost.db", bed->folder, bed->kept);
    assert_int_equal(system(command), 0);
    snprintf(command, sizeof command, "%s/0", bed->folder);
    must(store_open(&bed->world.center.store, command, STORE_OPEN_EXISTING, &err), &err);
}

static void begin_era(struct node *center, uint64_t differing)
{
    struct errmsg err = {{0}};
    must(store_begin(center->store, "test", &err), &err);
    must(order_begin_era(center->store, differing, center->random, &err), &err);
    must(store_commit(center->store, &err), &err);
}

static int64_t one_int(struct node *node, const char *sql)
{
    struct stmt *stmt = store_prepare(node->store, sql);
    enum status status;
    assert_true(stmt_row(stmt, &status, NULL));
    int64_t value = stmt_column_int(stmt, 0);
    stmt_reset(stmt);
    return value;
}

/* What a dialogue of COMPARE and SAMPLES finds: the greatest number at which both have the same, and the least above it that one of them has otherwise. */
static uint64_t common_order(struct node *center, struct node *station, uint64_t *differing)
{
    struct stmt *stmt = store_prepare(station->store, "SELECT coalesce(given,rseq),header FROM change WHERE rseq IS NOT NULL AND taken IS NULL ORDER BY 1");
    enum status status;
    uint64_t common = 0;
    *differing = 0;
    while (stmt_row(stmt, &status, NULL)) {
        size_t len;
        const uint8_t *header = stmt_column_blob(stmt, 1, &len);
        struct stmt *ours = store_prepare(center->store, "SELECT header=?2 FROM change WHERE lsn=?1");
        stmt_int(ours, 1, stmt_column_int(stmt, 0));
        stmt_blob(ours, 2, header, len);
        bool same = stmt_row(ours, &status, NULL) && stmt_column_int(ours, 0) != 0;
        stmt_reset(ours);
        if (!same) {
            *differing = (uint64_t)stmt_column_int(stmt, 0);
            stmt_reset(stmt);
            break;
        }
        common = (uint64_t)stmt_column_int(stmt, 0);
    }
    return common;
}

static void hand_back(struct world *world, struct node *station, struct replica_result *sum)
{
    struct errmsg err = {{0}};
    for (;;) {
        struct replica_batch batch = {0};
        struct replica_result result = {0};
        struct returned_beside beside;
        buf_init(&batch.entries, 1 << 22);
        must(returned_read(station->store, 0, 600, &batch, &beside, &err), &err);
        uint64_t count = batch.count, last = batch.last;
        if (count > 0) {
            must(store_begin(world->center.store, "test", &err), &err);
            must(returned_take(world->center.store, &station->peer, batch.entries.data, batch.entries.len, batch.count, &beside, 1, &result, &err), &err);
            must(store_commit(world->center.store, &err), &err);
        }
        buf_release(&batch.entries);
        sum->taken += result.taken;
        must(returned_done(station->store, last, &err), &err);
        if (count == 0)
            break;
    }
    assert_int_equal(store_meta_int(station->store, "return_to", 0), 0);
}

static void raise_era(struct node *center, uint64_t era)
{
    if (store_meta_int(center->store, "era", 0) >= (int64_t)era)
        return;
    assert_int_equal(store_begin(center->store, "test", NULL), STATUS_OK);
    assert_int_equal(store_meta_set_int(center->store, "era", (int64_t)era, NULL), STATUS_OK);
    assert_int_equal(store_commit(center->store, NULL), STATUS_OK);
}

/* The first two stations, which have nothing yet. */
static void both_of_org_2(struct world *world)
{
    struct errmsg err = {{0}};
    struct node *two = &world->stations[1];
    must(store_begin(world->center.store, "test", &err), &err);
    must(store_exec(world->center.store, "UPDATE peer SET org=2", &err), &err);
    must(store_commit(world->center.store, &err), &err);
    must(store_begin(two->store, "test", &err), &err);
    must(store_meta_set_int(two->store, "org", 2, &err), &err);
    must(store_commit(two->store, &err), &err);
    two->peer.org = two->actor.org = two->machine.org = 2;
}

/* Half a session: up to `max_bytes` of what the station has not sent; and all that the center has for it. */
static void push_some(struct world *world, struct node *station, size_t max_bytes)
{
    struct errmsg err = {{0}};
    struct replica_batch batch = {0};
    struct replica_result result;
    struct replica_state state;
    struct log_id log = {.station = station->machine.station_no};
    memcpy(log.incarnation, station->machine.incarnation, INCARNATION_BYTES);
    buf_init(&batch.entries, 1 << 20);
    must(replica_state(station->store, &state, &err), &err);
    must(replica_read_own(station->store, state.have_seq, max_bytes, &batch, &err), &err);
    must(store_begin(world->center.store, "test", &err), &err);
    must(replica_ingest(world->center.store, &station->peer, &log, batch.first, batch.entries.data, batch.entries.len, batch.count, 1, &result, &err), &err);
    must(store_commit(world->center.store, &err), &err);
    must(replica_set_have(station->store, result.have_seq, result.have_hash, &err), &err);
    buf_release(&batch.entries);
}

static void pull_all(struct world *world, struct node *station)
{
    struct errmsg err = {{0}};
    struct replica_batch batch = {0};
    struct replica_result result;
    struct replica_state state;
    struct log_id log = {.station = station->machine.station_no};
    bool more;
    memcpy(log.incarnation, station->machine.incarnation, INCARNATION_BYTES);
    buf_init(&batch.entries, 1 << 20);
    must(replica_state(station->store, &state, &err), &err);
    batch.tells_taken = true;
    must(replica_read_scope(world->center.store, &station->peer, &log, state.rcur, 1 << 20, &batch, &more, &err), &err);
    must(store_begin(station->store, "test", &err), &err);
    must(replica_apply(station->store, batch.entries.data, batch.entries.len, batch.count, batch.last, &result, &err), &err);
    must(store_commit(station->store, &err), &err);
    buf_release(&batch.entries);
}

static void rewind_to(struct node *center, struct node *station, uint64_t common)
{
    struct errmsg err = {{0}};
    struct log_id log = {.station = station->machine.station_no};
    uint64_t have;
    struct hash hash;
    memcpy(log.incarnation, station->machine.incarnation, INCARNATION_BYTES);
    must(replica_have(center->store, &log, &have, &hash, &err), &err);
    must(store_begin(station->store, "test", &err), &err);
    must(returned_rewind(station->store, common, have, &(uint64_t){0}, &err), &err);
    must(store_commit(station->store, &err), &err);
}

/* A session of a station with a center that may have been put back. */
static struct replica_result come(struct world *world, size_t i)
{
    struct errmsg err = {{0}};
    struct node *station = &world->stations[i];
    struct replica_result sum = {0};
    struct log_id log = {.station = station->machine.station_no};
    uint64_t differing, have, rcur = (uint64_t)store_meta_int(station->store, "rcur", 0), common = common_order(&world->center, station, &differing);
    struct hash hash;
    memcpy(log.incarnation, station->machine.incarnation, INCARNATION_BYTES);
    int64_t head = one_int(&world->center, "SELECT max(lsn) FROM change");
    if (differing != 0 || rcur > (uint64_t)head) {
        uint64_t unseen;
        must(order_first_unseen(world->center.store, station->peer.org, common, rcur, &unseen, &err), &err);
        if (unseen != 0 && (differing == 0 || unseen < differing))
            differing = unseen;
        if (order_era(rcur) >= (uint64_t)store_meta_int(world->center.store, "era", 0) || unseen != 0) {
            raise_era(&world->center, order_era(rcur));
            begin_era(&world->center, differing);
        }
        must(replica_have(world->center.store, &log, &have, &hash, &err), &err);
        must(store_begin(station->store, "test", &err), &err);
        must(returned_rewind(station->store, common, have, &(uint64_t){0}, &err), &err);
        must(store_commit(station->store, &err), &err);
        hand_back(world, station, &sum);
    }
    struct replica_result more = world_sync(world, i);
    sum.quarantined += more.quarantined;
    return sum;
}

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

static void expect_agreement(struct world *world)
{
    node_verify(&world->center);
    for (size_t i = 0; i < world->n_stations; i++)
        node_verify(&world->stations[i]);
    char *center = node_dump(&world->center);
    for (size_t i = 0; i < world->n_stations; i++) {
        char *station = node_dump(&world->stations[i]);
        char *save = NULL;
        for (char *line = strtok_r(station, "\n", &save); line != NULL; line = strtok_r(NULL, "\n", &save))
            if (strncmp(line, "org", 3) != 0 && strstr(center, line) == NULL)
                fail_msg("station %zu has what the center has not: %s", i, line);
        free(station);
    }
    free(center);
    assert_int_equal(one_int(&world->center, "SELECT count(*)-count(DISTINCT rseq) FROM change"), 0); /* no place twice */
    assert_int_equal(one_int(&world->center, "SELECT count(*) FROM change WHERE coalesce(given,rseq)<>lsn"), 0);
    int64_t held;
    assert_int_equal(returned_count(world->center.store, 0, &held, NULL), STATUS_OK);
    assert_int_equal(held, 0);
}

/* ---- tests ---- */

static void test_what_the_center_wrote_and_lost_comes_back(void **state)
{
    struct bed bed;
    (void)state;
    bed_open(&bed, 1);
    struct world *world = &bed.world;
    struct node *station = &world->stations[0];
    struct id id = node_consult(station, "张文芳", "工资没有发");
    world_sync(world, 0);
    keep_center(&bed);
    node_set(&world->center, "consultation", id, "topic", "欠薪");
    node_set(station, "consultation", id, "phone", "13900000001");
    world_sync(world, 0);
    node_set(station, "consultation", id, "topic", "拖欠工资"); /* it knew the center's word */
    put_center_back(&bed);
    begin_era(&world->center, 0);
    node_set(&world->center, "consultation", id, "answer", "已转介");
    struct replica_result result = come(world, 0);
    assert_int_equal(result.taken, 1);
    assert_int_equal(result.quarantined, 0);
    expect_agreement(world);
    char *topic = node_get(&world->center, "consultation", id, "topic"), *phone = node_get(&world->center, "consultation", id, "phone");
    assert_string_equal(topic, "拖欠工资");
    assert_string_equal(phone, "13900000001");
    free(topic);
    free(phone);
    assert_int_equal(node_conflicts(&world->center), 0);
    assert_int_equal(one_int(&world->center, "SELECT count(*) FROM flagged WHERE reason LIKE '%站点交回%'"), 1);
    assert_int_equal(one_int(&world->center, "SELECT count(*) FROM change WHERE given IS NOT NULL AND rseq<1099511627776"), 2);
    bed_close(&bed);
}

static void test_a_cut_return_goes_on_where_it_was(void **state)
{
    struct bed bed;
    struct errmsg err = {{0}};
    (void)state;
    bed_open(&bed, 1);
    struct world *world = &bed.world;
    struct node *station = &world->stations[0];
    struct id id = node_consult(station, "张文芳", "工资没有发");
    world_sync(world, 0);
    keep_center(&bed);
    for (int i = 0; i < 20; i++)
        node_set(&world->center, "consultation", id, "topic", i % 2 == 0 ? "甲" : "乙");
    world_sync(world, 0);
    uint64_t before = (uint64_t)store_meta_int(station->store, "rcur", 0), after, to;
    put_center_back(&bed);
    begin_era(&world->center, 0);
    uint64_t differing, common = common_order(&world->center, station, &differing);
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
    must(returned_done(station->store, batch.last, &err), &err);
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
    hand_back(world, station, &result);
    world_sync(world, 0);
    expect_agreement(world);
    bed_close(&bed);
}

/* Two machines of one org: what the other one wrote is held until it comes, or taken in when it is revoked. */
static void test_a_station_s_changes_wait_for_their_owner(void **state)
{
    (void)state;
    for (int revoked = 0; revoked < 2; revoked++) {
        struct bed bed;
        struct errmsg err = {{0}};
        bed_open(&bed, 2);
        struct world *world = &bed.world;
        struct node *one = &world->stations[0], *two = &world->stations[1];
        both_of_org_2(world);
        world_sync(world, 0);
        world_sync(world, 1);
        keep_center(&bed);
        struct id id = node_consult(two, "李梅", "抚养费");
        world_sync(world, 1);
        world_sync(world, 0);
        node_set(one, "consultation", id, "topic", "抚养");
        put_center_back(&bed);
        begin_era(&world->center, 0);
        (void)come(world, 0);
        int64_t held;
        must(returned_count(world->center.store, two->peer.station_no, &held, &err), &err);
        assert_int_equal(held, 1);
        if (revoked)
            must(peer_revoke(world->center.store, two->peer.station_no, 5, &err), &err);
        else
            (void)come(world, 1);
        must(returned_count(world->center.store, 0, &held, &err), &err);
        assert_int_equal(held, 0);
        (void)world_sync(world, 0);
        char *name = node_get(&world->center, "consultation", id, "name"), *topic = node_get(&world->center, "consultation", id, "topic");
        assert_non_null(name);
        assert_string_equal(name, "李梅");
        assert_string_equal(topic, "抚养");
        free(name);
        free(topic);
        assert_int_equal(node_conflicts(&world->center), 0);
        assert_int_equal(one_int(&world->center, "SELECT count(*) FROM flagged WHERE reason LIKE '%已停用%'"), revoked);
        node_verify(&world->center);
        node_verify(one);
        bed_close(&bed);
    }
}

static void test_an_official_number_given_again_is_noticed(void **state)
{
    struct bed bed;
    (void)state;
    bed_open(&bed, 1);
    struct world *world = &bed.world;
    struct node *station = &world->stations[0];
    struct id one = node_make(station, "case", "name=张文芳", NULL), two = node_make(station, "case", "name=李梅", NULL);
    world_sync(world, 0);
    keep_center(&bed);
    world->center.actor.acting = true;
    node_set(&world->center, "case", one, "decision_no", "(溧)援决字〔2026〕第12号");
    world_sync(world, 0);
    put_center_back(&bed);
    begin_era(&world->center, 0);
    node_set(&world->center, "case", two, "decision_no", "(溧)援决字〔2026〕第12号");
    (void)come(world, 0);
    assert_int_equal(one_int(&world->center, "SELECT count(*) FROM flagged WHERE reason LIKE '%重复%'"), 1);
    assert_int_equal(one_int(&world->center, "SELECT count(*) FROM \"case\" WHERE decision_no LIKE '%第12号'"), 2); /* neither is taken away silently */
    expect_agreement(world);
    bed_close(&bed);
}

/* A decision closes what its author had seen. While it has no place that is what the numbers say; once its place is in an era that began because numbers were given twice they say less, and what it closed before
 * is open again, at the station as at the center. */
static void test_a_decision_whose_numbers_came_to_mean_two_things(void **state)
{
    struct bed bed;
    struct errmsg err = {{0}};
    (void)state;
    bed_open(&bed, 1);
    struct world *world = &bed.world;
    struct node *station = &world->stations[0], *center = &world->center;
    struct id id = node_consult(station, "张文芳", "工资没有发");
    world_sync(world, 0);
    keep_center(&bed);
    node_set(center, "consultation", id, "topic", "甲");
    node_set(station, "consultation", id, "topic", "乙");
    world_sync(world, 0);
    assert_int_equal(node_conflicts(station), 1);
    uint64_t before = (uint64_t)store_meta_int(station->store, "rcur", 0), common;
    const struct record_type *type = catalogue_find("consultation");
    must(conflict_resolve(station->store, &station->actor, type, id, catalogue_field(type, "topic"), value_string("丙"), &err), &err);
    assert_int_equal(node_conflicts(station), 0);

    /* The center loses both sides and gets them back at their places, but not the decision yet. */
    put_center_back(&bed);
    begin_era(center, 0);
    struct replica_result result = {0};
    common = common_order(center, station, &before);
    rewind_to(center, station, common);
    hand_back(world, station, &result);
    push_some(world, station, 1);
    pull_all(world, station);
    assert_int_equal(node_conflicts(station), 0);
    assert_int_equal(node_conflicts(center), 1);

    /* Numbers of this era are given twice. */
    uint64_t differing = (uint64_t)one_int(center, "SELECT max(lsn) FROM change");
    begin_era(center, differing);
    rewind_to(center, station, differing - 1);
    hand_back(world, station, &result);
    pull_all(world, station);
    push_some(world, station, 1);
    pull_all(world, station);
    assert_int_equal(node_conflicts(center), 1);
    assert_int_equal(node_conflicts(station), 1);
    expect_agreement(world);
    bed_close(&bed);
}

/* The center goes on with its log twice and loses both: the two ways have other numbers of it, but the second one's author never saw what the first one wrote. */
static void test_two_ways_of_one_log_are_two_logs(void **state)
{
    struct bed bed;
    (void)state;
    bed_open(&bed, 2);
    struct world *world = &bed.world;
    struct node *one = &world->stations[0], *center = &world->center;
    both_of_org_2(world);
    struct id id = node_consult(one, "张文芳", "工资没有发"), other = node_consult(one, "李梅", "离婚");
    world_sync(world, 0);
    world_sync(world, 1);
    keep_center(&bed);
    node_set(center, "consultation", id, "topic", "甲");
    world_sync(world, 0);
    put_center_back(&bed);
    node_set(center, "consultation", other, "topic", "丙");
    node_set(center, "consultation", id, "topic", "乙");
    world_sync(world, 1);
    put_center_back(&bed);
    node_set(center, "consultation", other, "phone", "13900000001");
    for (int turn = 0; turn < 2; turn++)
        for (size_t i = 0; i < 2; i++)
            (void)come(world, i);
    expect_agreement(world);
    assert_int_equal(one_int(center, "SELECT count(*) FROM conflict"), 1);
    assert_int_equal(one_int(one, "SELECT count(*) FROM conflict"), 1);
    assert_int_equal(one_int(center, "SELECT count(*) FROM log WHERE station=0 AND parent IS NOT NULL AND partial=1"), 2); /* told to everybody where they began */
    bed_close(&bed);
}

/* Of two edits of one log the first comes back late and the second at its old place: the first does not replace the second in silence. */
static void test_what_comes_back_late_does_not_overtake_its_log(void **state)
{
    struct bed bed;
    (void)state;
    bed_open(&bed, 2);
    struct world *world = &bed.world;
    struct node *one = &world->stations[0], *center = &world->center;
    struct id id = node_consult(one, "张文芳", "工资没有发"), other = node_consult(&world->stations[1], "李梅", "离婚");
    world_sync(world, 0);
    world_sync(world, 1);
    keep_center(&bed);
    node_set(center, "consultation", id, "topic", "甲");
    node_set(center, "consultation", id, "topic", "乙");
    world_sync(world, 0);
    put_center_back(&bed);
    node_set(center, "consultation", other, "topic", "丙"); /* has the number that the first one had */
    begin_era(center, 0);
    (void)come(world, 0);
    (void)come(world, 1);
    expect_agreement(world);
    char *topic = node_get(center, "consultation", id, "topic");
    assert_string_equal(topic, "乙");
    free(topic);
    assert_int_equal(node_conflicts(center), 0);
    bed_close(&bed);
}

/* What is held for its owner stays when the owner, put back itself, sends something else under that number. */
static void test_another_copy_s_change_under_the_same_number_stays(void **state)
{
    struct bed bed;
    struct errmsg err = {{0}};
    int64_t held;
    (void)state;
    bed_open(&bed, 2);
    struct world *world = &bed.world;
    struct node *two = &world->stations[1];
    char command[512];
    both_of_org_2(world);
    (void)node_consult(two, "张文芳", "工资没有发");
    world_sync(world, 1);
    keep_center(&bed);
    snprintf(command, sizeof command, "%s/two.db", bed.folder);
    must(store_copy(two->store, command, &err), &err);
    struct id lost = node_consult(two, "李梅", "离婚");
    world_sync(world, 1);
    world_sync(world, 0);
    store_close(two->store); /* the owner is put back, too, and writes */
    snprintf(command, sizeof command, "cd '%s/2' && rm -f aidpost.db-wal aidpost.db-shm && cp ../two.db aidpost.db", bed.folder);
    assert_int_equal(system(command), 0);
    snprintf(command, sizeof command, "%s/2", bed.folder);
    must(store_open(&two->store, command, STORE_OPEN_EXISTING, &err), &err);
    (void)node_consult(two, "王建国", "土地承包");
    put_center_back(&bed);
    begin_era(&world->center, 0);
    (void)come(world, 0);
    (void)come(world, 1);
    must(returned_count(world->center.store, two->peer.station_no, &held, &err), &err);
    assert_int_equal(held, 1);
    uint64_t taken;
    must(store_begin(world->center.store, "test", &err), &err);
    must(returned_settle(world->center.store, two->peer.station_no, &taken, &err), &err);
    must(store_commit(world->center.store, &err), &err);
    assert_int_equal(taken, 1);
    char *name = node_get(&world->center, "consultation", lost, "name");
    assert_string_equal(name, "李梅");
    free(name);
    for (size_t i = 0; i < 2; i++)
        world_sync(world, i);
    expect_agreement(world);
    bed_close(&bed);
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
        bed_open(&bed, 1);
        struct world *world = &bed.world;
        struct node *station = &world->stations[0], *center = &world->center;
        struct id id = node_consult(station, "张文芳", "工资没有发");
        world_sync(world, 0);
        keep_center(&bed);
        node_set(center, "consultation", id, "topic", "甲");
        world_sync(world, 0);
        if (lost > 0)
            put_center_back(&bed);
        if (lost == 1)
            begin_era(center, 0);
        node_set(center, "consultation", id, "topic", "乙");
        node_set(center, "consultation", id, "topic", "丙");
        log.station = station->machine.station_no;
        memcpy(log.incarnation, station->machine.incarnation, INCARNATION_BYTES);
        buf_init(&batch.entries, 1 << 20);
        must(replica_read_scope(center->store, &station->peer, &log, 0, 1 << 20, &batch, &more, &err), &err);
        must(replica_overlaps(station->store, batch.entries.data, batch.entries.len, batch.count, 1, batch.last, &same, &err), &err);
        assert_int_equal(same, lost == 0);
        assert_int_equal(replica_overlaps(station->store, batch.entries.data, 3, batch.count, 1, batch.last, &same, &err), STATUS_MALFORMED);
        buf_release(&batch.entries);
        bed_close(&bed);
    }
}

/* ---- records in other hands ---- */

static void move(struct world *world, struct id id, int64_t to)
{
    struct errmsg err = {{0}};
    must(reach_move(world->center.store, &world->center.actor, catalogue_find("consultation"), id, to, NULL, &err), &err);
}

static void share(struct world *world, struct id id, int64_t org)
{
    struct errmsg err = {{0}};
    must(reach_share(world->center.store, &world->center.actor, catalogue_find("consultation"), id, org, true, NULL, &err), &err);
}

/* text NULL: no such row, or it is not here any more. */
static void expect(struct node *node, struct id id, const char *field, const char *text)
{
    char *value = node_get(node, "consultation", id, field);
    if (text == NULL) {
        assert_null(value);
    } else {
        assert_non_null(value);
        assert_string_equal(value, text);
    }
    free(value);
}

static void everybody_comes(struct world *world)
{
    for (int round = 0; round < 3; round++)
        for (size_t i = 0; i < world->n_stations; i++)
            (void)come(world, i);
    node_verify(&world->center);
    for (size_t i = 0; i < world->n_stations; i++) {
        uint64_t ours, theirs;
        node_verify(&world->stations[i]);
        must(scope_sum_get(world->stations[i].store, SCOPE_SUM_STATION, &ours, NULL), NULL);
        must(scope_sum_for(world->center.store, world->stations[i].machine.org, &theirs, NULL), NULL);
        assert_int_equal(ours, theirs);
    }
}

/* A log that the center never met. Whoever hands its changes back tells where it began, so that they need not wait for a machine that may not be there any more; a program that tells nothing leaves them waiting. */
static void test_a_log_that_nobody_tells_of_waits(void **state)
{
    struct bed bed;
    struct errmsg err = {{0}};
    (void)state;
    bed_open(&bed, 2);
    struct world *world = &bed.world;
    struct node *one = &world->stations[0], *two = &world->stations[1];
    both_of_org_2(world);
    world_sync(world, 0);
    keep_center(&bed);
    struct id id = node_consult(two, "李梅", "抚养费");
    world_sync(world, 1);
    world_sync(world, 0);
    put_center_back(&bed);
    begin_era(&world->center, 0);
    rewind_to(&world->center, one, (uint64_t)one_int(&world->center, "SELECT max(lsn) FROM change"));
    struct replica_batch batch = {0};
    struct replica_result result;
    struct returned_beside beside;
    buf_init(&batch.entries, 1 << 20);
    must(returned_read(one->store, 0, 1 << 20, &batch, &beside, &err), &err);
    assert_int_equal(batch.count, 1);
    size_t told = beside.logs.len;
    for (int tells = 0; tells < 2; tells++) {
        int64_t held;
        uint64_t taken;
        beside.logs.len = tells ? told : 0;
        must(store_begin(world->center.store, "test", &err), &err);
        must(returned_take(world->center.store, &one->peer, batch.entries.data, batch.entries.len, batch.count, &beside, 1, &result, &err), &err);
        must(returned_settle(world->center.store, two->peer.station_no, &taken, &err), &err);
        must(store_commit(world->center.store, &err), &err);
        must(returned_count(world->center.store, 0, &held, &err), &err);
        assert_int_equal(held, !tells);
        assert_int_equal(taken, tells);
    }
    expect(&world->center, id, "name", "李梅");
    assert_int_equal(one_int(&world->center, "SELECT count(*) FROM flagged"), 1);
    beside.logs.bytes[0] ^= 1;
    beside.logs.len--;
    must(store_begin(world->center.store, "test", &err), &err);
    assert_int_equal(returned_take(world->center.store, &one->peer, batch.entries.data, batch.entries.len, batch.count, &beside, 1, &result, &err), STATUS_MALFORMED);
    store_rollback(world->center.store);
    must(returned_done(one->store, batch.last, &err), &err);
    buf_release(&batch.entries);
    bed_close(&bed);
}

static void test_who_gave_a_record_away_hands_the_move_back(void **state)
{
    struct bed bed;
    (void)state;
    bed_open(&bed, 2);
    struct world *world = &bed.world;
    struct id id = node_consult(&world->stations[0], "张文芳", "工资没有发");
    world_sync(world, 0);
    keep_center(&bed);
    move(world, id, 3);
    world_sync(world, 0);
    expect(&world->stations[0], id, "name", NULL);
    put_center_back(&bed);
    begin_era(&world->center, 0);
    assert_int_equal(come(world, 0).taken, 1);
    expect(&world->stations[0], id, "name", NULL);
    (void)come(world, 1);
    expect(&world->stations[1], id, "name", "张文芳");
    everybody_comes(world);
    bed_close(&bed);
}

static void test_who_shares_a_record_hands_the_share_back(void **state)
{
    struct bed bed;
    (void)state;
    bed_open(&bed, 2);
    struct world *world = &bed.world;
    keep_center(&bed);
    struct id id = node_consult(&world->stations[0], "张文芳", "工资没有发");
    world_sync(world, 0);
    node_set(&world->center, "consultation", id, "topic", "欠薪");
    share(world, id, 3);
    world_sync(world, 1);
    node_set(&world->center, "consultation", id, "answer", "可以申请仲裁"); /* comes to the other org with its own number */
    world_sync(world, 1);
    put_center_back(&bed);
    begin_era(&world->center, 0);
    assert_int_equal(come(world, 1).taken, 3); /* the record itself waits for its station */
    everybody_comes(world);
    expect(&world->center, id, "topic", "欠薪");
    expect(&world->stations[0], id, "answer", "可以申请仲裁");
    expect(&world->stations[1], id, "name", "张文芳");
    node_set(&world->stations[0], "consultation", id, "topic", "拖欠工资");
    everybody_comes(world);
    expect(&world->stations[1], id, "topic", "拖欠工资");
    bed_close(&bed);
}

/* A move comes back behind what the center did with the record after it was put back: by their places, not by their coming, they say whose it is. */
static void test_a_move_that_comes_late_does_not_undo_what_stands_behind_it(void **state)
{
    struct bed bed;
    (void)state;
    bed_open(&bed, 2);
    struct world *world = &bed.world;
    struct id id = node_consult(&world->stations[0], "张文芳", "工资没有发");
    world_sync(world, 0);
    keep_center(&bed);
    move(world, id, 3);
    world_sync(world, 1);
    world_sync(world, 0);
    put_center_back(&bed);
    begin_era(&world->center, 0);
    share(world, id, 3);
    (void)come(world, 1);
    everybody_comes(world);
    assert_int_equal(one_int(&world->center, "SELECT scope FROM consultation"), 2);
    expect(&world->stations[0], id, "name", "张文芳");
    expect(&world->stations[1], id, "name", "张文芳");
    node_set(&world->stations[1], "consultation", id, "topic", "欠薪");
    everybody_comes(world);
    expect(&world->stations[0], id, "topic", "欠薪");
    bed_close(&bed);
}

static void test_a_record_is_of_who_got_it_though_its_move_comes_first(void **state)
{
    struct bed bed;
    (void)state;
    bed_open(&bed, 2);
    struct world *world = &bed.world;
    keep_center(&bed);
    struct id id = node_consult(&world->stations[0], "张文芳", "工资没有发");
    world_sync(world, 0);
    move(world, id, 3);
    world_sync(world, 1);
    put_center_back(&bed);
    begin_era(&world->center, 0);
    (void)come(world, 1);
    assert_int_equal(come(world, 0).quarantined, 0); /* its writer had it, by what it knew */
    assert_int_equal(one_int(&world->center, "SELECT scope FROM consultation"), 3);
    everybody_comes(world);
    expect(&world->stations[0], id, "name", NULL);
    expect(&world->stations[1], id, "name", "张文芳");
    bed_close(&bed);
}

/* Its writer has only the headers left; who has the record now has its content. */
static void test_content_comes_from_who_has_the_record_now(void **state)
{
    (void)state;
    for (size_t first = 0; first < 2; first++) {
        struct bed bed;
        bed_open(&bed, 2);
        struct world *world = &bed.world;
        keep_center(&bed);
        struct id id = node_consult(&world->stations[0], "张文芳", "工资没有发");
        world_sync(world, 0);
        move(world, id, 3);
        world_sync(world, 0);
        world_sync(world, 1);
        put_center_back(&bed);
        begin_era(&world->center, 0);
        (void)come(world, first);
        (void)come(world, 1 - first);
        everybody_comes(world);
        expect(&world->center, id, "content", "工资没有发");
        expect(&world->stations[1], id, "content", "工资没有发");
        bed_close(&bed);
    }
}

/* To the org that gets it a record's history comes with the move's number. What an author knew goes by the number the center has a change under. */
static void test_a_moved_history_makes_no_conflicts_of_its_own(void **state)
{
    struct bed bed;
    (void)state;
    bed_open(&bed, 2);
    struct world *world = &bed.world;
    struct id id = node_consult(&world->stations[0], "张文芳", "工资没有发");
    world_sync(world, 0);
    node_set(&world->center, "consultation", id, "topic", "甲");
    keep_center(&bed);
    node_set(&world->center, "consultation", id, "answer", "可以申请仲裁");
    put_center_back(&bed);
    begin_era(&world->center, 0);
    node_set(&world->center, "consultation", id, "phone", "13900000001");
    (void)come(world, 0);
    node_set(&world->stations[0], "consultation", id, "topic", "乙"); /* it has seen 甲 */
    (void)come(world, 0);
    move(world, id, 3);
    (void)come(world, 1);
    assert_int_equal(node_conflicts(&world->center), 0);
    assert_int_equal(node_conflicts(&world->stations[1]), 0);
    expect(&world->stations[1], id, "topic", "乙");
    everybody_comes(world);
    bed_close(&bed);
}

/* Numbers were given twice, so the share finds its place taken and comes behind the move: then it names the owner. He had dropped the record when he heard of the move. */
static void test_a_share_that_names_another_owner_gives_him_the_record_back(void **state)
{
    struct bed bed;
    (void)state;
    bed_open(&bed, 3);
    struct world *world = &bed.world;
    struct id id = node_consult(&world->stations[0], "张文芳", "工资没有发");
    world_sync(world, 0);
    world_sync(world, 1);
    keep_center(&bed);
    share(world, id, 3);
    world_sync(world, 1);
    put_center_back(&bed);
    move(world, id, 4);
    (void)come(world, 0);
    expect(&world->stations[0], id, "name", NULL);
    (void)come(world, 1);
    everybody_comes(world);
    assert_int_equal(one_int(&world->center, "SELECT scope FROM consultation"), 2);
    expect(&world->stations[0], id, "name", "张文芳");
    expect(&world->stations[1], id, "name", "张文芳");
    expect(&world->stations[2], id, "name", NULL);
    bed_close(&bed);
}

/* The move that gave it the record has another number since: nobody can tell from numbers that the station had seen it. */
static void test_who_had_a_record_by_a_lost_move_may_have_written_in_it(void **state)
{
    struct bed bed;
    struct errmsg err = {{0}};
    (void)state;
    bed_open(&bed, 2);
    struct world *world = &bed.world;
    struct id id = node_consult(&world->stations[0], "张文芳", "工资没有发");
    world_sync(world, 0);
    world_sync(world, 1);
    keep_center(&bed);
    move(world, id, 3);
    world_sync(world, 1);
    node_set(&world->stations[1], "consultation", id, "topic", "欠薪");
    put_center_back(&bed);
    must(reach_erase(world->center.store, &world->center.actor, catalogue_find("consultation"), id, "本人要求", "周主任", &err), &err);
    assert_int_equal(come(world, 1).quarantined, 0);
    assert_int_equal(one_int(&world->center, "SELECT count(*) FROM flagged WHERE reason LIKE '%依法清除%'"), 1);
    everybody_comes(world);
    expect(&world->center, id, "topic", NULL);
    expect(&world->stations[1], id, "topic", NULL);
    bed_close(&bed);
}

/* Handed back, and lost again before the station had pulled the order anew: its cursor stands below what it holds. */
static void test_what_was_handed_back_and_lost_again_is_asked_about(void **state)
{
    struct bed bed;
    struct errmsg err = {{0}};
    (void)state;
    bed_open(&bed, 1);
    struct world *world = &bed.world;
    struct node *station = &world->stations[0];
    struct id id = node_consult(station, "张文芳", "工资没有发");
    uint64_t after, to;
    bool asks;
    world_sync(world, 0);
    begin_era(&world->center, 0);
    node_set(&world->center, "consultation", id, "topic", "甲");
    node_set(&world->center, "consultation", id, "topic", "乙");
    world_sync(world, 0);
    uint64_t last = (uint64_t)store_meta_int(station->store, "rcur", 0);
    must(store_begin(station->store, "test", &err), &err);
    must(returned_rewind(station->store, 1, 1, &(uint64_t){0}, &err), &err);
    must(returned_done(station->store, last, &err), &err);
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

/* A machine got the record by its headers before somebody brought its content: it is told to ask again from there. */
static void test_who_got_it_without_its_content_gets_it_again(void **state)
{
    struct bed bed;
    struct errmsg err = {{0}};
    (void)state;
    bed_open(&bed, 3);
    struct world *world = &bed.world;
    struct node *without = &world->stations[0];
    uint64_t from;
    both_of_org_2(world); /* all three; the last one goes back to its own */
    must(store_begin(world->center.store, "test", &err), &err);
    must(store_exec(world->center.store, "UPDATE peer SET org=4 WHERE station_no=(SELECT max(station_no) FROM peer)", &err), &err);
    must(store_commit(world->center.store, &err), &err);
    keep_center(&bed);
    struct id id = node_consult(&world->stations[2], "张文芳", "工资没有发");
    world_sync(world, 2);
    move(world, id, 2);
    world_sync(world, 2);
    world_sync(world, 1);
    put_center_back(&bed);
    begin_era(&world->center, 0);
    (void)come(world, 2);
    (void)come(world, 0);
    expect(without, id, "content", NULL);
    must(returned_resend(world->center.store, without->peer.station_no, &from, &err), &err);
    assert_int_equal(from, 0);
    (void)come(world, 1);
    expect(&world->center, id, "content", "工资没有发");
    must(returned_resend(world->center.store, without->peer.station_no, &from, &err), &err);
    assert_in_range(from, 1, (uint64_t)store_meta_int(without->store, "rcur", 0));
    rewind_to(&world->center, without, from - 1);
    struct replica_result sum = {0};
    hand_back(world, without, &sum);
    pull_all(world, without);
    expect(without, id, "content", "工资没有发");
    must(store_begin(world->center.store, "test", &err), &err);
    must(returned_resent(world->center.store, without->peer.station_no, from, &err), &err);
    must(store_commit(world->center.store, &err), &err);
    must(returned_resend(world->center.store, without->peer.station_no, &from, &err), &err);
    assert_int_equal(from, 0);
    everybody_comes(world);
    bed_close(&bed);
}

/* The center lost what a machine wrote in a record, and not that the record was taken away: another machine handed that back. Who hears of it first keeps what he wrote until it is there again. */
static void test_what_the_center_lost_of_a_record_that_left_is_sent_whole(void **state)
{
    struct bed bed;
    struct replica_result sum = {0};
    (void)state;
    bed_open(&bed, 3);
    struct world *world = &bed.world;
    struct node *one = &world->stations[0];
    both_of_org_2(world);
    assert_int_equal(store_begin(world->center.store, "test", NULL), STATUS_OK);
    assert_int_equal(store_exec(world->center.store, "UPDATE peer SET org=4 WHERE station_no=(SELECT max(station_no) FROM peer)", NULL), STATUS_OK);
    assert_int_equal(store_commit(world->center.store, NULL), STATUS_OK);
    for (size_t i = 0; i < 3; i++)
        world_sync(world, i);
    keep_center(&bed);
    uint64_t common = (uint64_t)one_int(&world->center, "SELECT max(lsn) FROM change");
    struct id id = node_consult(one, "张文芳", "工资没有发");
    world_sync(world, 0);
    world_sync(world, 1);
    move(world, id, 4);
    world_sync(world, 1);
    put_center_back(&bed);
    begin_era(&world->center, 0);
    (void)come(world, 1);
    rewind_to(&world->center, one, common);
    hand_back(world, one, &sum);
    pull_all(world, one);
    expect(one, id, "content", NULL);
    assert_int_equal(one_int(one, "SELECT count(*) FROM change WHERE body IS NULL"), 0);
    node_verify(one);
    push_some(world, one, 1 << 20);
    expect(&world->center, id, "content", "工资没有发");
    pull_all(world, one);
    assert_int_equal(one_int(one, "SELECT count(*) FROM change WHERE body IS NULL"), 1); /* now it is there */
    (void)come(world, 2);
    expect(&world->stations[2], id, "content", "工资没有发");
    everybody_comes(world);
    bed_close(&bed);
}

/* An org of everybody's list: a change that all stations see. */
static void everybody_hears(struct node *center, const char *name)
{
    struct stmt *stmt = store_prepare(center->store, "SELECT id FROM org ORDER BY n LIMIT 1");
    enum status status;
    assert_true(stmt_row(stmt, &status, NULL));
    struct id id = stmt_column_id(stmt, 0);
    stmt_reset(stmt);
    node_set(center, "org", id, "name", name);
}

static void expect_no_question(struct world *world)
{
    for (size_t i = 0; i < world->n_stations; i++)
        assert_int_equal(one_int(&world->stations[i], "SELECT count(*) FROM conflict"), 0);
    assert_int_equal(one_int(&world->center, "SELECT count(*) FROM conflict"), 0);
}

/* What the center wrote for two orgs comes back from one station after the other, in numbers that are cut in small pieces. Only what everybody heard ties the pieces together. */
static void test_pieces_of_a_log_from_several_orgs_are_one_log(void **state)
{
    (void)state;
    for (size_t first = 0; first < 2; first++) {
        struct bed bed;
        bed_open(&bed, 2);
        struct world *world = &bed.world;
        struct node *center = &world->center;
        struct id ids[2];
        for (size_t i = 0; i < 2; i++) {
            ids[i] = node_consult(&world->stations[i], "张文芳", "工资没有发");
            world_sync(world, i);
        }
        node_set(center, "consultation", ids[1], "phone", "13900000003"); /* in the log, and only one of the two hears of it */
        for (size_t i = 0; i < 2; i++)
            world_sync(world, i);
        keep_center(&bed);
        for (int round = 0; round < 3; round++) {
            static const char *const TOPICS[] = {"甲", "乙", "丁"};
            for (size_t i = 0; i < 2; i++) {
                node_set(center, "consultation", ids[i], "topic", TOPICS[round]);
                for (int k = 0; k < 8; k++)
                    node_set(center, "consultation", ids[i], "answer", k % 2 == 0 ? "一" : "二");
            }
            everybody_hears(center, round % 2 == 0 ? "县中心甲" : "县中心乙");
        }
        node_set(center, "consultation", ids[0], "topic", "丙");
        node_set(center, "consultation", ids[1], "topic", "丙");
        for (size_t i = 0; i < 2; i++)
            world_sync(world, i);
        put_center_back(&bed);
        node_set(center, "consultation", ids[0], "phone", "13900000001"); /* the numbers are given again, so no place of the old ones counts */
        node_set(center, "consultation", ids[1], "phone", "13900000002");
        for (int turn = 0; turn < 3; turn++)
            for (size_t i = 0; i < 2; i++)
                (void)come(world, (i + first) % 2);
        for (size_t i = 0; i < 2; i++) {
            char *topic = node_get(center, "consultation", ids[i], "topic");
            assert_string_equal(topic, "丙");
            free(topic);
        }
        expect_no_question(world);
        expect_agreement(world);
        bed_close(&bed);
    }
}

/* The first station cannot say that what it brings was written behind something that only the other one saw. The other one can, though it brings nothing that is not here yet. */
static void test_a_log_that_came_back_begins_behind_all_that_was_before_it(void **state)
{
    struct bed bed;
    (void)state;
    bed_open(&bed, 2);
    struct world *world = &bed.world;
    struct node *center = &world->center;
    struct id id = node_consult(&world->stations[0], "张文芳", "工资没有发");
    for (size_t i = 0; i < 2; i++)
        world_sync(world, i);
    node_set(center, "consultation", id, "topic", "甲");
    uint64_t moves = (uint64_t)one_int(center, "SELECT max(lsn) FROM change");
    for (size_t i = 0; i < 2; i++)
        world_sync(world, i);
    keep_center(&bed);
    everybody_hears(center, "县中心甲");
    node_set(center, "consultation", id, "topic", "乙");
    for (size_t i = 0; i < 2; i++)
        world_sync(world, i);
    put_center_back(&bed);
    begin_era(center, moves); /* for somebody who saw something else there: what its number tells of the first edit is not believed any more */
    for (size_t i = 2; i-- > 0;) {
        struct replica_result result = {0};
        rewind_to(center, &world->stations[i], moves - 1);
        hand_back(world, &world->stations[i], &result);
        world_sync(world, i);
    }
    for (int turn = 0; turn < 2; turn++)
        for (size_t i = 0; i < 2; i++)
            (void)come(world, i);
    char *topic = node_get(center, "consultation", id, "topic");
    assert_string_equal(topic, "乙");
    free(topic);
    expect_no_question(world);
    expect_agreement(world);
    bed_close(&bed);
}

/* A record left and came back, so its history comes back with the number of that move, behind what the center wrote after it left. What was written then goes on in the same log all the same. */
static void test_what_was_written_while_a_record_was_away_is_of_the_same_log(void **state)
{
    struct bed bed;
    (void)state;
    bed_open(&bed, 2);
    struct world *world = &bed.world;
    struct node *center = &world->center, *station = &world->stations[0];
    struct id id = node_consult(station, "张文芳", "工资没有发"), away = node_consult(station, "李国强", "货款没有付");
    world_sync(world, 0);
    keep_center(&bed);
    node_set(center, "consultation", id, "topic", "甲");
    move(world, away, 3);
    world_sync(world, 0);
    node_set(center, "consultation", id, "topic", "乙");
    move(world, away, 2);
    world_sync(world, 0);
    assert_int_equal(one_int(station, "SELECT count(*) FROM change a JOIN change b ON b.log=a.log AND b.seq=a.seq+1 WHERE a.given>b.rseq AND b.given IS NULL"), 1);
    put_center_back(&bed);
    everybody_hears(center, "县中心甲"); /* under a number that was lost: no place of before counts, nor what was seen up to there */
    (void)come(world, 0);
    everybody_comes(world);
    expect(center, id, "topic", "乙");
    expect_no_question(world);
    assert_int_equal(one_int(center, "SELECT count(*) FROM log WHERE station=0 AND partial=1"), 1);
    bed_close(&bed);
}

/* What an org's station cannot see of the center's log may be of another way that it went: what the station brings was not written behind that. */
static void test_what_was_written_since_is_not_behind_what_was_lost(void **state)
{
    struct bed bed;
    (void)state;
    bed_open(&bed, 2);
    struct world *world = &bed.world;
    struct node *center = &world->center;
    struct id ids[2];
    for (size_t i = 0; i < 2; i++) {
        ids[i] = node_consult(&world->stations[i], "张文芳", "工资没有发");
        world_sync(world, i);
    }
    for (size_t i = 0; i < 2; i++)
        world_sync(world, i);
    keep_center(&bed);
    node_set(center, "consultation", ids[1], "answer", "一");
    everybody_hears(center, "县中心甲");
    node_set(center, "consultation", ids[1], "topic", "乙");
    for (size_t i = 0; i < 2; i++)
        world_sync(world, i);
    put_center_back(&bed);
    node_set(center, "consultation", ids[1], "topic", "丙"); /* neither knows the other */
    for (int turn = 0; turn < 3; turn++)
        for (size_t i = 0; i < 2; i++)
            (void)come(world, i);
    assert_int_equal(one_int(center, "SELECT log=(SELECT value FROM meta WHERE name='own_log') FROM change WHERE instr(body,CAST('丙' AS BLOB))>0"), 1); /* another one has that number under the old name */
    assert_int_equal(one_int(center, "SELECT count(*) FROM conflict"), 1);
    assert_int_equal(one_int(&world->stations[1], "SELECT count(*) FROM conflict"), 1);
    expect_agreement(world);
    bed_close(&bed);
}

/* What came back was begun behind the center's own log; when that goes on under another name, it is behind that. */
static void test_a_log_that_came_back_follows_what_it_is_behind(void **state)
{
    struct bed bed;
    (void)state;
    bed_open(&bed, 1);
    struct world *world = &bed.world;
    struct node *center = &world->center, *station = &world->stations[0];
    struct id id = node_consult(station, "张文芳", "工资没有发");
    world_sync(world, 0);
    begin_era(center, 0);
    node_set(center, "consultation", id, "topic", "甲");
    world_sync(world, 0);
    keep_center(&bed);
    uint64_t moves = (uint64_t)one_int(center, "SELECT max(lsn) FROM change");
    node_set(center, "consultation", id, "topic", "乙");
    world_sync(world, 0);
    put_center_back(&bed);
    node_set(center, "consultation", id, "phone", "13900000001"); /* under the number that was lost: no place of before counts */
    (void)come(world, 0);
    begin_era(center, moves); /* for somebody who saw something else under that number */
    rewind_to(center, station, moves - 1);
    struct replica_result result = {0};
    hand_back(world, station, &result);
    (void)world_sync(world, 0);
    (void)world_sync(world, 0);
    for (int at = 0; at < 2; at++) {
        struct node *node = at == 0 ? center : station;
        int64_t first = one_int(node, "SELECT log FROM change WHERE instr(body,CAST('甲' AS BLOB))>0"), second = one_int(node, "SELECT log FROM change WHERE instr(body,CAST('乙' AS BLOB))>0");
        bool on = false;
        assert_int_not_equal(first, second);
        assert_int_equal(branch_on_path(node->store, second, first, (uint64_t)one_int(node, "SELECT seq FROM change WHERE instr(body,CAST('甲' AS BLOB))>0"), &on, NULL), STATUS_OK);
        assert_true(on);
    }
    expect_no_question(world);
    expect_agreement(world);
    bed_close(&bed);
}

/* What came before a change is what was here before it, also if the center lost it since and told it again under a later number; what came only later is not. */
static void test_what_came_again_still_came_before(void **state)
{
    struct bed bed;
    struct errmsg err = {{0}};
    struct returned_before before;
    (void)state;
    bed_open(&bed, 1);
    struct world *world = &bed.world;
    struct node *station = &world->stations[0];
    struct id id = node_consult(station, "张文芳", "工资没有发");
    world_sync(world, 0);
    node_set(&world->center, "consultation", id, "topic", "甲");
    node_set(&world->center, "consultation", id, "topic", "乙");
    world_sync(world, 0);
    int64_t lsn = one_int(station, "SELECT max(lsn) FROM change"), log = one_int(station, "SELECT log FROM change ORDER BY lsn DESC LIMIT 1");
    uint64_t seq = (uint64_t)one_int(station, "SELECT seq FROM change ORDER BY lsn DESC LIMIT 1"), number = (uint64_t)one_int(station, "SELECT rseq FROM change ORDER BY lsn DESC LIMIT 1");
    must(returned_log_before(station->store, log, seq, number, lsn, &before, &err), &err);
    assert_int_equal(before.seq, seq - 1);
    must(store_begin(station->store, "test", &err), &err);
    must(store_exec(station->store, "UPDATE change SET rseq=rseq+100 WHERE lsn=(SELECT max(lsn) FROM change)-1", &err), &err);
    must(returned_log_before(station->store, log, seq, number, lsn, &before, &err), &err);
    assert_int_equal(before.seq, seq - 1);
    must(returned_log_before(station->store, log, seq, number, lsn - 1, &before, &err), &err);
    assert_true(before.told && before.seq < seq - 1);
    store_rollback(station->store);
    bed_close(&bed);
}

/* A change came late, back at its old place; then the center is put back to a time when it had it there, in its own log: the station asks from there and gets its log's name again. */
static void test_what_came_late_is_told_again_by_a_center_that_never_lost_it(void **state)
{
    struct bed bed;
    struct errmsg err = {{0}};
    uint64_t cursor = 0;
    (void)state;
    bed_open(&bed, 1);
    struct world *world = &bed.world;
    struct node *station = &world->stations[0], *center = &world->center;
    struct id id = node_consult(station, "张文芳", "工资没有发");
    world_sync(world, 0);
    int64_t before = one_int(center, "SELECT max(lsn) FROM change");
    keep_center(&bed);
    node_set(center, "consultation", id, "topic", "甲");
    world_sync(world, 0);
    char command[512];
    snprintf(command, sizeof command, "%s/later.db", bed.folder);
    must(store_copy(center->store, command, &err), &err);
    put_center_back(&bed);
    begin_era(center, 0);
    (void)come(world, 0);
    assert_int_equal(one_int(station, "SELECT count(*) FROM change WHERE given IS NOT NULL AND rseq<1000"), 1);
    snprintf(command, sizeof command, "cd '%s' && mv later.db kept.db", bed.folder);
    assert_int_equal(system(command), 0);
    put_center_back(&bed);
    must(store_begin(station->store, "test", &err), &err);
    must(returned_rewind(station->store, (uint64_t)before + 1, 1, &cursor, &err), &err);
    must(store_commit(station->store, &err), &err);
    assert_int_equal(cursor, before);
    assert_int_equal(store_meta_int(station->store, "rcur", 0), before);
    struct replica_result result = {0};
    hand_back(world, station, &result);
    world_sync(world, 0);
    node_set(center, "consultation", id, "topic", "乙"); /* in the log in which the first one is, at both */
    world_sync(world, 0);
    assert_int_equal(one_int(station, "SELECT count(DISTINCT log) FROM change WHERE instr(body,CAST('甲' AS BLOB))>0 OR instr(body,CAST('乙' AS BLOB))>0"), 1);
    expect_no_question(world);
    expect_agreement(world);
    bed_close(&bed);
}

static void random_work(struct world *world, struct random_source random, struct id *ids, int *owner, int *n, int steps)
{
    static const char *const FIELDS[] = {"topic", "phone", "answer", "name"}, *const TEXTS[] = {"13900000001", "13900000002", "13900000003", "13900000004"};
    for (int step = 0; step < steps; step++) {
        size_t who = (size_t)random_below(random, STATIONS + 1);
        struct node *node = who == STATIONS ? &world->center : &world->stations[who];
        uint64_t what = random_below(random, 10);
        struct record record;
        if (who < STATIONS && what < 2 && *n < 60) {
            owner[*n] = (int)who;
            ids[(*n)++] = node_consult(node, "某", "问");
            continue;
        }
        if (*n == 0)
            continue;
        int pick = (int)random_below(random, (uint64_t)*n);
        if ((who < STATIONS && owner[pick] != (int)who) || records_get(node->store, &node->actor, catalogue_find("consultation"), ids[pick], &record, NULL) != STATUS_OK)
            continue;
        if (what == 9)
            (void)records_delete(node->store, &node->actor, catalogue_find("consultation"), ids[pick], NULL);
        else if (record_set_text(&record, FIELDS[random_below(random, 4)], TEXTS[random_below(random, 4)]) == STATUS_OK)
            (void)records_save(node->store, &node->actor, node->codes, node->random, &record, NULL);
        record_release(&record);
    }
}

/* Work and sessions; the center is put back, knowing it or not; more work; everybody comes again, in any order, a few times over. */
static void random_restores(uint64_t seed)
{
    struct bed bed;
    struct id ids[64];
    int owner[64], n = 0;
    struct headers *all = calloc(1, sizeof *all);
    uint64_t state = seed;
    struct random_source random = random_seeded(&state);
    assert_non_null(all);
    bed_open(&bed, STATIONS);
    struct world *world = &bed.world;
    for (int round = 0; round < 3; round++) {
        for (int k = 0; k < 4; k++) {
            random_work(world, random, ids, owner, &n, 8);
            (void)come(world, (size_t)random_below(random, STATIONS));
        }
        if (round == 0 || random_below(random, 2) == 0)
            keep_center(&bed);
        for (int k = 0; k < 4; k++) {
            random_work(world, random, ids, owner, &n, 8);
            (void)come(world, (size_t)random_below(random, STATIONS));
        }
        for (size_t i = 0; i < STATIONS; i++)
            note_headers(all, &world->stations[i]);
        put_center_back(&bed);
        if (random_below(random, 2) == 0)
            begin_era(&world->center, 0); /* it knows */
        random_work(world, random, ids, owner, &n, (int)random_below(random, 12));
    }
    for (int again = 0; again < 4; again++)
        for (size_t i = 0; i < STATIONS; i++)
            (void)come(world, (i + seed) % STATIONS);
    expect_agreement(world);
    expect_all_there(all, &world->center);
    free(all);
    bed_close(&bed);
}

/* The center deleted a record and lost both; a neighbour of the record's station brings the deletion back first. The record comes all the same, and a person is asked: nothing of it happens in silence. */
static void test_a_delete_that_comes_before_its_record_is_asked_about(void **state)
{
    struct bed bed;
    struct errmsg err = {{0}};
    (void)state;
    bed_open(&bed, 2);
    struct world *world = &bed.world;
    struct node *center = &world->center, *writer = &world->stations[0], *neighbour = &world->stations[1];
    both_of_org_2(world);
    keep_center(&bed);
    struct id id = node_consult(writer, "张文芳", "工资没有发");
    for (size_t i = 0; i < 2; i++)
        world_sync(world, i);
    must(records_delete(center->store, &center->actor, catalogue_find("consultation"), id, &err), &err);
    world_sync(world, 1);
    put_center_back(&bed);
    everybody_hears(center, "县中心甲"); /* the numbers are given again, so no place of the old ones counts */
    everybody_hears(center, "县中心乙");
    begin_era(center, 0);
    (void)come(world, 1);
    assert_int_equal(one_int(center, "SELECT count(*) FROM consultation WHERE w_log<>0"), 0);
    for (int turn = 0; turn < 2; turn++)
        for (size_t i = 0; i < 2; i++)
            (void)come(world, i);
    struct node *all[] = {center, writer, neighbour};
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(one_int(all[i], "SELECT count(*) FROM consultation WHERE gone=0"), 1);
        assert_int_equal(one_int(all[i], "SELECT count(*) FROM conflict WHERE field=0 AND value=1"), 1);
    }
    expect_agreement(world);
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
        cmocka_unit_test(test_a_station_s_changes_wait_for_their_owner),
        cmocka_unit_test(test_a_log_that_nobody_tells_of_waits),
        cmocka_unit_test(test_an_official_number_given_again_is_noticed),
        cmocka_unit_test(test_a_decision_whose_numbers_came_to_mean_two_things),
        cmocka_unit_test(test_two_ways_of_one_log_are_two_logs),
        cmocka_unit_test(test_what_comes_back_late_does_not_overtake_its_log),
        cmocka_unit_test(test_another_copy_s_change_under_the_same_number_stays),
        cmocka_unit_test(test_an_answer_from_another_order_shows),
        cmocka_unit_test(test_who_gave_a_record_away_hands_the_move_back),
        cmocka_unit_test(test_who_shares_a_record_hands_the_share_back),
        cmocka_unit_test(test_a_move_that_comes_late_does_not_undo_what_stands_behind_it),
        cmocka_unit_test(test_a_record_is_of_who_got_it_though_its_move_comes_first),
        cmocka_unit_test(test_content_comes_from_who_has_the_record_now),
        cmocka_unit_test(test_a_moved_history_makes_no_conflicts_of_its_own),
        cmocka_unit_test(test_a_share_that_names_another_owner_gives_him_the_record_back),
        cmocka_unit_test(test_who_had_a_record_by_a_lost_move_may_have_written_in_it),
        cmocka_unit_test(test_what_was_handed_back_and_lost_again_is_asked_about),
        cmocka_unit_test(test_who_got_it_without_its_content_gets_it_again),
        cmocka_unit_test(test_what_the_center_lost_of_a_record_that_left_is_sent_whole),
        cmocka_unit_test(test_pieces_of_a_log_from_several_orgs_are_one_log),
        cmocka_unit_test(test_a_log_that_came_back_begins_behind_all_that_was_before_it),
        cmocka_unit_test(test_what_was_written_while_a_record_was_away_is_of_the_same_log),
        cmocka_unit_test(test_what_was_written_since_is_not_behind_what_was_lost),
        cmocka_unit_test(test_a_log_that_came_back_follows_what_it_is_behind),
        cmocka_unit_test(test_what_came_again_still_came_before),
        cmocka_unit_test(test_what_came_late_is_told_again_by_a_center_that_never_lost_it),
        cmocka_unit_test(test_a_delete_that_comes_before_its_record_is_asked_about),
        cmocka_unit_test(test_random_restores_lose_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
