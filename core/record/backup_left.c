/* core/record/backup_left.c - see backup_left.h. */
#include "core/record/backup_left.h"

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

/* Why nothing is to be taken away: it is gone; it is a link or a socket, which no backup makes; somebody holds it; or there are no locks here. */
static bool is_none_left(int error)
{
    return error == ENOENT || error == ELOOP || error == ENXIO || error == EWOULDBLOCK || error == EOPNOTSUPP || error == ENOSYS || error == ENOLCK || error == EINVAL;
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

/* The copy goes last: while it is there its journal is somebody's, or will be found again. */
static enum status wipe_copy(const char *path, size_t *removed, struct errmsg *err)
{
    char journal[PATH_MAX + sizeof JOURNAL];

    snprintf(journal, sizeof journal, "%s%s", path, JOURNAL);
    enum status status = file_exists(journal) ? wipe(journal, removed, err) : STATUS_OK;
    return status == STATUS_OK ? wipe(path, removed, err) : status;
}

static enum status sweep(const char *folder, const char *name, size_t *removed, struct errmsg *err)
{
    bool check = is_named(name, ".check");
    char path[PATH_MAX];

    if (!check && !is_named(name, ".tmp"))
        return STATUS_OK;
    enum status status = file_join(path, sizeof path, folder, name);
    if (status != STATUS_OK)
        return errmsg_set(err, status, "路径过长");
    int held = take(path);
    if (held < 0)
        return is_none_left(errno) ? STATUS_OK : errmsg_set(err, file_status(errno), "不能读 %s: %s", path, file_reason(errno));
    status = check ? file_wipe_folder(path, removed, err) : wipe_copy(path, removed, err);
    backup_left_let_go(held);
    return status;
}

enum status backup_left_sweep(const char *folder, size_t *removed, struct errmsg *err)
{
    DIR *dir = opendir(folder);
    enum status status = STATUS_OK;

    if (dir == NULL)
        return errno == ENOENT ? STATUS_OK : errmsg_set(err, file_status(errno), "不能读 %s: %s", folder, file_reason(errno));
    for (const char *name; status == STATUS_OK && (name = file_next_entry(dir, folder, &status, err)) != NULL;)
        status = sweep(folder, name, removed, err);
    closedir(dir);
    return status;
}
