/* tui/views/case_menu.c - see case_menu.h. Rows carry the action's index in the table as their tag. */
#include "tui/views/case_menu.h"

#include <stdio.h>
#include <string.h>

#include "core/base/language.h"
#include "tui/field_grid.h"
#include "tui/views/case_text.h"
#include "tui/word_find.h"

enum { FIND_CHARS = 12, FIND_COLUMNS = 12, TEXT_BYTES = 400, NUMBER_BYTES = 8, MENU_CELLS = 4, DIGITS = 9, WIDE_COLUMNS = 100 };

static const struct list_column columns[MENU_CELLS] = {{.label = NULL, .columns = 1}, {.label = "", .columns = 18}, {.label = "", .columns = 0}, {.label = "", .columns = 22}};
static const struct list_column columns_wide[MENU_CELLS] = {{.label = NULL, .columns = 1}, {.label = "", .columns = 18}, {.label = "", .columns = 0}, {.label = "", .columns = 38}};

void case_menu_init(struct case_menu *menu)
{
    *menu = (struct case_menu){.open = false};
    list_memory_init(&menu->memory);
    list_init(&menu->list, list_memory_source(&menu->memory), columns, MENU_CELLS, 0);
    edit_init(&menu->find, FIND_CHARS, 0, EDIT_TIGHT);
    edit_set_size(&menu->find, 1, FIND_COLUMNS);
}

void case_menu_release(struct case_menu *menu)
{
    list_release(&menu->list);
    list_memory_release(&menu->memory);
    edit_release(&menu->find);
}

static bool is_found(struct case_menu *menu, const struct code_book *codes, const struct case_action *action)
{
    const struct code *code = code_book_find(codes, "case_action", action->name);
    struct buf typed;
    buf_init(&typed, FIND_CHARS * 4);
    edit_text(&menu->find, &typed);
    bool found = typed.len == 0 || (code != NULL && (code_matches(code, buf_cstr(&typed)) || word_find_shown(code->name, buf_cstr(&typed))));
    buf_release(&typed);
    return found;
}

static enum status add(struct case_menu *menu, const struct code_book *codes, size_t index, size_t number, const char *reason)
{
    const struct case_action *action = case_action_at(index);
    char digit[NUMBER_BYTES] = "";
    struct buf words;
    buf_init(&words, TEXT_BYTES);
    if (reason != NULL)
        short_refusal(reason, &words);
    else
        case_needs_text(action, &words);
    if (number >= 1 && number <= DIGITS)
        snprintf(digit, sizeof digit, "%zu", number);
    struct list_row row = {.tag = (uint32_t)index, .style = reason == NULL ? STYLE_NORMAL : STYLE_DIM,
                           .cells = {digit, _(case_action_label(codes, action)), buf_cstr(&words), reason == NULL ? _(action->basis) : ""}};
    enum status status = list_memory_add(&menu->memory, &row, MENU_CELLS);
    buf_release(&words);
    return status;
}

/* Allowed ones first, each part in the order of the table; numbers do not move when the list is narrowed. */
static enum status fill(struct case_menu *menu, struct view *view, const struct rules *rules, const struct record *kase)
{
    struct app_context *context = view_context(view);
    enum status status = STATUS_OK;
    list_memory_clear(&menu->memory);
    menu->n_allowed = 0;
    for (int allowed = 1; allowed >= 0; allowed--) {
        for (size_t i = 0; status == STATUS_OK && i < case_action_count(); i++) {
            struct errmsg reason = {{0}};
            bool may = case_action_allowed(case_action_at(i), context->actor, context->codes, rules, kase, &reason) == STATUS_OK;
            menu->n_allowed += allowed && may;
            if (may == (allowed == 1) && is_found(menu, context->codes, case_action_at(i)))
                status = add(menu, context->codes, i, may ? menu->n_allowed : 0, may ? NULL : reason.text);
        }
    }
    return status;
}

static enum status show(struct case_menu *menu, struct view *view, const struct rules *rules, const struct record *kase, struct errmsg *err)
{
    enum status status = fill(menu, view, rules, kase);
    return status != STATUS_OK ? errmsg_set(err, status, "%s", status_text(status)) : list_reset(&menu->list, err);
}

/* A narrow screen leaves out the articles. */
static void fit_columns(struct case_menu *menu, int cols)
{
    list_set_columns(&menu->list, cols < WIDE_COLUMNS ? columns : columns_wide, cols < GRID_WIDE ? MENU_CELLS - 1 : MENU_CELLS);
    menu->cols = cols;
}

enum status case_menu_open(struct case_menu *menu, struct view *view, const struct rules *rules, const struct record *kase, struct errmsg *err)
{
    list_release(&menu->list);
    list_init(&menu->list, list_memory_source(&menu->memory), columns, MENU_CELLS, 0);
    fit_columns(menu, view->app->cols);
    edit_set(&menu->find, "", 0);
    menu->in_find = false;
    enum status status = show(menu, view, rules, kase, err);
    menu->open = status == STATUS_OK;
    return status;
}

