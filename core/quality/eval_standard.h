/* core/quality/eval_standard.h - the lists of items by which case files are judged: shipped in core/data/eval_standards.tsv, overlaid by records of type `eval_standard`.
 *
 * A standard is a code of set eval_standard; it has editions, and the items of one edition belong together. The day from which an edition counts is the latest from_day of its items
 * (it is whole only then); a shipped edition counts since ever. An evaluation takes the edition with the greatest number among those that count on its day, and keeps that number.
 * Scales: standards whose code begins with "level5" are five-point (each item at most 5 points; the overall 1..5 is the mean of the items, rounded), all others are of 100 points and
 * their items must sum to 100. That is checked when an edition is used, since a county enters its items one by one.
 * Rows that give a shipped edition's number count for nothing (eval_standard_prepare refuses them). */
#ifndef CORE_QUALITY_EVAL_STANDARD_H
#define CORE_QUALITY_EVAL_STANDARD_H

#include "core/record/records.h"

enum { EVAL_ITEMS_MAX = 99, EVAL_FULL = 100, EVAL_LEVELS = 5, EVAL_CODE_BYTES = 36 };

#define EVAL_NO_DAY INT32_MIN /* since ever: shipped */

struct eval_item_def {
    int number;              /* 1..99, ascending */
    int max;                 /* 1..100 */
    char *part, *item, *help; /* owned by the standard; part and help may be "" */
};

/* One edition of one standard. */
struct eval_standard {
    char code[EVAL_CODE_BYTES];
    int edition;
    int32_t from_day; /* EVAL_NO_DAY: shipped */
    bool five_point;
    struct eval_item_def items[EVAL_ITEMS_MAX];
    size_t n_items;
};

/* edition 0: the one that counts on the day. Errors: STATUS_NOT_FOUND (no such standard or edition, or none counts yet), storage, STATUS_NOMEM; *out is NULL then. */
enum status eval_standard_load(struct eval_standard **out, struct store *store, const struct actor *actor, const struct code_book *codes, const char *code, int edition, int32_t day,
                               struct errmsg *err);
void eval_standard_free(struct eval_standard *standard);
/* By its number; NULL. */
const struct eval_item_def *eval_standard_item(const struct eval_standard *standard, int number);
int eval_standard_sum(const struct eval_standard *standard);
/* Whether it may be used: items that sum to 100, or of at most 5 points each. Errors: STATUS_INVALID, naming standard, edition and sum. */
enum status eval_standard_check(const struct eval_standard *standard, const struct code_book *codes, struct errmsg *err);
/* Every edition of every standard, in the code book's order, editions ascending; current: it counts on the day. Return false to stop. */
typedef bool (*eval_standard_row)(void *context, const struct eval_standard *standard, bool current);
enum status eval_standard_list(struct store *store, const struct actor *actor, const struct code_book *codes, int32_t day, eval_standard_row row, void *context, struct errmsg *err);
/* The standard for a kind of case: criminal100 or civil100. Static. */
const char *eval_standard_usual(const struct record *kase);
/* A record of type eval_standard as it would be saved: not a shipped edition, no evaluation uses the edition yet, the item number is free, five-point items have at most 5 points.
 * Errors: STATUS_EXISTS, STATUS_INVALID, storage. */
enum status eval_standard_prepare(struct store *store, const struct actor *actor, const struct code_book *codes, struct record *record, struct errmsg *err);

#endif /* CORE_QUALITY_EVAL_STANDARD_H */
