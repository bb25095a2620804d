/* core/report/report_explain.c - checks over computed figures, and the explanations of those that do not hold. See report_check.h. */
#include <stdlib.h>
#include <string.h>

#include "core/base/day.h"
#include "core/record/row.h"
#include "core/report/counting.h"
#include "core/report/report_check_impl.h"
#include "core/report/summary.h"

enum { FORMS_MAX = 32, SQL_MAX_BYTES = 1024, EXPLAINED_BYTES = 400 * 4 + 1 };

/* ---- what was explained ---- */

struct explanations {
    const struct form_desk *desk;
    const char *report;
    const struct period *period;
    int64_t *open;
    char text[EXPLAINED_BYTES];
};

/* The explanation kept for the check, whatever its difference: newest first. Column 0: id, 1: difference, 2: text. */
static struct stmt *find_explanation(const struct form_desk *desk, const char *report, const struct period *period, const char *rule, int64_t org)
{
    struct buf sql;
    int index = 5;

    buf_init(&sql, SQL_MAX_BYTES);
    buf_puts(&sql, "SELECT id, difference, text FROM report_explanation WHERE period=?1 AND report=?2 AND rule=?3 AND gone=0"
                   " AND coalesce(org,'')=CASE ?4 WHEN 0 THEN '' ELSE (SELECT lower(hex(id)) FROM org WHERE number=?4 AND gone=0) END");
    row_scope_sql(desk->actor, &sql, &index);
    buf_puts(&sql, " ORDER BY n DESC");
    struct stmt *stmt = store_prepare_buf(desk->store, &sql);
    buf_release(&sql);
    stmt_string(stmt, 1, period->name);
    stmt_string(stmt, 2, report);
    stmt_string(stmt, 3, rule);
    stmt_int(stmt, 4, org);
    index = 5;
    row_scope_bind(desk->actor, stmt, &index);
    return stmt;
}

static enum status explain(void *context, struct check_failure *failure, struct errmsg *err)
{
    struct explanations *known = context;
    struct stmt *stmt = find_explanation(known->desk, known->report, known->period, failure->rule, failure->org);
    enum status status;

    while (failure->explained == NULL && stmt_row(stmt, &status, err)) {
        size_t len;
        const char *text = stmt_column_text(stmt, 2, &len);

        if (stmt_column_int(stmt, 1) != failure->difference || len >= sizeof known->text)
            continue;
        memcpy(known->text, text, len + 1);
        failure->explained = known->text;
        status = STATUS_OK;
    }
    stmt_reset(stmt);
    *known->open += status == STATUS_OK && failure->explained == NULL;
    return status;
}

enum status report_check_values(const struct form_desk *desk, const char *report, const struct period *period, int64_t org, const char *org_name, check_value value, void *value_context,
                                check_failure_row row, void *row_context, int64_t *open, struct errmsg *err)
{
    struct explanations known = {.desk = desk, .report = report, .period = period, .open = open};
    struct check_source source = {.value = value, .context = value_context, .explain = explain, .context_explain = &known};

    return check_lines(desk->book, report, org, org_name, &source, row, row_context, err);
}

/* ---- computed forms ---- */

/* The sheets that the checks of one form read: its own, and others as they are needed. */
struct sheets {
    const struct form_desk *desk;
    const struct form_sheet *given;
    struct form_sheet computed[FORMS_MAX];
    bool have[FORMS_MAX];
    enum status status;
    struct errmsg *err;
};

static size_t form_index(const struct form_book *book, const struct ministry_form *form)
{
    size_t i = 0;

    while (i < form_book_count(book) && form_book_at(book, i) != form)
        i++;
    return i;
}

static const struct form_sheet *sheet_of(struct sheets *sheets, const struct ministry_form *form)
{
    size_t i = form_index(sheets->desk->book, form);

    if (form == sheets->given->form)
        return sheets->given;
    if (i >= FORMS_MAX || sheets->status != STATUS_OK)
        return NULL;
    if (!sheets->have[i]) {
        sheets->status = form_compute(sheets->desk, form, &sheets->given->period, &sheets->computed[i], sheets->err);
        sheets->have[i] = sheets->status == STATUS_OK;
    }
    return sheets->have[i] ? &sheets->computed[i] : NULL;
}

