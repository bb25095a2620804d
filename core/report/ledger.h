/* core/report/ledger.h - the ledgers (台账) that an office keeps, and people's own views: definitions, and the rows of one for a period, a further condition, an order.
 *
 * A ledger has parts; each is a list of its own with its own columns: one block of a text or CSV file, one sheet of a spreadsheet. L7 is complaints and objections, L14 the six special
 * registers. Definitions: core/data/ledgers.tsv in the words of core/aid/saved_view.h, and two more:
 *   type    a record type; or "todo": the periods that run (core/aid/deadline.h), rows of several types
 *   pick    which of the rows, where no condition can say it:
 *             category:05,06   one of these codes is among the categories, those that follow from sex and age on the day of receipt too (domain.md 4.7)
 *             unsatisfied      one of the answers of set satisfaction is 不满意, and no later visit corrects it
 *             overdue          periods that are over, others' rights aside; overdue:D07,D14: only these
 *   period  the day a period is asked of: a field; "due" for todo; empty: none (then the period is that of its computed columns: a volunteer's hours)
 * Who sees what: as in lists (scope, sealed, masked), and what hangs on a sealed case or person is left out, too.
 * Memory: a part in the order of a field streams, whatever its size; in the order of a computed column, and of periods, an entry a row is gathered first. */
#ifndef CORE_REPORT_LEDGER_H
#define CORE_REPORT_LEDGER_H

#include "core/aid/saved_view.h"
#include "core/report/cell.h"

enum { LEDGER_PARTS_MAX = 8, LEDGER_CODE_BYTES = 8 };

struct ledger_part {
    const char *title;
    const char *type;
    const char *condition, *pick, *period, *sort, *columns;
};

struct ledger {
    char code[LEDGER_CODE_BYTES]; /* "L1"; "" for an own view */
    const char *title;
    struct ledger_part parts[LEDGER_PARTS_MAX];
    size_t n_parts;
    struct id view; /* record of type saved_view; zero: shipped */
};

struct ledger_book;

/* The shipped ledgers in their order, then the own views the actor sees, by name. Errors: storage, STATUS_NOMEM. */
enum status ledger_book_load(struct ledger_book **out, struct store *store, const struct actor *actor, struct errmsg *err);
void ledger_book_free(struct ledger_book *book);
size_t ledger_book_count(const struct ledger_book *book);
/* Borrowed from the book. */
const struct ledger *ledger_book_at(const struct ledger_book *book, size_t index);
/* By code ("L4", "l4"), title or name of a view; "L7.2" and "投诉和异议台账.2" also name a part: then *part is its number from 1, else 0. NULL: there is none. */
const struct ledger *ledger_book_find(const struct ledger_book *book, const char *name, size_t *part);

#define LEDGER_NO_DAY INT32_MIN

struct ledger_query {
    int32_t from, to;  /* days, both included; LEDGER_NO_DAY: open */
    const char *where; /* further condition; NULL or "" */
    const char *sort;  /* instead of the ledger's own; NULL or "" */
};

struct ledger_row {
    const struct record *record;
    const struct report_cell *cells; /* one per column, borrowed during the call */
    struct list_key key;             /* where it stands; copy with list_key_copy */
    int64_t no;                      /* from 1 in ledger_rows; 0 in ledger_page */
};
/* Return false to stop. */
typedef bool (*ledger_row_fn)(void *context, const struct ledger_row *row);

struct ledger_list; /* one part, opened */

/* Everything but the query borrowed. Errors: STATUS_INVALID, STATUS_MALFORMED (where, sort, a period where there is none; the message names the part), storage. */
enum status ledger_open(struct ledger_list **out, struct store *store, const struct actor *actor, const struct code_book *codes, const struct ledger *ledger, size_t part,
                        const struct ledger_query *query, struct errmsg *err);
void ledger_close(struct ledger_list *list);
size_t ledger_columns(const struct ledger_list *list);
const struct report_column *ledger_column(const struct ledger_list *list, size_t index);
const struct view_plan *ledger_plan(const struct ledger_list *list);
/* Every row in order. *totals (ledger_columns of them, or NULL) get the sums of summed columns; others stay empty. Errors: storage. */
enum status ledger_rows(struct ledger_list *list, ledger_row_fn row, void *context, struct report_cell *totals, int64_t *count, struct errmsg *err);
/* Up to max rows behind `after` (unset: from the start), or, backwards, before it, the nearest first (unset: the last, the last first). including: the key's own row first.
 * Cost: what is shown and what a pick leaves out on the way. Errors: storage. */
enum status ledger_page(struct ledger_list *list, const struct list_key *after, bool backwards, bool including, size_t max, ledger_row_fn row, void *context, struct errmsg *err);
/* How many rows there are. O(rows) where a pick or a seal leaves rows out. */
enum status ledger_count(struct ledger_list *list, int64_t *count, struct errmsg *err);

/* No fewer than there are, quickly: counted by condition, seals and picks aside. */
enum status ledger_at_most(struct ledger_list *list, int64_t *count, struct errmsg *err);

/* "2026-01-01 至 2026-06-30", "2026-01-01 起", ..; nothing when open. Appends. */
void ledger_period_text(int32_t from, int32_t to, struct buf *out);
/* The same in the language of the screen. */
void ledger_period_show(int32_t from, int32_t to, struct buf *out);
/* The whole condition as a view would be saved with it: the part's, the period's, the further one's. Errors: STATUS_INVALID when a pick or the periods cannot be said so; STATUS_TOO_LARGE. */
enum status ledger_condition(const struct ledger *ledger, size_t part, const struct ledger_query *query, struct buf *out, struct errmsg *err);
/* Keep the part as it is asked for (condition, period, order, columns) as a record of type saved_view of that name. Own transaction.
 * Errors: ledger_condition's, saved_view_prepare's, records_save's; nothing was written. */
enum status ledger_keep(struct store *store, const struct actor *actor, const struct code_book *codes, struct random_source random, const struct ledger *ledger, size_t part,
                        const struct ledger_query *query, const char *name, struct errmsg *err);

#endif /* CORE_REPORT_LEDGER_H */
