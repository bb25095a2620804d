/* core/record/called.c - see called.h. */
#include "core/record/called.h"

#include <string.h>

#include "core/base/utf8.h"
#include "core/record/called_table.h"
#include "core/record/change_body.h"
#include "core/record/name_list.h"
#include "core/record/reach_impl.h"
#include "core/record/row.h"
#include "core/record/schema.h"

enum { NAMES_MAX_BYTES = 1024 * 1024, SQL_MAX_BYTES = 256, NAME_MIN_CHARS = 2, NUMBER_MIN_CHARS = 4, PART_BYTES = 64, FOLD_GROWS = 4, LONGER_CHARS = 8 };

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

typedef enum status (*take_text)(void *context, const struct record_type *type, const struct field_def *field, const char *text, size_t len);

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
            status = take(context, type, body.fields[i].def, body.fields[i].value.text, body.fields[i].value.len);
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
                status = take(context, type, &type->fields[i], value.text, value.len);
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

static enum status take_name(void *context, const struct record_type *type, const struct field_def *field, const char *text, size_t len)
{
    struct buf *names = context;
    const struct called_field *said = called_field(type->name, field->name);
    struct name_list list = {text, len};
    const char *name;
    size_t name_len;
    if (said == NULL || (said->is & CALLED_SUBJECT) == 0 || called_is_no_name(text, len))
        return STATUS_OK;
    add_name(names, said->kind, text, len);
    while ((said->is & CALLED_LIST) != 0 && name_list_next(&list, &name, &name_len))
        if (!called_is_no_name(name, name_len))
            add_name(names, said->kind, name, name_len);
    return names->status;
}

void called_init(struct called *called, struct id id)
{
    *called = (struct called){.id = id};
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

/* ---- looking: who else is called so ---- */

static bool is_another(const struct called *called, struct id id)
{
    bool another = !id_equal(id, called->id);
    for (size_t i = 0; another && i < called->n_going; i++)
        another = !id_equal(id, called->going[i]);
    return another;
}

/* Whether another record bears it in this field, or with part one that has it in itself. */
static enum status bears(struct store *store, const struct called *called, const struct called_field *field, const char *name, size_t len, bool part, bool *others, struct errmsg *err)
{
    enum status status;
    struct buf sql;
    buf_init(&sql, SQL_MAX_BYTES);
    buf_printf(&sql, part ? "SELECT id FROM \"%s\" WHERE instr(\"%s\",?1)>0 AND gone=0" : "SELECT id FROM \"%s\" WHERE \"%s\"=?1 AND gone=0", field->type, field->field);
    struct stmt *stmt = store_prepare_buf(store, &sql);
    buf_release(&sql);
    stmt_text(stmt, 1, name, len);
    while (!*others && stmt_row(stmt, &status, err))
        *others = is_another(called, stmt_column_id(stmt, 0));
    if (!*others)
        return status;
    stmt_reset(stmt);
    return STATUS_OK;
}

/* A name where it stands in a text. */
struct standing {
    const struct called *called;
    const char *text;
    size_t text_len, at, len; /* the name: len bytes at `at` */
    bool longer;              /* one that has it in itself is looked for, standing there too; else itself */
    bool found;
};

static bool stands_there(const struct standing *standing, const char *name, size_t len)
{
    const char *own = standing->text + standing->at;
    if (!standing->longer)
        return len == standing->len && memcmp(name, own, len) == 0;
    for (size_t at = 0; len > standing->len && at + standing->len <= len; at++)
        if (memcmp(name + at, own, standing->len) == 0 && at <= standing->at && standing->at - at + len <= standing->text_len && memcmp(own - at, name, len) == 0)
            return true;
    return false;
}

static bool look_in_list(void *context, struct id id, const char *text, size_t len)
{
    struct standing *standing = context;
    struct name_list list = {text, len};
    const char *name;
    size_t name_len;
    while (!standing->found && is_another(standing->called, id) && name_list_next(&list, &name, &name_len))
        standing->found = stands_there(standing, name, name_len);
    return !standing->found;
}

/* In the fields that hold several names. */
static enum status is_listed(struct store *store, enum called_kind kind, struct standing *standing, struct errmsg *err)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < called_n_fields && status == STATUS_OK && !standing->found; i++)
        if (called_fields[i].kind == kind && (called_fields[i].is & (CALLED_BEARER | CALLED_LIST)) == (CALLED_BEARER | CALLED_LIST))
            status = name_list_rows(store, called_fields[i].type, called_fields[i].field, look_in_list, standing, err);
    return status;
}

static enum status is_borne(struct store *store, const struct called *called, enum called_kind kind, const char *name, size_t len, bool part, bool *others, struct errmsg *err)
{
    enum status status = STATUS_OK;
    *others = false;
    for (size_t i = 0; i < called_n_fields && status == STATUS_OK && !*others; i++)
        if (called_fields[i].kind == kind && (called_fields[i].is & CALLED_BEARER) != 0)
            status = bears(store, called, &called_fields[i], name, len, part, others, err);
    return status;
}

