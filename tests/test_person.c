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
#include "tests/must.h"

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

/* A new record from "field=value;field=value", not saved. */
static void make(struct node *node, const char *type, const char *fields, struct record *record)
{
    struct errmsg err = {{0}};
    record_init(record, catalogue_find(type));
    must(records_begin(node->store, &node->actor, record, node->codes, &err), &err);
    for (const char *at = fields; *at != '\0';) {
        char name[64];
        size_t len = strcspn(at, ";"), equals = strcspn(at, "=");
        assert_true(equals < len && equals < sizeof name);
        memcpy(name, at, equals);
        name[equals] = '\0';
        const struct field_def *field = catalogue_field(record->type, name);
        assert_non_null(field);
        must(record_parse(record, field, node->codes, at + equals + 1, len - equals - 1, &err), &err);
        at += len + (at[len] == ';');
    }
}

static struct id put(struct node *node, const char *type, const char *fields)
{
    struct errmsg err = {{0}};
    struct record record;
    make(node, type, fields, &record);
    must(records_save(node->store, &node->actor, node->codes, node->random, &record, &err), &err);
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
    must(store_begin(node->store, "test", &err), &err);
    must(person_for_case(node->store, &node->actor, node->codes, node->random, &kase, &err), &err);
    must(store_commit(node->store, &err), &err);
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
    must(records_get(center->store, &center->actor, catalogue_find("case"), kase, &record, &err), &err);
    must(store_begin(center->store, "test", &err), &err);
    must(person_for_case(center->store, &center->actor, center->codes, center->random, &record, &err), &err);
    must(records_save(center->store, &center->actor, center->codes, center->random, &record, &err), &err);
    must(store_commit(center->store, &err), &err);
    assert_int_equal(id_parse(record_text(&record, "applicant"), 32, &person), STATUS_OK);
    record_release(&record);
    world_sync(&world, 0);
    field_is(station, "person", person, "name", "赵六");
    field_is(station, "person", person, "sex", "2");
}

/* ---- likeness ---- */

struct pairs {
    struct {
        struct id a, b;
        enum duplicate_reason reason;
    } rows[32];
    size_t n, stop_at;
};

static bool take_pair(void *context, const struct duplicate *duplicate)
{
    struct pairs *pairs = context;
    assert_true(pairs->n < 32);
    pairs->rows[pairs->n].a = duplicate->a->id;
    pairs->rows[pairs->n].b = duplicate->b->id;
    pairs->rows[pairs->n].reason = duplicate->reason;
    pairs->n++;
    return pairs->n != pairs->stop_at;
}

static struct pairs like(struct node *node, struct id person)
{
    struct errmsg err = {{0}};
    struct pairs pairs = {.n = 0};
    struct record record;
    must(records_get(node->store, &node->actor, catalogue_find("person"), person, &record, &err), &err);
    must(person_duplicates(node->store, &node->actor, &record, take_pair, &pairs, &err), &err);
    record_release(&record);
    return pairs;
}

static struct pairs all_pairs(struct node *node, size_t limit)
{
    struct errmsg err = {{0}};
    struct pairs pairs = {.n = 0};
    must(person_duplicate_pairs(node->store, &node->actor, limit, take_pair, &pairs, &err), &err);
    return pairs;
}

static void is_pair(const struct pairs *pairs, struct id a, struct id b, enum duplicate_reason reason)
{
    for (size_t i = 0; i < pairs->n; i++)
        if ((id_equal(pairs->rows[i].a, a) && id_equal(pairs->rows[i].b, b)) || (id_equal(pairs->rows[i].a, b) && id_equal(pairs->rows[i].b, a))) {
            assert_int_equal(pairs->rows[i].reason, reason);
            return;
        }
    fail_msg("no such pair");
}

