/* sync/heal_request.c - see heal_request.h. */
#include "sync/heal_request.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "core/record/old_number.h"
#include "core/record/replica.h"
#include "core/record/returned_by.h"
#include "core/record/scope_sum.h"
#include "core/record/sync_state.h"
#include "core/record/wanted.h"
#include "sync/heal_order.h"

enum {
    FILES_KNOWN = 8,           /* of a station's copies */
    NUMBER_AGAIN_MAX = 1000000 /* what a machine says of itself is not taken to the end of all numbers */
};

static bool is_zero(const uint8_t *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (bytes[i] != 0)
            return false;
    return true;
}

/* ---- paths on the wire ---- */

static uint8_t *put_number(uint8_t *at, uint64_t number, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        at[i] = (uint8_t)(number >> 8 * (bytes - 1 - i));
    return at + bytes;
}

/* Straight to where it goes: nothing is allocated that could fail, for no path means another past. */
size_t heal_path_put(const struct log_path *path, uint8_t out[PATH_MAX_LOGS * PATH_ENTRY_BYTES])
{
    uint8_t *at = out;

    for (size_t i = 0; i < path->n && i < PATH_MAX_LOGS; i++) {
        at = put_number(at, path->logs[i].id.station, sizeof(uint32_t));
        memcpy(at, path->logs[i].id.incarnation, INCARNATION_BYTES);
        at = put_number(at + INCARNATION_BYTES, path->logs[i].base_seq, sizeof(uint64_t));
    }
    return (size_t)(at - out);
}

/* The path that was told; without one just the log. */
enum status heal_path_read(const uint8_t *bytes, size_t len, const struct log_id *log, struct log_path *path, struct errmsg *err)
{
    struct reader reader;

    *path = (struct log_path){.n = 1, .logs[0] = {.id = *log}};
    if (len == 0)
        return STATUS_OK;
    reader_init(&reader, bytes, len);
    for (path->n = 0; reader_left(&reader) > 0 && reader.status == STATUS_OK && path->n < PATH_MAX_LOGS; path->n++) {
        struct path_log *each = &path->logs[path->n];

        each->id.station = reader_u32(&reader);
        const uint8_t *incarnation = reader_take(&reader, INCARNATION_BYTES);
        if (incarnation != NULL)
            memcpy(each->id.incarnation, incarnation, INCARNATION_BYTES);
        each->base_seq = reader_u64(&reader);
    }
    if (reader.status != STATUS_OK || reader_left(&reader) > 0 || path->logs[0].id.station != log->station ||
        memcmp(path->logs[0].id.incarnation, log->incarnation, INCARNATION_BYTES) != 0)
        return errmsg_set(err, STATUS_MALFORMED, "站点说的日志路径不成立");
    return STATUS_OK;
}

/* A log that is known begins where it is known to have begun, whatever is told; so the told path ends where the known one goes on. */
static enum status find_path(struct store *store, const uint8_t *bytes, size_t len, const struct log_id *log, struct log_path *path, struct errmsg *err)
{
    struct log_path known;
    enum status status = heal_path_read(bytes, len, log, path, err);

    if (status == STATUS_OK)
        status = branch_path_known(store, path, err);
    for (size_t i = 0; i < path->n && status == STATUS_OK; i++) {
        if (path->logs[i].no == 0)
            continue;
        status = branch_path(store, path->logs[i].no, &known, err);
        path->n = i;
        for (size_t k = 0; k < known.n && path->n < BRANCH_PATH_MAX; k++)
            path->logs[path->n++] = known.logs[k];
        break;
    }
    return status;
}

/* ---- samples ---- */

size_t heal_spread(uint64_t from, uint64_t to)
{
    return to < from ? 0 : to - from < SAMPLES_MAX ? (size_t)(to - from + 1) : SAMPLES_MAX;
}

uint64_t heal_spread_at(uint64_t from, uint64_t to, size_t n, size_t i)
{
    uint64_t span = to - from;

    if (span < SAMPLES_MAX)
        return from + i;
    return from + span / (n - 1) * i + span % (n - 1) * i / (n - 1);
}

