/* tui/views/law.c - the law at hand on the screen: one box for a citation or words, the articles found, the text of the selected one below.
 *
 * Opened on a text that cites articles it shows these; Enter shows the article among its neighbours. The book is opened with the view and goes with it. */
#include <stdlib.h>
#include <string.h>

#include "core/aid/law.h"
#include "core/base/language.h"
#include "core/base/utf8.h"
#include "tui/edit_field.h"
#include "tui/edit_layout.h"
#include "tui/views/common.h"
#include "tui/views/views.h"

enum {
    FIND_CHARS = 60,
    FIND_COLUMNS = 40,
    LIST_ROW = 2,
    LIST_ROWS_MAX = 7,
    TEXT_ROWS_MIN = 8,  /* of a short screen the text gets at least so many */
    CITED_MAX = 64,     /* articles shown of a text that cites more; a help line cites a dozen at the most */
    ARTICLE_CHARS = 4000,
    LIST_TEXT_BYTES = 600
};

struct law_view {
    struct law_book *book;  /* owned */
    struct edit_field find;
    struct edit_field text; /* the selected article, for its line breaks; never edited */
    size_t *hits;           /* owned, as many as the book has */
    size_t n_hits, selected;
    size_t top;             /* first line of the text shown */
    bool whole_law;         /* hits are all articles of one law */
};

static const struct law_article *selected_article(const struct law_view *state)
{
    return state->n_hits == 0 ? NULL : law_book_at(state->book, state->hits[state->selected]);
}

/* The text as it is printed: each paragraph begins two characters in. */
static void show_selected(struct law_view *state)
{
    const struct law_article *article = selected_article(state);
    struct buf text;

    state->top = 0;
    buf_init(&text, ARTICLE_CHARS * UTF8_MAX_BYTES);
    for (const char *at = article == NULL ? "" : article->text; *at != '\0';) {
        size_t len = strcspn(at, "\n");
        buf_puts(&text, text.len > 0 ? _("\n　　") : _("　　"));
        buf_append(&text, at, len);
        at += len + (at[len] == '\n');
    }
    edit_set(&state->text, buf_cstr(&text), text.len);
    buf_release(&text);
}

static void take_hits(struct law_view *state, size_t n)
{
    state->n_hits = n < law_book_count(state->book) ? n : law_book_count(state->book);
    state->selected = 0;
    state->whole_law = false;
    show_selected(state);
}

static void run_search(struct view *view)
{
    struct law_view *state = view->state;
    struct buf text;
    size_t n = 0;

    buf_init(&text, FIND_CHARS * UTF8_MAX_BYTES + 1);
    edit_text(&state->find, &text);
    if (strspn(buf_cstr(&text), " ") < text.len)
        n = law_book_search(state->book, buf_cstr(&text), state->hits, law_book_count(state->book));
    buf_release(&text);
    take_hits(state, n);
}

/* The articles a text cites, written into the box the short way; false: it cites none. */
static bool show_cited(struct law_view *state, const char *text)
{
    size_t n = law_book_citations(state->book, text, state->hits, CITED_MAX);
    const char *law = "";
    struct buf box;

    if (n == 0)
        return false;
    buf_init(&box, FIND_CHARS * UTF8_MAX_BYTES);
    for (size_t i = 0; i < n && i < CITED_MAX; i++) {
        const struct law_article *article = law_book_at(state->book, state->hits[i]);
        buf_printf(&box, "%s%s%s", i > 0 ? _("、") : "", strcmp(law, article->law) == 0 ? "" : article->law, article->title);
        law = article->law;
    }
    if (box.status == STATUS_OK)
        edit_set(&state->find, buf_cstr(&box), box.len);
    buf_release(&box);
    take_hits(state, n < CITED_MAX ? n : CITED_MAX);
    return true;
}

static enum status law_open(struct view *view, const struct view_argument *argument, struct errmsg *err)
{
    struct law_view *state = view->state;
    enum status status = law_book_open(&state->book, err);

