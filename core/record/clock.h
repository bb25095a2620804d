/* core/record/clock.h - is this machine's wall clock to be believed? Order and healing never ask it (sync/protocol.h); days and periods that people read do, so a person must hear of a clock that is wrong.
 *
 * The witnesses, none of which the clock itself can spoil for long: the day the program was made; the center's clock at the last sync that came through (a station), the last contact of any station (the center);
 * the last proven backup; the times of the newest own changes, of a station that has met its center only of those that went to it later. A clock that was fast and was put right stands behind the changes of that time,
 * until the next contact: the words leave both possible. That a clock is fast only the center's can tell. */
#ifndef CORE_RECORD_CLOCK_H
#define CORE_RECORD_CLOCK_H

#include <stdint.h>

#include "core/base/bytes.h"
#include "core/base/status.h"
#include "core/record/store.h"

/* 2026-01-01 00:00 UTC: no record is older than the program. */
#define CLOCK_PROGRAM_MS (INT64_C(20454) * 86400000)
enum { CLOCK_SLACK_MS = 3600000 }; /* so far apart two clocks may be that nobody set */

/* The newest time that the store knows of, in ms since 1970, 0: none. Reads a fixed number of changes, however many there are. */
enum status clock_latest(struct store *store, int64_t *latest_ms, struct errmsg *err);

enum clock_fault { CLOCK_FINE, CLOCK_BEFORE_PROGRAM, CLOCK_BEHIND };
enum clock_fault clock_judge(int64_t now_ms, int64_t latest_ms);
/* A station: by how much its clock was ahead of the center's at the last contact, if that is more than CLOCK_SLACK_MS and it was not set back behind that since; else 0. */
enum status clock_ahead(struct store *store, int64_t now_ms, int64_t *ahead_ms, struct errmsg *err);
/* What is wrong with it and what to do, one line, appended. False, and nothing appended: nothing is, or it could not be read. */
bool clock_warn(struct store *store, int64_t now_ms, struct buf *out);
/* How far one clock is from another, for people: "快 3 分钟" (positive), "慢 10 年"; the unit in which it is two or more, cut. Appends. */
void clock_skew_words(int64_t skew_ms, struct buf *out);

#endif /* CORE_RECORD_CLOCK_H */
