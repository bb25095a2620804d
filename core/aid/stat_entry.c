/* core/aid/stat_entry.c - see stat_entry.h. */
#include "core/aid/stat_entry.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/aid/org.h"
#include "core/base/language.h"

/* The summary's cells by number: core/report/summary.h. */
enum { SUMMARY_CELLS = 23, SUMMARY_DIFFERENCE = 2, SUMMARY_MONEY = 22 };

/* ---- the cell ---- */

static enum status refuse(const struct record *record, const char *field, struct errmsg *err)
{
    const struct field_def *def = catalogue_field(record->type, field);

    return errmsg_wrap(err, STATUS_INVALID, "字段 %s(%s)", _(def->label), def->name);
}

static bool find_of_summary(const char *text, struct stat_cell *out)
{
    size_t digits = *text == 'R' || *text == 'r' ? strspn(text + 1, "0123456789") : 0;
    int number = digits >= 1 && digits <= 2 && text[1 + digits] == '\0' ? atoi(text + 1) : 0;

    if (number < 1 || number > SUMMARY_CELLS || number == SUMMARY_DIFFERENCE)
        return false;
    snprintf(out->name, sizeof out->name, "R%d", number);
    out->money = number == SUMMARY_MONEY;
    return true;
}

/* "F6.99" is a cell of form 6 that form 6 does not have. */
static const struct ministry_form *form_meant(const struct form_book *book, const char *text)
{
    char name[FORM_NAME_BYTES];
    size_t len = strcspn(text, ".");

    if (len > 0 && len < sizeof name) {
        snprintf(name, sizeof name, "%.*s", (int)len, text);
        if (form_book_find(book, name) != NULL)
            return form_book_find(book, name);
    }
    for (size_t i = 0; i < form_book_count(book); i++)
        if (strncmp(form_book_at(book, i)->prefix, text, 1) == 0 && form_book_at(book, i)->prefix[1] == '\0')
            return form_book_at(book, i);
    return NULL;
}

static enum status no_such_cell(const struct form_book *book, const char *text, struct errmsg *err)
{
    const struct ministry_form *form = form_meant(book, text);
    char list[ERRMSG_MAX_BYTES] = "";
    size_t len = 0;

    if (form != NULL)
        return errmsg_set(err, STATUS_INVALID, "没有“%s”这一栏；%s有 %s1 至 %s%zu；aidpost report cells 列出全部", text, _(form->label), form->prefix, form->prefix, form->n_columns);
    for (size_t i = 0; i < form_book_count(book) && len < sizeof list; i++) {
        form = form_book_at(book, i);
        len += (size_t)snprintf(list + len, sizeof list - len, "%s1-%zu ", form->prefix, form->n_columns);
    }
    return errmsg_set(err, STATUS_INVALID, "没有“%s”这一栏；有 %sR1-%d(总结，R%d 除外)；aidpost report cells 列出全部", text, list, SUMMARY_CELLS, SUMMARY_DIFFERENCE);
}

enum status stat_cell_find(const struct form_book *book, const char *text, struct stat_cell *out, struct errmsg *err)
{
    *out = (struct stat_cell){0};
    if (find_of_summary(text, out))
        return STATUS_OK;
    out->column = form_book_cell(book, text, &out->form);
    if (out->column == NULL)
        return no_such_cell(book, text, err);
    form_cell_name(out->form, out->column, out->name);
    out->money = out->column->money;
    return STATUS_OK;
}

/* ---- what both types have ---- */

static bool is_set(const struct record *record, const char *field)
{
    return record_get(record, catalogue_field(record->type, field)).kind != VALUE_NULL;
}

static int64_t number_of(const struct record *record, const char *field)
{
    return record_get(record, catalogue_field(record->type, field)).number;
}

static enum status prepare_cell(struct record *record, struct stat_cell *cell, struct form_book **book, struct errmsg *err)
{
    enum status status = form_book_new(book, err);

    if (status != STATUS_OK)
        return status;
    status = stat_cell_find(*book, record_text(record, "cell"), cell, err);
    if (status != STATUS_OK)
        return refuse(record, "cell", err);
    return record_set_text(record, "cell", cell->name);
}

static enum status check_value(const struct record *record, const struct stat_cell *cell, struct errmsg *err)
{
    const char *wanted = cell->money ? "money" : "amount", *other = cell->money ? "amount" : "money";

    if (is_set(record, other)) {
        errmsg_set(err, STATUS_INVALID, "%s 是%s栏，填%s，这一项空着", cell->name, cell->money ? _("金额") : _("数值"), cell->money ? _("金额") : _("数值"));
        return refuse(record, other, err);
    }
    if (!is_set(record, wanted)) {
        errmsg_set(err, STATUS_INVALID, "%s 要填这一项", cell->name);
        return refuse(record, wanted, err);
    }
    return STATUS_OK;
}

