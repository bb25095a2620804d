/* tests/test_screens_pty.c - the main screens through curses and a real terminal: what arrives at the terminal's other side is, at every TERM people come with, letter for letter the
 * canvas that tests/test_screens.c knows, with the cursor shown and in the same place.
 *
 * The program under test is this one, started again as the child (--desk): the loop, curses and the screens are the program's own archives, only the clock stands at the practice
 * station's moment, since the built program asks the system for the time. The built program itself is driven by tests/test_terminal.c. All keys of a way are sent at once, before the
 * program has drawn the second screen: what is typed ahead is never lost. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/fixture.h"
#include "tests/pty_screen.h"
#include "tests/screen_routes.h"
#include "tui/run.h"
#include "tui/views/views.h"

enum { SCREEN_MAX_BYTES = 1 << 17 };

static char master[PRACTICE_PATH_BYTES];

/* ---- the child ---- */

/* The practice station's moment, going on from there: keys need time to pass. */
static int64_t practice_clock(void *clock)
{
    const struct timespec *start = clock;
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return PRACTICE_NOW_MS + (int64_t)(now.tv_sec - start->tv_sec) * 1000 + (now.tv_nsec - start->tv_nsec) / 1000000;
}

static int sit_in_child(const char *from, const char *seat)
{
    struct timespec start;
    struct practice_desk desk;
    struct errmsg err = {{0}};
    struct run_options options = {.first = &view_home, .help = &view_help, .law = &view_law, .color = true};
    clock_gettime(CLOCK_MONOTONIC, &start);
    practice_desk_open(&desk, from, (enum practice_seat)atoi(seat));
    desk.context.now_ms = practice_clock;
    desk.context.clock = &start;
    enum status status = run_screens(&desk.context, &options, &err);
    practice_desk_close(&desk);
    return status == STATUS_OK || status == STATUS_CLOSED ? 0 : 1;
}

static int become_child(void *context)
{
    const struct screen_route *route = context;
    char seat[16], self[] = "/proc/self/exe", option[] = "--desk";
    snprintf(seat, sizeof seat, "%d", (int)route->seat);
    char *argv[] = {self, option, master, seat, NULL};
    execv(self, argv);
    return 127;
}

/* ---- the test ---- */

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

/* How long a search took is what differs from run to run: its digits become 0. */
static void level_seconds(struct buf *text)
{
    static const char SECONDS[] = " 秒";
    for (const char *at = strstr(buf_cstr(text), SECONDS); at != NULL; at = strstr(at + 1, SECONDS))
        for (size_t i = (size_t)(at - buf_cstr(text)); i > 0 && strchr("0123456789.", text->data[i - 1]) != NULL; i--)
            if (text->data[i - 1] != '.')
                text->data[i - 1] = '0';
}

/* text has level seconds. */
static bool shows_the_same(const struct pty_screen *pty, const char *text, int cursor_row, int cursor_col)
{
    struct buf shown;
    buf_init(&shown, SCREEN_MAX_BYTES);
    pty_screen_text(pty, &shown);
    level_seconds(&shown);
    bool same = strcmp(buf_cstr(&shown), text) == 0;
    buf_release(&shown);
    return same && pty->cursor_visible && pty->cursor_row == cursor_row && pty->cursor_col == cursor_col;
}

static bool arrives(const struct screen_route *route, const char *term, const struct screen *expected, const char *text)
{
    struct pty_screen pty;
    pty_screen_start(&pty, &(struct pty_start){.term = term, .child = become_child, .context = (void *)route});
    pty_screen_wait(&pty, "【练习】");
    if (route->keys != NULL)
        pty_screen_keys(&pty, route->keys);
    int64_t end = pty_now_ms() + PTY_DEADLINE_MS;
    bool same = false;
    while (!same && pty_now_ms() < end) {
        pty_screen_pump(&pty, 20);
        same = shows_the_same(&pty, text, expected->canvas.cursor_row, expected->canvas.cursor_col);
    }
    if (!same) {
        print_error("%s at TERM=%s is not what the canvas holds:\n", route->name, term);
        pty_screen_print(&pty);
        screen_print(expected);
    }
    pty_screen_stop(&pty, SIGHUP);
    return same && WIFEXITED(pty.exit_status) && WEXITSTATUS(pty.exit_status) == 0;
}

static void test_main_screens_arrive_whole_at_every_terminal(void **state)
{
    static const char *const NAMES[] = {"home", "consult-answer", "list-consultations", "case", "case-do", "case-action", "record-edit", "search", "document", "outreach-event", "figures", "help", "law", "inbox"};
    static const char *const TERMS[] = {"xterm-256color", "linux", "putty", "tmux-256color", "vt100"};
    bool good = true;
    (void)state;
    for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++) {
        const struct screen_route *route = screen_route_find(NAMES[i]);
        struct practice_desk desk;
        struct screen screen;
        struct buf text;
        screen_route_go(route, master, 24, 80, &desk, &screen);
        buf_init(&text, SCREEN_MAX_BYTES);
        canvas_text(&screen.canvas, &text);
        level_seconds(&text);
        for (size_t t = 0; t < sizeof TERMS / sizeof TERMS[0]; t++)
            good = arrives(route, TERMS[t], &screen, buf_cstr(&text)) && good;
        buf_release(&text);
        screen_close(&screen);
        practice_desk_close(&desk);
    }
    assert_true(good);
}

int main(int argc, char *argv[])
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_main_screens_arrive_whole_at_every_terminal),
    };
    if (argc == 4 && strcmp(argv[1], "--desk") == 0)
        return sit_in_child(argv[2], argv[3]);
    return cmocka_run_group_tests(tests, make_master, remove_master);
}