/* 110105198001010016 and 110105198001020011: one digit of the day and the check character that follows from it. */
static void evidence_in_order(void **state)
{
    (void)state;
    struct node *node = &world.stations[0];
    struct id first = put_person(node, "name=吴国强;id_no=110105198001010016;phone=13900000001");
    struct id same_number = put_person(node, "name=不同;id_no=110105198001010016");
    struct id same_birth = put_person(node, "name=吳國強;born=1980-01-01");
    struct id same_phone = put_person(node, "name=吴国强;phone2=13900000001");
    struct id slip = put_person(node, "name=吴国强;id_no=110105198001020011");
    struct id day_of_slip = put_person(node, "name=吴国强;born=1980-01-02;phone=13900000009");
    put_person(node, "name=别人;phone=13900000001");                    /* only the telephone */
    struct pairs pairs = like(node, first);
    assert_int_equal(pairs.n, 4);
    assert_true(id_equal(pairs.rows[0].b, same_number) && pairs.rows[0].reason == DUPLICATE_ID_NO);
    assert_true(id_equal(pairs.rows[1].b, same_birth) && pairs.rows[1].reason == DUPLICATE_NAME_BORN);
    assert_true(id_equal(pairs.rows[2].b, same_phone) && pairs.rows[2].reason == DUPLICATE_NAME_PHONE);
    assert_true(id_equal(pairs.rows[3].b, slip) && pairs.rows[3].reason == DUPLICATE_ID_ONE_OFF);
    pairs = all_pairs(node, 0);
    assert_int_equal(pairs.n, 5);
    assert_int_equal(pairs.rows[0].reason, DUPLICATE_ID_NO);
    is_pair(&pairs, first, same_number, DUPLICATE_ID_NO);
    is_pair(&pairs, first, same_birth, DUPLICATE_NAME_BORN);
    is_pair(&pairs, first, same_phone, DUPLICATE_NAME_PHONE);
    is_pair(&pairs, first, slip, DUPLICATE_ID_ONE_OFF);
    is_pair(&pairs, slip, day_of_slip, DUPLICATE_NAME_BORN);
    assert_int_equal(all_pairs(node, 2).n, 2);
    assert_string_equal(duplicate_reason_text(DUPLICATE_ID_ONE_OFF), "证件号码只差一位");
}

static void every_slip_is_found(void **state)
{
    (void)state;
    /* A digit of the area, two swapped there; of the year; of the month; of the sequence. */
    static const char *const slips[] = {"320134198611051238", "320142198611051238", "320124198711051232", "320124196811051230", "320124198612051237", "320124198611051294", "320124198611051323", "320124198611052131"};
    for (size_t i = 0; i < sizeof slips / sizeof slips[0]; i++) {
        struct node *node = &world.stations[0];
        char fields[128];
        snprintf(fields, sizeof fields, "name=王晓明;id_no=%s", slips[i]); /* the same name and birth day would be stronger evidence */
        struct id first = put_person(node, "name=王小明;id_no=320124198611051235"), second = put_person(node, fields);
        struct pairs pairs = like(node, first);
        assert_int_equal(pairs.n, 1);
        is_pair(&pairs, first, second, DUPLICATE_ID_ONE_OFF);
        pairs = all_pairs(node, 0);
        assert_int_equal(pairs.n, 1);
        is_pair(&pairs, first, second, DUPLICATE_ID_ONE_OFF);
        close_world(state);
        open_world(state);
    }
}

/* 1980-11-05 and 1981-01-05: the last digit of the year and the first of the month, between the two halves that the list sorts by. */
static void a_swap_across_the_border(void **state)
{
    (void)state;
    struct node *node = &world.stations[0];
    struct id a = put_person(node, "name=王小明;id_no=320124198011051231"), b = put_person(node, "name=王小明;id_no=320124198101051235");
    struct pairs pairs = like(node, a);
    assert_int_equal(pairs.n, 1);
    pairs = all_pairs(node, 0);
    assert_int_equal(pairs.n, 1);
    is_pair(&pairs, a, b, DUPLICATE_ID_ONE_OFF);
}

static void two_slips_are_two_people(void **state)
{
    (void)state;
    struct node *node = &world.stations[0];
    struct id first = put_person(node, "name=王小明;id_no=320124198611051235");
    put_person(node, "name=王小明;id_no=320124198711051240");
    assert_int_equal(like(node, first).n, 0);
    assert_int_equal(all_pairs(node, 0).n, 0);
}

