/* core/base/file.c - whole files, replaced by rename.
 *
 * file_write() locks its path.tmp until the rename, so that two programs that write the same file wait for each other
 * instead of mixing their bytes in one temporary file; one left by a crash is simply used again. */
#include "core/base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/language.h"

enum status file_status(int error)
{
    switch (error) {
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
        return STATUS_FULL;
    case ENOMEM:
        return STATUS_NOMEM;
    default:
        return STATUS_IO;
    }
}

/* What happens to people; the rest in the system's words. */
static const struct {
    int error;
    const char *text;
} reasons[] = {
    {ENOENT, "没有这个文件或文件夹"}, {ENOTDIR, "路径中有一段不是文件夹"}, {EISDIR, "这是文件夹，不是文件"}, {EROFS, "这个磁盘只能读，不能写"},
    {EACCES, "没有权限；换有权限的用户，或改正它的权限"}, {EPIPE, "接收的程序已经关闭"},    {EIO, "磁盘读写出错"},              {ENODEV, "设备不在了"},         {EBUSY, "正被别的程序占用"},
    {ENXIO, "设备不在了"}, {ENOTCONN, "这个盘已经断开；请拔下来重新插上"}, {ENAMETOOLONG, "文件名太长；请换一个短的"}, {ELOOP, "链接绕成了圈"}, {EINVAL, "这个磁盘不接受这样的名字或操作"}, {EPERM, "不允许这样做；换有权限的用户，或看磁盘是不是写保护"}, {ESTALE, "文件已经不在了；请再试一次"},
};

const char *file_reason(int error)
{
    if (error == EFBIG) /* a stick with FAT, a limit of the user: the disk itself may be empty */
        return _("文件比这个磁盘或用户允许的大；请换一个地方");
    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++)
        if (reasons[i].error == error)
            return _(reasons[i].text);
    return file_status(error) == STATUS_IO ? strerror(error) : status_text(file_status(error));
}

static enum status system_error(struct errmsg *err, const char *what, const char *path, int error)
{
    if (error == ENOENT)
        return errmsg_set(err, STATUS_NOT_FOUND, "%s %s: %s", what, path, status_text(STATUS_NOT_FOUND));
    return errmsg_set(err, file_status(error), "%s %s: %s", what, path, file_reason(error));
}

static enum status read_all(int fd, const char *path, struct buf *out, struct errmsg *err)
{
    for (;;) {
        uint8_t chunk[16384];
        ssize_t n = read(fd, chunk, sizeof chunk);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return system_error(err, _("读取"), path, errno);
        if (n == 0)
            return STATUS_OK;
        buf_append(out, chunk, (size_t)n);
        if (out->status != STATUS_OK)
            return errmsg_set(err, out->status, "读取 %s: %s", path, status_text(out->status));
    }
}

enum status file_read(const char *path, struct buf *out, struct errmsg *err)
{
    size_t start = out->len;
    enum status status;
    int fd;

    if (out->status != STATUS_OK)
        return errmsg_set(err, out->status, "读取 %s: %s", path, status_text(out->status));
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return system_error(err, _("打开"), path, errno);
    status = read_all(fd, path, out, err);
    close(fd);
    if (status != STATUS_OK) {
        out->len = start;
        out->status = STATUS_OK;
        if (out->data != NULL)
            out->data[start] = 0;
    }
    return status;
}

/* Another program may rename it away while we wait for the lock. */
int file_open_temporary(const char *path)
{
    bool made = false; /* one that was left by another is not ours to remove */

    for (;;) {
        struct stat ours, there;
        int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);

        made = made || fd >= 0;
        if (fd < 0 && errno == EEXIST)
            fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
        if (fd < 0)
            return -1;
        if (flock(fd, LOCK_EX) == 0 && fstat(fd, &ours) == 0) {
            bool seen = lstat(path, &there) == 0;

            if ((seen && (there.st_ino != ours.st_ino || there.st_dev != ours.st_dev)) || (!seen && errno == ENOENT)) {
                made = false;
                close(fd);
                continue;
            }
            if (seen && ftruncate(fd, 0) == 0)
                return fd;
        }
        if (errno != EINTR) {
            int error = errno;

            if (made)
                unlink(path);
            close(fd);
            errno = error;
            return -1;
        }
        close(fd);
    }
}

static bool write_all(int fd, const uint8_t *data, size_t len)
{
    while (len > 0) {
        ssize_t n = write(fd, data, len);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return false;
        data += n;
        len -= (size_t)n;
    }
    return true;
}

/* Without it a power cut may take the rename back. */
static bool sync_folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    char folder[PATH_MAX];
    bool ok;
    int fd;

    if (slash == NULL)
        snprintf(folder, sizeof folder, ".");
    else if (slash == path)
        snprintf(folder, sizeof folder, "/");
    else
        snprintf(folder, sizeof folder, "%.*s", (int)(slash - path), path);
    fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return false;
    /* Some file systems (FAT on a USB stick) cannot sync a folder and say EINVAL. */
    ok = fsync(fd) == 0 || errno == EINVAL;
    int error = errno;
    close(fd);
    errno = error;
    return ok;
}

static enum status cannot_write(const char *path, struct errmsg *err)
{
    int error = errno;

    /* A missing folder is no "not found" for somebody who writes: file_status() does not say that. */
    return errmsg_set(err, file_status(error), "写入 %s: %s", path, file_reason(error));
}

