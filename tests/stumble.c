/* tests/stumble.c - see stumble.h. */
#include "tests/stumble.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LOOSE_MAX = 32 };

static struct {
    struct stumble how;
    bool on, committed_on_loose;
    uint64_t count, fired;
    char *failed;
    struct stat loose[LOOSE_MAX]; /* folders: of each rename the one it went to */
    size_t n_loose;
} state;

int __real_sqlite3_step(sqlite3_stmt *stmt);
int __wrap_sqlite3_step(sqlite3_stmt *stmt);
void *__real_malloc(size_t bytes);
void *__real_calloc(size_t n, size_t bytes);
void *__real_realloc(void *old, size_t bytes);
char *__real_strdup(const char *text);
void *__wrap_malloc(size_t bytes);
void *__wrap_calloc(size_t n, size_t bytes);
void *__wrap_realloc(void *old, size_t bytes);
char *__wrap_strdup(const char *text);

enum what { STEP, ALLOCATION, FILE_CALL };

static bool falls(enum what what)
{
    if (!state.on || what != (state.how.memory ? ALLOCATION : state.how.disk ? FILE_CALL : STEP))
        return false;
    state.count++;
    if (state.count != state.how.at && !(state.how.for_good && state.how.at > 0 && state.count > state.how.at))
        return false;
    state.fired++;
    return true;
}

/* SQLite takes back without writing: that never fails. What has no text is SQLite's own, by which it reads the schema: it asks the statement afterwards how it ended, which knows of no failure, and would go on with
 * the tables it has read so far. */
static bool is_spared(sqlite3_stmt *stmt)
{
    const char *sql = sqlite3_sql(stmt);

    return sql == NULL || strcmp(sql, "ROLLBACK") == 0;
}

int __wrap_sqlite3_step(sqlite3_stmt *stmt)
{
    if (state.n_loose > 0 && state.on && sqlite3_sql(stmt) != NULL && strcmp(sqlite3_sql(stmt), "COMMIT") == 0)
        state.committed_on_loose = true;
    /* Most steps are taken while nothing is to fail: those ask for nothing more. */
    if (!state.on || state.how.memory || state.how.disk || is_spared(stmt) || !falls(STEP))
        return __real_sqlite3_step(stmt);
    if (state.failed == NULL)
        state.failed = __real_strdup(sqlite3_sql(stmt));
    return state.how.code;
}

int stumble_statement(const char *sql)
{
    if (!state.on || state.how.memory || state.how.disk || !falls(STEP))
        return SQLITE_OK;
    if (state.failed == NULL)
        state.failed = __real_strdup(sql);
    return state.how.code;
}

void *__wrap_malloc(size_t bytes)
{
    return falls(ALLOCATION) ? NULL : __real_malloc(bytes);
}

void *__wrap_calloc(size_t n, size_t bytes)
{
    return falls(ALLOCATION) ? NULL : __real_calloc(n, bytes);
}

void *__wrap_realloc(void *old, size_t bytes)
{
    return falls(ALLOCATION) ? NULL : __real_realloc(old, bytes);
}

char *__wrap_strdup(const char *text)
{
    return falls(ALLOCATION) ? NULL : __real_strdup(text);
}

/* ---- files ---- */

int __real_open(const char *path, int flags, ...);
int __real_stat(const char *path, struct stat *out);
int __real_lstat(const char *path, struct stat *out);
int __real_fstat(int fd, struct stat *out);
ssize_t __real_read(int fd, void *data, size_t len);
ssize_t __real_pread(int fd, void *data, size_t len, off_t at);
ssize_t __real_write(int fd, const void *data, size_t len);
ssize_t __real_pwrite(int fd, const void *data, size_t len, off_t at);
DIR *__real_opendir(const char *path);
struct dirent *__real_readdir(DIR *dir);
int __real_fdatasync(int fd);
int __real_fsync(int fd);
int __real_ftruncate(int fd, off_t len);
int __real_fchmod(int fd, mode_t mode);
int __real_flock(int fd, int how);
int __real_rename(const char *from, const char *to);
int __real_link(const char *from, const char *to);
int __wrap_link(const char *from, const char *to);
int __real_mkdir(const char *path, mode_t mode);
int __wrap_open(const char *path, int flags, ...);
int __wrap_stat(const char *path, struct stat *out);
int __wrap_lstat(const char *path, struct stat *out);
int __wrap_fstat(int fd, struct stat *out);
ssize_t __wrap_read(int fd, void *data, size_t len);
ssize_t __wrap_pread(int fd, void *data, size_t len, off_t at);
ssize_t __wrap_write(int fd, const void *data, size_t len);
ssize_t __wrap_pwrite(int fd, const void *data, size_t len, off_t at);
DIR *__wrap_opendir(const char *path);
struct dirent *__wrap_readdir(DIR *dir);
int __wrap_fdatasync(int fd);
int __wrap_fsync(int fd);
int __wrap_ftruncate(int fd, off_t len);
int __wrap_fchmod(int fd, mode_t mode);
int __wrap_flock(int fd, int how);
int __wrap_rename(const char *from, const char *to);
int __wrap_mkdir(const char *path, mode_t mode);

static bool disk_falls(bool needs_room)
{
    if (state.how.code == STUMBLE_SHORT || (state.how.code == ENOSPC && !needs_room) || !falls(FILE_CALL))
        return false;
    if (state.how.code == STUMBLE_KILL)
        _exit(STUMBLE_KILLED);
    errno = state.how.code;
    return true;
}

