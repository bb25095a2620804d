/* core/outreach/figure.h - every figure of an event, a campaign or a period of outreach work, each with the rows that it counts.
 *
 * A figure is the sum of its parts; a part is a --where expression over one record type and what the rows it picks add up to, measured through the very expression. So nobody can be
 * shown a number whose rows cannot be opened (research domain.md 5.1). Figures that were typed into an event without rows behind them are parts of their own, one per event.
 * What the figures of an event mean: event.h. Of a period:
 *   events      events that begin in it; sessions (场次): those but for joint meetings, trainings, appointments and mere reports (kinds 11 12 13 15), whatever else they are
 *   kind        events by kind; one of several kinds counts in each
 *   consulted, matters   consultations of its days wherever they were held, and what was typed into its events that have none
 *   handouts .. hours    of its events
 *   media       times on the air or pieces, by kind of media; media_items: rows
 *   honour      by level; token: pieces by kind
 *   recruited   volunteers put on the roster in it, whatever became of them; source: the same by where they come from
 *   trainings   training rows, and events of kind 12 that no training row names; training_persons: who came (else what was typed), or the audience of such events
 *   meetings    joint meetings: meetings of kind 1, and events of kind 11 that no meeting row names */
#ifndef CORE_OUTREACH_FIGURE_H
#define CORE_OUTREACH_FIGURE_H

#include "core/outreach/event_set.h"

enum { FIGURE_WHERE_BYTES = 256 };

struct figure_part {
    const char *type;               /* record type name */
    char where[FIGURE_WHERE_BYTES]; /* of --where; the parts of one figure pick different rows */
    int64_t value;
    const char *sum;                /* how the rows add up (static); NULL: one row, and the value is what was typed in it */
};

struct figure {
    const char *name;  /* "consulted"; of a table by codes the same for each line: "category" */
    const char *code;  /* of the line; "" */
    const char *label; /* 咨询人次; the code's name */
    const char *unit;  /* 人次, 件, 份, .. */
    int64_t value;     /* sum of the parts */
    const struct figure_part *parts;
    size_t n_parts;
};

/* Everything borrowed for the call. Return false to stop. */
typedef bool (*figure_row)(void *context, const struct figure *figure);
/* All figures of the choice in the order of the list above; lines of tables by codes only where there is something. Errors: storage, STATUS_NOMEM. Cost: as event_set_read, and one
 * indexed statement per part. */
enum status figures_each(struct store *store, const struct actor *actor, const struct code_book *codes, const struct event_choice *choice, figure_row row, void *context, struct errmsg *err);

/* Only some of them, for those who need few at once. */
struct figure_want {
    const char *const *names; /* "sessions", .. ; NULL at the end. NULL: all */
    bool typed_only;          /* consulted, matters: without the consultations, whose number the caller has by tally (core/report/tally.h): only what was typed into events of the period that have none. Then
                               * nothing is read per consultation */
};
enum status figures_some(struct store *store, const struct actor *actor, const struct code_book *codes, const struct event_choice *choice, const struct figure_want *want, figure_row row, void *context,
                         struct errmsg *err);

/* The rows of a part, each with what it adds: their sum is the part's value. day: its date. seen: the actor may know which row it is (core/record/privacy.h). */
struct figure_part_row {
    const struct record_type *type;
    struct id id;
    int64_t n, scope; /* scope: number of the org it belongs to */
    int32_t day;
    int64_t amount;
    bool seen;
};
typedef bool (*figure_part_fn)(void *context, const struct figure_part_row *row);
/* By (day, row number). Of `volunteers` each volunteer is one row: the first hours of his. Errors: storage. O(rows of the part). */
enum status figure_part_rows(struct store *store, const struct actor *actor, const struct code_book *codes, const struct figure_part *part, figure_part_fn row, void *context, struct errmsg *err);

/* A number as summaries tell it: 7 as 7, 96 as 90余, 1234 as 1200余, 12345 as 1.2万余, 120000 as 12万. */
enum { FIGURE_ROUNDED_BYTES = 32 };
void figure_round(int64_t number, char out[FIGURE_ROUNDED_BYTES]);

#endif /* CORE_OUTREACH_FIGURE_H */
