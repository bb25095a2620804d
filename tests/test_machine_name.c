/* tests/test_machine_name.c - what machines are called, who learns it, and where it is read: given, made, changed, told to those who get what the machine wrote, and to nobody else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/record/conflict.h"
#include "core/record/machine_name.h"
#include "core/record/reach.h"
#include "tests/fixture.h"
#include "tests/heal_bed.h"
#include "tests/meeting.h"
#include "tests/must.h"
#include "tests/write_sql.h"

static struct world world;

#define CENTER (&world.center)
#define STATION(i) (&world.stations[i])

static int open_world(void **state)
{
    (void)state;
    world_open(&world, 3, NULL);
    return 0;
}

static int close_world(void **state)
{
    (void)state;
    world_close(&world);
    return 0;
}

static const char *give(struct peer *peer, const char *wish)
{
    struct errmsg err = {{0}};
    must(store_begin(CENTER->store, "test", &err), &err);
    must(machine_name_give(CENTER->store, peer, wish, 1, &err), &err);
    must(store_commit(CENTER->store, &err), &err);
    return peer->name;
}

static struct peer enrol_at(struct node *center, int64_t org, uint8_t key, const char *wish, int64_t now_ms)
{
    struct errmsg err = {{0}};
    struct peer peer;
    must(store_begin(center->store, "test", &err), &err);
    must(peer_add(center->store, org, wish, (struct hash){{key}}, now_ms, &peer, &err), &err);
    must(machine_name_give(center->store, &peer, wish, now_ms, &err), &err);
    must(store_commit(center->store, &err), &err);
    return peer;
}

static struct peer enrol(int64_t org, uint8_t key, const char *wish)
{
    return enrol_at(CENTER, org, key, wish, 1);
}

static void name_all(void)
{
    struct errmsg err = {{0}};
    size_t given;
    must(machine_name_complete(CENTER->store, 1, &given, &err), &err);
}

static void all_agree(void)
{
    for (int round = 0; round < 2; round++)
        for (size_t i = 0; i < world.n_stations; i++)
            world_sync(&world, i);
    node_verify(CENTER);
    for (size_t i = 0; i < world.n_stations; i++)
        node_verify(STATION(i));
}

/* What is read of a machine at a node: its name; "" for none. */
static void called(struct node *node, uint32_t station_no, const char *name)
{
    char text[MACHINE_CALLED_BYTES];
    struct errmsg err = {{0}};
    must(machine_name_find(node->store, station_no, text, &err), &err);
    assert_string_equal(text, name);
}

static enum status change(struct node *node, const struct actor *actor, uint32_t station_no, const char *name, const char *reason)
{
    struct errmsg err = {{0}};
    enum status status = machine_name_change(node->store, actor, station_no, name, &err);
    if (reason != NULL && strstr(err.text, reason) == NULL)
        fail_msg("%s does not say %s", err.text, reason);
    return status;
}

/* ---- given ---- */

static void a_machine_without_a_wish_is_called_by_its_office(void **state)
{
    (void)state;
    struct errmsg err = {{0}};
    write_sql(CENTER->store, "UPDATE org SET name='永阳街道法律援助工作站' WHERE number=2");
    struct peer first = enrol(2, 71, ""), second = enrol(2, 72, ""), third = enrol(2, 73, "团结村走访笔记本"), fourth = enrol(2, 74, "");
    assert_string_equal(first.name, "永阳街道1号机");
    assert_string_equal(second.name, "永阳街道2号机");
    assert_string_equal(third.name, "团结村走访笔记本");
    assert_string_equal(fourth.name, "永阳街道4号机");
    struct peer found;
    must(peer_find(CENTER->store, second.station_no, &found, &err), &err);
    assert_true(found.named);
    assert_string_equal(found.name, "永阳街道2号机");
    assert_string_equal(peer_called(&found), "永阳街道2号机");
    assert_string_equal(peer_label(&found), "永阳街道法律援助工作站");
    must(peer_resolve(CENTER->store, "永阳街道2号机", &found, &err), &err);
    assert_int_equal(found.station_no, second.station_no);
    /* enrolled again without a wish it keeps its name, with one it changes */
    assert_string_equal(give(&second, ""), "永阳街道2号机");
    assert_string_equal(give(&second, "后台"), "后台");
}

