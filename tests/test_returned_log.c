/* tests/test_returned_log.c - the center's own log as it comes back in pieces from several stations: which change stands behind which, so that nobody is asked about what its author had seen. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/record/branch.h"
#include "core/record/order.h"
#include "core/record/replica_impl.h"
#include "core/record/returned.h"
#include "core/record/returned_log.h"
#include "tests/heal_steps.h"

/* The center goes on with its log twice and loses both: the two ways have other numbers of it, but the second one's author never saw what the first one wrote. */
static void test_two_ways_of_one_log_are_two_logs(void **state)
{
    struct bed bed;
    (void)state;
    struct world *world = bed_open(&bed, 2);
    struct node *one = &world->stations[0], *center = &world->center;
    bed_one_org(world);
    struct id id = node_consult(one, "张文芳", "工资没有发"), other = node_consult(one, "李梅", "离婚");
    world_sync(world, 0);
    world_sync(world, 1);
    bed_keep_center(&bed);
    node_set(center, "consultation", id, "topic", "甲");
    world_sync(world, 0);
    bed_put_center_back(&bed);
    node_set(center, "consultation", other, "topic", "丙");
    node_set(center, "consultation", id, "topic", "乙");
    world_sync(world, 1);
    bed_put_center_back(&bed);
    node_set(center, "consultation", other, "phone", "13900000001");
    heal_come_all(world, 2);
    bed_expect_agreement(world);
    assert_int_equal(node_number(center, "SELECT count(*) FROM conflict"), 1);
    assert_int_equal(node_number(one, "SELECT count(*) FROM conflict"), 1);
    assert_int_equal(node_number(center, "SELECT count(*) FROM log WHERE station=0 AND parent IS NOT NULL AND partial=1"), 2); /* told to everybody where they began */
    bed_close(&bed);
}

/* Of two edits of one log the first comes back late and the second at its old place: the first does not replace the second in silence. */
static void test_what_comes_back_late_does_not_overtake_its_log(void **state)
{
    struct bed bed;
    (void)state;
    struct world *world = bed_open(&bed, 2);
    struct node *one = &world->stations[0], *center = &world->center;
    struct id id = node_consult(one, "张文芳", "工资没有发"), other = node_consult(&world->stations[1], "李梅", "离婚");
    world_sync(world, 0);
    world_sync(world, 1);
    bed_keep_center(&bed);
    node_set(center, "consultation", id, "topic", "甲");
    node_set(center, "consultation", id, "topic", "乙");
    world_sync(world, 0);
    bed_put_center_back(&bed);
    node_set(center, "consultation", other, "topic", "丙"); /* has the number that the first one had */
    bed_begin_era(center, 0);
    (void)heal_come(world, 0);
    (void)heal_come(world, 1);
    bed_expect_agreement(world);
    bed_expect(center, id, "topic", "乙");
    assert_int_equal(node_conflicts(center), 0);
    bed_close(&bed);
}

/* What the center wrote for two orgs comes back from one station after the other, in numbers that are cut in small pieces. Only what everybody heard ties the pieces together. */
static void test_pieces_of_a_log_from_several_orgs_are_one_log(void **state)
{
    (void)state;
    for (size_t first = 0; first < 2; first++) {
        struct bed bed;
        struct world *world = bed_open(&bed, 2);
        struct node *center = &world->center;
        struct id ids[2];
        for (size_t i = 0; i < 2; i++) {
            ids[i] = node_consult(&world->stations[i], "张文芳", "工资没有发");
            world_sync(world, i);
        }
        node_set(center, "consultation", ids[1], "phone", "13900000003"); /* in the log, and only one of the two hears of it */
        heal_sync_all(world);
        bed_keep_center(&bed);
        for (int round = 0; round < 3; round++) {
            static const char *const TOPICS[] = {"甲", "乙", "丁"};
            for (size_t i = 0; i < 2; i++) {
                node_set(center, "consultation", ids[i], "topic", TOPICS[round]);
                for (int k = 0; k < 8; k++)
                    node_set(center, "consultation", ids[i], "answer", k % 2 == 0 ? "一" : "二");
            }
            bed_tell_everybody(center, round % 2 == 0 ? "县中心甲" : "县中心乙");
        }
        node_set(center, "consultation", ids[0], "topic", "丙");
        node_set(center, "consultation", ids[1], "topic", "丙");
        heal_sync_all(world);
        bed_put_center_back(&bed);
        node_set(center, "consultation", ids[0], "phone", "13900000001"); /* the numbers are given again, so no place of the old ones counts */
        node_set(center, "consultation", ids[1], "phone", "13900000002");
        for (int turn = 0; turn < 3; turn++)
            for (size_t i = 0; i < 2; i++)
                (void)heal_come(world, (i + first) % 2);
        for (size_t i = 0; i < 2; i++) {
            bed_expect(center, ids[i], "topic", "丙");
        }
        bed_expect_no_question(world);
        bed_expect_agreement(world);
        bed_close(&bed);
    }
}

