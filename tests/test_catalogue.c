/* tests/test_catalogue.c - the table keeps its promises: numbers and names once, code sets that exist, limits that make sense. */
#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "core/record/catalogue.h"
#include "core/record/code_book.h"
#include "core/record/record.h"

static void is_snake_case(const char *name)
{
    assert_true(islower((unsigned char)name[0]));
    for (const char *at = name; *at; at++)
        assert_true(islower((unsigned char)*at) || isdigit((unsigned char)*at) || *at == '_');
}

static void types_are_unique_and_found(void **state)
{
    (void)state;
    assert_true(catalogue_count() >= 7);
    for (size_t i = 0; i < catalogue_count(); i++) {
        const struct record_type *type = catalogue_at(i);
        is_snake_case(type->name);
        assert_true(type->n_fields > 0 && type->n_fields <= FIELD_MAX_COUNT);
        assert_ptr_equal(catalogue_find(type->name), type);
        assert_ptr_equal(catalogue_find(type->label), type);
        assert_ptr_equal(catalogue_by_no(type->no), type);
        assert_non_null(catalogue_field(type, type->order));
        assert_true(catalogue_field(type, type->order)->flags & FIELD_INDEX);
        assert_false(catalogue_is_sparse(catalogue_field(type, type->order))); /* a list stands whole in the index of its order */
    }
    assert_null(catalogue_find("cases"));
    assert_null(catalogue_by_no(0));
    assert_null(catalogue_by_no(UINT64_MAX));
}

static void check_field(const struct record_type *type, const struct field_def *field)
{
    is_snake_case(field->name);
    assert_true(field->no > 0);
    assert_true(field->kind < FIELD_KINDS);
    assert_true(strlen(field->label) > 0);
    assert_true(field->min <= field->max);
    assert_true(catalogue_max_chars(field) > 0);
    assert_ptr_equal(catalogue_field(type, field->name), field);
    assert_ptr_equal(catalogue_field(type, field->label), field);
    assert_ptr_equal(catalogue_field_by_no(type, field->no), field);
    assert_ptr_equal(&type->fields[catalogue_field_index(type, field)], field);
    bool needs_codes = field->kind == FIELD_CODE || field->kind == FIELD_CODES || field->kind == FIELD_REF;
    assert_true(needs_codes == (field->codes != NULL));
    if (field->kind == FIELD_REF)
        assert_non_null(catalogue_find(field->codes));
}

static void fields_are_unique_and_complete(void **state)
{
    (void)state;
    for (size_t i = 0; i < catalogue_count(); i++) {
        const struct record_type *type = catalogue_at(i);
        for (size_t j = 0; j < type->n_fields; j++)
            check_field(type, &type->fields[j]);
        assert_null(catalogue_field(type, "nothing"));
        assert_null(catalogue_field_by_no(type, 0));
        assert_null(catalogue_field_by_no(type, 60000));
    }
}

/* Every set a field names is shipped, and every default parses. */
static void code_sets_and_defaults_exist(void **state)
{
    (void)state;
    struct code_book *codes;
    assert_int_equal(code_book_new(&codes, "320117"), STATUS_OK);
    for (size_t i = 0; i < catalogue_count(); i++) {
        const struct record_type *type = catalogue_at(i);
        struct record record;
        record_init(&record, type);
        for (size_t j = 0; j < type->n_fields; j++) {
            const struct field_def *field = &type->fields[j];
            if (field->kind == FIELD_CODE || field->kind == FIELD_CODES)
                assert_true(code_book_count(codes, field->codes) > 0);
            const char *initial = field->initial;
            if (initial == NULL || strcmp(initial, "today") == 0 || strcmp(initial, "user") == 0 || strcmp(initial, "display") == 0 || strcmp(initial, "station") == 0)
                continue;
            assert_int_equal(record_parse(&record, field, codes, initial, strlen(initial), NULL), STATUS_OK);
            assert_int_not_equal(record_get(&record, field).kind, VALUE_NULL);
        }
        record_release(&record);
    }
    code_book_free(codes);
}

