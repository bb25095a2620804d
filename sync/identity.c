/* sync/identity.c - makes, keeps and loads the machine's key; see identity.h. libcrypto only: TLS itself is in tls.c.
 */
#include "sync/identity.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "core/base/file.h"
#include "core/base/language.h"

enum { SEED_BYTES = 32, FILE_MAX_BYTES = 4096, DER_MAX_BYTES = 4096 };

static const char file_name[] = "identity.pem";

static enum status crypto_error(struct errmsg *err, const char *what)
{
    char text[160];
    unsigned long code = ERR_get_error();

    ERR_error_string_n(code, text, sizeof text);
    ERR_clear_error();
    return errmsg_set(err, STATUS_IO, "%s失败（%s）", what, code != 0 ? text : _("OpenSSL 没有说明原因"));
}

static enum status file_path(char path[PATH_MAX], const char *folder, struct errmsg *err)
{
    if (file_join(path, PATH_MAX, folder, file_name) != STATUS_OK)
        return errmsg_set(err, STATUS_TOO_LARGE, "数据目录的路径过长");
    return STATUS_OK;
}

/* The certificate's content is constant but for the key, and it is signed with that key. Empty names: nobody reads
 * them, and each byte of the certificate crosses a slow line at each connection. */
static X509 *make_certificate(EVP_PKEY *key)
{
    X509 *cert = X509_new();

    if (cert == NULL)
        return NULL;
    if (X509_set_version(cert, X509_VERSION_3) != 1 || ASN1_INTEGER_set(X509_get_serialNumber(cert), 1) != 1 ||
        ASN1_TIME_set_string(X509_getm_notBefore(cert), "19700101000000Z") != 1 ||
        ASN1_TIME_set_string(X509_getm_notAfter(cert), "99991231235959Z") != 1 || X509_set_pubkey(cert, key) != 1 ||
        X509_sign(cert, key, NULL) == 0) {
        X509_free(cert);
        return NULL;
    }
    return cert;
}

static bool append_der(struct buf *out, unsigned char *der, int len)
{
    if (len <= 0)
        return false;
    buf_init(out, DER_MAX_BYTES);
    buf_append(out, der, (size_t)len);
    OPENSSL_clear_free(der, (size_t)len);
    if (out->status == STATUS_OK)
        return true;
    buf_wipe(out);
    return false;
}

/* PKCS #8, as TLS and the file take it. */
static bool key_to_der(EVP_PKEY *key, struct buf *out)
{
    unsigned char *der = NULL;
    PKCS8_PRIV_KEY_INFO *info = EVP_PKEY2PKCS8(key);
    int len;

    if (info == NULL)
        return false;
    len = i2d_PKCS8_PRIV_KEY_INFO(info, &der);
    PKCS8_PRIV_KEY_INFO_free(info);
    return append_der(out, der, len);
}

static bool cert_to_der(X509 *cert, struct buf *out)
{
    unsigned char *der = NULL;
    int len = i2d_X509(cert, &der);

    return append_der(out, der, len);
}

static bool public_part(EVP_PKEY *key, struct identity *out)
{
    size_t raw_bytes = sizeof out->public_key;
    unsigned char *der = NULL;
    int len = i2d_PUBKEY(key, &der);

    if (len <= 0)
        return false;
    out->pin = hash_of(der, (size_t)len);
    OPENSSL_free(der);
    return EVP_PKEY_get_raw_public_key(key, out->public_key, &raw_bytes) == 1 && raw_bytes == sizeof out->public_key;
}

/* Fill an identity from its key. On failure nothing is left to release. */
static enum status fill(struct identity *out, EVP_PKEY *key, struct errmsg *err)
{
    X509 *cert = make_certificate(key);

    if (cert == NULL || !public_part(key, out))
        goto err_cert;
    if (!key_to_der(key, &out->key))
        goto err_cert;
    if (!cert_to_der(cert, &out->cert))
        goto err_key;
    X509_free(cert);
    return STATUS_OK;

err_key:
    buf_wipe(&out->key);
err_cert:
    X509_free(cert);
    return crypto_error(err, _("生成本机证书"));
}

static enum status write_key(const char *path, EVP_PKEY *key, struct errmsg *err)
{
    BIO *bio = BIO_new(BIO_s_secmem());
    char *pem;
    long len;
    enum status status;

    if (bio == NULL || PEM_write_bio_PKCS8PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL) != 1) {
        BIO_free(bio);
        return crypto_error(err, _("写出本机密钥"));
    }
    len = BIO_get_mem_data(bio, &pem);
    status = file_write(path, pem, (size_t)len, 0600, err);
    BIO_free(bio);
    return status;
}

static enum status make_key(EVP_PKEY **key, struct random_source random, struct errmsg *err)
{
    uint8_t seed[SEED_BYTES];

    random.fill(random.context, seed, sizeof seed);
    *key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, seed, sizeof seed);
    hash_wipe(seed, sizeof seed);
    return *key != NULL ? STATUS_OK : crypto_error(err, _("生成本机密钥"));
}

enum status identity_make(struct identity *out, struct random_source random, struct errmsg *err)
{
    EVP_PKEY *key;
    enum status status = make_key(&key, random, err);

    if (status == STATUS_OK)
        status = fill(out, key, err);
    EVP_PKEY_free(key);
    return status;
}

enum status identity_create(struct identity *out, const char *folder, struct random_source random, struct errmsg *err)
{
    char path[PATH_MAX];
    EVP_PKEY *key;
    bool there = false;
    enum status status = file_path(path, folder, err);

