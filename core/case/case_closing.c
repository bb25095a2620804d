/* core/case/case_closing.c - closing report, subsidy and archive. 法律援助法第五十二条. */
#include <stdlib.h>
#include <string.h>

#include "core/base/language.h"
#include "core/case/case_impl.h"
#include "core/aid/tariff.h"
#include "core/base/day.h"
#include "core/record/code_book.h"

enum status case_default_closing(struct case_move *move)
{
    return case_set_day(&move->kase, "reported_on", move->today);
}

/* domain.md 4.8: which ways of closing fit which kind of case. */
static bool outcome_fits(const struct record *kase)
{
    static const struct {
        const char *type, *outcomes;
    } fits[] = {
        {"01", "04,05,06,08,09,10,11,12"},
        {"02", "01,02,03,04,05,06,07,11,12"},
        {"03", "01,02,03,04,05,06,11,12"},
    };
    for (size_t i = 0; i < sizeof fits / sizeof fits[0]; i++)
        if (case_is(kase, "case_type", fits[i].type))
            return case_list_has(fits[i].outcomes, record_text(kase, "outcome"));
    return true;
}

enum status case_apply_closing(struct case_work *work)
{
    struct record *kase = &work->move->kase;
    int32_t closed = 0, reported = 0, assigned = 0;
    (void)case_day(kase, "closed_on", &closed);
    (void)case_day(kase, "reported_on", &reported);
    if (reported < closed)
        return case_wrong(work->err, kase, "reported_on", _("不能早于结案日期"));
    struct case_last_step change; /* a new handler may come after the judgment */
    enum status status = case_find_step(work, "change-handler", &change);
    if (status != STATUS_OK)
        return status;
    if (!change.found && case_day(kase, "assigned_on", &assigned) && closed < assigned)
        return case_wrong(work->err, kase, "closed_on", _("不能早于指派日期"));
    if (!outcome_fits(kase))
        return case_wrong(work->err, kase, "outcome", _("%s案件没有“%s”这种结案方式"), code_book_name(work->codes, "case_type", record_text(kase, "case_type")),
                          code_book_name(work->codes, "outcome", record_text(kase, "outcome")));
    if (case_int(kase, "wages_recovered") > case_int(kase, "recovered"))
        return case_wrong(work->err, kase, "wages_recovered", _("讨薪是挽回损失的一部分，不能比它大"));
    return case_step_on(work, "reported_on");
}

enum status case_apply_accept(struct case_work *work)
{
    return case_set_day(&work->move->kase, "accepted_on", case_step_day(work->move));
}

enum status case_default_pay(struct case_move *move)
{
    int64_t standard = rules_tariff(move->rules, &move->kase, move->today);
    enum status status = standard != TARIFF_NONE ? record_set_int(&move->beside, "standard", standard) : STATUS_OK;
    if (status == STATUS_OK)
        status = case_set_day(&move->beside, "paid_on", move->today);
    return status == STATUS_OK ? case_set_day(&move->kase, "paid_on", move->today) : status;
}

enum status case_apply_pay(struct case_work *work)
{
    struct record *pay = &work->move->beside, *kase = &work->move->kase;
    if (case_empty(pay, "standard"))
        return case_wrong(work->err, pay, "standard", _("标准表里没有这类案件和阶段，请填写"));
    int64_t amount = case_int(pay, "standard") + case_int(pay, "remote") + case_int(pay, "translation") + case_int(pay, "other") - case_int(pay, "deduction");
    if (amount < 0)
        return case_wrong(work->err, pay, "deduction", _("减发超过了应发"));
    enum status status = record_set_int(pay, "amount", amount);
    if (status == STATUS_OK)
        status = record_set_int(pay, "paid_on", case_int(kase, "paid_on"));
    if (status == STATUS_OK)
        status = record_set_int(kase, "subsidy", amount);
    return status == STATUS_OK ? case_step_on(work, "paid_on") : status;
}

enum status case_default_archive(struct case_move *move)
{
    enum status status = record_set_text(&move->kase, "retention", rules_text(move->rules, "retention_default", move->today));
    return status == STATUS_OK ? case_set_day(&move->kase, "archived_on", move->today) : status;
}

/* Rule archive_pattern up to its {serial}; the file belongs to the year in which it is closed. */
static void archive_prefix(struct case_work *work, int32_t day, struct buf *out)
{
    const char *at = rules_text(work->move->rules, "archive_pattern", day);
    int year, month, dom;
    day_to_ymd(day, &year, &month, &dom);
    while (*at != '\0' && strncmp(at, "{serial}", 8) != 0) {
        if (strncmp(at, "{area}", 6) == 0) {
            buf_puts(out, rules_text(work->move->rules, "number_area", day));
            at += 6;
        } else if (strncmp(at, "{year}", 6) == 0) {
            buf_printf(out, "%d", year);
            at += 6;
        } else if (strncmp(at, "{type}", 6) == 0) {
            buf_puts(out, code_book_name(work->codes, "case_type", record_text(&work->move->kase, "case_type")));
            at += 6;
        } else if (strncmp(at, "{retention}", 11) == 0) {
            buf_puts(out, code_book_name(work->codes, "retention", record_text(&work->move->kase, "retention")));
            at += 11;
        } else {
            buf_putc(out, (uint8_t)*at++);
        }
    }
}

/* One more than the greatest serial given under the prefix. O(log n + files of that year and period). */
static enum status next_archive_serial(struct case_work *work, const struct buf *prefix, long long *serial)
{
    struct stmt *stmt = store_prepare(work->store, "SELECT archive_no FROM \"case\" WHERE archive_no>=?1 AND archive_no<?1||char(0x10FFFF)");
    enum status status;
    *serial = 1;
    stmt_text(stmt, 1, (const char *)prefix->data, prefix->len);
    while (stmt_row(stmt, &status, work->err)) {
        long long given = strtoll(stmt_column_text(stmt, 0, NULL) + prefix->len, NULL, 10);
        if (given >= *serial)
            *serial = given + 1;
    }
    return status;
}

enum status case_apply_archive(struct case_work *work)
{
    struct buf number;
    int32_t day = work->move->today;
    long long serial;
    (void)case_day(&work->move->kase, "archived_on", &day);
    buf_init(&number, CASE_TEXT_BYTES);
    archive_prefix(work, day, &number);
    enum status status = number.status == STATUS_OK ? next_archive_serial(work, &number, &serial) : number.status;
    if (status == STATUS_OK) {
        buf_printf(&number, "%lld", serial);
        status = number.status; /* half a number is another number */
    }
    if (status == STATUS_OK)
        status = record_set_text(&work->move->kase, "archive_no", buf_cstr(&number));
    buf_release(&number);
    return status == STATUS_OK ? case_step_on(work, "archived_on") : status;
}
