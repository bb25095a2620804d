/* core/case/case_ending.c - termination, objection, and corrections after the decision. 法律援助法第四十八、四十九条. */
#include <stdio.h>
#include <string.h>

#include "core/base/language.h"
#include "core/case/case_impl.h"

enum { CHANGES_MAX_BYTES = 4000 };

enum status case_default_terminate(struct case_move *move)
{
    return case_set_day(&move->kase, "terminated_on", move->today);
}

enum status case_apply_terminate(struct case_work *work)
{
    if (case_is(&work->move->kase, "term_ground", "08") && case_empty(&work->move->step, "reason"))
        return case_wrong(work->err, &work->move->step, "reason", _("其他情形要写明是什么"));
    return case_step_on(work, "terminated_on");
}

enum status case_default_object(struct case_move *move)
{
    return case_set_day(&move->kase, "objected_on", move->today);
}

static bool was_terminated(const struct record *kase)
{
    return !case_empty(kase, "terminated_on");
}

enum status case_apply_object(struct case_work *work)
{
    struct record *kase = &work->move->kase;
    int32_t from = 0, on = 0;
    if (case_is(kase, "objection_result", "01"))
        return errmsg_set(work->err, STATUS_INVALID, "异议已经审查并维持；仍不服的，申请行政复议或者提起行政诉讼(法律援助法第四十九条)");
    (void)case_day(kase, was_terminated(kase) ? "terminated_on" : "decided_on", &from);
    (void)case_day(kase, "objected_on", &on);
    if (on < from)
        return case_wrong(work->err, kase, "objected_on", _("不能早于决定日期"));
    if (on > calendar_due(work->move->calendar, from, rules_term(work->move->rules, "D08", from), 0) && case_empty(&work->move->step, "opinion"))
        return case_wrong(work->err, &work->move->step, "opinion", _("超过提出异议的期限(D08)，仍受理的要写明理由"));
    return case_step_on(work, "objected_on");
}

static enum status undo_termination(struct record *kase)
{
    enum status status = case_clear(kase, "terminated_on");
    if (status == STATUS_OK)
        status = case_clear(kase, "term_ground");
    return status == STATUS_OK ? record_set_text(kase, "state", "S8") : status;
}

/* 维持: back to where it was. 责令改正: a refusal becomes a grant with its own paper, a termination is taken back. */
enum status case_apply_decide_objection(struct case_work *work)
{
    struct record *kase = &work->move->kase;
    bool ended = was_terminated(kase);
    enum status status = case_set_day(kase, "objection_decided_on", case_step_day(work->move)); /* D10 counts from it */
    if (status != STATUS_OK)
        return status;
    if (case_is(kase, "objection_result", "01"))
        return record_set_text(kase, "state", ended ? "X5" : "X4");
    if (ended)
        return undo_termination(kase);
    work->forms = "20,09";
    status = record_set_text(kase, "state", "S6");
    if (status == STATUS_OK)
        status = record_set_text(kase, "decision", "01");
    if (status == STATUS_OK)
        status = case_clear(kase, "refuse_reason");
    if (status == STATUS_OK)
        status = case_offer(kase, "aid_form", case_usual_aid_form(kase));
    char basis[CASE_TEXT_BYTES];
    case_usual_basis(kase, basis, sizeof basis);
    if (status == STATUS_OK && basis[0] != '\0')
        status = case_offer(kase, "basis", basis);
    return status == STATUS_OK ? case_set_day(kase, "decided_on", case_step_day(work->move)) : status;
}

enum status case_apply_correct(struct case_work *work)
{
    struct record *kase = &work->move->kase;
    struct buf changes;
    buf_init(&changes, CHANGES_MAX_BYTES);
    for (size_t i = 0; i < kase->type->n_fields; i++) {
        const struct field_def *field = &kase->type->fields[i];
        if (value_equal(kase->values[i], kase->loaded[i]))
            continue;
        buf_printf(&changes, "%s%s: ", changes.len > 0 ? "\n" : "", field->label);
        record_format_raw(field, kase->loaded[i], &changes);
        buf_puts(&changes, " → ");
        record_format_raw(field, kase->values[i], &changes);
    }
    enum status status = changes.status == STATUS_NOMEM ? errmsg_set(work->err, STATUS_NOMEM, "内存不足") : changes.len == 0 ? errmsg_set(work->err, STATUS_INVALID, "没有要更正的字段") : record_set_text(&work->move->step, "content", buf_cstr(&changes));
    buf_wipe(&changes);
    return status;
}
