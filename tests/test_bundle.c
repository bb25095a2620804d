/* tests/test_bundle.c - bundle files: whole ways there and back, and every way in which a file can be wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "core/base/cbor.h"
#include "core/record/changelog.h"
#include "sync/identity.h"
#include "tests/keyed_world.h"

static const struct handover_range PENDING = {.from_given = false};
static const struct handover_range ALL = {.from_given = true, .from = 1};

static void consult(struct node *node, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        char content[64];

        snprintf(content, sizeof content, "第%zu件：工资没有发", i);
        node_consult(node, "张文芳", content);
    }
}

/* What must not have moved when a file was refused. */
static int64_t changes_at(struct keyed_world *keyed)
{
    return node_count(&keyed->world.center, "change");
}

static enum status refused(struct keyed_world *keyed, struct buf *file)
{
    struct handover_result result;
    struct errmsg err = {{0}};
    int64_t before = changes_at(keyed);
    enum status status = keyed_take(keyed, file, NULL, &result, &err);

    assert_int_not_equal(status, STATUS_OK);
    assert_string_not_equal(err.text, "");
    assert_int_equal(changes_at(keyed), before);
    return status;
}

static void take(struct keyed_world *keyed, struct buf *file, struct handover_result *result)
{
    struct errmsg err = {{0}};

    if (keyed_take(keyed, file, NULL, result, &err) != STATUS_OK)
        fail_msg("%s", err.text);
}

static struct replica_state state_of(struct node *node)
{
    struct replica_state state;
    struct errmsg err = {{0}};

    assert_int_equal(replica_state(node->store, &state, &err), STATUS_OK);
    return state;
}

static int64_t pages_of(struct node *node)
{
    struct stmt *stmt = store_prepare(node->store, "PRAGMA page_count");
    enum status status;
    int64_t pages = 0;

    assert_true(stmt_row(stmt, &status, NULL));
    pages = stmt_column_int(stmt, 0);
    stmt_reset(stmt);
    return pages;
}

static void same_rows(struct keyed_world *keyed, size_t station)
{
    char *here = node_dump(&keyed->world.stations[station]), *there = node_dump(&keyed->world.center);

    assert_string_equal(here, there);
    free(here);
    free(there);
    node_verify(&keyed->world.center);
    node_verify(&keyed->world.stations[station]);
}

static void test_there_and_back(void **state)
{
    struct keyed_world keyed;
    struct node *station = &keyed.world.stations[0], *center = &keyed.world.center;
    struct handover handover;
    struct handover_result result;
    struct errmsg err = {{0}};
    struct buf file, answer;

    (void)state;
    keyed_world_open(&keyed, 1, false);
    consult(station, 60);
    result = keyed_export(&keyed, 0, PENDING, &file);
    assert_true(result.written);
    assert_int_equal(result.closing.count, 60);
    assert_int_equal(result.closing.first, 1);
    assert_int_equal(result.closing.last, 60);
    assert_int_equal(state_of(station).have_seq, 0); /* a file on a stick has not arrived */
    assert_int_equal(keyed_take(&keyed, &file, &answer, &result, &err), STATUS_OK);
    assert_int_equal(result.outcome.received, 60);
    assert_int_equal(result.outcome.repeated, 0);
    assert_int_equal(node_count(center, "consultation"), 60);

    /* The answer: what the center has of the station, its orgs, and the places of the 60 in the order. */
    handover = keyed_station(&keyed, 0);
    assert_int_equal(handover_import(&handover, memory_source(&answer), NULL, &result, &err), STATUS_OK);
    assert_int_equal(result.confirmed, 60);
    assert_int_equal(result.outcome.received, 2);
    assert_int_equal(state_of(station).have_seq, 60);
    assert_int_equal(state_of(station).ordered_seq, 60);
    same_rows(&keyed, 0);

    /* Again, both: nothing changes. */
    assert_int_equal(handover_import(&handover, memory_source(&answer), NULL, &result, &err), STATUS_OK);
    assert_int_equal(result.confirmed, 0);
    assert_int_equal(result.outcome.received, 0);
    take(&keyed, &file, &result);
    assert_int_equal(result.outcome.received, 0);
    assert_int_equal(result.outcome.repeated, 60);
    same_rows(&keyed, 0);
    buf_release(&file);
    buf_release(&answer);

    /* Nothing to hand over: no file; but one can ask. */
    assert_false(keyed_export(&keyed, 0, PENDING, &file).written);
    assert_int_equal(file.len, 0);
    buf_release(&file);
    result = keyed_export(&keyed, 0, (struct handover_range){.ask = true}, &file);
    assert_true(result.written);
    assert_int_equal(result.closing.count, 0);
    assert_int_equal(keyed_take(&keyed, &file, &answer, &result, &err), STATUS_OK);
    buf_release(&file);
    buf_release(&answer);
    keyed_world_close(&keyed);
}

