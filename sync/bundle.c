/* sync/bundle.c - see bundle.h. */
#include "sync/bundle.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "core/base/cbor.h"
#include "core/base/language.h"

enum {
    FORMAT_VERSION = 1,
    FILE_KEY_BYTES = crypto_secretstream_xchacha20poly1305_KEYBYTES,
    STREAM_HEADER_BYTES = crypto_secretstream_xchacha20poly1305_HEADERBYTES,
    OVERHEAD_BYTES = crypto_secretstream_xchacha20poly1305_ABYTES,
    SEALED_KEY_BYTES = FILE_KEY_BYTES + crypto_box_SEALBYTES,
    PLAIN_MAX_BYTES = 1 + BUNDLE_FRAME_MAX_BYTES,
    RECORD_MAX_BYTES = PLAIN_MAX_BYTES + OVERHEAD_BYTES,
    LENGTH_BYTES = 4,
    SIGNED_MAX_BYTES = 512
};

_Static_assert(BUNDLE_KEY_BYTES == crypto_sign_PUBLICKEYBYTES && BUNDLE_SECRET_BYTES == crypto_sign_SECRETKEYBYTES,
               "libsodium's keys");

static const char LABEL[] = "aidpost bundle 1";

struct hash bundle_pin(const uint8_t public_key[BUNDLE_KEY_BYTES])
{
    /* RFC 8410: SEQUENCE { SEQUENCE { OID 1.3.101.112 } BIT STRING } */
    static const uint8_t PREFIX[] = {0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00};

    return hash_pair(PREFIX, sizeof PREFIX, public_key, BUNDLE_KEY_BYTES);
}

bool bundle_magic(const void *data, size_t len)
{
    return len >= BUNDLE_MAGIC_BYTES && memcmp(data, RELAY_MAGIC, BUNDLE_MAGIC_BYTES) == 0;
}

static struct hash hash_so_far(const crypto_hash_sha256_state *state)
{
    crypto_hash_sha256_state copy = *state;
    struct hash hash;

    crypto_hash_sha256_final(&copy, hash.bytes);
    return hash;
}

/* What the sender signs: everything a file could be mistaken in. */
static void signed_text(struct buf *out, enum bundle_way way, struct hash recipient, const uint8_t *sender,
                        const struct bundle_closing *closing, struct hash before)
{
    struct hash sender_pin = bundle_pin(sender);

    buf_init(out, SIGNED_MAX_BYTES);
    buf_append(out, LABEL, sizeof LABEL);
    buf_putc(out, (uint8_t)way);
    buf_append(out, recipient.bytes, HASH_BYTES);
    buf_append(out, sender_pin.bytes, HASH_BYTES);
    buf_put_u64(out, closing->first);
    buf_put_u64(out, closing->last);
    buf_put_u64(out, closing->count);
    buf_append(out, closing->last_hash.bytes, HASH_BYTES);
    buf_append(out, before.bytes, HASH_BYTES);
}

/* ---- writing ---- */

struct bundle_writer {
    crypto_secretstream_xchacha20poly1305_state stream;
    crypto_hash_sha256_state hash; /* of the file so far */
    struct bundle_key sender;
    struct hash recipient;
    struct hash header; /* of magic and header; bound to the first record */
    enum bundle_way way;
    struct buf plain; /* scratch */
    bool began, closed;
};

static void put(struct bundle_writer *writer, const void *data, size_t len, struct buf *file)
{
    crypto_hash_sha256_update(&writer->hash, data, len);
    buf_append(file, data, len);
}

static void write_record(struct bundle_writer *writer, bool final, struct buf *file)
{
    size_t len = writer->plain.len + OVERHEAD_BYTES;
    uint8_t length[LENGTH_BYTES] = {(uint8_t)(len >> 24), (uint8_t)(len >> 16), (uint8_t)(len >> 8), (uint8_t)len};
    uint8_t *at;

    assert(!writer->closed);
    if (writer->plain.status != STATUS_OK)
        file->status = writer->plain.status;
    if (file->status != STATUS_OK)
        return; /* the file is no good any more, whatever follows */
    put(writer, length, sizeof length, file);
    at = buf_extend(file, len);
    if (at == NULL)
        return;
    crypto_secretstream_xchacha20poly1305_push(
        &writer->stream, at, NULL, writer->plain.data, writer->plain.len, writer->began ? NULL : writer->header.bytes,
        writer->began ? 0 : HASH_BYTES, final ? crypto_secretstream_xchacha20poly1305_TAG_FINAL : 0);
    crypto_hash_sha256_update(&writer->hash, at, len);
    writer->began = true;
    writer->closed = final;
}