/* Whether another record bears it, alone or among others, or with part one that has it in itself. */
static enum status is_others(struct store *store, const struct called *called, enum called_kind kind, const char *name, bool part, bool *others, struct errmsg *err)
{
    struct standing standing = {.called = called, .text = name, .text_len = strlen(name), .len = strlen(name)};
    enum status status = is_borne(store, called, kind, name, strlen(name), part, others, err);
    if (status == STATUS_OK && !*others && !part)
        status = is_listed(store, kind, &standing, err);
    *others |= status == STATUS_OK && standing.found;
    return status;
}

/* A character that a name or number may go on with; else 0. */
static size_t goes_on(const char *text, size_t len)
{
    uint32_t code = 0;
    size_t step = len == 0 ? 0 : utf8_decode(text, len, &code);
    bool letter = (code >= '0' && code <= '9') || (code >= 'A' && code <= 'Z') || (code >= 'a' && code <= 'z');
    bool mark = (code >= 0x3000 && code <= 0x303F) || (code >= 0xFF00 && code <= 0xFF0F) || (code >= 0xFF1A && code <= 0xFF20) || (code >= 0x2010 && code <= 0x2027);
    return letter || (code >= 0x80 && !mark) ? step : 0;
}

/* Where the text can be cut around the name, nearest first: n places before it and m behind it. */
static size_t cuts_before(const struct standing *standing, size_t out[LONGER_CHARS + 1])
{
    size_t n = 0, at = standing->at;
    out[n++] = at;
    while (n <= LONGER_CHARS && at > 0) {
        size_t begin = at - 1;
        while (begin > 0 && ((unsigned char)standing->text[begin] & 0xC0) == 0x80)
            begin--;
        if (goes_on(standing->text + begin, at - begin) != at - begin)
            break;
        out[n++] = at = begin;
    }
    return n;
}

static size_t cuts_behind(const struct standing *standing, size_t out[LONGER_CHARS + 1])
{
    size_t n = 0, step, at = standing->at + standing->len;
    out[n++] = at;
    while (n <= LONGER_CHARS && (step = goes_on(standing->text + at, standing->text_len - at)) > 0)
        out[n++] = at += step;
    return n;
}

/* Whether a longer name that another record bears stands there: 李明 in 李明明. One may have LONGER_CHARS more at either end: each piece of the text around it is asked for by index. */
static enum status is_in_longer(struct store *store, enum called_kind kind, struct standing *standing, struct errmsg *err)
{
    size_t before[LONGER_CHARS + 1], behind[LONGER_CHARS + 1], n = cuts_before(standing, before), m = cuts_behind(standing, behind);
    enum status status = STATUS_OK;
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < m && status == STATUS_OK && !standing->found; k++)
            if (i + k > 0)
                status = is_borne(store, standing->called, kind, standing->text + before[i], behind[k] - before[i], false, &standing->found, err);
    standing->longer = true;
    return status == STATUS_OK && !standing->found && n + m > 2 ? is_listed(store, kind, standing, err) : status;
}

/* Whether the text has the name (borne: as records bear it; name: as the text may have it) at a place where it can mean nobody else. */
static enum status means_him(struct store *store, const struct called *called, enum called_kind kind, const char *borne, const char *text, const char *name, bool *named, bool *gone, struct errmsg *err)
{
    bool others = false;
    size_t len = strlen(name);
    const char *at = len == 0 ? NULL : strstr(text, name);
    *gone = false;
    if (at == NULL)
        return STATUS_OK;
    *named = true;
    enum status status = is_others(store, called, kind, borne, false, &others, err);
    for (; status == STATUS_OK && !others && !*gone && at != NULL; at = strstr(at + 1, name)) {
        struct standing standing = {.called = called, .text = text, .text_len = strlen(text), .at = (size_t)(at - text), .len = len};
        status = is_in_longer(store, kind, &standing, err);
        *gone = status == STATUS_OK && !standing.found;
    }
    return status;
}

enum status called_look(struct store *store, const struct called *called, const char *text, bool whole, bool *named, bool *gone, struct errmsg *err)
{
    enum status status = STATUS_OK;
    const char *name;
    enum called_kind kind;
    *named = *gone = false;
    for (size_t at = 0; status == STATUS_OK && !*gone && (name = called_next(called, &at, &kind)) != NULL;)
        if (whole ? strcmp(text, name) == 0 : utf8_count(name, strlen(name)) >= NAME_MIN_CHARS)
            status = means_him(store, called, kind, name, text, name, named, gone, err);
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

/* One of the names as a whole, however it was typed. */
static enum status look_for_names(struct store *store, const struct called *called, const char *text, bool *gone, struct errmsg *err)
{
    struct buf in, folded;
    const char *name;
    enum called_kind kind;
    enum status status = fold(text, true, &in);
    for (size_t at = 0; status == STATUS_OK && !*gone && (name = called_next(called, &at, &kind)) != NULL;) {
        bool named = false;
        if (utf8_count(name, strlen(name)) < (kind == CALLED_NAME ? NAME_MIN_CHARS : NUMBER_MIN_CHARS))
            continue;
        status = fold(name, true, &folded);
        if (status == STATUS_OK)
            status = means_him(store, called, kind, name, buf_cstr(&in), buf_cstr(&folded), &named, gone, err);
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
            status = is_others(store, called, kind, part, true, &others, err);
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

static enum status look_at_text(void *context, const struct record_type *type, const struct field_def *field, const char *text, size_t len)
{
    struct looking *looking = context;
    struct buf copy;
    (void)type;
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
