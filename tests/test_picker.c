/* tests/test_picker.c - choosing a code: favourites first and by their number, digits, initials and Chinese; only what is in force on the day. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/day.h"
#include "tui/picker.h"

static struct code_book *codes;

static int open_book(void **state)
{
    (void)state;
    return code_book_new(&codes, "320117") == STATUS_OK ? 0 : -1;
}

static int close_book(void **state)
{
    (void)state;
    code_book_free(codes);
    return 0;
}

static struct code_source causes(int year)
{
    struct code_source source = code_source_of_book(codes, "cause");
    assert_int_equal(day_from_ymd(year, 6, 1, &source.day), STATUS_OK);
    return source;
}

/* Type the keys, then Enter: the code chosen. */
static const char *pick(struct code_source source, const char *typed)
{
    struct picker picker;
    picker_init(&picker, source, "案由", "");
    for (const char *c = typed; *c != '\0'; c++)
        picker_key(&picker, key_char((uint32_t)*c));
    const struct code *code = picker_choice(&picker);
    assert_int_equal(picker_key(&picker, key_named(K_ENTER, 0)), code != NULL ? PICKER_CHOSEN : PICKER_REFUSED);
    picker_release(&picker);
    return code == NULL ? "" : code->code;
}

/* Two keys and Enter for what a county mostly has. */
static void favourites_in_two_keys(void **state)
{
    (void)state;
    assert_string_equal(pick(causes(2026), ""), "M14");      /* 离婚 */
    assert_string_equal(pick(causes(2026), "1"), "M14");
    assert_string_equal(pick(causes(2026), "13"), "M205.5"); /* 追索劳动报酬 */
    assert_string_equal(pick(causes(2026), "21"), "M411");   /* 机动车交通事故 */
    assert_string_equal(pick(causes(2026), "42"), "X221");   /* 盗窃 */
    assert_string_equal(pick(causes(2026), "71"), "Z69");
    assert_string_equal(pick(causes(2026), "lh"), "M14");
    assert_string_equal(pick(causes(2026), "zs"), "M205.5"); /* before 质..损害 and other zs.. */
    assert_string_equal(pick(causes(2026), "fy"), "M22.1");
    assert_string_equal(pick(causes(2026), "jd"), "M411");
    assert_string_equal(pick(causes(2026), "98"), "");
}

static void what_is_in_force(void **state)
{
    struct code_choice all[4000];
    (void)state;
    assert_string_equal(pick(causes(2025), ""), "L14");
    assert_string_equal(pick(causes(2025), "13"), "L186.5");
    assert_string_equal(pick(causes(2025), "M14"), "");
    assert_string_equal(pick(causes(2026), "L14"), "");
    assert_string_equal(pick(causes(2026), "M411"), "M411");
    struct code_source source = causes(2026);
    size_t n = code_source_choices(&source, "", all, 4000), newer = 0, older = 0;
    for (size_t i = 0; i < n; i++) {
        newer += all[i].code->code[0] == 'M';
        older += all[i].code->code[0] == 'L';
        for (size_t k = 0; k < i; k++)
            assert_ptr_not_equal(all[i].code, all[k].code); /* favourites are not offered twice */
    }
    assert_int_equal(newer, 1055);
    assert_int_equal(older, 0);
    source = causes(2025);
    n = code_source_choices(&source, "", all, 4000);
    for (size_t i = newer = older = 0; i < n; i++) {
        newer += all[i].code->code[0] == 'M';
        older += all[i].code->code[0] == 'L';
    }
    assert_int_equal(newer, 0);
    assert_int_equal(older, 921);
}

static void numbers_in_a_field(void **state)
{
    struct code_source source = causes(2026);
    const struct code *code = NULL;
    struct buf hint;
    (void)state;
    assert_int_equal(code_source_resolve(&source, "13", &code), CODE_ONE);
    assert_string_equal(code->code, "M205.5");
    assert_int_equal(code_source_resolve(&source, "1", &code), CODE_ONE);
    assert_string_equal(code->code, "M14");
    assert_int_equal(code_source_resolve(&source, "99", &code), CODE_NONE);
    assert_int_equal(code_source_resolve(&source, "离婚纠纷", &code), CODE_ONE);
    assert_string_equal(code->code, "M14");
    assert_int_equal(code_source_resolve(&source, "L14", &code), CODE_NONE);
    assert_string_equal(code_source_name(&source, "L14"), "离婚纠纷"); /* old records show it */
    assert_false(code_source_is_final(&source, "1"));
    buf_init(&hint, 1000);
    code_source_hint(&source, "", 60, &hint);
    assert_string_equal(buf_cstr(&hint), "1 离婚纠纷  2 抚养费纠纷  3 变更抚养关系纠纷  共 1728 项");
    buf_release(&hint);
}

/* A set without favourites: codes as they stand. */
static void other_sets(void **state)
{
    struct code_source source = code_source_of_book(codes, "channel");
    struct code_choice choices[2];
    struct buf hint;
    (void)state;
    assert_int_equal(code_source_choices(&source, "", choices, 2), 7);
    assert_string_equal(choices[0].code->code, "01");
    assert_int_equal(choices[0].number, 0);
    assert_string_equal(pick(source, "02"), "02");
    assert_string_equal(pick(source, "lf"), "01");
    buf_init(&hint, 1000);
    code_source_hint(&source, "0", 40, &hint);
    assert_memory_equal(buf_cstr(&hint), "01 来访", strlen("01 来访"));
    buf_release(&hint);
}

/* Yes and no are codes of no book: always there. */
static size_t two(const void *context, const char *set)
{
    (void)context, (void)set;
    return 2;
}

static const struct code *yes_or_no(const void *context, const char *set, size_t index)
{
    static const struct code both[2] = {{.code = "1", .name = "是", .parent = "", .initials = "s"}, {.code = "0", .name = "否", .parent = "", .initials = "f"}};
    (void)context, (void)set;
    return &both[index];
}

static void sources_of_no_book(void **state)
{
    struct code_source source = {.count = two, .at = yes_or_no, .matches = code_matches, .day = CODE_DAY_NEWEST};
    (void)state;
    assert_string_equal(pick(source, "f"), "0");
    source.day = 0;
    assert_string_equal(pick(source, "1"), "1");
}

static void on_the_screen(void **state)
{
    struct picker picker;
    struct canvas canvas;
    struct buf text;
    (void)state;
    assert_int_equal(canvas_init(&canvas, 6, 60), STATUS_OK);
    picker_init(&picker, causes(2026), "案由", "lh");
    picker_draw(&picker, &canvas, 0, 0, 6, 60);
    buf_init(&text, 10000);
    canvas_row_text(&canvas, 2, &text);
    assert_string_equal(buf_cstr(&text), "> 1 M14     离婚纠纷");
    buf_clear(&text);
    canvas_row_text(&canvas, 3, &text);
    assert_string_equal(buf_cstr(&text), "  6 M15     离婚后财产纠纷");
    buf_clear(&text);
    canvas_row_text(&canvas, 4, &text);
    assert_memory_equal(buf_cstr(&text), "    M", 5);
    buf_release(&text);
    picker_release(&picker);
    canvas_release(&canvas);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(favourites_in_two_keys), cmocka_unit_test(what_is_in_force), cmocka_unit_test(numbers_in_a_field), cmocka_unit_test(other_sets), cmocka_unit_test(on_the_screen),
        cmocka_unit_test(sources_of_no_book),
    };
    return cmocka_run_group_tests_name("picker", tests, open_book, close_book);
}
