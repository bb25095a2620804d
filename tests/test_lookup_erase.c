/* tests/test_lookup_erase.c - a record is erased by law: of the questions that were about it goes what tells of it, at the center and at every station that asked, to the last byte; that it was asked stays. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/record/lookup.h"
#include "core/record/lookup_erase.h"
#include "core/record/peer.h"
#include "core/record/reach.h"
#include "core/record/schema.h"
#include "tests/dialogue.h"
#include "tests/steps.h"
#include "tests/write_sql.h"

static const int64_t WALL_MS = INT64_C(1767225600000); /* the dialogue's */
static const char NAME[] = "鼗鼬", NUMBER[] = "320124198001015114", WHY[] = "核对是否重复来访";
static struct world world;
static char folder[64];
static int64_t asked; /* no two at the same time */

#define CENTER (&world.center)
#define ASKER (&world.stations[0])
#define HOLDER (&world.stations[1])

static int open_world(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/test_lookup_erase.XXXXXX");
    if (mkdtemp(folder) == NULL)
        return -1;
    world_open(&world, 3, folder);
    for (size_t i = 0; i < 3; i++)
        world_sync(&world, i);
    asked = 0;
    return 0;
}

static int close_world(void **state)
{
    (void)state;
    world_close(&world);
    test_folder_remove(folder);
    return 0;
}

/* By the line, as programs do. */
static void sync_line(size_t station)
{
    struct dialogue dialogue;
    dialogue_open(&dialogue, &world, station, true);
    dialogue_run(&dialogue);
    assert_int_equal(dialogue.outcomes[STATION_END].status, STATUS_OK);
    assert_int_equal(dialogue.outcomes[CENTER_END].status, STATUS_OK);
    dialogue_close(&dialogue);
}

static int64_t ask(struct node *station, const char *text, const char *reason)
{
    struct errmsg err = {{0}};
    int64_t no = 0;
    station->actor.now_ms = WALL_MS - ++asked;
    if (lookup_ask(station->store, &station->actor, station->codes, text, reason, &no, &err) != STATUS_OK)
        fail_msg("%s", err.text);
    return no;
}

static struct lookup get(struct node *node, int64_t no)
{
    struct lookup lookup;
    assert_int_equal(lookup_get(node->store, no, &lookup, NULL), STATUS_OK);
    return lookup;
}

static void erase(const char *type, struct id id)
{
    struct errmsg err = {{0}};
    if (reach_erase(CENTER->store, &CENTER->actor, catalogue_find(type), id, "本人要求", "周主任", &err) != STATUS_OK)
        fail_msg("%s", err.text);
}

/* Two consultations of the person at one station, what the other asked about her answered. */
static int64_t two_visits(struct id visits[2])
{
    visits[0] = node_make(HOLDER, "consultation", "name=鼗鼬", "date=2026-03-04", "content=第一次来", NULL);
    visits[1] = node_make(HOLDER, "consultation", "name=鼗鼬", "date=2026-05-06", "id_no=320124198001015114", "content=第二次来", NULL);
    (void)node_make(HOLDER, "consultation", "name=鼢鼩", "date=2026-04-05", "content=别人的事", NULL);
    world_sync(&world, 1);
    int64_t no = ask(ASKER, NAME, WHY);
    sync_line(0);
    struct lookup answer = get(ASKER, no);
    assert_int_equal(answer.total, 2);
    assert_string_equal(answer.lines, "2026-05-06\t站3\t咨询\n2026-03-04\t站3\t咨询");
    return no;
}