/* What a decision of the center does for a laptop that never had a line. */
static void test_decisions_come_back(void **state)
{
    struct keyed_world keyed;
    struct node *station = &keyed.world.stations[0], *center = &keyed.world.center;
    struct handover handover;
    struct handover_result result;
    struct errmsg err = {{0}};
    struct buf file, answer, second;
    struct id id;
    char *text;

    (void)state;
    keyed_world_open(&keyed, 1, false);
    id = node_consult(station, "张文芳", "工资没有发");
    keyed_export(&keyed, 0, PENDING, &file);
    take(&keyed, &file, &result);
    node_set(center, "consultation", id, "answer", "可以申请");
    node_consult(station, "李志强", "房东不退押金");
    keyed_export(&keyed, 0, PENDING, &second); /* both: nobody told it that the first arrived */
    take(&keyed, &second, &result);
    assert_int_equal(result.outcome.repeated, 1);
    assert_int_equal(result.outcome.received, 1);
    assert_int_equal(keyed_take(&keyed, &second, &answer, &result, &err), STATUS_OK); /* the first answer was lost */
    assert_int_equal(result.outcome.repeated, 2);
    node_consult(station, "王芳", "还在写"); /* the answer speaks of a log that went on */
    handover = keyed_station(&keyed, 0);
    assert_int_equal(handover_import(&handover, memory_source(&answer), NULL, &result, &err), STATUS_OK);
    text = node_get(station, "consultation", id, "answer");
    assert_string_equal(text, "可以申请");
    free(text);
    assert_int_equal(state_of(station).have_seq, 2);
    buf_release(&file);
    buf_release(&second);
    buf_release(&answer);

    /* A line later finds only the last one to do. */
    assert_int_equal(world_sync(&keyed.world, 0).taken, 1);
    same_rows(&keyed, 0);
    keyed_world_close(&keyed);
}

static void test_any_order(void **state)
{
    struct keyed_world keyed;
    struct node *station = &keyed.world.stations[0];
    struct handover_result result;
    struct errmsg err = {{0}};
    struct buf first, second, third;

    (void)state;
    keyed_world_open(&keyed, 1, false);
    consult(station, 5);
    keyed_export(&keyed, 0, PENDING, &first);
    consult(station, 5);
    keyed_export(&keyed, 0, (struct handover_range){.from_given = true, .from = 6}, &second);
    consult(station, 1);
    keyed_export(&keyed, 0, ALL, &third);

    /* A gap is named, and nothing of it is kept. */
    assert_int_equal(keyed_take(&keyed, &second, NULL, &result, &err), STATUS_GAP);
    assert_int_equal(result.outcome.gap_first, 1);
    assert_int_equal(result.outcome.gap_last, 5);
    assert_non_null(strstr(err.text, "先要第 1 到 5 条"));
    assert_int_equal(node_count(&keyed.world.center, "consultation"), 0);

    take(&keyed, &first, &result);
    take(&keyed, &second, &result);
    assert_int_equal(result.outcome.received, 5);
    take(&keyed, &third, &result);
    assert_int_equal(result.outcome.received, 1);
    assert_int_equal(result.outcome.repeated, 10);
    /* Old ones again, when newer changes are here: no fork. */
    take(&keyed, &first, &result);
    assert_int_equal(result.outcome.received, 0);
    assert_int_equal(node_count(&keyed.world.center, "consultation"), 11);
    node_verify(&keyed.world.center);
    buf_release(&first);
    buf_release(&second);
    buf_release(&third);
    keyed_world_close(&keyed);
}

