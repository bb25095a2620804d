/* tests/test_engine_store.c - what every store of the sync engine must do (sync/engine_store.h), asked of each of them in the same words: the county's records in SQLite, the memory of the tests, a hub's
 * PostgreSQL (tests/hub_world.h; left out where there is none). One more engine adds one line to ENGINES. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/cbor.h"
#include "core/record/changelog.h"
#include "sync/heal_request.h"
#include "sync/record_store.h"
#include "sync/replicator.h"
#include "tests/fixture.h"
#include "tests/hub_world.h"
#include "tests/memory_store.h"

enum { STATIONS = 2, CHUNK = 64 * 1024, EVERYONE = 0 };

/* A center over some engine, and two stations with real stores. */
struct county {
    struct world world; /* its own center is the SQLite engine's */
    struct record_store *records;
    struct memory_store *memory;
    struct hub_world *hub;
    struct engine_store engine;
};

struct engine_kind {
    const char *name;
    bool order_per_scope; /* each scope is numbered by itself, without gaps; else one order for all */
    void (*open)(struct county *county);
    void (*revoke)(struct county *county, size_t station);
    uint64_t (*append)(struct county *county, int64_t scope, struct id id);
};

/* ---- the engines ---- */

static void records_open(struct county *county)
{
    assert_int_equal(record_store_new(&county->records, county->world.center.store), STATUS_OK);
    county->engine = record_store_engine(county->records);
}

static void records_revoke(struct county *county, size_t station)
{
    assert_int_equal(peer_revoke(county->world.center.store, county->world.stations[station].peer.station_no, 5, NULL), STATUS_OK);
}

static uint64_t records_append(struct county *county, int64_t scope, struct id id)
{
    struct store *store = county->world.center.store;
    struct change change = {.user = "center", .type_no = catalogue_find("consultation")->no, .id = id, .op = CHANGE_PUT, .scope = scope};
    struct buf body;
    int64_t lsn;

    buf_init(&body, 16);
    cbor_put_map(&body, 0);
    assert_int_equal(store_begin(store, "test", NULL), STATUS_OK);
    assert_int_equal(changelog_append_own(store, true, &change, body.data, body.len, &lsn, NULL), STATUS_OK);
    assert_int_equal(store_commit(store, NULL), STATUS_OK);
    buf_release(&body);
    return (uint64_t)lsn;
}

/* As many numbers are given as in the other center: its orgs. */
static void memory_open(struct county *county)
{
    county->memory = memory_store_new(&county->world.center.machine);
    for (uint8_t i = 0; i <= STATIONS; i++)
        (void)memory_store_append(county->memory, 99, (struct id){{i}});
    for (size_t i = 0; i < STATIONS; i++)
        memory_store_add_peer(county->memory, &county->world.stations[i].peer);
    county->engine = memory_store_engine(county->memory);
}

static void memory_revoke(struct county *county, size_t station)
{
    memory_store_revoke(county->memory, county->world.stations[station].peer.pin);
}

static uint64_t memory_append(struct county *county, int64_t scope, struct id id)
{
    return memory_store_append(county->memory, scope, id);
}

static void hub_open(struct county *county)
{
    struct peer peers[STATIONS];

    for (size_t i = 0; i < STATIONS; i++)
        peers[i] = county->world.stations[i].peer;
    county->hub = hub_world_open(&county->world.center.machine, peers, STATIONS);
    county->engine = hub_world_engine(county->hub);
}

static void hub_revoke(struct county *county, size_t station)
{
    hub_world_revoke(county->hub, county->world.stations[station].peer.pin);
}

static uint64_t hub_append(struct county *county, int64_t scope, struct id id)
{
    return hub_world_append(county->hub, scope, id);
}

static const struct engine_kind ENGINES[] = {
    {"records", false, records_open, records_revoke, records_append},
    {"memory", false, memory_open, memory_revoke, memory_append},
    {"hub", true, hub_open, hub_revoke, hub_append},
};

static void county_open(struct county *county, const struct engine_kind *kind)
{
    memset(county, 0, sizeof *county);
    world_open(&county->world, STATIONS, NULL);
    kind->open(county);
}

static void county_close(struct county *county)
{
    record_store_free(county->records);
    if (county->memory != NULL)
        memory_store_free(county->memory);
    if (county->hub != NULL)
        hub_world_close(county->hub);
    world_close(&county->world);
}

