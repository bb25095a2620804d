/* tests/direct_count.c - see tests/direct_count.h. */
#include "tests/direct_count.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/record/row.h"
#include "core/report/tally.h"

/* The rows of one type, all of them. */
struct rows {
    struct record *at; /* owned */
    size_t n, room;
};

static bool take(void *context, const struct record *record, const struct list_key *key)
{
    struct rows *rows = context;
    (void)key;
    if (rows->n == rows->room) {
        rows->room = rows->room == 0 ? 64 : rows->room * 2;
        rows->at = realloc(rows->at, rows->room * sizeof rows->at[0]);
        assert_non_null(rows->at);
    }
    assert_int_equal(record_copy(&rows->at[rows->n++], record), STATUS_OK);
    return true;
}

static void read_rows(struct rows *rows, struct store *store, const char *type)
{
    struct errmsg err = {{0}};
    struct actor everybody = {.all_scopes = true, .center = true, .acting = true};
    struct list_query query = {.type = catalogue_find(type), .ascending = true};
    *rows = (struct rows){0};
    enum status status = records_list(store, &everybody, &query, take, rows, &err);
    if (status != STATUS_OK)
        fail_msg("%s: %s", type, errmsg_text(&err, status));
}

static void release(struct rows *rows)
{
    for (size_t i = 0; i < rows->n; i++)
        record_release(&rows->at[i]);
    free(rows->at);
}

static const struct record *find(const struct rows *rows, const char *ref)
{
    for (size_t i = 0; i < rows->n; i++) {
        char id[ID_TEXT_BYTES];
        id_format(rows->at[i].id, id);
        if (strcmp(id, ref) == 0)
            return &rows->at[i];
    }
    return NULL;
}

static int64_t number(const struct record *record, const char *field, int64_t otherwise)
{
    struct value value = record_get(record, catalogue_field(record->type, field));
    return value.kind == VALUE_INT ? value.number : otherwise;
}

static int32_t day(const struct record *record, const char *field)
{
    return (int32_t)number(record, field, COUNT_DAY_NONE);
}

static void keep(void *context, int64_t metric, int32_t on, int64_t amount)
{
    struct direct_count *count = context;
    if (count->n == count->room) {
        count->room = count->room == 0 ? 1024 : count->room * 2;
        count->entries = realloc(count->entries, count->room * sizeof count->entries[0]);
        assert_non_null(count->entries);
    }
    count->entries[count->n++] = (struct direct_entry){.metric = metric, .day = on, .org = count->org, .amount = amount};
}

struct world_rows {
    struct rows cases, parties, handlers, groups;
};

/* Whether a case received before this one, or on the same day with a smaller id, is in the same indivisible group. */
static bool follows(const struct world_rows *rows, const struct record *kase)
{
    const char *ref = record_text(kase, "case_group");
    const struct record *group = find(&rows->groups, ref);
    if (group == NULL || number(group, "divisible", 0) != 0)
        return false;
    for (size_t i = 0; i < rows->cases.n; i++) {
        const struct record *other = &rows->cases.at[i];
        if (strcmp(record_text(other, "case_group"), ref) != 0 || id_equal(other->id, kase->id))
            continue;
        int32_t mine = day(kase, "received_on"), theirs = day(other, "received_on");
        if (theirs < mine || (theirs == mine && id_compare(other->id, kase->id) < 0))
            return true;
    }
    return false;
}

