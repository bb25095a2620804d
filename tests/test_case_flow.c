/* Tests of core/case/case_flow: the table against the law's table, whole lives of cases, who may not, what the center's order does to steps made apart, forged changes.
 * People: 李收 (station), 王初 (clerk), 赵审 (reviewer), 钱批 (director), 孙局 (bureau), 周档 (archivist). Days are 2026-01-01 (a Thursday and holiday) and later. */
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
#include "tests/case_act.h"

static const int64_t DAY_MS = INT64_C(86400000);

struct bench {
    struct world world;
    struct actor station, clerk, reviewer, director, bureau, archivist, volunteer, admin, auditor;
};

static struct actor person(const struct node *node, const char *name, enum actor_role role)
{
    struct actor actor = node->actor;
    actor.owner = false;
    actor.role = role;
    snprintf(actor.name, sizeof actor.name, "%s", name);
    return actor;
}

static int open_bench(void **state)
{
    struct bench *bench = calloc(1, sizeof *bench);
    world_open(&bench->world, 2, NULL);
    const struct node *center = &bench->world.center;
    bench->station = person(&bench->world.stations[0], "李收", ROLE_STATION);
    bench->volunteer = person(&bench->world.stations[0], "吴愿", ROLE_VOLUNTEER);
    bench->clerk = person(center, "王初", ROLE_CLERK);
    bench->reviewer = person(center, "赵审", ROLE_REVIEWER);
    bench->director = person(center, "钱批", ROLE_DIRECTOR);
    bench->bureau = person(center, "孙局", ROLE_BUREAU);
    bench->archivist = person(center, "周档", ROLE_ARCHIVIST);
    bench->admin = person(center, "郑管", ROLE_ADMIN);
    bench->auditor = person(center, "冯审", ROLE_AUDITOR);
    *state = bench;
    return 0;
}

static int close_bench(void **state)
{
    struct bench *bench = *state;
    world_close(&bench->world);
    free(bench);
    return 0;
}

/* A received case of station 1, synced to the center. */
static struct id received(struct bench *bench)
{
    struct node *station = &bench->world.stations[0];
    struct id id = {{0}};
    case_does(station, &bench->station, "draft", &id, "name=张文芳", "id_no=32012419870312274X", "cause=追索劳动报酬纠纷", "matter=M5", "opponent=某某建筑公司", "stage=04",
         "legal_status=01", "phone=13900000001");
    case_does(station, &bench->station, "receive", &id, "items=身份证复印件;工资欠条");
    world_sync(&bench->world, 0);
    return id;
}

static void handler(struct node *center, const char *name, const char *kind)
{
    struct errmsg err = {{0}};
    struct record record;
    record_init(&record, catalogue_find("handler"));
    assert_int_equal(record_set_text(&record, "name", name), STATUS_OK);
    assert_int_equal(record_set_text(&record, "kind", kind), STATUS_OK);
    assert_int_equal(records_save(center->store, &center->actor, center->codes, center->random, &record, &err), STATUS_OK);
    record_release(&record);
}

static void granted(struct bench *bench, struct id *id)
{
    struct node *center = &bench->world.center;
    case_does(center, &bench->clerk, "pre-review", id, "means_result=01", "scope_result=01", "opinion=符合条件");
    case_does(center, &bench->reviewer, "examine", id, "opinion=同意");
    case_does(center, &bench->director, "approve", id, "opinion=同意");
}

static void handled(struct bench *bench, struct id *id)
{
    struct node *center = &bench->world.center;
    handler(center, "陈律师", "02");
    case_does(center, &bench->clerk, "assign", id, "handler=陈律师");
    case_does(center, &bench->clerk, "agree", id, "content=一般代理");
}

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
    struct bench *bench = *state;
    struct node *center = &bench->world.center, *station = &bench->world.stations[0];
    struct id id = received(bench);
    case_expect_state(center, id, "S2");
    granted(bench, &id);
    case_expect_state(center, id, "S6");
    handled(bench, &id);
    case_does(center, &bench->clerk, "log", &id, "kind=05", "content=第一次开庭");
    case_does(center, &bench->clerk, "log", &id, "kind=10", "content=收到判决书");
    case_does(center, &bench->clerk, "report-closing", &id, "closing_doc=01", "outcome=01", "effect=判决支付全部工资", "recovered=23000元", "wages_recovered=23000元", "closing_doc_no=民初1号");
    case_does(center, &bench->clerk, "return-closing", &id, "items=判决书复印件");
    case_does(center, &bench->clerk, "supply-closing", &id, "items=判决书复印件");
    case_does(center, &bench->director, "accept-closing", &id, "opinion=材料齐全");
    case_does(center, &bench->clerk, "pay", &id, "remote=200元", "deduction=100元", "deduction_reason=迟交材料");
    case_does(center, &bench->archivist, "archive", &id, "shelf=A-1");
    case_expect_state(center, id, "S12");
    world_sync(&bench->world, 0);
    case_expect_state(station, id, "S12");
    struct record kase;
    struct errmsg err = {{0}};
    assert_int_equal(records_get(station->store, &bench->station, catalogue_find("case"), id, &kase, &err), STATUS_OK);
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
    struct bench *bench = *state;
    struct node *center = &bench->world.center;
    struct id id = received(bench);
    runs(center, id, "D01 2026-01-08");
    case_does(center, &bench->clerk, "request-supplement", &id, "items=收入证明");
    runs(center, id, "D01 2026-01-08; D02 2026-01-16");
    case_does(center, &bench->clerk, "supply", &id, "items=收入证明");
    granted(bench, &id);
    runs(center, id, "D03 2026-01-04");
    handler(center, "陈律师", "02");
    case_does(center, &bench->clerk, "assign", &id, "handler=陈律师");
    runs(center, id, "D07 2026-01-06");
    case_does(center, &bench->clerk, "agree", &id, "content=一般代理");
    runs(center, id, "");
    case_does(center, &bench->clerk, "log", &id, "kind=11", "content=联系不上");
    runs(center, id, "D11 2026-01-08"); /* 4, 5, 6, 7, 8 */
    case_refused(center, &bench->clerk, "log", &id, STATUS_INVALID, "不同意更换的要写明理由", "kind=14", "content=不换");
    case_does(center, &bench->clerk, "log", &id, "kind=14", "content=不换", "reason=已经联系上");
    runs(center, id, "");
    case_does(center, &bench->clerk, "log", &id, "kind=10", "content=收到判决书");
    runs(center, id, "D14 2026-02-02");
    case_does(center, &bench->clerk, "report-closing", &id, "closing_doc=01", "outcome=01", "effect=判决支付全部工资");
    runs(center, id, "D15 2026-02-02");
    case_does(center, &bench->director, "accept-closing", &id, "opinion=材料齐全");
    runs(center, id, "D15 2026-02-02");
    case_does(center, &bench->clerk, "pay", &id, "paid_on=2026-01-01");
    runs(center, id, "");
}

