/* core/base/sha256.h - SHA-256 with the processor's own instructions. For hash.c, which has libsodium where there are none. */
#ifndef CORE_BASE_SHA256_H
#define CORE_BASE_SHA256_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SHA256_BYTES = 32 };

/* SHA-256 of a, then b; either may be empty (then also NULL). False: this processor, or this build, cannot; out is unchanged. */
bool sha256_of(const void *a, size_t a_len, const void *b, size_t b_len, uint8_t out[SHA256_BYTES]);

#endif /* CORE_BASE_SHA256_H */
