/* tests/test_plugged.c - disks that are plugged in and not mounted, found in a made-up /sys, /proc and /run. */
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/file.h"
#include "core/record/plugged.h"
#include "tests/fixture.h"
#include "tests/must.h"

static char root[PATH_MAX];

static void put(const char *path, const char *text)
{
    char full[PATH_MAX + 256], folder[PATH_MAX + 256];
    snprintf(full, sizeof full, "%s/%s", root, path);
    snprintf(folder, sizeof folder, "%.*s", (int)(strrchr(full, '/') - full), full);
    must_do(file_make_folder(folder, &err));
    must_do(file_write(full, text, strlen(text), 0600, &err));
}

/* A disk or partition of so many sectors. */
static void volume(const char *sys, const char *number, const char *sectors)
{
    char path[256];
    snprintf(path, sizeof path, "sys/block/%s/dev", sys);
    put(path, number);
    snprintf(path, sizeof path, "sys/block/%s/size", sys);
    put(path, sectors);
}

static int open_root(void **state)
{
    char template[] = "plugged.XXXXXX";
    (void)state;
    if (mkdtemp(template) == NULL || realpath(template, root) == NULL)
        return -1;
    put("proc/self/mountinfo", "22 1 8:2 / / rw,relatime shared:1 - ext4 /dev/sda2 rw\n30 22 0:40 / /proc rw - proc proc rw\n");
    volume("sda", "8:0\n", "500000000\n");
    put("sys/block/sda/removable", "0\n");
    volume("sda/sda1", "8:1\n", "1000000\n"); /* not mounted, and of no interest */
    volume("sda/sda2", "8:2\n", "400000000\n");
    volume("loop0", "7:0\n", "4096\n");
    put("sys/block/loop0/removable", "1\n");
    return 0;
}

static int close_root(void **state)
{
    (void)state;
    test_folder_remove(root);
    return 0;
}

static void stick(void)
{
    volume("sdb", "8:16\n", "15728640\n");
    put("sys/block/sdb/removable", "1\n");
    put("sys/block/sdb/device/model", "DataTraveler 3.0\n");
    volume("sdb/sdb1", "8:17\n", "15726592\n");
}

static size_t found(struct plugged out[PLUGGED_MAX])
{
    size_t total, n = plugged_list(root, out, PLUGGED_MAX, &total);
    assert_int_equal(n, total);
    return n;
}

static void nothing_is_plugged_in(void **state)
{
    struct plugged out[PLUGGED_MAX];
    size_t total;
    struct buf text;
    (void)state;
    assert_int_equal(found(out), 0);
    assert_int_equal(plugged_list("/nowhere", out, PLUGGED_MAX, &total), 0);
    buf_init(&text, 4096);
    plugged_say(root, &text);
    assert_int_equal(text.len, 0);
    buf_release(&text);
}

static void a_stick_that_is_not_mounted(void **state)
{
    struct plugged out[PLUGGED_MAX];
    struct buf text;
    (void)state;
    stick();
    assert_int_equal(found(out), 1);
    assert_string_equal(out[0].device, "sdb1");
    assert_string_equal(out[0].name, "DataTraveler 3.0"); /* without udev: as its maker calls it */
    assert_string_equal(out[0].system, "");
    assert_int_equal(out[0].bytes, 15726592ull * 512);
    put("run/udev/data/b8:17", "S:disk/by-label/x\nE:ID_FS_LABEL=__\nE:ID_FS_LABEL_ENC=\xe4\xb9\xa1\\x20\xe9\x95\x87\nE:ID_FS_TYPE=vfat\nE:ID_FS_USAGE=filesystem\n");
    assert_int_equal(found(out), 1);
    assert_string_equal(out[0].name, "乡 镇");
    assert_string_equal(out[0].system, "vfat");
    buf_init(&text, 4096);
    plugged_say(root, &text);
    assert_non_null(strstr(buf_cstr(&text), "U 盘 乡 镇（/dev/sdb1，7679 MB）插着，还没有挂载"));
    assert_non_null(strstr(buf_cstr(&text), "/dev/sdb1"));
    buf_release(&text);
    put("run/udev/data/b8:17", "E:ID_PART_ENTRY_NUMBER=1\n"); /* not formatted */
    assert_int_equal(found(out), 0);
}

static void what_is_mounted_or_open_is_not_told(void **state)
{
    struct plugged out[PLUGGED_MAX];
    (void)state;
    stick();
    put("proc/self/mountinfo", "22 1 8:2 / / rw - ext4 /dev/sda2 rw\n31 22 8:17 / /media/a rw - vfat /dev/sdb1 rw\n");
    assert_int_equal(found(out), 0);
    put("proc/self/mountinfo", "22 1 8:2 / / rw - ext4 /dev/sda2 rw\n31 22 0:55 / /media/a rw - fuseblk /dev/sdb1 rw\n");
    assert_int_equal(found(out), 0);
    put("proc/self/mountinfo", "22 1 8:2 / / rw - ext4 /dev/sda2 rw\n");
    assert_int_equal(found(out), 1);
    put("sys/block/sdb/sdb1/holders/dm-0/dev", "253:0\n");
    assert_int_equal(found(out), 0);
}

