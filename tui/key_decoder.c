/* tui/key_decoder.c - keys from terminal bytes, cut anywhere.
 *
 * States: ground; inside a UTF-8 character; behind Esc; SS3 (Esc O x); CSI (Esc [ parameters x, where parameters are 0x20..0x3f and the
 * final byte is 0x40..0x7e); a mouse report (Esc [ M and three bytes); the Linux console's Esc [ [ A..E; a string (OSC, DCS, APC, PM: up to BEL or Esc \); a paste.
 * A byte that cannot continue its state ends it as bad and is looked at again from the ground, so it is never eaten.
 *
 * A paste ends with its mark. A slow or bad line stands still in the middle of one, between any two bytes: what is there is given out, the beginning of a character waits, and the rest is pasted when it
 * comes. Where the mark itself was lost, the next thing that comes is a key: a few bytes without the mark and silence behind them. They are looked at again from the ground. */
#include "tui/key.h"

#include <string.h>

#include "core/base/utf8.h"

/* What the final bytes and numbers of the sequences mean, over all the terminals we know. Wrong twins do not occur: where two terminals use
 * one sequence they mean one key. */
struct final_row {
    char final;
    enum key_kind kind;
    unsigned modifiers;
};

/* Esc [ x and Esc O x: cursor keys in both modes, F1-F4 of xterm and vt100, Ctrl-arrows of PuTTY as Esc O. */
static const struct final_row finals[] = {
    {'A', K_UP, 0},   {'B', K_DOWN, 0}, {'C', K_RIGHT, 0}, {'D', K_LEFT, 0}, {'H', K_HOME, 0},    {'F', K_END, 0},
    {'P', K_F1, 0},   {'Q', K_F2, 0},   {'R', K_F3, 0},    {'S', K_F4, 0},   {'Z', K_BACKTAB, 0}, {'M', K_ENTER, 0},
    {'a', K_UP, KEY_CTRL}, {'b', K_DOWN, KEY_CTRL}, {'c', K_RIGHT, KEY_CTRL}, {'d', K_LEFT, KEY_CTRL},
};

/* Esc [ n ~ : VT220, xterm, linux, PuTTY (which numbers F1-F4 as 11..14). */
static const struct {
    int number;
    enum key_kind kind;
} tildes[] = {
    {1, K_HOME}, {2, K_INSERT}, {3, K_DELETE}, {4, K_END}, {5, K_PAGE_UP}, {6, K_PAGE_DOWN}, {7, K_HOME}, {8, K_END},
    {11, K_F1},  {12, K_F2},    {13, K_F3},    {14, K_F4}, {15, K_F5},     {17, K_F6},       {18, K_F7},  {19, K_F8},
    {20, K_F9},  {21, K_F10},   {23, K_F11},   {24, K_F12},
};

/* The numeric keypad in application mode: Esc O j..y. */
static const char keypad_from[] = "jklmnopqrstuvwxyX";
static const char keypad_to[] = "*+,-./0123456789=";

void key_decoder_init(struct key_decoder *decoder)
{
    memset(decoder, 0, sizeof *decoder);
    buf_init(&decoder->paste, KEY_PASTE_MAX_BYTES + UTF8_MAX_BYTES);
}

void key_decoder_release(struct key_decoder *decoder)
{
    buf_wipe(&decoder->paste);
    decoder->at = decoder->len = 0;
}

size_t key_decoder_feed(struct key_decoder *decoder, const void *bytes, size_t len, int64_t now_ms)
{
    if (decoder->at > 0) {
        memmove(decoder->input, decoder->input + decoder->at, decoder->len - decoder->at);
        decoder->len -= decoder->at;
        decoder->at = 0;
    }
    size_t room = sizeof decoder->input - decoder->len;
    size_t n = len < room ? len : room;
    memcpy(decoder->input + decoder->len, bytes, n);
    decoder->len += n;
    if (n > 0)
        decoder->last_ms = now_ms;
    return n;
}