/* Files and a line, mixed. */
static void test_with_a_line(void **state)
{
    struct keyed_world keyed;
    struct node *station = &keyed.world.stations[0];
    struct handover handover;
    struct handover_result result;
    struct errmsg err = {{0}};
    struct buf file, answer;

    (void)state;
    keyed_world_open(&keyed, 1, false);
    consult(station, 3);
    keyed_export(&keyed, 0, PENDING, &file);
    consult(station, 2);
    world_sync(&keyed.world, 0);
    assert_int_equal(keyed_take(&keyed, &file, &answer, &result, &err), STATUS_OK);
    assert_int_equal(result.outcome.repeated, 3);
    consult(station, 1);
    world_sync(&keyed.world, 0);
    handover = keyed_station(&keyed, 0);
    assert_int_equal(handover_import(&handover, memory_source(&answer), NULL, &result, &err), STATUS_OK);
    assert_int_equal(result.confirmed, 0);
    assert_int_equal(state_of(station).have_seq, 6);
    same_rows(&keyed, 0);
    buf_release(&file);
    buf_release(&answer);
    keyed_world_close(&keyed);
}

/* ---- files that are wrong ---- */

static void seal_again(struct buf *file)
{
    struct hash hash = hash_of(file->data, file->len - HASH_BYTES);

    memcpy(file->data + file->len - HASH_BYTES, hash.bytes, HASH_BYTES);
}

/* Each byte changed: by accident, and by somebody who mends the hash at the end. */
static void test_every_byte(void **state)
{
    struct keyed_world keyed;
    struct handover_result result;
    struct buf file;

    (void)state;
    keyed_world_open(&keyed, 1, false);
    consult(&keyed.world.stations[0], 2);
    keyed_export(&keyed, 0, PENDING, &file);
    for (size_t i = 0; i < file.len; i++) {
        uint8_t tail[HASH_BYTES];

        memcpy(tail, file.data + file.len - HASH_BYTES, HASH_BYTES);
        file.data[i] ^= 1;
        refused(&keyed, &file);
        seal_again(&file);
        if (i < file.len - HASH_BYTES)
            refused(&keyed, &file);
        if (i < file.len - HASH_BYTES)
            file.data[i] ^= 1;
        memcpy(file.data + file.len - HASH_BYTES, tail, HASH_BYTES);
    }
    take(&keyed, &file, &result);
    assert_int_equal(result.outcome.received, 2);
    buf_release(&file);
    keyed_world_close(&keyed);
}

static void test_every_length(void **state)
{
    struct keyed_world keyed;
    struct handover_result result;
    struct buf file;
    size_t whole;

    (void)state;
    keyed_world_open(&keyed, 1, false);
    consult(&keyed.world.stations[0], 2);
    keyed_export(&keyed, 0, PENDING, &file);
    whole = file.len;
    for (file.len = 0; file.len < whole; file.len++) {
        enum status status = refused(&keyed, &file);

        assert_true(status == (file.len < BUNDLE_MAGIC_BYTES ? STATUS_FOREIGN : STATUS_CORRUPT));
    }
    buf_putc(&file, 0); /* and one byte too many */
    assert_int_equal(refused(&keyed, &file), STATUS_CORRUPT);
    file.len = whole;
    take(&keyed, &file, &result);
    buf_release(&file);
    keyed_world_close(&keyed);
}

