/* tests/test_upward_gather.c - a county's order copied into the upward store and on to a top (an ordinary center stands in): rows equal, chains whole, whatever happened below - edits, conflicts, refused and
 * unknown changes, hand-overs, erasures, a center that was put back, a gatherer that was killed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/cbor.h"
#include "core/record/changelog.h"
#include "core/record/conflict.h"
#include "core/record/order.h"
#include "core/record/reach.h"
#include "core/record/returned.h"
#include "core/record/upward.h"
#include "core/record/upward_gather.h"
#include "tests/county_top.h"
#include "tests/fixture.h"
#include "tests/upward_bed.h"

static void sync_county(void)
{
    for (int round = 0; round < 2; round++)
        for (size_t i = 0; i < 2; i++)
            world_sync(&upward_bed.county, i);
}

static void what_a_county_does_stands_at_the_top(void **state)
{
    (void)state;
    struct node *center = &upward_bed.county.center, *one = &upward_bed.county.stations[0], *two = &upward_bed.county.stations[1];
    struct errmsg err = {{0}};
    struct buf body;
    char long_text[4000];
    memset(long_text, 'x', sizeof long_text - 1);
    long_text[sizeof long_text - 1] = '\0';
    struct id first = node_consult(one, "张三", "欠薪"), second = node_consult(two, "李四", long_text), gone = node_consult(two, "王五", "不要了");
    struct id person = node_make(center, "person", "name=赵六", "phone=13900000001", NULL);
    const struct record_type *user = catalogue_find("user");
    buf_init(&body, 4096);
    cbor_put_map(&body, 2);
    cbor_put_uint(&body, catalogue_field(user, "name")->no);
    cbor_put_text(&body, "liumin", 6);
    cbor_put_uint(&body, catalogue_field(user, "password")->no);
    cbor_put_text(&body, "$argon2id$hash", 14);
    upward_bed_write_change(center, user->no, CHANGE_PUT, (struct id){{2}}, &body, 1);
    sync_county();
    upward_bed_all_equal();

    node_set(one, "consultation", first, "content", "欠薪三个月");
    node_set(center, "consultation", first, "content", "欠薪四个月"); /* a conflict */
    node_set(center, "person", person, "phone", "13900000002");
    node_set(two, "consultation", second, "phone", "13900000003");
    must(records_delete(two->store, &two->actor, catalogue_find("consultation"), gone, &err), &err);
    sync_county();
    assert_int_equal(node_conflicts(center), 1);
    upward_bed_all_equal();
    struct record shown;
    must(records_get(COUNTY, &center->actor, catalogue_find("consultation"), first, &shown, &err), &err);
    must(records_resolve(COUNTY, &center->actor, &shown, catalogue_field(shown.type, "content"), value_string("欠薪五个月"), &err), &err);
    record_release(&shown);
    upward_bed_all_equal();
    assert_true(top_says(HUB, "欠薪五个月"));
    assert_false(top_says(HUB, "argon2id"));

    /* Of a newer program: a field, a type, a kind of change; and what the center refuses. */
    buf_clear(&body);
    cbor_put_map(&body, 2);
    cbor_put_uint(&body, catalogue_field(catalogue_find("consultation"), "content")->no);
    cbor_put_text(&body, "新", 3);
    cbor_put_uint(&body, 1234);
    cbor_put_text(&body, "新字段", 9);
    upward_bed_write_change(one, catalogue_find("consultation")->no, CHANGE_PUT, first, &body, 2);
    upward_bed_write_change(one, 900, CHANGE_PUT, (struct id){{9}}, &body, 2);
    upward_bed_write_change(one, catalogue_find("consultation")->no, (enum change_op)40, first, &body, 2);
    upward_bed_write_change(one, catalogue_find("consultation")->no, CHANGE_PUT, (struct id){{8}}, &body, 3); /* not its org's */
    buf_clear(&body);
    cbor_put_array(&body, 1);
    cbor_put_bool(&body, true);
    upward_bed_write_change(one, 901, CHANGE_PUT, (struct id){{7}}, &body, 2);
    sync_county();
    assert_int_equal(upward_bed_number(COUNTY, "SELECT count(*) FROM quarantine"), 1);
    upward_bed_all_equal();
    assert_true(top_says(HUB, "新字段"));
    assert_int_equal(top_chains(HUB, ORG, COUNTY), 3);
    buf_release(&body);
}

