/* core/case/case_rows.c - rows that an action writes beside case, step and papers: materials, other people, marks against conflicts of interest, the pay sheet. */
#include <stdio.h>
#include <string.h>

#include "core/case/case_impl.h"
#include "core/aid/interest.h"
#include "core/aid/person.h"
#include "core/case/household.h"
#include "core/case/material_line.h"
#include "core/case/party_line.h"
#include "core/case/roster.h"
#include "core/case/roster_word.h"
#include "core/record/code_book.h"

enum { ITEMS_MAX = 64, ITEM_BYTES = 256 };

static enum status save(struct case_work *work, struct record *record)
{
    return records_save(work->store, &work->acting, work->codes, work->random, record, work->err);
}

/* A new row of a type, in the case's scope. */
static enum status begin_row(struct case_work *work, const char *type, struct record *record)
{
    char id[ID_TEXT_BYTES];
    record_init(record, catalogue_find(type));
    enum status status = records_begin(work->store, work->actor, record, work->codes, work->err);
    record->scope = work->move->kase.scope;
    id_format(work->move->kase.id, id);
    if (status == STATUS_OK)
        status = record_set_text(record, "case_id", id);
    if (status != STATUS_OK)
        record_release(record);
    return status;
}

/* ---- materials ---- */

/* What the list of an action names. */
struct items {
    struct record rows[ROSTER_ROWS_MAX]; /* owned, of type material */
    bool done[ROSTER_ROWS_MAX];
    size_t n;
};

static void release_items(struct items *items)
{
    while (items->n > 0)
        record_release(&items->rows[--items->n]);
}

static enum status read_items(struct case_work *work, struct items *items)
{
    const char *at = record_text(&work->move->step, "items"), *line;
    enum status status = STATUS_OK;
    size_t len;
    items->n = 0;
    while (status == STATUS_OK && roster_line_next(&at, &line, &len)) {
        if (items->n == ROSTER_ROWS_MAX) {
            status = errmsg_set(work->err, STATUS_INVALID, "字段 材料清单(items): 最多 %d 项", ROSTER_ROWS_MAX);
            break;
        }
        items->done[items->n] = false;
        record_init(&items->rows[items->n++], catalogue_find("material"));
        status = material_line_parse(line, len, work->codes, &items->rows[items->n - 1], work->err);
        if (status != STATUS_OK)
            status = errmsg_wrap(work->err, roster_wrong(work->err, status, items->n), "字段 材料清单(items)");
    }
    if (status != STATUS_OK)
        release_items(items);
    return status;
}

static enum status add_material(struct case_work *work, const struct record *item, bool received)
{
    struct record material;
    enum status status = begin_row(work, "material", &material);
    if (status != STATUS_OK)
        return status;
    int32_t day = work->move->today;
    (void)case_day(&work->move->step, "date", &day);
    for (size_t i = 0; status == STATUS_OK && i < item->type->n_fields; i++)
        if (item->values[i].kind != VALUE_NULL)
            status = record_set(&material, &item->type->fields[i], item->values[i]);
    if (status == STATUS_OK && received)
        status = record_set_int(&material, "received_on", day);
    if (status == STATUS_OK && received)
        status = record_set_text(&material, "giver", record_text(&work->move->kase, "name"));
    if (status == STATUS_OK)
        status = save(work, &material);
    record_release(&material);
    return status;
}

static enum status add_materials(struct case_work *work, bool received)
{
    struct items items;
    enum status status = read_items(work, &items);
    if (status != STATUS_OK)
        return status;
    for (size_t i = 0; status == STATUS_OK && i < items.n; i++)
        status = add_material(work, &items.rows[i], received);
    release_items(&items);
    return status;
}

/* ---- parties ---- */

static enum status add_party(struct case_work *work, const char *line, size_t len, size_t number)
{
    struct record party;
    enum status status = begin_row(work, "party", &party);
    if (status != STATUS_OK)
        return status;
    status = party_line_parse(line, len, work->codes, &party, work->err);
    if (status != STATUS_OK)
        status = errmsg_wrap(work->err, roster_wrong(work->err, status, number), "字段 其他当事人(parties)");
    if (status == STATUS_OK)
        status = save(work, &party);
    record_release(&party);
    return status;
}