void heal_sample_put(struct message_samples *samples, uint64_t number, const uint8_t mark[MARK_BYTES])
{
    uint8_t *at = samples->samples + samples->samples_len;

    assert(samples->samples_len + SAMPLE_BYTES <= sizeof samples->samples);
    for (size_t i = 0; i < 8; i++)
        at[i] = (uint8_t)(number >> (56 - 8 * i));
    memcpy(at + 8, mark, MARK_BYTES);
    samples->samples_len += SAMPLE_BYTES;
}

bool heal_sample_get(const struct message_samples *samples, size_t i, uint64_t *number, uint8_t mark[MARK_BYTES])
{
    const uint8_t *at = samples->samples + i * SAMPLE_BYTES;

    if ((i + 1) * SAMPLE_BYTES > samples->samples_len)
        return false;
    *number = 0;
    for (size_t b = 0; b < 8; b++)
        *number = *number << 8 | at[b];
    memcpy(mark, at + 8, MARK_BYTES);
    return true;
}

enum status heal_narrow(const struct message_samples *samples, bool dense, heal_agrees agrees, void *context, struct heal_narrow *out)
{
    uint8_t mark[MARK_BYTES];
    uint64_t number, before = 0;
    size_t n = samples->samples_len / SAMPLE_BYTES;

    *out = (struct heal_narrow){.common = 0};
    if (samples->samples_len % SAMPLE_BYTES != 0 || samples->from == 0 || samples->to < samples->from)
        return STATUS_MALFORMED;
    for (size_t i = 0; heal_sample_get(samples, i, &number, mark) && out->differing == 0; i++) {
        bool same = false;
        enum status status = number <= before || number < samples->from || number > samples->to ? STATUS_MALFORMED : agrees(context, number, mark, &same);

        if (status != STATUS_OK)
            return status;
        if (same)
            out->common = number;
        else
            out->differing = number;
        before = number;
    }
    out->from = out->common;
    out->to = out->differing;
    if (out->differing == 0)
        out->done = true; /* all that was asked for agrees */
    else if (out->common == 0 && samples->from > 1)
        out->from = 1; /* what was taken for common was not */
    else
        out->done = dense ? out->differing == out->common + 1 : n < SAMPLES_MAX;
    if (!out->done && out->from == 0)
        out->from = 1;
    return STATUS_OK;
}

/* ---- center: the station's own log ---- */

static enum status refuse(struct session_result *result, const struct session_request *request, bool differs)
{
    const struct message_hello *hello = &request->hello;

    if (differs)
        return errmsg_set(&result->err, STATUS_FORK, "本站第 %llu 条变更与中心已有的不同：可能有两台机器共用一份数据；双方数据未动，请联系中心",
                          (unsigned long long)hello->head_seq);
    return errmsg_set(&result->err, STATUS_FORK, "中心已有本站 %llu 条变更，本站只有 %llu 条：本站数据库是旧的副本；双方数据未动，请联系中心",
                      (unsigned long long)result->have_seq, (unsigned long long)hello->head_seq);
}

static void compare_log(struct session_result *result, uint64_t from, uint64_t to)
{
    result->heal.compare = (struct message_compare){.what = COMPARE_LOG, .from = from, .to = to};
}

static void begin_branch(struct session_result *result, uint64_t common)
{
    result->heal.branch = true;
    result->heal.common_seq = common;
}

static bool heals(const struct session_request *request)
{
    return request->hello.protocol_max >= PROTOCOL_HEALING;
}

static bool found_something(const struct session_heal *heal)
{
    return heal->branch || heal->rewind || heal->compare.what != 0;
}

/* After a rewind the session goes on: then the log is declared and leased like any other. Else nothing more is said, or not yet. */
static bool goes_on(const struct session_heal *heal)
{
    return !heal->branch && heal->compare.what == 0;
}

