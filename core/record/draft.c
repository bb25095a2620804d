/* core/record/draft.c - see draft.h.
 *
 * The fields column is two CBOR maps field no -> value, one after the other, of everything that differs from what was loaded: the values typed,
 * and the values they were typed over. With the second a later save notices that somebody changed the same field meanwhile.
 * Each further part follows as its type number and two such maps; a reader of one record stops before them. */
#include "core/record/draft.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "core/base/cbor.h"
#include "core/record/change.h"
#include "core/record/code_book.h"
#include "core/record/reach_impl.h"
#include "core/record/row.h"

static bool differs(const struct record *record, size_t index)
{
    return !value_equal(record->values[index], record->loaded[index]);
}

/* blank: without the values. */
static void encode_map(const struct record *record, const struct value *values, bool blank, struct buf *out)
{
    uint64_t count = 0;
    for (size_t i = 0; i < record->type->n_fields; i++)
        count += differs(record, i);
    cbor_put_map(out, count);
    for (uint32_t no = 1; no <= UINT16_MAX && count > 0; no++) {
        const struct field_def *field = catalogue_field_by_no(record->type, no);
        size_t i = field == NULL ? 0 : catalogue_field_index(record->type, field);
        if (field == NULL || !differs(record, i))
            continue;
        cbor_put_uint(out, no);
        value_encode(blank ? value_null() : values[i], out);
        count--;
    }
}

enum { DRAFT_MAX_BYTES = 2 * CHANGE_BODY_MAX_BYTES };

/* left: what it was typed over is not this machine's any more. */
static void encode_parts(const struct record *const *parts, size_t n, bool left, struct buf *out)
{
    for (size_t i = 0; i < n; i++) {
        if (i > 0)
            cbor_put_uint(out, parts[i]->type->no);
        encode_map(parts[i], parts[i]->values, false, out);
        encode_map(parts[i], parts[i]->loaded, left, out);
    }
}

static enum status write_row(struct store *store, const struct actor *actor, struct id id, const struct record *record, const struct buf *title, const struct buf *fields,
                             struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "INSERT INTO draft(id,type,record,scope,user,version,seen,title,fields,updated_ms) VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10) "
                                             "ON CONFLICT(id) DO UPDATE SET title=excluded.title, fields=excluded.fields, updated_ms=excluded.updated_ms");
    stmt_id(stmt, 1, id);
    stmt_int(stmt, 2, record->type->no);
    stmt_id(stmt, 3, record->id);
    stmt_int(stmt, 4, record->scope);
    stmt_string(stmt, 5, actor->name);
    stmt_int(stmt, 6, record->version);
    stmt_int(stmt, 7, record->seen);
    stmt_text(stmt, 8, buf_cstr(title), title->len);
    stmt_blob(stmt, 9, fields->data, fields->len);
    stmt_int(stmt, 10, actor->now_ms);
    return stmt_run(stmt, err);
}

/* What an action is begun on: of a part that is no record yet, the text of its field case_id. */
static bool began_on(const struct record *part, struct id *id)
{
    const char *text = catalogue_field(part->type, "case_id") != NULL ? record_text(part, "case_id") : "";
    return text[0] != '\0' && id_parse(text, strlen(text), id) == STATUS_OK;
}

/* Something that the draft is of, or was begun on, left this machine or was erased. */
static enum status absence_of_parts(struct store *store, const struct record *const *parts, size_t n, enum reach_absence *why, struct errmsg *err)
{
    static const char *const BEGUN_ON[] = {"case", "consultation", "person", "event"};
    enum status status = STATUS_OK;
    struct id id;
    *why = REACH_NO_CHANGE;
    for (size_t i = 0; i < n && status == STATUS_OK && *why == REACH_NO_CHANGE; i++)
        if (!id_is_zero(parts[i]->id))
            status = draft_absence(store, parts[i]->type, parts[i]->id, why, err);
    for (size_t i = 0; began_on(parts[0], &id) && i < sizeof BEGUN_ON / sizeof BEGUN_ON[0] && status == STATUS_OK && *why == REACH_NO_CHANGE; i++)
        status = draft_absence(store, catalogue_find(BEGUN_ON[i]), id, why, err);
    return status;
}

