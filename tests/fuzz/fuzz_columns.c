/* tests/fuzz/fuzz_columns.c - sync/columns.h with any bytes: as a layout (what comes out is exactly as long as promised, or nothing), and as entries (what was laid out comes back). First two input
 * bytes: the length promised. */
#include <string.h>

#include "core/base/cbor.h"
#include "sync/columns.h"
#include "tests/fuzz/fuzz.h"

enum { OUT_MAX = 1024 * 1024, PROMISE_BYTES = 2 };

static void as_entries(struct columns *columns, const uint8_t *data, size_t len)
{
    struct columns_cuts cuts;
    struct buf layout, back;

    buf_init(&layout, OUT_MAX);
    buf_init(&back, OUT_MAX);
    if (len > 0 && columns_lay(columns, data, len, &layout, &cuts) == STATUS_OK) {
        FUZZ_HOLDS(layout.len <= len + COLUMNS_SLACK_BYTES && cuts.n <= COLUMNS_CUTS_MAX);
        FUZZ_HOLDS(columns_read(columns, layout.data, layout.len, len, &back) == STATUS_OK);
        FUZZ_HOLDS(back.len == len && memcmp(back.data, data, len) == 0);
    } else {
        FUZZ_HOLDS(layout.len == 0);
    }
    buf_release(&layout);
    buf_release(&back);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    static struct columns *columns;
    struct buf out;
    size_t promised;

    if (columns == NULL)
        FUZZ_HOLDS(columns_new(&columns) == STATUS_OK);
    if (len < PROMISE_BYTES)
        return 0;
    promised = (size_t)data[0] << 8 | data[1];
    buf_init(&out, OUT_MAX);
    if (columns_read(columns, data + PROMISE_BYTES, len - PROMISE_BYTES, promised, &out) == STATUS_OK)
        FUZZ_HOLDS(out.len == promised);
    else
        FUZZ_HOLDS(out.len == 0);
    buf_release(&out);
    as_entries(columns, data + PROMISE_BYTES, len - PROMISE_BYTES);
    return 0;
}

/* Two pushed entries: a header's prefix and a body with what bodies have. */
static void put_entries(struct buf *out, const char *text)
{
    struct buf prefix, body;

    buf_init(&prefix, 1024);
    buf_init(&body, 1024);
    for (unsigned i = 0; i < 2; i++) {
        buf_clear(&prefix);
        buf_clear(&body);
        cbor_put_array(&prefix, 12);
        for (unsigned item = 0; item < 11; item++) {
            if (item == 4)
                cbor_put_text(&prefix, "user", 4);
            else if (item == 6)
                cbor_put_bytes(&prefix, "0123456789abcdef", 16);
            else
                cbor_put_uint(&prefix, 1000 * i + item);
        }
        cbor_put_map(&body, 4);
        cbor_put_uint(&body, 1);
        cbor_put_int(&body, -5);
        cbor_put_uint(&body, 3);
        cbor_put_text(&body, text, strlen(text));
        cbor_put_uint(&body, 900);
        cbor_put_null(&body);
        cbor_put_uint(&body, 70000);
        cbor_put_array(&body, 1);
        cbor_put_bool(&body, true);
        cbor_put_array(out, 2);
        cbor_put_bytes(out, prefix.data, prefix.len);
        cbor_put_bytes(out, body.data, body.len);
    }
    buf_release(&prefix);
    buf_release(&body);
}

bool fuzz_seed(size_t i, struct buf *out)
{
    static const char *const texts[] = {"咨询拖欠工资，未签订书面劳动合同", "0123456789abcdef0123456789abcdef", "plain"};
    struct columns *columns;
    struct columns_cuts cuts;
    struct buf entries, layout;

    if (i >= 2 * (sizeof texts / sizeof *texts))
        return false;
    buf_init(&entries, OUT_MAX);
    buf_init(&layout, OUT_MAX);
    put_entries(&entries, texts[i / 2]);
    FUZZ_HOLDS(columns_new(&columns) == STATUS_OK);
    FUZZ_HOLDS(columns_lay(columns, entries.data, entries.len, &layout, &cuts) == STATUS_OK);
    buf_put_u16(out, (uint16_t)entries.len);
    if (i % 2 == 0)
        buf_append(out, layout.data, layout.len);
    else
        buf_append(out, entries.data, entries.len);
    columns_free(columns);
    buf_release(&entries);
    buf_release(&layout);
    return true;
}