/* What was opened on it is to be mounted next; where the system itself runs from that, its disk is none of a person's sticks. */
static void what_was_opened_is_told_as_what_it_became(void **state)
{
    struct plugged out[PLUGGED_MAX];
    (void)state;
    stick();
    put("run/udev/data/b8:17", "E:ID_FS_TYPE=crypto_LUKS\nE:ID_FS_USAGE=crypto\n");
    assert_int_equal(found(out), 1);
    assert_string_equal(out[0].device, "sdb1");
    put("sys/block/sdb/sdb1/holders/dm-0/dev", "253:0\n");
    volume("dm-0", "253:0\n", "15690000\n");
    put("run/udev/data/b253:0", "E:ID_FS_TYPE=ext4\nE:ID_FS_USAGE=filesystem\nE:ID_FS_LABEL=secret\n");
    assert_int_equal(found(out), 1);
    assert_string_equal(out[0].device, "dm-0");
    assert_string_equal(out[0].name, "secret");
    assert_string_equal(out[0].system, "ext4");
    put("proc/self/mountinfo", "22 1 8:2 / / rw - ext4 /dev/sda2 rw\n31 22 253:0 / /mnt/dm-0 rw - ext4 /dev/mapper/open-sdb1 rw\n");
    assert_int_equal(found(out), 0);
    volume("sdb/sdb2", "8:18\n", "4000000\n");
    assert_int_equal(found(out), 1);
    put("proc/self/mountinfo", "22 1 253:0 / / rw - ext4 /dev/mapper/root rw\n");
    assert_int_equal(found(out), 0);
}

/* Nothing of these can be mounted. */
static void what_holds_no_file_system_is_not_told(void **state)
{
    static const char *const none[] = {"E:ID_FS_TYPE=swap\nE:ID_FS_USAGE=other\n", "E:ID_FS_TYPE=swap\n", "E:ID_FS_TYPE=linux_raid_member\nE:ID_FS_USAGE=raid\n", "E:ID_FS_TYPE=LVM2_member\nE:ID_FS_USAGE=raid\n"};
    struct plugged out[PLUGGED_MAX];
    (void)state;
    stick();
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        put("run/udev/data/b8:17", none[i]);
        assert_int_equal(found(out), 0);
    }
    put("run/udev/data/b8:17", "E:ID_FS_TYPE=BitLocker\nE:ID_FS_USAGE=crypto\n");
    assert_int_equal(found(out), 1);
}

/* A disk in a USB case says that it is not removable; one without partitions is its own volume; a reader without a card has no size; the system's own stick is left alone. */
static void disks_of_all_kinds(void **state)
{
    struct plugged out[PLUGGED_MAX];
    char link[PATH_MAX + 64];
    (void)state;
    volume("sdc", "8:32\n", "0\n");
    put("sys/block/sdc/removable", "1\n");
    put("sys/devices/pci0/usb1/1-1/block/sdd/dev", "8:48\n");
    put("sys/devices/pci0/usb1/1-1/block/sdd/size", "8000000\n");
    put("sys/devices/pci0/usb1/1-1/block/sdd/removable", "0\n");
    snprintf(link, sizeof link, "%s/sys/block/sdd", root);
    assert_int_equal(symlink("../devices/pci0/usb1/1-1/block/sdd", link), 0);
    assert_int_equal(found(out), 1);
    assert_string_equal(out[0].device, "sdd");
    assert_string_equal(out[0].name, "");
    stick();
    volume("sdb/sdb2", "8:18\n", "4000000\n");
    assert_int_equal(found(out), 3);
    assert_string_equal(out[0].device, "sdb1");
    put("proc/self/mountinfo", "22 1 8:18 / / rw - ext4 /dev/sdb2 rw\n");
    assert_int_equal(found(out), 1);
    assert_string_equal(out[0].device, "sdd");
}

static void the_command_for_whom(void **state)
{
    static const struct {
        const char *system;
        unsigned uid;
        bool udisks;
        const char *command;
    } cases[] = {{"vfat", 1000, true, "udisksctl mount -b /dev/sdb1"},
                 {"vfat", 1000, false, "sudo mount -o X-mount.mkdir,uid=1000 /dev/sdb1 /mnt/sdb1"},
                 {"", 1000, false, "sudo mount -o X-mount.mkdir /dev/sdb1 /mnt/sdb1"}, /* may be one that refuses a uid */
                 {"ext4", 1000, false, "sudo mount -o X-mount.mkdir /dev/sdb1 /mnt/sdb1"},
                 {"exfat", 0, true, "mount -o X-mount.mkdir /dev/sdb1 /mnt/sdb1"},
                 {"crypto_LUKS", 1000, false, "sudo cryptsetup open /dev/sdb1 open-sdb1"},
                 {"crypto_LUKS", 0, true, "cryptsetup open /dev/sdb1 open-sdb1"},
                 {"BitLocker", 0, false, "cryptsetup open --type bitlk /dev/sdb1 open-sdb1"},
                 {"crypto_LUKS", 1000, true, "udisksctl unlock -b /dev/sdb1"},
                 {"crypto_LUKS", 0, false, "cryptsetup open /dev/sdb1 open-sdb1"}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct plugged plugged = {.device = "sdb1"};
        struct buf text;
        snprintf(plugged.system, sizeof plugged.system, "%s", cases[i].system);
        buf_init(&text, 4096);
        plugged_command(&plugged, cases[i].uid, cases[i].udisks, &text);
        assert_string_equal(buf_cstr(&text), cases[i].command);
        buf_release(&text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(nothing_is_plugged_in, open_root, close_root),
        cmocka_unit_test_setup_teardown(a_stick_that_is_not_mounted, open_root, close_root),
        cmocka_unit_test_setup_teardown(what_is_mounted_or_open_is_not_told, open_root, close_root),
        cmocka_unit_test_setup_teardown(what_was_opened_is_told_as_what_it_became, open_root, close_root),
        cmocka_unit_test_setup_teardown(what_holds_no_file_system_is_not_told, open_root, close_root),
        cmocka_unit_test_setup_teardown(disks_of_all_kinds, open_root, close_root),
        cmocka_unit_test(the_command_for_whom),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