/* ---- asking ---- */

static struct session_request request_of(struct county *county, size_t station, enum request_kind kind)
{
    const struct node *node = &county->world.stations[station];
    struct session_request request = {.kind = kind, .pin = node->peer.pin, .log = {.station = node->machine.station_no}, .wall_ms = 1000};

    memcpy(request.log.incarnation, node->machine.incarnation, INCARNATION_BYTES);
    request.hello = (struct message_hello){.protocol_min = 1, .protocol_max = PROTOCOL_MAX, .station_no = node->machine.station_no, .org = (uint64_t)node->machine.org};
    memcpy(request.hello.incarnation, node->machine.incarnation, INCARNATION_BYTES);
    return request;
}

/* One write in a transaction of its own, kept or not. */
static enum status write_one(struct county *county, struct engine_call *call, struct session_result *result)
{
    const struct engine_store_ops *ops = county->engine.ops;
    void *store = county->engine.store;
    enum status status;

    memset(result, 0, sizeof *result);
    assert_true(ops->writes(call->request->kind));
    assert_int_equal(ops->begin(store, NULL), STATUS_OK);
    assert_int_equal(ops->savepoint(store, NULL), STATUS_OK);
    status = ops->run(store, call, result);
    assert_int_equal(ops->savepoint_end(store, status == STATUS_OK || call->keep, NULL), STATUS_OK);
    assert_int_equal(ops->commit(store, NULL), STATUS_OK);
    return status;
}

/* What the station has after `after`, as a request to take it in. The entries are the batch's. */
static struct engine_call pushed(struct county *county, size_t station, uint64_t after, struct session_request *request, struct replica_batch *batch)
{
    *batch = (struct replica_batch){.count = 0};
    buf_init(&batch->entries, CHUNK_RAW_MAX_BYTES);
    assert_int_equal(replica_read_own(county->world.stations[station].store, after, CHUNK, batch, NULL), STATUS_OK);
    assert_true(batch->count > 0);
    *request = request_of(county, station, REQUEST_INGEST);
    request->chunk = (struct message_changes){.first = batch->first, .last = batch->last, .count = batch->count, .raw_bytes = batch->entries.len};
    memcpy(request->chunk.last_hash, batch->last_hash.bytes, HASH_BYTES);
    return (struct engine_call){.request = request, .now_ms = 1000, .entries = batch->entries.data, .len = batch->entries.len};
}

static struct session_result push(struct county *county, size_t station, uint64_t after)
{
    struct session_request request;
    struct replica_batch batch;
    struct session_result result;
    struct engine_call call = pushed(county, station, after, &request, &batch);

    if (write_one(county, &call, &result) != STATUS_OK)
        fail_msg("%s", result.err.text);
    buf_release(&batch.entries);
    return result;
}

/* What READ_SCOPE gave, taken apart. */
struct seen {
    uint64_t orders[64];
    bool stub[64];
    uint64_t stations[64];
    size_t n;
    bool more;
    uint64_t last;
};

static enum status look(struct county *county, size_t station, uint64_t after, size_t max_bytes, struct seen *seen)
{
    const struct engine_store_ops *ops = county->engine.ops;
    struct session_request request = request_of(county, station, REQUEST_READ_SCOPE);
    struct engine_call call = {.request = &request, .now_ms = 1000, .max_bytes = max_bytes};
    struct session_result result;
    struct reader reader;
    enum status status;

    memset(&result, 0, sizeof result);
    memset(seen, 0, sizeof *seen);
    request.after = after;
    buf_init(&call.batch.entries, CHUNK_RAW_MAX_BYTES);
    assert_false(ops->writes(REQUEST_READ_SCOPE));
    assert_int_equal(ops->begin_read(county->engine.store, NULL), STATUS_OK);
    status = ops->run(county->engine.store, &call, &result);
    ops->end_read(county->engine.store);
    reader_init(&reader, call.batch.entries.data, call.batch.entries.len);
    while (reader_left(&reader) > 0) {
        uint64_t items = cbor_array(&reader);
        size_t len;

        assert_true(seen->n < 64);
        seen->orders[seen->n] = cbor_uint(&reader);
        seen->stub[seen->n] = items < 5;
        seen->stations[seen->n] = cbor_uint(&reader);
        for (uint64_t i = 2; i < items; i++)
            (void)cbor_skip(&reader, &len);
        assert_int_equal(reader.status, STATUS_OK);
        seen->n++;
    }
    assert_int_equal(seen->n, call.batch.count);
    seen->more = result.more;
    seen->last = call.batch.last;
    buf_release(&call.batch.entries);
    return status;
}

