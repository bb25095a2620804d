/* core/base/trace.c - formatting of trace lines. */
#include "core/base/trace.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/base/day.h"
#include "core/base/language.h"
#include "core/base/utf8.h"

void trace_init(struct trace *trace, enum trace_level level, void (*sink)(void *, const char *), void *context)
{
    memset(trace, 0, sizeof *trace);
    trace->level = level;
    trace->sink = sink;
    trace->context = context;
}

/* Append text to a line of which len bytes are used, as far as whole characters and escapes fit. A line may go to a
 * terminal or a file that one opens in one: nothing in it may steer the terminal or fake a second line. */
static size_t append_shown(char line[TRACE_LINE_BYTES], size_t len, const char *text)
{
    size_t left = strlen(text);

    while (left > 0) {
        char escape[5];
        uint32_t code;
        size_t n = utf8_decode(text, left, &code);
        bool plain = n > 0 && code >= 0x20 && (code < 0x7F || code >= 0xA0);

        if (len + (plain ? n : 4) >= TRACE_LINE_BYTES)
            break;
        if (plain) {
            memcpy(line + len, text, n);
            len += n;
        } else {
            /* Byte by byte: the second byte of a C1 control is invalid alone and gets here too. */
            n = 1;
            snprintf(escape, sizeof escape, "\\x%02X", (unsigned)(uint8_t)*text);
            memcpy(line + len, escape, 4);
            len += 4;
        }
        text += n;
        left -= n;
    }
    line[len] = '\0';
    return len;
}

void trace_write(struct trace *trace, enum trace_level level, const char *module, const char *format, ...)
{
    static const char *const names[] = {"error", "warn", "info", "debug"};
    char text[TRACE_LINE_BYTES * 2];
    char stamp[TIME_TEXT_BYTES];
    size_t len = 0;
    va_list args;
    char *line;

    if (trace == NULL || level > trace->level)
        return;
    va_start(args, format);
    if (vsnprintf(text, sizeof text, language_text(format), args) < 0)
        text[0] = '\0';
    va_end(args);

    line = trace->last[trace->count % TRACE_KEEP];
    trace->count++;
    if (trace->now_ms != NULL) {
        day_format_time(trace->now_ms(trace->context), 0, stamp);
        stamp[DAY_TEXT_BYTES - 1] = 'T';
        len = append_shown(line, len, stamp);
        len = append_shown(line, len, "Z ");
    }
    len = append_shown(line, len, names[level]);
    len = append_shown(line, len, " ");
    len = append_shown(line, len, module);
    len = append_shown(line, len, ": ");
    append_shown(line, len, text);
    if (trace->sink != NULL)
        trace->sink(trace->context, line);
}

enum trace_level trace_level_parse(const char *text)
{
    if (text != NULL && strcmp(text, "error") == 0)
        return TRACE_ERROR;
    if (text != NULL && strcmp(text, "warn") == 0)
        return TRACE_WARN;
    if (text != NULL && strcmp(text, "debug") == 0)
        return TRACE_DEBUG;
    return TRACE_INFO;
}
