/* tests/fuzz/fuzz_history.c - sync/history.h with any bytes, as a receiver that is told the right mark each time: what comes out is as long as promised or nothing, memory stays what was set aside, and a chunk that follows something
 * else is refused. Input: pieces, each u16 length promised, u8 and u16 how it follows and how long it is, bytes. */
#include <string.h>

#include "core/base/cbor.h"
#include "core/base/hash.h"
#include "sync/packing.h"
#include "tests/fuzz/fuzz.h"

enum { HEAD_BYTES = 5, OUT_MAX = 1024 * 1024, PIECES = 3 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    static struct packer *packer;
    static const uint8_t none[MARK_BYTES];
    struct history history = {0};

    if (packer == NULL) {
        FUZZ_HOLDS(hash_start() == STATUS_OK && packer_new(&packer) == STATUS_OK);
        packer_set_history(packer, STREAM_WINDOW_LOG_LEAST + 2, false);
    }
    FUZZ_HOLDS(packer_offer(packer, &history, HISTORY_LEAST_CHANGES) == STREAM_WINDOW_LOG_LEAST + 2);
    while (len >= HEAD_BYTES) {
        size_t promised = (size_t)data[0] << 8 | data[1], piece = (size_t)data[3] << 8 | data[4];
        uint8_t follows[MARK_BYTES];
        enum status status;
        struct buf out;
        bool open = history_is_open(&history);

        piece = piece < len - HEAD_BYTES ? piece : len - HEAD_BYTES;
        memcpy(follows, data[2] % 4 == 0 ? none : history.mark, MARK_BYTES);
        if (data[2] % 4 == 3)
            follows[0] ^= 1;
        buf_init(&out, OUT_MAX);
        status = packer_unpack_on(packer, &history, follows, data + HEAD_BYTES, piece, promised, &out);
        FUZZ_HOLDS(out.len == (status == STATUS_OK ? promised : 0));
        FUZZ_HOLDS(status == STATUS_OK || status == STATUS_MALFORMED || status == STATUS_UNSUPPORTED);
        FUZZ_HOLDS(data[2] % 4 != 3 || status == STATUS_UNSUPPORTED || !open || memcmp(follows, none, MARK_BYTES) == 0);
        FUZZ_HOLDS(history_pool_used(history.pool) == FORETELL_BYTES);
        if (data[2] & 0x80)
            history_settle(&history);
        buf_release(&out);
        data += HEAD_BYTES + piece;
        len -= HEAD_BYTES + piece;
    }
    history_close(&history);
    return 0;
}

static void put_entries(struct buf *out, uint64_t piece)
{
    static const char text[] = "咨询拖欠工资，未签订书面劳动合同";
    struct buf body;

    buf_init(&body, 1024);
    for (uint64_t i = 0; i < 8; i++) {
        buf_clear(&body);
        cbor_put_map(&body, 2);
        cbor_put_uint(&body, 1);
        cbor_put_uint(&body, 1000 * piece + i);
        cbor_put_uint(&body, 3);
        cbor_put_text(&body, text, sizeof text - 1);
        cbor_put_array(out, 2);
        cbor_put_uint(out, i);
        cbor_put_bytes(out, body.data, body.len);
    }
    buf_release(&body);
}

/* A bulk of three chunks; the same with the second one left out; the same told twice; and all that foretold. */
bool fuzz_seed(size_t i, struct buf *out)
{
    struct history history = {.window_log = STREAM_WINDOW_LOG_LEAST + 2, .model = i < 3 ? 0 : FORETELL_MODEL};
    struct packer *packer;

    if (i >= 6)
        return false;
    FUZZ_HOLDS(hash_start() == STATUS_OK && packer_new(&packer) == STATUS_OK);
    for (uint64_t piece = 0; piece < PIECES; piece++) {
        struct buf entries, packed;
        uint64_t packing;
        uint8_t follows[MARK_BYTES];

        buf_init(&entries, OUT_MAX);
        buf_init(&packed, OUT_MAX);
        put_entries(&entries, piece);
        FUZZ_HOLDS(packer_pack_on(packer, &history, entries.data, entries.len, (struct packing_turn){true, piece == PIECES - 1}, packing_own(), &packed, &packing, follows) == STATUS_OK);
        FUZZ_HOLDS(packing == PACKING_HISTORY);
        for (size_t times = i % 3 == 1 && piece == 1 ? 0 : i % 3 == 2 ? 2 : 1; times > 0; times--) {
            buf_put_u16(out, (uint16_t)entries.len);
            buf_putc(out, piece == 0 ? 0 : 1);
            buf_put_u16(out, (uint16_t)packed.len);
            buf_append(out, packed.data, packed.len);
        }
        buf_release(&entries);
        buf_release(&packed);
    }
    packer_free(packer);
    return true;
}
