/* sync/frame.c - frames out of and into a byte stream. */
#include "sync/frame.h"

#include <assert.h>
#include <string.h>

/* Consumed bytes are moved away only when they are this many, so that a long backlog is not copied once per frame. */
enum { CONSUME_BYTES = 64 * 1024, KEEP_BYTES = 1024 /* a quiet connection should hold little */ };

void frame_reader_init(struct frame_reader *reader, size_t max_frame)
{
    buf_init(&reader->in, FRAME_BACKLOG_MAX_BYTES + CONSUME_BYTES);
    reader->at = 0;
    reader->max_frame = max_frame;
    reader->status = STATUS_OK;
}

void frame_reader_release(struct frame_reader *reader)
{
    buf_release(&reader->in);
    reader->at = 0;
}

size_t frame_backlog(const struct frame_reader *reader)
{
    return reader->in.len - reader->at;
}

static void drop_consumed(struct frame_reader *reader)
{
    if (reader->at == reader->in.len) {
        if (reader->in.cap > KEEP_BYTES)
            buf_release(&reader->in);
        else
            buf_clear(&reader->in);
        reader->at = 0;
    } else if (reader->at >= CONSUME_BYTES) {
        buf_consume(&reader->in, reader->at);
        reader->at = 0;
    }
}

enum status frame_feed(struct frame_reader *reader, const void *data, size_t len)
{
    if (reader->status != STATUS_OK)
        return reader->status;
    drop_consumed(reader);
    if (len > FRAME_BACKLOG_MAX_BYTES || frame_backlog(reader) > FRAME_BACKLOG_MAX_BYTES - len)
        return reader->status = STATUS_TOO_LARGE;
    if (len == 0)
        return STATUS_OK;
    buf_append(&reader->in, data, len);
    if (reader->in.status != STATUS_OK)
        reader->status = reader->in.status;
    return reader->status;
}

enum status frame_next(struct frame_reader *reader, struct frame *out)
{
    struct reader r;
    uint32_t length;

    if (reader->status != STATUS_OK)
        return reader->status;
    if (frame_backlog(reader) < 4)
        return STATUS_NOT_FOUND;
    reader_init(&r, reader->in.data + reader->at, frame_backlog(reader));
    length = reader_u32(&r);
    /* Judged before the bytes are there: garbage is noticed from its first four bytes. */
    if (length == 0 || length > reader->max_frame)
        return reader->status = STATUS_PEER;
    if (reader_left(&r) < length)
        return STATUS_NOT_FOUND;
    out->type = reader_u8(&r);
    out->ignorable = (out->type & FRAME_IGNORABLE) != 0;
    out->type = (uint8_t)(out->type & (uint8_t)~FRAME_IGNORABLE);
    out->len = length - 1;
    out->payload = reader_take(&r, out->len);
    reader->at += 4 + (size_t)length;
    return STATUS_OK;
}

void frame_rest(struct frame_reader *reader)
{
    drop_consumed(reader);
}

size_t frame_begin(struct buf *out, uint8_t type)
{
    size_t mark = out->len;

    buf_put_u32(out, 0);
    buf_putc(out, type);
    return mark;
}

void frame_end(struct buf *out, size_t mark)
{
    size_t length;

    if (out->status != STATUS_OK)
        return;
    length = out->len - mark - 4;
    assert(length >= 1 && length <= FRAME_MAX_BYTES);
    out->data[mark] = (uint8_t)(length >> 24);
    out->data[mark + 1] = (uint8_t)(length >> 16);
    out->data[mark + 2] = (uint8_t)(length >> 8);
    out->data[mark + 3] = (uint8_t)length;
}

void frame_put(struct buf *out, uint8_t type, const void *payload, size_t len)
{
    size_t mark = frame_begin(out, type);

    if (len > 0)
        buf_append(out, payload, len);
    frame_end(out, mark);
}

uint8_t frame_type_byte(uint8_t type)
{
    bool ignorable = type == FRAME_RELAY || type == FRAME_RELAYED || type == FRAME_SAMPLES || type == FRAME_LOOKUP || type == FRAME_FOUND;

    return ignorable ? type | FRAME_IGNORABLE : type;
}

const char *frame_name(uint8_t type)
{
    static const char *const names[] = {"?",   "HELLO", "WELCOME", "CHANGES",  "ACK",  "PULL",  "ERR",
                                        "PING", "END",   "ENROL",   "ENROLLED", "SNAP", "SUMS", "CONFLICTS",
                                        "RELAY", "RELAYED", "COMPARE", "SAMPLES", "RETURN", "RETURNED", "LOOKUP", "FOUND"};

    return type < sizeof names / sizeof *names ? names[type] : "?";
}
