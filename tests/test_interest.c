/* tests/test_interest.c - conflicts of interest: both sides of one quarrel, variants of a name, handlers and firms, and what a station may learn by blinded marks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/aid/interest.h"
#include "core/aid/interest_mark.h"
#include "core/base/day.h"
#include "core/case/erasure.h"
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

/* A record from "field=value;field=value"; returns its id. */
static struct id put(struct node *node, const char *type, const char *fields)
{
    struct errmsg err = {{0}};
    struct record record;
    struct actor acting = node->actor;
    acting.acting = true;
    record_init(&record, catalogue_find(type));
    must(records_begin(node->store, &acting, &record, node->codes, &err), &err);
    for (const char *at = fields; *at != '\0';) {
        char name[64];
        size_t len = strcspn(at, ";"), equals = strcspn(at, "=");
        assert_true(equals < len && equals < sizeof name);
        memcpy(name, at, equals);
        name[equals] = '\0';
        const struct field_def *field = catalogue_field(record.type, name);
        assert_non_null(field);
        must(record_parse(&record, field, node->codes, at + equals + 1, len - equals - 1, &err), &err);
        at += len + (at[len] == ';');
    }
    must(records_save(node->store, &acting, node->codes, node->random, &record, &err), &err);
    struct id id = record.id;
    record_release(&record);
    return id;
}

static struct id put_case(struct node *node, const char *fields)
{
    char all[512];
    snprintf(all, sizeof all, "case_type=02;%s", fields);
    return put(node, "case", all);
}

static struct id put_party(struct node *node, struct id kase, const char *fields)
{
    char id[ID_TEXT_BYTES], all[512];
    id_format(kase, id);
    snprintf(all, sizeof all, "case_id=%s;%s", id, fields);
    return put(node, "party", all);
}

struct seen {
    struct {
        struct id kase;
        char who[64], other[320];
        enum interest_evidence evidence;
        int score;
        bool opposite;
    } hits[16];
    size_t n;
};

static bool take(void *context, const struct interest_hit *hit)
{
    struct seen *seen = context;
    assert_true(seen->n < 16);
    seen->hits[seen->n].kase = hit->kase;
    snprintf(seen->hits[seen->n].who, sizeof seen->hits[0].who, "%s", hit->who);
    snprintf(seen->hits[seen->n].other, sizeof seen->hits[0].other, "%s", hit->other);
    seen->hits[seen->n].evidence = hit->evidence;
    seen->hits[seen->n].score = hit->score;
    seen->hits[seen->n].opposite = hit->opposite;
    seen->n++;
    return true;
}

static struct seen check(struct node *node, struct id kase, const struct id *handler)
{
    struct errmsg err = {{0}};
    struct seen seen = {.n = 0};
    struct rules *rules;
    struct record record, who;
    must(rules_load(&rules, node->store, &node->actor, &err), &err);
    must(records_get(node->store, &node->actor, catalogue_find("case"), kase, &record, &err), &err);
    if (handler != NULL)
        must(records_get(node->store, &node->actor, catalogue_find("handler"), *handler, &who, &err), &err);
    must(interest_check(node->store, &node->actor, rules, &record, handler != NULL ? &who : NULL, take, &seen, &err), &err);
    if (handler != NULL)
        record_release(&who);
    record_release(&record);
    rules_free(rules);
    return seen;
}

static void expect(const struct seen *seen, size_t i, struct id kase, const char *who, const char *other, enum interest_evidence evidence, int score, bool opposite)
{
    assert_true(i < seen->n);
    assert_true(id_equal(seen->hits[i].kase, kase));
    assert_string_equal(seen->hits[i].who, who);
    assert_string_equal(seen->hits[i].other, other);
    assert_int_equal(seen->hits[i].evidence, evidence);
    assert_int_equal(seen->hits[i].score, score);
    assert_int_equal(seen->hits[i].opposite, opposite);
}

