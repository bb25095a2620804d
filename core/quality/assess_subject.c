/* core/quality/assess_subject.c - who is assessed: the rosters of handlers and volunteers, stations, firms. See assess.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/aid/assignment.h"
#include "core/quality/assess_impl.h"
#include "core/record/filter.h"

enum { SUBJECTS_FIRST = 32 };

struct subjects {
    const struct assess_desk *desk;
    const char *kind;
    struct assess_subject *items; /* owned */
    size_t n, room;
    enum status status;
};

static bool is_one_of(const char *code, const char *list)
{
    char word[24];
    snprintf(word, sizeof word, " %.20s ", code);
    return code[0] != '\0' && strstr(list, word) != NULL;
}

static bool day_of(const struct record *record, const char *field, int32_t *day)
{
    struct value value = record_get(record, catalogue_field(record->type, field));
    *day = (int32_t)value.number;
    return value.kind == VALUE_INT;
}

static const char *type_of_kind(const char *kind)
{
    return strcmp(kind, "handler") == 0 ? "handler" : strcmp(kind, "volunteer") == 0 ? "volunteer" : "org";
}

static void fill(struct assess_subject *subject, const char *kind, const struct record *record)
{
    *subject = (struct assess_subject){.id = record->id};
    snprintf(subject->kind, sizeof subject->kind, "%s", kind);
    snprintf(subject->name, sizeof subject->name, "%.*s", ASSESS_NAME_BYTES - 1, record_text(record, "name"));
}

static enum status add(struct subjects *subjects, const struct record *record)
{
    if (subjects->n == subjects->room) {
        size_t room = subjects->room > 0 ? subjects->room * 2 : SUBJECTS_FIRST;
        struct assess_subject *items = reallocarray(subjects->items, room, sizeof items[0]);
        if (items == NULL)
            return STATUS_NOMEM;
        subjects->items = items;
        subjects->room = room;
    }
    fill(&subjects->items[subjects->n++], subjects->kind, record);
    return STATUS_OK;
}

/* ---- all of a kind ---- */

static bool is_assessed(const struct subjects *subjects, const struct record *record)
{
    const struct assess_desk *desk = subjects->desk;
    int32_t day;
    if (strcmp(subjects->kind, "station") == 0)
        return is_one_of(record_text(record, "kind"), " station branch ") && record_get(record, catalogue_field(record->type, "closed")).number != 1;
    if (day_of(record, "left_on", &day) && day < desk->from)
        return false;
    return strcmp(subjects->kind, "volunteer") != 0 || !day_of(record, "date", &day) || day <= desk->to;
}

static bool take_row(void *context, const struct record *record, const struct list_key *key)
{
    struct subjects *subjects = context;
    (void)key;
    if (is_assessed(subjects, record))
        subjects->status = add(subjects, record);
    return subjects->status == STATUS_OK;
}

/* The orgs that handlers of the roster belong to. */
static enum status take_firms(struct subjects *subjects, struct errmsg *err)
{
    const struct assess_desk *desk = subjects->desk;
    struct stmt *stmt = store_prepare(desk->store, "SELECT DISTINCT firm FROM handler WHERE firm IS NOT NULL AND gone=0 AND (left_on IS NULL OR left_on>=?1)");
    enum status status;
    stmt_int(stmt, 1, desk->from);
    while (stmt_row(stmt, &status, err)) {
        struct record org;
        struct id id;
        size_t len;
        const char *text = stmt_column_text(stmt, 0, &len);
        if (id_parse(text, len, &id) != STATUS_OK)
            continue;
        status = records_get(desk->store, desk->actor, catalogue_find("org"), id, &org, err);
        if (status == STATUS_NOT_FOUND) {
            errmsg_clear(err);
            continue;
        }
        if (status == STATUS_OK) {
            status = add(subjects, &org);
            record_release(&org);
        }
        if (status != STATUS_OK) {
            stmt_reset(stmt);
            break;
        }
    }
    return status;
}

enum status assess_subjects(const struct assess_desk *desk, const char *kind, struct assess_subject **out, size_t *n, struct errmsg *err)
{
    struct subjects subjects = {.desk = desk, .kind = kind};
    struct list_query query = {.type = catalogue_find(type_of_kind(kind)), .ascending = true};
    enum status status = strcmp(kind, "firm") == 0 ? take_firms(&subjects, err) : records_list(desk->store, desk->actor, &query, take_row, &subjects, err);
    if (status == STATUS_OK && subjects.status != STATUS_OK)
        status = errmsg_set(err, subjects.status, "%s", status_text(subjects.status));
    if (status != STATUS_OK) {
        free(subjects.items);
        subjects = (struct subjects){.n = 0};
    }
    *out = subjects.items;
    *n = subjects.n;
    return status;
}

/* ---- one by its name ---- */

