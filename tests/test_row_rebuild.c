/* tests/test_row_rebuild.c - a row made anew from its changes is the row that was there; and after a change took another place it is what verify's replay says. */
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
#include "core/record/recount.h"
#include "core/record/row_rebuild.h"
#include "core/record/schema.h"
#include "core/record/scope_sum.h"
#include "tests/fixture.h"

enum { UNKNOWN_FIELD = 60000, PICTURE_MAX_BYTES = 1 << 24 };

static void put_rows(struct store *store, const char *sql, int columns, struct buf *out)
{
    struct stmt *stmt = store_prepare(store, sql);
    enum status status;
    while (stmt_row(stmt, &status, NULL)) {
        for (int i = 0; i < columns; i++) {
            size_t len;
            const uint8_t *bytes = stmt_column_blob(stmt, i, &len);
            if (stmt_column_is_null(stmt, i)) {
                buf_puts(out, "|-");
                continue;
            }
            buf_puts(out, "|");
            for (size_t k = 0; k < len; k++)
                buf_printf(out, "%02x", bytes[k]);
        }
        buf_puts(out, "\n");
    }
    assert_int_equal(status, STATUS_OK);
}

/* Every column of every row, the base values and the conflicts. */
static void picture(struct node *node, struct buf *out)
{
    buf_init(out, PICTURE_MAX_BYTES);
    for (size_t t = 0; t < catalogue_count(); t++) {
        const struct record_type *type = catalogue_at(t);
        struct buf sql;
        buf_init(&sql, 16384);
        buf_printf(&sql, "SELECT %s FROM \"%s\" ORDER BY n", schema_row_columns(node->store, type), type->name);
        buf_printf(out, "%s\n", type->name);
        put_rows(node->store, buf_cstr(&sql), ROW_FIELDS + (int)type->n_fields, out);
        buf_release(&sql);
    }
    put_rows(node->store, "SELECT id,field,type,value,log,seq FROM base ORDER BY id,field", 6, out);
    put_rows(node->store, "SELECT id,field,log,seq,type,scope,value FROM conflict ORDER BY id,field,log,seq", 7, out);
    assert_int_equal(out->status, STATUS_OK);
}

static void rebuild(struct node *node, const struct record_type *type, struct id id)
{
    struct errmsg err = {{0}};
    assert_int_equal(store_begin(node->store, "test", &err), STATUS_OK);
    enum status status = row_rebuild(node->store, type, id, &err);
    if (status != STATUS_OK)
        fail_msg("%s", errmsg_text(&err, status));
    assert_int_equal(store_commit(node->store, &err), STATUS_OK);
}

static size_t rebuild_all(struct node *node)
{
    size_t n = 0;
    for (size_t t = 0; t < catalogue_count(); t++) {
        char sql[128];
        struct id ids[256];
        size_t count = 0;
        enum status status;
        snprintf(sql, sizeof sql, "SELECT id FROM \"%s\" ORDER BY n", catalogue_at(t)->name);
        struct stmt *stmt = store_prepare(node->store, sql);
        while (stmt_row(stmt, &status, NULL)) {
            assert_true(count < 256);
            ids[count++] = stmt_column_id(stmt, 0);
        }
        for (size_t i = 0; i < count; i++)
            rebuild(node, catalogue_at(t), ids[i]);
        n += count;
    }
    return n;
}

static void expect_rebuild_changes_nothing(struct node *node)
{
    struct buf before, after;
    picture(node, &before);
    assert_true(rebuild_all(node) > 0);
    picture(node, &after);
    assert_string_equal(buf_cstr(&before), buf_cstr(&after));
    buf_release(&before);
    buf_release(&after);
    node_verify(node);
}

