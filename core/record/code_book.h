/* core/record/code_book.h - code tables in memory: shipped sets (core/data/codes.tsv, causes, divisions) overlaid by records of type `code`.
 *
 * A code is never deleted or reused; it is retired, or it belongs to one version of its list: active_from..active_to. Versions have codes of their own (causes of 2020
 * L.., of 2025 M..); what may be picked for a record is what was in force on the record's day. The oldest version known also serves the time before it.
 * Lookups: by code and by name O(log n); by pinyin initials O(set). A shipped set is read when it is first asked for; without memory for it, it looks empty and is
 * tried again.
 * Sets town and village hold the county's own area: rows of the shipped divisions below the settings' area code. */
#ifndef CORE_RECORD_CODE_BOOK_H
#define CORE_RECORD_CODE_BOOK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/status.h"

struct code_book;

struct code {
    const char *set;      /* borrowed from the book, as are all texts here */
    const char *code;
    const char *name;
    const char *parent;   /* code of the parent or "" */
    const char *initials; /* pinyin initials of the name, every reading of polyphones: alternatives separated by blanks */
    bool retired;
    int32_t active_from, active_to; /* days, both included; 0: no bound */
};

/* For questions about no particular day: the newest version. */
#define CODE_DAY_NEWEST INT32_MAX

/* The shipped sets, none of them read yet. area: six-digit county code whose towns and villages are loaded, NULL or "" for none. Errors: STATUS_NOMEM. */
enum status code_book_new(struct code_book **out, const char *area);
void code_book_free(struct code_book *book);
/* Add or replace one code (records of type `code` at start and after sync); a new one is active always, a replaced one keeps its days. Copies its texts. Errors: STATUS_NOMEM. */
enum status code_book_put(struct code_book *book, const char *set, const char *code, const char *name, const char *parent, bool retired);
/* The same with days; 0 leaves an end open. */
enum status code_book_put_dated(struct code_book *book, const char *set, const char *code, const char *name, const char *parent, bool retired, int32_t from, int32_t to);

const struct code *code_book_find(const struct code_book *book, const char *set, const char *code);
/* By exact name (also short names: 青石村 for 青石村村委会 when unique in the set). */
const struct code *code_book_by_name(const struct code_book *book, const char *set, const char *name);
/* The same, preferring what may be picked on the day. code_book_by_name means CODE_DAY_NEWEST. Of a cause and its chapter of one name, the cause. */
const struct code *code_book_by_name_on(const struct code_book *book, const char *set, const char *name, int32_t day);
/* Whether a record of that day may take the code: not retired, and in force. */
bool code_usable(const struct code *code, int32_t day);
/* What a record of that day takes instead: another code of the same name; NULL: none. */
const struct code *code_book_successor(const struct code_book *book, const struct code *code, int32_t day);
/* The name of a code, or the code itself when unknown. Never NULL. */
const char *code_book_name(const struct code_book *book, const char *set, const char *code);
/* Reads a shipped set if it was not read yet: who decides by what is in it or not in it asks this before, for without memory it would look empty. One that was neither shipped nor put is empty. Errors: STATUS_NOMEM. O(set)
 * the first time. */
enum status code_book_need(const struct code_book *book, const char *set, struct errmsg *err);
/* How often a set could not be read for want of memory and looked empty: who keeps what it was made with (a paper, an archive number) compares before and after. O(1). */
uint64_t code_book_unread(const struct code_book *book);
size_t code_book_count(const struct code_book *book, const char *set);
/* Moves when the set's codes or what they lie under change, whatever the order they were put in: for what was derived from them and kept. O(1). */
uint64_t code_book_stamp(const struct code_book *book, const char *set);
/* In the set's order. index < count. */
const struct code *code_book_at(const struct code_book *book, const char *set, size_t index);
/* The county's most used codes of a set (core/data/favourites.tsv), each with a short number that picks it; those usable on the day, in their order. O(favourites * log n). */
struct code_favourite {
    unsigned number; /* 1..99 */
    const struct code *code;
};
enum { CODE_FAVOURITES_MAX = 99 };
size_t code_book_favourites(const struct code_book *book, const char *set, int32_t day, struct code_favourite out[CODE_FAVOURITES_MAX]);
/* Whether a person's filter text (digits = prefix of the code, letters = prefix of an initials alternative, Chinese = part of the name) picks the code. */
bool code_matches(const struct code *code, const char *text);

#endif /* CORE_RECORD_CODE_BOOK_H */
