/* tests/test_heal_hands.c - records that went to other hands (given away, shared) in what a center lost: whoever wrote in them had them by what he knew, and no edit replaces another unseen. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/heal_bed.h"
#include "tests/heal_steps.h"
#include "tests/keyed_world.h"
#include "tests/meeting.h"

enum { STATIONS = 3 };

/* The record was given to another org, whose station wrote in it; the center lost that, goes on with an earlier era's numbers, which the other org never sees, and writes in it, too. Neither knew of the other. */
static void test_a_record_given_away_and_written_in_by_who_lost_that(void **state)
{
    struct bed bed;
    (void)state;
    struct world *world = bed_open(&bed, STATIONS);
    struct node *center = &world->center;
    struct id id = node_consult(&world->stations[0], "张文芳", "工资没有发");
    meet_all(world, 3);
    bed_keep_center(&bed);
    bed_begin_era(center, 0);
    bed_move(world, id, world->stations[1].machine.org);
    (void)meet(world, 1);
    node_set(&world->stations[1], "consultation", id, "topic", "甲");
    bed_put_center_back(&bed);
    node_set(center, "consultation", id, "topic", "乙");
    meet_all_from(world, 1, 3);
    assert_int_equal(node_conflicts(center), 1);
    assert_int_equal(node_number(center, "SELECT value>0 AND value%256=0 FROM meta WHERE name='era'"), 1);
    assert_int_equal(node_number(&world->stations[1], "SELECT count(*) FROM conflict"), 1);
    bed_expect_sound(world);
    bed_close(&bed);
}

/* The same record in no other hands until the center, put back and not told so, has written in it under a number given before and gives it away: the org that had it sees nothing of that number any more. */
static void test_a_number_given_again_in_a_record_that_left_since(void **state)
{
    struct bed bed;
    (void)state;
    struct world *world = bed_open(&bed, STATIONS);
    struct node *center = &world->center;
    struct id id = node_consult(&world->stations[0], "张文芳", "工资没有发"), other = node_consult(&world->stations[1], "王建国", "离婚");
    meet_all(world, 3);
    bed_keep_center(&bed);
    node_set(center, "consultation", other, "topic", "婚姻"); /* not for station 0 */
    node_set(center, "consultation", id, "topic", "甲");      /* having seen that number */
    (void)meet(world, 0);
    bed_put_center_back(&bed);
    node_set(center, "consultation", id, "topic", "乙");
    bed_move(world, id, world->stations[1].machine.org);
    meet_all(world, 3);
    assert_int_equal(node_conflicts(center), 1);
    assert_int_equal(node_number(&world->stations[1], "SELECT count(*) FROM conflict"), 1);
    bed_expect_sound(world);
    bed_close(&bed);
}

/* The record was given away in one lost stretch, and nothing of that came to the org that had it: it saw something else under those numbers, in another lost stretch, and wrote in the record. That is its own writing, nobody may
 * refuse it for a hand-over that it never heard of; and what the center wrote in the record before it gave it away, its station has not seen either. */
static void test_a_record_given_away_in_the_other_lost_stretch(void **state)
{
    struct bed bed;
    (void)state;
    struct world *world = bed_open(&bed, STATIONS);
    struct node *station = &world->stations[0], *center = &world->center;
    struct id id = node_consult(station, "张文芳", "工资没有发"), other = node_consult(station, "李梅", "离婚");
    meet_all(world, 3);
    bed_keep_center(&bed);
    node_set(center, "consultation", id, "topic", "甲");
    bed_move(world, id, world->stations[1].machine.org);
    (void)meet(world, 1);
    bed_put_center_back(&bed);
    node_set(center, "consultation", other, "topic", "丙");
    node_set(center, "consultation", other, "answer", "丁");
    node_set(center, "consultation", other, "topic", "戊");
    (void)meet(world, 0);
    node_set(station, "consultation", id, "topic", "乙");
    bed_put_center_back(&bed);
    meet_all_from(world, 1, 3);
    assert_int_equal(node_number(center, "SELECT count(*) FROM quarantine"), 0);
    assert_int_equal(node_conflicts(center), 1); /* 甲 and 乙 */
    assert_int_equal(node_number(center, "SELECT count(*) FROM flagged WHERE reason LIKE '%移交前在原单位所写%'"), 1);
    assert_int_equal(node_number(&world->stations[1], "SELECT count(*) FROM conflict"), 1);
    bed_expect(&world->stations[1], id, "topic", "乙");
    bed_expect(station, other, "topic", "戊");
    bed_expect_sound(world);
    bed_close(&bed);
}

