/* core/record/carry.c - see carry.h.
 *
 * In table meta: carry_id, carry_handed (the file being sent), carry_done (id of the last that came to an end; its file may still be there), carry_refused, center_backup_made_ms, center_backup_got_ms. */
#include "core/record/carry.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/base/file.h"
#include "core/base/language.h"
#include "core/base/utf8.h"

static const char FOLDER[] = "carry";

/* What cannot be read is not taken for another file's: one that is done would be sent again, one on its way dropped. */
static enum status is_meta(struct store *store, const char *name, struct hash id, bool *is, struct errmsg *err)
{
    struct buf bytes;
    bool there;

    buf_init(&bytes, HASH_BYTES);
    enum status status = store_meta_read_blob(store, name, &bytes, &there, err);
    *is = status == STATUS_OK && there && bytes.len == HASH_BYTES && memcmp(bytes.data, id.bytes, HASH_BYTES) == 0;
    buf_release(&bytes);
    return status;
}

static enum status drop(const char *folder, const struct sealed *file, struct errmsg *err)
{
    char path[PATH_MAX];

    if (sealed_path(folder, file, path, sizeof path) != STATUS_OK || unlink(path) == 0 || errno == ENOENT)
        return STATUS_OK;
    return errmsg_set(err, file_status(errno), "%s %s: %s", _("不能删除"), path, file_reason(errno));
}

/* What waits, oldest first. What came to an end goes on the way. */
static enum status waiting(struct store *store, char folder[PATH_MAX], struct sealed out[SEALED_MAX], size_t *n, struct errmsg *err)
{
    size_t kept = 0;
    enum status status = sealed_folder(store, FOLDER, folder, PATH_MAX);

    *n = 0;
    if (status == STATUS_NOT_FOUND)
        return STATUS_OK;
    if (status == STATUS_OK)
        status = sealed_list(folder, out, n, err);
    for (size_t i = 0; status == STATUS_OK && i < *n; i++) {
        bool done = out[i].part;

        if (!done)
            status = is_meta(store, "carry_done", out[i].id, &done, err);
        if (done)
            status = drop(folder, &out[i], err);
        else if (status == STATUS_OK && out[i].held == out[i].total)
            out[kept++] = out[i];
    }
    *n = kept;
    return status;
}

static enum status carry_of(struct store *store, const struct sealed *file, struct carry *out, struct errmsg *err)
{
    int64_t handed = 0;
    bool begun;
    enum status status = is_meta(store, "carry_id", file->id, &begun, err);

    if (status == STATUS_OK && begun)
        status = store_meta_read_int(store, "carry_handed", &handed, err);
    *out = (struct carry){.file = *file, .handed = handed < 0 ? 0 : (uint64_t)handed > file->total ? file->total : (uint64_t)handed};
    return status;
}

/* ---- queueing ---- */

/* The one that is on its way stays. */
static enum status drop_older(struct store *store, struct hash newest, struct errmsg *err)
{
    char folder[PATH_MAX];
    struct sealed files[SEALED_MAX];
    size_t n;
    enum status status = waiting(store, folder, files, &n, err);

    for (size_t i = 0; status == STATUS_OK && i < n; i++) {
        struct carry carry;

        if (hash_equal(files[i].id, newest))
            continue;
        status = carry_of(store, &files[i], &carry, err);
        if (status == STATUS_OK && carry.handed == 0)
            status = drop(folder, &files[i], err);
    }
    return status;
}

/* Also what tells a program that runs to look: the store changes. */
static enum status begin_anew(struct store *store, int64_t made_ms, struct errmsg *err)
{
    enum status status = store_begin(store, "carry", err);

    if (status != STATUS_OK)
        return status;
    status = store_meta_remove(store, "carry_done", err);
    if (status == STATUS_OK)
        status = store_meta_remove(store, "carry_refused", err);
    if (status == STATUS_OK)
        status = store_meta_set_int(store, "carry_made_ms", made_ms, err);
    if (status == STATUS_OK)
        return store_commit(store, err);
    store_rollback(store);
    return status;
}

