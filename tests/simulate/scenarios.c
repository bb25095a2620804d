/* tests/simulate/scenarios.c - the failures of the catalogue (research, section 2), each by name: what happens, and exactly what comes out. Afterwards every world comes to rest and everything the oracle
 * knows must hold as for any seed (oracle.c).
 */
#include <stdio.h>
#include <string.h>

#include "core/record/peer.h"
#include "core/record/replica.h"
#include "tests/simulate/world.h"

enum { CONSULTATION = 4, CASE = 5, PHONE = 12, NAME = 10, HELD = 51, OF_THE_CENTER = 30, SEED = 20, BIG = 64, BIG_REPEAT = 2000 };

#define YEAR_MS (INT64_C(86400000) * 365)

/* ---- words for it ---- */

static void expect(struct world *world, bool holds, const char *what)
{
    if (!holds)
        world_fail(world, "expected: %s", what);
}

static struct model_value text(uint16_t field, const char *words)
{
    struct model_value value = {.field = field, .kind = VALUE_TEXT};

    snprintf(value.text, sizeof value.text, "%s", words);
    return value;
}

static struct id new_record(struct world *world, size_t m, uint32_t *uid)
{
    struct model_value values[] = {text(NAME, "甲")};
    struct id id = id_make(world->random);
    uint32_t made = world_put(world, m, NULL, CHANGE_PUT, id, CONSULTATION, values, 1);

    if (uid != NULL)
        *uid = made;
    return id;
}

static uint32_t edit(struct world *world, size_t m, struct id id, const char *words)
{
    struct model_value values[] = {text(PHONE, words)};

    return world_put(world, m, NULL, CHANGE_PUT, id, CONSULTATION, values, 1);
}

static void synced(struct world *world, size_t m)
{
    if (world->failed)
        return;
    world_sync_healed(world, m);
    if (world->last_outcome.status != STATUS_OK)
        world_fail(world, "station %zu: %s: %s", m, status_name(world->last_outcome.status), world->last_outcome.reason.text);
}

static bool has(struct world *world, size_t m, uint32_t uid)
{
    world_look(world, m);
    return uid_in(&world->machines[m].memory.known, uid);
}

/* The same, now. */
static bool holds(struct world *world, size_t m, uint32_t uid)
{
    struct uid_set now = {{0}};

    world_look_now(world, m, &now);
    return uid_in(&now, uid);
}

/* Everybody has it. */
static void expect_everywhere(struct world *world, uint32_t uid)
{
    for (size_t m = 0; m < world->n_machines; m++)
        if (!world->failed && !has(world, m, uid))
            world_fail(world, "expected: u%u is on machine %zu", uid, m);
}

static void expect_conflicts(struct world *world, size_t count)
{
    for (size_t m = 0; m < world->n_machines && !world->failed; m++) {
        struct buf lines;
        size_t n = 0;

        buf_init(&lines, POOL_IMAGE_MAX_BYTES);
        world_conflicts(world, m, -1, &lines);
        for (size_t i = 0; i < lines.len; i++)
            n += lines.data[i] == '\n';
        if (n != count)
            world_fail(world, "expected: %zu open conflicts on machine %zu, there are %zu", count, m, n);
        buf_release(&lines);
    }
}

/* The record's line holds these words, on every machine. */
static void expect_row(struct world *world, struct id id, const char *words)
{
    char start[ID_TEXT_BYTES];

    id_format(id, start);
    for (size_t m = 0; m < world->n_machines && !world->failed; m++) {
        struct buf lines;
        char *line, *end;

        buf_init(&lines, POOL_IMAGE_MAX_BYTES);
        world_rows(world, m, &lines);
        line = strstr(buf_cstr(&lines), start);
        end = line != NULL ? strchr(line, '\n') : NULL;
        if (end != NULL)
            *end = 0;
        if (end == NULL || strstr(line, words) == NULL)
            world_fail(world, "expected: \"%s\" on machine %zu, it is: %s", words, m, end == NULL ? "not there" : line);
        buf_release(&lines);
    }
}

static void expect_row_gone(struct world *world, size_t m, struct id id)
{
    char start[ID_TEXT_BYTES];
    struct buf lines;

    id_format(id, start);
    buf_init(&lines, POOL_IMAGE_MAX_BYTES);
    world_rows(world, m, &lines);
    if (strstr(buf_cstr(&lines), start) != NULL)
        world_fail(world, "expected: machine %zu does not have the record", m);
    buf_release(&lines);
}