enum status file_write(const char *path, const void *data, size_t len, unsigned mode, struct errmsg *err)
{
    char temporary[PATH_MAX];
    int n = snprintf(temporary, sizeof temporary, "%s.tmp", path);
    int error, fd;

    if (n < 0 || n >= (int)sizeof temporary)
        return errmsg_set(err, STATUS_IO, "写入 %s: 路径过长", path);
    fd = file_open_temporary(temporary);
    if (fd < 0)
        goto err_after_nothing;
    /* The mode before the content: a key must at no moment be readable by others. */
    if (fchmod(fd, (mode_t)mode) != 0 || !write_all(fd, data, len) || fsync(fd) != 0 || rename(temporary, path) != 0)
        goto err_after_open;
    enum status status = file_sync_folder_of(path, err);
    close(fd);
    return status;

err_after_open:
    error = errno;
    unlink(temporary);
    close(fd);
    errno = error;
err_after_nothing:
    return cannot_write(path, err);
}

const char *file_next_entry(DIR *dir, const char *path, enum status *status, struct errmsg *err)
{
    errno = 0;
    const struct dirent *entry = readdir(dir);
    *status = entry != NULL || errno == 0 ? STATUS_OK : system_error(err, _("不能读"), path, errno);
    return entry != NULL ? entry->d_name : NULL;
}

enum status file_sync_folder_of(const char *path, struct errmsg *err)
{
    return sync_folder_of(path) ? STATUS_OK : cannot_write(path, err);
}

enum status file_rename(const char *from, const char *to, struct errmsg *err)
{
    return rename(from, to) == 0 && sync_folder_of(to) ? STATUS_OK : cannot_write(to, err);
}

enum status file_wipe(const char *path, struct errmsg *err)
{
    static const uint8_t zeros[65536];
    struct stat there;
    bool ok = lstat(path, &there) == 0;
    int fd = ok && S_ISREG(there.st_mode) ? open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW) : -1;
    off_t left = fd >= 0 ? there.st_size : 0;

    ok = ok && (fd >= 0 || !S_ISREG(there.st_mode));

    for (; ok && left > 0; left -= (off_t)sizeof zeros)
        ok = write_all(fd, zeros, left < (off_t)sizeof zeros ? (size_t)left : sizeof zeros);
    ok = ok && (fd < 0 || fsync(fd) == 0) && unlink(path) == 0 && sync_folder_of(path);
    int error = errno;
    if (fd >= 0)
        close(fd);
    return ok ? STATUS_OK : system_error(err, _("清除"), path, error);
}

static enum status wipe_all(DIR *dir, const char *path, size_t *removed, struct errmsg *err)
{
    enum status status = STATUS_OK;

    for (const char *name; status == STATUS_OK && (name = file_next_entry(dir, path, &status, err)) != NULL;) {
        char file[PATH_MAX];

        if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
            continue;
        if (file_join(file, sizeof file, path, name) != STATUS_OK)
            return errmsg_set(err, STATUS_IO, "清除 %s: 路径过长", path);
        status = file_wipe(file, err);
        *removed += status == STATUS_OK;
    }
    return status;
}

enum status file_wipe_folder(const char *path, size_t *removed, struct errmsg *err)
{
    DIR *dir = opendir(path);

    if (dir == NULL)
        return errno == ENOENT ? STATUS_OK : system_error(err, _("清除"), path, errno);
    enum status status = wipe_all(dir, path, removed, err);
    closedir(dir);
    if (status != STATUS_OK)
        return status;
    return rmdir(path) == 0 && sync_folder_of(path) ? STATUS_OK : system_error(err, _("清除"), path, errno);
}

bool file_exists(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 || (errno != ENOENT && errno != ENOTDIR);
}

enum status file_look(const char *path, bool *there, struct errmsg *err)
{
    struct stat st;
    bool found = stat(path, &st) == 0;

    if (!found && errno != ENOENT && errno != ENOTDIR)
        return errmsg_set(err, file_status(errno), "%s %s: %s", _("打开"), path, file_reason(errno));
    *there = found;
    return STATUS_OK;
}

static bool make_one_folder(const char *path)
{
    struct stat st;
    int error;

    if (mkdir(path, 0700) == 0)
        return true;
    error = errno;
    /* EROFS, EACCES and the like also come for a folder that is there. */
    if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
        return true;
    errno = error;
    return false;
}

enum status file_make_folder(const char *path, struct errmsg *err)
{
    char part[PATH_MAX];
    size_t len = strlen(path);

    if (len == 0 || len >= sizeof part)
        return errmsg_set(err, STATUS_IO, "建立文件夹 %s: 路径为空或过长", path);
    memcpy(part, path, len + 1);
    for (size_t i = 1; i <= len; i++) {
        if (part[i] != '/' && part[i] != '\0')
            continue;
        part[i] = '\0';
        if (part[i - 1] != '/' && part[i - 1] != '\0' && !make_one_folder(part)) {
            int error = errno == EEXIST ? ENOTDIR : errno;

            return errmsg_set(err, STATUS_IO, "建立文件夹 %s: %s", part, file_reason(error));
        }
        part[i] = path[i];
    }
    return STATUS_OK;
}

enum status file_join(char *out, size_t out_bytes, const char *folder, const char *name)
{
    size_t len = strlen(folder);
    bool slash = len > 0 && folder[len - 1] != '/';
    size_t need = len + slash + strlen(name) + 1;

    if (need > out_bytes)
        return STATUS_TOO_LARGE;
    snprintf(out, out_bytes, "%s%s%s", folder, slash ? "/" : "", name);
    return STATUS_OK;
}
