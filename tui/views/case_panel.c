/* tui/views/case_panel.c - see case_panel.h.
 *
 * The main fields are laid into rows of one, two or three cells of CELL_COLUMNS as the screen is wide; what stands in the screen's header is left out, empty fields too. */
#include "tui/views/case_panel.h"

#include <stdio.h>
#include <string.h>

#include "core/base/language.h"
#include "core/base/width.h"
#include "core/record/filter.h"
#include "tui/field_grid.h"
#include "tui/views/case_text.h"

enum { CELL_COLUMNS = 40, LABEL_COLUMNS = 12, LABEL_MOST = 16, GUTTER = 1, TEXT_BYTES = 1 << 17, CELL_BYTES = 256, MAX_CELLS = 8 };

static const struct list_column main_columns[] = {{.label = NULL, .columns = 0}};
static const struct list_column material_columns[] = {{.label = "材料名称", .columns = 0}, {.label = "类别", .columns = 10}, {.label = "份数", .columns = 4, .right = true},
                                                      {.label = "原件", .columns = 4}, {.label = "收到", .columns = 10}};
static const struct list_column party_columns[] = {{.label = "身份", .columns = 12}, {.label = "姓名或名称", .columns = 0}, {.label = "关系", .columns = 8}, {.label = "电话", .columns = 13}};
static const struct list_column step_columns[] = {{.label = "日期", .columns = 5}, {.label = "动作", .columns = 12}, {.label = "办理人", .columns = 8}, {.label = "状态", .columns = 20},
                                                  {.label = "说明", .columns = 0}};
static const struct list_column step_narrow[] = {{.label = "日期", .columns = 5}, {.label = "动作", .columns = 14}, {.label = "办理人", .columns = 8}, {.label = "状态", .columns = 0}};
static const struct list_column paper_columns[] = {{.label = "文书", .columns = 0}, {.label = "文号", .columns = 26}, {.label = "送达", .columns = 16}, {.label = "出具", .columns = 5}};
static const struct list_column paper_narrow[] = {{.label = "文书", .columns = 0}, {.label = "文号", .columns = 26}, {.label = "送达", .columns = 8}};

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static const struct {
    struct case_panel_info info;
    const struct list_column *columns, *narrow; /* narrow leaves out the last ones */
    size_t n_columns, n_narrow;
} panels[CASE_PANELS] = {
    [PANEL_MAIN] = {{"概况", NULL, "还没有填写，F4 修改"}, main_columns, main_columns, COUNT(main_columns), COUNT(main_columns)},
    [PANEL_MATERIALS] = {{"材料", "material", "还没有材料。F5 登记一份；收件时也可以一次列全"}, material_columns, material_columns, COUNT(material_columns), COUNT(material_columns)},
    [PANEL_PARTIES] = {{"当事人", "party", "还没有对方当事人和代理人。F5 登记，用来查利益冲突"}, party_columns, party_columns, COUNT(party_columns), COUNT(party_columns)},
    [PANEL_STEPS] = {{"记录", "step", "还没有办理记录。F2 办理第一步"}, step_columns, step_narrow, COUNT(step_columns), COUNT(step_narrow)},
    [PANEL_PAPERS] = {{"文书", "document", "还没有出具文书。文书随办理动作产生"}, paper_columns, paper_narrow, COUNT(paper_columns), COUNT(paper_narrow)},
};

const struct case_panel_info *case_panel_info(enum case_panel panel)
{
    return &panels[panel].info;
}

const struct list_column *case_panel_columns(enum case_panel panel, int cols, size_t *n)
{
    bool narrow = cols < GRID_WIDE;
    *n = narrow ? panels[panel].n_narrow : panels[panel].n_columns;
    return narrow ? panels[panel].narrow : panels[panel].columns;
}

/* ---- the main fields ---- */

struct main_rows {
    struct list_memory *memory;
    struct buf line;
    int cells, in_line; /* per row; in the row begun */
    int columns;        /* of a whole row */
    int labels;         /* of a label */
    enum status status;
};

static void end_line(struct main_rows *rows)
{
    if (rows->in_line > 0 && rows->status == STATUS_OK)
        rows->status = list_memory_add(rows->memory, &(struct list_row){.cells = {buf_cstr(&rows->line)}}, 1);
    buf_clear(&rows->line);
    rows->in_line = 0;
}

static void put_padded(struct buf *out, const char *text, int columns)
{
    size_t used = 0, fit = width_fit(text, strlen(text), (size_t)columns, &used);
    buf_append(out, text, fit);
    for (; used < (size_t)columns; used++)
        buf_putc(out, ' ');
}

static void add_cell(struct main_rows *rows, const char *label, const char *value)
{
    int cell = rows->columns / rows->cells;
    put_padded(&rows->line, label, rows->labels);
    buf_putc(&rows->line, ' ');
    put_padded(&rows->line, value, cell - rows->labels - 1 - GUTTER);
    buf_putc(&rows->line, ' ');
    if (++rows->in_line == rows->cells)
        end_line(rows);
}

