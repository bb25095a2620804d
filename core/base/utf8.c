/* core/base/utf8.c - UTF-8 itself, the two normal forms, and GB18030.
 *
 * Imports normalise every text twice (once to store, once to search), and nearly all of it is ASCII, hanzi and CJK
 * punctuation, which no normal form changes. So both forms first walk the text over a small table of such blocks and
 * call libutf8proc, which decomposes into 32-bit units, only when something else occurs. */
#include "core/base/utf8.h"

#include <assert.h>
#include <errno.h>
#include <iconv.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

enum {
    CODE_MIDDLE_DOT = 0xB7,
    CODE_ELLIPSIS = 0x2026,
    CODE_IDEOGRAPHIC_SPACE = 0x3000,
    CODE_BOM = 0xFEFF,
};

/* ---- stepping ---- */

static bool is_continuation(char c)
{
    return ((uint8_t)c & 0xC0) == 0x80;
}

size_t utf8_decode(const char *text, size_t len, uint32_t *code)
{
    const uint8_t *b = (const uint8_t *)text;
    uint32_t c;

    assert(len >= 1);
    if (b[0] < 0x80) {
        *code = b[0];
        return 1;
    }
    if (b[0] >= 0xE0 && b[0] < 0xF0) {
        if (len < 3 || !is_continuation(text[1]) || !is_continuation(text[2]))
            return 0;
        c = (b[0] & 0x0FU) << 12 | (b[1] & 0x3FU) << 6 | (b[2] & 0x3FU);
        if (c < 0x800 || (c >= 0xD800 && c <= 0xDFFF))
            return 0;
        *code = c;
        return 3;
    }
    /* C0 and C1 could only begin over-long forms. */
    if (b[0] >= 0xC2 && b[0] < 0xE0) {
        if (len < 2 || !is_continuation(text[1]))
            return 0;
        *code = (b[0] & 0x1FU) << 6 | (b[1] & 0x3FU);
        return 2;
    }
    if (b[0] >= 0xF0 && b[0] <= 0xF4) {
        if (len < 4 || !is_continuation(text[1]) || !is_continuation(text[2]) || !is_continuation(text[3]))
            return 0;
        c = (b[0] & 0x07U) << 18 | (b[1] & 0x3FU) << 12 | (b[2] & 0x3FU) << 6 | (b[3] & 0x3FU);
        if (c < 0x10000 || c > 0x10FFFF)
            return 0;
        *code = c;
        return 4;
    }
    return 0;
}

size_t utf8_encode(uint32_t code, char out[UTF8_MAX_BYTES])
{
    if (code < 0x80) {
        out[0] = (char)code;
        return 1;
    }
    if (code < 0x800) {
        out[0] = (char)(0xC0 | code >> 6);
        out[1] = (char)(0x80 | (code & 0x3F));
        return 2;
    }
    if (code < 0x10000) {
        if (code >= 0xD800 && code <= 0xDFFF)
            return 0;
        out[0] = (char)(0xE0 | code >> 12);
        out[1] = (char)(0x80 | (code >> 6 & 0x3F));
        out[2] = (char)(0x80 | (code & 0x3F));
        return 3;
    }
    if (code > 0x10FFFF)
        return 0;
    out[0] = (char)(0xF0 | code >> 18);
    out[1] = (char)(0x80 | (code >> 12 & 0x3F));
    out[2] = (char)(0x80 | (code >> 6 & 0x3F));
    out[3] = (char)(0x80 | (code & 0x3F));
    return 4;
}

/* Three bytes whose lead leaves no room for over-long forms (as E0) or surrogates (as ED), looked at together: nearly all of Chinese. `word` begins with the character's first byte in its lowest bits. */
static bool is_plain_three(uint32_t word)
{
    return (word & 0xC0C0F0) == 0x8080E0 && (0xDFFEU >> (word & 0x0F) & 1) != 0;
}

