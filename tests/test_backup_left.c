/* tests/test_backup_left.c - core/record/backup_left.h: what nobody holds goes, what somebody holds and what has another name stays, and what cannot be looked at is told. That a backup, an erasure and retire do so: tests/restore_test.sh. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/file.h"
#include "core/record/backup_left.h"
#include "tests/fixture.h"
#include "tests/stumble.h"

static char folder[64];

static int open_folder(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "test_backup_left.XXXXXX");
    return mkdtemp(folder) == NULL;
}

static int remove_folder(void **state)
{
    (void)state;
    test_folder_remove(folder);
    return 0;
}

static const char *at(const char *name)
{
    static char path[256];

    assert_int_equal(file_join(path, sizeof path, folder, name), STATUS_OK);
    return path;
}

static void put(const char *name)
{
    assert_int_equal(file_write(at(name), "what was told", 13, 0600, NULL), STATUS_OK);
}

static size_t sweep(void)
{
    size_t removed = 0;

    assert_int_equal(backup_left_sweep(folder, &removed, NULL), STATUS_OK);
    return removed;
}

static void what_nobody_holds_goes(void **state)
{
    static const char *const others[] = {"aidpost.db", "backup.tmp", "backup.12.tmp2", "backup.12a.tmp", "backup.12.backup", "mybackup.12.tmp"};

    (void)state;
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        put(others[i]);
    put("backup.12.tmp");
    put("backup.12.tmp-journal");
    put("backup.4000000.tmp");
    assert_int_equal(mkdir(at("backup.12.check"), 0700), 0);
    put("backup.12.check/aidpost.db");
    put("backup.12.check/aidpost.db-wal");
    assert_int_equal(sweep(), 5);
    assert_false(file_exists(at("backup.12.tmp")));
    assert_false(file_exists(at("backup.12.tmp-journal")));
    assert_false(file_exists(at("backup.4000000.tmp")));
    assert_false(file_exists(at("backup.12.check")));
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        assert_true(file_exists(at(others[i])));
    assert_int_equal(sweep(), 0);
}

static void what_somebody_holds_stays(void **state)
{
    int copy, check;
    struct stat made;

    (void)state;
    copy = backup_left_hold(at("backup.7.tmp"));
    assert_true(copy >= 0);
    assert_int_equal(stat(at("backup.7.tmp"), &made), 0);
    assert_int_equal(made.st_mode & 0777, 0600);
    put("backup.7.tmp-journal");
    assert_int_equal(mkdir(at("backup.7.check"), 0700), 0);
    check = backup_left_hold(at("backup.7.check"));
    assert_true(check >= 0);
    put("backup.7.check/aidpost.db");
    assert_int_equal(backup_left_hold(at("backup.7.tmp")), -1);
    assert_int_equal(sweep(), 0);
    assert_false(backup_left_drop(at("backup.7.tmp")));
    assert_true(file_exists(at("backup.7.tmp")));
    assert_true(file_exists(at("backup.7.tmp-journal")));
    assert_true(file_exists(at("backup.7.check/aidpost.db")));
    backup_left_let_go(copy);
    backup_left_let_go(check);
    backup_left_let_go(-1);
    assert_int_equal(sweep(), 3);
    assert_false(file_exists(at("backup.7.tmp")));
    assert_false(file_exists(at("backup.7.check")));
}

static void a_single_file_is_dropped(void **state)
{
    (void)state;
    put("x.part");
    assert_true(backup_left_drop(at("x.part")));
    assert_false(file_exists(at("x.part")));
    assert_false(backup_left_drop(at("x.part")));
    assert_false(file_exists(at("x.part")));
}

static void put_left(void)
{
    put("backup.12.tmp");
    put("backup.12.tmp-journal");
    if (mkdir(at("backup.12.check"), 0700) != 0)
        assert_int_equal(errno, EEXIST);
    put("backup.12.check/aidpost.db");
}

static bool is_left(void)
{
    return file_exists(at("backup.12.tmp")) || file_exists(at("backup.12.tmp-journal")) || file_exists(at("backup.12.check"));
}

/* Each call on a file fails: done is what leaves nothing. */
static void what_fails_is_told(void **state)
{
    struct stumble how = {.disk = true, .code = EIO};

    (void)state;
    uint64_t fired = 1, failed = 0;

    for (how.at = 1; fired > 0; how.at++) {
        struct errmsg err = {{0}};
        size_t removed = 0;

        put_left();
        stumble_begin(how);
        enum status status = backup_left_sweep(folder, &removed, &err);
        fired = stumble_end();
        if (status != STATUS_OK && (status != STATUS_IO || err.text[0] == '\0'))
            fail_msg("call %llu: %s %s", (unsigned long long)how.at, status_name(status), err.text);
        failed += status != STATUS_OK;
        assert_true(status != STATUS_OK || !is_left());
        (void)sweep();
        assert_false(is_left());
    }
    assert_true(failed > 4);
}

static void no_folder_has_nothing_left(void **state)
{
    size_t removed = 0;

    (void)state;
    assert_int_equal(backup_left_sweep(at("nowhere"), &removed, NULL), STATUS_OK);
    assert_int_equal(removed, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_nobody_holds_goes, open_folder, remove_folder),
        cmocka_unit_test_setup_teardown(what_somebody_holds_stays, open_folder, remove_folder),
        cmocka_unit_test_setup_teardown(a_single_file_is_dropped, open_folder, remove_folder),
        cmocka_unit_test_setup_teardown(what_fails_is_told, open_folder, remove_folder),
        cmocka_unit_test_setup_teardown(no_folder_has_nothing_left, open_folder, remove_folder),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