static void clocks_of_an_objection(void **state)
{
    struct bench *bench = *state;
    struct node *center = &bench->world.center;
    struct id id = received(bench);
    granted(bench, &id);
    handled(bench, &id);
    case_does(center, &bench->director, "terminate", &id, "term_ground=06");
    runs(center, id, "D12 2026-01-04; D08 2026-01-16");
    case_does(center, &bench->bureau, "object", &id, "reason=没有另请律师");
    runs(center, id, "D09 2026-01-06");
    case_does(center, &bench->bureau, "decide-objection", &id, "objection_result=01", "reason=委托合同在卷");
    runs(center, id, "D12 2026-01-04; D10 2026-03-02; D10_2 2026-07-01"); /* 60 days, 6 months */
}

/* No cell of the tariff fits a criminal case without a stage: nobody is paid a guess. */
static void a_sum_without_a_standard_is_entered(void **state)
{
    struct bench *bench = *state;
    struct node *center = &bench->world.center;
    struct id id = received(bench);
    granted(bench, &id);
    handled(bench, &id);
    case_does(center, &bench->clerk, "log", &id, "kind=10", "content=收到判决书");
    case_does(center, &bench->clerk, "report-closing", &id, "closing_doc=01", "outcome=01", "effect=判决支付全部工资");
    case_does(center, &bench->director, "accept-closing", &id, "opinion=材料齐全");
    case_does(center, &bench->clerk, "correct", &id, "reason=立案类型登错", "case_type=01", "stage=");
    case_refused(center, &bench->clerk, "pay", &id, STATUS_INVALID, "标准表里没有", "paid_on=2026-01-01");
    case_does(center, &bench->clerk, "pay", &id, "paid_on=2026-01-01", "standard=800元");
}

static void illegal_moves_say_why(void **state)
{
    struct bench *bench = *state;
    struct node *center = &bench->world.center, *station = &bench->world.stations[0];
    struct id id = received(bench);
    case_refused(station, &bench->station, "receive", &id, STATUS_INVALID, "已收件(S2)", "items=又一次");
    case_refused(station, &bench->station, "pre-review", &id, STATUS_FORBIDDEN, "只能由县中心", "opinion=好");
    case_refused(center, &bench->clerk, "approve", &id, STATUS_FORBIDDEN, "由中心负责人办理", "opinion=好");
    case_refused(center, &bench->director, "approve", &id, STATUS_INVALID, "要在 已审查 时办理", "opinion=好");
    case_refused(center, &bench->admin, "pre-review", &id, STATUS_FORBIDDEN, "角色是 管理员", "opinion=好");
    case_refused(center, &bench->auditor, "note", &id, STATUS_FORBIDDEN, "只能查看", "content=好");
    case_refused(center, &bench->clerk, "pre-review", &id, STATUS_INVALID, "字段 意见(opinion)", "means_result=01");
    case_refused(center, &bench->clerk, "pre-review", &id, STATUS_USAGE, "没有字段 colour", "colour=red");
    case_refused(station, &bench->volunteer, "withdraw", &id, STATUS_FORBIDDEN, "工作站人员、中心受理员", "reason=不办了");
    case_expect_state(center, id, "S2");
}

static void three_reviews_by_three_people(void **state)
{
    struct bench *bench = *state;
    struct node *center = &bench->world.center;
    struct id id = received(bench);
    struct actor same = bench->reviewer, boss = bench->director;
    snprintf(same.name, sizeof same.name, "%s", bench->clerk.name);
    snprintf(boss.name, sizeof boss.name, "%s", bench->reviewer.name);
    case_does(center, &bench->clerk, "pre-review", &id, "means_result=01", "scope_result=01", "opinion=符合条件");
    case_refused(center, &same, "examine", &id, STATUS_FORBIDDEN, "要由另一人办理", "opinion=同意");
    case_does(center, &bench->reviewer, "examine", &id, "opinion=同意");
    case_refused(center, &boss, "approve", &id, STATUS_FORBIDDEN, "要由另一人办理", "opinion=同意");
    case_does(center, &bench->director, "approve", &id, "opinion=同意");
}

static void a_supplement_is_asked_for_once_and_stops_the_clock(void **state)
{
    struct bench *bench = *state;
    struct node *center = &bench->world.center, *station = &bench->world.stations[0];
    struct id id = received(bench);
    case_does(station, &bench->station, "request-supplement", &id, "items=户口簿；收入证明");
    case_expect_state(station, id, "S3");
    bench->station.now_ms += 4 * DAY_MS;
    case_does(station, &bench->station, "supply", &id, "items=户口簿");
    struct record kase;
    struct errmsg err = {{0}};
    assert_int_equal(records_get(station->store, &bench->station, catalogue_find("case"), id, &kase, &err), STATUS_OK);
    assert_int_equal(case_int(&kase, "paused_days"), 4);
    assert_true(case_empty(&kase, "paused_on"));
    record_release(&kase);
    case_refused(station, &bench->station, "request-supplement", &id, STATUS_INVALID, "只能通知一次", "items=再来一份");
    world_sync(&bench->world, 0);
    case_expect_state(center, id, "S2");
    node_verify(center);
}

/* The time runs from the day of the notice, also when it is typed later; a day that somebody chose stays. */
static void a_supplement_is_due_from_its_notice(void **state)
{
    struct bench *bench = *state;
    struct node *center = &bench->world.center;
    struct id id = received(bench), chosen = received(bench);
    bench->clerk.now_ms += 20 * DAY_MS; /* 2026-01-21 */
    case_does(center, &bench->clerk, "request-supplement", &id, "items=户口簿", "date=2026-01-05");
    runs(center, id, "D01 2026-01-08; D02 2026-01-20");
    case_does(center, &bench->clerk, "request-supplement", &chosen, "items=户口簿", "date=2026-01-05", "supplement_due=2026-01-12");
    runs(center, chosen, "D01 2026-01-08; D02 2026-01-12");
    case_does(center, &bench->clerk, "lapse", &id, "reason=没来");
}

