/* tests/report_world.h - a center with stations and the desk that forms, checks and snapshots are made from. */
#ifndef TESTS_REPORT_WORLD_H
#define TESTS_REPORT_WORLD_H

#include "core/report/snapshot.h"
#include "tests/fixture.h"

struct report_world {
    struct world world;
    struct form_book *book;
    struct form_desk desk; /* of the center; its tally is open between report_world_count and report_world_done only */
    struct period period;  /* 2026H1 of the calendar year */
};

/* The day is 2026-10-23. */
void report_world_open(struct report_world *desk, size_t n_stations);
void report_world_close(struct report_world *desk);
/* Look at the data as they are now. */
void report_world_count(struct report_world *desk);
void report_world_done(struct report_world *desk);
/* A form's cell now; org 0: the total. */
int64_t report_world_cell(struct report_world *desk, const char *cell, int64_t org);
struct period report_world_period(const char *text);

#endif /* TESTS_REPORT_WORLD_H */
