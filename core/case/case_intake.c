/* core/case/case_intake.c - from the first word to the reviewed file: application, receipt, supplement, cooperation. 法律援助法第四十至四十三条. */
#include <stdio.h>
#include <string.h>

#include "core/base/language.h"
#include "core/case/case_impl.h"
#include "core/case/household.h"
#include "core/aid/deadline.h"
#include "core/aid/eligibility.h"
#include "core/aid/person.h"
#include "core/aid/stat_matter.h"
#include "core/base/day.h"
#include "core/record/code_book.h"

enum { CATEGORIES_BYTES = 300, GUARDIAN_AGE = 16, PROVISIONAL_TRIES = 10000 };

/* The day a limitation ends, from its kind and the day it began; what is typed stays (D19). */
static enum status count_limitation(struct case_work *work)
{
    struct record *kase = &work->move->kase;
    int32_t from;
    if (!case_day(kase, "limitation_from", &from) || case_empty(kase, "limitation_kind") || !case_empty(kase, "limitation_on"))
        return STATUS_OK;
    int32_t ends = deadline_limitation(work->move->rules, work->move->calendar, record_text(kase, "limitation_kind"), from);
    return ends == DEADLINE_NO_DAY ? STATUS_OK : case_set_day(kase, "limitation_on", ends);
}

/* Why the means are not checked stands on the papers, also when it follows from who applies and for what (法律援助法第四十二条). */
static enum status keep_waiver(struct case_work *work)
{
    struct record *kase = &work->move->kase;
    struct eligibility eligibility;
    eligibility_of(work->move->rules, kase, work->move->today, &eligibility);
    return eligibility.waiver[0] != '\0' ? case_offer(kase, "waived_42", eligibility.waiver) : STATUS_OK;
}

enum status case_derive(struct case_work *work)
{
    struct record *kase = &work->move->kase;
    struct buf categories;
    int32_t day = work->move->today;
    (void)case_day(kase, "received_on", &day);
    buf_init(&categories, CATEGORIES_BYTES);
    enum status status = record_derive(kase, work->codes);
    eligibility_categories(kase, day, &categories);
    if (status == STATUS_OK && categories.status == STATUS_NOMEM)
        status = STATUS_NOMEM;
    if (status == STATUS_OK)
        status = record_set_text(kase, "categories", buf_cstr(&categories));
    buf_release(&categories);
    if (status == STATUS_OK)
        status = household_offer_number(&work->move->step, kase);
    if (status == STATUS_OK)
        status = count_limitation(work);
    if (status == STATUS_OK)
        status = keep_waiver(work);
    const char *stat = stat_matter_of(work->codes, kase);
    if (status == STATUS_OK && stat != NULL)
        status = case_offer(kase, "stat_matter", stat);
    return status;
}

/* A number that a station gives by itself: S03-26-0042, station, year, serial. A restored copy may have used some already. */
enum status case_provisional_number(struct case_work *work)
{
    struct record *kase = &work->move->kase;
    struct store *store = work->store;
    int year, month, dom;
    char name[32], text[32];
    if (!case_empty(kase, "provisional_no"))
        return STATUS_OK;
    day_to_ymd(work->move->today, &year, &month, &dom);
    snprintf(name, sizeof name, "provisional:%d", year);
    int64_t serial = store_meta_int(store, name, 0);
    for (int i = 0; i < PROVISIONAL_TRIES; i++) {
        enum status status;
        snprintf(text, sizeof text, "S%02lld-%02d-%04lld", (long long)store_meta_int(store, "station_no", 0), year % 100, (long long)++serial);
        struct stmt *stmt = store_prepare(store, "SELECT 1 FROM \"case\" WHERE provisional_no=?1");
        stmt_string(stmt, 1, text);
        bool taken = stmt_row(stmt, &status, work->err);
        stmt_reset(stmt);
        if (status == STATUS_OK && !taken)
            status = store_meta_set_int(store, name, serial, work->err);
        if (status == STATUS_OK && !taken)
            return record_set_text(kase, "provisional_no", text);
        if (status != STATUS_OK)
            return status;
    }
    return errmsg_set(work->err, STATUS_RANGE, "临时编号用完了");
}

enum status case_apply_draft(struct case_work *work)
{
    return case_derive(work);
}

