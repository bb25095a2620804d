/* tests/test_relay.c - a laptop's file through a town station to the center, and the answer back, with the line cut at
 * every frame. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/record/stick_log.h"
#include "tests/dialogue.h"
#include "tests/keyed_world.h"

static const struct handover_range PENDING = {.from_given = false};

enum { LAPTOP, TOWN };

/* Texts that do not pack well, so that a file takes several pieces. */
static void consult(struct keyed_world *keyed, size_t station, size_t n)
{
    uint64_t seed = 5;
    struct random_source random = random_seeded(&seed);

    for (size_t i = 0; i < n; i++) {
        char content[3001];

        for (size_t at = 0; at + 3 < sizeof content; at += 3) {
            unsigned c = 0x4e00 + (unsigned)random_below(random, 0x5000);

            content[at] = (char)(0xe0 | c >> 12);
            content[at + 1] = (char)(0x80 | (c >> 6 & 0x3f));
            content[at + 2] = (char)(0x80 | (c & 0x3f));
        }
        content[3000] = 0;
        node_consult(&keyed->world.stations[station], "张文芳", content);
    }
}

/* One session of the town; cut 0: to its end. Returns how many frames went over the line. */
static size_t town_syncs(struct keyed_world *keyed, size_t cut, struct session_outcome *outcome)
{
    struct handover center = keyed_center(keyed);
    struct dialogue dialogue;
    size_t delivered;

    dialogue_open(&dialogue, &keyed->world, TOWN, true);
    dialogue.cut = cut;
    dialogue.piece = 500; /* so that a side must not judge by what has not come yet */
    replicator_set_opener(dialogue.replicators[CENTER_END], handover_opener(&center));
    dialogue_run(&dialogue);
    if (cut != SIZE_MAX && cut != 0 && !dialogue.closed[STATION_END])
        dialogue.outcomes[STATION_END] = *session_outcome(dialogue.sessions[STATION_END]);
    *outcome = dialogue.outcomes[STATION_END];
    delivered = dialogue.delivered;
    dialogue_close(&dialogue);
    return delivered;
}

static void town_keeps(struct keyed_world *keyed, struct buf *file, enum status want)
{
    struct handover town = keyed_station(keyed, TOWN);
    struct errmsg err = {{0}};
    struct relay relay;

    assert_int_equal(handover_keep(&town, memory_source(file), &relay, NULL, &err), want);
}

struct found {
    struct relay relays[8];
    size_t n;
};

static bool find_relay(void *context, const struct relay *relay)
{
    struct found *found = context;

    assert_true(found->n < 8);
    found->relays[found->n++] = *relay;
    return true;
}

static struct found relays_of(struct node *node)
{
    struct found found = {.n = 0};
    struct errmsg err = {{0}};

    assert_int_equal(relay_list(node->store, find_relay, &found, &err), STATUS_OK);
    return found;
}

static bool has_state(struct node *node, enum relay_state state)
{
    struct found found = relays_of(node);

    for (size_t i = 0; i < found.n; i++)
        if (found.relays[i].state == state)
            return true;
    return false;
}

/* The laptop's copy of the answer that the town keeps. */
static void laptop_reads_answer(struct keyed_world *keyed, uint64_t confirmed)
{
    struct handover laptop = keyed_station(keyed, LAPTOP);
    struct found found = relays_of(&keyed->world.stations[TOWN]);
    struct handover_result result;
    struct errmsg err = {{0}};
    size_t n = 0;

    for (size_t i = 0; i < found.n; i++) {
        struct handover_relay bytes = {keyed->world.stations[TOWN].store, found.relays[i].no};

        if (found.relays[i].state != RELAY_RETURN)
            continue;
        n++;
        assert_true(hash_equal(found.relays[i].recipient, bundle_pin(keyed->stations[LAPTOP].public_key)));
        if (handover_import(&laptop, handover_relay_source(&bytes), NULL, &result, &err) != STATUS_OK)
            fail_msg("%s", err.text);
        assert_int_equal(result.confirmed, confirmed);
    }
    assert_int_equal(n, 1);
}

