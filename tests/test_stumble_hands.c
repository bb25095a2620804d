/* tests/test_stumble_hands.c - records that leave a machine, come back to it, or are seen by an org that they are not of, with each statement and each allocation failing in turn (tests/trial.h says what must hold): what is
 * kept of them for the center, what the center says of itself, what hangs on a case and goes with it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/cbor.h"
#include "core/record/catalogue.h"
#include "core/record/changelog.h"
#include "core/record/left_body.h"
#include "core/record/reach.h"
#include "core/record/returned.h"
#include "core/record/wanted.h"
#include "tests/heal_steps.h"
#include "tests/heal_trial.h"
#include "tests/trial.h"
#include "tests/write_sql.h"

static const struct record_type *consultation(void)
{
    return catalogue_find("consultation");
}

typedef enum status (*node_act)(void *context, struct buf *out, struct errmsg *err);

struct scene {
    struct world *world;
    struct node *node;
    struct id id;
    uint64_t number;
};

static void play(struct scene *scene, const char *name, node_act act)
{
    trial_play(&(struct trial){.name = name, .act = act, .context = scene, .nodes = {scene->node}, .seed = &scene->world->seed});
}

/* ---- what the center says of itself ---- */

static enum status hear_of_safety(void *context, struct buf *out, struct errmsg *err)
{
    struct scene *scene = context;

    (void)out;
    return replica_set_safe_order(scene->node->store, scene->number, err);
}

static enum status hear_of_own_safety(void *context, struct buf *out, struct errmsg *err)
{
    struct scene *scene = context;

    (void)out;
    return replica_set_safe(scene->node->store, scene->number, err);
}

static enum status hear_of_another_center(void *context, struct buf *out, struct errmsg *err)
{
    struct scene *scene = context;

    (void)out;
    return replica_check_left(scene->node->store, true, 1, err);
}

/* A center keeps the highest number that a backup holds; at a station the center's word counts, whatever it is. */
static void test_what_is_said_of_backups(void **state)
{
    struct world world;
    struct scene scene = {.world = &world};

    (void)state;
    world_open(&world, 2, NULL);
    struct node *station = &world.stations[0];
    struct id id = node_consult(station, "张文芳", "工资没有发");
    (void)world_sync(&world, 0);
    must_do(replica_set_safe_order(station->store, 2, &err));
    must_do(reach_move(world.center.store, &world.center.actor, consultation(), id, 3, NULL, &err));
    (void)world_sync(&world, 0);
    assert_true(node_number(station, "SELECT count(*) FROM left_body") > 0);
    must_do(store_begin(station->store, "test", &err));
    must_do(store_meta_set_int(station->store, "left_known", 5, &err));
    must_do(store_commit(station->store, &err));
    scene.node = station;
    scene.number = 9;
    play(&scene, "a backup of the order", hear_of_safety);
    play(&scene, "a backup of what is one's own", hear_of_own_safety);
    play(&scene, "another center", hear_of_another_center);
    scene.node = &world.center;
    must_do(replica_set_safe_order(world.center.store, 7, &err));
    scene.number = 6;
    play(&scene, "an older backup", hear_of_safety);
    must_do(replica_set_safe_order(world.center.store, 6, &err));
    assert_int_equal(store_meta_int(world.center.store, "safe_order", 0), 7);
    scene.number = 8;
    play(&scene, "a newer backup", hear_of_safety);
    world_close(&world);
}

/* ---- what left ---- */

static enum status suspect(void *context, struct buf *out, struct errmsg *err)
{
    struct scene *scene = context;
    struct store *store = scene->node->store;
    bool asks = false;
    enum status status = store_begin(store, "test", err);

    if (status != STATUS_OK)
        return status;
    status = store_leave(store, true, returned_suspect(store, scene->number, &asks, err), err);
    if (status == STATUS_OK)
        buf_printf(out, "%d\n", asks);
    return status;
}

