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

/* A row for what several towns have, or nobody's town, if that is anything. */
static void add_together(struct heat *heat, const char *name, const struct chart_part *part)
{
    bool any = false;

    for (size_t month = 0; month < heat->n_months; month++)
        any = any || part->values[month] != 0;
    if (any)
        add_row(heat, name, part);
}

static void add_to(struct chart_part *part, const struct chart_part *other, int sign, size_t n_months)
{
    for (size_t month = 0; month < n_months; month++)
        part->values[month] += sign * other->values[month];
}

/* Towns as they come, what finds no row of its own and what has no town behind them, and the total. */
static void fill(struct heat *heat, const struct code_book *codes, const struct chart_parts *parts, const struct chart_part *whole)
{
    struct chart_part unknown = *whole, others = {.part = 0};
    size_t room = parts->n <= CHART_TOWNS_MAX - 1 ? CHART_TOWNS_MAX - 1 : CHART_TOWNS_MAX - 2;

    for (size_t i = 0; i < parts->n; i++) {
        const struct chart_part *town = &parts->items[i];
        char name[CHART_LABEL_BYTES];

        if (town->part == 0)
            continue;
        add_to(&unknown, town, -1, heat->n_months);
        if (heat->n_towns == room) {
            add_to(&others, town, 1, heat->n_months);
            continue;
        }
        chart_code_label(codes, "town", town->part, name);
        add_row(heat, name, town);
        for (size_t month = 0; month < heat->n_months; month++)
            heat->most = town->values[month] > heat->most ? town->values[month] : heat->most;
    }
    add_together(heat, "其他乡镇", &others);
    add_together(heat, "乡镇未填", &unknown);
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
