/* tui/views/eval_form.c - see eval_form.h. */
#include "tui/views/eval_form.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/language.h"
#include "core/base/width.h"
#include "core/record/draft.h"
#include "tui/record_form.h"

enum {
    WIDE_COLUMNS = 76, /* from here on the part stands beside the item */
    PART_COLUMNS = 8,  /* of part and item in Chinese; in other languages what the longest takes, at most ..._MOST */
    ITEM_COLUMNS = 16,
    PART_MOST = 20,
    ITEM_MOST = 26,
    NUMBER_COLUMNS = 3,
    SCORE_DIGITS = 3,
    MAX_COLUMNS = 5,   /* " /12 " behind the score */
    REVIEWERS_COLUMNS = 40,
    COMMENT_ROWS = 2,
    TITLE_BYTES = 200,
    DRAFTS_MAX = 16,
    TEXT_BYTES = 4 * 2000 + 1
};

static size_t n_items(const struct eval_form *form)
{
    return form->sheet.standard->n_items;
}

static size_t score_field(size_t item)
{
    return 1 + 2 * item;
}

static size_t reason_field(size_t item)
{
    return 2 + 2 * item;
}

static size_t comment_field(const struct eval_form *form)
{
    return 1 + 2 * n_items(form);
}

enum eval_part eval_form_part(const struct eval_form *form, size_t field, const struct eval_item_def **item)
{
    *item = NULL;
    if (field == 0 || field >= comment_field(form))
        return field == 0 ? EVAL_REVIEWERS : EVAL_COMMENT;
    *item = &form->sheet.standard->items[(field - 1) / 2];
    return field % 2 == 1 ? EVAL_SCORE : EVAL_REASON;
}

/* ---- layout ---- */

/* text in exactly so many columns. */
static void put_padded(struct buf *out, const char *text, size_t columns)
{
    size_t used, len = width_fit(text, strlen(text), columns, &used);
    buf_append(out, text, len);
    buf_printf(out, "%*s", (int)(columns - used), "");
}

