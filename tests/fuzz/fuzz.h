/* tests/fuzz/fuzz.h - one fuzz target: what it does with any bytes, and good bytes to begin from.
 *
 * Built twice: with `configure --enable-fuzz` (clang) each target is a libFuzzer program with sanitizers; else it is a check program (fuzz_replay.c) that
 * runs the seeds and a fixed number of seeded mutations of them, so that `make check` walks the same code everywhere.
 * A target asserts what must hold for every input (FUZZ_HOLDS); a broken promise of the code under test ends in its own assert or a sanitizer's report. */
#ifndef TESTS_FUZZ_H
#define TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/base/bytes.h"

/* libFuzzer's name for it. Always returns 0. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);
/* Append the i-th good input; false: there are no more. */
bool fuzz_seed(size_t i, struct buf *out);

#define FUZZ_HOLDS(what)                                                                   \
    do {                                                                                   \
        if (!(what)) {                                                                     \
            fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #what);      \
            abort();                                                                       \
        }                                                                                  \
    } while (0)

#endif /* TESTS_FUZZ_H */
