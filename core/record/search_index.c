/* core/record/search_index.c - see core/record/search_index.h; search_doc and search_text: core/record/search_schema.c.
 *
 * A batch takes the next changes of the log, each record of them once, writes search_doc and remembers what the full-text index has to forget and to
 * learn; that is done at the end in ascending order of doc numbers, because FTS5 writes out its memory whenever a number goes back. */
#include "core/record/search_index.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/day.h"
#include "core/base/utf8.h"
#include "core/record/change.h"
#include "core/record/order.h"
#include "core/record/pinyin.h"
#include "core/record/privacy.h"
#include "core/record/row.h"
#include "core/record/schema.h"
#include "core/record/search.h"
#include "core/record/tokenizer.h"

enum { BATCH_RECORDS = 500, REBUILD_BATCH_RECORDS = 4000, DOC_SERIAL_BITS = 18, VALUE_MAX_BYTES = 1024 * 1024 };

static const char MIDDLE_DOT[] = "\xC2\xB7";

/* ---- what a record is found by ---- */

void search_index_reverse(const char *text, size_t len, struct buf *out)
{
    for (size_t i = len; i-- > 0;)
        if ((text[i] >= '0' && text[i] <= '9') || (text[i] >= 'a' && text[i] <= 'z'))
            buf_putc(out, (uint8_t)text[i]);
}

static void put_reversed(char kind, const struct buf *folded, struct buf *keys)
{
    buf_printf(keys, "%c%c", TOKENIZER_KEY, kind);
    search_index_reverse(buf_cstr(folded), folded->len, keys);
    buf_putc(keys, '\n');
}

static void put_initials(const char *name, size_t len, struct buf *keys)
{
    struct buf initials;
    buf_init(&initials, 16 * 1024);
    pinyin_initials(name, len, &initials);
    if (initials.status == STATUS_NOMEM && keys->status == STATUS_OK)
        keys->status = STATUS_NOMEM; /* else the person would not be found by them, and nobody would index the name again */
    const char *at = buf_cstr(&initials);
    while (*at != '\0') {
        size_t n = strcspn(at, " ");
        buf_printf(keys, "%cp%.*s\n", TOKENIZER_KEY, (int)n, at);
        at += n + (at[n] == ' ');
    }
    buf_release(&initials);
}

static void put_without_dots(const char *name, struct buf *out)
{
    for (const char *dot; (dot = strstr(name, MIDDLE_DOT)) != NULL; name = dot + strlen(MIDDLE_DOT))
        buf_append(out, name, (size_t)(dot - name));
    buf_puts(out, name);
}

static void put_name(const struct buf *folded, struct buf *keys, struct buf *text)
{
    const char *name = buf_cstr(folded);
    bool dotted = strstr(name, MIDDLE_DOT) != NULL;

    buf_printf(keys, "%c%s\n", TOKENIZER_NAME, name);
    buf_printf(text, "%s\n", name);
    put_initials(name, folded->len, keys);
    if (!dotted)
        return;
    buf_putc(keys, TOKENIZER_NAME);
    put_without_dots(name, keys);
    buf_putc(keys, '\n');
    put_without_dots(name, text);
    buf_putc(text, '\n');
    for (const char *dot = name; (dot = strstr(dot, MIDDLE_DOT)) != NULL;) {
        dot += strlen(MIDDLE_DOT);
        put_initials(dot, strlen(dot), keys);
    }
}

static void put_field(const struct field_def *field, const struct buf *folded, struct buf *keys, struct buf *text)
{
    if (folded->len == 0)
        return;
    if (field->kind == FIELD_NAME)
        put_name(folded, keys, text);
    else if (field->kind == FIELD_PHONE)
        put_reversed('t', folded, keys);
    else if (field->kind == FIELD_ID_NO)
        put_reversed('i', folded, keys);
    else
        buf_printf(text, "%s\n", buf_cstr(folded));
}

enum status search_index_record(const struct record *record, const struct code_book *codes, struct buf *keys, struct buf *text)
{
    struct buf value, folded;
    enum status status = STATUS_OK;

