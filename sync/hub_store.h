/* sync/hub_store.h - the engine's store (engine_store.h) of a hub: the changes of many counties in PostgreSQL.
 *
 * To a hub a county is one station and one scope: the upward store of its center (core/record/upward.h) is enrolled here and syncs by the same protocol as a station does with its center. Several processes may serve one
 * database; none keeps anything in memory from one transaction to the next but who the hub is (and which county's
 * kept sum was found wrong, until that is put right or found again).
 *
 * TABLES, in the schema of the URL (hub_schema.c makes them):
 *   hub(version, incarnation, name, area, practice, made_ms)                                        one row
 *   county(no, station, code, name, machine, pin, revoked_ms, .., order_head, scope_sum, ..)       no is its org and scope, station the number of its machine
 *   enrol_code(no, secret_hash, county, again, name, tries, expires_ms, used)
 *   log(county, no, station, incarnation, parent, base_seq, head_seq, head_hash, lease, lease_before)   a county whose upward store was restored or copied has more than one
 *   change(county, ord, log, seq, state, more, prev, inner_log, inner_seq, header, body, chain)     partitioned by county. ord: the county's order; prev: the change of the same row before
 *   inner_head(county, inner_log, head_seq)                                                         the highest number that came of each log within the county: what lies above is new
 *   county_row(county, id, type_no, scope, gone, erased, cells, ord)                                partitioned by county. The county's rows as it told them; cells: field number -> value
 *   report_cell(county, report, period, org, cell, value, from_day, until_day)                      the county's own figures
 * and views for reading: record_TYPE (county_row by the catalogue's names), province_cell (report cells of all counties). An order is per county and has no gaps.
 *
 * What comes is kept byte for byte with its chain. county_change and county_cells (types 58, 59) also become rows and cells; what this program does not understand is kept in the log (state 2). ERASE of a county_change
 * drops the bodies of all its changes and the row.
 *
 * ASYNCHRONOUS in the loop by `start` (engine_store.h): one connection for writes, one for reads, a group of requests at a time on each. The other calls of the seam wait. */
#ifndef SYNC_HUB_STORE_H
#define SYNC_HUB_STORE_H

#include "core/base/trace.h"
#include "core/record/machine.h"
#include "sync/engine_store.h"

enum { HUB_SCHEMA_VERSION = 1, HUB_LANES = 2, HUB_TRIES_MAX = 8, HUB_PAUSE_MAX_MS = 2000 };

struct hub_store;

/* Open the database of a hub (hub_schema.h has made it). clock: milliseconds that never go back; trace or NULL; both borrowed. Blocks. Errors: what pg_pipeline.h tells, STATUS_VERSION, STATUS_NOT_FOUND (no hub there). */
typedef int64_t (*hub_clock)(void);
enum status hub_store_open(struct hub_store **out, const char *url, hub_clock clock, struct trace *trace, struct errmsg *err);
void hub_store_close(struct hub_store *hub);
const struct machine *hub_store_machine(const struct hub_store *hub);
/* Valid until hub_store_close. */
struct engine_store hub_store_engine(struct hub_store *hub);

/* ---- for whoever runs the loop ---- */

struct hub_watch {
    int socket; /* -1: none */
    bool read, write;
    int64_t at_ms; /* also call hub_store_ready then, by the clock; 0: never */
};
/* What a lane (0 writes, 1 reads) waits for now. */
struct hub_watch hub_store_watch(const struct hub_store *hub, size_t lane);
/* It is so. Groups that come to an end here tell it by their `done`. */
void hub_store_ready(struct hub_store *hub, size_t lane);
/* Called whenever hub_store_watch may have changed outside of hub_store_ready. */
void hub_store_on_start(struct hub_store *hub, void (*started)(void *context), void *context);
/* The clock it was opened with. */
int64_t hub_store_now(const struct hub_store *hub);
/* Nothing is under way. */
bool hub_store_is_idle(const struct hub_store *hub);
/* Without a loop: until both lanes are idle. */
void hub_store_drain(struct hub_store *hub);

struct hub_stats {
    uint64_t groups, round_trips, retries, reconnects;
};
struct hub_stats hub_store_stats(const struct hub_store *hub);

#endif /* SYNC_HUB_STORE_H */
