/* tests/crash_disk.c - see crash_disk.h. */
#include "tests/crash_disk.h"

#include <assert.h>
#include <fcntl.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sqlite3.h>

#include "core/base/id.h"

enum { SECTOR_BYTES = 512, FILES_MAX = 16, PATH_BYTES = 512 };

/* One write or truncation that no sync has covered. */
struct pending {
    struct pending *next; /* newer */
    sqlite3_int64 at;
    size_t len;
    uint8_t *data; /* NULL: a truncation to `at` */
};

/* A watched file as the disk certainly has it, and what came since. */
struct disk_file {
    char path[PATH_BYTES];
    uint8_t *synced;
    sqlite3_int64 synced_len;
    struct pending *first, *last;
    bool gone; /* deleted, and not made again */
};

static struct {
    sqlite3_vfs vfs;
    sqlite3_vfs *real;
    char folder[PATH_BYTES];
    uint64_t operations, at;
    bool off;
    struct disk_file files[FILES_MAX];
    size_t n_files;
} disk;

struct handle {
    sqlite3_file base;
    struct disk_file *file; /* NULL: not watched */
    sqlite3_file *real;
};

static sqlite3_file *real_of(sqlite3_file *file)
{
    return ((struct handle *)file)->real;
}

/* ---- what is not synced ---- */

static void read_whole(const char *path, uint8_t **bytes, sqlite3_int64 *len)
{
    struct stat info;
    int fd = open(path, O_RDONLY);

    *bytes = NULL;
    *len = 0;
    if (fd < 0)
        return;
    if (fstat(fd, &info) == 0 && info.st_size > 0) {
        *bytes = malloc((size_t)info.st_size);
        assert(*bytes != NULL);
        *len = read(fd, *bytes, (size_t)info.st_size);
        assert(*len == info.st_size);
    }
    close(fd);
}

static struct disk_file *find_file(const char *path)
{
    struct disk_file *file;

    if (disk.folder[0] == '\0' || path == NULL || strncmp(path, disk.folder, strlen(disk.folder)) != 0 || strstr(path, "-shm") != NULL)
        return NULL;
    for (size_t i = 0; i < disk.n_files; i++)
        if (strcmp(disk.files[i].path, path) == 0)
            return &disk.files[i];
    assert(disk.n_files < FILES_MAX);
    file = &disk.files[disk.n_files++];
    memset(file, 0, sizeof *file);
    snprintf(file->path, sizeof file->path, "%s", path);
    read_whole(path, &file->synced, &file->synced_len);
    return file;
}

static void remember(struct disk_file *file, sqlite3_int64 at, const void *data, size_t len)
{
    struct pending *pending = calloc(1, sizeof *pending);

    assert(pending != NULL);
    pending->at = at;
    pending->len = len;
    if (data != NULL) {
        pending->data = malloc(len > 0 ? len : 1);
        assert(pending->data != NULL);
        memcpy(pending->data, data, len);
    }
    if (file->last != NULL)
        file->last->next = pending;
    else
        file->first = pending;
    file->last = pending;
}

static void forget(struct disk_file *file)
{
    while (file->first != NULL) {
        struct pending *pending = file->first;

        file->first = pending->next;
        free(pending->data);
        free(pending);
    }
    file->last = NULL;
}

static void now_synced(struct disk_file *file)
{
    forget(file);
    free(file->synced);
    read_whole(file->path, &file->synced, &file->synced_len);
}

/* Counts an operation; false: the power is gone. */
static bool powered(const struct disk_file *file)
{
    if (file == NULL)
        return true;
    if (!disk.off && ++disk.operations == disk.at)
        disk.off = true;
    return !disk.off;
}

/* ---- methods ---- */

static int file_close(sqlite3_file *file)
{
    return real_of(file)->pMethods != NULL ? real_of(file)->pMethods->xClose(real_of(file)) : SQLITE_OK;
}

static int file_read(sqlite3_file *file, void *out, int len, sqlite3_int64 at)
{
    return real_of(file)->pMethods->xRead(real_of(file), out, len, at);
}

static int file_write(sqlite3_file *file, const void *data, int len, sqlite3_int64 at)
{
    struct disk_file *watched = ((struct handle *)file)->file;

    if (!powered(watched))
        return SQLITE_IOERR_WRITE;
    if (watched != NULL)
        remember(watched, at, data, (size_t)len);
    return real_of(file)->pMethods->xWrite(real_of(file), data, len, at);
}

static int file_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    struct disk_file *watched = ((struct handle *)file)->file;

    if (!powered(watched))
        return SQLITE_IOERR_TRUNCATE;
    if (watched != NULL)
        remember(watched, size, NULL, 0);
    return real_of(file)->pMethods->xTruncate(real_of(file), size);
}

static int file_sync(sqlite3_file *file, int flags)
{
    struct disk_file *watched = ((struct handle *)file)->file;

    (void)flags; /* the real file needs no sync: the system does not die */
    if (!powered(watched))
        return SQLITE_IOERR_FSYNC;
    if (watched != NULL)
        now_synced(watched);
    return SQLITE_OK;
}

static int file_size(sqlite3_file *file, sqlite3_int64 *size)
{
    return real_of(file)->pMethods->xFileSize(real_of(file), size);
}

static int file_lock(sqlite3_file *file, int lock)
{
    return real_of(file)->pMethods->xLock(real_of(file), lock);
}

static int file_unlock(sqlite3_file *file, int lock)
{
    return real_of(file)->pMethods->xUnlock(real_of(file), lock);
}

