/* tests/fuzz/fuzz_bundle.c - the bundle reader. Input: u8 how, then bytes.
 *   how even: the bytes are the file itself, read in pieces with and without a key: never finished unless whole, never a record behind damage.
 *   how odd:  the bytes are frames that an honest writer sealed (that is what a hostile station can send): all of them come out again. */
#include <stdbool.h>
#include <string.h>

#include <sodium.h>

#include "sync/bundle.h"
#include "tests/fuzz/fuzz.h"

enum { FILE_MAX_BYTES = 4 * 1024 * 1024 };

static struct bundle_key key_of(uint8_t seed_byte)
{
    struct bundle_key key;
    uint8_t seed[crypto_sign_SEEDBYTES];

    FUZZ_HOLDS(sodium_init() >= 0);
    memset(seed, seed_byte, sizeof seed);
    crypto_sign_seed_keypair(key.public_key, key.secret, seed);
    return key;
}

/* Returns the bytes of frames read. */
static size_t read_file(const uint8_t *data, size_t len, size_t step, const struct bundle_key *key, bool *finished)
{
    struct bundle_reader *reader;
    struct bundle_record record;
    struct errmsg err = {{0}};
    size_t at = 0, frames = 0;
    enum status status;

    FUZZ_HOLDS(bundle_reader_new(&reader, key) == STATUS_OK);
    for (;;) {
        status = bundle_next(reader, &record, &err);
        if (status == STATUS_OK && record.kind == BUNDLE_FRAME) {
            FUZZ_HOLDS(record.frame_len <= BUNDLE_FRAME_MAX_BYTES);
            frames += record.frame_len;
        }
        if (status == STATUS_OK)
            continue;
        if (status != STATUS_NOT_FOUND || at == len)
            break;
        size_t n = len - at < step ? len - at : step;
        FUZZ_HOLDS(bundle_feed(reader, data + at, n) == STATUS_OK);
        at += n;
    }
    FUZZ_HOLDS(status == STATUS_NOT_FOUND || err.text[0] != '\0');
    *finished = bundle_finished(reader);
    FUZZ_HOLDS(!*finished || status == STATUS_NOT_FOUND);
    bundle_reader_free(reader);
    return frames;
}

static void put_closing(struct bundle_writer *writer, struct buf *file)
{
    struct bundle_closing closing = {.count = 1, .first = 1, .last = 1};

    bundle_write_closing(writer, &closing, file);
}

/* Bytes as frames of the sizes that their own bytes tell. */
static size_t write_file(const uint8_t *data, size_t len, struct buf *file)
{
    struct bundle_key sender = key_of(3), recipient = key_of(4);
    struct bundle_writer *writer;
    uint64_t state = 9;
    size_t at = 0;

    FUZZ_HOLDS(bundle_writer_new(&writer, &sender, recipient.public_key, BUNDLE_TO_CENTER, 5, random_seeded(&state), file, NULL) == STATUS_OK);
    while (at < len) {
        size_t n = 1 + data[at] * (size_t)7;

        n = n < len - at ? n : len - at;
        bundle_write_frame(writer, data + at, n, file);
        at += n;
    }
    put_closing(writer, file);
    bundle_writer_free(writer);
    FUZZ_HOLDS(file->status == STATUS_OK);
    return at;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct bundle_key recipient = key_of(4);
    struct buf file;
    bool finished;

    if (len < 1)
        return 0;
    if (data[0] % 2 == 0) {
        (void)read_file(data + 1, len - 1, 1 + data[0], &recipient, &finished);
        (void)read_file(data + 1, len - 1, BUNDLE_FEED_BYTES, NULL, &finished);
        return 0;
    }
    buf_init(&file, FILE_MAX_BYTES);
    size_t written = write_file(data + 1, len - 1, &file);
    FUZZ_HOLDS(read_file(file.data, file.len, 1 + data[0] * (size_t)31, &recipient, &finished) == written && finished);
    (void)read_file(file.data, file.len, 4096, NULL, &finished);
    FUZZ_HOLDS(finished);
    /* Damage at a place the input chooses is seen. */
    file.data[(len * 2654435761u) % file.len] ^= (uint8_t)(1u << len % 8);
    (void)read_file(file.data, file.len, 4096, &recipient, &finished);
    FUZZ_HOLDS(!finished);
    buf_release(&file);
    return 0;
}

bool fuzz_seed(size_t i, struct buf *out)
{
    static const char frames[] = "\x05HELLO\x01" "CHANGES and more of them\x03" "END";
    struct buf file;

    switch (i) {
    case 0:
    case 1:
        buf_init(&file, FILE_MAX_BYTES);
        (void)write_file((const uint8_t *)frames, sizeof frames - 1, &file);
        buf_putc(out, i == 0 ? 254 : 16);
        buf_append(out, file.data, file.len);
        buf_release(&file);
        return true;
    case 2:
        buf_putc(out, 1);
        buf_append(out, frames, sizeof frames - 1);
        return true;
    default:
        return false;
    }
}