    buf_init(&value, VALUE_MAX_BYTES);
    buf_init(&folded, VALUE_MAX_BYTES);
    for (size_t i = 0; status != STATUS_NOMEM && i < record->type->n_fields; i++) {
        const struct field_def *field = &record->type->fields[i];
        if ((field->flags & FIELD_SEARCH) == 0 || field->kind == FIELD_SECRET)
            continue;
        buf_clear(&value);
        buf_clear(&folded);
        record_format(record, field, codes, &value);
        status = value.status != STATUS_OK ? value.status : utf8_fold(buf_cstr(&value), value.len, &folded);
        if (status == STATUS_OK)
            put_field(field, &folded, keys, text);
    }
    buf_wipe(&value);
    buf_wipe(&folded);
    if (status == STATUS_NOMEM)
        return status;
    return keys->status != STATUS_OK ? keys->status : text->status;
}

/* ---- a batch ---- */

struct item {
    int64_t type_no;
    struct id id;
    int64_t lsn;   /* 0: from search_todo */
    int64_t at_ms; /* of its first change in the batch */
};

/* One step of the full-text index. */
struct step {
    int64_t doc;
    bool insert; /* else: forget */
    struct buf keys, text;
};

struct batch {
    struct store *store;
    const struct code_book *codes;
    struct errmsg *err;
    struct item *items;
    size_t n_items, max_items;
    struct step *steps; /* two per item at the most */
    size_t n_steps;
    int64_t last_lsn;
};

/* A row of search_doc. */
struct doc {
    int64_t doc, day, scope;
    const struct record_type *type;
    struct id id;
    struct buf title, keys, text;
};

static void doc_init(struct doc *doc)
{
    *doc = (struct doc){.doc = -1};
    buf_init(&doc->title, 4096);
    buf_init(&doc->keys, SEARCH_TEXT_MAX_BYTES);
    buf_init(&doc->text, SEARCH_TEXT_MAX_BYTES);
}

static void doc_release(struct doc *doc)
{
    buf_wipe(&doc->title);
    buf_wipe(&doc->keys);
    buf_wipe(&doc->text);
}

static bool buf_same(const struct buf *a, const struct buf *b)
{
    return a->len == b->len && (a->len == 0 || memcmp(a->data, b->data, a->len) == 0);
}

static void column_buf(struct stmt *stmt, int column, struct buf *out)
{
    size_t len;
    const char *text = stmt_column_text(stmt, column, &len);
    buf_append(out, text, len);
}

/* The record's present row of search_doc; doc stays -1 if there is none. */
static enum status read_doc(struct batch *batch, struct id id, struct doc *doc)
{
    struct stmt *stmt = store_prepare(batch->store, "SELECT doc, day, scope, title, keys, text FROM search_doc WHERE id=?1");
    enum status status;

    stmt_id(stmt, 1, id);
    if (!stmt_row(stmt, &status, batch->err))
        return status;
    doc->doc = stmt_column_int(stmt, 0);
    doc->day = stmt_column_int(stmt, 1);
    doc->scope = stmt_column_int(stmt, 2);
    column_buf(stmt, 3, &doc->title);
    column_buf(stmt, 4, &doc->keys);
    column_buf(stmt, 5, &doc->text);
    stmt_reset(stmt);
    return doc->title.status != STATUS_OK ? doc->title.status : doc->keys.status != STATUS_OK ? doc->keys.status : doc->text.status;
}

/* The day a record is listed under: its type's date, else the day it was first seen here. */
static int64_t day_of(const struct record *record, const struct doc *before, int64_t at_ms)
{
    const struct field_def *order = record->type->order == NULL ? NULL : catalogue_field(record->type, record->type->order);
    int64_t day = before->doc >= 0 ? before->day : day_of_ms(at_ms, DAY_OFFICE_OFFSET_MIN);

    if (order != NULL && order->kind == FIELD_DAY) {
        struct value value = record_get(record, order);
        if (value.kind == VALUE_INT)
            day = value.number;
    }
    return day < DAY_MIN ? DAY_MIN : day > DAY_MAX ? DAY_MAX : day;
}

