/* core/case/case_visit.c - the action `visit`: a step of the case, the return visit itself (core/quality/visit.h), its paper. 法律援助法第五十九条.
 *
 * Before there were records of visits the action took one text, `content`, and a day. It still does: a text alone is a step and a paper; a text that is one of the answers
 * (满意, 基本满意, 不满意) is the overall answer; whatever says more is a return visit. */
#include <stdio.h>
#include <string.h>

#include "core/base/language.h"
#include "core/case/case_impl.h"
#include "core/quality/visit.h"
#include "core/record/code_book.h"

/* Whether more than a text was said: an answer, or that nobody was reached. */
static bool is_recorded(const struct record *visit)
{
    static const char *const others[] = {"answered_by", "opinion", "performed", "needs_help", "corrects"};
    if (!case_is(visit, "outcome", "1") || case_int(visit, "money_taken") != 0)
        return true;
    for (size_t i = 0; i < VISIT_QUESTIONS; i++)
        if (!case_empty(visit, visit_questions[i]))
            return true;
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        if (!case_empty(visit, others[i]))
            return true;
    return false;
}

/* What the step says of a visit without words. */
static void put_summary(const struct case_work *work, char *out, size_t out_bytes)
{
    const struct record *visit = &work->move->beside;
    const char *outcome = code_book_name(work->codes, "visit_outcome", record_text(visit, "outcome"));
    if (case_empty(visit, "overall"))
        snprintf(out, out_bytes, "%s", outcome);
    else
        snprintf(out, out_bytes, "%s，总体评价：%s", outcome, code_book_name(work->codes, "satisfaction", record_text(visit, "overall")));
}

static enum status take_words(struct case_work *work)
{
    struct record *visit = &work->move->beside, *step = &work->move->step;
    const char *content = record_text(step, "content");
    const struct code *answer = content[0] != '\0' ? code_book_by_name(work->codes, "satisfaction", content) : NULL;
    char summary[CASE_TEXT_BYTES];
    if (answer != NULL && case_is(visit, "outcome", "1"))
        return case_offer(visit, "overall", answer->code);
    if (content[0] != '\0')
        return is_recorded(visit) ? case_offer(visit, "opinion", content) : STATUS_OK;
    if (!case_empty(visit, "opinion"))
        return record_set_text(step, "content", record_text(visit, "opinion"));
    put_summary(work, summary, sizeof summary);
    return record_set_text(step, "content", summary);
}

enum status case_apply_visit(struct case_work *work)
{
    struct record *visit = &work->move->beside;
    int32_t day;
    if (!is_recorded(visit) && case_empty(&work->move->step, "content"))
        return case_wrong(work->err, visit, "overall", _("已访的要填总体评价；没有访到的，请改“结果”"));
    enum status status = take_words(work);
    return status == STATUS_OK && case_day(visit, "date", &day) ? case_set_day(&work->move->step, "date", day) : status;
}

enum status case_write_visit(struct case_work *work)
{
    struct record *visit = &work->move->beside;
    char id[ID_TEXT_BYTES];
    if (!is_recorded(visit))
        return STATUS_OK;
    id_format(work->move->kase.id, id);
    enum status status = record_set_text(visit, "case_id", id);
    if (status == STATUS_OK)
        status = visit_prepare(work->store, work->actor, work->codes, work->random, visit, work->err);
    if (status == STATUS_OK)
        status = records_save(work->store, &work->acting, work->codes, work->random, visit, work->err);
    work->about = visit;
    return status;
}
