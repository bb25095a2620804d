/* core/quality/complaint.h - complaints (投诉) about legal aid, from receipt to what was found. 法律援助法第五十六条; domain.md 2.5 D18, 5.2 表十三.
 *
 *   K1 已收到 -> K2 已受理 (five working days from receipt, D18) -> K3 已办结 (45 days from acceptance, D18_2); K1 -> K4 不予受理. Who may take each step: core/register/act_table.c.
 * A complaint that is upheld against a volunteer is also a fault in his file (volunteer_fault), written in the same transaction. */
#ifndef CORE_QUALITY_COMPLAINT_H
#define CORE_QUALITY_COMPLAINT_H

#include "core/aid/deadline.h"
#include "core/register/act.h"

/* Codes that rules hang on. */
#define COMPLAINT_CHANNEL_VISIT "5"
#define COMPLAINT_MATTER_MONEY "3"
#define COMPLAINT_AGAINST_HANDLER "2"
#define COMPLAINT_AGAINST_VOLUNTEER "4"

/* A complaint about a case's handler names him: handler_ref and against are filled from the case where they are empty; a new row gets the case's scope.
 * Errors: STATUS_INVALID (no such case; received after today), storage. */
enum status complaint_prepare(struct store *store, const struct actor *actor, const struct code_book *codes, struct record *complaint, struct errmsg *err);

/* The period that runs now: D18 in K1, D18_2 in K2. False: none. Pure. deadline_todo (core/aid/deadline.h) gives the same over the store. */
bool complaint_deadline(const struct rules *rules, const struct calendar *calendar, const struct record *complaint, int32_t today, struct deadline *out);

/* ---- form 13 ---- */

enum { COMPLAINT_MATTERS = 4, COMPLAINT_FINDINGS = 3, COMPLAINT_APPEALS = 2, COMPLAINT_COLUMNS = 1 + COMPLAINT_MATTERS + 1 + COMPLAINT_FINDINGS + COMPLAINT_APPEALS };

/* The eleven columns of the Ministry's form 13. Received: by the day of receipt, whatever became of it; resolved, and appeals against that: by the day it was resolved. */
struct complaint_counts {
    int64_t received, matters[COMPLAINT_MATTERS];
    int64_t resolved, findings[COMPLAINT_FINDINGS];
    int64_t appeals[COMPLAINT_APPEALS];
};

struct complaint_query {
    int32_t from, to;
    struct id handler, volunteer; /* zero: all */
    int64_t org;                  /* org number; 0: all */
};

struct complaint_counted {
    struct id id;
    int64_t n, scope;             /* row number; number of the org it belongs to */
    int32_t date, resolved_on;    /* resolved_on: where resolved */
    bool received, resolved;     /* in the period */
    int matter, finding, appeal; /* numbers of the codes; 0: none */
};
typedef bool (*complaint_row)(void *context, const struct complaint_counted *complaint);
/* Within the actor's scope; row (may be NULL) gets each complaint that counts, until it returns false. O(complaints of the period) by index. */
enum status complaint_count(struct store *store, const struct actor *actor, const struct complaint_query *query, struct complaint_counts *out, complaint_row row, void *context,
                            struct errmsg *err);
/* Column 0..COMPLAINT_COLUMNS - 1 in the form's order, and its heading. Static. */
int64_t complaint_column(const struct complaint_counts *counts, size_t column);
const char *complaint_column_label(size_t column);

/* ---- what acts do (hooks of core/register/act_table.c; see struct act) ---- */

/* Errors: STATUS_INVALID (before it was received). */
enum status complaint_accept(struct store *store, const struct actor *acting, const struct code_book *codes, struct random_source random, struct act_move *move, struct errmsg *err);
/* Form 44, and a fault when it is upheld against a volunteer of the roster. Errors: STATUS_INVALID (before it was accepted), document_issue's. */
enum status complaint_close(struct store *store, const struct actor *acting, const struct code_book *codes, struct random_source random, struct act_move *move, struct errmsg *err);

#endif /* CORE_QUALITY_COMPLAINT_H */