/* Records taken out, doubled or exchanged, with the hash mended. */
static void test_records_moved(void **state)
{
    struct keyed_world keyed;
    struct buf file, other;
    size_t at[16], n = 0, i;

    (void)state;
    keyed_world_open(&keyed, 1, false);
    consult(&keyed.world.stations[0], 2);
    keyed_export(&keyed, 0, PENDING, &file);
    i = BUNDLE_MAGIC_BYTES;
    i += 2 + ((size_t)file.data[i] << 8 | file.data[i + 1]);
    while (n < 15) {
        size_t len = (size_t)file.data[i] << 24 | (size_t)file.data[i + 1] << 16 | (size_t)file.data[i + 2] << 8 |
                     file.data[i + 3];

        at[n++] = i;
        if (len == 0)
            break;
        i += 4 + len;
    }
    assert_int_equal(n, 7); /* sender, HELLO, SAMPLES, CHANGES, END, closing, the end */
    for (size_t gone = 0; gone + 1 < n; gone++) {
        buf_init(&other, 1024 * 1024);
        buf_append(&other, file.data, at[gone]);
        buf_append(&other, file.data + at[gone + 1], file.len - at[gone + 1]);
        seal_again(&other);
        refused(&keyed, &other);
        buf_clear(&other);
        buf_append(&other, file.data, at[gone + 1]);
        buf_append(&other, file.data + at[gone], file.len - at[gone]);
        seal_again(&other);
        refused(&keyed, &other);
        buf_release(&other);
    }
    buf_release(&file);
    keyed_world_close(&keyed);
}

static void test_to_somebody_else(void **state)
{
    struct keyed_world keyed;
    struct handover_result result;
    struct errmsg err = {{0}};
    struct handover handover;
    struct buf file, answer;

    (void)state;
    keyed_world_open(&keyed, 2, false);
    consult(&keyed.world.stations[0], 2);
    keyed_export(&keyed, 0, PENDING, &file);
    /* A station is no center. */
    handover = keyed_station(&keyed, 1);
    assert_int_equal(handover_import(&handover, memory_source(&file), NULL, &result, &err), STATUS_AUTH);
    /* Another center with the same peers. */
    handover = keyed_center(&keyed);
    handover.key = &keyed.stations[1];
    assert_int_equal(handover_import(&handover, memory_source(&file), NULL, &result, &err), STATUS_AUTH);
    assert_int_equal(node_count(&keyed.world.center, "consultation"), 0);
    /* An answer for one station, at another, and at the center. */
    assert_int_equal(keyed_take(&keyed, &file, &answer, &result, &err), STATUS_OK);
    handover = keyed_station(&keyed, 1);
    assert_int_equal(handover_import(&handover, memory_source(&answer), NULL, &result, &err), STATUS_AUTH);
    assert_int_equal(refused(&keyed, &answer), STATUS_AUTH);
    buf_release(&file);
    buf_release(&answer);
    keyed_world_close(&keyed);
}

/* A stranger who knows the center's public key, and a station that writes what only the center may. */
static void test_from_somebody_else(void **state)
{
    struct keyed_world keyed;
    struct handover handover;
    struct handover_result result;
    struct errmsg err = {{0}};
    struct buf file;

    (void)state;
    keyed_world_open(&keyed, 2, false);
    consult(&keyed.world.stations[0], 2);
    buf_init(&file, 1024 * 1024);
    handover = keyed_station(&keyed, 0);
    handover.key = &keyed.center; /* nobody's peer */
    assert_int_equal(handover_export(&handover, PENDING, memory_sink(&file), &result, &err), STATUS_OK);
    assert_int_equal(refused(&keyed, &file), STATUS_AUTH);
    buf_clear(&file);
    handover.key = &keyed.stations[1]; /* a peer, but this is another one's log */
    assert_int_equal(handover_export(&handover, PENDING, memory_sink(&file), &result, &err), STATUS_OK);
    assert_int_equal(refused(&keyed, &file), STATUS_AUTH);
    buf_release(&file);
    keyed_world_close(&keyed);
}

