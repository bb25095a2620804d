/* sync/handover.c - see handover.h. */
#include "sync/handover.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/record/replica.h"
#include "core/record/sync_state.h"
#include "sync/heal_order.h"
#include "sync/replicator.h"

enum { FLUSH_BYTES = 64 * 1024, FILE_BUFFER_BYTES = FLUSH_BYTES + 2 * BUNDLE_FRAME_MAX_BYTES };

/* ---- what a file holds, counted frame by frame: for the closing record, and to compare with it ---- */

struct tally {
    enum bundle_way way;
    struct bundle_closing closing;
    uint64_t part; /* the last chunk was a part of a history: where it began, which is where the next one begins; 0: it was none */
    bool greeted, ended;
};

static bool tally_chunk(struct tally *tally, const struct frame *frame)
{
    struct bundle_closing *closing = &tally->closing;
    struct message_changes header;
    size_t used;

    /* From the center a record's whole history may come with one number. */
    if (message_decode(FRAME_CHANGES, frame->payload, frame->len, &header, &used, NULL) != STATUS_OK || header.first == 0 || header.last < header.first || header.count > CHUNK_RAW_MAX_BYTES ||
        (tally->way == BUNDLE_TO_CENTER && header.count != header.last - header.first + 1))
        return false;
    if (tally->way == BUNDLE_TO_CENTER && (header.from_fold != 0 || header.upto_fold != 0))
        return false;
    if ((header.from_fold != 0) != (tally->part != 0) || (closing->count > 0 && header.first != (tally->part != 0 ? tally->part : closing->last + 1)))
        return false;
    if (closing->count == 0)
        closing->first = header.first;
    closing->count += header.count;
    tally->part = header.upto_fold != 0 ? header.first : 0;
    if (tally->part == 0)
        closing->last = header.last;
    memcpy(closing->last_hash.bytes, header.last_hash, HASH_BYTES);
    return true;
}

/* False: such a frame cannot stand there. */
static bool tally_frame(struct tally *tally, const uint8_t *bytes, size_t len)
{
    bool to_center = tally->way == BUNDLE_TO_CENTER;
    struct frame frame = {0};

    if (len < FRAME_HEADER_BYTES || tally->ended)
        return false;
    if (((size_t)bytes[0] << 24 | (size_t)bytes[1] << 16 | (size_t)bytes[2] << 8 | bytes[3]) != len - 4)
        return false;
    /* A newer program's frames that may be skipped. */
    if ((bytes[4] & FRAME_IGNORABLE) != 0)
        return tally->greeted;
    frame.type = bytes[4];
    frame.payload = bytes + FRAME_HEADER_BYTES;
    frame.len = len - FRAME_HEADER_BYTES;
    if (!tally->greeted) {
        tally->greeted = true;
        return frame.type == FRAME_HELLO ? to_center : !to_center && (frame.type == FRAME_WELCOME || frame.type == FRAME_COMPARE);
    }
    if (frame.type == FRAME_CHANGES)
        return tally_chunk(tally, &frame);
    if (frame.type == FRAME_RETURN)
        return to_center;
    tally->ended = frame.type == FRAME_END;
    /* A second WELCOME tells what was found out only while reading: that the station is a copy. */
    return tally->ended || (!to_center && (frame.type == FRAME_ACK || frame.type == FRAME_WELCOME || frame.type == FRAME_RETURNED));
}

static bool tally_matches(const struct tally *tally, const struct bundle_closing *closing)
{
    return tally->greeted && tally->ended && tally->closing.count == closing->count &&
           tally->closing.first == closing->first && tally->closing.last == closing->last &&
           hash_equal(tally->closing.last_hash, closing->last_hash);
}

/* ---- writing ---- */

struct output {
    struct bundle_writer *writer; /* NULL: nobody wants it */
    const struct handover_sink *sink;
    struct buf file; /* written by the writer, not yet by the sink */
    struct tally tally;
    uint64_t bytes;
    bool failed; /* the sink did */
};

static enum status flush(struct output *output, size_t keep, struct errmsg *err)
{
    struct buf *file = &output->file;
    enum status status = file->status;

    if (status != STATUS_OK)
        return errmsg_set(err, status, "%s", status_text(status));
    if (file->len <= keep)
        return STATUS_OK;
    status = output->sink->write(output->sink->context, file->data, file->len, err);
    output->failed |= status != STATUS_OK;
    output->bytes += file->len;
    buf_clear(file);
    return status;
}

