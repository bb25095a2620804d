/* tests/test_stumble_engine.c - a session over stores of which each call fails in turn (tests/stumble_store.h): for lack of memory, of the disk, because somebody else holds the store, because the station was revoked. Over a
 * line, one that stays, by files, and of several sessions in one group; also over a store that lets the replicator go on meanwhile, as a hub's does.
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

#include "core/record/lookup.h"
#include "core/record/peer.h"
#include "core/record/replica.h"
#include "sync/record_store.h"
#include "tests/dialogue.h"
#include "tests/keyed_world.h"
#include "tests/meeting.h"
#include "tests/must.h"
#include "tests/stumble.h"
#include "tests/stumble_scenes.h"
#include "tests/stumble_store.h"

enum { CALLS_MAX = 400, VERIFY_EVERY = 20, FILE_MAX_BYTES = 1 << 24 };

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
    uint64_t seed;
    struct known before;
    char *expected;
};

static void put_back(struct trial *trial)
{
    node_restore(&trial->world.center, &trial->center);
    node_restore(&trial->world.stations[0], &trial->station);
    trial->world.seed = trial->seed;
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
    trial.seed = world->seed;
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
}

/* ---- a session that stays ---- */

/* Both write while they are connected, the station asks for a person; then nothing happens for a while, in which the two compare what they hold and the center notes when the station was here. */
static struct ending stay(struct world *world, struct stumble_store how)
{
    struct node *station = &world->stations[0];
    struct dialogue dialogue;
    struct ending ending;
    int64_t no;

    stumble_store_begin(how);
    dialogue_open_hurried(&dialogue, world, 0, false);
    dialogue_run(&dialogue);
    node_consult(station, "张文芳", "连着的时候写的");
    node_consult(&world->center, "李秀兰", "连着的时候中心写的");
    must(lookup_ask(station->store, &station->actor, station->codes, "李秀兰", "来站里问同一件事", &no, NULL), NULL);
    dialogue_poke(&dialogue, STATION_END);
    dialogue_poke(&dialogue, CENTER_END);
    dialogue_tick(&dialogue, 11 * 1000);
    dialogue_tick(&dialogue, 61 * 1000);
    ending.fired = stumble_store_end();
    for (int end = 0; end < 2; end++) {
        ending.closed[end] = dialogue.closed[end];
        ending.outcomes[end] = dialogue.closed[end] ? dialogue.outcomes[end] : *session_outcome(dialogue.sessions[end]);
    }
    dialogue_close(&dialogue);
    return ending;
}

static bool try_staying(struct trial *trial, struct stumble_store how)
{
    put_back(trial);
    struct ending ending = stay(&trial->world, how);
    bool borne = ending.fired > 0 && is_borne(&how);

    if (ending.closed[0] != ending.closed[1] || ending.closed[0] != (ending.fired > 0 && !borne))
        fail_msg("%s, it stays, call %llu (%s): station %s, center %s", trial->scene->name, (unsigned long long)how.at, stumble_store_failed(), ending.closed[STATION_END] ? ending.outcomes[STATION_END].reason.text : "open",
                 ending.closed[CENTER_END] ? ending.outcomes[CENTER_END].reason.text : "open");
    if (ending.closed[0])
        expect_end(&ending, &how, trial->scene->name);
    expect_no_promise(&trial->world, &trial->before, trial->scene->name, how.at);
    (void)meet(&trial->world, 0);
    char *stands = what_stands(&trial->world);
    expect_same(trial, stands, how.at);
    free(stands);
    return ending.fired > 0;
}

static void test_each_call_of_a_session_that_stays(void **state)
{
    static const struct stumble_scene scene = {.name = "both write"};
    struct trial trial = {.scene = &scene};
    struct world *world = &trial.world;

    (void)state;
    world_open(world, 2, NULL);
    node_consult(&world->stations[0], "张文芳", "问过一次");
    (void)meet(world, 0);
    node_consult(&world->stations[0], "张文芳", "又问一次");
    node_keep(&world->center, &trial.center);
    node_keep(&world->stations[0], &trial.station);
    trial.before = look(world);
    trial.seed = world->seed;
    (void)stay(world, (struct stumble_store){.at = 0});
    (void)meet(world, 0);
    trial.expected = what_stands(world);
    for (size_t i = 0; i < sizeof WAYS / sizeof *WAYS; i++) {
        struct stumble_store how = WAYS[i].how;

        for (how.at = 1; try_staying(&trial, how); how.at++)
            assert_true(how.at < CALLS_MAX);
        print_message("it stays, %s: %llu calls\n", WAYS[i].name, (unsigned long long)how.at - 1);
        assert_true(how.at > 2);
    }
    free(trial.expected);
    buf_release(&trial.center);
    buf_release(&trial.station);
    world_close(world);
}

