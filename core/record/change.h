/* core/record/change.h - one change and its byte format, the same in the log, on the wire and in a bundle.
 *
 * CHANGE FORMAT (deterministic CBOR, core/base/cbor.h)
 *   header = array(12): [ version=1, seq, flags, t_ms, user text, type no, row id (16 bytes), op, seen, schema version, scope, H(body) (32 bytes) ]
 *   body   = map { field no: null | integer | text, ... }  keys ascending, changed fields only; empty for a delete
 *   chain  : h_0 = 32 zero bytes; h_n = SHA-256(h_(n-1) || header_n)
 * The header names the body only by its hash, so a body can be erased by law without breaking the chain. Both are stored and hashed as the exact
 * bytes received, never re-encoded. H(body) stands last: on the wire the 34 bytes (58 20 + hash) are cut off ("prefix") and the receiver puts
 * them back from the body, which saves what cannot be compressed.
 *
 * seq counts 1, 2, 3.. within a log (station, incarnation) without gaps. `seen` is the last center order number the machine had applied when
 * the person opened the record. t_ms is the writer's clock: shown, never trusted. FLAG_MORE: the next change belongs to the same transaction. */
#ifndef CORE_RECORD_CHANGE_H
#define CORE_RECORD_CHANGE_H

#include <stdint.h>

#include "core/base/bytes.h"
#include "core/base/hash.h"
#include "core/base/id.h"
#include "core/record/actor.h"
#include "core/record/value.h"

/* An op above those this program knows is kept and forwarded, not applied (like an unknown type). 4-6: core/record/reach.h. */
enum change_op { CHANGE_PUT = 1, CHANGE_DELETE = 2, CHANGE_RESOLVE = 3, CHANGE_MOVE = 4, CHANGE_SHARE = 5, CHANGE_ERASE = 6, CHANGE_OP_MAX = 63 };
enum { CHANGE_VERSION = 1, CHANGE_FLAG_MORE = 1, CHANGE_HASH_SUFFIX_BYTES = 34 };
enum { CHANGE_BODY_MAX_BYTES = 256 * 1024, CHANGE_HEADER_MAX_BYTES = 256, CHANGE_TRANSACTION_MAX = 4096 };

struct change {
    uint64_t seq;      /* 1.. */
    unsigned flags;
    int64_t at_ms;
    char user[ACTOR_NAME_MAX_BYTES];
    uint64_t type_no;
    struct id id;
    enum change_op op;
    uint64_t seen;
    uint64_t schema;
    int64_t scope;
    struct hash body_hash;
};

/* "put" "delete" "resolve" "move" "share" "erase"; "unknown" for an op of a newer program. */
const char *change_op_name(enum change_op op);
/* Append the header's exact bytes. */
void change_encode_header(const struct change *change, struct buf *out);
/* Errors: STATUS_MALFORMED (also a trailing byte), STATUS_VERSION. *out is undefined on error. */
enum status change_decode_header(const void *header, size_t len, struct change *out);
/* h_n from h_(n-1). */
struct hash change_chain(struct hash before, const void *header, size_t len);

#endif /* CORE_RECORD_CHANGE_H */
