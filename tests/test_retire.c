/* tests/test_retire.c - `aidpostd retire --wipe`, stopped by a failure or a kill at each of its calls on files: what stands says how to go on, and done again nothing of the machine is left. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <sqlite3.h>

#include <cmocka.h>

#include "core/base/file.h"
#include "core/record/retire.h"
#include "core/record/store.h"
#include "sync/enrolment.h"
#include "tests/must.h"
#include "tests/program_bed.h"

static const char PERSONAL[] = "张文芳";
static const char *const GIVEN_BACK[] = {"retire", "--wipe", "--lose", "--data", "now/1", NULL};

static void put_file(const char *path)
{
    char folder[PATH_MAX];
    struct errmsg err = {{0}};

    snprintf(folder, sizeof folder, "%.*s", (int)(strrchr(path, '/') - path), path);
    must(file_make_folder(folder, &err), &err);
    must(file_write(path, PERSONAL, sizeof PERSONAL, 0600, &err), &err);
}

/* A machine with all that can lie in its folder; what lies there has a second name, where one can look later. */
static void fill_folder(void)
{
    static const char *const FILES[] = {"now/1/papers/05-1234abcd.pdf", "now/1/papers/05-1234abcd.txt", "now/1/export.log", "now/1/identity.old.pem", "now/1/backup.77.tmp", "now/1/backup.77.check/aidpost.db",
                                        "now/1/restore.part/aidpost.db", "now/1/enrol.tmp/aidpost.db", "now/1/carry/0-1700000000000-10-e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855.backup"};

    program_bed_anew();
    for (size_t i = 0; i < sizeof FILES / sizeof *FILES; i++)
        put_file(FILES[i]);
    assert_int_equal(link("now/1/papers/05-1234abcd.pdf", "now/was-1"), 0);
    assert_int_equal(link("now/1/identity.pem", "now/was-2"), 0);
    assert_int_equal(link("now/1/aidpost.db", "now/was-3"), 0);
    assert_int_equal(link("now/1/restore.part/aidpost.db", "now/was-4"), 0);
    assert_int_equal(link("now/1/backup.77.tmp", "now/was-5"), 0);
}

static void put_name(const char *folder, const char *name, void *context)
{
    buf_printf(context, "%s/%s\n", folder, name);
}

static void expect_nothing_left(const char *way, uint64_t at)
{
    struct buf left;

    buf_init(&left, PROGRAM_TEXT_MAX_BYTES);
    program_bed_each("now/1", put_name, &left);
    if (left.len > 0)
        fail_msg("%s, %llu: it is given back with %s", way, (unsigned long long)at, buf_cstr(&left));
    for (int i = 1; i <= 5; i++) {
        char path[32];

        snprintf(path, sizeof path, "now/was-%d", i);
        buf_clear(&left);
        must(file_read(path, &left, NULL), NULL);
        for (size_t k = 0; k < left.len; k++)
            if (left.data[k] != 0)
                fail_msg("%s, %llu: %s is not written over", way, (unsigned long long)at, path);
    }
    buf_release(&left);
}

static bool is_there(const char *path)
{
    return access(path, F_OK) == 0;
}

static bool is_empty(const char *folder)
{
    struct buf names;

    buf_init(&names, PROGRAM_TEXT_MAX_BYTES);
    program_bed_each(folder, put_name, &names);
    bool empty = names.len == 0;
    buf_release(&names);
    return empty;
}

/* Stopped somewhere: it is the machine it was, without what lay beside; or nobody opens it any more, and the word without --wipe says that there is a rest. */
static void expect_way_on(const char *way, uint64_t at)
{
    static const char *const STATUS[] = {"status", "--data", "now/1", NULL}, *const LOOK[] = {"retire", "--data", "now/1", NULL};
    bool ending = is_there("now/1/retiring");
    struct said said;

    if (!ending && (!is_there("now/1/aidpost.db") || !is_there("now/1/identity.pem") || !is_there("now/1/guard")))
        fail_msg("%s, %llu: half of the machine is gone, and nothing says so", way, (unsigned long long)at);
    if (ending && (is_there("now/1/papers") || is_there("now/1/carry")))
        fail_msg("%s, %llu: the machine goes before its papers", way, (unsigned long long)at);
    program_call(STATUS, NULL, &said, NULL);
    if ((said.code == 0) == ending || (ending && strstr(buf_cstr(&said.err), "aidpostd retire --wipe") == NULL))
        fail_msg("%s, %llu: status: %d: %s", way, (unsigned long long)at, said.code, buf_cstr(&said.err));
    said_release(&said);
    program_call(LOOK, NULL, &said, NULL);
    if (ending && (said.code != 1 || strstr(buf_cstr(&said.err), "没有做完") == NULL))
        fail_msg("%s, %llu: the rest: %d: %s", way, (unsigned long long)at, said.code, buf_cstr(&said.err));
    said_release(&said);
}

