/* core/case/practice_case.c - see practice_case.h. A case's turn is its place in the list; PATHS says how far each turn goes. */
#include "core/case/practice_case.h"

#include <stdio.h>
#include <string.h>

#include "core/case/case_flow.h"
#include "core/base/day.h"
#include "core/record/code_book.h"
#include "core/record/filter.h"

enum { CASES_MAX = 400, STEPS_MAX = 16, DRAFT_ONE_IN = 4, FIELDS_MAX = 6, ASSIGNED_MOST = 60 /* four handlers may have twenty each (rule assign_load_max); more cases wait */ };

/* What is asked about most in a category, as a cause and a matter of aid. */
static const struct {
    const char *category, *cause, *matter;
} SUBJECTS[] = {
    {"劳动纠纷", "追索劳动报酬纠纷", "M5"},     {"婚姻家庭", "离婚纠纷", "M9"},           {"交通事故", "机动车交通事故责任纠纷", "M7"}, {"医疗纠纷", "医疗损害责任纠纷", "M7"},
    {"债权债务", "民间借贷纠纷", "M9"},         {"合同纠纷", "合同纠纷", "M9"},           {"房产纠纷", "房屋租赁合同纠纷", "M9"},       {"侵权", "生命权、身体权、健康权纠纷", "M7"},
    {"刑事辩护", "盗窃罪", "C1"},               {"行政诉讼", "行政处罚", "M9"},
};

/* One step of a path: the action and its fields. */
struct practice_step {
    const char *action;
    const char *fields[FIELDS_MAX]; /* "name=value", ends with NULL */
};

static const struct practice_step TO_REVIEW[] = {{"pre-review", {"means_result=01", "scope_result=01", "opinion=家庭人均月收入低于标准，事项属于范围，建议给予援助"}}, {NULL, {NULL}}};
static const struct practice_step TO_EXAMINED[] = {{"pre-review", {"means_result=01", "scope_result=01", "opinion=符合条件"}},
                                                   {"examine", {"opinion=材料齐全，同意", "reason=已核对"}},
                                                   {NULL, {NULL}}};
static const struct practice_step TO_GRANTED[] = {{"pre-review", {"means_result=01", "scope_result=01", "opinion=符合条件"}},
                                                  {"examine", {"opinion=同意", "reason=已核对"}},
                                                  {"approve", {"opinion=给予援助"}},
                                                  {NULL, {NULL}}};
static const struct practice_step TO_REFUSED[] = {{"pre-review", {"means_result=02", "scope_result=01", "opinion=人均月收入超过标准"}},
                                                  {"examine", {"opinion=同意初审意见", "reason=已核对"}},
                                                  {"refuse", {"refuse_reason=02", "reason=家庭人均月收入超过本地经济困难标准"}},
                                                  {NULL, {NULL}}};
static const struct practice_step TO_ASSIGNED[] = {{"pre-review", {"means_result=01", "scope_result=01", "opinion=符合条件"}},
                                                   {"examine", {"opinion=同意", "reason=已核对"}},
                                                   {"approve", {"opinion=给予援助"}},
                                                   {"assign", {"handler=auto"}},
                                                   {NULL, {NULL}}};
static const struct practice_step TO_HANDLED[] = {{"pre-review", {"means_result=01", "scope_result=01", "opinion=符合条件"}},
                                                  {"examine", {"opinion=同意", "reason=已核对"}},
                                                  {"approve", {"opinion=给予援助"}},
                                                  {"assign", {"handler=auto"}},
                                                  {"agree", {"content=一般代理"}},
                                                  {"log", {"kind=02", "content=约见受援人，核对证据"}},
                                                  {NULL, {NULL}}};