static void both_sides_of_a_quarrel(void **state)
{
    (void)state;
    struct node *center = &world.center;
    struct id his = put_case(center, "name=赵大强;id_no=11010519491231002X;phone=13900000001;opponent=钱小芳");
    struct id hers = put_case(center, "name=钱小芳;phone=13900000002;opponent=赵大强");
    struct seen seen = check(center, hers, NULL);
    /* She is his opponent, he is hers: two hits of the same case. */
    assert_int_equal(seen.n, 2);
    expect(&seen, 0, his, "钱小芳", "对方当事人 钱小芳", INTEREST_NAME, 70, true);
    expect(&seen, 1, his, "赵大强", "申请人 赵大强", INTEREST_NAME, 70, true);
    /* A party row with his number: certain. */
    put_party(center, hers, "role=01;name=赵大强;id_no=11010519491231002X");
    seen = check(center, hers, NULL);
    assert_int_equal(seen.n, 3);
    expect(&seen, 0, his, "赵大强", "申请人 赵大强", INTEREST_ID_NO, 100, true);
    /* Another man of that name, known by his own number, is not he. */
    struct id third = put_case(center, "name=孙三;opponent=李某");
    put_party(center, third, "role=01;name=赵大强;id_no=110105198001010016");
    seen = check(center, third, NULL);
    for (size_t i = 0; i < seen.n; i++)
        assert_false(id_equal(seen.hits[i].kase, his) && strcmp(seen.hits[i].other, "申请人 赵大强") == 0);
}

static void same_side_is_no_conflict(void **state)
{
    (void)state;
    struct node *center = &world.center;
    struct id first = put_case(center, "name=周平;opponent=宏大建筑工程有限公司");
    struct id second = put_case(center, "name=吴安;opponent=宏大建筑工程有限公司");
    struct seen seen = check(center, second, NULL);
    assert_int_equal(seen.n, 1);
    expect(&seen, 0, first, "宏大建筑工程有限公司", "对方当事人 宏大建筑工程有限公司", INTEREST_NAME, 45, false);
}

static void names_are_compared_by_key(void **state)
{
    (void)state;
    struct node *center = &world.center;
    struct id old = put_case(center, "name=吳龑;opponent=某甲");
    struct id dotted = put_case(center, "name=买买提·艾力;opponent=某乙");
    struct id company = put_case(center, "name=某丙;opponent=恒昌（南京）贸易有限公司");
    struct id now = put_case(center, "name=某丁;opponent=吴䶮、买买提艾力");
    struct seen seen = check(center, now, NULL);
    assert_int_equal(seen.n, 2);
    assert_true(seen.hits[0].opposite && seen.hits[1].opposite);
    assert_true((id_equal(seen.hits[0].kase, old) && id_equal(seen.hits[1].kase, dotted)) || (id_equal(seen.hits[1].kase, old) && id_equal(seen.hits[0].kase, dotted)));
    now = put_case(center, "name=恒昌(南京)贸易有限公司;opponent=某戊");
    seen = check(center, now, NULL);
    assert_int_equal(seen.n, 1);
    expect(&seen, 0, company, "恒昌(南京)贸易有限公司", "对方当事人 恒昌（南京）贸易有限公司", INTEREST_NAME, 90, true);
}

static void phones_and_employers(void **state)
{
    (void)state;
    struct node *center = &world.center;
    struct id person = put(center, "person", "name=郑工;employer=天虹纺织厂");
    char applicant[ID_TEXT_BYTES], fields[256];
    id_format(person, applicant);
    snprintf(fields, sizeof fields, "name=郑工;applicant=%s;opponent=某己", applicant);
    struct id worker = put_case(center, fields);
    struct id wife = put_case(center, "name=冯一;phone=13911112222;opponent=陈二");
    struct id now = put_case(center, "name=卫三;opponent=天虹纺织厂");
    struct seen seen = check(center, now, NULL);
    assert_int_equal(seen.n, 1);
    expect(&seen, 0, worker, "天虹纺织厂", "申请人 郑工 的工作单位 天虹纺织厂", INTEREST_EMPLOYER, 40, true);
    put_party(center, now, "role=01;name=蒋四;phone=139 1111 2222");
    seen = check(center, now, NULL);
    assert_int_equal(seen.n, 2);
    expect(&seen, 0, wife, "蒋四", "申请人 冯一", INTEREST_PHONE, 50, true);
    /* Name and phone together weigh more than either. */
    struct id then = put_case(center, "name=沈五;opponent=某庚");
    put_party(center, then, "role=01;name=冯一;phone=13911112222");
    seen = check(center, then, NULL);
    expect(&seen, 0, wife, "冯一", "申请人 冯一", INTEREST_NAME, 90, true);
}

