/* core/record/code_book.h - code tables in memory: shipped sets (core/data/codes.tsv, causes, divisions) overlaid by records of type `code`.
 *
 * A code is never deleted or reused; it is retired. Lookups: by code and by name O(log n); by pinyin initials O(set).
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
};

/* All shipped sets. area: six-digit county code whose towns and villages are loaded, NULL or "" for none. Errors: STATUS_NOMEM. */
enum status code_book_new(struct code_book **out, const char *area);
void code_book_free(struct code_book *book);
/* Add or replace one code (records of type `code` at start and after sync). Copies its texts. Errors: STATUS_NOMEM. */
enum status code_book_put(struct code_book *book, const char *set, const char *code, const char *name, const char *parent, bool retired);

const struct code *code_book_find(const struct code_book *book, const char *set, const char *code);
/* By exact name (also short names: 青石村 for 青石村村委会 when unique in the set). */
const struct code *code_book_by_name(const struct code_book *book, const char *set, const char *name);
/* The name of a code, or the code itself when unknown. Never NULL. */
const char *code_book_name(const struct code_book *book, const char *set, const char *code);
size_t code_book_count(const struct code_book *book, const char *set);
/* In the set's order. index < count. */
const struct code *code_book_at(const struct code_book *book, const char *set, size_t index);
/* Whether a person's filter text (digits = prefix of the code, letters = prefix of an initials alternative, Chinese = part of the name) picks the code. */
bool code_matches(const struct code *code, const char *text);

#endif /* CORE_RECORD_CODE_BOOK_H */