/* The station's log as the center knows it against the head the station tells. */
static enum status judge_log(struct store *store, const struct session_request *request, const struct log_path *path, struct session_result *result)
{
    const struct message_hello *hello = &request->hello;
    struct hash head, at_head;
    enum status status;

    if (result->have_seq < hello->head_seq)
        return STATUS_OK; /* the chain is compared when the missing changes come */
    memcpy(head.bytes, hello->head_hash, HASH_BYTES);
    status = branch_hash_at(store, path, hello->head_seq, &at_head, &result->err);
    if (status != STATUS_OK && status != STATUS_NOT_FOUND)
        return status;
    if (status == STATUS_NOT_FOUND || !hash_equal(head, at_head)) {
        if (!heals(request))
            return refuse(result, request, true);
        compare_log(result, 1, hello->head_seq);
    } else if (result->have_seq > hello->head_seq && !request->file) { /* a file may be repeated when much newer changes are here */
        if (!heals(request))
            return refuse(result, request, false);
        begin_branch(result, hello->head_seq);
    }
    return STATUS_OK;
}

/* Logs of another station number are mostly not written any more (the machine was enrolled anew, old_number.h): what the center lacks of them goes on under the present number. */
static enum status lacks_old_number(struct store *store, const struct log_path *path, struct session_result *result, bool *lacks)
{
    enum status status = STATUS_OK;

    *lacks = false;
    /* Those from the newest to the one that the next change is of. */
    for (size_t i = 0; i < path->n && status == STATUS_OK && !*lacks; i++) {
        bool goes_on = false;

        status = old_number_goes_on(store, &result->peer, &path->logs[i], &goes_on, &result->err);
        *lacks = !goes_on;
        if (path->logs[i].base_seq <= result->have_seq)
            break;
    }
    return status;
}

static enum status judge_numbers(struct store *store, const struct session_request *request, const struct log_path *path, struct session_result *result)
{
    bool lacks = false;
    enum status status = lacks_old_number(store, path, result, &lacks);

    if (status != STATUS_OK || !lacks || found_something(&result->heal))
        return status;
    if (result->have_seq == 0)
        begin_branch(result, 0);
    else
        compare_log(result, 1, result->have_seq < request->hello.head_seq ? result->have_seq : request->hello.head_seq);
    return STATUS_OK;
}

/* ---- center: leases ---- */

struct leases {
    uint8_t now[LEASE_BYTES], before[LEASE_BYTES];
    bool given;
};

static enum status read_leases(struct store *store, int64_t log, struct leases *out, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT lease,lease_before FROM log WHERE no=?1 AND lease IS NOT NULL");
    uint8_t *to[] = {out->now, out->before};
    enum status status;

    *out = (struct leases){.given = false};
    stmt_int(stmt, 1, log);
    if (!stmt_row(stmt, &status, err))
        return status;
    for (int i = 0; i < 2; i++) {
        size_t len;
        const uint8_t *lease = stmt_column_blob(stmt, i, &len);

        if (len == LEASE_BYTES)
            memcpy(to[i], lease, len);
    }
    out->given = true;
    stmt_reset(stmt);
    return STATUS_OK;
}

static enum status write_leases(struct store *store, int64_t log, const struct leases *leases, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "UPDATE OR FAIL log SET lease=?2, lease_before=?3 WHERE no=?1");

    stmt_int(stmt, 1, log);
    stmt_blob(stmt, 2, leases->now, LEASE_BYTES);
    stmt_blob(stmt, 3, leases->before, LEASE_BYTES);
    return stmt_run(stmt, err);
}

/* Somebody else came with this log meanwhile. If the station has more than the center it has to be asked whether it is the same up to there. What it has not sent stays on its path: its twin may have the same and
 * send it too, and then it is one change and not two; if the twin has another, its chain will tell. */
static void lease_differs(const struct session_request *request, struct session_result *result)
{
    if (result->have_seq >= request->hello.head_seq || result->have_seq == 0)
        begin_branch(result, request->hello.head_seq);
    else
        compare_log(result, 1, result->have_seq);
}

