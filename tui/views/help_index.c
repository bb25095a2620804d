/* tui/views/help_index.c - every screen of the program by name, in its group; Enter opens its help page.
 *
 * Typing keeps the screens that have all the words: in their name (also by pinyin initials) or anywhere in their words and keys, so that "导出" finds where one can export. */
#include <stdlib.h>
#include <string.h>

#include "core/base/language.h"
#include "core/base/width.h"
#include "core/record/pinyin.h"
#include "tui/edit_field.h"
#include "tui/views/common.h"
#include "tui/views/help_text.h"
#include "tui/views/views.h"

enum { FIND_CHARS = 20, FIND_COLUMNS = 16, FIRST_ROW = 3, TEXT_MAX_BYTES = 1 << 15, INITIALS_MAX_BYTES = 256, GROUP_COLUMNS = 12, LABEL_COLUMNS = 18, MARGINS = 2 };

struct help_index {
    char **texts;   /* owned, as are they: of each topic what it can be found by, in the order of help_topics() */
    size_t *shown;  /* owned: topics that match */
    size_t n_shown, selected, first;
    struct edit_field find;
};

static char *text_of(struct app *app, const struct help_topic *topic)
{
    struct buf text, initials;
    buf_init(&text, TEXT_MAX_BYTES);
    buf_init(&initials, INITIALS_MAX_BYTES);
    pinyin_initials(topic->label, strlen(topic->label), &initials);
    buf_printf(&text, "%s %s %s\n", _(topic->label), buf_cstr(&initials), _(topic->group));
    char *copy = help_text_topic(app, topic, &text) == STATUS_OK && text.status == STATUS_OK ? strdup(buf_cstr(&text)) : NULL;
    buf_release(&initials);
    buf_release(&text);
    return copy;
}

static void index_close(struct view *view)
{
    struct help_index *state = view->state;
    for (size_t i = 0; state->texts != NULL && i < help_topics(); i++)
        free(state->texts[i]);
    free(state->texts);
    free(state->shown);
    edit_release(&state->find);
}

/* All words of the box are in the text. */
static bool has_words(const char *text, const char *words)
{
    char word[FIND_CHARS * 4 + 1];
    while (*(words += strspn(words, " ")) != '\0') {
        size_t len = strcspn(words, " ");
        memcpy(word, words, len);
        word[len] = '\0';
        if (strstr(text, word) == NULL)
            return false;
        words += len;
    }
    return true;
}

static void narrow(struct help_index *state)
{
    struct buf find;
    buf_init(&find, FIND_CHARS * 4);
    edit_text(&state->find, &find);
    state->n_shown = state->selected = state->first = 0;
    for (size_t i = 0; i < help_topics(); i++)
        if (has_words(state->texts[i], buf_cstr(&find)))
            state->shown[state->n_shown++] = i;
    buf_release(&find);
}

static enum status index_open(struct view *view, const struct view_argument *argument, struct errmsg *err)
{
    struct help_index *state = view->state;
    (void)argument;
    edit_init(&state->find, FIND_CHARS, 0, EDIT_TIGHT);
    edit_set_size(&state->find, 1, FIND_COLUMNS);
    state->texts = calloc(help_topics(), sizeof state->texts[0]);
    state->shown = calloc(help_topics(), sizeof state->shown[0]);
    bool made = state->texts != NULL && state->shown != NULL;
    for (size_t i = 0; made && i < help_topics(); i++)
        made = (state->texts[i] = text_of(view->app, help_topic_at(i))) != NULL;
    if (!made) {
        index_close(view);
        return errmsg_set(err, STATUS_NOMEM, "%s", status_text(STATUS_NOMEM));
    }
    narrow(state);
    return STATUS_OK;
}

static size_t page_rows(const struct view *view)
{
    return view->app->rows > FIRST_ROW + 3 ? (size_t)(view->app->rows - FIRST_ROW - 2) : 1;
}

static void move(struct view *view, long by)
{
    struct help_index *state = view->state;
    long to = (long)state->selected + by, last = (long)state->n_shown - 1;
    to = to > last ? last : to;
    to = to < 0 ? 0 : to;
    if (to == (long)state->selected)
        app_beep(view->app);
    state->selected = (size_t)to;
}

