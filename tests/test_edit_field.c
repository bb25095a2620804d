/* tests/test_edit_field.c - the edit field against a plain model: 300,000 keys, nothing lost, no half cell; wrapping, limits, undo. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/id.h"
#include "core/base/utf8.h"
#include "core/base/width.h"
#include "tui/edit_field.h"

static struct edit_field field_of(size_t max_chars, unsigned flags, int rows, int cols, const char *text)
{
    struct edit_field field;
    edit_init(&field, max_chars, 0, flags);
    edit_set_size(&field, rows, cols);
    assert_int_equal(edit_set(&field, text, strlen(text)), STATUS_OK);
    return field;
}

static void expect_text(const struct edit_field *field, const char *text)
{
    struct buf out;
    buf_init(&out, 1u << 20);
    edit_text(field, &out);
    assert_string_equal(buf_cstr(&out), text);
    buf_release(&out);
}

/* What the view shows, rows joined by '/', '_' where there is no text, and where the cursor is. */
static void expect_view(struct edit_field *field, const char *view, int row, int col)
{
    struct canvas canvas;
    struct buf out;
    buf_init(&out, 1u << 16);
    assert_int_equal(canvas_init(&canvas, field->rows, field->cols + 1), STATUS_OK);
    edit_draw(field, &canvas, 0, 0, STYLE_NORMAL, '_', true);
    assert_null(canvas_check(&canvas));
    for (int i = 0; i < field->rows; i++) {
        if (i > 0)
            buf_putc(&out, '/');
        canvas_row_text(&canvas, i, &out);
    }
    assert_string_equal(buf_cstr(&out), view);
    assert_int_equal(canvas.cursor_row, row);
    assert_int_equal(canvas.cursor_col, col);
    buf_release(&out);
    canvas_release(&canvas);
}

static enum edit_result press(struct edit_field *field, const char *name)
{
    struct key key;
    assert_int_equal(key_parse(name, &key), STATUS_OK);
    return edit_key(field, key);
}

static void scrolls_by_whole_characters(void **state)
{
    struct edit_field field = field_of(50, 0, 1, 7, "一二三四五");
    (void)state;
    expect_view(&field, "三四五_", 0, 6);
    press(&field, "Home");
    expect_view(&field, "一二三_", 0, 0);
    press(&field, "Right");
    press(&field, "Right");
    press(&field, "Right");
    expect_view(&field, "二三四_", 0, 4);
    press(&field, "End");
    press(&field, "Backspace");
    press(&field, "Backspace");
    expect_view(&field, "一二三_", 0, 6);
    edit_release(&field);
}

static void tight_fields_show_all_of_a_full_text(void **state)
{
    struct edit_field field = field_of(50, EDIT_TIGHT | EDIT_FOLD, 1, 2, "");
    (void)state;
    press(&field, "１");
    press(&field, "２");
    expect_text(&field, "12");
    expect_view(&field, "12", 0, 2);
    edit_set_size(&field, 1, 1);
    edit_set(&field, "2", 1);
    expect_view(&field, "2", 0, 1);
    edit_release(&field);
}

static void wraps_with_kinsoku(void **state)
{
    struct edit_field field = field_of(100, EDIT_LINES, 3, 8, "一二三四五六七，八九");
    (void)state;
    press(&field, "Ctrl-Home");
    expect_view(&field, "一二三四/五六七，/八九____", 0, 0);
    press(&field, "丙");
    expect_text(&field, "丙一二三四五六七，八九");
    expect_view(&field, "丙一二三/四五六__/七，八九", 0, 2);
    edit_set(&field, "看（条例）abcdef甲", strlen("看（条例）abcdef甲"));
    press(&field, "Ctrl-Home");
    expect_view(&field, "看（条__/例）____/abcdef甲", 0, 0);
    edit_set(&field, "a\nb", 3);
    expect_view(&field, "a_______/b_______/________", 1, 1);
    assert_int_equal(edit_line_count(&field), 2);
    edit_release(&field);
}

static void moves_between_lines(void **state)
{
    struct edit_field field = field_of(100, EDIT_LINES, 2, 8, "一二三四五六\n七");
    (void)state;
    press(&field, "Ctrl-Home");
    press(&field, "Right");
    press(&field, "Right");
    press(&field, "Right");
    assert_int_equal(press(&field, "Down"), EDIT_MOVED);
    assert_int_equal(field.cursor, 6); /* behind 六, the line is shorter */
    assert_int_equal(press(&field, "Down"), EDIT_MOVED);
    assert_int_equal(field.cursor, 8);
    assert_int_equal(press(&field, "Down"), EDIT_IGNORED);
    assert_int_equal(press(&field, "Up"), EDIT_MOVED);
    assert_int_equal(press(&field, "Up"), EDIT_MOVED);
    assert_int_equal(field.cursor, 3); /* the column it came from */
    assert_int_equal(press(&field, "Up"), EDIT_IGNORED);
    assert_int_equal(press(&field, "Ctrl-J"), EDIT_CHANGED);
    expect_text(&field, "一二三\n四五六\n七");
    edit_release(&field);
}

