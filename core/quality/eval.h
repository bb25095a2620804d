/* core/quality/eval.h - the quality of a case file, judged item by item (research domain.md 6.1; 法律援助法第五十七、五十九条).
 *
 * A case that has been reported closed (S9, S9r, S10, S11, S12) or terminated (X5) is evaluated in rounds: 初评, then 复评 by other people, perhaps 上级评估; each round once.
 * Nobody judges a case of their own: a reviewer is neither its handler nor its second handler. The last round counts (latest day, then round).
 * A sheet is a row of type eval with rows of type eval_item, written in one transaction; or, entered whole from paper, an eval with a total alone (`add eval`, import).
 *   100 points    every item gets 0..max; less than max needs a reason; total = sum; grade by rules grade_excellent, grade_good, grade_pass of the evaluation's day
 *   five points   every item gets 1..max (at most 5); less than 3 needs a reason; total = 1..5, the mean as five-point, rounded half up; 5 优秀, 4 良好, 3 合格, 2 and 1 不合格
 * Evaluations are the center's: rows have the scope of the center's org and go to no station. Of a sealed case's evaluation the name stays empty.
 * Rows written stay; a slip in a scored sheet is put right by deleting the evaluation and scoring again, or by the next round. */
#ifndef CORE_QUALITY_EVAL_H
#define CORE_QUALITY_EVAL_H

#include "core/aid/rule.h"
#include "core/quality/eval_standard.h"

enum { EVAL_REASON_CHARS = 200, EVAL_REASON_BYTES = EVAL_REASON_CHARS * 4 + 1, EVAL_NO_SCORE = -1 };

#define EVAL_FIRST "1"  /* 初评 */
#define EVAL_SECOND "2" /* 复评 */

struct eval_line {
    int score; /* EVAL_NO_SCORE: none yet */
    char reason[EVAL_REASON_BYTES];
};

/* A sheet on its way: scores beside the standard's items. */
struct eval_sheet {
    struct record eval; /* new; reviewers, comment and, for a sheet without scores, total may be set */
    struct eval_standard *standard;
    struct eval_line *lines; /* owned, standard->n_items */
};

/* An empty sheet for a case. round NULL: 初评 if there is none, else 复评. standard NULL: that of 初评, else the usual one of the case's type. The edition is that of the day.
 * Errors: STATUS_FORBIDDEN (not the center's clerk, reviewer or director), STATUS_NOT_FOUND (case, standard), STATUS_INVALID (state, round, an edition that does not sum up); *sheet needs
 * no release then. */
enum status eval_begin(struct store *store, const struct actor *actor, const struct code_book *codes, struct id kase, const char *round, const char *standard, int32_t day,
                       struct eval_sheet *sheet, struct errmsg *err);
/* reason NULL or "": none. Errors: STATUS_NOT_FOUND (no such item), STATUS_RANGE, STATUS_TOO_LARGE; each names the item. */
enum status eval_score(struct eval_sheet *sheet, int number, int score, const char *reason, struct errmsg *err);
/* Whether a score of this item must be explained: less than the maximum, on five points less than 3. EVAL_NO_SCORE needs nothing. */
bool eval_needs_reason(const struct eval_standard *standard, const struct eval_item_def *item, int score);
/* Total of a sheet whose items all have a score; EVAL_NO_SCORE otherwise. */
int eval_sheet_total(const struct eval_sheet *sheet);
/* Write it. Own transaction unless one is open. Errors: STATUS_INVALID (an item without score or reason, the reviewers, ..: the message names it), STATUS_FORBIDDEN, storage. */
enum status eval_save(struct store *store, const struct actor *actor, const struct code_book *codes, struct random_source random, const struct rules *rules, struct eval_sheet *sheet,
                      struct errmsg *err);
void eval_release(struct eval_sheet *sheet);

/* Code of set grade: "1" 优秀 .. "4" 不合格. Static. */
const char *eval_grade(const struct rules *rules, bool five_point, int64_t total, int32_t day);
/* An evaluation's total on the scale of 100: five-point ones times 20. */
int64_t eval_hundred(const struct record *eval);

/* The evaluations of a case, oldest first. Borrowed during the call; return false to stop. */
typedef bool (*eval_row)(void *context, const struct record *row);
enum status eval_list(struct store *store, const struct actor *actor, struct id kase, eval_row row, void *context, struct errmsg *err);
/* The scored items of an evaluation (rows of type eval_item), by number. */
enum status eval_items(struct store *store, const struct actor *actor, struct id eval, eval_row row, void *context, struct errmsg *err);
/* The evaluation that counts; *found false: there is none, *out needs no release. */
enum status eval_of_case(struct store *store, const struct actor *actor, struct id kase, struct record *out, bool *found, struct errmsg *err);
/* Cases closed or terminated in [from, to] without an evaluation, oldest first; sealed ones for those who may see them.
 * O(cases of the period) by the indexes on closed_on and terminated_on. */
typedef bool (*eval_due_row)(void *context, const struct record *kase, int32_t closed);
enum status eval_due(struct store *store, const struct actor *actor, int32_t from, int32_t to, eval_due_row row, void *context, struct errmsg *err);

/* Evaluations of the first round made in [from, to] whose case has no other, the lowest grade first, then the oldest: they may get a second one.
 * O(evaluations of the period) by the index on date. */
enum status eval_second_due(struct store *store, const struct actor *actor, int32_t from, int32_t to, eval_row row, void *context, struct errmsg *err);

/* A record of type eval as it would be saved by hand or import: a sheet entered whole. Fills name, handler, edition, grade; checks case, round, reviewers, total.
 * What was scored item by item keeps its total. Errors: as eval_save. */
enum status eval_prepare(struct store *store, const struct actor *actor, const struct code_book *codes, struct record *record, struct errmsg *err);

/* A sheet judged wrongly is deleted with all its items, in one transaction; own unless one is open. Errors: records_delete's. */
enum status eval_delete(struct store *store, const struct actor *actor, struct id eval, struct errmsg *err);
/* records_undo on a sheet: a deletion taken back brings the items back, its first change taken back takes them away. Errors: records_undo's. */
enum status eval_undo(struct store *store, const struct actor *actor, struct id eval, struct errmsg *err);

#endif /* CORE_QUALITY_EVAL_H */
