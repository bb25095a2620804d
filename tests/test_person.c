/* tests/test_person.c - the file behind a name: found, made, followed; likeness; two stations take in one person offline, the center merges and takes apart again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/aid/person.h"
#include "core/base/day.h"
#include "tests/fixture.h"

static struct world world;

static int open_world(void **state)
{
    (void)state;
    world_open(&world, 2, NULL);
    return 0;
}

static int close_world(void **state)
{
    (void)state;
    world_close(&world);
    return 0;
}

#define must(call)                                                     \
    do {                                                               \
        enum status must_status = (call);                              \
        if (must_status != STATUS_OK)                                  \
            fail_msg("%s: %s", #call, errmsg_text(&err, must_status)); \
    } while (0)

/* A new record from "field=value;field=value", not saved. */
static void make(struct node *node, const char *type, const char *fields, struct record *record)
{
    struct errmsg err = {{0}};
    record_init(record, catalogue_find(type));
    must(records_begin(node->store, &node->actor, record, node->codes, &err));
    for (const char *at = fields; *at != '\0';) {
        char name[64];
        size_t len = strcspn(at, ";"), equals = strcspn(at, "=");
        assert_true(equals < len && equals < sizeof name);
        memcpy(name, at, equals);
        name[equals] = '\0';
        const struct field_def *field = catalogue_field(record->type, name);
        assert_non_null(field);
        must(record_parse(record, field, node->codes, at + equals + 1, len - equals - 1, &err));
        at += len + (at[len] == ';');
    }
}

static struct id put(struct node *node, const char *type, const char *fields)
{
    struct errmsg err = {{0}};
    struct record record;
    make(node, type, fields, &record);
    must(records_save(node->store, &node->actor, node->codes, node->random, &record, &err));
    struct id id = record.id;
    record_release(&record);
    return id;
}

static struct id put_person(struct node *node, const char *fields)
{
    return put(node, "person", fields);
}

static int64_t count(struct node *node, const char *type)
{
    int64_t n = 0;
    assert_int_equal(records_count(node->store, &node->actor, catalogue_find(type), NULL, &n, NULL), STATUS_OK);
    return n;
}

static void field_is(struct node *node, const char *type, struct id id, const char *field, const char *expected)
{
    char *text = node_get(node, type, id, field);
    assert_non_null(text);
    if (strcmp(text, expected) != 0)
        fail_msg("%s is \"%s\", wanted \"%s\"", field, text, expected);
    free(text);
}

/* ---- the applicant's file ---- */

static struct id applicant_of(struct node *node, const char *fields)
{
    struct errmsg err = {{0}};
    struct record kase;
    struct id out = {{0}};
    make(node, "case", fields, &kase);
    must(store_begin(node->store, "test", &err));
    must(person_for_case(node->store, &node->actor, node->codes, node->random, &kase, &err));
    must(store_commit(node->store, &err));
    assert_int_equal(id_parse(record_text(&kase, "applicant"), 32, &out), STATUS_OK);
    record_release(&kase);
    return out;
}

static void a_case_finds_or_makes_its_file(void **state)
{
    (void)state;
    struct node *node = &world.stations[0];
    struct id first = applicant_of(node, "name=吴国强;id_no=11010519491231002x;phone=13900000001;sex=2;categories=05;note=案件的备注");
    assert_int_equal(count(node, "person"), 1);
    field_is(node, "person", first, "name", "吴国强");
    field_is(node, "person", first, "id_no", "11010519491231002X");
    field_is(node, "person", first, "phone", "13900000001");
    field_is(node, "person", first, "categories", "05");
    field_is(node, "person", first, "note", "");
    /* The same number, the name in another spelling: the same file, which keeps what it has. */
    struct id again = applicant_of(node, "name=吳國強;id_no=11010519491231002X;phone=13900000002");
    assert_true(id_equal(first, again));
    field_is(node, "person", first, "phone", "13900000001");
    /* The same number under another name may be a slip of the pen: a file of its own, for the center to look at. */
    struct id other = applicant_of(node, "name=李四;id_no=11010519491231002X");
    assert_false(id_equal(first, other));
    /* Without a number nobody is taken for somebody else. */
    struct id nameless = applicant_of(node, "name=吴国强;phone=13900000001");
    assert_false(id_equal(first, nameless));
    assert_int_equal(count(node, "person"), 3);
    /* A case that has its file keeps it. */
    char fields[160], id[ID_TEXT_BYTES];
    id_format(other, id);
    snprintf(fields, sizeof fields, "name=吴国强;id_no=11010519491231002X;applicant=%s", id);
    assert_true(id_equal(applicant_of(node, fields), other));
}

static void aliases_name_a_person_too(void **state)
{
    (void)state;
    struct node *node = &world.stations[0];
    struct id first = put_person(node, "name=王秀兰;aliases=王小兰、阿兰;id_no=11010519491231002X");
    assert_true(id_equal(applicant_of(node, "name=王小蘭;id_no=11010519491231002X"), first));
}

static void the_file_is_where_the_case_is(void **state)
{
    (void)state;
    struct node *center = &world.center, *station = &world.stations[0];
    struct errmsg err = {{0}};
    put_person(&world.stations[1], "name=赵六;id_no=11010519491231002X");
    struct id kase = put(station, "case", "name=赵六;id_no=11010519491231002X");
    world_sync(&world, 0);
    world_sync(&world, 1);
    /* The center does it for the station's case: the other station's file would be out of the station's sight. */
    struct record record;
    struct id person;
    must(records_get(center->store, &center->actor, catalogue_find("case"), kase, &record, &err));
    must(store_begin(center->store, "test", &err));
    must(person_for_case(center->store, &center->actor, center->codes, center->random, &record, &err));
    must(records_save(center->store, &center->actor, center->codes, center->random, &record, &err));
    must(store_commit(center->store, &err));
    assert_int_equal(id_parse(record_text(&record, "applicant"), 32, &person), STATUS_OK);
    record_release(&record);
    world_sync(&world, 0);
    field_is(station, "person", person, "name", "赵六");
    field_is(station, "person", person, "sex", "2");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_case_finds_or_makes_its_file, open_world, close_world),
        cmocka_unit_test_setup_teardown(aliases_name_a_person_too, open_world, close_world),
        cmocka_unit_test_setup_teardown(the_file_is_where_the_case_is, open_world, close_world),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