static void marks_stay_with_their_base(void **state)
{
    struct edit_field field = field_of(50, 0, 1, 20, "ae\u0301b");
    (void)state;
    press(&field, "Left");
    press(&field, "Backspace");
    expect_text(&field, "ab");
    press(&field, "Home");
    assert_int_equal(edit_key(&field, key_char(0x301)), EDIT_REFUSED);
    edit_release(&field);
}

static void limits_refuse(void **state)
{
    struct edit_field field = field_of(3, 0, 1, 20, "");
    (void)state;
    assert_int_equal(edit_insert(&field, "一二三四", strlen("一二三四")), EDIT_REFUSED);
    expect_text(&field, "一二三");
    assert_int_equal(press(&field, "x"), EDIT_REFUSED);
    expect_text(&field, "一二三");
    edit_release(&field);
    edit_init(&field, 100, 7, 0); /* seven bytes: two hanzi and one letter */
    assert_int_equal(edit_insert(&field, "一二三", strlen("一二三")), EDIT_REFUSED);
    assert_int_equal(press(&field, "a"), EDIT_CHANGED);
    assert_int_equal(press(&field, "b"), EDIT_REFUSED);
    expect_text(&field, "一二a");
    edit_release(&field);
}

static void controls_never_get_in(void **state)
{
    struct edit_field field = field_of(50, 0, 1, 20, "a\033[b\x01\r\nc");
    (void)state;
    expect_text(&field, "a[b  c");
    for (uint32_t code = 0; code < 0xa0; code++) {
        if (code < 0x20 || code >= 0x7f)
            edit_key(&field, key_char(code));
    }
    expect_text(&field, "a[b  c");
    edit_insert(&field, "x\ny\n", 4); /* a line from a spreadsheet: its line feed is not part of it */
    expect_text(&field, "a[b  cx y");
    assert_int_equal(press(&field, "F2"), EDIT_IGNORED);
    assert_int_equal(press(&field, "Enter"), EDIT_IGNORED);
    assert_int_equal(press(&field, "Esc"), EDIT_IGNORED);
    edit_release(&field);
}

static void undo_goes_all_the_way_back(void **state)
{
    struct edit_field field = field_of(50, 0, 1, 20, "张三");
    (void)state;
    press(&field, "丰");
    press(&field, "收");
    press(&field, "Home");
    press(&field, "Del");
    press(&field, "李");
    expect_text(&field, "李三丰收");
    assert_int_equal(press(&field, "Ctrl-Z"), EDIT_CHANGED);
    expect_text(&field, "三丰收");
    press(&field, "Ctrl-Z");
    expect_text(&field, "张三丰收");
    press(&field, "Ctrl-Z"); /* the two typed in one go */
    expect_text(&field, "张三");
    assert_int_equal(press(&field, "Ctrl-Z"), EDIT_IGNORED);
    edit_release(&field);
}

static void words(void **state)
{
    struct edit_field field = field_of(50, 0, 1, 60, "工资，拖欠 abc12 元");
    (void)state;
    press(&field, "Home");
    press(&field, "Ctrl-Right");
    assert_int_equal(field.cursor, 3);
    press(&field, "Ctrl-Right");
    assert_int_equal(field.cursor, 6);
    press(&field, "Ctrl-Right");
    assert_int_equal(field.cursor, 12);
    press(&field, "Ctrl-W");
    expect_text(&field, "工资，拖欠 元");
    press(&field, "Ctrl-K");
    expect_text(&field, "工资，拖欠 ");
    press(&field, "Ctrl-U");
    expect_text(&field, "");
    edit_release(&field);
}

static void secrets_are_stars(void **state)
{
    struct edit_field field = field_of(20, EDIT_SECRET, 1, 8, "a密b");
    (void)state;
    expect_view(&field, "***_____", 0, 3);
    expect_text(&field, "a密b");
    edit_release(&field);
}

/* ---- the fuzz ---- */

enum { KEYS = 300000, MODEL_MAX = 60 };