static void stages_and_groups_are_one_matter(void **state)
{
    (void)state;
    struct node *center = &world.center;
    char fields[256], id[ID_TEXT_BYTES];
    struct id first = put_case(center, "name=韩六;opponent=杨七");
    id_format(first, id);
    snprintf(fields, sizeof fields, "name=韩六;opponent=杨七;prev_case=%s", id);
    struct id second = put_case(center, fields);
    id_format(second, id);
    snprintf(fields, sizeof fields, "name=韩六;opponent=杨七;prev_case=%s", id);
    struct id third = put_case(center, fields);
    assert_int_equal(check(center, first, NULL).n, 0);
    assert_int_equal(check(center, second, NULL).n, 0);
    assert_int_equal(check(center, third, NULL).n, 0);
    struct id group = put(center, "case_group", "title=某工地十人讨薪;opponent=朱八");
    id_format(group, id);
    snprintf(fields, sizeof fields, "name=秦九;opponent=朱八;case_group=%s", id);
    struct id member = put_case(center, fields);
    snprintf(fields, sizeof fields, "name=尤十;opponent=朱八;case_group=%s", id);
    put_case(center, fields);
    assert_int_equal(check(center, member, NULL).n, 0);
    /* A party who died or a case deleted: gone. */
    struct errmsg err = {{0}};
    struct id gone = put_case(center, "name=何一;opponent=吕二");
    must(records_delete(center->store, &center->actor, catalogue_find("case"), gone, &err), &err);
    assert_int_equal(check(center, put_case(center, "name=吕二;opponent=何一"), NULL).n, 0);
}

static void handlers_and_firms(void **state)
{
    (void)state;
    struct node *center = &world.center;
    char fields[256], firm[ID_TEXT_BYTES], ref[ID_TEXT_BYTES];
    id_format(put(center, "org", "number=90;name=正阳律师事务所;kind=firm"), firm);
    snprintf(fields, sizeof fields, "name=施律师;kind=02;firm=%s;phone=13800000009", firm);
    struct id lawyer = put(center, "handler", fields);
    snprintf(fields, sizeof fields, "name=张律师;kind=02;firm=%s", firm);
    struct id colleague = put(center, "handler", fields);
    struct id stranger = put(center, "handler", "name=孔律师;kind=02");
    id_format(lawyer, ref);
    snprintf(fields, sizeof fields, "name=曹某;opponent=严某;handler=施律师;handler_ref=%s;firm=%s", ref, firm);
    struct id before = put_case(center, fields);
    struct id now = put_case(center, "name=华某;opponent=曹某");
    struct seen seen = check(center, now, &lawyer);
    assert_int_equal(seen.n, 1);
    expect(&seen, 0, before, "曹某", "申请人 曹某；承办人 施律师", INTEREST_HANDLER, 95, true);
    seen = check(center, now, &colleague);
    expect(&seen, 0, before, "曹某", "申请人 曹某；承办人 施律师（同一机构）", INTEREST_HANDLER, 80, true);
    seen = check(center, now, &stranger);
    expect(&seen, 0, before, "曹某", "申请人 曹某", INTEREST_NAME, 70, true);
    /* He stood against our applicant. */
    struct id against = put_case(center, "name=严某;opponent=金某");
    seen = check(center, against, &lawyer);
    expect(&seen, 0, before, "严某", "对方当事人 严某；承办人 施律师", INTEREST_HANDLER, 95, true);
    /* He is the other side himself. */
    struct id self = put_case(center, "name=魏某;opponent=陶某");
    put_party(center, self, "role=01;name=施律师;phone=13800000009");
    seen = check(center, self, &lawyer);
    assert_int_equal(seen.n, 1);
    expect(&seen, 0, self, "施律师", "承办人 施律师 与本案对方当事人同名", INTEREST_HANDLER, 95, true);
}