static bool write_header(struct bundle_writer *writer, const uint8_t *recipient, struct random_source random,
                         struct buf *file)
{
    uint8_t box_key[crypto_box_PUBLICKEYBYTES], file_key[FILE_KEY_BYTES], sealed[SEALED_KEY_BYTES],
        stream[STREAM_HEADER_BYTES], length[2];
    struct buf header;

    if (crypto_sign_ed25519_pk_to_curve25519(box_key, recipient) != 0)
        return false;
    random.fill(random.context, file_key, sizeof file_key);
    crypto_box_seal(sealed, file_key, sizeof file_key, box_key);
    crypto_secretstream_xchacha20poly1305_init_push(&writer->stream, stream, file_key);
    hash_wipe(file_key, sizeof file_key);
    buf_init(&header, BUNDLE_HEADER_MAX_BYTES);
    cbor_put_map(&header, 4);
    cbor_put_uint(&header, 1);
    cbor_put_uint(&header, FORMAT_VERSION);
    cbor_put_uint(&header, 2);
    cbor_put_bytes(&header, writer->recipient.bytes, HASH_BYTES);
    cbor_put_uint(&header, 3);
    cbor_put_bytes(&header, sealed, sizeof sealed);
    cbor_put_uint(&header, 4);
    cbor_put_bytes(&header, stream, sizeof stream);
    length[0] = (uint8_t)(header.len >> 8);
    length[1] = (uint8_t)header.len;
    put(writer, RELAY_MAGIC, BUNDLE_MAGIC_BYTES, file);
    put(writer, length, sizeof length, file);
    put(writer, header.data, header.len, file);
    if (header.status != STATUS_OK)
        file->status = header.status;
    buf_release(&header);
    writer->header = hash_so_far(&writer->hash);
    return true;
}

static void write_sender(struct bundle_writer *writer, int64_t wall_ms, struct buf *file)
{
    buf_clear(&writer->plain);
    buf_putc(&writer->plain, BUNDLE_SENDER);
    cbor_put_map(&writer->plain, 3);
    cbor_put_uint(&writer->plain, 1);
    cbor_put_bytes(&writer->plain, writer->sender.public_key, BUNDLE_KEY_BYTES);
    cbor_put_uint(&writer->plain, 2);
    cbor_put_uint(&writer->plain, (uint64_t)writer->way);
    cbor_put_uint(&writer->plain, 3);
    cbor_put_int(&writer->plain, wall_ms);
    write_record(writer, false, file);
}

enum status bundle_writer_new(struct bundle_writer **out, const struct bundle_key *sender,
                              const uint8_t recipient[BUNDLE_KEY_BYTES], enum bundle_way way, int64_t wall_ms,
                              struct random_source random, struct buf *file, struct errmsg *err)
{
    struct bundle_writer *writer = calloc(1, sizeof *writer);

    *out = NULL;
    if (writer == NULL)
        return errmsg_set(err, STATUS_NOMEM, "%s", status_text(STATUS_NOMEM));
    writer->sender = *sender;
    writer->recipient = bundle_pin(recipient);
    writer->way = way;
    crypto_hash_sha256_init(&writer->hash);
    buf_init(&writer->plain, PLAIN_MAX_BYTES);
    if (!write_header(writer, recipient, random, file)) {
        bundle_writer_free(writer);
        return errmsg_set(err, STATUS_INVALID, "收件方的公钥不成立");
    }
    write_sender(writer, wall_ms, file);
    *out = writer;
    return STATUS_OK;
}

