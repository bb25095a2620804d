/* core/aid/rule.c - see rule.h: the shipped table, the county's rows over it, look-ups, a new value.
 *
 * Shipped rules are parsed from rules.tsv at every load (some seventy lines); that they parse is the program's own promise (assert). County rows are kept
 * sorted by rule, day and id, so that the last row before a day is found by halving. */
#include "core/aid/rule.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/day.h"
#include "core/data/data.h"
#include "core/record/filter.h"

enum { COLUMNS = 9, VALUE_BYTES = 1024 };
enum { COLUMN_NAME, COLUMN_LABEL, COLUMN_KIND, COLUMN_INITIAL, COLUMN_MIN, COLUMN_MAX, COLUMN_BASIS, COLUMN_MARK, COLUMN_HELP };

struct rule_value {
    char *text; /* owned; the one spelling */
    int64_t number;
    struct rule_term term;
};

struct county_row {
    size_t rule; /* index of its definition */
    int32_t from;
    struct id id;
    bool shipped; /* RULE_SHIPPED: value is empty */
    struct rule_value value;
    char *basis; /* owned */
};

struct rules {
    char *table; /* rules.tsv cut into cells in place */
    struct rule_def *defs;
    struct rule_value *initial;
    size_t *by_name;
    size_t n;
    struct county_row *rows;
    size_t n_rows, room, ignored;
};

/* ---- the shipped table ---- */

static enum rule_kind kind_named(const char *name)
{
    enum rule_kind kind = RULE_INT;
    while (kind < RULE_KINDS && strcmp(rule_kind_name(kind), name) != 0)
        kind++;
    assert(kind < RULE_KINDS);
    return kind;
}

static enum status read_value(const struct rule_def *def, const char *text, struct rule_value *value, struct errmsg *err)
{
    struct buf spelling;
    buf_init(&spelling, VALUE_BYTES);
    enum status status = rule_parse_value(def, text, &spelling, &value->number, &value->term, err);
    if (status == STATUS_OK && (value->text = strdup(buf_cstr(&spelling))) == NULL)
        status = STATUS_NOMEM;
    buf_wipe(&spelling);
    return status;
}

static enum status read_line(struct rules *rules, char *line)
{
    char *cells[COLUMNS];
    for (size_t i = 0; i < COLUMNS; i++) {
        cells[i] = line;
        line = strchr(line, '\t');
        assert((line != NULL) == (i + 1 < COLUMNS));
        if (line != NULL)
            *line++ = '\0';
    }
    struct rule_def *def = &rules->defs[rules->n];
    *def = (struct rule_def){.name = cells[COLUMN_NAME], .label = cells[COLUMN_LABEL], .kind = kind_named(cells[COLUMN_KIND]), .initial = cells[COLUMN_INITIAL],
                             .min = strtoll(cells[COLUMN_MIN], NULL, 10), .max = strtoll(cells[COLUMN_MAX], NULL, 10), .basis = cells[COLUMN_BASIS],
                             .mark = cells[COLUMN_MARK], .help = cells[COLUMN_HELP]};
    enum status status = read_value(def, def->initial, &rules->initial[rules->n], NULL);
    assert(status == STATUS_OK || status == STATUS_NOMEM);
    if (status == STATUS_OK)
        rules->by_name[rules->n] = rules->n;
    rules->n += status == STATUS_OK;
    return status;
}

/* Few enough that an insertion sort needs no context for qsort. */
static void sort_names(struct rules *rules)
{
    for (size_t i = 1; i < rules->n; i++) {
        size_t each = rules->by_name[i], at = i;
        for (; at > 0 && strcmp(rules->defs[rules->by_name[at - 1]].name, rules->defs[each].name) > 0; at--)
            rules->by_name[at] = rules->by_name[at - 1];
        rules->by_name[at] = each;
    }
}

static enum status read_shipped(struct rules *rules)
{
    const struct data_file *file = data_find("rules.tsv");
    assert(file != NULL);
    size_t lines = 0;
    for (size_t i = 0; i < file->len; i++)
        lines += file->text[i] == '\n';
    rules->table = malloc(file->len + 1);
    rules->defs = calloc(lines, sizeof *rules->defs);
    rules->initial = calloc(lines, sizeof *rules->initial);
    rules->by_name = calloc(lines, sizeof *rules->by_name);
    if (rules->table == NULL || rules->defs == NULL || rules->initial == NULL || rules->by_name == NULL)
        return STATUS_NOMEM;
    memcpy(rules->table, file->text, file->len + 1);
    enum status status = STATUS_OK;
    for (char *line = rules->table, *end; status == STATUS_OK && (end = strchr(line, '\n')) != NULL; line = end + 1) {
        *end = '\0';
        status = read_line(rules, line);
    }
    sort_names(rules);
    return status;
}