static enum status save_in(struct store *store, const struct actor *actor, struct id id, const struct record *const *parts, size_t n, const char *title, struct errmsg *err)
{
    struct buf fields, text;
    enum reach_absence why;
    enum status status = absence_of_parts(store, parts, n, &why, err);
    bool left = why == REACH_LEFT;
    if (status != STATUS_OK)
        return status;
    if (why == REACH_ERASED)
        return errmsg_set(err, STATUS_NOT_FOUND, "内容已经依法清除，写的不再存");
    buf_init(&fields, DRAFT_MAX_BYTES);
    buf_init(&text, 512);
    encode_parts(parts, n, left, &fields);
    if (title != NULL && !left)
        buf_puts(&text, title);
    else if (!left)
        record_title(parts[0], NULL, &text);
    status = fields.status;
    if (status == STATUS_OK && text.status == STATUS_NOMEM) /* a title that is too long is cut */
        status = STATUS_NOMEM;
    if (status == STATUS_OK)
        status = write_row(store, actor, id, parts[0], &text, &fields, err);
    buf_wipe(&fields);
    buf_wipe(&text);
    return status;
}

enum status draft_save_parts(struct store *store, const struct actor *actor, struct random_source random, const struct record *const *parts, size_t n, const char *title,
                             struct id *draft, struct errmsg *err)
{
    struct id id = id_is_zero(*draft) ? id_make(random) : *draft;
    assert(n >= 1 && n <= DRAFT_PARTS_MAX);
    enum status status = store_begin(store, "draft", err);
    if (status != STATUS_OK)
        return status;
    status = save_in(store, actor, id, parts, n, title, err);
    if (status == STATUS_OK)
        status = store_commit(store, err);
    else
        store_rollback(store);
    if (status == STATUS_OK)
        *draft = id;
    return status;
}

enum status draft_save(struct store *store, const struct actor *actor, struct random_source random, const struct record *record, struct id *draft, struct errmsg *err)
{
    return draft_save_parts(store, actor, random, &record, 1, NULL, draft, err);
}

/* Lay one map over the record; NULL: read past it. Fields this program does not know are left out: a draft never leaves its machine. */
static enum status lay_over(struct record *record, struct reader *reader, enum status (*set)(struct record *, const struct field_def *, struct value))
{
    uint64_t count = cbor_map(reader);
    enum status status = STATUS_OK;
    for (uint64_t i = 0; i < count && status == STATUS_OK && reader->status == STATUS_OK; i++) {
        uint64_t no = cbor_uint(reader);
        const struct field_def *field = record != NULL ? catalogue_field_by_no(record->type, no) : NULL;
        struct value value = value_decode(reader);
        if (field != NULL && reader->status == STATUS_OK)
            status = set(record, field, value);
    }
    return status != STATUS_OK ? status : reader->status;
}

static enum status unreadable(enum status status, struct errmsg *err)
{
    return status == STATUS_NOMEM ? errmsg_set(err, status, "内存不足") : errmsg_set(err, status, "草稿已损坏，读不出来");
}

/* The caller's record for the nth part (from 0) of a type; NULL: there is none. */
static struct record *part_of_type(struct record *const *parts, size_t n, uint64_t type_no, size_t nth)
{
    for (size_t i = 0; i < n; i++)
        if (parts[i]->type->no == type_no && nth-- == 0)
            return parts[i];
    return NULL;
}

static enum status lay_over_parts(struct record *const *parts, size_t n, struct reader *reader)
{
    uint64_t types[DRAFT_PARTS_MAX] = {parts[0]->type->no};
    enum status status = lay_over(parts[0], reader, record_set);
    if (status == STATUS_OK)
        status = lay_over(parts[0], reader, record_set_loaded);
    for (size_t k = 1; status == STATUS_OK && k < DRAFT_PARTS_MAX && reader_left(reader) > 0; k++) {
        size_t nth = 0;
        types[k] = cbor_uint(reader);
        for (size_t i = 0; i < k; i++)
            nth += types[i] == types[k];
        struct record *part = part_of_type(parts, n, types[k], nth);
        status = lay_over(part, reader, record_set);
        if (status == STATUS_OK)
            status = lay_over(part, reader, record_set_loaded);
    }
    return status;
}

/* The user's draft: the type of its first part, and its parts to be read until *stmt is reset. Errors: STATUS_NOT_FOUND, storage; then nothing is to be reset. */
static enum status find_draft(struct store *store, const struct actor *actor, struct id draft, struct stmt **stmt, uint64_t *type_no, struct reader *parts, struct errmsg *err)
{
    enum status status;
    size_t len;
    *stmt = store_prepare(store, "SELECT type,fields FROM draft WHERE id=?1 AND user=?2");
    stmt_id(*stmt, 1, draft);
    stmt_string(*stmt, 2, actor->name);
    if (!stmt_row(*stmt, &status, err))
        return status == STATUS_OK ? errmsg_set(err, STATUS_NOT_FOUND, "没有这份草稿") : status;
    *type_no = (uint64_t)stmt_column_int(*stmt, 0);
    const uint8_t *fields = stmt_column_blob(*stmt, 1, &len);
    reader_init(parts, fields, len);
    return STATUS_OK;
}

