/* core/base/status.c - the tables behind enum status, and the message buffer. */
#include "core/base/status.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/base/language.h"
#include "core/base/utf8.h"

const char *status_text(enum status status)
{
    static const char *const texts[] = {
#define STATUS_TEXT(code, name, text) [STATUS_##code] = text,
        STATUS_LIST(STATUS_TEXT)
#undef STATUS_TEXT
    };

    return (unsigned)status < STATUS_COUNT ? language_text(texts[status]) : language_text("未知错误");
}

const char *status_name(enum status status)
{
    static const char *const names[] = {
#define STATUS_NAME(code, name, text) [STATUS_##code] = name,
        STATUS_LIST(STATUS_NAME)
#undef STATUS_NAME
    };

    return (unsigned)status < STATUS_COUNT ? names[status] : "unknown";
}

/* Cut text, of which only the first ERRMSG_MAX_BYTES - 1 bytes were kept, so that it does not end within a character.
 */
static void cut_at_character(char *text)
{
    size_t len = strlen(text);
    size_t start = len;

    while (start > 0 && len - start < UTF8_MAX_BYTES) {
        uint32_t code;

        start--;
        if (((uint8_t)text[start] & 0xC0) == 0x80)
            continue;
        if (utf8_decode(text + start, len - start, &code) != len - start)
            text[start] = '\0';
        return;
    }
}

/* The format may point into err (somebody wraps a message with its own text), so it is written aside first. */
static void format_message(char out[ERRMSG_MAX_BYTES], const char *format, va_list args)
{
    int n = vsnprintf(out, ERRMSG_MAX_BYTES, language_text(format), args);

    if (n < 0)
        out[0] = '\0';
    else if (n >= ERRMSG_MAX_BYTES)
        cut_at_character(out);
}

void errmsg_clear(struct errmsg *err)
{
    if (err != NULL)
        err->text[0] = '\0';
}

enum status errmsg_set(struct errmsg *err, enum status status, const char *format, ...)
{
    char text[ERRMSG_MAX_BYTES];
    va_list args;

    if (err == NULL)
        return status;
    va_start(args, format);
    format_message(text, format, args);
    va_end(args);
    memcpy(err->text, text, strlen(text) + 1);
    return status;
}

enum status errmsg_wrap(struct errmsg *err, enum status status, const char *format, ...)
{
    char context[ERRMSG_MAX_BYTES];
    char rest[ERRMSG_MAX_BYTES];
    va_list args;
    int n;

    if (err == NULL)
        return status;
    va_start(args, format);
    format_message(context, format, args);
    va_end(args);
    snprintf(rest, sizeof rest, "%s", errmsg_text(err, status));
    n = snprintf(err->text, sizeof err->text, "%s: %s", context, rest);
    if (n >= ERRMSG_MAX_BYTES)
        cut_at_character(err->text);
    return status;
}

const char *errmsg_text(const struct errmsg *err, enum status status)
{
    return err != NULL && err->text[0] != '\0' ? err->text : status_text(status);
}
