/* core/report/report_file.h - reports as text, CSV, XLSX and pages: forms, summaries, charts, heat tables. Part of libsheet: only aidpost and the tests link it.
 *
 * Every output prints the exact days it covers, the office (填报单位), who filled it in and when, and, of a draft with failed checks, that it is one. Wide forms are broken into blocks of columns that fit the page or the
 * terminal, the unit's name repeated. Money in 万元 with two decimals. */
#ifndef CORE_REPORT_REPORT_FILE_H
#define CORE_REPORT_REPORT_FILE_H

#include "core/report/chart.h"
#include "core/report/spreadsheet.h"
#include "core/report/summary.h"

/* Head and foot of every report. Borrowed. */
struct report_head {
    const char *office, *leader, *worker;
    int32_t printed_on;
    bool draft;              /* checks fail */
    const char *stations;    /* "永阳站 2026-11-20 10:12；.." how far the figures reach; "" nothing */
    const struct code_book *codes; /* for headings that the county names itself (form_column_heading); NULL: as the official set has them */
};

/* A form as text, `columns` wide. Appends. Errors: STATUS_TOO_LARGE (out is full), STATUS_NOMEM; so below. */
enum { REPORT_TEXT_COLUMNS_MIN = 60 };
enum status report_form_text(const struct form_sheet *sheet, const struct report_head *head, int columns, struct buf *out, struct errmsg *err);
/* As markup for paper_pdf ([landscape], tables in blocks). Appends. */
enum status report_form_markup(const struct form_sheet *sheet, const struct report_head *head, struct buf *marked, struct errmsg *err);
/* One row a unit, the total last; first line the headings with their printed numbers; what else every output prints (days, office, who and when, draft, stations) are columns at the end, so that rows of several files can be
 * put together. Empty: nobody entered it. UTF-8 with BOM. Written whole or not at all (core/report/part_file.h). Errors: STATUS_IO, STATUS_FULL. */
enum status report_form_csv(const struct form_sheet *sheet, const struct report_head *head, const char *path, struct errmsg *err);
/* One sheet a form, with headings in levels over their printed numbers, units, total; where before (may be NULL, as may its members) has a sheet of the same form, a second one on year on year: a row a column of the form,
 * the total's figure, last year's, the change and its share, then each unit's two figures (not of more than 60 units). The summary's cells and campaigns on a sheet; charts, heat tables on sheets of their own. Money in
 * 万元, shown with two decimals, exact behind them. Texts are never formulas. The caller leaves the note of the export (export_note.h) and sees to what practice data may be called.
 * sheets: n of them. charts, heats: may be NULL. Errors: spreadsheet's. */
enum status report_xlsx(const char *path, const struct form_sheet *const *sheets, const struct form_sheet *const *before, size_t n_sheets, const struct summary *summary, const struct chart *const *charts,
                        size_t n_charts, const struct heat *const *heats, size_t n_heats, const struct report_head *head, struct errmsg *err);
#endif /* CORE_REPORT_REPORT_FILE_H */
