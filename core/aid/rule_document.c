/* core/aid/rule_document.c - see rule_document.h. */
#include "core/aid/rule_document.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/base/language.h"
#include "core/record/filter.h"

enum { REASON_BYTES = 300 };

static struct value value_named(const struct record *record, const char *field)
{
    return record_get(record, catalogue_field(record->type, field));
}

static struct value loaded_named(const struct record *record, const char *field)
{
    return record->loaded[catalogue_field_index(record->type, catalogue_field(record->type, field))];
}

static enum status wrong(struct errmsg *err, const char *field, const char *format, ...) __attribute__((format(printf, 3, 4)));

static enum status wrong(struct errmsg *err, const char *field, const char *format, ...)
{
    char reason[REASON_BYTES];
    va_list args;
    va_start(args, format);
    vsnprintf(reason, sizeof reason, _(format), args);
    va_end(args);
    const struct field_def *def = catalogue_field(catalogue_find("rule_document"), field);
    return errmsg_set(err, STATUS_INVALID, "字段 %s(%s): %s", _(def->label), def->name, reason);
}

/* ---- the one before ---- */

struct rival {
    struct id self;
    bool found;
    char title[REASON_BYTES / 2];
    int64_t edition;
};

static bool see_rival(void *context, const struct record *other, const struct list_key *key)
{
    struct rival *rival = context;
    (void)key;
    if (memcmp(&other->id, &rival->self, sizeof rival->self) == 0)
        return true;
    rival->found = true;
    rival->edition = value_named(other, "edition").number;
    snprintf(rival->title, sizeof rival->title, "%s", record_text(other, "title"));
    return false;
}

/* Whether another edition replaces the same one already. */
static enum status check_rivals(struct store *store, const struct actor *actor, const struct record *document, struct errmsg *err)
{
    struct filter filter = {.type = document->type, .n_terms = 1, .terms = {{.field = catalogue_field(document->type, "replaces"), .op = FILTER_EQ}}};
    struct list_query query = {.type = document->type, .filter = &filter};
    struct rival rival = {.self = document->id};
    filter.terms[0].value = value_named(document, "replaces");
    enum status status = records_list(store, actor, &query, see_rival, &rival, err);
    if (status == STATUS_OK && rival.found)
        status = wrong(err, "replaces", _("它已经由《%s》第 %lld 版取代"), rival.title, (long long)rival.edition);
    return status;
}

static enum status number_edition(struct record *document, const struct record *before, struct errmsg *err)
{
    int64_t old = value_named(before, "edition").number;
    struct value edition = value_named(document, "edition");
    if (edition.kind == VALUE_NULL || (id_is_zero(document->id) && edition.number == 1))
        return record_set_int(document, "edition", old + 1);
    if (edition.number <= old)
        return wrong(err, "edition", _("被取代的是第 %lld 版，新的应是第 %lld 版"), (long long)old, (long long)old + 1);
    return STATUS_OK;
}

/* Its last day is the day on which the new one takes effect; a day that somebody typed himself stays. */
static enum status end_before(struct store *store, const struct actor *actor, const struct code_book *codes, struct random_source random, const struct record *document, struct record *before,
                              struct errmsg *err)
{
    struct value effective = value_named(document, "effective_on"), repealed = value_named(before, "repealed_on"), was = loaded_named(document, "effective_on");
    struct actor beside = *actor;
    if (effective.kind == VALUE_NULL || (repealed.kind != VALUE_NULL && !value_equal(repealed, was)))
        return STATUS_OK;
    enum status status = record_set(before, catalogue_field(before->type, "repealed_on"), effective);
    beside.more = true;
    return status == STATUS_OK ? records_save(store, &beside, codes, random, before, err) : status;
}

enum status rule_document_prepare(struct store *store, const struct actor *actor, const struct code_book *codes, struct random_source random, struct record *document,
                                  struct errmsg *err)
{
    struct value replaces = value_named(document, "replaces");
    struct record before;
    struct id id;
    if (replaces.kind != VALUE_TEXT || !record_changed(document))
        return STATUS_OK;
    if (id_parse(replaces.text, replaces.len, &id) != STATUS_OK || (!id_is_zero(document->id) && memcmp(&id, &document->id, sizeof id) == 0))
        return wrong(err, "replaces", _("不能取代自己；填上一版的编号"));
    enum status status = records_get(store, actor, document->type, id, &before, NULL);
    if (status == STATUS_NOT_FOUND)
        return wrong(err, "replaces", _("没有这一版；填上一版的编号"));
    if (status != STATUS_OK)
        return errmsg_set(err, status, "%s", status_text(status));
    struct value effective = value_named(document, "effective_on"), older = value_named(&before, "effective_on");
    if (effective.kind == VALUE_INT && older.kind == VALUE_INT && effective.number < older.number)
        status = wrong(err, "effective_on", _("在上一版的施行日期之前"));
    if (status == STATUS_OK)
        status = check_rivals(store, actor, document, err);
    if (status == STATUS_OK)
        status = number_edition(document, &before, err);
    if (status == STATUS_OK)
        status = end_before(store, actor, codes, random, document, &before, err);
    record_release(&before);
    return status;
}
