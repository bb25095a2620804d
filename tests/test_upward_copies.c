/* tests/test_upward_copies.c - a county whose upward store, or whose center with it, was put back: copies of it told the hub other things. */
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

static void an_upward_store_that_was_put_back(void **state)
{
    (void)state;
    struct buf image;
    node_consult(&upward_bed.county.center, "张三", "一");
    upward_bed_all_equal();
    node_keep(&upward_bed.hub.stations[0], &image);
    node_consult(&upward_bed.county.center, "张三", "二");
    upward_bed_all_equal();
    node_put_back(&upward_bed.hub.stations[0], &image, 4);
    node_consult(&upward_bed.county.center, "张三", "三");
    upward_bed_all_equal();
    assert_int_equal(upward_bed_gather_all().appended, 0); /* what the other copy told the center has: the cursor came by it */
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
    must(changelog_own(UPWARD, &own, &err), &err);
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
    must(store_set_image(UPWARD, image->data, image->len, &err), &err);
    upward_bed.hub.stations[0].machine = *copy;
    buf_release(image);
}

/* Center and upward store of one moment: nobody there knows what was told since. It comes down from the hub, and what the center does not have is told as it stands. */
static void both_put_back_to_one_moment(void **state)
{
    (void)state;
    struct node *center = &upward_bed.county.center;
    struct buf image, upward, late_store, here_store;
    struct machine late, here;
    struct id kept = node_consult(center, "张三", "在备份里"), lost;
    upward_bed_all_equal();
    upward_bed_keep(&image);
    node_keep(&upward_bed.hub.stations[0], &upward);
    node_set(center, "consultation", kept, "content", "备份之后改的");
    lost = node_consult(center, "李四", "备份之后的");
    upward_bed_all_equal();
    upward_bed_put_back(&image);
    node_put_back(&upward_bed.hub.stations[0], &upward, 5);
    world_sync(&upward_bed.hub, 0);
    struct upward_gathered sum = upward_bed_gather_all();
    assert_false(sum.rewound);
    assert_int_equal(sum.anew, 2);
    upward_bed_all_equal();
    assert_int_equal(own_changes(lost, CHANGE_PUT), 1);
    assert_int_equal(upward_bed_gather_all().appended, 0); /* once */
    /* two copies that both answer do not answer each other, but one is answered whose late word of a row is not how it stands now */
    node_put_back(&upward_bed.hub.stations[0], &upward, 6);
    world_sync(&upward_bed.hub, 0);
    assert_int_equal(upward_bed_gather_all().anew, 2);
    late = upward_bed.hub.stations[0].machine;
    node_keep(&upward_bed.hub.stations[0], &late_store);
    node_put_back(&upward_bed.hub.stations[0], &upward, 7);
    world_sync(&upward_bed.hub, 0);
    assert_int_equal(upward_bed_gather_all().anew, 2);
    node_set(center, "consultation", kept, "content", "以后改的");
    upward_bed_all_equal();
    here = upward_bed.hub.stations[0].machine;
    node_keep(&upward_bed.hub.stations[0], &here_store);
    go_on_as(&late, &late_store);
    world_sync(&upward_bed.hub, 0);
    go_on_as(&here, &here_store);
    world_sync(&upward_bed.hub, 0);
    assert_int_equal(upward_bed_gather_all().anew, 1);
    upward_bed_all_equal();
    assert_int_equal(upward_bed_gather_all().appended, 0);
    buf_release(&upward);
}

/* The same of a row that takes more than one change to tell. */
static void copies_that_answer_with_long_rows_do_not_answer_each_other(void **state)
{
    (void)state;
    struct node *center = &upward_bed.county.center;
    struct buf image, upward, first_store;
    struct machine first;
    struct id id = upward_bed_row_of_many_pages(center);
    upward_bed_all_equal();
    upward_bed_keep(&image);
    node_keep(&upward_bed.hub.stations[0], &upward);
    node_set(center, "consultation", id, "phone", "13900000001");
    upward_bed_all_equal();
    upward_bed_put_back(&image);
    for (uint8_t copy = 5; copy <= 6; copy++) {
        first = upward_bed.hub.stations[0].machine;
        node_keep(&upward_bed.hub.stations[0], &first_store); /* at last: the first copy, which answered */
        if (copy == 5)
            buf_release(&first_store);
        node_put_back(&upward_bed.hub.stations[0], &upward, copy);
        world_sync(&upward_bed.hub, 0);
        assert_int_equal(upward_bed_gather_all().anew, 1);
        world_sync(&upward_bed.hub, 0);
    }
    assert_true(own_changes(id, CHANGE_PUT) > 1);
    go_on_as(&first, &first_store);
    world_sync(&upward_bed.hub, 0);
    assert_int_equal(upward_bed_gather_all().anew, 0);
    upward_bed_all_equal();
    buf_release(&upward);
}