/* The org that the record names has a row in the forms. *number 0: it names none. */
static enum status check_org(struct store *store, const struct record *record, int64_t *number, struct errmsg *err)
{
    struct id id;
    enum status status;
    size_t len;

    *number = 0;
    if (!is_set(record, "org") || id_parse(record_text(record, "org"), ID_TEXT_BYTES - 1, &id) != STATUS_OK)
        return STATUS_OK; /* that there is such an org is checked for every reference */
    struct stmt *stmt = store_prepare(store, "SELECT number,kind,name FROM org WHERE id=?1 AND gone=0");
    stmt_id(stmt, 1, id);
    if (!stmt_row(stmt, &status, err))
        return status;
    *number = stmt_column_int(stmt, 0);
    if (!form_is_row_kind(stmt_column_text(stmt, 1, &len)))
        status = errmsg_set(err, STATUS_INVALID, "%s在报表里没有一行；应是中心、工作站、分部或联络点", stmt_column_text(stmt, 2, &len));
    stmt_reset(stmt);
    return status == STATUS_INVALID ? refuse(record, "org", err) : status;
}

static enum status check_alone(struct store *store, const struct actor *actor, const struct record *record, const char *const fields[3], const char *reason, struct errmsg *err)
{
    bool has;
    enum status status = records_has_same(store, actor, record, fields, 3, &has, err);

    if (status != STATUS_OK || !has)
        return status;
    errmsg_set(err, STATUS_INVALID, "%s %s", record_text(record, "cell"), reason);
    return refuse(record, "cell", err);
}

/* ---- stat_entry ---- */

static enum status check_kind(struct store *store, const struct actor *actor, const struct record *entry, const struct stat_cell *cell, struct errmsg *err)
{
    static const char *const once[] = {"cell", "date", "org"};

    if ((cell->column == NULL || !cell->column->by_hand) && !is_set(entry, "basis")) {
        errmsg_set(err, STATUS_INVALID, "%s 是按记录统计的，填的数是调整数，要写明理由", cell->name);
        return refuse(entry, "basis", err);
    }
    if (cell->column == NULL || cell->column->kind != FORM_HAND_LAST)
        return STATUS_OK;
    if (number_of(entry, "amount") < 0) {
        errmsg_set(err, STATUS_INVALID, "%s 填现有数，不能是负数", cell->name);
        return refuse(entry, "amount", err);
    }
    return check_alone(store, actor, entry, once, _("这个单位这一天已经填过；请改那一行"), err);
}

enum status stat_entry_prepare(struct store *store, const struct actor *actor, struct record *entry, struct errmsg *err)
{
    struct form_book *book = NULL;
    struct stat_cell cell;
    int64_t number = 0;
    enum status status = prepare_cell(entry, &cell, &book, err);

    if (status == STATUS_OK)
        status = check_value(entry, &cell, err);
    if (status == STATUS_OK)
        status = check_org(store, entry, &number, err);
    if (status == STATUS_OK && number == ORG_NUMBER_CENTER)
        status = record_set(entry, catalogue_field(entry->type, "org"), value_null());
    if (status == STATUS_OK)
        status = check_kind(store, actor, entry, &cell, err);
    form_book_free(book);
    return status;
}

/* ---- stat_baseline ---- */

static enum status spell_period(struct record *baseline, struct errmsg *err)
{
    static const struct year_start calendar = {1, 1}; /* names are the same whenever the year begins */
    struct period period;
    enum status status = period_parse(record_text(baseline, "period"), calendar, &period, err);

    if (status != STATUS_OK)
        return refuse(baseline, "period", err);
    if (period.kind == PERIOD_DAYS) {
        errmsg_set(err, STATUS_INVALID, "应是年、半年、季或月，如 2024、2024H1、2024Q3、2024-07");
        return refuse(baseline, "period", err);
    }
    return record_set_text(baseline, "period", period.name);
}

enum status stat_baseline_prepare(struct store *store, const struct actor *actor, struct record *baseline, struct errmsg *err)
{
    static const char *const once[] = {"cell", "period", "org"};
    struct form_book *book = NULL;
    struct stat_cell cell;
    int64_t number;
    enum status status = prepare_cell(baseline, &cell, &book, err);

    if (status == STATUS_OK)
        status = check_value(baseline, &cell, err);
    if (status == STATUS_OK)
        status = spell_period(baseline, err);
    if (status == STATUS_OK)
        status = check_org(store, baseline, &number, err);
    if (status == STATUS_OK)
        status = check_alone(store, actor, baseline, once, _("这个单位这一期已经填过；请改那一行"), err);
    form_book_free(book);
    return status;
}
