/* core/record/relay.h - sealed bundle files that a machine keeps for another one: bytes nobody here can read, on their
 * way.
 *
 * At a station: files of laptops without a network, to be handed to the center at the next contact (RELAY_WAITING),
 * refused ones, which stay listed for a person (RELAY_REFUSED), and the center's answers, to be fetched by the laptops
 * (RELAY_RETURN). At the center: what is still coming in piece by piece (RELAY_PARTIAL), what was opened (RELAY_TAKEN,
 * RELAY_REFUSED: no bytes any more, only the answer, so that a station that did not hear it gets it again), and answers
 * on their way back through a station (RELAY_WAITING, `via` names it).
 *
 * A file is known by the SHA-256 of its bytes; the bytes are stored in pieces, as they come. Whether they are the file's
 * shows only when all are there, so one that is still coming in is kept for each who brings it: nobody pays for what
 * another sent, and two honest stations that take turns do not undo each other's work. The first whole one is the file.
 * Local tables, not in the change log. Functions that write do so in the caller's transaction, or in one of their own if there is none. */
#ifndef CORE_RECORD_RELAY_H
#define CORE_RECORD_RELAY_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/bytes.h"
#include "core/base/hash.h"
#include "core/record/store.h"

enum { RELAY_FILE_MAX_BYTES = 64 * 1024 * 1024, RELAY_TEXT_BYTES = 384, RELAY_ANSWERS_KEPT = 1000 };
/* What each such file begins with: it is known by that, whatever name people or file systems gave it. */
enum { RELAY_MAGIC_BYTES = 16 };
extern const char RELAY_MAGIC[RELAY_MAGIC_BYTES + 1];
#define RELAY_ALL_MAX_BYTES (INT64_C(1024) * 1024 * 1024)

/* The numbers are in the store. */
enum relay_state { RELAY_PARTIAL = 1, RELAY_WAITING = 2, RELAY_REFUSED = 3, RELAY_TAKEN = 4, RELAY_RETURN = 5 };

struct relay {
    int64_t no;            /* given by relay_add */
    struct hash id;        /* SHA-256 of the whole file */
    struct hash recipient; /* pin of the machine that can open it; zeros if not known here */
    uint32_t via;          /* center: number of the station it came through or goes through; station: 0 */
    enum relay_state state;
    uint64_t total;              /* bytes of the file, 1..RELAY_FILE_MAX_BYTES */
    uint64_t held;               /* bytes stored here */
    uint64_t handed;             /* bytes the other side confirmed */
    int64_t added_ms;            /* wall clock */
    char text[RELAY_TEXT_BYTES]; /* for people: why it was refused, or what became of it */
};

/* Make a row without bytes from *relay (held, handed and no are set here). Errors: STATUS_EXISTS (this id; of
 * RELAY_PARTIAL: from this `via`), STATUS_TOO_LARGE (the file, or all files together), STATUS_INVALID (no bytes). */
enum status relay_add(struct store *store, struct relay *relay, struct errmsg *err);
/* Store the bytes that begin at `at`. What is held already is skipped. Errors: STATUS_GAP (at > held), STATUS_TOO_LARGE
 * (beyond total). */
enum status relay_append(struct store *store, struct relay *relay, uint64_t at, const void *data, size_t len,
                         struct errmsg *err);
/* Append up to max bytes beginning at `at` to out; fewer only at the end of what is held. */
enum status relay_read(struct store *store, int64_t no, uint64_t at, size_t max, struct buf *out, struct errmsg *err);
/* SHA-256 of the bytes held. */
enum status relay_hash(struct store *store, int64_t no, struct hash *out, struct errmsg *err);
/* All bytes are here and are the file's: it is found by its id from now on. What others have brought of it goes, and so
 * does what was noted of it before. */
enum status relay_whole(struct store *store, const struct relay *relay, struct errmsg *err);
/* What `via` has brought so far of a file that is still coming in. Errors: STATUS_NOT_FOUND without a message. */
enum status relay_find_part(struct store *store, struct hash id, uint32_t via, struct relay *out, struct errmsg *err);
/* One that is whole. Errors: STATUS_NOT_FOUND without a message. */
enum status relay_find(struct store *store, struct hash id, struct relay *out, struct errmsg *err);
/* The oldest one that waits to be handed on (center: through this station). STATUS_NOT_FOUND without a message. */
enum status relay_next(struct store *store, uint32_t via, struct relay *out, struct errmsg *err);
/* Write back state, handed, text. RELAY_TAKEN drops the bytes and the oldest answers beyond RELAY_ANSWERS_KEPT. */
enum status relay_note(struct store *store, const struct relay *relay, struct errmsg *err);
/* The bytes only; held becomes 0. */
enum status relay_drop_bytes(struct store *store, struct relay *relay, struct errmsg *err);
enum status relay_remove(struct store *store, int64_t no, struct errmsg *err);
/* Write back state and recipient, and remove what else is in this state for this recipient: older answers than this
 * one. */
enum status relay_keep(struct store *store, const struct relay *relay, struct errmsg *err);
typedef bool (*relay_row)(void *context, const struct relay *relay);
enum status relay_list(struct store *store, relay_row row, void *context, struct errmsg *err); /* oldest first */
/* This machine has to do with relays: it holds one, or ever did. */
bool relay_used(struct store *store);

#endif /* CORE_RECORD_RELAY_H */
