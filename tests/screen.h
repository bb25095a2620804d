/* tests/screen.h - drive an app by key names and compare its screen with expected text.
 *
 * Time is the test's: 2026-10-23 09:12:00 (+08:00) at the start, 10 ms per key. After the last key of screen_keys an Esc that waits
 * for a digit is settled. Every screen is checked for the invariants (canvas_check, key line not empty, cursor inside). */
#ifndef TESTS_SCREEN_H
#define TESTS_SCREEN_H

#include "tui/app.h"

struct node; /* tests/fixture.h */

struct screen {
    struct app app;
    struct canvas canvas;
    int64_t now_ms;
};

/* What a person at that node has before them; further members are the caller's to set. */
struct app_context screen_context(struct node *node);
/* context->now_ms and ->clock are set to the screen's clock. Opens the first view; fails the test if that fails. */
void screen_open(struct screen *screen, struct app_context *context, const struct view_class *first, const struct view_class *help, int rows, int cols);
/* The same with all that the program has (help, law) and an argument for the first view. */
void screen_open_at(struct screen *screen, struct app_context *context, const struct view_class *first, const struct view_argument *argument, int rows, int cols);
/* 24x80, signing in required; ask_account as app_begin takes it. */
void screen_open_signin(struct screen *screen, struct app_context *context, const struct view_class *first, const struct view_class *help, const struct view_class *signin,
                        const char *ask_account);
void screen_close(struct screen *screen);
/* Names separated by blanks: "F5 张 三 Enter 1 3 8 Ctrl-S". A word that is not a key's name and longer than one character is typed
 * character by character: "张文芳 Enter 13900000000 F2". */
void screen_keys(struct screen *screen, const char *names);
/* The same; then no key of the view on top means two things, and it has a help. */
void screen_keys_checked(struct screen *screen, const char *names);
/* The window gets another size. */
void screen_resize(struct screen *screen, int rows, int cols);
/* Let time pass: ticks. */
void screen_wait(struct screen *screen, int64_t ms);
/* Fails the test, printing the whole screen, unless row `row` (0-based) contains the text. */
void screen_expect(struct screen *screen, int row, const char *text);
/* Anywhere on the screen. */
void screen_expect_any(struct screen *screen, const char *text);
void screen_expect_none(struct screen *screen, const char *text);
/* The whole screen, trailing blanks and trailing empty rows aside. With UPDATE=1 in the environment nothing fails and the text is printed. */
void screen_expect_text(struct screen *screen, const char *expected);
/* The whole screen as an error message of the test. */
void screen_print(const struct screen *screen);
void screen_expect_cursor(struct screen *screen, int row, int col);

#endif /* TESTS_SCREEN_H */
