/* core/case/case_handling.c - who handles the case, and what is reported of it. 法律援助法第四十三、四十六、五十五条; 办理法律援助案件程序规定第二十五至二十八条. */
#include <stdio.h>
#include <string.h>

#include "core/base/language.h"
#include "core/case/case_impl.h"
#include "core/aid/assignment.h"
#include "core/base/utf8.h"
#include "core/record/code_book.h"

enum { REASON_CHARS = 200 }; /* of assign_reason */

enum status case_default_assign(struct case_move *move)
{
    return case_set_day(&move->kase, "assigned_on", move->today);
}

struct best {
    struct record handler;
    bool found, any;
    enum status status;
    char reason[CANDIDATE_REASON_BYTES];
};

static bool take_best(void *context, const struct candidate *candidate)
{
    struct best *best = context;
    best->any = true;
    if (!candidate->eligible)
        return false;
    best->status = record_copy(&best->handler, candidate->handler);
    best->found = best->status == STATUS_OK;
    snprintf(best->reason, sizeof best->reason, "%s", candidate->reason);
    return false;
}

/* The best of the roster, the recipient's wish first. */
static enum status choose_handler(struct case_work *work, struct best *best)
{
    const struct record *step = &work->move->step;
    const char *wish = case_empty(step, "wish") ? NULL : record_text(step, "wish");
    enum status status = assignment_candidates(work->store, work->actor, work->move->rules, &work->move->kase, wish, work->move->today, take_best, best, work->err);
    if (status == STATUS_OK)
        status = best->status;
    if (status == STATUS_OK && !best->found)
        return errmsg_set(work->err, STATUS_INVALID, best->any ? "名册里没有可以指派的承办人；aidpost candidates 列出每人的原因" : "承办人名册是空的，请先登记承办人");
    return status;
}

static bool see_any(void *context, const struct candidate *candidate)
{
    (void)candidate;
    *(bool *)context = true;
    return false;
}

/* A county that keeps no roster yet types names; it is recorded that nothing was checked. */
static enum status named_handler(struct case_work *work, const char *name, struct best *best)
{
    bool any = false;
    enum status status = assignment_find(work->store, work->actor, name, &best->handler, work->err);
    if (status == STATUS_OK) {
        best->found = true;
        return assignment_check(work->store, work->actor, work->move->rules, &work->move->kase, &best->handler, work->move->today, best->reason, work->err);
    }
    if (status != STATUS_NOT_FOUND)
        return status;
    status = assignment_candidates(work->store, work->actor, work->move->rules, &work->move->kase, NULL, work->move->today, see_any, &any, work->err);
    if (status == STATUS_OK && any)
        return errmsg_set(work->err, STATUS_INVALID, "字段 承办人(handler): 名册里没有 %.60s；按 F4 从名册里选，命令行用 aidpost candidates 列出", name);
    if (status == STATUS_OK)
        snprintf(best->reason, sizeof best->reason, "名册为空，未核对资格");
    return status;
}

static enum status set_handler(struct case_work *work, const struct best *best)
{
    struct record *kase = &work->move->kase;
    char id[ID_TEXT_BYTES], reason[CANDIDATE_REASON_BYTES + 220];
    enum status status = case_clear(kase, "handler_ref");
    if (status == STATUS_OK && best->found) {
        id_format(best->handler.id, id);
        status = record_set_text(kase, "handler_ref", id);
        if (status == STATUS_OK)
            status = record_set_text(kase, "handler", record_text(&best->handler, "name"));
        if (status == STATUS_OK && record_text(&best->handler, "firm")[0] != '\0')
            status = record_set_text(kase, "firm", record_text(&best->handler, "firm"));
    }
    if (status != STATUS_OK)
        return status;
    const char *said = record_text(&work->move->step, "reason");
    snprintf(reason, sizeof reason, "%s%s%s", best->reason, best->reason[0] != '\0' && said[0] != '\0' ? "；" : "", said);
    reason[utf8_offset(reason, utf8_valid_prefix(reason, strlen(reason)), REASON_CHARS)] = '\0';
    return record_set_text(kase, "assign_reason", reason);
}