static size_t at_most(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* The columns that parts and items take. */
static void label_widths(const struct eval_form *form, bool wide, size_t *part, size_t *item)
{
    *part = PART_COLUMNS;
    *item = ITEM_COLUMNS;
    for (size_t i = 0; language_is_foreign() && wide && i < n_items(form); i++) {
        const char *part_text = _(form->sheet.standard->items[i].part), *item_text = _(form->sheet.standard->items[i].item);
        size_t part_columns = at_most(width_text(part_text, strlen(part_text)), PART_MOST), item_columns = at_most(width_text(item_text, strlen(item_text)), ITEM_MOST);
        *part = part_columns > *part ? part_columns : *part;
        *item = item_columns > *item ? item_columns : *item;
    }
}

/* "12 效果     意见采纳": a part is written once. part 0: left out. */
static void make_label(const struct eval_form *form, size_t i, size_t part, size_t columns, char out[EVAL_LABEL_BYTES])
{
    const struct eval_item_def *item = &form->sheet.standard->items[i];
    bool again = i > 0 && strcmp(item->part, item[-1].part) == 0;
    struct buf text;
    buf_init(&text, EVAL_LABEL_BYTES);
    buf_printf(&text, "%*d ", NUMBER_COLUMNS - 1, item->number);
    if (part > 0) {
        put_padded(&text, again ? "" : _(item->part), part);
        buf_putc(&text, ' ');
    }
    put_padded(&text, _(item->item), columns);
    copy_text(out, EVAL_LABEL_BYTES, buf_cstr(&text));
    buf_release(&text);
}

static void lay_out(struct eval_form *form, int cols)
{
    bool wide = cols >= WIDE_COLUMNS;
    size_t part, item;
    label_widths(form, wide, &part, &item);
    int label = NUMBER_COLUMNS + (int)item + (wide ? (int)part + 1 : 0), reason = 1 + label + 1 + SCORE_DIGITS + 2 + MAX_COLUMNS, end = cols - 2;
    form->cols = cols;
    form->defs[0] = (struct form_def){.name = "reviewers", .label = _("评估人"), .kind = FORM_TEXT, .col = 1, .columns = REVIEWERS_COLUMNS < cols - 20 ? REVIEWERS_COLUMNS : cols - 20,
                                      .name_columns = 4, .max_chars = catalogue_max_chars(catalogue_field(form->sheet.eval.type, "reviewers")), .flags = FORM_REQUIRED | FORM_NO_REPEAT};
    for (size_t i = 0; i < n_items(form); i++) {
        int row = (int)i + 1;
        make_label(form, i, wide ? part : 0, item, form->labels[i].text);
        form->defs[score_field(i)] = (struct form_def){.name = "score", .label = form->labels[i].text, .kind = FORM_NUMBER, .row = row, .col = 1, .label_columns = label,
                                                       .columns = SCORE_DIGITS, .max_chars = SCORE_DIGITS, .group = 1};
        form->defs[reason_field(i)] = (struct form_def){.name = "reason", .label = "", .kind = FORM_TEXT, .row = row, .col = reason, .columns = end - reason - 1,
                                                        .max_chars = EVAL_REASON_CHARS, .group = 1, .flags = FORM_NO_REPEAT};
    }
    form->defs[comment_field(form)] = (struct form_def){.name = "comment", .label = _("评语"), .kind = FORM_LINES, .row = (int)n_items(form) + 1, .col = 1, .columns = cols - 10,
                                                        .rows = COMMENT_ROWS, .max_chars = catalogue_max_chars(catalogue_field(form->sheet.eval.type, "comment")), .group = 2,
                                                        .flags = FORM_NO_REPEAT};
}

/* ---- what is typed ---- */

static const char *text_of(const struct eval_form *form, size_t field, struct buf *text)
{
    buf_clear(text);
    form_text(&form->form, field, text);
    return buf_cstr(text);
}

/* The score as typed: EVAL_NO_SCORE when empty, the range is eval_score's to check. */
static int typed_score(const struct eval_form *form, size_t i)
{
    struct buf text;
    buf_init(&text, TEXT_BYTES);
    const char *typed = text_of(form, score_field(i), &text);
    bool digits = typed[0] != '\0' && strspn(typed, "0123456789") == text.len;
    int score = digits ? (int)strtol(typed, NULL, 10) : EVAL_NO_SCORE;
    buf_release(&text);
    return score;
}

static enum status read_line(struct eval_form *form, size_t i, struct errmsg *err)
{
    const struct eval_item_def *item = &form->sheet.standard->items[i];
    struct buf text;
    form->sheet.lines[i].score = EVAL_NO_SCORE;
    if (form_is_empty(&form->form, score_field(i)))
        return STATUS_OK;
    int score = typed_score(form, i);
    if (score == EVAL_NO_SCORE)
        return errmsg_set(err, STATUS_INVALID, "第 %d 项 %s: 得分写数字，%d 到 %d", item->number, _(item->item), form->sheet.standard->five_point ? 1 : 0, item->max);
    buf_init(&text, TEXT_BYTES);
    enum status status = eval_score(&form->sheet, item->number, score, text_of(form, reason_field(i), &text), err);
    buf_release(&text);
    return status;
}

/* Every line as it stands, for totals; what cannot be read counts as not scored. */
static void read_lines(struct eval_form *form)
{
    for (size_t i = 0; i < n_items(form); i++)
        (void)read_line(form, i, NULL);
}

static bool needs_reason(const struct eval_form *form, size_t i)
{
    return eval_needs_reason(form->sheet.standard, &form->sheet.standard->items[i], form->sheet.lines[i].score);
}

size_t eval_form_scored(const struct eval_form *form, int *sum)
{
    size_t scored = 0;
    *sum = 0;
    for (size_t i = 0; i < n_items(form); i++) {
        bool is_scored = form->sheet.lines[i].score != EVAL_NO_SCORE;
        scored += is_scored;
        *sum += is_scored ? form->sheet.lines[i].score : 0;
    }
    return scored;
}

/* ---- hooks ---- */

static enum status validate(void *context, struct form *inner, size_t field, struct errmsg *err)
{
    struct eval_form *form = context;
    const struct eval_item_def *item;
    enum eval_part part = eval_form_part(form, field, &item);
    (void)inner;
    if (item == NULL)
        return STATUS_OK;
    size_t i = (size_t)(item - form->sheet.standard->items);
    enum status status = read_line(form, i, err);
    if (status == STATUS_OK && part == EVAL_REASON && needs_reason(form, i) && form_is_empty(&form->form, field))
        status = errmsg_set(err, STATUS_INVALID, "第 %d 项 %s: 得 %d 分，满分 %d，请写明扣分理由", item->number, _(item->item), form->sheet.lines[i].score, item->max);
    return status;
}

/* '=' in a score is the full score. */
static bool full_score(void *context, struct form *inner, size_t field, struct buf *out)
{
    const struct eval_item_def *item;
    (void)inner;
    if (eval_form_part(context, field, &item) != EVAL_SCORE)
        return false;
    buf_printf(out, "%d", item->max);
    return true;
}

static bool no_reason(void *context, const struct form *inner, size_t field)
{
    const struct eval_form *form = context;
    const struct eval_item_def *item;
    if (eval_form_part(form, field, &item) != EVAL_REASON)
        return false;
    return !needs_reason(form, (size_t)(item - form->sheet.standard->items)) && form_is_empty(inner, field);
}

static void field_left(void *context, struct form *inner, size_t field)
{
    struct eval_form *form = context;
    (void)inner, (void)field;
    form->dirty = true;
    eval_form_store_draft(form);
}

/* ---- opening ---- */

enum status eval_form_open(struct eval_form *form, struct view *view, struct eval_sheet *sheet, struct errmsg *err)
{
    size_t items = sheet->standard->n_items, n = 2 * items + 2;
    struct form_hooks hooks = {.context = form, .validate = validate, .repeat = full_score, .skip = no_reason, .left = field_left};
    *form = (struct eval_form){.sheet = *sheet, .view = view, .defs = calloc(n, sizeof *form->defs), .labels = calloc(items + 1, sizeof *form->labels)};
    enum status status = form->defs != NULL && form->labels != NULL ? STATUS_OK : STATUS_NOMEM;
    if (status == STATUS_OK) {
        lay_out(form, view->app->cols);
        status = form_init(&form->form, form->defs, n, hooks);
    }
    if (status != STATUS_OK) {
        free(form->defs);
        free(form->labels);
        eval_release(&form->sheet);
        *form = (struct eval_form){.defs = NULL};
        return errmsg_set(err, status, "内存不足");
    }
    (void)form_set(&form->form, 0, record_text(&form->sheet.eval, "reviewers"), strlen(record_text(&form->sheet.eval, "reviewers")));
    form_focus(&form->form, form_is_empty(&form->form, 0) ? 0 : score_field(0));
    return STATUS_OK;
}

void eval_form_close(struct eval_form *form)
{
    if (form->defs == NULL)
        return;
    form_release(&form->form);
    free(form->defs);
    free(form->labels);
    eval_release(&form->sheet);
}

/* ---- keys ---- */

/* No digit may follow: 5 of 6, 12 of 12, but not 1 of 12. */
static bool is_complete(const struct eval_form *form, size_t i)
{
    int score = typed_score(form, i), max = form->sheet.standard->items[i].max;
    return score != EVAL_NO_SCORE && score <= max && (score == 0 || score * 10 > max);
}

enum form_result eval_form_key(struct eval_form *form, struct key key)
{
    const struct eval_item_def *item;
    enum form_result result = form_key_told(form->view, &form->form, key);
    form->dirty |= result == FORM_CHANGED;
    if (result == FORM_CHANGED && eval_form_part(form, form->form.focus, &item) == EVAL_SCORE && (key_digit(key) >= 0 || key_command_code(key) == '=') &&
        is_complete(form, (size_t)(item - form->sheet.standard->items)))
        result = form_key_told(form->view, &form->form, key_named(K_ENTER, 0));
    read_lines(form);
    return result;
}

enum status eval_form_store(struct eval_form *form, struct errmsg *err)
{
    size_t bad = 0;
    read_lines(form);
    enum status status = record_form_store(&form->form, &form->sheet.eval, view_context(form->view)->codes, &bad, err);
    if (status != STATUS_OK)
        form_focus(&form->form, bad);
    return status;
}

void eval_form_focus_named(struct eval_form *form, const char *message)
{
    const char *reviewers = _(catalogue_field(form->sheet.eval.type, "reviewers")->label);
    int number = 0;
    if (sscanf(message, _("第 %d 项"), &number) == 1) {
        const struct eval_item_def *item = eval_standard_item(form->sheet.standard, number);
        size_t i = item != NULL ? (size_t)(item - form->sheet.standard->items) : 0;
        form_focus(&form->form, needs_reason(form, i) ? reason_field(i) : score_field(i));
    } else if (strstr(message, reviewers) != NULL) {
        form_focus(&form->form, 0);
    }
}

/* ---- drawing ---- */

/* The maximum behind each score; no brackets where nothing is to be written; the marker of a reason stands where that of its item does. */
static void draw_item(const struct eval_form *form, struct canvas *canvas, size_t i, int row)
{
    const struct form_def *score = &form->defs[score_field(i)], *reason = &form->defs[reason_field(i)];
    canvas_printf(canvas, row, form_field_col(score) + SCORE_DIGITS + 2, MAX_COLUMNS - 1, STYLE_NORMAL, "/%d", form->sheet.standard->items[i].max);
    if (form->form.focus == reason_field(i)) {
        canvas_puts(canvas, row, reason->col - 1, -1, STYLE_NORMAL, " ");
        canvas_puts(canvas, row, score->col - 1, -1, STYLE_NORMAL, ">");
    } else if (!needs_reason(form, i) && form_is_empty(&form->form, reason_field(i))) {
        canvas_fill(canvas, row, reason->col, 1, canvas->cols - reason->col, STYLE_NORMAL, ' ');
    }
}

void eval_form_draw(struct eval_form *form, struct canvas *canvas, int row, int rows)
{
    if (form->cols != canvas->cols) {
        lay_out(form, canvas->cols);
        form_laid_out(&form->form);
    }
    form_draw_window(&form->form, canvas, row, 0, rows, &form->first, true);
    for (size_t i = 0; i < n_items(form); i++) {
        int at = form->defs[score_field(i)].row - form->first;
        if (at >= 0 && at < rows)
            draw_item(form, canvas, i, row + at);
    }
}

/* ---- drafts ---- */

static struct record *new_items(const struct eval_form *form)
{
    struct record *items = calloc(n_items(form) + 1, sizeof *items);
    for (size_t i = 0; items != NULL && i < n_items(form); i++)
        record_init(&items[i], catalogue_find("eval_item"));
    return items;
}

static void free_items(const struct eval_form *form, struct record *items)
{
    for (size_t i = 0; items != NULL && i < n_items(form); i++)
        record_release(&items[i]);
    free(items);
}

static enum status put_item(const struct eval_form *form, size_t i, struct record *item)
{
    struct buf text;
    int score = typed_score(form, i);
    buf_init(&text, TEXT_BYTES);
    const char *reason = text_of(form, reason_field(i), &text);
    enum status status = record_set_int(item, "item_no", form->sheet.standard->items[i].number);
    if (status == STATUS_OK && score != EVAL_NO_SCORE)
        status = record_set_int(item, "score", score);
    if (status == STATUS_OK && reason[0] != '\0')
        status = record_set_text(item, "reason", reason);
    buf_release(&text);
    return status;
}

static void draft_title(const struct eval_form *form, const struct code_book *codes, char out[TITLE_BYTES])
{
    const char *name = record_text(&form->sheet.eval, "name");
    snprintf(out, TITLE_BYTES, "%s  %.120s", _(code_book_name(codes, "eval_round", record_text(&form->sheet.eval, "round"))), name[0] != '\0' ? name : _("（封存）"));
}

/* items and the evaluation in one row. */
static enum status save_parts(struct eval_form *form, struct record *items, struct record *eval, struct errmsg *err)
{
    struct app_context *context = view_context(form->view);
    const struct record *parts[EVAL_ITEMS_MAX + 1];
    char title[TITLE_BYTES];
    size_t n = n_items(form);
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < n; i++) {
        status = put_item(form, i, &items[i]);
        parts[i] = &items[i];
    }
    parts[n] = eval;
    record_form_store_lenient(&form->form, eval, context->codes);
    draft_title(form, context->codes, title);
    return status == STATUS_OK ? draft_save_parts(context->store, context->actor, context->random, parts, n + 1, title, &form->draft, err) : status;
}