/* The first station cannot say that what it brings was written behind something that only the other one saw. The other one can, though it brings nothing that is not here yet. */
static void test_a_log_that_came_back_begins_behind_all_that_was_before_it(void **state)
{
    struct bed bed;
    (void)state;
    struct world *world = bed_open(&bed, 2);
    struct node *center = &world->center;
    struct id id = node_consult(&world->stations[0], "张文芳", "工资没有发");
    heal_sync_all(world);
    node_set(center, "consultation", id, "topic", "甲");
    uint64_t moves = (uint64_t)node_number(center, "SELECT max(lsn) FROM change");
    heal_sync_all(world);
    bed_keep_center(&bed);
    bed_tell_everybody(center, "县中心甲");
    node_set(center, "consultation", id, "topic", "乙");
    heal_sync_all(world);
    bed_put_center_back(&bed);
    bed_begin_era(center, moves); /* for somebody who saw something else there: what its number tells of the first edit is not believed any more */
    for (size_t i = 2; i-- > 0;) {
        struct replica_result result = {0};
        heal_rewind(center, &world->stations[i], moves - 1);
        heal_hand_back(world, &world->stations[i], &result);
        world_sync(world, i);
    }
    heal_come_all(world, 2);
    bed_expect(center, id, "topic", "乙");
    bed_expect_no_question(world);
    bed_expect_agreement(world);
    bed_close(&bed);
}

/* A record left and came back, so its history comes back with the number of that move, behind what the center wrote after it left. What was written then goes on in the same log all the same. */
static void test_what_was_written_while_a_record_was_away_is_of_the_same_log(void **state)
{
    struct bed bed;
    (void)state;
    struct world *world = bed_open(&bed, 2);
    struct node *center = &world->center, *station = &world->stations[0];
    struct id id = node_consult(station, "张文芳", "工资没有发"), away = node_consult(station, "李国强", "货款没有付");
    world_sync(world, 0);
    bed_keep_center(&bed);
    node_set(center, "consultation", id, "topic", "甲");
    bed_move(world, away, 3);
    world_sync(world, 0);
    node_set(center, "consultation", id, "topic", "乙");
    bed_move(world, away, 2);
    world_sync(world, 0);
    assert_int_equal(node_number(station, "SELECT count(*) FROM change a JOIN change b ON b.log=a.log AND b.seq=a.seq+1 WHERE a.given>b.rseq AND b.given IS NULL"), 1);
    bed_put_center_back(&bed);
    bed_tell_everybody(center, "县中心甲"); /* under a number that was lost: no place of before counts, nor what was seen up to there */
    (void)heal_come(world, 0);
    heal_settle(world);
    bed_expect(center, id, "topic", "乙");
    bed_expect_no_question(world);
    assert_int_equal(node_number(center, "SELECT count(*) FROM log WHERE station=0 AND partial=1"), 1);
    bed_close(&bed);
}

