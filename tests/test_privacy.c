/* Tests of core/record/privacy: sealed files and safe contacts in lists, search, history, exports. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/record/privacy.h"
#include "core/record/search.h"
#include "core/record/table_writer.h"
#include "tests/fixture.h"

static struct world world;

static int open_world(void **state)
{
    (void)state;
    world_open(&world, 1, NULL);
    return 0;
}

static int close_world(void **state)
{
    (void)state;
    world_close(&world);
    return 0;
}

static struct actor with_role(enum actor_role role)
{
    struct actor actor = world.center.actor;
    actor.owner = false;
    actor.role = role;
    return actor;
}

static struct id add_person(const char *name, const char *field, const char *text)
{
    struct node *node = &world.center;
    struct errmsg err = {{0}};
    struct record record;
    record_init(&record, catalogue_find("person"));
    record.scope = 1;
    assert_int_equal(record_set_text(&record, "name", name), STATUS_OK);
    assert_int_equal(record_set_text(&record, "phone", "13900001234"), STATUS_OK);
    assert_int_equal(record_set_text(&record, "address", "某村九号"), STATUS_OK);
    assert_int_equal(record_parse(&record, catalogue_field(record.type, field), node->codes, text, strlen(text), &err), STATUS_OK);
    assert_int_equal(records_save(node->store, &node->actor, node->codes, node->random, &record, &err), STATUS_OK);
    struct id id = record.id;
    record_release(&record);
    return id;
}

static bool count_row(void *context, const struct record *record, const struct list_key *key)
{
    (void)record, (void)key;
    ++*(int *)context;
    return true;
}

static int listed(const struct actor *actor)
{
    struct list_query query = {.type = catalogue_find("person")};
    int count = 0;
    assert_int_equal(records_list(world.center.store, actor, &query, count_row, &count, NULL), STATUS_OK);
    return count;
}

static bool count_hit(void *context, const struct search_hit *hit)
{
    struct buf *titles = context;
    buf_puts(titles, hit->title);
    return true;
}

static int64_t found(const struct actor *actor, const char *text, struct buf *titles)
{
    struct search_query query = {.text = text, .limit = 10};
    int64_t total = 0;
    buf_clear(titles);
    assert_int_equal(search_find(world.center.store, actor, world.codes, &query, count_hit, titles, &total, NULL), STATUS_OK);
    return total;
}

static bool see_entry(void *context, const struct history_entry *entry)
{
    (void)context, (void)entry;
    return true;
}

static void sealed_files_are_seen_by_director_and_archivist_only(void **state)
{
    (void)state;
    struct id id = add_person("马小某", "sealed", "是");
    struct buf titles;
    struct record record;
    buf_init(&titles, 1000);
    for (unsigned role = 0; role < ROLE_COUNT; role++) {
        struct actor actor = with_role((enum actor_role)role);
        bool sees = role == ROLE_DIRECTOR || role == ROLE_ARCHIVIST;
        int64_t count = 0;
        assert_int_equal(listed(&actor), sees);
        enum status status = records_get(world.center.store, &actor, catalogue_find("person"), id, &record, NULL);
        assert_int_equal(status, sees ? STATUS_OK : STATUS_NOT_FOUND);
        if (status == STATUS_OK)
            record_release(&record);
        assert_int_equal(records_history(world.center.store, &actor, catalogue_find("person"), id, see_entry, NULL, NULL), sees ? STATUS_OK : STATUS_NOT_FOUND);
        assert_int_equal(records_count(world.center.store, &actor, catalogue_find("person"), NULL, &count, NULL), STATUS_OK);
        assert_int_equal(count, 1); /* reports count them */
        assert_int_equal(found(&actor, "马小某", &titles), 0);
    }
    buf_release(&titles);
}

static struct id add_row(const char *type, const char *const fields[][2])
{
    struct node *node = &world.center;
    struct errmsg err = {{0}};
    struct record record;
    struct actor acting = node->actor;
    acting.acting = true;
    record_init(&record, catalogue_find(type));
    record.scope = 1;
    for (size_t i = 0; fields[i][0] != NULL; i++)
        assert_int_equal(record_parse(&record, catalogue_field(record.type, fields[i][0]), node->codes, fields[i][1], strlen(fields[i][1]), &err), STATUS_OK);
    if (records_save(node->store, &acting, node->codes, node->random, &record, &err) != STATUS_OK)
        fail_msg("%s: %s", type, err.text);
    struct id id = record.id;
    record_release(&record);
    return id;
}

static int listed_of(const struct actor *actor, const char *type)
{
    struct list_query query = {.type = catalogue_find(type)};
    int count = 0;
    assert_int_equal(records_list(world.center.store, actor, &query, count_row, &count, NULL), STATUS_OK);
    return count;
}

