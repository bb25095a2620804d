/* core/case/erasure.c - see erasure.h. */
#include "core/case/erasure.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/bytes.h"
#include "core/base/day.h"
#include "core/base/utf8.h"
#include "core/case/erasure_table.h"
#include "core/case/erasure_trace.h"
#include "core/paper/document.h"
#include "core/record/reach.h"

enum { PERMANENT = -1, REASON_CHARS_MIN = 4, FILES_MAX = 64, SQL_MAX_BYTES = 256 };

/* ---- what must be kept ----
 *
 * Deleted or not: w_log is 0 of what was erased or left only (reach.h). */

static const struct {
    const char *code;
    int years;
} RETENTIONS[] = {{"01", PERMANENT}, {"02", 30}, {"03", 10}};

static int retention_years(const char *code)
{
    for (size_t i = 0; i < sizeof RETENTIONS / sizeof RETENTIONS[0]; i++)
        if (strcmp(RETENTIONS[i].code, code) == 0)
            return RETENTIONS[i].years;
    return PERMANENT; /* an unknown period is not a short one */
}

/* Archived: until its retention has run. */
static enum status check_archived(const char *code, int32_t archived_on, int32_t today, struct errmsg *err)
{
    int years = retention_years(code), year, month, dom;
    int32_t until = DAY_MAX;
    char text[DAY_TEXT_BYTES];
    if (years == PERMANENT)
        return errmsg_set(err, STATUS_FORBIDDEN, "案卷已经归档，保管期限是永久，不能清除(档案法)");
    day_to_ymd(archived_on, &year, &month, &dom);
    if (day_from_ymd(year + years, month, dom, &until) != STATUS_OK)
        (void)day_from_ymd(year + years, month, 28, &until);
    if (today >= until)
        return STATUS_OK;
    day_format(until, text);
    return errmsg_set(err, STATUS_FORBIDDEN, "案卷已经归档，保管到 %s，期满经鉴定才能清除(档案法；个人信息保护法第四十七条第二款)", text);
}

static enum status check_papers(struct store *store, const char *case_id, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT number FROM document WHERE case_id=?1 AND number IS NOT NULL AND number<>'' AND w_log<>0 LIMIT 1");
    enum status status;
    stmt_string(stmt, 1, case_id);
    if (!stmt_row(stmt, &status, err))
        return status;
    status = errmsg_set(err, STATUS_FORBIDDEN, "案件已经出具编号的文书(%s)，要先归档，保管期满才能清除(个人信息保护法第四十七条第二款)", stmt_column_text(stmt, 0, NULL));
    stmt_reset(stmt);
    return status;
}

static enum status check_case(struct store *store, const char *case_id, int32_t today, struct errmsg *err)
{
    struct id id;
    if (id_parse(case_id, strlen(case_id), &id) != STATUS_OK)
        return STATUS_OK;
    struct stmt *stmt = store_prepare(store, "SELECT archived_on,coalesce(retention,'') FROM \"case\" WHERE id=?1 AND w_log<>0");
    enum status status;
    stmt_id(stmt, 1, id);
    if (!stmt_row(stmt, &status, err))
        return status;
    bool archived = !stmt_column_is_null(stmt, 0);
    int32_t archived_on = (int32_t)stmt_column_int(stmt, 0);
    char code[16];
    snprintf(code, sizeof code, "%s", stmt_column_text(stmt, 1, NULL));
    stmt_reset(stmt);
    return archived ? check_archived(code, archived_on, today, err) : check_papers(store, case_id, err);
}

/* The cases of which this person is the applicant. */
static enum status check_applicant(struct store *store, const char *person, int32_t today, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT id FROM \"case\" WHERE applicant=?1 AND w_log<>0");
    enum status status, kept = STATUS_OK;
    stmt_string(stmt, 1, person);
    while (kept == STATUS_OK && stmt_row(stmt, &status, err)) {
        char text[ID_TEXT_BYTES];
        id_format(stmt_column_id(stmt, 0), text);
        kept = check_case(store, text, today, err);
        if (kept != STATUS_OK)
            stmt_reset(stmt);
    }
    return kept == STATUS_FORBIDDEN ? errmsg_wrap(err, kept, "这个人是申请人") : kept != STATUS_OK ? kept : status;
}

