/* sync/hub_greet.c - GREET, COMPARED and NOTE_PEER at a hub: the same judgements as heal_request.c and heal_order.c make over SQLite (protocol.h, HEALING), in steps.
 *
 * A hub that was put back (a restored database, a standby that had not got the last commits): the county has seen order numbers that are not here, or others under them. The county's order goes on in a new era, its
 * machine sets its cursor back to what both have and sends its own again. */
#include <stdlib.h>
#include <string.h>

#include "core/record/order.h"
#include "sync/heal_request.h"
#include "sync/hub_impl.h"

/* What is found out; nothing of it is written before all is judged. */
struct greeting {
    bool branched, twins;
    struct hub_log *leased; /* the log that gets the lease */
    uint64_t era;           /* order_head of a new era; 0: none begins */
};

static bool is_zero(const uint8_t *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (bytes[i] != 0)
            return false;
    return true;
}

static bool heals(const struct session_request *request)
{
    return request->hello.protocol_max >= PROTOCOL_HEALING;
}

static bool found_something(const struct session_heal *heal)
{
    return heal->branch || heal->rewind || heal->compare.what != 0;
}

static void begin_branch(struct session_result *result, uint64_t common)
{
    result->heal.branch = true;
    result->heal.common_seq = common;
}

/* ---- the county's own log ---- */

static enum status refuse_old(struct session_result *result)
{
    return errmsg_set(&result->err, STATUS_VERSION, "对方的程序太旧，不能与省级中心往来，请先更新程序；双方数据未动");
}

static enum status judge_log(struct hub_work *work)
{
    const struct session_request *request = work->call->request;
    const struct message_hello *hello = &request->hello;
    struct session_result *result = work->result;
    struct hash at_head;

    if (result->have_seq < hello->head_seq)
        return STATUS_OK; /* the chain is compared when the missing changes come */
    if (!hub_work_chain(work, &work->path, hello->head_seq, &at_head) || memcmp(at_head.bytes, hello->head_hash, HASH_BYTES) != 0)
        result->heal.compare = (struct message_compare){.what = COMPARE_LOG, .from = 1, .to = hello->head_seq};
    else if (result->have_seq > hello->head_seq && !request->file)
        begin_branch(result, hello->head_seq);
    return found_something(&result->heal) && !heals(request) ? refuse_old(result) : STATUS_OK;
}

/* ---- the order ---- */

static bool order_agrees(struct hub_work *work, uint64_t number, const uint8_t mark[MARK_BYTES])
{
    struct hash hash;

    return hub_work_order(work, number, &hash) && memcmp(hash.bytes, mark, MARK_BYTES) == 0;
}

static enum status judge_order(struct hub_work *work)
{
    const struct message_hello *hello = &work->call->request->hello;
    bool agrees = hello->rcur == 0;

    if (!agrees && is_zero(hello->order_mark, MARK_BYTES))
        agrees = hello->rcur <= work->order_head;
    else if (!agrees)
        agrees = order_agrees(work, hello->rcur, hello->order_mark);
    if (agrees)
        return STATUS_OK;
    if (!heals(work->call->request))
        return refuse_old(work->result);
    work->result->heal.compare = (struct message_compare){.what = COMPARE_ORDER, .from = 1, .to = hello->rcur};
    return STATUS_OK;
}

/* The center it met must be this one, unless its order says that it has something of this one. */
static enum status check_center(struct hub_work *work)
{
    const struct message_hello *hello = &work->call->request->hello;

    if (is_zero(hello->center_incarnation, INCARNATION_BYTES) || memcmp(hello->center_incarnation, hub_machine(work->hub)->incarnation, INCARNATION_BYTES) == 0 || hello->rcur == 0 ||
        !is_zero(hello->order_mark, MARK_BYTES))
        return STATUS_OK;
    return errmsg_set(&work->result->err, STATUS_FOREIGN, "本站以前同步的是另一个中心的数据，不是这一个；双方数据未动，请联系中心");
}

/* ---- a new log, and its lease ---- */

