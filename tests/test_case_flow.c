/* tests/test_case_flow.c - core/case/case_flow: the table against the law's table, whole lives of cases; who may not is in test_case_authority.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/case/case_flow.h"
#include "core/case/case_impl.h"
#include "core/aid/deadline.h"
#include "core/base/cbor.h"
#include "core/base/day.h"
#include "core/record/change.h"
#include "core/record/changelog.h"
#include "core/record/conflict.h"
#include "core/record/filter.h"
#include "tests/people.h"
#include "tests/steps.h"

static const int64_t DAY_MS = INT64_C(86400000);

/* ---- the table ---- */

/* Every other word leads to a field that one of its actions has, and hides none. */
static void every_alias_leads_somewhere(void **state)
{
    (void)state;
    for (size_t i = 0; i < n_case_field_aliases; i++) {
        const struct case_field_alias *alias = &case_field_aliases[i];
        size_t reached = 0;
        for (size_t a = 0; a < case_action_count(); a++) {
            const struct case_action *action = case_action_at(a);
            if (alias->actions[0] == '\0' || case_list_has(alias->actions, action->name))
                reached += case_list_has(action->needs, alias->field) || case_list_has(action->takes, alias->field);
        }
        if (reached == 0)
            fail_msg("%s of %s: no such field", alias->word, alias->actions);
    }
}

static void every_row_is_sound(void **state)
{
    (void)state;
    struct code_book *codes;
    assert_int_equal(code_book_new(&codes, NULL), STATUS_OK);
    for (size_t i = 0; i < case_action_count(); i++) {
        const struct case_action *action = case_action_at(i);
        struct case_move move = {.action = action};
        const struct field_def *def;
        bool needed;
        record_init(&move.kase, catalogue_find("case"));
        record_init(&move.step, catalogue_find("step"));
        record_init(&move.beside, catalogue_find(strcmp(action->name, "visit") == 0 ? "return_visit" : "payment"));
        assert_non_null(code_book_find(codes, "case_action", action->name));
        assert_true(action->roles != 0);
        for (size_t f = 0; case_move_field_at(&move, f, &def, &needed) != NULL; f++)
            assert_non_null(def);
        for (const char *at = action->documents; *at != '\0'; at += at[2] == ',' ? 3 : 2) {
            char form[3] = {at[0], at[1], '\0'};
            assert_non_null(code_book_find(codes, "doc_form", form));
        }
        if (action->to[0] != '\0')
            assert_non_null(code_book_find(codes, "case_state", action->to));
    }
    code_book_free(codes);
}

/* Each state of domain.md 3.3 that a case can be in is reached by some action, and all but the archive are left by one. */
static void no_state_is_a_trap(void **state)
{
    (void)state;
    struct code_book *codes;
    assert_int_equal(code_book_new(&codes, NULL), STATUS_OK);
    for (size_t i = 0; i < code_book_count(codes, "case_state"); i++) {
        const char *code = code_book_at(codes, "case_state", i)->code;
        bool entered = strcmp(code, "S0") == 0, left = strcmp(code, "S0") == 0 || strcmp(code, "S12") == 0 || strcmp(code, "X1") == 0 || strcmp(code, "X2") == 0 || strcmp(code, "X3") == 0;
        for (size_t a = 0; a < case_action_count(); a++) {
            const struct case_action *action = case_action_at(a);
            entered |= strcmp(action->to, code) == 0;
            left |= action->to[0] != '\0' && strcmp(action->to, code) != 0 && case_list_has(action->from, code);
        }
        if (!entered || !left)
            fail_msg("state %s: entered %d, left %d", code, entered, left);
    }
    code_book_free(codes);
}

/* station_rules of the catalogue says the same as the table. */
static void the_wire_knows_what_stations_may(void **state)
{
    (void)state;
    const struct record_type *kase = catalogue_find("case"), *step = catalogue_find("step");
    const char *states = catalogue_station_moves(kase, catalogue_field(kase, "state")), *names = catalogue_station_moves(step, catalogue_field(step, "action"));
    for (size_t i = 0; i < case_action_count(); i++) {
        const struct case_action *action = case_action_at(i);
        bool here = (action->flags & ACTION_STATION) != 0;
        assert_int_equal(catalogue_has_move(names, "", 0, action->name, strlen(action->name)), here);
        for (const char *at = action->from; here && action->to[0] != '\0' && !(action->flags & ACTION_LINKED);) {
            size_t len = strcspn(at, ",");
            bool same = len == strlen(action->to) && strncmp(at, action->to, len) == 0;
            if (!same && !catalogue_has_move(states, at, len, action->to, strlen(action->to)))
                fail_msg("%s: %.*s>%s is not in station_rules", action->name, (int)len, at, action->to);
            at += len;
            if (*at++ == '\0')
                break;
        }
        if (!here && action->to[0] != '\0' && !case_list_has("S1,S2,S3,X2", action->to))
            assert_false(catalogue_has_move_to(states, action->to, strlen(action->to)));
    }
}

