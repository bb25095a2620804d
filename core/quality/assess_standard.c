/* core/quality/assess_standard.c - see assess_standard.h: the metrics, the shipped scheme, the county's rows over it. */
#include "core/quality/assess_standard.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/language.h"
#include "core/data/data.h"
#include "core/record/code_book.h"
#include "core/record/filter.h"

enum { COLUMNS = 6, CELL_BYTES = 32 };
enum { COLUMN_KIND, COLUMN_METRIC, COLUMN_WEIGHT, COLUMN_TARGET, COLUMN_CAP };

static const char *const kinds[] = {"handler", "firm", "station", "volunteer"};

enum { PEOPLE = ASSESS_HANDLER | ASSESS_FIRM };

/* In the order of sheets: quantity, quality, attitude, what is taken away and added. */
static const struct assess_metric metrics[] = {
    {"closed", PEOPLE, ASSESS_COUNT, "件"},
    {"received", ASSESS_STATION, ASSESS_COUNT, "件"},
    {"consultations", ASSESS_STATION | ASSESS_VOLUNTEER, ASSESS_COUNT, "人次"},
    {"hours", ASSESS_VOLUNTEER, ASSESS_COUNT, "小时"},
    {"events", ASSESS_STATION | ASSESS_VOLUNTEER, ASSESS_COUNT, "场"},
    {"duty_days", PEOPLE | ASSESS_STATION | ASSESS_VOLUNTEER, ASSESS_COUNT, "天"},
    {"referrals", ASSESS_VOLUNTEER, ASSESS_COUNT, "人"},
    {"training", PEOPLE | ASSESS_VOLUNTEER, ASSESS_COUNT, "次"},
    {"grade", PEOPLE, ASSESS_RATE, "件"},
    {"signed_in_time", PEOPLE, ASSESS_RATE, "件"},
    {"closed_in_time", PEOPLE, ASSESS_RATE, "件"},
    {"received_in_time", ASSESS_STATION, ASSESS_RATE, "件"},
    {"visits", ASSESS_STATION, ASSESS_RATE, "件"},
    {"returned", PEOPLE, ASSESS_RATE_LOW, "件"},
    {"success", PEOPLE, ASSESS_RATE, "件"},
    {"satisfaction", PEOPLE | ASSESS_STATION, ASSESS_RATE, "件"},
    {"organ", PEOPLE, ASSESS_RATE, "项"},
    {"complaints", PEOPLE | ASSESS_STATION | ASSESS_VOLUNTEER, ASSESS_EACH, "件"},
    {"missed", ASSESS_VOLUNTEER, ASSESS_EACH, "次"},
    {"tokens", PEOPLE | ASSESS_STATION, ASSESS_EACH, "件"},
};

enum { N_METRICS = sizeof metrics / sizeof metrics[0] };

static_assert((size_t)N_METRICS <= (size_t)ASSESS_METRICS_MAX, "a sheet has room for every metric");

size_t assess_metric_count(void)
{
    return N_METRICS;
}

const struct assess_metric *assess_metric_at(size_t index)
{
    assert(index < N_METRICS);
    return &metrics[index];
}

const struct assess_metric *assess_metric_find(const char *code)
{
    for (size_t i = 0; i < N_METRICS; i++)
        if (strcmp(metrics[i].code, code) == 0)
            return &metrics[i];
    return NULL;
}

unsigned assess_kind_bit(const char *kind)
{
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (strcmp(kinds[i], kind) == 0)
            return 1u << i;
    return 0;
}

/* ---- lines that make sense ---- */