static bool index_key(struct view *view, struct key key)
{
    struct help_index *state = view->state;
    long page = (long)page_rows(view);
    switch (key.kind) {
    case K_DOWN:
        move(view, 1);
        break;
    case K_UP:
        move(view, -1);
        break;
    case K_PAGE_DOWN:
        move(view, page);
        break;
    case K_PAGE_UP:
        move(view, -page);
        break;
    case K_ENTER:
        if (state->selected < state->n_shown)
            app_open(view->app, &view_help, &(struct view_argument){.text = help_topic_at(state->shown[state->selected])->class->name});
        else
            app_beep(view->app);
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

static void index_title(struct view *view, struct buf *left, struct buf *right)
{
    struct help_index *state = view->state;
    buf_puts(left, _("全部帮助"));
    buf_printf(right, _("%zu 个屏幕"), state->n_shown);
}

/* Where the last clause or sentence that fits ends, its mark aside; 0 if not even the first one fits. */
static size_t whole_clauses(const char *text, size_t len, int columns)
{
    static const char *const MARKS[] = {CHINESE("。"), CHINESE("；"), CHINESE("，"), ": ", ". ", "; ", ", "};
    static const char OPEN[] = CHINESE("（"), SHUT[] = CHINESE("）");
    size_t fits = 0;
    int depth = 0; /* nothing is cut within parentheses */
    for (size_t at = 0; at < len && (int)width_text(text, at) <= columns; at++) {
        depth += text[at] == '(' || strncmp(text + at, OPEN, strlen(OPEN)) == 0;
        depth -= text[at] == ')' || strncmp(text + at, SHUT, strlen(SHUT)) == 0;
        for (size_t i = 0; depth == 0 && i < sizeof MARKS / sizeof MARKS[0]; i++)
            if (strncmp(text + at, MARKS[i], strlen(MARKS[i])) == 0)
                fits = at;
    }
    return fits;
}

/* The beginning of the screen's own words: the first line, whole clauses of it where it is too long. */
static void put_words(const struct view_class *class, int columns, struct buf *out)
{
    const char *help = class->help != NULL ? _(class->help) : "";
    size_t len = strcspn(help, "\n"), cut = (int)width_text(help, len) > columns ? whole_clauses(help, len, columns) : len;
    buf_append(out, help, cut > 0 ? cut : len);
}

static void draw_topic(const struct help_index *state, struct canvas *canvas, size_t at, int row)
{
    const struct help_topic *topic = help_topic_at(state->shown[at]);
    bool starts = at == 0 || at == state->first || strcmp(help_topic_at(state->shown[at - 1])->group, topic->group) != 0;
    int group = GROUP_COLUMNS, label = LABEL_COLUMNS;
    struct buf words;
    buf_init(&words, TEXT_MAX_BYTES);
    for (size_t i = 0; i < help_topics(); i++) {
        group = columns_beside(group, help_topic_at(i)->group);
        label = columns_beside(label, help_topic_at(i)->label);
    }
    int room = canvas->cols - group - label - MARGINS;
    put_words(topic->class, room, &words);
    canvas_puts(canvas, row, 0, 1, STYLE_NORMAL, at == state->selected ? ">" : " ");
    canvas_puts(canvas, row, 1, group - 1, STYLE_DIM, starts ? _(topic->group) : "");
    canvas_puts(canvas, row, 1 + group, label - 1, STYLE_NORMAL, _(topic->label));
    canvas_puts(canvas, row, 1 + group + label, room, STYLE_NORMAL, buf_cstr(&words));
    buf_release(&words);
}

static void index_draw(struct view *view, struct canvas *canvas)
{
    struct help_index *state = view->state;
    size_t rows = page_rows(view);
    if (state->selected >= state->first + rows)
        state->first = state->selected - rows + 1;
    if (state->selected < state->first)
        state->first = state->selected;
    int find = 1 + canvas_puts(canvas, 1, 1, -1, STYLE_NORMAL, _("查 ["));
    canvas_puts(canvas, 1, find + FIND_COLUMNS, -1, STYLE_NORMAL, _("]  打字即查: 名称、首字母，或者说明和键里的字"));
    edit_draw(&state->find, canvas, 1, find, STYLE_NORMAL, '_', false);
    for (size_t i = 0; i < rows && state->first + i < state->n_shown; i++)
        draw_topic(state, canvas, state->first + i, FIRST_ROW + (int)i);
    if (state->n_shown == 0)
        canvas_puts(canvas, FIRST_ROW, 1, -1, STYLE_DIM, _("没有这样的屏幕；按退格少打几个字"));
    canvas_set_cursor(canvas, FIRST_ROW + (int)(state->selected - state->first), 0);
}

static const struct keymap *index_keymap(struct view *view)
{
    static const struct binding bindings[] = {
        {"打字", COMMAND_NONE, "查", BINDING_HINT}, {"Enter", COMMAND_OPEN, "打开", BINDING_HINT}, {"PgDn", COMMAND_NONE, "翻页", BINDING_HINT},
        {"F1", COMMAND_HELP, "帮助", BINDING_KEEP}, {"F10", COMMAND_BACK, "返回", BINDING_KEEP},  {NULL, 0, NULL, 0},
    };
    static const struct keymap map = {.bindings = bindings};
    (void)view;
    return &map;
}

const struct view_class view_help_index = {
    .name = "help-index",
    .state_bytes = sizeof(struct help_index),
    .help = "所有屏幕的帮助。打字在名称、说明和键里找，如 导出、撤回；拼音首字母找名称。Enter 打开那一屏的帮助。",
    .open = index_open,
    .close = index_close,
    .key = index_key,
    .draw = index_draw,
    .title = index_title,
    .keymap = index_keymap,
};
