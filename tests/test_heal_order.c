/* tests/test_heal_order.c - sessions with a center that was put back: stations notice, go back with it and hand over what it lost, wherever the line is cut. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/record/catalogue.h"
#include "core/record/order.h"
#include "core/record/reach.h"
#include "core/record/returned.h"
#include "sync/frame.h"
#include "sync/heal_request.h"
#include "sync/message.h"
#include "tests/dialogue.h"

enum { STATIONS = 3 };

struct bed {
    struct world world;
    char folder[64];
};

static void must(enum status status, const struct errmsg *err)
{
    if (status != STATUS_OK)
        fail_msg("%s: %s", status_name(status), errmsg_text(err, status));
}

static void run(const char *before, const char *folder, const char *after)
{
    char command[512];
    snprintf(command, sizeof command, "%s %s%s", before, folder, after);
    assert_int_equal(system(command), 0);
}

static void bed_open(struct bed *bed)
{
    snprintf(bed->folder, sizeof bed->folder, "test_heal_order.XXXXXX");
    assert_non_null(mkdtemp(bed->folder));
    world_open(&bed->world, STATIONS, bed->folder);
}

static void bed_close(struct bed *bed)
{
    world_close(&bed->world);
    run("rm -rf", bed->folder, "");
}

static void keep_center(struct bed *bed)
{
    struct errmsg err = {{0}};
    char path[96];
    snprintf(path, sizeof path, "%s/kept.db", bed->folder);
    (void)unlink(path);
    must(store_copy(bed->world.center.store, path, &err), &err);
}

static void put_center_back(struct bed *bed)
{
    struct errmsg err = {{0}};
    char folder[96];
    store_close(bed->world.center.store);
    run("cd", bed->folder, "/0 && rm -f aidpost.db-wal aidpost.db-shm && cp ../kept.db aidpost.db");
    snprintf(folder, sizeof folder, "%s/0", bed->folder);
    must(store_open(&bed->world.center.store, folder, STORE_OPEN_EXISTING, &err), &err);
}

static void begin_era(struct node *center)
{
    struct errmsg err = {{0}};
    must(store_begin(center->store, "test", &err), &err);
    must(order_begin_era(center->store, 0, center->random, &err), &err);
    must(store_commit(center->store, &err), &err);
}

static int64_t number(struct node *node, const char *sql)
{
    struct stmt *stmt = store_prepare(node->store, sql);
    enum status status;
    assert_true(stmt_row(stmt, &status, NULL));
    int64_t n = stmt_column_int(stmt, 0);
    stmt_reset(stmt);
    return n;
}

/* A session, cut after that many frames (0: not); then, until one is good, others. */
static struct session_outcome sync_cut(struct world *world, size_t station, size_t cut)
{
    struct session_outcome outcome = {0};
    for (int tries = 0;; tries++) {
        struct dialogue dialogue;
        assert_in_range(tries, 0, 5);
        dialogue_open(&dialogue, world, station, true);
        dialogue.cut = tries == 0 ? cut : 0;
        dialogue_run(&dialogue);
        outcome = dialogue.outcomes[STATION_END];
        bool good = dialogue.closed[STATION_END] && outcome.status == STATUS_OK;
        if (!good && (tries > 0 || cut == 0))
            fail_msg("%s\n%s", outcome.reason.text, buf_cstr(&dialogue.lines));
        if (getenv("LINES") != NULL)
            print_message("%s--\n", buf_cstr(&dialogue.lines));
        dialogue_close(&dialogue);
        if (good && !outcome.again)
            break;
        assert_int_equal(machine_load(world->stations[station].store, &world->stations[station].machine, NULL), STATUS_OK);
    }
    return outcome;
}

static void expect_agreement(struct world *world)
{
    int64_t held;
    char *center = node_dump(&world->center);
    node_verify(&world->center);
    for (size_t i = 0; i < STATIONS; i++) {
        char *station = node_dump(&world->stations[i]), *save = NULL;
        node_verify(&world->stations[i]);
        for (char *line = strtok_r(station, "\n", &save); line != NULL; line = strtok_r(NULL, "\n", &save))
            if (strncmp(line, "org", 3) != 0 && strstr(center, line) == NULL)
                fail_msg("station %zu has what the center has not: %s", i, line);
        free(station);
        assert_int_equal(number(&world->stations[i], "SELECT count(*) FROM meta WHERE name='return_to'"), 0);
    }
    free(center);
    must(returned_count(world->center.store, 0, &held, NULL), &(struct errmsg){{0}});
    assert_int_equal(held, 0);
    assert_int_equal(number(&world->center, "SELECT count(*)-count(DISTINCT rseq) FROM change"), 0);
}

static void expect_text(struct node *node, struct id id, const char *field, const char *text)
{
    char *have = node_get(node, "consultation", id, field);
    assert_non_null(have);
    assert_string_equal(have, text);
    free(have);
}

struct story {
    struct id one, two, late;
};

/* The center loses its own word, a station's and a record; `knows` that it was put back, or goes on and gives the same numbers again. */
static void lose(struct bed *bed, struct story *story, bool knows)
{
    struct world *world = &bed->world;
    struct node *center = &world->center;
    bed_open(bed);
    story->one = node_consult(&world->stations[0], "张文芳", "工资没有发");
    story->two = node_consult(&world->stations[1], "王建国", "离婚");
    for (size_t i = 0; i < STATIONS; i++)
        (void)sync_cut(world, i, 0);
    keep_center(bed);
    node_set(center, "consultation", story->one, "topic", "欠薪");
    for (int i = 0; i < 70; i++)
        node_set(center, "consultation", story->two, "answer", i % 2 ? "甲" : "乙");
    node_set(&world->stations[0], "consultation", story->one, "phone", "13900000001");
    story->late = node_consult(&world->stations[1], "陈志强", "土地承包");
    for (size_t i = 0; i < STATIONS; i++)
        (void)sync_cut(world, i, 0);
    (void)sync_cut(world, 0, 0);
    node_set(&world->stations[0], "consultation", story->one, "topic", "拖欠工资"); /* knows the center's word */
    put_center_back(bed);
    if (knows)
        begin_era(center);
    node_set(center, "consultation", story->two, "topic", "婚姻");
    node_set(&world->stations[1], "consultation", story->two, "phone", "13900000002");
}

