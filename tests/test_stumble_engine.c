/* tests/test_stumble_engine.c - a session over stores of which each call fails in turn (tests/stumble_store.h): for lack of memory, of the disk, because somebody else holds the store, because the station was revoked.
 *
 * After each: both ends come to an end and say why, in the failing store's words, also to the other side; nothing counts as being at the other end that was not stored there; and the sessions that follow bring everything to
 * where it gets without a failure. A session that is told as good was. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/record/peer.h"
#include "core/record/replica.h"
#include "tests/dialogue.h"
#include "tests/meeting.h"
#include "tests/must.h"
#include "tests/stumble_scenes.h"
#include "tests/stumble_store.h"

enum { CALLS_MAX = 400, VERIFY_EVERY = 20 };

/* ---- what both know of each other ---- */

struct known {
    struct replica_state station;
    uint64_t center_has; /* of the station's log */
    struct hash center_hash;
    struct peer peer;
};

static struct known look(struct world *world)
{
    struct known known = {.center_has = 0};
    struct errmsg err = {{0}};
    struct log_id log;

    must(replica_state(world->stations[0].store, &known.station, &err), &err);
    log.station = known.station.machine.station_no;
    memcpy(log.incarnation, known.station.machine.incarnation, INCARNATION_BYTES);
    must(replica_have(world->center.store, &log, &known.center_has, &known.center_hash, &err), &err);
    must(peer_find_pin(world->center.store, world->stations[0].peer.pin, &known.peer, &err), &err);
    return known;
}

/* Who has learned that the other one has more than before was told the truth. */
static void expect_no_promise(struct world *world, const struct known *before, const char *name, uint64_t at)
{
    struct known now = look(world);
    struct hash ours;

    if (now.station.have_seq > before->station.have_seq && now.station.have_seq > now.center_has)
        fail_msg("%s, call %llu (%s): the station takes %llu changes for stored, the center has %llu", name, (unsigned long long)at, stumble_store_failed(), (unsigned long long)now.station.have_seq,
                 (unsigned long long)now.center_has);
    if (now.peer.sent_order > before->peer.sent_order && now.peer.sent_order > now.station.rcur && now.peer.sent_order > before->station.rcur)
        fail_msg("%s, call %llu (%s): the center takes its order for applied up to %llu, the station is at %llu", name, (unsigned long long)at, stumble_store_failed(), (unsigned long long)now.peer.sent_order,
                 (unsigned long long)now.station.rcur);
    if (now.peer.have_seq > before->peer.have_seq && now.peer.have_seq > now.center_has)
        fail_msg("%s, call %llu (%s): the list of stations says that %llu changes are here, there are %llu", name, (unsigned long long)at, stumble_store_failed(), (unsigned long long)now.peer.have_seq,
                 (unsigned long long)now.center_has);
    if (now.station.have_seq > before->station.have_seq && now.station.have_seq == now.center_has) {
        struct log_id log = {.station = now.station.machine.station_no};

        memcpy(log.incarnation, now.station.machine.incarnation, INCARNATION_BYTES);
        must(replica_hash_at(world->stations[0].store, &log, now.station.have_seq, &ours, NULL), NULL);
        assert_memory_equal(ours.bytes, now.center_hash.bytes, HASH_BYTES);
    }
}

static int64_t rows(struct node *node, const char *sql)
{
    return node_number(node, sql);
}

/* All that a session brings somewhere, of both ends, as text. */
static char *what_stands(struct world *world)
{
    static const char *const COUNTS[] = {
        "SELECT count(*) FROM change", "SELECT count(*) FROM lookup WHERE state=0", "SELECT count(DISTINCT text) FROM lookup WHERE state=1" /* asked again if the answer was lost */, "SELECT count(*) FROM relay WHERE state=2", "SELECT count(*) FROM relay WHERE state=3",
        "SELECT count(*) FROM meta WHERE name='return_to'", "SELECT count(*) FROM left_body", "SELECT count(*) FROM returned"};
    char *here = node_dump(&world->stations[0]), *there = node_dump(&world->center), *text;
    struct known known = look(world);
    uint64_t head;
    struct buf out;

    buf_init(&out, 1 << 24);
    buf_printf(&out, "%s--\n%s--\n", here, there);
    for (size_t i = 0; i < sizeof COUNTS / sizeof *COUNTS; i++)
        buf_printf(&out, "%s: %lld %lld\n", COUNTS[i], (long long)rows(&world->stations[0], COUNTS[i]), (long long)rows(&world->center, COUNTS[i]));
    must(replica_order_head(world->center.store, &head, NULL), NULL);
    buf_printf(&out, "waiting %lld, center has %llu, %llu of its order are not for the station\n", (long long)known.station.pending, (unsigned long long)known.center_has, (unsigned long long)(head - known.station.rcur));
    text = strdup(buf_cstr(&out));
    buf_release(&out);
    free(here);
    free(there);
    return text;
}

/* ---- one session ---- */

struct ending {
    struct session_outcome outcomes[2];
    bool closed[2];
    uint64_t fired, calls;
};

static struct ending run_session(struct world *world, struct stumble_store how)
{
    struct dialogue dialogue;
    struct ending ending;

    stumble_store_begin(how);
    dialogue_open_hurried(&dialogue, world, 0, true);
    dialogue_run(&dialogue);
    ending.fired = stumble_store_end();
    memcpy(ending.outcomes, dialogue.outcomes, sizeof ending.outcomes);
    memcpy(ending.closed, dialogue.closed, sizeof ending.closed);
    if (getenv("LINES") != NULL)
        print_message("%s--\n", buf_cstr(&dialogue.lines));
    dialogue_close(&dialogue);
    return ending;
}

