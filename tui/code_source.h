/* tui/code_source.h - where a code field and the picker get their choices: a set of the code book, or any list with the same face. */
#ifndef TUI_CODE_SOURCE_H
#define TUI_CODE_SOURCE_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/bytes.h"
#include "core/record/code_book.h"

/* A value, copied freely; everything in it is borrowed and must outlive its users. count == NULL: no source. */
struct code_source {
    const void *context;
    const char *set;
    size_t (*count)(const void *context, const char *set);
    const struct code *(*at)(const void *context, const char *set, size_t index);
    bool (*matches)(const struct code *code, const char *typed); /* digits, initials or Chinese, as code_matches() */
};

struct code_source code_source_none(void);
/* A set of the code book; retired codes are never offered. */
struct code_source code_source_of_book(const struct code_book *book, const char *set);
bool code_source_is_set(const struct code_source *source);

/* What typed text stands for. */
enum code_answer {
    CODE_NONE,      /* nothing matches */
    CODE_ONE,       /* exactly one choice, or the code itself */
    CODE_SEVERAL,   /* more than one */
};

/* Resolve what was typed (full-width forms already folded): an exact code or name wins; else the only match. first gets the choice of
 * CODE_ONE or the first of CODE_SEVERAL (may be NULL). "" is CODE_NONE. O(set). */
enum code_answer code_source_resolve(const struct code_source *source, const char *typed, const struct code **first);
/* Whether `typed` is an exact code and no other code begins with it: a field may then go on by itself. */
bool code_source_is_final(const struct code_source *source, const char *typed);
/* The name of a code, NULL if unknown. Retired codes are found too: old records have them. */
const char *code_source_name(const struct code_source *source, const char *code);
/* The i-th choice that matches typed ("" = all), NULL behind the last. O(set). */
const struct code *code_source_match(const struct code_source *source, const char *typed, size_t index);
/* "1 低保证  2 村委证明  3 收入申报": as many matches as fit in columns, then how many there are. For the hint line. */
void code_source_hint(const struct code_source *source, const char *typed, size_t columns, struct buf *out);

#endif /* TUI_CODE_SOURCE_H */