static void nothing_new_writes_nothing(void **state)
{
    (void)state;
    upward_bed_all_equal();
    uint64_t before = (uint64_t)upward_bed_number(UPWARD, "SELECT max(lsn) FROM change");
    struct upward_gathered sum = upward_bed_gather_all();
    assert_int_equal(sum.changes + sum.appended + sum.anew, 0);
    assert_int_equal(upward_bed_number(UPWARD, "SELECT max(lsn) FROM change"), before);
    struct upward_state at;
    node_consult(&upward_bed.county.center, "张三", "甲");
    node_consult(&upward_bed.county.center, "张三", "乙");
    assert_int_equal(upward_state(COUNTY, UPWARD, 100, &at, NULL), STATUS_OK);
    assert_int_equal(at.waiting, 2);
    assert_int_equal(at.told_ms, TOLD_MS);
    assert_int_equal(upward_state(COUNTY, UPWARD, 1, &at, NULL), STATUS_OK);
    assert_int_equal(at.waiting, 1);
    sum = upward_bed_gather_all();
    assert_int_equal(sum.changes, 2);
    assert_int_equal(sum.appended, 2);
}

/* Killed: the transaction that was open is gone, with its cursor. Each change is told once, in bounded batches. */
static void a_killed_gatherer_goes_on(void **state)
{
    (void)state;
    struct errmsg err = {{0}};
    struct buf image;
    struct upward_gathered sum = {.more = true};
    buf_init(&image, 1 << 26);
    for (int i = 0; i < 2 * UPWARD_BATCH_CHANGES + 40; i++)
        node_consult(&upward_bed.county.stations[i % 2], "张三", i % 50 == 0 ? "第五十" : "欠薪");
    sync_county();
    must(store_image(UPWARD, &image, &err), &err);
    must(upward_gather(COUNTY, UPWARD, TOLD_MS, &sum, &err), &err);
    assert_true(sum.changes <= UPWARD_BATCH_CHANGES && sum.more);
    must(store_set_image(UPWARD, image.data, image.len, &err), &err);
    must(upward_gather(COUNTY, UPWARD, TOLD_MS, &sum, &err), &err);
    upward_bed_all_equal();
    assert_int_equal(upward_bed_number(UPWARD, "SELECT count(*) FROM change WHERE type=58"), upward_bed_number(COUNTY, "SELECT count(*) FROM change"));
    buf_release(&image);
}

static void rows_of_many_pages_come_whole(void **state)
{
    (void)state;
    (void)upward_bed_row_of_many_pages(&upward_bed.county.center);
    upward_bed_all_equal();
    assert_int_equal(upward_bed_number(HUB, "SELECT count(*)=2 FROM change WHERE type=58 AND length(body)>100000"), 1);
}

static void hand_overs(void **state)
{
    (void)state;
    struct node *center = &upward_bed.county.center, *one = &upward_bed.county.stations[0], *two = &upward_bed.county.stations[1];
    struct errmsg err = {{0}};
    struct id moved = node_consult(one, "张三", "移交"), shared = node_consult(one, "李四", "协办");
    sync_county();
    upward_bed_all_equal();
    must(reach_move(COUNTY, &center->actor, catalogue_find("consultation"), moved, 3, NULL, &err), &err);
    must(reach_share(COUNTY, &center->actor, catalogue_find("consultation"), shared, 3, true, NULL, &err), &err);
    node_set(one, "consultation", moved, "phone", "13900000009"); /* it had not heard of it */
    sync_county();
    node_set(two, "consultation", moved, "answer", "接手");
    node_set(two, "consultation", shared, "answer", "协办意见");
    sync_county();
    upward_bed_all_equal(); /* with the org of each row */
    must(reach_share(COUNTY, &center->actor, catalogue_find("consultation"), shared, 3, false, NULL, &err), &err);
    sync_county();
    upward_bed_all_equal();
}

