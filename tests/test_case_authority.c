/* tests/test_case_authority.c - who may not, over core/case/case_flow: what the center's order does to steps made apart, forged changes, plain saves, what is not undone. */
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
#include "core/record/apply.h"
#include "core/record/change.h"
#include "core/record/changelog.h"
#include "core/record/conflict.h"
#include "core/record/filter.h"
#include "tests/people.h"

static const int64_t DAY_MS = INT64_C(86400000);

static void a_step_overtaken_by_the_center_is_for_a_person_to_settle(void **state)
{
    struct people *people = *state;
    struct node *center = &people->world.center, *station = &people->world.stations[0];
    struct id id = people_received(people);
    case_does(station, &people->station, "withdraw", &id, "reason=和解了"); /* offline, not knowing of the next line */
    case_does(center, &people->clerk, "pre-review", &id, "means_result=01", "scope_result=01", "opinion=符合条件");
    struct replica_result result = world_sync(&people->world, 0);
    assert_int_equal(result.quarantined, 0);
    case_expect_state(center, id, "S4");
    case_expect_state(station, id, "S4");
    assert_int_equal(node_conflicts(center), 1);
    assert_int_equal(node_conflicts(station), 1);
    const struct record_type *type = catalogue_find("case");
    const struct field_def *field = catalogue_field(type, "state");
    struct errmsg err = {{0}};
    assert_int_equal(conflict_resolve(station->store, &people->station, type, id, field, value_string("X2"), &err), STATUS_FORBIDDEN);
    assert_int_equal(conflict_resolve(center->store, &people->director, type, id, field, value_string("S12"), &err), STATUS_INVALID);
    assert_int_equal(conflict_resolve(center->store, &people->director, type, id, field, value_string("X2"), &err), STATUS_OK);
    case_expect_state(center, id, "X2");
    world_sync(&people->world, 0);
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
    struct people *people = *state;
    struct node *center = &people->world.center, *station = &people->world.stations[0];
    struct id id = people_received(people);
    for (size_t i = 0; i < sizeof forged / sizeof forged[0]; i++) {
        struct id target = forged[i].existing ? id : id_make(station->random);
        forge(station, forged[i].type, target, forged[i].field, forged[i].value);
        struct replica_result result = world_sync(&people->world, 0);
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

static struct id child_of(struct people *people, struct id kase, const char *type)
{
    struct errmsg err = {{0}};
    struct id id = {{0}};
    assert_int_equal(case_children(people->world.center.store, &people->clerk, type, kase, first_row, &id, &err), STATUS_OK);
    assert_false(id_is_zero(id));
    return id;
}

/* Deletes, settlements, rewritten papers and steps, the statutory clock, other stations' cases: station 2 has a case of its own, station 1 another. */
static void forged_changes_of_other_kinds_are_refused(void **state)
{
    struct people *people = *state;
    struct node *center = &people->world.center, *one = &people->world.stations[0], *two = &people->world.stations[1];
    struct id mine = people_received(people);
    char mine_text[ID_TEXT_BYTES];
    id_format(mine, mine_text);
    struct id step = child_of(people, mine, "step"), paper = child_of(people, mine, "document");
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
        struct replica_result result = world_sync(&people->world, forged[i].station == two);
        if (result.quarantined == 0)
            fail_msg("%zu: %s %d %s=%s was taken", i, forged[i].type, (int)forged[i].op, forged[i].field ? forged[i].field : "", forged[i].text ? forged[i].text : "");
    }
    case_expect_state(center, mine, "S2");
    node_verify(center);
}

/* A record that the center does not have may have been there (a center that was put back): its deletion waits for it. Not of a kind that no station ever deletes. */
static void the_deletion_of_a_record_that_is_not_there(void **state)
{
    static const struct {
        const char *type;
        bool waits;
    } deleted[] = {{"consultation", true}, {"case", true}, {"step", false}, {"document", false}};
    struct people *people = *state;
    struct node *center = &people->world.center, *station = &people->world.stations[0];
    struct log_info log;
    struct errmsg err = {{0}};
    assert_int_equal(changelog_own(center->store, &log, &err), STATUS_OK);
    for (size_t i = 0; i < sizeof deleted / sizeof deleted[0]; i++) {
        struct change change = {.type_no = catalogue_find(deleted[i].type)->no, .id = id_make(station->random), .op = CHANGE_DELETE, .seq = 1000, .scope = station->machine.org, .user = "root"};
        struct apply_origin origin = {.log = log.no, .order = 100000, .lsn = 100000, .from_station = true};
        struct apply_outcome outcome;
        assert_int_equal(store_begin(center->store, "test", &err), STATUS_OK);
        assert_int_equal(apply_change(center->store, &change, "\xa0", 1, &origin, &outcome, &err), STATUS_OK);
        store_rollback(center->store);
        if ((outcome.quarantine == NULL) != deleted[i].waits)
            fail_msg("%s: %s", deleted[i].type, outcome.quarantine != NULL ? outcome.quarantine : "taken");
    }
}

/* The same by a plain save, for everybody but the owner of the machine. */
static void plain_saves_cannot_do_what_actions_do(void **state)
{
    static const char *const fields[][2] = {{"state", "S6"}, {"decision", "01"}, {"decision_no", "援1号"}, {"handler", "我"}, {"closed_on", "2026-01-01"}, {"subsidy", "1元"}, {"archive_no", "1"}};
    struct people *people = *state;
    struct node *center = &people->world.center;
    struct id id = people_received(people);
    const struct actor *center_s[] = {&people->clerk, &people->reviewer, &people->director, &people->bureau, &people->archivist, &people->admin, &people->auditor};
    for (size_t p = 0; p < sizeof center_s / sizeof center_s[0]; p++)
        for (size_t f = 0; f < sizeof fields / sizeof fields[0]; f++) {
            struct record kase;
            struct errmsg err = {{0}};
            assert_int_equal(records_get(center->store, center_s[p], catalogue_find("case"), id, &kase, &err), STATUS_OK);
            assert_int_equal(record_parse(&kase, catalogue_field(kase.type, fields[f][0]), center->codes, fields[f][1], strlen(fields[f][1]), &err), STATUS_OK);
            enum status status = records_save(center->store, center_s[p], center->codes, center->random, &kase, &err);
            if (status != STATUS_FORBIDDEN)
                fail_msg("%s by %s: %s %s", fields[f][0], center_s[p]->name, status_name(status), err.text);
            record_release(&kase);
        }
    struct errmsg err = {{0}};
    assert_int_equal(records_delete(center->store, &people->director, catalogue_find("case"), id, &err), STATUS_FORBIDDEN);
    assert_int_equal(records_undo(center->store, &people->clerk, catalogue_find("case"), id, &err), STATUS_STALE);
    case_expect_state(center, id, "S2");
}

/* What stands in the decision is corrected with a reason, not edited; what a station wrote before it could know still counts. */
static void after_the_decision_plain_edits_end(void **state)
{
    struct people *people = *state;
    struct node *center = &people->world.center, *station = &people->world.stations[0];
    struct id id = people_received(people);
    struct record kase;
    struct errmsg err = {{0}};
    people_granted(people, &id);
    node_set(station, "case", id, "cause", "离婚纠纷"); /* offline, still S2 there */
    struct replica_result result = world_sync(&people->world, 0);
    assert_int_equal(result.quarantined, 0);
    assert_int_equal(records_get(station->store, &people->station, catalogue_find("case"), id, &kase, &err), STATUS_OK);
    assert_int_equal(record_set_text(&kase, "name", "张文方"), STATUS_OK);
    assert_int_equal(records_save(station->store, &people->station, station->codes, station->random, &kase, &err), STATUS_FORBIDDEN);
    assert_non_null(strstr(err.text, "do correct"));
    record_release(&kase);
    node_set(station, "case", id, "phone", "13900000009"); /* what the decision does not say stays open */
    forge(station, "case", id, "name", "张文方");
    result = world_sync(&people->world, 0);
    assert_int_equal(result.quarantined, 2); /* told of at both ends */
    char *name = node_get(center, "case", id, "name");
    assert_string_equal(name, "张文芳");
    free(name);
    node_verify(center);
}

static void an_action_is_not_undone(void **state)
{
    struct people *people = *state;
    struct node *center = &people->world.center;
    struct errmsg err = {{0}};
    struct id id = people_received(people);
    case_does(center, &people->clerk, "pre-review", &id, "means_result=01", "scope_result=01", "opinion=符合条件");
    assert_int_equal(records_undo(center->store, &people->clerk, catalogue_find("case"), id, &err), STATUS_FORBIDDEN);
    case_expect_state(center, id, "S4");
}

static void corrections_after_the_decision_give_their_reason(void **state)
{
    struct people *people = *state;
    struct node *center = &people->world.center;
    struct id id = people_received(people);
    people_granted(people, &id);
    case_refused(center, &people->clerk, "correct", &id, STATUS_INVALID, "理由", "cause=劳务合同纠纷");
    case_refused(center, &people->clerk, "correct", &id, STATUS_INVALID, "没有要更正", "reason=看看");
    case_does(center, &people->clerk, "correct", &id, "cause=劳务合同纠纷", "reason=法院立案时变更");
    case_expect_state(center, id, "S6");
    struct errmsg err = {{0}};
    assert_int_equal(records_undo(center->store, &people->clerk, catalogue_find("case"), id, &err), STATUS_FORBIDDEN); /* a correction is taken back by another */
}

/* domain.md 3.1: a volunteer writes down and drafts; what has been received is the station's. */
static void a_volunteers_part_ends_with_the_receipt(void **state)
{
    struct people *people = *state;
    struct node *station = &people->world.stations[0];
    struct id id = {{0}};
    struct record kase;
    struct errmsg err = {{0}};
    const struct record_type *type = catalogue_find("case");
    case_does(station, &people->volunteer, "draft", &id, "name=张文芳", "cause=追索劳动报酬纠纷");
    for (int received = 0; received < 2; received++) {
        assert_int_equal(records_get(station->store, &people->volunteer, type, id, &kase, &err), STATUS_OK);
        assert_int_equal(record_set_text(&kase, "phone", received ? "13900000002" : "13900000001"), STATUS_OK);
        enum status status = records_save(station->store, &people->volunteer, station->codes, station->random, &kase, &err);
        assert_int_equal(status, received ? STATUS_FORBIDDEN : STATUS_OK);
        record_release(&kase);
        if (!received)
            case_does(station, &people->station, "receive", &id, "items=身份证复印件");
    }
}

/* The words of domain.md 3.3 beside ours; a reason that the form counts is reason enough; days stand in order. */
static void actions_understand_the_words_of_the_brief(void **state)
{
    struct people *people = *state;
    struct node *center = &people->world.center;
    struct id id = people_received(people), other = people_received(people);
    case_handler(center, "陈律师", "02");
    case_handler(center, "林律师", "02");
    center->actor.now_ms += 20 * DAY_MS;
    people->clerk.now_ms = people->reviewer.now_ms = people->director.now_ms = people->bureau.now_ms = people->archivist.now_ms = center->actor.now_ms;
    case_does(center, &people->clerk, "pre-review", &id, "means=符合", "scope=1", "opinion=符合条件");
    case_does(center, &people->reviewer, "examine", &id, "opinion=同意", "conflict_check=已查，没有");
    case_does(center, &people->director, "approve", &id, "date=2026-01-06", "article=法律援助法第三十一条");
    case_refused(center, &people->clerk, "assign", &id, STATUS_INVALID, "不能早于决定日期", "lawyer=陈律师", "date=2026-01-05");
    case_does(center, &people->clerk, "assign", &id, "lawyer=陈律师", "date=2026-01-07");
    case_refused(center, &people->director, "terminate", &id, STATUS_INVALID, "不能早于指派日期", "ground=6", "date=2026-01-06");
    case_does(center, &people->clerk, "agree", &id, "agreement_date=2026-01-08");
    case_refused(center, &people->clerk, "change-handler", &id, STATUS_INVALID, "不能早于原来的指派日期", "new_handler=林律师", "change_reason=生病", "handover_date=2026-01-06");
    case_does(center, &people->clerk, "change-handler", &id, "new_handler=林律师", "change_reason=生病", "handover_date=2026-01-12");
    case_does(center, &people->clerk, "agree", &id, "date=2026-01-13");
    /* The judgment came before the new handler did. */
    case_does(center, &people->clerk, "report-closing", &id, "closing_doc=判决书", "closing_date=2026-01-10", "method=胜诉", "summary=判决支付工资", "money_recovered=1200元", "date=2026-01-14");
    case_refused(center, &people->reviewer, "accept-closing", &id, STATUS_INVALID, "不能早于报结日期", "date=2026-01-09");
    case_does(center, &people->reviewer, "accept-closing", &id, "date=2026-01-15");
    case_refused(center, &people->clerk, "pay", &id, STATUS_INVALID, "不能早于结案审核日", "paid_on=2026-01-14");
    case_does(center, &people->clerk, "pay", &id, "amount=2000元", "extras=100元", "other_reason=异地", "deductions=50元", "deduction_reason=迟报");
    struct record kase;
    struct errmsg err = {{0}};
    assert_int_equal(records_get(center->store, &people->clerk, catalogue_find("case"), id, &kase, &err), STATUS_OK);
    assert_int_equal(case_int(&kase, "subsidy"), 205000);
    record_release(&kase);
    case_refused(center, &people->archivist, "archive", &id, STATUS_INVALID, "不能早于发放日期", "archived_on=2026-01-20");
    case_does(center, &people->archivist, "archive", &id, "location=A-1", "volumes=2");
    case_does(center, &people->clerk, "pre-review", &other, "means=不符合", "scope=符合", "opinion=收入超过标准");
    case_does(center, &people->reviewer, "examine", &other, "opinion=同意", "conflict_check=已查");
    case_refused(center, &people->director, "refuse", &other, STATUS_INVALID, "其他理由要写明", "reason_code=3");
    case_does(center, &people->director, "refuse", &other, "reason_code=2");
    case_does(center, &people->bureau, "object", &other, "grounds=医疗支出没有扣除");
    case_does(center, &people->bureau, "decide-objection", &other, "result=维持", "reasons=于法无据");
    case_expect_state(center, other, "X4");
}

/* 刑事诉讼法第二百八十六条: sealed after the fact, the applicant's own file goes out of sight with the case. */
static void a_sealed_case_takes_the_applicants_file_along(void **state)
{
    struct people *people = *state;
    struct node *center = &people->world.center;
    struct id id = {{0}}, person;
    struct record kase, file;
    struct errmsg err = {{0}};
    case_does(center, &people->clerk, "notify", &id, "name=马某", "born=2010-03-01", "organ=溧水区人民法院", "notice_no=通辩1号", "notice_ground=01", "stage=04");
    assert_int_equal(records_get(center->store, &people->clerk, catalogue_find("case"), id, &kase, &err), STATUS_OK);
    assert_int_equal(id_parse(record_text(&kase, "applicant"), 32, &person), STATUS_OK);
    record_release(&kase);
    assert_int_equal(records_get(center->store, &people->clerk, catalogue_find("person"), person, &file, &err), STATUS_OK);
    record_release(&file);
    case_does(center, &people->clerk, "correct", &id, "sealed=是", "reason=法院通知封存");
    assert_int_equal(records_get(center->store, &people->clerk, catalogue_find("case"), id, &kase, &err), STATUS_NOT_FOUND);
    assert_int_equal(records_get(center->store, &people->clerk, catalogue_find("person"), person, &file, &err), STATUS_NOT_FOUND);
    assert_int_equal(records_get(center->store, &people->director, catalogue_find("person"), person, &file, &err), STATUS_OK);
    record_release(&file);
    node_verify(center);
}

/* A file entered with its day of receipt keeps it; a draft is received today. */
static void an_imported_day_of_receipt_stands(void **state)
{
    struct people *people = *state;
    struct node *station = &people->world.stations[0];
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
            case_does(station, &people->station, "draft", &id, "name=张三");
        }
        case_does(station, &people->station, "receive", &id, "items=身份证复印件");
        assert_int_equal(records_get(station->store, &people->station, catalogue_find("case"), id, &kase, &err), STATUS_OK);
        assert_int_equal(case_int(&kase, "received_on"), imported ? typed : today);
        record_release(&kase);
    }
}

