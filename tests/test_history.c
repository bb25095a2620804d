/* tests/test_history.c - sync/history.h and what packing.h makes of it: both sides hold the same or the chunk is refused, memory stays within the pool, and what cannot go on stands by itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/cbor.h"
#include "sync/packing.h"
#include "tests/fixture.h"

enum { CHUNKS = 12, ROWS = 60, DAMAGES = 300 };

/* A chunk on its way. */
struct sent {
    struct buf entries, packed;
    uint64_t packing;
    uint8_t follows[MARK_BYTES];
};

struct bench {
    struct packer *from, *to;
    struct history out, in;
    struct sent sent[CHUNKS];
};

/* Like consultations: the same few words in every one, and an id that is nobody else's. */
static void put_entries(struct buf *out, unsigned chunk, unsigned rows)
{
    static const char *const WORDS[] = {"用人单位拖欠工资", "交通事故赔偿", "离婚时财产怎样分割", "老年人赡养费", "借条没有写还款日期", "申请劳动仲裁", "邻居占用通道"};
    uint64_t seed = chunk + 1;
    struct random_source random = random_seeded(&seed);
    struct buf body;

    buf_init(&body, 4096);
    for (unsigned i = 0; i < rows; i++) {
        struct id id = id_make(random);

        buf_clear(&body);
        cbor_put_map(&body, 2);
        cbor_put_uint(&body, 1);
        cbor_put_bytes(&body, id.bytes, sizeof id.bytes);
        cbor_put_uint(&body, 2);
        cbor_put_array(&body, 5);
        for (unsigned w = 0; w < 5; w++) {
            const char *word = WORDS[random_below(random, 7)];

            cbor_put_text(&body, word, strlen(word));
        }
        cbor_put_array(out, 2);
        cbor_put_bytes(out, &i, 1);
        cbor_put_bytes(out, body.data, body.len);
    }
    buf_release(&body);
}

static void send(struct bench *bench, unsigned chunk, bool full, bool last)
{
    struct sent *sent = &bench->sent[chunk];

    buf_init(&sent->entries, CHUNK_RAW_MAX_BYTES);
    buf_init(&sent->packed, FRAME_MAX_BYTES);
    put_entries(&sent->entries, chunk, ROWS);
    assert_int_equal(packer_pack_on(bench->from, &bench->out, sent->entries.data, sent->entries.len, (struct packing_turn){full, last}, packing_own(), &sent->packed, &sent->packing, sent->follows), STATUS_OK);
}

static enum status take(struct bench *bench, const struct sent *sent)
{
    struct buf back;
    enum status status;

    buf_init(&back, CHUNK_RAW_MAX_BYTES);
    if (sent->packing == PACKING_HISTORY)
        status = packer_unpack_on(bench->to, &bench->in, sent->follows, sent->packed.data, sent->packed.len, sent->entries.len, &back);
    else
        status = packer_unpack(bench->to, sent->packing, sent->packed.data, sent->packed.len, sent->entries.len, &back);
    if (status == STATUS_OK) {
        assert_int_equal(back.len, sent->entries.len);
        assert_memory_equal(back.data, sent->entries.data, back.len);
    }
    buf_release(&back);
    return status;
}

static void drop(struct bench *bench)
{
    for (size_t i = 0; i < CHUNKS; i++) {
        buf_release(&bench->sent[i].entries);
        buf_release(&bench->sent[i].packed);
        bench->sent[i] = (struct sent){.packing = 0};
    }
}

/* *state: what test_foretold_too gives: pieces are foretold (foretell.h), not zstd's. The receiver takes both. */
static void open_bench(struct bench *bench, void **state)
{
    memset(bench, 0, sizeof *bench);
    assert_int_equal(packer_new(&bench->from), STATUS_OK);
    assert_int_equal(packer_new(&bench->to), STATUS_OK);
    bench->out.window_log = packer_offer(bench->to, &bench->in, HISTORY_LEAST_CHANGES);
    assert_int_equal(bench->out.window_log, STREAM_WINDOW_LOG);
    assert_int_equal(bench->in.model, FORETELL_MODEL);
    bench->out.model = *state != NULL ? bench->in.model : 0;
}

static void close_bench(struct bench *bench)
{
    drop(bench);
    history_close(&bench->out);
    history_close(&bench->in);
    packer_free(bench->from);
    packer_free(bench->to);
}