static bool emit(struct key_decoder *decoder, struct key *out, struct key key)
{
    decoder->state = KEY_GROUND;
    decoder->sequence_len = 0;
    decoder->bad_run = false;
    if (decoder->esc_esc && key.kind != K_BAD)
        key.modifiers |= KEY_ALT;
    decoder->esc_esc = false;
    *out = key;
    return true;
}

/* One K_BAD for a run of bad bytes. */
static bool emit_bad(struct key_decoder *decoder, struct key *out)
{
    bool again = decoder->bad_run;
    emit(decoder, out, key_named(K_BAD, 0));
    decoder->bad_run = true;
    return !again;
}

static void push(struct key_decoder *decoder, uint8_t byte)
{
    if (decoder->sequence_len < sizeof decoder->sequence)
        decoder->sequence[decoder->sequence_len] = byte;
    decoder->sequence_len++;
}

static bool control(struct key_decoder *decoder, uint8_t byte, struct key *out)
{
    switch (byte) {
    case '\r': /* raw mode keeps it apart from line feed, which is Ctrl-J */
        return emit(decoder, out, key_named(K_ENTER, 0));
    case '\t':
        return emit(decoder, out, key_named(K_TAB, 0));
    case 0x08:
    case 0x7f:
        return emit(decoder, out, key_named(K_BACKSPACE, 0));
    case 0x00:
        return emit(decoder, out, (struct key){.kind = K_CHAR, .code = ' ', .modifiers = KEY_CTRL});
    default:
        break;
    }
    uint32_t code = byte < 0x1b ? (uint32_t)byte + 'a' - 1 : (uint32_t)byte + '@';
    return emit(decoder, out, (struct key){.kind = K_CHAR, .code = code, .modifiers = KEY_CTRL});
}

static bool character(struct key_decoder *decoder, uint32_t code, struct key *out)
{
    /* C1 controls in UTF-8 are nobody's key. */
    if (code >= 0x80 && code < 0xa0)
        return emit_bad(decoder, out);
    return emit(decoder, out, key_char(code));
}

/* A byte with nothing before it. */
static bool ground(struct key_decoder *decoder, uint8_t byte, struct key *out)
{
    if (byte == 0x1b) {
        decoder->state = KEY_AFTER_ESC;
        return false;
    }
    if (byte < 0x20 || byte == 0x7f)
        return control(decoder, byte, out);
    if (byte < 0x80)
        return emit(decoder, out, key_char(byte));
    if (byte < 0xc2 || byte > 0xf4)
        return emit_bad(decoder, out);
    decoder->state = KEY_IN_UTF8;
    push(decoder, byte);
    return false;
}

static size_t utf8_needed(uint8_t lead)
{
    return lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
}

/* Whether byte may stand second behind lead: excludes over-long forms, surrogates and what is above U+10FFFF. */
static bool second_fits(uint8_t lead, uint8_t byte)
{
    uint8_t low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
    uint8_t high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
    return byte >= low && byte <= high;
}

static bool in_utf8(struct key_decoder *decoder, uint8_t byte, struct key *out)
{
    bool fits = decoder->sequence_len == 1 ? second_fits(decoder->sequence[0], byte) : (byte & 0xc0) == 0x80;
    if (!fits) {
        decoder->at--; /* the byte may begin something good */
        return emit_bad(decoder, out);
    }
    push(decoder, byte);
    if (decoder->sequence_len < utf8_needed(decoder->sequence[0]))
        return false;
    uint32_t code = 0;
    if (utf8_decode((const char *)decoder->sequence, decoder->sequence_len, &code) == 0)
        return emit_bad(decoder, out);
    return character(decoder, code, out);
}