/* Who may: written by hand from domain.md 3.3 (LAW's reports are typed by CLK). */
static void roles_are_those_of_the_brief(void **state)
{
    (void)state;
    static const struct {
        const char *action, *roles;
    } brief[] = {
        {"draft", "station,volunteer,clerk"}, {"receive", "station,clerk"}, {"request-supplement", "station,clerk"}, {"supply", "station,clerk"}, {"lapse", "clerk"},
        {"withdraw", "station,clerk"}, {"transfer", "clerk"}, {"share", "clerk,director"}, {"unshare", "clerk,director"}, {"cooperate", "clerk"}, {"pre-review", "clerk"}, {"examine", "reviewer"}, {"approve", "director"},
        {"refuse", "director"}, {"urgent-aid", "director"}, {"notify", "clerk"}, {"assign", "clerk,director"}, {"agree", "clerk"}, {"log", "clerk"},
        {"change-handler", "clerk,director"}, {"terminate", "director"}, {"object", "bureau"}, {"decide-objection", "bureau"}, {"report-closing", "clerk"},
        {"return-closing", "clerk"}, {"accept-closing", "reviewer,director"}, {"pay", "clerk"}, {"archive", "archivist"}, {"visit", "station,volunteer,clerk"},
    };
    for (size_t i = 0; i < sizeof brief / sizeof brief[0]; i++) {
        const struct case_action *action = case_action_find(brief[i].action);
        assert_non_null(action);
        for (unsigned role = 0; role < ROLE_COUNT; role++) {
            bool may = (action->roles & 1u << role) != 0;
            if (may != case_list_has(brief[i].roles, actor_role_name((enum actor_role)role)))
                fail_msg("%s by %s: %d", action->name, actor_role_name((enum actor_role)role), may);
        }
    }
}

/* ---- lives ---- */

static void a_case_from_first_word_to_archive(void **state)
{
    struct people *people = *state;
    struct node *center = &people->world.center, *station = &people->world.stations[0];
    struct id id = people_received(people);
    case_expect_state(center, id, "S2");
    people_granted(people, &id);
    case_expect_state(center, id, "S6");
    people_handled(people, &id);
    case_does(center, &people->clerk, "log", &id, "kind=05", "content=第一次开庭");
    case_does(center, &people->clerk, "log", &id, "kind=10", "content=收到判决书");
    case_does(center, &people->clerk, "report-closing", &id, "closing_doc=01", "outcome=01", "effect=判决支付全部工资", "recovered=23000元", "wages_recovered=23000元", "closing_doc_no=民初1号");
    case_does(center, &people->clerk, "return-closing", &id, "items=判决书复印件");
    case_does(center, &people->clerk, "supply-closing", &id, "items=判决书复印件");
    case_does(center, &people->director, "accept-closing", &id, "opinion=材料齐全");
    case_does(center, &people->clerk, "pay", &id, "remote=200元", "deduction=100元", "deduction_reason=迟交材料");
    case_does(center, &people->archivist, "archive", &id, "shelf=A-1");
    case_expect_state(center, id, "S12");
    world_sync(&people->world, 0);
    case_expect_state(station, id, "S12");
    struct record kase;
    struct errmsg err = {{0}};
    assert_int_equal(records_get(station->store, &people->station, catalogue_find("case"), id, &kase, &err), STATUS_OK);
    assert_int_equal(case_int(&kase, "subsidy"), 200000 + 20000 - 10000);
    assert_true(record_text(&kase, "decision_no")[0] != '\0');
    assert_string_equal(record_text(&kase, "archive_no"), "溧法援2026-三十年-1");
    assert_string_equal(record_text(&kase, "provisional_no"), "S01-26-0001");
    assert_string_equal(record_text(&kase, "handler"), "陈律师");
    assert_string_equal(record_text(&kase, "sex"), "2");
    record_release(&kase);
    node_verify(center);
    node_verify(station);
}

static uint64_t steps_of_receiving(struct people *people)
{
    uint64_t before = steps_taken();
    (void)people_received(people);
    return steps_taken() - before;
}

