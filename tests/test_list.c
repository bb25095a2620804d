/* tests/test_list.c - the window over a sorted source: every move against a model, rows that come and go meanwhile. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/width.h"
#include "tui/list.h"

enum { MAX = 400 };

/* Numbers in ascending order; the key is the number. */
struct numbers {
    int n, values[MAX];
    const char *const *cells; /* of every row; NULL: the number and the same text */
    bool broken;
    size_t asked; /* most rows asked for at once */
};

static bool add_number(struct list_page *page, int value, const char *const *cells)
{
    char text[16];
    struct list_row row = {.key = {.set = true, .value = value_int(value), .row = value}, .cells = {text, "同一格"}};
    if (cells != NULL)
        memcpy(row.cells, cells, 4 * sizeof cells[0]);
    snprintf(text, sizeof text, "%d", value);
    memcpy(row.id.bytes, &value, sizeof value);
    return list_page_add(page, &row);
}

static enum status fetch_numbers(void *context, enum list_way way, const struct list_key *key, size_t max, struct list_page *page,
                                 struct errmsg *err)
{
    struct numbers *numbers = context;
    if (numbers->broken)
        return errmsg_set(err, STATUS_IO, "磁盘坏了");
    numbers->asked = max > numbers->asked ? max : numbers->asked;
    int64_t at = key->set ? key->value.number : 0;
    for (int i = 0; way != LIST_BEFORE && i < numbers->n; i++) {
        int value = numbers->values[i];
        if ((!key->set || value > at || (way == LIST_FROM && value == at)) && !add_number(page, value, numbers->cells))
            break;
    }
    for (int i = numbers->n - 1; way == LIST_BEFORE && i >= 0; i--) {
        int value = numbers->values[i];
        if ((!key->set || value < at) && !add_number(page, value, numbers->cells))
            break;
    }
    return STATUS_OK;
}

static const struct list_column columns[] = {{"编号", 4, true}, {"姓名", 0, false}};

static struct numbers numbers_of(int n)
{
    struct numbers numbers = {.n = n};
    for (int i = 0; i < n; i++)
        numbers.values[i] = 10 * (i + 1);
    return numbers;
}

static struct list list_of(struct numbers *numbers, size_t height, unsigned flags)
{
    struct list list;
    list_init(&list, (struct list_source){numbers, fetch_numbers}, columns, 2, flags);
    assert_int_equal(list_set_height(&list, height, NULL), STATUS_OK);
    assert_int_equal(list_reset(&list, NULL), STATUS_OK);
    return list;
}

static enum list_result press(struct list *list, const char *name)
{
    struct key key;
    struct errmsg err;
    assert_int_equal(key_parse(name, &key), STATUS_OK);
    return list_key(list, key, &err);
}

static int64_t selected(const struct list *list)
{
    return list_selected(list)->key.value.number;
}

static void pages_and_edges(void **state)
{
    struct numbers numbers = numbers_of(7);
    struct list list = list_of(&numbers, 3, 0);
    (void)state;
    assert_int_equal(press(&list, "Up"), LIST_REFUSED);
    assert_int_equal(press(&list, "Down"), LIST_MOVED);
    assert_int_equal(selected(&list), 20);
    assert_int_equal(press(&list, "PgDn"), LIST_MOVED);
    assert_int_equal(selected(&list), 50);
    assert_int_equal(press(&list, "PgDn"), LIST_MOVED); /* one row was left */
    assert_int_equal(list.rows[2].key.value.number, 70);
    assert_int_equal(press(&list, "PgDn"), LIST_MOVED);
    assert_int_equal(selected(&list), 70);
    assert_int_equal(press(&list, "PgDn"), LIST_REFUSED);
    assert_int_equal(press(&list, "Down"), LIST_REFUSED);
    assert_int_equal(press(&list, "Home"), LIST_MOVED);
    assert_int_equal(selected(&list), 10);
    assert_int_equal(press(&list, "End"), LIST_MOVED);
    assert_int_equal(selected(&list), 70);
    assert_int_equal(press(&list, "Enter"), LIST_OPEN);
    assert_true(numbers.asked <= 4);
    list_release(&list);
}

