/* tui/views/roster_table.c - see roster_table.h. */
#include "tui/views/roster_table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/language.h"
#include "core/base/utf8.h"
#include "core/base/width.h"
#include "core/case/roster_word.h"
#include "tui/field_grid.h"
#include "tui/record_form.h"

enum { TEXT_BYTES = 65536, CELL_BYTES = 1024, NUMBER_COLUMNS = 5, LIST_ROWS_MIN = 2, CELL_GAP = 1, ELASTIC_MIN = 8, HEADING_BYTES = 96 };

static enum status no_memory(struct errmsg *err)
{
    return errmsg_set(err, STATUS_NOMEM, "%s", status_text(STATUS_NOMEM));
}

static const struct record_type *type_of(const struct roster_table *table)
{
    return catalogue_find(table->roster->type);
}

static const struct field_def *column_field(const struct roster_table *table, size_t i)
{
    return catalogue_field(type_of(table), table->roster->columns[i].field);
}

bool roster_table_is_open(const struct roster_table *table)
{
    return table->roster != NULL;
}

const struct field_def *roster_table_field(const struct roster_table *table)
{
    return column_field(table, table->form.focus);
}

/* ---- lines ---- */

static bool set_line(struct roster_table *table, size_t i, const char *text, size_t len)
{
    char *copy = malloc(len + 1);
    if (copy == NULL)
        return false;
    memcpy(copy, text, len);
    copy[len] = '\0';
    free(table->lines[i]);
    table->lines[i] = copy;
    return true;
}

/* An empty row at i; what was there moves down. */
static bool open_row(struct roster_table *table, size_t i)
{
    char *empty = calloc(1, 1);
    if (empty == NULL)
        return false;
    memmove(&table->lines[i + 1], &table->lines[i], (table->n - i) * sizeof table->lines[0]);
    table->lines[i] = empty;
    table->n++;
    return true;
}

static void close_row(struct roster_table *table, size_t i)
{
    free(table->lines[i]);
    table->n--;
    memmove(&table->lines[i], &table->lines[i + 1], (table->n - i) * sizeof table->lines[0]);
}

static void drop_lines(struct roster_table *table)
{
    while (table->n > 0)
        free(table->lines[--table->n]);
}

static enum status read_lines(struct roster_table *table, const char *text, struct errmsg *err)
{
    const char *at = text, *line;
    size_t len;
    while (roster_line_next(&at, &line, &len)) {
        if (table->n == table->roster->max || table->n == ROSTER_ROWS_MAX)
            return errmsg_set(err, STATUS_TOO_LARGE, "最多 %zu 行", table->roster->max);
        table->lines[table->n] = NULL;
        if (!set_line(table, table->n, line, len))
            return no_memory(err);
        table->n++;
    }
    return STATUS_OK;
}

void roster_table_text(const struct roster_table *table, struct buf *out)
{
    size_t begun = out->len;
    for (size_t i = 0; i < table->n; i++)
        if (table->lines[i][0] != '\0')
            buf_printf(out, "%s%s", out->len > begun ? "\n" : "", table->lines[i]);
}

/* ---- the row in hand ---- */

/* Whom nobody names an identity is a co-applicant: shown at once, so that it can be changed. */
static const char *preset_of(const struct roster_table *table, size_t column)
{
    return strcmp(table->roster->columns[column].field, "role") == 0 ? "04" : "";
}

/* Where a person begins to type: the first cell without one. */
static size_t first_own(const struct roster_table *table)
{
    size_t i = 0;
    while (i + 1 < table->roster->n_columns && preset_of(table, i)[0] != '\0')
        i++;
    return i;
}

static bool row_is_empty(const struct roster_table *table)
{
    for (size_t i = 0; i < table->roster->n_columns; i++) {
        struct buf text;
        buf_init(&text, CELL_BYTES);
        form_text(&table->form, i, &text);
        bool empty = text.len == 0 || strcmp(buf_cstr(&text), preset_of(table, i)) == 0;
        buf_wipe(&text);
        if (!empty)
            return false;
    }
    return true;
}

