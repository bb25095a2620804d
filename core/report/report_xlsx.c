/* core/report/report_xlsx.c - reports as a spreadsheet: the file, the summary's page, and what pages share. See report_file.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/report/report_impl.h"

enum { WORDS_WIDTH = 110 };

/* ---- lines --------------------------------------------------------------------------------------------------------- */

void report_line_clear(struct report_line *line)
{
    memset(line, 0, sizeof *line);
}

void report_line_text(struct report_line *line, size_t column, enum spreadsheet_look look, const char *text)
{
    line->cells[column] = (struct spreadsheet_cell){.cell = {.kind = REPORT_TEXT, .text = text, .len = strlen(text)}, .look = look};
}

void report_line_number(struct report_line *line, size_t column, enum spreadsheet_look look, int64_t value, bool money)
{
    line->cells[column] = (struct spreadsheet_cell){.cell = {.kind = money ? REPORT_MONEY : REPORT_INT, .number = value}, .look = look, .unit = money ? UNIT_WAN : UNIT_OWN};
}

void report_line_growth(struct report_line *line, size_t column, enum spreadsheet_look look, int64_t value, int64_t before, bool money)
{
    double share = before > 0 ? ((double)value - (double)before) * 1000 / (double)before : 0;

    report_line_number(line, column, look, value - before, money);
    line->cells[column + 1] = (struct spreadsheet_cell){.look = look};
    if (before > 0 && share < 1e15)
        line->cells[column + 1] = (struct spreadsheet_cell){.cell = {.kind = REPORT_INT, .number = (int64_t)(share < 0 ? share - 0.5 : share + 0.5)}, .look = look, .unit = UNIT_SHARE};
}

enum status report_put_words(struct spreadsheet *sheet, const struct spreadsheet_page *page, const char *words, struct errmsg *err)
{
    struct report_line line;
    size_t width = 0, columns = 0;

    if (words[0] == '\0')
        return STATUS_OK;
    while (columns < page->n_columns && width < WORDS_WIDTH)
        width += page->widths[columns++] + 1;
    report_line_clear(&line);
    for (size_t i = 0; i < columns; i++)
        line.cells[i].look = LOOK_NOTE;
    report_line_text(&line, 0, LOOK_NOTE, words);
    line.cells[0].columns = columns;
    return spreadsheet_line(sheet, line.cells, (unsigned)layout_lines(words, strlen(words), width), err);
}

/* Words that were gathered, as a line; out of memory is told. Releases them. */
static enum status put_gathered(struct spreadsheet *sheet, const struct spreadsheet_page *page, struct buf *words, struct errmsg *err)
{
    enum status status = words->status == STATUS_OK ? report_put_words(sheet, page, buf_cstr(words), err) : errmsg_set(err, words->status, "%s", status_text(words->status));

    buf_release(words);
    return status;
}

enum status report_begin_page(struct spreadsheet *sheet, const struct spreadsheet_page *page, const char *title, const struct period *period, const struct report_head *head, struct errmsg *err)
{
    struct report_line line;
    enum status status = spreadsheet_page(sheet, page, err);
    struct buf words;

    report_line_clear(&line);
    report_line_text(&line, 0, LOOK_TITLE, title);
    if (status == STATUS_OK)
        status = spreadsheet_line(sheet, line.cells, 2, err);
    if (status != STATUS_OK)
        return status;
    buf_init(&words, 1 << 12);
    buf_printf(&words, "填报单位：%s　", head->office);
    report_words_period(period, &words);
    if (head->draft)
        buf_puts(&words, "　" REPORT_DRAFT);
    return put_gathered(sheet, page, &words, err);
}

enum status report_put_foot(struct spreadsheet *sheet, const struct spreadsheet_page *page, const struct report_head *head, struct errmsg *err)
{
    struct buf words;
    enum status status;

    buf_init(&words, 1 << 16);
    report_words_stations(head, &words);
    status = put_gathered(sheet, page, &words, err);
    if (status != STATUS_OK)
        return status;
    buf_init(&words, 1 << 12);
    report_words_sign(head, &words);
    return put_gathered(sheet, page, &words, err);
}

void report_period_short(const struct period *period, char out[PERIOD_LABEL_BYTES])
{
    char *days;

    period_label(period, out);
    days = strchr(out, '(');
    if (days != NULL && days > out)
        *days = '\0';
}

/* ---- summary ------------------------------------------------------------------------------------------------------- */

enum { S_NAME, S_LABEL, S_UNIT, S_VALUE, S_REPORTED, S_KNOWN, S_CHANGE, S_SHARE, S_COLUMNS };

static enum status put_cell_line(struct spreadsheet *sheet, const struct summary_cell *cell, struct errmsg *err)
{
    struct report_line line;

    report_line_clear(&line);
    report_line_text(&line, S_NAME, LOOK_CELL, cell->name);
    report_line_text(&line, S_LABEL, LOOK_CELL, cell->label);
    report_line_text(&line, S_UNIT, LOOK_CELL, cell->money ? "万元" : cell->unit);
    report_line_number(&line, S_VALUE, LOOK_CELL, cell->value, cell->money);
    for (size_t i = S_REPORTED; i < S_COLUMNS; i++)
        line.cells[i].look = LOOK_CELL;
    if (cell->has_before && cell->before.has_reported)
        report_line_number(&line, S_REPORTED, LOOK_CELL, cell->before.reported, cell->money);
    if (cell->has_before) {
        report_line_number(&line, S_KNOWN, LOOK_CELL, cell->before.known, cell->money);
        report_line_growth(&line, S_CHANGE, LOOK_CELL, cell->value, cell->before.known, cell->money);
    }
    return spreadsheet_line(sheet, line.cells, 1, err);
}

