/* core/aid/consultation.c - see consultation.h. */
#include "core/aid/consultation.h"

#include "core/base/day.h"
#include "core/base/language.h"
#include "core/record/code_book.h"

static enum status fill_topic(struct record *record, const struct code_book *codes)
{
    const char *category = record_text(record, "category");
    if (record_text(record, "content")[0] != '\0' || category[0] == '\0')
        return STATUS_OK;
    return record_set_text(record, "topic", code_book_name(codes, "category", category));
}

enum status consultation_save(struct store *store, const struct actor *actor, const struct code_book *codes, struct random_source random, struct record *record, struct id draft,
                              const struct field_def **bad, struct errmsg *err)
{
    const struct field_def *refused = NULL;
    enum status status = fill_topic(record, codes);
    if (status == STATUS_OK)
        status = record_derive(record, codes);
    if (status == STATUS_OK)
        status = record_check(record, codes, &refused, err);
    if (bad != NULL)
        *bad = status == STATUS_OK ? NULL : refused;
    return status == STATUS_OK ? records_save_draft(store, actor, codes, random, record, draft, err) : status;
}

void consultation_remark(const struct actor *actor, const struct record *record, struct buf *out)
{
    int32_t day = record_day(record), today = day_of_ms(actor->now_ms, DAY_OFFICE_OFFSET_MIN);
    char text[DAY_TEXT_BYTES], now[DAY_TEXT_BYTES];
    if (day <= today)
        return;
    day_format(day, text);
    day_format(today, now);
    buf_printf(out, _("日期 %s 在今天(%s)之后；请核对日期，或先校准这台机器的时钟"), text, now);
}