struct wrapping {
    struct main_rows *rows;
    const char *label;
};

static bool add_wrapped_line(void *context, const char *text)
{
    struct wrapping *wrapping = context;
    put_padded(&wrapping->rows->line, _(wrapping->label), wrapping->rows->labels);
    buf_printf(&wrapping->rows->line, " %s", text);
    wrapping->rows->in_line = 1;
    end_line(wrapping->rows);
    wrapping->label = "";
    return wrapping->rows->status == STATUS_OK;
}

static void add_wide(struct main_rows *rows, const char *label, const char *value)
{
    struct wrapping wrapping = {rows, label};
    end_line(rows);
    case_wrap(value, rows->columns - rows->labels - 2, add_wrapped_line, &wrapping);
}

/* Name, cause, state and numbers stand in title and header; the handler's firm there too. */
static bool in_header(const struct field_def *field)
{
    static const char *const names[] = {"name", "cause", "state", "decision_no", "provisional_no", "station", "handler", "received_on", "safe_contact"};
    for (size_t i = 0; i < COUNT(names); i++)
        if (strcmp(names[i], field->name) == 0)
            return true;
    return field->kind == FIELD_REF;
}

static enum status read_main(struct view *view, const struct record *kase, int cols, struct list_memory *memory)
{
    struct main_rows rows = {.memory = memory, .columns = cols - 2 * GUTTER, .labels = language_is_foreign() ? LABEL_MOST : LABEL_COLUMNS, .cells = cols / CELL_COLUMNS < 1 ? 1 : cols / CELL_COLUMNS};
    struct buf value;
    buf_init(&rows.line, TEXT_BYTES);
    buf_init(&value, TEXT_BYTES);
    for (size_t i = 0; rows.status == STATUS_OK && i < kase->type->n_fields; i++) {
        const struct field_def *field = &kase->type->fields[i];
        if (kase->values[i].kind == VALUE_NULL || in_header(field))
            continue;
        buf_clear(&value);
        record_field_text(kase, field->name, view_context(view)->codes, &value);
        bool fits = (int)width_text(buf_cstr(&value), value.len) <= rows.columns / rows.cells - rows.labels - 2 && strchr(buf_cstr(&value), '\n') == NULL;
        if (fits)
            add_cell(&rows, _(field->label), buf_cstr(&value));
        else
            add_wide(&rows, _(field->label), buf_cstr(&value));
    }
    end_line(&rows);
    buf_wipe(&value);
    buf_wipe(&rows.line);
    return rows.status;
}

/* ---- rows of other types ---- */

struct filling {
    struct view *view;
    struct list_memory *memory;
    enum case_panel panel;
    enum status status;
    char cells[MAX_CELLS][CELL_BYTES];
};

static void cell(struct filling *filling, size_t index, const struct record *record, const char *field)
{
    record_field_copy(record, field, view_context(filling->view)->codes, filling->cells[index], CELL_BYTES);
}

static void day_cell(struct filling *filling, size_t index, const struct record *record, const char *field, const char *otherwise)
{
    char day[SHORT_DAY_BYTES];
    struct value value = record_get(record, catalogue_field(record->type, field));
    if (value.kind == VALUE_INT)
        short_day_text((int32_t)value.number, app_now_ms(filling->view->app), day);
    copy_text(filling->cells[index], CELL_BYTES, value.kind == VALUE_INT ? day : otherwise);
}

static bool is_set(const struct record *record, const char *field)
{
    struct value value = record_get(record, catalogue_field(record->type, field));
    return value.kind == VALUE_INT ? value.number != 0 : value.kind == VALUE_TEXT;
}

static enum style material_row(struct filling *filling, const struct record *record)
{
    cell(filling, 0, record, "name");
    cell(filling, 1, record, "kind");
    cell(filling, 2, record, "copies");
    copy_text(filling->cells[3], CELL_BYTES, is_set(record, "original") ? _("原件") : "");
    day_cell(filling, 4, record, "received_on", _("没有交来"));
    return is_set(record, "received_on") ? STYLE_NORMAL : STYLE_BOLD;
}

static enum style party_row(struct filling *filling, const struct record *record)
{
    cell(filling, 0, record, "role");
    cell(filling, 1, record, "name");
    cell(filling, 2, record, "relation");
    cell(filling, 3, record, "phone");
    if (is_set(record, "violator"))
        copy_text(filling->cells[2], CELL_BYTES, _("侵害人"));
    return STYLE_NORMAL;
}

