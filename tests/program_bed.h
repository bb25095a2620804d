/* tests/program_bed.h - aidpostd's verbs as they are typed (sync/program.h), called in a folder with a center and two stations that a test can stop anywhere (tests/stumble.h). Only for tests. */
#ifndef TESTS_PROGRAM_BED_H
#define TESTS_PROGRAM_BED_H

#include <limits.h>

#include "core/base/bytes.h"
#include "core/base/hash.h"
#include "sync/identity.h"
#include "tests/stumble.h"

enum { PROGRAM_WORDS_MAX = 12, PROGRAM_TEXT_MAX_BYTES = 1 << 26, PROGRAM_STATIONS = 2 };

/* kept/0 is a center, kept/1 and kept/2 are stations of it; each try is made with copies of them in now/. */
struct program_bed {
    char folder[64], before[PATH_MAX];
    uint8_t center_key[IDENTITY_KEY_BYTES];
    struct hash center_pin;
};

/* Makes it and goes there; back, and away with it. */
void program_bed_open(struct program_bed *bed);
void program_bed_close(struct program_bed *bed);
/* now/ is again what kept/ is. */
void program_bed_anew(void);
/* Calls with each name in the folder, in their order. */
void program_bed_each(const char *folder, void (*visit)(const char *folder, const char *name, void *context), void *context);

struct said {
    int code;
    struct buf out, err;
};

void said_release(struct said *said);
/* words end with NULL. how: what fails (NULL: nothing), fired: how often it did. */
void program_call(const char *const words[], const struct stumble *how, struct said *said, uint64_t *fired);
/* It fails the test unless the exit code is 0. */
void program_must(const char *const words[]);
#define DO(...) program_must((const char *const[]){__VA_ARGS__, NULL})

#endif /* TESTS_PROGRAM_BED_H */
