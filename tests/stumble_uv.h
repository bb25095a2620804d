/* tests/stumble_uv.h - the n-th call on the loop that may fail (a socket to write to, to connect, to listen on, to shut down; a name to look up; work for a thread) fails.
 *
 * A program that uses it is linked with STUMBLE_UV_WRAPS (Makefile.am). Only what this program itself calls is counted, not what libuv does. One at a time; not thread-safe. Only for tests. */
#ifndef TESTS_STUMBLE_UV_H
#define TESTS_STUMBLE_UV_H

#include <stdbool.h>
#include <stdint.h>

/* at 1: the next one; 0: none, they are counted. */
void stumble_uv_begin(uint64_t at);
/* From now on everything works. Returns how many failed: 0 or 1. */
uint64_t stumble_uv_end(void);
/* Whether each name has several addresses: the same one several times. */
void stumble_uv_several(bool several);
/* How many were counted between the last stumble_uv_begin and stumble_uv_end. */
uint64_t stumble_uv_count(void);

#endif /* TESTS_STUMBLE_UV_H */
