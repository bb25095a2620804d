/* sync/metrics.c - see metrics.h. */
#include "sync/metrics.h"

#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "core/record/kept_look.h"
#include "core/record/machine.h"
#include "core/record/peer.h"
#include "core/record/replica.h"
#include "core/record/sync_state.h"

static enum metrics_result result_of(const struct transport_end *end)
{
    switch (end->status) {
    case STATUS_OK:
    case STATUS_CANCELLED:
        return METRICS_DONE;
    case STATUS_AUTH:
    case STATUS_FORBIDDEN:
        return METRICS_REFUSED;
    case STATUS_CLOSED:
    case STATUS_TIMEOUT:
        return METRICS_LINE;
    default:
        return METRICS_FAILED;
    }
}

void metrics_note(struct metrics *metrics, const struct transport_end *end)
{
    metrics->sessions[result_of(end)]++;
    metrics->received += end->outcome.received;
    metrics->sent += end->outcome.sent;
    metrics->conflicts += end->outcome.conflicts;
    metrics->quarantined += end->outcome.quarantined;
    metrics->wire_in += end->wire_in;
    metrics->wire_out += end->wire_out;
}

static void head(struct buf *out, const char *name, const char *type, const char *help)
{
    buf_printf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void one(struct buf *out, const char *name, const char *type, const char *help, int64_t value)
{
    head(out, name, type, help);
    buf_printf(out, "%s %" PRId64 "\n", name, value);
}

static void count(struct buf *out, const char *name, const char *help, uint64_t value)
{
    one(out, name, "counter", help, (int64_t)value);
}

static void gauge(struct buf *out, const char *name, const char *help, int64_t value)
{
    one(out, name, "gauge", help, value);
}

static void put_sessions(const struct metrics *metrics, struct buf *out)
{
    static const char *const names[METRICS_RESULTS] = {"done", "refused", "line", "failed"};

    head(out, "aidpost_sessions_total", "counter", "Sessions that ended, by how.");
    for (int i = 0; i < METRICS_RESULTS; i++)
        buf_printf(out, "aidpost_sessions_total{result=\"%s\"} %" PRIu64 "\n", names[i], metrics->sessions[i]);
    count(out, "aidpost_changes_received_total", "Changes taken in by sessions that ended.", metrics->received);
    count(out, "aidpost_changes_sent_total", "Changes acknowledged by the other side in sessions that ended.", metrics->sent);
    count(out, "aidpost_conflicts_opened_total", "Conflicts that came of them.", metrics->conflicts);
    count(out, "aidpost_changes_quarantined_total", "Changes that could not be applied.", metrics->quarantined);
    head(out, "aidpost_wire_bytes_total", "counter", "TCP payload of sessions that ended, TLS included.");
    buf_printf(out, "aidpost_wire_bytes_total{direction=\"in\"} %" PRIu64 "\naidpost_wire_bytes_total{direction=\"out\"} %" PRIu64 "\n", metrics->wire_in, metrics->wire_out);
}

static void put_store_work(const struct replicator_stats *stats, struct buf *out)
{
    count(out, "aidpost_commit_groups_total", "Transactions that carried out sessions' writes.", stats->groups);
    count(out, "aidpost_store_writes_total", "Requests in them.", stats->writes);
    count(out, "aidpost_store_reads_total", "Requests that only read.", stats->reads);
    count(out, "aidpost_store_failed_total", "Requests that were refused or failed.", stats->failed);
}

static void put_waiting(const struct sync_waiting *waiting, struct buf *out)
{
    const struct {
        const char *name, *help;
        int64_t value;
    } rows[] = {
        {"aidpost_pending_changes", "Own changes the center does not have.", waiting->pending},
        {"aidpost_conflicts_open", "Conflicts that wait for a person.", waiting->conflicts},
        {"aidpost_quarantined_changes", "Changes that could not be applied and wait.", waiting->quarantined},
        {"aidpost_flagged_changes", "Changes that were applied and wait to be looked at.", waiting->flagged},
        {"aidpost_returned_waiting", "Changes handed back to a restored center that wait for their machines.", waiting->returned},
        {"aidpost_alarms", "Stations an operator must see to.", waiting->alarms},
        {"aidpost_relay_files", "Files of others that wait to be handed over.", waiting->relays},
        {"aidpost_lookups_open", "Questions to the center without an answer.", waiting->lookups},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        gauge(out, rows[i].name, rows[i].help, rows[i].value);
}

/* A figure that could not be read is left out, not 0: that would be a backup that was never made. */
static enum status put_files(struct store *store, struct buf *out)
{
    int64_t backed_up_ms = 0;
    struct stat file;
    struct statvfs space;

    if (stat(store_path(store), &file) == 0)
        gauge(out, "aidpost_store_bytes", "Size of the database file.", file.st_size);
    if (statvfs(store_path(store), &space) == 0)
        gauge(out, "aidpost_free_bytes", "Free space on its disk.", (int64_t)(space.f_bavail * space.f_frsize));
    enum status status = store_meta_read_int(store, "backed_up_ms", &backed_up_ms, NULL);
    if (status == STATUS_OK)
        gauge(out, "aidpost_last_backup_timestamp_seconds", "When a backup was last written and read back; 0: never.", backed_up_ms / 1000);
    return status;
}

struct stations {
    struct buf contact, skew, have, safe;
    int64_t known, revoked;
};

static bool add_station(void *context, const struct peer *peer)
{
    struct stations *stations = context;

    if (peer->revoked) {
        stations->revoked++;
        return true;
    }
    stations->known++;
    buf_printf(&stations->contact, "aidpost_station_last_contact_timestamp_seconds{station=\"%u\"} %" PRId64 "\n", peer->station_no, peer->last_contact_ms / 1000);
    buf_printf(&stations->skew, "aidpost_station_clock_skew_seconds{station=\"%u\"} %.3f\n", peer->station_no, (double)peer->skew_ms / 1000);
    buf_printf(&stations->have, "aidpost_station_have_seq{station=\"%u\"} %" PRIu64 "\n", peer->station_no, peer->have_seq);
    buf_printf(&stations->safe, "aidpost_station_safe_seq{station=\"%u\"} %" PRIu64 "\n", peer->station_no, peer->safe_seq);
    return true;
}

static enum status put_stations(struct store *store, struct buf *out)
{
    struct stations stations = {0};
    struct buf *parts[] = {&stations.contact, &stations.skew, &stations.have, &stations.safe};
    static const char *const heads[][2] = {{"aidpost_station_last_contact_timestamp_seconds", "When the station was last heard; 0: never."},
                                           {"aidpost_station_clock_skew_seconds", "Its clock minus the center's, at that time."},
                                           {"aidpost_station_have_seq", "Its changes that are here."},
                                           {"aidpost_station_safe_seq", "Its changes that a proven backup of the center holds."}};
    enum status status;

    for (size_t i = 0; i < 4; i++)
        buf_init(parts[i], out->max);
    status = peer_list(store, add_station, &stations, NULL);
    head(out, "aidpost_stations", "gauge", "Stations by state.");
    buf_printf(out, "aidpost_stations{state=\"enrolled\"} %" PRId64 "\naidpost_stations{state=\"revoked\"} %" PRId64 "\n", stations.known, stations.revoked);
    for (size_t i = 0; i < 4; i++) {
        head(out, heads[i][0], "gauge", heads[i][1]);
        buf_append(out, parts[i]->data, parts[i]->len);
        if (status == STATUS_OK)
            status = parts[i]->status;
        buf_release(parts[i]);
    }
    return status;
}

/* Of stations that keep backups here. */
static enum status put_kept(struct store *store, int64_t now_ms, struct buf *out)
{
    struct kept_look look;
    enum status status = kept_look_read(store, now_ms, &look, NULL);

    if (status != STATUS_OK)
        return status;
    head(out, "aidpost_station_backup_timestamp_seconds", "gauge", "When the newest backup that the center keeps for the station had come; stations that keep none are not here.");
    for (size_t i = 0; i < look.n; i++)
        buf_printf(out, "aidpost_station_backup_timestamp_seconds{station=\"%u\"} %" PRId64 "\n", look.ages[i].station_no, look.ages[i].kept_ms / 1000);
    gauge(out, "aidpost_station_backups_overdue", "Stations whose newest backup here is older than backup_remind_days.", (int64_t)look.overdue);
    kept_look_release(&look);
    return STATUS_OK;
}

void metrics_write(const struct metrics *metrics, const struct metrics_now *now, struct store *store, struct buf *out)
{
    struct sync_waiting waiting;
    struct replica_state state;
    int64_t errors = 0;

    head(out, "aidpost_build_info", "gauge", "The program.");
    buf_printf(out, "aidpost_build_info{version=\"%s\",protocol=\"%d\"} 1\n", now->version, PROTOCOL_MAX);
    gauge(out, "aidpost_start_time_seconds", "When the process began.", metrics->started_ms / 1000);
    gauge(out, "aidpost_connections", "Connections now.", (int64_t)now->connections);
    put_sessions(metrics, out);
    put_store_work(&now->stats, out);
    if (store == NULL) {
        gauge(out, "aidpost_scrape_errors", "Parts of this answer that could not be read.", 0);
        return;
    }
    if (replica_state(store, &state, NULL) == STATUS_OK) {
        count(out, "aidpost_log_seq", "Own changes so far.", state.head_seq);
        count(out, "aidpost_order_number", "The last place in the order that was given (center) or applied (station).", state.rcur);
        if (state.machine.center && put_stations(store, out) != STATUS_OK)
            errors++;
        if (state.machine.center && put_kept(store, now->now_ms, out) != STATUS_OK)
            errors++;
    } else {
        errors++;
    }
    if (sync_waiting_read(store, &waiting, NULL) == STATUS_OK)
        put_waiting(&waiting, out);
    else
        errors++;
    if (put_files(store, out) != STATUS_OK)
        errors++;
    gauge(out, "aidpost_scrape_errors", "Parts of this answer that could not be read.", errors);
}