/* The number that a station gives is looked for among its cases (a restored copy may have given it before), not by going through them. */
static void receiving_a_case_does_not_pass_over_the_others(void **state)
{
    enum { CASES = 300 };
    steps_watch(1);
    assert_int_equal(people_open(state), 0);
    struct people *people = *state;
    (void)people_received(people); /* the first one looks up much that is remembered */
    uint64_t before = steps_of_receiving(people);
    for (int i = 0; i < CASES; i++)
        node_make(&people->world.stations[0], "case", "name=王建国", "state=S12", NULL);
    world_sync(&people->world, 0);
    assert_true(before > 0);
    assert_in_range(steps_of_receiving(people), 1, before + CASES);
    assert_int_equal(people_close(state), 0);
    steps_watch_end();
}

/* "D01 2026-01-08; D02 .." of the stored case, as seen on 2026-01-01. */
static void runs(struct node *node, struct id id, const char *expected)
{
    struct errmsg err = {{0}};
    struct record kase;
    struct rules *rules;
    struct calendar *calendar;
    struct deadline deadlines[DEADLINES_MAX];
    size_t n, len = 0;
    char got[200] = "";
    assert_int_equal(rules_load(&rules, node->store, &node->actor, &err), STATUS_OK);
    assert_int_equal(calendar_load(&calendar, node->store, &node->actor, &err), STATUS_OK);
    assert_int_equal(records_get(node->store, &node->actor, catalogue_find("case"), id, &kase, &err), STATUS_OK);
    assert_int_equal(deadlines_stored(node->store, rules, calendar, &kase, day_of_ms(node->actor.now_ms, DAY_OFFICE_OFFSET_MIN), deadlines, &n, &err), STATUS_OK);
    for (size_t i = 0; i < n; i++) {
        char due[DAY_TEXT_BYTES];
        day_format(deadlines[i].due, due);
        len += (size_t)snprintf(got + len, sizeof got - len, "%s%s %s", i > 0 ? "; " : "", deadlines[i].code, due);
    }
    assert_string_equal(got, expected);
    record_release(&kase);
    calendar_free(calendar);
    rules_free(rules);
}

/* What the actions write is what the clocks read. 4 January 2026 is a worked Sunday; 31 January a Saturday. */
static void clocks_follow_the_actions(void **state)
{
    struct people *people = *state;
    struct node *center = &people->world.center;
    struct id id = people_received(people);
    runs(center, id, "D01 2026-01-08");
    case_does(center, &people->clerk, "request-supplement", &id, "items=收入证明");
    runs(center, id, "D01 2026-01-08; D02 2026-01-16");
    case_does(center, &people->clerk, "supply", &id, "items=收入证明");
    people_granted(people, &id);
    runs(center, id, "D03 2026-01-04");
    case_handler(center, "陈律师", "02");
    case_does(center, &people->clerk, "assign", &id, "handler=陈律师");
    runs(center, id, "D07 2026-01-06");
    case_does(center, &people->clerk, "agree", &id, "content=一般代理");
    runs(center, id, "");
    case_does(center, &people->clerk, "log", &id, "kind=11", "content=联系不上");
    runs(center, id, "D11 2026-01-08"); /* 4, 5, 6, 7, 8 */
    case_refused(center, &people->clerk, "log", &id, STATUS_INVALID, "不同意更换的要写明理由", "kind=14", "content=不换");
    case_does(center, &people->clerk, "log", &id, "kind=14", "content=不换", "reason=已经联系上");
    runs(center, id, "");
    case_does(center, &people->clerk, "log", &id, "kind=10", "content=收到判决书");
    runs(center, id, "D14 2026-02-02");
    case_does(center, &people->clerk, "report-closing", &id, "closing_doc=01", "outcome=01", "effect=判决支付全部工资");
    runs(center, id, "D15 2026-02-02");
    case_does(center, &people->director, "accept-closing", &id, "opinion=材料齐全");
    runs(center, id, "D15 2026-02-02");
    case_does(center, &people->clerk, "pay", &id, "paid_on=2026-01-01");
    runs(center, id, "");
}

static void clocks_of_an_objection(void **state)
{
    struct people *people = *state;
    struct node *center = &people->world.center;
    struct id id = people_received(people);
    people_granted(people, &id);
    people_handled(people, &id);
    case_does(center, &people->director, "terminate", &id, "term_ground=06");
    runs(center, id, "D12 2026-01-04; D08 2026-01-16");
    case_does(center, &people->bureau, "object", &id, "reason=没有另请律师");
    runs(center, id, "D09 2026-01-06");
    case_does(center, &people->bureau, "decide-objection", &id, "objection_result=01", "reason=委托合同在卷");
    runs(center, id, "D12 2026-01-04; D10 2026-03-02; D10_2 2026-07-01"); /* 60 days, 6 months */
}

