/* tests/test_branch.c - a log begun from another: what moves, who counts as the writer, and what of a path is one's own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/cbor.h"
#include "core/record/apply.h"
#include "core/record/branch.h"
#include "tests/fixture.h"

static struct log_info own_log(struct node *node)
{
    struct log_info own;
    assert_int_equal(changelog_own(node->store, &own, NULL), STATUS_OK);
    return own;
}

/* As a machine that finds itself to be a copy does. */
static struct log_info branch(struct node *node, uint64_t base)
{
    struct errmsg err = {{0}};
    struct log_id fresh = {.station = node->machine.station_no};
    struct log_info info;
    node->random.fill(node->random.context, fresh.incarnation, sizeof fresh.incarnation);
    assert_int_equal(store_begin(node->store, "test", &err), STATUS_OK);
    assert_int_equal(changelog_branch(node->store, &fresh, base, &info, &err), STATUS_OK);
    assert_int_equal(store_commit(node->store, &err), STATUS_OK);
    assert_int_equal(machine_load(node->store, &node->machine, &err), STATUS_OK);
    return info;
}

static void test_the_tail_goes_on_in_the_new_log(void **state)
{
    struct world world;
    (void)state;
    world_open(&world, 1, NULL);
    struct node *station = &world.stations[0];
    struct id shared = node_consult(station, "张文芳", "工资没有发");
    node_consult(station, "王建国", "离婚");
    node_set(station, "consultation", shared, "phone", "13900000001");
    struct log_info before = own_log(station);
    assert_int_equal(before.head_seq, 3);

    struct log_info fresh = branch(station, 2);
    assert_int_equal(fresh.parent, before.no);
    assert_int_equal(fresh.base_seq, 2);
    struct log_info own = own_log(station);
    assert_int_equal(own.no, fresh.no);
    assert_int_equal(own.head_seq, 3);
    assert_true(hash_equal(own.head_hash, before.head_hash));
    struct log_info old;
    assert_int_equal(changelog_log_by_no(station->store, before.no, &old, NULL), STATUS_OK);
    assert_int_equal(old.head_seq, 2);
    assert_int_equal(node_number(station, "SELECT count(*) FROM change WHERE log=1 AND seq<=2"), 2);
    assert_int_equal(node_number(station, "SELECT count(*) FROM change WHERE log=2 AND seq=3"), 1);
    assert_int_equal(node_number(station, "SELECT count(*) FROM change"), 3);
    /* The row was made in the old log, its phone is of the new one. */
    assert_int_equal(node_number(station, "SELECT count(*) FROM consultation WHERE w_log=1"), 2);
    assert_int_equal(node_number(station, "SELECT count(*) FROM consultation WHERE substr(cells,3,12)=x'000000020000000000000003'"), 1);
    node_verify(station);

    node_consult(station, "陈志强", "土地");
    assert_int_equal(own_log(station).head_seq, 4);
    node_verify(station);
    world_close(&world);
}

static void test_values_beside_the_row_change_their_writer_too(void **state)
{
    struct world world;
    (void)state;
    world_open(&world, 1, NULL);
    struct node *station = &world.stations[0];
    struct id id = node_consult(station, "张文芳", "工资没有发");
    world_sync(&world, 0);
    node_set(&world.center, "consultation", id, "phone", "13900000009");
    node_set(station, "consultation", id, "phone", "13900000001");
    node_set(station, "consultation", id, "topic", "工资");
    world_sync(&world, 0);
    node_set(station, "consultation", id, "topic", "欠薪");
    node_set(&world.center, "consultation", id, "phone", "13900000008");
    world_sync(&world, 0);
    node_set(station, "consultation", id, "topic", "拖欠工资");
    assert_int_equal(node_number(station, "SELECT count(*) FROM base WHERE log=1 AND seq=4"), 1);
    branch(station, 1);
    assert_int_equal(node_number(station, "SELECT count(*) FROM base WHERE log=1"), 0);
    assert_int_equal(node_number(station, "SELECT count(*) FROM base WHERE seq=4"), 1);
    node_verify(station);
    world_close(&world);
}

static void test_everything_moves_when_nothing_is_shared(void **state)
{
    struct world world;
    (void)state;
    world_open(&world, 1, NULL);
    struct node *station = &world.stations[0];
    node_consult(station, "张文芳", "工资没有发");
    branch(station, 1);
    node_consult(station, "王建国", "离婚");
    struct log_info fresh = branch(station, 0);
    assert_int_equal(fresh.parent, 0);
    assert_int_equal(fresh.head_seq, 2);
    assert_int_equal(node_number(station, "SELECT count(*) FROM change WHERE log=3"), 2);
    assert_int_equal(node_number(station, "SELECT count(*) FROM consultation WHERE w_log=3"), 2);
    assert_int_equal(node_number(station, "SELECT head_seq FROM log WHERE no=1"), 0);
    assert_int_equal(node_number(station, "SELECT head_seq FROM log WHERE no=2"), 1); /* nothing behind its base */
    node_verify(station);
    world_close(&world);
}

