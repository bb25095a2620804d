/* tests/report_world.c - see report_world.h. */
#include "tests/report_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tests/must.h"

static const int64_t NOW_MS = INT64_C(1792717920000); /* 2026-10-23 09:12 */

struct period report_world_period(const char *text)
{
    struct period period;
    must_do(period_parse(text, (struct year_start){1, 1}, &period, &err));
    return period;
}

void report_world_open(struct report_world *desk, size_t n_stations)
{
    memset(desk, 0, sizeof *desk);
    world_open(&desk->world, n_stations, NULL);
    must_do(form_book_new(&desk->book, &err));
    desk->world.center.actor.now_ms = NOW_MS;
    for (size_t i = 0; i < n_stations; i++)
        desk->world.stations[i].actor.now_ms = NOW_MS;
    desk->desk = (struct form_desk){.store = desk->world.center.store, .actor = &desk->world.center.actor, .codes = desk->world.codes, .book = desk->book};
    desk->period = report_world_period("2026H1");
}

void report_world_close(struct report_world *desk)
{
    form_book_free(desk->book);
    world_close(&desk->world);
}

void report_world_count(struct report_world *desk)
{
    must_do(tally_open(&desk->desk.tally, desk->desk.store, desk->desk.actor, desk->desk.codes, &err));
}

void report_world_done(struct report_world *desk)
{
    tally_close(desk->desk.tally);
    desk->desk.tally = NULL;
}

int64_t report_world_cell(struct report_world *desk, const char *cell, int64_t org)
{
    const struct ministry_form *form = NULL;
    const struct form_column *column = form_book_cell(desk->book, cell, &form);
    int64_t value = 0;
    assert_non_null(column);
    report_world_count(desk);
    must_do(form_cell(&desk->desk, form, column, &desk->period, org == 0 ? TALLY_ORG_ALL : org, &value, &err));
    report_world_done(desk);
    return value;
}
