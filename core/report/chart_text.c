/* core/report/chart_text.c - charts and heat tables as text: see chart.h.
 *
 * Nothing is told by length, sign or place alone: every bar has its number and unit before it, every cell of a heat table its number before its sign. What is drawn is ASCII, so that it is as wide as it looks on every
 * terminal; labels are measured by core/base/width.h. */
#include "core/report/chart.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "core/base/language.h"
#include "core/base/unit.h"
#include "core/base/width.h"
#include "core/report/cell.h"

enum {
    BAR_MIN = 12,   /* columns for bars, whatever the labels */
    LABEL_MIN = 6,  /* "  上年" */
    TOWN_MIN = 4,
    CELL_MIN = 4,   /* "12月" */
    TOWN_MAX = 24,
    LEGEND_BYTES = 64
};

static const char LAST_YEAR[] = "  上年";

static void put_blanks(size_t n, struct buf *out)
{
    while (n-- > 0)
        buf_putc(out, ' ');
}

/* The text, cut to `width` columns, and blanks up to it. */
static void put_left(const char *text, size_t width, struct buf *out)
{
    size_t used, len = width_fit(text, strlen(text), width, &used);

    buf_append(out, text, len);
    put_blanks(width - used, out);
}

static void put_right(const char *text, size_t width, struct buf *out)
{
    size_t used = width_text(text, strlen(text));

    put_blanks(width > used ? width - used : 0, out);
    buf_puts(out, text);
}

static void end_line(struct buf *out)
{
    while (out->len > 0 && out->data[out->len - 1] == ' ')
        out->data[--out->len] = '\0';
    buf_putc(out, '\n');
}

static void figure_text(bool money, int64_t value, char out[REPORT_WAN_BYTES])
{
    if (money)
        report_wan(value, out);
    else
        snprintf(out, REPORT_WAN_BYTES, "%lld", (long long)value);
}

/* ---- bars --------------------------------------------------------------------------------------------------------- */

/* Columns of the parts of a line, the same for all lines of a chart. */
struct bar_layout {
    size_t label, number, bar;
    int64_t most;
};

static size_t figure_width(bool money, int64_t value)
{
    char text[REPORT_WAN_BYTES];

    figure_text(money, value, text);
    return strlen(text);
}

static size_t greater(size_t a, size_t b)
{
    return a > b ? a : b;
}

static void lay_out(const struct chart *chart, size_t columns, struct bar_layout *out)
{
    size_t unit = width_text(_(chart->kind->unit), strlen(_(chart->kind->unit))), blanks = 3, fixed;

    *out = (struct bar_layout){.label = LABEL_MIN, .number = 1};
    for (size_t i = 0; i < chart->n_bars; i++) {
        const struct chart_bar *bar = &chart->bars[i];

        out->label = greater(out->label, width_text(_(bar->label), strlen(_(bar->label))));
        out->number = greater(out->number, greater(figure_width(chart->kind->money, bar->value), figure_width(chart->kind->money, bar->before)));
        out->most = bar->value > out->most ? bar->value : out->most;
        out->most = bar->before > out->most ? bar->before : out->most;
    }
    fixed = out->number + unit + blanks;
    if (out->label + fixed + BAR_MIN > columns)
        out->label = greater(LABEL_MIN, columns - fixed - BAR_MIN);
    out->bar = columns - fixed - out->label;
}

/* At least one sign for what is not nothing; corrections may make a value negative, which has no length. */
static size_t bar_length(const struct bar_layout *layout, int64_t value)
{
    size_t length;

    if (value <= 0)
        return 0;
    length = (size_t)((double)value / (double)layout->most * (double)layout->bar + 0.5);
    return length < 1 ? 1 : length > layout->bar ? layout->bar : length;
}

static void put_bar(const struct chart *chart, const struct bar_layout *layout, const char *label, int64_t value, char sign, struct buf *out)
{
    char number[REPORT_WAN_BYTES];

    figure_text(chart->kind->money, value, number);
    put_left(label, layout->label, out);
    buf_putc(out, ' ');
    put_right(number, layout->number, out);
    buf_putc(out, ' ');
    put_left(unit_words(chart->kind->unit, value), width_text(_(chart->kind->unit), strlen(_(chart->kind->unit))), out);
    buf_putc(out, ' ');
    for (size_t i = bar_length(layout, value); i > 0; i--)
        buf_putc(out, (uint8_t)sign);
    end_line(out);
}