static void test_a_log_left_empty_is_passed_over(void **state)
{
    struct world world;
    struct log_path path;
    (void)state;
    world_open(&world, 1, NULL);
    struct node *station = &world.stations[0];
    node_consult(station, "张文芳", "工资没有发");
    node_consult(station, "王建国", "离婚");
    branch(station, 2);
    struct log_info third = branch(station, 2);
    assert_int_equal(third.parent, 1);
    node_consult(station, "陈志强", "土地");
    struct log_info fourth = branch(station, 1); /* below the base of the third: what lies between moves from the first */
    assert_int_equal(fourth.parent, 1);
    assert_int_equal(node_number(station, "SELECT group_concat(log||':'||seq,'')='1:14:24:3' FROM (SELECT log,seq FROM change ORDER BY seq)"), 1);
    node_verify(station);

    assert_int_equal(branch_path(station->store, fourth.no, &path, NULL), STATUS_OK);
    assert_int_equal(path.n, 2);
    assert_int_equal(path.logs[0].base_seq, 1);
    assert_ptr_equal(branch_at(&path, 2), &path.logs[0]);
    assert_ptr_equal(branch_at(&path, 1), &path.logs[1]);
    assert_null(branch_at(&path, 0));
    assert_true(branch_path_holds(&path, 1, 1));
    assert_false(branch_path_holds(&path, 1, 2)); /* of the first log, but above the place where the path leaves it */
    struct hash hash;
    assert_int_equal(branch_hash_at(station->store, &path, 3, &hash, NULL), STATUS_OK);
    assert_true(hash_equal(hash, own_log(station).head_hash));
    assert_int_equal(branch_hash_at(station->store, &path, 4, &hash, NULL), STATUS_NOT_FOUND);
    world_close(&world);
}

static void test_on_path(void **state)
{
    struct world world;
    struct log_info a, b, c;
    struct log_id id = {.station = 7};
    (void)state;
    world_open(&world, 0, NULL);
    struct store *store = world.center.store;
    assert_int_equal(store_begin(store, "test", NULL), STATUS_OK);
    assert_int_equal(branch_declare(store, &id, 0, 0, &a, NULL), STATUS_OK);
    id.incarnation[0] = 1;
    assert_int_equal(branch_declare(store, &id, a.no, 10, &b, NULL), STATUS_OK);
    id.incarnation[0] = 2;
    assert_int_equal(branch_declare(store, &id, b.no, 5, &c, NULL), STATUS_OK); /* left below the base of its parent */
    assert_int_equal(branch_declare(store, &id, a.no, 1, &c, NULL), STATUS_OK);
    assert_int_equal(c.parent, b.no); /* a log begins once */
    assert_int_equal(c.base_seq, 5);
    assert_int_equal(store_commit(store, NULL), STATUS_OK);
    const struct {
        int64_t tip, log;
        uint64_t seq;
        bool on;
    } cases[] = {{a.no, a.no, 99, true}, {b.no, a.no, 10, true}, {b.no, a.no, 11, false}, {a.no, b.no, 11, false}, {c.no, b.no, 5, true},
                 {c.no, b.no, 11, false}, {c.no, a.no, 5, true}, {c.no, a.no, 6, false}, {c.no, a.no, 10, false}, {c.no, 1, 1, false}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        bool on = !cases[i].on;
        assert_int_equal(branch_on_path(store, cases[i].tip, cases[i].log, cases[i].seq, &on, NULL), STATUS_OK);
        if (on != cases[i].on)
            fail_msg("case %zu", i);
    }
    world_close(&world);
}

