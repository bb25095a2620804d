/* core/case/erasure.c - see erasure.h. */
#include "core/case/erasure.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/day.h"
#include "core/base/utf8.h"
#include "core/record/reach.h"

enum { PERMANENT = -1, REASON_CHARS_MIN = 4, FILES_MAX = 64 };

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

static enum status check_kept(struct store *store, const struct record *record, int32_t today, struct errmsg *err)
{
    char text[ID_TEXT_BYTES];
    const struct field_def *field = catalogue_field(record->type, "case_id");
    id_format(record->id, text);
    if (strcmp(record->type->name, "case") == 0)
        return check_case(store, text, today, err);
    if (strcmp(record->type->name, "person") == 0)
        return check_applicant(store, text, today, err);
    return field != NULL && field->kind == FIELD_REF ? check_case(store, record_text(record, "case_id"), today, err) : STATUS_OK;
}

enum status erasure_allowed(struct store *store, const struct actor *actor, const struct record_type *type, struct id id, struct errmsg *err)
{
    struct record record;
    if (!actor->center || !actor_is_one_of(actor, 1u << ROLE_ADMIN))
        return errmsg_set(err, STATUS_FORBIDDEN, "依法清除只由县中心的管理员办理");
    if (type->flags & TYPE_SHARED)
        return errmsg_set(err, STATUS_FORBIDDEN, "%s是全县共用的，停用就可以，不清除", type->label);
    enum status status = records_get_deleted_too(store, actor, type, id, &record, err);
    if (status != STATUS_OK)
        return status;
    status = check_kept(store, &record, day_of_ms(actor->now_ms, DAY_OFFICE_OFFSET_MIN), err);
    record_release(&record);
    return status;
}

/* ---- the record and what hangs on it ---- */

struct erasing {
    struct store *store;
    const struct actor *actor;
    struct {
        const struct record_type *type;
        struct id id;
    } *rows; /* owned */
    size_t n, room;
    struct errmsg *err;
};

static bool add_row(void *context, const struct record_type *type, struct id id)
{
    struct erasing *erasing = context;
    for (size_t i = 0; i < erasing->n; i++)
        if (id_equal(erasing->rows[i].id, id))
            return true;
    if (erasing->n == erasing->room) {
        size_t room = erasing->room == 0 ? 32 : erasing->room * 2;
        void *grown = realloc(erasing->rows, room * sizeof *erasing->rows);
        if (grown == NULL)
            return false;
        erasing->rows = grown;
        erasing->room = room;
    }
    erasing->rows[erasing->n].type = type;
    erasing->rows[erasing->n++].id = id;
    return true;
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
        bool fits = add_row(erasing, catalogue_find("merge"), stmt_column_id(stmt, 0)), is_file = stmt_column_int(stmt, 2) != 0 && id_parse(name, strlen(name), &loser) == STATUS_OK;
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

/* False: it was erased before. Not by what the actor may see: a sealed file is the person's, too. */
static enum status has_content(struct store *store, struct id file, bool *has, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT 1 FROM person WHERE id=?1 AND w_log<>0");
    enum status status;
    stmt_id(stmt, 1, file);
    *has = stmt_row(stmt, &status, err);
    stmt_reset(stmt);
    return status;
}

/* A file that was merged into the person's goes as the person's own does, and is kept by law as that is. */
static enum status add_merged_file(struct erasing *erasing, struct id file)
{
    char text[ID_TEXT_BYTES];
    bool has = false;
    enum status status = has_content(erasing->store, file, &has, erasing->err);
    if (status != STATUS_OK || !has)
        return status;
    id_format(file, text);
    status = check_applicant(erasing->store, text, day_of_ms(erasing->actor->now_ms, DAY_OFFICE_OFFSET_MIN), erasing->err);
    if (status != STATUS_OK)
        return errmsg_wrap(erasing->err, status, "并入这份档案的另一份要一起清除");
    status = reach_children(erasing->store, catalogue_find("person"), file, REACH_ONLY, add_row, erasing, erasing->err);
    return status == STATUS_OK && !add_row(erasing, catalogue_find("person"), file) ? STATUS_NOMEM : status;
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

static enum status erase_all(struct erasing *erasing, const char *reason, const char *officer)
{
    enum status status = store_begin(erasing->store, "erase", erasing->err);
    if (status != STATUS_OK)
        return status;
    for (size_t i = 0; i < erasing->n && status == STATUS_OK; i++)
        status = reach_erase(erasing->store, erasing->actor, erasing->rows[i].type, erasing->rows[i].id, reason, officer, erasing->err);
    if (status == STATUS_OK)
        return store_commit(erasing->store, erasing->err);
    store_rollback(erasing->store);
    return status;
}

enum status erasure_reason(const char *reason, struct errmsg *err)
{
    return utf8_count(reason, strlen(reason)) >= REASON_CHARS_MIN ? STATUS_OK : errmsg_set(err, STATUS_INVALID, "要写明理由，至少 %d 个字；它和批准人一起长期留着", REASON_CHARS_MIN);
}

enum status erasure_write(struct store *store, const struct actor *actor, const struct record_type *type, struct id id, const char *reason, const char *officer, bool with_children, int64_t *rows,
                          struct errmsg *err)
{
    struct erasing erasing = {.store = store, .actor = actor, .err = err};
    enum status status = erasure_allowed(store, actor, type, id, err);
    if (status == STATUS_OK)
        status = erasure_reason(reason, err);
    /* What hangs on it first: it is found by what the record is. */
    if (status == STATUS_OK && with_children)
        status = reach_children(store, type, id, REACH_ONLY, add_row, &erasing, err);
    if (status == STATUS_OK && strcmp(type->name, "person") == 0)
        status = add_files(&erasing, id, with_children);
    if (status == STATUS_OK && !add_row(&erasing, type, id))
        status = STATUS_NOMEM;
    if (status == STATUS_OK)
        status = erase_all(&erasing, reason, officer);
    if (rows != NULL)
        *rows = status == STATUS_OK ? (int64_t)erasing.n : 0;
    free(erasing.rows);
    /* Erased it is, whatever becomes of the space: what is left of that the next one to open the store does. */
    if (status == STATUS_OK)
        (void)reach_finish_if_free(store, REACH_SHORT_BYTES, NULL);
    return status;
}
