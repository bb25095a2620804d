/* tests/test_newly_known.c - a station's program that did not know a record type or a field is replaced by one that does: what came meanwhile becomes rows, and the store can be proven against its log. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/record/catalogue.h"
#include "core/record/extra.h"
#include "core/record/machine_name.h"
#include "core/record/newly_known.h"
#include "core/record/reach.h"
#include "core/record/scope_sum.h"
#include "tests/fixture.h"
#include "tests/heal_bed.h"
#include "tests/must.h"
#include "tests/write_sql.h"

static void reopen(struct node *node, const char *folder, unsigned number)
{
    char path[256];
    struct errmsg err = {{0}};
    store_close(node->store);
    snprintf(path, sizeof path, "%s/%u", folder, number);
    must(store_open(&node->store, path, STORE_OPEN_EXISTING, &err), &err);
}

/* What a program leaves that has no such type: its changes in the log, and no table.. */
static const char NO_TABLE[] = "UPDATE change SET state=2, prev=NULL WHERE type=60; DROP TABLE machine; UPDATE meta SET value=1 WHERE name='catalogue_shape'";
/* ..or one, where it stood for a while in the place of a program that has. */
static const char NO_ROWS[] = "UPDATE change SET state=2, prev=NULL WHERE type=60; DELETE FROM machine; UPDATE meta SET value=1 WHERE name='catalogue_shape'";

/* How the rows came to be: in the order, not as something that has no place there yet; and linked, each change to the one before it (their history). */
struct marks {
    int64_t linked, pending, places;
};

static struct marks marks_of(struct node *node)
{
    return (struct marks){.linked = node_number(node, "SELECT count(prev) FROM change WHERE type=60"),
                          .pending = node_number(node, "SELECT count(*) FROM base"),
                          .places = node_number(node, "SELECT sum(w_log*1000+w_seq) FROM machine")};
}

static void learns(const char *forgotten)
{
    char folder[] = "/tmp/aidpost-newly-XXXXXX";
    struct world world;
    struct errmsg err = {{0}};
    size_t given;
    char name[MACHINE_CALLED_BYTES];
    assert_non_null(mkdtemp(folder));
    world_open(&world, 1, folder);
    struct node *station = &world.stations[0];
    must(machine_name_complete(world.center.store, 1, &given, &err), &err);
    world_sync(&world, 0);
    must(machine_name_change(world.center.store, &world.center.actor, 1, "团结村2号机", &err), &err);
    world_sync(&world, 0);
    assert_int_equal(node_number(station, "SELECT count(*) FROM change WHERE type=60"), 2);
    const struct marks known = marks_of(station);
    assert_int_equal(known.linked, 1);
    write_sql(station->store, forgotten);
    reopen(station, folder, 1);
    const struct marks learnt = marks_of(station); /* as if its program had known the type from the beginning */
    assert_memory_equal(&learnt, &known, sizeof known);
    must(machine_name_find(station->store, 1, name, &err), &err);
    assert_string_equal(name, "团结村2号机"); /* both changes, in their order */
    assert_int_equal(node_number(station, "SELECT count(*) FROM change WHERE state=2"), 0);
    node_verify(station);
    /* what comes after it goes on from there */
    must(machine_name_change(world.center.store, &world.center.actor, 1, "前台", &err), &err);
    world_sync(&world, 0);
    must(machine_name_find(station->store, 1, name, &err), &err);
    assert_string_equal(name, "前台");
    node_verify(station);
    world_close(&world);
    test_folder_remove(folder);
}

static void what_came_meanwhile_becomes_rows(void **state)
{
    (void)state;
    learns(NO_TABLE);
}

static void also_where_the_program_knew_the_type_before(void **state)
{
    (void)state;
    learns(NO_ROWS);
}

