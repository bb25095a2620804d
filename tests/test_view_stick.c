/* tests/test_view_stick.c - the screen of USB sticks: what is plugged in, which files, and what the sync program is
 * asked to do with them.
 *
 * Sticks are folders named by AIDPOST_MEDIA; the sync program is a script on PATH that writes down how it was called
 * (bundle_test.sh has the real one). */
#include <fcntl.h>
#include <limits.h>
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
#include "core/record/relay.h"
#include "tests/fixture.h"
#include "tests/screen.h"
#include "core/record/media.h"
#include "tui/views/views.h"

struct desk {
    struct world world;
    struct app_context context;
    struct screen screen;
    char folder[PATH_MAX];
    char *path;
};

static void write_file(const char *folder, const char *name, const char *text, unsigned mode)
{
    char path[PATH_MAX];
    struct errmsg err = {{0}};

    assert_int_equal(file_join(path, sizeof path, folder, name), STATUS_OK);
    if (file_write(path, text, strlen(text), mode, &err) != STATUS_OK)
        fail_msg("%s", err.text);
}

/* The sync program that says `line` on stdout (code 0) or stderr. */
static void program_says(struct desk *desk, const char *line, int code)
{
    char script[PATH_MAX + 512];

    snprintf(script, sizeof script,
             "#!/bin/sh\necho \"$@\" >>'%s/calls'\n[ \"$2\" != export ] || echo x >\"$3\"\necho '%s'%s\nexit %d\n",
             desk->folder, line, code == 0 ? "" : " >&2", code);
    write_file(desk->folder, "aidpostd", script, 0700);
}

static int open_desk(void **state)
{
    struct desk *desk = calloc(1, sizeof *desk);
    char part[PATH_MAX + 32], template[] = "view_stick.XXXXXX";
    struct errmsg err = {{0}};

    if (mkdtemp(template) == NULL || realpath(template, desk->folder) == NULL)
        return -1;
    for (int i = 0; i < 3; i++) {
        static const char *const names[] = {"stores", "KINGSTON", "备份盘"};

        snprintf(part, sizeof part, "%s/%s", desk->folder, names[i]);
        assert_int_equal(file_make_folder(part, &err), STATUS_OK);
    }
    snprintf(part, sizeof part, "%s/stores", desk->folder);
    world_open(&desk->world, 1, part);
    desk->path = strdup(getenv("PATH"));
    snprintf(part, sizeof part, "%s:/usr/bin:/bin", desk->folder);
    setenv("PATH", part, 1);
    *state = desk;
    return 0;
}

static int close_desk(void **state)
{
    struct desk *desk = *state;
    char command[PATH_MAX + 32];

    world_close(&desk->world);
    setenv("PATH", desk->path, 1);
    unsetenv("AIDPOST_MEDIA");
    snprintf(command, sizeof command, "rm -rf '%s'", desk->folder);
    assert_int_equal(system(command), 0);
    free(desk->path);
    free(desk);
    return 0;
}

static void plug_in(struct desk *desk, bool both)
{
    struct buf media;

    buf_init(&media, 65536);
    buf_printf(&media, "%s/gone", desk->folder);
    if (both)
        buf_printf(&media, ":%s/KINGSTON:%s/备份盘", desk->folder, desk->folder);
    setenv("AIDPOST_MEDIA", buf_cstr(&media), 1);
    buf_release(&media);
}

static void sit_down(struct desk *desk, struct node *node)
{
    desk->context = (struct app_context){.store = node->store,
                                         .actor = &node->actor,
                                         .machine = &node->machine,
                                         .codes = node->codes,
                                         .random = node->random};
    screen_open(&desk->screen, &desk->context, view_sync_of(&desk->context), &view_help, 24, 80);
}

/* "aidpostd bundle VERB <folder>/NAME --data <folder>/stores/STATION" was the first call since the last look. */
static void expect_call(struct desk *desk, const char *verb, const char *name, int station)
{
    char path[PATH_MAX];
    struct errmsg err = {{0}};
    struct buf calls, want;

    buf_init(&calls, 65536);
    buf_init(&want, 65536);
    buf_printf(&want, "bundle %s %s/%s --data %s/stores/%d\n", verb, desk->folder, name, desk->folder, station);
    assert_int_equal(file_join(path, sizeof path, desk->folder, "calls"), STATUS_OK);
    assert_int_equal(file_read(path, &calls, &err), STATUS_OK);
    assert_string_equal(buf_cstr(&calls), buf_cstr(&want));
    buf_release(&calls);
    buf_release(&want);
    unlink(path);
}

