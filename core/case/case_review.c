/* core/case/case_review.c - reviews and decisions: grant, refusal, urgent-first aid, notices from the organs. 法律援助法第二十四至四十四条. */
#include <stdio.h>
#include <string.h>

#include "core/base/language.h"
#include "core/case/case_impl.h"
#include "core/aid/deadline.h"
#include "core/aid/eligibility.h"
#include "core/aid/interest.h"
#include "core/aid/person.h"
#include "core/base/utf8.h"
#include "core/record/code_book.h"

enum { CONFLICT_SCORE_MIN = 60 };

enum status case_default_pre_review(struct case_move *move)
{
    struct eligibility eligibility;
    eligibility_of(move->rules, &move->kase, move->today, &eligibility);
    enum status status = record_set_text(&move->step, "means_result", eligibility.means);
    return status == STATUS_OK ? record_set_text(&move->step, "scope_result", eligibility.scope) : status;
}

/* Names are cut between characters: half a character is no text and cannot be stored. */
static bool add_conflict(void *context, const struct interest_hit *hit)
{
    enum { NAME_SHOWN_BYTES = 36 };
    struct case_conflicts *conflicts = context;
    char line[CASE_TEXT_BYTES];
    conflicts->n++;
    conflicts->opposite += hit->opposite && hit->score >= CONFLICT_SCORE_MIN;
    int who = (int)utf8_cut(hit->who, strlen(hit->who), NAME_SHOWN_BYTES), other = (int)utf8_cut(hit->other, strlen(hit->other), NAME_SHOWN_BYTES);
    snprintf(line, sizeof line, "%s%.*s: %.*s(%s)", conflicts->used > 0 ? "；" : "", who, hit->who, other, hit->other, interest_evidence_text(hit->evidence));
    size_t len = strlen(line);
    if (conflicts->used + len < sizeof conflicts->text) {
        memcpy(conflicts->text + conflicts->used, line, len + 1);
        conflicts->used += len;
    }
    return true;
}

enum status case_check_conflicts(struct case_work *work, const struct record *handler, struct case_conflicts *conflicts)
{
    *conflicts = (struct case_conflicts){.text = ""};
    enum status status = interest_check(work->store, work->actor, work->move->rules, &work->move->kase, handler, add_conflict, conflicts, work->err);
    if (status == STATUS_OK)
        status = record_set_text(&work->move->step, "conflict_result", conflicts->n > 0 ? conflicts->text : "没有发现利益冲突");
    return status;
}

enum status case_apply_examine(struct case_work *work)
{
    struct case_conflicts conflicts;
    enum status status = case_other_person(work, "pre-review");
    if (status == STATUS_OK)
        status = case_check_conflicts(work, NULL, &conflicts);
    if (status == STATUS_OK && conflicts.opposite > 0 && case_empty(&work->move->step, "reason"))
        return case_wrong(work->err, &work->move->step, "reason", _("有 %zu 处利益冲突，请写明怎样处理: %.200s"), conflicts.opposite, conflicts.text);
    return status;
}

const char *case_usual_aid_form(const struct record *kase)
{
    if (case_is(kase, "notice_ground", "08"))
        return "10";
    if (case_is(kase, "case_type", "01"))
        return case_is(kase, "legal_status", "14") || case_is(kase, "legal_status", "15") ? "02"
               : case_is(kase, "legal_status", "16")                                      ? "03"
               : case_is(kase, "legal_status", "11")                                      ? "04"
                                                                                          : "01";
    if (case_is(kase, "matter", "M1"))
        return "09";
    if (case_is(kase, "case_type", "03"))
        return "06";
    return case_is(kase, "stage", "07") ? "07" : case_is(kase, "stage", "08") || case_is(kase, "stage", "01") ? "08" : "05";
}

