/* core/report/report_impl.h - what the outputs of report_file.h share: the words of head and foot. Not for others. */
#ifndef CORE_REPORT_REPORT_IMPL_H
#define CORE_REPORT_REPORT_IMPL_H

#include "core/report/form_layout.h"
#include "core/report/report_file.h"

#define REPORT_DRAFT "草稿：检查没有通过，不能上报"

/* "统计期间：2026年上半年(2026-01-01 至 2026-06-30)". Appends, as all here. */
void report_words_period(const struct period *period, struct buf *out);
/* "单位负责人：李四　填报人：张三　填报日期：2026-07-03" */
void report_words_sign(const struct report_head *head, struct buf *out);
/* "含补报、调整：第3栏 +2，第14栏 -0.50", of the total; nothing if there are none. */
void report_words_adjusted(const struct form_sheet *sheet, struct buf *out);
/* "数据截至：永阳站 .."; nothing if nobody said. */
void report_words_stations(const struct report_head *head, struct buf *out);

/* --- spreadsheets: report_xlsx.c, report_xlsx_form.c, report_xlsx_chart.c --- */

/* A line of a page being put together: all cells empty and plain first. */
struct report_line {
    struct spreadsheet_cell cells[SPREADSHEET_COLUMNS_MAX];
};
void report_line_clear(struct report_line *line);
void report_line_text(struct report_line *line, size_t column, enum spreadsheet_look look, const char *text); /* text borrowed */
void report_line_number(struct report_line *line, size_t column, enum spreadsheet_look look, int64_t value, bool money); /* money: fen, in 万元 */
/* 增减 and 增减% of value against before in two cells; % empty when before is not above 0. */
void report_line_growth(struct report_line *line, size_t column, enum spreadsheet_look look, int64_t value, int64_t before, bool money);
/* A line that is one text, over as many columns as make a line that can be read. Empty ones are left out. */
enum status report_put_words(struct spreadsheet *sheet, const struct spreadsheet_page *page, const char *words, struct errmsg *err);
/* Begin the page with its title; then office, period, draft. REPORT_TOP_LINES lines. */
enum { REPORT_TOP_LINES = 2 };
enum status report_begin_page(struct spreadsheet *sheet, const struct spreadsheet_page *page, const char *title, const struct period *period, const struct report_head *head, struct errmsg *err);
/* Stations; who signs. */
enum status report_put_foot(struct spreadsheet *sheet, const struct spreadsheet_page *page, const struct report_head *head, struct errmsg *err);
/* "2026年上半年": the label without its days. */
void report_period_short(const struct period *period, char out[PERIOD_LABEL_BYTES]);

enum status report_form_page(struct spreadsheet *sheet, const struct form_sheet *form, const struct report_head *head, struct errmsg *err);
/* The same figures against last year's, a row a column of the form. */
enum status report_growth_page(struct spreadsheet *sheet, const struct form_sheet *form, const struct form_sheet *before, const struct report_head *head, struct errmsg *err);
enum status report_chart_page(struct spreadsheet *sheet, const struct chart *chart, const struct report_head *head, struct errmsg *err);
enum status report_heat_page(struct spreadsheet *sheet, const struct heat *heat, const struct report_head *head, struct errmsg *err);

#endif /* CORE_REPORT_REPORT_IMPL_H */
