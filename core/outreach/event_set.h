/* core/outreach/event_set.h - the events of one choice (one event, a campaign, a period) with what their rows add up to, read in a handful of grouped statements.
 *
 * Under event.h and outreach_totals.h, which say what the figures mean. Cost: O(events + rows of the events), by the indexes on `event`. */
#ifndef CORE_OUTREACH_EVENT_SET_H
#define CORE_OUTREACH_EVENT_SET_H

#include "core/outreach/event.h"

enum event_choice_kind { EVENTS_ONE, EVENTS_OF_CAMPAIGN, EVENTS_OF_PERIOD };

/* Which events. Those of a period are those that begin in it. */
struct event_choice {
    enum event_choice_kind kind;
    char id[ID_TEXT_BYTES]; /* of the event or the campaign */
    int32_t from, to;       /* EVENTS_OF_PERIOD: days, both included */
};

struct event_choice event_choice_one(struct id event);
struct event_choice event_choice_campaign(struct id campaign);
struct event_choice event_choice_period(int32_t from, int32_t to);
/* " AND event=?N" or " AND event IN (the chosen ones)", for statements over the tables that have a column event; numbers parameters from *index on, which moves. */
void event_choice_sql(const struct event_choice *choice, struct buf *sql, int *index);
/* The choice must live until the statement is finished. */
void event_choice_bind(const struct event_choice *choice, struct stmt *stmt, int *index);

/* What the rows of one event add up to; a figure of which there is no row is 0 and not in `present`. */
enum event_part {
    EVENT_CONSULTATIONS = 1 << 0,
    EVENT_HANDOUTS = 1 << 1,
    EVENT_BOARDS = 1 << 2,
    EVENT_BANNERS = 1 << 3,
    EVENT_GIFTS = 1 << 4,
    EVENT_CASES = 1 << 5,
    EVENT_HOURS = 1 << 6,
    EVENT_MEDIA = 1 << 7, /* only to be asked for: it cannot be typed, so nothing hangs on its being there */
    EVENT_ALL = (1 << 8) - 1
};

/* How an item of publicity material is counted: EVENT_HANDOUTS (份), EVENT_BOARDS (块), EVENT_BANNERS (条), EVENT_GIFTS (件); 0: in none of them. */
unsigned event_part_of_item(const struct code_book *codes, const char *item);

struct event_rows {
    char id[ID_TEXT_BYTES];
    unsigned present; /* enum event_part */
    struct event_totals totals;
};

struct event_set {
    struct event_choice choice;
    struct event_rows *rows; /* owned; by id */
    size_t n;
};

/* Read the rows of the chosen events that the actor sees. Errors: storage, STATUS_NOMEM; *set needs no release then. */
enum status event_set_read(struct event_set *set, struct store *store, const struct actor *actor, const struct code_book *codes, const struct event_choice *choice, struct errmsg *err);
/* The same for some parts only, the other figures being 0 and not in `present`. parts: enum event_part. seen: consultations are not counted, only looked for, and only where the event has typed figures of
 * them, so that this costs nothing per consultation. Of a period only. */
enum status event_set_read_some(struct event_set *set, struct store *store, const struct actor *actor, const struct code_book *codes, const struct event_choice *choice, unsigned parts, bool seen,
                                struct errmsg *err);
void event_set_release(struct event_set *set);
/* The figures of an event: its rows, else what was typed into it (an event outside the set has typed figures only). Returns which come from rows (enum event_part). */
unsigned event_set_totals(const struct event_set *set, const struct record *event, struct event_totals *out);

/* The chosen events in order of their days, first to last. Return false to stop. */
typedef bool (*event_set_row)(void *context, const struct record *event, const struct event_totals *totals, unsigned present);
enum status event_set_each(const struct event_set *set, struct store *store, const struct actor *actor, event_set_row row, void *context, struct errmsg *err);
/* Different volunteers who served at any of the chosen events. */
enum status event_set_volunteers(struct store *store, const struct actor *actor, const struct event_choice *choice, int64_t *count, struct errmsg *err);

/* Add the figures of one event to a sum. */
void event_totals_add(struct event_totals *sum, const struct event_totals *part);

#endif /* CORE_OUTREACH_EVENT_SET_H */