static const struct practice_step TO_CLOSED[] = {{"pre-review", {"means_result=01", "scope_result=01", "opinion=符合条件"}},
                                                 {"examine", {"opinion=同意", "reason=已核对"}},
                                                 {"approve", {"opinion=给予援助"}},
                                                 {"assign", {"handler=auto"}},
                                                 {"agree", {"content=一般代理"}},
                                                 {"report-closing", {"closing_doc=03", "outcome=04", "effect=调解结案，当场履行", "recovered=8600元"}},
                                                 {NULL, {NULL}}};
static const struct practice_step *const PATHS[] = {TO_HANDLED, TO_REVIEW, TO_GRANTED, NULL, TO_CLOSED, TO_ASSIGNED, TO_EXAMINED, TO_REFUSED};

struct county {
    struct store *store;
    const struct actor *actor;
    const struct code_book *codes;
    struct random_source random;
    int64_t *moved;
    struct errmsg *err;
    struct id cases[CASES_MAX];
    size_t n;
};

static bool collect(void *context, const struct record *record, const struct list_key *key)
{
    struct county *county = context;
    (void)key;
    if (county->n < CASES_MAX)
        county->cases[county->n++] = record->id;
    return true;
}

static enum status collect_cases(struct county *county, const char *state)
{
    const struct record_type *type = catalogue_find("case");
    struct filter filter = {.type = type, .n_terms = 1};
    filter.terms[0] = (struct filter_term){.field = catalogue_field(type, "state"), .op = FILTER_EQ, .value = value_string(state)};
    struct list_query query = {.type = type, .filter = &filter, .ascending = true};
    return records_list(county->store, county->actor, &query, collect, county, county->err);
}

static enum status put(struct county *county, struct case_move *move, const char *assignment)
{
    char name[64];
    const char *equals = strchr(assignment, '=');
    snprintf(name, sizeof name, "%.*s", (int)(equals - assignment), assignment);
    return case_move_set(move, county->codes, name, equals + 1, strlen(equals + 1), county->err);
}

static enum status do_step(struct county *county, struct id id, const struct practice_step *step)
{
    struct case_move move;
    enum status status = case_move_begin(county->store, county->actor, county->codes, case_action_find(step->action), id, &move, county->err);
    if (status != STATUS_OK)
        return status;
    if (strcmp(step->action, "report-closing") == 0)
        status = record_set_int(&move.kase, "closed_on", move.today);
    for (size_t i = 0; status == STATUS_OK && step->fields[i] != NULL; i++)
        status = put(county, &move, step->fields[i]);
    if (status == STATUS_OK)
        status = case_move_commit(county->store, county->actor, county->codes, county->random, &move, county->err);
    case_move_release(&move);
    *county->moved += status == STATUS_OK;
    return status;
}

/* ---- station ---- */

static enum status name_subject(struct county *county, struct record *kase)
{
    struct record from;
    struct id id;
    const char *text = record_text(kase, "consultation"), *category = "";
    if (id_parse(text, strlen(text), &id) == STATUS_OK && records_get(county->store, county->actor, catalogue_find("consultation"), id, &from, NULL) == STATUS_OK) {
        category = code_book_name(county->codes, "category", record_text(&from, "category"));
        record_release(&from);
    }
    size_t at = 0;
    for (size_t i = 0; i < sizeof SUBJECTS / sizeof SUBJECTS[0]; i++)
        if (strcmp(SUBJECTS[i].category, category) == 0)
            at = i;
    const struct code *cause = code_book_by_name_on(county->codes, "cause", SUBJECTS[at].cause, record_day(kase));
    enum status status = record_set_text(kase, "cause", cause != NULL ? cause->code : "");
    return status == STATUS_OK ? record_set_text(kase, "matter", SUBJECTS[at].matter) : status;
}