/* What can be read of a line goes into the cells. */
static void load_row(struct roster_table *table)
{
    struct record row;
    const char *line = table->lines[table->at];
    record_init(&row, type_of(table));
    if (line[0] != '\0')
        (void)roster_line_parse(table->roster, line, strlen(line), table->codes, &row, NULL);
    form_clear(&table->form);
    for (size_t i = 0; i < table->roster->n_columns; i++)
        (void)record_form_load_field(&table->form, i, &row, column_field(table, i), table->codes);
    for (size_t i = 0; line[0] == '\0' && i < table->roster->n_columns; i++)
        if (preset_of(table, i)[0] != '\0')
            (void)form_set(&table->form, i, preset_of(table, i), strlen(preset_of(table, i)));
    record_release(&row);
}

/* The cells as a line, whether or not it is complete: so that nothing is lost with the draft. */
static void keep_row(struct roster_table *table)
{
    struct record row;
    struct buf line;
    if (!table->form.changed)
        return;
    record_init(&row, type_of(table));
    buf_init(&line, TEXT_BYTES);
    (void)record_form_store_lenient(&table->form, &row, table->codes);
    if (!row_is_empty(table))
        table->roster->format(&row, table->codes, &line);
    if (line.status == STATUS_OK)
        (void)set_line(table, table->at, buf_cstr(&line), line.len);
    buf_wipe(&line);
    record_release(&row);
}

static enum status store_strictly(struct roster_table *table, struct buf *line, struct errmsg *err)
{
    struct record row;
    size_t bad = 0;
    record_init(&row, type_of(table));
    enum status status = record_form_store(&table->form, &row, table->codes, &bad, err);
    if (status != STATUS_OK)
        form_focus(&table->form, bad);
    else
        status = roster_line_format(table->roster, &row, table->codes, line, err);
    record_release(&row);
    return status;
}

enum status roster_table_check(struct roster_table *table, struct errmsg *err)
{
    struct buf line;
    if (row_is_empty(table) || (!table->form.changed && table->lines[table->at][0] == '\0'))
        return STATUS_OK;
    enum status status = form_settle(&table->form) ? form_check(&table->form, err) : errmsg_set(err, STATUS_INVALID, "%s", table->form.message.text);
    buf_init(&line, TEXT_BYTES);
    if (status == STATUS_OK)
        status = store_strictly(table, &line, err);
    buf_wipe(&line);
    if (status != STATUS_OK)
        return roster_wrong(err, status, table->at + 1);
    keep_row(table);
    return STATUS_OK;
}

/* ---- undo ---- */

static void remember(struct roster_table *table)
{
    struct buf text;
    buf_init(&text, TEXT_BYTES);
    roster_table_text(table, &text);
    if (table->n_past == ROSTER_UNDO_MAX) {
        free(table->past[0].text);
        memmove(table->past, table->past + 1, (ROSTER_UNDO_MAX - 1) * sizeof table->past[0]);
        table->n_past--;
    }
    table->past[table->n_past].text = strdup(buf_cstr(&text));
    table->past[table->n_past].at = table->at;
    table->n_past += table->past[table->n_past].text != NULL;
    buf_wipe(&text);
}

static bool same_as_now(const struct roster_table *table, const char *text)
{
    struct buf now;
    buf_init(&now, TEXT_BYTES);
    roster_table_text(table, &now);
    bool same = strcmp(buf_cstr(&now), text) == 0;
    buf_wipe(&now);
    return same;
}

/* Back to the last state that differs. */
static bool undo(struct roster_table *table)
{
    while (table->n_past > 0) {
        struct roster_past past = table->past[--table->n_past];
        bool same = same_as_now(table, past.text);
        if (!same) {
            drop_lines(table);
            (void)read_lines(table, past.text, NULL);
            if (past.at >= table->n && table->n < table->roster->max)
                (void)open_row(table, table->n);
            table->at = past.at < table->n ? past.at : table->n - 1;
            load_row(table);
        }
        free(past.text);
        if (!same)
            return true;
    }
    return false;
}

/* ---- opening ---- */

static enum status check_cell(void *context, struct form *form, size_t field, struct errmsg *err)
{
    struct roster_table *table = context;
    struct record row;
    record_init(&row, type_of(table));
    enum status status = record_form_store_field(form, field, &row, table->codes, err);
    record_release(&row);
    return status;
}

