/* core/record/backup_folder.c - see backup_folder.h. */
#include "core/record/backup_folder.h"

#include <assert.h>
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/day.h"
#include "core/base/file.h"
#include "core/record/backup_left.h"

enum { PREFIX_BYTES = 40, STAMP_CHARS = 15 };
static const char SUFFIX[] = ".backup", UNFINISHED[] = ".backup.part";

static int put_prefix(const struct machine *machine, char out[PREFIX_BYTES])
{
    return snprintf(out, PREFIX_BYTES, "%saidpost-%04u-", machine->practice ? "practice-" : "", machine->station_no);
}

void backup_folder_name(const struct machine *machine, int64_t now_ms, char out[BACKUP_NAME_BYTES])
{
    char prefix[PREFIX_BYTES], time[TIME_TEXT_BYTES];

    put_prefix(machine, prefix);
    day_format_time(now_ms, DAY_OFFICE_OFFSET_MIN, time); /* YYYY-MM-DD HH:MM:SS */
    snprintf(out, BACKUP_NAME_BYTES, "%s%.4s%.2s%.2s-%.2s%.2s%.2s%s", prefix, time, time + 5, time + 8, time + 11, time + 14, time + 17, SUFFIX);
}

/* prefix YYYYMMDD-HHMMSS suffix, nothing else */
static bool is_named(const char *name, const char *prefix, size_t prefix_len, const char *suffix)
{
    const char *stamp = name + prefix_len;

    if (strncmp(name, prefix, prefix_len) != 0 || strlen(stamp) != STAMP_CHARS + strlen(suffix) || strcmp(stamp + STAMP_CHARS, suffix) != 0)
        return false;
    for (size_t i = 0; i < STAMP_CHARS; i++)
        if (i == 8 ? stamp[i] != '-' : !isdigit((unsigned char)stamp[i]))
            return false;
    return true;
}

struct names {
    char (*at)[BACKUP_NAME_BYTES];
    size_t n, room;
};

static int newest_first(const void *a, const void *b)
{
    return strcmp(b, a);
}

static enum status add(struct names *names, const char *name)
{
    if (names->n == names->room) {
        size_t room = names->room == 0 ? 64 : names->room * 2;
        char(*at)[BACKUP_NAME_BYTES] = realloc(names->at, room * sizeof *at);

        if (at == NULL)
            return STATUS_NOMEM;
        names->at = at;
        names->room = room;
    }
    snprintf(names->at[names->n++], BACKUP_NAME_BYTES, "%.*s", BACKUP_NAME_BYTES - 1, name);
    return STATUS_OK;
}

static enum status collect(const char *folder, const struct machine *machine, const char *made, struct names *names, struct errmsg *err)
{
    char prefix[PREFIX_BYTES];
    size_t prefix_len = (size_t)put_prefix(machine, prefix);
    DIR *dir = opendir(folder);
    enum status status = STATUS_OK;

    if (dir == NULL)
        return errmsg_set(err, STATUS_IO, "不能读备份文件夹 %s: %s", folder, file_reason(errno));
    for (const char *name; status == STATUS_OK && (name = file_next_entry(dir, folder, &status, err)) != NULL;) {
        char path[PATH_MAX];

        if (is_named(name, prefix, prefix_len, SUFFIX) && (made == NULL || strcmp(name, made) != 0) && (status = add(names, name)) != STATUS_OK)
            (void)errmsg_set(err, status, "%s", status_text(status));
        else if (is_named(name, prefix, prefix_len, UNFINISHED) && file_join(path, sizeof path, folder, name) == STATUS_OK)
            (void)backup_left_drop(path);
    }
    closedir(dir);
    return status;
}

enum status backup_folder_prune(const char *folder, const struct machine *machine, size_t keep, const char *made, size_t *removed, struct errmsg *err)
{
    struct names names = {0};
    char path[PATH_MAX];
    enum status status;

    assert(keep >= 1 && keep <= BACKUP_KEEP_MAX);
    *removed = 0;
    status = collect(folder, machine, made, &names, err);
    if (made != NULL)
        keep--;
    if (status == STATUS_OK && names.n > keep)
        qsort(names.at, names.n, sizeof names.at[0], newest_first);
    for (size_t i = keep; status == STATUS_OK && i < names.n; i++) {
        status = file_join(path, sizeof path, folder, names.at[i]);
        if (status == STATUS_OK && unlink(path) != 0)
            status = errmsg_set(err, STATUS_IO, "不能删除旧备份 %s: %s", path, file_reason(errno));
        *removed += status == STATUS_OK;
    }
    free(names.at);
    return status;
}
