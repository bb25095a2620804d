/* tests/test_painter.c - frames through the painter into libvterm: what the terminal shows is the frame, whatever was shown before, and at what cost in bytes. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <vterm.h>

#include "core/base/hash.h"
#include "core/base/id.h"
#include "core/base/utf8.h"
#include "tui/painter.h"

enum { ROWS = 24, COLS = 80 };

static const struct painter_traits xterm = {
    .scrolls = true, .erases_chars = true, .moves_to_column = true, .color = true, .wraps_late = true, .sure_ambiguous = true, .plane2 = true,
};

struct world {
    VTerm *vt;
    VTermScreen *screen;
    struct painter painter;
    struct canvas frame;
    struct buf out;
    uint64_t seed;
};

static void open_world(struct world *world, struct painter_traits traits)
{
    world->vt = vterm_new(ROWS, COLS);
    vterm_set_utf8(world->vt, 1);
    world->screen = vterm_obtain_screen(world->vt);
    vterm_screen_reset(world->screen, 1);
    assert_int_equal(painter_init(&world->painter, traits), STATUS_OK);
    assert_int_equal(canvas_init(&world->frame, ROWS, COLS), STATUS_OK);
    buf_init(&world->out, PAINTER_FRAME_MAX_BYTES);
    world->seed = 1;
}

static void close_world(struct world *world)
{
    vterm_free(world->vt);
    painter_release(&world->painter);
    canvas_release(&world->frame);
    buf_release(&world->out);
}

/* Paint the frame; returns the bytes it took. */
static size_t paint(struct world *world)
{
    buf_clear(&world->out);
    assert_true(painter_paint(&world->painter, &world->frame, SIZE_MAX, &world->out));
    assert_int_equal(world->out.status, STATUS_OK);
    vterm_input_write(world->vt, (const char *)world->out.data, world->out.len);
    return world->out.len;
}

static bool row_is_shown(const struct world *world, int row)
{
    for (int col = 0; col < COLS; col++) {
        const struct cell *cell = canvas_cell(&world->frame, row, col);
        VTermScreenCell seen;
        if (cell->width == 0)
            continue;
        vterm_screen_get_cell(world->screen, (VTermPos){.row = row, .col = col}, &seen);
        uint32_t code = seen.chars[0] == 0 ? ' ' : seen.chars[0];
        bool bold = cell->code != ' ' && cell->style != STYLE_NORMAL && cell->style != STYLE_DIM && cell->style != STYLE_REVERSE;
        if (code != cell->code || seen.width != cell->width || seen.attrs.reverse != (cell->style == STYLE_REVERSE) || (cell->code != ' ' && seen.attrs.bold != bold))
            return false;
    }
    return true;
}

static void check_shown(const struct world *world)
{
    for (int row = 0; row < ROWS; row++) {
        if (!row_is_shown(world, row))
            fail_msg("row %d is not what was painted", row);
    }
    VTermPos cursor;
    vterm_state_get_cursorpos(vterm_obtain_state(world->vt), &cursor);
    assert_int_equal(cursor.row, world->frame.cursor_row);
    assert_int_equal(cursor.col, world->frame.cursor_col);
}

static uint64_t below(struct world *world, uint64_t n)
{
    return random_below(random_seeded(&world->seed), n);
}

static void put_word(struct world *world)
{
    static const char *const WORDS[] = {"张文芳", "a", "劳动争议 仲裁", "“引号”", "10-24", "          ", "〇", "𫖯名", "e\u0301x", "--------------------------------", "…", "                                  "};
    char const *word = WORDS[below(world, sizeof WORDS / sizeof WORDS[0])];
    canvas_puts(&world->frame, (int)below(world, ROWS), (int)below(world, COLS), -1, (enum style)below(world, STYLE_COUNT), word);
}

/* What screens do to a frame: words anywhere, rows up or down, all new, nothing. */
static void change(struct world *world)
{
    struct cell *cells = world->frame.cells;
    size_t row = (size_t)COLS * sizeof *cells;
    size_t by = 1 + below(world, 6), top = below(world, 6);
    switch (below(world, 8)) {
    case 0:
        canvas_clear(&world->frame);
        break;
    case 1:
        memmove(cells + top * COLS, cells + (top + by) * COLS, (ROWS - top - by) * row);
        break;
    case 2:
        memmove(cells + (top + by) * COLS, cells + top * COLS, (ROWS - top - by) * row);
        break;
    default:
        break;
    }
    for (uint64_t i = below(world, 40); i > 0; i--)
        put_word(world);
    canvas_set_cursor(&world->frame, (int)below(world, ROWS), (int)below(world, COLS));
}