/* The record as it should be found; *found is false if it should not be. */
static enum status make_doc(struct batch *batch, const struct item *item, const struct record_type *type, const struct doc *before, struct doc *doc, bool *found)
{
    struct stmt *stmt = store_prepare_lasting(batch->store, schema_row_by_id(batch->store, type));
    struct record record;
    enum status status;

    *found = false;
    stmt_id(stmt, 1, item->id);
    if (!stmt_row(stmt, &status, batch->err))
        return status;
    status = row_read(stmt, type, &record);
    stmt_reset(stmt);
    if (status != STATUS_OK)
        return status;
    *found = !record.deleted && !privacy_is_sealed(&record);
    doc->type = type;
    doc->id = item->id;
    doc->scope = record.scope;
    doc->day = day_of(&record, before, item->at_ms);
    if (*found) {
        status = search_index_record(&record, batch->codes, &doc->keys, &doc->text);
        record_title(&record, batch->codes, &doc->title);
        if (status == STATUS_TOO_LARGE) /* what fits is found; a record must not stop the ones behind it */
            status = STATUS_OK;
        if (doc->title.status == STATUS_NOMEM)
            status = STATUS_NOMEM;
    }
    record_release(&record);
    return status;
}

/* The next free number of the day. A day with 2^18 records lends from the next one: the order within such days suffers, nothing else. */
static enum status next_doc(struct batch *batch, int64_t day, int64_t *doc)
{
    enum status status = STATUS_OK;

    for (*doc = -1; *doc < 0; day++) {
        int64_t first = (day - DAY_MIN) << DOC_SERIAL_BITS, end = first + (INT64_C(1) << DOC_SERIAL_BITS);
        struct stmt *stmt = store_prepare(batch->store, "SELECT doc FROM search_doc WHERE doc>=?1 AND doc<?2 ORDER BY doc DESC LIMIT 1");
        stmt_int(stmt, 1, first);
        stmt_int(stmt, 2, end);
        int64_t next = first;
        if (stmt_row(stmt, &status, batch->err)) {
            next = stmt_column_int(stmt, 0) + 1;
            stmt_reset(stmt);
        }
        if (status != STATUS_OK)
            return status;
        if (next < end)
            *doc = next;
    }
    return STATUS_OK;
}

static enum status delete_doc(struct batch *batch, int64_t doc)
{
    struct stmt *stmt = store_prepare(batch->store, "DELETE FROM search_doc WHERE doc=?1");
    stmt_int(stmt, 1, doc);
    return stmt_run(stmt, batch->err);
}

static enum status write_doc(struct batch *batch, const struct doc *doc)
{
    struct stmt *stmt = store_prepare(batch->store, "INSERT OR REPLACE INTO search_doc(doc, type, scope, day, id, title, keys, text) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)");
    stmt_int(stmt, 1, doc->doc);
    stmt_int(stmt, 2, doc->type->no);
    stmt_int(stmt, 3, doc->scope);
    stmt_int(stmt, 4, doc->day);
    stmt_id(stmt, 5, doc->id);
    stmt_text(stmt, 6, buf_cstr(&doc->title), doc->title.len);
    stmt_text(stmt, 7, buf_cstr(&doc->keys), doc->keys.len);
    stmt_text(stmt, 8, buf_cstr(&doc->text), doc->text.len);
    return stmt_run(stmt, batch->err);
}

/* Moves keys and text into the list. */
static void add_step(struct batch *batch, struct doc *doc, bool insert)
{
    assert(batch->n_steps < 2 * batch->max_items);
    batch->steps[batch->n_steps++] = (struct step){.doc = doc->doc, .insert = insert, .keys = doc->keys, .text = doc->text};
    buf_init(&doc->keys, 0);
    buf_init(&doc->text, 0);
}

