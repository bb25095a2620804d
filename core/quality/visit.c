/* core/quality/visit.c - what a return visit must pass, and what it brings along. See visit.h; figures and worklist: visit_frame.c, visit_satisfaction.c. */
#include "core/quality/visit.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/aid/account.h"
#include "core/aid/person_name.h"
#include "core/base/day.h"
#include "core/base/language.h"
#include "core/quality/complaint.h"
#include "core/record/privacy.h"

enum { CONTENT_MAX_BYTES = 1 << 16 };

const char *const visit_questions[VISIT_QUESTIONS] = {"attitude", "communication", "interests", "result", "overall"};

static bool has_day(const struct record *record, const char *field, int32_t *day)
{
    struct value value = record_get(record, catalogue_field(record->type, field));
    if (value.kind == VALUE_INT)
        *day = (int32_t)value.number;
    return value.kind == VALUE_INT;
}

static bool is_empty(const struct record *record, const char *field)
{
    return record_get(record, catalogue_field(record->type, field)).kind == VALUE_NULL;
}

static bool is_yes(const struct record *record, const char *field)
{
    return record_get(record, catalogue_field(record->type, field)).number != 0;
}

static bool is(const struct record *record, const char *field, const char *code)
{
    return strcmp(record_text(record, field), code) == 0;
}

static enum status wrong(struct errmsg *err, const char *field, const char *format, ...) __attribute__((format(printf, 3, 4)));

static enum status wrong(struct errmsg *err, const char *field, const char *format, ...)
{
    char reason[ERRMSG_MAX_BYTES];
    va_list args;
    va_start(args, format);
    vsnprintf(reason, sizeof reason, _(format), args);
    va_end(args);
    const struct field_def *def = catalogue_field(catalogue_find("return_visit"), field);
    return errmsg_set(err, STATUS_INVALID, "字段 %s(%s): %.380s", _(def->label), def->name, reason);
}

bool visit_case_is_closed(const struct record *kase)
{
    static const char *const states[] = {"S9", "S9r", "S10", "S11", "S12", "X5"};
    if (!is_empty(kase, "closed_on"))
        return true;
    for (size_t i = 0; i < sizeof states / sizeof states[0]; i++)
        if (is(kase, "state", states[i]))
            return true;
    return false;
}

int visit_year(int32_t today)
{
    int year, month, dom;
    day_to_ymd(today, &year, &month, &dom);
    return year - 1;
}

/* The record a reference field points to. */
static enum status follow(struct store *store, const struct actor *actor, const struct record *visit, const char *field, struct record *out, struct errmsg *err)
{
    const struct field_def *def = catalogue_field(visit->type, field);
    const char *text = record_text(visit, field);
    struct id id;
    if (text[0] == '\0')
        return wrong(err, field, _("要填；填%s的编号"), catalogue_find(def->codes)->label);
    enum status status = id_parse(text, strlen(text), &id);
    if (status == STATUS_OK)
        status = records_get(store, actor, catalogue_find(def->codes), id, out, NULL);
    if (status == STATUS_NOT_FOUND || status == STATUS_MALFORMED)
        return wrong(err, field, strcmp(field, "case_id") == 0 ? _("没有这件%s") : _("没有这次%s"), catalogue_find(def->codes)->label);
    return status == STATUS_OK ? status : errmsg_set(err, status, "%s", status_text(status));
}

/* ---- checks ---- */

/* 法律援助法第五十九条: the visit looks at the handler's work, so somebody else makes it. The visitor is an account's name, or names as they are written. */
static enum status check_visitor(struct store *store, const struct record *visit, const struct record *kase, struct errmsg *err)
{
    const char *handler = record_text(kase, "handler"), *visitor = record_text(visit, "visitor");
    struct record account;
    bool same = false;
    if (handler[0] == '\0' || visitor[0] == '\0')
        return STATUS_OK;
    same = person_name_in(visitor, handler);
    enum status status = account_find(store, visitor, &account, err);
    if (status == STATUS_OK) {
        same = same || person_name_in(record_text(&account, "display"), handler);
        record_release(&account);
    }
    if (status != STATUS_OK && status != STATUS_NOT_FOUND)
        return status;
    return same ? wrong(err, "visitor", _("%s 是这件案件的承办人，回访要由别人做"), handler) : STATUS_OK;
}