static void totals_equal(struct keyed_world *keyed, int64_t n)
{
    struct node *laptop = &keyed->world.stations[LAPTOP], *town = &keyed->world.stations[TOWN],
                *center = &keyed->world.center;
    char *here, *there;

    assert_int_equal(node_count(laptop, "consultation"), n);
    assert_int_equal(node_count(town, "consultation"), n);
    assert_int_equal(node_count(center, "consultation"), n);
    here = node_dump(laptop);
    there = node_dump(center);
    assert_string_equal(here, there);
    free(here);
    here = node_dump(town);
    assert_string_equal(here, there);
    free(here);
    free(there);
    node_verify(laptop);
    node_verify(town);
    node_verify(center);
}

static void test_through_the_town(void **state)
{
    struct keyed_world keyed;
    struct session_outcome outcome;
    struct found found;
    struct buf file;

    (void)state;
    keyed_world_open(&keyed, 2, true);
    consult(&keyed, LAPTOP, 60);
    keyed_export(&keyed, LAPTOP, PENDING, &file);
    assert_true(file.len > 2 * RELAY_PIECE_BYTES);
    town_keeps(&keyed, &file, STATUS_OK);
    town_keeps(&keyed, &file, STATUS_EXISTS);
    town_syncs(&keyed, 0, &outcome);
    assert_int_equal(outcome.status, STATUS_OK);
    assert_int_equal(outcome.relays_handed, 1);
    assert_int_equal(outcome.relays_taken, 1); /* the answer for the laptop, in the same session */
    assert_int_equal(outcome.received, 63);    /* three orgs and the laptop's rows, which are the town's too */
    found = relays_of(&keyed.world.stations[TOWN]);
    assert_int_equal(found.n, 2);
    assert_int_equal(found.relays[0].state, RELAY_TAKEN);
    assert_int_equal(found.relays[0].held, 0);
    assert_non_null(strstr(found.relays[0].text, "新的 60 条"));
    assert_int_equal(found.relays[1].state, RELAY_RETURN);
    laptop_reads_answer(&keyed, 60);
    totals_equal(&keyed, 60);
    town_keeps(&keyed, &file, STATUS_EXISTS);

    /* Nothing more to do. */
    town_syncs(&keyed, 0, &outcome);
    assert_int_equal(outcome.relays_handed + outcome.relays_taken + outcome.received, 0);
    buf_release(&file);
    keyed_world_close(&keyed);
}

static void run_cut(size_t cut, size_t *frames)
{
    struct keyed_world keyed;
    struct session_outcome outcome;
    struct buf file;

    keyed_world_open(&keyed, 2, true);
    consult(&keyed, LAPTOP, 60);
    consult(&keyed, TOWN, 2);
    keyed_export(&keyed, LAPTOP, PENDING, &file);
    town_keeps(&keyed, &file, STATUS_OK);
    *frames = town_syncs(&keyed, cut, &outcome);
    node_verify(&keyed.world.center);
    node_verify(&keyed.world.stations[TOWN]);
    /* Two more, as the second may find an answer that the first one's cut left behind. */
    for (int i = 0; i < 2; i++) {
        town_syncs(&keyed, 0, &outcome);
        if (outcome.status != STATUS_OK)
            fail_msg("cut %zu: %s", cut, outcome.reason.text);
    }
    assert_false(has_state(&keyed.world.stations[TOWN], RELAY_WAITING));
    assert_false(has_state(&keyed.world.stations[TOWN], RELAY_REFUSED));
    assert_false(has_state(&keyed.world.center, RELAY_PARTIAL));
    assert_false(has_state(&keyed.world.center, RELAY_WAITING));
    assert_int_equal(node_count(&keyed.world.center, "relay_piece"), 0);
    laptop_reads_answer(&keyed, 60);
    /* The town's own two come to the laptop with an answer made after them, or at its next turn. */
    buf_release(&file);
    keyed_export(&keyed, LAPTOP, (struct handover_range){.ask = true}, &file);
    town_keeps(&keyed, &file, STATUS_OK);
    town_syncs(&keyed, 0, &outcome);
    laptop_reads_answer(&keyed, 0);
    totals_equal(&keyed, 62);
    buf_release(&file);
    keyed_world_close(&keyed);
}

static void test_cut_at_every_frame(void **state)
{
    size_t frames = SIZE_MAX, whole;

    (void)state;
    run_cut(SIZE_MAX, &whole);
    assert_true(whole > 15);
    for (size_t cut = 1; cut < whole; cut++) {
        run_cut(cut, &frames);
        assert_int_equal(frames, cut);
    }
    print_message("%zu frames, cut at each\n", whole);
}