/* The center lost what a station wrote in a record that left it; it has the content, and gives it back. */
static void test_what_left_and_was_lost(void **state)
{
    struct heal_trial heal;

    (void)state;
    struct world *world = heal_trial_open(&heal, 2);
    struct node *station = &world->stations[0];
    struct id id = node_consult(station, "张文芳", "工资没有发");
    (void)world_sync(world, 0);
    bed_keep_center(&heal.bed);
    node_set(station, "consultation", id, "topic", "欠薪");
    (void)world_sync(world, 0);
    bed_move(world, id, 3);
    heal_trial_pull(&heal, "it leaves", 0);
    bed_expect(station, id, "topic", NULL);
    struct scene scene = {.world = world, .node = station, .number = (uint64_t)store_meta_int(station->store, "rcur", 0)};
    play(&scene, "a number is suspected", suspect);
    must_do(suspect(&scene, &(struct buf){0}, &err));
    play(&scene, "it was asked about", suspect);
    bed_put_center_back(&heal.bed);
    heal_trial_come(&heal, "what left was lost", 0);
    bed_expect(&world->center, id, "topic", "欠薪");
    heal_trial_come(&heal, "who has it now", 1);
    heal_settle(world);
    bed_expect(&world->stations[1], id, "topic", "欠薪");
    heal_trial_close(&heal);
}

/* Refused by a center that was put back; then it comes in the history of a record that left and is here again. */
static void test_what_was_refused(void **state)
{
    enum { REFUSED_STUB_ITEMS = 3 };
    struct heal_trial heal;
    struct replica_result result;
    struct buf entry;

    (void)state;
    struct world *world = heal_trial_open(&heal, 2);
    struct node *station = &world->stations[0];
    struct id id = node_consult(station, "张文芳", "工资没有发");
    node_set(station, "consultation", id, "topic", "欠薪");
    heal_sync_all(world);
    (void)node_consult(&world->stations[1], "王建国", "离婚");
    (void)world_sync(world, 1);
    uint64_t number = (uint64_t)node_number(&world->center, "SELECT max(lsn) FROM change");
    buf_init(&entry, 64);
    cbor_put_array(&entry, REFUSED_STUB_ITEMS);
    cbor_put_uint(&entry, number);
    cbor_put_uint(&entry, (uint64_t)node_number(station, "SELECT max(seq) FROM change WHERE log=(SELECT value FROM meta WHERE name='own_log')"));
    cbor_put_bool(&entry, true);
    must_do(store_begin(station->store, "test", &err));
    must_do(replica_apply(station->store, entry.data, entry.len, 1, number, &result, &err));
    must_do(store_commit(station->store, &err));
    buf_release(&entry);
    heal.stride = 1;
    bed_move(world, id, 3);
    heal_trial_pull(&heal, "what was refused leaves", 0);
    bed_move(world, id, 2);
    heal_trial_pull(&heal, "what was refused is here again", 0);
    bed_expect(station, id, "topic", "欠薪");
    assert_int_equal(node_number(station, "SELECT count(*) FROM quarantine"), 0);
    heal_settle(world);
    heal_trial_close(&heal);
}

/* The center has it under another number since, and tells that only when the record is shared. */
static void test_what_stands_elsewhere(void **state)
{
    struct heal_trial heal;

    (void)state;
    struct world *world = heal_trial_open(&heal, 2);
    struct node *center = &world->center, *station = &world->stations[0];
    struct id id = node_consult(station, "张文芳", "工资没有发");
    (void)world_sync(world, 0);
    bed_keep_center(&heal.bed);
    node_set(center, "consultation", id, "topic", "甲");
    (void)world_sync(world, 0);
    bed_put_center_back(&heal.bed);
    bed_move(world, id, 3);
    node_set(center, "consultation", id, "topic", "乙");
    (void)heal_come(world, 0);
    bed_share(world, id, 2);
    heal.stride = 1;
    heal_trial_pull(&heal, "it stands elsewhere", 0);
    bed_expect(station, id, "topic", "甲");
    heal_settle(world);
    heal_trial_close(&heal);
}

/* Two machines of one org: what one of them handed back waits for the other, under a number that does not stand meanwhile. */
static void test_numbers_that_lapsed(void **state)
{
    struct heal_trial heal;

    (void)state;
    struct world *world = heal_trial_open(&heal, 2);
    struct node *one = &world->stations[0];
    bed_one_org(world);
    heal_sync_all(world);
    bed_keep_center(&heal.bed);
    (void)node_consult(&world->stations[1], "王建国", "离婚");
    (void)world_sync(world, 1);
    (void)world_sync(world, 0);
    bed_put_center_back(&heal.bed);
    bed_begin_era(&world->center, 0);
    (void)heal_come(world, 0);
    assert_int_equal(node_number(one, "SELECT count(*) FROM lapsed"), 1);
    (void)heal_come(world, 1);
    heal.stride = 1;
    heal_trial_pull(&heal, "a number stands again", 0);
    assert_int_equal(node_number(one, "SELECT count(*) FROM lapsed"), 0);
    bed_expect_agreement(world);
    heal_trial_close(&heal);
}