static enum status check_lease(struct store *store, const struct session_request *request, int64_t log, struct session_result *result)
{
    const uint8_t *told = request->hello.lease;
    struct leases leases;
    enum status status = read_leases(store, log, &leases, &result->err);

    if (status != STATUS_OK)
        return status;
    if (!leases.given || memcmp(told, leases.now, LEASE_BYTES) == 0) {
        memcpy(leases.before, told, LEASE_BYTES);
    } else if (memcmp(told, leases.before, LEASE_BYTES) != 0) { /* the one before: our answer was lost on its way, and it stays the one before */
        lease_differs(request, result);
        return STATUS_OK;
    }
    memcpy(leases.now, request->entropy, LEASE_BYTES);
    memcpy(result->lease, leases.now, LEASE_BYTES);
    return write_leases(store, log, &leases, &result->err);
}

/* ---- center: what the operator hears of ---- */

/* Adds what this file greets with to the newest of its station's copies. A file is read as often as somebody likes, also when its copy was long looked into: *told says that this one was among them. */
static enum status note_file(struct store *store, const struct session_request *request, uint32_t station, bool *told, struct errmsg *err)
{
    const struct message_hello *hello = &request->hello;
    char name[32];
    struct buf greeting, known;
    bool there;

    snprintf(name, sizeof name, "branched_%u", station);
    buf_init(&greeting, INCARNATION_BYTES + 8 + HASH_BYTES);
    buf_init(&known, (FILES_KNOWN + 1) * HASH_BYTES);
    buf_append(&greeting, hello->incarnation, INCARNATION_BYTES);
    buf_put_u64(&greeting, hello->head_seq);
    buf_append(&greeting, hello->head_hash, HASH_BYTES);
    struct hash key = hash_of(greeting.data, greeting.len);
    enum status status = greeting.status != STATUS_OK ? errmsg_set(err, greeting.status, "%s", status_text(greeting.status)) : store_meta_read_blob(store, name, &known, &there, err);
    *told = false;
    for (size_t at = 0; status == STATUS_OK && at + HASH_BYTES <= known.len; at += HASH_BYTES)
        *told |= memcmp(known.data + at, key.bytes, HASH_BYTES) == 0;
    if (status == STATUS_OK && !*told) {
        if (known.len >= FILES_KNOWN * HASH_BYTES)
            buf_consume(&known, HASH_BYTES);
        buf_append(&known, key.bytes, HASH_BYTES);
        status = known.status == STATUS_OK ? store_meta_set_blob(store, name, known.data, known.len, err) : errmsg_set(err, known.status, "%s", status_text(known.status));
    }
    buf_release(&greeting);
    buf_release(&known);
    return status;
}

static enum status note_branch(struct store *store, const struct session_request *request, const struct session_result *result, struct errmsg *err)
{
    bool told = false;
    enum status status = request->file ? note_file(store, request, result->peer.station_no, &told, err) : STATUS_OK;
    if (status != STATUS_OK || told)
        return status;
    struct stmt *stmt = store_prepare(store, "UPDATE peer SET branches=branches+1, branched_ms=?2 WHERE station_no=?1");
    stmt_int(stmt, 1, result->peer.station_no);
    stmt_int(stmt, 2, request->wall_ms);
    return stmt_run(stmt, err);
}

/* A log goes on although a later one of the same station, begun elsewhere, was met already: there are two machines. */
static enum status note_twins(struct store *store, const struct log_path *path, struct session_result *result)
{
    struct stmt *stmt = store_prepare(store, "SELECT no FROM log WHERE station=?1 AND no>?2 AND lease IS NOT NULL");
    enum status status;
    bool twins = false;

    stmt_int(stmt, 1, result->peer.station_no);
    stmt_int(stmt, 2, path->logs[0].no);
    while (stmt_row(stmt, &status, &result->err)) {
        int64_t other = stmt_column_int(stmt, 0);
        bool on_path = false;

        for (size_t i = 0; i < path->n; i++)
            on_path |= path->logs[i].no == other;
        twins |= !on_path;
    }
    if (status != STATUS_OK || !twins || result->peer.alarm[0] != '\0')
        return status;
    return peer_set_alarm(store, result->peer.station_no, PEER_ALARM_TWINS, &result->err);
}

