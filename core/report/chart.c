/* core/report/chart.c - the figures of charts from the tally, and the rows behind a bar: see chart.h. */
#include "core/report/chart.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/report/chart_impl.h"

enum { DAYS_OF_YEAR = 366 };

static const struct {
    enum person_group_part part;
    const char *label;
} CASE_GROUPS[] = {{PG_WOMAN, "妇女"}, {PG_DISABLED, "残疾人"}, {PG_PEASANT, "农民"}, {PG_MIGRANT, "农民工"}, {PG_OLD, "老年人"}, {PG_MINOR, "未成年人"}, {PG_SOLDIER, "军人军属"}, {PG_MINORITY, "少数民族"},
                   {PG_FOREIGN, "外国籍人或无国籍人"}},
  CONSULT_GROUPS[] = {{PG_FEMALE, "女性"}, {PG_DISABLED, "残疾人"}, {PG_PEASANT, "农民"}, {PG_MIGRANT, "农民工"}, {PG_SOLDIER, "军人军属"}, {PG_MINOR, "未成年人"}, {PG_OLD, "老年人"},
                      {PG_FOREIGN, "外国籍人"}, {PG_POOR, "一般贫困者"}, {PG_OTHER, "其他人群"}};

/* ---- bars --------------------------------------------------------------------------------------------------------- */

struct drawing {
    const struct form_desk *desk;
    const struct chart_source *source;
    int64_t org;
    struct chart *chart;
    struct chart_parts parts; /* values[0] this year, values[1] last year */
};

static void add_bar(struct chart *chart, const char *label, const struct period *period, int64_t part, int64_t value, int64_t before)
{
    struct chart_bar *bar;

    if (chart->n_bars == CHART_BARS_MAX) {
        chart->n_rest++;
        chart->rest += value;
        chart->rest_before += before;
        return;
    }
    bar = &chart->bars[chart->n_bars++];
    *bar = (struct chart_bar){.value = value, .before = before, .period = *period, .part = part};
    snprintf(bar->label, sizeof bar->label, "%s", label);
}

/* Months by place, not by name: the third month of the period against the third of last year's. */
static enum status draw_months(struct drawing *drawing, struct errmsg *err)
{
    struct chart *chart = drawing->chart;
    enum status status = STATUS_OK;
    struct period month, before;

    for (size_t i = 0; status == STATUS_OK && period_month(&chart->period, i, &month); i++) {
        char label[CHART_LABEL_BYTES];
        int64_t value = 0, last = 0;

        if (chart->period.to - chart->period.from < DAYS_OF_YEAR)
            snprintf(label, sizeof label, "%d月", month.part);
        else
            snprintf(label, sizeof label, "%d年%d月", month.year, month.part);
        status = chart_whole(drawing->desk, &drawing->source->measure, month.from, month.to, drawing->org, &value, err);
        if (status == STATUS_OK && period_month(&chart->before, i, &before))
            status = chart_whole(drawing->desk, &drawing->source->measure, before.from, before.to, drawing->org, &last, err);
        if (status == STATUS_OK)
            add_bar(chart, label, &month, 0, value, last);
    }
    return status;
}

static enum status draw_types(struct drawing *drawing, struct errmsg *err)
{
    static const char *const LABELS[] = {[COUNT_CRIMINAL] = "刑事", [COUNT_CIVIL] = "民事", [COUNT_ADMINISTRATIVE] = "行政"};
    struct chart *chart = drawing->chart;
    enum status status = STATUS_OK;

    for (size_t i = 0; status == STATUS_OK && i < drawing->source->measure.n_types; i++) {
        int type = drawing->source->measure.types[i];
        struct chart_measure one = {drawing->source->measure.measure, {type}, 1};
        int64_t value = 0, last = 0;

        status = chart_whole(drawing->desk, &one, chart->period.from, chart->period.to, drawing->org, &value, err);
        if (status == STATUS_OK)
            status = chart_whole(drawing->desk, &one, chart->before.from, chart->before.to, drawing->org, &last, err);
        if (status == STATUS_OK)
            add_bar(chart, LABELS[type], &chart->period, type, value, last);
    }
    return status;
}

