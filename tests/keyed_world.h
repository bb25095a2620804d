/* tests/keyed_world.h - the world of fixture.h with real keys, so that files can be sealed and opened; files in memory.
 */
#ifndef TESTS_KEYED_WORLD_H
#define TESTS_KEYED_WORLD_H

#include "sync/handover.h"
#include "tests/fixture.h"

struct keyed_world {
    struct world world;
    struct bundle_key center, stations[8];
    uint64_t seed;
};

/* All stations work for the org of the first one, if one_org. */
void keyed_world_open(struct keyed_world *keyed, size_t n_stations, bool one_org);
void keyed_world_close(struct keyed_world *keyed);
struct handover keyed_center(struct keyed_world *keyed);
struct handover keyed_station(struct keyed_world *keyed, size_t station);

/* A file in memory. */
struct handover_source memory_source(struct buf *file);
struct handover_sink memory_sink(struct buf *file);

/* Write what the center may not have into *file (initialised here; the caller releases it). Fails the test on an error.
 */
struct handover_result keyed_export(struct keyed_world *keyed, size_t station, struct handover_range range,
                                    struct buf *file);
/* The center takes it; answer as in handover_import, or NULL. */
enum status keyed_take(struct keyed_world *keyed, struct buf *file, struct buf *answer, struct handover_result *result,
                       struct errmsg *err);

int64_t node_count(struct node *node, const char *table);

#endif /* TESTS_KEYED_WORLD_H */
