/* tests/test_left_body.c - the content of a record that left a station: kept until a backup of the center has it, for that center and for nobody else; then gone to the last byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/record/catalogue.h"
#include "core/record/changelog.h"
#include "core/record/left_body.h"
#include "core/record/reach.h"
#include "core/record/returned.h"
#include "core/record/schema.h"
#include "core/record/verify.h"
#include "core/record/wanted.h"
#include "tests/heal_steps.h"
#include "tests/write_sql.h"

/* Words that nothing else in a store has. */
static const char MARKER[] = "鹇鹮鹛";

static int64_t kept(struct node *station)
{
    return node_number(station, "SELECT count(*) FROM left_body");
}

/* What the center's backup holds, as a session tells it. */
static void tell_safe(struct node *station, uint64_t seq)
{
    struct errmsg err = {{0}};
    must(replica_set_safe(station->store, seq, &err), &err);
}

/* A consultation of the first station that the center gave to the second one, which has not been there since; the station's own edit of it came after what is put back. */
static struct id give_away(struct bed *bed)
{
    struct world *world = bed_open(bed, 2);
    struct id id = node_consult(&world->stations[0], "张文芳", "工资没有发");
    world_sync(world, 0);
    bed_keep_center(bed);
    node_set(&world->stations[0], "consultation", id, "topic", MARKER);
    world_sync(world, 0);
    bed_move(world, id, 3);
    world_sync(world, 0);
    bed_expect(&world->stations[0], id, "topic", NULL);
    return id;
}

static void test_a_center_gets_back_what_only_its_writer_had(void **state)
{
    struct bed bed;
    (void)state;
    struct id id = give_away(&bed);
    struct world *world = &bed.world;
    assert_int_equal(kept(&world->stations[0]), 2);
    bed_put_center_back(&bed);
    (void)heal_come(world, 0);
    bed_expect(&world->center, id, "topic", MARKER);
    assert_int_equal(node_number(&world->center, "SELECT count(*) FROM change WHERE body IS NULL"), 0);
    heal_come_all(world, 2);
    bed_expect(&world->stations[0], id, "topic", NULL);
    bed_expect(&world->stations[1], id, "topic", MARKER);
    heal_settle(world);
    bed_expect_sound(world);
    bed_close(&bed);
}

static bool count_entry(void *context, const struct change_row *row)
{
    *(int *)context += row->body != NULL && memmem(row->body, row->body_len, MARKER, strlen(MARKER)) != NULL;
    return true;
}

static void test_nobody_reads_what_is_kept(void **state)
{
    struct bed bed;
    struct errmsg err = {{0}};
    int with_body = 0;
    (void)state;
    (void)give_away(&bed);
    struct node *station = &bed.world.stations[0];
    assert_int_equal(kept(station), 2);
    char *rows = node_dump(station);
    assert_null(strstr(rows, MARKER));
    assert_null(strstr(rows, "张文芳"));
    free(rows);
    must(changelog_each(station->store, count_entry, &with_body, &err), &err); /* all that dump --log, histories and rebuilds read */
    assert_int_equal(with_body, 0);
    bed_expect_sound(&bed.world);
    bed_close(&bed);
}

static void test_it_goes_when_a_backup_has_it_and_not_before(void **state)
{
    struct bed bed;
    (void)state;
    (void)give_away(&bed);
    struct node *station = &bed.world.stations[0];
    tell_safe(station, 1);
    assert_int_equal(kept(station), 1);
    tell_safe(station, 2);
    assert_int_equal(kept(station), 0);
    bed_expect_sound(&bed.world);
    bed_close(&bed);
}

static void test_what_is_safe_when_its_record_leaves_is_not_kept(void **state)
{
    struct bed bed;
    (void)state;
    struct world *world = bed_open(&bed, 2);
    struct id id = node_consult(&world->stations[0], "张文芳", "工资没有发");
    node_set(&world->stations[0], "consultation", id, "topic", "甲");
    world_sync(world, 0);
    tell_safe(&world->stations[0], 1);
    bed_move(world, id, 3);
    world_sync(world, 0);
    assert_int_equal(kept(&world->stations[0]), 1);
    assert_int_equal(node_number(&world->stations[0], "SELECT seq FROM left_body"), 2);
    bed_close(&bed);
}

