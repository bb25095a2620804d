/* core/report/spreadsheet.c - see spreadsheet.h: the file, and sheets that are lists. Only the files of spreadsheet_impl.h know libxlsxwriter. */
#include "core/report/spreadsheet.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "core/base/day.h"
#include "core/base/file.h"
#include "core/base/language.h"
#include "core/base/utf8.h"
#include "core/base/width.h"
#include "core/report/spreadsheet_impl.h"

enum {
    TEXT_MAX_CHARS = 32767, /* of a cell */
    NAME_MAX_CHARS = 31,
    TITLE_MAX_BYTES = 200, /* the header field takes 255 characters */
    WIDTH_MIN = 6,
    WIDTH_MAX = 60, /* wider texts are wrapped */
    WIDTH_MARGIN = 2,
    WIDTH_BUTTON = 2,       /* the filter's button */
    DAY_FIRST = 61 - SPREADSHEET_DAY_EPOCH, /* 1900-03-01: before it spreadsheets have a day that never was */
};

static const char *const CALL_NAMES[] = {SPREADSHEET_CALLS(LIBRARY_NAME)};

bool spreadsheet_available(void)
{
    return true;
}

enum status spreadsheet_fits(int64_t rows, struct errmsg *err)
{
    if (rows > SPREADSHEET_ROWS_MAX - 2)
        return errmsg_set(err, STATUS_TOO_LARGE, "有 %lld 行，一张电子表格最多 %d 行；请加条件或缩短期间，或者写成 .csv", (long long)rows, SPREADSHEET_ROWS_MAX - 2);
    return STATUS_OK;
}

enum status spreadsheet_cannot_write(const struct spreadsheet *sheet, struct errmsg *err)
{
    int why = errno;
    return errmsg_set(err, file_status(why), "不能写 %s: %s", sheet->path, why != 0 ? file_reason(why) : _("写出的内容不完整"));
}

/* ---- open --------------------------------------------------------------------------------------------------------- */

static enum status choose_names(struct spreadsheet *sheet, const char *path, struct errmsg *err)
{
    const char *slash = strrchr(path, '/');
    int folder = slash == NULL ? 1 : slash == path ? 1 : (int)(slash - path);

    if (strlen(path) + sizeof ".XXXXXX" > sizeof sheet->path)
        return errmsg_set(err, STATUS_USAGE, "文件名过长");
    snprintf(sheet->path, sizeof sheet->path, "%s", path);
    snprintf(sheet->part, sizeof sheet->part, "%s.XXXXXX", path);
    snprintf(sheet->folder, sizeof sheet->folder, "%.*s", folder, slash == NULL ? "." : path);
    return STATUS_OK;
}

/* The file is made here, so that it is the owner's alone before anything is in it; libxlsxwriter only opens it again. */
static enum status make_part(struct spreadsheet *sheet, struct errmsg *err)
{
    int fd = mkstemp(sheet->part);

    if (fd < 0) {
        sheet->part[0] = '\0';
        return spreadsheet_cannot_write(sheet, err);
    }
    if (fchmod(fd, 0600) != 0 || close(fd) != 0)
        return spreadsheet_cannot_write(sheet, err);
    return STATUS_OK;
}

static lxw_format *add_format(struct spreadsheet *sheet, const char *number, bool bold, bool wrap)
{
    lxw_format *format = sheet->call.workbook_add_format(sheet->workbook);

    if (format == NULL)
        return NULL;
    sheet->call.format_set_align(format, LXW_ALIGN_VERTICAL_TOP);
    if (number != NULL)
        sheet->call.format_set_num_format(format, number);
    if (bold)
        sheet->call.format_set_bold(format);
    if (wrap)
        sheet->call.format_set_text_wrap(format);
    return format;
}

static enum status make_workbook(struct spreadsheet *sheet, struct errmsg *err)
{
    lxw_workbook_options options = {.constant_memory = LXW_TRUE, .tmpdir = sheet->folder};

    sheet->workbook = sheet->call.workbook_new_opt(sheet->part, &options);
    if (sheet->workbook == NULL)
        return errmsg_set(err, STATUS_NOMEM, "内存不足");
    sheet->bold = add_format(sheet, NULL, true, false);
    sheet->day = add_format(sheet, "yyyy-mm-dd", false, false);
    sheet->money = add_format(sheet, "#,##0.00", false, false);
    sheet->bold_money = add_format(sheet, "#,##0.00", true, false);
    sheet->wrap = add_format(sheet, NULL, false, true);
    if (sheet->bold == NULL || sheet->day == NULL || sheet->money == NULL || sheet->bold_money == NULL || sheet->wrap == NULL)
        return errmsg_set(err, STATUS_NOMEM, "内存不足");
    return STATUS_OK;
}

