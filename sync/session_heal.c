/* sync/session_heal.c - finding out where two stores parted, and going on from there (protocol.h, HEALING): the center asks by COMPARE, the station answers by SAMPLES, until WELCOME says what to do. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/language.h"
#include "core/base/trace.h"
#include "sync/session_impl.h"

/* Each question leaves a sixtieth of what the one before left. */
enum { QUESTIONS_MAX = 64, FILE_SAMPLES_MAX_BYTES = 32 * 1024 * 1024 };

/* ---- center ---- */

static void ask_store(struct session *session, const struct message_samples *samples)
{
    struct session_request *request = session_ask(session, REQUEST_COMPARED);

    request->hello = session->hello;
    request->samples = *samples;
    memcpy(request->entropy, session->entropy, sizeof request->entropy);
    request->file = session->config.file != SESSION_LINE;
}

static void no_samples(struct session *session)
{
    session_fail(session, STATUS_FORK, "文件里的变更与中心已有的不同：那台机器是一份副本或从备份恢复，写文件的程序太旧，说不出从哪一条起不同；请更新它的程序后重新导出");
}

/* How an answer to a file ends that tells the station to come again with another one. */
static void end_answer(struct session *session)
{
    session_send(session, FRAME_END, NULL);
    session_finish(session, STATUS_OK);
}

static void no_answer_wanted(struct session *session)
{
    session_fail(session, STATUS_FORK, "县中心的数据恢复过，要与站点 %u 号核对：请再导入一次并写回执，把回执带回那台机器导入；双方数据未动", session->peer.station_no);
}

/* The file does not tell enough of the order: the next one will. */
static void tell_compare(struct session *session, const struct message_compare *compare)
{
    if (!session->config.wants_answer) {
        no_answer_wanted(session);
        return;
    }
    session_send(session, FRAME_COMPARE, compare);
    snprintf(session->outcome.healed, sizeof session->outcome.healed, _("县中心的数据恢复过，与站点 %u 号要逐段核对"), session->peer.station_no);
    trace_write(session->config.trace, TRACE_WARN, "session", "站点 %u（%s，%s）：本中心恢复过，这个文件说明不了全部：把回执带回去，它的下一个文件就说得全", session->peer.station_no, session->peer.org_code, session->peer.name);
    end_answer(session);
}

void heal_tell_rewind(struct session *session, const struct session_result *result)
{
    struct message_welcome welcome = center_welcome(session, result);

    if (!session->config.wants_answer) {
        no_answer_wanted(session);
        return;
    }
    session_send(session, FRAME_WELCOME, &welcome);
    snprintf(session->outcome.healed, sizeof session->outcome.healed, _("县中心的数据恢复过：已请站点 %u 号把恢复时丢失的交回来"), session->peer.station_no);
    trace_write(session->config.trace, TRACE_WARN, "session", "站点 %u（%s，%s）：本中心恢复过，回执里请它把丢失的交回来：把回执带回去导入，再带来下一个文件", session->peer.station_no,
                session->peer.org_code, session->peer.name);
    end_answer(session);
}

/* Nobody can be asked: what the station would answer stands in the file, behind HELLO. */
static void ask_file(struct session *session, const struct message_compare *compare)
{
    struct file_samples *samples = session->samples;

    session->compare = *compare;
    if (compare->what == COMPARE_ORDER && session->compared > 0)
        tell_compare(session, compare);
    else if (compare->what == COMPARE_ORDER)
        session->healing = true; /* once all samples are read */
    else if (samples != NULL && samples->has_log && ++session->compared == 1)
        ask_store(session, &samples->log);
    else if (session->state == STATE_GREETING && session->compared == 0)
        session->healing = true; /* it is the next frame */
    else
        no_samples(session);
}

static void ask(struct session *session, const struct message_compare *compare)
{
    /* We know who it is; its first chunk, on its way or behind the samples, is read over. */
    session->in.max_frame = FRAME_MAX_BYTES;
    if (session->config.file != SESSION_LINE) {
        ask_file(session, compare);
        return;
    }
    if (++session->compared > QUESTIONS_MAX) {
        session_fail(session, STATUS_FORK, "与站点逐段比对没有结果，停在第 %" PRIu64 " 到 %" PRIu64 " 条之间；双方数据未动", compare->from, compare->to);
        return;
    }
    session->compare = *compare;
    session->healing = true;
    session->more = false;
    session->connected_ms = session->now_ms;
    session_send(session, FRAME_COMPARE, compare);
}

