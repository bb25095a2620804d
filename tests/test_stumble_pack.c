/* tests/test_stumble_pack.c - chunks packed and unpacked with each allocation failing in turn, that of zstd's streams, too: what comes back is what went in, or it is told that there is no memory, never that the other side
 * sent something wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/cbor.h"
#include "sync/packing.h"
#include "tests/must.h"
#include "tests/trial.h"

enum { CHUNKS = 3, ROWS = 80, OUT_BYTES = 1 << 20 };

struct bench {
    struct buf entries[CHUNKS];
    struct packing_terms terms;
    bool hurries, with_history;
    uint64_t expected; /* the packing of the first chunk where nothing fails */
};

/* Rows with the same few words, numbers, texts of hexadecimal digits, and an id that is nobody else's. */
static void put_entries(struct buf *out, unsigned chunk)
{
    static const char *const WORDS[] = {"用人单位拖欠工资", "交通事故赔偿", "离婚时财产怎样分割", "老年人赡养费", "借条没有写还款日期"};
    uint64_t seed = chunk + 1;
    struct random_source random = random_seeded(&seed);
    struct buf body;

    buf_init(&body, 4096);
    buf_init(out, CHUNK_RAW_MAX_BYTES);
    for (unsigned i = 0; i < ROWS; i++) {
        struct id id = id_make(random);
        char hex[2 * sizeof id.bytes + 1];

        for (size_t b = 0; b < sizeof id.bytes; b++)
            snprintf(hex + 2 * b, 3, "%02x", id.bytes[b]);
        buf_clear(&body);
        cbor_put_map(&body, 4);
        cbor_put_uint(&body, 1);
        cbor_put_bytes(&body, id.bytes, sizeof id.bytes);
        cbor_put_uint(&body, 2);
        const char *word = WORDS[random_below(random, 5)];
        cbor_put_text(&body, word, strlen(word));
        cbor_put_uint(&body, 3);
        cbor_put_text(&body, hex, sizeof hex - 1);
        cbor_put_uint(&body, 4);
        cbor_put_int(&body, -(int64_t)i);
        cbor_put_array(out, 3);
        cbor_put_uint(out, i);
        cbor_put_bytes(out, &i, 1);
        cbor_put_bytes(out, body.data, body.len);
    }
    must(body.status, NULL);
    must(out->status, NULL);
    buf_release(&body);
}

/* Only that, in whatever way. */
static enum status fine_or_no_memory(enum status status, const char *what)
{
    if (status != STATUS_OK && status != STATUS_NOMEM)
        fail_msg("%s: %s", what, status_name(status));
    return status;
}

static enum status one_chunk(struct bench *bench, size_t i, struct packer *from, struct packer *to, struct history *out_history, struct history *in_history, struct buf *out)
{
    const struct buf *entries = &bench->entries[i];
    uint8_t follows[MARK_BYTES];
    uint64_t packing;
    struct buf packed, back;

    buf_init(&packed, FRAME_MAX_BYTES);
    buf_init(&back, CHUNK_RAW_MAX_BYTES);
    enum status status = packer_pack_on(from, out_history, entries->data, entries->len, (struct packing_turn){.full = true, .last = i + 1 == CHUNKS}, bench->terms, &packed, &packing, follows);
    fine_or_no_memory(status, "packing");
    if (status == STATUS_OK && i == 0 && bench->expected == UINT64_MAX)
        bench->expected = packing;
    if (status == STATUS_OK && packing == PACKING_HISTORY)
        status = packer_unpack_on(to, in_history, follows, packed.data, packed.len, entries->len, &back);
    else if (status == STATUS_OK)
        status = packer_unpack(to, packing, packed.data, packed.len, entries->len, &back);
    fine_or_no_memory(status, "unpacking");
    if (status == STATUS_OK)
        buf_append(out, back.data, back.len);
    buf_release(&packed);
    buf_release(&back);
    return status;
}

static enum status there_and_back(void *context, struct buf *out, struct errmsg *err)
{
    struct bench *bench = context;
    struct history out_history = {.window_log = 0}, in_history = {.window_log = 0};
    struct packer *from = NULL, *to = NULL;
    enum status status = packer_new(&from);

    if (status == STATUS_OK)
        status = packer_new(&to);
    if (status == STATUS_OK && bench->hurries) {
        packer_hurry(from);
        packer_hurry(to);
    }
    if (status == STATUS_OK && bench->with_history)
        out_history.window_log = packer_offer(to, &in_history, UINT64_MAX);
    for (size_t i = 0; status == STATUS_OK && i < CHUNKS; i++)
        status = one_chunk(bench, i, from, to, &out_history, &in_history, out);
    history_close(&out_history);
    history_close(&in_history);
    packer_free(from);
    packer_free(to);
    return status == STATUS_OK ? status : errmsg_set(err, fine_or_no_memory(status, "all"), "%s", status_text(status));
}

static uint64_t bits(unsigned packing)
{
    return UINT64_C(1) << packing;
}

static void test_packings(void **state)
{
    struct bench bench = {.hurries = true};
    static const struct {
        const char *name;
        uint64_t packings, expected;
        bool dictionary, with_history, slow;
    } ways[] = {
        {"by itself", 0, PACKING_ZSTD, false, false, false},
        {"with a dictionary", UINT64_C(1) << PACKING_DICTIONARY, PACKING_DICTIONARY, true, false, false},
        {"by columns", UINT64_C(1) << PACKING_COLUMNS, PACKING_COLUMNS, false, false, false},
        {"with a history", UINT64_C(1) << PACKING_COLUMNS, PACKING_HISTORY, false, true, false},
        {"with a history that is wiped", UINT64_C(1) << PACKING_COLUMNS, PACKING_HISTORY, false, true, true},
    };

    (void)state;
    for (size_t i = 0; i < CHUNKS; i++)
        put_entries(&bench.entries[i], (unsigned)i);
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        struct packing_terms own = packing_own();

        bench.terms = (struct packing_terms){.packings = bits(PACKING_NONE) | bits(PACKING_ZSTD) | ways[i].packings, .dictionary = ways[i].dictionary ? own.dictionary : 0};
        bench.with_history = ways[i].with_history;
        bench.hurries = !ways[i].slow;
        bench.expected = UINT64_MAX;
        trial_play(&(struct trial){.name = ways[i].name, .act = there_and_back, .context = &bench, .stride = ways[i].slow ? 3 : 1});
        assert_int_equal(bench.expected, ways[i].expected);
    }
    for (size_t i = 0; i < CHUNKS; i++)
        buf_release(&bench.entries[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_packings)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
