/* core/report/ledger_cell.c - what stands in the columns of a ledger: fields, fields of what a reference points at, and what is computed. */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "core/aid/eligibility.h"
#include "core/aid/org.h"
#include "core/base/day.h"
#include "core/outreach/event.h"
#include "core/outreach/volunteer.h"
#include "core/record/code_book.h"
#include "core/record/row.h"
#include "core/report/ledger_impl.h"

enum { SQL_BYTES = 512, CODES_BYTES = 1024 };

bool ledger_has_code(const char *codes, const char *code, size_t len)
{
    for (const char *at = codes; *at != '\0'; at += strcspn(at, ","), at += *at == ',')
        if (strcspn(at, ",") == len && strncmp(at, code, len) == 0)
            return true;
    return false;
}

static struct report_cell words(struct buf *scratch)
{
    return (struct report_cell){.kind = scratch->len > 0 ? REPORT_TEXT : REPORT_EMPTY, .text = buf_cstr(scratch), .len = scratch->len};
}

/* A day of the record by name; false: no such field, empty, or no day. */
static bool day_field(const struct record *record, const char *name, int32_t *day)
{
    const struct field_def *field = catalogue_field(record->type, name);
    struct value value = field != NULL ? record_get(record, field) : value_null();
    if (value.kind != VALUE_INT || value.number < DAY_MIN || value.number > DAY_MAX)
        return false;
    *day = (int32_t)value.number;
    return true;
}

/* On the day of receipt, else on the record's own day. */
static int32_t day_of_row(const struct ledger_list *list, const struct record *record)
{
    int32_t day;
    return day_field(record, "received_on", &day) || day_field(record, record->type->order, &day) ? day : list->today;
}

static struct report_cell age_cell(const struct ledger_list *list, const struct record *record)
{
    int32_t born;
    int age = day_field(record, "born", &born) ? day_age(born, day_of_row(list, record)) : -1;
    return age < 0 ? (struct report_cell){.kind = REPORT_EMPTY} : report_int(age);
}

void ledger_categories(const struct record *kase, struct buf *out)
{
    int32_t day;
    if (day_field(kase, "received_on", &day))
        eligibility_categories(kase, day, out);
    else
        buf_puts(out, record_text(kase, "categories"));
}

static struct report_cell categories_cell(const struct ledger_list *list, const struct record *kase, struct buf *scratch)
{
    struct buf codes;
    buf_init(&codes, CODES_BYTES);
    ledger_categories(kase, &codes);
    for (const char *at = buf_cstr(&codes); *at != '\0'; at += strcspn(at, ","), at += *at == ',') {
        char code[16];
        snprintf(code, sizeof code, "%.*s", (int)strcspn(at, ","), at);
        buf_printf(scratch, "%s%s", scratch->len > 0 ? "、" : "", code_book_name(list->codes, "person_category", code));
    }
    buf_release(&codes);
    return words(scratch);
}

static struct report_cell org_cell(struct ledger_list *list, const struct record *record)
{
    if (list->org_text[0] == '\0' || list->org != record->scope) {
        list->org = record->scope;
        if (record->scope == 0)
            snprintf(list->org_text, sizeof list->org_text, "全县");
        else
            org_name(list->store, record->scope, list->org_text, sizeof list->org_text);
    }
    return (struct report_cell){.kind = REPORT_TEXT, .text = list->org_text, .len = strlen(list->org_text)};
}

/* ---- periods ------------------------------------------------------------------------------------------------------ */

static enum status deadline_cell(struct ledger_list *list, enum computed computed, const struct record *record, const struct deadline *deadline, struct report_cell *cell, struct buf *scratch,
                                 struct errmsg *err)
{
    struct deadline all[DEADLINES_MAX];
    if (deadline == NULL && strcmp(record->type->name, "case") == 0) {
        size_t n;
        enum status status = deadlines_stored(list->store, list->rules, list->calendar, record, list->today, all, &n, err);
        if (status != STATUS_OK)
            return status;
        deadline = deadline_soonest(all, n);
    }
    if (deadline == NULL)
        return STATUS_OK;
    if (computed == COMPUTED_DEADLINE) {
        buf_printf(scratch, "%s %s", deadline->code, deadline_label(list->rules, deadline->code));
        *cell = words(scratch);
    } else if (computed == COMPUTED_DUE) {
        *cell = (struct report_cell){.kind = REPORT_DAY, .number = deadline->due};
    } else {
        *cell = report_int(deadline->days_left);
    }
    return STATUS_OK;
}

/* ---- sums over other records -------------------------------------------------------------------------------------- */

static enum status event_cell(struct ledger_list *list, enum computed computed, const struct record *event, struct report_cell *cell, struct errmsg *err)
{
    struct event_totals totals;
    enum status status = event_totals(list->store, list->actor, list->codes, event, &totals, err);
    if (status == STATUS_OK)
        *cell = report_int(computed == COMPUTED_CONSULTED ? totals.consulted : computed == COMPUTED_HANDOUTS ? totals.handouts : totals.accepted);
    return status;
}