static void test_the_terminal_shows_each_frame(void **state)
{
    static const struct painter_traits poor = {.plane2 = true, .wraps_late = true};
    (void)state;
    for (int kind = 0; kind < 2; kind++) {
        struct world world;
        open_world(&world, kind == 0 ? xterm : poor);
        for (int i = 0; i < 3000; i++) {
            change(&world);
            paint(&world);
            check_shown(&world);
        }
        close_world(&world);
    }
}

static void test_slices_come_to_the_same_picture(void **state)
{
    struct world world;
    (void)state;
    open_world(&world, xterm);
    for (int i = 0; i < 1000; i++) {
        change(&world);
        bool all = false;
        for (int slices = 0; !all && slices < 3; slices++) { /* a newer frame may come in between */
            buf_clear(&world.out);
            all = painter_paint(&world.painter, &world.frame, 100, &world.out);
            assert_true(world.out.len <= 100 + 4 * COLS + 64);
            vterm_input_write(world.vt, (const char *)world.out.data, world.out.len);
            assert_true(row_is_shown(&world, world.frame.cursor_row));
        }
        if (all)
            check_shown(&world);
    }
    paint(&world);
    check_shown(&world);
    close_world(&world);
}

/* In a hurry a frame is cut anywhere, and another one goes on in the middle of it; whatever is cut, a whole frame behind it is right. */
static void test_glances_come_to_the_same_picture(void **state)
{
    struct world world;
    size_t cut = 0, in_place = 0;
    (void)state;
    open_world(&world, xterm);
    for (int i = 0; i < 3000; i++) {
        change(&world);
        bool all = false;
        world.painter.hurries = true;
        for (int slices = 0; !all && slices < i % 4; slices++) {
            buf_clear(&world.out);
            all = painter_paint(&world.painter, &world.frame, 24, &world.out);
            assert_true(world.out.len <= 24 + 64); /* moves, looks, one cell */
            cut += !all;
            in_place += !all && world.painter.col > 0;
            vterm_input_write(world.vt, (const char *)world.out.data, world.out.len);
        }
        if (all)
            check_shown(&world);
        world.painter.hurries = i % 5 != 0;
        if (i % 3 == 0) {
            paint(&world);
            check_shown(&world);
        }
    }
    assert_true(cut > 1000 && in_place > 500);
    close_world(&world);
}

/* A list as the program shows it: marker, number, name, cause, state. */
static void put_list(struct world *world, int first, int chosen)
{
    canvas_clear(&world->frame);
    canvas_puts(&world->frame, 0, 0, -1, STYLE_TITLE, " 案件   全站 1,204   显示 18");
    for (int i = 0; i < 18; i++) {
        canvas_printf(&world->frame, 3 + i, 0, -1, STYLE_NORMAL, "%c%2d AJ-%04d  张文%d    追索劳动报酬  办理中  刘敏  10-%02d   %d 天   青石村", i == chosen ? '>' : ' ', i + 1, first + i, (first + i) % 7,
                      1 + (first + i) % 28, (first + i) % 13);
    }
    canvas_puts(&world->frame, 23, 0, -1, STYLE_NORMAL, " Enter打开  F4筛选  F6排序  F5新建  F1帮助  F10返回");
    canvas_set_cursor(&world->frame, 3 + chosen, 0);
}

static size_t text_bytes(const struct world *world)
{
    struct buf text;
    buf_init(&text, 1 << 20);
    canvas_text(&world->frame, &text);
    size_t len = text.len;
    buf_release(&text);
    return len;
}

static void test_what_it_costs(void **state)
{
    struct world world;
    (void)state;
    open_world(&world, xterm);
    put_list(&world, 1, 3);
    assert_true(paint(&world) <= text_bytes(&world) * 11 / 10);
    assert_int_equal(paint(&world), 0); /* nothing new */
    put_list(&world, 1, 4);
    assert_true(paint(&world) <= 16);
    check_shown(&world);
    put_list(&world, 1, 3);
    assert_true(paint(&world) <= 16);
    put_list(&world, 19, 3);
    assert_true(paint(&world) <= text_bytes(&world) * 11 / 10);
    check_shown(&world);
    canvas_puts(&world.frame, 10, 20, -1, STYLE_NORMAL, "张");
    canvas_set_cursor(&world.frame, 10, 22);
    paint(&world);
    canvas_puts(&world.frame, 10, 22, -1, STYLE_NORMAL, "文");
    canvas_set_cursor(&world.frame, 10, 24);
    assert_int_equal(paint(&world), 3);
    close_world(&world);
}

