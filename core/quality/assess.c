/* core/quality/assess.c - see assess.h: from what was counted to points, reasons, totals and ranks. */
#include "core/quality/assess.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/day.h"
#include "core/base/language.h"
#include "core/base/utf8.h"
#include "core/quality/assess_impl.h"
#include "core/quality/eval.h"
#include "core/record/code_book.h"
#include "core/record/pinyin_order.h"

enum { POINT = 100 /* hundredths */, AMOUNT_BYTES = 32 };

enum status assess_desk_year(struct assess_desk *desk, int year, struct errmsg *err)
{
    if (day_from_ymd(year, 1, 1, &desk->from) != STATUS_OK || day_from_ymd(year, 12, 31, &desk->to) != STATUS_OK)
        return errmsg_set(err, STATUS_RANGE, "年度应在 1900 到 2199 之间，不是 %d", year);
    desk->year = year;
    return STATUS_OK;
}

/* a / b, rounded half up (away from zero); b > 0. */
static int64_t divide(int64_t a, int64_t b)
{
    return a >= 0 ? (2 * a + b) / (2 * b) : -((-2 * a + b) / (2 * b));
}

/* ---- words ---- */

struct amount {
    char text[AMOUNT_BYTES];
};

/* Hundredths as people write them: 1500 is 15.00. */
static struct amount hundredths(int64_t n)
{
    struct amount out;
    int64_t size = n < 0 ? -n : n;
    snprintf(out.text, sizeof out.text, "%s%lld.%02lld", n < 0 ? "-" : "", (long long)(size / POINT), (long long)(size % POINT));
    return out;
}

static void keep_reason(struct assess_item *item, struct buf *text)
{
    const char *reason = buf_cstr(text);
    size_t len = utf8_cut(reason, text->len, text->len < ASSESS_REASON_BYTES ? text->len : ASSESS_REASON_BYTES - 1);
    memcpy(item->reason, reason, len);
    item->reason[len] = '\0';
    buf_release(text);
}

/* " × 100/90": what was not measured is spread over the rest. */
static void put_spread(struct buf *text, int measured)
{
    if (measured != ASSESS_FULL)
        buf_printf(text, _(" × %d/%d"), ASSESS_FULL, measured);
}

static void explain_count(const struct assess_item *item, int measured, struct buf *text)
{
    const struct assess_line *line = &item->line;
    const char *unit = _(line->metric->unit);
    buf_printf(text, _(" %lld %s，目标 %lld %s，%d"), (long long)item->value, unit, (long long)line->target, unit, line->weight);
    if (item->value < line->target)
        buf_printf(text, _(" × %lld/%lld"), (long long)item->value, (long long)line->target);
    put_spread(text, measured);
}

/* sum: what the rows added up to, in ASSESS_ONE. */
static void explain_rate(const struct assess_item *item, int64_t sum, int measured, struct buf *text)
{
    const struct assess_line *line = &item->line;
    struct amount rate = hundredths(item->value);
    if (strcmp(line->metric->code, "grade") == 0)
        buf_printf(text, _("平均 %s 分(%lld %s)，目标 %lld 分，%d"), rate.text, (long long)item->base, _(line->metric->unit), (long long)line->target, line->weight);
    else
        buf_printf(text, _(" %s%%(%lld/%lld %s)，目标 %lld%%，%d"), rate.text, (long long)(sum / ASSESS_ONE), (long long)item->base, _(line->metric->unit), (long long)line->target,
                   line->weight);
    if (item->value < line->target * POINT)
        buf_printf(text, _(" × %s/%lld"), rate.text, (long long)line->target);
    put_spread(text, measured);
}

static void explain_rate_low(const struct assess_item *item, int64_t sum, int measured, struct buf *text)
{
    const struct assess_line *line = &item->line;
    buf_printf(text, _(" %s%%(%lld/%lld %s)，容许 %lld%%，%d"), hundredths(item->value).text, (long long)(sum / ASSESS_ONE), (long long)item->base, _(line->metric->unit),
               (long long)line->target, line->weight);
    if (item->value > line->target * POINT)
        buf_printf(text, _(" × %s/%lld"), hundredths(ASSESS_ONE - item->value).text, (long long)(ASSESS_FULL - line->target));
    put_spread(text, measured);
}