static void test_a_bulk_is_shorter_and_comes_back(void **state)
{
    struct bench bench;
    size_t with = 0, without = 0;
    struct buf alone;
    uint64_t packing;

    open_bench(&bench, state);
    buf_init(&alone, FRAME_MAX_BYTES);
    for (unsigned i = 0; i < CHUNKS; i++) {
        send(&bench, i, i < CHUNKS - 1, i == CHUNKS - 1);
        assert_int_equal(bench.sent[i].packing, PACKING_HISTORY);
        assert_int_equal(take(&bench, &bench.sent[i]), STATUS_OK);
        assert_int_equal(history_is_open(&bench.out), i < CHUNKS - 1);
        assert_int_equal(history_is_open(&bench.in), i < CHUNKS - 1);
        with += bench.sent[i].packed.len;
        buf_clear(&alone);
        assert_int_equal(packer_pack(bench.from, bench.sent[i].entries.data, bench.sent[i].entries.len, packing_own(), &alone, &packing), STATUS_OK);
        without += alone.len;
    }
    /* the ids are as random as before, all else was said before */
    assert_true(with - CHUNKS * ROWS * ID_BYTES < (without - CHUNKS * ROWS * ID_BYTES) * 3 / 4);
    /* another bulk begins anew */
    drop(&bench);
    send(&bench, 0, true, false);
    assert_int_equal(take(&bench, &bench.sent[0]), STATUS_OK);
    buf_release(&alone);
    close_bench(&bench);
}

static void test_what_is_no_bulk_stands_by_itself(void **state)
{
    struct bench bench;

    open_bench(&bench, state);
    send(&bench, 0, false, false);
    assert_int_not_equal(bench.sent[0].packing, PACKING_HISTORY);
    send(&bench, 1, true, true);
    assert_int_not_equal(bench.sent[1].packing, PACKING_HISTORY);
    assert_false(history_is_open(&bench.out));
    /* nor what goes to who promised nothing */
    bench.out.window_log = 0;
    send(&bench, 2, true, false);
    assert_int_not_equal(bench.sent[2].packing, PACKING_HISTORY);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(take(&bench, &bench.sent[i]), STATUS_OK);
    close_bench(&bench);
}

static void test_a_large_chunk_ends_it(void **state)
{
    struct bench bench;
    struct buf entries, packed;
    uint64_t packing;
    uint8_t follows[MARK_BYTES];

    open_bench(&bench, state);
    send(&bench, 0, true, false);
    assert_true(history_is_open(&bench.out));
    buf_init(&entries, CHUNK_RAW_MAX_BYTES);
    buf_init(&packed, FRAME_MAX_BYTES);
    put_entries(&entries, 9, 2000);
    assert_true(entries.len > HISTORY_CHUNK_BYTES);
    assert_int_equal(packer_pack_on(bench.from, &bench.out, entries.data, entries.len, (struct packing_turn){true, false}, packing_own(), &packed, &packing, follows), STATUS_OK);
    assert_int_equal(packing, PACKING_COLUMNS);
    assert_false(history_is_open(&bench.out));
    send(&bench, 1, true, false);
    assert_int_equal(take(&bench, &bench.sent[0]), STATUS_OK);
    assert_int_equal(take(&bench, &bench.sent[1]), STATUS_OK);
    buf_release(&entries);
    buf_release(&packed);
    close_bench(&bench);
}

static void test_what_follows_something_else_is_refused(void **state)
{
    struct bench bench, other;

    open_bench(&bench, state);
    open_bench(&other, state);
    for (unsigned i = 0; i < 4; i++)
        send(&bench, i, true, false);
    for (unsigned i = 5; i < 7; i++)
        send(&other, i, true, false);
    assert_int_equal(take(&bench, &bench.sent[1]), STATUS_UNSUPPORTED); /* before anything came */
    assert_int_equal(take(&bench, &bench.sent[0]), STATUS_OK);
    assert_int_equal(take(&bench, &bench.sent[2]), STATUS_UNSUPPORTED); /* one is left out */
    assert_int_equal(take(&bench, &other.sent[6]), STATUS_UNSUPPORTED); /* of another session */
    assert_int_equal(take(&bench, &bench.sent[1]), STATUS_OK);          /* and nothing was changed by them */
    assert_int_equal(take(&bench, &bench.sent[2]), STATUS_OK);
    assert_int_equal(take(&bench, &bench.sent[1]), STATUS_UNSUPPORTED); /* once more, later */
    assert_int_equal(take(&bench, &other.sent[5]), STATUS_OK);          /* the beginning of another one is read by itself, */
    assert_int_equal(take(&bench, &bench.sent[3]), STATUS_UNSUPPORTED); /* and then it is that one which goes on */
    assert_int_equal(take(&bench, &other.sent[6]), STATUS_OK);
    close_bench(&bench);
    close_bench(&other);
}

