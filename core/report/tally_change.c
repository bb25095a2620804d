/* core/report/tally_change.c - what a tally lacks: the rows that were written since they were counted, and the cases whose counts hang on such rows.
 *
 * A consultation hangs on nothing. A case hangs on its handler's kind, its group, the other cases of its group (which one speaks for it) and its co-applicants. Old cases (up to the mark) that are
 * touched are gathered by number, each once; what they held is subtracted, what they hold added. New ones are only added. */
#include <stdlib.h>
#include <string.h>

#include "core/report/tally_impl.h"

struct numbers {
    int64_t *at; /* owned */
    size_t n, room;
    enum status status;
};

struct change {
    struct store *store;
    const int64_t *marks, *upto;
    struct tally_view *then, *now;
    struct tally_cells *cells;
    struct numbers cases; /* old ones */
    struct errmsg *err;
};

static void numbers_add(struct numbers *numbers, int64_t n)
{
    if (numbers->status == STATUS_OK && numbers->n == numbers->room) {
        size_t room = numbers->room == 0 ? 256 : numbers->room * 2;
        int64_t *more = reallocarray(numbers->at, room, sizeof more[0]);
        if (more != NULL) {
            numbers->at = more;
            numbers->room = room;
        } else {
            numbers->status = STATUS_NOMEM;
        }
    }
    if (numbers->status == STATUS_OK)
        numbers->at[numbers->n++] = n;
}

