/* tests/office.c - see office.h. */
#include "tests/office.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

int office_make(struct office *office, size_t n_stations, void (*fill)(struct world *world))
{
    static struct world world;
    *office = (struct office){.folder = "/tmp/test_office.XXXXXX"};
    if (mkdtemp(office->folder) == NULL)
        return -1;
    world_open(&world, n_stations, office->folder);
    if (fill != NULL)
        fill(&world);
    snprintf(office->center, sizeof office->center, "%s/%u", office->folder, world.center.machine.station_no);
    if (n_stations > 0)
        snprintf(office->station, sizeof office->station, "%s/%u", office->folder, world.stations[0].machine.station_no);
    world_close(&world);
    return 0;
}

int office_remove(struct office *office)
{
    test_folder_remove(office->folder);
    return 0;
}

void office_run_to(struct office *office, int64_t now_ms, const char *line, const char *file, int code, const char *says)
{
    char whole[512];
    const char *gap = strchr(line, '@');
    assert_non_null(gap);
    snprintf(office->file, sizeof office->file, "%s/%s", office->folder, file);
    snprintf(whole, sizeof whole, "%.*s%s%s", (int)(gap - line), line, office->file, gap + 1);
    command_expect(office->center, now_ms, whole, code, says);
}