static void tell_branch(struct session *session, const struct session_heal *heal, const struct session_result *result)
{
    struct message_welcome welcome = center_welcome(session, result);

    if (session->config.file != SESSION_LINE && !session->config.wants_answer) {
        session_fail(session, STATUS_FORK, "那台机器是一份副本或从备份恢复：请再导入一次并写回执，把回执带回去导入，它就会从第 %" PRIu64 " 条起另开日志", heal->common_seq + 1);
        return;
    }
    welcome.branch = true;
    welcome.common_seq = heal->common_seq;
    memcpy(welcome.branch_log, session->hello.incarnation, INCARNATION_BYTES);
    if (session->config.file != SESSION_LINE) {
        welcome.answers_seq = session->hello.head_seq;
        memcpy(welcome.answers_hash, session->hello.head_hash, HASH_BYTES);
    }
    session_send(session, FRAME_WELCOME, &welcome);
    snprintf(session->outcome.healed, sizeof session->outcome.healed, _("站点 %u 号是一份副本或从备份恢复：已让它从第 %" PRIu64 " 条起另开日志"), result->peer.station_no, heal->common_seq + 1);
    trace_write(session->config.trace, TRACE_INFO, "session", "站点 %u（%s，%s）是一份副本或从备份恢复：从第 %" PRIu64 " 条以后另开日志", result->peer.station_no, result->peer.org_code,
                result->peer.name, heal->common_seq);
    if (session->config.file != SESSION_LINE)
        session_send(session, FRAME_END, NULL);
    session_finish(session, STATUS_OK);
}

bool heal_begin(struct session *session, const struct session_result *result)
{
    const struct session_heal *heal = &result->heal;

    session->healing = false;
    if (heal->compare.what != 0)
        ask(session, &heal->compare);
    else if (heal->branch)
        tell_branch(session, heal, result);
    else
        return false;
    return true;
}

/* Beyond what is whole here, too: another copy's change may have been handed back under one of the numbers there. */
void heal_forked(struct session *session)
{
    uint64_t to = session->hello.head_seq;
    struct message_compare compare = {.what = COMPARE_LOG, .from = 1, .to = to > 0 ? to : 1};

    ask(session, &compare);
}

static struct file_samples *samples_of(struct session *session)
{
    if (session->samples != NULL)
        return session->samples;
    session->samples = calloc(1, sizeof *session->samples);
    if (session->samples == NULL) {
        session_fail(session, STATUS_NOMEM, "%s", status_text(STATUS_NOMEM));
        return NULL;
    }
    buf_init(&session->samples->order, FILE_SAMPLES_MAX_BYTES);
    session->samples->order_whole = 1;
    return session->samples;
}

void heal_free_samples(struct session *session)
{
    if (session->samples != NULL)
        buf_release(&session->samples->order);
    free(session->samples);
    session->samples = NULL;
}

/* A frame that is not full holds all there are of its range. */
static bool keep_order(struct file_samples *kept, const struct message_samples *samples)
{
    if (samples->from <= kept->order_to || samples->to < samples->from || samples->samples_len % SAMPLE_BYTES != 0)
        return false;
    if (samples->samples_len == SAMPLES_MAX * SAMPLE_BYTES)
        kept->order_whole = samples->to + 1;
    else if (samples->from != kept->order_to + 1)
        kept->order_whole = samples->from;
    kept->order_to = samples->to;
    kept->has_order = true;
    buf_append(&kept->order, samples->samples, samples->samples_len);
    return kept->order.status == STATUS_OK;
}

/* In a file they stand there whether they are needed or not. */
static void keep_samples(struct session *session, const struct message_samples *samples)
{
    struct file_samples *kept = samples_of(session);
    bool fits;

    if (kept == NULL)
        return;
    fits = samples->what == COMPARE_ORDER ? keep_order(kept, samples) : samples->what == COMPARE_LOG && !kept->has_log;
    if (!fits) {
        session_fail(session, STATUS_PEER, "SAMPLES 帧的内容不成立");
        return;
    }
    if (samples->what == COMPARE_ORDER)
        return;
    kept->log = *samples;
    kept->has_log = true;
    if (session->healing && session->compare.what == COMPARE_LOG)
        ask_file(session, &session->compare);
}

