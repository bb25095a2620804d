/* tests/test_lookup.c - a station asks whether a person was elsewhere: what the center answers, what it never tells, what it writes down. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/record/lookup.h"
#include "tests/dialogue.h"

static const int64_t WALL_MS = INT64_C(1767225600000); /* the dialogue's */

static int64_t ask(struct node *station, const char *text, const char *reason)
{
    struct errmsg err = {{0}};
    int64_t no = 0;
    station->actor.now_ms = WALL_MS;
    if (lookup_ask(station->store, &station->actor, station->codes, text, reason, &no, &err) != STATUS_OK)
        fail_msg("%s", err.text);
    return no;
}

static enum status refused(struct node *station, const char *text, const char *reason)
{
    struct errmsg err = {{0}};
    int64_t no;
    return lookup_ask(station->store, &station->actor, station->codes, text, reason, &no, &err);
}

static void sync_once(struct world *world, char **lines)
{
    struct dialogue dialogue;
    dialogue_open(&dialogue, world, 0, true);
    dialogue_run(&dialogue);
    assert_true(dialogue.closed[STATION_END]);
    assert_int_equal(dialogue.outcomes[STATION_END].status, STATUS_OK);
    assert_int_equal(dialogue.outcomes[CENTER_END].status, STATUS_OK);
    if (lines != NULL)
        *lines = strdup(buf_cstr(&dialogue.lines));
    dialogue_close(&dialogue);
}

static struct lookup answer_to(struct world *world, const char *text)
{
    struct lookup lookup;
    int64_t no = ask(&world->stations[0], text, "核对是否重复来访");
    sync_once(world, NULL);
    assert_int_equal(lookup_get(world->stations[0].store, no, &lookup, NULL), STATUS_OK);
    return lookup;
}

/* Station 3's work: two consultations and a case of 张文芳, one of a sealed case, one of a person who hides. */
static void open_county(struct world *world)
{
    world_open(world, 2, NULL);
    struct node *other = &world->stations[1];
    node_make(other, "consultation", "name=张文芳", "date=2026-03-04", "content=工资没有发", NULL);
    node_make(other, "consultation", "name=张文芳", "date=2026-05-06", "id_no=320124198001011236", "content=还是没有发", NULL);
    node_make(other, "case", "name=张文芳", "received_on=2026-06-01", "state=S1", NULL);
    node_make(other, "case", "name=李小明", "received_on=2026-06-02", "sealed=1", NULL);
    node_make(other, "case", "name=王丽", "received_on=2026-06-03", "safe_contact=只打给她姐姐", NULL);
    struct id hidden = node_make(other, "person", "name=赵敏", "id_no=320124198001011252", "safe_contact=不能打电话", NULL);
    node_make(other, "consultation", "name=赵敏", "date=2026-05-07", "content=家里的事", node_ref("person", hidden), NULL);
    node_make(other, "consultation", "name=赵某", "date=2026-05-08", "id_no=320124198001011252", "content=没有写档案", NULL);
    world_sync(world, 1);
    world_sync(world, 0);
}

static void test_the_answer_says_when_where_and_what_kind_only(void **state)
{
    struct world world;
    (void)state;
    open_county(&world);
    struct lookup lookup = answer_to(&world, " 张文芳 ");
    assert_int_equal(lookup.state, LOOKUP_ANSWERED);
    assert_int_equal(lookup.total, 3);
    assert_int_equal(strncmp(lookup.lines, "2026-06-01\t站3\t案件（", strlen("2026-06-01\t站3\t案件（")), 0);
    assert_non_null(strstr(lookup.lines, "\n2026-05-06\t站3\t咨询\n2026-03-04\t站3\t咨询"));
    assert_null(strstr(lookup.lines, "工资"));
    world_close(&world);
}

