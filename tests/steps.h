/* tests/steps.h - how much SQLite does: steps of its machine, in all stores that are opened while they are watched. The same on every machine, whatever else it does. */
#ifndef TESTS_STEPS_H
#define TESTS_STEPS_H

#include <stdint.h>

/* Stores that are opened from now on are counted, every `every`-th step (1: exactly; each count costs a call). */
void steps_watch(int every);
void steps_watch_end(void);
/* Steps so far. */
uint64_t steps_taken(void);

#endif /* TESTS_STEPS_H */
