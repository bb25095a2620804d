/* tui/views/help.c - the help page of the screen it was called from: its own words, then every key from its keymap, then what holds everywhere.
 * Typing narrows the lines to those that contain the text. Nothing here repeats a key table: keymap.h makes the lines. */
#include <stdio.h>
#include <string.h>

#include "core/base/language.h"
#include "core/base/width.h"
#include "tui/edit_field.h"
#include "tui/views/common.h"
#include "tui/views/views.h"

enum { HELP_MAX_BYTES = 16384, LINES_MAX = 200, ROWS_MAX = 600, FIND_CHARS = 20, FIND_COLUMNS = 16, FIRST_ROW = 3, MARGINS = 2 };

static const char EVERYWHERE[] = "\n"
                                 "各屏通用\n"
                                 "中文输入法开着也能用: 数字 F键 方向键 Enter Tab Esc Ctrl\n"
                                 "没有F键: 先按 Esc 再按数字，Esc 2 = F2，Esc 0 = F10\n"
                                 "F9 看法条: 从光标所在项的说明或内容里引的条文看起\n"
                                 "Ctrl-Q 锁屏（用账号登录时）: 离开座位时按，登录后接着写\n"
                                 "全角的数字和符号与半角一样\n"
                                 "名字里的字打不出: 可从别处粘贴；屏幕显示 〓 时数据仍然正确\n"
                                 "断线、断电: 正在写的内容每项离开时和停手两秒后自动存成草稿，下次在首页继续\n"
                                 "每次修改都留下历史，保存之后也能撤销\n";

struct help_row {
    const char *text; /* into a line */
    size_t len;
};

struct help_view {
    struct buf text;              /* owned; lines end with '\0' */
    const char *lines[LINES_MAX]; /* into text */
    size_t n_lines;
    struct help_row shown[ROWS_MAX]; /* of the lines that match what is typed, at the width of the screen */
    size_t n_shown, first;
    int cols; /* the rows are made for */
    struct edit_field find;
    char topic[64];
};

static void split_lines(struct help_view *state)
{
    for (char *line = (char *)state->text.data; line != NULL && *line != '\0' && state->n_lines < LINES_MAX;) {
        char *end = strchr(line, '\n');
        state->lines[state->n_lines++] = line;
        if (end == NULL)
            break;
        *end = '\0';
        line = end + 1;
        while (*line == '\n' && state->n_lines < LINES_MAX) { /* an empty line is a line */
            *line = '\0';
            state->lines[state->n_lines++] = line++;
        }
    }
}

/* A long line goes on in the next row. */
static void show_line(struct help_view *state, const char *line)
{
    size_t len = strlen(line);
    do {
        size_t fit = width_fit(line, len, (size_t)(state->cols > MARGINS ? state->cols - MARGINS : 1), NULL);
        fit = fit > 0 ? fit : len; /* narrower than a character: cut by the canvas */
        if (state->n_shown == ROWS_MAX)
            return;
        state->shown[state->n_shown++] = (struct help_row){line, fit};
        line += fit;
        len -= fit;
    } while (len > 0);
}

static void narrow(struct help_view *state)
{
    struct buf find;
    buf_init(&find, FIND_CHARS * 4 + 1);
    edit_text(&state->find, &find);
    state->n_shown = state->first = 0;
    for (size_t i = 0; i < state->n_lines; i++)
        if (find.len == 0 || strstr(state->lines[i], buf_cstr(&find)) != NULL)
            show_line(state, state->lines[i]);
    buf_release(&find);
}