/* How much of it is moved. */
static size_t shortened(size_t len)
{
    return state.how.code == STUMBLE_SHORT && len > 1 && falls(FILE_CALL) ? len / 2 : len;
}

static void note_loose(const char *path)
{
    const char *slash = strrchr(path, '/');
    char folder[4096];

    snprintf(folder, sizeof folder, "%.*s", slash == NULL || slash == path ? 1 : (int)(slash - path), slash == NULL ? "." : path);
    if (state.on && state.n_loose < LOOSE_MAX && __real_stat(folder, &state.loose[state.n_loose]) == 0)
        state.n_loose++;
}

int __wrap_open(const char *path, int flags, ...)
{
    va_list rest;

    va_start(rest, flags);
    mode_t mode = (flags & O_CREAT) != 0 ? (mode_t)va_arg(rest, int) : 0;
    va_end(rest);
    if (disk_falls((flags & O_CREAT) != 0))
        return -1;
    bool makes = state.on && state.how.names && (flags & O_CREAT) != 0 && faccessat(AT_FDCWD, path, F_OK, 0) != 0;
    int fd = __real_open(path, flags, mode);
    if (makes && fd >= 0)
        note_loose(path);
    return fd;
}

int __wrap_stat(const char *path, struct stat *out)
{
    return disk_falls(false) ? -1 : __real_stat(path, out);
}

int __wrap_lstat(const char *path, struct stat *out)
{
    return disk_falls(false) ? -1 : __real_lstat(path, out);
}

int __wrap_fstat(int fd, struct stat *out)
{
    return disk_falls(false) ? -1 : __real_fstat(fd, out);
}

ssize_t __wrap_read(int fd, void *data, size_t len)
{
    return disk_falls(false) ? -1 : __real_read(fd, data, shortened(len));
}

ssize_t __wrap_pread(int fd, void *data, size_t len, off_t at)
{
    return disk_falls(false) ? -1 : __real_pread(fd, data, shortened(len), at);
}

ssize_t __wrap_write(int fd, const void *data, size_t len)
{
    return disk_falls(true) ? -1 : __real_write(fd, data, shortened(len));
}

ssize_t __wrap_pwrite(int fd, const void *data, size_t len, off_t at)
{
    return disk_falls(true) ? -1 : __real_pwrite(fd, data, shortened(len), at);
}

int __wrap_fdatasync(int fd)
{
    return disk_falls(true) ? -1 : __real_fdatasync(fd);
}

DIR *__wrap_opendir(const char *path)
{
    return disk_falls(false) ? NULL : __real_opendir(path);
}

struct dirent *__wrap_readdir(DIR *dir)
{
    return disk_falls(false) ? NULL : __real_readdir(dir);
}

static void note_synced(int fd)
{
    struct stat synced;
    size_t n = 0;

    if (state.n_loose == 0 || __real_fstat(fd, &synced) != 0)
        return;
    for (size_t i = 0; i < state.n_loose; i++)
        if (state.loose[i].st_ino != synced.st_ino || state.loose[i].st_dev != synced.st_dev)
            state.loose[n++] = state.loose[i];
    state.n_loose = n;
}

int __wrap_fsync(int fd)
{
    if (disk_falls(true))
        return -1;
    note_synced(fd);
    return __real_fsync(fd);
}

int __wrap_ftruncate(int fd, off_t len)
{
    return disk_falls(false) ? -1 : __real_ftruncate(fd, len);
}

int __wrap_fchmod(int fd, mode_t mode)
{
    return disk_falls(false) ? -1 : __real_fchmod(fd, mode);
}

int __wrap_flock(int fd, int how)
{
    return disk_falls(false) ? -1 : __real_flock(fd, how);
}

int __wrap_rename(const char *from, const char *to)
{
    if (disk_falls(false))
        return -1;
    int failed = __real_rename(from, to);
    if (failed == 0)
        note_loose(to);
    return failed;
}

int __wrap_link(const char *from, const char *to)
{
    if (disk_falls(true))
        return -1;
    int failed = __real_link(from, to);
    if (failed == 0)
        note_loose(to);
    return failed;
}

int __wrap_mkdir(const char *path, mode_t mode)
{
    if (disk_falls(true))
        return -1;
    int failed = __real_mkdir(path, mode);
    if (failed == 0 && state.how.names)
        note_loose(path);
    return failed;
}

/* ---- the test's own ---- */

void stumble_begin(struct stumble how)
{
    state.how = how;
    state.on = true;
    state.count = state.fired = 0;
    state.n_loose = 0;
    state.committed_on_loose = false;
    free(state.failed);
    state.failed = NULL;
}

uint64_t stumble_end(void)
{
    state.on = false;
    return state.fired;
}

uint64_t stumble_count(void)
{
    return state.count;
}

const char *stumble_failed(void)
{
    return state.failed != NULL ? state.failed : "";
}

size_t stumble_loose(void)
{
    return state.n_loose;
}

bool stumble_committed_on_loose(void)
{
    return state.committed_on_loose;
}

void stumble_told(void)
{
    state.committed_on_loose = false;
}

bool stumble_pause(void)
{
    bool on = state.on;

    state.on = false;
    return on;
}

void stumble_go_on(bool on)
{
    state.on = on;
}
