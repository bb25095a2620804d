/* tests/test_cli_reach.c - share, erase and erasures on the command line; what must be kept is not erased; a conflict settled with a value that was typed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/case/erasure.h"
#include "core/record/reach.h"
#include "tests/command.h"
#include "tests/fixture.h"
#include "tests/must.h"

#define NOW_MS (INT64_C(1772676000000)) /* 2026-03-05 10:00 in the office */

static struct {
    char folder[100], center[140], station[140];
} desk;
static struct world world;

static int set_up(void **state)
{
    (void)state;
    snprintf(desk.folder, sizeof desk.folder, "/tmp/test_cli_reach.XXXXXX");
    if (mkdtemp(desk.folder) == NULL)
        return -1;
    world_open(&world, 2, desk.folder);
    world.center.actor.now_ms = world.stations[0].actor.now_ms = NOW_MS;
    snprintf(desk.center, sizeof desk.center, "%s/%u", desk.folder, world.center.machine.station_no);
    snprintf(desk.station, sizeof desk.station, "%s/%u", desk.folder, world.stations[0].machine.station_no);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    world_close(&world);
    test_folder_remove(desk.folder);
    return 0;
}

/* ID in the line stands for the record's number. */
static void at(const char *folder, struct id id, const char *line, int code, const char *says)
{
    char full[300], text[ID_TEXT_BYTES];
    const char *mark = strstr(line, "ID");
    id_format(id, text);
    if (mark == NULL)
        snprintf(full, sizeof full, "%s", line);
    else
        snprintf(full, sizeof full, "%.*s%s%s", (int)(mark - line), line, text, mark + 2);
    command_expect(folder, NOW_MS, full, code, says);
}

static void erased_from_the_command_line(void **state)
{
    (void)state;
    struct id id = node_consult(&world.stations[0], "张文芳", "工资没有发");
    world_sync(&world, 0);
    at(desk.center, id, "erase ID", 2, "用法");
    at(desk.station, id, "erase ID --reason 本人要求", 1, "只由县中心的管理员办理");
    at(desk.center, id, "erasures --json", 0, "{\"rows\":[]}");
    at(desk.center, id, "erase ID --reason 要", 1, "至少 4 个字");
    at(desk.center, id, "erase ID --reason 本人\x1b要求", 1, "控制字符");
    at(desk.center, id, "erase ID --reason 本人要求\xff", 1, "不是 UTF-8 文字");
    at(desk.center, id, "erase ID --reason 本人要求 --officer 周\x07", 1, "控制字符");
    at(desk.center, id, "erase ID --reason 本人要求 --officer 周主任 --json", 0, "\"records\":1");
    at(desk.center, id, "get ID", 1, "没有这个编号的记录");
    at(desk.center, id, "history ID --json", 0, "\"op\":\"erase\"");
    at(desk.center, id, "history ID --json", 0, "\"reason\":\"本人要求\",\"officer\":\"周主任\"");
    at(desk.center, id, "history ID", 0, "内容已依法清除: 本人要求，批准 周主任");
    at(desk.center, id, "history ID", 0, "（内容已清除）");
    at(desk.center, id, "dump --log", 0, " reason=#4 officer=#3"); /* words that somebody typed, and no fields of the consultation */
    at(desk.center, id, "erasures --json", 0, "\"confirmed\":[],\"waiting\":[\"站2\"]");
    at(desk.center, id, "erasures", 0, "等待: 站2");
    at(desk.center, id, "verify", 0, NULL);
}

static void shared_from_the_command_line(void **state)
{
    (void)state;
    struct id id = node_consult(&world.stations[0], "张文芳", "工资没有发");
    world_sync(&world, 0);
    at(desk.center, id, "share ID", 2, "用法");
    at(desk.center, id, "share ID --org 月球站", 1, "月球站");
    at(desk.center, id, "share ID --org 站3 --json", 0, "\"records\":1");
    at(desk.center, id, "share ID --org 站3", 1, "已经有那个单位协办");
    world_sync(&world, 1);
    char *content = node_get(&world.stations[1], "consultation", id, "content");
    assert_non_null(content);
    free(content);
    at(desk.center, id, "share ID --org 站3 --end", 0, "协办已结束");
    world_sync(&world, 1);
    assert_null(node_get(&world.stations[1], "consultation", id, "content"));
    at(desk.center, id, "history ID --json", 0, "\"op\":\"share\",\"org\":3,\"shared\":false");
}