static void expect_all(struct world *world, const struct story *story)
{
    struct node *center = &world->center;
    expect_text(center, story->one, "topic", "拖欠工资");
    expect_text(center, story->one, "phone", "13900000001");
    expect_text(center, story->two, "answer", "甲");
    expect_text(center, story->two, "topic", "婚姻");
    expect_text(center, story->two, "phone", "13900000002");
    expect_text(center, story->late, "name", "陈志强");
    expect_agreement(world);
}

static void test_everything_comes_back(void **state)
{
    (void)state;
    for (int knows = 0; knows < 2; knows++) {
        struct bed bed;
        struct story story;
        int64_t waiting;
        lose(&bed, &story, knows);
        struct world *world = &bed.world;
        must(restored_waiting(world->center.store, &waiting, NULL), &(struct errmsg){{0}});
        assert_int_equal(waiting, knows ? STATIONS : 0);
        struct session_outcome outcome = sync_cut(world, 0, 0);
        assert_int_equal(outcome.returned, 1);
        assert_string_not_equal(outcome.healed, "");
        must(restored_waiting(world->center.store, &waiting, NULL), &(struct errmsg){{0}});
        assert_int_equal(waiting, STATIONS - 1);
        outcome = sync_cut(world, 1, 0);
        assert_int_equal(outcome.returned, 70);
        (void)sync_cut(world, 2, 0);
        must(restored_waiting(world->center.store, &waiting, NULL), &(struct errmsg){{0}});
        assert_int_equal(waiting, 0);
        for (size_t i = 0; i < STATIONS; i++) {
            outcome = sync_cut(world, i, 0); /* and that was that */
            assert_int_equal(outcome.returned, 0);
            assert_string_equal(outcome.healed, "");
        }
        assert_int_equal(number(&world->center, knows ? "SELECT value BETWEEN 1 AND 24 FROM meta WHERE name='era'" : "SELECT value>0 AND value%256=0 FROM meta WHERE name='era'"), 1);
        /* Where numbers were given twice nobody can tell what station 0 had seen: a person is asked, nothing is replaced unseen. */
        assert_int_equal(node_conflicts(&world->center), knows ? 0 : 1);
        assert_int_equal(number(&world->center, "SELECT count(*) FROM flagged WHERE reason LIKE '%站点交回%'"), 71);
        expect_all(world, &story);
        bed_close(&bed);
    }
}

/* The center is put back to a time before a station began a new log: it is told again where that log began, and nothing comes twice. */
static void test_a_log_begun_since_keeps_its_beginning(void **state)
{
    (void)state;
    for (int knows = 0; knows < 2; knows++) {
        struct bed bed;
        struct errmsg err = {{0}};
        struct log_info old, fresh;
        bed_open(&bed);
        struct world *world = &bed.world;
        struct node *station = &world->stations[0];
        struct id one = node_consult(station, "张文芳", "工资没有发");
        for (size_t i = 0; i < STATIONS; i++)
            (void)sync_cut(world, i, 0);
        keep_center(&bed);
        must(changelog_own(station->store, &old, &err), &err);
        struct log_id id = {.station = old.id.station};
        station->random.fill(station->random.context, id.incarnation, INCARNATION_BYTES);
        must(store_begin(station->store, "test", &err), &err);
        must(changelog_branch(station->store, &id, old.head_seq, &fresh, &err), &err);
        must(store_commit(station->store, &err), &err);
        must(machine_load(station->store, &station->machine, &err), &err);
        (void)node_consult(station, "王建国", "离婚");
        (void)sync_cut(world, 0, 0);
        (void)sync_cut(world, 0, 0);
        put_center_back(&bed);
        if (knows)
            begin_era(&world->center);
        node_set(&world->center, "consultation", one, "topic", "欠薪");
        for (size_t turn = 0; turn < 2 * STATIONS; turn++)
            (void)sync_cut(world, turn % STATIONS, 0);
        assert_int_equal(number(&world->center, "SELECT count(*) FROM log WHERE station=1 AND parent IS NOT NULL AND base_seq=1"), 1);
        assert_int_equal(number(&world->center, "SELECT count(*) FROM change c JOIN log l ON l.no=c.log WHERE l.station=1"), 2);
        assert_int_equal(number(&world->center, "SELECT count(*) FROM consultation"), 2);
        expect_agreement(world);
        bed_close(&bed);
    }
}