/* Nothing is left behind by a refused action: rows, papers, numbers, what was typed. */
static void a_refused_action_changes_nothing(void **state)
{
    struct people *people = *state;
    struct node *center = &people->world.center;
    struct id id = people_received(people);
    case_does(center, &people->clerk, "pre-review", &id, "means_result=01", "scope_result=01", "opinion=符合条件");
    case_does(center, &people->reviewer, "examine", &id, "opinion=同意");
    char *before = node_dump(center);
    struct case_move move;
    struct errmsg err = {{0}};
    assert_int_equal(case_move_begin(center->store, &people->director, center->codes, case_action_find("approve"), id, &move, &err), STATUS_OK);
    assert_int_equal(case_move_set(&move, center->codes, "decided_on", "2025-12-01", 10, &err), STATUS_OK); /* before receipt */
    assert_int_equal(case_move_commit(center->store, &people->director, center->codes, center->random, &move, &err), STATUS_INVALID);
    assert_string_equal(record_text(&move.kase, "state"), "S5");
    char *after = node_dump(center);
    assert_string_equal(before, after);
    free(after);
    assert_int_equal(case_move_set(&move, center->codes, "decided_on", "2026-01-01", 10, &err), STATUS_OK);
    assert_int_equal(case_move_commit(center->store, &people->director, center->codes, center->random, &move, &err), STATUS_OK);
    assert_int_equal(move.n_documents, 2);
    case_move_release(&move);
    free(before);
}

int main(void)
{
#define with_people(test) cmocka_unit_test_setup_teardown(test, people_open, people_close)
    const struct CMUnitTest tests[] = {
        with_people(a_step_overtaken_by_the_center_is_for_a_person_to_settle),
        with_people(forged_changes_are_refused_at_the_center),
        with_people(forged_changes_of_other_kinds_are_refused),
        with_people(the_deletion_of_a_record_that_is_not_there),
        with_people(plain_saves_cannot_do_what_actions_do),
        with_people(after_the_decision_plain_edits_end),
        with_people(an_action_is_not_undone),
        with_people(corrections_after_the_decision_give_their_reason),
        with_people(a_volunteers_part_ends_with_the_receipt),
        with_people(actions_understand_the_words_of_the_brief),
        with_people(a_sealed_case_takes_the_applicants_file_along),
        with_people(an_imported_day_of_receipt_stands),
        with_people(a_refused_action_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
