/* tests/heal_bed.c - see heal_bed.h. */
#include "tests/heal_bed.h"
#include "tests/write_sql.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/record/catalogue.h"
#include "core/record/order.h"
#include "core/record/reach.h"
#include "core/record/returned.h"

enum { WORK_RECORDS_MAX = 60 };

struct world *bed_open(struct bed *bed, size_t n_stations)
{
    *bed = (struct bed){.kept = {0}};
    world_open(&bed->world, n_stations, NULL);
    return &bed->world;
}

void bed_close(struct bed *bed)
{
    buf_release(&bed->kept);
    world_close(&bed->world);
}

void bed_keep_center(struct bed *bed)
{
    buf_release(&bed->kept);
    node_keep(&bed->world.center, &bed->kept);
}

void bed_put_center_back(struct bed *bed)
{
    node_restore(&bed->world.center, &bed->kept);
}

void bed_twin_open(struct node *twin, struct node *of, const struct buf *image)
{
    struct errmsg err = {{0}};
    struct buf now = {0};
    if (image == NULL)
        node_keep(of, &now);
    const struct buf *from = image != NULL ? image : &now;
    *twin = *of;
    must(store_open_image(&twin->store, from->data, from->len, &err), &err);
    must(machine_load(twin->store, &twin->machine, &err), &err);
    buf_release(&now);
}

void bed_twin_close(struct node *twin)
{
    node_verify(twin);
    store_close(twin->store);
}

/* ---- what is done ---- */

void bed_begin_era(struct node *center, uint64_t differing)
{
    struct errmsg err = {{0}};
    must(store_begin(center->store, "test", &err), &err);
    must(order_begin_era(center->store, differing, center->random, &err), &err);
    must(store_commit(center->store, &err), &err);
}

void bed_one_org(struct world *world)
{
    struct errmsg err = {{0}};
    struct node *center = &world->center, *two = &world->stations[1];
    write_sql(center->store, "UPDATE peer SET org=2 WHERE station_no IN (1,2)");
    must(store_begin(two->store, "test", &err), &err);
    must(store_meta_set_int(two->store, "org", 2, &err), &err);
    must(store_commit(two->store, &err), &err);
    two->peer.org = two->actor.org = two->machine.org = 2;
}

void bed_move(struct world *world, struct id id, int64_t org)
{
    struct errmsg err = {{0}};
    must(reach_move(world->center.store, &world->center.actor, catalogue_find("consultation"), id, org, NULL, &err), &err);
}

void bed_share(struct world *world, struct id id, int64_t org)
{
    struct errmsg err = {{0}};
    must(reach_share(world->center.store, &world->center.actor, catalogue_find("consultation"), id, org, true, NULL, &err), &err);
}

void bed_tell_everybody(struct node *center, const char *name)
{
    struct stmt *stmt = store_prepare(center->store, "SELECT id FROM org ORDER BY n LIMIT 1");
    enum status status;
    assert_true(stmt_row(stmt, &status, NULL));
    struct id id = stmt_column_id(stmt, 0);
    stmt_reset(stmt);
    node_set(center, "org", id, "name", name);
}

static void write_something(struct node *node, struct random_source random, struct record *record)
{
    static const char *const FIELDS[] = {"topic", "phone", "answer", "name"}, *const TEXTS[] = {"13900000001", "13900000002", "13900000003", "13900000004"};
    if (record_set_text(record, FIELDS[random_below(random, 4)], TEXTS[random_below(random, 4)]) == STATUS_OK)
        (void)records_save(node->store, &node->actor, node->codes, node->random, record, NULL);
}

void bed_work(struct world *world, struct bed_work *work, int steps)
{
    const struct record_type *type = catalogue_find("consultation");
    for (int step = 0; step < steps; step++) {
        size_t who = (size_t)random_below(work->random, world->n_stations + 1);
        bool is_center = who == world->n_stations;
        struct node *node = is_center ? &world->center : &world->stations[who];
        uint64_t what = random_below(work->random, 10);
        struct record record;
        if (!is_center && what < 2 && work->n < WORK_RECORDS_MAX) {
            work->owners[work->n] = who;
            work->ids[work->n++] = node_consult(node, "某", "问");
            continue;
        }
        if (work->n == 0)
            continue;
        size_t pick = (size_t)random_below(work->random, work->n);
        if ((!is_center && work->owners[pick] != who) || records_get(node->store, &node->actor, type, work->ids[pick], &record, NULL) != STATUS_OK)
            continue;
        if (what == 9)
            (void)records_delete(node->store, &node->actor, type, work->ids[pick], NULL);
        else
            write_something(node, work->random, &record);
        record_release(&record);
    }
}

/* ---- what must be true ---- */

void bed_expect(struct node *node, struct id id, const char *field, const char *text)
{
    char *have = node_get(node, "consultation", id, field);
    if (text == NULL) {
        assert_null(have);
    } else {
        assert_non_null(have);
        assert_string_equal(have, text);
    }
    free(have);
}

void bed_expect_no_question(struct world *world)
{
    for (size_t i = 0; i < world->n_stations; i++)
        assert_int_equal(node_number(&world->stations[i], "SELECT count(*) FROM conflict"), 0);
    assert_int_equal(node_number(&world->center, "SELECT count(*) FROM conflict"), 0);
}

void bed_expect_sound(struct world *world)
{
    int64_t held;
    node_verify(&world->center);
    for (size_t i = 0; i < world->n_stations; i++)
        node_verify(&world->stations[i]);
    must(returned_count(world->center.store, 0, &held, NULL), NULL);
    assert_int_equal(held, 0);
}

/* Each line of a station's rows stands at the center. Orgs are named by who knows more of them. */
static void expect_rows_at_center(const char *center, size_t i, char *rows)
{
    char *save = NULL;
    for (char *line = strtok_r(rows, "\n", &save); line != NULL; line = strtok_r(NULL, "\n", &save))
        if (strncmp(line, "org", 3) != 0 && strstr(center, line) == NULL)
            fail_msg("station %zu has what the center has not: %s", i, line);
}

void bed_expect_agreement(struct world *world)
{
    bed_expect_sound(world);
    char *center = node_dump(&world->center);
    for (size_t i = 0; i < world->n_stations; i++) {
        char *rows = node_dump(&world->stations[i]);
        expect_rows_at_center(center, i, rows);
        free(rows);
        assert_int_equal(node_number(&world->stations[i], "SELECT count(*) FROM meta WHERE name='return_to'"), 0);
    }
    free(center);
    assert_int_equal(node_number(&world->center, "SELECT count(*)-count(DISTINCT rseq) FROM change"), 0); /* no place twice */
    assert_int_equal(node_number(&world->center, "SELECT count(*) FROM change WHERE coalesce(given,rseq)<>lsn"), 0);
}