/* ---- center: the requests ---- */

/* What the session refuses before anything else (practice, another org): nothing is to be written for it. */
static bool is_refused(const struct session_request *request, const struct session_result *result)
{
    return request->hello.practice != result->state.machine.practice || (int64_t)request->hello.org != result->peer.org;
}

/* The center the station met: this one, or what this one was. One that was put back past the beginning of an era does not know that era's log; then it is the same if they have some of the order in common. */
static enum status check_center(struct store *store, const struct session_request *request, struct session_result *result)
{
    const struct message_hello *hello = &request->hello;
    struct log_id id = {.station = STATION_NO_CENTER};
    struct log_info log;

    memcpy(id.incarnation, hello->center_incarnation, INCARNATION_BYTES);
    if (is_zero(id.incarnation, INCARNATION_BYTES) || memcmp(id.incarnation, result->state.machine.incarnation, INCARNATION_BYTES) == 0)
        return STATUS_OK;
    if (!heals(request))
        return errmsg_set(&result->err, STATUS_FORK, "中心的数据库已不是本站上次同步的那一个（可能新建或从备份恢复）；双方数据未动，请联系中心");
    /* The order tells (heal_order.c); or nothing was ever taken from it, and so nothing can differ: that log may be of an era that the center has forgotten. */
    if (hello->rcur == 0 || !is_zero(hello->order_mark, MARK_BYTES))
        return STATUS_OK;
    enum status status = changelog_log(store, &id, false, &log, &result->err);
    if (status == STATUS_NOT_FOUND)
        return errmsg_set(&result->err, STATUS_FOREIGN, "本站以前同步的是另一个中心的数据，不是这一个；双方数据未动，请联系中心");
    return status;
}

/* A machine that was enrolled anew goes on from a log of its old number, which was of the same org. */
static enum status check_numbers(struct store *store, const struct log_path *path, struct session_result *result)
{
    struct peer other;

    for (size_t i = 0; i < path->n; i++) {
        bool goes_on = false;
        enum status status = old_number_goes_on(store, &result->peer, &path->logs[i], &goes_on, &result->err);
        if (status != STATUS_OK)
            return status;
        if (goes_on)
            continue;
        status = peer_find(store, path->logs[i].id.station, &other, &result->err);
        if (status != STATUS_OK && status != STATUS_NOT_FOUND)
            return status;
        if (status == STATUS_NOT_FOUND || other.org != result->peer.org)
            return errmsg_set(&result->err, STATUS_FORBIDDEN, "本站的日志出自站号 %u，那不是本单位的站点", path->logs[i].id.station);
    }
    return STATUS_OK;
}

/* What came from another copy of this machine without its content: it may have that. */
static enum status find_wants(struct store *store, const struct session_request *request, const struct log_path *path, struct session_result *result)
{
    struct wanted wanted;
    enum status status = wanted_find(store, path, request->hello.head_seq, &wanted, &result->err);

    if (status != STATUS_OK || wanted.n == 0)
        return status;
    result->heal.wants_upto = wanted.upto;
    for (size_t i = 0; i < wanted.n; i++)
        for (size_t b = 0; b < 8; b++)
            result->heal.wants[result->heal.wants_len++] = (uint8_t)(wanted.seqs[i] >> (56 - 8 * b));
    return STATUS_OK;
}

static enum status greet_anew(struct store *store, const struct session_request *request, struct log_path *path, struct session_result *result)
{
    enum status status = check_numbers(store, path, result);

    if (status == STATUS_OK)
        status = branch_declare_path(store, path, &result->err);
    if (status != STATUS_OK || request->file || !heals(request))
        return status;
    status = check_lease(store, request, path->logs[0].no, result);
    if (status == STATUS_OK && !found_something(&result->heal))
        status = note_twins(store, path, result);
    if (status == STATUS_OK && goes_on(&result->heal) && request->hello.protocol_max >= PROTOCOL_WANTS)
        status = find_wants(store, request, path, result);
    return status;
}