static enum status receive(struct county *county, struct id id, bool incomplete)
{
    static const struct practice_step supplement = {"request-supplement", {"items=家庭收入证明；劳动合同或者欠条"}};
    struct case_move move;
    int32_t day;
    enum status status = case_move_begin(county->store, county->actor, county->codes, case_action_find("receive"), id, &move, county->err);
    if (status != STATUS_OK)
        return status;
    struct value drafted = move.kase.loaded[catalogue_field_index(move.kase.type, catalogue_field(move.kase.type, "received_on"))];
    day = drafted.kind == VALUE_INT && drafted.number > move.today - 6 ? (int32_t)drafted.number : move.today - 5;
    status = record_set_int(&move.kase, "received_on", day);
    if (status == STATUS_OK)
        status = name_subject(county, &move.kase);
    if (status == STATUS_OK)
        status = put(county, &move, "items=居民身份证复印件；申请事项材料");
    if (status == STATUS_OK)
        status = case_move_commit(county->store, county->actor, county->codes, county->random, &move, county->err);
    case_move_release(&move);
    *county->moved += status == STATUS_OK;
    return status == STATUS_OK && incomplete ? do_step(county, id, &supplement) : status;
}

enum status practice_receive_cases(struct store *store, const struct actor *actor, const struct code_book *codes, struct random_source random, int64_t *moved, struct errmsg *err)
{
    struct county county = {.store = store, .actor = actor, .codes = codes, .random = random, .moved = moved, .err = err};
    *moved = 0;
    enum status status = collect_cases(&county, "S1");
    for (size_t i = 0; status == STATUS_OK && i < county.n; i++)
        if (i % DRAFT_ONE_IN != DRAFT_ONE_IN - 1)
            status = receive(&county, county.cases[i], i % (2 * DRAFT_ONE_IN) == 2);
    return status;
}

/* ---- center ---- */

static enum status add_handler(struct county *county, const char *name, const char *kind, const char *practice_from)
{
    const struct record_type *type = catalogue_find("handler");
    struct record handler;
    record_init(&handler, type);
    enum status status = record_set_text(&handler, "name", name);
    if (status == STATUS_OK)
        status = record_set_text(&handler, "kind", kind);
    const char *const days[] = {"practice_from", "criminal_from"};
    for (size_t i = 0; status == STATUS_OK && i < 2; i++)
        status = record_parse(&handler, catalogue_field(type, days[i]), county->codes, practice_from, strlen(practice_from), county->err);
    if (status == STATUS_OK)
        status = record_set_int(&handler, "knows_minors", 1);
    if (status == STATUS_OK)
        status = records_save(county->store, county->actor, county->codes, county->random, &handler, county->err);
    record_release(&handler);
    return status;
}

static enum status make_roster(struct county *county)
{
    static const struct {
        const char *name, *kind, *from;
    } roster[] = {{"陈明远", "02", "2012-07-01"}, {"林若兰", "02", "2018-09-01"}, {"许长青", "01", "2009-03-01"}, {"方大勇", "03", "2015-01-01"}};
    int64_t count = 0;
    enum status status = records_count(county->store, county->actor, catalogue_find("handler"), NULL, &count, county->err);
    for (size_t i = 0; status == STATUS_OK && count == 0 && i < sizeof roster / sizeof roster[0]; i++)
        status = add_handler(county, roster[i].name, roster[i].kind, roster[i].from);
    return status;
}

enum status practice_handle_cases(struct store *store, const struct actor *actor, const struct code_book *codes, struct random_source random, int64_t *moved, struct errmsg *err)
{
    struct county county = {.store = store, .actor = actor, .codes = codes, .random = random, .moved = moved, .err = err};
    *moved = 0;
    enum status status = make_roster(&county);
    if (status == STATUS_OK)
        status = collect_cases(&county, "S2");
    for (size_t i = 0, assigned = 0; status == STATUS_OK && i < county.n; i++) {
        const struct practice_step *path = PATHS[i % (sizeof PATHS / sizeof PATHS[0])];
        for (size_t s = 0; status == STATUS_OK && path != NULL && s < STEPS_MAX && path[s].action != NULL; s++) {
            if (strcmp(path[s].action, "assign") == 0 && assigned++ >= ASSIGNED_MOST)
                break;
            status = do_step(&county, county.cases[i], &path[s]);
        }
    }
    return status;
}