/* ---- content that is wanted ---- */

static enum status ask_for_content(void *context, struct buf *out, struct errmsg *err)
{
    struct scene *scene = context;
    struct node *center = &scene->world->center, *station = scene->node;
    struct log_id log = node_log(station);
    struct replica_batch batch = {0};
    struct log_path path;
    struct wanted wanted;
    uint64_t at = 0;
    enum status status = store_begin(center->store, "test", err);

    if (status != STATUS_OK)
        return status;
    buf_init(&batch.entries, 4096);
    status = replica_path(center->store, &log, &path, err);
    if (status == STATUS_OK)
        status = wanted_find(center->store, &path, 9, &wanted, err);
    if (status == STATUS_OK)
        status = wanted_read(station->store, wanted.seqs, wanted.n, 0, 4096, &batch, &at, err);
    if (status == STATUS_OK)
        status = wanted_take(center->store, batch.entries.data, batch.entries.len, batch.count, err);
    if (status == STATUS_OK)
        status = wanted_asked(center->store, &log, wanted.upto, err);
    buf_release(&batch.entries);
    status = store_leave(center->store, true, status, err);
    if (status == STATUS_OK)
        buf_printf(out, "%zu %llu\n", wanted.n, (unsigned long long)batch.count);
    return status;
}

static void test_what_the_center_wants(void **state)
{
    struct world world;
    struct scene scene = {.world = &world};

    (void)state;
    world_open(&world, 2, NULL);
    scene.node = &world.stations[0];
    struct id id = node_consult(scene.node, "张文芳", "工资没有发");
    node_set(scene.node, "consultation", id, "topic", "欠薪");
    (void)world_sync(&world, 0);
    write_sql(world.center.store, "UPDATE change SET body=NULL WHERE seq=2 AND log<>(SELECT value FROM meta WHERE name='own_log')");
    trial_play(&(struct trial){.name = "content is asked for", .act = ask_for_content, .context = &scene, .nodes = {&world.center, scene.node}, .seed = &world.seed});
    must_do(ask_for_content(&scene, &(struct buf){0}, &err));
    assert_int_equal(node_number(&world.center, "SELECT count(*) FROM change WHERE body IS NULL"), 0);
    world_close(&world);
}

/* ---- a case goes, and what hangs on it ---- */

static enum status give_case(void *context, struct buf *out, struct errmsg *err)
{
    struct scene *scene = context;
    int64_t rows = 0;
    enum status status = reach_move(scene->node->store, &scene->node->actor, catalogue_find("case"), scene->id, 3, &rows, err);

    if (status == STATUS_OK)
        buf_printf(out, "%lld\n", (long long)rows);
    return status;
}

static enum status share_case(void *context, struct buf *out, struct errmsg *err)
{
    struct scene *scene = context;
    int64_t rows = 0;
    enum status status = reach_share(scene->node->store, &scene->node->actor, catalogue_find("case"), scene->id, 3, true, &rows, err);

    if (status == STATUS_OK)
        buf_printf(out, "%lld\n", (long long)rows);
    return status;
}

/* Said once more: an answer, and nothing is written a second time. */
static enum status share_again(void *context, struct buf *out, struct errmsg *err)
{
    enum status status = share_case(context, out, err);

    if (status != STATUS_INVALID)
        return status;
    errmsg_clear(err);
    return STATUS_OK;
}

/* Who works on a case that is another org's: sees it, writes in it, hangs something on it, looks at what was before. */
static bool put_org(void *context, int64_t org)
{
    bool on = stumble_pause();

    buf_printf(context, "%lld\n", (long long)org);
    stumble_go_on(on);
    return true;
}

static bool count_edit(void *context, const struct history_entry *entry)
{
    bool on = stumble_pause();

    (void)entry;
    buf_puts(context, "edit\n");
    stumble_go_on(on);
    return true;
}

