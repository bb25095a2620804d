/* core/record/kept.c - see kept.h. */
#include "core/record/kept.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/file.h"
#include "core/base/language.h"
#include "core/record/settings.h"

static const char FOLDER[] = "kept";

struct shelf { /* one station's */
    char folder[PATH_MAX];
    struct sealed files[SEALED_MAX + 1]; /* oldest first; one that begins */
    size_t n;
};

static enum status failed(struct errmsg *err, const char *what, const char *path)
{
    int error = errno;

    return errmsg_set(err, file_status(error), "%s %s: %s", what, path, file_reason(error));
}

bool kept_possible(struct store *store)
{
    char folder[PATH_MAX];

    return sealed_folder(store, FOLDER, folder, sizeof folder) == STATUS_OK;
}

static enum status open_shelf(struct store *store, uint32_t station_no, struct shelf *shelf, struct errmsg *err)
{
    char name[32];
    enum status status;

    snprintf(name, sizeof name, "%s/%04u", FOLDER, station_no);
    status = sealed_folder(store, name, shelf->folder, sizeof shelf->folder);
    shelf->n = 0;
    return status == STATUS_OK ? sealed_list(shelf->folder, shelf->files, &shelf->n, err) : errmsg_set(err, status, "%s", status_text(status));
}

static enum status path_of(const struct shelf *shelf, const struct sealed *file, char path[PATH_MAX], struct errmsg *err)
{
    return sealed_path(shelf->folder, file, path, PATH_MAX) == STATUS_OK ? STATUS_OK : errmsg_set(err, STATUS_TOO_LARGE, "路径过长");
}

static enum status drop(struct shelf *shelf, size_t at, struct errmsg *err)
{
    char path[PATH_MAX];
    enum status status = path_of(shelf, &shelf->files[at], path, err);

    if (status == STATUS_OK && unlink(path) != 0 && errno != ENOENT)
        status = failed(err, _("不能删除"), path);
    if (status != STATUS_OK)
        return status;
    memmove(&shelf->files[at], &shelf->files[at + 1], (shelf->n - at - 1) * sizeof shelf->files[0]);
    shelf->n--;
    return STATUS_OK;
}

/* ---- all shelves ---- */

static uint32_t station_of(const char *name)
{
    char *end;
    unsigned long no = strtoul(name, &end, 10);

    return strlen(name) < 4 || strspn(name, "0123456789") != strlen(name) || *end != 0 || no > UINT32_MAX ? 0 : (uint32_t)no;
}

static int by_number(const void *a, const void *b)
{
    uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;

    return (left > right) - (left < right);
}

/* Numbers of the stations that have a folder, ascending; the caller frees *out. */
static enum status stations(struct store *store, uint32_t **out, size_t *n, struct errmsg *err)
{
    char folder[PATH_MAX];
    size_t room = 0;
    enum status status = sealed_folder(store, FOLDER, folder, sizeof folder);
    DIR *dir;

    *out = NULL;
    *n = 0;
    if (status != STATUS_OK)
        return status == STATUS_NOT_FOUND ? STATUS_OK : errmsg_set(err, status, "%s", status_text(status));
    dir = opendir(folder);
    if (dir == NULL)
        return errno == ENOENT ? STATUS_OK : failed(err, _("不能读"), folder);
    for (const char *name; status == STATUS_OK && (name = file_next_entry(dir, folder, &status, err)) != NULL;) {
        uint32_t no = station_of(name), *more;

        if (no == 0)
            continue;
        if (*n == room) {
            room = room == 0 ? 64 : 2 * room;
            more = realloc(*out, room * sizeof **out);
            if (more == NULL)
                status = errmsg_set(err, STATUS_NOMEM, "%s", status_text(STATUS_NOMEM));
            else
                *out = more;
        }
        if (status == STATUS_OK)
            (*out)[(*n)++] = no;
    }
    closedir(dir);
    if (*n > 0)
        qsort(*out, *n, sizeof **out, by_number);
    return status;
}

enum status kept_list(struct store *store, kept_row row, void *context, struct errmsg *err)
{
    uint32_t *numbers;
    size_t n;
    enum status status = stations(store, &numbers, &n, err);
    bool more = true;

