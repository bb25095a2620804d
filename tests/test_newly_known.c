/* tests/test_newly_known.c - a station's program that did not know a record type is replaced by one that does: what came meanwhile becomes rows, and the store can be proven against its log. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/record/machine_name.h"
#include "tests/fixture.h"
#include "tests/heal_bed.h"
#include "tests/must.h"
#include "tests/write_sql.h"

static void reopen(struct node *node, const char *folder, unsigned number)
{
    char path[256];
    struct errmsg err = {{0}};
    store_close(node->store);
    snprintf(path, sizeof path, "%s/%u", folder, number);
    must(store_open(&node->store, path, STORE_OPEN_EXISTING, &err), &err);
}

/* What a program leaves that has no such type: its changes in the log, and no table.. */
static const char NO_TABLE[] = "UPDATE change SET state=2, prev=NULL WHERE type=60; DROP TABLE machine; UPDATE meta SET value=1 WHERE name='catalogue_shape'";
/* ..or one, where it stood for a while in the place of a program that has. */
static const char NO_ROWS[] = "UPDATE change SET state=2, prev=NULL WHERE type=60; DELETE FROM machine; UPDATE meta SET value=1 WHERE name='catalogue_shape'";

/* How the rows came to be: in the order, not as something that has no place there yet; and linked, each change to the one before it (their history). */
struct marks {
    int64_t linked, pending, places;
};

static struct marks marks_of(struct node *node)
{
    return (struct marks){.linked = node_number(node, "SELECT count(prev) FROM change WHERE type=60"),
                          .pending = node_number(node, "SELECT count(*) FROM base"),
                          .places = node_number(node, "SELECT sum(w_log*1000+w_seq) FROM machine")};
}

static void learns(const char *forgotten)
{
    char folder[] = "/tmp/aidpost-newly-XXXXXX";
    struct world world;
    struct errmsg err = {{0}};
    size_t given;
    char name[MACHINE_CALLED_BYTES];
    assert_non_null(mkdtemp(folder));
    world_open(&world, 1, folder);
    struct node *station = &world.stations[0];
    must(machine_name_complete(world.center.store, 1, &given, &err), &err);
    world_sync(&world, 0);
    must(machine_name_change(world.center.store, &world.center.actor, 1, "团结村2号机", &err), &err);
    world_sync(&world, 0);
    assert_int_equal(node_number(station, "SELECT count(*) FROM change WHERE type=60"), 2);
    const struct marks known = marks_of(station);
    assert_int_equal(known.linked, 1);
    write_sql(station->store, forgotten);
    reopen(station, folder, 1);
    const struct marks learnt = marks_of(station); /* as if its program had known the type from the beginning */
    assert_memory_equal(&learnt, &known, sizeof known);
    must(machine_name_find(station->store, 1, name, &err), &err);
    assert_string_equal(name, "团结村2号机"); /* both changes, in their order */
    assert_int_equal(node_number(station, "SELECT count(*) FROM change WHERE state=2"), 0);
    node_verify(station);
    /* what comes after it goes on from there */
    must(machine_name_change(world.center.store, &world.center.actor, 1, "前台", &err), &err);
    world_sync(&world, 0);
    must(machine_name_find(station->store, 1, name, &err), &err);
    assert_string_equal(name, "前台");
    node_verify(station);
    world_close(&world);
    test_folder_remove(folder);
}

static void what_came_meanwhile_becomes_rows(void **state)
{
    (void)state;
    learns(NO_TABLE);
}

static void also_where_the_program_knew_the_type_before(void **state)
{
    (void)state;
    learns(NO_ROWS);
}

/* A center's own changes of a log that it ended when it was put back are its own still: no station wrote them. */
static void a_center_wrote_it_in_an_older_log(void **state)
{
    char folder[] = "/tmp/aidpost-newly-XXXXXX", name[MACHINE_CALLED_BYTES];
    struct world world;
    struct errmsg err = {{0}};
    size_t given;
    (void)state;
    assert_non_null(mkdtemp(folder));
    world_open(&world, 1, folder);
    struct node *center = &world.center;
    must(machine_name_complete(center->store, 1, &given, &err), &err);
    assert_int_equal(given, 1);
    bed_begin_era(center, 0);
    write_sql(center->store, NO_ROWS);
    reopen(center, folder, 0);
    assert_int_equal(node_number(center, "SELECT count(*) FROM quarantine"), 0);
    must(machine_name_find(center->store, 1, name, &err), &err);
    assert_string_not_equal(name, "");
    node_verify(center);
    world_close(&world);
    test_folder_remove(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_came_meanwhile_becomes_rows),
        cmocka_unit_test(also_where_the_program_knew_the_type_before),
        cmocka_unit_test(a_center_wrote_it_in_an_older_log),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
