/* core/report/report_file.c - forms as CSV, for other programs: see report_file.h. */
#include "core/report/report_file.h"

#include <stdio.h>
#include <string.h>

#include "core/base/day.h"
#include "core/record/table_writer.h"
#include "core/report/part_file.h"
#include "core/report/report_impl.h"

static void put_cell(struct buf *out, const char *text, bool words)
{
    if (out->len > 0 && out->data[out->len - 1] != '\n')
        buf_putc(out, ',');
    table_writer_csv_cell(out, text, strlen(text), words);
}

/* What the whole file says, in every row, so that rows of several files can be put together. */
static void put_head_names(struct buf *out)
{
    static const char *const NAMES[] = {"统计期间", "起", "止", "填报单位", "填报人", "填报日期", "状态", "数据截至"};

    for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++)
        put_cell(out, NAMES[i], true);
}

static void put_head(const struct form_sheet *sheet, const struct report_head *head, struct buf *out)
{
    char day[DAY_TEXT_BYTES];

    put_cell(out, sheet->period.name, true);
    day_format(sheet->period.from, day);
    put_cell(out, day, false);
    day_format(sheet->period.to, day);
    put_cell(out, day, false);
    put_cell(out, head->office, true);
    put_cell(out, head->worker, true);
    day_format(head->printed_on, day);
    put_cell(out, day, false);
    put_cell(out, head->draft ? "草稿" : "", true);
    put_cell(out, head->stations, true);
}

static void put_headings(const struct form_sheet *sheet, struct buf *out)
{
    const struct ministry_form *form = sheet->form;
    char heading[512];

    put_cell(out, form->first, true);
    for (size_t i = 0; i < form->n_columns; i++) {
        snprintf(heading, sizeof heading, "%d %s", form->columns[i].no, form->columns[i].heading);
        put_cell(out, heading, true);
    }
    put_head_names(out);
    buf_puts(out, "\r\n");
}

static void put_row(const struct form_sheet *sheet, const struct form_row *row, const struct report_head *head, struct buf *out)
{
    char cell[LAYOUT_CELL_BYTES];

    /* A comma is put before every cell that is not the first of its line: the first must not be empty. */
    put_cell(out, row->name[0] != '\0' ? row->name : "未命名", true);
    for (size_t i = 0; i < sheet->form->n_columns; i++) {
        layout_cell(sheet->form, row, i, cell);
        put_cell(out, row->missing[i] ? "" : cell, false);
    }
    put_head(sheet, head, out);
    buf_puts(out, "\r\n");
}

enum status report_form_csv(const struct form_sheet *sheet, const struct report_head *head, const char *path, struct errmsg *err)
{
    struct layout_print print;
    const struct form_sheet printed = layout_print(sheet, head->codes, &print);
    struct part_file file;
    enum status status = part_file_open(&file, path, NULL, err);

    if (status != STATUS_OK)
        return status;
    buf_puts(&file.out, "\xEF\xBB\xBF");
    status = part_file_drain(&file, true, err); /* the mark is not part of a cell */
    if (status == STATUS_OK)
        put_headings(&printed, &file.out);
    for (size_t i = 0; status == STATUS_OK && i < printed.n_rows; i++) {
        put_row(&printed, &printed.rows[i], head, &file.out);
        status = part_file_drain(&file, false, err);
    }
    if (status == STATUS_OK)
        return part_file_close(&file, err);
    part_file_abandon(&file);
    return status;
}
