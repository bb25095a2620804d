/* tests/test_import.c - rows from outside: the order of columns does not matter to what a row means. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/day.h"
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

static bool put_row(void *context, const struct record *record, const struct list_key *key)
{
    static const char *const names[] = {"name", "id_no", "phone", "content", "handling"};
    char *text = context, day[DAY_TEXT_BYTES];
    (void)key;
    day_format(record_day(record), day);
    strcat(text, day);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        strcat(text, " ");
        strcat(text, record_text(record, names[i]));
    }
    strcat(text, ";");
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

/* A CR that no LF follows ends neither a cell nor a line: what stands behind it was once taken for the next column. */
static void a_lone_carriage_return_is_no_comma(void **state)
{
    static const char FILE_TEXT[] = "content,topic,name\r\n\"欠薪\"\r讨薪,张三\r\n\"离\r\n婚\",抚养,\"李四\"\r\n\"借款\",\"\",\"王五\"\r";
    struct node *node = &world.center;
    struct import_options options = {.type = catalogue_find("consultation"), .format = TABLE_CSV, .refused = on_refused};
    struct import_result result;
    struct errmsg err = {{0}};

    (void)state;
    refused[0] = '\0';
    assert_int_equal(import_table(node->store, &node->actor, node->codes, node->random, FILE_TEXT, strlen(FILE_TEXT), &options, &result, &err), STATUS_OK);
    assert_string_equal(refused, "2 - 引号结束后应是逗号或行尾\n");
    assert_int_equal(result.added, 2);
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

static void on_understood(void *context, const char *column, const struct field_def *field)
{
    char *told = context;
    strcat(told, column);
    strcat(told, "=");
    strcat(told, field->name);
    strcat(told, " ");
}

static void on_ignored(void *context, const char *column)
{
    char *told = context;
    strcat(told, column);
    strcat(told, "? ");
}

/* Words of offices and marks of their spreadsheets; a field's own name or label wins wherever it stands, a sum's unit is not guessed. */
static void columns_as_offices_call_them(void **state)
{
    static const char FILE_TEXT[] = "时间,日期,咨询人姓名*,身份证号码（18位）,联系电话：,内容,处理情况,颜色\n"
                                    "9点,2026/3/5 0:00:00,张三,11010519491231002x,+86 138-1234-5678,欠薪,当场答复,红\n";
    static const char MONEY_TEXT[] = "姓名,案件类型,挽回损失(元)\n李四,民事,1200\n";
    struct node *node = &world.center;
    struct errmsg err = {{0}};
    struct import_result result;
    char told[400] = "";
    struct import_options options = {
        .type = catalogue_find("consultation"), .format = TABLE_CSV, .refused = on_refused, .understood = on_understood, .ignored = on_ignored, .context = told};
    struct list_query query = {.type = options.type, .ascending = true};
    char row[200] = "";
    (void)state;
    refused[0] = '\0';
    assert_int_equal(import_table(node->store, &node->actor, node->codes, node->random, FILE_TEXT, strlen(FILE_TEXT), &options, &result, &err), STATUS_OK);
    assert_string_equal(refused, "");
    assert_string_equal(told, "时间? 咨询人姓名*=name 身份证号码（18位）=id_no 联系电话：=phone 内容=content 处理情况=handling 颜色? ");
    assert_int_equal(records_list(node->store, &node->actor, &query, put_row, row, &err), STATUS_OK);
    assert_string_equal(row, "2026-03-05 张三 11010519491231002X 13812345678 欠薪 01;");
    options.type = catalogue_find("case");
    told[0] = '\0';
    assert_int_equal(import_table(node->store, &node->actor, node->codes, node->random, MONEY_TEXT, strlen(MONEY_TEXT), &options, &result, &err), STATUS_OK);
    assert_string_equal(told, "姓名=name 挽回损失(元)? ");
    assert_int_equal(result.done_before_ms, 0);
    assert_int_equal(import_table(node->store, &node->actor, node->codes, node->random, MONEY_TEXT, strlen(MONEY_TEXT), &options, &result, &err), STATUS_OK);
    assert_int_equal(result.done_before_ms, node->actor.now_ms); /* the same file again: taken in, and said */
    assert_int_equal(result.added, 1);
}

static int64_t mark;
static bool stands;

static enum status on_added(void *context, struct store *store, const struct actor *actor, uint64_t line, const struct record *record, struct errmsg *err)
{
    (void)context, (void)store, (void)actor, (void)line, (void)record, (void)err;
    if (mark == 0)
        mark = 7;
    return STATUS_OK;
}

static enum status on_stands(void *context, struct store *store, bool *out, struct errmsg *err)
{
    (void)context, (void)store, (void)err;
    *out = stands;
    return STATUS_OK;
}

static bool stop(void *context, size_t done, size_t all, uint64_t read)
{
    (void)context, (void)done, (void)all, (void)read;
    return false;
}

static int64_t consultations(void)
{
    struct errmsg err = {{0}};
    int64_t count;
    assert_int_equal(records_count(world.center.store, &world.center.actor, catalogue_find("consultation"), NULL, &count, &err), STATUS_OK);
    return count;
}

/* An import that was interrupted goes on under the number that takes all of it back; when that was done meanwhile it begins anew: behind rows that are gone it would lose them. */
static void what_was_taken_back_is_not_gone_on_behind(void **state)
{
    struct node *node = &world.center;
    struct import_options options = {
        .type = catalogue_find("consultation"), .format = TABLE_JSONL, .refused = on_refused, .added = on_added, .progress = stop, .mark = &mark, .stands = on_stands};
    struct import_result result;
    struct errmsg err = {{0}};
    struct buf text;

    (void)state;
    buf_init(&text, 1 << 20);
    for (int i = 0; i < IMPORT_BATCH_ROWS + 10; i++)
        buf_printf(&text, "{\"content\":\"%d\"}\n", i);
    for (int round = 0; round < 2; round++) {
        int64_t before = consultations();
        stands = round == 0;
        mark = 0;
        options.progress = stop;
        assert_int_equal(import_table(node->store, &node->actor, node->codes, node->random, text.data, text.len, &options, &result, &err), STATUS_CANCELLED);
        assert_int_equal(mark, 7);
        assert_int_equal(consultations(), before + IMPORT_BATCH_ROWS);
        mark = 9; /* another run: it is told what was kept */
        options.progress = NULL;
        assert_int_equal(import_table(node->store, &node->actor, node->codes, node->random, text.data, text.len, &options, &result, &err), STATUS_OK);
        assert_int_equal(mark, 7);
        assert_int_equal(result.resumed, stands ? IMPORT_BATCH_ROWS : 0);
        assert_int_equal(result.added, IMPORT_BATCH_ROWS + 10);
        assert_int_equal(consultations(), before + (stands ? 0 : IMPORT_BATCH_ROWS) + IMPORT_BATCH_ROWS + 10);
    }
    mark = 9; /* done: nothing is kept */
    assert_int_equal(import_table(node->store, &node->actor, node->codes, node->random, text.data, text.len, &options, &result, &err), STATUS_OK);
    assert_int_equal(result.resumed, 0);
    buf_release(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test_setup_teardown(codes_by_the_day_of_their_row, open_world, close_world),
                                       cmocka_unit_test_setup_teardown(a_lone_carriage_return_is_no_comma, open_world, close_world),
                                       cmocka_unit_test_setup_teardown(rows_of_another_org, open_world, close_world),
                                       cmocka_unit_test_setup_teardown(columns_as_offices_call_them, open_world, close_world),
                                       cmocka_unit_test_setup_teardown(what_was_taken_back_is_not_gone_on_behind, open_world, close_world)};
    return cmocka_run_group_tests_name("import", tests, NULL, NULL);
}
