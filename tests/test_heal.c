/* tests/test_heal.c - stations that were put back to an earlier state, went on as two, or lost what they were: each heals at its next contact, and nothing is lost. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/record/backup.h"
#include "sync/heal_request.h"
#include "tests/dialogue.h"
#include "tests/keyed_world.h"

/* ---- narrowing ---- */

static enum status agrees_below(void *context, uint64_t number, const uint8_t mark[MARK_BYTES], bool *agrees)
{
    (void)mark;
    *agrees = number <= *(uint64_t *)context;
    return STATUS_OK;
}

/* Questions until neighbours were found; the answer must be right. */
static unsigned narrow(uint64_t common, uint64_t head)
{
    struct heal_narrow narrow = {.from = 1, .to = head};
    unsigned asked = 0;

    do {
        struct message_samples samples = {.what = COMPARE_LOG, .from = narrow.from, .to = narrow.to};
        size_t n = heal_spread(narrow.from, narrow.to);
        static const uint8_t mark[MARK_BYTES];

        assert_int_equal(heal_spread_at(narrow.from, narrow.to, n, 0), narrow.from);
        assert_int_equal(heal_spread_at(narrow.from, narrow.to, n, n - 1), narrow.to);
        for (size_t i = 0; i < n; i++)
            heal_sample_put(&samples, heal_spread_at(narrow.from, narrow.to, n, i), mark);
        assert_int_equal(heal_narrow(&samples, true, agrees_below, &common, &narrow), STATUS_OK);
        asked++;
    } while (!narrow.done && asked < 100);
    assert_int_equal(narrow.common, common < head ? common : head);
    return asked;
}

static void test_the_place_is_found_in_few_questions(void **state)
{
    static const uint64_t heads[] = {1, 2, 63, 64, 65, 66, 1000, 5000000, INT64_MAX};

    (void)state;
    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++)
        for (uint64_t common = 0; common <= 200 && common <= heads[i]; common++) {
            assert_in_range(narrow(common, heads[i]), 1, 12);
            assert_in_range(narrow(heads[i] - common, heads[i]), 1, 12);
        }
    assert_in_range(narrow(2345678, 5000000), 1, 4);
}

static void test_samples_that_hold_no_water(void **state)
{
    struct message_samples samples = {.what = COMPARE_LOG, .from = 5, .to = 9};
    struct heal_narrow out;
    uint64_t common = 7;
    static const uint8_t mark[MARK_BYTES];

    (void)state;
    heal_sample_put(&samples, 6, mark);
    heal_sample_put(&samples, 6, mark);
    assert_int_equal(heal_narrow(&samples, true, agrees_below, &common, &out), STATUS_MALFORMED);
    samples.samples_len = 0;
    heal_sample_put(&samples, 10, mark);
    assert_int_equal(heal_narrow(&samples, true, agrees_below, &common, &out), STATUS_MALFORMED);
    samples.samples_len = SAMPLE_BYTES - 1;
    assert_int_equal(heal_narrow(&samples, true, agrees_below, &common, &out), STATUS_MALFORMED);
    static const struct message_samples ranges[] = {{.what = COMPARE_LOG, .from = 0, .to = 9}, {.what = COMPARE_LOG, .from = 9, .to = 8}};
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(heal_narrow(&ranges[i], true, agrees_below, &common, &out), STATUS_MALFORMED);
}

/* What both had when it was asked about is not so any more: the question begins anew, from the first. */
static void test_what_was_taken_for_common_was_not(void **state)
{
    struct message_samples samples = {.what = COMPARE_LOG, .from = 5, .to = 9};
    struct heal_narrow out;
    uint64_t common = 3;
    static const uint8_t mark[MARK_BYTES];

    (void)state;
    for (uint64_t number = 5; number <= 9; number++)
        heal_sample_put(&samples, number, mark);
    for (int dense = 0; dense < 2; dense++) {
        assert_int_equal(heal_narrow(&samples, dense != 0, agrees_below, &common, &out), STATUS_OK);
        assert_false(out.done);
        assert_int_equal(out.from, 1);
        assert_int_equal(out.to, 5);
    }
}

/* ---- a world whose stations can be copied ---- */

struct copies {
    struct world world;
    char folder[64];
    int n;
};

