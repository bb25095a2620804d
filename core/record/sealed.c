/* core/record/sealed.c - see sealed.h. */
#include "core/record/sealed.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/file.h"
#include "core/base/language.h"

enum { STEP_BYTES = 64 * 1024, NUMBER_CHARS = 18 };

static enum status failed(struct errmsg *err, const char *what, const char *path)
{
    int error = errno;

    return errmsg_set(err, error == ENOENT ? STATUS_NOT_FOUND : file_status(error), "%s %s: %s", what, path, file_reason(error));
}

/* ---- names ---- */

enum status sealed_folder(const struct store *store, const char *name, char *out, size_t out_bytes)
{
    const char *path = store_path(store), *slash = strrchr(path, '/');

    if (slash == NULL)
        return STATUS_NOT_FOUND;
    return snprintf(out, out_bytes, "%.*s/%s", (int)(slash - path), path, name) < (int)out_bytes ? STATUS_OK : STATUS_TOO_LARGE;
}

enum status sealed_path(const char *folder, const struct sealed *sealed, char *out, size_t out_bytes)
{
    char name[SEALED_NAME_BYTES], id[HASH_TEXT_BYTES];

    hash_format(sealed->id, id);
    snprintf(name, sizeof name, "%" PRId64 "-%" PRId64 "-%" PRIu64 "-%s.%s", sealed->kept_ms, sealed->made_ms, sealed->total, id, sealed->part ? "part" : "backup");
    return file_join(out, out_bytes, folder, name);
}

/* Digits and a '-' behind them. */
static const char *number(const char *at, uint64_t *out)
{
    size_t n = 0;

    for (*out = 0; n < NUMBER_CHARS && isdigit((unsigned char)at[n]); n++)
        *out = *out * 10 + (uint64_t)(at[n] - '0');
    return n > 0 && at[n] == '-' ? at + n + 1 : NULL;
}

static const char *hash_text(const char *at, struct hash *out)
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < 2 * HASH_BYTES; i++) {
        const char *digit = at[i] == 0 ? NULL : strchr(digits, at[i]);

        if (digit == NULL)
            return NULL;
        out->bytes[i / 2] = (uint8_t)(out->bytes[i / 2] << 4 | (digit - digits));
    }
    return at + (size_t)2 * HASH_BYTES;
}

bool sealed_parse(const char *name, struct sealed *out)
{
    uint64_t kept = 0, made = 0, total = 0;
    const char *at = number(name, &kept);

    at = at == NULL ? NULL : number(at, &made);
    at = at == NULL ? NULL : number(at, &total);
    at = at == NULL ? NULL : hash_text(at, &out->id);
    if (at == NULL || kept > (uint64_t)SEALED_MADE_MAX_MS || made == 0 || made > (uint64_t)SEALED_MADE_MAX_MS || total == 0)
        return false;
    out->kept_ms = (int64_t)kept;
    out->made_ms = (int64_t)made;
    out->total = total;
    out->part = strcmp(at, ".part") == 0;
    return out->part || strcmp(at, ".backup") == 0;
}

static int older_first(const void *a, const void *b)
{
    const struct sealed *left = a, *right = b;

    if (left->kept_ms != right->kept_ms)
        return left->kept_ms < right->kept_ms ? -1 : 1;
    return (left->made_ms > right->made_ms) - (left->made_ms < right->made_ms);
}

enum status sealed_list(const char *folder, struct sealed out[SEALED_MAX], size_t *n, struct errmsg *err)
{
    DIR *dir = opendir(folder);
    enum status status = STATUS_OK;

    *n = 0;
    if (dir == NULL)
        return errno == ENOENT ? STATUS_OK : failed(err, _("不能读"), folder);
    for (const char *name; status == STATUS_OK && *n < SEALED_MAX && (name = file_next_entry(dir, folder, &status, err)) != NULL;) {
        char path[PATH_MAX];
        struct stat stat_buf;

        if (!sealed_parse(name, &out[*n]) || file_join(path, sizeof path, folder, name) != STATUS_OK)
            continue;
        bool there = stat(path, &stat_buf) == 0;
        if (there && S_ISREG(stat_buf.st_mode))
            out[(*n)++].held = (uint64_t)stat_buf.st_size;
        else if (!there && errno != ENOENT) /* one that can't be looked at is not one that is not there */
            status = failed(err, _("不能读"), path);
    }
    closedir(dir);
    qsort(out, *n, sizeof out[0], older_first);
    return status;
}

/* ---- whole files ---- */

enum status sealed_hash(const char *path, struct hash *id, uint64_t *bytes, struct errmsg *err)
{
    crypto_hash_sha256_state state;
    uint8_t step[STEP_BYTES];
    FILE *file = fopen(path, "rb");
    enum status status = STATUS_OK;

    *bytes = 0;
    if (file == NULL)
        return failed(err, _("不能读"), path);
    crypto_hash_sha256_init(&state);
    for (size_t n; (n = fread(step, 1, sizeof step, file)) > 0; *bytes += n)
        crypto_hash_sha256_update(&state, step, n);
    if (ferror(file))
        status = failed(err, _("不能读"), path);
    crypto_hash_sha256_final(&state, id->bytes);
    fclose(file);
    return status;
}

static enum status copy_bytes(FILE *in, const char *from, FILE *out, const char *to, struct errmsg *err)
{
    uint8_t step[STEP_BYTES];

    for (size_t n; (n = fread(step, 1, sizeof step, in)) > 0;)
        if (fwrite(step, 1, n, out) != n)
            return failed(err, _("不能写"), to);
    if (ferror(in))
        return failed(err, _("不能读"), from);
    return fflush(out) != 0 || fsync(fileno(out)) != 0 ? failed(err, _("不能写"), to) : STATUS_OK;
}

enum status sealed_copy(const char *from, const char *to, struct errmsg *err)
{
    FILE *in = fopen(from, "rb"), *out;
    enum status status;

    if (in == NULL)
        return failed(err, _("不能读"), from);
    int fd = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    out = fd >= 0 ? fdopen(fd, "wb") : NULL;
    if (out == NULL) {
        if (fd >= 0) {
            close(fd);
            unlink(to);
        }
        status = errno == EEXIST ? errmsg_set(err, STATUS_EXISTS, "%s 已存在，请换一个文件名", to) : failed(err, _("不能写"), to);
        fclose(in);
        return status;
    }
    status = fchmod(fileno(out), 0600) != 0 ? failed(err, _("不能写"), to) : copy_bytes(in, from, out, to, err);
    if (fclose(out) != 0 && status == STATUS_OK)
        status = failed(err, _("不能写"), to);
    if (status != STATUS_OK)
        unlink(to);
    fclose(in);
    return status;
}
