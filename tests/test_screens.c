/* tests/test_screens.c - every screen of the program over the practice station at a fixed moment, by the ways of tests/screen_routes.c: what must hold on any of them, in 80x24, 120x40
 * and the smallest size.
 *
 * How they look in 80x24 is kept in tests/data/screens/NAME.txt. A screen changed on purpose: UPDATE=1 tests/test_screens rewrites what differs; read `git diff tests/data/screens`
 * before you commit it: is the eye led to what matters, is anything cut, do labels stand below each other, does an empty list say what to do next?
 * A new screen is a line in tests/screen_routes.c; a class of tui/views that no line reaches fails here. SCREEN=NAME in the environment looks at one way alone.
 * SHOW=COLUMNSxROWS (SHOW=120x40) tests nothing and prints every screen in that size, for the eye, with AIDPOST_LANG=en in English. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/width.h"
#include "core/data/language_choice.h"
#include "tests/fixture.h"
#include "tests/golden.h"
#include "tests/screen_routes.h"
#include "tui/views/help_text.h"
#include "tui/views/views.h"

enum { LINE_MAX_BYTES = 1 << 14, PATH_BYTES = 600, FAULT_BYTES = 200, SCREEN_MAX_BYTES = 1 << 17 };

static char master[PRACTICE_PATH_BYTES];

static int make_master(void **state)
{
    (void)state;
    practice_master_make(master);
    return 0;
}

static int remove_master(void **state)
{
    (void)state;
    test_folder_remove(master);
    return 0;
}

/* Call `look` with every screen. */
static void walk(bool (*look)(const struct screen_route *route, struct screen *screen))
{
    const char *only = getenv("SCREEN");
    bool good = true;
    for (size_t i = 0; i < SCREEN_ROUTES_COUNT; i++) {
        const struct screen_route *route = &SCREEN_ROUTES[i];
        struct practice_desk desk;
        struct screen screen;
        if (only != NULL && strcmp(only, route->name) != 0)
            continue;
        screen_route_go(route, master, 24, 80, &desk, &screen);
        good = look(route, &screen) && good;
        screen_close(&screen);
        practice_desk_close(&desk);
    }
    assert_true(good);
}

static bool say(const struct screen_route *route, const struct screen *screen, const char *fault)
{
    print_error("%s in %dx%d: %s\n", route->name, screen->canvas.cols, screen->canvas.rows, fault);
    screen_print(screen);
    return false;
}

/* ---- the cursor stands where the person works ---- */

static uint32_t code_at(const struct canvas *canvas, int row, int col)
{
    return row >= 0 && row < canvas->rows && col >= 0 && col < canvas->cols ? canvas_cell(canvas, row, col)->code : ' ';
}

static bool blank_row(const struct canvas *canvas, int row)
{
    for (int col = 0; col < canvas->cols; col++)
        if (code_at(canvas, row, col) != ' ')
            return false;
    return true;
}

/* Inside [...] of its row. */
static bool in_field(const struct canvas *canvas, int row, int col)
{
    for (int left = col - 1; left >= 0 && code_at(canvas, row, left) != ']'; left--) {
        if (code_at(canvas, row, left) != '[')
            continue;
        for (int right = col; right < canvas->cols; right++)
            if (code_at(canvas, row, right) == ']')
                return true;
    }
    return false;
}

static bool has_marker(const struct canvas *canvas)
{
    for (int row = 1; row < canvas->rows - 2; row++)
        if (code_at(canvas, row, 0) == '>')
            return true;
    return false;
}

static const char *focus_fault(struct screen *screen)
{
    const struct canvas *canvas = &screen->canvas;
    int row = canvas->cursor_row, col = canvas->cursor_col;
    if (app_overlay_shown(&screen->app) == APP_PROMPT)
        return row == canvas->rows - 2 ? NULL : "a question is open and the cursor is elsewhere";
    if (row < 1 || row > canvas->rows - 3)
        return "the cursor is outside the view";
    if (in_field(canvas, row, col) || code_at(canvas, row, col) == '>')
        return NULL;
    if (has_marker(canvas))
        return "the cursor is neither in a field nor on the chosen row";
    return blank_row(canvas, row) ? "the cursor stands on an empty row" : NULL;
}

/* ---- the keys ---- */

/* The key line is the program's own words: of a width that all terminals agree on. */
static bool has_ambiguous(const struct canvas *canvas, int row)
{
    for (int col = 0; col < canvas->cols; col++)
        if (width_is_ambiguous(code_at(canvas, row, col)))
            return true;
    return false;
}