void chart_head_text(const struct chart *chart, int columns, struct buf *out)
{
    char label[PERIOD_LABEL_BYTES], number[REPORT_WAN_BYTES];
    struct bar_layout layout;

    assert(columns >= CHART_COLUMNS_MIN);
    lay_out(chart, (size_t)columns, &layout);
    figure_text(chart->kind->money, layout.most, number);
    buf_printf(out, _("%s，单位：%s\n"), _(chart->kind->title), _(chart->kind->unit));
    period_show(&chart->period, label);
    buf_printf(out, _("本期 %s\n"), label);
    period_show(&chart->before, label);
    buf_printf(out, _("上年 %s\n"), label);
    if (layout.most > 0)
        buf_printf(out, _("# 本期，- 上年；最长 %s %s\n"), number, unit_words(chart->kind->unit, layout.most));
    else
        buf_puts(out, _("# 本期，- 上年；没有数\n"));
}

static void put_rest(const struct chart *chart, struct buf *out)
{
    char rest[REPORT_WAN_BYTES], before[REPORT_WAN_BYTES];

    figure_text(chart->kind->money, chart->rest, rest);
    figure_text(chart->kind->money, chart->rest_before, before);
    buf_printf(out, _("其余 %zu 项合计 %s %s，上年 %s %s\n"), chart->n_rest, rest, unit_words(chart->kind->unit, chart->rest), before, unit_words(chart->kind->unit, chart->rest_before));
}

void chart_text(const struct chart *chart, int columns, size_t first, size_t max, struct buf *out)
{
    struct bar_layout layout;
    size_t end = max < chart->n_bars - (first < chart->n_bars ? first : chart->n_bars) ? first + max : chart->n_bars;

    assert(columns >= CHART_COLUMNS_MIN);
    lay_out(chart, (size_t)columns, &layout);
    for (size_t i = first; i < end; i++) {
        put_bar(chart, &layout, _(chart->bars[i].label), chart->bars[i].value, '#', out);
        put_bar(chart, &layout, _(LAST_YEAR), chart->bars[i].before, '-', out);
    }
    if (end < chart->n_bars)
        return;
    if (chart->n_bars == 0)
        buf_puts(out, _("本期和上年同期都没有。\n"));
    if (chart->n_rest > 0)
        put_rest(chart, out);
    if (chart->kind->note[0] != '\0')
        buf_printf(out, _("注：%s\n"), _(chart->kind->note));
}

/* ---- heat --------------------------------------------------------------------------------------------------------- */

static const char SIGNS[] = " .:+#";

const char *heat_title(const struct heat *heat)
{
    return heat->consultations ? _("各乡镇咨询人次（人次）") : _("各乡镇案件批准数（件）");
}

void heat_month_label(const struct heat *heat, size_t month, char out[HEAT_MONTH_BYTES])
{
    static const char *const names[] = {N_("1月"), N_("2月"), N_("3月"), N_("4月"), N_("5月"), N_("6月"), N_("7月"), N_("8月"), N_("9月"), N_("10月"), N_("11月"), N_("12月")};
    snprintf(out, HEAT_MONTH_BYTES, "%s", _(names[heat->months[month].part - 1]));
}

int64_t heat_bound(const struct heat *heat, int level)
{
    return heat->most / 4 * level + heat->most % 4 * level / 4;
}

int heat_level(const struct heat *heat, int64_t value)
{
    int level = 1;

    if (value <= 0)
        return 0;
    while (level < 4 && value > heat_bound(heat, level))
        level++;
    return level;
}

struct heat_layout {
    size_t town, cell, sum; /* columns; a cell with its sign */
    size_t per_block;       /* months */
};

