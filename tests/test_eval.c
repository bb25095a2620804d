/* tests/test_eval.c - case files are judged: sheets, rounds, who may judge, which one counts, what waits; on the command line too. Totals are summed by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/day.h"
#include "core/case/prepare.h"
#include "core/aid/account.h"
#include "core/case/prepare.h"
#include "core/quality/eval.h"
#include "tests/command.h"
#include "tests/fixture.h"
#include "tests/must.h"

/* 2026-03-05 10:00 in the office */
static const int64_t NOW_MS = INT64_C(1772676000000);
/* 2028: behind all days of the sheets below. */
static const int64_t LATER_MS = INT64_C(1830297600000);

static struct world world;
static struct rules *rules;
static char folder[64], center_folder[80];
static struct id handler_id;

static int32_t day(const char *text)
{
    int32_t out = 0;
    assert_int_equal(day_parse(text, strlen(text), &out), STATUS_OK);
    return out;
}

/* "name=张三 kind=02" */
static void fill(struct record *record, const char *fields)
{
    char copy[1000], *rest = NULL;
    snprintf(copy, sizeof copy, "%s", fields);
    for (char *part = strtok_r(copy, " ", &rest); part != NULL; part = strtok_r(NULL, " ", &rest)) {
        char *equals = strchr(part, '=');
        struct errmsg said = {{0}};
        assert_non_null(equals);
        *equals = '\0';
        const struct field_def *field = catalogue_field(record->type, part);
        assert_non_null(field);
        if (record_parse(record, field, world.codes, equals + 1, strlen(equals + 1), &said) != STATUS_OK)
            fail_msg("%s=%s: %s", part, equals + 1, said.text);
    }
}

static struct id put(const char *type, const char *fields)
{
    struct node *center = &world.center;
    struct actor acting = center->actor;
    struct record record;
    acting.acting = true;
    record_init(&record, catalogue_find(type));
    must_do(records_begin(center->store, &acting, &record, world.codes, &err));
    fill(&record, fields);
    must_do(records_save(center->store, &acting, world.codes, center->random, &record, &err));
    struct id id = record.id;
    record_release(&record);
    return id;
}

static struct id add_case(const char *state, const char *fields)
{
    char text[1000], id[ID_TEXT_BYTES];
    id_format(handler_id, id);
    snprintf(text, sizeof text, "name=受援人 received_on=2025-06-01 handler=张律师 second_handler=王助理 handler_ref=%s state=%s %s", id, state, fields);
    return put("case", text);
}

static int open_world(void **state)
{
    (void)state;
    world_open(&world, 1, NULL);
    world.center.actor.now_ms = LATER_MS;
    must_do(rules_load(&rules, world.center.store, &world.center.actor, &err));
    handler_id = put("handler", "name=张律师 kind=02");
    return 0;
}

static int close_world(void **state)
{
    (void)state;
    rules_free(rules);
    rules = NULL;
    world_close(&world);
    return 0;
}

/* ---- sheets ---- */

static enum status begin(struct id kase, const char *round, const char *standard, const char *reviewers, const char *on, struct eval_sheet *sheet, struct errmsg *said)
{
    enum status status = eval_begin(world.center.store, &world.center.actor, world.codes, kase, round, standard, day(on), sheet, said);
    if (status == STATUS_OK)
        fill(&sheet->eval, reviewers);
    return status;
}

static enum status save(struct eval_sheet *sheet, struct errmsg *said)
{
    return eval_save(world.center.store, &world.center.actor, world.codes, world.center.random, rules, sheet, said);
}

static void score(struct eval_sheet *sheet, int number, int points, const char *reason)
{
    must_do(eval_score(sheet, number, points, reason, &err));
}

/* Full marks but for what is scored afterwards. */
static void score_full(struct eval_sheet *sheet)
{
    for (size_t i = 0; i < sheet->standard->n_items; i++)
        score(sheet, sheet->standard->items[i].number, sheet->standard->items[i].max, NULL);
}