static enum status check_days(const struct actor *actor, const struct record *visit, const struct record *kase, struct errmsg *err)
{
    int32_t day, closed;
    char text[DAY_TEXT_BYTES];
    if (!has_day(visit, "date", &day))
        return STATUS_OK; /* record_check asks for it */
    if (day > day_of_ms(actor->now_ms, DAY_OFFICE_OFFSET_MIN))
        return wrong(err, "date", _("在今天之后；请核对日期，或先校准这台机器的时钟"));
    if ((!has_day(kase, "closed_on", &closed) && !has_day(kase, "terminated_on", &closed)) || day >= closed)
        return STATUS_OK;
    day_format(closed, text);
    return wrong(err, "date", _("早于结案日期 %s；回访在结案之后"), text);
}

/* Who was not reached has not answered. */
static enum status check_answers(const struct record *visit, const struct code_book *codes, struct errmsg *err)
{
    if (is(visit, "outcome", "1"))
        return is_empty(visit, "overall") ? wrong(err, "overall", _("已访的要填总体评价；没有访到的，请改“结果”")) : STATUS_OK;
    const char *outcome = code_book_name(codes, "visit_outcome", record_text(visit, "outcome"));
    for (size_t i = 0; i < VISIT_QUESTIONS; i++)
        if (!is_empty(visit, visit_questions[i]))
            return wrong(err, visit_questions[i], _("结果是“%s”，没有访到的不能有评价"), outcome);
    if (is_yes(visit, "money_taken"))
        return wrong(err, "money_taken", _("结果是“%s”，没有访到的不能有回答；受援人后来反映的，请登记投诉"), outcome);
    return STATUS_OK;
}

static bool see_correction(void *context, const struct record *record, const struct list_key *key)
{
    (void)record, (void)key;
    *(bool *)context = true;
    return false;
}

/* A slip is put right once; what puts it right may be put right in turn. */
static enum status check_corrected(struct store *store, const struct actor *actor, const struct record *visit, struct record *before, struct errmsg *err)
{
    bool again = false;
    enum status status = follow(store, actor, visit, "corrects", before, err);
    if (status != STATUS_OK)
        return status;
    if (strcmp(record_text(before, "case_id"), record_text(visit, "case_id")) != 0)
        status = wrong(err, "corrects", _("那一次回访是另一件案件的"));
    if (status == STATUS_OK)
        status = person_value_rows(store, actor, visit->type, "corrects", record_text(visit, "corrects"), see_correction, &again, err);
    if (status == STATUS_OK && again)
        status = wrong(err, "corrects", _("那一次回访已经更正过；要再改，请更正后来的那一次"));
    if (status != STATUS_OK)
        record_release(before);
    return status;
}

/* ---- money taken ---- */

static void put_content(const struct record *visit, const struct record *kase, const struct code_book *codes, struct buf *out)
{
    char day[DAY_TEXT_BYTES] = "";
    int32_t date;
    if (has_day(visit, "date", &date))
        day_format(date, day);
    buf_printf(out, "回访(%s，%s", day, code_book_name(codes, "visit_method", record_text(visit, "method")));
    if (!is_empty(visit, "answered_by"))
        buf_printf(out, "，受访人：%s", code_book_name(codes, "visit_answerer", record_text(visit, "answered_by")));
    buf_printf(out, ")时反映承办人%s收取财物。", record_text(kase, "handler"));
    if (!is_empty(visit, "opinion"))
        buf_printf(out, "\n受援人的意见：%s", record_text(visit, "opinion"));
    if (!is_empty(visit, "visitor"))
        buf_printf(out, "\n回访人：%s", record_text(visit, "visitor"));
}

static enum status fill_complaint(const struct record *visit, const struct record *kase, const struct code_book *codes, struct record *complaint)
{
    char id[ID_TEXT_BYTES];
    struct buf content;
    int32_t day;
    buf_init(&content, CONTENT_MAX_BYTES);
    put_content(visit, kase, codes, &content);
    complaint->scope = visit->scope;
    id_format(visit->id, id);
    enum status status = content.status;
    if (status == STATUS_OK)
        status = record_set_text(complaint, "content", buf_cstr(&content));
    if (status == STATUS_OK && has_day(visit, "date", &day))
        status = record_set_int(complaint, "date", day);
    if (status == STATUS_OK && !is_empty(visit, "name"))
        status = record_set_text(complaint, "name", record_text(visit, "name"));
    if (status == STATUS_OK)
        status = record_set_text(complaint, "case_id", record_text(visit, "case_id"));
    if (status == STATUS_OK)
        status = record_set_text(complaint, "visit", id);
    if (status == STATUS_OK)
        status = record_set_text(complaint, "channel", COMPLAINT_CHANNEL_VISIT);
    if (status == STATUS_OK)
        status = record_set_text(complaint, "matter", COMPLAINT_MATTER_MONEY);
    if (status == STATUS_OK)
        status = record_set_text(complaint, "against_kind", COMPLAINT_AGAINST_HANDLER);
    buf_wipe(&content);
    return status;
}

