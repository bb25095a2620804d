/* tests/test_returned_hands.c - records that were given away or shared, or came to another org, in what a center lost: each comes back to who has it now, with its content. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/base/cbor.h"
#include "core/record/catalogue.h"
#include "core/record/reach.h"
#include "core/record/flagged.h"
#include "core/record/returned.h"
#include "core/record/returned_by.h"
#include "core/record/scope_sum.h"
#include "tests/heal_steps.h"

static void test_who_gave_a_record_away_hands_the_move_back(void **state)
{
    struct bed bed;
    (void)state;
    struct world *world = bed_open(&bed, 2);
    struct id id = node_consult(&world->stations[0], "张文芳", "工资没有发");
    world_sync(world, 0);
    bed_keep_center(&bed);
    bed_move(world, id, 3);
    world_sync(world, 0);
    bed_expect(&world->stations[0], id, "name", NULL);
    bed_put_center_back(&bed);
    bed_begin_era(&world->center, 0);
    assert_int_equal(heal_come(world, 0).taken, 1);
    bed_expect(&world->stations[0], id, "name", NULL);
    (void)heal_come(world, 1);
    bed_expect(&world->stations[1], id, "name", "张文芳");
    heal_settle(world);
    bed_close(&bed);
}

static void test_who_shares_a_record_hands_the_share_back(void **state)
{
    struct bed bed;
    (void)state;
    struct world *world = bed_open(&bed, 2);
    bed_keep_center(&bed);
    struct id id = node_consult(&world->stations[0], "张文芳", "工资没有发");
    world_sync(world, 0);
    node_set(&world->center, "consultation", id, "topic", "欠薪");
    bed_share(world, id, 3);
    world_sync(world, 1);
    node_set(&world->center, "consultation", id, "answer", "可以申请仲裁"); /* comes to the other org with its own number */
    world_sync(world, 1);
    bed_put_center_back(&bed);
    bed_begin_era(&world->center, 0);
    assert_int_equal(heal_come(world, 1).taken, 3); /* the record itself waits for its station */
    heal_settle(world);
    bed_expect(&world->center, id, "topic", "欠薪");
    bed_expect(&world->stations[0], id, "answer", "可以申请仲裁");
    bed_expect(&world->stations[1], id, "name", "张文芳");
    node_set(&world->stations[0], "consultation", id, "topic", "拖欠工资");
    heal_settle(world);
    bed_expect(&world->stations[1], id, "topic", "拖欠工资");
    bed_close(&bed);
}

/* A move comes back behind what the center did with the record after it was put back: by their places, not by their coming, they say whose it is. */
static void test_a_move_that_comes_late_does_not_undo_what_stands_behind_it(void **state)
{
    struct bed bed;
    (void)state;
    struct world *world = bed_open(&bed, 2);
    struct id id = node_consult(&world->stations[0], "张文芳", "工资没有发");
    world_sync(world, 0);
    bed_keep_center(&bed);
    bed_move(world, id, 3);
    world_sync(world, 1);
    world_sync(world, 0);
    bed_put_center_back(&bed);
    bed_begin_era(&world->center, 0);
    bed_share(world, id, 3);
    (void)heal_come(world, 1);
    heal_settle(world);
    assert_int_equal(node_number(&world->center, "SELECT scope FROM consultation"), 2);
    bed_expect(&world->stations[0], id, "name", "张文芳");
    bed_expect(&world->stations[1], id, "name", "张文芳");
    node_set(&world->stations[1], "consultation", id, "topic", "欠薪");
    heal_settle(world);
    bed_expect(&world->stations[0], id, "topic", "欠薪");
    bed_close(&bed);
}

static void test_a_record_is_of_who_got_it_though_its_move_comes_first(void **state)
{
    struct bed bed;
    (void)state;
    struct world *world = bed_open(&bed, 2);
    bed_keep_center(&bed);
    struct id id = node_consult(&world->stations[0], "张文芳", "工资没有发");
    world_sync(world, 0);
    bed_move(world, id, 3);
    world_sync(world, 1);
    bed_put_center_back(&bed);
    bed_begin_era(&world->center, 0);
    (void)heal_come(world, 1);
    assert_int_equal(heal_come(world, 0).quarantined, 0); /* its writer had it, by what it knew */
    assert_int_equal(node_number(&world->center, "SELECT scope FROM consultation"), 3);
    heal_settle(world);
    bed_expect(&world->stations[0], id, "name", NULL);
    bed_expect(&world->stations[1], id, "name", "张文芳");
    bed_close(&bed);
}