static void copies_open(struct copies *copies, size_t stations)
{
    memset(copies, 0, sizeof *copies);
    snprintf(copies->folder, sizeof copies->folder, "test_heal.XXXXXX");
    assert_non_null(mkdtemp(copies->folder));
    world_open(&copies->world, stations, copies->folder);
}

static void copies_close(struct copies *copies)
{
    char command[128];

    world_close(&copies->world);
    snprintf(command, sizeof command, "rm -rf %s", copies->folder);
    assert_int_equal(system(command), 0);
}

/* A copy of the station's file as it is now, as another node. */
static struct node copy_of(struct copies *copies, const struct node *of)
{
    struct node copy = *of;
    struct errmsg err = {{0}};
    char folder[96], path[128];

    snprintf(folder, sizeof folder, "%s/copy%d", copies->folder, copies->n++);
    assert_int_equal(mkdir(folder, 0700), 0);
    snprintf(path, sizeof path, "%s/aidpost.db", folder);
    assert_int_equal(store_copy(of->store, path, &err), STATUS_OK);
    assert_int_equal(store_open(&copy.store, folder, STORE_OPEN_EXISTING, &err), STATUS_OK);
    return copy;
}

/* Contacts until nothing more is to be healed; returns how many times a session ended in "again". */
static unsigned sync_as(struct copies *copies, struct node *node)
{
    struct node kept = copies->world.stations[0];
    unsigned again = 0;

    copies->world.stations[0] = *node;
    for (;;) {
        struct dialogue dialogue;
        struct session_outcome outcome;

        dialogue_open(&dialogue, &copies->world, 0, true);
        dialogue_run(&dialogue);
        outcome = dialogue.outcomes[STATION_END];
        if (outcome.status != STATUS_OK)
            fail_msg("%s\n%s", outcome.reason.text, buf_cstr(&dialogue.lines));
        assert_int_equal(dialogue.outcomes[CENTER_END].status, STATUS_OK);
        assert_int_equal(outcome.again, dialogue.outcomes[STATION_END].healed[0] != '\0');
        dialogue_close(&dialogue);
        if (!outcome.again)
            break;
        assert_in_range(++again, 1, 4);
    }
    assert_int_equal(machine_load(node->store, &node->machine, NULL), STATUS_OK);
    copies->world.stations[0] = kept;
    node_verify(node);
    node_verify(&copies->world.center);
    return again;
}

static int64_t records(struct node *node)
{
    return node_number(node, "SELECT count(*) FROM consultation WHERE gone=0");
}

static void expect(struct node *node, const char *text, bool there)
{
    char *dump = node_dump(node);

    if ((strstr(dump, text) != NULL) != there)
        fail_msg("%s %s", text, there ? "is missing" : "is there");
    free(dump);
}

static void expect_same(struct node *a, struct node *b)
{
    char *left = node_dump(a), *right = node_dump(b);

    assert_string_equal(left, right);
    free(left);
    free(right);
}

static struct peer peer_of(struct copies *copies)
{
    struct peer peer;

    assert_int_equal(peer_find(copies->world.center.store, copies->world.stations[0].peer.station_no, &peer, NULL), STATUS_OK);
    return peer;
}

static void test_a_station_put_back_gets_what_it_lost_and_keeps_what_it_wrote(void **state)
{
    struct copies copies;

    (void)state;
    copies_open(&copies, 1);
    struct node *station = &copies.world.stations[0], *center = &copies.world.center;
    struct id id = node_consult(station, "张文芳", "工资没有发");
    assert_int_equal(sync_as(&copies, station), 0);
    struct node old = copy_of(&copies, station);
    node_consult(station, "王建国", "离婚");
    node_set(station, "consultation", id, "phone", "13900000001");
    assert_int_equal(sync_as(&copies, station), 0);

    /* Nothing written since: rolled back. */
    struct node again = copy_of(&copies, &old);
    assert_int_equal(sync_as(&copies, &again), 1);
    expect_same(&again, station);
    assert_int_equal(node_conflicts(center), 0);
    assert_int_equal(peer_of(&copies).branches, 1);
    assert_string_equal(peer_of(&copies).alarm, "");

    /* Written since: forked. Both texts are there, and the phone that two wrote differently waits for a person. */
    node_consult(&old, "陈志强", "土地");
    node_set(&old, "consultation", id, "phone", "13900000002");
    assert_int_equal(sync_as(&copies, &old), 1);
    expect(&old, "王建国", true);
    expect(center, "陈志强", true);
    assert_int_equal(records(center), 3);
    assert_int_equal(records(&old), 3);
    assert_int_equal(node_conflicts(center), 1);
    assert_int_equal(node_conflicts(&old), 1);
    assert_int_equal(sync_as(&copies, &old), 0);
    assert_int_equal(node_number(&old, "SELECT count(*) FROM change WHERE rseq IS NULL"), 0);
    /* The replaced machine hears of it like anybody, if it is still there. */
    sync_as(&copies, station);
    expect(station, "陈志强", true);
    store_close(again.store);
    store_close(old.store);
    copies_close(&copies);
}

