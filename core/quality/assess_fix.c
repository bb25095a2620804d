/* core/quality/assess_fix.c - see assess.h: a year's assessment is frozen; rewards and penalties hang on it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/day.h"
#include "core/quality/assess_impl.h"
#include "core/record/code_book.h"
#include "core/record/filter.h"

enum { COUNTED_MAX_BYTES = 20000, TAIL_BYTES = 64, BASIS_BYTES = 200 };

/* ---- the rows behind an item ---- */

struct counted {
    struct buf text;
    size_t left_out;
};

static bool note_counted(void *context, const struct assess_row *row)
{
    struct counted *counted = context;
    char id[ID_TEXT_BYTES];
    if (!row->counted)
        return true;
    if (counted->text.len + ID_TEXT_BYTES + TAIL_BYTES > COUNTED_MAX_BYTES) {
        counted->left_out++;
        return true;
    }
    id_format(row->id, id);
    buf_printf(&counted->text, "%s%s", counted->text.len > 0 ? "\n" : "", id);
    return true;
}

static enum status set_counted(const struct assess_desk *desk, const struct assess_sheet *sheet, const struct assess_item *item, struct record *row, struct errmsg *err)
{
    struct counted counted = {.left_out = 0};
    buf_init(&counted.text, COUNTED_MAX_BYTES + 1);
    enum status status = assess_rows(desk, &sheet->subject, item->line.metric->code, note_counted, &counted, err);
    if (counted.left_out > 0)
        buf_printf(&counted.text, "\n…另有 %zu 条", counted.left_out);
    if (status == STATUS_OK && counted.text.status == STATUS_NOMEM)
        status = errmsg_set(err, STATUS_NOMEM, "内存不足");
    if (status == STATUS_OK && counted.text.len > 0)
        status = record_set_text(row, "counted", buf_cstr(&counted.text));
    buf_release(&counted.text);
    return status;
}

/* ---- writing ---- */

struct fixing {
    const struct assess_desk *desk;
    struct actor acting;
    struct random_source random;
    const char *note;
    struct errmsg *err;
};

static enum status save(struct fixing *fixing, struct record *record, bool more)
{
    fixing->acting.more = more;
    return records_save(fixing->desk->store, &fixing->acting, fixing->desk->codes, fixing->random, record, fixing->err);
}

static enum status write_item(struct fixing *fixing, const struct assess_sheet *sheet, const struct assess_item *item, struct id assessment, bool more)
{
    struct record row;
    char id[ID_TEXT_BYTES];
    struct {
        const char *field;
        int64_t number;
    } numbers[] = {{"value", item->value}, {"base", item->base}, {"target", item->line.target}, {"weight", item->line.weight}, {"points", item->points}};
    record_init(&row, catalogue_find("assessment_item"));
    id_format(assessment, id);
    enum status status = records_begin(fixing->desk->store, &fixing->acting, &row, fixing->desk->codes, fixing->err);
    if (status == STATUS_OK)
        status = record_set_text(&row, "assessment", id);
    if (status == STATUS_OK)
        status = record_set_text(&row, "metric", item->line.metric->code);
    for (size_t i = 0; status == STATUS_OK && i < sizeof numbers / sizeof numbers[0]; i++)
        status = record_set_int(&row, numbers[i].field, numbers[i].number);
    if (status == STATUS_OK)
        status = record_set_text(&row, "reason", item->reason);
    if (status == STATUS_OK)
        status = set_counted(fixing->desk, sheet, item, &row, fixing->err);
    if (status == STATUS_OK)
        status = save(fixing, &row, more);
    record_release(&row);
    return status;
}

static enum status fill_assessment(struct fixing *fixing, const struct assess_sheet *sheet, struct record *row)
{
    char id[ID_TEXT_BYTES];
    enum status status = records_begin(fixing->desk->store, &fixing->acting, row, fixing->desk->codes, fixing->err);
    id_format(sheet->subject.id, id);
    if (status == STATUS_OK)
        status = record_set_int(row, "year", sheet->year);
    if (status == STATUS_OK)
        status = record_set_text(row, "kind", sheet->subject.kind);
    if (status == STATUS_OK)
        status = record_set_text(row, "subject", id);
    if (status == STATUS_OK)
        status = record_set_text(row, "name", sheet->subject.name);
    if (status == STATUS_OK)
        status = record_set_int(row, "total", sheet->total);
    if (status == STATUS_OK && sheet->rank > 0)
        status = record_set_int(row, "rank", sheet->rank);
    if (status == STATUS_OK)
        status = record_set_text(row, "grade", sheet->grade);
    if (status == STATUS_OK && fixing->note[0] != '\0')
        status = record_parse(row, catalogue_field(row->type, "note"), fixing->desk->codes, fixing->note, strlen(fixing->note), fixing->err);
    return status;
}

