/* core/register/bulk.c - see bulk.h. Tables bulk and bulk_row: core/record/schema.c. */
#include "core/register/bulk.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/language.h"
#include "core/case/prepare.h"

enum { WORDS_MAX_BYTES = 4096 };

enum status bulk_set(struct bulk *bulk, const char *field, const char *text, struct errmsg *err)
{
    const struct field_def *def = catalogue_field(bulk->type, field);
    size_t i = 0;

    if (def == NULL)
        return errmsg_set(err, STATUS_INVALID, "%s没有字段“%.60s”", _(bulk->type->label), field);
    while (i < bulk->n && bulk->sets[i].field != def)
        i++;
    if (i == BULK_FIELDS_MAX)
        return errmsg_set(err, STATUS_TOO_LARGE, "一次最多改 %d 个字段", BULK_FIELDS_MAX);
    bulk->n += i == bulk->n;
    bulk->sets[i].field = def;
    bulk->sets[i].text = text;
    return STATUS_OK;
}

/* ---- which records ---- */

struct picking {
    struct id *ids;
    size_t n, room;
};

static bool pick(void *context, const struct record *record, const struct list_key *key)
{
    struct picking *picking = context;

    (void)key;
    if (picking->n < picking->room)
        picking->ids[picking->n++] = record->id;
    return true;
}

enum status bulk_pick(struct store *store, const struct actor *actor, const struct filter *filter, struct id **ids, size_t *n, struct errmsg *err)
{
    struct list_query query = {.type = filter->type, .filter = filter};
    int64_t count = 0;
    enum status status = records_count(store, actor, filter->type, filter, &count, err);

    *ids = NULL;
    *n = 0;
    if (status != STATUS_OK)
        return status;
    if (count > BULK_MAX)
        return errmsg_set(err, STATUS_TOO_LARGE, "选中 %lld 条，一次最多改 %d 条；请把条件写得窄一些，分几次改", (long long)count, BULK_MAX);
    struct picking picking = {.room = (size_t)count};
    picking.ids = calloc(picking.room + 1, sizeof(picking.ids[0]));
    if (picking.ids == NULL)
        return errmsg_set(err, STATUS_NOMEM, "内存不足");
    status = records_list(store, actor, &query, pick, &picking, err);
    if (status != STATUS_OK) {
        free(picking.ids);
        return status;
    }
    *ids = picking.ids;
    *n = picking.n;
    return STATUS_OK;
}

/* ---- one record ---- */

bool bulk_is_refusal(enum status status)
{
    switch (status) {
    case STATUS_RANGE:
    case STATUS_MALFORMED:
    case STATUS_TOO_LARGE:
    case STATUS_INVALID:
    case STATUS_NOT_FOUND:
    case STATUS_EXISTS:
    case STATUS_FORBIDDEN:
    case STATUS_STALE:
        return true;
    default:
        return false;
    }
}

struct run {
    struct store *store;
    const struct actor *actor;
    const struct code_book *codes;
    struct random_source random;
    const struct bulk *bulk;
    bulk_told told;
    void *context;
    struct bulk_result *result;
    int64_t no;
};

static void tell(struct run *run, enum bulk_outcome outcome, struct id id, const struct record *record, const struct value *before, const char *reason)
{
    struct bulk_row row = {.id = id, .outcome = outcome, .record = record, .before = before, .reason = reason};

    run->result->changed += outcome == BULK_CHANGED;
    run->result->same += outcome == BULK_SAME;
    run->result->refused += outcome == BULK_REFUSED;
    if (run->told != NULL)
        run->told(run->context, &row);
}

/* The day that a record is judged by comes first, as in a form. */
static enum status set_fields(struct run *run, struct record *record, struct errmsg *err)
{
    enum status status = STATUS_OK;

    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; status == STATUS_OK && i < run->bulk->n; i++) {
            const struct field_def *field = run->bulk->sets[i].field;
            bool day = field->kind == FIELD_DAY && record->type->order != NULL && strcmp(field->name, record->type->order) == 0;

            if (day == (pass == 0))
                status = record_parse(record, field, run->codes, run->bulk->sets[i].text, strlen(run->bulk->sets[i].text), err);
        }
    return status;
}

