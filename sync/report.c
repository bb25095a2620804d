/* sync/report.c - see report.h. */
#include "sync/report.h"

#include <stdio.h>

#include "core/base/day.h"
#include "core/base/json.h"
#include "core/record/peer.h"
#include "core/record/replica.h"

/* Reading and handing over attempts: the newest 50 are kept. */
enum { ATTEMPTS_MAX = 50 };

struct report {
    struct buf *out;
    struct json_writer json;
    bool wants_json;
};

static struct report begin_report(bool json, struct buf *out)
{
    struct report report = {.out = out, .wants_json = json};

    json_begin(&report.json, out);
    return report;
}

static void put_time(struct json_writer *json, const char *key, int64_t ms)
{
    char text[TIME_TEXT_BYTES];

    json_key(json, key);
    if (ms == 0) {
        json_null(json);
        return;
    }
    day_format_time(ms, DAY_OFFICE_OFFSET_MIN, text);
    json_string(json, text);
}

static void put_int(struct json_writer *json, const char *key, int64_t v)
{
    json_key(json, key);
    json_int(json, v);
}

static void put_string(struct json_writer *json, const char *key, const char *text)
{
    json_key(json, key);
    json_string(json, text);
}

static const char *time_text(int64_t ms, char out[TIME_TEXT_BYTES])
{
    if (ms == 0)
        return "从未";
    day_format_time(ms, DAY_OFFICE_OFFSET_MIN, out);
    return out;
}

void report_once(const struct transport_end *end, bool json, struct buf *out)
{
    struct report writer = begin_report(json, out), *report = &writer;
    const struct session_outcome *outcome = &end->outcome;
    /* Connecting and the handshake are waits, too. */
    int64_t round_trips = (int64_t)outcome->round_trips + 2;

    if (!report->wants_json && outcome->healed[0] != '\0')
        buf_printf(report->out, "%s\n", outcome->healed);
    if (!report->wants_json) {
        buf_printf(report->out,
                   "同步完成：发出 %llu 条，收到 %llu 条，新冲突 %llu 处，搁置 %llu 条；流量 出 %llu 入 %llu "
                   "字节，%lld 毫秒\n",
                   (unsigned long long)outcome->sent, (unsigned long long)outcome->received,
                   (unsigned long long)outcome->conflicts, (unsigned long long)outcome->quarantined,
                   (unsigned long long)end->wire_out, (unsigned long long)end->wire_in, (long long)end->duration_ms);
        return;
    }
    json_object(&report->json);
    put_int(&report->json, "sent", (int64_t)outcome->sent);
    put_int(&report->json, "received", (int64_t)outcome->received);
    put_int(&report->json, "conflicts", (int64_t)outcome->conflicts);
    put_int(&report->json, "quarantined", (int64_t)outcome->quarantined);
    put_int(&report->json, "bytes_out", (int64_t)end->wire_out);
    put_int(&report->json, "bytes_in", (int64_t)end->wire_in);
    put_int(&report->json, "round_trips", round_trips);
    put_int(&report->json, "ms", end->duration_ms);
    put_string(&report->json, "healed", outcome->healed[0] != '\0' ? outcome->healed : NULL);
    json_object_end(&report->json);
}

static bool print_peer(void *context, const struct peer *peer)
{
    struct report *report = context;
    char time[TIME_TEXT_BYTES];

    if (!report->wants_json) {
        buf_printf(report->out, "%4u  %-12s %s  %s  已收到 %llu  最近联系 %s%s\n", peer->station_no, peer->org_code,
                   peer->org_name, peer->name, (unsigned long long)peer->have_seq,
                   time_text(peer->last_contact_ms, time), peer->revoked ? "  已停用" : "");
        if (peer->branches > 0)
            buf_printf(report->out, "      恢复或副本 %llu 次，最近 %s\n", (unsigned long long)peer->branches, time_text(peer->branched_ms, time));
        if (peer->alarm[0] != '\0')
            buf_printf(report->out, "      注意：%s\n", peer->alarm);
        return true;
    }
    json_object(&report->json);
    put_int(&report->json, "station_no", peer->station_no);
    put_string(&report->json, "org", peer->org_code);
    put_string(&report->json, "org_name", peer->org_name);
    put_string(&report->json, "name", peer->name);
    put_int(&report->json, "have", (int64_t)peer->have_seq);
    put_int(&report->json, "safe", (int64_t)peer->safe_seq);
    put_time(&report->json, "last_contact", peer->last_contact_ms);
    put_int(&report->json, "skew_s", peer->skew_ms / 1000);
    put_int(&report->json, "order", (int64_t)peer->sent_order);
    json_key(&report->json, "revoked");
    json_bool(&report->json, peer->revoked);
    put_int(&report->json, "branches", (int64_t)peer->branches);
    put_time(&report->json, "branched", peer->branched_ms);
    put_string(&report->json, "alarm", peer->alarm[0] != '\0' ? peer->alarm : NULL);
    json_object_end(&report->json);
    return true;
}

