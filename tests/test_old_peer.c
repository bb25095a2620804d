/* tests/test_old_peer.c - today's program with the one before it: recorded frames of protocol 1 (tests/data/protocol1.txt) are played against a center and a station of today. Nothing may be said to an old program that
 * it does not know, and what it says must be taken whole. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/cbor.h"
#include "core/base/file.h"
#include "core/record/carry.h"
#include "core/record/changelog.h"
#include "sync/compress.h"
#include "sync/frame.h"
#include "sync/replicator.h"
#include "sync/session.h"
#include "tests/fixture.h"

enum { LINES_MAX = 16, FRAME_OLD_LAST = FRAME_RELAYED, ORG = 2 };

static const int64_t WALL_MS = INT64_C(1767225600000);
static const struct hash STATION_PIN = {{2}}, CENTER_PIN = {{1}};

struct line {
    char who[32];
    struct buf bytes;
};

struct recorded {
    struct line lines[LINES_MAX];
    size_t n;
    struct store *store; /* of today's machine */
    struct replicator *replicator;
    struct session *session;
    struct session_actions actions;
    struct buf sent;
    bool closed;
    const char *folder; /* of the store; NULL: in memory */
};

static int digit(char c)
{
    return c <= '9' ? c - '0' : c - 'a' + 10;
}

static void read_lines(struct recorded *recorded)
{
    const char *folder = getenv("AIDPOST_SRCDIR");
    char path[512], *text = NULL;
    size_t cap = 0;
    FILE *in;

    snprintf(path, sizeof path, "%s/tests/data/protocol1.txt", folder != NULL ? folder : "..");
    in = fopen(path, "r");
    assert_non_null(in);
    while (getline(&text, &cap, in) > 0) {
        struct line *line = &recorded->lines[recorded->n];
        const char *hex = strchr(text, '\t');

        if (text[0] == '#' || hex == NULL)
            continue;
        assert_true(recorded->n < LINES_MAX);
        snprintf(line->who, sizeof line->who, "%.*s", (int)(hex - text), text);
        buf_init(&line->bytes, 1024 * 1024);
        for (hex++; hex[0] > ' ' && hex[1] > ' '; hex += 2)
            buf_putc(&line->bytes, (uint8_t)(digit(hex[0]) << 4 | digit(hex[1])));
        recorded->n++;
    }
    free(text);
    fclose(in);
}

static const struct buf *line_of(const struct recorded *recorded, const char *who, size_t which)
{
    for (size_t i = 0; i < recorded->n; i++)
        if (strcmp(recorded->lines[i].who, who) == 0 && which-- == 0)
            return &recorded->lines[i].bytes;
    fail_msg("no line %s", who);
    return NULL;
}

/* ---- machines of today in the state of that day ---- */

static void make_store(struct recorded *recorded, struct machine machine, const char *incarnation)
{
    const struct buf *bytes = line_of(recorded, incarnation, 0);

    assert_int_equal(bytes->len, INCARNATION_BYTES);
    memcpy(machine.incarnation, bytes->data, INCARNATION_BYTES);
    assert_int_equal(store_open(&recorded->store, recorded->folder != NULL ? recorded->folder : ":memory:", STORE_CREATE, NULL), STATUS_OK);
    assert_int_equal(store_begin(recorded->store, "test", NULL), STATUS_OK);
    assert_int_equal(machine_create(recorded->store, &machine, NULL), STATUS_OK);
    assert_int_equal(store_commit(recorded->store, NULL), STATUS_OK);
    assert_int_equal(replicator_new(&recorded->replicator, recorded->store, NULL), STATUS_OK);
}

/* An own change with this body. */
static void append(struct recorded *recorded, bool center, struct change *change, const void *body, size_t len)
{
    struct errmsg err = {{0}};
    int64_t lsn;

    if (changelog_append_own(recorded->store, center, change, body, len, &lsn, &err) != STATUS_OK)
        fail_msg("append: %s", err.text);
}

