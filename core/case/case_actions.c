/* core/case/case_actions.c - the hooks of actions, as a table, and what they share. Hooks: case_intake.c, case_review.c, case_handling.c, case_closing.c, case_ending.c, case_handing.c;
 * rows beside the case: case_rows.c. An action without a hook only fills its fields and moves on. */
#include <stdio.h>
#include <string.h>

#include "core/base/language.h"
#include "core/case/case_impl.h"
#include "core/record/code_book.h"

enum status case_set_day(struct record *record, const char *field, int32_t day)
{
    return record_set_int(record, field, day);
}

/* An empty field gets the text. */
enum status case_offer(struct record *record, const char *field, const char *text)
{
    return case_empty(record, field) ? record_set_text(record, field, text) : STATUS_OK;
}

/* The day of the step is the day of the event that the case remembers. */
enum status case_step_on(struct case_work *work, const char *field)
{
    int32_t day;
    return case_day(&work->move->kase, field, &day) ? case_set_day(&work->move->step, "date", day) : STATUS_OK;
}

int32_t case_step_day(const struct case_move *move)
{
    int32_t day = move->today;
    (void)case_day(&move->step, "date", &day);
    return day;
}

static bool remember_step(void *context, const struct record *step)
{
    struct case_last_step *last = context;
    if (case_is(step, "action", last->action)) {
        last->found = true;
        snprintf(last->worker, sizeof last->worker, "%s", record_text(step, "worker"));
    }
    return true;
}

enum status case_find_step(struct case_work *work, const char *action, struct case_last_step *last)
{
    *last = (struct case_last_step){.action = action};
    return case_steps(work->store, work->actor, work->move->kase.id, remember_step, last, work->err);
}

/* 初审、审查、审批 by different people (rule separate_review); the owner of the machine is exempt and recorded as such. */
enum status case_other_person(struct case_work *work, const char *action)
{
    struct case_last_step last;
    enum status status = case_find_step(work, action, &last);
    bool separate = rules_int(work->move->rules, "separate_review", work->move->today) != 0 && !work->actor->owner;
    if (status != STATUS_OK || !separate || !last.found || strcmp(last.worker, work->actor->name) != 0)
        return status;
    return errmsg_set(work->err, STATUS_FORBIDDEN, "%s 已由 %s 本人办理，%s 要由另一人办理(规则 separate_review)", _(code_book_name(work->codes, "case_action", action)), last.worker,
                      _(case_action_label(work->codes, work->move->action)));
}

static const struct {
    const char *action;
    enum status (*defaults)(struct case_move *move);
    enum status (*apply)(struct case_work *work);
} hooks[] = {
    {"draft", NULL, case_apply_draft},
    {"receive", case_default_receive, case_apply_receive},
    {"request-supplement", case_default_request, case_apply_request},
    {"supply", NULL, case_resume_clock},
    {"lapse", NULL, case_apply_lapse},
    {"cooperate", NULL, case_apply_cooperate},
    {"cooperate-done", NULL, case_resume_clock},
    {"pre-review", case_default_pre_review, NULL},
    {"examine", NULL, case_apply_examine},
    {"approve", case_offer_decision, case_apply_approve},
    {"refuse", case_default_decision_day, case_apply_refuse},
    {"urgent-aid", case_default_urgent, case_apply_urgent},
    {"complete-urgent", case_default_complete, case_apply_complete},
    {"notify", case_default_notify, case_apply_notify},
    {"assign", case_default_assign, case_apply_assign},
    {"agree", case_default_agree, case_apply_agree},
    {"log", NULL, case_apply_log},
    {"change-handler", case_default_change, case_apply_change},
    {"report-closing", case_default_closing, case_apply_closing},
    {"accept-closing", NULL, case_apply_accept},
    {"pay", case_default_pay, case_apply_pay},
    {"archive", case_default_archive, case_apply_archive},
    {"terminate", case_default_terminate, case_apply_terminate},
    {"object", case_default_object, case_apply_object},
    {"decide-objection", NULL, case_apply_decide_objection},
    {"correct", NULL, case_apply_correct},
    {"transfer", NULL, case_apply_transfer},
    {"share", NULL, case_apply_share},
    {"unshare", NULL, case_apply_unshare},
    {"visit", NULL, case_apply_visit},
};

enum status case_action_defaults(struct case_move *move, struct errmsg *err)
{
    for (size_t i = 0; i < sizeof hooks / sizeof hooks[0]; i++) {
        if (strcmp(hooks[i].action, move->action->name) != 0 || hooks[i].defaults == NULL)
            continue;
        enum status status = hooks[i].defaults(move);
        return status == STATUS_OK ? status : errmsg_set(err, status, "%s", status_text(status));
    }
    return STATUS_OK;
}

enum status case_action_apply(struct case_work *work)
{
    for (size_t i = 0; i < sizeof hooks / sizeof hooks[0]; i++)
        if (strcmp(hooks[i].action, work->move->action->name) == 0 && hooks[i].apply != NULL)
            return hooks[i].apply(work);
    return STATUS_OK;
}
