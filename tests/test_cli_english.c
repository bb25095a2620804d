/* tests/test_cli_english.c - aidpost --lang en: help, errors and lists; conditions are written as in Chinese. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/data/language_choice.h"
#include "tests/command.h"
#include "tests/fixture.h"
#include "tests/practice_master.h"

static char master[PRACTICE_PATH_BYTES];
static const int64_t NOON_MS = INT64_C(1795233600000); /* 2026-11-21 */

static void test_command_line(void **state)
{
    (void)state;
    command_expect(master, NOON_MS, "--lang en --help", 0, "list TYPE                               list records: by their day, newest first; people and others without a day by name, backwards");
    command_expect(master, NOON_MS, "--lang en frob", 2, "unknown verb frob");
    command_expect(master, NOON_MS, "--lang en list nothing", 2, "there is no kind of record nothing");
    command_expect(master, NOON_MS, "--lang en list consultation --where frob=1", 2, "has no field \"frob\"");
    command_expect(master, NOON_MS, "--lang en list case --limit 3", 0, "Civil");
    command_expect(master, NOON_MS, "--lang en todo", 0, "in quarantine 0");
    /* What is put into a sentence is English, too, and whole characters. */
    command_expect(master, NOON_MS, "--lang en add consultation", 1, "aidpost: Field Matter asked, Topic: fill in at least one\n");
    command_expect(master, NOON_MS, "--lang en do archive new", 1, "Archive is done with a case");
    command_expect(master, NOON_MS, "--lang en report form5 --period 2026H3", 2, "there is no such half-year (1 or 2)");
    command_expect(master, NOON_MS, "--lang en report form5 --period 2026-13", 2, "there is no such month (1 to 12)");
    /* Conditions are written as before: translated is what is shown. */
    command_expect(master, NOON_MS, "--lang en count case --where 案件类型=民事", 0, NULL);
    command_expect(master, NOON_MS, "--lang zh list nothing", 2, "没有 nothing 这类记录");
    command_expect(master, NOON_MS, "--lang fr list case", 2, "fr");
}

static int make(void **state)
{
    (void)state;
    practice_master_make(master);
    return 0;
}

static int unmake(void **state)
{
    (void)state;
    test_folder_remove(master);
    return 0;
}

static int speak_chinese(void **state)
{
    (void)state;
    return language_choose("zh", NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_command_line, speak_chinese),
    };
    return cmocka_run_group_tests(tests, make, unmake);
}
