/* sync/session_center.c - the center's side of a session: judge HELLO, take changes in, send the order of the station's scope, enrol. */
#include <assert.h>
#include <string.h>

#include "core/base/language.h"
#include "core/base/trace.h"
#include "core/record/catalogue.h"
#include "sync/session_impl.h"

/* ---- HELLO ---- */

static void on_hello(struct session *session, const struct frame *frame)
{
    struct message_hello *hello = &session->hello;
    struct session_request *request;

    if (!session_read(session, frame, hello))
        return;
    if (hello->protocol_min > PROTOCOL_MAX || hello->protocol_max < PROTOCOL_MIN) {
        session_fail(session, STATUS_VERSION, "站点的协议版本 %llu-%llu 与中心的 %d-%d 没有交集", (unsigned long long)hello->protocol_min,
                     (unsigned long long)hello->protocol_max, PROTOCOL_MIN, PROTOCOL_MAX);
        return;
    }
    if (hello->station_no == STATION_NO_CENTER || hello->station_no > UINT32_MAX || hello->have_seq > hello->head_seq) {
        session_fail(session, STATUS_PEER, "HELLO 帧的内容不成立");
        return;
    }
    /* A file's clock tells when it was written. */
    session->outcome.skew_known = session->config.file == SESSION_LINE;
    if (session->outcome.skew_known)
        session->outcome.skew_ms = hello->t_ms - session->wall_ms;
    session->log.station = (uint32_t)hello->station_no;
    memcpy(session->log.incarnation, hello->incarnation, INCARNATION_BYTES);
    request = session_ask(session, REQUEST_GREET);
    request->hello = *hello;
    request->file = session->config.file != SESSION_LINE;
    memcpy(request->entropy, session->entropy, sizeof request->entropy);
    if (hello->protocol_max >= PROTOCOL_HISTORY && session->config.file == SESSION_LINE)
        request->history = &session->in_history;
}

/* Facts of the two stores that must agree before a byte of data moves. */
static bool stores_agree(struct session *session, const struct session_result *result)
{
    const struct message_hello *hello = &session->hello;

    if (hello->practice != result->state.machine.practice) {
        session_fail(session, STATUS_FOREIGN, "练习数据与正式数据不能互相同步");
    } else if ((int64_t)hello->org != result->peer.org) {
        session_fail(session, STATUS_FORBIDDEN, "本站登记的单位与中心记录的不一致，请联系中心");
    } else {
        return true;
    }
    return false;
}

struct message_welcome center_welcome(const struct session *session, const struct session_result *result)
{
    const struct message_hello *hello = &session->hello;
    struct message_welcome welcome = {
        .protocol = hello->protocol_max < PROTOCOL_MAX ? hello->protocol_max : PROTOCOL_MAX,
        .have_seq = result->have_seq,
        .safe_seq = result->peer.safe_seq,
        .order_head = result->order_head,
        .safe_order = result->state.safe_order,
        .schema = SCHEMA_VERSION,
        .t_ms = session->wall_ms,
        .practice = result->state.machine.practice,
        .org = (uint64_t)result->peer.org,
        .relay = hello->relay,
        .keep = hello->relay && result->keeps && session->config.file == SESSION_LINE,
        .lookup = hello->lookup && session->config.file == SESSION_LINE,
        .rewind = result->heal.rewind,
        .common_order = result->heal.common_order,
        .window = session->in_history.window_log,
        .model = session->in_history.model,
    };

    if (hello->packings != 0) {
        welcome.packings = packing_own().packings;
        welcome.dictionary = packing_own().dictionary;
    }
    memcpy(welcome.center_incarnation, result->state.machine.incarnation, INCARNATION_BYTES);
    memcpy(welcome.lease, result->lease, LEASE_BYTES);
    memcpy(welcome.wants, result->heal.wants, result->heal.wants_len);
    welcome.wants_len = result->heal.wants_len;
    /* By the time an answer is read, HELLO's head may be any number of changes ago. */
    if (result->have_seq != hello->head_seq || session->config.file != SESSION_LINE)
        memcpy(welcome.have_hash, result->have_hash.bytes, HASH_BYTES);
    if (session->config.file != SESSION_LINE)
        welcome.answers_rcur = hello->rcur;
    if (session->config.file == SESSION_LINE && welcome.protocol >= PROTOCOL_HEALING)
        sums_put(result->scope_sum, welcome.scope_sum);
    return welcome;
}