static bool after_esc(struct key_decoder *decoder, uint8_t byte, struct key *out)
{
    switch (byte) {
    case '[':
        decoder->state = KEY_IN_CSI;
        return false;
    case 'O':
        decoder->state = KEY_IN_SS3;
        return false;
    case ']':
    case 'P':
    case '_':
        decoder->state = KEY_IN_STRING;
        return false;
    case 0x1b:
        if (decoder->esc_esc) { /* Esc Esc Esc: the first is a key, two still wait */
            *out = key_named(K_ESC, 0);
            return true;
        }
        decoder->esc_esc = true;
        return false;
    default:
        break;
    }
    if (decoder->esc_esc || byte >= 0x80) {
        /* Two Esc were typed, or Esc and a Chinese character: keys of their own. */
        bool two = decoder->esc_esc;
        decoder->at--;
        decoder->esc_esc = false;
        decoder->state = two ? KEY_AFTER_ESC : KEY_GROUND;
        *out = key_named(K_ESC, 0);
        return true;
    }
    if (byte >= '0' && byte <= '9') {
        int number = byte == '0' ? 10 : byte - '0';
        return emit(decoder, out, key_named((enum key_kind)((int)K_F1 + number - 1), 0));
    }
    if (byte < 0x20 || byte == 0x7f)
        control(decoder, byte, out);
    else
        emit(decoder, out, key_char(byte));
    out->modifiers |= KEY_ALT;
    return true;
}

/* xterm's modifier parameter: 1 + (1 Shift, 2 Alt, 4 Ctrl). */
static unsigned modifiers_of(int parameter)
{
    unsigned bits = parameter >= 2 && parameter <= 16 ? (unsigned)(parameter - 1) : 0;
    return (bits & 1 ? KEY_SHIFT : 0u) | (bits & 2 ? KEY_ALT : 0u) | (bits & 4 ? KEY_CTRL : 0u);
}

static bool emit_final(struct key_decoder *decoder, char final, unsigned modifiers, struct key *out)
{
    for (size_t i = 0; i < sizeof finals / sizeof finals[0]; i++) {
        if (finals[i].final == final)
            return emit(decoder, out, key_named(finals[i].kind, modifiers | finals[i].modifiers));
    }
    return emit_bad(decoder, out);
}

static bool in_ss3(struct key_decoder *decoder, uint8_t byte, struct key *out)
{
    if (byte < 0x20 || byte >= 0x7f) {
        decoder->at--;
        return emit_bad(decoder, out);
    }
    if (byte >= '1' && byte <= '9' && decoder->sequence_len == 0) { /* Esc O 5 A: old xterm modifiers */
        push(decoder, byte);
        return false;
    }
    const char *keypad = strchr(keypad_from, byte);
    if (keypad != NULL && byte != '\0')
        return emit(decoder, out, key_char((unsigned char)keypad_to[keypad - keypad_from]));
    return emit_final(decoder, (char)byte, decoder->sequence_len > 0 ? modifiers_of(decoder->sequence[0] - '0') : 0, out);
}

/* Numbers between semicolons; 0 where there is none. Returns false if there is anything else (private marks, intermediates). */
static bool csi_numbers(const struct key_decoder *decoder, int numbers[3])
{
    size_t n = 0;
    memset(numbers, 0, 3 * sizeof numbers[0]);
    if (decoder->sequence_len > sizeof decoder->sequence)
        return false;
    for (size_t i = 0; i < decoder->sequence_len; i++) {
        uint8_t byte = decoder->sequence[i];
        if (byte == ';') {
            if (++n == 3)
                return false;
        } else if (byte >= '0' && byte <= '9') {
            if (numbers[n] < 10000)
                numbers[n] = numbers[n] * 10 + byte - '0';
        } else {
            return false;
        }
    }
    return true;
}

static void begin_paste(struct key_decoder *decoder)
{
    buf_clear(&decoder->paste);
    decoder->given = decoder->skip_lf = decoder->stalled = false;
    decoder->n_tail = decoder->n_after = decoder->lost = 0;
}

static bool csi_tilde(struct key_decoder *decoder, const int numbers[3], struct key *out)
{
    if (numbers[0] == 200) {
        emit(decoder, out, key_named(K_NONE, 0));
        begin_paste(decoder);
        decoder->state = KEY_IN_PASTE;
        return false;
    }
    for (size_t i = 0; i < sizeof tildes / sizeof tildes[0]; i++) {
        if (tildes[i].number == numbers[0])
            return emit(decoder, out, key_named(tildes[i].kind, modifiers_of(numbers[1])));
    }
    return emit_bad(decoder, out);
}