static void other_documents(void **state)
{
    (void)state;
    struct node *node = &world.stations[0];
    struct id card = put_person(node, "name=李某;id_no=110105198001010016");
    struct id disability = put_person(node, "name=李某某;id_kind=41;id_no=11010519800101001643");
    struct id passport = put_person(node, "name=汤姆;id_kind=31;id_no=E12345678");
    struct id again = put_person(node, "name=TOM;id_kind=31;id_no=e12345678");
    put_person(node, "name=甲;id_kind=99;id_no=户口没有登记");
    struct id none = put_person(node, "name=乙;id_kind=99;id_no=户口没有登记");
    struct pairs pairs = like(node, card);
    assert_int_equal(pairs.n, 1);
    is_pair(&pairs, card, disability, DUPLICATE_ID_NO);
    pairs = like(node, disability);
    is_pair(&pairs, card, disability, DUPLICATE_ID_NO);
    pairs = like(node, passport);
    is_pair(&pairs, passport, again, DUPLICATE_ID_NO);
    assert_int_equal(like(node, none).n, 0);
    assert_int_equal(all_pairs(node, 0).n, 2);
}

static void aliases_are_names(void **state)
{
    (void)state;
    struct node *node = &world.stations[0];
    struct id first = put_person(node, "name=王秀兰;aliases=王小兰、阿兰;born=1960-05-05;phone=13900000001");
    struct id second = put_person(node, "name=王小兰;born=1960-05-05");
    struct id third = put_person(node, "name=阿兰;phone=13900000001");
    struct pairs pairs = like(node, first);
    assert_int_equal(pairs.n, 2);
    is_pair(&pairs, first, second, DUPLICATE_NAME_BORN);
    is_pair(&pairs, first, third, DUPLICATE_NAME_PHONE);
    pairs = like(node, third);
    assert_int_equal(pairs.n, 1);
    is_pair(&pairs, first, third, DUPLICATE_NAME_PHONE);
    assert_int_equal(all_pairs(node, 0).n, 2);
}

static void a_file_not_saved_yet(void **state)
{
    (void)state;
    struct node *node = &world.stations[0];
    struct errmsg err = {{0}};
    struct id first = put_person(node, "name=王秀兰;phone=13900000001");
    struct record record;
    struct pairs pairs = {.n = 0};
    make(node, "person", "name=王秀兰;phone=13900000001", &record);
    must(person_duplicates(node->store, &node->actor, &record, take_pair, &pairs, &err), &err);
    assert_int_equal(pairs.n, 1);
    assert_true(id_equal(pairs.rows[0].b, first));
    record_release(&record);
}

static void a_crowd_gives_pairs_with_its_newest(void **state)
{
    (void)state;
    struct node *node = &world.stations[0];
    for (int i = 0; i < 25; i++)
        put_person(node, "name=王秀兰;phone=13900000001");
    struct pairs pairs = all_pairs(node, 0);
    assert_int_equal(pairs.n, 24);
    for (size_t i = 0; i < pairs.n; i++)
        assert_true(id_equal(pairs.rows[i].b, pairs.rows[0].b));
}

static void twins_are_not_slips(void **state)
{
    (void)state;
    struct node *node = &world.stations[0];
    struct id first = put_person(node, "name=王小明;id_no=110105198001010016");
    put_person(node, "name=王小亮;id_no=110105198001010032");
    assert_int_equal(like(node, first).n, 0);
    assert_int_equal(all_pairs(node, 0).n, 0);
    struct id sounds = put_person(node, "name=王晓明;id_no=110105198001010059");
    struct pairs pairs = like(node, first);
    assert_int_equal(pairs.n, 1);
    assert_true(id_equal(pairs.rows[0].b, sounds));
    pairs = all_pairs(node, 0);
    assert_int_equal(pairs.n, 1);
    is_pair(&pairs, first, sounds, DUPLICATE_ID_ONE_OFF);
}

/* ---- merging ---- */

