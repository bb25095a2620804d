/* tests/test_reach.c - records that change hands between stations: moved with what hangs on them, shared, taken back; what late edits come to; and that every machine can prove its rows afterwards. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/cbor.h"
#include "core/record/change.h"
#include "core/record/changelog.h"
#include "core/record/conflict.h"
#include "core/record/flagged.h"
#include "core/record/reach.h"
#include "core/record/scope_sum.h"
#include "tests/fixture.h"
#include "tests/steps.h"

static struct world world;

static int open_world(void **state)
{
    (void)state;
    world_open(&world, 3, NULL);
    for (size_t i = 0; i < 3; i++)
        world_sync(&world, i);
    return 0;
}

static int close_world(void **state)
{
    (void)state;
    world_close(&world);
    return 0;
}

#define CENTER (&world.center)
#define STATION(i) (&world.stations[i])

static const struct record_type *type(const char *name)
{
    return catalogue_find(name);
}

static void move(const char *name, struct id id, int64_t to)
{
    struct errmsg err = {{0}};
    if (reach_move(CENTER->store, &CENTER->actor, type(name), id, to, NULL, &err) != STATUS_OK)
        fail_msg("%s", err.text);
}

static void share(const char *name, struct id id, int64_t org, bool on)
{
    struct errmsg err = {{0}};
    if (reach_share(CENTER->store, &CENTER->actor, type(name), id, org, on, NULL, &err) != STATUS_OK)
        fail_msg("%s", err.text);
}

/* A machine that has everything holds what the center holds for it. */
static void same_as_center(size_t i)
{
    uint64_t ours, theirs;
    assert_int_equal(scope_sum_get(STATION(i)->store, SCOPE_SUM_STATION, &ours, NULL), STATUS_OK);
    assert_int_equal(scope_sum_for(CENTER->store, STATION(i)->machine.org, &theirs, NULL), STATUS_OK);
    assert_int_equal(ours, theirs);
    node_verify(STATION(i));
}

static void all_agree(void)
{
    for (size_t i = 0; i < world.n_stations; i++)
        world_sync(&world, i);
    for (size_t i = 0; i < world.n_stations; i++)
        world_sync(&world, i); /* what the first round brought to the others */
    node_verify(CENTER);
    for (size_t i = 0; i < world.n_stations; i++)
        same_as_center(i);
}

static void reads(struct node *node, const char *name, struct id id, const char *field, const char *text)
{
    char *value = node_get(node, name, id, field);
    if (text == NULL) {
        assert_null(value);
    } else {
        assert_non_null(value);
        assert_string_equal(value, text);
    }
    free(value);
}

static bool last_flag(void *context, const struct flagged *flagged)
{
    snprintf(context, 200, "%s", flagged->reason);
    return true;
}

static const char *flags(void)
{
    static char text[200];
    text[0] = '\0';
    assert_int_equal(flagged_list(CENTER->store, &CENTER->actor, true, last_flag, text, NULL), STATUS_OK);
    return text;
}

/* ---- moved ---- */

static void a_moved_record_goes_with_its_history(void **state)
{
    (void)state;
    struct id id = node_consult(STATION(0), "张文芳", "工资没有发");
    node_set(STATION(0), "consultation", id, "topic", "欠薪");
    all_agree();
    node_set(CENTER, "consultation", id, "answer", "可以申请仲裁");
    all_agree();
    assert_int_equal(node_found(STATION(0), "张文芳"), 1);
    move("consultation", id, 3);
    reads(CENTER, "consultation", id, "topic", "欠薪");
    all_agree();
    reads(STATION(0), "consultation", id, "topic", NULL);
    assert_int_equal(node_found(STATION(0), "张文芳"), 0);
    assert_int_equal(node_number(STATION(0), "SELECT count(*) FROM change WHERE scope=-1 AND body IS NULL"), 3);
    reads(STATION(1), "consultation", id, "topic", "欠薪");
    reads(STATION(1), "consultation", id, "answer", "可以申请仲裁");
    assert_int_equal(node_found(STATION(1), "张文芳"), 1);
    reads(STATION(2), "consultation", id, "topic", NULL);
    node_set(STATION(1), "consultation", id, "topic", "欠薪三个月");
    all_agree();
    reads(CENTER, "consultation", id, "topic", "欠薪三个月");
    assert_int_equal(node_number(STATION(0), "SELECT count(*) FROM change WHERE type=4"), 4); /* it hears nothing of what is written after the move */
}