/* Its writer has only the headers left; who has the record now has its content. */
static void test_content_comes_from_who_has_the_record_now(void **state)
{
    (void)state;
    for (size_t first = 0; first < 2; first++) {
        struct bed bed;
        struct world *world = bed_open(&bed, 2);
        bed_keep_center(&bed);
        struct id id = node_consult(&world->stations[0], "张文芳", "工资没有发");
        world_sync(world, 0);
        bed_move(world, id, 3);
        world_sync(world, 0);
        world_sync(world, 1);
        bed_put_center_back(&bed);
        bed_begin_era(&world->center, 0);
        (void)heal_come(world, first);
        (void)heal_come(world, 1 - first);
        heal_settle(world);
        bed_expect(&world->center, id, "content", "工资没有发");
        bed_expect(&world->stations[1], id, "content", "工资没有发");
        bed_close(&bed);
    }
}

/* To the org that gets it a record's history comes with the move's number. What an author knew goes by the number the center has a change under. */
static void test_a_moved_history_makes_no_conflicts_of_its_own(void **state)
{
    struct bed bed;
    (void)state;
    struct world *world = bed_open(&bed, 2);
    struct id id = node_consult(&world->stations[0], "张文芳", "工资没有发");
    world_sync(world, 0);
    node_set(&world->center, "consultation", id, "topic", "甲");
    bed_keep_center(&bed);
    node_set(&world->center, "consultation", id, "answer", "可以申请仲裁");
    bed_put_center_back(&bed);
    bed_begin_era(&world->center, 0);
    node_set(&world->center, "consultation", id, "phone", "13900000001");
    (void)heal_come(world, 0);
    node_set(&world->stations[0], "consultation", id, "topic", "乙"); /* it has seen 甲 */
    (void)heal_come(world, 0);
    bed_move(world, id, 3);
    (void)heal_come(world, 1);
    assert_int_equal(node_conflicts(&world->center), 0);
    assert_int_equal(node_conflicts(&world->stations[1]), 0);
    bed_expect(&world->stations[1], id, "topic", "乙");
    heal_settle(world);
    bed_close(&bed);
}

/* Numbers were given twice, so the share finds its place taken and comes behind the move: then it names the owner. He had dropped the record when he heard of the move. */
static void test_a_share_that_names_another_owner_gives_him_the_record_back(void **state)
{
    struct bed bed;
    (void)state;
    struct world *world = bed_open(&bed, 3);
    struct id id = node_consult(&world->stations[0], "张文芳", "工资没有发");
    world_sync(world, 0);
    world_sync(world, 1);
    bed_keep_center(&bed);
    bed_share(world, id, 3);
    world_sync(world, 1);
    bed_put_center_back(&bed);
    bed_move(world, id, 4);
    (void)heal_come(world, 0);
    bed_expect(&world->stations[0], id, "name", NULL);
    (void)heal_come(world, 1);
    heal_settle(world);
    assert_int_equal(node_number(&world->center, "SELECT scope FROM consultation"), 2);
    bed_expect(&world->stations[0], id, "name", "张文芳");
    bed_expect(&world->stations[1], id, "name", "张文芳");
    bed_expect(&world->stations[2], id, "name", NULL);
    bed_close(&bed);
}

/* Its number was given twice, so what the center had written gets another one when it is handed back; the record had left by then, and its org hears of that number only when it is shared with it. */
static void test_what_comes_back_with_a_record_stands_where_the_center_has_it(void **state)
{
    struct bed bed;
    (void)state;
    struct world *world = bed_open(&bed, 2);
    struct node *center = &world->center, *station = &world->stations[0];
    struct id id = node_consult(station, "张文芳", "工资没有发");
    world_sync(world, 0);
    bed_keep_center(&bed);
    node_set(center, "consultation", id, "topic", "甲");
    world_sync(world, 0);
    int64_t before = node_number(station, "SELECT max(rseq) FROM change");
    bed_put_center_back(&bed);
    bed_move(world, id, 3);
    node_set(center, "consultation", id, "topic", "乙");
    (void)heal_come(world, 0);
    bed_expect(station, id, "topic", NULL);
    int64_t since = node_number(center, "SELECT max(lsn) FROM change");
    assert_true(since > before);
    bed_share(world, id, 2);
    heal_pull(world, station);
    assert_int_equal(node_number(station, "SELECT max(rseq) FROM change WHERE taken IS NOT NULL"), since);
    bed_expect(center, id, "topic", "甲");
    bed_expect(station, id, "topic", "甲");
    heal_settle(world);
    bed_close(&bed);
}

