/* core/outreach/outreach_desk.h - what a laptop at an event keeps in mind: who sits there, whom most visitors belong to, which categories stand on the tally keys.
 *
 * Kept in the store of this machine (table meta, "outreach:<event>"), not in the change log: two laptops at one event may differ. It outlives the power; closing the event forgets it.
 * New consultations begin from it: whatever stays the same all day is written once. */
#ifndef CORE_OUTREACH_OUTREACH_DESK_H
#define CORE_OUTREACH_OUTREACH_DESK_H

#include "core/record/records.h"

enum { DESK_KEYS = 10, DESK_CODE_BYTES = 33, DESK_LIST_BYTES = 64, DESK_NAME_BYTES = 256 };

struct outreach_desk {
    struct id volunteer;                    /* zero: none */
    char worker[DESK_NAME_BYTES];           /* who answers here; "": the account that works */
    char groups[DESK_LIST_BYTES];           /* codes of person_category that a visitor has unless told otherwise; "" for none */
    char keys[DESK_KEYS][DESK_CODE_BYTES];  /* category on the key of that digit; all "" until chosen (outreach_desk_fill) */
};

/* What is kept; an empty desk when there is nothing, and on failure. Errors: storage. */
enum status outreach_desk_load(struct store *store, struct id event, struct outreach_desk *out, struct errmsg *err);
/* Own transaction unless one is open. Errors: storage. */
enum status outreach_desk_save(struct store *store, struct id event, const struct outreach_desk *desk, struct errmsg *err);
/* The event is over. Own transaction unless one is open. Errors: storage. */
enum status outreach_desk_forget(struct store *store, struct id event, struct errmsg *err);
/* Give every key a category, once: those most people asked about at this event first, then what is asked most everywhere; at a barracks 军人军属权益 first. Keys that have one keep
 * it: they must not move under the fingers. Does not save. Errors: storage. */
enum status outreach_desk_fill(struct store *store, const struct actor *actor, const struct code_book *codes, const struct record *event, struct outreach_desk *desk, struct errmsg *err);
/* The category's digit, or -1. */
int outreach_desk_key(const struct outreach_desk *desk, const char *category);

/* Events that are not closed, newest first, at most limit. The record is borrowed; return false to stop. Errors: storage. O(open events), by the worklist index. */
typedef bool (*outreach_event_row)(void *context, const struct record *event);
enum status outreach_open_events(struct store *store, const struct actor *actor, size_t limit, outreach_event_row row, void *context, struct errmsg *err);

/* Begin a consultation at the event: day, place, worker, channel 外展现场, volunteer, groups, handling 当场答复, for whom the event belongs to. *record must be new (record_init).
 * Errors: STATUS_NOMEM; release the record either way. */
enum status outreach_begin(struct store *store, const struct actor *actor, const struct code_book *codes, const struct record *event, const struct outreach_desk *desk, struct record *record,
                           struct errmsg *err);

/* One typed line (quick_line.h) is read, checked and saved as a consultation of the event, with the end of its draft (zero: none), in one commit; durable when it returns.
 * last_category: for '='. person: id of the file of who is named there, or "". *out gets the record as stored and must be released on success only.
 * Errors: quick_line_parse's and quick_line_put's; STATUS_INVALID at a barracks when the text seems to name a unit (军事秘密); consultation_save's. Nothing was written. */
struct outreach_line_typed {
    const char *text;
    size_t len;
    const char *last_category;
    const char *person;
    struct id draft;
};
enum status outreach_save_line(struct store *store, const struct actor *actor, const struct code_book *codes, struct random_source random, const struct record *event,
                               const struct outreach_desk *desk, const struct outreach_line_typed *typed, struct record *out, struct errmsg *err);

#endif /* CORE_OUTREACH_OUTREACH_DESK_H */
