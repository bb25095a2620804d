/* sync/bundle_file.c - see bundle_file.h. */
#include "sync/bundle_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/file.h"
#include "core/base/language.h"

/* What lies on a stick may be anything: nobody waits for the other end of a pipe. Of a file it changes nothing. */
enum { OPEN_TO_READ = O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC };

static enum status system_error(struct errmsg *err, const char *what, const char *path)
{
    int error = errno;

    return errmsg_set(err, file_status(error), "%s %s: %s", what, path, file_reason(error));
}

/* ---- reading ---- */

enum status bundle_file_open(struct bundle_file *file, const char *path, struct errmsg *err)
{
    struct stat st;

    *file = (struct bundle_file){.fd = -1};
    if (snprintf(file->path, sizeof file->path, "%s", path) >= (int)sizeof file->path)
        return errmsg_set(err, STATUS_TOO_LARGE, "文件名过长");
    file->fd = open(path, OPEN_TO_READ);
    if (file->fd < 0 && errno == ENOENT)
        return errmsg_set(err, STATUS_NOT_FOUND, "没有文件 %s", path);
    if (file->fd < 0)
        return system_error(err, _("不能打开"), path);
    if (fstat(file->fd, &st) == 0 && S_ISREG(st.st_mode))
        return STATUS_OK;
    bundle_file_close(file);
    return errmsg_set(err, STATUS_IO, "%s 不是文件，是文件夹或设备；请写出其中一个交接文件的名字（.aidb 或 .return）", path);
}

static enum status read_piece(void *context, uint64_t at, void *data, size_t max, size_t *got, struct errmsg *err)
{
    const struct bundle_file *file = context;
    ssize_t n;

    *got = 0;
    do {
        n = pread(file->fd, data, max, (off_t)at);
    } while (n < 0 && errno == EINTR);
    if (n < 0)
        return system_error(err, _("读不下去，请插好 U 盘再试，还不行就重新拷贝或导出："), file->path);
    *got = (size_t)n;
    return STATUS_OK;
}

uint64_t bundle_file_size(const struct bundle_file *file)
{
    struct stat st;

    return fstat(file->fd, &st) == 0 && st.st_size > 0 ? (uint64_t)st.st_size : 0;
}

struct handover_source bundle_file_source(struct bundle_file *file)
{
    return (struct handover_source){read_piece, file};
}

void bundle_file_close(struct bundle_file *file)
{
    if (file->fd >= 0)
        close(file->fd);
    file->fd = -1;
}

/* ---- writing ---- */

/* Somebody's document of that name is not worth a mistyped path. */
static enum status may_replace(const char *path, struct errmsg *err)
{
    struct bundle_file there = {.fd = open(path, OPEN_TO_READ)};
    uint8_t magic[BUNDLE_MAGIC_BYTES];
    size_t have = 0, got = 1;
    struct stat st;
    enum status status = STATUS_OK;

    if (there.fd < 0 && errno == ENOENT)
        return STATUS_OK;
    if (there.fd < 0 || fstat(there.fd, &st) != 0)
        status = system_error(err, _("不能打开"), path);
    snprintf(there.path, sizeof there.path, "%s", path);
    while (status == STATUS_OK && S_ISREG(st.st_mode) && have < sizeof magic && got > 0) {
        status = read_piece(&there, have, magic + have, sizeof magic - have, &got, err);
        have += got;
    }
    bundle_file_close(&there);
    if (status != STATUS_OK)
        return status;
    if (S_ISREG(st.st_mode) && (have == 0 || bundle_magic(magic, have)))
        return STATUS_OK;
    return errmsg_set(err, STATUS_EXISTS, "%s 已经存在，而且不是交换文件，没有覆盖它；请换一个文件名", path);
}

/* One name for a whole folder: what is left of a file when the stick is pulled out is written over by the next one, whatever that is called and whoever writes it. */
static bool temporary_beside(const char *path, char out[PATH_MAX])
{
    const char *slash = strrchr(path, '/');

    return snprintf(out, PATH_MAX, "%.*s%s", slash != NULL ? (int)(slash + 1 - path) : 0, path, "aidpost.tmp") < PATH_MAX;
}

enum status bundle_file_create(struct bundle_file *file, const char *path, struct errmsg *err)
{
    enum status status;

    *file = (struct bundle_file){.fd = -1};
    if (snprintf(file->path, sizeof file->path, "%s", path) >= (int)sizeof file->path || !temporary_beside(path, file->temporary))
        return errmsg_set(err, STATUS_TOO_LARGE, "文件名过长");
    status = may_replace(path, err);
    if (status != STATUS_OK)
        return status;
    file->fd = file_open_temporary(file->temporary);
    if (file->fd < 0)
        return system_error(err, _("不能写入"), path);
    /* One that was left there may be open to others; a file system without modes (FAT on a stick) says no. */
    (void)fchmod(file->fd, 0600);
    return STATUS_OK;
}

static enum status write_piece(void *context, const void *data, size_t len, struct errmsg *err)
{
    const struct bundle_file *file = context;
    const uint8_t *at = data;

    while (len > 0) {
        ssize_t n = write(file->fd, at, len);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return system_error(err, _("写入"), file->path);
        at += n;
        len -= (size_t)n;
    }
    return STATUS_OK;
}

struct handover_sink bundle_file_sink(struct bundle_file *file)
{
    return (struct handover_sink){write_piece, file};
}

enum status bundle_file_commit(struct bundle_file *file, struct hash *id, struct errmsg *err)
{
    enum status status = STATUS_OK;
    uint64_t bytes;
    struct hash found;

    if (fsync(file->fd) != 0)
        status = system_error(err, _("写入"), file->path);
    /* Written pages are forgotten, so that what is read comes from the stick itself. */
    (void)posix_fadvise(file->fd, 0, 0, POSIX_FADV_DONTNEED);
    if (status == STATUS_OK)
        status = handover_look(bundle_file_source(file), &bytes, &found, err);
    if (status != STATUS_OK)
        errmsg_wrap(err, status, "写完后读回核对没有通过，请换一个 U 盘");
    else
        status = file_rename(file->temporary, file->path, err);
    if (status != STATUS_OK) {
        bundle_file_abandon(file);
        return status;
    }
    bundle_file_close(file);
    if (id != NULL)
        *id = found;
    return STATUS_OK;
}

void bundle_file_abandon(struct bundle_file *file)
{
    (void)unlink(file->temporary);
    bundle_file_close(file);
}
