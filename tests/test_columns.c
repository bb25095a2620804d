/* tests/test_columns.c - sync/columns.h and packing.h: whatever a batch holds comes back byte for byte; whatever a layout says, no more is made of it than was promised. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/cbor.h"
#include "core/data/data.h"
#include "sync/columns.h"
#include "sync/packing.h"
#include "tests/fixture.h"

enum { ROUNDS = 400, DAMAGES = 4000, LAYOUT_MAX = CHUNK_RAW_MAX_BYTES + COLUMNS_SLACK_BYTES };

struct bench {
    struct columns *columns;
    struct packer *packer;
    struct random_source random;
    uint64_t seed;
};

static int setup(void **state)
{
    static struct bench bench;

    bench = (struct bench){.seed = 20261126};
    bench.random = random_seeded(&bench.seed);
    assert_int_equal(columns_new(&bench.columns), STATUS_OK);
    assert_int_equal(packer_new(&bench.packer), STATUS_OK);
    *state = &bench;
    return 0;
}

static int teardown(void **state)
{
    struct bench *bench = *state;

    columns_free(bench->columns);
    packer_free(bench->packer);
    return 0;
}

/* There and back through every way of packing. Returns what columns took; 0 if they were refused. */
static size_t check_batch(struct bench *bench, const struct buf *entries)
{
    static const struct packing_terms all[] = {{1 << PACKING_ZSTD, 0}, {1 << PACKING_DICTIONARY, 1}, {1 << PACKING_COLUMNS, 0}, {1 << PACKING_COLUMNS | 1 << PACKING_DICTIONARY, 1}};
    struct columns_cuts cuts;
    struct buf layout, back;
    size_t laid = 0;

    buf_init(&layout, LAYOUT_MAX);
    buf_init(&back, CHUNK_RAW_MAX_BYTES);
    if (columns_lay(bench->columns, entries->data, entries->len, &layout, &cuts) == STATUS_OK) {
        laid = layout.len;
        assert_int_equal(columns_read(bench->columns, layout.data, layout.len, entries->len, &back), STATUS_OK);
        assert_int_equal(back.len, entries->len);
        assert_memory_equal(back.data, entries->data, back.len);
    } else {
        assert_int_equal(layout.len, 0);
    }
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        uint64_t packing;

        buf_clear(&layout);
        buf_clear(&back);
        assert_int_equal(packer_pack(bench->packer, entries->data, entries->len, all[i], &layout, &packing), STATUS_OK);
        assert_true(packing == PACKING_NONE || packing == PACKING_ZSTD || (all[i].packings >> packing & 1) != 0);
        assert_true(layout.len <= entries->len);
        assert_int_equal(packer_unpack(bench->packer, packing, layout.data, layout.len, entries->len, &back), STATUS_OK);
        assert_int_equal(back.len, entries->len);
        assert_memory_equal(back.data, entries->data, back.len);
    }
    buf_release(&layout);
    buf_release(&back);
    return laid;
}

/* ---- entries of every kind ---- */

static uint64_t below(struct bench *bench, uint64_t n)
{
    return random_below(bench->random, n);
}

static uint64_t any_number(struct bench *bench)
{
    uint64_t v;

    bench->random.fill(bench->random.context, &v, sizeof v);
    return below(bench, 4) == 0 ? UINT64_MAX - below(bench, 3) : v >> below(bench, 64);
}

static void put_text(struct bench *bench, struct buf *out)
{
    static const char *const texts[] = {"", "1", "320117001", "咨询拖欠工资", "来访人称，未签订书面合同；至今未支付１２元。", "𠮷田 é ﷽ mixed 汉字", "0123456789abcdef0123456789abcdef", "0123456789abcdef0123456789abcdeF",
                                        "0123456789abcdef0123456789abcde", "0123456789abcdef0123456789abcdef0", "\0 in text"};
    size_t no = (size_t)below(bench, sizeof texts / sizeof *texts);

    cbor_put_text(out, texts[no], no == sizeof texts / sizeof *texts - 1 ? 9 : strlen(texts[no]));
}

static void put_random_bytes(struct bench *bench, struct buf *out)
{
    uint8_t bytes[100];
    size_t len = (size_t)below(bench, sizeof bytes);

    bench->random.fill(bench->random.context, bytes, sizeof bytes);
    cbor_put_bytes(out, bytes, below(bench, 3) == 0 ? 16 : len);
}

