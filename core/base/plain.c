/* core/base/plain.c - see plain.h. */
#include "core/base/plain.h"

#include <stdint.h>
#include <string.h>

#include "core/base/utf8.h"

/* Bytes at the beginning of text that may stay, 0: its first byte may not. */
static size_t plain_bytes(const char *text, size_t len)
{
    uint32_t code;
    size_t n = utf8_decode(text, len, &code);

    if (n == 0 || !utf8_valid(text, n))
        return 0;
    return code < 0x20 || (code >= 0x7f && code <= 0x9f) ? 0 : n;
}

bool plain_is(const char *text)
{
    size_t len = strlen(text);

    for (size_t at = 0, n; at < len; at += n) {
        n = plain_bytes(text + at, len - at);
        if (n == 0)
            return false;
    }
    return true;
}

void plain_make(char *text)
{
    size_t len = strlen(text);

    for (size_t at = 0, n; at < len; at += n > 0 ? n : 1) {
        n = plain_bytes(text + at, len - at);
        if (n == 0)
            text[at] = '?';
    }
}
