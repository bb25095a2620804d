/* core/aid/consultation.c - see consultation.h. */
#include "core/aid/consultation.h"

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
