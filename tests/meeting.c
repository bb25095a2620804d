/* tests/meeting.c - see meeting.h. */
#include "tests/meeting.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/must.h"

enum { TRIES_MAX = 5 };

struct session_outcome meet_cut(struct world *world, size_t station, size_t cut)
{
    struct session_outcome outcome = {0};
    for (int tries = 0;; tries++) {
        struct dialogue dialogue;
        assert_in_range(tries, 0, TRIES_MAX);
        dialogue_open_hurried(&dialogue, world, station, true);
        dialogue.cut = tries == 0 ? cut : 0;
        dialogue_run(&dialogue);
        outcome = dialogue.outcomes[STATION_END];
        bool good = dialogue.closed[STATION_END] && outcome.status == STATUS_OK;
        if (!good && (tries > 0 || cut == 0))
            fail_msg("%s\n%s", outcome.reason.text, buf_cstr(&dialogue.lines));
        if (getenv("LINES") != NULL)
            print_message("%s--\n", buf_cstr(&dialogue.lines));
        dialogue_close(&dialogue);
        if (good && !outcome.again)
            return outcome;
        must(machine_load(world->stations[station].store, &world->stations[station].machine, NULL), NULL);
    }
}

struct session_outcome meet(struct world *world, size_t station)
{
    return meet_cut(world, station, 0);
}

void meet_all_from(struct world *world, size_t first, size_t rounds)
{
    for (size_t turn = 0; turn < rounds * world->n_stations; turn++)
        (void)meet(world, (first + turn) % world->n_stations);
}

void meet_all(struct world *world, size_t rounds)
{
    meet_all_from(world, 0, rounds);
}

struct session_outcome meet_as(struct world *world, size_t station, struct node *copy, size_t cut)
{
    struct node itself = world->stations[station];
    world->stations[station] = *copy;
    struct session_outcome outcome = meet_cut(world, station, cut);
    *copy = world->stations[station];
    world->stations[station] = itself;
    return outcome;
}