/* The figure may be of another copy's log, of which the center has more. */
static void test_nothing_goes_that_the_center_is_not_known_to_have(void **state)
{
    struct bed bed;
    (void)state;
    (void)give_away(&bed);
    struct node *station = &bed.world.stations[0];
    write_sql(station->store, "UPDATE log SET have_seq=1 WHERE no=(SELECT value FROM meta WHERE name='own_log')");
    tell_safe(station, 9);
    assert_int_equal(kept(station), 1);
    bed_close(&bed);
}

static void test_what_is_erased_by_law_goes_at_once(void **state)
{
    struct bed bed;
    struct errmsg err = {{0}};
    (void)state;
    struct id id = give_away(&bed);
    struct node *station = &bed.world.stations[0], *center = &bed.world.center;
    assert_int_equal(kept(station), 2);
    must(reach_erase(center->store, &center->actor, catalogue_find("consultation"), id, "本人要求", "周主任", &err), &err);
    world_sync(&bed.world, 0);
    assert_int_equal(kept(station), 0);
    bed_expect_sound(&bed.world);
    bed_close(&bed);
}

/* An older program that was put in this one's place by mistake hears of the erasure and does not look there. */
static void test_what_an_older_program_left_goes_with_this_one(void **state)
{
    struct bed bed;
    struct errmsg err = {{0}};
    (void)state;
    struct id id = give_away(&bed);
    struct node *station = &bed.world.stations[0], *center = &bed.world.center;
    struct id other = node_consult(station, "李桂英", "离婚");
    world_sync(&bed.world, 0);
    bed_move(&bed.world, other, 3);
    world_sync(&bed.world, 0);
    assert_int_equal(kept(station), 3);
    assert_int_equal(node_number(station, "SELECT count(*) FROM passage"), 2);
    write_sql(station->store, "CREATE TABLE k AS SELECT * FROM left_body; CREATE TABLE p AS SELECT * FROM passage");
    must(reach_erase(center->store, &center->actor, catalogue_find("consultation"), id, "本人要求", "周主任", &err), &err);
    world_sync(&bed.world, 0);
    assert_int_equal(kept(station), 1);
    write_sql(station->store, "DELETE FROM left_body; DELETE FROM passage; INSERT INTO left_body SELECT * FROM k; INSERT INTO passage SELECT * FROM p; DROP TABLE k; DROP TABLE p;"
                   "UPDATE meta SET value=1 WHERE name='catalogue_shape'; DELETE FROM meta WHERE name='erase_pending'");
    must(schema_prepare(station->store, false, &err), &err);
    assert_int_equal(kept(station), 1);
    assert_int_equal(node_number(station, "SELECT count(*) FROM passage"), 1);
    assert_true(reach_unfinished(station->store));
    bed_expect_sound(&bed.world);
    bed_close(&bed);
}

/* Other machines of nobody had it: the record comes back to its writer, and with it what that one kept. */
static void test_a_record_that_comes_back_has_its_content(void **state)
{
    struct bed bed;
    (void)state;
    struct id id = give_away(&bed);
    struct world *world = &bed.world;
    struct node *center = &world->center;
    write_sql(center->store, "UPDATE change SET body=NULL WHERE seq=2 AND log<>(SELECT value FROM meta WHERE name='own_log')");
    bed_move(world, id, world->stations[0].machine.org);
    world_sync(world, 0);
    bed_expect(&world->stations[0], id, "topic", MARKER);
    assert_int_equal(kept(&world->stations[0]), 0);
    bed_close(&bed);
}