/* What a backup of the center has of the log that a machine left says nothing of what the machine writes under the same numbers in its new one. */
static void test_what_is_safe_of_the_old_log_is_not_so_of_the_new_one(void **state)
{
    static const struct backup_secret secret = {.kind = BACKUP_KEY_FILE, .bytes = "a key of enough bytes", .len = 21};
    struct copies copies;
    struct backup_info info;
    struct errmsg err = {{0}};
    struct replica_state told;
    char folder[96], file[96];

    (void)state;
    copies_open(&copies, 1);
    struct node *station = &copies.world.stations[0], *center = &copies.world.center;
    snprintf(folder, sizeof folder, "%s/0", copies.folder);
    snprintf(file, sizeof file, "%s/backup", copies.folder);
    node_consult(station, "张文芳", "工资没有发");
    sync_as(&copies, station);
    struct node old = copy_of(&copies, station);
    for (int i = 0; i < 3; i++)
        node_consult(station, "王建国", "离婚");
    sync_as(&copies, station);
    assert_int_equal(backup_write(center->store, folder, file, &secret, center->random, &info, &err), STATUS_OK);
    sync_as(&copies, station);
    assert_int_equal(replica_state(station->store, &told, &err), STATUS_OK);
    assert_int_equal(told.safe_seq, 4);

    for (int i = 0; i < 3; i++)
        node_consult(&old, "陈志强", "土地");
    assert_int_equal(sync_as(&copies, &old), 1); /* the session that sends the new log's changes is told at its greeting */
    assert_int_equal(replica_state(old.store, &told, &err), STATUS_OK);
    assert_int_equal(told.have_seq, 4);
    assert_int_equal(told.safe_seq, 1);
    assert_int_equal(peer_of(&copies).have_seq, 4);
    assert_int_equal(peer_of(&copies).safe_seq, 1);
    unlink(file);
    assert_int_equal(backup_write(center->store, folder, file, &secret, center->random, &info, &err), STATUS_OK);
    assert_int_equal(peer_of(&copies).safe_seq, 4);
    sync_as(&copies, &old);
    assert_int_equal(replica_state(old.store, &told, &err), STATUS_OK);
    assert_int_equal(told.safe_seq, 4);
    store_close(old.store);
    copies_close(&copies);
}

static void test_a_longer_fork_is_found_though_the_center_has_less(void **state)
{
    struct copies copies;

    (void)state;
    copies_open(&copies, 1);
    struct node *station = &copies.world.stations[0], *center = &copies.world.center;
    for (int i = 0; i < 70; i++)
        node_consult(station, "张文芳", "工资没有发");
    sync_as(&copies, station);
    struct node twin = copy_of(&copies, station);
    node_consult(station, "王建国", "离婚");
    sync_as(&copies, station);
    for (int i = 0; i < 200; i++)
        node_consult(&twin, "陈志强", "土地");
    assert_int_equal(sync_as(&copies, &twin), 1);
    assert_int_equal(records(center), 271);
    assert_int_equal(records(&twin), 271);
    assert_int_equal(node_number(&twin, "SELECT base_seq FROM log WHERE parent IS NOT NULL"), 70);
    assert_int_equal(node_conflicts(center), 0);
    store_close(twin.store);
    copies_close(&copies);
}

