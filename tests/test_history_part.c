/* tests/test_history_part.c - the history of one record that is too long for a chunk comes in parts (sync/protocol.h, PARTS): over a line that holds and one that breaks anywhere, to an old program, and out of turn. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/record/history_part.h"
#include "core/record/reach.h"
#include "core/record/scope_sum.h"
#include "tests/dialogue.h"
#include "tests/must.h"

enum { EDITS = 12, TEXT_CHARS = 60, SMALL = 700 };

static struct world world;
static struct dialogue dialogue;

#define CENTER (&world.center)
#define STATION(i) (&world.stations[i])

static int open_world(void **state)
{
    (void)state;
    world_open(&world, 2, NULL);
    return 0;
}

static int close_world(void **state)
{
    (void)state;
    world_close(&world);
    return 0;
}

/* A session of the second station; a chunk holds `part` bytes of a history. cut: the line breaks after so many frames. */
static void talk(size_t part, size_t cut)
{
    dialogue_open_hurried(&dialogue, &world, 1, true);
    dialogue.cut = cut;
    replicator_set_parts(dialogue.replicators[CENTER_END], part);
    dialogue_run(&dialogue);
}

static size_t count(const char *what)
{
    size_t n = 0;
    for (const char *at = buf_cstr(&dialogue.lines); (at = strstr(at, what)) != NULL; at++)
        n++;
    return n;
}

/* Written at the first station, edited there again and again, given to the second; with something else before and behind. */
static struct id hand_over(void)
{
    char text[3 * TEXT_CHARS + 32];
    struct id id;
    (void)node_consult(STATION(1), "以前的", "自己的");
    id = node_consult(STATION(0), "张文芳", "工资没有发");
    for (int i = 0; i < EDITS; i++) {
        size_t len = (size_t)snprintf(text, sizeof text, "第%d次", i);
        for (int k = 0; k < TEXT_CHARS; k++)
            len += (size_t)snprintf(text + len, sizeof text - len, "%s", k % (i + 2) == 0 ? "欠" : "薪");
        node_set(STATION(0), "consultation", id, "content", text);
    }
    world_sync(&world, 0);
    world_sync(&world, 1);
    assert_int_equal(reach_move(CENTER->store, &CENTER->actor, catalogue_find("consultation"), id, STATION(1)->machine.org, NULL, NULL), STATUS_OK);
    node_set(CENTER, "consultation", id, "topic", "欠薪");
    return id;
}

static void is_whole(struct id id)
{
    char *topic = node_get(STATION(1), "consultation", id, "topic"), *here = node_get(STATION(1), "consultation", id, "content"), *there = node_get(CENTER, "consultation", id, "content");
    uint64_t ours, theirs;
    assert_non_null(topic);
    assert_string_equal(topic, "欠薪");
    assert_string_equal(here, there);
    free(topic);
    free(here);
    free(there);
    assert_int_equal(scope_sum_get(STATION(1)->store, SCOPE_SUM_STATION, &ours, NULL), STATUS_OK);
    assert_int_equal(scope_sum_for(CENTER->store, STATION(1)->machine.org, &theirs, NULL), STATUS_OK);
    assert_int_equal(ours, theirs);
    assert_int_equal(node_number(STATION(1), "SELECT count(*) FROM history_part"), 0);
    node_verify(STATION(1));
}

static void a_long_history_comes_in_parts(void **state)
{
    static const size_t parts[] = {0, SMALL, 1};
    (void)state;
    struct id id = hand_over();
    struct buf before;
    node_keep(STATION(1), &before);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        node_restore(STATION(1), &before);
        talk(parts[i], 0);
        assert_int_equal(dialogue.outcomes[STATION_END].status, STATUS_OK);
        assert_int_equal(dialogue.outcomes[STATION_END].received, EDITS + 3);
        assert_int_equal(dialogue.outcomes[CENTER_END].sent, EDITS + 3);
        if (parts[i] == 0)
            assert_int_equal(count("upto_fold"), 0);
        else
            assert_true(count("upto_fold") > 2);
        dialogue_close(&dialogue);
        is_whole(id);
    }
    buf_release(&before);
}

