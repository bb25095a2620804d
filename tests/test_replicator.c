/* tests/test_replicator.c - sync/replicator.h: one commit for many, one failure for one, and what a stranger or a damaged log hears. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sync/compress.h"
#include "sync/enrol.h"
#include "sync/replicator.h"
#include "tests/fixture.h"

static struct log_id log_of(const struct node *node)
{
    struct log_id id = {.station = node->machine.station_no};

    memcpy(id.incarnation, node->machine.incarnation, INCARNATION_BYTES);
    return id;
}

/* What the station would push, as the center's request. Its packed bytes belong to *kept. */
static struct session_request pushed(struct node *station, struct session_result *kept)
{
    struct session_request read = {.kind = REQUEST_READ_OWN, .max_bytes = CHUNK_BYTES}, request = {.kind = REQUEST_INGEST};
    struct replicator *replicator;

    assert_int_equal(replicator_new(&replicator, station->store, NULL), STATUS_OK);
    replicator_run(replicator, &read, 1, kept);
    assert_int_equal(kept->status, STATUS_OK);
    replicator_free(replicator);
    request.pin = station->peer.pin;
    request.log = log_of(station);
    request.chunk = kept->chunk;
    request.packed = kept->packed.data;
    request.packed_len = kept->packed.len;
    return request;
}

struct heard {
    size_t n;
    enum status status[16];
    struct replica_result taken[16];
    struct errmsg err[16];
    struct replicator *forget_in; /* the first to hear makes the replicator forget owner 3 */
};

static void hear(void *context, void *owner, const struct session_result *result)
{
    struct heard *heard = context;
    size_t i = (size_t)(uintptr_t)owner;

    heard->n++;
    heard->status[i] = result->status;
    heard->taken[i] = result->taken;
    heard->err[i] = result->err;
    if (heard->forget_in != NULL) {
        replicator_forget(heard->forget_in, (void *)(uintptr_t)3);
        heard->forget_in = NULL;
    }
}

static void *owner(uintptr_t i)
{
    return (void *)i;
}

static void test_many_in_one_commit_and_one_failure_for_one(void **state)
{
    struct world world;
    struct replicator *replicator;
    struct session_result kept[3];
    struct heard heard = {0};

    (void)state;
    world_open(&world, 3, NULL);
    assert_int_equal(replicator_new(&replicator, world.center.store, NULL), STATUS_OK);
    for (uintptr_t i = 0; i < 3; i++) {
        struct session_request request;

        node_consult(&world.stations[i], "张文芳", "工资没有发");
        node_consult(&world.stations[i], "张文芳", "押金没有退");
        request = pushed(&world.stations[i], &kept[i]);
        if (i == 1)
            request.chunk.last_hash[0] ^= 1; /* its log is not what it says */
        assert_int_equal(replicator_submit(replicator, owner(i + 1), &request), STATUS_OK);
    }
    assert_int_equal(replicator_queued(replicator), 3);
    assert_false(replicator_flush(replicator, 1, hear, &heard));
    assert_int_equal(heard.n, 3);
    assert_int_equal(heard.status[1], STATUS_OK);
    assert_int_equal(heard.status[2], STATUS_FORK);
    assert_int_equal(heard.status[3], STATUS_OK);
    assert_int_equal(heard.taken[3].taken, 2);
    assert_int_equal(replicator_stats(replicator).groups, 1);
    assert_int_equal(replicator_stats(replicator).redone, 1);
    assert_int_equal(replicator_stats(replicator).writes, 3);
    for (size_t i = 0; i < 3; i++) {
        struct log_id id = log_of(&world.stations[i]);
        struct hash hash;
        uint64_t have;

        assert_int_equal(replica_have(world.center.store, &id, &have, &hash, NULL), STATUS_OK);
        assert_int_equal(have, i == 1 ? 0 : 2);
        session_result_release(&kept[i]);
    }
    replicator_free(replicator);
    node_verify(&world.center);
    world_close(&world);
}