static bool says_a_way_out(const char *keys)
{
    return strstr(keys, "F10") != NULL || strstr(keys, "Esc") != NULL;
}

static const char *keys_fault(struct screen *screen, char out[FAULT_BYTES])
{
    const struct view *top = app_top(&screen->app);
    const struct keymap *keymap = top->class->keymap((struct view *)top);
    const char *unbound = keymap_check(keymap), *fault = NULL;
    struct buf line;
    buf_init(&line, LINE_MAX_BYTES);
    canvas_row_text(&screen->canvas, screen->canvas.rows - 1, &line);
    if (unbound != NULL) {
        snprintf(out, FAULT_BYTES, "the key %s asks for nothing, or for two things", unbound);
        fault = out;
    } else if (has_ambiguous(&screen->canvas, screen->canvas.rows - 1)) {
        fault = "the key line has a character that some terminals draw wide";
    } else if (!says_a_way_out(buf_cstr(&line))) {
        fault = "the key line says no way out";
    } else if (strstr(buf_cstr(&line), "F1") == NULL && top->class != &view_first_start && top->class != &view_help && app_overlay_shown(&screen->app) == APP_NO_OVERLAY) {
        fault = "the key line does not name F1";
    }
    buf_release(&line);
    return fault;
}

/* ---- one command, one key ---- */

enum { NAMES_MAX = 400 };

static struct {
    const char *name, *key, *screen;
} keys_of[NAMES_MAX];
static size_t n_keys;

/* Commands whose key cannot be the same everywhere, and why. */
static bool may_differ(const char *name)
{
    static const char *const NAMES[] = {
        "back",     /* F10; where Esc first clears what was typed, both are named; the tally is left by the key that opened it */
        "do",       /* F2 on a case; in a form F2 saves */
        "period",   /* F4; on a ledger F4 is the filter */
        "codes",    /* F4; on a form of the ministry F4 is its checks */
        "previous", /* F7 from conflict to conflict; < or Left for the period before */
        "next",
        "record",   /* opens the record behind figures, enters the total of an evaluation */
    };
    for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++)
        if (strcmp(NAMES[i], name) == 0)
            return true;
    return false;
}

static bool note_key(const char *screen, const char *name, const char *key)
{
    for (size_t i = 0; i < n_keys; i++) {
        if (strcmp(keys_of[i].name, name) != 0)
            continue;
        if (strcmp(keys_of[i].key, key) == 0)
            return true;
        print_error("%s: %s on %s, but %s on %s\n", name, key, screen, keys_of[i].key, keys_of[i].screen);
        return false;
    }
    assert_true(n_keys < NAMES_MAX);
    keys_of[n_keys].name = name;
    keys_of[n_keys].key = key;
    keys_of[n_keys++].screen = screen;
    return true;
}

static bool look_at_bindings(const char *screen, const struct keymap *keymap)
{
    bool good = true;
    for (const struct binding *b = keymap->bindings; b->key != NULL; b++) {
        const struct command *command = command_find(keymap->commands, b->command);
        if (command != NULL && !(b->flags & (BINDING_HIDDEN | BINDING_HINT)) && !may_differ(command->name))
            good = note_key(screen, command->name, b->key) && good;
    }
    return good;
}

static bool look_at_keymap(const struct screen_route *route, struct screen *screen)
{
    const struct view *top = app_top(&screen->app);
    bool good = look_at_bindings(route->name, top->class->keymap((struct view *)top));
    /* From one of them, every class as the help knows it: some have more keys there than on the record that a way leads to. */
    for (size_t i = 0; top->class == &view_home && i < help_topics(); i++) {
        const struct view_class *class = help_topic_at(i)->class;
        struct view view = {.class = class, .app = &screen->app, .state = calloc(1, class->state_bytes + 1)};
        good = look_at_bindings(class->name, class->keymap(&view)) && good;
        free(view.state);
    }
    return good;
}

static void test_a_command_has_one_key_on_all_screens(void **state)
{
    (void)state;
    n_keys = 0;
    walk(look_at_keymap);
}

static bool look_at_rules(const struct screen_route *route, struct screen *screen)
{
    static const struct {
        int rows, cols;
    } SIZES[] = {{24, 80}, {40, 120}, {APP_MIN_ROWS, APP_MIN_COLS}};
    bool good = true;
    for (size_t i = 0; i < sizeof SIZES / sizeof SIZES[0]; i++) {
        char text[FAULT_BYTES];
        screen_resize(screen, SIZES[i].rows, SIZES[i].cols); /* checks the cells, too */
        const char *fault = focus_fault(screen);
        if (fault == NULL)
            fault = keys_fault(screen, text);
        good = (fault == NULL || say(route, screen, fault)) && good;
    }
    return good;
}