/* ---- by files ---- */

enum { ROUNDS = 4 };

/* To the center and back. What fails ends it: the person takes the stick away and tries again. */
static enum status carry_stick(struct keyed_world *keyed, struct errmsg *err)
{
    struct handover here = keyed_station(keyed, 0);
    struct handover_result result = {.written = false};
    struct buf file, answer;

    buf_init(&file, FILE_MAX_BYTES);
    buf_init(&answer, FILE_MAX_BYTES);
    enum status status = handover_export(&here, (struct handover_range){.ask = true}, memory_sink(&file), &result, err);
    if (status == STATUS_OK)
        status = keyed_take(keyed, &file, &answer, &result, err);
    if (status == STATUS_OK && answer.len > 0)
        status = handover_import(&here, memory_source(&answer), NULL, &result, err);
    buf_release(&file);
    buf_release(&answer);
    return status;
}

static void carry_all(struct keyed_world *keyed, const char *name, uint64_t at)
{
    for (int i = 0; i < ROUNDS; i++) {
        struct errmsg err = {{0}};

        if (carry_stick(keyed, &err) != STATUS_OK)
            fail_msg("%s by files, call %llu (%s): then: %s", name, (unsigned long long)at, stumble_store_failed(), err.text);
    }
}

static bool try_stick(struct keyed_world *keyed, struct trial *trial, struct stumble_store how)
{
    struct errmsg err = {{0}};

    node_restore(&keyed->world.center, &trial->center);
    node_restore(&keyed->world.stations[0], &trial->station);
    stumble_store_begin(how);
    enum status status = carry_stick(keyed, &err);
    uint64_t fired = stumble_store_end();
    if (fired == 0 ? status != STATUS_OK : is_borne(&how) ? status != STATUS_OK : status != how.status || strstr(err.text, "stumbled") == NULL)
        fail_msg("%s by files, call %llu (%s): %s: %s", trial->scene->name, (unsigned long long)how.at, stumble_store_failed(), status_name(status), err.text);
    expect_no_promise(&keyed->world, &trial->before, trial->scene->name, how.at);
    carry_all(keyed, trial->scene->name, how.at);
    char *stands = what_stands(&keyed->world);
    expect_same(trial, stands, how.at);
    free(stands);
    return fired > 0;
}

static void play_sticks(const struct stumble_scene *scene)
{
    struct trial trial = {.scene = scene};
    struct keyed_world keyed;

    keyed_world_open(&keyed, 2, false);
    struct id shared = node_consult(&keyed.world.stations[0], "张文芳", "问过一次");
    (void)meet(&keyed.world, 0);
    scene->prepare(&keyed.world, shared);
    node_keep(&keyed.world.center, &trial.center);
    node_keep(&keyed.world.stations[0], &trial.station);
    trial.before = look(&keyed.world);
    carry_all(&keyed, scene->name, 0);
    trial.expected = what_stands(&keyed.world);
    for (size_t i = 0; i < sizeof WAYS / sizeof *WAYS; i++) {
        struct stumble_store how = WAYS[i].how;

        if (how.stays && (how.status == STATUS_NOMEM || how.status == STATUS_BUSY)) /* the sessions are the same as over a line */
            continue;
        for (how.at = 1; try_stick(&keyed, &trial, how); how.at++)
            assert_true(how.at < CALLS_MAX);
        print_message("%s by files, %s: %llu calls\n", scene->name, WAYS[i].name, (unsigned long long)how.at - 1);
        assert_true(how.at > 2);
    }
    free(trial.expected);
    buf_release(&trial.center);
    buf_release(&trial.station);
    keyed_world_close(&keyed);
}

static void test_each_call_of_a_stick(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_STUMBLE_SCENES; i++)
        play_sticks(&STUMBLE_SCENES[i]);
}

/* ---- three stations at once ---- */

enum { OWNERS = 4, FLUSHES_MOST = 6 };

/* The first two push, the third pushes what does not fit to its log, the fourth (the first one, too) reads. */
struct crowd {
    struct world world;
    struct replicator *replicator;
    struct engine_store engine;         /* of the center's store, for the slow one */
    struct engine_group *under_way[2];  /* reads, writes */
    bool slow;
    struct session_result kept[OWNERS]; /* the bytes that requests borrow */
    struct session_request requests[OWNERS];
    enum status answers[OWNERS];
    struct errmsg errs[OWNERS];
    bool answered[OWNERS], forgotten[OWNERS];
};

