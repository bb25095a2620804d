/* tui/cli_ledger.c - aidpost ledger: the list of ledgers and own views; one of them as a table, as JSON, or as a file.
 *
 * On standard output a ledger is a table aligned by display width: the rows are run through twice, first for the widths, so that memory does not grow with them. */
#include <stdlib.h>
#include <string.h>

#include "core/base/day.h"
#include "core/base/language.h"
#include "core/base/width.h"
#include "core/report/ledger_file.h"
#include "tui/cli.h"

enum { CELL_COLUMNS_MAX = 24, GAP = 2 };

struct printing {
    struct cli *cli;
    struct ledger_list *list;
    size_t widths[VIEW_COLUMNS_MAX];
    size_t n;
    enum status status;
    struct errmsg *err;
};

/* ---- what is asked for -------------------------------------------------------------------------------------------- */

static enum status day_option(const struct cli *cli, const char *name, int32_t *day, struct errmsg *err)
{
    const char *text = option_value(&cli->options, name);

    *day = LEDGER_NO_DAY;
    if (text && day_parse(text, strlen(text), day))
        return errmsg_set(err, STATUS_USAGE, "--%s 应是日期，如 2026-03-05", name);
    return STATUS_OK;
}

static enum status read_query(struct cli *cli, struct ledger_query *query, struct errmsg *err)
{
    int64_t year;
    enum status status = day_option(cli, "from", &query->from, err);

    if (!status)
        status = day_option(cli, "to", &query->to, err);
    if (!status)
        status = cli_number(cli, "year", 0, &year, err);
    if (status)
        return status;
    if (option_value(&cli->options, "year")) {
        if (option_value(&cli->options, "from") || option_value(&cli->options, "to"))
            return errmsg_set(err, STATUS_USAGE, "--year 不能与 --from --to 同用");
        if (year < 1900 || year > 2199 || day_from_ymd((int)year, 1, 1, &query->from) || day_from_ymd((int)year, 12, 31, &query->to))
            return errmsg_set(err, STATUS_USAGE, "--year 应是四位年份");
    }
    query->where = option_value(&cli->options, "where");
    query->sort = option_value(&cli->options, "sort");
    return STATUS_OK;
}

/* ---- the list ----------------------------------------------------------------------------------------------------- */

static void put_ledger(struct cli *cli, const struct ledger *ledger)
{
    if (!cli->json_output) {
        buf_printf(&cli->text, "%s\t%s", ledger->code[0] ? ledger->code : "-", _(ledger->title));
        for (size_t i = 0; ledger->n_parts > 1 && i < ledger->n_parts; i++)
            buf_printf(&cli->text, "%s%zu %s", i ? _("、") : "\t", i + 1, _(ledger->parts[i].title));
        buf_putc(&cli->text, '\n');
        return;
    }
    json_object(&cli->json);
    json_key(&cli->json, "code");
    json_string(&cli->json, ledger->code);
    json_key(&cli->json, "title");
    json_string(&cli->json, ledger->title);
    if (!id_is_zero(ledger->view))
        cli_json_id(cli, "view", ledger->view);
    json_key(&cli->json, "parts");
    json_array(&cli->json);
    for (size_t i = 0; i < ledger->n_parts; i++)
        json_string(&cli->json, ledger->parts[i].title);
    json_array_end(&cli->json);
    json_object_end(&cli->json);
}

static void put_list(struct cli *cli, const struct ledger_book *book)
{
    if (cli->json_output) {
        json_object(&cli->json);
        json_key(&cli->json, "ledgers");
        json_array(&cli->json);
    }
    for (size_t i = 0; i < ledger_book_count(book); i++)
        put_ledger(cli, ledger_book_at(book, i));
    if (cli->json_output) {
        json_array_end(&cli->json);
        json_object_end(&cli->json);
    }
}

/* ---- a table ------------------------------------------------------------------------------------------------------ */