enum status report_stations(struct store *store, bool json, struct buf *out, struct errmsg *err)
{
    struct report writer = begin_report(json, out), *report = &writer;
    enum status status;

    if (report->wants_json) {
        json_object(&report->json);
        json_key(&report->json, "stations");
        json_array(&report->json);
    }
    status = peer_list(store, print_peer, report, err);
    if (report->wants_json) {
        json_array_end(&report->json);
        json_object_end(&report->json);
    }
    return status;
}

struct attempts {
    struct sync_attempt last, last_ok;
    bool any, any_ok;
};

static bool take_attempt(void *context, const struct sync_attempt *attempt)
{
    struct attempts *attempts = context;

    if (!attempts->any)
        attempts->last = *attempt;
    attempts->any = true;
    if (attempt->ok && !attempts->any_ok) {
        attempts->last_ok = *attempt;
        attempts->any_ok = true;
    }
    return !attempts->any_ok;
}

static void put_attempt(struct json_writer *json, const struct attempts *attempts)
{
    json_key(json, "last_attempt");
    if (!attempts->any) {
        json_null(json);
        return;
    }
    json_object(json);
    put_time(json, "at", attempts->last.at_ms);
    json_key(json, "ok");
    json_bool(json, attempts->last.ok);
    put_string(json, "reason", attempts->last.ok ? NULL : attempts->last.reason);
    put_int(json, "sent", (int64_t)attempts->last.sent);
    put_int(json, "received", (int64_t)attempts->last.received);
    put_int(json, "conflicts", (int64_t)attempts->last.conflicts);
    put_int(json, "quarantined", (int64_t)attempts->last.quarantined);
    json_object_end(json);
}

/* ---- files carried for others ---- */

const char *report_relay_state(enum relay_state state)
{
    static const char *const names[] = {"?", "partial", "waiting", "refused", "taken", "return"};

    return (size_t)state < sizeof names / sizeof *names ? names[state] : "?";
}

static bool print_relay(void *context, const struct relay *relay)
{
    static const char *const words[] = {"?", "接收中", "等待转交", "被拒绝", "已转交", "待带回的回执"};
    struct report *report = context;
    char time[TIME_TEXT_BYTES], id[HASH_TEXT_BYTES];

    hash_format(relay->id, id);
    if (!report->wants_json) {
        buf_printf(report->out, "%.12s  %s  %llu 字节  %s  %s\n", id, words[(size_t)relay->state < sizeof words / sizeof *words ? relay->state : 0],
                   (unsigned long long)relay->total, time_text(relay->added_ms, time), relay->text);
        return true;
    }
    json_object(&report->json);
    put_string(&report->json, "id", id);
    put_string(&report->json, "state", report_relay_state(relay->state));
    put_int(&report->json, "bytes", (int64_t)relay->total);
    put_int(&report->json, "handed", (int64_t)relay->handed);
    put_int(&report->json, "via", relay->via);
    put_time(&report->json, "at", relay->added_ms);
    put_string(&report->json, "text", relay->text);
    json_object_end(&report->json);
    return true;
}

enum status report_relays(struct store *store, bool json, struct buf *out, struct errmsg *err)
{
    struct report writer = begin_report(json, out);
    enum status status;

    if (json) {
        json_object(&writer.json);
        json_key(&writer.json, "relays");
        json_array(&writer.json);
    }
    status = relay_list(store, print_relay, &writer, err);
    if (json) {
        json_array_end(&writer.json);
        json_object_end(&writer.json);
    }
    return status;
}