/* Why a line cannot be; NULL: it can. A weight of 0 takes the metric out. */
static const char *line_problem(const struct assess_metric *metric, int64_t weight, bool has_target, int64_t target, bool has_cap)
{
    if (weight == 0)
        return NULL;
    if (metric->shape == ASSESS_EACH)
        return has_target ? _("按件加分、扣分的指标没有目标，请空着") : NULL;
    if (weight < 0)
        return _("只有按件扣分的指标可以是负数");
    if (has_cap)
        return _("只有按件加分、扣分的指标有上限，请空着");
    if (metric->shape == ASSESS_COUNT && (!has_target || target < 1))
        return _("数量指标要有目标，至少是 1");
    if (metric->shape == ASSESS_RATE && (!has_target || target < 1 || target > ASSESS_FULL))
        return _("比率指标的目标是百分数，1 到 100");
    if (metric->shape == ASSESS_RATE_LOW && (!has_target || target < 0 || target >= ASSESS_FULL))
        return _("越低越好的指标，目标是容许的百分数，0 到 99");
    return NULL;
}

/* ---- the scheme ---- */

static struct assess_line *find_line(struct assess_scheme *scheme, const struct assess_metric *metric)
{
    for (size_t i = 0; i < scheme->n; i++)
        if (scheme->lines[i].metric == metric)
            return &scheme->lines[i];
    return NULL;
}

/* Put a line in its place; the line of the same metric gives way. */
static void put_line(struct assess_scheme *scheme, struct assess_line line)
{
    struct assess_line *same = find_line(scheme, line.metric);
    if (same != NULL) {
        *same = line;
        return;
    }
    size_t at = scheme->n++;
    for (; at > 0 && scheme->lines[at - 1].metric > line.metric; at--) /* pointers into one table */
        scheme->lines[at] = scheme->lines[at - 1];
    scheme->lines[at] = line;
}

static void read_shipped_line(struct assess_scheme *scheme, const char *line)
{
    char cells[COLUMNS][CELL_BYTES];
    for (size_t i = 0; i < COLUMNS; i++) {
        size_t len = strcspn(line, "\t\n");
        snprintf(cells[i], sizeof cells[i], "%.*s", (int)(len < CELL_BYTES ? len : CELL_BYTES - 1), line);
        line += len + (line[len] == '\t');
    }
    const struct assess_metric *metric = assess_metric_find(cells[COLUMN_METRIC]);
    if (strcmp(cells[COLUMN_KIND], scheme->kind) != 0)
        return;
    int weight = (int)strtol(cells[COLUMN_WEIGHT], NULL, 10);
    int64_t target = strtoll(cells[COLUMN_TARGET], NULL, 10);
    bool has_cap = cells[COLUMN_CAP][0] != '\0';
    assert(metric != NULL && (metric->kinds & assess_kind_bit(scheme->kind)) != 0);
    assert(line_problem(metric, weight, cells[COLUMN_TARGET][0] != '\0', target, has_cap) == NULL);
    put_line(scheme, (struct assess_line){.metric = metric, .weight = weight, .target = target, .cap = has_cap ? (int)strtol(cells[COLUMN_CAP], NULL, 10) : ASSESS_NO_CAP});
}

static void read_shipped(struct assess_scheme *scheme)
{
    const struct data_file *file = data_find("assess_standards.tsv");
    assert(file != NULL);
    for (const char *line = file->text; *line != '\0'; line = strchr(line, '\n') + 1)
        read_shipped_line(scheme, line);
}

static bool has_number(const struct record *record, const char *field, int64_t *number)
{
    struct value value = record_get(record, catalogue_field(record->type, field));
    *number = value.kind == VALUE_INT ? value.number : 0;
    return value.kind == VALUE_INT;
}

struct overlay {
    struct assess_scheme *scheme;
    int year;
};

/* Rows come by year, the latest last. One that makes no sense (another program's) counts for nothing. */
static bool take_county_row(void *context, const struct record *record, const struct list_key *key)
{
    struct overlay *overlay = context;
    const struct assess_metric *metric = assess_metric_find(record_text(record, "metric"));
    int64_t weight, target, cap, from;
    bool has_weight = has_number(record, "weight", &weight), has_target = has_number(record, "target", &target), has_cap = has_number(record, "cap", &cap);
    (void)key;
    if (!has_number(record, "from_year", &from) || from > overlay->year || !has_weight || metric == NULL || (metric->kinds & assess_kind_bit(overlay->scheme->kind)) == 0)
        return true;
    if (line_problem(metric, weight, has_target, target, has_cap) == NULL)
        put_line(overlay->scheme, (struct assess_line){.metric = metric, .weight = (int)weight, .target = target, .cap = has_cap ? (int)cap : ASSESS_NO_CAP, .from_year = (int)from});
    return true;
}