/* A piece that came is not sent again. */
static void test_goes_on_where_it_was(void **state)
{
    struct keyed_world keyed;
    struct session_outcome outcome;
    struct found found;
    struct buf file;

    (void)state;
    keyed_world_open(&keyed, 2, true);
    consult(&keyed, LAPTOP, 60);
    keyed_export(&keyed, LAPTOP, PENDING, &file);
    town_keeps(&keyed, &file, STATUS_OK);
    for (size_t cut = 1;; cut++) {
        town_syncs(&keyed, cut, &outcome);
        found = relays_of(&keyed.world.stations[TOWN]);
        if (found.relays[0].handed > 0)
            break;
    }
    assert_int_equal(found.relays[0].handed, RELAY_PIECE_BYTES);
    town_syncs(&keyed, 0, &outcome);
    assert_int_equal(outcome.relays_handed, 1);
    assert_true(outcome.bytes_out < file.len - RELAY_PIECE_BYTES + 2048);
    buf_release(&file);
    keyed_world_close(&keyed);
}

static void test_refused_stays_listed(void **state)
{
    struct keyed_world keyed;
    struct session_outcome outcome;
    struct found found;
    struct errmsg err = {{0}};
    struct buf file;

    (void)state;
    keyed_world_open(&keyed, 2, true);
    consult(&keyed, LAPTOP, 1);
    consult(&keyed, TOWN, 1);
    keyed_export(&keyed, LAPTOP, PENDING, &file);
    town_keeps(&keyed, &file, STATUS_OK);
    assert_int_equal(peer_revoke(keyed.world.center.store, keyed.world.stations[LAPTOP].machine.station_no, 5, &err),
                     STATUS_OK);
    town_syncs(&keyed, 0, &outcome);
    assert_int_equal(outcome.status, STATUS_OK); /* the town's own goes on */
    assert_int_equal(outcome.sent, 1);
    assert_int_equal(outcome.relays_refused, 1);
    assert_int_equal(node_count(&keyed.world.center, "consultation"), 1);
    found = relays_of(&keyed.world.stations[TOWN]);
    assert_int_equal(found.n, 1);
    assert_int_equal(found.relays[0].state, RELAY_REFUSED);
    assert_int_equal(found.relays[0].held, file.len);
    assert_non_null(strstr(found.relays[0].text, "停用"));

    /* Not for ever again.. */
    town_syncs(&keyed, 0, &outcome);
    assert_int_equal(outcome.relays_refused, 0);
    /* ..but when a person brings it again. */
    town_keeps(&keyed, &file, STATUS_OK);
    town_syncs(&keyed, 0, &outcome);
    assert_int_equal(outcome.relays_refused, 1);
    buf_release(&file);
    keyed_world_close(&keyed);
}

/* The second file first: refused with what it lacks; then both, in order. */
static void test_gap(void **state)
{
    struct keyed_world keyed;
    struct session_outcome outcome;
    struct found found;
    struct buf first, second;

    (void)state;
    keyed_world_open(&keyed, 2, true);
    consult(&keyed, LAPTOP, 2);
    keyed_export(&keyed, LAPTOP, PENDING, &first);
    consult(&keyed, LAPTOP, 2);
    keyed_export(&keyed, LAPTOP, (struct handover_range){.from_given = true, .from = 3}, &second);
    town_keeps(&keyed, &second, STATUS_OK);
    town_syncs(&keyed, 0, &outcome);
    found = relays_of(&keyed.world.stations[TOWN]);
    assert_int_equal(found.relays[0].state, RELAY_REFUSED);
    assert_non_null(strstr(found.relays[0].text, "先要第 1 到 2 条"));
    town_keeps(&keyed, &first, STATUS_OK);
    town_syncs(&keyed, 0, &outcome);
    town_keeps(&keyed, &second, STATUS_OK);
    town_syncs(&keyed, 0, &outcome);
    assert_int_equal(outcome.relays_handed, 1);
    laptop_reads_answer(&keyed, 4); /* the newest answer replaced the one before */
    totals_equal(&keyed, 4);
    buf_release(&first);
    buf_release(&second);
    keyed_world_close(&keyed);
}