static void add_org(struct recorded *recorded, int64_t number)
{
    struct change change = {.at_ms = WALL_MS, .user = "center", .type_no = catalogue_find("org")->no, .op = CHANGE_PUT};
    struct buf body;

    buf_init(&body, 256);
    cbor_put_map(&body, 2);
    cbor_put_uint(&body, catalogue_field(catalogue_find("org"), "number")->no);
    cbor_put_int(&body, number);
    cbor_put_uint(&body, catalogue_field(catalogue_find("org"), "code")->no);
    cbor_put_text(&body, "z", 1);
    change.id.bytes[0] = (uint8_t)number;
    append(recorded, true, &change, body.data, body.len);
    buf_release(&body);
}

/* The center of today with the orgs, the old station's key, and the first of its changes. */
static void make_center(struct recorded *recorded)
{
    struct machine center = {.center = true, .org = 1, .name = "县中心", .area = "320117"};
    struct replica_result taken;
    struct log_id log = {.station = 1};
    struct reader reader;
    struct peer peer;
    size_t len;
    const uint8_t *first;

    make_store(recorded, center, "center_incarnation");
    assert_int_equal(store_begin(recorded->store, "test", NULL), STATUS_OK);
    for (int64_t org = 1; org <= 3; org++)
        add_org(recorded, org);
    assert_int_equal(peer_add(recorded->store, ORG, "old", STATION_PIN, 1, &peer, NULL), STATUS_OK);
    reader_init(&reader, line_of(recorded, "log", 0)->data, line_of(recorded, "log", 0)->len);
    first = cbor_skip(&reader, &len);
    memcpy(log.incarnation, line_of(recorded, "station_incarnation", 0)->data, INCARNATION_BYTES);
    assert_int_equal(replica_ingest(recorded->store, &peer, &log, 1, first, len, 1, 1, &taken, NULL), STATUS_OK);
    add_org(recorded, 4); /* two more in the order, as then */
    add_org(recorded, 5);
    assert_int_equal(store_commit(recorded->store, NULL), STATUS_OK);
    assert_int_equal(taken.taken, 1);
}

/* The station of today that has written what the old one wrote, byte for byte. */
static void make_station(struct recorded *recorded)
{
    struct machine station = {.station_no = 1, .org = ORG, .name = "站2", .area = "320117"};
    static const uint8_t suffix[2] = {0x58, 0x20};
    struct reader reader;

    make_store(recorded, station, "station_incarnation");
    assert_int_equal(store_begin(recorded->store, "test", NULL), STATUS_OK);
    reader_init(&reader, line_of(recorded, "log", 0)->data, line_of(recorded, "log", 0)->len);
    while (reader_left(&reader) > 0) {
        size_t prefix_len, body_len;
        const uint8_t *prefix, *body;
        struct change change;
        struct buf header;
        struct hash hash;

        assert_int_equal(cbor_array(&reader), 2);
        prefix = cbor_bytes(&reader, &prefix_len);
        body = cbor_bytes(&reader, &body_len);
        hash = hash_of(body, body_len);
        buf_init(&header, CHANGE_HEADER_MAX_BYTES);
        buf_append(&header, prefix, prefix_len);
        buf_append(&header, suffix, sizeof suffix);
        buf_append(&header, hash.bytes, HASH_BYTES);
        assert_int_equal(change_decode_header(header.data, header.len, &change), STATUS_OK);
        append(recorded, false, &change, body, body_len);
        buf_release(&header);
    }
    assert_int_equal(store_commit(recorded->store, NULL), STATUS_OK);
}

/* ---- playing ---- */

