/* tui/charset.c - see charset.h. */
#include "tui/charset.h"

#include <iconv.h>
#include <string.h>

#include "core/base/utf8.h"
#include "core/base/width.h"

static const iconv_t none = (iconv_t)-1;

enum status charset_open(struct charset *charset, enum charset_kind kind)
{
    *charset = (struct charset){.kind = CHARSET_UTF8};
    if (kind == CHARSET_UTF8)
        return STATUS_OK;
    iconv_t out = iconv_open("GB18030", "UTF-8"), in = iconv_open("UTF-8", "GB18030");
    if (out != none && in != none) {
        *charset = (struct charset){.kind = kind, .out = out, .in = in};
        return STATUS_OK;
    }
    if (out != none)
        iconv_close(out);
    if (in != none)
        iconv_close(in);
    return STATUS_UNSUPPORTED;
}

void charset_close(struct charset *charset)
{
    if (charset->kind != CHARSET_UTF8) {
        iconv_close((iconv_t)charset->out);
        iconv_close((iconv_t)charset->in);
    }
    *charset = (struct charset){.kind = CHARSET_UTF8};
}

/* One character; returns its bytes, 0 if there is no such. */
static size_t recode(void *converter, const char *text, size_t len, char *out, size_t room)
{
    char *from = (char *)(uintptr_t)text, *to = out; /* iconv's prototype lacks the const */
    size_t left = room;
    if (iconv((iconv_t)converter, &from, &len, &to, &left) == (size_t)-1) {
        iconv((iconv_t)converter, NULL, NULL, NULL, NULL);
        return 0;
    }
    return room - left;
}

static void encode_character(struct charset *charset, const char *text, size_t len, uint32_t code, struct buf *out)
{
    char bytes[8];
    size_t n = recode(charset->out, text, len, bytes, sizeof bytes);
    if (n == 1 || n == 2 || (n == 4 && charset->four_bytes))
        buf_append(out, bytes, n);
    else if (width_of(code) == 2)
        buf_puts(out, "\xA1\xFE"); /* 〓 */
    else if (width_of(code) == 1)
        buf_putc(out, '?');
}

bool charset_has(struct charset *charset, uint32_t code)
{
    char text[UTF8_MAX_BYTES], bytes[8];
    if (charset->kind == CHARSET_UTF8)
        return true;
    size_t n = recode(charset->out, text, utf8_encode(code, text), bytes, sizeof bytes);
    return n == 1 || n == 2 || (n == 4 && charset->four_bytes);
}

void charset_encode(struct charset *charset, const char *text, size_t len, struct buf *out)
{
    if (charset->kind == CHARSET_UTF8) {
        buf_append(out, text, len);
        return;
    }
    for (size_t at = 0; at < len;) {
        size_t plain = 0;
        while (at + plain < len && (uint8_t)text[at + plain] < 0x80)
            plain++;
        buf_append(out, text + at, plain);
        at += plain;
        if (at == len)
            break;
        uint32_t code = '?';
        size_t n = utf8_decode(text + at, len - at, &code);
        encode_character(charset, text + at, n > 0 ? n : 1, code, out);
        at += n > 0 ? n : 1;
    }
}

/* How many bytes the character has as far as can be seen; 0: these bytes begin none. 0x80 and 0xff are nobody's. */
static size_t gb18030_length(const uint8_t *bytes, size_t n)
{
    if (bytes[0] < 0x80)
        return 1;
    if (bytes[0] == 0x80 || bytes[0] == 0xff)
        return 0;
    if (n < 2)
        return 2;
    if (bytes[1] >= 0x40 && bytes[1] != 0x7f && bytes[1] != 0xff)
        return 2;
    if (bytes[1] < 0x30 || bytes[1] > 0x39 || (n > 2 && (bytes[2] < 0x81 || bytes[2] == 0xff)) || (n > 3 && (bytes[3] < 0x30 || bytes[3] > 0x39)))
        return 0;
    return 4;
}

static void drop_pending(struct charset *charset, size_t n)
{
    charset->n_pending -= n;
    memmove(charset->pending, charset->pending + n, charset->n_pending);
}

/* Whole characters at the front, and bytes that begin none. */
static void take_characters(struct charset *charset, struct buf *out)
{
    while (charset->n_pending > 0) {
        size_t n = gb18030_length(charset->pending, charset->n_pending);
        char text[UTF8_MAX_BYTES * 2];
        if (n > charset->n_pending)
            return;
        size_t len = n > 0 ? recode(charset->in, (const char *)charset->pending, n, text, sizeof text) : 0;
        if (len > 0)
            buf_append(out, text, len);
        else
            buf_putc(out, 0xff); /* what stood there may be good UTF-8 by chance */
        drop_pending(charset, len > 0 ? n : 1);
    }
}

void charset_decode(struct charset *charset, const uint8_t *bytes, size_t len, struct buf *out)
{
    if (charset->kind == CHARSET_UTF8) {
        buf_append(out, bytes, len);
        return;
    }
    for (size_t i = 0; i < len; i++) {
        charset->pending[charset->n_pending++] = bytes[i];
        take_characters(charset, out);
    }
}