static enum status output_begin(struct output *output, const struct handover *handover, const uint8_t *recipient,
                                enum bundle_way way, const struct handover_sink *sink, struct errmsg *err)
{
    *output = (struct output){.sink = sink, .tally = {.way = way}};
    buf_init(&output->file, FILE_BUFFER_BYTES);
    if (sink == NULL)
        return STATUS_OK;
    return bundle_writer_new(&output->writer, handover->key, recipient, way, handover->wall_ms, handover->random,
                             &output->file, err);
}

/* The whole frames of what a session sent. */
static enum status output_frames(struct output *output, struct buf *sent, struct errmsg *err)
{
    enum status status = sent->status;
    size_t at = 0;

    while (status == STATUS_OK && output->writer != NULL && at < sent->len) {
        const uint8_t *frame = sent->data + at;
        size_t len = 4 + ((size_t)frame[0] << 24 | (size_t)frame[1] << 16 | (size_t)frame[2] << 8 | frame[3]);

        assert(sent->len - at >= len);
        if (!tally_frame(&output->tally, frame, len))
            return errmsg_set(err, STATUS_PEER, "会话写出的内容不成立");
        bundle_write_frame(output->writer, frame, len, &output->file);
        status = flush(output, FLUSH_BYTES, err);
        at += len;
    }
    buf_clear(sent);
    return status;
}

static enum status output_end(struct output *output, struct errmsg *err)
{
    if (output->writer == NULL)
        return STATUS_OK;
    bundle_write_closing(output->writer, &output->tally.closing, &output->file);
    return flush(output, 0, err);
}

static void output_release(struct output *output)
{
    bundle_writer_free(output->writer);
    buf_release(&output->file);
}

/* ---- a session without somebody at the other end ---- */

struct talk {
    const struct handover *handover;
    struct session *session;
    struct session_actions actions;
    struct replicator *replicator; /* the handover's, or `own` */
    struct replicator *own;
    uint64_t total; /* export: changes to write */
    bool closed;
};

static enum status talk_begin(struct talk *talk, const struct handover *handover, const struct session_config *config)
{
    enum status status = STATUS_OK;

    *talk = (struct talk){.handover = handover, .replicator = handover->replicator};
    session_actions_init(&talk->actions);
    if (talk->replicator == NULL) {
        status = replicator_new(&talk->own, handover->store, handover->trace);
        talk->replicator = talk->own;
    }
    return status == STATUS_OK ? session_new(&talk->session, config) : status;
}

static void talk_release(struct talk *talk)
{
    session_free(talk->session);
    session_actions_release(&talk->actions);
    replicator_free(talk->own);
}

/* One event, and what follows from it until the session wants more; what it sends goes to the output. */
static enum status talk_step(struct talk *talk, struct session_event event, struct output *output, struct errmsg *err)
{
    struct session_result result = {0};
    enum status status = STATUS_OK;
    bool again = true;

    while (again && status == STATUS_OK && !talk->closed) {
        event.wall_ms = talk->handover->wall_ms;
        session_step(talk->session, &event, &talk->actions);
        if (event.kind == EVENT_STORE)
            session_result_release(&result);
        talk->closed = talk->actions.close;
        if (talk->closed && session_outcome(talk->session)->status != STATUS_OK)
            buf_clear(&talk->actions.send); /* why it failed, told to somebody who is not there: no frame of a file, and there will be none (talk_result tells it) */
        status = output_frames(output, &talk->actions.send, err);
        if (talk->handover->progress != NULL && talk->total > 0)
            talk->handover->progress(talk->handover->progress_context, session_outcome(talk->session)->sent, talk->total);
        again = talk->actions.wants_store && !talk->closed;
        if (status != STATUS_OK || !again)
            break;
        talk->actions.wants_store = false;
        replicator_run(talk->replicator, &talk->actions.request, talk->handover->wall_ms, &result);
        event = (struct session_event){.kind = EVENT_STORE, .result = &result};
    }
    return status;
}

static struct session_event connected_event(const struct handover *handover)
{
    struct session_event event = {.kind = EVENT_CONNECTED};

    handover->random.fill(handover->random.context, event.connected.entropy, sizeof event.connected.entropy);
    return event;
}

