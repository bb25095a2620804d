/* core/record/plugged.h - disks that are plugged in and not mounted: on a machine without a desktop nobody mounts a stick, and its files are not found. Nothing is mounted here; it is said what is there, and by which command
 * it is mounted.
 *
 * LOOKED AT are the kernel's lists: /sys/block (removable, or at the end of a USB line; size; partitions), /proc/self/mountinfo, and for the name of the volume what udev found out (/run/udev/data). Not told: what is mounted, or
 * holds no file system (swap, a member of a RAID); what was opened (LUKS) is told as the device that it became; card readers without a card; what is too small for a file system; all of a disk that this system runs from. */
#ifndef CORE_RECORD_PLUGGED_H
#define CORE_RECORD_PLUGGED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/bytes.h"

enum { PLUGGED_MAX = 6, PLUGGED_NAME_BYTES = 64, PLUGGED_DEVICE_BYTES = 32 };

struct plugged {
    char device[PLUGGED_DEVICE_BYTES]; /* "sdb1"; "dm-0": what was opened on it */
    char name[PLUGGED_NAME_BYTES];     /* of the volume, or of the maker; "": neither is known */
    char system[16];                   /* kind of file system as udev calls it; "": not known */
    uint64_t bytes;
};

/* root: where /sys, /proc and /run are, "" on a real machine. At most max; *total: there are. What cannot be read is not there. */
size_t plugged_list(const char *root, struct plugged *out, size_t max, size_t *total);
/* The root that AIDPOST_ROOT names, for tests; else "". */
const char *plugged_root(void);
/* The command by which somebody with this user number mounts it, each in a folder of its own; what is locked is opened first, and told again then. udisks: udisksctl is installed, which needs no other rights. */
void plugged_command(const struct plugged *plugged, unsigned uid, bool udisks, struct buf *out);
/* The same for who runs this program here. */
void plugged_command_here(const struct plugged *plugged, struct buf *out);
/* "U 盘 KINGSTON（/dev/sdb1，7 GB）插着，还没有挂载；先运行: .." a line each, and how many more. */
void plugged_say(const char *root, struct buf *out);

#endif /* CORE_RECORD_PLUGGED_H */