/* All samples of the order have been read. */
static void judge_order(struct session *session)
{
    const struct file_samples *kept = session->samples;
    struct message_samples samples = {.what = COMPARE_ORDER};

    session->compared++;
    if (kept == NULL || !kept->has_order) {
        tell_compare(session, &session->compare);
        return;
    }
    samples.from = kept->order_whole;
    samples.to = kept->order_to;
    ask_store(session, &samples);
    session->actions->request.packed = kept->order.data;
    session->actions->request.packed_len = kept->order.len;
}

static void on_samples(struct session *session, const struct frame *frame)
{
    struct message_samples samples;

    if (!session_read(session, frame, &samples))
        return;
    if (session->config.file != SESSION_LINE) {
        keep_samples(session, &samples);
        return;
    }
    if (samples.what != session->compare.what || samples.from != session->compare.from || samples.to != session->compare.to) {
        session_fail(session, STATUS_PEER, "SAMPLES 帧答的不是所问的");
        return;
    }
    ask_store(session, &samples);
}

/* ---- station ---- */

static void on_compare(struct session *session, const struct frame *frame)
{
    struct session_request *request;

    if (!session_read(session, frame, &session->compare))
        return;
    bool of_order = session->compare.what == COMPARE_ORDER, of_log = session->compare.what == COMPARE_LOG && session->config.file == SESSION_LINE; /* a file tells of its log without being asked */
    if (session->compare.from == 0 || session->compare.to < session->compare.from || (!of_order && !of_log)) {
        session_fail(session, STATUS_PEER, "COMPARE 帧的范围不成立");
        return;
    }
    if (session->config.file != SESSION_LINE) { /* the next file answers */
        session_ask(session, REQUEST_KEEP_COMPARE)->compare = session->compare;
        return;
    }
    /* What is on its way is not read there; it is sent again when this is over. */
    session->healing = true;
    session_rewind(session, session->acked);
    session->connected_ms = session->now_ms;
    request = session_ask(session, REQUEST_SAMPLE);
    request->compare = session->compare;
}

static void sample_into_file(struct session *session, enum compare_what what, uint64_t from, uint64_t to)
{
    struct session_request *request = session_ask(session, REQUEST_SAMPLE);

    request->compare = (struct message_compare){.what = what, .from = from, .to = to};
    request->file = true;
}

/* HELLO comes first, but waits for the samples of the log: what follows it may be written by then. */
void heal_write_greeting(struct session *session)
{
    const struct replica_state *own = &session->own;

    /* Up to where the center confirmed it is the same; what is different lies behind that. */
    if (own->head_seq > 0) {
        sample_into_file(session, COMPARE_LOG, own->have_seq > 0 ? own->have_seq : 1, own->head_seq);
        return;
    }
    station_file_hello(session);
    if (own->rcur > 0)
        sample_into_file(session, COMPARE_ORDER, 1, own->rcur);
}

/* In frames that hold all there are of their range, but for the first. */
static void send_order_samples(struct session *session, const struct session_result *result)
{
    struct message_samples samples = {.what = COMPARE_ORDER, .from = result->compare.from};
    uint64_t whole = result->samples.from, number;
    size_t at = 0, n = result->packed.len / SAMPLE_BYTES;

    do {
        size_t most = samples.from < whole ? SAMPLES_MAX : SAMPLES_MAX - 1, taken = 0;
        struct reader reader;

        for (; taken < most && at + taken < n; taken++) {
            reader_init(&reader, result->packed.data + (at + taken) * SAMPLE_BYTES, SAMPLE_BYTES);
            number = reader_u64(&reader);
            if (samples.from < whole && number >= whole)
                break;
            samples.to = number;
        }
        memcpy(samples.samples, result->packed.data + at * SAMPLE_BYTES, taken * SAMPLE_BYTES);
        samples.samples_len = taken * SAMPLE_BYTES;
        at += taken;
        if (samples.from < whole)
            samples.to = whole - 1;
        else if (at == n)
            samples.to = result->compare.to;
        session_send(session, FRAME_SAMPLES, &samples);
        samples.from = samples.to + 1;
    } while (samples.from <= result->compare.to);
}