/* What the terminal sends by itself, no beep: focus in and out, device attributes, the mouse (which we never ask for, but another program may have). */
static bool csi_is_noise(uint8_t final, const struct key_decoder *decoder)
{
    if ((final == 'I' || final == 'O') && decoder->sequence_len == 0)
        return true;
    if ((final == 'M' || final == 'm') && decoder->sequence_len > 0)
        return true;
    return (final == 'c' || final == 'y' || final == 't') && decoder->sequence_len > 0;
}

/* Answers to what terminal.c asked. Esc [ 1 ; n R with n <= 8 is F3 with modifiers; the probe never stands in row 1. */
static bool csi_is_answer(uint8_t final, const struct key_decoder *decoder, const int numbers[3])
{
    return (final == 'R' && numbers[0] > 1) || (final == 'n' && decoder->sequence_len > 0);
}

static bool csi_final(struct key_decoder *decoder, uint8_t final, struct key *out)
{
    int numbers[3];
    bool plain = csi_numbers(decoder, numbers);
    if (csi_is_noise(final, decoder)) {
        emit(decoder, out, key_named(K_NONE, 0));
        return false;
    }
    if (plain && csi_is_answer(final, decoder, numbers))
        return emit(decoder, out, (struct key){.kind = K_REPORT, .code = final, .report = {numbers[0], numbers[1]}});
    if (final == 'M') {
        decoder->state = KEY_IN_MOUSE;
        return false;
    }
    if (!plain)
        return emit_bad(decoder, out);
    if (final == '~')
        return csi_tilde(decoder, numbers, out);
    /* Shift-F keys of PuTTY and the old linux console: Esc [ 25~ .. are left unknown on purpose. */
    return emit_final(decoder, (char)final, modifiers_of(numbers[1] != 0 ? numbers[1] : 0), out);
}

/* The three bytes of an old mouse report; a control byte is none of them. */
static bool in_mouse(struct key_decoder *decoder, uint8_t byte, struct key *out)
{
    if (byte < 0x20) {
        decoder->at--;
        return emit_bad(decoder, out);
    }
    push(decoder, byte);
    if (decoder->sequence_len == 3)
        emit(decoder, out, key_named(K_NONE, 0));
    return false;
}

static bool in_csi(struct key_decoder *decoder, uint8_t byte, struct key *out)
{
    if (byte == '[' && decoder->sequence_len == 0) {
        decoder->state = KEY_IN_LINUX_F;
        return false;
    }
    if (byte >= 0x20 && byte <= 0x3f) {
        push(decoder, byte);
        return false;
    }
    if (byte >= 0x40 && byte <= 0x7e)
        return csi_final(decoder, byte, out);
    decoder->at--;
    return emit_bad(decoder, out);
}

static bool in_linux_f(struct key_decoder *decoder, uint8_t byte, struct key *out)
{
    if (byte >= 'A' && byte <= 'E')
        return emit(decoder, out, key_named((enum key_kind)((int)K_F1 + byte - 'A'), 0));
    if (byte < 0x20 || byte >= 0x7f)
        decoder->at--;
    return emit_bad(decoder, out);
}

/* An OSC or similar; nobody typed it, so no beep. Ends at BEL, at Esc (whose '\' then is swallowed as Alt-\ would be: nothing is bound to it),
 * or at a length no terminal sends, so that a stray Esc ] cannot eat the session. */
static bool in_string(struct key_decoder *decoder, uint8_t byte, struct key *out)
{
    bool was_esc = decoder->sequence_len > 0 && decoder->bad_run;
    decoder->bad_run = byte == 0x1b;
    push(decoder, byte);
    if (byte == 0x07 || (was_esc && byte == '\\')) {
        emit(decoder, out, key_named(K_NONE, 0));
        return false;
    }
    if (byte == '\r' || decoder->sequence_len > 200)
        return emit(decoder, out, key_named(K_BAD, 0));
    return false;
}