/* Numbers of the change log of ten years ago: this list may grow, its lines never change. */
static void numbers_never_move(void **state)
{
    (void)state;
    static const struct {
        uint16_t type, field;
        const char *type_name, *field_name;
    } fixed[] = {
        {1, 1, "org", "number"},          {1, 3, "org", "name"},           {2, 1, "user", "name"},           {2, 5, "user", "password"},
        {3, 1, "person", "name"},         {3, 5, "person", "id_no"},       {4, 1, "consultation", "date"},   {4, 2, "consultation", "name"},
        {4, 3, "consultation", "sex"},    {4, 4, "consultation", "phone"}, {4, 5, "consultation", "id_kind"}, {4, 6, "consultation", "id_no"},
        {4, 7, "consultation", "town"},   {4, 8, "consultation", "village"}, {4, 9, "consultation", "category"}, {4, 10, "consultation", "topic"},
        {4, 11, "consultation", "content"}, {4, 12, "consultation", "answer"}, {4, 13, "consultation", "handling"}, {4, 14, "consultation", "channel"},
        {4, 15, "consultation", "persons"}, {4, 16, "consultation", "matters"}, {4, 17, "consultation", "event"}, {4, 18, "consultation", "station"},
        {5, 2, "case", "name"},           {5, 11, "case", "received_on"},  {5, 12, "case", "state"},         {5, 40, "case", "decision_no"},
        {5, 50, "case", "closed_on"},     {5, 52, "case", "recovered"},    {6, 1, "code", "set_name"},       {7, 1, "event", "title"},
    };
    for (size_t i = 0; i < sizeof fixed / sizeof fixed[0]; i++) {
        const struct record_type *type = catalogue_by_no(fixed[i].type);
        assert_non_null(type);
        assert_string_equal(type->name, fixed[i].type_name);
        const struct field_def *field = catalogue_field_by_no(type, fixed[i].field);
        assert_non_null(field);
        assert_string_equal(field->name, fixed[i].field_name);
    }
}

/* The center's closer look (apply.c) goes by one flag: whatever it looks for must have it. */
static void what_is_guarded_says_so(void **state)
{
    (void)state;
    for (size_t i = 0; i < catalogue_count(); i++) {
        const struct record_type *type = catalogue_at(i);
        bool looked_for = catalogue_open_states(type) != NULL;
        for (size_t j = 0; j < type->n_fields; j++) {
            const struct field_def *field = &type->fields[j];
            looked_for |= catalogue_station_moves(type, field) != NULL || strcmp(field->name, "case_id") == 0 || (field->flags & (FIELD_ONCE | FIELD_FREEZE)) != 0;
            looked_for |= (field->flags & FIELD_ACTION) != 0 && !(field->flags & FIELD_CENTER);
        }
        if (looked_for && !(type->flags & TYPE_GUARDED))
            fail_msg("%s", type->name);
    }
}

static void sides_are_as_the_law_wants(void **state)
{
    (void)state;
    static const char *const center[] = {"handler", "assigned_on", "decision_no", "decision", "closed_on"};
    const struct record_type *type = catalogue_find("case");
    for (size_t i = 0; i < sizeof center / sizeof center[0]; i++)
        assert_true(catalogue_field(type, center[i])->flags & FIELD_CENTER);
    assert_true(catalogue_find("user")->flags & TYPE_CENTER);
    assert_true(catalogue_find("code")->flags & TYPE_SHARED);
    assert_false(catalogue_find("consultation")->flags & TYPE_CENTER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(types_are_unique_and_found),   cmocka_unit_test(fields_are_unique_and_complete),
        cmocka_unit_test(code_sets_and_defaults_exist), cmocka_unit_test(numbers_never_move),
        cmocka_unit_test(what_is_guarded_says_so),
        cmocka_unit_test(sides_are_as_the_law_wants),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
