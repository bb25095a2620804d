/* tests/test_returned_lineage.c - where logs began goes along with their changes, and a center that never met them declares them there: not twice, not where nobody can say, not on a stranger's word. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/record/branch.h"
#include "core/record/changelog.h"
#include "core/record/returned_lineage.h"
#include "tests/fixture.h"
#include "tests/must.h"

enum { STATION = 1, OTHER = 2, LONG = 40 };

static struct log_id log_named(uint32_t station, uint8_t name)
{
    struct log_id id = {.station = station};
    memset(id.incarnation, name, INCARNATION_BYTES);
    return id;
}

/* parent 0: none. */
static int64_t make_log(struct store *store, uint32_t station, uint8_t name, int64_t parent, uint64_t base)
{
    struct errmsg err = {{0}};
    struct log_id id = log_named(station, name);
    struct log_info log;
    must(branch_declare(store, &id, parent, base, &log, &err), &err);
    return log.no;
}

static bool knows(struct store *store, uint32_t station, uint8_t name, struct log_info *log)
{
    struct log_id id = log_named(station, name);
    return changelog_log(store, &id, false, log, NULL) == STATUS_OK;
}

static void declare(struct store *store, const struct returned_logs *logs, uint32_t station, uint8_t name, uint64_t seq)
{
    struct errmsg err = {{0}};
    struct log_id id = log_named(station, name);
    must(returned_logs_declare(store, logs, &id, seq, &err), &err);
}

struct bed {
    struct world world;
    struct store *station, *center;
};

static void bed_open(struct bed *bed)
{
    world_open(&bed->world, 2, NULL);
    bed->station = bed->world.stations[0].store;
    bed->center = bed->world.center.store;
    assert_int_equal(store_begin(bed->station, "test", NULL), STATUS_OK);
    assert_int_equal(store_begin(bed->center, "test", NULL), STATUS_OK);
}

static void bed_close(struct bed *bed)
{
    store_rollback(bed->station);
    store_rollback(bed->center);
    world_close(&bed->world);
}

static void add(struct bed *bed, int64_t log, struct returned_logs *logs, bool expected)
{
    struct errmsg err = {{0}};
    size_t before = logs->len;
    bool fits = !expected;
    must(returned_logs_add(bed->station, log, logs, &fits, &err), &err);
    assert_int_equal(fits, expected);
    if (!expected)
        assert_int_equal(logs->len, before);
    assert_true(returned_logs_valid(logs));
}

/* A log, begun from one that the center knows; one begun from that; told once however often they are added, the older one first. */
static void test_logs_are_declared_where_they_began(void **state)
{
    struct bed bed;
    struct log_info log, parent, root;
    struct returned_logs logs = {.len = 0};
    (void)state;
    bed_open(&bed);
    int64_t known = make_log(bed.station, OTHER, 1, 0, 0), second = make_log(bed.station, OTHER, 2, known, 5), third = make_log(bed.station, OTHER, 3, second, 8);
    add(&bed, third, &logs, true);
    assert_int_equal(logs.len, 2 * RETURNED_LOG_BYTES); /* nobody here has the first change of the first: it is not told where that began */
    add(&bed, second, &logs, true);
    add(&bed, third, &logs, true);
    assert_int_equal(logs.len, 2 * RETURNED_LOG_BYTES);
    declare(bed.center, &logs, OTHER, 3, 9);
    assert_false(knows(bed.center, OTHER, 3, &log)); /* what it was begun from is not known, nor told */
    (void)make_log(bed.center, OTHER, 1, 0, 0);
    declare(bed.center, &logs, OTHER, 3, 8);
    assert_false(knows(bed.center, OTHER, 3, &log)); /* that change would stand before its beginning */
    declare(bed.center, &logs, OTHER, 4, 9);
    assert_false(knows(bed.center, OTHER, 4, &log)); /* not told */
    declare(bed.center, &logs, OTHER, 3, 9);
    assert_true(knows(bed.center, OTHER, 3, &log) && knows(bed.center, OTHER, 2, &parent) && knows(bed.center, OTHER, 1, &root));
    assert_int_equal(log.parent, parent.no);
    assert_int_equal(log.base_seq, 8);
    assert_int_equal(parent.parent, root.no);
    assert_int_equal(parent.base_seq, 5);
    assert_int_equal(root.parent, 0);
    bed_close(&bed);
}

