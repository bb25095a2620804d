/* sync/tls.c - TLS 1.3 over memory BIOs; see tls.h. */
#include "sync/tls.h"

#include <assert.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include "core/base/language.h"
#include "sync/protocol.h"

enum {
    RECORD_BYTES = 16 * 1024,     /* one TLS record */
    BIO_KEEP_BYTES = 4 * 1024,    /* a memory BIO never gives back what it grew to: one that carried more is replaced */
    CERTIFICATE_MAX_BYTES = 2048, /* ours has about 200; a stranger's chain must not cost memory */
};

/* Cryptography is data here: a build for SM algorithms changes these lines and identity.c's key type. */
static const char suites[] = "TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384";
static const char groups[] = "X25519";
static const char signatures[] = "ed25519";
static const char exporter_label[] = PROTOCOL_EXPORTER_LABEL;

struct tls_context {
    SSL_CTX *ctx;
    struct hash pin;
};

struct tls {
    SSL *ssl;
    BIO *in, *out; /* owned by ssl */
    tls_judge judge;
    void *judge_context;
    struct hash peer_pin;
    uint8_t peer_key[TLS_KEY_BYTES];
    bool judged, refused, ready, closed, failed;
};

static enum status library_error(struct errmsg *err, enum status status, const char *what)
{
    unsigned long code = ERR_peek_error();
    const char *reason = code != 0 ? ERR_reason_error_string(code) : NULL;

    errmsg_set(err, status, "%s（%s）", what, reason != NULL ? reason : _("没有更多说明"));
    ERR_clear_error();
    return status;
}

/* Called by OpenSSL in place of chain building: the key is judged, nothing else. */
static int verify_certificate(X509_STORE_CTX *store, void *unused)
{
    SSL *ssl = X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx());
    struct tls *tls = SSL_get_app_data(ssl);
    X509 *cert = X509_STORE_CTX_get0_cert(store);
    EVP_PKEY *key = cert != NULL ? X509_get0_pubkey(cert) : NULL;
    unsigned char *der = NULL;
    size_t key_bytes = TLS_KEY_BYTES;
    int len;

    (void)unused;
    tls->judged = true;
    /* One that can't be looked at, for want of memory perhaps, is not a wrong one: nobody is told so. */
    tls->refused = key != NULL && EVP_PKEY_get_id(key) != EVP_PKEY_ED25519;
    if (key == NULL || tls->refused || EVP_PKEY_get_raw_public_key(key, tls->peer_key, &key_bytes) != 1 || key_bytes != TLS_KEY_BYTES) {
        X509_STORE_CTX_set_error(store, tls->refused ? X509_V_ERR_CERT_REJECTED : X509_V_ERR_OUT_OF_MEM); /* the alert that the other side gets */
        return 0;
    }
    len = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(cert), &der);
    if (len <= 0) {
        X509_STORE_CTX_set_error(store, X509_V_ERR_OUT_OF_MEM);
        return 0;
    }
    tls->peer_pin = hash_of(der, (size_t)len);
    OPENSSL_free(der);
    tls->refused = tls->judge != NULL && !tls->judge(tls->judge_context, tls->peer_pin);
    X509_STORE_CTX_set_error(store, tls->refused ? X509_V_ERR_CERT_REJECTED : X509_V_OK);
    return tls->refused ? 0 : 1;
}