void bundle_writer_free(struct bundle_writer *writer)
{
    if (writer == NULL)
        return;
    buf_wipe(&writer->plain);
    hash_wipe(writer, sizeof *writer);
    free(writer);
}

void bundle_write_frame(struct bundle_writer *writer, const void *frame, size_t len, struct buf *file)
{
    assert(len <= BUNDLE_FRAME_MAX_BYTES);
    buf_clear(&writer->plain);
    buf_putc(&writer->plain, BUNDLE_FRAME);
    buf_append(&writer->plain, frame, len);
    write_record(writer, false, file);
}

void bundle_write_closing(struct bundle_writer *writer, const struct bundle_closing *closing, struct buf *file)
{
    static const uint8_t end[LENGTH_BYTES];
    uint8_t signature[crypto_sign_BYTES];
    struct buf text;
    struct hash all;

    signed_text(&text, writer->way, writer->recipient, writer->sender.public_key, closing, hash_so_far(&writer->hash));
    if (text.status == STATUS_OK)
        crypto_sign_detached(signature, NULL, text.data, text.len, writer->sender.secret);
    else
        file->status = text.status;
    buf_release(&text);
    if (file->status != STATUS_OK)
        return;
    buf_clear(&writer->plain);
    buf_putc(&writer->plain, BUNDLE_CLOSING);
    cbor_put_map(&writer->plain, 5);
    cbor_put_uint(&writer->plain, 1);
    cbor_put_uint(&writer->plain, closing->count);
    cbor_put_uint(&writer->plain, 2);
    cbor_put_uint(&writer->plain, closing->first);
    cbor_put_uint(&writer->plain, 3);
    cbor_put_uint(&writer->plain, closing->last);
    cbor_put_uint(&writer->plain, 4);
    cbor_put_bytes(&writer->plain, closing->last_hash.bytes, HASH_BYTES);
    cbor_put_uint(&writer->plain, 5);
    cbor_put_bytes(&writer->plain, signature, sizeof signature);
    write_record(writer, true, file);
    put(writer, end, sizeof end, file);
    all = hash_so_far(&writer->hash);
    put(writer, all.bytes, HASH_BYTES, file);
}

/* ---- reading ---- */

enum place { AT_HEADER, AT_RECORD, AT_HASH, AT_END };

struct bundle_reader {
    const struct bundle_key *key;
    crypto_secretstream_xchacha20poly1305_state stream;
    crypto_hash_sha256_state hash; /* of the bytes taken so far */
    struct buf in;                 /* fed and not yet taken */
    size_t at;
    enum place place;
    enum status status; /* sticks */
    struct errmsg reason;
    struct hash recipient, header;
    bool has_header, began, has_sender, closed;
    uint8_t sender[BUNDLE_KEY_BYTES];
    enum bundle_way way;
    int64_t wall_ms;
    struct bundle_closing closing;
    struct buf plain;
};

enum status bundle_reader_new(struct bundle_reader **out, const struct bundle_key *key)
{
    struct bundle_reader *reader = calloc(1, sizeof *reader);

    *out = reader;
    if (reader == NULL)
        return STATUS_NOMEM;
    reader->key = key;
    crypto_hash_sha256_init(&reader->hash);
    buf_init(&reader->in, LENGTH_BYTES + RECORD_MAX_BYTES + BUNDLE_FEED_BYTES);
    buf_init(&reader->plain, PLAIN_MAX_BYTES);
    return STATUS_OK;
}

void bundle_reader_free(struct bundle_reader *reader)
{
    if (reader == NULL)
        return;
    buf_wipe(&reader->plain);
    buf_release(&reader->in);
    hash_wipe(reader, sizeof *reader);
    free(reader);
}

static enum status refuse(struct bundle_reader *reader, enum status status, const char *text)
{
    reader->status = errmsg_set(&reader->reason, status, "%s", text);
    return status;
}

static enum status damaged(struct bundle_reader *reader)
{
    return refuse(reader, STATUS_CORRUPT, _("文件已损坏或被改动，没有采用其中任何内容；请重新导出"));
}

