/* tests/test_lapsed.c - a number that a center does not stand for any more is not taken for its word when it is put back once more. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/record/lapsed.h"
#include "tests/heal_bed.h"
#include "tests/meeting.h"

static int64_t lapsed(struct node *node)
{
    return node_number(node, "SELECT count(*) FROM lapsed");
}

/* Where the machine has the record's last change. */
static uint64_t place_of(struct node *node, struct id id)
{
    struct stmt *stmt = store_prepare(node->store, "SELECT rseq FROM change WHERE id=?1 ORDER BY log DESC,seq DESC LIMIT 1");
    enum status status;
    stmt_id(stmt, 1, id);
    assert_true(stmt_row(stmt, &status, NULL));
    uint64_t place = (uint64_t)stmt_column_int(stmt, 0);
    stmt_reset(stmt);
    return place;
}

static struct session_outcome one_session(struct world *world, size_t station)
{
    struct dialogue dialogue;
    dialogue_open(&dialogue, world, station, true);
    dialogue_run(&dialogue);
    struct session_outcome outcome = dialogue.outcomes[STATION_END];
    dialogue_close(&dialogue);
    return outcome;
}

/* Two stations of one org. The center loses what it and the second one wrote, and goes on; of what the first one hands back it takes its own word, under a new number, and the other waits for its writer. Then it is put back to a copy that has
 * both where they were: that the waiting one stands there does not make the other one's new number right. */
static void test_what_waited_for_its_writer_vouches_for_nothing(void **state)
{
    struct bed bed;
    struct buf later = {0};
    (void)state;
    struct world *world = bed_open(&bed, 2);
    struct node *one = &world->stations[0], *two = &world->stations[1], *center = &world->center;
    bed_one_org(world);
    struct id said = node_consult(one, "张文芳", "工资没有发");
    meet_all(world, 2);
    bed_keep_center(&bed);
    node_set(center, "consultation", said, "topic", "欠薪");
    struct id waits = node_consult(two, "王建国", "离婚");
    (void)meet(world, 1);
    (void)meet(world, 0);
    assert_int_equal(place_of(one, waits), place_of(center, waits));
    node_keep(center, &later);
    bed_put_center_back(&bed);
    bed_begin_era(center, 0);
    bed_tell_everybody(center, "县妇联");
    assert_int_equal(lapsed(one), 0);
    assert_int_equal(meet(world, 0).returned, 2);
    assert_int_equal(lapsed(one), 1);
    assert_int_equal(node_number(center, "SELECT count(*) FROM returned"), 1);
    node_restore(center, &later);
    assert_int_not_equal(one_session(world, 0).returned, 0);
    assert_int_equal(place_of(one, said), place_of(center, said));
    assert_int_equal(place_of(one, waits), place_of(center, waits));
    assert_int_equal(lapsed(one), 0);
    meet_all(world, 2);
    bed_expect_agreement(world);
    buf_release(&later);
    bed_close(&bed);
}

/* The same told again by the center it waits at: once its writer was there. */
static void test_a_number_stands_again_when_it_is_told(void **state)
{
    struct bed bed;
    (void)state;
    struct world *world = bed_open(&bed, 2);
    struct node *one = &world->stations[0];
    bed_one_org(world);
    meet_all(world, 1);
    bed_keep_center(&bed);
    struct id waits = node_consult(&world->stations[1], "王建国", "离婚");
    (void)meet(world, 1);
    (void)meet(world, 0);
    bed_put_center_back(&bed);
    bed_begin_era(&world->center, 0);
    (void)meet(world, 0);
    assert_int_equal(lapsed(one), 1);
    (void)meet(world, 1);
    (void)meet(world, 0);
    assert_int_equal(lapsed(one), 0);
    assert_int_equal(place_of(one, waits), place_of(&world->center, waits));
    bed_expect_agreement(world);
    bed_close(&bed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_waited_for_its_writer_vouches_for_nothing),
        cmocka_unit_test(test_a_number_stands_again_when_it_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
