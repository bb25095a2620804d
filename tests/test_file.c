/* tests/test_file.c - whole files in a folder of its own. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/file.h"

struct world {
    char folder[64];
    char path[128];
    char temporary[160];
};

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
    (void)st;
    (void)flag;
    (void)ftw;
    return remove(path);
}

static int set_up(void **state)
{
    struct world *world = calloc(1, sizeof *world);

    snprintf(world->folder, sizeof world->folder, "test_file.XXXXXX");
    if (mkdtemp(world->folder) == NULL)
        return -1;
    snprintf(world->path, sizeof world->path, "%s/a", world->folder);
    snprintf(world->temporary, sizeof world->temporary, "%s.tmp", world->path);
    *state = world;
    return 0;
}

static int tear_down(void **state)
{
    struct world *world = *state;
    int rc = nftw(world->folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);

    free(world);
    return rc;
}

static void expect_content(const char *path, const char *content)
{
    struct buf buf;

    buf_init(&buf, 1 << 20);
    assert_int_equal(file_read(path, &buf, NULL), STATUS_OK);
    assert_string_equal(buf_cstr(&buf), content);
    buf_release(&buf);
}

static void written_is_read(void **state)
{
    struct world *world = *state;
    struct errmsg err;
    struct stat st;
    struct buf buf;

    assert_false(file_exists(world->path));
    assert_int_equal(file_write(world->path, "one", 3, 0600, &err), STATUS_OK);
    assert_true(file_exists(world->path));
    expect_content(world->path, "one");
    assert_int_equal(stat(world->path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_int_equal(file_write(world->path, "", 0, 0644, &err), STATUS_OK);
    expect_content(world->path, "");
    assert_int_equal(stat(world->path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0644);
    assert_false(file_exists(world->temporary));

    buf_init(&buf, 1 << 20);
    assert_non_null(buf_extend(&buf, 300000));
    memset(buf.data, 'z', buf.len);
    assert_int_equal(file_write(world->path, buf.data, buf.len, 0600, &err), STATUS_OK);
    expect_content(world->path, buf_cstr(&buf));
    buf_release(&buf);
}

static void reading_fails_cleanly(void **state)
{
    struct world *world = *state;
    struct errmsg err;
    struct buf buf;

    buf_init(&buf, 8);
    buf_puts(&buf, "abc");
    assert_int_equal(file_read(world->path, &buf, &err), STATUS_NOT_FOUND);
    assert_non_null(strstr(err.text, world->path));
    assert_int_equal(file_read(world->folder, &buf, &err), STATUS_IO);
    assert_int_equal(file_write(world->path, "123456", 6, 0600, &err), STATUS_OK);
    assert_int_equal(file_read(world->path, &buf, &err), STATUS_TOO_LARGE);
    assert_string_equal(buf_cstr(&buf), "abc");
    assert_int_equal(file_write(world->path, "12345", 5, 0600, &err), STATUS_OK);
    assert_int_equal(file_read(world->path, &buf, &err), STATUS_OK);
    assert_string_equal(buf_cstr(&buf), "abc12345");
    buf_release(&buf);
}

static void a_left_over_temporary_is_used_again(void **state)
{
    struct world *world = *state;
    int fd = open(world->temporary, O_WRONLY | O_CREAT, 0644);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, "half of something longer", 24), 24);
    close(fd);
    assert_int_equal(file_write(world->path, "new", 3, 0600, NULL), STATUS_OK);
    expect_content(world->path, "new");
    assert_false(file_exists(world->temporary));
}

static void a_failed_write_keeps_the_old_file(void **state)
{
    struct world *world = *state;
    struct rlimit before, small;
    char nowhere[160];
    struct errmsg err;
    static char big[100000];
    enum status status;

    assert_int_equal(file_write(world->path, "old", 3, 0600, &err), STATUS_OK);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    small = before;
    small.rlim_cur = 5000;
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    status = file_write(world->path, big, sizeof big, 0600, &err);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_int_equal(status, STATUS_FULL);
    assert_non_null(strstr(err.text, world->path));
    expect_content(world->path, "old");
    assert_false(file_exists(world->temporary));

    snprintf(nowhere, sizeof nowhere, "%s/no/a", world->folder);
    assert_int_equal(file_write(nowhere, "x", 1, 0600, &err), STATUS_IO);
    /* Nobody may lead us elsewhere by a link in place of the temporary file. */
    assert_int_equal(symlink("elsewhere", world->temporary), 0);
    assert_int_equal(file_write(world->path, "x", 1, 0600, &err), STATUS_IO);
    expect_content(world->path, "old");
}

/* Several processes replace one file at once: each reader sees one whole content. */
static void writers_do_not_mix(void **state)
{
    struct world *world = *state;
    char content[4][20001];
    pid_t pids[4];

    for (int i = 0; i < 4; i++) {
        memset(content[i], 'a' + i, 20000);
        content[i][20000] = '\0';
    }
    assert_int_equal(file_write(world->path, content[0], 20000, 0600, NULL), STATUS_OK);
    for (int i = 0; i < 4; i++) {
        pids[i] = fork();
        if (pids[i] == 0) {
            for (int k = 0; k < 25; k++)
                if (file_write(world->path, content[i], 20000, 0600, NULL) != STATUS_OK)
                    _exit(1);
            _exit(0);
        }
        assert_true(pids[i] > 0);
    }
    for (int k = 0; k < 200; k++) {
        struct buf buf;

        buf_init(&buf, 1 << 20);
        assert_int_equal(file_read(world->path, &buf, NULL), STATUS_OK);
        assert_int_equal(buf.len, 20000);
        assert_in_range(buf.data[0], 'a', 'd');
        assert_string_equal(buf_cstr(&buf), content[buf.data[0] - 'a']);
        buf_release(&buf);
    }
    for (int i = 0; i < 4; i++) {
        int rc = -1;

        assert_int_equal(waitpid(pids[i], &rc, 0), pids[i]);
        assert_int_equal(rc, 0);
    }
    assert_false(file_exists(world->temporary));
}

