/* tests/test_heal_copy.c - a machine and its copies (a disk that was put back, a clone) at a center that was put back, too: what any of them wrote is there in the end, and once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "sync/heal_request.h"
#include "sync/message.h"
#include "tests/heal_bed.h"
#include "tests/meeting.h"

enum { STATIONS = 3 };

/* The first station's record is known to all; the center is kept as it is then. */
static struct world *open_kept(struct bed *bed)
{
    struct world *world = bed_open(bed, STATIONS);
    (void)node_consult(&world->stations[0], "张文芳", "工资没有发");
    meet_all(world, 1);
    bed_keep_center(bed);
    return world;
}

/* It goes on behind what was kept, so it gives the lost numbers again. */
static void put_center_back_and_go_on(struct bed *bed)
{
    bed_put_center_back(bed);
    (void)node_consult(&bed->world.center, "李强", "押金没有退");
}

static void meet_often(struct world *world, size_t station, int times)
{
    for (int i = 0; i < times; i++)
        (void)meet(world, station);
}

static int64_t count_of(struct node *node, const char *what)
{
    char sql[256];
    snprintf(sql, sizeof sql, "SELECT count(*) FROM %s", what);
    return node_number(node, sql);
}

/* What a station wrote before it was put back, and its center then lost too: the station has it from the center, hands it back, and nobody is waited for. */
static void test_what_a_copy_wrote_that_is_no_more(void **state)
{
    struct bed bed;
    struct buf copy;
    struct node twin;
    (void)state;
    struct world *world = open_kept(&bed);
    struct node *station = &world->stations[0], *center = &world->center;
    node_keep(station, &copy);
    struct id lost = node_consult(station, "王建国", "离婚");
    node_set(station, "consultation", lost, "phone", "13900000001");
    meet_often(world, 0, 1);
    /* the station is put back, writes, heals and learns again what it had written */
    node_restore(station, &copy);
    (void)node_consult(station, "陈志强", "土地承包");
    meet_often(world, 0, 2);
    bed_expect(station, lost, "phone", "13900000001");
    /* then the center is */
    put_center_back_and_go_on(&bed);
    meet_all(world, 2);
    bed_expect(center, lost, "phone", "13900000001");
    bed_expect(station, lost, "phone", "13900000001");
    assert_int_equal(count_of(center, "consultation"), 4);
    assert_int_equal(count_of(center, "flagged"), 0);
    bed_expect_agreement(world);
    /* there was another copy: it writes under the number of what was taken in */
    bed_twin_open(&twin, station, &copy);
    (void)node_consult(&twin, "赵敏", "房屋漏水");
    (void)meet_as(world, 0, &twin, 0);
    meet_often(world, 0, 1);
    assert_int_equal(count_of(center, "consultation"), 5);
    bed_twin_close(&twin);
    bed_expect_agreement(world);
    buf_release(&copy);
    bed_close(&bed);
}

/* The same when the copy had a log of its own, which the center never met as it was put back to: the station that has its changes tells where it began. */
static void test_a_log_of_a_copy_that_is_no_more(void **state)
{
    struct bed bed;
    struct buf kept;
    struct id lost[3];
    (void)state;
    struct world *world = open_kept(&bed);
    struct node *station = &world->stations[0], *center = &world->center;
    node_keep(station, &kept);
    /* Each time it is put back it goes on in a new log, and that one is left behind by the next. */
    for (int copy = 0; copy < 3; copy++) {
        lost[copy] = node_consult(station, "王建国", "离婚");
        meet_often(world, 0, 3);
        node_restore(station, &kept);
        meet_often(world, 0, 3);
        must(machine_load(station->store, &station->machine, NULL), NULL);
        bed_expect(station, lost[copy], "name", "王建国");
    }
    put_center_back_and_go_on(&bed);
    meet_all(world, 2);
    assert_int_equal(count_of(center, "returned"), 0);
    for (int copy = 0; copy < 3; copy++)
        bed_expect(center, lost[copy], "name", "王建国");
    assert_int_equal(count_of(center, "log l JOIN log p ON p.no=l.parent WHERE l.station=1 AND l.base_seq=1 AND p.station=1"), 3);
    bed_expect_agreement(world);
    buf_release(&kept);
    bed_close(&bed);
}

