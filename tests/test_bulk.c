/* tests/test_bulk.c - one change to many records: exact counts before, one transaction, who is refused and why, and the whole of it taken back; also on the command line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/register/bulk.h"
#include "tests/command.h"
#include "tests/fixture.h"

enum { TOLD_MAX = 64 };

struct told {
    size_t n;
    enum bulk_outcome outcomes[TOLD_MAX];
    char reasons[TOLD_MAX][200], before[TOLD_MAX][40];
};

static void on_row(void *context, const struct bulk_row *row)
{
    struct told *told = context;
    assert_true(told->n < TOLD_MAX);
    told->outcomes[told->n] = row->outcome;
    snprintf(told->reasons[told->n], sizeof told->reasons[0], "%s", row->reason);
    if (row->before != NULL) {
        struct value value = row->before[catalogue_field_index(row->record->type, catalogue_field(row->record->type, "category"))];
        snprintf(told->before[told->n], sizeof told->before[0], "%.*s", (int)value.len, value.kind == VALUE_TEXT ? value.text : "");
    }
    told->n++;
}

struct bench {
    struct world world;
    struct node *node;
    struct id ids[TOLD_MAX];
    size_t n;
    struct told told;
    struct bulk_result result;
};

static int open_bench(void **state)
{
    struct bench *bench = calloc(1, sizeof *bench);
    world_open(&bench->world, 1, NULL);
    bench->node = &bench->world.stations[0];
    for (int i = 0; i < 6; i++) {
        char name[20];
        snprintf(name, sizeof name, "来访%d", i);
        bench->ids[bench->n++] = node_consult(bench->node, name, "欠薪");
    }
    node_set(bench->node, "consultation", bench->ids[5], "category", "01");
    *state = bench;
    return 0;
}

static int close_bench(void **state)
{
    struct bench *bench = *state;
    node_verify(bench->node);
    world_close(&bench->world);
    free(bench);
    return 0;
}

static enum status run(struct bench *bench, const char *field, const char *text, bool trial)
{
    struct bulk bulk = {.type = catalogue_find("consultation"), .deletes = field == NULL};
    struct errmsg err = {{0}};
    bench->told.n = 0;
    if (field != NULL)
        assert_int_equal(bulk_set(&bulk, field, text, &err), STATUS_OK);
    return bulk_run(bench->node->store, &bench->node->actor, bench->node->codes, bench->node->random, &bulk, bench->ids, bench->n, trial, on_row, &bench->told, &bench->result, &err);
}

static enum status undo(struct bench *bench, int64_t no)
{
    struct errmsg err = {{0}};
    bench->told.n = 0;
    return bulk_undo(bench->node->store, &bench->node->actor, no, on_row, &bench->told, &bench->result, &err);
}

static void expect_result(const struct bench *bench, size_t changed, size_t same, size_t refused)
{
    assert_int_equal(bench->result.changed, changed);
    assert_int_equal(bench->result.same, same);
    assert_int_equal(bench->result.refused, refused);
}

static void expect(struct bench *bench, size_t which, const char *field, const char *text)
{
    char *got = node_get(bench->node, "consultation", bench->ids[which], field);
    if (text == NULL)
        assert_null(got);
    else
        assert_string_equal(got, text);
    free(got);
}

static void a_trial_counts_and_changes_nothing(void **state)
{
    struct bench *bench = *state;
    char *before = node_dump(bench->node);
    assert_int_equal(run(bench, "category", "01", true), STATUS_OK);
    expect_result(bench, 5, 1, 0);
    assert_int_equal(bench->result.no, 0);
    char *after = node_dump(bench->node);
    assert_string_equal(before, after);
    free(before);
    free(after);
    assert_int_equal(run(bench, "category", "01", false), STATUS_OK);
    expect_result(bench, 5, 1, 0); /* what the trial said */
    expect(bench, 0, "category", "01");
}