static void test_cursor_and_keys_are_right_on_every_screen(void **state)
{
    (void)state;
    walk(look_at_rules);
}

/* ---- as last reviewed ---- */

/* 24x80 and where the cursor stands. */
static bool look_at_golden(const struct screen_route *route, struct screen *screen)
{
    char name[100];
    struct buf text;
    buf_init(&text, SCREEN_MAX_BYTES);
    canvas_text(&screen->canvas, &text);
    buf_printf(&text, "cursor %d,%d\n", screen->canvas.cursor_row, screen->canvas.cursor_col);
    snprintf(name, sizeof name, "screens/%s.txt", route->name);
    bool same = golden_is(name, buf_cstr(&text));
    buf_release(&text);
    return same;
}

static void test_every_screen_looks_as_last_reviewed(void **state)
{
    (void)state;
    walk(look_at_golden);
}

/* ---- no screen is missing ---- */

static bool has_way(const char *class_symbol)
{
    for (size_t i = 0; i < SCREEN_ROUTES_COUNT; i++)
        if (strcmp(SCREEN_ROUTES[i].symbol, class_symbol) == 0)
            return true;
    return false;
}

/* Classes that the practice station cannot show: their own tests do. */
static bool is_elsewhere(const char *class_symbol)
{
    static const char *const NAMES[] = {
        "view_signin",           /* the app's cover: tests/test_signin_view.c */
        "view_stale",            /* needs two people in one record: tests/test_stale_view.c */
        "view_left_draft",       /* needs a case that leaves while something is done with it: tests/test_case_views.c */
        "view_report_late_rows", /* needs a snapshot and what came after it: tests/test_report_form_view.c */
    };
    for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++)
        if (strcmp(NAMES[i], class_symbol) == 0)
            return true;
    return false;
}

static void test_there_is_a_way_to_every_class(void **state)
{
    static const char DECLARES[] = "extern const struct view_class ";
    const char *source = getenv("AIDPOST_SRCDIR");
    char path[PATH_BYTES], line[LINE_MAX_BYTES];
    int classes = 0, missing = 0;
    (void)state;
    snprintf(path, sizeof path, "%s/tui/views/views.h", source == NULL ? "." : source);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    while (fgets(line, sizeof line, file) != NULL) {
        if (strncmp(line, DECLARES, strlen(DECLARES)) != 0)
            continue;
        char *symbol = line + strlen(DECLARES);
        symbol[strcspn(symbol, ";")] = '\0';
        classes++;
        if (has_way(symbol) == is_elsewhere(symbol)) {
            print_error("%s: a way in tests/screen_routes.c, or a reason in tests/test_screens.c\n", symbol);
            missing++;
        }
    }
    fclose(file);
    assert_true(classes > 60);
    assert_int_equal(missing, 0);
}

/* ---- for the eye ---- */

static bool show(const struct screen_route *route, struct screen *screen)
{
    int cols = 80, rows = 24;
    struct buf text;
    assert_int_equal(sscanf(getenv("SHOW"), "%dx%d", &cols, &rows), 2);
    screen_resize(screen, rows, cols);
    buf_init(&text, SCREEN_MAX_BYTES);
    canvas_text(&screen->canvas, &text);
    printf("=== %s %dx%d cursor %d,%d\n%s", route->name, cols, rows, screen->canvas.cursor_row, screen->canvas.cursor_col, buf_cstr(&text));
    buf_release(&text);
    return true;
}

static void print_every_screen(void **state)
{
    const char *language = getenv("AIDPOST_LANG");
    (void)state;
    assert_int_equal(language_choose(language != NULL ? language : "zh", NULL), STATUS_OK);
    walk(show);
}

int main(void)
{
    const struct CMUnitTest showing[] = {
        cmocka_unit_test(print_every_screen),
    };
    setenv("AIDPOST_MEDIA", "/nowhere", 1); /* not what is plugged into this machine */
    if (getenv("SHOW") != NULL)
        return cmocka_run_group_tests(showing, make_master, remove_master);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_there_is_a_way_to_every_class),
        cmocka_unit_test(test_every_screen_looks_as_last_reviewed),
        cmocka_unit_test(test_a_command_has_one_key_on_all_screens),
        cmocka_unit_test(test_cursor_and_keys_are_right_on_every_screen),
    };
    return cmocka_run_group_tests(tests, make_master, remove_master);
}