/* An org sees a record by a share. A hand-over that comes back late tells it all of the record anew; what the center had written meanwhile was for the org under its own number all the same, so who has seen higher ones,
 * of an era that this center does not know, saw something else there: nobody must take it for seen by him. */
static void test_what_is_told_anew_was_there_under_its_own_number(void **state)
{
    struct bed bed;
    struct errmsg err = {{0}};
    struct replica_result sum = {0};
    uint64_t unseen = 0;
    (void)state;
    struct world *world = bed_open(&bed, 3);
    struct node *center = &world->center;
    struct id id = node_consult(&world->stations[0], "张文芳", "工资没有发");
    world_sync(world, 0);
    bed_share(world, id, 3);
    world_sync(world, 1);
    uint64_t common = (uint64_t)node_number(center, "SELECT max(lsn) FROM change");
    bed_keep_center(&bed);
    bed_move(world, id, 4);
    world_sync(world, 0);
    bed_put_center_back(&bed);
    bed_begin_era(center, 0);
    node_set(center, "consultation", id, "topic", "甲");
    uint64_t written = (uint64_t)node_number(center, "SELECT max(lsn) FROM change");
    must(order_first_unseen(center->store, 3, common, written, &unseen, &err), &err);
    assert_int_equal(unseen, written);
    heal_rewind(center, &world->stations[0], common);
    heal_hand_back(world, &world->stations[0], &sum);
    assert_int_equal(sum.taken, 1);
    assert_int_equal(node_number(center, "SELECT min(given)>max(lsn) FROM reach WHERE scope=3 AND lsn=(SELECT max(lsn) FROM change WHERE given IS NULL)"), 1);
    must(order_first_unseen(center->store, 3, common, written, &unseen, &err), &err);
    assert_int_equal(unseen, written);
    must(order_first_unseen(center->store, 3, written, written, &unseen, &err), &err);
    assert_int_equal(unseen, 0);
    bed_close(&bed);
}

/* The center ended a share while it did not know that the record had been given to somebody else meanwhile. That comes back behind the share's end: it names neither the org that saw the record nor that it does not any more. */
static void test_a_share_that_ended_before_a_late_move_is_over(void **state)
{
    struct bed bed;
    struct errmsg err = {{0}};
    (void)state;
    struct world *world = bed_open(&bed, 3);
    struct node *center = &world->center;
    struct id id = node_consult(&world->stations[0], "张文芳", "工资没有发");
    world_sync(world, 0);
    bed_share(world, id, 3);
    for (size_t i = 0; i < 2; i++)
        world_sync(world, i);
    bed_expect(&world->stations[1], id, "name", "张文芳");
    bed_keep_center(&bed);
    bed_move(world, id, 4);
    world_sync(world, 0);
    bed_put_center_back(&bed);
    must(reach_share(center->store, &center->actor, catalogue_find("consultation"), id, 3, false, NULL, &err), &err);
    (void)heal_come(world, 0);
    assert_int_equal(node_number(center, "SELECT scope FROM consultation"), 4);
    (void)heal_come(world, 1);
    bed_expect(&world->stations[1], id, "name", NULL);
    heal_settle(world);
    bed_expect(&world->stations[2], id, "name", "张文芳");
    bed_close(&bed);
}

/* Between two hand-overs that an org heard of, one comes back late that had given it the record and was lost before it came there: it hears of the last one only, and keeps that, as the center does. */
static void test_an_org_keeps_the_hand_over_that_it_was_told_last(void **state)
{
    struct bed bed;
    (void)state;
    struct world *world = bed_open(&bed, 3);
    struct node *center = &world->center, *first = &world->stations[0];
    struct id id = node_consult(first, "张文芳", "工资没有发");
    world_sync(world, 0);
    bed_share(world, id, 3);
    bed_move(world, id, 4);
    world_sync(world, 0);
    bed_keep_center(&bed);
    bed_move(world, id, 2);
    world_sync(world, 1);
    bed_put_center_back(&bed);
    bed_begin_era(center, 0);
    bed_move(world, id, 3);
    assert_int_equal(heal_come(world, 1).taken, 1);
    heal_settle(world);
    bed_expect(first, id, "name", NULL);
    bed_expect(&world->stations[1], id, "name", "张文芳");
    bed_close(&bed);
}