/* A group of writes that is done twice (replicator.h). */
static void test_the_last_piece_may_be_taken_twice(void **state)
{
    struct bench bench;

    open_bench(&bench, state);
    for (unsigned i = 0; i < 3; i++) {
        send(&bench, i, i < 2, i == 2);
        assert_int_equal(take(&bench, &bench.sent[i]), STATUS_OK);
        assert_int_equal(take(&bench, &bench.sent[i]), STATUS_OK);
    }
    history_settle(&bench.in);
    assert_int_equal(take(&bench, &bench.sent[2]), STATUS_UNSUPPORTED);
    close_bench(&bench);
}

/* Inside TLS no byte is flipped; a peer that holds a key may send any. */
static void test_damage_is_bounded(void **state)
{
    struct bench bench;
    uint64_t seed = 20261127;
    struct random_source random = random_seeded(&seed);

    for (unsigned round = 0; round < DAMAGES; round++) {
        open_bench(&bench, state);
        for (unsigned i = 0; i < 3; i++)
            send(&bench, i, true, false);
        struct sent *hurt = &bench.sent[1];
        struct buf back;

        assert_int_equal(take(&bench, &bench.sent[0]), STATUS_OK);
        buf_init(&back, CHUNK_RAW_MAX_BYTES);
        hurt->packed.data[random_below(random, hurt->packed.len)] ^= (uint8_t)(1 + random_below(random, 255));
        if (round % 3 == 0)
            hurt->packed.len = random_below(random, hurt->packed.len);
        enum status status = packer_unpack_on(bench.to, &bench.in, hurt->follows, hurt->packed.data, hurt->packed.len, hurt->entries.len, &back);

        assert_true(status == STATUS_OK || status == STATUS_MALFORMED);
        assert_int_equal(back.len, status == STATUS_OK ? hurt->entries.len : 0);
        /* what comes behind it is not read with what is wrong */
        assert_int_equal(take(&bench, &bench.sent[2]), STATUS_UNSUPPORTED);
        buf_release(&back);
        close_bench(&bench);
    }
}

/* More than was promised is not unpacked, however it is packed. */
static void test_a_bomb_is_stopped(void **state)
{
    struct bench bench;
    struct buf zeros, packed, back;
    uint8_t follows[MARK_BYTES];

    open_bench(&bench, state);
    buf_init(&zeros, CHUNK_RAW_MAX_BYTES);
    buf_init(&packed, FRAME_MAX_BYTES);
    buf_init(&back, CHUNK_RAW_MAX_BYTES);
    memset(buf_extend(&zeros, CHUNK_RAW_MAX_BYTES), 0, CHUNK_RAW_MAX_BYTES);
    struct history_pool *pool;

    assert_int_equal(history_pool_new(&pool, HISTORY_POOL_BYTES), STATUS_OK);
    assert_int_equal(history_pack(&bench.out, pool, false, &zeros, NULL, 0, false, &packed, follows), STATUS_OK);
    assert_true(packed.len < 4096);
    assert_int_equal(packer_unpack_on(bench.to, &bench.in, follows, packed.data, packed.len, HISTORY_CHUNK_BYTES, &back), STATUS_MALFORMED);
    assert_int_equal(packer_unpack_on(bench.to, &bench.in, follows, packed.data, packed.len, CHUNK_RAW_MAX_BYTES, &back), STATUS_MALFORMED);
    assert_int_equal(back.len, 0);
    history_close(&bench.out);
    history_pool_release(pool);
    buf_release(&zeros);
    buf_release(&packed);
    buf_release(&back);
    close_bench(&bench);
}

/* A window larger than was promised is not made room for. */
static void test_a_larger_window_is_refused(void **state)
{
    struct bench bench;

    open_bench(&bench, state);
    packer_set_history(bench.to, STREAM_WINDOW_LOG_LEAST + 2, false);
    assert_int_equal(packer_offer(bench.to, &bench.in, HISTORY_LEAST_CHANGES), STREAM_WINDOW_LOG_LEAST + 2);
    send(&bench, 0, true, false);
    assert_int_equal(take(&bench, &bench.sent[0]), STATUS_MALFORMED);
    history_close(&bench.out);
    bench.out.window_log = bench.in.window_log;
    for (unsigned i = 1; i < 4; i++) {
        send(&bench, i, true, i == 3);
        assert_int_equal(take(&bench, &bench.sent[i]), STATUS_OK);
    }
    close_bench(&bench);
}