/* No cell of the tariff fits a criminal case without a stage: nobody is paid a guess. */
static void a_sum_without_a_standard_is_entered(void **state)
{
    struct people *people = *state;
    struct node *center = &people->world.center;
    struct id id = people_received(people);
    people_granted(people, &id);
    people_handled(people, &id);
    case_does(center, &people->clerk, "log", &id, "kind=10", "content=收到判决书");
    case_does(center, &people->clerk, "report-closing", &id, "closing_doc=01", "outcome=01", "effect=判决支付全部工资");
    case_does(center, &people->director, "accept-closing", &id, "opinion=材料齐全");
    case_does(center, &people->clerk, "correct", &id, "reason=立案类型登错", "case_type=01", "stage=");
    case_refused(center, &people->clerk, "pay", &id, STATUS_INVALID, "标准表里没有", "paid_on=2026-01-01");
    case_does(center, &people->clerk, "pay", &id, "paid_on=2026-01-01", "standard=800元");
}

static void illegal_moves_say_why(void **state)
{
    struct people *people = *state;
    struct node *center = &people->world.center, *station = &people->world.stations[0];
    struct id id = people_received(people);
    case_refused(station, &people->station, "receive", &id, STATUS_INVALID, "已收件(S2)", "items=又一次");
    case_refused(station, &people->station, "pre-review", &id, STATUS_FORBIDDEN, "只能由县中心", "opinion=好");
    case_refused(center, &people->clerk, "approve", &id, STATUS_FORBIDDEN, "由中心负责人办理", "opinion=好");
    case_refused(center, &people->director, "approve", &id, STATUS_INVALID, "要在 已审查 时办理", "opinion=好");
    case_refused(center, &people->admin, "pre-review", &id, STATUS_FORBIDDEN, "角色是 管理员", "opinion=好");
    case_refused(center, &people->auditor, "note", &id, STATUS_FORBIDDEN, "只能查看", "content=好");
    case_refused(center, &people->clerk, "pre-review", &id, STATUS_INVALID, "字段 意见(opinion)", "means_result=01");
    case_refused(center, &people->clerk, "pre-review", &id, STATUS_USAGE, "没有字段 colour", "colour=red");
    case_refused(station, &people->volunteer, "withdraw", &id, STATUS_FORBIDDEN, "工作站人员、中心受理员", "reason=不办了");
    case_expect_state(center, id, "S2");
}

static void three_reviews_by_three_people(void **state)
{
    struct people *people = *state;
    struct node *center = &people->world.center;
    struct id id = people_received(people);
    struct actor same = people->reviewer, boss = people->director;
    snprintf(same.name, sizeof same.name, "%s", people->clerk.name);
    snprintf(boss.name, sizeof boss.name, "%s", people->reviewer.name);
    case_does(center, &people->clerk, "pre-review", &id, "means_result=01", "scope_result=01", "opinion=符合条件");
    case_refused(center, &same, "examine", &id, STATUS_FORBIDDEN, "要由另一人办理", "opinion=同意");
    case_does(center, &people->reviewer, "examine", &id, "opinion=同意");
    case_refused(center, &boss, "approve", &id, STATUS_FORBIDDEN, "要由另一人办理", "opinion=同意");
    case_does(center, &people->director, "approve", &id, "opinion=同意");
}

static void a_supplement_is_asked_for_once_and_stops_the_clock(void **state)
{
    struct people *people = *state;
    struct node *center = &people->world.center, *station = &people->world.stations[0];
    struct id id = people_received(people);
    case_does(station, &people->station, "request-supplement", &id, "items=户口簿；收入证明");
    case_expect_state(station, id, "S3");
    people->station.now_ms += 4 * DAY_MS;
    case_does(station, &people->station, "supply", &id, "items=户口簿");
    struct record kase;
    struct errmsg err = {{0}};
    assert_int_equal(records_get(station->store, &people->station, catalogue_find("case"), id, &kase, &err), STATUS_OK);
    assert_int_equal(case_int(&kase, "paused_days"), 4);
    assert_true(case_empty(&kase, "paused_on"));
    record_release(&kase);
    case_refused(station, &people->station, "request-supplement", &id, STATUS_INVALID, "只能通知一次", "items=再来一份");
    world_sync(&people->world, 0);
    case_expect_state(center, id, "S2");
    node_verify(center);
}