static enum status give_to_handler(struct case_work *work)
{
    struct best best = {.found = false};
    struct case_conflicts conflicts;
    const char *name = record_text(&work->move->kase, "handler");
    record_init(&best.handler, catalogue_find("handler"));
    bool by_rank = strcmp(name, "auto") == 0 || strcmp(name, "自动") == 0;
    enum status status = by_rank ? choose_handler(work, &best) : named_handler(work, name, &best);
    if (status == STATUS_OK)
        status = case_check_conflicts(work, best.found ? &best.handler : NULL, &conflicts);
    if (status == STATUS_OK)
        status = set_handler(work, &best);
    record_release(&best.handler);
    return status;
}

enum status case_apply_assign(struct case_work *work)
{
    enum status status = give_to_handler(work);
    return status == STATUS_OK ? case_step_on(work, "assigned_on") : status;
}

enum status case_default_change(struct case_move *move)
{
    enum status status = record_set_text(&move->step, "old_handler", record_text(&move->kase, "handler"));
    if (status == STATUS_OK)
        status = case_clear(&move->kase, "handler");
    return status == STATUS_OK ? case_set_day(&move->kase, "assigned_on", move->today) : status;
}

enum status case_apply_change(struct case_work *work)
{
    struct record *kase = &work->move->kase;
    enum status status = give_to_handler(work);
    if (status == STATUS_OK && strcmp(record_text(kase, "handler"), record_text(&work->move->step, "old_handler")) == 0)
        return case_wrong(work->err, kase, "handler", _("还是原来的承办人"));
    if (status == STATUS_OK && case_int(kase, "assigned_on") < case_loaded_int(kase, "assigned_on"))
        return case_wrong(work->err, kase, "assigned_on", _("不能早于原来的指派日期"));
    if (status == STATUS_OK)
        status = case_clear(kase, "agreed_on");
    if (status == STATUS_OK)
        status = case_clear(kase, "change_asked_on");
    return status == STATUS_OK ? case_step_on(work, "assigned_on") : status;
}

enum status case_default_agree(struct case_move *move)
{
    return case_set_day(&move->kase, "agreed_on", move->today);
}

/* 办理法律援助案件程序规定第二十七条: five days, unless the recipient or another objective cause prevents it: then it is recorded. */
enum status case_apply_agree(struct case_work *work)
{
    struct record *kase = &work->move->kase;
    int32_t assigned, agreed;
    if (case_day(kase, "assigned_on", &assigned) && case_day(kase, "agreed_on", &agreed)) {
        if (agreed < assigned)
            return case_wrong(work->err, kase, "agreed_on", _("不能早于指派日期"));
        int32_t due = calendar_due(work->move->calendar, assigned, rules_term(work->move->rules, "D07", assigned), 0);
        if (agreed > due && case_empty(&work->move->step, "reason"))
            return case_wrong(work->err, &work->move->step, "reason", _("超过签约期限(D07)，请写明受援人或其他客观原因"));
    }
    return case_step_on(work, "agreed_on");
}

enum status case_apply_log(struct case_work *work)
{
    struct record *kase = &work->move->kase, *step = &work->move->step;
    size_t closed_on = catalogue_field_index(kase->type, catalogue_field(kase->type, "closed_on"));
    bool gives_closing = !value_equal(kase->values[closed_on], kase->loaded[closed_on]);
    if (gives_closing && !case_is(step, "kind", "10"))
        return case_wrong(work->err, kase, "closed_on", _("结案日期随“收到结案文书”一条填写"));
    if (case_is(step, "kind", "12") && case_empty(step, "reason"))
        return case_wrong(work->err, step, "reason", _("没有办成的要写明原因"));
    if (case_is(step, "kind", "07") || case_is(step, "kind", "08"))
        work->forms = "14";
    if (case_is(step, "kind", "10") && !gives_closing)
        return case_set_day(kase, "closed_on", case_step_day(work->move));
    if (case_is(step, "kind", "11"))
        return case_set_day(kase, "change_asked_on", case_step_day(work->move));
    if (case_is(step, "kind", "14") && case_empty(step, "reason"))
        return case_wrong(work->err, step, "reason", _("不同意更换的要写明理由"));
    if (case_is(step, "kind", "14"))
        return case_clear(kase, "change_asked_on"); /* D11 is met */
    return STATUS_OK;
}