static void the_whole_is_taken_back_at_once(void **state)
{
    struct bench *bench = *state;
    int64_t last = -1;
    node_set(bench->node, "consultation", bench->ids[1], "category", "03");
    assert_int_equal(run(bench, "类别", "劳动纠纷", false), STATUS_OK);
    expect_result(bench, 6, 0, 0);
    assert_string_equal(bench->told.before[1], "03");
    int64_t no = bench->result.no;
    assert_int_equal(bulk_last(bench->node->store, &bench->node->actor, NULL, &last, NULL), STATUS_OK);
    assert_int_equal(last, no);
    assert_int_equal(undo(bench, no), STATUS_OK);
    expect_result(bench, 6, 0, 0);
    expect(bench, 0, "category", "");
    expect(bench, 1, "category", "03");
    expect(bench, 5, "category", "01");
    assert_int_equal(undo(bench, no), STATUS_NOT_FOUND); /* once */
    assert_int_equal(undo(bench, no + 1), STATUS_NOT_FOUND);
    assert_int_equal(bulk_last(bench->node->store, &bench->node->actor, NULL, &last, NULL), STATUS_OK);
    assert_int_equal(last, 0);
}

static void what_was_changed_since_stays(void **state)
{
    struct bench *bench = *state;
    assert_int_equal(run(bench, "category", "02", false), STATUS_OK);
    int64_t no = bench->result.no;
    node_set(bench->node, "consultation", bench->ids[2], "phone", "13900000001");
    assert_int_equal(undo(bench, no), STATUS_OK);
    expect_result(bench, 5, 0, 1);
    expect(bench, 2, "category", "02");
    expect(bench, 3, "category", "");
    for (size_t i = 0; i < bench->told.n; i++)
        if (bench->told.outcomes[i] == BULK_REFUSED)
            assert_non_null(strstr(bench->told.reasons[i], "之后又改过"));
}

static void who_is_refused_is_named_and_the_others_go_on(void **state)
{
    struct bench *bench = *state;
    struct errmsg err = {{0}};
    assert_int_equal(records_delete(bench->node->store, &bench->node->actor, catalogue_find("consultation"), bench->ids[4], &err), STATUS_OK);
    assert_int_equal(run(bench, "phone", "13900000009", false), STATUS_OK);
    expect_result(bench, 5, 0, 1);
    assert_int_equal(bench->told.outcomes[4], BULK_REFUSED);
    assert_non_null(strstr(bench->told.reasons[4], "没有这条咨询"));
    expect(bench, 1, "phone", "13900000009");
    assert_int_equal(run(bench, "phone", "不是号码", false), STATUS_OK);
    expect_result(bench, 0, 0, 6);
    assert_int_equal(bench->result.no, 0);
}

static void deleting_many_and_bringing_them_back(void **state)
{
    struct bench *bench = *state;
    assert_int_equal(run(bench, NULL, NULL, true), STATUS_OK);
    expect_result(bench, 6, 0, 0);
    expect(bench, 0, "name", "来访0");
    assert_int_equal(run(bench, NULL, NULL, false), STATUS_OK);
    expect(bench, 0, "name", NULL);
    assert_int_equal(undo(bench, bench->result.no), STATUS_OK);
    expect_result(bench, 6, 0, 0);
    expect(bench, 0, "name", "来访0");
}

static void only_who_did_it_and_who_may_write(void **state)
{
    struct bench *bench = *state;
    assert_int_equal(run(bench, "category", "02", false), STATUS_OK);
    int64_t no = bench->result.no;
    struct actor mine = bench->node->actor;
    snprintf(bench->node->actor.name, sizeof bench->node->actor.name, "何平");
    assert_int_equal(undo(bench, no), STATUS_FORBIDDEN);
    bench->node->actor = mine;
    bench->node->actor.owner = false;
    bench->node->actor.role = ROLE_AUDITOR;
    assert_int_equal(run(bench, "category", "03", false), STATUS_FORBIDDEN);
    bench->node->actor = mine;
    expect(bench, 0, "category", "02");
}

/* What comes out at the center is what stands at the station: a bulk change is many changes like any others. */
static void it_reaches_the_center(void **state)
{
    struct bench *bench = *state;
    assert_int_equal(run(bench, "category", "02", false), STATUS_OK);
    world_sync(&bench->world, 0);
    char *category = node_get(&bench->world.center, "consultation", bench->ids[3], "category");
    assert_string_equal(category, "02");
    free(category);
    assert_int_equal(undo(bench, bench->result.no), STATUS_OK); /* its order number does not make it another change */
    expect_result(bench, 6, 0, 0);
    world_sync(&bench->world, 0);
    category = node_get(&bench->world.center, "consultation", bench->ids[3], "category");
    assert_string_equal(category, "");
    free(category);
    node_verify(&bench->world.center);
}

