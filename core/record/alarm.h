/* core/record/alarm.h - what the center's operator is told about a station (two machines with one key; copies and restores), and that somebody looked after it: who, when, why. peer.h keeps what is open, table
 * alarm what was settled, for good. Local to the center, like all of peer.h. */
#ifndef CORE_RECORD_ALARM_H
#define CORE_RECORD_ALARM_H

#include "core/record/peer.h"

enum { ALARM_TEXT_BYTES = 192, ALARM_BY_BYTES = 64, ALARM_WHY_BYTES = 256, ALARM_WHY_MIN_CHARS = 4 };

struct alarm {
    int64_t no;
    uint32_t station_no;
    char text[ALARM_TEXT_BYTES]; /* what was open */
    char by[ALARM_BY_BYTES], why[ALARM_WHY_BYTES];
    int64_t settled_ms;
};

/* What of this station is open, for people; empty: nothing. */
void alarm_open_text(const struct peer *peer, char out[ALARM_TEXT_BYTES]);
/* Somebody understood it: it is written down, and the station has nothing open any more. Leases of its logs are given anew (sync/protocol.h), so of two machines with one key the one that was put away raises no new
 * alarm, and both do when both go on. In the caller's transaction or its own. Errors: STATUS_INVALID (why is shorter than ALARM_WHY_MIN_CHARS), STATUS_NOT_FOUND (nothing is open); nothing changed. */
enum status alarm_settle(struct store *store, uint32_t station_no, const char *by, const char *why, int64_t now_ms, struct errmsg *err);
/* The last one settled of a station. Errors: STATUS_NOT_FOUND. */
enum status alarm_last(struct store *store, uint32_t station_no, struct alarm *out, struct errmsg *err);

#endif /* CORE_RECORD_ALARM_H */
