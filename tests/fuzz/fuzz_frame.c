/* tests/fuzz/fuzz_frame.c - sync/frame.h and sync/message.h with any bytes, however they are cut: the same frames come out, and a message that was understood says the same when it is
 * written and read again. First input byte: how the rest is cut. */
#include <stdbool.h>
#include <string.h>

#include "sync/frame.h"
#include "sync/message.h"
#include "tests/fuzz/fuzz.h"

union any_message {
    struct message_hello hello;
    struct message_welcome welcome;
    struct message_changes changes;
    struct message_ack ack;
    struct message_pull pull;
    struct message_err err;
    struct message_enrol enrol;
    struct message_enrolled enrolled;
    struct message_relay relay;
    struct message_relayed relayed;
    struct message_compare compare;
    struct message_samples samples;
    struct message_return returns;
    struct message_returned returned;
    struct message_sums sums;
    struct message_lookup lookup;
    struct message_found found;
};

static const enum frame_type types[] = {FRAME_HELLO, FRAME_WELCOME, FRAME_CHANGES, FRAME_ACK, FRAME_PULL, FRAME_ERR, FRAME_ENROL, FRAME_ENROLLED, FRAME_RELAY,
                                        FRAME_RELAYED, FRAME_COMPARE, FRAME_SAMPLES, FRAME_RETURN, FRAME_RETURNED, FRAME_SUMS, FRAME_LOOKUP, FRAME_FOUND};

enum { TYPES = sizeof types / sizeof *types };

static bool is_message(uint8_t type)
{
    for (size_t i = 0; i < TYPES; i++)
        if (types[i] == type)
            return true;
    return false;
}

static void read_message(const struct frame *frame)
{
    static union any_message first, second;
    struct errmsg err = {{0}};
    struct buf out;
    size_t used;

    if (!is_message(frame->type))
        return;
    if (message_decode((enum frame_type)frame->type, frame->payload, frame->len, &first, &used, &err) != STATUS_OK) {
        FUZZ_HOLDS(err.text[0] != '\0');
        return;
    }
    FUZZ_HOLDS(used <= frame->len);
    buf_init(&out, FRAME_MAX_BYTES);
    message_encode((enum frame_type)frame->type, &first, &out);
    FUZZ_HOLDS(out.status == STATUS_OK && out.len <= used); /* unknown keys are left out */
    FUZZ_HOLDS(message_decode((enum frame_type)frame->type, out.data, out.len, &second, NULL, NULL) == STATUS_OK);
    buf_clear(&out);
    message_describe((enum frame_type)frame->type, &first, &out);
    buf_release(&out);
    out.len = 0;
    message_encode((enum frame_type)frame->type, &second, &out);
    buf_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct frame_reader whole, pieces;
    size_t step = len > 0 ? 1 + data[0] : 1, fed = 1;
    enum status status = STATUS_OK;

    if (len < 1)
        return 0;
    frame_reader_init(&whole, FRAME_MAX_BYTES);
    frame_reader_init(&pieces, FRAME_MAX_BYTES);
    (void)frame_feed(&whole, data + 1, len - 1);
    while (status == STATUS_OK) {
        struct frame frame, again;
        enum status then;

        status = frame_next(&whole, &frame);
        then = frame_next(&pieces, &again);
        while (then == STATUS_NOT_FOUND && fed < len) {
            size_t n = len - fed < step ? len - fed : step;

            (void)frame_feed(&pieces, data + fed, n);
            fed += n;
            then = frame_next(&pieces, &again);
        }
        FUZZ_HOLDS(then == status);
        if (status != STATUS_OK)
            break;
        FUZZ_HOLDS(frame.type == again.type && frame.ignorable == again.ignorable && frame.len == again.len && memcmp(frame.payload, again.payload, frame.len) == 0);
        read_message(&frame);
    }
    frame_reader_release(&whole);
    frame_reader_release(&pieces);
    return 0;
}

bool fuzz_seed(size_t i, struct buf *out)
{
    static union any_message message;
    enum frame_type type;

    if (i > TYPES)
        return false;
    buf_putc(out, (uint8_t)(i * 7));
    if (i == TYPES) { /* two frames without a message, one of tomorrow */
        message_put(FRAME_PING, NULL, out);
        frame_put(out, FRAME_IGNORABLE | 90, "tomorrow", 8);
        message_put(FRAME_END, NULL, out);
        return true;
    }
    type = types[i];
    memset(&message, 0, sizeof message);
    if (type == FRAME_HELLO) {
        message.hello = (struct message_hello){.protocol_min = 1, .protocol_max = PROTOCOL_MAX, .station_no = 3, .head_seq = 70, .have_seq = 20, .rcur = 1000, .once = true, .t_ms = -5};
        memset(message.hello.head_hash, 7, HASH_BYTES);
        message.hello.path_len = 2 * PATH_ENTRY_BYTES;
    } else if (type == FRAME_WELCOME) {
        message.welcome = (struct message_welcome){.protocol = 2, .have_seq = 20, .order_head = 1001, .branch = true, .common_seq = 9, .wants_len = 16};
    } else if (type == FRAME_CHANGES) {
        message.changes = (struct message_changes){.first = 21, .last = 70, .count = 50, .raw_bytes = 9000, .packing = 1};
    } else if (type == FRAME_SAMPLES) {
        message.samples = (struct message_samples){.what = COMPARE_LOG, .to = 70, .samples_len = 3 * SAMPLE_BYTES};
    } else if (type == FRAME_RETURN) {
        message.returns = (struct message_return){.first = 3, .last = 9, .count = 5, .raw_bytes = 700, .ahead_len = RETURN_AHEAD_MAX_BYTES, .logs_len = 64};
    } else if (type == FRAME_ERR) {
        snprintf(message.err.code, sizeof message.err.code, "auth");
        snprintf(message.err.text, sizeof message.err.text, "中心不认识这台机器的密钥");
    }
    message_put(type, &message, out);
    return true;
}
