/* core/outreach/event.h - publicity events, their totals, and campaigns as the sum of their events (research domain.md rows 4-6, 10-18).
 *
 * ONE DEFINITION PER FIGURE. An event's figure is what its rows add up to, if there are rows of that kind, else what was typed into the event:
 *   consulted    people: sum(consultation.persons) of the consultations with this event    else event.consulted
 *   matters      sum(consultation.matters) of the same                                     else event.consulted_matters
 *   handouts     sum(event_material.quantity) of items counted in 份 (publicity_item 01-03 and the county's own whose name ends in （份）)   else event.materials
 *   boards, banners, gifts   the same for （块） （条） （件）                             else event.boards, event.banners, event.gifts
 *   accepted     cases with this event that have been received (state not S1, X2)           else event.accepted
 *   volunteers   different volunteers with service_hours of this event                     else event.volunteers
 *   media        media_item rows of this event; hours: sum(service_hours.hours)
 * Deleted rows do not count. A tally row (consultation.tally) counts like any other: its persons are the tally. Empty persons or matters are one.
 * An event that is of several kinds (also) counts once in a total and once in each kind.
 * Cost: O(rows of the event) by the indexes on event. */
#ifndef CORE_OUTREACH_EVENT_H
#define CORE_OUTREACH_EVENT_H

#include "core/record/records.h"

struct event_totals {
    int64_t consulted, matters;     /* 人次, 件 */
    int64_t consultations;          /* rows; of them tally rows: */
    int64_t tallies;
    int64_t handouts;               /* 份 */
    int64_t boards, banners, gifts; /* 块, 条, 件 */
    int64_t accepted;               /* 件 */
    int64_t volunteers, hours;
    int64_t media;
    int64_t photos, audience;       /* event.photos, event.persons */
};

/* Errors: storage. */
enum status event_totals(struct store *store, const struct actor *actor, const struct code_book *codes, const struct record *event, struct event_totals *out, struct errmsg *err);

/* "咨询 12 人次 9 件  资料 300 份  现场受理 1 件  志愿者 2 人 6 小时". With fewer blanks and words where it would be wider than `columns`. Appends to out. */
void event_totals_text(const struct event_totals *totals, size_t columns, struct buf *out);

/* Whether it took place in the forces: kind or also 05, or place_kind 03. Its place stays out of lists, exports and reports (core/record/privacy.h). */
bool event_is_barracks(const struct record *event);
/* Whether `kind` or `also` is that code of set event_kind. */
bool event_is_of_kind(const struct record *event, const char *kind);

/* Before an event is saved by hand: it ends and closes on or after its day, lies within its campaign, `also` does not repeat `kind`, the town follows from the village.
 * Errors: STATUS_INVALID naming the field; storage. */
enum status event_prepare(struct store *store, const struct actor *actor, const struct code_book *codes, struct record *event, struct errmsg *err);
/* The first of these. Errors: STATUS_INVALID. */
enum status event_check_days(const struct record *event, struct errmsg *err);
/* A campaign ends on or after its first day and holds all its events. Errors: STATUS_INVALID naming the field; storage. */
enum status campaign_prepare(struct store *store, const struct actor *actor, const struct record *campaign, struct errmsg *err);

/* The day a record of the event gets: today while the event lasts, else its first day. */
int32_t event_day(const struct record *event, int32_t today);
/* What a consultation of the event begins with: its day, number, channel and scope; town and village, too, but not where a barracks is. Errors: STATUS_NOMEM. */
enum status event_give(const struct record *event, int32_t today, struct record *row);
/* The same to a new record whose field `event` names one, before anything else is said of it; records of other types, and those of no event, are left alone. Errors: STATUS_NOT_FOUND (no such event in the actor's
 * scope), STATUS_NOMEM, storage. */
enum status event_offer(struct store *store, const struct actor *actor, int32_t today, struct record *row, struct errmsg *err);

/* People by category at an event (or zero event: of the campaign `campaign`): one row per code of set category, codes ascending, those with people only; people without a category come
 * first, under "", so that the rows add up to the consultations. Typed figures have no categories. */
typedef bool (*event_category_row)(void *context, const char *category, int64_t persons, int64_t matters);
enum status event_categories(struct store *store, const struct actor *actor, struct id event, struct id campaign, event_category_row row, void *context, struct errmsg *err);

enum { CAMPAIGN_CODES_BYTES = 1024, CAMPAIGN_KINDS = 32 };
struct campaign_totals {
    struct event_totals sum;               /* volunteers: each once, however many events they served at; typed ones are added */
    int64_t events;                        /* 场 */
    int64_t towns;                         /* different towns reached; those of barracks stay out */
    int64_t barracks;                      /* events at barracks: kind 05 (also counts) or place_kind 03 */
    int64_t kinds[CAMPAIGN_KINDS];                /* by index of the code in set event_kind: an event counts in each of its kinds */
    char bodies[CAMPAIGN_CODES_BYTES];     /* union over the events and the campaign itself, codes ascending, comma-separated */
    char laws[CAMPAIGN_CODES_BYTES];
    char town_codes[CAMPAIGN_CODES_BYTES];
    int32_t first, last;                   /* days of the events; INT32_MIN: none */
};
/* Errors: STATUS_NOT_FOUND, storage. O(events of the campaign and their rows). */
enum status campaign_totals(struct store *store, const struct actor *actor, const struct code_book *codes, const struct record *campaign, struct campaign_totals *out, struct errmsg *err);

/* One press of a tally key: the row of this event, category, day and worker (consultation with tally=1) gets `step` (1 or -1, or more) persons and matters, or is made; at zero it is deleted.
 * The day is today while the event lasts, else its first day. Each machine counts in rows of its own, so that two laptops of one worker do not contend. Durable when it returns.
 * *count: its persons now. Own transaction. Errors: STATUS_INVALID (no such category), STATUS_RANGE (below zero), records_save's; unchanged. */
enum status event_tally(struct store *store, const struct actor *actor, const struct code_book *codes, struct random_source random, const struct record *event, const char *category,
                        int64_t step, int64_t *count, struct errmsg *err);

#endif /* CORE_OUTREACH_EVENT_H */