/* The roster of the form: a row for each line. */
static enum status add_parties(struct case_work *work)
{
    const char *at = record_text(&work->move->step, "parties"), *line;
    enum status status = STATUS_OK;
    size_t len;
    for (size_t n = 1; status == STATUS_OK && roster_line_next(&at, &line, &len); n++)
        status = n > PARTY_LINES_MAX ? errmsg_set(work->err, STATUS_INVALID, "字段 其他当事人(parties): 最多 %d 人", PARTY_LINES_MAX) : add_party(work, line, len, n);
    return status;
}

static enum status write_received(struct case_work *work)
{
    enum status status = add_materials(work, true);
    if (status == STATUS_OK)
        status = add_parties(work);
    return status == STATUS_OK ? household_write(work) : status;
}

static enum status write_missing(struct case_work *work)
{
    return add_materials(work, false);
}

struct missing {
    struct id ids[ITEMS_MAX];
    char names[ITEMS_MAX][ITEM_BYTES];
    size_t n;
};

static bool collect_missing(void *context, const struct record *material)
{
    struct missing *missing = context;
    if (!case_empty(material, "received_on") || missing->n == ITEMS_MAX)
        return true;
    missing->ids[missing->n] = material->id;
    snprintf(missing->names[missing->n++], ITEM_BYTES, "%s", record_text(material, "name"));
    return true;
}

static enum status mark_received(struct case_work *work, struct id id)
{
    struct record material;
    int32_t day = work->move->today;
    (void)case_day(&work->move->step, "date", &day);
    enum status status = records_get(work->store, work->actor, catalogue_find("material"), id, &material, work->err);
    if (status != STATUS_OK)
        return status;
    status = record_set_int(&material, "received_on", day);
    if (status == STATUS_OK)
        status = save(work, &material);
    record_release(&material);
    return status;
}

/* What was asked for and has come: the named items, or all when none is named. */
static enum status mark_asked(struct case_work *work, struct items *items, const struct missing *missing)
{
    enum status status = STATUS_OK;
    for (size_t m = 0; status == STATUS_OK && m < missing->n; m++) {
        bool named = items->n == 0;
        for (size_t i = 0; i < items->n; i++) {
            if (strcmp(record_text(&items->rows[i], "name"), missing->names[m]) != 0)
                continue;
            named = true;
            items->done[i] = true;
        }
        if (named)
            status = mark_received(work, missing->ids[m]);
    }
    return status;
}

/* What was not asked for is added. */
static enum status write_supplied(struct case_work *work)
{
    struct items items;
    struct missing missing = {.n = 0};
    enum status status = read_items(work, &items);
    if (status != STATUS_OK)
        return status;
    status = case_children(work->store, work->actor, "material", work->move->kase.id, collect_missing, &missing, work->err);
    if (status == STATUS_OK)
        status = mark_asked(work, &items, &missing);
    for (size_t i = 0; status == STATUS_OK && i < items.n; i++)
        if (!items.done[i])
            status = add_material(work, &items.rows[i], true);
    release_items(&items);
    return status;
}

/* ---- from a consultation ---- */

/* The consultation led to an application: counted as such (年报表十一). */
static enum status write_draft(struct case_work *work)
{
    const struct record_type *type = catalogue_find("consultation");
    struct record consultation;
    enum status status = add_parties(work);
    if (status == STATUS_OK)
        status = household_write(work);
    if (status != STATUS_OK || id_is_zero(work->move->source))
        return status;
    status = records_get(work->store, work->actor, type, work->move->source, &consultation, NULL);
    if (status == STATUS_NOT_FOUND)
        return STATUS_OK; /* it began from a person's file */
    if (status != STATUS_OK)
        return status;
    status = record_set_text(&consultation, "handling", "03");
    if (status == STATUS_OK)
        status = save(work, &consultation);
    record_release(&consultation);
    return status;
}

/* ---- the rest ---- */

static enum status write_marks(struct case_work *work)
{
    return interest_mark(work->store, &work->acting, work->codes, work->random, work->move->rules, &work->move->kase, work->err);
}

/* "" where it names none that is here. Errors: STATUS_NOMEM; what the store does not answer its transaction keeps. */
static enum status firm_name(struct case_work *work, struct buf *out)
{
    struct record firm;
    struct id id;
    const char *text = record_text(&work->move->kase, "firm");
    if (text[0] == '\0' || id_parse(text, strlen(text), &id) != STATUS_OK)
        return STATUS_OK;
    enum status status = records_get(work->store, work->actor, catalogue_find("org"), id, &firm, NULL);
    if (status != STATUS_OK)
        return status == STATUS_NOMEM ? status : STATUS_OK;
    buf_puts(out, record_text(&firm, "name"));
    record_release(&firm);
    return out->status;
}

