/* tests/test_heal_order.c - sessions with a center that was put back: stations notice, go back with it and hand over what it lost, wherever the line is cut. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/record/changelog.h"
#include "core/record/order.h"
#include "core/record/returned.h"
#include "sync/frame.h"
#include "sync/message.h"
#include "tests/heal_bed.h"
#include "tests/meeting.h"

enum { STATIONS = 3 };

struct story {
    struct id one, two, late;
};

/* The center loses its own word, a station's and a record; `knows` that it was put back, or goes on and gives the same numbers again. */
static void lose(struct bed *bed, struct story *story, bool knows)
{
    struct world *world = bed_open(bed, STATIONS);
    struct node *center = &world->center;
    story->one = node_consult(&world->stations[0], "张文芳", "工资没有发");
    story->two = node_consult(&world->stations[1], "王建国", "离婚");
    meet_all(world, 1);
    bed_keep_center(bed);
    node_set(center, "consultation", story->one, "topic", "欠薪");
    for (int i = 0; i < 70; i++)
        node_set(center, "consultation", story->two, "answer", i % 2 ? "甲" : "乙");
    node_set(&world->stations[0], "consultation", story->one, "phone", "13900000001");
    story->late = node_consult(&world->stations[1], "陈志强", "土地承包");
    meet_all(world, 1);
    (void)meet(world, 0);
    node_set(&world->stations[0], "consultation", story->one, "topic", "拖欠工资"); /* knows the center's word */
    bed_put_center_back(bed);
    if (knows)
        bed_begin_era(center, 0);
    node_set(center, "consultation", story->two, "topic", "婚姻");
    node_set(&world->stations[1], "consultation", story->two, "phone", "13900000002");
}

static void expect_all(struct world *world, const struct story *story)
{
    struct node *center = &world->center;
    bed_expect(center, story->one, "topic", "拖欠工资");
    bed_expect(center, story->one, "phone", "13900000001");
    bed_expect(center, story->two, "answer", "甲");
    bed_expect(center, story->two, "topic", "婚姻");
    bed_expect(center, story->two, "phone", "13900000002");
    bed_expect(center, story->late, "name", "陈志强");
    bed_expect_agreement(world);
}

static void test_everything_comes_back(void **state)
{
    (void)state;
    for (int knows = 0; knows < 2; knows++) {
        struct bed bed;
        struct story story;
        int64_t waiting;
        lose(&bed, &story, knows);
        struct world *world = &bed.world;
        must(restored_waiting(world->center.store, &waiting, NULL), NULL);
        assert_int_equal(waiting, knows ? STATIONS : 0);
        struct session_outcome outcome = meet(world, 0);
        assert_int_equal(outcome.returned, 1);
        assert_string_not_equal(outcome.healed, "");
        must(restored_waiting(world->center.store, &waiting, NULL), NULL);
        assert_int_equal(waiting, STATIONS - 1);
        outcome = meet(world, 1);
        assert_int_equal(outcome.returned, 70);
        (void)meet(world, 2);
        must(restored_waiting(world->center.store, &waiting, NULL), NULL);
        assert_int_equal(waiting, 0);
        for (size_t i = 0; i < STATIONS; i++) {
            outcome = meet(world, i); /* and that was that */
            assert_int_equal(outcome.returned, 0);
            assert_string_equal(outcome.healed, "");
        }
        assert_int_equal(node_number(&world->center, knows ? "SELECT value BETWEEN 1 AND 24 FROM meta WHERE name='era'" : "SELECT value>0 AND value%256=0 FROM meta WHERE name='era'"), 1);
        /* Where numbers were given twice nobody can tell what station 0 had seen: a person is asked, nothing is replaced unseen. */
        assert_int_equal(node_conflicts(&world->center), knows ? 0 : 1);
        assert_int_equal(node_number(&world->center, "SELECT count(*) FROM flagged WHERE reason LIKE '%站点交回%'"), 71);
        expect_all(world, &story);
        bed_close(&bed);
    }
}

