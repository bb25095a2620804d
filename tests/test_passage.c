/* tests/test_passage.c - a record that the center gave to another station, or to this one, is told to the people here, each until he has read it; and what somebody was typing in one that left is still his. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/record/catalogue.h"
#include "core/record/draft.h"
#include "core/record/passage.h"
#include "core/record/reach.h"
#include "tests/heal_bed.h"

static const int64_t DAY_MS = 24 * 3600 * 1000;

static struct passage_counts counts_of(struct node *node)
{
    struct passage_counts counts;
    struct errmsg err = {{0}};
    must(passage_count(node->store, &node->actor, &counts, &err), &err);
    return counts;
}

static void expect(struct node *node, int64_t left, int64_t came)
{
    struct passage_counts counts = counts_of(node);
    assert_int_equal(counts.left, left);
    assert_int_equal(counts.came, came);
}

static void expect_text(struct node *node, const char *text)
{
    struct passage_counts counts = counts_of(node);
    struct buf words;
    buf_init(&words, 1024);
    passage_text(&counts.newest, &words);
    if (strstr(buf_cstr(&words), text) == NULL)
        fail_msg("\"%s\" is not in \"%s\"", text, buf_cstr(&words));
    buf_release(&words);
}

static void read_all(struct node *node)
{
    struct errmsg err = {{0}};
    must(passage_mark_read(node->store, &node->actor, &err), &err);
}

static void at(struct world *world, int64_t ms)
{
    world->center.actor.now_ms = ms;
    for (size_t i = 0; i < 2; i++)
        world->stations[i].actor.now_ms = ms;
}

static struct world *open_county(struct bed *bed)
{
    struct world *world = bed_open(bed, 2);
    at(world, 20000 * DAY_MS);
    return world;
}

static void test_both_stations_are_told(void **state)
{
    struct bed bed;
    struct errmsg err = {{0}};
    (void)state;
    struct world *world = open_county(&bed);
    struct id id = node_consult(&world->stations[0], "张文芳", "工资没有发");
    world_sync(world, 0);
    expect(&world->stations[0], 0, 0);
    bed_move(world, id, 3);
    world_sync(world, 0);
    world_sync(world, 1);
    expect(&world->stations[0], 1, 0);
    expect(&world->stations[1], 0, 1);
    expect_text(&world->stations[0], "咨询 已由县中心移送到 ");
    expect_text(&world->stations[0], "（2024-10-04）");
    expect_text(&world->stations[1], "移送到本站");
    /* once, also when nothing is new */
    world_sync(world, 0);
    world_sync(world, 1);
    expect(&world->stations[0], 1, 0);
    expect(&world->stations[1], 0, 1);
    expect(&world->center, 0, 0);
    /* nothing of what it held */
    assert_int_equal(node_number(&world->stations[0], "SELECT count(*) FROM passage WHERE number<>''"), 0);
    /* what happens to it later does not tell who has read it again that it came: it is shared, and the share ends */
    read_all(&world->stations[1]);
    bed_share(world, id, 2);
    node_set(&world->center, "consultation", id, "phone", "13900000001");
    world_sync(world, 1);
    expect(&world->stations[1], 0, 0);
    must(reach_share(world->center.store, &world->center.actor, catalogue_find("consultation"), id, 2, false, NULL, &err), &err);
    /* and back again: one line each, the last thing that happened */
    bed_move(world, id, 2);
    world_sync(world, 0);
    world_sync(world, 1);
    expect(&world->stations[0], 0, 1);
    expect(&world->stations[1], 1, 0);
    bed_expect_sound(world);
    bed_close(&bed);
}

static void test_a_case_is_named_by_its_number_and_what_hangs_on_it_is_not_told(void **state)
{
    struct bed bed;
    struct errmsg err = {{0}};
    (void)state;
    struct world *world = open_county(&bed);
    struct node *station = &world->stations[0];
    struct id id = node_make(&world->center, "case", "name=张文芳", "case_type=民事", "received_on=2026-03-04", "state=S2", "worker=陈静", "provisional_no=临2026-7", NULL);
    (void)node_make(&world->center, "party", node_ref("case_id", id), "role=对方当事人", "name=王建国", NULL);
    must(reach_move(world->center.store, &world->center.actor, catalogue_find("case"), id, 2, NULL, &err), &err);
    world_sync(world, 0);
    expect(station, 0, 1);
    must(reach_move(world->center.store, &world->center.actor, catalogue_find("case"), id, 3, NULL, &err), &err);
    world_sync(world, 0);
    world_sync(world, 1);
    expect(station, 1, 0);
    expect_text(station, "案件 临2026-7 已由县中心移送到 ");
    expect(&world->stations[1], 0, 1);
    expect_text(&world->stations[1], "案件 临2026-7 由县中心从 ");
    assert_int_equal(node_number(station, "SELECT count(*) FROM passage"), 1);
    /* erased by law: the number, too */
    must(reach_erase(world->center.store, &world->center.actor, catalogue_find("case"), id, "期满", "何平", &err), &err);
    world_sync(world, 0);
    expect(station, 0, 0);
    assert_int_equal(node_number(station, "SELECT count(*) FROM passage"), 0);
    bed_close(&bed);
}

