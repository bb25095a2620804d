/* tests/stumble.h - the n-th statement of this program's stores fails, or its n-th allocation, or its n-th call on a file.
 *
 * A program that uses it is linked with STUMBLE_WRAPS (Makefile.am): the linker then hands SQLite's sqlite3_step as the store calls it, and the program's own malloc, calloc, realloc and strdup, and its
 * own open, read, write, fsync, rename and the like, to stumble.c; libraries keep their own, SQLite's files, too. Of a statement that fails nothing is done and its transaction stays open, as after an error of the disk that SQLite could bear. One at a time; not thread-safe. Only for tests. */
#ifndef TESTS_STUMBLE_H
#define TESTS_STUMBLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct stumble {
    bool memory;   /* allocations are counted, not steps of statements */
    bool disk;     /* calls on files are. What takes away (unlink, rmdir, close) never fails: nothing could be taken back */
    bool for_good; /* what comes behind the n-th fails, too */
    bool names;    /* a file or folder that is made is loose, too, until its folder is synced */
    int code;      /* SQLITE_..; with `disk` an errno (ENOSPC: only of what needs room), or STUMBLE_SHORT; not with `memory` */
    uint64_t at;   /* 1: the next one; 0: none fails */
};

/* SHORT: reading and writing move half of what they were asked to, which is no failure. KILL: the process ends before that call, as by a kill: for a child of the test. */
enum { STUMBLE_SHORT = -1, STUMBLE_KILL = -2, STUMBLE_KILLED = 137 /* the child's exit code */ };

void stumble_begin(struct stumble how);
/* How many failed since stumble_begin; from now on everything works. */
uint64_t stumble_end(void);
/* How many were counted between the last stumble_begin and stumble_end; of calls on files those that could have failed that way. */
uint64_t stumble_count(void);
/* The statement that was the first to fail since stumble_begin, until the next one: "" for an allocation, or where none failed. */
const char *stumble_failed(void);
/* Renames and links since stumble_begin whose folder was not synced after them: a power cut may take them back. */
size_t stumble_loose(void);
/* Whether a statement committed while there were such: what it says may rely on them. */
bool stumble_committed_on_loose(void);
/* It was told as failed, and is done again: what was committed meanwhile is no promise. What is loose stays so. */
void stumble_told(void);
/* For who stands at another call of SQLite's that runs a statement, and lets it fail as a step: SQLITE_OK, or what it fails with. */
int stumble_statement(const char *sql);
/* For what a test does itself in between: nothing of it is counted or fails. Returns what stumble_go_on() wants. */
bool stumble_pause(void);
void stumble_go_on(bool on);

#endif /* TESTS_STUMBLE_H */
