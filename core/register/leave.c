/* core/register/leave.c - see leave.h. */
#include "core/register/leave.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/aid/account.h"
#include "core/aid/deadline.h"
#include "core/aid/org.h"
#include "core/base/day.h"
#include "core/base/language.h"
#include "core/base/utf8.h"
#include "core/record/draft.h"
#include "core/record/filter.h"
#include "core/record/reach.h"

/* ---- what is open -------------------------------------------------------------------------------------------------- */

static bool has_text(const struct record *record, const char *field)
{
    return record_text(record, field)[0] != '\0';
}

static bool has_day(const struct record *record, const char *field, int32_t *day)
{
    const struct value value = record_get(record, catalogue_field(record->type, field));

    *day = (int32_t)value.number;
    return value.kind != VALUE_NULL;
}

/* Not filed, withdrawn, handed away; a refusal that may be objected to is still somebody's. */
static bool case_is_open(const struct record *record, int32_t today)
{
    const char *state = record_text(record, "state");

    (void)today;
    return strcmp(state, "S12") != 0 && strcmp(state, "X1") != 0 && strcmp(state, "X2") != 0 && strcmp(state, "X3") != 0;
}

/* Only while somebody handles it. */
static bool handling_is_open(const struct record *record, int32_t today)
{
    int32_t day;

    return case_is_open(record, today) && strcmp(record_text(record, "state"), "X5") != 0 && !has_day(record, "reported_on", &day);
}

/* An answer was promised. */
static bool consultation_is_open(const struct record *record, int32_t today)
{
    (void)today;
    return strcmp(record_text(record, "handling"), "06") == 0 && !has_text(record, "answer");
}

static bool event_is_open(const struct record *record, int32_t today)
{
    int32_t day, closed;

    return has_day(record, "date", &day) && day >= today && !has_day(record, "closed_on", &closed);
}

static bool shift_is_open(const struct record *record, int32_t today)
{
    int32_t day;

    return has_day(record, "date", &day) && day >= today && !has_text(record, "result");
}

static bool meeting_action_is_open(const struct record *record, int32_t today)
{
    int32_t day;

    (void)today;
    return !has_day(record, "done_on", &day);
}

static bool complaint_is_open(const struct record *record, int32_t today)
{
    int32_t day;

    (void)today;
    return !has_day(record, "resolved_on", &day) && !has_text(record, "reason");
}

static const struct leave_kind {
    const char *type, *field;
    const char *day; /* its own day, for what has no period; NULL */
    enum leave_way way;
    bool (*open)(const struct record *record, int32_t today);
    const char *narrow; /* what every open one has, for types of many rows: a field and its value.. */
    const char *value;  /* ..NULL: from today on */
} KINDS[] = {
    {"case", "worker", NULL, LEAVE_GIVE, case_is_open, NULL, NULL},
    {"case", "handler", NULL, LEAVE_ASSIGN, handling_is_open, NULL, NULL},
    {"consultation", "worker", NULL, LEAVE_GIVE, consultation_is_open, "handling", "06"},
    {"event", "worker", "date", LEAVE_GIVE, event_is_open, "date", NULL},
    {"duty_shift", "name", "date", LEAVE_GIVE, shift_is_open, "date", NULL},
    {"meeting_action", "who", "due", LEAVE_GIVE, meeting_action_is_open, NULL, NULL},
    {"complaint", "worker", NULL, LEAVE_GIVE, complaint_is_open, NULL, NULL},
};

/* ---- the person ---------------------------------------------------------------------------------------------------- */

static void copy_name(char out[LEAVE_NAME_BYTES], const char *text)
{
    snprintf(out, LEAVE_NAME_BYTES, "%.*s", (int)utf8_cut(text, strlen(text), LEAVE_NAME_BYTES - 1), text);
}

static void take_account(struct leave_person *out, const struct record *account)
{
    copy_name(out->user, record_text(account, "name"));
    copy_name(out->display, record_text(account, "display"));
    out->disabled = record_get(account, catalogue_field(account->type, "disabled")).number != 0;
    out->org = record_get(account, catalogue_field(account->type, "org")).number;
}

struct finding {
    struct leave_person *out;
    const char *display;
    size_t found;
};