/* Every key against an index into all numbers. */
static void random_moves(void **state)
{
    uint64_t seed = 5;
    struct random_source random = random_seeded(&seed);
    (void)state;
    for (int round = 0; round < 60; round++) {
        struct numbers numbers = numbers_of((int)random_below(random, 40));
        struct list list = list_of(&numbers, 1 + (size_t)random_below(random, 8), 0);
        int at = 0;
        for (int i = 0; i < 200 && numbers.n > 0; i++) {
            static const char *const keys[] = {"Up", "Down", "PgUp", "PgDn", "Home", "End"};
            size_t what = (size_t)random_below(random, 6);
            press(&list, keys[what]);
            int now = (int)(selected(&list) / 10) - 1;
            if (what < 2)
                assert_int_equal(now, what == 0 ? (at > 0 ? at - 1 : 0) : (at < numbers.n - 1 ? at + 1 : at));
            else if (what > 3)
                assert_int_equal(now, what == 4 ? 0 : numbers.n - 1);
            else
                assert_true(what == 2 ? now <= at && (now < at || at == 0) : now >= at && (now > at || at == numbers.n - 1));
            at = now;
            for (size_t r = 1; r < list.n; r++)
                assert_int_equal(list.rows[r].key.value.number, list.rows[r - 1].key.value.number + 10);
            assert_int_equal(list.n, (size_t)numbers.n < list.height ? (size_t)numbers.n : list.height);
            assert_int_equal(list.at_start, list.rows[0].key.value.number == 10);
            assert_int_equal(list.at_end, list.rows[list.n - 1].key.value.number == numbers.n * 10);
        }
        list_release(&list);
    }
}

static void selection_survives_new_rows(void **state)
{
    struct numbers numbers = numbers_of(5);
    struct list list = list_of(&numbers, 4, 0);
    (void)state;
    press(&list, "Down");
    memmove(numbers.values + 1, numbers.values, 5 * sizeof numbers.values[0]);
    numbers.values[0] = 5; /* a newer one, sorted first */
    numbers.n = 6;
    assert_int_equal(list_reload(&list, NULL), STATUS_OK);
    assert_int_equal(list.rows[0].key.value.number, 5);
    assert_int_equal(selected(&list), 20);
    press(&list, "End");
    numbers.n = 2; /* most of them went */
    assert_int_equal(list_reload(&list, NULL), STATUS_OK);
    assert_int_equal(list.n, 2);
    assert_int_equal(selected(&list), 10);
    numbers.n = 0;
    assert_int_equal(list_reload(&list, NULL), STATUS_OK);
    assert_null(list_selected(&list));
    assert_int_equal(press(&list, "Enter"), LIST_REFUSED);
    assert_int_equal(press(&list, "Down"), LIST_REFUSED);
    list_release(&list);
}

static void digits_jump(void **state)
{
    struct numbers numbers = numbers_of(30);
    struct list list = list_of(&numbers, 12, LIST_DIGITS | LIST_NUMBERS);
    (void)state;
    assert_int_equal(press(&list, "１"), LIST_MOVED);
    assert_int_equal(press(&list, "2"), LIST_MOVED);
    assert_int_equal(selected(&list), 120);
    assert_int_equal(press(&list, "3"), LIST_REFUSED); /* there is no row 123 */
    assert_int_equal(press(&list, "Enter"), LIST_OPEN);
    assert_int_equal(selected(&list), 120);
    assert_int_equal(press(&list, "0"), LIST_REFUSED);
    assert_int_equal(press(&list, "1"), LIST_MOVED);
    assert_int_equal(press(&list, "Esc"), LIST_MOVED); /* clears the digits only */
    assert_int_equal(press(&list, "Esc"), LIST_IGNORED);
    list_release(&list);
}