static struct session_request push_of(struct node *station, struct session_result *kept)
{
    struct session_request read = {.kind = REQUEST_READ_OWN, .max_bytes = CHUNK_BYTES}, request = {.kind = REQUEST_INGEST, .pin = station->peer.pin, .log = node_log(station), .wall_ms = 1000};
    struct replicator *replicator;

    must(replicator_new(&replicator, station->store, NULL), NULL);
    replicator_hurry(replicator);
    replicator_run(replicator, &read, 1, kept);
    must(kept->status, &kept->err);
    replicator_free(replicator);
    request.chunk = kept->chunk;
    request.packed = kept->packed.data;
    request.packed_len = kept->packed.len;
    return request;
}

static uint64_t has_of(struct crowd *crowd, size_t i)
{
    struct log_id log = node_log(&crowd->world.stations[i]);
    struct hash hash;
    uint64_t have;

    must(replica_have(crowd->world.center.store, &log, &have, &hash, NULL), NULL);
    return have;
}

static void hear(void *context, void *owner, const struct session_result *result)
{
    struct crowd *crowd = context;
    size_t i = (size_t)(uintptr_t)owner - 1;

    assert_true(i < OWNERS && !crowd->answered[i] && !crowd->forgotten[i]);
    crowd->answered[i] = true;
    crowd->answers[i] = result->status;
    crowd->errs[i] = result->err;
}

/* ---- a store that lets the replicator go on, as one behind a network does: over the records ---- */

static struct crowd *slow_crowd; /* one at a time */

static void slow_start(void *store, struct engine_group *group)
{
    (void)store;
    assert_null(slow_crowd->under_way[group->writes]);
    slow_crowd->under_way[group->writes] = group;
}

static void slow_abandon(void *store, struct engine_group *group)
{
    (void)store;
    assert_ptr_equal(slow_crowd->under_way[group->writes], group);
    slow_crowd->under_way[group->writes] = NULL;
}

static void fail_all(struct engine_group *group, enum status status, const struct errmsg *err)
{
    for (size_t i = 0; i < group->n; i++) {
        group->results[i].status = status;
        group->results[i].err = *err;
    }
}

/* As engine_store.h says: durable before it is told, each request for itself. */
static void carry_out_writes(const struct engine_store *engine, struct engine_group *group)
{
    struct errmsg err = {{0}};
    enum status status = engine->ops->begin(engine->store, &err);

    for (size_t i = 0; i < group->n && status == STATUS_OK; i++) {
        struct engine_call *call = &group->calls[i];

        status = engine->ops->savepoint(engine->store, &err);
        if (status != STATUS_OK)
            break;
        group->results[i].status = engine->ops->run(engine->store, call, &group->results[i]);
        status = engine->ops->savepoint_end(engine->store, group->results[i].status == STATUS_OK || call->keep, &err);
    }
    if (status == STATUS_OK)
        status = engine->ops->commit(engine->store, &err);
    else
        engine->ops->rollback(engine->store);
    if (status != STATUS_OK)
        fail_all(group, status, &err);
}

static void carry_out_reads(const struct engine_store *engine, struct engine_group *group)
{
    struct errmsg err = {{0}};
    enum status status = engine->ops->begin_read(engine->store, &err);

    if (status != STATUS_OK) {
        fail_all(group, status, &err);
        return;
    }
    for (size_t i = 0; i < group->n; i++)
        group->results[i].status = engine->ops->run(engine->store, &group->calls[i], &group->results[i]);
    engine->ops->end_read(engine->store);
}

static void finish_under_way(struct crowd *crowd)
{
    for (int writes = 0; writes < 2; writes++) {
        struct engine_group *group = crowd->under_way[writes];

        crowd->under_way[writes] = NULL;
        if (group == NULL)
            continue;
        (writes ? carry_out_writes : carry_out_reads)(&crowd->engine, group);
        group->done(group->context);
    }
}

/* ---- */

