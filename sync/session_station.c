/* sync/session_station.c - the station's side of a session: HELLO with the first changes, push by window, apply what comes. */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "core/base/language.h"
#include "core/record/catalogue.h"
#include "sync/session_impl.h"

void station_connected(struct session *session)
{
    struct session_request *request = session_ask(session, REQUEST_STATE);

    if (session->config.file == SESSION_LINE)
        request->history = &session->in_history;
}

static void ask_own(struct session *session, size_t max_bytes)
{
    struct session_request *request = session_ask(session, REQUEST_READ_OWN);

    request->after = session->sent;
    request->max_bytes = max_bytes;
    if (session->out_history.window_log == 0 || session->sent >= session->hello.head_seq)
        return;
    request->history = &session->out_history;
    request->bulk_to = session->hello.head_seq;
}

static void send_hello(struct session *session)
{
    session->hello.t_ms = session->wall_ms;
    session_send(session, FRAME_HELLO, &session->hello);
    if (session->config.file == SESSION_WRITE)
        session->state = STATE_OPEN;
}

static void got_state(struct session *session, const struct session_result *result)
{
    const struct replica_state *own = &result->state;
    struct message_hello *hello = &session->hello;

    session->own = *own;
    session->sums.own = result->scope_sum;
    session->log.station = own->machine.station_no;
    memcpy(session->log.incarnation, own->machine.incarnation, INCARNATION_BYTES);
    session->have = own->rcur;
    session->terms = packing_common((struct packing_terms){own->center_packings, own->center_dictionary});
    session->sent = session->acked = session->config.from_given ? session->config.file_from : own->have_seq;
    *hello = (struct message_hello){
        .protocol_min = PROTOCOL_MIN,
        .protocol_max = PROTOCOL_MAX,
        .station_no = own->machine.station_no,
        .head_seq = own->head_seq,
        .have_seq = own->have_seq,
        .ordered_seq = own->ordered_seq,
        .rcur = own->rcur,
        .schema = SCHEMA_VERSION,
        .packings = packing_own().packings,
        .dictionary = packing_own().dictionary,
        .once = session->config.once,
        .practice = own->machine.practice,
        .org = (uint64_t)own->machine.org,
        .relay = session->config.file == SESSION_LINE && (!session->config.once || result->relay_used),
        .lookup = session->config.file == SESSION_LINE && (!session->config.once || result->lookup_waits),
        .window = result->window,
        .model = session->in_history.model,
    };
    memcpy(hello->incarnation, own->machine.incarnation, INCARNATION_BYTES);
    memcpy(hello->head_hash, own->head_hash.bytes, HASH_BYTES);
    memcpy(hello->center_incarnation, own->center_incarnation, INCARNATION_BYTES);
    memcpy(hello->path, result->path, result->path_len);
    hello->path_len = result->path_len;
    memcpy(hello->order_mark, result->order_mark, MARK_BYTES);
    return_state(session, result->returns || (result->handed && session->config.file == SESSION_LINE));
    hello->returns = session->returns.on;
    if (session->config.file == SESSION_LINE)
        memcpy(hello->lease, result->lease, LEASE_BYTES);
    if (session->config.file == SESSION_READ)
        return; /* the center's WELCOME is in the file */
    session->more = session->config.file == SESSION_WRITE && own->head_seq > session->sent;
    if (session->config.file == SESSION_WRITE) {
        heal_write_greeting(session);
        return;
    }
    /* HELLO waits for the first chunk, so that both leave in one flight. What is handed back comes first. */
    if (own->head_seq > session->sent && !session->returns.on)
        ask_own(session, CHUNK_FIRST_BYTES);
    else
        send_hello(session);
}

void station_file_hello(struct session *session)
{
    send_hello(session);
}

/* THE TAIL OF A FLIGHT. TCP notices that a packet is lost by those behind it that arrive. Nothing is behind the last one of what leaves with HELLO, and the answer waits for all of it: then it is sent again after twice the
 * round trip, which the packets before it, waiting for each other, have made long: 2.6 s later on a line of 64 kbit/s, one session in twenty at 5 % loss. So a PING follows as a packet of its own, once those before it were handed
 * to the line; 79 bytes there, and if it is the one that is lost nobody waits for it. */