static const bool *take_fields(const char *names)
{
    static bool take[FIELD_MAX_COUNT];
    const struct record_type *type = catalogue_find("person");
    memset(take, 0, sizeof take);
    for (size_t i = 0; i < type->n_fields; i++) {
        const char *at = strstr(names, type->fields[i].name);
        take[i] = at != NULL && (at == names || at[-1] == ',') && (at[strlen(type->fields[i].name)] == ',' || at[strlen(type->fields[i].name)] == '\0');
    }
    return take;
}

static struct id merge(struct id survivor, struct id loser, const char *take)
{
    struct errmsg err = {{0}};
    struct node *center = &world.center;
    struct id out;
    must(person_merge(center->store, &center->actor, center->codes, center->random, survivor, loser, take_fields(take), "同一身份证", &out, &err), &err);
    return out;
}

static enum status unmerge(struct id id, struct errmsg *err)
{
    struct node *center = &world.center;
    return person_unmerge(center->store, &center->actor, center->codes, center->random, id, err);
}

static void sync_all(void)
{
    for (int round = 0; round < 2; round++) /* the second round brings what the other station pushed */
        for (size_t i = 0; i < world.n_stations; i++) {
            struct replica_result result = world_sync(&world, i);
            assert_int_equal(result.quarantined, 0);
        }
}

static void verify_all(void)
{
    node_verify(&world.center);
    for (size_t i = 0; i < world.n_stations; i++)
        node_verify(&world.stations[i]);
}

struct changes {
    char users[16][64];
    char stations[16][64];
    size_t n;
};

static bool take_change(void *context, const struct history_entry *entry)
{
    struct changes *changes = context;
    assert_true(changes->n < 16);
    snprintf(changes->stations[changes->n], sizeof changes->stations[0], "%s", entry->station);
    snprintf(changes->users[changes->n++], sizeof changes->users[0], "%s", entry->user);
    return true;
}

static struct changes history(struct node *node, struct id person)
{
    struct errmsg err = {{0}};
    struct changes changes = {.n = 0};
    must(records_history(node->store, &node->actor, catalogue_find("person"), person, take_change, &changes, &err), &err);
    return changes;
}

static struct id follow(struct node *node, struct id person)
{
    struct errmsg err = {{0}};
    struct id out;
    must(person_follow(node->store, &node->actor, person, &out, &err), &err);
    return out;
}

/* The same woman comes to two stations; both are offline. The center merges, takes apart again, and neither station loses a word. */
static void two_stations_one_person(void **state)
{
    (void)state;
    struct node *center = &world.center, *one = &world.stations[0], *two = &world.stations[1];
    struct errmsg err = {{0}};
    struct id a = put_person(one, "name=王秀兰;id_no=110105198001010032;phone=13900000001;address=青石村3号");
    struct id b = put_person(two, "name=王秀蘭;id_no=110105198001010032;phone=13900000002;employer=天虹纺织厂");
    struct id kase = applicant_of(two, "name=王秀蘭;id_no=110105198001010032");
    assert_true(id_equal(kase, b));
    sync_all();
    struct pairs pairs = all_pairs(center, 0);
    assert_int_equal(pairs.n, 1);
    is_pair(&pairs, a, b, DUPLICATE_ID_NO);
    assert_int_equal(all_pairs(one, 0).n, 0); /* a station sees its own people only */

    struct id row = merge(a, b, "phone,employer");
    assert_int_equal(all_pairs(center, 0).n, 0);
    assert_int_equal(like(center, a).n, 0);
    sync_all();
    field_is(center, "person", a, "phone", "13900000002");
    field_is(one, "person", a, "phone", "13900000002");
    field_is(one, "person", a, "employer", "天虹纺织厂");
    field_is(one, "person", a, "address", "青石村3号");
    field_is(two, "person", b, "phone", "13900000002"); /* the merged file keeps what it held */
    field_is(two, "person", b, "name", "王秀蘭");
    assert_true(id_equal(follow(center, b), a));
    assert_true(id_equal(follow(one, a), a));
    assert_true(id_equal(follow(two, b), b)); /* where it went is out of this station's sight */
    /* The row goes with the merged file. */
    field_is(two, "merge", row, "reason", "同一身份证");
    assert_null(node_get(one, "merge", row, "reason"));
    field_is(center, "merge", row, "values_before", "{\"phone\":\"13900000001\",\"employer\":null}");
    field_is(center, "merge", row, "values_after", "{\"phone\":\"13900000002\",\"employer\":\"天虹纺织厂\"}");
    /* Both histories stay: made at the station, changed by the center. */
    struct changes changes = history(one, a);
    assert_int_equal(changes.n, 2);
    assert_string_equal(changes.users[0], "站2");
    assert_string_equal(changes.users[1], "center");
    changes = history(two, b);
    assert_int_equal(changes.n, 2);
    assert_string_equal(changes.users[0], "站3");
    verify_all();

    must(unmerge(b, &err), &err); /* by the merged file's id */
    sync_all();
    field_is(one, "person", a, "phone", "13900000001");
    field_is(one, "person", a, "employer", "");
    field_is(one, "person", a, "address", "青石村3号");
    field_is(two, "person", b, "phone", "13900000002");
    field_is(two, "person", b, "merged_into", "");
    assert_true(id_equal(follow(center, b), b));
    assert_int_equal(history(one, a).n, 3);
    assert_int_equal(history(two, b).n, 3);
    assert_int_equal(node_conflicts(center), 0);
    /* What was taken apart is not proposed again, but may be merged again. */
    assert_int_equal(all_pairs(center, 0).n, 0);
    assert_int_equal(unmerge(row, &err), STATUS_INVALID);
    merge(b, a, "address");
    sync_all();
    field_is(two, "person", b, "address", "青石村3号");
    assert_true(id_equal(follow(center, a), b));
    verify_all();
}

