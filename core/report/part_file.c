/* core/report/part_file.c - see part_file.h. */
#include "core/report/part_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/file.h"

enum { BLOCK_BYTES = 1 << 18, OUT_MAX_BYTES = 1 << 24 };

static enum status cannot_write(const char *path, struct errmsg *err)
{
    int why = errno;

    return errmsg_set(err, file_status(why), "不能写 %s: %s", path, file_reason(why));
}

enum status part_file_open(struct part_file *file, const char *path, FILE *stream, struct errmsg *err)
{
    *file = (struct part_file){.file = stream, .borrowed = stream != NULL};
    if (snprintf(file->path, sizeof file->path, "%s", path) >= (int)sizeof file->path || snprintf(file->part, sizeof file->part, "%s.part", path) >= (int)sizeof file->part)
        return errmsg_set(err, STATUS_USAGE, "文件名过长");
    buf_init(&file->out, OUT_MAX_BYTES);
    if (file->borrowed)
        return STATUS_OK;
    int fd = open(file->part, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0)
        return cannot_write(path, err);
    if (fchmod(fd, 0600) == 0)
        file->file = fdopen(fd, "wb");
    if (file->file != NULL)
        return STATUS_OK;
    enum status status = cannot_write(path, err);
    close(fd);
    unlink(file->part);
    return status;
}

enum status part_file_drain(struct part_file *file, bool all, struct errmsg *err)
{
    struct buf *out = &file->out;

    if (out->status != STATUS_OK)
        return errmsg_set(err, out->status, "%s", status_text(out->status));
    if (out->len == 0 || (out->len < BLOCK_BYTES && !all))
        return STATUS_OK;
    if (fwrite(out->data, 1, out->len, file->file) != out->len)
        return cannot_write(file->path, err);
    buf_clear(out);
    return STATUS_OK;
}

void part_file_abandon(struct part_file *file)
{
    buf_wipe(&file->out);
    if (file->borrowed || file->file == NULL)
        return;
    fclose(file->file);
    file->file = NULL;
    unlink(file->part);
}

enum status part_file_close(struct part_file *file, struct errmsg *err)
{
    enum status status = part_file_drain(file, true, err);

    if (status == STATUS_OK && (fflush(file->file) != 0 || (!file->borrowed && fsync(fileno(file->file)) != 0)))
        status = cannot_write(file->path, err);
    if (status == STATUS_OK && !file->borrowed) {
        FILE *whole = file->file;

        file->file = NULL;
        status = fclose(whole) != 0 ? cannot_write(file->path, err) : file_rename(file->part, file->path, err);
        if (status != STATUS_OK)
            unlink(file->part);
    }
    part_file_abandon(file);
    return status;
}