/* The last change of a row, deleted or not. */
static enum status head_of(struct store *store, const struct record_type *type, struct id id, int64_t *head, struct errmsg *err)
{
    char sql[128];
    enum status status;

    snprintf(sql, sizeof(sql), "SELECT head FROM \"%s\" WHERE id=?1", type->name);
    struct stmt *stmt = store_prepare(store, sql);
    stmt_id(stmt, 1, id);
    *head = 0;
    if (stmt_row(stmt, &status, err)) {
        *head = stmt_column_int(stmt, 0);
        stmt_reset(stmt);
    }
    return status;
}

enum status bulk_note_add(struct store *store, int64_t no, const struct record_type *type, struct id id, struct errmsg *err)
{
    int64_t head = 0;
    enum status status = head_of(store, type, id, &head, err);

    if (status != STATUS_OK)
        return status;
    struct stmt *stmt = store_prepare(store, "INSERT INTO bulk_row(bulk, id, lsn) VALUES(?1, ?2, ?3)");
    stmt_int(stmt, 1, no);
    stmt_id(stmt, 2, id);
    stmt_int(stmt, 3, head);
    return stmt_run(stmt, err);
}

static enum status change(struct run *run, struct record *record, struct errmsg *err)
{
    if (run->bulk->deletes)
        return record_delete(run->store, run->actor, record->type, record->id, err);
    return record_save_prepared(run->store, run->actor, run->codes, run->random, record, (struct id){{0}}, err);
}

/* Errors: those that end the run. The record is loaded. */
static enum status do_loaded(struct run *run, struct record *record, struct errmsg *err)
{
    struct record before;
    struct errmsg why = {{0}};
    enum status status = record_copy(&before, record);

    if (status != STATUS_OK)
        return errmsg_set(err, status, "%s", status_text(status));
    enum status refused = run->bulk->deletes ? STATUS_OK : set_fields(run, record, &why);
    if (refused == STATUS_OK && !run->bulk->deletes && !record_changed(record)) {
        tell(run, BULK_SAME, record->id, record, NULL, "");
        record_release(&before);
        return STATUS_OK;
    }
    if (refused == STATUS_OK) {
        status = store_savepoint(run->store, err);
        if (status == STATUS_OK) {
            refused = change(run, record, &why);
            status = store_savepoint_end(run->store, refused == STATUS_OK, err);
        }
    }
    if (status == STATUS_OK && refused == STATUS_OK)
        status = bulk_note_add(run->store, run->no, record->type, record->id, err);
    if (status == STATUS_OK && refused == STATUS_OK)
        tell(run, BULK_CHANGED, record->id, record, before.values, "");
    else if (status == STATUS_OK && bulk_is_refusal(refused))
        tell(run, BULK_REFUSED, before.id, &before, NULL, errmsg_text(&why, refused));
    else if (status == STATUS_OK)
        status = errmsg_set(err, refused, "%s", errmsg_text(&why, refused));
    record_release(&before);
    return status;
}

static enum status do_one(struct run *run, struct id id, struct errmsg *err)
{
    struct record record;
    struct errmsg why = {{0}};
    enum status status = records_get(run->store, run->actor, run->bulk->type, id, &record, &why);

    if (bulk_is_refusal(status)) {
        tell(run, BULK_REFUSED, id, NULL, NULL, errmsg_text(&why, status));
        return STATUS_OK;
    }
    if (status != STATUS_OK)
        return errmsg_set(err, status, "%s", errmsg_text(&why, status));
    status = do_loaded(run, &record, err);
    record_release(&record);
    return status;
}

/* ---- a run ---- */

static void put_words(const struct bulk *bulk, struct buf *out)
{
    if (bulk->deletes)
        buf_puts(out, _("删除"));
    for (size_t i = 0; i < bulk->n; i++)
        buf_printf(out, "%s%s", i > 0 ? _("、") : "", _(bulk->sets[i].field->label));
}

enum status bulk_note_begin(struct store *store, const struct actor *actor, const struct record_type *type, const char *words, int64_t *no, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "INSERT INTO bulk(user, at_ms, type, words) VALUES(?1, ?2, ?3, ?4)");

    stmt_string(stmt, 1, actor->name);
    stmt_int(stmt, 2, actor->now_ms);
    stmt_int(stmt, 3, (int64_t)type->no);
    stmt_string(stmt, 4, words);
    enum status status = stmt_run(stmt, err);
    *no = store_last_rowid(store);
    return status;
}