static void lay_out(struct roster_table *table, int cols)
{
    struct field_grid grid;
    field_grid_start(&grid, cols);
    for (size_t i = 0; i < table->roster->n_columns; i++) {
        bool needed = (column_field(table, i)->flags & FIELD_REQUIRED) != 0 && preset_of(table, i)[0] == '\0';
        field_grid_place(&grid, column_field(table, i), 1, needed, GRID_NO_REFS, &table->defs[i]);
        table->defs[i].flags &= ~(unsigned)FORM_CALM; /* a row is short and seen whole: Enter runs through it */
    }
    table->cols = cols;
    if (table->form.fields != NULL)
        form_laid_out(&table->form);
}

/* The first row that cannot be read; n: none. */
static size_t first_wrong(const struct roster_table *table)
{
    size_t i = 0;
    for (bool ok = true; i < table->n; i++) {
        struct record row;
        record_init(&row, type_of(table));
        ok = roster_line_parse(table->roster, table->lines[i], strlen(table->lines[i]), table->codes, &row, NULL) == STATUS_OK;
        record_release(&row);
        if (!ok)
            break;
    }
    return i;
}

enum status roster_table_open(struct roster_table *table, const struct roster *roster, const struct code_book *codes, int32_t day, int32_t today, const char *text, struct errmsg *err)
{
    *table = (struct roster_table){.roster = roster, .codes = codes, .day = day, .today = today};
    lay_out(table, GRID_WIDE);
    enum status status = read_lines(table, text, err);
    if (status == STATUS_OK)
        status = form_init(&table->form, table->defs, roster->n_columns, (struct form_hooks){.context = table, .validate = check_cell});
    if (status == STATUS_OK) {
        table->form.day = day;
        table->form.today = today;
        for (size_t i = 0; i < roster->n_columns; i++)
            record_form_bind_field(&table->form, i, column_field(table, i), codes);
        table->at = first_wrong(table);
        if (table->at == table->n && (table->n == roster->max || !open_row(table, table->n)))
            table->at = 0;
        if (table->n > 0)
            load_row(table);
        else
            status = STATUS_NOMEM;
    }
    if (status != STATUS_OK) {
        roster_table_close(table);
        return err != NULL && err->text[0] != '\0' ? status : no_memory(err);
    }
    return STATUS_OK;
}

void roster_table_close(struct roster_table *table)
{
    if (table->roster == NULL)
        return;
    drop_lines(table);
    while (table->n_past > 0)
        free(table->past[--table->n_past].text);
    if (table->form.fields != NULL)
        form_release(&table->form);
    table->roster = NULL;
}

/* ---- going about ---- */

/* The row in hand is left in order: an empty one goes away unless it is the last. */
static void tidy(struct roster_table *table, size_t *to)
{
    keep_row(table);
    if (table->lines[table->at][0] == '\0' && table->at + 1 < table->n) {
        close_row(table, table->at);
        *to -= *to > table->at;
    }
}

static void take_in_hand(struct roster_table *table, size_t row, size_t column)
{
    table->at = row;
    load_row(table);
    form_focus(&table->form, column);
    remember(table);
}

/* To another row; n is a new one behind the last. */
static enum roster_key go(struct roster_table *table, size_t to, size_t column, struct errmsg *err)
{
    if (roster_table_check(table, err) != STATUS_OK)
        return ROSTER_REFUSED;
    tidy(table, &to);
    if (to == table->n && (table->n == table->roster->max || !open_row(table, table->n))) {
        errmsg_set(err, STATUS_TOO_LARGE, "最多 %zu 行", table->roster->max);
        return ROSTER_REFUSED;
    }
    take_in_hand(table, to, column);
    return ROSTER_KEPT;
}

/* Behind the last cell: the next row, a new one behind the last. */
static enum roster_key go_on(struct roster_table *table, struct errmsg *err)
{
    if (row_is_empty(table))
        return ROSTER_DONE;
    return go(table, table->at + 1, 0, err);
}

static enum roster_key row_key(struct roster_table *table, struct key key, bool *used, struct errmsg *err)
{
    bool empty = row_is_empty(table), last = table->at + 1 == table->n;
    *used = true;
    if (key.kind == K_PAGE_UP || (key.kind == K_UP && table->form.focus == 0))
        return table->at > 0 ? go(table, table->at - 1, table->form.focus, err) : ROSTER_REFUSED;
    if (key.kind == K_PAGE_DOWN)
        return last && empty ? ROSTER_REFUSED : go(table, table->at + 1, table->form.focus, err);
    if (key.kind == K_ENTER && last && empty && table->form.focus == first_own(table))
        return ROSTER_DONE;
    *used = false;
    return ROSTER_IGNORED;
}