static void a_name_that_somebody_has_gets_a_number(void **state)
{
    char wish[512] = "", end[64];
    (void)state;
    struct peer first = enrol(2, 71, "前台"), second = enrol(3, 72, "前台"), third = enrol(3, 73, "前台"), org = enrol(3, 74, "站2");
    assert_string_equal(first.name, "前台");
    assert_string_equal(second.name, "前台 2");
    assert_string_equal(third.name, "前台 3");
    assert_string_equal(org.name, "站2 2"); /* an office's name is no machine's */
    for (int i = 0; i < MACHINE_CALLED_CHARS; i++)
        strcat(wish, "长");
    struct peer longest = enrol(3, 75, wish), again = enrol(3, 76, wish);
    assert_string_equal(longest.name, wish);
    snprintf(end, sizeof end, "%s", again.name + strlen(again.name) - 5);
    assert_string_equal(end, "长 2");
    assert_int_equal(strlen(again.name), 28 * 3 + 2);
}

static void a_wish_that_is_no_name_keeps_nobody_out(void **state)
{
    (void)state;
    static const char *const bad[] = {"12", " 前台", "前台 ", "两\n行", "\x1b[2J", "一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char wanted[64];
        struct peer peer = enrol(2, (uint8_t)(71 + i), bad[i]);
        snprintf(wanted, sizeof wanted, "站2%zu号机", i + 1);
        assert_string_equal(peer.name, wanted);
    }
}

/* ---- machines of an earlier program ---- */

static void old_machines_are_named_once(void **state)
{
    struct errmsg err = {{0}};
    size_t given;
    (void)state;
    write_sql(CENTER->store, "UPDATE peer SET name='debian' WHERE station_no IN (1,2); UPDATE peer SET name='刘敏的笔记本' WHERE station_no=3");
    must(peer_revoke(CENTER->store, 2, 1, &err), &err);
    char label[MACHINE_NAME_MAX_BYTES];
    machine_called(CENTER->store, 1, label);
    assert_string_equal(label, "站2"); /* as before: its office */
    must(machine_name_complete(CENTER->store, 1, &given, &err), &err);
    assert_int_equal(given, 3);
    called(CENTER, 1, "站21号机");
    called(CENTER, 2, "站31号机"); /* what a revoked one wrote stays */
    called(CENTER, 3, "刘敏的笔记本");
    int64_t changes = node_number(CENTER, "SELECT count(*) FROM change");
    must(machine_name_complete(CENTER->store, 1, &given, &err), &err);
    assert_int_equal(given, 0);
    assert_int_equal(node_number(CENTER, "SELECT count(*) FROM change"), changes);
}

/* ---- changed ---- */

static void an_administrator_renames(void **state)
{
    (void)state;
    name_all();
    all_agree();
    struct actor clerk = node_person(CENTER, "何平", ROLE_CLERK), director = node_person(CENTER, "陈静", ROLE_DIRECTOR);
    int64_t changes = node_number(CENTER, "SELECT count(*) FROM change");
    assert_int_equal(change(CENTER, &clerk, 1, "前台", "负责人或管理员"), STATUS_FORBIDDEN);
    assert_int_equal(change(STATION(0), &STATION(0)->actor, 1, "前台", "在中心的机器上"), STATUS_FORBIDDEN);
    assert_int_equal(change(CENTER, &director, 9, "前台", "没有站点 9 号"), STATUS_NOT_FOUND);
    assert_int_equal(change(CENTER, &director, 1, "", "必须填写"), STATUS_INVALID);
    assert_int_equal(change(CENTER, &director, 1, "7", "分不清"), STATUS_INVALID);
    assert_int_equal(change(CENTER, &director, 1, "前\n台", "换行"), STATUS_INVALID);
    assert_int_equal(change(CENTER, &director, 1, "一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一", "最多 30 字"), STATUS_INVALID);
    char other[MACHINE_CALLED_BYTES];
    machine_name_of(CENTER->store, 2, other);
    assert_int_equal(change(CENTER, &director, 1, other, "站点 2 号"), STATUS_EXISTS);
    assert_int_equal(change(CENTER, &director, 1, "站3", "机构"), STATUS_EXISTS);
    assert_int_equal(node_number(CENTER, "SELECT count(*) FROM change"), changes);
    assert_int_equal(change(CENTER, &director, 1, "前台", NULL), STATUS_OK);
    assert_int_equal(change(CENTER, &director, 1, "前台", NULL), STATUS_OK); /* as it is: nothing is written */
    assert_int_equal(node_number(CENTER, "SELECT count(*) FROM change"), changes + 1);
    all_agree();
    called(STATION(0), 1, "前台");
    struct peer peer;
    struct errmsg err = {{0}};
    must(peer_find_pin(CENTER->store, STATION(0)->peer.pin, &peer, &err), &err);
    assert_string_equal(peer.name, "前台"); /* what log lines say */
    peer.name[0] = 'x';
    must(peer_note(CENTER->store, &peer, &err), &err); /* a session that began before does not put the old one back */
    must(peer_find_pin(CENTER->store, STATION(0)->peer.pin, &peer, &err), &err);
    assert_string_equal(peer.name, "前台");
}

