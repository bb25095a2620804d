/* tests/test_reach_random.c - records moved, shared, erased, edited and synced in any order by three stations and their center: every machine proves its rows all along, and in the end all hold what the center holds
 * for them, and nobody what is not theirs. A failing seed is printed; AIDPOST_SEED runs one, AIDPOST_SEEDS how many. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/record/reach.h"
#include "core/record/scope_sum.h"
#include "tests/fixture.h"

enum { STATIONS = 3, RECORDS = 6, STEPS = 60, SEEDS = 8, ERASED = -1 };

/* Found something once. */
static const uint64_t ONCE_FAILED[] = {27};

static struct world world;
static uint64_t dice;

static unsigned roll(unsigned sides)
{
    dice ^= dice << 13;
    dice ^= dice >> 7;
    dice ^= dice << 17;
    return (unsigned)((dice >> 11) % sides);
}

struct known {
    struct id id;
    int64_t owner; /* org; ERASED */
    bool shared[STATIONS];
};

static struct node *node_at(unsigned i)
{
    return i == STATIONS ? &world.center : &world.stations[i];
}

/* Whoever sees the record writes to it; who does not see it (any more, or yet) leaves it. */
static void edit(const struct known *known)
{
    static const char *const FIELDS[] = {"topic", "answer", "phone"};
    struct node *node = node_at(roll(STATIONS + 1));
    char text[40], *seen = node_get(node, "consultation", known->id, "content");
    unsigned field = roll(3);
    if (seen == NULL)
        return;
    free(seen);
    snprintf(text, sizeof text, field == 2 ? "1390000%04u" : "写了 %u", roll(10000));
    node_set(node, "consultation", known->id, FIELDS[field], text);
}

static void move(struct known *known)
{
    int64_t to = 2 + (int64_t)roll(STATIONS);
    if (known->owner == ERASED || known->owner == to)
        return;
    struct errmsg err = {{0}};
    if (reach_move(world.center.store, &world.center.actor, catalogue_find("consultation"), known->id, to, NULL, &err) != STATUS_OK)
        fail_msg("%s", err.text);
    known->owner = to;
    known->shared[to - 2] = false;
}

static void share(struct known *known)
{
    unsigned i = roll(STATIONS);
    struct errmsg err = {{0}};
    if (known->owner == ERASED || known->owner == (int64_t)i + 2)
        return;
    if (reach_share(world.center.store, &world.center.actor, catalogue_find("consultation"), known->id, (int64_t)i + 2, !known->shared[i], NULL, &err) != STATUS_OK)
        fail_msg("%s", err.text);
    known->shared[i] = !known->shared[i];
}

static void erase(struct known *known)
{
    struct errmsg err = {{0}};
    if (known->owner == ERASED || roll(4) != 0)
        return;
    if (reach_erase(world.center.store, &world.center.actor, catalogue_find("consultation"), known->id, "本人要求", "周主任", &err) != STATUS_OK)
        fail_msg("%s", err.text);
    known->owner = ERASED;
}

static void step(struct known *records)
{
    struct known *known = &records[roll(RECORDS)];
    unsigned what = roll(20);
    if (what < 9)
        edit(known);
    else if (what < 12)
        move(known);
    else if (what < 14)
        share(known);
    else if (what < 15)
        erase(known);
    else
        (void)world_sync(&world, roll(STATIONS));
}