void eval_form_store_draft(struct eval_form *form)
{
    struct errmsg err = {{0}};
    struct record eval, *items;
    if (!form->dirty || record_copy(&eval, &form->sheet.eval) != STATUS_OK)
        return;
    items = new_items(form);
    enum status status = items != NULL ? save_parts(form, items, &eval, &err) : STATUS_NOMEM;
    free_items(form, items);
    record_release(&eval);
    if (status != STATUS_OK) {
        app_fail(form->view->app, "草稿没有存上: %s", errmsg_text(&err, status));
        return;
    }
    form->dirty = false;
    form->draft_ms = app_now_ms(form->view->app);
}

enum status eval_form_draft_head(struct view *view, struct id draft, struct record *out, struct errmsg *err)
{
    struct app_context *context = view_context(view);
    struct record item;
    record_init(&item, catalogue_find("eval_item"));
    record_init(out, catalogue_find("eval"));
    struct record *const parts[] = {&item, out};
    enum status status = draft_load_parts(context->store, context->actor, draft, parts, 2, err);
    record_release(&item);
    if (status != STATUS_OK)
        record_release(out);
    return status;
}

/* The items' numbers are the drafted ones: a county may have changed its list meanwhile. */
static enum status take_item(struct eval_form *form, const struct record *item)
{
    struct value number = record_get(item, catalogue_field(item->type, "item_no")), score = record_get(item, catalogue_field(item->type, "score"));
    const struct eval_item_def *def = number.kind == VALUE_INT ? eval_standard_item(form->sheet.standard, (int)number.number) : NULL;
    const char *reason = record_text(item, "reason");
    char digits[16] = "";
    if (def == NULL)
        return STATUS_OK;
    size_t i = (size_t)(def - form->sheet.standard->items);
    if (score.kind == VALUE_INT)
        snprintf(digits, sizeof digits, "%lld", (long long)score.number);
    enum status status = form_set(&form->form, score_field(i), digits, strlen(digits));
    return status == STATUS_OK ? form_set(&form->form, reason_field(i), reason, strlen(reason)) : status;
}