    if (status == STATUS_OK)
        status = file_look(path, &there, err);
    if (status != STATUS_OK)
        return status;
    if (there)
        return errmsg_set(err, STATUS_EXISTS, "%s 已经存在，没有改动它", path);
    status = file_make_folder(folder, err);
    if (status != STATUS_OK)
        return status;
    status = make_key(&key, random, err);
    if (status != STATUS_OK)
        return status;
    status = write_key(path, key, err);
    if (status == STATUS_OK)
        status = fill(out, key, err);
    EVP_PKEY_free(key);
    return status;
}

/* A key that others can read is no longer this machine's alone: stop instead of going on with it. */
static enum status check_mode(const char *path, struct errmsg *err)
{
    struct stat st;
    bool there = stat(path, &st) == 0;

    if (!there && errno != ENOENT && errno != ENOTDIR) /* one that can't be looked at is no reason to make another one */
        return errmsg_set(err, file_status(errno), "%s %s: %s", _("打开"), path, file_reason(errno));
    if (!there)
        return errmsg_set(err, STATUS_NOT_FOUND, "没有本机密钥 %s", path);
    if ((st.st_mode & 077) != 0)
        return errmsg_set(err, STATUS_FORBIDDEN, "本机密钥 %s 可被其他用户读取（权限 %04o），请先执行 chmod 600", path,
                          (unsigned)st.st_mode & 07777u);
    return STATUS_OK;
}

enum status identity_load(struct identity *out, const char *folder, struct errmsg *err)
{
    char path[PATH_MAX];
    struct buf pem;
    BIO *bio;
    EVP_PKEY *key = NULL;
    enum status status = file_path(path, folder, err);

    if (status != STATUS_OK)
        return status;
    status = check_mode(path, err);
    if (status != STATUS_OK)
        return status;
    buf_init(&pem, FILE_MAX_BYTES);
    status = file_read(path, &pem, err);
    if (status != STATUS_OK)
        goto out_pem;
    char no_password[1] = {0}; /* never ask a terminal */
    bio = BIO_new_mem_buf(pem.data, (int)pem.len);
    if (bio != NULL)
        key = PEM_read_bio_PrivateKey(bio, NULL, NULL, no_password);
    BIO_free(bio);
    bool no_memory = (bio == NULL && pem.len > 0) || (key == NULL && ERR_GET_REASON(ERR_peek_error()) == ERR_R_MALLOC_FAILURE);
    ERR_clear_error();
    if (no_memory)
        status = errmsg_set(err, STATUS_NOMEM, "%s", status_text(STATUS_NOMEM));
    else if (key == NULL || EVP_PKEY_get_id(key) != EVP_PKEY_ED25519)
        status = errmsg_set(err, STATUS_MALFORMED, "本机密钥 %s 不是 Ed25519 私钥", path);
    else
        status = fill(out, key, err);
    EVP_PKEY_free(key);
out_pem:
    buf_wipe(&pem);
    return status;
}

enum status identity_open(struct identity *out, const char *folder, struct random_source random, struct errmsg *err)
{
    char path[PATH_MAX];
    enum status status = identity_load(out, folder, err);

    /* It has its name; whether that is durable, who made it may have failed to see. */
    if (status == STATUS_OK) {
        status = file_path(path, folder, err);
        if (status == STATUS_OK)
            status = file_sync_folder_of(path, err);
        if (status != STATUS_OK)
            identity_release(out);
        return status;
    }
    if (status != STATUS_NOT_FOUND)
        return status;
    errmsg_clear(err);

    /* A service's first start and `enrol new` beside it may both find none: the second of them gets what the first has made, else a code tells of a key that nobody has. Without a folder nobody makes one. */
    int lock = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (lock >= 0 && flock(lock, LOCK_EX) == 0)
        status = identity_load(out, folder, err);
    if (status == STATUS_NOT_FOUND) {
        errmsg_clear(err);
        status = identity_create(out, folder, random, err);
    }
    if (lock >= 0)
        close(lock);
    return status;
}

void identity_release(struct identity *identity)
{
    buf_wipe(&identity->key);
    buf_release(&identity->cert);
}

enum status identity_secret(const struct identity *identity, uint8_t out[IDENTITY_SECRET_BYTES], struct errmsg *err)
{
    const unsigned char *der = identity->key.data;
    EVP_PKEY *key = d2i_AutoPrivateKey(NULL, &der, (long)identity->key.len);
    size_t seed_bytes = SEED_BYTES;
    bool ok = key != NULL && EVP_PKEY_get_raw_private_key(key, out, &seed_bytes) == 1 && seed_bytes == SEED_BYTES;

    EVP_PKEY_free(key);
    if (!ok)
        return crypto_error(err, _("取出本机密钥"));
    memcpy(out + SEED_BYTES, identity->public_key, sizeof identity->public_key);
    return STATUS_OK;
}

void identity_check_digits(struct hash pin, char out[IDENTITY_CHECK_BYTES])
{
    uint64_t n = 0;

    for (int i = 0; i < 8; i++)
        n = n << 8 | pin.bytes[i];
    n %= 100000000;
    for (int i = 8; i >= 0; i--) {
        if (i == 4) {
            out[i] = '-';
            continue;
        }
        out[i] = (char)('0' + n % 10);
        n /= 10;
    }
    out[9] = 0;
}