/* Failures that are no reason to end a session; by what they are, not by what they come to. */
static bool is_borne(const struct stumble_store *how)
{
    if (stumble_store_mends())
        return true;
    /* When a station was here last: the next session notes it. */
    return stumble_store_failed_kind() == REQUEST_NOTE_PEER && !how->peer;
}

static void expect_end(const struct ending *ending, const struct stumble_store *how, const char *name)
{
    unsigned long long at = how->at;
    bool failed[2], told = false;

    for (int end = 0; end < 2; end++) {
        const struct session_outcome *outcome = &ending->outcomes[end];

        if (!ending->closed[end])
            fail_msg("%s, call %llu (%s): the %s does not end", name, at, stumble_store_failed(), end == STATION_END ? "station" : "center");
        failed[end] = outcome->status != STATUS_OK;
        told = told || (outcome->status == how->status && !outcome->by_peer && strstr(outcome->reason.text, "stumbled") != NULL);
        if (failed[end] && outcome->status != STATUS_CLOSED && strstr(outcome->reason.text, "stumbled") == NULL)
            fail_msg("%s, call %llu (%s): the %s ends with %s and says: %s", name, at, stumble_store_failed(), end == STATION_END ? "station" : "center", status_name(outcome->status), outcome->reason.text);
    }
    if (is_borne(how) ? failed[0] || failed[1] : !told)
        fail_msg("%s, call %llu (%s): it ends with %s at the station, %s at the center", name, at, stumble_store_failed(), status_name(ending->outcomes[STATION_END].status),
                 status_name(ending->outcomes[CENTER_END].status));
}

/* ---- each call ---- */

struct way {
    const char *name;
    struct stumble_store how;
};

static const struct way WAYS[] = {
    {"io", {.status = STATUS_IO, .stays = true}},
    {"no memory", {.status = STATUS_NOMEM, .stays = true}},
    {"busy", {.status = STATUS_BUSY, .stays = true}},
    {"busy once", {.status = STATUS_BUSY}},
    {"io behind", {.status = STATUS_IO, .stays = true, .behind = true}},
    {"revoked", {.status = STATUS_FORBIDDEN, .stays = true, .peer = true}},
};

struct trial {
    const struct stumble_scene *scene;
    struct world world;
    struct buf center, station; /* as they were */
    struct known before;
    char *expected;
};

static void put_back(struct trial *trial)
{
    node_restore(&trial->world.center, &trial->center);
    node_restore(&trial->world.stations[0], &trial->station);
}

static void expect_same(const struct trial *trial, const char *stands, uint64_t at)
{
    const char *expected = trial->expected;
    size_t line = 0;

    for (size_t i = 0; stands[i] == expected[i]; i++) {
        if (stands[i] == '\0')
            return;
        line = stands[i] == '\n' ? i + 1 : line;
    }
    fail_msg("%s, call %llu (%s): %.*s\n--- expected\n%.*s", trial->scene->name, (unsigned long long)at, stumble_store_failed(), (int)strcspn(stands + line, "\n"), stands + line, (int)strcspn(expected + line, "\n"), expected + line);
}

static bool try_call(struct trial *trial, struct stumble_store how)
{
    const char *name = trial->scene->name;

    put_back(trial);
    struct ending ending = run_session(&trial->world, how);
    if (ending.fired == 0)
        return false;
    expect_end(&ending, &how, name);
    expect_no_promise(&trial->world, &trial->before, name, how.at);
    if (how.at % VERIFY_EVERY == 0 && !trial->scene->unsound) {
        node_verify(&trial->world.center);
        node_verify(&trial->world.stations[0]);
    }
    (void)meet(&trial->world, 0);
    char *stands = what_stands(&trial->world);
    expect_same(trial, stands, how.at);
    free(stands);
    return true;
}

static void play(const struct stumble_scene *scene)
{
    struct trial trial = {.scene = scene};
    struct world *world = &trial.world;

    world_open(world, 2, NULL);
    struct id shared = node_consult(&world->stations[0], "张文芳", "问过一次");
    (void)meet(world, 0);
    scene->prepare(world, shared);
    node_keep(&world->center, &trial.center);
    node_keep(&world->stations[0], &trial.station);
    trial.before = look(world);
    (void)meet(world, 0);
    trial.expected = what_stands(world);
    for (size_t i = 0; i < sizeof WAYS / sizeof *WAYS; i++) {
        struct stumble_store how = WAYS[i].how;

        for (how.at = 1; try_call(&trial, how); how.at++)
            assert_true(how.at < CALLS_MAX);
        print_message("%s, %s: %llu calls\n", scene->name, WAYS[i].name, (unsigned long long)how.at - 1);
        assert_true(how.at > 2);
    }
    free(trial.expected);
    buf_release(&trial.center);
    buf_release(&trial.station);
    world_close(world);
}

static void test_each_call_of_a_session(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_STUMBLE_SCENES; i++)
        play(&STUMBLE_SCENES[i]);
    for (int kind = REQUEST_NONE + 1; kind < REQUEST_KINDS; kind++)
        if (!stumble_store_ran((enum request_kind)kind))
            print_message("not asked: %s\n", request_name((enum request_kind)kind));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_call_of_a_session),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