static enum status replace_doc(struct batch *batch, struct doc *before, struct doc *now)
{
    bool listed = before->doc >= 0;
    enum status status = STATUS_OK;

    if (listed && before->day == now->day)
        now->doc = before->doc;
    else
        status = next_doc(batch, now->day, &now->doc);
    if (status == STATUS_OK && listed && now->doc != before->doc)
        status = delete_doc(batch, before->doc);
    if (status == STATUS_OK)
        status = write_doc(batch, now);
    if (status != STATUS_OK || (listed && now->doc == before->doc && buf_same(&before->keys, &now->keys) && buf_same(&before->text, &now->text)))
        return status;
    if (listed)
        add_step(batch, before, false);
    add_step(batch, now, true);
    return STATUS_OK;
}

static enum status index_item(struct batch *batch, const struct item *item)
{
    const struct record_type *type = catalogue_by_no((uint64_t)item->type_no);
    struct doc before, now;
    bool found = false;

    if (type == NULL || (type->flags & TYPE_SEARCH) == 0)
        return STATUS_OK;
    doc_init(&before);
    doc_init(&now);
    enum status status = read_doc(batch, item->id, &before);
    if (status == STATUS_OK)
        status = make_doc(batch, item, type, &before, &now, &found);
    if (status == STATUS_OK && found) {
        status = replace_doc(batch, &before, &now);
    } else if (status == STATUS_OK && before.doc >= 0) {
        status = delete_doc(batch, before.doc);
        add_step(batch, &before, false);
    }
    doc_release(&before);
    doc_release(&now);
    return status;
}

static int compare_steps(const void *a, const void *b)
{
    const struct step *x = a, *y = b;
    if (x->doc != y->doc)
        return x->doc < y->doc ? -1 : 1;
    return (int)x->insert - (int)y->insert;
}

static enum status run_steps(struct batch *batch)
{
    enum status status = STATUS_OK;

    if (batch->n_steps > 1)
        qsort(batch->steps, batch->n_steps, sizeof batch->steps[0], compare_steps);
    for (size_t i = 0; status == STATUS_OK && i < batch->n_steps; i++) {
        const struct step *step = &batch->steps[i];
        struct stmt *stmt = store_prepare(batch->store, step->insert ? "INSERT INTO search_text(rowid, text, keys) VALUES(?1, ?2, ?3)"
                                                                     : "INSERT INTO search_text(search_text, rowid, text, keys) VALUES('delete', ?1, ?2, ?3)");
        stmt_int(stmt, 1, step->doc);
        stmt_text(stmt, 2, buf_cstr(&step->text), step->text.len);
        stmt_text(stmt, 3, buf_cstr(&step->keys), step->keys.len);
        status = stmt_run(stmt, batch->err);
    }
    return status;
}

/* ---- following the log ---- */

static int compare_items(const void *a, const void *b)
{
    const struct item *x = a, *y = b;
    int order = id_compare(x->id, y->id);
    if (order != 0)
        return order;
    return (x->lsn > y->lsn) - (x->lsn < y->lsn);
}

static int compare_items_by_lsn(const void *a, const void *b)
{
    const struct item *x = a, *y = b;
    return x->lsn != y->lsn ? (x->lsn > y->lsn) - (x->lsn < y->lsn) : id_compare(x->id, y->id);
}

/* Each record once, in the order of the log, so that records of one day are numbered as they came. */
static void keep_distinct(struct batch *batch)
{
    size_t kept = 0;

    if (batch->n_items < 2)
        return;
    qsort(batch->items, batch->n_items, sizeof batch->items[0], compare_items);
    for (size_t i = 1; i < batch->n_items; i++)
        if (!id_equal(batch->items[kept].id, batch->items[i].id))
            batch->items[++kept] = batch->items[i];
    batch->n_items = kept + 1;
    qsort(batch->items, batch->n_items, sizeof batch->items[0], compare_items_by_lsn);
}

static int64_t written_at(struct stmt *stmt, int column)
{
    struct change change;
    size_t len;
    const uint8_t *header = stmt_column_blob(stmt, column, &len);
    return header != NULL && change_decode_header(header, len, &change) == STATUS_OK ? change.at_ms : 0;
}

