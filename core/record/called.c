/* core/record/called.c - see called.h. */
#include "core/record/called.h"

#include <string.h>

#include "core/base/utf8.h"
#include "core/record/change_body.h"
#include "core/record/reach_impl.h"
#include "core/record/row.h"
#include "core/record/schema.h"

enum { NAMES_MAX_BYTES = 1024 * 1024, SQL_MAX_BYTES = 256, NAME_MIN_CHARS = 2, NUMBER_MIN_CHARS = 4, PART_BYTES = 64, FOLD_GROWS = 4 };

static const enum field_kind KINDS[] = {[CALLED_NAME] = FIELD_NAME, [CALLED_ID_NO] = FIELD_ID_NO, [CALLED_PHONE] = FIELD_PHONE};

enum { N_KINDS = sizeof KINDS / sizeof KINDS[0] };

/* Who else is called so: the records of people, and those who work here. Each has an index for it, or few rows; consultations have none for a telephone number. */
static const struct {
    enum called_kind kind;
    const char *type, *field;
} BEARERS[] = {
    {CALLED_NAME, "person", "name"}, {CALLED_NAME, "case", "name"}, {CALLED_NAME, "consultation", "name"}, {CALLED_NAME, "party", "name"}, {CALLED_NAME, "case", "opponent"}, {CALLED_NAME, "case", "agent"}, {CALLED_NAME, "volunteer", "name"}, {CALLED_NAME, "handler", "name"}, {CALLED_NAME, "user", "display"},
    {CALLED_ID_NO, "person", "id_no"}, {CALLED_ID_NO, "case", "id_no"}, {CALLED_ID_NO, "party", "id_no"}, {CALLED_ID_NO, "volunteer", "id_no"}, {CALLED_ID_NO, "consultation", "id_no"},
    {CALLED_PHONE, "person", "phone"}, {CALLED_PHONE, "case", "phone"}, {CALLED_PHONE, "party", "phone"}, {CALLED_PHONE, "volunteer", "phone"}, {CALLED_PHONE, "handler", "phone"}, {CALLED_PHONE, "user", "phone"}, {CALLED_PHONE, "consultation", "phone"},
};

/* ---- reading ---- */

/* Each with its NUL behind its kind; once. */
static void add_name(struct buf *names, enum called_kind kind, const char *text, size_t len)
{
    for (size_t at = 0; at < names->len; at += strlen((const char *)names->data + at + 1) + 2)
        if (names->data[at] == kind && strlen((const char *)names->data + at + 1) == len && memcmp(names->data + at + 1, text, len) == 0)
            return;
    if (len == 0 || memchr(text, '\0', len) != NULL)
        return;
    buf_putc(names, (uint8_t)kind);
    buf_append(names, text, len);
    buf_putc(names, '\0');
}

/* The worker who wrote it down is nobody whom it is about. */
static bool is_workers(const struct field_def *field)
{
    return field->initial != NULL && (strcmp(field->initial, "user") == 0 || strcmp(field->initial, "display") == 0);
}

typedef enum status (*take_text)(void *context, const struct field_def *field, const char *text, size_t len);

static enum status take_body(const struct record_type *type, struct stmt *stmt, take_text take, void *context)
{
    struct change change;
    struct change_body body;
    enum status status = STATUS_OK;
    size_t header_len, len;
    const uint8_t *header = stmt_column_blob(stmt, 0, &header_len), *bytes = stmt_column_blob(stmt, 1, &len);
    if (change_decode_header(header, header_len, &change) != STATUS_OK || reach_is_op(change.op) || change.op > CHANGE_ERASE || change_body_parse(type, change.op, bytes, len, &body) != NULL)
        return STATUS_OK;
    for (size_t i = 0; i < body.count && status == STATUS_OK; i++)
        if (body.fields[i].def != NULL && body.fields[i].value.kind == VALUE_TEXT && !is_workers(body.fields[i].def))
            status = take(context, body.fields[i].def, body.fields[i].value.text, body.fields[i].value.len);
    return status;
}