static size_t find_name(const struct rules *rules, const char *name)
{
    size_t from = 0, to = rules->n;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        int order = strcmp(rules->defs[rules->by_name[middle]].name, name);
        if (order == 0)
            return rules->by_name[middle];
        if (order < 0)
            from = middle + 1;
        else
            to = middle;
    }
    return SIZE_MAX;
}

/* ---- the county's rows ---- */

static enum status add_row(struct rules *rules, const struct record *record)
{
    size_t rule = find_name(rules, record_text(record, "name"));
    struct value from = record_get(record, catalogue_field(record->type, "from_day"));
    const char *text = record_text(record, "value");
    if (rule == SIZE_MAX || from.kind != VALUE_INT) {
        rules->ignored++;
        return STATUS_OK;
    }
    if (rules->n_rows == rules->room) {
        size_t room = rules->room > 0 ? rules->room * 2 : 16;
        struct county_row *rows = realloc(rules->rows, room * sizeof *rows);
        if (rows == NULL)
            return STATUS_NOMEM;
        rules->rows = rows;
        rules->room = room;
    }
    struct county_row row = {.rule = rule, .from = (int32_t)from.number, .id = record->id, .shipped = strcmp(text, RULE_SHIPPED) == 0};
    enum status status = row.shipped ? STATUS_OK : read_value(&rules->defs[rule], text, &row.value, NULL);
    if (status != STATUS_OK && status != STATUS_NOMEM) {
        rules->ignored++;
        return STATUS_OK;
    }
    if (status == STATUS_OK && (row.basis = strdup(record_text(record, "basis"))) == NULL)
        status = STATUS_NOMEM;
    if (status != STATUS_OK) {
        free(row.value.text);
        return status;
    }
    rules->rows[rules->n_rows++] = row;
    return STATUS_OK;
}

static int order_rows(const void *a, const void *b)
{
    const struct county_row *x = a, *y = b;
    if (x->rule != y->rule)
        return x->rule < y->rule ? -1 : 1;
    if (x->from != y->from)
        return x->from < y->from ? -1 : 1;
    return memcmp(&x->id, &y->id, sizeof x->id);
}

struct loading {
    struct rules *rules;
    enum status status;
};

static bool take_row(void *context, const struct record *record, const struct list_key *key)
{
    struct loading *loading = context;
    (void)key;
    loading->status = add_row(loading->rules, record);
    return loading->status == STATUS_OK;
}

static enum status read_county(struct rules *rules, struct store *store, const struct actor *actor, struct errmsg *err)
{
    struct loading loading = {.rules = rules};
    struct list_query query = {.type = catalogue_find("rule"), .ascending = true};
    enum status status = records_list(store, actor, &query, take_row, &loading, err);
    if (status == STATUS_OK)
        status = loading.status;
    if (status == STATUS_OK && rules->n_rows > 0)
        qsort(rules->rows, rules->n_rows, sizeof *rules->rows, order_rows);
    return status;
}

enum status rules_load(struct rules **out, struct store *store, const struct actor *actor, struct errmsg *err)
{
    struct rules *rules = calloc(1, sizeof *rules);
    *out = NULL;
    if (rules == NULL)
        return errmsg_set(err, STATUS_NOMEM, "%s", status_text(STATUS_NOMEM));
    enum status status = read_shipped(rules);
    if (status == STATUS_OK)
        status = read_county(rules, store, actor, err);
    if (status != STATUS_OK) {
        rules_free(rules);
        return status;
    }
    *out = rules;
    return STATUS_OK;
}

void rules_free(struct rules *rules)
{
    if (rules == NULL)
        return;
    for (size_t i = 0; i < rules->n; i++)
        free(rules->initial[i].text);
    for (size_t i = 0; i < rules->n_rows; i++) {
        free(rules->rows[i].value.text);
        free(rules->rows[i].basis);
    }
    free(rules->table);
    free(rules->defs);
    free(rules->initial);
    free(rules->by_name);
    free(rules->rows);
    free(rules);
}

/* ---- looking up ---- */

size_t rules_count(const struct rules *rules)
{
    return rules->n;
}

const struct rule_def *rules_at(const struct rules *rules, size_t index)
{
    assert(index < rules->n);
    return &rules->defs[index];
}

