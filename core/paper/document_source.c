/* core/paper/document_source.c - rows that papers are filled from. See document_source.h. */
#include "core/paper/document_source.h"

#include <stdlib.h>
#include <string.h>

#include "core/aid/org.h"
#include "core/base/day.h"
#include "core/record/filter.h"

enum { ROWS_MAX = 2000 };

void paper_source_init(struct paper_source *source)
{
    memset(source, 0, sizeof(*source));
    source->number = "";
}

void paper_source_fail(struct paper_source *source, enum status status)
{
    if (source->status == STATUS_OK)
        source->status = status;
}

static void release_row(struct paper_row *row)
{
    if (row->found)
        record_release(&row->record);
    memset(row, 0, sizeof(*row));
}

void paper_source_release(struct paper_source *source)
{
    for (size_t i = 0; i < PAPER_ORGS; i++)
        release_row(&source->orgs[i]);
    release_row(&source->person);
    release_row(&source->handler);
    release_row(&source->account);
    for (size_t i = 0; i < PAPER_BLOCKS; i++) {
        for (size_t k = 0; k < source->blocks[i].n; k++)
            record_release(&source->blocks[i].items[k]);
        free(source->blocks[i].items);
    }
    paper_source_init(source);
}

/* ---- single rows ------------------------------------------------------------------------------------------------- */

struct first {
    struct paper_row *row;
    enum status status;
};

static bool take_first(void *context, const struct record *record, const struct list_key *key)
{
    struct first *first = context;

    (void)key;
    first->status = record_copy(&first->row->record, record);
    first->row->found = first->status == STATUS_OK;
    return false;
}

/* The first record of a type whose field has the value. */
static void find_by(struct paper_source *source, const char *type_name, const char *field, struct value value, struct paper_row *row)
{
    const struct record_type *type = catalogue_find(type_name);
    struct filter filter = {.type = type, .n_terms = 1, .terms = {{.field = catalogue_field(type, field), .op = FILTER_EQ, .value = value}}};
    struct list_query query = {.type = type, .filter = &filter, .limit = 1, .ascending = true};
    struct first first = {.row = row, .status = STATUS_OK};
    enum status status = records_list(source->store, source->actor, &query, take_first, &first, source->err);

    row->loaded = true;
    paper_source_fail(source, status == STATUS_OK ? first.status : status);
}

/* The record a reference field of another points to, if it is visible here. */
static void follow(struct paper_source *source, const struct record *from, const char *field, const char *type, struct paper_row *row)
{
    const char *text = from != NULL ? record_text(from, field) : "";
    struct id id;
    enum status status;

    row->loaded = true;
    if (id_parse(text, strlen(text), &id) != STATUS_OK)
        return;
    status = records_get(source->store, source->actor, catalogue_find(type), id, &row->record, source->err);
    row->found = status == STATUS_OK;
    if (status != STATUS_NOT_FOUND)
        paper_source_fail(source, status);
}

static int64_t own_org(const struct paper_source *source)
{
    const struct record *record = source->from->kase != NULL ? source->from->kase : source->from->record;

    return record != NULL && record->scope > 0 ? record->scope : source->actor->org;
}

static void load_org(struct paper_source *source, enum paper_org which)
{
    struct paper_row *row = &source->orgs[which];

    switch (which) {
    case PAPER_CENTER:
        find_by(source, "org", "number", value_int(ORG_NUMBER_CENTER), row);
        break;
    case PAPER_STATION:
        find_by(source, "org", "number", value_int(own_org(source)), row);
        break;
    case PAPER_BUREAU:
        find_by(source, "org", "kind", value_string("bureau"), row);
        break;
    case PAPER_FIRM:
        follow(source, source->from->kase, "firm", "org", row);
        break;
    case PAPER_ORGS:
        break;
    }
}

const struct record *paper_org(struct paper_source *source, enum paper_org which)
{
    struct paper_row *row = &source->orgs[which];

    if (!row->loaded)
        load_org(source, which);
    return row->found ? &row->record : NULL;
}

const struct record *paper_person(struct paper_source *source)
{
    if (!source->person.loaded)
        follow(source, source->from->kase, "applicant", "person", &source->person);
    return source->person.found ? &source->person.record : NULL;
}

const struct record *paper_handler(struct paper_source *source)
{
    if (!source->handler.loaded)
        follow(source, source->from->kase, "handler_ref", "handler", &source->handler);
    return source->handler.found ? &source->handler.record : NULL;
}