static void test_rows_that_moved_are_scrolled(void **state)
{
    struct world world;
    (void)state;
    open_world(&world, xterm);
    put_list(&world, 1, 17);
    paint(&world);
    for (int i = 0; i < 18; i++) /* rows are numbered on the screen: without numbers they only move */
        canvas_puts(&world.frame, 3 + i, 0, 3, STYLE_NORMAL, "");
    paint(&world);
    struct cell *cells = world.frame.cells;
    memmove(cells + 3 * COLS, cells + 4 * COLS, 17 * COLS * sizeof *cells);
    canvas_puts(&world.frame, 20, 0, COLS, STYLE_NORMAL, "   AJ-0099  李四    婚姻家庭");
    assert_true(paint(&world) <= 80);
    check_shown(&world);
    memmove(cells + 4 * COLS, cells + 3 * COLS, 17 * COLS * sizeof *cells);
    canvas_puts(&world.frame, 3, 0, COLS, STYLE_NORMAL, "   AJ-0098  王五    婚姻家庭");
    assert_true(paint(&world) <= 80);
    check_shown(&world);
    close_world(&world);
}

static void assert_row(struct world *world, const char *text, const char *painted)
{
    canvas_clear(&world->frame);
    canvas_puts(&world->frame, 5, 0, -1, STYLE_CONFLICT, text);
    painter_forget(&world->painter);
    paint(world);
    assert_non_null(strstr(buf_cstr(&world->out), painted));
}

static void test_what_the_terminal_cannot_draw(void **state)
{
    struct world world;
    struct painter_traits traits = xterm;
    (void)state;
    open_world(&world, traits);
    assert_row(&world, "甲𫖯乙", "\033[1;35m甲𫖯");
    assert_row(&world, "甲\U00031350乙", "甲〓");
    assert_row(&world, "买买提·库尔班", "买买提·库尔班");
    world.painter.traits.plane2 = false;
    assert_row(&world, "甲𫖯乙", "甲〓");
    assert_false(painter_draws(&world.painter.traits, 0x2B5AF));
    assert_true(painter_draws(&world.painter.traits, 0x4E00));
    world.painter.traits.wide_ambiguous = true;
    assert_row(&world, "甲·乙“丙”…—×±", "甲.乙\"丙\"~-x?");
    world.painter.traits.color = false;
    assert_row(&world, "冲突", "\033[1m冲突");
    assert_null(strstr(buf_cstr(&world.out), "35m"));
    world.painter.traits.plain = true;
    assert_row(&world, "冲突", "冲突");
    assert_null(strstr(buf_cstr(&world.out), "[1"));
    canvas_puts(&world.frame, 5, 0, -1, STYLE_TITLE, "标题");
    paint(&world);
    assert_non_null(strstr(buf_cstr(&world.out), "标题"));
    assert_null(strstr(buf_cstr(&world.out), "\033[1m"));
    /* Behind a character of doubtful width the place is told. */
    world.painter.traits = xterm;
    world.painter.traits.sure_ambiguous = false;
    assert_row(&world, "甲·乙", "·\033[4G乙");
    world.painter.traits.moves_to_column = false;
    assert_row(&world, "甲·乙", "·\033[6;4H乙");
    close_world(&world);
}

static void test_no_colour_of_its_own(void **state)
{
    struct world world;
    (void)state;
    open_world(&world, xterm);
    for (int i = 0; i < 300; i++) {
        change(&world);
        paint(&world);
        for (const char *at = buf_cstr(&world.out); (at = strstr(at, "\033[")) != NULL; at += 2) {
            size_t n = strspn(at + 2, "0123456789;");
            if (at[2 + n] == 'm')
                assert_true(n == 0 || strncmp(at, "\033[1m", 4) == 0 || strncmp(at, "\033[7m", 4) == 0 || strncmp(at, "\033[1;35m", 7) == 0);
        }
    }
    close_world(&world);
}

/* ---- readable on black and on white ---- */

/* Magenta, and bright magenta where bold makes it so, as terminals have it. */
static const struct {
    const char *name;
    uint32_t usual, bright;
} PALETTES[] = {{"xterm", 0xcd00cd, 0xff00ff},   {"console", 0xaa00aa, 0xff55ff}, {"vte", 0xa347ba, 0xc061cb},  {"tango", 0x75507b, 0xad7fa8},
                {"windows", 0x881798, 0xb4009e}, {"macos", 0xb200b2, 0xe500e5},   {"putty", 0xbb00bb, 0xff55ff}};