static void what_is_about_the_record_goes_and_the_rest_stays(void **state)
{
    struct id visits[2];
    (void)state;
    int64_t no = two_visits(visits), other = ask(ASKER, "鼢鼩", WHY);
    sync_line(0);
    erase("consultation", visits[0]);
    sync_line(0);
    struct lookup answer = get(ASKER, no), log = get(CENTER, 1);
    assert_string_equal(answer.lines, "2026-05-06\t站3\t咨询");
    assert_int_equal(answer.total, 1);
    assert_string_equal(answer.text, NAME); /* she has another record */
    assert_string_equal(log.text, NAME);
    assert_int_equal(log.total, 1);
    node_finish_erasing(ASKER);
    assert_int_equal(machine_files_hold(folder, 1, "2026-03-04\t"), 0);

    erase("consultation", visits[1]);
    sync_line(0);
    node_finish_erasing(CENTER);
    node_finish_erasing(ASKER);
    answer = get(ASKER, no);
    log = get(CENTER, 1);
    for (size_t i = 0; i < 2; i++) { /* who asked, when and why stays */
        const struct lookup *lookup = i == 0 ? &answer : &log;
        assert_string_equal(lookup->text, "");
        assert_string_equal(lookup->lines, "");
        assert_int_equal(lookup->total, 0);
        assert_string_equal(lookup->reason, WHY);
        assert_string_equal(lookup->user, ASKER->actor.name);
        assert_true(lookup->asked_ms != 0 && lookup->answered_ms != 0);
        assert_int_equal(lookup->station, 1);
    }
    for (unsigned machine = 0; machine < 2; machine++) {
        assert_int_equal(machine_files_hold(folder, machine, NAME), 0);
        assert_int_equal(machine_files_hold(folder, machine, NUMBER), 0);
    }
    assert_int_equal(machine_files_hold(folder, 1, "2026-05-06\t"), 0);
    answer = get(ASKER, other);
    assert_string_equal(answer.text, "鼢鼩");
    assert_string_equal(answer.lines, "2026-04-05\t站3\t咨询");
    node_verify(CENTER);
    node_verify(ASKER);
}

/* A line that went before leaves the numbers of the others as they were. */
static void lines_go_one_after_the_other(void **state)
{
    struct id visits[3];
    (void)state;
    visits[0] = node_make(HOLDER, "consultation", "name=鼗鼬", "date=2026-03-04", "content=一", NULL);
    visits[1] = node_make(HOLDER, "consultation", "name=鼗鼬", "date=2026-03-05", "content=二", NULL);
    visits[2] = node_make(HOLDER, "consultation", "name=鼗鼬", "date=2026-03-06", "content=三", NULL);
    world_sync(&world, 1);
    int64_t no = ask(ASKER, NAME, WHY);
    sync_line(0);
    erase("consultation", visits[2]);
    sync_line(0);
    assert_string_equal(get(ASKER, no).lines, "2026-03-05\t站3\t咨询\n2026-03-04\t站3\t咨询");
    erase("consultation", visits[0]);
    sync_line(0);
    assert_string_equal(get(ASKER, no).lines, "2026-03-05\t站3\t咨询");
    assert_int_equal(get(ASKER, no).total, 1);
}

/* Nobody knew her yet, a name that was put right later, a number, a reason that names her, the center's own person's file. */
static void every_question_that_names_her(void **state)
{
    (void)state;
    int64_t nothing = ask(ASKER, NAME, "核对鼗鼬是否重复来访");
    int64_t misspelt = ask(ASKER, "鼗鼪", WHY), number = ask(ASKER, NUMBER, WHY), about = ask(ASKER, "王建国", "同来的鼗鼬说他来过");
    sync_line(0);
    assert_int_equal(get(ASKER, nothing).total, 0);
    struct id id = node_make(HOLDER, "consultation", "name=鼗鼪", "date=2026-03-04", "content=来过", NULL);
    node_set(HOLDER, "consultation", id, "name", NAME);
    node_set(HOLDER, "consultation", id, "id_no", NUMBER);
    world_sync(&world, 1);
    struct id person = node_make(CENTER, "person", "name=鼗鼬", "id_no=320124198001015114", NULL);
    erase("consultation", id);
    sync_line(0);
    assert_string_equal(get(ASKER, nothing).text, NAME); /* her file is there */
    assert_string_equal(get(ASKER, misspelt).text, "");
    assert_string_equal(get(ASKER, number).text, NUMBER);
    erase("person", person);
    sync_line(0);
    node_finish_erasing(CENTER);
    node_finish_erasing(ASKER);
    assert_string_equal(get(ASKER, nothing).text, "");
    assert_string_equal(get(ASKER, nothing).reason, "");
    assert_string_equal(get(ASKER, number).text, "");
    assert_string_equal(get(ASKER, number).reason, WHY);
    assert_string_equal(get(ASKER, about).text, "王建国");
    assert_string_equal(get(ASKER, about).reason, "");
    for (unsigned machine = 0; machine < 2; machine++) {
        assert_int_equal(machine_files_hold(folder, machine, NAME), 0);
        assert_int_equal(machine_files_hold(folder, machine, "鼗鼪"), 0);
        assert_int_equal(machine_files_hold(folder, machine, NUMBER), 0);
    }
}