/* The year of this subject was fixed before. */
static enum status check_first(struct fixing *fixing, const struct assess_sheet *sheet)
{
    struct stmt *stmt = store_prepare(fixing->desk->store, "SELECT 1 FROM assessment WHERE subject=?1 AND year=?2 AND kind=?3 AND gone=0 LIMIT 1");
    char id[ID_TEXT_BYTES];
    enum status status;
    id_format(sheet->subject.id, id);
    stmt_string(stmt, 1, id);
    stmt_int(stmt, 2, sheet->year);
    stmt_string(stmt, 3, sheet->subject.kind);
    bool found = stmt_row(stmt, &status, fixing->err);
    stmt_reset(stmt);
    if (found && fixing->note[0] == '\0')
        return errmsg_set(fixing->err, STATUS_INVALID, "%s %d 年的考核已经核定过，再次核定要写理由(note=)", sheet->subject.name, sheet->year);
    return status;
}

static enum status write_sheet(struct fixing *fixing, const struct assess_sheet *sheet)
{
    struct record row;
    record_init(&row, catalogue_find("assessment"));
    enum status status = check_first(fixing, sheet);
    if (status == STATUS_OK)
        status = fill_assessment(fixing, sheet, &row);
    if (status == STATUS_OK)
        status = save(fixing, &row, sheet->n > 0);
    for (size_t i = 0; status == STATUS_OK && i < sheet->n; i++)
        status = write_item(fixing, sheet, &sheet->items[i], row.id, i + 1 < sheet->n);
    record_release(&row);
    return status;
}

/* ---- fixing ---- */

enum status assess_may_fix(const struct actor *actor, struct errmsg *err)
{
    if (!actor->center || !actor_may_write(actor) || !actor_is_one_of(actor, 1u << ROLE_DIRECTOR))
        return errmsg_set(err, STATUS_FORBIDDEN, "年度考核由县中心负责人核定，%s 不能核定", actor->name);
    return STATUS_OK;
}

static enum status check_may_fix(const struct assess_desk *desk, const char *note, struct errmsg *err)
{
    enum status status = assess_may_fix(desk->actor, err);
    if (status == STATUS_OK && desk->today <= desk->to && note[0] == '\0')
        status = errmsg_set(err, STATUS_INVALID, "%d 年度还没有结束，提前核定要写理由(note=)", desk->year);
    return status;
}

/* Inside the transaction. */
static enum status fix_sheets(struct fixing *fixing, const struct assess_sheet *sheets, size_t n, const struct assess_subject *only, size_t *fixed)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < n; i++) {
        if (only != NULL && !id_equal(only->id, sheets[i].subject.id))
            continue;
        status = write_sheet(fixing, &sheets[i]);
        *fixed += status == STATUS_OK;
    }
    return status;
}

enum status assess_fix(const struct assess_desk *desk, struct random_source random, const char *kind, const struct assess_subject *only, const char *note, size_t *fixed,
                       struct errmsg *err)
{
    struct fixing fixing = {.desk = desk, .acting = *desk->actor, .random = random, .note = note != NULL ? note : "", .err = err};
    struct assess_sheet *sheets = NULL, alone;
    size_t n = 0;
    fixing.acting.acting = true;
    *fixed = 0;
    enum status status = check_may_fix(desk, fixing.note, err);
    if (status == STATUS_OK)
        status = store_begin(desk->store, "assess", err);
    if (status != STATUS_OK)
        return status;
    status = assess_all(desk, kind, &sheets, &n, err); /* for the ranks, and of one state of the data */
    if (status == STATUS_OK)
        status = fix_sheets(&fixing, sheets, n, only, fixed);
    if (status == STATUS_OK && only != NULL && *fixed == 0) { /* off the roster: no rank */
        status = assess_compute(desk, only, &alone, err);
        if (status == STATUS_OK)
            status = fix_sheets(&fixing, &alone, 1, only, fixed);
    }
    free(sheets);
    if (status == STATUS_OK)
        return store_commit(desk->store, err);
    store_rollback(desk->store);
    *fixed = 0;
    return status;
}

/* ---- what was fixed ---- */

struct picking {
    struct record *out;
    bool found;
    enum status status;
};

static bool pick_row(void *context, const struct record *row, const struct list_key *key)
{
    struct picking *picking = context;
    (void)key;
    picking->status = record_copy(picking->out, row);
    picking->found = picking->status == STATUS_OK;
    return false;
}

/* The newest row that passes. */
static enum status pick(const struct assess_desk *desk, const struct filter *filter, struct record *out, bool *found, struct errmsg *err)
{
    struct picking picking = {.out = out};
    struct list_query query = {.type = filter->type, .filter = filter, .limit = 1};
    enum status status = records_list(desk->store, desk->actor, &query, pick_row, &picking, err);
    *found = picking.found;
    return status == STATUS_OK ? picking.status : status;
}

