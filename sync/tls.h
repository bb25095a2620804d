/* sync/tls.h - TLS 1.3 between two machines that know each other by pinned keys: bytes in, bytes out, no sockets. The
 * only file that includes openssl/ssl.h, so that a build against Tongsuo (RFC 8998: SM2, SM3, SM4) changes one file.
 *
 * RULES. TLS 1.3 and nothing else; both sides show a certificate with an Ed25519 key; the pin (SHA-256 of its
 * SubjectPublicKeyInfo) is the trust. No CA, no names, no dates: a station whose clock says 1970 must still sync. No
 * session tickets (unread tickets at close lose data: openssl issue 10880; and they link connections), no resumption,
 * no 0-RTT (replay), no renegotiation, no compression, empty SNI.
 *
 * MEMORY BIOs. The caller brings received bytes to tls_feed and sends what stands in `wire` after EVERY call: handshake
 * parts, alerts and key updates are produced by reading as well as by writing. A client's tls_ready() is true before
 * the server has judged the client's certificate: only an answer from the other side's session proves that it was
 * accepted. */
#ifndef SYNC_TLS_H
#define SYNC_TLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/bytes.h"
#include "core/base/hash.h"
#include "core/base/status.h"
#include "sync/identity.h"

enum tls_role { TLS_CLIENT, TLS_SERVER };

enum { TLS_EXPORTER_BYTES = 32, TLS_KEY_BYTES = 32 };

struct tls_context; /* settings and key, shared by all connections of a process */
struct tls;         /* one connection */

/* Decides about the other side's key, during the handshake. A client is asked before anything of its own but the first
 * greeting was sent. Must not free the connection. */
typedef bool (*tls_judge)(void *context, struct hash pin);

/* The identity is copied. Errors: STATUS_IO, STATUS_NOMEM. On error *out is NULL. */
enum status tls_context_new(struct tls_context **out, const struct identity *identity, struct errmsg *err);
/* After the last tls_free. Accepts NULL. */
void tls_context_free(struct tls_context *context);
/* The own key's pin. */
struct hash tls_context_pin(const struct tls_context *context);

/* judge NULL accepts every key. Errors: STATUS_NOMEM; *out NULL. */
enum status tls_new(struct tls **out, struct tls_context *context, enum tls_role role, tls_judge judge,
                    void *judge_context);
/* Accepts NULL. Not from inside a judge. */
void tls_free(struct tls *tls);

/* Client: append the greeting to wire. Server: does nothing. */
enum status tls_start(struct tls *tls, struct buf *wire, struct errmsg *err);
/* Take len bytes from the network, append decrypted bytes to plain and answers to wire. Everything that can be
 * decrypted is. Errors (the connection is over; wire may hold an alert to send): STATUS_AUTH (the key was refused, here
 * or there), STATUS_PEER (not TLS 1.3, or broken), STATUS_CLOSED (the other side said close_notify; plain may hold its
 * last bytes), STATUS_NOMEM, STATUS_TOO_LARGE (plain or wire over its limit). */
enum status tls_feed(struct tls *tls, const void *data, size_t len, struct buf *plain, struct buf *wire,
                     struct errmsg *err);
/* Encrypt; only when tls_ready. */
enum status tls_write(struct tls *tls, const void *data, size_t len, struct buf *wire, struct errmsg *err);
/* Append close_notify. Nothing is written after it. Before tls_ready it does nothing. */
void tls_close(struct tls *tls, struct buf *wire);

bool tls_ready(const struct tls *tls);
/* The other side's pin; only when tls_ready. */
struct hash tls_peer_pin(const struct tls *tls);
/* The other side's raw public key: the one its pin speaks of. Only when tls_ready. Borrowed. */
const uint8_t *tls_peer_key(const struct tls *tls);
/* A value that only the two ends of this connection know (RFC 8446, 7.5), equal at both. Only when tls_ready. Errors:
 * STATUS_IO. */
enum status tls_exporter(struct tls *tls, uint8_t out[TLS_EXPORTER_BYTES]);

/* This thread does no more for now: what OpenSSL keeps for it (random numbers, errors) is given back. A thread of a pool that nobody ends in time would leave it behind. */
void tls_thread_done(void);

/* "OpenSSL 3.0.22 ..." */
const char *tls_library_version(void);

#endif /* SYNC_TLS_H */