/* Answered before the center kept which records the lines were about; asked twice, since the answer was lost. */
static void where_the_line_is_not_known_all_go(void **state)
{
    struct id visits[2];
    (void)state;
    int64_t no = two_visits(visits);
    write_sql(CENTER->store, "UPDATE lookup SET hits=NULL");
    erase("consultation", visits[0]);
    sync_line(0);
    assert_string_equal(get(ASKER, no).lines, "");
    assert_string_equal(get(ASKER, no).text, NAME);

    no = ask(ASKER, NAME, WHY);
    sync_line(0);
    write_sql(CENTER->store, "INSERT INTO lookup(station,user,text,reason,asked_ms,state,total,lines,answered_ms,hits) SELECT station,user,text,reason,asked_ms,state,total,lines,answered_ms,zeroblob(16)||hits FROM lookup ORDER BY no DESC LIMIT 1");
    (void)node_make(CENTER, "person", "name=鼗鼬", NULL);
    erase("consultation", visits[1]);
    sync_line(0);
    assert_string_equal(get(ASKER, no).lines, "");
    assert_string_equal(get(ASKER, no).text, NAME);
}

/* The station was put back to what it was when it had the answer; and one whose program learned of this kind of change later. */
static void whoever_has_the_answer_again_is_told_again(void **state)
{
    struct id visits[2];
    (void)state;
    int64_t no = two_visits(visits);
    erase("consultation", visits[0]);
    erase("consultation", visits[1]);
    sync_line(0);
    assert_string_equal(get(ASKER, no).text, "");
    write_sql(ASKER->store, "UPDATE lookup SET text='鼗鼬', total=2, lines='2026-05-06'||char(9)||'站3'||char(9)||'咨询'");
    struct errmsg err = {{0}};
    assert_int_equal(store_begin(ASKER->store, "test", &err), STATUS_OK);
    assert_int_equal(lookup_erase_catch_up(ASKER->store, &err), STATUS_OK);
    assert_int_equal(store_commit(ASKER->store, &err), STATUS_OK);
    assert_string_equal(get(ASKER, no).text, "");
    assert_string_equal(get(ASKER, no).lines, "");
    assert_true(reach_unfinished(ASKER->store));
    /* It heard of it while an older program stood in this one's place. */
    write_sql(ASKER->store, "UPDATE lookup SET text='鼗鼬', total=2, lines='2026-05-06'||char(9)||'站3'||char(9)||'咨询'; UPDATE meta SET value=1 WHERE name='catalogue_shape'");
    assert_int_equal(schema_prepare(ASKER->store, false, &err), STATUS_OK);
    assert_string_equal(get(ASKER, no).text, "");
    assert_string_equal(get(ASKER, no).lines, "");
}

/* An erasure that came back to a center that was put back: who asked is told by who overwrites its space. */
static void what_was_not_told_yet_is_told_later(void **state)
{
    struct id visits[2];
    (void)state;
    int64_t no = two_visits(visits);
    erase("consultation", visits[0]);
    assert_int_equal(node_number(CENTER, "SELECT count(*) FROM change WHERE type=65024"), 1);
    write_sql(CENTER->store, "UPDATE lookup_erased SET told=NULL");
    node_finish_erasing(CENTER);
    assert_int_equal(node_number(CENTER, "SELECT count(*) FROM change WHERE type=65024"), 2);
    assert_int_equal(node_number(CENTER, "SELECT count(*) FROM lookup_erased WHERE told=(SELECT max(lsn) FROM change)"), 1);
    node_finish_erasing(CENTER);
    assert_int_equal(node_number(CENTER, "SELECT count(*) FROM change WHERE type=65024"), 2);
    sync_line(0);
    assert_int_equal(get(ASKER, no).total, 1);
    node_verify(CENTER);
}