/* A center's own changes of a log that it ended when it was put back are its own still: no station wrote them. */
static void a_center_wrote_it_in_an_older_log(void **state)
{
    char folder[] = "/tmp/aidpost-newly-XXXXXX", name[MACHINE_CALLED_BYTES];
    struct world world;
    struct errmsg err = {{0}};
    size_t given;
    (void)state;
    assert_non_null(mkdtemp(folder));
    world_open(&world, 1, folder);
    struct node *center = &world.center;
    must(machine_name_complete(center->store, 1, &given, &err), &err);
    assert_int_equal(given, 1);
    bed_begin_era(center, 0);
    write_sql(center->store, NO_ROWS);
    reopen(center, folder, 0);
    assert_int_equal(node_number(center, "SELECT count(*) FROM quarantine"), 0);
    must(machine_name_find(center->store, 1, name, &err), &err);
    assert_string_not_equal(name, "");
    node_verify(center);
    world_close(&world);
    test_folder_remove(folder);
}

/* What came late, to a place before what the row has: an older program took it in, and this one had the row before. */
static void late_one_stands_in_its_place(bool all)
{
    char folder[] = "/tmp/aidpost-newly-XXXXXX", name[MACHINE_CALLED_BYTES];
    struct world world;
    struct errmsg err = {{0}};
    size_t given;
    assert_non_null(mkdtemp(folder));
    world_open(&world, 1, folder);
    struct node *station = &world.stations[0];
    must(machine_name_complete(world.center.store, 1, &given, &err), &err);
    bed_tell_everybody(&world.center, "中心"); /* a number between */
    must(machine_name_change(world.center.store, &world.center.actor, 1, "甲机", &err), &err);
    must(machine_name_change(world.center.store, &world.center.actor, 1, "乙机", &err), &err);
    world_sync(&world, 0);
    write_sql(station->store, "UPDATE change SET given=rseq, rseq=(SELECT min(rseq)+1 FROM change WHERE type=60), state=2, prev=NULL WHERE lsn=(SELECT max(lsn) FROM change WHERE type=60);"
                              "UPDATE machine SET name='甲机', cells=(SELECT cells FROM machine), head=(SELECT max(lsn) FROM change WHERE type=60 AND state=0); UPDATE meta SET value=1 WHERE name='catalogue_shape'");
    if (all)
        write_sql(station->store, NO_ROWS);
    must(store_begin(station->store, "test", &err), &err);
    must(scope_sum_recount(station->store, &err), &err);
    must(store_commit(station->store, &err), &err);
    reopen(station, folder, 1);
    must(machine_name_find(station->store, 1, name, &err), &err);
    assert_string_equal(name, "甲机");
    assert_int_equal(node_number(station, "WITH RECURSIVE list(lsn) AS (SELECT head FROM machine UNION SELECT c.prev FROM list JOIN change c ON c.lsn=list.lsn WHERE c.prev IS NOT NULL) SELECT count(*) FROM list"), 3);
    node_verify(station);
    world_close(&world);
    test_folder_remove(folder);
}

static void it_stands_where_its_place_is(void **state)
{
    (void)state;
    late_one_stands_in_its_place(false);
    late_one_stands_in_its_place(true);
}

/* An older program asked about two names that a machine was given; this one asks nobody, nor does the log. */
static void what_nobody_is_asked_any_more_is_no_question(void **state)
{
    char folder[] = "/tmp/aidpost-newly-XXXXXX";
    struct world world;
    struct errmsg err = {{0}};
    size_t given;
    (void)state;
    assert_non_null(mkdtemp(folder));
    world_open(&world, 1, folder);
    struct node *station = &world.stations[0];
    must(machine_name_complete(world.center.store, 1, &given, &err), &err);
    struct id id = node_consult(station, "张文芳", "工资没有发");
    world_sync(&world, 0);
    write_sql(station->store, "INSERT INTO conflict(type,id,field,scope,value,log,seq) SELECT 60,id,2,scope,'旧名',w_log,w_seq FROM machine");
    assert_int_equal(node_conflicts(station), 1);
    node_set(&world.center, "consultation", id, "topic", "工资");
    node_set(station, "consultation", id, "topic", "欠薪");
    world_sync(&world, 0);
    assert_int_equal(node_conflicts(station), 2);
    write_sql(station->store, "UPDATE meta SET value=1 WHERE name='catalogue_shape'");
    reopen(station, folder, 1);
    assert_int_equal(node_number(station, "SELECT count(*) FROM conflict WHERE type=60"), 0);
    assert_int_equal(node_conflicts(station), 1); /* the one that somebody has to decide */
    node_verify(station);
    world_close(&world);
    test_folder_remove(folder);
}

