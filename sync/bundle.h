/* sync/bundle.h - the bundle file: what goes over the wire between a station and its center, as a file for a USB stick.
 *
 * FORMAT. All integers big-endian.
 *   "AIDPOST-BUNDLE1\n"                                       16 bytes
 *   u16 length, header: deterministic CBOR map, readable by everybody, names nobody:
 *     1 format version (1)   2 recipient: SHA-256 pin of the key that can open it   3 the file key, sealed to that key
 *     4 header of the secretstream
 *   records: u32 length, sealed bytes (secretstream xchacha20poly1305; the first one is bound to magic and header)
 *   u32 0, SHA-256 of every byte before                       whoever carries the file can see that it is whole
 * A record unsealed: u8 kind, then
 *   1 SENDER   map: 1 sender's public key  2 way (enum bundle_way)  3 when, wall clock ms. The first record.
 *   2 FRAME    one frame as on the wire (sync/protocol.h)
 *   3 CLOSING  map: 1 count  2 first  3 last (of the changes)  4 chain hash at last  5 the sender's Ed25519 signature
 * over label, way, recipient, sender, first, last, count, hash, SHA-256 of the file before this record. The last
 * record, marked as final in the stream. Way TO_CENTER holds HELLO SAMPLES CHANGES.. END (programs that speak protocol 1
 * know no SAMPLES and skip them), way RETURN holds WELCOME ACK.. CHANGES.. END; a WELCOME{branch} may follow.
 *
 * READING. A reader is fed the file's bytes in any pieces and gives records; it takes no more memory than one record
 * and trusts no length. Without a key it checks what can be checked without: shape and the hash at the end (a relay,
 * and the writer who reads back). What it gave out is proven only when bundle_finished() is true: read the whole file
 * once before acting on it, then again. That a record is of the sender, whole and in its place, the stream proves each
 * time.
 *
 * Pure: bytes in, records out. libsodium draws the one-time keys and nonces itself; the file key comes from `random`.
 * Not thread-safe. */
#ifndef SYNC_BUNDLE_H
#define SYNC_BUNDLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/bytes.h"
#include "core/base/hash.h"
#include "core/base/id.h"
#include "core/base/status.h"
#include "core/record/relay.h"
#include "sync/frame.h"

enum {
    BUNDLE_KEY_BYTES = 32,
    BUNDLE_SECRET_BYTES = 64,
    BUNDLE_HEADER_MAX_BYTES = 4096,
    BUNDLE_MAGIC_BYTES = RELAY_MAGIC_BYTES,
    BUNDLE_FRAME_MAX_BYTES = FRAME_HEADER_BYTES + FRAME_MAX_BYTES
};

/* A machine's Ed25519 key in libsodium's form. Wipe it after use. */
struct bundle_key {
    uint8_t public_key[BUNDLE_KEY_BYTES];
    uint8_t secret[BUNDLE_SECRET_BYTES];
};

enum bundle_way { BUNDLE_TO_CENTER = 1, BUNDLE_RETURN = 2 };

/* SHA-256 of the key as DER SubjectPublicKeyInfo: the pin TLS compares (sync/identity.h). */
struct hash bundle_pin(const uint8_t public_key[BUNDLE_KEY_BYTES]);
/* These first bytes of a file are a bundle's. */
bool bundle_magic(const void *data, size_t len);

struct bundle_closing {
    uint64_t count, first, last;
    struct hash last_hash;
};

/* ---- writing: every call appends to out ---- */
struct bundle_writer;

/* Errors: STATUS_NOMEM; STATUS_INVALID (not a key). On error *out is NULL. */
enum status bundle_writer_new(struct bundle_writer **out, const struct bundle_key *sender,
                              const uint8_t recipient[BUNDLE_KEY_BYTES], enum bundle_way way, int64_t wall_ms,
                              struct random_source random, struct buf *file, struct errmsg *err);
void bundle_writer_free(struct bundle_writer *writer);
/* One whole frame, header included; len <= BUNDLE_FRAME_MAX_BYTES (assert). */
void bundle_write_frame(struct bundle_writer *writer, const void *frame, size_t len, struct buf *file);
/* Nothing may be written behind it. */
void bundle_write_closing(struct bundle_writer *writer, const struct bundle_closing *closing, struct buf *file);

/* ---- reading ---- */
struct bundle_reader;

enum bundle_kind { BUNDLE_SENDER = 1, BUNDLE_FRAME = 2, BUNDLE_CLOSING = 3, BUNDLE_SEALED = 255 /* no key */ };

struct bundle_record {
    enum bundle_kind kind;
    const uint8_t *frame; /* FRAME: borrowed until the next call */
    size_t frame_len;
};

/* key NULL: look at the outside only. Borrowed until bundle_reader_free. Errors: STATUS_NOMEM. */
enum status bundle_reader_new(struct bundle_reader **out, const struct bundle_key *key);
/* Accepts NULL. */
void bundle_reader_free(struct bundle_reader *reader);
/* At most BUNDLE_FEED_BYTES at a time (assert), and only when bundle_next said STATUS_NOT_FOUND. Errors: STATUS_NOMEM.
 */
enum { BUNDLE_FEED_BYTES = 64 * 1024 };
enum status bundle_feed(struct bundle_reader *reader, const void *data, size_t len);
/* STATUS_OK: a record. STATUS_NOT_FOUND: feed more, or finished. Errors stick: STATUS_FOREIGN (not a bundle),
 * STATUS_VERSION (a newer format), STATUS_AUTH (sealed to another key), STATUS_CORRUPT (damaged, shortened, or not made
 * by the one it names). */
enum status bundle_next(struct bundle_reader *reader, struct bundle_record *out, struct errmsg *err);
/* The whole file was read and everything in it holds. */
bool bundle_finished(const struct bundle_reader *reader);
/* What a missing end means, for who has no more bytes to feed: STATUS_CORRUPT with a message. */
enum status bundle_cut(const struct bundle_reader *reader, struct errmsg *err);

/* The header was read: who can open it. */
bool bundle_has_header(const struct bundle_reader *reader);
struct hash bundle_recipient(const struct bundle_reader *reader);
/* After the SENDER record. Borrowed. */
const uint8_t *bundle_sender(const struct bundle_reader *reader);
enum bundle_way bundle_way(const struct bundle_reader *reader);
int64_t bundle_wall_ms(const struct bundle_reader *reader);
/* After the CLOSING record. */
struct bundle_closing bundle_closing(const struct bundle_reader *reader);
/* SHA-256 of all bytes of a finished file: its name among relays. */
struct hash bundle_id(const struct bundle_reader *reader);

#endif /* SYNC_BUNDLE_H */