void center_greeted(struct session *session, const struct session_result *result)
{
    const struct message_hello *hello = &session->hello;
    struct message_welcome welcome;

    session->peer = result->peer;
    session->peer_known = true;
    session->terms = packing_common((struct packing_terms){hello->packings, hello->dictionary});
    if (!stores_agree(session, result) || heal_begin(session, result))
        return;
    if (result->heal.rewind && session->config.file != SESSION_LINE) {
        heal_tell_rewind(session, result);
        return;
    }
    welcome = center_welcome(session, result);
    session_send(session, FRAME_WELCOME, &welcome);
    session->welcome = welcome;
    session->state = STATE_OPEN;
    session->in.max_frame = FRAME_MAX_BYTES;
    session->have = result->have_seq;
    session->returns.wants_upto = result->heal.wants_upto;
    session->resent_from = welcome.rewind ? welcome.common_order + 1 : 0;
    session->sent = session->told = session->acked = welcome.rewind ? welcome.common_order : hello->rcur;
    session->more = session->more || result->order_head > session->sent;
    session->relay.on = session->relay.more = hello->relay;
    sums_open(session);
    return_await(session);
    lookup_open(session, welcome.lookup);
    session_agree_window(session, welcome.protocol, hello->window, hello->model);
    session->note_due = true;
    session->noted_ms = session->now_ms - NOTE_EVERY_MS;
}

/* ---- CHANGES in ---- */

static void send_ack(struct session *session, const struct replica_result *taken, bool rewind)
{
    struct message_ack ack = {.have_seq = taken->have_seq, .rewind = rewind};

    memcpy(ack.have_hash, taken->have_hash.bytes, HASH_BYTES);
    if (!rewind) {
        ack.taken = taken->taken;
        ack.quarantined = taken->quarantined;
        ack.conflicts = taken->conflicts;
    }
    session_send(session, FRAME_ACK, &ack);
}

static void on_changes(struct session *session, const struct frame *frame)
{
    struct message_changes header;
    struct session_request *request;
    size_t at;

    if (!session_read_chunk(session, frame, &header, &at))
        return;
    if (header.repair || header.count != header.last - header.first + 1) {
        session_fail(session, STATUS_PEER, "CHANGES 帧的序号不连续");
        return;
    }
    if ((session->rewind_told && header.first > session->have + 1) || session_passes_over(session, &header))
        return;
    request = session_ask(session, REQUEST_INGEST);
    request->chunk = header;
    request->history = &session->in_history;
    session_hold(session, request, frame->payload + at, frame->len - at);
}

static void ingested(struct session *session, const struct session_result *result)
{
    if (result->status == STATUS_GAP && session->config.file != SESSION_LINE) {
        session->outcome.gap_first = result->taken.have_seq + 1;
        session->outcome.gap_last = result->chunk.first - 1;
        session_fail(session, STATUS_GAP, "这个文件接不上：先要第 %llu 到 %llu 条，请那台机器再导出（aidpostd bundle export --from %llu 文件）", (unsigned long long)session->outcome.gap_first,
                     (unsigned long long)session->outcome.gap_last, (unsigned long long)session->outcome.gap_first);
        return;
    }
    /* Packed as an earlier center knew it: once WELCOME has come it is not sent so again. Or it followed something that did not come here: then it comes with a history of its own. */
    if (result->status == STATUS_GAP || (result->status == STATUS_UNSUPPORTED && (!session->unread || result->chunk.packing == PACKING_HISTORY) && session->config.file == SESSION_LINE)) {
        session->unread = result->status == STATUS_UNSUPPORTED && result->chunk.packing != PACKING_HISTORY;
        session->rewind_told = true;
        session->have = result->taken.have_seq;
        send_ack(session, &result->taken, true);
        return;
    }
    if (result->status == STATUS_FORK && session->hello.protocol_max >= PROTOCOL_HEALING) {
        heal_forked(session);
        return;
    }
    if (result->status != STATUS_OK) {
        session_fail(session, result->status == STATUS_MALFORMED ? STATUS_PEER : result->status, "%s", errmsg_text(&result->err, result->status));
        return;
    }
    session->rewind_told = false;
    session->have = result->taken.have_seq;
    if (session->have >= session->hello.head_seq)
        history_close(&session->in_history); /* what it was promised for is here */
    session->outcome.received += result->taken.taken;
    session->outcome.quarantined += result->taken.quarantined;
    session->outcome.conflicts += result->taken.conflicts;
    session->outcome.repeated += result->taken.repeated;
    session->note_due = true;
    send_ack(session, &result->taken, false);
    /* Its own changes have places in the order now, which it will want to know. */
    session->more = true;
    session->end_sent = false;
}

/* ---- the order out ---- */