static void test_whole_names_and_numbers_only(void **state)
{
    struct world world;
    (void)state;
    open_county(&world);
    assert_int_equal(answer_to(&world, "张文").total, 0);
    assert_int_equal(answer_to(&world, "张%").total, 0);
    struct lookup lookup = answer_to(&world, "320124 19800101 1236");
    assert_int_equal(lookup.total, 1);
    assert_non_null(strstr(lookup.lines, "2026-05-06"));
    assert_int_equal(answer_to(&world, "3201241980010112").total, 0);
    assert_int_equal(refused(&world.stations[0], "张", "核对是否重复来访"), STATUS_INVALID);
    assert_int_equal(refused(&world.stations[0], "", "核对是否重复来访"), STATUS_INVALID);
    world_close(&world);
}

static void test_no_reason_no_question(void **state)
{
    struct world world;
    (void)state;
    open_county(&world);
    assert_int_equal(refused(&world.stations[0], "张文芳", ""), STATUS_INVALID);
    assert_int_equal(refused(&world.stations[0], "张文芳", "想看看"), STATUS_INVALID);
    assert_int_equal(refused(&world.stations[0], "张文芳", "   查一查  "), STATUS_INVALID);
    char long_reason[4096];
    memset(long_reason, 'x', sizeof long_reason - 1);
    long_reason[sizeof long_reason - 1] = '\0';
    assert_int_equal(refused(&world.stations[0], "张文芳", long_reason), STATUS_TOO_LARGE);
    assert_int_equal(refused(&world.stations[0], "张文芳", "核对是否\x1b来访"), STATUS_MALFORMED);
    assert_int_equal(refused(&world.center, "张文芳", "核对是否重复来访"), STATUS_FORBIDDEN);
    world_close(&world);
}

static void test_the_sealed_and_the_hidden_are_not_there(void **state)
{
    struct world world;
    (void)state;
    open_county(&world);
    assert_int_equal(answer_to(&world, "李小明").total, 0);
    assert_int_equal(answer_to(&world, "王丽").total, 0);
    assert_int_equal(answer_to(&world, "赵敏").total, 0);
    assert_int_equal(answer_to(&world, "320124198001011252").total, 0);
    world_close(&world);
}

static bool first_row(void *context, const struct lookup *lookup)
{
    *(struct lookup *)context = *lookup;
    return false;
}

static void test_who_asked_and_why_is_written_down_before_the_answer(void **state)
{
    struct world world;
    struct dialogue dialogue;
    struct lookup log = {0};
    (void)state;
    open_county(&world);
    ask(&world.stations[0], "张文芳", "核对是否重复来访");
    dialogue_open(&dialogue, &world, 0, true);
    dialogue.cut = 3; /* HELLO, WELCOME and LOOKUP arrive, the answer does not */
    dialogue_run(&dialogue);
    assert_non_null(strstr(buf_cstr(&dialogue.lines), "LOOKUP"));
    dialogue_close(&dialogue);
    assert_int_equal(lookup_list(world.center.store, 0, first_row, &log, NULL), STATUS_OK);
    if (log.no == 0) { /* END came between */
        dialogue_open(&dialogue, &world, 0, true);
        dialogue.cut = 4;
        dialogue_run(&dialogue);
        dialogue_close(&dialogue);
        assert_int_equal(lookup_list(world.center.store, 0, first_row, &log, NULL), STATUS_OK);
    }
    assert_true(log.no > 0);
    assert_string_equal(log.user, world.stations[0].actor.name);
    assert_string_equal(log.text, "张文芳");
    assert_string_equal(log.reason, "核对是否重复来访");
    assert_int_equal(log.station, world.stations[0].machine.station_no);
    assert_int_equal(log.total, 3);
    assert_string_equal(log.lines, ""); /* the log tells that, not what, was found */
    struct lookup mine;
    assert_int_equal(lookup_next(world.stations[0].store, WALL_MS, &mine, NULL), STATUS_OK); /* and asks again */
    sync_once(&world, NULL);
    assert_int_equal(lookup_next(world.stations[0].store, WALL_MS, &mine, NULL), STATUS_NOT_FOUND);
    world_close(&world);
}

