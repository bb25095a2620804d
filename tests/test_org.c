/* tests/test_org.c - core/aid/org.h and how orgs are found (core/record/peer.h): a number is never another one, what records are handed over by names one org only, and an org that anything belongs to stays. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/aid/org.h"
#include "core/base/utf8.h"
#include "core/case/prepare.h"
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

static struct id org_id(int64_t number)
{
    struct stmt *stmt = store_prepare(world.center.store, "SELECT id FROM org WHERE number=?1 AND gone=0");
    struct errmsg err = {{0}};
    enum status status;

    stmt_int(stmt, 1, number);
    assert_true(stmt_row(stmt, &status, &err));
    struct id id = stmt_column_id(stmt, 0);
    stmt_reset(stmt);
    return id;
}

/* As screens and the command line save. */
static enum status save(struct record *org, struct errmsg *err)
{
    struct node *center = &world.center;
    return record_save_prepared(center->store, &center->actor, center->codes, center->random, org, (struct id){{0}}, err);
}

static void set(struct record *org, const char *field, const char *text)
{
    const struct field_def *def = catalogue_field(org->type, field);

    if (def->kind == FIELD_INT || def->kind == FIELD_BOOL)
        assert_int_equal(record_set_int(org, field, strtol(text, NULL, 10)), STATUS_OK);
    else
        assert_int_equal(record_set_text(org, field, text), STATUS_OK);
}

/* words: NULL: it must be saved; else refused with these. */
static void changes(int64_t number, const char *field, const char *text, const char *words)
{
    struct node *center = &world.center;
    struct errmsg err = {{0}};
    struct record org;

    must(records_get(center->store, &center->actor, catalogue_find("org"), org_id(number), &org, &err), &err);
    set(&org, field, text);
    enum status status = save(&org, &err);
    record_release(&org);
    if (words == NULL)
        must(status, &err);
    else if (status == STATUS_OK || strstr(err.text, words) == NULL)
        fail_msg("%s=%s: %d %s", field, text, status, err.text);
}

static int64_t adds(const char *code, const char *name, const char *kind, const char *words)
{
    struct errmsg err = {{0}};
    struct record org;
    int64_t number;

    record_init(&org, catalogue_find("org"));
    set(&org, "code", code);
    set(&org, "name", name);
    set(&org, "kind", kind);
    enum status status = save(&org, &err);
    number = status == STATUS_OK ? record_get(&org, catalogue_field(org.type, "number")).number : 0;
    record_release(&org);
    if (words == NULL)
        must(status, &err);
    else if (status == STATUS_OK || strstr(err.text, words) == NULL)
        fail_msg("%s %s: %d %s", code, name, status, err.text);
    return number;
}

static void finds(const char *text, enum status want, int64_t number)
{
    struct errmsg err = {{0}};
    char name[MACHINE_NAME_MAX_BYTES];
    int64_t found = 0;

    assert_int_equal(org_find(world.center.store, text, &found, name, sizeof name, &err), want);
    assert_int_equal(found, number);
}

static enum status finds_office(const char *text)
{
    struct errmsg err = {{0}};
    char name[MACHINE_NAME_MAX_BYTES];
    int64_t found;

    return org_find_office(world.center.store, text, &found, name, sizeof name, &err);
}

static void a_number_stays(void **state)
{
    (void)state;
    changes(2, "number", "3", "给出后不再更改");
    changes(2, "number", "77", "给出后不再更改");
    changes(2, "phone", "02512345678", NULL);
    finds("站2", STATUS_OK, 2);
}

