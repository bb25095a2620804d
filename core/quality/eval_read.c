/* core/quality/eval_read.c - what was judged and what still waits. See eval.h. */
#include <string.h>

#include "core/base/bytes.h"
#include "core/quality/eval.h"
#include "core/record/filter.h"
#include "core/record/privacy.h"
#include "core/record/row.h"

enum { SQL_MAX_BYTES = 2048 };

static int64_t day_of(const struct record *eval)
{
    return record_get(eval, catalogue_field(eval->type, "date")).number;
}

struct reading {
    eval_row row;
    void *context;
};

static bool pass_row(void *context, const struct record *record, const struct list_key *key)
{
    struct reading *reading = context;
    (void)key;
    return reading->row(reading->context, record);
}

static enum status list_of(struct store *store, const struct actor *actor, const char *type_name, const char *field, struct id id, eval_row row, void *context, struct errmsg *err)
{
    const struct record_type *type = catalogue_find(type_name);
    struct filter filter = {.type = type, .n_terms = 1};
    struct reading reading = {row, context};
    struct list_query query = {.type = type, .filter = &filter, .ascending = true};
    char text[ID_TEXT_BYTES];
    id_format(id, text);
    filter.terms[0] = (struct filter_term){.field = catalogue_field(type, field), .op = FILTER_EQ, .value = value_string(text)};
    return records_list(store, actor, &query, pass_row, &reading, err);
}

enum status eval_list(struct store *store, const struct actor *actor, struct id kase, eval_row row, void *context, struct errmsg *err)
{
    return list_of(store, actor, "eval", "case_id", kase, row, context, err);
}

enum status eval_items(struct store *store, const struct actor *actor, struct id eval, eval_row row, void *context, struct errmsg *err)
{
    return list_of(store, actor, "eval_item", "eval", eval, row, context, err);
}

struct latest {
    struct record *out;
    bool found;
    enum status status;
};

static bool keep_latest(void *context, const struct record *row)
{
    struct latest *latest = context;
    if (latest->found) {
        int64_t order = day_of(row) - day_of(latest->out);
        if (order == 0)
            order = strcmp(record_text(row, "round"), record_text(latest->out, "round"));
        if (order == 0)
            order = id_compare(row->id, latest->out->id);
        if (order < 0)
            return true;
        record_release(latest->out);
        latest->found = false;
    }
    latest->status = record_copy(latest->out, row);
    latest->found = latest->status == STATUS_OK;
    return latest->found;
}

enum status eval_of_case(struct store *store, const struct actor *actor, struct id kase, struct record *out, bool *found, struct errmsg *err)
{
    struct latest latest = {.out = out};
    enum status status = eval_list(store, actor, kase, keep_latest, &latest, err);
    if (status == STATUS_OK)
        status = latest.status;
    *found = latest.found;
    if (status != STATUS_OK && latest.found) {
        record_release(out);
        *found = false;
    }
    return status;
}

/* ---- what waits ---- */

static struct stmt *due_cases(struct store *store, const struct actor *actor, int32_t from, int32_t to)
{
    struct buf sql;
    int index = 3;
    buf_init(&sql, SQL_MAX_BYTES);
    /* The plus signs keep the indexes on days in use: nearly every case of the store is in S12. */
    buf_puts(&sql, "SELECT id, coalesce(closed_on, terminated_on) FROM \"case\" WHERE gone=0"
                   " AND ((closed_on BETWEEN ?1 AND ?2 AND +state IN ('S9','S9r','S10','S11','S12','X5'))"
                   " OR (terminated_on BETWEEN ?1 AND ?2 AND +closed_on IS NULL AND +state IN ('X5','S12')))");
    row_scope_sql(actor, &sql, &index);
    privacy_sql(actor, catalogue_find("case"), &sql);
    buf_puts(&sql, " AND NOT EXISTS (SELECT 1 FROM eval WHERE eval.case_id=lower(hex(\"case\".id)) AND eval.gone=0)"
                   " ORDER BY coalesce(closed_on, terminated_on), n");
    struct stmt *stmt = store_prepare_buf(store, &sql);
    buf_release(&sql);
    index = 3;
    stmt_int(stmt, 1, from);
    stmt_int(stmt, 2, to);
    row_scope_bind(actor, stmt, &index);
    return stmt;
}

enum status eval_due(struct store *store, const struct actor *actor, int32_t from, int32_t to, eval_due_row row, void *context, struct errmsg *err)
{
    struct stmt *stmt = due_cases(store, actor, from, to);
    enum status status;
    while (stmt_row(stmt, &status, err)) {
        struct record kase;
        int32_t closed = (int32_t)stmt_column_int(stmt, 1);
        status = records_get(store, actor, catalogue_find("case"), stmt_column_id(stmt, 0), &kase, err);
        if (status != STATUS_OK) {
            stmt_reset(stmt);
            break;
        }
        bool more = row(context, &kase, closed);
        record_release(&kase);
        if (!more) {
            stmt_reset(stmt);
            break;
        }
    }
    return status;
}

/* ---- second rounds ---- */

static struct stmt *second_rounds(struct store *store, const struct actor *actor, int32_t from, int32_t to)
{
    struct buf sql;
    int index = 3;
    buf_init(&sql, SQL_MAX_BYTES);
    buf_puts(&sql, "SELECT id FROM eval WHERE date BETWEEN ?1 AND ?2 AND gone=0 AND round='" EVAL_FIRST "'");
    row_scope_sql(actor, &sql, &index);
    buf_puts(&sql, " AND NOT EXISTS (SELECT 1 FROM eval other WHERE other.case_id=eval.case_id AND other.gone=0 AND other.round<>'" EVAL_FIRST "')"
                   " ORDER BY grade DESC, date, n");
    struct stmt *stmt = store_prepare_buf(store, &sql);
    buf_release(&sql);
    index = 3;
    stmt_int(stmt, 1, from);
    stmt_int(stmt, 2, to);
    row_scope_bind(actor, stmt, &index);
    return stmt;
}

enum status eval_second_due(struct store *store, const struct actor *actor, int32_t from, int32_t to, eval_row row, void *context, struct errmsg *err)
{
    struct stmt *stmt = second_rounds(store, actor, from, to);
    enum status status;
    while (stmt_row(stmt, &status, err)) {
        struct record eval;
        status = records_get(store, actor, catalogue_find("eval"), stmt_column_id(stmt, 0), &eval, err);
        bool more = status == STATUS_OK && row(context, &eval);
        if (status == STATUS_OK)
            record_release(&eval);
        if (!more) {
            stmt_reset(stmt);
            break;
        }
    }
    return status;
}