/* The center is put back to a time before a station began a new log: it is told again where that log began, and nothing comes twice. */
static void test_a_log_begun_since_keeps_its_beginning(void **state)
{
    (void)state;
    for (int knows = 0; knows < 2; knows++) {
        struct bed bed;
        struct errmsg err = {{0}};
        struct log_info old, fresh;
        struct world *world = bed_open(&bed, STATIONS);
        struct node *station = &world->stations[0];
        struct id one = node_consult(station, "张文芳", "工资没有发");
        meet_all(world, 1);
        bed_keep_center(&bed);
        must(changelog_own(station->store, &old, &err), &err);
        struct log_id id = {.station = old.id.station};
        station->random.fill(station->random.context, id.incarnation, INCARNATION_BYTES);
        must(store_begin(station->store, "test", &err), &err);
        must(changelog_branch(station->store, &id, old.head_seq, &fresh, &err), &err);
        must(store_commit(station->store, &err), &err);
        must(machine_load(station->store, &station->machine, &err), &err);
        (void)node_consult(station, "王建国", "离婚");
        (void)meet(world, 0);
        (void)meet(world, 0);
        bed_put_center_back(&bed);
        if (knows)
            bed_begin_era(&world->center, 0);
        node_set(&world->center, "consultation", one, "topic", "欠薪");
        meet_all(world, 2);
        assert_int_equal(node_number(&world->center, "SELECT count(*) FROM log WHERE station=1 AND parent IS NOT NULL AND base_seq=1"), 1);
        assert_int_equal(node_number(&world->center, "SELECT count(*) FROM change c JOIN log l ON l.no=c.log WHERE l.station=1"), 2);
        assert_int_equal(node_number(&world->center, "SELECT count(*) FROM consultation"), 2);
        bed_expect_agreement(world);
        bed_close(&bed);
    }
}

/* The center goes on from one copy twice and loses both before anybody notices; put back once more it has given no number again. Yet what was seen up to such a number may be the one or the other. */
static void test_numbers_given_twice_in_stretches_that_were_lost(void **state)
{
    struct bed bed;
    (void)state;
    struct world *world = bed_open(&bed, STATIONS);
    struct node *one = &world->stations[0], *two = &world->stations[1], *center = &world->center;
    bed_one_org(world);
    struct id id = node_consult(one, "张文芳", "工资没有发"), other = node_consult(one, "李梅", "离婚");
    meet_all(world, 1);
    bed_keep_center(&bed);
    node_set(center, "consultation", id, "topic", "甲");
    (void)meet(world, 0);
    bed_put_center_back(&bed);
    node_set(center, "consultation", other, "topic", "丙");
    node_set(center, "consultation", id, "topic", "乙"); /* whoever wrote this never saw 甲 */
    (void)meet(world, 1);
    bed_put_center_back(&bed);
    meet_all(world, 2);
    assert_int_equal(node_number(center, "SELECT count(*) FROM conflict"), 1);
    assert_int_equal(node_number(one, "SELECT count(*) FROM conflict"), 1);
    bed_expect(center, id, "topic", "乙");
    bed_expect(two, other, "topic", "丙");
    bed_expect_agreement(world);
    bed_close(&bed);
}

/* Sessions that break a frame later each, until something is to be handed back, or nothing any more. */
static void meet_until(struct world *world, size_t i, bool hands_back)
{
    for (size_t cut = 1; (node_number(&world->stations[i], "SELECT count(*) FROM meta WHERE name='return_to'") > 0) != hands_back; cut++) {
        struct dialogue dialogue;
        assert_in_range(cut, 1, 20);
        dialogue_open(&dialogue, world, i, true);
        dialogue.cut = cut;
        dialogue_run(&dialogue);
        dialogue_close(&dialogue);
    }
}

