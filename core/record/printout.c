/* core/record/printout.c - see printout.h. */
#include "core/record/printout.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/base/file.h"
#include "core/base/language.h"
#include "core/record/catalogue.h"

static const char FOLDER[] = "papers";
enum { SHORT_ID_DIGITS = 8 };

static enum status folder_of(struct store *store, char folder[PATH_MAX], struct errmsg *err)
{
    const char *file = store_path(store), *slash = strrchr(file, '/');
    char beside[PATH_MAX];

    if (!store_has_file(store) || slash == NULL)
        return errmsg_set(err, STATUS_INVALID, "数据不在文件夹里，没有地方放文件");
    int len = snprintf(beside, sizeof beside, "%.*s", (int)(slash - file), file);
    if (len < 0 || len >= (int)sizeof beside || file_join(folder, PATH_MAX, beside, FOLDER) != STATUS_OK)
        return errmsg_set(err, STATUS_INVALID, "路径过长");
    return STATUS_OK;
}

enum status printout_path(struct store *store, const char *name, char path[PATH_MAX], struct errmsg *err)
{
    char folder[PATH_MAX];
    enum status status = folder_of(store, folder, err);

    if (status == STATUS_OK && file_join(path, PATH_MAX, folder, name) != STATUS_OK)
        status = errmsg_set(err, STATUS_INVALID, "路径过长");
    return status == STATUS_OK ? file_make_folder(folder, err) : status;
}

/* ---- whose file it is ---- */

/* The digits between the last '-' and the next '.', as the least and greatest id that begin so. */
static bool id_range(const char *name, struct id *from, struct id *to)
{
    const char *dash = strrchr(name, '-');
    unsigned first;

    if (dash == NULL || strspn(dash + 1, "0123456789abcdef") != SHORT_ID_DIGITS || dash[1 + SHORT_ID_DIGITS] != '.' || sscanf(dash + 1, "%8x", &first) != 1)
        return false;
    memset(from, 0, sizeof *from);
    memset(to, 0xff, sizeof *to);
    for (size_t i = 0; i < SHORT_ID_DIGITS / 2; i++)
        from->bytes[i] = to->bytes[i] = (uint8_t)(first >> (24 - 8 * i));
    return true;
}

static enum status is_here(struct store *store, const char *name, bool *here, struct errmsg *err)
{
    struct id from, to;
    enum status status = STATUS_OK;

    *here = false;
    if (!id_range(name, &from, &to))
        return STATUS_OK;
    for (size_t i = 0; i < catalogue_count() && status == STATUS_OK && !*here; i++) {
        char sql[160];

        snprintf(sql, sizeof sql, "SELECT 1 FROM \"%s\" WHERE id BETWEEN ?1 AND ?2 AND gone=0", catalogue_at(i)->name);
        struct stmt *stmt = store_prepare(store, sql);
        stmt_id(stmt, 1, from);
        stmt_id(stmt, 2, to);
        *here = stmt_row(stmt, &status, err);
        if (*here)
            stmt_reset(stmt);
    }
    return status;
}

/* ---- taking away ---- */

/* Files of the folder that the store has no record for. */
static enum status remove_files(const char *folder, struct store *store, size_t *removed, struct errmsg *err)
{
    DIR *dir = opendir(folder);
    enum status status = STATUS_OK;

    if (dir == NULL)
        return errno == ENOENT ? STATUS_OK : errmsg_set(err, file_status(errno), "%s %s: %s", _("不能读"), folder, file_reason(errno));
    for (const char *name; status == STATUS_OK && (name = file_next_entry(dir, folder, &status, err)) != NULL;) {
        char path[PATH_MAX];
        bool keep = strcmp(name, ".") == 0 || strcmp(name, "..") == 0 || file_join(path, sizeof path, folder, name) != STATUS_OK;

        if (!keep)
            status = is_here(store, name, &keep, err);
        if (status != STATUS_OK || keep)
            continue;
        status = file_wipe(path, err);
        *removed += status == STATUS_OK;
    }
    closedir(dir);
    return status;
}

enum status printout_sweep(struct store *store, struct errmsg *err)
{
    char folder[PATH_MAX];
    size_t removed = 0;

    if (!store_has_file(store))
        return STATUS_OK;
    enum status status = folder_of(store, folder, err);
    return status == STATUS_OK ? remove_files(folder, store, &removed, err) : status;
}

enum status printout_clear(const char *data_folder, size_t *removed, struct errmsg *err)
{
    char folder[PATH_MAX];

    if (file_join(folder, sizeof folder, data_folder, FOLDER) != STATUS_OK)
        return errmsg_set(err, STATUS_TOO_LARGE, "数据文件夹的路径过长");
    return file_wipe_folder(folder, removed, err);
}