static void test_again_changes_nothing_and_a_gap_is_told(void **state)
{
    struct world world;
    struct replicator *replicator;
    struct session_result kept, result;
    struct session_request request;

    (void)state;
    world_open(&world, 1, NULL);
    assert_int_equal(replicator_new(&replicator, world.center.store, NULL), STATUS_OK);
    node_consult(&world.stations[0], "张文芳", "工资没有发");
    request = pushed(&world.stations[0], &kept);
    for (int i = 0; i < 2; i++) {
        replicator_run(replicator, &request, 1, &result);
        assert_int_equal(result.status, STATUS_OK);
        assert_int_equal(result.taken.taken, i == 0);
        assert_int_equal(result.taken.have_seq, 1);
        session_result_release(&result);
    }
    request.chunk.first = request.chunk.last = 5;
    replicator_run(replicator, &request, 1, &result);
    assert_int_equal(result.status, STATUS_GAP);
    assert_int_equal(result.taken.have_seq, 1);
    session_result_release(&result);
    session_result_release(&kept);
    replicator_free(replicator);
    world_close(&world);
}

static void test_strangers_and_revoked_machines(void **state)
{
    struct world world;
    struct replicator *replicator;
    struct session_request request = {.kind = REQUEST_GREET};
    struct session_result result;

    (void)state;
    world_open(&world, 2, NULL);
    assert_int_equal(replicator_new(&replicator, world.center.store, NULL), STATUS_OK);
    request.log = log_of(&world.stations[0]);
    replicator_run(replicator, &request, 1, &result);
    assert_int_equal(result.status, STATUS_AUTH);
    session_result_release(&result);
    request.pin = world.stations[1].peer.pin; /* a known key with another's number */
    replicator_run(replicator, &request, 1, &result);
    assert_int_equal(result.status, STATUS_AUTH);
    session_result_release(&result);
    request.pin = world.stations[0].peer.pin;
    replicator_run(replicator, &request, 1, &result);
    assert_int_equal(result.status, STATUS_OK);
    session_result_release(&result);
    assert_int_equal(peer_revoke(world.center.store, 1, 1, NULL), STATUS_OK);
    for (enum request_kind kind = REQUEST_GREET; kind <= REQUEST_NOTE_PEER; kind++) {
        request.kind = kind;
        replicator_run(replicator, &request, 1, &result);
        assert_int_equal(result.status, STATUS_FORBIDDEN);
        session_result_release(&result);
    }
    replicator_free(replicator);
    world_close(&world);
}

static void test_a_rolled_back_and_a_forked_station_are_told_apart(void **state)
{
    struct world world;
    struct replicator *replicator;
    struct session_result kept, result;
    struct session_request request, greet = {.kind = REQUEST_GREET};
    struct log_id id;
    struct hash hash;

    (void)state;
    world_open(&world, 1, NULL);
    assert_int_equal(replicator_new(&replicator, world.center.store, NULL), STATUS_OK);
    node_consult(&world.stations[0], "张文芳", "工资没有发");
    node_consult(&world.stations[0], "张文芳", "押金没有退");
    request = pushed(&world.stations[0], &kept);
    replicator_run(replicator, &request, 1, &result);
    session_result_release(&result);
    session_result_release(&kept);
    greet.pin = world.stations[0].peer.pin;
    greet.log = id = log_of(&world.stations[0]);
    greet.hello.head_seq = 1;
    greet.hello.org = (uint64_t)world.stations[0].machine.org;
    greet.hello.protocol_max = 1;
    assert_int_equal(replica_hash_at(world.stations[0].store, &id, 1, &hash, NULL), STATUS_OK);
    memcpy(greet.hello.head_hash, hash.bytes, HASH_BYTES);
    replicator_run(replicator, &greet, 1, &result);
    assert_int_equal(result.status, STATUS_FORK);
    assert_non_null(strstr(result.err.text, "旧的副本"));
    session_result_release(&result);
    greet.hello.head_hash[5] ^= 1;
    replicator_run(replicator, &greet, 1, &result);
    assert_int_equal(result.status, STATUS_FORK);
    assert_non_null(strstr(result.err.text, "不同"));
    session_result_release(&result);
    /* One that can heal is told what to do, or asked. */
    greet.hello.protocol_max = PROTOCOL_HEALING;
    replicator_run(replicator, &greet, 1, &result);
    assert_int_equal(result.status, STATUS_OK);
    assert_int_equal(result.heal.compare.what, COMPARE_LOG);
    assert_int_equal(result.heal.compare.to, 1);
    session_result_release(&result);
    greet.hello.head_hash[5] ^= 1;
    replicator_run(replicator, &greet, 1, &result);
    assert_int_equal(result.status, STATUS_OK);
    assert_true(result.heal.branch);
    assert_int_equal(result.heal.common_seq, 1);
    session_result_release(&result);
    replicator_free(replicator);
    world_close(&world);
}

