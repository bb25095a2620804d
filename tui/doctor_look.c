/* tui/doctor_look.c - the facts, from the system and the store. See doctor.h.
 *
 * DISK. The folder's device is found by its number in /sys/dev/block; where a file system has no device of its own (btrfs, overlay), by its line in /proc/self/mountinfo. A device is encrypted when it, or everything
 * that it lies on (LVM, partitions), is a dm-crypt target: its dm/uuid begins with "CRYPT-". */
#include <dirent.h>
#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>
#include <sys/timex.h>
#include <unistd.h>

#include "core/base/file.h"
#include "core/base/utf8.h"
#include "core/paper/paper.h"
#include "core/record/clock.h"
#include "core/record/kept_look.h"
#include "core/record/machine_name.h"
#include "core/record/peer.h"
#include "core/record/sync_state.h"
#include "core/record/settings.h"
#include "core/record/store.h"
#include "core/record/upward_look.h"
#include "tui/doctor.h"

enum { LINE_BYTES = 1024, LAYERS_MAX = 6, ATTEMPTS = 50 };

static bool read_line(const char *path, char out[LINE_BYTES])
{
    FILE *file = fopen(path, "r");
    bool read = file != NULL && fgets(out, LINE_BYTES, file) != NULL;

    if (file != NULL)
        fclose(file);
    if (read)
        out[strcspn(out, "\n")] = 0;
    return read;
}

static enum doctor_known is_crypt(const char *sys, int layers);

/* Encrypted where all that it lies on is; nothing below: the bare disk. */
static enum doctor_known below_is_crypt(const char *sys, int layers)
{
    char path[PATH_MAX];
    enum doctor_known known = DOCTOR_NO;
    enum status status = STATUS_OK;
    size_t n = 0;
    DIR *dir;

    if (snprintf(path, sizeof path, "%s/slaves", sys) >= (int)sizeof path)
        return DOCTOR_UNKNOWN;
    dir = opendir(path);
    if (dir == NULL)
        return errno == ENOENT ? DOCTOR_NO : DOCTOR_UNKNOWN;
    for (const char *name; (name = file_next_entry(dir, path, &status, NULL)) != NULL;) {
        char next[PATH_MAX];

        if (name[0] == '.' || snprintf(next, sizeof next, "%s/%.255s", path, name) >= (int)sizeof next)
            continue;
        enum doctor_known one = is_crypt(next, layers - 1);

        known = n++ == 0 || one != DOCTOR_YES ? one : known;
        if (one != DOCTOR_YES)
            break;
    }
    closedir(dir);
    return status == STATUS_OK ? known : DOCTOR_UNKNOWN; /* the one that was not seen may be bare */
}

static enum doctor_known is_crypt(const char *sys, int layers)
{
    char path[PATH_MAX], line[LINE_BYTES];

    if (layers == 0 || access(sys, F_OK) != 0 || snprintf(path, sizeof path, "%s/dm/uuid", sys) >= (int)sizeof path)
        return DOCTOR_UNKNOWN;
    if (read_line(path, line) && strncmp(line, "CRYPT-", 6) == 0)
        return DOCTOR_YES;
    return below_is_crypt(sys, layers);
}

static void look_at_device(unsigned major_no, unsigned minor_no, struct doctor_facts *out)
{
    char sys[64], target[PATH_MAX];

    snprintf(sys, sizeof sys, "/sys/dev/block/%u:%u", major_no, minor_no);
    out->encrypted = is_crypt(sys, LAYERS_MAX);
    if (realpath(sys, target) != NULL)
        snprintf(out->device, sizeof out->device, "%.63s", strrchr(target, '/') + 1);
}

/* A file system without a device number of its own: its source in mountinfo ("36 35 0:31 / / rw - btrfs /dev/sda2 rw"). */
static void look_at_mount(unsigned major_no, unsigned minor_no, struct doctor_facts *out)
{
    char line[LINE_BYTES], wanted[32], number[32], source[256];
    FILE *file = fopen("/proc/self/mountinfo", "r");
    struct stat device;

    snprintf(wanted, sizeof wanted, "%u:%u", major_no, minor_no);
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        const char *dash = strstr(line, " - ");

        if (sscanf(line, "%*d %*d %31s", number) != 1 || strcmp(number, wanted) != 0 || dash == NULL || sscanf(dash, " - %*s %255s", source) != 1)
            continue;
        if (stat(source, &device) == 0 && S_ISBLK(device.st_mode))
            look_at_device(major(device.st_rdev), minor(device.st_rdev), out);
        break;
    }
    if (file != NULL)
        fclose(file);
}