const char *paper_account(struct paper_source *source, const char *name)
{
    struct paper_row *row = &source->account;

    if (name[0] == 0)
        return name;
    if (!row->found || strcmp(record_text(&row->record, "name"), name) != 0) {
        release_row(row);
        find_by(source, "user", "name", value_string(name), row);
    }
    return row->found && record_text(&row->record, "display")[0] != 0 ? record_text(&row->record, "display") : name;
}

/* ---- blocks ------------------------------------------------------------------------------------------------------ */

struct gathering {
    struct paper_rows *rows;
    enum paper_block block;
    enum status status;
};

static bool has_number(const struct record *record, const char *field)
{
    return record_get(record, catalogue_field(record->type, field)).kind == VALUE_INT;
}

/* Whether a row of the type belongs to the block. */
static bool belongs(enum paper_block block, const struct record *record)
{
    switch (block) {
    case BLOCK_MATERIALS:
        return has_number(record, "received_on");
    case BLOCK_MISSING:
        return !has_number(record, "received_on");
    case BLOCK_OPPONENTS:
        return strcmp(record_text(record, "role"), "01") == 0;
    case BLOCK_LOGS:
        return strcmp(record_text(record, "action"), "log") == 0;
    case BLOCK_DOCUMENTS: /* a paper taken back, the cover and the list itself are not in the file's list */
        return record_get(record, catalogue_field(record->type, "voided")).number == 0 && strcmp(record_text(record, "form"), "40") < 0;
    case BLOCK_PARTIES:
    case BLOCK_HOUSEHOLD:
    case BLOCK_STEPS:
    case BLOCK_PAYMENTS:
    case BLOCK_DUTIES:
    case BLOCK_CONTENTS:
    case PAPER_BLOCKS:
        break;
    }
    return true;
}

static enum status add_row(struct paper_rows *rows, const struct record *record)
{
    if (rows->n == rows->cap) {
        size_t cap = rows->cap > 0 ? rows->cap * 2 : 16;
        struct record *items = realloc(rows->items, cap * sizeof(*items));

        if (items == NULL)
            return STATUS_NOMEM;
        rows->items = items;
        rows->cap = cap;
    }
    if (rows->n == ROWS_MAX)
        return STATUS_TOO_LARGE;
    if (record_copy(&rows->items[rows->n], record) != STATUS_OK)
        return STATUS_NOMEM;
    rows->n++;
    return STATUS_OK;
}

static bool gather(void *context, const struct record *record, const struct list_key *key)
{
    struct gathering *gathering = context;

    (void)key;
    if (belongs(gathering->block, record))
        gathering->status = add_row(gathering->rows, record);
    return gathering->status == STATUS_OK;
}

static void load_rows(struct paper_source *source, enum paper_block block, const struct filter *filter)
{
    struct gathering gathering = {.rows = &source->blocks[block], .block = block};
    struct list_query query = {.type = filter->type, .filter = filter, .ascending = true};
    enum status status = records_list(source->store, source->actor, &query, gather, &gathering, source->err);

    if (status == STATUS_OK && gathering.status != STATUS_OK)
        status = gathering.status == STATUS_NOMEM ? STATUS_NOMEM : errmsg_set(source->err, gathering.status, "%s太多，一份文书里放不下", filter->type->label);
    paper_source_fail(source, status);
}

/* Rows whose reference field points to this record. */
static void load_of(struct paper_source *source, enum paper_block block, const char *type_name, const char *field, const struct id *owner)
{
    const struct record_type *type = catalogue_find(type_name);
    char text[ID_TEXT_BYTES];
    struct filter filter = {.type = type, .n_terms = 1, .terms = {{.field = catalogue_field(type, field), .op = FILTER_EQ}}};

    if (owner == NULL || id_is_zero(*owner))
        return;
    id_format(*owner, text);
    filter.terms[0].value = value_string(text);
    load_rows(source, block, &filter);
}

static void load_days(struct paper_source *source, enum paper_block block, const char *type_name, const char *field, int32_t from, int32_t to)
{
    const struct record_type *type = catalogue_find(type_name);
    const struct field_def *day = catalogue_field(type, field);
    struct filter filter = {
        .type = type, .n_terms = 2, .terms = {{.field = day, .op = FILTER_GE, .value = value_int(from)}, {.field = day, .op = FILTER_LE, .value = value_int(to)}}};

    load_rows(source, block, &filter);
}