static enum status check_kept(struct store *store, const char *type, struct id id, int32_t today, struct errmsg *err);

/* The id that a row's field names; *named false: none. */
static enum status named_by(struct store *store, const char *type, const char *field, struct id id, struct id *out, bool *named, struct errmsg *err)
{
    struct buf sql;
    enum status status;
    buf_init(&sql, SQL_MAX_BYTES);
    buf_printf(&sql, "SELECT \"%s\" FROM \"%s\" WHERE id=?1 AND w_log<>0", field, type);
    struct stmt *stmt = store_prepare_buf(store, &sql);
    buf_release(&sql);
    *named = false;
    stmt_id(stmt, 1, id);
    if (!stmt_row(stmt, &status, err))
        return status;
    const char *text = stmt_column_text(stmt, 0, NULL);
    *named = id_parse(text, strlen(text), out) == STATUS_OK;
    stmt_reset(stmt);
    return STATUS_OK;
}

/* What it is a part of is kept. */
static enum status check_whole(struct store *store, const char *type, struct id id, int32_t today, struct errmsg *err)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < erasure_n_rules; i++) {
        const struct erasure_rule *rule = &erasure_rules[i];
        struct id whole;
        bool named = false;
        if (rule->fate != ERASURE_PART || strcmp(rule->type, type) != 0)
            continue;
        status = named_by(store, type, rule->field, id, &whole, &named, err);
        if (status == STATUS_OK && named)
            status = check_kept(store, rule->target, whole, today, err);
    }
    return status;
}

static enum status check_kept(struct store *store, const char *type, struct id id, int32_t today, struct errmsg *err)
{
    char text[ID_TEXT_BYTES];
    id_format(id, text);
    if (strcmp(type, "case") == 0)
        return check_case(store, text, today, err);
    if (strcmp(type, "person") == 0)
        return check_applicant(store, text, today, err);
    return check_whole(store, type, id, today, err);
}

enum status erasure_allowed(struct store *store, const struct actor *actor, const struct record_type *type, struct id id, struct errmsg *err)
{
    struct record record;
    if (!actor->center || !actor_is_one_of(actor, 1u << ROLE_ADMIN))
        return errmsg_set(err, STATUS_FORBIDDEN, "依法清除只由县中心的管理员办理");
    if (!erasure_is_open(type))
        return errmsg_set(err, STATUS_FORBIDDEN, "%s是全县共用的，停用就可以，不清除", type->label);
    enum status status = records_get_deleted_too(store, actor, type, id, &record, err);
    if (status != STATUS_OK)
        return status;
    record_release(&record);
    return check_kept(store, type->name, id, day_of_ms(actor->now_ms, DAY_OFFICE_OFFSET_MIN), err);
}

/* ---- the record and what hangs on it ---- */

struct going {
    const struct record_type *type;
    struct id id;
    bool if_free; /* it is about the same person, but may be a part of something that is kept */
    bool kept;    /* so it is: it stays */
};

struct erasing {
    struct store *store;
    const struct actor *actor;
    struct going *rows; /* owned */
    size_t n, room;
    struct errmsg *err;
};

static bool add_row(struct erasing *erasing, const struct record_type *type, struct id id, bool if_free)
{
    for (size_t i = 0; i < erasing->n; i++) {
        if (!id_equal(erasing->rows[i].id, id))
            continue;
        erasing->rows[i].if_free &= if_free;
        return true;
    }
    if (erasing->n == erasing->room) {
        size_t room = erasing->room == 0 ? 32 : erasing->room * 2;
        struct going *grown = realloc(erasing->rows, room * sizeof *erasing->rows);
        if (grown == NULL)
            return false;
        erasing->rows = grown;
        erasing->room = room;
    }
    erasing->rows[erasing->n++] = (struct going){.type = type, .id = id, .if_free = if_free};
    return true;
}