static enum status look_at_shared(void *context, struct buf *out, struct errmsg *err)
{
    struct scene *scene = context;
    struct node *node = scene->node;
    struct record record;
    enum status status = records_get(node->store, &node->actor, catalogue_find("case"), scene->id, &record, err);

    if (status != STATUS_OK)
        return status;
    bool on = stumble_pause();
    buf_printf(out, "%s %lld\n", record_text(&record, "name"), (long long)record.scope);
    stumble_go_on(on);
    record_release(&record);
    status = reach_shared_with(node->store, scene->id, put_org, out, err);
    return status == STATUS_OK ? records_history(node->store, &node->actor, catalogue_find("case"), scene->id, count_edit, out, err) : status;
}

static enum status write_in_shared(void *context, struct buf *out, struct errmsg *err)
{
    struct scene *scene = context;
    struct node *node = scene->node;
    struct record record;
    bool on = stumble_pause();

    (void)out;
    must(records_get(node->store, &node->actor, catalogue_find("case"), scene->id, &record, err), err);
    must(record_set_text(&record, "phone", "13900000007"), err);
    stumble_go_on(on);
    enum status status = records_save(node->store, &node->actor, node->codes, node->random, &record, err);
    record_release(&record);
    return status;
}

static enum status hang_on_shared(void *context, struct buf *out, struct errmsg *err)
{
    struct scene *scene = context;
    struct node *node = scene->node;
    struct record record;
    char kase[ID_TEXT_BYTES];
    bool on = stumble_pause();

    (void)out;
    record_init(&record, catalogue_find("party"));
    must(records_begin(node->store, &node->actor, &record, node->codes, err), err);
    id_format(scene->id, kase);
    must(record_set_text(&record, "case_id", kase), err);
    must(record_set_text(&record, "name", "李老板"), err);
    must(record_parse(&record, catalogue_field(record.type, "role"), node->codes, "对方当事人", strlen("对方当事人"), err), err);
    record.scope = 2;
    stumble_go_on(on);
    enum status status = records_save(node->store, &node->actor, node->codes, node->random, &record, err);
    record_release(&record);
    return status;
}

static enum status undo_in_shared(void *context, struct buf *out, struct errmsg *err)
{
    struct scene *scene = context;

    (void)out;
    return records_undo(scene->node->store, &scene->node->actor, catalogue_find("case"), scene->id, err);
}

static void test_a_case(void **state)
{
    struct world world;
    struct scene scene = {.world = &world};

    (void)state;
    world_open(&world, 2, NULL);
    struct node *station = &world.stations[0];
    struct id person = node_make(station, "person", "name=王德顺", "phone=13900000001", NULL);
    scene.id = node_make(station, "case", "name=王德顺", node_ref("applicant", person), NULL);
    (void)node_make(station, "party", "name=张老板", "role=对方当事人", node_ref("case_id", scene.id), NULL);
    (void)world_sync(&world, 0);
    scene.node = &world.center;
    play(&scene, "a case is given away", give_case);
    play(&scene, "a case is shared", share_case);
    (void)node_make(station, "case", "name=王德顺", node_ref("applicant", person), NULL); /* its old org needs the applicant's file, too */
    (void)world_sync(&world, 0);
    play(&scene, "a case is given away, its applicant stays", give_case);
    must_do(share_case(&scene, &(struct buf){0}, &err));
    play(&scene, "a case is shared again", share_again);
    (void)world_sync(&world, 1);
    scene.node = &world.stations[1];
    play(&scene, "a shared case is looked at", look_at_shared);
    play(&scene, "somebody writes in a shared case", write_in_shared);
    play(&scene, "something is hung on a shared case", hang_on_shared);
    must_do(write_in_shared(&scene, &(struct buf){0}, &err));
    play(&scene, "an edit of a shared case is undone", undo_in_shared);
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_said_of_backups), cmocka_unit_test(test_what_left_and_was_lost), cmocka_unit_test(test_what_was_refused),      cmocka_unit_test(test_what_stands_elsewhere),
        cmocka_unit_test(test_numbers_that_lapsed),     cmocka_unit_test(test_what_the_center_wants),  cmocka_unit_test(test_a_case),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