    for (size_t i = 0; status == STATUS_OK && more && i < n; i++) {
        struct shelf shelf;

        status = open_shelf(store, numbers[i], &shelf, err);
        for (size_t k = shelf.n; status == STATUS_OK && more && k-- > 0;)
            more = row(context, &(struct kept){.station_no = numbers[i], .file = shelf.files[k]});
    }
    free(numbers);
    return status;
}

/* ---- room ---- */

struct sum {
    uint32_t but; /* without this station's */
    uint64_t bytes;
};

/* What is coming in counts whole: it has been promised its room. */
static bool add_up(void *context, const struct kept *kept)
{
    struct sum *sum = context;

    if (kept->station_no != sum->but)
        sum->bytes += kept->file.total;
    return true;
}

/* What came in part and was not gone on with. */
static enum status drop_stale(struct store *store, uint32_t station_no, int64_t now_ms, struct errmsg *err)
{
    struct shelf shelf;
    enum status status = open_shelf(store, station_no, &shelf, err);

    for (size_t i = shelf.n; status == STATUS_OK && i-- > 0;) {
        char path[PATH_MAX];
        struct stat stat_buf;

        if (shelf.files[i].part && path_of(&shelf, &shelf.files[i], path, NULL) == STATUS_OK && stat(path, &stat_buf) == 0 &&
            now_ms / 1000 - (int64_t)stat_buf.st_mtime > (int64_t)KEPT_PART_DAYS * 86400)
            status = drop(&shelf, i, err);
    }
    return status;
}

static enum status drop_all_stale(struct store *store, int64_t now_ms, struct errmsg *err)
{
    uint32_t *numbers;
    size_t n;
    enum status status = stations(store, &numbers, &n, err);

    for (size_t i = 0; status == STATUS_OK && i < n; i++)
        status = drop_stale(store, numbers[i], now_ms, err);
    free(numbers);
    return status;
}

/* Room for `total` more bytes of this station. Its newest whole one stays in any case; older ones make room when there is none else. */
static enum status make_room(struct store *store, uint32_t station_no, struct shelf *shelf, uint64_t total, int64_t now_ms, struct errmsg *err)
{
    int64_t all_mb;
    enum status status = settings_int(store, "center_backups_mb", &all_mb, err); /* taken for the default, backups would go that there is room for */
    uint64_t all = (uint64_t)all_mb << 20, newest = shelf->n > 0 ? shelf->files[shelf->n - 1].total : 0;
    struct sum sum = {.but = station_no};

    if (status == STATUS_OK)
        status = drop_all_stale(store, now_ms, err);
    if (status == STATUS_OK)
        status = kept_list(store, add_up, &sum, err);
    if (status != STATUS_OK)
        return status;
    sum.bytes += newest;
    if (sum.bytes + total <= all) {
        for (size_t i = 0; i + 1 < shelf->n; i++)
            sum.bytes += shelf->files[i].total;
        while (status == STATUS_OK && sum.bytes + total > all && shelf->n > 1) {
            sum.bytes -= shelf->files[0].total;
            status = drop(shelf, 0, err);
        }
        return status;
    }
    return errmsg_set(err, STATUS_TOO_LARGE, "县中心替各站保管备份的地方已满（共 %llu MB，已用 %llu MB，这一份 %llu MB），请告诉县中心的管理员", (unsigned long long)(all >> 20),
                      (unsigned long long)(sum.bytes >> 20), (unsigned long long)((total + (1 << 20) - 1) >> 20));
}

/* ---- taking ---- */

/* The part's name, its shelf's and that of the folder of shelves: what the station is told of it, a power cut must not take back. */
static enum status sync_names(const struct shelf *shelf, const char *part, struct errmsg *err)
{
    char folders[PATH_MAX];
    enum status status = file_sync_folder_of(part, err);

    if (status == STATUS_OK)
        status = file_sync_folder_of(shelf->folder, err);
    snprintf(folders, sizeof folders, "%.*s", (int)(strrchr(shelf->folder, '/') - shelf->folder), shelf->folder);
    return status == STATUS_OK ? file_sync_folder_of(folders, err) : status;
}