/* Proven gone at the top, too: row, changes, what was told before. The chain stays whole, and who erased it and why stands. */
static void erased_by_law_is_gone_at_the_top(void **state)
{
    (void)state;
    struct node *one = &upward_bed.county.stations[0];
    struct id told = node_consult(one, "秘密甲", "秘密的事"), untold = node_consult(one, "秘密乙", "还没有报"), other = node_consult(one, "张三", "留下");
    struct upward_gathered sum;
    sync_county();
    node_set(one, "consultation", told, "content", "秘密的事二");
    sync_county();
    upward_bed_all_equal();
    assert_true(top_says(HUB, "秘密的事二"));
    (void)other;
    upward_bed_erase(told);
    sum = upward_bed_gather_all();
    assert_int_equal(sum.erased, 1);
    world_sync(&upward_bed.hub, 0);
    assert_false(top_says(HUB, "秘密甲"));
    assert_false(top_says(HUB, "秘密的事"));
    assert_false(top_says(UPWARD, "秘密的事"));
    assert_true(top_says(HUB, "本人要求"));
    assert_true(top_says(HUB, "还没有报"));
    upward_bed_all_equal();
    assert_int_equal(top_chains(HUB, ORG, COUNTY), 2);

    node_set(one, "consultation", untold, "content", "没有报过的");
    world_sync(&upward_bed.county, 0);
    upward_bed_erase(untold); /* an edit and the erasure in one batch */
    node_set(one, "consultation", untold, "content", "来得晚的"); /* it had not heard */
    sync_county();
    upward_bed_all_equal();
    assert_false(top_says(HUB, "秘密乙"));
    assert_false(top_says(HUB, "没有报过的"));
    assert_false(top_says(HUB, "来得晚的"));
    assert_int_equal(top_chains(HUB, ORG, COUNTY), 2);

    /* deleted before: what a deleted row held is not told again, what was told of it goes all the same */
    struct id deleted = node_consult(one, "秘密丁", "删了的事");
    struct errmsg err = {{0}};
    sync_county();
    upward_bed_all_equal();
    must(records_delete(COUNTY, &upward_bed.county.center.actor, catalogue_find("consultation"), deleted, &err), &err);
    sync_county();
    upward_bed_all_equal();
    assert_true(top_says(HUB, "删了的事"));
    upward_bed_erase(deleted);
    assert_int_equal(upward_bed_gather_all().erased, 1);
    world_sync(&upward_bed.hub, 0);
    assert_false(top_says(HUB, "秘密丁"));
    assert_false(top_says(HUB, "删了的事"));
    assert_false(top_says(UPWARD, "删了的事"));
    upward_bed_all_equal();
    assert_int_equal(top_chains(HUB, ORG, COUNTY), 2);

    struct id never = node_consult(one, "秘密丙", "从来没有报过");
    world_sync(&upward_bed.county, 0);
    upward_bed_erase(never);
    sum = upward_bed_gather_all();
    assert_int_equal(sum.erased, 0); /* nothing was told of it */
    upward_bed_all_equal();
    assert_int_equal(top_chains(HUB, ORG, COUNTY), 2);
}

/* The backup that the center was restored from still has what was erased after it: that does not go up again. */
static void what_was_erased_stays_so_when_the_center_is_put_back(void **state)
{
    (void)state;
    struct node *center = &upward_bed.county.center;
    struct buf image;
    struct id id = node_consult(center, "秘密丁", "备份里还有的");
    upward_bed_all_equal();
    upward_bed_keep(&image);
    upward_bed_erase(id);
    upward_bed_all_equal();
    assert_false(top_says(HUB, "备份里还有的"));
    upward_bed_put_back(&image);
    upward_bed_begin_era(0);
    node_set(center, "consultation", id, "content", "备份里还有的二");
    (void)upward_bed_gather_all();
    world_sync(&upward_bed.hub, 0);
    assert_false(top_says(UPWARD, "备份里还有的"));
    assert_false(top_says(HUB, "备份里还有的"));
    assert_false(top_says(HUB, "秘密丁"));
    upward_bed_erase(id); /* once more, as who has to see to it must */
    upward_bed_all_equal();
}

static void a_center_that_was_put_back(void **state)
{
    (void)state;
    struct node *center = &upward_bed.county.center;
    struct buf image;
    struct id kept = node_consult(center, "张三", "在备份里"), lost;
    upward_bed_all_equal();
    upward_bed_keep(&image);
    node_set(center, "consultation", kept, "content", "备份之后改的");
    lost = node_consult(center, "李四", "备份之后的");
    upward_bed_all_equal();
    upward_bed_put_back(&image);
    upward_bed_begin_era(0);
    struct upward_gathered sum = upward_bed_gather_all(); /* nothing new yet: what was lost is taken back all the same */
    assert_true(sum.rewound);
    assert_true(sum.anew > 0);
    upward_bed_all_equal();
    char *text = node_get(center, "consultation", kept, "content");
    assert_string_equal(text, "在备份里");
    free(text);
    assert_null(node_get(center, "consultation", lost, "content"));
    for (int i = 0; i < 5; i++)
        node_consult(center, "王五", "恢复以后");
    upward_bed_all_equal();
    assert_false(upward_bed_gather_all().rewound);
}