/* Whole rounds in which no copy turns out to differ. */
static void meet_without_repair(struct world *world, size_t first, size_t rounds)
{
    for (size_t turn = 0; turn < rounds * world->n_stations; turn++) {
        struct session_outcome outcome = meet(world, (first + turn) % world->n_stations);
        if (strstr(outcome.healed, "核对发现") != NULL)
            fail_msg("station %zu: %s", (first + turn) % world->n_stations, outcome.healed);
    }
}

/* What a machine wrote left with its record, and the center lost that and not the record's way: the record is back at the machine before its change has a place again. */
static void test_a_record_is_back_before_what_was_written_in_it(void **state)
{
    struct bed bed;
    (void)state;
    struct world *world = bed_open(&bed, 2);
    struct node *station = &world->stations[0];
    struct id id = node_consult(station, "张文芳", "工资没有发");
    meet_all(world, 2);
    node_set(station, "consultation", id, "topic", "甲");
    bed_move(world, id, world->stations[1].machine.org);
    bed_keep_center(&bed);
    (void)meet(world, 0);
    bed_put_center_back(&bed);
    bed_move(world, id, station->machine.org);
    meet_without_repair(world, 0, 4);
    bed_expect(station, id, "topic", "甲"); /* what it kept meanwhile (left_body.h) */
    bed_expect(&world->center, id, "topic", "甲");
    bed_expect(station, id, "content", "工资没有发");
    assert_int_equal(node_number(station, "SELECT count(*) FROM change WHERE scope<0"), 0);
    bed_expect_sound(world);
    bed_close(&bed);
}

/* The center's order is in a backup up to here, and it says so to whoever comes. */
static void tell_that_all_is_safe(struct node *center)
{
    struct errmsg err = {{0}};
    uint64_t head;
    must(replica_order_head(center->store, &head, &err), &err);
    must(replica_set_safe_order(center->store, head, &err), &err);
}

/* A center that was put back gave a record away before it got back what it had written in it; the station hears of the move in the session in which it hands that back, and no backup has it. Put back once more, to a backup of
 * the time between, the center gets it again, with its content. */
static void test_what_is_handed_back_of_a_record_that_left_meanwhile(void **state)
{
    struct bed bed;
    (void)state;
    struct world *world = bed_open(&bed, STATIONS);
    struct node *center = &world->center, *station = &world->stations[0];
    struct id id = node_consult(station, "张文芳", "工资没有发");
    meet_all(world, 2);
    bed_keep_center(&bed);
    node_set(center, "consultation", id, "topic", "甲");
    (void)meet(world, 0);
    bed_put_center_back(&bed);
    bed_begin_era(center, 0);
    bed_move(world, id, world->stations[1].machine.org);
    tell_that_all_is_safe(center);
    bed_keep_center(&bed);
    (void)meet(world, 0);
    bed_expect(center, id, "topic", "甲");
    bed_expect(station, id, "topic", NULL);
    for (int backup = 0; backup < 2; backup++) { /* the second one holds it */
        if (backup == 1) {
            tell_that_all_is_safe(center);
            bed_keep_center(&bed);
        }
        meet_all_from(world, 0, 1);
        assert_int_equal(node_number(station, "SELECT count(*) FROM left_body WHERE number IS NOT NULL"), 1 - backup);
        bed_put_center_back(&bed);
        bed_begin_era(center, 0);
        (void)meet(world, 0);
        bed_expect(center, id, "topic", "甲");
        assert_int_equal(node_number(center, "SELECT count(*) FROM change WHERE body IS NULL"), 0);
    }
    meet_all(world, 2);
    bed_expect(&world->stations[1], id, "topic", "甲");
    bed_expect_sound(world);
    bed_close(&bed);
}

