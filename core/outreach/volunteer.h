/* core/outreach/volunteer.h - the roster of volunteers: what each one gave, stars, what counts against him, appointment and leaving (法律援助志愿者管理办法; research domain.md 6.3).
 *
 * States: V1 on the roster, V2 appointed, V3 asks to leave, V4 left, V5 struck off. A letter of appointment is a row of its own with a gap-free number, its paper is form 43;
 * the volunteer's row says what the present letter is. Renewing is appointing again.
 * FIGURES, each of a period, of the rows the actor may see:
 *   hours, days, events   service_hours: sum of hours, different days, different events
 *   consulted             people: consultation.persons (empty: one) of those he answered
 *   referrals, followed   referral rows; those that have a result
 *   trainings, training_hours   attendance of trainings with result 到场
 *   missed, quality       volunteer_fault of kind 无故失约, 服务质量投诉
 *   money                 volunteer_fault of kind 收取财物 */
#ifndef CORE_OUTREACH_VOLUNTEER_H
#define CORE_OUTREACH_VOLUNTEER_H

#include "core/register/act.h"

enum { VOLUNTEER_STARS = 5, VOLUNTEER_WHY_BYTES = 300 };

struct volunteer_sums {
    int64_t hours, days, events;
    int64_t consulted;
    int64_t referrals, followed;
    int64_t trainings, training_hours;
    int64_t missed, quality, money;
};

struct volunteer_record {
    struct volunteer_sums year; /* of the calendar year */
    struct volunteer_sums ever;
    int stars;                       /* 0..VOLUNTEER_STARS, by the hours given so far */
    bool may_be_struck;              /* three missed or three complaints of quality in the year (rules volunteer_missed_max, volunteer_quality_max), or money taken ever */
    char why[VOLUNTEER_WHY_BYTES];   /* in words; "" */
    bool listed_twice;               /* somebody else on the roster has the same document number, or the same name and telephone */
    int64_t letters;
    int32_t letter_days_left;        /* to letter_to; INT32_MIN: no letter */
};

/* Whole hours in [from, to]. O(rows of the volunteer in the period). */
enum status volunteer_hours(struct store *store, const struct actor *actor, struct id volunteer, int32_t from, int32_t to, int64_t *hours, struct errmsg *err);
enum status volunteer_sums(struct store *store, const struct actor *actor, struct id volunteer, int32_t from, int32_t to, struct volunteer_sums *out, struct errmsg *err);
/* 0..VOLUNTEER_STARS: rules star_1..star_5 of the day. */
int volunteer_stars(const struct rules *rules, int64_t hours, int32_t day);
/* Everything of one volunteer. year: 1900..2199. Errors: storage. */
enum status volunteer_record(struct store *store, const struct actor *actor, const struct rules *rules, const struct record *volunteer, int year, int32_t today,
                             struct volunteer_record *out, struct errmsg *err);
/* Rows of another type that name the volunteer (service_hours, volunteer_fault, appointment_letter, attendance, referral), newest first; borrowed during the call. */
typedef bool (*volunteer_row)(void *context, const struct record *row);
enum status volunteer_rows(struct store *store, const struct actor *actor, const char *type, struct id volunteer, volunteer_row row, void *context, struct errmsg *err);

/* ---- before a row is saved by hand (core/case/prepare.h) ---- */

/* Errors: STATUS_EXISTS (the document number is another's who has not left). */
enum status volunteer_prepare(struct store *store, const struct actor *actor, struct record *volunteer, struct errmsg *err);
/* What a person should look at about a volunteer just saved; appends a sentence, or nothing. */
enum status volunteer_remark(struct store *store, const struct actor *actor, const struct record *volunteer, struct buf *out, struct errmsg *err);
/* Name and scope from the roster. More than rule volunteer_hours_day on one day needs `note`; more than 24 is refused; so is a day after he left.
 * Errors: STATUS_INVALID naming the field. */
enum status service_hours_prepare(struct store *store, const struct actor *actor, struct record *hours, struct errmsg *err);
/* Name and scope from the roster. Errors: STATUS_INVALID (no such volunteer, a day after he left). */
enum status volunteer_fault_prepare(struct store *store, const struct actor *actor, struct record *fault, struct errmsg *err);
/* Errors: STATUS_INVALID (no such volunteer, a day after he left). */
enum status referral_prepare(struct store *store, const struct actor *actor, struct record *referral, struct errmsg *err);
/* Name from the volunteer or handler; day and hours from the training or meeting; a volunteer's row gets his scope. Errors: STATUS_INVALID. */
enum status attendance_prepare(struct store *store, const struct actor *actor, struct record *attendance, struct errmsg *err);

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