static void test_bombs_and_lies_about_length(void **state)
{
    static uint8_t zeros[1024 * 1024];
    struct world world;
    struct replicator *replicator;
    struct compressor *compressor;
    struct session_request request = {.kind = REQUEST_INGEST};
    struct session_result result;
    struct buf packed;

    (void)state;
    world_open(&world, 1, NULL);
    assert_int_equal(replicator_new(&replicator, world.center.store, NULL), STATUS_OK);
    assert_int_equal(compressor_new(&compressor, 3), STATUS_OK);
    buf_init(&packed, 100000);
    assert_int_equal(compressor_pack(compressor, zeros, sizeof zeros, &packed), STATUS_OK);
    request.pin = world.stations[0].peer.pin;
    request.log = log_of(&world.stations[0]);
    request.chunk = (struct message_changes){.first = 1, .last = 1, .count = 1, .raw_bytes = 50, .packing = PACKING_ZSTD};
    request.packed = packed.data;
    request.packed_len = packed.len;
    replicator_run(replicator, &request, 1, &result);
    assert_int_equal(result.status, STATUS_MALFORMED);
    session_result_release(&result);
    request.chunk.raw_bytes = sizeof zeros; /* honest, but no changes */
    replicator_run(replicator, &request, 1, &result);
    assert_int_equal(result.status, STATUS_MALFORMED);
    session_result_release(&result);
    request.chunk.packing = PACKING_NONE;
    replicator_run(replicator, &request, 1, &result);
    assert_int_equal(result.status, STATUS_MALFORMED);
    session_result_release(&result);
    buf_release(&packed);
    compressor_free(compressor);
    replicator_free(replicator);
    world_close(&world);
}

static void test_the_forgotten_hear_nothing(void **state)
{
    struct world world;
    struct replicator *replicator;
    struct session_request request = {.kind = REQUEST_GREET};
    struct heard heard = {0};

    (void)state;
    world_open(&world, 1, NULL);
    assert_int_equal(replicator_new(&replicator, world.center.store, NULL), STATUS_OK);
    for (uintptr_t i = 1; i <= 3; i++)
        assert_int_equal(replicator_submit(replicator, owner(i), &request), STATUS_OK);
    replicator_forget(replicator, owner(1));
    assert_int_equal(replicator_queued(replicator), 2);
    heard.forget_in = replicator;
    replicator_flush(replicator, 1, hear, &heard);
    assert_int_equal(heard.n, 1);
    assert_int_equal(replicator_queued(replicator), 0);
    replicator_free(replicator);
    world_close(&world);
}