const struct rule_def *rules_find(const struct rules *rules, const char *name)
{
    size_t rule = find_name(rules, name);
    for (size_t i = 0; rule == SIZE_MAX && i < rules->n; i++) {
        if (strcmp(rules->defs[i].label, name) == 0)
            rule = i;
    }
    return rule != SIZE_MAX ? &rules->defs[rule] : NULL;
}

size_t rules_ignored(const struct rules *rules)
{
    return rules->ignored;
}

/* How many rows come before (rule, from + 1): the one before that place is in force on `from`, if it is the rule's. */
static size_t place_after(const struct rules *rules, size_t rule, int64_t from)
{
    size_t low = 0, high = rules->n_rows;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct county_row *row = &rules->rows[middle];
        if (row->rule < rule || (row->rule == rule && row->from <= from))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static const struct county_row *row_in_force(const struct rules *rules, size_t rule, int32_t day)
{
    size_t place = place_after(rules, rule, day);
    return place > 0 && rules->rows[place - 1].rule == rule ? &rules->rows[place - 1] : NULL;
}

static size_t known(const struct rules *rules, const char *name)
{
    size_t rule = find_name(rules, name);
    assert(rule != SIZE_MAX);
    return rule;
}

static const struct rule_value *value_in_force(const struct rules *rules, size_t rule, int32_t day)
{
    const struct county_row *row = row_in_force(rules, rule, day);
    return row != NULL && !row->shipped ? &row->value : &rules->initial[rule];
}

const char *rules_text(const struct rules *rules, const char *name, int32_t day)
{
    return value_in_force(rules, known(rules, name), day)->text;
}

const char *rules_basis(const struct rules *rules, const char *name, int32_t day)
{
    size_t rule = known(rules, name);
    const struct county_row *row = row_in_force(rules, rule, day);
    return row != NULL && row->basis[0] != '\0' ? row->basis : rules->defs[rule].basis;
}

int32_t rules_from(const struct rules *rules, const char *name, int32_t day)
{
    const struct county_row *row = row_in_force(rules, known(rules, name), day);
    return row != NULL ? row->from : RULE_NO_DAY;
}

int64_t rules_int(const struct rules *rules, const char *name, int32_t day)
{
    size_t rule = known(rules, name);
    assert(rules->defs[rule].kind <= RULE_MONEY);
    return value_in_force(rules, rule, day)->number;
}

struct rule_term rules_term(const struct rules *rules, const char *name, int32_t day)
{
    size_t rule = known(rules, name);
    assert(rules->defs[rule].kind == RULE_TERM);
    return value_in_force(rules, rule, day)->term;
}

bool rules_version(const struct rules *rules, const char *name, size_t index, struct rule_version *out)
{
    size_t rule = known(rules, name), place = place_after(rules, rule, INT64_MIN) + index;
    if (place >= rules->n_rows || rules->rows[place].rule != rule)
        return false;
    const struct county_row *row = &rules->rows[place];
    *out = (struct rule_version){.from = row->from, .value = row->shipped ? rules->initial[rule].text : row->value.text, .basis = row->basis};
    return true;
}

/* ---- a new value ---- */

static enum status spell(const struct rules *rules, const char *name, const char *value, struct buf *out, struct errmsg *err)
{
    const struct rule_def *def = rules_find(rules, name);
    if (def == NULL)
        return errmsg_set(err, STATUS_NOT_FOUND, "没有规则 %s；aidpost rule list 列出全部", name);
    if (*value == '\0' || strcmp(value, RULE_SHIPPED) == 0) {
        buf_puts(out, RULE_SHIPPED);
        return out->status;
    }
    enum status status = rule_parse_value(def, value, out, NULL, NULL, err);
    return status != STATUS_OK ? errmsg_wrap(err, status, "%s %s", def->name, def->label) : STATUS_OK;
}

enum status rule_prepare(struct store *store, const struct actor *actor, struct record *rule, struct errmsg *err)
{
    struct rules *rules;
    struct buf value;
    if (record_text(rule, "name")[0] == '\0' || record_text(rule, "value")[0] == '\0')
        return STATUS_OK; /* record_check names the empty field */
    enum status status = rules_load(&rules, store, actor, err);
    if (status != STATUS_OK)
        return status;
    buf_init(&value, VALUE_BYTES);
    status = spell(rules, record_text(rule, "name"), record_text(rule, "value"), &value, err);
    if (status == STATUS_OK)
        status = record_set_text(rule, "value", buf_cstr(&value));
    if (status == STATUS_OK)
        status = record_set_text(rule, "name", rules_find(rules, record_text(rule, "name"))->name);
    buf_wipe(&value);
    rules_free(rules);
    return status;
}

struct finding {
    struct record *record;
    bool found;
    enum status status;
};

static bool take_found(void *context, const struct record *record, const struct list_key *key)
{
    struct finding *finding = context;
    (void)key;
    if (finding->found && memcmp(&record->id, &finding->record->id, sizeof record->id) < 0)
        return true; /* of two of one day the one that counts is changed */
    if (finding->found)
        record_release(finding->record);
    finding->status = record_copy(finding->record, record);
    finding->found = finding->status == STATUS_OK;
    return finding->found;
}

/* The row of that name and day as the store has it, else a new one. On error *out needs no release. */
static enum status find_row(struct store *store, const struct actor *actor, const struct code_book *codes, const char *name, int32_t from, struct record *out, struct errmsg *err)
{
    const struct record_type *type = catalogue_find("rule");
    struct filter filter = {.type = type, .n_terms = 2};
    filter.terms[0] = (struct filter_term){.field = catalogue_field(type, "name"), .op = FILTER_EQ, .value = value_string(name)};
    filter.terms[1] = (struct filter_term){.field = catalogue_field(type, "from_day"), .op = FILTER_EQ, .value = value_int(from)};
    struct list_query query = {.type = type, .filter = &filter};
    struct finding finding = {.record = out};
    enum status status = records_list(store, actor, &query, take_found, &finding, err);
    if (status == STATUS_OK)
        status = finding.status;
    if (finding.found) {
        struct id id = out->id;
        record_release(out);
        return status == STATUS_OK ? records_get(store, actor, type, id, out, err) : status;
    }
    record_init(out, type);
    if (status == STATUS_OK)
        status = records_begin(store, actor, out, codes, err);
    if (status == STATUS_OK)
        status = record_set_text(out, "name", name);
    if (status == STATUS_OK)
        status = record_set_int(out, "from_day", from);
    if (status != STATUS_OK)
        record_release(out);
    return status;
}

/* basis as typed: it may be long or hold what a field must not. */
static enum status set_basis(struct record *row, const char *basis, struct errmsg *err)
{
    const struct field_def *field = catalogue_field(row->type, "basis");
    enum status status = record_parse(row, field, NULL, basis, strlen(basis), err);
    return status != STATUS_OK ? errmsg_wrap(err, status, "%s", field->label) : STATUS_OK;
}

static enum status write_row(struct store *store, const struct actor *actor, const struct code_book *codes, struct random_source random, const char *name, const char *value,
                             int32_t from, const char *basis, struct errmsg *err)
{
    struct record row;
    enum status status = find_row(store, actor, codes, name, from, &row, err);
    if (status != STATUS_OK)
        return status;
    status = record_set_text(&row, "value", value);
    if (status == STATUS_OK)
        status = set_basis(&row, basis != NULL ? basis : "", err);
    if (status == STATUS_OK)
        status = records_save(store, actor, codes, random, &row, err);
    record_release(&row);
    return status;
}

enum status rule_set(struct store *store, const struct actor *actor, const struct code_book *codes, struct random_source random, const char *name, const char *value, int32_t from_day,
                     const char *basis, struct errmsg *err)
{
    struct rules *rules;
    struct buf spelling;
    if (!actor->center)
        return errmsg_set(err, STATUS_FORBIDDEN, "%s 是全县统一的规则，只能在县中心设定；同步后各站生效", name);
    if (actor->role != ROLE_ADMIN && actor->role != ROLE_DIRECTOR)
        return errmsg_set(err, STATUS_FORBIDDEN, "%s 只能由县中心的管理员或负责人设定", name);
    if (from_day < DAY_MIN || from_day > DAY_MAX)
        return errmsg_set(err, STATUS_RANGE, "生效日期超出范围");
    enum status status = rules_load(&rules, store, actor, err);
    if (status != STATUS_OK)
        return status;
    buf_init(&spelling, VALUE_BYTES);
    status = spell(rules, name, value, &spelling, err);
    if (status == STATUS_OK) {
        name = rules_find(rules, name)->name;
        bool needless = strcmp(buf_cstr(&spelling), RULE_SHIPPED) == 0 && rules_from(rules, name, from_day) == RULE_NO_DAY;
        status = needless ? STATUS_OK : write_row(store, actor, codes, random, name, buf_cstr(&spelling), from_day, basis, err);
    }
    buf_wipe(&spelling);
    rules_free(rules);
    return status;
}
