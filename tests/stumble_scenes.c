/* tests/stumble_scenes.c - see stumble_scenes.h. */
#include "tests/stumble_scenes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "core/record/catalogue.h"
#include "core/record/lookup.h"
#include "core/record/reach.h"
#include "core/record/relay.h"
#include "tests/meeting.h"
#include "tests/must.h"
#include "tests/write_sql.h"

static void both_write(struct world *world, struct id shared)
{
    for (int i = 0; i < 3; i++)
        node_consult(&world->stations[0], "张文芳", "工资没有发");
    node_set(&world->stations[0], "consultation", shared, "content", "站上写的");
    node_set(&world->center, "consultation", shared, "content", "中心写的");
    node_consult(&world->center, "李秀兰", "问低保");
}

/* The center lost what it had been told, and went on. */
static void center_was_put_back(struct world *world, struct id shared)
{
    struct buf image;

    node_keep(&world->center, &image);
    both_write(world, shared);
    (void)meet(world, 0);
    node_put_back(&world->center, &image, 9);
    node_consult(&world->center, "王德顺", "问赡养费");
    buf_release(&image);
}

/* The station lost what it had been told, and went on under the numbers that it had given. */
static void station_was_put_back(struct world *world, struct id shared)
{
    struct buf image;

    node_keep(&world->stations[0], &image);
    both_write(world, shared);
    (void)meet(world, 0);
    node_restore(&world->stations[0], &image);
    node_consult(&world->stations[0], "王德顺", "问赡养费");
    buf_release(&image);
}

/* Its record goes to another org, and one of another org comes. */
static void records_change_hands(struct world *world, struct id shared)
{
    const struct record_type *type = catalogue_find("consultation");
    struct errmsg err = {{0}};
    struct id theirs = node_consult(&world->stations[1], "赵大柱", "问工伤");
    int64_t rows;

    (void)world_sync(world, 1);
    node_set(&world->stations[0], "consultation", shared, "content", "移交时在站上改的");
    assert_int_equal(reach_move(world->center.store, &world->center.actor, type, shared, world->stations[1].machine.org, &rows, &err), STATUS_OK);
    assert_int_equal(reach_share(world->center.store, &world->center.actor, type, theirs, world->stations[0].machine.org, true, &rows, &err), STATUS_OK);
}

static void a_record_is_erased(struct world *world, struct id shared)
{
    const struct record_type *type = catalogue_find("consultation");
    struct errmsg err = {{0}};

    node_set(&world->stations[0], "consultation", shared, "content", "删去之前在站上改的");
    assert_int_equal(reach_erase(world->center.store, &world->center.actor, type, shared, "本人要求", "主任", &err), STATUS_OK);
    assert_int_equal(reach_finish(world->center.store, NULL, &err), STATUS_OK);
}

/* Its sum is not the center's: what is missing is found and comes again, what differs is put right. */
static void the_station_s_disk_was_bad(struct world *world, struct id shared)
{
    struct node *station = &world->stations[0];

    for (int i = 0; i < 3; i++)
        node_set(&world->center, "consultation", shared, "phone", i % 2 == 0 ? "13900000001" : "13900000002");
    (void)meet(world, 0);
    write_sql(station->store, "DELETE FROM change WHERE lsn=(SELECT max(lsn) FROM change WHERE log<>(SELECT value FROM meta WHERE name='own_log'))-1");
    write_sql(station->store, "UPDATE change SET body=x'a0' WHERE lsn=(SELECT max(lsn) FROM change WHERE log<>(SELECT value FROM meta WHERE name='own_log'))");
    write_sql(station->store, "DELETE FROM meta WHERE name='sums_counted_ms'");
}

/* The center lost what a station wrote in a record that has left it: the station keeps that aside (left_body.h) and gives it back. */
static void what_left_was_lost(struct world *world, struct id shared)
{
    struct errmsg err = {{0}};
    struct buf image;

    node_keep(&world->center, &image);
    node_set(&world->stations[0], "consultation", shared, "content", "移交之前在站上写的");
    (void)meet(world, 0);
    assert_int_equal(reach_move(world->center.store, &world->center.actor, catalogue_find("consultation"), shared, world->stations[1].machine.org, NULL, &err), STATUS_OK);
    (void)meet(world, 0);
    node_put_back(&world->center, &image, 9);
    buf_release(&image);
}

static void a_question_waits(struct world *world, struct id shared)
{
    struct errmsg err = {{0}};
    struct node *station = &world->stations[0];
    int64_t no;

    (void)shared;
    node_consult(&world->center, "李秀兰", "问低保");
    assert_int_equal(lookup_ask(station->store, &station->actor, station->codes, "李秀兰", "来站里问同一件事", &no, &err), STATUS_OK);
}

/* The center has nobody who opens it, and says so: the station keeps it with the reason. */
static void a_file_for_others_waits(struct world *world, struct id shared)
{
    struct store *store = world->stations[0].store;
    static const uint8_t bytes[] = "sealed";
    struct relay relay = {.id = hash_of(bytes, sizeof bytes), .total = sizeof bytes};
    struct errmsg err = {{0}};

    (void)shared;
    must(store_begin(store, "test", &err), &err);
    must(relay_add(store, &relay, &err), &err);
    must(relay_append(store, &relay, 0, bytes, sizeof bytes, &err), &err);
    relay.state = RELAY_WAITING;
    must(relay_note(store, &relay, &err), &err);
    must(store_commit(store, &err), &err);
}

/* The station gave its log to a copy that goes on in it: which of the two comes second begins a new one. */
static void a_copy_was_here(struct world *world, struct id shared)
{
    struct buf image;

    node_keep(&world->stations[0], &image);
    both_write(world, shared);
    (void)meet(world, 0);
    node_set(&world->stations[0], "consultation", shared, "phone", "13900000001");
    (void)meet(world, 0);
    node_restore(&world->stations[0], &image);
    both_write(world, shared);
    buf_release(&image);
}

const struct stumble_scene STUMBLE_SCENES[N_STUMBLE_SCENES] = {
    {"both write", both_write, .stride = 1},
    {"the center was put back", center_was_put_back, .stride = 1},
    {"the station was put back", station_was_put_back, .stride = 1},
    {"records change hands", records_change_hands, .stride = 1},
    {"a record is erased", a_record_is_erased, .stride = 1},
    {"the station's disk was bad", the_station_s_disk_was_bad, .stride = 3, .unsound = true},
    {"what left was lost", what_left_was_lost, .stride = 3},
    {"a question waits", a_question_waits, .stride = 3},
    {"a file for others waits", a_file_for_others_waits, .stride = 3},
    {"a copy was here", a_copy_was_here, .stride = 3},
};