/* While the center merges, the station edits one of the merged fields: both values stay until somebody decides. */
static void a_station_edits_meanwhile(void **state)
{
    (void)state;
    struct node *center = &world.center, *one = &world.stations[0], *two = &world.stations[1];
    struct errmsg err = {{0}};
    struct id a = put_person(one, "name=王秀兰;phone=13900000001;address=青石村3号");
    struct id b = put_person(two, "name=王秀兰;phone=13900000002;address=县城");
    sync_all();
    merge(a, b, "phone,address");
    node_set(one, "person", a, "phone", "13900000003"); /* the station has not heard of the merge */
    node_set(two, "person", b, "village", "");           /* nor has the other */
    node_set(two, "person", b, "occupation", "裁缝");
    sync_all();
    assert_int_equal(node_conflicts(center), 1);
    assert_int_equal(node_conflicts(one), 1);
    field_is(center, "person", a, "phone", "13900000003"); /* the later one shows, the merge's is kept beside it */
    field_is(center, "person", a, "address", "县城");
    field_is(two, "person", b, "occupation", "裁缝");
    field_is(center, "person", b, "occupation", "裁缝");
    verify_all();
    /* Taking apart leaves what was edited since, and says so. */
    assert_int_equal(unmerge(b, &err), STATUS_PARTIAL);
    assert_non_null(strstr(err.text, "电话"));
    assert_null(strstr(err.text, "住址"));
    sync_all();
    field_is(one, "person", a, "phone", "13900000003");
    field_is(one, "person", a, "address", "青石村3号");
    field_is(two, "person", b, "merged_into", "");
    field_is(two, "person", b, "occupation", "裁缝");
    assert_int_equal(node_conflicts(center), 1); /* a person still decides about the telephone */
    verify_all();
}

