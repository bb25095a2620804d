/* tui/code_source.c - see code_source.h. */
#include "tui/code_source.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "core/base/language.h"
#include "core/base/width.h"
#include "tui/word_find.h"

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

static size_t book_favourites(const void *context, const char *set, int32_t day, struct code_favourite out[CODE_FAVOURITES_MAX])
{
    return code_book_favourites(context, set, day, out);
}

static bool book_ready(const void *context, const char *set)
{
    return code_book_need(context, set, NULL) == STATUS_OK;
}

struct code_source code_source_of_book(const struct code_book *book, const char *set)
{
    return (struct code_source){.context = book, .set = set, .count = book_count, .at = book_at, .matches = code_matches, .day = CODE_DAY_NEWEST, .favourites = book_favourites, .ready = book_ready};
}

bool code_source_is_set(const struct code_source *source)
{
    return source->count != NULL;
}

bool code_source_is_ready(const struct code_source *source)
{
    return source->ready == NULL || source->ready(source->context, source->set);
}

static size_t count_of(const struct code_source *source)
{
    return source->count != NULL ? source->count(source->context, source->set) : 0;
}

static const struct code *at(const struct code_source *source, size_t index)
{
    return source->at(source->context, source->set, index);
}

static bool usable(const struct code_source *source, const struct code *code)
{
    return code_usable(code, source->day);
}

static bool matches(const struct code_source *source, const struct code *code, const char *typed)
{
    return typed[0] == '\0' || source->matches(code, typed) || word_find_shown(code->name, typed);
}

static size_t favourites_of(const struct code_source *source, struct code_favourite out[CODE_FAVOURITES_MAX])
{
    return source->favourites != NULL ? source->favourites(source->context, source->set, source->day, out) : 0;
}

/* Whether the digits typed begin the number of a favourite; *exact: they are it. */
static bool begins_number(unsigned number, const char *typed, bool *exact)
{
    char text[16];
    size_t len = strlen(typed);
    snprintf(text, sizeof text, "%u", number);
    *exact = strcmp(text, typed) == 0;
    return len > 0 && strncmp(text, typed, len) == 0;
}

/* The favourite of that number, NULL. */
static const struct code *numbered(const struct code_source *source, const char *typed)
{
    struct code_favourite favourites[CODE_FAVOURITES_MAX];
    size_t n = favourites_of(source, favourites);
    for (size_t i = 0; i < n; i++) {
        bool exact;
        if (begins_number(favourites[i].number, typed, &exact) && exact)
            return favourites[i].code;
    }
    return NULL;
}

/* One digit stands for the code of two that begins with a nought: 2 is 02. */
static bool is_short_for(const struct code *code, const char *typed)
{
    return typed[0] >= '1' && typed[0] <= '9' && typed[1] == '\0' && code->code[0] == '0' && strcmp(code->code + 1, typed) == 0;
}

/* What was found in another way. */
struct found {
    const struct code *codes[CODE_FOUND_MAX];
    size_t n;
};

static void find(const struct code_source *source, const char *typed, struct found *found)
{
    found->n = source->find != NULL && typed[0] != '\0' ? source->find(source->context, source->set, typed, found->codes) : 0;
}

static bool answers(const struct code_source *source, const struct found *found, const struct code *code, const char *typed)
{
    if (matches(source, code, typed))
        return true;
    for (size_t i = 0; i < found->n; i++)
        if (found->codes[i] == code)
            return true;
    return false;
}

enum code_answer code_source_resolve(const struct code_source *source, const char *typed, const struct code **first)
{
    const struct code *found = NULL, *exact = NULL, *brief = NULL;
    struct found others;
    if (!code_source_is_ready(source))
        return CODE_UNREAD;
    find(source, typed, &others); /* may add members */
    size_t n = count_of(source), hits = 0;
    for (size_t i = 0; i < n && typed[0] != '\0'; i++) {
        const struct code *code = at(source, i);
        if (!usable(source, code))
            continue;
        if (strcasecmp(code->code, typed) == 0) {
            exact = code;
            break;
        }
        if (exact == NULL && strcmp(code->name, typed) == 0)
            exact = code;
        if (is_short_for(code, typed))
            brief = code;
        if (answers(source, &others, code, typed) && hits++ == 0)
            found = code;
    }
    if (exact == NULL)
        exact = numbered(source, typed);
    if (exact == NULL)
        exact = brief;
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
        bool begins = strncasecmp(code->code, typed, len) == 0;
        if (!(begins || is_short_for(code, typed)) || !usable(source, code))
            continue;
        if (begins && code->code[len] != '\0')
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

size_t code_source_size(const struct code_source *source)
{
    return count_of(source) + (source->find != NULL ? CODE_FOUND_MAX : 0);
}

static void add_choice(struct code_choice *out, size_t max, size_t *n, const struct code *code, unsigned number)
{
    if (*n < max)
        out[*n] = (struct code_choice){code, number};
    ++*n;
}

size_t code_source_choices(const struct code_source *source, const char *typed, struct code_choice *out, size_t max)
{
    struct code_favourite favourites[CODE_FAVOURITES_MAX];
    struct found others;
    find(source, typed, &others);
    size_t count = count_of(source), n_favourites = favourites_of(source, favourites), n = 0;
    for (size_t i = 0; i < n_favourites; i++) {
        bool exact;
        if (begins_number(favourites[i].number, typed, &exact) || matches(source, favourites[i].code, typed))
            add_choice(out, max, &n, favourites[i].code, favourites[i].number);
    }
    for (size_t i = 0; i < count; i++) {
        const struct code *code = at(source, i);
        bool given = false;
        if (!usable(source, code) || !answers(source, &others, code, typed))
            continue;
        for (size_t f = 0; f < n_favourites && !given; f++)
            given = favourites[f].code == code;
        if (!given)
            add_choice(out, max, &n, code, 0);
    }
    return n;
}

void code_source_hint(const struct code_source *source, const char *typed, size_t columns, struct buf *out)
{
    enum { TOTAL_COLUMNS = 12, SHOWN_MAX = 64 }; /* room kept for "  共 1234 项"; a line holds far fewer */
    struct code_choice choices[SHOWN_MAX];
    size_t n = code_source_choices(source, typed, choices, SHOWN_MAX), used = 0, shown = 0;
    for (; shown < n && shown < SHOWN_MAX; shown++) {
        const struct code *code = choices[shown].code;
        char number[16];
        snprintf(number, sizeof number, "%u", choices[shown].number);
        const char *key = choices[shown].number != 0 ? number : code->code;
        size_t own = width_text(key, strlen(key)) + width_text(_(code->name), strlen(_(code->name))) + 3;
        if (used + own + TOTAL_COLUMNS > columns)
            break;
        buf_printf(out, "%s%s %s", shown > 0 ? "  " : "", key, _(code->name));
        used += own;
    }
    if (shown < n)
        buf_printf(out, _("%s共 %zu 项"), shown > 0 ? "  " : "", n);
}