/* ---- fields ---- */

/* What a program leaves that does not know the field: its value stands beside the columns. */
static void set_beside(struct node *node, const char *field, const char *text)
{
    struct buf extra, sql;
    buf_init(&extra, 4096);
    buf_init(&sql, 8192);
    assert_int_equal(extra_put(&extra, catalogue_field(catalogue_find("consultation"), field)->no, value_string(text)), STATUS_OK);
    buf_printf(&sql, "UPDATE consultation SET \"%s\"=NULL, extra=x'", field);
    for (size_t i = 0; i < extra.len; i++)
        buf_printf(&sql, "%02x", extra.data[i]);
    buf_puts(&sql, "'; UPDATE meta SET value=1 WHERE name='catalogue_shape'");
    write_sql(node->store, buf_cstr(&sql));
    buf_release(&sql);
    buf_release(&extra);
}

static void a_field_that_came_meanwhile_stands_in_its_column(void **state)
{
    char folder[] = "/tmp/aidpost-newly-XXXXXX";
    struct world world;
    (void)state;
    assert_non_null(mkdtemp(folder));
    world_open(&world, 1, folder);
    struct node *station = &world.stations[0];
    struct id id = node_consult(station, "张文芳", "工资没有发");
    world_sync(&world, 0);
    node_set(&world.center, "consultation", id, "answer", "可以申请仲裁");
    world_sync(&world, 0);
    char *before = node_dump(station);
    set_beside(station, "answer", "可以申请仲裁");
    bed_expect(station, id, "answer", "");
    reopen(station, folder, 1);
    bed_expect(station, id, "answer", "可以申请仲裁");
    char *after = node_dump(station);
    assert_string_equal(after, before);
    assert_int_equal(node_number(station, "SELECT count(*) FROM consultation WHERE extra IS NOT NULL"), 0);
    assert_int_equal(node_number(station, "SELECT count(*) FROM search_todo"), 1); /* it is found by it */
    node_verify(station);
    free(before);
    free(after);
    world_close(&world);
    test_folder_remove(folder);
}

