/* core/record/search.h - finding: names by characters and pinyin initials, texts by any substring, phones and document numbers by their tail.
 *
 * One structure, a follower of the change order (it holds no truth and can be rebuilt): search_doc has one row per record with its folded text and its
 * keys (names, initials of each reading, reversed phones and document numbers), search_text is an FTS5 index over both with our bigram tokenizer
 * (core/record/search_schema.c, tokenizer.h). Hits are checked against the text, so a result contains the words exactly: no misses, no false hits, for
 * one character as for twenty, and they come newest first from the index itself.
 * Indexing lags behind saving on purpose (a save or an ingest stays cheap): search_catch_up indexes records changed since the last call, O(changed);
 * search_find calls it first, so a search is never stale. */
#ifndef CORE_RECORD_SEARCH_H
#define CORE_RECORD_SEARCH_H

#include "core/record/filter.h"
#include "core/record/records.h"

/* Index what changed, at most max_records (0: all), in transactions of its own (batches of 500). *left gets how many remain (may be NULL).
 * Does nothing and returns STATUS_OK when the store is busy with a writer and max_records is not 0. */
enum status search_catch_up(struct store *store, const struct code_book *codes, size_t max_records, int64_t *left, struct errmsg *err);
/* Drop and rebuild everything. */
enum status search_rebuild(struct store *store, const struct code_book *codes, struct errmsg *err);

/* Index this record again although it has no new change: its row was changed by what became known of the center's order. Inside a transaction. */
enum status search_touch(struct store *store, uint64_t type_no, struct id id, struct errmsg *err);

/* Take a record out of the index now. Inside a transaction. What the index wrote about it before stays in its older segments until it is optimised (core/record/reach.h, reach_finish). */
enum status search_forget(struct store *store, struct id id, struct errmsg *err);

struct search_hit {
    const struct record_type *type;
    struct id id;
    const char *title;   /* borrowed */
    const char *snippet; /* the part of the text around the first match, borrowed; may be "" */
    int64_t day;
};
typedef bool (*search_row)(void *context, const struct search_hit *hit);

struct search_query {
    const char *text;               /* words separated by blanks = and; a leading '-' = not; letters match initials or text; digits match tails or text */
    const struct record_type *type; /* NULL: all types */
    const struct filter *filter;    /* of that type: only rows that it picks, too; NULL: all */
    bool by_relevance;              /* what is named so first, then what begins so, then what has it in its text; newest first among equals. Else newest first */
    size_t limit;                   /* hits given to row() */
    int64_t count_max;              /* hits counted, and compared for relevance; 0: SEARCH_COUNT_MAX. While somebody types SEARCH_COUNT_TYPING keeps a word that is everywhere quick */
};
/* A word of at least six hexadecimal digits, one of them 0..9, that begins one record's number gives that record first.
 * *total gets the number of all hits, counted up to SEARCH_COUNT_MAX: so many are compared for relevance, the newest ones. Errors: STATUS_INVALID for an empty text. */
enum { SEARCH_COUNT_MAX = 10000, SEARCH_COUNT_TYPING = 2000 };
enum status search_find(struct store *store, const struct actor *actor, const struct code_book *codes, const struct search_query *query, search_row row, void *context,
                        int64_t *total, struct errmsg *err);
/* The same in pieces: what a screen shows comes at once, the rest when there is time (newest first; by relevance there is one piece). Nothing is held between pieces; who sees a change of the data begins again. */
struct search_walk {
    bool done;     /* all hits are given and counted, up to the limits of the query; or the last piece failed */
    int64_t total; /* hits so far */
    size_t given;  /* ..of them given to row() */
    /* search.c's own: where the index is read on; the record given by its number */
    bool begun;
    int64_t from;
    struct id numbered;
};
void search_walk_begin(struct search_walk *walk);
/* The next piece: until `hits` (>= 1) more were given, or `most` (>= 1) records with the words were looked at, whether they are of the type or not. The query must be the same each time; its limit and count_max hold for
 * all pieces together. Does nothing when done. O(most). Errors: as search_find. */
enum status search_walk_on(struct store *store, const struct actor *actor, const struct code_book *codes, const struct search_query *query, struct search_walk *walk, size_t hits, size_t most,
                           search_row row, void *context, struct errmsg *err);
/* Quick lookup while typing (people and consultations by name, initials, phone tail): like search_find but keys only, no texts, no count, no catch-up. */
enum status search_names(struct store *store, const struct actor *actor, const char *text, const struct record_type *type, size_t limit, search_row row, void *context,
                         struct errmsg *err);

#endif /* CORE_RECORD_SEARCH_H */
