/* tests/test_stumble_carry.c - what a station's session carries beside changes, a laptop's file and a backup, with each statement, each allocation and each call on a file of both ends failing in turn: afterwards, or after
 * the next session, it is where it belongs, once. tests/trial.h says what else must hold. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/file.h"
#include "core/record/carry.h"
#include "core/record/kept.h"
#include "tests/dialogue.h"
#include "tests/keyed_world.h"
#include "tests/must.h"
#include "tests/trial.h"

static const int64_t NOW_MS = INT64_C(1790000000000);

enum { LAPTOP, TOWN };

/* One session. `opener`: of files that come to the center; NULL: none. */
static enum status one_session(struct world *world, size_t station, struct relay_opener *opener, struct errmsg *err)
{
    struct dialogue dialogue;
    enum status status = STATUS_OK;
    bool on = stumble_pause();

    dialogue_open(&dialogue, world, station, true);
    if (opener != NULL)
        replicator_set_opener(dialogue.replicators[CENTER_END], *opener);
    stumble_go_on(on);
    dialogue_run(&dialogue);
    on = stumble_pause();
    for (int end = 0; end < 2 && status == STATUS_OK; end++) {
        const struct session_outcome *outcome = &dialogue.outcomes[end];

        status = dialogue.closed[end] ? outcome->status : STATUS_CLOSED;
        if (status != STATUS_OK)
            errmsg_set(err, status, "%s", errmsg_text(&outcome->reason, status));
    }
    dialogue_close(&dialogue);
    stumble_go_on(on);
    return status;
}

/* ---- a laptop's file ---- */

struct town {
    struct keyed_world keyed;
    struct buf center, town; /* the stores before */
};

static struct node *center_of(struct town *town)
{
    return &town->keyed.world.center;
}

static struct node *town_of(struct town *town)
{
    return &town->keyed.world.stations[TOWN];
}

static void nothing_was_handed_over(void *context)
{
    struct town *town = context;

    node_restore(center_of(town), &town->center);
    node_restore(town_of(town), &town->town);
}

/* A center that could not write its answer says so in its log, and the laptop asks again (handover_relay.c): answers that have come are left out. */
static bool put_relay(void *context, const struct relay *relay)
{
    if (relay->state != RELAY_RETURN)
        buf_printf(context, "%d %s\n", relay->state, relay->held == relay->total ? "whole" : relay->held == 0 ? "gone" : "in part");
    return true;
}

static void what_was_handed_over(void *context, struct buf *out)
{
    struct town *town = context;

    must(relay_list(town_of(town)->store, put_relay, out, NULL), NULL);
    buf_puts(out, "--\n");
    must(relay_list(center_of(town)->store, put_relay, out, NULL), NULL);
    buf_printf(out, "%lld\n", (long long)node_count(center_of(town), "consultation"));
}

static enum status hand_over(void *context, struct buf *out, struct errmsg *err)
{
    struct town *town = context;
    struct handover center = keyed_center(&town->keyed);
    struct relay_opener opener = handover_opener(&center);
    struct relay relay;
    enum status status = one_session(&town->keyed.world, TOWN, &opener, err);

    (void)out;
    bool on = stumble_pause();
    if (status == STATUS_OK && relay_next(town_of(town)->store, STATION_NO_CENTER, &relay, NULL) == STATUS_OK)
        status = errmsg_set(err, STATUS_PARTIAL, "the file still waits");
    if (status == STATUS_OK && relay_next(center_of(town)->store, town_of(town)->machine.station_no, &relay, NULL) == STATUS_OK)
        status = errmsg_set(err, STATUS_PARTIAL, "the answer still waits");
    stumble_go_on(on);
    return status;
}