/* A worker of station 2 leaves: what was moved to station 3 is told, not given. */
static void what_is_elsewhere_is_not_given_away(void **state)
{
    (void)state;
    struct errmsg err = {{0}};
    const struct record_type *cases = catalogue_find("case");
    struct id kept = node_make(&world.center, "case", "name=张文芳", "case_type=民事", "received_on=2026-03-04", "state=S2", "worker=陈静", NULL);
    struct id moved = node_make(&world.center, "case", "name=王建国", "case_type=民事", "received_on=2026-03-04", "state=S2", "worker=陈静", NULL);
    const struct {
        struct id id;
        int64_t to;
    } MOVES[] = {{kept, 2}, {moved, 2}, {moved, 3}};
    node_make(&world.center, "user", "name=chen", "display=陈静", "role=station", "org=2", NULL);
    node_make(&world.center, "user", "name=li", "display=李某", "role=station", "org=2", NULL);
    node_make(&world.center, "user", "name=wu", "display=吴某", "role=station", "org=3", NULL);
    for (size_t i = 0; i < sizeof MOVES / sizeof MOVES[0]; i++)
        assert_int_equal(reach_move(world.center.store, &world.center.actor, cases, MOVES[i].id, MOVES[i].to, NULL, &err), STATUS_OK);
    at(desk.center, kept, "leave chen --json", 0, "\"open\":1,\"given\":0,\"elsewhere\":1");
    at(desk.center, kept, "leave chen", 0, "已移交 站3");
    at(desk.center, kept, "leave chen --give wu", 3, "吴某 是别的单位的，看不到它");
    at(desk.center, kept, "leave chen --give li", 0, "1 件已移交其他单位，不在这里交");
    at(desk.center, moved, "leave chen ID --give li", 3, "已移交 站3，由那里另行安排");
    at(desk.center, kept, "get ID", 0, "李某");
    at(desk.center, moved, "get ID", 0, "陈静");
}

static void not_allowed(const char *type, struct id id, const char *words)
{
    struct errmsg err = {{0}};
    assert_int_equal(erasure_allowed(world.center.store, &world.center.actor, catalogue_find(type), id, &err), STATUS_FORBIDDEN);
    if (strstr(err.text, words) == NULL)
        fail_msg("%s", err.text);
}

static void allowed(const char *type, struct id id)
{
    struct errmsg err = {{0}};
    if (erasure_allowed(world.center.store, &world.center.actor, catalogue_find(type), id, &err) != STATUS_OK)
        fail_msg("%s", err.text);
}

static void what_the_archive_keeps_is_kept(void **state)
{
    (void)state;
    struct node *center = &world.center;
    struct id person = node_make(center, "person", "name=张文芳", NULL), kase = node_make(center, "case", "name=张文芳", "narrative=欠薪", node_ref("applicant", person), NULL);
    struct id material = node_make(center, "material", "name=工资条", node_ref("case_id", kase), NULL);
    allowed("case", kase); /* nothing was issued */
    allowed("person", person);
    struct id paper = node_make(center, "document", "form=09", "number=溧援决〔2026〕1号", node_ref("case_id", kase), NULL);
    not_allowed("case", kase, "溧援决〔2026〕1号");
    not_allowed("document", paper, "要先归档");
    not_allowed("material", material, "要先归档");
    not_allowed("person", person, "这个人是申请人");
    struct id old = node_make(center, "case", "name=王建国", "narrative=欠薪", "archived_on=2010-03-01", "retention=03", NULL);
    allowed("case", old); /* ten years have run */
    struct id newer = node_make(center, "case", "name=王建国", "narrative=欠薪", "archived_on=2020-03-01", "retention=02", NULL);
    not_allowed("case", newer, "2050-03-01");
    struct id ever = node_make(center, "case", "name=王建国", "narrative=欠薪", "archived_on=1990-03-01", "retention=01", NULL);
    not_allowed("case", ever, "永久");
    struct actor clerk = center->actor;
    clerk.owner = false;
    clerk.role = ROLE_CLERK;
    assert_int_equal(erasure_allowed(center->store, &clerk, catalogue_find("case"), old, NULL), STATUS_FORBIDDEN);
}

