/* core/report/upward_days.c - see upward_days.h. */
#include "core/report/upward_days.h"

#include <string.h>

#include "core/record/change_body.h"
#include "core/record/changelog.h"
#include "core/record/reach_impl.h"
#include "core/record/recount.h"
#include "core/record/schema.h"

enum { SQL_MAX_BYTES = 4096 };

/* No report reads these; without this list each edit of a person would count everything again. */
static const char *const UNREAD[] = {"person", "relation", "user", "signin", "interest_mark", "template", "saved_view", "step", "material", "document", "merge", "holiday",
                                     "report_explanation", "report_text", "rule_document", "duty_shift", "meeting_action", "eval", "eval_item", "eval_standard", "assessment", "assessment_item",
                                     "assess_standard", "organ_opinion", "court_observation"};
/* What others are counted by, on whatever day; and people in post, of whom nobody may have written since when. */
static const char *const EVERYWHERE[] = {"org", "handler", "staff", "code", "rule", "stat_baseline"};
/* What rows hang on that is counted. */
static const char *const FOLLOWED[] = {"case", "event", "training", "meeting", "campaign", "case_group", "consultation"};

#define IS_IN(list, name) is_in(list, sizeof(list) / sizeof((list)[0]), name)

struct days {
    struct store *store;
    int32_t from;
    struct errmsg *err;
};

static bool is_in(const char *const *list, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(list[i], name) == 0)
            return true;
    return false;
}

static void touch(struct days *days, int64_t day)
{
    if (day < days->from && day > INT32_MIN)
        days->from = (int32_t)day;
}

static void touch_all(struct days *days)
{
    days->from = UPWARD_DAYS_ALL;
}

/* A day that something is counted on: of types with counted fields one of those; nobody is counted on a birthday. */
static bool is_event_day(const struct record_type *type, const struct field_def *field)
{
    return field->kind == FIELD_DAY && strcmp(field->name, "born") != 0 && (!recount_has(type) || (field->flags & FIELD_COUNTED));
}

static bool is_followed(const struct field_def *field)
{
    return field->kind == FIELD_REF && IS_IN(FOLLOWED, field->codes);
}

/* The days that the row at hand bears; *any: there was one. */
static void days_of_row(struct days *days, const struct record_type *type, struct stmt *row, bool *any)
{
    for (size_t i = 0; i < type->n_fields; i++) {
        if (!is_event_day(type, &type->fields[i]) || stmt_column_is_null(row, ROW_FIELDS + (int)i))
            continue;
        touch(days, stmt_column_int(row, ROW_FIELDS + (int)i));
        *any = true;
    }
}

/* Which case speaks for a group may change with any of its cases. */
static enum status days_of_members(struct days *days, const char *group)
{
    const struct record_type *type = catalogue_find("case");
    struct buf sql;
    enum status status;
    bool any = false;
    buf_init(&sql, SQL_MAX_BYTES);
    buf_printf(&sql, "SELECT %s FROM \"case\" WHERE case_group=?1", schema_row_columns(days->store, type));
    struct stmt *stmt = store_prepare_buf(days->store, &sql);
    stmt_string(stmt, 1, group);
    while (stmt_row(stmt, &status, days->err))
        days_of_row(days, type, stmt, &any);
    buf_release(&sql);
    return status;
}

/* A payment is counted by its case's kind, on its own day. */
static enum status days_of_payments(struct days *days, const char *kase)
{
    struct stmt *stmt = store_prepare(days->store, "SELECT paid_on FROM payment WHERE case_id=?1 AND paid_on IS NOT NULL");
    enum status status;
    stmt_string(stmt, 1, kase);
    while (stmt_row(stmt, &status, days->err))
        touch(days, stmt_column_int(stmt, 0));
    return status;
}

