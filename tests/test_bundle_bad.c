/* tests/test_bundle_bad.c - bundle files that were sealed and signed as they should be, by somebody who knows the format (sync/bundle.h) and keeps to it but in one place: each is refused, with its reason, and where. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "core/base/cbor.h"
#include "sync/bundle.h"
#include "tests/must.h"

enum { FILE_BYTES = 64 * 1024, SEALED_BYTES = crypto_secretstream_xchacha20poly1305_KEYBYTES + crypto_box_SEALBYTES, STREAM_BYTES = crypto_secretstream_xchacha20poly1305_HEADERBYTES };

/* What is wrong with a file; 0: nothing. */
enum fault {
    NOTHING,
    HEADER_VERSION_0,
    HEADER_VERSION_2,
    HEADER_ITEMS,
    HEADER_KEYS,
    HEADER_KEYS_LATER,
    HEADER_RECIPIENT_SHORT,
    HEADER_SEALED_SHORT,
    HEADER_STREAM_SHORT,
    HEADER_BEHIND,
    HEADER_EMPTY,
    HEADER_LONG,
    HEADER_NOT_OURS,
    HEADER_KEY_DAMAGED,
    SENDER_ITEMS,
    SENDER_KEYS,
    SENDER_KEYS_LATER,
    SENDER_KEY_SHORT,
    SENDER_WAY,
    SENDER_BEHIND,
    SENDER_MISSING,
    SENDER_TWICE,
    RECORD_KIND,
    RECORD_EMPTY,
    RECORD_LONG,
    RECORD_UNBOUND,
    FRAME_IS_FINAL,
    CLOSING_NOT_FINAL,
    CLOSING_ITEMS,
    CLOSING_KEYS,
    CLOSING_KEYS_LATER,
    CLOSING_HASH_SHORT,
    CLOSING_BEHIND,
    CLOSING_COUNT, /* signed for another one */
    CLOSING_MISSING,
    CLOSING_TWICE,
    HASH_WRONG,
    BEHIND_THE_END,
    FAULTS
};

struct craft {
    enum fault fault;
    struct bundle_key sender, recipient;
    crypto_secretstream_xchacha20poly1305_state stream;
    struct buf file;
    struct hash header;
    bool began;
};

static struct hash so_far(const struct craft *craft)
{
    return hash_of(craft->file.data, craft->file.len);
}

static bool is(const struct craft *craft, enum fault fault)
{
    return craft->fault == fault;
}

static void put_key(const struct craft *craft, struct buf *out, uint64_t key, enum fault wrong)
{
    cbor_put_uint(out, is(craft, wrong) ? key + 100 : key);
}

static void put_bytes(const struct craft *craft, struct buf *out, const void *bytes, size_t len, enum fault shorter)
{
    cbor_put_bytes(out, bytes, is(craft, shorter) ? len - 1 : len);
}

static void put_header(struct craft *craft)
{
    uint8_t key[crypto_secretstream_xchacha20poly1305_KEYBYTES] = {1, 2, 3}, sealed[SEALED_BYTES], stream[STREAM_BYTES], box[crypto_box_PUBLICKEYBYTES];
    const struct bundle_key *recipient = is(craft, HEADER_NOT_OURS) ? &craft->sender : &craft->recipient;
    struct hash pin = bundle_pin(recipient->public_key);
    struct buf header;

    assert_int_equal(crypto_sign_ed25519_pk_to_curve25519(box, recipient->public_key), 0);
    crypto_box_seal(sealed, key, sizeof key, box);
    crypto_secretstream_xchacha20poly1305_init_push(&craft->stream, stream, key);
    if (is(craft, HEADER_KEY_DAMAGED))
        sealed[5] ^= 1;
    buf_init(&header, FILE_BYTES);
    if (!is(craft, HEADER_EMPTY)) {
        cbor_put_map(&header, is(craft, HEADER_ITEMS) ? 5 : 4);
        put_key(craft, &header, 1, HEADER_KEYS);
        cbor_put_uint(&header, is(craft, HEADER_VERSION_0) ? 0 : is(craft, HEADER_VERSION_2) ? 2 : 1);
        cbor_put_uint(&header, 2);
        put_bytes(craft, &header, pin.bytes, HASH_BYTES, HEADER_RECIPIENT_SHORT);
        cbor_put_uint(&header, 3);
        put_bytes(craft, &header, sealed, sizeof sealed, HEADER_SEALED_SHORT);
        put_key(craft, &header, 4, HEADER_KEYS_LATER);
        put_bytes(craft, &header, stream, sizeof stream, HEADER_STREAM_SHORT);
    }
    if (is(craft, HEADER_BEHIND))
        buf_putc(&header, 0);
    buf_append(&craft->file, "AIDPOST-BUNDLE1\n", 16);
    size_t len = is(craft, HEADER_LONG) ? BUNDLE_HEADER_MAX_BYTES + 1 : header.len;
    buf_putc(&craft->file, (uint8_t)(len >> 8));
    buf_putc(&craft->file, (uint8_t)len);
    buf_append(&craft->file, header.data, header.len);
    craft->header = so_far(craft);
    buf_release(&header);
}

