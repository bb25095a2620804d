/* tests/test_screen_keys.c - every key that a screen names does something there: on each screen of tests/screen_routes.c, in Chinese and in English, each key of its key line is pressed
 * on a fresh desk, those that stand on it only in a wide window, too.
 *
 * Something: another picture, another screen, a message, or the end of the program. A key that moves (arrows, pages) may beep at the edge instead. The title does not count where it
 * counts keys. SCREEN=NAME in the environment looks at one way alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/language.h"
#include "core/data/language_choice.h"
#include "tests/fixture.h"
#include "tests/screen_routes.h"
#include "tui/views/views.h"

enum { PICTURE_MAX_BYTES = 1 << 17, KEYS_MAX = 40, NAME_BYTES = 32 };

static char master[PRACTICE_PATH_BYTES];

/* What the words on the key line stand for: each of the alternatives is tried, one that does something is enough. */
static const struct {
    const char *words;
    const char *presses[4];
    bool moves;
} WORDS[] = {
    {"数字", {"2", "1"}, false},
    {"打字", {"z"}, false},
    {"0-9", {"1"}, false},
    {"-再0-9", {"- 1"}, false},
    {"1-5", {"2", "1"}, false},
    {"上下", {"Down", "Up"}, true},
    {"左右", {"Left", "Right"}, true},
    {"方向键", {"Down", "Up", "Left", "Right"}, true},
    {"PgUp PgDn", {"PgDn", "PgUp"}, true},
    {"PgDn", {"PgDn"}, true},
    {"<", {"<"}, true},
    {">", {">"}, true},
};

/* The keys of the key line as they are at the end of a way: names that live as long as the test, or copies. */
struct named_keys {
    char names[KEYS_MAX][NAME_BYTES];
    size_t n;
};

static int make(void **state)
{
    (void)state;
    practice_master_make(master);
    return 0;
}

static int unmake(void **state)
{
    (void)state;
    test_folder_remove(master);
    return 0;
}

/* Everything a person can see, without the counted keys in the title. */
static void picture(const struct screen *screen, struct buf *out)
{
    const struct view *top = app_top(&screen->app);
    bool counts = top != NULL && (top->class == &view_consult_entry || top->class == &view_outreach_event);
    struct buf row;
    buf_init(&row, PICTURE_MAX_BYTES);
    for (int i = 0; i < screen->canvas.rows; i++) {
        buf_clear(&row);
        canvas_row_text(&screen->canvas, i, &row);
        const char *text = buf_cstr(&row);
        for (; *text != '\0'; text++)
            if (i > 0 || !counts || *text < '0' || *text > '9')
                buf_append(out, text, 1);
        buf_putc(out, '\n');
    }
    buf_printf(out, "%d,%d %s", screen->canvas.cursor_row, screen->canvas.cursor_col, top != NULL ? top->class->name : "");
    buf_release(&row);
}

static void collect(const struct screen *screen, struct named_keys *keys)
{
    const struct view *top = app_top(&screen->app);
    const struct keymap *keymap = top->class->keymap((struct view *)top);
    keys->n = 0;
    for (const struct binding *b = keymap->bindings; b->key != NULL; b++) {
        if ((b->flags & BINDING_HIDDEN) || b->label == NULL)
            continue;
        assert_true(keys->n < KEYS_MAX);
        snprintf(keys->names[keys->n++], NAME_BYTES, "%s", b->key);
    }
}

/* Press it on a fresh desk: does anybody notice? */
static bool does_something(const struct screen_route *route, const char *presses, bool moves)
{
    struct practice_desk desk;
    struct screen screen;
    struct buf before, after;
    buf_init(&before, PICTURE_MAX_BYTES);
    buf_init(&after, PICTURE_MAX_BYTES);
    screen_route_go(route, master, 24, 80, &desk, &screen);
    picture(&screen, &before);
    (void)app_take_beep(&screen.app);
    (void)app_take_repaint(&screen.app);
    screen_keys(&screen, presses);
    bool done = app_done(&screen.app);
    if (!done)
        picture(&screen, &after);
    bool something = done || strcmp(buf_cstr(&before), buf_cstr(&after)) != 0 || (moves && app_take_beep(&screen.app));
    screen_close(&screen);
    practice_desk_close(&desk);
    buf_release(&before);
    buf_release(&after);
    return something;
}

static bool key_works(const struct screen_route *route, const char *name)
{
    for (size_t i = 0; i < sizeof WORDS / sizeof WORDS[0]; i++) {
        if (strcmp(name, WORDS[i].words) != 0 && strcmp(name, _(WORDS[i].words)) != 0)
            continue;
        for (size_t j = 0; j < 4 && WORDS[i].presses[j] != NULL; j++)
            if (does_something(route, WORDS[i].presses[j], WORDS[i].moves))
                return true;
        return false;
    }
    struct key key;
    if (key_parse(name, &key) != STATUS_OK) {
        print_error("%s: the test does not know how to press \"%s\"\n", route->name, name);
        return false;
    }
    return does_something(route, name, false);
}

static bool look_at(const struct screen_route *route)
{
    struct practice_desk desk;
    struct screen screen;
    struct named_keys keys;
    bool good = true;
    screen_route_go(route, master, 24, 80, &desk, &screen);
    collect(&screen, &keys);
    screen_close(&screen);
    practice_desk_close(&desk);
    for (size_t i = 0; i < keys.n; i++) {
        if (key_works(route, keys.names[i]))
            continue;
        print_error("%s: %s does nothing\n", route->name, keys.names[i]);
        good = false;
    }
    return good;
}

static void test_every_key_named_does_something(void **state)
{
    const char *only = getenv("SCREEN");
    bool good = true;
    assert_int_equal(language_choose(*state, NULL), STATUS_OK);
    for (size_t i = 0; i < SCREEN_ROUTES_COUNT; i++)
        if (only == NULL || strcmp(only, SCREEN_ROUTES[i].name) == 0)
            good = look_at(&SCREEN_ROUTES[i]) && good;
    assert_int_equal(language_choose("zh", NULL), STATUS_OK);
    assert_true(good);
}

int main(void)
{
    char zh[] = "zh", en[] = "en";
    const struct CMUnitTest tests[] = {
        {"every key named does something", test_every_key_named_does_something, NULL, NULL, zh},
        {"every key named does something in English", test_every_key_named_does_something, NULL, NULL, en},
    };
    return cmocka_run_group_tests(tests, make, unmake);
}
