/* core/base/hash.c - libsodium behind our names; SHA-256 with the processor's instructions where it has them (sha256.h). */
#include "core/base/hash.h"

#include <sodium.h>
#include <string.h>

#include "core/base/sha256.h"

/* Stations are old machines with several people on them: Argon2id may take at most this much memory. Two passes as
 * in INTERACTIVE; OWASP's floor for Argon2id is 19 MiB with two passes. */
enum { PASSWORD_MEMORY_BYTES = 32 << 20 };

/* hash_slow runs several times while somebody waits at a form; Argon2id's salt is public by design, so it is drawn from the key. */
enum { SLOW_MEMORY_BYTES = 8 << 20, SLOW_PASSES = 4 };

_Static_assert(HASH_BYTES == crypto_hash_sha256_BYTES && (int)HASH_BYTES == (int)SHA256_BYTES, "SHA-256");
_Static_assert(HASH_BYTES == crypto_auth_hmacsha256_BYTES, "HMAC-SHA-256");
_Static_assert(PASSWORD_HASH_BYTES == crypto_pwhash_STRBYTES, "Argon2id text");
_Static_assert(HASH_BYTES >= crypto_pwhash_SALTBYTES && HASH_BYTES >= crypto_pwhash_BYTES_MIN, "Argon2id salt and result");

enum status hash_start(void)
{
    return sodium_init() < 0 ? STATUS_IO : STATUS_OK;
}

struct hash hash_of(const void *data, size_t len)
{
    return hash_pair(data, len, NULL, 0);
}

struct hash hash_pair(const void *a, size_t a_len, const void *b, size_t b_len)
{
    crypto_hash_sha256_state state;
    struct hash hash;

    if (sha256_of(a, a_len, b, b_len, hash.bytes))
        return hash;
    crypto_hash_sha256_init(&state);
    crypto_hash_sha256_update(&state, a, a_len);
    crypto_hash_sha256_update(&state, b, b_len);
    crypto_hash_sha256_final(&state, hash.bytes);
    return hash;
}

struct hash hash_hmac(const void *key, size_t key_len, const void *data, size_t len)
{
    crypto_auth_hmacsha256_state state;
    struct hash hash;

    crypto_auth_hmacsha256_init(&state, key, key_len);
    crypto_auth_hmacsha256_update(&state, data, len);
    crypto_auth_hmacsha256_final(&state, hash.bytes);
    sodium_memzero(&state, sizeof state);
    return hash;
}

bool hash_equal(struct hash a, struct hash b)
{
    return sodium_memcmp(a.bytes, b.bytes, HASH_BYTES) == 0;
}

void hash_format(struct hash hash, char out[HASH_TEXT_BYTES])
{
    sodium_bin2hex(out, HASH_TEXT_BYTES, hash.bytes, HASH_BYTES);
}

uint64_t hash_short(const void *data, size_t len)
{
    struct hash hash = hash_of(data, len);
    uint64_t v = 0;

    for (int i = 0; i < 8; i++)
        v = v << 8 | hash.bytes[i];
    return v;
}

enum status hash_password(const char *password, size_t len, char out[PASSWORD_HASH_BYTES])
{
    if (crypto_pwhash_str(out, password, len, crypto_pwhash_OPSLIMIT_INTERACTIVE, PASSWORD_MEMORY_BYTES) != 0)
        return STATUS_NOMEM;
    return STATUS_OK;
}

bool hash_password_matches(const char *stored, const char *password, size_t len)
{
    char text[PASSWORD_HASH_BYTES] = {0};
    size_t n = strnlen(stored, sizeof text);

    /* libsodium reads up to crypto_pwhash_STRBYTES; the stored text may be damaged and longer. */
    if (n >= sizeof text)
        return false;
    memcpy(text, stored, n);
    return crypto_pwhash_str_verify(text, password, len) == 0;
}

enum status hash_slow(const void *key, size_t key_len, const void *data, size_t len, struct hash *out)
{
    struct hash salt = hash_of(key, key_len), secret = hash_hmac(key, key_len, data, len);
    int failed = crypto_pwhash(out->bytes, HASH_BYTES, (const char *)secret.bytes, HASH_BYTES, salt.bytes, SLOW_PASSES, SLOW_MEMORY_BYTES, crypto_pwhash_ALG_ARGON2ID13);

    sodium_memzero(&secret, sizeof secret);
    return failed != 0 ? STATUS_NOMEM : STATUS_OK;
}

void hash_wipe(void *data, size_t len)
{
    sodium_memzero(data, len);
}