enum { TAIL_LEAST_BYTES = 1400 /* what was sent took more than a packet, HELLO counted */, TAIL_AFTER_MS = 20 };

void station_tail(struct session *session)
{
    if (session->tail_ms == 0 || session->now_ms < session->tail_ms)
        return;
    session->tail_ms = 0;
    session_send(session, FRAME_PING, NULL);
}

static void got_own(struct session *session, const struct session_result *result)
{
    if (session->state == STATE_GREETING)
        send_hello(session);
    if (result->chunk.count == 0) {
        session->more = false;
        return;
    }
    if (session->state == STATE_GREETING && session->config.packets && result->packed.len >= TAIL_LEAST_BYTES)
        session->tail_ms = session->now_ms + TAIL_AFTER_MS;
    session_send_chunk(session, &result->chunk, &result->packed);
    session->more = !session->config.once || result->chunk.last < session->hello.head_seq;
}

/* ---- WELCOME ---- */

static bool is_zero(const uint8_t *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (bytes[i] != 0)
            return false;
    return true;
}

static struct hash welcome_hash(const struct session *session)
{
    struct hash hash;

    memcpy(hash.bytes, session->welcome.have_hash, HASH_BYTES);
    if (session->welcome.have_seq == session->own.head_seq && is_zero(hash.bytes, HASH_BYTES))
        hash = session->own.head_hash;
    return hash;
}

static void open_session(struct session *session)
{
    session->state = STATE_OPEN;
    session->spoke = false;
    session->in.max_frame = FRAME_MAX_BYTES;
    session->relay.on = session->relay.more = session->hello.relay && session->welcome.relay;
    session->outcome.order_from = session->outcome.order_at = session->have;
    session->outcome.order_to = session->welcome.order_head;
    session->outcome.send_total = session->own.head_seq > session->welcome.have_seq ? session->own.head_seq - session->welcome.have_seq : 0;
    sums_open(session);
    return_open(session);
    lookup_open(session, session->hello.lookup && session->welcome.lookup);
    session_agree_window(session, session->welcome.protocol, session->welcome.window, session->welcome.model);
    if (session->config.file == SESSION_READ) {
        /* What it confirms was in a file that this session knows nothing of. */
        session->sent = session->acked = session->own.head_seq;
        session->more = false;
        return;
    }
    /* With a chunk on its way its ACK decides (perhaps by a rewind); else the center's word does. */
    if (session->n_flights == 0 || session->welcome.have_seq > session->sent)
        session->sent = session->welcome.have_seq;
    session->acked = session->welcome.have_seq;
    session->more = session->more || session->own.head_seq > session->sent;
}

/* What the center has of our log, against our chain; once. */
static bool check_have(struct session *session)
{
    struct session_request *request;

    if (session->state != STATE_GREETING || session->have_checked)
        return false;
    session->have_checked = true;
    request = session_ask(session, REQUEST_SET_HAVE);
    request->have_seq = session->welcome.have_seq;
    request->have_hash = welcome_hash(session);
    return true;
}