/* Deleted or not, but not what was emptied before. */
static enum status add_naming(struct erasing *erasing, const struct erasure_rule *rule, struct id id)
{
    struct buf sql;
    char text[ID_TEXT_BYTES];
    enum status status;
    buf_init(&sql, SQL_MAX_BYTES);
    buf_printf(&sql, "SELECT id FROM \"%s\" WHERE \"%s\"=?1 AND w_log<>0 ORDER BY n", rule->type, rule->field);
    struct stmt *stmt = store_prepare_buf(erasing->store, &sql);
    buf_release(&sql);
    id_format(id, text);
    stmt_string(stmt, 1, text);
    while (stmt_row(stmt, &status, erasing->err)) {
        if (!add_row(erasing, catalogue_find(rule->type), stmt_column_id(stmt, 0), rule->fate == ERASURE_GOES)) {
            stmt_reset(stmt);
            return STATUS_NOMEM;
        }
    }
    return status;
}

/* False: it was erased before, or never here. Not by what the actor may see: a sealed file is the person's, too. */
static enum status has_content(struct store *store, const char *type, struct id id, bool *has, struct errmsg *err)
{
    struct buf sql;
    enum status status;
    buf_init(&sql, SQL_MAX_BYTES);
    buf_printf(&sql, "SELECT 1 FROM \"%s\" WHERE id=?1 AND w_log<>0", type);
    struct stmt *stmt = store_prepare_buf(store, &sql);
    buf_release(&sql);
    stmt_id(stmt, 1, id);
    *has = stmt_row(stmt, &status, err);
    stmt_reset(stmt);
    return status;
}

/* What the record takes along. */
static enum status add_taken(struct erasing *erasing, const struct erasure_rule *rule, struct id id)
{
    struct id taken;
    bool named = false, has = false;
    enum status status = named_by(erasing->store, rule->type, rule->field, id, &taken, &named, erasing->err);
    if (status == STATUS_OK && named)
        status = has_content(erasing->store, rule->target, taken, &has, erasing->err);
    return status == STATUS_OK && has && !add_row(erasing, catalogue_find(rule->target), taken, true) ? STATUS_NOMEM : status;
}

static enum status add_hanging(struct erasing *erasing, size_t row)
{
    struct id id = erasing->rows[row].id;
    const char *type = erasing->rows[row].type->name;
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < erasure_n_rules; i++) {
        const struct erasure_rule *rule = &erasure_rules[i];
        if ((rule->fate == ERASURE_PART || rule->fate == ERASURE_GOES) && strcmp(rule->target, type) == 0)
            status = add_naming(erasing, rule, id);
        else if (rule->fate == ERASURE_TAKES && strcmp(rule->type, type) == 0)
            status = add_taken(erasing, rule, id);
    }
    return status;
}

/* Of all that goes what hangs on it, and so on: the list grows while it is gone through. */
static enum status add_all_hanging(struct erasing *erasing)
{
    int32_t today = day_of_ms(erasing->actor->now_ms, DAY_OFFICE_OFFSET_MIN);
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < erasing->n; i++) {
        if (erasing->rows[i].if_free) {
            status = check_kept(erasing->store, erasing->rows[i].type->name, erasing->rows[i].id, today, erasing->err);
            erasing->rows[i].kept = status == STATUS_FORBIDDEN;
            if (status == STATUS_FORBIDDEN) { /* it stays, which is no failure */
                errmsg_clear(erasing->err);
                status = STATUS_OK;
            }
        }
        if (status == STATUS_OK && !erasing->rows[i].kept)
            status = add_hanging(erasing, i);
    }
    return status;
}

/* ---- a person has more than one file (core/aid/person.h) ---- */

/* Those that were merged into one, it first. */
struct files {
    struct id ids[FILES_MAX];
    size_t n;
};

/* The rows of its merges: they tell what both files held, so they go with either. merged: the files that went into this one by them. */
static enum status add_merges(struct erasing *erasing, struct id file, struct files *merged)
{
    struct stmt *stmt = store_prepare(erasing->store, "SELECT id,loser,survivor=?1 AND undone IS NOT 1 FROM \"merge\" WHERE (survivor=?1 OR loser=?1) AND w_log<>0");
    char text[ID_TEXT_BYTES];
    enum status status;
    id_format(file, text);
    stmt_string(stmt, 1, text);
    while (stmt_row(stmt, &status, erasing->err)) {
        struct id loser;
        const char *name = stmt_column_text(stmt, 1, NULL);
        bool fits = add_row(erasing, catalogue_find("merge"), stmt_column_id(stmt, 0), false), is_file = stmt_column_int(stmt, 2) != 0 && id_parse(name, strlen(name), &loser) == STATUS_OK;
        if (fits && is_file && merged->n < FILES_MAX)
            merged->ids[merged->n++] = loser;
        else if (is_file)
            status = STATUS_TOO_LARGE;
        if (!fits || status != STATUS_OK) {
            stmt_reset(stmt);
            return fits ? errmsg_set(erasing->err, status, "并入这份档案的太多，请先拆开一些") : STATUS_NOMEM;
        }
    }
    return status;
}