struct relay_counts {
    int64_t waiting, refused, returns;
};

static bool count_relay(void *context, const struct relay *relay)
{
    struct relay_counts *counts = context;

    counts->waiting += relay->state == RELAY_WAITING;
    counts->refused += relay->state == RELAY_REFUSED;
    counts->returns += relay->state == RELAY_RETURN;
    return true;
}

/* Its org's code, as the center calls it; its number until the org's record has come. */
static enum status org_code(struct store *store, int64_t org, char out[64], struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT code FROM org WHERE number=?1 AND gone=0");
    enum status status;
    size_t len;

    snprintf(out, 64, "%lld", (long long)org);
    stmt_int(stmt, 1, org);
    if (!stmt_row(stmt, &status, err))
        return status;
    if (*stmt_column_text(stmt, 0, &len) != 0)
        snprintf(out, 64, "%s", stmt_column_text(stmt, 0, &len));
    stmt_reset(stmt);
    return STATUS_OK;
}

static void print_station(struct report *report, const struct replica_state *state, const char *org,
                          const struct attempts *attempts, const struct relay_counts *relays)
{
    char time[TIME_TEXT_BYTES];

    if (!report->wants_json) {
        buf_printf(report->out, "%s：站点 %u 号，共 %llu 条变更，待发 %lld 条\n最近成功 %s", state->machine.name,
                   state->machine.station_no, (unsigned long long)state->head_seq, (long long)state->pending,
                   time_text(attempts->any_ok ? attempts->last_ok.at_ms : 0, time));
        if (attempts->any && !attempts->last.ok)
            buf_printf(report->out, "；最近一次失败：%s", attempts->last.reason);
        if (attempts->any && attempts->last.next_ms != 0)
            buf_printf(report->out, "；下次 %s", time_text(attempts->last.next_ms, time));
        buf_putc(report->out, '\n');
        if (relays->waiting + relays->refused + relays->returns > 0)
            buf_printf(report->out, "替别的机器转交的文件：等待 %lld 个，被拒绝 %lld 个，待带回的回执 %lld 个（aidpostd bundle relays）\n",
                       (long long)relays->waiting, (long long)relays->refused, (long long)relays->returns);
        return;
    }
    json_object(&report->json);
    json_key(&report->json, "stations");
    json_array(&report->json);
    json_object(&report->json);
    put_int(&report->json, "station_no", state->machine.station_no);
    put_string(&report->json, "org", org);
    put_string(&report->json, "org_name", state->machine.name);
    put_int(&report->json, "head", (int64_t)state->head_seq);
    put_int(&report->json, "have", (int64_t)state->have_seq);
    put_string(&report->json, "safe", NULL); /* only the center knows */
    put_int(&report->json, "pending", state->pending);
    put_int(&report->json, "order", (int64_t)state->rcur);
    put_time(&report->json, "last_contact", attempts->any_ok ? attempts->last_ok.at_ms : 0);
    put_int(&report->json, "skew_s", attempts->any_ok ? attempts->last_ok.skew_ms / 1000 : 0);
    put_attempt(&report->json, attempts);
    put_int(&report->json, "relays_waiting", relays->waiting);
    put_int(&report->json, "relays_refused", relays->refused);
    put_int(&report->json, "relays_return", relays->returns);
    put_time(&report->json, "next_attempt", attempts->any ? attempts->last.next_ms : 0);
    json_object_end(&report->json);
    json_array_end(&report->json);
    json_object_end(&report->json);
}

enum status report_station(struct store *store, bool json, struct buf *out, struct errmsg *err)
{
    struct report writer = begin_report(json, out);
    struct replica_state state;
    struct attempts attempts = {0};
    struct relay_counts relays = {0};
    char org[64];
    enum status status;

    status = replica_state(store, &state, err);
    if (status == STATUS_OK)
        status = org_code(store, state.machine.org, org, err);
    if (status == STATUS_OK)
        status = sync_attempt_list(store, ATTEMPTS_MAX, take_attempt, &attempts, err);
    if (status == STATUS_OK)
        status = relay_list(store, count_relay, &relays, err);
    if (status != STATUS_OK)
        return status;
    print_station(&writer, &state, org, &attempts, &relays);
    return STATUS_OK;
}
