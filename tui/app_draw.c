/* tui/app_draw.c - the frame around a view: title, message line, key line, question. */
#include <stdio.h>
#include <string.h>

#include "core/base/language.h"
#include "core/base/width.h"
#include "tui/app.h"

enum { LINE_BYTES = 4096, PICKER_ROWS = 12, TITLE_GAP = 2, TITLE_LEAST = 4 };

static const char esc_text[] = "Esc: 再按数字就是 F 键 (2=F2，0=F10)，再按一次 Esc 马上返回";

static const struct binding prompt_bindings[] = {
    {"数字", COMMAND_NONE, "选择", BINDING_HINT},
    {"Esc", COMMAND_BACK, "取消", BINDING_KEEP},
    {NULL, 0, NULL, 0},
};
static const struct binding line_bindings[] = {
    {"Enter", COMMAND_OPEN, "确定", 0},
    {"Esc", COMMAND_BACK, "取消", BINDING_KEEP},
    {NULL, 0, NULL, 0},
};
static const struct binding picker_bindings[] = {
    {"Enter", COMMAND_OPEN, "选定", 0},
    {"PgDn", COMMAND_NEXT, "翻页", 0},
    {"数字或拼音首字母", COMMAND_NONE, "筛选", BINDING_HINT},
    {"Esc", COMMAND_BACK, "取消", BINDING_KEEP},
    {NULL, 0, NULL, 0},
};

static bool has_word(const char *text, const char *word)
{
    size_t len = strlen(word);
    for (const char *at = text; (at = strstr(at, word)) != NULL; at += len)
        if ((at == text || at[-1] == ' ') && (at[len] == '\0' || at[len] == ' '))
            return true;
    return false;
}

/* Who works by account stands on every screen, once. */
static void put_account(struct app *app, struct view *view, const char *left, struct buf *right)
{
    const char *account = app->context->account;
    const char *called = account[0] != '\0' ? actor_called(app->context->actor) : "";
    if (called[0] != '\0' && view != app->cover && !has_word(left, called) && !has_word(buf_cstr(right), called))
        buf_printf(right, "  %s", called);
}

static void draw_title(struct app *app, struct view *view, struct canvas *canvas)
{
    struct buf left, right;
    buf_init(&left, LINE_BYTES);
    buf_init(&right, LINE_BYTES);
    if (app->context->machine != NULL && app->context->machine->practice)
        buf_puts(&left, _("【练习】"));
    view->class->title(view, &left, &right);
    const char *others = app_presence_others(app, view);
    if (others[0] != '\0')
        buf_printf(&right, _("  %s 正在编辑"), others);
    put_account(app, view, buf_cstr(&left), &right);
    int columns = canvas->cols - 2;
    int status = (int)width_text(buf_cstr(&right), right.len);
    if (status > columns)
        status = columns;
    int gap = status > 0 && (int)strspn(buf_cstr(&right), " ") < TITLE_GAP ? TITLE_GAP - (int)strspn(buf_cstr(&right), " ") : 0;
    canvas_puts(canvas, 0, 0, 1, STYLE_TITLE, " ");
    canvas_fill(canvas, 0, 1, 1, columns - status, STYLE_TITLE, ' ');
    if (columns - status - gap > TITLE_LEAST)
        canvas_paragraph(canvas, 0, 1, 1, columns - status - gap, STYLE_TITLE, buf_cstr(&left));
    canvas_puts(canvas, 0, 1 + columns - status, status, STYLE_TITLE, buf_cstr(&right));
    canvas_puts(canvas, 0, canvas->cols - 1, 1, STYLE_TITLE, " ");
    buf_release(&left);
    buf_release(&right);
}

static bool is_blank_row(const struct canvas *canvas, int row)
{
    for (int col = 0; col < canvas->cols; col++)
        if (canvas_cell(canvas, row, col)->code != ' ')
            return false;
    return true;
}

/* Whether a line may begin in the row above: nobody works there, and what stands there is nothing, or can wait for the next key as the message does. */
static bool may_take_above(const struct canvas *canvas, int row, bool passes)
{
    return canvas->cursor_row != row - 1 && (passes || is_blank_row(canvas, row - 1));
}

/* A line longer than its row begins in the row above if it may; else it ends with two dots. */
static void draw_line(struct canvas *canvas, int row, bool passes, enum style style, const char *text)
{
    int columns = canvas->cols - 2;
    size_t len = strlen(text);
    bool fits = width_text(text, len) <= (size_t)columns;
    if (!fits && may_take_above(canvas, row, passes)) {
        canvas_fill(canvas, row - 1, 0, 1, canvas->cols, STYLE_NORMAL, ' ');
        canvas_paragraph(canvas, row - 1, 1, 2, columns, style, text);
        return;
    }
    canvas_puts(canvas, row, 0, 1, STYLE_NORMAL, " ");
    canvas_paragraph(canvas, row, 1, 1, columns, style, text);
}

