/* tests/crash_disk.h - a disk whose power can be cut at any write: an SQLite VFS over the real files of one folder.
 *
 * Everything written to files below the folder is remembered until it is synced. At operation number `at` (writes, truncations, syncs and deletions counted from 1) the power goes: that operation does not
 * happen and none after it succeeds. When the stores that used it are closed, crash_disk_settle() makes the files what a disk would hold then: synced bytes for certain; of the rest everything, nothing, or
 * any mixture of sectors, as `after` says. Files of other folders are not touched. One disk at a time; not thread-safe. Only for tests. */
#ifndef TESTS_CRASH_DISK_H
#define TESTS_CRASH_DISK_H

#include <stdbool.h>
#include <stdint.h>

enum crash_after {
    CRASH_KEEPS_ALL,   /* the program died, the system lived */
    CRASH_KEEPS_NONE,  /* nothing that was not synced */
    CRASH_KEEPS_SOME   /* sectors by chance: later ones without earlier ones, torn writes */
};

/* Make it the default VFS. Call once, before the first store is opened. */
void crash_disk_install(void);
/* Begin to count operations below this folder (absolute, without trailing slash). at 0: count only. */
void crash_disk_watch(const char *folder, uint64_t at);
/* Operations so far. */
uint64_t crash_disk_operations(void);
bool crash_disk_is_off(void);
/* The watched stores are closed: leave the files as the disk has them and stop watching. */
void crash_disk_settle(enum crash_after after, uint64_t seed);

#endif /* TESTS_CRASH_DISK_H */
