/* core/report/practice_file.c - see practice_file.h. */
#include "core/report/practice_file.h"

#include <string.h>

#include "core/record/practice_sign.h"

static const char *own_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

bool practice_file_is_named(const char *path)
{
    const char *name = own_name(path);
    return strstr(name, "练习") != NULL || strstr(name, "practice") != NULL;
}

enum status practice_file_may_write(struct store *store, const char *path, struct errmsg *err)
{
    bool practice;
    enum status status = practice_sign_asked(store, &practice, err);
    if (status != STATUS_OK || !practice || practice_file_is_named(path))
        return status;
    return errmsg_set(err, STATUS_USAGE, "这里是练习数据：文件名里请写上“练习”，如 练习%.200s，免得和正式数据混在一起", own_name(path));
}

enum status practice_file_may_read(struct store *store, const char *path, struct errmsg *err)
{
    bool practice;
    enum status status = practice_sign_asked(store, &practice, err);
    if (status != STATUS_OK || practice || !practice_file_is_named(path))
        return status;
    return errmsg_set(err, STATUS_USAGE, "%.200s: 文件名说这是练习数据，这里是正式数据，没有收；真是正式的，请先改文件名", own_name(path));
}