static void overdue_supplement_counts_as_withdrawn(void **state)
{
    struct bench *bench = *state;
    struct node *center = &bench->world.center;
    struct id id = received(bench);
    case_does(center, &bench->clerk, "request-supplement", &id, "items=户口簿", "supplement_due=2026-01-16");
    case_refused(center, &bench->clerk, "lapse", &id, STATUS_INVALID, "还没有过", "reason=没来");
    bench->clerk.now_ms += 16 * DAY_MS; /* 2026-01-17 */
    case_does(center, &bench->clerk, "lapse", &id, "reason=没来");
    case_expect_state(center, id, "X1");
}

static void refusal_objection_and_correction(void **state)
{
    struct bench *bench = *state;
    struct node *center = &bench->world.center;
    struct id id = received(bench);
    case_does(center, &bench->clerk, "pre-review", &id, "means_result=02", "scope_result=01", "opinion=收入超过标准");
    case_does(center, &bench->reviewer, "examine", &id, "opinion=同意初审意见");
    case_refused(center, &bench->director, "approve", &id, STATUS_INVALID, "要写明理由", "opinion=同意");
    case_does(center, &bench->director, "refuse", &id, "refuse_reason=02", "reason=人均月收入超过标准");
    case_expect_state(center, id, "X4");
    case_refused(center, &bench->director, "object", &id, STATUS_FORBIDDEN, "司法局", "reason=不服");
    case_does(center, &bench->bureau, "object", &id, "reason=收入计算有误");
    case_does(center, &bench->bureau, "decide-objection", &id, "objection_result=02", "reason=应扣除医疗支出");
    case_expect_state(center, id, "S6");
    char *decision = node_get(center, "case", id, "decision");
    assert_string_equal(decision, "01");
    free(decision);
}

static void objection_upheld_ends_here(void **state)
{
    struct bench *bench = *state;
    struct node *center = &bench->world.center;
    struct id id = received(bench);
    granted(bench, &id);
    handled(bench, &id);
    case_does(center, &bench->director, "terminate", &id, "term_ground=06");
    case_expect_state(center, id, "X5");
    case_does(center, &bench->bureau, "object", &id, "reason=没有另请律师");
    case_does(center, &bench->bureau, "decide-objection", &id, "objection_result=01", "reason=委托合同在卷");
    case_expect_state(center, id, "X5");
    case_refused(center, &bench->bureau, "object", &id, STATUS_INVALID, "行政复议", "reason=还是不服");
    case_does(center, &bench->archivist, "archive", &id, "shelf=B-2");
    case_expect_state(center, id, "S12");
}

static void a_termination_is_taken_back(void **state)
{
    struct bench *bench = *state;
    struct node *center = &bench->world.center;
    struct id id = received(bench);
    granted(bench, &id);
    handled(bench, &id);
    case_refused(center, &bench->director, "terminate", &id, STATUS_INVALID, "字段 理由(reason)", "term_ground=08");
    case_does(center, &bench->director, "terminate", &id, "term_ground=04");
    case_does(center, &bench->bureau, "object", &id, "reason=收入没有变化");
    case_does(center, &bench->bureau, "decide-objection", &id, "objection_result=02", "reason=核查属实");
    case_expect_state(center, id, "S8");
    struct record kase;
    struct errmsg err = {{0}};
    assert_int_equal(records_get(center->store, &bench->bureau, catalogue_find("case"), id, &kase, &err), STATUS_OK);
    assert_true(case_empty(&kase, "terminated_on") && case_empty(&kase, "term_ground"));
    record_release(&kase);
}

/* Labour arbitration, one year from 2025-01-02: it ends on 2026-01-02, a day of the New Year's holiday, so on Sunday 2026-01-04, a make-up working day. */
static void the_limitation_is_counted(void **state)
{
    struct bench *bench = *state;
    struct node *station = &bench->world.stations[0];
    struct id id = {{0}};
    struct record kase;
    struct errmsg err = {{0}};
    case_does(station, &bench->station, "draft", &id, "name=张文芳", "limitation_kind=02", "limitation_from=2025-01-02");
    assert_int_equal(records_get(station->store, &bench->station, catalogue_find("case"), id, &kase, &err), STATUS_OK);
    char day[DAY_TEXT_BYTES];
    day_format((int32_t)case_int(&kase, "limitation_on"), day);
    assert_string_equal(day, "2026-01-04");
    record_release(&kase);
}

static void urgent_aid_first_papers_later(void **state)
{
    struct bench *bench = *state;
    struct node *center = &bench->world.center;
    struct id id = received(bench);
    node_set(center, "case", id, "limitation_on", "2026-01-20");
    case_refused(center, &bench->director, "urgent-aid", &id, STATUS_INVALID, "七日以上", "urgent_ground=01");
    node_set(center, "case", id, "limitation_on", "2026-01-05");
    case_refused(center, &bench->clerk, "urgent-aid", &id, STATUS_FORBIDDEN, "中心负责人", "urgent_ground=01");
    case_does(center, &bench->director, "urgent-aid", &id, "urgent_ground=01");
    case_expect_state(center, id, "S6u");
    case_does(center, &bench->director, "complete-urgent", &id, "opinion=手续齐全");
    case_expect_state(center, id, "S6u");
    case_refused(center, &bench->director, "complete-urgent", &id, STATUS_INVALID, "没有要补办的手续", "opinion=手续齐全");
}

static void a_notice_from_the_court_makes_a_case(void **state)
{
    struct bench *bench = *state;
    struct node *center = &bench->world.center;
    struct id id = {{0}};
    case_refused(&bench->world.stations[0], &bench->station, "notify", &id, STATUS_FORBIDDEN, "只能由县中心", "name=某某");
    case_refused(center, &bench->clerk, "notify", &id, STATUS_INVALID, "来文文号(notice_no)", "name=马某", "organ=溧水区人民法院", "notice_ground=01", "stage=04");
    case_does(center, &bench->clerk, "notify", &id, "name=马某", "organ=溧水区人民法院", "notice_no=通辩1号", "notice_ground=01", "stage=04", "born=2010-03-01");
    case_expect_state(center, id, "S6n");
    char *source = node_get(center, "case", id, "source"), *basis = node_get(center, "case", id, "basis");
    assert_string_equal(source, "11");
    assert_string_equal(basis, "法律援助法第二十五条第一款第（一）项");
    free(source);
    free(basis);
}