/* Before anything is made. */
static enum status load(struct spreadsheet *sheet, struct errmsg *err)
{
    enum status status = library_load(XLSXWRITER_LIBRARY, CALL_NAMES, sizeof CALL_NAMES / sizeof CALL_NAMES[0], &sheet->call, sizeof sheet->call, err);
    return status == STATUS_OK ? status : errmsg_wrap(err, status, "写不成 .xlsx，可以用 .csv");
}

enum status spreadsheet_open(struct spreadsheet **out, const char *path, struct errmsg *err)
{
    struct spreadsheet *sheet = calloc(1, sizeof *sheet);
    enum status status;

    *out = NULL;
    if (sheet == NULL)
        return errmsg_set(err, STATUS_NOMEM, "内存不足");
    buf_init(&sheet->text, SPREADSHEET_TEXT_MAX_BYTES);
    sheet->sheets = calloc(SPREADSHEET_SHEETS_MAX, sizeof *sheet->sheets);
    status = sheet->sheets != NULL ? choose_names(sheet, path, err) : errmsg_set(err, STATUS_NOMEM, "内存不足");
    if (status == STATUS_OK)
        status = load(sheet, err);
    if (status == STATUS_OK)
        status = make_part(sheet, err);
    if (status == STATUS_OK)
        status = make_workbook(sheet, err);
    if (status != STATUS_OK)
        spreadsheet_abandon(sheet);
    else
        *out = sheet;
    return status;
}

/* ---- rows --------------------------------------------------------------------------------------------------------- */

void spreadsheet_widen(struct sheet *of, size_t column, size_t width)
{
    if (width > of->widths[column])
        of->widths[column] = width;
}

/* The widest line of a text. */
size_t spreadsheet_text_width(const char *text, size_t len)
{
    size_t widest = 0;

    for (const char *end = text + len; text < end;) {
        const char *stop = memchr(text, '\n', (size_t)(end - text));
        size_t width = width_text(text, stop != NULL ? (size_t)(stop - text) : (size_t)(end - text));

        widest = width > widest ? width : widest;
        text = stop != NULL ? stop + 1 : end;
    }
    return widest;
}

/* Bytes of the first TEXT_MAX_CHARS characters. */
static size_t cell_bytes(const char *text, size_t len)
{
    size_t chars = 0;

    for (size_t i = 0; i < len; i++) {
        chars += ((unsigned char)text[i] & 0xC0) != 0x80;
        if (chars > TEXT_MAX_CHARS)
            return i;
    }
    return len;
}

lxw_error spreadsheet_put_text(struct spreadsheet *sheet, struct sheet *of, lxw_row_t row, size_t column, const char *text, size_t len, lxw_format *format)
{
    size_t width = spreadsheet_text_width(text, len);

    buf_clear(&sheet->text);
    buf_append(&sheet->text, text, cell_bytes(text, len));
    if (sheet->text.status != STATUS_OK)
        return LXW_ERROR_MEMORY_MALLOC_FAILED;
    spreadsheet_widen(of, column, width);
    if (format == NULL && (width > WIDTH_MAX || memchr(text, '\n', len) != NULL))
        format = sheet->wrap;
    return of->call->worksheet_write_string(of->worksheet, row, (lxw_col_t)column, buf_cstr(&sheet->text), format);
}

static lxw_error put_number(struct spreadsheet *sheet, struct sheet *of, lxw_row_t row, size_t column, const struct report_cell *cell, bool total)
{
    lxw_format *format = cell->kind == REPORT_MONEY ? (total ? sheet->bold_money : sheet->money) : cell->kind == REPORT_DAY ? sheet->day : total ? sheet->bold : NULL;
    struct buf words;
    double number = cell->kind == REPORT_MONEY ? (double)cell->number / 100 : (double)cell->number;
    bool exact = spreadsheet_is_exact(cell->number);

    if (cell->kind == REPORT_DAY) {
        exact = cell->number >= DAY_FIRST && cell->number <= DAY_MAX;
        number += SPREADSHEET_DAY_EPOCH;
    }
    buf_init(&words, 64);
    report_cell_text(cell, &words);
    size_t commas = cell->kind == REPORT_MONEY && words.len > 6 ? (words.len - 4) / 3 : 0;
    lxw_error error;
    if (exact) {
        spreadsheet_widen(of, column, words.len + commas);
        error = of->call->worksheet_write_number(of->worksheet, row, (lxw_col_t)column, number, format);
    } else { /* what no cell can hold is told as text, not rounded */
        error = spreadsheet_put_text(sheet, of, row, column, buf_cstr(&words), words.len, total ? sheet->bold : NULL);
    }
    buf_release(&words);
    return error;
}