static void put_any(struct bench *bench, unsigned depth, struct buf *out)
{
    uint64_t n = below(bench, 4), key = 0;

    switch (below(bench, depth > 0 ? 9 : 7)) {
    case 0:
        cbor_put_uint(out, any_number(bench));
        break;
    case 1:
        cbor_put_int(out, -1 - (int64_t)(any_number(bench) >> 1));
        break;
    case 2:
        cbor_put_bool(out, below(bench, 2) == 0);
        break;
    case 3:
        cbor_put_null(out);
        break;
    case 4:
        put_random_bytes(bench, out);
        break;
    case 5:
    case 6:
        put_text(bench, out);
        break;
    case 7:
        cbor_put_array(out, n);
        for (uint64_t i = 0; i < n; i++)
            put_any(bench, depth - 1, out);
        break;
    default:
        cbor_put_map(out, n);
        for (uint64_t i = 0; i < n; i++) {
            cbor_put_uint(out, key += 1 + below(bench, 100));
            put_any(bench, depth - 1, out);
        }
    }
}

/* A header's prefix, or something like it. */
static void put_prefix(struct bench *bench, struct buf *out)
{
    uint64_t n = below(bench, 5) == 0 ? below(bench, 14) : 11;
    struct buf prefix;

    buf_init(&prefix, 65536);
    cbor_put_array(&prefix, below(bench, 10) == 0 ? 11 : 12);
    for (uint64_t i = 0; i < n; i++) {
        if (i == 5 && below(bench, 8) > 0)
            cbor_put_uint(&prefix, below(bench, 3));
        else
            put_any(bench, 1, &prefix);
    }
    cbor_put_bytes(out, prefix.data, prefix.len);
    buf_release(&prefix);
}

static void put_body(struct bench *bench, struct buf *out)
{
    uint64_t n = below(bench, 8), key = 0;
    struct buf body;

    buf_init(&body, 65536);
    cbor_put_map(&body, n);
    for (uint64_t i = 0; i < n; i++) {
        cbor_put_uint(&body, key += below(bench, 40) == 0 ? 100000 : 1 + below(bench, 3));
        put_any(bench, 3, &body);
    }
    if (below(bench, 20) == 0)
        buf_putc(&body, 0);
    cbor_put_bytes(out, body.data, body.len);
    buf_release(&body);
}

static void put_entry(struct bench *bench, struct buf *out)
{
    uint64_t n = below(bench, 7);

    if (below(bench, 12) == 0) {
        put_any(bench, 3, out);
        return;
    }
    cbor_put_array(out, below(bench, 60) == 0 ? 40 : n);
    if (out->data[out->len - 1] == 40)
        n = 40;
    for (uint64_t i = 0; i < n; i++) {
        uint64_t kind = below(bench, 4);

        if (kind == 0)
            put_prefix(bench, out);
        else if (kind == 1)
            put_body(bench, out);
        else
            put_any(bench, 2, out);
    }
}

static void test_any_entries_come_back_byte_for_byte(void **state)
{
    struct bench *bench = *state;
    size_t laid = 0;
    struct buf entries;

    buf_init(&entries, CHUNK_RAW_MAX_BYTES);
    for (int round = 0; round < ROUNDS; round++) {
        uint64_t n = 1 + below(bench, round % 10 == 0 ? 300 : 12);

        buf_clear(&entries);
        for (uint64_t i = 0; i < n; i++)
            put_entry(bench, &entries);
        assert_int_equal(entries.status, STATUS_OK);
        laid += check_batch(bench, &entries) > 0;
    }
    /* Whatever is deterministic CBOR can be laid out, unless it would grow. */
    assert_in_range(laid, ROUNDS * 9 / 10, ROUNDS);
    buf_release(&entries);
}

static void test_what_is_no_entry_is_refused_and_leaves_nothing(void **state)
{
    static const char *const bad[] = {"\x82\x01", "\x18\x05", "\xf9\x00\x00", "\xa2\x02\x00\x01\x00", "\x61\xff", "\x82\x00\x01\x9f"};
    struct bench *bench = *state;
    struct columns_cuts cuts;
    struct buf out;

    buf_init(&out, 65536);
    buf_puts(&out, "before");
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        size_t len = i == 2 || i == 5 ? (i == 2 ? 3 : 4) : i == 3 ? 5 : 2;

        assert_int_equal(columns_lay(bench->columns, bad[i], len, &out, &cuts), STATUS_UNSUPPORTED);
        assert_int_equal(out.len, 6);
    }
    buf_release(&out);
}

/* ---- real changes ---- */