static void test_groups_are_closed_when_full(void **state)
{
    struct world world;
    struct replicator *replicator;
    struct session_request request = {.kind = REQUEST_NOTE_PEER};
    struct heard heard = {0};
    unsigned turns = 1;

    (void)state;
    world_open(&world, 1, NULL);
    assert_int_equal(replicator_new(&replicator, world.center.store, NULL), STATUS_OK);
    request.pin = world.stations[0].peer.pin;
    for (int i = 0; i < GROUP_REQUESTS_MAX * 2 + 1; i++)
        assert_int_equal(replicator_submit(replicator, owner(1), &request), STATUS_OK);
    while (replicator_flush(replicator, 1, hear, &heard))
        turns++;
    assert_int_equal(turns, 3);
    assert_int_equal(heard.n, GROUP_REQUESTS_MAX * 2 + 1);
    assert_int_equal(replicator_stats(replicator).groups, 3);
    assert_int_equal(replicator_stats(replicator).redone, 0); /* without a savepoint each */
    replicator_free(replicator);
    world_close(&world);
}

static void test_enrolment(void **state)
{
    struct world world;
    struct replicator *replicator;
    struct hash secret = hash_of("secret", 6), proof;
    struct session_request request = {.kind = REQUEST_ENROL, .enrol.name = "新笔记本"};
    struct session_result result;

    (void)state;
    world_open(&world, 1, NULL);
    assert_int_equal(replicator_new(&replicator, world.center.store, NULL), STATUS_OK);
    assert_int_equal(enrol_code_add(world.center.store, secret, 2, 0, "站2", 1000, NULL), STATUS_OK);
    request.pin = hash_of("new key", 7);
    replicator_run(replicator, &request, 2000, &result); /* a wrong proof */
    assert_int_equal(result.status, STATUS_AUTH);
    session_result_release(&result);
    proof = enrol_proof(secret, request.exporter, request.pin);
    memcpy(request.enrol.proof, proof.bytes, HASH_BYTES);
    replicator_run(replicator, &request, 1000 + ENROL_VALID_MS, &result); /* too late */
    assert_int_equal(result.status, STATUS_AUTH);
    session_result_release(&result);
    replicator_run(replicator, &request, 2000, &result);
    assert_int_equal(result.status, STATUS_OK);
    assert_int_equal(result.peer.station_no, 2);
    assert_int_equal(result.peer.org, 2);
    assert_string_equal(result.peer.name, "新笔记本");
    session_result_release(&result);
    replicator_run(replicator, &request, 2000, &result); /* the answer was lost: the same key hears it again */
    assert_int_equal(result.status, STATUS_OK);
    assert_int_equal(result.peer.station_no, 2);
    session_result_release(&result);
    request.pin = hash_of("another", 7); /* the code is used up */
    proof = enrol_proof(secret, request.exporter, request.pin);
    memcpy(request.enrol.proof, proof.bytes, HASH_BYTES);
    replicator_run(replicator, &request, 2000, &result);
    assert_int_equal(result.status, STATUS_AUTH);
    session_result_release(&result);
    replicator_free(replicator);
    world_close(&world);
}

static void test_five_wrong_proofs_kill_a_code(void **state)
{
    struct world world;
    struct replicator *replicator;
    struct hash secret = hash_of("secret", 6), proof;
    struct session_request request = {.kind = REQUEST_ENROL};
    struct session_result result;

    (void)state;
    world_open(&world, 1, NULL);
    assert_int_equal(replicator_new(&replicator, world.center.store, NULL), STATUS_OK);
    assert_int_equal(enrol_code_add(world.center.store, secret, 2, 0, "站2", 1000, NULL), STATUS_OK);
    request.pin = hash_of("new key", 7);
    for (int i = 0; i < ENROL_TRIES_MAX; i++) {
        replicator_run(replicator, &request, 2000, &result);
        assert_int_equal(result.status, STATUS_AUTH);
        session_result_release(&result);
    }
    proof = enrol_proof(secret, request.exporter, request.pin);
    memcpy(request.enrol.proof, proof.bytes, HASH_BYTES);
    replicator_run(replicator, &request, 2000, &result);
    assert_int_equal(result.status, STATUS_AUTH);
    session_result_release(&result);
    replicator_free(replicator);
    world_close(&world);
}