static void test_a_share_is_told_when_it_begins_and_when_it_ends(void **state)
{
    struct bed bed;
    struct errmsg err = {{0}};
    (void)state;
    struct world *world = open_county(&bed);
    struct id id = node_consult(&world->stations[0], "张文芳", "工资没有发");
    world_sync(world, 0);
    bed_share(world, id, 3);
    world_sync(world, 0);
    world_sync(world, 1);
    expect(&world->stations[0], 0, 0);
    expect(&world->stations[1], 0, 1);
    expect_text(&world->stations[1], "请本站协办");
    must(reach_share(world->center.store, &world->center.actor, catalogue_find("consultation"), id, 3, false, NULL, &err), &err);
    world_sync(world, 0);
    world_sync(world, 1);
    expect(&world->stations[1], 1, 0);
    expect_text(&world->stations[1], "协办已由县中心结束");
    bed_close(&bed);
}

static void test_it_goes_for_who_has_read_it_and_after_some_days(void **state)
{
    struct bed bed;
    struct passage_counts all;
    struct errmsg err = {{0}};
    (void)state;
    struct world *world = open_county(&bed);
    struct node *station = &world->stations[0], other;
    struct id ids[2] = {node_consult(station, "张文芳", "工资没有发"), node_consult(station, "王建国", "离婚")};
    world_sync(world, 0);
    bed_move(world, ids[0], 3);
    world_sync(world, 0);
    other = *station;
    other.actor = node_person(station, "刘敏", ROLE_STATION);
    other.actor.now_ms = station->actor.now_ms;
    read_all(station);
    expect(station, 0, 0);
    expect(&other, 1, 0);
    bed_move(world, ids[1], 3);
    world_sync(world, 0);
    expect(station, 1, 0);
    expect(&other, 2, 0);
    read_all(station); /* once more: the mark goes on */
    expect(station, 0, 0);
    expect(&other, 2, 0);
    must(passage_count_all(station->store, station->actor.now_ms, &all, &err), &err);
    assert_int_equal(all.left, 2);
    other.actor.now_ms = station->actor.now_ms += (PASSAGE_DAYS + 1) * DAY_MS;
    expect(station, 0, 0);
    expect(&other, 0, 0);
    read_all(station);
    assert_int_equal(node_number(station, "SELECT count(*) FROM passage"), 0);
    bed_close(&bed);
}

static void test_what_was_typed_stays_its_writers(void **state)
{
    struct bed bed;
    struct record record;
    struct id draft = {{0}};
    struct errmsg err = {{0}};
    (void)state;
    struct world *world = open_county(&bed);
    struct node *station = &world->stations[0];
    struct id id = node_consult(station, "张文芳", "工资没有发");
    world_sync(world, 0);
    must(records_get(station->store, &station->actor, catalogue_find("consultation"), id, &record, &err), &err);
    must(record_set_text(&record, "content", "工资没有发，老板跑了"), &err);
    must(record_set_text(&record, "phone", "13900000001"), &err);
    must(draft_save(station->store, &station->actor, station->random, &record, &draft, &err), &err);
    record_release(&record);
    bed_move(world, id, 3);
    world_sync(world, 0);
    must(draft_load(station->store, &station->actor, draft, &record, &err), &err);
    assert_string_equal(record_text(&record, "content"), "工资没有发，老板跑了");
    assert_string_equal(record_text(&record, "phone"), "13900000001");
    assert_string_equal(record_text(&record, "name"), "");
    assert_int_equal(record.version, 0);
    record_release(&record);
    /* of the record itself nothing stays in it, its title neither */
    assert_int_equal(node_number(station, "SELECT count(*) FROM draft WHERE title<>'' OR instr(fields,CAST('张文芳' AS BLOB))>0"), 0);
    assert_int_equal(node_number(station, "SELECT (length(fields)-length(replace(CAST(fields AS TEXT),'工资没有发','')))/15 FROM draft"), 1);
    bed_expect_sound(world);
    bed_close(&bed);
}

/* What is told once is no news when the same move is met again, after it was read. */
static void test_the_same_move_again_is_no_news(void **state)
{
    struct bed bed;
    struct errmsg err = {{0}};
    (void)state;
    struct world *world = open_county(&bed);
    struct node *station = &world->stations[0];
    const struct record_type *type = catalogue_find("consultation");
    struct id id = node_consult(station, "张文芳", "工资没有发");
    static const int64_t notices[] = {7, 7, 8};
    for (size_t i = 0; i < 3; i++) {
        must(store_begin(station->store, "test", &err), &err);
        must(passage_note(station->store, type, id, PASSAGE_CAME, 3, "", station->actor.now_ms, notices[i], &err), &err);
        must(store_commit(station->store, &err), &err);
        expect(station, 0, i != 1);
        read_all(station);
    }
    bed_close(&bed);
}

