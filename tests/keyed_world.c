/* tests/keyed_world.c - see keyed_world.h. */
#include "tests/keyed_world.h"
#include "tests/must.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

static const int64_t WALL_MS = INT64_C(1767225600000);

static void make_key(struct bundle_key *key, uint8_t n)
{
    uint8_t seed[32] = {n};

    assert_int_equal(crypto_sign_seed_keypair(key->public_key, key->secret, seed), 0);
}

static void set_peer(struct keyed_world *keyed, size_t i, int64_t org)
{
    struct store *store = keyed->world.center.store;
    struct peer *peer = &keyed->world.stations[i].peer;
    struct errmsg err = {{0}};
    struct stmt *stmt;

    peer->pin = bundle_pin(keyed->stations[i].public_key);
    peer->org = org;
    must(store_begin(store, "test", &err), &err);
    stmt = store_prepare(store, "UPDATE peer SET pin=?2, org=?3 WHERE station_no=?1");
    stmt_int(stmt, 1, peer->station_no);
    stmt_blob(stmt, 2, peer->pin.bytes, HASH_BYTES);
    stmt_int(stmt, 3, org);
    must(stmt_run(stmt, &err), &err);
    must(store_commit(store, &err), &err);
}

static void set_station(struct keyed_world *keyed, size_t i, int64_t org)
{
    struct node *node = &keyed->world.stations[i];
    struct errmsg err = {{0}};

    must(store_begin(node->store, "test", &err), &err);
    must(store_meta_set_int(node->store, "org", org, &err), &err);
    must(center_address_set(node->store, "center:7474", bundle_pin(keyed->center.public_key), &err), &err);
    must(center_key_set(node->store, keyed->center.public_key, &err), &err);
    must(store_commit(node->store, &err), &err);
    must(machine_load(node->store, &node->machine, &err), &err);
    node->actor.org = org;
}

void keyed_world_open(struct keyed_world *keyed, size_t n_stations, bool one_org)
{
    memset(keyed, 0, sizeof *keyed);
    keyed->seed = 7;
    world_open(&keyed->world, n_stations, NULL);
    make_key(&keyed->center, 1);
    for (size_t i = 0; i < n_stations; i++) {
        int64_t org = one_org ? 2 : (int64_t)i + 2;

        make_key(&keyed->stations[i], (uint8_t)(i + 2));
        set_peer(keyed, i, org);
        set_station(keyed, i, org);
    }
}

void keyed_world_close(struct keyed_world *keyed)
{
    world_close(&keyed->world);
}

struct handover keyed_center(struct keyed_world *keyed)
{
    return (struct handover){.store = keyed->world.center.store,
                             .key = &keyed->center,
                             .random = random_seeded(&keyed->seed),
                             .wall_ms = WALL_MS};
}

struct handover keyed_station(struct keyed_world *keyed, size_t station)
{
    struct handover handover = keyed_center(keyed);

    handover.store = keyed->world.stations[station].store;
    handover.key = &keyed->stations[station];
    return handover;
}

static enum status read_memory(void *context, uint64_t at, void *data, size_t max, size_t *got, struct errmsg *err)
{
    const struct buf *file = context;
    size_t left = at < file->len ? file->len - (size_t)at : 0;

    (void)err;
    *got = left < max ? left : max;
    if (*got > 0)
        memcpy(data, file->data + at, *got);
    return STATUS_OK;
}

struct handover_source memory_source(struct buf *file)
{
    return (struct handover_source){read_memory, file};
}

static enum status write_memory(void *context, const void *data, size_t len, struct errmsg *err)
{
    struct buf *file = context;

    (void)err;
    buf_append(file, data, len);
    return file->status;
}

struct handover_sink memory_sink(struct buf *file)
{
    return (struct handover_sink){write_memory, file};
}

struct handover_result keyed_export(struct keyed_world *keyed, size_t station, struct handover_range range,
                                    struct buf *file)
{
    struct handover handover = keyed_station(keyed, station);
    struct handover_result result;
    struct errmsg err = {{0}};

    buf_init(file, 256 * 1024 * 1024);
    must(handover_export(&handover, range, memory_sink(file), &result, &err), &err);
    if (result.written)
        assert_int_equal(file->len, result.bytes);
    return result;
}

enum status keyed_take(struct keyed_world *keyed, struct buf *file, struct buf *answer, struct handover_result *result,
                       struct errmsg *err)
{
    struct handover handover = keyed_center(keyed);
    struct handover_sink sink = {NULL, NULL};

    if (answer != NULL) {
        buf_init(answer, 256 * 1024 * 1024);
        sink = memory_sink(answer);
    }
    return handover_import(&handover, memory_source(file), answer != NULL ? &sink : NULL, result, err);
}

int64_t node_count(struct node *node, const char *table)
{
    char sql[96];
    struct stmt *stmt;
    enum status status;
    int64_t n;

    snprintf(sql, sizeof sql, "SELECT count(*) FROM %s", table);
    stmt = store_prepare(node->store, sql);
    assert_true(stmt_row(stmt, &status, NULL));
    n = stmt_column_int(stmt, 0);
    stmt_reset(stmt);
    return n;
}
