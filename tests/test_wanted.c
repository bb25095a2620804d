/* tests/test_wanted.c - content that a center lacks: what is asked for, of whom and how often; what is handed back fills what is empty and nothing else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/cbor.h"
#include "core/record/catalogue.h"
#include "core/record/reach.h"
#include "core/record/wanted.h"
#include "tests/fixture.h"
#include "tests/must.h"
#include "tests/write_sql.h"

enum { MANY = WANTED_MAX + 10 };

struct bed {
    struct world world;
    struct node *station, *center;
    struct log_id log;
    struct log_path path; /* of the station's log, at the center */
};

/* A station that wrote `n` consultations, which the center has. */
static void bed_open(struct bed *bed, size_t n, struct id *last)
{
    struct errmsg err = {{0}};
    world_open(&bed->world, 2, NULL);
    bed->station = &bed->world.stations[0];
    bed->center = &bed->world.center;
    for (size_t i = 0; i < n; i++)
        *last = node_consult(bed->station, "张文芳", "工资没有发");
    world_sync(&bed->world, 0);
    bed->log.station = bed->station->machine.station_no;
    memcpy(bed->log.incarnation, bed->station->machine.incarnation, INCARNATION_BYTES);
    must(replica_path(bed->center->store, &bed->log, &bed->path, &err), &err);
}

static void run(struct node *node, const char *sql)
{
    write_sql(node->store, sql);
}

static struct wanted find(struct bed *bed, uint64_t head)
{
    struct errmsg err = {{0}};
    struct wanted wanted;
    must(store_begin(bed->center->store, "test", &err), &err);
    must(wanted_find(bed->center->store, &bed->path, head, &wanted, &err), &err);
    must(store_commit(bed->center->store, &err), &err);
    return wanted;
}

static void asked(struct bed *bed, int64_t upto)
{
    struct errmsg err = {{0}};
    must(store_begin(bed->center->store, "test", &err), &err);
    must(wanted_asked(bed->center->store, &bed->log, upto, &err), &err);
    must(store_commit(bed->center->store, &err), &err);
}

static enum status take(struct bed *bed, const void *entries, size_t len, uint64_t count)
{
    struct errmsg err = {{0}};
    must(store_begin(bed->center->store, "test", &err), &err);
    enum status status = wanted_take(bed->center->store, entries, len, count, &err);
    if (status == STATUS_OK)
        must(store_commit(bed->center->store, &err), &err);
    else
        store_rollback(bed->center->store);
    return status;
}

/* Nothing lacks: nothing is asked. What lacks is asked for once; what came since, too. */
static void test_each_is_asked_for_once(void **state)
{
    struct bed bed;
    struct id last;
    (void)state;
    bed_open(&bed, MANY, &last);
    assert_int_equal(find(&bed, MANY).n, 0);
    run(bed.center, "UPDATE change SET body=NULL WHERE log<>(SELECT value FROM meta WHERE name='own_log') AND seq<>5");
    struct wanted wanted = find(&bed, MANY);
    assert_int_equal(wanted.n, WANTED_MAX);
    assert_int_equal(wanted.seqs[3], 4);
    assert_int_equal(wanted.seqs[4], 6);
    assert_int_equal(find(&bed, 3).n, 3); /* a machine has no more than it says */
    assert_int_equal(find(&bed, MANY).n, WANTED_MAX); /* it was cut off: again */
    asked(&bed, wanted.upto);
    wanted = find(&bed, MANY);
    assert_int_equal(wanted.n, MANY - 1 - WANTED_MAX);
    asked(&bed, wanted.upto);
    assert_int_equal(find(&bed, MANY).n, 0);
    run(bed.center, "UPDATE log SET asked=0");
    asked(&bed, 0); /* never back */
    run(bed.center, "UPDATE change SET lsn=lsn+100000 WHERE seq=1 AND body IS NULL");
    wanted = find(&bed, 3); /* the first one came last */
    assert_int_equal(wanted.n, 3);
    for (uint64_t i = 0; i < 3; i++)
        assert_int_equal(wanted.seqs[i], i + 1);
    struct log_path other = bed.path;
    other.logs[0].no = 999;
    bed.path = other;
    assert_int_equal(find(&bed, MANY).n, 0); /* of another machine */
    world_close(&bed.world);
}