static struct replica_state state_of(struct world *world, size_t m)
{
    struct replica_state state = {.pending = -1};

    if (replica_state(world->machines[m].store, &state, NULL) != STATUS_OK)
        world_fail(world, "machine %zu: no state", m);
    return state;
}

static bool has_met_center(struct world *world, size_t m)
{
    static const uint8_t none[INCARNATION_BYTES];
    struct replica_state state = state_of(world, m);

    return memcmp(state.center_incarnation, none, INCARNATION_BYTES) != 0;
}

static bool alarm_rings(struct world *world, size_t m)
{
    struct peer peer;

    return peer_find(world->machines[CENTER].store, world->machines[m].identity.station_no, &peer, NULL) == STATUS_OK && peer.alarm[0] != 0;
}

/* ---- the catalogue ---- */

static void restored_station(struct world *world)
{
    uint32_t first, lost, again, more;
    struct id id = new_record(world, 1, NULL);

    synced(world, 1);
    size_t image = world_keep_image(world, 1);
    first = edit(world, 1, id, "乙");
    new_record(world, 1, &lost);
    synced(world, 1);
    world_restore(world, 1, image, false, false);
    again = edit(world, 1, id, "丙");
    new_record(world, 1, &more);
    expect(world, world->model.changes[first].seq == world->model.changes[again].seq, "numbers are used twice");
    synced(world, 1);
    synced(world, 2);
    expect(world, world->totals.healed == 1, "healed at the first contact");
    for (size_t i = 0; i < 4; i++)
        expect_everywhere(world, (uint32_t[]){first, lost, again, more}[i]);
    expect_conflicts(world, 1);
    expect_row(world, id, " 12=丙"); /* the later one is shown, the other waits */
}

/* Its log has only just begun; so what it sends first ends where that was, and agrees. */
static void restored_behind_a_branch(struct world *world)
{
    uint32_t uids[3];
    size_t image;

    new_record(world, 1, NULL);
    synced(world, 1);
    image = world_keep_image(world, 1);
    new_record(world, 1, &uids[0]);
    synced(world, 1);
    world_restore(world, 1, image, false, false);
    world_sync(world, 1); /* begins a new log, which the center has not heard of yet */
    expect(world, world->machines[1].again, "a new log was begun");
    image = world_keep_image(world, 1);
    new_record(world, 1, &uids[1]);
    synced(world, 1);
    world_restore(world, 1, image, false, true);
    new_record(world, 1, &uids[2]);
    new_record(world, 1, NULL);
    synced(world, 1);
    synced(world, 2);
    for (size_t i = 0; i < 3; i++)
        expect_everywhere(world, uids[i]);
}

static void cloned_station(struct world *world)
{
    uint32_t here, there;
    struct id id = new_record(world, 1, NULL);
    size_t twin;

    synced(world, 1);
    twin = world_clone(world, 1);
    here = edit(world, 1, id, "乙");
    there = edit(world, twin, id, "丙");
    synced(world, 1);
    synced(world, twin);
    expect(world, world->totals.healed == 1, "the second presenter is caught at its first contact");
    synced(world, 1);
    synced(world, 2);
    expect_everywhere(world, here);
    expect_everywhere(world, there);
    expect_conflicts(world, 1);
    expect(world, alarm_rings(world, 1), "the operator is told of the twin");
}

static void cloned_without_writes(struct world *world)
{
    size_t twin;

    new_record(world, 1, NULL);
    synced(world, 1);
    twin = world_clone(world, 1);
    synced(world, twin);
    synced(world, 1);
    synced(world, twin);
    expect(world, world->totals.healed >= 1, "a clone that wrote nothing is known by its lease");
    expect_conflicts(world, 0);
}