/* A stick that was not whole, one for another center, and a machine's own answer. */
static void test_what_the_town_does_not_keep(void **state)
{
    struct keyed_world keyed, other;
    struct handover town;
    struct errmsg err = {{0}};
    struct relay relay;
    struct buf file, answer;
    struct handover_result result;

    (void)state;
    keyed_world_open(&keyed, 2, true);
    keyed_world_open(&other, 2, true);
    consult(&keyed, LAPTOP, 1);
    keyed_export(&keyed, LAPTOP, PENDING, &file);
    file.data[file.len / 2] ^= 1;
    town_keeps(&keyed, &file, STATUS_CORRUPT);
    file.data[file.len / 2] ^= 1;
    assert_int_equal(keyed_take(&keyed, &file, &answer, &result, &err), STATUS_OK);
    town_keeps(&keyed, &answer, STATUS_AUTH);
    /* Another county. */
    town = keyed_station(&other, TOWN);
    assert_int_equal(store_begin(town.store, "test", &err), STATUS_OK);
    assert_int_equal(center_address_set(town.store, "x:1", bundle_pin(other.stations[LAPTOP].public_key), &err),
                     STATUS_OK);
    assert_int_equal(center_key_set(town.store, other.stations[LAPTOP].public_key, &err), STATUS_OK);
    assert_int_equal(store_commit(town.store, &err), STATUS_OK);
    assert_int_equal(handover_keep(&town, memory_source(&file), &relay, NULL, &err), STATUS_AUTH);
    assert_int_equal(node_count(&keyed.world.stations[TOWN], "relay"), 0);
    buf_release(&file);
    buf_release(&answer);
    keyed_world_close(&keyed);
    keyed_world_close(&other);
}

/* A file that this machine wrote itself is told from whatever else is not kept. */
static void test_ones_own_file(void **state)
{
    struct keyed_world keyed;
    struct handover town;
    struct errmsg err = {{0}};
    struct relay relay;
    struct buf file;
    bool own;

    (void)state;
    keyed_world_open(&keyed, 2, true);
    consult(&keyed, TOWN, 1);
    keyed_export(&keyed, TOWN, PENDING, &file);
    town = keyed_station(&keyed, TOWN);
    struct stick_entry entry = {.id = hash_of(file.data, file.len), .at_ms = 1, .first = 1, .last = 1, .place = "stick"};
    assert_int_equal(stick_log_add(town.store, &entry, &err), STATUS_OK);
    assert_int_equal(handover_keep(&town, memory_source(&file), &relay, &own, &err), STATUS_INVALID);
    assert_true(own);
    file.data[file.len / 2] ^= 1;
    assert_int_equal(handover_keep(&town, memory_source(&file), &relay, &own, &err), STATUS_CORRUPT);
    assert_false(own);
    buf_release(&file);
    keyed_world_close(&keyed);
}

/* ---- the table ---- */

/* ---- what a station says of a file that another one has, too ---- */

static struct message_relayed bring(struct keyed_world *keyed, size_t station, struct hash id, uint64_t total, uint64_t at, const uint8_t *bytes, size_t len)
{
    struct session_request request = {.kind = REQUEST_RELAY_TAKE, .pin = keyed->world.stations[station].peer.pin, .packed = bytes, .packed_len = len};
    struct session_result result;
    struct replicator *replicator;

    request.relay = (struct message_relay){.total = total, .at = at};
    memcpy(request.relay.id, id.bytes, HASH_BYTES);
    assert_int_equal(replicator_new(&replicator, keyed->world.center.store, NULL), STATUS_OK);
    replicator_run(replicator, &request, 1, &result);
    if (result.status != STATUS_OK)
        fail_msg("%s", result.err.text);
    session_result_release(&result);
    replicator_free(replicator);
    return result.relayed;
}

/* The file is here, whole, and was refused to nobody who has it. */
static void expect_whole(const struct message_relayed *answer, struct keyed_world *keyed, uint64_t total)
{
    assert_string_equal(answer->code, "");
    assert_int_equal(answer->at, total);
    assert_int_equal(node_number(&keyed->world.center, "SELECT count(*) FROM relay WHERE state=3"), 0);
    assert_int_equal(node_number(&keyed->world.center, "SELECT total(length(bytes)) FROM relay_piece"), total);
}