/* However many records there are, none is looked at but what bears the name. */
static void test_looking_goes_by_index(void **state)
{
    struct world world;
    (void)state;
    open_county(&world);
    for (int number = 0; number < 2; number++) {
        struct buf sql;
        enum status status;
        int lines = 0;
        buf_init(&sql, 32768);
        buf_puts(&sql, "EXPLAIN QUERY PLAN ");
        lookup_query(number != 0, &sql);
        struct stmt *stmt = store_prepare(world.center.store, buf_cstr(&sql));
        stmt_string(stmt, 1, "张文芳");
        while (stmt_row(stmt, &status, NULL)) {
            static const char *const TABLES[] = {"SCAN consultation", "SCAN case", "SCAN person"};
            const char *detail = stmt_column_text(stmt, 3, NULL);
            lines++;
            for (size_t i = 0; i < sizeof TABLES / sizeof TABLES[0]; i++)
                if (strncmp(detail, TABLES[i], strlen(TABLES[i])) == 0 && strstr(detail, "INDEX") == NULL)
                    fail_msg("%s", detail);
        }
        assert_int_equal(status, STATUS_OK);
        assert_true(lines > 3);
        buf_release(&sql);
    }
    world_close(&world);
}

static void test_thirty_an_hour(void **state)
{
    struct world world;
    (void)state;
    open_county(&world);
    for (int i = 0; i < LOOKUP_PER_HOUR; i++)
        ask(&world.stations[0], "张文芳", "核对是否重复来访");
    sync_once(&world, NULL);
    struct lookup lookup = answer_to(&world, "张文芳");
    assert_int_equal(lookup.state, LOOKUP_REFUSED);
    assert_int_equal(lookup.total, 0);
    assert_non_null(strstr(lookup.lines, "30 次"));
    assert_null(strstr(lookup.lines, "2026-"));
    world_close(&world);
}

static void test_a_session_without_a_question_says_nothing_of_it(void **state)
{
    struct world world;
    char *lines;
    (void)state;
    open_county(&world);
    sync_once(&world, &lines);
    assert_null(strstr(lines, "lookup"));
    assert_null(strstr(lines, "LOOKUP"));
    free(lines);
    ask(&world.stations[0], "张文芳", "核对是否重复来访");
    sync_once(&world, &lines);
    assert_non_null(strstr(lines, "LOOKUP"));
    assert_non_null(strstr(lines, "FOUND"));
    free(lines);
    world_close(&world);
}

static void test_a_station_that_stays_asks_when_poked(void **state)
{
    struct world world;
    struct dialogue dialogue;
    struct lookup lookup;
    (void)state;
    open_county(&world);
    dialogue_open(&dialogue, &world, 0, false);
    dialogue_run(&dialogue);
    int64_t no = ask(&world.stations[0], "张文芳", "核对是否重复来访");
    dialogue_poke(&dialogue, STATION_END);
    dialogue_run(&dialogue);
    assert_int_equal(lookup_get(world.stations[0].store, no, &lookup, NULL), STATUS_OK);
    assert_int_equal(lookup.total, 3);
    dialogue_close(&dialogue);
    world_close(&world);
}

static void test_an_old_question_is_not_sent_any_more(void **state)
{
    struct world world;
    struct lookup lookup;
    (void)state;
    open_county(&world);
    ask(&world.stations[0], "张文芳", "核对是否重复来访");
    assert_int_equal(lookup_next(world.stations[0].store, WALL_MS + LOOKUP_VALID_MS - 1, &lookup, NULL), STATUS_OK);
    assert_int_equal(lookup_next(world.stations[0].store, WALL_MS + LOOKUP_VALID_MS, &lookup, NULL), STATUS_NOT_FOUND);
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_answer_says_when_where_and_what_kind_only),
        cmocka_unit_test(test_whole_names_and_numbers_only),
        cmocka_unit_test(test_no_reason_no_question),
        cmocka_unit_test(test_the_sealed_and_the_hidden_are_not_there),
        cmocka_unit_test(test_who_asked_and_why_is_written_down_before_the_answer),
        cmocka_unit_test(test_looking_goes_by_index),
        cmocka_unit_test(test_thirty_an_hour),
        cmocka_unit_test(test_a_session_without_a_question_says_nothing_of_it),
        cmocka_unit_test(test_a_station_that_stays_asks_when_poked),
        cmocka_unit_test(test_an_old_question_is_not_sent_any_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
