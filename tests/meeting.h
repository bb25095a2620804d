/* tests/meeting.h - whole sessions of a world's stations with its center, over a line that may break, for tests that look at what came of them. */
#ifndef TESTS_MEETING_H
#define TESTS_MEETING_H

#include "tests/dialogue.h"

/* A session of the station; then others, until one is good and asks for no other. Fails the test when that takes too many. Returns how the last one ended. */
struct session_outcome meet(struct world *world, size_t station);
/* The first of them breaks after that many frames (0: it does not). */
struct session_outcome meet_cut(struct world *world, size_t station, size_t cut);
/* Every station in turn, that often; from a station on. */
void meet_all(struct world *world, size_t rounds);
void meet_all_from(struct world *world, size_t first, size_t rounds);
/* meet_cut() of another copy of the station's machine, in its place. */
struct session_outcome meet_as(struct world *world, size_t station, struct node *copy, size_t cut);

#endif /* TESTS_MEETING_H */