static enum status talk_result(const struct talk *talk, struct session_outcome *outcome, struct errmsg *err)
{
    *outcome = *session_outcome(talk->session);
    if (outcome->status != STATUS_OK)
        errmsg_set(err, outcome->status, "%s", errmsg_text(&outcome->reason, outcome->status));
    return outcome->status;
}

/* ---- export ---- */

enum status handover_center(const struct handover *handover, uint8_t key[BUNDLE_KEY_BYTES], struct hash *pin,
                            struct errmsg *err)
{
    char address[320];
    enum status status = center_address_get(handover->store, address, sizeof address, pin, err);

    if (status == STATUS_OK)
        status = center_key_get(handover->store, key, err);
    if (status == STATUS_OK && !hash_equal(bundle_pin(key), *pin))
        return errmsg_set(err, STATUS_AUTH, "本机记下的县中心公钥与登记时的不符，请联系中心");
    return status;
}

static enum status write_all(const struct handover *handover, const struct session_config *config, uint64_t total,
                             struct output *output, struct handover_result *result, struct errmsg *err)
{
    struct talk talk;
    enum status status = talk_begin(&talk, handover, config);

    talk.total = total;
    if (status == STATUS_OK)
        status = talk_step(&talk, connected_event(handover), output, err);
    if (status == STATUS_OK)
        status = talk_result(&talk, &result->outcome, err);
    if (status == STATUS_OK)
        status = output_end(output, err);
    talk_release(&talk);
    result->bytes = output->bytes;
    result->closing = output->tally.closing;
    result->written = status == STATUS_OK;
    return status;
}

enum status handover_export(const struct handover *handover, struct handover_range range, struct handover_sink sink,
                            struct handover_result *result, struct errmsg *err)
{
    struct session_config config = {.role = SESSION_STATION,
                                    .once = true,
                                    .trace = handover->trace,
                                    .file = SESSION_WRITE,
                                    .from_given = range.from_given,
                                    .file_from = range.from > 0 ? range.from - 1 : 0};
    uint8_t center[BUNDLE_KEY_BYTES];
    struct replica_state state;
    struct output output;
    struct hash pin;
    bool waits = false;
    enum status status = handover_center(handover, center, &pin, err);

    *result = (struct handover_result){.written = false};
    if (status == STATUS_OK)
        status = replica_state(handover->store, &state, err);
    if (status != STATUS_OK)
        return status;
    if (range.from_given && (range.from == 0 || range.from > state.head_seq + 1))
        return errmsg_set(err, STATUS_RANGE, "本机只有第 1 到 %" PRIu64 " 条，不能从第 %" PRIu64 " 条开始",
                          state.head_seq, range.from);
    if (status == STATUS_OK)
        status = heal_order_file_waits(handover->store, &waits, err);
    if (status != STATUS_OK)
        return status;
    if (!range.ask && !waits && (range.from_given ? config.file_from : state.have_seq) >= state.head_seq)
        return STATUS_OK;
    status = output_begin(&output, handover, center, BUNDLE_TO_CENTER, &sink, err);
    if (status == STATUS_OK)
        status = write_all(handover, &config, state.head_seq - (range.from_given ? config.file_from : state.have_seq), &output, result, err);
    output_release(&output);
    return status;
}

/* ---- reading ---- */

/* Called with each frame of a file. */
typedef enum status (*frame_taker)(void *context, const uint8_t *frame, size_t len, struct errmsg *err);

/* Read a source to its end, or until the taker or the file fails. */
static enum status read_file(struct handover_source source, struct bundle_reader *reader, frame_taker take,
                             void *context, uint64_t *bytes, struct errmsg *err)
{
    uint8_t *piece = malloc(BUNDLE_FEED_BYTES);
    enum status status = piece != NULL ? STATUS_OK : errmsg_set(err, STATUS_NOMEM, "%s", status_text(STATUS_NOMEM));
    size_t got = 1;

    *bytes = 0;
    while (status == STATUS_OK && got > 0) {
        struct bundle_record record;

        status = source.read(source.context, *bytes, piece, BUNDLE_FEED_BYTES, &got, err);
        if (status == STATUS_OK)
            status = bundle_feed(reader, piece, got);
        *bytes += got;
        while (status == STATUS_OK && (status = bundle_next(reader, &record, err)) == STATUS_OK)
            if (record.kind == BUNDLE_FRAME && take != NULL &&
                (status = take(context, record.frame, record.frame_len, err)) != STATUS_OK)
                break;
        if (status == STATUS_NOT_FOUND)
            status = STATUS_OK;
    }
    free(piece);
    if (status == STATUS_OK && !bundle_finished(reader))
        return bundle_cut(reader, err);
    return status;
}

