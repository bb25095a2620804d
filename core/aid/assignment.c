/* core/aid/assignment.c - see assignment.h. 法律援助法第二十五、二十六条, 未成年人保护法第一百零四条, domain.md 4.11, 6.4.
 *
 * The roster (a few hundred handlers) is loaded whole and counted in one walk along the index of case.handler_ref; then each handler is judged, cheap
 * reasons first, and the list is sorted. Conflicts of interest, the dearest question, are only asked of handlers that nothing else keeps away. */
#include "core/aid/assignment.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/aid/calendar.h"
#include "core/aid/stat_matter.h"
#include "core/base/day.h"
#include "core/base/language.h"
#include "core/base/utf8.h"
#include "core/record/filter.h"
#include "core/record/pinyin_order.h"
#include "core/record/row.h"

enum {
    ADULT_AGE = 18,
    CONFLICT_SCORE = 80, /* of interest.h; below it two of one name may be two people */
    SQL_MAX_BYTES = 512,
    REASON_MAX_BYTES = 2048,
    SAME_NAME_MAX = 8,
    PREFIX_DIGITS = 8
};

#define NO_DAY INT32_MIN
static const char OPEN_STATES[] = "S7,S8,S9,S9r,S10";

/* One handler under consideration. */
struct entry {
    struct record record;
    struct candidate candidate;
    char id_text[ID_TEXT_BYTES];
    int skill; /* expertise match 1, knows minors 2 where that counts */
};

struct roster {
    struct entry *entries; /* owned */
    size_t count, capacity;
};

/* The question: the case and what follows from it. */
struct desk {
    struct store *store;
    const struct actor *actor;
    const struct rules *rules;
    const struct record *kase;
    int32_t today;
    bool criminal, minor, grave; /* grave: life, death, or review of a death sentence */
    char categories[CAUSE_CATEGORIES_BYTES];
};

/* ---- small readers ---- */

static int64_t number_of(const struct record *record, const char *name, int64_t otherwise)
{
    struct value value = record_get(record, catalogue_field(record->type, name));
    return value.kind == VALUE_INT ? value.number : otherwise;
}

static int32_t day_of(const struct record *record, const char *name)
{
    return (int32_t)number_of(record, name, NO_DAY);
}

/* Whether two comma-separated lists of codes share one. */
static bool share_code(const char *a, const char *b)
{
    for (size_t n; *a != '\0'; a += n + (a[n] == ',')) {
        n = strcspn(a, ",");
        for (const char *at = b; n > 0 && *at != '\0'; at += strcspn(at, ","), at += *at == ',')
            if (strncmp(at, a, n) == 0 && (at[n] == ',' || at[n] == '\0'))
                return true;
    }
    return false;
}

static bool is_open(const char *state)
{
    return *state != '\0' && share_code(state, OPEN_STATES);
}

static int year_of(int32_t day)
{
    int year, month, dom;
    day_to_ymd(day, &year, &month, &dom);
    return year;
}

static void keep_reason(struct candidate *candidate, struct buf *text)
{
    const char *reason = buf_cstr(text);
    size_t len = utf8_cut(reason, text->len, text->len < sizeof candidate->reason ? text->len : sizeof candidate->reason - 1);
    memcpy(candidate->reason, reason, len);
    candidate->reason[len] = '\0';
    buf_release(text);
}