static int compare_numbers(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static void keep_distinct(struct numbers *numbers)
{
    size_t kept = 0;
    if (numbers->n < 2)
        return;
    qsort(numbers->at, numbers->n, sizeof numbers->at[0], compare_numbers);
    for (size_t i = 1; i < numbers->n; i++)
        if (numbers->at[i] != numbers->at[kept])
            numbers->at[++kept] = numbers->at[i];
    numbers->n = kept + 1;
}

/* ---- which old cases ---- */

/* The rows of the type that changed or are new: ids as text. */
#define CHANGED_IDS(type, mark) "SELECT lower(hex(id)) AS ref FROM recount_" type " UNION SELECT lower(hex(id)) FROM " type " WHERE n>" mark

/* Statements that give numbers of old cases: ?1 mark of cases, ?2 how far to count them, ?3 mark of handlers, ?4 of groups. CROSS JOIN: what changed is little and goes first. */
static const char CHANGED_CASES[] = "SELECT n FROM recount_case WHERE n<=?1";
static const char CASES_OF_HANDLERS[] = "SELECT c.n FROM (" CHANGED_IDS("handler", "?3") ") h CROSS JOIN \"case\" c ON c.handler_ref=h.ref WHERE c.n<=?1";
static const char CASES_OF_GROUPS[] = "SELECT c.n FROM (" CHANGED_IDS("case_group", "?4") " UNION SELECT case_group FROM recount_case UNION "
                                      "SELECT case_group FROM \"case\" WHERE n IN (SELECT n FROM recount_case) UNION "
                                      "SELECT case_group FROM \"case\" WHERE n>?1 AND n<=?2) g CROSS JOIN \"case\" c ON c.case_group=g.ref WHERE c.n<=?1";

static enum status gather(struct change *change, const char *sql)
{
    struct stmt *stmt = store_prepare(change->store, sql);
    enum status status;
    stmt_int(stmt, 1, change->marks[TALLY_CASE]);
    stmt_int(stmt, 2, change->upto[TALLY_CASE]);
    stmt_int(stmt, 3, change->marks[TALLY_HANDLER]);
    stmt_int(stmt, 4, change->marks[TALLY_GROUP]);
    while (stmt_row(stmt, &status, change->err))
        numbers_add(&change->cases, stmt_column_int(stmt, 0));
    return status;
}

/* The case that a party names, if it is an old one. */
static enum status gather_case(struct change *change, const char *ref)
{
    struct stmt *stmt;
    enum status status;
    struct id id;
    if (id_parse(ref, strlen(ref), &id) != STATUS_OK)
        return STATUS_OK;
    stmt = store_prepare(change->store, "SELECT n FROM \"case\" WHERE id=?1 AND n<=?2");
    stmt_id(stmt, 1, id);
    stmt_int(stmt, 2, change->marks[TALLY_CASE]);
    if (stmt_row(stmt, &status, change->err)) {
        numbers_add(&change->cases, stmt_column_int(stmt, 0));
        stmt_reset(stmt);
    }
    return status;
}

static enum status gather_of_parties(struct change *change)
{
    struct stmt *stmt = store_prepare(change->store, "SELECT case_id FROM recount_party UNION SELECT case_id FROM party WHERE n IN (SELECT n FROM recount_party) UNION "
                                                     "SELECT case_id FROM party WHERE n>?1");
    enum status status;
    stmt_int(stmt, 1, change->marks[TALLY_PARTY]);
    while (stmt_row(stmt, &status, change->err)) {
        status = gather_case(change, stmt_column_text(stmt, 0, NULL));
        if (status != STATUS_OK) {
            stmt_reset(stmt);
            break;
        }
    }
    return status;
}

static enum status gather_cases(struct change *change)
{
    enum status status = gather(change, CHANGED_CASES);
    if (status == STATUS_OK)
        status = gather(change, CASES_OF_HANDLERS);
    if (status == STATUS_OK)
        status = gather(change, CASES_OF_GROUPS);
    if (status == STATUS_OK)
        status = gather_of_parties(change);
    keep_distinct(&change->cases);
    return status == STATUS_OK ? change->cases.status : status;
}

/* ---- adding and subtracting ---- */

/* The rows of a statement of cases or consultations. */
static enum status add_rows(struct change *change, struct stmt *stmt, enum tally_type type, struct tally_view *view, int sign)
{
    struct tally_sink sink = {.cells = change->cells, .sign = sign};
    enum status status;
    while (stmt_row(stmt, &status, change->err)) {
        sink.org = stmt_column_int(stmt, TALLY_SCOPE);
        if (type == TALLY_CASE)
            status = tally_count_case(view, stmt, tally_sink_emit, &sink, change->err);
        else
            tally_count_consultation(view, stmt, tally_sink_emit, &sink);
        if (status == STATUS_OK)
            status = change->cells->status;
        if (status != STATUS_OK) {
            stmt_reset(stmt);
            break;
        }
    }
    return status;
}

static enum status add_case(struct change *change, int64_t n, bool then)
{
    static const char NOW[] = "SELECT " TALLY_CASE_COLUMNS " FROM \"case\" WHERE n=?1";
    static const char THEN[] = "SELECT " TALLY_CASE_COLUMNS " FROM recount_case WHERE n=?1 UNION ALL SELECT " TALLY_CASE_COLUMNS
                               " FROM \"case\" WHERE n=?1 AND n NOT IN (SELECT n FROM recount_case)";
    struct stmt *stmt = store_prepare(change->store, then ? THEN : NOW);
    stmt_int(stmt, 1, n);
    return add_rows(change, stmt, TALLY_CASE, then ? change->then : change->now, then ? -1 : 1);
}

static enum status add_old_cases(struct change *change)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < change->cases.n; i++) {
        status = add_case(change, change->cases.at[i], true);
        if (status == STATUS_OK)
            status = add_case(change, change->cases.at[i], false);
    }
    return status;
}

static enum status add_old_consultations(struct change *change)
{
    struct stmt *stmt = store_prepare(change->store, "SELECT " TALLY_CONSULTATION_COLUMNS " FROM recount_consultation WHERE n<=?1");
    stmt_int(stmt, 1, change->marks[TALLY_CONSULTATION]);
    enum status status = add_rows(change, stmt, TALLY_CONSULTATION, change->then, -1);
    if (status != STATUS_OK)
        return status;
    stmt = store_prepare(change->store, "SELECT " TALLY_CONSULTATION_COLUMNS " FROM consultation WHERE n IN (SELECT n FROM recount_consultation) AND n<=?1");
    stmt_int(stmt, 1, change->marks[TALLY_CONSULTATION]);
    return add_rows(change, stmt, TALLY_CONSULTATION, change->now, 1);
}