static void center_restored(struct world *world, bool declared)
{
    uint32_t early, kept, other, own, offline;
    struct id id = new_record(world, 1, &early);
    size_t image;

    synced(world, 1);
    synced(world, 2);
    image = world_keep_image(world, CENTER);
    kept = edit(world, 1, id, "乙");
    new_record(world, 2, &other);
    new_record(world, CENTER, &own);
    synced(world, 1);
    synced(world, 2);
    synced(world, 1);
    world_restore_center(world, image, declared);
    new_record(world, CENTER, NULL); /* before anybody comes */
    new_record(world, 2, &offline);
    synced(world, 2);
    synced(world, 1);
    synced(world, 2);
    synced(world, 1);
    for (size_t i = 0; i < 5; i++)
        expect_everywhere(world, (uint32_t[]){early, kept, other, own, offline}[i]);
    expect(world, world->totals.returned > 0, "stations hand back what the center wrote and lost");
    expect_conflicts(world, 0);
    expect_row(world, id, " 12=乙");
}

static void center_restored_declared(struct world *world)
{
    center_restored(world, true);
}

static void center_rolled_back(struct world *world)
{
    center_restored(world, false);
}

/* What a station hands back of another one the center keeps for its owner. Until he comes it stays where it is, and nothing has to be mended. */
static void owner_stays_away(struct world *world)
{
    uint32_t kept, other;
    size_t image;

    new_record(world, 1, NULL);
    synced(world, 1);
    synced(world, 2);
    image = world_keep_image(world, CENTER);
    new_record(world, 1, &kept);
    new_record(world, 1, &other);
    synced(world, 1);
    synced(world, 2);
    world_restore_center(world, image, true);
    for (size_t i = 0; i < 5; i++) {
        synced(world, 2);
        expect(world, holds(world, 2, kept) && holds(world, 2, other), "what another one wrote is still on the station that handed it back");
        expect(world, (world->last_outcome.returned > 0) == (i == 0), "it is handed back once, though nothing of the order comes");
    }
    expect(world, world->differed[0] == 0 && world->totals.excused[EXCUSE_MENDED] == 0, "nothing had to be mended");
    synced(world, 1);
    synced(world, 2);
    expect_everywhere(world, kept);
    expect_everywhere(world, other);
}

/* Greeted by a center of an era that is forgotten later, before anything came. */
static void forgotten_at_the_greeting(struct world *world)
{
    uint32_t uid;
    size_t image = world_keep_image(world, CENTER);

    new_record(world, 1, &uid);
    world_restore_center(world, image, true);
    world_connect(world, 1, true);
    for (unsigned turn = 0; turn < 100 && !has_met_center(world, 1); turn++) {
        world_move(world, &world_line_of(world, 1)->ends[turn % 2], 4096);
        world_flush(world, turn % 4 < 2 ? 1 : CENTER);
    }
    expect(world, has_met_center(world, 1) && state_of(world, 1).rcur == 0, "it knows the center and has nothing of it");
    world_cut(world, world_line_of(world, 1));
    world_restore_center(world, image, true);
    synced(world, 1);
    synced(world, 2);
    expect_everywhere(world, uid);
}

/* A station has handed back that a record is shared with it, and before it asks for the order the line goes and the center is put back once more. What it writes in that record now is not refused for what was lost again. */
static void handed_back_and_lost_again(struct world *world)
{
    struct id id = new_record(world, 1, NULL);
    uint32_t share, late;
    size_t image;

    synced(world, 1);
    world_hand_over(world, CHANGE_MOVE, id, CONSULTATION, ORG_FIRST, ORG_FIRST - 1, false);
    synced(world, 1);
    new_record(world, CENTER, NULL);
    image = world_keep_image(world, CENTER);
    share = world_hand_over(world, CHANGE_SHARE, id, CONSULTATION, ORG_FIRST - 1, ORG_FIRST, true);
    synced(world, 1);
    world_restore_center(world, image, false);
    world_connect(world, 1, true);
    for (unsigned turn = 0; turn < 400 && world_line_of(world, 1) != NULL && !(holds(world, CENTER, share) && store_meta_int(world->machines[1].store, "return_to", 0) == 0); turn++) {
        world_move(world, &world_line_of(world, 1)->ends[turn % 2], 4096);
        world_flush(world, turn % 4 < 2 ? 1 : CENTER);
    }
    expect(world, holds(world, CENTER, share) && world_line_of(world, 1) != NULL, "the center has it again, and the station nothing of the order");
    if (world->failed)
        return;
    world_cut(world, world_line_of(world, 1));
    world_restore_center(world, image, false);
    expect(world, !holds(world, CENTER, share), "and has lost it again");
    world->put_scope = ORG_FIRST - 1;
    late = edit(world, 1, id, "丙");
    world->put_scope = 0;
    for (unsigned round = 0; round < 3; round++)
        for (size_t m = 1; m <= 2; m++)
            synced(world, m);
    expect_everywhere(world, late);
    expect_row(world, id, " 12=丙");
}