static enum status place(const char *from, const char *folder, const struct sealed *file, struct errmsg *err)
{
    char path[PATH_MAX], part[PATH_MAX];
    struct sealed coming = *file;
    enum status status = file_make_folder(folder, err);

    coming.part = true;
    if (status == STATUS_OK && (sealed_path(folder, file, path, sizeof path) != STATUS_OK || sealed_path(folder, &coming, part, sizeof part) != STATUS_OK))
        status = errmsg_set(err, STATUS_TOO_LARGE, "路径过长");
    if (status != STATUS_OK)
        return status;
    if (link(from, path) == 0 || errno == EEXIST)
        return file_sync_folder_of(path, err);
    unlink(part);
    status = sealed_copy(from, part, err);
    return status == STATUS_OK ? file_rename(part, path, err) : status;
}

enum status carry_add(struct store *store, const char *path, int64_t made_ms, struct errmsg *err)
{
    struct sealed file = {.made_ms = made_ms < 1 ? 1 : made_ms > SEALED_MADE_MAX_MS ? SEALED_MADE_MAX_MS : made_ms};
    char folder[PATH_MAX];
    enum status status = sealed_hash(path, &file.id, &file.total, err);

    if (status != STATUS_OK)
        return status;
    if (file.total > SEALED_FILE_MAX_BYTES)
        return errmsg_set(err, STATUS_TOO_LARGE, "备份有 %llu MB，送到县中心的不能超过 %d MB；请用 U 盘带去", (unsigned long long)(file.total >> 20), SEALED_FILE_MAX_BYTES >> 20);
    status = sealed_folder(store, FOLDER, folder, sizeof folder);
    if (status != STATUS_OK)
        return errmsg_set(err, status, "%s", status_text(status));
    status = begin_anew(store, file.made_ms, err);
    if (status == STATUS_OK)
        status = place(path, folder, &file, err);
    if (status == STATUS_OK)
        status = drop_older(store, file.id, err);
    return status == STATUS_OK ? begin_anew(store, file.made_ms, err) : status;
}

/* ---- sending ---- */

enum status carry_next(struct store *store, struct carry *out, struct errmsg *err)
{
    char folder[PATH_MAX];
    struct sealed files[SEALED_MAX];
    size_t n;
    enum status status = waiting(store, folder, files, &n, err);

    if (status == STATUS_OK && n == 0)
        return STATUS_NOT_FOUND;
    return status == STATUS_OK ? carry_of(store, &files[0], out, err) : status;
}

enum status carry_find(struct store *store, struct hash id, struct carry *out, struct errmsg *err)
{
    char folder[PATH_MAX];
    struct sealed files[SEALED_MAX];
    size_t n;
    enum status status = waiting(store, folder, files, &n, err);

    for (size_t i = 0; status == STATUS_OK && i < n; i++)
        if (hash_equal(files[i].id, id))
            return carry_of(store, &files[i], out, err);
    return status == STATUS_OK ? STATUS_NOT_FOUND : status;
}

enum status carry_read(struct store *store, const struct carry *carry, uint64_t at, size_t max, struct buf *out, struct errmsg *err)
{
    char folder[PATH_MAX], path[PATH_MAX];
    uint8_t step[4096];
    FILE *file;
    enum status status = sealed_folder(store, FOLDER, folder, sizeof folder);

    if (status == STATUS_OK)
        status = sealed_path(folder, &carry->file, path, sizeof path);
    if (status != STATUS_OK)
        return errmsg_set(err, status, "%s", status_text(status));
    file = fopen(path, "rb");
    if (file == NULL || fseeko(file, (off_t)at, SEEK_SET) != 0)
        status = errmsg_set(err, STATUS_IO, "%s %s: %s", _("不能读"), path, file_reason(errno));
    while (status == STATUS_OK && max > 0) {
        size_t n = fread(step, 1, max < sizeof step ? max : sizeof step, file);

        if (n == 0)
            break;
        buf_append(out, step, n);
        max -= n;
        status = out->status;
    }
    if (status == STATUS_OK && ferror(file)) /* cut there, it would be sent as far as it was read */
        status = errmsg_set(err, STATUS_IO, "%s %s: %s", _("不能读"), path, file_reason(errno));
    if (file != NULL)
        fclose(file);
    return status;
}