static enum status read_parts(struct drawing *drawing, struct errmsg *err)
{
    const struct period *periods[] = {&drawing->chart->period, &drawing->chart->before};
    enum status status = drawing->source->order == BY_TOWN ? chart_parts_towns(drawing->desk, &drawing->parts, err) : STATUS_OK;

    for (size_t i = 0; status == STATUS_OK && i < 2; i++)
        status = chart_parts_add(drawing->desk, &drawing->source->measure, drawing->source->dimension, periods[i]->from, periods[i]->to, drawing->org, i, &drawing->parts, err);
    return status;
}

static const struct chart_part *part_of(const struct chart_parts *parts, int64_t part)
{
    static const struct chart_part NOTHING = {.part = 0};

    for (size_t i = 0; i < parts->n; i++)
        if (parts->items[i].part == part)
            return &parts->items[i];
    return &NOTHING;
}

static void draw_groups(struct drawing *drawing)
{
    bool cases = drawing->source->measure.measure == COUNT_APPROVED;
    size_t n = cases ? sizeof CASE_GROUPS / sizeof CASE_GROUPS[0] : sizeof CONSULT_GROUPS / sizeof CONSULT_GROUPS[0];

    for (size_t i = 0; i < n; i++) {
        int64_t group = cases ? CASE_GROUPS[i].part : CONSULT_GROUPS[i].part;
        const struct chart_part *part = part_of(&drawing->parts, group);

        add_bar(drawing->chart, cases ? CASE_GROUPS[i].label : CONSULT_GROUPS[i].label, &drawing->chart->period, group, part->values[0], part->values[1]);
    }
}

static void draw_part(struct drawing *drawing, const struct chart_part *part)
{
    char label[CHART_LABEL_BYTES];

    chart_code_label(drawing->desk->codes, drawing->source->set, part->part, label);
    add_bar(drawing->chart, label, &drawing->chart->period, part->part, part->values[0], part->values[1]);
}

/* The set's codes that are in use or have something; then what stands in no code of it. */
static void draw_codes(struct drawing *drawing)
{
    const struct code_book *codes = drawing->desk->codes;
    size_t n = code_book_count(codes, drawing->source->set);

    for (size_t i = 0; i < n; i++) {
        const struct code *code = code_book_at(codes, drawing->source->set, i);
        struct chart_part part = *part_of(&drawing->parts, count_code(code->code));

        part.part = count_code(code->code);
        if (!code->retired || part.values[0] != 0 || part.values[1] != 0)
            draw_part(drawing, &part);
    }
    for (size_t i = 0; i < drawing->parts.n; i++) {
        bool known = false;

        for (size_t k = 0; !known && k < n; k++)
            known = count_code(code_book_at(codes, drawing->source->set, k)->code) == drawing->parts.items[i].part;
        if (!known)
            draw_part(drawing, &drawing->parts.items[i]);
    }
}

static int by_value(const void *a, const void *b)
{
    const struct chart_part *left = a, *right = b;

    for (size_t i = 0; i < 2; i++)
        if (left->values[i] != right->values[i])
            return left->values[i] > right->values[i] ? -1 : 1;
    return left->part < right->part ? -1 : left->part > right->part;
}

static void draw_greatest_first(struct drawing *drawing)
{
    if (drawing->parts.n > 0)
        qsort(drawing->parts.items, drawing->parts.n, sizeof *drawing->parts.items, by_value);
    for (size_t i = 0; i < drawing->parts.n; i++)
        draw_part(drawing, &drawing->parts.items[i]);
}

/* What the towns leave of the whole has none: part 0. */
static enum status add_without_town(struct drawing *drawing, struct errmsg *err)
{
    const struct period *periods[] = {&drawing->chart->period, &drawing->chart->before};
    int64_t left[2] = {0};
    enum status status = STATUS_OK;
    struct chart_part *unknown;