static void merges_follow_each_other(void **state)
{
    (void)state;
    struct node *center = &world.center;
    struct errmsg err = {{0}};
    struct id a = put_person(center, "name=甲;phone=13900000001"), b = put_person(center, "name=乙;phone=13900000002"), c = put_person(center, "name=丙;phone=13900000003");
    struct id out;
    struct id first = merge(b, a, "phone");
    merge(c, b, "");
    assert_true(id_equal(follow(center, a), c));
    assert_int_equal(like(center, a).n, 0);
    /* Neither side may be a file that ended elsewhere. */
    assert_int_equal(person_merge(center->store, &center->actor, center->codes, center->random, a, c, take_fields(""), "", &out, &err), STATUS_INVALID);
    assert_int_equal(person_merge(center->store, &center->actor, center->codes, center->random, c, a, take_fields(""), "", &out, &err), STATUS_INVALID);
    assert_int_equal(person_merge(center->store, &center->actor, center->codes, center->random, c, c, take_fields(""), "", &out, &err), STATUS_INVALID);
    /* The first merge can be taken apart although its survivor was merged since. */
    must(unmerge(first, &err), &err);
    assert_true(id_equal(follow(center, a), a));
    assert_true(id_equal(follow(center, b), c));
    field_is(center, "person", b, "phone", "13900000002");
    assert_int_equal(unmerge(a, &err), STATUS_NOT_FOUND);
    /* The survivor was deleted: the other file comes back all the same. */
    must(records_delete(center->store, &center->actor, catalogue_find("person"), c, &err), &err);
    must(unmerge(b, &err), &err);
    assert_true(id_equal(follow(center, b), b));
    verify_all();
}

/* A ring cannot be made here, but a store may hold one made by two centers' mistakes. */
static void a_ring_ends(void **state)
{
    (void)state;
    struct node *center = &world.center;
    struct errmsg err = {{0}};
    struct id a = put_person(center, "name=甲"), b = put_person(center, "name=乙"), out;
    struct id ids[] = {a, b};
    for (int i = 0; i < 2; i++) {
        char text[ID_TEXT_BYTES];
        struct record record;
        struct actor acting = center->actor;
        acting.acting = true;
        id_format(ids[1 - i], text);
        must(records_get(center->store, &acting, catalogue_find("person"), ids[i], &record, &err), &err);
        must(record_set_text(&record, "merged_into", text), &err);
        must(records_save(center->store, &acting, center->codes, center->random, &record, &err), &err);
        record_release(&record);
    }
    assert_int_equal(person_follow(center->store, &center->actor, a, &out, &err), STATUS_CORRUPT);
    assert_int_equal(person_follow(center->store, &center->actor, (struct id){{1}}, &out, &err), STATUS_NOT_FOUND);
}

static void only_the_centers_desk_merges(void **state)
{
    (void)state;
    struct node *center = &world.center, *station = &world.stations[0];
    struct errmsg err = {{0}};
    struct id a = put_person(station, "name=甲;sex=2"), b = put_person(station, "name=甲;sex=1;id_no=110105198001010032"), out;
    sync_all();
    assert_int_equal(person_merge(station->store, &station->actor, station->codes, station->random, a, b, take_fields(""), "", &out, &err), STATUS_FORBIDDEN);
    assert_int_equal(person_set_aside(station->store, &station->actor, station->codes, station->random, a, b, "", &err), STATUS_FORBIDDEN);
    assert_int_equal(person_unmerge(station->store, &station->actor, station->codes, station->random, a, &err), STATUS_FORBIDDEN);
    struct actor auditor = center->actor;
    auditor.role = ROLE_AUDITOR;
    auditor.owner = false;
    assert_int_equal(person_merge(center->store, &auditor, center->codes, center->random, a, b, take_fields(""), "", &out, &err), STATUS_FORBIDDEN);
    struct actor clerk = auditor;
    clerk.role = ROLE_CLERK;
    /* A number that contradicts the sex is refused as everywhere, and nothing is changed. */
    assert_int_equal(person_merge(center->store, &clerk, center->codes, center->random, a, b, take_fields("id_no"), "", &out, &err), STATUS_INVALID);
    assert_non_null(strstr(err.text, "性别"));
    field_is(center, "person", a, "id_no", "");
    field_is(center, "person", b, "merged_into", "");
    assert_int_equal(count(center, "merge"), 0);
    must(person_merge(center->store, &clerk, center->codes, center->random, a, b, take_fields("id_no,sex"), "", &out, &err), &err);
    field_is(center, "person", a, "sex", "1");
    assert_int_equal(person_merge(center->store, &clerk, center->codes, center->random, a, (struct id){{7}}, take_fields(""), "", &out, &err), STATUS_NOT_FOUND);
}

