/* sync/history.h - what one direction of one session has carried lately, so that a chunk may refer to it: three thousand records to a new station take three quarters of the bytes that chunks by themselves take.
 *
 * WHAT AND WHEN. A sender begins a history when a full chunk leaves and more is to follow (the bulk of a first sync), on a line slow enough that its chunks are small (HISTORY_CHUNK_BYTES): a fast one gains nothing by it. While
 * one is open chunks are asked for that fit (HISTORY_ASK_BYTES), until the line has shown that it carries more than HISTORY_LINE_BYTES in the time of session_pace.h: of answers that come together none is proof.
 * Its chunks are PACKING_HISTORY: layouts by columns, pieces of one stream, one after the other as they are sent: of foretold bits (foretell.h) where the receiver told that it
 * takes them (HELLO.model, WELCOME.model), else of zstd (compress.h, STREAMS). The last piece of the bulk ends the stream, and both sides forget it. Chunks by
 * themselves may come in between and belong to none. Whatever goes wrong at the sender - no memory, a chunk that does not fit into a frame, a rewind - it forgets the history and the next chunk stands by itself or begins one.
 *
 * BOTH SIDES HOLD THE SAME, OR THE CHUNK IS REFUSED. A chunk tells the mark of what it follows (CHANGES.follows; none: it begins a stream): the first MARK_BYTES of SHA-256 over the mark before and the packed bytes of
 * the chunk before. So the mark stands for all packed bytes since the stream began, and with them for all content; a receiver whose own mark is another one answers STATUS_UNSUPPORTED, which the session takes as it takes
 * a gap: the sender goes on from what is durable, with a new stream. A chunk of another session, of another direction, or after a lost one can be refused only, never be read wrongly. A session does not feed chunks here that
 * bring nothing new (protocol.h, PACKING).
 * A group of writes may be carried out twice (replicator.h): the piece taken last is kept until history_settle, and is not read from the stream again.
 *
 * MEMORY. A zstd stream takes STREAM_PACK_BYTES of a sender, STREAM_UNPACK_BYTES of a receiver, a foretold one FORETELL_BYTES of either; a receiver also keeps the piece taken last. A receiver promises to take foretold ones while half of the pool is free, else zstd's. A pool bounds what all of a process take together (HISTORY_POOL_BYTES): a sender that gets nothing of it
 * packs chunks by themselves, a receiver promises a window (HELLO.window, WELCOME.window: its logarithm) only when it has the memory set aside, and says 0 else. Everything is wiped when it is freed (unless it hurries: the simulator's, who makes its people up). Not thread-safe. */
#ifndef SYNC_HISTORY_H
#define SYNC_HISTORY_H

#include <stdbool.h>

#include "core/base/bytes.h"
#include "sync/compress.h"
#include "sync/foretell.h"
#include "sync/protocol.h"

enum {
    HISTORY_POOL_BYTES = 16 * 1024 * 1024,
    HISTORY_CHUNK_BYTES = 256 * 1024,  /* entries of one chunk at most */
    HISTORY_ASK_BYTES = 224 * 1024,    /* asked for: the last transaction may be longer */
    HISTORY_LINE_BYTES = 176 * 1024,   /* allowed on the way (session_pace.h): a line that carries more in that time does without */
    HISTORY_LEAST_CHANGES = 200        /* a receiver sets memory aside for a sender who has as many to send */
};

struct history_pool;

/* Errors: STATUS_NOMEM. */
enum status history_pool_new(struct history_pool **out, size_t max_bytes);
/* What still uses it keeps it alive. */
void history_pool_release(struct history_pool *pool);
size_t history_pool_used(const struct history_pool *pool);

/* One direction of one session, owned by it. {0}: none agreed. */
struct history {
    unsigned window_log;         /* agreed; 0: none */
    unsigned model;              /* agreed: FORETELL_MODEL; 0: zstd only */
    uint8_t mark[MARK_BYTES];    /* of what went through the stream; zeros: none is open */
    struct history_pool *pool;   /* charged `bytes`; NULL: nothing */
    size_t bytes;
    bool hurries;                /* compress.h; a receiver's */
    struct pack_stream *out;     /* sender, or NULL */
    struct unpack_stream *in;    /* receiver, or NULL */
    struct foretell *foretold_out, *foretold_in; /* in place of those, or NULL */
    bool taken;                  /* receiver: the last piece is here: */
    uint8_t before[MARK_BYTES];  /* what it followed */
    struct buf piece;
};

/* Forget what went before; a receiver keeps its window and the memory set aside. */
void history_forget(struct history *history);
/* Forget all, the window too, and give all memory back. */
void history_close(struct history *history);
bool history_is_open(const struct history *history);

/* ---- sender ---- */
/* Append one piece, beginning a stream if none is open; follows: what the chunk has to tell. Errors: STATUS_NOMEM (also: the pool is used up), STATUS_TOO_LARGE; the history is forgotten, out is unchanged. */
enum status history_pack(struct history *history, struct history_pool *pool, bool hurries, const struct buf *raw, const size_t *cuts, size_t n_cuts, bool last, struct buf *out, uint8_t follows[MARK_BYTES]);

/* ---- receiver ---- */
/* Set memory aside, for foretold pieces too if there is enough (history->model) and nobody hurries; false: there is none, history is none. hurries: as in history_pack. */
bool history_offer(struct history *history, struct history_pool *pool, unsigned window_log, bool hurries);
/* *out: what the piece holds, at most `most` bytes, borrowed until the next call. Errors: STATUS_UNSUPPORTED (it follows something else than what went before; nothing is changed), STATUS_MALFORMED, STATUS_NOMEM: the history is
 * forgotten. */
enum status history_unpack(struct history *history, const uint8_t follows[MARK_BYTES], const void *packed, size_t len, size_t most, const struct buf **out);
/* The piece taken last is not asked for again. */
void history_settle(struct history *history);

#endif /* SYNC_HISTORY_H */