/* ---- everybody's turn ---- */

struct crowd {
    struct replicator *replicator;
    struct session_request big;
    size_t n, big_heard, reads, writes;
    uintptr_t small; /* owner of the one small request; 0 when it was heard */
    uintptr_t last_read;
};

/* Those with much to send have the next chunk ready at once. */
static void hear_crowd(void *context, void *of, const struct session_result *result)
{
    struct crowd *crowd = context;

    if ((uintptr_t)of == crowd->small) {
        assert_int_equal(result->status, STATUS_OK);
        crowd->small = 0;
        return;
    }
    crowd->big_heard++;
    assert_int_equal(replicator_submit(crowd->replicator, of, &crowd->big), STATUS_OK);
}

static void test_a_small_request_has_its_turn_among_endless_large_ones(void **state)
{
    static uint8_t garbage[FRAME_MAX_BYTES - 1024];
    struct session_result kept;
    struct session_request small;
    struct crowd crowd = {.small = 9};
    struct world world;

    (void)state;
    world_open(&world, 2, NULL);
    node_consult(&world.stations[0], "张文芳", "工资没有发");
    small = pushed(&world.stations[0], &kept);
    crowd.big = small;
    crowd.big.pin = world.stations[1].peer.pin;
    crowd.big.log = log_of(&world.stations[1]);
    crowd.big.packed = garbage;
    crowd.big.packed_len = sizeof garbage;
    assert_int_equal(replicator_new(&crowd.replicator, world.center.store, NULL), STATUS_OK);
    for (uintptr_t i = 1; i <= 8; i++)
        assert_int_equal(replicator_submit(crowd.replicator, owner(i), &crowd.big), STATUS_OK);
    assert_int_equal(replicator_submit(crowd.replicator, owner(9), &small), STATUS_OK);
    for (int flush = 0; crowd.small != 0; flush++) {
        assert_true(flush < 4);
        assert_true(replicator_flush(crowd.replicator, 1, hear_crowd, &crowd));
    }
    assert_in_range(crowd.big_heard, 8, 9);
    replicator_free(crowd.replicator);
    session_result_release(&kept);
    world_close(&world);
}

static void hear_kinds(void *context, void *of, const struct session_result *result)
{
    struct crowd *crowd = context;

    assert_int_equal(result->status, STATUS_OK);
    if (result->kind == REQUEST_INGEST) {
        crowd->writes++;
        return;
    }
    assert_true((uintptr_t)of == crowd->last_read + 1); /* in order */
    crowd->last_read++;
    crowd->reads++;
}

static void test_many_large_reads_do_not_hold_up_a_write(void **state)
{
    struct crowd crowd = {0};
    struct session_result kept;
    struct session_request write, read = {.kind = REQUEST_READ_SCOPE, .max_bytes = CHUNK_BYTES};
    struct world world;

    (void)state;
    world_open(&world, 1, NULL);
    node_consult(&world.stations[0], "张文芳", "工资没有发");
    write = pushed(&world.stations[0], &kept);
    read.pin = write.pin;
    read.log = write.log;
    assert_int_equal(replicator_new(&crowd.replicator, world.center.store, NULL), STATUS_OK);
    for (uintptr_t i = 1; i <= 40; i++)
        assert_int_equal(replicator_submit(crowd.replicator, owner(i), &read), STATUS_OK);
    assert_int_equal(replicator_submit(crowd.replicator, owner(41), &write), STATUS_OK);
    assert_true(replicator_flush(crowd.replicator, 1, hear_kinds, &crowd));
    assert_int_equal(crowd.writes, 1);
    assert_int_equal(crowd.reads, READS_MAX_BYTES / CHUNK_BYTES);
    while (replicator_flush(crowd.replicator, 1, hear_kinds, &crowd))
        ;
    assert_int_equal(crowd.reads, 40);
    replicator_free(crowd.replicator);
    session_result_release(&kept);
    world_close(&world);
}