static void step(struct recorded *recorded, struct session_event event)
{
    struct session_actions *actions = &recorded->actions;
    struct session_result result;
    bool answered = false;

    while (!recorded->closed) {
        event.now_ms = 1000;
        event.wall_ms = WALL_MS;
        session_step(recorded->session, &event, actions);
        if (answered)
            session_result_release(&result);
        buf_append(&recorded->sent, actions->send.data, actions->send.len);
        buf_clear(&actions->send);
        recorded->closed = actions->close;
        answered = !actions->close && actions->wants_store;
        if (!answered)
            return;
        actions->wants_store = false;
        replicator_run(recorded->replicator, &actions->request, WALL_MS, &result);
        event = (struct session_event){.kind = EVENT_STORE, .result = &result};
    }
}

static void begin(struct recorded *recorded, enum session_role role)
{
    struct session_config config = {.role = role, .once = true};
    struct session_event event = {.kind = EVENT_CONNECTED};

    buf_init(&recorded->sent, 1024 * 1024);
    session_actions_init(&recorded->actions);
    assert_int_equal(session_new(&recorded->session, &config), STATUS_OK);
    event.connected.own_pin = role == SESSION_CENTER ? CENTER_PIN : STATION_PIN;
    event.connected.peer_pin = role == SESSION_CENTER ? STATION_PIN : CENTER_PIN;
    step(recorded, event);
}

static void hear(struct recorded *recorded, const char *who, size_t which)
{
    const struct buf *bytes = line_of(recorded, who, which);

    step(recorded, (struct session_event){.kind = EVENT_BYTES, .data = bytes->data, .len = bytes->len});
}

static void end(struct recorded *recorded)
{
    session_free(recorded->session);
    session_actions_release(&recorded->actions);
    buf_release(&recorded->sent);
    replicator_free(recorded->replicator);
    store_close(recorded->store);
    for (size_t i = 0; i < recorded->n; i++)
        buf_release(&recorded->lines[i].bytes);
}

/* Entries of the shapes protocol 1 knows (replica.h, the first three). */
static void check_entries(const struct buf *entries)
{
    struct reader reader;

    reader_init(&reader, entries->data, entries->len);
    while (reader_left(&reader) > 0) {
        uint64_t items = cbor_array(&reader);
        size_t len;

        assert_true(items == 2 || items == 3 || items == 5);
        assert_true(cbor_uint(&reader) > 0);
        (void)cbor_uint(&reader);
        if (items == 3)
            assert_true(cbor_bool(&reader));
        for (uint64_t i = 2; items == 5 && i < items; i++)
            (void)cbor_bytes(&reader, &len);
        assert_int_equal(reader.status, STATUS_OK);
    }
}

static void check_chunk(const struct frame *frame, uint64_t *changes)
{
    struct message_changes header;
    struct compressor *compressor;
    struct buf entries;
    size_t at;

    assert_int_equal(message_decode(FRAME_CHANGES, frame->payload, frame->len, &header, &at, NULL), STATUS_OK);
    assert_true(header.packing <= PACKING_ZSTD);
    buf_init(&entries, CHUNK_RAW_MAX_BYTES);
    assert_int_equal(compressor_new(&compressor, COMPRESS_LEVEL), STATUS_OK);
    if (header.packing == PACKING_NONE)
        buf_append(&entries, frame->payload + at, frame->len - at);
    else
        assert_int_equal(compressor_unpack(compressor, frame->payload + at, frame->len - at, header.raw_bytes, &entries), STATUS_OK);
    check_entries(&entries);
    *changes += header.count;
    compressor_free(compressor);
    buf_release(&entries);
}