/* What the station wrote before the branch is known to what it writes behind it, though neither has been ordered when the form is opened. */
static void test_a_branch_knows_what_it_was_begun_from(void **state)
{
    struct world world;
    (void)state;
    world_open(&world, 1, NULL);
    struct node *station = &world.stations[0];
    struct id id = node_consult(station, "张文芳", "工资没有发");
    node_set(station, "consultation", id, "phone", "13900000001");
    world_sync(&world, 0);
    /* It was put back to a state in which none of its changes had come back with an order number. */
    assert_int_equal(node_number(&world.center, "SELECT count(*) FROM change WHERE log=2"), 2);
    struct log_info parent, fresh;
    struct log_id fresh_id = {.station = station->machine.station_no, .incarnation = {9}};
    assert_int_equal(changelog_log_by_no(world.center.store, 2, &parent, NULL), STATUS_OK);
    assert_int_equal(store_begin(world.center.store, "test", NULL), STATUS_OK);
    assert_int_equal(branch_declare(world.center.store, &fresh_id, parent.no, 2, &fresh, NULL), STATUS_OK);
    struct change change = {.seq = 3, .type_no = catalogue_find("consultation")->no, .id = id, .op = CHANGE_PUT, .seen = 0, .scope = station->machine.org};
    struct buf bytes;
    buf_init(&bytes, 64);
    cbor_put_map(&bytes, 1);
    cbor_put_uint(&bytes, catalogue_field(catalogue_find("consultation"), "phone")->no);
    cbor_put_text(&bytes, "13900000002", 11);
    struct apply_origin origin = {.log = fresh.no, .order = 1000, .lsn = 1000};
    struct apply_outcome outcome;
    assert_int_equal(apply_change(world.center.store, &change, bytes.data, bytes.len, &origin, &outcome, NULL), STATUS_OK);
    assert_null(outcome.quarantine);
    assert_int_equal(outcome.conflicts, 0);
    /* A log of somebody else that says the same conflicts. */
    fresh_id.incarnation[0] = 10;
    assert_int_equal(branch_declare(world.center.store, &fresh_id, parent.no, 1, &fresh, NULL), STATUS_OK);
    bytes.data[bytes.len - 1] = '3';
    origin = (struct apply_origin){.log = fresh.no, .order = 1001, .lsn = 1001};
    assert_int_equal(apply_change(world.center.store, &change, bytes.data, bytes.len, &origin, &outcome, NULL), STATUS_OK);
    assert_int_equal(outcome.conflicts, 1);
    store_rollback(world.center.store);
    buf_release(&bytes);
    world_close(&world);
}

/* What lies behind the base is confirmed of the old log, not of the new one: it is sent again. */
static void test_what_was_confirmed_behind_the_base_is_not(void **state)
{
    struct world world;
    struct replica_state at;
    (void)state;
    world_open(&world, 1, NULL);
    struct node *station = &world.stations[0];
    node_consult(station, "张文芳", "工资没有发");
    node_consult(station, "王建国", "离婚");
    node_consult(station, "李秀英", "赡养");
    world_sync(&world, 0);
    assert_int_equal(replica_state(station->store, &at, NULL), STATUS_OK);
    assert_int_equal(at.have_seq, 3);
    struct log_info fresh = branch(station, 1);
    assert_int_equal(fresh.have_seq, 1);
    assert_int_equal(replica_state(station->store, &at, NULL), STATUS_OK);
    assert_int_equal(at.have_seq, 1);
    assert_int_equal(at.ordered_seq, 1);
    assert_int_equal(at.pending, 2);
    world_close(&world);
}

/* Two machines of one past: what the one wrote meanwhile comes down to the other like anybody's, and a third hears of both and where they parted. */
static void test_a_branch_syncs_along_its_path(void **state)
{
    struct world world;
    (void)state;
    world_open(&world, 1, NULL);
    struct node *station = &world.stations[0];
    struct id id = node_consult(station, "张文芳", "工资没有发");
    world_sync(&world, 0);
    node_set(station, "consultation", id, "phone", "13900000001");
    node_consult(station, "王建国", "离婚");
    struct log_info first = own_log(station);
    /* Two of its three changes reach the center, then it goes on in a new log. */
    branch(station, 2);
    node_set(station, "consultation", id, "phone", "13900000002");
    world_sync(&world, 0);
    assert_int_equal(node_number(&world.center, "SELECT group_concat(log||':'||seq,' ')='2:1 2:2 3:3 3:4' FROM (SELECT log,seq FROM change WHERE log>1 ORDER BY log,seq)"), 1);
    assert_int_equal(node_number(&world.center, "SELECT parent FROM log WHERE no=3"), 2);
    assert_int_equal(node_conflicts(&world.center), 0);
    assert_int_equal(node_number(station, "SELECT count(*) FROM change WHERE rseq IS NULL"), 0);
    struct replica_state at;
    assert_int_equal(replica_state(station->store, &at, NULL), STATUS_OK);
    assert_int_equal(at.have_seq, 4);
    assert_int_equal(at.ordered_seq, 4);
    char *ours = node_dump(station), *theirs = node_dump(&world.center);
    assert_non_null(strstr(theirs, "13900000002"));
    free(ours);
    free(theirs);
    node_verify(station);
    node_verify(&world.center);

    /* Another machine of the same org that never saw the first log. */
    struct node *reader = station;
    struct log_id stranger = {.station = 9};
    struct replica_batch batch = {0};
    bool more;
    buf_init(&batch.entries, 1 << 20);
    assert_int_equal(replica_read_scope(world.center.store, &reader->peer, &stranger, 0, 1 << 20, &batch, &more, NULL), STATUS_OK);
    struct store *fresh;
    struct replica_result result;
    assert_int_equal(store_open(&fresh, ":memory:", STORE_CREATE, NULL), STATUS_OK);
    assert_int_equal(store_begin(fresh, "test", NULL), STATUS_OK);
    assert_int_equal(machine_create(fresh, &(struct machine){.station_no = 9, .org = station->machine.org, .incarnation = {5}}, NULL), STATUS_OK);
    assert_int_equal(replica_apply(fresh, batch.entries.data, batch.entries.len, batch.count, batch.last, &result, NULL), STATUS_OK);
    assert_int_equal(result.taken, batch.count);
    assert_int_equal(result.conflicts, 0);
    assert_int_equal(store_commit(fresh, NULL), STATUS_OK);
    struct log_info theirs_log;
    assert_int_equal(changelog_log(fresh, &first.id, false, &theirs_log, NULL), STATUS_OK);
    struct stmt *stmt = store_prepare(fresh, "SELECT parent,base_seq FROM log WHERE parent IS NOT NULL");
    enum status status;
    assert_true(stmt_row(stmt, &status, NULL));
    assert_int_equal(stmt_column_int(stmt, 0), theirs_log.no);
    assert_int_equal(stmt_column_int(stmt, 1), 2);
    stmt_reset(stmt);
    buf_release(&batch.entries);
    store_close(fresh);
    world_close(&world);
}

