/* sync/hub_verb.h - what aidpostd's verbs do at a hub (--store postgresql://..): serve, give out codes, revoke, list. Built without libpq (hub_verb_none.c) each says STATUS_UNSUPPORTED. All block but hub_verb_serve's loop. */
#ifndef SYNC_HUB_VERB_H
#define SYNC_HUB_VERB_H

#include "core/base/id.h"
#include "core/base/trace.h"
#include "core/record/peer.h"
#include "sync/service.h"

/* The database, and who a hub is that is new there. Borrowed. */
struct hub_place {
    const char *url, *name, *area;
    bool practice;
    struct random_source random;
    struct trace *trace;
    int64_t now_ms; /* wall clock */
};

/* Make the tables if they are missing, then serve until a signal. Errors: what pg_pipeline.h and transport_listen tell, STATUS_VERSION. */
enum status hub_verb_serve(const struct hub_place *place, const struct service *service, const char *listen, void (*listening)(void *context, const char *address), void *context, struct errmsg *err);

/* Whom a code is for. */
struct hub_holder {
    int64_t org;
    char name[MACHINE_NAME_MAX_BYTES];
    uint32_t station_no; /* to be enrolled again as this one; 0: a new one */
};
/* A one-time code with this secret: for a county that is new or not enrolled yet (org: its code; name: its name, NULL: the code), or for one whose machine is enrolled again (station: number, code or name).
 * Errors: STATUS_EXISTS (enrolled already), STATUS_NOT_FOUND, STATUS_FORBIDDEN (revoked). */
enum status hub_verb_code(const struct hub_place *place, const char *org, const char *station, const char *name, struct hash secret, struct hub_holder *out, struct errmsg *err);
/* By number, code or name. Errors: STATUS_NOT_FOUND, STATUS_INVALID (several), STATUS_EXISTS (revoked before). */
enum status hub_verb_revoke(const struct hub_place *place, const char *county, struct peer *out, struct errmsg *err);
/* Append the counties: a line each, or as report_stations does for a center's stations. */
enum status hub_verb_stations(const struct hub_place *place, bool json, struct buf *out, struct errmsg *err);

/* libpq's version, "15.1"; "" without it. */
const char *hub_verb_library(char out[32]);

#endif /* SYNC_HUB_VERB_H */