/* A whole evaluation by these people. */
static struct id evaluate(struct id kase, const char *round, const char *standard, const char *reviewers, const char *on, int first_item, const char *reason)
{
    struct eval_sheet sheet;
    must_do(begin(kase, round, standard, reviewers, on, &sheet, &err));
    score_full(&sheet);
    score(&sheet, 1, first_item, reason);
    must_do(save(&sheet, &err));
    struct id id = sheet.eval.id;
    eval_release(&sheet);
    return id;
}

static void check_words(const struct errmsg *said, const char *words)
{
    if (strstr(said->text, words) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", said->text, words);
}

static void refuses(struct id kase, const char *round, const char *reviewers, const char *on, const char *words)
{
    struct eval_sheet sheet;
    struct errmsg said = {{0}};
    enum status status = begin(kase, round, "level5", reviewers, on, &sheet, &said);
    if (status == STATUS_OK) {
        score_full(&sheet);
        status = save(&sheet, &said);
        eval_release(&sheet);
    }
    assert_int_equal(status, STATUS_INVALID);
    check_words(&said, words);
}

static void check_field(const char *type, struct id id, const char *field, const char *expected)
{
    struct record record;
    struct buf text;
    buf_init(&text, 1000);
    must_do(records_get(world.center.store, &world.center.actor, catalogue_find(type), id, &record, &err));
    record_format_raw(catalogue_field(record.type, field), record_get(&record, catalogue_field(record.type, field)), &text);
    assert_string_equal(buf_cstr(&text), expected);
    buf_release(&text);
    record_release(&record);
}

struct item_list {
    char text[1000];
};

static bool note_item(void *context, const struct record *item)
{
    struct item_list *list = context;
    size_t used = strlen(list->text);
    snprintf(list->text + used, sizeof list->text - used, "%lld:%lld/%lld%s ", (long long)record_get(item, catalogue_field(item->type, "item_no")).number,
             (long long)record_get(item, catalogue_field(item->type, "score")).number, (long long)record_get(item, catalogue_field(item->type, "max_score")).number,
             record_text(item, "reason"));
    return true;
}

static void test_a_sheet_of_a_hundred_points(void **state)
{
    struct id kase = add_case("S10", "case_type=02 closed_on=2026-01-10");
    struct eval_sheet sheet;
    struct item_list list = {""};
    char text[ID_TEXT_BYTES];
    (void)state;
    must_do(begin(kase, NULL, NULL, "reviewers=李主任、赵老师", "2026-03-05", &sheet, &err));
    assert_string_equal(record_text(&sheet.eval, "standard"), "civil100");
    assert_string_equal(record_text(&sheet.eval, "round"), EVAL_FIRST);
    assert_int_equal(eval_sheet_total(&sheet), EVAL_NO_SCORE);
    score_full(&sheet);
    score(&sheet, 4, 8, "没有申请法院调取工资表");
    score(&sheet, 10, 5, "代理词重复诉状");
    assert_int_equal(eval_sheet_total(&sheet), 91); /* 100 - 4 - 5 */
    must_do(save(&sheet, &err));
    struct id id = sheet.eval.id;
    eval_release(&sheet);
    check_field("eval", id, "total", "91");
    check_field("eval", id, "grade", "1");
    check_field("eval", id, "edition", "1");
    check_field("eval", id, "name", "受援人");
    check_field("eval", id, "handler", "张律师");
    id_format(handler_id, text);
    check_field("eval", id, "handler_ref", text);
    must_do(eval_items(world.center.store, &world.center.actor, id, note_item, &list, &err));
    assert_string_equal(list.text, "1:5/5 2:6/6 3:6/6 4:8/12没有申请法院调取工资表 5:5/5 6:10/10 7:5/5 8:5/5 9:8/8 10:5/10代理词重复诉状 11:8/8 12:6/6 13:4/4 14:5/5 15:5/5 ");
    node_verify(&world.center);
    (void)world_sync(&world, 0); /* the station gets none of it */
    assert_null(node_get(&world.stations[0], "eval", id, "round"));
}

static void test_grades(void **state)
{
    static const struct {
        bool five;
        int total;
        const char *grade;
    } cases[] = {{false, 100, "1"}, {false, 90, "1"}, {false, 89, "2"}, {false, 75, "2"}, {false, 74, "3"}, {false, 60, "3"}, {false, 59, "4"}, {false, 0, "4"},
                 {true, 5, "1"},    {true, 4, "2"},   {true, 3, "3"},   {true, 2, "4"},   {true, 1, "4"}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_string_equal(eval_grade(rules, cases[i].five, cases[i].total, day("2026-03-05")), cases[i].grade);
    must_do(rule_set(world.center.store, &world.center.actor, world.codes, world.center.random, "grade_excellent", "95", day("2026-03-01"), NULL, &err));
    rules_free(rules);
    must_do(rules_load(&rules, world.center.store, &world.center.actor, &err));
    assert_string_equal(eval_grade(rules, false, 92, day("2026-02-28")), "1");
    assert_string_equal(eval_grade(rules, false, 92, day("2026-03-01")), "2");
}

static void test_five_points(void **state)
{
    struct id kase = add_case("X5", "case_type=01 terminated_on=2026-01-10");
    struct eval_sheet sheet;
    struct errmsg said = {{0}};
    (void)state;
    must_do(begin(kase, NULL, "level5", "reviewers=李主任", "2026-03-05", &sheet, &err));
    assert_int_equal(eval_score(&sheet, 1, 0, NULL, &said), STATUS_RANGE); /* five-point items begin at one */
    score_full(&sheet);
    score(&sheet, 1, 4, NULL); /* no reason needed at 3 and more */
    score(&sheet, 2, 3, NULL);
    score(&sheet, 3, 2, NULL);
    assert_int_equal(save(&sheet, &said), STATUS_INVALID);
    check_words(&said, "第 3 项 文书质量: 得 2 分，满分 5，请写明扣分理由");
    score(&sheet, 3, 2, "意见书只有一页");
    assert_int_equal(eval_sheet_total(&sheet), 4); /* 19/5 = 3.8 */
    score(&sheet, 5, 2, "逾期");
    score(&sheet, 4, 3, "部分采纳");
    assert_int_equal(eval_sheet_total(&sheet), 3); /* 14/5 = 2.8 */
    score(&sheet, 5, 1, "逾期");
    score(&sheet, 4, 2, "没有采纳");
    assert_int_equal(eval_sheet_total(&sheet), 2); /* 12/5 = 2.4 */
    must_do(save(&sheet, &err));
    check_field("eval", sheet.eval.id, "grade", "4");
    assert_int_equal(eval_hundred(&sheet.eval), 40);
    eval_release(&sheet);
}

static void test_what_a_sheet_must_have(void **state)
{
    struct id kase = add_case("S9", "case_type=01 closed_on=2026-01-10");
    struct eval_sheet sheet;
    struct errmsg said = {{0}};
    char reason[EVAL_REASON_BYTES + 4];
    (void)state;
    must_do(begin(kase, NULL, NULL, "reviewers=李主任", "2026-03-05", &sheet, &err));
    assert_string_equal(record_text(&sheet.eval, "standard"), "criminal100");
    assert_int_equal(save(&sheet, &said), STATUS_INVALID); /* neither items nor total */
    check_words(&said, "总分");
    assert_int_equal(eval_score(&sheet, 16, 1, NULL, &said), STATUS_NOT_FOUND);
    check_words(&said, "没有第 16 项");
    assert_int_equal(eval_score(&sheet, 2, 13, NULL, &said), STATUS_RANGE);
    check_words(&said, "第 2 项 会见: 得分应为 0 到 12，不是 13");
    assert_int_equal(eval_score(&sheet, 2, -1, NULL, &said), STATUS_RANGE);
    memset(reason, 'x', EVAL_REASON_CHARS + 1);
    reason[EVAL_REASON_CHARS + 1] = '\0';
    assert_int_equal(eval_score(&sheet, 2, 3, reason, &said), STATUS_TOO_LARGE);
    score(&sheet, 1, 5, NULL);
    assert_int_equal(save(&sheet, &said), STATUS_INVALID);
    check_words(&said, "第 2 项 会见: 没有打分");
    score_full(&sheet);
    score(&sheet, 3, 9, NULL);
    assert_int_equal(save(&sheet, &said), STATUS_INVALID);
    check_words(&said, "第 3 项 阅卷: 得 9 分，满分 10，请写明扣分理由");
    assert_true(id_is_zero(sheet.eval.id)); /* nothing was written */
    must_do(record_set(&sheet.eval, catalogue_field(sheet.eval.type, "reviewers"), value_null()));
    score(&sheet, 3, 10, NULL);
    assert_int_equal(save(&sheet, &said), STATUS_INVALID);
    check_words(&said, "评估人");
    eval_release(&sheet);
}

/* ---- rounds and people ---- */

static void test_rounds(void **state)
{
    struct id kase = add_case("S12", "case_type=02 closed_on=2026-01-10");
    struct eval_sheet sheet;
    struct errmsg said = {{0}};
    struct record last;
    bool found;
    (void)state;
    must_do(eval_of_case(world.center.store, &world.center.actor, kase, &last, &found, &err));
    assert_false(found);
    refuses(kase, EVAL_SECOND, "reviewers=李主任", "2026-03-05", "还没有初评");
    (void)evaluate(kase, NULL, NULL, "reviewers=李主任、赵老师", "2026-03-05", 5, NULL);
    refuses(kase, EVAL_FIRST, "reviewers=钱老师", "2026-03-06", "这一轮已经评过");
    refuses(kase, EVAL_SECOND, "reviewers=钱老师，赵老师", "2026-03-06", "赵老师两轮都评");
    refuses(kase, EVAL_SECOND, "reviewers=钱老师", "2026-03-04", "复评不能早于初评");
    refuses(kase, EVAL_SECOND, "reviewers=钱老师", "2030-01-01", "在今天之后");
    struct id second = evaluate(kase, NULL, NULL, "reviewers=钱老师", "2026-03-05", 3, "迟了两天");
    check_field("eval", second, "round", EVAL_SECOND);
    check_field("eval", second, "standard", "civil100"); /* as in the first round */
    must_do(eval_of_case(world.center.store, &world.center.actor, kase, &last, &found, &err));
    assert_true(found && id_equal(last.id, second)); /* on the same day the later round counts */
    record_release(&last);
    assert_int_equal(begin(kase, NULL, NULL, "reviewers=孙老师", "2026-03-07", &sheet, &said), STATUS_INVALID);
    check_words(&said, "已经初评、复评过");
    struct id higher = evaluate(kase, "3", "level5", "reviewers=李主任", "2026-02-01", 5, NULL);
    must_do(eval_of_case(world.center.store, &world.center.actor, kase, &last, &found, &err));
    assert_true(found && !id_equal(last.id, higher)); /* it is older */
    record_release(&last);
}

static void test_who_and_when(void **state)
{
    struct id kase = add_case("S10", "case_type=02 closed_on=2026-01-10"), open = add_case("S8", "case_type=02");
    struct actor clerk = world.center.actor, archivist = world.center.actor, station = world.stations[0].actor;
    struct eval_sheet sheet;
    struct errmsg said = {{0}};
    (void)state;
    refuses(kase, NULL, "reviewers=李主任、张律师", "2026-03-05", "张律师是本案的承办人");
    refuses(kase, NULL, "reviewers=王助理", "2026-03-05", "王助理是本案的承办人");
    refuses(open, NULL, "reviewers=李主任", "2026-03-05", "案件是“承办中”，报结或者终止以后才能评估");
    archivist.owner = clerk.owner = false;
    archivist.role = ROLE_ARCHIVIST;
    clerk.role = ROLE_CLERK;
    assert_int_equal(eval_begin(world.center.store, &archivist, world.codes, kase, NULL, NULL, day("2026-03-05"), &sheet, &said), STATUS_FORBIDDEN);
    assert_int_equal(eval_begin(world.stations[0].store, &station, world.codes, kase, NULL, NULL, day("2026-03-05"), &sheet, &said), STATUS_FORBIDDEN);
    assert_int_equal(eval_begin(world.center.store, &clerk, world.codes, kase, NULL, NULL, day("2026-03-05"), &sheet, &said), STATUS_OK);
    eval_release(&sheet);
}

/* ---- a sheet entered whole ---- */

static enum status add_whole(struct id kase, const char *fields, struct id *id, struct errmsg *said)
{
    struct node *center = &world.center;
    struct record record;
    char text[ID_TEXT_BYTES];
    id_format(kase, text);
    record_init(&record, catalogue_find("eval"));
    must_do(records_begin(center->store, &center->actor, &record, world.codes, &err));
    must_do(record_set_text(&record, "case_id", text));
    fill(&record, fields);
    must_do(store_begin(center->store, "test", &err));
    enum status status = record_prepare(center->store, &center->actor, world.codes, center->random, &record, said);
    if (status == STATUS_OK)
        status = records_save(center->store, &center->actor, world.codes, center->random, &record, said);
    if (status == STATUS_OK)
        must_do(store_commit(center->store, &err));
    else
        store_rollback(center->store);
    *id = record.id;
    record_release(&record);
    return status;
}

static void test_a_sheet_entered_whole(void **state)
{
    struct id kase = add_case("S10", "case_type=02 closed_on=2026-01-10"), id;
    struct errmsg said = {{0}};
    (void)state;
    assert_int_equal(add_whole(kase, "standard=civil100 reviewers=李主任 date=2026-03-05", &id, &said), STATUS_INVALID);
    check_words(&said, "要写总分");
    assert_int_equal(add_whole(kase, "standard=level5 reviewers=李主任 date=2026-03-05 total=6", &id, &said), STATUS_INVALID);
    check_words(&said, "总分是 1 到 5");
    assert_int_equal(add_whole(kase, "standard=civil100 reviewers=张律师 date=2026-03-05 total=80", &id, &said), STATUS_INVALID);
    assert_int_equal(add_whole(kase, "standard=civil100 reviewers=李主任 date=2026-03-05 total=80", &id, &said), STATUS_OK);
    check_field("eval", id, "grade", "2");
    check_field("eval", id, "edition", "1");
    check_field("eval", id, "handler", "张律师");
    check_field("eval", id, "name", "受援人");
    assert_int_equal(add_whole(kase, "standard=civil100 reviewers=钱老师 date=2026-03-05 total=80", &id, &said), STATUS_INVALID);
}

static void test_a_scored_sheet_keeps_its_total(void **state)
{
    struct id kase = add_case("S10", "case_type=02 closed_on=2026-01-10"), id = evaluate(kase, NULL, NULL, "reviewers=李主任", "2026-03-05", 5, NULL);
    struct record record;
    struct errmsg said = {{0}};
    (void)state;
    must_do(records_get(world.center.store, &world.center.actor, catalogue_find("eval"), id, &record, &err));
    fill(&record, "comment=很好");
    must_do(record_prepare(world.center.store, &world.center.actor, world.codes, world.center.random, &record, &err));
    fill(&record, "total=50");
    assert_int_equal(record_prepare(world.center.store, &world.center.actor, world.codes, world.center.random, &record, &said), STATUS_INVALID);
    check_words(&said, "逐项打过分");
    record_release(&record);
}

static void test_a_sealed_name_stays_in_the_case(void **state)
{
    struct id kase = add_case("S10", "case_type=01 closed_on=2026-01-10 sealed=是");
    (void)state;
    struct id id = evaluate(kase, NULL, NULL, "reviewers=李主任", "2026-03-05", 5, NULL);
    check_field("eval", id, "name", "");
}

/* ---- what waits ---- */

static bool note_due(void *context, const struct record *kase, int32_t closed)
{
    struct item_list *list = context;
    char text[DAY_TEXT_BYTES];
    size_t used = strlen(list->text);
    day_format(closed, text);
    snprintf(list->text + used, sizeof list->text - used, "%s %s; ", text, record_text(kase, "narrative"));
    return true;
}

static void test_what_waits(void **state)
{
    struct item_list list = {""};
    struct actor clerk = world.center.actor;
    (void)state;
    (void)add_case("S10", "case_type=02 closed_on=2026-02-01 narrative=b");
    (void)add_case("S9", "case_type=02 closed_on=2026-01-01 narrative=a");
    (void)add_case("S8", "case_type=02 closed_on=2026-01-02 narrative=not-reported");
    (void)add_case("S12", "case_type=02 closed_on=2025-12-31 narrative=before");
    (void)add_case("X5", "case_type=02 terminated_on=2026-03-01 narrative=c");
    (void)add_case("S12", "case_type=02 terminated_on=2026-03-02 narrative=d");
    (void)add_case("S12", "case_type=01 closed_on=2026-03-03 narrative=sealed sealed=是");
    (void)evaluate(add_case("S12", "case_type=02 closed_on=2026-01-05 narrative=done"), NULL, NULL, "reviewers=李主任", "2026-03-05", 5, NULL);
    clerk.owner = false;
    clerk.role = ROLE_CLERK;
    must_do(eval_due(world.center.store, &clerk, day("2026-01-01"), day("2026-12-31"), note_due, &list, &err));
    assert_string_equal(list.text, "2026-01-01 a; 2026-02-01 b; 2026-03-01 c; 2026-03-02 d; ");
    list.text[0] = '\0';
    must_do(eval_due(world.center.store, &world.center.actor, day("2026-03-02"), day("2026-03-03"), note_due, &list, &err));
    assert_string_equal(list.text, "2026-03-02 d; 2026-03-03 sealed; ");
}

static bool note_second(void *context, const struct record *eval)
{
    struct item_list *list = context;
    size_t used = strlen(list->text);
    snprintf(list->text + used, sizeof list->text - used, "%s %s; ", record_text(eval, "grade"), record_text(eval, "reviewers"));
    return true;
}

static void test_what_may_get_a_second_round(void **state)
{
    struct item_list list = {""};
    struct id good = add_case("S12", "case_type=02 closed_on=2026-01-01"), poor = add_case("S12", "case_type=02 closed_on=2026-01-02"), both = add_case("S12", "case_type=02 closed_on=2026-01-03");
    struct node *station = &world.stations[0];
    (void)state;
    (void)evaluate(good, NULL, NULL, "reviewers=李主任", "2026-03-01", 5, NULL);
    (void)evaluate(poor, NULL, "level5", "reviewers=赵老师", "2026-03-05", 5, NULL);
    node_set(&world.center, "eval", evaluate(both, NULL, NULL, "reviewers=李主任", "2026-03-02", 5, NULL), "comment", "x");
    (void)evaluate(both, NULL, NULL, "reviewers=钱老师", "2026-03-03", 5, NULL);
    (void)evaluate(add_case("S12", "case_type=02 closed_on=2025-07-03"), NULL, NULL, "reviewers=前年", "2025-08-01", 5, NULL);
    must_do(eval_second_due(world.center.store, &world.center.actor, day("2026-01-01"), day("2026-12-31"), note_second, &list, &err));
    assert_string_equal(list.text, "1 李主任; 1 赵老师; ");
    list.text[0] = '\0';
    must_do(eval_second_due(station->store, &station->actor, day("2026-01-01"), day("2026-12-31"), note_second, &list, &err));
    assert_string_equal(list.text, "");
}

/* ---- deleting ---- */

static bool count_row(void *context, const struct record *row)
{
    (void)row;
    ++*(int *)context;
    return true;
}

static int items_of(struct id eval)
{
    int n = 0;
    must_do(eval_items(world.center.store, &world.center.actor, eval, count_row, &n, &err));
    return n;
}

static void test_items_go_and_come_back_with_their_sheet(void **state)
{
    struct node *center = &world.center;
    const struct record_type *type = catalogue_find("eval");
    struct actor reader = center->actor;
    struct errmsg said = {{0}};
    struct record found_eval;
    bool found;
    (void)state;
    struct id kase = add_case("S10", "case_type=02 closed_on=2026-01-10");
    struct id eval = evaluate(kase, NULL, NULL, "reviewers=李主任", "2026-03-05", 1, "少一页"), other;
    int n = items_of(eval);
    assert_true(n > 1);
    reader.owner = false;
    reader.role = ROLE_STATION;
    assert_int_equal(record_delete(center->store, &reader, type, eval, &said), STATUS_FORBIDDEN);
    assert_int_equal(items_of(eval), n);
    must_do(record_delete(center->store, &center->actor, type, eval, &err));
    assert_int_equal(items_of(eval), 0);
    must_do(eval_of_case(center->store, &center->actor, kase, &found_eval, &found, &err)); /* what the assessment counts */
    assert_false(found);
    other = evaluate(kase, NULL, NULL, "reviewers=李主任", "2026-03-05", 2, "少一页");
    assert_int_equal(items_of(other), n);
    must_do(record_undo(center->store, &center->actor, type, other, &err)); /* never made */
    assert_int_equal(items_of(other), 0);
    must_do(record_undo(center->store, &center->actor, type, eval, &err));
    assert_int_equal(items_of(eval), n);
    check_field("eval", eval, "reviewers", "李主任");
    node_set(center, "eval", eval, "comment", "可以");
    must_do(record_undo(center->store, &center->actor, type, eval, &err)); /* of a field: the items stay */
    assert_int_equal(items_of(eval), n);
}

/* The handler's account is not named like him, its display name is. */
static void test_the_reviewer_goes_by_the_name_of_the_account(void **state)
{
    struct node *center = &world.center;
    struct eval_sheet sheet;
    struct errmsg said = {{0}};
    (void)state;
    must_do(account_add(center->store, &center->actor, center->codes, center->random, "zhang", "张律师", "clerk", NULL, "Longquan#2026", 13, &err));
    struct record account;
    must_do(account_find(center->store, "zhang", &account, &err));
    struct actor before = center->actor;
    center->actor = account_actor(&center->machine, &account, before.now_ms);
    record_release(&account);
    struct id kase = add_case("S10", "case_type=02 closed_on=2026-01-10"), id;
    must_do(begin(kase, NULL, NULL, "comment=可以", "2026-03-05", &sheet, &err));
    assert_string_equal(record_text(&sheet.eval, "reviewers"), "张律师");
    score_full(&sheet);
    assert_int_equal(save(&sheet, &said), STATUS_INVALID);
    check_words(&said, "张律师是本案的承办人");
    eval_release(&sheet);
    assert_int_equal(add_whole(kase, "standard=civil100 date=2026-03-05 total=80", &id, &said), STATUS_INVALID);
    check_words(&said, "张律师是本案的承办人");
    center->actor = before;
}

/* ---- the command line ---- */

static char case_text[ID_TEXT_BYTES];

static int open_folder(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/test_eval.XXXXXX");
    if (mkdtemp(folder) == NULL)
        return -1;
    world_open(&world, 0, folder);
    snprintf(center_folder, sizeof center_folder, "%s/%u", folder, world.center.machine.station_no);
    handler_id = put("handler", "name=张律师 kind=02");
    id_format(add_case("S10", "case_type=02 closed_on=2026-01-10"), case_text);
    world_close(&world);
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    test_folder_remove(folder);
    return 0;
}

/* CASE stands for the number of the case. */
static void run(const char *line, int code, const char *says)
{
    char whole[1000];
    const char *at = strstr(line, "CASE");
    if (at == NULL)
        snprintf(whole, sizeof whole, "%s", line);
    else
        snprintf(whole, sizeof whole, "%.*s%s%s", (int)(at - line), line, case_text, at + 4);
    command_expect(center_folder, NOW_MS, whole, code, says);
}

static void test_command_line(void **state)
{
    (void)state;
    run("eval standards", 0, "civil100\t民事行政案件百分制\t第 1 版\t程序自带\t15 项 合计 100 分\t现用");
    run("eval standards 刑事案件百分制", 0, "  2\t接待指派\t会见\t12\t");
    run("eval standards level9", 2, "没有评估表 level9");
    run("eval due --year 2026", 0, "\t2026-01-10\t张律师\t受援人\t");
    run("eval due --year x", 2, "--year");
    run("eval CASE", 0, "还没有评估过");
    run("eval CASE standard=level5 reviewers=李主任 1=5 2=4 3=9", 1, "第 3 项 文书质量: 得分应为 1 到 5，不是 9");
    run("eval CASE standard=level5 reviewers=李主任 1=5 2=a", 2, "第 2 项: 应写成 2=得分 或 2=得分:理由，不是 2=a");
    run("eval CASE standard=level5 reviewers=李主任 1=5 2=4 3=2 4=4 5=5", 1, "第 3 项 文书质量: 得 2 分，满分 5，请写明扣分理由");
    run("eval CASE standard=level5 reviewers=李主任 1=5 2=4 3=2:太短 4=4", 1, "第 5 项 归档材料: 没有打分");
    run("eval CASE standard=level5 reviewers=李主任 total=4 1=5", 2, "不用写");
    run("eval CASE state=S12", 2, "没有 state=S12");
    run("eval CASE standard=level7 total=4", 1, "standard");
    run("eval 12345 1=5", 1, "12345");
    run("eval CASE standard=level5 reviewers=李主任 '3=2：太短，没有针对性' 1=5 2=4 4=4 5=5 'comment=总体可以'", 0, "初评\t总分 4 良好");
    run("eval second", 0, "\t2026-03-05\t张律师\t受援人\t总分 4 良好\t评估人 李主任\n");
    run("eval second --year 2025", 0, "0 件只做过初评");
    run("eval second --json", 0, "\"total\":4,\"grade\":\"2\",\"reviewers\":\"李主任\"}]}");
    run("eval CASE round=复评 reviewers=钱老师 standard=五级评估 total=3 --json", 0, ",\"round\":\"2\",\"total\":3,\"grade\":\"3\"}");
    run("eval CASE", 0, "初评\t2026-03-05\t五级评估 第 1 版\t总分 4 良好\t评估人 李主任\n  评语: 总体可以\n  1\t指派和签约\t5/5\t\n");
    run("eval CASE", 0, "  3\t文书质量\t2/5\t太短，没有针对性\n");
    run("eval CASE", 0, "复评\t2026-03-05\t五级评估 第 1 版\t总分 3 合格\t评估人 钱老师\t以此为准\n");
    run("eval CASE --json", 0, "\"grade\":\"3\",\"comment\":\"\",\"edition\":1,\"total\":3,\"counts\":true,\"items\":[]}]}");
    run("eval second", 0, "0 件只做过初评");
    run("eval due", 0, "0 件结案后还没有评估");
    run("eval due --json", 0, "{\"rows\":[]}");
    run("list eval", 0, "受援人\t复评\t五级评估");
    run("verify", 0, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_sheet_of_a_hundred_points, open_world, close_world),
        cmocka_unit_test_setup_teardown(test_grades, open_world, close_world),
        cmocka_unit_test_setup_teardown(test_five_points, open_world, close_world),
        cmocka_unit_test_setup_teardown(test_what_a_sheet_must_have, open_world, close_world),
        cmocka_unit_test_setup_teardown(test_rounds, open_world, close_world),
        cmocka_unit_test_setup_teardown(test_who_and_when, open_world, close_world),
        cmocka_unit_test_setup_teardown(test_a_sheet_entered_whole, open_world, close_world),
        cmocka_unit_test_setup_teardown(test_a_scored_sheet_keeps_its_total, open_world, close_world),
        cmocka_unit_test_setup_teardown(test_a_sealed_name_stays_in_the_case, open_world, close_world),
        cmocka_unit_test_setup_teardown(test_items_go_and_come_back_with_their_sheet, open_world, close_world),
        cmocka_unit_test_setup_teardown(test_the_reviewer_goes_by_the_name_of_the_account, open_world, close_world),
        cmocka_unit_test_setup_teardown(test_what_waits, open_world, close_world),
        cmocka_unit_test_setup_teardown(test_what_may_get_a_second_round, open_world, close_world),
        cmocka_unit_test_setup_teardown(test_command_line, open_folder, remove_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
