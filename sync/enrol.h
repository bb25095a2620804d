/* sync/enrol.h - the one-time code that lets a new machine in, read over the telephone, and the proof made from it.
 *
 * CODE: 20 symbols of Crockford's base32 (0-9 A-Z without I L O U), in 4 groups of 5: "7K3QW-0M4TZ-9RXE2-6B8DN".
 *   symbols  0..11   60 bits: the first bits of the center's pin. The new machine compares them before it sends
 * anything, so a machine in the middle would need a key with the same 60 bits. symbols 12..18   35 bits: the secret.
 * Five wrong proofs kill every open code; a code lives 72 hours and is used once. symbol  19        5 bits: check, so
 * that any one wrong symbol and any two exchanged symbols are noticed while typing: the sum over GF(32) of symbol i
 * times a^(i+1), a a generator (order 31, so all weights differ). When read, case does not matter, O is 0, I and L are
 * 1, dashes and blanks are skipped, full-width forms count as ASCII. Source of the idea: kubeadm's join token with the
 * hash of the CA's key.
 *
 * PROOF = HMAC-SHA-256(secret hash, exporter || pin of the new machine's key). The exporter value binds it to this very
 * TLS connection, so it is worthless anywhere else. The center keeps only the hash of the secret. */
#ifndef SYNC_ENROL_H
#define SYNC_ENROL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/hash.h"
#include "core/base/id.h"
#include "core/base/status.h"

enum {
    ENROL_SYMBOLS = 20,
    ENROL_TEXT_BYTES = 24,
    ENROL_PIN_BITS = 60,
    ENROL_SECRET_BITS = 35,
    ENROL_EXPORTER_BYTES = 32
};

struct enrol_ticket {
    uint64_t pin_prefix; /* ENROL_PIN_BITS bits */
    uint64_t secret;     /* ENROL_SECRET_BITS bits */
};

struct enrol_ticket enrol_make(struct hash center_pin, struct random_source random);
void enrol_format(const struct enrol_ticket *ticket, char out[ENROL_TEXT_BYTES]);
/* Errors: STATUS_MALFORMED with what is wrong (too short, too long, a symbol that cannot be, the check); *out
 * unchanged. */
enum status enrol_parse(const char *text, size_t len, struct enrol_ticket *out, struct errmsg *err);
/* Whether the key behind the pin is the center the code speaks of. */
bool enrol_pin_matches(const struct enrol_ticket *ticket, struct hash pin);
/* What the center stores, and the key of the proof. */
struct hash enrol_secret_hash(const struct enrol_ticket *ticket);
struct hash enrol_proof(struct hash secret_hash, const uint8_t exporter[ENROL_EXPORTER_BYTES], struct hash station_pin);

#endif /* SYNC_ENROL_H */