static void put_record(struct craft *craft, const struct buf *plain, bool final)
{
    size_t len = plain->len + crypto_secretstream_xchacha20poly1305_ABYTES;
    bool bound = !craft->began && !is(craft, RECORD_UNBOUND);

    buf_put_u32(&craft->file, (uint32_t)len);
    uint8_t *at = buf_extend(&craft->file, len);
    crypto_secretstream_xchacha20poly1305_push(&craft->stream, at, NULL, plain->data, plain->len, bound ? craft->header.bytes : NULL, bound ? HASH_BYTES : 0,
                                               final ? crypto_secretstream_xchacha20poly1305_TAG_FINAL : 0);
    craft->began = true;
}

static void put_sender(struct craft *craft)
{
    struct buf plain;

    buf_init(&plain, FILE_BYTES);
    buf_putc(&plain, BUNDLE_SENDER);
    cbor_put_map(&plain, is(craft, SENDER_ITEMS) ? 2 : 3);
    put_key(craft, &plain, 1, SENDER_KEYS);
    put_bytes(craft, &plain, craft->sender.public_key, BUNDLE_KEY_BYTES, SENDER_KEY_SHORT);
    cbor_put_uint(&plain, 2);
    cbor_put_uint(&plain, is(craft, SENDER_WAY) ? 3 : BUNDLE_TO_CENTER);
    put_key(craft, &plain, 3, SENDER_KEYS_LATER);
    cbor_put_int(&plain, 5);
    if (is(craft, SENDER_BEHIND))
        buf_putc(&plain, 0);
    put_record(craft, &plain, false);
    buf_release(&plain);
}

static void put_frame(struct craft *craft)
{
    struct buf plain;

    buf_init(&plain, FILE_BYTES);
    if (!is(craft, RECORD_EMPTY))
        buf_putc(&plain, is(craft, RECORD_KIND) ? 9 : BUNDLE_FRAME);
    buf_puts(&plain, is(craft, RECORD_EMPTY) ? "" : "frame");
    put_record(craft, &plain, is(craft, FRAME_IS_FINAL));
    if (is(craft, RECORD_LONG))
        buf_put_u32(&craft->file, BUNDLE_FRAME_MAX_BYTES + 100);
    buf_release(&plain);
}

static void put_closing(struct craft *craft)
{
    static const uint8_t last_hash[HASH_BYTES] = {7};
    uint8_t signature[crypto_sign_BYTES];
    struct hash to = bundle_pin(craft->recipient.public_key), from = bundle_pin(craft->sender.public_key), before = so_far(craft);
    struct buf text, plain;

    buf_init(&text, FILE_BYTES);
    buf_append(&text, "aidpost bundle 1", 17);
    buf_putc(&text, BUNDLE_TO_CENTER);
    buf_append(&text, to.bytes, HASH_BYTES);
    buf_append(&text, from.bytes, HASH_BYTES);
    buf_put_u64(&text, 1);
    buf_put_u64(&text, 2);
    buf_put_u64(&text, 2);
    buf_append(&text, last_hash, HASH_BYTES);
    buf_append(&text, before.bytes, HASH_BYTES);
    crypto_sign_detached(signature, NULL, text.data, text.len, craft->sender.secret);
    buf_init(&plain, FILE_BYTES);
    buf_putc(&plain, BUNDLE_CLOSING);
    cbor_put_map(&plain, is(craft, CLOSING_ITEMS) ? 6 : 5);
    put_key(craft, &plain, 1, CLOSING_KEYS);
    cbor_put_uint(&plain, is(craft, CLOSING_COUNT) ? 3 : 2);
    cbor_put_uint(&plain, 2);
    cbor_put_uint(&plain, 1);
    cbor_put_uint(&plain, 3);
    cbor_put_uint(&plain, 2);
    cbor_put_uint(&plain, 4);
    put_bytes(craft, &plain, last_hash, HASH_BYTES, CLOSING_HASH_SHORT);
    put_key(craft, &plain, 5, CLOSING_KEYS_LATER);
    cbor_put_bytes(&plain, signature, sizeof signature);
    if (is(craft, CLOSING_BEHIND))
        buf_putc(&plain, 0);
    put_record(craft, &plain, !is(craft, CLOSING_NOT_FINAL));
    buf_release(&text);
    buf_release(&plain);
}