static void write_sql(struct node *node, const char *sql)
{
    struct errmsg err = {{0}};
    assert_int_equal(store_begin(node->store, "test", &err), STATUS_OK);
    if (store_exec(node->store, sql, &err) != STATUS_OK)
        fail_msg("%s: %s", sql, err.text);
    assert_int_equal(scope_sum_recount(node->store, &err), STATUS_OK); /* places changed behind its back */
    assert_int_equal(store_commit(node->store, &err), STATUS_OK);
}

/* What a newer program would write: a field that this one does not know. */
static void write_unknown_field(struct node *node, struct id id, uint64_t field, const char *text)
{
    struct errmsg err = {{0}};
    struct buf body;
    struct record row;
    int64_t lsn;
    buf_init(&body, 1024);
    cbor_put_map(&body, 1);
    cbor_put_uint(&body, field);
    cbor_put_text(&body, text, strlen(text));
    assert_int_equal(records_get(node->store, &node->actor, catalogue_find("consultation"), id, &row, &err), STATUS_OK);
    struct change change = {.type_no = row.type->no, .id = id, .op = CHANGE_PUT, .scope = row.scope, .seen = (uint64_t)row.seen, .user = "某"};
    record_release(&row);
    assert_int_equal(store_begin(node->store, "test", &err), STATUS_OK);
    assert_int_equal(changelog_append_own(node->store, node->machine.center, &change, body.data, body.len, &lsn, &err), STATUS_OK);
    assert_int_equal(store_commit(node->store, &err), STATUS_OK);
    buf_release(&body);
}

/* One random edit, delete, decision about a conflict, or session. */
static void random_step(struct world *world, struct random_source random, struct id *ids, int *owner, int *n)
{
    static const char *const FIELDS[] = {"topic", "phone", "answer", "name"}, *const TEXTS[] = {"13900000001", "13900000002", "13900000003", "13900000004"};
    const struct record_type *type = catalogue_find("consultation");
    size_t who = (size_t)random_below(random, 3);
    struct node *node = who == 2 ? &world->center : &world->stations[who];
    uint64_t what = random_below(random, 12);
    if (*n == 0 || (what == 0 && *n < 12 && who < 2)) {
        owner[*n] = (int)(who % 2);
        ids[*n] = node_consult(&world->stations[who % 2], "某", "问");
        *n += 1;
        return;
    }
    int pick = (int)random_below(random, (uint64_t)*n);
    struct record record;
    if (who < 2 && what == 1) {
        (void)world_sync(world, who);
        return;
    }
    if ((who < 2 && owner[pick] != (int)who) || records_get(node->store, &node->actor, type, ids[pick], &record, NULL) != STATUS_OK)
        return;
    struct value value = value_string(TEXTS[random_below(random, 4)]);
    const struct field_def *field = catalogue_field(type, FIELDS[random_below(random, 4)]);
    enum status status = STATUS_OK;
    if (what == 2)
        status = records_delete(node->store, &node->actor, type, ids[pick], NULL);
    else if (what < 5 && record.conflicts > 0)
        status = conflict_resolve(node->store, &node->actor, type, ids[pick], random_below(random, 3) == 0 ? NULL : field, record_get(&record, field), NULL);
    else if (what == 5)
        write_unknown_field(node, ids[pick], UNKNOWN_FIELD + random_below(random, 3), value.text);
    else if (record_set(&record, field, value) == STATUS_OK)
        status = records_save(node->store, &node->actor, node->codes, node->random, &record, NULL);
    assert_true(status == STATUS_OK || status == STATUS_NOT_FOUND || status == STATUS_INVALID);
    record_release(&record);
}

