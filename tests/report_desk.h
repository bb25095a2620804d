/* tests/report_desk.h - a center with stations and the desk that forms, checks and snapshots are made from. */
#ifndef TESTS_REPORT_DESK_H
#define TESTS_REPORT_DESK_H

#include "core/report/snapshot.h"
#include "tests/fixture.h"

struct report_desk {
    struct world world;
    struct form_book *book;
    struct form_desk desk; /* of the center; its tally is open between report_desk_count and report_desk_done only */
    struct period period;  /* 2026H1 of the calendar year */
};

/* The day is 2026-10-23. */
void report_desk_open(struct report_desk *desk, size_t n_stations);
void report_desk_close(struct report_desk *desk);
/* Look at the data as they are now. */
void report_desk_count(struct report_desk *desk);
void report_desk_done(struct report_desk *desk);
/* A form's cell now; org 0: the total. */
int64_t report_desk_cell(struct report_desk *desk, const char *cell, int64_t org);
struct period report_desk_period(const char *text);

#endif /* TESTS_REPORT_DESK_H */