/* What a station wrote before it was put back, and its center then lost too: the station has it from the center, hands it back, and nobody is waited for. */
static void test_what_a_copy_wrote_that_is_no_more(void **state)
{
    struct bed bed;
    struct errmsg err = {{0}};
    char path[96], folder[96];
    (void)state;
    bed_open(&bed);
    struct world *world = &bed.world;
    struct node *station = &world->stations[0];
    (void)node_consult(station, "张文芳", "工资没有发");
    for (size_t i = 0; i < STATIONS; i++)
        (void)sync_cut(world, i, 0);
    keep_center(&bed);
    snprintf(path, sizeof path, "%s/station.db", bed.folder);
    must(store_copy(station->store, path, &err), &err);
    struct id lost = node_consult(station, "王建国", "离婚");
    node_set(station, "consultation", lost, "phone", "13900000001");
    (void)sync_cut(world, 0, 0);
    /* the station is put back, writes, heals and learns again what it had written */
    store_close(station->store);
    run("cd", bed.folder, "/1 && rm -f aidpost.db-wal aidpost.db-shm && cp ../station.db aidpost.db");
    snprintf(folder, sizeof folder, "%s/1", bed.folder);
    must(store_open(&station->store, folder, STORE_OPEN_EXISTING, &err), &err);
    (void)node_consult(station, "陈志强", "土地承包");
    (void)sync_cut(world, 0, 0);
    (void)sync_cut(world, 0, 0);
    expect_text(station, lost, "phone", "13900000001");
    /* then the center is */
    put_center_back(&bed);
    node_consult(&world->center, "李强", "押金没有退");
    for (size_t turn = 0; turn < 2 * STATIONS; turn++)
        (void)sync_cut(world, turn % STATIONS, 0);
    expect_text(&world->center, lost, "phone", "13900000001");
    expect_text(station, lost, "phone", "13900000001");
    assert_int_equal(number(&world->center, "SELECT count(*) FROM consultation"), 4);
    assert_int_equal(number(&world->center, "SELECT count(*) FROM flagged"), 0);
    expect_agreement(world);
    /* there was another copy: it writes under the number of what was taken in */
    run("mkdir -p", bed.folder, "/twin");
    run("cd", bed.folder, "&& cp station.db twin/aidpost.db");
    snprintf(folder, sizeof folder, "%s/twin", bed.folder);
    struct node first = *station, twin = *station;
    must(store_open(&twin.store, folder, STORE_OPEN_EXISTING, &err), &err);
    must(machine_load(twin.store, &twin.machine, &err), &err);
    (void)node_consult(&twin, "赵敏", "房屋漏水");
    world->stations[0] = twin;
    (void)sync_cut(world, 0, 0);
    twin = world->stations[0];
    world->stations[0] = first;
    (void)sync_cut(world, 0, 0);
    assert_int_equal(number(&world->center, "SELECT count(*) FROM consultation"), 5);
    node_verify(&twin);
    store_close(twin.store);
    expect_agreement(world);
    bed_close(&bed);
}

/* The same when the copy had a log of its own, which the center never met as it was put back to: the station that has its changes tells where it began. */
static void test_a_log_of_a_copy_that_is_no_more(void **state)
{
    struct bed bed;
    struct errmsg err = {{0}};
    char path[96], folder[96];
    struct id lost[3];
    (void)state;
    bed_open(&bed);
    struct world *world = &bed.world;
    struct node *station = &world->stations[0];
    (void)node_consult(station, "张文芳", "工资没有发");
    for (size_t i = 0; i < STATIONS; i++)
        (void)sync_cut(world, i, 0);
    keep_center(&bed);
    snprintf(path, sizeof path, "%s/station.db", bed.folder);
    must(store_copy(station->store, path, &err), &err);
    snprintf(folder, sizeof folder, "%s/1", bed.folder);
    /* Each time it is put back it goes on in a new log, and that one is left behind by the next. */
    for (int copy = 0; copy < 3; copy++) {
        lost[copy] = node_consult(station, "王建国", "离婚");
        for (int i = 0; i < 3; i++)
            (void)sync_cut(world, 0, 0);
        store_close(station->store);
        run("cd", bed.folder, "/1 && rm -f aidpost.db-wal aidpost.db-shm && cp ../station.db aidpost.db");
        must(store_open(&station->store, folder, STORE_OPEN_EXISTING, &err), &err);
        for (int i = 0; i < 3; i++)
            (void)sync_cut(world, 0, 0);
        must(machine_load(station->store, &station->machine, &err), &err);
        expect_text(station, lost[copy], "name", "王建国");
    }
    put_center_back(&bed);
    node_consult(&world->center, "李强", "押金没有退");
    for (size_t turn = 0; turn < 2 * STATIONS; turn++)
        (void)sync_cut(world, turn % STATIONS, 0);
    assert_int_equal(number(&world->center, "SELECT count(*) FROM returned"), 0);
    for (int copy = 0; copy < 3; copy++)
        expect_text(&world->center, lost[copy], "name", "王建国");
    assert_int_equal(number(&world->center, "SELECT count(*) FROM log l JOIN log p ON p.no=l.parent WHERE l.station=1 AND l.base_seq=1 AND p.station=1"), 3);
    expect_agreement(world);
    bed_close(&bed);
}

/* A clone's log, which the center lost, is handed back by its twin before the clone comes. Nobody can tell that it will: it is taken in where the twin says that the log began, and the clone, which comes after all, goes
 * on in that log. */
