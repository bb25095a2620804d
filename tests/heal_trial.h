/* tests/heal_trial.h - how a station and a center that was put back come together again (tests/heal_steps.h), each step of it first as a trial (tests/trial.h): its statements and its allocations fail in turn. */
#ifndef TESTS_HEAL_TRIAL_H
#define TESTS_HEAL_TRIAL_H

#include "tests/heal_bed.h"

struct heal_trial {
    struct bed bed;
    uint64_t stride; /* of the trials from now on (trial.h): a step is part of every scene, so each of its statements has its turn in one or another */
    /* inside */
    struct node *station;
    uint64_t differing, common, at, last, count;
};

/* Returns the bed's world. */
struct world *heal_trial_open(struct heal_trial *heal, size_t n_stations);
void heal_trial_close(struct heal_trial *heal);

/* Each tries the step, and then takes it. name: of the scene. */
void heal_trial_era(struct heal_trial *heal, const char *name, uint64_t differing);
void heal_trial_rewind(struct heal_trial *heal, const char *name, size_t station, uint64_t common);
void heal_trial_hand_back(struct heal_trial *heal, const char *name, size_t station);
void heal_trial_push(struct heal_trial *heal, const char *name, size_t station);
void heal_trial_pull(struct heal_trial *heal, const char *name, size_t station);
/* The machine has sent all: what is held of it and lies on no path of its is taken in. */
void heal_trial_settle(struct heal_trial *heal, const char *name, size_t station);
/* What center and station say of all this, as the engine asks: nothing is written. */
void heal_trial_look(struct heal_trial *heal, const char *name, size_t station);
/* A session, as heal_come: all of these. */
void heal_trial_come(struct heal_trial *heal, const char *name, size_t station);

#endif /* TESTS_HEAL_TRIAL_H */