/* Over the rows so far; later libxlsxwriter would refuse rows that are gathered already. */
static void set_filter(struct sheet *of)
{
    of->call->worksheet_autofilter(of->worksheet, 0, 0, of->rows - 1, (lxw_col_t)(of->n_columns - 1));
}

enum status spreadsheet_row_status(const struct spreadsheet *sheet, const struct sheet *of, lxw_error error, struct errmsg *err)
{
    if (error == LXW_ERROR_MEMORY_MALLOC_FAILED)
        return errmsg_set(err, STATUS_NOMEM, "内存不足");
    if (error != LXW_NO_ERROR)
        return errmsg_set(err, STATUS_IO, "不能写 %s: %s", sheet->path, sheet->call.lxw_strerror(error));
    if (ferror(of->worksheet->optimize_tmpfile))
        return spreadsheet_cannot_write(sheet, err);
    return STATUS_OK;
}

static enum status put_row(struct spreadsheet *sheet, const struct report_cell *cells, bool total, struct errmsg *err)
{
    struct sheet *of = &sheet->sheets[sheet->n_sheets - 1];
    lxw_error error = LXW_NO_ERROR;

    assert(sheet->n_sheets > 0 && !of->has_totals);
    if (of->rows >= SPREADSHEET_ROWS_MAX)
        return spreadsheet_fits((int64_t)of->rows, err);
    if (total)
        set_filter(of);
    errno = 0;
    for (size_t i = 0; error == LXW_NO_ERROR && i < of->n_columns; i++) {
        if (cells[i].kind == REPORT_TEXT && cells[i].len > 0)
            error = spreadsheet_put_text(sheet, of, of->rows, i, cells[i].text, cells[i].len, total ? sheet->bold : NULL);
        else if (cells[i].kind > REPORT_TEXT)
            error = put_number(sheet, of, of->rows, i, &cells[i], total);
    }
    of->rows++;
    of->has_totals = total;
    return spreadsheet_row_status(sheet, of, error, err);
}

enum status spreadsheet_row(struct spreadsheet *sheet, const struct report_cell *cells, struct errmsg *err)
{
    return put_row(sheet, cells, false, err);
}

enum status spreadsheet_totals(struct spreadsheet *sheet, const struct report_cell *cells, struct errmsg *err)
{
    return put_row(sheet, cells, true, err);
}

/* ---- sheets ------------------------------------------------------------------------------------------------------- */

/* What a tab may be called; of two of one name the second gets a number. */
static void tab_name(const struct spreadsheet *sheet, const char *name, char out[SPREADSHEET_TAB_BYTES])
{
    char clean[NAME_MAX_CHARS * 4 + 1];
    size_t len = 0, chars = 0;

    for (const char *at = name; *at != '\0' && len + 1 < sizeof clean; at++) {
        bool begins = ((unsigned char)*at & 0xC0) != 0x80;

        if (begins && ++chars > NAME_MAX_CHARS - 3)
            break;
        clean[len++] = strchr("[]:*?/\\'", *at) != NULL ? '_' : *at;
    }
    clean[len] = '\0';
    snprintf(out, SPREADSHEET_TAB_BYTES, "%s", len > 0 ? clean : "表");
    for (unsigned n = 2; sheet->call.workbook_get_worksheet_by_name(sheet->workbook, out) != NULL; n++)
        snprintf(out, SPREADSHEET_TAB_BYTES, "%s %u", len > 0 ? clean : "表", n);
}

/* The header field has a language of its own: & begins a command. */
static void set_page(struct sheet *of, const char *title)
{
    char header[TITLE_MAX_BYTES * 2 + 8] = "&C";
    size_t len = 2;

    for (size_t i = 0; i < utf8_cut(title, strlen(title), strlen(title) < TITLE_MAX_BYTES ? strlen(title) : TITLE_MAX_BYTES); i++) {
        if (title[i] == '&')
            header[len++] = '&';
        header[len++] = title[i];
    }
    header[len] = '\0';
    of->call->worksheet_set_header(of->worksheet, header);
    of->call->worksheet_set_footer(of->worksheet, "&C第 &P 页 共 &N 页");
    of->call->worksheet_set_landscape(of->worksheet);
    of->call->worksheet_set_paper(of->worksheet, 9); /* A4 */
    of->call->worksheet_fit_to_pages(of->worksheet, 1, 0);
    of->call->worksheet_repeat_rows(of->worksheet, 0, 0);
    of->call->worksheet_gridlines(of->worksheet, LXW_SHOW_ALL_GRIDLINES);
}