enum status draft_load_parts(struct store *store, const struct actor *actor, struct id draft, struct record *const *parts, size_t n, struct errmsg *err)
{
    struct reader reader;
    uint64_t type_no;
    struct stmt *stmt;
    enum status status = find_draft(store, actor, draft, &stmt, &type_no, &reader, err);
    if (status != STATUS_OK)
        return status;
    if (type_no != parts[0]->type->no) {
        status = errmsg_set(err, STATUS_INVALID, "草稿不是一条%s", parts[0]->type->label);
    } else {
        status = lay_over_parts(parts, n, &reader);
        if (status != STATUS_OK)
            (void)unreadable(status, err);
    }
    stmt_reset(stmt);
    return status;
}

enum status draft_absence(struct store *store, const struct record_type *type, struct id record, enum reach_absence *why, struct errmsg *err)
{
    struct reach_place place;
    enum status status = reach_place_of(store, type, record, &place, err);
    *why = status == STATUS_OK && place.there ? place.why : REACH_NO_CHANGE;
    return status;
}

/* The two maps of a part again, the second with nothing in it. */
static void strip_part(struct reader *reader, struct buf *out)
{
    const uint8_t *from = reader->at;
    uint64_t count = cbor_map(reader);
    for (uint64_t i = 0; i < count && reader->status == STATUS_OK; i++) {
        (void)cbor_uint(reader);
        (void)value_decode(reader);
    }
    buf_append(out, from, (size_t)(reader->at - from));
    count = cbor_map(reader);
    cbor_put_map(out, count);
    for (uint64_t i = 0; i < count && reader->status == STATUS_OK; i++) {
        cbor_put_uint(out, cbor_uint(reader));
        (void)value_decode(reader);
        value_encode(value_null(), out);
    }
}

static enum status strip(struct store *store, struct id draft, const uint8_t *bytes, size_t len, struct errmsg *err)
{
    struct reader reader;
    struct buf out;
    buf_init(&out, DRAFT_MAX_BYTES);
    reader_init(&reader, bytes, len);
    strip_part(&reader, &out);
    while (reader.status == STATUS_OK && reader_left(&reader) > 0) {
        cbor_put_uint(&out, cbor_uint(&reader));
        strip_part(&reader, &out);
    }
    if (reader.status != STATUS_OK) { /* nobody can read it: it keeps no record from leaving, nor what it may hold of one that is erased */
        buf_clear(&out);
        cbor_put_map(&out, 0);
        cbor_put_map(&out, 0);
    }
    enum status status = out.status;
    if (status == STATUS_OK) {
        struct stmt *stmt = store_prepare(store, "UPDATE draft SET fields=?2,title='' WHERE id=?1");
        stmt_id(stmt, 1, draft);
        stmt_blob(stmt, 2, out.data, out.len);
        status = stmt_run(stmt, err);
    }
    buf_wipe(&out);
    return status;
}

/* One part of a draft as it was typed, with nothing under it; out is to be released unless this fails. */
static enum status read_typed(struct reader *reader, const struct record_type *type, struct record *out)
{
    record_init(out, type);
    enum status status = lay_over(out, reader, record_set);
    if (status == STATUS_OK)
        status = lay_over(NULL, reader, record_set);
    if (status != STATUS_OK)
        record_release(out);
    return status;
}

enum status draft_each_typed(struct store *store, const struct actor *actor, struct id draft, draft_part part, void *context, struct errmsg *err)
{
    struct reader reader;
    struct record record;
    uint64_t type_no;
    struct stmt *stmt;
    enum status status = find_draft(store, actor, draft, &stmt, &type_no, &reader, err);
    if (status != STATUS_OK)
        return status;
    const struct record_type *type = catalogue_by_no(type_no);
    for (size_t k = 0; status == STATUS_OK && type != NULL && k < DRAFT_PARTS_MAX && reader_left(&reader) > 0; k++) {
        status = read_typed(&reader, type, &record);
        if (status == STATUS_OK) {
            part(context, &record);
            record_release(&record);
            type = reader_left(&reader) > 0 ? catalogue_by_no(cbor_uint(&reader)) : NULL;
        }
    }
    stmt_reset(stmt);
    return status == STATUS_OK ? STATUS_OK : errmsg_set(err, status, "%s", status_text(status));
}

