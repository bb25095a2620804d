/* tests/test_erase.c - erased by law: on every machine the content is gone to the last byte of its files, and nothing brings it back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/case/erasure.h"
#include "core/record/change.h"
#include "core/record/changelog.h"
#include "core/record/draft.h"
#include "core/record/reach.h"
#include "core/record/record_at.h"
#include "core/record/recount.h"
#include "core/record/scope_sum.h"
#include "tests/fixture.h"
#include "tests/write_sql.h"

/* Words that nothing else in a store has; the index keeps them as pairs of characters. */
static const char MARKER[] = "鹇鹮鹛", PAIR_1[] = "鹇鹮", PAIR_2[] = "鹮鹛", MARKED_NAME[] = "鼗鼬";
static struct world world;
static char folder[] = "/tmp/aidpost-erase-XXXXXX";

#define CENTER (&world.center)
#define STATION(i) (&world.stations[i])

static int open_world(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/aidpost-erase-XXXXXX");
    if (mkdtemp(folder) == NULL)
        return -1;
    world_open(&world, 2, folder);
    for (size_t i = 0; i < 2; i++)
        world_sync(&world, i);
    return 0;
}

static int close_world(void **state)
{
    (void)state;
    world_close(&world);
    test_folder_remove(folder);
    return 0;
}

static void is_gone(unsigned machine)
{
    assert_int_equal(machine_files_hold(folder, machine, MARKER), 0);
    assert_int_equal(machine_files_hold(folder, machine, PAIR_1), 0);
    assert_int_equal(machine_files_hold(folder, machine, PAIR_2), 0);
    assert_int_equal(machine_files_hold(folder, machine, MARKED_NAME), 0);
}

static void erase(const char *name, struct id id)
{
    struct errmsg err = {{0}};
    if (reach_erase(CENTER->store, &CENTER->actor, catalogue_find(name), id, "本人要求，目的已实现", "周主任", &err) != STATUS_OK)
        fail_msg("%s", err.text);
}

static void save_draft(struct node *node, struct id id)
{
    struct record record;
    struct id draft = {{0}};
    assert_int_equal(records_get(node->store, &node->actor, catalogue_find("consultation"), id, &record, NULL), STATUS_OK);
    assert_int_equal(record_set_text(&record, "answer", "草稿里的鹇鹮鹛"), STATUS_OK);
    assert_int_equal(draft_save(node->store, &node->actor, node->random, &record, &draft, NULL), STATUS_OK);
    record_release(&record);
    /* and one of a new record that refers to it, as of an action on a case */
    char text[ID_TEXT_BYTES];
    id_format(id, text);
    draft = (struct id){{0}};
    record_init(&record, catalogue_find("step"));
    assert_int_equal(record_set_text(&record, "case_id", text), STATUS_OK);
    assert_int_equal(record_set_text(&record, "content", "还没有办的鹇鹮鹛"), STATUS_OK);
    assert_int_equal(draft_save(node->store, &node->actor, node->random, &record, &draft, NULL), STATUS_OK);
    record_release(&record);
}

/* A record with all that can hang about it: history, a conflict, drafts, an index, a journal of figures, a question to the center. */
static struct id a_marked_record(void)
{
    struct node *station = STATION(0);
    struct id id = node_consult(station, MARKED_NAME, "鹇鹮鹛第一次来");
    for (int i = 0; i < 40; i++)
        (void)node_consult(station, "别人", "别人的事");
    world_sync(&world, 0);
    write_sql(CENTER->store, "INSERT INTO meta(name,value) VALUES('counted_consultation',1000000) ON CONFLICT(name) DO UPDATE SET value=excluded.value");
    node_set(station, "consultation", id, "topic", "鹇鹮鹛站上写的");
    node_set(CENTER, "consultation", id, "topic", "鹇鹮鹛中心写的");
    node_set(CENTER, "consultation", id, "id_no", "320124198001015114");
    world_sync(&world, 0);
    assert_int_equal(node_conflicts(CENTER), 1);
    for (size_t i = 0; i < 2; i++) {
        struct node *node = i == 0 ? CENTER : station;
        assert_int_equal(node_found(node, "鹇鹮"), 1);
        save_draft(node, id);
        write_sql(node->store, "INSERT INTO lookup(station,user,text,reason,asked_ms) VALUES(1,'某人','鼗鼬','来电',1)");
    }
    assert_true(machine_files_hold(folder, 0, MARKER) > 0 && machine_files_hold(folder, 1, MARKER) > 0);
    assert_true(machine_files_hold(folder, 0, PAIR_2) > 0 && machine_files_hold(folder, 1, PAIR_2) > 0);
    return id;
}