static struct session_result greet(struct county *county, size_t station, const uint8_t lease[LEASE_BYTES], uint8_t entropy)
{
    struct session_request request = request_of(county, station, REQUEST_GREET);
    struct engine_call call = {.request = &request, .now_ms = 1000};
    struct replica_state state;
    struct session_result result;

    assert_int_equal(replica_state(county->world.stations[station].store, &state, NULL), STATUS_OK);
    request.hello.head_seq = state.head_seq;
    memcpy(request.hello.head_hash, state.head_hash.bytes, HASH_BYTES);
    memcpy(request.hello.lease, lease, LEASE_BYTES);
    memset(request.entropy, entropy, sizeof request.entropy);
    if (write_one(county, &call, &result) != STATUS_OK)
        fail_msg("%s", result.err.text);
    return result;
}

static const uint8_t NO_LEASE[LEASE_BYTES];

/* ---- what each must do ---- */

static void test_whoever_asks_is_looked_up(void **state)
{
    static const enum request_kind writes[] = {REQUEST_GREET, REQUEST_INGEST, REQUEST_NOTE_PEER};
    const struct engine_kind *kind = *state;
    struct county county;
    struct session_result result;
    struct seen seen;

    county_open(&county, kind);
    for (size_t i = 0; i < 3; i++) {
        struct session_request request = request_of(&county, 0, writes[i]);
        struct engine_call call = {.request = &request, .now_ms = 1000, .entries = "", .len = 0};

        memset(request.pin.bytes, 0xEE, HASH_BYTES);
        assert_int_equal(write_one(&county, &call, &result), STATUS_AUTH);
    }
    struct session_request wrong = request_of(&county, 0, REQUEST_GREET);
    struct engine_call call = {.request = &wrong, .now_ms = 1000};
    wrong.log.station = county.world.stations[1].machine.station_no;
    assert_int_equal(write_one(&county, &call, &result), STATUS_AUTH);
    assert_int_equal(look(&county, 0, 0, CHUNK, &seen), STATUS_OK);
    kind->revoke(&county, 0);
    assert_int_equal(look(&county, 0, 0, CHUNK, &seen), STATUS_FORBIDDEN);
    for (size_t i = 0; i < 3; i++) {
        struct session_request request = request_of(&county, 0, writes[i]);
        struct engine_call again = {.request = &request, .now_ms = 1000, .entries = "", .len = 0};

        assert_int_equal(write_one(&county, &again, &result), STATUS_FORBIDDEN);
    }
    assert_int_equal(look(&county, 1, 0, CHUNK, &seen), STATUS_OK);
    county_close(&county);
}

static void test_changes_are_taken_once_and_in_order(void **state)
{
    struct county county;
    struct session_result first, again, result;
    struct session_request request;
    struct replica_batch batch;
    struct engine_call call;

    county_open(&county, *state);
    for (int i = 0; i < 3; i++)
        node_consult(&county.world.stations[0], "张文芳", "工资没有发");
    first = push(&county, 0, 0);
    assert_int_equal(first.taken.taken, 3);
    assert_int_equal(first.taken.have_seq, 3);
    again = push(&county, 0, 0);
    assert_int_equal(again.taken.taken, 0);
    assert_int_equal(again.taken.repeated, 3);
    assert_int_equal(again.taken.have_seq, 3);
    assert_memory_equal(&again.taken.have_hash, &first.taken.have_hash, sizeof first.taken.have_hash);
    assert_int_equal(again.taken.rcur, first.taken.rcur);
    /* the last two of five, before the two in between */
    node_consult(&county.world.stations[0], "李强", "押金没有退");
    node_consult(&county.world.stations[0], "李强", "押金没有退");
    call = pushed(&county, 0, 4, &request, &batch);
    assert_int_equal(write_one(&county, &call, &result), STATUS_GAP);
    assert_int_equal(result.taken.have_seq, 3);
    assert_memory_equal(&result.taken.have_hash, &first.taken.have_hash, sizeof first.taken.have_hash);
    buf_release(&batch.entries);
    /* half known, half new */
    result = push(&county, 0, 2);
    assert_int_equal(result.taken.repeated, 1);
    assert_int_equal(result.taken.taken, 2);
    assert_int_equal(result.taken.have_seq, 5);
    assert_int_equal(result.taken.rcur, first.taken.rcur + 2);
    county_close(&county);
}