static void test_a_clone_without_writes_is_found_by_its_lease(void **state)
{
    struct copies copies;

    (void)state;
    copies_open(&copies, 1);
    struct node *station = &copies.world.stations[0], *center = &copies.world.center;
    node_consult(station, "张文芳", "工资没有发");
    sync_as(&copies, station);
    struct node twin = copy_of(&copies, station);
    assert_int_equal(sync_as(&copies, &twin), 0); /* which of the two is the copy nobody can say yet */
    assert_string_equal(peer_of(&copies).alarm, "");
    assert_int_equal(sync_as(&copies, station), 0); /* its answer might have been lost */
    assert_int_equal(sync_as(&copies, &twin), 1);
    assert_string_equal(peer_of(&copies).alarm, "");
    assert_int_equal(sync_as(&copies, station), 0);
    assert_non_null(strstr(peer_of(&copies).alarm, "两台机器共用一把密钥"));
    /* From now on they are two machines of one org. */
    node_consult(station, "王建国", "离婚");
    node_consult(&twin, "陈志强", "土地");
    sync_as(&copies, station);
    sync_as(&copies, &twin);
    sync_as(&copies, station);
    assert_int_equal(sync_as(&copies, station), 0);
    expect_same(station, &twin);
    assert_int_equal(records(center), 3);
    assert_int_equal(node_conflicts(center), 0);
    assert_int_equal(peer_revoke(center->store, 1, 5, NULL), STATUS_OK);
    assert_string_equal(peer_of(&copies).alarm, "");
    store_close(twin.store);
    copies_close(&copies);
}

/* Two copies of one machine with the same tail, sent by neither: it comes once. With different tails each keeps its own. */
static void test_a_tail_that_both_copies_have_comes_once(void **state)
{
    struct copies copies;

    (void)state;
    copies_open(&copies, 1);
    struct node *station = &copies.world.stations[0], *center = &copies.world.center;
    struct id id = node_consult(station, "张文芳", "工资没有发");
    sync_as(&copies, station);
    node_consult(station, "王建国", "离婚");
    node_set(station, "consultation", id, "phone", "13900000001");
    node_set(station, "consultation", id, "phone", "13900000002");
    struct node twin = copy_of(&copies, station), other = copy_of(&copies, station);
    /* The lease tells at the second contact of the three which are the copies; one has written behind the tail. */
    assert_int_equal(sync_as(&copies, &other), 0);
    node_consult(&twin, "陈志强", "土地");
    sync_as(&copies, &twin);
    sync_as(&copies, station);
    sync_as(&copies, &other);
    sync_as(&copies, &twin);
    sync_as(&copies, station);
    assert_int_equal(records(center), 3);
    assert_int_equal(node_number(center, "SELECT count(*) FROM change WHERE log>1"), 5);
    assert_int_equal(node_conflicts(center), 0);
    expect_same(station, &twin);
    expect_same(&other, &twin);
    store_close(twin.store);
    store_close(other.store);
    copies_close(&copies);
}

/* A lease that does not fit, and more here than the center has. */
static void test_a_copy_with_a_tail_found_by_its_lease(void **state)
{
    struct copies copies;

    (void)state;
    copies_open(&copies, 1);
    struct node *station = &copies.world.stations[0], *center = &copies.world.center;
    node_consult(station, "张文芳", "工资没有发");
    sync_as(&copies, station);
    struct node stale = copy_of(&copies, station);
    node_consult(station, "王建国", "离婚");
    struct node twin = copy_of(&copies, station);
    sync_as(&copies, &stale);
    sync_as(&copies, &stale);
    assert_int_equal(sync_as(&copies, &twin), 1); /* its lease is two contacts old; its unsent change stays in the first log */
    assert_int_equal(node_number(&twin, "SELECT base_seq FROM log WHERE no=(SELECT value FROM meta WHERE name='own_log')"), 2);
    assert_int_equal(sync_as(&copies, station), 1);
    assert_int_equal(records(center), 2);
    assert_int_equal(node_number(center, "SELECT count(*) FROM change WHERE log>1"), 2);
    expect_same(station, &twin);
    store_close(stale.store);
    store_close(twin.store);
    copies_close(&copies);
}