static void the_handler_is_changed_and_hands_over(void **state)
{
    struct bench *bench = *state;
    struct node *center = &bench->world.center;
    struct id id = received(bench);
    granted(bench, &id);
    case_refused(center, &bench->clerk, "assign", &id, STATUS_INVALID, "名册", "handler=auto");
    handled(bench, &id);
    case_refused(center, &bench->clerk, "change-handler", &id, STATUS_INVALID, "还是原来的", "handler=陈律师", "reason=受援人要求");
    case_refused(center, &bench->clerk, "change-handler", &id, STATUS_INVALID, "名册里没有", "handler=无此人", "reason=受援人要求");
    handler(center, "林律师", "02");
    case_does(center, &bench->clerk, "change-handler", &id, "handler=林律师", "reason=受援人要求");
    case_expect_state(center, id, "S7");
    char *name = node_get(center, "case", id, "handler");
    assert_string_equal(name, "林律师");
    free(name);
}

/* What the check for conflicts found, and why the handler was chosen, may be long: cut between characters, else the step could not be stored. */
static void long_findings_are_cut_between_characters(void **state)
{
    struct bench *bench = *state;
    struct node *station = &bench->world.stations[0], *center = &bench->world.center;
    struct id id = {{0}};
    for (int i = 0; i < 4; i++) {
        id = (struct id){{0}};
        case_does(station, &bench->station, "draft", &id, i == 0 ? "name=a阿依古丽买买提江吐尔逊" : i == 1 ? "name=bb阿依古丽买买提江吐尔逊阿依古丽买买提江吐尔逊阿依古丽买买提江吐尔逊" : "name=张文芳",
             "id_no=32012419870312274X", "cause=追索劳动报酬纠纷", "matter=M5", "stage=04", "legal_status=01");
        case_does(station, &bench->station, "receive", &id, "items=身份证复印件");
    }
    world_sync(&bench->world, 0);
    handler(center, "陈律师", "02");
    granted(bench, &id);
    case_does(center, &bench->clerk, "assign", &id, "handler=陈律师", "reason=x受援人说这位律师上次办得很好所以还想请他来办这位律师也愿意接这件案子中心同意");
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
    struct bench *bench = *state;
    struct node *center = &bench->world.center, *other = &bench->world.stations[1];
    struct id id = received(bench);
    case_does(center, &bench->clerk, "cooperate", &id, "target=邻县法律援助中心", "content=核查收入");
    case_expect_state(center, id, "S2c");
    bench->clerk.now_ms += 3 * DAY_MS;
    case_does(center, &bench->clerk, "cooperate-done", &id, "content=收入属实");
    node_set(center, "case", id, "event", "00112233445566778899aabbccddeeff"); /* taken at an event of station 2 */
    case_does(center, &bench->clerk, "transfer", &id, "target=站3", "reason=事由发生地在那里");
    case_expect_state(center, id, "S2"); /* another station of the same center: no 移送 in law, the days run on */
    world_sync(&bench->world, 0);
    world_sync(&bench->world, 1);
    assert_int_equal(cases_at(center), 1); /* one case, and it is the other station's with its whole history */
    assert_int_equal(cases_at(other), 1);
    assert_int_equal(cases_at(&bench->world.stations[0]), 0);
    char *station = node_get(other, "case", id, "station");
    assert_string_equal(station, "站3");
    free(station);
    int steps = 0;
    assert_int_equal(case_steps(other->store, &other->actor, id, count_step, &steps, NULL), STATUS_OK);
    assert_int_equal(steps, 5);
    case_does(center, &bench->clerk, "share", &id, "target=站2");
    world_sync(&bench->world, 0);
    assert_int_equal(cases_at(&bench->world.stations[0]), 1);
    case_does(center, &bench->clerk, "unshare", &id, "target=站2");
    world_sync(&bench->world, 0);
    assert_int_equal(cases_at(&bench->world.stations[0]), 0);
    case_refused(center, &bench->clerk, "share", &id, STATUS_INVALID, "没有这个单位", "target=月球站");
    case_refused(center, &bench->clerk, "transfer", &id, STATUS_INVALID, "本来就在", "target=站3");
    case_does(center, &bench->clerk, "transfer", &id, "target=邻县法律援助中心");
    case_expect_state(center, id, "X3");
    world_sync(&bench->world, 0);
    world_sync(&bench->world, 1);
    node_verify(center);
    node_verify(other);
    node_verify(&bench->world.stations[0]);
}

/* domain.md 3.3 (c): the appeal is a case of its own, linked, with the same people. */
static void the_next_stage_is_a_case_of_its_own(void **state)
{
    struct bench *bench = *state;
    struct node *center = &bench->world.center;
    struct id first = received(bench);
    struct id second = first;
    case_refused(center, &bench->clerk, "next-stage", &second, STATUS_INVALID, "要在", "stage=05");
    granted(bench, &first);
    handled(bench, &first);
    case_does(center, &bench->clerk, "next-stage", &second, "stage=05", "organ=市中级人民法院");
    assert_false(id_equal(first, second));
    case_expect_state(center, first, "S8");
    case_expect_state(center, second, "S1");
    char id[ID_TEXT_BYTES], *before = node_get(center, "case", second, "prev_case");
    id_format(first, id);
    assert_string_equal(before, id);
    free(before);
    world_sync(&bench->world, 0);
    case_expect_state(&bench->world.stations[0], second, "S1");
}

/* What one action wrote travels as one: a batch ends behind the step, never between the case and its papers, whatever the size limit. */
static void an_action_travels_as_one(void **state)
{
    struct bench *bench = *state;
    struct node *center = &bench->world.center, *station = &bench->world.stations[0];
    struct errmsg err = {{0}};
    struct id id = received(bench);
    granted(bench, &id);
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
        assert_int_equal(records_count(station->store, &bench->station, catalogue_find("document"), &filter, &papers, &err), STATUS_OK);
        filter_release(&filter);
        assert_int_equal(strcmp(now, "S6") == 0, papers == 1); /* state, number and paper come together */
        assert_int_equal(strcmp(now, "S6") == 0, number[0] != '\0');
        free(now);
        free(number);
    }
    assert_true(batches >= 3);
    case_expect_state(station, id, "S6");
}

