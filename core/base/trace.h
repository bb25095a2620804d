/* core/base/trace.h - what the program did, for the operator and for problem reports; never personal data.
 *
 * A trace is a struct passed to whoever may log. It writes lines "2026-11-24T04:00:00Z level module: text" to a sink and keeps
 * the last TRACE_KEEP lines in memory. Record ids may be logged; names, phones, texts and keys may not. Control
 * characters are shown as \xNN. AIDPOST_TRACE=debug (read by the mains) raises the level. A NULL trace logs nothing.
 *
 * A line is in the language of the process (core/base/language.h: the format is looked up); level, module and the names of failures (status_name) are the same in every language, to be searched for. What is for
 * who develops the program (TRACE_DEBUG, key=value lines) is English only. */
#ifndef CORE_BASE_TRACE_H
#define CORE_BASE_TRACE_H

#include <stddef.h>
#include <stdint.h>

enum trace_level { TRACE_ERROR, TRACE_WARN, TRACE_INFO, TRACE_DEBUG };
enum { TRACE_KEEP = 64, TRACE_LINE_BYTES = 512 };

struct trace {
    enum trace_level level;
    void (*sink)(void *context, const char *line); /* line without line feed; NULL: keep only */
    void *context;
    int64_t (*now_ms)(void *context); /* NULL: no time stamps, as tests want */
    char last[TRACE_KEEP][TRACE_LINE_BYTES];
    size_t count; /* lines ever written; last[count % TRACE_KEEP] is the next slot */
};

void trace_init(struct trace *trace, enum trace_level level, void (*sink)(void *, const char *), void *context);
void trace_write(struct trace *trace, enum trace_level level, const char *module, const char *format, ...) __attribute__((format(printf, 4, 5)));
/* "error" "warn" "info" "debug"; anything else is TRACE_INFO. */
enum trace_level trace_level_parse(const char *text);

#endif /* CORE_BASE_TRACE_H */