enum { C_NAME = S_LABEL, C_FROM, C_TO, C_CONSULTED, C_HANDOUTS, C_ACCEPTED, C_COLUMNS };

static enum status put_campaign_line(struct spreadsheet *sheet, const struct summary_campaign *campaign, struct errmsg *err)
{
    struct report_line line;

    report_line_clear(&line);
    report_line_text(&line, C_NAME, LOOK_CELL, campaign->name);
    line.cells[C_FROM] = (struct spreadsheet_cell){.cell = {.kind = REPORT_DAY, .number = campaign->from}, .look = LOOK_CELL};
    line.cells[C_TO] = (struct spreadsheet_cell){.cell = {.kind = REPORT_DAY, .number = campaign->to}, .look = LOOK_CELL};
    report_line_number(&line, C_CONSULTED, LOOK_CELL, campaign->consulted, false);
    report_line_number(&line, C_HANDOUTS, LOOK_CELL, campaign->handouts, false);
    report_line_number(&line, C_ACCEPTED, LOOK_CELL, campaign->accepted, false);
    return spreadsheet_line(sheet, line.cells, 1, err);
}

static enum status put_campaigns(struct spreadsheet *sheet, const struct summary *summary, struct errmsg *err)
{
    static const char *const HEADS[] = {[C_NAME] = "活动", [C_FROM] = "开始", [C_TO] = "结束", [C_CONSULTED] = "接受咨询(人次)", [C_HANDOUTS] = "发放资料(份)", [C_ACCEPTED] = "现场受理(件)"};
    struct report_line line;
    enum status status = STATUS_OK;

    if (summary->n_campaigns == 0)
        return STATUS_OK;
    report_line_clear(&line);
    status = spreadsheet_line(sheet, line.cells, 1, err);
    for (size_t i = C_NAME; i < C_COLUMNS; i++)
        report_line_text(&line, i, LOOK_HEAD, HEADS[i]);
    if (status == STATUS_OK)
        status = spreadsheet_line(sheet, line.cells, 2, err);
    for (size_t i = 0; status == STATUS_OK && i < summary->n_campaigns; i++)
        status = put_campaign_line(sheet, &summary->campaigns[i], err);
    return status;
}

static enum status put_summary(struct spreadsheet *sheet, const struct summary *summary, const struct report_head *head, struct errmsg *err)
{
    static const char *const HEADS[] = {"代码", "指标", "单位", "本期", "上年同期（当时上报）", "上年同期（现在统计）", "增减（比现在统计）", "增减%"};
    static const size_t WIDTHS[S_COLUMNS] = {6, 20, 12, 12, 14, 14, 14, 10};
    const struct spreadsheet_page page = {.name = "工作总结数据", .n_columns = S_COLUMNS, .widths = WIDTHS, .frozen_rows = 3, .frozen_columns = 2};
    struct report_line line;
    enum status status = report_begin_page(sheet, &page, "工作总结数据", &summary->period, head, err);

    report_line_clear(&line);
    for (size_t i = 0; i < S_COLUMNS; i++)
        report_line_text(&line, i, LOOK_HEAD, HEADS[i]);
    if (status == STATUS_OK)
        status = spreadsheet_line(sheet, line.cells, 2, err);
    for (size_t i = 0; status == STATUS_OK && i < summary->n_cells; i++)
        status = put_cell_line(sheet, &summary->cells[i], err);
    if (status == STATUS_OK)
        status = put_campaigns(sheet, summary, err);
    return status == STATUS_OK ? report_put_foot(sheet, &page, head, err) : status;
}

/* ---- the file ------------------------------------------------------------------------------------------------------ */

static const struct form_sheet *before_of(const struct form_sheet *const *before, size_t n, const struct form_sheet *form)
{
    for (size_t i = 0; before != NULL && i < n; i++)
        if (before[i] != NULL && before[i]->form == form->form)
            return before[i];
    return NULL;
}

static enum status put_forms(struct spreadsheet *sheet, const struct form_sheet *const *sheets, const struct form_sheet *const *before, size_t n, const struct report_head *head, struct errmsg *err)
{
    enum status status = STATUS_OK;

    for (size_t i = 0; status == STATUS_OK && i < n; i++) {
        struct layout_print print;
        const struct form_sheet *last_year = before_of(before, n, sheets[i]), printed = layout_print(sheets[i], head->codes, &print);

        status = report_form_page(sheet, &printed, head, err);
        if (status == STATUS_OK && last_year != NULL)
            status = report_growth_page(sheet, &printed, last_year, head, err);
    }
    return status;
}

enum status report_xlsx(const char *path, const struct form_sheet *const *sheets, const struct form_sheet *const *before, size_t n_sheets, const struct summary *summary, const struct chart *const *charts,
                        size_t n_charts, const struct heat *const *heats, size_t n_heats, const struct report_head *head, struct errmsg *err)
{
    struct spreadsheet *sheet;
    enum status status = spreadsheet_open(&sheet, path, err);

    if (status != STATUS_OK)
        return status;
    if (summary != NULL)
        status = put_summary(sheet, summary, head, err);
    if (status == STATUS_OK)
        status = put_forms(sheet, sheets, before, n_sheets, head, err);
    for (size_t i = 0; status == STATUS_OK && i < n_charts; i++)
        status = report_chart_page(sheet, charts[i], head, err);
    for (size_t i = 0; status == STATUS_OK && i < n_heats; i++)
        status = report_heat_page(sheet, heats[i], head, err);
    if (status == STATUS_OK)
        return spreadsheet_close(sheet, err);
    spreadsheet_abandon(sheet);
    return status;
}