/* What WELCOME tells is written down before anything else happens, one request after the other. */
void station_welcome_next(struct session *session)
{
    struct session_request *request;

    if (!session->lease_kept) {
        session->lease_kept = true;
        if (!is_zero(session->welcome.lease, LEASE_BYTES)) {
            request = session_ask(session, REQUEST_SET_LEASE);
            memcpy(request->lease, session->welcome.lease, LEASE_BYTES);
            return;
        }
    }
    if (!session->center_known) {
        bool other = memcmp(session->hello.center_incarnation, session->welcome.center_incarnation, INCARNATION_BYTES) != 0;
        /* Of a center that was put back it counts when what it lost was handed back: until then what is kept here may lie before that. Where none was told before nothing is kept, and this session may tell of records that left. */
        uint64_t safe_order = session->welcome.rewind && session->own.safe_order != 0 ? session->own.safe_order : session->welcome.safe_order;
        bool lost = session->own.left_known != 0 && (other || session->welcome.order_head < session->own.left_known);

        session->center_known = true;
        session->terms = packing_common((struct packing_terms){session->welcome.packings, session->welcome.dictionary});
        if (other || lost || safe_order != session->own.safe_order || session->welcome.safe_seq != session->own.safe_seq || session->welcome.packings != session->own.center_packings || session->welcome.dictionary != session->own.center_dictionary) {
            request = session_ask(session, REQUEST_SET_CENTER);
            request->hello.packings = session->welcome.packings;
            request->safe_seq = session->welcome.safe_seq;
            request->safe_order = safe_order;
            request->order_head = session->welcome.order_head;
            request->hello.dictionary = session->welcome.dictionary;
            if (other)
                memcpy(request->incarnation, session->welcome.center_incarnation, INCARNATION_BYTES);
            return;
        }
    }
    /* A center that was put back may have this log from another copy by now; then its numbers are not ours: nothing may be taken before the logs part (station_result), nor counts anything as being there. */
    if (session->welcome.rewind && !return_answers_older(session) && check_have(session))
        return;
    if (return_rewind(session) || (session->welcome.have_seq != session->hello.have_seq && check_have(session)))
        return;
    open_session(session);
}

/* A center that cannot heal must be the same as ever. */
static bool agrees_as_ever(struct session *session)
{
    const struct message_welcome *welcome = &session->welcome;

    if (!is_zero(session->hello.center_incarnation, INCARNATION_BYTES) &&
        memcmp(welcome->center_incarnation, session->hello.center_incarnation, INCARNATION_BYTES) != 0) {
        session_fail(session, STATUS_FORK, "中心的数据库已不是原来那一个（可能新建或从备份恢复）；本站数据未动，请联系中心");
    } else if (session->config.file == SESSION_LINE && welcome->order_head < session->hello.rcur) { /* a file may be older than what came meanwhile */
        session_fail(session, STATUS_FORK, "中心的数据比本站见过的旧（第 %llu 号，本站已到 %llu 号），可能从备份恢复；本站数据未动，请联系中心",
                     (unsigned long long)welcome->order_head, (unsigned long long)session->hello.rcur);
    } else if (welcome->have_seq > session->hello.head_seq && welcome->have_seq > session->sent) {
        session_fail(session, STATUS_FORK, "中心已有本站第 %llu 条变更，本站只到第 %llu 条：本站数据库可能是旧的副本", (unsigned long long)welcome->have_seq,
                     (unsigned long long)session->hello.head_seq);
    } else {
        return true;
    }
    return false;
}

static void on_welcome(struct session *session, const struct frame *frame)
{
    struct message_welcome *welcome = &session->welcome;

    if (!session_read(session, frame, welcome))
        return;
    session->outcome.skew_ms = welcome->t_ms - session->wall_ms;
    session->outcome.skew_known = true;
    if (welcome->protocol < PROTOCOL_MIN || welcome->protocol > PROTOCOL_MAX) {
        session_fail(session, STATUS_VERSION, "中心要求协议版本 %llu，本站不支持", (unsigned long long)welcome->protocol);
        return;
    }
    if (welcome->practice != session->hello.practice) {
        session_fail(session, STATUS_FOREIGN, "练习数据与正式数据不能互相同步");
        return;
    }
    session->healing = false;
    if (welcome->branch && welcome->protocol >= PROTOCOL_HEALING) {
        heal_branch(session);
        return;
    }
    if (welcome->protocol < PROTOCOL_HEALING && !agrees_as_ever(session))
        return;
    station_welcome_next(session);
}

/* ---- the open session ---- */

static void on_ack(struct session *session, const struct frame *frame)
{
    struct session_request *request;
    struct message_ack ack;

    if (!session_read(session, frame, &ack))
        return;
    if (ack.have_seq > session->sent && ack.have_seq > session->acked) {
        session_fail(session, STATUS_PEER, "中心确认了本站没有发送的变更");
        return;
    }
    session->outcome.quarantined += ack.quarantined;
    if (ack.rewind) {
        session_rewind(session, ack.have_seq);
    } else {
        session_landed(session, ack.have_seq, 0);
    }
    request = session_ask(session, REQUEST_SET_HAVE);
    request->have_seq = ack.have_seq;
    memcpy(request->have_hash.bytes, ack.have_hash, HASH_BYTES);
}

