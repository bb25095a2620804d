/* core/quality/complaint.c - see complaint.h. */
#include "core/quality/complaint.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/day.h"
#include "core/base/language.h"
#include "core/paper/document.h"
#include "core/record/row.h"

enum { SQL_MAX_BYTES = 1024, NUMBER_BYTES = 64 };

static bool is_empty(const struct record *record, const char *field)
{
    return record_get(record, catalogue_field(record->type, field)).kind == VALUE_NULL;
}

static bool is(const struct record *record, const char *field, const char *code)
{
    return strcmp(record_text(record, field), code) == 0;
}

static bool day_of(const struct record *record, const char *field, int32_t *day)
{
    struct value value = record_get(record, catalogue_field(record->type, field));
    if (value.kind != VALUE_INT || value.number < DAY_MIN || value.number > DAY_MAX)
        return false;
    *day = (int32_t)value.number;
    return true;
}

/* ---- before it is saved ---- */

static enum status take(struct record *complaint, const char *field, const struct record *kase, const char *from)
{
    if (!is_empty(complaint, field) || is_empty(kase, from))
        return STATUS_OK;
    return record_set_text(complaint, field, record_text(kase, from));
}

static enum status fill_from_case(struct record *complaint, const struct record *kase)
{
    if (complaint->version == 0)
        complaint->scope = kase->scope;
    if (!is(complaint, "against_kind", COMPLAINT_AGAINST_HANDLER))
        return STATUS_OK;
    if (!is_empty(complaint, "against") && !is(complaint, "against", record_text(kase, "handler")))
        return STATUS_OK; /* an earlier handler of the case, or somebody else: not the one who handles it now */
    enum status status = take(complaint, "handler_ref", kase, "handler_ref");
    return status == STATUS_OK ? take(complaint, "against", kase, "handler") : status;
}

enum status complaint_prepare(struct store *store, const struct actor *actor, const struct code_book *codes, struct record *complaint, struct errmsg *err)
{
    const char *text = record_text(complaint, "case_id");
    struct record kase;
    struct id id;
    int32_t day;
    (void)codes;
    if (day_of(complaint, "date", &day) && day > day_of_ms(actor->now_ms, DAY_OFFICE_OFFSET_MIN))
        return errmsg_set(err, STATUS_INVALID, "字段 收到日期(date): 在今天之后；请核对日期，或先校准这台机器的时钟");
    if (text[0] == '\0')
        return STATUS_OK;
    enum status status = id_parse(text, strlen(text), &id);
    if (status == STATUS_OK)
        status = records_get(store, actor, catalogue_find("case"), id, &kase, NULL);
    if (complaint->version != 0 && status == STATUS_NOT_FOUND)
        return STATUS_OK; /* its case was handed over since */
    if (status == STATUS_NOT_FOUND || status == STATUS_MALFORMED)
        return errmsg_set(err, STATUS_INVALID, "字段 案件(case_id): 没有这件案件");
    if (status != STATUS_OK)
        return errmsg_set(err, status, "%s", status_text(status));
    status = fill_from_case(complaint, &kase);
    record_release(&kase);
    return status;
}

/* ---- periods ---- */

bool complaint_deadline(const struct rules *rules, const struct calendar *calendar, const struct record *complaint, int32_t today, struct deadline *out)
{
    bool received = is(complaint, "state", "K1"), accepted = is(complaint, "state", "K2");
    int year, month, dom;
    *out = (struct deadline){.from = DEADLINE_NO_DAY};
    if ((!received && !accepted) || !day_of(complaint, received ? "date" : "accepted_on", &out->from))
        return false;
    snprintf(out->code, sizeof out->code, "%s", received ? "D18" : "D18_2");
    out->due = calendar_due(calendar, out->from, rules_term(rules, out->code, out->from), 0);
    out->days_left = out->due - today;
    day_to_ymd(out->due, &year, &month, &dom);
    out->assumed = !calendar_knows_year(calendar, year);
    return true;
}

/* ---- form 13 ---- */

static int number_of(struct stmt *stmt, int column, int max)
{
    int number = atoi(stmt_column_text(stmt, column, NULL));
    return number >= 1 && number <= max ? number : 0;
}

