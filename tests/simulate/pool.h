/* tests/simulate/pool.h - stores that are made once and put back to a state for every seed: making one costs more than all a seed does with it.
 *
 * Each place of the pool keeps its connection, its prepared statements and its replicator; pool_reset puts an image of the state asked for under them (store.h, images). */
#ifndef TESTS_SIMULATE_POOL_H
#define TESTS_SIMULATE_POOL_H

#include "core/base/bytes.h"
#include "core/record/store.h"
#include "sync/bundle.h"
#include "sync/replicator.h"

enum { POOL_PLACES = 8, IMAGES_MAX = 5, POOL_IMAGE_MAX_BYTES = 64 * 1024 * 1024 };

/* One machine each. */
struct pool_places {
    struct store *stores[POOL_PLACES];
    struct replicator *replicators[POOL_PLACES]; /* for lines: they hurry */
    struct replicator *filing[POOL_PLACES];      /* for files (handover.h): packs as the programs do, and making one costs more than many files */
};

struct pool {
    struct buf blank; /* a store with the schema and nothing else */
    struct buf blank_center; /* with what a center's has besides: made when the center is, it would have its statements prepared anew in every seed */
    struct pool_places at;    /* NULL: not made yet */
    struct pool_places aside; /* pool_set_aside */
    bool has_aside;
    struct buf images[IMAGES_MAX];               /* states kept in a seed */
    struct bundle_key keys[POOL_PLACES];         /* of the machines */
    struct store *scratch; /* for verify_store_in */
};

/* root: a folder to make the blank store in. Errors: storage, STATUS_NOMEM. */
enum status pool_init(struct pool *pool, const char *root, struct errmsg *err);
void pool_release(struct pool *pool);
/* The store of that place in the state of the image (NULL: blank). */
enum status pool_reset(struct pool *pool, size_t place, const struct buf *image, struct errmsg *err);
/* The image has the schema for which everything of that place is prepared, and pages of its size. */
bool pool_fits(const struct pool *pool, size_t place, const struct buf *image);
/* All places are empty, as in a new pool: the next reset makes them anew; until what was in them is taken back (if there is any). For who counts allocations: how many there are depends on what is prepared and
 * allocated already. */
void pool_set_aside(struct pool *pool);
void pool_take_back(struct pool *pool);
/* All places are empty, for good: behind a world that failed nobody knows what its connections hold, and the next worlds are not to fail with it. */
void pool_forget(struct pool *pool);
/* A blank store to rebuild in. */
enum status pool_scratch(struct pool *pool, struct store **out, struct errmsg *err);

#endif /* TESTS_SIMULATE_POOL_H */
