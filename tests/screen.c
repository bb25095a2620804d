/* tests/screen.c - see screen.h. */
#include "tests/screen.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/utf8.h"
#include "tests/fixture.h"
#include "tui/views/views.h"

/* 2026-10-23 09:12:00 at UTC+8 */
#define SCREEN_START_MS (INT64_C(1792717920) * 1000)
enum { KEY_MS = 10, WORK_PIECES_MAX = 100000 };

static int64_t screen_clock(void *clock)
{
    return *(int64_t *)clock;
}

static char *text_of(const struct screen *screen, int row)
{
    struct buf text;
    buf_init(&text, 1u << 20);
    if (row >= 0)
        canvas_row_text(&screen->canvas, row, &text);
    else
        canvas_text(&screen->canvas, &text);
    char *copy = strdup(buf_cstr(&text));
    buf_release(&text);
    assert_non_null(copy);
    return copy;
}

void screen_print(const struct screen *screen)
{
    /* Row by row: cmocka cuts long messages. */
    for (int row = 0; row < screen->canvas.rows; row++) {
        char *text = text_of(screen, row);
        print_error("|%s\n", text);
        free(text);
    }
    print_error("cursor %d,%d\n", screen->canvas.cursor_row, screen->canvas.cursor_col);
}

/* As the loop does: the picture, then the work behind it, then what that changed. */
static void paint(struct screen *screen)
{
    app_draw(&screen->app, &screen->canvas);
    for (int pieces = 0; app_has_work(&screen->app); pieces++) {
        app_work(&screen->app, screen->now_ms);
        if (pieces == WORK_PIECES_MAX)
            fail_msg("a view's work has no end");
    }
    if (app_dirty(&screen->app))
        app_draw(&screen->app, &screen->canvas);
    const char *wrong = canvas_check(&screen->canvas);
    if (wrong != NULL) {
        screen_print(screen);
        fail_msg("%s", wrong);
    }
    char *keys = text_of(screen, screen->canvas.rows - 1);
    if (keys[0] == '\0' && !app_done(&screen->app) && screen->canvas.rows >= APP_MIN_ROWS && screen->canvas.cols >= APP_MIN_COLS)
        fail_msg("the key line is empty");
    free(keys);
}

static void prepare(struct screen *screen, struct app_context *context, const struct view_class *help, int rows, int cols)
{
    memset(screen, 0, sizeof *screen);
    screen->now_ms = SCREEN_START_MS;
    context->now_ms = screen_clock;
    context->clock = &screen->now_ms;
    if (context->actor != NULL)
        context->actor->now_ms = screen->now_ms;
    app_init(&screen->app, context);
    screen->app.help = help;
    screen->app.now_ms = screen->now_ms;
    app_resize(&screen->app, rows, cols);
    assert_int_equal(canvas_init(&screen->canvas, rows, cols), STATUS_OK);
}

struct app_context screen_context(struct node *node)
{
    return (struct app_context){.store = node->store, .actor = &node->actor, .machine = &node->machine, .codes = node->codes, .random = node->random};
}

void screen_open(struct screen *screen, struct app_context *context, const struct view_class *first, const struct view_class *help,
                 int rows, int cols)
{
    prepare(screen, context, help, rows, cols);
    if (app_open(&screen->app, first, NULL) != STATUS_OK)
        fail_msg("the first view: %s", screen->app.message);
    paint(screen);
}

void screen_open_at(struct screen *screen, struct app_context *context, const struct view_class *first, const struct view_argument *argument, int rows, int cols)
{
    prepare(screen, context, &view_help, rows, cols);
    screen->app.law = &view_law;
    if (app_open(&screen->app, first, argument) != STATUS_OK)
        fail_msg("%s: %s", first->name, screen->app.message);
    paint(screen);
}

void screen_open_signin(struct screen *screen, struct app_context *context, const struct view_class *first, const struct view_class *help, const struct view_class *signin,
                        const char *ask_account)
{
    prepare(screen, context, help, 24, 80);
    screen->app.signin = signin;
    screen->app.require_signin = true;
    if (app_begin(&screen->app, first, NULL, ask_account) != STATUS_OK)
        fail_msg("the sign-in view: %s", screen->app.message);
    paint(screen);
}