/* More than one call tells anew: though nothing is new at the center, and the program was killed in between. */
static void a_center_that_lost_more_than_a_batch(void **state)
{
    (void)state;
    struct node *center = &upward_bed.county.center;
    struct upward_gathered sum = {.more = true};
    struct errmsg err = {{0}};
    struct buf image;
    upward_bed_all_equal();
    upward_bed_keep(&image);
    must(store_begin(COUNTY, "test", &err), &err);
    for (int i = 0; i < 2 * UPWARD_BATCH_CHANGES + 40; i++)
        node_consult(center, "李四", "备份之后的");
    must(store_commit(COUNTY, &err), &err);
    upward_bed_all_equal();
    upward_bed_put_back(&image);
    upward_bed_begin_era(0);
    must(upward_gather(COUNTY, UPWARD, TOLD_MS, &sum, &err), &err);
    assert_true(sum.rewound && sum.more);
    assert_in_range(sum.anew, 1, UPWARD_BATCH_CHANGES);
    sum = upward_bed_gather_all(); /* the next program */
    assert_false(sum.rewound);
    assert_true(sum.anew > UPWARD_BATCH_CHANGES);
    upward_bed_all_equal();
}

/* Numbers that were given again before anybody noticed, by other changes; later they move into the new era. */
static void numbers_given_twice(void **state)
{
    (void)state;
    struct node *center = &upward_bed.county.center, *one = &upward_bed.county.stations[0];
    struct buf image;
    upward_bed_all_equal();
    uint64_t at = (uint64_t)upward_bed_number(COUNTY, "SELECT max(lsn) FROM change");
    upward_bed_keep(&image);
    node_consult(center, "张三", "第一次");
    node_consult(center, "张三", "第一次二");
    upward_bed_all_equal();
    upward_bed_put_back(&image);
    node_consult(center, "李四", "第二次");
    node_consult(center, "李四", "第二次二");
    node_consult(center, "李四", "第二次三");
    upward_bed_all_equal(); /* as many numbers as before and more */
    node_consult(one, "王五", "站上的");
    sync_county();
    upward_bed_all_equal();
    upward_bed_begin_era(at + 1);
    upward_bed_all_equal();
    node_consult(center, "李四", "新的一段");
    upward_bed_all_equal();
}

/* Lost at the center, handed over again by its station: it takes the place that it had, between what is there. */
static void a_change_that_takes_an_old_place(void **state)
{
    (void)state;
    struct node *center = &upward_bed.county.center, *one = &upward_bed.county.stations[0];
    struct errmsg err = {{0}};
    struct buf image;
    struct id id = node_consult(one, "张三", "原来");
    sync_county();
    upward_bed_all_equal();
    struct replica_state before;
    must(replica_state(one->store, &before, &err), &err);
    uint64_t common = (uint64_t)upward_bed_number(COUNTY, "SELECT max(lsn) FROM change");
    upward_bed_keep(&image);
    node_set(one, "consultation", id, "content", "站上改的");
    node_set(one, "consultation", id, "phone", "13900000005");
    sync_county();
    upward_bed_all_equal();
    upward_bed_put_back(&image);
    upward_bed_begin_era(0);
    node_set(center, "consultation", id, "content", "恢复以后中心改的");
    upward_bed_all_equal();
    must(store_begin(one->store, "test", &err), &err);
    must(returned_rewind(one->store, common, before.have_seq, &(uint64_t){0}, &err), &err);
    must(store_commit(one->store, &err), &err);
    sync_county();
    assert_true(upward_bed_number(COUNTY, "SELECT count(*) FROM change WHERE given IS NOT NULL") > 0);
    upward_bed_all_equal();
    assert_true(top_says(HUB, "站上改的"));
}