/* ---- order and authority ---- */

static void a_step_overtaken_by_the_center_is_for_a_person_to_settle(void **state)
{
    struct bench *bench = *state;
    struct node *center = &bench->world.center, *station = &bench->world.stations[0];
    struct id id = received(bench);
    case_does(station, &bench->station, "withdraw", &id, "reason=和解了"); /* offline, not knowing of the next line */
    case_does(center, &bench->clerk, "pre-review", &id, "means_result=01", "scope_result=01", "opinion=符合条件");
    struct replica_result result = world_sync(&bench->world, 0);
    assert_int_equal(result.quarantined, 0);
    case_expect_state(center, id, "S4");
    case_expect_state(station, id, "S4");
    assert_int_equal(node_conflicts(center), 1);
    assert_int_equal(node_conflicts(station), 1);
    const struct record_type *type = catalogue_find("case");
    const struct field_def *field = catalogue_field(type, "state");
    struct errmsg err = {{0}};
    assert_int_equal(conflict_resolve(station->store, &bench->station, type, id, field, value_string("X2"), &err), STATUS_FORBIDDEN);
    assert_int_equal(conflict_resolve(center->store, &bench->director, type, id, field, value_string("S12"), &err), STATUS_INVALID);
    assert_int_equal(conflict_resolve(center->store, &bench->director, type, id, field, value_string("X2"), &err), STATUS_OK);
    case_expect_state(center, id, "X2");
    world_sync(&bench->world, 0);
    case_expect_state(station, id, "X2");
    assert_int_equal(node_conflicts(station), 0);
    node_verify(center);
    node_verify(station);
}

/* A change that a program of somebody's own making puts into a station's log: none of our checks ran there. */
/* A change that no program of ours would make, put into a station's own log. text NULL: no field (CHANGE_DELETE). */
static void forge_change(struct node *station, const char *type_name, enum change_op op, int64_t scope, struct id id, const char *field, const char *text)
{
    struct errmsg err = {{0}};
    const struct record_type *type = catalogue_find(type_name);
    struct change change = {.type_no = type->no, .id = id, .op = op, .seen = 1000000, .scope = scope, .at_ms = station->actor.now_ms};
    struct buf body;
    int64_t lsn;
    snprintf(change.user, sizeof change.user, "%s", "root");
    buf_init(&body, 4096);
    cbor_put_map(&body, text != NULL);
    if (text != NULL) {
        const struct field_def *def = catalogue_field(type, field);
        bool number = def->kind == FIELD_INT || def->kind == FIELD_DAY || def->kind == FIELD_BOOL || def->kind == FIELD_MONEY;
        cbor_put_uint(&body, def->no);
        value_encode(number ? value_int(strtoll(text, NULL, 10)) : value_string(text), &body);
    }
    assert_int_equal(store_begin(station->store, "forge", &err), STATUS_OK);
    enum status status = changelog_append_own(station->store, false, &change, body.data, body.len, &lsn, &err);
    if (status != STATUS_OK)
        fail_msg("%s.%s: %s", type_name, field != NULL ? field : "", errmsg_text(&err, status));
    assert_int_equal(store_commit(station->store, &err), STATUS_OK);
    buf_release(&body);
}

static void forge(struct node *station, const char *type_name, struct id id, const char *field, const char *text)
{
    forge_change(station, type_name, CHANGE_PUT, station->machine.org, id, field, text);
}

static void forged_changes_are_refused_at_the_center(void **state)
{
    static const struct {
        const char *type, *field, *value;
        bool existing;
    } forged[] = {
        {"case", "state", "S6", true},  {"case", "state", "S12", true}, {"case", "state", "X4", true},    {"case", "decision", "01", true},
        {"case", "decision_no", "1", true}, {"document", "form", "18", false}, {"case", "handler", "我", true}, {"case", "state", "S8", false}, {"step", "action", "approve", false},
        {"document", "form", "09", false}, {"document", "number", "1", false}, {"rule", "value", "1日", false}, {"handler", "name", "我", false},
        {"payment", "handler", "我", false}, {"user", "role", "director", false}, {"template", "text", "x", false}, {"merge", "reason", "x", false},
    };
    struct bench *bench = *state;
    struct node *center = &bench->world.center, *station = &bench->world.stations[0];
    struct id id = received(bench);
    for (size_t i = 0; i < sizeof forged / sizeof forged[0]; i++) {
        struct id target = forged[i].existing ? id : id_make(station->random);
        forge(station, forged[i].type, target, forged[i].field, forged[i].value);
        struct replica_result result = world_sync(&bench->world, 0);
        if (result.quarantined == 0)
            fail_msg("%s.%s=%s was taken", forged[i].type, forged[i].field, forged[i].value);
    }
    case_expect_state(center, id, "S2");
    node_verify(center);
}

static bool first_row(void *context, const struct record *record)
{
    *(struct id *)context = record->id;
    return false;
}

static struct id child_of(struct bench *bench, struct id kase, const char *type)
{
    struct errmsg err = {{0}};
    struct id id = {{0}};
    assert_int_equal(case_children(bench->world.center.store, &bench->clerk, type, kase, first_row, &id, &err), STATUS_OK);
    assert_false(id_is_zero(id));
    return id;
}

