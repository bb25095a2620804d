/* core/report/heat.c - figures of towns by month: see chart.h. */
#include <stdio.h>
#include <string.h>

#include "core/report/chart_impl.h"

static const struct chart_measure CASES = {COUNT_APPROVED, {COUNT_CRIMINAL, COUNT_CIVIL, COUNT_ADMINISTRATIVE}, 3}, CONSULTATIONS = {COUNT_PERSONS, {COUNT_CONSULTATION}, 1};

static enum status find_months(struct heat *heat, struct errmsg *err)
{
    struct period month;

    while (period_month(&heat->period, heat->n_months, &month)) {
        if (heat->n_months == CHART_MONTHS_MAX)
            return errmsg_set(err, STATUS_RANGE, "热力表最多 %d 个月，%s 更长；请选一年以内的期间", CHART_MONTHS_MAX, heat->period.name);
        heat->months[heat->n_months++] = month;
    }
    return STATUS_OK;
}

static int64_t sum_of(const struct chart_part *part, size_t n)
{
    int64_t sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += part->values[i];
    return sum;
}

static void add_row(struct heat *heat, const char *name, const struct chart_part *part)
{
    memcpy(heat->towns[heat->n_towns].values, part->values, sizeof part->values);
    snprintf(heat->towns[heat->n_towns].name, CHART_LABEL_BYTES, "%s", name);
    heat->towns[heat->n_towns].town = part->part;
    heat->towns[heat->n_towns++].sum = sum_of(part, heat->n_months);
}

/* Towns as they come, what finds no place and what has no town behind them, and the total. */
static void fill(struct heat *heat, const struct code_book *codes, const struct chart_parts *parts, const struct chart_part *whole)
{
    struct chart_part unknown = *whole, others = {.part = 0};
    size_t left = parts->n, n_others = 0;

    for (size_t i = 0; i < parts->n; i++, left--) {
        char name[CHART_LABEL_BYTES];

        for (size_t month = 0; month < heat->n_months; month++)
            unknown.values[month] -= parts->items[i].part != 0 ? parts->items[i].values[month] : 0;
        if (parts->items[i].part == 0)
            continue;
        if (heat->n_towns < CHART_TOWNS_MAX - 2 || (heat->n_towns == CHART_TOWNS_MAX - 2 && left == 1)) {
            chart_code_label(codes, "town", parts->items[i].part, name);
            add_row(heat, name, &parts->items[i]);
            continue;
        }
        for (size_t month = 0; month < heat->n_months; month++)
            others.values[month] += parts->items[i].values[month];
        n_others++;
    }
    if (n_others > 0)
        add_row(heat, "其他乡镇", &others);
    for (size_t i = 0; i < heat->n_towns; i++)
        for (size_t month = 0; month < heat->n_months; month++)
            heat->most = heat->towns[i].values[month] > heat->most ? heat->towns[i].values[month] : heat->most;
    for (size_t month = 0; month < heat->n_months; month++)
        if (unknown.values[month] != 0) {
            add_row(heat, "乡镇未填", &unknown);
            break;
        }
    add_row(heat, "合计", whole);
}

enum status heat_compute(const struct form_desk *desk, bool consultations, const struct period *period, struct heat *out, struct errmsg *err)
{
    const struct chart_measure *measure = consultations ? &CONSULTATIONS : &CASES;
    struct chart_part whole = {.part = 0};
    struct chart_parts parts = {.items = NULL};
    enum status status;

    *out = (struct heat){.consultations = consultations, .period = *period};
    status = find_months(out, err);
    if (status == STATUS_OK)
        status = chart_parts_towns(desk, &parts, err);
    for (size_t i = 0; status == STATUS_OK && i < out->n_months; i++) {
        const struct period *month = &out->months[i];

        status = chart_parts_add(desk, measure, DIM_TOWN, month->from, month->to, TALLY_ORG_ALL, i, &parts, err);
        if (status == STATUS_OK)
            status = chart_whole(desk, measure, month->from, month->to, TALLY_ORG_ALL, &whole.values[i], err);
    }
    if (status == STATUS_OK)
        fill(out, desk->codes, &parts, &whole);
    chart_parts_release(&parts);
    return status;
}