/* A stick with its switch on: what may be written is asked of the real user, so root is somebody else for a moment. */
static void look_again_at(struct desk *desk, const char *name, unsigned mode)
{
    char path[PATH_MAX];
    bool root = getuid() == 0;

    assert_int_equal(file_join(path, sizeof path, desk->folder, name), STATUS_OK);
    assert_int_equal(chmod(desk->folder, 0755), 0);
    assert_int_equal(chmod(path, mode), 0);
    assert_true(!root || setreuid(65534, 0) == 0);
    screen_keys(&desk->screen, "F5");
    assert_true(!root || setreuid(0, 0) == 0);
}

static void test_a_stick_that_cannot_be_written(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;

    plug_in(desk, true);
    sit_down(desk, &desk->world.stations[0]);
    screen_keys(screen, "Down Down Enter");
    look_again_at(desk, "KINGSTON", 0555);
    screen_expect(screen, 3, "> KINGSTON");
    screen_expect(screen, 3, "只读");
    screen_expect_any(screen, "能导入，写不进回执");
    look_again_at(desk, "KINGSTON", 0700);
    screen_close(screen);
}

static void test_without_a_stick(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;

    plug_in(desk, false);
    sit_down(desk, &desk->world.stations[0]);
    screen_expect(screen, 11, " 3 U 盘交接");
    screen_keys(screen, "Down Down Enter");
    screen_expect(screen, 0, "U 盘交接");
    screen_expect_any(screen, "没有插着的 U 盘");
    screen_keys(screen, "1");
    screen_expect_any(screen, "插好后按 F5");
    screen_keys(screen, "2");
    screen_keys(screen, "3");
    plug_in(desk, true);
    screen_keys(screen, "F5");
    screen_expect(screen, 3, "> KINGSTON");
    screen_expect(screen, 4, "  备份盘");
    screen_keys(screen, "F10");
    screen_expect(screen, 0, "同步");
    screen_close(screen);
}

/* More files than the screen has rows for: how many there are is said, and all can be reached. */
static void test_many_files_are_paged_through(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    char folder[PATH_MAX + 32], name[64];

    snprintf(folder, sizeof folder, "%s/KINGSTON", desk->folder);
    for (int i = 1; i <= 33; i++) {
        struct timespec times[2] = {{.tv_sec = 1760000000 + i * 60}, {.tv_sec = 1760000000 + i * 60}};
        snprintf(name, sizeof name, "aidpost-1-%04d.aidb", i);
        write_file(folder, name, "x", 0600);
        char path[PATH_MAX];
        assert_int_equal(file_join(path, sizeof path, folder, name), STATUS_OK);
        assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
    }
    plug_in(desk, true);
    sit_down(desk, &desk->world.stations[0]);
    screen_keys(screen, "3");
    screen_expect_any(screen, "1-8 / 33 个");
    screen_expect_any(screen, "aidpost-1-0033.aidb");
    screen_keys(screen, "PgDn PgDn");
    screen_expect_any(screen, "8-15 / 33 个");
    screen_expect_any(screen, "> aidpost-1-0019.aidb");
    screen_keys(screen, "End");
    screen_expect_any(screen, "26-33 / 33 个");
    screen_expect_any(screen, "> aidpost-1-0001.aidb");
    screen_keys(screen, "Home");
    screen_expect_any(screen, "> aidpost-1-0033.aidb");
    screen_close(screen);
}

static void test_export_and_import(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;

    plug_in(desk, true);
    program_says(desk, "已写入，共 60 条变更", 0);
    sit_down(desk, &desk->world.stations[0]);
    screen_keys(screen, "3 Down");
    screen_expect(screen, 4, "> 备份盘");
    screen_expect_any(screen, "还没有");
    screen_keys(screen, "1");
    expect_call(desk, "export", "备份盘/aidpost-1-20261023-0912.aidb", 1);
    screen_expect_any(screen, "已写入，共 60 条变更");
    screen_expect_any(screen, "aidpost-1-20261023-0912.aidb"); /* it is on the stick now */

    /* Import: 2 goes to the files, Enter takes the selected one; the first F10 leaves the files, not the screen. */
    screen_keys(screen, "2");
    screen_expect_any(screen, "> aidpost-1-20261023-0912.aidb");
    screen_keys(screen, "F10");
    screen_expect(screen, 4, "> 备份盘");
    program_says(desk, "aidpostd: 文件已损坏或被改动", 1);
    screen_keys(screen, "2 Enter");
    expect_call(desk, "import", "备份盘/aidpost-1-20261023-0912.aidb", 1);
    screen_expect_any(screen, " 文件已损坏或被改动");
    screen_expect_none(screen, "aidpostd:");
    program_says(desk, "没有要带给别的机器的回执", 0);
    screen_keys(screen, "F10 3");
    expect_call(desk, "returns", "备份盘", 1);
    screen_expect_any(screen, "没有要带给别的机器的回执");
    screen_keys(screen, "F1");
    screen_expect_any(screen, "镇工作站打不开别人的文件");
    screen_close(screen);
}