static void cell_words(struct cli *cli, const struct report_cell *cell)
{
    buf_clear(&cli->scratch);
    report_cell_text(cell, &cli->scratch);
    for (size_t i = 0; i < cli->scratch.len; i++)
        if (cli->scratch.data[i] == '\n')
            cli->scratch.data[i] = ' ';
}

static void widen(struct printing *printing, size_t column)
{
    size_t width = width_text(buf_cstr(&printing->cli->scratch), printing->cli->scratch.len);

    if (width > printing->widths[column])
        printing->widths[column] = width > CELL_COLUMNS_MAX ? CELL_COLUMNS_MAX : width;
}

static void measure(struct printing *printing, const struct report_cell *cells)
{
    for (size_t i = 0; i < printing->n; i++) {
        cell_words(printing->cli, &cells[i]);
        widen(printing, i);
    }
}

static bool measure_row(void *context, const struct ledger_row *row)
{
    measure(context, row->cells);
    return true;
}

/* The scratch text in its column; numbers stand at the right end. */
static void put_column(struct printing *printing, size_t column, bool right)
{
    struct buf *out = &printing->cli->text;
    size_t used, len = printing->cli->scratch.len, width = printing->widths[column];
    const char *text = buf_cstr(&printing->cli->scratch);
    bool cut = width_text(text, len) > width;

    len = width_fit(text, len, cut ? width - 2 : width, &used);
    for (size_t i = used; right && i < width; i++)
        buf_putc(out, ' ');
    buf_append(out, text, len);
    if (cut)
        buf_puts(out, "..");
    for (size_t i = used + (cut ? 2 : 0); !right && column + 1 < printing->n && i < width; i++)
        buf_putc(out, ' ');
    for (size_t i = 0; column + 1 < printing->n && i < GAP; i++)
        buf_putc(out, ' ');
}

static bool is_number(const struct report_cell *cell)
{
    return cell->kind == REPORT_INT || cell->kind == REPORT_MONEY;
}

static void end_line(struct buf *out)
{
    while (out->len > 0 && out->data[out->len - 1] == ' ')
        out->len--;
    buf_putc(out, '\n');
}

static void put_row(struct printing *printing, const struct report_cell *cells)
{
    for (size_t i = 0; i < printing->n; i++) {
        cell_words(printing->cli, &cells[i]);
        put_column(printing, i, is_number(&cells[i]));
    }
    end_line(&printing->cli->text);
}

static bool print_row(void *context, const struct ledger_row *row)
{
    struct printing *printing = context;

    put_row(printing, row->cells);
    printing->status = cli_flush(printing->cli, printing->err);
    return printing->status == STATUS_OK;
}

static bool json_row(void *context, const struct ledger_row *row)
{
    struct printing *printing = context;
    struct json_writer *json = &printing->cli->json;

    json_array(json);
    for (size_t i = 0; i < printing->n; i++)
        ledger_json_cell(json, &row->cells[i], &printing->cli->scratch);
    json_array_end(json);
    printing->status = cli_flush(printing->cli, printing->err);
    return printing->status == STATUS_OK;
}

static void put_header(struct printing *printing)
{
    for (size_t i = 0; i < printing->n; i++) {
        const struct report_column *column = ledger_column(printing->list, i);

        buf_clear(&printing->cli->scratch);
        report_label(column, &printing->cli->scratch);
        put_column(printing, i, column->kind == REPORT_INT || column->kind == REPORT_MONEY);
    }
    end_line(&printing->cli->text);
}

static bool has_totals(const struct printing *printing)
{
    for (size_t i = 0; i < printing->n; i++)
        if (ledger_column(printing->list, i)->summed)
            return true;
    return false;
}

/* "合计" in the first column that is no sum. */
static void name_totals(struct printing *printing, struct report_cell *totals)
{
    for (size_t i = 0; i < printing->n; i++) {
        if (totals[i].kind == REPORT_EMPTY) {
            totals[i] = (struct report_cell){.kind = REPORT_TEXT, .text = "合计", .len = strlen("合计")};
            return;
        }
    }
}

