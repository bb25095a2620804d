/* tests/form_world.h - a center with some hundred records of everything that the Ministry's forms count, made up from a seed: cases of all kinds in all states with co-applicants, group claims, sealed ones and gaps,
 * consultations, people, stations, honours, trainings, complaints, payments, entries by hand. Their days run from October 2025 to July 2026, so that some lie outside of any period asked for. */
#ifndef TESTS_FORM_WORLD_H
#define TESTS_FORM_WORLD_H

#include "tests/fixture.h"

enum { FORM_WORLD_ORGS = 5 /* numbers 1 (the fixture's center) .. 5; 6 is the bureau */ };

/* Into the center of an opened world without stations. Fails the test on any error. */
void form_world_fill(struct node *center, uint64_t seed, size_t n_cases, size_t n_consultations);

#endif /* TESTS_FORM_WORLD_H */