static void power_cut_behind_a_push(struct world *world)
{
    uint32_t pushed, later;
    size_t image;

    new_record(world, 1, NULL);
    synced(world, 1);
    image = world_keep_image(world, 1);
    new_record(world, 1, &pushed);
    synced(world, 1);
    world_restore(world, 1, image, false, false); /* the disk had not kept the last commits */
    new_record(world, 1, &later);
    synced(world, 1);
    synced(world, 2);
    expect_everywhere(world, pushed);
    expect_everywhere(world, later);
}

static void both_values_are_kept(struct world *world)
{
    struct model_value decision[] = {text(PHONE, "丙")};
    struct id id = new_record(world, 1, NULL);

    synced(world, 1);
    synced(world, 2);
    edit(world, 1, id, "乙");
    edit(world, 2, id, "丙");
    synced(world, 1);
    synced(world, 2);
    synced(world, 1);
    expect_conflicts(world, 1);
    expect_row(world, id, " 12=丙");
    world_put(world, 1, NULL, CHANGE_RESOLVE, id, CONSULTATION, decision, 1);
    synced(world, 1);
    synced(world, 2);
    expect_conflicts(world, 0);
    expect_row(world, id, " 12=丙");
}

/* A decision about a held field that did not know what was decided meanwhile. */
static void late_decision_waits(struct world *world)
{
    struct model_value first[] = {text(HELD, "甲")}, meanwhile[] = {text(HELD, "乙")}, late[] = {text(HELD, "丁")};
    struct id id = id_make(world->random);

    world_put(world, 1, NULL, CHANGE_PUT, id, CASE, first, 1);
    synced(world, 1);
    synced(world, 2);
    struct moment form = world_open_form(world, 2);
    world_put(world, 1, NULL, CHANGE_PUT, id, CASE, meanwhile, 1);
    synced(world, 1);
    world_put(world, 2, &form, CHANGE_RESOLVE, id, CASE, late, 1);
    synced(world, 2);
    synced(world, 1);
    expect_conflicts(world, 1);
    expect_row(world, id, " 51=乙");
}

static void delete_against_edit(struct world *world)
{
    struct id one = new_record(world, 1, NULL), two = new_record(world, 1, NULL);

    synced(world, 1);
    synced(world, 2);
    world_put(world, 1, NULL, CHANGE_DELETE, one, CONSULTATION, NULL, 0); /* the delete comes first */
    edit(world, 2, one, "乙");
    edit(world, 1, two, "丙"); /* the edit comes first */
    world_put(world, 2, NULL, CHANGE_DELETE, two, CONSULTATION, NULL, 0);
    synced(world, 1);
    synced(world, 2);
    synced(world, 1);
    expect_conflicts(world, 2);
    expect_row(world, one, " 0=0 10=甲 12=乙");
    expect_row(world, two, " 0=0 10=甲 12=丙");
}

static void clocks_decide_nothing(struct world *world)
{
    struct id id;

    world->machines[1].clock_off_ms = 10 * YEAR_MS;
    world->machines[2].clock_off_ms = -10 * YEAR_MS;
    id = new_record(world, 1, NULL);
    synced(world, 1);
    expect(world, world->last_outcome.skew_known && world->last_outcome.skew_ms < -9 * YEAR_MS, "the skew is told");
    synced(world, 2);
    edit(world, 1, id, "乙");
    edit(world, 2, id, "丙");
    synced(world, 1);
    synced(world, 2);
    synced(world, 1);
    expect_row(world, id, " 12=丙"); /* by the center's order, though its clock is twenty years behind */
    expect_conflicts(world, 1);
}

static void one_bad_change(struct world *world)
{
    struct model_value bad[] = {text(OF_THE_CENTER, "坏")};
    uint32_t before, behind;

    new_record(world, 1, &before);
    world->fate = FATE_QUARANTINED;
    world_put(world, 1, NULL, CHANGE_PUT, id_make(world->random), CASE, bad, 1);
    world->fate = FATE_APPLIED;
    new_record(world, 1, &behind);
    synced(world, 1);
    expect(world, world->last_outcome.quarantined > 0, "the bad one is put aside and said so");
    expect(world, state_of(world, 1).pending == 0, "everything was taken in the same session");
    synced(world, 2);
    expect_everywhere(world, before);
    expect_everywhere(world, behind);
    synced(world, 1);
    expect(world, world->last_outcome.sent == 0, "nothing is sent again");
}

