/* tests/test_form_spell.c - days and sums in a form: written out when they are left, told while they are typed. Today is Friday 23 October 2026. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/day.h"
#include "core/base/utf8.h"
#include "tui/form.h"

enum { DAY, MONEY, NOTE, TODAY = 20749, FIELDS = 3 };

static const struct form_def defs[FIELDS] = {
    {.name = "day", .label = "日期", .kind = FORM_DAY, .row = 0, .col = 1, .columns = 12},
    {.name = "money", .label = "金额", .kind = FORM_MONEY, .row = 1, .col = 1, .columns = 16},
    {.name = "note", .label = "备注", .kind = FORM_TEXT, .row = 2, .col = 1, .columns = 10},
};

struct desk {
    struct form form;
    unsigned left;
};

static void left(void *context, struct form *form, size_t field)
{
    (void)form, (void)field;
    ((struct desk *)context)->left++;
}

static void open_form(struct desk *desk)
{
    char text[DAY_TEXT_BYTES];
    day_format(TODAY, text);
    assert_string_equal(text, "2026-10-23");
    *desk = (struct desk){.left = 0};
    assert_int_equal(form_init(&desk->form, defs, FIELDS, (struct form_hooks){.context = desk, .left = left}), STATUS_OK);
    desk->form.today = TODAY;
}

static void type(struct form *form, const char *text)
{
    for (size_t at = 0, len = strlen(text); at < len;) {
        uint32_t code = 0;
        at += utf8_decode(text + at, len - at, &code);
        form_key(form, key_char(code));
    }
}

static enum form_result press(struct form *form, const char *name)
{
    struct key key;
    assert_int_equal(key_parse(name, &key), STATUS_OK);
    return form_key(form, key);
}

static void expect(const struct form *form, size_t field, const char *text)
{
    struct buf out;
    buf_init(&out, 1000);
    form_text(form, field, &out);
    assert_string_equal(buf_cstr(&out), text);
    buf_release(&out);
}

static void expect_hint(const struct form *form, const char *text)
{
    struct buf out;
    buf_init(&out, 1000);
    form_hint(form, 80, &out);
    assert_string_equal(buf_cstr(&out), text);
    buf_release(&out);
}

static void a_day_is_told_and_written_out(void **state)
{
    struct desk desk;
    (void)state;
    open_form(&desk);
    expect_hint(&desk.form, "");
    type(&desk.form, "下周一");
    expect_hint(&desk.form, "2026-10-26 周一，3 天后");
    expect(&desk.form, DAY, "下周一");
    assert_int_equal(press(&desk.form, "Enter"), FORM_MOVED);
    expect(&desk.form, DAY, "2026-10-26");
    assert_int_equal(desk.left, 1);
    press(&desk.form, "Up");
    type(&desk.form, "jt"); /* the first letter types over what stands there */
    expect_hint(&desk.form, "2026-10-23 周五，今天");
    press(&desk.form, "Enter");
    expect(&desk.form, DAY, "2026-10-23");
    form_release(&desk.form);
}

static void what_is_no_day_keeps_the_focus_going_back_does_not(void **state)
{
    struct desk desk;
    (void)state;
    open_form(&desk);
    type(&desk.form, "某天");
    assert_int_equal(press(&desk.form, "Enter"), FORM_REFUSED);
    assert_non_null(strstr(desk.form.message.text, "日期: 不是日期"));
    assert_int_equal(desk.form.focus, DAY);
    press(&desk.form, "Ctrl-U");
    type(&desk.form, "2-30");
    assert_int_equal(press(&desk.form, "Enter"), FORM_REFUSED);
    assert_non_null(strstr(desk.form.message.text, "没有这一天"));
    press(&desk.form, "Ctrl-U");
    press(&desk.form, "Enter");
    type(&desk.form, "x");
    assert_int_equal(press(&desk.form, "Up"), FORM_MOVED);
    expect(&desk.form, MONEY, "x");
    form_release(&desk.form);
}

static void a_sum_is_told_in_words_and_written_out(void **state)
{
    struct desk desk;
    (void)state;
    open_form(&desk);
    form_focus(&desk.form, MONEY);
    type(&desk.form, "１.2万");
    expect_hint(&desk.form, "12000.00元 壹万贰仟元整");
    press(&desk.form, "Enter");
    expect(&desk.form, MONEY, "12000.00元");
    press(&desk.form, "Up");
    type(&desk.form, "35.5");
    expect_hint(&desk.form, "35.50元"); /* words would be no help */
    press(&desk.form, "Ctrl-U");
    type(&desk.form, "0.005");
    assert_int_equal(press(&desk.form, "Enter"), FORM_REFUSED);
    assert_non_null(strstr(desk.form.message.text, "最小到分"));
    form_release(&desk.form);
}

/* A loaded value that is only written otherwise is no change that a person made. */
static void spelling_is_no_change(void **state)
{
    struct desk desk;
    (void)state;
    open_form(&desk);
    form_set(&desk.form, DAY, "2026/3/8", strlen("2026/3/8"));
    press(&desk.form, "Enter");
    expect(&desk.form, DAY, "2026-03-08");
    assert_false(desk.form.changed);
    assert_int_equal(desk.left, 0);
    form_release(&desk.form);
}

static void without_a_clock_only_whole_days_count(void **state)
{
    struct desk desk;
    (void)state;
    open_form(&desk);
    desk.form.today = FORM_NO_TODAY;
    type(&desk.form, "明天");
    assert_int_equal(press(&desk.form, "Enter"), FORM_REFUSED);
    press(&desk.form, "Ctrl-U");
    type(&desk.form, "2026.3.8");
    press(&desk.form, "Enter");
    expect(&desk.form, DAY, "2026-03-08");
    form_release(&desk.form);
}

static void a_long_text_shows_its_beginning(void **state)
{
    struct desk desk;
    struct canvas canvas;
    struct buf text;
    (void)state;
    open_form(&desk);
    buf_init(&text, 10000);
    assert_int_equal(canvas_init(&canvas, 4, 30), STATUS_OK);
    form_focus(&desk.form, NOTE);
    type(&desk.form, "一二三四五六七八九十");
    form_draw(&desk.form, &canvas, 0, 0, true);
    canvas_row_text(&canvas, 2, &text);
    assert_string_equal(buf_cstr(&text), ">备注 [七八九十__]");
    form_focus(&desk.form, DAY);
    buf_clear(&text);
    canvas_clear(&canvas);
    form_draw(&desk.form, &canvas, 0, 0, true);
    canvas_row_text(&canvas, 2, &text);
    assert_string_equal(buf_cstr(&text), " 备注 [一二三四五]");
    canvas_release(&canvas);
    buf_release(&text);
    form_release(&desk.form);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_day_is_told_and_written_out),          cmocka_unit_test(what_is_no_day_keeps_the_focus_going_back_does_not), cmocka_unit_test(a_sum_is_told_in_words_and_written_out),
        cmocka_unit_test(spelling_is_no_change),                  cmocka_unit_test(without_a_clock_only_whole_days_count),             cmocka_unit_test(a_long_text_shows_its_beginning),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
