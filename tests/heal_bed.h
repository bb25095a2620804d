/* tests/heal_bed.h - a county whose center is put back to an earlier state: what is kept of it, what is done to records meanwhile, and what must be true when everybody has met it again. All in memory. */
#ifndef TESTS_HEAL_BED_H
#define TESTS_HEAL_BED_H

#include "tests/fixture.h"
#include "tests/must.h"

struct bed {
    struct world world;
    struct buf kept; /* the center's store as it was */
};

/* Returns the bed's world; its orgs are 1, the center's, and one of each station: 2, 3.. */
struct world *bed_open(struct bed *bed, size_t n_stations);
void bed_close(struct bed *bed);
/* What is put back is what was kept last, as often as one likes. */
void bed_keep_center(struct bed *bed);
void bed_put_center_back(struct bed *bed);

/* Another copy of a machine: its disk as it is, or (image) was. It goes on by itself; in the end it must be sound. */
void bed_twin_open(struct node *twin, struct node *of, const struct buf *image);
void bed_twin_close(struct node *twin);

/* ---- what is done ---- */

/* The center knows that it was put back, and whose number (0: nobody's) means two things since. */
void bed_begin_era(struct node *center, uint64_t differing);
/* The first two stations, which have nothing yet, are both of org 2. */
void bed_one_org(struct world *world);
/* The center gives a consultation away, or lets another org see it. */
void bed_move(struct world *world, struct id id, int64_t org);
void bed_share(struct world *world, struct id id, int64_t org);
/* The center writes in an org of everybody's list: a change that all stations see. */
void bed_tell_everybody(struct node *center, const char *name);

/* Consultations made, edited and deleted at random by who may. */
struct bed_work {
    struct random_source random;
    struct id ids[64];
    size_t owners[64];
    size_t n;
};
void bed_work(struct world *world, struct bed_work *work, int steps);

/* ---- what must be true; each fails the test if it is not ---- */

/* The field's text of a consultation. NULL: no such row, or it is not here any more. */
void bed_expect(struct node *node, struct id id, const char *field, const char *text);
/* Nobody is asked about two edits. */
void bed_expect_no_question(struct world *world);
/* Each store is sound by itself, and nothing is held for an owner who is still to come. */
void bed_expect_sound(struct world *world);
/* The same, and the center has each row of each station; no place of the order stands twice. */
void bed_expect_agreement(struct world *world);

#endif /* TESTS_HEAL_BED_H */
