/* sync/report.c - see report.h. */
#include "sync/report.h"

#include <stdio.h>

#include "core/base/day.h"
#include "core/base/json.h"
#include "core/base/language.h"
#include "core/record/alarm.h"
#include "core/record/carry.h"
#include "core/record/clock.h"
#include "core/record/kept_look.h"
#include "core/record/machine_name.h"
#include "core/record/passage.h"
#include "core/record/plugged.h"
#include "core/record/replica.h"
#include "core/record/stick_log.h"
#include "core/record/sync_state.h"

/* Reading and handing over attempts: the newest 50 are kept. */
enum { ATTEMPTS_MAX = 50 };

struct report {
    struct store *store;
    struct sync_notice notice;
    struct passage_counts moved; /* at a station */
    struct stick_entry sticks[STICK_LOG_MAX]; /* at a station: what it wrote, the newest first */
    size_t n_sticks;
    struct kept_look kept; /* at a center: its stations' backups */
    enum status status; /* of what was looked up while a list was printed */
    struct errmsg *err;
    struct buf *out;
    struct json_writer json;
    bool wants_json;
    char called[MACHINE_CALLED_BYTES]; /* at a station: itself; "": not known */
    const char *root; /* where this machine's disks are looked for (plugged.h); NULL: they are not */
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

/* Sticks that are plugged in and not mounted. */
static void put_unmounted(struct report *report)
{
    struct plugged found[PLUGGED_MAX];
    size_t total, n = report->root != NULL ? plugged_list(report->root, found, PLUGGED_MAX, &total) : 0;

    if (report->root == NULL)
        return;
    json_key(&report->json, "unmounted");
    json_array(&report->json);
    for (size_t i = 0; i < n; i++) {
        struct buf command;

        buf_init(&command, 1024);
        plugged_command_here(&found[i], &command);
        json_object(&report->json);
        put_string(&report->json, "device", found[i].device);
        put_string(&report->json, "name", found[i].name[0] != '\0' ? found[i].name : NULL);
        put_int(&report->json, "bytes", (int64_t)found[i].bytes);
        put_string(&report->json, "command", buf_cstr(&command));
        json_object_end(&report->json);
        buf_release(&command);
    }
    json_array_end(&report->json);
}

static const char *time_text(int64_t ms, char out[TIME_TEXT_BYTES])
{
    if (ms == 0)
        return _("从未");
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
                   _("同步完成：发出 %llu 条，收到 %llu 条，新冲突 %llu 处，搁置 %llu 条；流量 出 %llu 入 %llu "
                   "字节，%lld 毫秒\n"),
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

/* Clocks within two minutes are nothing to speak of: false. */
static bool put_skew(struct buf *out, int64_t skew_ms)
{
    int64_t seconds = (skew_ms < 0 ? -skew_ms : skew_ms) / 1000;

    if (seconds < 120)
        return false;
    buf_puts(out, _("  时钟"));
    clock_skew_words(skew_ms, out);
    return true;
}

static void print_lack(struct report *report, const struct peer *peer, const struct sync_lack *lack)
{
    if (lack->behind > 0)
        buf_printf(report->out, _("  待发 %lld%s"), (long long)lack->behind, lack->behind == SYNC_BEHIND_MAX ? "+" : "");
    if (lack->quarantined > 0)
        buf_printf(report->out, _("  搁置 %lld"), (long long)lack->quarantined);
    if (lack->returned > 0)
        buf_printf(report->out, _("  等它重发 %lld"), (long long)lack->returned);
    if (peer->last_contact_ms != 0)
        (void)put_skew(report->out, peer->skew_ms);
}

/* Of the newest backup that is kept here for a station: nothing where none is. */
static void say_kept(struct report *report, uint32_t station_no)
{
    const struct kept_age *age = kept_look_of(&report->kept, station_no);

    if (age == NULL)
        return;
    buf_printf(report->out, _("  它的备份 %lld 天前送到"), (long long)age->days);
    if (age->overdue)
        buf_puts(report->out, _("（过期）"));
}

static void put_kept(struct report *report, uint32_t station_no)
{
    const struct kept_age *age = kept_look_of(&report->kept, station_no);

    put_time(&report->json, "backup_made", age != NULL ? age->made_ms : 0);
    put_time(&report->json, "backup_kept", age != NULL ? age->kept_ms : 0);
    json_key(&report->json, "backup_days");
    if (age != NULL)
        json_int(&report->json, age->days);
    else
        json_null(&report->json);
    json_key(&report->json, "backup_overdue");
    json_bool(&report->json, age != NULL && age->overdue);
}

/* Of the backups that the center keeps for this machine (carry.h). */
static void say_carry(struct report *report, const struct carry_state *carry)
{
    char made[TIME_TEXT_BYTES], got[TIME_TEXT_BYTES];

    if (carry->center_made_ms != 0)
        buf_printf(report->out, _("县中心有本机 %s 的备份（%s 送到）\n"), time_text(carry->center_made_ms, made), time_text(carry->center_got_ms, got));
    if (carry->waiting > 0)
        buf_printf(report->out, _("等待送到县中心的备份 %llu 份：%llu / %llu 字节\n"), (unsigned long long)carry->waiting, (unsigned long long)carry->handed_bytes,
                   (unsigned long long)carry->waiting_bytes);
    if (carry->refused[0] != 0)
        buf_printf(report->out, _("县中心没有收下上一份备份：%s\n"), carry->refused);
}

static void put_carry(struct json_writer *json, const struct carry_state *carry)
{
    put_time(json, "center_backup_made", carry->center_made_ms);
    put_time(json, "center_backup_got", carry->center_got_ms);
    put_int(json, "backups_waiting", (int64_t)carry->waiting);
    put_int(json, "backups_waiting_bytes", (int64_t)carry->waiting_bytes);
    put_int(json, "backups_handed_bytes", (int64_t)carry->handed_bytes);
    json_key(json, "backup_refused");
    if (carry->refused[0] != 0)
        json_string(json, carry->refused);
    else
        json_null(json);
}

/* What a restore waits for, in words. */
static void say_notice(struct report *report)
{
    for (size_t i = 0; i < NOTICE_TEXTS; i++)
        if (sync_notice_text(&report->notice, i, report->out))
            buf_putc(report->out, '\n');
}

static void put_settled(struct report *report, const struct alarm *settled)
{
    json_key(&report->json, "settled");
    if (settled == NULL) {
        json_null(&report->json);
        return;
    }
    json_object(&report->json);
    put_time(&report->json, "at", settled->settled_ms);
    put_string(&report->json, "text", settled->text);
    put_string(&report->json, "by", settled->by);
    put_string(&report->json, "why", settled->why);
    json_object_end(&report->json);
}

static bool print_peer(void *context, const struct peer *peer)
{
    struct report *report = context;
    char time[TIME_TEXT_BYTES];
    struct sync_lack lack;
    struct alarm settled;

    report->status = sync_lack_read(report->store, peer, &lack, report->err);
    if (report->status == STATUS_OK)
        report->status = alarm_last(report->store, peer->station_no, &settled, report->err);
    bool was_settled = report->status == STATUS_OK;
    if (report->status == STATUS_NOT_FOUND)
        report->status = STATUS_OK;
    if (report->status != STATUS_OK)
        return false;

    if (!report->wants_json) {
        buf_printf(report->out, _("%4u  %-12s %s  %s  已收到 %llu  已备份 %llu  最近联系 %s%s"), peer->station_no, peer->org_code,
                   peer->org_name, peer->name, (unsigned long long)peer->have_seq, (unsigned long long)peer->safe_seq,
                   time_text(peer->last_contact_ms, time), peer->revoked ? _("  已停用") : "");
        if (!peer->revoked)
            print_lack(report, peer, &lack);
        say_kept(report, peer->station_no);
        buf_putc(report->out, '\n');
        if (peer->last_contact_ms == 0 && !peer->revoked)
            buf_printf(report->out, _("      登记于 %s，还没有联系过；登记没有做完、后来用别的登记码另登记的，停用这个站号：aidpostd revoke %u\n"), time_text(peer->enrolled_ms, time), peer->station_no);
        if (peer->rekeyed_ms != 0)
            buf_printf(report->out, _("      重新登记于 %s\n"), time_text(peer->rekeyed_ms, time));
        if (peer->branches > 0)
            buf_printf(report->out, _("      恢复或副本 %llu 次，最近 %s\n"), (unsigned long long)peer->branches, time_text(peer->branched_ms, time));
        if (peer->alarm[0] != '\0')
            buf_printf(report->out, _("      注意：%s（查清后 aidpostd settle %u --reason 原因）\n"), peer->alarm, peer->station_no);
        if (was_settled)
            buf_printf(report->out, _("      已查清：%s %s：%s\n"), time_text(settled.settled_ms, time), settled.by, settled.why);
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
    put_int(&report->json, "behind", lack.behind);
    put_int(&report->json, "quarantined", lack.quarantined);
    put_int(&report->json, "returned_waiting", lack.returned);
    json_key(&report->json, "revoked");
    json_bool(&report->json, peer->revoked);
    put_int(&report->json, "branches", (int64_t)peer->branches);
    put_time(&report->json, "branched", peer->branched_ms);
    put_int(&report->json, "branches_unseen", (int64_t)(peer->branches - peer->branches_seen));
    put_time(&report->json, "enrolled", peer->enrolled_ms);
    put_time(&report->json, "rekeyed", peer->rekeyed_ms);
    put_string(&report->json, "alarm", peer->alarm[0] != '\0' ? peer->alarm : NULL);
    put_settled(report, was_settled ? &settled : NULL);
    put_kept(report, peer->station_no);
    json_object_end(&report->json);
    return true;
}

/* What waits for people at the center. */
static void print_center(struct report *report, const struct sync_waiting *waiting)
{
    if (!report->wants_json) {
        say_notice(report);
        buf_printf(report->out, _("县中心：冲突 %lld 处，搁置 %lld 条，待复核 %lld 条"), (long long)waiting->conflicts, (long long)waiting->quarantined, (long long)waiting->flagged);
        if (waiting->returned > 0)
            buf_printf(report->out, _("，恢复后等各站重发 %lld 条"), (long long)waiting->returned);
        if (waiting->alarms > 0)
            buf_printf(report->out, _("，要处理的站 %lld 个"), (long long)waiting->alarms);
        buf_putc(report->out, '\n');
        if (report->kept.overdue > 0)
            buf_printf(report->out, _("在这里保管备份的 %zu 个站里，有 %zu 个 %lld 天以上没有送来新的（aidpostd backups）\n"), report->kept.n, report->kept.overdue, (long long)report->kept.remind_days);
        if (report->root != NULL)
            plugged_say(report->root, report->out);
        return;
    }
    put_int(&report->json, "conflicts", waiting->conflicts);
    put_int(&report->json, "quarantined", waiting->quarantined);
    put_int(&report->json, "flagged", waiting->flagged);
    put_int(&report->json, "returned_waiting", waiting->returned);
    put_int(&report->json, "alarms", waiting->alarms);
    put_int(&report->json, "waiting_since_restore", report->notice.missed);
    put_int(&report->json, "backups_kept", (int64_t)report->kept.n);
    put_int(&report->json, "backups_overdue", (int64_t)report->kept.overdue);
    put_unmounted(report);
    json_object_end(&report->json);
}

static enum status print_stations(struct report *report, struct errmsg *err)
{
    struct sync_waiting waiting;
    enum status status;

    if (report->wants_json) {
        json_object(&report->json);
        json_key(&report->json, "stations");
        json_array(&report->json);
    }
    status = peer_list(report->store, print_peer, report, err);
    if (status == STATUS_OK)
        status = report->status;
    if (status == STATUS_OK)
        status = sync_waiting_read(report->store, &waiting, err);
    if (status == STATUS_OK)
        status = sync_notice_read(report->store, &report->notice, err);
    if (status != STATUS_OK)
        return status;
    if (report->wants_json)
        json_array_end(&report->json);
    print_center(report, &waiting);
    return STATUS_OK;
}

enum status report_stations(struct store *store, int64_t now_ms, const char *root, bool json, struct buf *out, struct errmsg *err)
{
    struct report report = begin_report(json, out);
    enum status status = kept_look_read(store, now_ms, &report.kept, err);

    if (status != STATUS_OK)
        return status;
    report.store = store;
    report.root = root;
    report.err = err;
    status = print_stations(&report, err);
    kept_look_release(&report.kept);
    return status;
}

struct attempts {
    struct sync_attempt last, last_ok;
    bool any, any_ok;
    struct sync_attempt healed; /* the newest that mended something */
    bool any_healed;
    int64_t stick_ms, contact_ms; /* the last answer that came by stick; the last contact at all. 0: none */
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
    if (attempt->healed[0] != '\0' && !attempts->any_healed) {
        attempts->healed = *attempt;
        attempts->any_healed = true;
    }
    return !attempts->any_ok || !attempts->any_healed;
}

static void put_attempt(struct json_writer *json, const char *key, bool any, const struct sync_attempt *attempt)
{
    json_key(json, key);
    if (!any) {
        json_null(json);
        return;
    }
    json_object(json);
    put_time(json, "at", attempt->at_ms);
    json_key(json, "ok");
    json_bool(json, attempt->ok);
    put_string(json, "reason", attempt->ok ? NULL : attempt->reason);
    put_int(json, "sent", (int64_t)attempt->sent);
    put_int(json, "received", (int64_t)attempt->received);
    put_int(json, "conflicts", (int64_t)attempt->conflicts);
    put_int(json, "quarantined", (int64_t)attempt->quarantined);
    put_int(json, "bytes_out", (int64_t)attempt->bytes_out);
    put_int(json, "bytes_in", (int64_t)attempt->bytes_in);
    put_int(json, "ms", attempt->duration_ms);
    json_object_end(json);
}

static void put_healed(struct json_writer *json, const struct attempts *attempts)
{
    json_key(json, "healed");
    if (!attempts->any_healed) {
        json_null(json);
        return;
    }
    json_object(json);
    put_time(json, "at", attempts->healed.at_ms);
    put_string(json, "text", attempts->healed.healed);
    json_object_end(json);
}

static void put_progress(struct json_writer *json, const struct sync_progress *progress)
{
    int64_t left = progress == NULL ? -1 : sync_progress_left_ms(progress);

    json_key(json, "progress");
    if (progress == NULL) {
        json_null(json);
        return;
    }
    json_object(json);
    put_int(json, "percent", sync_progress_percent(progress));
    json_key(json, "left_s");
    if (left >= 0)
        json_int(json, (left + 999) / 1000);
    else
        json_null(json);
    put_int(json, "bytes", (int64_t)progress->bytes);
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
        buf_printf(report->out, _("%.12s  %s  %llu 字节  %s  %s\n"), id, _(words[(size_t)relay->state < sizeof words / sizeof *words ? relay->state : 0]),
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

static void say_waiting(struct report *report, const struct attempts *attempts, const struct sync_waiting *waiting, const struct sync_progress *progress)
{
    char time[TIME_TEXT_BYTES];
    struct buf left;

    if (progress != NULL) {
        buf_init(&left, sizeof time * 4);
        sync_progress_left_text(progress, &left);
        buf_printf(report->out, _("正在同步：%u%% %s\n"), sync_progress_percent(progress), buf_cstr(&left));
        buf_release(&left);
    }
    if (attempts->any_ok) {
        buf_printf(report->out, _("那一次：发 %llu 收 %llu，出 %llu 入 %llu 字节，%lld 毫秒"), (unsigned long long)attempts->last_ok.sent, (unsigned long long)attempts->last_ok.received,
                   (unsigned long long)attempts->last_ok.bytes_out, (unsigned long long)attempts->last_ok.bytes_in, (long long)attempts->last_ok.duration_ms);
        if (put_skew(report->out, -attempts->last_ok.skew_ms))
            buf_puts(report->out, _("，请校对本机时间"));
        buf_putc(report->out, '\n');
    }
    buf_printf(report->out, _("冲突 %lld 处，搁置 %lld 条，等答复的查问 %lld 个\n"), (long long)waiting->conflicts, (long long)waiting->quarantined, (long long)waiting->lookups);
    if (attempts->any_healed)
        buf_printf(report->out, "%s %s\n", time_text(attempts->healed.at_ms, time), attempts->healed.healed);
}

/* Files whose changes the center is not known to have: who looks for one knows when it was written and on which stick it is. */
static void say_sticks(struct report *report, uint64_t have_seq)
{
    char time[TIME_TEXT_BYTES];
    size_t said = 0;

    for (size_t i = 0; i < report->n_sticks; i++) {
        const struct stick_entry *entry = &report->sticks[i];
        if (entry->last <= have_seq)
            continue;
        buf_printf(report->out, _("写到 U 盘、还没有回执：第 %llu 到 %llu 条，%s，%s\n"), (unsigned long long)entry->first, (unsigned long long)entry->last, time_text(entry->at_ms, time), entry->place);
        said++;
    }
    if (said == STICK_LOG_MAX)
        buf_printf(report->out, _("只记着最近写的 %d 个，更早写的没有记下\n"), STICK_LOG_MAX);
}

static void put_sticks(struct report *report, uint64_t have_seq)
{
    struct json_writer *json = &report->json;

    json_key(json, "stick_files");
    json_array(json);
    for (size_t i = 0; i < report->n_sticks; i++) {
        const struct stick_entry *entry = &report->sticks[i];
        json_object(json);
        put_string(json, "file", entry->place);
        put_time(json, "at", entry->at_ms);
        put_int(json, "first", (int64_t)entry->first);
        put_int(json, "last", (int64_t)entry->last);
        json_key(json, "confirmed");
        json_bool(json, entry->last <= have_seq);
        json_object_end(json);
    }
    json_array_end(json);
}

/* What a restore waits for, in words. */
static void print_station(struct report *report, const struct replica_state *state, const char *org,
                          const struct attempts *attempts, const struct relay_counts *relays, const struct carry_state *carry, const struct sync_waiting *waiting,
                          const struct sync_progress *progress)
{
    char time[TIME_TEXT_BYTES];

    if (!report->wants_json) {
        say_notice(report);
        buf_printf(report->out, _("%s%s%s：站点 %u 号，共 %llu 条变更，待发 %lld 条，已进县中心备份 %llu 条\n最近成功 %s"), state->machine.name, report->called[0] != '\0' ? " " : "", report->called,
                   state->machine.station_no, (unsigned long long)state->head_seq, (long long)state->pending, (unsigned long long)state->safe_seq,
                   time_text(attempts->any_ok ? attempts->last_ok.at_ms : 0, time));
        if (attempts->any && !attempts->last.ok)
            buf_printf(report->out, _("；最近一次失败：%s"), attempts->last.reason);
        if (attempts->any && attempts->last.next_ms != 0)
            buf_printf(report->out, _("；下次 %s"), time_text(attempts->last.next_ms, time));
        buf_putc(report->out, '\n');
        if (attempts->stick_ms != 0)
            buf_printf(report->out, _("最近一次用 U 盘收到县中心的回执 %s\n"), time_text(attempts->stick_ms, time));
        say_sticks(report, state->have_seq);
        say_waiting(report, attempts, waiting, progress);
        if (report->moved.left + report->moved.came > 0)
            buf_printf(report->out, _("最近 %d 天：县中心移送走 %lld 件，移送来或请协办 %lld 件（aidpost moved）\n"), PASSAGE_DAYS, (long long)report->moved.left, (long long)report->moved.came);
        if (relays->waiting + relays->refused + relays->returns > 0)
            buf_printf(report->out, _("替别的机器转交的文件：等待 %lld 个，被拒绝 %lld 个，待带回的回执 %lld 个（aidpostd bundle relays）\n"),
                       (long long)relays->waiting, (long long)relays->refused, (long long)relays->returns);
        say_carry(report, carry);
        if (report->root != NULL)
            plugged_say(report->root, report->out);
        return;
    }
    json_object(&report->json);
    json_key(&report->json, "stations");
    json_array(&report->json);
    json_object(&report->json);
    put_int(&report->json, "station_no", state->machine.station_no);
    put_string(&report->json, "org", org);
    put_string(&report->json, "org_name", state->machine.name);
    put_string(&report->json, "name", report->called[0] != '\0' ? report->called : NULL);
    put_int(&report->json, "head", (int64_t)state->head_seq);
    put_int(&report->json, "have", (int64_t)state->have_seq);
    put_int(&report->json, "safe", (int64_t)state->safe_seq); /* as the center told last */
    put_int(&report->json, "pending", state->pending);
    put_int(&report->json, "order", (int64_t)state->rcur);
    put_time(&report->json, "last_contact", attempts->contact_ms);
    put_time(&report->json, "last_stick", attempts->stick_ms);
    put_sticks(report, state->have_seq);
    put_int(&report->json, "skew_s", attempts->any_ok ? attempts->last_ok.skew_ms / 1000 : 0);
    put_attempt(&report->json, "last_attempt", attempts->any, &attempts->last);
    put_attempt(&report->json, "last_success", attempts->any_ok, &attempts->last_ok);
    put_healed(&report->json, attempts);
    put_progress(&report->json, progress);
    json_key(&report->json, "restored_waiting");
    json_bool(&report->json, report->notice.restored);
    json_key(&report->json, "center_asks");
    json_bool(&report->json, report->notice.asked);
    put_int(&report->json, "conflicts", waiting->conflicts);
    put_int(&report->json, "quarantined", waiting->quarantined);
    put_int(&report->json, "moved_away", report->moved.left); /* of the last PASSAGE_DAYS days */
    put_int(&report->json, "moved_here", report->moved.came);
    put_int(&report->json, "lookups_waiting", waiting->lookups);
    put_int(&report->json, "relays_waiting", relays->waiting);
    put_int(&report->json, "relays_refused", relays->refused);
    put_int(&report->json, "relays_return", relays->returns);
    put_carry(&report->json, carry);
    put_time(&report->json, "next_attempt", attempts->any ? attempts->last.next_ms : 0);
    json_object_end(&report->json);
    json_array_end(&report->json);
    put_unmounted(report);
    json_object_end(&report->json);
}

enum status report_station(struct store *store, int64_t now_ms, const char *root, bool json, struct buf *out, struct errmsg *err)
{
    struct report writer = begin_report(json, out);
    struct replica_state state;
    struct attempts attempts = {0};
    struct relay_counts relays = {0};
    struct carry_state carry;
    struct sync_waiting waiting;
    struct sync_progress progress;
    char org[64];
    enum status status;

    writer.root = root;
    status = replica_state(store, &state, err);
    if (status == STATUS_OK)
        status = org_code(store, state.machine.org, org, err);
    if (status == STATUS_OK)
        status = machine_name_find(store, state.machine.station_no, writer.called, err);
    if (status == STATUS_OK)
        status = sync_attempt_list(store, ATTEMPTS_MAX, take_attempt, &attempts, err);
    if (status == STATUS_OK)
        status = sync_stick_last(store, &attempts.stick_ms, err);
    if (status == STATUS_OK)
        status = sync_last_contact(store, &attempts.contact_ms, err);
    if (status == STATUS_OK)
        status = relay_list(store, count_relay, &relays, err);
    if (status == STATUS_OK)
        status = carry_state_read(store, &carry, err);
    if (status == STATUS_OK)
        status = sync_waiting_read(store, &waiting, err);
    if (status == STATUS_OK)
        status = sync_notice_read(store, &writer.notice, err);
    if (status == STATUS_OK)
        status = passage_count_all(store, now_ms, &writer.moved, err);
    if (status == STATUS_OK)
        status = stick_log_list(store, writer.sticks, &writer.n_sticks, err);
    if (status != STATUS_OK)
        return status;
    print_station(&writer, &state, org, &attempts, &relays, &carry, &waiting, sync_progress_get(store, now_ms, &progress) ? &progress : NULL);
    return STATUS_OK;
}
