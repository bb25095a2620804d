/* core/report/count_rules.c - the maps behind the counting rules, and what cases and consultations have in common: groups, codes, towns. See count.h. */
#include "core/report/count.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/day.h"
#include "core/record/id_card.h"
#include "core/report/count_impl.h"

enum { TOWN_DIGITS = 9, PACKED_MAX = 5, PART_BITS = 40, DISABILITY_ID_MIN = 20, PARENTS_MAX = 8, TOPIC_DIGITS = 3 };
enum { SET_COLUMN, CODE_COLUMN, TOPIC_COLUMN, KIND_COLUMN };
#define REST_TOPIC "219"
#define OTHER_KIND "09"

/* ---- maps ---- */

static void copy_code(const char *line, size_t column, char out[CONSULT_CODE_BYTES])
{
    struct data_cell cell = data_line_cell(line, column);
    assert(cell.len < CONSULT_CODE_BYTES);
    memcpy(out, cell.text, cell.len);
    out[cell.len] = '\0';
}

static int compare_rows(const void *a, const void *b)
{
    return strcmp(((const struct consult_row *)a)->code, ((const struct consult_row *)b)->code);
}

/* The lines of one set, sorted. */
static size_t read_rows(const char *set, struct consult_row rows[CONSULT_ROWS_MAX])
{
    const struct data_file *file = data_find("consult_map.tsv");
    size_t n = 0;

    assert(file != NULL);
    for (const char *line = file->text; *line != '\0'; line = strchr(line, '\n') + 1) {
        struct data_cell cell = data_line_cell(line, SET_COLUMN);
        if (cell.len != strlen(set) || memcmp(cell.text, set, cell.len) != 0)
            continue;
        assert(n < CONSULT_ROWS_MAX);
        copy_code(line, CODE_COLUMN, rows[n].code);
        copy_code(line, TOPIC_COLUMN, rows[n].topic);
        copy_code(line, KIND_COLUMN, rows[n].kind);
        n++;
    }
    qsort(rows, n, sizeof rows[0], compare_rows);
    return n;
}