static enum status add_new(struct change *change, enum tally_type type)
{
    struct stmt *stmt = store_prepare(change->store, type == TALLY_CASE ? "SELECT " TALLY_CASE_COLUMNS " FROM \"case\" WHERE n>?1 AND n<=?2"
                                                                        : "SELECT " TALLY_CONSULTATION_COLUMNS " FROM consultation WHERE n>?1 AND n<=?2");
    stmt_int(stmt, 1, change->marks[type]);
    stmt_int(stmt, 2, change->upto[type]);
    return add_rows(change, stmt, type, change->now, 1);
}

enum status tally_difference(struct store *store, const struct count_rules *rules, const int64_t marks[TALLY_TYPES], const int64_t upto[TALLY_TYPES], struct tally_cells *out,
                             struct errmsg *err)
{
    struct tally_view *views = calloc(2, sizeof *views);
    struct change change = {.store = store, .marks = marks, .upto = upto, .then = views, .now = views + 1, .cells = out, .err = err};
    if (views == NULL)
        return errmsg_set(err, STATUS_NOMEM, "%s", status_text(STATUS_NOMEM));
    tally_view_init(change.then, store, rules, true, marks);
    tally_view_init(change.now, store, rules, false, upto);
    enum status status = marks[TALLY_CASE] > 0 ? gather_cases(&change) : STATUS_OK;
    if (status == STATUS_OK)
        status = add_old_cases(&change);
    if (status == STATUS_OK)
        status = add_new(&change, TALLY_CASE);
    if (status == STATUS_OK)
        status = add_old_consultations(&change);
    if (status == STATUS_OK)
        status = add_new(&change, TALLY_CONSULTATION);
    free(change.cases.at);
    free(views);
    return status;
}

/* ---- rows by day ---- */

static enum status walk(const struct tally_dated *dated, enum tally_type type, struct stmt *stmt, bool *stopped, struct errmsg *err)
{
    enum status status;
    stmt_int(stmt, 1, dated->from);
    stmt_int(stmt, 2, dated->to);
    while (stmt_row(stmt, &status, err)) {
        if (!dated->row(dated->context, type, stmt)) {
            *stopped = true;
            stmt_reset(stmt);
            return STATUS_OK;
        }
    }
    return status;
}

enum status tally_dated_rows(const struct tally_dated *dated, struct errmsg *err)
{
    static const char *const DAYS[] = {"received_on", "decided_on", "closed_on", "terminated_on"};
    enum { DAYS_COUNT = sizeof DAYS / sizeof DAYS[0], SQL_MAX_BYTES = 4096 };
    bool stopped = false;
    enum status status = STATUS_OK;
    struct buf sql;

    buf_init(&sql, SQL_MAX_BYTES);
    for (size_t i = 0; status == STATUS_OK && !stopped && dated->case_columns != NULL && i < DAYS_COUNT; i++) {
        buf_clear(&sql);
        buf_printf(&sql, "SELECT %s FROM \"case\" WHERE gone=0 AND %s BETWEEN ?1 AND ?2", dated->case_columns, DAYS[i]);
        for (size_t k = 0; k < i; k++) /* found by an earlier day already */
            buf_printf(&sql, " AND (%s IS NULL OR %s NOT BETWEEN ?1 AND ?2)", DAYS[k], DAYS[k]);
        status = walk(dated, TALLY_CASE, store_prepare_buf(dated->store, &sql), &stopped, err);
    }
    if (status == STATUS_OK && !stopped && dated->consultation_columns != NULL) {
        buf_clear(&sql);
        buf_printf(&sql, "SELECT %s FROM consultation WHERE gone=0 AND date BETWEEN ?1 AND ?2", dated->consultation_columns);
        status = walk(dated, TALLY_CONSULTATION, store_prepare_buf(dated->store, &sql), &stopped, err);
    }
    buf_release(&sql);
    return status;
}