static bool same_display(void *context, const struct record *account, const struct list_key *key)
{
    struct finding *finding = context;

    (void)key;
    if (strcmp(record_text(account, "display"), finding->display) == 0 && finding->found++ == 0)
        take_account(finding->out, account);
    return true;
}

enum status leave_person_find(struct store *store, const struct actor *actor, const char *text, struct leave_person *out, struct errmsg *err)
{
    struct list_query query = {.type = catalogue_find("user")};
    struct finding finding = {.out = out, .display = text};
    struct record account;
    enum status status = account_find(store, text, &account, err);

    *out = (struct leave_person){.user = ""};
    if (status == STATUS_OK) {
        take_account(out, &account);
        record_release(&account);
        return STATUS_OK;
    }
    if (status != STATUS_NOT_FOUND)
        return status;
    errmsg_clear(err);
    status = records_list(store, actor, &query, same_display, &finding, err);
    if (status == STATUS_OK && finding.found > 1)
        return errmsg_set(err, STATUS_INVALID, "有 %zu 个账号的姓名是 %s：请写账号", finding.found, text);
    if (status == STATUS_OK && finding.found == 0)
        copy_name(out->display, text);
    return status;
}

/* ---- reading ------------------------------------------------------------------------------------------------------- */

struct reading {
    struct leave_list *list;
    const struct code_book *codes;
    const struct leave_kind *kind;
    const struct leave_person *who;
    struct store *store;
    const struct actor *actor;
    int32_t today;
    enum status status;
    struct errmsg *err;
};

static struct leave_item *new_item(struct reading *reading)
{
    struct leave_list *list = reading->list;

    if (list->n == LEAVE_MAX) {
        reading->status = STATUS_TOO_LARGE;
        return NULL;
    }
    if (list->n == list->cap) {
        size_t cap = list->cap > 0 ? list->cap * 2 : 32;
        struct leave_item *items = realloc(list->items, cap * sizeof *items);

        if (items == NULL) {
            reading->status = STATUS_NOMEM;
            return NULL;
        }
        list->items = items;
        list->cap = cap;
    }
    list->items[list->n] = (struct leave_item){.due = DEADLINE_NO_DAY, .given_on = DEADLINE_NO_DAY};
    return &list->items[list->n++];
}

static void take_title(const struct record *record, const struct code_book *codes, char out[LEAVE_TITLE_BYTES])
{
    const struct field_def *sealed = catalogue_field(record->type, "sealed");
    struct buf text;

    buf_init(&text, 1 << 12);
    if (sealed != NULL && record_get(record, sealed).number != 0)
        buf_puts(&text, _("（封存）"));
    else
        record_show_title(record, codes, &text);
    snprintf(out, LEAVE_TITLE_BYTES, "%.*s", (int)utf8_cut(buf_cstr(&text), text.len, LEAVE_TITLE_BYTES - 1), buf_cstr(&text));
    buf_wipe(&text);
}

/* Whether a row of this scope is another org's than the person's. Who works at the center sees all; of somebody without an account a station knows that it is its own, the center nothing. */
static bool is_elsewhere(const struct actor *actor, const struct leave_person *who, int64_t scope)
{
    int64_t own = who->org != 0 ? who->org : actor->all_scopes ? 0 : actor->org;

    return scope != 0 && own != 0 && own != ORG_NUMBER_CENTER && scope != own;
}

static bool names(const struct leave_person *who, const char *text)
{
    return text[0] != '\0' && (strcmp(text, who->user) == 0 || strcmp(text, who->display) == 0);
}

/* NULL: no room, and why stands in reading->status. */
static struct leave_item *add_record(struct reading *reading, const struct record *record)
{
    const struct leave_kind *kind = reading->kind;
    struct leave_item *item = new_item(reading);

    if (item == NULL)
        return NULL;
    item->way = kind->way;
    if (kind->way == LEAVE_GIVE && is_elsewhere(reading->actor, reading->who, record->scope)) {
        item->way = LEAVE_ELSEWHERE;
        org_name(reading->store, record->scope, item->org, sizeof item->org);
    }
    item->type = record->type;
    item->field = catalogue_field(record->type, kind->field);
    item->id = record->id;
    if (kind->day != NULL && !has_day(record, kind->day, &item->due))
        item->due = DEADLINE_NO_DAY;
    take_title(record, reading->codes, item->title);
    return item;
}