/* A center that has the header only asks for the content (WELCOME.wants). */
static void test_a_center_that_asks_gets_it(void **state)
{
    struct bed bed;
    struct errmsg err = {{0}};
    struct replica_batch batch = {.count = 0};
    const uint64_t seqs[] = {1, 2};
    uint64_t at;
    (void)state;
    struct id id = give_away(&bed);
    struct node *station = &bed.world.stations[0], *center = &bed.world.center;
    tell_safe(station, 1);
    must(store_begin(center->store, "test", &err), &err);
    must(store_exec(center->store, "UPDATE change SET body=NULL WHERE seq=2 AND log<>(SELECT value FROM meta WHERE name='own_log')", &err), &err);
    buf_init(&batch.entries, 4096);
    must(wanted_read(station->store, seqs, 2, 0, 4096, &batch, &at, &err), &err);
    assert_int_equal(batch.count, 1);
    assert_int_equal(at, 2);
    must(wanted_take(center->store, batch.entries.data, batch.entries.len, batch.count, &err), &err);
    must(store_commit(center->store, &err), &err);
    buf_release(&batch.entries);
    bed_expect(center, id, "topic", MARKER);
    bed_close(&bed);
}

static void note_problem(void *context, const char *text)
{
    *(bool *)context |= strstr(text, "为县中心留着的内容") != NULL;
}

static void test_verify_looks_at_what_is_kept(void **state)
{
    struct bed bed;
    struct errmsg err = {{0}};
    struct verify_result result;
    bool told = false;
    (void)state;
    (void)give_away(&bed);
    struct node *station = &bed.world.stations[0];
    must(verify_store(station->store, note_problem, &told, &result, &err), &err);
    assert_true(result.ok);
    write_sql(station->store, "UPDATE left_body SET body=x'00' WHERE seq=2");
    must(verify_store(station->store, note_problem, &told, &result, &err), &err);
    assert_false(result.ok);
    assert_true(told);
    bed_close(&bed);
}

static void note_place(void *context, const char *text)
{
    *(bool *)context |= strstr(text, "已不在这里，却还有内容") != NULL;
}

/* Of a record that left no field has a value: the first and the last one are looked at as all are. */
static void test_verify_looks_at_every_field_of_an_empty_place(void **state)
{
    const struct record_type *type = catalogue_find("consultation");
    struct bed bed;
    struct errmsg err = {{0}};
    struct verify_result result;
    (void)state;
    (void)give_away(&bed);
    struct store *store = bed.world.stations[0].store;
    for (size_t i = 0; i < 2; i++) {
        const char *field = type->fields[i == 0 ? 0 : type->n_fields - 1].name;
        char sql[160];
        bool told;
        for (int put = 1; put >= 0; put--) {
            must(store_begin(store, "test", &err), &err);
            snprintf(sql, sizeof sql, "UPDATE consultation SET \"%s\"=%s WHERE w_log=0", field, put != 0 ? "7" : "NULL");
            must(store_exec(store, sql, &err), &err);
            assert_true(store_changes(store) > 0);
            must(store_commit(store, &err), &err);
            told = false;
            must(verify_store(store, note_place, &told, &result, &err), &err);
            assert_int_equal(told, put);
            assert_int_equal(result.ok, !put);
        }
    }
    bed_close(&bed);
}

/* What a session does at its end, though it brought nothing. */
static void test_a_session_clears_a_piece(void **state)
{
    struct bed bed;
    struct errmsg err = {{0}};
    struct sync_attempt attempt = {.ok = true, .reason = "", .healed = ""};
    (void)state;
    (void)give_away(&bed);
    struct node *station = &bed.world.stations[0];
    write_sql(station->store, "UPDATE log SET safe_seq=2 WHERE no=(SELECT value FROM meta WHERE name='own_log')");
    assert_int_equal(kept(station), 2);
    must(sync_attempt_note(station->store, &attempt, &err), &err);
    assert_int_equal(kept(station), 0);
    bed_close(&bed);
}

