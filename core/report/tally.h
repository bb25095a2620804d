/* core/report/tally.h - counts of cases and consultations, kept by half months so that a report costs what it shows and not what is stored.
 *
 * Table tally(metric, bucket, org, value): Σ of count.h's amounts over the rows as they were last counted. Buckets are the days 1-20 and 21-end of each calendar month, so that calendar months, statistical
 * years and the 21st-to-20th months are whole buckets; other days at the ends of a period are counted from their rows by date index.
 * NEVER STALE: core/record/recount.h remembers what rows that changed since held when they were counted. Opening a tally reads that journal and lays the difference (what they hold now, less what they held)
 * over the table, in the same read transaction; tally_fold writes it down and empties the journal. Rows depend on others: a handler's kind, a case group and its members, co-applicants; a change to one of
 * those counts again what hangs on it, by index.
 * A change of the rules (COUNT_VERSION, the county's causes) counts everything anew at the next fold; until then tally_open does so in memory.
 * Cost: open O(journal); a sum O(buckets of the period * orgs) by key; fold O(journal); all anew O(rows), about 10 us a row. */
#ifndef CORE_REPORT_TALLY_H
#define CORE_REPORT_TALLY_H

#include "core/record/records.h"
#include "core/report/count.h"

enum { TALLY_ORGS_MAX = 1024, TALLY_ORG_ALL = -1 };
#define TALLY_NO_DAY INT32_MIN

struct tally;

/* One state of the data until it is closed: holds the store's read transaction unless one is open. The actor's scope. Errors: storage, STATUS_NOMEM. */
enum status tally_open(struct tally **out, struct store *store, const struct actor *actor, const struct code_book *codes, struct errmsg *err);
void tally_close(struct tally *tally);
/* Write the journal's difference into the table and empty it. Own transaction; does nothing when the journal is empty. Read-only actors may call it: it changes no record.
 * Errors: storage (STATUS_BUSY is no reason to worry: reports are right without it). */
enum status tally_fold(struct store *store, const struct code_book *codes, struct errmsg *err);
/* tally_fold when at least `least` rows wait. */
enum status tally_fold_if(struct store *store, const struct code_book *codes, int64_t least, struct errmsg *err);

/* The terms' sum over days from..to, both included (COUNT_OPEN: from the beginning of time to `to`, whatever `from`). org: number, or TALLY_ORG_ALL for all the actor sees. */
enum status tally_sum(struct tally *tally, const struct count_term *terms, size_t n_terms, int32_t from, int32_t to, int64_t org, int64_t *sum, struct errmsg *err);

/* The same by org: called for each org that has anything, ascending. Return false to stop. */
typedef bool (*tally_org_row)(void *context, int64_t org, int64_t sum);
enum status tally_by_org(struct tally *tally, const struct count_term *terms, size_t n_terms, int32_t from, int32_t to, tally_org_row row, void *context, struct errmsg *err);
/* By part of one dimension (towns, causes, groups): parts that have anything, ascending. */
typedef bool (*tally_part_row)(void *context, int64_t part, int64_t sum);
enum status tally_by_part(struct tally *tally, enum count_measure measure, int type, enum count_dimension dimension, int32_t from, int32_t to, int64_t org, tally_part_row row, void *context,
                          struct errmsg *err);

/* ---- the rows behind a figure ---- */

struct tally_row {
    const struct record_type *type;
    struct id id;
    int64_t n;      /* row number: where the next page begins */
    int32_t day;    /* of the event that counts */
    int64_t amount; /* what the row adds: the sum over all rows is tally_sum */
    bool sealed;    /* the actor may not see which row it is: id is zero */
};
typedef bool (*tally_row_fn)(void *context, const struct tally_row *row);
/* Every row that adds to the terms in the period, by (day, type, n); after: the row where the page before ended, NULL from the start; max 0: all. Sealed rows that the actor may not see come without id.
 * O(rows with a date in the period); of COUNT_OPEN: O(cases). */
enum status tally_rows(struct tally *tally, const struct count_term *terms, size_t n_terms, int32_t from, int32_t to, int64_t org, const struct tally_row *after, size_t max, tally_row_fn row,
                       void *context, struct errmsg *err);

/* ---- verify ---- */

/* Counts every row anew and compares with table and journal, figure by figure; problem gets a sentence per difference (at most 20), with the figure's word, month and org, no personal data. *checked: cells. */
enum status tally_verify(struct store *store, const struct code_book *codes, void (*problem)(void *context, const char *text), void *context, int64_t *checked, struct errmsg *err);

#endif /* CORE_REPORT_TALLY_H */