/* 法律援助法第二十四、二十五、二十八、三十一条; matters that stand under a later article are the person's to name. */
void case_usual_basis(const struct record *kase, char *out, size_t out_bytes)
{
    static const char *const items[] = {"一", "二", "三", "四", "五", "六", "七", "八", "九"};
    const char *matter = record_text(kase, "matter"), *ground = record_text(kase, "notice_ground");
    out[0] = '\0';
    if (strcmp(ground, "08") == 0)
        snprintf(out, out_bytes, "法律援助法第二十八条");
    else if (strcmp(ground, "09") == 0)
        snprintf(out, out_bytes, "法律援助法第二十五条第二款");
    else if (ground[0] == '0' && ground[1] >= '1' && ground[1] <= '7')
        snprintf(out, out_bytes, "法律援助法第二十五条第一款第（%s）项", items[ground[1] - '1']);
    else if (matter[0] == 'M' && matter[1] >= '1' && matter[1] <= '9')
        snprintf(out, out_bytes, "法律援助法第三十一条第（%s）项", items[matter[1] - '1']);
    else if (case_is(kase, "case_type", "01"))
        snprintf(out, out_bytes, "法律援助法第二十四条");
}

enum status case_offer_decision(struct case_move *move)
{
    char basis[CASE_TEXT_BYTES];
    case_usual_basis(&move->kase, basis, sizeof basis);
    enum status status = case_offer(&move->kase, "aid_form", case_usual_aid_form(&move->kase));
    if (status == STATUS_OK && basis[0] != '\0')
        status = case_offer(&move->kase, "basis", basis);
    return status == STATUS_OK ? case_set_day(&move->kase, "decided_on", move->today) : status;
}

enum status case_default_decision_day(struct case_move *move)
{
    return case_set_day(&move->kase, "decided_on", move->today);
}

/* 99 无证件 blocks nothing at the station, but a decision names a person. */
static enum status check_identity_known(struct case_work *work)
{
    const struct record *kase = &work->move->kase;
    if (!case_empty(kase, "id_no"))
        return STATUS_OK;
    return case_wrong(work->err, kase, "id_no", _("作出决定之前要核实身份：请补证件号码(没有身份证的，用户口簿、其他证件的号码)"));
}

struct review {
    char means[8], scope[8];
};

static bool remember_review(void *context, const struct record *step)
{
    struct review *review = context;
    if (!case_empty(step, "means_result"))
        snprintf(review->means, sizeof review->means, "%s", record_text(step, "means_result"));
    if (!case_empty(step, "scope_result"))
        snprintf(review->scope, sizeof review->scope, "%s", record_text(step, "scope_result"));
    return true;
}

static enum status decide(struct case_work *work, const char *decision)
{
    enum status status = case_step_on(work, "decided_on");
    return status == STATUS_OK ? record_set_text(&work->move->kase, "decision", decision) : status;
}

enum status case_apply_approve(struct case_work *work)
{
    struct review review = {"", ""};
    enum status status = case_other_person(work, "pre-review");
    if (status == STATUS_OK)
        status = case_other_person(work, "examine");
    if (status == STATUS_OK)
        status = check_identity_known(work);
    if (status == STATUS_OK)
        status = case_steps(work->store, work->actor, work->move->kase.id, remember_review, &review, work->err);
    bool against = strcmp(review.means, "02") == 0 || strcmp(review.scope, "02") == 0;
    if (status == STATUS_OK && against && case_empty(&work->move->step, "reason"))
        return case_wrong(work->err, &work->move->step, "reason", _("初审认为不符合条件，仍给予援助要写明理由"));
    return status == STATUS_OK ? decide(work, "01") : status;
}

/* 法律援助法第四十三条: a refusal gives its reasons. The reason the form counts is one, except 其他. */
static enum status state_refusal(struct case_work *work)
{
    const char *code = record_text(&work->move->kase, "refuse_reason");
    if (strcmp(code, "03") == 0 && case_empty(&work->move->step, "reason"))
        return case_wrong(work->err, &work->move->step, "reason", _("其他理由要写明是什么"));
    return case_offer(&work->move->step, "reason", code_book_name(work->codes, "refuse_reason", code));
}