/* A row that stands in no table: one text in one field. */
static void add_made(struct paper_source *source, enum paper_block block, const char *type, const char *field, const char *text, size_t len)
{
    struct record record;
    enum status status;

    record_init(&record, catalogue_find(type));
    status = record_set(&record, catalogue_field(record.type, field), value_text(text, len));
    if (status == STATUS_OK)
        status = add_row(&source->blocks[block], &record);
    record_release(&record);
    paper_source_fail(source, status);
}

/* What the step lists, one a line or divided by semicolons; without a list, the materials not received yet. */
static void load_missing(struct paper_source *source, const struct id *kase)
{
    static const char wide[] = "；";
    const struct record *step = paper_step(source);
    const char *at = step != NULL ? record_text(step, "items") : "";

    if (*at == 0) {
        load_of(source, BLOCK_MISSING, "material", "case_id", kase);
        return;
    }
    while (*at != 0) {
        const char *semicolon = strstr(at, wide);
        size_t len = strcspn(at, ";\n");

        if (semicolon != NULL && (size_t)(semicolon - at) < len)
            len = (size_t)(semicolon - at);
        if (len > 0)
            add_made(source, BLOCK_MISSING, "material", "name", at, len);
        at += len;
        at += strncmp(at, wide, strlen(wide)) == 0 ? strlen(wide) : (size_t)(*at != 0);
    }
}

static void load_payments(struct paper_source *source, const struct id *kase)
{
    const struct record *record = source->from->record;

    if (record != NULL && strcmp(record->type->name, "payment") == 0 && has_number(record, "paid_on")) {
        int32_t day = (int32_t)record_get(record, catalogue_field(record->type, "paid_on")).number;

        load_days(source, BLOCK_PAYMENTS, "payment", "paid_on", day, day);
    } else {
        load_of(source, BLOCK_PAYMENTS, "payment", "case_id", kase);
    }
}

/* The month of the record in hand, else of today. */
static void load_duties(struct paper_source *source)
{
    const struct record *record = source->from->record;
    int32_t day = source->from->today, first, next;
    int year, month, dom;

    if (record != NULL && strcmp(record->type->name, "duty_help") == 0 && has_number(record, "date"))
        day = (int32_t)record_get(record, catalogue_field(record->type, "date")).number;
    day_to_ymd(day, &year, &month, &dom);
    if (day_from_ymd(year, month, 1, &first) == STATUS_OK && day_from_ymd(month == 12 ? year + 1 : year, month == 12 ? 1 : month + 1, 1, &next) == STATUS_OK)
        load_days(source, BLOCK_DUTIES, "duty_help", "date", first, next - 1);
}

static int64_t day_of(const struct record *row, const char *field)
{
    return record_get(row, catalogue_field(row->type, field)).number;
}

/* A paper as a row of the file's list: a material named by its title, the number as its note. */
static enum status add_paper(struct paper_source *source, const struct record *document)
{
    struct record row;
    enum status status;

    record_init(&row, catalogue_find("material"));
    status = record_set_text(&row, "name", code_book_name(source->codes, "doc_form", record_text(document, "form")));
    if (status == STATUS_OK)
        status = record_set_text(&row, "note", record_text(document, *record_text(document, "number") != 0 ? "number" : "provisional_no"));
    if (status == STATUS_OK)
        status = record_set_int(&row, "received_on", day_of(document, "issued_on"));
    if (status == STATUS_OK)
        status = add_row(&source->blocks[BLOCK_CONTENTS], &row);
    record_release(&row);
    return status;
}

/* What the file holds, by day: materials handed in and papers given out. */
static void load_contents(struct paper_source *source)
{
    const struct paper_rows *papers = paper_block(source, "documents"), *materials = paper_block(source, "materials");
    enum status status = STATUS_OK;
    size_t p = 0, m = 0;

    while (status == STATUS_OK && (p < papers->n || m < materials->n)) {
        bool material = p == papers->n || (m < materials->n && day_of(&materials->items[m], "received_on") <= day_of(&papers->items[p], "issued_on"));

        status = material ? add_row(&source->blocks[BLOCK_CONTENTS], &materials->items[m++]) : add_paper(source, &papers->items[p++]);
    }
    paper_source_fail(source, status);
}