/* Pulled out since the screen was drawn: its folder may still be there, on this machine's own disk. */
static void test_pulled_out(void **state)
{
    struct desk *desk = *state;

    plug_in(desk, true);
    sit_down(desk, &desk->world.stations[0]);
    screen_keys(&desk->screen, "3");
    screen_expect_any(&desk->screen, "KINGSTON");
    plug_in(desk, false);
    screen_keys(&desk->screen, "1");
    screen_expect_any(&desk->screen, "U 盘已经拔出来了，什么也没有写");
    screen_expect_none(&desk->screen, "KINGSTON");
    char path[PATH_MAX];
    assert_int_equal(file_join(path, sizeof path, desk->folder, "calls"), STATUS_OK);
    assert_int_not_equal(access(path, F_OK), 0); /* nobody was told to write */
    screen_close(&desk->screen);
}

/* With nothing to hand over no file is written, and nobody is sent away with the stick. */
static void test_nothing_to_hand_over(void **state)
{
    struct desk *desk = *state;
    plug_in(desk, true);
    write_file(desk->folder, "aidpostd", "#!/bin/sh\necho 没有要交的，没有写文件\n", 0700);
    sit_down(desk, &desk->world.stations[0]);
    screen_keys(&desk->screen, "3 1");
    screen_expect_any(&desk->screen, "没有要交的，没有写文件");
    screen_expect_none(&desk->screen, "把 U 盘带到县中心");
    screen_close(&desk->screen);
}

/* What is chosen stays so: another stick pulled out, a receipt written above the file. */
static void test_the_chosen_one_stays(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    char stick[PATH_MAX + 16], media[3 * PATH_MAX + 64], command[2 * PATH_MAX];

    plug_in(desk, true);
    sit_down(desk, &desk->world.center);
    screen_keys(screen, "3 Down");
    screen_expect(screen, 4, "> 备份盘");
    snprintf(media, sizeof media, "%s/stores:%s/KINGSTON:%s/备份盘", desk->folder, desk->folder, desk->folder);
    setenv("AIDPOST_MEDIA", media, 1);
    screen_keys(screen, "F5");
    screen_expect(screen, 5, "> 备份盘");
    snprintf(stick, sizeof stick, "%s/备份盘", desk->folder);
    write_file(stick, "from-7.aidb", "x", 0600);
    snprintf(command, sizeof command, "#!/bin/sh\ntouch -d '2030-01-01' '%s/from-7.aidb.return'\necho 收下 60 条\n", stick);
    write_file(desk->folder, "aidpostd", command, 0700);
    screen_keys(screen, "F5 2 Enter");
    screen_expect_any(screen, "收下 60 条");
    screen_expect_any(screen, "  from-7.aidb.return");
    screen_expect_any(screen, "> from-7.aidb ");

    /* One is drawn still and is gone: said in words. */
    snprintf(command, sizeof command, "rm -rf '%s/KINGSTON'", desk->folder);
    assert_int_equal(system(command), 0);
    screen_keys(screen, "F10 Up");
    screen_expect_any(screen, "读不了这个盘，可能已经拔出来了；插好后按 F5");
    screen_expect_none(screen, "No such file");
    screen_close(screen);
}

static void test_at_the_center(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    char stick[PATH_MAX + 16];

    plug_in(desk, true);
    program_says(desk, "收下 60 条", 0);
    snprintf(stick, sizeof stick, "%s/KINGSTON", desk->folder);
    write_file(stick, "aidpost-7-20261023-0900.aidb", "x", 0600);
    write_file(stick, "letter.txt", "x", 0600);
    sit_down(desk, &desk->world.center);
    screen_keys(screen, "3");
    screen_expect_none(screen, "letter");
    screen_keys(screen, "1");
    screen_keys(screen, "2 Enter");
    expect_call(desk, "import", "KINGSTON/aidpost-7-20261023-0900.aidb", 0);
    screen_expect_any(screen, "收下 60 条");
    screen_close(screen);
}

