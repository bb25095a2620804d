/* tests/simulate/hub_none.c - a build without libpq or cmocka: no hub to simulate. See hub.c. */
#include "tests/simulate/world.h"

enum status hub_sim_open(struct hub_sim **out, struct errmsg *err)
{
    *out = NULL;
    return errmsg_set(err, STATUS_UNSUPPORTED, "built without libpq or cmocka");
}

void hub_sim_close(struct hub_sim *hub)
{
    (void)hub;
}

bool hub_sim_begin(struct world *world)
{
    (void)world;
    return false;
}

void hub_sim_add_county(struct world *world, size_t m)
{
    (void)world;
    (void)m;
}

void hub_sim_end(struct world *world)
{
    (void)world;
}

size_t hub_sim_process(struct world *world, const struct line *line)
{
    (void)world;
    (void)line;
    return 0;
}

struct replicator *hub_sim_replicator(struct world *world, size_t process)
{
    (void)world;
    (void)process;
    return NULL;
}

void hub_sim_drive(struct world *world)
{
    (void)world;
}

void hub_sim_edit(struct world *world, size_t m)
{
    (void)world;
    (void)m;
}

void hub_sim_crash(struct world *world, bool at_end)
{
    (void)world;
    (void)at_end;
}

void hub_sim_keep(struct world *world, size_t place)
{
    (void)world;
    (void)place;
}

void hub_sim_put_back(struct world *world, size_t place)
{
    (void)world;
    (void)place;
}

void hub_sim_revoke(struct world *world, size_t m)
{
    (void)world;
    (void)m;
}

void hub_sim_run(struct world *world, const char *sql)
{
    (void)world;
    (void)sql;
}

uint64_t hub_sim_order_head(struct world *world, int64_t county)
{
    (void)world;
    (void)county;
    return 0;
}

void hub_sim_look(struct world *world, int64_t county, uint64_t upto, bool refused, struct uid_set *found)
{
    (void)world;
    (void)county;
    (void)upto;
    (void)refused;
    (void)found;
}

void hub_sim_numbers(struct world *world, hub_sim_number number, void *context)
{
    (void)world;
    (void)number;
    (void)context;
}

void hub_sim_check(struct world *world, bool copies)
{
    (void)world;
    (void)copies;
}

bool hub_sim_is_erased(const struct world *world, struct id id)
{
    (void)world;
    (void)id;
    return false;
}