static enum status help_open(struct view *view, const struct view_argument *argument, struct errmsg *err)
{
    struct help_view *state = view->state;
    const struct view *from = app_top(view->app); /* this page joins the stack after it is open */
    struct buf right;
    (void)argument;
    buf_init(&state->text, HELP_MAX_BYTES);
    buf_init(&right, 256);
    if (from != NULL) {
        struct view *called = (struct view *)(uintptr_t)from; /* its callbacks take a view they may change; these two do not */
        struct buf left;
        buf_init(&left, sizeof state->topic);
        if (from->class->title != NULL)
            from->class->title(called, &left, &right);
        copy_text(state->topic, sizeof state->topic, buf_cstr(&left));
        buf_release(&left);
        if (from->class->help != NULL)
            buf_printf(&state->text, "%s\n\n", _(from->class->help));
        if (from->class->keymap != NULL)
            keymap_help(from->class->keymap(called), &state->text);
        buf_puts(&state->text, "\n");
    }
    buf_release(&right);
    buf_puts(&state->text, _(EVERYWHERE));
    if (state->text.status != STATUS_OK) {
        enum status status = state->text.status;
        buf_release(&state->text);
        return errmsg_set(err, status, "帮助放不下");
    }
    split_lines(state);
    edit_init(&state->find, FIND_CHARS, 0, EDIT_TIGHT);
    edit_set_size(&state->find, 1, FIND_COLUMNS);
    state->cols = view->app->cols;
    narrow(state);
    return STATUS_OK;
}

static void help_close(struct view *view)
{
    struct help_view *state = view->state;
    edit_release(&state->find);
    buf_release(&state->text);
}

static size_t page_rows(const struct view *view)
{
    return view->app->rows > FIRST_ROW + 3 ? (size_t)(view->app->rows - FIRST_ROW - 2) : 1;
}

static bool help_key(struct view *view, struct key key)
{
    struct help_view *state = view->state;
    size_t page = page_rows(view), last = state->n_shown > page ? state->n_shown - page : 0;
    switch (key.kind) {
    case K_DOWN:
        state->first += state->first < last;
        break;
    case K_UP:
        state->first -= state->first > 0;
        break;
    case K_PAGE_DOWN:
        state->first = state->first + page < last ? state->first + page : last;
        break;
    case K_PAGE_UP:
        state->first = state->first > page ? state->first - page : 0;
        break;
    default:
        if (!key_is_text(key) && key.kind != K_BACKSPACE && key.kind != K_PASTE)
            return false;
        if (edit_key(&state->find, key) == EDIT_CHANGED)
            narrow(state);
        else
            app_beep(view->app);
    }
    app_touch(view->app);
    return true;
}

static void help_title(struct view *view, struct buf *left, struct buf *right)
{
    struct help_view *state = view->state;
    size_t page = page_rows(view);
    buf_printf(left, _("帮助: %s"), state->topic);
    buf_printf(right, _("第 %zu / %zu 页"), state->first / page + 1 + (state->first % page != 0), state->n_shown == 0 ? 1 : (state->n_shown + page - 1) / page);
}

static void help_draw(struct view *view, struct canvas *canvas)
{
    struct help_view *state = view->state;
    if (state->cols != canvas->cols) {
        state->cols = canvas->cols;
        narrow(state);
    }
    canvas_puts(canvas, 1, 1, -1, STYLE_NORMAL, _("查 ["));
    canvas_puts(canvas, 1, 5 + FIND_COLUMNS, -1, STYLE_NORMAL, _("]  打字即查"));
    for (size_t i = 0; i < page_rows(view) && state->first + i < state->n_shown; i++) {
        const struct help_row *row = &state->shown[state->first + i];
        canvas_printf(canvas, FIRST_ROW + (int)i, 1, canvas->cols - MARGINS, STYLE_NORMAL, "%.*s", (int)row->len, row->text);
    }
    if (state->n_shown == 0)
        canvas_puts(canvas, FIRST_ROW, 1, -1, STYLE_DIM, _("没有这样的一行；按退格少打几个字"));
    edit_draw(&state->find, canvas, 1, 5, STYLE_NORMAL, '_', true);
}

static const struct keymap *help_keymap(struct view *view)
{
    static const struct binding bindings[] = {
        {"打字", COMMAND_NONE, "查", BINDING_HINT},
        {"PgDn", COMMAND_NONE, "翻页", BINDING_HINT},
        {"F10", COMMAND_BACK, "返回", BINDING_KEEP},
        {NULL, 0, NULL, 0},
    };
    static const struct keymap map = {.bindings = bindings};
    (void)view;
    return &map;
}

const struct view_class view_help = {
    .name = "help",
    .state_bytes = sizeof(struct help_view),
    .open = help_open,
    .close = help_close,
    .key = help_key,
    .draw = help_draw,
    .title = help_title,
    .keymap = help_keymap,
};