enum status bundle_feed(struct bundle_reader *reader, const void *data, size_t len)
{
    assert(len <= BUNDLE_FEED_BYTES);
    if (reader->status != STATUS_OK)
        return STATUS_OK; /* bundle_next says what is wrong */
    buf_consume(&reader->in, reader->at);
    reader->at = 0;
    buf_append(&reader->in, data, len);
    return reader->in.status;
}

static size_t left(const struct bundle_reader *reader)
{
    return reader->in.len - reader->at;
}

static const uint8_t *peek(const struct bundle_reader *reader)
{
    return reader->in.data + reader->at;
}

/* The next len bytes count as read. */
static void take(struct bundle_reader *reader, size_t len)
{
    crypto_hash_sha256_update(&reader->hash, peek(reader), len);
    reader->at += len;
}

/* Unseal the file key and begin the stream. */
static enum status open_stream(struct bundle_reader *reader, const uint8_t *sealed, const uint8_t *stream)
{
    uint8_t box_public[crypto_box_PUBLICKEYBYTES], box_secret[crypto_box_SECRETKEYBYTES], file_key[FILE_KEY_BYTES];
    bool ok;

    if (!hash_equal(reader->recipient, bundle_pin(reader->key->public_key)))
        return refuse(reader, STATUS_AUTH, _("文件不是给本机的：给别的县中心的，请交给那个县中心；回执只有它那台机器能导入；县中心换过密钥的，请对方重新登记、再导出一次"));
    ok = crypto_sign_ed25519_pk_to_curve25519(box_public, reader->key->public_key) == 0 &&
         crypto_sign_ed25519_sk_to_curve25519(box_secret, reader->key->secret) == 0 &&
         crypto_box_seal_open(file_key, sealed, SEALED_KEY_BYTES, box_public, box_secret) == 0 &&
         crypto_secretstream_xchacha20poly1305_init_pull(&reader->stream, stream, file_key) == 0;
    hash_wipe(box_secret, sizeof box_secret);
    hash_wipe(file_key, sizeof file_key);
    return ok ? STATUS_OK : damaged(reader);
}

static enum status read_header(struct bundle_reader *reader, const uint8_t *bytes, size_t len)
{
    uint8_t sealed[SEALED_KEY_BYTES] = {0}, stream[STREAM_HEADER_BYTES] = {0};
    uint64_t version = 0;
    struct reader in;

    reader_init(&in, bytes, len);
    uint64_t items = cbor_map(&in);
    bool keys = cbor_uint(&in) == 1;
    version = cbor_uint(&in);
    if (in.status == STATUS_OK && keys && version > FORMAT_VERSION)
        return refuse(reader, STATUS_VERSION, _("文件是由更新版本的程序写成的，请先更新本程序"));
    keys = cbor_uint(&in) == 2 && keys;
    cbor_bytes_exact(&in, reader->recipient.bytes, HASH_BYTES);
    keys = cbor_uint(&in) == 3 && keys;
    cbor_bytes_exact(&in, sealed, sizeof sealed);
    keys = cbor_uint(&in) == 4 && keys;
    cbor_bytes_exact(&in, stream, sizeof stream);
    if (in.status != STATUS_OK || items != 4 || !keys || version != FORMAT_VERSION || reader_left(&in) > 0)
        return damaged(reader);
    reader->has_header = true;
    return reader->key != NULL ? open_stream(reader, sealed, stream) : STATUS_OK;
}

static enum status read_sender(struct bundle_reader *reader, struct reader *in)
{
    uint64_t items = cbor_map(in), way;
    bool keys = cbor_uint(in) == 1;

    cbor_bytes_exact(in, reader->sender, BUNDLE_KEY_BYTES);
    keys = cbor_uint(in) == 2 && keys;
    way = cbor_uint(in);
    keys = cbor_uint(in) == 3 && keys;
    reader->wall_ms = cbor_int(in);
    if (in->status != STATUS_OK || items != 3 || !keys || reader_left(in) > 0)
        return damaged(reader);
    if (way != BUNDLE_TO_CENTER && way != BUNDLE_RETURN)
        return refuse(reader, STATUS_VERSION, _("不认识的文件种类，请先更新本程序"));
    reader->way = (enum bundle_way)way;
    reader->has_sender = true;
    return STATUS_OK;
}