/* The texts of the row and of all its changes. */
static enum status each_text(struct store *store, const struct record_type *type, struct id id, int64_t head, take_text take, void *context, struct errmsg *err)
{
    enum status status;
    struct stmt *stmt = store_prepare_lasting(store, schema_row_by_id(store, type));
    stmt_id(stmt, 1, id);
    if (stmt_row(stmt, &status, err)) {
        head = head == CALLED_HEAD ? stmt_column_int(stmt, ROW_HEAD) : head;
        for (size_t i = 0; i < type->n_fields && status == STATUS_OK; i++) {
            struct value value = stmt_column_value(stmt, ROW_FIELDS + (int)i);
            if (value.kind == VALUE_TEXT && !is_workers(&type->fields[i]))
                status = take(context, &type->fields[i], value.text, value.len);
        }
        stmt_reset(stmt);
    }
    if (status != STATUS_OK)
        return status;
    stmt = store_prepare(store, REACH_ROW_LIST "SELECT c.header,c.body FROM list JOIN change c ON c.lsn=list.lsn WHERE c.body IS NOT NULL");
    stmt_int(stmt, 1, head);
    while (stmt_row(stmt, &status, err)) {
        status = take_body(type, stmt, take, context);
        if (status != STATUS_OK) {
            stmt_reset(stmt);
            break;
        }
    }
    return status;
}

static enum status take_name(void *context, const struct field_def *field, const char *text, size_t len)
{
    struct buf *names = context;
    for (size_t i = 0; i < N_KINDS; i++)
        if (field->kind == KINDS[i])
            add_name(names, (enum called_kind)i, text, len);
    return names->status;
}

void called_init(struct called *called, struct id id)
{
    called->id = id;
    buf_init(&called->names, NAMES_MAX_BYTES);
}

enum status called_read(struct store *store, const struct record_type *type, struct id id, int64_t head, struct called *out, struct errmsg *err)
{
    called_init(out, id);
    return each_text(store, type, id, head, take_name, &out->names, err);
}

enum status called_add(struct called *into, const struct called *from)
{
    enum called_kind kind;
    const char *name;
    for (size_t at = 0; (name = called_next(from, &at, &kind)) != NULL;)
        add_name(&into->names, kind, name, strlen(name));
    return into->names.status;
}

const char *called_next(const struct called *called, size_t *at, enum called_kind *kind)
{
    if (*at >= called->names.len)
        return NULL;
    const char *name = (const char *)called->names.data + *at + 1;
    *kind = (enum called_kind)called->names.data[*at];
    *at += strlen(name) + 2;
    return name;
}

/* ---- looking ---- */