static enum status count_frame(void *context, const uint8_t *frame, size_t len, struct errmsg *err)
{
    if (tally_frame(context, frame, len))
        return STATUS_OK;
    return errmsg_set(err, STATUS_CORRUPT, "文件的内容不成立，没有采用其中任何内容");
}

/* The first reading: all of it is what it says, and from whom. */
static enum status prove(const struct handover *handover, struct handover_source source, enum bundle_way way,
                         struct handover_result *result, uint8_t sender[BUNDLE_KEY_BYTES], struct errmsg *err)
{
    struct tally tally = {.way = way};
    struct bundle_reader *reader;
    enum status status = bundle_reader_new(&reader, handover->key);

    if (status != STATUS_OK)
        return status;
    status = read_file(source, reader, count_frame, &tally, &result->bytes, err);
    memcpy(sender, bundle_sender(reader), BUNDLE_KEY_BYTES);
    result->sender = bundle_pin(sender);
    result->closing = bundle_closing(reader);
    if (status == STATUS_OK && (bundle_way(reader) != way || !tally_matches(&tally, &result->closing)))
        status = errmsg_set(err, STATUS_CORRUPT, "文件的内容不成立，没有采用其中任何内容");
    bundle_reader_free(reader);
    return status;
}

/* The second reading: each frame goes to the session. */
struct feeding {
    struct talk talk;
    struct output output;
};

static enum status feed_frame(void *context, const uint8_t *frame, size_t len, struct errmsg *err)
{
    struct feeding *feeding = context;

    return talk_step(&feeding->talk, (struct session_event){.kind = EVENT_BYTES, .data = frame, .len = len},
                     &feeding->output, err);
}

static enum status act(struct feeding *feeding, struct handover_source source, struct handover_result *result,
                       struct errmsg *err)
{
    const struct handover *handover = feeding->talk.handover;
    struct session_event connected = connected_event(handover);
    struct bundle_reader *reader;
    uint64_t bytes;
    enum status status = bundle_reader_new(&reader, handover->key);

    if (status != STATUS_OK)
        return status;
    connected.connected.own_pin = bundle_pin(handover->key->public_key);
    connected.connected.peer_pin = result->sender;
    status = talk_step(&feeding->talk, connected, &feeding->output, err);
    if (status == STATUS_OK)
        status = read_file(source, reader, feed_frame, feeding, &bytes, err);
    if (status == STATUS_OK && !feeding->talk.closed)
        status = talk_step(&feeding->talk, (struct session_event){.kind = EVENT_CLOSED}, &feeding->output, err);
    bundle_reader_free(reader);
    /* Why the session ended tells more than what stopped the reading. */
    if (feeding->talk.closed && session_outcome(feeding->talk.session)->status != STATUS_OK)
        return talk_result(&feeding->talk, &result->outcome, err);
    result->outcome = *session_outcome(feeding->talk.session);
    return status;
}

static enum status feed(const struct handover *handover, const struct session_config *config,
                        struct handover_source source, const uint8_t *sender, const struct handover_sink *answer,
                        struct handover_result *result, struct errmsg *err)
{
    struct feeding *feeding = calloc(1, sizeof *feeding);
    enum status status;

    if (feeding == NULL)
        return errmsg_set(err, STATUS_NOMEM, "%s", status_text(STATUS_NOMEM));
    status = output_begin(&feeding->output, handover, sender, BUNDLE_RETURN, answer, err);
    if (status == STATUS_OK)
        status = talk_begin(&feeding->talk, handover, config);
    if (status == STATUS_OK)
        status = act(feeding, source, result, err);
    if (status == STATUS_OK)
        status = output_end(&feeding->output, err);
    result->answer_failed = feeding->output.failed;
    talk_release(&feeding->talk);
    output_release(&feeding->output);
    free(feeding);
    return status;
}

/* Say whose file was refused, or where it stopped: the person at the center has only a stick in the hand. */
static enum status name_sender(const struct handover *handover, const struct handover_result *result, enum status status, struct errmsg *err)
{
    struct peer peer;