/* ---- who learns it ---- */

struct machines {
    char text[256];
};

static bool add_machine(void *context, const struct history_entry *entry)
{
    struct machines *machines = context;
    size_t len = strlen(machines->text);
    snprintf(machines->text + len, sizeof machines->text - len, "%s/%s ", entry->machine != NULL ? entry->machine : "-", entry->station);
    return true;
}

static void wrote(struct node *node, struct id id, const char *text)
{
    struct machines machines = {""};
    struct errmsg err = {{0}};
    must(records_history(node->store, &node->actor, catalogue_find("consultation"), id, add_machine, &machines, &err), &err);
    assert_string_equal(machines.text, text);
}

static void nobody_else_learns_it_until_he_gets_what_it_wrote(void **state)
{
    struct errmsg err = {{0}};
    (void)state;
    struct id id = node_consult(STATION(0), "张文芳", "工资没有发");
    all_agree();
    wrote(CENTER, id, "-/站2 ");
    wrote(STATION(0), id, "-/站2 ");
    name_all();
    all_agree();
    wrote(CENTER, id, "站21号机/站2 ");
    wrote(STATION(0), id, "站21号机/站2 ");
    for (uint32_t i = 0; i < 3; i++)
        assert_int_equal(node_number(STATION(i), "SELECT count(*) FROM machine"), 1);
    called(STATION(1), 1, "");
    /* handed over: its history says who wrote it */
    must(reach_move(CENTER->store, &CENTER->actor, catalogue_find("consultation"), id, 3, NULL, &err), &err);
    all_agree();
    wrote(STATION(1), id, "站21号机/站2 -/县中心 ");
    called(STATION(0), 2, ""); /* what comes there later it does not get */
    called(STATION(2), 1, "");
    assert_int_equal(node_number(CENTER, "SELECT count(*) FROM machine WHERE told_to=3"), 1);
    /* told once, however much is handed over */
    struct id second = node_consult(STATION(0), "李梅", "欠薪");
    all_agree();
    int64_t rows = node_number(CENTER, "SELECT count(*) FROM machine");
    must(reach_move(CENTER->store, &CENTER->actor, catalogue_find("consultation"), second, 3, NULL, &err), &err);
    assert_int_equal(node_number(CENTER, "SELECT count(*) FROM machine"), rows);
    /* and renamed for all who know it */
    assert_int_equal(change(CENTER, &CENTER->actor, 1, "团结村2号机", NULL), STATUS_OK);
    all_agree();
    called(STATION(1), 1, "团结村2号机");
    called(STATION(0), 1, "团结村2号机");
    called(STATION(2), 1, "");
}