static void test_what_does_not_hold_leaves_nothing(void **state)
{
    struct county county;
    struct session_result before, result;
    struct session_request request;
    struct replica_batch batch;
    struct engine_call call;

    county_open(&county, *state);
    node_consult(&county.world.stations[0], "张文芳", "工资没有发");
    before = push(&county, 0, 0);
    node_consult(&county.world.stations[0], "张文芳", "押金没有退");
    call = pushed(&county, 0, 1, &request, &batch);
    request.chunk.last_hash[5] ^= 1;
    assert_int_equal(write_one(&county, &call, &result), STATUS_FORK);
    request.chunk.last_hash[5] ^= 1;
    call.len--;
    assert_int_equal(write_one(&county, &call, &result), STATUS_MALFORMED);
    call.len++;
    call.unpacked = STATUS_UNSUPPORTED;
    assert_int_equal(write_one(&county, &call, &result), STATUS_UNSUPPORTED);
    assert_int_equal(result.taken.have_seq, 1);
    call.unpacked = STATUS_OK;
    assert_int_equal(write_one(&county, &call, &result), STATUS_OK);
    assert_int_equal(result.taken.rcur, before.taken.rcur + 1); /* no number was lost to the three */
    buf_release(&batch.entries);
    /* the same number with other bytes */
    call = pushed(&county, 0, 0, &request, &batch);
    batch.entries.data[batch.entries.len - 1] ^= 1;
    assert_int_equal(write_one(&county, &call, &result), STATUS_FORK);
    buf_release(&batch.entries);
    assert_int_equal(push(&county, 0, 0).taken.repeated, 2);
    county_close(&county);
}

static void test_a_group_is_kept_whole_or_not_at_all(void **state)
{
    struct county county;
    struct session_request requests[2];
    struct replica_batch batches[2];
    struct session_result result;

    county_open(&county, *state);
    for (size_t i = 0; i < 2; i++)
        node_consult(&county.world.stations[i], "张文芳", "工资没有发");
    const struct engine_store_ops *ops = county.engine.ops;
    void *store = county.engine.store;
    assert_int_equal(ops->begin(store, NULL), STATUS_OK);
    for (size_t i = 0; i < 2; i++) {
        struct engine_call call = pushed(&county, i, 0, &requests[i], &batches[i]);

        memset(&result, 0, sizeof result);
        assert_int_equal(ops->savepoint(store, NULL), STATUS_OK);
        assert_int_equal(ops->run(store, &call, &result), STATUS_OK);
        assert_int_equal(ops->savepoint_end(store, true, NULL), STATUS_OK);
        buf_release(&batches[i].entries);
    }
    ops->rollback(store);
    ops->rollback(store); /* nothing is open: nothing happens */
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(greet(&county, i, NO_LEASE, 1).have_seq, 0);
    result = push(&county, 0, 0);
    assert_int_equal(result.taken.taken, 1);
    county_close(&county);
}

static void test_order_has_no_gaps_and_scope_has_no_leaks(void **state)
{
    const struct engine_kind *kind = *state;
    struct county county;
    struct seen seen;
    uint64_t start, start_other, everyone, theirs, other;
    const bool apart = kind->order_per_scope; /* then the other's changes take no numbers of this scope's */

    county_open(&county, kind);
    start = greet(&county, 0, NO_LEASE, 1).order_head;
    start_other = greet(&county, 1, NO_LEASE, 1).order_head;
    assert_int_equal(start_other, start);
    node_consult(&county.world.stations[0], "张文芳", "工资没有发");
    node_consult(&county.world.stations[1], "李强", "不给第一站看");
    assert_int_equal(push(&county, 0, 0).taken.rcur, start + 1);
    assert_int_equal(push(&county, 1, 0).taken.rcur, start + (apart ? 1 : 2));
    everyone = kind->append(&county, EVERYONE, (struct id){{101}});
    theirs = kind->append(&county, county.world.stations[0].machine.org, (struct id){{102}});
    other = kind->append(&county, county.world.stations[1].machine.org, (struct id){{103}});
    assert_int_equal(everyone, start + (apart ? 2 : 3));
    assert_int_equal(theirs, everyone + 1);
    assert_int_equal(other, apart ? everyone + 1 : everyone + 2);
    assert_int_equal(look(&county, 0, start, CHUNK, &seen), STATUS_OK);
    assert_int_equal(seen.n, 3);
    assert_int_equal(seen.orders[0], start + 1);
    assert_true(seen.stub[0]);
    assert_int_equal(seen.stations[0], 1); /* a stub's second item is its own number */
    assert_int_equal(seen.orders[1], everyone);
    assert_false(seen.stub[1]);
    assert_int_equal(seen.stations[1], STATION_NO_CENTER);
    assert_int_equal(seen.orders[2], theirs);
    assert_false(seen.more);
    assert_int_equal(seen.last, apart ? theirs : other); /* the cursor may pass what is others' */
    assert_int_equal(look(&county, 1, everyone, CHUNK, &seen), STATUS_OK);
    assert_int_equal(seen.n, 1);
    assert_int_equal(seen.orders[0], other);
    assert_int_equal(look(&county, 0, apart ? theirs : other, CHUNK, &seen), STATUS_OK);
    assert_int_equal(seen.n, 0);
    county_close(&county);
}