void screen_close(struct screen *screen)
{
    app_release(&screen->app);
    canvas_release(&screen->canvas);
}

static void press(struct screen *screen, struct key key)
{
    screen->now_ms += KEY_MS;
    app_key(&screen->app, key, screen->now_ms);
    paint(screen);
}

static void press_word(struct screen *screen, const char *word)
{
    struct key key;
    if (key_parse(word, &key) == STATUS_OK) {
        press(screen, key);
        return;
    }
    for (size_t at = 0, len = strlen(word); at < len;) {
        uint32_t code = 0;
        size_t n = utf8_decode(word + at, len - at, &code);
        assert_true(n > 0);
        press(screen, key_char(code));
        at += n;
    }
}

void screen_keys(struct screen *screen, const char *names)
{
    char *copy = strdup(names), *save = NULL;
    assert_non_null(copy);
    for (char *word = strtok_r(copy, " ", &save); word != NULL; word = strtok_r(NULL, " ", &save))
        press_word(screen, word);
    free(copy);
    if (screen->app.esc_until_ms != 0)
        screen_wait(screen, APP_ESC_MS);
}

void screen_keys_checked(struct screen *screen, const char *names)
{
    screen_keys(screen, names);
    const struct view *top = app_top(&screen->app);
    if (top == NULL || screen->app.overlay != APP_NO_OVERLAY)
        return;
    struct view view = *top;
    const char *wrong = keymap_check(view.class->keymap(&view));
    if (wrong != NULL)
        fail_msg("%s: key %s", view.class->name, wrong);
    assert_non_null(view.class->help);
}

void screen_resize(struct screen *screen, int rows, int cols)
{
    assert_int_equal(canvas_resize(&screen->canvas, rows, cols), STATUS_OK);
    app_resize(&screen->app, rows, cols);
    paint(screen);
}

void screen_wait(struct screen *screen, int64_t ms)
{
    int64_t until = screen->now_ms + ms;
    while (screen->now_ms < until && !app_done(&screen->app)) {
        int64_t next = app_deadline(&screen->app);
        if (next > screen->now_ms + 1000)
            next = screen->now_ms + 1000;
        screen->now_ms = next <= screen->now_ms ? screen->now_ms + 1 : next > until ? until : next;
        app_tick(&screen->app, screen->now_ms);
    }
    paint(screen);
}

static void expect_in(struct screen *screen, int row, const char *text, bool wanted)
{
    char *shown = text_of(screen, row);
    bool found = strstr(shown, text) != NULL;
    free(shown);
    if (found != wanted) {
        screen_print(screen);
        fail_msg("row %d: %s \"%s\"", row, wanted ? "no" : "there is", text);
    }
}

void screen_expect(struct screen *screen, int row, const char *text)
{
    expect_in(screen, row, text, true);
}

void screen_expect_any(struct screen *screen, const char *text)
{
    expect_in(screen, -1, text, true);
}

void screen_expect_none(struct screen *screen, const char *text)
{
    expect_in(screen, -1, text, false);
}

static void trim_end(char *text)
{
    size_t len = strlen(text);
    while (len > 0 && text[len - 1] == '\n')
        text[--len] = '\0';
}

void screen_expect_text(struct screen *screen, const char *expected)
{
    char *shown = text_of(screen, -1), *wanted = strdup(expected);
    assert_non_null(wanted);
    trim_end(shown);
    trim_end(wanted);
    bool same = strcmp(shown, wanted) == 0;
    const char *update = getenv("UPDATE");
    if (!same && update != NULL && update[0] == '1') {
        printf("%s\n", shown);
        same = true;
    }
    if (!same)
        print_error("---- expected\n%s\n---- shown\n%s\n", wanted, shown);
    free(shown);
    free(wanted);
    assert_true(same);
}

void screen_expect_cursor(struct screen *screen, int row, int col)
{
    if (screen->canvas.cursor_row != row || screen->canvas.cursor_col != col) {
        screen_print(screen);
        fail_msg("the cursor is at %d,%d, not %d,%d", screen->canvas.cursor_row, screen->canvas.cursor_col, row, col);
    }
}