static void with_what_hangs_on_it(void **state)
{
    (void)state;
    struct node *center = &world.center;
    struct errmsg err = {{0}};
    struct id kase = node_make(center, "case", "name=张文芳", "narrative=欠薪", NULL);
    struct id party = node_make(center, "party", "name=宏远公司", "role=对方当事人", node_ref("case_id", kase), NULL);
    struct erasure_done done;
    if (erasure_write(center->store, &center->actor, catalogue_find("case"), kase, "误登记的", "周主任", true, &done, &err) != STATUS_OK)
        fail_msg("%s", err.text);
    assert_int_equal(done.rows, 2);
    assert_null(node_get(center, "party", party, "name"));
    node_verify(center);
    /* On the command line as on the screens: what hangs on it says the same names. */
    struct id other = node_make(center, "case", "name=王建国", "narrative=欠薪", NULL), kept = node_make(center, "case", "name=李四", "narrative=欠薪", NULL);
    struct id hanging = node_make(center, "party", "name=宏远公司", "role=对方当事人", node_ref("case_id", other), NULL);
    struct id staying = node_make(center, "party", "name=宏远公司", "role=对方当事人", node_ref("case_id", kept), NULL);
    at(desk.center, other, "erase ID --reason 本人要求 --json", 0, "\"records\":2");
    assert_null(node_get(center, "party", hanging, "name"));
    at(desk.center, kept, "erase ID --reason 本人要求 --only-this --json", 0, "\"records\":1");
    char *name = node_get(center, "party", staying, "name");
    assert_non_null(name);
    free(name);
}

/* One person, three files: what the center merged goes as one, or not at all; of what both held nothing stays in the row of the merge. */
static void with_the_files_that_were_merged(void **state)
{
    (void)state;
    struct node *center = &world.center;
    struct id kept = node_make(center, "person", "name=张文芳", "phone=13900000001", NULL), merged = node_make(center, "person", "name=张文芳", "phone=13900000002", NULL);
    struct id older = node_make(center, "person", "name=张文方", NULL), alone = node_make(center, "person", "name=王建国", NULL);
    struct id husband = node_make(center, "relation", "name=王小明", "kind=配偶", node_ref("person", older), NULL);
    char line[120], text[ID_TEXT_BYTES];
    id_format(older, text);
    snprintf(line, sizeof line, "do merge ID with=%s", text);
    at(desk.center, merged, line, 0, NULL);
    id_format(merged, text);
    snprintf(line, sizeof line, "do merge ID with=%s take=phone", text);
    at(desk.center, kept, line, 0, NULL);
    id_format(kept, text);
    snprintf(line, sizeof line, "do not-same ID with=%s", text);
    at(desk.center, alone, line, 0, NULL);
    at(desk.center, kept, "list merge --json", 0, "\"name\":\"张文芳\"");
    /* a file that has to be kept keeps the others */
    struct id kase = node_make(center, "case", "name=张文方", "narrative=欠薪", node_ref("applicant", older), NULL);
    struct id paper = node_make(center, "document", "form=09", "number=溧援决〔2026〕1号", node_ref("case_id", kase), NULL);
    (void)paper;
    at(desk.center, kept, "erase ID --reason 本人要求", 1, "另一份要一起清除: 这个人是申请人");
    node_set(center, "case", kase, "applicant", "");
    at(desk.center, kept, "erase ID --reason 本人要求 --json", 0, "\"records\":7"); /* three files, a relation, three rows of merges */
    assert_null(node_get(center, "person", merged, "name"));
    assert_null(node_get(center, "relation", husband, "name"));
    at(desk.center, kept, "list merge --json", 0, "\"rows\":[]");
    at(desk.center, alone, "get ID", 0, "王建国");
    /* this file alone: the row tells what it held all the same */
    struct id one = node_make(center, "person", "name=李梅", "phone=13900000003", NULL), two = node_make(center, "person", "name=李梅", NULL);
    id_format(one, text);
    snprintf(line, sizeof line, "do merge ID with=%s take=phone", text);
    at(desk.center, two, line, 0, NULL);
    at(desk.center, one, "erase ID --reason 本人要求 --only-this --json", 0, "\"records\":2");
    at(desk.center, two, "get ID", 0, "李梅");
    at(desk.center, kept, "list merge --json", 0, "\"rows\":[]");
    node_verify(center);
}