/* What the two stores are. */
static enum status look(struct store *store, const struct session_request *request, struct log_path *path, struct session_result *result)
{
    uint64_t held;
    enum status status = replica_state(store, &result->state, &result->err);

    if (status == STATUS_OK)
        status = find_path(store, request->hello.path, request->hello.path_len, &request->log, path, &result->err);
    if (status == STATUS_OK)
        status = replica_path_have(store, path, &result->have_seq, &result->have_hash, &result->err);
    if (status == STATUS_OK)
        status = replica_path_safe(store, path, &result->peer.safe_seq, &result->err);
    if (status == STATUS_OK)
        status = replica_order_head(store, &result->order_head, &result->err);
    if (status == STATUS_OK)
        status = scope_sum_for(store, result->peer.org, &result->scope_sum, &result->err);
    if (status == STATUS_OK)
        status = returned_by_sum(store, result->peer.station_no, result->peer.org, &held, &result->err);
    if (status == STATUS_OK)
        result->scope_sum ^= held;
    return status;
}

enum status heal_request_greet(struct store *store, const struct session_request *request, struct session_result *result)
{
    struct log_path path;
    enum status status = look(store, request, &path, result);

    if (status == STATUS_OK && is_refused(request, result))
        return STATUS_OK;
    if (status == STATUS_OK)
        status = check_center(store, request, result);
    if (status == STATUS_OK)
        status = judge_log(store, request, &path, result);
    if (status == STATUS_OK)
        status = judge_numbers(store, request, &path, result);
    if (status == STATUS_OK && !found_something(&result->heal))
        status = heal_order_judge(store, request, result);
    if (status == STATUS_OK && goes_on(&result->heal))
        status = greet_anew(store, request, &path, result);
    if (status == STATUS_OK && result->heal.branch)
        status = note_branch(store, request, result, &result->err);
    return status;
}

struct chain {
    struct store *store;
    const struct log_path *path;
    struct errmsg *err;
};

static enum status chain_agrees(void *context, uint64_t number, const uint8_t mark[MARK_BYTES], bool *agrees)
{
    struct chain *chain = context;
    struct hash ours;
    enum status status = branch_hash_at(chain->store, chain->path, number, &ours, chain->err);

    *agrees = status == STATUS_OK && memcmp(ours.bytes, mark, MARK_BYTES) == 0;
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

static enum status log_compared(struct store *store, const struct session_request *request, const struct log_path *path, struct session_result *result)
{
    struct chain chain = {store, path, &result->err};
    struct heal_narrow narrow;
    enum status status = heal_narrow(&request->samples, true, chain_agrees, &chain, &narrow);

    if (status == STATUS_MALFORMED)
        return errmsg_set(&result->err, status, "SAMPLES 帧的内容不成立");
    if (status != STATUS_OK)
        return status;
    /* In a file nobody can be asked again: what lies between goes on in the new log, too. So does what the center lacks of an old number: behind the head it would stay there, and be found at each contact anew. */
    if (narrow.done || request->file) {
        bool lacks = false;

        status = lacks_old_number(store, path, result, &lacks);
        begin_branch(result, narrow.differing == 0 && !request->file && !lacks ? request->hello.head_seq : narrow.common);
        return status == STATUS_OK ? note_branch(store, request, result, &result->err) : status;
    }
    compare_log(result, narrow.from, narrow.to);
    return STATUS_OK;
}

enum status heal_request_compared(struct store *store, const struct session_request *request, struct session_result *result)
{
    struct log_path path;
    enum status status = look(store, request, &path, result);