static void drop_unassessed(struct assess_scheme *scheme)
{
    size_t kept = 0;
    for (size_t i = 0; i < scheme->n; i++)
        if (scheme->lines[i].weight != 0)
            scheme->lines[kept++] = scheme->lines[i];
    scheme->n = kept;
}

enum status assess_scheme_load(struct assess_scheme *out, struct store *store, const struct actor *actor, const char *kind, int year, struct errmsg *err)
{
    const struct record_type *type = catalogue_find("assess_standard");
    struct filter filter = {.type = type, .n_terms = 1};
    struct overlay overlay = {out, year};
    *out = (struct assess_scheme){.n = 0};
    if (assess_kind_bit(kind) == 0)
        return errmsg_set(err, STATUS_NOT_FOUND, "考核对象是 handler firm station volunteer 之一，没有 %.40s", kind);
    snprintf(out->kind, sizeof out->kind, "%s", kind);
    read_shipped(out);
    filter.terms[0] = (struct filter_term){.field = catalogue_field(type, "kind"), .op = FILTER_EQ, .value = value_string(kind)};
    struct list_query query = {.type = type, .filter = &filter, .order = catalogue_field(type, "from_year"), .ascending = true};
    enum status status = records_list(store, actor, &query, take_county_row, &overlay, err);
    drop_unassessed(out);
    return status;
}

int assess_scheme_sum(const struct assess_scheme *scheme)
{
    int sum = 0;
    for (size_t i = 0; i < scheme->n; i++)
        if (scheme->lines[i].metric->shape != ASSESS_EACH)
            sum += scheme->lines[i].weight;
    return sum;
}

enum status assess_scheme_check(const struct assess_scheme *scheme, const struct code_book *codes, int year, struct errmsg *err)
{
    int sum = assess_scheme_sum(scheme);
    if (sum == ASSESS_FULL)
        return STATUS_OK;
    return errmsg_set(err, STATUS_INVALID, "%d 年%s的考核指标分值合计 %d(加分、扣分不算)，应为 100；改好考核指标(assess_standard)再用", year,
                      code_book_name(codes, "assess_kind", scheme->kind), sum);
}

/* ---- the county's own ---- */

static enum status check_only(struct store *store, const struct actor *actor, const struct record *record, struct errmsg *err)
{
    static const char *const same[] = {"kind", "metric", "from_year"};
    bool has;
    enum status status = records_has_same(store, actor, record, same, sizeof same / sizeof same[0], &has, err);
    if (status == STATUS_OK && has)
        status = errmsg_set(err, STATUS_EXISTS, "起用年度: 这一年起的这个指标已经登记过，请改那一条");
    return status;
}

enum status assess_standard_prepare(struct store *store, const struct actor *actor, const struct code_book *codes, struct record *record, struct errmsg *err)
{
    const char *kind = record_text(record, "kind"), *code = record_text(record, "metric");
    const struct assess_metric *metric = assess_metric_find(code);
    int64_t weight, target, cap, from;
    if (kind[0] == '\0' || code[0] == '\0' || !has_number(record, "weight", &weight) || !has_number(record, "from_year", &from))
        return STATUS_OK; /* record_check names the empty field */
    if (metric == NULL || (metric->kinds & assess_kind_bit(kind)) == 0)
        return errmsg_set(err, STATUS_INVALID, "指标: %s没有“%s”这项指标", code_book_name(codes, "assess_kind", kind), code_book_name(codes, "assess_metric", code));
    bool has_target = has_number(record, "target", &target), has_cap = has_number(record, "cap", &cap);
    const char *problem = line_problem(metric, weight, has_target, target, has_cap);
    if (problem != NULL)
        return errmsg_set(err, STATUS_INVALID, "%s: %s", code_book_name(codes, "assess_metric", code), problem);
    return check_only(store, actor, record, err);
}