static void open_crowd(struct crowd *crowd, bool slow)
{
    static struct engine_store_ops ops;
    struct record_store *records;

    memset(crowd, 0, sizeof *crowd);
    world_open(&crowd->world, 3, NULL);
    crowd->slow = slow;
    if (!slow) {
        must(replicator_new(&crowd->replicator, crowd->world.center.store, NULL), NULL);
        return;
    }
    must(record_store_new(&records, crowd->world.center.store), NULL);
    crowd->engine = record_store_engine(records);
    ops = *crowd->engine.ops;
    ops.start = slow_start;
    ops.abandon = slow_abandon;
    slow_crowd = crowd;
    must(replicator_new_over(&crowd->replicator, (struct engine_store){.ops = &ops, .store = crowd->engine.store}, NULL), NULL);
}

static void close_crowd(struct crowd *crowd)
{
    replicator_free(crowd->replicator);
    record_store_free(crowd->engine.store);
    node_verify(&crowd->world.center);
    world_close(&crowd->world);
}

static void gather(struct crowd *crowd)
{
    for (size_t i = 0; i < OWNERS; i++) {
        struct node *station = &crowd->world.stations[i % 3];

        if (i < 3)
            node_consult(station, "张文芳", "工资没有发");
        crowd->answered[i] = crowd->forgotten[i] = false;
        crowd->requests[i] = push_of(station, &crowd->kept[i]);
    }
    crowd->requests[2].chunk.last_hash[0] ^= 1;
    crowd->requests[3] = (struct session_request){.kind = REQUEST_READ_SCOPE, .pin = crowd->world.stations[0].peer.pin, .log = node_log(&crowd->world.stations[0]), .max_bytes = CHUNK_BYTES, .hello.protocol_max = PROTOCOL_MAX};
}

static void disperse(struct crowd *crowd)
{
    for (size_t i = 0; i < OWNERS; i++)
        session_result_release(&crowd->kept[i]);
}

/* Without memory one is not taken into the queue, or all stay in it: asked again, each is answered. */
static void submit_all(struct crowd *crowd)
{
    for (size_t i = 0; i < OWNERS; i++)
        for (int tries = 0; replicator_submit(crowd->replicator, (void *)(uintptr_t)(i + 1), &crowd->requests[i]) != STATUS_OK; tries++)
            assert_true(tries < FLUSHES_MOST);
}

static void carry_out(struct crowd *crowd)
{
    for (int i = 0; i < FLUSHES_MOST; i++) {
        (void)replicator_flush(crowd->replicator, 1000, hear, crowd);
        if (crowd->slow)
            finish_under_way(crowd);
    }
    (void)replicator_flush(crowd->replicator, 1000, hear, crowd);
}

static void expect_answers(struct crowd *crowd, const char *what, uint64_t at, uint64_t fired, uint64_t before)
{
    for (size_t i = 0; i < OWNERS; i++) {
        enum status good = i == 2 ? STATUS_FORK : STATUS_OK;

        if (!crowd->answered[i])
            fail_msg("%s %llu (%s): %zu is never answered", what, (unsigned long long)at, stumble_store_failed(), i);
        if (fired == 0 && crowd->answers[i] != good)
            fail_msg("%s %llu: %zu: %s", what, (unsigned long long)at, i, crowd->errs[i].text);
        if (crowd->answers[i] != STATUS_OK && crowd->answers[i] != STATUS_NOMEM && crowd->errs[i].text[0] == '\0')
            fail_msg("%s %llu (%s): %zu hears no reason: %s", what, (unsigned long long)at, stumble_store_failed(), i, status_name(crowd->answers[i]));
        if (i < 2 && crowd->answers[i] == STATUS_OK && has_of(crowd, i) != before + 1)
            fail_msg("%s %llu (%s): %zu is told that it is stored, and it is not", what, (unsigned long long)at, stumble_store_failed(), i);
        if (i < 2 && crowd->answers[i] != STATUS_OK && has_of(crowd, i) != before)
            fail_msg("%s %llu (%s): %zu is told that it is not stored, and it is", what, (unsigned long long)at, stumble_store_failed(), i);
    }
    assert_int_equal(has_of(crowd, 2), before); /* it never fits */
}

/* Those who heard no ask again, and the third with what fits: all have as many then. */
static void ask_again(struct crowd *crowd)
{
    for (size_t i = 0; i < OWNERS; i++) {
        if (crowd->answers[i] == STATUS_OK)
            continue;
        if (i == 2)
            crowd->requests[2].chunk.last_hash[0] ^= 1;
        crowd->answered[i] = false;
        must(replicator_submit(crowd->replicator, (void *)(uintptr_t)(i + 1), &crowd->requests[i]), NULL);
    }
    carry_out(crowd);
    for (size_t i = 0; i < OWNERS; i++)
        must(crowd->answers[i], &crowd->errs[i]);
}