static void explain_each(const struct assess_item *item, struct buf *text)
{
    const struct assess_line *line = &item->line;
    const char *unit = _(line->metric->unit);
    buf_printf(text, _(" %lld %s，每%s %s%d 分"), (long long)item->value, unit, unit, line->weight > 0 ? "+" : "", line->weight);
    if (line->cap != ASSESS_NO_CAP)
        buf_printf(text, _("，最多 %d 分"), line->cap);
}

static void explain(const struct assess_desk *desk, struct assess_item *item, int64_t sum, int measured)
{
    struct buf text;
    buf_init(&text, ASSESS_REASON_BYTES * 2);
    buf_puts(&text, _(code_book_name(desk->codes, "assess_metric", item->line.metric->code)));
    if (!item->measured) {
        buf_puts(&text, _(": 没有数据，不计"));
        if (measured > 0)
            buf_printf(&text, _("；其余各项按 %d/%d 折算"), ASSESS_FULL, measured);
        keep_reason(item, &text);
        return;
    }
    if (item->line.metric->shape == ASSESS_COUNT)
        explain_count(item, measured, &text);
    else if (item->line.metric->shape == ASSESS_RATE)
        explain_rate(item, sum, measured, &text);
    else if (item->line.metric->shape == ASSESS_RATE_LOW)
        explain_rate_low(item, sum, measured, &text);
    else
        explain_each(item, &text);
    buf_printf(&text, " = %s", hundredths(item->points).text);
    keep_reason(item, &text);
}

/* ---- points ---- */

/* sum / (base x target) of the weight, at most all of it; the same sum that the rows gave, so that nothing is rounded twice. */
static int64_t share_of(const struct assess_line *line, int64_t sum, int64_t whole, int measured)
{
    if (sum > whole)
        sum = whole;
    return divide((int64_t)line->weight * POINT * ASSESS_FULL * sum, whole * measured);
}

static int64_t points_each(const struct assess_line *line, int64_t value)
{
    int64_t points = (int64_t)line->weight * value * POINT, most = (int64_t)line->cap * POINT;
    if (line->cap == ASSESS_NO_CAP)
        return points;
    return points > most ? most : points < -most ? -most : points;
}

static int64_t points_of(const struct assess_item *item, int64_t sum, int measured)
{
    const struct assess_line *line = &item->line;
    if (!item->measured)
        return 0;
    switch (line->metric->shape) {
    case ASSESS_COUNT:
        return share_of(line, sum, line->target, measured);
    case ASSESS_RATE:
        return share_of(line, sum, item->base * line->target * POINT, measured);
    case ASSESS_RATE_LOW:
        return share_of(line, item->base * ASSESS_ONE - sum, item->base * (ASSESS_FULL - line->target) * POINT, measured);
    case ASSESS_EACH:
        break;
    }
    return points_each(line, sum);
}

static bool is_rate(const struct assess_metric *metric)
{
    return metric->shape == ASSESS_RATE || metric->shape == ASSESS_RATE_LOW;
}

/* What each line counted; sums[i] beside items[i]. */
static enum status count_items(const struct assess_desk *desk, const struct assess_owners *owners, const struct assess_scheme *scheme, struct assess_sheet *out, int64_t sums[],
                               struct errmsg *err)
{
    struct assess_walk walk = {.desk = desk, .kind = out->subject.kind, .owners = owners, .err = err};
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < scheme->n; i++) {
        struct assess_item *item = &out->items[out->n++];
        *item = (struct assess_item){.line = scheme->lines[i]};
        status = assess_walk(&walk, item->line.metric);
        bool rate = is_rate(item->line.metric);
        item->measured = !rate || walk.base > 0;
        item->base = rate ? walk.base : 0;
        item->value = rate ? (walk.base > 0 ? divide(walk.value, walk.base) : 0) : walk.value;
        sums[i] = walk.value;
    }
    return status;
}

static void sum_up(const struct assess_desk *desk, struct assess_sheet *sheet, const int64_t sums[])
{
    int measured = 0;
    for (size_t i = 0; i < sheet->n; i++)
        if (sheet->items[i].measured && sheet->items[i].line.metric->shape != ASSESS_EACH)
            measured += sheet->items[i].line.weight;
    for (size_t i = 0; i < sheet->n; i++) {
        sheet->items[i].points = points_of(&sheet->items[i], sums[i], measured);
        sheet->total += sheet->items[i].points;
        explain(desk, &sheet->items[i], sums[i], measured);
    }
    int64_t whole = sheet->total >= 0 ? sheet->total / POINT : 0;
    snprintf(sheet->grade, sizeof sheet->grade, "%s", eval_grade(desk->rules, false, whole, desk->to));
}