static void test_a_rebuilt_row_is_the_row_that_was_there(void **state)
{
    (void)state;
    int64_t conflicts = 0, pending = 0, unknown = 0, gone = 0;
    for (uint64_t seed = 1; seed <= 10; seed++) {
        struct world world;
        struct id ids[12];
        int owner[12], n = 0;
        uint64_t state_of = seed;
        struct random_source random = random_seeded(&state_of);
        world_open(&world, 2, NULL);
        for (int step = 0; step < 150; step++)
            random_step(&world, random, ids, owner, &n);
        expect_rebuild_changes_nothing(&world.center);
        for (size_t i = 0; i < 2; i++) {
            expect_rebuild_changes_nothing(&world.stations[i]);
            conflicts += node_conflicts(&world.stations[i]);
            pending += node_number(&world.stations[i], "SELECT count(*) FROM base");
            unknown += node_number(&world.stations[i], "SELECT count(*) FROM consultation WHERE extra IS NOT NULL");
            gone += node_number(&world.stations[i], "SELECT count(*) FROM consultation WHERE gone");
        }
        for (int i = 0; i < 2; i++)
            for (size_t s = 0; s < 2; s++)
                (void)world_sync(&world, s);
        expect_rebuild_changes_nothing(&world.center);
        expect_rebuild_changes_nothing(&world.stations[0]);
        world_close(&world);
    }
    assert_true(conflicts > 0 && pending > 0 && unknown > 0 && gone > 0); /* all of it was there */
}

static struct id make_case(struct node *node)
{
    struct errmsg err = {{0}};
    struct record record;
    record_init(&record, catalogue_find("case"));
    assert_int_equal(records_begin(node->store, &node->actor, &record, node->codes, &err), STATUS_OK);
    assert_int_equal(record_set_text(&record, "name", "赵秀兰"), STATUS_OK);
    assert_int_equal(records_save(node->store, &node->actor, node->codes, node->random, &record, &err), STATUS_OK);
    struct id id = record.id;
    record_release(&record);
    return id;
}

/* A hold field: which of two values is shown depends on their order alone. */
static void test_a_changed_place_decides_anew(void **state)
{
    struct world world;
    (void)state;
    world_open(&world, 1, NULL);
    struct node *station = &world.stations[0];
    struct id id = make_case(station);
    (void)world_sync(&world, 0);
    node_set(&world.center, "case", id, "recovered", "100元");
    node_set(station, "case", id, "recovered", "200元");
    (void)world_sync(&world, 0);
    expect_rebuild_changes_nothing(station);
    assert_int_equal(node_number(station, "SELECT recovered FROM \"case\""), 10000);
    int64_t n = node_number(station, "SELECT n FROM \"case\"");
    /* the last two changes of the station's order change places */
    write_sql(station, "UPDATE change SET rseq=CASE rseq WHEN (SELECT max(rseq) FROM change) THEN rseq-1 ELSE rseq+1 END WHERE rseq>=(SELECT max(rseq) FROM change)-1");
    rebuild(station, catalogue_find("case"), id);
    assert_int_equal(node_number(station, "SELECT recovered FROM \"case\""), 20000);
    assert_int_equal(node_number(station, "SELECT value FROM conflict"), 10000);
    assert_int_equal(node_number(station, "SELECT n FROM \"case\""), n);
    node_verify(station);
    world_close(&world);
}

/* What a center lost and got back in pieces need not stand in its log's order: an edit did not know what came behind it in its own log. */
static void test_the_earlier_of_a_log_does_not_know_the_later(void **state)
{
    struct world world;
    (void)state;
    world_open(&world, 1, NULL);
    struct node *station = &world.stations[0];
    struct id id = node_consult(station, "张文芳", "工资没有发");
    (void)world_sync(&world, 0);
    node_set(&world.center, "consultation", id, "topic", "甲");
    node_set(&world.center, "consultation", id, "topic", "乙");
    (void)world_sync(&world, 0);
    assert_int_equal(node_conflicts(station), 0);
    write_sql(station, "UPDATE change SET rseq=CASE rseq WHEN (SELECT max(rseq) FROM change) THEN rseq-1 ELSE rseq+1 END WHERE rseq>=(SELECT max(rseq) FROM change)-1");
    rebuild(station, catalogue_find("consultation"), id);
    assert_int_equal(node_conflicts(station), 1); /* 乙 is not lost */
    world_close(&world);
}