/* Hours of the ledger's period; stars by all hours so far. */
static enum status volunteer_cell(struct ledger_list *list, enum computed computed, const struct record *volunteer, struct report_cell *cell, struct errmsg *err)
{
    bool ever = computed == COMPUTED_STARS;
    int32_t from = ever || list->from == LEDGER_NO_DAY ? DAY_MIN : list->from, to = ever ? list->today : list->to == LEDGER_NO_DAY ? DAY_MAX : list->to;
    int64_t hours;
    enum status status = volunteer_hours(list->store, list->actor, volunteer->id, from, to, &hours, err);
    int stars = status == STATUS_OK && ever ? volunteer_stars(list->rules, hours, list->today) : 0;
    if (status == STATUS_OK && (!ever || stars > 0))
        *cell = report_int(ever ? stars : hours);
    return status;
}

/* Who signed in, where people did; else the number that was typed (core/outreach/figure.h counts the same). */
static enum status attended_cell(struct ledger_list *list, const struct record *record, struct report_cell *cell, struct errmsg *err)
{
    bool training = strcmp(record->type->name, "training") == 0;
    const struct field_def *typed = catalogue_field(record->type, "persons");
    struct buf sql;
    char id[ID_TEXT_BYTES];
    int64_t rows = 0, came = 0;
    int index = 2;
    enum status status;
    if (!training && strcmp(record->type->name, "meeting") != 0)
        return STATUS_OK;
    buf_init(&sql, SQL_BYTES);
    buf_printf(&sql, "SELECT count(*),coalesce(sum(coalesce(result,'') NOT IN ('2','3')),0) FROM attendance WHERE %s=?1 AND gone=0", record->type->name);
    row_scope_sql(list->actor, &sql, &index);
    struct stmt *stmt = store_prepare_buf(list->store, &sql);
    buf_release(&sql);
    id_format(record->id, id);
    stmt_string(stmt, 1, id);
    index = 2;
    row_scope_bind(list->actor, stmt, &index);
    if (stmt_row(stmt, &status, err)) {
        rows = stmt_column_int(stmt, 0);
        came = stmt_column_int(stmt, 1);
        stmt_reset(stmt);
    }
    if (rows > 0)
        *cell = report_int(came);
    else if (record_get(record, typed).kind == VALUE_INT)
        *cell = report_int(record_get(record, typed).number);
    return status;
}

/* ---- a row -------------------------------------------------------------------------------------------------------- */

enum status ledger_computed(struct ledger_list *list, enum computed computed, const struct record *record, const struct deadline *deadline, int64_t no, struct report_cell *cell,
                            struct buf *scratch, struct errmsg *err)
{
    *cell = (struct report_cell){.kind = REPORT_EMPTY};
    buf_clear(scratch);
    switch (computed) {
    case COMPUTED_NO:
        if (no > 0)
            *cell = report_int(no);
        return STATUS_OK;
    case COMPUTED_ORG:
        *cell = org_cell(list, record);
        return STATUS_OK;
    case COMPUTED_TITLE:
        record_title(record, list->codes, scratch);
        *cell = words(scratch);
        return STATUS_OK;
    case COMPUTED_TYPE:
        *cell = (struct report_cell){.kind = REPORT_TEXT, .text = record->type->label, .len = strlen(record->type->label)};
        return STATUS_OK;
    case COMPUTED_AGE:
        *cell = age_cell(list, record);
        return STATUS_OK;
    case COMPUTED_CATEGORIES:
        *cell = categories_cell(list, record, scratch);
        return STATUS_OK;
    case COMPUTED_DEADLINE:
    case COMPUTED_DUE:
    case COMPUTED_DAYS_LEFT:
        return deadline_cell(list, computed, record, deadline, cell, scratch, err);
    case COMPUTED_CONSULTED:
    case COMPUTED_HANDOUTS:
    case COMPUTED_ACCEPTED:
        return event_cell(list, computed, record, cell, err);
    case COMPUTED_HOURS:
    case COMPUTED_STARS:
        return volunteer_cell(list, computed, record, cell, err);
    case COMPUTED_ATTENDED:
        return attended_cell(list, record, cell, err);
    case COMPUTED_NONE:
    case COMPUTED_COUNT:
        break;
    }
    assert(false);
    return STATUS_OK;
}

/* A column of rows of several types: the field of that name, where the record has one. */
static enum status named_cell(struct ledger_list *list, const char *name, const struct record *record, struct report_cell *cell, struct buf *scratch, struct errmsg *err)
{
    const struct field_def *field = catalogue_field(record->type, name);
    *cell = (struct report_cell){.kind = REPORT_EMPTY};
    if (field != NULL && field->kind == FIELD_REF)
        return reference_cell(list->references, record, field, NULL, cell, scratch, err);
    if (field != NULL)
        *cell = report_cell_of(record, field, list->codes, scratch);
    return STATUS_OK;
}

enum status ledger_fill(struct ledger_list *list, const struct record *record, const struct deadline *deadline, int64_t no, struct errmsg *err)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < list->plan.n_columns; i++) {
        const struct view_column *column = &list->plan.columns[i];
        struct report_cell *cell = &list->cells[i];
        struct buf *text = &list->texts[i];
        if (column->computed != COMPUTED_NONE)
            status = ledger_computed(list, column->computed, record, deadline, no, cell, text, err);
        else if (list->plan.type == NULL)
            status = named_cell(list, column->name, record, cell, text, err);
        else if (column->through != NULL)
            status = reference_cell(list->references, record, column->through, column->field, cell, text, err);
        else if (column->field->kind == FIELD_REF)
            status = reference_cell(list->references, record, column->field, NULL, cell, text, err);
        else
            *cell = report_cell_of(record, column->field, list->codes, text);
    }
    return status;
}
