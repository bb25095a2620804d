/* tests/test_returned_by.c - what is held for its owner counts for the stations that handed it back, and for no other. That they keep it while he stays away: tests/simulate/scenarios.c, F3. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/cbor.h"
#include "core/record/changelog.h"
#include "core/record/returned_by.h"
#include "core/record/scope_repair.h"
#include "core/record/scope_sum.h"
#include "tests/fixture.h"
#include "tests/must.h"

enum { ORG = 2, ONE = 7, OTHER = 8, OWNER = 9, SEQ = 3, FOLD = 5000, LATER = 6000 };

struct bed {
    struct world world;
    struct store *center;
    struct log_id log;
    struct buf header, body;
};

/* The header and body of something real, held for a machine that is not here. */
static void bed_open(struct bed *bed)
{
    enum status status;
    size_t len;
    world_open(&bed->world, 1, NULL);
    bed->center = bed->world.center.store;
    bed->log = (struct log_id){.station = OWNER};
    memset(bed->log.incarnation, 5, INCARNATION_BYTES);
    buf_init(&bed->header, CHANGE_HEADER_MAX_BYTES);
    buf_init(&bed->body, CHANGE_BODY_MAX_BYTES);
    (void)node_consult(&bed->world.stations[0], "张文芳", "工资没有发");
    struct stmt *stmt = store_prepare(bed->world.stations[0].store, "SELECT header,body FROM change ORDER BY lsn DESC LIMIT 1");
    assert_true(stmt_row(stmt, &status, NULL));
    const uint8_t *bytes = stmt_column_blob(stmt, 0, &len);
    buf_append(&bed->header, bytes, len);
    bytes = stmt_column_blob(stmt, 1, &len);
    buf_append(&bed->body, bytes, len);
    stmt_reset(stmt);
    assert_int_equal(store_begin(bed->center, "test", NULL), STATUS_OK);
    stmt = store_prepare(bed->center, "INSERT INTO returned(station,incarnation,seq,fold,header,body,via,added_ms) VALUES(?1,?2,?3,?4,?5,?6,?7,1)");
    stmt_int(stmt, 1, OWNER);
    stmt_blob(stmt, 2, bed->log.incarnation, INCARNATION_BYTES);
    stmt_int(stmt, 3, SEQ);
    stmt_int(stmt, 4, FOLD);
    stmt_blob(stmt, 5, bed->header.data, bed->header.len);
    stmt_blob(stmt, 6, bed->body.data, bed->body.len);
    stmt_int(stmt, 7, ONE);
    assert_int_equal(stmt_run(stmt, NULL), STATUS_OK);
}

static void bed_close(struct bed *bed)
{
    store_rollback(bed->center);
    buf_release(&bed->header);
    buf_release(&bed->body);
    world_close(&bed->world);
}

static void note(struct bed *bed, uint32_t station_no, uint64_t seq, uint64_t fold)
{
    struct errmsg err = {{0}};
    must(returned_by_note(bed->center, &bed->log, seq, station_no, fold, &err), &err);
}

/* What the center thinks this station has beside its scope. fold 0: nothing. */
static void expect_sum(struct bed *bed, uint32_t station_no, uint64_t fold)
{
    struct errmsg err = {{0}};
    uint64_t sum = 1;
    must(returned_by_sum(bed->center, station_no, ORG, &sum, &err), &err);
    assert_true(sum == (fold == 0 ? 0 : scope_sum_of(bed->header.data, bed->header.len, fold)));
}

static void test_it_counts_for_who_told_of_it(void **state)
{
    struct bed bed;
    (void)state;
    bed_open(&bed);
    expect_sum(&bed, ONE, 0);
    note(&bed, ONE, SEQ, FOLD);
    expect_sum(&bed, ONE, FOLD);
    expect_sum(&bed, OTHER, 0);
    note(&bed, OTHER, SEQ, LATER); /* it has it at another place */
    note(&bed, ONE, SEQ, FOLD + 1); /* told again, after it was put back */
    expect_sum(&bed, ONE, FOLD + 1);
    expect_sum(&bed, OTHER, LATER);
    note(&bed, ONE, SEQ + 1, FOLD); /* that is not held */
    expect_sum(&bed, ONE, FOLD + 1);
    assert_int_equal(store_exec(bed.center, "UPDATE returned SET body=NULL", NULL), STATUS_OK);
    expect_sum(&bed, ONE, 0);
    bed_close(&bed);
}

static void expect_range(struct bed *bed, uint32_t station_no, uint64_t from, uint64_t to, bool told)
{
    struct errmsg err = {{0}};
    uint64_t sums[SCOPE_RANGES], all = 0;
    struct replica_batch batch = {0};
    struct reader reader;
    must(scope_repair_sums(bed->center, ORG, station_no, from, to, sums, &err), &err);
    for (size_t i = 0; i < SCOPE_RANGES; i++)
        all ^= sums[i];
    assert_true(all == (told ? scope_sum_of(bed->header.data, bed->header.len, FOLD) : 0));
    buf_init(&batch.entries, SCOPE_REPAIR_BYTES);
    must(scope_repair_read(bed->center, ORG, station_no, from, to, &batch, &err), &err);
    assert_int_equal(batch.count, told);
    reader_init(&reader, batch.entries.data, batch.entries.len);
    if (told) {
        uint8_t incarnation[INCARNATION_BYTES];
        size_t len;
        assert_int_equal(cbor_array(&reader), 5);
        assert_int_equal(cbor_uint(&reader), FOLD);
        assert_int_equal(cbor_uint(&reader), OWNER);
        cbor_bytes_exact(&reader, incarnation, sizeof incarnation);
        assert_memory_equal(incarnation, bed->log.incarnation, sizeof incarnation);
        const uint8_t *bytes = cbor_bytes(&reader, &len);
        assert_int_equal(len, bed->header.len - CHANGE_HASH_SUFFIX_BYTES);
        assert_memory_equal(bytes, bed->header.data, len);
        bytes = cbor_bytes(&reader, &len);
        assert_int_equal(len, bed->body.len);
        assert_memory_equal(bytes, bed->body.data, len);
    }
    assert_true(reader.status == STATUS_OK && reader_left(&reader) == 0);
    buf_release(&batch.entries);
}

/* So it is neither found missing at the center nor taken out there. */
static void test_what_is_compared_and_mended_has_it(void **state)
{
    struct bed bed;
    (void)state;
    bed_open(&bed);
    note(&bed, ONE, SEQ, FOLD);
    expect_range(&bed, ONE, FOLD - 20, FOLD + 500, true);
    expect_range(&bed, ONE, FOLD, FOLD, true);
    expect_range(&bed, ONE, FOLD + 1, FOLD + 500, false);
    expect_range(&bed, ONE, FOLD - 20, FOLD - 1, false);
    expect_range(&bed, OTHER, FOLD - 20, FOLD + 500, false);
    assert_int_equal(store_exec(bed.center, "DELETE FROM returned", NULL), STATUS_OK); /* its owner came */
    expect_range(&bed, ONE, FOLD - 20, FOLD + 500, false);
    bed_close(&bed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_it_counts_for_who_told_of_it),
        cmocka_unit_test(test_what_is_compared_and_mended_has_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
