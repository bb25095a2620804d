/* tests/test_cli_practice.c - aidpost practice: made once, opened again, made anew; real data is left alone; what it holds is sound, says it is practice, and leaves only under that name. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/command.h"
#include "tests/fixture.h"

/* 2026-03-05 10:00 in the office */
static const int64_t NOW_MS = INT64_C(1772676000000);

static char folder[64], practice[80], real[80];

static int set_up(void **state)
{
    static struct world world;
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/test_cli_practice.XXXXXX");
    if (mkdtemp(folder) == NULL)
        return -1;
    snprintf(practice, sizeof practice, "%s/practice", folder);
    world_open(&world, 0, folder);
    snprintf(real, sizeof real, "%s/%u", folder, world.center.machine.station_no);
    world_close(&world);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    test_folder_remove(folder);
    return 0;
}

static void it_is_made_once_and_made_anew(void **state)
{
    (void)state;
    command_expect(practice, NOW_MS, "practice --headless --json", 0, "\"made\":true,\"consultations\":30,\"volunteers\":5");
    command_expect(practice, NOW_MS, "add honour title=我加的 level=3 name=本站", 0, NULL);
    command_expect(practice, NOW_MS, "practice --headless --json", 0, "\"made\":false");
    command_expect(practice, NOW_MS, "count honour --where title=我加的", 0, "1");
    command_expect(practice, NOW_MS, "practice --headless --reset --json", 0, "\"made\":true");
    command_expect(practice, NOW_MS, "count honour --where title=我加的", 0, "0");
}

/* Everything needed to try outreach: an event of today that is open, volunteers with letters, material in stock. */
static void it_begins_with_an_open_event(void **state)
{
    (void)state;
    command_expect(practice, NOW_MS, "count event --where 'date=2026-03-05 and closed_on='", 0, "1");
    command_expect(practice, NOW_MS, "count stock_move --where 'kind=1 and quantity>=300'", 0, "6");
    command_expect(practice, NOW_MS, "count volunteer --where state=V2", 0, "3");
    command_expect(practice, NOW_MS, "verify --json", 0, "\"ok\":true");
}

static void real_data_is_left_alone(void **state)
{
    (void)state;
    command_expect(real, NOW_MS, "practice --headless", 1, "里是正式数据，不能用来练习");
    command_expect(real, NOW_MS, "practice --headless --reset", 1, "里是正式数据，不能用来练习");
    command_expect(real, NOW_MS, "count org", 0, "1"); /* nothing was removed */
    command_expect(practice, NOW_MS, "practice --headless --as somebody", 2, NULL);
    setenv("AIDPOST_DATA", practice, 1);
    command_expect(practice, NOW_MS, "practice --headless", 2, "是正式数据的文件夹");
    unsetenv("AIDPOST_DATA");
}