/* The papers and visits of a case tell its recipient's name: they are sealed with it, also when the seal comes later, and free again with it. */
static void what_names_a_sealed_case_is_sealed_with_it(void **state)
{
    struct node *node = &world.center;
    struct actor clerk = with_role(ROLE_CLERK), director = with_role(ROLE_DIRECTOR);
    struct record record;
    struct buf titles;
    char kase[ID_TEXT_BYTES];
    (void)state;
    buf_init(&titles, 1000);
    struct id id = add_row("case", (const char *const[][2]){{"name", "马小某"}, {"case_type", "民事"}, {"state", "S12"}, {"received_on", "2025-01-06"}, {"closed_on", "2025-06-01"}, {NULL, NULL}});
    id_format(id, kase);
    struct id paper = add_row("document", (const char *const[][2]){{"case_id", kase}, {"form", "9"}, {"issued_on", "2025-03-01"}, {"name", "马小某"}, {"text", "住某村九号"}, {NULL, NULL}});
    add_row("material", (const char *const[][2]){{"case_id", kase}, {"name", "身份证复印件"}, {"giver", "马小某"}, {NULL, NULL}});
    add_row("complaint", (const char *const[][2]){{"case_id", kase}, {"date", "2025-07-01"}, {"matter", "4"}, {NULL, NULL}});
    add_row("token", (const char *const[][2]){{"date", "2025-07-01"}, {"kind", "1"}, {"quantity", "1"}, {NULL, NULL}}); /* of no case */
    for (int sealed = 0; sealed < 3; sealed++) {
        if (sealed > 0)
            node_set(node, "case", id, "sealed", sealed == 1 ? "是" : "否");
        bool hidden = sealed == 1;
        assert_int_equal(listed_of(&clerk, "document"), !hidden);
        assert_int_equal(listed_of(&clerk, "material"), !hidden);
        assert_int_equal(listed_of(&clerk, "complaint"), 1); /* the justice bureau goes on with it */
        assert_int_equal(listed_of(&clerk, "token"), 1);
        assert_int_equal(listed_of(&director, "document"), 1);
        assert_int_equal(found(&clerk, "马小某", &titles), hidden ? 0 : 2);
        assert_int_equal(found(&director, "马小某", &titles), hidden ? 1 : 2);
        enum status status = records_get(node->store, &clerk, catalogue_find("document"), paper, &record, NULL);
        assert_int_equal(status, hidden ? STATUS_NOT_FOUND : STATUS_OK);
        if (status == STATUS_OK)
            record_release(&record);
        assert_int_equal(records_history(node->store, &clerk, catalogue_find("document"), paper, see_entry, NULL, NULL), hidden ? STATUS_NOT_FOUND : STATUS_OK);
        assert_int_equal(records_history(node->store, &director, catalogue_find("document"), paper, see_entry, NULL, NULL), STATUS_OK);
    }
    buf_release(&titles);
}

/* A paper repeats telephone and address of whoever may be reached in a safe way only. */
static void the_text_of_a_paper_stays_in_the_record(void **state)
{
    struct node *node = &world.center;
    const struct record_type *type = catalogue_find("document");
    struct table_writer writer;
    struct record record;
    struct buf text;
    (void)state;
    struct id id = add_row("document", (const char *const[][2]){{"form", "9"}, {"issued_on", "2025-03-01"}, {"name", "李某某"}, {"text", "电话13900001234"}, {NULL, NULL}});
    buf_init(&text, 4000);
    assert_int_equal(records_get(node->store, &node->actor, type, id, &record, NULL), STATUS_OK);
    assert_string_equal(record_text(&record, "text"), "电话13900001234");
    assert_int_equal(table_writer_init(&writer, TABLE_CSV, type, world.codes, false, NULL, &text, NULL), STATUS_OK);
    table_writer_row(&writer, &record);
    table_writer_release(&writer);
    assert_non_null(strstr(buf_cstr(&text), "李某某"));
    assert_null(strstr(buf_cstr(&text), "13900001234"));
    record_release(&record);
    buf_release(&text);
}

static void sealing_takes_a_file_out_of_the_index(void **state)
{
    (void)state;
    struct id id = add_person("周某某", "note", "x");
    struct buf titles;
    buf_init(&titles, 1000);
    assert_int_equal(found(&world.center.actor, "周某某", &titles), 1);
    node_set(&world.center, "person", id, "sealed", "是");
    assert_int_equal(found(&world.center.actor, "周某某", &titles), 0);
    buf_release(&titles);
}

static void telephone_and_address_of_a_safe_contact_stay_in_the_record(void **state)
{
    (void)state;
    struct id id = add_person("李某某", "safe_contact", "只打女儿电话，晚八点后");
    const struct record_type *type = catalogue_find("person");
    struct buf text;
    struct table_writer writer;
    struct record record;
    buf_init(&text, 4000);
    assert_int_equal(records_get(world.center.store, &world.center.actor, type, id, &record, NULL), STATUS_OK);
    assert_string_equal(record_text(&record, "phone"), "13900001234");
    for (int people = 0; people < 2; people++) {
        buf_clear(&text);
        assert_int_equal(table_writer_init(&writer, TABLE_CSV, type, world.codes, people != 0, NULL, &text, NULL), STATUS_OK);
        table_writer_row(&writer, &record);
        table_writer_release(&writer);
        assert_null(strstr(buf_cstr(&text), "13900001234"));
        assert_null(strstr(buf_cstr(&text), "某村九号"));
        assert_non_null(strstr(buf_cstr(&text), "李某某"));
    }
    assert_non_null(strstr(buf_cstr(&text), "(见安全联系方式)"));
    assert_int_equal(found(&world.center.actor, "李某某", &text), 1);
    assert_null(strstr(buf_cstr(&text), "13900001234"));
    record_release(&record);
    buf_release(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(sealed_files_are_seen_by_director_and_archivist_only, open_world, close_world),
        cmocka_unit_test_setup_teardown(what_names_a_sealed_case_is_sealed_with_it, open_world, close_world),
        cmocka_unit_test_setup_teardown(the_text_of_a_paper_stays_in_the_record, open_world, close_world),
        cmocka_unit_test_setup_teardown(sealing_takes_a_file_out_of_the_index, open_world, close_world),
        cmocka_unit_test_setup_teardown(telephone_and_address_of_a_safe_contact_stay_in_the_record, open_world, close_world),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