/* The center, put back, shares a record that it had given away. The move comes back late behind that; then another station shows that the share's number had meant something else: it moves behind the move, and names the
 * owner there (test_a_share_that_names_another_owner_gives_him_the_record_back). Who gets what is said anew. */
static void test_a_share_that_is_numbered_anew_comes_behind_a_late_move(void **state)
{
    struct bed bed;
    (void)state;
    struct world *world = bed_open(&bed, 3);
    struct node *center = &world->center;
    struct id id = node_consult(&world->stations[0], "张文芳", "工资没有发"), other = node_consult(&world->stations[2], "王建国", "离婚");
    heal_sync_all(world);
    heal_sync_all(world);
    bed_keep_center(&bed);
    node_set(center, "consultation", other, "topic", "甲");
    world_sync(world, 2);
    bed_move(world, id, 3);
    world_sync(world, 1);
    bed_put_center_back(&bed);
    bed_share(world, id, 4);
    assert_int_equal(heal_come(world, 1).taken, 1);
    bed_expect(&world->stations[1], id, "name", "张文芳");
    assert_int_equal(node_number(center, "SELECT scope FROM consultation WHERE name='张文芳'"), 3);
    (void)heal_come(world, 2);
    assert_int_equal(node_number(center, "SELECT scope FROM consultation WHERE name='张文芳'"), 2);
    heal_settle(world);
    bed_expect(&world->stations[0], id, "name", "张文芳");
    bed_expect(&world->stations[1], id, "name", NULL);
    bed_expect(&world->stations[2], id, "name", "张文芳");
    bed_close(&bed);
}

/* An edit of who had not got the record yet is not taken for one of who had: the move that came back late has a place behind what he had seen. Nor does it make a center that was put back once take all for given twice. */
static void test_a_late_move_was_not_known_before_its_place(void **state)
{
    struct bed bed;
    struct errmsg err = {{0}};
    uint64_t unseen;
    (void)state;
    struct world *world = bed_open(&bed, 3);
    struct node *center = &world->center;
    struct id id = node_consult(&world->stations[0], "张文芳", "工资没有发"), other = node_consult(&world->stations[2], "王建国", "离婚");
    heal_sync_all(world);
    uint64_t common = (uint64_t)node_number(center, "SELECT max(lsn) FROM change");
    node_set(center, "consultation", id, "topic", "欠薪");
    world_sync(world, 0);
    bed_keep_center(&bed);
    node_set(center, "consultation", other, "topic", "甲");
    uint64_t seen = (uint64_t)node_number(center, "SELECT max(lsn) FROM change");
    world_sync(world, 2);
    bed_move(world, id, 4);
    world_sync(world, 0);
    bed_put_center_back(&bed);
    bed_begin_era(center, 0);
    (void)heal_come(world, 0);
    must(order_first_unseen(center->store, 4, common, seen, &unseen, &err), &err);
    assert_int_equal(unseen, 0);
    (void)heal_come(world, 2);
    heal_settle(world);
    assert_int_equal(node_number(center, "SELECT value%256=0 FROM meta WHERE name='era'"), 0);
    bed_expect(&world->stations[2], id, "topic", "欠薪");
    bed_close(&bed);
}

/* The move that gave it the record has another number since: nobody can tell from numbers that the station had seen it. */
static void test_who_had_a_record_by_a_lost_move_may_have_written_in_it(void **state)
{
    struct bed bed;
    struct errmsg err = {{0}};
    (void)state;
    struct world *world = bed_open(&bed, 2);
    struct id id = node_consult(&world->stations[0], "张文芳", "工资没有发");
    world_sync(world, 0);
    world_sync(world, 1);
    bed_keep_center(&bed);
    bed_move(world, id, 3);
    world_sync(world, 1);
    node_set(&world->stations[1], "consultation", id, "topic", "欠薪");
    bed_put_center_back(&bed);
    must(reach_erase(world->center.store, &world->center.actor, catalogue_find("consultation"), id, "本人要求", "周主任", &err), &err);
    assert_int_equal(heal_come(world, 1).quarantined, 0);
    assert_int_equal(node_number(&world->center, "SELECT count(*) FROM flagged WHERE reason LIKE '%依法清除%'"), 1);
    heal_settle(world);
    bed_expect(&world->center, id, "topic", NULL);
    bed_expect(&world->stations[1], id, "topic", NULL);
    bed_close(&bed);
}