static enum style step_row(struct filling *filling, const struct record *record)
{
    const struct code_book *codes = view_context(filling->view)->codes;
    struct buf text;
    day_cell(filling, 0, record, "date", "");
    cell(filling, 1, record, "action");
    account_person_text(view_context(filling->view), record_text(record, "worker"), filling->cells[2], CELL_BYTES);
    buf_init(&text, TEXT_BYTES);
    case_step_states(record, codes, &text);
    copy_text(filling->cells[3], CELL_BYTES, buf_cstr(&text));
    buf_clear(&text);
    case_step_words(record, codes, &text);
    copy_text(filling->cells[4], CELL_BYTES, buf_cstr(&text));
    buf_wipe(&text);
    return STYLE_NORMAL;
}

/* What stays in the file is served on nobody: forms, minutes, agreements, cover and list. */
static bool stays_in_file(const struct record *paper)
{
    static const char forms[] = ",02,03,04,08,12,14,16,21,28,29,30,32,40,41,42,";
    char wanted[16];
    snprintf(wanted, sizeof wanted, ",%.8s,", record_text(paper, "form"));
    return strstr(forms, wanted) != NULL;
}

static enum style paper_row(struct filling *filling, const struct record *record)
{
    struct buf title;
    char service[CELL_BYTES];
    buf_init(&title, CELL_BYTES);
    case_forms_text(record_text(record, "form"), view_context(filling->view)->codes, &title);
    copy_text(filling->cells[0], CELL_BYTES, buf_cstr(&title));
    buf_release(&title);
    cell(filling, 1, record, is_set(record, "number") ? "number" : "provisional_no");
    day_cell(filling, 3, record, "issued_on", "");
    day_cell(filling, 2, record, "served_on", stays_in_file(record) ? "" : _("没有送达"));
    if (is_set(record, "voided")) {
        copy_text(filling->cells[2], CELL_BYTES, _("已作废"));
    } else if (is_set(record, "served_on")) {
        snprintf(service, sizeof service, "%.40s %.80s", filling->cells[2], _(code_book_name(view_context(filling->view)->codes, "service", record_text(record, "service"))));
        copy_text(filling->cells[2], CELL_BYTES, service);
    }
    return is_set(record, "voided") ? STYLE_DIM : STYLE_NORMAL;
}

static bool add_row(void *context, const struct record *record)
{
    static enum style (*const makers[CASE_PANELS])(struct filling *, const struct record *) = {
        [PANEL_MATERIALS] = material_row, [PANEL_PARTIES] = party_row, [PANEL_STEPS] = step_row, [PANEL_PAPERS] = paper_row};
    struct filling *filling = context;
    size_t n = panels[filling->panel].n_columns;
    struct list_row row = {.id = record->id, .style = makers[filling->panel](filling, record)};
    for (size_t i = 0; i < n; i++)
        row.cells[i] = filling->cells[i];
    filling->status = list_memory_add(filling->memory, &row, n);
    return filling->status == STATUS_OK;
}

enum status case_panel_read(struct view *view, const struct record *kase, enum case_panel panel, int cols, struct list_memory *memory, struct errmsg *err)
{
    struct app_context *context = view_context(view);
    struct filling filling = {.view = view, .memory = memory, .panel = panel};
    list_memory_clear(memory);
    enum status status = panel == PANEL_MAIN ? read_main(view, kase, cols, memory)
                                             : case_children(context->store, context->actor, panels[panel].info.type, kase->id, add_row, &filling, err);
    if (status == STATUS_OK)
        status = filling.status;
    return status == STATUS_NOMEM ? errmsg_set(err, status, "%s", status_text(status)) : status;
}

enum status case_panel_count(struct view *view, const struct record *kase, size_t counts[CASE_PANELS], struct errmsg *err)
{
    struct app_context *context = view_context(view);
    char id[ID_TEXT_BYTES];
    enum status status = STATUS_OK;
    id_format(kase->id, id);
    for (size_t i = 0; status == STATUS_OK && i < CASE_PANELS; i++) {
        int64_t count = 0;
        counts[i] = 0;
        if (panels[i].info.type == NULL)
            continue;
        const struct record_type *type = catalogue_find(panels[i].info.type);
        struct filter filter = {.type = type, .n_terms = 1};
        filter.terms[0] = (struct filter_term){.field = catalogue_field(type, "case_id"), .op = FILTER_EQ, .value = value_string(id)};
        status = records_count(context->store, context->actor, type, &filter, &count, err);
        counts[i] = (size_t)count;
    }
    return status;
}

void case_panel_detail(struct view *view, enum case_panel panel, struct id id, struct buf *out)
{
    struct app_context *context = view_context(view);
    struct record record;
    if (panel != PANEL_STEPS || records_get(context->store, context->actor, catalogue_find("step"), id, &record, NULL) != STATUS_OK)
        return;
    record_field_text(&record, "action", context->codes, out);
    buf_puts(out, "  ");
    case_step_words(&record, context->codes, out);
    record_release(&record);
}