    if (status == STATUS_OK && request->samples.what == COMPARE_LOG)
        status = log_compared(store, request, &path, result);
    else if (status == STATUS_OK)
        status = heal_order_evaluate(store, request, result);
    result->compare = result->heal.compare;
    if (status == STATUS_OK && goes_on(&result->heal))
        status = greet_anew(store, request, &path, result);
    return status;
}

static bool was_enrolled(const struct session_request *request)
{
    return !is_zero(request->enrol.incarnation, INCARNATION_BYTES);
}

enum status heal_request_enrol_have(struct store *store, const struct session_request *request, int64_t org, struct session_result *result)
{
    const struct message_enrol *enrol = &request->enrol;
    const struct peer anew = {.org = org};
    struct log_id id = {.station = (uint32_t)enrol->station_no};
    struct log_path path;
    struct hash hash;
    uint64_t last = 0;
    enum status status;

    if (!was_enrolled(request))
        return STATUS_OK;
    memcpy(id.incarnation, enrol->incarnation, INCARNATION_BYTES);
    status = find_path(store, enrol->path, enrol->path_len, &id, &path, &result->err);
    if (status == STATUS_OK)
        status = replica_path_have(store, &path, &result->have_seq, &result->have_hash, &result->err);
    if (status == STATUS_OK)
        status = old_number_last(store, &anew, &path.logs[0], &last, &hash, &result->err);
    if (status != STATUS_OK || last <= result->have_seq)
        return status;
    result->have_seq = last;
    result->have_hash = hash;
    return STATUS_OK;
}

enum status heal_request_enrol_judge(struct store *store, const struct session_request *request, int64_t org, struct session_result *result)
{
    struct log_id id = {.station = STATION_NO_CENTER};
    struct log_info log;
    enum status status = STATUS_OK;

    if (!was_enrolled(request))
        return STATUS_OK;
    if ((int64_t)request->enrol.org != org)
        return errmsg_set(&result->err, STATUS_FORBIDDEN, "这台机器的数据属于另一个单位，登记码不是给那个单位的；请用那个单位的登记码");
    memcpy(id.incarnation, request->enrol.center_incarnation, INCARNATION_BYTES);
    if (!is_zero(id.incarnation, INCARNATION_BYTES))
        status = changelog_log(store, &id, false, &log, &result->err);
    if (status == STATUS_NOT_FOUND)
        return errmsg_set(&result->err, STATUS_FOREIGN, "这台机器的数据是另一个县中心的，不能登记到这里");
    return status;
}

enum status heal_request_enrol_number(struct store *store, const struct session_request *request, uint32_t *out, struct errmsg *err)
{
    struct peer other;

    *out = 0;
    if (!was_enrolled(request) || request->enrol.station_no == STATION_NO_CENTER || request->enrol.station_no > NUMBER_AGAIN_MAX)
        return STATUS_OK;
    enum status status = peer_find(store, (uint32_t)request->enrol.station_no, &other, err);
    if (status != STATUS_NOT_FOUND)
        return status;
    *out = (uint32_t)request->enrol.station_no;
    return STATUS_OK;
}

enum status heal_request_enrol_same(struct store *store, const struct session_request *request, uint32_t station_no, struct session_result *result)
{
    struct peer other;

    if (!was_enrolled(request) || request->enrol.station_no == station_no)
        return STATUS_OK;
    enum status status = peer_find(store, (uint32_t)request->enrol.station_no, &other, &result->err);
    if (status != STATUS_NOT_FOUND && (status != STATUS_OK || other.revoked))
        return status;
    return errmsg_set(&result->err, STATUS_FORBIDDEN, "登记码是给站点 %u 号的，这台机器是站点 %u 号；请用它自己的登记码", station_no, (unsigned)request->enrol.station_no);
}

/* ---- station ---- */

enum status heal_request_own(struct store *store, struct session_result *result)
{
    struct log_path path;
    struct leases leases;
    enum status status = replica_own_path(store, &path, &result->err);