    if (status != STATUS_OK)
        return status;
    state->hits = calloc(law_book_count(state->book), sizeof state->hits[0]);
    if (state->hits == NULL) {
        law_book_free(state->book);
        return errmsg_set(err, STATUS_NOMEM, "%s", status_text(STATUS_NOMEM));
    }
    edit_init(&state->find, FIND_CHARS, 0, EDIT_TIGHT);
    edit_set_size(&state->find, 1, FIND_COLUMNS);
    edit_init(&state->text, ARTICLE_CHARS, 0, EDIT_LINES);
    if (argument->text != NULL)
        show_cited(state, argument->text);
    return STATUS_OK;
}

static void law_close(struct view *view)
{
    struct law_view *state = view->state;
    edit_release(&state->find);
    edit_release(&state->text);
    free(state->hits);
    law_book_free(state->book);
}

/* ---- keys ---- */

/* All articles of the selected one's law, it staying selected; once more: back to what was found. */
static void show_neighbours(struct view *view)
{
    struct law_view *state = view->state;
    const struct law_article *article = selected_article(state);
    size_t was = article == NULL ? 0 : state->hits[state->selected];

    if (article == NULL) {
        app_beep(view->app);
        return;
    }
    if (state->whole_law) {
        run_search(view);
        for (size_t i = 0; i < state->n_hits; i++)
            if (state->hits[i] == was)
                state->selected = i;
        show_selected(state);
        return;
    }
    size_t first, n = law_book_law(state->book, was, &first);
    for (size_t i = 0; i < n; i++)
        state->hits[i] = first + i;
    take_hits(state, n);
    state->whole_law = true;
    while (state->hits[state->selected] != was)
        state->selected++;
    show_selected(state);
}

static void select_by(struct view *view, bool down)
{
    struct law_view *state = view->state;
    if (down ? state->selected + 1 < state->n_hits : state->selected > 0) {
        state->selected += down ? 1 : (size_t)-1;
        show_selected(state);
    } else {
        app_beep(view->app);
    }
}

static int list_rows(const struct law_view *state, int rows)
{
    int most = rows - TEXT_ROWS_MIN - LIST_ROW - 4;
    most = most < LIST_ROWS_MAX ? most : LIST_ROWS_MAX;
    return state->n_hits < (size_t)most ? (int)state->n_hits : most;
}

/* Rows of the text: below the list, a rule and the heading; above message and keys. */
static size_t text_rows(const struct law_view *state, int rows)
{
    return (size_t)(rows - 2 - LIST_ROW - list_rows(state, rows) - 2);
}

static void scroll(struct view *view, bool down)
{
    struct law_view *state = view->state;
    size_t page = text_rows(state, view->app->rows), lines = edit_line_count(&state->text), last = lines > page ? lines - page : 0;
    size_t top = down ? state->top + page - 1 : state->top > page - 1 ? state->top - (page - 1) : 0;

    top = top < last ? top : last;
    if (top == state->top)
        app_beep(view->app);
    state->top = top;
}

static bool find_key(struct view *view, struct key key)
{
    struct law_view *state = view->state;
    switch (edit_key(&state->find, key)) {
    case EDIT_CHANGED:
        run_search(view);
        return true;
    case EDIT_MOVED:
        return true;
    case EDIT_REFUSED:
        app_beep(view->app);
        return true;
    default:
        return false;
    }
}

static bool law_key(struct view *view, struct key key)
{
    app_touch(view->app);
    switch (key.modifiers == 0 ? key.kind : K_NONE) {
    case K_UP:
    case K_DOWN:
        select_by(view, key.kind == K_DOWN);
        return true;
    case K_PAGE_UP:
    case K_PAGE_DOWN:
        scroll(view, key.kind == K_PAGE_DOWN);
        return true;
    case K_ENTER:
        show_neighbours(view);
        return true;
    default:
        return find_key(view, key);
    }
}

/* ---- drawing ---- */

static void law_title(struct view *view, struct buf *left, struct buf *right)
{
    struct law_view *state = view->state;
    buf_puts(left, _("法条"));
    if (state->n_hits > 0)
        buf_printf(right, _("第 %zu / %zu 条"), state->selected + 1, state->n_hits);
}