static void a_violent_guardian_is_the_other_side(void **state)
{
    (void)state;
    struct node *center = &world.center;
    struct id father = put_case(center, "name=姜父;opponent=某辛");
    struct id child = put_case(center, "name=姜小;opponent=某壬");
    put_party(center, child, "role=03;name=姜父;violator=是");
    struct seen seen = check(center, child, NULL);
    assert_int_equal(seen.n, 1);
    expect(&seen, 0, father, "姜父", "申请人 姜父", INTEREST_NAME, 70, true);
}

static int64_t count(struct node *node, const char *type)
{
    int64_t n = 0;
    assert_int_equal(records_count(node->store, &node->actor, catalogue_find(type), NULL, &n, NULL), STATUS_OK);
    return n;
}

static void publish(struct node *center, struct id kase)
{
    struct errmsg err = {{0}};
    struct rules *rules;
    struct record record;
    must(rules_load(&rules, center->store, &center->actor, &err), &err);
    must(records_get(center->store, &center->actor, catalogue_find("case"), kase, &record, &err), &err);
    must(store_begin(center->store, "test", &err), &err);
    must(interest_mark(center->store, &center->actor, center->codes, center->random, rules, &record, &err), &err);
    must(store_commit(center->store, &err), &err);
    record_release(&record);
    rules_free(rules);
}

static void stations_ask_by_blinded_marks(void **state)
{
    (void)state;
    struct node *center = &world.center, *station = &world.stations[0], *other = &world.stations[1];
    struct id there = put_case(other, "name=戚梅;id_no=11010519491231002X;opponent=谢建国");
    struct id here = put_case(station, "name=谢建国;opponent=戚梅");
    world_sync(&world, 0);
    world_sync(&world, 1);
    /* No mark is published yet: the station sees its own cases only. */
    assert_int_equal(check(station, here, NULL).n, 0);
    publish(center, there);
    assert_int_equal(count(center, "interest_mark"), 3); /* her name, her number, his name */
    publish(center, there);
    assert_int_equal(count(center, "interest_mark"), 3); /* once */
    publish(center, here);
    assert_int_equal(count(center, "interest_mark"), 5); /* the same names on the other sides */
    world_sync(&world, 0);
    struct seen seen = check(station, here, NULL);
    assert_int_equal(seen.n, 2);
    expect(&seen, 0, (struct id){{0}}, "谢建国", "", INTEREST_MARK, 60, true);
    expect(&seen, 1, (struct id){{0}}, "戚梅", "", INTEREST_MARK, 60, true);
    assert_string_equal(interest_evidence_text(seen.hits[0].evidence), "已知，请中心核对");
    /* Somebody unknown stays unknown, and a case does not meet its own marks. */
    struct id harmless = put_case(station, "name=邹某;opponent=喻某");
    world_sync(&world, 0);
    publish(center, harmless);
    world_sync(&world, 0);
    assert_int_equal(check(station, harmless, NULL).n, 0);
    /* The center names the case itself and needs no marks. */
    seen = check(center, here, NULL);
    assert_int_equal(seen.n, 2);
    assert_true(id_equal(seen.hits[0].kase, there));
    node_verify(center);
    node_verify(station);
}

static void erase(struct node *center, const char *type, struct id id, int64_t marks)
{
    struct errmsg err = {{0}};
    struct erasure_done done;
    must(erasure_write(center->store, &center->actor, catalogue_find(type), id, "本人要求，目的已实现", "周主任", true, &done, &err), &err);
    assert_int_equal(done.marks, marks);
}

/* What names nobody of a case any more is no mark any more, nowhere; what another case needs stays, on its side. */
static void marks_go_with_the_last_case(void **state)
{
    (void)state;
    struct node *center = &world.center, *station = &world.stations[0];
    struct id first = put_case(station, "name=戚梅;id_no=11010519491231002X;opponent=谢建国"), second = put_case(station, "name=谢建国;opponent=戚 梅"), third = put_case(station, "name=戚梅");
    struct id cases[] = {first, second, third};
    world_sync(&world, 0);
    for (size_t i = 0; i < 3; i++)
        publish(center, cases[i]);
    world_sync(&world, 0);
    assert_int_equal(count(station, "interest_mark"), 5);
    erase(center, "case", second, 2);
    erase(center, "case", first, 2); /* her number, his name on the other side; her name is the third's, too */
    world_sync(&world, 0);
    assert_int_equal(count(station, "interest_mark"), 1);
    erase(center, "case", third, 1);
    world_sync(&world, 0);
    for (size_t i = 0; i < 2; i++) {
        struct node *node = i == 0 ? center : station;
        assert_int_equal(count(node, "interest_mark"), 0);
        assert_int_equal(node_number(node, "SELECT count(*) FROM interest_mark WHERE mark IS NOT NULL"), 0);
        assert_int_equal(node_number(node, "SELECT count(*) FROM change WHERE type=27 AND body IS NOT NULL AND lsn NOT IN (SELECT lsn FROM erasure)"), 0);
        node_verify(node);
    }
    /* They are made again for a case that comes later. */
    struct id later = put_case(station, "name=戚梅");
    world_sync(&world, 0);
    publish(center, later);
    world_sync(&world, 0);
    assert_int_equal(count(station, "interest_mark"), 1);
}