/* What is known only when all rows are there. Afterwards the sheet's rows are in their file, all of them. */
static enum status end_sheet(struct spreadsheet *sheet, struct errmsg *err)
{
    struct sheet *of = &sheet->sheets[sheet->n_sheets - 1];

    for (size_t i = 0; i < of->n_columns; i++) {
        size_t width = of->widths[i] + WIDTH_MARGIN;

        width = width < WIDTH_MIN ? WIDTH_MIN : width > WIDTH_MAX ? WIDTH_MAX : width;
        of->call->worksheet_set_column(of->worksheet, (lxw_col_t)i, (lxw_col_t)i, (double)width, NULL);
    }
    if (of->is_page)
        spreadsheet_end_page(of);
    else if (!of->has_totals)
        set_filter(of);
    errno = 0;
    of->call->lxw_worksheet_write_single_row(of->worksheet);
    if (fflush(of->worksheet->optimize_tmpfile) != 0 || ferror(of->worksheet->optimize_tmpfile))
        return spreadsheet_cannot_write(sheet, err);
    of->gathered = ftello(of->worksheet->optimize_tmpfile);
    return STATUS_OK;
}

static enum status put_header(struct spreadsheet *sheet, struct sheet *of, struct errmsg *err)
{
    struct buf label;
    lxw_error error = LXW_NO_ERROR;

    buf_init(&label, SPREADSHEET_TEXT_MAX_BYTES);
    for (size_t i = 0; error == LXW_NO_ERROR && i < of->n_columns; i++) {
        buf_clear(&label);
        report_label(&of->columns[i], &label);
        error = spreadsheet_put_text(sheet, of, 0, i, buf_cstr(&label), label.len, sheet->bold);
        spreadsheet_widen(of, i, width_text(buf_cstr(&label), label.len) + WIDTH_BUTTON);
    }
    buf_release(&label);
    of->call->worksheet_freeze_panes(of->worksheet, 1, 0);
    of->rows = 1;
    return error == LXW_NO_ERROR ? STATUS_OK : errmsg_set(err, STATUS_NOMEM, "内存不足");
}

enum status spreadsheet_begin(struct spreadsheet *sheet, const char *name, size_t n_columns, struct sheet **out, struct errmsg *err)
{
    enum status status = sheet->n_sheets > 0 ? end_sheet(sheet, err) : STATUS_OK;
    struct sheet *of = &sheet->sheets[sheet->n_sheets];

    assert(n_columns >= 1 && n_columns <= SPREADSHEET_COLUMNS_MAX);
    if (status != STATUS_OK)
        return status;
    if (sheet->n_sheets == SPREADSHEET_SHEETS_MAX)
        return errmsg_set(err, STATUS_TOO_LARGE, "一个文件最多 %d 张表", SPREADSHEET_SHEETS_MAX);
    tab_name(sheet, name, of->tab);
    errno = 0;
    of->call = &sheet->call;
    of->worksheet = sheet->call.workbook_add_worksheet(sheet->workbook, of->tab);
    if (of->worksheet == NULL || of->worksheet->optimize_tmpfile == NULL)
        return errno != 0 && errno != ENOMEM ? spreadsheet_cannot_write(sheet, err) : errmsg_set(err, STATUS_NOMEM, "内存不足");
    sheet->n_sheets++;
    of->n_columns = n_columns;
    *out = of;
    return STATUS_OK;
}

enum status spreadsheet_sheet(struct spreadsheet *sheet, const char *name, const char *title, const struct report_column *columns, size_t n_columns, struct errmsg *err)
{
    struct sheet *of;
    enum status status = spreadsheet_begin(sheet, name, n_columns, &of, err);

    if (status != STATUS_OK)
        return status;
    memcpy(of->columns, columns, n_columns * sizeof *columns);
    set_page(of, title);
    return put_header(sheet, of, err);
}

/* ---- close -------------------------------------------------------------------------------------------------------- */

static uint32_t little(const uint8_t *at, size_t bytes)
{
    uint32_t value = 0;

    for (size_t i = 0; i < bytes; i++)
        value |= (uint32_t)at[i] << (8 * i);
    return value;
}