static void failure_keeps_the_rows(void **state)
{
    struct numbers numbers = numbers_of(9);
    struct list list = list_of(&numbers, 3, 0);
    struct errmsg err = {{0}};
    (void)state;
    numbers.broken = true;
    assert_int_equal(list_key(&list, key_named(K_PAGE_DOWN, 0), &err), LIST_FAILED);
    assert_string_equal(err.text, "磁盘坏了");
    assert_int_equal(list_reload(&list, &err), STATUS_IO);
    assert_int_equal(list.n, 3);
    assert_int_equal(selected(&list), 10);
    list_release(&list);
}

static void height_follows_the_window(void **state)
{
    struct numbers numbers = numbers_of(9);
    struct list list = list_of(&numbers, 6, 0);
    (void)state;
    for (int i = 0; i < 5; i++)
        press(&list, "Down");
    assert_int_equal(list_set_height(&list, 3, NULL), STATUS_OK);
    assert_int_equal(list.n, 3);
    assert_int_equal(selected(&list), 60);
    assert_int_equal(list_set_height(&list, 9, NULL), STATUS_OK);
    assert_int_equal(list.n, 9);
    assert_int_equal(selected(&list), 60);
    list_release(&list);
}

static void looks(void **state)
{
    struct numbers numbers = numbers_of(2);
    struct list list = list_of(&numbers, 3, LIST_NUMBERS);
    struct canvas canvas;
    struct buf text;
    (void)state;
    buf_init(&text, 4096);
    assert_int_equal(canvas_init(&canvas, 4, 20), STATUS_OK);
    press(&list, "Down");
    list_draw(&list, &canvas, 0, 0, 4, 20, "没有", true);
    canvas_text(&canvas, &text);
    assert_string_equal(buf_cstr(&text), "   编号  姓名\n 1   10  同一格\n>2   20  同一格\n\n");
    assert_int_equal(canvas.cursor_row, 2);
    assert_int_equal(canvas.cursor_col, 0);
    buf_release(&text);
    canvas_release(&canvas);
    list_release(&list);
}

/* On a wide screen a number does not run away from what it counts. */
static void numbers_stay_near(void **state)
{
    static const struct list_column counted[] = {{"编号", 0, false}, {"数", 6, true}};
    struct numbers numbers = numbers_of(1);
    struct list list = list_of(&numbers, 2, 0);
    struct canvas canvas;
    struct buf text;
    (void)state;
    list.columns = counted;
    buf_init(&text, 4096);
    assert_int_equal(canvas_init(&canvas, 3, 200), STATUS_OK);
    list_draw(&list, &canvas, 0, 0, 3, 200, "没有", true);
    canvas_row_text(&canvas, 1, &text);
    assert_in_range(width_text(buf_cstr(&text), text.len), 60, 80);
    buf_release(&text);
    canvas_release(&canvas);
    list_release(&list);
}

/* The row of `canvas_columns` columns that one record with these cells makes. */
static void expect_row(const struct list_column *of, size_t n, const char *const *cells, int canvas_columns, const char *head, const char *expected)
{
    struct numbers numbers = {.cells = cells, .n = 1, .values = {1}};
    struct list list;
    struct canvas canvas;
    struct buf text;
    buf_init(&text, 4096);
    list_init(&list, (struct list_source){&numbers, fetch_numbers}, of, n, 0);
    assert_int_equal(list_set_height(&list, 2, NULL), STATUS_OK);
    assert_int_equal(list_reset(&list, NULL), STATUS_OK);
    assert_int_equal(canvas_init(&canvas, 3, canvas_columns), STATUS_OK);
    list_draw(&list, &canvas, 0, 0, 3, canvas_columns, "没有", true);
    canvas_row_text(&canvas, 0, &text);
    assert_string_equal(buf_cstr(&text), head);
    buf_clear(&text);
    canvas_row_text(&canvas, 1, &text);
    assert_string_equal(buf_cstr(&text), expected);
    buf_release(&text);
    canvas_release(&canvas);
    list_release(&list);
}