static void a_late_edit_of_the_old_org_counts_and_is_flagged(void **state)
{
    (void)state;
    struct id id = node_consult(STATION(0), "张文芳", "工资没有发");
    all_agree();
    node_set(STATION(0), "consultation", id, "topic", "离站前写的");
    move("consultation", id, 3);
    struct replica_result result = world_sync(&world, 0);
    assert_int_equal(result.quarantined, 0);
    assert_string_equal(flags(), "记录已移交，移交前在原单位所写");
    all_agree();
    reads(STATION(1), "consultation", id, "topic", "离站前写的");
    reads(STATION(0), "consultation", id, "topic", NULL);
    assert_int_equal(node_number(STATION(0), "SELECT count(*) FROM change WHERE rseq IS NULL"), 0); /* its writer learned the place */
    assert_int_equal(node_number(STATION(0), "SELECT count(*) FROM change WHERE type=4 AND body IS NOT NULL"), 1); /* the move itself */
}

/* A program that writes to a row it does not have. */
static void forge(struct node *station, const char *name, struct id id, int64_t scope)
{
    struct errmsg err = {{0}};
    assert_int_equal(store_begin(station->store, "test", &err), STATUS_OK);
    struct stmt *stmt = store_prepare(station->store, "UPDATE consultation SET scope=?2, w_log=1, w_seq=1 WHERE id=?1");
    stmt_id(stmt, 1, id);
    stmt_int(stmt, 2, scope);
    assert_int_equal(stmt_run(stmt, &err), STATUS_OK);
    assert_int_equal(store_exec(station->store, "UPDATE consultation SET gone=0, date=20000", &err), STATUS_OK);
    assert_int_equal(store_commit(station->store, &err), STATUS_OK);
    node_set(station, name, id, "topic", "硬写");
}

static void an_edit_made_knowing_the_move_is_refused(void **state)
{
    (void)state;
    struct id id = node_consult(STATION(0), "张文芳", "工资没有发");
    all_agree();
    move("consultation", id, 3);
    all_agree();
    forge(STATION(0), "consultation", id, 2);
    struct replica_result result = world_sync(&world, 0);
    assert_int_equal(result.quarantined, 2); /* there, and told back */
    reads(CENTER, "consultation", id, "topic", "");
    node_verify(CENTER);
}

static void there_and_back_again(void **state)
{
    (void)state;
    struct id id = node_consult(STATION(0), "张文芳", "工资没有发");
    all_agree();
    move("consultation", id, 3);
    all_agree();
    node_set(STATION(1), "consultation", id, "topic", "在第二站写的");
    all_agree();
    move("consultation", id, 2);
    all_agree();
    reads(STATION(0), "consultation", id, "topic", "在第二站写的");
    reads(STATION(0), "consultation", id, "content", "工资没有发");
    reads(STATION(1), "consultation", id, "topic", NULL);
    node_set(STATION(0), "consultation", id, "answer", "又在第一站");
    move("consultation", id, 3);
    move("consultation", id, 4);
    all_agree();
    reads(STATION(2), "consultation", id, "content", "工资没有发");
    reads(STATION(2), "consultation", id, "answer", "又在第一站");
    reads(STATION(0), "consultation", id, "content", NULL);
    reads(STATION(1), "consultation", id, "content", NULL);
}

static void moved_and_back_while_the_first_station_was_away(void **state)
{
    (void)state;
    struct id id = node_consult(STATION(0), "张文芳", "工资没有发");
    all_agree();
    node_set(STATION(0), "consultation", id, "topic", "离线写的");
    node_set(STATION(0), "consultation", id, "answer", "离线答复");
    move("consultation", id, 3);
    world_sync(&world, 1);
    node_set(STATION(1), "consultation", id, "topic", "在第二站写的");
    world_sync(&world, 1);
    move("consultation", id, 2);
    all_agree();
    assert_string_equal(flags(), ""); /* it is its record again */
    reads(STATION(0), "consultation", id, "answer", "离线答复");
    reads(STATION(0), "consultation", id, "topic", "离线写的"); /* the later one; the other is kept */
    assert_int_equal(node_conflicts(CENTER), 1);
    assert_int_equal(node_conflicts(STATION(0)), 1);
    assert_int_equal(node_conflicts(STATION(1)), 0);
}