static enum status read_closing(struct bundle_reader *reader, struct reader *in, struct hash before)
{
    struct bundle_closing *closing = &reader->closing;
    uint8_t signature[crypto_sign_BYTES] = {0};
    uint64_t items = cbor_map(in);
    bool keys = cbor_uint(in) == 1, ok;
    struct buf text;
    enum status status;

    closing->count = cbor_uint(in);
    keys = cbor_uint(in) == 2 && keys;
    closing->first = cbor_uint(in);
    keys = cbor_uint(in) == 3 && keys;
    closing->last = cbor_uint(in);
    keys = cbor_uint(in) == 4 && keys;
    cbor_bytes_exact(in, closing->last_hash.bytes, HASH_BYTES);
    keys = cbor_uint(in) == 5 && keys;
    cbor_bytes_exact(in, signature, sizeof signature);
    if (in->status != STATUS_OK || items != 5 || !keys || reader_left(in) > 0)
        return damaged(reader);
    signed_text(&text, reader->way, reader->recipient, reader->sender, closing, before);
    status = text.status;
    ok = status == STATUS_OK && crypto_sign_verify_detached(signature, text.data, text.len, reader->sender) == 0;
    buf_release(&text);
    if (status != STATUS_OK)
        return refuse(reader, status, status_text(status));
    reader->closed = ok;
    return ok ? STATUS_OK : damaged(reader);
}

/* A record's bytes, unsealed into plain. */
static enum status unseal(struct bundle_reader *reader, const uint8_t *sealed, size_t len, bool *final)
{
    unsigned char tag = 0;
    uint8_t *at;

    buf_clear(&reader->plain);
    at = buf_extend(&reader->plain, len - OVERHEAD_BYTES);
    if (at == NULL)
        return refuse(reader, reader->plain.status, status_text(reader->plain.status));
    if (crypto_secretstream_xchacha20poly1305_pull(&reader->stream, at, NULL, &tag, sealed, len,
                                                   reader->began ? NULL : reader->header.bytes,
                                                   reader->began ? 0 : HASH_BYTES) != 0)
        return damaged(reader);
    reader->began = true;
    *final = tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL;
    return STATUS_OK;
}

static enum status read_record(struct bundle_reader *reader, const uint8_t *sealed, size_t len, struct hash before,
                               struct bundle_record *out)
{
    struct reader in;
    bool final = false;
    enum status status;

    if (reader->key == NULL) {
        *out = (struct bundle_record){.kind = BUNDLE_SEALED};
        return STATUS_OK;
    }
    status = unseal(reader, sealed, len, &final);
    if (status != STATUS_OK)
        return status;
    reader_init(&in, reader->plain.data, reader->plain.len);
    *out = (struct bundle_record){.kind = (enum bundle_kind)reader_u8(&in)};
    /* First the sender, once; at the end, and only there, the closing record. */
    if (final != (out->kind == BUNDLE_CLOSING) || reader->has_sender == (out->kind == BUNDLE_SENDER))
        return damaged(reader);
    switch (out->kind) {
    case BUNDLE_SENDER:
        return read_sender(reader, &in);
    case BUNDLE_FRAME:
        out->frame = in.at;
        out->frame_len = reader_left(&in);
        return STATUS_OK;
    case BUNDLE_CLOSING:
        return read_closing(reader, &in, before);
    default:
        return damaged(reader);
    }
}

