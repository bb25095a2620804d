/* tests/act_bed.c - see act_bed.h. */
#include "tests/act_bed.h"

#include <string.h>

#include "tests/trial.h"

void act_bed_open(struct act_bed *bed)
{
    struct world *world = &bed->world;

    memset(bed, 0, sizeof *bed);
    world_open(world, 2, NULL);
    bed->ours = node_consult(&world->stations[0], "张文芳", "工资没有发");
    bed->theirs = node_consult(&world->stations[0], "李秀兰", "问低保");
    bed->third = node_consult(&world->stations[1], "赵大柱", "问工伤");
    for (size_t i = 0; i < 2; i++)
        (void)world_sync(world, i);
    node_set(&world->center, "consultation", bed->ours, "content", "中心写的");
    node_set(&world->stations[0], "consultation", bed->ours, "content", "站上写的");
    (void)world_sync(world, 0);
    node_set(&world->center, "consultation", bed->theirs, "topic", "低保");
    bed->survivor = node_make(&world->center, "person", "name=王德顺", "phone=13900000001", NULL);
    bed->loser = node_make(&world->center, "person", "name=王德顺", "phone=13900000002", NULL);
}

void act_bed_close(struct act_bed *bed)
{
    world_close(&bed->world);
}

void act_bed_play(struct act_bed *bed, const char *name, act_run act)
{
    struct trial trial = {.name = name, .act = act, .context = bed, .nodes = {&bed->world.center}, .seed = &bed->world.seed};

    trial_play(&trial);
}

void act_bed_play_at_station(struct act_bed *bed, const char *name, act_run act)
{
    struct trial trial = {.name = name, .act = act, .context = bed, .nodes = {&bed->world.stations[0]}, .seed = &bed->world.seed};

    trial_play(&trial);
}