/* A list of graphemes with a cursor: what an edit field means, without anything of how it is done. */
/* A text taken from elsewhere in place of one's own: one Ctrl-Z brings that back, with the cursor where it was; the steps before are still there. */
static void a_replaced_text_comes_back_at_once(void **state)
{
    struct edit_field field = field_of(6, 0, 1, 20, "");
    (void)state;
    press(&field, "甲");
    press(&field, "Left");
    press(&field, "乙");
    assert_int_equal(edit_replace_all(&field, "丙丁", strlen("丙丁")), EDIT_CHANGED);
    expect_text(&field, "丙丁");
    assert_int_equal(press(&field, "Ctrl-Z"), EDIT_CHANGED);
    expect_text(&field, "乙甲");
    assert_int_equal(field.cursor, 1);
    assert_int_equal(press(&field, "Ctrl-Z"), EDIT_CHANGED);
    expect_text(&field, "甲");
    assert_int_equal(edit_replace_all(&field, "", 0), EDIT_CHANGED); /* by nothing */
    press(&field, "Ctrl-Z");
    expect_text(&field, "甲");
    assert_int_equal(edit_replace_all(&field, "一二三四五六七", strlen("一二三四五六七")), EDIT_REFUSED); /* longer than it may be: the beginning stays */
    expect_text(&field, "一二三四五六");
    press(&field, "Ctrl-Z");
    expect_text(&field, "甲");
    press(&field, "Ctrl-Z");
    expect_text(&field, "");
    assert_int_equal(edit_replace_all(&field, "戊", strlen("戊")), EDIT_CHANGED); /* of nothing */
    press(&field, "Ctrl-Z");
    expect_text(&field, "");
    edit_release(&field);
}

struct model {
    uint32_t codes[MODEL_MAX + 2];
    size_t len, cursor;
};

static size_t model_left(const struct model *m)
{
    size_t at = m->cursor;
    while (at > 0 && (width_of(m->codes[--at]) == 0))
        continue;
    return at;
}

static size_t model_right(const struct model *m)
{
    size_t at = m->cursor < m->len ? m->cursor + 1 : m->cursor;
    while (at < m->len && width_of(m->codes[at]) == 0)
        at++;
    return at;
}

static void model_erase(struct model *m, size_t from, size_t to)
{
    memmove(m->codes + from, m->codes + to, (m->len - to) * sizeof m->codes[0]);
    m->len -= to - from;
    m->cursor = from;
}

static bool model_type(struct model *m, uint32_t code, bool *lost)
{
    bool baseless = width_of(code) == 0 && (m->cursor == 0 || m->codes[m->cursor - 1] == '\n');
    *lost = m->len == MODEL_MAX || baseless;
    if (*lost)
        return false;
    memmove(m->codes + m->cursor + 1, m->codes + m->cursor, (m->len - m->cursor) * sizeof m->codes[0]);
    m->codes[m->cursor++] = code;
    m->len++;
    return true;
}

static uint32_t random_code(struct random_source random)
{
    static const uint32_t some[] = {0xff0c, 0x3002, 0xff08, 0xff09, 0xb7, 0x301, ' ', 'a', '7', 0x2b5af, 0x31350, 0x201c, 0x3000};
    if (random_below(random, 3) == 0)
        return some[random_below(random, sizeof some / sizeof some[0])];
    return 0x4e00 + (uint32_t)random_below(random, 0x5000);
}

static void compare(const struct edit_field *field, const struct model *m, int step)
{
    if (field->len != m->len || field->cursor != m->cursor || memcmp(field->codes, m->codes, m->len * sizeof m->codes[0]) != 0)
        fail_msg("step %d: %zu codes, cursor %zu; the model has %zu, %zu", step, field->len, field->cursor, m->len, m->cursor);
}

static void look(struct edit_field *field, struct canvas *canvas, int step)
{
    int row = 0, col = 0;
    canvas_clear(canvas);
    edit_draw(field, canvas, 0, 1, STYLE_NORMAL, '_', true);
    const char *wrong = canvas_check(canvas);
    edit_cursor(field, &row, &col);
    if (wrong != NULL || row < 0 || row >= field->rows || col < 0 || col >= field->cols)
        fail_msg("step %d: %s, cursor %d,%d", step, wrong != NULL ? wrong : "drawn", row, col);
    /* Outside its view the field draws nothing; under the cursor stands what the cursor is on. */
    for (int r = 0; r < canvas->rows; r++) {
        assert_int_equal(canvas_cell(canvas, r, 0)->code, ' ');
        assert_int_equal(canvas_cell(canvas, r, field->cols + 1)->code, ' ');
    }
    const struct cell *cell = canvas_cell(canvas, row, col + 1);
    if (field->cursor < field->len && field->codes[field->cursor] != '\n' && cell->code != field->codes[field->cursor])
        fail_msg("step %d: the cursor is on U+%X, the text has U+%X there", step, cell->code, field->codes[field->cursor]);
}