/* Anybody can seal a file to the center; only the station can sign it. */
static void test_forged_signature(void **state)
{
    struct keyed_world keyed;
    struct handover handover;
    struct handover_result result;
    struct errmsg err = {{0}};
    struct bundle_key forged;
    struct buf file;

    (void)state;
    keyed_world_open(&keyed, 2, false);
    consult(&keyed.world.stations[0], 2);
    forged = keyed.stations[1];
    memcpy(forged.public_key, keyed.stations[0].public_key, sizeof forged.public_key);
    handover = keyed_station(&keyed, 0);
    handover.key = &forged;
    buf_init(&file, 1024 * 1024);
    assert_int_equal(handover_export(&handover, PENDING, memory_sink(&file), &result, &err), STATUS_OK);
    assert_int_equal(refused(&keyed, &file), STATUS_CORRUPT);
    buf_release(&file);
    keyed_world_close(&keyed);
}

/* A sealed and signed file of a known station whose content cannot be: letters are frames, F a wrong closing record. */
static void write_odd(struct keyed_world *keyed, const char *frames, enum bundle_way way, struct buf *file)
{
    struct message_hello hello = {.protocol_min = 1, .protocol_max = 1, .station_no = 1, .head_seq = 5, .org = 2};
    struct message_welcome welcome = {.protocol = 1};
    struct message_changes changes = {.first = 1, .last = 1, .count = 1, .raw_bytes = 3};
    struct bundle_closing closing = {.count = 0};
    struct bundle_writer *writer;
    struct errmsg err = {{0}};
    struct buf frame;
    size_t mark;

    buf_init(&frame, 65536);
    buf_init(file, 65536);
    assert_int_equal(bundle_writer_new(&writer, &keyed->stations[0], keyed->center.public_key, way, 1,
                                       random_seeded(&keyed->seed), file, &err),
                     STATUS_OK);
    for (; *frames != 0; frames++) {
        buf_clear(&frame);
        switch (*frames) {
        case 'H':
            message_put(FRAME_HELLO, &hello, &frame);
            break;
        case 'W':
            message_put(FRAME_WELCOME, &welcome, &frame);
            break;
        case 'C':
        case 'D': /* a gap */
            if (*frames == 'D')
                changes.first = changes.last = closing.last + 2;
            mark = frame_begin(&frame, FRAME_CHANGES);
            message_encode(FRAME_CHANGES, &changes, &frame);
            buf_append(&frame, "xyz", 3);
            frame_end(&frame, mark);
            closing.first = closing.count == 0 ? changes.first : closing.first;
            closing.last = changes.last;
            closing.count++;
            changes.first = changes.last = closing.last + 1;
            break;
        case 'E':
            message_put(FRAME_END, NULL, &frame);
            break;
        case 'X': /* a length that is not the record's */
            buf_append(&frame, "\0\0\0\7\10", 5);
            break;
        case 'S': /* too short for a frame */
            buf_append(&frame, "\0\0", 2);
            break;
        case 'F':
            closing.count++;
            continue;
        }
        bundle_write_frame(writer, frame.data, frame.len, file);
    }
    bundle_write_closing(writer, &closing, file);
    assert_int_equal(file->status, STATUS_OK);
    bundle_writer_free(writer);
    buf_release(&frame);
}

