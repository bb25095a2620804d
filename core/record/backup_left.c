/* core/record/backup_left.c - see backup_left.h. */
#include "core/record/backup_left.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/file.h"

static const char BEGIN[] = "backup.", JOURNAL[] = "-journal";

/* ---- who holds it ---- */

static int lock(int fd)
{
    if (fd < 0 || flock(fd, LOCK_EX | LOCK_NB) == 0)
        return fd;
    int error = errno;
    close(fd);
    errno = error;
    return -1;
}

static int take(const char *path)
{
    return lock(open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
}

int backup_left_hold(const char *path)
{
    struct stat info;
    bool folder = stat(path, &info) == 0 && S_ISDIR(info.st_mode);

    return lock(folder ? open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600));
}

void backup_left_let_go(int held)
{
    if (held >= 0)
        close(held);
}

/* The same, and what could not be looked at is told. *held: -1 where somebody else holds it, it went meanwhile, or nothing can be held there. */
static enum status take_if_left(const char *path, int *held, struct errmsg *err)
{
    *held = take(path);
    bool answered = *held >= 0 || errno == EWOULDBLOCK || errno == ENOENT || errno == ELOOP || errno == ENXIO || errno == ENOLCK || errno == EOPNOTSUPP || errno == ENOSYS;

    return answered ? STATUS_OK : errmsg_set(err, file_status(errno), "不能读 %s: %s", path, file_reason(errno));
}

bool backup_left_drop(const char *path)
{
    int held = take(path);
    bool dropped = held >= 0 && unlink(path) == 0;

    backup_left_let_go(held);
    return dropped;
}

/* ---- beside a store ---- */

/* "backup.", digits, and this. */
static bool is_named(const char *name, const char *end)
{
    size_t begin = sizeof BEGIN - 1;

    if (strncmp(name, BEGIN, begin) != 0)
        return false;
    size_t digits = strspn(name + begin, "0123456789");
    return digits > 0 && strcmp(name + begin + digits, end) == 0;
}

static enum status wipe(const char *path, size_t *removed, struct errmsg *err)
{
    enum status status = file_wipe(path, err);

    *removed += status == STATUS_OK;
    return status == STATUS_NOT_FOUND ? STATUS_OK : status; /* somebody else was faster */
}

static enum status wipe_folder(const char *path, size_t *removed, struct errmsg *err)
{
    DIR *dir = opendir(path);
    enum status status = STATUS_OK;

    if (dir == NULL)
        return errno == ENOENT ? STATUS_OK : errmsg_set(err, STATUS_IO, "不能读 %s: %s", path, file_reason(errno));
    for (const char *name; status == STATUS_OK && (name = file_next_entry(dir, path, &status, err)) != NULL;) {
        char file[PATH_MAX];

        if (strcmp(name, ".") != 0 && strcmp(name, "..") != 0 && file_join(file, sizeof file, path, name) == STATUS_OK)
            status = wipe(file, removed, err);
    }
    closedir(dir);
    (void)rmdir(path);
    return status;
}

/* The copy goes last: while it is there its journal is somebody's, or will be found again. */
static enum status wipe_copy(const char *path, size_t *removed, struct errmsg *err)
{
    char journal[PATH_MAX + sizeof JOURNAL];

    snprintf(journal, sizeof journal, "%s%s", path, JOURNAL);
    enum status status = file_exists(journal) ? wipe(journal, removed, err) : STATUS_OK;
    return status == STATUS_OK ? wipe(path, removed, err) : status;
}

enum status backup_left_sweep(const char *folder, size_t *removed, struct errmsg *err)
{
    DIR *dir = opendir(folder);
    enum status status = STATUS_OK;

    if (dir == NULL)
        return errno == ENOENT ? STATUS_OK : errmsg_set(err, STATUS_IO, "不能读 %s: %s", folder, file_reason(errno));
    for (const char *name; status == STATUS_OK && (name = file_next_entry(dir, folder, &status, err)) != NULL;) {
        bool check = is_named(name, ".check");
        char path[PATH_MAX];
        int held = -1;

        if ((!check && !is_named(name, ".tmp")) || file_join(path, sizeof path, folder, name) != STATUS_OK)
            continue;
        status = take_if_left(path, &held, err);
        if (held < 0)
            continue;
        status = check ? wipe_folder(path, removed, err) : wipe_copy(path, removed, err);
        backup_left_let_go(held);
    }
    closedir(dir);
    return status;
}