/* What a station keeps of a center is kept whole or not at all, in one commit. */
static void test_what_is_kept_of_a_center_is_kept_whole(void **state)
{
    struct world world;
    struct node *station = &world.stations[0];
    struct replicator *replicator;
    struct session_request request = {.kind = REQUEST_SET_CENTER, .safe_seq = 1, .safe_order = 4, .incarnation = {7}, .hello = {.packings = 3, .dictionary = 9}};
    struct session_result result;
    struct replica_state before, after;

    (void)state;
    world_open(&world, 1, NULL);
    node_consult(station, "张文芳", "工资没有发");
    assert_int_equal(replicator_new(&replicator, station->store, NULL), STATUS_OK);
    assert_int_equal(replica_state(station->store, &before, NULL), STATUS_OK);
    assert_int_equal(store_exec(station->store, "CREATE TEMP TRIGGER full BEFORE INSERT ON meta WHEN NEW.name='center_dictionary' BEGIN SELECT RAISE(ABORT, 'full'); END", NULL), STATUS_OK);
    replicator_run(replicator, &request, 1, &result);
    assert_int_not_equal(result.status, STATUS_OK);
    session_result_release(&result);
    assert_int_equal(replica_state(station->store, &after, NULL), STATUS_OK);
    assert_memory_equal(after.center_incarnation, before.center_incarnation, INCARNATION_BYTES);
    assert_int_equal(after.safe_seq, 0);
    assert_int_equal(after.safe_order, 0);
    assert_int_equal(after.center_packings, before.center_packings);
    assert_int_equal(store_exec(station->store, "DROP TRIGGER full", NULL), STATUS_OK);
    replicator_run(replicator, &request, 1, &result);
    assert_int_equal(result.status, STATUS_OK);
    session_result_release(&result);
    assert_int_equal(replica_state(station->store, &after, NULL), STATUS_OK);
    assert_memory_equal(after.center_incarnation, request.incarnation, INCARNATION_BYTES);
    assert_int_equal(after.safe_seq, 1);
    assert_int_equal(after.safe_order, 4);
    assert_int_equal(after.center_dictionary, 9);
    replicator_free(replicator);
    world_close(&world);
}

/* ---- what does not pack into a frame ---- */

/* A store whose changes do not become shorter: what it gives for a chunk of more than `most` bytes is one transaction of more than a frame holds. */
struct dense {
    struct engine_store_ops ops;
    size_t most, asked[8];
    size_t n;
    struct engine_group *group; /* behind a network: what is out */
};

static enum status read_dense(void *store, struct engine_call *call, struct session_result *result)
{
    struct dense *dense = store;
    size_t len = call->max_bytes > dense->most ? FRAME_MAX_BYTES + 1024 : 1000;
    uint64_t seed = len;
    uint8_t *room = buf_extend(&call->batch.entries, len);

    (void)result;
    assert_in_range(dense->n, 0, 7);
    dense->asked[dense->n++] = call->max_bytes;
    assert_non_null(room);
    random_seeded(&seed).fill(&seed, room, len);
    call->batch.first = 1;
    call->batch.last = call->batch.count = len > FRAME_MAX_BYTES ? 9 : 2;
    return STATUS_OK;
}

static bool dense_writes(enum request_kind kind)
{
    (void)kind;
    return false;
}

static bool dense_opens_none(enum request_kind kind)
{
    (void)kind;
    return true;
}

static void start_dense(void *store, struct engine_group *group)
{
    ((struct dense *)store)->group = group;
}

static void finish_dense(struct dense *dense)
{
    struct engine_group *group = dense->group;

    assert_non_null(group);
    dense->group = NULL;
    for (size_t i = 0; i < group->n; i++)
        group->results[i].status = read_dense(dense, &group->calls[i], &group->results[i]);
    group->done(group->context);
}