/* "station/seq kind-less list" of what a machine holds and of what the center holds for it; for the message when they differ. */
static void list_changes(struct node *node, int64_t org, struct buf *out)
{
    const char *sql = org == 0 ? "SELECT l.station,c.seq,c.rseq FROM change c JOIN log l ON l.no=c.log WHERE c.rseq IS NOT NULL AND c.scope>=0 AND ?1=?1 ORDER BY c.rseq,c.seq"
                               : "SELECT l.station,c.seq,c.rseq FROM change c JOIN log l ON l.no=c.log WHERE c.state<>1 AND (c.scope IN (0,?1) OR c.lsn IN (SELECT lsn FROM reach WHERE scope=?1 AND stub=0)) "
                                 "ORDER BY c.rseq,c.seq";
    struct stmt *stmt = store_prepare(node->store, sql);
    enum status status;
    stmt_int(stmt, 1, org);
    while (stmt_row(stmt, &status, NULL))
        buf_printf(out, " %lld/%lld@%lld", (long long)stmt_column_int(stmt, 0), (long long)stmt_column_int(stmt, 1), (long long)stmt_column_int(stmt, 2));
}

static void holds_the_same(size_t i)
{
    uint64_t ours, theirs;
    struct buf here, there;
    assert_int_equal(scope_sum_get(world.stations[i].store, SCOPE_SUM_STATION, &ours, NULL), STATUS_OK);
    assert_int_equal(scope_sum_for(world.center.store, (int64_t)i + 2, &theirs, NULL), STATUS_OK);
    if (ours == theirs)
        return;
    buf_init(&here, 1 << 20);
    buf_init(&there, 1 << 20);
    list_changes(&world.stations[i], 0, &here);
    list_changes(&world.center, (int64_t)i + 2, &there);
    fail_msg("station %zu holds\n%s\nthe center holds for it\n%s", i + 2, buf_cstr(&here), buf_cstr(&there));
}

static void check_end(const struct known *records)
{
    for (size_t round = 0; round < 2; round++)
        for (size_t i = 0; i < STATIONS; i++)
            (void)world_sync(&world, i);
    node_verify(&world.center);
    for (size_t i = 0; i < STATIONS; i++) {
        node_verify(&world.stations[i]);
        holds_the_same(i);
        for (size_t r = 0; r < RECORDS; r++) {
            bool should = records[r].owner != ERASED && (records[r].owner == (int64_t)i + 2 || records[r].shared[i]);
            for (size_t f = 0; f < 3; f++) {
                const char *field = f == 0 ? "topic" : f == 1 ? "answer" : "content";
                char *here = node_get(&world.stations[i], "consultation", records[r].id, field), *there = node_get(&world.center, "consultation", records[r].id, field);
                assert_int_equal(here != NULL, should);
                if (here != NULL)
                    assert_string_equal(here, there);
                free(here);
                free(there);
            }
        }
    }
}

static void run_seed(uint64_t seed)
{
    struct known records[RECORDS] = {{.owner = 0}};
    dice = seed * UINT64_C(0x9E3779B97F4A7C15) | 1;
    world_open(&world, STATIONS, NULL);
    for (size_t r = 0; r < RECORDS; r++) {
        size_t at = roll(STATIONS);
        records[r].id = node_consult(&world.stations[at], "张文芳", "工资没有发");
        records[r].owner = (int64_t)at + 2;
        (void)world_sync(&world, at);
    }
    for (unsigned i = 0; i < STEPS; i++) {
        step(records);
        if (roll(10) == 0)
            node_verify(node_at(roll(STATIONS + 1)));
    }
    check_end(records);
    world_close(&world);
}

static void in_any_order(void **state)
{
    const char *one = getenv("AIDPOST_SEED"), *many = getenv("AIDPOST_SEEDS");
    uint64_t first = one == NULL ? 1 : strtoull(one, NULL, 10), n = one != NULL ? 1 : many != NULL ? strtoull(many, NULL, 10) : SEEDS;
    (void)state;
    for (uint64_t seed = first; seed < first + n; seed++) {
        print_message("seed %llu\n", (unsigned long long)seed);
        run_seed(seed);
    }
    for (size_t i = 0; one == NULL && i < sizeof ONCE_FAILED / sizeof ONCE_FAILED[0]; i++)
        run_seed(ONCE_FAILED[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(in_any_order)};
    return cmocka_run_group_tests_name("reach_random", tests, NULL, NULL);
}
