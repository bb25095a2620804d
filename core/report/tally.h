/* core/report/tally.h - counts of cases and consultations, kept by half months so that a report costs what it shows and not what is stored.
 *
 * Table tally(metric, bucket, org, value): the sum of count.h's amounts over the rows as they were last counted. Buckets are the days 1-20 and 21-end of each calendar month, so that calendar months, statistical
 * years and the 21st-to-20th months are whole buckets; other days at the ends of a period are counted from their rows by date index.
 * NEVER STALE: core/record/recount.h tells which rows were never counted, and what rows that changed since held when they were. Opening a tally reads that and lays the difference (what they hold now, less what
 * they held) over the table, in the same read transaction; tally_fold writes it down. Rows depend on others: a handler's kind, a case group and its members, co-applicants; a change to one of those counts again
 * what hangs on it, by index. A handler or group that is deleted is not there; the members of a group are those in this store.
 * A change of the rules (COUNT_VERSION, the shipped maps, the county's causes and categories) counts everything anew at the next fold; until then tally_open does so in memory.
 * Cost: open 30 us, and O(journal) when something changed, about 10 us a row and 1 ms; a sum O(buckets of the period * orgs) by key; fold O(journal); all anew O(rows), about 10 us a row. */
#ifndef CORE_REPORT_TALLY_H
#define CORE_REPORT_TALLY_H

#include "core/record/records.h"
#include "core/report/count.h"

enum { TALLY_ORGS_MAX = 1024, TALLY_ORG_ALL = -1 };
#define TALLY_NO_DAY INT32_MIN

struct tally;

/* One state of the data until it is closed: holds a reading transaction of the store (it may nest), or belongs to the writing one that is open and must be closed before that ends. No writing transaction begins on
 * this store while it is open outside of one. The actor's scope; actor and codes are borrowed. It counts what is, not what was: under a past (core/record/past.h) only tally_rows follows it. Errors: storage,
 * STATUS_NOMEM; then *out is NULL. */
enum status tally_open(struct tally **out, struct store *store, const struct actor *actor, const struct code_book *codes, struct errmsg *err);
void tally_close(struct tally *tally); /* NULL is allowed */

/* Write down what changed. Own transactions, not in an open one: one for each hundred thousand new rows, so that others get their turn; cut short it has counted less, never wrong. Does nothing when nothing waits.
 * Read-only actors may call it: it changes no record. codes: the store's (core/record/county_codes.h).
 * Errors: storage (STATUS_BUSY is no reason to worry: reports are right without it). */
enum status tally_fold(struct store *store, const struct code_book *codes, struct errmsg *err);
/* The same when at least `least` rows wait, or all do; without waiting for another who writes: STATUS_BUSY at once; and not by codes that are no longer the store's. */
enum status tally_fold_if(struct store *store, const struct code_book *codes, int64_t least, struct errmsg *err);
/* A part of it, for who has other things to do: when at least `least` (> 0) rows wait, what changed and up to `rows` (> 0) new rows of either type. As tally_fold_if. *more: call again. */
enum status tally_fold_step(struct store *store, const struct code_book *codes, int64_t least, int64_t rows, bool *more, struct errmsg *err);
/* Everything is counted anew by the next fold: after verify found a cell wrong. Own transaction. Errors: storage. */
enum status tally_forget(struct store *store, struct errmsg *err);

/* The terms' sum over days from..to, both included (COUNT_OPEN: from the beginning of time to `to`, whatever `from`). org: number, or TALLY_ORG_ALL for all the actor sees. */
enum status tally_sum(struct tally *tally, const struct count_term *terms, size_t n_terms, int32_t from, int32_t to, int64_t org, int64_t *sum, struct errmsg *err);

/* The same by org: called for each org whose sum is not 0, ascending. Return false to stop. Errors: also STATUS_TOO_LARGE: more than TALLY_ORGS_MAX orgs. */
typedef bool (*tally_org_row)(void *context, int64_t org, int64_t sum);
enum status tally_by_org(struct tally *tally, const struct count_term *terms, size_t n_terms, int32_t from, int32_t to, tally_org_row row, void *context, struct errmsg *err);
/* By part of one dimension (towns, causes, groups): parts whose sum is not 0, ascending. */
typedef bool (*tally_part_row)(void *context, int64_t part, int64_t sum);
enum status tally_by_part(struct tally *tally, enum count_measure measure, int type, enum count_dimension dimension, int32_t from, int32_t to, int64_t org, tally_part_row row, void *context,
                          struct errmsg *err);

/* ---- the rows behind a figure ---- */

struct tally_row {
    const struct record_type *type;
    struct id id;
    int64_t n;      /* row number: where the next page begins */
    int32_t day;    /* of the event that counts; of several the first */
    int64_t amount; /* what the row adds: the sum over all rows is tally_sum */
    bool sealed;    /* the actor may not see which row it is: id is zero */
};
typedef bool (*tally_row_fn)(void *context, const struct tally_row *row);
/* Every row that adds to the terms in the period, each once, by (day, type, n); after: the row where the page before ended, NULL from the start; max 0: all. A row that adds and takes away as much is none. Sealed
 * rows that the actor may not see come without id. O(rows with a date in the period); of COUNT_OPEN: O(cases). */
enum status tally_rows(struct tally *tally, const struct count_term *terms, size_t n_terms, int32_t from, int32_t to, int64_t org, const struct tally_row *after, size_t max, tally_row_fn row,
                       void *context, struct errmsg *err);

/* ---- verify ---- */

/* Counts every row anew and compares with table and journal, figure by figure; problem gets a sentence per difference (at most 20), with the figure's word, days and org, no personal data. *checked: cells; 0 when
 * nothing was counted by these rules, so that nothing stored is shown. */
enum status tally_verify(struct store *store, const struct code_book *codes, void (*problem)(void *context, const char *text), void *context, int64_t *checked, struct errmsg *err);

#endif /* CORE_REPORT_TALLY_H */
