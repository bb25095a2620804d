/* sync/heal_request.h - store requests by which a machine finds out that it, or its center, was put back to an earlier state or copied, and mends it (protocol.h, HEALING).
 *
 * The center judges at the greeting: first the station's own log along its path, then the order (heal_order.h), then the lease. What it cannot decide at once it asks for by COMPARE; each answer
 * carries all that the next question needs, so there is no state between the two. */
#ifndef SYNC_HEAL_REQUEST_H
#define SYNC_HEAL_REQUEST_H

#include "core/record/branch.h"
#include "core/record/store.h"
#include "sync/session.h"

/* ---- center, in a transaction; result->peer is filled in ---- */
/* GREET. Nothing to mend: the station's path is declared here, a new lease is given. Else result->heal says what. A station that speaks protocol 1 is refused as ever (STATUS_FORK). */
enum status heal_request_greet(struct store *store, const struct session_request *request, struct session_result *result);
/* COMPARED. Errors: STATUS_MALFORMED (samples that hold no water). */
enum status heal_request_compared(struct store *store, const struct session_request *request, struct session_result *result);

/* ENROL: what is here of the log the machine had before; org: it is let in as a machine of that. */
enum status heal_request_enrol_have(struct store *store, const struct session_request *request, int64_t org, struct session_result *result);
/* ENROL: may a machine that was this before be let in with a code of that org? Errors: STATUS_FOREIGN (another center's), STATUS_FORBIDDEN (another org's). */
enum status heal_request_enrol_judge(struct store *store, const struct session_request *request, int64_t org, struct session_result *result);
/* Which number a machine that was enrolled before is to get: the one it had, where that is nobody's here (the center was put back to before it gave it), so that its log goes on as it is; 0: a new one. Errors: storage. */
enum status heal_request_enrol_number(struct store *store, const struct session_request *request, uint32_t *out, struct errmsg *err);
/* ENROL: may a machine that was this before be enrolled again as that station? One that is another station, which is still in use, may not. Errors: STATUS_FORBIDDEN. */
enum status heal_request_enrol_same(struct store *store, const struct session_request *request, uint32_t station_no, struct session_result *result);

/* ---- station ---- */
/* A path as HELLO and ENROL tell it; returns its length. */
size_t heal_path_put(const struct log_path *path, uint8_t out[PATH_MAX_LOGS * PATH_ENTRY_BYTES]);
/* The path that was told; without one (len 0) just the log. no is 0. Errors: STATUS_MALFORMED. */
enum status heal_path_read(const uint8_t *bytes, size_t len, const struct log_id *log, struct log_path *path, struct errmsg *err);
/* Its path as HELLO tells it (empty when the log has no parent), and its lease. */
enum status heal_request_own(struct store *store, struct session_result *result);
/* In a transaction. */
enum status heal_request_set_lease(struct store *store, const struct session_request *request, struct session_result *result);
enum status heal_request_sample(struct store *store, const struct session_request *request, struct session_result *result);
/* In a transaction. Errors: STATUS_RANGE (beyond the head). */
enum status heal_request_branch(struct store *store, const struct session_request *request, struct session_result *result);

/* ---- for heal_order.c, too ---- */
/* The i-th of n evenly spaced numbers from..to, both ends among them; all of them when there are few. */
size_t heal_spread(uint64_t from, uint64_t to);
uint64_t heal_spread_at(uint64_t from, uint64_t to, size_t n, size_t i);
void heal_sample_put(struct message_samples *samples, uint64_t number, const uint8_t mark[MARK_BYTES]);
/* Read sample i. False: there is none. */
bool heal_sample_get(const struct message_samples *samples, size_t i, uint64_t *number, uint8_t mark[MARK_BYTES]);

/* What a row of samples says of a sequence that agrees up to some number and differs from there on. */
struct heal_narrow {
    uint64_t common, differing; /* greatest agreeing and least differing number sampled; 0: none */
    bool done;                  /* nothing lies between them */
    uint64_t from, to;          /* else: what to ask next */
};
typedef enum status (*heal_agrees)(void *context, uint64_t number, const uint8_t mark[MARK_BYTES], bool *agrees);
/* dense: the numbers have no gaps (a log); else (an order of which a station sees a part) neighbours among the samples are neighbours when the range was sampled whole (fewer than SAMPLES_MAX).
 * Errors: STATUS_MALFORMED; what `agrees` returns. */
enum status heal_narrow(const struct message_samples *samples, bool dense, heal_agrees agrees, void *context, struct heal_narrow *out);

#endif /* SYNC_HEAL_REQUEST_H */
