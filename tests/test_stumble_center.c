/* tests/test_stumble_center.c - what a center does about its stations, with each statement and each allocation of it failing in turn: tests/trial.h says what must hold. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/record/alarm.h"
#include "core/record/returned.h"
#include "core/record/sync_state.h"
#include "tests/act_bed.h"
#include "tests/must.h"
#include "tests/trial.h"

enum { NOW_MS = 1767225600 };

static enum status in_one(struct act_bed *bed, enum status (*what)(struct act_bed *bed, struct buf *out, struct errmsg *err), struct buf *out, struct errmsg *err)
{
    enum status status = store_begin(center_of(bed), "test", err);

    if (status != STATUS_OK)
        return status;
    status = what(bed, out, err);
    if (status == STATUS_OK)
        return store_commit(center_of(bed), err);
    store_rollback(center_of(bed));
    return status;
}

static enum status add_peer_in(struct act_bed *bed, struct buf *out, struct errmsg *err)
{
    struct hash pin = hash_of("another", 7);
    struct peer peer;
    enum status status = peer_add(center_of(bed), 3, "笔记本", pin, NOW_MS, &peer, err);

    if (status == STATUS_OK)
        buf_printf(out, "%u %s\n", peer.station_no, peer.org_name);
    return status;
}

static enum status add_peer(void *context, struct buf *out, struct errmsg *err)
{
    return in_one(context, add_peer_in, out, err);
}

static enum status rekey_peer_in(struct act_bed *bed, struct buf *out, struct errmsg *err)
{
    struct hash pin = hash_of("another", 7);
    struct peer peer;
    enum status status = peer_rekey(center_of(bed), 1, "笔记本", pin, NOW_MS, &peer, err);

    if (status == STATUS_OK)
        buf_printf(out, "%u %s\n", peer.station_no, peer.org_name);
    return status;
}

static enum status rekey_peer(void *context, struct buf *out, struct errmsg *err)
{
    return in_one(context, rekey_peer_in, out, err);
}

static enum status revoke_peer(void *context, struct buf *out, struct errmsg *err)
{
    struct act_bed *bed = context;

    (void)out;
    return peer_revoke(center_of(bed), 1, NOW_MS, err);
}

static enum status settle_alarm(void *context, struct buf *out, struct errmsg *err)
{
    struct act_bed *bed = context;

    (void)out;
    return alarm_settle(center_of(bed), 2, "主任", "副本已经停用", NOW_MS, err);
}

static enum status look_at_alarm(void *context, struct buf *out, struct errmsg *err)
{
    struct act_bed *bed = context;
    struct alarm alarm;
    enum status status = alarm_last(center_of(bed), 2, &alarm, err);

    if (status == STATUS_OK)
        buf_printf(out, "%s %s\n", alarm.by, alarm.why);
    return status;
}

static bool put_code(void *context, const struct enrol_code *code)
{
    buf_printf(context, "%lld %d\n", (long long)code->no, code->tries);
    return true;
}

static enum status enrol_code_in(struct act_bed *bed, struct buf *out, struct errmsg *err)
{
    struct store *store = center_of(bed);
    enum status status = enrol_code_add(store, hash_of("secret", 6), 2, 0, "站", NOW_MS, err);

    if (status == STATUS_OK)
        status = enrol_code_failed(store, NOW_MS, err);
    if (status == STATUS_OK)
        status = enrol_code_list(store, NOW_MS, put_code, out, err);
    return status;
}

static enum status enrol_code(void *context, struct buf *out, struct errmsg *err)
{
    return in_one(context, enrol_code_in, out, err);
}

static enum status era_in(struct act_bed *bed, struct buf *out, struct errmsg *err)
{
    int64_t count;
    enum status status = order_begin_era(center_of(bed), 4, bed->world.center.random, err);

    if (status == STATUS_OK)
        status = restored_waiting(center_of(bed), &count, err);
    if (status == STATUS_OK)
        buf_printf(out, "%lld\n", (long long)count);
    return status;
}

static enum status begin_era(void *context, struct buf *out, struct errmsg *err)
{
    return in_one(context, era_in, out, err);
}

static bool put_peer(void *context, const struct peer *peer)
{
    buf_printf(context, "%u %s %d\n", peer->station_no, peer->org_name, peer->revoked);
    return true;
}

static enum status find_peers(void *context, struct buf *out, struct errmsg *err)
{
    struct act_bed *bed = context;
    struct store *store = center_of(bed);
    struct peer peer;
    enum status status = peer_list(store, put_peer, out, err);

    if (status == STATUS_OK)
        status = peer_find_pin(store, bed->world.stations[1].peer.pin, &peer, err);
    if (status == STATUS_OK)
        status = peer_resolve(store, "站3", &peer, err);
    if (status == STATUS_OK)
        buf_printf(out, "%u\n", peer.station_no);
    return status;
}

static void test_stations(void **state)
{
    struct act_bed bed;
    struct errmsg err = {{0}};

    (void)state;
    act_bed_open(&bed);
    act_bed_play(&bed, "a station is let in", add_peer);
    act_bed_play(&bed, "a station gets another key", rekey_peer);
    act_bed_play(&bed, "a station is shut out", revoke_peer);
    must(peer_set_alarm(center_of(&bed), 2, PEER_ALARM_TWINS, &err), &err);
    act_bed_play(&bed, "an alarm is settled", settle_alarm);
    must(settle_alarm(&bed, NULL, &err), &err);
    act_bed_play(&bed, "an alarm that was settled", look_at_alarm);
    act_bed_play(&bed, "a code", enrol_code);
    trial_play(&(struct trial){.name = "a new era", .act = begin_era, .context = &bed, .nodes = {&bed.world.center}, .seed = &bed.world.seed, .stride = 5});
    act_bed_play(&bed, "stations", find_peers);
    act_bed_close(&bed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_stations)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