/* Changes that a person at the center is told of because their content is not there. */
static int64_t count_empty(struct node *center)
{
    struct stmt *stmt = store_prepare(center->store, "SELECT count(*) FROM flagged WHERE instr(reason,?1)>0");
    enum status status;
    stmt_string(stmt, 1, FLAGGED_EMPTY);
    assert_true(stmt_row(stmt, &status, NULL));
    int64_t n = stmt_column_int(stmt, 0);
    stmt_reset(stmt);
    return n;
}

/* What a backup of the center holds of a station's own changes, as it tells it; that machine clears what left it (left_body.h). */
static void tell_safe(struct node *station, uint64_t seq)
{
    struct errmsg err = {{0}};
    must(replica_set_safe(station->store, seq, &err), &err);
}

/* The record left the machine that wrote in it, a backup of the center held that, and an older one is put back before anybody else got it: what is left is that something was written, and a person at the center is
 * told so. */
static void test_what_nobody_has_any_more_is_told(void **state)
{
    struct bed bed;
    (void)state;
    struct world *world = bed_open(&bed, 2);
    struct node *station = &world->stations[0], *center = &world->center;
    struct id id = node_consult(station, "张文芳", "工资没有发");
    world_sync(world, 0);
    bed_keep_center(&bed);
    node_set(station, "consultation", id, "topic", "甲");
    world_sync(world, 0);
    bed_move(world, id, 3);
    world_sync(world, 0);
    tell_safe(station, 2);
    bed_put_center_back(&bed);
    heal_come_all(world, 3);
    bed_expect(center, id, "content", "工资没有发");
    bed_expect(&world->stations[1], id, "content", "工资没有发");
    assert_int_equal(node_number(center, "SELECT count(*) FROM change WHERE body IS NULL"), 1);
    assert_int_equal(count_empty(center), 1);
    heal_settle(world);
    bed_close(&bed);
}

/* The same when it was written after the record had changed hands, before its writer heard of it: both is told. */
static void test_what_nobody_has_and_was_written_too_late_is_told_with_both_reasons(void **state)
{
    struct bed bed;
    (void)state;
    struct world *world = bed_open(&bed, 2);
    struct node *station = &world->stations[0], *center = &world->center;
    struct id id = node_consult(station, "张文芳", "工资没有发");
    world_sync(world, 0);
    bed_move(world, id, 3);
    bed_keep_center(&bed);
    node_set(station, "consultation", id, "topic", "甲");
    world_sync(world, 0);
    assert_int_equal(node_number(center, "SELECT count(*) FROM flagged WHERE reason='记录已移交，移交前在原单位所写'"), 1);
    tell_safe(station, 2);
    bed_put_center_back(&bed);
    (void)heal_come(world, 0);
    assert_int_equal(node_number(center, "SELECT count(*) FROM change WHERE body IS NULL"), 1);
    assert_int_equal(node_number(center, "SELECT count(*) FROM flagged"), 1);
    assert_int_equal(node_number(center, "SELECT count(*) FROM flagged WHERE reason LIKE '记录已移交，移交前在原单位所写；内容不在县中心%'"), 1);
    heal_settle(world);
    bed_close(&bed);
}