static void a_station_that_was_put_back_is_told_again(void **state)
{
    struct id visits[2];
    struct buf image;
    (void)state;
    world_open(&world, 3, NULL);
    for (size_t i = 0; i < 3; i++)
        world_sync(&world, i);
    asked = 0;
    int64_t no = two_visits(visits);
    node_keep(ASKER, &image);
    erase("consultation", visits[0]);
    erase("consultation", visits[1]);
    sync_line(0);
    assert_string_equal(get(ASKER, no).text, "");
    node_restore(ASKER, &image);
    assert_string_equal(get(ASKER, no).text, NAME);
    sync_line(0);
    assert_string_equal(get(ASKER, no).text, "");
    assert_string_equal(get(ASKER, no).lines, "");
    buf_wipe(&image);
    world_close(&world);
}

static bool count_machine(void *context, uint32_t station_no, const char *name, enum reach_confirmation confirmation)
{
    (void)name;
    ((int *)context)[station_no] = confirmation == REACH_CONFIRMED ? 2 : 1;
    return true;
}

static void who_asked_is_counted_until_it_confirms(void **state)
{
    struct id visits[2];
    struct peer peer;
    int told[4] = {0};
    (void)state;
    (void)two_visits(visits);
    erase("consultation", visits[0]);
    int64_t order = node_number(CENTER, "SELECT max(lsn) FROM erasure"), last = node_number(CENTER, "SELECT max(lsn) FROM change");
    assert_true(last > order);
    assert_int_equal(reach_erasure_machines(CENTER->store, order, count_machine, told, NULL), STATUS_OK);
    assert_int_equal(told[1], 1);
    assert_int_equal(told[2], 1);
    assert_int_equal(told[3], 0);
    assert_int_equal(peer_find(CENTER->store, 1, &peer, NULL), STATUS_OK);
    peer.sent_order = (uint64_t)order; /* it had the erasure itself, if it had had the record */
    assert_int_equal(peer_note(CENTER->store, &peer, NULL), STATUS_OK);
    assert_int_equal(reach_erasure_machines(CENTER->store, order, count_machine, told, NULL), STATUS_OK);
    assert_int_equal(told[1], 1);
    sync_line(0);
    assert_int_equal(reach_erasure_machines(CENTER->store, order, count_machine, told, NULL), STATUS_OK);
    assert_int_equal(told[1], 2);
    assert_int_equal(told[2], 1);
}