static void test_a_clone_s_lost_log_comes_once(void **state)
{
    struct bed bed;
    struct errmsg err = {{0}};
    char folder[96];
    (void)state;
    bed_open(&bed);
    struct world *world = &bed.world;
    struct node *station = &world->stations[0];
    (void)node_consult(station, "张文芳", "工资没有发");
    for (size_t i = 0; i < STATIONS; i++)
        (void)sync_cut(world, i, 0);
    keep_center(&bed);
    snprintf(folder, sizeof folder, "%s/twin", bed.folder);
    run("mkdir -p", folder, "");
    snprintf(folder, sizeof folder, "%s/twin/aidpost.db", bed.folder);
    must(store_copy(station->store, folder, &err), &err);
    struct node first = *station, twin = *station;
    snprintf(folder, sizeof folder, "%s/twin", bed.folder);
    must(store_open(&twin.store, folder, STORE_OPEN_EXISTING, &err), &err);
    (void)node_consult(&first, "王建国", "离婚");
    (void)sync_cut(world, 0, 0);
    (void)node_consult(&twin, "陈志强", "土地承包");
    world->stations[0] = twin;
    for (int i = 0; i < 2; i++)
        (void)sync_cut(world, 0, 0);
    twin = world->stations[0];
    world->stations[0] = first;
    (void)sync_cut(world, 0, 0);
    put_center_back(&bed);
    node_consult(&world->center, "李强", "押金没有退");
    for (int turn = 0; turn < 2; turn++) {
        for (size_t i = 0; i < STATIONS; i++)
            (void)sync_cut(world, i, 0);
        assert_int_equal(number(&world->center, "SELECT count(*) FROM returned"), 0);
        assert_int_equal(number(&world->center, "SELECT count(*) FROM consultation WHERE name='陈志强'"), 1);
        first = world->stations[0];
        world->stations[0] = twin;
        for (int i = 0; i < 2; i++)
            (void)sync_cut(world, 0, 0);
        twin = world->stations[0];
        world->stations[0] = first;
    }
    (void)sync_cut(world, 0, 0);
    assert_int_equal(number(&world->center, "SELECT count(*) FROM consultation"), 4);
    assert_int_equal(number(&world->center, "SELECT count(*) FROM change c JOIN log l ON l.no=c.log WHERE l.station=1"), 3);
    node_verify(&twin);
    store_close(twin.store);
    expect_agreement(world);
    bed_close(&bed);
}

/* A copy of a log that another copy went on with at a center that was put back: the center's word on places in that log is about the other one's changes. Nothing of it is taken for our own, and all comes. */
static void test_a_forked_log_and_a_center_put_back_at_once(void **state)
{
    struct bed bed;
    struct errmsg err = {{0}};
    char folder[96];
    (void)state;
    bed_open(&bed);
    struct world *world = &bed.world;
    struct node *station = &world->stations[0];
    (void)node_consult(station, "张文芳", "工资没有发");
    for (size_t i = 0; i < STATIONS; i++)
        (void)sync_cut(world, i, 0);
    keep_center(&bed);
    snprintf(folder, sizeof folder, "%s/twin", bed.folder);
    run("mkdir -p", folder, "");
    snprintf(folder, sizeof folder, "%s/twin/aidpost.db", bed.folder);
    must(store_copy(station->store, folder, &err), &err);
    struct node first = *station, twin = *station;
    snprintf(folder, sizeof folder, "%s/twin", bed.folder);
    must(store_open(&twin.store, folder, STORE_OPEN_EXISTING, &err), &err);
    struct id by_first = node_consult(&first, "王建国", "离婚");
    (void)sync_cut(world, 0, 0);
    (void)node_consult(&first, "李强", "押金没有退");
    put_center_back(&bed);
    begin_era(&world->center);
    struct id by_twin = node_consult(&twin, "陈志强", "土地承包");
    world->stations[0] = twin;
    (void)sync_cut(world, 0, 0);
    twin = world->stations[0];
    world->stations[0] = first;
    for (int i = 0; i < 2; i++)
        (void)sync_cut(world, 0, 0);
    expect_text(station, by_twin, "name", "陈志强");
    expect_text(&world->center, by_first, "name", "王建国");
    assert_int_equal(number(station, "SELECT count(*) FROM consultation"), 4);
    expect_agreement(world);
    first = world->stations[0];
    world->stations[0] = twin;
    for (int i = 0; i < 2; i++)
        (void)sync_cut(world, 0, 0);
    twin = world->stations[0];
    world->stations[0] = first;
    assert_int_equal(number(&twin, "SELECT count(*) FROM consultation"), 4);
    node_verify(&twin);
    store_close(twin.store);
    bed_close(&bed);
}

/* The center goes on from one copy twice and loses both before anybody notices; put back once more it has given no number again. Yet what was seen up to such a number may be the one or the other. */
static void test_numbers_given_twice_in_stretches_that_were_lost(void **state)
{
    struct bed bed;
    (void)state;
    bed_open(&bed);
    struct world *world = &bed.world;
    struct node *one = &world->stations[0], *two = &world->stations[1], *center = &world->center;
    struct errmsg err = {{0}};
    must(store_begin(center->store, "test", &err), &err); /* both of org 2 */
    must(store_exec(center->store, "UPDATE peer SET org=2 WHERE station_no IN (1,2)", &err), &err);
    must(store_commit(center->store, &err), &err);
    must(store_begin(two->store, "test", &err), &err);
    must(store_meta_set_int(two->store, "org", 2, &err), &err);
    must(store_commit(two->store, &err), &err);
    two->peer.org = two->actor.org = two->machine.org = 2;
    struct id id = node_consult(one, "张文芳", "工资没有发"), other = node_consult(one, "李梅", "离婚");
    for (size_t i = 0; i < STATIONS; i++)
        (void)sync_cut(world, i, 0);
    keep_center(&bed);
    node_set(center, "consultation", id, "topic", "甲");
    (void)sync_cut(world, 0, 0);
    put_center_back(&bed);
    node_set(center, "consultation", other, "topic", "丙");
    node_set(center, "consultation", id, "topic", "乙"); /* whoever wrote this never saw 甲 */
    (void)sync_cut(world, 1, 0);
    put_center_back(&bed);
    for (size_t turn = 0; turn < 2 * STATIONS; turn++)
        (void)sync_cut(world, turn % STATIONS, 0);
    assert_int_equal(number(center, "SELECT count(*) FROM conflict"), 1);
    assert_int_equal(number(one, "SELECT count(*) FROM conflict"), 1);
    expect_text(center, id, "topic", "乙");
    expect_text(two, other, "topic", "丙");
    expect_agreement(world);
    bed_close(&bed);
}