static void test_an_old_station_comes_to_a_center_of_today(void **state)
{
    static struct recorded recorded;
    const struct session_outcome *outcome;
    struct frame_reader reader;
    struct frame frame;
    uint64_t changes = 0;
    bool ended = false;

    (void)state;
    read_lines(&recorded);
    make_center(&recorded);
    begin(&recorded, SESSION_CENTER);
    hear(&recorded, "station", 0);
    frame_reader_init(&reader, FRAME_MAX_BYTES);
    assert_int_equal(frame_feed(&reader, recorded.sent.data, recorded.sent.len), STATUS_OK);
    while (frame_next(&reader, &frame) == STATUS_OK) {
        assert_true(frame.type <= FRAME_OLD_LAST || frame.ignorable);
        if (frame.type == FRAME_WELCOME) {
            struct message_welcome welcome;

            assert_int_equal(message_decode(FRAME_WELCOME, frame.payload, frame.len, &welcome, NULL, NULL), STATUS_OK);
            assert_int_equal(welcome.protocol, 1);
            assert_int_equal(welcome.have_seq, 1);
        }
        if (frame.type == FRAME_CHANGES)
            check_chunk(&frame, &changes);
        ended = frame.type == FRAME_END;
    }
    assert_true(ended);
    assert_int_equal(changes, 4); /* two of the center, the places of its own two */
    hear(&recorded, "station", 1);
    outcome = session_outcome(recorded.session);
    assert_true(recorded.closed);
    if (outcome->status != STATUS_OK)
        fail_msg("%s", outcome->reason.text);
    assert_int_equal(outcome->received, 2);
    assert_int_equal(outcome->quarantined, 0);
    frame_reader_release(&reader);
    end(&recorded);
}

static void test_a_station_of_today_comes_to_an_old_center(void **state)
{
    static struct recorded recorded;
    const struct session_outcome *outcome;
    struct replica_state replica;

    (void)state;
    read_lines(&recorded);
    make_station(&recorded);
    begin(&recorded, SESSION_STATION);
    for (size_t i = 0; i < 3; i++)
        hear(&recorded, "center", i);
    outcome = session_outcome(recorded.session);
    assert_true(recorded.closed);
    if (outcome->status != STATUS_OK)
        fail_msg("%s", outcome->reason.text);
    assert_int_equal(outcome->sent, 3);
    assert_int_equal(replica_state(recorded.store, &replica, NULL), STATUS_OK);
    assert_int_equal(replica.have_seq, 3);
    end(&recorded);
}

/* A backup that waits for a center stays where it is, and everything else goes on. */
static void test_a_backup_does_not_go_to_an_old_center(void **state)
{
    static struct recorded recorded;
    char folder[] = "test_old_peer.XXXXXX", path[64], command[96];
    struct frame_reader reader;
    struct frame frame;
    struct carry carry;

    (void)state;
    assert_non_null(mkdtemp(folder));
    recorded.folder = folder;
    read_lines(&recorded);
    make_station(&recorded);
    snprintf(path, sizeof path, "%s/backup", folder);
    assert_int_equal(file_write(path, "sealed", 6, 0600, NULL), STATUS_OK);
    assert_int_equal(carry_add(recorded.store, path, WALL_MS, NULL), STATUS_OK);
    begin(&recorded, SESSION_STATION);
    for (size_t i = 0; i < 3; i++)
        hear(&recorded, "center", i);
    assert_true(recorded.closed);
    assert_int_equal(session_outcome(recorded.session)->status, STATUS_OK);
    assert_int_equal(session_outcome(recorded.session)->sent, 3);
    frame_reader_init(&reader, FRAME_MAX_BYTES);
    assert_int_equal(frame_feed(&reader, recorded.sent.data, recorded.sent.len), STATUS_OK);
    while (frame_next(&reader, &frame) == STATUS_OK)
        assert_true(frame.type < FRAME_RELAY);
    assert_int_equal(carry_next(recorded.store, &carry, NULL), STATUS_OK);
    assert_int_equal(carry.handed, 0);
    frame_reader_release(&reader);
    end(&recorded);
    snprintf(command, sizeof command, "rm -rf %s", folder);
    assert_int_equal(system(command), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_old_station_comes_to_a_center_of_today),
        cmocka_unit_test(test_a_station_of_today_comes_to_an_old_center),
        cmocka_unit_test(test_a_backup_does_not_go_to_an_old_center),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