static void count_one_case(struct direct_count *count, const struct count_rules *rules, const struct world_rows *rows, const struct record *kase)
{
    struct case_facts facts;
    const char *parties[COUNT_PARTIES_MAX];
    char id[ID_TEXT_BYTES];
    const struct record *handler = find(&rows->handlers, record_text(kase, "handler_ref"));

    case_facts_clear(&facts);
    facts.received_on = day(kase, "received_on");
    facts.decided_on = day(kase, "decided_on");
    facts.closed_on = day(kase, "closed_on");
    facts.terminated_on = day(kase, "terminated_on");
    facts.born = day(kase, "born");
    facts.sex = atoi(record_text(kase, "sex"));
    facts.recovered = number(kase, "recovered", 0);
    facts.wages = number(kase, "wages_recovered", 0);
    facts.from_consultation = record_text(kase, "consultation")[0] != '\0';
    struct {
        const char **fact, *field;
    } texts[] = {
        {&facts.state, "state"}, {&facts.ethnic, "ethnic"}, {&facts.categories, "categories"}, {&facts.town, "town"}, {&facts.case_type, "case_type"}, {&facts.matter, "matter"},
        {&facts.cause, "cause"}, {&facts.stat_matter, "stat_matter"}, {&facts.stage, "stage"}, {&facts.legal_status, "legal_status"}, {&facts.notice_ground, "notice_ground"},
        {&facts.source, "source"}, {&facts.exempt_32, "exempt_32"}, {&facts.decision, "decision"}, {&facts.refuse_reason, "refuse_reason"}, {&facts.aid_form, "aid_form"},
        {&facts.outcome, "outcome"},
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        *texts[i].fact = record_text(kase, texts[i].field);
    facts.handler_kind = handler != NULL ? atoi(record_text(handler, "kind")) : 0;
    facts.follows = follows(rows, kase);
    id_format(kase->id, id);
    for (size_t i = 0; i < rows->parties.n && facts.n_parties < COUNT_PARTIES_MAX; i++)
        if (strcmp(record_text(&rows->parties.at[i], "case_id"), id) == 0 && strcmp(record_text(&rows->parties.at[i], "role"), "04") == 0)
            parties[facts.n_parties++] = record_text(&rows->parties.at[i], "id_no");
    facts.party_id_nos = parties;
    count->org = kase->scope;
    count_case(rules, &facts, keep, count);
}

static void count_one_consultation(struct direct_count *count, const struct count_rules *rules, const struct record *talk)
{
    struct consultation_facts facts;

    consultation_facts_clear(&facts);
    facts.date = day(talk, "date");
    facts.sex = atoi(record_text(talk, "sex"));
    facts.age_band = atoi(record_text(talk, "age_band"));
    facts.id_no = record_text(talk, "id_no");
    facts.town = record_text(talk, "town");
    facts.category = record_text(talk, "category");
    facts.handling = record_text(talk, "handling");
    facts.channel = record_text(talk, "channel");
    facts.stat_topic = record_text(talk, "stat_topic");
    facts.categories = record_text(talk, "categories");
    facts.persons = number(talk, "persons", 0);
    facts.matters = number(talk, "matters", 0);
    count->org = talk->scope;
    count_consultation(rules, &facts, keep, count);
}

static int compare(const void *a, const void *b)
{
    int64_t x = ((const struct direct_entry *)a)->metric, y = ((const struct direct_entry *)b)->metric;
    return (x > y) - (x < y);
}

void direct_count_load(struct direct_count *count, struct store *store, const struct code_book *codes)
{
    struct errmsg err = {{0}};
    struct count_rules *rules;
    struct world_rows rows;
    struct rows talks;

    *count = (struct direct_count){0};
    assert_int_equal(count_rules_new(&rules, codes, &err), STATUS_OK);
    read_rows(&rows.cases, store, "case");
    read_rows(&rows.parties, store, "party");
    read_rows(&rows.handlers, store, "handler");
    read_rows(&rows.groups, store, "case_group");
    read_rows(&talks, store, "consultation");
    for (size_t i = 0; i < rows.cases.n; i++)
        count_one_case(count, rules, &rows, &rows.cases.at[i]);
    for (size_t i = 0; i < talks.n; i++)
        count_one_consultation(count, rules, &talks.at[i]);
    if (count->n > 0)
        qsort(count->entries, count->n, sizeof count->entries[0], compare);
    release(&rows.cases);
    release(&rows.parties);
    release(&rows.handlers);
    release(&rows.groups);
    release(&talks);
    count_rules_free(rules);
}

void direct_count_release(struct direct_count *count)
{
    free(count->entries);
    *count = (struct direct_count){0};
}

static size_t first_of(const struct direct_count *count, int64_t metric)
{
    size_t low = 0, high = count->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (count->entries[middle].metric < metric)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

int64_t direct_count_sum(const struct direct_count *count, const struct actor *actor, const struct count_term *terms, size_t n_terms, int32_t from, int32_t to, int64_t org)
{
    int64_t sum = 0;
    for (size_t t = 0; t < n_terms; t++) {
        bool stock = count_measure_of(terms[t].metric) == COUNT_OPEN;
        for (size_t i = first_of(count, terms[t].metric); i < count->n && count->entries[i].metric == terms[t].metric; i++) {
            const struct direct_entry *entry = &count->entries[i];
            if (row_in_scope(actor, entry->org) && (org == TALLY_ORG_ALL || org == entry->org) && entry->day <= to && (stock || entry->day >= from))
                sum += terms[t].sign * entry->amount;
        }
    }
    return sum;
}

size_t direct_count_metrics(const struct direct_count *count, int64_t *metrics, size_t max)
{
    size_t n = 0;
    for (size_t i = 0; i < count->n && n < max; i++)
        if (n == 0 || metrics[n - 1] != count->entries[i].metric)
            metrics[n++] = count->entries[i].metric;
    return n;
}
