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

enum { TOLD_MS = 1767225600, ORG = 2 };

/* A county with two stations, and a hub of which the county's upward store is the one station. */
struct bed {
    struct world county, hub;
};

static struct bed bed;

#define COUNTY (bed.county.center.store)
#define UPWARD (bed.hub.stations[0].store)
#define HUB (bed.hub.center.store)

static int open_bed(void **state)
{
    (void)state;
    world_open(&bed.county, 2, NULL);
    world_open(&bed.hub, 1, NULL);
    for (size_t i = 0; i < 2; i++)
        world_sync(&bed.county, i);
    world_sync(&bed.hub, 0);
    return 0;
}

static int close_bed(void **state)
{
    (void)state;
    world_close(&bed.county);
    world_close(&bed.hub);
    return 0;
}

#define must(call)                                                                        \
    do {                                                                                  \
        enum status must_status = (call);                                                 \
        if (must_status != STATUS_OK)                                                     \
            fail_msg("%s: %s: %s", #call, status_name(must_status), errmsg_text(&err, must_status)); \
    } while (0)

static struct upward_gathered gather_all(void)
{
    struct upward_gathered sum = {.more = true};
    struct errmsg err = {{0}};
    for (int calls = 0; sum.more; calls++) {
        assert_true(calls < 1000);
        must(upward_gather(COUNTY, UPWARD, TOLD_MS, &sum, &err));
    }
    return sum;
}

static void expect_equal_rows(struct store *county, struct store *top)
{
    struct buf below, above;
    buf_init(&below, 1 << 26);
    buf_init(&above, 1 << 26);
    county_rows(county, &below);
    top_rows(top, ORG, &above);
    if (strcmp(buf_cstr(&below), buf_cstr(&above)) != 0)
        fail_msg("county:\n%s\ntop:\n%s", buf_cstr(&below), buf_cstr(&above));
    buf_release(&below);
    buf_release(&above);
}

static int64_t number(struct store *store, const char *sql)
{
    struct stmt *stmt = store_prepare(store, sql);
    enum status status;
    assert_true(stmt_row(stmt, &status, NULL));
    int64_t value = stmt_column_int(stmt, 0);
    stmt_reset(stmt);
    return value;
}

/* Gathered, sent, and the same at the top as below; nothing was asked of anybody there. */
static void all_equal(void)
{
    (void)gather_all();
    assert_int_equal(world_sync(&bed.hub, 0).quarantined, 0);
    expect_equal_rows(COUNTY, HUB);
    expect_equal_rows(COUNTY, UPWARD);
    assert_int_equal(number(HUB, "SELECT count(*) FROM conflict"), 0);
    assert_int_equal(number(UPWARD, "SELECT count(*) FROM base"), 0);
    assert_int_equal(top_headers(HUB, ORG, COUNTY), number(COUNTY, "SELECT count(*) FROM change"));
    node_verify(&bed.hub.center);
    node_verify(&bed.hub.stations[0]);
}

static void sync_county(void)
{
    for (int round = 0; round < 2; round++)
        for (size_t i = 0; i < 2; i++)
            world_sync(&bed.county, i);
}

/* An own change of any kind, as a newer program might write it. */
static struct id write_change(struct node *node, uint64_t type_no, enum change_op op, struct id id, const struct buf *body, int64_t scope)
{
    struct errmsg err = {{0}};
    struct change change = {.at_ms = 5, .user = "li", .type_no = type_no, .id = id, .op = op, .scope = scope};
    int64_t lsn;
    must(store_begin(node->store, "test", &err));
    must(changelog_append_own(node->store, node->machine.center, &change, body->data, body->len, &lsn, &err));
    must(store_commit(node->store, &err));
    return id;
}

static void what_a_county_does_stands_at_the_top(void **state)
{
    (void)state;
    struct node *center = &bed.county.center, *one = &bed.county.stations[0], *two = &bed.county.stations[1];
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
    write_change(center, user->no, CHANGE_PUT, (struct id){{2}}, &body, 1);
    sync_county();
    all_equal();

    node_set(one, "consultation", first, "content", "欠薪三个月");
    node_set(center, "consultation", first, "content", "欠薪四个月"); /* a conflict */
    node_set(center, "person", person, "phone", "13900000002");
    node_set(two, "consultation", second, "phone", "13900000003");
    must(records_delete(two->store, &two->actor, catalogue_find("consultation"), gone, &err));
    sync_county();
    assert_int_equal(node_conflicts(center), 1);
    all_equal();
    struct record shown;
    must(records_get(COUNTY, &center->actor, catalogue_find("consultation"), first, &shown, &err));
    must(records_resolve(COUNTY, &center->actor, &shown, catalogue_field(shown.type, "content"), value_string("欠薪五个月"), &err));
    record_release(&shown);
    all_equal();
    assert_true(top_says(HUB, "欠薪五个月"));
    assert_false(top_says(HUB, "argon2id"));

    /* Of a newer program: a field, a type, a kind of change; and what the center refuses. */
    buf_clear(&body);
    cbor_put_map(&body, 2);
    cbor_put_uint(&body, catalogue_field(catalogue_find("consultation"), "content")->no);
    cbor_put_text(&body, "新", 3);
    cbor_put_uint(&body, 1234);
    cbor_put_text(&body, "新字段", 9);
    write_change(one, catalogue_find("consultation")->no, CHANGE_PUT, first, &body, 2);
    write_change(one, 900, CHANGE_PUT, (struct id){{9}}, &body, 2);
    write_change(one, catalogue_find("consultation")->no, (enum change_op)40, first, &body, 2);
    write_change(one, catalogue_find("consultation")->no, CHANGE_PUT, (struct id){{8}}, &body, 3); /* not its org's */
    buf_clear(&body);
    cbor_put_array(&body, 1);
    cbor_put_bool(&body, true);
    write_change(one, 901, CHANGE_PUT, (struct id){{7}}, &body, 2);
    sync_county();
    assert_int_equal(number(COUNTY, "SELECT count(*) FROM quarantine"), 1);
    all_equal();
    assert_true(top_says(HUB, "新字段"));
    assert_int_equal(top_chains(HUB, ORG, COUNTY), 3);
    buf_release(&body);
}

static void nothing_new_writes_nothing(void **state)
{
    (void)state;
    all_equal();
    uint64_t before = (uint64_t)number(UPWARD, "SELECT max(lsn) FROM change");
    struct upward_gathered sum = gather_all();
    assert_int_equal(sum.changes + sum.appended + sum.anew, 0);
    assert_int_equal(number(UPWARD, "SELECT max(lsn) FROM change"), before);
    struct upward_state at;
    node_consult(&bed.county.center, "张三", "甲");
    node_consult(&bed.county.center, "张三", "乙");
    assert_int_equal(upward_state(COUNTY, UPWARD, 100, &at, NULL), STATUS_OK);
    assert_int_equal(at.waiting, 2);
    assert_int_equal(at.told_ms, TOLD_MS);
    assert_int_equal(upward_state(COUNTY, UPWARD, 1, &at, NULL), STATUS_OK);
    assert_int_equal(at.waiting, 1);
    sum = gather_all();
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
        node_consult(&bed.county.stations[i % 2], "张三", i % 50 == 0 ? "第五十" : "欠薪");
    sync_county();
    must(store_image(UPWARD, &image, &err));
    must(upward_gather(COUNTY, UPWARD, TOLD_MS, &sum, &err));
    assert_true(sum.changes <= UPWARD_BATCH_CHANGES && sum.more);
    must(store_set_image(UPWARD, image.data, image.len, &err));
    must(upward_gather(COUNTY, UPWARD, TOLD_MS, &sum, &err));
    all_equal();
    assert_int_equal(number(UPWARD, "SELECT count(*) FROM change WHERE type=58"), number(COUNTY, "SELECT count(*) FROM change"));
    buf_release(&image);
}

/* Longer than a person may type, and fields of a newer program: told in more than one change. */
static struct id row_of_many_pages(struct node *node)
{
    static const char *const fields[] = {"content", "answer"};
    struct id id = node_consult(node, "张三", "长");
    char *text = malloc(60001);
    struct buf body;
    assert_non_null(text);
    memset(text, 'z', 60000);
    text[60000] = '\0';
    buf_init(&body, CHANGE_BODY_MAX_BYTES);
    for (size_t i = 0; i < 6; i++) {
        uint64_t no = i < 2 ? catalogue_field(catalogue_find("consultation"), fields[i])->no : 2000 + i;
        buf_clear(&body);
        cbor_put_map(&body, 1);
        cbor_put_uint(&body, no);
        cbor_put_text(&body, text, 50000 - i);
        write_change(node, catalogue_find("consultation")->no, CHANGE_PUT, id, &body, 1);
    }
    buf_release(&body);
    free(text);
    return id;
}

static void rows_of_many_pages_come_whole(void **state)
{
    (void)state;
    (void)row_of_many_pages(&bed.county.center);
    all_equal();
    assert_int_equal(number(HUB, "SELECT count(*)=2 FROM change WHERE type=58 AND length(body)>100000"), 1);
}

static void hand_overs(void **state)
{
    (void)state;
    struct node *center = &bed.county.center, *one = &bed.county.stations[0], *two = &bed.county.stations[1];
    struct errmsg err = {{0}};
    struct id moved = node_consult(one, "张三", "移交"), shared = node_consult(one, "李四", "协办");
    sync_county();
    all_equal();
    must(reach_move(COUNTY, &center->actor, catalogue_find("consultation"), moved, 3, NULL, &err));
    must(reach_share(COUNTY, &center->actor, catalogue_find("consultation"), shared, 3, true, NULL, &err));
    node_set(one, "consultation", moved, "phone", "13900000009"); /* it had not heard of it */
    sync_county();
    node_set(two, "consultation", moved, "answer", "接手");
    node_set(two, "consultation", shared, "answer", "协办意见");
    sync_county();
    all_equal(); /* with the org of each row */
    must(reach_share(COUNTY, &center->actor, catalogue_find("consultation"), shared, 3, false, NULL, &err));
    sync_county();
    all_equal();
}

static void erase(struct id id)
{
    struct node *center = &bed.county.center;
    struct errmsg err = {{0}};
    must(reach_erase(COUNTY, &center->actor, catalogue_find("consultation"), id, "本人要求", "何平", &err));
}

/* Proven gone at the top, too: row, changes, what was told before. The chain stays whole, and who erased it and why stands. */
static void erased_by_law_is_gone_at_the_top(void **state)
{
    (void)state;
    struct node *one = &bed.county.stations[0];
    struct id told = node_consult(one, "秘密甲", "秘密的事"), untold = node_consult(one, "秘密乙", "还没有报"), other = node_consult(one, "张三", "留下");
    struct upward_gathered sum;
    sync_county();
    node_set(one, "consultation", told, "content", "秘密的事二");
    sync_county();
    all_equal();
    assert_true(top_says(HUB, "秘密的事二"));
    (void)other;
    erase(told);
    sum = gather_all();
    assert_int_equal(sum.erased, 1);
    world_sync(&bed.hub, 0);
    assert_false(top_says(HUB, "秘密甲"));
    assert_false(top_says(HUB, "秘密的事"));
    assert_false(top_says(UPWARD, "秘密的事"));
    assert_true(top_says(HUB, "本人要求"));
    assert_true(top_says(HUB, "还没有报"));
    all_equal();
    assert_int_equal(top_chains(HUB, ORG, COUNTY), 2);

    node_set(one, "consultation", untold, "content", "没有报过的");
    world_sync(&bed.county, 0);
    erase(untold); /* an edit and the erasure in one batch */
    node_set(one, "consultation", untold, "content", "来得晚的"); /* it had not heard */
    sync_county();
    all_equal();
    assert_false(top_says(HUB, "秘密乙"));
    assert_false(top_says(HUB, "没有报过的"));
    assert_false(top_says(HUB, "来得晚的"));
    assert_int_equal(top_chains(HUB, ORG, COUNTY), 2);

    struct id never = node_consult(one, "秘密丙", "从来没有报过");
    world_sync(&bed.county, 0);
    erase(never);
    sum = gather_all();
    assert_int_equal(sum.erased, 0); /* nothing was told of it */
    all_equal();
    assert_int_equal(top_chains(HUB, ORG, COUNTY), 2);
}

static void begin_era(uint64_t differing)
{
    struct node *center = &bed.county.center;
    struct errmsg err = {{0}};
    must(store_begin(COUNTY, "test", &err));
    must(order_begin_era(COUNTY, differing, center->random, &err));
    must(store_commit(COUNTY, &err));
}

static void keep(struct buf *image)
{
    node_keep(&bed.county.center, image);
}

static void put_back(struct buf *image)
{
    struct errmsg err = {{0}};
    must(store_set_image(COUNTY, image->data, image->len, &err));
    buf_release(image);
}

/* The backup that the center was restored from still has what was erased after it: that does not go up again. */
static void what_was_erased_stays_so_when_the_center_is_put_back(void **state)
{
    (void)state;
    struct node *center = &bed.county.center;
    struct buf image;
    struct id id = node_consult(center, "秘密丁", "备份里还有的");
    all_equal();
    keep(&image);
    erase(id);
    all_equal();
    assert_false(top_says(HUB, "备份里还有的"));
    put_back(&image);
    begin_era(0);
    node_set(center, "consultation", id, "content", "备份里还有的二");
    (void)gather_all();
    world_sync(&bed.hub, 0);
    assert_false(top_says(UPWARD, "备份里还有的"));
    assert_false(top_says(HUB, "备份里还有的"));
    assert_false(top_says(HUB, "秘密丁"));
    erase(id); /* once more, as who has to see to it must */
    all_equal();
}

static void a_center_that_was_put_back(void **state)
{
    (void)state;
    struct node *center = &bed.county.center;
    struct buf image;
    struct id kept = node_consult(center, "张三", "在备份里"), lost;
    all_equal();
    keep(&image);
    node_set(center, "consultation", kept, "content", "备份之后改的");
    lost = node_consult(center, "李四", "备份之后的");
    all_equal();
    put_back(&image);
    begin_era(0);
    struct upward_gathered sum = gather_all(); /* nothing new yet: what was lost is taken back all the same */
    assert_true(sum.rewound);
    assert_true(sum.anew > 0);
    all_equal();
    char *text = node_get(center, "consultation", kept, "content");
    assert_string_equal(text, "在备份里");
    free(text);
    assert_null(node_get(center, "consultation", lost, "content"));
    for (int i = 0; i < 5; i++)
        node_consult(center, "王五", "恢复以后");
    all_equal();
    assert_false(gather_all().rewound);
}

/* More than one call tells anew: though nothing is new at the center, and the program was killed in between. */
static void a_center_that_lost_more_than_a_batch(void **state)
{
    (void)state;
    struct node *center = &bed.county.center;
    struct upward_gathered sum = {.more = true};
    struct errmsg err = {{0}};
    struct buf image;
    all_equal();
    keep(&image);
    must(store_begin(COUNTY, "test", &err));
    for (int i = 0; i < 2 * UPWARD_BATCH_CHANGES + 40; i++)
        node_consult(center, "李四", "备份之后的");
    must(store_commit(COUNTY, &err));
    all_equal();
    put_back(&image);
    begin_era(0);
    must(upward_gather(COUNTY, UPWARD, TOLD_MS, &sum, &err));
    assert_true(sum.rewound && sum.more);
    assert_in_range(sum.anew, 1, UPWARD_BATCH_CHANGES);
    sum = gather_all(); /* the next program */
    assert_false(sum.rewound);
    assert_true(sum.anew > UPWARD_BATCH_CHANGES);
    all_equal();
}

/* Numbers that were given again before anybody noticed, by other changes; later they move into the new era. */
static void numbers_given_twice(void **state)
{
    (void)state;
    struct node *center = &bed.county.center, *one = &bed.county.stations[0];
    struct buf image;
    all_equal();
    uint64_t at = (uint64_t)number(COUNTY, "SELECT max(lsn) FROM change");
    keep(&image);
    node_consult(center, "张三", "第一次");
    node_consult(center, "张三", "第一次二");
    all_equal();
    put_back(&image);
    node_consult(center, "李四", "第二次");
    node_consult(center, "李四", "第二次二");
    node_consult(center, "李四", "第二次三");
    all_equal(); /* as many numbers as before and more */
    node_consult(one, "王五", "站上的");
    sync_county();
    all_equal();
    begin_era(at + 1);
    all_equal();
    node_consult(center, "李四", "新的一段");
    all_equal();
}

/* Lost at the center, handed over again by its station: it takes the place that it had, between what is there. */
static void a_change_that_takes_an_old_place(void **state)
{
    (void)state;
    struct node *center = &bed.county.center, *one = &bed.county.stations[0];
    struct errmsg err = {{0}};
    struct buf image;
    struct id id = node_consult(one, "张三", "原来");
    sync_county();
    all_equal();
    struct replica_state before;
    must(replica_state(one->store, &before, &err));
    uint64_t common = (uint64_t)number(COUNTY, "SELECT max(lsn) FROM change");
    keep(&image);
    node_set(one, "consultation", id, "content", "站上改的");
    node_set(one, "consultation", id, "phone", "13900000005");
    sync_county();
    all_equal();
    put_back(&image);
    begin_era(0);
    node_set(center, "consultation", id, "content", "恢复以后中心改的");
    all_equal();
    must(store_begin(one->store, "test", &err));
    must(returned_rewind(one->store, common, before.have_seq, &(uint64_t){0}, &err));
    must(store_commit(one->store, &err));
    sync_county();
    assert_true(number(COUNTY, "SELECT count(*) FROM change WHERE given IS NOT NULL") > 0);
    all_equal();
    assert_true(top_says(HUB, "站上改的"));
}

/* Few marks over many batches, and the way far back goes through them. */
static void marks_stay_few(void **state)
{
    (void)state;
    struct errmsg err = {{0}};
    struct upward_gathered sum = {0};
    struct buf image;
    node_consult(&bed.county.center, "张三", "最早");
    gather_all();
    keep(&image);
    for (int i = 0; i < 400; i++) {
        node_consult(&bed.county.center, "张三", "多");
        must(upward_gather(COUNTY, UPWARD, TOLD_MS, &sum, &err));
    }
    int64_t marks = number(UPWARD, "SELECT length(value)/24 FROM meta WHERE name='upward_marks'");
    assert_true(marks >= 8 && marks <= 40);
    put_back(&image);
    begin_era(0);
    node_consult(&bed.county.center, "张三", "以后");
    sum = gather_all();
    assert_true(sum.rewound);
    assert_true(sum.anew >= 400);
    all_equal();
}

/* The upward store itself is an earlier copy: its cursor is, too. */
/* Behind a long first gathering stand only own changes: they are passed over in calls that are short, too. */
static void own_changes_are_passed_over_by_parts(void **state)
{
    struct upward_gathered out = {.more = true};
    struct errmsg err = {{0}};
    int64_t looked = 0, most = 0;
    (void)state;
    must(store_begin(COUNTY, "test", &err));
    for (int i = 0; i < 2 * UPWARD_LOOK_CHANGES + 300; i++)
        node_consult(&bed.county.center, "某人", "欠薪");
    must(store_commit(COUNTY, &err));
    while (out.more) {
        must(upward_gather(COUNTY, UPWARD, TOLD_MS, &out, &err));
        int64_t now = store_meta_int(UPWARD, "upward_copies", 0);
        most = now - looked > most ? now - looked : most;
        looked = now;
    }
    assert_in_range(most, 1, UPWARD_LOOK_CHANGES + 100); /* by local number: the few changes of another kind count, too */
    assert_in_range(looked, number(UPWARD, "SELECT max(lsn) FROM change WHERE type=58") - UPWARD_LOOK_CHANGES, INT64_MAX); /* what is left is not passed over again and again */
}

static void an_upward_store_that_was_put_back(void **state)
{
    (void)state;
    struct buf image;
    node_consult(&bed.county.center, "张三", "一");
    all_equal();
    node_keep(&bed.hub.stations[0], &image);
    node_consult(&bed.county.center, "张三", "二");
    all_equal();
    node_put_back(&bed.hub.stations[0], &image, 4);
    node_consult(&bed.county.center, "张三", "三");
    all_equal();
    assert_int_equal(gather_all().appended, 0); /* what the other copy told the center has: the cursor came by it */
    buf_release(&image);
}

/* Of the row's changes in the upward store, how many this op has in the present log. */
static size_t own_changes(struct id id, enum change_op op)
{
    struct stmt *stmt = store_prepare(UPWARD, "SELECT header FROM change WHERE id=?1 AND log=?2");
    struct errmsg err = {{0}};
    struct log_info own;
    enum status status;
    size_t n = 0, len;
    must(changelog_own(UPWARD, &own, &err));
    stmt_id(stmt, 1, id);
    stmt_int(stmt, 2, own.no);
    while (stmt_row(stmt, &status, NULL)) {
        struct change change;
        const uint8_t *header = stmt_column_blob(stmt, 0, &len);
        assert_int_equal(change_decode_header(header, len, &change), STATUS_OK);
        n += change.op == op;
    }
    return n;
}

/* The copy of the upward store that was kept so; released. */
static void go_on_as(const struct machine *copy, struct buf *image)
{
    struct errmsg err = {{0}};
    must(store_set_image(UPWARD, image->data, image->len, &err));
    bed.hub.stations[0].machine = *copy;
    buf_release(image);
}

/* Center and upward store of one moment: nobody there knows what was told since. It comes down from the hub, and what the center does not have is told as it stands. */
static void both_put_back_to_one_moment(void **state)
{
    (void)state;
    struct node *center = &bed.county.center;
    struct buf image, upward, late_store, here_store;
    struct machine late, here;
    struct id kept = node_consult(center, "张三", "在备份里"), lost;
    all_equal();
    keep(&image);
    node_keep(&bed.hub.stations[0], &upward);
    node_set(center, "consultation", kept, "content", "备份之后改的");
    lost = node_consult(center, "李四", "备份之后的");
    all_equal();
    put_back(&image);
    node_put_back(&bed.hub.stations[0], &upward, 5);
    world_sync(&bed.hub, 0);
    struct upward_gathered sum = gather_all();
    assert_false(sum.rewound);
    assert_int_equal(sum.anew, 2);
    all_equal();
    assert_int_equal(own_changes(lost, CHANGE_PUT), 1);
    assert_int_equal(gather_all().appended, 0); /* once */
    /* two copies that both answer do not answer each other, but one is answered whose late word of a row is not how it stands now */
    node_put_back(&bed.hub.stations[0], &upward, 6);
    world_sync(&bed.hub, 0);
    assert_int_equal(gather_all().anew, 2);
    late = bed.hub.stations[0].machine;
    node_keep(&bed.hub.stations[0], &late_store);
    node_put_back(&bed.hub.stations[0], &upward, 7);
    world_sync(&bed.hub, 0);
    assert_int_equal(gather_all().anew, 2);
    node_set(center, "consultation", kept, "content", "以后改的");
    all_equal();
    here = bed.hub.stations[0].machine;
    node_keep(&bed.hub.stations[0], &here_store);
    go_on_as(&late, &late_store);
    world_sync(&bed.hub, 0);
    go_on_as(&here, &here_store);
    world_sync(&bed.hub, 0);
    assert_int_equal(gather_all().anew, 1);
    all_equal();
    assert_int_equal(gather_all().appended, 0);
    buf_release(&upward);
}

/* The same of a row that takes more than one change to tell. */
static void copies_that_answer_with_long_rows_do_not_answer_each_other(void **state)
{
    (void)state;
    struct node *center = &bed.county.center;
    struct buf image, upward, first_store;
    struct machine first;
    struct id id = row_of_many_pages(center);
    all_equal();
    keep(&image);
    node_keep(&bed.hub.stations[0], &upward);
    node_set(center, "consultation", id, "phone", "13900000001");
    all_equal();
    put_back(&image);
    for (uint8_t copy = 5; copy <= 6; copy++) {
        first = bed.hub.stations[0].machine;
        node_keep(&bed.hub.stations[0], &first_store); /* at last: the first copy, which answered */
        if (copy == 5)
            buf_release(&first_store);
        node_put_back(&bed.hub.stations[0], &upward, copy);
        world_sync(&bed.hub, 0);
        assert_int_equal(gather_all().anew, 1);
        world_sync(&bed.hub, 0);
    }
    assert_true(own_changes(id, CHANGE_PUT) > 1);
    go_on_as(&first, &first_store);
    world_sync(&bed.hub, 0);
    assert_int_equal(gather_all().anew, 0);
    all_equal();
    buf_release(&upward);
}

/* A hub may lose what another copy told it: the erasure stands on the own log, too, with the headers of what it emptied. */
static void what_another_copy_erased_is_erased_by_the_own_log(void **state)
{
    (void)state;
    struct node *center = &bed.county.center;
    struct buf image, before;
    struct id id = node_consult(center, "秘密戊", "不留的事");
    (void)node_consult(center, "张三", "留下");
    node_keep(&bed.hub.stations[0], &before);
    all_equal();
    keep(&image);
    node_set(center, "consultation", id, "content", "不留的事二");
    erase(id);
    all_equal();
    assert_int_equal(own_changes(id, CHANGE_ERASE), 1);
    /* the folder is lost: a new one tells everything, and hears afterwards what the old one had told */
    node_put_back(&bed.hub.stations[0], &before, 6);
    (void)gather_all();
    world_sync(&bed.hub, 0);
    assert_int_equal(own_changes(id, CHANGE_ERASE), 0);
    assert_int_equal(gather_all().erased, 1);
    assert_int_equal(own_changes(id, CHANGE_ERASE), 1);
    all_equal();
    assert_int_equal(gather_all().appended, 0);
    /* and where the center lost the erasure as well */
    node_put_back(&bed.hub.stations[0], &before, 7);
    put_back(&image);
    begin_era(0);
    (void)gather_all();
    world_sync(&bed.hub, 0);
    assert_int_equal(own_changes(upward_alias(id), CHANGE_PUT), 0);
    (void)gather_all();
    assert_int_equal(own_changes(id, CHANGE_ERASE), 1);
    assert_int_equal(own_changes(upward_alias(id), CHANGE_PUT), 1); /* the header of the one change that the center has */
    world_sync(&bed.hub, 0);
    assert_false(top_says(HUB, "不留的事"));
    assert_false(top_says(UPWARD, "不留的事"));
    assert_true(top_says(HUB, "留下"));
    erase(id); /* once more, as who has to see to it must */
    all_equal();
    buf_release(&before);
}

/* The other copy told a row; erased since, it goes with the present log, which never told more of it than headers. Once, however often it is heard. */
static void what_another_copy_told_of_an_erased_row(void **state)
{
    (void)state;
    struct node *center = &bed.county.center;
    struct buf before, told;
    node_keep(&bed.hub.stations[0], &before);
    struct id id = node_consult(center, "秘密己", "别份报过的");
    all_equal();
    node_keep(&bed.hub.stations[0], &told);
    assert_true(top_says(HUB, "别份报过的"));
    node_put_back(&bed.hub.stations[0], &before, 6);
    erase(id);
    (void)gather_all();
    assert_int_equal(own_changes(id, CHANGE_ERASE), 0);
    world_sync(&bed.hub, 0);
    assert_int_equal(gather_all().erased, 1);
    assert_int_equal(own_changes(id, CHANGE_ERASE), 1);
    all_equal();
    assert_false(top_says(HUB, "别份报过的"));
    assert_false(top_says(UPWARD, "别份报过的"));
    /* a copy that told the row itself erases it when its cursor comes by, and hears that the other one did so, too */
    node_put_back(&bed.hub.stations[0], &told, 7);
    assert_int_equal(gather_all().erased, 1);
    world_sync(&bed.hub, 0);
    assert_int_equal(gather_all().erased, 0);
    assert_int_equal(own_changes(id, CHANGE_ERASE), 1);
    all_equal();
    buf_release(&before);
    buf_release(&told);
}

static void what_does_not_fit_is_refused(void **state)
{
    (void)state;
    struct errmsg err = {{0}};
    struct upward_gathered sum = {0};
    struct world other;
    all_equal();
    assert_int_equal(upward_gather(bed.county.stations[0].store, UPWARD, TOLD_MS, &sum, &err), STATUS_FORBIDDEN);
    assert_non_null(strstr(err.text, "站2"));
    assert_int_equal(upward_gather(COUNTY, HUB, TOLD_MS, &sum, &err), STATUS_FORBIDDEN);
    assert_non_null(strstr(err.text, "enrol"));
    world_open(&other, 0, NULL);
    node_consult(&other.center, "张三", "别的县");
    must(store_begin(other.center.store, "test", &err));
    must(store_commit(other.center.store, &err));
    /* Made with the same seed, the two counties begin alike; the first change of a real one is its own. */
    must(store_exec(other.center.store, "CREATE TEMP TABLE t(x)", &err));
    store_close(other.center.store);
    must(store_open(&other.center.store, ":memory:", STORE_CREATE, &err));
    struct machine machine = {.center = true, .org = 1, .name = "别的县", .area = "320118", .incarnation = {7}};
    must(store_begin(other.center.store, "test", &err));
    must(machine_create(other.center.store, &machine, &err));
    must(store_commit(other.center.store, &err));
    other.center.machine = machine;
    assert_int_equal(upward_gather(other.center.store, UPWARD, TOLD_MS, &sum, &err), STATUS_FOREIGN);
    node_consult(&other.center, "张三", "别的县");
    assert_int_equal(upward_gather(other.center.store, UPWARD, TOLD_MS, &sum, &err), STATUS_FOREIGN);
    assert_non_null(strstr(err.text, "--center"));
    assert_int_equal(sum.changes, 0);
    must(store_begin(UPWARD, "test", &err));
    must(store_meta_set_int(UPWARD, "practice", 1, &err));
    must(store_commit(UPWARD, &err));
    assert_int_equal(upward_gather(COUNTY, UPWARD, TOLD_MS, &sum, &err), STATUS_FORBIDDEN);
    assert_non_null(strstr(err.text, "练习"));
    world_close(&other);
}

/* Anything, in any order; equal at every stop. */
static void any_week(void **state)
{
    (void)state;
    struct node *nodes[] = {&bed.county.center, &bed.county.stations[0], &bed.county.stations[1]};
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
                must(record_set_text(&record, random_below(random, 2) ? "content" : "answer", text));
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
                world_sync(&bed.county, who - 1);
        } else if (what < 37 && !has_image) {
            keep(&image);
            has_image = true;
        } else if (what < 38 && has_image && random_below(random, 3) == 0 && number(COUNTY, "SELECT count(*) FROM erasure") == 0) {
            put_back(&image);
            has_image = false;
            begin_era(0);
            for (size_t i = 0; i < 2; i++) { /* what the stations know of it now */
                uint64_t have;
                struct hash hash;
                struct log_id log = {.station = bed.county.stations[i].machine.station_no};
                memcpy(log.incarnation, bed.county.stations[i].machine.incarnation, INCARNATION_BYTES);
                must(replica_have(COUNTY, &log, &have, &hash, &err));
                struct store *store = bed.county.stations[i].store;
                must(store_begin(store, "test", &err));
                must(returned_rewind(store, 3, have, &(uint64_t){0}, &err));
                must(store_commit(store, &err));
            }
        } else {
            all_equal();
        }
    }
    if (has_image)
        buf_release(&image);
    sync_county();
    all_equal();
}

int main(void)
{
#define in_a_bed(test) cmocka_unit_test_setup_teardown(test, open_bed, close_bed)
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
        in_a_bed(an_upward_store_that_was_put_back),
        in_a_bed(both_put_back_to_one_moment),
        in_a_bed(copies_that_answer_with_long_rows_do_not_answer_each_other),
        in_a_bed(what_another_copy_erased_is_erased_by_the_own_log),
        in_a_bed(what_another_copy_told_of_an_erased_row),
        in_a_bed(what_does_not_fit_is_refused),
        in_a_bed(any_week),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
