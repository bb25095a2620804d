/* core/aid/law.h - the law at hand: articles of 31 national laws, shipped compressed (core/data/laws.zst), found by law and number or by words.
 *
 * Opened at the first need and kept: a third of a megabyte, with the block of 64 KB unpacked that was looked at last. Reading an article of another block unpacks that, a tenth of a millisecond; searching is a scan
 * over the texts, block by block: O(text), a few milliseconds. One thread at a time. */
#ifndef CORE_AID_LAW_H
#define CORE_AID_LAW_H

#include "core/base/bytes.h"
#include "core/base/status.h"

struct law_book;

struct law_article {
    const char *law;     /* "法律援助法" */
    const char *number;  /* "43", "120-2" */
    const char *title;   /* "第四十三条" */
    const char *heading; /* "第四章　程序和实施" */
    const char *text;    /* paragraphs divided by \n */
};

/* Errors: STATUS_NOMEM, STATUS_CORRUPT (a program badly built). */
enum status law_book_open(struct law_book **out, struct errmsg *err);
void law_book_free(struct law_book *book);
size_t law_book_count(const struct law_book *book);
/* index < count (assert). Borrowed until the next call of this or of law_book_search; the law's name as long as the book. */
const struct law_article *law_book_at(const struct law_book *book, size_t index);
/* How many articles the law of this one has; they stand together from *first on. index < count (assert). */
size_t law_book_law(const struct law_book *book, size_t index, size_t *first);
/* By citation as rules and fields write it: "法律援助法第四十三条", "民法典188", "民诉法第85条" (usual short names). Returns the index, SIZE_MAX if there is none. */
size_t law_book_cited(const struct law_book *book, const char *citation);
/* All articles cited anywhere in a text, in its order, each once: also "第二十四、二十五、三十一条", "24-34", "第八十七至九十五条", "第一百二十条之二" and several laws one after
 * the other. What is not in the book is passed over. Fills up to max indexes, returns how many there are in all. */
size_t law_book_citations(const struct law_book *book, const char *text, size_t *out, size_t max);
/* Words separated by blanks must all occur in law name (a short name means its law), title or text; a citation gives its articles first. Fills up to max indexes, returns
 * how many there are in all. No words: every article. */
size_t law_book_search(const struct law_book *book, const char *text, size_t *out, size_t max);

/* Of the library that unpacks the book, for --version. */
const char *law_library_version(void);

#endif /* CORE_AID_LAW_H */