static void craft_file(struct craft *craft)
{
    struct hash all;

    put_header(craft);
    if (!is(craft, SENDER_MISSING))
        put_sender(craft);
    if (is(craft, SENDER_TWICE))
        put_sender(craft);
    put_frame(craft);
    if (!is(craft, CLOSING_MISSING))
        put_closing(craft);
    if (is(craft, CLOSING_TWICE))
        put_closing(craft);
    buf_put_u32(&craft->file, 0);
    all = so_far(craft);
    all.bytes[3] ^= is(craft, HASH_WRONG);
    buf_append(&craft->file, all.bytes, HASH_BYTES);
    if (is(craft, BEHIND_THE_END))
        buf_putc(&craft->file, 0);
    must(craft->file.status, NULL);
}

/* Fed `step` bytes at a time. *frames: how many came out before. */
static enum status read_file(const struct craft *craft, size_t step, bool with_key, size_t *frames, struct errmsg *err)
{
    struct bundle_reader *reader;
    struct bundle_record record;
    enum status status = STATUS_NOT_FOUND;

    *frames = 0;
    must(bundle_reader_new(&reader, with_key ? &craft->recipient : NULL), NULL);
    for (size_t at = 0, n; at < craft->file.len; at += n) {
        n = craft->file.len - at < step ? craft->file.len - at : step;
        must(bundle_feed(reader, craft->file.data + at, n), NULL);
        while ((status = bundle_next(reader, &record, err)) == STATUS_OK)
            *frames += record.kind == BUNDLE_FRAME;
        if (status != STATUS_NOT_FOUND)
            break;
    }
    assert_int_equal(bundle_next(reader, &record, err), status); /* it stays so */
    if (status == STATUS_NOT_FOUND)
        status = bundle_finished(reader) ? STATUS_OK : bundle_cut(reader, err);
    bundle_reader_free(reader);
    return status;
}

static enum status expected_of(enum fault fault)
{
    switch (fault) {
    case NOTHING:
        return STATUS_OK;
    case HEADER_VERSION_2:
    case SENDER_WAY:
        return STATUS_VERSION;
    case HEADER_NOT_OURS:
        return STATUS_AUTH;
    default:
        return STATUS_CORRUPT;
    }
}

/* What whoever only carries a file can see: its shape and the hash of all of it. */
static bool shows_outside(enum fault fault)
{
    return (fault >= HEADER_VERSION_0 && fault <= HEADER_LONG) || fault == RECORD_EMPTY || fault == RECORD_LONG || fault == HASH_WRONG || fault == BEHIND_THE_END;
}

static void test_one_thing_wrong(void **state)
{
    static const size_t steps[] = {1, 100, BUNDLE_FEED_BYTES};
    uint8_t seeds[2][32] = {{1}, {2}};

    (void)state;
    for (enum fault fault = NOTHING; fault < FAULTS; fault++) {
        struct craft craft = {.fault = fault};
        size_t frames, at_once = 0;

        assert_int_equal(crypto_sign_seed_keypair(craft.sender.public_key, craft.sender.secret, seeds[0]), 0);
        assert_int_equal(crypto_sign_seed_keypair(craft.recipient.public_key, craft.recipient.secret, seeds[1]), 0);
        buf_init(&craft.file, FILE_BYTES);
        craft_file(&craft);
        for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
            struct errmsg err = {{0}};
            enum status status = read_file(&craft, steps[i], true, &frames, &err);

            if (status != expected_of(fault) || (status != STATUS_OK && err.text[0] == '\0'))
                fail_msg("fault %d, %zu bytes at a time: %s: %s", fault, steps[i], status_name(status), err.text);
            if (i > 0 && frames != at_once)
                fail_msg("fault %d, %zu bytes at a time: %zu frames, not %zu", fault, steps[i], frames, at_once);
            at_once = frames;
            /* Nothing comes out of a file whose beginning is wrong. */
            if (fault >= HEADER_VERSION_0 && fault <= SENDER_TWICE)
                assert_int_equal(frames, 0);
            status = read_file(&craft, steps[i], false, &frames, &err);
            if ((status != STATUS_OK) != shows_outside(fault))
                fail_msg("fault %d seen from outside: %s", fault, status_name(status));
        }
        buf_release(&craft.file);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_one_thing_wrong)};

    if (hash_start() != STATUS_OK)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
