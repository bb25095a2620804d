/* tests/province.c - see province.h. */
#include "tests/province.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { READ_BYTES = 256 * 1024 };

void province_open(struct province *province)
{
    struct peer peers[PROVINCE_COUNTIES];

    memset(province, 0, sizeof *province);
    world_open(&province->world, PROVINCE_COUNTIES, NULL);
    for (size_t i = 0; i < PROVINCE_COUNTIES; i++)
        peers[i] = province->world.stations[i].peer;
    province->hub = hub_world_open(&province->world.center.machine, peers, PROVINCE_COUNTIES);
    province->store = hub_world_store(province->hub);
    assert_int_equal(replicator_new_over(&province->replicator, hub_world_engine(province->hub), NULL), STATUS_OK);
}

void province_close(struct province *province)
{
    replicator_free(province->replicator);
    hub_world_close(province->hub);
    world_close(&province->world);
}

void province_push_make(struct province *province, size_t county, uint64_t after, struct province_push *push)
{
    const struct node *node = &province->world.stations[county];

    *push = (struct province_push){.request = {.kind = REQUEST_INGEST, .pin = node->peer.pin, .log = {.station = node->machine.station_no}, .wall_ms = 1000}};
    memcpy(push->request.log.incarnation, node->machine.incarnation, INCARNATION_BYTES);
    buf_init(&push->batch.entries, CHUNK_RAW_MAX_BYTES);
    assert_int_equal(replica_read_own(node->store, after, READ_BYTES, &push->batch, NULL), STATUS_OK);
    push->request.chunk = (struct message_changes){.first = push->batch.first, .last = push->batch.last, .count = push->batch.count, .raw_bytes = push->batch.entries.len, .packing = PACKING_NONE};
    memcpy(push->request.chunk.last_hash, push->batch.last_hash.bytes, HASH_BYTES);
    push->request.packed = push->batch.entries.data;
    push->request.packed_len = push->batch.entries.len;
}

void province_push_release(struct province_push *push)
{
    buf_release(&push->batch.entries);
}

void province_deliver(void *context, void *owner, const struct session_result *result)
{
    struct province_push *push = owner;

    (void)context;
    assert_false(push->answered);
    push->answered = true;
    push->result = *result;
    buf_init(&push->result.packed, 16);
}

void province_carry_out(struct province *province)
{
    (void)replicator_flush(province->replicator, 1000, province_deliver, NULL);
    hub_store_drain(province->store);
    (void)replicator_flush(province->replicator, 1000, province_deliver, NULL);
}

void province_submit(struct province *province, struct province_push *push)
{
    assert_int_equal(replicator_submit(province->replicator, push, &push->request), STATUS_OK);
}

void province_push_all(struct province *province, size_t county)
{
    uint64_t after = 0;

    for (;;) {
        struct province_push push;

        province_push_make(province, county, after, &push);
        if (push.batch.count == 0) {
            province_push_release(&push);
            break;
        }
        province_submit(province, &push);
        province_carry_out(province);
        assert_true(push.answered);
        if (push.result.status != STATUS_OK)
            fail_msg("%s", push.result.err.text);
        after = push.batch.last;
        province_push_release(&push);
    }
}

int64_t province_ask(struct province *province, const char *format, ...)
{
    char sql[2048];
    va_list args;

    va_start(args, format);
    vsnprintf(sql, sizeof sql, format, args);
    va_end(args);
    return hub_world_ask(province->hub, sql);
}

int64_t province_org(const struct province *province, size_t county)
{
    return province->world.stations[county].machine.org;
}

void province_check_orders(struct province *province)
{
    assert_int_equal(province_ask(province, "SELECT count(*) FROM county c WHERE order_head<>(SELECT count(*) FROM change x WHERE x.county=c.no) OR order_head<>(SELECT coalesce(max(ord),0) FROM change x WHERE x.county=c.no)"), 0);
}