/* Whether another record bears it, or with part one that has it in itself. */
static enum status is_others(struct store *store, enum called_kind kind, const char *name, bool part, struct id id, bool *others, struct errmsg *err)
{
    enum status status = STATUS_OK;
    *others = false;
    for (size_t i = 0; i < sizeof BEARERS / sizeof BEARERS[0] && status == STATUS_OK && !*others; i++) {
        struct buf sql;
        if (BEARERS[i].kind != kind)
            continue;
        buf_init(&sql, SQL_MAX_BYTES);
        buf_printf(&sql, part ? "SELECT 1 FROM \"%s\" WHERE instr(\"%s\",?1)>0 AND gone=0 AND id<>?2 LIMIT 1" : "SELECT 1 FROM \"%s\" WHERE \"%s\"=?1 AND gone=0 AND id<>?2 LIMIT 1", BEARERS[i].type, BEARERS[i].field);
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
    enum status status = STATUS_OK;
    const char *name;
    enum called_kind kind;
    *named = *gone = false;
    for (size_t at = 0; status == STATUS_OK && !*gone && (name = called_next(called, &at, &kind)) != NULL;) {
        bool others = false;
        if (whole ? strcmp(text, name) != 0 : utf8_count(name, strlen(name)) < NAME_MIN_CHARS || strstr(text, name) == NULL)
            continue;
        *named = true;
        status = is_others(store, kind, name, false, called->id, &others, err);
        *gone = status == STATUS_OK && !others;
    }
    return status;
}

/* ---- in a condition ---- */

/* As searches compare it; without: the dashes in a number. */
static enum status fold(const char *text, bool without, struct buf *out)
{
    buf_init(out, FOLD_GROWS * strlen(text) + 1);
    enum status status = utf8_fold(text, strlen(text), out);
    size_t to = 0;
    for (size_t i = 0; status == STATUS_OK && without && i < out->len; i++)
        if (out->data[i] != '-')
            out->data[to++] = out->data[i];
    out->len = without && status == STATUS_OK ? to : out->len;
    return status == STATUS_MALFORMED ? STATUS_OK : status; /* of what is no text nothing is found */
}

static bool holds(const struct buf *text, const char *name, size_t len)
{
    return len > 0 && memmem(text->data, text->len, name, len) != NULL;
}

/* One of the names as a whole, however it was typed. */
static enum status look_for_names(struct store *store, const struct called *called, const char *text, bool *gone, struct errmsg *err)
{
    struct buf in, folded;
    const char *name;
    enum called_kind kind;
    enum status status = fold(text, true, &in);
    for (size_t at = 0; status == STATUS_OK && !*gone && (name = called_next(called, &at, &kind)) != NULL;) {
        bool others = true;
        if (utf8_count(name, strlen(name)) < (kind == CALLED_NAME ? NAME_MIN_CHARS : NUMBER_MIN_CHARS))
            continue;
        status = fold(name, true, &folded);
        if (status == STATUS_OK && holds(&in, (const char *)folded.data, folded.len))
            status = is_others(store, kind, name, false, called->id, &others, err);
        *gone = status == STATUS_OK && !others;
        buf_wipe(&folded);
    }
    buf_wipe(&in);
    return status;
}

/* What is looked for with ~ at this place: the digits, or the characters beyond ASCII. */
static size_t part_at(const char *text, bool *digits)
{
    size_t n = 0;
    *digits = text[0] >= '0' && text[0] <= '9';
    while (text[n] != '\0' && (*digits ? text[n] >= '0' && text[n] <= '9' : ((unsigned char)text[n] & 0x80) != 0))
        n++;
    return n;
}

static enum status look_for_part(struct store *store, const struct called *called, const char *part, bool digits, bool *gone, struct errmsg *err)
{
    enum status status = STATUS_OK;
    const char *name;
    enum called_kind kind;
    for (size_t at = 0; status == STATUS_OK && !*gone && (name = called_next(called, &at, &kind)) != NULL;) {
        bool others = true;
        if (digits == (kind != CALLED_NAME) && strstr(name, part) != NULL)
            status = is_others(store, kind, part, true, called->id, &others, err);
        *gone = status == STATUS_OK && !others;
    }
    return status;
}

/* A part of a name or number that only they have: phone~5678, name~小明. */
static enum status look_for_parts(struct store *store, const struct called *called, const char *text, bool *gone, struct errmsg *err)
{
    struct buf in;
    enum status status = fold(text, false, &in);
    const char *at = buf_cstr(&in);
    while (status == STATUS_OK && !*gone && (at = strchr(at, '~')) != NULL) {
        bool digits;
        at += 1 + strspn(at + 1, "'");
        size_t len = part_at(at, &digits);
        char part[PART_BYTES];
        if (len < sizeof part && utf8_count(at, len) >= (digits ? NUMBER_MIN_CHARS : NAME_MIN_CHARS)) {
            memcpy(part, at, len);
            part[len] = '\0';
            status = look_for_part(store, called, part, digits, gone, err);
        }
    }
    buf_wipe(&in);
    return status;
}

enum status called_look_condition(struct store *store, const struct called *called, const char *text, bool *gone, struct errmsg *err)
{
    *gone = false;
    enum status status = called->names.len == 0 ? STATUS_OK : look_for_names(store, called, text, gone, err);
    if (status == STATUS_OK && called->names.len > 0 && !*gone)
        status = look_for_parts(store, called, text, gone, err);
    return status;
}

struct looking {
    struct store *store;
    const struct called *called;
    bool gone;
    struct errmsg *err;
};

static enum status look_at_text(void *context, const struct field_def *field, const char *text, size_t len)
{
    struct looking *looking = context;
    struct buf copy;
    (void)field;
    if (looking->gone)
        return STATUS_OK;
    buf_init(&copy, len + 1);
    buf_append(&copy, text, len);
    enum status status = copy.status == STATUS_OK ? called_look_condition(looking->store, looking->called, buf_cstr(&copy), &looking->gone, looking->err) : copy.status;
    buf_wipe(&copy);
    return status;
}

enum status called_look_record(struct store *store, const struct called *called, const struct record_type *type, struct id id, int64_t head, bool *gone, struct errmsg *err)
{
    struct looking looking = {.store = store, .called = called, .err = err};
    enum status status = called->names.len == 0 ? STATUS_OK : each_text(store, type, id, head, look_at_text, &looking, err);
    *gone = status == STATUS_OK && looking.gone;
    return status;
}

void called_release(struct called *called)
{
    buf_wipe(&called->names);
}