/* Who has a log's first change knows that nothing came before it. */
static void test_a_log_without_a_parent(void **state)
{
    struct bed bed;
    struct log_info log;
    struct returned_logs logs = {.len = 0};
    struct replica_state own;
    struct errmsg err = {{0}};
    (void)state;
    bed_open(&bed);
    store_rollback(bed.station);
    (void)node_consult(&bed.world.stations[0], "张文芳", "工资没有发");
    assert_int_equal(store_begin(bed.station, "test", NULL), STATUS_OK);
    must(replica_state(bed.station, &own, &err), &err);
    struct log_id id = {.station = own.machine.station_no};
    memcpy(id.incarnation, own.machine.incarnation, INCARNATION_BYTES);
    must(changelog_log(bed.station, &id, false, &log, &err), &err);
    add(&bed, log.no, &logs, true);
    assert_int_equal(logs.len, RETURNED_LOG_BYTES);
    must(returned_logs_declare(bed.center, &logs, &id, 1, &err), &err);
    must(changelog_log(bed.center, &id, false, &log, &err), &err);
    assert_int_equal(log.parent, 0);
    assert_int_equal(log.base_seq, 0);
    bed_close(&bed);
}

/* Who was told changes of a log, or of one begun from it, in the center's order was told all its lineage: what has no parent there has none. */
static void test_a_log_whose_lineage_was_told(void **state)
{
    struct bed bed;
    struct errmsg err = {{0}};
    struct log_info log, parent;
    struct returned_logs logs = {.len = 0};
    (void)state;
    bed_open(&bed);
    int64_t first = make_log(bed.station, OTHER, 1, 0, 0), second = make_log(bed.station, OTHER, 2, first, 5), third = make_log(bed.station, OTHER, 3, second, 8), alone = make_log(bed.station, OTHER, 9, 0, 0);
    add(&bed, first, &logs, true);
    add(&bed, alone, &logs, true);
    assert_int_equal(logs.len, 0);
    must(returned_lineage_told(bed.station, second, &err), &err);
    add(&bed, first, &logs, true); /* by itself it may be of anywhere */
    assert_int_equal(logs.len, 0);
    add(&bed, third, &logs, true);
    assert_int_equal(logs.len, 3 * RETURNED_LOG_BYTES);
    must(returned_lineage_told(bed.station, alone, &err), &err);
    add(&bed, alone, &logs, true);
    assert_int_equal(logs.len, 4 * RETURNED_LOG_BYTES);
    declare(bed.center, &logs, OTHER, 3, 9);
    declare(bed.center, &logs, OTHER, 9, 4);
    assert_true(knows(bed.center, OTHER, 3, &log) && knows(bed.center, OTHER, 1, &parent));
    assert_int_equal(parent.parent, 0);
    assert_int_equal(parent.base_seq, 0);
    assert_true(knows(bed.center, OTHER, 9, &log));
    assert_int_equal(log.parent, 0);
    bed_close(&bed);
}

/* A center's own logs are not told; another org's log is nothing that a log can begin from; what is known stays as it is. */
static void test_what_is_not_taken(void **state)
{
    struct bed bed;
    struct log_info log;
    struct returned_logs logs = {.len = 0};
    (void)state;
    bed_open(&bed);
    add(&bed, make_log(bed.station, STATION_NO_CENTER, 7, make_log(bed.station, STATION_NO_CENTER, 6, 0, 0), 4), &logs, true);
    assert_int_equal(logs.len, 0);
    add(&bed, make_log(bed.station, OTHER, 3, make_log(bed.station, STATION, 1, 0, 0), 5), &logs, true);
    (void)make_log(bed.center, STATION, 1, 0, 0);
    declare(bed.center, &logs, OTHER, 3, 6);
    assert_false(knows(bed.center, OTHER, 3, &log));
    assert_int_equal(store_exec(bed.center, "UPDATE peer SET org=2", NULL), STATUS_OK); /* one machine that was enrolled anew */
    declare(bed.center, &logs, OTHER, 3, 6);
    assert_true(knows(bed.center, OTHER, 3, &log));
    int64_t no = log.no;
    logs.len = 0;
    assert_int_equal(store_exec(bed.station, "UPDATE log SET base_seq=2 WHERE base_seq=5", NULL), STATUS_OK);
    struct log_info moved;
    assert_true(knows(bed.station, OTHER, 3, &moved));
    add(&bed, moved.no, &logs, true);
    declare(bed.center, &logs, OTHER, 3, 6);
    assert_true(knows(bed.center, OTHER, 3, &log));
    assert_int_equal(log.no, no);
    assert_int_equal(log.base_seq, 5);
    bed_close(&bed);
}

