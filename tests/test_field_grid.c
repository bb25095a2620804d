/* tests/test_field_grid.c - the grid: brackets of a column line up, nothing stands outside the screen, long fields have their lines to themselves. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/width.h"
#include "tui/field_grid.h"

static struct form_def place(struct field_grid *grid, const char *type, const char *name, bool needed)
{
    struct form_def def;
    field_grid_place(grid, catalogue_field(catalogue_find(type), name), 3, needed, GRID_REFS, &def);
    return def;
}

static void two_short_fields_share_a_line(void **state)
{
    struct field_grid grid;
    (void)state;
    field_grid_start(&grid, 80);
    struct form_def name = place(&grid, "case", "name", true), sex = place(&grid, "case", "sex", false);
    struct form_def phone = place(&grid, "case", "phone", false), organ = place(&grid, "case", "organ", false), born = place(&grid, "case", "born", false);
    assert_int_equal(name.row, 0);
    assert_int_equal(name.col, 1);
    assert_int_equal(sex.row, 0);
    assert_int_equal(sex.col, 41);
    assert_int_equal(phone.row, 1);
    assert_int_equal(organ.row, 2); /* sixty characters: not beside the phone */
    assert_int_equal(organ.col, 1);
    assert_int_equal(born.row, 3);
    assert_int_equal(form_field_col(&name), 1 + GRID_LABEL_COLUMNS + 1);
    assert_int_equal(form_field_col(&sex), 41 + GRID_LABEL_COLUMNS + 1);
    assert_true(name.flags & FORM_REQUIRED);
    assert_int_equal(name.columns + name.name_columns, 23);
    assert_int_equal(name.name_columns, 4); /* room for 必填 */
    assert_int_equal(sex.columns, 6);
}

static void long_texts_take_their_lines(void **state)
{
    struct field_grid grid;
    (void)state;
    field_grid_start(&grid, 80);
    struct form_def narrative = place(&grid, "case", "narrative", false), note = place(&grid, "case", "note", false);
    assert_int_equal(narrative.rows, 3);
    assert_int_equal(note.row, 3);
    assert_int_equal(grid.row, 6);
}

/* Every field of every type, at the least and at the design width: inside the screen, two in a line never overlap. */
static void nothing_stands_outside(void **state)
{
    static const int WIDTHS[] = {60, 80, 120};
    (void)state;
    for (size_t w = 0; w < sizeof WIDTHS / sizeof WIDTHS[0]; w++) {
        for (size_t t = 0; t < catalogue_count(); t++) {
            const struct record_type *type = catalogue_at(t);
            struct field_grid grid;
            struct form_def before = {.row = -1};
            field_grid_start(&grid, WIDTHS[w]);
            for (size_t i = 0; i < type->n_fields; i++) {
                struct form_def def;
                field_grid_place(&grid, &type->fields[i], 2, i % 2 == 0, GRID_REFS_WIDE, &def);
                int end = form_field_col(&def) + 2 + def.columns + def.name_columns;
                assert_true(end <= WIDTHS[w]);
                assert_true(def.columns >= 6);
                assert_true(def.row > before.row || (def.row == before.row && form_field_col(&before) + 2 + before.columns + before.name_columns <= def.col));
                before = def;
            }
        }
    }
}

static void another_width_needs_another_layout(void **state)
{
    (void)state;
    assert_true(field_grid_differs(80, 60));
    assert_true(field_grid_differs(60, 80));
    assert_true(field_grid_differs(60, 61));
    assert_false(field_grid_differs(80, 120));
}

static void a_reference_is_a_code_field(void **state)
{
    struct field_grid grid;
    struct form_def def;
    (void)state;
    field_grid_start(&grid, 80);
    def = place(&grid, "case", "case_group", false);
    assert_int_equal(def.kind, FORM_CODE);
    assert_int_equal(def.name_columns, 17);
    field_grid_place(&grid, catalogue_field(catalogue_find("case"), "case_group"), 2, false, GRID_REFS_WIDE, &def);
    assert_int_equal(def.col, 1);
    assert_int_equal(def.name_columns, 56); /* a line of its own, for the title */
    field_grid_place(&grid, catalogue_field(catalogue_find("case"), "case_group"), 2, false, GRID_NO_REFS, &def);
    assert_int_equal(def.kind, FORM_TEXT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_short_fields_share_a_line),      cmocka_unit_test(long_texts_take_their_lines),      cmocka_unit_test(nothing_stands_outside),
        cmocka_unit_test(another_width_needs_another_layout), cmocka_unit_test(a_reference_is_a_code_field),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