/* Errors: STATUS_NOMEM; a draft that nobody can read was begun on nothing. */
static enum status is_begun_on(const uint8_t *bytes, size_t len, const struct record_type *type, struct id record, bool *begun)
{
    struct reader reader;
    struct record first;
    struct id id;
    *begun = false;
    reader_init(&reader, bytes, len);
    enum status status = type == NULL ? STATUS_MALFORMED : read_typed(&reader, type, &first);
    if (status != STATUS_OK)
        return status == STATUS_NOMEM ? status : STATUS_OK;
    *begun = began_on(&first, &id) && id_equal(id, record);
    record_release(&first);
    return STATUS_OK;
}

/* An action's draft is of a step that is not there yet, and says what it was begun on in the step's case_id. In its fields a reference is the id as text. */
enum status draft_record_left(struct store *store, struct id record, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT id,fields,type,record=?1 FROM draft WHERE record=?1 OR instr(fields,CAST(lower(hex(?1)) AS BLOB))>0");
    enum status status;
    assert(store_in_transaction(store));
    stmt_id(stmt, 1, record);
    while (stmt_row(stmt, &status, err)) {
        size_t len;
        const uint8_t *bytes = stmt_column_blob(stmt, 1, &len);
        bool its = stmt_column_int(stmt, 3) != 0;
        if (!its)
            status = is_begun_on(bytes, len, catalogue_by_no((uint64_t)stmt_column_int(stmt, 2)), record, &its);
        if (status == STATUS_OK && its)
            status = strip(store, stmt_column_id(stmt, 0), bytes, len, err);
        if (status != STATUS_OK) {
            stmt_reset(stmt);
            break;
        }
    }
    return status;
}

enum status draft_began_on_left(struct store *store, const struct actor *actor, struct id draft, bool *began, const struct record_type **type, struct id *on, struct errmsg *err)
{
    struct record first;
    enum status status = draft_load(store, actor, draft, &first, err);
    *began = false;
    if (status == STATUS_NOT_FOUND || status == STATUS_MALFORMED || status == STATUS_UNSUPPORTED) {
        errmsg_clear(err);
        return STATUS_OK;
    }
    if (status != STATUS_OK)
        return status;
    bool acts = id_is_zero(first.id) && began_on(&first, on);
    record_release(&first);
    for (size_t i = 0; acts && status == STATUS_OK && !*began && i < catalogue_count(); i++) {
        enum reach_absence why;
        *type = catalogue_at(i);
        status = draft_absence(store, *type, *on, &why, err);
        *began = why == REACH_LEFT;
    }
    return status;
}

enum status draft_load(struct store *store, const struct actor *actor, struct id draft, struct record *out, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT type,record,scope,version,seen,fields FROM draft WHERE id=?1 AND user=?2");
    stmt_id(stmt, 1, draft);
    stmt_string(stmt, 2, actor->name);
    enum status status;
    if (!stmt_row(stmt, &status, err))
        return status == STATUS_OK ? errmsg_set(err, STATUS_NOT_FOUND, "没有这份草稿") : status;
    const struct record_type *type = catalogue_by_no((uint64_t)stmt_column_int(stmt, 0));
    struct id record = stmt_column_id(stmt, 1);
    bool left = false;
    if (type == NULL) {
        stmt_reset(stmt);
        return errmsg_set(err, STATUS_UNSUPPORTED, "草稿的类型本程序不认识");
    }
    if (id_is_zero(record)) {
        record_init(out, type);
        out->scope = stmt_column_int(stmt, 2);
    } else {
        enum reach_absence why = REACH_NO_CHANGE;
        status = records_get(store, actor, type, record, out, err);
        if (status == STATUS_NOT_FOUND) {
            enum status looked = draft_absence(store, type, record, &why, err);
            status = looked != STATUS_OK ? looked : status;
        }
        if (status == STATUS_NOT_FOUND && why == REACH_LEFT) {
            record_init(out, type);
            out->id = record;
            out->scope = stmt_column_int(stmt, 2);
            left = true;
            status = STATUS_OK;
        }
    }
    if (status == STATUS_OK) {
        /* The version the person saw: a save over somebody's newer value of the same field must be noticed. */
        if (!id_is_zero(record) && !left)
            out->version = stmt_column_int(stmt, 3);
        out->seen = stmt_column_int(stmt, 4);
        size_t len;
        const uint8_t *fields = stmt_column_blob(stmt, 5, &len);
        struct reader reader;
        reader_init(&reader, fields, len);
        status = lay_over(out, &reader, record_set);
        if (status == STATUS_OK)
            status = lay_over(out, &reader, record_set_loaded);
        if (status != STATUS_OK) {
            record_release(out);
            (void)unreadable(status, err);
        }
    }
    stmt_reset(stmt);
    return status;
}