static void draw_list(const struct law_view *state, struct canvas *canvas, int rows)
{
    size_t first = rows == 0 || state->selected < (size_t)rows ? 0 : state->selected - (size_t)rows + 1;

    for (int i = 0; i < rows; i++) {
        const struct law_article *article = law_book_at(state->book, state->hits[first + (size_t)i]);
        bool selected = first + (size_t)i == state->selected;
        char text[LIST_TEXT_BYTES];
        copy_text(text, sizeof text, article->text);
        canvas_printf(canvas, LIST_ROW + i, 0, canvas->cols, STYLE_NORMAL, "%s%s %s  %s", selected ? ">" : " ", article->law, article->title, text);
    }
}

static void draw_line(const struct edit_field *text, size_t from, size_t to, struct canvas *canvas, int row)
{
    for (int col = 1; from < to && text->codes[from] != '\n'; from++)
        col += canvas_put_code(canvas, row, col, STYLE_NORMAL, text->codes[from]);
}

static void draw_text(struct law_view *state, struct canvas *canvas, int row, size_t rows)
{
    size_t line = 0;

    edit_set_size(&state->text, (int)rows, canvas->cols - 2);
    for (size_t at = 0; at < state->text.len && line < state->top + rows; line++) {
        size_t next = edit_line_next(&state->text, at);
        if (line >= state->top)
            draw_line(&state->text, at, next, canvas, row + (int)(line - state->top));
        at = next;
    }
}

static void law_draw(struct view *view, struct canvas *canvas)
{
    struct law_view *state = view->state;
    int rows = list_rows(state, canvas->rows), row = LIST_ROW + rows;

    int find = 1 + canvas_puts(canvas, 1, 1, -1, STYLE_NORMAL, _("查 ["));
    canvas_puts(canvas, 1, find + FIND_COLUMNS, -1, STYLE_NORMAL, "]");
    draw_list(state, canvas, rows);
    canvas_rule(canvas, row);
    const struct law_article *article = selected_article(state);
    if (article != NULL) {
        canvas_printf(canvas, row + 1, 1, canvas->cols - 2, STYLE_BOLD, "%s %s    %s", article->law, article->title, article->heading);
        draw_text(state, canvas, row + 2, text_rows(state, canvas->rows));
    } else {
        canvas_puts(canvas, row + 1, 1, canvas->cols - 2, STYLE_DIM,
                    edit_is_empty(&state->find) ? _("打法律名和条号，如 民法典188、法援法43；或几个词，如 劳动合同 一年") : _("没有这样的条文；少打几个字，或换一个词"));
    }
    edit_draw(&state->find, canvas, 1, find, STYLE_NORMAL, '_', true);
}

static void law_hint(struct view *view, size_t columns, struct buf *out)
{
    struct law_view *state = view->state;
    (void)columns;
    if (state->n_hits == 0)
        return;
    size_t lines = edit_line_count(&state->text), page = text_rows(state, view->app->rows);
    if (lines > page)
        buf_printf(out, _("本条 %zu 行，PgDn 翻看    "), lines);
    buf_puts(out, state->whole_law ? _("Enter 回到查找结果") : _("Enter 看前后条文"));
}

static const struct keymap *law_keymap(struct view *view)
{
    static const struct binding bindings[] = {
        {"打字", COMMAND_NONE, "查", BINDING_HINT},       {"上下", COMMAND_NONE, "选条", BINDING_HINT}, {"PgDn", COMMAND_NONE, "翻页", BINDING_HINT},
        {"Enter", COMMAND_OPEN, "前后条文", BINDING_HINT}, {"F1", COMMAND_HELP, "帮助", BINDING_KEEP},   {"F10", COMMAND_BACK, "返回", BINDING_KEEP},
        {NULL, 0, NULL, 0},
    };
    static const struct keymap map = {.bindings = bindings};
    (void)view;
    return &map;
}

const struct view_class view_law = {
    .name = "law",
    .state_bytes = sizeof(struct law_view),
    .help = "31 部法律的条文，不联网也能查。打法律名（简称也行）和条号: 民法典188、民诉法第85条、法援法24-34；\n"
            "或打几个词，用空格隔开，都要有。上下键选条文，PgUp PgDn 翻看，Enter 看它前后的条文。",
    .open = law_open,
    .close = law_close,
    .key = law_key,
    .draw = law_draw,
    .title = law_title,
    .keymap = law_keymap,
    .hint = law_hint,
};