/* "张三、李四" are two, each with a mark: it goes with the last case that has him, alone or among others, in whatever spelling. */
static void marks_of_several_in_one_field(void **state)
{
    (void)state;
    struct node *center = &world.center, *station = &world.stations[0];
    struct id several = put_case(station, "name=戚梅;opponent=谢建国、冯志强"), alone = put_case(station, "name=戚梅;opponent=谢建国"), others = put_case(station, "name=戚梅;opponent=雷霄，馮志强");
    struct id cases[] = {several, alone, others};
    world_sync(&world, 0);
    for (size_t i = 0; i < 3; i++)
        publish(center, cases[i]);
    assert_int_equal(count(center, "interest_mark"), 4);
    erase(center, "case", alone, 0);   /* he is one of the several's, too */
    erase(center, "case", several, 1); /* his; the other one is among others' */
    erase(center, "case", others, 3);
    assert_int_equal(count(center, "interest_mark"), 0);
}

static void marks_prove_nothing_elsewhere(void **state)
{
    (void)state;
    char a[INTEREST_MARK_TEXT_BYTES], b[INTEREST_MARK_TEXT_BYTES];
    assert_int_equal(interest_mark_name("county-a", "吴 䶮", a), STATUS_OK);
    assert_int_equal(strlen(a), 10);
    assert_int_equal(interest_mark_name("county-a", "吳龑", b), STATUS_OK);
    assert_string_equal(a, b);
    assert_int_equal(interest_mark_name("county-b", "吴䶮", b), STATUS_OK);
    assert_string_not_equal(a, b);
    assert_int_equal(interest_mark_number("county-a", "吴䶮", b), STATUS_OK); /* a number that reads like a name */
    assert_string_not_equal(a, b);
    assert_int_equal(interest_mark_name("", "吴䶮", b), STATUS_INVALID);
    assert_int_equal(interest_mark_number("county-a", "", b), STATUS_INVALID);
    struct errmsg err = {{0}};
    struct record kase;
    record_init(&kase, catalogue_find("case"));
    struct rules *rules;
    struct node *station = &world.stations[0];
    must(rules_load(&rules, station->store, &station->actor, &err), &err);
    assert_int_equal(interest_mark(station->store, &station->actor, station->codes, station->random, rules, &kase, &err), STATUS_FORBIDDEN);
    rules_free(rules);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(both_sides_of_a_quarrel, open_world, close_world),
        cmocka_unit_test_setup_teardown(same_side_is_no_conflict, open_world, close_world),
        cmocka_unit_test_setup_teardown(names_are_compared_by_key, open_world, close_world),
        cmocka_unit_test_setup_teardown(phones_and_employers, open_world, close_world),
        cmocka_unit_test_setup_teardown(stages_and_groups_are_one_matter, open_world, close_world),
        cmocka_unit_test_setup_teardown(handlers_and_firms, open_world, close_world),
        cmocka_unit_test_setup_teardown(a_violent_guardian_is_the_other_side, open_world, close_world),
        cmocka_unit_test_setup_teardown(stations_ask_by_blinded_marks, open_world, close_world),
        cmocka_unit_test_setup_teardown(marks_of_several_in_one_field, open_world, close_world),
        cmocka_unit_test_setup_teardown(marks_go_with_the_last_case, open_world, close_world),
        cmocka_unit_test_setup_teardown(marks_prove_nothing_elsewhere, open_world, close_world),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