static enum status collect_changes(struct batch *batch)
{
    struct stmt *stmt = store_prepare(batch->store, "SELECT lsn, type, id, header FROM change WHERE lsn>?1 ORDER BY lsn LIMIT ?2");
    enum status status;

    stmt_int(stmt, 1, batch->last_lsn);
    stmt_int(stmt, 2, (int64_t)batch->max_items);
    while (stmt_row(stmt, &status, batch->err)) {
        batch->last_lsn = stmt_column_int(stmt, 0);
        batch->items[batch->n_items++] =
            (struct item){.lsn = batch->last_lsn, .type_no = stmt_column_int(stmt, 1), .id = stmt_column_id(stmt, 2), .at_ms = written_at(stmt, 3)};
    }
    return status;
}

static enum status collect_todo(struct batch *batch)
{
    struct stmt *stmt = store_prepare(batch->store, "SELECT id, type FROM search_todo LIMIT ?1");
    enum status status;

    stmt_int(stmt, 1, (int64_t)(batch->max_items - batch->n_items));
    while (stmt_row(stmt, &status, batch->err))
        batch->items[batch->n_items++] = (struct item){.id = stmt_column_id(stmt, 0), .type_no = stmt_column_int(stmt, 1)};
    for (size_t i = 0; status == STATUS_OK && i < batch->n_items; i++) {
        if (batch->items[i].lsn != 0)
            continue;
        stmt = store_prepare(batch->store, "DELETE FROM search_todo WHERE id=?1");
        stmt_id(stmt, 1, batch->items[i].id);
        status = stmt_run(stmt, batch->err);
    }
    return status;
}

/* Inside a transaction. *n_done gets the changes and todo entries that were taken. */
static enum status run_batch(struct batch *batch, size_t *n_done)
{
    batch->last_lsn = store_meta_int(batch->store, "search_lsn", 0);
    enum status status = collect_changes(batch);
    if (status == STATUS_OK && batch->n_items < batch->max_items)
        status = collect_todo(batch);
    *n_done = batch->n_items;
    keep_distinct(batch);
    for (size_t i = 0; status == STATUS_OK && i < batch->n_items; i++)
        status = index_item(batch, &batch->items[i]);
    if (status == STATUS_OK)
        status = run_steps(batch);
    if (status == STATUS_OK && *n_done > 0)
        status = store_meta_set_int(batch->store, "search_lsn", batch->last_lsn, batch->err);
    return status;
}

static void batch_release(struct batch *batch)
{
    for (size_t i = 0; i < batch->n_steps; i++) {
        buf_wipe(&batch->steps[i].keys);
        buf_wipe(&batch->steps[i].text);
    }
    free(batch->steps);
    free(batch->items);
}

/* One transaction of at most max_items changes. */
static enum status index_batch(struct store *store, const struct code_book *codes, size_t max_items, size_t *n_done, struct errmsg *err)
{
    struct batch batch = {.store = store, .codes = codes, .err = err, .max_items = max_items};

    *n_done = 0;
    batch.items = calloc(max_items, sizeof batch.items[0]);
    batch.steps = calloc(2 * max_items, sizeof batch.steps[0]);
    enum status status = batch.items == NULL || batch.steps == NULL ? STATUS_NOMEM : store_begin(store, "search", err);
    if (status == STATUS_OK) {
        status = run_batch(&batch, n_done);
        if (status == STATUS_OK)
            status = store_commit(store, err);
        else
            store_rollback(store);
    }
    batch_release(&batch);
    return status;
}

static enum status one_int(struct store *store, const char *sql, int64_t *value, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, sql);
    enum status status;
    *value = 0;
    if (stmt_row(stmt, &status, err)) {
        *value = stmt_column_int(stmt, 0);
        stmt_reset(stmt);
    }
    return status;
}