/* Deleted before: by the same word, with the same questions; the deletion is not taken back behind it. */
static void what_was_deleted_is_erased_from_the_command_line(void **state)
{
    (void)state;
    struct id id = node_consult(&world.stations[0], "张文芳", "工资没有发"), other = node_consult(&world.stations[0], "李梅", "押金没有退");
    world_sync(&world, 0);
    at(desk.center, id, "do delete ID", 0, "deleted");
    at(desk.center, id, "do undo ID", 0, "saved");
    at(desk.center, id, "do undo ID", 1, "没有可以撤回的"); /* nothing would be undone, nor is it said */
    at(desk.center, id, "get ID", 0, "张文芳");
    at(desk.center, id, "do delete ID", 0, "deleted");
    at(desk.center, other, "do delete ID", 0, "deleted");
    at(desk.center, id, "get ID", 1, "没有这个编号的记录");
    at(desk.center, id, "share ID --org 站3", 1, "没有这个编号的记录");
    at(desk.center, id, "list consultation --json", 0, "{\"rows\":[],");
    at(desk.center, id, "list consultation --deleted --where name=张文芳 --json", 0, "张文芳");
    world_sync(&world, 0);
    at(desk.station, id, "erase ID --reason 本人要求", 1, "只由县中心的管理员办理");
    at(desk.station, id, "list consultation --deleted", 1, "只列给县中心的管理员");
    at(desk.center, id, "erase ID", 2, "用法");
    at(desk.center, id, "erase ID --reason 要", 1, "至少 4 个字");
    at(desk.center, id, "history ID --json", 0, "张文芳");
    at(desk.center, id, "erase ID --reason 本人要求 --officer 周主任 --json", 0, "\"records\":1");
    at(desk.center, id, "erase ID --reason 本人要求 --officer 周主任", 1, "没有这个编号的记录"); /* as of one that was there */
    at(desk.center, id, "history ID", 0, "内容已依法清除: 本人要求，批准 周主任");
    at(desk.center, id, "erasures --json", 0, "\"confirmed\":[],\"waiting\":[\"站2\"]");
    at(desk.center, id, "list consultation --deleted --where name=张文芳 --json", 0, "{\"rows\":[],"); /* emptied: not among them any more */
    at(desk.center, id, "list consultation --deleted --json", 0, "李梅");
    at(desk.center, id, "do undo ID", 1, "这条咨询的内容已依法清除，不能撤回");
    at(desk.center, id, "do undo ID --json", 1, "已依法清除，不能撤回");
    assert_int_equal(machine_files_hold(desk.folder, world.center.machine.station_no, "张文芳"), 0);
    at(desk.center, other, "do undo ID", 0, "saved");
    at(desk.center, other, "get ID", 0, "李梅");
    world_sync(&world, 0);
    at(desk.station, id, "do undo ID", 1, "不能撤回");
    at(desk.center, id, "verify", 0, NULL);
    at(desk.station, id, "verify", 0, NULL);
}

/* An irreversible act on the beginning of a number: what it may mean counts, shown or not. */
static void a_beginning_that_fits_a_deleted_one_too_is_not_enough(void **state)
{
    (void)state;
    struct node *center = &world.center;
    struct errmsg err = {{0}};
    char text[ID_TEXT_BYTES], line[100];
    struct id gone = node_consult(center, "张文芳", "工资没有发"), there;
    struct record record;
    struct record first;
    assert_int_equal(records_get(center->store, &center->actor, catalogue_find("consultation"), gone, &first, &err), STATUS_OK);
    there = gone;
    there.bytes[15] ^= 1;
    record_init(&record, first.type);
    record.id = there;
    for (size_t i = 0; i < record.type->n_fields; i++)
        assert_int_equal(record_set(&record, &record.type->fields[i], first.values[i]), STATUS_OK);
    record_release(&first);
    assert_int_equal(records_save(center->store, &center->actor, center->codes, center->random, &record, &err), STATUS_OK);
    record_release(&record);
    assert_int_equal(records_delete(center->store, &center->actor, catalogue_find("consultation"), gone, &err), STATUS_OK);
    id_format(gone, text);
    snprintf(line, sizeof line, "get %.8s", text);
    at(desk.center, gone, line, 0, "张文芳");
    snprintf(line, sizeof line, "erase %.8s --reason 本人要求", text);
    at(desk.center, gone, line, 1, "不止一条记录符合");
    at(desk.center, gone, "erase ID --reason 本人要求 --json", 0, "\"records\":1");
    at(desk.center, there, "get ID", 0, "张文芳");
}

