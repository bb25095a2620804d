/* core/record/store_alone.c - see store_alone.h. */
#include "core/record/store_alone.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/file.h"
#include "core/base/language.h"

/* The lock bytes of SQLite's file format: pending, reserved, and a range that is shared. */
enum { LOCK_BYTES_AT = 0x40000000, LOCK_BYTES = 512, NAME_BYTES = 32, WHO_BYTES = 64 };

static struct flock lock_bytes(void)
{
    return (struct flock){.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = LOCK_BYTES_AT, .l_len = LOCK_BYTES};
}

/* "1234 aidpostd"; the name is not everybody's to see. */
static void name_process(pid_t pid, char *out, size_t out_bytes)
{
    char path[64], name[NAME_BYTES] = "";
    FILE *file;

    snprintf(path, sizeof path, "/proc/%ld/comm", (long)pid);
    file = fopen(path, "r");
    if (file != NULL && fgets(name, sizeof name, file) != NULL)
        name[strcspn(name, "\n")] = 0;
    if (file != NULL)
        fclose(file);
    snprintf(out, out_bytes, "%ld %s", (long)pid, name);
}

static enum status in_the_way(int fd, struct errmsg *err)
{
    struct flock lock = lock_bytes();
    char who[WHO_BYTES] = "?";

    if (fcntl(fd, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK && lock.l_pid > 0)
        name_process(lock.l_pid, who, sizeof who);
    return errmsg_set(err, STATUS_BUSY, "还有程序开着这份数据（进程 %s）：先停下服务（systemctl stop aidpost-station），关掉别处的屏幕，再做", who);
}

enum status store_alone_take(const char *folder, struct store_alone *out, struct errmsg *err)
{
    struct flock lock = lock_bytes();
    char path[PATH_MAX];
    enum status status;

    out->fd = -1;
    if (file_join(path, sizeof path, folder, "aidpost.db") != STATUS_OK)
        return errmsg_set(err, STATUS_TOO_LARGE, "路径过长");
    out->fd = open(path, O_RDWR | O_CLOEXEC);
    if (out->fd < 0 && errno == ENOENT)
        return STATUS_OK;
    if (out->fd < 0)
        return errmsg_set(err, file_status(errno), "%s %s: %s", _("不能写"), path, file_reason(errno));
    if (fcntl(out->fd, F_SETLK, &lock) == 0)
        return STATUS_OK;
    status = errno == EACCES || errno == EAGAIN ? in_the_way(out->fd, err) : errmsg_set(err, file_status(errno), "%s: %s", path, file_reason(errno));
    store_alone_end(out);
    return status;
}

/* flock does not tell who has it; the system's list does: "3: FLOCK  ADVISORY  WRITE 1234 fe:01:5678 0 EOF". The device is not compared: some file systems write another one there. */
static void name_server(int fd, char *out, size_t out_bytes)
{
    FILE *locks = fopen("/proc/locks", "re");
    char line[256];
    struct stat st;

    snprintf(out, out_bytes, "?");
    if (locks == NULL)
        return;
    while (fstat(fd, &st) == 0 && fgets(line, sizeof line, locks) != NULL) {
        unsigned long long inode = 0;
        long pid = 0;

        if (sscanf(line, "%*s FLOCK %*s WRITE %ld %*[^:]:%*[^:]:%llu", &pid, &inode) == 2 && inode == (unsigned long long)st.st_ino && pid > 0)
            name_process((pid_t)pid, out, out_bytes);
    }
    fclose(locks);
}

/* STATUS_BUSY without a message: `who` has it. */
static enum status lock_folder(const char *folder, struct store_alone *out, char who[WHO_BYTES], struct errmsg *err)
{
    enum status status = STATUS_BUSY;

    out->fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (out->fd < 0)
        return errmsg_set(err, file_status(errno), "%s: %s", folder, file_reason(errno));
    if (flock(out->fd, LOCK_EX | LOCK_NB) == 0)
        return STATUS_OK;
    if (errno == EWOULDBLOCK)
        name_server(out->fd, who, WHO_BYTES);
    else
        status = errmsg_set(err, file_status(errno), "%s: %s", folder, file_reason(errno));
    store_alone_end(out);
    return status;
}

enum status store_alone_serve(const char *folder, struct store_alone *out, struct errmsg *err)
{
    char who[WHO_BYTES];
    enum status status = lock_folder(folder, out, who, err);

    return status != STATUS_BUSY ? status : errmsg_set(err, status, "%s 里的数据已经有一个县中心服务在运行（进程 %s）：一份数据只能有一个；要换地址或重新启动，先停下那一个", folder, who);
}

enum status store_alone_make(const char *folder, struct store_alone *out, struct errmsg *err)
{
    char who[WHO_BYTES];
    enum status status = lock_folder(folder, out, who, err);

    return status != STATUS_BUSY ? status : errmsg_set(err, status, "%s 里正由另一个程序（进程 %s）建立数据，没有改动；等它做完再看", folder, who);
}

void store_alone_end(struct store_alone *alone)
{
    if (alone->fd >= 0)
        close(alone->fd);
    alone->fd = -1;
}
