/* core/report/report_xlsx_chart.c - charts and heat tables in a spreadsheet: see report_file.h. A chart's page has its figures as a table and beside it the bars drawn from them. */
#include <stdio.h>
#include <string.h>

#include "core/base/width.h"
#include "core/report/report_impl.h"

/* ---- bars ---------------------------------------------------------------------------------------------------------- */

enum { B_LABEL, B_VALUE, B_BEFORE, B_CHANGE, B_SHARE, B_COLUMNS };
enum { TITLE_ROW, TOP_ROW, UNIT_ROW, HEAD_ROW, FIRST_ROW };
enum { CHART_WIDTH = 640, CHART_HEIGHT = 380, BAR_HEIGHT = 34 /* pixels of a lying pair */, STANDING_MAX = 14, LABEL_STANDING_MAX = 10 /* columns */ };

static enum status put_bar(struct spreadsheet *sheet, const char *label, int64_t value, int64_t before, bool money, struct errmsg *err)
{
    struct report_line line;

    report_line_clear(&line);
    report_line_text(&line, B_LABEL, LOOK_CELL, label);
    report_line_number(&line, B_VALUE, LOOK_CELL, value, money);
    report_line_number(&line, B_BEFORE, LOOK_CELL, before, money);
    report_line_growth(&line, B_CHANGE, LOOK_CELL, value, before, money);
    return spreadsheet_line(sheet, line.cells, 1, err);
}

static enum status put_bar_heads(struct spreadsheet *sheet, const struct chart *chart, struct errmsg *err)
{
    char now[PERIOD_LABEL_BYTES], last[PERIOD_LABEL_BYTES];
    struct report_line line;
    enum status status;

    report_line_clear(&line);
    report_line_text(&line, B_LABEL, LOOK_PLAIN, "单位");
    report_line_text(&line, B_VALUE, LOOK_PLAIN, chart->kind->unit);
    status = spreadsheet_line(sheet, line.cells, 1, err);
    report_period_short(&chart->period, now);
    report_period_short(&chart->before, last);
    report_line_clear(&line);
    report_line_text(&line, B_LABEL, LOOK_HEAD, chart->kind->label);
    report_line_text(&line, B_VALUE, LOOK_HEAD, now);
    report_line_text(&line, B_BEFORE, LOOK_HEAD, last);
    report_line_text(&line, B_CHANGE, LOOK_HEAD, "增减");
    report_line_text(&line, B_SHARE, LOOK_HEAD, "增减%");
    return status == STATUS_OK ? spreadsheet_line(sheet, line.cells, 2, err) : status;
}

/* Few short labels stand; others lie. */
static bool lies(const struct chart *chart)
{
    if (chart->n_bars > STANDING_MAX)
        return true;
    for (size_t i = 0; i < chart->n_bars; i++)
        if (width_text(chart->bars[i].label, strlen(chart->bars[i].label)) > LABEL_STANDING_MAX)
            return true;
    return false;
}

static enum status put_chart(struct spreadsheet *sheet, const struct chart *chart, struct errmsg *err)
{
    struct spreadsheet_chart bars = {.lying = lies(chart), .title_row = TITLE_ROW, .head_row = HEAD_ROW, .first_row = FIRST_ROW, .last_row = FIRST_ROW + chart->n_bars - 1, .series = {B_VALUE, B_BEFORE},
                                     .unit_row = UNIT_ROW, .unit_column = B_VALUE, .row = UNIT_ROW, .column = B_COLUMNS + 1, .width = CHART_WIDTH, .height = CHART_HEIGHT};
    unsigned all = (unsigned)chart->n_bars * BAR_HEIGHT + 100;
    char words[256];

    if (bars.lying && all > bars.height)
        bars.height = all;
    snprintf(words, sizeof words, "%s，本期与上年同期的条形图，数值见左表", chart->kind->title);
    bars.words = words;
    return spreadsheet_chart(sheet, &bars, err);
}

enum status report_chart_page(struct spreadsheet *sheet, const struct chart *chart, const struct report_head *head, struct errmsg *err)
{
    static const size_t WIDTHS[B_COLUMNS] = {12, 12, 12, 10, 10};
    const struct spreadsheet_page page = {.name = chart->kind->title, .n_columns = B_COLUMNS, .widths = WIDTHS, .frozen_rows = FIRST_ROW, .charted = true};
    char rest[64];
    enum status status = report_begin_page(sheet, &page, chart->kind->title, &chart->period, head, err);