/* Nobody comes round a retention by deleting first; what a deleted case has hanging on it goes with it. */
static void what_the_archive_keeps_is_kept_though_it_was_deleted(void **state)
{
    (void)state;
    struct node *center = &world.center;
    struct errmsg err = {{0}};
    struct actor acting = center->actor;
    acting.acting = true;
    struct id person = node_make(center, "person", "name=张文芳", NULL), kase = node_make(center, "case", "name=张文芳", "narrative=欠薪", node_ref("applicant", person), NULL);
    struct id paper = node_make(center, "document", "form=09", "number=溧援决〔2026〕1号", node_ref("case_id", kase), NULL);
    struct id material = node_make(center, "material", "name=工资条", node_ref("case_id", kase), NULL);
    const struct {
        const char *type;
        struct id id;
    } DELETED[] = {{"document", paper}, {"material", material}, {"case", kase}, {"person", person}};
    for (size_t i = 0; i < sizeof DELETED / sizeof DELETED[0]; i++)
        if (records_delete(center->store, &acting, catalogue_find(DELETED[i].type), DELETED[i].id, &err) != STATUS_OK)
            fail_msg("%s", err.text);
    not_allowed("case", kase, "溧援决〔2026〕1号");
    not_allowed("document", paper, "要先归档");
    not_allowed("material", material, "要先归档");
    not_allowed("person", person, "这个人是申请人");
    at(desk.center, kase, "erase ID --reason 本人要求", 1, "溧援决〔2026〕1号");
    struct id ever = node_make(center, "case", "name=王建国", "narrative=欠薪", "archived_on=1990-03-01", "retention=01", NULL);
    struct id old = node_make(center, "case", "name=王建国", "narrative=欠薪", "archived_on=2010-03-01", "retention=03", NULL);
    struct id party = node_make(center, "party", "name=宏远公司", "role=对方当事人", node_ref("case_id", old), NULL);
    assert_int_equal(records_delete(center->store, &acting, catalogue_find("case"), ever, &err), STATUS_OK);
    assert_int_equal(records_delete(center->store, &acting, catalogue_find("case"), old, &err), STATUS_OK);
    assert_int_equal(records_delete(center->store, &acting, catalogue_find("party"), party, &err), STATUS_OK);
    not_allowed("case", ever, "永久");
    at(desk.center, old, "erase ID --reason 保管期满 --json", 0, "\"records\":2");
    assert_null(node_get(center, "party", party, "name"));
    node_verify(center);
}

/* The person's other file was deleted behind the merge: it is the person's all the same. */
static void a_merged_file_that_was_deleted_goes_along(void **state)
{
    (void)state;
    struct node *center = &world.center;
    struct errmsg err = {{0}};
    struct id kept = node_make(center, "person", "name=张文芳", "phone=13900000001", NULL), merged = node_make(center, "person", "name=张纹芳", "phone=13900000002", NULL);
    char line[120], text[ID_TEXT_BYTES];
    id_format(merged, text);
    snprintf(line, sizeof line, "do merge ID with=%s", text);
    at(desk.center, kept, line, 0, NULL);
    assert_int_equal(records_delete(center->store, &center->actor, catalogue_find("person"), merged, &err), STATUS_OK);
    at(desk.center, kept, "erase ID --reason 本人要求 --json", 0, "\"records\":3"); /* two files, a row of the merge */
    assert_int_equal(machine_files_hold(desk.folder, center->machine.station_no, "张纹芳"), 0);
    assert_int_equal(machine_files_hold(desk.folder, center->machine.station_no, "13900000002"), 0);
    node_verify(center);
}