/* Deletes, settlements, rewritten papers and steps, the statutory clock, other stations' cases: station 2 has a case of its own, station 1 another. */
static void forged_changes_of_other_kinds_are_refused(void **state)
{
    struct bench *bench = *state;
    struct node *center = &bench->world.center, *one = &bench->world.stations[0], *two = &bench->world.stations[1];
    struct id mine = received(bench);
    char mine_text[ID_TEXT_BYTES];
    id_format(mine, mine_text);
    struct id step = child_of(bench, mine, "step"), paper = child_of(bench, mine, "document");
    const struct {
        struct node *station;
        const char *type;
        enum change_op op;
        int64_t scope;
        struct id id;
        const char *field, *text;
    } forged[] = {
        {one, "case", CHANGE_DELETE, one->machine.org, mine, NULL, NULL},
        {one, "case", CHANGE_RESOLVE, one->machine.org, mine, "state", "S6"},
        {one, "case", CHANGE_RESOLVE, one->machine.org, mine, "decision", "01"},
        {one, "case", CHANGE_PUT, one->machine.org, mine, "paused_days", "365"},
        {one, "case", CHANGE_PUT, one->machine.org, mine, "paused_on", "20455"},
        {one, "case", CHANGE_RESOLVE, one->machine.org, mine, "paused_days", "365"},
        {one, "case", CHANGE_PUT, one->machine.org, mine, "provisional_no", "S09-26-0001"},
        {one, "step", CHANGE_DELETE, one->machine.org, step, NULL, NULL},
        {one, "step", CHANGE_PUT, one->machine.org, step, "content", "没有这回事"},
        {one, "step", CHANGE_PUT, one->machine.org, step, "worker", "钱批"},
        {one, "document", CHANGE_DELETE, one->machine.org, paper, NULL, NULL},
        {one, "document", CHANGE_PUT, one->machine.org, paper, "text", "给予援助"},
        {one, "document", CHANGE_RESOLVE, one->machine.org, paper, "text", "给予援助"},
        {one, "document", CHANGE_PUT, one->machine.org, paper, "issued_on", "20000"},
        {two, "case", CHANGE_PUT, two->machine.org, mine, "phone", "13900000002"},
        {two, "case", CHANGE_PUT, center->machine.org, id_make(two->random), "name", "张三"},
        {two, "person", CHANGE_PUT, one->machine.org, id_make(two->random), "name", "张三"},
        {two, "step", CHANGE_PUT, two->machine.org, id_make(two->random), "case_id", mine_text},
        {two, "document", CHANGE_PUT, two->machine.org, id_make(two->random), "case_id", mine_text},
        {two, "party", CHANGE_PUT, two->machine.org, id_make(two->random), "case_id", mine_text},
        {two, "material", CHANGE_PUT, two->machine.org, id_make(two->random), "case_id", mine_text},
    };
    for (size_t i = 0; i < sizeof forged / sizeof forged[0]; i++) {
        forge_change(forged[i].station, forged[i].type, forged[i].op, forged[i].scope, forged[i].id, forged[i].field, forged[i].text);
        struct replica_result result = world_sync(&bench->world, forged[i].station == two);
        if (result.quarantined == 0)
            fail_msg("%zu: %s %d %s=%s was taken", i, forged[i].type, (int)forged[i].op, forged[i].field ? forged[i].field : "", forged[i].text ? forged[i].text : "");
    }
    case_expect_state(center, mine, "S2");
    node_verify(center);
}

/* The same by a plain save, for everybody but the owner of the machine. */
static void plain_saves_cannot_do_what_actions_do(void **state)
{
    static const char *const fields[][2] = {{"state", "S6"}, {"decision", "01"}, {"decision_no", "援1号"}, {"handler", "我"}, {"closed_on", "2026-01-01"}, {"subsidy", "1元"}, {"archive_no", "1"}};
    struct bench *bench = *state;
    struct node *center = &bench->world.center;
    struct id id = received(bench);
    const struct actor *people[] = {&bench->clerk, &bench->reviewer, &bench->director, &bench->bureau, &bench->archivist, &bench->admin, &bench->auditor};
    for (size_t p = 0; p < sizeof people / sizeof people[0]; p++)
        for (size_t f = 0; f < sizeof fields / sizeof fields[0]; f++) {
            struct record kase;
            struct errmsg err = {{0}};
            assert_int_equal(records_get(center->store, people[p], catalogue_find("case"), id, &kase, &err), STATUS_OK);
            assert_int_equal(record_parse(&kase, catalogue_field(kase.type, fields[f][0]), center->codes, fields[f][1], strlen(fields[f][1]), &err), STATUS_OK);
            enum status status = records_save(center->store, people[p], center->codes, center->random, &kase, &err);
            if (status != STATUS_FORBIDDEN)
                fail_msg("%s by %s: %s %s", fields[f][0], people[p]->name, status_name(status), err.text);
            record_release(&kase);
        }
    struct errmsg err = {{0}};
    assert_int_equal(records_delete(center->store, &bench->director, catalogue_find("case"), id, &err), STATUS_FORBIDDEN);
    assert_int_equal(records_undo(center->store, &bench->clerk, catalogue_find("case"), id, &err), STATUS_STALE);
    case_expect_state(center, id, "S2");
}

/* What stands in the decision is corrected with a reason, not edited; what a station wrote before it could know still counts. */
static void after_the_decision_plain_edits_end(void **state)
{
    struct bench *bench = *state;
    struct node *center = &bench->world.center, *station = &bench->world.stations[0];
    struct id id = received(bench);
    struct record kase;
    struct errmsg err = {{0}};
    granted(bench, &id);
    node_set(station, "case", id, "cause", "离婚纠纷"); /* offline, still S2 there */
    struct replica_result result = world_sync(&bench->world, 0);
    assert_int_equal(result.quarantined, 0);
    assert_int_equal(records_get(station->store, &bench->station, catalogue_find("case"), id, &kase, &err), STATUS_OK);
    assert_int_equal(record_set_text(&kase, "name", "张文方"), STATUS_OK);
    assert_int_equal(records_save(station->store, &bench->station, station->codes, station->random, &kase, &err), STATUS_FORBIDDEN);
    assert_non_null(strstr(err.text, "do correct"));
    record_release(&kase);
    node_set(station, "case", id, "phone", "13900000009"); /* what the decision does not say stays open */
    forge(station, "case", id, "name", "张文方");
    result = world_sync(&bench->world, 0);
    assert_int_equal(result.quarantined, 2); /* told of at both ends */
    char *name = node_get(center, "case", id, "name");
    assert_string_equal(name, "张文芳");
    free(name);
    node_verify(center);
}

static void an_action_is_not_undone(void **state)
{
    struct bench *bench = *state;
    struct node *center = &bench->world.center;
    struct errmsg err = {{0}};
    struct id id = received(bench);
    case_does(center, &bench->clerk, "pre-review", &id, "means_result=01", "scope_result=01", "opinion=符合条件");
    assert_int_equal(records_undo(center->store, &bench->clerk, catalogue_find("case"), id, &err), STATUS_FORBIDDEN);
    case_expect_state(center, id, "S4");
}