/* What came late has a place far below, and the number before that may be another org's: the station goes back to one that it can prove, for a center that is put back again does not know the era it met. */
static void test_a_cursor_set_back_among_what_others_wrote_is_still_known(void **state)
{
    struct bed bed;
    (void)state;
    struct world *world = bed_open(&bed, STATIONS);
    struct node *station = &world->stations[0];
    (void)node_consult(station, "李梅", "离婚");
    (void)meet(world, 0);
    (void)node_consult(&world->stations[2], "王建国", "土地承包");
    (void)meet(world, 2);
    struct id shared = node_consult(&world->stations[1], "张文芳", "工资没有发"), own = node_consult(station, "陈志强", "借款");
    (void)meet(world, 1);
    meet_all(world, 1);
    bed_keep_center(&bed);
    bed_share(world, shared, station->machine.org);
    node_set(&world->center, "consultation", own, "topic", "民间借贷");
    (void)meet(world, 0);
    bed_put_center_back(&bed);
    meet_until(world, 0, true);
    assert_int_equal(node_number(station, "SELECT count(*) FROM meta WHERE name='order_mark'"), 1);
    bed_put_center_back(&bed);
    struct session_outcome outcome = meet(world, 0);
    must(outcome.status, &outcome.reason);
    meet_all(world, 2);
    bed_expect(&world->center, own, "topic", "民间借贷");
    bed_expect_agreement(world);
    bed_close(&bed);
}

/* A station has set its cursor back and handed back nothing yet when the center is put back once more and goes on: what it brings then was written under numbers that this center gives to something else. */
static void test_a_center_put_back_again_while_it_gets_things_back(void **state)
{
    struct bed bed;
    (void)state;
    struct world *world = bed_open(&bed, STATIONS);
    struct node *center = &world->center, *station = &world->stations[0];
    struct id one = node_consult(station, "张文芳", "工资没有发"), two = node_consult(station, "王建国", "离婚");
    meet_all(world, 1);
    bed_keep_center(&bed);
    node_set(center, "consultation", two, "topic", "婚姻");
    node_set(center, "consultation", one, "topic", "甲"); /* having seen the one before, which has the number that is given again below */
    (void)meet(world, 0);
    bed_put_center_back(&bed);
    meet_until(world, 0, true);
    bed_put_center_back(&bed);
    node_set(center, "consultation", one, "topic", "乙");
    meet_all(world, 2);
    bed_expect(center, two, "topic", "婚姻");
    assert_int_equal(node_conflicts(center), 1);
    assert_int_equal(node_number(center, "SELECT value>0 AND value%256=0 FROM meta WHERE name='era'"), 1);
    bed_expect_agreement(world);
    bed_close(&bed);
}

/* The same, of a stretch in an era that the center knew and, put back once more, knows no longer: what is handed back tells it which era that was, and the next one lies behind it. */
static void test_a_center_put_back_to_before_an_era_while_it_gets_things_back(void **state)
{
    struct bed bed;
    (void)state;
    struct world *world = bed_open(&bed, STATIONS);
    struct node *center = &world->center, *station = &world->stations[0];
    struct id one = node_consult(station, "张文芳", "工资没有发"), two = node_consult(station, "王建国", "离婚");
    meet_all(world, 1);
    bed_keep_center(&bed);
    bed_begin_era(center, 0);
    const int64_t era = 100 << ORDER_TWICE_SHIFT; /* one that does not come next, whatever chance says */
    struct errmsg err = {{0}};
    must(store_begin(center->store, "test", &err), &err);
    must(store_meta_set_int(center->store, "era", era, &err), &err);
    must(store_commit(center->store, &err), &err);
    node_set(center, "consultation", two, "topic", "婚姻");
    node_set(center, "consultation", one, "phone", "13900000001");
    (void)meet(world, 0);
    bed_put_center_back(&bed);
    meet_until(world, 0, true);
    bed_put_center_back(&bed);
    assert_int_equal(node_number(center, "SELECT count(*) FROM meta WHERE name='era' AND value>0"), 0);
    node_set(center, "consultation", one, "topic", "乙");
    meet_all(world, 2);
    bed_expect(center, two, "topic", "婚姻");
    bed_expect(center, one, "phone", "13900000001");
    bed_expect(center, one, "topic", "乙");
    assert_true(node_number(center, "SELECT value FROM meta WHERE name='era'") > era);
    bed_expect_agreement(world);
    bed_close(&bed);
}