static uint32_t length_at(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static enum status next_header(struct bundle_reader *reader)
{
    enum { BEFORE_BYTES = BUNDLE_MAGIC_BYTES + 2 };
    size_t have = left(reader) < BUNDLE_MAGIC_BYTES ? left(reader) : BUNDLE_MAGIC_BYTES, len;
    enum status status;

    /* Another file is known by its first bytes, however few there are. */
    if (have > 0 && memcmp(peek(reader), RELAY_MAGIC, have) != 0)
        return refuse(reader, STATUS_FOREIGN, _("这不是本程序导出的交换文件"));
    if (left(reader) < BEFORE_BYTES)
        return STATUS_NOT_FOUND;
    len = (size_t)peek(reader)[BUNDLE_MAGIC_BYTES] << 8 | peek(reader)[BUNDLE_MAGIC_BYTES + 1];
    if (len > BUNDLE_HEADER_MAX_BYTES)
        return damaged(reader);
    if (left(reader) < BEFORE_BYTES + len)
        return STATUS_NOT_FOUND;
    status = read_header(reader, peek(reader) + BEFORE_BYTES, len);
    if (status != STATUS_OK)
        return status;
    take(reader, BEFORE_BYTES + len);
    reader->header = hash_so_far(&reader->hash);
    reader->place = AT_RECORD;
    return STATUS_OK;
}

static enum status next_record(struct bundle_reader *reader, struct bundle_record *out)
{
    const uint8_t *sealed;
    size_t len;
    struct hash before;
    enum status status;

    if (left(reader) < LENGTH_BYTES)
        return STATUS_NOT_FOUND;
    len = length_at(peek(reader));
    if (len == 0) {
        if (reader->key != NULL && !reader->closed)
            return damaged(reader);
        take(reader, LENGTH_BYTES);
        reader->place = AT_HASH;
        return STATUS_OK;
    }
    if (len <= OVERHEAD_BYTES || len > RECORD_MAX_BYTES || reader->closed)
        return damaged(reader);
    if (left(reader) < LENGTH_BYTES + len)
        return STATUS_NOT_FOUND;
    before = hash_so_far(&reader->hash);
    take(reader, LENGTH_BYTES);
    sealed = peek(reader);
    status = read_record(reader, sealed, len, before, out);
    take(reader, len);
    return status;
}

static enum status next_hash(struct bundle_reader *reader)
{
    struct hash all = hash_so_far(&reader->hash);

    if (left(reader) < HASH_BYTES)
        return STATUS_NOT_FOUND;
    if (memcmp(all.bytes, peek(reader), HASH_BYTES) != 0)
        return damaged(reader);
    take(reader, HASH_BYTES);
    reader->place = AT_END;
    return STATUS_OK;
}

enum status bundle_next(struct bundle_reader *reader, struct bundle_record *out, struct errmsg *err)
{
    enum status status = reader->status;

    out->kind = 0;
    while (status == STATUS_OK && out->kind == 0) {
        switch (reader->place) {
        case AT_HEADER:
            status = next_header(reader);
            break;
        case AT_RECORD:
            status = next_record(reader, out);
            break;
        case AT_HASH:
            status = next_hash(reader);
            break;
        case AT_END:
            status = left(reader) > 0 ? damaged(reader) : STATUS_NOT_FOUND;
            break;
        }
    }
    if (status != STATUS_OK && status != STATUS_NOT_FOUND)
        errmsg_set(err, status, "%s", errmsg_text(&reader->reason, status));
    return status;
}

bool bundle_finished(const struct bundle_reader *reader)
{
    return reader->status == STATUS_OK && reader->place == AT_END && left(reader) == 0;
}

enum status bundle_cut(const struct bundle_reader *reader, struct errmsg *err)
{
    if (!reader->has_header && left(reader) < BUNDLE_MAGIC_BYTES)
        return errmsg_set(err, STATUS_FOREIGN, "这不是本程序导出的交换文件");
    return errmsg_set(err, STATUS_CORRUPT, "文件不完整（可能没有拷完），没有采用其中任何内容；请重新拷贝或导出");
}

bool bundle_has_header(const struct bundle_reader *reader)
{
    return reader->has_header;
}

struct hash bundle_recipient(const struct bundle_reader *reader)
{
    return reader->recipient;
}

const uint8_t *bundle_sender(const struct bundle_reader *reader)
{
    return reader->sender;
}

enum bundle_way bundle_way(const struct bundle_reader *reader)
{
    return reader->way;
}

int64_t bundle_wall_ms(const struct bundle_reader *reader)
{
    return reader->wall_ms;
}

struct bundle_closing bundle_closing(const struct bundle_reader *reader)
{
    return reader->closing;
}

struct hash bundle_id(const struct bundle_reader *reader)
{
    return hash_so_far(&reader->hash);
}