static void nothing_of_it_is_left_in_any_file(void **state)
{
    (void)state;
    struct id id = a_marked_record();
    erase("consultation", id);
    assert_null(node_get(CENTER, "consultation", id, "content"));
    node_finish_erasing(CENTER);
    is_gone(0);
    world_sync(&world, 0);
    node_finish_erasing(STATION(0));
    is_gone(1);
    for (size_t i = 0; i < 2; i++) {
        struct node *node = i == 0 ? CENTER : STATION(0);
        assert_int_equal(node_found(node, "鹇鹮"), 0);
        assert_int_equal(node_conflicts(node), 0);
        assert_int_equal(node_number(node, "SELECT count(*) FROM draft"), 0);
        assert_int_equal(node_number(node, "SELECT count(*) FROM lookup WHERE text<>''"), 0);
        assert_int_equal(node_number(node, "SELECT count(*) FROM recount_consultation"), 0);
        node_verify(node);
    }
    uint64_t ours, theirs; /* and both still know that they hold the same */
    assert_int_equal(scope_sum_get(STATION(0)->store, SCOPE_SUM_STATION, &ours, NULL), STATUS_OK);
    assert_int_equal(scope_sum_for(CENTER->store, 2, &theirs, NULL), STATUS_OK);
    assert_int_equal(ours, theirs);
}

/* Somebody deleted it first: its words stand in row, logs and index of two machines all the same. */
static void what_was_deleted_before_is_erased_too(void **state)
{
    (void)state;
    const struct record_type *type = catalogue_find("consultation");
    struct errmsg err = {{0}};
    struct record record;
    struct id id = a_marked_record();
    assert_int_equal(records_delete(CENTER->store, &CENTER->actor, type, id, &err), STATUS_OK);
    world_sync(&world, 0);
    assert_int_equal(records_get(CENTER->store, &CENTER->actor, type, id, &record, NULL), STATUS_NOT_FOUND);
    assert_int_equal(records_get_deleted_too(CENTER->store, &CENTER->actor, type, id, &record, &err), STATUS_OK);
    assert_true(record.deleted);
    record_release(&record);
    assert_true(machine_files_hold(folder, 0, MARKER) > 0 && machine_files_hold(folder, 1, MARKER) > 0);
    assert_int_equal(erasure_allowed(CENTER->store, &CENTER->actor, type, id, &err), STATUS_OK);
    struct erasure_done done;
    if (erasure_write(CENTER->store, &CENTER->actor, type, id, "本人要求，目的已实现", "周主任", true, &done, &err) != STATUS_OK)
        fail_msg("%s", err.text);
    assert_int_equal(done.rows, 1);
    node_finish_erasing(CENTER);
    is_gone(0);
    world_sync(&world, 0);
    node_finish_erasing(STATION(0));
    is_gone(1);
    for (size_t i = 0; i < 2; i++) {
        struct node *node = i == 0 ? CENTER : STATION(0);
        errmsg_clear(&err);
        assert_int_equal(records_undo(node->store, &node->actor, type, id, &err), STATUS_FORBIDDEN); /* the deletion is not taken back any more */
        assert_non_null(strstr(err.text, "已依法清除，不能撤回"));
        assert_int_equal(records_get_deleted_too(node->store, &node->actor, type, id, &record, &err), STATUS_NOT_FOUND);
        assert_int_equal(node_found(node, "鹇鹮"), 0);
        assert_int_equal(node_conflicts(node), 0);
        assert_int_equal(node_number(node, "SELECT count(*) FROM draft"), 0);
        assert_int_equal(node_number(node, "SELECT count(*) FROM lookup WHERE text<>''"), 0);
        assert_int_equal(node_number(node, "SELECT count(*) FROM erasure"), 1);
        node_verify(node);
    }
    assert_int_equal(reach_erase(CENTER->store, &CENTER->actor, type, id, "再来一次", "周主任", &err), STATUS_EXISTS);
}

