/* core/record/sync_state.h - where a machine stands with the others, for the screens and `aidpostd status`: what waits to be sent or to be looked at, what a station still lacks, and the transfer that runs. Reads only, except progress. */
#ifndef CORE_RECORD_SYNC_STATE_H
#define CORE_RECORD_SYNC_STATE_H

#include "core/record/peer.h"

/* What waits for somebody. Counted from small tables by index. */
struct sync_waiting {
    int64_t pending;     /* station: own changes the center does not have */
    int64_t relays;      /* files of others to hand over or to carry back */
    int64_t conflicts;   /* cells with open ones, all scopes */
    int64_t quarantined; /* changes that could not be applied */
    int64_t flagged;     /* center: applied, to be looked at */
    int64_t returned;    /* center: handed back after its restore, held for their owners */
    int64_t alarms;      /* center: stations for the operator to look after */
    int64_t lookups;     /* station: questions without an answer */
};
enum status sync_waiting_read(struct store *store, struct sync_waiting *out, struct errmsg *err);
/* What a restore still waits for, and what somebody must see to: for the first screen and `status`. */
struct sync_notice {
    int64_t missed;  /* center: stations that have not come since it was put back (restored_waiting): what was lost may be theirs only */
    int64_t alarms;  /* center: stations with an alarm */
    bool restored;   /* station: it was put back and has not met its center since: what is missing here is there */
    bool asked;      /* station: its center was put back and asked for what it lost; that goes with the next contact or file */
};
enum status sync_notice_read(struct store *store, struct sync_notice *out, struct errmsg *err);
/* For people, one sentence each with what to do; NULL: nothing. which counts from 0 to NOTICE_TEXTS - 1, most urgent first. Appends. False: nothing to say. */
enum { NOTICE_TEXTS = 4 };
bool sync_notice_text(const struct sync_notice *notice, size_t which, struct buf *out);
/* Station: it was put back (in the caller's transaction), and it has met its center since (in the caller's transaction or its own; writes only when there is something to clear). */
enum status sync_restored_note(struct store *store, struct errmsg *err);
enum status sync_restored_met(struct store *store, struct errmsg *err);

/* Station: an answer of the center came in by a stick. In the caller's transaction or its own. That is a contact for people, and none for clocks: the center's is not in it. */
enum status sync_stick_note(struct store *store, int64_t now_ms, struct errmsg *err);
/* Station: when that was last; 0: never. */
enum status sync_stick_last(struct store *store, int64_t *at_ms, struct errmsg *err);
/* Station: the last contact with the center, by line or by stick; 0: none, as far as is kept. */
enum status sync_last_contact(struct store *store, int64_t *at_ms, struct errmsg *err);

/* Of one station (center): what it lacks of its scope (its own changes are there, only their places are not: they do not count, but for those that go back to it whole), what is held for it, what of its logs
 * could not be applied. behind is counted up to SYNC_BEHIND_MAX; of one that is revoked it is 0. O(behind). */
enum { SYNC_BEHIND_MAX = 100000 };
struct sync_lack {
    int64_t behind, returned, quarantined;
};
enum status sync_lack_read(struct store *store, const struct peer *peer, struct sync_lack *out, struct errmsg *err);

/* The transfer that runs, written by the sync program at most once a second and taken away at its end; one that was not renewed for SYNC_PROGRESS_STALE_MS is nobody's. Meta sync_progress. */
enum { SYNC_PROGRESS_STALE_MS = 10 * 1000 };
struct sync_progress {
    int64_t begun_ms, at_ms;
    uint64_t done, total; /* changes and order numbers, together */
    uint64_t bytes;       /* both directions, TLS included */
};
enum status sync_progress_note(struct store *store, const struct sync_progress *progress, struct errmsg *err);
enum status sync_progress_clear(struct store *store, struct errmsg *err);
/* False: nothing runs. */
bool sync_progress_get(struct store *store, int64_t now_ms, struct sync_progress *out);
/* By the speed so far; -1: not known yet. */
int64_t sync_progress_left_ms(const struct sync_progress *progress);
/* 0..100. */
unsigned sync_progress_percent(const struct sync_progress *progress);
/* "还要 3 分 20 秒", or nothing when not known; appends. */
void sync_progress_left_text(const struct sync_progress *progress, struct buf *out);

#endif /* CORE_RECORD_SYNC_STATE_H */