/* Two stations push while a third reads: its cursor never passes what it has not got. */
static void no_gap_behind_a_cursor(struct world *world)
{
    for (size_t i = 0; i < 8; i++)
        new_record(world, 1 + i % 2, NULL);
    for (size_t m = 1; m <= 3; m++)
        world_connect(world, m, m != 3);
    for (unsigned turn = 0; turn < 400 && !world->failed; turn++) {
        for (size_t i = 0; i < LINES_MAX; i++)
            for (size_t e = 0; e < 2 && world->lines[i].used; e++)
                world_move(world, &world->lines[i].ends[e], 64);
        world_flush(world, 1 + turn % 3);
        if (turn % 5 == 0) { /* one group for what has come from both */
            world_flush(world, CENTER);
            world_poke(world, CENTER);
        }
        world_check_cursor(world, 3);
    }
    expect(world, uid_count(&world->machines[3].memory.known) > 8, "the third has got what both pushed");
}

static void cost_follows_the_scope(struct world *world)
{
    uint64_t out, in, turns;

    new_record(world, 1, NULL);
    synced(world, 1);
    synced(world, 1);
    out = world->last_outcome.bytes_out;
    in = world->last_outcome.bytes_in;
    turns = world->last_outcome.round_trips;
    world->put_scope = ORG_FIRST + 1;
    for (size_t i = 0; i < 200; i++)
        new_record(world, CENTER, NULL);
    world->put_scope = 0;
    synced(world, 1);
    expect(world, world->last_outcome.received == 0 && world->last_outcome.round_trips == turns, "others' 200 changes are nothing to do");
    expect(world, world->last_outcome.bytes_out <= out + 4 && world->last_outcome.bytes_in <= in + 4, "others' 200 changes cost no bytes");
}

static void gives_away_and_back(struct world *world)
{
    struct id id = new_record(world, 1, NULL);

    for (size_t i = 0; i < 12; i++)
        edit(world, 1, id, i % 2 == 0 ? "乙" : "丙");
    synced(world, 1);
    synced(world, 2);
    world_hand_over(world, CHANGE_MOVE, id, CONSULTATION, ORG_FIRST, ORG_FIRST - 1, false);
    synced(world, 1);
    expect_row_gone(world, 1, id);
    world_hand_over(world, CHANGE_MOVE, id, CONSULTATION, ORG_FIRST - 1, ORG_FIRST, false);
    synced(world, 1); /* the whole history with one number */
    synced(world, 2); /* which never heard of it */
    expect_row(world, id, " 12=丙");
    expect(world, world->differed[0] == 0 && world->totals.excused[EXCUSE_MENDED] == 0, "nothing had to be mended");
}

/* A change that was written before its author heard of the erasure comes to the center without its content, and is of whoever has the place of the row now. */
static void late_edit_of_an_erased_record(struct world *world)
{
    struct id id = new_record(world, 1, NULL);
    uint32_t late;

    synced(world, 1);
    synced(world, 2);
    late = edit(world, 2, id, "丙");
    world_hand_over(world, CHANGE_MOVE, id, CONSULTATION, ORG_FIRST, ORG_FIRST - 1, false);
    world_hand_over(world, CHANGE_ERASE, id, CONSULTATION, ORG_FIRST - 1, 0, false);
    synced(world, 1);
    synced(world, 2);
    synced(world, 1);
    expect(world, has(world, CENTER, late), "that it was written is known");
    expect_row_gone(world, CENTER, id);
    expect_row_gone(world, 1, id);
    expect_row_gone(world, 2, id);
}