/* Nor is it left out because the one who erases by law may not see it: sealed it is kept from him, not from its person. */
static void a_merged_file_that_is_sealed_goes_along(void **state)
{
    (void)state;
    struct node *center = &world.center;
    struct errmsg err = {{0}};
    struct actor admin = center->actor;
    struct id kept = node_make(center, "person", "name=张文芳", "phone=13900000001", NULL), merged = node_make(center, "person", "name=张纹芳", "phone=13900000002", NULL);
    char line[120], text[ID_TEXT_BYTES];
    struct erasure_done done;
    id_format(merged, text);
    snprintf(line, sizeof line, "do merge ID with=%s", text);
    at(desk.center, kept, line, 0, NULL);
    at(desk.center, merged, "set ID sealed=1", 0, NULL);
    admin.owner = admin.acting = false;
    admin.role = ROLE_ADMIN;
    assert_int_equal(erasure_allowed(center->store, &admin, catalogue_find("person"), merged, NULL), STATUS_NOT_FOUND);
    must(erasure_write(center->store, &admin, catalogue_find("person"), kept, "本人要求", "周主任", true, &done, &err), &err);
    must(reach_finish(center->store, NULL, &err), &err);
    assert_int_equal(done.rows, 3);
    assert_int_equal(machine_files_hold(desk.folder, center->machine.station_no, "张纹芳"), 0);
    assert_int_equal(machine_files_hold(desk.folder, center->machine.station_no, "13900000002"), 0);
    node_verify(center);
}

/* Who asks for a case that went is told where, by its whole number or its beginning; nothing of it is told. */
static void what_went_is_told_by_its_number(void **state)
{
    (void)state;
    struct errmsg err = {{0}};
    const struct record_type *cases = catalogue_find("case");
    struct id id = node_make(&world.center, "case", "name=王建国", "case_type=民事", "received_on=2026-03-04", "state=S2", "worker=陈静", "provisional_no=临2026-7", NULL);
    char text[ID_TEXT_BYTES], line[80];
    assert_int_equal(reach_move(world.center.store, &world.center.actor, cases, id, 2, NULL, &err), STATUS_OK);
    world_sync(&world, 0);
    at(desk.station, id, "get ID", 0, "王建国");
    assert_int_equal(reach_move(world.center.store, &world.center.actor, cases, id, 3, NULL, &err), STATUS_OK);
    world_sync(&world, 0);
    at(desk.station, id, "get ID", 1, "案件 临2026-7 已由县中心移送到 站3（2026-03-05）");
    at(desk.station, id, "get ID --json", 1, "\"message\":\"案件 临2026-7 已由县中心移送到 站3（2026-03-05）\"");
    id_format(id, text);
    snprintf(line, sizeof line, "get %.8s", text);
    at(desk.station, id, line, 1, "移送到 站3");
    at(desk.station, id, "get ffffffffff", 1, "没有这个编号的记录");
    at(desk.center, id, "get ID", 0, "王建国");
}

/* A third value passes what a form would ask of the field, by either word. */
static void a_typed_settlement_is_checked(void **state)
{
    (void)state;
    struct id id = node_consult(&world.stations[0], "张文芳", "工资没有发");
    world_sync(&world, 0);
    node_set(&world.stations[0], "consultation", id, "date", "2026-02-02");
    node_set(&world.stations[0], "consultation", id, "phone", "13900000002");
    node_set(&world.center, "consultation", id, "date", "2026-02-03");
    node_set(&world.center, "consultation", id, "phone", "13900000003");
    world_sync(&world, 0);
    at(desk.center, id, "resolve ID phone --value 13900000002139000000", 1, "手机号应为 11 位，现有 20 位");
    at(desk.center, id, "resolve ID date --value ''", 1, "日期");
    at(desk.center, id, "do resolve ID date=", 1, "日期");
    at(desk.center, id, "resolve ID date --value 2026-02-30", 1, "日期");
    assert_int_equal(node_conflicts(&world.center), 2);
    at(desk.center, id, "resolve ID date --value 2026-02-04", 0, "已处理");
    at(desk.center, id, "do resolve ID phone=13900000009", 0, NULL);
    assert_int_equal(node_conflicts(&world.center), 0);
}

int main(void)
{
#define with_desk(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        with_desk(erased_from_the_command_line), with_desk(shared_from_the_command_line), with_desk(what_is_elsewhere_is_not_given_away), with_desk(what_went_is_told_by_its_number), with_desk(what_the_archive_keeps_is_kept), with_desk(with_what_hangs_on_it), with_desk(with_the_files_that_were_merged),
        with_desk(what_was_deleted_is_erased_from_the_command_line), with_desk(a_beginning_that_fits_a_deleted_one_too_is_not_enough), with_desk(what_the_archive_keeps_is_kept_though_it_was_deleted),
        with_desk(a_merged_file_that_was_deleted_goes_along), with_desk(a_merged_file_that_is_sealed_goes_along),
        with_desk(a_typed_settlement_is_checked),
    };
    return cmocka_run_group_tests_name("cli_reach", tests, NULL, NULL);
}