/* A record changed hands, and with it came a change of a copy's log, not the first one. The copy is no more, and the center was put back to before it met it: nobody but who has the record ever heard of that log, and what
 * stands there without a beginning was told so. `begun`: the log was begun from another one, of which nothing at all is there. */
static void lose_all_but_one_change(bool begun)
{
    struct bed bed;
    struct buf empty, written;
    struct node twin;
    struct world *world = open_kept(&bed);
    struct node *station = &world->stations[2], *center = &world->center;
    node_keep(station, &empty);
    node_put_back(station, &empty, 7);
    (void)node_consult(station, "赵敏", "房屋漏水");
    meet_often(world, 2, 2);
    if (begun) {
        node_keep(station, &written);
        node_put_back(station, &written, 8);
        buf_release(&written);
        (void)node_consult(station, "陈志强", "土地承包");
    }
    struct id moved = node_consult(station, "王建国", "离婚");
    meet_often(world, 2, 2);
    bed_move(world, moved, world->stations[1].machine.org);
    meet_often(world, 1, 1);
    meet_often(world, 2, 1);
    bed_twin_open(&twin, station, NULL);
    node_put_back(station, &empty, 9);
    buf_release(&empty);
    (void)node_consult(station, "孙丽", "交通事故");
    put_center_back_and_go_on(&bed);
    meet_all(world, 2);
    assert_int_equal(count_of(center, "returned"), 0);
    bed_expect(center, moved, "name", "王建国");
    assert_int_equal(count_of(center, "flagged f JOIN change c ON c.lsn=f.lsn JOIN log l ON l.no=c.log WHERE l.station=3"), 1);
    assert_int_equal(count_of(center, "change c JOIN log l ON l.no=c.log WHERE l.station=3"), 2);
    bed_expect_sound(world);
    /* the copy comes after all */
    for (int i = 0; i < 2; i++)
        (void)meet_as(world, 2, &twin, 0);
    meet_all(world, 2);
    bed_expect(center, moved, "name", "王建国");
    assert_int_equal(count_of(center, "change c JOIN log l ON l.no=c.log WHERE l.station=3"), begun ? 4 : 3);
    bed_expect_no_question(world);
    bed_twin_close(&twin);
    bed_expect_sound(world);
    bed_close(&bed);
}

static void test_a_change_that_came_without_its_log_s_first(void **state)
{
    (void)state;
    lose_all_but_one_change(false);
    lose_all_but_one_change(true);
}

/* Two copies wrote something else under one number, each at a center that was put back since, and both are no more. Who has the one record and who has the other hand back both. One of the two is held by another name, and is taken in like the other when
 * their machine has come; until then it stays with who has it. */
static void test_two_copies_that_are_no_more_wrote_one_number(void **state)
{
    struct bed bed;
    struct buf image;
    (void)state;
    struct world *world = open_kept(&bed);
    struct node *station = &world->stations[2], *center = &world->center;
    (void)node_consult(station, "赵敏", "房屋漏水");
    meet_often(world, 2, 2);
    bed_keep_center(&bed);
    node_keep(station, &image);
    struct id x = node_consult(station, "王建国", "离婚");
    meet_often(world, 2, 1);
    bed_move(world, x, world->stations[0].machine.org);
    meet_often(world, 0, 1);
    node_restore(station, &image);
    put_center_back_and_go_on(&bed);
    struct id y = node_consult(station, "陈志强", "土地承包");
    meet_often(world, 2, 1);
    bed_move(world, y, world->stations[1].machine.org);
    meet_often(world, 1, 1);
    node_put_back(station, &image, 9);
    buf_release(&image);
    (void)node_consult(station, "孙丽", "交通事故");
    put_center_back_and_go_on(&bed);
    meet_often(world, 0, 1);
    meet_often(world, 1, 3);
    assert_int_equal(count_of(center, "returned"), 2);
    bed_expect(&world->stations[1], y, "name", "陈志强"); /* it has it still, while that is held */
    meet_all(world, 3);
    bed_expect(center, x, "name", "王建国");
    bed_expect(center, y, "name", "陈志强");
    bed_expect(&world->stations[0], x, "name", "王建国");
    bed_expect(&world->stations[1], y, "name", "陈志强");
    bed_expect_sound(world);
    bed_close(&bed);
}