static void who_shares_a_record_learns_who_writes_in_it(void **state)
{
    struct errmsg err = {{0}};
    (void)state;
    name_all();
    struct id id = node_consult(STATION(0), "张文芳", "工资没有发");
    all_agree();
    must(reach_share(CENTER->store, &CENTER->actor, catalogue_find("consultation"), id, 3, true, NULL, &err), &err);
    all_agree();
    called(STATION(1), 1, "站21号机");
    called(STATION(0), 2, "");
    node_set(STATION(1), "consultation", id, "topic", "欠薪"); /* the helper writes: the owner learns.. */
    all_agree();
    called(STATION(0), 2, "站31号机");
    wrote(STATION(0), id, "站21号机/站2 -/县中心 站31号机/站3 ");
    /* ..and a second machine of the owner, which comes later */
    struct peer later = enrol(2, 71, "新来的");
    called(STATION(1), later.station_no, ""); /* it has written nothing there yet */
    called(STATION(2), 1, "");
    called(STATION(2), 2, "");
}

static bool take_sides(void *context, const struct conflict *conflict)
{
    char *text = context;
    snprintf(text, 256, "%s %s | %s %s", conflict->shown.machine, conflict->shown.station, conflict->other.machine, conflict->other.station);
    return true;
}

static void a_conflict_says_which_machine(void **state)
{
    char text[256] = "";
    struct errmsg err = {{0}};
    (void)state;
    name_all();
    struct id id = node_consult(STATION(0), "张文芳", "工资没有发");
    all_agree();
    must(reach_share(CENTER->store, &CENTER->actor, catalogue_find("consultation"), id, 3, true, NULL, &err), &err);
    all_agree();
    node_set(STATION(0), "consultation", id, "topic", "甲");
    node_set(STATION(1), "consultation", id, "topic", "乙");
    all_agree();
    must(conflict_list(STATION(0)->store, &STATION(0)->actor, &id, 0, take_sides, text, &err), &err);
    assert_string_equal(text, "站31号机 站3 | 站21号机 站2");
    must(conflict_list(CENTER->store, &CENTER->actor, &id, 0, take_sides, text, &err), &err);
    assert_string_equal(text, "站31号机 站3 | 站21号机 站2");
}


/* ---- a center that is put back ---- */

/* What the center calls the machine that is enrolled there. */
static void listed(struct node *center, uint32_t station_no, const char *name)
{
    struct peer peer;
    struct errmsg err = {{0}};
    must(peer_find(center->store, station_no, &peer, &err), &err);
    assert_true(peer.named);
    assert_string_equal(peer.name, name);
}

/* The machine that the center lost was org 2's; its number goes to one of the org. */
static void a_number_goes_to_another(int64_t org, bool knows)
{
    struct bed bed;
    struct errmsg err = {{0}};
    struct world *county = bed_open(&bed, 3);
    struct node *center = &county->center, *office = &county->stations[0], *other = &county->stations[1];
    size_t given;
    char label[MACHINE_NAME_MAX_BYTES];
    must(machine_name_complete(center->store, 1, &given, &err), &err);
    meet_all(county, 2);
    bed_keep_center(&bed);
    struct peer lost = enrol_at(center, 2, 71, "前台", 1);
    meet_all(county, 2);
    called(office, lost.station_no, "前台");
    bed_put_center_back(&bed);
    if (knows)
        bed_begin_era(center, 0);
    struct peer now = enrol_at(center, org, 72, "后台", 2);
    assert_int_equal(now.station_no, lost.station_no);
    meet_all(county, 3);
    bed_expect_agreement(county);
    bed_expect_no_question(county);
    listed(center, now.station_no, "后台");
    called(center, now.station_no, ""); /* two had the number: who wrote what is not known.. */
    called(office, now.station_no, org == 2 ? "" : "前台"); /* ..where both are */
    called(other, now.station_no, org == 3 ? "后台" : "");
    station_label(other->store, now.station_no, label, sizeof label);
    assert_string_equal(label, org == 3 ? "站3" : "站 4");
    must(machine_name_change(center->store, &center->actor, now.station_no, "新前台", &err), &err);
    listed(center, now.station_no, "新前台");
    int64_t changes = node_number(center, "SELECT count(*) FROM change");
    must(machine_name_complete(center->store, 1, &given, &err), &err);
    assert_int_equal(given, 0);
    /* no other office is told a name that may not be the writer's */
    struct reach_orgs third = {.orgs = {4}, .n = 1};
    must(store_begin(center->store, "test", &err), &err);
    must(machine_name_tell(center->store, now.station_no, &third, 0, 3, &err), &err);
    must(store_commit(center->store, &err), &err);
    assert_int_equal(node_number(center, "SELECT count(*) FROM change"), changes);
    meet_all(county, 2);
    bed_expect_agreement(county);
    called(office, now.station_no, org == 2 ? "" : "前台");
    bed_close(&bed);
}

