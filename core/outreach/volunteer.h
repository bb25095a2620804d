/* core/outreach/volunteer.h - the roster of volunteers: appointed, asking to leave, leaving, struck off (法律援助志愿者管理办法; research domain.md 6.3).
 *
 * States: V1 on the roster, V2 appointed, V3 asks to leave, V4 left, V5 struck off. A letter of appointment is a row of its own with a gap-free number, its paper is form 43;
 * the volunteer's row says what the present letter is. Renewing is appointing again. */
#ifndef CORE_OUTREACH_VOLUNTEER_H
#define CORE_OUTREACH_VOLUNTEER_H

#include "core/register/act.h"

/* ---- what acts do (hooks of core/register/act_table.c; see struct act) ---- */

/* The term of a new letter: rule letter_term from today on; the event of the one before is forgotten. */
enum status volunteer_offer_letter(struct act_move *move, struct errmsg *err);
/* Issue form 43, keep the letter. Errors: STATUS_INVALID (the term is over before it begins), document_issue's. */
enum status volunteer_appoint(struct store *store, const struct actor *acting, const struct code_book *codes, struct random_source random, struct act_move *move, struct errmsg *err);
/* Errors: STATUS_INVALID (asked before he was registered). */
enum status volunteer_ask_leave(struct store *store, const struct actor *acting, const struct code_book *codes, struct random_source random, struct act_move *move, struct errmsg *err);
/* Back to what he was; what was asked is forgotten (the history keeps it). */
enum status volunteer_stay(struct store *store, const struct actor *acting, const struct code_book *codes, struct random_source random, struct act_move *move, struct errmsg *err);
/* Of leaving and striking off. Errors: STATUS_INVALID (the day lies before he was registered or asked). */
enum status volunteer_leave(struct store *store, const struct actor *acting, const struct code_book *codes, struct random_source random, struct act_move *move, struct errmsg *err);

#endif /* CORE_OUTREACH_VOLUNTEER_H */