/* A station has set its cursor back and handed back nothing yet when the center is put back once more and goes on: what it brings then was written under numbers that this center gives to something else. */
static void test_a_center_put_back_again_while_it_gets_things_back(void **state)
{
    struct bed bed;
    (void)state;
    bed_open(&bed);
    struct world *world = &bed.world;
    struct node *station = &world->stations[0], *center = &world->center;
    struct id one = node_consult(station, "张文芳", "工资没有发"), two = node_consult(station, "王建国", "离婚");
    for (size_t i = 0; i < STATIONS; i++)
        (void)sync_cut(world, i, 0);
    keep_center(&bed);
    node_set(center, "consultation", two, "topic", "婚姻");
    node_set(center, "consultation", one, "topic", "甲"); /* having seen the one before, which has the number that is given again below */
    (void)sync_cut(world, 0, 0);
    put_center_back(&bed);
    for (size_t cut = 1; number(station, "SELECT count(*) FROM meta WHERE name='return_to'") == 0; cut++) {
        struct dialogue dialogue;
        assert_in_range(cut, 1, 20);
        dialogue_open(&dialogue, world, 0, true);
        dialogue.cut = cut;
        dialogue_run(&dialogue);
        dialogue_close(&dialogue);
    }
    put_center_back(&bed);
    node_set(center, "consultation", one, "topic", "乙");
    for (size_t turn = 0; turn < 2 * STATIONS; turn++)
        (void)sync_cut(world, turn % STATIONS, 0);
    expect_text(center, two, "topic", "婚姻");
    assert_int_equal(node_conflicts(center), 1);
    assert_int_equal(number(center, "SELECT value>0 AND value%256=0 FROM meta WHERE name='era'"), 1);
    expect_agreement(world);
    bed_close(&bed);
}

/* A center that was put back is handed two changes of its own and says that it did not keep so many of them. */
static struct session_outcome hand_back_two(uint64_t left)
{
    enum { HEAD_BYTES = 5 };
    struct bed bed;
    struct dialogue dialogue;
    struct message_returned answer;
    struct errmsg err = {{0}};
    struct buf *in = &dialogue.in[STATION_END], frame;
    size_t used;
    bed_open(&bed);
    struct world *world = &bed.world;
    struct id id = node_consult(&world->stations[0], "张文芳", "工资没有发");
    (void)sync_cut(world, 0, 0);
    keep_center(&bed);
    node_set(&world->center, "consultation", id, "topic", "甲");
    node_set(&world->center, "consultation", id, "topic", "乙");
    (void)sync_cut(world, 0, 0);
    put_center_back(&bed);
    dialogue_open(&dialogue, world, 0, true);
    for (dialogue.cut = 1; in->len <= HEAD_BYTES || in->data[HEAD_BYTES - 1] != frame_type_byte(FRAME_RETURNED); dialogue.cut++) {
        assert_in_range(dialogue.cut, 1, 30);
        dialogue_run(&dialogue);
    }
    must(message_decode(FRAME_RETURNED, in->data + HEAD_BYTES, in->len - HEAD_BYTES, &answer, &used, &err), &err);
    answer.left = left;
    buf_init(&frame, 1024);
    size_t mark = frame_begin(&frame, frame_type_byte(FRAME_RETURNED));
    message_encode(FRAME_RETURNED, &answer, &frame);
    frame_end(&frame, mark);
    buf_clear(in);
    buf_append(in, frame.data, frame.len);
    buf_release(&frame);
    dialogue.cut = 0;
    dialogue_run(&dialogue);
    struct session_outcome outcome = dialogue.outcomes[STATION_END];
    dialogue_close(&dialogue);
    (void)sync_cut(world, 0, 0); /* whatever it said, the next session goes on */
    expect_text(&world->center, id, "topic", "乙");
    bed_close(&bed);
    return outcome;
}

static void test_no_more_is_left_than_was_handed_back(void **state)
{
    (void)state;
    struct session_outcome all = hand_back_two(2), more = hand_back_two(3);
    must(all.status, &all.reason);
    assert_int_equal(all.returned, 0);
    assert_int_equal(all.left, 2);
    assert_int_equal(more.status, STATUS_PEER);
    assert_int_equal(more.returned, 0); /* and not so many that it would take ages to count */
    assert_int_equal(more.left, 0);
}

static void move(struct world *world, struct id id, int64_t to)
{
    struct errmsg err = {{0}};
    must(reach_move(world->center.store, &world->center.actor, catalogue_find("consultation"), id, to, NULL, &err), &err);
}

static void everybody_comes(struct world *world)
{
    for (size_t turn = 0; turn < 3 * STATIONS; turn++)
        (void)sync_cut(world, turn % STATIONS, 0);
}

/* Each by itself is sound; rows that left are not compared. */
static void expect_whole(struct world *world)
{
    int64_t held;
    node_verify(&world->center);
    for (size_t i = 0; i < STATIONS; i++)
        node_verify(&world->stations[i]);
    must(returned_count(world->center.store, 0, &held, NULL), &(struct errmsg){{0}});
    assert_int_equal(held, 0);
}