/* A record comes back with a change of the center's that has another place since it left: the center had lost it meanwhile. */
static void test_a_record_comes_back_with_a_change_at_another_place(void **state)
{
    struct bed bed;
    (void)state;
    struct world *world = bed_open(&bed, 2);
    struct node *station = &world->stations[0], *owner = &world->stations[1], *center = &world->center;
    struct id id = node_consult(station, "张文芳", "工资没有发");
    meet_all(world, 2);
    bed_keep_center(&bed);
    node_set(center, "consultation", id, "topic", "甲");
    bed_move(world, id, owner->machine.org);
    meet_all(world, 2);
    bed_put_center_back(&bed);
    bed_tell_everybody(center, "县中心甲"); /* under numbers that were lost: no place of before counts */
    bed_tell_everybody(center, "县中心乙");
    (void)meet(world, 1);
    bed_move(world, id, station->machine.org);
    meet_without_repair(world, 0, 4);
    bed_expect(station, id, "topic", "甲");
    assert_int_equal(node_number(station, "SELECT count(*) FROM change WHERE scope<0"), 0);
    bed_expect_sound(world);
    bed_close(&bed);
}

/* The station's file to the center and the answer back, until nothing more is to be healed. */
static void carry(struct keyed_world *keyed, size_t station)
{
    struct node *node = &keyed->world.stations[station];
    struct handover_result result;
    struct errmsg err = {{0}};
    for (int way = 0; way < 4; way++) {
        struct handover handover = keyed_station(keyed, station);
        struct buf file, answer;
        (void)keyed_export(keyed, station, (struct handover_range){.ask = true}, &file);
        buf_init(&answer, 1024 * 1024);
        must(keyed_take(keyed, &file, &answer, &result, &err), &err);
        must(handover_import(&handover, memory_source(&answer), NULL, &result, &err), &err);
        must(machine_load(node->store, &node->machine, &err), &err);
        buf_release(&answer);
        buf_release(&file);
    }
}

/* The same where everything comes by stick; the new owner has nothing of its own to bring, and hands back what it got. */
static void test_a_record_given_away_in_the_other_lost_stretch_by_stick(void **state)
{
    struct keyed_world keyed;
    struct buf kept = {0};
    (void)state;
    keyed_world_open(&keyed, 2, false);
    struct world *world = &keyed.world;
    struct node *station = &world->stations[0], *owner = &world->stations[1], *center = &world->center;
    struct id id = node_consult(station, "张文芳", "工资没有发"), other = node_consult(station, "李梅", "离婚");
    for (size_t turn = 0; turn < 4; turn++)
        carry(&keyed, turn % 2);
    node_keep(center, &kept);
    node_set(center, "consultation", id, "topic", "甲");
    bed_move(world, id, owner->machine.org);
    carry(&keyed, 1);
    node_restore(center, &kept);
    node_set(center, "consultation", other, "topic", "丙");
    node_set(center, "consultation", other, "answer", "丁");
    node_set(center, "consultation", other, "topic", "戊");
    carry(&keyed, 0);
    node_set(station, "consultation", id, "topic", "乙");
    node_restore(center, &kept);
    for (size_t turn = 1; turn < 7; turn++)
        carry(&keyed, turn % 2);
    assert_int_equal(node_number(center, "SELECT count(*) FROM quarantine"), 0);
    assert_int_equal(node_conflicts(center), 1); /* 甲 and 乙 */
    assert_int_equal(node_number(center, "SELECT count(*) FROM flagged WHERE reason LIKE '%移交前在原单位所写%'"), 1);
    assert_int_equal(node_number(owner, "SELECT count(*) FROM conflict"), 1);
    bed_expect(owner, id, "topic", "乙");
    bed_expect(station, other, "topic", "戊");
    bed_expect_sound(world);
    buf_release(&kept);
    keyed_world_close(&keyed);
}

/* The same of a record that is shared: what is written in it stands in its owner's part of the order, and comes to the other org all the same. */
static void test_a_shared_record_written_in_in_the_other_lost_stretch(void **state)
{
    struct bed bed;
    (void)state;
    struct world *world = bed_open(&bed, STATIONS);
    struct node *station = &world->stations[0], *owner = &world->stations[1], *center = &world->center;
    struct id id = node_consult(owner, "张文芳", "工资没有发"), other = node_consult(station, "李梅", "离婚");
    meet_all(world, 3);
    bed_share(world, id, station->machine.org);
    meet_all(world, 3);
    bed_keep_center(&bed);
    node_set(center, "consultation", id, "topic", "甲");
    (void)meet(world, 1);
    bed_put_center_back(&bed);
    node_set(center, "consultation", other, "topic", "丙");
    (void)meet(world, 0);
    node_set(station, "consultation", id, "topic", "乙");
    bed_put_center_back(&bed);
    meet_all_from(world, 1, 3);
    assert_int_equal(node_conflicts(center), 1); /* 甲 and 乙 */
    bed_expect(owner, id, "topic", "乙");
    bed_expect(station, other, "topic", "丙");
    bed_expect_sound(world);
    bed_close(&bed);
}