    if (status == STATUS_OK)
        status = put_bar_heads(sheet, chart, err);
    for (size_t i = 0; status == STATUS_OK && i < chart->n_bars; i++)
        status = put_bar(sheet, chart->bars[i].label, chart->bars[i].value, chart->bars[i].before, chart->kind->money, err);
    snprintf(rest, sizeof rest, "其余%zu项", chart->n_rest);
    if (status == STATUS_OK && chart->n_rest > 0)
        status = put_bar(sheet, rest, chart->rest, chart->rest_before, chart->kind->money, err);
    if (status == STATUS_OK)
        status = report_put_words(sheet, &page, chart->n_bars == 0 ? "本期和上年同期都没有。" : chart->kind->note, err);
    if (status == STATUS_OK)
        status = report_put_foot(sheet, &page, head, err);
    return status == STATUS_OK && chart->n_bars > 0 ? put_chart(sheet, chart, err) : status;
}

/* ---- heat ---------------------------------------------------------------------------------------------------------- */

static enum spreadsheet_look look_of(int level)
{
    return level <= 0 ? LOOK_CELL : (enum spreadsheet_look)(LOOK_HEAT_1 + level - 1);
}

static enum status put_heat_heads(struct spreadsheet *sheet, const struct heat *heat, struct errmsg *err)
{
    char labels[CHART_MONTHS_MAX][HEAT_MONTH_BYTES];
    struct report_line line;

    report_line_clear(&line);
    report_line_text(&line, 0, LOOK_HEAD, "乡镇");
    for (size_t i = 0; i < heat->n_months; i++) {
        heat_month_label(heat, i, labels[i]);
        report_line_text(&line, i + 1, LOOK_HEAD, labels[i]);
    }
    report_line_text(&line, heat->n_months + 1, LOOK_HEAD, "合计");
    return spreadsheet_line(sheet, line.cells, 1, err);
}

static enum status put_heat_row(struct spreadsheet *sheet, const struct heat *heat, size_t row, struct errmsg *err)
{
    bool total = row + 1 == heat->n_towns;
    struct report_line line;

    report_line_clear(&line);
    report_line_text(&line, 0, total ? LOOK_TOTAL : LOOK_CELL, heat->towns[row].name);
    for (size_t i = 0; i < heat->n_months; i++)
        report_line_number(&line, i + 1, total ? LOOK_TOTAL : look_of(heat->towns[row].town == 0 ? 0 : heat_level(heat, heat->towns[row].values[i])), heat->towns[row].values[i], false);
    report_line_number(&line, heat->n_months + 1, LOOK_TOTAL, heat->towns[row].sum, false);
    return spreadsheet_line(sheet, line.cells, 1, err);
}

/* What each background means, in its own colour. */
static enum status put_legend(struct spreadsheet *sheet, const struct heat *heat, struct errmsg *err)
{
    char texts[4][64];
    struct report_line line;
    size_t at = 1;

    report_line_clear(&line);
    report_line_text(&line, 0, LOOK_PLAIN, "底色");
    for (int level = 1; level <= 4; level++) {
        int64_t from = heat_bound(heat, level - 1) + 1, to = heat_bound(heat, level);

        if (to < from || at > heat->n_months)
            continue;
        snprintf(texts[level - 1], sizeof texts[0], from == to ? "%lld" : "%lld-%lld", (long long)from, (long long)to);
        report_line_text(&line, at++, look_of(level), texts[level - 1]);
    }
    return spreadsheet_line(sheet, line.cells, 1, err);
}

enum status report_heat_page(struct spreadsheet *sheet, const struct heat *heat, const struct report_head *head, struct errmsg *err)
{
    size_t widths[CHART_MONTHS_MAX + 2] = {12};
    const struct spreadsheet_page page = {.name = heat->consultations ? "咨询（乡镇按月）" : "案件（乡镇按月）", .n_columns = heat->n_months + 2, .widths = widths, .frozen_rows = REPORT_TOP_LINES + 1, .frozen_columns = 1};
    enum status status;

    for (size_t i = 1; i < heat->n_months + 2; i++)
        widths[i] = 6;
    status = report_begin_page(sheet, &page, heat_title(heat), &heat->period, head, err);
    if (status == STATUS_OK)
        status = put_heat_heads(sheet, heat, err);
    for (size_t i = 0; status == STATUS_OK && i < heat->n_towns; i++)
        status = put_heat_row(sheet, heat, i, err);
    if (status == STATUS_OK && heat->most > 0)
        status = put_legend(sheet, heat, err);
    return status == STATUS_OK ? report_put_foot(sheet, &page, head, err) : status;
}
