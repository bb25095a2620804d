/* sync/report.h - what `once`, `stations` and `status` print: text for people, or one JSON object (design section 11, a
 * stable contract). */
#ifndef SYNC_REPORT_H
#define SYNC_REPORT_H

#include <stdbool.h>

#include "core/base/bytes.h"
#include "core/record/relay.h"
#include "core/record/store.h"
#include "sync/transport.h"

/* All append to out; out->status tells whether there was room. */
void report_once(const struct transport_end *end, bool json, struct buf *out);
/* The center's machines. root: the sticks that are plugged in there and not mounted are told (core/record/plugged.h); NULL: not. */
enum status report_stations(struct store *store, int64_t now_ms, const char *root, bool json, struct buf *out, struct errmsg *err);
/* A station's own state: one entry of the same shape, with what waits and what the last attempt came to. */
enum status report_station(struct store *store, int64_t now_ms, const char *root, bool json, struct buf *out, struct errmsg *err);
/* Sealed files this machine carries for others: {"relays":[{"id","state","bytes","handed","via","at","text"}]}. */
enum status report_relays(struct store *store, bool json, struct buf *out, struct errmsg *err);
/* "waiting", "refused", ..: the state's name in JSON. */
const char *report_relay_state(enum relay_state state);

#endif /* SYNC_REPORT_H */