void case_menu_refresh(struct case_menu *menu, struct view *view, const struct rules *rules, const struct record *kase)
{
    struct errmsg err = {{0}};
    enum status status = fill(menu, view, rules, kase);
    if (status == STATUS_OK)
        status = list_reload(&menu->list, &err);
    if (status != STATUS_OK)
        app_fail(view->app, "%s", errmsg_text(&err, status));
}

static enum case_menu_result narrow(struct case_menu *menu, struct view *view, const struct rules *rules, const struct record *kase)
{
    struct errmsg err = {{0}};
    enum status status = show(menu, view, rules, kase, &err);
    if (status != STATUS_OK)
        app_fail(view->app, "%s", errmsg_text(&err, status));
    return CASE_MENU_MOVED;
}

/* The action of a row, if it is allowed. */
static enum case_menu_result take(struct view *view, const struct rules *rules, const struct record *kase, uint32_t index, const struct case_action **chosen)
{
    struct app_context *context = view_context(view);
    const struct case_action *action = case_action_at(index);
    struct errmsg reason = {{0}};
    if (case_action_allowed(action, context->actor, context->codes, rules, kase, &reason) != STATUS_OK) {
        app_fail(view->app, "%s", reason.text);
        return CASE_MENU_MOVED;
    }
    *chosen = action;
    return CASE_MENU_CHOSEN;
}

static enum case_menu_result digit_key(struct case_menu *menu, struct view *view, const struct rules *rules, const struct record *kase, int digit,
                                       const struct case_action **chosen)
{
    struct app_context *context = view_context(view);
    int number = 0;
    for (size_t i = 0; i < case_action_count(); i++) {
        bool may = case_action_allowed(case_action_at(i), context->actor, context->codes, rules, kase, NULL) == STATUS_OK;
        number += may;
        if (may && number == digit)
            return take(view, rules, kase, (uint32_t)i, chosen);
    }
    app_fail(view->app, "没有 %d，现在能办的有 %zu 项", digit, menu->n_allowed);
    return CASE_MENU_MOVED;
}

static enum case_menu_result list_keys(struct case_menu *menu, struct view *view, const struct rules *rules, const struct record *kase, struct key key,
                                       const struct case_action **chosen)
{
    struct errmsg err = {{0}};
    const struct list_row *row = list_selected(&menu->list);
    switch (list_key(&menu->list, key, &err)) {
    case LIST_IGNORED:
        return CASE_MENU_IGNORED;
    case LIST_OPEN:
        return take(view, rules, kase, row->tag, chosen);
    case LIST_MOVED:
        menu->in_find = false;
        return CASE_MENU_MOVED;
    case LIST_FAILED:
        app_fail(view->app, "%s", err.text);
        return CASE_MENU_MOVED;
    case LIST_REFUSED:
        break;
    }
    app_beep(view->app);
    return CASE_MENU_MOVED;
}

enum case_menu_result case_menu_key(struct case_menu *menu, struct view *view, const struct rules *rules, const struct record *kase, struct key key,
                                    const struct case_action **chosen)
{
    if (key_digit(key) >= 1)
        return digit_key(menu, view, rules, kase, key_digit(key), chosen);
    if (key_is_text(key) || key.kind == K_PASTE || key.kind == K_BACKSPACE) {
        menu->in_find = edit_key(&menu->find, key) == EDIT_CHANGED || menu->in_find;
        return narrow(menu, view, rules, kase);
    }
    if (key.modifiers == 0 && (key.kind == K_ESC || key.kind == K_F10 || key.kind == K_F2)) {
        if (key.kind == K_ESC && !edit_is_empty(&menu->find)) {
            edit_erase_all(&menu->find);
            menu->in_find = false;
            return narrow(menu, view, rules, kase);
        }
        menu->open = false;
        return CASE_MENU_CLOSED;
    }
    return list_keys(menu, view, rules, kase, key, chosen);
}

void case_menu_draw(struct case_menu *menu, struct canvas *canvas, int row, int rows)
{
    struct errmsg err = {{0}};
    int col = canvas_printf(canvas, row, 1, canvas->cols - 2, STYLE_BOLD, "办理  现在能办 %zu 项", menu->n_allowed) + 3;
    int find = col + canvas_puts(canvas, row, col, -1, STYLE_NORMAL, _("查 ["));
    canvas_puts(canvas, row, find + FIND_COLUMNS, -1, STYLE_NORMAL, "]");
    if (menu->cols != canvas->cols) {
        fit_columns(menu, canvas->cols);
        (void)list_reload(&menu->list, &err);
    }
    (void)list_set_height(&menu->list, (size_t)(rows - 1), &err);
    list_draw(&menu->list, canvas, row + 1, 0, rows - 1, canvas->cols, "没有这样的动作；退格少打几个字", !menu->in_find);
    edit_draw(&menu->find, canvas, row, find, STYLE_NORMAL, '_', menu->in_find);
}