struct found {
    const char *kind;
    struct assess_subject subject;
    size_t n;
};

static bool found_row(void *context, const struct record *record, const struct list_key *key)
{
    struct found *found = context;
    (void)key;
    fill(&found->subject, found->kind, record);
    return ++found->n < 2;
}

static enum status find_by(const struct assess_desk *desk, struct found *found, const char *field, const char *text, struct errmsg *err)
{
    const struct record_type *type = catalogue_find(type_of_kind(found->kind));
    struct filter filter = {.type = type, .n_terms = 1};
    struct list_query query = {.type = type, .filter = &filter, .ascending = true};
    filter.terms[0] = (struct filter_term){.field = catalogue_field(type, field), .op = FILTER_EQ, .value = value_string(text)};
    return records_list(desk->store, desk->actor, &query, found_row, found, err);
}

static enum status find_by_id(const struct assess_desk *desk, struct found *found, const char *text, struct errmsg *err)
{
    const struct record_type *type = catalogue_find(type_of_kind(found->kind));
    struct record record;
    struct id id;
    enum status status = records_resolve_id(desk->store, desk->actor, text, &type, &id, err);
    if (status == STATUS_OK)
        status = records_get(desk->store, desk->actor, type, id, &record, err);
    if (status != STATUS_OK)
        return status;
    fill(&found->subject, found->kind, &record);
    record_release(&record);
    return STATUS_OK;
}

enum status assess_find(const struct assess_desk *desk, const char *kind, const char *text, struct assess_subject *out, struct errmsg *err)
{
    struct found found = {.kind = kind};
    if (assess_kind_bit(kind) == 0)
        return errmsg_set(err, STATUS_NOT_FOUND, "考核对象是 handler firm station volunteer 之一，没有 %.40s", kind);
    enum status status = find_by(desk, &found, "name", text, err);
    if (status == STATUS_OK && found.n == 0 && strcmp(type_of_kind(kind), "org") == 0)
        status = find_by(desk, &found, "code", text, err);
    if (status == STATUS_OK && found.n > 1)
        return errmsg_set(err, STATUS_INVALID, "不止一个%.60s，请用编号开头几位", text);
    if (status == STATUS_OK && found.n == 0) {
        status = find_by_id(desk, &found, text, err);
        if (status == STATUS_MALFORMED || status == STATUS_NOT_FOUND)
            return errmsg_set(err, STATUS_NOT_FOUND, "没有这个考核对象: %.60s", text);
    }
    *out = found.subject;
    return status;
}

/* ---- whose rows ---- */

static enum status own_alone(struct assess_owners *owners, struct id id)
{
    owners->ids = malloc(sizeof owners->ids[0]);
    if (owners->ids == NULL)
        return STATUS_NOMEM;
    owners->ids[owners->n++] = id;
    return STATUS_OK;
}

static enum status own_handlers(const struct assess_desk *desk, struct assess_owners *owners, struct id firm, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(desk->store, "SELECT id FROM handler WHERE firm=?1 AND gone=0 ORDER BY name,id");
    char text[ID_TEXT_BYTES];
    size_t room = 0;
    enum status status;
    id_format(firm, text);
    stmt_string(stmt, 1, text);
    while (stmt_row(stmt, &status, err)) {
        if (owners->n == room) {
            room = room > 0 ? room * 2 : SUBJECTS_FIRST;
            struct id *ids = reallocarray(owners->ids, room, sizeof ids[0]);
            if (ids == NULL) {
                stmt_reset(stmt);
                return STATUS_NOMEM;
            }
            owners->ids = ids;
        }
        owners->ids[owners->n++] = stmt_column_id(stmt, 0);
    }
    return status;
}

static enum status own_scope(const struct assess_desk *desk, struct assess_owners *owners, struct id org, struct errmsg *err)
{
    struct record record;
    enum status status = records_get(desk->store, desk->actor, catalogue_find("org"), org, &record, err);
    if (status != STATUS_OK)
        return status;
    owners->org = record_get(&record, catalogue_field(record.type, "number")).number;
    record_release(&record);
    return STATUS_OK;
}

enum status assess_owners_load(const struct assess_desk *desk, const struct assess_subject *subject, struct assess_owners *out, struct errmsg *err)
{
    unsigned kind = assess_kind_bit(subject->kind);
    *out = (struct assess_owners){.n = 0};
    enum status status = kind == ASSESS_FIRM ? own_handlers(desk, out, subject->id, err)
                         : kind == ASSESS_STATION ? own_scope(desk, out, subject->id, err)
                                                  : own_alone(out, subject->id);
    if (status != STATUS_OK)
        assess_owners_release(out);
    return status;
}

void assess_owners_release(struct assess_owners *owners)
{
    free(owners->ids);
    *owners = (struct assess_owners){.n = 0};
}
