/* tests/practice_desk.h - the practice station (aidpost practice) as a desk to sit down at: a year of made-up people, cases and events, the same to the last letter each time.
 *
 * Clock, randomness and worker are the test's, so that a screen shows the same text on every machine and day. Each desk works on its own copy of the store. */
#ifndef TESTS_PRACTICE_DESK_H
#define TESTS_PRACTICE_DESK_H

#include "tests/practice_master.h"
#include "tui/app.h"

/* Whose desk it is. */
enum practice_seat {
    PRACTICE_STATION, /* the practice station, by its Unix owner: no role is missing */
    PRACTICE_CENTER,  /* the same records with the center's hands and eyes */
    PRACTICE_ACCOUNT, /* the center, signed in by account */
    PRACTICE_NOBODY,  /* a machine that has not been told what it is */
    PRACTICE_APART    /* another station: one record changed there and at the center apart, both synced */
};

struct practice_desk {
    char folder[PRACTICE_PATH_BYTES]; /* of its own, removed at the end */
    struct machine machine;
    struct actor actor; /* 刘敏 */
    struct code_book *codes;
    struct store *store;
    uint64_t seed;
    struct world *world; /* PRACTICE_APART: where store and codes are borrowed from */
    struct app_context context;
};

void practice_desk_open(struct practice_desk *desk, const char *master, enum practice_seat seat);
void practice_desk_close(struct practice_desk *desk);
/* The first record of the type, newest first, that meets the condition (core/record/filter.h; NULL: any). Fails the test if there is none. */
struct id practice_desk_find(struct practice_desk *desk, const char *type, const char *where);

#endif /* TESTS_PRACTICE_DESK_H */