/* A machine got the record by its headers before somebody brought its content: it is told to ask again from there. */
static void test_who_got_it_without_its_content_gets_it_again(void **state)
{
    struct bed bed;
    struct errmsg err = {{0}};
    (void)state;
    struct world *world = bed_open(&bed, 3);
    struct node *without = &world->stations[0];
    uint64_t from;
    bed_one_org(world);
    bed_keep_center(&bed);
    struct id id = node_consult(&world->stations[2], "张文芳", "工资没有发");
    world_sync(world, 2);
    bed_move(world, id, 2);
    world_sync(world, 2);
    world_sync(world, 1);
    tell_safe(&world->stations[2], 1);
    bed_put_center_back(&bed);
    bed_begin_era(&world->center, 0);
    (void)heal_come(world, 2);
    (void)heal_come(world, 0);
    bed_expect(without, id, "content", NULL);
    assert_int_equal(count_empty(&world->center), 1); /* for as long as it is not there */
    must(returned_resend(world->center.store, without->peer.station_no, &from, &err), &err);
    assert_int_equal(from, 0);
    (void)heal_come(world, 1);
    bed_expect(&world->center, id, "content", "工资没有发");
    assert_int_equal(count_empty(&world->center), 0);
    must(returned_resend(world->center.store, without->peer.station_no, &from, &err), &err);
    assert_in_range(from, 1, (uint64_t)store_meta_int(without->store, "rcur", 0));
    heal_rewind(&world->center, without, from - 1);
    struct replica_result sum = {0};
    heal_hand_back(world, without, &sum);
    heal_pull(world, without);
    bed_expect(without, id, "content", "工资没有发");
    must(store_begin(world->center.store, "test", &err), &err);
    must(returned_resent(world->center.store, without->peer.station_no, from, &err), &err);
    must(store_commit(world->center.store, &err), &err);
    must(returned_resend(world->center.store, without->peer.station_no, &from, &err), &err);
    assert_int_equal(from, 0);
    heal_settle(world);
    bed_close(&bed);
}

/* The center lost what a machine wrote in a record, and not that the record was taken away: another machine handed that back. Who hears of it first keeps what he wrote until it is there again. */
static void test_what_the_center_lost_of_a_record_that_left_is_sent_whole(void **state)
{
    struct bed bed;
    struct replica_result sum = {0};
    (void)state;
    struct world *world = bed_open(&bed, 3);
    struct node *one = &world->stations[0];
    bed_one_org(world);
    heal_sync_all(world);
    bed_keep_center(&bed);
    uint64_t common = (uint64_t)node_number(&world->center, "SELECT max(lsn) FROM change");
    struct id id = node_consult(one, "张文芳", "工资没有发");
    world_sync(world, 0);
    world_sync(world, 1);
    bed_move(world, id, 4);
    world_sync(world, 1);
    bed_put_center_back(&bed);
    bed_begin_era(&world->center, 0);
    (void)heal_come(world, 1);
    heal_rewind(&world->center, one, common);
    heal_hand_back(world, one, &sum);
    heal_pull(world, one);
    bed_expect(one, id, "content", NULL);
    assert_int_equal(node_number(one, "SELECT count(*) FROM change WHERE body IS NULL"), 0);
    node_verify(one);
    heal_push(world, one, 1 << 20);
    bed_expect(&world->center, id, "content", "工资没有发");
    heal_pull(world, one);
    assert_int_equal(node_number(one, "SELECT count(*) FROM change WHERE body IS NULL"), 1); /* now it is there */
    (void)heal_come(world, 2);
    bed_expect(&world->stations[2], id, "content", "工资没有发");
    heal_settle(world);
    bed_close(&bed);
}

/* What a station has, by the center's count: its scope, and what it handed back for owners who have not come. */
static void expect_counted(struct world *world, size_t station)
{
    struct node *node = &world->stations[station];
    uint64_t has, scope, held;
    must(scope_sum_get(node->store, SCOPE_SUM_STATION, &has, NULL), NULL);
    must(scope_sum_for(world->center.store, node->machine.org, &scope, NULL), NULL);
    must(returned_by_sum(world->center.store, node->peer.station_no, node->machine.org, &held, NULL), NULL);
    assert_int_equal(has, scope ^ held);
}

/* A record was erased by law in what the center lost. Its changes, which stations hand back without content by now, are still held for their owner; content that somebody brings who has not heard of the erasure is not. */
static void test_what_was_erased_waits_for_its_owner_without_its_content(void **state)
{
    struct bed bed;
    struct errmsg err = {{0}};
    int64_t held;
    (void)state;
    struct world *world = bed_open(&bed, 3);
    struct node *center = &world->center;
    bed_one_org(world);
    heal_sync_all(world);
    bed_keep_center(&bed);
    struct id id = node_consult(&world->stations[0], "张文芳", "工资没有发");
    world_sync(world, 0);
    bed_share(world, id, world->stations[2].machine.org);
    heal_sync_all(world);
    must(reach_erase(center->store, &center->actor, catalogue_find("consultation"), id, "本人要求", "周主任", &err), &err);
    world_sync(world, 1);
    bed_put_center_back(&bed);
    bed_begin_era(center, 0);
    (void)heal_come(world, 1); /* it knows of the erasure */
    must(returned_count(center->store, world->stations[0].peer.station_no, &held, &err), &err);
    assert_int_equal(held, 1);
    expect_counted(world, 1);
    (void)heal_come(world, 2); /* it did not */
    assert_int_equal(node_number(center, "SELECT count(*) FROM returned WHERE body IS NOT NULL"), 0);
    expect_counted(world, 1);
    expect_counted(world, 2);
    heal_settle(world);
    assert_int_equal(node_number(center, "SELECT count(*) FROM consultation WHERE w_log<>0"), 0);
    bed_expect_agreement(world);
    bed_close(&bed);
}

