/* tui/media.c - see media.h. */
#include "tui/media.h"

#include <dirent.h>
#include <errno.h>
#include <mntent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "core/base/file.h"

/* False: not a folder to read. */
static bool look_at(const char *path, struct medium *out)
{
    const char *slash = strrchr(path, '/');
    struct statvfs room;
    struct stat st;

    if (strlen(path) >= sizeof out->path || stat(path, &st) != 0 || !S_ISDIR(st.st_mode) ||
        access(path, R_OK | X_OK) != 0 || statvfs(path, &room) != 0)
        return false;
    out->read_only = access(path, W_OK) != 0 || (room.f_flag & ST_RDONLY) != 0;
    snprintf(out->path, sizeof out->path, "%s", path);
    snprintf(out->name, sizeof out->name, "%.*s", MEDIA_NAME_BYTES - 1,
             slash != NULL && slash[1] != 0 ? slash + 1 : path);
    out->free_bytes = (uint64_t)room.f_bavail * room.f_frsize;
    return true;
}

static size_t list_named(const char *folders, struct medium *out, size_t max)
{
    char path[MEDIA_PATH_BYTES];
    size_t n = 0;

    while (*folders != 0 && n < max) {
        size_t len = strcspn(folders, ":");

        if (len > 0 && len < sizeof path) {
            memcpy(path, folders, len);
            path[len] = 0;
            n += look_at(path, &out[n]) ? 1 : 0;
        }
        folders += len;
        folders += *folders == ':';
    }
    return n;
}

static bool is_for_sticks(const char *path)
{
    static const char *const roots[] = {"/media/", "/run/media/", "/mnt/"};

    for (size_t i = 0; i < sizeof roots / sizeof *roots; i++)
        if (strncmp(path, roots[i], strlen(roots[i])) == 0)
            return true;
    return strcmp(path, "/mnt") == 0;
}

size_t media_list(struct medium *out, size_t max)
{
    const char *named = getenv("AIDPOST_MEDIA");
    struct mntent *mount;
    size_t n = 0;
    FILE *table;

    if (named != NULL && *named != 0)
        return list_named(named, out, max);
    table = setmntent("/proc/self/mounts", "re");
    while (table != NULL && n < max && (mount = getmntent(table)) != NULL)
        if (is_for_sticks(mount->mnt_dir))
            n += look_at(mount->mnt_dir, &out[n]) ? 1 : 0;
    if (table != NULL)
        endmntent(table);
    return n;
}

static bool ends_with(const char *name, const char *end)
{
    size_t len = strlen(name), end_len = strlen(end);

    return len > end_len && strcmp(name + len - end_len, end) == 0;
}

/* Keep the newest: insert by time, dropping the oldest when there is no room. */
static void insert(struct media_file *files, size_t max, size_t *n, const struct media_file *file)
{
    size_t at = *n;

    while (at > 0 && files[at - 1].changed_ms < file->changed_ms)
        at--;
    if (at == max)
        return;
    if (*n < max)
        (*n)++;
    memmove(files + at + 1, files + at, (*n - at - 1) * sizeof *files);
    files[at] = *file;
}

enum status media_files(const char *path, struct media_file *out, size_t max, size_t *n, size_t *total, struct errmsg *err)
{
    DIR *folder = opendir(path);
    enum status status = STATUS_OK;

    *n = *total = 0;
    if (folder == NULL)
        return errmsg_set(err, STATUS_IO, "读不了 %s: %s", path, strerror(errno));
    for (const char *name; (name = file_next_entry(folder, path, &status, err)) != NULL;) {
        struct media_file file = {.bytes = 0};
        struct stat st;
        size_t len = strlen(name);

        if (len >= sizeof file.name ||
            (!ends_with(name, ".aidb") && !ends_with(name, ".return")) ||
            fstatat(dirfd(folder), name, &st, 0) != 0 || !S_ISREG(st.st_mode))
            continue;
        memcpy(file.name, name, len + 1);
        file.bytes = (uint64_t)st.st_size;
        file.changed_ms = (int64_t)st.st_mtim.tv_sec * 1000 + st.st_mtim.tv_nsec / 1000000;
        insert(out, max, n, &file);
        ++*total;
    }
    closedir(folder);
    return status;
}