/* Nothing of the record is seen before all of it is there; the next session brings it. */
static void a_line_that_breaks_leaves_no_half_of_it(void **state)
{
    bool whole = false;
    size_t halves = 0;
    for (size_t cut = 1; !whole && cut < 100; cut++) {
        close_world(state); /* put back, the station would be taken for a copy of itself after a few sessions */
        open_world(state);
        struct id id = hand_over();
        talk(SMALL, cut);
        whole = dialogue.outcomes[STATION_END].status == STATUS_OK && dialogue.closed[STATION_END];
        dialogue_close(&dialogue);
        halves += node_number(STATION(1), "SELECT count(*) FROM history_part") > 0;
        char *content = node_get(STATION(1), "consultation", id, "content");
        assert_true(content == NULL || node_number(STATION(1), "SELECT count(*) FROM history_part") == 0);
        free(content);
        talk(SMALL, 0);
        assert_int_equal(dialogue.outcomes[STATION_END].status, STATUS_OK);
        dialogue_close(&dialogue);
        is_whole(id);
    }
    assert_true(whole && halves > 2);
}

static uint64_t own_cursor(void)
{
    struct replica_state state;
    must_do(replica_state(STATION(1)->store, &state, &err));
    return state.rcur;
}

static struct replica_batch read_on(const struct replica_batch *how, uint64_t after, bool *more, enum status want)
{
    struct replica_batch batch = *how;
    struct log_id log = node_log(STATION(1));
    struct errmsg err = {{0}};
    buf_init(&batch.entries, how->part_most > 0 ? 2 * how->part_most : 64 * 1024);
    batch.tells_taken = true;
    assert_int_equal(replica_read_scope(CENTER->store, &STATION(1)->peer, &log, after, 64 * 1024, &batch, more, &err), want);
    if (want == STATUS_VERSION)
        assert_non_null(strstr(err.text, "请先更新程序"));
    return batch;
}

/* The batches themselves: what comes before a long history ends in front of it, and a program that knows no parts is told so. */
static void parts_are_batches_of_their_own(void **state)
{
    uint64_t changes = 0, cursor;
    size_t parts = 0;
    bool more = true;
    (void)state;
    hand_over();
    struct replica_batch how = {.part_most = 1000, .in_parts = true};
    cursor = own_cursor() - 1; /* its own, once more */
    while (more) {
        struct replica_batch batch = read_on(&how, cursor, &more, STATUS_OK);
        assert_true(batch.entries.len < 2000);
        changes += batch.count;
        if (batch.upto_fold != 0) {
            assert_true(more && batch.upto_fold > how.from_fold);
            assert_int_equal(batch.first, batch.last);
            parts++;
        } else {
            cursor = batch.last;
        }
        how.from_number = batch.upto_fold != 0 ? batch.last : 0;
        how.from_fold = batch.upto_fold;
        buf_release(&batch.entries);
    }
    assert_true(parts > 1);
    assert_int_equal(changes, 1 + EDITS + 3);
    how = (struct replica_batch){.part_most = 1000};
    cursor = own_cursor();
    struct replica_batch batch = read_on(&how, cursor, &more, STATUS_VERSION);
    buf_release(&batch.entries);
    how.part_most = 0;
    batch = read_on(&how, cursor, &more, STATUS_OK);
    assert_int_equal(batch.count, EDITS + 3);
    buf_release(&batch.entries);
}