/* The record was given to another org, whose station wrote in it; the center lost that, goes on with an earlier era's numbers, which the other org never sees, and writes in it, too. Neither knew of the other. */
static void test_a_record_given_away_and_written_in_by_who_lost_that(void **state)
{
    struct bed bed;
    (void)state;
    bed_open(&bed);
    struct world *world = &bed.world;
    struct node *center = &world->center;
    struct id id = node_consult(&world->stations[0], "张文芳", "工资没有发");
    everybody_comes(world);
    keep_center(&bed);
    begin_era(center);
    move(world, id, world->stations[1].machine.org);
    (void)sync_cut(world, 1, 0);
    node_set(&world->stations[1], "consultation", id, "topic", "甲");
    put_center_back(&bed);
    node_set(center, "consultation", id, "topic", "乙");
    for (size_t turn = 0; turn < 3 * STATIONS; turn++)
        (void)sync_cut(world, (turn + 1) % STATIONS, 0);
    assert_int_equal(node_conflicts(center), 1);
    assert_int_equal(number(center, "SELECT value>0 AND value%256=0 FROM meta WHERE name='era'"), 1);
    assert_int_equal(number(&world->stations[1], "SELECT count(*) FROM conflict"), 1);
    expect_whole(world);
    bed_close(&bed);
}

/* The same record in no other hands until the center, put back and not told so, has written in it under a number given before and gives it away: the org that had it sees nothing of that number any more. */
static void test_a_number_given_again_in_a_record_that_left_since(void **state)
{
    struct bed bed;
    (void)state;
    bed_open(&bed);
    struct world *world = &bed.world;
    struct node *center = &world->center;
    struct id id = node_consult(&world->stations[0], "张文芳", "工资没有发"), other = node_consult(&world->stations[1], "王建国", "离婚");
    everybody_comes(world);
    keep_center(&bed);
    node_set(center, "consultation", other, "topic", "婚姻"); /* not for station 0 */
    node_set(center, "consultation", id, "topic", "甲");      /* having seen that number */
    (void)sync_cut(world, 0, 0);
    put_center_back(&bed);
    node_set(center, "consultation", id, "topic", "乙");
    move(world, id, world->stations[1].machine.org);
    everybody_comes(world);
    assert_int_equal(node_conflicts(center), 1);
    assert_int_equal(number(&world->stations[1], "SELECT count(*) FROM conflict"), 1);
    expect_whole(world);
    bed_close(&bed);
}

/* The record was given away in one lost stretch, and nothing of that came to the org that had it: it saw something else under those numbers, in another lost stretch, and wrote in the record. That is its own writing, nobody may
 * refuse it for a hand-over that it never heard of; and what the center wrote in the record before it gave it away, its station has not seen either. */
static void test_a_record_given_away_in_the_other_lost_stretch(void **state)
{
    struct bed bed;
    (void)state;
    bed_open(&bed);
    struct world *world = &bed.world;
    struct node *station = &world->stations[0], *center = &world->center;
    struct id id = node_consult(station, "张文芳", "工资没有发"), other = node_consult(station, "李梅", "离婚");
    everybody_comes(world);
    keep_center(&bed);
    node_set(center, "consultation", id, "topic", "甲");
    move(world, id, world->stations[1].machine.org);
    (void)sync_cut(world, 1, 0);
    put_center_back(&bed);
    node_set(center, "consultation", other, "topic", "丙");
    node_set(center, "consultation", other, "answer", "丁");
    node_set(center, "consultation", other, "topic", "戊");
    (void)sync_cut(world, 0, 0);
    node_set(station, "consultation", id, "topic", "乙");
    put_center_back(&bed);
    for (size_t turn = 0; turn < 3 * STATIONS; turn++)
        (void)sync_cut(world, (turn + 1) % STATIONS, 0);
    assert_int_equal(number(center, "SELECT count(*) FROM quarantine"), 0);
    assert_int_equal(node_conflicts(center), 1); /* 甲 and 乙 */
    assert_int_equal(number(center, "SELECT count(*) FROM flagged WHERE reason LIKE '%移交前在原单位所写%'"), 1);
    assert_int_equal(number(&world->stations[1], "SELECT count(*) FROM conflict"), 1);
    expect_text(&world->stations[1], id, "topic", "乙");
    expect_text(station, other, "topic", "戊");
    expect_whole(world);
    bed_close(&bed);
}

/* The same of a record that is shared: what is written in it stands in its owner's part of the order, and comes to the other org all the same. */
static void test_a_shared_record_written_in_in_the_other_lost_stretch(void **state)
{
    struct bed bed;
    struct errmsg err = {{0}};
    (void)state;
    bed_open(&bed);
    struct world *world = &bed.world;
    struct node *station = &world->stations[0], *owner = &world->stations[1], *center = &world->center;
    struct id id = node_consult(owner, "张文芳", "工资没有发"), other = node_consult(station, "李梅", "离婚");
    everybody_comes(world);
    must(reach_share(center->store, &center->actor, catalogue_find("consultation"), id, station->machine.org, true, NULL, &err), &err);
    everybody_comes(world);
    keep_center(&bed);
    node_set(center, "consultation", id, "topic", "甲");
    (void)sync_cut(world, 1, 0);
    put_center_back(&bed);
    node_set(center, "consultation", other, "topic", "丙");
    (void)sync_cut(world, 0, 0);
    node_set(station, "consultation", id, "topic", "乙");
    put_center_back(&bed);
    for (size_t turn = 0; turn < 3 * STATIONS; turn++)
        (void)sync_cut(world, (turn + 1) % STATIONS, 0);
    assert_int_equal(node_conflicts(center), 1); /* 甲 and 乙 */
    expect_text(owner, id, "topic", "乙");
    expect_text(station, other, "topic", "丙");
    expect_whole(world);
    bed_close(&bed);
}

