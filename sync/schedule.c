/* sync/schedule.c - when a station tries again. */
#include "sync/schedule.h"

void schedule_init(struct schedule *schedule, int64_t every_ms, int64_t now_ms)
{
    *schedule = (struct schedule){.every_ms = every_ms, .next_ms = now_ms, .floor_ms = now_ms};
}

void schedule_succeeded(struct schedule *schedule, int64_t now_ms)
{
    schedule->failures = 0;
    schedule->floor_ms = now_ms;
    schedule->next_ms = schedule->every_ms > 0 ? now_ms + schedule->every_ms : INT64_MAX;
}

void schedule_failed(struct schedule *schedule, int64_t now_ms, struct random_source random)
{
    int64_t wait = SCHEDULE_FIRST_MS;

    for (unsigned i = 0; i < schedule->failures && wait < SCHEDULE_LONGEST_MS; i++)
        wait *= 2;
    if (wait > SCHEDULE_LONGEST_MS)
        wait = SCHEDULE_LONGEST_MS;
    if (schedule->failures < 1000)
        schedule->failures++;
    wait = wait / 2 + (int64_t)random_below(random, (uint64_t)(wait / 2) + 1);
    schedule->next_ms = now_ms + wait;
    schedule->floor_ms = now_ms + SCHEDULE_FIRST_MS;
}

static void bring_forward(struct schedule *schedule, int64_t to_ms)
{
    if (schedule->next_ms > to_ms)
        schedule->next_ms = to_ms;
}

void schedule_changed(struct schedule *schedule, int64_t now_ms)
{
    bring_forward(schedule, schedule->failures > 0 && schedule->floor_ms > now_ms ? schedule->floor_ms : now_ms);
}

void schedule_asked(struct schedule *schedule, int64_t now_ms)
{
    bring_forward(schedule, now_ms);
}

bool schedule_due(const struct schedule *schedule, int64_t now_ms)
{
    return now_ms >= schedule->next_ms;
}