/* The center was put back behind everybody's back and went on to a number at which both agree by chance, so the station stayed where it was. What the center wrote in a record before it gave that away once more came to the
 * station under a later number; who had written in the record in what was lost, when the station had it already, did not know that. Found by sums. */
static void test_a_record_given_away_again_while_both_agree_by_chance(void **state)
{
    struct bed bed;
    (void)state;
    struct world *world = bed_open(&bed, STATIONS);
    bed_one_org(world);
    struct node *center = &world->center, *station = &world->stations[0], *owner = &world->stations[2];
    struct id id = node_consult(owner, "张文芳", "工资没有发"), other = node_consult(owner, "李梅", "离婚");
    meet_all(world, 3);
    bed_keep_center(&bed);
    node_set(center, "consultation", other, "topic", "丙");
    bed_move(world, id, station->machine.org);
    node_set(center, "consultation", id, "topic", "甲");
    (void)node_consult(&world->stations[1], "王建国", "房屋漏水");
    heal_push(world, &world->stations[1], 1 << 20); /* and the line breaks */
    (void)meet(world, 0);
    int64_t number = node_number(station, "SELECT max(coalesce(given,rseq)) FROM change");
    bed_put_center_back(&bed);
    node_set(center, "consultation", id, "topic", "乙");
    node_set(center, "consultation", other, "topic", "丁");
    node_set(center, "consultation", other, "answer", "戊");
    (void)meet(world, 1);
    assert_int_equal(node_number(center, "SELECT max(lsn) FROM change"), number);
    bed_move(world, id, station->machine.org);
    for (int i = 0; i < 6; i++)
        (void)meet(world, i < 3 ? 0 : 2);
    bed_expect(center, id, "topic", "甲");
    assert_int_equal(node_number(center, "SELECT count(*) FROM conflict WHERE CAST(value AS TEXT)='乙'"), 1);
    assert_int_equal(node_number(station, "SELECT count(*) FROM conflict WHERE CAST(value AS TEXT)='乙'"), 1);
    bed_expect_sound(world);
    bed_close(&bed);
}

/* What the center wrote in a record before it was copied came with the record, so it means nothing that its new org did not see it before. */
static void test_a_record_s_history_came_with_it(void **state)
{
    struct bed bed;
    (void)state;
    struct world *world = bed_open(&bed, STATIONS);
    struct node *center = &world->center;
    struct id id = node_consult(&world->stations[0], "张文芳", "工资没有发");
    meet_all(world, 3);
    node_set(center, "consultation", id, "topic", "欠薪");
    bed_keep_center(&bed);
    bed_move(world, id, world->stations[1].machine.org);
    (void)meet(world, 1);
    node_set(&world->stations[1], "consultation", id, "topic", "拖欠工资");
    bed_put_center_back(&bed);
    bed_begin_era(center, 0);
    int64_t era = node_number(center, "SELECT value FROM meta WHERE name='era'");
    meet_all_from(world, 1, 3);
    assert_int_equal(node_number(center, "SELECT value FROM meta WHERE name='era'"), era);
    assert_int_equal(node_conflicts(center), 0);
    bed_expect(center, id, "topic", "拖欠工资");
    bed_expect_sound(world);
    bed_close(&bed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_record_given_away_and_written_in_by_who_lost_that),
        cmocka_unit_test(test_a_number_given_again_in_a_record_that_left_since),
        cmocka_unit_test(test_a_record_given_away_in_the_other_lost_stretch),
        cmocka_unit_test(test_a_record_given_away_in_the_other_lost_stretch_by_stick),
        cmocka_unit_test(test_a_record_is_back_before_what_was_written_in_it),
        cmocka_unit_test(test_what_is_handed_back_of_a_record_that_left_meanwhile),
        cmocka_unit_test(test_a_record_comes_back_with_a_change_at_another_place),
        cmocka_unit_test(test_a_shared_record_written_in_in_the_other_lost_stretch),
        cmocka_unit_test(test_a_record_s_history_came_with_it),
        cmocka_unit_test(test_a_record_given_away_again_while_both_agree_by_chance),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
