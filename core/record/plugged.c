/* core/record/plugged.c - see plugged.h. */
#include "core/record/plugged.h"

#include <ctype.h>
#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/language.h"
#include "core/base/utf8.h"

enum { LINE_BYTES = 512, LEAST_SECTORS = 2048, SECTOR_BYTES = 512, TEXT_BYTES = 1024, DEPTH_MAX = 3 };

struct look {
    const char *root;
    struct plugged *out;
    size_t n, max, total;
};

/* The first line of root/path; "" if it cannot be read. */
static void read_line(const struct look *look, const char *path, char *out, size_t out_bytes)
{
    char full[PATH_MAX];
    FILE *file = snprintf(full, sizeof full, "%s%s", look->root, path) < (int)sizeof full ? fopen(full, "re") : NULL;

    out[0] = '\0';
    if (file == NULL)
        return;
    if (fgets(out, (int)out_bytes, file) == NULL)
        out[0] = '\0';
    fclose(file);
    for (size_t len = strlen(out); len > 0 && isspace((unsigned char)out[len - 1]); len--)
        out[len - 1] = '\0';
}

static void read_of(const struct look *look, const char *sys, const char *what, char *out, size_t out_bytes)
{
    char path[PATH_MAX];

    out[0] = '\0';
    if (snprintf(path, sizeof path, "%s/%s", sys, what) < (int)sizeof path)
        read_line(look, path, out, out_bytes);
}

/* Whether a file system of this device is mounted; *is_root: at "/", or where programs and their data are. */
static bool is_mounted(const struct look *look, const char *number, const char *device, bool *is_root)
{
    char path[PATH_MAX], line[LINE_BYTES * 4];
    FILE *table = snprintf(path, sizeof path, "%s/proc/self/mountinfo", look->root) < (int)sizeof path ? fopen(path, "re") : NULL;
    bool mounted = false;

    while (table != NULL && fgets(line, sizeof line, table) != NULL) {
        char found[32], where[LINE_BYTES], source[LINE_BYTES];
        const char *behind = strstr(line, " - ");

        if (sscanf(line, "%*s %*s %31s %*s %511s", found, where) != 2)
            continue;
        if (behind == NULL || sscanf(behind, " - %*s %511s", source) != 1)
            source[0] = '\0';
        if (strcmp(found, number) != 0 && !(strncmp(source, "/dev/", 5) == 0 && strcmp(source + 5, device) == 0))
            continue;
        mounted = true;
        *is_root = *is_root || strcmp(where, "/") == 0 || strcmp(where, "/usr") == 0 || strncmp(where, "/boot", 5) == 0;
    }
    if (table != NULL)
        fclose(table);
    return mounted;
}

/* "A\x20B" as udev writes it: an own byte is a backslash, an x and two digits. */
static void unescape(char *text)
{
    char *to = text;

    for (const char *at = text; *at != '\0'; to++) {
        unsigned byte;
        if (at[0] == '\\' && at[1] == 'x' && sscanf(at + 2, "%2x", &byte) == 1) {
            *to = (char)byte;
            at += 4;
        } else {
            *to = *at++;
        }
    }
    *to = '\0';
}

/* What udev knows; false: it knows that nothing can be mounted there. */
static bool ask_udev(const struct look *look, const char *number, struct plugged *plugged)
{
    char path[PATH_MAX], line[LINE_BYTES], usage[32] = "", plain[PLUGGED_NAME_BYTES] = "", encoded[LINE_BYTES] = "";
    FILE *file = snprintf(path, sizeof path, "%s/run/udev/data/b%s", look->root, number) < (int)sizeof path ? fopen(path, "re") : NULL;

    if (file == NULL)
        return true;
    while (fgets(line, sizeof line, file) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        if (strncmp(line, "E:ID_FS_LABEL=", 14) == 0)
            snprintf(plain, sizeof plain, "%.*s", (int)utf8_cut(line + 14, strlen(line + 14), sizeof plain - 1), line + 14);
        else if (strncmp(line, "E:ID_FS_LABEL_ENC=", 18) == 0)
            snprintf(encoded, sizeof encoded, "%s", line + 18);
        else if (strncmp(line, "E:ID_FS_TYPE=", 13) == 0)
            snprintf(plugged->system, sizeof plugged->system, "%.15s", line + 13);
        else if (strncmp(line, "E:ID_FS_USAGE=", 14) == 0)
            snprintf(usage, sizeof usage, "%.31s", line + 14);
    }
    fclose(file);
    unescape(encoded);
    if (encoded[0] != '\0')
        snprintf(plugged->name, sizeof plugged->name, "%.*s", (int)utf8_cut(encoded, strlen(encoded), sizeof plugged->name - 1), encoded);
    else
        memcpy(plugged->name, plain, sizeof plain);
    return usage[0] == '\0' ? plugged->system[0] != '\0' && strcmp(plugged->system, "swap") != 0 : strcmp(usage, "filesystem") == 0 || strcmp(usage, "crypto") == 0;
}