/* Two copies of one machine are connected: the first must not be told the place of the second one's change under a number that it will give itself. */
static void test_what_a_twin_wrote_is_not_told_as_the_reader_s_own(void **state)
{
    struct county county;
    struct session_request request;
    struct session_result result;
    struct engine_call call = {.request = &request, .now_ms = 1000, .max_bytes = CHUNK};
    uint64_t before;

    county_open(&county, *state);
    before = greet(&county, 0, NO_LEASE, 1).order_head;
    node_consult(&county.world.stations[0], "张文芳", "工资没有发");
    (void)push(&county, 0, 0);
    for (uint64_t has = 0; has < 2; has++) {
        request = request_of(&county, 0, REQUEST_READ_SCOPE);
        request.after = before;
        request.own_told = true;
        request.have_seq = has;
        memset(&result, 0, sizeof result);
        buf_init(&call.batch.entries, CHUNK_RAW_MAX_BYTES);
        assert_int_equal(county.engine.ops->begin_read(county.engine.store, NULL), STATUS_OK);
        assert_int_equal(county.engine.ops->run(county.engine.store, &call, &result), has == 0 ? STATUS_FORK : STATUS_OK);
        county.engine.ops->end_read(county.engine.store);
        buf_release(&call.batch.entries);
    }
    county_close(&county);
}

static void test_reading_stops_between_transactions(void **state)
{
    const struct engine_kind *kind = *state;
    struct county county;
    struct seen seen;
    uint64_t first = 0, after;

    county_open(&county, kind);
    for (uint8_t i = 0; i < 10; i++) {
        uint64_t order = kind->append(&county, EVERYONE, (struct id){{(uint8_t)(50 + i)}});

        first = i == 0 ? order : first;
    }
    assert_int_equal(look(&county, 0, first - 1, 200, &seen), STATUS_OK);
    assert_true(seen.more && seen.n >= 1 && seen.n < 10);
    assert_int_equal(seen.last, seen.orders[seen.n - 1]);
    /* every piece begins where the one before ended, and together they are all */
    after = first - 1;
    for (size_t total = 0; total < 10; total += seen.n) {
        assert_int_equal(look(&county, 0, after, 200, &seen), STATUS_OK);
        assert_true(seen.n > 0);
        assert_int_equal(seen.orders[0], after + 1);
        after = seen.last;
    }
    assert_int_equal(after, first + 9);
    county_close(&county);
}

static void test_a_lease_is_known_by_its_last_two(void **state)
{
    struct county county;
    struct session_result one, two, three, twin;

    county_open(&county, *state);
    node_consult(&county.world.stations[0], "张文芳", "工资没有发");
    one = greet(&county, 0, NO_LEASE, 1);
    assert_false(one.heal.branch);
    (void)push(&county, 0, 0);
    two = greet(&county, 0, one.lease, 2);
    assert_false(two.heal.branch);
    assert_memory_not_equal(one.lease, two.lease, LEASE_BYTES);
    three = greet(&county, 0, one.lease, 3); /* the answer was lost on its way */
    assert_false(three.heal.branch);
    twin = greet(&county, 0, two.lease, 4); /* it had not been: there are two */
    assert_true(twin.heal.branch);
    assert_int_equal(twin.heal.common_seq, 1);
    assert_false(greet(&county, 0, three.lease, 5).heal.branch);
    county_close(&county);
}