/* Widths are made for usual words; nobody's are usual all the time. */
static void columns_fit_what_is_in_them(void **state)
{
    static const struct list_column of[] = {{"日期", 5, false}, {"名称", 0, false}, {"回访人", 6, false}, {"地点", 8, false}};
    static const char *const usual[] = {"10-23", "广场", "刘敏", "村部"};
    static const char *const longer[] = {"10-23", "广场", "回访员甲乙丙", "村部"};
    static const char *const crowded[] = {"10-23", "送法进镇村（练习）活动一", "刘敏", "村部"};
    static const char *const open[] = {"10-23", "送法进镇村（练习）活动一", "", NULL};
    (void)state;
    expect_row(of, 4, usual, 50, " 日期   名称                      回访人  地点", ">10-23  广场                      刘敏    村部");
    expect_row(of, 4, longer, 50, " 日期   名称                回访人        地点", ">10-23  广场                回访员甲乙丙  村部");
    /* too narrow: 地点 gives what it does not need, and the name is there all the same */
    expect_row(of, 4, crowded, 36, " 日期   名称            回访人  地点", ">10-23  送法进镇村（练  刘敏    村部");
    /* over blank cells a text runs on, as in a spreadsheet */
    expect_row(of, 4, open, 36, " 日期   名称            回访人  地点", ">10-23  送法进镇村（练习）活动一");
}

/* ---- an array ---- */

enum { ARRAY_ROWS = 5 };

struct walked {
    size_t places[ARRAY_ROWS + 1], n, most;
};

static bool walk_row(void *context, struct list_page *page, size_t index)
{
    struct walked *walked = context;
    (void)page;
    assert_true(walked->n < ARRAY_ROWS);
    walked->places[walked->n++] = index;
    return walked->n < walked->most;
}

static void expect_walk(enum list_way way, int64_t row, size_t max, const char *expected)
{
    struct walked walked = {.most = ARRAY_ROWS + 1};
    struct list_key key = {.set = row != 0, .value = value_null(), .row = row};
    char said[64] = "";
    list_page_walk(NULL, way, &key, max, ARRAY_ROWS, walk_row, &walked);
    for (size_t i = 0; i < walked.n; i++)
        snprintf(said + strlen(said), sizeof said - strlen(said), "%zu ", walked.places[i]);
    assert_string_equal(said, expected);
}

static void test_rows_of_an_array(void **state)
{
    struct walked walked = {.most = 2};
    (void)state;
    expect_walk(LIST_AFTER, 0, 3, "0 1 2 ");
    expect_walk(LIST_FROM, 0, 9, "0 1 2 3 4 ");
    expect_walk(LIST_AFTER, 2, 2, "2 3 ");
    expect_walk(LIST_FROM, 2, 2, "1 2 ");
    expect_walk(LIST_BEFORE, 4, 2, "2 1 ");
    expect_walk(LIST_BEFORE, 0, 2, "4 3 ");
    expect_walk(LIST_AFTER, ARRAY_ROWS, 2, "");
    expect_walk(LIST_BEFORE, 1, 2, "");
    expect_walk(LIST_AFTER, ARRAY_ROWS + 4, 2, ""); /* there are fewer now */
    expect_walk(LIST_BEFORE, ARRAY_ROWS + 4, 2, "4 3 ");
    list_page_walk(NULL, LIST_AFTER, NULL, ARRAY_ROWS, ARRAY_ROWS, walk_row, &walked);
    assert_int_equal(walked.n, 2); /* it is full */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pages_and_edges),        cmocka_unit_test(random_moves),
        cmocka_unit_test(selection_survives_new_rows), cmocka_unit_test(digits_jump),
        cmocka_unit_test(failure_keeps_the_rows), cmocka_unit_test(height_follows_the_window),
        cmocka_unit_test(looks),                  cmocka_unit_test(numbers_stay_near),
        cmocka_unit_test(columns_fit_what_is_in_them),
        cmocka_unit_test(test_rows_of_an_array),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