static enum status begin_note(struct run *run, struct errmsg *err)
{
    struct buf words;

    buf_init(&words, WORDS_MAX_BYTES);
    put_words(run->bulk, &words);
    enum status status = bulk_note_begin(run->store, run->actor, run->bulk->type, buf_cstr(&words), &run->no, err);
    buf_release(&words);
    return status;
}

enum status bulk_run(struct store *store, const struct actor *actor, const struct code_book *codes, struct random_source random, const struct bulk *bulk, const struct id *ids, size_t n, bool trial,
                     bulk_told told, void *context, struct bulk_result *result, struct errmsg *err)
{
    struct run run = {.store = store, .actor = actor, .codes = codes, .random = random, .bulk = bulk, .told = told, .context = context, .result = result};
    enum status status = records_may_write(actor, bulk->type, err);

    assert(bulk->deletes == (bulk->n == 0));
    *result = (struct bulk_result){.no = 0};
    if (status == STATUS_OK)
        status = store_begin(store, "bulk", err);
    if (status != STATUS_OK)
        return status;
    status = begin_note(&run, err);
    for (size_t i = 0; i < n && status == STATUS_OK; i++)
        status = do_one(&run, ids[i], err);
    if (status != STATUS_OK || trial || result->changed == 0) {
        store_rollback(store);
        return status;
    }
    status = store_commit(store, err);
    result->no = status == STATUS_OK ? run.no : 0;
    return status;
}

/* ---- what was done ---- */

enum status bulk_list(struct store *store, size_t limit, bulk_note_row row, void *context, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT no, at_ms, coalesce(undone_ms,0), type, user, words, (SELECT count(*) FROM bulk_row WHERE bulk=no) FROM bulk ORDER BY no DESC LIMIT ?1");
    enum status status;

    stmt_int(stmt, 1, (int64_t)limit);
    while (stmt_row(stmt, &status, err)) {
        struct bulk_note note = {.no = stmt_column_int(stmt, 0),
                                 .at_ms = stmt_column_int(stmt, 1),
                                 .undone_ms = stmt_column_int(stmt, 2),
                                 .type = catalogue_by_no((uint64_t)stmt_column_int(stmt, 3)),
                                 .user = stmt_column_text(stmt, 4, NULL),
                                 .words = stmt_column_text(stmt, 5, NULL),
                                 .records = (size_t)stmt_column_int(stmt, 6)};
        if (note.type != NULL && !row(context, &note)) {
            stmt_reset(stmt);
            break;
        }
    }
    return status;
}

enum status bulk_last(struct store *store, const struct actor *actor, const struct record_type *type, int64_t *no, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT no FROM bulk WHERE user=?1 AND undone_ms IS NULL AND (?2=0 OR type=?2) ORDER BY no DESC LIMIT 1");
    enum status status;

    stmt_string(stmt, 1, actor->name);
    stmt_int(stmt, 2, type == NULL ? 0 : (int64_t)type->no);
    *no = 0;
    if (stmt_row(stmt, &status, err)) {
        *no = stmt_column_int(stmt, 0);
        stmt_reset(stmt);
    }
    return status;
}

enum status bulk_stands(struct store *store, const struct actor *actor, int64_t no, bool *stands, bool *own, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT user FROM bulk WHERE no=?1 AND undone_ms IS NULL");
    enum status status;

    *own = false;
    stmt_int(stmt, 1, no);
    *stands = stmt_row(stmt, &status, err);
    if (!*stands)
        return status;
    *own = strcmp(stmt_column_text(stmt, 0, NULL), actor->name) == 0;
    stmt_reset(stmt);
    return STATUS_OK;
}

/* ---- taking it back ---- */

struct done {
    struct id id;
    int64_t lsn;
};