/* Whose a new machine is: chosen from the county's offices, not typed from memory. */
static void test_a_new_machine_is_given_to_an_office(void **state)
{
    struct desk *desk = *state;
    struct node *center = &desk->world.center;
    struct screen *screen = &desk->screen;
    struct buf calls;
    struct record org;
    char path[PATH_MAX];

    record_init(&org, catalogue_find("org"));
    assert_int_equal(record_set_int(&org, "number", 12), STATUS_OK);
    assert_int_equal(record_set_text(&org, "name", "白马镇法律援助工作站"), STATUS_OK);
    assert_int_equal(record_set_text(&org, "kind", "station"), STATUS_OK);
    assert_int_equal(records_save(center->store, &center->actor, center->codes, center->random, &org, NULL), STATUS_OK);
    record_release(&org);
    program_says(desk, "0E935-V3P8D-Z5NNE-0VPA7", 0);
    sit_down(desk, center);
    screen_keys(screen, "4");
    screen_expect_any(screen, "新机器属于哪个单位");
    screen_expect_any(screen, "白马镇法律援助工作站");
    screen_keys(screen, "bmz Enter");
    screen_expect_any(screen, "新机器叫什么");
    screen_keys(screen, "Enter");
    screen_expect_any(screen, "登记码  0E935-V3P8D-Z5NNE-0VPA7");
    buf_init(&calls, 65536);
    assert_int_equal(file_join(path, sizeof path, desk->folder, "calls"), STATUS_OK);
    assert_int_equal(file_read(path, &calls, NULL), STATUS_OK);
    assert_non_null(strstr(buf_cstr(&calls), "enrol new --org 白马镇法律援助工作站 --data "));
    buf_release(&calls);
    screen_close(screen);
}

/* Many files: the newest first, the selection stays in sight. */
static void test_many_files(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    char stick[PATH_MAX + 16];

    plug_in(desk, true);
    snprintf(stick, sizeof stick, "%s/KINGSTON", desk->folder);
    for (int i = 0; i < 25; i++) {
        char name[32], path[PATH_MAX];
        struct timespec times[2] = {{.tv_sec = 1000000 + i}, {.tv_sec = 1000000 + i}};

        snprintf(name, sizeof name, "file-%02d.aidb", i);
        write_file(stick, name, "x", 0600);
        assert_int_equal(file_join(path, sizeof path, stick, name), STATUS_OK);
        assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
    }
    sit_down(desk, &desk->world.stations[0]);
    screen_keys(screen, "3 2");
    screen_expect_any(screen, "> file-24.aidb");
    for (int i = 0; i < 30; i++)
        screen_keys(screen, "Down");
    screen_expect_any(screen, "> file-00.aidb");
    screen_close(screen);
}

static void put(struct desk *desk, const char *name, const char *text, int64_t at)
{
    char path[2 * PATH_MAX];
    struct timespec times[2] = {{.tv_sec = at}, {.tv_sec = at}};

    write_file(desk->folder, name, text, 0600);
    assert_int_equal(file_join(path, sizeof path, desk->folder, name), STATUS_OK);
    assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
}

static void make_folder(struct desk *desk, const char *name)
{
    char path[2 * PATH_MAX];

    assert_int_equal(file_join(path, sizeof path, desk->folder, name), STATUS_OK);
    assert_int_equal(file_make_folder(path, NULL), STATUS_OK);
}

static size_t find_on(struct desk *desk, const char *stick, struct media_found *found)
{
    static struct media_file files[MEDIA_FILES_MAX];
    char path[2 * PATH_MAX];

    assert_int_equal(file_join(path, sizeof path, desk->folder, stick), STATUS_OK);
    assert_int_equal(media_files(path, MEDIA_NEWEST, files, MEDIA_FILES_MAX, found, NULL), STATUS_OK);
    return found->n;
}

