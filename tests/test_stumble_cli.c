/* tests/test_stumble_cli.c - what the command line tells, with each statement of the command failing in turn: it says the same as where nothing fails, or it ends with 1 and says that something could not be read. An answer
 * that did not come is not an empty one: no list that looks whole, no "there is none". */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "core/record/reach.h"
#include "core/record/settings.h"
#include "tests/command.h"
#include "tests/fixture.h"
#include "tests/must.h"
#include "tests/stumble.h"

#define NOW_MS (INT64_C(1772676000000)) /* 2026-03-05 10:00 in the office */

enum { FAILED = 1, LINE_BYTES = 300, CALLS_MAX = 200000, OWN_COPIES = 2 /* of command_run */ };

static struct {
    char folder[100], center[140], station[140];
    struct id erased, moved, deleted, event;
} desk;
static struct world world;

static int set_up(void **state)
{
    (void)state;
    snprintf(desk.folder, sizeof desk.folder, "/tmp/aidpost-stumble-cli.XXXXXX");
    if (mkdtemp(desk.folder) == NULL)
        return -1;
    world_open(&world, 2, desk.folder);
    struct node *center = &world.center, *station = &world.stations[0];
    center->actor.now_ms = station->actor.now_ms = world.stations[1].actor.now_ms = NOW_MS;
    snprintf(desk.center, sizeof desk.center, "%s/%u", desk.folder, center->machine.station_no);
    snprintf(desk.station, sizeof desk.station, "%s/%u", desk.folder, station->machine.station_no);
    desk.erased = node_consult(station, "张文芳", "问加班费");
    desk.moved = node_consult(station, "李秀兰", "问低保");
    desk.deleted = node_consult(station, "赵大柱", "问工伤");
    desk.event = node_make(center, "event", "title=送法进村", "date=2026-03-01", NULL);
    must_do(settings_set(center->store, &center->actor, settings_find("backup_remind_days"), "30", &err));
    (void)world_sync(&world, 0);
    (void)world_sync(&world, 1);
    must_do(records_delete(center->store, &center->actor, catalogue_find("consultation"), desk.deleted, &err));
    must_do(reach_erase(center->store, &center->actor, catalogue_find("consultation"), desk.erased, "本人要求", "周主任", &err));
    must_do(reach_move(center->store, &center->actor, catalogue_find("consultation"), desk.moved, world.stations[1].machine.org, NULL, &err));
    node_finish_erasing(center);
    (void)world_sync(&world, 0); /* the other one waits */
    node_finish_erasing(station);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    world_close(&world);
    test_folder_remove(desk.folder);
    return 0;
}

static bool is_same(const struct command *a, const struct command *b)
{
    return a->code == b->code && strcmp(a->out, b->out) == 0 && strcmp(a->err, b->err) == 0;
}

/* False: no statement (memory: allocation) was left to fail. */
static bool fails_at(const char *folder, const char *line, bool memory, uint64_t at, const struct command *expected, uint64_t *refused)
{
    struct command command;

    stumble_begin((struct stumble){.code = SQLITE_IOERR_READ, .memory = memory, .at = at});
    command_run(&command, folder, NOW_MS, line);
    uint64_t fired = stumble_end();
    bool told = command.code == FAILED && strstr(command.err, status_text(memory ? STATUS_NOMEM : STATUS_IO)) != NULL;
    if (!is_same(&command, expected) && !told)
        fail_msg("%s, number %llu (%s): exit %d\n%s%s--- expected: exit %d\n%s%s", line, (unsigned long long)at, stumble_failed(), command.code, command.out, command.err, expected->code, expected->out, expected->err);
    *refused += told;
    command_release(&command);
    return fired > 0;
}

/* ID in the line stands for the record's number. */
static void play_each(const char *folder, const char *line, struct id id, bool memory, uint64_t stride)
{
    char full[LINE_BYTES], text[ID_TEXT_BYTES];
    const char *mark = strstr(line, "ID");
    struct command expected;
    uint64_t refused = 0, at = memory ? OWN_COPIES + 1 : 1;

    id_format(id, text);
    snprintf(full, sizeof full, "%.*s%s%s", mark == NULL ? (int)strlen(line) : (int)(mark - line), line, mark == NULL ? "" : text, mark == NULL ? "" : mark + 2);
    command_run(&expected, folder, NOW_MS, full); /* what the first one leaves behind, like a look at the clock */
    command_release(&expected);
    command_run(&expected, folder, NOW_MS, full);
    while (at < CALLS_MAX && fails_at(folder, full, memory, at, &expected, &refused))
        at += stride;
    print_message("%s: %llu calls, refused %llu times\n%s%s", full, (unsigned long long)at, (unsigned long long)refused, expected.out, expected.err);
    assert_true(refused > 3);
    command_release(&expected);
}

static void play(const char *folder, const char *line, struct id id)
{
    play_each(folder, line, id, false, 1);
}

/* Who has not erased it yet is told, or it is told that nobody knows. */
static void test_erasures(void **state)
{
    (void)state;
    play(desk.center, "erasures", desk.erased);
    play(desk.center, "erasures --json", desk.erased);
}

/* What is deleted, erased or moved is no number that never was. */
static void test_what_is_deleted(void **state)
{
    (void)state;
    play(desk.center, "history ID", desk.deleted);
    play(desk.center, "history ID --json", desk.erased);
}

static void test_what_moved(void **state)
{
    (void)state;
    play(desk.station, "get ID", desk.moved);
}

/* No act of the record's own is not one of another type's. */
static void test_an_act(void **state)
{
    (void)state;
    play(desk.center, "do reopen ID", desk.event);
}

static void test_rules(void **state)
{
    (void)state;
    play(desk.center, "rule list", desk.moved);
    play(desk.center, "rule list --json", desk.moved);
}

static void test_lists(void **state)
{
    static const char *const LINES[] = {"list consultation", "list consultation --json", "count consultation", "flagged", "conflicts --json", "moved", "todo --json", "lookups", "signins", "bulks", "network --json", "stock", "mine", "related ID", "get ID --json", "search 低保"};

    (void)state;
    for (size_t i = 0; i < sizeof LINES / sizeof LINES[0]; i++)
        play(desk.center, LINES[i], desk.moved);
}

static void test_reports(void **state)
{
    (void)state;
    play(desk.center, "report summary --period 2026H1 --json", desk.moved);
    play(desk.center, "report form1 --period 2026 --json", desk.moved);
}

/* Codes that could not be read are not a list without them. */
static void test_without_memory(void **state)
{
    (void)state;
    play_each(desk.center, "outreach --json", desk.moved, true, 211);
    play_each(desk.center, "report monthly --period 2026-03", desk.moved, true, 401);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_erasures),
        cmocka_unit_test(test_what_is_deleted),
        cmocka_unit_test(test_what_moved),
        cmocka_unit_test(test_an_act),
        cmocka_unit_test(test_rules),
        cmocka_unit_test(test_lists),
        cmocka_unit_test(test_reports),
        cmocka_unit_test(test_without_memory),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
