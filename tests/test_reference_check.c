/* tests/test_reference_check.c - what a reference written by hand may name: by `add` and `set`, and row by row in an import. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/record/reference_check.h"
#include "tests/command.h"
#include "tests/fixture.h"

static const int64_t NOW_MS = INT64_C(1772676000000); /* 2026-03-05 10:00 in the office */

static struct world world;

static int set_up(void **state)
{
    (void)state;
    world_open(&world, 2, NULL);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    world_close(&world);
    return 0;
}

static struct id add(struct node *node, const char *type, const char *first, const char *first_value, const char *second, const char *second_value)
{
    struct errmsg err = {{0}};
    struct record record;
    record_init(&record, catalogue_find(type));
    assert_int_equal(records_begin(node->store, &node->actor, &record, node->codes, &err), STATUS_OK);
    record_set_text(&record, first, first_value);
    record_set_text(&record, second, second_value);
    if (records_save(node->store, &node->actor, node->codes, node->random, &record, &err) != STATUS_OK)
        fail_msg("%s", err.text);
    struct id id = record.id;
    record_release(&record);
    return id;
}

/* What the check says about a new media item of this event. */
static enum status check_media(struct node *node, const char *id, struct errmsg *err)
{
    const struct field_def *bad = NULL;
    struct record record;
    errmsg_clear(err);
    record_init(&record, catalogue_find("media_item"));
    record_set_text(&record, "event", id);
    enum status status = reference_check(node->store, &node->actor, &record, &bad, err);
    assert_true((status == STATUS_OK) == (bad == NULL));
    if (bad != NULL)
        assert_string_equal(bad->name, "event");
    record_release(&record);
    return status;
}

static void test_a_reference_names_a_record_of_its_type_that_one_sees(void **state)
{
    struct node *station = &world.stations[0], *center = &world.center;
    struct errmsg err = {{0}};
    char event[ID_TEXT_BYTES], meeting[ID_TEXT_BYTES], foreign[ID_TEXT_BYTES];
    (void)state;
    struct id id = add(station, "event", "title", "进社区", "kind", "03");
    id_format(id, event);
    id_format(add(station, "meeting", "title", "联席会", "kind", "1"), meeting);
    id_format(add(&world.stations[1], "event", "title", "进企业", "kind", "06"), foreign);
    assert_int_equal(check_media(station, event, &err), STATUS_OK);
    assert_int_equal(check_media(station, meeting, &err), STATUS_INVALID);
    assert_non_null(strstr(err.text, "活动(event)"));
    assert_int_equal(check_media(station, "0123456789abcdef0123456789abcdef", &err), STATUS_INVALID);
    assert_int_equal(check_media(station, foreign, &err), STATUS_INVALID);
    assert_int_equal(check_media(center, event, &err), STATUS_INVALID); /* not there yet */
    world_sync(&world, 0);
    assert_int_equal(check_media(center, event, &err), STATUS_OK);
    assert_int_equal(records_delete(station->store, &station->actor, catalogue_find("event"), id, &err), STATUS_OK);
    assert_int_equal(check_media(station, event, &err), STATUS_INVALID);
}

/* Its event may have been deleted or handed over since: whoever corrects a title must not be stopped by that. */
static void test_what_the_row_had_stays(void **state)
{
    struct node *station = &world.stations[0];
    struct errmsg err = {{0}};
    struct record record;
    (void)state;
    record_init(&record, catalogue_find("media_item"));
    record_set_text(&record, "event", "0123456789abcdef0123456789abcdef");
    assert_int_equal(record_mark_loaded(&record), STATUS_OK);
    assert_int_equal(reference_check(station->store, &station->actor, &record, NULL, &err), STATUS_OK);
    record_set_text(&record, "event", "0123456789abcdef0123456789abcdee");
    assert_int_equal(reference_check(station->store, &station->actor, &record, NULL, &err), STATUS_INVALID);
    assert_int_equal(record_set(&record, catalogue_field(record.type, "event"), value_null()), STATUS_OK);
    assert_int_equal(reference_check(station->store, &station->actor, &record, NULL, &err), STATUS_OK);
    record_release(&record);
}

/* The file of a person who is not here: the row of a table exported by another office is taken all the same. */
static void test_what_the_program_fills_is_not_looked_at(void **state)
{
    struct node *station = &world.stations[0];
    struct errmsg err = {{0}};
    struct record record;
    (void)state;
    record_init(&record, catalogue_find("consultation"));
    record_set_text(&record, "person", "0123456789abcdef0123456789abcdef");
    assert_int_equal(reference_check(station->store, &station->actor, &record, NULL, &err), STATUS_OK);
    record_set_text(&record, "volunteer", "0123456789abcdef0123456789abcdef");
    assert_int_equal(reference_check(station->store, &station->actor, &record, NULL, &err), STATUS_INVALID);
    record_release(&record);
}

static void test_the_command_line_and_imports_refuse_it(void **state)
{
    char folder[] = "/tmp/aidpost-reference-XXXXXX", path[sizeof folder + 16], line[256];
    (void)state;
    assert_non_null(mkdtemp(folder));
    command_expect(folder, NOW_MS, "init center --name 某县法律援助中心 --area 320117", 0, NULL);
    command_expect(folder, NOW_MS, "add token kind=1 quantity=1 case_id=0123456789abcdef0123456789abcdef", 1, "案件(case_id)");
    command_expect(folder, NOW_MS, "add duty_shift name=甲 volunteer=0123456789abcdef0123456789abcdef", 1, "志愿者(volunteer)");
    command_expect(folder, NOW_MS, "count token", 0, "0");
    snprintf(path, sizeof path, "%s/in.csv", folder);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs("date,topic,event\n2026-03-01,甲,\n2026-03-01,乙,0123456789abcdef0123456789abcdef\n", file);
    fclose(file);
    snprintf(line, sizeof line, "import consultation %s --json", path);
    command_expect(folder, NOW_MS, line, 3, "{\"read\":2,\"added\":1,\"refused\":[{\"line\":3,\"field\":\"event\"");
    unlink(path);
    snprintf(line, sizeof line, "rm -rf %s", folder);
    assert_int_equal(system(line), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_reference_names_a_record_of_its_type_that_one_sees, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_what_the_row_had_stays, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_what_the_program_fills_is_not_looked_at, set_up, tear_down),
        cmocka_unit_test(test_the_command_line_and_imports_refuse_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