/* Few marks over many batches, and the way far back goes through them. */
static void marks_stay_few(void **state)
{
    (void)state;
    struct errmsg err = {{0}};
    struct upward_gathered sum = {0};
    struct buf image;
    node_consult(&upward_bed.county.center, "张三", "最早");
    upward_bed_gather_all();
    upward_bed_keep(&image);
    for (int i = 0; i < 400; i++) {
        node_consult(&upward_bed.county.center, "张三", "多");
        must(upward_gather(COUNTY, UPWARD, TOLD_MS, &sum, &err), &err);
    }
    int64_t marks = upward_bed_number(UPWARD, "SELECT length(value)/24 FROM meta WHERE name='upward_marks'");
    assert_true(marks >= 8 && marks <= 40);
    upward_bed_put_back(&image);
    upward_bed_begin_era(0);
    node_consult(&upward_bed.county.center, "张三", "以后");
    sum = upward_bed_gather_all();
    assert_true(sum.rewound);
    assert_true(sum.anew >= 400);
    upward_bed_all_equal();
}

/* The upward store itself is an earlier copy: its cursor is, too. */
/* Behind a long first gathering stand only own changes: they are passed over in calls that are short, too. */
static void own_changes_are_passed_over_by_parts(void **state)
{
    struct upward_gathered out = {.more = true};
    struct errmsg err = {{0}};
    int64_t looked = 0, most = 0;
    (void)state;
    must(store_begin(COUNTY, "test", &err), &err);
    for (int i = 0; i < 2 * UPWARD_LOOK_CHANGES + 300; i++)
        node_consult(&upward_bed.county.center, "某人", "欠薪");
    must(store_commit(COUNTY, &err), &err);
    while (out.more) {
        must(upward_gather(COUNTY, UPWARD, TOLD_MS, &out, &err), &err);
        int64_t now = store_meta_int(UPWARD, "upward_copies", 0);
        most = now - looked > most ? now - looked : most;
        looked = now;
    }
    assert_in_range(most, 1, UPWARD_LOOK_CHANGES + 100); /* by local upward_bed_number: the few changes of another kind count, too */
    assert_in_range(looked, upward_bed_number(UPWARD, "SELECT max(lsn) FROM change WHERE type=58") - UPWARD_LOOK_CHANGES, INT64_MAX); /* what is left is not passed over again and again */
}

static void what_does_not_fit_is_refused(void **state)
{
    (void)state;
    struct errmsg err = {{0}};
    struct upward_gathered sum = {0};
    struct world other;
    upward_bed_all_equal();
    assert_int_equal(upward_gather(upward_bed.county.stations[0].store, UPWARD, TOLD_MS, &sum, &err), STATUS_FORBIDDEN);
    assert_non_null(strstr(err.text, "站2"));
    assert_int_equal(upward_gather(COUNTY, HUB, TOLD_MS, &sum, &err), STATUS_FORBIDDEN);
    assert_non_null(strstr(err.text, "enrol"));
    world_open(&other, 0, NULL);
    node_consult(&other.center, "张三", "别的县");
    must(store_begin(other.center.store, "test", &err), &err);
    must(store_commit(other.center.store, &err), &err);
    /* Made with the same seed, the two counties begin alike; the first change of a real one is its own. */
    must(store_exec(other.center.store, "CREATE TEMP TABLE t(x)", &err), &err);
    store_close(other.center.store);
    must(store_open(&other.center.store, ":memory:", STORE_CREATE, &err), &err);
    struct machine machine = {.center = true, .org = 1, .name = "别的县", .area = "320118", .incarnation = {7}};
    must(store_begin(other.center.store, "test", &err), &err);
    must(machine_create(other.center.store, &machine, &err), &err);
    must(store_commit(other.center.store, &err), &err);
    other.center.machine = machine;
    assert_int_equal(upward_gather(other.center.store, UPWARD, TOLD_MS, &sum, &err), STATUS_FOREIGN);
    node_consult(&other.center, "张三", "别的县");
    assert_int_equal(upward_gather(other.center.store, UPWARD, TOLD_MS, &sum, &err), STATUS_FOREIGN);
    assert_non_null(strstr(err.text, "--center"));
    assert_int_equal(sum.changes, 0);
    must(store_begin(UPWARD, "test", &err), &err);
    must(store_meta_set_int(UPWARD, "practice", 1, &err), &err);
    must(store_commit(UPWARD, &err), &err);
    assert_int_equal(upward_gather(COUNTY, UPWARD, TOLD_MS, &sum, &err), STATUS_FORBIDDEN);
    assert_non_null(strstr(err.text, "练习"));
    world_close(&other);
}

