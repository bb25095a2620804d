/* core/base/id.h - record ids: 16 random bytes, written as 32 lower-case hexadecimal digits. */
#ifndef CORE_BASE_ID_H
#define CORE_BASE_ID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/status.h"

enum { ID_BYTES = 16, ID_TEXT_BYTES = 33 };

struct id {
    uint8_t bytes[ID_BYTES];
};

/* Where random bytes come from is an argument everywhere; programs pass random_system, tests a seeded one. */
struct random_source {
    void (*fill)(void *context, void *out, size_t len);
    void *context;
};

/* The system's generator (libsodium randombytes). Use: struct random_source r = random_system(); */
struct random_source random_system(void);
/* A deterministic generator for tests and practice data: splitmix64 over *state, which the caller owns. */
struct random_source random_seeded(uint64_t *state);
/* A number in 0..below-1, without modulo bias; below >= 1. */
uint64_t random_below(struct random_source random, uint64_t below);

struct id id_make(struct random_source random);
bool id_equal(struct id a, struct id b);
int id_compare(struct id a, struct id b);
bool id_is_zero(struct id id);
void id_format(struct id id, char out[ID_TEXT_BYTES]);
/* Accepts 32 hexadecimal digits of either case. Errors: STATUS_MALFORMED; *out unchanged. */
enum status id_parse(const char *text, size_t len, struct id *out);

#endif /* CORE_BASE_ID_H */