/* What the center wrote in a record before it was copied came with the record, so it means nothing that its new org did not see it before. */
static void test_a_record_s_history_came_with_it(void **state)
{
    struct bed bed;
    (void)state;
    bed_open(&bed);
    struct world *world = &bed.world;
    struct node *center = &world->center;
    struct id id = node_consult(&world->stations[0], "张文芳", "工资没有发");
    everybody_comes(world);
    node_set(center, "consultation", id, "topic", "欠薪");
    keep_center(&bed);
    move(world, id, world->stations[1].machine.org);
    (void)sync_cut(world, 1, 0);
    node_set(&world->stations[1], "consultation", id, "topic", "拖欠工资");
    put_center_back(&bed);
    begin_era(center);
    int64_t era = number(center, "SELECT value FROM meta WHERE name='era'");
    for (size_t turn = 0; turn < 3 * STATIONS; turn++)
        (void)sync_cut(world, (turn + 1) % STATIONS, 0);
    assert_int_equal(number(center, "SELECT value FROM meta WHERE name='era'"), era);
    assert_int_equal(node_conflicts(center), 0);
    expect_text(center, id, "topic", "拖欠工资");
    expect_whole(world);
    bed_close(&bed);
}

/* A record that a machine wrote, that its copy (in folder twin) has whole and itself not any more, for it left; and a center that lost it and got it back from the machine, without its content. The copy is of a time when the
 * center had the record (known), or before. */
static struct id lose_content(struct bed *bed, bool known)
{
    struct errmsg err = {{0}};
    struct world *world = &bed->world;
    struct node *station = &world->stations[0];
    char file[112];
    (void)node_consult(station, "张文芳", "工资没有发");
    for (size_t i = 0; i < STATIONS; i++)
        (void)sync_cut(world, i, 0);
    keep_center(bed);
    struct id id = node_consult(station, "王建国", "离婚");
    if (known)
        (void)sync_cut(world, 0, 0);
    run("mkdir -p", bed->folder, "/twin");
    snprintf(file, sizeof file, "%s/twin/aidpost.db", bed->folder);
    must(store_copy(station->store, file, &err), &err);
    (void)sync_cut(world, 0, 0);
    move(world, id, 3);
    (void)sync_cut(world, 0, 0);
    assert_int_equal(number(station, "SELECT count(*) FROM change WHERE body IS NULL"), 1);
    put_center_back(bed);
    node_consult(&world->center, "李强", "押金没有退");
    (void)sync_cut(world, 0, 0);
    assert_int_equal(number(&world->center, "SELECT count(*) FROM change WHERE body IS NULL"), 1);
    return id;
}

/* The copy would drop the content too, when it hears that the record left. */
static void test_content_comes_from_the_other_copy(void **state)
{
    (void)state;
    for (int known = 0; known < 2; known++) {
        struct bed bed;
        struct errmsg err = {{0}};
        char folder[96];
        bed_open(&bed);
        struct world *world = &bed.world;
        struct id id = lose_content(&bed, known != 0);
        struct node first = world->stations[0], twin = first;
        snprintf(folder, sizeof folder, "%s/twin", bed.folder);
        must(store_open(&twin.store, folder, STORE_OPEN_EXISTING, &err), &err);
        must(machine_load(twin.store, &twin.machine, &err), &err);
        world->stations[0] = twin;
        for (size_t cut = 5; cut > 0; cut--)
            (void)sync_cut(world, 0, cut - 1);
        twin = world->stations[0];
        world->stations[0] = first;
        assert_int_equal(number(&world->center, "SELECT count(*) FROM change WHERE body IS NULL"), 0);
        expect_text(&world->center, id, "content", "离婚");
        assert_int_equal(number(&twin, "SELECT count(*) FROM change WHERE body IS NULL"), 1);
        (void)sync_cut(world, 1, 0);
        expect_text(&world->stations[1], id, "content", "离婚");
        node_verify(&twin);
        store_close(twin.store);
        everybody_comes(world);
        expect_whole(world);
        bed_close(&bed);
    }
}

/* A greeting as the station's next session would have it, with that protocol. */
static size_t count_wants(struct world *world, struct node *station, uint64_t protocol)
{
    struct errmsg err = {{0}};
    struct session_request request = {.kind = REQUEST_GREET, .entropy = {1}};
    static struct session_result own, result;
    own = result = (struct session_result){.have_seq = 0};
    must(replica_state(station->store, &own.state, &err), &err);
    must(heal_request_own(station->store, &own), &own.err);
    request.log.station = own.state.machine.station_no;
    memcpy(request.log.incarnation, own.state.machine.incarnation, INCARNATION_BYTES);
    request.hello = (struct message_hello){.protocol_min = 1, .protocol_max = protocol, .station_no = own.state.machine.station_no, .head_seq = own.state.head_seq, .have_seq = own.state.have_seq,
                                           .rcur = own.state.rcur, .org = (uint64_t)own.state.machine.org, .path_len = own.path_len};
    memcpy(request.hello.path, own.path, own.path_len);
    memcpy(request.hello.head_hash, own.state.head_hash.bytes, HASH_BYTES);
    memcpy(request.hello.lease, own.lease, LEASE_BYTES);
    memcpy(request.hello.order_mark, own.order_mark, MARK_BYTES);
    memcpy(request.hello.center_incarnation, own.state.center_incarnation, INCARNATION_BYTES);
    result.peer = station->peer;
    must(store_begin(world->center.store, "test", &err), &err);
    must(heal_request_greet(world->center.store, &request, &result), &result.err);
    store_rollback(world->center.store);
    assert_false(result.heal.branch || result.heal.rewind || result.heal.compare.what != 0);
    return result.heal.wants_len;
}