/* A clone's log, which the center lost, is handed back by its twin before the clone comes. Nobody can tell that it will: it is taken in where the twin says that the log began, and the clone, which comes after all, goes
 * on in that log. */
static void test_a_clone_s_lost_log_comes_once(void **state)
{
    struct bed bed;
    struct node twin;
    (void)state;
    struct world *world = open_kept(&bed);
    struct node *station = &world->stations[0], *center = &world->center;
    bed_twin_open(&twin, station, NULL);
    (void)node_consult(station, "王建国", "离婚");
    meet_often(world, 0, 1);
    (void)node_consult(&twin, "陈志强", "土地承包");
    for (int i = 0; i < 2; i++)
        (void)meet_as(world, 0, &twin, 0);
    meet_often(world, 0, 1);
    put_center_back_and_go_on(&bed);
    for (int turn = 0; turn < 2; turn++) {
        meet_all(world, 1);
        assert_int_equal(count_of(center, "returned"), 0);
        assert_int_equal(count_of(center, "consultation WHERE name='陈志强'"), 1);
        for (int i = 0; i < 2; i++)
            (void)meet_as(world, 0, &twin, 0);
    }
    meet_often(world, 0, 1);
    assert_int_equal(count_of(center, "consultation"), 4);
    assert_int_equal(count_of(center, "change c JOIN log l ON l.no=c.log WHERE l.station=1"), 3);
    bed_twin_close(&twin);
    bed_expect_agreement(world);
    bed_close(&bed);
}

/* A copy of a log that another copy went on with at a center that was put back: the center's word on places in that log is about the other one's changes. Nothing of it is taken for our own, and all comes. */
static void test_a_forked_log_and_a_center_put_back_at_once(void **state)
{
    struct bed bed;
    struct node twin;
    (void)state;
    struct world *world = open_kept(&bed);
    struct node *station = &world->stations[0];
    bed_twin_open(&twin, station, NULL);
    struct id by_first = node_consult(station, "王建国", "离婚");
    meet_often(world, 0, 1);
    (void)node_consult(station, "李强", "押金没有退");
    bed_put_center_back(&bed);
    bed_begin_era(&world->center, 0);
    struct id by_twin = node_consult(&twin, "陈志强", "土地承包");
    (void)meet_as(world, 0, &twin, 0);
    meet_often(world, 0, 2);
    bed_expect(station, by_twin, "name", "陈志强");
    bed_expect(&world->center, by_first, "name", "王建国");
    assert_int_equal(count_of(station, "consultation"), 4);
    bed_expect_agreement(world);
    for (int i = 0; i < 2; i++)
        (void)meet_as(world, 0, &twin, 0);
    assert_int_equal(count_of(&twin, "consultation"), 4);
    bed_twin_close(&twin);
    bed_close(&bed);
}

/* ---- a record whose content only a copy has ---- */

/* A record that a machine wrote, that its copy has whole and itself not any more, for it left; and a center that lost it and got it back from the machine, without its content: a backup
 * had it (left_body.h), and an older one was put back. The copy is of a time when the
 * center had the record (known), or before. */
static struct id lose_content(struct bed *bed, struct node *twin, bool known)
{
    struct world *world = open_kept(bed);
    struct node *station = &world->stations[0], *center = &world->center;
    struct errmsg err = {{0}};
    struct id id = node_consult(station, "王建国", "离婚");
    if (known)
        meet_often(world, 0, 1);
    bed_twin_open(twin, station, NULL);
    meet_often(world, 0, 1);
    bed_move(world, id, 3);
    meet_often(world, 0, 1);
    must(replica_set_safe(station->store, 1000, &err), &err);
    assert_int_equal(count_of(station, "change WHERE body IS NULL"), 1);
    assert_int_equal(count_of(station, "left_body"), 0);
    put_center_back_and_go_on(bed);
    meet_often(world, 0, 1);
    assert_int_equal(count_of(center, "change WHERE body IS NULL"), 1);
    return id;
}