/* Every sheet must stand in the file's directory, as long as its rows at least: libxlsxwriter does not look whether its own files took what it wrote. */
static bool holds_all_sheets(const struct spreadsheet *sheet, const uint8_t *directory, size_t len)
{
    enum { ENTRY_BYTES = 46, ENTRY_SIGNATURE = 0x02014b50 };
    size_t found = 0;

    for (size_t at = 0; at + ENTRY_BYTES <= len && little(directory + at, 4) == ENTRY_SIGNATURE;) {
        const uint8_t *entry = directory + at;
        size_t name_len = little(entry + 28, 2), rest = (size_t)little(entry + 30, 2) + little(entry + 32, 2);
        char name[64];
        unsigned number;

        if (name_len > len - at - ENTRY_BYTES)
            return false;
        snprintf(name, sizeof name, "%.*s", (int)(name_len < sizeof name ? name_len : sizeof name - 1), (const char *)entry + ENTRY_BYTES);
        if (sscanf(name, "xl/worksheets/sheet%u.xml", &number) == 1 && number >= 1 && number <= sheet->n_sheets && little(entry + 24, 4) > (uint64_t)sheet->sheets[number - 1].gathered)
            found++;
        at += ENTRY_BYTES + name_len + rest;
    }
    return found == sheet->n_sheets;
}

static bool is_whole(const struct spreadsheet *sheet, int fd)
{
    enum { END_BYTES = 22, END_SIGNATURE = 0x06054b50 };
    uint8_t end[END_BYTES], *directory;
    off_t size = lseek(fd, 0, SEEK_END);
    bool whole = false;

    if (size < END_BYTES || pread(fd, end, END_BYTES, size - END_BYTES) != END_BYTES || little(end, 4) != END_SIGNATURE)
        return false;
    uint32_t len = little(end + 12, 4), at = little(end + 16, 4);
    if ((off_t)at + len > size || (directory = malloc(len > 0 ? len : 1)) == NULL)
        return false;
    if (pread(fd, directory, len, at) == (ssize_t)len)
        whole = holds_all_sheets(sheet, directory, len);
    free(directory);
    return whole;
}

static enum status settle(struct spreadsheet *sheet, struct errmsg *err)
{
    int fd = open(sheet->part, O_RDWR | O_CLOEXEC);
    enum status status = STATUS_OK;

    errno = fd < 0 ? errno : 0;
    if (fd < 0 || !is_whole(sheet, fd) || fsync(fd) != 0)
        status = spreadsheet_cannot_write(sheet, err);
    if (fd >= 0)
        close(fd);
    if (status == STATUS_OK)
        status = file_rename(sheet->part, sheet->path, err);
    if (status == STATUS_OK)
        sheet->part[0] = '\0';
    return status;
}

void spreadsheet_abandon(struct spreadsheet *sheet)
{
    if (sheet == NULL)
        return;
    if (sheet->workbook != NULL)
        sheet->call.lxw_workbook_free(sheet->workbook);
    if (sheet->part[0] != '\0')
        unlink(sheet->part);
    for (size_t i = 0; i < sheet->n_sheets; i++)
        spreadsheet_forget(&sheet->sheets[i]);
    free(sheet->sheets);
    buf_wipe(&sheet->text);
    free(sheet);
}

/* Each sheet is put together in one more file and then packed: room for both, before it begins. */
static enum status has_room(const struct spreadsheet *sheet, struct errmsg *err)
{
    enum { ELSE_BYTES = 1 << 16 };
    struct statvfs room;
    uint64_t largest = 0, all = ELSE_BYTES;

    for (size_t i = 0; i < sheet->n_sheets; i++) {
        uint64_t gathered = (uint64_t)sheet->sheets[i].gathered;
        largest = gathered > largest ? gathered : largest;
        all += gathered;
    }
    if (statvfs(sheet->folder, &room) == 0 && (uint64_t)room.f_bavail * room.f_frsize < largest + all)
        return errmsg_set(err, STATUS_FULL, "不能写 %s: %s", sheet->path, status_text(STATUS_FULL));
    return STATUS_OK;
}

enum status spreadsheet_close(struct spreadsheet *sheet, struct errmsg *err)
{
    enum status status = sheet->n_sheets > 0 ? end_sheet(sheet, err) : errmsg_set(err, STATUS_INVALID, "没有要写的表");

    if (status == STATUS_OK)
        status = has_room(sheet, err);
    if (status == STATUS_OK) {
        errno = 0;
        lxw_error error = sheet->call.workbook_close(sheet->workbook); /* frees it */
        sheet->workbook = NULL;
        status = error == LXW_NO_ERROR ? settle(sheet, err) : spreadsheet_cannot_write(sheet, err);
    }
    spreadsheet_abandon(sheet);
    return status;
}
