/* sync/frame.h - frames out of a byte stream that may be cut anywhere, and into one. The byte format is in protocol.h.
 *
 * The reader takes any number of bytes at a time; memory is bounded by max_frame plus what the caller feeds ahead. Not thread-safe. */
#ifndef SYNC_FRAME_H
#define SYNC_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/bytes.h"
#include "sync/protocol.h"

struct frame {
    uint8_t type;           /* without FRAME_IGNORABLE */
    bool ignorable;
    const uint8_t *payload; /* borrowed until the next frame_feed or frame_next */
    size_t len;
};

struct frame_reader {
    struct buf in;      /* bytes fed and not yet taken */
    size_t at;          /* where the next frame begins */
    size_t max_frame;   /* greatest length field accepted */
    enum status status; /* first failure; sticks */
};

void frame_reader_init(struct frame_reader *reader, size_t max_frame);
void frame_reader_release(struct frame_reader *reader);
/* Errors: STATUS_NOMEM; STATUS_TOO_LARGE when more than FRAME_BACKLOG_MAX_BYTES wait. */
enum status frame_feed(struct frame_reader *reader, const void *data, size_t len);
/* STATUS_OK and a frame; STATUS_NOT_FOUND: more bytes are needed; STATUS_PEER: a length of 0 or over max_frame (and ever after). */
enum status frame_next(struct frame_reader *reader, struct frame *out);
/* The last frame was worked off and nothing more is there for now: give memory back. The frame is not valid any more. */
void frame_rest(struct frame_reader *reader);
/* Bytes that wait. */
size_t frame_backlog(const struct frame_reader *reader);

/* Append one frame. len + 1 <= FRAME_MAX_BYTES (assert). */
void frame_put(struct buf *out, uint8_t type, const void *payload, size_t len);
/* The same in two steps, to write the payload in place: returns a mark for frame_end. */
size_t frame_begin(struct buf *out, uint8_t type);
void frame_end(struct buf *out, size_t mark);
/* The type byte a message of that type is sent with: the later types are ignorable. */
uint8_t frame_type_byte(uint8_t type);
/* "HELLO"; "?" for an unknown type. */
const char *frame_name(uint8_t type);

enum { FRAME_BACKLOG_MAX_BYTES = (CHUNK_WINDOW + 1) * FRAME_MAX_BYTES };

#endif /* SYNC_FRAME_H */