/* A file that was merged into the person's goes as the person's own does, and is kept by law as that is. */
static enum status add_merged_file(struct erasing *erasing, struct id file)
{
    char text[ID_TEXT_BYTES];
    bool has = false;
    enum status status = has_content(erasing->store, "person", file, &has, erasing->err);
    if (status != STATUS_OK || !has)
        return status;
    id_format(file, text);
    status = check_applicant(erasing->store, text, day_of_ms(erasing->actor->now_ms, DAY_OFFICE_OFFSET_MIN), erasing->err);
    if (status != STATUS_OK)
        return errmsg_wrap(erasing->err, status, "并入这份档案的另一份要一起清除");
    return add_row(erasing, catalogue_find("person"), file, false) ? STATUS_OK : STATUS_NOMEM;
}

static enum status add_files(struct erasing *erasing, struct id person, bool with_children)
{
    struct files files = {.ids = {person}, .n = 1};
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < files.n && (i == 0 || with_children); i++) {
        status = i > 0 ? add_merged_file(erasing, files.ids[i]) : STATUS_OK;
        if (status == STATUS_OK)
            status = add_merges(erasing, files.ids[i], &files);
    }
    return status;
}

/* A paper's number is not given a second time though nothing bears it any more. */
static enum status erase_one(struct erasing *erasing, const struct going *row, struct erasure_traces *traces, const char *reason, const char *officer)
{
    enum status status = erasure_traces_of(traces, erasing->store, erasing->actor, row->type, row->id, reason, officer, erasing->err);
    if (status == STATUS_OK && strcmp(row->type->name, "document") == 0)
        status = document_number_keep(erasing->store, row->id, erasing->err);
    return status == STATUS_OK ? reach_erase(erasing->store, erasing->actor, row->type, row->id, reason, officer, erasing->err) : status;
}

static enum status count_filters(struct erasing *erasing, int64_t *n)
{
    struct stmt *stmt = store_prepare(erasing->store, "SELECT count(*) FROM kept_filter");
    enum status status;
    if (!stmt_row(stmt, &status, erasing->err))
        return status;
    *n = stmt_column_int(stmt, 0);
    stmt_reset(stmt);
    return STATUS_OK;
}

/* What hangs on a record before it, so that of each name it shows at last whether somebody else bears it. */
static enum status erase_rows(struct erasing *erasing, const char *reason, const char *officer, struct erasure_done *done)
{
    struct erasure_traces traces;
    int64_t before = 0, after = 0;
    enum status status = count_filters(erasing, &before);
    erasure_traces_begin(&traces);
    for (size_t i = erasing->n; i-- > 0 && status == STATUS_OK;)
        if (!erasing->rows[i].kept)
            status = erase_one(erasing, &erasing->rows[i], &traces, reason, officer);
    if (status == STATUS_OK)
        status = erasure_traces_end(&traces, erasing->store, erasing->actor, reason, officer, erasing->err);
    if (status == STATUS_OK)
        status = count_filters(erasing, &after);
    done->lists = traces.lists;
    done->marks = traces.marks;
    done->filters = before - after;
    erasure_traces_release(&traces);
    return status;
}

/* What all that goes is called by. Release it and its list in any case. */
static enum status read_called(struct erasing *erasing, struct called *all, struct id **going)
{
    enum status status = STATUS_OK;
    called_init(all, (struct id){{0}});
    *going = calloc(erasing->n, sizeof **going);
    if (*going == NULL)
        return STATUS_NOMEM;
    for (size_t i = 0; i < erasing->n && status == STATUS_OK; i++) {
        const struct going *row = &erasing->rows[i];
        struct called one;
        if (row->kept)
            continue;
        (*going)[all->n_going++] = row->id;
        status = called_read(erasing->store, row->type, row->id, CALLED_HEAD, &one, erasing->err);
        if (status == STATUS_OK)
            status = called_add(all, &one);
        called_release(&one);
    }
    all->going = *going;
    return status;
}