/* An action on a case is a draft of a step that there is not yet: with the case goes what it was typed over, and the title with the name; also when it is stored once more behind that. */
static void test_so_does_what_was_typed_in_an_action(void **state)
{
    static const char nothing_of_it[] = "SELECT count(*) FROM draft WHERE title<>'' OR instr(fields,CAST('张文芳' AS BLOB))>0 OR instr(fields,CAST('13900000001' AS BLOB))>0";
    struct bed bed;
    struct record step, kase;
    struct id draft = {{0}}, on = {{0}}, other = {{0}};
    const struct record_type *type;
    bool began;
    char text[ID_TEXT_BYTES];
    struct errmsg err = {{0}};
    (void)state;
    struct world *world = open_county(&bed);
    struct node *station = &world->stations[0];
    struct id id = node_make(&world->center, "case", "name=张文芳", "phone=13900000001", "case_type=民事", "received_on=2026-03-04", "state=S2", "worker=陈静", NULL);
    must(reach_move(world->center.store, &world->center.actor, catalogue_find("case"), id, 2, NULL, &err), &err);
    world_sync(world, 0);
    record_init(&step, catalogue_find("step"));
    id_format(id, text);
    must(record_set_text(&step, "action", "supply"), &err);
    must(record_set_text(&step, "case_id", text), &err);
    must(record_set_text(&step, "content", "补来了工资条"), &err);
    must(records_get(station->store, &station->actor, catalogue_find("case"), id, &kase, &err), &err);
    must(record_set_text(&kase, "phone", "13900000002"), &err);
    const struct record *const parts[] = {&step, &kase};
    must(draft_save_parts(station->store, &station->actor, station->random, parts, 2, "补正  张文芳", &draft, &err), &err);
    /* one of another record, that only speaks of it, stays as it is */
    struct record consultation;
    record_init(&consultation, catalogue_find("consultation"));
    must(record_set_text(&consultation, "name", "王建国"), &err);
    must(record_set_text(&consultation, "content", text), &err);
    must(draft_save(station->store, &station->actor, station->random, &consultation, &other, &err), &err);
    record_release(&consultation);
    assert_int_equal(node_number(station, nothing_of_it), 2);
    must(draft_began_on_left(station->store, &station->actor, draft, &began, &type, &on, &err), &err);
    assert_false(began);
    must(reach_move(world->center.store, &world->center.actor, catalogue_find("case"), id, 3, NULL, &err), &err);
    world_sync(world, 0);
    assert_int_equal(node_number(station, "SELECT count(*) FROM draft"), 2);
    assert_int_equal(node_number(station, nothing_of_it), 1);
    assert_int_equal(node_number(station, "SELECT count(*) FROM draft WHERE title<>'' AND instr(fields,CAST('王建国' AS BLOB))>0"), 1);
    assert_int_equal(node_number(station, "SELECT count(*) FROM draft WHERE instr(fields,CAST('补来了工资条' AS BLOB))>0 AND instr(fields,CAST('13900000002' AS BLOB))>0"), 1);
    must(draft_began_on_left(station->store, &station->actor, draft, &began, &type, &on, &err), &err);
    assert_true(began);
    assert_string_equal(type->name, "case");
    assert_true(id_equal(on, id));
    must(draft_began_on_left(station->store, &station->actor, other, &began, &type, &on, &err), &err);
    assert_false(began);
    /* a form that did not hear of it yet */
    must(draft_save_parts(station->store, &station->actor, station->random, parts, 2, "补正  张文芳", &draft, &err), &err);
    assert_int_equal(node_number(station, nothing_of_it), 1);
    /* erased by law: it goes, and a form that did not hear of that stores nothing */
    must(reach_erase(world->center.store, &world->center.actor, catalogue_find("case"), id, "期满", "何平", &err), &err);
    world_sync(world, 0);
    assert_int_equal(draft_save_parts(station->store, &station->actor, station->random, parts, 2, "补正  张文芳", &draft, &err), STATUS_NOT_FOUND);
    assert_int_equal(node_number(station, "SELECT count(*) FROM draft WHERE instr(fields,CAST('补来了工资条' AS BLOB))>0"), 0);
    record_release(&step);
    record_release(&kase);
    bed_close(&bed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_both_stations_are_told),
        cmocka_unit_test(test_a_case_is_named_by_its_number_and_what_hangs_on_it_is_not_told),
        cmocka_unit_test(test_a_share_is_told_when_it_begins_and_when_it_ends),
        cmocka_unit_test(test_it_goes_for_who_has_read_it_and_after_some_days),
        cmocka_unit_test(test_what_was_typed_stays_its_writers),
        cmocka_unit_test(test_the_same_move_again_is_no_news),
        cmocka_unit_test(test_so_does_what_was_typed_in_an_action),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
