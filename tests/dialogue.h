/* tests/dialogue.h - a station's and the center's session joined by perfect lines, each over a real store, with their messages written down. */
#ifndef TESTS_DIALOGUE_H
#define TESTS_DIALOGUE_H

#include "core/base/trace.h"
#include "sync/replicator.h"
#include "sync/session.h"
#include "tests/fixture.h"

enum { STATION_END, CENTER_END };

struct dialogue {
    struct node *nodes[2];
    struct replicator *replicators[2];
    struct session *sessions[2];
    struct session_actions actions[2];
    struct buf in[2];                 /* bytes on their way to this end */
    struct session_outcome outcomes[2]; /* of sessions that closed */
    bool closed[2];
    struct trace trace;
    struct buf lines; /* "station > HELLO ..." one a line, t_ms left out */
    int64_t now_ms;
    size_t cut;       /* the line breaks after that many frames; 0: it holds */
    size_t delivered; /* frames so far, with a cut */
    size_t piece;     /* bytes a carrier delivers at a time; 0: all there are */
    struct hash pin;  /* the station's key */
};

/* Both sessions made and connected; nothing delivered yet. The replicators live until dialogue_close. */
void dialogue_open(struct dialogue *dialogue, struct world *world, size_t station, bool once);
/* The same, packing quickly rather than short: a third of the time, for a test of thousands of sessions. */
void dialogue_open_hurried(struct dialogue *dialogue, struct world *world, size_t station, bool once);
/* Deliver and carry out until nothing moves. */
void dialogue_run(struct dialogue *dialogue);
void dialogue_poke(struct dialogue *dialogue, int end);
void dialogue_tick(struct dialogue *dialogue, int64_t ms);
void dialogue_close(struct dialogue *dialogue);

#endif /* TESTS_DIALOGUE_H */