static void open_conflicts_go_along(void **state)
{
    (void)state;
    struct id id = node_consult(STATION(0), "张文芳", "工资没有发");
    all_agree();
    node_set(STATION(0), "consultation", id, "topic", "站上写的");
    node_set(CENTER, "consultation", id, "topic", "中心写的");
    all_agree();
    assert_int_equal(node_conflicts(STATION(0)), 1);
    move("consultation", id, 3);
    all_agree();
    assert_int_equal(node_conflicts(STATION(0)), 0);
    assert_int_equal(node_conflicts(STATION(1)), 1);
    struct errmsg err = {{0}};
    assert_int_equal(conflict_resolve(STATION(1)->store, &STATION(1)->actor, type("consultation"), id, catalogue_field(type("consultation"), "topic"), value_string("中心写的"), &err), STATUS_OK);
    all_agree();
    assert_int_equal(node_conflicts(CENTER), 0);
    reads(CENTER, "consultation", id, "topic", "中心写的");
}

static struct id a_case(struct node *node, const char *name, struct id applicant)
{
    char field[100];
    snprintf(field, sizeof field, "name=%s", name);
    return node_make(node, "case", field, "narrative=老板拖欠工资三个月", node_ref("applicant", applicant), NULL);
}

static void what_hangs_on_a_case_goes_along(void **state)
{
    (void)state;
    struct node *first = STATION(0), *second = STATION(1);
    struct id person = node_make(first, "person", "name=张文芳", NULL), two = node_make(first, "person", "name=王建国", NULL);
    struct id kase = a_case(first, "张文芳", person), staying = a_case(first, "王建国", two), going = a_case(first, "王建国", two);
    struct id party = node_make(first, "party", "name=宏远公司", "role=对方当事人", node_ref("case_id", kase), NULL);
    struct id material = node_make(first, "material", "name=工资条", node_ref("case_id", kase), NULL);
    all_agree();
    struct id document = node_make(CENTER, "document", "form=05", node_ref("case_id", kase), NULL);
    node_set(first, "material", material, "note", "站上还没有同步的");
    int64_t rows = 0;
    struct errmsg err = {{0}};
    assert_int_equal(reach_move(CENTER->store, &CENTER->actor, type("case"), kase, 3, &rows, &err), STATUS_OK);
    assert_int_equal(rows, 4); /* case, party, material, and the applicant's file: nobody else names it. The center's document is the center's */
    move("case", going, 3);
    all_agree();
    reads(first, "case", kase, "name", NULL);
    reads(first, "party", party, "name", NULL);
    reads(first, "person", person, "name", NULL);
    reads(second, "case", kase, "name", "张文芳");
    reads(second, "party", party, "name", "宏远公司");
    reads(second, "material", material, "note", "站上还没有同步的");
    reads(second, "person", person, "name", "张文芳");
    reads(CENTER, "document", document, "form", "05");
    /* the other applicant has a case left behind: his file stays and is shared, both stations see one */
    reads(first, "person", two, "name", "王建国");
    reads(second, "person", two, "name", "王建国");
    reads(first, "case", staying, "name", "王建国");
    reads(second, "case", staying, "name", NULL);
    node_set(second, "person", two, "phone", "13900000001");
    all_agree();
    reads(first, "person", two, "phone", "13900000001");
}

/* Files of one person that the center made one: the case names the merged one. */
static void merged(struct id loser, struct id survivor, struct id *row)
{
    *row = node_make(CENTER, "merge", node_ref("survivor", survivor), node_ref("loser", loser), "name=张文芳", NULL);
    move("merge", *row, 2); /* it is the merged file's org's (core/aid/person.h) */
    char text[ID_TEXT_BYTES];
    id_format(survivor, text);
    node_set(CENTER, "person", loser, "merged_into", text);
}

static void the_applicant_goes_along_though_his_file_was_shared_before(void **state)
{
    (void)state;
    struct node *first = STATION(0), *second = STATION(1);
    struct id person = node_make(first, "person", "name=张文芳", NULL), kase = a_case(first, "张文芳", person);
    all_agree();
    share("case", kase, 3, true);
    all_agree();
    reads(second, "person", person, "name", "张文芳");
    move("case", kase, 3); /* the helper becomes the owner, of his file too */
    all_agree();
    reads(first, "person", person, "name", NULL);
    reads(second, "person", person, "name", "张文芳");
}

