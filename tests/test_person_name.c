/* tests/test_person_name.c - when two spellings are one name, and finding all of them by index. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/aid/person.h"
#include "core/aid/person_name.h"
#include "core/base/utf8.h"
#include "tests/fixture.h"

static void key_is(const char *name, const char *expected)
{
    struct buf key;
    buf_init(&key, 1024);
    assert_int_equal(person_name_key(name, strlen(name), &key), STATUS_OK);
    assert_int_equal(key.status, STATUS_OK);
    assert_string_equal(buf_cstr(&key), expected);
    buf_release(&key);
}

static void keys_unify_spellings(void **state)
{
    (void)state;
    key_is("张三", "张三");
    key_is("吳龑", "吴䶮");
    key_is("張　三", "张三");
    key_is(" 张 三 ", "张三");
    static const char *const dots[] = {"买买提·艾力", "买买提‧艾力", "买买提•艾力", "买买提・艾力", "买买提･艾力", "买买提．艾力", "买买提.艾力", "买买提⋅艾力", "買買提 · 艾力"};
    for (size_t i = 0; i < sizeof dots / sizeof dots[0]; i++)
        key_is(dots[i], "买买提艾力");
    key_is("Ｔｏｍ Smith", "tomsmith");
    key_is("恒昌（南京）公司", "恒昌(南京)公司");
    key_is("𫖯", "𫖯"); /* beyond the BMP */
    key_is("\xE5\xBC", "");  /* half a character: no key */
    key_is("", "");
    key_is("·", "");
}

static void variants_are_a_function(void **state)
{
    (void)state;
    /* Ascending without doubles, or the search by halves would miss some; and what a variant stands for is none itself. */
    size_t n = 0;
    for (uint32_t code = 0x3400; code <= 0x9FFF; code++) {
        uint32_t to = person_name_variant(code);
        n += to != code;
        assert_int_equal(person_name_variant(to), to);
    }
    assert_true(n > 500);
    assert_int_equal(person_name_variant(0x5433), 0x5434); /* 吳 吴 */
    assert_int_equal(person_name_variant(0x9F91), 0x4DAE); /* 龑 䶮 */
    assert_int_equal(person_name_variant(0x5F20), 0x5F20); /* 张 */
}

static void names_are_the_same(void **state)
{
    (void)state;
    assert_true(person_name_same("肖红", "蕭紅"));
    assert_false(person_name_same("张三", "张三丰"));
    assert_false(person_name_same("", ""));
    assert_true(person_name_in("小明、阿強", "阿强"));
    assert_true(person_name_in("小明，阿强;老强", "老强"));
    assert_true(person_name_in("小明 阿强", "阿强"));
    assert_false(person_name_in("小明、阿强", "强"));
    assert_false(person_name_in("", "强"));
    assert_true(person_name_sounds_like("王小明", "王晓明"));
    assert_false(person_name_sounds_like("王小明", "王小亮"));
    assert_false(person_name_sounds_like("王小明", "王明"));
    assert_false(person_name_sounds_like("", ""));
}

static bool add_one(void *context, const struct record *record, const struct list_key *key)
{
    (void)record;
    (void)key;
    ++*(int *)context;
    return true;
}

static bool stop_at_once(void *context, const struct record *record, const struct list_key *key)
{
    add_one(context, record, key);
    return false;
}

static void put(struct node *node, const char *name)
{
    struct errmsg err = {{0}};
    struct record record;
    record_init(&record, catalogue_find("person"));
    assert_int_equal(records_begin(node->store, &node->actor, &record, node->codes, &err), STATUS_OK);
    assert_int_equal(record_parse(&record, catalogue_field(record.type, "name"), node->codes, name, strlen(name), &err), STATUS_OK);
    assert_int_equal(records_save(node->store, &node->actor, node->codes, node->random, &record, &err), STATUS_OK);
    record_release(&record);
}

static int found(struct node *node, const char *name)
{
    struct errmsg err = {{0}};
    int n = 0;
    assert_int_equal(person_name_rows(node->store, &node->actor, catalogue_find("person"), "name", name, add_one, &n, &err), STATUS_OK);
    return n;
}

static void look_up_finds_every_spelling(void **state)
{
    (void)state;
    struct world world;
    world_open(&world, 1, NULL);
    struct node *node = &world.stations[0];
    static const char *const names[] = {"吴国强", "吳國強", "吴国強", "吴国彊", "吴国墙", "阿依古丽·买买提", "阿依古丽买买提", "TOM SMITH", "Tom Smith"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        put(node, names[i]);
    assert_int_equal(found(node, "吴国强"), 4);
    assert_int_equal(found(node, "吳国强"), 4);
    assert_int_equal(found(node, "吴国墙"), 1);
    assert_int_equal(found(node, "阿依古丽买买提"), 2);
    assert_int_equal(found(node, "阿依古丽•买买提"), 2);
    assert_int_equal(found(node, "Tom Smith"), 1); /* blanks between Latin words are part of the spelling that is asked for */
    assert_int_equal(found(node, "赵某"), 0);
    assert_int_equal(found(node, ""), 0);
    int n = 0;
    assert_int_equal(person_name_rows(node->store, &node->actor, catalogue_find("person"), "name", "吴国强", stop_at_once, &n, NULL), STATUS_OK);
    assert_int_equal(n, 1);
    /* Another station's people stay unseen. */
    put(&world.center, "吴国强");
    world_sync(&world, 0);
    assert_int_equal(found(node, "吴国强"), 4);
    assert_int_equal(found(&world.center, "吴国强"), 5);
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_unify_spellings),
        cmocka_unit_test(variants_are_a_function),
        cmocka_unit_test(names_are_the_same),
        cmocka_unit_test(look_up_finds_every_spelling),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