/* The copy would drop the content too, when it hears that the record left. */
static void test_content_comes_from_the_other_copy(void **state)
{
    (void)state;
    for (int known = 0; known < 2; known++) {
        struct bed bed;
        struct node twin;
        struct id id = lose_content(&bed, &twin, known != 0);
        struct world *world = &bed.world;
        for (size_t cut = 5; cut > 0; cut--)
            (void)meet_as(world, 0, &twin, cut - 1);
        assert_int_equal(count_of(&world->center, "change WHERE body IS NULL"), 0);
        bed_expect(&world->center, id, "content", "离婚");
        assert_int_equal(count_of(&twin, "change WHERE body IS NULL"), 1);
        (void)meet(world, 1);
        bed_expect(&world->stations[1], id, "content", "离婚");
        bed_twin_close(&twin);
        meet_all(world, 3);
        bed_expect_sound(world);
        bed_close(&bed);
    }
}

/* A greeting as the station's next session would have it, with that protocol. */
static size_t count_wants(struct world *world, struct node *station, uint64_t protocol)
{
    struct errmsg err = {{0}};
    struct session_request request = {.kind = REQUEST_GREET, .entropy = {1}};
    static struct session_result own, result;
    own = result = (struct session_result){.have_seq = 0};
    must(replica_state(station->store, &own.state, &err), &err);
    must(heal_request_own(station->store, &own), &own.err);
    request.log.station = own.state.machine.station_no;
    memcpy(request.log.incarnation, own.state.machine.incarnation, INCARNATION_BYTES);
    request.hello = (struct message_hello){.protocol_min = 1, .protocol_max = protocol, .station_no = own.state.machine.station_no, .head_seq = own.state.head_seq, .have_seq = own.state.have_seq,
                                           .rcur = own.state.rcur, .org = (uint64_t)own.state.machine.org, .path_len = own.path_len};
    memcpy(request.hello.path, own.path, own.path_len);
    memcpy(request.hello.head_hash, own.state.head_hash.bytes, HASH_BYTES);
    memcpy(request.hello.lease, own.lease, LEASE_BYTES);
    memcpy(request.hello.order_mark, own.order_mark, MARK_BYTES);
    memcpy(request.hello.center_incarnation, own.state.center_incarnation, INCARNATION_BYTES);
    result.peer = station->peer;
    must(store_begin(world->center.store, "test", &err), &err);
    must(heal_request_greet(world->center.store, &request, &result), &result.err);
    store_rollback(world->center.store);
    assert_false(result.heal.branch || result.heal.rewind || result.heal.compare.what != 0);
    return result.heal.wants_len;
}

/* Who speaks the protocol before this could not answer, and is not asked. The machine whose record left is, once, and has nothing. */
static void test_an_older_station_is_not_asked_for_content(void **state)
{
    struct bed bed;
    (void)state;
    struct node twin;
    (void)lose_content(&bed, &twin, true);
    struct world *world = &bed.world;
    assert_int_equal(count_wants(world, &world->stations[0], PROTOCOL_WANTS - 1), 0);
    assert_int_equal(count_wants(world, &world->stations[0], PROTOCOL_WANTS), 8);
    assert_int_equal(count_wants(world, &world->stations[1], PROTOCOL_WANTS), 0); /* it wrote nothing of it */
    (void)meet(world, 0);
    assert_int_equal(count_wants(world, &world->stations[0], PROTOCOL_WANTS), 0);
    bed_twin_close(&twin);
    bed_close(&bed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_a_copy_wrote_that_is_no_more),
        cmocka_unit_test(test_a_log_of_a_copy_that_is_no_more),
        cmocka_unit_test(test_a_change_that_came_without_its_log_s_first),
        cmocka_unit_test(test_two_copies_that_are_no_more_wrote_one_number),
        cmocka_unit_test(test_a_clone_s_lost_log_comes_once),
        cmocka_unit_test(test_a_forked_log_and_a_center_put_back_at_once),
        cmocka_unit_test(test_content_comes_from_the_other_copy),
        cmocka_unit_test(test_an_older_station_is_not_asked_for_content),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