static bool take_record(void *context, const struct record *record, const struct list_key *key)
{
    struct reading *reading = context;

    (void)key;
    return !names(reading->who, record_text(record, reading->kind->field)) || !reading->kind->open(record, reading->today) || add_record(reading, record) != NULL;
}

/* ---- what was given before ---- */

struct tracing {
    const struct reading *reading;
    size_t field; /* its index in the record */
    bool held;    /* by the person, as of the last change of the field */
    int32_t given_on; /* the day it went to somebody else; DEADLINE_NO_DAY: never */
};

static bool trace_change(void *context, const struct history_entry *entry)
{
    struct tracing *tracing = context;
    bool holds;

    if (!entry->written[tracing->field] || entry->quarantined)
        return true;
    holds = names(tracing->reading->who, record_text(entry->fields, tracing->reading->kind->field));
    if (tracing->held && !holds)
        tracing->given_on = day_of_ms(entry->at_ms, DAY_OFFICE_OFFSET_MIN);
    tracing->held = holds;
    return true;
}

/* Of a record that somebody else has now: was it the person's? */
static bool take_given(void *context, const struct record *record, const struct list_key *key)
{
    struct reading *reading = context;
    const char *now = record_text(record, reading->kind->field);
    struct tracing tracing = {.reading = reading, .field = catalogue_field_index(record->type, catalogue_field(record->type, reading->kind->field)), .given_on = DEADLINE_NO_DAY};
    struct leave_item *item;

    (void)key;
    if (now[0] == '\0' || names(reading->who, now) || !reading->kind->open(record, reading->today))
        return true;
    reading->status = records_history(reading->store, reading->actor, record->type, record->id, trace_change, &tracing, reading->err);
    if (reading->status != STATUS_OK || tracing.given_on == DEADLINE_NO_DAY)
        return reading->status == STATUS_OK;
    item = add_record(reading, record);
    if (item == NULL)
        return false;
    copy_name(item->given, now);
    item->given_on = tracing.given_on;
    return true;
}

static enum status read_given(struct reading *reading, struct errmsg *err)
{
    const struct leave_kind *kind = reading->kind;
    const struct record_type *type = catalogue_find(kind->type);
    struct filter filter = {.type = type};
    struct list_query query = {.type = type, .filter = &filter};

    if (kind->narrow != NULL)
        filter.terms[filter.n_terms++] = (struct filter_term){.field = catalogue_field(type, kind->narrow), .op = kind->value != NULL ? FILTER_EQ : FILTER_GE,
                                                              .value = kind->value != NULL ? value_string(kind->value) : value_int(reading->today)};
    return records_list(reading->store, reading->actor, &query, take_given, reading, err);
}

static struct leave_item *add_draft(struct reading *reading, const struct draft_info *info)
{
    struct leave_item *item = new_item(reading);

    if (item == NULL)
        return NULL;
    item->way = LEAVE_DRAFT;
    item->type = info->type;
    item->id = info->id;
    snprintf(item->title, sizeof item->title, "%s", info->title != NULL ? info->title : "");
    return item;
}

static bool take_draft(void *context, const struct draft_info *info)
{
    return add_draft(context, info) != NULL;
}

static bool take_given_draft(void *context, const struct draft_info *info)
{
    struct leave_item *item = add_draft(context, info);

    if (item != NULL)
        copy_name(item->given, info->user);
    return item != NULL;
}

/* One name after the other: what an account and a name both pick is one person's anyway, and is taken once. */
static enum status read_kind(struct store *store, const struct actor *actor, struct reading *reading, struct errmsg *err)
{
    const struct record_type *type = catalogue_find(reading->kind->type);
    const char *texts[] = {reading->who->user, reading->who->display};
    enum status status = STATUS_OK;

    for (size_t i = 0; i < 2 && status == STATUS_OK; i++) {
        struct filter filter = {.type = type, .n_terms = 1};
        struct list_query query = {.type = type, .filter = &filter};

        if (texts[i][0] == '\0' || (i == 1 && strcmp(texts[0], texts[1]) == 0))
            continue;
        filter.terms[0] = (struct filter_term){.field = catalogue_field(type, reading->kind->field), .op = FILTER_EQ, .value = value_string(texts[i])};
        status = records_list(store, actor, &query, take_record, reading, err);
    }
    return status;
}

