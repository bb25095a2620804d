/* core/record/dump.c - see dump.h. One line per row or change; texts are escaped so that a line stays a line. */
#include "core/record/dump.h"

#include <string.h>

#include "core/base/cbor.h"
#include "core/base/utf8.h"
#include "core/record/changelog.h"
#include "core/record/reach_impl.h"
#include "core/record/row.h"
#include "core/record/schema.h"

static void put_text(FILE *out, const char *text, size_t len)
{
    fputc('"', out);
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c == '"' || c == '\\')
            fputc('\\', out);
        if (c == '\n')
            fputs("\\n", out);
        else
            fputc(c, out);
    }
    fputc('"', out);
}

/* A dump goes to whoever looks into a problem: what somebody typed about people is nobody's there, names above all. Codes, numbers, days and references tell what happened. The county's own tables hold
 * no people's words, but a rule's value may be a key. */
static bool is_hidden(const struct record_type *type, const struct field_def *field, bool full)
{
    if (field == NULL || field->kind == FIELD_SECRET)
        return field != NULL;
    if (full || (field->flags & FIELD_SENSITIVE))
        return !full;
    bool words = field->kind == FIELD_NAME || field->kind == FIELD_TEXT || field->kind == FIELD_LONG;
    return words && (!(type->flags & TYPE_SHARED) || strcmp(type->name, "rule") == 0);
}

static void put_value(FILE *out, const struct record_type *type, const struct field_def *field, struct value value, bool full)
{
    bool hidden = is_hidden(type, field, full);
    if (value.kind == VALUE_NULL)
        fputs("null", out);
    else if (value.kind == VALUE_INT)
        hidden ? fputs("#", out) : fprintf(out, "%lld", (long long)value.number);
    else if (hidden)
        fprintf(out, "#%zu", utf8_count(value.text, value.len));
    else
        put_text(out, value.text, value.len);
}

static enum status dump_type(struct store *store, const struct record_type *type, FILE *out, bool full, struct errmsg *err)
{
    struct buf sql;
    buf_init(&sql, 8192);
    buf_printf(&sql, "SELECT %s FROM \"%s\" ORDER BY id", schema_row_columns(store, type), type->name);
    struct stmt *stmt = store_prepare_buf(store, &sql);
    buf_release(&sql);
    enum status status;
    while (stmt_row(stmt, &status, err)) {
        char id[ID_TEXT_BYTES];
        id_format(stmt_column_id(stmt, ROW_ID), id);
        fprintf(out, "%s %s scope=%lld%s", type->name, id, (long long)stmt_column_int(stmt, ROW_SCOPE), stmt_column_int(stmt, ROW_GONE) ? " gone" : "");
        for (size_t i = 0; i < type->n_fields; i++) {
            if (stmt_column_is_null(stmt, ROW_FIELDS + (int)i))
                continue;
            fprintf(out, " %s=", type->fields[i].name);
            put_value(out, type, &type->fields[i], stmt_column_value(stmt, ROW_FIELDS + (int)i), full);
        }
        size_t len;
        const uint8_t *extra = stmt_column_blob(stmt, ROW_EXTRA, &len);
        if (len > 0)
            fputs(" extra=", out);
        for (size_t i = 0; i < len; i++)
            fprintf(out, "%02x", extra[i]);
        fputc('\n', out);
    }
    return status;
}

static enum status dump_conflicts(struct store *store, FILE *out, bool full, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT c.type,c.id,c.field,c.value,l.station,c.seq FROM conflict c JOIN log l ON l.no=c.log ORDER BY c.id,c.field,l.station,c.seq");
    enum status status;
    while (stmt_row(stmt, &status, err)) {
        const struct record_type *type = catalogue_by_no((uint64_t)stmt_column_int(stmt, 0));
        const struct field_def *field = type == NULL ? NULL : catalogue_field_by_no(type, (uint64_t)stmt_column_int(stmt, 2));
        char id[ID_TEXT_BYTES];
        id_format(stmt_column_id(stmt, 1), id);
        fprintf(out, "conflict %s %s.%s by %lld/%lld ", id, type == NULL ? "?" : type->name, field == NULL ? "existence" : field->name, (long long)stmt_column_int(stmt, 4),
                (long long)stmt_column_int(stmt, 5));
        put_value(out, type, field, stmt_column_value(stmt, 3), full);
        fputc('\n', out);
    }
    return status;
}