static enum status begin(struct store *store, uint32_t station_no, struct shelf *shelf, const struct sealed *file, int64_t now_ms, struct errmsg *err)
{
    struct sealed part = {.made_ms = file->made_ms, .total = file->total, .id = file->id, .part = true};
    char path[PATH_MAX];
    enum status status = STATUS_OK;
    int fd;

    for (size_t i = shelf->n; status == STATUS_OK && i-- > 0;)
        if (shelf->files[i].part) /* the one before is not sent any more */
            status = drop(shelf, i, err);
    if (status == STATUS_OK)
        status = make_room(store, station_no, shelf, file->total, now_ms, err);
    if (status == STATUS_OK)
        status = file_make_folder(shelf->folder, err);
    if (status == STATUS_OK)
        status = path_of(shelf, &part, path, err);
    if (status != STATUS_OK)
        return status;
    fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0 || close(fd) != 0)
        return failed(err, _("不能写"), path);
    status = sync_names(shelf, path, err);
    if (status != STATUS_OK) {
        unlink(path);
        return status;
    }
    shelf->files[shelf->n++] = part;
    return STATUS_OK;
}

static enum status append(const char *path, uint64_t held, const uint8_t *data, size_t len, struct errmsg *err)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    enum status status = STATUS_OK;

    if (fd < 0)
        return failed(err, _("不能写"), path);
    while (status == STATUS_OK && len > 0) {
        ssize_t n = pwrite(fd, data, len, (off_t)held);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0) {
            status = failed(err, _("不能写"), path);
            break;
        }
        data += n;
        held += (uint64_t)n;
        len -= (size_t)n;
    }
    if (status == STATUS_OK && fdatasync(fd) != 0)
        status = failed(err, _("不能写"), path);
    close(fd);
    return status;
}

/* All bytes are here: are they the file? Then it counts, and what is beyond KEPT_EACH goes. */
static enum status complete(struct shelf *shelf, size_t at, int64_t now_ms, struct errmsg *err)
{
    struct sealed whole = shelf->files[at];
    char from[PATH_MAX], to[PATH_MAX];
    struct hash id;
    uint64_t bytes;
    size_t wholes = 0;
    enum status status = path_of(shelf, &whole, from, err);

    whole.part = false;
    whole.kept_ms = now_ms < 1 ? 1 : now_ms;
    for (size_t i = 0; i < shelf->n; i++) /* the order in which they came, whatever the clock says */
        if (!shelf->files[i].part && shelf->files[i].kept_ms >= whole.kept_ms)
            whole.kept_ms = shelf->files[i].kept_ms + 1;
    if (status == STATUS_OK)
        status = path_of(shelf, &whole, to, err);
    if (status == STATUS_OK)
        status = sealed_hash(from, &id, &bytes, err);
    if (status == STATUS_OK && (bytes != whole.total || !hash_equal(id, whole.id)))
        status = errmsg_set(err, STATUS_CORRUPT, "备份在送到县中心的途中损坏，请再备份一次");
    if (status == STATUS_OK)
        status = file_rename(from, to, err);
    if (status != STATUS_OK)
        return status;
    shelf->files[at] = whole;
    for (size_t i = 0; i < shelf->n; i++)
        wholes += !shelf->files[i].part;
    for (size_t i = 0; status == STATUS_OK && wholes > KEPT_EACH && i < shelf->n;) {
        if (shelf->files[i].part || i == at) {
            i++;
            continue;
        }
        status = drop(shelf, i, err);
        at -= i < at;
        wholes--;
    }
    return status;
}

/* Whatever is wrong with this file, nothing of it stays. */
static enum status give_up(struct shelf *shelf, size_t at, enum status status)
{
    if (status == STATUS_CORRUPT || status == STATUS_FULL)
        (void)drop(shelf, at, NULL);
    return status;
}

static size_t index_of(const struct shelf *shelf, struct hash id)
{
    size_t i = 0;

    while (i < shelf->n && !hash_equal(shelf->files[i].id, id))
        i++;
    return i;
}

enum status kept_take(struct store *store, uint32_t station_no, const struct sealed *file, uint64_t at, const void *data, size_t len, int64_t now_ms, uint64_t *held, bool *done, struct errmsg *err)
{
    struct shelf shelf;
    char path[PATH_MAX];
    size_t i;
    enum status status = STATUS_OK;