static bool is_listed(const struct look *look, const char *device)
{
    for (size_t i = 0; i < look->n; i++)
        if (strcmp(look->out[i].device, device) == 0)
            return true;
    return false;
}

static void look_at_volume(struct look *look, const char *sys, const char *device, const char *model, int depth, bool *is_root);

/* What was made of it, by opening its lock for one: that is mounted, and not what it lies on. Of a RAID nothing is told, its members are several disks. */
static bool look_at_holders(struct look *look, const char *sys, const char *model, int depth, bool *is_root)
{
    char path[PATH_MAX], above[PATH_MAX];
    DIR *folder = snprintf(path, sizeof path, "%s%s/holders", look->root, sys) < (int)sizeof path ? opendir(path) : NULL;
    const struct dirent *entry;
    bool any = false;

    while (folder != NULL && (entry = readdir(folder)) != NULL) {
        if (entry->d_name[0] == '.')
            continue;
        any = true;
        if (depth < DEPTH_MAX && strncmp(entry->d_name, "dm-", 3) == 0 && snprintf(above, sizeof above, "/sys/block/%s", entry->d_name) < (int)sizeof above)
            look_at_volume(look, above, entry->d_name, model, depth + 1, is_root);
    }
    if (folder != NULL)
        closedir(folder);
    return any;
}

/* A partition, a disk without any, or what was opened on one. */
static void look_at_volume(struct look *look, const char *sys, const char *device, const char *model, int depth, bool *is_root)
{
    struct plugged plugged = {.bytes = 0};
    char number[32], sectors[32];

    read_of(look, sys, "dev", number, sizeof number);
    read_of(look, sys, "size", sectors, sizeof sectors);
    unsigned long long n = strtoull(sectors, NULL, 10);
    if (number[0] == '\0' || strlen(device) >= sizeof plugged.device || is_mounted(look, number, device, is_root) || n < LEAST_SECTORS || look_at_holders(look, sys, model, depth, is_root) || !ask_udev(look, number, &plugged) ||
        is_listed(look, device))
        return;
    snprintf(plugged.device, sizeof plugged.device, "%s", device);
    if (plugged.name[0] == '\0')
        snprintf(plugged.name, sizeof plugged.name, "%s", model);
    utf8_tame(plugged.name, strlen(plugged.name));
    plugged.bytes = n * SECTOR_BYTES;
    look->total++;
    if (look->n < look->max)
        look->out[look->n++] = plugged;
}

/* It can be taken out, or hangs on a USB line (a disk in a case says it is not removable). */
static bool is_plugged(const struct look *look, const char *sys, const char *device)
{
    static const char *const inner[] = {"loop", "ram", "zram", "dm-", "md", "sr", "fd", "nbd"};
    char removable[8], path[PATH_MAX], target[PATH_MAX];

    for (size_t i = 0; i < sizeof inner / sizeof *inner; i++)
        if (strncmp(device, inner[i], strlen(inner[i])) == 0)
            return false;
    read_of(look, sys, "removable", removable, sizeof removable);
    if (strcmp(removable, "1") == 0)
        return true;
    if (snprintf(path, sizeof path, "%s%s", look->root, sys) >= (int)sizeof path)
        return false;
    ssize_t len = readlink(path, target, sizeof target - 1);
    target[len > 0 ? len : 0] = '\0';
    return strstr(target, "/usb") != NULL;
}