static enum status check_words(struct erasing *erasing, const char *reason, const char *officer)
{
    struct called all;
    struct id *going;
    enum status status = read_called(erasing, &all, &going);
    if (status == STATUS_OK)
        status = erasure_traces_check(erasing->store, &all, reason, officer, erasing->err);
    called_release(&all);
    free(going);
    return status;
}

static enum status erase_all(struct erasing *erasing, const char *reason, const char *officer, struct erasure_done *done)
{
    enum status status = store_begin(erasing->store, "erase", erasing->err);
    if (status != STATUS_OK)
        return status;
    status = check_words(erasing, reason, officer);
    if (status == STATUS_OK)
        status = erase_rows(erasing, reason, officer, done);
    if (status == STATUS_OK)
        return store_commit(erasing->store, erasing->err);
    store_rollback(erasing->store);
    return status;
}

enum status erasure_reason(const char *reason, struct errmsg *err)
{
    return utf8_count(reason, strlen(reason)) >= REASON_CHARS_MIN ? STATUS_OK : errmsg_set(err, STATUS_INVALID, "要写明理由，至少 %d 个字；它和批准人一起长期留着", REASON_CHARS_MIN);
}

/* The record first, then all that goes with it. */
static enum status collect(struct erasing *erasing, const struct record_type *type, struct id id, bool with_children)
{
    enum status status = add_row(erasing, type, id, false) ? STATUS_OK : STATUS_NOMEM;
    if (status == STATUS_OK && strcmp(type->name, "person") == 0)
        status = add_files(erasing, id, with_children);
    return status == STATUS_OK && with_children ? add_all_hanging(erasing) : status;
}

static void count_rows(const struct erasing *erasing, struct erasure_done *done)
{
    for (size_t i = 0; i < erasing->n; i++)
        *(erasing->rows[i].kept ? &done->kept : &done->rows) += 1;
}

enum status erasure_foretell(struct store *store, const struct actor *actor, const struct record_type *type, struct id id, bool with_children, struct erasure_done *out, struct errmsg *err)
{
    struct erasing erasing = {.store = store, .actor = actor, .err = err};
    *out = (struct erasure_done){0};
    enum status status = erasure_allowed(store, actor, type, id, err);
    if (status == STATUS_OK)
        status = collect(&erasing, type, id, with_children);
    if (status == STATUS_OK)
        count_rows(&erasing, out);
    free(erasing.rows);
    return status;
}

enum status erasure_words(struct store *store, const struct actor *actor, const struct record_type *type, struct id id, const char *reason, const char *officer, bool with_children, struct errmsg *err)
{
    struct erasing erasing = {.store = store, .actor = actor, .err = err};
    enum status status = erasure_reason(reason, err);
    if (status == STATUS_OK)
        status = collect(&erasing, type, id, with_children);
    if (status == STATUS_OK)
        status = check_words(&erasing, reason, officer);
    free(erasing.rows);
    return status;
}

enum status erasure_write(struct store *store, const struct actor *actor, const struct record_type *type, struct id id, const char *reason, const char *officer, bool with_children,
                          struct erasure_done *done, struct errmsg *err)
{
    struct erasing erasing = {.store = store, .actor = actor, .err = err};
    struct erasure_done did = {0};
    enum status status = erasure_allowed(store, actor, type, id, err);
    if (status == STATUS_OK)
        status = erasure_reason(reason, err);
    if (status == STATUS_OK)
        status = collect(&erasing, type, id, with_children);
    if (status == STATUS_OK)
        status = erase_all(&erasing, reason, officer, &did);
    if (status == STATUS_OK)
        count_rows(&erasing, &did);
    if (done != NULL)
        *done = status == STATUS_OK ? did : (struct erasure_done){0};
    free(erasing.rows);
    /* Erased it is, whatever becomes of the space: what is left of that the next one to open the store does. */
    if (status == STATUS_OK)
        (void)reach_finish_if_free(store, REACH_SHORT_BYTES, NULL);
    return status;
}