/* One station tells a false size of a file, or sends other bytes for it; another has the file and brings it. It is not refused for that, which would be for good. */
static void test_a_false_beginning_is_not_paid_for_by_who_has_the_file(void **state)
{
    enum { TOTAL = 1000 };
    struct keyed_world keyed;
    uint8_t file[TOTAL], other[TOTAL];

    (void)state;
    memset(file, 'a', TOTAL);
    memset(other, 'b', TOTAL);
    struct hash id = hash_of(file, TOTAL);
    keyed_world_open(&keyed, 2, false);
    (void)bring(&keyed, 0, id, 10, 0, other, 5);
    struct message_relayed answer = bring(&keyed, 1, id, TOTAL, 0, file, TOTAL);
    expect_whole(&answer, &keyed, TOTAL);
    keyed_world_close(&keyed);

    keyed_world_open(&keyed, 2, false);
    (void)bring(&keyed, 0, id, TOTAL, 0, other, 500);
    answer = bring(&keyed, 1, id, TOTAL, 0, file, TOTAL);
    expect_whole(&answer, &keyed, TOTAL);
    keyed_world_close(&keyed);

    /* Nor when it comes between: who has the file began it, and goes on from there. */
    keyed_world_open(&keyed, 2, false);
    answer = bring(&keyed, 1, id, TOTAL, 0, file, 500);
    assert_int_equal(answer.at, 500);
    answer = bring(&keyed, 0, id, TOTAL, 500, other, 400);
    assert_false(answer.done);
    answer = bring(&keyed, 0, id, 10, 0, other, 10);
    answer = bring(&keyed, 1, id, TOTAL, 500, file + 500, 500);
    expect_whole(&answer, &keyed, TOTAL);
    assert_int_equal(node_number(&keyed.world.center, "SELECT count(*) FROM relay"), 1);
    keyed_world_close(&keyed);

    /* Who contradicts itself, or brings other bytes itself, is told so, and nothing of it is kept. */
    keyed_world_open(&keyed, 2, false);
    (void)bring(&keyed, 0, id, TOTAL, 0, other, 500);
    answer = bring(&keyed, 0, id, TOTAL + 1, 500, other, 500);
    assert_true(answer.done);
    assert_string_equal(answer.code, status_name(STATUS_PEER));
    answer = bring(&keyed, 0, id, TOTAL, 500, other, 500);
    assert_true(answer.done);
    assert_string_equal(answer.code, status_name(STATUS_CORRUPT));
    assert_int_equal(node_number(&keyed.world.center, "SELECT count(*) FROM relay"), 0);
    keyed_world_close(&keyed);
}

/* Two stations have the same file, and the line of each breaks again and again: neither undoes what the other has brought, and whoever is through first has brought it for both. */
static void test_two_that_take_turns_come_to_an_end(void **state)
{
    enum { TOTAL = 1000, STEP = 250 };
    struct keyed_world keyed;
    uint8_t file[TOTAL];
    struct message_relayed answer;

    (void)state;
    for (size_t i = 0; i < TOTAL; i++)
        file[i] = (uint8_t)i;
    struct hash id = hash_of(file, TOTAL);
    keyed_world_open(&keyed, 2, false);
    for (size_t at = 0; at + STEP < TOTAL; at += STEP)
        for (size_t station = 0; station < 2; station++) {
            answer = bring(&keyed, station, id, TOTAL, at, file + at, STEP);
            assert_int_equal(answer.at, at + STEP);
        }
    answer = bring(&keyed, 0, id, TOTAL, TOTAL - STEP, file + TOTAL - STEP, STEP);
    expect_whole(&answer, &keyed, TOTAL);
    assert_int_equal(node_number(&keyed.world.center, "SELECT count(*) FROM relay"), 1);
    answer = bring(&keyed, 1, id, TOTAL, TOTAL - STEP, file + TOTAL - STEP, STEP);
    expect_whole(&answer, &keyed, TOTAL);
    assert_int_equal(node_number(&keyed.world.center, "SELECT count(*) FROM relay"), 1);
    keyed_world_close(&keyed);

    /* What a program before this one had begun, nobody knows from whom, begins anew. */
    keyed_world_open(&keyed, 2, false);
    answer = bring(&keyed, 1, id, TOTAL, 0, file, STEP);
    assert_int_equal(store_begin(keyed.world.center.store, "test", NULL), STATUS_OK);
    assert_int_equal(store_exec(keyed.world.center.store, "UPDATE relay SET id=file, file=NULL", NULL), STATUS_OK);
    assert_int_equal(store_commit(keyed.world.center.store, NULL), STATUS_OK);
    answer = bring(&keyed, 0, id, TOTAL, STEP, file + STEP, STEP);
    assert_int_equal(answer.at, 0);
    answer = bring(&keyed, 0, id, TOTAL, 0, file, TOTAL);
    expect_whole(&answer, &keyed, TOTAL);
    assert_int_equal(node_number(&keyed.world.center, "SELECT count(*) FROM relay"), 1);
    keyed_world_close(&keyed);
}