/* The n-th time: so many has each center before. */
static bool try_crowd(struct crowd *crowd, uint64_t n, const struct stumble_store *seam, const struct stumble *memory)
{
    gather(crowd);
    if (seam != NULL)
        stumble_store_begin(*seam);
    else
        stumble_begin(*memory);
    submit_all(crowd);
    carry_out(crowd);
    uint64_t fired = seam != NULL ? stumble_store_end() : stumble_end();
    expect_answers(crowd, seam != NULL ? "call" : "allocation", seam != NULL ? seam->at : memory->at, fired, n);
    ask_again(crowd);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(has_of(crowd, i), n + 1);
    disperse(crowd);
    return fired > 0;
}

static void check_crowd(bool slow)
{
    struct crowd crowd;
    uint64_t n = 0;

    open_crowd(&crowd, slow);
    for (size_t i = 0; i < sizeof WAYS / sizeof *WAYS; i++) {
        struct stumble_store how = WAYS[i].how;

        if (how.behind) /* who is told no asks again; that is not what is asked here */
            continue;
        for (how.at = 1; try_crowd(&crowd, n++, &how, NULL); how.at++)
            assert_true(how.at < CALLS_MAX);
        print_message("three at once%s, %s: %llu calls\n", slow ? ", slowly" : "", WAYS[i].name, (unsigned long long)how.at - 1);
        assert_true(how.at > 4 || how.peer);
    }
    struct stumble memory = {.memory = true};
    for (memory.at = 1; try_crowd(&crowd, n++, NULL, &memory); memory.at++)
        assert_true(memory.at < CALLS_MAX);
    print_message("three at once%s: %llu allocations\n", slow ? ", slowly" : "", (unsigned long long)memory.at - 1);
    close_crowd(&crowd);
}

static void test_each_call_of_a_group(void **state)
{
    (void)state;
    check_crowd(false);
    check_crowd(true);
}

/* Whose line has ended meanwhile hears nothing; what was under way is carried out, or given up with the replicator. */
static void test_who_is_gone_meanwhile(void **state)
{
    struct crowd crowd;

    (void)state;
    open_crowd(&crowd, true);
    gather(&crowd);
    submit_all(&crowd);
    (void)replicator_flush(crowd.replicator, 1000, hear, &crowd);
    assert_non_null(crowd.under_way[0]);
    assert_non_null(crowd.under_way[1]);
    assert_int_equal(replicator_queued(crowd.replicator), 0);
    replicator_forget(crowd.replicator, (void *)(uintptr_t)1);
    crowd.forgotten[0] = true;
    finish_under_way(&crowd);
    assert_int_equal(replicator_queued(crowd.replicator), 2);
    (void)replicator_flush(crowd.replicator, 1000, hear, &crowd);
    assert_false(crowd.answered[0]);
    assert_true(crowd.answered[1] && crowd.answered[2] && crowd.answered[3]);
    assert_int_equal(has_of(&crowd, 0), 1);
    disperse(&crowd);
    gather(&crowd);
    submit_all(&crowd);
    (void)replicator_flush(crowd.replicator, 1000, hear, &crowd);
    disperse(&crowd);
    close_crowd(&crowd);
    assert_null(crowd.under_way[1]);
    assert_false(crowd.answered[1]);
}

/* Whatever a session may ask its store for was asked above, but for what takes a line that is cut between two sessions, or a file of more than all its samples; of who enrols test_stumble_tell.c tells. */
static void test_nothing_was_left_out(void **state)
{
    static const enum request_kind elsewhere[] = {REQUEST_ENROL, REQUEST_RETURNS_PULLED, REQUEST_KEEP_COMPARE};
    bool is_elsewhere[REQUEST_KINDS] = {false};

    (void)state;
    for (size_t i = 0; i < sizeof elsewhere / sizeof *elsewhere; i++)
        is_elsewhere[elsewhere[i]] = true;
    for (int kind = REQUEST_NONE + 1; kind < REQUEST_KINDS; kind++)
        if (!stumble_store_ran((enum request_kind)kind) && !is_elsewhere[kind])
            fail_msg("not asked: %s", request_name((enum request_kind)kind));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_call_of_a_session),
        cmocka_unit_test(test_each_call_of_a_session_that_stays),
        cmocka_unit_test(test_each_call_of_a_stick),
        cmocka_unit_test(test_nothing_was_left_out),
        cmocka_unit_test(test_each_call_of_a_group),
        cmocka_unit_test(test_who_is_gone_meanwhile),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