enum status draft_delete(struct store *store, const struct actor *actor, struct id draft, struct errmsg *err)
{
    bool own;
    enum status status = store_join(store, "draft", &own, err);
    if (status != STATUS_OK)
        return status;
    struct stmt *stmt = store_prepare(store, "DELETE FROM draft WHERE id=?1 AND user=?2");
    stmt_id(stmt, 1, draft);
    stmt_string(stmt, 2, actor->name);
    status = stmt_run(stmt, err);
    return store_leave(store, own, status, err);
}

enum status draft_list(struct store *store, const struct actor *actor, draft_row row, void *context, struct errmsg *err)
{
    return draft_list_of(store, actor->name, row, context, err);
}

/* `stmt` gives id, type, record, user, title, updated_ms. */
static enum status list_rows(struct stmt *stmt, draft_row row, void *context, struct errmsg *err)
{
    enum status status;
    while (stmt_row(stmt, &status, err)) {
        struct draft_info info = {.id = stmt_column_id(stmt, 0), .type = catalogue_by_no((uint64_t)stmt_column_int(stmt, 1)), .record = stmt_column_id(stmt, 2),
                                  .user = stmt_column_text(stmt, 3, NULL), .title = stmt_column_text(stmt, 4, NULL), .updated_ms = stmt_column_int(stmt, 5)};
        if (info.type != NULL && !row(context, &info)) {
            stmt_reset(stmt);
            break;
        }
    }
    return status;
}

enum status draft_list_of(struct store *store, const char *user, draft_row row, void *context, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT id,type,record,user,title,updated_ms FROM draft WHERE ?1 IS NULL OR user=?1 ORDER BY updated_ms DESC, id");
    stmt_string(stmt, 1, user);
    return list_rows(stmt, row, context, err);
}

/* ---- given to others ---- */

/* Whose a draft was stands in meta under "draft_from:" and its number: the names, each with a line end. What belongs to a draft that is gone goes with the next one that is given. */
enum { FROM_NAME_BYTES = 64, FROM_MAX_BYTES = 4096 };
#define FROM_PREFIX "draft_from:"

static enum status note_giver(struct store *store, struct id draft, const char *from, struct errmsg *err)
{
    char name[FROM_NAME_BYTES], id[ID_TEXT_BYTES];
    struct buf givers;
    enum status status = store_exec(store, "DELETE FROM meta WHERE name GLOB '" FROM_PREFIX "*' AND NOT EXISTS(SELECT 1 FROM draft WHERE '" FROM_PREFIX "'||lower(hex(id))=name)", err);
    if (status != STATUS_OK)
        return status;
    id_format(draft, id);
    snprintf(name, sizeof name, "%s%s", FROM_PREFIX, id);
    buf_init(&givers, FROM_MAX_BYTES);
    (void)store_meta_blob(store, name, &givers);
    buf_printf(&givers, "%s\n", from);
    status = givers.status != STATUS_OK ? givers.status : store_meta_set_blob(store, name, givers.data, givers.len, err);
    buf_release(&givers);
    return status;
}

enum status draft_list_given(struct store *store, const char *from, draft_row row, void *context, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT id,type,record,user,title,updated_ms FROM draft JOIN meta ON meta.name='" FROM_PREFIX "'||lower(hex(id)) "
                                             "WHERE user<>?1 AND instr(char(10)||CAST(meta.value AS TEXT),char(10)||?1||char(10))>0 ORDER BY updated_ms DESC, id");
    stmt_string(stmt, 1, from);
    return list_rows(stmt, row, context, err);
}

enum status draft_give(struct store *store, struct id draft, const char *from, const char *to, struct errmsg *err)
{
    bool own;
    enum status status = store_join(store, "draft", &own, err);
    if (status != STATUS_OK)
        return status;
    struct stmt *stmt = store_prepare(store, "UPDATE draft SET user=?3 WHERE id=?1 AND user=?2");
    stmt_id(stmt, 1, draft);
    stmt_string(stmt, 2, from);
    stmt_string(stmt, 3, to);
    status = stmt_run(stmt, err);
    if (status == STATUS_OK && store_changes(store) == 0)
        status = errmsg_set(err, STATUS_NOT_FOUND, "这份草稿已经不在了");
    if (status == STATUS_OK)
        status = note_giver(store, draft, from, err);
    return store_leave(store, own, status, err);
}
