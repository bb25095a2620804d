/* tests/test_stumble_heal.c - a center that was put back and its stations come together again, with each statement and each allocation of each step failing in turn: an era begins, a cursor goes back, what was lost is handed
 * back, taken in, held for its owner, told anew. tests/trial.h says what must hold. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/record/catalogue.h"
#include "core/record/conflict.h"
#include "core/record/reach.h"
#include "core/record/returned.h"
#include "tests/heal_steps.h"
#include "tests/heal_trial.h"

/* What the center wrote and lost comes back from the station, among what it wrote since. */
static void test_the_center_s_own(void **state)
{
    struct heal_trial heal;
    (void)state;
    struct world *world = heal_trial_open(&heal, 1);
    struct node *station = &world->stations[0], *center = &world->center;
    struct id id = node_consult(station, "张文芳", "工资没有发"), kase = node_make(station, "case", "name=张文芳", NULL), other = node_make(station, "case", "name=李梅", NULL);
    (void)world_sync(world, 0);
    bed_keep_center(&heal.bed);
    center->actor.acting = true;
    node_set(center, "consultation", id, "topic", "甲");
    node_set(center, "case", kase, "decision_no", "(溧)援决字〔2026〕第12号");
    node_set(station, "consultation", id, "topic", "乙");
    (void)world_sync(world, 0);
    bed_put_center_back(&heal.bed);
    heal_trial_era(&heal, "its own", 0);
    node_set(center, "consultation", id, "answer", "已转介");
    node_set(center, "case", other, "decision_no", "(溧)援决字〔2026〕第12号"); /* given once more */
    heal_trial_come(&heal, "its own", 0);
    bed_expect(center, id, "answer", "已转介");
    assert_int_equal(node_number(center, "SELECT count(*) FROM flagged WHERE reason LIKE '%重复%'"), 1);
    bed_expect_agreement(world);
    heal_trial_close(&heal);
}

/* Nobody noticed, and numbers were given twice: they move into an era of their own, and with them all that names them. */
static void test_numbers_given_twice(void **state)
{
    struct heal_trial heal;
    struct errmsg err = {{0}};
    (void)state;
    struct world *world = heal_trial_open(&heal, 2);
    struct node *station = &world->stations[0], *center = &world->center;
    struct id id = node_consult(station, "张文芳", "工资没有发"), other = node_consult(&world->stations[1], "王建国", "离婚");
    heal_sync_all(world);
    bed_keep_center(&heal.bed);
    node_set(center, "consultation", id, "topic", "甲");
    bed_tell_everybody(center, "县妇联");
    (void)world_sync(world, 0);
    bed_put_center_back(&heal.bed);
    node_set(center, "consultation", id, "topic", "乙");
    node_set(center, "consultation", other, "topic", "婚姻");
    must(reach_erase(center->store, &center->actor, catalogue_find("consultation"), other, "本人要求", "主任", &err), &err);
    node_set(station, "consultation", id, "phone", "13900000001");
    heal_trial_come(&heal, "given twice", 0);
    heal_settle(world);
    bed_expect_agreement(world);
    heal_trial_close(&heal);
}

/* Of another machine's changes those that it does not bring itself. */
static void test_what_waits_for_its_owner(void **state)
{
    (void)state;
    for (int revoked = 0; revoked < 2; revoked++) {
        struct heal_trial heal;
        struct errmsg err = {{0}};
        struct world *world = heal_trial_open(&heal, 2);
        struct node *one = &world->stations[0], *two = &world->stations[1];
        struct buf copy;
        bed_one_org(world);
        heal_sync_all(world);
        bed_keep_center(&heal.bed);
        struct id kept = node_consult(two, "张文芳", "工资没有发");
        node_keep(two, &copy);
        struct id lost = node_consult(two, "李梅", "抚养费");
        (void)world_sync(world, 1);
        (void)world_sync(world, 0);
        node_set(one, "consultation", kept, "topic", "欠薪");
        node_restore(two, &copy); /* its owner is put back, too, and writes something else under that number */
        buf_release(&copy);
        (void)node_consult(two, "王建国", "土地承包");
        bed_put_center_back(&heal.bed);
        bed_begin_era(&world->center, 0);
        if (revoked)
            must(peer_revoke(world->center.store, two->peer.station_no, 5, &err), &err);
        heal_trial_come(&heal, revoked ? "a revoked machine's" : "another machine's", 0);
        if (!revoked) {
            heal_trial_come(&heal, "the owner", 1);
            heal_trial_settle(&heal, "the owner", 1);
        }
        bed_expect(&world->center, lost, "name", "李梅");
        heal_trial_close(&heal);
    }
}