static void folders(void **state)
{
    struct world *world = *state;
    char path[160];
    struct errmsg err;
    struct stat st;

    snprintf(path, sizeof path, "%s/b//c/d/", world->folder);
    assert_int_equal(file_make_folder(path, &err), STATUS_OK);
    assert_int_equal(file_make_folder(path, &err), STATUS_OK);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0700);
    assert_int_equal(file_write(world->path, "x", 1, 0600, &err), STATUS_OK);
    snprintf(path, sizeof path, "%s/e", world->path);
    assert_int_equal(file_make_folder(path, &err), STATUS_IO);
    assert_non_null(strstr(err.text, world->path));
    assert_int_equal(file_make_folder("", &err), STATUS_IO);
    assert_int_equal(file_make_folder("/", &err), STATUS_OK);
}

/* Another name for the same bytes shows what was written over them. */
static void wiped_is_written_over_and_gone(void **state)
{
    struct world *world = *state;
    char other[160];
    struct errmsg err;
    struct buf bytes;

    snprintf(other, sizeof other, "%s.link", world->path);
    assert_int_equal(file_write(world->path, "secret", 6, 0600, &err), STATUS_OK);
    assert_int_equal(link(world->path, other), 0);
    assert_int_equal(file_wipe(world->path, &err), STATUS_OK);
    assert_false(file_exists(world->path));
    buf_init(&bytes, 100);
    assert_int_equal(file_read(other, &bytes, &err), STATUS_OK);
    assert_int_equal(bytes.len, 6);
    for (size_t i = 0; i < bytes.len; i++)
        assert_int_equal(bytes.data[i], 0);
    buf_release(&bytes);
    assert_int_equal(file_wipe(other, &err), STATUS_OK);
    assert_int_equal(file_wipe(other, &err), STATUS_NOT_FOUND);
}

static void joining(void **state)
{
    char out[8];

    (void)state;
    assert_int_equal(file_join(out, sizeof out, "abc", "def"), STATUS_OK);
    assert_string_equal(out, "abc/def");
    assert_int_equal(file_join(out, sizeof out, "abc/", "def"), STATUS_OK);
    assert_string_equal(out, "abc/def");
    assert_int_equal(file_join(out, sizeof out, "abcd", "def"), STATUS_TOO_LARGE);
    assert_int_equal(file_join(out, sizeof out, "", "def"), STATUS_OK);
    assert_string_equal(out, "def");
}

/* What can't be looked at is not what is not there. */
static void looking(void **state)
{
    char name[600], loop[] = "file_loop.XXXXXX";
    struct errmsg err = {{0}};
    bool there = true;

    (void)state;
    assert_int_equal(file_look("/nonexistent/folder/file", &there, &err), STATUS_OK);
    assert_false(there);
    assert_int_equal(file_look("/dev/null/file", &there, &err), STATUS_OK);
    assert_false(there);
    assert_int_equal(file_look("/", &there, &err), STATUS_OK);
    assert_true(there);
    assert_non_null(mkdtemp(loop));
    snprintf(name, sizeof name, "%s/itself", loop);
    assert_int_equal(symlink("itself", name), 0);
    assert_int_equal(file_look(name, &there, &err), STATUS_IO);
    assert_true(there); /* unchanged */
    assert_non_null(strstr(err.text, name));
    assert_int_equal(unlink(name), 0);
    assert_int_equal(rmdir(loop), 0);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

/* People read why, in their language; what hardly happens stays in the system's words. */
static void reasons_are_said_in_words(void **state)
{
    struct errmsg err = {{0}};
    (void)state;
    assert_string_equal(file_reason(ENOENT), "没有这个文件或文件夹");
    assert_string_equal(file_reason(EROFS), "这个磁盘只能读，不能写");
    assert_string_equal(file_reason(ELOOP), "链接绕成了圈");
    assert_string_equal(file_reason(ENOTCONN), "这个盘已经断开；请拔下来重新插上"); /* the program behind a FUSE disk has gone */
    assert_string_equal(file_reason(ENOTTY), strerror(ENOTTY));
    assert_int_not_equal(file_write("/nonexistent/folder/file", "x", 1, 0600, &err), STATUS_OK);
    assert_non_null(strstr(err.text, "没有"));
    assert_null(strstr(err.text, "No such file"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reasons_are_said_in_words),
        IN_FOLDER(written_is_read),
        IN_FOLDER(reading_fails_cleanly),
        IN_FOLDER(a_left_over_temporary_is_used_again),
        IN_FOLDER(a_failed_write_keeps_the_old_file),
        IN_FOLDER(writers_do_not_mix),
        IN_FOLDER(wiped_is_written_over_and_gone),
        IN_FOLDER(folders),
        cmocka_unit_test(joining),
        cmocka_unit_test(looking),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