/* ---- their periods ------------------------------------------------------------------------------------------------- */

struct timing {
    struct leave_list *list;
    const struct rules *rules;
};

/* Soonest first: the first of a record is the one that counts. */
static bool take_period(void *context, const struct todo_item *todo)
{
    struct timing *timing = context;

    for (size_t i = 0; i < timing->list->n; i++) {
        struct leave_item *item = &timing->list->items[i];

        if (item->field == NULL || item->type != todo->type || !id_equal(item->id, todo->id) || item->period[0] != '\0')
            continue;
        item->due = todo->deadline.due;
        snprintf(item->period, sizeof item->period, "%s %.40s", todo->deadline.code, _(deadline_label(timing->rules, todo->deadline.code)));
    }
    return true;
}

static enum status read_periods(struct store *store, const struct actor *actor, int32_t today, struct leave_list *list, struct errmsg *err)
{
    struct rules *rules = NULL;
    struct calendar *calendar = NULL;
    enum status status = rules_load(&rules, store, actor, err);

    if (status == STATUS_OK)
        status = calendar_load(&calendar, store, actor, err);
    if (status == STATUS_OK)
        status = deadline_todo(store, actor, rules, calendar, today, false, 0, take_period, &(struct timing){list, rules}, err);
    calendar_free(calendar);
    rules_free(rules);
    return status;
}

static int by_due(const void *a, const void *b)
{
    const struct leave_item *left = a, *right = b;
    bool ends = left->due != DEADLINE_NO_DAY, also = right->due != DEADLINE_NO_DAY;

    if (ends != also)
        return ends ? -1 : 1;
    if (ends && left->due != right->due)
        return left->due < right->due ? -1 : 1;
    return memcmp(left->id.bytes, right->id.bytes, sizeof left->id.bytes);
}

enum status leave_list_read(struct store *store, const struct actor *actor, const struct code_book *codes, const struct leave_person *who, int32_t today, struct leave_list *out, struct errmsg *err)
{
    struct reading reading = {.list = out, .codes = codes, .who = who, .store = store, .actor = actor, .today = today, .status = STATUS_OK, .err = err};
    enum status status = STATUS_OK;

    *out = (struct leave_list){NULL, 0, 0};
    if (!actor_may_write(actor) || actor->role == ROLE_VOLUNTEER)
        return errmsg_set(err, STATUS_FORBIDDEN, "交接由工作人员办理，志愿者和查阅的账号不能");
    for (size_t i = 0; i < sizeof KINDS / sizeof KINDS[0] && status == STATUS_OK; i++) {
        reading.kind = &KINDS[i];
        status = read_kind(store, actor, &reading, err);
        if (status == STATUS_OK && reading.status == STATUS_OK)
            status = read_given(&reading, err);
    }
    if (status == STATUS_OK && who->user[0] != '\0')
        status = draft_list_of(store, who->user, take_draft, &reading, err);
    if (status == STATUS_OK && who->user[0] != '\0')
        status = draft_list_given(store, who->user, take_given_draft, &reading, err);
    if (status == STATUS_OK && reading.status == STATUS_TOO_LARGE)
        status = errmsg_set(err, reading.status, "%s 名下超过 %d 件", who->display, LEAVE_MAX);
    else if (status == STATUS_OK)
        status = reading.status;
    if (status == STATUS_OK)
        status = read_periods(store, actor, today, out, err);
    if (status != STATUS_OK) {
        leave_list_release(out);
        return status;
    }
    if (out->n > 0)
        qsort(out->items, out->n, sizeof *out->items, by_due);
    return STATUS_OK;
}

void leave_list_release(struct leave_list *list)
{
    free(list->items);
    *list = (struct leave_list){NULL, 0, 0};
}

size_t leave_list_open(const struct leave_list *list)
{
    size_t n = 0;

    for (size_t i = 0; i < list->n; i++)
        n += (list->items[i].way == LEAVE_GIVE || list->items[i].way == LEAVE_DRAFT) && list->items[i].given[0] == '\0';
    return n;
}