enum roster_key roster_table_key(struct roster_table *table, struct view *view, struct key key, struct errmsg *err)
{
    bool used;
    if (key.modifiers == 0) {
        enum roster_key told = row_key(table, key, &used, err);
        if (used)
            return told;
        if (key.kind == K_TAB)
            key = key_named(K_ENTER, 0);
    }
    enum form_result result = form_key_told(view, &table->form, key);
    if (result == FORM_IGNORED && key_equal(key, key_ctrl('z'))) {
        if (undo(table))
            return ROSTER_KEPT;
        errmsg_set(err, STATUS_NOT_FOUND, "没有可撤的了");
        return ROSTER_REFUSED;
    }
    if (result == FORM_COMPLETE)
        return go_on(table, err);
    if (result == FORM_IGNORED)
        return ROSTER_IGNORED;
    keep_row(table);
    return ROSTER_KEPT;
}

enum status roster_table_insert(struct roster_table *table, struct errmsg *err)
{
    enum status status = roster_table_check(table, err);
    size_t at = table->at;
    if (status != STATUS_OK)
        return status;
    if (table->n == table->roster->max)
        return errmsg_set(err, STATUS_TOO_LARGE, "最多 %zu 行", table->roster->max);
    if (table->lines[at][0] == '\0')
        return STATUS_OK; /* it is one */
    if (!open_row(table, at))
        return no_memory(err);
    take_in_hand(table, at, 0);
    return STATUS_OK;
}

void roster_table_remove(struct roster_table *table)
{
    keep_row(table);
    remember(table);
    close_row(table, table->at);
    if (table->n == 0)
        (void)open_row(table, 0);
    if (table->n == 0)
        return;
    table->at = table->at < table->n ? table->at : table->n - 1;
    load_row(table);
}

enum status roster_table_move(struct roster_table *table, int by, struct errmsg *err)
{
    enum status status = roster_table_check(table, err);
    size_t at = table->at, to = by < 0 ? at - 1 : at + 1;
    if (status != STATUS_OK)
        return status;
    if ((by < 0 && at == 0) || to >= table->n || table->lines[at][0] == '\0' || table->lines[to][0] == '\0')
        return errmsg_set(err, STATUS_RANGE, by < 0 ? "已经是第一行" : "已经是最后一行");
    remember(table);
    char *line = table->lines[at];
    table->lines[at] = table->lines[to];
    table->lines[to] = line;
    size_t column = table->form.focus;
    table->at = to;
    load_row(table);
    form_focus(&table->form, column);
    return STATUS_OK;
}

void roster_table_take_pick(struct roster_table *table, const char *code)
{
    form_take_pick(&table->form, code);
    keep_row(table);
}

/* ---- drawing ---- */

/* What a narrow screen has no room for is left out from the right, the elastic column last. Returns how many are shown. */
static size_t fit_columns(const struct roster_table *table, int cols, int widths[ROSTER_COLUMNS_MAX])
{
    size_t n = table->roster->n_columns, elastic = 0;
    int left = cols - NUMBER_COLUMNS;
    for (size_t i = 0; i < n; i++) {
        widths[i] = table->roster->columns[i].columns;
        elastic = widths[i] == 0 ? i : elastic;
        left -= widths[i] + CELL_GAP;
    }
    while (left < ELASTIC_MIN && n > elastic + 1)
        left += widths[--n] + CELL_GAP;
    widths[elastic] = left > ELASTIC_MIN ? left : ELASTIC_MIN;
    return n;
}

static bool is_number(const struct field_def *field)
{
    return field->kind == FIELD_INT || field->kind == FIELD_MONEY;
}

static void put_cell(struct canvas *canvas, int row, int col, int columns, const struct field_def *field, const char *text)
{
    if (is_number(field))
        canvas_put_right(canvas, row, col, columns, STYLE_NORMAL, text);
    else
        canvas_puts(canvas, row, col, columns, STYLE_NORMAL, text);
}

