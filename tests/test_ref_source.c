/* tests/test_ref_source.c - records as choices: numbered, found by initials and Chinese, some left out, the one held kept. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tests/fixture.h"
#include "tui/picker.h"
#include "tui/ref_source.h"

static struct id add_group(struct node *node, const char *title, const char *date)
{
    struct errmsg err;
    struct record record;
    record_init(&record, catalogue_find("case_group"));
    assert_int_equal(records_begin(node->store, &node->actor, &record, node->codes, &err), STATUS_OK);
    assert_int_equal(record_set_text(&record, "title", title), STATUS_OK);
    assert_int_equal(record_parse(&record, catalogue_field(record.type, "date"), node->codes, date, strlen(date), &err), STATUS_OK);
    assert_int_equal(records_save(node->store, &node->actor, node->codes, node->random, &record, &err), STATUS_OK);
    struct id id = record.id;
    record_release(&record);
    return id;
}

static bool wages_only(const struct record *record)
{
    return strstr(record_text(record, "title"), "工资") != NULL;
}

static void choices_are_numbered_and_found(void **state)
{
    struct world world;
    struct errmsg err;
    struct ref_source *source;
    const struct code *code = NULL;
    struct id none = {{0}}, id;
    (void)state;
    world_open(&world, 1, NULL);
    struct node *station = &world.stations[0];
    struct id old = add_group(station, "某工地二十三人工资", "2026-01-01"), new = add_group(station, "某事故继承人", "2026-03-01");
    assert_int_equal(ref_source_load(&source, station->store, &station->actor, station->codes, catalogue_find("case_group"), NULL, none, &err), STATUS_OK);
    struct code_source codes = ref_source_codes(source);
    assert_string_equal(ref_source_code(source, new), "1"); /* the newest first */
    assert_string_equal(ref_source_code(source, old), "2");
    assert_int_equal(code_source_resolve(&codes, "工地", &code), CODE_ONE);
    assert_string_equal(code->code, "2");
    assert_int_equal(code_source_resolve(&codes, "msgj", &code), CODE_ONE);
    assert_string_equal(code->code, "1");
    assert_true(ref_source_id(source, "2", &id));
    assert_true(id_equal(id, old));
    assert_false(ref_source_id(source, "3", &id));
    assert_null(ref_source_code(source, none));
    ref_source_free(source);
    world_close(&world);
}

static void what_is_held_is_kept(void **state)
{
    struct world world;
    struct errmsg err;
    struct ref_source *source;
    struct id none = {{0}}, unknown = {{9}};
    (void)state;
    world_open(&world, 1, NULL);
    struct node *station = &world.stations[0];
    const struct record_type *type = catalogue_find("case_group");
    struct id wages = add_group(station, "某工地二十三人工资", "2026-01-01"), heirs = add_group(station, "某事故继承人", "2026-03-01");
    assert_int_equal(ref_source_load(&source, station->store, &station->actor, station->codes, type, wages_only, none, &err), STATUS_OK);
    assert_string_equal(ref_source_code(source, wages), "1");
    assert_null(ref_source_code(source, heirs));
    ref_source_free(source);
    assert_int_equal(ref_source_load(&source, station->store, &station->actor, station->codes, type, wages_only, heirs, &err), STATUS_OK);
    assert_string_equal(ref_source_code(source, heirs), "2");
    ref_source_free(source);
    assert_int_equal(ref_source_load(&source, station->store, &station->actor, station->codes, type, NULL, unknown, &err), STATUS_OK);
    assert_null(ref_source_code(source, unknown));
    ref_source_free(source);
    world_close(&world);
}

/* A record goes while its name is among the choices of an open picker: it is not offered any more and not named, the others stay, and the Enter that was on its way takes nothing. */
static void what_is_gone_is_not_offered(void **state)
{
    struct world world;
    struct errmsg err;
    struct ref_source *source;
    struct picker picker;
    struct id none = {{0}};
    (void)state;
    world_open(&world, 1, NULL);
    struct node *station = &world.stations[0];
    const struct record_type *type = catalogue_find("case_group");
    struct id wages = add_group(station, "某工地二十三人工资", "2026-01-01"), heirs = add_group(station, "某事故继承人", "2026-03-01");
    assert_int_equal(ref_source_load(&source, station->store, &station->actor, station->codes, type, NULL, none, &err), STATUS_OK);
    picker_init(&picker, ref_source_codes(source), "群体案件", "");
    assert_int_equal(picker.count, 2);
    assert_string_equal(picker_choice(&picker)->name, "某事故继承人");
    assert_true(picker_refresh(&picker));
    assert_int_equal(picker.count, 2);
    assert_int_equal(records_delete(station->store, &station->actor, type, heirs, &err), STATUS_OK);
    assert_false(picker_refresh(&picker));
    assert_int_equal(picker.count, 1);
    assert_string_equal(picker_choice(&picker)->name, "某工地二十三人工资");
    assert_false(ref_source_shows(source, heirs));
    assert_int_equal(picker_key(&picker, key_named(K_ENTER, 0)), PICKER_REFUSED);
    assert_int_equal(picker_key(&picker, key_named(K_ENTER, 0)), PICKER_CHOSEN);
    picker_release(&picker);
    assert_int_equal(records_delete(station->store, &station->actor, type, wages, &err), STATUS_OK);
    picker_init(&picker, ref_source_codes(source), "群体案件", ""); /* one that opens later */
    assert_int_equal(picker.count, 0);
    picker_release(&picker);
    ref_source_free(source);
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(choices_are_numbered_and_found), cmocka_unit_test(what_is_held_is_kept), cmocka_unit_test(what_is_gone_is_not_offered)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
