/* core/record/called.c - see called.h. */
#include "core/record/called.h"

#include <string.h>

#include "core/base/utf8.h"
#include "core/record/change_body.h"
#include "core/record/reach_impl.h"
#include "core/record/row.h"
#include "core/record/schema.h"

enum { NAMES_MAX_BYTES = 1024 * 1024, SQL_MAX_BYTES = 256, NAME_MIN_CHARS = 2 };

/* What people are called by, and the field that has it in each kind of record that is asked about. */
static const struct {
    enum field_kind kind;
    const char *field;
} NAMING[] = {{FIELD_NAME, "name"}, {FIELD_ID_NO, "id_no"}, {FIELD_PHONE, "phone"}};

enum { N_NAMING = sizeof NAMING / sizeof NAMING[0] };

/* Each with its NUL behind the place in NAMING; once. */
static void add_name(struct buf *names, size_t naming, const char *text, size_t len)
{
    for (size_t at = 0; at < names->len; at += strlen((const char *)names->data + at + 1) + 2)
        if (names->data[at] == naming && strlen((const char *)names->data + at + 1) == len && memcmp(names->data + at + 1, text, len) == 0)
            return;
    if (len == 0 || memchr(text, '\0', len) != NULL)
        return;
    buf_putc(names, (uint8_t)naming);
    buf_append(names, text, len);
    buf_putc(names, '\0');
}

static void add_value(struct buf *names, const struct field_def *field, struct value value)
{
    for (size_t i = 0; field != NULL && value.kind == VALUE_TEXT && i < N_NAMING; i++)
        if (field->kind == NAMING[i].kind)
            add_name(names, i, value.text, value.len);
}

static void add_body(struct buf *names, const struct record_type *type, struct stmt *stmt)
{
    struct change change;
    struct change_body body;
    size_t header_len, len;
    const uint8_t *header = stmt_column_blob(stmt, 0, &header_len), *bytes = stmt_column_blob(stmt, 1, &len);
    if (change_decode_header(header, header_len, &change) != STATUS_OK || reach_is_op(change.op) || change.op > CHANGE_ERASE || change_body_parse(type, change.op, bytes, len, &body) != NULL)
        return;
    for (size_t i = 0; i < body.count; i++)
        add_value(names, body.fields[i].def, body.fields[i].value);
}

enum status called_read(struct store *store, const struct record_type *type, struct id id, int64_t head, struct called *out, struct errmsg *err)
{
    struct buf *names = &out->names;
    enum status status;
    out->id = id;
    buf_init(names, NAMES_MAX_BYTES);
    struct stmt *stmt = store_prepare_lasting(store, schema_row_by_id(store, type));
    stmt_id(stmt, 1, id);
    if (stmt_row(stmt, &status, err)) {
        for (size_t i = 0; i < type->n_fields; i++)
            add_value(names, &type->fields[i], stmt_column_value(stmt, ROW_FIELDS + (int)i));
        stmt_reset(stmt);
    }
    if (status != STATUS_OK)
        return status;
    stmt = store_prepare(store, REACH_ROW_LIST "SELECT c.header,c.body FROM list JOIN change c ON c.lsn=list.lsn WHERE c.body IS NOT NULL");
    stmt_int(stmt, 1, head);
    while (stmt_row(stmt, &status, err))
        add_body(names, type, stmt);
    return status == STATUS_OK ? names->status : status;
}

/* Whether another record bears it. */
static enum status is_others(struct store *store, const char *field, const char *name, struct id id, bool *others, struct errmsg *err)
{
    static const char *const TYPES[] = {"person", "case", "consultation"};
    enum status status = STATUS_OK;
    *others = false;
    for (size_t i = 0; i < sizeof TYPES / sizeof TYPES[0] && status == STATUS_OK && !*others; i++) {
        struct buf sql;
        if (catalogue_field(catalogue_find(TYPES[i]), field) == NULL)
            continue;
        buf_init(&sql, SQL_MAX_BYTES);
        buf_printf(&sql, "SELECT 1 FROM \"%s\" WHERE \"%s\"=?1 AND gone=0 AND id<>?2 LIMIT 1", TYPES[i], field);
        struct stmt *stmt = store_prepare_buf(store, &sql);
        buf_release(&sql);
        stmt_string(stmt, 1, name);
        stmt_id(stmt, 2, id);
        *others = stmt_row(stmt, &status, err);
        stmt_reset(stmt);
    }
    return status;
}

enum status called_look(struct store *store, const struct called *called, const char *text, bool whole, bool *named, bool *gone, struct errmsg *err)
{
    const struct buf *names = &called->names;
    enum status status = STATUS_OK;
    *named = *gone = false;
    for (size_t at = 0, len; at < names->len && status == STATUS_OK && !*gone; at += len + 2) {
        const char *name = (const char *)names->data + at + 1;
        bool others = false;
        len = strlen(name);
        if (whole ? strcmp(text, name) != 0 : utf8_count(name, len) < NAME_MIN_CHARS || strstr(text, name) == NULL)
            continue;
        *named = true;
        status = is_others(store, NAMING[names->data[at]].field, name, called->id, &others, err);
        *gone = status == STATUS_OK && !others;
    }
    return status;
}

void called_release(struct called *called)
{
    buf_wipe(&called->names);
}