/* Changes and todo entries behind the index. Local order numbers have few gaps, so a difference will do; but a center's jump with each era (order.h). */
static enum status count_left(struct store *store, int64_t *left, struct errmsg *err)
{
    int64_t last = 0, todo = 0, indexed = 0;
    enum status status = one_int(store, "SELECT max(lsn) FROM change", &last, err);
    if (status == STATUS_OK)
        status = one_int(store, "SELECT count(*) FROM search_todo", &todo, err);
    if (status == STATUS_OK)
        status = store_meta_read_int(store, "search_lsn", &indexed, err);
    *left = last - indexed;
    if (status == STATUS_OK && order_era((uint64_t)last) != order_era((uint64_t)indexed)) {
        struct stmt *stmt = store_prepare(store, "SELECT count(*) FROM change WHERE lsn>?1");
        stmt_int(stmt, 1, indexed);
        if (stmt_row(stmt, &status, err)) {
            *left = stmt_column_int(stmt, 0);
            stmt_reset(stmt);
        }
    }
    *left += todo;
    return status;
}

static enum status follow(struct store *store, const struct code_book *codes, size_t max_records, size_t batch_records, struct errmsg *err)
{
    enum status status = STATUS_OK;

    for (size_t done = 0, n = 1; status == STATUS_OK && n > 0 && (max_records == 0 || done < max_records); done += n) {
        size_t want = max_records == 0 || max_records - done > batch_records ? batch_records : max_records - done;
        status = index_batch(store, codes, want, &n, err);
        if (n < want)
            break;
    }
    return status;
}

enum status search_catch_up(struct store *store, const struct code_book *codes, size_t max_records, int64_t *left, struct errmsg *err)
{
    int64_t behind = 0;
    enum status status = count_left(store, &behind, err);

    if (left != NULL)
        *left = behind;
    if (status != STATUS_OK || behind <= 0)
        return status;
    /* Bounded work is done between key strokes: it must not wait for a writer. */
    bool patient = store_set_patient(store, max_records == 0);
    status = follow(store, codes, max_records, BATCH_RECORDS, err);
    (void)store_set_patient(store, patient);
    if (status == STATUS_BUSY && max_records > 0) {
        errmsg_clear(err);
        status = STATUS_OK;
    }
    if (status == STATUS_OK && left != NULL)
        status = count_left(store, left, err);
    return status;
}

enum status search_rebuild(struct store *store, const struct code_book *codes, struct errmsg *err)
{
    static const char *const CLEAR[] = {"INSERT INTO search_text(search_text) VALUES('delete-all')", "DELETE FROM search_doc", "DELETE FROM search_todo"};
    enum status status = store_begin(store, "search", err);

    if (status != STATUS_OK)
        return status;
    for (size_t i = 0; status == STATUS_OK && i < sizeof CLEAR / sizeof CLEAR[0]; i++)
        status = store_exec(store, CLEAR[i], err);
    if (status == STATUS_OK)
        status = store_meta_set_int(store, "search_lsn", 0, err);
    if (status != STATUS_OK) {
        store_rollback(store);
        return status;
    }
    status = store_commit(store, err);
    return status == STATUS_OK ? follow(store, codes, 0, REBUILD_BATCH_RECORDS, err) : status;
}

enum status search_touch(struct store *store, uint64_t type_no, struct id id, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "INSERT OR REPLACE INTO search_todo(id, type) VALUES(?1, ?2)");
    stmt_id(stmt, 1, id);
    stmt_int(stmt, 2, (int64_t)type_no);
    return stmt_run(stmt, err);
}

enum status search_forget(struct store *store, struct id id, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "INSERT INTO search_text(search_text, rowid, text, keys) SELECT 'delete', doc, text, keys FROM search_doc WHERE id=?1");
    stmt_id(stmt, 1, id);
    enum status status = stmt_run(stmt, err);
    if (status != STATUS_OK)
        return status;
    stmt = store_prepare(store, "DELETE FROM search_doc WHERE id=?1");
    stmt_id(stmt, 1, id);
    return stmt_run(stmt, err);
}