static void refuse(struct candidate *candidate, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void refuse(struct candidate *candidate, const char *format, ...)
{
    struct buf text;
    va_list args;

    buf_init(&text, REASON_MAX_BYTES);
    va_start(args, format);
    buf_vprintf(&text, _(format), args);
    va_end(args);
    candidate->eligible = false;
    keep_reason(candidate, &text);
}

/* ---- the roster ---- */

static void roster_release(struct roster *roster)
{
    for (size_t i = 0; i < roster->count; i++)
        record_release(&roster->entries[i].record);
    free(roster->entries);
    *roster = (struct roster){NULL, 0, 0};
}

static enum status roster_add(struct roster *roster, const struct record *handler)
{
    if (roster->count == roster->capacity) {
        size_t capacity = roster->capacity == 0 ? 64 : roster->capacity * 2;
        struct entry *entries = reallocarray(roster->entries, capacity, sizeof entries[0]);
        if (entries == NULL)
            return STATUS_NOMEM;
        roster->entries = entries;
        roster->capacity = capacity;
    }
    struct entry *entry = &roster->entries[roster->count];
    *entry = (struct entry){.candidate = {.id = handler->id, .last_assigned = NO_DAY}};
    enum status status = record_copy(&entry->record, handler);
    if (status != STATUS_OK)
        return status;
    id_format(handler->id, entry->id_text);
    roster->count++;
    return STATUS_OK;
}

struct loading {
    struct roster *roster;
    enum status status;
};

static bool load_row(void *context, const struct record *record, const struct list_key *key)
{
    struct loading *loading = context;
    (void)key;
    loading->status = roster_add(loading->roster, record);
    return loading->status == STATUS_OK;
}

static int compare_ids(const void *a, const void *b)
{
    return strcmp(((const struct entry *)a)->id_text, ((const struct entry *)b)->id_text);
}

/* Everybody, sorted by id. */
static enum status roster_load(struct roster *roster, struct store *store, const struct actor *actor, struct errmsg *err)
{
    struct list_query query = {.type = catalogue_find("handler"), .ascending = true};
    struct loading loading = {roster, STATUS_OK};
    enum status status = records_list(store, actor, &query, load_row, &loading, err);

    if (status == STATUS_OK && loading.status != STATUS_OK)
        status = errmsg_set(err, loading.status, "%s", status_text(loading.status));
    if (status != STATUS_OK)
        roster_release(roster);
    else if (roster->count > 0)
        qsort(roster->entries, roster->count, sizeof roster->entries[0], compare_ids);
    return status;
}

static struct entry *roster_find(const struct roster *roster, const char *id_text)
{
    struct entry key;
    if (strlen(id_text) >= sizeof key.id_text)
        return NULL;
    strcpy(key.id_text, id_text);
    return roster->count == 0 ? NULL : bsearch(&key, roster->entries, roster->count, sizeof key, compare_ids);
}

/* A statement over the assigned cases of one handler (by id text) or, with NULL, of all. */
static struct stmt *assigned_cases(struct store *store, const struct actor *actor, const char *columns, const char *handler)
{
    struct buf sql;
    int index = 2;

    buf_init(&sql, SQL_MAX_BYTES);
    buf_printf(&sql, "SELECT %s FROM \"case\" WHERE handler_ref%s?1 AND gone=0", columns, handler == NULL ? ">" : "=");
    row_scope_sql(actor, &sql, &index);
    struct stmt *stmt = store_prepare_buf(store, &sql);
    buf_release(&sql);
    index = 2;
    stmt_string(stmt, 1, handler == NULL ? "" : handler);
    row_scope_bind(actor, stmt, &index);
    return stmt;
}

/* Open cases, those of this year, the day of the last. */
static enum status roster_count(struct roster *roster, const struct desk *desk, const char *handler, struct errmsg *err)
{
    struct stmt *stmt = assigned_cases(desk->store, desk->actor, "handler_ref, state, assigned_on", handler);
    int year = year_of(desk->today);
    enum status status;

    while (stmt_row(stmt, &status, err)) {
        struct entry *entry = roster_find(roster, stmt_column_text(stmt, 0, NULL));
        if (entry == NULL)
            continue;
        struct candidate *candidate = &entry->candidate;
        candidate->open_cases += is_open(stmt_column_text(stmt, 1, NULL));
        if (stmt_column_is_null(stmt, 2))
            continue;
        int32_t assigned = (int32_t)stmt_column_int(stmt, 2);
        candidate->this_year += year_of(assigned) == year;
        if (assigned > candidate->last_assigned)
            candidate->last_assigned = assigned;
    }
    return status;
}

/* ---- filters ---- */

static void desk_open(struct desk *desk, struct store *store, const struct actor *actor, const struct rules *rules, const struct record *kase, int32_t today)
{
    const char *ground = record_text(kase, "notice_ground");
    int32_t born = day_of(kase, "born"), received = day_of(kase, "received_on");

    *desk = (struct desk){.store = store, .actor = actor, .rules = rules, .kase = kase, .today = today};
    desk->criminal = strcmp(record_text(kase, "case_type"), "01") == 0;
    desk->grave = share_code(ground, "04,05");
    desk->minor = strcmp(ground, "01") == 0 || share_code(record_text(kase, "categories"), "18") ||
                  (born != NO_DAY && day_age(born, received != NO_DAY ? received : today) < ADULT_AGE);
    cause_categories(NULL, record_text(kase, "cause"), desk->categories);
    size_t used = strlen(desk->categories);
    if (desk->criminal && used == 0)
        strcpy(desk->categories, "05");
    else if (share_code(record_text(kase, "categories"), "06,07") && used + 4 < sizeof desk->categories)
        strcpy(desk->categories + used, used > 0 ? ",28" : "28");
}

static bool is_suspended(const struct record *handler, int32_t today)
{
    int32_t from = day_of(handler, "suspended_from"), to = day_of(handler, "suspended_to");
    if (from == NO_DAY && to == NO_DAY)
        return false;
    return from <= today && (to == NO_DAY || today <= to);
}

static void refuse_suspended(struct candidate *candidate)
{
    char text[DAY_TEXT_BYTES];
    int32_t to = day_of(candidate->handler, "suspended_to");
    if (to == NO_DAY) {
        refuse(candidate, _("暂停指派，止日未定"));
        return;
    }
    day_format(to, text);
    refuse(candidate, _("暂停指派至 %s"), text);
}

/* Three years of criminal practice for life and death (法律援助法第二十六条). */
static bool lacks_years(const struct desk *desk, struct candidate *candidate)
{
    int64_t years = rules_int(desk->rules, "criminal_years", desk->today);
    int32_t from = day_of(candidate->handler, "criminal_from");

    if (from == NO_DAY)
        refuse(candidate, _("没有登记刑辩起日；可能判处无期徒刑、死刑和死刑复核的案件要 %lld 年以上相关执业经历"), (long long)years);
    else if (day_age(from, desk->today) < years)
        refuse(candidate, _("刑事执业不满 %lld 年；可能判处无期徒刑、死刑和死刑复核的案件不能承办"), (long long)years);
    else
        return false;
    return true;
}

static bool is_full(const struct desk *desk, struct candidate *candidate)
{
    int64_t rule = rules_int(desk->rules, "assign_load_max", desk->today);
    int64_t most = number_of(candidate->handler, "load_max", rule > 0 ? rule : INT64_MAX);

    if (candidate->open_cases < most)
        return false;
    refuse(candidate, _("在办 %lld 件，已到上限 %lld 件"), (long long)candidate->open_cases, (long long)most);
    return true;
}

/* Everything but conflicts of interest. */
static bool passes_filters(const struct desk *desk, struct candidate *candidate)
{
    const struct record *handler = candidate->handler;
    int32_t left = day_of(handler, "left_on");

    candidate->eligible = true;
    if (left != NO_DAY && left <= desk->today)
        refuse(candidate, _("已退出，不再承办"));
    else if (is_suspended(handler, desk->today))
        refuse_suspended(candidate);
    else if (desk->criminal && !share_code(record_text(handler, "kind"), rules_text(desk->rules, "assign_criminal_kinds", desk->today)))
        refuse(candidate, _("这一类人员不承办刑事案件"));
    else if (desk->grave && lacks_years(desk, candidate))
        candidate->eligible = false;
    else if (desk->minor && number_of(handler, "knows_minors", 0) == 0 && rules_int(desk->rules, "assign_minor_required", desk->today) != 0)
        refuse(candidate, _("未登记熟悉未成年人身心特点；未成年人的案件要指派这样的律师"));
    else
        return !is_full(desk, candidate);
    return false;
}

struct conflict_seen {
    struct candidate *candidate;
    bool found, doubtful; /* doubtful: only of the same name as somebody here */
};

static bool conflict_row(void *context, const struct interest_hit *hit)
{
    struct conflict_seen *seen = context;
    if (hit->evidence != INTEREST_HANDLER || !hit->opposite)
        return true;
    if (hit->score < CONFLICT_SCORE) {
        seen->doubtful = true;
        return true;
    }
    seen->found = true;
    refuse(seen->candidate, _("利益冲突：%s %s"), hit->who == NULL ? "" : hit->who, hit->other == NULL ? "" : hit->other);
    return false;
}

/* Kept with the assignment, and fairness counts wishes by it, so it is Chinese like all that is stored. */
static void praise(const struct desk *desk, const struct entry *entry, bool doubtful, struct candidate *candidate)
{
    struct buf text;
    char day[DAY_TEXT_BYTES];

    buf_init(&text, REASON_MAX_BYTES);
    if (candidate->wished)
        buf_puts(&text, ASSIGN_REASON_WISH "；");
    if (desk->minor && entry->skill >= 2)
        buf_puts(&text, "熟悉未成年人；");
    if (entry->skill % 2 == 1)
        buf_puts(&text, "专长相符；");
    if (candidate->same_town)
        buf_puts(&text, "同一镇街；");
    buf_printf(&text, "在办 %lld 件；", (long long)candidate->open_cases);
    if (doubtful)
        buf_puts(&text, "与当事人同名，请核对；");
    if (candidate->last_assigned == NO_DAY) {
        buf_puts(&text, "从未指派");
    } else {
        day_format(candidate->last_assigned, day);
        buf_printf(&text, "上次指派 %s", day);
    }
    keep_reason(candidate, &text);
}

/* Eligible or not, with the reason; what the rank needs. */
static enum status judge(const struct desk *desk, const char *wish, struct entry *entry, struct errmsg *err)
{
    struct candidate *candidate = &entry->candidate;
    const struct record *handler = &entry->record;
    const char *town = record_text(handler, "town");

    candidate->handler = handler;
    candidate->wished = wish != NULL && strcmp(record_text(handler, "name"), wish) == 0;
    candidate->same_town = *town != '\0' && strcmp(town, record_text(desk->kase, "town")) == 0;
    entry->skill = share_code(record_text(handler, "expertise"), desk->categories) + 2 * (desk->minor && number_of(handler, "knows_minors", 0) != 0);
    candidate->expert = entry->skill > 0;
    if (!passes_filters(desk, candidate))
        return STATUS_OK;
    struct conflict_seen seen = {candidate, false, false};
    enum status status = interest_check(desk->store, desk->actor, desk->rules, desk->kase, handler, conflict_row, &seen, err);
    if (status == STATUS_OK && !seen.found)
        praise(desk, entry, seen.doubtful, candidate);
    return status;
}

/* ---- candidates ---- */

/* Best first. Equal ones by name, then id, so that every machine ranks alike. */
static int compare_rank(const void *left, const void *right, void *pinyin)
{
    const struct entry *l = left, *r = right;
    const struct candidate *a = &l->candidate, *b = &r->candidate;

    if (a->eligible != b->eligible)
        return a->eligible ? -1 : 1;
    if (a->wished != b->wished)
        return a->wished ? -1 : 1;
    if (a->eligible && l->skill != r->skill)
        return l->skill > r->skill ? -1 : 1;
    if (a->eligible && a->same_town != b->same_town)
        return a->same_town ? -1 : 1;
    if (a->eligible && a->open_cases != b->open_cases)
        return a->open_cases < b->open_cases ? -1 : 1;
    if (a->eligible && a->last_assigned != b->last_assigned)
        return a->last_assigned < b->last_assigned ? -1 : 1;
    int order = pinyin_order_strings(pinyin, record_text(&l->record, "name"), record_text(&r->record, "name"));
    return order != 0 ? order : strcmp(l->id_text, r->id_text);
}

/* A name as it is stored: blanks and dots unified. False: not a name. */
static bool stored_name(const char *text, struct record *scratch)
{
    record_init(scratch, catalogue_find("handler"));
    return text != NULL && record_parse(scratch, catalogue_field(scratch->type, "name"), NULL, text, strlen(text), NULL) == STATUS_OK;
}

enum status assignment_candidates(struct store *store, const struct actor *actor, const struct rules *rules, const struct record *kase, const char *wish, int32_t today,
                                  candidate_row row, void *context, struct errmsg *err)
{
    struct roster roster = {NULL, 0, 0};
    struct desk desk;
    struct record name;

    desk_open(&desk, store, actor, rules, kase, today);
    if (!stored_name(wish, &name))
        wish = NULL;
    else
        wish = record_text(&name, "name");
    enum status status = roster_load(&roster, store, actor, err);
    if (status == STATUS_OK)
        status = roster_count(&roster, &desk, NULL, err);
    for (size_t i = 0; status == STATUS_OK && i < roster.count; i++)
        status = judge(&desk, wish, &roster.entries[i], err);
    if (status == STATUS_OK && roster.count > 0)
        qsort_r(roster.entries, roster.count, sizeof roster.entries[0], compare_rank, store_pinyin(store));
    for (size_t i = 0; status == STATUS_OK && i < roster.count; i++) {
        /* The sort moved the records. */
        roster.entries[i].candidate.handler = &roster.entries[i].record;
        if (!row(context, &roster.entries[i].candidate))
            break;
    }
    roster_release(&roster);
    record_release(&name);
    return status;
}

/* ---- one handler ---- */

struct found {
    struct id ids[SAME_NAME_MAX];
    size_t count;
};

static bool found_row(void *context, const struct record *record, const struct list_key *key)
{
    struct found *found = context;
    (void)key;
    found->ids[found->count++] = record->id;
    return found->count < SAME_NAME_MAX;
}

static enum status name_is_shared(const char *name, const struct found *found, struct errmsg *err)
{
    char list[SAME_NAME_MAX * (PREFIX_DIGITS + 1) + 1], id[ID_TEXT_BYTES];
    size_t used = 0;

    for (size_t i = 0; i < found->count; i++) {
        id_format(found->ids[i], id);
        used += (size_t)snprintf(list + used, sizeof list - used, " %.*s", PREFIX_DIGITS, id);
    }
    return errmsg_set(err, STATUS_INVALID, "承办人名册里有 %zu 个%s，请用编号开头几位:%s", found->count, name, list);
}

enum status assignment_find(struct store *store, const struct actor *actor, const char *text, struct record *out, struct errmsg *err)
{
    const struct record_type *type = catalogue_find("handler");
    struct found found = {.count = 0};
    struct record name;
    enum status status = STATUS_OK;

    if (stored_name(text, &name) && record_text(&name, "name")[0] != '\0') {
        struct filter filter = {.type = type, .n_terms = 1};
        filter.terms[0] = (struct filter_term){.field = catalogue_field(type, "name"), .op = FILTER_EQ, .value = record_get(&name, catalogue_field(type, "name"))};
        struct list_query query = {.type = type, .filter = &filter, .ascending = true};
        status = records_list(store, actor, &query, found_row, &found, err);
    }
    if (status == STATUS_OK && found.count > 1)
        status = name_is_shared(record_text(&name, "name"), &found, err);
    record_release(&name);
    if (status == STATUS_OK && found.count == 0)
        status = records_resolve_id(store, actor, text, &type, &found.ids[0], err);
    if (status == STATUS_MALFORMED || status == STATUS_NOT_FOUND)
        return errmsg_set(err, STATUS_NOT_FOUND, "承办人名册里没有: %.60s", text);
    return status == STATUS_OK ? records_get(store, actor, type, found.ids[0], out, err) : status;
}

enum status assignment_check(struct store *store, const struct actor *actor, const struct rules *rules, const struct record *kase, const struct record *handler, int32_t today,
                             char reason[CANDIDATE_REASON_BYTES], struct errmsg *err)
{
    struct roster roster = {NULL, 0, 0};
    struct desk desk;

    desk_open(&desk, store, actor, rules, kase, today);
    enum status status = roster_add(&roster, handler);
    if (status != STATUS_OK)
        return errmsg_set(err, status, "%s", status_text(status));
    status = roster_count(&roster, &desk, roster.entries[0].id_text, err);
    if (status == STATUS_OK)
        status = judge(&desk, NULL, &roster.entries[0], err);
    const struct candidate *candidate = &roster.entries[0].candidate;
    if (status == STATUS_OK && !candidate->eligible)
        status = errmsg_set(err, STATUS_INVALID, "%s不能承办本案: %s", record_text(handler, "name"), candidate->reason);
    else if (status == STATUS_OK)
        memcpy(reason, candidate->reason, CANDIDATE_REASON_BYTES);
    roster_release(&roster);
    return status;
}

/* ---- fairness ---- */

struct ledger {
    const struct rules *rules;
    const struct calendar *calendar;
    struct roster *roster;
    struct fairness *rows; /* beside roster->entries */
    int32_t from, to;
};

/* Past the last day of a period that began on `from`: done too late, or not done by the end of the report. */
static bool was_late(const struct ledger *ledger, const char *rule, int32_t from, int32_t done)
{
    int32_t due = calendar_due(ledger->calendar, from, rules_term(ledger->rules, rule, from), 0);
    return (done != NO_DAY ? done : ledger->to) > due;
}

static int32_t column_day(struct stmt *stmt, int column)
{
    return stmt_column_is_null(stmt, column) ? NO_DAY : (int32_t)stmt_column_int(stmt, column);
}

/* handler_ref, state, assigned_on, agreed_on, closed_on, reported_on, assign_reason */
static void book_case(const struct ledger *ledger, struct stmt *stmt)
{
    const struct entry *entry = roster_find(ledger->roster, stmt_column_text(stmt, 0, NULL));
    int32_t assigned = column_day(stmt, 2), agreed = column_day(stmt, 3), closed = column_day(stmt, 4), reported = column_day(stmt, 5);

    if (entry == NULL || assigned == NO_DAY)
        return;
    struct fairness *row = &ledger->rows[entry - ledger->roster->entries];
    if (assigned > row->last_assigned)
        row->last_assigned = assigned;
    if (assigned < ledger->from || assigned > ledger->to)
        return;
    const char *state = stmt_column_text(stmt, 1, NULL);
    bool open = is_open(state);
    bool unsigned_late = (agreed != NO_DAY || strcmp(state, "S7") == 0) && was_late(ledger, "D07", assigned, agreed);
    bool papers_late = closed != NO_DAY && was_late(ledger, "D14", closed, reported);
    row->assigned++;
    row->open += open;
    row->closed += !open;
    row->overdue += unsigned_late || papers_late;
    row->by_wish += strstr(stmt_column_text(stmt, 6, NULL), ASSIGN_REASON_WISH) != NULL;
}

static enum status book_cases(const struct ledger *ledger, struct store *store, const struct actor *actor, struct errmsg *err)
{
    struct stmt *stmt = assigned_cases(store, actor, "handler_ref, state, assigned_on, agreed_on, closed_on, reported_on, assign_reason", NULL);
    enum status status;
    while (stmt_row(stmt, &status, err))
        book_case(ledger, stmt);
    return status;
}

static enum status book_payments(const struct ledger *ledger, struct store *store, const struct actor *actor, struct errmsg *err)
{
    struct buf sql;
    int index = 3;
    enum status status;

    buf_init(&sql, SQL_MAX_BYTES);
    buf_puts(&sql, "SELECT handler_ref, amount FROM payment WHERE paid_on BETWEEN ?1 AND ?2 AND gone=0");
    row_scope_sql(actor, &sql, &index);
    struct stmt *stmt = store_prepare_buf(store, &sql);
    buf_release(&sql);
    index = 3;
    stmt_int(stmt, 1, ledger->from);
    stmt_int(stmt, 2, ledger->to);
    row_scope_bind(actor, stmt, &index);
    while (stmt_row(stmt, &status, err)) {
        const struct entry *entry = roster_find(ledger->roster, stmt_column_text(stmt, 0, NULL));
        if (entry != NULL)
            ledger->rows[entry - ledger->roster->entries].subsidy_fen += stmt_column_int(stmt, 1);
    }
    return status;
}

/* Who left before the period and got nothing in it is not shown. */
static bool is_shown(const struct ledger *ledger, const struct fairness *row)
{
    int32_t left = day_of(row->handler, "left_on");
    return row->assigned > 0 || row->subsidy_fen != 0 || left == NO_DAY || left > ledger->from;
}

static int compare_fairness(const void *left, const void *right, void *pinyin)
{
    const struct fairness *a = left, *b = right;
    if (a->assigned != b->assigned)
        return a->assigned > b->assigned ? -1 : 1;
    int order = pinyin_order_strings(pinyin, record_text(a->handler, "name"), record_text(b->handler, "name"));
    return order != 0 ? order : id_compare(a->handler->id, b->handler->id);
}

static enum status ledger_fill(struct ledger *ledger, struct store *store, const struct actor *actor, struct errmsg *err)
{
    size_t count = ledger->roster->count;
    ledger->rows = calloc(count > 0 ? count : 1, sizeof ledger->rows[0]);
    if (ledger->rows == NULL)
        return errmsg_set(err, STATUS_NOMEM, "%s", status_text(STATUS_NOMEM));
    for (size_t i = 0; i < count; i++)
        ledger->rows[i] = (struct fairness){.handler = &ledger->roster->entries[i].record, .last_assigned = NO_DAY};
    enum status status = book_cases(ledger, store, actor, err);
    return status == STATUS_OK ? book_payments(ledger, store, actor, err) : status;
}

enum status assignment_fairness(struct store *store, const struct actor *actor, const struct rules *rules, int32_t from, int32_t to, fairness_row row, void *context,
                                struct errmsg *err)
{
    struct roster roster = {NULL, 0, 0};
    struct calendar *calendar = NULL;
    struct ledger ledger = {.rules = rules, .roster = &roster, .from = from, .to = to};

    enum status status = calendar_load(&calendar, store, actor, err);
    if (status != STATUS_OK)
        return status;
    ledger.calendar = calendar;
    status = roster_load(&roster, store, actor, err);
    if (status == STATUS_OK)
        status = ledger_fill(&ledger, store, actor, err);
    if (status == STATUS_OK && roster.count > 0)
        qsort_r(ledger.rows, roster.count, sizeof ledger.rows[0], compare_fairness, store_pinyin(store));
    for (size_t i = 0; status == STATUS_OK && i < roster.count; i++)
        if (is_shown(&ledger, &ledger.rows[i]) && !row(context, &ledger.rows[i]))
            break;
    free(ledger.rows);
    roster_release(&roster);
    calendar_free(calendar);
    return status;
}