static void read_all(struct node *node, struct replica_batch *batch)
{
    struct errmsg err;

    *batch = (struct replica_batch){0};
    buf_init(&batch->entries, CHUNK_RAW_MAX_BYTES);
    assert_int_equal(replica_read_own(node->store, 0, SIZE_MAX, batch, &err), STATUS_OK);
    assert_true(batch->count > 0);
}

static void test_a_stations_changes_shrink_and_come_back(void **state)
{
    struct bench *bench = *state;
    struct replica_batch batch;
    struct world world;
    struct buf packed;
    uint64_t packing;
    size_t rows;

    world_open(&world, 1, NULL);
    for (int i = 0; i < 60; i++) {
        char content[200];
        struct id id;

        snprintf(content, sizeof content, "来访人称第 %d 次多次催要无果，对方拒绝承担责任，未签订书面劳动合同，咨询如何维权", i * 7919 % 1000);
        id = node_consult(&world.stations[0], i % 3 ? "张文芳" : "王建国", content);
        if (i % 4 == 0)
            node_set(&world.stations[0], "consultation", id, "phone", "13900000001");
    }
    read_all(&world.stations[0], &batch);
    assert_true(check_batch(bench, &batch.entries) > 0);
    buf_init(&packed, FRAME_MAX_BYTES);
    assert_int_equal(packer_pack(bench->packer, batch.entries.data, batch.entries.len, (struct packing_terms){0}, &packed, &packing), STATUS_OK);
    assert_int_equal(packing, PACKING_ZSTD);
    rows = packed.len;
    buf_clear(&packed);
    assert_int_equal(packer_pack(bench->packer, batch.entries.data, batch.entries.len, packing_own(), &packed, &packing), STATUS_OK);
    assert_int_equal(packing, PACKING_COLUMNS);
    assert_true(packed.len < rows);
    buf_release(&packed);
    buf_release(&batch.entries);
    world_close(&world);
}

/* ---- hostile layouts ---- */

static void damage(struct bench *bench, struct buf *layout)
{
    for (uint64_t n = 1 + below(bench, 3); n > 0 && layout->len > 0; n--) {
        size_t at = (size_t)below(bench, layout->len);

        switch (below(bench, 4)) {
        case 0:
            layout->data[at] ^= (uint8_t)(1U << below(bench, 8));
            break;
        case 1:
            layout->data[at] = (uint8_t)below(bench, 256);
            break;
        case 2:
            layout->len = at;
            break;
        default:
            memmove(layout->data + at, layout->data + at + 1, layout->len - at - 1);
            layout->len--;
        }
    }
}

static void test_a_damaged_layout_is_bounded(void **state)
{
    struct bench *bench = *state;
    struct buf entries, layout, broken, back;
    struct columns_cuts cuts;
    size_t refused = 0;

    buf_init(&entries, CHUNK_RAW_MAX_BYTES);
    buf_init(&layout, LAYOUT_MAX);
    buf_init(&broken, LAYOUT_MAX);
    buf_init(&back, CHUNK_RAW_MAX_BYTES);
    for (int i = 0; i < 40; i++)
        put_entry(bench, &entries);
    assert_int_equal(columns_lay(bench->columns, entries.data, entries.len, &layout, &cuts), STATUS_OK);
    for (int i = 0; i < DAMAGES; i++) {
        enum status status;

        buf_clear(&broken);
        buf_clear(&back);
        buf_puts(&back, "before");
        buf_append(&broken, layout.data, layout.len);
        damage(bench, &broken);
        status = columns_read(bench->columns, broken.data, broken.len, entries.len, &back);
        assert_true(status == STATUS_OK || status == STATUS_MALFORMED);
        assert_int_equal(back.len, status == STATUS_OK ? 6 + entries.len : 6);
        assert_memory_equal(back.data, "before", 6);
        refused += status != STATUS_OK;
    }
    assert_true(refused > DAMAGES / 2);
    /* a length that was not promised */
    assert_int_equal(columns_read(bench->columns, layout.data, layout.len, entries.len - 1, &back), STATUS_MALFORMED);
    assert_int_equal(columns_read(bench->columns, layout.data, layout.len, entries.len + 1, &back), STATUS_MALFORMED);
    assert_int_equal(columns_read(bench->columns, layout.data, layout.len, CHUNK_RAW_MAX_BYTES + 1, &back), STATUS_TOO_LARGE);
    buf_release(&entries);
    buf_release(&layout);
    buf_release(&broken);
    buf_release(&back);
}