/* The station took its deletion back before it heard of the erasure: that comes after it, and brings nothing with it. */
static void a_deletion_taken_back_meanwhile_brings_nothing_back(void **state)
{
    (void)state;
    const struct record_type *type = catalogue_find("consultation");
    struct errmsg err = {{0}};
    struct id id = a_marked_record();
    assert_int_equal(records_delete(STATION(0)->store, &STATION(0)->actor, type, id, &err), STATUS_OK);
    world_sync(&world, 0);
    assert_int_equal(records_undo(STATION(0)->store, &STATION(0)->actor, type, id, &err), STATUS_OK);
    node_set(STATION(0), "consultation", id, "answer", "鹇鹮鹛又来了");
    if (erasure_write(CENTER->store, &CENTER->actor, type, id, "本人要求，目的已实现", "周主任", true, NULL, &err) != STATUS_OK)
        fail_msg("%s", err.text);
    node_finish_erasing(CENTER);
    is_gone(0);
    world_sync(&world, 0);
    node_finish_erasing(CENTER);
    node_finish_erasing(STATION(0));
    is_gone(0);
    is_gone(1);
    assert_null(node_get(CENTER, "consultation", id, "content"));
    assert_null(node_get(STATION(0), "consultation", id, "content"));
    node_verify(CENTER);
    node_verify(STATION(0));
}

/* Deleted, then moved on: who had it before the deletion hears of the erasure, too; so does a machine that comes late. */
static void deleted_at_one_station_and_moved_to_another(void **state)
{
    (void)state;
    const struct record_type *type = catalogue_find("consultation");
    struct errmsg err = {{0}};
    struct id id = a_marked_record();
    assert_int_equal(reach_move(CENTER->store, &CENTER->actor, type, id, 3, NULL, &err), STATUS_OK);
    world_sync(&world, 1);
    assert_int_equal(records_delete(STATION(1)->store, &STATION(1)->actor, type, id, &err), STATUS_OK);
    world_sync(&world, 1);
    assert_true(machine_files_hold(folder, 1, MARKER) > 0 && machine_files_hold(folder, 2, MARKER) > 0);
    if (erasure_write(CENTER->store, &CENTER->actor, type, id, "本人要求，目的已实现", "周主任", true, NULL, &err) != STATUS_OK)
        fail_msg("%s", err.text);
    for (size_t i = 0; i < 2; i++) {
        world_sync(&world, i);
        node_finish_erasing(STATION(i));
        is_gone((unsigned)i + 1);
        node_verify(STATION(i));
    }
    node_finish_erasing(CENTER);
    is_gone(0);
    node_verify(CENTER);
}

static void late_changes_come_without_their_content(void **state)
{
    (void)state;
    struct id id = a_marked_record();
    node_set(STATION(0), "consultation", id, "answer", "鹇鹮鹛离线写的");
    erase("consultation", id);
    node_finish_erasing(CENTER);
    struct replica_result result = world_sync(&world, 0);
    assert_int_equal(result.quarantined, 0);
    node_finish_erasing(CENTER);
    node_finish_erasing(STATION(0));
    is_gone(0);
    is_gone(1);
    assert_int_equal(node_number(CENTER, "SELECT count(*) FROM flagged"), 1);
    assert_null(node_get(CENTER, "consultation", id, "answer"));
    assert_int_equal(node_number(STATION(0), "SELECT count(*) FROM change WHERE rseq IS NULL"), 0);
    node_verify(CENTER);
    node_verify(STATION(0));
    world_sync(&world, 1);
    node_verify(STATION(1));
}