/* A unit without a row in a form has nothing in it. */
static bool sheets_value(void *context, const char *cell, int64_t org, int64_t *value)
{
    struct sheets *sheets = context;
    const struct ministry_form *form = NULL;
    const struct form_column *column = form_book_cell(sheets->desk->book, cell, &form);
    const struct form_sheet *sheet = column == NULL ? NULL : sheet_of(sheets, form);

    if (sheet == NULL)
        return false;
    *value = 0;
    for (size_t i = 0; i < sheet->n_rows; i++)
        if (sheet->rows[i].org == org)
            *value = sheet->rows[i].values[column - form->columns];
    return true;
}

enum status report_check(const struct form_desk *desk, const struct ministry_form *form, const struct form_sheet *sheet, check_failure_row row, void *context, int64_t *open, struct errmsg *err)
{
    struct sheets *sheets = calloc(1, sizeof *sheets);
    enum status status = STATUS_OK;

    *open = 0;
    if (sheets == NULL)
        return errmsg_set(err, STATUS_NOMEM, "内存不足");
    *sheets = (struct sheets){.desk = desk, .given = sheet, .err = err};
    for (size_t i = 0; status == STATUS_OK && i < sheet->n_rows; i++) {
        status = report_check_values(desk, form->name, &sheet->period, sheet->rows[i].org, sheet->rows[i].name, sheets_value, sheets, row, context, open, err);
        if (status == STATUS_OK)
            status = sheets->status;
    }
    for (size_t i = 0; i < FORMS_MAX; i++)
        if (sheets->have[i])
            form_sheet_release(&sheets->computed[i]);
    free(sheets);
    return status;
}

/* ---- explaining ---- */

struct single_values {
    const struct form_desk *desk;
    const struct period *period;
    struct summary *summary; /* NULL: none of its cells is asked for */
    enum status status;
    struct errmsg *err;
};

static bool single_value(void *context, const char *cell, int64_t org, int64_t *value)
{
    struct single_values *values = context;
    const struct ministry_form *form = NULL;
    const struct form_column *column = form_book_cell(values->desk->book, cell, &form);
    const struct summary_cell *found = column != NULL || values->summary == NULL ? NULL : summary_find(values->summary, cell);

    if (column != NULL) {
        values->status = form_cell(values->desk, form, column, values->period, org == 0 ? TALLY_ORG_ALL : org, value, values->err);
        return values->status == STATUS_OK;
    }
    if (found != NULL)
        *value = found->value;
    return found != NULL;
}

/* The difference that the check has now. */
static enum status difference_now(const struct form_desk *desk, const struct report_check_line *line, const struct period *period, int64_t org, struct check_failure *out, struct errmsg *err)
{
    struct single_values values = {.desk = desk, .period = period, .err = err};
    struct report_rule rule;
    enum status status = report_rule_parse(line->rule, &rule, err);

    if (status == STATUS_OK && strcmp(line->form, "summary") == 0) {
        values.summary = calloc(1, sizeof *values.summary);
        status = values.summary == NULL ? errmsg_set(err, STATUS_NOMEM, "内存不足") : summary_compute(desk, period, false, values.summary, err);
    }
    if (status == STATUS_OK && !check_line_evaluate(&rule, org, single_value, &values, out))
        status = values.status != STATUS_OK ? values.status : errmsg_set(err, STATUS_INVALID, "%s: 栏目没有数，不能说明", line->rule);
    free(values.summary);
    return status;
}

static enum status find_line(const char *report, const char *rule, struct report_check_line *out, struct errmsg *err)
{
    for (size_t i = 0; report_check_at(i, out); i++)
        if (strcmp(out->form, report) == 0 && strcmp(out->rule, rule) == 0)
            return STATUS_OK;
    char name[CHECK_FORM_BYTES];
    report_short_name(report, name);
    return errmsg_set(err, STATUS_NOT_FOUND, "%s没有校验 %s；照校验结果里的写法填", name, rule);
}