/* The entry of the log that gives the paper out stands in it, though it is stored behind the paper. */
static void add_step_in_hand(struct paper_source *source)
{
    const struct record *step = source->from->step;
    const struct paper_rows *logs = &source->blocks[BLOCK_LOGS];

    if (step == NULL || !belongs(BLOCK_LOGS, step))
        return;
    for (size_t i = 0; i < logs->n; i++)
        if (id_equal(logs->items[i].id, step->id))
            return;
    enum status status = add_row(&source->blocks[BLOCK_LOGS], step);
    paper_source_fail(source, status);
}

static void load_block(struct paper_source *source, enum paper_block block)
{
    const struct record *kase = source->from->kase, *person;
    const struct id *id = kase != NULL ? &kase->id : NULL;

    source->blocks[block].loaded = true;
    switch (block) {
    case BLOCK_MATERIALS:
        load_of(source, block, "material", "case_id", id);
        break;
    case BLOCK_MISSING:
        load_missing(source, id);
        break;
    case BLOCK_PARTIES:
        load_of(source, block, "party", "case_id", id);
        break;
    case BLOCK_OPPONENTS:
        load_of(source, block, "party", "case_id", id);
        if (source->blocks[block].n == 0 && kase != NULL && record_text(kase, "opponent")[0] != 0)
            add_made(source, block, "party", "name", record_text(kase, "opponent"), strlen(record_text(kase, "opponent")));
        break;
    case BLOCK_HOUSEHOLD:
        person = paper_person(source);
        load_of(source, block, "relation", "person", person != NULL ? &person->id : NULL);
        break;
    case BLOCK_STEPS:
        load_of(source, block, "step", "case_id", id);
        break;
    case BLOCK_LOGS:
        load_of(source, block, "step", "case_id", id);
        add_step_in_hand(source);
        break;
    case BLOCK_DOCUMENTS:
        load_of(source, block, "document", "case_id", id);
        break;
    case BLOCK_PAYMENTS:
        load_payments(source, id);
        break;
    case BLOCK_DUTIES:
        load_duties(source);
        break;
    case BLOCK_CONTENTS:
        load_contents(source);
        break;
    case PAPER_BLOCKS:
        break;
    }
}

const struct paper_rows *paper_block(struct paper_source *source, const char *name)
{
    static const char *const names[PAPER_BLOCKS] = {"materials", "missing",   "parties",  "opponents", "household", "steps",
                                                    "logs",      "documents", "payments", "duties",    "contents"};

    for (enum paper_block block = 0; block < PAPER_BLOCKS; block++) {
        if (strcmp(names[block], name) != 0)
            continue;
        if (!source->blocks[block].loaded)
            load_block(source, block);
        return &source->blocks[block];
    }
    return NULL;
}

/* ---- steps ------------------------------------------------------------------------------------------------------- */

static bool is_one_of(const char *action, const char *actions)
{
    size_t len = strlen(action);

    for (const char *at = actions; *at != 0; at += strcspn(at, ",") + (at[strcspn(at, ",")] == ','))
        if (strcspn(at, ",") == len && memcmp(at, action, len) == 0)
            return true;
    return false;
}

const struct record *paper_step_of(struct paper_source *source, const char *actions)
{
    const struct paper_rows *steps = paper_block(source, "steps");
    const struct record *now = source->from->step; /* may not be stored yet */

    if (now != NULL && is_one_of(record_text(now, "action"), actions))
        return now;
    for (size_t i = steps->n; i > 0; i--)
        if (is_one_of(record_text(&steps->items[i - 1], "action"), actions))
            return &steps->items[i - 1];
    return NULL;
}

const struct record *paper_step(struct paper_source *source)
{
    static const struct {
        const char *form, *actions;
    } issuers[] = {
        {"06", "request-supplement"}, {"07", "cooperate"},     {"09", "approve,urgent-aid"}, {"10", "refuse"},           {"11", "assign,change-handler"},
        {"13", "assign,change-handler"}, {"16", "change-handler"}, {"17", "change-handler"}, {"18", "terminate"},        {"19", "terminate"},
        {"20", "decide-objection"},   {"21", "accept-closing"}, {"41", "archive"},
    };

    if (source->from->step != NULL)
        return source->from->step;
    for (size_t i = 0; i < sizeof(issuers) / sizeof(issuers[0]); i++)
        if (strcmp(issuers[i].form, source->template->form) == 0)
            return paper_step_of(source, issuers[i].actions);
    return NULL;
}
