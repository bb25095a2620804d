/* tests/program_bed.c - see program_bed.h. */
#include "tests/program_bed.h"

#include <dirent.h>
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
#include "core/record/peer.h"
#include "sync/program.h"
#include "tests/fixture.h"
#include "tests/must.h"

/* ---- folders ---- */

static bool same(const struct buf *a, const struct buf *b)
{
    return a->len == b->len && (a->len == 0 || memcmp(a->data, b->data, a->len) == 0);
}

/* Left as it is when it is the same. */
static void copy_file(const char *from, const char *to)
{
    struct errmsg err = {{0}};
    struct buf bytes, there;
    bool is_there;

    buf_init(&bytes, PROGRAM_TEXT_MAX_BYTES);
    buf_init(&there, PROGRAM_TEXT_MAX_BYTES);
    must(file_read(from, &bytes, &err), &err);
    is_there = file_exists(to) && file_read(to, &there, &err) == STATUS_OK && same(&bytes, &there);
    buf_release(&there);
    if (is_there) {
        buf_release(&bytes);
        return;
    }
    FILE *file = fopen(to, "wb");
    assert_non_null(file);
    assert_int_equal(fchmod(fileno(file), 0600), 0);
    assert_int_equal(fwrite(bytes.data, 1, bytes.len, file), bytes.len);
    assert_int_equal(fclose(file), 0);
    buf_release(&bytes);
}

void program_bed_each(const char *folder, void (*visit)(const char *folder, const char *name, void *context), void *context)
{
    struct dirent **names;
    int n = scandir(folder, &names, NULL, alphasort);

    for (int i = 0; i < n; i++) {
        if (strcmp(names[i]->d_name, ".") != 0 && strcmp(names[i]->d_name, "..") != 0)
            visit(folder, names[i]->d_name, context);
        free(names[i]);
    }
    if (n >= 0)
        free(names);
}

static void copy_name(const char *folder, const char *name, void *context)
{
    char from[PATH_MAX], to[PATH_MAX];
    struct stat there;

    snprintf(from, sizeof from, "%s/%s", folder, name);
    snprintf(to, sizeof to, "%s/%s", (const char *)context, name);
    assert_int_equal(stat(from, &there), 0);
    if (!S_ISDIR(there.st_mode)) {
        copy_file(from, to);
        return;
    }
    if (mkdir(to, 0700) != 0)
        assert_int_equal(errno, EEXIST);
    program_bed_each(from, copy_name, to);
}

static void remove_other(const char *folder, const char *name, void *context)
{
    char path[PATH_MAX], before[PATH_MAX];
    struct stat there, kept;

    snprintf(path, sizeof path, "%s/%s", folder, name);
    snprintf(before, sizeof before, "%s/%s", (const char *)context, name);
    if (lstat(path, &there) != 0)
        return;
    bool was = lstat(before, &kept) == 0 && (there.st_mode & S_IFMT) == (kept.st_mode & S_IFMT);
    if (S_ISDIR(there.st_mode))
        was ? program_bed_each(path, remove_other, before) : test_folder_remove(path);
    else if (!was)
        assert_int_equal(unlink(path), 0);
}

void program_bed_anew(void)
{
    char to[] = "now", from[] = "kept";

    (void)mkdir("now", 0700);
    program_bed_each("now", remove_other, from);
    program_bed_each(from, copy_name, to);
}

/* ---- the program ---- */

static void read_back(FILE *file, struct buf *out)
{
    char part[4096];
    size_t n;

    buf_init(out, PROGRAM_TEXT_MAX_BYTES);
    rewind(file);
    while ((n = fread(part, 1, sizeof part, file)) > 0)
        buf_append(out, part, n);
    fclose(file);
}

void said_release(struct said *said)
{
    buf_release(&said->out);
    buf_release(&said->err);
}