/* Entries as a bundle holds them. */
static struct replica_batch read_own(struct node *node, uint64_t after)
{
    struct replica_batch batch = {0};
    struct errmsg err = {{0}};
    buf_init(&batch.entries, 1 << 20);
    assert_int_equal(replica_read_own(node->store, after, 1 << 20, &batch, &err), STATUS_OK);
    return batch;
}

static void a_file_from_before_brings_nothing_back(void **state)
{
    (void)state;
    struct node *station = STATION(0);
    struct id id = a_marked_record();
    struct log_id log = {.station = station->machine.station_no};
    struct errmsg err = {{0}};
    struct replica_result result;
    bool more;
    memcpy(log.incarnation, station->machine.incarnation, INCARNATION_BYTES);
    struct replica_batch up = read_own(station, 0), down = {0};
    buf_init(&down.entries, 1 << 20);
    assert_int_equal(replica_read_scope(CENTER->store, &station->peer, &log, 0, 1 << 20, &down, &more, &err), STATUS_OK);
    erase("consultation", id);
    world_sync(&world, 0);
    assert_int_equal(store_begin(CENTER->store, "test", &err), STATUS_OK);
    assert_int_equal(replica_ingest(CENTER->store, &station->peer, &log, up.first, up.entries.data, up.entries.len, up.count, 0, &result, &err), STATUS_OK);
    assert_int_equal(store_commit(CENTER->store, &err), STATUS_OK);
    assert_int_equal(result.taken, 0);
    assert_int_equal(store_begin(station->store, "test", &err), STATUS_OK);
    assert_int_equal(replica_apply(station->store, down.entries.data, down.entries.len, down.count, down.last, &result, &err), STATUS_OK);
    assert_int_equal(store_commit(station->store, &err), STATUS_OK);
    buf_wipe(&up.entries);
    buf_wipe(&down.entries);
    node_finish_erasing(CENTER);
    node_finish_erasing(station);
    is_gone(0);
    is_gone(1);
    node_verify(CENTER);
    node_verify(station);
}

/* A station that knows nothing yet, and one that had the record and lost it before. */
static void whoever_had_it_or_comes_later(void **state)
{
    (void)state;
    struct id id = a_marked_record();
    struct errmsg err = {{0}};
    assert_int_equal(reach_move(CENTER->store, &CENTER->actor, catalogue_find("consultation"), id, 3, NULL, &err), STATUS_OK);
    world_sync(&world, 1);
    assert_int_equal(node_found(STATION(1), "鹇鹮"), 1);
    erase("consultation", id);
    for (size_t i = 0; i < 2; i++) {
        world_sync(&world, i);
        node_finish_erasing(STATION(i));
        is_gone((unsigned)i + 1);
        node_verify(STATION(i));
    }
    node_finish_erasing(CENTER);
    is_gone(0);
    node_verify(CENTER);
}

struct seen {
    int n, erased;
    char last[300];
};

static bool see(void *context, const struct history_entry *entry)
{
    struct seen *seen = context;
    seen->n++;
    seen->erased += entry->erased;
    snprintf(seen->last, sizeof seen->last, "%s %s %s", entry->op, entry->reason == NULL ? "-" : entry->reason, entry->officer == NULL ? "-" : entry->officer);
    return true;
}