/* A center that was put back did not accept what a station had written; then the record leaves, and it comes back with a history that has it: it was accepted all the same. */
static void test_what_was_refused_comes_back_in_a_history(void **state)
{
    enum { REFUSED_STUB_ITEMS = 3 };
    struct bed bed;
    struct buf entry;
    struct errmsg err = {{0}};
    struct replica_result result;
    (void)state;
    struct world *world = bed_open(&bed, 2);
    struct node *station = &world->stations[0];
    struct id id = node_consult(station, "张文芳", "工资没有发");
    node_set(station, "consultation", id, "topic", "欠薪");
    heal_sync_all(world);
    (void)node_consult(&world->stations[1], "王建国", "离婚");
    (void)world_sync(world, 1);
    uint64_t number = (uint64_t)node_number(&world->center, "SELECT max(lsn) FROM change");
    buf_init(&entry, 64);
    cbor_put_array(&entry, REFUSED_STUB_ITEMS);
    cbor_put_uint(&entry, number);
    cbor_put_uint(&entry, (uint64_t)node_number(station, "SELECT max(seq) FROM change WHERE log=(SELECT value FROM meta WHERE name='own_log')"));
    cbor_put_bool(&entry, true);
    must(store_begin(station->store, "test", &err), &err);
    must(replica_apply(station->store, entry.data, entry.len, 1, number, &result, &err), &err);
    must(store_commit(station->store, &err), &err);
    buf_release(&entry);
    bed_move(world, id, 3);
    (void)world_sync(world, 0);
    assert_int_equal(node_number(station, "SELECT count(*) FROM quarantine"), 1);
    bed_move(world, id, 2);
    (void)world_sync(world, 0);
    bed_expect(station, id, "topic", "欠薪");
    assert_int_equal(node_number(station, "SELECT count(*) FROM quarantine"), 0);
    assert_int_equal(node_number(station, "SELECT count(*) FROM change WHERE scope<0 OR state<>0"), 0);
    heal_settle(world);
    bed_close(&bed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_who_gave_a_record_away_hands_the_move_back),
        cmocka_unit_test(test_who_shares_a_record_hands_the_share_back),
        cmocka_unit_test(test_a_move_that_comes_late_does_not_undo_what_stands_behind_it),
        cmocka_unit_test(test_a_record_is_of_who_got_it_though_its_move_comes_first),
        cmocka_unit_test(test_content_comes_from_who_has_the_record_now),
        cmocka_unit_test(test_a_moved_history_makes_no_conflicts_of_its_own),
        cmocka_unit_test(test_a_share_that_names_another_owner_gives_him_the_record_back),
        cmocka_unit_test(test_what_comes_back_with_a_record_stands_where_the_center_has_it),
        cmocka_unit_test(test_what_is_told_anew_was_there_under_its_own_number),
        cmocka_unit_test(test_a_share_that_ended_before_a_late_move_is_over),
        cmocka_unit_test(test_an_org_keeps_the_hand_over_that_it_was_told_last),
        cmocka_unit_test(test_a_share_that_is_numbered_anew_comes_behind_a_late_move),
        cmocka_unit_test(test_a_late_move_was_not_known_before_its_place),
        cmocka_unit_test(test_who_had_a_record_by_a_lost_move_may_have_written_in_it),
        cmocka_unit_test(test_what_nobody_has_any_more_is_told),
        cmocka_unit_test(test_what_nobody_has_and_was_written_too_late_is_told_with_both_reasons),
        cmocka_unit_test(test_who_got_it_without_its_content_gets_it_again),
        cmocka_unit_test(test_what_the_center_lost_of_a_record_that_left_is_sent_whole),
        cmocka_unit_test(test_what_was_erased_waits_for_its_owner_without_its_content),
        cmocka_unit_test(test_what_was_refused_comes_back_in_a_history),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