static int file_check_reserved(sqlite3_file *file, int *out)
{
    return real_of(file)->pMethods->xCheckReservedLock(real_of(file), out);
}

static int file_control(sqlite3_file *file, int op, void *argument)
{
    return real_of(file)->pMethods->xFileControl(real_of(file), op, argument);
}

static int file_sector_size(sqlite3_file *file)
{
    (void)file;
    return SECTOR_BYTES;
}

static int file_device(sqlite3_file *file)
{
    (void)file;
    return SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

static int file_shm_map(sqlite3_file *file, int page, int size, int extend, void volatile **out)
{
    return real_of(file)->pMethods->xShmMap(real_of(file), page, size, extend, out);
}

static int file_shm_lock(sqlite3_file *file, int offset, int n, int flags)
{
    return real_of(file)->pMethods->xShmLock(real_of(file), offset, n, flags);
}

static void file_shm_barrier(sqlite3_file *file)
{
    real_of(file)->pMethods->xShmBarrier(real_of(file));
}

static int file_shm_unmap(sqlite3_file *file, int remove)
{
    return real_of(file)->pMethods->xShmUnmap(real_of(file), remove);
}

static const sqlite3_io_methods methods = {2,
                                           file_close,
                                           file_read,
                                           file_write,
                                           file_truncate,
                                           file_sync,
                                           file_size,
                                           file_lock,
                                           file_unlock,
                                           file_check_reserved,
                                           file_control,
                                           file_sector_size,
                                           file_device,
                                           file_shm_map,
                                           file_shm_lock,
                                           file_shm_barrier,
                                           file_shm_unmap,
                                           NULL,
                                           NULL};

static int disk_open(sqlite3_vfs *vfs, const char *path, sqlite3_file *file, int flags, int *out_flags)
{
    struct handle *handle = (struct handle *)file;
    int code;

    (void)vfs;
    handle->file = find_file(path);
    handle->real = (sqlite3_file *)(handle + 1);
    code = disk.real->xOpen(disk.real, path, handle->real, flags, out_flags);
    if (handle->file != NULL && code == SQLITE_OK)
        handle->file->gone = false;
    file->pMethods = handle->real->pMethods != NULL ? &methods : NULL;
    return code;
}

static int disk_delete(sqlite3_vfs *vfs, const char *path, int sync_folder)
{
    struct disk_file *file = find_file(path);

    (void)vfs;
    if (!powered(file))
        return SQLITE_IOERR_DELETE;
    if (file != NULL) { /* open handles point to its place; the deletion itself counts as durable */
        forget(file);
        free(file->synced);
        file->synced = NULL;
        file->synced_len = 0;
        file->gone = true;
    }
    return disk.real->xDelete(disk.real, path, sync_folder);
}

void crash_disk_install(void)
{
    disk.real = sqlite3_vfs_find(NULL);
    disk.vfs = *disk.real;
    disk.vfs.zName = "crash-disk";
    disk.vfs.szOsFile = (int)sizeof(struct handle) + disk.real->szOsFile;
    disk.vfs.pNext = NULL;
    disk.vfs.xOpen = disk_open;
    disk.vfs.xDelete = disk_delete;
    if (sqlite3_vfs_register(&disk.vfs, 1) != SQLITE_OK)
        abort();
}

static void drop_files(void)
{
    for (size_t i = 0; i < disk.n_files; i++) {
        forget(&disk.files[i]);
        free(disk.files[i].synced);
    }
    disk.n_files = 0;
}

void crash_disk_watch(const char *folder, uint64_t at)
{
    drop_files();
    snprintf(disk.folder, sizeof disk.folder, "%s", folder);
    disk.operations = 0;
    disk.at = at;
    disk.off = false;
}

uint64_t crash_disk_operations(void)
{
    return disk.operations;
}

bool crash_disk_is_off(void)
{
    return disk.off;
}

/* ---- what the disk holds afterwards ---- */

static void put(int fd, const void *data, size_t len, sqlite3_int64 at)
{
    if (pwrite(fd, data, len, at) != (ssize_t)len)
        abort();
}

static void settle_file(struct disk_file *file, enum crash_after after, struct random_source random)
{
    int fd = file->gone ? -1 : open(file->path, O_RDWR);

    if (fd < 0)
        return;
    if (ftruncate(fd, 0) != 0)
        abort();
    put(fd, file->synced, (size_t)file->synced_len, 0);
    for (struct pending *pending = file->first; pending != NULL && after == CRASH_KEEPS_SOME; pending = pending->next) {
        if (pending->data == NULL) {
            if (random_below(random, 2) == 0 && ftruncate(fd, pending->at) != 0)
                abort();
            continue;
        }
        for (size_t at = 0; at < pending->len; at += SECTOR_BYTES)
            if (random_below(random, 2) == 0)
                put(fd, pending->data + at, pending->len - at < SECTOR_BYTES ? pending->len - at : SECTOR_BYTES, pending->at + (sqlite3_int64)at);
    }
    close(fd);
}

void crash_disk_settle(enum crash_after after, uint64_t seed)
{
    uint64_t state = seed;
    struct random_source random = random_seeded(&state);
    char shm[PATH_BYTES + 32];

    for (size_t i = 0; i < disk.n_files && after != CRASH_KEEPS_ALL; i++)
        settle_file(&disk.files[i], after, random);
    for (size_t i = 0; i < disk.n_files; i++) {
        snprintf(shm, sizeof shm, "%s-shm", disk.files[i].path);
        unlink(shm);
    }
    drop_files();
    disk.folder[0] = '\0';
    disk.off = false;
}