/* Deleted by one station and edited by another that did not know; then erased: what comes late revives nothing. */
static void erases_a_deleted_record(struct world *world)
{
    struct id id = new_record(world, 1, NULL);
    uint32_t late;

    synced(world, 1);
    world_hand_over(world, CHANGE_SHARE, id, CONSULTATION, ORG_FIRST, ORG_FIRST + 1, true);
    synced(world, 1);
    synced(world, 2);
    late = edit(world, 2, id, "丙");
    world_put(world, 1, NULL, CHANGE_DELETE, id, CONSULTATION, NULL, 0);
    synced(world, 1);
    world_hand_over(world, CHANGE_ERASE, id, CONSULTATION, ORG_FIRST, 0, false);
    synced(world, 1);
    synced(world, 2);
    synced(world, 1);
    expect(world, has(world, CENTER, late), "that it was written is known");
    expect_row_gone(world, CENTER, id);
    expect_row_gone(world, 1, id);
    expect_row_gone(world, 2, id);
}

static void no_echo(struct world *world)
{
    for (size_t i = 0; i < 30; i++)
        new_record(world, 1, NULL);
    synced(world, 1);
    expect(world, world->last_outcome.sent == 30 && state_of(world, 1).ordered_seq == 30, "all 30 went and got their places");
    expect(world, world->last_outcome.bytes_in < 1200, "only their places come back");
}

static void divergence_is_found(struct world *world)
{
    struct id id = new_record(world, CENTER, NULL);
    struct store *store;

    edit(world, CENTER, id, "乙");
    synced(world, 1);
    store = world->machines[1].store;
    if (store_begin(store, "sim", NULL) != STATUS_OK || store_exec(store, "DELETE FROM change WHERE lsn=(SELECT max(lsn) FROM change); DELETE FROM meta WHERE name='sums_counted_ms'", NULL) != STATUS_OK ||
        store_commit(store, NULL) != STATUS_OK)
        world_fail(world, "not spoiled");
    synced(world, 1);
    expect(world, strstr(world->last_outcome.healed, "已修复") != NULL, "the difference is found and mended");
    world->differed[0] = 0; /* that was on purpose */
    synced(world, 2);
    expect_row(world, id, " 12=乙");
}

static void no_restart_at_zero(struct world *world)
{
    size_t before = 0;

    for (size_t i = 0; i < BIG; i++) {
        struct model_value value = text(NAME, "长");

        value.repeat = BIG_REPEAT + (uint32_t)i;
        world_put(world, CENTER, NULL, CHANGE_PUT, id_make(world->random), CONSULTATION, &value, 1);
    }
    world_connect(world, 1, true);
    for (unsigned turn = 0; turn < 100000 && before < BIG / 8 && !world->failed; turn++) {
        struct line *line = world_line_of(world, 1);

        if (line == NULL)
            break;
        world_move(world, &line->ends[0], 256);
        world_move(world, &line->ends[1], 256);
        world_flush(world, 1);
        world_flush(world, CENTER);
        world_look(world, 1);
        before = uid_count(&world->machines[1].memory.known);
    }
    expect(world, world_line_of(world, 1) != NULL && before >= BIG / 8 && before < BIG, "cut in the middle");
    if (world_line_of(world, 1) != NULL)
        world_cut(world, world_line_of(world, 1));
    synced(world, 1);
    world_look(world, 1);
    expect(world, world->last_outcome.received == uid_count(&world->machines[1].memory.known) - before, "only what was missing comes");
    expect(world, world->last_outcome.repeated == 0, "nothing comes twice");
}

static void unknown_fields_are_kept(struct world *world)
{
    struct model_value newer[] = {text(NAME, "甲"), text(MODEL_NEWER_FIELD, "新")};
    struct id id = id_make(world->random);

    world_put(world, 1, NULL, CHANGE_PUT, id, CONSULTATION, newer, 2);
    synced(world, 1);
    synced(world, 2);
    edit(world, 2, id, "乙");
    synced(world, 2);
    synced(world, 1);
    expect_row(world, id, " 10=甲 12=乙 1000=新");
    expect_conflicts(world, 0);
}

/* Whatever the center says, what was not handed over stays, and can be carried away. */
static void nothing_is_wiped(struct world *world)
{
    struct id id = new_record(world, 1, NULL);
    size_t file;

    edit(world, 1, id, "乙");
    world_revoke(world, 1);
    world_sync(world, 1);
    expect(world, world->last_outcome.status == STATUS_FORBIDDEN, "a revoked station is refused");
    expect(world, state_of(world, 1).pending == 2 && state_of(world, 1).head_seq == 2, "it keeps what it has");
    file = world_write_file(world, 1, 0);
    expect(world, file < FILES_MAX, "it can write it into a file");
    if (file < FILES_MAX)
        expect(world, world_take_file(world, file, CENTER, NULL) == STATUS_FORBIDDEN, "which the center does not take by itself");
}

