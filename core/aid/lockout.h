/* core/aid/lockout.h - wrong passwords counted per account on this machine: LOCKOUT_TRIES within LOCKOUT_MS of each other, and the account waits LOCKOUT_MS.
 * 等保二级 8.1.4.1 b. Kept in table meta ("login_failed:NAME", "login_failed_at:NAME"): one machine's own, they do not travel.
 * A clock set back must not lock anybody for years: only a last failure within LOCKOUT_MS before now counts. */
#ifndef CORE_AID_LOCKOUT_H
#define CORE_AID_LOCKOUT_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/status.h"

struct store;

enum { LOCKOUT_TRIES = 5, LOCKOUT_MS = 15 * 60 * 1000 };

/* Also true where the count can't be read: nobody comes in on it. */
bool lockout_is(struct store *store, const char *user, int64_t now_ms);
/* One more failure. Knocking while locked is the caller's not to count: it would prolong the wait. Inside a transaction. */
enum status lockout_count(struct store *store, const char *user, int64_t now_ms, struct errmsg *err);
/* The right password, or a new one. Inside a transaction; writes nothing when nothing is counted. */
enum status lockout_clear(struct store *store, const char *user, int64_t now_ms, struct errmsg *err);

#endif /* CORE_AID_LOCKOUT_H */