static void exports_say_what_they_are(void **state)
{
    char line[400], file[160];
    (void)state;
    snprintf(line, sizeof line, "export volunteer %s/volunteers.csv", folder);
    command_expect(practice, NOW_MS, line, 2, "文件名里请写上“练习”");
    snprintf(file, sizeof file, "%s/练习志愿者.csv", folder);
    snprintf(line, sizeof line, "export volunteer %s", file);
    command_expect(practice, NOW_MS, line, 0, NULL);
    assert_int_equal(test_file_holds(file, ",【练习】练习数据\r\n"), 1); /* in the line of the headings */
    assert_int_equal(unlink(file), 0);
    snprintf(file, sizeof file, "%s/练习台账.csv", folder);
    snprintf(line, sizeof line, "ledger L1 %s", file);
    command_expect(practice, NOW_MS, line, 0, NULL);
    assert_int_equal(test_file_holds(file, "\xEF\xBB\xBF【练习】"), 1); /* its first line */
    assert_int_equal(unlink(file), 0);
    command_expect(practice, NOW_MS, "report summary --period 2026H1 --draft --text", 0, "【练习】练习数据，不是正式文书");
    snprintf(line, sizeof line, "ledger L1 %s/l1.csv", folder);
    command_expect(practice, NOW_MS, line, 2, "文件名里请写上“练习”");
    /* Nothing is written then, nor what else was asked for. */
    snprintf(file, sizeof file, "%s/m.xlsx", folder);
    snprintf(line, sizeof line, "report monthly --period 2026-03 --draft --xlsx %s --csv %s/m.csv", file, folder);
    command_expect(practice, NOW_MS, line, 2, "文件名里请写上“练习”");
    assert_int_equal(access(file, F_OK), -1);
    snprintf(line, sizeof line, "report summary --period 2026H1 --draft --xlsx %s --csv %s/s.csv", file, folder);
    command_expect(practice, NOW_MS, line, 2, "文件名里请写上“练习”");
    assert_int_equal(access(file, F_OK), -1);
    /* Nor does a file that says so go into real data. */
    snprintf(file, sizeof file, "%s/练习咨询.csv", folder);
    snprintf(line, sizeof line, "export consultation %s", file);
    command_expect(practice, NOW_MS, line, 0, NULL);
    snprintf(line, sizeof line, "import consultation %s", file);
    command_expect(real, NOW_MS, line, 2, "文件名说这是练习数据");
    command_expect(real, NOW_MS, "count consultation", 0, "0");
    command_expect(practice, NOW_MS, line, 0, NULL);
    assert_int_equal(unlink(file), 0);
    snprintf(file, sizeof file, "%s/练习总结.csv", folder);
    snprintf(line, sizeof line, "report summary --period 2026H1 --draft --csv %s", file);
    command_expect(practice, NOW_MS, line, 0, NULL);
    assert_int_equal(test_file_holds(file, ",【练习】练习数据\r\n"), 1);
    assert_int_equal(unlink(file), 0);
    snprintf(file, sizeof file, "%s/orgs.csv", folder);
    snprintf(line, sizeof line, "export org %s", file);
    command_expect(real, NOW_MS, line, 0, NULL); /* real data is free */
    assert_int_equal(test_file_holds(file, "练习"), 0);
    assert_int_equal(unlink(file), 0);
}

/* Renamed, or through a pipe, where there was no name: its column says it. Into practice it goes without a word about that column. */
static void a_file_is_known_by_its_column(void **state)
{
    static const char *const endings[] = {"csv", "tsv", "jsonl"};
    char line[600], file[160], plain[160];
    (void)state;
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        snprintf(file, sizeof file, "%s/练习.%s", folder, endings[i]);
        snprintf(plain, sizeof plain, "%s/renamed.%s", folder, endings[i]);
        snprintf(line, sizeof line, "export honour %s", file);
        command_expect(practice, NOW_MS, "add honour title=练习的荣誉 level=3 name=本站", 0, NULL);
        command_expect(practice, NOW_MS, line, 0, NULL);
        assert_int_equal(rename(file, plain), 0);
        snprintf(line, sizeof line, "import honour %s", plain);
        snprintf(file, sizeof file, "renamed.%s: 列“【练习】练习数据”说这是练习数据，这里是正式数据", endings[i]);
        command_expect(real, NOW_MS, line, 2, file);
        snprintf(line, sizeof line, "import honour %s --map 【练习】练习数据=name", plain);
        command_expect(real, NOW_MS, line, 2, file);
        command_expect(real, NOW_MS, "count honour", 0, "0");
        snprintf(line, sizeof line, "import honour %s --json", plain);
        command_expect(practice, NOW_MS, line, 0, "\"ignored\":[\"id\"]");
        assert_int_equal(unlink(plain), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_made_once_and_made_anew), cmocka_unit_test(it_begins_with_an_open_event), cmocka_unit_test(real_data_is_left_alone),
        cmocka_unit_test(exports_say_what_they_are), cmocka_unit_test(a_file_is_known_by_its_column),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