/* A record comes to the station with a share, and with it a history that is older than what the station had of the log already: it stands behind that in what is handed back, and is of the same log all the same. */
static void test_a_history_older_than_what_was_handed_back_before_it_is_of_the_same_log(void **state)
{
    struct bed bed;
    (void)state;
    struct world *world = bed_open(&bed, 2);
    struct node *center = &world->center, *station = &world->stations[0];
    struct id id = node_consult(station, "张文芳", "工资没有发"), shared = node_consult(&world->stations[1], "李国强", "货款没有付");
    for (size_t i = 0; i < 2; i++)
        world_sync(world, i);
    bed_keep_center(&bed);
    node_set(center, "consultation", shared, "topic", "甲");
    node_set(center, "consultation", id, "topic", "丙");
    world_sync(world, 0);
    bed_share(world, shared, 2);
    node_set(center, "consultation", shared, "topic", "乙");
    world_sync(world, 0);
    assert_int_equal(node_number(station, "SELECT count(*) FROM change a JOIN change b ON b.log=a.log AND b.seq=a.seq+1 WHERE a.given>b.rseq AND b.given IS NULL"), 1);
    bed_put_center_back(&bed);
    bed_tell_everybody(center, "县中心甲"); /* under a number that was lost: no place of before counts, nor what was seen up to there */
    (void)heal_come(world, 0);
    heal_settle(world);
    bed_expect(center, shared, "topic", "乙");
    bed_expect(&world->stations[1], shared, "topic", "乙");
    bed_expect_no_question(world);
    assert_int_equal(node_number(center, "SELECT count(*) FROM log WHERE station=0 AND partial=1"), 1);
    bed_close(&bed);
}

/* The same, and of that history the center has lost only the end: what it kept stands before all that the station hands back of the log, also when it is given another number since. */
static void test_a_log_that_came_back_begins_behind_what_was_never_lost(void **state)
{
    struct bed bed;
    (void)state;
    struct world *world = bed_open(&bed, 2);
    struct node *center = &world->center;
    struct id id = node_consult(&world->stations[0], "张文芳", "工资没有发"), shared = node_consult(&world->stations[1], "李国强", "货款没有付");
    for (size_t i = 0; i < 2; i++)
        world_sync(world, i);
    node_set(center, "consultation", shared, "topic", "甲");
    uint64_t moves = (uint64_t)node_number(center, "SELECT max(lsn) FROM change");
    bed_keep_center(&bed);
    node_set(center, "consultation", id, "topic", "丙");
    world_sync(world, 0);
    bed_share(world, shared, 2);
    node_set(center, "consultation", shared, "topic", "乙");
    world_sync(world, 0);
    bed_put_center_back(&bed);
    bed_tell_everybody(center, "县中心甲"); /* under a number that was lost: no place of before counts, nor what was seen up to there */
    (void)heal_come(world, 0);
    bed_begin_era(center, moves); /* for somebody who saw something else there: what its number tells of the first edit is not believed any more */
    bed_expect(center, shared, "topic", "乙");
    assert_int_equal(node_conflicts(center), 0);
    heal_come_all(world, 2);
    heal_settle(world);
    bed_expect(&world->stations[0], shared, "topic", "乙");
    bed_expect_agreement(world);
    bed_close(&bed);
}

/* The older history stands between a lost change and what came later in its log, which another station has brought before: the change goes into the log that holds what followed it. */
static void test_what_came_later_is_found_behind_an_older_history(void **state)
{
    struct bed bed;
    (void)state;
    struct world *world = bed_open(&bed, 2);
    struct node *center = &world->center;
    struct id id = node_consult(&world->stations[0], "张文芳", "工资没有发"), shared = node_consult(&world->stations[1], "李国强", "货款没有付");
    for (size_t i = 0; i < 2; i++)
        world_sync(world, i);
    node_set(center, "consultation", shared, "answer", "一"); /* the older history: the first station hears of it with the share */
    bed_keep_center(&bed);
    node_set(center, "consultation", id, "topic", "丙");
    world_sync(world, 0);
    bed_share(world, shared, 2);
    bed_tell_everybody(center, "县中心甲");
    node_set(center, "consultation", id, "topic", "丁");
    heal_sync_all(world);
    bed_put_center_back(&bed);
    node_set(center, "consultation", id, "phone", "13900000001"); /* under a number that was lost: no place of before counts, nor what was seen up to there */
    (void)heal_come(world, 1); /* it never heard of the two edits, but of all that holds them together */
    (void)heal_come(world, 0);
    bed_expect(center, id, "topic", "丁");
    assert_int_equal(node_conflicts(center), 0);
    assert_int_equal(node_number(center, "SELECT count(*) FROM log WHERE station=0 AND partial=1"), 1);
    heal_settle(world);
    bed_expect(&world->stations[0], id, "topic", "丁");
    bed_expect_agreement(world);
    bed_close(&bed);
}

