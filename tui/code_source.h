/* tui/code_source.h - where a code field and the picker get their choices: a set of the code book, or any list with the same face. */
#ifndef TUI_CODE_SOURCE_H
#define TUI_CODE_SOURCE_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/bytes.h"
#include "core/base/id.h"
#include "core/record/code_book.h"

enum { CODE_FOUND_MAX = 20 };

/* A value, copied freely; everything in it is borrowed and must outlive its users. count == NULL: no source. */
struct code_source {
    const void *context;
    const char *set;
    size_t (*count)(const void *context, const char *set);
    const struct code *(*at)(const void *context, const char *set, size_t index);
    bool (*matches)(const struct code *code, const char *typed); /* digits, initials or Chinese, as code_matches() */
    int32_t day; /* of the record: codes not in force then are not offered */
    size_t (*favourites)(const void *context, const char *set, int32_t day, struct code_favourite out[CODE_FAVOURITES_MAX]); /* NULL: none */
    /* Choices that answer to what is typed in other ways than matches() (a record by its telephone number); they are, or become, members of the set. NULL: none. */
    size_t (*find)(const void *context, const char *set, const char *typed, const struct code *out[CODE_FOUND_MAX]);
    /* What is stored is not the code but an id (records as choices, ref_source.h): from one to the other; false and NULL where there is none. NULL: codes are stored. */
    bool (*stored)(const void *context, const char *code, struct id *id);
    const char *(*shown)(const void *context, struct id id);
    /* Data changed: choices that are not to be seen any more lose their names and are not offered (records that left). NULL: none ever are. */
    void (*refresh)(const void *context);
    bool (*ready)(const void *context, const char *set); /* false: the choices cannot be read just now, for want of memory, and look like none. NULL: they always can */
};

/* One choice as it is offered. */
struct code_choice {
    const struct code *code;
    unsigned number; /* of a favourite: picks it when typed; 0: it has none */
};

struct code_source code_source_none(void);
/* A set of the code book on CODE_DAY_NEWEST (set .day for another); retired codes are never offered. */
struct code_source code_source_of_book(const struct code_book *book, const char *set);
bool code_source_is_set(const struct code_source *source);
/* Whether its choices can be read; once they were they can. */
bool code_source_is_ready(const struct code_source *source);

/* What typed text stands for. */
enum code_answer {
    CODE_NONE,      /* nothing matches */
    CODE_ONE,       /* exactly one choice, or the code itself */
    CODE_SEVERAL,   /* more than one */
    CODE_UNREAD,    /* nobody knows: the choices cannot be read just now */
};

/* Resolve what was typed (full-width forms already folded): an exact code or name wins, then a favourite's number, then the code "02" for "2"; else the only match. first gets the choice of
 * CODE_ONE or the first of CODE_SEVERAL (may be NULL). "" is CODE_NONE. O(set). */
enum code_answer code_source_resolve(const struct code_source *source, const char *typed, const struct code **first);
/* Whether `typed` is an exact code, or short for one, and no other code begins with it: a field may then go on by itself. */
bool code_source_is_final(const struct code_source *source, const char *typed);
/* The name of a code, NULL if unknown. Retired codes are found too: old records have them. */
const char *code_source_name(const struct code_source *source, const char *code);
/* The choices that match typed ("" = all), favourites first, whose numbers match too. Fills up to max, returns how many there are in all. O(set). */
size_t code_source_choices(const struct code_source *source, const char *typed, struct code_choice *out, size_t max);
/* How many choices there can be at the most, for the size of an array. */
size_t code_source_size(const struct code_source *source);
/* "1 低保证  2 村委证明  3 收入申报": as many matches as fit in columns, then how many there are. For the hint line. */
void code_source_hint(const struct code_source *source, const char *typed, size_t columns, struct buf *out);

#endif /* TUI_CODE_SOURCE_H */