static struct complaint_counted read_counted(struct stmt *stmt)
{
    return (struct complaint_counted){
        .id = stmt_column_id(stmt, 0),
        .received = stmt_column_int(stmt, 1) != 0,
        .resolved = stmt_column_int(stmt, 2) != 0,
        .matter = number_of(stmt, 3, COMPLAINT_MATTERS),
        .finding = number_of(stmt, 4, COMPLAINT_FINDINGS),
        .appeal = number_of(stmt, 5, COMPLAINT_APPEALS),
        .n = stmt_column_int(stmt, 6),
        .scope = stmt_column_int(stmt, 7),
        .date = (int32_t)stmt_column_int(stmt, 8),
        .resolved_on = (int32_t)stmt_column_int(stmt, 9),
    };
}

static void count(struct complaint_counts *counts, const struct complaint_counted *complaint)
{
    if (complaint->received) {
        counts->received++;
        if (complaint->matter > 0)
            counts->matters[complaint->matter - 1]++;
    }
    if (!complaint->resolved)
        return;
    counts->resolved++;
    if (complaint->finding > 0)
        counts->findings[complaint->finding - 1]++;
    if (complaint->appeal > 0)
        counts->appeals[complaint->appeal - 1]++;
}

static void bind_ref(struct stmt *stmt, int index, struct id id, char text[ID_TEXT_BYTES])
{
    id_format(id, text);
    stmt_string(stmt, index, id_is_zero(id) ? NULL : text);
}

enum status complaint_count(struct store *store, const struct actor *actor, const struct complaint_query *query, struct complaint_counts *out, complaint_row row, void *context,
                            struct errmsg *err)
{
    struct buf sql;
    char handler[ID_TEXT_BYTES], volunteer[ID_TEXT_BYTES];
    int index = 6;
    enum status status;
    *out = (struct complaint_counts){0};
    buf_init(&sql, SQL_MAX_BYTES);
    buf_puts(&sql, "SELECT id,date BETWEEN ?1 AND ?2,coalesce(resolved_on BETWEEN ?1 AND ?2,0),matter,finding,appeal,n,scope,date,resolved_on FROM complaint"
                   " WHERE (date BETWEEN ?1 AND ?2 OR resolved_on BETWEEN ?1 AND ?2) AND gone=0"
                   " AND (?3 IS NULL OR handler_ref=?3) AND (?4 IS NULL OR volunteer=?4) AND (?5=0 OR scope=?5)");
    row_scope_sql(actor, &sql, &index);
    struct stmt *stmt = store_prepare_buf(store, &sql);
    buf_release(&sql);
    stmt_int(stmt, 1, query->from);
    stmt_int(stmt, 2, query->to);
    bind_ref(stmt, 3, query->handler, handler);
    bind_ref(stmt, 4, query->volunteer, volunteer);
    stmt_int(stmt, 5, query->org);
    index = 6;
    row_scope_bind(actor, stmt, &index);
    while (stmt_row(stmt, &status, err)) {
        struct complaint_counted counted = read_counted(stmt);
        count(out, &counted);
        if (row != NULL && !row(context, &counted)) {
            stmt_reset(stmt);
            break;
        }
    }
    return status;
}

static const char *const column_labels[COMPLAINT_COLUMNS] = {
    "投诉合计", "违规受理、审查、指派", "懈怠履职、擅自停止办理", "收取财物", "其他", "已处理合计", "处罚、惩戒、处分", "批评教育、通报、整改", "查不实", "行政复议", "行政诉讼",
};

const char *complaint_column_label(size_t column)
{
    assert(column < COMPLAINT_COLUMNS);
    return column_labels[column];
}

int64_t complaint_column(const struct complaint_counts *counts, size_t column)
{
    enum { FIRST_MATTER = 1, RESOLVED = FIRST_MATTER + COMPLAINT_MATTERS, FIRST_FINDING, FIRST_APPEAL = FIRST_FINDING + COMPLAINT_FINDINGS };
    assert(column < COMPLAINT_COLUMNS);
    if (column == 0)
        return counts->received;
    if (column < RESOLVED)
        return counts->matters[column - FIRST_MATTER];
    if (column == RESOLVED)
        return counts->resolved;
    return column < FIRST_APPEAL ? counts->findings[column - FIRST_FINDING] : counts->appeals[column - FIRST_APPEAL];
}

/* ---- acts ---- */

static enum status check_order(const struct record *complaint, const char *first, const char *then, struct errmsg *err)
{
    const struct field_def *before = catalogue_field(complaint->type, first), *after = catalogue_field(complaint->type, then);
    int32_t from, to;
    if (!day_of(complaint, first, &from) || !day_of(complaint, then, &to) || to >= from)
        return STATUS_OK;
    return errmsg_set(err, STATUS_INVALID, "字段 %s(%s): 不能早于%s", _(after->label), after->name, _(before->label));
}