/* The time runs from the day of the notice, also when it is typed later; a day that somebody chose stays. */
static void a_supplement_is_due_from_its_notice(void **state)
{
    struct people *people = *state;
    struct node *center = &people->world.center;
    struct id id = people_received(people), chosen = people_received(people);
    people->clerk.now_ms += 20 * DAY_MS; /* 2026-01-21 */
    case_does(center, &people->clerk, "request-supplement", &id, "items=户口簿", "date=2026-01-05");
    runs(center, id, "D01 2026-01-08; D02 2026-01-20");
    case_does(center, &people->clerk, "request-supplement", &chosen, "items=户口簿", "date=2026-01-05", "supplement_due=2026-01-12");
    runs(center, chosen, "D01 2026-01-08; D02 2026-01-12");
    case_does(center, &people->clerk, "lapse", &id, "reason=没来");
}

static void overdue_supplement_counts_as_withdrawn(void **state)
{
    struct people *people = *state;
    struct node *center = &people->world.center;
    struct id id = people_received(people);
    case_does(center, &people->clerk, "request-supplement", &id, "items=户口簿", "supplement_due=2026-01-16");
    case_refused(center, &people->clerk, "lapse", &id, STATUS_INVALID, "还没有过", "reason=没来");
    people->clerk.now_ms += 16 * DAY_MS; /* 2026-01-17 */
    case_does(center, &people->clerk, "lapse", &id, "reason=没来");
    case_expect_state(center, id, "X1");
}

static void refusal_objection_and_correction(void **state)
{
    struct people *people = *state;
    struct node *center = &people->world.center;
    struct id id = people_received(people);
    case_does(center, &people->clerk, "pre-review", &id, "means_result=02", "scope_result=01", "opinion=收入超过标准");
    case_does(center, &people->reviewer, "examine", &id, "opinion=同意初审意见");
    case_refused(center, &people->director, "approve", &id, STATUS_INVALID, "要写明理由", "opinion=同意");
    case_does(center, &people->director, "refuse", &id, "refuse_reason=02", "reason=人均月收入超过标准");
    case_expect_state(center, id, "X4");
    case_refused(center, &people->director, "object", &id, STATUS_FORBIDDEN, "司法局", "reason=不服");
    case_does(center, &people->bureau, "object", &id, "reason=收入计算有误");
    case_does(center, &people->bureau, "decide-objection", &id, "objection_result=02", "reason=应扣除医疗支出");
    case_expect_state(center, id, "S6");
    char *decision = node_get(center, "case", id, "decision");
    assert_string_equal(decision, "01");
    free(decision);
}

static void objection_upheld_ends_here(void **state)
{
    struct people *people = *state;
    struct node *center = &people->world.center;
    struct id id = people_received(people);
    people_granted(people, &id);
    people_handled(people, &id);
    case_does(center, &people->director, "terminate", &id, "term_ground=06");
    case_expect_state(center, id, "X5");
    case_does(center, &people->bureau, "object", &id, "reason=没有另请律师");
    case_does(center, &people->bureau, "decide-objection", &id, "objection_result=01", "reason=委托合同在卷");
    case_expect_state(center, id, "X5");
    case_refused(center, &people->bureau, "object", &id, STATUS_INVALID, "行政复议", "reason=还是不服");
    case_does(center, &people->archivist, "archive", &id, "shelf=B-2");
    case_expect_state(center, id, "S12");
}

static void a_termination_is_taken_back(void **state)
{
    struct people *people = *state;
    struct node *center = &people->world.center;
    struct id id = people_received(people);
    people_granted(people, &id);
    people_handled(people, &id);
    case_refused(center, &people->director, "terminate", &id, STATUS_INVALID, "字段 理由(reason)", "term_ground=08");
    case_does(center, &people->director, "terminate", &id, "term_ground=04");
    case_does(center, &people->bureau, "object", &id, "reason=收入没有变化");
    case_does(center, &people->bureau, "decide-objection", &id, "objection_result=02", "reason=核查属实");
    case_expect_state(center, id, "S8");
    struct record kase;
    struct errmsg err = {{0}};
    assert_int_equal(records_get(center->store, &people->bureau, catalogue_find("case"), id, &kase, &err), STATUS_OK);
    assert_true(case_empty(&kase, "terminated_on") && case_empty(&kase, "term_ground"));
    record_release(&kase);
}