static void send_ack(struct session *session, const struct message_changes *chunk, const struct replica_result *taken)
{
    struct message_ack ack = {.rcur = session->have, .part = chunk->upto_fold};

    if (taken != NULL) {
        ack.taken = taken->taken;
        ack.quarantined = taken->quarantined;
        ack.conflicts = taken->conflicts;
    }
    session_send(session, FRAME_ACK, &ack);
}

static void pass_over_file(struct session *session)
{
    snprintf(session->outcome.healed, sizeof session->outcome.healed, _("这份回执与本机收到过的接不上（县中心恢复过），没有采用；请重新导出一个文件交给县中心"));
    session_finish(session, STATUS_OK);
}

/* What it tells of our changes is of the log that we greeted with. An older center does not say so. */
static bool is_of_our_log(struct session *session, const struct message_changes *header)
{
    struct message_changes ours = {.first = 0};

    if (session->config.file != SESSION_LINE || session->welcome.protocol < PROTOCOL_LOG_NAMED)
        return true;
    session_name_log(session, &ours);
    if (memcmp(header->log, ours.log, INCARNATION_BYTES) == 0)
        return true;
    session_fail(session, STATUS_PEER, "中心发来的变更是给本机另一本日志的，没有采用");
    return false;
}

static void ask_again(struct session *session)
{
    struct message_pull pull = {.after = session->have};

    session_send(session, FRAME_PULL, &pull);
}

/* It goes on behind parts of a history that are not here. */
static void part_lacks(struct session *session)
{
    if (session->config.file != SESSION_LINE)
        session_fail(session, STATUS_PEER, "文件里分几次写的历史接不上");
    else if (!session->rewind_told)
        ask_again(session);
    session->rewind_told = true;
}

static void on_changes(struct session *session, const struct frame *frame)
{
    struct message_changes header;
    struct session_request *request;
    size_t at;

    if (!session_read_chunk(session, frame, &header, &at) || session->forked || !is_of_our_log(session, &header))
        return;
    if (header.repair) {
        sums_changes(session, &header, frame->payload + at, frame->len - at);
        return;
    }
    if (header.first > session->have + 1 && session->config.file != SESSION_LINE) {
        session_fail(session, STATUS_GAP, "要先导入中心的第 %llu 到 %llu 号", (unsigned long long)session->have + 1, (unsigned long long)header.first - 1);
        return;
    }
    if (session_passes_over(session, &header))
        return;
    if (header.first > session->have + 1) {
        if (!session->rewind_told)
            ask_again(session);
        return;
    }
    /* An answer to an older file goes on from there; whether that is the order we have followed since its numbers up to our cursor must tell. */
    bool older = session->config.file == SESSION_READ && session->welcome.answers_rcur != session->own.rcur;
    if (header.last <= session->have && (!older || session->other_order)) {
        session->outcome.repeated += header.count;
        send_ack(session, &header, NULL);
        return;
    }
    if (session->other_order) {
        pass_over_file(session);
        return;
    }
    if (header.from_fold != 0 && header.from_fold != session->part_fold) {
        part_lacks(session);
        return;
    }
    request = session_ask(session, REQUEST_APPLY);
    request->chunk = header;
    request->file = older;
    request->history = &session->in_history;
    session_hold(session, request, frame->payload + at, frame->len - at);
}

void station_frame(struct session *session, const struct frame *frame)
{
    if ((session->state == STATE_GREETING || session->healing || session->config.file == SESSION_READ) && frame->type == FRAME_WELCOME) {
        on_welcome(session, frame);
        return;
    }
    if (session->state == STATE_OPEN) {
        switch (frame->type) {
        case FRAME_CHANGES:
            on_changes(session, frame);
            return;
        case FRAME_ACK:
            on_ack(session, frame);
            return;
        case FRAME_END:
            session->end_received = true;
            return;
        default:
            break;
        }
    }
    session_fail(session, STATUS_PEER, "此时不该收到 %s 帧（类型 %u）", frame_name(frame->type), frame->type);
}

