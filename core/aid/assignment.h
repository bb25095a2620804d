/* core/aid/assignment.h - who gets a case: eligible handlers only, the recipient's wish first, then expertise, town, load and turn. Research domain.md 6.4.
 *
 * Filters (each with its reason in words): left or suspended on the day (the last day counts); kind (criminal cases only to kinds 01 and 02 unless rule assign_criminal_kinds
 * says more); licence years (notice_ground 04 and 05, life, death and its review, need criminal_years of criminal practice, 法律援助法第二十六条); minors need somebody who knows
 * them (rule assign_minor_required; else they are preferred); load at load_max or rule assign_load_max (0: no limit); conflict of interest (certainty 80 or more of interest.h; who only shares a party's name stays,
 * with a word to look).
 * Rank: wish, expertise match, same town, fewest open cases, longest since the last assignment; ties by name so that every machine ranks alike. */
#ifndef CORE_AID_ASSIGNMENT_H
#define CORE_AID_ASSIGNMENT_H

#include "core/aid/interest.h"

enum { CANDIDATE_REASON_BYTES = 200 };

/* How a reason says that the recipient asked for this handler (点援); the fairness report counts cases by it. */
#define ASSIGN_REASON_WISH "受援人意愿"

struct candidate {
    struct id id;
    const struct record *handler; /* borrowed during the call */
    bool eligible;
    char reason[CANDIDATE_REASON_BYTES]; /* why this place, or why not at all */
    int64_t open_cases, this_year;
    int32_t last_assigned; /* INT32_MIN: never */
    bool wished, expert, same_town;
};
typedef bool (*candidate_row)(void *context, const struct candidate *candidate);
/* All handlers of the roster, best first, the ineligible ones last. wish: a name, or NULL. O(handlers + their cases). */
enum status assignment_candidates(struct store *store, const struct actor *actor, const struct rules *rules, const struct record *kase, const char *wish, int32_t today,
                                  candidate_row row, void *context, struct errmsg *err);
/* One handler by id, id prefix or exact name. Errors: STATUS_NOT_FOUND, STATUS_INVALID (several of that name). */
enum status assignment_find(struct store *store, const struct actor *actor, const char *text, struct record *out, struct errmsg *err);
/* Whether this handler may take the case; the reason otherwise (STATUS_INVALID). reason gets the words to store. */
enum status assignment_check(struct store *store, const struct actor *actor, const struct rules *rules, const struct record *kase, const struct record *handler, int32_t today,
                             char reason[CANDIDATE_REASON_BYTES], struct errmsg *err);

struct fairness {
    const struct record *handler; /* borrowed */
    int64_t assigned, open, closed, by_wish, overdue;
    int64_t subsidy_fen;
    int32_t last_assigned;
};
typedef bool (*fairness_row)(void *context, const struct fairness *row);
/* Assignments of [from, to] by handler, most first, then by name. open + closed = assigned; overdue: agreement (D07) or closing papers (D14) late, or not there on `to`, which
 * therefore is not after today; subsidy: paid within the period, whenever assigned. Who left before the period and got nothing in it is left out. Cases are counted to the
 * handler who has them now. */
enum status assignment_fairness(struct store *store, const struct actor *actor, const struct rules *rules, int32_t from, int32_t to, fairness_row row, void *context,
                                struct errmsg *err);

#endif /* CORE_AID_ASSIGNMENT_H */