static void test_figures_and_search_hear_of_it(void **state)
{
    struct world world;
    (void)state;
    world_open(&world, 1, NULL);
    struct node *station = &world.stations[0];
    struct id id = make_case(station);
    int64_t marked = node_number(station, "SELECT n FROM \"case\"");
    assert_int_equal(store_begin(station->store, "test", NULL), STATUS_OK);
    assert_int_equal(recount_start(station->store, 7, NULL), STATUS_OK);
    assert_int_equal(recount_set_mark(station->store, catalogue_find("case"), marked, NULL), STATUS_OK);
    assert_int_equal(store_commit(station->store, NULL), STATUS_OK);
    write_sql(station, "DELETE FROM search_todo");
    rebuild(station, catalogue_find("case"), id);
    assert_int_equal(node_number(station, "SELECT count(*) FROM recount_case"), 1);
    assert_int_equal(node_number(station, "SELECT gone FROM recount_case"), 0); /* what it held before, not the emptied row */
    assert_int_equal(node_number(station, "SELECT count(*) FROM search_todo"), 1);
    world_close(&world);
}

static void test_a_row_without_changes_is_gone_and_may_come_back(void **state)
{
    struct world world;
    struct errmsg err = {{0}};
    const struct record_type *type = catalogue_find("consultation");
    (void)state;
    world_open(&world, 1, NULL);
    struct node *station = &world.stations[0];
    struct id id = node_consult(station, "张文芳", "工资没有发");
    uint64_t fold = 7;
    assert_int_equal(row_last_fold(station->store, type, id, &fold, &err), STATUS_OK);
    assert_int_equal(fold, 0);
    (void)world_sync(&world, 0);
    assert_int_equal(row_last_fold(station->store, type, id, &fold, &err), STATUS_OK);
    assert_int_equal(fold, node_number(station, "SELECT max(rseq) FROM change"));
    write_sql(station, "UPDATE change SET state=1 WHERE log=(SELECT value FROM meta WHERE name='own_log')");
    rebuild(station, type, id);
    assert_null(node_get(station, "consultation", id, "name"));
    assert_int_equal(node_number(station, "SELECT count(*) FROM consultation WHERE gone AND name IS NULL AND w_log=0"), 1);
    write_sql(station, "UPDATE change SET state=0");
    rebuild(station, type, id);
    char *name = node_get(station, "consultation", id, "name");
    assert_string_equal(name, "张文芳");
    free(name);
    node_verify(station);
    assert_int_equal(store_begin(station->store, "test", &err), STATUS_OK);
    assert_int_equal(row_rebuild(station->store, type, (struct id){{1}}, &err), STATUS_NOT_FOUND);
    store_rollback(station->store);
    world_close(&world);
}

/* What lay on top as pending has its place now: no base value is left beneath. */
static void test_base_values_go_with_what_was_pending(void **state)
{
    struct world world;
    (void)state;
    world_open(&world, 1, NULL);
    struct node *station = &world.stations[0];
    struct id id = node_consult(station, "张文芳", "工资没有发");
    (void)world_sync(&world, 0);
    node_set(station, "consultation", id, "topic", "欠薪");
    assert_int_equal(node_number(station, "SELECT count(*) FROM base"), 1);
    write_sql(station, "UPDATE change SET rseq=(SELECT max(rseq) FROM change)+1 WHERE rseq IS NULL");
    rebuild(station, catalogue_find("consultation"), id);
    assert_int_equal(node_number(station, "SELECT count(*) FROM base"), 0);
    node_verify(station);
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_rebuilt_row_is_the_row_that_was_there),
        cmocka_unit_test(test_a_changed_place_decides_anew),
        cmocka_unit_test(test_the_earlier_of_a_log_does_not_know_the_later),
        cmocka_unit_test(test_figures_and_search_hear_of_it),
        cmocka_unit_test(test_base_values_go_with_what_was_pending),
        cmocka_unit_test(test_a_row_without_changes_is_gone_and_may_come_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