/* 法律援助法第四十条: a guardian applies for those who cannot; from sixteen on a person may live by his own work (民法典第十八条). */
static enum status check_guardian(struct case_work *work)
{
    const struct record *kase = &work->move->kase;
    struct eligibility eligibility;
    eligibility_of(work->move->rules, kase, work->move->today, &eligibility);
    if (!eligibility.needs_guardian || eligibility.age >= GUARDIAN_AGE || !case_empty(kase, "agent"))
        return STATUS_OK;
    return case_wrong(work->err, kase, "agent", _("申请人 %d 岁，由法定代理人代为申请；法定代理人是侵害人的，由其他监护人或近亲属代为申请(法律援助法第四十条)"), eligibility.age);
}

/* The day on which a draft was begun is not the day of its receipt; one that was typed with the file is. */
enum status case_default_receive(struct case_move *move)
{
    if (move->imported && !case_empty(&move->kase, "received_on"))
        return STATUS_OK;
    return case_set_day(&move->kase, "received_on", move->today);
}

enum status case_apply_receive(struct case_work *work)
{
    enum status status = check_guardian(work);
    if (status == STATUS_OK)
        status = case_step_on(work, "received_on");
    if (status == STATUS_OK)
        status = case_derive(work);
    if (status == STATUS_OK)
        status = case_provisional_number(work);
    if (status == STATUS_OK)
        status = person_for_case(work->store, &work->acting, work->codes, work->random, &work->move->kase, work->err);
    struct eligibility eligibility;
    eligibility_of(work->move->rules, &work->move->kase, work->move->today, &eligibility);
    if (eligibility.asks_income)
        work->forms = "02,04,05"; /* who is exempt fills in no statement of means */
    if (status == STATUS_OK && eligibility.priority)
        status = record_set_int(&work->move->kase, "soldier_priority", 1);
    return status;
}

static int32_t supplement_due(const struct case_move *move, int32_t told)
{
    return calendar_due(move->calendar, told, rules_term(move->rules, "D02", told), 0);
}

enum status case_default_request(struct case_move *move)
{
    return case_set_day(&move->kase, "supplement_due", supplement_due(move, move->today));
}

/* The time runs from the day of the notice, which may be typed after it; a day that somebody chose stays. */
static enum status count_from_notice(struct case_move *move)
{
    int32_t told = case_step_day(move), due;

    if (told == move->today || !case_day(&move->kase, "supplement_due", &due) || due != supplement_due(move, move->today))
        return STATUS_OK;
    return case_set_day(&move->kase, "supplement_due", supplement_due(move, told));
}

static enum status pause_clock(struct case_move *move)
{
    return case_set_day(&move->kase, "paused_on", case_step_day(move));
}

enum status case_apply_request(struct case_work *work)
{
    struct case_last_step last;
    enum status status = case_find_step(work, "request-supplement", &last);
    int32_t due = 0;
    if (status == STATUS_OK && last.found)
        return errmsg_set(work->err, STATUS_INVALID, "补正只能通知一次，一次列全；这件已经通知过(法律援助法第四十三条)");
    if (status == STATUS_OK)
        status = count_from_notice(work->move);
    if (status == STATUS_OK && case_day(&work->move->kase, "supplement_due", &due) && due <= case_step_day(work->move))
        return case_wrong(work->err, &work->move->kase, "supplement_due", _("要在通知之日以后"));
    return status == STATUS_OK ? pause_clock(work->move) : status;
}

/* The clock goes on: the days that it stood do not count (D01p). */
enum status case_resume_clock(struct case_work *work)
{
    struct record *kase = &work->move->kase;
    int32_t from, to = case_step_day(work->move);
    if (!case_day(kase, "paused_on", &from))
        from = to;
    if (to < from)
        return case_wrong(work->err, &work->move->step, "date", _("不能早于通知补正或协作之日"));
    enum status status = record_set_int(kase, "paused_days", case_int(kase, "paused_days") + (to - from));
    if (status == STATUS_OK)
        status = case_clear(kase, "paused_on");
    return status == STATUS_OK ? case_clear(kase, "supplement_due") : status;
}

enum status case_apply_lapse(struct case_work *work)
{
    int32_t due;
    char text[DAY_TEXT_BYTES];
    if (!case_day(&work->move->kase, "supplement_due", &due) || case_step_day(work->move) > due)
        return STATUS_OK;
    day_format(due, text);
    return errmsg_set(work->err, STATUS_INVALID, "补正期限到 %s 为止，还没有过，不能视为撤回", text);
}

enum status case_apply_cooperate(struct case_work *work)
{
    return pause_clock(work->move);
}