static void test_a_chunk_never_runs_across_a_base(void **state)
{
    struct world world;
    struct replica_batch batch = {0};
    struct replica_result result;
    (void)state;
    world_open(&world, 1, NULL);
    struct node *station = &world.stations[0];
    for (int i = 0; i < 4; i++)
        node_consult(station, "张文芳", "工资没有发");
    struct log_id first = own_log(station).id;
    branch(station, 3);
    buf_init(&batch.entries, 1 << 20);
    assert_int_equal(replica_read_own(station->store, 0, 1 << 20, &batch, NULL), STATUS_OK);
    assert_int_equal(batch.first, 1);
    assert_int_equal(batch.last, 3);
    /* One that does is refused. */
    struct errmsg err = {{0}};
    struct log_path path;
    assert_int_equal(replica_own_path(station->store, &path, &err), STATUS_OK);
    assert_int_equal(branch_path_known(world.center.store, &path, &err), STATUS_OK);
    assert_int_equal(store_begin(world.center.store, "test", &err), STATUS_OK);
    assert_int_equal(branch_declare_path(world.center.store, &path, &err), STATUS_OK);
    assert_int_equal(replica_ingest(world.center.store, &station->peer, &path.logs[0].id, 1, batch.entries.data, batch.entries.len, 4, 0, &result, &err), STATUS_MALFORMED);
    assert_int_equal(replica_ingest(world.center.store, &station->peer, &path.logs[0].id, 4, batch.entries.data, batch.entries.len, 1, 0, &result, &err), STATUS_GAP);
    assert_int_equal(replica_ingest(world.center.store, &station->peer, &path.logs[0].id, 1, batch.entries.data, batch.entries.len, 3, 0, &result, &err), STATUS_OK);
    assert_int_equal(result.have_seq, 3);
    uint64_t have;
    struct hash hash, ours;
    assert_int_equal(replica_have(world.center.store, &first, &have, &hash, &err), STATUS_OK);
    assert_int_equal(have, 3);
    assert_int_equal(replica_hash_at(station->store, &path.logs[0].id, 3, &ours, &err), STATUS_OK);
    assert_true(hash_equal(hash, ours));
    buf_clear(&batch.entries);
    assert_int_equal(replica_read_own(station->store, 3, 1 << 20, &batch, NULL), STATUS_OK);
    assert_int_equal(batch.first, 4);
    assert_int_equal(replica_ingest(world.center.store, &station->peer, &path.logs[0].id, 4, batch.entries.data, batch.entries.len, 1, 0, &result, &err), STATUS_OK);
    assert_int_equal(result.have_seq, 4);
    assert_true(hash_equal(result.have_hash, own_log(station).head_hash));
    assert_int_equal(store_commit(world.center.store, &err), STATUS_OK);
    node_verify(&world.center);
    buf_release(&batch.entries);
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_tail_goes_on_in_the_new_log),
        cmocka_unit_test(test_values_beside_the_row_change_their_writer_too),
        cmocka_unit_test(test_everything_moves_when_nothing_is_shared),
        cmocka_unit_test(test_a_log_left_empty_is_passed_over),
        cmocka_unit_test(test_on_path),
        cmocka_unit_test(test_what_was_confirmed_behind_the_base_is_not),
        cmocka_unit_test(test_a_branch_syncs_along_its_path),
        cmocka_unit_test(test_a_chunk_never_runs_across_a_base),
        cmocka_unit_test(test_a_branch_knows_what_it_was_begun_from),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