static void test_many_go_in_pieces(void **state)
{
    struct bed bed;
    struct errmsg err = {{0}};
    char topic[32];
    (void)state;
    struct world *world = bed_open(&bed, 2);
    struct node *station = &world->stations[0];
    struct id id = node_consult(station, "张文芳", "工资没有发");
    for (int i = 0; i < LEFT_BODY_PIECE + 20; i++) {
        snprintf(topic, sizeof topic, "第 %d 次", i);
        node_set(station, "consultation", id, "topic", topic);
    }
    world_sync(world, 0);
    bed_move(world, id, 3);
    world_sync(world, 0);
    assert_int_equal(kept(station), LEFT_BODY_PIECE + 21);
    tell_safe(station, LEFT_BODY_PIECE + 21);
    assert_int_equal(kept(station), 21);
    must(left_body_clear_if_any(station->store, &err), &err); /* as whoever opens the store */
    assert_int_equal(kept(station), 0);
    bed_close(&bed);
}

/* ---- what others wrote ---- */

/* Up to where the order is in the center's backup, as a session tells it. */
static void tell_safe_order(struct node *station, uint64_t order)
{
    struct errmsg err = {{0}};
    must(replica_set_safe_order(station->store, order, &err), &err);
}

static uint64_t order_head(struct node *center)
{
    struct errmsg err = {{0}};
    uint64_t head;
    must(replica_order_head(center->store, &head, &err), &err);
    return head;
}

/* A consultation of the first station in which the center wrote, after its backup; then it gave the record to the second station, which has not been there since. told: the first one knows of that backup. *safe: up to where it goes. */
static struct id give_away_theirs(struct bed *bed, bool told, uint64_t *safe)
{
    struct world *world = bed_open(bed, 2);
    struct id id = node_consult(&world->stations[0], "张文芳", "工资没有发");
    world_sync(world, 0);
    bed_keep_center(bed);
    *safe = order_head(&world->center);
    if (told)
        tell_safe_order(&world->stations[0], *safe);
    tell_safe(&world->stations[0], 1);
    node_set(&world->center, "consultation", id, "topic", MARKER);
    world_sync(world, 0);
    bed_expect(&world->stations[0], id, "topic", MARKER);
    bed_move(world, id, 3);
    world_sync(world, 0);
    bed_expect(&world->stations[0], id, "topic", NULL);
    return id;
}

static void test_a_center_gets_back_what_it_wrote_itself(void **state)
{
    struct bed bed;
    uint64_t safe;
    (void)state;
    struct id id = give_away_theirs(&bed, true, &safe);
    struct world *world = &bed.world;
    assert_int_equal(kept(&world->stations[0]), 1); /* what the station wrote is in the backup */
    assert_int_equal(node_number(&world->stations[0], "SELECT number FROM left_body"), safe + 1);
    bed_put_center_back(&bed);
    (void)heal_come(world, 0);
    bed_expect(&world->center, id, "topic", MARKER);
    assert_int_equal(node_number(&world->center, "SELECT count(*) FROM change WHERE body IS NULL"), 0);
    heal_come_all(world, 2);
    bed_expect(&world->stations[0], id, "topic", NULL);
    bed_expect(&world->stations[1], id, "topic", MARKER);
    heal_settle(world);
    bed_expect_sound(world);
    bed_close(&bed);
}

/* Of a center without a backup, or with an older program, there would be no end to it. */
static void test_of_a_center_that_tells_no_backup_nothing_of_others_is_kept(void **state)
{
    struct bed bed;
    uint64_t safe;
    (void)state;
    (void)give_away_theirs(&bed, false, &safe);
    assert_int_equal(kept(&bed.world.stations[0]), 0);
    bed_expect_sound(&bed.world);
    bed_close(&bed);
}

static void test_what_others_wrote_goes_when_a_backup_has_it(void **state)
{
    struct bed bed;
    uint64_t safe;
    (void)state;
    (void)give_away_theirs(&bed, true, &safe);
    struct node *station = &bed.world.stations[0];
    char *rows = node_dump(station);
    assert_null(strstr(rows, MARKER));
    free(rows);
    tell_safe_order(station, safe);
    assert_int_equal(kept(station), 1);
    tell_safe_order(station, safe + 1);
    assert_int_equal(kept(station), 0);
    bed_expect_sound(&bed.world);
    bed_close(&bed);
}