/* Labour arbitration, one year from 2025-01-02: it ends on 2026-01-02, a day of the New Year's holiday, so on Sunday 2026-01-04, a make-up working day. */
static void the_limitation_is_counted(void **state)
{
    struct people *people = *state;
    struct node *station = &people->world.stations[0];
    struct id id = {{0}};
    struct record kase;
    struct errmsg err = {{0}};
    case_does(station, &people->station, "draft", &id, "name=张文芳", "limitation_kind=02", "limitation_from=2025-01-02");
    assert_int_equal(records_get(station->store, &people->station, catalogue_find("case"), id, &kase, &err), STATUS_OK);
    char day[DAY_TEXT_BYTES];
    day_format((int32_t)case_int(&kase, "limitation_on"), day);
    assert_string_equal(day, "2026-01-04");
    record_release(&kase);
}

static void urgent_aid_first_papers_later(void **state)
{
    struct people *people = *state;
    struct node *center = &people->world.center;
    struct id id = people_received(people);
    node_set(center, "case", id, "limitation_on", "2026-01-20");
    case_refused(center, &people->director, "urgent-aid", &id, STATUS_INVALID, "七日以上", "urgent_ground=01");
    node_set(center, "case", id, "limitation_on", "2026-01-05");
    case_refused(center, &people->clerk, "urgent-aid", &id, STATUS_FORBIDDEN, "中心负责人", "urgent_ground=01");
    case_does(center, &people->director, "urgent-aid", &id, "urgent_ground=01");
    case_expect_state(center, id, "S6u");
    case_does(center, &people->director, "complete-urgent", &id, "opinion=手续齐全");
    case_expect_state(center, id, "S6u");
    case_refused(center, &people->director, "complete-urgent", &id, STATUS_INVALID, "没有要补办的手续", "opinion=手续齐全");
}

static void a_notice_from_the_court_makes_a_case(void **state)
{
    struct people *people = *state;
    struct node *center = &people->world.center;
    struct id id = {{0}};
    case_refused(&people->world.stations[0], &people->station, "notify", &id, STATUS_FORBIDDEN, "只能由县中心", "name=某某");
    case_refused(center, &people->clerk, "notify", &id, STATUS_INVALID, "来文文号(notice_no)", "name=马某", "organ=溧水区人民法院", "notice_ground=01", "stage=04");
    case_does(center, &people->clerk, "notify", &id, "name=马某", "organ=溧水区人民法院", "notice_no=通辩1号", "notice_ground=01", "stage=04", "born=2010-03-01");
    case_expect_state(center, id, "S6n");
    char *source = node_get(center, "case", id, "source"), *basis = node_get(center, "case", id, "basis");
    assert_string_equal(source, "11");
    assert_string_equal(basis, "法律援助法第二十五条第一款第（一）项");
    free(source);
    free(basis);
}

static void the_handler_is_changed_and_hands_over(void **state)
{
    struct people *people = *state;
    struct node *center = &people->world.center;
    struct id id = people_received(people);
    people_granted(people, &id);
    case_refused(center, &people->clerk, "assign", &id, STATUS_INVALID, "名册", "handler=auto");
    people_handled(people, &id);
    case_refused(center, &people->clerk, "change-handler", &id, STATUS_INVALID, "还是原来的", "handler=陈律师", "reason=受援人要求");
    case_refused(center, &people->clerk, "change-handler", &id, STATUS_INVALID, "名册里没有", "handler=无此人", "reason=受援人要求");
    case_handler(center, "林律师", "02");
    case_does(center, &people->clerk, "change-handler", &id, "handler=林律师", "reason=受援人要求");
    case_expect_state(center, id, "S7");
    char *name = node_get(center, "case", id, "handler");
    assert_string_equal(name, "林律师");
    free(name);
}

/* What the check for conflicts found, and why the handler was chosen, may be long: cut between characters, else the step could not be stored. */
static void long_findings_are_cut_between_characters(void **state)
{
    struct people *people = *state;
    struct node *station = &people->world.stations[0], *center = &people->world.center;
    struct id id = {{0}};
    for (int i = 0; i < 4; i++) {
        id = (struct id){{0}};
        case_does(station, &people->station, "draft", &id, i == 0 ? "name=a阿依古丽买买提江吐尔逊" : i == 1 ? "name=bb阿依古丽买买提江吐尔逊阿依古丽买买提江吐尔逊阿依古丽买买提江吐尔逊" : "name=张文芳",
             "id_no=32012419870312274X", "cause=追索劳动报酬纠纷", "matter=M5", "stage=04", "legal_status=01");
        case_does(station, &people->station, "receive", &id, "items=身份证复印件");
    }
    world_sync(&people->world, 0);
    case_handler(center, "陈律师", "02");
    people_granted(people, &id);
    case_does(center, &people->clerk, "assign", &id, "handler=陈律师", "reason=x受援人说这位律师上次办得很好所以还想请他来办这位律师也愿意接这件案子中心同意");
    char *reason = node_get(center, "case", id, "assign_reason");
    assert_non_null(strstr(reason, "中心同意")); /* 200 characters have room for all of it */
    free(reason);
    node_verify(center);
}

