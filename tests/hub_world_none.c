/* tests/hub_world_none.c - a build without libpq: there is no hub to test. See hub_world.h. */
#include "tests/hub_world.h"

#include <stdlib.h>

bool hub_world_available(void)
{
    return false;
}

struct hub_world *hub_world_open(const struct machine *center, const struct peer *peers, size_t n)
{
    (void)center;
    (void)peers;
    (void)n;
    abort();
}

void hub_world_close(struct hub_world *world)
{
    (void)world;
}

struct engine_store hub_world_engine(struct hub_world *world)
{
    (void)world;
    abort();
}

void hub_world_revoke(struct hub_world *world, struct hash pin)
{
    (void)world;
    (void)pin;
}

uint64_t hub_world_append(struct hub_world *world, int64_t scope, struct id id)
{
    (void)world;
    (void)scope;
    (void)id;
    return 0;
}