static void test_odd_content(void **state)
{
    /* Nothing, no greeting, no end, twice, behind the end, chunks that do not meet, frames that are none, a wrong
     * count, changes that are none. */
    static const char *const odd[] = {"",    "E",   "CE", "H", "HH",  "HHE",  "HC", "HEC", "HEE", "HCDE",
                                      "HXE", "HSE", "X",  "S", "HEF", "HCEF", "WE", "HWE", "HCE"};
    struct keyed_world keyed;
    struct buf file;

    (void)state;
    keyed_world_open(&keyed, 1, false);
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
        write_odd(&keyed, odd[i], BUNDLE_TO_CENTER, &file);
        refused(&keyed, &file);
        buf_release(&file);
    }
    write_odd(&keyed, "HE", BUNDLE_RETURN, &file); /* the wrong way */
    assert_int_equal(refused(&keyed, &file), STATUS_CORRUPT);
    buf_release(&file);
    keyed_world_close(&keyed);
}

static void test_revoked(void **state)
{
    struct keyed_world keyed;
    struct handover_result result;
    struct errmsg err = {{0}};
    struct buf file;

    (void)state;
    keyed_world_open(&keyed, 1, false);
    consult(&keyed.world.stations[0], 2);
    keyed_export(&keyed, 0, PENDING, &file);
    assert_int_equal(peer_revoke(keyed.world.center.store, 1, 5, &err), STATUS_OK);
    assert_int_equal(keyed_take(&keyed, &file, NULL, &result, &err), STATUS_FORBIDDEN);
    assert_non_null(strstr(err.text, "站点 1 号（站2"));
    assert_non_null(strstr(err.text, "停用"));
    assert_int_equal(node_count(&keyed.world.center, "consultation"), 0);
    buf_release(&file);
    keyed_world_close(&keyed);
}

/* Another branch of the same log: a copied machine that only uses sticks. */
static void test_fork(void **state)
{
    struct keyed_world keyed;
    struct errmsg err = {{0}};
    struct handover_result result;
    struct buf file;
    struct store *center;
    struct stmt *stmt;

    (void)state;
    keyed_world_open(&keyed, 1, false);
    consult(&keyed.world.stations[0], 3);
    keyed_export(&keyed, 0, PENDING, &file);
    take(&keyed, &file, &result);
    center = keyed.world.center.store;
    assert_int_equal(store_begin(center, "test", &err), STATUS_OK);
    stmt = store_prepare(
        center, "UPDATE change SET hash=zeroblob(32) WHERE seq=3 AND log=(SELECT no FROM log WHERE station=1)");
    assert_int_equal(stmt_run(stmt, &err), STATUS_OK);
    assert_int_equal(store_commit(center, &err), STATUS_OK);
    assert_int_equal(refused(&keyed, &file), STATUS_FORK);
    buf_release(&file);
    keyed_world_close(&keyed);
}

static void test_not_a_bundle(void **state)
{
    static const char *const others[] = {"", "PK\3\4", "AIDPOST-BUNDLE2\n", "AIDPOST-BUNDLE1\n\xff\xff"};
    struct keyed_world keyed;
    struct buf file;
    uint64_t seed = 3;
    struct random_source random = random_seeded(&seed);

    (void)state;
    keyed_world_open(&keyed, 1, false);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        buf_init(&file, 1024);
        buf_puts(&file, others[i]);
        refused(&keyed, &file);
        buf_release(&file);
    }
    /* Noise behind a good beginning. */
    for (size_t i = 0; i < 200; i++) {
        uint8_t noise[300];

        buf_init(&file, 1024);
        buf_puts(&file, "AIDPOST-BUNDLE1\n");
        random.fill(random.context, noise, sizeof noise);
        noise[0] = 0;
        noise[2] = 0xa4;
        buf_append(&file, noise, 1 + (size_t)random_below(random, sizeof noise - 1));
        refused(&keyed, &file);
        buf_release(&file);
    }
    keyed_world_close(&keyed);
}

/* ---- keys ---- */