enum status dump_rows(struct store *store, FILE *out, bool full, struct errmsg *err)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < catalogue_count() && status == STATUS_OK; i++)
        status = dump_type(store, catalogue_at(i), out, full, err);
    return status == STATUS_OK ? dump_conflicts(store, out, full, err) : status;
}

struct log_dump {
    struct store *store;
    FILE *out;
    bool full;
    struct errmsg *err;
    enum status status;
};

/* The bodies of moves, shares and erasures have numbers of their own, which are no fields of the record. */
static void dump_reach(struct log_dump *dump, const struct change *change, const struct change_row *row)
{
    struct reach_body body;
    if (reach_body_parse(change->op, row->body, row->body_len, &body) != NULL) {
        fputs(" malformed", dump->out);
    } else if (change->op != CHANGE_ERASE) {
        fprintf(dump->out, change->op == CHANGE_MOVE ? " from=%lld" : " org=%lld", (long long)body.org);
        if (change->op == CHANGE_SHARE)
            fputs(body.on ? " on=1" : " on=0", dump->out);
    } else {
        fputs(" reason=", dump->out);
        dump->full ? put_text(dump->out, body.reason, body.reason_len) : (void)fprintf(dump->out, "#%zu", utf8_count(body.reason, body.reason_len));
        fputs(" officer=", dump->out);
        dump->full ? put_text(dump->out, body.officer, body.officer_len) : (void)fprintf(dump->out, "#%zu", utf8_count(body.officer, body.officer_len));
    }
}

static void dump_body(struct log_dump *dump, const struct change *change, const struct change_row *row)
{
    const struct record_type *type = catalogue_by_no(change->type_no);
    struct reader reader;
    reader_init(&reader, row->body, row->body_len);
    uint64_t count = cbor_map(&reader);
    for (uint64_t i = 0; i < count && reader.status == STATUS_OK; i++) {
        uint64_t no = cbor_uint(&reader);
        struct value value = value_decode(&reader);
        const struct field_def *field = type == NULL ? NULL : catalogue_field_by_no(type, no);
        if (reader.status != STATUS_OK)
            break;
        if (field == NULL)
            fprintf(dump->out, " #%llu=", (unsigned long long)no);
        else
            fprintf(dump->out, " %s=", field->name);
        if (field == NULL && !dump->full)
            fputs("#", dump->out);
        else
            put_value(dump->out, type, field, value, dump->full);
    }
}

static bool dump_change(void *context, const struct change_row *row)
{
    static const char *const STATES[] = {"", " quarantined", " unknown-type"};
    struct log_dump *dump = context;
    struct change change;
    struct log_info log;
    dump->status = changelog_log_by_no(dump->store, row->log, &log, dump->err);
    if (dump->status != STATUS_OK)
        return false;
    if (change_decode_header(row->header, row->header_len, &change) != STATUS_OK) {
        fprintf(dump->out, "%lld corrupt header\n", (long long)row->lsn);
        return true;
    }
    const struct record_type *type = catalogue_by_no(change.type_no);
    char id[ID_TEXT_BYTES];
    id_format(change.id, id);
    fprintf(dump->out, "%lld %u/%llu order=%llu seen=%llu scope=%lld %s %s %s%s", (long long)row->lsn, log.id.station, (unsigned long long)row->seq,
            (unsigned long long)row->order, (unsigned long long)change.seen, (long long)change.scope, change_op_name(change.op), type == NULL ? "?" : type->name, id,
            STATES[row->state <= 2 ? row->state : 0]);
    if (row->body == NULL)
        fputs(" erased", dump->out);
    else if (change.op == CHANGE_MOVE || change.op == CHANGE_SHARE || change.op == CHANGE_ERASE)
        dump_reach(dump, &change, row);
    else
        dump_body(dump, &change, row);
    fputc('\n', dump->out);
    return true;
}

enum status dump_log(struct store *store, FILE *out, bool full, struct errmsg *err)
{
    struct log_dump dump = {.store = store, .out = out, .full = full, .err = err};
    enum status status = changelog_each(store, dump_change, &dump, err);
    return status != STATUS_OK ? status : dump.status;
}