/* One bit of a station's cursor has tipped over: it claims numbers that no center ever gave. Only the station goes back; the center's order stays what it is for everybody. */
static void test_a_damaged_cursor_is_the_stations_own_trouble(void **state)
{
    struct bed bed;
    (void)state;
    struct world *world = bed_open(&bed, STATIONS);
    struct node *center = &world->center, *station = &world->stations[0];
    struct id one = node_consult(station, "张文芳", "工资没有发");
    meet_all(world, 1);
    for (int bit = 62; bit >= 61; bit--) {
        struct errmsg err = {{0}};
        int64_t cursor = node_number(station, "SELECT value FROM meta WHERE name='rcur'");
        must(store_begin(station->store, "test", &err), &err);
        must(store_meta_set_int(station->store, "rcur", cursor | INT64_C(1) << bit, &err), &err);
        must(store_commit(station->store, &err), &err);
        node_set(center, "consultation", one, "topic", bit == 62 ? "婚姻" : "土地");
        node_set(station, "consultation", one, "phone", bit == 62 ? "13900000001" : "13900000002");
        meet_all(world, 2);
        assert_int_equal(node_number(center, "SELECT count(*) FROM meta WHERE name='era' AND value>0"), 0);
        assert_true(node_number(center, "SELECT min(lsn)>0 AND max(lsn)<1000 FROM change"));
        bed_expect(station, one, "topic", bit == 62 ? "婚姻" : "土地");
        bed_expect(center, one, "phone", bit == 62 ? "13900000001" : "13900000002");
        bed_expect_agreement(world);
    }
    bed_close(&bed);
}

/* The same, and what the center writes then comes under numbers of its log that the station has from before: it puts what it has aside, with what followed it, which was written by who knew it. */
static void test_what_followed_a_lost_change_still_knew_it(void **state)
{
    struct bed bed;
    (void)state;
    struct world *world = bed_open(&bed, STATIONS);
    struct node *station = &world->stations[0], *center = &world->center;
    struct id one = node_consult(station, "张文芳", "工资没有发"), two = node_consult(station, "王建国", "离婚");
    meet_all(world, 1);
    bed_keep_center(&bed);
    node_set(center, "consultation", one, "topic", "甲");
    node_set(center, "consultation", one, "topic", "乙");
    (void)meet(world, 0);
    bed_put_center_back(&bed);
    meet_until(world, 0, true);
    meet_until(world, 0, false); /* and has not pulled yet */
    bed_put_center_back(&bed);
    node_set(center, "consultation", two, "topic", "丙");
    meet_all(world, 3);
    bed_expect(center, one, "topic", "乙");
    bed_expect(center, two, "topic", "丙");
    bed_expect_no_question(world);
    bed_expect_agreement(world);
    bed_close(&bed);
}

/* A center that was put back is handed two changes of its own and says that it did not keep so many of them. */
static struct session_outcome hand_back_two(uint64_t left)
{
    enum { HEAD_BYTES = 5 };
    struct bed bed;
    struct dialogue dialogue;
    struct message_returned answer;
    struct errmsg err = {{0}};
    struct buf *in = &dialogue.in[STATION_END], frame;
    size_t used;
    struct world *world = bed_open(&bed, STATIONS);
    struct id id = node_consult(&world->stations[0], "张文芳", "工资没有发");
    (void)meet(world, 0);
    bed_keep_center(&bed);
    node_set(&world->center, "consultation", id, "topic", "甲");
    node_set(&world->center, "consultation", id, "topic", "乙");
    (void)meet(world, 0);
    bed_put_center_back(&bed);
    dialogue_open(&dialogue, world, 0, true);
    for (dialogue.cut = 1; in->len <= HEAD_BYTES || in->data[HEAD_BYTES - 1] != frame_type_byte(FRAME_RETURNED); dialogue.cut++) {
        assert_in_range(dialogue.cut, 1, 30);
        dialogue_run(&dialogue);
    }
    must(message_decode(FRAME_RETURNED, in->data + HEAD_BYTES, in->len - HEAD_BYTES, &answer, &used, &err), &err);
    answer.left = left;
    buf_init(&frame, 1024);
    size_t mark = frame_begin(&frame, frame_type_byte(FRAME_RETURNED));
    message_encode(FRAME_RETURNED, &answer, &frame);
    frame_end(&frame, mark);
    buf_clear(in);
    buf_append(in, frame.data, frame.len);
    buf_release(&frame);
    dialogue.cut = 0;
    dialogue_run(&dialogue);
    struct session_outcome outcome = dialogue.outcomes[STATION_END];
    dialogue_close(&dialogue);
    (void)meet(world, 0); /* whatever it said, the next session goes on */
    bed_expect(&world->center, id, "topic", "乙");
    bed_close(&bed);
    return outcome;
}