/* A sum as 3000元, not 3000.00元: there is little room. */
static void cell_text(const struct roster_table *table, const struct record *row, const struct field_def *field, struct buf *out)
{
    static const char cents[] = ".00";
    record_show(row, field, table->codes, out);
    const char *point = strstr(buf_cstr(out), cents);
    if (field->kind != FIELD_MONEY || point == NULL)
        return;
    size_t at = (size_t)(point - buf_cstr(out));
    memmove(out->data + at, out->data + at + strlen(cents), out->len - at - strlen(cents) + 1);
    out->len -= strlen(cents);
}

static void draw_row(const struct roster_table *table, struct canvas *canvas, int row, size_t i, const int widths[], size_t n)
{
    struct record record;
    const char *line = table->lines[i];
    int col = NUMBER_COLUMNS;
    canvas_fill(canvas, row, 0, 1, canvas->cols, STYLE_NORMAL, ' ');
    canvas_printf(canvas, row, 0, -1, STYLE_NORMAL, "%c%2zu", i == table->at ? '>' : ' ', i + 1);
    record_init(&record, type_of(table));
    bool read = line[0] != '\0' && roster_line_parse(table->roster, line, strlen(line), table->codes, &record, NULL) == STATUS_OK;
    if (!read && line[0] != '\0')
        canvas_puts(canvas, row, col, canvas->cols - col - 1, STYLE_BOLD, line);
    for (size_t c = 0; read && c < n; c++) {
        struct buf text;
        buf_init(&text, CELL_BYTES);
        cell_text(table, &record, column_field(table, c), &text);
        put_cell(canvas, row, col, widths[c], column_field(table, c), buf_cstr(&text));
        buf_wipe(&text);
        col += widths[c] + CELL_GAP;
    }
    if (line[0] == '\0')
        canvas_puts(canvas, row, col, canvas->cols - col - 1, STYLE_DIM, i == 0 && table->n == 1 ? _(table->roster->none) : _("(新的一行)"));
    record_release(&record);
}

static void draw_header(const struct roster_table *table, struct canvas *canvas, int row, const int widths[], size_t n)
{
    int col = NUMBER_COLUMNS;
    canvas_fill(canvas, row, 0, 1, canvas->cols, STYLE_NORMAL, ' ');
    for (size_t c = 0; c < n; c++) {
        const struct field_def *field = column_field(table, c);
        if (is_number(field))
            canvas_put_right(canvas, row, col, widths[c], STYLE_DIM, _(table->roster->columns[c].label));
        else
            canvas_puts(canvas, row, col, widths[c], STYLE_DIM, _(table->roster->columns[c].label));
        col += widths[c] + CELL_GAP;
    }
}

static void draw_rule(const struct roster_table *table, struct canvas *canvas, int row)
{
    char heading[HEADING_BYTES];
    canvas_rule(canvas, row);
    snprintf(heading, sizeof heading, _(" 第 %zu 行 / 共 %zu 行 "), table->at + 1, table->n);
    canvas_puts(canvas, row, canvas->cols - (int)width_text(heading, strlen(heading)) - 2, -1, STYLE_DIM, heading);
}

void roster_table_draw(struct roster_table *table, struct canvas *canvas, int row, int rows)
{
    int widths[ROSTER_COLUMNS_MAX];
    if (field_grid_differs(table->cols, canvas->cols))
        lay_out(table, canvas->cols);
    size_t n = fit_columns(table, canvas->cols, widths);
    int form_rows = form_height(&table->form), list_rows = rows - form_rows - 2;
    list_rows = list_rows < LIST_ROWS_MIN ? LIST_ROWS_MIN : list_rows > (int)table->n ? (int)table->n : list_rows;
    size_t shown = (size_t)list_rows;
    if (table->at < table->first)
        table->first = table->at;
    if (table->at >= table->first + shown)
        table->first = table->at - shown + 1;
    canvas_fill(canvas, row, 0, rows, canvas->cols, STYLE_NORMAL, ' ');
    draw_header(table, canvas, row, widths, n);
    for (size_t i = 0; i < shown && table->first + i < table->n; i++)
        draw_row(table, canvas, row + 1 + (int)i, table->first + i, widths, n);
    draw_rule(table, canvas, row + 1 + list_rows);
    form_draw(&table->form, canvas, row + 2 + list_rows, 0, true);
}
