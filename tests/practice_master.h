/* tests/practice_master.h - the store of `aidpost practice`, made once for a test program: what practice desks (practice_desk.h) are copies of. */
#ifndef TESTS_PRACTICE_MASTER_H
#define TESTS_PRACTICE_MASTER_H

#include <stdint.h>

/* 2026-10-23 09:12:00 at UTC+8, a Friday: where tests/screen.h starts its clock. */
#define PRACTICE_NOW_MS (INT64_C(1792717920) * 1000)

enum { PRACTICE_PATH_BYTES = 96 };

/* An empty folder of the test's own, for test_folder_remove(). */
void practice_folder_make(char folder[PRACTICE_PATH_BYTES]);
/* A folder with the store. Removed by test_folder_remove(). */
void practice_master_make(char folder[PRACTICE_PATH_BYTES]);

#endif /* TESTS_PRACTICE_MASTER_H */