static void who_has_the_case_no_more_has_the_applicants_file_no_more(void **state)
{
    (void)state;
    struct node *owner = STATION(0), *helper = STATION(1), *third = STATION(2);
    struct id person = node_make(owner, "person", "name=张文芳", NULL), kase = a_case(owner, "张文芳", person), other = a_case(owner, "张文芳", person);
    struct id husband = node_make(owner, "relation", "name=王小明", "kind=配偶", node_ref("person", person), NULL);
    all_agree();
    share("case", kase, 3, true);
    all_agree();
    reads(helper, "relation", husband, "name", "王小明");
    /* what is hung on the file later, there or here, is the file's too */
    struct id son = node_make(owner, "relation", "name=王大", "kind=子女", node_ref("person", person), NULL), daughter = node_make(helper, "relation", "name=王二", "kind=子女", node_ref("person", person), NULL);
    all_agree();
    assert_string_equal(flags(), "");
    reads(helper, "relation", son, "name", "王大");
    reads(owner, "relation", daughter, "name", "王二");
    share("case", other, 3, true); /* two cases of one person: he is needed as long as one of them is there */
    share("case", kase, 3, false);
    all_agree();
    reads(helper, "person", person, "name", "张文芳");
    share("case", other, 3, false);
    all_agree();
    reads(helper, "person", person, "name", NULL);
    reads(helper, "relation", daughter, "name", NULL);
    reads(owner, "relation", daughter, "name", "王二");
    /* on its way through one station to the next */
    move("case", kase, 3);
    move("case", kase, 4);
    all_agree();
    reads(helper, "person", person, "name", NULL);
    reads(third, "person", person, "name", "张文芳");
    reads(owner, "person", person, "name", "张文芳");
}

static void a_merged_file_goes_with_what_it_was_merged_into(void **state)
{
    (void)state;
    struct node *first = STATION(0), *second = STATION(1), *third = STATION(2);
    struct id loser = node_make(first, "person", "name=张文芳", NULL), survivor = node_make(third, "person", "name=张文芳", "phone=13900000001", NULL), row;
    struct id kase = a_case(first, "张文芳", loser);
    all_agree();
    merged(loser, survivor, &row);
    all_agree();
    move("case", kase, 3);
    all_agree();
    reads(second, "person", loser, "name", "张文芳");
    reads(second, "person", survivor, "phone", "13900000001");
    reads(second, "merge", row, "name", "张文芳");
    reads(first, "person", loser, "name", NULL);
    reads(first, "merge", row, "name", NULL); /* it tells what the file held */
    move("case", kase, 2);
    all_agree();
    reads(second, "person", survivor, "phone", NULL);
    reads(first, "merge", row, "name", "张文芳");
}

static uint64_t steps_of_moving_a_case(void)
{
    struct id person = node_make(STATION(0), "person", "name=张文芳", NULL), kase = a_case(STATION(0), "张文芳", person);
    world_sync(&world, 0);
    uint64_t before = steps_taken();
    move("case", kase, 3);
    return steps_taken() - before;
}

/* Whether the applicant is named in what stays is asked of each case: bulk hand-overs would pass over all consultations with each. */
static void a_hand_over_does_not_pass_over_the_consultations(void **state)
{
    enum { CONSULTATIONS = 300 };
    steps_watch(1);
    assert_int_equal(open_world(state), 0);
    (void)steps_of_moving_a_case(); /* the first one looks up much that is remembered */
    uint64_t before = steps_of_moving_a_case();
    for (int i = 0; i < CONSULTATIONS; i++)
        node_consult(STATION(0), "王建国", "离婚");
    world_sync(&world, 0);
    assert_true(before > 0);
    assert_in_range(steps_of_moving_a_case(), 1, before + CONSULTATIONS);
    assert_int_equal(close_world(state), 0);
    steps_watch_end();
}