static void look_at_disk(const char *folder, struct doctor_facts *out)
{
    struct stat there;
    char path[PATH_MAX];

    snprintf(path, sizeof path, "%s", folder);
    while (stat(path, &there) != 0) { /* a folder that is still to be made: where it will be */
        char *slash = strrchr(path, '/');

        if (slash == NULL || slash == path)
            snprintf(path, sizeof path, "%s", slash == path ? "/" : ".");
        else
            *slash = 0;
    }
    if (major(there.st_dev) != 0)
        look_at_device(major(there.st_dev), minor(there.st_dev), out);
    else
        look_at_mount(major(there.st_dev), minor(there.st_dev), out);

    struct statvfs space;
    if (statvfs(path, &space) == 0)
        out->free_bytes = (int64_t)(space.f_bavail * space.f_frsize);
}

static void look_at_swap(struct doctor_facts *out)
{
    char line[LINE_BYTES], source[256];
    FILE *file = fopen("/proc/swaps", "r");
    struct stat device;

    if (file == NULL)
        return;
    out->swap_in_clear = DOCTOR_NO;
    while (fgets(line, sizeof line, file) != NULL) {
        char sys[64];

        if (sscanf(line, "%255s", source) != 1 || source[0] != '/' || strncmp(source, "/dev/zram", 9) == 0 || stat(source, &device) != 0)
            continue;
        dev_t number = S_ISBLK(device.st_mode) ? device.st_rdev : device.st_dev;
        snprintf(sys, sizeof sys, "/sys/dev/block/%u:%u", major(number), minor(number));
        if (is_crypt(sys, LAYERS_MAX) != DOCTOR_YES)
            out->swap_in_clear = DOCTOR_YES;
    }
    fclose(file);
}

static void look_at_files(const char *folder, struct doctor_facts *out)
{
    char path[PATH_MAX];
    struct stat there;

    if (stat(folder, &there) == 0)
        out->folder_mode = (int)(there.st_mode & 0777);
    if (file_join(path, sizeof path, folder, "aidpost.db") != STATUS_OK || stat(path, &there) != 0)
        return;
    out->store_mode = (int)(there.st_mode & 0777);
    out->store_bytes = there.st_size;
    out->foreign_owner = there.st_uid != geteuid();
}

static void look_at_clock(struct doctor_facts *out)
{
    struct timex timex = {.modes = 0};
    int state = adjtimex(&timex);

    if (state >= 0)
        out->clock_kept = state != TIME_ERROR && (timex.status & STA_UNSYNC) == 0 ? DOCTOR_YES : DOCTOR_NO;
}

static bool first_success(void *context, const struct sync_attempt *attempt)
{
    struct doctor_facts *out = context;

    out->contacted = true;
    if (!attempt->ok)
        return true;
    out->last_contact_ms = attempt->at_ms;
    out->skew_ms = attempt->skew_ms;
    return false;
}

/* The upward store is another one: what is said of it is a sentence already. */
static enum status look_upward(struct store *store, struct doctor_facts *out, struct errmsg *err)
{
    struct upward_look look;
    struct buf text;
    enum status status = upward_look(store, &look, err);

    if (status != STATUS_OK || !look.kept)
        return status;
    buf_init(&text, sizeof out->upward * 8);
    out->upward_kept = true;
    out->upward_overdue = upward_look_text(&look, out->now_ms, &text);
    memcpy(out->upward, buf_cstr(&text), utf8_cut(buf_cstr(&text), text.len, sizeof out->upward - 1));
    buf_release(&text);
    return STATUS_OK;
}

/* Backups of stations that lie beside a center's store. */
static enum status look_at_kept(struct store *store, struct doctor_facts *out, struct errmsg *err)
{
    struct kept_look look;
    const struct kept_age *oldest;
    enum status status = kept_look_read(store, out->now_ms, &look, err);

    if (status != STATUS_OK)
        return status;
    out->kept = look.n;
    out->kept_overdue = look.overdue;
    oldest = kept_look_oldest(&look);
    if (oldest != NULL) {
        out->kept_oldest_days = oldest->days;
        out->kept_oldest_station = oldest->station_no;
        machine_called(store, oldest->station_no, out->kept_oldest_called);
    }
    kept_look_release(&look);
    return STATUS_OK;
}