static void judge_lease(struct hub_work *work, struct hub_log *log, struct greeting *greeting)
{
    const struct session_request *request = work->call->request;
    const uint8_t *told = request->hello.lease;
    struct session_result *result = work->result;

    if (request->file || !heals(request))
        return;
    if (log->leased && memcmp(told, log->lease, LEASE_BYTES) != 0 && memcmp(told, log->lease_before, LEASE_BYTES) != 0) {
        begin_branch(result, result->have_seq < request->hello.head_seq ? result->have_seq : request->hello.head_seq);
        return;
    }
    if (!log->leased || memcmp(told, log->lease, LEASE_BYTES) == 0)
        memcpy(log->lease_before, told, LEASE_BYTES);
    memcpy(log->lease, request->entropy, LEASE_BYTES);
    memcpy(result->lease, request->entropy, LEASE_BYTES);
    log->leased = true;
    greeting->leased = log;
    /* A log goes on although a later one, begun elsewhere, was met already: there are two machines. */
    for (size_t i = 0; i < work->n_logs; i++) {
        const struct hub_log *other = &work->logs[i];
        bool on_path = false;

        for (size_t k = 0; k < work->path.n; k++)
            on_path = on_path || work->path.logs[k].no == other->no;
        greeting->twins = greeting->twins || (other->no > log->no && other->leased && !on_path && result->peer.alarm[0] == '\0');
    }
}

/* Logs of the path that are told and not known: from the oldest on. */
static enum status declare_path(struct hub_work *work)
{
    struct log_path *path = &work->path;

    for (size_t i = path->n; i-- > 0;) {
        int64_t parent = i + 1 < path->n ? path->logs[i + 1].no : 0;

        if (path->logs[i].no != 0)
            continue;
        const struct hub_log *log = hub_work_add_log(work, &path->logs[i].id, parent, parent != 0 ? path->logs[i].base_seq : 0);

        if (log == NULL)
            return errmsg_set(&work->result->err, STATUS_NOMEM, "%s", status_text(STATUS_NOMEM));
        path->logs[i].no = log->no;
    }
    return STATUS_OK;
}

/* ---- writing it down ---- */

static void write_lease(struct hub_work *work, const struct hub_log *log)
{
    static const struct pg_statement set_lease = {HUB_SET_LEASE, "UPDATE log SET lease=$3,lease_before=$4 WHERE county=$1 AND no=$2", "iibb"};

    pg_put_int(work->pg, work->result->peer.org);
    pg_put_int(work->pg, log->no);
    pg_put_bytes(work->pg, log->lease, LEASE_BYTES);
    pg_put_bytes(work->pg, log->lease_before, LEASE_BYTES);
    pg_send(work->pg, &set_lease, NULL, NULL);
}

static void write_alarm(struct hub_work *work)
{
    static const struct pg_statement alarm = {HUB_ALARM, "UPDATE county SET alarm=$2 WHERE no=$1", "it"};

    pg_put_int(work->pg, work->result->peer.org);
    pg_put_text(work->pg, PEER_ALARM_TWINS);
    pg_send(work->pg, &alarm, NULL, NULL);
}

static void write_branched(struct hub_work *work)
{
    static const struct pg_statement branched = {HUB_BRANCHED, "UPDATE county SET branches=branches+1,branched_ms=$2 WHERE no=$1", "ii"};

    pg_put_int(work->pg, work->result->peer.org);
    pg_put_int(work->pg, work->call->request->wall_ms);
    pg_send(work->pg, &branched, NULL, NULL);
}

/* Leases that were given since are not known here: what is presented then is no sign of a copy. */
static void write_era(struct hub_work *work, uint64_t era)
{
    static const struct pg_statement new_era = {HUB_NEW_ERA, "UPDATE county SET order_head=$2 WHERE no=$1", "ii"};
    static const struct pg_statement forget = {HUB_FORGET_LEASES, "UPDATE log SET lease=NULL,lease_before=NULL WHERE county=$1", "i"};

    pg_put_int(work->pg, work->result->peer.org);
    pg_put_int(work->pg, (int64_t)era);
    pg_send(work->pg, &new_era, NULL, NULL);
    pg_put_int(work->pg, work->result->peer.org);
    pg_send(work->pg, &forget, NULL, NULL);
}