static enum status print_table(struct printing *printing, int64_t *count)
{
    struct report_cell totals[VIEW_COLUMNS_MAX];
    enum status status = STATUS_OK;

    for (size_t i = 0; i < printing->n; i++) {
        buf_clear(&printing->cli->scratch);
        report_label(ledger_column(printing->list, i), &printing->cli->scratch);
        widen(printing, i);
    }
    status = ledger_rows(printing->list, measure_row, printing, totals, count, printing->err);
    if (status)
        return status;
    bool summed = *count > 0 && has_totals(printing);
    if (summed) {
        name_totals(printing, totals);
        measure(printing, totals);
    }
    put_header(printing);
    status = ledger_rows(printing->list, print_row, printing, NULL, count, printing->err);
    if (!status && !printing->status && summed)
        put_row(printing, totals);
    return status ? status : printing->status;
}

static enum status print_json(struct printing *printing, const char *title, struct report_cell *totals)
{
    struct json_writer *json = &printing->cli->json;
    int64_t count;

    json_object(json);
    json_key(json, "title");
    json_string(json, title);
    json_key(json, "columns");
    json_array(json);
    for (size_t i = 0; i < printing->n; i++)
        json_string(json, ledger_column(printing->list, i)->label);
    json_array_end(json);
    json_key(json, "rows");
    json_array(json);
    enum status status = ledger_rows(printing->list, json_row, printing, totals, &count, printing->err);
    json_array_end(json);
    json_object_end(json);
    return status ? status : printing->status;
}

/* ---- a ledger ----------------------------------------------------------------------------------------------------- */

static void put_title(struct cli *cli, const struct ledger *ledger, size_t part, const struct ledger_query *query)
{
    buf_puts(&cli->text, _(ledger->title));
    if (ledger->n_parts > 1)
        buf_printf(&cli->text, _("（%s）"), _(ledger->parts[part].title));
    if (query->from != LEDGER_NO_DAY || query->to != LEDGER_NO_DAY)
        buf_puts(&cli->text, "  ");
    ledger_period_text(query->from, query->to, &cli->text);
    buf_putc(&cli->text, '\n');
}

/* Sums of a part as JSON: by heading. */
static void put_totals(struct cli *cli, const struct ledger_list *list, const char *part, const struct report_cell *totals)
{
    json_object(&cli->json);
    json_key(&cli->json, "title");
    json_string(&cli->json, part);
    for (size_t i = 0; i < ledger_columns(list); i++) {
        if (!ledger_column(list, i)->summed)
            continue;
        json_key(&cli->json, ledger_column(list, i)->label);
        json_int(&cli->json, totals[i].number);
    }
    json_object_end(&cli->json);
}

static enum status open_part(struct cli *cli, const struct ledger *ledger, size_t part, const struct ledger_query *query, struct printing *printing, struct errmsg *err)
{
    enum status status;

    *printing = (struct printing){.cli = cli, .err = err};
    status = ledger_open(&printing->list, cli->store, &cli->actor, cli->codes, ledger, part, query, err);
    if (!status)
        printing->n = ledger_columns(printing->list);
    else if (status == STATUS_INVALID || status == STATUS_MALFORMED)
        status = STATUS_USAGE;
    return status;
}

static enum status show(struct cli *cli, const struct ledger *ledger, size_t only, const struct ledger_query *query, struct errmsg *err)
{
    struct report_cell (*totals)[VIEW_COLUMNS_MAX] = calloc(LEDGER_PARTS_MAX, sizeof *totals);
    struct printing printing[LEDGER_PARTS_MAX];
    size_t first = only ? only - 1 : 0, last = only ? only - 1 : ledger->n_parts - 1, open = first;
    enum status status = totals ? STATUS_OK : errmsg_set(err, STATUS_NOMEM, "内存不足");

