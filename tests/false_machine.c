/* tests/false_machine.c - a machine whose clock and disk are the test's: loaded before the C library (LD_PRELOAD) into the real programs, which know nothing of it. Only for tests.
 *
 * FALSE_CLOCK=FILE   the wall clock is the true one plus the seconds that stand in FILE; read anew at each look, so that a clock also jumps under a running program. No file: 0.
 * FALSE_FULL=FILE    while FILE is there, files of the folder that holds it, and of folders below, cannot become longer: ENOSPC, as on a full disk. What lies within a file is still
 *                    written over, files are made and removed; the free space is 0.
 *
 * Wraps what SQLite, libuv and our own files call: clock_gettime, gettimeofday, time, write, pwrite, ftruncate, posix_fallocate, fwrite, statvfs, also under their names for long files. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

/* ---- clock ---- */

/* Raw calls: this must work before anything else does, and must not come back here. */
static long long seconds_off(void)
{
    const char *path = getenv("FALSE_CLOCK");
    char text[32] = "";
    int fd = path != NULL ? (int)syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC, 0) : -1;

    if (fd < 0)
        return 0;
    if (syscall(SYS_read, fd, text, sizeof text - 1) < 0)
        text[0] = '\0';
    syscall(SYS_close, fd);
    return strtoll(text, NULL, 10);
}

int clock_gettime(clockid_t id, struct timespec *out)
{
    int result = (int)syscall(SYS_clock_gettime, id, out);

    if (result == 0 && (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE))
        out->tv_sec += seconds_off();
    return result;
}

int gettimeofday(struct timeval *restrict out, void *restrict zone)
{
    struct timespec now;

    (void)zone;
    clock_gettime(CLOCK_REALTIME, &now);
    *out = (struct timeval){.tv_sec = now.tv_sec, .tv_usec = now.tv_nsec / 1000};
    return 0;
}

time_t time(time_t *out)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    if (out != NULL)
        *out = now.tv_sec;
    return now.tv_sec;
}

/* ---- disk ---- */

/* The folder that is full now, "" when none is. */
static void full_folder(char out[PATH_MAX])
{
    const char *path = getenv("FALSE_FULL");
    const char *slash = path != NULL ? strrchr(path, '/') : NULL;
    struct stat there;

    out[0] = '\0';
    if (slash != NULL && stat(path, &there) == 0)
        snprintf(out, PATH_MAX, "%.*s", (int)(slash - path), path);
}

static bool on_full_disk(int fd)
{
    char folder[PATH_MAX], name[64], path[PATH_MAX];
    ssize_t len;
    size_t folder_len;

    full_folder(folder);
    folder_len = strlen(folder);
    if (folder_len == 0)
        return false;
    snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
    len = readlink(name, path, sizeof path - 1);
    if (len < 0)
        return false;
    path[len] = '\0';
    return strncmp(path, folder, folder_len) == 0 && path[folder_len] == '/';
}

/* Would it be longer then? Says ENOSPC if so. */
static bool no_room(int fd, off_t end)
{
    int before = errno;
    struct stat file;
    bool none = on_full_disk(fd) && fstat(fd, &file) == 0 && S_ISREG(file.st_mode) && end > file.st_size;

    errno = none ? ENOSPC : before;
    return none;
}

ssize_t write(int fd, const void *data, size_t len)
{
    off_t at = lseek(fd, 0, SEEK_CUR);

    return at >= 0 && no_room(fd, at + (off_t)len) ? -1 : syscall(SYS_write, fd, data, len);
}

ssize_t pwrite(int fd, const void *data, size_t len, off_t at)
{
    return no_room(fd, at + (off_t)len) ? -1 : syscall(SYS_pwrite64, fd, data, len, at);
}

ssize_t pwrite64(int fd, const void *data, size_t len, off_t at)
{
    return pwrite(fd, data, len, at);
}

int ftruncate(int fd, off_t len)
{
    return no_room(fd, len) ? -1 : (int)syscall(SYS_ftruncate, fd, len);
}

int ftruncate64(int fd, off_t len)
{
    return ftruncate(fd, len);
}

int posix_fallocate(int fd, off_t at, off_t len)
{
    return no_room(fd, at + len) ? ENOSPC : syscall(SYS_fallocate, fd, 0, at, len) == 0 ? 0 : errno;
}

/* Into a buffer, as yet: denied where it could not be written out. */
size_t fwrite(const void *restrict data, size_t size, size_t n, FILE *restrict file)
{
    size_t (*system)(const void *, size_t, size_t, FILE *) = NULL;
    void *found = dlsym(RTLD_NEXT, "fwrite");
    off_t at = fileno(file) >= 0 ? ftello(file) : -1;

    memcpy(&system, &found, sizeof system);
    return at >= 0 && no_room(fileno(file), at + (off_t)(size * n)) ? 0 : system(data, size, n, file);
}

int posix_fallocate64(int fd, off_t at, off_t len)
{
    return posix_fallocate(fd, at, len);
}

int statvfs(const char *restrict path, struct statvfs *restrict out)
{
    int (*system)(const char *, struct statvfs *) = NULL;
    void *found = dlsym(RTLD_NEXT, "statvfs");
    char folder[PATH_MAX], whole[PATH_MAX];

    memcpy(&system, &found, sizeof system);
    int result = system(path, out);

    full_folder(folder);
    if (result == 0 && folder[0] != '\0' && realpath(path, whole) != NULL && strncmp(whole, folder, strlen(folder)) == 0)
        out->f_bavail = out->f_bfree = 0;
    return result;
}