static void a_lost_number_is_another_machine_now(void **state)
{
    (void)state;
    for (int64_t org = 2; org < 4; org++)
        for (int knows = 0; knows < 2; knows++)
            a_number_goes_to_another(org, knows);
}

/* A name that was lost with the center, and another one given since: the later one, and nobody is asked. Where nobody knew of the loss when the second one was given, the first one comes back behind it. */
static void named_twice(bool knows, bool again)
{
    const char *last = again && knows ? "后台" : "前台";
    struct bed bed;
    struct errmsg err = {{0}};
    struct world *county = bed_open(&bed, 2);
    struct node *center = &county->center, *office = &county->stations[0];
    size_t given;
    must(machine_name_complete(center->store, 1, &given, &err), &err);
    meet_all(county, 2);
    bed_keep_center(&bed);
    must(machine_name_change(center->store, &center->actor, 1, "前台", &err), &err);
    meet_all(county, 2);
    called(office, 1, "前台");
    bed_put_center_back(&bed);
    if (knows)
        bed_begin_era(center, 0);
    if (again)
        must(machine_name_change(center->store, &center->actor, 1, "后台", &err), &err);
    meet_all(county, 3);
    bed_expect_agreement(county);
    bed_expect_no_question(county);
    listed(center, 1, last);
    called(office, 1, last);
    bed_close(&bed);
}

static void who_is_named_twice_is_called_as_he_was_last(void **state)
{
    (void)state;
    for (int knows = 0; knows < 2; knows++)
        for (int again = 0; again < 2; again++)
            named_twice(knows, again);
}

/* More offices than a piece has room to say. */
static void who_got_nothing_hears_nothing_though_many_did(void **state)
{
    struct errmsg err = {{0}};
    struct reach_orgs many = {.n = 0, .many = true};
    (void)state;
    name_all();
    struct id first = node_consult(STATION(0), "张文芳", "工资没有发"), second = node_consult(STATION(1), "李梅", "欠薪");
    all_agree();
    must(reach_share(CENTER->store, &CENTER->actor, catalogue_find("consultation"), second, 4, true, NULL, &err), &err);
    all_agree();
    struct peer later = enrol(2, 71, "新来的");
    int64_t before = node_number(CENTER, "SELECT max(lsn) FROM change");
    must(reach_share(CENTER->store, &CENTER->actor, catalogue_find("consultation"), first, 3, true, NULL, &err), &err);
    must(store_begin(CENTER->store, "test", &err), &err);
    must(machine_name_tell(CENTER->store, later.station_no, &many, before, 1, &err), &err);
    must(store_commit(CENTER->store, &err), &err);
    all_agree();
    called(STATION(1), later.station_no, "新来的");
    called(STATION(2), later.station_no, ""); /* shares, but nothing of these */
}


int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_machine_without_a_wish_is_called_by_its_office, open_world, close_world),
        cmocka_unit_test_setup_teardown(a_name_that_somebody_has_gets_a_number, open_world, close_world),
        cmocka_unit_test_setup_teardown(a_wish_that_is_no_name_keeps_nobody_out, open_world, close_world),
        cmocka_unit_test_setup_teardown(old_machines_are_named_once, open_world, close_world),
        cmocka_unit_test_setup_teardown(an_administrator_renames, open_world, close_world),
        cmocka_unit_test_setup_teardown(nobody_else_learns_it_until_he_gets_what_it_wrote, open_world, close_world),
        cmocka_unit_test_setup_teardown(who_shares_a_record_learns_who_writes_in_it, open_world, close_world),
        cmocka_unit_test_setup_teardown(a_conflict_says_which_machine, open_world, close_world),
        cmocka_unit_test(a_lost_number_is_another_machine_now),
        cmocka_unit_test(who_is_named_twice_is_called_as_he_was_last),
        cmocka_unit_test_setup_teardown(who_got_nothing_hears_nothing_though_many_did, open_world, close_world),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