static void corrections_after_the_decision_give_their_reason(void **state)
{
    struct bench *bench = *state;
    struct node *center = &bench->world.center;
    struct id id = received(bench);
    granted(bench, &id);
    case_refused(center, &bench->clerk, "correct", &id, STATUS_INVALID, "理由", "cause=劳务合同纠纷");
    case_refused(center, &bench->clerk, "correct", &id, STATUS_INVALID, "没有要更正", "reason=看看");
    case_does(center, &bench->clerk, "correct", &id, "cause=劳务合同纠纷", "reason=法院立案时变更");
    case_expect_state(center, id, "S6");
    struct errmsg err = {{0}};
    assert_int_equal(records_undo(center->store, &bench->clerk, catalogue_find("case"), id, &err), STATUS_FORBIDDEN); /* a correction is taken back by another */
}

/* domain.md 3.1: a volunteer writes down and drafts; what has been received is the station's. */
static void a_volunteers_part_ends_with_the_receipt(void **state)
{
    struct bench *bench = *state;
    struct node *station = &bench->world.stations[0];
    struct id id = {{0}};
    struct record kase;
    struct errmsg err = {{0}};
    const struct record_type *type = catalogue_find("case");
    case_does(station, &bench->volunteer, "draft", &id, "name=张文芳", "cause=追索劳动报酬纠纷");
    for (int received = 0; received < 2; received++) {
        assert_int_equal(records_get(station->store, &bench->volunteer, type, id, &kase, &err), STATUS_OK);
        assert_int_equal(record_set_text(&kase, "phone", received ? "13900000002" : "13900000001"), STATUS_OK);
        enum status status = records_save(station->store, &bench->volunteer, station->codes, station->random, &kase, &err);
        assert_int_equal(status, received ? STATUS_FORBIDDEN : STATUS_OK);
        record_release(&kase);
        if (!received)
            case_does(station, &bench->station, "receive", &id, "items=身份证复印件");
    }
}

/* The words of domain.md 3.3 beside ours; a reason that the form counts is reason enough; days stand in order. */
static void actions_understand_the_words_of_the_brief(void **state)
{
    struct bench *bench = *state;
    struct node *center = &bench->world.center;
    struct id id = received(bench), other = received(bench);
    handler(center, "陈律师", "02");
    handler(center, "林律师", "02");
    center->actor.now_ms += 20 * DAY_MS;
    bench->clerk.now_ms = bench->reviewer.now_ms = bench->director.now_ms = bench->bureau.now_ms = bench->archivist.now_ms = center->actor.now_ms;
    case_does(center, &bench->clerk, "pre-review", &id, "means=符合", "scope=1", "opinion=符合条件");
    case_does(center, &bench->reviewer, "examine", &id, "opinion=同意", "conflict_check=已查，没有");
    case_does(center, &bench->director, "approve", &id, "date=2026-01-06", "article=法律援助法第三十一条");
    case_refused(center, &bench->clerk, "assign", &id, STATUS_INVALID, "不能早于决定日期", "lawyer=陈律师", "date=2026-01-05");
    case_does(center, &bench->clerk, "assign", &id, "lawyer=陈律师", "date=2026-01-07");
    case_refused(center, &bench->director, "terminate", &id, STATUS_INVALID, "不能早于指派日期", "ground=6", "date=2026-01-06");
    case_does(center, &bench->clerk, "agree", &id, "agreement_date=2026-01-08");
    case_refused(center, &bench->clerk, "change-handler", &id, STATUS_INVALID, "不能早于原来的指派日期", "new_handler=林律师", "change_reason=生病", "handover_date=2026-01-06");
    case_does(center, &bench->clerk, "change-handler", &id, "new_handler=林律师", "change_reason=生病", "handover_date=2026-01-12");
    case_does(center, &bench->clerk, "agree", &id, "date=2026-01-13");
    /* The judgment came before the new handler did. */
    case_does(center, &bench->clerk, "report-closing", &id, "closing_doc=判决书", "closing_date=2026-01-10", "method=胜诉", "summary=判决支付工资", "money_recovered=1200元", "date=2026-01-14");
    case_refused(center, &bench->reviewer, "accept-closing", &id, STATUS_INVALID, "不能早于报结日期", "date=2026-01-09");
    case_does(center, &bench->reviewer, "accept-closing", &id, "date=2026-01-15");
    case_refused(center, &bench->clerk, "pay", &id, STATUS_INVALID, "不能早于结案审核日", "paid_on=2026-01-14");
    case_does(center, &bench->clerk, "pay", &id, "amount=2000元", "extras=100元", "other_reason=异地", "deductions=50元", "deduction_reason=迟报");
    struct record kase;
    struct errmsg err = {{0}};
    assert_int_equal(records_get(center->store, &bench->clerk, catalogue_find("case"), id, &kase, &err), STATUS_OK);
    assert_int_equal(case_int(&kase, "subsidy"), 205000);
    record_release(&kase);
    case_refused(center, &bench->archivist, "archive", &id, STATUS_INVALID, "不能早于发放日期", "archived_on=2026-01-20");
    case_does(center, &bench->archivist, "archive", &id, "location=A-1", "volumes=2");
    case_does(center, &bench->clerk, "pre-review", &other, "means=不符合", "scope=符合", "opinion=收入超过标准");
    case_does(center, &bench->reviewer, "examine", &other, "opinion=同意", "conflict_check=已查");
    case_refused(center, &bench->director, "refuse", &other, STATUS_INVALID, "其他理由要写明", "reason_code=3");
    case_does(center, &bench->director, "refuse", &other, "reason_code=2");
    case_does(center, &bench->bureau, "object", &other, "grounds=医疗支出没有扣除");
    case_does(center, &bench->bureau, "decide-objection", &other, "result=维持", "reasons=于法无据");
    case_expect_state(center, other, "X4");
}