/* Of a pool that is half used by others a foretold stream gets nothing, a zstd stream its part; who hurries never gets one. */
static void test_a_foretold_stream_is_promised_while_half_of_the_pool_is_free(void **state)
{
    struct history in[8] = {{0}};
    struct history_pool *pool;
    size_t models = 0, windows = 0;

    (void)state;
    assert_int_equal(history_pool_new(&pool, HISTORY_POOL_BYTES), STATUS_OK);
    assert_true(history_offer(&in[0], pool, STREAM_WINDOW_LOG, true));
    assert_int_equal(in[0].model, 0);
    for (size_t i = 0; i < 8; i++) {
        windows += history_offer(&in[i], pool, STREAM_WINDOW_LOG, false);
        models += in[i].model == FORETELL_MODEL;
        assert_int_equal(in[i].bytes, in[i].model != 0 ? FORETELL_BYTES : STREAM_UNPACK_BYTES);
    }
    assert_int_equal(windows, 8);
    assert_int_equal(models, HISTORY_POOL_BYTES / 2 / FORETELL_BYTES);
    for (size_t i = 0; i < 8; i++)
        history_close(&in[i]);
    assert_int_equal(history_pool_used(pool), 0);
    history_pool_release(pool);
}

/* From who was promised none. */
static void test_a_foretold_piece_is_refused_if_none_was_promised(void **state)
{
    struct bench bench;

    open_bench(&bench, state);
    bench.out.model = FORETELL_MODEL;
    bench.in.model = 0;
    send(&bench, 0, true, false);
    assert_int_equal(take(&bench, &bench.sent[0]), STATUS_MALFORMED);
    close_bench(&bench);
}

static void test_the_pool_is_not_exceeded(void **state)
{
    enum { MANY = 64 };
    static struct history out[MANY], in[MANY];
    struct packer *packer;
    struct history_pool *pool;
    struct buf entries, packed;
    uint8_t follows[MARK_BYTES];
    uint64_t packing;
    size_t open = 0, offered = 0;

    (void)state;
    assert_int_equal(packer_new(&packer), STATUS_OK);
    buf_init(&entries, CHUNK_RAW_MAX_BYTES);
    buf_init(&packed, FRAME_MAX_BYTES);
    put_entries(&entries, 0, ROWS);
    for (size_t i = 0; i < MANY; i++) {
        buf_clear(&packed);
        out[i].window_log = STREAM_WINDOW_LOG;
        assert_int_equal(packer_pack_on(packer, &out[i], entries.data, entries.len, (struct packing_turn){true, false}, packing_own(), &packed, &packing, follows), STATUS_OK);
        assert_int_equal(packing == PACKING_HISTORY, history_is_open(&out[i]));
        open += packing == PACKING_HISTORY;
        offered += packer_offer(packer, &in[i], HISTORY_LEAST_CHANGES) != 0;
    }
    assert_true(open >= 2 && offered >= 2);
    assert_true(open * STREAM_PACK_BYTES + offered * STREAM_UNPACK_BYTES <= HISTORY_POOL_BYTES);
    pool = out[0].pool;
    assert_int_equal(history_pool_used(pool), open * STREAM_PACK_BYTES + offered * STREAM_UNPACK_BYTES);
    /* what is given back is there for the next */
    history_close(&out[0]);
    assert_int_equal(packer_pack_on(packer, &out[MANY - 1], entries.data, entries.len, (struct packing_turn){true, false}, packing_own(), &packed, &packing, follows), STATUS_OK);
    assert_int_equal(packing, PACKING_HISTORY);
    for (size_t i = 1; i < MANY; i++) {
        history_close(&out[i]);
        if (i > 1)
            history_close(&in[i]);
    }
    history_close(&in[0]);
    assert_int_equal(history_pool_used(pool), in[1].bytes);
    /* a session may outlive what packed for it */
    packer_free(packer);
    history_close(&in[1]);
    buf_release(&entries);
    buf_release(&packed);
}

#define test_foretold_too(test) cmocka_unit_test(test), {#test "_foretold", test, NULL, NULL, (void *)#test}

int main(void)
{
    const struct CMUnitTest tests[] = {
        test_foretold_too(test_a_bulk_is_shorter_and_comes_back),
        test_foretold_too(test_what_is_no_bulk_stands_by_itself),
        test_foretold_too(test_a_large_chunk_ends_it),
        test_foretold_too(test_what_follows_something_else_is_refused),
        test_foretold_too(test_the_last_piece_may_be_taken_twice),
        test_foretold_too(test_damage_is_bounded),
        cmocka_unit_test(test_a_bomb_is_stopped),
        cmocka_unit_test(test_a_larger_window_is_refused),
        cmocka_unit_test(test_a_foretold_stream_is_promised_while_half_of_the_pool_is_free),
        cmocka_unit_test(test_a_foretold_piece_is_refused_if_none_was_promised),
        cmocka_unit_test(test_the_pool_is_not_exceeded),
    };

    if (hash_start() != STATUS_OK)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