static void picking_by_a_condition(void **state)
{
    struct bench *bench = *state;
    struct filter filter;
    struct id *ids;
    size_t n;
    assert_int_equal(filter_parse(&filter, catalogue_find("consultation"), bench->node->codes, "category!=01", NULL), STATUS_OK);
    assert_int_equal(bulk_pick(bench->node->store, &bench->node->actor, &filter, &ids, &n, NULL), STATUS_OK);
    assert_int_equal(n, 5);
    for (size_t i = 0; i < n; i++)
        assert_false(id_equal(ids[i], bench->ids[5]));
    free(ids);
    filter_release(&filter);
}

/* ---- the command line ---- */

static const int64_t NOW_MS = INT64_C(1772676000000);

static void on_the_command_line(void **state)
{
    struct world world;
    char folder[64] = "/tmp/test_bulk.XXXXXX", data[80], command[128];
    (void)state;
    assert_non_null(mkdtemp(folder));
    world_open(&world, 0, folder);
    snprintf(data, sizeof data, "%s/%u", folder, world.center.machine.station_no);
    world_close(&world);
    for (int i = 0; i < 3; i++)
        command_expect(data, NOW_MS, i == 0 ? "add consultation name=甲 content=欠薪 category=01" : "add consultation name=乙 content=欠薪", 0, NULL);
    command_expect(data, NOW_MS, "set consultation --where content~欠薪 category=劳动纠纷 --dry-run", 0, "会改 3 条");
    command_expect(data, NOW_MS, "count consultation --where category=01", 0, "1");
    command_expect(data, NOW_MS, "set consultation --where content~欠薪 category=01 --json", 0, "\"changed\":2,\"same\":1,\"refused\":0,\"bulk\":1}");
    command_expect(data, NOW_MS, "count consultation --where category=01", 0, "3");
    command_expect(data, NOW_MS, "bulks", 0, "\t咨询\t类别\t2\n");
    command_expect(data, NOW_MS, "undo-bulk", 0, "撤回 2 条");
    command_expect(data, NOW_MS, "count consultation --where category=01", 0, "1");
    command_expect(data, NOW_MS, "undo-bulk", 1, "没有可以撤回的批量修改");
    command_expect(data, NOW_MS, "undo-bulk x", 2, "数字");
    command_expect(data, NOW_MS, "set consultation --where content~欠薪 phone=一二三", 1, "有 3 条没有改");
    command_expect(data, NOW_MS, "set consultation --where '' category=01", 2, "--where 不能空着");
    command_expect(data, NOW_MS, "set consultation --where content~欠薪 nosuch=01", 1, "没有字段");
    command_expect(data, NOW_MS, "do delete consultation --where name=乙", 0, "已改 2 条");
    command_expect(data, NOW_MS, "count consultation", 0, "1");
    command_expect(data, NOW_MS, "undo-bulk 2", 0, "撤回 2 条");
    command_expect(data, NOW_MS, "count consultation", 0, "3");
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    assert_int_equal(system(command), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_trial_counts_and_changes_nothing, open_bench, close_bench),
        cmocka_unit_test_setup_teardown(the_whole_is_taken_back_at_once, open_bench, close_bench),
        cmocka_unit_test_setup_teardown(what_was_changed_since_stays, open_bench, close_bench),
        cmocka_unit_test_setup_teardown(who_is_refused_is_named_and_the_others_go_on, open_bench, close_bench),
        cmocka_unit_test_setup_teardown(deleting_many_and_bringing_them_back, open_bench, close_bench),
        cmocka_unit_test_setup_teardown(only_who_did_it_and_who_may_write, open_bench, close_bench),
        cmocka_unit_test_setup_teardown(it_reaches_the_center, open_bench, close_bench),
        cmocka_unit_test_setup_teardown(picking_by_a_condition, open_bench, close_bench),
        cmocka_unit_test(on_the_command_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
