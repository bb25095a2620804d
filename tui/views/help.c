/* tui/views/help.c - the help page of the screen it was called from: the field the cursor is in, the screen's own words, every key from its keymap, then what holds everywhere.
 * Typing narrows the lines to those that contain the text. F4 goes to the index of all screens (help_index.c), which opens pages of screens that are not open. */
#include <stdio.h>
#include <string.h>

#include "core/base/language.h"
#include "core/base/width.h"
#include "tui/edit_field.h"
#include "tui/scroll.h"
#include "tui/views/common.h"
#include "tui/views/help_text.h"
#include "tui/views/views.h"

enum { HELP_MAX_BYTES = 1 << 16, LINES_MAX = 400, ROWS_MAX = 1200, COMMAND_INDEX = COMMAND_VIEW, COMMAND_TOUR, FIND_CHARS = 20, FIND_COLUMNS = 16, FIRST_ROW = 3, MARGINS = 2, INDENT_MAX = 16, TITLE_MAX_BYTES = 4096 };

static const struct command COMMANDS[] = {
    {COMMAND_INDEX, "index", "所有屏幕的帮助，也在它们里面找"}, {COMMAND_TOUR, "tour", "导览: 一步一步录下第一条咨询（练习的数据里）"}, {COMMAND_NONE, NULL, NULL}};

struct help_row {
    const char *text; /* into a line */
    size_t len;
    int indent; /* of what goes on from the row above */
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

/* Where the words of a key begin: behind the blanks after it (keymap_help). 0: the line tells of no key. */
static int words_column(const char *line)
{
    const char *blanks = strstr(line, "  ");
    if (blanks == NULL || blanks == line)
        return 0;
    size_t to = (size_t)(blanks - line) + strspn(blanks, " "), column = width_text(line, to);
    return column <= INDENT_MAX ? (int)column : 0;
}

/* A long line goes on in the next row, that of a key below its words. */
static void show_line(struct help_view *state, const char *line)
{
    size_t len = strlen(line);
    int wide = state->cols > MARGINS ? state->cols - MARGINS : 1, hang = words_column(line), indent = 0;
    do {
        size_t fit = width_wrap(line, len, (size_t)(wide > 2 * indent ? wide - indent : wide));
        fit = fit > 0 ? fit : len; /* narrower than a character: cut by the canvas */
        if (state->n_shown == ROWS_MAX)
            return;
        state->shown[state->n_shown++] = (struct help_row){line, fit, indent};
        line += fit;
        len -= fit;
        indent = hang;
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

/* The page's name: what the screen calls itself, without what comes after the first two blanks (whose record it is). */
static void take_title(struct help_view *state, struct view *from)
{
    struct buf left, right;
    buf_init(&left, TITLE_MAX_BYTES);
    buf_init(&right, TITLE_MAX_BYTES);
    from->class->title(from, &left, &right);
    char *rest = strstr((char *)(uintptr_t)buf_cstr(&left), "  ");
    if (rest != NULL)
        *rest = '\0';
    copy_text(state->topic, sizeof state->topic, buf_cstr(&left));
    buf_wipe(&left);
    buf_wipe(&right);
}

static enum status gather(struct view *view, const char *name)
{
    struct help_view *state = view->state;
    const struct view *top = app_top(view->app); /* this page joins the stack after it is open */
    struct view *from = (struct view *)(uintptr_t)top; /* its callbacks take a view they may change; those asked here do not */
    const struct help_topic *topic = help_topic_find(name);
    if (from != NULL && strcmp(from->class->name, name) == 0) {
        take_title(state, from);
        help_text_field(from, &state->text);
        help_text_screen(from, &state->text);
    } else if (topic != NULL) {
        copy_text(state->topic, sizeof state->topic, _(topic->label));
        enum status status = help_text_topic(view->app, topic, &state->text);
        if (status != STATUS_OK)
            return status;
    }
    buf_putc(&state->text, '\n');
    help_text_everywhere(&state->text);
    return state->text.status;
}

static enum status help_open(struct view *view, const struct view_argument *argument, struct errmsg *err)
{
    struct help_view *state = view->state;
    buf_init(&state->text, HELP_MAX_BYTES);
    enum status status = gather(view, argument != NULL && argument->text != NULL ? argument->text : "");
    if (status != STATUS_OK) {
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
    enum scroll_result result = scroll_key(&state->first, state->n_shown, page_rows(view), key);
    if (result == SCROLL_IGNORED) {
        if (!key_is_text(key) && key.kind != K_BACKSPACE && key.kind != K_PASTE)
            return false;
        if (edit_key(&state->find, key) == EDIT_CHANGED)
            narrow(state);
        else
            app_beep(view->app);
    } else if (result == SCROLL_STUCK) {
        app_beep(view->app);
    }
    app_touch(view->app);
    return true;
}

static bool help_command(struct view *view, int command)
{
    if (command == COMMAND_TOUR) {
        app_start_tour(view->app);
        return true;
    }
    if (command != COMMAND_INDEX)
        return false;
    app_open(view->app, &view_help_index, NULL);
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
    int find = 1 + canvas_puts(canvas, 1, 1, -1, STYLE_NORMAL, _("查 ["));
    canvas_puts(canvas, 1, find + FIND_COLUMNS, -1, STYLE_NORMAL, _("]  打字即查"));
    for (size_t i = 0; i < page_rows(view) && state->first + i < state->n_shown; i++) {
        const struct help_row *row = &state->shown[state->first + i];
        canvas_printf(canvas, FIRST_ROW + (int)i, 1 + row->indent, canvas->cols - MARGINS - row->indent, STYLE_NORMAL, "%.*s", (int)row->len, row->text);
    }
    if (state->n_shown == 0)
        canvas_puts(canvas, FIRST_ROW, 1, -1, STYLE_DIM, _("没有这样的一行；按退格少打几个字"));
    edit_draw(&state->find, canvas, 1, find, STYLE_NORMAL, '_', true);
}

static const struct keymap *help_keymap(struct view *view)
{
    static const struct binding bindings[] = {
        {"打字", COMMAND_NONE, "查", BINDING_HINT},
        {"PgDn", COMMAND_NONE, "翻页", BINDING_HINT},
        {"F4", COMMAND_INDEX, "全部帮助", 0},
        {"F6", COMMAND_TOUR, "导览", 0},
        {"F10", COMMAND_BACK, "返回", BINDING_KEEP},
        {NULL, 0, NULL, 0},
    };
    static const struct keymap map = {.bindings = bindings, .commands = COMMANDS};
    (void)view;
    return &map;
}

const struct view_class view_help = {
    .name = "help",
    .help = "一个屏幕的说明和能用的每一个键；光标在一项里时，先写这一项怎么填、依据哪条法律。\n"
            "打字只留下含有这些字的行。F4 列出所有屏幕，也能在所有屏幕的说明里找。",
    .state_bytes = sizeof(struct help_view),
    .open = help_open,
    .close = help_close,
    .key = help_key,
    .command = help_command,
    .draw = help_draw,
    .title = help_title,
    .keymap = help_keymap,
};