enum status carry_note(struct store *store, const struct carry *carry, uint64_t handed, struct errmsg *err)
{
    enum status status = store_meta_set_blob(store, "carry_id", carry->file.id.bytes, HASH_BYTES, err);

    return status == STATUS_OK ? store_meta_set_int(store, "carry_handed", (int64_t)(handed < carry->file.total ? handed : carry->file.total), err) : status;
}

static enum status note_taken(struct store *store, const struct carry *carry, int64_t now_ms, struct errmsg *err)
{
    enum status status = store_meta_set_int(store, "center_backup_made_ms", carry->file.made_ms, err);

    if (status == STATUS_OK)
        status = store_meta_set_int(store, "center_backup_got_ms", now_ms, err);
    return status == STATUS_OK ? store_meta_remove(store, "carry_refused", err) : status;
}

enum status carry_end(struct store *store, const struct carry *carry, const char *refused, int64_t now_ms, struct errmsg *err)
{
    enum status status = store_meta_set_blob(store, "carry_done", carry->file.id.bytes, HASH_BYTES, err);

    if (status == STATUS_OK)
        status = store_meta_remove(store, "carry_id", err);
    if (status != STATUS_OK)
        return status;
    return refused == NULL ? note_taken(store, carry, now_ms, err) : store_meta_set_blob(store, "carry_refused", refused, utf8_cut(refused, strlen(refused), CARRY_TEXT_BYTES - 1), err);
}

/* ---- looking ---- */

static enum status read_noted(struct store *store, struct carry_state *out, struct errmsg *err)
{
    struct buf text;
    bool there;
    enum status status = store_meta_read_int(store, "center_backup_made_ms", &out->center_made_ms, err);

    if (status == STATUS_OK)
        status = store_meta_read_int(store, "center_backup_got_ms", &out->center_got_ms, err);
    if (status != STATUS_OK)
        return status;
    buf_init(&text, CARRY_TEXT_BYTES);
    status = store_meta_read_blob(store, "carry_refused", &text, &there, err);
    if (status == STATUS_OK && there)
        snprintf(out->refused, sizeof out->refused, "%.*s", (int)text.len, (const char *)text.data);
    buf_release(&text);
    return status;
}

enum status carry_state_read(struct store *store, struct carry_state *out, struct errmsg *err)
{
    char folder[PATH_MAX];
    struct sealed files[SEALED_MAX];
    size_t n;
    enum status status = waiting(store, folder, files, &n, err);

    *out = (struct carry_state){.waiting = n};
    for (size_t i = 0; status == STATUS_OK && i < n; i++) {
        struct carry carry;

        status = carry_of(store, &files[i], &carry, err);
        out->waiting_bytes += files[i].total;
        out->handed_bytes += carry.handed;
    }
    return status == STATUS_OK ? read_noted(store, out, err) : status;
}

enum status carry_clear(const char *data_folder, size_t *removed, struct errmsg *err)
{
    char folder[PATH_MAX], inside[PATH_MAX];
    struct sealed files[SEALED_MAX];
    size_t n;
    enum status status = file_join(folder, sizeof folder, data_folder, FOLDER);

    do {
        if (status == STATUS_OK)
            status = sealed_list(folder, files, &n, err);
        for (size_t i = 0; status == STATUS_OK && i < n; i++)
            status = drop(folder, &files[i], err);
        *removed += status == STATUS_OK ? n : 0;
    } while (status == STATUS_OK && n > 0);
    if (status != STATUS_OK)
        return status;
    if (rmdir(folder) == 0)
        return file_sync_folder_of(folder, err);
    if (errno == ENOENT)
        return STATUS_OK;
    if (errno != ENOTEMPTY && errno != EEXIST)
        return errmsg_set(err, file_status(errno), "%s %s: %s", _("不能删除"), folder, file_reason(errno));
    return file_join(inside, sizeof inside, folder, ".") == STATUS_OK ? file_sync_folder_of(inside, err) : STATUS_OK; /* something is in it that is not ours */
}