/* Who did it to what; free(*rows). */
static enum status read_done(struct store *store, const struct actor *actor, int64_t no, const struct record_type **type, struct done **rows, size_t *n, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT user, type, undone_ms IS NULL, (SELECT count(*) FROM bulk_row WHERE bulk=no) FROM bulk WHERE no=?1");
    enum status status;
    size_t room;

    *rows = NULL;
    *n = 0;
    stmt_int(stmt, 1, no);
    if (!stmt_row(stmt, &status, err))
        return status != STATUS_OK ? status : errmsg_set(err, STATUS_NOT_FOUND, "没有第 %lld 号批量修改", (long long)no);
    *type = catalogue_by_no((uint64_t)stmt_column_int(stmt, 1));
    if (strcmp(stmt_column_text(stmt, 0, NULL), actor->name) != 0)
        status = errmsg_set(err, STATUS_FORBIDDEN, "第 %lld 号批量修改是 %s 做的，不能由 %s 撤回", (long long)no, stmt_column_text(stmt, 0, NULL), actor->name);
    else if (stmt_column_int(stmt, 2) == 0 || *type == NULL)
        status = errmsg_set(err, STATUS_NOT_FOUND, "第 %lld 号批量修改已经撤回过了", (long long)no);
    room = (size_t)stmt_column_int(stmt, 3);
    stmt_reset(stmt);
    if (status != STATUS_OK)
        return status;
    *rows = calloc(room + 1, sizeof(**rows));
    if (*rows == NULL)
        return errmsg_set(err, STATUS_NOMEM, "内存不足");
    stmt = store_prepare(store, "SELECT id, lsn FROM bulk_row WHERE bulk=?1 ORDER BY lsn DESC");
    stmt_int(stmt, 1, no);
    while (stmt_row(stmt, &status, err)) {
        if (*n < room)
            (*rows)[(*n)++] = (struct done){.id = stmt_column_id(stmt, 0), .lsn = stmt_column_int(stmt, 1)};
    }
    return status;
}

static enum status undo_one(struct run *run, const struct record_type *type, const struct done *done, struct errmsg *err)
{
    struct errmsg why = {{0}};
    struct record record;
    int64_t head = 0;
    enum status status = head_of(run->store, type, done->id, &head, err), refused = STATUS_OK;

    if (status != STATUS_OK)
        return status;
    if (head != done->lsn)
        refused = errmsg_set(&why, STATUS_STALE, "之后又改过，没有撤回");
    if (refused == STATUS_OK)
        status = store_savepoint(run->store, err);
    if (refused == STATUS_OK && status == STATUS_OK) {
        refused = record_undo(run->store, run->actor, type, done->id, &why);
        status = store_savepoint_end(run->store, refused == STATUS_OK, err);
    }
    if (status != STATUS_OK)
        return status;
    if (refused != STATUS_OK && !bulk_is_refusal(refused))
        return errmsg_set(err, refused, "%s", errmsg_text(&why, refused));
    bool there = records_get(run->store, run->actor, type, done->id, &record, NULL) == STATUS_OK;
    tell(run, refused == STATUS_OK ? BULK_CHANGED : BULK_REFUSED, done->id, there ? &record : NULL, NULL, refused == STATUS_OK ? "" : errmsg_text(&why, refused));
    if (there)
        record_release(&record);
    return STATUS_OK;
}

static enum status note_undone(struct run *run, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(run->store, "UPDATE bulk SET undone_ms=?2 WHERE no=?1");

    stmt_int(stmt, 1, run->no);
    stmt_int(stmt, 2, run->actor->now_ms);
    return stmt_run(stmt, err);
}

enum status bulk_undo(struct store *store, const struct actor *actor, int64_t no, bulk_told told, void *context, struct bulk_result *result, struct errmsg *err)
{
    struct run run = {.store = store, .actor = actor, .told = told, .context = context, .result = result, .no = no};
    const struct record_type *type;
    struct done *rows;
    size_t n;
    enum status status = store_begin(store, "bulk-undo", err);

    *result = (struct bulk_result){.no = 0};
    if (status != STATUS_OK)
        return status;
    status = read_done(store, actor, no, &type, &rows, &n, err);
    for (size_t i = 0; i < n && status == STATUS_OK; i++)
        status = undo_one(&run, type, &rows[i], err);
    free(rows);
    if (status == STATUS_OK && result->changed > 0)
        status = note_undone(&run, err);
    if (status != STATUS_OK || result->changed == 0) {
        store_rollback(store);
        return status;
    }
    return store_commit(store, err);
}