static void a_row_hung_on_a_case_that_had_moved_follows_it(void **state)
{
    (void)state;
    struct node *first = STATION(0), *second = STATION(1);
    struct id person = node_make(first, "person", "name=张文芳", NULL), kase = a_case(first, "张文芳", person);
    all_agree();
    struct id party = node_make(first, "party", "name=宏远公司", "role=对方当事人", node_ref("case_id", kase), NULL);
    move("case", kase, 3);
    struct replica_result result = world_sync(&world, 0);
    assert_int_equal(result.quarantined, 0);
    assert_string_equal(flags(), "案件已移交，移交前在原单位所写");
    all_agree();
    reads(second, "party", party, "name", "宏远公司");
    reads(first, "party", party, "name", NULL);
}

/* Two reasons to look at one change are two reasons to look at it, none to refuse all that its machine sends from then on. */
static void an_account_disabled_meanwhile_hangs_a_row_on_a_case_that_had_moved(void **state)
{
    (void)state;
    struct node *first = STATION(0), *second = STATION(1);
    struct id person = node_make(first, "person", "name=张文芳", NULL), kase = a_case(first, "张文芳", person);
    char name[ACTOR_NAME_MAX_BYTES + 8];
    all_agree();
    snprintf(name, sizeof name, "name=%s", first->actor.name);
    node_make(CENTER, "user", name, "role=station", "org=2", "disabled=是", NULL);
    struct id party = node_make(first, "party", "name=宏远公司", "role=对方当事人", node_ref("case_id", kase), NULL);
    move("case", kase, 3);
    struct replica_result result = world_sync(&world, 0);
    assert_int_equal(result.quarantined, 0);
    assert_string_equal(flags(), "已停用账号所写；案件已移交，移交前在原单位所写");
    all_agree();
    reads(second, "party", party, "name", "宏远公司");
}

static void an_account_disabled_meanwhile_edits_a_record_that_had_moved(void **state)
{
    (void)state;
    struct node *first = STATION(0);
    struct id id = node_consult(first, "张文芳", "工资没有发");
    char name[ACTOR_NAME_MAX_BYTES + 8];
    all_agree();
    snprintf(name, sizeof name, "name=%s", first->actor.name);
    node_make(CENTER, "user", name, "role=station", "org=2", "disabled=是", NULL);
    node_set(first, "consultation", id, "topic", "离站前写的");
    move("consultation", id, 3);
    assert_int_equal(world_sync(&world, 0).quarantined, 0);
    assert_string_equal(flags(), "记录已移交，移交前在原单位所写；已停用账号所写");
}

/* ---- shared ---- */

static void a_shared_case_is_seen_and_worked_on_by_both(void **state)
{
    (void)state;
    struct node *owner = STATION(0), *helper = STATION(1), *other = STATION(2);
    struct id person = node_make(owner, "person", "name=张文芳", NULL), kase = a_case(owner, "张文芳", person);
    struct id party = node_make(owner, "party", "name=宏远公司", "role=对方当事人", node_ref("case_id", kase), NULL);
    all_agree();
    share("case", kase, 3, true);
    all_agree();
    reads(helper, "case", kase, "narrative", "老板拖欠工资三个月");
    reads(helper, "party", party, "name", "宏远公司");
    reads(helper, "person", person, "name", "张文芳");
    assert_int_equal(node_found(helper, "宏远公司"), 1);
    reads(other, "case", kase, "name", NULL);
    /* both write, and each sees the other's */
    node_set(owner, "case", kase, "phone", "13900000001");
    node_set(helper, "case", kase, "note", "协办站写的");
    all_agree();
    reads(owner, "case", kase, "note", "协办站写的");
    reads(helper, "case", kase, "phone", "13900000001");
    /* what is hung on it later is shared too, whoever hangs it on */
    struct id material = node_make(owner, "material", "name=工资条", node_ref("case_id", kase), NULL);
    struct id at_center = node_make(CENTER, "material", "name=委托书", node_ref("case_id", kase), NULL);
    (void)at_center;
    all_agree();
    reads(helper, "material", material, "name", "工资条");
    /* the end of it */
    share("case", kase, 3, false);
    all_agree();
    reads(helper, "case", kase, "name", NULL);
    reads(helper, "party", party, "name", NULL);
    reads(helper, "material", material, "name", NULL);
    assert_int_equal(node_found(helper, "宏远公司"), 0);
    reads(owner, "case", kase, "note", "协办站写的");
    share("case", kase, 3, true);
    all_agree();
    reads(helper, "case", kase, "note", "协办站写的");
}