/* More logs than a frame tells: the batch ends before. */
static void test_no_more_than_fit(void **state)
{
    struct bed bed;
    struct returned_logs logs = {.len = 0};
    int64_t all[LONG] = {0};
    (void)state;
    bed_open(&bed);
    all[0] = make_log(bed.station, OTHER, 1, 0, 0);
    for (int i = 1; i < LONG; i++)
        all[i] = make_log(bed.station, OTHER, (uint8_t)(1 + i), all[i - 1], (uint64_t)i);
    add(&bed, all[RETURNED_LOGS_MAX], &logs, true);
    assert_int_equal(logs.len, sizeof logs.bytes);
    add(&bed, all[RETURNED_LOGS_MAX], &logs, true);
    add(&bed, all[RETURNED_LOGS_MAX + 1], &logs, false);
    logs.len = 0;
    add(&bed, all[LONG - 1], &logs, true); /* a path longer than that: the newest of it */
    assert_int_equal(logs.len, sizeof logs.bytes);
    struct log_info log;
    declare(bed.center, &logs, OTHER, LONG, LONG);
    assert_false(knows(bed.center, OTHER, LONG, &log));
    (void)make_log(bed.center, OTHER, LONG - RETURNED_LOGS_MAX, 0, 0);
    declare(bed.center, &logs, OTHER, LONG, LONG);
    assert_true(knows(bed.center, OTHER, LONG, &log));
    assert_int_equal(log.base_seq, LONG - 1);
    bed_close(&bed);
}

/* Bytes of a peer. */
static void test_bytes_that_are_no_beginnings(void **state)
{
    struct bed bed;
    struct returned_logs logs = {.len = 0}, bad;
    (void)state;
    bed_open(&bed);
    add(&bed, make_log(bed.station, OTHER, 3, make_log(bed.station, OTHER, 1, 0, 0), 5), &logs, true);
    for (size_t len = 1; len < RETURNED_LOG_BYTES; len++) {
        bad = logs;
        bad.len = len;
        assert_false(returned_logs_valid(&bad));
    }
    bad = logs;
    memset(bad.bytes, 0, 4); /* of the center */
    assert_false(returned_logs_valid(&bad));
    bad = logs;
    memset(bad.bytes + RETURNED_LOG_BYTES - 8, 0, 8); /* a parent and no base */
    assert_false(returned_logs_valid(&bad));
    bad = logs;
    memset(bad.bytes + 4 + INCARNATION_BYTES, 0, 4); /* a base and no parent */
    assert_false(returned_logs_valid(&bad));
    bad = logs;
    memset(bad.bytes + RETURNED_LOG_BYTES - 8, 0xff, 8);
    assert_false(returned_logs_valid(&bad));
    bad = logs;
    memcpy(bad.bytes + 4 + INCARNATION_BYTES, bad.bytes, 4 + INCARNATION_BYTES); /* begun from itself */
    assert_false(returned_logs_valid(&bad));
    /* two that were begun from each other */
    bad = logs;
    memcpy(bad.bytes + RETURNED_LOG_BYTES, logs.bytes + 4 + INCARNATION_BYTES, 4 + INCARNATION_BYTES);
    memcpy(bad.bytes + RETURNED_LOG_BYTES + 4 + INCARNATION_BYTES, logs.bytes, 4 + INCARNATION_BYTES);
    memcpy(bad.bytes + 2 * RETURNED_LOG_BYTES - 8, logs.bytes + RETURNED_LOG_BYTES - 8, 8);
    bad.len = 2 * RETURNED_LOG_BYTES;
    assert_true(returned_logs_valid(&bad));
    struct log_info log;
    declare(bed.center, &bad, OTHER, 3, 9);
    assert_false(knows(bed.center, OTHER, 3, &log));
    bed_close(&bed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_logs_are_declared_where_they_began),
        cmocka_unit_test(test_a_log_without_a_parent),
        cmocka_unit_test(test_a_log_whose_lineage_was_told),
        cmocka_unit_test(test_what_is_not_taken),
        cmocka_unit_test(test_no_more_than_fit),
        cmocka_unit_test(test_bytes_that_are_no_beginnings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