/* More than can be listed: which ones are, and in which order. */
static void test_newest_or_oldest(void **state)
{
    struct desk *desk = *state;
    struct media_found found;
    struct media_file files[3];
    char folder[PATH_MAX + 32], name[32], path[2 * PATH_MAX];

    snprintf(folder, sizeof folder, "%s/KINGSTON", desk->folder);
    for (int i = 1; i <= 5; i++) {
        struct timespec times[2] = {{.tv_sec = 1760000000 + i * 60}, {.tv_sec = 1760000000 + i * 60}};
        snprintf(name, sizeof name, "%d.aidb", i);
        write_file(folder, name, "x", 0600);
        assert_int_equal(file_join(path, sizeof path, folder, name), STATUS_OK);
        assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
    }
    for (int oldest = 0; oldest < 2; oldest++) {
        assert_int_equal(media_files(folder, oldest ? MEDIA_OLDEST : MEDIA_NEWEST, files, 3, &found, NULL), STATUS_OK);
        assert_int_equal(found.n, 3);
        assert_int_equal(found.total, 5);
        for (int i = 0; i < 3; i++) {
            snprintf(name, sizeof name, "%d.aidb", oldest ? 1 + i : 5 - i);
            assert_string_equal(files[i].name, name);
        }
    }
}

/* People rename files and put them into folders, Windows and FAT rename them, too: found they are all the same, by what they begin with. */
static void test_files_under_other_names(void **state)
{
    static const char *const there[] = {"LAPTOP~1.AID", "A.AIDB", "b.aidb(1)", "c.aidb.txt", "白马镇的文件", "KINGSTON.RETURN", "收件/十月/d.aidb", "copy of e"};
    static const char *const none[] = {"letter.txt", "f.aidb.tmp", "half.tmp", ".Trash-1000/files/g.aidb", "$RECYCLE.BIN/h.aidb"};
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    struct media_found found;
    char name[128], whole[64], link[2 * PATH_MAX];

    snprintf(whole, sizeof whole, "%s, and what follows", RELAY_MAGIC);
    make_folder(desk, "KINGSTON/收件/十月");
    make_folder(desk, "KINGSTON/.Trash-1000/files");
    make_folder(desk, "KINGSTON/$RECYCLE.BIN");
    for (size_t i = 0; i < sizeof there / sizeof *there; i++) {
        snprintf(name, sizeof name, "KINGSTON/%s", there[i]);
        put(desk, name, whole, 1760000000 - (int64_t)i);
    }
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        snprintf(name, sizeof name, "KINGSTON/%s", none[i]);
        put(desk, name, i == 0 ? "Dear sir," : whole, 1770000000);
    }
    snprintf(link, sizeof link, "%s/KINGSTON/circle", desk->folder);
    assert_int_equal(symlink(".", link), 0);
    snprintf(link, sizeof link, "%s/KINGSTON/pipe.aidb", desk->folder);
    assert_int_equal(mkfifo(link, 0600), 0);
    snprintf(link, sizeof link, "%s/KINGSTON/pipe", desk->folder);
    assert_int_equal(mkfifo(link, 0600), 0);
    assert_int_equal(find_on(desk, "KINGSTON", &found), sizeof there / sizeof *there);
    assert_int_equal(found.total, found.n);
    assert_true(found.whole);
    plug_in(desk, true);
    program_says(desk, "收下 60 条", 0);
    sit_down(desk, &desk->world.center);
    screen_keys(screen, "3 2");
    for (size_t i = 0; i < sizeof there / sizeof *there; i++)
        screen_expect_any(screen, there[i]);
    screen_expect_none(screen, "letter");
    screen_keys(screen, "End Up Enter");
    expect_call(desk, "import", "KINGSTON/收件/十月/d.aidb", 0);
    screen_close(screen);
}

/* The name is shown so far as it can be, and taken as it is. */
static void test_names_of_any_length_and_kind(void **state)
{
    struct desk *desk = *state;
    struct media_found found;
    char name[320];

    memset(name, 'x', sizeof name);
    memcpy(name, "KINGSTON/", 9);
    strcpy(name + 9 + 240, ".aidb");
    put(desk, name, "x", 1);
    put(desk, "KINGSTON/张\n三\x1b[31m.aidb", "x", 2);
    put(desk, "KINGSTON/\xb0\xd7.aidb", "x", 3);
    assert_int_equal(find_on(desk, "KINGSTON", &found), 3);
    plug_in(desk, true);
    sit_down(desk, &desk->world.center);
    screen_keys(&desk->screen, "3 2");
    screen_expect_any(&desk->screen, "  张?三?[31m.aidb");
    screen_expect_any(&desk->screen, "> ??.aidb");
    screen_expect_any(&desk->screen, "xxxxxxxx");
    screen_close(&desk->screen);
}