static void test_what_was_erased_is_not_asked_for(void **state)
{
    struct bed bed;
    struct errmsg err = {{0}};
    struct id last;
    (void)state;
    bed_open(&bed, 3, &last);
    must(reach_erase(bed.center->store, &bed.center->actor, catalogue_find("consultation"), last, "保管期满", "何平", &err), &err);
    assert_int_equal(node_number(bed.center, "SELECT count(*) FROM change WHERE body IS NULL"), 1);
    assert_int_equal(find(&bed, 3).n, 0);
    assert_true(node_number(bed.center, "SELECT max(asked) FROM log") > 0); /* looked at once, and not at every greeting */
    world_close(&bed.world);
}

/* The station hands back what it has, in pieces; the center's row is whole again. */
static void test_what_is_there_comes_back(void **state)
{
    struct bed bed;
    struct errmsg err = {{0}};
    struct id last;
    uint64_t at = 0, count = 0;
    (void)state;
    bed_open(&bed, 6, &last);
    run(bed.center, "UPDATE change SET body=NULL WHERE log<>(SELECT value FROM meta WHERE name='own_log')");
    run(bed.station, "UPDATE change SET body=NULL WHERE seq=2");
    struct wanted wanted = find(&bed, 6);
    assert_int_equal(wanted.n, 6);
    for (;;) {
        struct replica_batch batch = {0};
        buf_init(&batch.entries, 1 << 20);
        must(wanted_read(bed.station->store, wanted.seqs, wanted.n, at, 1, &batch, &at, &err), &err);
        if (batch.count == 0) {
            buf_release(&batch.entries);
            break;
        }
        assert_int_equal(batch.count, 1);
        for (size_t len = 0; len < batch.entries.len; len++)
            assert_int_equal(take(&bed, batch.entries.data, len, 1), STATUS_MALFORMED);
        for (int twice = 0; twice < 2; twice++)
            assert_int_equal(take(&bed, batch.entries.data, batch.entries.len, batch.count), STATUS_OK);
        buf_putc(&batch.entries, 0);
        assert_int_equal(take(&bed, batch.entries.data, batch.entries.len, batch.count), STATUS_MALFORMED);
        buf_release(&batch.entries);
        count++;
    }
    assert_int_equal(count, 5);
    assert_int_equal(node_number(bed.center, "SELECT count(*) FROM change WHERE body IS NULL"), 1);
    char *content = node_get(bed.center, "consultation", last, "content");
    assert_non_null(content);
    assert_string_equal(content, "工资没有发");
    free(content);
    world_close(&bed.world);
}

/* Under cover of this nothing is taken in that is not here. */
static void test_nothing_new_comes_this_way(void **state)
{
    struct bed bed;
    struct errmsg err = {{0}};
    struct id last;
    uint64_t at, number = 3;
    (void)state;
    bed_open(&bed, 2, &last);
    (void)node_consult(bed.station, "李强", "押金没有退");
    struct replica_batch batch = {0};
    buf_init(&batch.entries, 1 << 20);
    must(wanted_read(bed.station->store, &number, 1, 0, 1 << 20, &batch, &at, &err), &err);
    assert_int_equal(batch.count, 1);
    int64_t before = node_number(bed.center, "SELECT count(*) FROM change");
    assert_int_equal(take(&bed, batch.entries.data, batch.entries.len, batch.count), STATUS_OK);
    assert_int_equal(node_number(bed.center, "SELECT count(*) FROM change"), before);
    assert_int_equal(node_number(bed.center, "SELECT count(*) FROM returned"), 0);
    buf_release(&batch.entries);
    world_close(&bed.world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_is_asked_for_once),
        cmocka_unit_test(test_what_was_erased_is_not_asked_for),
        cmocka_unit_test(test_what_is_there_comes_back),
        cmocka_unit_test(test_nothing_new_comes_this_way),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