enum { BLACK = 0x000000, WHITE = 0xffffff };

/* Relative luminance of sRGB, WCAG 2.1. */
static double luminance(uint32_t rgb)
{
    static const double share[] = {0.0722, 0.7152, 0.2126}; /* blue, green, red */
    double sum = 0;
    for (int i = 0; i < 3; i++) {
        double c = (double)(rgb >> (8 * i) & 0xff) / 255;
        sum += share[i] * (c <= 0.03928 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4));
    }
    return sum;
}

static double contrast(uint32_t a, uint32_t b)
{
    double la = luminance(a), lb = luminance(b);
    return la > lb ? (la + 0.05) / (lb + 0.05) : (lb + 0.05) / (la + 0.05);
}

/* The bytes of a conflict on that ground. */
static const char *conflict_bytes(struct world *world, bool light)
{
    world->painter.traits.light = light;
    painter_forget(&world->painter);
    canvas_puts(&world->frame, 1, 0, -1, STYLE_CONFLICT, "冲突");
    paint(world);
    return buf_cstr(&world->out);
}

/* 3 to 1 for the bold words on a dark ground, 4.5 for the thin ones on a light one (WCAG 2.1, 1.4.3), in every palette. */
static void test_a_conflict_can_be_read_on_any_ground(void **state)
{
    struct world world;
    (void)state;
    open_world(&world, xterm);
    assert_non_null(strstr(conflict_bytes(&world, false), "\033[1;35m"));
    assert_null(strstr(conflict_bytes(&world, true), "\033[1;35m"));
    assert_non_null(strstr(conflict_bytes(&world, true), "\033[35m"));
    close_world(&world);
    for (size_t i = 0; i < sizeof PALETTES / sizeof PALETTES[0]; i++) {
        if (contrast(PALETTES[i].bright, BLACK) < 3 || contrast(PALETTES[i].usual, WHITE) < 4.5)
            fail_msg("%s: %.1f on black, %.1f on white", PALETTES[i].name, contrast(PALETTES[i].bright, BLACK), contrast(PALETTES[i].usual, WHITE));
    }
}

static void test_what_a_terminal_says_of_its_ground(void **state)
{
    (void)state;
    assert_true(painter_ground_is_light("0;15"));
    assert_true(painter_ground_is_light("0;default;7"));
    assert_false(painter_ground_is_light("15;0"));
    assert_false(painter_ground_is_light("7;8"));
    assert_false(painter_ground_is_light("0;default"));
    assert_false(painter_ground_is_light("0;"));
    assert_false(painter_ground_is_light("15"));
    assert_false(painter_ground_is_light(""));
    assert_false(painter_ground_is_light(NULL));
}

static void test_a_new_size_is_painted_whole(void **state)
{
    struct world world;
    (void)state;
    open_world(&world, xterm);
    put_list(&world, 1, 3);
    paint(&world);
    vterm_set_size(world.vt, 30, 100);
    canvas_resize(&world.frame, 30, 100);
    canvas_puts(&world.frame, 29, 90, -1, STYLE_NORMAL, "张文芳");
    paint(&world);
    assert_non_null(strstr(buf_cstr(&world.out), "\033[2J"));
    canvas_resize(&world.frame, 1, 1);
    vterm_set_size(world.vt, 1, 1);
    paint(&world);
    close_world(&world);
}

static void test_the_last_cell_of_a_terminal_that_scrolls(void **state)
{
    struct world world;
    struct painter_traits traits = xterm;
    (void)state;
    traits.wraps_late = false;
    open_world(&world, traits);
    canvas_fill(&world.frame, 0, 0, ROWS, COLS, STYLE_NORMAL, 'x');
    paint(&world);
    canvas_put_code(&world.frame, ROWS - 1, COLS - 1, STYLE_NORMAL, ' ');
    check_shown(&world);
    close_world(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_terminal_shows_each_frame),
        cmocka_unit_test(test_slices_come_to_the_same_picture),
        cmocka_unit_test(test_glances_come_to_the_same_picture),
        cmocka_unit_test(test_what_it_costs),
        cmocka_unit_test(test_rows_that_moved_are_scrolled),
        cmocka_unit_test(test_what_the_terminal_cannot_draw),
        cmocka_unit_test(test_no_colour_of_its_own),
        cmocka_unit_test(test_a_conflict_can_be_read_on_any_ground),
        cmocka_unit_test(test_what_a_terminal_says_of_its_ground),
        cmocka_unit_test(test_a_new_size_is_painted_whole),
        cmocka_unit_test(test_the_last_cell_of_a_terminal_that_scrolls),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
