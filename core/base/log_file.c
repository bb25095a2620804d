/* core/base/log_file.c - see log_file.h. */
#include "core/base/log_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/file.h"
#include "core/base/trace.h"

static int open_path(const char *path)
{
    return open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
}

enum status log_file_open(struct log_file *file, const char *path, struct errmsg *err)
{
    file->fd = -1;
    if (snprintf(file->path, sizeof file->path, "%s", path) >= (int)sizeof file->path)
        return errmsg_set(err, STATUS_TOO_LARGE, "文件名过长");
    file->fd = open_path(path);
    if (file->fd >= 0)
        return STATUS_OK;
    int error = errno;
    return errmsg_set(err, file_status(error), "不能写 %s: %s", path, file_reason(error));
}

/* Somebody renamed or removed it. */
static bool is_rotated(const struct log_file *file)
{
    struct stat ours, there;

    return fstat(file->fd, &ours) != 0 || stat(file->path, &there) != 0 || ours.st_ino != there.st_ino || ours.st_dev != there.st_dev;
}

void log_file_line(void *context, const char *line)
{
    struct log_file *file = context;
    char text[TRACE_LINE_BYTES + 1]; /* one write: lines of several processes stay whole */
    int len = snprintf(text, sizeof text, "%s\n", line);

    if (file->fd >= 0 && is_rotated(file)) {
        int fresh = open_path(file->path);

        if (fresh >= 0) {
            close(file->fd);
            file->fd = fresh;
        }
    }
    if (file->fd < 0 || len >= (int)sizeof text || write(file->fd, text, (size_t)len) != len)
        fprintf(stderr, "%s\n", line);
}

void log_file_close(struct log_file *file)
{
    if (file->fd >= 0)
        close(file->fd);
    file->fd = -1;
}