static void sampled_for_file(struct session *session, const struct session_result *result)
{
    if (result->samples.what == COMPARE_ORDER) {
        send_order_samples(session, result);
        return;
    }
    station_file_hello(session);
    session_send(session, FRAME_SAMPLES, &result->samples);
    if (session->own.rcur > 0)
        sample_into_file(session, COMPARE_ORDER, 1, session->own.rcur);
}

void heal_branch(struct session *session)
{
    struct session_request *request;

    if (memcmp(session->welcome.branch_log, session->log.incarnation, INCARNATION_BYTES) != 0) {
        if (session->config.file == SESSION_LINE)
            session_fail(session, STATUS_PEER, "中心说的不是本机现在的日志");
        else
            session_finish(session, STATUS_OK); /* an answer that was read before */
        return;
    }
    request = session_ask(session, REQUEST_BRANCH);
    request->have_seq = session->welcome.common_seq;
    /* Told to be behind what the center has, while a file with what was written since HELLO may have come there first. */
    if (session->config.file == SESSION_LINE && session->welcome.common_seq == session->hello.head_seq)
        request->after = session->welcome.have_seq;
    memcpy(request->entropy, session->entropy + LEASE_BYTES, sizeof session->entropy - LEASE_BYTES);
    request->hello.head_seq = session->welcome.answers_seq;
    memcpy(request->hello.head_hash, session->welcome.answers_hash, HASH_BYTES);
}

static void branched(struct session *session, const struct session_result *result)
{
    uint64_t common = session->welcome.common_seq, tail = session->own.head_seq - common;

    if (result->differs) {
        session_fail(session, STATUS_FORK, "这份回执答复的是本机数据的另一份副本，没有采用；请带到写出那个文件的机器上导入");
        return;
    }
    session->outcome.again = true;
    if (result->more) {
        session_finish(session, STATUS_OK);
        return;
    }
    if (tail > 0)
        snprintf(session->outcome.healed, sizeof session->outcome.healed, _("本机的数据是一份副本或从备份恢复：第 %" PRIu64 " 条起的 %" PRIu64 " 条改记在新的日志里，都会送到县中心"), common + 1,
                 tail);
    else
        snprintf(session->outcome.healed, sizeof session->outcome.healed, _("本机的数据是一份副本或从备份恢复：从第 %" PRIu64 " 条起另开日志，缺的从县中心取回"), common + 1);
    session_finish(session, STATUS_OK);
}

static void compare_kept(struct session *session)
{
    snprintf(session->outcome.healed, sizeof session->outcome.healed, _("县中心的数据恢复过，要与本机逐段核对"));
    session_finish(session, STATUS_OK);
}

/* ---- both ---- */

bool heal_frame(struct session *session, const struct frame *frame)
{
    bool center = session->config.role == SESSION_CENTER;

    if (!center && frame->type == FRAME_COMPARE && session->state != STATE_START) {
        on_compare(session, frame);
        return true;
    }
    if (center && frame->type == FRAME_SAMPLES && (session->healing || session->config.file != SESSION_LINE) && session->peer_known) {
        on_samples(session, frame);
        return true;
    }
    if (center && session->healing && session->config.file != SESSION_LINE) {
        if (session->compare.what == COMPARE_ORDER)
            judge_order(session);
        else
            no_samples(session);
        return true;
    }
    /* The center: what was on its way when it asked. The station: only what ends the question. */
    return session->healing && (center || frame->type != FRAME_WELCOME);
}

bool heal_result(struct session *session, const struct session_result *result)
{
    if (result->kind != REQUEST_SAMPLE && result->kind != REQUEST_KEEP_COMPARE && result->kind != REQUEST_BRANCH && result->kind != REQUEST_COMPARED)
        return false;
    if (result->status != STATUS_OK)
        session_fail(session, result->status == STATUS_MALFORMED ? STATUS_PEER : result->status, "%s", errmsg_text(&result->err, result->status));
    else if (result->kind == REQUEST_SAMPLE && session->config.file == SESSION_WRITE)
        sampled_for_file(session, result);
    else if (result->kind == REQUEST_SAMPLE)
        session_send(session, FRAME_SAMPLES, &result->samples);
    else if (result->kind == REQUEST_KEEP_COMPARE)
        compare_kept(session);
    else if (result->kind == REQUEST_BRANCH)
        branched(session, result);
    else
        center_greeted(session, result);
    return true;
}