/* The newest change of a machine, as the center tells it of this log. */
static struct replica_result tell_of(struct node *station, const struct node *author, const struct log_id *log, uint64_t given, uint64_t fold)
{
    struct stmt *stmt = store_prepare(author->store, "SELECT header,body FROM change ORDER BY lsn DESC LIMIT 1");
    struct replica_result result;
    struct errmsg err = {{0}};
    enum status status;
    struct buf entry;
    size_t header_len, body_len;
    buf_init(&entry, 4096);
    assert_true(stmt_row(stmt, &status, NULL));
    const uint8_t *header = stmt_column_blob(stmt, 0, &header_len), *body = stmt_column_blob(stmt, 1, &body_len);
    cbor_put_array(&entry, FOLD_ORDERED_ITEMS);
    cbor_put_uint(&entry, given);
    cbor_put_uint(&entry, log->station);
    cbor_put_bytes(&entry, log->incarnation, INCARNATION_BYTES);
    replica_put_content(&entry, header, header_len, body, body_len);
    cbor_put_uint(&entry, fold);
    stmt_reset(stmt);
    must(store_begin(station->store, "test", &err), &err);
    must(replica_apply(station->store, entry.data, entry.len, 1, given, &result, &err), &err);
    must(store_commit(station->store, &err), &err);
    buf_release(&entry);
    return result;
}

/* What the center calls the log into which it takes this machine's newest change when it has lost it and does not know where its log began. */
static struct log_id lost_name(const struct node *author, const struct log_id *log)
{
    struct stmt *stmt = store_prepare(author->store, "SELECT header FROM change ORDER BY lsn DESC LIMIT 1");
    enum status status;
    size_t len;
    assert_true(stmt_row(stmt, &status, NULL));
    const uint8_t *header = stmt_column_blob(stmt, 0, &len);
    struct log_id name = returned_log_of(log, header, len);
    stmt_reset(stmt);
    return name;
}

/* What a machine wrote that is no more comes back to the center under another name of its log, and from there to who had it all the time: it is the same change. Without that name, or within one era, the same bytes are
 * another copy's change. */
static void test_a_change_is_known_by_the_name_of_what_was_lost(void **state)
{
    static const char HELD[] = "SELECT count(*) FROM change c JOIN log l ON l.no=c.log WHERE l.station=2", AGAIN[] = "SELECT count(*) FROM change c JOIN log l ON l.no=c.log WHERE l.station=2 AND c.given IS NOT NULL";
    const uint64_t era = UINT64_C(1) << ORDER_ERA_SHIFT;
    struct bed bed;
    (void)state;
    struct world *world = bed_open(&bed, 2);
    bed_one_org(world);
    struct node *station = &world->stations[0], *author = &world->stations[1];
    struct log_id log = {.station = author->machine.station_no, .incarnation = {7}}, other = {.station = log.station, .incarnation = {8}};
    assert_int_equal(log.station, 2);

    node_consult(author, "张文芳", "工资没有发");
    struct log_id lost = lost_name(author, &log);
    assert_int_equal(tell_of(station, author, &log, 5, 5).taken, 1);
    assert_int_equal(tell_of(station, author, &lost, era + 1, 5).taken, 0);
    assert_int_equal(node_number(station, HELD), 1);
    assert_int_equal(node_number(station, AGAIN), 1);
    assert_int_equal(tell_of(station, author, &other, era + 2, era + 2).taken, 1); /* no such name */
    assert_int_equal(node_number(station, HELD), 2);

    node_consult(author, "李国强", "货款没有付");
    lost = lost_name(author, &log);
    assert_int_equal(tell_of(station, author, &log, era + 3, era + 3).taken, 1);
    assert_int_equal(tell_of(station, author, &lost, era + 4, era + 4).taken, 1); /* within one era */
    assert_int_equal(node_number(station, HELD), 4);
    bed_close(&bed);
}