static void got_scope(struct session *session, const struct session_result *result)
{
    struct message_changes header = result->chunk;

    if (result->status == STATUS_FORK && session->hello.protocol_max >= PROTOCOL_HEALING) {
        heal_forked(session);
        return;
    }
    if (result->status != STATUS_OK) {
        session_fail(session, result->status, "%s", errmsg_text(&result->err, result->status));
        return;
    }
    session->more = result->more;
    if (header.count == 0) {
        /* Only others' business up to there: not worth a frame, so the station's cursor (told) stays behind ours. */
        if (header.last > session->sent)
            session->sent = header.last;
        return;
    }
    header.first = session->told + 1;
    session_name_log(session, &header);
    session_send_chunk(session, &header, &result->packed);
    session->part_number = header.upto_fold != 0 ? header.last : 0;
    session->part_fold = header.upto_fold;
    if (session->config.file != SESSION_LINE)
        session->outcome.places += result->places;
    session->end_sent = false;
}

static void on_ack(struct session *session, const struct frame *frame)
{
    struct message_ack ack;

    if (!session_read(session, frame, &ack))
        return;
    if (ack.rcur > session->told) {
        session_fail(session, STATUS_PEER, "站点确认了没有发给它的变更");
        return;
    }
    session_landed(session, ack.rcur, ack.part);
    session->note_due = true;
}

static void on_pull(struct session *session, const struct frame *frame)
{
    struct message_pull pull;

    if (!session_read(session, frame, &pull))
        return;
    if (pull.after > session->told) { /* it would count as having what it was never sent: erasures as done there, and nothing would come to it */
        session_fail(session, STATUS_PEER, "站点确认了没有发给它的变更");
        return;
    }
    if (return_pulled(session, pull.after))
        return;
    session->returns.on = false;
    session_rewind(session, pull.after);
    session->part_number = session->part_fold = 0;
    session->told = pull.after;
}

/* ---- ENROL ---- */

static void on_enrol(struct session *session, const struct frame *frame)
{
    struct message_enrol enrol;
    struct session_request *request;

    if (!session_read(session, frame, &enrol))
        return;
    if (enrol.protocol_min > PROTOCOL_MAX || enrol.protocol_max < PROTOCOL_MIN) {
        session_fail(session, STATUS_VERSION, "站点的协议版本与中心的没有交集");
        return;
    }
    request = session_ask(session, REQUEST_ENROL);
    request->enrol = enrol;
    memcpy(request->exporter, session->exporter, EXPORTER_BYTES);
}

static void copy_text(char *to, size_t to_bytes, const char *from)
{
    size_t len = strnlen(from, to_bytes - 1);

    memcpy(to, from, len);
    to[len] = 0;
}

static void enrolled(struct session *session, const struct session_result *result)
{
    const struct machine *center = &result->state.machine;
    struct message_enrolled message = {
        .station_no = result->peer.station_no,
        .org = (uint64_t)result->peer.org,
        .practice = center->practice,
        .t_ms = session->wall_ms,
    };

    if (result->status != STATUS_OK) {
        session_fail(session, result->status, "%s", errmsg_text(&result->err, result->status));
        return;
    }
    session->peer = result->peer;
    session->peer_known = true;
    copy_text(message.org_code, sizeof message.org_code, result->peer.org_code);
    copy_text(message.org_name, sizeof message.org_name, result->peer.org_name);
    copy_text(message.center_name, sizeof message.center_name, center->name);
    copy_text(message.area, sizeof message.area, center->area);
    memcpy(message.center_incarnation, center->incarnation, INCARNATION_BYTES);
    message.known = result->known;
    message.have_seq = result->have_seq;
    memcpy(message.have_hash, result->have_hash.bytes, HASH_BYTES);
    session_send(session, FRAME_ENROLLED, &message);
    trace_write(session->config.trace, TRACE_INFO, "session", "站点 %u（%s，%s）%s", result->peer.station_no, result->peer.org_code, result->peer.name,
                result->known ? _("又来问登记的结果") : result->peer.rekeyed_ms != 0 ? _("重新登记：从前的密钥作废") : _("已登记"));
    session->outcome.enrolled = true;
    session->outcome.enrolment = message;
    session_finish(session, STATUS_OK);
}

/* ---- the engine's entry points ---- */

static bool greeting_frame(struct session *session, const struct frame *frame)
{
    if (frame->type == FRAME_HELLO)
        on_hello(session, frame);
    else if (frame->type == FRAME_ENROL)
        on_enrol(session, frame);
    else
        return false;
    return true;
}