static void what_is_asked_about_it_is_answered_plainly(void **state)
{
    (void)state;
    const struct record_type *type = catalogue_find("consultation");
    struct id id = a_marked_record();
    struct errmsg err = {{0}};
    struct record record;
    bool there = true;
    erase("consultation", id);
    world_sync(&world, 0);
    for (size_t i = 0; i < 2; i++) {
        struct node *node = i == 0 ? CENTER : STATION(0);
        struct seen seen = {0};
        assert_int_equal(records_history(node->store, &node->actor, type, id, see, &seen, &err), STATUS_OK);
        assert_int_equal(seen.n, 5);
        assert_int_equal(seen.erased, 4);
        assert_string_equal(seen.last, "erase 本人要求，目的已实现 周主任");
        assert_int_equal(record_at(node->store, type, id, 3, &record, &there, &err), STATUS_OK);
        assert_false(there);
        assert_int_equal(records_undo(node->store, &node->actor, type, id, &err), STATUS_FORBIDDEN);
        assert_non_null(strstr(err.text, "已依法清除"));
        assert_int_equal(records_get(node->store, &node->actor, type, id, &record, &err), STATUS_NOT_FOUND);
    }
    assert_int_equal(reach_erase(CENTER->store, &CENTER->actor, type, id, "再来一次", "周主任", &err), STATUS_EXISTS);
    assert_int_equal(reach_move(CENTER->store, &CENTER->actor, type, id, 3, NULL, &err), STATUS_EXISTS);
}

static bool count_erasure(void *context, const struct reach_erasure *erasure)
{
    snprintf(context, 300, "%s %s %s %lld", erasure->type->name, erasure->reason, erasure->officer, (long long)erasure->order);
    return true;
}

static bool count_confirmed(void *context, uint32_t station_no, const char *name, enum reach_confirmation confirmation)
{
    (void)station_no;
    (void)name;
    ((int *)context)[confirmation]++;
    return true;
}

static void stations_confirm_by_what_they_have_applied(void **state)
{
    (void)state;
    char text[300] = "";
    struct errmsg err = {{0}};
    struct id id = a_marked_record();
    erase("consultation", id);
    int64_t order = node_number(CENTER, "SELECT max(lsn) FROM erasure");
    assert_int_equal(reach_erasures(CENTER->store, count_erasure, text, &err), STATUS_OK);
    char expected[300];
    snprintf(expected, sizeof expected, "consultation 本人要求，目的已实现 周主任 %lld", (long long)order);
    assert_string_equal(text, expected);
    int confirmed[3] = {0};
    assert_int_equal(reach_erasure_machines(CENTER->store, order, count_confirmed, confirmed, &err), STATUS_OK);
    assert_int_equal(confirmed[REACH_WAITING], 1); /* the other station never had it */
    assert_int_equal(confirmed[REACH_CONFIRMED], 0);
    struct peer peer;
    assert_int_equal(peer_find(CENTER->store, STATION(0)->machine.station_no, &peer, &err), STATUS_OK);
    peer.sent_order = (uint64_t)node_number(CENTER, "SELECT max(lsn) FROM change"); /* with what is said of its question */
    static const struct {
        uint64_t protocol;
        enum reach_confirmation said;
    } PROGRAMS[] = {{0, REACH_WAITING}, {5, REACH_TOO_OLD}, {6, REACH_CONFIRMED}}; /* it asked about the record, and 5 does not know what to do about that */
    for (size_t i = 0; i < sizeof PROGRAMS / sizeof PROGRAMS[0]; i++) {
        int told[3] = {0};
        peer.protocol = PROGRAMS[i].protocol;
        assert_int_equal(peer_note(CENTER->store, &peer, &err), STATUS_OK);
        assert_int_equal(reach_erasure_machines(CENTER->store, order, count_confirmed, told, &err), STATUS_OK);
        assert_int_equal(told[PROGRAMS[i].said], 1);
        assert_int_equal(told[0] + told[1] + told[2], 1);
    }
}