/* What an org's station cannot see of the center's log may be of another way that it went: what the station brings was not written behind that. */
static void test_what_was_written_since_is_not_behind_what_was_lost(void **state)
{
    struct bed bed;
    (void)state;
    struct world *world = bed_open(&bed, 2);
    struct node *center = &world->center;
    struct id ids[2];
    for (size_t i = 0; i < 2; i++) {
        ids[i] = node_consult(&world->stations[i], "张文芳", "工资没有发");
        world_sync(world, i);
    }
    heal_sync_all(world);
    bed_keep_center(&bed);
    node_set(center, "consultation", ids[1], "answer", "一");
    bed_tell_everybody(center, "县中心甲");
    node_set(center, "consultation", ids[1], "topic", "乙");
    heal_sync_all(world);
    bed_put_center_back(&bed);
    node_set(center, "consultation", ids[1], "topic", "丙"); /* neither knows the other */
    heal_come_all(world, 3);
    assert_int_equal(node_number(center, "SELECT log=(SELECT value FROM meta WHERE name='own_log') FROM change WHERE instr(body,CAST('丙' AS BLOB))>0"), 1); /* another one has that number under the old name */
    assert_int_equal(node_number(center, "SELECT count(*) FROM conflict"), 1);
    assert_int_equal(node_number(&world->stations[1], "SELECT count(*) FROM conflict"), 1);
    bed_expect_agreement(world);
    bed_close(&bed);
}

/* What came back was begun behind the center's own log; when that goes on under another name, it is behind that. */
static void test_a_log_that_came_back_follows_what_it_is_behind(void **state)
{
    struct bed bed;
    (void)state;
    struct world *world = bed_open(&bed, 1);
    struct node *center = &world->center, *station = &world->stations[0];
    struct id id = node_consult(station, "张文芳", "工资没有发");
    world_sync(world, 0);
    bed_begin_era(center, 0);
    node_set(center, "consultation", id, "topic", "甲");
    world_sync(world, 0);
    bed_keep_center(&bed);
    uint64_t moves = (uint64_t)node_number(center, "SELECT max(lsn) FROM change");
    node_set(center, "consultation", id, "topic", "乙");
    world_sync(world, 0);
    bed_put_center_back(&bed);
    node_set(center, "consultation", id, "phone", "13900000001"); /* under the number that was lost: no place of before counts */
    (void)heal_come(world, 0);
    bed_begin_era(center, moves); /* for somebody who saw something else under that number */
    heal_rewind(center, station, moves - 1);
    struct replica_result result = {0};
    heal_hand_back(world, station, &result);
    (void)world_sync(world, 0);
    (void)world_sync(world, 0);
    for (int at = 0; at < 2; at++) {
        struct node *node = at == 0 ? center : station;
        int64_t first = node_number(node, "SELECT log FROM change WHERE instr(body,CAST('甲' AS BLOB))>0"), second = node_number(node, "SELECT log FROM change WHERE instr(body,CAST('乙' AS BLOB))>0");
        bool on = false;
        assert_int_not_equal(first, second);
        assert_int_equal(branch_on_path(node->store, second, first, (uint64_t)node_number(node, "SELECT seq FROM change WHERE instr(body,CAST('甲' AS BLOB))>0"), &on, NULL), STATUS_OK);
        assert_true(on);
    }
    bed_expect_no_question(world);
    bed_expect_agreement(world);
    bed_close(&bed);
}