static struct relay relay_with(uint64_t total, uint8_t n)
{
    struct relay relay = {.state = RELAY_WAITING, .total = total};

    relay.id.bytes[0] = n;
    return relay;
}

static void test_pieces(void **state)
{
    struct keyed_world keyed;
    struct store *store;
    struct errmsg err = {{0}};
    struct relay relay = relay_with(10, 1), there;
    struct hash hash;
    struct buf out;

    (void)state;
    keyed_world_open(&keyed, 1, false);
    store = keyed.world.stations[0].store;
    assert_false(relay_used(store));
    assert_int_equal(relay_add(store, &relay, &err), STATUS_OK);
    assert_true(relay_used(store));
    assert_int_equal(relay_append(store, &relay, 0, "0123", 4, &err), STATUS_OK);
    assert_int_equal(relay_append(store, &relay, 5, "5", 1, &err), STATUS_GAP);
    assert_int_equal(relay_append(store, &relay, 2, "2345", 4, &err), STATUS_OK); /* overlaps */
    assert_int_equal(relay_append(store, &relay, 1, "12", 2, &err), STATUS_OK);   /* all of it is here */
    assert_int_equal(relay_append(store, &relay, 6, "6789x", 5, &err), STATUS_TOO_LARGE);
    assert_int_equal(relay_append(store, &relay, 6, "6789", 4, &err), STATUS_OK);
    assert_int_equal(relay_find(store, relay.id, &there, &err), STATUS_OK);
    assert_int_equal(there.held, 10);
    for (uint64_t at = 0; at <= 10; at++) {
        buf_init(&out, 100);
        assert_int_equal(relay_read(store, relay.no, at, 5, &out, &err), STATUS_OK);
        assert_int_equal(out.len, at <= 5 ? 5 : 10 - at);
        assert_memory_equal(buf_cstr(&out), &"0123456789"[at], out.len);
        buf_release(&out);
    }
    assert_int_equal(relay_hash(store, relay.no, &hash, &err), STATUS_OK);
    assert_true(hash_equal(hash, hash_of("0123456789", 10)));
    assert_int_equal(relay_remove(store, relay.no, &err), STATUS_OK);
    assert_int_equal(relay_find(store, relay.id, &there, &err), STATUS_NOT_FOUND);
    keyed_world_close(&keyed);
}

static void test_limits(void **state)
{
    struct keyed_world keyed;
    struct store *store;
    struct errmsg err = {{0}};
    struct relay relay = relay_with(0, 0);

    (void)state;
    keyed_world_open(&keyed, 1, false);
    store = keyed.world.stations[0].store;
    assert_int_equal(relay_add(store, &relay, &err), STATUS_INVALID);
    relay.total = RELAY_FILE_MAX_BYTES + 1;
    assert_int_equal(relay_add(store, &relay, &err), STATUS_TOO_LARGE);
    /* 16 of the greatest are 1 GiB. */
    for (uint8_t n = 0; n < 16; n++) {
        relay = relay_with(RELAY_FILE_MAX_BYTES, n);
        relay.state = RELAY_PARTIAL;
        assert_int_equal(relay_add(store, &relay, &err), STATUS_OK);
    }
    relay = relay_with(1, 99);
    assert_int_equal(relay_add(store, &relay, &err), STATUS_TOO_LARGE);
    assert_non_null(strstr(err.text, "1 GiB"));
    keyed_world_close(&keyed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_through_the_town),
        cmocka_unit_test(test_cut_at_every_frame),
        cmocka_unit_test(test_goes_on_where_it_was),
        cmocka_unit_test(test_refused_stays_listed),
        cmocka_unit_test(test_gap),
        cmocka_unit_test(test_what_the_town_does_not_keep),
        cmocka_unit_test(test_ones_own_file),
        cmocka_unit_test(test_a_false_beginning_is_not_paid_for_by_who_has_the_file),
        cmocka_unit_test(test_two_that_take_turns_come_to_an_end),
        cmocka_unit_test(test_pieces),
        cmocka_unit_test(test_limits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