    while (!status && open <= last && !(status = open_part(cli, ledger, open, query, &printing[open], err)))
        open++;
    if (!status && cli->json_output) {
        json_object(&cli->json);
        json_key(&cli->json, "code");
        json_string(&cli->json, ledger->code);
        json_key(&cli->json, "title");
        json_string(&cli->json, ledger->title);
        json_key(&cli->json, "parts");
        json_array(&cli->json);
    }
    for (size_t i = first; !status && i <= last; i++) {
        int64_t count;

        if (cli->json_output) {
            status = print_json(&printing[i], ledger->parts[i].title, totals[i]);
            continue;
        }
        if (i > first)
            buf_putc(&cli->text, '\n');
        put_title(cli, ledger, i, query);
        status = print_table(&printing[i], &count);
        if (!status)
            buf_printf(&cli->text, _("共 %lld 行\n"), (long long)count);
    }
    if (!status && cli->json_output) {
        json_array_end(&cli->json);
        json_key(&cli->json, "totals");
        json_array(&cli->json);
        for (size_t i = first; i <= last; i++)
            put_totals(cli, printing[i].list, ledger->parts[i].title, totals[i]);
        json_array_end(&cli->json);
        json_object_end(&cli->json);
    }
    while (open > first)
        ledger_close(printing[--open].list);
    free(totals);
    return status;
}

static enum status write_file(struct cli *cli, const struct ledger *ledger, size_t part, const struct ledger_query *query, const char *path, struct errmsg *err)
{
    int64_t rows;
    enum status status = ledger_file_write(cli->store, &cli->actor, cli->codes, ledger, part, query, path, &rows, err);

    if (status == STATUS_INVALID || status == STATUS_MALFORMED)
        return STATUS_USAGE;
    if (status)
        return status;
    if (!cli->json_output) {
        cli_note(cli, "导出 %s %lld 行到 %s", _(ledger->title), (long long)rows, path);
        return STATUS_OK;
    }
    json_object(&cli->json);
    json_key(&cli->json, "file");
    json_string(&cli->json, path);
    json_key(&cli->json, "rows");
    json_int(&cli->json, rows);
    json_object_end(&cli->json);
    return STATUS_OK;
}

static enum status keep(struct cli *cli, const struct ledger *ledger, size_t part, const struct ledger_query *query, const char *name, struct errmsg *err)
{
    enum status status;

    if (!part && ledger->n_parts > 1)
        return errmsg_set(err, STATUS_USAGE, "%s有几部分，写明存哪一部分，如 %s.1", _(ledger->title), ledger->code);
    status = ledger_keep(cli->store, &cli->actor, cli->codes, cli->system->random, ledger, part ? part - 1 : 0, query, name, err);
    if (status)
        return status;
    if (cli->json_output) {
        json_object(&cli->json);
        json_key(&cli->json, "saved");
        json_string(&cli->json, name);
        json_object_end(&cli->json);
    } else {
        cli_note(cli, "已存成“%s”", name);
    }
    return STATUS_OK;
}

enum status cli_ledger(struct cli *cli, struct errmsg *err)
{
    const char *name = cli_argument(cli, 0), *path = cli_argument(cli, 1), *save_as = option_value(&cli->options, "save");
    struct ledger_query query;
    struct ledger_book *book;
    const struct ledger *ledger = NULL;
    size_t part = 0;
    enum status status = read_query(cli, &query, err);

    if (!status)
        status = ledger_book_load(&book, cli->store, &cli->actor, err);
    if (status)
        return status;
    if (name && !(ledger = ledger_book_find(book, name, &part)))
        status = errmsg_set(err, STATUS_NOT_FOUND, "没有台账或常用名单 %s；aidpost ledger 列出全部", name);
    else if (save_as && (!name || path))
        status = errmsg_set(err, STATUS_USAGE, "--save 要写明哪个台账，不能同时导出");
    else if (!name)
        put_list(cli, book);
    else if (save_as)
        status = keep(cli, ledger, part, &query, save_as, err);
    else if (path)
        status = write_file(cli, ledger, part, &query, path, err);
    else
        status = show(cli, ledger, part, &query, err);
    ledger_book_free(book);
    return status;
}