static void test_no_more_is_left_than_was_handed_back(void **state)
{
    (void)state;
    struct session_outcome all = hand_back_two(2), more = hand_back_two(3);
    must(all.status, &all.reason);
    assert_int_equal(all.returned, 0);
    assert_int_equal(all.left, 2);
    assert_int_equal(more.status, STATUS_PEER);
    assert_int_equal(more.returned, 0); /* and not so many that it would take ages to count */
    assert_int_equal(more.left, 0);
}

static void test_cut_anywhere(void **state)
{
    (void)state;
    for (size_t cut = 1; cut < 26; cut++) {
        struct bed bed;
        struct story story;
        lose(&bed, &story, cut % 2);
        for (size_t i = 0; i < STATIONS; i++)
            (void)meet_cut(&bed.world, i, cut);
        meet_all(&bed.world, 1);
        expect_all(&bed.world, &story);
        bed_close(&bed);
    }
}

static void test_nothing_to_do_stays_nothing_to_do(void **state)
{
    struct bed bed;
    (void)state;
    struct world *world = bed_open(&bed, STATIONS);
    (void)node_consult(&world->stations[0], "张文芳", "工资没有发");
    (void)meet(world, 0);
    bed_begin_era(&world->center, 0); /* put back, but nothing was lost */
    struct session_outcome outcome = meet(world, 0);
    assert_string_equal(outcome.healed, "");
    assert_int_equal(outcome.sent + outcome.received + outcome.returned, 0);
    bed_close(&bed);
}

static void random_restores(uint64_t seed)
{
    struct bed bed;
    uint64_t state = seed;
    struct random_source random = random_seeded(&state);
    struct bed_work work = {.random = random};
    struct world *world = bed_open(&bed, STATIONS);
    for (int round = 0; round < 3; round++) {
        for (int k = 0; k < 8; k++) {
            bed_work(world, &work, 8);
            (void)meet_cut(world, (size_t)random_below(random, STATIONS), (size_t)random_below(random, 12));
            if (k == 4 && (round == 0 || random_below(random, 2) == 0))
                bed_keep_center(&bed);
        }
        bed_put_center_back(&bed);
        if (random_below(random, 2) == 0)
            bed_begin_era(&world->center, 0);
        bed_work(world, &work, (int)random_below(random, 12));
    }
    meet_all_from(world, seed % STATIONS, 3);
    bed_expect_agreement(world);
    bed_close(&bed);
}

static void test_random_restores(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 15; seed++)
        random_restores(seed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_everything_comes_back),
        cmocka_unit_test(test_a_log_begun_since_keeps_its_beginning),
        cmocka_unit_test(test_numbers_given_twice_in_stretches_that_were_lost),
        cmocka_unit_test(test_a_cursor_set_back_among_what_others_wrote_is_still_known),
        cmocka_unit_test(test_a_center_put_back_again_while_it_gets_things_back),
        cmocka_unit_test(test_a_center_put_back_to_before_an_era_while_it_gets_things_back),
        cmocka_unit_test(test_a_damaged_cursor_is_the_stations_own_trouble),
        cmocka_unit_test(test_what_followed_a_lost_change_still_knew_it),
        cmocka_unit_test(test_no_more_is_left_than_was_handed_back),
        cmocka_unit_test(test_cut_anywhere),
        cmocka_unit_test(test_nothing_to_do_stays_nothing_to_do),
        cmocka_unit_test(test_random_restores),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