void program_call(const char *const words[], const struct stumble *how, struct said *said, uint64_t *fired)
{
    char *argv[PROGRAM_WORDS_MAX + 2] = {(char *)(uintptr_t)"aidpostd"};
    FILE *out = tmpfile(), *err = tmpfile();
    int argc = 1, old_out, old_err;

    assert_true(out != NULL && err != NULL);
    while (words[argc - 1] != NULL) {
        argv[argc] = (char *)(uintptr_t)words[argc - 1];
        argc++;
    }
    fflush(stdout);
    fflush(stderr);
    old_out = dup(STDOUT_FILENO);
    old_err = dup(STDERR_FILENO);
    assert_true(dup2(fileno(out), STDOUT_FILENO) >= 0 && dup2(fileno(err), STDERR_FILENO) >= 0);
    if (how != NULL)
        stumble_begin(*how);
    said->code = program_run(argc, argv);
    if (how != NULL)
        *fired = stumble_end();
    fflush(stdout);
    fflush(stderr);
    assert_true(dup2(old_out, STDOUT_FILENO) >= 0 && dup2(old_err, STDERR_FILENO) >= 0);
    close(old_out);
    close(old_err);
    read_back(out, &said->out);
    read_back(err, &said->err);
}

void program_must(const char *const words[])
{
    struct said said;

    program_call(words, NULL, &said, NULL);
    if (said.code != 0)
        fail_msg("%s: %d: %s", words[0], said.code, buf_cstr(&said.err));
    said_release(&said);
}

/* ---- the bed ---- */

static void make_key(const char *folder, struct identity *out)
{
    struct errmsg err = {{0}};

    must(identity_create(out, folder, random_system(), &err), &err);
}

static void introduce(struct program_bed *bed, struct world *world, size_t i)
{
    struct node *station = &world->stations[i];
    struct store *center = world->center.store;
    struct identity identity;
    struct errmsg err = {{0}};
    char folder[32];

    snprintf(folder, sizeof folder, "kept/%zu", i + 1);
    make_key(folder, &identity);
    must(store_begin(center, "test", &err), &err);
    struct stmt *stmt = store_prepare(center, "UPDATE peer SET pin=?2, alarm=CASE station_no WHEN 2 THEN '两台机器共用一份密钥' ELSE '' END WHERE station_no=?1");
    stmt_int(stmt, 1, station->peer.station_no);
    stmt_blob(stmt, 2, identity.pin.bytes, HASH_BYTES);
    must(stmt_run(stmt, &err), &err);
    must(store_commit(center, &err), &err);
    must(store_begin(station->store, "test", &err), &err);
    must(center_address_set(station->store, "127.0.0.1:7474", bed->center_pin, &err), &err);
    must(center_key_set(station->store, bed->center_key, &err), &err);
    must(store_commit(station->store, &err), &err);
    identity_release(&identity);
}

void program_bed_open(struct program_bed *bed)
{
    struct world world;
    struct identity identity;

    memset(bed, 0, sizeof *bed);
    assert_non_null(getcwd(bed->before, sizeof bed->before));
    snprintf(bed->folder, sizeof bed->folder, "test_stumble.XXXXXX");
    assert_non_null(mkdtemp(bed->folder));
    assert_int_equal(chdir(bed->folder), 0);
    assert_int_equal(mkdir("kept", 0700), 0);
    world_open(&world, PROGRAM_STATIONS, "kept");
    make_key("kept/0", &identity);
    bed->center_pin = identity.pin;
    memcpy(bed->center_key, identity.public_key, sizeof bed->center_key);
    identity_release(&identity);
    for (size_t i = 0; i < PROGRAM_STATIONS; i++)
        introduce(bed, &world, i);
    node_consult(&world.stations[0], "张文芳", "工资没有发");
    node_consult(&world.stations[0], "李爱国", "房屋漏水");
    world_close(&world);
    /* Each machine's word beside its store is drawn; what is counted at the first file is counted. */
    DO("status", "--data", "kept/0");
    DO("status", "--data", "kept/1");
    DO("status", "--data", "kept/2");
    DO("bundle", "export", "kept/stick", "--data", "kept/1");
    assert_int_equal(mkdir("kept/returns", 0700), 0);
}

void program_bed_close(struct program_bed *bed)
{
    assert_int_equal(chdir(bed->before), 0);
    test_folder_remove(bed->folder);
}
