/* tests/office.h - the stores of a center and its stations in a folder of the test's own, for what is done on the command line. */
#ifndef TESTS_OFFICE_H
#define TESTS_OFFICE_H

#include "tests/command.h"
#include "tests/fixture.h"

/* 2026-03-05 10:00 in the office */
#define OFFICE_NOW_MS INT64_C(1772676000000)

struct office {
    char folder[64];
    char center[80], station[80]; /* --data of the center, of the first station ("" if there is none) */
    char file[160];               /* the last one of office_run_to */
};

/* fill (or NULL) puts in the world what the tests look at; its stores are closed then. For cmocka: 0 if it went well. */
int office_make(struct office *office, size_t n_stations, void (*fill)(struct world *world));
int office_remove(struct office *office);
/* command_expect at the center, with the path of a file in the office's folder in place of the "@". */
void office_run_to(struct office *office, int64_t now_ms, const char *line, const char *file, int code, const char *says);

#endif /* TESTS_OFFICE_H */