/* The record is taken back when a part of it is out already: what comes with the next number is not its end, and nothing of it is seen. */
static void a_record_that_moves_on_between_two_parts(void **state)
{
    struct replica_result result;
    bool more = true;
    (void)state;
    struct id id = hand_over();
    world_sync(&world, 0);
    struct replica_batch how = {.part_most = 1000, .in_parts = true};
    struct replica_batch batch = read_on(&how, own_cursor(), &more, STATUS_OK);
    assert_true(more && batch.upto_fold != 0);
    must_do(store_begin(STATION(1)->store, "test", &err));
    must_do(history_part_keep(STATION(1)->store, batch.entries.data, batch.entries.len, batch.count, 0, batch.upto_fold, &err));
    must_do(store_commit(STATION(1)->store, &err));
    how.from_number = batch.last;
    how.from_fold = batch.upto_fold;
    buf_release(&batch.entries);
    must_do(reach_move(CENTER->store, &CENTER->actor, catalogue_find("consultation"), id, STATION(0)->machine.org, NULL, &err));
    batch = read_on(&how, own_cursor(), &more, STATUS_OK);
    assert_true(batch.first > how.from_number);
    assert_int_equal(batch.upto_fold, 0);
    assert_int_equal(batch.from_fold, 0);
    must_do(store_begin(STATION(1)->store, "test", &err));
    must_do(replica_apply_behind(STATION(1)->store, batch.entries.data, batch.entries.len, batch.count, batch.from_fold, batch.last, &result, &err));
    must_do(store_commit(STATION(1)->store, &err));
    buf_release(&batch.entries);
    assert_int_equal(node_number(STATION(1), "SELECT count(*) FROM history_part"), 0);
    assert_int_equal(node_number(STATION(1), "SELECT count(*) FROM consultation WHERE content LIKE '第%'"), 0);
    assert_int_equal(node_number(STATION(1), "SELECT count(*) FROM change WHERE instr(body,'欠薪')>0"), 0);
}

/* They count for one session. An erasure does not look for what nobody has. */
static void parts_go_with_their_session(void **state)
{
    struct sync_attempt attempt = {.at_ms = 1};
    (void)state;
    (void)hand_over();
    for (size_t cut = 1; node_number(STATION(1), "SELECT count(*) FROM history_part") == 0; cut++) {
        talk(SMALL, cut);
        dialogue_close(&dialogue);
    }
    must_do(sync_attempt_note(STATION(1)->store, &attempt, &err));
    assert_int_equal(node_number(STATION(1), "SELECT count(*) FROM history_part"), 0);
}

/* What was put aside and does not go on is dropped; what goes on where nothing is, is refused. */
static void parts_out_of_turn(void **state)
{
    struct replica_result result;
    struct errmsg err = {{0}};
    struct store *store = STATION(1)->store;
    (void)state;
    must(store_begin(store, "test", &err), &err);
    assert_int_equal(history_part_keep(store, "x", 1, 1, 5, 9, &err), STATUS_GAP);
    must(history_part_keep(store, "x", 1, 1, 0, 9, &err), &err);
    assert_int_equal(history_part_keep(store, "y", 1, 1, 8, 12, &err), STATUS_GAP);
    must(history_part_keep(store, "y", 1, 1, 9, 12, &err), &err);
    assert_int_equal(replica_apply_behind(store, "", 0, 0, 9, 0, &result, &err), STATUS_GAP);
    assert_int_equal(node_number(STATION(1), "SELECT count(*) FROM history_part"), 2);
    must(history_part_keep(store, "z", 1, 1, 0, 3, &err), &err);
    assert_int_equal(node_number(STATION(1), "SELECT count(*) FROM history_part"), 1);
    must(replica_apply(store, "", 0, 0, 0, &result, &err), &err);
    assert_int_equal(node_number(STATION(1), "SELECT count(*) FROM history_part"), 0);
    must(store_commit(store, &err), &err);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_long_history_comes_in_parts, open_world, close_world),
        cmocka_unit_test_setup_teardown(a_line_that_breaks_leaves_no_half_of_it, open_world, close_world),
        cmocka_unit_test_setup_teardown(parts_are_batches_of_their_own, open_world, close_world),
        cmocka_unit_test_setup_teardown(a_record_that_moves_on_between_two_parts, open_world, close_world),
        cmocka_unit_test_setup_teardown(parts_go_with_their_session, open_world, close_world),
        cmocka_unit_test_setup_teardown(parts_out_of_turn, open_world, close_world),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