size_t leave_list_given(const struct leave_list *list)
{
    size_t n = 0;

    for (size_t i = 0; i < list->n; i++)
        n += list->items[i].given[0] != '\0';
    return n;
}

size_t leave_list_elsewhere(const struct leave_list *list)
{
    size_t n = 0;

    for (size_t i = 0; i < list->n; i++)
        n += list->items[i].way == LEAVE_ELSEWHERE && list->items[i].given[0] == '\0';
    return n;
}

/* ---- giving -------------------------------------------------------------------------------------------------------- */

/* Whose the record is may have changed since the list was read. What is shared with the other's org is seen there, too; whose account is the center's sees all; without an account nobody can say. */
static enum status check_org(struct store *store, const struct actor *actor, const struct leave_person *from, const struct leave_person *to, const struct leave_item *item, int64_t scope, struct errmsg *err)
{
    char org[LEAVE_ORG_BYTES];
    bool shared = false;
    enum status status = reach_find_share(store, item->id, to->org, &shared, err);

    if (status != STATUS_OK)
        return status;
    org_name(store, scope, org, sizeof org);
    if (is_elsewhere(actor, from, scope))
        return errmsg_set(err, STATUS_STALE, "%s 已移交 %s，由那里另行安排", item->title, org);
    if (to->org != 0 && is_elsewhere(actor, to, scope) && !shared)
        return errmsg_set(err, STATUS_FORBIDDEN, "%s 归 %s，%s 是别的单位的，看不到它：先移交给那个单位", item->title, org, to->display[0] != '\0' ? to->display : to->user);
    return STATUS_OK;
}

static enum status give_record(struct store *store, const struct actor *actor, const struct code_book *codes, struct random_source random, const struct leave_person *from, const struct leave_item *item,
                               const struct leave_person *to, struct errmsg *err)
{
    struct record record;
    enum status status = records_get(store, actor, item->type, item->id, &record, err);

    if (status != STATUS_OK)
        return status;
    const char *held = record_text(&record, item->field->name);
    bool by_account = strcmp(held, from->display) != 0;
    if (!names(from, held))
        status = errmsg_set(err, STATUS_STALE, "%s 已经不在 %s 名下", item->title, from->display);
    else
        status = check_org(store, actor, from, to, item, record.scope, err);
    if (status == STATUS_OK)
        status = record_set_text(&record, item->field->name, by_account && to->user[0] != '\0' ? to->user : to->display);
    if (status == STATUS_OK)
        status = records_save(store, actor, codes, random, &record, err);
    record_release(&record);
    return status;
}

enum status leave_give(struct store *store, const struct actor *actor, const struct code_book *codes, struct random_source random, const struct leave_person *from, struct leave_item *item,
                       const struct leave_person *to, struct errmsg *err)
{
    enum status status;

    if (item->given[0] != '\0')
        return errmsg_set(err, STATUS_STALE, "这一件已经交给 %s", item->given);
    if (item->way == LEAVE_ASSIGN)
        return errmsg_set(err, STATUS_INVALID, "承办人由中心另行指派（更换承办人）");
    if (item->way == LEAVE_ELSEWHERE)
        return errmsg_set(err, STATUS_INVALID, "%s 已移交 %s，由那里另行安排", item->title, item->org);
    if (to->disabled)
        return errmsg_set(err, STATUS_INVALID, "账号 %s 已停用", to->user);
    if (names(from, to->user) || names(from, to->display))
        return errmsg_set(err, STATUS_INVALID, "不能交给本人");
    if (item->way == LEAVE_DRAFT && to->user[0] == '\0')
        return errmsg_set(err, STATUS_INVALID, "草稿只能交给有账号的人，%s 没有账号", to->display);
    status = item->way == LEAVE_GIVE ? give_record(store, actor, codes, random, from, item, to, err) : draft_give(store, item->id, from->user, to->user, err);
    if (status != STATUS_OK)
        return status;
    copy_name(item->given, to->display[0] != '\0' ? to->display : to->user);
    item->given_on = day_of_ms(actor->now_ms, DAY_OFFICE_OFFSET_MIN);
    return STATUS_OK;
}