static bool open_frame(struct session *session, const struct frame *frame)
{
    switch (frame->type) {
    case FRAME_CHANGES:
        on_changes(session, frame);
        return true;
    case FRAME_ACK:
        on_ack(session, frame);
        return true;
    case FRAME_PULL:
        on_pull(session, frame);
        return true;
    case FRAME_END:
        session->end_received = true;
        session->returns.on = false;
        return true;
    default:
        return false;
    }
}

void center_frame(struct session *session, const struct frame *frame)
{
    bool known = session->state == STATE_GREETING ? greeting_frame(session, frame) : open_frame(session, frame);

    if (!known)
        session_fail(session, STATUS_PEER, "此时不该收到 %s 帧（类型 %u）", frame_name(frame->type), frame->type);
}

void center_result(struct session *session, const struct session_result *result)
{
    switch (result->kind) {
    case REQUEST_GREET:
        session->peer = result->peer; /* one that was revoked goes by its name in the log, too */
        if (result->status != STATUS_OK)
            session_fail(session, result->status, "%s", errmsg_text(&result->err, result->status));
        else
            center_greeted(session, result);
        break;
    case REQUEST_INGEST:
        ingested(session, result);
        break;
    case REQUEST_READ_SCOPE:
        got_scope(session, result);
        break;
    case REQUEST_NOTE_PEER:
        /* Contact times are not worth ending a session for, a revocation is. */
        if (result->status == STATUS_FORBIDDEN)
            session_fail(session, result->status, "%s", errmsg_text(&result->err, result->status));
        /* On a line it is noted again soon; who brought a file waits for what it came to. */
        if (result->status != STATUS_OK && result->status != STATUS_FORBIDDEN && session->config.file != SESSION_LINE) {
            session->outcome.unnoted = result->status;
            errmsg_set(&session->outcome.reason, result->status, "%s", errmsg_text(&result->err, result->status));
        }
        break;
    case REQUEST_ENROL:
        enrolled(session, result);
        break;
    default:
        assert(!"a center asks nothing else");
    }
}

static void ask_note(struct session *session)
{
    struct session_request *request = session_ask(session, REQUEST_NOTE_PEER);

    request->have_seq = session->have;
    request->hello.head_seq = session->hello.head_seq;
    request->hello.protocol_max = session->hello.protocol_max;
    request->sent_order = session->acked;
    request->after = session->resent_from;
    request->wants_upto = session->returns.wants_answered ? session->returns.wants_upto : 0;
    request->skew_ms = session->outcome.skew_ms;
    request->file = session->config.file != SESSION_LINE;
    session->note_due = false;
    session->noted_ms = session->now_ms;
}

bool center_idle(struct session *session)
{
    if (session->state != STATE_OPEN || session->healing)
        return false;
    /* Of a file first everything is read; then its changes have their places in the order, which the answer tells. */
    if (session->config.file != SESSION_LINE && !session->end_received)
        return false;
    if (session->config.file != SESSION_LINE && !session->config.wants_answer)
        session->more = false;
    if (session->more && return_quiet(session) && session_may_send(session)) {
        struct session_request *request = session_ask(session, REQUEST_READ_SCOPE);

        request->after = session->sent;
        request->chunk.last = session->part_number;
        request->chunk.from_fold = session->part_fold;
        request->max_bytes = session_chunk_bytes(session);
        request->history = session->out_history.window_log != 0 ? &session->out_history : NULL;
        request->hello.protocol_max = session->hello.protocol_max;
        /* What it had when it greeted is its own also where this center lost it and others handed it back. */
        request->own_told = session->config.file == SESSION_LINE;
        request->have_seq = session->have > session->hello.head_seq ? session->have : session->hello.head_seq;
        return true;
    }
    if (relay_idle(session))
        return true;
    if (session->hello.once && !session->end_sent && !session->more && relay_quiet(session) && return_quiet(session) &&
        (session->have >= session->hello.head_seq || session->config.file != SESSION_LINE)) {
        session_send(session, FRAME_END, NULL);
        session->end_sent = true;
        return true;
    }
    if (session->note_due && (session->end_received || (session->n_flights == 0 && !session->more && session->now_ms - session->noted_ms >= NOTE_EVERY_MS))) {
        ask_note(session);
        return true;
    }
    if (session->end_received) {
        session_finish(session, STATUS_OK);
        return true;
    }
    return false;
}

void center_closed(struct session *session)
{
    bool quiet = session->state == STATE_OPEN && session->n_flights == 0 && frame_backlog(&session->in) == 0;

    if (session->state == STATE_OPEN && session->note_due)
        ask_note(session);
    else
        session_finish(session, quiet ? STATUS_OK : STATUS_CLOSED);
}
