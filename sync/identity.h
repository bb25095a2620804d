/* sync/identity.h - who this machine is on the network: an Ed25519 key and the certificate that carries it.
 *
 * FILE <data folder>/identity.pem, mode 0600: the private key, PKCS #8 in PEM. Nothing else: the certificate is made
 * from the key each time it is loaded. Ed25519 signatures are deterministic and serial number and dates are constants,
 * so it is always the same certificate. Nobody reads its name or dates; it is only the container TLS wants for a public
 * key.
 *
 * The pin, SHA-256 of the DER SubjectPublicKeyInfo, is what other machines know and compare. The key is made on the
 * machine and never leaves it: it is not in the database and not in backups, so a restored copy of the data elsewhere
 * cannot pass for this machine. */
#ifndef SYNC_IDENTITY_H
#define SYNC_IDENTITY_H

#include <stdbool.h>

#include "core/base/bytes.h"
#include "core/base/hash.h"
#include "core/base/id.h"
#include "core/base/status.h"

enum { IDENTITY_CHECK_BYTES = 10, IDENTITY_KEY_BYTES = 32, IDENTITY_SECRET_BYTES = 64 };

struct identity {
    struct buf key;  /* PKCS #8 DER; owned, wiped at release */
    struct buf cert; /* X.509 DER; owned */
    uint8_t public_key[IDENTITY_KEY_BYTES]; /* raw Ed25519 */
    struct hash pin;
};

/* Make a key in memory only. Errors: STATUS_IO, STATUS_NOMEM. On error *out needs no release. */
enum status identity_make(struct identity *out, struct random_source random, struct errmsg *err);
/* Make a key and its file; the folder is made if it is missing. Errors: STATUS_EXISTS if there is a file already (it
 * stays as it is), STATUS_IO, STATUS_FULL, STATUS_NOMEM. On error *out needs no release. */
enum status identity_create(struct identity *out, const char *folder, struct random_source random, struct errmsg *err);
/* Errors: STATUS_NOT_FOUND, STATUS_FORBIDDEN (others may read the file), STATUS_MALFORMED, STATUS_IO. On error *out
 * needs no release. */
enum status identity_load(struct identity *out, const char *folder, struct errmsg *err);
/* Load, or make it if there is none. */
enum status identity_open(struct identity *out, const char *folder, struct random_source random, struct errmsg *err);
void identity_release(struct identity *identity);

/* The private key as libsodium takes it (seed, then public key): for signing and opening files. The caller wipes it.
 * Errors: STATUS_IO. */
enum status identity_secret(const struct identity *identity, uint8_t out[IDENTITY_SECRET_BYTES], struct errmsg *err);

/* Eight digits, "1234-5678", to compare two keys over the telephone. */
void identity_check_digits(struct hash pin, char out[IDENTITY_CHECK_BYTES]);

#endif /* SYNC_IDENTITY_H */