/* The program is killed in the middle, and begun again: it goes on where it was. */
static void it_is_done_in_pieces(void **state)
{
    enum { ROWS = 5 };
    char folder[] = "/tmp/aidpost-newly-XXXXXX";
    struct world world;
    struct errmsg err = {{0}};
    struct buf sql;
    bool more;
    (void)state;
    assert_non_null(mkdtemp(folder));
    world_open(&world, 1, folder);
    struct node *station = &world.stations[0];
    struct id ids[ROWS];
    size_t given;
    must(machine_name_complete(world.center.store, 1, &given, &err), &err);
    for (int i = 0; i < ROWS; i++)
        ids[i] = node_make(station, "consultation", "name=张文芳", "content=工资没有发", "answer=可以申请仲裁", NULL);
    world_sync(&world, 0);
    int64_t shape = node_number(station, "SELECT value FROM meta WHERE name='catalogue_shape'");
    set_beside(station, "answer", "可以申请仲裁");
    write_sql(station->store, NO_ROWS);
    buf_init(&sql, 256);
    buf_printf(&sql, "UPDATE meta SET value=%lld WHERE name='catalogue_shape'", (long long)shape); /* the tables are as they are to be */
    write_sql(station->store, buf_cstr(&sql));
    buf_release(&sql);
    must(store_begin(station->store, "test", &err), &err);
    must(newly_known_begin(station->store, 1, &more, &err), &err);
    must(store_commit(station->store, &err), &err);
    int64_t before = ROWS;
    do {
        must(newly_known_piece(station->store, 2, &more, &err), &err);
        int64_t left = node_number(station, "SELECT count(*) FROM consultation WHERE extra IS NOT NULL");
        assert_in_range(before - left, 0, 2);
        before = left;
    } while (before == ROWS);
    assert_true(more);
    assert_true(before > 0);
    assert_int_equal(node_number(station, "SELECT count(*) FROM machine"), 1);
    reopen(station, folder, 1);
    assert_int_equal(node_number(station, "SELECT count(*) FROM consultation WHERE extra IS NOT NULL"), 0);
    assert_int_equal(node_number(station, "SELECT count(*) FROM meta WHERE name LIKE 'newly_known%'"), 0);
    for (int i = 0; i < ROWS; i++)
        bed_expect(station, ids[i], "answer", "可以申请仲裁");
    must(newly_known_piece(station->store, 2, &more, &err), &err);
    assert_false(more);
    node_verify(station);
    /* What is not known to this program either is passed over. */
    struct buf extra;
    buf_init(&extra, 64);
    assert_int_equal(extra_put(&extra, 60000, value_string("以后才知道")), STATUS_OK);
    struct stmt *stmt = store_prepare(station->store, "UPDATE consultation SET extra=?1");
    must(store_begin(station->store, "test", &err), &err);
    stmt_blob(stmt, 1, extra.data, extra.len);
    must(stmt_run(stmt, &err), &err);
    must(newly_known_begin(station->store, 1, &more, &err), &err);
    must(store_commit(station->store, &err), &err);
    buf_release(&extra);
    size_t pieces = 0;
    do {
        must(newly_known_piece(station->store, 2, &more, &err), &err);
    } while (more && ++pieces < catalogue_count());
    assert_false(more);
    assert_int_equal(node_number(station, "SELECT count(*) FROM consultation WHERE extra IS NOT NULL"), ROWS);
    world_close(&world);
    test_folder_remove(folder);
}

/* A record left, or was erased, while the columns of a newer program were nobody's. */
static void what_is_not_here_leaves_nothing_in_columns(bool newer, bool erased)
{
    char folder[] = "/tmp/aidpost-newly-XXXXXX";
    struct world world;
    struct errmsg err = {{0}};
    assert_non_null(mkdtemp(folder));
    world_open(&world, 2, folder);
    struct node *station = &world.stations[0];
    struct id id = node_consult(station, "张文芳", "工资没有发");
    world_sync(&world, 0);
    if (newer)
        write_sql(station->store, "ALTER TABLE consultation ADD COLUMN newer TEXT; UPDATE consultation SET newer='邻居也知道'");
    if (erased)
        must(reach_erase(world.center.store, &world.center.actor, catalogue_find("consultation"), id, "本人要求", "李主任", &err), &err);
    else
        bed_move(&world, id, 3);
    world_sync(&world, 0);
    if (newer)
        assert_int_equal(node_number(station, "SELECT count(*) FROM consultation WHERE newer IS NOT NULL"), 0);
    else
        write_sql(station->store, "UPDATE consultation SET answer='邻居也知道'; UPDATE meta SET value=1 WHERE name='catalogue_shape'");
    reopen(station, folder, 1);
    must(reach_finish(station->store, NULL, &err), &err);
    assert_int_equal(machine_files_hold(folder, 1, "邻居也知道"), 0);
    node_verify(station);
    world_close(&world);
    test_folder_remove(folder);
}

static void what_left_leaves_nothing_in_columns_that_were_not_known(void **state)
{
    (void)state;
    for (int newer = 0; newer < 2; newer++)
        for (int erased = 0; erased < 2; erased++)
            what_is_not_here_leaves_nothing_in_columns(newer, erased);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_came_meanwhile_becomes_rows),
        cmocka_unit_test(also_where_the_program_knew_the_type_before),
        cmocka_unit_test(a_center_wrote_it_in_an_older_log),
        cmocka_unit_test(it_stands_where_its_place_is),
        cmocka_unit_test(what_nobody_is_asked_any_more_is_no_question),
        cmocka_unit_test(a_field_that_came_meanwhile_stands_in_its_column),
        cmocka_unit_test(it_is_done_in_pieces),
        cmocka_unit_test(what_left_leaves_nothing_in_columns_that_were_not_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
