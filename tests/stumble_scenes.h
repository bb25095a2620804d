/* tests/stumble_scenes.h - what lies in the stores of a station and its center before a session in which something fails: of both all that a session knows how to do. */
#ifndef TESTS_STUMBLE_SCENES_H
#define TESTS_STUMBLE_SCENES_H

#include "tests/fixture.h"

struct stumble_scene {
    const char *name;
    /* A world of two stations of which the first one met the center; shared: a consultation of both. */
    void (*prepare)(struct world *world, struct id shared);
    uint64_t stride; /* of the session's statements not each but each stride-th is to fail */
    bool unsound;    /* a store is, until the session has mended it */
};

enum { N_STUMBLE_SCENES = 10 };
extern const struct stumble_scene STUMBLE_SCENES[N_STUMBLE_SCENES];

#endif /* TESTS_STUMBLE_SCENES_H */