static void fuzz(unsigned flags, int rows, int cols, int keys, uint64_t seed)
{
    struct random_source random = random_seeded(&seed);
    struct edit_field field = field_of(MODEL_MAX, flags, rows, cols, "");
    struct model m = {.len = 0};
    struct canvas canvas;
    int lost = 0, typed = 0;
    assert_int_equal(canvas_init(&canvas, rows, cols + 2), STATUS_OK);
    for (int step = 0; step < keys; step++) {
        uint64_t what = random_below(random, 100);
        enum edit_result result = EDIT_IGNORED;
        bool model_lost = false;
        if (what < 55) {
            uint32_t code = flags & EDIT_LINES && what < 4 ? '\n' : random_code(random);
            result = code == '\n' ? press(&field, "Ctrl-J") : edit_key(&field, key_char(code));
            model_type(&m, code, &model_lost);
            typed++;
            lost += (result != EDIT_CHANGED) != model_lost ? 1 : 0;
        } else if (what < 65) {
            press(&field, "Left");
            m.cursor = model_left(&m);
        } else if (what < 72) {
            press(&field, "Right");
            m.cursor = model_right(&m);
        } else if (what < 84) {
            press(&field, "Backspace");
            model_erase(&m, model_left(&m), m.cursor);
        } else if (what < 94) {
            press(&field, "Del");
            size_t from = m.cursor;
            model_erase(&m, from, model_right(&m));
        } else if (what < 96) {
            press(&field, "Ctrl-Home");
            m.cursor = 0;
        } else if (what < 97) {
            press(&field, "Ctrl-End");
            m.cursor = m.len;
        } else if (what < 99 && (flags & EDIT_LINES)) {
            press(&field, what == 97 ? "Up" : "Down");
            m.cursor = field.cursor; /* where it lands is another test's matter; that it is a boundary is not */
            assert_true(m.cursor == m.len || m.codes[m.cursor] == '\n' || width_of(m.codes[m.cursor]) > 0);
        } else {
            press(&field, "F5");
            press(&field, "Esc");
        }
        /* Deleting can bring a mark next to a line feed; the field stores what the model stores. */
        compare(&field, &m, step);
        look(&field, &canvas, step);
    }
    assert_int_equal(lost, 0);
    assert_true(typed > keys / 3);
    canvas_release(&canvas);
    edit_release(&field);
}

static void fuzz_against_the_model(void **state)
{
    static const struct {
        unsigned flags;
        int rows, cols;
    } views[] = {{0, 1, 7}, {0, 1, 20}, {0, 1, 2}, {EDIT_LINES, 3, 10}, {EDIT_LINES, 2, 2}, {EDIT_LINES, 4, 31}};
    (void)state;
    for (size_t i = 0; i < sizeof views / sizeof views[0]; i++)
        fuzz(views[i].flags, views[i].rows, views[i].cols, KEYS / 6, i + 1);
}

/* Undo after any history leads back to the text at the start, in as many steps as there were. */
static void undo_fuzz(void **state)
{
    uint64_t seed = 11;
    struct random_source random = random_seeded(&seed);
    (void)state;
    for (int round = 0; round < 300; round++) {
        struct edit_field field = field_of(200, EDIT_LINES, 3, 10, "原来的文字");
        for (int i = 0; i < 60; i++) {
            uint64_t what = random_below(random, 10);
            if (what < 5)
                edit_key(&field, key_char(random_code(random)));
            else if (what < 7)
                press(&field, what == 5 ? "Backspace" : "Del");
            else if (what == 7)
                edit_insert(&field, "粘贴\n内容", strlen("粘贴\n内容"));
            else
                press(&field, what == 8 ? "Left" : "Ctrl-W");
        }
        while (press(&field, "Ctrl-Z") == EDIT_CHANGED)
            continue;
        expect_text(&field, "原来的文字");
        edit_release(&field);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scrolls_by_whole_characters),
        cmocka_unit_test(tight_fields_show_all_of_a_full_text),
        cmocka_unit_test(wraps_with_kinsoku),
        cmocka_unit_test(moves_between_lines),
        cmocka_unit_test(marks_stay_with_their_base),
        cmocka_unit_test(limits_refuse),
        cmocka_unit_test(controls_never_get_in),
        cmocka_unit_test(undo_goes_all_the_way_back),
        cmocka_unit_test(a_replaced_text_comes_back_at_once),
        cmocka_unit_test(words),
        cmocka_unit_test(secrets_are_stars),
        cmocka_unit_test(fuzz_against_the_model),
        cmocka_unit_test(undo_fuzz),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