/* Both ends write at once, byte by byte; each end closes at any place, with data under way to it. */
static void both_write_and_close_early(struct world *world)
{
    enum { RECORDS = 4, REPEAT = 300, CUTS = 24 };

    secure_on(world);
    for (unsigned cut = 0; cut <= CUTS && !world->failed; cut++) {
        for (size_t i = 0; i < RECORDS && cut % 8 == 0; i++)
            for (size_t m = 0; m < 2; m++) {
                struct model_value value = text(NAME, "长");

                value.repeat = REPEAT + (uint32_t)i;
                world_put(world, m, NULL, CHANGE_PUT, id_make(world->random), CONSULTATION, &value, 1);
            }
        world_connect(world, 1, true);
        struct line *line = world_line_of(world, 1);
        for (unsigned turn = 0; turn < 100000 && line->used && line->ends[0].session != NULL && !world->failed; turn++) {
            if (cut < CUTS && turn == 3 + cut * cut)
                world_cut(world, line);
            world_move(world, &line->ends[0], cut % 3 == 0 ? 1 : 64);
            world_move(world, &line->ends[1], cut % 3 == 1 ? 1 : 64);
            world_flush(world, 1);
            world_flush(world, CENTER);
        }
        expect(world, line->ends[0].session == NULL, "the session ends");
        for (unsigned turn = 0; turn < 100000 && line->used; turn++) {
            world_move(world, &line->ends[1], 4096);
            world_flush(world, CENTER);
        }
        expect(world, !line->used, "the center's end ends, too");
    }
    expect(world, world->last_outcome.status == STATUS_OK, "the last session is whole");
    secure_off(world);
}

const struct scenario scenarios[] = {
    {"F1", "a station restored from a backup writes on", 2, restored_station},
    {"F1", "..a backup from when its log had just begun", 2, restored_behind_a_branch},
    {"F2", "a cloned laptop", 2, cloned_station},
    {"F2", "..that wrote nothing", 2, cloned_without_writes},
    {"F3", "the center restored from a backup", 2, center_restored_declared},
    {"F3", "..behind everybody's back", 2, center_rolled_back},
    {"F3", "..and the owner of what is handed back stays away", 2, owner_stays_away},
    {"F3", "..and again, between a greeting and what follows", 2, forgotten_at_the_greeting},
    {"F3", "..and again, behind the back of who has just handed back what it lost", 2, handed_back_and_lost_again},
    {"F4", "the power goes behind a push", 2, power_cut_behind_a_push},
    {"F5", "two edit one field", 2, both_values_are_kept},
    {"F5", "..and a decision comes late", 2, late_decision_waits},
    {"F6", "a delete against an edit", 2, delete_against_edit},
    {"F7", "clocks wrong by ten years", 2, clocks_decide_nothing},
    {"F8", "one bad record", 2, one_bad_change},
    {"F9", "a cursor beside open transactions", 3, no_gap_behind_a_cursor},
    {"F10", "everyone's data and one's own", 2, cost_follows_the_scope},
    {"F10", "..a record with a long history given away and back", 2, gives_away_and_back},
    {"F10", "..and erased before a late edit comes", 2, late_edit_of_an_erased_record},
    {"F10", "..and erased behind its deletion, before a late edit comes", 2, erases_a_deleted_record},
    {"F11", "one's own changes come back", 2, no_echo},
    {"F12", "a copy that differs", 2, divergence_is_found},
    {"F13", "a long fetch is cut", 2, no_restart_at_zero},
    {"F14", "an older program", 2, unknown_fields_are_kept},
    {"F15", "a machine taken out of service", 2, nothing_is_wiped},
    {"F16", "TLS with both ends writing, cut anywhere", 2, both_write_and_close_early},
};

const size_t n_scenarios = sizeof scenarios / sizeof *scenarios;

bool scenario_run(const struct scenario *scenario, struct world *world, struct pool *pool, const char *root)
{
    struct uid_set held;

    if (world_init(world, pool, SEED, scenario->stations, root, false)) {
        world->log_wanted = true;
        scenario->play(world);
        world_come_to_rest(world, &held);
        if (!world->failed)
            world_check_end(world, &held, true);
    }
    return !world->failed;
}