/* The record to write: the one that is kept for this check, or a new one. */
static enum status load_or_begin(const struct form_desk *desk, const char *report, const struct report_check_line *line, const struct period *period, int64_t org, struct record *out,
                                 struct errmsg *err)
{
    const struct record_type *type = catalogue_find("report_explanation");
    struct stmt *stmt = find_explanation(desk, report, period, line->rule, org);
    struct id id = {{0}};
    enum status status;

    if (stmt_row(stmt, &status, err))
        id = stmt_column_id(stmt, 0);
    stmt_reset(stmt);
    if (status != STATUS_OK)
        return status;
    if (!id_is_zero(id))
        return records_get(desk->store, desk->actor, type, id, out, err);
    record_init(out, type);
    status = records_begin(desk->store, desk->actor, out, desk->codes, err);
    if (status != STATUS_OK)
        record_release(out);
    return status;
}

static enum status set_org(const struct form_desk *desk, int64_t org, struct record *record, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(desk->store, "SELECT id FROM org WHERE number=?1 AND gone=0");
    char text[ID_TEXT_BYTES];
    enum status status;

    stmt_int(stmt, 1, org);
    if (!stmt_row(stmt, &status, err))
        return status != STATUS_OK ? status : errmsg_set(err, STATUS_NOT_FOUND, "没有编号为 %lld 的单位", (long long)org);
    id_format(stmt_column_id(stmt, 0), text);
    stmt_reset(stmt);
    return record_set_text(record, "org", text);
}

static enum status fill(const struct form_desk *desk, const char *report, const struct period *period, const struct check_failure *failure, const char *text, struct record *record,
                        struct errmsg *err)
{
    enum status status = failure->org == 0 ? STATUS_OK : set_org(desk, failure->org, record, err);

    if (status == STATUS_OK)
        status = record_set_text(record, "report", report);
    if (status == STATUS_OK)
        status = record_set_text(record, "period", period->name);
    if (status == STATUS_OK)
        status = record_set_text(record, "rule", failure->rule);
    if (status == STATUS_OK)
        status = record_set_int(record, "difference", failure->difference);
    if (status == STATUS_OK)
        status = record_set_int(record, "date", day_of_ms(desk->actor->now_ms, DAY_OFFICE_OFFSET_MIN));
    if (status != STATUS_OK)
        return status;
    const struct field_def *field = catalogue_field(record->type, "text");
    status = record_parse(record, field, desk->codes, text, strlen(text), err);
    return status == STATUS_OK ? status : errmsg_wrap(err, status, "%s", field->label);
}

static enum status explain_inside(const struct form_desk *desk, struct random_source random, const char *report, const struct report_check_line *line, const struct period *period, int64_t org,
                                  const char *text, struct errmsg *err)
{
    struct check_failure failure = {.rule = line->rule};
    struct record record;
    enum status status = difference_now(desk, line, period, org, &failure, err);

    if (status != STATUS_OK)
        return status;
    if (failure.at_least ? failure.difference >= 0 : failure.difference == 0)
        return errmsg_set(err, STATUS_INVALID, "%s: 这条校验是相符的，不用说明", line->rule);
    status = load_or_begin(desk, report, line, period, org, &record, err);
    if (status != STATUS_OK)
        return status;
    status = fill(desk, report, period, &failure, text, &record, err);
    if (status == STATUS_OK)
        status = records_save(desk->store, desk->actor, desk->codes, random, &record, err);
    record_release(&record);
    return status;
}

enum status report_explain(const struct form_desk *desk, struct random_source random, const char *report, const char *rule, const struct period *period, int64_t org, const char *text, struct errmsg *err)
{
    struct report_check_line line;
    struct counting counting;
    enum status status = find_line(report, rule, &line, err);

    if (status == STATUS_OK)
        status = counting_begin(&counting, desk, "explain", err);
    if (status != STATUS_OK)
        return status;
    return counting_end(&counting, explain_inside(&counting.desk, random, report, &line, period, org, text, err), err);
}
