/* core/record/media.c - see media.h. */
#include "core/record/media.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <mntent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "core/base/file.h"
#include "core/record/relay.h"

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
    while (table != NULL && (mount = getmntent(table)) != NULL) {
        struct medium medium;

        if (!is_for_sticks(mount->mnt_dir) || !look_at(mount->mnt_dir, &medium))
            continue;
        if (n == max) /* disks that are always there came first, the stick comes last */
            memmove(out, out + 1, --n * sizeof *out);
        out[n++] = medium;
    }
    if (table != NULL)
        endmntent(table);
    return n;
}

/* ---- files ---- */

struct search {
    enum media_order order;
    struct media_file *files;
    size_t max;
    struct media_found *found;
    dev_t device;           /* what is mounted on the stick's folders is another medium */
    size_t entries, opened; /* looked at so far */
};

static bool ends_with(const char *name, const char *end)
{
    size_t len = strlen(name), end_len = strlen(end);

    return len > end_len && strcasecmp(name + len - end_len, end) == 0;
}

/* As the programs name them, or as these names look after Windows, a browser or FAT: "a.aidb(1)", "A.AIDB", "A~1.AID". One that is being written, or was when the stick was pulled out, is none. */
static bool is_named_so(const char *name)
{
    static const char *const ends[] = {".return", ".aid", ".ret"};

    if (ends_with(name, ".tmp"))
        return false;
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (ends_with(name, ends[i]))
            return true;
    return strcasestr(name, ".aidb") != NULL;
}

/* Another name, but it begins as one. */
static bool begins_so(struct search *search, int folder, const char *name)
{
    char bytes[RELAY_MAGIC_BYTES];
    int fd;

    if (ends_with(name, ".tmp"))
        return false;
    if (search->opened == MEDIA_OPENED_MAX) {
        search->found->whole = false;
        return false;
    }
    search->opened++;
    fd = openat(folder, name, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (fd < 0)
        return false;
    bool so = pread(fd, bytes, sizeof bytes, 0) == (ssize_t)sizeof bytes && memcmp(bytes, RELAY_MAGIC, sizeof bytes) == 0;
    close(fd);
    return so;
}

static bool comes_before(enum media_order order, const struct media_file *a, const struct media_file *b)
{
    return order == MEDIA_NEWEST ? a->changed_ms > b->changed_ms : a->changed_ms < b->changed_ms;
}

/* By time, dropping the last one when there is no room. */
static void insert(struct search *search, const struct media_file *file)
{
    struct media_file *files = search->files;
    size_t *n = &search->found->n, at = *n;

    search->found->total++;
    while (at > 0 && comes_before(search->order, file, &files[at - 1]))
        at--;
    if (at == search->max)
        return;
    if (*n < search->max)
        (*n)++;
    memmove(files + at + 1, files + at, (*n - at - 1) * sizeof *files);
    files[at] = *file;
}

/* below: where the folder is, "" or "folder/". */
static void look_at_file(struct search *search, int folder, const char *below, const char *name)
{
    struct media_file file = {.bytes = 0};
    struct stat st;

    if (fstatat(folder, name, &st, 0) != 0 || !S_ISREG(st.st_mode) || (!is_named_so(name) && (st.st_size <= RELAY_MAGIC_BYTES || !begins_so(search, folder, name))))
        return;
    if (snprintf(file.name, sizeof file.name, "%s%s", below, name) >= (int)sizeof file.name) {
        search->found->whole = false;
        return;
    }
    file.bytes = (uint64_t)st.st_size;
    file.changed_ms = (int64_t)st.st_mtim.tv_sec * 1000 + st.st_mtim.tv_nsec / 1000000;
    insert(search, &file);
}

static bool is_thrown_away(const char *name)
{
    return name[0] == '.' || strcasecmp(name, "$RECYCLE.BIN") == 0 || strcasecmp(name, "RECYCLER") == 0 || strcasecmp(name, "System Volume Information") == 0;
}

static enum status look_in(struct search *search, const char *path, const char *below, int depth, struct errmsg *err);

/* Of a folder that this user may not read nothing is said: a stick has such ones (lost+found). */
static enum status look_below(struct search *search, int folder, const char *path, const char *below, const char *name, int depth, struct errmsg *err)
{
    char inner[MEDIA_PATH_BYTES + MEDIA_FILE_BYTES], deeper[MEDIA_FILE_BYTES];
    struct stat st;

    if (is_thrown_away(name) || fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISDIR(st.st_mode) || st.st_dev != search->device)
        return STATUS_OK;
    if (depth == MEDIA_DEPTH_MAX || file_join(inner, sizeof inner, path, name) != STATUS_OK || snprintf(deeper, sizeof deeper, "%s%s/", below, name) >= (int)sizeof deeper) {
        search->found->whole = false;
        return STATUS_OK;
    }
    return access(inner, R_OK | X_OK) == 0 ? look_in(search, inner, deeper, depth + 1, err) : STATUS_OK;
}

/* The files of a folder, then its folders: what lies outermost is found before the limits are reached. */
static enum status look_in(struct search *search, const char *path, const char *below, int depth, struct errmsg *err)
{
    DIR *folder = opendir(path);
    enum status status = STATUS_OK;
    const char *name;

    if (folder == NULL)
        return errmsg_set(err, STATUS_IO, "读不了 %s: %s", path, file_reason(errno));
    for (int folders = 0; folders < 2 && status == STATUS_OK; folders++) {
        rewinddir(folder);
        while (status == STATUS_OK && (name = file_next_entry(folder, path, &status, err)) != NULL) {
            if (search->entries == MEDIA_ENTRIES_MAX) {
                search->found->whole = false;
                break;
            }
            if (folders == 0)
                search->entries++;
            if (folders == 0)
                look_at_file(search, dirfd(folder), below, name);
            else
                status = look_below(search, dirfd(folder), path, below, name, depth, err);
        }
    }
    closedir(folder);
    return status;
}

enum status media_files(const char *path, enum media_order order, struct media_file *out, size_t max, struct media_found *found, struct errmsg *err)
{
    struct search search = {.order = order, .files = out, .max = max, .found = found};
    struct stat st;

    *found = (struct media_found){.whole = true};
    if (stat(path, &st) != 0)
        return errmsg_set(err, STATUS_IO, "读不了 %s: %s", path, file_reason(errno));
    search.device = st.st_dev;
    return look_in(&search, path, "", 0, err);
}