    *held = 0;
    *done = false;
    if (file->total == 0 || file->made_ms < 1 || file->made_ms > SEALED_MADE_MAX_MS || at > file->total || len > file->total - at)
        return errmsg_set(err, STATUS_INVALID, "备份的大小或时间不成立");
    if (file->total > SEALED_FILE_MAX_BYTES)
        return errmsg_set(err, STATUS_TOO_LARGE, "备份有 %llu MB，送到县中心的不能超过 %d MB；请用 U 盘带去", (unsigned long long)(file->total >> 20), SEALED_FILE_MAX_BYTES >> 20);
    status = open_shelf(store, station_no, &shelf, err);
    i = status == STATUS_OK ? index_of(&shelf, file->id) : 0;
    if (status == STATUS_OK && i == shelf.n) {
        status = begin(store, station_no, &shelf, file, now_ms, err);
        i = shelf.n - 1;
    }
    if (status != STATUS_OK)
        return status;
    if (shelf.files[i].total != file->total)
        return errmsg_set(err, STATUS_PEER, "同一个文件前后说的大小不同");
    *held = shelf.files[i].held;
    *done = !shelf.files[i].part;
    if (!*done && *held > file->total)
        return give_up(&shelf, i, errmsg_set(err, STATUS_CORRUPT, "备份在送到县中心的途中损坏，请再备份一次"));
    if (!*done && at > *held)
        return STATUS_OK;
    status = path_of(&shelf, &shelf.files[i], path, err);
    if (*done) { /* it has its name; whether that is durable, its first coming may have failed to see */
        status = status == STATUS_OK ? file_sync_folder_of(path, err) : status;
        *done = status == STATUS_OK;
        return status;
    }
    if (status == STATUS_OK && at + len > *held) {
        status = append(path, *held, (const uint8_t *)data + (*held - at), (size_t)(at + len - *held), err);
        *held = status == STATUS_OK ? at + len : *held;
    }
    if (status == STATUS_OK && *held == file->total)
        status = complete(&shelf, i, now_ms, err);
    *done = status == STATUS_OK && *held == file->total;
    return give_up(&shelf, i, status);
}

/* ---- giving back ---- */

enum status kept_get(struct store *store, uint32_t station_no, unsigned nth, const char *path, struct sealed *out, struct errmsg *err)
{
    struct shelf shelf;
    char from[PATH_MAX];
    struct hash id;
    uint64_t bytes;
    size_t i;
    enum status status = open_shelf(store, station_no, &shelf, err);

    if (status != STATUS_OK)
        return status;
    for (i = shelf.n; i > 0; i--)
        if (!shelf.files[i - 1].part && --nth == 0)
            break;
    if (i == 0)
        return errmsg_set(err, STATUS_NOT_FOUND, "县中心没有站点 %u 号的这一份备份，见 aidpostd backups", station_no);
    *out = shelf.files[i - 1];
    status = path_of(&shelf, out, from, err);
    if (status == STATUS_OK)
        status = sealed_copy(from, path, err);
    if (status != STATUS_OK)
        return status;
    status = sealed_hash(path, &id, &bytes, err);
    if (status == STATUS_OK && !hash_equal(id, out->id))
        status = errmsg_set(err, STATUS_CORRUPT, "县中心保管的这一份备份已损坏（%s）；请用另一份: --which 2", from);
    if (status == STATUS_OK)
        status = file_sync_folder_of(path, err);
    if (status != STATUS_OK)
        unlink(path);
    return status;
}

enum status kept_remove(struct store *store, uint32_t station_no, size_t *removed, struct errmsg *err)
{
    struct shelf shelf;
    enum status status;

    *removed = 0;
    do {
        status = open_shelf(store, station_no, &shelf, err);
        for (size_t i = shelf.n; status == STATUS_OK && i-- > 0;) {
            status = drop(&shelf, i, err);
            *removed += status == STATUS_OK;
        }
    } while (status == STATUS_OK && shelf.n > 0);
    if (status == STATUS_OK)
        (void)rmdir(shelf.folder);
    return status;
}
