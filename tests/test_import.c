/* tests/test_import.c - rows from outside: the order of columns does not matter to what a row means. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/record/filter.h"
#include "core/record/import.h"
#include "tests/fixture.h"

static struct world world;
static char refused[1000];

static int open_world(void **state)
{
    (void)state;
    world_open(&world, 0, NULL);
    return 0;
}

static int close_world(void **state)
{
    (void)state;
    world_close(&world);
    return 0;
}

static void on_refused(void *context, uint64_t line, const char *field, const char *reason)
{
    size_t used = strlen(refused);
    (void)context;
    snprintf(refused + used, sizeof refused - used, "%llu %s %s\n", (unsigned long long)line, field == NULL ? "-" : field, reason);
}

static bool put_cause(void *context, const struct record *record, const struct list_key *key)
{
    char *text = context;
    (void)key;
    strcat(text, record_text(record, "cause"));
    strcat(text, " ");
    return true;
}

/* The cause stands before the day: it is of the list of that day all the same. */
static void codes_by_the_day_of_their_row(void **state)
{
    static const char FILE_TEXT[] = "案由,申请人,案件类型,收件日期\n"
                                    "离婚纠纷,张三,民事,2025-03-01\n"
                                    "离婚纠纷,李四,民事,2026-03-01\n"
                                    "M14,王五,民事,2025-03-01\n";
    struct node *node = &world.center;
    struct import_options options = {.type = catalogue_find("case"), .format = TABLE_CSV, .refused = on_refused};
    struct import_result result;
    struct errmsg err = {{0}};
    struct list_query query = {.type = options.type, .ascending = true};
    char causes[100] = "";

    (void)state;
    refused[0] = '\0';
    assert_int_equal(import_table(node->store, &node->actor, node->codes, node->random, FILE_TEXT, strlen(FILE_TEXT), &options, &result, &err), STATUS_OK);
    assert_int_equal(result.added, 2);
    assert_string_equal(refused, "4 cause M14 离婚纠纷 从 2026-01-01 起才用，这一天请用 L14\n");
    assert_int_equal(records_list(node->store, &node->actor, &query, put_cause, causes, &err), STATUS_OK);
    assert_string_equal(causes, "L14 M14 ");
}

/* At the center rows may be another org's: their scope is that org, and it is named. A station cannot. */
static void rows_of_another_org(void **state)
{
    static const char FILE_TEXT[] = "日期,事由\n2026-03-01,讨薪\n";
    struct import_options options = {.type = catalogue_find("consultation"), .format = TABLE_CSV, .refused = on_refused, .org = 7, .org_name = "东屏站"};
    struct import_result result;
    struct errmsg err = {{0}};
    struct actor station = world.center.actor;
    int64_t count;

    (void)state;
    assert_int_equal(import_table(world.center.store, &world.center.actor, world.codes, world.center.random, FILE_TEXT, strlen(FILE_TEXT), &options, &result, &err), STATUS_OK);
    assert_int_equal(result.added, 1);
    station.all_scopes = false;
    station.org = 7;
    struct filter filter;
    assert_int_equal(filter_parse(&filter, options.type, world.codes, "station=东屏站", &err), STATUS_OK);
    assert_int_equal(records_count(world.center.store, &station, options.type, &filter, &count, &err), STATUS_OK);
    assert_int_equal(count, 1);
    filter_release(&filter);
    station.org = 8;
    assert_int_equal(import_table(world.center.store, &station, world.codes, world.center.random, FILE_TEXT, strlen(FILE_TEXT), &options, &result, &err), STATUS_FORBIDDEN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test_setup_teardown(codes_by_the_day_of_their_row, open_world, close_world),
                                       cmocka_unit_test_setup_teardown(rows_of_another_org, open_world, close_world)};
    return cmocka_run_group_tests_name("import", tests, NULL, NULL);
}