/* The complaint travels with the visit: both are stored or neither (the visit is saved next, CHANGE_FLAG_MORE). */
static enum status open_complaint(struct store *store, const struct actor *actor, const struct code_book *codes, struct random_source random, struct record *visit,
                                  const struct record *kase, struct errmsg *err)
{
    struct actor acting = *actor;
    struct record complaint;
    char id[ID_TEXT_BYTES];
    acting.acting = acting.more = true;
    record_init(&complaint, catalogue_find("complaint"));
    if (id_is_zero(visit->id))
        visit->id = id_make(random); /* so that the complaint can name it */
    enum status status = records_begin(store, actor, &complaint, codes, err);
    if (status == STATUS_OK)
        status = fill_complaint(visit, kase, codes, &complaint);
    if (status == STATUS_OK)
        status = complaint_prepare(store, &acting, codes, &complaint, err);
    if (status == STATUS_OK)
        status = records_save(store, &acting, codes, random, &complaint, err);
    if (status == STATUS_OK) {
        id_format(complaint.id, id);
        status = record_set_text(visit, "complaint", id);
    }
    record_release(&complaint);
    return status != STATUS_OK ? errmsg_wrap(err, status, "由回访立投诉") : STATUS_OK;
}

static enum status bring_complaint(struct store *store, const struct actor *actor, const struct code_book *codes, struct random_source random, struct record *visit,
                                   const struct record *kase, const struct record *before, struct errmsg *err)
{
    enum status status = record_set(visit, catalogue_field(visit->type, "complaint"), value_null());
    if (status != STATUS_OK || !is_yes(visit, "money_taken"))
        return status;
    if (before != NULL && !is_empty(before, "complaint")) /* the visit it corrects has said so already */
        return record_set_text(visit, "complaint", record_text(before, "complaint"));
    return open_complaint(store, actor, codes, random, visit, kase, err);
}

/* ---- what follows from the case ---- */

static enum status fill_from_case(struct record *visit, const struct record *kase)
{
    int32_t day;
    enum status status = STATUS_OK;
    visit->scope = kase->scope;
    if (privacy_is_sealed(kase)) /* a sealed person's name stays in the case */
        status = record_set(visit, catalogue_field(visit->type, "name"), value_null());
    else if (is_empty(visit, "name"))
        status = record_set_text(visit, "name", record_text(kase, "name"));
    if (status == STATUS_OK)
        status = record_set(visit, catalogue_field(visit->type, "handler_ref"), record_get(kase, catalogue_field(kase->type, "handler_ref")));
    if (status != STATUS_OK)
        return status;
    if (!has_day(kase, "closed_on", &day) && !has_day(kase, "terminated_on", &day) && !has_day(visit, "date", &day))
        return STATUS_OK;
    return record_set_int(visit, "year", visit_year(day) + 1);
}

static enum status prepare_with(struct store *store, const struct actor *actor, const struct code_book *codes, struct random_source random, struct record *visit,
                                const struct record *kase, struct errmsg *err)
{
    struct record before;
    bool corrects = !is_empty(visit, "corrects");
    enum status status = STATUS_OK;
    if (!visit_case_is_closed(kase))
        return wrong(err, "case_id", _("案件还没有结案(%s)，结案后才回访"), code_book_name(codes, "case_state", record_text(kase, "state")));
    status = check_answers(visit, codes, err);
    if (status == STATUS_OK)
        status = check_days(actor, visit, kase, err);
    if (status == STATUS_OK)
        status = check_visitor(store, visit, kase, err);
    if (status == STATUS_OK && corrects)
        status = check_corrected(store, actor, visit, &before, err);
    if (status != STATUS_OK)
        return status;
    status = fill_from_case(visit, kase);
    if (status == STATUS_OK)
        status = bring_complaint(store, actor, codes, random, visit, kase, corrects ? &before : NULL, err);
    if (corrects)
        record_release(&before);
    return status;
}

enum status visit_prepare(struct store *store, const struct actor *actor, const struct code_book *codes, struct random_source random, struct record *visit, struct errmsg *err)
{
    struct record kase;
    if (visit->version != 0)
        return STATUS_OK; /* insert-only: records.c says so */
    enum status status = follow(store, actor, visit, "case_id", &kase, err);
    if (status != STATUS_OK)
        return status;
    status = prepare_with(store, actor, codes, random, visit, &kase, err);
    record_release(&kase);
    return status;
}