/* 刑事诉讼法第二百八十六条: sealed after the fact, the applicant's own file goes out of sight with the case. */
static void a_sealed_case_takes_the_applicants_file_along(void **state)
{
    struct bench *bench = *state;
    struct node *center = &bench->world.center;
    struct id id = {{0}}, person;
    struct record kase, file;
    struct errmsg err = {{0}};
    case_does(center, &bench->clerk, "notify", &id, "name=马某", "born=2010-03-01", "organ=溧水区人民法院", "notice_no=通辩1号", "notice_ground=01", "stage=04");
    assert_int_equal(records_get(center->store, &bench->clerk, catalogue_find("case"), id, &kase, &err), STATUS_OK);
    assert_int_equal(id_parse(record_text(&kase, "applicant"), 32, &person), STATUS_OK);
    record_release(&kase);
    assert_int_equal(records_get(center->store, &bench->clerk, catalogue_find("person"), person, &file, &err), STATUS_OK);
    record_release(&file);
    case_does(center, &bench->clerk, "correct", &id, "sealed=是", "reason=法院通知封存");
    assert_int_equal(records_get(center->store, &bench->clerk, catalogue_find("case"), id, &kase, &err), STATUS_NOT_FOUND);
    assert_int_equal(records_get(center->store, &bench->clerk, catalogue_find("person"), person, &file, &err), STATUS_NOT_FOUND);
    assert_int_equal(records_get(center->store, &bench->director, catalogue_find("person"), person, &file, &err), STATUS_OK);
    record_release(&file);
    node_verify(center);
}

/* A file entered with its day of receipt keeps it; a draft is received today. */
static void an_imported_day_of_receipt_stands(void **state)
{
    struct bench *bench = *state;
    struct node *station = &bench->world.stations[0];
    const int32_t typed = day_of_ms(station->actor.now_ms, DAY_OFFICE_OFFSET_MIN) - 5, today = typed + 5;
    struct errmsg err = {{0}};
    for (int imported = 0; imported < 2; imported++) {
        struct id id = {{0}};
        struct record kase;
        if (imported) {
            record_init(&kase, catalogue_find("case"));
            assert_int_equal(records_begin(station->store, &station->actor, &kase, station->codes, &err), STATUS_OK);
            assert_int_equal(record_set_text(&kase, "name", "张三"), STATUS_OK);
            assert_int_equal(record_set_int(&kase, "received_on", typed), STATUS_OK);
            assert_int_equal(records_save(station->store, &station->actor, station->codes, station->random, &kase, &err), STATUS_OK);
            id = kase.id;
            record_release(&kase);
        } else {
            case_does(station, &bench->station, "draft", &id, "name=张三");
        }
        case_does(station, &bench->station, "receive", &id, "items=身份证复印件");
        assert_int_equal(records_get(station->store, &bench->station, catalogue_find("case"), id, &kase, &err), STATUS_OK);
        assert_int_equal(case_int(&kase, "received_on"), imported ? typed : today);
        record_release(&kase);
    }
}

/* Nothing is left behind by a refused action: rows, papers, numbers, what was typed. */
static void a_refused_action_changes_nothing(void **state)
{
    struct bench *bench = *state;
    struct node *center = &bench->world.center;
    struct id id = received(bench);
    case_does(center, &bench->clerk, "pre-review", &id, "means_result=01", "scope_result=01", "opinion=符合条件");
    case_does(center, &bench->reviewer, "examine", &id, "opinion=同意");
    char *before = node_dump(center);
    struct case_move move;
    struct errmsg err = {{0}};
    assert_int_equal(case_move_begin(center->store, &bench->director, center->codes, case_action_find("approve"), id, &move, &err), STATUS_OK);
    assert_int_equal(case_move_set(&move, center->codes, "decided_on", "2025-12-01", 10, &err), STATUS_OK); /* before receipt */
    assert_int_equal(case_move_commit(center->store, &bench->director, center->codes, center->random, &move, &err), STATUS_INVALID);
    assert_string_equal(record_text(&move.kase, "state"), "S5");
    char *after = node_dump(center);
    assert_string_equal(before, after);
    free(after);
    assert_int_equal(case_move_set(&move, center->codes, "decided_on", "2026-01-01", 10, &err), STATUS_OK);
    assert_int_equal(case_move_commit(center->store, &bench->director, center->codes, center->random, &move, &err), STATUS_OK);
    assert_int_equal(move.n_documents, 2);
    case_move_release(&move);
    free(before);
}

int main(void)
{
#define with_bench(test) cmocka_unit_test_setup_teardown(test, open_bench, close_bench)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_is_sound),
        cmocka_unit_test(every_alias_leads_somewhere),
        cmocka_unit_test(no_state_is_a_trap),
        cmocka_unit_test(the_wire_knows_what_stations_may),
        cmocka_unit_test(roles_are_those_of_the_brief),
        with_bench(a_case_from_first_word_to_archive),
        with_bench(illegal_moves_say_why),
        with_bench(three_reviews_by_three_people),
        with_bench(a_supplement_is_asked_for_once_and_stops_the_clock),
        with_bench(a_supplement_is_due_from_its_notice),
        with_bench(overdue_supplement_counts_as_withdrawn),
        with_bench(refusal_objection_and_correction),
        with_bench(objection_upheld_ends_here),
        with_bench(clocks_follow_the_actions),
        with_bench(clocks_of_an_objection),
        with_bench(a_sum_without_a_standard_is_entered),
        with_bench(a_termination_is_taken_back),
        with_bench(the_limitation_is_counted),
        with_bench(urgent_aid_first_papers_later),
        with_bench(a_notice_from_the_court_makes_a_case),
        with_bench(the_handler_is_changed_and_hands_over),
        with_bench(long_findings_are_cut_between_characters),
        with_bench(cooperation_and_transfer),
        with_bench(the_next_stage_is_a_case_of_its_own),
        with_bench(an_action_travels_as_one),
        with_bench(a_step_overtaken_by_the_center_is_for_a_person_to_settle),
        with_bench(forged_changes_are_refused_at_the_center),
        with_bench(forged_changes_of_other_kinds_are_refused),
        with_bench(plain_saves_cannot_do_what_actions_do),
        with_bench(after_the_decision_plain_edits_end),
        with_bench(an_action_is_not_undone),
        with_bench(corrections_after_the_decision_give_their_reason),
        with_bench(a_volunteers_part_ends_with_the_receipt),
        with_bench(actions_understand_the_words_of_the_brief),
        with_bench(a_sealed_case_takes_the_applicants_file_along),
        with_bench(an_imported_day_of_receipt_stands),
        with_bench(a_refused_action_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
