/* sync/columns_text.c - Chinese text with a byte or two a character in place of three, before it is packed: order of frequency is what zstd cannot know.
 *
 * The table is core/data/sync_chars.txt: characters of three UTF-8 bytes, most frequent first; part of the format, so it never changes.
 *   00..7F     ASCII          80..DF   characters 0..95 of the table
 *   E0..FE xx  character 96 + 256 * (first - E0) + xx      FF   the bytes of one other character follow as they are */
#include <stdlib.h>
#include <string.h>

#include "core/data/data.h"
#include "sync/columns_impl.h"

enum { SHORT_FIRST = 0x80, SHORT_COUNT = 0x60, LONG_FIRST = 0xe0, LONG_LEADS = 31, OTHER = 0xff, CHAR_BYTES = 3, CHARS_MAX = SHORT_COUNT + LONG_LEADS * 256, PLANE = 0x10000 };

static unsigned code_point(const uint8_t *at)
{
    return (at[0] & 0x0fU) << 12 | (at[1] & 0x3fU) << 6 | (at[2] & 0x3fU);
}

enum status columns_load_chars(struct columns *columns)
{
    const struct data_file *file = data_find("sync_chars.txt");
    size_t n = file->len / CHAR_BYTES;

    columns->char_codes = calloc(PLANE, sizeof *columns->char_codes);
    if (columns->char_codes == NULL)
        return STATUS_NOMEM;
    columns->chars = (const uint8_t *)file->text;
    columns->n_chars = n < CHARS_MAX ? n : CHARS_MAX;
    for (size_t i = 0; i < columns->n_chars; i++)
        columns->char_codes[code_point(columns->chars + CHAR_BYTES * i)] = (uint16_t)(i + 1);
    return STATUS_OK;
}

/* Of a character that begins with this byte; 0: none does. */
static size_t char_bytes(uint8_t first)
{
    return first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
}

static uint8_t *put_code(uint8_t *to, size_t no)
{
    if (no < SHORT_COUNT) {
        *to++ = (uint8_t)(SHORT_FIRST + no);
    } else {
        *to++ = (uint8_t)(LONG_FIRST + (no - SHORT_COUNT) / 256);
        *to++ = (uint8_t)((no - SHORT_COUNT) % 256);
    }
    return to;
}

enum status columns_shorten(const struct columns *columns, const struct buf *text, struct buf *out)
{
    const uint8_t *at = text->data, *end = at + text->len;
    /* A character outside the table takes a byte more; the shortest such has two. */
    uint8_t *start = buf_extend(out, text->len + text->len / 2 + 1), *to = start;

    if (start == NULL)
        return out->status;
    while (at < end) {
        size_t n = char_bytes(*at), code = n == CHAR_BYTES ? columns->char_codes[code_point(at)] : 0;

        if (n == 1) {
            *to++ = *at++;
            continue;
        }
        if (code > 0) {
            to = put_code(to, code - 1);
        } else {
            *to++ = OTHER;
            memcpy(to, at, n);
            to += n;
        }
        at += n;
    }
    out->len = (size_t)(to - out->data);
    return STATUS_OK;
}

/* The character that begins at the reader, as its bytes. NULL: none. */
static const uint8_t *next_char(const struct columns *columns, struct reader *reader, size_t *len)
{
    const uint8_t *at = reader->at;
    uint8_t first = reader_u8(reader);
    size_t no;

    *len = 1;
    if (first < SHORT_FIRST)
        return at;
    if (first == OTHER) {
        *len = reader_left(reader) > 0 ? char_bytes(*reader->at) : 0;
        return *len > 0 ? reader_take(reader, *len) : NULL;
    }
    no = first < LONG_FIRST ? (size_t)first - SHORT_FIRST : SHORT_COUNT + 256 * ((size_t)first - LONG_FIRST) + reader_u8(reader);
    *len = CHAR_BYTES;
    return reader->status == STATUS_OK && no < columns->n_chars ? columns->chars + CHAR_BYTES * no : NULL;
}

enum status columns_lengthen(const struct columns *columns, struct reader *in, size_t most, struct buf *out)
{
    size_t start = out->len;

    while (reader_left(in) > 0) {
        size_t len;
        const uint8_t *bytes = next_char(columns, in, &len);

        if (bytes == NULL || len > most - (out->len - start))
            return STATUS_MALFORMED;
        buf_append(out, bytes, len);
        if (out->status != STATUS_OK)
            return out->status;
    }
    return STATUS_OK;
}