/* A station whose log was written by another hand above some number: told by what it says of its head, found by samples. */
static void test_a_fork_is_found_where_it_began(void **state)
{
    struct county county;
    struct session_request request;
    struct session_result result;
    struct engine_call call = {.request = &request, .now_ms = 1000};
    struct log_id own;
    unsigned questions = 0;

    county_open(&county, *state);
    for (int i = 0; i < 100; i++)
        node_consult(&county.world.stations[0], "张文芳", "工资没有发");
    for (uint64_t have = 0; have < 100;)
        have = push(&county, 0, have).taken.have_seq;
    /* rolled back, not forked */
    request = request_of(&county, 0, REQUEST_GREET);
    own = request.log;
    request.hello.head_seq = 40;
    struct hash at;
    assert_int_equal(replica_hash_at(county.world.stations[0].store, &own, 40, &at, NULL), STATUS_OK);
    memcpy(request.hello.head_hash, at.bytes, HASH_BYTES);
    assert_int_equal(write_one(&county, &call, &result), STATUS_OK);
    assert_true(result.heal.branch);
    assert_int_equal(result.heal.common_seq, 40);
    /* forked behind 37 */
    request.hello.head_hash[0] ^= 1;
    assert_int_equal(write_one(&county, &call, &result), STATUS_OK);
    assert_false(result.heal.branch);
    while (!result.heal.branch) {
        struct message_compare compare = result.heal.compare;

        assert_int_equal(compare.what, COMPARE_LOG);
        assert_true(++questions < 10);
        request.kind = REQUEST_COMPARED;
        request.samples = (struct message_samples){.what = COMPARE_LOG, .from = compare.from, .to = compare.to};
        for (size_t i = 0; i < heal_spread(compare.from, compare.to); i++) {
            uint64_t n = heal_spread_at(compare.from, compare.to, heal_spread(compare.from, compare.to), i);

            assert_int_equal(replica_hash_at(county.world.stations[0].store, &own, n, &at, NULL), STATUS_OK);
            if (n > 37)
                at.bytes[0] ^= 1;
            heal_sample_put(&request.samples, n, at.bytes);
        }
        assert_int_equal(write_one(&county, &call, &result), STATUS_OK);
    }
    assert_int_equal(result.heal.common_seq, 37);
    county_close(&county);
}

static void test_a_peer_s_contact_is_kept(void **state)
{
    struct county county;
    struct session_request request;
    struct session_result result;
    struct engine_call call = {.request = &request, .now_ms = 77};

    county_open(&county, *state);
    request = request_of(&county, 0, REQUEST_NOTE_PEER);
    request.have_seq = 3;
    request.sent_order = 2;
    request.wall_ms = 77;
    assert_int_equal(write_one(&county, &call, &result), STATUS_OK);
    result = greet(&county, 0, NO_LEASE, 1);
    assert_int_equal(result.peer.last_contact_ms, 77);
    assert_int_equal(result.peer.sent_order, 2);
    assert_int_equal(result.peer.station_no, county.world.stations[0].machine.station_no);
    county_close(&county);
}

/* ---- all of it together: whole sessions ---- */