static void two_offices_go_by_different_names(void **state)
{
    (void)state;
    int64_t hl = adds("hl", "洪蓝工作站", "station", NULL), firm = adds("zy", "正阳", "firm", NULL);
    adds("hl", "另一个", "station", "代码 hl 已由 洪蓝工作站 使用");
    adds("hl2", "洪蓝工作站", "branch", "已经有叫 洪蓝工作站 的单位");
    adds("站2", "又一个", "firm", "代码 站2 已由 站2 使用");
    adds("zy2", "正阳", "firm", NULL); /* two firms are */
    changes(2, "code", "hl", "代码 hl 已由 洪蓝工作站 使用");
    changes(2, "name", "洪蓝工作站", "已经有叫");
    changes(2, "code", "", "机构要有代码");
    changes(firm, "kind", "station", NULL); /* the other of that name is no office */
    changes(hl, "closed", "1", NULL);
    changes(2, "name", "洪蓝工作站", NULL); /* it has taken over from one that is closed */
    changes(hl, "closed", "0", "已经有叫");
    finds("洪蓝工作站", STATUS_OK, 2);
    finds("hl", STATUS_OK, hl);
    finds("正阳", STATUS_OK, firm);
    finds("nobody", STATUS_NOT_FOUND, 0);
    assert_int_equal(finds_office("洪蓝工作站"), STATUS_OK);
    assert_int_equal(finds_office("hl"), STATUS_FORBIDDEN);
    assert_int_equal(finds_office("zy2"), STATUS_FORBIDDEN);
    assert_int_equal(finds_office("nobody"), STATUS_NOT_FOUND);
    /* Of an earlier program there may be two. */
    node_make(&world.center, "org", "number=90", "code=x1", "name=双", "kind=station", NULL);
    node_make(&world.center, "org", "number=91", "code=x2", "name=双", "kind=station", NULL);
    finds("双", STATUS_INVALID, 0);
    finds("x2", STATUS_OK, 91);
}

static void former(const char *text, bool want, const char *now)
{
    struct errmsg err = {{0}};
    char name[MACHINE_NAME_MAX_BYTES] = "";
    bool found;

    must(org_find_former(world.center.store, &world.center.actor, text, &found, name, sizeof name, &err), &err);
    assert_int_equal(found, want);
    if (found)
        assert_string_equal(name, now);
}

static void what_an_org_was_called_is_known(void **state)
{
    (void)state;
    struct node *center = &world.center;
    struct errmsg err = {{0}};
    int64_t number = adds("hl", "洪蓝工作站", "station", NULL);
    changes(number, "name", "洪蓝公共法律服务站", NULL);
    changes(number, "code", "hl9", NULL);
    former("洪蓝工作站", true, "洪蓝公共法律服务站");
    former("hl", true, "洪蓝公共法律服务站");
    former("邻县法律援助中心", false, "");
    must(record_delete(center->store, &center->actor, catalogue_find("org"), org_id(number), &err), &err);
    former("洪蓝公共法律服务站", true, "");
    former("hl", true, "");
}

static void deleted(int64_t number, const char *words)
{
    struct node *center = &world.center;
    struct errmsg err = {{0}};
    enum status status = record_delete(center->store, &center->actor, catalogue_find("org"), org_id(number), &err);

    if (words == NULL)
        must(status, &err);
    else if (status != STATUS_FORBIDDEN || strstr(err.text, words) == NULL)
        fail_msg("%d %s", status, err.text);
}

/* Its machines say what it is called now, on screens and in what is recorded there. */
static void a_renamed_office_is_called_so_at_its_machines(void **state)
{
    (void)state;
    struct node *station = &world.stations[0];
    struct machine machine;
    struct errmsg err = {{0}};

    changes(2, "name", "站2新区", NULL);
    world_sync(&world, 0);
    must(machine_load(station->store, &machine, &err), &err);
    assert_string_equal(machine.name, "站2新区");
    changes(2, "name", "很长的名称很长的名称很长的名称很长的名称很长的名称很长的名称很长的名称很长的名称很长的名称", NULL);
    world_sync(&world, 0);
    must(machine_load(station->store, &machine, &err), &err);
    assert_true(utf8_valid(machine.name, strlen(machine.name)));
    assert_non_null(strstr(machine.name, "很长的名称"));
}

static void an_org_with_anything_stays(void **state)
{
    (void)state;
    deleted(1, "县中心自己");
    deleted(2, "有登记过的电脑");
    node_consult(&world.stations[0], "王某", "欠薪");
    world_sync(&world, 0);
    deleted(2, "名下有记录（咨询）");
    deleted(adds("hl", "洪蓝工作站", "station", NULL), NULL);
    node_verify(&world.center);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_number_stays, open_world, close_world),
        cmocka_unit_test_setup_teardown(two_offices_go_by_different_names, open_world, close_world),
        cmocka_unit_test_setup_teardown(what_an_org_was_called_is_known, open_world, close_world),
        cmocka_unit_test_setup_teardown(a_renamed_office_is_called_so_at_its_machines, open_world, close_world),
        cmocka_unit_test_setup_teardown(an_org_with_anything_stays, open_world, close_world),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