struct read_once {
    size_t n;
    enum status status;
    struct message_changes chunk;
    size_t packed_len;
    struct errmsg err;
};

static void hear_read(void *context, void *owner, const struct session_result *result)
{
    struct read_once *read = context;

    (void)owner;
    *read = (struct read_once){read->n + 1, result->status, result->chunk, result->packed.len, result->err};
}

/* Until it was told; each time it is asked again it is put into the queue once more. */
static struct read_once read_by(struct dense *dense, bool far)
{
    struct session_request request = {.kind = REQUEST_READ_SCOPE, .max_bytes = CHUNK_BYTES, .packings = 1 << PACKING_NONE | 1 << PACKING_ZSTD};
    struct read_once read = {0};
    struct replicator *replicator;

    dense->ops = (struct engine_store_ops){.writes = dense_writes, .own_transaction = dense_opens_none, .run = read_dense, .start = far ? start_dense : NULL};
    assert_int_equal(replicator_new_over(&replicator, (struct engine_store){&dense->ops, dense}, NULL), STATUS_OK);
    assert_int_equal(replicator_submit(replicator, owner(1), &request), STATUS_OK);
    for (int turn = 0; turn < 8 && read.n == 0; turn++) {
        (void)replicator_flush(replicator, 1, hear_read, &read);
        if (far && dense->group != NULL)
            finish_dense(dense);
    }
    assert_false(replicator_flush(replicator, 1, hear_read, &read));
    assert_int_equal(read.n, 1);
    replicator_free(replicator);
    return read;
}

static void test_what_does_not_fit_comes_in_fewer_changes(void **state)
{
    (void)state;
    for (int far = 0; far < 2; far++) {
        struct dense dense = {.most = CHUNK_BYTES / 16};
        struct read_once read = read_by(&dense, far != 0);

        assert_int_equal(read.status, STATUS_OK);
        assert_int_equal(read.chunk.count, 2);
        assert_int_equal(read.chunk.raw_bytes, 1000);
        assert_in_range(read.packed_len, 1, 1000);
        assert_int_equal(dense.n, 3);
        assert_int_equal(dense.asked[0], CHUNK_BYTES);
        assert_int_equal(dense.asked[1], CHUNK_BYTES / 4);
        assert_int_equal(dense.asked[2], CHUNK_BYTES / 16);
    }
}

/* One transaction that does not fit is not asked for without end: whoever waits for it is told why. */
static void test_one_commit_that_never_fits_is_told(void **state)
{
    (void)state;
    for (int far = 0; far < 2; far++) {
        struct dense dense = {.most = 0};
        struct read_once read = read_by(&dense, far != 0);

        assert_int_equal(read.status, STATUS_TOO_LARGE);
        assert_non_null(strstr(read.err.text, "1 MiB"));
        assert_int_equal(dense.n, far ? 3 : 5); /* here a history is cut shorter, too, as long as that may help; a store behind a network tells none */
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_does_not_fit_comes_in_fewer_changes),
        cmocka_unit_test(test_one_commit_that_never_fits_is_told),
        cmocka_unit_test(test_a_small_request_has_its_turn_among_endless_large_ones),
        cmocka_unit_test(test_what_is_kept_of_a_center_is_kept_whole),
        cmocka_unit_test(test_many_large_reads_do_not_hold_up_a_write),
        cmocka_unit_test(test_many_in_one_commit_and_one_failure_for_one),
        cmocka_unit_test(test_again_changes_nothing_and_a_gap_is_told),
        cmocka_unit_test(test_strangers_and_revoked_machines),
        cmocka_unit_test(test_a_rolled_back_and_a_forked_station_are_told_apart),
        cmocka_unit_test(test_bombs_and_lies_about_length),
        cmocka_unit_test(test_the_forgotten_hear_nothing),
        cmocka_unit_test(test_groups_are_closed_when_full),
        cmocka_unit_test(test_enrolment),
        cmocka_unit_test(test_five_wrong_proofs_kill_a_code),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
