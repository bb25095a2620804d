/* tests/test_backup_folder.c - core/record/backup_folder.h: names that sort by age, and only the machine's own old backups go. */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/file.h"
#include "core/record/backup_folder.h"
#include "tests/fixture.h"

static const struct machine THREE = {.station_no = 3};
static char folder[64];

static int open_folder(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "test_backup_folder.XXXXXX");
    return mkdtemp(folder) == NULL;
}

static int remove_folder(void **state)
{
    (void)state;
    test_folder_remove(folder);
    return 0;
}

static void put(const char *name)
{
    char path[256];

    assert_int_equal(file_join(path, sizeof path, folder, name), STATUS_OK);
    assert_int_equal(file_write(path, "x", 1, 0600, NULL), STATUS_OK);
}

static bool there(const char *name)
{
    char path[256];

    assert_int_equal(file_join(path, sizeof path, folder, name), STATUS_OK);
    return file_exists(path);
}

static void test_names_tell_machine_and_office_time(void **state)
{
    char name[BACKUP_NAME_BYTES];

    (void)state;
    backup_folder_name(&THREE, INT64_C(1795716125000), name); /* 2026-11-26 18:02:05 UTC */
    assert_string_equal(name, "aidpost-0003-20261127-020205.backup");
    backup_folder_name(&(struct machine){.station_no = 3, .practice = true}, INT64_C(1795716125000), name);
    assert_string_equal(name, "practice-aidpost-0003-20261127-020205.backup");
}

static void test_only_old_backups_of_this_machine_go(void **state)
{
    static const char *const others[] = {"aidpost-0004-20200101-000000.backup", "aidpost-0003-20200101-000000.backup.tmp", "aidpost-0003-2020010a-000000.backup", "notes.txt",
                                         "aidpost-0003-.backup", "practice-aidpost-0003-20200101-000000.backup"};
    size_t removed;

    (void)state;
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        put(others[i]);
    put("aidpost-0003-20261031-020000.backup.part");
    put("aidpost-0004-20261031-020000.backup.part");
    put("aidpost-0003-20261103-020000.backup");
    put("aidpost-0003-20261101-020000.backup");
    put("aidpost-0003-20261102-020000.backup");
    put("aidpost-0003-20261104-020000.backup");
    assert_int_equal(backup_folder_prune(folder, &THREE, 2, "aidpost-0003-20261104-020000.backup", &removed, NULL), STATUS_OK);
    assert_int_equal(removed, 2);
    assert_true(there("aidpost-0003-20261104-020000.backup"));
    assert_true(there("aidpost-0003-20261103-020000.backup"));
    assert_false(there("aidpost-0003-20261102-020000.backup"));
    assert_false(there("aidpost-0003-20261101-020000.backup"));
    assert_false(there("aidpost-0003-20261031-020000.backup.part")); /* begun by a program that was killed */
    assert_true(there("aidpost-0004-20261031-020000.backup.part"));
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        assert_true(there(others[i]));
    assert_int_equal(backup_folder_prune(folder, &THREE, 2, NULL, &removed, NULL), STATUS_OK);
    assert_int_equal(removed, 0);
}

/* A machine whose clock has lost its battery names its backup 1970. */
static void test_the_one_just_made_stays_whatever_the_clock_says(void **state)
{
    size_t removed;

    (void)state;
    put("aidpost-0003-20261103-020000.backup");
    put("aidpost-0003-20261104-020000.backup");
    put("aidpost-0003-19700101-080000.backup");
    assert_int_equal(backup_folder_prune(folder, &THREE, 2, "aidpost-0003-19700101-080000.backup", &removed, NULL), STATUS_OK);
    assert_int_equal(removed, 1);
    assert_true(there("aidpost-0003-19700101-080000.backup"));
    assert_true(there("aidpost-0003-20261104-020000.backup"));
}

static void test_a_folder_that_cannot_be_read_is_told(void **state)
{
    struct errmsg err = {{0}};
    size_t removed;

    (void)state;
    assert_int_equal(backup_folder_prune("test_backup_folder.none", &THREE, 2, NULL, &removed, &err), STATUS_IO);
    assert_non_null(strstr(err.text, "test_backup_folder.none"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names_tell_machine_and_office_time),
        cmocka_unit_test_setup_teardown(test_only_old_backups_of_this_machine_go, open_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_the_one_just_made_stays_whatever_the_clock_says, open_folder, remove_folder),
        cmocka_unit_test(test_a_folder_that_cannot_be_read_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
