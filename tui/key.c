/* tui/key.c - keys as values and their names. The decoder is in key_decoder.c. */
#include "tui/key.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "core/base/utf8.h"
#include "core/base/width.h"

static const char *const kind_names[K_KIND_COUNT] = {
    [K_NONE] = "None", [K_CHAR] = "Char", [K_PASTE] = "Paste", [K_BAD] = "Bad", [K_REPORT] = "Report",
#define KEY_NAME(name, text) [K_##name] = text,
    KEY_LIST(KEY_NAME)
#undef KEY_NAME
};

struct key key_named(enum key_kind kind, unsigned modifiers)
{
    return (struct key){.kind = kind, .modifiers = modifiers};
}

struct key key_char(uint32_t code)
{
    return (struct key){.kind = K_CHAR, .code = code};
}

struct key key_ctrl(char letter)
{
    return (struct key){.kind = K_CHAR, .code = (unsigned char)letter, .modifiers = KEY_CTRL};
}

static uint32_t twin(uint32_t code)
{
    return utf8_ascii_twin(code);
}

bool key_equal(struct key a, struct key b)
{
    if (a.kind != b.kind || a.modifiers != b.modifiers)
        return false;
    return a.kind != K_CHAR || twin(a.code) == twin(b.code);
}

uint32_t key_command_code(struct key key)
{
    if (key.kind != K_CHAR || key.modifiers != 0)
        return 0;
    return twin(key.code);
}

int key_digit(struct key key)
{
    uint32_t code = key_command_code(key);
    return code >= '0' && code <= '9' ? (int)(code - '0') : -1;
}

bool key_is_text(struct key key)
{
    return key.kind == K_CHAR && key.modifiers == 0 && width_of(key.code) >= 0;
}

void key_format(struct key key, char out[KEY_TEXT_BYTES])
{
    char text[UTF8_MAX_BYTES + 1] = "";
    const char *name = kind_names[key.kind];
    if (key.kind == K_CHAR && key.code == ' ') {
        name = "Space";
    } else if (key.kind == K_CHAR) {
        uint32_t code = key.code;
        if ((key.modifiers & KEY_CTRL) && code >= 'a' && code <= 'z')
            code -= 'a' - 'A';
        text[utf8_encode(code, text)] = '\0';
        name = text;
    }
    /* Shift-Tab is a name of its own. */
    bool shift = (key.modifiers & KEY_SHIFT) && key.kind != K_BACKTAB;
    snprintf(out, KEY_TEXT_BYTES, "%s%s%s%s", key.modifiers & KEY_CTRL ? "Ctrl-" : "", key.modifiers & KEY_ALT ? "Alt-" : "",
             shift ? "Shift-" : "", name);
}

static bool take_prefix(const char **text, const char *prefix)
{
    size_t n = strlen(prefix);
    if (strncasecmp(*text, prefix, n) != 0 || (*text)[n] == '\0')
        return false;
    *text += n;
    return true;
}

/* Esc-1 .. Esc-9 are F1 .. F9, Esc-0 is F10. */
static bool parse_esc_digit(const char *text, struct key *out)
{
    const char *at = text;
    if (!take_prefix(&at, "Esc-") || at[0] < '0' || at[0] > '9' || at[1] != '\0')
        return false;
    int number = at[0] == '0' ? 10 : at[0] - '0';
    *out = key_named((enum key_kind)((int)K_F1 + number - 1), 0);
    return true;
}

static bool parse_name(const char *text, unsigned modifiers, struct key *out)
{
    for (int kind = K_PASTE; kind < K_KIND_COUNT; kind++) {
        if (strcasecmp(text, kind_names[kind]) == 0) {
            *out = key_named((enum key_kind)kind, kind == K_BACKTAB ? modifiers & ~(unsigned)KEY_SHIFT : modifiers);
            return true;
        }
    }
    return false;
}

enum status key_parse(const char *text, struct key *out)
{
    if (parse_esc_digit(text, out) || parse_name(text, 0, out))
        return STATUS_OK;
    unsigned modifiers = 0;
    for (bool more = true; more;) {
        more = false;
        if (take_prefix(&text, "Ctrl-"))
            modifiers |= KEY_CTRL, more = true;
        else if (take_prefix(&text, "Alt-"))
            modifiers |= KEY_ALT, more = true;
        else if (take_prefix(&text, "Shift-"))
            modifiers |= KEY_SHIFT, more = true;
    }
    if ((modifiers & KEY_SHIFT) && strcasecmp(text, "Tab") == 0)
        text = kind_names[K_BACKTAB];
    if (parse_name(text, modifiers, out))
        return STATUS_OK;
    uint32_t code = 0;
    size_t len = strlen(text);
    if (strcasecmp(text, "Space") == 0)
        code = ' ';
    else if (len == 0 || utf8_decode(text, len, &code) != len || width_of(code) < 0)
        return STATUS_MALFORMED;
    if ((modifiers & KEY_CTRL) && code >= 'A' && code <= 'Z')
        code += 'a' - 'A';
    if (modifiers & KEY_SHIFT)
        return STATUS_MALFORMED;
    *out = (struct key){.kind = K_CHAR, .code = code, .modifiers = modifiers};
    return STATUS_OK;
}