enum status eval_form_load_draft(struct eval_form *form, struct id draft, struct errmsg *err)
{
    struct app_context *context = view_context(form->view);
    struct record *parts[EVAL_ITEMS_MAX + 1], eval, *items = new_items(form);
    size_t n = n_items(form);
    if (items == NULL)
        return errmsg_set(err, STATUS_NOMEM, "内存不足");
    record_init(&eval, catalogue_find("eval"));
    for (size_t i = 0; i < n; i++)
        parts[i] = &items[i];
    parts[n] = &eval;
    enum status status = draft_load_parts(context->store, context->actor, draft, parts, n + 1, err);
    for (size_t i = 0; status == STATUS_OK && i < n; i++)
        status = take_item(form, &items[i]);
    if (status == STATUS_OK)
        status = form_set(&form->form, 0, record_text(&eval, "reviewers"), strlen(record_text(&eval, "reviewers")));
    if (status == STATUS_OK)
        status = form_set(&form->form, comment_field(form), record_text(&eval, "comment"), strlen(record_text(&eval, "comment")));
    free_items(form, items);
    record_release(&eval);
    read_lines(form);
    form->draft = draft;
    return status;
}

struct drafts {
    struct id ids[DRAFTS_MAX];
    size_t n;
};

static bool note_draft(void *context, const struct draft_info *info)
{
    struct drafts *drafts = context;
    if (strcmp(info->type->name, "eval_item") == 0)
        drafts->ids[drafts->n++] = info->id;
    return drafts->n < DRAFTS_MAX;
}

bool eval_form_find_draft(struct view *view, struct id kase, struct id *draft)
{
    struct app_context *context = view_context(view);
    struct drafts drafts = {.n = 0};
    struct record head;
    char id[ID_TEXT_BYTES];
    bool found = false;
    id_format(kase, id);
    if (draft_list(context->store, context->actor, note_draft, &drafts, NULL) != STATUS_OK)
        return false;
    for (size_t i = 0; !found && i < drafts.n; i++) {
        if (eval_form_draft_head(view, drafts.ids[i], &head, NULL) != STATUS_OK)
            continue;
        found = strcmp(record_text(&head, "case_id"), id) == 0;
        *draft = drafts.ids[i];
        record_release(&head);
    }
    return found;
}