static enum status look_at_contact(struct store *store, struct doctor_facts *out, struct errmsg *err)
{
    char address[256];
    struct hash pin;
    int64_t stick_ms = 0;
    enum status status = center_address_get(store, address, sizeof address, &pin, err);

    out->contacted = status == STATUS_OK;
    if (status == STATUS_NOT_FOUND) {
        errmsg_clear(err);
        status = STATUS_OK;
    }
    if (status == STATUS_OK)
        status = sync_attempt_list(store, ATTEMPTS, first_success, out, err);
    if (status == STATUS_OK)
        status = sync_stick_last(store, &stick_ms, err);
    if (stick_ms > out->last_contact_ms)
        out->last_contact_ms = stick_ms;
    return status;
}

static enum status read_store(struct store *store, struct doctor_facts *out, struct errmsg *err)
{
    enum status status = STATUS_OK;

    if (out->center)
        status = look_upward(store, out, err);
    if (status == STATUS_OK && out->center)
        status = look_at_kept(store, out, err);
    if (status == STATUS_OK)
        status = store_meta_read_int(store, "backed_up_ms", &out->backed_up_ms, err);
    if (status == STATUS_OK)
        status = store_meta_read_int(store, "center_backup_made_ms", &out->center_backup_ms, err);
    if (status == STATUS_OK)
        status = settings_int(store, "backup_remind_days", &out->backup_remind_days, err);
    if (status == STATUS_OK)
        status = look_at_contact(store, out, err);
    return status == STATUS_OK ? clock_latest(store, &out->last_known_ms, err) : status;
}

static void look_at_store(struct store *store, const struct machine *machine, struct doctor_facts *out)
{
    struct errmsg err = {{0}};

    out->has_store = true;
    out->center = machine->center;
    enum status status = read_store(store, out, &err);
    if (status != STATUS_OK) {
        const char *why = errmsg_text(&err, status);

        memcpy(out->unread, why, utf8_cut(why, strlen(why), sizeof out->unread - 1)); /* the rest is zero */
    }
}

/* The locale is set for what follows anyway (terminal.h). */
static bool utf8_can_be_had(void)
{
    static const char *const names[] = {"", "C.UTF-8", "C.utf8", "zh_CN.UTF-8", "en_US.UTF-8"};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (setlocale(LC_CTYPE, names[i]) != NULL && strcmp(nl_langinfo(CODESET), "UTF-8") == 0)
            return true;
    return false;
}

static void look_at_terminal(struct doctor_facts *out)
{
    const char *term = getenv("TERM");
    struct winsize size;

    out->utf8 = utf8_can_be_had();
    out->on_terminal = isatty(STDIN_FILENO) && isatty(STDERR_FILENO);
    snprintf(out->term, sizeof out->term, "%s", term != NULL ? term : "");
    if (out->on_terminal && ioctl(STDIN_FILENO, TIOCGWINSZ, &size) == 0) {
        out->rows = size.ws_row;
        out->cols = size.ws_col;
    }
}

static void look_at_printing(struct doctor_facts *out)
{
    static const char sample[] = "法律援助";
    struct errmsg err = {{0}};
    struct buf pdf;
    enum status status;

    out->has_pdf = paper_has_pdf();
    if (!out->has_pdf)
        return;
    buf_init(&pdf, 1024 * 1024);
    status = paper_pdf(sample, strlen(sample), "", 0, &pdf, &err);
    buf_release(&pdf);
    out->has_font = status == STATUS_OK;
    if (status == STATUS_UNSUPPORTED)
        memcpy(out->pdf_lacks, err.text, utf8_cut(err.text, strlen(err.text), sizeof out->pdf_lacks - 1)); /* the rest is zero */
}

void doctor_look(const char *folder, struct store *store, const struct machine *machine, int64_t now_ms, struct doctor_facts *out)
{
    *out = (struct doctor_facts){.encrypted = DOCTOR_UNKNOWN, .swap_in_clear = DOCTOR_UNKNOWN, .clock_kept = DOCTOR_UNKNOWN, .free_bytes = -1, .store_bytes = -1, .folder_mode = -1, .store_mode = -1,
                                 .now_ms = now_ms};
    snprintf(out->folder, sizeof out->folder, "%s", folder);
    look_at_disk(folder, out);
    look_at_swap(out);
    look_at_files(folder, out);
    look_at_clock(out);
    if (store != NULL)
        look_at_store(store, machine, out);
    look_at_terminal(out);
    look_at_printing(out);
}