static int64_t cases_at(struct node *node)
{
    int64_t count = -1;
    assert_int_equal(records_count(node->store, &node->actor, catalogue_find("case"), NULL, &count, NULL), STATUS_OK);
    return count;
}

static bool count_step(void *context, const struct record *step)
{
    (void)step;
    ++*(int *)context;
    return true;
}

static void cooperation_and_transfer(void **state)
{
    struct people *people = *state;
    struct node *center = &people->world.center, *other = &people->world.stations[1];
    struct id id = people_received(people);
    case_does(center, &people->clerk, "cooperate", &id, "target=邻县法律援助中心", "content=核查收入");
    case_expect_state(center, id, "S2c");
    people->clerk.now_ms += 3 * DAY_MS;
    case_does(center, &people->clerk, "cooperate-done", &id, "content=收入属实");
    node_set(center, "case", id, "event", "00112233445566778899aabbccddeeff"); /* taken at an event of station 2 */
    case_does(center, &people->clerk, "transfer", &id, "target=站3", "reason=事由发生地在那里");
    case_expect_state(center, id, "S2"); /* another station of the same center: no 移送 in law, the days run on */
    world_sync(&people->world, 0);
    world_sync(&people->world, 1);
    assert_int_equal(cases_at(center), 1); /* one case, and it is the other station's with its whole history */
    assert_int_equal(cases_at(other), 1);
    assert_int_equal(cases_at(&people->world.stations[0]), 0);
    char *station = node_get(other, "case", id, "station");
    assert_string_equal(station, "站3");
    free(station);
    int steps = 0;
    assert_int_equal(case_steps(other->store, &other->actor, id, count_step, &steps, NULL), STATUS_OK);
    assert_int_equal(steps, 5);
    case_does(center, &people->clerk, "share", &id, "target=站2");
    world_sync(&people->world, 0);
    assert_int_equal(cases_at(&people->world.stations[0]), 1);
    case_does(center, &people->clerk, "unshare", &id, "target=站2");
    world_sync(&people->world, 0);
    assert_int_equal(cases_at(&people->world.stations[0]), 0);
    case_refused(center, &people->clerk, "share", &id, STATUS_INVALID, "没有这个单位", "target=月球站");
    case_refused(center, &people->clerk, "transfer", &id, STATUS_INVALID, "本来就在", "target=站3");
    node_make(center, "org", "number=9", "code=hl", "name=洪蓝街道法律援助工作站", "kind=station", NULL);
    case_refused(center, &people->clerk, "transfer", &id, STATUS_INVALID, "没有叫 洪蓝 的单位；转给本县的 洪蓝街道法律援助工作站", "target=洪蓝"); /* what is nearly one of the county's would end the case */
    case_refused(center, &people->clerk, "transfer", &id, STATUS_INVALID, "没有这个单位", "target=站");
    /* Nor is what one of them was called, nor one that is closed, and a firm holds no files. */
    struct id hl = node_make(center, "org", "number=10", "code=gf", "name=高淳工作站", "kind=station", NULL);
    node_set(center, "org", hl, "name", "高淳公共法律服务站");
    case_refused(center, &people->clerk, "transfer", &id, STATUS_INVALID, "高淳工作站 是 高淳公共法律服务站 以前的名称", "target=高淳工作站");
    node_set(center, "org", hl, "closed", "是");
    case_refused(center, &people->clerk, "transfer", &id, STATUS_INVALID, "已停办", "target=gf");
    case_refused(center, &people->clerk, "share", &id, STATUS_INVALID, "已停办", "target=gf");
    node_make(center, "org", "number=11", "code=ls", "name=正阳律师事务所", "kind=firm", NULL);
    case_refused(center, &people->clerk, "transfer", &id, STATUS_INVALID, "不是本中心的", "target=正阳律师事务所");
    case_expect_state(center, id, "S2");
    node_make(center, "org", "number=12", "code=lx", "name=邻县法律援助中心", "kind=other", NULL); /* an address that the county keeps is no office of it */
    case_refused(center, &people->clerk, "share", &id, STATUS_INVALID, "不是本中心的", "target=邻县法律援助中心");
    case_does(center, &people->clerk, "transfer", &id, "target=邻县法律援助中心");
    case_expect_state(center, id, "X3");
    world_sync(&people->world, 0);
    world_sync(&people->world, 1);
    node_verify(center);
    node_verify(other);
    node_verify(&people->world.stations[0]);
}

