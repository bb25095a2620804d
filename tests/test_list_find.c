/* tests/test_list_find.c - what typing into a list finds, and the list that is narrowed meanwhile: against a model, over more rows than one batch. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/id.h"
#include "tui/list_memory.h"

static bool finds(const char *typed, const char *first, const char *second)
{
    struct list_find find;
    const char *cells[] = {first, second};
    list_find_read(&find, typed);
    return list_find_matches(&find, cells, 2);
}

static void words_initials_and_exclusions(void **state)
{
    (void)state;
    assert_true(finds("zwf", "张文芳", "劳动争议"));
    assert_true(finds("wf", "张文芳", NULL)); /* from any character on */
    assert_true(finds("zxm", "曾小明", NULL) && finds("cxm", "曾小明", NULL)); /* every reading */
    assert_false(finds("zf", "张文芳", NULL));
    assert_true(finds("文", NULL, "张文芳"));
    assert_true(finds("张 争议", "张文芳", "劳动争议"));
    assert_false(finds("张 婚姻", "张文芳", "劳动争议"));
    assert_false(finds("张 -争议", "张文芳", "劳动争议"));
    assert_true(finds("张 -婚姻", "张文芳", "劳动争议"));
    assert_true(finds("-婚姻", "张文芳", "劳动争议"));
    assert_true(finds("aj-0231", "AJ-0231", NULL));
    assert_true(finds("ＡＪ", "AJ-0231", NULL));
    assert_true(finds("", "张文芳", NULL));
    assert_true(finds("古丽·买", "阿依古丽•买买提", NULL));
    assert_false(finds("x", NULL, NULL));
}

static const struct list_column COLUMNS[] = {{.label = "名", .columns = 10}, {.label = "数", .columns = 0}};
enum { ROWS = 1000, EVERY = 7, HEIGHT = 6 };

struct desk {
    struct list_memory memory;
    struct list list;
};

static int open_desk(void **state)
{
    static struct desk desk;
    list_memory_init(&desk.memory);
    for (int i = 0; i < ROWS; i++) {
        char number[16];
        snprintf(number, sizeof number, "%d", i);
        struct list_row row = {.id = {{(uint8_t)(i + 1), (uint8_t)((i + 1) >> 8)}}, .cells = {i % EVERY == 0 ? "张文芳" : "王建国", number}};
        assert_int_equal(list_memory_add(&desk.memory, &row, 2), STATUS_OK);
    }
    list_init(&desk.list, list_memory_source(&desk.memory), COLUMNS, 2, LIST_USUAL);
    assert_int_equal(list_set_height(&desk.list, HEIGHT, NULL), STATUS_OK);
    assert_int_equal(list_reset(&desk.list, NULL), STATUS_OK);
    *state = &desk;
    return 0;
}

static int close_desk(void **state)
{
    struct desk *desk = *state;
    list_release(&desk->list);
    list_memory_release(&desk->memory);
    return 0;
}

static enum list_result press(struct list *list, const char *name)
{
    struct key key;
    struct errmsg err;
    assert_int_equal(key_parse(name, &key), STATUS_OK);
    return list_key(list, key, &err);
}

static const char *number(const struct list *list)
{
    return list_selected(list) != NULL ? list_selected(list)->cells[1] : "";
}

static void typing_narrows_and_esc_widens(void **state)
{
    struct list *list = &((struct desk *)*state)->list;
    struct buf text;
    struct canvas canvas;
    assert_int_equal(press(list, "z"), LIST_MOVED);
    assert_int_equal(press(list, "w"), LIST_MOVED);
    assert_string_equal(number(list), "0");
    press(list, "Down");
    assert_string_equal(number(list), "7");
    press(list, "End");
    assert_string_equal(number(list), "994");
    press(list, "Home");
    assert_int_equal(press(list, "3"), LIST_MOVED); /* a row's number still is one */
    assert_string_equal(number(list), "14");
    assert_int_equal(press(list, "Enter"), LIST_OPEN);
    assert_true(list_is_narrowed(list));
    buf_init(&text, 4096);
    assert_int_equal(canvas_init(&canvas, HEIGHT + 1, 50), STATUS_OK);
    press(list, "f");
    list_draw(list, &canvas, 0, 0, HEIGHT + 1, 50, "没有", true);
    canvas_text(&canvas, &text);
    assert_non_null(strstr(buf_cstr(&text), " 查找 zwf   6+ 行   Esc列出全部\n>1 张文芳"));
    assert_int_equal(canvas.cursor_row, 0);
    assert_int_equal(canvas.cursor_col, 9);
    canvas_release(&canvas);
    buf_release(&text);
    press(list, "Down");
    assert_int_equal(press(list, "Esc"), LIST_MOVED);
    assert_false(list_is_narrowed(list));
    assert_string_equal(number(list), "7"); /* where one was */
    assert_int_equal(press(list, "Esc"), LIST_IGNORED);
}

static void what_is_no_rows_number_is_sought(void **state)
{
    struct list *list = &((struct desk *)*state)->list;
    press(list, "4");
    assert_false(list_is_narrowed(list));
    press(list, "2");
    press(list, "9");
    assert_true(list_is_narrowed(list));
    assert_string_equal(list->sought, "429");
    assert_string_equal(number(list), "429");
    assert_int_equal(list->n, 1);
    assert_int_equal(press(list, "Backspace"), LIST_MOVED);
    assert_int_equal(list->n, HEIGHT); /* 42, 142, .. */
    press(list, "Backspace");
    press(list, "Backspace");
    assert_false(list_is_narrowed(list));
    assert_int_equal(press(list, "="), LIST_IGNORED); /* signs are the screen's */
    assert_int_equal(press(list, "-"), LIST_IGNORED);
    press(list, "不");
    assert_null(list_selected(list));
    assert_int_equal(press(list, "Enter"), LIST_REFUSED);
    press(list, "Backspace");
    assert_int_equal(list->n, HEIGHT);
}

/* Every move in the narrowed list, against the rows that match. */
static void random_moves_in_a_narrowed_list(void **state)
{
    static const char *const KEYS[] = {"Up", "Down", "PgUp", "PgDn", "Home", "End"};
    struct list *list = &((struct desk *)*state)->list;
    uint64_t seed = 7;
    struct random_source random = random_seeded(&seed);
    int at = 0, last = (ROWS - 1) / EVERY;
    press(list, "芳");
    for (int i = 0; i < 300; i++) {
        size_t what = (size_t)random_below(random, 6);
        int now;
        press(list, KEYS[what]);
        assert_int_equal(sscanf(number(list), "%d", &now), 1);
        assert_int_equal(now % EVERY, 0);
        now /= EVERY;
        if (what < 2)
            assert_int_equal(now, what == 0 ? (at > 0 ? at - 1 : 0) : (at < last ? at + 1 : at));
        else if (what > 3)
            assert_int_equal(now, what == 4 ? 0 : last);
        for (size_t r = 1; r < list->n; r++)
            assert_int_equal(list->rows[r].key.row, list->rows[r - 1].key.row + EVERY);
        at = now;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_initials_and_exclusions),
        cmocka_unit_test_setup_teardown(typing_narrows_and_esc_widens, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(what_is_no_rows_number_is_sought, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(random_moves_in_a_narrowed_list, open_desk, close_desk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