/* Somebody reads while the space should be overwritten: the next one who opens the store does it. */
static void a_reader_puts_it_off_until_the_next_opening(void **state)
{
    (void)state;
    struct errmsg err = {{0}};
    struct id id = a_marked_record();
    char path[600];
    struct store *reader, *next;
    snprintf(path, sizeof path, "%s/0", folder);
    assert_int_equal(store_open(&reader, path, STORE_OPEN_EXISTING, &err), STATUS_OK);
    assert_int_equal(store_begin_read(reader, &err), STATUS_OK);
    struct stmt *stmt = store_prepare(reader, "SELECT count(*) FROM change");
    enum status status;
    assert_true(stmt_row(stmt, &status, &err));
    stmt_reset(stmt);
    erase("consultation", id);
    assert_int_equal(reach_finish_if_free(CENTER->store, REACH_SHORT_BYTES, &err), STATUS_OK);
    assert_true(node_number(CENTER, "SELECT value FROM meta WHERE name='erase_pending'") > 0);
    assert_true(machine_files_hold(folder, 0, MARKER) > 0); /* the reader's state of the data still stands there */
    store_end_read(reader);
    store_close(reader);
    assert_int_equal(store_open(&next, path, STORE_OPEN_EXISTING, &err), STATUS_OK);
    is_gone(0);
    assert_int_equal(store_meta_int(next, "erase_pending", 0), 0);
    store_close(next);
    node_verify(CENTER);
}

/* Where it would take long, who has something else to do leaves it; what is left is known. */
static void a_large_file_waits_for_a_quiet_time(void **state)
{
    (void)state;
    struct errmsg err = {{0}};
    struct id id = a_marked_record();
    assert_false(reach_unfinished(CENTER->store));
    erase("consultation", id);
    assert_true(reach_unfinished(CENTER->store));
    assert_int_equal(reach_finish_if_free(CENTER->store, 4096, &err), STATUS_OK);
    assert_true(reach_unfinished(CENTER->store));
    assert_true(machine_files_hold(folder, 0, MARKER) > 0);
    assert_int_equal(reach_finish_if_free(CENTER->store, REACH_SHORT_BYTES, &err), STATUS_OK);
    assert_false(reach_unfinished(CENTER->store));
    is_gone(0);
}

static void many_records_beside_it(void **state)
{
    (void)state;
    struct id ids[300];
    for (int i = 0; i < 300; i++) {
        char text[2000] = "";
        for (int k = 0; k < 1 + (i * 7) % 40; k++)
            strcat(text, "鹇鹮鹛要求支付工资");
        ids[i] = node_consult(STATION(0), i % 3 == 0 ? MARKED_NAME : "别人", text);
    }
    world_sync(&world, 0);
    (void)node_found(CENTER, "鹇鹮");
    for (int i = 0; i < 300; i++)
        node_set(CENTER, "consultation", ids[(i * 37) % 300], "topic", i % 2 == 0 ? "鹇鹮鹛改短" : "鹇鹮鹛改成一句更长的话，好让它换到另一页上去");
    (void)node_found(CENTER, "鹇鹮");
    for (int i = 0; i < 300; i++)
        erase("consultation", ids[i]);
    world_sync(&world, 0);
    node_finish_erasing(CENTER);
    node_finish_erasing(STATION(0));
    is_gone(0);
    is_gone(1);
    node_verify(CENTER);
}

int main(void)
{
#define with_world(test) cmocka_unit_test_setup_teardown(test, open_world, close_world)
    const struct CMUnitTest tests[] = {
        with_world(nothing_of_it_is_left_in_any_file),
        with_world(what_was_deleted_before_is_erased_too),
        with_world(a_deletion_taken_back_meanwhile_brings_nothing_back),
        with_world(deleted_at_one_station_and_moved_to_another),
        with_world(late_changes_come_without_their_content),
        with_world(a_file_from_before_brings_nothing_back),
        with_world(whoever_had_it_or_comes_later),
        with_world(what_is_asked_about_it_is_answered_plainly),
        with_world(stations_confirm_by_what_they_have_applied),
        with_world(a_reader_puts_it_off_until_the_next_opening),
        with_world(a_large_file_waits_for_a_quiet_time),
        with_world(many_records_beside_it),
    };
    return cmocka_run_group_tests_name("erase", tests, NULL, NULL);
}