static bool context_set(SSL_CTX *ctx, const struct identity *identity)
{
    SSL_CTX_set_options(ctx, SSL_OP_NO_TICKET | SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION |
                                 SSL_OP_CIPHER_SERVER_PREFERENCE);
    SSL_CTX_set_mode(ctx,
                     SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_max_cert_list(ctx, CERTIFICATE_MAX_BYTES);
    SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
    SSL_CTX_set_cert_verify_callback(ctx, verify_certificate, NULL);
    SSL_CTX_set_max_early_data(ctx, 0);
    return SSL_CTX_set_min_proto_version(ctx, TLS1_3_VERSION) == 1 &&
           SSL_CTX_set_max_proto_version(ctx, TLS1_3_VERSION) == 1 && SSL_CTX_set_num_tickets(ctx, 0) == 1 &&
           SSL_CTX_set_ciphersuites(ctx, suites) == 1 && SSL_CTX_set1_groups_list(ctx, groups) == 1 &&
           SSL_CTX_set1_sigalgs_list(ctx, signatures) == 1 && SSL_CTX_set1_client_sigalgs_list(ctx, signatures) == 1 &&
           SSL_CTX_use_certificate_ASN1(ctx, (int)identity->cert.len, identity->cert.data) == 1 &&
           SSL_CTX_use_PrivateKey_ASN1(EVP_PKEY_ED25519, ctx, identity->key.data, (long)identity->key.len) == 1 &&
           SSL_CTX_check_private_key(ctx) == 1;
}

enum status tls_context_new(struct tls_context **out, const struct identity *identity, struct errmsg *err)
{
    struct tls_context *context = calloc(1, sizeof *context);

    *out = NULL;
    if (context == NULL)
        return STATUS_NOMEM;
    ERR_clear_error();
    context->ctx = SSL_CTX_new(TLS_method());
    if (context->ctx == NULL || !context_set(context->ctx, identity)) {
        enum status status = library_error(err, STATUS_IO, _("无法准备加密连接"));

        tls_context_free(context);
        return status;
    }
    context->pin = identity->pin;
    *out = context;
    return STATUS_OK;
}

struct hash tls_context_pin(const struct tls_context *context)
{
    return context->pin;
}

void tls_context_free(struct tls_context *context)
{
    if (context == NULL)
        return;
    SSL_CTX_free(context->ctx);
    free(context);
}

enum status tls_new(struct tls **out, struct tls_context *context, enum tls_role role, tls_judge judge,
                    void *judge_context)
{
    struct tls *tls = calloc(1, sizeof *tls);

    *out = NULL;
    if (tls == NULL)
        return STATUS_NOMEM;
    tls->judge = judge;
    tls->judge_context = judge_context;
    ERR_clear_error();
    tls->ssl = SSL_new(context->ctx);
    tls->in = BIO_new(BIO_s_mem());
    tls->out = BIO_new(BIO_s_mem());
    if (tls->ssl == NULL || tls->in == NULL || tls->out == NULL || SSL_set_app_data(tls->ssl, tls) != 1) {
        BIO_free(tls->in);
        BIO_free(tls->out);
        SSL_free(tls->ssl);
        free(tls);
        ERR_clear_error();
        return STATUS_NOMEM;
    }
    SSL_set_bio(tls->ssl, tls->in, tls->out);
    if (role == TLS_CLIENT)
        SSL_set_connect_state(tls->ssl);
    else
        SSL_set_accept_state(tls->ssl);
    *out = tls;
    return STATUS_OK;
}

void tls_free(struct tls *tls)
{
    if (tls == NULL)
        return;
    /* An SSL that dies without having seen close_notify would otherwise complain into the error queue of the next one.
     */
    SSL_set_quiet_shutdown(tls->ssl, 1);
    SSL_free(tls->ssl);
    ERR_clear_error();
    free(tls);
}

/* A quiet connection should hold little: with a thousand of them it adds up. */
static void renew_bios(struct tls *tls, bool in, bool out)
{
    BIO *fresh;

    if (in && BIO_ctrl_pending(tls->in) == 0 && (fresh = BIO_new(BIO_s_mem())) != NULL) {
        SSL_set0_rbio(tls->ssl, fresh);
        tls->in = fresh;
    }
    if (out && BIO_ctrl_pending(tls->out) == 0 && (fresh = BIO_new(BIO_s_mem())) != NULL) {
        SSL_set0_wbio(tls->ssl, fresh);
        tls->out = fresh;
    }
    ERR_clear_error();
}

/* Move what OpenSSL wants sent to wire. After every SSL_ call, reads included. */
static enum status drain(struct tls *tls, struct buf *wire)
{
    size_t pending = BIO_ctrl_pending(tls->out);
    uint8_t *at;

    if (pending == 0)
        return STATUS_OK;
    if (pending > INT_MAX)
        return STATUS_TOO_LARGE;
    at = buf_extend(wire, pending);
    if (at == NULL)
        return wire->status;
    if (BIO_read(tls->out, at, (int)pending) != (int)pending)
        return STATUS_IO;
    if (pending > BIO_KEEP_BYTES)
        renew_bios(tls, false, true);
    return STATUS_OK;
}

static enum status failure(struct tls *tls, struct errmsg *err)
{
    unsigned long code = ERR_peek_error();
    int reason = ERR_GET_REASON(code);

    tls->failed = true;
    if (tls->judged && tls->refused) {
        ERR_clear_error();
        return errmsg_set(err, STATUS_AUTH, "对方的密钥不是登记的那一把: 县中心换过密钥的（重装、恢复），向它要登记码重新登记；没有换过就不要连");
    }
    if (reason == SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE || reason == SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED ||
        reason == SSL_R_TLSV1_ALERT_UNKNOWN_CA || reason == SSL_R_SSLV3_ALERT_BAD_CERTIFICATE ||
        reason == SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN || reason == SSL_R_TLSV1_ALERT_ACCESS_DENIED)
        return library_error(err, STATUS_AUTH, _("身份核对失败"));
    return library_error(err, STATUS_PEER, _("加密连接出错"));
}

/* What an SSL_ call that did not succeed means: STATUS_OK when it only waits for more bytes. */
static enum status outcome(struct tls *tls, int result, struct errmsg *err)
{
    switch (SSL_get_error(tls->ssl, result)) {
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE:
        ERR_clear_error();
        return STATUS_OK;
    case SSL_ERROR_ZERO_RETURN:
        tls->closed = true;
        ERR_clear_error();
        return errmsg_set(err, STATUS_CLOSED, "对方结束了连接");
    default:
        return failure(tls, err);
    }
}

static enum status handshake(struct tls *tls, struct errmsg *err)
{
    int result;

    ERR_clear_error();
    result = SSL_do_handshake(tls->ssl);
    if (result != 1)
        return outcome(tls, result, err);
    assert(tls->judged && !tls->refused);
    tls->ready = true;
    return STATUS_OK;
}

/* Read until OpenSSL wants more bytes: SSL_pending() speaks of one record only, and a record left here would wait for
 * ever. */
static enum status read_all(struct tls *tls, struct buf *plain, struct errmsg *err)
{
    for (;;) {
        uint8_t chunk[RECORD_BYTES];
        int n;

        ERR_clear_error();
        n = SSL_read(tls->ssl, chunk, sizeof chunk);
        if (n <= 0)
            return outcome(tls, n, err);
        buf_append(plain, chunk, (size_t)n);
        hash_wipe(chunk, (size_t)n);
        if (plain->status != STATUS_OK)
            return plain->status;
    }
}

enum status tls_start(struct tls *tls, struct buf *wire, struct errmsg *err)
{
    enum status status = STATUS_OK, drained;

    if (!SSL_is_server(tls->ssl))
        status = handshake(tls, err);
    drained = drain(tls, wire);
    return status != STATUS_OK ? status : drained;
}

enum status tls_feed(struct tls *tls, const void *data, size_t len, struct buf *plain, struct buf *wire,
                     struct errmsg *err)
{
    const uint8_t *at = data;
    enum status status = STATUS_OK, drained;

    assert(len <= INT_MAX);
    if (tls->failed)
        return errmsg_set(err, STATUS_CLOSED, "加密连接已经结束");
    if (len > 0 && BIO_write(tls->in, at, (int)len) != (int)len) {
        ERR_clear_error();
        return STATUS_NOMEM;
    }
    if (!tls->ready)
        status = handshake(tls, err);
    if (status == STATUS_OK && tls->ready)
        status = read_all(tls, plain, err);
    if (len > BIO_KEEP_BYTES)
        renew_bios(tls, true, false);
    drained = drain(tls, wire);
    return status != STATUS_OK ? status : drained;
}

enum status tls_write(struct tls *tls, const void *data, size_t len, struct buf *wire, struct errmsg *err)
{
    const uint8_t *at = data;
    enum status status = STATUS_OK, drained;

    assert(tls->ready);
    while (len > 0 && status == STATUS_OK) {
        size_t n = 0;
        int result;

        if (tls->failed)
            return errmsg_set(err, STATUS_CLOSED, "加密连接已经结束");
        ERR_clear_error();
        result = SSL_write_ex(tls->ssl, at, len < RECORD_BYTES ? len : RECORD_BYTES, &n);
        if (result != 1) {
            status = outcome(tls, result, err);
            if (status ==
                STATUS_OK) /* A memory BIO takes everything, so "wants more" cannot be: do not retry for ever. */
                status = STATUS_PEER;
        }
        at += n;
        len -= n;
    }
    drained = drain(tls, wire);
    return status != STATUS_OK ? status : drained;
}

void tls_close(struct tls *tls, struct buf *wire)
{
    if (tls->ready && !tls->failed) {
        ERR_clear_error();
        (void)SSL_shutdown(tls->ssl);
        ERR_clear_error();
        tls->failed = true;
    }
    (void)drain(tls, wire);
}

bool tls_ready(const struct tls *tls)
{
    return tls->ready;
}

struct hash tls_peer_pin(const struct tls *tls)
{
    assert(tls->ready);
    return tls->peer_pin;
}

const uint8_t *tls_peer_key(const struct tls *tls)
{
    assert(tls->ready);
    return tls->peer_key;
}

enum status tls_exporter(struct tls *tls, uint8_t out[TLS_EXPORTER_BYTES])
{
    assert(tls->ready);
    ERR_clear_error();
    if (SSL_export_keying_material(tls->ssl, out, TLS_EXPORTER_BYTES, exporter_label, sizeof exporter_label - 1, NULL,
                                   0, 0) == 1)
        return STATUS_OK;
    ERR_clear_error();
    return STATUS_IO;
}

void tls_thread_done(void)
{
    OPENSSL_thread_stop();
}

const char *tls_library_version(void)
{
    return OpenSSL_version(OPENSSL_VERSION);
}