static enum status write_payment(struct case_work *work)
{
    struct record *pay = &work->move->beside, *kase = &work->move->kase;
    struct buf firm;
    char id[ID_TEXT_BYTES];
    buf_init(&firm, ITEM_BYTES);
    id_format(kase->id, id);
    pay->scope = kase->scope;
    enum status status = firm_name(work, &firm);
    if (status == STATUS_OK)
        status = record_set_text(pay, "case_id", id);
    if (status == STATUS_OK)
        status = record_set_text(pay, "handler_ref", record_text(kase, "handler_ref"));
    if (status == STATUS_OK)
        status = record_set_text(pay, "handler", record_text(kase, "handler"));
    if (status == STATUS_OK)
        status = record_set_text(pay, "firm_name", buf_cstr(&firm));
    if (status == STATUS_OK)
        status = record_set_text(pay, "case_no", record_text(kase, "decision_no"));
    if (status == STATUS_OK)
        status = record_set_text(pay, "name", record_text(kase, "name"));
    buf_release(&firm);
    return status == STATUS_OK ? save(work, pay) : status;
}

/* ---- the next stage ---- */

struct ids {
    struct id ids[ITEMS_MAX];
    size_t n;
};

static bool collect_id(void *context, const struct record *record)
{
    struct ids *ids = context;
    if (ids->n < ITEMS_MAX)
        ids->ids[ids->n++] = record->id;
    return true;
}

/* The same values as a new row of another scope. */
static enum status copy_row(struct case_work *work, const struct record *from, int64_t scope, const char *case_id, struct record *to)
{
    record_init(to, from->type);
    to->scope = scope;
    to->seen = from->seen;
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < from->type->n_fields; i++)
        if (from->values[i].kind != VALUE_NULL)
            status = record_set(to, &from->type->fields[i], from->values[i]);
    if (status == STATUS_OK && case_id != NULL)
        status = record_set_text(to, "case_id", case_id);
    return status == STATUS_OK ? save(work, to) : status;
}

static enum status copy_children_of(struct case_work *work, const char *type, struct id kase, int64_t scope, const char *case_id)
{
    struct ids ids = {.n = 0};
    enum status status = case_children(work->store, work->actor, type, kase, collect_id, &ids, work->err);
    for (size_t i = 0; status == STATUS_OK && i < ids.n; i++) {
        struct record from, to;
        status = records_get(work->store, work->actor, catalogue_find(type), ids.ids[i], &from, work->err);
        if (status != STATUS_OK)
            break;
        status = copy_row(work, &from, scope, case_id, &to);
        record_release(&to);
        record_release(&from);
    }
    return status;
}

/* The next stage has the same people in it. */
static enum status write_parties(struct case_work *work)
{
    char id[ID_TEXT_BYTES];
    id_format(work->move->kase.id, id);
    return copy_children_of(work, "party", work->move->source, work->move->kase.scope, id);
}

/* What is sealed after the fact takes the applicant's file with it; the case itself is saved by then for whoever looks at the person's cases. */
static enum status write_corrected(struct case_work *work)
{
    const struct record *kase = &work->move->kase;
    if (case_int(kase, "sealed") == 0 || case_loaded_int(kase, "sealed") != 0)
        return STATUS_OK;
    enum status status = records_save(work->store, &work->acting, work->codes, work->random, &work->move->kase, work->err);
    return status == STATUS_OK ? person_seal_with_case(work->store, &work->acting, work->codes, work->random, kase, work->err) : status;
}

static enum status write_notified(struct case_work *work)
{
    enum status status = add_parties(work);
    if (status == STATUS_OK)
        status = household_write(work);
    return status == STATUS_OK ? write_marks(work) : status;
}

static const struct {
    const char *action;
    enum status (*write)(struct case_work *work);
} writers[] = {
    {"correct", write_corrected},
    {"draft", write_draft},      {"notify", write_notified},        {"next-stage", write_parties},
        {"receive", write_received}, {"request-supplement", write_missing}, {"supply", write_supplied},
    {"pre-review", write_marks}, {"urgent-aid", write_marks}, {"pay", write_payment},
    {"visit", case_write_visit},
};

enum status case_action_write(struct case_work *work)
{
    for (size_t i = 0; i < sizeof writers / sizeof writers[0]; i++)
        if (strcmp(writers[i].action, work->move->action->name) == 0)
            return writers[i].write(work);
    return STATUS_OK;
}