static struct filter_term equal_to(const struct record_type *type, const char *field, struct value value)
{
    return (struct filter_term){.field = catalogue_field(type, field), .op = FILTER_EQ, .value = value};
}

enum status assess_fixed(const struct assess_desk *desk, const struct assess_subject *subject, struct record *out, bool *found, struct errmsg *err)
{
    const struct record_type *type = catalogue_find("assessment");
    struct filter filter = {.type = type, .n_terms = 3};
    char id[ID_TEXT_BYTES];
    id_format(subject->id, id);
    filter.terms[0] = equal_to(type, "subject", value_string(id));
    filter.terms[1] = equal_to(type, "year", value_int(desk->year));
    filter.terms[2] = equal_to(type, "kind", value_string(subject->kind));
    return pick(desk, &filter, out, found, err);
}

enum status assess_fixed_points(const struct assess_desk *desk, struct id assessment, const char *metric, int64_t *points, bool *found, struct errmsg *err)
{
    const struct record_type *type = catalogue_find("assessment_item");
    struct filter filter = {.type = type, .n_terms = 2};
    struct record item;
    char id[ID_TEXT_BYTES];
    id_format(assessment, id);
    filter.terms[0] = equal_to(type, "assessment", value_string(id));
    filter.terms[1] = equal_to(type, "metric", value_string(metric));
    enum status status = pick(desk, &filter, &item, found, err);
    if (status != STATUS_OK || !*found)
        return status;
    *points = record_get(&item, catalogue_field(type, "points")).number;
    record_release(&item);
    return STATUS_OK;
}

/* ---- rewards ---- */

static bool is_empty(const struct record *record, const char *field)
{
    return record_get(record, catalogue_field(record->type, field)).kind == VALUE_NULL;
}

/* The field of a reward that names a subject of this kind. */
static const char *subject_field(const char *kind)
{
    return strcmp(kind, "handler") == 0 ? "handler_ref" : strcmp(kind, "volunteer") == 0 ? "volunteer" : "org";
}

static enum status get_named(struct store *store, const struct actor *actor, const struct record *reward, const char *field, struct record *out, struct errmsg *err)
{
    const struct field_def *def = catalogue_field(reward->type, field);
    const char *text = record_text(reward, field);
    struct id id;
    enum status status = id_parse(text, strlen(text), &id) == STATUS_OK ? records_get(store, actor, catalogue_find(def->codes), id, out, err) : STATUS_NOT_FOUND;
    return status == STATUS_NOT_FOUND ? errmsg_set(err, STATUS_INVALID, "%s: 没有这条记录", def->label) : status;
}

static enum status fill_from_assessment(struct store *store, const struct actor *actor, struct record *reward, struct errmsg *err)
{
    struct record assessment;
    char basis[BASIS_BYTES];
    enum status status = get_named(store, actor, reward, "assessment", &assessment, err);
    if (status != STATUS_OK)
        return status;
    const char *field = subject_field(record_text(&assessment, "kind"));
    long long total = (long long)record_get(&assessment, catalogue_field(assessment.type, "total")).number, rank = (long long)record_get(&assessment, catalogue_field(assessment.type, "rank")).number;
    int used = snprintf(basis, sizeof basis, "%lld 年度考核 %s%lld.%02lld 分", (long long)record_get(&assessment, catalogue_field(assessment.type, "year")).number, total < 0 ? "-" : "",
                        (total < 0 ? -total : total) / 100, (total < 0 ? -total : total) % 100);
    if (rank > 0)
        snprintf(basis + used, sizeof basis - (size_t)used, " 第 %lld 名", rank);
    if (is_empty(reward, field))
        status = record_set_text(reward, field, record_text(&assessment, "subject"));
    else if (strcmp(record_text(reward, field), record_text(&assessment, "subject")) != 0)
        status = errmsg_set(err, STATUS_INVALID, "考核: 是%s的，与奖惩的对象不是一个", record_text(&assessment, "name"));
    if (status == STATUS_OK && is_empty(reward, "basis"))
        status = record_set_text(reward, "basis", basis);
    record_release(&assessment);
    return status;
}

enum status reward_prepare(struct store *store, const struct actor *actor, struct record *record, struct errmsg *err)
{
    static const char *const subjects[] = {"handler_ref", "volunteer", "org"};
    enum status status = is_empty(record, "assessment") ? STATUS_OK : fill_from_assessment(store, actor, record, err);
    for (size_t i = 0; status == STATUS_OK && i < sizeof subjects / sizeof subjects[0]; i++) {
        struct record named;
        if (is_empty(record, subjects[i]))
            continue;
        status = get_named(store, actor, record, subjects[i], &named, err);
        if (status != STATUS_OK)
            break;
        if (is_empty(record, "name"))
            status = record_set_text(record, "name", record_text(&named, "name"));
        record_release(&named);
    }
    return status;
}