/* An answer that was lost gives no alarm: the lease before the last still counts. */
static void test_a_lost_welcome_is_no_clone(void **state)
{
    struct copies copies;

    (void)state;
    copies_open(&copies, 1);
    struct node *station = &copies.world.stations[0];
    node_consult(station, "张文芳", "工资没有发");
    sync_as(&copies, station);
    for (int i = 0; i < 3; i++) {
        struct node before = copy_of(&copies, station);
        assert_int_equal(sync_as(&copies, &before), 0); /* as if the station had not heard the answer */
        store_close(before.store);
    }
    assert_int_equal(sync_as(&copies, station), 0);
    assert_int_equal(peer_of(&copies).branches, 0);
    copies_close(&copies);
}

/* A branch of a branch; edits of its own past are no conflicts. */
static void test_restored_again_and_again(void **state)
{
    struct copies copies;

    (void)state;
    copies_open(&copies, 1);
    struct node *station = &copies.world.stations[0], *center = &copies.world.center;
    struct id id = node_consult(station, "张文芳", "工资没有发");
    node_set(station, "consultation", id, "phone", "13900000000");
    sync_as(&copies, station);
    struct node machine = copy_of(&copies, station);
    node_consult(station, "王建国", "离婚");
    sync_as(&copies, station);
    for (int i = 1; i <= 4; i++) {
        char phone[32];

        snprintf(phone, sizeof phone, "1390000000%d", i);
        node_set(&machine, "consultation", id, "phone", phone);
        struct node back = copy_of(&copies, &machine);
        sync_as(&copies, &machine);
        node_consult(&machine, "陈志强", phone);
        sync_as(&copies, &machine);
        store_close(machine.store);
        machine = back;
    }
    sync_as(&copies, &machine);
    assert_int_equal(node_conflicts(center), 0);
    assert_int_equal(records(center), 6);
    assert_int_equal(records(&machine), 6);
    char *phone = node_get(center, "consultation", id, "phone");
    assert_string_equal(phone, "13900000004");
    free(phone);
    store_close(machine.store);
    copies_close(&copies);
}

/* ---- by files ---- */

static const struct handover_range PENDING = {.from_given = false};

/* The station's file to the center and, if the center answers, the answer back. */
static void carry(struct keyed_world *keyed, struct handover_result *at_center, struct handover_result *at_station)
{
    struct handover station = keyed_station(keyed, 0);
    struct errmsg err = {{0}};
    struct buf file, answer;

    keyed_export(keyed, 0, (struct handover_range){.ask = true}, &file);
    buf_init(&answer, 1024 * 1024);
    if (keyed_take(keyed, &file, &answer, at_center, &err) != STATUS_OK || handover_import(&station, memory_source(&answer), NULL, at_station, &err) != STATUS_OK)
        fail_msg("%s", err.text);
    buf_release(&answer);
    buf_release(&file);
    node_verify(&keyed->world.stations[0]);
    node_verify(&keyed->world.center);
}