static enum status compute(const struct assess_desk *desk, const struct assess_scheme *scheme, const struct assess_subject *subject, struct assess_sheet *out, struct errmsg *err)
{
    struct assess_owners owners;
    int64_t sums[ASSESS_METRICS_MAX];
    *out = (struct assess_sheet){.subject = *subject, .year = desk->year};
    enum status status = assess_owners_load(desk, subject, &owners, err);
    if (status != STATUS_OK)
        return status;
    status = count_items(desk, &owners, scheme, out, sums, err);
    if (status == STATUS_OK)
        sum_up(desk, out, sums);
    assess_owners_release(&owners);
    return status;
}

static enum status load_scheme(const struct assess_desk *desk, const char *kind, struct assess_scheme *scheme, struct errmsg *err)
{
    enum status status = assess_scheme_load(scheme, desk->store, desk->actor, kind, desk->year, err);
    return status == STATUS_OK ? assess_scheme_check(scheme, desk->codes, desk->year, err) : status;
}

enum status assess_compute(const struct assess_desk *desk, const struct assess_subject *subject, struct assess_sheet *out, struct errmsg *err)
{
    struct assess_scheme scheme;
    enum status status = load_scheme(desk, subject->kind, &scheme, err);
    return status == STATUS_OK ? compute(desk, &scheme, subject, out, err) : status;
}

/* ---- all ---- */

static int compare_sheets(const void *left, const void *right, void *pinyin)
{
    const struct assess_sheet *a = left, *b = right;
    if (a->total != b->total)
        return a->total > b->total ? -1 : 1;
    int order = pinyin_order_strings(pinyin, a->subject.name, b->subject.name);
    return order != 0 ? order : id_compare(a->subject.id, b->subject.id);
}

enum status assess_all(const struct assess_desk *desk, const char *kind, struct assess_sheet **out, size_t *n, struct errmsg *err)
{
    struct assess_scheme scheme;
    struct assess_subject *subjects = NULL;
    struct assess_sheet *sheets = NULL;
    size_t count = 0;
    *out = NULL;
    *n = 0;
    enum status status = load_scheme(desk, kind, &scheme, err);
    if (status == STATUS_OK)
        status = assess_subjects(desk, kind, &subjects, &count, err);
    if (status == STATUS_OK && count > 0 && (sheets = calloc(count, sizeof sheets[0])) == NULL)
        status = errmsg_set(err, STATUS_NOMEM, "%s", status_text(STATUS_NOMEM));
    for (size_t i = 0; status == STATUS_OK && i < count; i++)
        status = compute(desk, &scheme, &subjects[i], &sheets[i], err);
    free(subjects);
    if (status != STATUS_OK) {
        free(sheets);
        return status;
    }
    if (count > 0)
        qsort_r(sheets, count, sizeof sheets[0], compare_sheets, store_pinyin(desk->store));
    for (size_t i = 0; i < count; i++)
        sheets[i].rank = i > 0 && sheets[i].total == sheets[i - 1].total ? sheets[i - 1].rank : (int64_t)i + 1;
    *out = sheets;
    *n = count;
    return STATUS_OK;
}

/* ---- rows ---- */

enum status assess_rows(const struct assess_desk *desk, const struct assess_subject *subject, const char *metric, assess_row_fn fn, void *context, struct errmsg *err)
{
    const struct assess_metric *found = assess_metric_find(metric);
    struct assess_owners owners;
    if (found == NULL || (found->kinds & assess_kind_bit(subject->kind)) == 0)
        return errmsg_set(err, STATUS_NOT_FOUND, "%s没有指标 %.40s", _(code_book_name(desk->codes, "assess_kind", subject->kind)), metric);
    enum status status = assess_owners_load(desk, subject, &owners, err);
    if (status != STATUS_OK)
        return status;
    struct assess_walk walk = {.desk = desk, .kind = subject->kind, .owners = &owners, .fn = fn, .context = context, .err = err};
    status = assess_walk(&walk, found);
    assess_owners_release(&owners);
    return status;
}