/* What a reference names, if it is counted. */
static enum status days_of_ref(struct days *days, const struct field_def *field, struct value value)
{
    const struct record_type *type = catalogue_find(field->codes);
    char hex[ID_TEXT_BYTES];
    struct id id;
    enum status status;
    bool any = false;
    if (value.kind != VALUE_TEXT || id_parse(value.text, value.len, &id) != STATUS_OK)
        return STATUS_OK;
    id_format(id, hex);
    struct stmt *row = store_prepare_lasting(days->store, schema_row_by_id(days->store, type));
    stmt_id(row, 1, id);
    if (stmt_row(row, &status, days->err)) {
        days_of_row(days, type, row, &any);
        stmt_reset(row);
    }
    return status == STATUS_OK && strcmp(type->name, "case_group") == 0 ? days_of_members(days, hex) : status;
}

/* What one change gave the row; *wrote: a day that counts, or what it hangs on, is among it. */
static enum status days_of_body(struct days *days, const struct record_type *type, const struct change *change, const void *bytes, size_t len, bool *wrote)
{
    struct change_body body;
    enum status status = STATUS_OK;
    if (bytes == NULL || (change->op != CHANGE_PUT && change->op != CHANGE_RESOLVE) || change_body_parse(type, change->op, bytes, len, &body) != NULL)
        return STATUS_OK;
    for (size_t i = 0; i < body.count && status == STATUS_OK; i++) {
        const struct change_field *field = &body.fields[i];
        if (field->def == NULL)
            continue;
        bool day = is_event_day(type, field->def), ref = is_followed(field->def);
        *wrote |= day || ref;
        if (day && field->value.kind == VALUE_INT)
            touch(days, field->value.number);
        if (ref)
            status = days_of_ref(days, field->def, field->value);
    }
    return status;
}

/* One of its changes wrote such a field: what it bore before is in the others. */
static enum status days_of_history(struct days *days, const struct record_type *type, int64_t head)
{
    struct stmt *stmt = store_prepare(days->store, REACH_ROW_LIST "SELECT c.header,c.body FROM list JOIN change c ON c.lsn=list.lsn WHERE c.body IS NOT NULL");
    enum status status;
    stmt_int(stmt, 1, head);
    while (stmt_row(stmt, &status, days->err)) {
        struct change change;
        size_t header_len, len;
        bool wrote = false;
        const uint8_t *header = stmt_column_blob(stmt, 0, &header_len), *body = stmt_column_blob(stmt, 1, &len);
        if (change_decode_header(header, header_len, &change) == STATUS_OK)
            status = days_of_body(days, type, &change, body, len, &wrote);
        if (status != STATUS_OK) {
            stmt_reset(stmt);
            break;
        }
    }
    return status;
}

/* The row as it stands, with what it hangs on. */
static enum status days_of_standing(struct days *days, const struct record_type *type, struct id id, int64_t *head)
{
    struct value refs[FIELD_MAX_COUNT];
    const struct field_def *fields[FIELD_MAX_COUNT];
    struct stmt *row = store_prepare_lasting(days->store, schema_row_by_id(days->store, type));
    enum status status;
    size_t n = 0;
    bool any = false;
    *head = 0;
    stmt_id(row, 1, id);
    if (!stmt_row(row, &status, days->err))
        return status; /* it was refused: nothing is counted of it */
    *head = stmt_column_int(row, ROW_HEAD);
    bool erased = stmt_column_int(row, ROW_W_LOG) == 0 && stmt_column_int(row, ROW_W_SEQ) == REACH_ERASED;
    days_of_row(days, type, row, &any);
    for (size_t i = 0; i < type->n_fields; i++) {
        if (!is_followed(&type->fields[i]) || stmt_column_is_null(row, ROW_FIELDS + (int)i))
            continue;
        refs[n] = stmt_column_value(row, ROW_FIELDS + (int)i);
        fields[n++] = &type->fields[i];
    }
    char texts[FIELD_MAX_COUNT][ID_TEXT_BYTES];
    for (size_t i = 0; i < n; i++) { /* their own look-ups may use this statement */
        size_t len = refs[i].len < sizeof texts[i] ? refs[i].len : sizeof texts[i] - 1;
        memcpy(texts[i], refs[i].text, len);
        texts[i][len] = '\0';
    }
    stmt_reset(row);
    for (size_t i = 0; i < n && status == STATUS_OK; i++)
        status = days_of_ref(days, fields[i], value_string(texts[i]));
    if (erased || (!any && n == 0))
        touch_all(days);
    char hex[ID_TEXT_BYTES];
    id_format(id, hex);
    if (status == STATUS_OK && strcmp(type->name, "case_group") == 0)
        status = days_of_members(days, hex);
    if (status == STATUS_OK && strcmp(type->name, "case") == 0)
        status = days_of_payments(days, hex);
    return status;
}