static void got_applied(struct session *session, const struct session_result *result)
{
    if (result->differs) {
        session->other_order = true;
        if (result->chunk.last > session->have)
            pass_over_file(session);
        return;
    }
    session->rewind_told = false;
    session->returns.handed = false;
    session->have = session->outcome.order_at = result->taken.rcur;
    session->part_fold = result->chunk.upto_fold;
    session->outcome.received += result->taken.taken;
    session->outcome.conflicts += result->taken.conflicts;
    session->outcome.quarantined += result->taken.quarantined;
    session->outcome.repeated += result->taken.repeated;
    send_ack(session, &result->chunk, &result->taken);
}

void station_result(struct session *session, const struct session_result *result)
{
    /* Our chain is another one at the center's number: it finds that out from what we send, and asks. Perhaps not yet from the first chunk, which may end where our log began. */
    bool differs = result->status == STATUS_FORK || (result->status == STATUS_GAP && session->welcome.rewind && session->config.file != SESSION_LINE);
    if (result->kind == REQUEST_SET_HAVE && differs && session->welcome.protocol >= PROTOCOL_HEALING && (session->state == STATE_GREETING || session->forked)) {
        session->forked = true;
    } else if (result->kind == REQUEST_APPLY && result->status == STATUS_UNSUPPORTED && result->chunk.packing == PACKING_HISTORY) {
        /* It followed something that did not come here: from here on again, with a history of its own. */
        session->rewind_told = true;
        ask_again(session);
        return;
    } else if (result->kind == REQUEST_APPLY && result->status == STATUS_GAP && result->chunk.from_fold != 0) {
        session->part_fold = 0;
        part_lacks(session);
        return;
    } else if (result->status != STATUS_OK) {
        session_fail(session, result->status, "%s", errmsg_text(&result->err, result->status));
        return;
    }
    switch (result->kind) {
    case REQUEST_STATE:
        got_state(session, result);
        break;
    case REQUEST_READ_OWN:
        got_own(session, result);
        break;
    case REQUEST_SET_CENTER:
    case REQUEST_SET_LEASE:
        station_welcome_next(session);
        break;
    case REQUEST_SET_HAVE:
        if (session->state == STATE_GREETING)
            station_welcome_next(session);
        break;
    case REQUEST_APPLY:
        got_applied(session, result);
        break;
    default:
        assert(!"a station asks nothing else");
    }
}

/* A file is at its end. */
static bool end_file(struct session *session)
{
    if (session->config.file == SESSION_WRITE && !session->more && return_quiet(session)) /* who has written nothing hands back all the same */
        session_send(session, FRAME_END, NULL);
    else if (session->config.file != SESSION_READ || !session->end_received)
        return false;
    if (session->forked) {
        session_fail(session, STATUS_FORK, "回执里县中心的第 %llu 条与本机的不同：本机是一份副本或从备份恢复；请重新导出交给县中心，再导入新的回执", (unsigned long long)session->welcome.have_seq);
        return true;
    }
    session_finish(session, STATUS_OK);
    return true;
}

bool station_idle(struct session *session)
{
    if (session->state != STATE_OPEN || session->healing)
        return false;
    if (end_file(session))
        return true;
    if (return_idle(session) || return_over(session))
        return true;
    if (session->more && return_quiet(session) && session_may_send(session)) {
        ask_own(session, session_chunk_bytes(session));
        return true;
    }
    if (lookup_idle(session) || relay_idle(session) || sums_idle(session))
        return true;
    if (session->config.once && session->end_received && session->n_flights == 0 && !session->more && relay_quiet(session) && return_quiet(session) && sums_quiet(session) && lookup_quiet(session)) {
        if (session->spoke)
            session_send(session, FRAME_END, NULL);
        session_finish(session, STATUS_OK);
        return true;
    }
    return false;
}