/* The whole stick in one go, at either side. */
static void test_import_all(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;

    plug_in(desk, true);
    program_says(desk, "3 个文件：收下 2 个，没有收下 1 个", 3);
    sit_down(desk, &desk->world.center);
    screen_keys(screen, "3 4");
    screen_expect_any(screen, "没有交接文件");
    put(desk, "KINGSTON/a.aidb", "x", 1);
    put(desk, "KINGSTON/b.aidb", "x", 2);
    screen_keys(screen, "F5 4");
    expect_call(desk, "import", "KINGSTON", 0);
    screen_expect_any(screen, "3 个文件：收下 2 个，没有收下 1 个");
    screen_close(screen);
    sit_down(desk, &desk->world.stations[0]);
    screen_keys(screen, "3 4");
    expect_call(desk, "import", "KINGSTON", 1);
    screen_close(screen);
}

/* One that is plugged in and that nobody mounted: what it is called, and what to do. */
static void test_not_mounted(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    char root[PATH_MAX + 16];

    make_folder(desk, "root/sys/block/sdz/sdz1");
    make_folder(desk, "root/run/udev/data");
    put(desk, "root/sys/block/sdz/removable", "1\n", 1);
    put(desk, "root/sys/block/sdz/sdz1/dev", "8:65\n", 1);
    put(desk, "root/sys/block/sdz/sdz1/size", "15728640\n", 1);
    put(desk, "root/run/udev/data/b8:65", "E:ID_FS_LABEL=DATATRAVEL\nE:ID_FS_TYPE=ext4\n", 1);
    snprintf(root, sizeof root, "%s/root", desk->folder);
    setenv("AIDPOST_ROOT", root, 1);
    plug_in(desk, false);
    sit_down(desk, &desk->world.stations[0]);
    screen_keys(screen, "3");
    screen_expect_any(screen, "DATATRAVEL");
    screen_expect_any(screen, "插着，还没有挂载（/dev/sdz1）");
    screen_expect_any(screen, "/dev/sdz1 "); /* the command, and then F5 */
    screen_expect_none(screen, "没有插着的 U 盘");
    screen_keys(screen, "1");
    screen_expect_any(screen, "先运行屏幕上写的命令");
    plug_in(desk, true);
    screen_keys(screen, "F5");
    screen_expect_any(screen, "KINGSTON");
    screen_expect_any(screen, "DATATRAVEL");
    unsetenv("AIDPOST_ROOT");
    screen_keys(screen, "F5");
    screen_expect_none(screen, "DATATRAVEL");
    screen_close(screen);
}

/* A stick with everything else on it: its files of ours are found, a little is opened, and where that was not enough it is said what to do. */
static void test_a_stick_full_of_other_files(void **state)
{
    struct desk *desk = *state;
    struct media_found found;
    char name[64];

    make_folder(desk, "KINGSTON/DCIM");
    for (int i = 0; i < MEDIA_OPENED_MAX + 20; i++) {
        snprintf(name, sizeof name, "KINGSTON/DCIM/DSC%05d.JPG", i);
        put(desk, name, "\xff\xd8\xff and what follows", 1);
    }
    plug_in(desk, true);
    sit_down(desk, &desk->world.center);
    screen_keys(&desk->screen, "3 2");
    screen_expect_any(&desk->screen, "盘上东西太多，没有全看");
    put(desk, "KINGSTON/DCIM/a.aidb", "x", 2);
    put(desk, "KINGSTON/DCIM/b.AIDB", "x", 3);
    assert_int_equal(find_on(desk, "KINGSTON", &found), 2);
    assert_false(found.whole);
    screen_keys(&desk->screen, "F5 2");
    screen_expect_any(&desk->screen, "> DCIM/b.AIDB");
    screen_close(&desk->screen);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_without_a_stick, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_a_stick_that_cannot_be_written, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_export_and_import, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_many_files_are_paged_through, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_pulled_out, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_nothing_to_hand_over, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_the_chosen_one_stays, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_at_the_center, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_a_new_machine_is_given_to_an_office, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_many_files, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_import_all, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_newest_or_oldest, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_not_mounted, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_files_under_other_names, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_names_of_any_length_and_kind, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_a_stick_full_of_other_files, open_desk, close_desk),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