    for (size_t i = 0; status == STATUS_OK && i < 2; i++) {
        status = chart_whole(drawing->desk, &drawing->source->measure, periods[i]->from, periods[i]->to, drawing->org, &left[i], err);
        for (size_t k = 0; k < drawing->parts.n; k++)
            left[i] -= drawing->parts.items[k].part != 0 ? drawing->parts.items[k].values[i] : 0;
    }
    if (status != STATUS_OK || (left[0] == 0 && left[1] == 0))
        return status;
    unknown = chart_parts_at(&drawing->parts, 0);
    if (unknown == NULL)
        return errmsg_set(err, STATUS_NOMEM, "内存不足");
    memcpy(unknown->values, left, sizeof left);
    return STATUS_OK;
}

static enum status draw_parts(struct drawing *drawing, struct errmsg *err)
{
    enum status status = read_parts(drawing, err);

    if (status == STATUS_OK && drawing->source->order == BY_TOWN)
        status = add_without_town(drawing, err);
    if (status != STATUS_OK)
        return status;
    switch (drawing->source->order) {
    case BY_GROUP:
        draw_groups(drawing);
        break;
    case BY_CODE:
        draw_codes(drawing);
        break;
    default:
        draw_greatest_first(drawing);
        break;
    }
    return STATUS_OK;
}

enum status chart_compute(const struct form_desk *desk, const struct chart_kind *kind, const struct period *period, int64_t org, struct chart *out, struct errmsg *err)
{
    struct drawing drawing = {.desk = desk, .source = chart_source_of(kind->name), .org = org, .chart = out};
    enum status status;

    assert(drawing.source != NULL);
    *out = (struct chart){.kind = kind, .period = *period};
    status = period_shift(period, -1, &out->before, err);
    if (status != STATUS_OK)
        return status;
    status = drawing.source->order == BY_MONTH ? draw_months(&drawing, err) : drawing.source->order == BY_TYPE ? draw_types(&drawing, err) : draw_parts(&drawing, err);
    chart_parts_release(&drawing.parts);
    return status;
}

/* ---- rows behind a bar -------------------------------------------------------------------------------------------- */

/* Rows without a town: all less those of every town. */
static enum status rows_without_town(const struct form_desk *desk, const struct chart_source *source, const struct period *period, int64_t org, tally_row_fn row, void *context, struct errmsg *err)
{
    struct chart_parts parts = {.items = NULL};
    struct count_term *terms = NULL;
    size_t n = source->measure.n_types;
    enum status status = chart_parts_add(desk, &source->measure, source->dimension, period->from, period->to, org, 0, &parts, err);

    if (status == STATUS_OK && (terms = calloc((parts.n + 1) * n, sizeof *terms)) == NULL)
        status = errmsg_set(err, STATUS_NOMEM, "内存不足");
    if (status == STATUS_OK) {
        chart_terms(&source->measure, DIM_ALL, 0, terms);
        for (size_t i = 0; i < parts.n; i++) {
            if (parts.items[i].part == 0)
                continue;
            chart_terms(&source->measure, source->dimension, parts.items[i].part, terms + n);
            for (size_t k = 0; k < source->measure.n_types; k++)
                terms[n++].sign = -1;
        }
        status = tally_rows(desk->tally, terms, n, period->from, period->to, org, NULL, 0, row, context, err);
    }
    free(terms);
    chart_parts_release(&parts);
    return status;
}

enum status chart_rows(const struct form_desk *desk, const struct chart *chart, size_t bar, int64_t org, tally_row_fn row, void *context, struct errmsg *err)
{
    const struct chart_source *source = chart_source_of(chart->kind->name);
    const struct chart_bar *at = &chart->bars[bar];
    struct chart_measure measure = source->measure;
    struct count_term terms[CHART_TYPES_MAX];

    assert(bar < chart->n_bars);
    if (source->order == BY_TOWN && at->part == 0)
        return rows_without_town(desk, source, &at->period, org, row, context, err);
    if (source->order == BY_TYPE)
        measure = (struct chart_measure){source->measure.measure, {(int)at->part}, 1};
    chart_terms(&measure, source->dimension, source->order == BY_TYPE ? 0 : at->part, terms);
    return tally_rows(desk->tally, terms, measure.n_types, at->period.from, at->period.to, org, NULL, 0, row, context, err);
}