static void test_a_copy_that_only_uses_sticks(void **state)
{
    struct keyed_world keyed;
    struct handover_result center, station;
    struct errmsg err = {{0}};
    struct buf file, answer;
    char folder[] = "test_heal.XXXXXX", path[64], command[64];

    (void)state;
    keyed_world_open(&keyed, 1, false);
    struct node *node = &keyed.world.stations[0], twin = *node;
    for (int i = 0; i < 3; i++)
        node_consult(node, "张文芳", "工资没有发");
    carry(&keyed, &center, &station);
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/aidpost.db", folder);
    assert_int_equal(store_copy(node->store, path, &err), STATUS_OK);
    assert_int_equal(store_open(&twin.store, folder, STORE_OPEN_EXISTING, &err), STATUS_OK);
    node_consult(node, "王建国", "离婚");
    carry(&keyed, &center, &station);
    assert_int_equal(center.outcome.received, 1);

    struct node first = *node;
    *node = twin;
    node_consult(node, "陈志强", "土地");
    node_consult(node, "陈志强", "土地");
    keyed_export(&keyed, 0, PENDING, &file);
    /* Without an answer nothing can be done but say so. */
    assert_int_equal(keyed_take(&keyed, &file, NULL, &center, &err), STATUS_FORK);
    assert_non_null(strstr(err.text, "回执"));
    assert_int_equal(records(&keyed.world.center), 4);
    buf_init(&answer, 1024 * 1024);
    assert_int_equal(keyed_take(&keyed, &file, &answer, &center, &err), STATUS_OK);
    assert_non_null(strstr(center.outcome.healed, "副本"));
    assert_int_equal(center.outcome.received, 0);
    /* The other copy reads it: it is not for that one, of whose log the center has more than what both have in common. */
    twin = *node;
    *node = first;
    struct handover handover = keyed_station(&keyed, 0);
    assert_int_equal(handover_import(&handover, memory_source(&answer), NULL, &station, &err), STATUS_FORK);
    assert_non_null(strstr(err.text, "另一份副本"));
    errmsg_clear(&err);
    assert_int_equal(node_number(node, "SELECT count(*) FROM log WHERE parent IS NOT NULL"), 0);
    *node = twin;
    handover = keyed_station(&keyed, 0);
    assert_int_equal(handover_import(&handover, memory_source(&answer), NULL, &station, &err), STATUS_OK);
    assert_true(station.outcome.again);
    assert_int_equal(node_number(node, "SELECT base_seq FROM log WHERE no=(SELECT value FROM meta WHERE name='own_log')"), 3);
    /* The same answer again, and the old file again: nothing. */
    if (handover_import(&handover, memory_source(&answer), NULL, &station, &err) != STATUS_OK)
        fail_msg("%s", err.text);
    assert_false(station.outcome.again);
    assert_int_equal(node_number(node, "SELECT count(*) FROM log WHERE parent IS NOT NULL"), 1);
    carry(&keyed, &center, &station);
    assert_int_equal(center.outcome.received, 2);
    assert_string_equal(center.outcome.healed, "");
    assert_int_equal(keyed_take(&keyed, &file, NULL, &center, &err), STATUS_FORK);
    assert_int_equal(records(&keyed.world.center), 6);
    assert_int_equal(records(node), 6);
    assert_int_equal(node_conflicts(&keyed.world.center), 0);
    buf_release(&answer);
    buf_release(&file);
    store_close(twin.store);
    *node = first;
    keyed_world_close(&keyed);
    snprintf(command, sizeof command, "rm -rf %s", folder);
    assert_int_equal(system(command), 0);
}

/* A copy reads the answer to a file of the machine that it was copied from: the center was put back and tells how much it has of the log. That is the other one's; nothing of the copy counts as being there. */
static void test_a_copy_reads_the_answer_of_a_center_that_was_put_back(void **state)
{
    struct keyed_world keyed;
    struct handover_result center, station;
    struct errmsg err = {{0}};
    struct buf file, answer;
    char folder[] = "test_heal.XXXXXX", path[96], command[96];

    (void)state;
    keyed_world_open(&keyed, 1, false);
    struct node *node = &keyed.world.stations[0], twin = *node;
    struct id id = node_consult(node, "张文芳", "工资没有发");
    carry(&keyed, &center, &station);
    assert_non_null(mkdtemp(folder));
    for (int i = 0; i < 2; i++) {
        snprintf(path, sizeof path, "%s/%d", folder, i);
        assert_int_equal(mkdir(path, 0700), 0);
    }
    snprintf(path, sizeof path, "%s/0/aidpost.db", folder);
    assert_int_equal(store_copy(keyed.world.center.store, path, &err), STATUS_OK);
    node_set(&keyed.world.center, "consultation", id, "topic", "欠薪");
    carry(&keyed, &center, &station);
    snprintf(path, sizeof path, "%s/1/aidpost.db", folder);
    assert_int_equal(store_copy(node->store, path, &err), STATUS_OK);
    snprintf(path, sizeof path, "%s/1", folder);
    assert_int_equal(store_open(&twin.store, path, STORE_OPEN_EXISTING, &err), STATUS_OK);
    store_close(keyed.world.center.store);
    snprintf(path, sizeof path, "%s/0", folder);
    assert_int_equal(store_open(&keyed.world.center.store, path, STORE_OPEN_EXISTING, &err), STATUS_OK);
    /* The first machine's file waits while it comes by line, and all is healed there. */
    keyed_export(&keyed, 0, (struct handover_range){.ask = true}, &file);
    node_consult(node, "王建国", "离婚");
    for (int i = 0; i < 2; i++) {
        struct dialogue dialogue;

        dialogue_open(&dialogue, &keyed.world, 0, true);
        dialogue_run(&dialogue);
        assert_int_equal(dialogue.outcomes[STATION_END].status, STATUS_OK);
        dialogue_close(&dialogue);
    }
    buf_init(&answer, 1024 * 1024);
    assert_int_equal(keyed_take(&keyed, &file, &answer, &center, &err), STATUS_OK);

    struct node first = *node;
    *node = twin;
    struct handover handover = keyed_station(&keyed, 0);
    node_consult(node, "陈志强", "土地");
    assert_int_equal(handover_import(&handover, memory_source(&answer), NULL, &station, &err), STATUS_FORK);
    assert_int_equal(node_number(node, "SELECT have_seq FROM log WHERE no=(SELECT value FROM meta WHERE name='own_log')"), 0);
    for (int i = 0; i < 3; i++)
        carry(&keyed, &center, &station);
    assert_int_equal(node_number(node, "SELECT base_seq FROM log WHERE no=(SELECT value FROM meta WHERE name='own_log')"), 1);
    assert_int_equal(records(&keyed.world.center), 3);
    expect_same(&keyed.world.center, node);
    buf_release(&answer);
    buf_release(&file);
    store_close(twin.store);
    *node = first;
    keyed_world_close(&keyed);
    snprintf(command, sizeof command, "rm -rf %s", folder);
    assert_int_equal(system(command), 0);
}