static void test_what_others_wrote_goes_at_once_when_erased(void **state)
{
    struct bed bed;
    struct errmsg err = {{0}};
    uint64_t safe;
    (void)state;
    struct id id = give_away_theirs(&bed, true, &safe);
    struct node *station = &bed.world.stations[0], *center = &bed.world.center;
    must(reach_erase(center->store, &center->actor, catalogue_find("consultation"), id, "本人要求", "周主任", &err), &err);
    world_sync(&bed.world, 0);
    assert_int_equal(kept(station), 0);
    bed_expect_sound(&bed.world);
    bed_close(&bed);
}

static uint64_t stretch_end(struct node *station)
{
    struct errmsg err = {{0}};
    uint64_t after, to;
    must(returned_stretch(station->store, &after, &to, &err), &err);
    return to;
}

/* Handed back it has another number, and a backup of the time between does not hold it; nor does a center that was put back to that time, which it is handed to once more though the stretch that is asked for begins behind it. */
static void test_a_backup_between_does_not_count(void **state)
{
    struct bed bed;
    struct errmsg err = {{0}};
    uint64_t safe, between, head;
    (void)state;
    struct id id = give_away_theirs(&bed, true, &safe);
    struct world *world = &bed.world;
    struct node *station = &world->stations[0], *center = &world->center;
    bed_put_center_back(&bed);
    bed_begin_era(center, 0);
    bed_tell_everybody(center, "新来的单位");
    between = order_head(center);
    bed_keep_center(&bed);
    (void)heal_come(world, 0);
    head = order_head(center);
    assert_true(head > between);
    assert_int_equal(kept(station), 1);
    assert_int_equal(stretch_end(station), 0);
    tell_safe_order(station, between);
    assert_int_equal(kept(station), 1);
    bed_expect(center, id, "topic", MARKER);

    bed_put_center_back(&bed);
    bed_begin_era(center, 0);
    must(store_begin(station->store, "test", &err), &err);
    must(returned_rewind(station->store, between, 1, &(uint64_t){0}, &err), &err);
    must(store_commit(station->store, &err), &err);
    assert_true(stretch_end(station) > 0);
    struct replica_result sum = {0};
    heal_hand_back(world, station, &sum);
    bed_expect(center, id, "topic", MARKER);
    tell_safe_order(station, order_head(center));
    assert_int_equal(kept(station), 0);
    bed_close(&bed);
}

/* A center that tells less than when it got it back, or bears another name, was put back once more: the session was cut before the cursor came that far. */
static void test_a_center_that_forgot_it_again_gets_it_again(void **state)
{
    struct bed bed;
    struct errmsg err = {{0}};
    uint64_t safe, differing;
    (void)state;
    (void)give_away_theirs(&bed, true, &safe);
    struct world *world = &bed.world;
    struct node *station = &world->stations[0], *center = &world->center;
    struct replica_result sum = {0};
    bed_put_center_back(&bed);
    bed_begin_era(center, 0);
    heal_rewind(center, station, heal_common_order(center, station, &differing));
    heal_hand_back(world, station, &sum);
    assert_int_equal(stretch_end(station), 0); /* known to be there */
    must(replica_check_left(station->store, false, order_head(center), &err), &err);
    assert_int_equal(stretch_end(station), 0);
    must(replica_check_left(station->store, false, order_head(center) - 1, &err), &err);
    assert_true(stretch_end(station) > 0);
    tell_safe_order(station, order_head(center)); /* nothing goes that the center is not known to have */
    assert_int_equal(kept(station), 1);
    heal_hand_back(world, station, &sum);
    assert_int_equal(stretch_end(station), 0);
    must(replica_check_left(station->store, true, order_head(center), &err), &err);
    assert_true(stretch_end(station) > 0);
    heal_hand_back(world, station, &sum);
    tell_safe_order(station, order_head(center) - 1);
    assert_int_equal(kept(station), 1);
    tell_safe_order(station, order_head(center));
    assert_int_equal(kept(station), 0);
    bed_close(&bed);
}

