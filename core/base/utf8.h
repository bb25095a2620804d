/* core/base/utf8.h - UTF-8: validate, step, count, normalise, fold. Independent of the locale.
 *
 * Valid UTF-8 here means RFC 3629: no surrogates, nothing above U+10FFFF, shortest forms only. NFC and the
 * compatibility fold use libutf8proc (Unicode 15); everything else is here. Chinese text is the normal case. */
#ifndef CORE_BASE_UTF8_H
#define CORE_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/bytes.h"
#include "core/base/status.h"

enum { UTF8_MAX_BYTES = 4, UTF8_REPLACEMENT = 0xFFFD };

/* Decode one character at text[0..len), len >= 1. Returns the bytes used (1..4) and stores the code point;
 * returns 0 when the bytes there are not valid UTF-8 (or cut off). */
size_t utf8_decode(const char *text, size_t len, uint32_t *code);
/* Encode; returns the bytes written (1..4), 0 if code is not a Unicode scalar value. */
size_t utf8_encode(uint32_t code, char out[UTF8_MAX_BYTES]);
bool utf8_valid(const char *text, size_t len);
/* Where the first invalid byte is, or len. */
size_t utf8_valid_prefix(const char *text, size_t len);
/* Characters (code points) in valid UTF-8. */
size_t utf8_count(const char *text, size_t len);
/* Bytes of the first n characters of valid UTF-8 (all of them if fewer). */
size_t utf8_offset(const char *text, size_t len, size_t n);
/* The greatest boundary <= at in valid UTF-8, for cutting. */
size_t utf8_cut(const char *text, size_t len, size_t at);

/* What every text from outside passes before it is stored: NFC; C0/C1 control characters are refused except
 * line feed when lines is set (CR LF and CR become LF, tab becomes a space); leading and trailing blanks (ASCII and
 * U+3000) are dropped; U+FEFF at the start is dropped; middle dots in names are the caller's matter. Appends to out.
 * Errors: STATUS_MALFORMED (not UTF-8, or a control character), STATUS_NOMEM, STATUS_TOO_LARGE; out is unchanged on
 * error. */
enum status utf8_normalise(const char *text, size_t len, bool lines, struct buf *out);

/* For a terminal: C0 and C1 control characters but line feed and tab, which the name of a file on somebody's stick may hold, become '?'. In place; the length stays. */
void utf8_tame(char *text, size_t len);

/* The form that searches compare: NFKC, ASCII lower case, full-width to ASCII, middle dots (· ・ ． • ‧) to U+00B7,
 * white space, control, format and zero-width characters dropped. Appends to out, which needs room for len
 * bytes although the result is mostly shorter. Same errors. */
enum status utf8_fold(const char *text, size_t len, struct buf *out);

/* Full-width digits, letters and punctuation (U+FF01..FF5E), the ideographic space and 、 (which the key / gives while
 * an input method is on) as their ASCII twins; others unchanged. */
uint32_t utf8_ascii_twin(uint32_t code);

/* Decode GB18030 (a superset of GBK and GB 2312) to UTF-8 with iconv. Errors: STATUS_MALFORMED, STATUS_NOMEM,
 * STATUS_TOO_LARGE, STATUS_UNSUPPORTED when the system lacks the converter; out is unchanged on error. */
enum status utf8_from_gb18030(const char *text, size_t len, struct buf *out);
/* The other way; characters outside the set become "〓". */
enum status utf8_to_gb18030(const char *text, size_t len, struct buf *out);

#endif /* CORE_BASE_UTF8_H */
