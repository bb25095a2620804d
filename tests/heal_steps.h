/* tests/heal_steps.h - how a station and a center that was put back come together again, step by step and without the wire: they compare the order, the station goes back to where they part and hands back what it has behind that. */
#ifndef TESTS_HEAL_STEPS_H
#define TESTS_HEAL_STEPS_H

#include "tests/heal_bed.h"

/* What a dialogue of COMPARE and SAMPLES finds: the greatest number at which both have the same, and the least above it that the center has otherwise or not at all (0: none). */
uint64_t heal_common_order(struct node *center, struct node *station, uint64_t *differing);
/* The station's cursor goes back; what it has behind that is to be handed back. */
void heal_rewind(struct node *center, struct node *station, uint64_t common);
/* All of that, in small pieces. */
void heal_hand_back(struct world *world, struct node *station, struct replica_result *sum);
/* The center goes on in that era at least: it was put back to before it began. */
void heal_raise_era(struct node *center, uint64_t era);
/* Half a session: up to max_bytes of what the station has not sent; and all that the center has for it. */
void heal_push(struct world *world, struct node *station, size_t max_bytes);
void heal_pull(struct world *world, struct node *station);

/* A session of a station with a center that may have been put back. */
struct replica_result heal_come(struct world *world, size_t station);
/* Every station in turn, that often. */
void heal_come_all(struct world *world, size_t rounds);
/* Until nothing is new to anybody: then each station has the sum of its rows that the center counts for it. */
void heal_settle(struct world *world);
/* Whole sessions of all with a center that was not put back. */
void heal_sync_all(struct world *world);

#endif /* TESTS_HEAL_STEPS_H */