static void draw_message(struct app *app, struct view *view, struct canvas *canvas, int row)
{
    if (app_overlay_shown(app) == APP_PROMPT) {
        if (app->message[0] != '\0' && app->message_is_error && row > 0) /* why it is asked once more */
            draw_line(canvas, row - 1, true, STYLE_ERROR, app->message);
        prompt_draw(&app->prompt, canvas, row, canvas->cols);
        return;
    }
    int columns = canvas->cols - 2;
    struct buf hint;
    buf_init(&hint, LINE_BYTES);
    const char *text = "";
    enum style style = STYLE_NORMAL;
    if (app->esc_until_ms != 0) {
        text = _(esc_text);
    } else if (app->message[0] != '\0') {
        text = app->message;
        style = app->message_is_error ? STYLE_ERROR : STYLE_BOLD;
    } else if (app->tour.running && canvas->rows == APP_MIN_ROWS) {
        tour_line(&app->tour, app, &hint); /* no room below */
        text = buf_cstr(&hint);
    } else if (app_overlay_shown(app) == APP_NO_OVERLAY) {
        /* A name that cannot be read comes before what may be done with it; in the title it waits for an empty line. */
        if (!app_missing_text(app, canvas, canvas->cursor_row, &hint) && view->class->hint != NULL)
            view->class->hint(view, (size_t)columns, &hint);
        if (hint.len == 0)
            (void)app_missing_text(app, canvas, 0, &hint);
        text = buf_cstr(&hint);
    }
    draw_line(canvas, row, app->message[0] != '\0', style, text);
    buf_release(&hint);
}

static const struct binding *overlay_bindings(const struct app *app)
{
    if (app_overlay_shown(app) == APP_PICKER)
        return picker_bindings;
    return app->prompt.n_answers > 0 ? prompt_bindings : line_bindings;
}

static void draw_keys(struct app *app, struct view *view, struct canvas *canvas, int row)
{
    struct keymap own = {.bindings = overlay_bindings(app)};
    const struct keymap *keymap = app_overlay_shown(app) != APP_NO_OVERLAY ? &own : view->class->keymap(view);
    struct buf line;
    buf_init(&line, LINE_BYTES);
    keymap_line(keymap, (size_t)canvas->cols - 1, &line);
    canvas_puts(canvas, row, 0, canvas->cols, STYLE_NORMAL, buf_cstr(&line));
    buf_release(&line);
}

static void draw_too_small(struct canvas *canvas)
{
    char text[128];
    snprintf(text, sizeof text, _("窗口太小，请放大到 %dx%d 以上。正在写的内容都在。F10返回"), APP_MIN_COLS, APP_MIN_ROWS);
    const char *at = text;
    /* As many rows as it takes, so that it can be read in any window. */
    for (int row = 0; row < canvas->rows && *at != '\0'; row++) {
        size_t n = width_wrap(at, strlen(at), (size_t)canvas->cols);
        if (n == 0)
            break;
        canvas_put(canvas, row, 0, canvas->cols, STYLE_NORMAL, at, n);
        at += n;
    }
}

/* The tour's lines at the bottom, as many as there are rows for. */
static void draw_tour(struct app *app, struct canvas *canvas, int row)
{
    struct buf line;
    buf_init(&line, LINE_BYTES);
    for (int i = 0; row + i < canvas->rows; i++) {
        buf_clear(&line);
        if (i == 0)
            tour_line(&app->tour, app, &line);
        else
            tour_line_below(&app->tour, &line);
        canvas_puts(canvas, row + i, 0, 1, STYLE_NORMAL, " ");
        canvas_puts(canvas, row + i, 1, canvas->cols - 1, i == 0 ? STYLE_BOLD : STYLE_DIM, buf_cstr(&line));
    }
    buf_release(&line);
}

static void draw_screen(struct app *app, struct view *view, struct canvas *canvas)
{
    view->class->draw(view, canvas);
    if (app_overlay_shown(app) == APP_PICKER) {
        int rows = canvas->rows - 2 - 4 < PICKER_ROWS ? canvas->rows - 2 - 4 : PICKER_ROWS;
        picker_draw(&app->picker, canvas, canvas->rows - 2 - rows, 0, rows, canvas->cols);
    }
    draw_title(app, view, canvas);
    draw_keys(app, view, canvas, canvas->rows - 1);
    draw_message(app, view, canvas, canvas->rows - 2);
}

void app_draw(struct app *app, struct canvas *canvas)
{
    struct view *view = app->cover != NULL ? app->cover : app->n_views > 0 ? app->views[app->n_views - 1] : NULL;
    int rows = canvas->rows;
    canvas_clear(canvas);
    app_resize(app, rows, canvas->cols);
    app->dirty = false;
    if (view == NULL)
        return;
    if (rows < APP_MIN_ROWS || canvas->cols < APP_MIN_COLS) {
        draw_too_small(canvas);
        return;
    }
    canvas->rows = app->rows; /* the rest is the tour's */
    draw_screen(app, view, canvas);
    canvas->rows = rows;
    if (app->tour.running)
        draw_tour(app, canvas, app->rows);
}
