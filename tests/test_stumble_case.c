/* tests/test_stumble_case.c - actions on a case with each statement and each allocation of them failing in turn (strides: they have hundreds): tests/trial.h says what must hold. Nothing that an action composes, a number of the
 * archive or the words of a correction, is stored in part. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/day.h"
#include "core/quality/assess_impl.h"
#include "core/quality/eval.h"
#include "tests/people.h"
#include "tests/trial.h"

struct scene {
    struct people *people;
    struct id id;
    const struct actor *actor;
    const char *action;
    const char *const *fields;
};

static enum status do_action(void *context, struct buf *out, struct errmsg *err)
{
    struct scene *scene = context;
    struct id id = scene->id;

    (void)out;
    return case_act(&scene->people->world.center, scene->actor, scene->action, &id, err, scene->fields);
}

/* The action is tried with failures, then done. */
static void play(struct people *people, const struct actor *actor, const char *action, struct id *id, uint64_t stride, const char *const *fields)
{
    struct scene scene = {.people = people, .id = *id, .actor = actor, .action = action, .fields = fields};

    trial_play(&(struct trial){.name = action, .act = do_action, .context = &scene, .nodes = {&people->world.center}, .seed = &people->world.seed, .stride = stride});
    struct errmsg err = {{0}};
    if (case_act(&people->world.center, actor, action, id, &err, fields) != STATUS_OK)
        fail_msg("%s: %s", action, err.text);
}

/* ---- how a case and a firm were ---- */

/* The sheet bears the name that people know the account by, and is held against the handler's. */
static enum status begin_sheet(void *context, struct buf *out, struct errmsg *err)
{
    struct scene *scene = context;
    struct node *center = &scene->people->world.center;
    struct eval_sheet sheet;
    enum status status = eval_begin(center->store, scene->actor, center->codes, scene->id, NULL, NULL, day_of_ms(scene->actor->now_ms, DAY_OFFICE_OFFSET_MIN), &sheet, err);

    if (status != STATUS_OK)
        return status;
    buf_printf(out, "%s\n", record_text(&sheet.eval, "reviewers"));
    eval_release(&sheet);
    return STATUS_OK;
}

/* Each of them, or it is told that somebody may be left out. */
static enum status list_firms(void *context, struct buf *out, struct errmsg *err)
{
    struct scene *scene = context;
    struct node *center = &scene->people->world.center;
    const struct assess_desk desk = {.store = center->store, .actor = &center->actor, .codes = center->codes};
    struct assess_subject *firms;
    size_t n;
    enum status status = assess_subjects(&desk, "firm", &firms, &n, err);

    for (size_t i = 0; i < n; i++)
        buf_printf(out, "%s\n", firms[i].name);
    free(firms);
    return status;
}

static void play_reading(struct scene *scene, const char *name, enum status (*act)(void *context, struct buf *out, struct errmsg *err))
{
    trial_play(&(struct trial){.name = name, .act = act, .context = scene, .nodes = {&scene->people->world.center}});
}

static void test_actions(void **state)
{
    struct people *people = *state;
    struct node *center = &people->world.center;
    struct id id = people_received(people);

    people_granted(people, &id);
    people_handled(people, &id);
    play(people, &people->clerk, "correct", &id, 17, CASE_FIELDS("cause=劳务合同纠纷", "reason=法院立案时变更"));
    case_does(center, &people->clerk, "log", &id, "kind=10", "content=收到判决书");
    case_does(center, &people->clerk, "report-closing", &id, "closing_doc=01", "outcome=01", "effect=判决支付全部工资", "recovered=23000元", "wages_recovered=23000元", "closing_doc_no=民初1号");
    case_does(center, &people->director, "accept-closing", &id, "opinion=材料齐全");
    char firm[ID_TEXT_BYTES];
    id_format(node_make(center, "org", "number=91", "code=zhengyi", "name=江苏正义律师事务所", "kind=律师事务所", NULL), firm);
    node_set(center, "case", id, "firm", firm);
    play(people, &people->clerk, "pay", &id, 17, CASE_FIELDS("remote=200元", "deduction=100元", "deduction_reason=迟交材料"));
    play(people, &people->archivist, "archive", &id, 17, CASE_FIELDS("shelf=A-1"));
    char account[64];
    snprintf(account, sizeof account, "name=%s", people->director.name);
    (void)node_make(center, "user", account, "display=钱主任", "role=director", "org=1", NULL);
    char of_firm[ID_TEXT_BYTES + 8];
    snprintf(of_firm, sizeof of_firm, "firm=%s", firm);
    (void)node_make(center, "handler", "name=孙律", "kind=02", of_firm, NULL);
    struct scene scene = {.people = people, .id = id, .actor = &people->director};
    play_reading(&scene, "a sheet", begin_sheet);
    play_reading(&scene, "the firms", list_firms);
    node_verify(center);
}

static void test_an_application(void **state)
{
    struct people *people = *state;
    struct id id = {{0}};

    case_does(&people->world.center, &people->clerk, "draft", &id, "name=张文芳", "id_no=32012419870312274X", "cause=追索劳动报酬纠纷", "matter=M5", "opponent=某某建筑公司", "stage=04", "legal_status=01", "phone=13900000001");
    play(people, &people->clerk, "receive", &id, 29, CASE_FIELDS("items=身份证复印件", "members=配偶 王小明 47岁 工资3500元\n母亲 赵秀兰 70岁"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_actions, people_open, people_close),
        cmocka_unit_test_setup_teardown(test_an_application, people_open, people_close),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