    if (status == STATUS_OK)
        status = read_leases(store, path.logs[0].no, &leases, &result->err);
    if (status != STATUS_OK)
        return status;
    if (path.n > 1)
        result->path_len = heal_path_put(&path, result->path);
    memcpy(result->lease, leases.now, LEASE_BYTES);
    return heal_order_own(store, result);
}

enum status heal_request_set_lease(struct store *store, const struct session_request *request, struct session_result *result)
{
    struct leases leases = {.given = true};
    struct log_path path;
    enum status status = replica_own_path(store, &path, &result->err);

    memcpy(leases.now, request->lease, LEASE_BYTES);
    if (status == STATUS_OK)
        status = write_leases(store, path.logs[0].no, &leases, &result->err);
    return status == STATUS_OK ? sync_restored_met(store, &result->err) : status;
}

static enum status sample_log(struct store *store, const struct message_compare *compare, struct session_result *result)
{
    struct log_path path;
    size_t n = heal_spread(compare->from, compare->to);
    enum status status = replica_own_path(store, &path, &result->err);

    for (size_t i = 0; i < n && status == STATUS_OK; i++) {
        uint64_t number = heal_spread_at(compare->from, compare->to, n, i);
        struct hash hash;

        status = branch_hash_at(store, &path, number, &hash, &result->err);
        if (status == STATUS_OK && number > 0)
            heal_sample_put(&result->samples, number, hash.bytes);
        else if (status == STATUS_NOT_FOUND)
            status = STATUS_OK;
    }
    return status;
}

enum status heal_request_sample(struct store *store, const struct session_request *request, struct session_result *result)
{
    const struct message_compare *compare = &request->compare;

    result->samples = (struct message_samples){.what = compare->what, .from = compare->from, .to = compare->to};
    if (compare->what == COMPARE_ORDER && request->file)
        return heal_order_sample_file(store, request, result);
    return compare->what == COMPARE_ORDER ? heal_order_sample(store, compare, &result->samples, &result->err) : sample_log(store, compare, result);
}

/* Whether what a file told of its log, which is answered here, is what our log was there: else the answer is for another copy of this machine. */
static enum status is_our_past(struct store *store, int64_t log, const struct message_hello *told, bool *ours, struct errmsg *err)
{
    struct log_path path;
    struct hash hash = {{0}};
    enum status status;

    *ours = is_zero(told->head_hash, HASH_BYTES);
    if (*ours)
        return STATUS_OK;
    status = branch_path(store, log, &path, err);
    if (status == STATUS_OK)
        status = branch_hash_at(store, &path, told->head_seq, &hash, err);
    *ours = status == STATUS_OK && memcmp(hash.bytes, told->head_hash, HASH_BYTES) == 0;
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

enum status heal_request_branch(struct store *store, const struct session_request *request, struct session_result *result)
{
    struct replica_state state;
    struct log_info fresh, own;
    struct log_id id;
    bool ours = true;
    enum status status = replica_state(store, &state, &result->err);

    if (status == STATUS_OK)
        status = changelog_own(store, &own, &result->err);
    if (status == STATUS_OK)
        status = is_our_past(store, own.no, &request->hello, &ours, &result->err);
    result->differs = status == STATUS_OK && !ours;
    if (result->differs)
        return STATUS_OK;
    if (status == STATUS_OK && request->have_seq > state.head_seq)
        return errmsg_set(&result->err, STATUS_RANGE, "中心要本机从第 %llu 条起另开日志，本机只有 %llu 条", (unsigned long long)request->have_seq, (unsigned long long)state.head_seq);
    if (status != STATUS_OK || is_zero(request->entropy, INCARNATION_BYTES))
        return status != STATUS_OK ? status : errmsg_set(&result->err, STATUS_INVALID, "没有随机数，不能另开日志");
    /* Everything the center has is here by now: it was told of an earlier moment. */
    result->more = request->after > 0 && state.head_seq >= request->after && state.head_seq > request->have_seq;
    if (result->more)
        return STATUS_OK;
    id.station = state.machine.station_no;
    memcpy(id.incarnation, request->entropy, INCARNATION_BYTES);
    return changelog_branch(store, &id, request->have_seq, &fresh, &result->err);
}