/* Compilers make one load of it. */
static uint32_t word_at(const unsigned char *b)
{
    return (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
}

size_t utf8_valid_prefix(const char *text, size_t len)
{
    const unsigned char *b = (const unsigned char *)text;
    size_t at = 0;

    while (at < len) {
        uint32_t code;
        size_t n;

        while (len - at >= 4) {
            uint32_t word = word_at(b + at);

            if (is_plain_three(word))
                at += 3;
            else if ((word & 0x80808080) == 0)
                at += 4;
            else
                break;
        }
        if (at == len)
            break;
        n = b[at] < 0x80 ? 1 : utf8_decode(text + at, len - at, &code);
        if (n == 0)
            break;
        at += n;
    }
    return at;
}

bool utf8_valid(const char *text, size_t len)
{
    return utf8_valid_prefix(text, len) == len;
}

size_t utf8_count(const char *text, size_t len)
{
    size_t count = 0;

    for (size_t i = 0; i < len; i++)
        count += !is_continuation(text[i]);
    return count;
}

size_t utf8_offset(const char *text, size_t len, size_t n)
{
    size_t at = 0;

    for (; at < len; at++) {
        if (is_continuation(text[at]))
            continue;
        if (n == 0)
            break;
        n--;
    }
    return at;
}

size_t utf8_cut(const char *text, size_t len, size_t at)
{
    if (at >= len)
        return len;
    while (at > 0 && is_continuation(text[at]))
        at--;
    return at;
}

/* ---- normal forms ---- */

/* Blocks whose characters are starters, equal to their NFC, and do not combine with the character before them. */
static bool is_nfc_inert(uint32_t code)
{
    return code < 0x300 || (code >= 0x4E00 && code <= 0x9FFF) || (code >= 0x3003 && code <= 0x3029) ||
           (code >= 0x3000 && code <= 0x3002) || (code >= 0xFF01 && code <= 0xFFEE) ||
           (code >= 0x2010 && code <= 0x2027) || (code >= 0x2030 && code <= 0x205E) ||
           (code >= 0x3400 && code <= 0x4DBF) || (code >= 0x2150 && code <= 0x2188) ||
           (code >= 0x2460 && code <= 0x27BF) || (code >= 0x3041 && code <= 0x3096) ||
           (code >= 0x30A1 && code <= 0x30FB) || (code >= 0x20000 && code <= 0x2F7FF) ||
           (code >= 0x30000 && code <= 0x3FFFD);
}

/* The same for NFKC. */
static bool is_nfkc_inert(uint32_t code)
{
    return code < 0x80 || (code >= 0x4E00 && code <= 0x9FFF) || (code >= 0x3001 && code <= 0x3029) ||
           code == CODE_MIDDLE_DOT || (code >= 0x2018 && code <= 0x201F) || (code >= 0x2012 && code <= 0x2016) ||
           (code >= 0x3400 && code <= 0x4DBF) || (code >= 0x2500 && code <= 0x27BF) ||
           (code >= 0x20000 && code <= 0x2F7FF) || (code >= 0x30000 && code <= 0x3FFFD);
}

static bool is_control(uint32_t code)
{
    return code < 0x20 || (code >= 0x7F && code < 0xA0);
}

static bool is_middle_dot(uint32_t code)
{
    return code == CODE_MIDDLE_DOT || code == 0x30FB || code == 0xFF0E || code == 0x2022 || code == 0x2027;
}

uint32_t utf8_ascii_twin(uint32_t code)
{
    if (code >= 0xFF01 && code <= 0xFF5E)
        return code - 0xFF01 + '!';
    if (code == CODE_IDEOGRAPHIC_SPACE)
        return ' ';
    /* The key / gives 、 while a Chinese input method is on. */
    if (code == 0x3001)
        return '/';
    return code;
}

/* Go back to the state before a failed call, so that "out is unchanged" holds. */
static enum status give_up(struct buf *out, size_t len, enum status status)
{
    out->len = len;
    out->status = STATUS_OK;
    if (out->data != NULL)
        out->data[len] = 0;
    return status;
}

/* Replace what stands in out from start on by its normal form. */
static enum status compose(struct buf *out, size_t start, utf8proc_option_t form)
{
    utf8proc_uint8_t *result = NULL;
    utf8proc_ssize_t n;

    n = utf8proc_map(out->data + start, (utf8proc_ssize_t)(out->len - start), &result,
                     (utf8proc_option_t)(UTF8PROC_STABLE | UTF8PROC_COMPOSE | form));
    if (n == UTF8PROC_ERROR_INVALIDUTF8)
        return STATUS_MALFORMED;
    if (n < 0)
        return STATUS_NOMEM;
    out->len = start;
    buf_append(out, result, (size_t)n);
    free(result);
    return out->status;
}

/* Drop the mark at the start and blanks at both ends. */
static void trim(const char **text, size_t *len)
{
    static const char wide[] = "\xE3\x80\x80";
    const char *at = *text;
    const char *end = at + *len;

    if (end - at >= 3 && memcmp(at, "\xEF\xBB\xBF", 3) == 0)
        at += 3;
    for (;;) {
        if (at < end && (*at == ' ' || *at == '\t' || *at == '\n' || *at == '\r'))
            at++;
        else if (end - at >= 3 && memcmp(at, wide, 3) == 0)
            at += 3;
        else
            break;
    }
    for (;;) {
        if (at < end && (end[-1] == ' ' || end[-1] == '\t' || end[-1] == '\n' || end[-1] == '\r'))
            end--;
        else if (end - at >= 3 && memcmp(end - 3, wide, 3) == 0)
            end -= 3;
        else
            break;
    }
    *text = at;
    *len = (size_t)(end - at);
}

/* Append valid text with line ends and tabs made uniform; *simple tells whether NFC can be skipped. */
static enum status append_clean(const char *text, size_t len, bool lines, struct buf *out, bool *simple)
{
    size_t run = 0; /* start of bytes that go over as they are */
    size_t at = 0;

    *simple = true;
    while (at < len) {
        uint32_t code;
        size_t n = utf8_decode(text + at, len - at, &code);
        bool line_end = code == '\n' || code == '\r';

        if (n == 0 || (is_control(code) && code != '\t' && !(lines && line_end)))
            return STATUS_MALFORMED;
        if (code == '\t' || code == '\r') {
            buf_append(out, text + run, at - run);
            if (code == '\t')
                buf_putc(out, ' ');
            else if (at + 1 == len || text[at + 1] != '\n')
                buf_putc(out, '\n');
            run = at + 1;
        }
        if (!is_nfc_inert(code))
            *simple = false;
        at += n;
    }
    buf_append(out, text + run, len - run);
    return out->status;
}

enum status utf8_normalise(const char *text, size_t len, bool lines, struct buf *out)
{
    size_t start = out->len;
    enum status status;
    bool simple;

    if (out->status != STATUS_OK)
        return out->status;
    /* A line end at either end of a one-line text is refused, not trimmed, like one in the middle. */
    if (!lines && len > 0 && (memchr(text, '\n', len) != NULL || memchr(text, '\r', len) != NULL))
        return STATUS_MALFORMED;
    trim(&text, &len);
    status = append_clean(text, len, lines, out, &simple);
    if (status == STATUS_OK && !simple)
        status = compose(out, start, (utf8proc_option_t)0);
    return status == STATUS_OK ? STATUS_OK : give_up(out, start, status);
}

/* White space, control and format characters (zero-width ones too) mean nothing to a search. */
static bool is_dropped(uint32_t code)
{
    utf8proc_category_t category;

    if (code < 0x80)
        return code <= ' ' || code == 0x7F;
    if (code == CODE_IDEOGRAPHIC_SPACE || code == CODE_BOM)
        return true;
    if (is_nfkc_inert(code))
        return false;
    category = utf8proc_category((utf8proc_int32_t)code);
    return category == UTF8PROC_CATEGORY_ZS || category == UTF8PROC_CATEGORY_ZL || category == UTF8PROC_CATEGORY_ZP ||
           category == UTF8PROC_CATEGORY_CC || category == UTF8PROC_CATEGORY_CF;
}

static uint32_t fold_code(uint32_t code, bool lower)
{
    if (is_middle_dot(code))
        return CODE_MIDDLE_DOT;
    /* 、 stays: its twin is for keys, and NFKC keeps it. */
    if (code >= 0xFF01 && code <= 0xFF5E)
        code = utf8_ascii_twin(code);
    if (lower && code >= 'A' && code <= 'Z')
        code += 'a' - 'A';
    return code;
}

/* Append the folded characters; *simple tells whether NFKC can be skipped. Shrinks or keeps the length. */
static enum status append_folded(const char *text, size_t len, bool lower, struct buf *out, bool *simple)
{
    uint8_t *to = buf_extend(out, len);
    uint8_t *begin = to;
    size_t at = 0;

    *simple = true;
    if (to == NULL)
        return out->status;
    while (at < len) {
        uint32_t code;
        size_t n = utf8_decode(text + at, len - at, &code);

        if (n == 0)
            return STATUS_MALFORMED;
        at += n;
        if (is_dropped(code))
            continue;
        if (code == CODE_ELLIPSIS) {
            /* By hand, because Chinese texts are full of it: three dots in as many bytes. */
            memcpy(to, "...", 3);
            to += 3;
            continue;
        }
        code = fold_code(code, lower);
        if (!is_nfkc_inert(code))
            *simple = false;
        to += utf8_encode(code, (char *)to);
    }
    out->len -= len - (size_t)(to - begin);
    out->data[out->len] = 0;
    return STATUS_OK;
}

enum status utf8_fold(const char *text, size_t len, struct buf *out)
{
    size_t start = out->len;
    enum status status;
    bool simple = true;

    if (out->status != STATUS_OK)
        return out->status;
    if (len == 0)
        return STATUS_OK;
    status = append_folded(text, len, true, out, &simple);
    if (status == STATUS_OK && !simple) {
        /* NFKC brings forth new capitals, dots and blanks (㏇ becomes Co., ﷺ has spaces), so fold its result again. */
        struct buf once;

        /* With capitals kept until letters and accents are one character, or É and E + accent would differ. */
        out->len = start;
        status = append_folded(text, len, false, out, &simple);
        if (status == STATUS_OK)
            status = compose(out, start, (utf8proc_option_t)(UTF8PROC_COMPAT | UTF8PROC_IGNORE));
        buf_init(&once, out->max);
        buf_append(&once, out->data + start, out->len - start);
        if (status == STATUS_OK)
            status = once.status;
        out->len = start;
        if (status == STATUS_OK && once.len > 0)
            status = append_folded(buf_cstr(&once), once.len, true, out, &simple);
        buf_wipe(&once);
    }
    return status == STATUS_OK ? STATUS_OK : give_up(out, start, status);
}

/* ---- GB18030 ---- */

/* Run len bytes through iconv into out. A character the target lacks becomes 〓 when replace is set. */
static enum status convert(iconv_t cd, const char *text, size_t len, bool replace, struct buf *out)
{
    char *from = (char *)(uintptr_t)text; /* iconv's prototype lacks the const */

    while (len > 0 && out->status == STATUS_OK) {
        char chunk[4096];
        char *to = chunk;
        size_t room = sizeof chunk;
        size_t rc = iconv(cd, &from, &len, &to, &room);
        int error = errno;

        buf_append(out, chunk, sizeof chunk - room);
        if (rc != (size_t)-1 || error == E2BIG)
            continue;
        if (error == EILSEQ && replace) {
            uint32_t code;
            size_t n = utf8_decode(from, len, &code);

            if (n == 0)
                return STATUS_MALFORMED;
            buf_append(out, "\xA1\xFE", 2); /* 〓 */
            from += n;
            len -= n;
            continue;
        }
        return STATUS_MALFORMED;
    }
    return out->status;
}

static enum status convert_between(const char *to, const char *from, const char *text, size_t len, bool replace,
                                   struct buf *out)
{
    size_t start = out->len;
    enum status status;
    iconv_t cd;

    if (out->status != STATUS_OK)
        return out->status;
    cd = iconv_open(to, from);
    if (cd == (iconv_t)-1)
        return errno == EINVAL ? STATUS_UNSUPPORTED : STATUS_NOMEM;
    status = convert(cd, text, len, replace, out);
    iconv_close(cd);
    return status == STATUS_OK ? STATUS_OK : give_up(out, start, status);
}

enum status utf8_from_gb18030(const char *text, size_t len, struct buf *out)
{
    return convert_between("UTF-8", "GB18030", text, len, false, out);
}

enum status utf8_to_gb18030(const char *text, size_t len, struct buf *out)
{
    if (!utf8_valid(text, len))
        return STATUS_MALFORMED;
    return convert_between("GB18030", "UTF-8", text, len, true, out);
}

void utf8_tame(char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        uint8_t c = (uint8_t)text[i], next = i + 1 < len ? (uint8_t)text[i + 1] : 0;

        if ((c < 0x20 && c != '\n' && c != '\t') || c == 0x7F)
            text[i] = '?';
        else if (c == 0xC2 && next >= 0x80 && next < 0xA0)
            text[i] = text[i + 1] = '?';
    }
}
