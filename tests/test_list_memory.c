/* tests/test_list_memory.c - rows in memory behind a list: paged both ways, and a list that outlives some of its rows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tui/list_memory.h"

static const struct list_column COLUMNS[] = {{.label = "名", .columns = 10}, {.label = "数", .columns = 0}};

static void fill(struct list_memory *memory, int n)
{
    list_memory_clear(memory);
    for (int i = 0; i < n; i++) {
        char name[16];
        snprintf(name, sizeof name, "第%d", i + 1);
        struct list_row row = {.id = {{(uint8_t)(i + 1)}}, .tag = (uint32_t)i, .cells = {name, NULL}};
        assert_int_equal(list_memory_add(memory, &row, 2), STATUS_OK);
    }
}

static void press(struct list *list, enum key_kind kind, enum list_result expected)
{
    struct errmsg err;
    assert_int_equal(list_key(list, key_named(kind, 0), &err), expected);
}

static void pages_both_ways(void **state)
{
    struct list_memory memory;
    struct list list;
    struct errmsg err;
    (void)state;
    list_memory_init(&memory);
    fill(&memory, 100); /* more than the first allocation holds */
    list_init(&list, list_memory_source(&memory), COLUMNS, 2, 0);
    assert_int_equal(list_set_height(&list, 7, &err), STATUS_OK);
    assert_int_equal(list_reset(&list, &err), STATUS_OK);
    assert_string_equal(list_selected(&list)->cells[0], "第1");
    assert_null(list_selected(&list)->cells[1]);
    press(&list, K_PAGE_DOWN, LIST_MOVED);
    assert_string_equal(list.rows[0].cells[0], "第8");
    press(&list, K_END, LIST_MOVED);
    assert_string_equal(list_selected(&list)->cells[0], "第100");
    assert_string_equal(list.rows[0].cells[0], "第94");
    press(&list, K_PAGE_UP, LIST_MOVED);
    assert_string_equal(list.rows[0].cells[0], "第87");
    press(&list, K_HOME, LIST_MOVED);
    press(&list, K_UP, LIST_REFUSED);
    assert_true(list.at_start);
    assert_int_equal(list_selected(&list)->tag, 0);
    list_release(&list);
    list_memory_release(&memory);
}

static void rows_go_away_under_the_list(void **state)
{
    struct list_memory memory;
    struct list list;
    struct errmsg err;
    (void)state;
    list_memory_init(&memory);
    fill(&memory, 30);
    list_init(&list, list_memory_source(&memory), COLUMNS, 2, 0);
    assert_int_equal(list_set_height(&list, 5, &err), STATUS_OK);
    assert_int_equal(list_reset(&list, &err), STATUS_OK);
    press(&list, K_END, LIST_MOVED);
    fill(&memory, 12);
    assert_int_equal(list_reload(&list, &err), STATUS_OK);
    assert_int_equal(list.n, 5);
    assert_string_equal(list.rows[4].cells[0], "第12");
    fill(&memory, 0);
    assert_int_equal(list_reload(&list, &err), STATUS_OK);
    assert_null(list_selected(&list));
    list_release(&list);
    list_memory_release(&memory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(pages_both_ways), cmocka_unit_test(rows_go_away_under_the_list)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