static bool is_continuation(uint8_t byte)
{
    return (byte & 0xc0) == 0x80;
}

/* Nobody borrows the last text any more: of what was pasted is left the beginning of a character. */
static void begin_next_part(struct key_decoder *decoder)
{
    if (!decoder->given)
        return;
    buf_clear(&decoder->paste);
    buf_append(&decoder->paste, decoder->tail, decoder->n_tail);
    decoder->given = false;
    decoder->n_tail = 0;
}

static void paste_byte(struct key_decoder *decoder, uint8_t byte)
{
    bool lf = byte == '\n' && decoder->skip_lf;
    begin_next_part(decoder);
    decoder->skip_lf = byte == '\r';
    if (lf)
        return;
    bool full = decoder->lost > 0 || (decoder->paste.len >= KEY_PASTE_MAX_BYTES && !is_continuation(byte));
    if (!full)
        buf_putc(&decoder->paste, byte == '\r' ? '\n' : byte);
    if (full || decoder->paste.status != STATUS_OK) /* or there is no memory for it */
        decoder->lost += !is_continuation(byte);
}

/* Make the paste valid UTF-8 in place: what is not becomes one '?' a run, controls but line feed and tab are dropped. Whether anything was not. */
static bool paste_clean(struct buf *paste)
{
    char *data = (char *)paste->data;
    size_t in = 0, out = 0;
    bool bad = false, repaired = false;
    while (in < paste->len) {
        uint32_t code = 0;
        size_t n = utf8_decode(data + in, paste->len - in, &code);
        if (n == 0) {
            if (!bad)
                data[out++] = '?';
            bad = repaired = true;
            in++;
            continue;
        }
        bad = false;
        bool drop = (code < 0x20 && code != '\n' && code != '\t') || (code >= 0x7f && code < 0xa0);
        if (!drop) {
            memmove(data + out, data + in, n);
            out += n;
        }
        in += n;
    }
    paste->len = out;
    if (data != NULL)
        data[out] = '\0';
    return repaired;
}

/* Bytes at the end of a text that are the beginning of a character: 0 to 3. */
static size_t unfinished(const struct buf *text)
{
    for (size_t n = 1; n < UTF8_MAX_BYTES && n <= text->len; n++) {
        uint8_t lead = text->data[text->len - n];
        if (!is_continuation(lead))
            return (lead >= 0xf0 && n < 4) || (lead >= 0xe0 && n < 3) || (lead >= 0xc2 && n < 2) ? n : 0;
    }
    return 0;
}

/* Nothing of it: no key. */
static bool give_paste(struct key_decoder *decoder, struct key *out)
{
    bool repaired = paste_clean(&decoder->paste);
    *out = key_named(K_PASTE, 0);
    out->repaired = repaired;
    out->text = buf_cstr(&decoder->paste);
    out->text_len = decoder->paste.len;
    out->lost = decoder->lost;
    decoder->given = true;
    decoder->lost = 0;
    return out->text_len > 0 || !decoder->stalled;
}

static bool end_paste(struct key_decoder *decoder, struct key *out)
{
    begin_next_part(decoder);
    emit(decoder, out, key_named(K_NONE, 0));
    return give_paste(decoder, out);
}

/* The line stands still. */
static bool pause_paste(struct key_decoder *decoder, struct key *out)
{
    decoder->stalled = true;
    decoder->n_after = 0;
    if (decoder->given)
        return false;
    decoder->n_tail = unfinished(&decoder->paste);
    decoder->paste.len -= decoder->n_tail;
    if (decoder->n_tail > 0)
        memcpy(decoder->tail, decoder->paste.data + decoder->paste.len, decoder->n_tail);
    return give_paste(decoder, out) && out->text_len > 0;
}