enum status complaint_accept(struct store *store, const struct actor *acting, const struct code_book *codes, struct random_source random, struct act_move *move, struct errmsg *err)
{
    struct record *complaint = &move->record;
    char day[DAY_TEXT_BYTES];
    struct deadline deadline;
    (void)store, (void)acting, (void)codes, (void)random;
    enum status status = check_order(complaint, "date", "accepted_on", err);
    if (status != STATUS_OK || !complaint_deadline(move->rules, move->calendar, complaint, move->today, &deadline))
        return status;
    day_format(deadline.due, day);
    buf_printf(&move->said, _("%s 前办结"), day);
    return STATUS_OK;
}

static bool is_upheld(const struct record *complaint)
{
    return is(complaint, "finding", "1") || is(complaint, "finding", "2");
}

static enum status fill_fault(struct record *fault, const struct act_move *move, const struct record *volunteer, const struct code_book *codes)
{
    const struct record *complaint = &move->record;
    char id[ID_TEXT_BYTES];
    int32_t day = move->today;
    (void)day_of(complaint, "resolved_on", &day);
    fault->scope = volunteer->scope;
    id_format(volunteer->id, id);
    enum status status = record_set_text(fault, "volunteer", id);
    id_format(complaint->id, id);
    if (status == STATUS_OK)
        status = record_set_text(fault, "complaint", id);
    if (status == STATUS_OK)
        status = record_set_text(fault, "name", record_text(volunteer, "name"));
    if (status == STATUS_OK)
        status = record_set_int(fault, "date", day);
    if (status == STATUS_OK)
        status = record_set_text(fault, "kind", is(complaint, "matter", COMPLAINT_MATTER_MONEY) ? "3" : "2");
    if (status != STATUS_OK)
        return status;
    return record_set_text(fault, "note", code_book_name(codes, "complaint_result", record_text(complaint, "finding")));
}

static enum status write_fault(struct store *store, const struct actor *acting, const struct code_book *codes, struct random_source random, struct act_move *move, struct errmsg *err)
{
    const char *text = record_text(&move->record, "volunteer");
    struct record volunteer, fault;
    struct id id;
    enum status status = id_parse(text, strlen(text), &id);
    if (status == STATUS_OK)
        status = records_get(store, acting, catalogue_find("volunteer"), id, &volunteer, NULL);
    if (status != STATUS_OK)
        return errmsg_set(err, STATUS_INVALID, "字段 志愿者(volunteer): 名册里没有这位志愿者");
    record_init(&fault, catalogue_find("volunteer_fault"));
    status = records_begin(store, acting, &fault, codes, err);
    if (status == STATUS_OK)
        status = fill_fault(&fault, move, &volunteer, codes);
    if (status == STATUS_OK)
        status = records_save(store, acting, codes, random, &fault, err);
    if (status == STATUS_OK)
        buf_printf(&move->said, _("志愿者 %s 的名册已记一次：%s"), record_text(&volunteer, "name"), _(code_book_name(codes, "fault_kind", record_text(&fault, "kind"))));
    record_release(&fault);
    record_release(&volunteer);
    return status;
}

/* The case behind the complaint gives the answer its place in the file; without one it stands alone. */
static enum status issue_answer(struct store *store, const struct actor *acting, const struct code_book *codes, struct random_source random, struct act_move *move, struct errmsg *err)
{
    struct document_source source = {.record = &move->record, .today = move->today};
    char number[NUMBER_BYTES];
    assert(move->n_documents < ACT_DOCUMENTS_MAX);
    enum status status = document_issue(store, acting, codes, random, move->rules, move->act->documents, &source, &move->documents[move->n_documents], number, err);
    if (status == STATUS_OK)
        move->n_documents++;
    return status;
}

enum status complaint_close(struct store *store, const struct actor *acting, const struct code_book *codes, struct random_source random, struct act_move *move, struct errmsg *err)
{
    const struct record *complaint = &move->record;
    enum status status = check_order(complaint, "accepted_on", "resolved_on", err);
    if (status == STATUS_OK)
        status = issue_answer(store, acting, codes, random, move, err);
    if (status != STATUS_OK || !is_upheld(complaint) || !is(complaint, "against_kind", COMPLAINT_AGAINST_VOLUNTEER))
        return status;
    if (!is_empty(complaint, "volunteer"))
        return write_fault(store, acting, codes, random, move, err);
    buf_puts(&move->said, _("没有填名册里的志愿者，名册没有记这一次"));
    return STATUS_OK;
}