static void converse(struct county *county, size_t station, struct session_outcome *out)
{
    struct replicator *replicators[2];
    struct session *sessions[2];
    struct session_actions actions[2];
    struct buf in[2];
    bool closed[2] = {false, false};
    struct hash center_pin = {{1}};

    assert_int_equal(replicator_new(&replicators[0], county->world.stations[station].store, NULL), STATUS_OK);
    assert_int_equal(replicator_new_over(&replicators[1], county->engine, NULL), STATUS_OK);
    for (int end = 0; end < 2; end++) {
        struct session_config config = {.role = end == 0 ? SESSION_STATION : SESSION_CENTER, .once = end == 0};

        buf_init(&in[end], 1024 * 1024);
        session_actions_init(&actions[end]);
        assert_int_equal(session_new(&sessions[end], &config), STATUS_OK);
    }
    for (int turn = 0; turn < 100 && !(closed[0] && closed[1]); turn++) {
        int end = turn % 2;
        struct session_event event = {.kind = turn < 2 ? EVENT_CONNECTED : in[end].len > 0 ? EVENT_BYTES : closed[1 - end] ? EVENT_CLOSED : EVENT_TICK};
        struct session_result result;
        bool answered = false;

        event.connected.own_pin = end == 0 ? county->world.stations[station].peer.pin : center_pin;
        event.connected.peer_pin = end == 0 ? center_pin : county->world.stations[station].peer.pin;
        memset(event.connected.entropy, turn + 1, sizeof event.connected.entropy);
        event.data = in[end].data;
        event.len = in[end].len;
        while (!closed[end]) {
            event.now_ms = event.wall_ms = 1000;
            session_step(sessions[end], &event, &actions[end]);
            if (event.kind == EVENT_BYTES)
                buf_clear(&in[end]);
            if (answered)
                session_result_release(&result);
            buf_append(&in[1 - end], actions[end].send.data, actions[end].send.len);
            buf_clear(&actions[end].send);
            closed[end] = actions[end].close;
            answered = !closed[end] && actions[end].wants_store;
            if (!answered)
                break;
            actions[end].wants_store = false;
            replicator_run(replicators[end], &actions[end].request, 1000, &result);
            event = (struct session_event){.kind = EVENT_STORE, .result = &result};
        }
    }
    *out = *session_outcome(sessions[0]);
    for (int end = 0; end < 2; end++) {
        assert_true(closed[end]);
        session_free(sessions[end]);
        session_actions_release(&actions[end]);
        replicator_free(replicators[end]);
        buf_release(&in[end]);
    }
}

static void test_a_station_works_with_it(void **state)
{
    const struct engine_kind *kind = *state;
    struct county county;
    struct session_outcome outcome;
    struct replica_state replica;

    county_open(&county, kind);
    for (int i = 0; i < 30; i++)
        node_consult(&county.world.stations[0], "张文芳", "工资没有发");
    (void)kind->append(&county, county.world.stations[0].machine.org, (struct id){{101}});
    (void)kind->append(&county, county.world.stations[1].machine.org, (struct id){{102}});
    converse(&county, 0, &outcome);
    if (outcome.status != STATUS_OK)
        fail_msg("%s", outcome.reason.text);
    assert_int_equal(outcome.sent, 30);
    assert_true(outcome.received >= 1);
    converse(&county, 0, &outcome);
    if (outcome.status != STATUS_OK)
        fail_msg("%s", outcome.reason.text);
    assert_int_equal(outcome.sent + outcome.received, 0);
    assert_int_equal(replica_state(county.world.stations[0].store, &replica, NULL), STATUS_OK);
    assert_int_equal(replica.have_seq, 30);
    assert_int_equal(replica.ordered_seq, 30);
    node_verify(&county.world.stations[0]);
    kind->revoke(&county, 0);
    converse(&county, 0, &outcome);
    assert_int_equal(outcome.status, STATUS_FORBIDDEN);
    county_close(&county);
}

#define ON_EACH(test) {#test, test, NULL, NULL, NULL}

int main(void)
{
    struct CMUnitTest tests[] = {
        ON_EACH(test_whoever_asks_is_looked_up),
        ON_EACH(test_changes_are_taken_once_and_in_order),
        ON_EACH(test_what_does_not_hold_leaves_nothing),
        ON_EACH(test_a_group_is_kept_whole_or_not_at_all),
        ON_EACH(test_order_has_no_gaps_and_scope_has_no_leaks),
        ON_EACH(test_what_a_twin_wrote_is_not_told_as_the_reader_s_own),
        ON_EACH(test_reading_stops_between_transactions),
        ON_EACH(test_a_lease_is_known_by_its_last_two),
        ON_EACH(test_a_fork_is_found_where_it_began),
        ON_EACH(test_a_peer_s_contact_is_kept),
        ON_EACH(test_a_station_works_with_it),
    };
    int failed = 0;

    for (size_t engine = 0; engine < sizeof ENGINES / sizeof *ENGINES; engine++) {
        bool left_out = ENGINES[engine].open == hub_open && !hub_world_available();

        print_message("engine: %s%s\n", ENGINES[engine].name, left_out ? ": SKIP, there is no PostgreSQL here" : "");
        if (left_out)
            continue;
        for (size_t i = 0; i < sizeof tests / sizeof *tests; i++)
            tests[i].initial_state = (void *)(uintptr_t)&ENGINES[engine];
        failed += cmocka_run_group_tests(tests, NULL, NULL);
    }
    return failed;
}
