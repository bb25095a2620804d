/* tui/charset.h - a terminal that is set to GBK or GB18030 (Chinese PuTTY builds, zh_CN.GB18030 shops): what is UTF-8 inside is recoded on the way out and in.
 *
 * Escape sequences are ASCII and pass. Inside nothing changes: no locale, no child process with a pty of its own. */
#ifndef TUI_CHARSET_H
#define TUI_CHARSET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/bytes.h"
#include "core/base/status.h"

enum charset_kind { CHARSET_UTF8, CHARSET_GB18030 };

enum { CHARSET_PENDING = 4 };

/* Fields belong to charset.c, but for four_bytes. */
struct charset {
    enum charset_kind kind;
    bool four_bytes;                  /* the terminal knows the four-byte characters of GB18030; else they go out as 〓 (narrow ones as ?) */
    void *out, *in;                   /* iconv_t; NULL for UTF-8 */
    uint8_t pending[CHARSET_PENDING]; /* the beginning of a character that came in */
    size_t n_pending;
};

/* Errors: STATUS_UNSUPPORTED when the system lacks the converter; then it is as for UTF-8. */
enum status charset_open(struct charset *charset, enum charset_kind kind);
void charset_close(struct charset *charset);
/* Whole characters of UTF-8 for the terminal, appended. */
void charset_encode(struct charset *charset, const char *text, size_t len, struct buf *out);
/* Whether the terminal has the character: else it goes out as 〓 or ?. */
bool charset_has(struct charset *charset, uint32_t code);
/* Bytes from the terminal, cut anywhere, appended as UTF-8; the beginning of a character waits for the rest. A byte that cannot begin or go on a character comes out
 * as 0xff (for which the decoder says "bad") and what follows it is looked at anew: a bad byte never eats a key. */
void charset_decode(struct charset *charset, const uint8_t *bytes, size_t len, struct buf *out);

#endif /* TUI_CHARSET_H */