static const struct consult_row *find_row(const struct consult_row *rows, size_t n, const char *code)
{
    size_t low = 0, high = n;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(rows[middle].code, code);
        if (order == 0)
            return &rows[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

/* What is looked for in these counts: a set that could not be read would look like one without the code, and the figure would be another one. */
static const char *const SETS[] = {"category", "cause", "stat_matter"};

enum status count_rules_new(struct count_rules **out, const struct code_book *codes, struct errmsg *err)
{
    struct count_rules *rules = calloc(1, sizeof *rules);

    *out = NULL;
    if (rules == NULL)
        return errmsg_set(err, STATUS_NOMEM, "%s", status_text(STATUS_NOMEM));
    for (size_t i = 0; i < sizeof SETS / sizeof SETS[0]; i++) {
        enum status status = code_book_need(codes, SETS[i], err);
        if (status != STATUS_OK) {
            free(rules);
            return status;
        }
    }
    rules->codes = codes;
    rules->n_categories = read_rows("category", rules->categories);
    rules->n_topics = read_rows("consult_topic", rules->topics);
    if (stat_matter_map_new(&rules->matters, codes) != STATUS_OK) {
        count_rules_free(rules);
        return errmsg_set(err, STATUS_NOMEM, "%s", status_text(STATUS_NOMEM));
    }
    *out = rules;
    return STATUS_OK;
}

void count_rules_free(struct count_rules *rules)
{
    if (rules == NULL)
        return;
    stat_matter_map_free(rules->matters);
    free(rules);
}

/* ---- what a consultation is about ---- */

/* The category's line, or that of what the county put it under; NULL. */
static const struct consult_row *category_row(const struct count_rules *rules, const char *category)
{
    for (int depth = 0; depth < PARENTS_MAX && category[0] != '\0'; depth++) {
        const struct consult_row *row = find_row(rules->categories, rules->n_categories, category);
        const struct code *code = row == NULL ? code_book_find(rules->codes, "category", category) : NULL;
        if (row != NULL || code == NULL)
            return row;
        category = code->parent;
    }
    return NULL;
}

/* The topic's line, or that of the rest of its class: 1xx to 4xx. */
static const struct consult_row *topic_row(const struct count_rules *rules, const char *topic)
{
    const struct consult_row *row = find_row(rules->topics, rules->n_topics, topic);
    char rest[] = REST_TOPIC;

    if (row != NULL)
        return row;
    if (strlen(topic) == TOPIC_DIGITS && topic[0] >= '1' && topic[0] <= '4')
        rest[0] = topic[0];
    return find_row(rules->topics, rules->n_topics, rest);
}

static const struct consult_row *topic_of(const struct count_rules *rules, const struct consultation_facts *facts, const struct consult_row *category)
{
    return topic_row(rules, facts->stat_topic[0] != '\0' ? facts->stat_topic : category != NULL ? category->topic : REST_TOPIC);
}

const char *count_topic_of(const struct count_rules *rules, const struct consultation_facts *facts)
{
    const struct consult_row *category = facts->stat_topic[0] == '\0' ? category_row(rules, facts->category) : NULL;
    return topic_of(rules, facts, category)->topic;
}

const char *count_kind_of(const struct count_rules *rules, const struct consultation_facts *facts)
{
    const struct consult_row *category = category_row(rules, facts->category), *topic = topic_of(rules, facts, category);
    return category != NULL && strcmp(topic->kind, OTHER_KIND) == 0 ? category->kind : topic->kind;
}

/* ---- facts ---- */

void case_facts_clear(struct case_facts *facts)
{
    *facts = (struct case_facts){.received_on = COUNT_DAY_NONE, .decided_on = COUNT_DAY_NONE, .closed_on = COUNT_DAY_NONE, .terminated_on = COUNT_DAY_NONE, .born = COUNT_DAY_NONE};
    facts->state = facts->ethnic = facts->categories = facts->town = facts->case_type = facts->matter = facts->cause = facts->stat_matter = facts->stage = "";
    facts->legal_status = facts->notice_ground = facts->source = facts->exempt_32 = facts->decision = facts->refuse_reason = facts->aid_form = facts->outcome = "";
}

void consultation_facts_clear(struct consultation_facts *facts)
{
    *facts = (struct consultation_facts){.date = COUNT_DAY_NONE};
    facts->id_no = facts->town = facts->category = facts->handling = facts->channel = facts->stat_topic = facts->categories = "";
}

/* ---- codes and groups ---- */

int64_t count_code(const char *code)
{
    const int64_t limit = (int64_t)1 << PART_BITS;
    size_t len = strlen(code), digits = strspn(code, "0123456789");
    int64_t part = 0;

    if (digits == len) {
        for (size_t i = 0; i < len && part < limit; i++)
            part = part * 10 + (code[i] - '0');
        return part < limit ? part : 0;
    }
    if (len > PACKED_MAX)
        return 0;
    for (size_t i = 0; i < len; i++) {
        char c = code[i];
        if ((c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z'))
            return 0;
        part = part << 8 | c;
    }
    return part;
}

bool count_code_in(const char *code, const char *list)
{
    if (code[0] == '\0' || code[1] == '\0' || code[2] != '\0')
        return false;
    for (; *list != '\0'; list += list[2] == ' ' ? 3 : 2)
        if (list[0] == code[0] && list[1] == code[1])
            return true;
    return false;
}

uint32_t count_group_parts(uint32_t groups)
{
    static const struct {
        int part;
        uint32_t groups;
    } FORMS[] = {
        {PG_FEMALE, PERSON_GROUP_BIT(PERSON_FEMALE)}, {PG_WOMAN, PERSON_GROUP_BIT(PERSON_WOMAN)}, {PG_DISABLED, PERSON_GROUP_BIT(1) | PERSON_GROUP_BIT(2)},
        {PG_DEAF_BLIND, PERSON_GROUP_BIT(2)}, {PG_PEASANT, PERSON_GROUP_BIT(4)}, {PG_MIGRANT, PERSON_GROUP_BIT(PERSON_MIGRANT)}, {PG_OLD, PERSON_GROUP_BIT(PERSON_OLD)},
        {PG_MINOR, PERSON_GROUP_BIT(PERSON_MINOR)}, {PG_SOLDIER, PERSON_GROUP_BIT(6) | PERSON_GROUP_BIT(7)}, {PG_MINORITY, PERSON_GROUP_BIT(PERSON_MINORITY)},
        {PG_FOREIGN, PERSON_GROUP_BIT(15)},
        {PG_POOR, PERSON_GROUP_BIT(9) | PERSON_GROUP_BIT(10) | PERSON_GROUP_BIT(11) | PERSON_GROUP_BIT(16)},
    };
    uint32_t parts = 0;

    for (size_t i = 0; groups != 0 && i < sizeof FORMS / sizeof FORMS[0]; i++)
        if (groups & FORMS[i].groups)
            parts |= 1u << FORMS[i].part;
    return parts;
}

/* Whatever kind of document it is: numbers that are a resident identity number, and disability certificates, which begin with one. */
void count_read_id(const char *id_no, struct person_facts *person)
{
    struct id_number number;
    size_t len = strlen(id_no);

    if (len == 0)
        return;
    if (id_number_read(len >= DISABILITY_ID_MIN ? "41" : "", id_no, len, DAY_MAX, &number, NULL) != STATUS_OK || !number.has_card)
        return;
    if (person->sex != 1 && person->sex != 2)
        person->sex = number.card.sex;
    if (person->born == PERSON_BORN_UNKNOWN)
        person->born = number.card.born;
}

/* ---- counting ---- */

void counter_put(const struct counter *counter, enum count_measure measure, enum count_dimension dimension, int64_t part, int32_t day, int64_t amount)
{
    if (part >= 0 && amount != 0)
        counter->emit(counter->context, count_metric(measure, counter->type, dimension, part), day, amount);
}

void counter_put_code(const struct counter *counter, enum count_measure measure, enum count_dimension dimension, const char *code, int32_t day, int64_t amount)
{
    int64_t part = count_code(code);
    if (part != 0)
        counter_put(counter, measure, dimension, part, day, amount);
}

void counter_put_town(const struct counter *counter, enum count_measure measure, const char *town, int32_t day, int64_t amount)
{
    char digits[TOWN_DIGITS + 1] = "";

    if (strspn(town, "0123456789") < TOWN_DIGITS)
        return;
    memcpy(digits, town, TOWN_DIGITS);
    counter_put_code(counter, measure, DIM_TOWN, digits, day, amount);
}

void counter_put_groups(const struct counter *counter, enum count_measure measure, uint32_t parts, int32_t day, int64_t amount)
{
    for (int part = PG_FEMALE; part < PG_PARTS; part++)
        if (parts & 1u << part)
            counter_put(counter, measure, DIM_GROUP, part, day, amount);
}
