/* tests/test_printout.c - what was written for the printer does not outlive its record: erased by law, moved to another org, machine given back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/file.h"
#include "core/record/printout.h"
#include "core/record/reach.h"
#include "core/record/retire.h"
#include "tests/fixture.h"

static struct world world;
static char folder[100];

static int open_world(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/test_printout.XXXXXX");
    if (mkdtemp(folder) == NULL)
        return 1;
    world_open(&world, 2, folder);
    for (size_t i = 0; i < 2; i++)
        world_sync(&world, i);
    return 0;
}

static int close_world(void **state)
{
    (void)state;
    world_close(&world);
    test_folder_remove(folder);
    return 0;
}

#define CENTER (&world.center)
#define STATION (&world.stations[0])

/* What a screen writes for a record, or a list (id NULL). */
static void print_name(char path[PATH_MAX], struct node *node, const char *before, const struct id *id)
{
    char name[80], text[ID_TEXT_BYTES] = "";
    struct errmsg err = {{0}};
    if (id != NULL)
        id_format(*id, text);
    snprintf(name, sizeof name, id != NULL ? "%s-%.8s.pdf" : "%s%s.pdf", before, text);
    if (printout_path(node->store, name, path, &err) != STATUS_OK)
        fail_msg("%s", err.text);
}

static void print(char path[PATH_MAX], struct node *node, const char *before, const struct id *id)
{
    print_name(path, node, before, id);
    assert_int_equal(file_write(path, "tells of somebody", 17, 0600, NULL), STATUS_OK);
}

static void copies_of_an_erased_record_go_everywhere(void **state)
{
    (void)state;
    char erased[PATH_MAX], kept[PATH_MAX], list[PATH_MAX], half[PATH_MAX], at_center[PATH_MAX];
    struct id gone = node_consult(STATION, "张文芳", "工资没有发"), other = node_consult(STATION, "王建国", "宅基地");
    world_sync(&world, 0);
    print(erased, STATION, "05", &gone);
    print(kept, STATION, "05", &other);
    print(list, STATION, "visits-2026-all", NULL);
    print(at_center, CENTER, "05", &gone);
    snprintf(half, sizeof half, "%.*s.tmp", (int)sizeof half - 8, erased); /* a power cut left it */
    assert_int_equal(rename(erased, half), 0);
    print(erased, STATION, "05", &gone);

    assert_int_equal(reach_erase(CENTER->store, &CENTER->actor, catalogue_find("consultation"), gone, "本人要求", "方局长", NULL), STATUS_OK);
    node_finish_erasing(CENTER);
    assert_false(file_exists(at_center));
    assert_true(file_exists(erased));
    world_sync(&world, 0);
    node_finish_erasing(STATION);
    assert_false(file_exists(erased));
    assert_false(file_exists(half));
    assert_false(file_exists(list));
    assert_true(file_exists(kept));
}

static void copies_of_a_moved_record_leave_the_station_but_not_the_center(void **state)
{
    (void)state;
    char moved[PATH_MAX], at_center[PATH_MAX];
    struct id id = node_consult(STATION, "张文芳", "工资没有发");
    world_sync(&world, 0);
    print(moved, STATION, "05", &id);
    print(at_center, CENTER, "05", &id);
    assert_int_equal(reach_move(CENTER->store, &CENTER->actor, catalogue_find("consultation"), id, world.stations[1].machine.org, NULL, NULL), STATUS_OK);
    node_finish_erasing(CENTER);
    world_sync(&world, 0);
    node_finish_erasing(STATION);
    assert_false(file_exists(moved));
    assert_true(file_exists(at_center));
}

static void a_machine_given_back_keeps_none(void **state)
{
    (void)state;
    char path[PATH_MAX], data[PATH_MAX], papers[PATH_MAX];
    size_t removed;
    struct id id = node_consult(STATION, "张文芳", "工资没有发");
    print(path, STATION, "05", &id);
    snprintf(data, sizeof data, "%s/%u", folder, STATION->machine.station_no);
    snprintf(papers, sizeof papers, "%.*s/papers", (int)sizeof papers - 8, data);
    assert_true(file_exists(papers));
    store_close(STATION->store);
    STATION->store = NULL;
    struct errmsg err = {{0}};
    if (retire_wipe(data, STATION->machine.station_no, &removed, &err) != STATUS_OK)
        fail_msg("%s", err.text);
    assert_false(file_exists(path));
    assert_false(file_exists(papers));
}

static void a_store_in_memory_has_no_place_for_them(void **state)
{
    (void)state;
    struct world plain;
    char path[PATH_MAX];
    world_open(&plain, 1, NULL);
    assert_int_equal(printout_path(plain.center.store, "05-00000000.pdf", path, NULL), STATUS_INVALID);
    assert_int_equal(printout_sweep(plain.center.store, NULL), STATUS_OK);
    world_close(&plain);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(copies_of_an_erased_record_go_everywhere, open_world, close_world),
        cmocka_unit_test_setup_teardown(copies_of_a_moved_record_leave_the_station_but_not_the_center, open_world, close_world),
        cmocka_unit_test_setup_teardown(a_machine_given_back_keeps_none, open_world, close_world),
        cmocka_unit_test(a_store_in_memory_has_no_place_for_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