/* What came before a change is what was here before it, also if the center lost it since and told it again under a later number; what came only later is not. */
static void test_what_came_again_still_came_before(void **state)
{
    struct bed bed;
    struct errmsg err = {{0}};
    struct returned_before before;
    (void)state;
    struct world *world = bed_open(&bed, 1);
    struct node *station = &world->stations[0];
    struct id id = node_consult(station, "张文芳", "工资没有发");
    world_sync(world, 0);
    node_set(&world->center, "consultation", id, "topic", "甲");
    node_set(&world->center, "consultation", id, "topic", "乙");
    world_sync(world, 0);
    int64_t lsn = node_number(station, "SELECT max(lsn) FROM change"), log = node_number(station, "SELECT log FROM change ORDER BY lsn DESC LIMIT 1");
    uint64_t seq = (uint64_t)node_number(station, "SELECT seq FROM change ORDER BY lsn DESC LIMIT 1"), number = (uint64_t)node_number(station, "SELECT rseq FROM change ORDER BY lsn DESC LIMIT 1");
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
    struct world *world = bed_open(&bed, 1);
    struct node *station = &world->stations[0], *center = &world->center;
    struct id id = node_consult(station, "张文芳", "工资没有发");
    world_sync(world, 0);
    int64_t before = node_number(center, "SELECT max(lsn) FROM change");
    bed_keep_center(&bed);
    node_set(center, "consultation", id, "topic", "甲");
    world_sync(world, 0);
    struct buf later;
    node_keep(center, &later);
    bed_put_center_back(&bed);
    bed_begin_era(center, 0);
    (void)heal_come(world, 0);
    assert_int_equal(node_number(station, "SELECT count(*) FROM change WHERE given IS NOT NULL AND rseq<1000"), 1);
    node_restore(center, &later);
    buf_release(&later);
    must(store_begin(station->store, "test", &err), &err);
    must(returned_rewind(station->store, (uint64_t)before + 1, 1, &cursor, &err), &err);
    must(store_commit(station->store, &err), &err);
    assert_int_equal(cursor, before);
    assert_int_equal(store_meta_int(station->store, "rcur", 0), before);
    struct replica_result result = {0};
    heal_hand_back(world, station, &result);
    world_sync(world, 0);
    node_set(center, "consultation", id, "topic", "乙"); /* in the log in which the first one is, at both */
    world_sync(world, 0);
    assert_int_equal(node_number(station, "SELECT count(DISTINCT log) FROM change WHERE instr(body,CAST('甲' AS BLOB))>0 OR instr(body,CAST('乙' AS BLOB))>0"), 1);
    bed_expect_no_question(world);
    bed_expect_agreement(world);
    bed_close(&bed);
}

/* A log that the center never met. Whoever hands its changes back tells where it began, so that they need not wait for a machine that may not be there any more; a program that tells nothing leaves them waiting. */
static void test_a_log_that_nobody_tells_of_waits(void **state)
{
    struct bed bed;
    struct errmsg err = {{0}};
    (void)state;
    struct world *world = bed_open(&bed, 2);
    struct node *one = &world->stations[0], *two = &world->stations[1];
    bed_one_org(world);
    world_sync(world, 0);
    bed_keep_center(&bed);
    struct id id = node_consult(two, "李梅", "抚养费");
    world_sync(world, 1);
    world_sync(world, 0);
    bed_put_center_back(&bed);
    bed_begin_era(&world->center, 0);
    heal_rewind(&world->center, one, (uint64_t)node_number(&world->center, "SELECT max(lsn) FROM change"));
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
    bed_expect(&world->center, id, "name", "李梅");
    assert_int_equal(node_number(&world->center, "SELECT count(*) FROM flagged"), 1);
    beside.logs.bytes[0] ^= 1;
    beside.logs.len--;
    must(store_begin(world->center.store, "test", &err), &err);
    assert_int_equal(returned_take(world->center.store, &one->peer, batch.entries.data, batch.entries.len, batch.count, &beside, 1, &result, &err), STATUS_MALFORMED);
    store_rollback(world->center.store);
    must(returned_done(one->store, batch.last, 0, &err), &err);
    buf_release(&batch.entries);
    bed_close(&bed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_two_ways_of_one_log_are_two_logs),
        cmocka_unit_test(test_what_comes_back_late_does_not_overtake_its_log),
        cmocka_unit_test(test_pieces_of_a_log_from_several_orgs_are_one_log),
        cmocka_unit_test(test_a_log_that_came_back_begins_behind_all_that_was_before_it),
        cmocka_unit_test(test_what_was_written_while_a_record_was_away_is_of_the_same_log),
        cmocka_unit_test(test_a_history_older_than_what_was_handed_back_before_it_is_of_the_same_log),
        cmocka_unit_test(test_a_log_that_came_back_begins_behind_what_was_never_lost),
        cmocka_unit_test(test_what_came_later_is_found_behind_an_older_history),
        cmocka_unit_test(test_a_change_is_known_by_the_name_of_what_was_lost),
        cmocka_unit_test(test_what_was_written_since_is_not_behind_what_was_lost),
        cmocka_unit_test(test_a_log_that_came_back_follows_what_it_is_behind),
        cmocka_unit_test(test_what_came_again_still_came_before),
        cmocka_unit_test(test_what_came_late_is_told_again_by_a_center_that_never_lost_it),
        cmocka_unit_test(test_a_log_that_nobody_tells_of_waits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