    if (peer_find_pin(handover->store, result->sender, &peer, NULL) != STATUS_OK)
        return errmsg_wrap(err, status, "没有采用这个文件");
    if (result->outcome.received > 0)
        return errmsg_wrap(err, status, "站点 %u 号（%s %s）的文件只收下 %llu 条就停了，收下的都在，以后把同一个文件再导入一次就接着收", peer.station_no, peer.org_name, peer.name,
                           (unsigned long long)result->outcome.received);
    return errmsg_wrap(err, status, "没有采用站点 %u 号（%s %s）的文件", peer.station_no, peer.org_name, peer.name);
}

static enum status import_at_center(const struct handover *handover, struct handover_source source,
                                    const struct handover_sink *answer, struct handover_result *result,
                                    struct errmsg *err)
{
    struct session_config config = {
        .role = SESSION_CENTER, .trace = handover->trace, .file = SESSION_READ, .wants_answer = answer != NULL};
    uint8_t sender[BUNDLE_KEY_BYTES];
    enum status status = prove(handover, source, BUNDLE_TO_CENTER, result, sender, err);

    if (status != STATUS_OK)
        return status;
    status = feed(handover, &config, source, sender, answer, result, err);
    return status == STATUS_OK || result->answer_failed ? status : name_sender(handover, result, status, err);
}

static enum status import_at_station(const struct handover *handover, struct handover_source source,
                                     struct handover_result *result, struct errmsg *err)
{
    struct session_config config = {
        .role = SESSION_STATION, .once = true, .trace = handover->trace, .file = SESSION_READ};
    uint8_t sender[BUNDLE_KEY_BYTES], center[BUNDLE_KEY_BYTES];
    struct replica_state before, after;
    struct hash pin;
    enum status status = handover_center(handover, center, &pin, err);

    if (status == STATUS_OK)
        status = prove(handover, source, BUNDLE_RETURN, result, sender, err);
    if (status == STATUS_OK && !hash_equal(result->sender, pin))
        return errmsg_set(err, STATUS_AUTH, "文件不是本机的县中心写的，没有采用");
    if (status == STATUS_OK)
        status = replica_state(handover->store, &before, err);
    if (status == STATUS_OK)
        status = feed(handover, &config, source, sender, NULL, result, err);
    if (status == STATUS_OK)
        status = replica_state(handover->store, &after, err);
    if (status == STATUS_OK && result->outcome.healed[0] == '\0')
        status = sync_restored_met(handover->store, err);
    if (status != STATUS_OK)
        return status;
    result->confirmed = after.have_seq - before.have_seq;
    result->confirmed_to = after.have_seq;
    return STATUS_OK;
}

enum status handover_import(const struct handover *handover, struct handover_source source,
                            const struct handover_sink *answer, struct handover_result *result, struct errmsg *err)
{
    struct machine machine;
    enum status status = machine_load(handover->store, &machine, err);

    *result = (struct handover_result){.written = false};
    if (status != STATUS_OK)
        return status;
    return machine.center ? import_at_center(handover, source, answer, result, err)
                          : import_at_station(handover, source, result, err);
}

/* ---- files for others ---- */

enum status handover_recipient(struct handover_source source, struct hash *pin, struct errmsg *err)
{
    uint8_t head[BUNDLE_MAGIC_BYTES + 2 + BUNDLE_HEADER_MAX_BYTES];
    struct bundle_reader *reader;
    struct bundle_record record;
    size_t got = 0;
    enum status status = bundle_reader_new(&reader, NULL);

    if (status != STATUS_OK)
        return status;
    status = source.read(source.context, 0, head, sizeof head, &got, err);
    if (status == STATUS_OK)
        status = bundle_feed(reader, head, got);
    if (status == STATUS_OK)
        status = bundle_next(reader, &record, err);
    *pin = bundle_recipient(reader);
    if (bundle_has_header(reader))
        status = STATUS_OK;
    else if (status == STATUS_NOT_FOUND || status == STATUS_OK)
        status = bundle_cut(reader, err);
    bundle_reader_free(reader);
    return status;
}

enum status handover_look(struct handover_source source, uint64_t *bytes, struct hash *id, struct errmsg *err)
{
    struct bundle_reader *reader;
    enum status status = bundle_reader_new(&reader, NULL);

    if (status != STATUS_OK)
        return status;
    status = read_file(source, reader, NULL, NULL, bytes, err);
    *id = bundle_id(reader);
    bundle_reader_free(reader);
    return status;
}