/* A few bytes without the end mark, and silence: keys. They are looked at again. */
static bool paste_was_over(struct key_decoder *decoder, int64_t now_ms)
{
    if (decoder->state != KEY_IN_PASTE || !decoder->stalled || decoder->n_after == 0 || decoder->n_after > sizeof decoder->after || now_ms < key_decoder_deadline(decoder))
        return false;
    memcpy(decoder->input, decoder->after, decoder->n_after);
    decoder->at = 0;
    decoder->len = decoder->n_after;
    decoder->state = KEY_GROUND;
    decoder->sequence_len = 0;
    begin_paste(decoder);
    return true;
}

static bool in_paste(struct key_decoder *decoder, uint8_t byte, struct key *out)
{
    static const char end[] = "\033[201~";
    if (decoder->stalled && decoder->n_after < sizeof decoder->after)
        decoder->after[decoder->n_after] = byte;
    decoder->n_after += decoder->stalled;
    if (byte == (uint8_t)end[decoder->sequence_len]) {
        push(decoder, byte);
        return decoder->sequence_len == sizeof end - 1 && end_paste(decoder, out);
    }
    for (size_t i = 0; i < decoder->sequence_len; i++)
        paste_byte(decoder, decoder->sequence[i]);
    decoder->sequence_len = 0;
    if (byte == 0x1b)
        push(decoder, byte);
    else
        paste_byte(decoder, byte);
    return false;
}

static bool step(struct key_decoder *decoder, uint8_t byte, struct key *out)
{
    switch (decoder->state) {
    case KEY_GROUND:
        return ground(decoder, byte, out);
    case KEY_IN_UTF8:
        return in_utf8(decoder, byte, out);
    case KEY_AFTER_ESC:
        return after_esc(decoder, byte, out);
    case KEY_IN_SS3:
        return in_ss3(decoder, byte, out);
    case KEY_IN_CSI:
        return in_csi(decoder, byte, out);
    case KEY_IN_MOUSE:
        return in_mouse(decoder, byte, out);
    case KEY_IN_LINUX_F:
        return in_linux_f(decoder, byte, out);
    case KEY_IN_STRING:
        return in_string(decoder, byte, out);
    case KEY_IN_PASTE:
        return in_paste(decoder, byte, out);
    }
    return false;
}

/* Nothing came for a while: what was begun ends. */
static bool expire(struct key_decoder *decoder, int64_t now_ms, struct key *out)
{
    if (now_ms < key_decoder_deadline(decoder))
        return false;
    switch (decoder->state) {
    case KEY_AFTER_ESC:
        if (decoder->esc_esc) { /* two Esc: two keys */
            decoder->esc_esc = false;
            *out = key_named(K_ESC, 0);
            return true;
        }
        return emit(decoder, out, key_named(K_ESC, 0));
    case KEY_IN_SS3: /* Alt-O and Alt-[ typed by hand */
    case KEY_IN_CSI:
        if (decoder->sequence_len > 0)
            return emit_bad(decoder, out);
        emit(decoder, out, key_char(decoder->state == KEY_IN_SS3 ? 'O' : '['));
        return emit_bad(decoder, out);
    case KEY_IN_PASTE:
        return pause_paste(decoder, out);
    case KEY_GROUND:
        return false;
    default:
        return emit_bad(decoder, out);
    }
}

bool key_decoder_next(struct key_decoder *decoder, int64_t now_ms, struct key *key)
{
    do {
        while (decoder->at < decoder->len) {
            uint8_t byte = decoder->input[decoder->at++];
            if (step(decoder, byte, key))
                return true;
        }
    } while (paste_was_over(decoder, now_ms));
    return expire(decoder, now_ms, key);
}

int64_t key_decoder_deadline(const struct key_decoder *decoder)
{
    if (decoder->at < decoder->len || decoder->state == KEY_GROUND || (decoder->stalled && decoder->state == KEY_IN_PASTE && decoder->n_after == 0))
        return INT64_MAX;
    /* Sequences cut by a slow link, characters and pastes get longer than a lone Esc, whose ambiguity people feel. */
    return decoder->last_ms + (decoder->state == KEY_AFTER_ESC ? KEY_ESC_MS : KEY_PASTE_MS);
}