/* Anything, in any order; equal at every stop. */
static void any_week(void **state)
{
    (void)state;
    struct node *nodes[] = {&upward_bed.county.center, &upward_bed.county.stations[0], &upward_bed.county.stations[1]};
    struct id ids[3][64];
    size_t n[3] = {0};
    uint64_t seed = 77;
    struct random_source random = random_seeded(&seed);
    struct errmsg err = {{0}};
    struct buf image;
    bool has_image = false;
    char text[32];
    for (int step = 0; step < 400; step++) {
        size_t who = (size_t)random_below(random, 3);
        uint64_t what = random_below(random, 40);
        snprintf(text, sizeof text, "第%d", step);
        if (what < 12 && n[who] < 64) {
            ids[who][n[who]++] = node_consult(nodes[who], "张三", text);
        } else if (what < 26 && n[who] > 0) {
            struct record record;
            struct id id = ids[who][random_below(random, n[who])];
            if (records_get(nodes[who]->store, &nodes[who]->actor, catalogue_find("consultation"), id, &record, NULL) != STATUS_OK)
                continue;
            if (!record.deleted) {
                must(record_set_text(&record, random_below(random, 2) ? "content" : "answer", text), &err);
                (void)records_save(nodes[who]->store, &nodes[who]->actor, nodes[who]->codes, random, &record, NULL);
            }
            record_release(&record);
        } else if (what < 28 && n[1] > 0) {
            (void)reach_move(COUNTY, &nodes[0]->actor, catalogue_find("consultation"), ids[1][random_below(random, n[1])], 2 + (int64_t)random_below(random, 2), NULL, NULL);
        } else if (what < 29 && n[who] > 0) {
            (void)reach_erase(COUNTY, &nodes[0]->actor, catalogue_find("consultation"), ids[who][random_below(random, n[who])], "要求", "何平", NULL);
        } else if (what < 30 && n[who] > 0) {
            (void)records_delete(nodes[who]->store, &nodes[who]->actor, catalogue_find("consultation"), ids[who][random_below(random, n[who])], NULL);
        } else if (what < 36) {
            if (who > 0)
                world_sync(&upward_bed.county, who - 1);
        } else if (what < 37 && !has_image) {
            upward_bed_keep(&image);
            has_image = true;
        } else if (what < 38 && has_image && random_below(random, 3) == 0 && upward_bed_number(COUNTY, "SELECT count(*) FROM erasure") == 0) {
            upward_bed_put_back(&image);
            has_image = false;
            upward_bed_begin_era(0);
            for (size_t i = 0; i < 2; i++) { /* what the stations know of it now */
                uint64_t have;
                struct hash hash;
                struct log_id log = {.station = upward_bed.county.stations[i].machine.station_no};
                memcpy(log.incarnation, upward_bed.county.stations[i].machine.incarnation, INCARNATION_BYTES);
                must(replica_have(COUNTY, &log, &have, &hash, &err), &err);
                struct store *store = upward_bed.county.stations[i].store;
                must(store_begin(store, "test", &err), &err);
                must(returned_rewind(store, 3, have, &(uint64_t){0}, &err), &err);
                must(store_commit(store, &err), &err);
            }
        } else {
            upward_bed_all_equal();
        }
    }
    if (has_image)
        buf_release(&image);
    sync_county();
    upward_bed_all_equal();
}

int main(void)
{
#define in_a_bed(test) cmocka_unit_test_setup_teardown(test, upward_bed_open_bed, upward_bed_close_bed)
    const struct CMUnitTest tests[] = {
        in_a_bed(what_a_county_does_stands_at_the_top),
        in_a_bed(nothing_new_writes_nothing),
        in_a_bed(a_killed_gatherer_goes_on),
        in_a_bed(rows_of_many_pages_come_whole),
        in_a_bed(hand_overs),
        in_a_bed(erased_by_law_is_gone_at_the_top),
        in_a_bed(what_was_erased_stays_so_when_the_center_is_put_back),
        in_a_bed(a_center_that_was_put_back),
        in_a_bed(a_center_that_lost_more_than_a_batch),
        in_a_bed(numbers_given_twice),
        in_a_bed(a_change_that_takes_an_old_place),
        in_a_bed(marks_stay_few),
        in_a_bed(own_changes_are_passed_over_by_parts),
        in_a_bed(what_does_not_fit_is_refused),
        in_a_bed(any_week),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