/* What only looks like the center's word; and what is for another machine of the same office. */
static void nobody_else_says_so(void **state)
{
    struct id visits[2];
    struct errmsg err = {{0}};
    struct buf body = {0};
    (void)state;
    int64_t no = two_visits(visits);
    erase("consultation", visits[0]);
    buf_init(&body, 256);
    struct stmt *stmt = store_prepare(CENTER->store, "SELECT body FROM change WHERE type=?1");
    enum status status;
    size_t len;
    stmt_int(stmt, 1, LOOKUP_ERASE_TYPE);
    assert_true(stmt_row(stmt, &status, NULL));
    const uint8_t *bytes = stmt_column_blob(stmt, 0, &len);
    buf_append(&body, bytes, len);
    stmt_reset(stmt);

    struct apply_origin own = {.log = node_number(ASKER, "SELECT value FROM meta WHERE name='own_log'")}, centers = {.log = node_number(ASKER, "SELECT no FROM log WHERE station=0")};
    assert_int_equal(store_begin(ASKER->store, "test", &err), STATUS_OK);
    assert_int_equal(lookup_erase_apply(ASKER->store, body.data, body.len, &own, &err), STATUS_OK);
    assert_int_equal(lookup_erase_apply(ASKER->store, body.data, body.len - 1, &centers, &err), STATUS_OK);
    assert_int_equal(store_commit(ASKER->store, &err), STATUS_OK);
    assert_int_equal(get(ASKER, no).total, 2);
    write_sql(ASKER->store, "UPDATE meta SET value=9 WHERE name='station_no'");
    assert_int_equal(store_begin(ASKER->store, "test", &err), STATUS_OK);
    assert_int_equal(lookup_erase_apply(ASKER->store, body.data, body.len, &centers, &err), STATUS_OK);
    assert_int_equal(store_commit(ASKER->store, &err), STATUS_OK);
    assert_int_equal(get(ASKER, no).total, 2);
    write_sql(ASKER->store, "UPDATE meta SET value=1 WHERE name='station_no'");
    assert_int_equal(store_begin(ASKER->store, "test", &err), STATUS_OK);
    assert_int_equal(lookup_erase_apply(ASKER->store, body.data, body.len, &centers, &err), STATUS_OK);
    assert_int_equal(store_commit(ASKER->store, &err), STATUS_OK);
    assert_int_equal(get(ASKER, no).total, 1);
    buf_wipe(&body);
}

/* A question that no line was found for: only the station itself knows of it. */
static void a_question_that_was_never_sent(void **state)
{
    (void)state;
    struct id id = node_make(ASKER, "consultation", "name=鼗鼬", "content=来过", NULL);
    world_sync(&world, 0);
    int64_t no = ask(ASKER, NAME, WHY);
    erase("consultation", id);
    world_sync(&world, 0);
    node_finish_erasing(ASKER);
    assert_string_equal(get(ASKER, no).text, "");
    assert_int_equal(get(ASKER, no).state, LOOKUP_REFUSED);
    assert_int_equal(machine_files_hold(folder, 1, NAME), 0);
}

static uint64_t steps_of_erasing(const char *id_no)
{
    char field[40];
    snprintf(field, sizeof field, "id_no=%s", id_no);
    struct id id = node_make(HOLDER, "consultation", "name=鼗鼬", field, "content=来过", NULL);
    world_sync(&world, 1);
    (void)ask(ASKER, id_no, WHY);
    sync_line(0);
    uint64_t before = steps_taken();
    erase("consultation", id);
    return steps_taken() - before;
}

/* Who else is called what was asked about is looked for by index. */
static void an_erasure_does_not_pass_over_the_consultations(void **state)
{
    enum { CONSULTATIONS = 300 };
    steps_watch(1);
    assert_int_equal(open_world(state), 0);
    (void)steps_of_erasing(NUMBER); /* the first one looks up much that is remembered */
    uint64_t before = steps_of_erasing("320124198001015130");
    for (int i = 0; i < CONSULTATIONS; i++)
        node_consult(HOLDER, "王建国", "离婚");
    world_sync(&world, 1);
    assert_true(before > 0);
    assert_in_range(steps_of_erasing("320124198001015157"), 1, before + CONSULTATIONS);
    assert_int_equal(close_world(state), 0);
    steps_watch_end();
}

int main(void)
{
#define with_world(test) cmocka_unit_test_setup_teardown(test, open_world, close_world)
    const struct CMUnitTest tests[] = {
        with_world(what_is_about_the_record_goes_and_the_rest_stays),
        with_world(lines_go_one_after_the_other),
        with_world(every_question_that_names_her),
        with_world(where_the_line_is_not_known_all_go),
        with_world(whoever_has_the_answer_again_is_told_again),
        with_world(what_was_not_told_yet_is_told_later),
        cmocka_unit_test(a_station_that_was_put_back_is_told_again),
        with_world(who_asked_is_counted_until_it_confirms),
        with_world(nobody_else_says_so),
        with_world(a_question_that_was_never_sent),
        cmocka_unit_test(an_erasure_does_not_pass_over_the_consultations),
    };
    return cmocka_run_group_tests_name("lookup_erase", tests, NULL, NULL);
}