/* By failing, or by being killed in a child. False: it was done. */
static bool stop_it(const struct stumble *how, uint64_t *fired)
{
    struct said said;
    int ended;

    if (!how->disk || how->code != STUMBLE_KILL) {
        program_call(GIVEN_BACK, how, &said, fired);
        bool done = said.code == 0;
        if (!done && (said.code != 1 || said.err.len == 0))
            fail_msg("retire, %llu: it failed and does not say why: %d", (unsigned long long)how->at, said.code);
        if (!done && is_there("now/1/retiring") && strstr(buf_cstr(&said.err), "aidpostd retire --wipe") == NULL)
            fail_msg("retire, %llu: it does not say how to go on: %s", (unsigned long long)how->at, buf_cstr(&said.err));
        said_release(&said);
        return !done;
    }
    fflush(stdout);
    fflush(stderr);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        program_call(GIVEN_BACK, how, &said, fired);
        _exit(said.code);
    }
    assert_int_equal(waitpid(pid, &ended, 0), pid);
    assert_true(WIFEXITED(ended));
    *fired = WEXITSTATUS(ended) == STUMBLE_KILLED;
    return WEXITSTATUS(ended) != 0;
}

static void test_a_machine_is_given_back(void **state)
{
    static const struct {
        const char *name;
        struct stumble how;
    } STOPS[] = {
        {"a disk that errs", {.disk = true, .code = EIO}}, {"a disk that errs for good", {.disk = true, .code = EIO, .for_good = true}}, {"no room", {.disk = true, .code = ENOSPC, .for_good = true}},
        {"a kill", {.disk = true, .code = STUMBLE_KILL}}, {"no memory", {.memory = true}}, {"a store that errs", {.code = SQLITE_IOERR_READ}},
    };

    for (size_t i = 0; i < sizeof STOPS / sizeof *STOPS; i++) {
        struct stumble how = STOPS[i].how;
        uint64_t fired = 1, stopped = 0;

        for (how.at = 1; fired > 0; how.at += how.disk ? 1 : 97) {
            fill_folder();
            if (stop_it(&how, &fired) && !is_empty("now/1")) { /* killed behind its last step it is done */
                stopped++;
                expect_way_on(STOPS[i].name, how.at);
                program_must(GIVEN_BACK);
            }
            expect_nothing_left(STOPS[i].name, how.at);
        }
        assert_true(stopped > 0);
        print_message("%s: stopped at %llu places\n", STOPS[i].name, (unsigned long long)stopped);
    }
    (void)state;
}

/* Of what is not ours the folder keeps all, and it is said. */
static void test_another_s_file_stays(void **state)
{
    struct said said;

    (void)state;
    program_bed_anew();
    put_file("now/1/photo.jpg");
    program_call(GIVEN_BACK, NULL, &said, NULL);
    assert_int_equal(said.code, 0);
    assert_non_null(strstr(buf_cstr(&said.out), "photo.jpg"));
    assert_true(is_there("now/1/photo.jpg"));
    said_release(&said);
}

/* Names that do not fit are not there in half, and a list that is not whole says so. */
static void test_names_that_do_not_fit(void **state)
{
    char left[RETIRE_LEFT_BYTES], path[64], first[16];

    (void)state;
    program_bed_anew();
    must(file_make_folder("now/many", NULL), NULL);
    for (int i = 0; i < 40; i++) {
        snprintf(path, sizeof path, "now/many/photo%02d.jpg", i);
        put_file(path);
    }
    retire_left("now/many", left, sizeof left);
    size_t n = strlen(left);
    assert_true(n > RETIRE_LEFT_BYTES - 20 && strcmp(left + n - 4, " …") == 0 && strncmp(left, "photo", 5) == 0 && strncmp(left + n - 8, ".jpg", 4) == 0);
    snprintf(first, sizeof first, "%.11s", left);
    retire_left("now/none", left, sizeof left);
    assert_string_equal(left, "…");
    retire_left("now/many", left, 17); /* the first one, a blank and the sign */
    assert_int_equal(strncmp(left, first, 11), 0);
    assert_string_equal(left + 11, " …");
}

/* A rest is no place for another store. */
static void test_nobody_makes_a_store_in_the_rest(void **state)
{
    static const char *const ENROL[] = {"enrol", "00000-00000-00000-00000", "--center", "127.0.0.1:1", "--data", "now/1", NULL};
    struct errmsg err = {{0}};
    struct store *store;
    struct said said;

    (void)state;
    program_bed_anew();
    must(file_write("now/1/retiring", "1\n", 2, 0600, &err), &err);
    assert_int_equal(store_open(&store, "now/1", STORE_OPEN_EXISTING, &err), STATUS_FORBIDDEN);
    assert_int_equal(store_open(&store, "now/1", STORE_READ_ONLY, &err), STATUS_FORBIDDEN);
    unlink("now/1/aidpost.db");
    assert_int_equal(store_open(&store, "now/1", STORE_CREATE, &err), STATUS_FORBIDDEN);
    assert_int_equal(enrolment_check_folder("now/1", &err), STATUS_FORBIDDEN);
    program_call(ENROL, NULL, &said, NULL);
    assert_int_equal(said.code, 1);
    said_release(&said);
    assert_false(is_there("now/1/aidpost.db"));
    program_must(GIVEN_BACK);
    assert_false(is_there("now/1/retiring"));
}

static int make_bed(void **state)
{
    static struct program_bed bed;

    program_bed_open(&bed);
    *state = &bed;
    return 0;
}

static int remove_bed(void **state)
{
    program_bed_close(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_a_machine_is_given_back), cmocka_unit_test(test_another_s_file_stays), cmocka_unit_test(test_names_that_do_not_fit),
                                       cmocka_unit_test(test_nobody_makes_a_store_in_the_rest)};

    return cmocka_run_group_tests(tests, make_bed, remove_bed);
}
