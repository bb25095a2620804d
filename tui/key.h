/* tui/key.h - one key press as a value, its name, and the decoder that makes keys from terminal bytes.
 *
 * The decoder takes bytes however they were cut by the network and never asks the clock: time is an argument.
 *   - Text is decoded as UTF-8 here (libc's get_wch() eats keys after one bad byte). A run of bytes that are not UTF-8
 *     gives one K_BAD; the next good byte is a key again.
 *   - Escape sequences of xterm, PuTTY, linux, screen, tmux and vt100 are known in all spellings; an unknown one is
 *     swallowed up to its final byte and gives one K_BAD, never text and never another key.
 *   - Esc alone is a key after KEY_ESC_MS without another byte. Esc followed at once by a digit is the F key (Esc 0 = F10),
 *     which also is what Alt-digit sends. (A person who types Esc, then a digit: see app.h, which waits longer.)
 *   - A bracketed paste arrives as one K_PASTE with its text; where the line stood still in the middle of it, as several.
 *   - Full-width characters keep their code for text fields; commands compare key_command_code(). */
#ifndef TUI_KEY_H
#define TUI_KEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/bytes.h"
#include "core/base/status.h"
#include "core/base/utf8.h"

/* The prefix is K_, not KEY_, because curses owns KEY_*. Column 2 is the name in key lines, help and tests. */
#define KEY_LIST(X)                                                                                        \
    X(ENTER, "Enter")                                                                                      \
    X(TAB, "Tab")                                                                                          \
    X(BACKTAB, "Shift-Tab")                                                                                \
    X(ESC, "Esc")                                                                                          \
    X(BACKSPACE, "Backspace")                                                                              \
    X(DELETE, "Del")                                                                                       \
    X(INSERT, "Ins")                                                                                       \
    X(UP, "Up")                                                                                            \
    X(DOWN, "Down")                                                                                        \
    X(LEFT, "Left")                                                                                        \
    X(RIGHT, "Right")                                                                                      \
    X(HOME, "Home")                                                                                        \
    X(END, "End")                                                                                          \
    X(PAGE_UP, "PgUp")                                                                                     \
    X(PAGE_DOWN, "PgDn")                                                                                   \
    X(F1, "F1") X(F2, "F2") X(F3, "F3") X(F4, "F4") X(F5, "F5") X(F6, "F6") X(F7, "F7") X(F8, "F8")        \
    X(F9, "F9") X(F10, "F10") X(F11, "F11") X(F12, "F12")

enum key_kind {
    K_NONE,  /* no key */
    K_CHAR,  /* a character: code; with KEY_CTRL the code is the lower-case ASCII letter or sign */
    K_PASTE, /* text[0..len): pasted text, valid UTF-8, lines end in \n; borrowed until the next key_decoder call */
    K_BAD,   /* bytes that mean nothing: beep */
    K_REPORT, /* nobody's key: the terminal answered what terminal.c asked; code is the final byte ('R': cursor position, 'n': status), report its numbers */
#define KEY_ENUM(name, text) K_##name,
    KEY_LIST(KEY_ENUM)
#undef KEY_ENUM
        K_KIND_COUNT
};

enum key_modifier { KEY_CTRL = 1, KEY_ALT = 2, KEY_SHIFT = 4 };

struct key {
    enum key_kind kind;
    uint32_t code;      /* K_CHAR: the code point as typed (full-width forms unchanged) */
    unsigned modifiers; /* enum key_modifier; Shift only on named keys */
    const char *text;   /* K_PASTE */
    size_t text_len;
    size_t lost;   /* K_PASTE: characters of it beyond KEY_PASTE_MAX_BYTES, which are more than any field holds */
    bool repaired; /* K_PASTE: there were bytes that are not UTF-8; each run of them is a ? now */
    int report[2]; /* K_REPORT: 0 where there is none */
};

enum { KEY_TEXT_BYTES = 32, KEY_ESC_MS = 100, KEY_PASTE_MS = 1000, KEY_PASTE_MAX_BYTES = 1 << 19, KEY_INPUT_BYTES = 4096 };

struct key key_named(enum key_kind kind, unsigned modifiers);
struct key key_char(uint32_t code);
struct key key_ctrl(char letter);
/* Same kind, code and modifiers; characters are compared by key_command_code(). */
bool key_equal(struct key a, struct key b);
/* What a command table compares: the ASCII twin of a full-width character, else the code; 0 if not a plain character
 * (a named key, Ctrl or Alt). */
uint32_t key_command_code(struct key key);
/* The digit 0..9 that an unmodified character stands for (half or full width), -1 for anything else. */
int key_digit(struct key key);
/* Is it an unmodified printable character, that is: text for a field? */
bool key_is_text(struct key key);
/* "Ctrl-S", "F2", "Shift-F3", "Alt-x", "Space", "张"; K_PASTE is "Paste", K_BAD "Bad". */
void key_format(struct key key, char out[KEY_TEXT_BYTES]);
/* The other way; also "Esc-2" (= F2) and ASCII names in any case. Errors: STATUS_MALFORMED, *out unchanged. */
enum status key_parse(const char *text, struct key *out);

enum key_state { KEY_GROUND, KEY_IN_UTF8, KEY_AFTER_ESC, KEY_IN_SS3, KEY_IN_CSI, KEY_IN_MOUSE, KEY_IN_LINUX_F, KEY_IN_STRING, KEY_IN_PASTE };

/* Plain data except for the paste buffer; fields belong to key.c. */
struct key_decoder {
    uint8_t input[KEY_INPUT_BYTES]; /* bytes not yet looked at: input[at..len) */
    size_t at, len;
    enum key_state state;
    uint8_t sequence[32]; /* the bytes of the sequence or character so far */
    size_t sequence_len;  /* may count past the array: the rest is swallowed */
    bool bad_run;         /* the last byte was bad: say it once */
    bool esc_esc;         /* sequence began with two Esc: Alt on a named key */
    bool skip_lf;         /* last character of a paste was CR */
    int64_t last_ms;      /* when the last byte came */
    struct buf paste;     /* what was pasted and not given out; where `given`, what the last key borrows */
    bool given;
    uint8_t tail[UTF8_MAX_BYTES]; /* the beginning of a character that the line stood still in */
    size_t n_tail;
    size_t lost;
    bool stalled;         /* nothing came for a while in the middle of the paste: */
    uint8_t after[32];    /* what came since, as it came, so much of it as may be keys */
    size_t n_after;       /* may count past the array */
};

void key_decoder_init(struct key_decoder *decoder);
void key_decoder_release(struct key_decoder *decoder);
/* Take bytes that arrived at now_ms. Returns how many were taken (all, unless KEY_INPUT_BYTES are waiting: call
 * key_decoder_next until it is empty, then offer the rest). */
size_t key_decoder_feed(struct key_decoder *decoder, const void *bytes, size_t len, int64_t now_ms);
/* The next key, false if there is none (yet). */
bool key_decoder_next(struct key_decoder *decoder, int64_t now_ms, struct key *key);
/* When key_decoder_next can give a key without further bytes (Esc alone, a paste cut off); INT64_MAX: never. */
int64_t key_decoder_deadline(const struct key_decoder *decoder);

#endif /* TUI_KEY_H */