/* One value, picked a million times: the answer may not grow past what was promised. */
static void test_many_picks_of_a_long_value_stop_at_the_promise(void **state)
{
    struct bench *bench = *state;
    struct buf entries, layout, back;
    struct columns_cuts cuts;
    char text[4000];

    memset(text, 'x', sizeof text);
    buf_init(&entries, CHUNK_RAW_MAX_BYTES);
    buf_init(&layout, LAYOUT_MAX);
    buf_init(&back, CHUNK_RAW_MAX_BYTES);
    for (int i = 0; i < 200; i++) {
        cbor_put_array(&entries, 1);
        cbor_put_text(&entries, text, sizeof text);
    }
    assert_int_equal(columns_lay(bench->columns, entries.data, entries.len, &layout, &cuts), STATUS_OK);
    assert_true(layout.len < 5000);
    assert_int_equal(columns_read(bench->columns, layout.data, layout.len, entries.len, &back), STATUS_OK);
    buf_release(&back);
    assert_int_equal(columns_read(bench->columns, layout.data, layout.len, 20000, &back), STATUS_MALFORMED);
    assert_true(back.cap <= 128 * 1024);
    buf_release(&entries);
    buf_release(&layout);
    buf_release(&back);
}

/* ---- what both ends must have alike ---- */

static void test_shipped_tables_never_change(void **state)
{
    static const struct {
        const char *name, *hash;
    } files[] = {{"sync_chars.txt", "c5c606ee50302ba4cafdc43052e15e8df0a79f5b62534aca8b9b175d604d022b"}, {"sync_dictionary_1.zdict", "07f04552718c98390edd58c99cc2a085404dfa01fabe0e7cadd45342bde775ce"}};

    (void)state;
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        const struct data_file *file = data_find(files[i].name);
        char text[HASH_TEXT_BYTES];

        assert_non_null(file);
        hash_format(hash_of(file->text, file->len), text);
        assert_string_equal(text, files[i].hash);
    }
}

static void test_terms_are_what_both_have(void **state)
{
    struct packing_terms own = packing_own(), none = packing_common((struct packing_terms){0});

    (void)state;
    assert_int_equal(none.packings, 1 << PACKING_NONE | 1 << PACKING_ZSTD);
    assert_int_equal(none.dictionary, 0);
    assert_int_equal(packing_common(own).packings, own.packings);
    assert_int_equal(packing_common(own).dictionary, own.dictionary);
    /* a newer program: more of both */
    assert_int_equal(packing_common((struct packing_terms){UINT64_MAX, 99}).packings, own.packings);
    assert_int_equal(packing_common((struct packing_terms){UINT64_MAX, 99}).dictionary, own.dictionary);
    /* bits without a dictionary in common */
    assert_int_equal(packing_common((struct packing_terms){UINT64_MAX, 0}).packings >> PACKING_DICTIONARY & 1, 0);
}

static void test_an_unknown_packing_or_dictionary_is_said(void **state)
{
    struct bench *bench = *state;
    struct buf out, packed;
    uint64_t packing;
    char text[3000];

    buf_init(&out, 65536);
    buf_init(&packed, 65536);
    assert_int_equal(packer_unpack(bench->packer, PACKING_COLUMNS + 1, "x", 1, 1, &out), STATUS_UNSUPPORTED);
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = (char)(' ' + below(bench, 60));
    assert_int_equal(packer_pack(bench->packer, text, sizeof text, (struct packing_terms){1 << PACKING_DICTIONARY, 1}, &packed, &packing), STATUS_OK);
    assert_int_equal(packing, PACKING_DICTIONARY);
    /* its number in the frame: 32769, lowest byte first, behind magic and descriptor */
    assert_int_equal(packed.data[5], 1);
    packed.data[5] = 2;
    assert_int_equal(packer_unpack(bench->packer, packing, packed.data, packed.len, sizeof text, &out), STATUS_UNSUPPORTED);
    assert_int_equal(out.len, 0);
    buf_release(&out);
    buf_release(&packed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_any_entries_come_back_byte_for_byte),
        cmocka_unit_test(test_what_is_no_entry_is_refused_and_leaves_nothing),
        cmocka_unit_test(test_a_stations_changes_shrink_and_come_back),
        cmocka_unit_test(test_a_damaged_layout_is_bounded),
        cmocka_unit_test(test_many_picks_of_a_long_value_stop_at_the_promise),
        cmocka_unit_test(test_shipped_tables_never_change),
        cmocka_unit_test(test_terms_are_what_both_have),
        cmocka_unit_test(test_an_unknown_packing_or_dictionary_is_said),
    };

    if (hash_start() != STATUS_OK)
        return 1;
    return cmocka_run_group_tests(tests, setup, teardown);
}