/* A hub may lose what another copy told it: the erasure stands on the own log, too, with the headers of what it emptied. */
static void what_another_copy_erased_is_erased_by_the_own_log(void **state)
{
    (void)state;
    struct node *center = &upward_bed.county.center;
    struct buf image, before;
    struct id id = node_consult(center, "秘密戊", "不留的事");
    (void)node_consult(center, "张三", "留下");
    node_keep(&upward_bed.hub.stations[0], &before);
    upward_bed_all_equal();
    upward_bed_keep(&image);
    node_set(center, "consultation", id, "content", "不留的事二");
    upward_bed_erase(id);
    upward_bed_all_equal();
    assert_int_equal(own_changes(id, CHANGE_ERASE), 1);
    /* the folder is lost: a new one tells everything, and hears afterwards what the old one had told */
    node_put_back(&upward_bed.hub.stations[0], &before, 6);
    (void)upward_bed_gather_all();
    world_sync(&upward_bed.hub, 0);
    assert_int_equal(own_changes(id, CHANGE_ERASE), 0);
    assert_int_equal(upward_bed_gather_all().erased, 1);
    assert_int_equal(own_changes(id, CHANGE_ERASE), 1);
    upward_bed_all_equal();
    assert_int_equal(upward_bed_gather_all().appended, 0);
    /* and where the center lost the erasure as well */
    node_put_back(&upward_bed.hub.stations[0], &before, 7);
    upward_bed_put_back(&image);
    upward_bed_begin_era(0);
    (void)upward_bed_gather_all();
    world_sync(&upward_bed.hub, 0);
    assert_int_equal(own_changes(upward_alias(id), CHANGE_PUT), 0);
    (void)upward_bed_gather_all();
    assert_int_equal(own_changes(id, CHANGE_ERASE), 1);
    assert_int_equal(own_changes(upward_alias(id), CHANGE_PUT), 1); /* the header of the one change that the center has */
    world_sync(&upward_bed.hub, 0);
    assert_false(top_says(HUB, "不留的事"));
    assert_false(top_says(UPWARD, "不留的事"));
    assert_true(top_says(HUB, "留下"));
    upward_bed_erase(id); /* once more, as who has to see to it must */
    upward_bed_all_equal();
    buf_release(&before);
}

/* The other copy told a row; erased since, it goes with the present log, which never told more of it than headers. Once, however often it is heard. */
static void what_another_copy_told_of_an_erased_row(void **state)
{
    (void)state;
    struct node *center = &upward_bed.county.center;
    struct buf before, told;
    node_keep(&upward_bed.hub.stations[0], &before);
    struct id id = node_consult(center, "秘密己", "别份报过的");
    upward_bed_all_equal();
    node_keep(&upward_bed.hub.stations[0], &told);
    assert_true(top_says(HUB, "别份报过的"));
    node_put_back(&upward_bed.hub.stations[0], &before, 6);
    upward_bed_erase(id);
    (void)upward_bed_gather_all();
    assert_int_equal(own_changes(id, CHANGE_ERASE), 0);
    world_sync(&upward_bed.hub, 0);
    assert_int_equal(upward_bed_gather_all().erased, 1);
    assert_int_equal(own_changes(id, CHANGE_ERASE), 1);
    upward_bed_all_equal();
    assert_false(top_says(HUB, "别份报过的"));
    assert_false(top_says(UPWARD, "别份报过的"));
    /* a copy that told the row itself erases it when its cursor comes by, and hears that the other one did so, too */
    node_put_back(&upward_bed.hub.stations[0], &told, 7);
    assert_int_equal(upward_bed_gather_all().erased, 1);
    world_sync(&upward_bed.hub, 0);
    assert_int_equal(upward_bed_gather_all().erased, 0);
    assert_int_equal(own_changes(id, CHANGE_ERASE), 1);
    upward_bed_all_equal();
    buf_release(&before);
    buf_release(&told);
}

int main(void)
{
#define in_a_bed(test) cmocka_unit_test_setup_teardown(test, upward_bed_open_bed, upward_bed_close_bed)
    const struct CMUnitTest tests[] = {
        in_a_bed(an_upward_store_that_was_put_back),
        in_a_bed(both_put_back_to_one_moment),
        in_a_bed(copies_that_answer_with_long_rows_do_not_answer_each_other),
        in_a_bed(what_another_copy_erased_is_erased_by_the_own_log),
        in_a_bed(what_another_copy_told_of_an_erased_row),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
