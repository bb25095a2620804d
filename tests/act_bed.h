/* tests/act_bed.h - a center, two stations, and in them what acts are about: records that both wrote in, files of one person. For the tests that let each statement of an act fail (tests/trial.h). */
#ifndef TESTS_ACT_BED_H
#define TESTS_ACT_BED_H

#include "tests/fixture.h"

struct act_bed {
    struct world world;
    struct id ours, theirs, third; /* consultations of station 0, station 0, station 1; all are at the center */
    struct id draft, survivor, loser, merge;
    int64_t erasure; /* its order number */
};

void act_bed_open(struct act_bed *bed);
void act_bed_close(struct act_bed *bed);
static inline struct store *center_of(struct act_bed *bed)
{
    return bed->world.center.store;
}
typedef enum status (*act_run)(void *context, struct buf *out, struct errmsg *err);
/* trial_play() of an act on the bed, which is its context, at the center or at the first station. */
void act_bed_play(struct act_bed *bed, const char *name, act_run act);
void act_bed_play_at_station(struct act_bed *bed, const char *name, act_run act);

#endif /* TESTS_ACT_BED_H */