/* The record comes back, and the center has lost what it wrote in it. */
static void test_what_others_wrote_comes_back_with_the_record(void **state)
{
    struct bed bed;
    struct errmsg err = {{0}};
    uint64_t safe;
    (void)state;
    struct id id = give_away_theirs(&bed, true, &safe);
    struct world *world = &bed.world;
    struct node *center = &world->center;
    must(store_begin(center->store, "test", &err), &err);
    struct stmt *stmt = store_prepare(center->store, "UPDATE change SET body=NULL WHERE lsn=?1");
    stmt_int(stmt, 1, (int64_t)safe + 1);
    must(stmt_run(stmt, &err), &err);
    must(store_commit(center->store, &err), &err);
    bed_move(world, id, world->stations[0].machine.org);
    world_sync(world, 0);
    bed_expect(&world->stations[0], id, "topic", MARKER);
    assert_int_equal(kept(&world->stations[0]), 0);
    bed_close(&bed);
}

/* ---- to the last byte ---- */

static void checkpoint(struct node *node)
{
    struct errmsg err = {{0}};
    must(store_exec(node->store, "PRAGMA wal_checkpoint(TRUNCATE)", &err), &err);
}

static void test_it_is_gone_to_the_last_byte(void **state)
{
    char folder[] = "/tmp/aidpost-left-XXXXXX";
    struct world world;
    (void)state;
    assert_non_null(mkdtemp(folder));
    world_open(&world, 2, folder);
    struct node *station = &world.stations[0];
    struct id id = node_consult(station, "张文芳", MARKER);
    world_sync(&world, 0);
    bed_move(&world, id, 3);
    world_sync(&world, 0);
    checkpoint(station);
    assert_int_equal(machine_files_hold(folder, 1, MARKER), 1); /* kept, once, and nowhere else */
    tell_safe(station, 1);
    checkpoint(station);
    assert_int_equal(machine_files_hold(folder, 1, MARKER), 0);
    world_close(&world);
    test_folder_remove(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_center_gets_back_what_only_its_writer_had),
        cmocka_unit_test(test_nobody_reads_what_is_kept),
        cmocka_unit_test(test_it_goes_when_a_backup_has_it_and_not_before),
        cmocka_unit_test(test_what_is_safe_when_its_record_leaves_is_not_kept),
        cmocka_unit_test(test_nothing_goes_that_the_center_is_not_known_to_have),
        cmocka_unit_test(test_what_is_erased_by_law_goes_at_once),
        cmocka_unit_test(test_what_an_older_program_left_goes_with_this_one),
        cmocka_unit_test(test_a_record_that_comes_back_has_its_content),
        cmocka_unit_test(test_a_center_that_asks_gets_it),
        cmocka_unit_test(test_verify_looks_at_what_is_kept),
        cmocka_unit_test(test_verify_looks_at_every_field_of_an_empty_place),
        cmocka_unit_test(test_a_session_clears_a_piece),
        cmocka_unit_test(test_many_go_in_pieces),
        cmocka_unit_test(test_a_center_gets_back_what_it_wrote_itself),
        cmocka_unit_test(test_of_a_center_that_tells_no_backup_nothing_of_others_is_kept),
        cmocka_unit_test(test_what_others_wrote_goes_when_a_backup_has_it),
        cmocka_unit_test(test_what_others_wrote_goes_at_once_when_erased),
        cmocka_unit_test(test_a_backup_between_does_not_count),
        cmocka_unit_test(test_a_center_that_forgot_it_again_gets_it_again),
        cmocka_unit_test(test_what_others_wrote_comes_back_with_the_record),
        cmocka_unit_test(test_it_is_gone_to_the_last_byte),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