/* Who speaks the protocol before this could not answer, and is not asked. The machine whose record left is, once, and has nothing. */
static void test_an_older_station_is_not_asked_for_content(void **state)
{
    struct bed bed;
    (void)state;
    bed_open(&bed);
    struct world *world = &bed.world;
    (void)lose_content(&bed, true);
    assert_int_equal(count_wants(world, &world->stations[0], PROTOCOL_WANTS - 1), 0);
    assert_int_equal(count_wants(world, &world->stations[0], PROTOCOL_WANTS), 8);
    assert_int_equal(count_wants(world, &world->stations[1], PROTOCOL_WANTS), 0); /* it wrote nothing of it */
    (void)sync_cut(world, 0, 0);
    assert_int_equal(count_wants(world, &world->stations[0], PROTOCOL_WANTS), 0);
    bed_close(&bed);
}

static void test_cut_anywhere(void **state)
{
    (void)state;
    for (size_t cut = 1; cut < 26; cut++) {
        struct bed bed;
        struct story story;
        lose(&bed, &story, cut % 2);
        for (size_t i = 0; i < STATIONS; i++)
            (void)sync_cut(&bed.world, i, cut);
        for (size_t i = 0; i < STATIONS; i++)
            (void)sync_cut(&bed.world, i, 0);
        expect_all(&bed.world, &story);
        bed_close(&bed);
    }
}

static void test_nothing_to_do_stays_nothing_to_do(void **state)
{
    struct bed bed;
    (void)state;
    bed_open(&bed);
    (void)node_consult(&bed.world.stations[0], "张文芳", "工资没有发");
    (void)sync_cut(&bed.world, 0, 0);
    begin_era(&bed.world.center); /* put back, but nothing was lost */
    struct session_outcome outcome = sync_cut(&bed.world, 0, 0);
    assert_string_equal(outcome.healed, "");
    assert_int_equal(outcome.sent + outcome.received + outcome.returned, 0);
    bed_close(&bed);
}

static void random_work(struct world *world, struct random_source random, struct id *ids, int *owner, int *n, int steps)
{
    static const char *const FIELDS[] = {"topic", "phone", "answer", "name"}, *const TEXTS[] = {"13900000001", "13900000002", "13900000003", "13900000004"};
    for (int step = 0; step < steps; step++) {
        size_t who = (size_t)random_below(random, STATIONS + 1);
        struct node *node = who == STATIONS ? &world->center : &world->stations[who];
        struct record record;
        if (who < STATIONS && *n < 60 && random_below(random, 5) == 0) {
            owner[*n] = (int)who;
            ids[(*n)++] = node_consult(node, "某", "问");
            continue;
        }
        int pick = *n == 0 ? 0 : (int)random_below(random, (uint64_t)*n);
        if (*n == 0 || (who < STATIONS && owner[pick] != (int)who) || records_get(node->store, &node->actor, catalogue_find("consultation"), ids[pick], &record, NULL) != STATUS_OK)
            continue;
        if (random_below(random, 9) == 0)
            (void)records_delete(node->store, &node->actor, catalogue_find("consultation"), ids[pick], NULL);
        else if (record_set_text(&record, FIELDS[random_below(random, 4)], TEXTS[random_below(random, 4)]) == STATUS_OK)
            (void)records_save(node->store, &node->actor, node->codes, node->random, &record, NULL);
        record_release(&record);
    }
}

static void random_restores(uint64_t seed)
{
    struct bed bed;
    struct id ids[64];
    int owner[64], n = 0;
    uint64_t state = seed;
    struct random_source random = random_seeded(&state);
    bed_open(&bed);
    for (int round = 0; round < 3; round++) {
        for (int k = 0; k < 8; k++) {
            random_work(&bed.world, random, ids, owner, &n, 8);
            (void)sync_cut(&bed.world, (size_t)random_below(random, STATIONS), (size_t)random_below(random, 12));
            if (k == 4 && (round == 0 || random_below(random, 2) == 0))
                keep_center(&bed);
        }
        put_center_back(&bed);
        if (random_below(random, 2) == 0)
            begin_era(&bed.world.center);
        random_work(&bed.world, random, ids, owner, &n, (int)random_below(random, 12));
    }
    for (int again = 0; again < 3; again++)
        for (size_t i = 0; i < STATIONS; i++)
            (void)sync_cut(&bed.world, (i + seed) % STATIONS, 0);
    expect_agreement(&bed.world);
    bed_close(&bed);
}

static void test_random_restores(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 15; seed++)
        random_restores(seed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_everything_comes_back),
        cmocka_unit_test(test_a_log_begun_since_keeps_its_beginning),
        cmocka_unit_test(test_what_a_copy_wrote_that_is_no_more),
        cmocka_unit_test(test_a_log_of_a_copy_that_is_no_more),
        cmocka_unit_test(test_a_clone_s_lost_log_comes_once),
        cmocka_unit_test(test_a_forked_log_and_a_center_put_back_at_once),
        cmocka_unit_test(test_numbers_given_twice_in_stretches_that_were_lost),
        cmocka_unit_test(test_a_center_put_back_again_while_it_gets_things_back),
        cmocka_unit_test(test_no_more_is_left_than_was_handed_back),
        cmocka_unit_test(test_a_record_given_away_and_written_in_by_who_lost_that),
        cmocka_unit_test(test_a_number_given_again_in_a_record_that_left_since),
        cmocka_unit_test(test_a_record_given_away_in_the_other_lost_stretch),
        cmocka_unit_test(test_a_shared_record_written_in_in_the_other_lost_stretch),
        cmocka_unit_test(test_a_record_s_history_came_with_it),
        cmocka_unit_test(test_content_comes_from_the_other_copy),
        cmocka_unit_test(test_an_older_station_is_not_asked_for_content),
        cmocka_unit_test(test_cut_anywhere),
        cmocka_unit_test(test_nothing_to_do_stays_nothing_to_do),
        cmocka_unit_test(test_random_restores),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