static enum status days_of_change(struct days *days, const struct record_type *type, const struct change *change, const void *body, size_t len)
{
    int64_t head;
    bool wrote = false;
    enum status status = days_of_standing(days, type, change->id, &head);
    if (status == STATUS_OK)
        status = days_of_body(days, type, change, body, len, &wrote);
    return status == STATUS_OK && wrote && head != 0 ? days_of_history(days, type, head) : status;
}

enum status upward_days_since(struct store *center, int64_t after, int32_t *from, struct errmsg *err)
{
    struct days days = {.store = center, .from = UPWARD_DAYS_NONE, .err = err};
    struct stmt *stmt = store_prepare(center, "SELECT type,header,body FROM change WHERE lsn>?1 AND state<>1 ORDER BY lsn");
    enum status status;
    int n = 0;
    stmt_int(stmt, 1, after);
    while (stmt_row(stmt, &status, err)) {
        const struct record_type *type = catalogue_by_no((uint64_t)stmt_column_int(stmt, 0));
        struct change change;
        size_t header_len, len;
        const uint8_t *header = stmt_column_blob(stmt, 1, &header_len);
        const uint8_t *body = stmt_column_is_null(stmt, 2) ? (len = 0, NULL) : stmt_column_blob(stmt, 2, &len);
        if (type != NULL && !IS_IN(UNREAD, type->name) && change_decode_header(header, header_len, &change) == STATUS_OK) {
            if (IS_IN(EVERYWHERE, type->name))
                touch_all(&days);
            else
                status = days_of_change(&days, type, &change, body, len);
        }
        if (++n > UPWARD_DAYS_CHANGES_MAX)
            touch_all(&days);
        if (status != STATUS_OK || days.from == UPWARD_DAYS_ALL) {
            stmt_reset(stmt);
            break;
        }
    }
    *from = days.from;
    return status;
}

enum status upward_days_first(struct store *center, int32_t *first, struct errmsg *err)
{
    /* All of them indexed, so that each is one look-up. */
    static const char *const LOOKED[] = {"SELECT min(received_on) FROM \"case\"",  "SELECT min(date) FROM consultation", "SELECT min(date) FROM event",      "SELECT min(date) FROM stat_entry",
                                         "SELECT min(date) FROM training",         "SELECT min(date) FROM honour",       "SELECT min(date) FROM media_item", "SELECT min(date) FROM meeting",
                                         "SELECT min(date) FROM token",            "SELECT min(date) FROM volunteer",    "SELECT min(date) FROM complaint",  "SELECT min(date) FROM return_visit"};
    enum status status = STATUS_OK;
    *first = UPWARD_DAYS_NONE;
    for (size_t i = 0; i < sizeof LOOKED / sizeof LOOKED[0] && status == STATUS_OK; i++) {
        struct stmt *stmt = store_prepare(center, LOOKED[i]);
        if (!stmt_row(stmt, &status, err))
            continue;
        if (!stmt_column_is_null(stmt, 0) && stmt_column_int(stmt, 0) < *first)
            *first = (int32_t)stmt_column_int(stmt, 0);
        stmt_reset(stmt);
    }
    return status;
}