static void look_at_disk(struct look *look, const char *device)
{
    struct look before = *look;
    char sys[PATH_MAX], full[PATH_MAX], model[PLUGGED_NAME_BYTES], part[PATH_MAX];
    const struct dirent *entry;
    bool parts = false, is_root = false;
    DIR *folder;

    if (snprintf(sys, sizeof sys, "/sys/block/%s", device) >= (int)sizeof sys || !is_plugged(look, sys, device) || snprintf(full, sizeof full, "%s%s", look->root, sys) >= (int)sizeof full)
        return;
    read_of(look, sys, "device/model", model, sizeof model);
    folder = opendir(full);
    while (folder != NULL && (entry = readdir(folder)) != NULL) {
        if (strncmp(entry->d_name, device, strlen(device)) != 0 || snprintf(part, sizeof part, "%s/%s", sys, entry->d_name) >= (int)sizeof part)
            continue;
        parts = true;
        look_at_volume(look, part, entry->d_name, model, 0, &is_root);
    }
    if (folder != NULL)
        closedir(folder);
    if (!parts)
        look_at_volume(look, sys, device, model, 0, &is_root);
    if (is_root)
        *look = before;
}

static int by_device(const void *a, const void *b)
{
    return strcmp(((const struct plugged *)a)->device, ((const struct plugged *)b)->device);
}

size_t plugged_list(const char *root, struct plugged *out, size_t max, size_t *total)
{
    struct look look = {.root = root, .out = out, .max = max};
    char path[PATH_MAX];
    DIR *folder = snprintf(path, sizeof path, "%s/sys/block", root) < (int)sizeof path ? opendir(path) : NULL;
    const struct dirent *entry;

    while (folder != NULL && (entry = readdir(folder)) != NULL)
        if (entry->d_name[0] != '.')
            look_at_disk(&look, entry->d_name);
    if (folder != NULL)
        closedir(folder);
    qsort(out, look.n, sizeof *out, by_device);
    *total = look.total;
    return look.n;
}

const char *plugged_root(void)
{
    const char *root = getenv("AIDPOST_ROOT");

    return root != NULL ? root : "";
}

/* FAT and its like know no owner: without one told at mounting the files are root's. Others refuse to be told one, so what is not known is not told any. */
static bool has_no_owners(const char *system)
{
    static const char *const without[] = {"vfat", "exfat", "ntfs"};

    for (size_t i = 0; i < sizeof without / sizeof *without; i++)
        if (strcmp(system, without[i]) == 0)
            return true;
    return false;
}

void plugged_command(const struct plugged *plugged, unsigned uid, bool udisks, struct buf *out)
{
    bool bitlocker = strcmp(plugged->system, "BitLocker") == 0, locked = bitlocker || strcmp(plugged->system, "crypto_LUKS") == 0;
    const char *sudo = uid == 0 ? "" : "sudo ", *device = plugged->device;

    if (udisks && uid != 0)
        buf_printf(out, "udisksctl %s -b /dev/%s", locked ? "unlock" : "mount", device);
    else if (locked)
        buf_printf(out, "%scryptsetup open%s /dev/%s open-%s", sudo, bitlocker ? " --type bitlk" : "", device, device);
    else if (uid != 0 && has_no_owners(plugged->system))
        buf_printf(out, "%smount -o X-mount.mkdir,uid=%u /dev/%s /mnt/%s", sudo, uid, device, device);
    else
        buf_printf(out, "%smount -o X-mount.mkdir /dev/%s /mnt/%s", sudo, device, device);
}

void plugged_command_here(const struct plugged *plugged, struct buf *out)
{
    plugged_command(plugged, (unsigned)geteuid(), access("/usr/bin/udisksctl", X_OK) == 0, out);
}

void plugged_say(const char *root, struct buf *out)
{
    struct plugged found[PLUGGED_MAX];
    size_t total, n = plugged_list(root, found, PLUGGED_MAX, &total);

    for (size_t i = 0; i < n; i++) {
        struct buf command;

        buf_init(&command, TEXT_BYTES);
        plugged_command_here(&found[i], &command);
        buf_printf(out, _("U 盘 %s（/dev/%s，%llu MB）插着，还没有挂载，里面的文件看不到；先运行：%s\n"), found[i].name[0] != '\0' ? found[i].name : found[i].device, found[i].device, (unsigned long long)(found[i].bytes >> 20),
                   buf_cstr(&command));
        buf_release(&command);
    }
    if (total > n)
        buf_printf(out, _("还有 %zu 个没有挂载的盘\n"), total - n);
}