static void test_no_center_key(void **state)
{
    struct keyed_world keyed;
    struct handover handover;
    struct handover_result result;
    struct errmsg err = {{0}};
    struct buf file;

    (void)state;
    keyed_world_open(&keyed, 1, false);
    handover = keyed_station(&keyed, 0);
    consult(&keyed.world.stations[0], 1);
    buf_init(&file, 1024);
    assert_int_equal(store_begin(handover.store, "test", &err), STATUS_OK);
    assert_int_equal(store_meta_remove(handover.store, "center_key", &err), STATUS_OK);
    assert_int_equal(store_commit(handover.store, &err), STATUS_OK);
    assert_int_equal(handover_export(&handover, PENDING, memory_sink(&file), &result, &err), STATUS_NOT_FOUND);
    assert_non_null(strstr(err.text, "公钥"));
    assert_int_equal(handover_export(&handover, (struct handover_range){.from_given = true, .from = 9},
                                     memory_sink(&file), &result, &err),
                     STATUS_NOT_FOUND);
    assert_int_equal(center_key_set(handover.store, keyed.center.public_key, &err), STATUS_OK);
    assert_int_equal(handover_export(&handover, (struct handover_range){.from_given = true, .from = 9},
                                     memory_sink(&file), &result, &err),
                     STATUS_RANGE);
    buf_release(&file);
    keyed_world_close(&keyed);
}

/* ---- size ---- */

static int64_t ms_since(const struct timespec *begun)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (now.tv_sec - begun->tv_sec) * 1000 + (now.tv_nsec - begun->tv_nsec) / 1000000;
}

/* More chunks than any window, in both directions. The time is told, not judged. */
static enum status write_nowhere(void *context, const void *data, size_t len, struct errmsg *err)
{
    (void)context, (void)data, (void)len;
    return errmsg_set(err, STATUS_FULL, "no room on the stick");
}

/* The stick takes no answer: that is told as what it is, not as a file that was refused. */
static void test_answer_that_cannot_be_written(void **state)
{
    struct keyed_world keyed;
    struct handover center;
    struct handover_result result;
    struct handover_sink sink = {write_nowhere, NULL};
    struct errmsg err = {{0}};
    struct buf file;

    (void)state;
    keyed_world_open(&keyed, 1, false);
    consult(&keyed.world.stations[0], 10);
    keyed_export(&keyed, 0, PENDING, &file);
    center = keyed_center(&keyed);
    assert_int_equal(handover_import(&center, memory_source(&file), &sink, &result, &err), STATUS_FULL);
    assert_true(result.answer_failed);
    assert_string_equal(err.text, "no room on the stick");
    assert_int_equal(result.outcome.received, 10);
    take(&keyed, &file, &result);
    assert_false(result.answer_failed);
    assert_int_equal(result.outcome.repeated, 10);
    buf_release(&file);
    keyed_world_close(&keyed);
}

/* The center's disk is full in the middle: how much was taken is said, it stays, and the same file goes on there. */
static void test_no_room_in_the_middle(void **state)
{
    enum { CHANGES = 6000, ROOM_PAGES = 500 };
    struct keyed_world keyed;
    struct node *center = &keyed.world.center;
    struct handover_result result;
    struct errmsg err = {{0}};
    struct buf file;
    char sql[64];

    (void)state;
    keyed_world_open(&keyed, 1, false);
    consult(&keyed.world.stations[0], CHANGES);
    keyed_export(&keyed, 0, PENDING, &file);
    snprintf(sql, sizeof sql, "PRAGMA max_page_count=%lld", (long long)pages_of(center) + ROOM_PAGES);
    assert_int_equal(store_exec(center->store, sql, &err), STATUS_OK);
    if (keyed_take(&keyed, &file, NULL, &result, &err) != STATUS_FULL || strstr(err.text, "磁盘已满") == NULL)
        fail_msg("%s", err.text);
    assert_in_range(result.outcome.received, 1, CHANGES - 1);
    assert_int_equal(node_count(center, "consultation"), result.outcome.received);
    assert_non_null(strstr(err.text, "收下的都在"));
    assert_null(strstr(err.text, "没有采用"));
    assert_int_equal(store_exec(center->store, "PRAGMA max_page_count=1073741823", &err), STATUS_OK);
    take(&keyed, &file, &result);
    assert_int_equal(result.outcome.received + result.outcome.repeated, CHANGES);
    node_verify(center);
    buf_release(&file);
    keyed_world_close(&keyed);
}