static void tell_recounted(struct hub_work *work)
{
    const struct peer *peer = &work->result->peer;

    hub_forget_recount(work->hub, peer->org);
    trace_write(hub_trace(work->hub), TRACE_WARN, "hub", "县 %u（%s）：替它记的校验和不对，已重算；收下的变更与县里的一致。再出现就请检查数据库（amcheck）",
                peer->station_no, peer->org_code);
}

/* Found wrong by CHECK_SUMS (hub_read.c), and right with the next greeting or note. Only where nothing has moved since: else it is found again. */
static void put_sum_right(struct hub_work *work)
{
    static const struct pg_statement set_sum = {HUB_SET_SUM, "UPDATE county SET scope_sum=$2 WHERE no=$1", "ii"};
    const struct hub_recount *recount = hub_find_recount(work->hub, work->result->peer.org);

    if (recount == NULL || recount->order_head != work->order_head || recount->was != work->scope_sum)
        return;
    pg_put_int(work->pg, work->result->peer.org);
    pg_put_int(work->pg, (int64_t)recount->is);
    pg_send(work->pg, &set_sum, NULL, NULL);
    work->scope_sum = recount->is;
    work->kept = tell_recounted;
}

static void tell_put_back(struct hub_work *work)
{
    const struct peer *peer = &work->result->peer;

    trace_write(hub_trace(work->hub), TRACE_WARN, "hub", "县 %u（%s）：数据库比答复过这个县的旧（恢复过，或换成了备用库）：缺的它会重送；那以后登记、停用的要重新办",
                peer->station_no, peer->org_code);
}

static enum hub_next write_down(struct hub_work *work, const struct greeting *greeting)
{
    put_sum_right(work);
    work->result->scope_sum = work->scope_sum;
    if (greeting->era != 0)
        write_era(work, greeting->era);
    if (work->result->heal.rewind)
        work->kept = tell_put_back;
    if (greeting->leased != NULL)
        write_lease(work, greeting->leased);
    if (greeting->twins)
        write_alarm(work);
    if (work->result->heal.branch)
        write_branched(work);
    return HUB_LAST;
}

/* The last part of a greeting that found nothing: the path is declared and leased. Its writes are queued behind each other, the log before its lease. */
static enum hub_next greet_anew(struct hub_work *work, struct greeting *greeting)
{
    enum status status = STATUS_OK;

    for (size_t i = 0; i < work->path.n; i++) /* of another number: not of this county */
        if (work->path.logs[i].id.station != work->result->peer.station_no)
            return hub_work_refuse(work, errmsg_set(&work->result->err, STATUS_FORBIDDEN, "本站的日志出自站号 %u，那不是本单位的站点", work->path.logs[i].id.station));
    if (greeting->era != 0)
        for (size_t i = 0; i < work->n_logs; i++)
            work->logs[i].leased = false;
    status = declare_path(work);
    if (status != STATUS_OK)
        return hub_work_refuse(work, status);
    judge_lease(work, hub_work_log_by_no(work, work->path.logs[0].no), greeting);
    return write_down(work, greeting);
}

/* ---- COMPARED ---- */

struct chain {
    struct hub_work *work;
};

static enum status chain_agrees(void *context, uint64_t number, const uint8_t mark[MARK_BYTES], bool *agrees)
{
    struct chain *chain = context;
    struct hash ours;

    *agrees = hub_work_chain(chain->work, &chain->work->path, number, &ours) && memcmp(ours.bytes, mark, MARK_BYTES) == 0;
    return STATUS_OK;
}

static enum status place_agrees(void *context, uint64_t number, const uint8_t mark[MARK_BYTES], bool *agrees)
{
    struct chain *chain = context;

    *agrees = order_agrees(chain->work, number, mark);
    return STATUS_OK;
}

