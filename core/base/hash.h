/* core/base/hash.h - SHA-256, the keyed and password hashes (libsodium), and constant-time helpers. */
#ifndef CORE_BASE_HASH_H
#define CORE_BASE_HASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/status.h"

enum { HASH_BYTES = 32, HASH_TEXT_BYTES = 65, PASSWORD_HASH_BYTES = 128 };

struct hash {
    uint8_t bytes[HASH_BYTES];
};

/* libsodium must be started once per process before any of these; the two mains and the test runner call it.
 * Errors: STATUS_IO if the system has no randomness. */
enum status hash_start(void);

struct hash hash_of(const void *data, size_t len);
/* H(a || b), for chains. */
struct hash hash_pair(const void *a, size_t a_len, const void *b, size_t b_len);
struct hash hash_hmac(const void *key, size_t key_len, const void *data, size_t len); /* HMAC-SHA-256 */
bool hash_equal(struct hash a, struct hash b); /* constant time */
void hash_format(struct hash hash, char out[HASH_TEXT_BYTES]);
/* 64-bit keyed checksum for content comparison, not for security (first 8 bytes of SHA-256). */
uint64_t hash_short(const void *data, size_t len);

/* Argon2id; out is a printable string. Errors: STATUS_NOMEM. */
enum status hash_password(const char *password, size_t len, char out[PASSWORD_HASH_BYTES]);
bool hash_password_matches(const char *stored, const char *password, size_t len);
/* A keyed hash that costs about 10 ms and 8 MB (Argon2id), so that a list of results cannot be tried out word by word even by who has the key; the same
 * key and data give the same result everywhere. key_len > 0. Errors: STATUS_NOMEM. */
enum status hash_slow(const void *key, size_t key_len, const void *data, size_t len, struct hash *out);
/* Overwrite memory in a way the compiler keeps. */
void hash_wipe(void *data, size_t len);

#endif /* CORE_BASE_HASH_H */
