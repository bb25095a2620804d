/* sync/metrics.h - what a monitoring system asks of a running sync program, in Prometheus' text format (version 0.0.4). Numbers only: no names, no records, nothing of a person; a station is its number.
 *
 * Counters begin with the process and never go back while it lives; gauges are read from the store at the moment they are asked for. A store that can't be read leaves its gauges out and counts in aidpost_scrape_errors. */
#ifndef SYNC_METRICS_H
#define SYNC_METRICS_H

#include "core/record/store.h"
#include "sync/replicator.h"
#include "sync/transport.h"

enum metrics_result { METRICS_DONE, METRICS_REFUSED, METRICS_LINE, METRICS_FAILED, METRICS_RESULTS };

struct metrics {
    int64_t started_ms;
    uint64_t sessions[METRICS_RESULTS]; /* ended: in order; the other side was not let in, or did not let us; the line broke; something else */
    uint64_t received, sent, conflicts, quarantined;
    uint64_t wire_in, wire_out;
};

/* A session has ended. */
void metrics_note(struct metrics *metrics, const struct transport_end *end);

/* What is so now. */
struct metrics_now {
    int64_t now_ms;
    size_t connections;
    struct replicator_stats stats;
    const char *version;
};
/* Append all of it. O(stations). */
void metrics_write(const struct metrics *metrics, const struct metrics_now *now, struct store *store, struct buf *out);

#endif /* SYNC_METRICS_H */
