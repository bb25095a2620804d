/* core/report/spreadsheet_none.c - what takes spreadsheet.c's place when configure was told --without-xlsx. */
#include "core/report/spreadsheet.h"

bool spreadsheet_available(void)
{
    return false;
}

enum status spreadsheet_open(struct spreadsheet **out, const char *path, struct errmsg *err)
{
    (void)path;
    *out = NULL;
    return errmsg_set(err, STATUS_UNSUPPORTED, "本程序没有编入 .xlsx 输出；可以用 .csv（电子表格可直接打开）");
}

enum status spreadsheet_sheet(struct spreadsheet *sheet, const char *name, const char *title, const struct report_column *columns, size_t n_columns, struct errmsg *err)
{
    (void)sheet, (void)name, (void)title, (void)columns, (void)n_columns, (void)err;
    return STATUS_UNSUPPORTED;
}

enum status spreadsheet_row(struct spreadsheet *sheet, const struct report_cell *cells, struct errmsg *err)
{
    (void)sheet, (void)cells, (void)err;
    return STATUS_UNSUPPORTED;
}

enum status spreadsheet_totals(struct spreadsheet *sheet, const struct report_cell *cells, struct errmsg *err)
{
    (void)sheet, (void)cells, (void)err;
    return STATUS_UNSUPPORTED;
}

enum status spreadsheet_page(struct spreadsheet *sheet, const struct spreadsheet_page *page, struct errmsg *err)
{
    (void)sheet, (void)page, (void)err;
    return STATUS_UNSUPPORTED;
}

enum status spreadsheet_line(struct spreadsheet *sheet, const struct spreadsheet_cell *cells, unsigned lines, struct errmsg *err)
{
    (void)sheet, (void)cells, (void)lines, (void)err;
    return STATUS_UNSUPPORTED;
}

size_t spreadsheet_rows(const struct spreadsheet *sheet)
{
    (void)sheet;
    return 0;
}

enum status spreadsheet_chart(struct spreadsheet *sheet, const struct spreadsheet_chart *chart, struct errmsg *err)
{
    (void)sheet, (void)chart, (void)err;
    return STATUS_UNSUPPORTED;
}

enum status spreadsheet_close(struct spreadsheet *sheet, struct errmsg *err)
{
    (void)sheet, (void)err;
    return STATUS_UNSUPPORTED;
}

void spreadsheet_abandon(struct spreadsheet *sheet)
{
    (void)sheet;
}

enum status spreadsheet_fits(int64_t rows, struct errmsg *err)
{
    (void)rows, (void)err;
    return STATUS_OK;
}