static void test_a_laptop_s_file(void **state)
{
    struct town town;
    struct handover here;
    struct relay relay;
    struct buf file;

    (void)state;
    keyed_world_open(&town.keyed, 2, true);
    here = keyed_station(&town.keyed, TOWN);
    node_consult(&town.keyed.world.stations[LAPTOP], "张文芳", "工资没有发");
    keyed_export(&town.keyed, LAPTOP, (struct handover_range){.from_given = false}, &file);
    must(one_session(&town.keyed.world, TOWN, NULL, NULL), NULL);
    must(handover_keep(&here, memory_source(&file), &relay, NULL, NULL), NULL);
    node_keep(center_of(&town), &town.center);
    node_keep(town_of(&town), &town.town);
    trial_play(&(struct trial){.name = "a laptop's file is handed over", .act = hand_over, .context = &town, .seed = &town.keyed.seed, .begin = nothing_was_handed_over, .state = what_was_handed_over, .in_parts = true, .stride = 3});
    must(hand_over(&town, NULL, NULL), NULL);
    assert_int_equal(node_count(center_of(&town), "consultation"), 1);
    buf_release(&file);
    buf_release(&town.center);
    buf_release(&town.town);
    keyed_world_close(&town.keyed);
}

/* ---- a backup ---- */

struct backup {
    struct world world;
    char folder[32], file[64], at[64];
};

static void it_waits(void *context)
{
    struct backup *backup = context;
    size_t removed = 0;

    must(kept_remove(backup->world.center.store, 1, &removed, NULL), NULL);
    must(carry_clear(backup->at, &removed, NULL), NULL);
    must(carry_add(backup->world.stations[0].store, backup->file, NOW_MS, NULL), NULL);
}

static bool put_kept(void *context, const struct kept *kept)
{
    buf_printf(context, "%u %llu of %llu\n", kept->station_no, (unsigned long long)kept->file.held, (unsigned long long)kept->file.total);
    return true;
}

static void where_it_is(void *context, struct buf *out)
{
    struct backup *backup = context;
    struct carry_state carry;

    must(carry_state_read(backup->world.stations[0].store, &carry, NULL), NULL);
    buf_printf(out, "%llu %s\n", (unsigned long long)carry.waiting, carry.refused);
    must(kept_list(backup->world.center.store, put_kept, out, NULL), NULL);
}

static enum status send_backup(void *context, struct buf *out, struct errmsg *err)
{
    struct backup *backup = context;
    struct store *store = backup->world.stations[0].store;
    struct carry_state carry;
    bool on = stumble_pause();

    (void)out;
    must(carry_state_read(store, &carry, NULL), NULL);
    if (carry.refused[0] != '\0') /* a center without room says so; then somebody queues it anew */
        must(carry_add(store, backup->file, NOW_MS, NULL), NULL);
    stumble_go_on(on);
    enum status status = one_session(&backup->world, 0, NULL, err);
    on = stumble_pause();
    must(carry_state_read(store, &carry, NULL), NULL);
    if (status == STATUS_OK && (carry.waiting > 0 || carry.refused[0] != '\0'))
        status = errmsg_set(err, STATUS_PARTIAL, "it is not there: %s", carry.refused);
    stumble_go_on(on);
    return status;
}

static void test_a_backup(void **state)
{
    struct backup backup;
    struct buf bytes;

    (void)state;
    memset(&backup, 0, sizeof backup);
    snprintf(backup.folder, sizeof backup.folder, "test_carry.XXXXXX");
    assert_non_null(mkdtemp(backup.folder));
    world_open(&backup.world, 1, backup.folder);
    snprintf(backup.file, sizeof backup.file, "%s/backup", backup.folder);
    snprintf(backup.at, sizeof backup.at, "%s/1", backup.folder);
    buf_init(&bytes, 1 << 20);
    for (uint32_t i = 0; i < 2000; i++)
        buf_put_u32(&bytes, i * 2654435761U);
    must(file_write(backup.file, bytes.data, bytes.len, 0600, NULL), NULL);
    buf_release(&bytes);
    must(one_session(&backup.world, 0, NULL, NULL), NULL);
    trial_play(&(struct trial){.name = "a backup goes to the center", .act = send_backup, .context = &backup, .begin = it_waits, .state = where_it_is, .in_parts = true});
    world_close(&backup.world);
    test_folder_remove(backup.folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_laptop_s_file),
        cmocka_unit_test(test_a_backup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