static void heat_layout(const struct heat *heat, size_t columns, struct heat_layout *out)
{
    size_t room, blocks = 1;

    *out = (struct heat_layout){.town = TOWN_MIN, .cell = CELL_MIN, .sum = 4};
    for (size_t i = 0; i < heat->n_towns; i++) {
        out->town = greater(out->town, width_text(heat->towns[i].name, strlen(heat->towns[i].name)));
        out->sum = greater(out->sum, figure_width(false, heat->towns[i].sum));
        for (size_t month = 0; month < heat->n_months; month++)
            out->cell = greater(out->cell, figure_width(false, heat->towns[i].values[month]) + 1);
    }
    out->town = out->town > TOWN_MAX ? TOWN_MAX : out->town;
    room = columns - out->town - 1 - out->sum;
    /* As few blocks as fit, of as many months each. */
    while (blocks < heat->n_months && (heat->n_months + blocks - 1) / blocks * (out->cell + 1) > room)
        blocks++;
    out->per_block = (heat->n_months + blocks - 1) / blocks;
}

/* What each sign means: ". 1至5  : 6至10 ..", without signs that no value can have. */
static void put_legend(const struct heat *heat, size_t columns, struct buf *out)
{
    static const char HEAD[] = "数字后的符号：";
    size_t used = width_text(_(HEAD), strlen(_(HEAD)));
    int64_t from = 1;

    if (heat->most <= 0) {
        buf_puts(out, _("没有数。\n"));
        return;
    }
    buf_puts(out, _(HEAD));
    for (int level = 1; level <= 4; level++) {
        int64_t to = heat_bound(heat, level);
        char words[LEGEND_BYTES];

        if (to < from)
            continue;
        if (to > from)
            snprintf(words, sizeof words, _("%c %lld至%lld  "), SIGNS[level], (long long)from, (long long)to);
        else
            snprintf(words, sizeof words, "%c %lld  ", SIGNS[level], (long long)from);
        used += width_text(words, strlen(words));
        if (used > columns) {
            end_line(out);
            used = width_text(words, strlen(words));
        }
        buf_puts(out, words);
        from = to + 1;
    }
    end_line(out);
}

static void put_heat_row(const struct heat *heat, const struct heat_layout *layout, size_t row, size_t first, size_t end, struct buf *out)
{
    char number[REPORT_WAN_BYTES];
    put_left(heat->towns[row].name, layout->town, out);
    for (size_t month = first; month < end; month++) {
        int64_t value = heat->towns[row].values[month];

        figure_text(false, value, number);
        put_blanks(1, out);
        put_right(number, layout->cell - 1, out);
        buf_putc(out, (uint8_t)(heat->towns[row].town == 0 ? ' ' : SIGNS[heat_level(heat, value)]));
    }
    if (end == heat->n_months) {
        figure_text(false, heat->towns[row].sum, number);
        put_blanks(1, out);
        put_right(number, layout->sum, out);
    }
    end_line(out);
}

static void put_heat_block(const struct heat *heat, const struct heat_layout *layout, size_t first, struct buf *out)
{
    size_t end = first + layout->per_block < heat->n_months ? first + layout->per_block : heat->n_months;
    char label[HEAT_MONTH_BYTES];

    put_left(_("乡镇"), layout->town, out);
    for (size_t month = first; month < end; month++) {
        heat_month_label(heat, month, label);
        put_blanks(1, out);
        put_right(label, layout->cell, out);
    }
    if (end == heat->n_months) {
        put_blanks(1, out);
        put_right(_("合计"), layout->sum, out);
    }
    end_line(out);
    for (size_t row = 0; row < heat->n_towns; row++)
        put_heat_row(heat, layout, row, first, end, out);
}

void heat_text(const struct heat *heat, int columns, struct buf *out)
{
    char label[PERIOD_LABEL_BYTES];
    struct heat_layout layout;

    assert(columns >= CHART_COLUMNS_MIN);
    heat_layout(heat, (size_t)columns, &layout);
    period_show(&heat->period, label);
    buf_printf(out, "%s\n%s\n", heat_title(heat), label);
    put_legend(heat, (size_t)columns, out);
    for (size_t first = 0; first < heat->n_months; first += layout.per_block) {
        if (first > 0)
            buf_putc(out, '\n');
        put_heat_block(heat, &layout, first, out);
    }
}