static enum status log_compared(struct hub_work *work)
{
    const struct session_request *request = work->call->request;
    struct chain chain = {work};
    struct heal_narrow narrow;

    if (heal_narrow(&request->samples, true, chain_agrees, &chain, &narrow) != STATUS_OK)
        return errmsg_set(&work->result->err, STATUS_MALFORMED, "SAMPLES 帧的内容不成立");
    if (narrow.done || request->file)
        begin_branch(work->result, narrow.differing == 0 && !request->file ? request->hello.head_seq : narrow.common);
    else
        work->result->heal.compare = (struct message_compare){.what = COMPARE_LOG, .from = narrow.from, .to = narrow.to};
    return STATUS_OK;
}

/* The new era lies behind all that was seen. Numbers that were given twice make it one of those that say so (order.h). */
static enum status order_compared(struct hub_work *work, struct greeting *greeting)
{
    const struct session_request *request = work->call->request;
    const struct message_hello *hello = &request->hello;
    struct session_result *result = work->result;
    struct chain chain = {work};
    struct heal_narrow narrow;
    struct hash hash;
    uint64_t seen = order_era(hello->rcur), era = order_era(work->order_head), chance = 0;

    if (request->file || heal_narrow(&request->samples, false, place_agrees, &chain, &narrow) != STATUS_OK)
        return errmsg_set(&result->err, STATUS_MALFORMED, "SAMPLES 帧的内容不成立");
    if (!narrow.done) {
        result->heal.compare = (struct message_compare){.what = COMPARE_ORDER, .from = narrow.from, .to = narrow.to};
        return STATUS_OK;
    }
    if (narrow.common == 0 && memcmp(hello->center_incarnation, hub_machine(work->hub)->incarnation, INCARNATION_BYTES) != 0)
        return errmsg_set(&result->err, STATUS_FOREIGN, "本站以前同步的是另一个中心的数据，与这一个没有一处相同；双方数据未动，请联系中心");
    for (size_t i = 0; i < sizeof chance; i++)
        chance = chance << 8 | request->entropy[i];
    result->heal.rewind = true;
    result->heal.common_order = narrow.common;
    if (!order_era_credible(seen, era)) /* the county's cursor is damaged, or made up: what was sampled tells */
        seen = order_era(order_era_credible(order_era(narrow.differing), era) && narrow.differing != 0 ? narrow.differing : narrow.common);
    if (seen >= era)
        greeting->era = order_era_start(order_next_era(seen, narrow.differing != 0 && hub_work_order(work, narrow.differing, &hash), chance));
    if (greeting->era != 0)
        result->order_head = greeting->era;
    return STATUS_OK;
}

/* ---- the steps ---- */

static enum hub_next judge(struct hub_work *work)
{
    const struct session_request *request = work->call->request;
    struct session_result *result = work->result;
    struct greeting greeting = {.era = 0};
    enum status status = STATUS_OK;
    uint64_t begins = 0;

    if (!hub_work_chain(work, &work->path, result->have_seq, &result->have_hash))
        return hub_work_refuse(work, errmsg_set(&result->err, STATUS_CORRUPT, "中心缺少本县第 %llu 条变更的校验值", (unsigned long long)result->have_seq));
    if (request->hello.practice != result->state.machine.practice || (int64_t)request->hello.org != result->peer.org)
        return hub_work_refuse(work, STATUS_OK); /* the session says no */
    if (request->kind == REQUEST_COMPARED) {
        status = request->samples.what == COMPARE_LOG ? log_compared(work) : order_compared(work, &greeting);
        result->compare = result->heal.compare;
    } else {
        status = check_center(work);
        if (status == STATUS_OK)
            status = judge_log(work);
        for (size_t i = 0; i < work->path.n && work->path.logs[i].id.station == result->peer.station_no; i++)
            begins = work->path.logs[i].base_seq;
        if (status == STATUS_OK && result->have_seq < begins && !found_something(&result->heal))
            status = errmsg_set(&result->err, STATUS_FORBIDDEN, "本站的日志出自别的站号，那不是本单位的站点");
        if (status == STATUS_OK && !found_something(&result->heal))
            status = judge_order(work);
    }
    if (status != STATUS_OK)
        return hub_work_refuse(work, status);
    if (!result->heal.branch && result->heal.compare.what == 0)
        return greet_anew(work, &greeting);
    return write_down(work, &greeting);
}