/* domain.md 3.3 (c): the appeal is a case of its own, linked, with the same people. */
static void the_next_stage_is_a_case_of_its_own(void **state)
{
    struct people *people = *state;
    struct node *center = &people->world.center;
    struct id first = people_received(people);
    struct id second = first;
    case_refused(center, &people->clerk, "next-stage", &second, STATUS_INVALID, "要在", "stage=05");
    people_granted(people, &first);
    people_handled(people, &first);
    case_does(center, &people->clerk, "next-stage", &second, "stage=05", "organ=市中级人民法院");
    assert_false(id_equal(first, second));
    case_expect_state(center, first, "S8");
    case_expect_state(center, second, "S1");
    char id[ID_TEXT_BYTES], *before = node_get(center, "case", second, "prev_case");
    id_format(first, id);
    assert_string_equal(before, id);
    free(before);
    world_sync(&people->world, 0);
    case_expect_state(&people->world.stations[0], second, "S1");
}

/* What one action wrote travels as one: a batch ends behind the step, never between the case and its papers, whatever the size limit. */
static void an_action_travels_as_one(void **state)
{
    struct people *people = *state;
    struct node *center = &people->world.center, *station = &people->world.stations[0];
    struct errmsg err = {{0}};
    struct id id = people_received(people);
    people_granted(people, &id);
    struct replica_state at;
    struct log_id own = {.station = station->machine.station_no};
    memcpy(own.incarnation, station->machine.incarnation, INCARNATION_BYTES);
    assert_int_equal(replica_state(station->store, &at, &err), STATUS_OK);
    bool more = true;
    int batches = 0;
    while (more) {
        struct replica_batch batch = {0};
        struct replica_result result;
        buf_init(&batch.entries, 1 << 22);
        assert_int_equal(replica_read_scope(center->store, &station->peer, &own, at.rcur, 1, &batch, &more, &err), STATUS_OK);
        assert_int_equal(store_begin(station->store, "apply", &err), STATUS_OK);
        assert_int_equal(replica_apply(station->store, batch.entries.data, batch.entries.len, batch.count, batch.last, &result, &err), STATUS_OK);
        assert_int_equal(store_commit(station->store, &err), STATUS_OK);
        at.rcur = batch.last;
        batches += batch.count > 0;
        buf_release(&batch.entries);
        char *now = node_get(station, "case", id, "state"), *number = node_get(station, "case", id, "decision_no");
        int64_t papers = 0;
        struct filter filter;
        assert_int_equal(filter_parse(&filter, catalogue_find("document"), station->codes, "form=09", &err), STATUS_OK);
        assert_int_equal(records_count(station->store, &people->station, catalogue_find("document"), &filter, &papers, &err), STATUS_OK);
        filter_release(&filter);
        assert_int_equal(strcmp(now, "S6") == 0, papers == 1); /* state, number and paper come together */
        assert_int_equal(strcmp(now, "S6") == 0, number[0] != '\0');
        free(now);
        free(number);
    }
    assert_true(batches >= 3);
    case_expect_state(station, id, "S6");
}

int main(void)
{
#define with_people(test) cmocka_unit_test_setup_teardown(test, people_open, people_close)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_is_sound),
        cmocka_unit_test(every_alias_leads_somewhere),
        cmocka_unit_test(no_state_is_a_trap),
        cmocka_unit_test(the_wire_knows_what_stations_may),
        cmocka_unit_test(roles_are_those_of_the_brief),
        with_people(a_case_from_first_word_to_archive),
        cmocka_unit_test(receiving_a_case_does_not_pass_over_the_others),
        with_people(illegal_moves_say_why),
        with_people(three_reviews_by_three_people),
        with_people(a_supplement_is_asked_for_once_and_stops_the_clock),
        with_people(a_supplement_is_due_from_its_notice),
        with_people(overdue_supplement_counts_as_withdrawn),
        with_people(refusal_objection_and_correction),
        with_people(objection_upheld_ends_here),
        with_people(clocks_follow_the_actions),
        with_people(clocks_of_an_objection),
        with_people(a_sum_without_a_standard_is_entered),
        with_people(a_termination_is_taken_back),
        with_people(the_limitation_is_counted),
        with_people(urgent_aid_first_papers_later),
        with_people(a_notice_from_the_court_makes_a_case),
        with_people(the_handler_is_changed_and_hands_over),
        with_people(long_findings_are_cut_between_characters),
        with_people(cooperation_and_transfer),
        with_people(the_next_stage_is_a_case_of_its_own),
        with_people(an_action_travels_as_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