enum status case_apply_refuse(struct case_work *work)
{
    enum status status = case_other_person(work, "pre-review");
    if (status == STATUS_OK)
        status = case_other_person(work, "examine");
    if (status == STATUS_OK)
        status = state_refusal(work);
    return status == STATUS_OK ? decide(work, "02") : status;
}

enum status case_default_urgent(struct case_move *move)
{
    enum status status = case_offer_decision(move);
    if (status == STATUS_OK && deadline_is_urgent(move->rules, &move->kase, move->today))
        status = case_offer(&move->kase, "urgent_ground", "01");
    return status;
}

enum status case_apply_urgent(struct case_work *work)
{
    const struct record *kase = &work->move->kase;
    if (case_is(kase, "urgent_ground", "01") && !case_empty(kase, "limitation_on") && !deadline_is_urgent(work->move->rules, kase, work->move->today))
        return case_wrong(work->err, kase, "urgent_ground", _("离时效届满还有七日以上，不合第四十四条第一项；是保全等情形的请选别的项"));
    if (case_is(kase, "urgent_ground", "03") && case_empty(&work->move->step, "reason"))
        return case_wrong(work->err, &work->move->step, "reason", _("其他情形要写明是什么"));
    enum status status = decide(work, "03");
    return status == STATUS_OK ? record_set_int(&work->move->kase, "urgent", 1) : status;
}

enum status case_default_complete(struct case_move *move)
{
    char basis[CASE_TEXT_BYTES];
    case_usual_basis(&move->kase, basis, sizeof basis);
    return basis[0] != '\0' ? case_offer(&move->kase, "basis", basis) : STATUS_OK;
}

enum status case_apply_complete(struct case_work *work)
{
    if (!case_is(&work->move->kase, "decision", "03"))
        return errmsg_set(work->err, STATUS_INVALID, "这件不是先行援助，没有要补办的手续");
    enum status status = check_identity_known(work);
    return status == STATUS_OK ? record_set_text(&work->move->kase, "decision", "01") : status;
}

/* Courts, procuratorates and the police give notice in criminal cases. */
enum status case_default_notify(struct case_move *move)
{
    return record_set_text(&move->kase, "case_type", "01");
}

/* 法律援助法第二十五、二十八、三十六条: no application, no means test. */
enum status case_apply_notify(struct case_work *work)
{
    struct record *kase = &work->move->kase;
    bool treatment = case_is(kase, "notice_ground", "08"), before_trial = case_is(kase, "stage", "02") || case_is(kase, "stage", "03");
    int32_t received = work->move->today;
    char basis[CASE_TEXT_BYTES];
    (void)case_day(kase, "received_on", &received);
    enum status status = record_set_text(kase, "case_type", "01");
    if (status == STATUS_OK)
        status = record_set_text(kase, "source", treatment ? "12" : "11");
    if (status == STATUS_OK)
        status = case_offer(kase, "matter", "C2");
    if (status == STATUS_OK)
        status = case_offer(kase, "legal_status", treatment ? "07" : before_trial ? "12" : "13");
    if (status == STATUS_OK)
        status = record_set_text(kase, "aid_form", treatment ? "10" : "01");
    case_usual_basis(kase, basis, sizeof basis);
    if (status == STATUS_OK)
        status = record_set_text(kase, "basis", basis);
    if (status == STATUS_OK)
        status = record_set_text(kase, "decision", "01");
    if (status == STATUS_OK)
        status = case_set_day(kase, "decided_on", received);
    if (status == STATUS_OK)
        status = case_step_on(work, "received_on");
    if (status == STATUS_OK)
        status = case_derive(work);
    if (status == STATUS_OK)
        status = case_provisional_number(work);
    return status == STATUS_OK ? person_for_case(work->store, &work->acting, work->codes, work->random, kase, work->err) : status;
}