/* Hand-overs that were lost; where numbers were given twice a share names another owner and the record comes back to him. */
static void test_hand_overs(void **state)
{
    struct heal_trial heal;
    (void)state;
    struct world *world = heal_trial_open(&heal, 3);
    struct node *center = &world->center;
    struct id id = node_consult(&world->stations[0], "张文芳", "工资没有发"), other = node_consult(&world->stations[2], "王建国", "离婚");
    heal_sync_all(world);
    heal_sync_all(world);
    bed_keep_center(&heal.bed);
    node_set(center, "consultation", other, "topic", "甲");
    (void)world_sync(world, 2);
    bed_move(world, id, 3);
    (void)world_sync(world, 1);
    bed_put_center_back(&heal.bed);
    bed_share(world, id, 4);
    heal.stride = 7;
    heal_trial_come(&heal, "a late move", 1);
    heal_trial_come(&heal, "a share behind it", 2);
    heal_trial_come(&heal, "its first owner", 0);
    heal_settle(world);
    bed_expect(&world->stations[0], id, "name", "张文芳");
    bed_expect(&world->stations[1], id, "name", NULL);
    bed_expect(&world->stations[2], id, "name", "张文芳");
    heal_trial_close(&heal);
}

/* Erased by law in what was lost: held without its content. */
static void test_what_was_erased(void **state)
{
    struct heal_trial heal;
    struct errmsg err = {{0}};
    (void)state;
    struct world *world = heal_trial_open(&heal, 3);
    struct node *center = &world->center;
    bed_one_org(world);
    heal_sync_all(world);
    bed_keep_center(&heal.bed);
    struct id id = node_consult(&world->stations[0], "张文芳", "工资没有发");
    (void)world_sync(world, 0);
    bed_share(world, id, world->stations[2].machine.org);
    heal_sync_all(world);
    must(reach_erase(center->store, &center->actor, catalogue_find("consultation"), id, "本人要求", "周主任", &err), &err);
    (void)world_sync(world, 1);
    bed_put_center_back(&heal.bed);
    bed_begin_era(center, 0);
    heal.stride = 7;
    heal_trial_come(&heal, "who knows of it", 1);
    heal_trial_come(&heal, "who does not", 2);
    heal_trial_come(&heal, "its owner", 0);
    heal_settle(world);
    assert_int_equal(node_number(center, "SELECT count(*) FROM consultation WHERE w_log<>0"), 0);
    heal_trial_close(&heal);
}

/* It came without its content to one machine; another one has that. */
static void test_content_that_comes_later(void **state)
{
    struct heal_trial heal;
    struct errmsg err = {{0}};
    uint64_t from;
    (void)state;
    struct world *world = heal_trial_open(&heal, 3);
    struct node *without = &world->stations[0];
    bed_one_org(world);
    bed_keep_center(&heal.bed);
    struct id id = node_consult(&world->stations[2], "张文芳", "工资没有发");
    (void)world_sync(world, 2);
    bed_move(world, id, 2);
    (void)world_sync(world, 2);
    (void)world_sync(world, 1);
    must(replica_set_safe(world->stations[2].store, 1, &err), &err);
    bed_put_center_back(&heal.bed);
    bed_begin_era(&world->center, 0);
    heal.stride = 7;
    heal_trial_come(&heal, "its writer has the header only", 2);
    heal_trial_come(&heal, "who gets it without", 0);
    bed_expect(without, id, "content", NULL);
    heal_trial_come(&heal, "who has it", 1);
    must(returned_resend(world->center.store, without->peer.station_no, &from, &err), &err);
    assert_true(from > 0);
    heal_trial_rewind(&heal, "it is sent again", 0, from - 1);
    heal_trial_hand_back(&heal, "it is sent again", 0);
    heal_trial_pull(&heal, "it is sent again", 0);
    bed_expect(without, id, "content", "工资没有发");
    heal_trial_close(&heal);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_center_s_own),   cmocka_unit_test(test_numbers_given_twice), cmocka_unit_test(test_what_waits_for_its_owner),
        cmocka_unit_test(test_hand_overs),         cmocka_unit_test(test_what_was_erased),     cmocka_unit_test(test_content_that_comes_later),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