static void test_ten_thousand(void **state)
{
    enum { N = 10000 };
    struct keyed_world keyed;
    struct node *station = &keyed.world.stations[0];
    struct handover handover;
    struct handover_result result;
    struct errmsg err = {{0}};
    struct timespec begun;
    struct buf file, answer, body;
    int64_t export_ms, import_ms;

    (void)state;
    keyed_world_open(&keyed, 1, false);
    buf_init(&body, 4096);
    assert_int_equal(store_begin(station->store, "test", &err), STATUS_OK);
    for (size_t i = 0; i < N; i++) {
        struct change change = {.at_ms = 1,
                                .user = "test",
                                .type_no = catalogue_find("consultation")->no,
                                .id = id_make(station->random),
                                .op = CHANGE_PUT,
                                .scope = 2};
        char content[128];
        int64_t lsn;

        snprintf(content, sizeof content, "%zu 我在工地干了三个月，老板一直不给工资，欠条也不肯写，该怎么办？", i);
        buf_clear(&body);
        cbor_put_map(&body, 1);
        cbor_put_uint(&body, catalogue_field(catalogue_find("consultation"), "content")->no);
        cbor_put_text(&body, content, strlen(content));
        assert_int_equal(changelog_append_own(station->store, false, &change, body.data, body.len, &lsn, &err),
                         STATUS_OK);
    }
    assert_int_equal(store_commit(station->store, &err), STATUS_OK);
    clock_gettime(CLOCK_MONOTONIC, &begun);
    result = keyed_export(&keyed, 0, PENDING, &file);
    export_ms = ms_since(&begun);
    assert_int_equal(result.closing.count, N);
    clock_gettime(CLOCK_MONOTONIC, &begun);
    assert_int_equal(keyed_take(&keyed, &file, &answer, &result, &err), STATUS_OK);
    import_ms = ms_since(&begun);
    assert_int_equal(result.outcome.received, N);
    print_message("10000 changes: %zu bytes, export %lld ms, import %lld ms, answer %zu bytes\n", file.len,
                  (long long)export_ms, (long long)import_ms, answer.len);
    handover = keyed_station(&keyed, 0);
    assert_int_equal(handover_import(&handover, memory_source(&answer), NULL, &result, &err), STATUS_OK);
    assert_int_equal(result.confirmed, N);
    assert_int_equal(state_of(station).ordered_seq, N);
    buf_release(&file);
    buf_release(&answer);
    buf_release(&body);
    keyed_world_close(&keyed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_there_and_back),
        cmocka_unit_test(test_decisions_come_back),
        cmocka_unit_test(test_any_order),
        cmocka_unit_test(test_with_a_line),
        cmocka_unit_test(test_every_byte),
        cmocka_unit_test(test_every_length),
        cmocka_unit_test(test_records_moved),
        cmocka_unit_test(test_to_somebody_else),
        cmocka_unit_test(test_from_somebody_else),
        cmocka_unit_test(test_revoked),
        cmocka_unit_test(test_forged_signature),
        cmocka_unit_test(test_odd_content),
        cmocka_unit_test(test_fork),
        cmocka_unit_test(test_not_a_bundle),
        cmocka_unit_test(test_no_center_key),
        cmocka_unit_test(test_answer_that_cannot_be_written),
        cmocka_unit_test(test_no_room_in_the_middle),
        cmocka_unit_test(test_ten_thousand),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
