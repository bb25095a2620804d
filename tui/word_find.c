/* tui/word_find.c - see word_find.h. */
#include "tui/word_find.h"

#include <string.h>
#include <strings.h>

#include "core/base/language.h"

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

static bool begins_word(const char *text, const char *at)
{
    return is_letter(*at) && (at == text || !is_letter(at[-1]));
}

static bool is_ascii(const char *text)
{
    for (; *text != '\0'; text++)
        if ((unsigned char)*text >= 0x80)
            return false;
    return true;
}

/* Each letter begins a word, in their order. */
static bool initials_in(const char *text, const char *letters)
{
    for (const char *at = text; *at != '\0' && *letters != '\0'; at++)
        letters += begins_word(text, at) && lower(*at) == lower(*letters);
    return *letters == '\0';
}

bool word_find(const char *text, const char *typed)
{
    size_t len = strlen(typed);
    if (len == 0 || !is_ascii(typed))
        return false;
    for (const char *at = text; *at != '\0'; at++)
        if (begins_word(text, at) && strncasecmp(at, typed, len) == 0)
            return true;
    return initials_in(text, typed);
}

bool word_find_shown(const char *text, const char *typed)
{
    bool number = typed[0] >= '0' && typed[0] <= '9'; /* a code's or a row's */
    return language_is_foreign() && !number && word_find(_(text), typed);
}