static enum hub_next look(struct hub_work *work)
{
    const struct session_request *request = work->call->request;
    const struct message_hello *hello = &request->hello;
    struct session_result *result = work->result;
    enum status status = hub_work_judge_peer(work);

    if (status == STATUS_OK && request->log.station != result->peer.station_no)
        status = errmsg_set(&result->err, STATUS_AUTH, "站号 %u 与这把密钥登记的 %u 不符", request->log.station, result->peer.station_no);
    if (status == STATUS_OK)
        status = hub_work_find_path(work, hello->path, hello->path_len, &request->log, &work->path);
    if (status != STATUS_OK)
        return hub_work_refuse(work, status);
    result->state.machine = *hub_machine(work->hub);
    result->have_seq = hub_work_have(work, &work->path);
    result->order_head = work->order_head;
    result->scope_sum = work->scope_sum;
    hub_work_ask_chain(work, &work->path, result->have_seq);
    if (result->have_seq >= hello->head_seq)
        hub_work_ask_chain(work, &work->path, hello->head_seq);
    if (request->kind == REQUEST_COMPARED)
        hub_work_ask_samples(work, &work->path, &request->samples);
    else if (hello->rcur > 0 && hello->rcur <= INT64_MAX)
        hub_work_ask_order(work, hello->rcur);
    work->step = judge;
    return HUB_AGAIN;
}

enum hub_next hub_greet(struct hub_work *work)
{
    hub_work_load(work, true);
    work->step = look;
    return HUB_AGAIN;
}

/* ---- TAKE_RETURNS ---- */

/* What another copy of the county's upward store told, handed back after the hub was put back. It is not kept, and the answer says so: a log at a hub is contiguous, and the stretch before the other copy's part may come only
 * behind it; what the other copy told of rows, erasures and figures stands on the log of the copy that is here, too (core/record/upward_gather.h, COPIES). Confirmed, so that the county goes on to send that. */
static enum hub_next take_returns(struct hub_work *work)
{
    work->result->returned = work->call->request->returned;
    work->result->left = work->call->request->returned.count;
    return hub_work_refuse(work, hub_work_judge_peer(work));
}

enum hub_next hub_take_returns(struct hub_work *work)
{
    hub_work_load(work, true);
    work->step = take_returns;
    return HUB_AGAIN;
}

/* ---- NOTE_PEER ---- */

static enum hub_next note(struct hub_work *work)
{
    static const struct pg_statement note_contact = {HUB_NOTE, "UPDATE county SET last_contact_ms=$2,have_seq=$3,skew_ms=$4,sent_order=$5 WHERE no=$1", "iiiii"};
    const struct session_request *request = work->call->request;
    struct peer *peer = &work->result->peer;
    enum status status = hub_work_judge_peer(work);

    if (status != STATUS_OK)
        return hub_work_refuse(work, status);
    peer->last_contact_ms = request->wall_ms;
    peer->have_seq = request->have_seq;
    if (!request->file)
        peer->skew_ms = request->skew_ms;
    if (!request->file || request->sent_order > peer->sent_order)
        peer->sent_order = request->sent_order;
    pg_put_int(work->pg, peer->org);
    pg_put_int(work->pg, peer->last_contact_ms);
    pg_put_int(work->pg, (int64_t)peer->have_seq);
    pg_put_int(work->pg, peer->skew_ms);
    pg_put_int(work->pg, (int64_t)peer->sent_order);
    pg_send(work->pg, &note_contact, NULL, NULL);
    put_sum_right(work);
    return HUB_LAST;
}

enum hub_next hub_note_peer(struct hub_work *work)
{
    hub_work_load(work, true);
    work->step = note;
    return HUB_AGAIN;
}