/* HELLO is on its way while a person saves and a stick takes that to the center: the center answers that the station is behind what it has, and that was so. */
static void test_a_station_that_has_all_by_now_begins_no_new_log(void **state)
{
    struct session_request request = {.kind = REQUEST_BRANCH, .have_seq = 1, .after = 2, .entropy = {7}};
    struct session_result result = {.more = false};
    struct replica_state before, after;
    struct world world;
    struct node *station;

    (void)state;
    world_open(&world, 1, NULL);
    station = &world.stations[0];
    node_consult(station, "张文芳", "工资没有发");
    node_consult(station, "李强", "押金没有退");
    assert_int_equal(replica_state(station->store, &before, NULL), STATUS_OK);
    assert_int_equal(store_begin(station->store, "test", NULL), STATUS_OK);
    assert_int_equal(heal_request_branch(station->store, &request, &result), STATUS_OK);
    assert_true(result.more);
    assert_int_equal(store_commit(station->store, NULL), STATUS_OK);
    assert_int_equal(replica_state(station->store, &after, NULL), STATUS_OK);
    assert_memory_equal(before.machine.incarnation, after.machine.incarnation, INCARNATION_BYTES);
    /* The center has one more than we: we were put back, and what we wrote since goes on in another log. */
    request.after = 3;
    assert_int_equal(store_begin(station->store, "test", NULL), STATUS_OK);
    assert_int_equal(heal_request_branch(station->store, &request, &result), STATUS_OK);
    assert_false(result.more);
    assert_int_equal(store_commit(station->store, NULL), STATUS_OK);
    assert_int_equal(replica_state(station->store, &after, NULL), STATUS_OK);
    assert_memory_not_equal(before.machine.incarnation, after.machine.incarnation, INCARNATION_BYTES);
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_station_that_has_all_by_now_begins_no_new_log),
        cmocka_unit_test(test_the_place_is_found_in_few_questions),
        cmocka_unit_test(test_samples_that_hold_no_water),
        cmocka_unit_test(test_what_was_taken_for_common_was_not),
        cmocka_unit_test(test_a_station_put_back_gets_what_it_lost_and_keeps_what_it_wrote),
        cmocka_unit_test(test_what_is_safe_of_the_old_log_is_not_so_of_the_new_one),
        cmocka_unit_test(test_a_longer_fork_is_found_though_the_center_has_less),
        cmocka_unit_test(test_a_clone_without_writes_is_found_by_its_lease),
        cmocka_unit_test(test_a_tail_that_both_copies_have_comes_once),
        cmocka_unit_test(test_a_copy_with_a_tail_found_by_its_lease),
        cmocka_unit_test(test_a_lost_welcome_is_no_clone),
        cmocka_unit_test(test_restored_again_and_again),
        cmocka_unit_test(test_a_copy_that_only_uses_sticks),
        cmocka_unit_test(test_a_copy_reads_the_answer_of_a_center_that_was_put_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
