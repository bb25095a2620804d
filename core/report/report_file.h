/* core/report/report_file.h - reports as text, JSON, CSV, XLSX and pages: forms, summaries, charts, heat tables. Part of libsheet: only aidpost and the tests link it.
 *
 * Every output prints the exact days it covers, the office (填报单位), who filled it in and when, and, of a draft with failed checks, that it is one. Wide forms are broken into blocks of columns that fit the page or the
 * terminal, the unit's name repeated. Money in 万元 with two decimals, in JSON in fen. */
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
};

/* A form as text, `columns` wide. Appends. */
enum status report_form_text(const struct form_sheet *sheet, const struct report_head *head, int columns, struct buf *out, struct errmsg *err);
/* As markup for paper_pdf ([landscape], tables in blocks). Appends. */
enum status report_form_markup(const struct form_sheet *sheet, const struct report_head *head, struct buf *marked, struct errmsg *err);
/* One row a unit; first line the headings with their printed numbers. UTF-8 with BOM. Written whole or not at all (core/report/part_file.h). */
enum status report_form_csv(const struct form_sheet *sheet, const struct report_head *head, const char *path, struct errmsg *err);
/* One sheet a form, with two header rows (headings, printed numbers), totals, the year-on-year column where before has a sheet of the same form (may be NULL); charts of the summary's figures on sheets of their own.
 * sheets: n of them. charts, heats: may be NULL. Errors: spreadsheet's. */
enum status report_xlsx(const char *path, const struct form_sheet *const *sheets, const struct form_sheet *const *before, size_t n_sheets, const struct summary *summary, const struct chart *const *charts,
                        size_t n_charts, const struct heat *const *heats, size_t n_heats, const struct report_head *head, struct errmsg *err);
/* fen -> "12.35" 万元. */
enum { REPORT_WAN_BYTES = 32 };
void report_wan(int64_t fen, char out[REPORT_WAN_BYTES]);

#endif /* CORE_REPORT_REPORT_FILE_H */
