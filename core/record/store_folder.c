/* core/record/store_folder.c - see store_folder.h. */
#include "core/record/store_folder.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/file.h"

/* Data that cannot be reached are not missing: nobody shall make them anew. */
static enum status no_access(const char *folder, int error, struct errmsg *err)
{
    if (error != EACCES && error != EPERM)
        return errmsg_set(err, file_status(error), "不能打开 %s 里的数据: %s", folder, file_reason(error));
    return errmsg_set(err, STATUS_FORBIDDEN, "没有权限打开 %s 里的数据；它们属于另一个用户，用那个用户运行，或改正文件夹的权限", folder);
}

enum status store_folder_is_ending(const char *folder, bool *ending, struct errmsg *err)
{
    char path[PATH_MAX];
    struct stat info;

    *ending = false;
    if (file_join(path, sizeof path, folder, STORE_FOLDER_ENDING) != STATUS_OK)
        return errmsg_set(err, STATUS_TOO_LARGE, "数据目录的路径太长");
    *ending = lstat(path, &info) == 0;
    return *ending || errno == ENOENT || errno == ENOTDIR ? STATUS_OK : no_access(folder, errno, err);
}

enum status store_folder_check_ending(const char *folder, struct errmsg *err)
{
    bool ending;
    enum status status = store_folder_is_ending(folder, &ending, err);

    return !ending ? status : errmsg_set(err, STATUS_FORBIDDEN, "%s 里的数据正在清除，没有做完，不能再用；再做一次 aidpostd retire --wipe，清除余下的", folder);
}

enum status store_folder_look(const char *folder, enum store_open how, char *path, size_t path_bytes, struct errmsg *err)
{
    if (strcmp(folder, ":memory:") == 0) {
        snprintf(path, path_bytes, ":memory:");
        return STATUS_OK;
    }
    if (how == STORE_CREATE) {
        enum status status = file_make_folder(folder, err);
        if (status != STATUS_OK)
            return status;
    }
    enum status status = file_join(path, path_bytes, folder, "aidpost.db");
    if (status != STATUS_OK)
        return errmsg_set(err, status, "数据目录的路径太长");
    status = store_folder_check_ending(folder, err);
    if (status != STATUS_OK)
        return status;
    struct stat info;
    bool there = stat(path, &info) == 0;
    if (!there && errno != ENOENT && errno != ENOTDIR)
        return no_access(folder, errno, err);
    if (how == STORE_CREATE && there && info.st_size > 0)
        return errmsg_set(err, STATUS_EXISTS, "%s: 这里已经有数据", path);
    if (how != STORE_CREATE && !there)
        return errmsg_set(err, STATUS_NOT_FOUND, "%s: 没有数据；先用 aidpost init center 或 aidpostd enrol 建立", path);
    /* Readers, too, put files beside it. */
    if (how == STORE_OPEN_EXISTING && (faccessat(AT_FDCWD, path, R_OK | W_OK, AT_EACCESS) != 0 || faccessat(AT_FDCWD, folder, W_OK | X_OK, AT_EACCESS) != 0))
        return no_access(folder, errno, err);
    return STATUS_OK;
}