static void the_helper_hangs_rows_on_the_owners_case(void **state)
{
    (void)state;
    struct node *owner = STATION(0), *helper = STATION(1);
    struct id person = node_make(owner, "person", "name=张文芳", NULL), kase = a_case(owner, "张文芳", person);
    all_agree();
    share("case", kase, 3, true);
    all_agree();
    struct record material;
    struct errmsg err = {{0}};
    struct actor acting = helper->actor;
    acting.acting = true;
    record_init(&material, type("material"));
    assert_int_equal(records_begin(helper->store, &acting, &material, helper->codes, &err), STATUS_OK);
    assert_int_equal(record_set_text(&material, "name", "工资条"), STATUS_OK);
    char text[ID_TEXT_BYTES];
    id_format(kase, text);
    assert_int_equal(record_set_text(&material, "case_id", text), STATUS_OK);
    material.scope = 2; /* the owner's, as the case's actions do it */
    if (records_save(helper->store, &acting, helper->codes, helper->random, &material, &err) != STATUS_OK)
        fail_msg("%s", err.text);
    reads(helper, "material", material.id, "name", "工资条"); /* at once, before anybody knows */
    node_verify(helper);
    all_agree();
    reads(owner, "material", material.id, "name", "工资条");
    reads(helper, "material", material.id, "name", "工资条");
    move("case", kase, 4); /* the owner changes, the helper stays */
    all_agree();
    reads(owner, "case", kase, "name", NULL);
    reads(helper, "case", kase, "name", "张文芳");
    reads(STATION(2), "material", material.id, "name", "工资条");
    move("case", kase, 3); /* the helper becomes the owner */
    all_agree();
    reads(helper, "case", kase, "name", "张文芳");
    reads(STATION(2), "case", kase, "name", NULL);
    record_release(&material);
}

static void only_the_center_moves_and_shares(void **state)
{
    (void)state;
    struct errmsg err = {{0}};
    struct id id = node_consult(STATION(0), "张文芳", "工资没有发");
    all_agree();
    assert_int_equal(reach_move(STATION(0)->store, &STATION(0)->actor, type("consultation"), id, 3, NULL, &err), STATUS_FORBIDDEN);
    assert_int_equal(reach_move(CENTER->store, &CENTER->actor, type("consultation"), id, 2, NULL, &err), STATUS_INVALID);
    assert_int_equal(reach_move(CENTER->store, &CENTER->actor, type("consultation"), id, 77, NULL, &err), STATUS_NOT_FOUND);
    assert_int_equal(reach_share(CENTER->store, &CENTER->actor, type("consultation"), id, 3, false, NULL, &err), STATUS_INVALID);
    struct actor reader = CENTER->actor;
    reader.owner = false;
    reader.role = ROLE_AUDITOR;
    assert_int_equal(reach_move(CENTER->store, &reader, type("consultation"), id, 3, NULL, &err), STATUS_FORBIDDEN);
}

/* A station's program that writes the center's kinds of change, and one of a program newer than this one. */
static void forge_op(struct node *station, struct id id, enum change_op op, const struct buf *body)
{
    struct errmsg err = {{0}};
    struct change change = {.at_ms = 1, .type_no = 4, .id = id, .op = op, .scope = station->machine.org, .user = "某人"};
    int64_t lsn;
    assert_int_equal(store_begin(station->store, "test", &err), STATUS_OK);
    if (changelog_append_own(station->store, false, &change, body->data, body->len, &lsn, &err) != STATUS_OK)
        fail_msg("%s", err.text);
    assert_int_equal(store_commit(station->store, &err), STATUS_OK);
}

static void a_stations_move_is_refused(void **state)
{
    (void)state;
    struct buf body;
    struct id id = node_consult(STATION(0), "张文芳", "工资没有发");
    buf_init(&body, 16);
    cbor_put_map(&body, 1);
    cbor_put_uint(&body, REACH_OLD_SCOPE);
    cbor_put_int(&body, 3);
    forge_op(STATION(0), id, CHANGE_MOVE, &body);
    buf_release(&body);
    struct replica_result result = world_sync(&world, 0);
    assert_int_equal(result.quarantined, 2);
    reads(CENTER, "consultation", id, "content", "工资没有发");
    assert_int_equal(node_number(CENTER, "SELECT scope FROM consultation"), 2);
    node_verify(CENTER);
}