static void what_a_number_tells_is_taken_apart_too(void **state)
{
    (void)state;
    struct node *center = &world.center;
    struct errmsg err = {{0}};
    struct id a = put_person(center, "name=甲"), b = put_person(center, "name=甲;id_no=110105198001010032");
    struct record record;
    struct id row = merge(a, b, "id_no");
    must(records_get(center->store, &center->actor, catalogue_find("person"), a, &record, &err), &err);
    assert_int_equal(record_get(&record, catalogue_field(record.type, "born")).number, 3652); /* 1980-01-01 */
    record_release(&record);
    must(unmerge(row, &err), &err);
    must(records_get(center->store, &center->actor, catalogue_find("person"), a, &record, &err), &err);
    assert_int_equal(record_get(&record, catalogue_field(record.type, "born")).kind, VALUE_NULL);
    assert_string_equal(record_text(&record, "sex"), "");
    assert_string_equal(record_text(&record, "id_no"), "");
    record_release(&record);
}

static void a_pair_is_set_aside(void **state)
{
    (void)state;
    struct node *center = &world.center, *one = &world.stations[0];
    struct errmsg err = {{0}};
    struct id a = put_person(one, "name=王秀兰;born=1980-01-01"), b = put_person(one, "name=王秀兰;born=1980-01-01");
    sync_all();
    assert_int_equal(all_pairs(center, 0).n, 1);
    must(person_set_aside(center->store, &center->actor, center->codes, center->random, a, b, "住址、家属都不同", &err), &err);
    assert_int_equal(all_pairs(center, 0).n, 0);
    assert_int_equal(like(center, a).n, 0);
    assert_int_equal(like(center, b).n, 0);
    sync_all();
    assert_int_equal(like(one, b).n, 0);
    field_is(one, "person", a, "merged_into", "");
    assert_int_equal(person_set_aside(center->store, &center->actor, center->codes, center->random, a, a, "", &err), STATUS_INVALID);
    /* A third file is still like both. */
    struct id c = put_person(one, "name=王秀兰;born=1980-01-01");
    assert_int_equal(like(one, c).n, 2);
    assert_int_equal(all_pairs(one, 0).n, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_case_finds_or_makes_its_file, open_world, close_world),
        cmocka_unit_test_setup_teardown(aliases_name_a_person_too, open_world, close_world),
        cmocka_unit_test_setup_teardown(the_file_is_where_the_case_is, open_world, close_world),
        cmocka_unit_test_setup_teardown(evidence_in_order, open_world, close_world),
        cmocka_unit_test_setup_teardown(every_slip_is_found, open_world, close_world),
        cmocka_unit_test_setup_teardown(a_swap_across_the_border, open_world, close_world),
        cmocka_unit_test_setup_teardown(two_slips_are_two_people, open_world, close_world),
        cmocka_unit_test_setup_teardown(twins_are_not_slips, open_world, close_world),
        cmocka_unit_test_setup_teardown(other_documents, open_world, close_world),
        cmocka_unit_test_setup_teardown(aliases_are_names, open_world, close_world),
        cmocka_unit_test_setup_teardown(a_file_not_saved_yet, open_world, close_world),
        cmocka_unit_test_setup_teardown(a_crowd_gives_pairs_with_its_newest, open_world, close_world),
        cmocka_unit_test_setup_teardown(two_stations_one_person, open_world, close_world),
        cmocka_unit_test_setup_teardown(a_station_edits_meanwhile, open_world, close_world),
        cmocka_unit_test_setup_teardown(merges_follow_each_other, open_world, close_world),
        cmocka_unit_test_setup_teardown(a_ring_ends, open_world, close_world),
        cmocka_unit_test_setup_teardown(only_the_centers_desk_merges, open_world, close_world),
        cmocka_unit_test_setup_teardown(what_a_number_tells_is_taken_apart_too, open_world, close_world),
        cmocka_unit_test_setup_teardown(a_pair_is_set_aside, open_world, close_world),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
