/* tui/code_source.c - see code_source.h. */
#include "tui/code_source.h"

#include <string.h>

#include "core/base/width.h"

struct code_source code_source_none(void)
{
    return (struct code_source){0};
}

static size_t book_count(const void *context, const char *set)
{
    return code_book_count(context, set);
}

static const struct code *book_at(const void *context, const char *set, size_t index)
{
    return code_book_at(context, set, index);
}

struct code_source code_source_of_book(const struct code_book *book, const char *set)
{
    return (struct code_source){.context = book, .set = set, .count = book_count, .at = book_at, .matches = code_matches};
}

bool code_source_is_set(const struct code_source *source)
{
    return source->count != NULL;
}

static size_t count_of(const struct code_source *source)
{
    return source->count != NULL ? source->count(source->context, source->set) : 0;
}

static const struct code *at(const struct code_source *source, size_t index)
{
    return source->at(source->context, source->set, index);
}

static bool matches(const struct code_source *source, const struct code *code, const char *typed)
{
    return !code->retired && (typed[0] == '\0' || source->matches(code, typed));
}

enum code_answer code_source_resolve(const struct code_source *source, const char *typed, const struct code **first)
{
    const struct code *found = NULL, *exact = NULL;
    size_t n = count_of(source), hits = 0;
    for (size_t i = 0; i < n && typed[0] != '\0'; i++) {
        const struct code *code = at(source, i);
        if (code->retired)
            continue;
        if (strcmp(code->code, typed) == 0) {
            exact = code;
            break;
        }
        if (exact == NULL && strcmp(code->name, typed) == 0)
            exact = code;
        if (matches(source, code, typed) && hits++ == 0)
            found = code;
    }
    if (exact != NULL)
        found = exact, hits = 1;
    if (first != NULL && hits > 0)
        *first = found;
    return hits == 0 ? CODE_NONE : hits == 1 ? CODE_ONE : CODE_SEVERAL;
}

bool code_source_is_final(const struct code_source *source, const char *typed)
{
    size_t n = count_of(source), len = strlen(typed);
    bool exact = false;
    for (size_t i = 0; i < n && len > 0; i++) {
        const struct code *code = at(source, i);
        if (code->retired || strncmp(code->code, typed, len) != 0)
            continue;
        if (code->code[len] != '\0')
            return false;
        exact = true;
    }
    return exact;
}

const char *code_source_name(const struct code_source *source, const char *code)
{
    size_t n = count_of(source);
    for (size_t i = 0; i < n; i++) {
        const struct code *row = at(source, i);
        if (strcmp(row->code, code) == 0)
            return row->name;
    }
    return NULL;
}

const struct code *code_source_match(const struct code_source *source, const char *typed, size_t index)
{
    size_t n = count_of(source);
    for (size_t i = 0; i < n; i++) {
        const struct code *code = at(source, i);
        if (matches(source, code, typed) && index-- == 0)
            return code;
    }
    return NULL;
}

void code_source_hint(const struct code_source *source, const char *typed, size_t columns, struct buf *out)
{
    enum { TOTAL_COLUMNS = 12 }; /* room kept for "  共 1234 项" */
    size_t n = count_of(source), used = 0, hits = 0, shown = 0;
    for (size_t i = 0; i < n; i++) {
        const struct code *code = at(source, i);
        if (!matches(source, code, typed))
            continue;
        hits++;
        size_t own = width_text(code->code, strlen(code->code)) + width_text(code->name, strlen(code->name)) + 3;
        if (shown + 1 < hits || used + own + TOTAL_COLUMNS > columns)
            continue;
        buf_printf(out, "%s%s %s", shown > 0 ? "  " : "", code->code, code->name);
        used += own;
        shown++;
    }
    if (shown < hits)
        buf_printf(out, "%s共 %zu 项", shown > 0 ? "  " : "", hits);
}