static void an_unknown_kind_is_kept_and_handed_on(void **state)
{
    (void)state;
    struct buf body;
    struct id id = node_consult(STATION(0), "张文芳", "工资没有发");
    buf_init(&body, 64);
    cbor_put_map(&body, 1);
    cbor_put_uint(&body, 1);
    cbor_put_text(&body, "将来的", strlen("将来的"));
    forge_op(STATION(0), id, (enum change_op)40, &body);
    buf_release(&body);
    node_set(STATION(0), "consultation", id, "topic", "欠薪");
    struct replica_result result = world_sync(&world, 0);
    assert_int_equal(result.quarantined, 0);
    all_agree();
    assert_int_equal(node_number(CENTER, "SELECT count(*) FROM change WHERE state=2"), 1);
    reads(CENTER, "consultation", id, "topic", "欠薪");
    move("consultation", id, 3);
    all_agree();
    assert_int_equal(node_number(STATION(1), "SELECT count(*) FROM change WHERE state=2 AND length(body)=12"), 1); /* byte for byte */
    reads(STATION(1), "consultation", id, "topic", "欠薪");
}

/* Whoever had it hears that the law erased it, however many they are. */
static void everybody_hears_of_an_erasure(void **state)
{
    enum { ORGS = 70, FIRST = 100 };
    struct errmsg err = {{0}};
    (void)state;
    struct id id = node_consult(STATION(0), "张文芳", "工资没有发");
    all_agree();
    for (int org = FIRST; org < FIRST + ORGS; org++) {
        char number[32], name[32], code[32];
        snprintf(number, sizeof number, "number=%d", org);
        snprintf(name, sizeof name, "name=协办单位%d", org);
        snprintf(code, sizeof code, "code=org%d", org);
        (void)node_make(CENTER, "org", number, name, code, "kind=station", NULL);
        share("consultation", id, org, true);
    }
    node_set(CENTER, "consultation", id, "answer", "可以申请仲裁");
    assert_int_equal(node_number(CENTER, "SELECT count(DISTINCT scope) FROM reach WHERE scope>=100 AND lsn=(SELECT max(lsn) FROM change)"), ORGS);
    assert_int_equal(reach_erase(CENTER->store, &CENTER->actor, type("consultation"), id, "本人要求", "周主任", &err), STATUS_OK);
    assert_int_equal(node_number(CENTER, "SELECT count(DISTINCT scope) FROM reach WHERE scope>=100 AND lsn=(SELECT max(lsn) FROM change)"), ORGS);
    all_agree();
    reads(STATION(0), "consultation", id, "content", NULL);
}

int main(void)
{
#define with_world(test) cmocka_unit_test_setup_teardown(test, open_world, close_world)
    const struct CMUnitTest tests[] = {
        with_world(a_moved_record_goes_with_its_history),
        with_world(a_late_edit_of_the_old_org_counts_and_is_flagged),
        with_world(an_edit_made_knowing_the_move_is_refused),
        with_world(there_and_back_again),
        with_world(moved_and_back_while_the_first_station_was_away),
        with_world(open_conflicts_go_along),
        with_world(what_hangs_on_a_case_goes_along),
        with_world(the_applicant_goes_along_though_his_file_was_shared_before),
        with_world(who_has_the_case_no_more_has_the_applicants_file_no_more),
        with_world(a_merged_file_goes_with_what_it_was_merged_into),
        cmocka_unit_test(a_hand_over_does_not_pass_over_the_consultations),
        with_world(a_row_hung_on_a_case_that_had_moved_follows_it),
        with_world(an_account_disabled_meanwhile_hangs_a_row_on_a_case_that_had_moved),
        with_world(an_account_disabled_meanwhile_edits_a_record_that_had_moved),
        with_world(a_shared_case_is_seen_and_worked_on_by_both),
        with_world(the_helper_hangs_rows_on_the_owners_case),
        with_world(only_the_center_moves_and_shares),
        with_world(a_stations_move_is_refused),
        with_world(an_unknown_kind_is_kept_and_handed_on),
        with_world(everybody_hears_of_an_erasure),
    };
    return cmocka_run_group_tests_name("reach", tests, NULL, NULL);
}
