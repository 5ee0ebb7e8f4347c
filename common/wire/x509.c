/* SPDX-License-Identifier: Apache-2.0 */
#include "common/wire/x509.h"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/base/file.h"
#include "common/wire/x509_openssl.h"

enum status x509_fail(struct err *err, enum status status, const char *what)
{
    char text[160] = "";
    unsigned long error = ERR_get_error();
    if (error)
        ERR_error_string_n(error, text, sizeof text);
    ERR_clear_error();
    return err_set(err, status, "%s%s%s", what, error ? ": " : "", text);
}

static struct x509_key *key_take(EVP_PKEY *evp)
{
    struct x509_key *key = evp ? malloc(sizeof *key) : NULL;
    if (key)
        key->evp = evp;
    else
        EVP_PKEY_free(evp);
    return key;
}

enum status x509_key_new(struct x509_key **out, struct err *err)
{
    struct x509_key *key = key_take(EVP_EC_gen("P-256"));
    if (!key)
        return x509_fail(err, STATUS_FAILED, "cannot make a key");
    *out = key;
    return STATUS_OK;
}

void x509_key_free(struct x509_key *key)
{
    if (key)
        EVP_PKEY_free(key->evp);
    free(key);
}

bool x509_is_p256(const EVP_PKEY *key)
{
    char group[32];
    size_t bytes;
    return EVP_PKEY_get_base_id(key) == EVP_PKEY_EC && EVP_PKEY_get_group_name(key, group, sizeof group, &bytes) == 1 &&
           (strcmp(group, "prime256v1") == 0 || strcmp(group, "P-256") == 0);
}

struct sha256 x509_hash_key(const EVP_PKEY *evp)
{
    unsigned char *der = NULL;
    int bytes = i2d_PUBKEY(evp, &der);
    struct sha256 hash = sha256_of(der, bytes > 0 ? (size_t)bytes : 0);
    OPENSSL_free(der);
    return hash;
}

struct sha256 x509_key_hash(const struct x509_key *key)
{
    return x509_hash_key(key->evp);
}

enum status x509_key_read(const char *path, struct x509_key **out, struct err *err)
{
    struct buf file;
    buf_init(&file, 0);
    enum status s = file_read(path, X509_FILE_BYTES_MAX, &file, err);
    if (s)
        goto out;
    BIO *bio = BIO_new_mem_buf(file.len_bytes ? file.data : "", (int)file.len_bytes);
    /* An empty passphrase instead of none: without one OpenSSL would ask on the terminal. */
    struct x509_key *key = bio ? key_take(PEM_read_bio_PrivateKey(bio, NULL, NULL, (void *)(uintptr_t) "")) : NULL;
    BIO_free(bio);
    if (key)
        *out = key;
    else
        s = x509_fail(err, STATUS_CORRUPT, "the key file cannot be read");
    if (s)
        (void)err_prefix(err, "%s", path);
out:
    if (file.data)
        OPENSSL_cleanse(file.data, file.cap_bytes);
    buf_done(&file);
    return s;
}

/* Writes what bio holds, then wipes it. */
static enum status write_bio(BIO *bio, const char *path, struct err *err)
{
    char *data;
    long bytes = BIO_get_mem_data(bio, &data);
    enum status s = file_write(path, data, (size_t)bytes, 0600, err);
    OPENSSL_cleanse(data, (size_t)bytes);
    return s;
}

enum status x509_key_write(const struct x509_key *key, const char *path, struct err *err)
{
    BIO *bio = BIO_new(BIO_s_mem());
    enum status s = bio && PEM_write_bio_PKCS8PrivateKey(bio, key->evp, NULL, NULL, 0, NULL, NULL) == 1
                        ? write_bio(bio, path, err)
                        : x509_fail(err, STATUS_FAILED, "cannot encode the key");
    BIO_free(bio);
    return s;
}

enum status x509_put(X509 *certificate, struct buf *der, struct err *err)
{
    unsigned char *data = NULL;
    int bytes = i2d_X509(certificate, &data);
    if (bytes > 0)
        buf_put(der, data, (size_t)bytes);
    OPENSSL_free(data);
    return bytes > 0 && !der->failed ? STATUS_OK : x509_fail(err, STATUS_FAILED, "cannot encode the certificate");
}

enum status x509_read(const char *path, struct buf *der, struct err *err)
{
    struct buf file;
    buf_init(&file, 0);
    X509 *certificate = NULL;
    enum status s = file_read(path, X509_FILE_BYTES_MAX, &file, err);
    if (s)
        goto out;
    BIO *bio = BIO_new_mem_buf(file.len_bytes ? file.data : "", (int)file.len_bytes);
    certificate = bio ? PEM_read_bio_X509(bio, NULL, NULL, NULL) : NULL;
    BIO_free(bio);
    s = certificate ? x509_put(certificate, der, err) : x509_fail(err, STATUS_CORRUPT, "the file holds no certificate");
    if (s)
        (void)err_prefix(err, "%s", path);
out:
    X509_free(certificate);
    buf_done(&file);
    return s;
}

X509 *x509_decode(const void *der, size_t bytes)
{
    const unsigned char *at = der, *end = at + bytes;
    X509 *certificate = bytes && bytes <= X509_FILE_BYTES_MAX ? d2i_X509(NULL, &at, (long)bytes) : NULL;
    if (certificate && at != end) {
        X509_free(certificate);
        certificate = NULL;
    }
    return certificate;
}

enum status x509_write(const char *path, const void *der, size_t bytes, struct err *err)
{
    X509 *certificate = x509_decode(der, bytes);
    BIO *bio = BIO_new(BIO_s_mem());
    enum status s = certificate && bio && PEM_write_bio_X509(bio, certificate) == 1
                        ? write_bio(bio, path, err)
                        : x509_fail(err, STATUS_INVALID, "cannot encode the certificate");
    BIO_free(bio);
    X509_free(certificate);
    return s;
}

static int64_t instant_of(const ASN1_TIME *time)
{
    struct tm tm;
    if (!ASN1_TIME_to_tm(time, &tm))
        return 0;
    int64_t day = clock_day_from_civil(tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday);
    return ((day * 24 + tm.tm_hour) * 60 + tm.tm_min) * 60000 + (int64_t)tm.tm_sec * 1000;
}

bool x509_is_due(const struct x509_info *info, int64_t now_ms)
{
    return info->not_after_ms - now_ms < (info->not_after_ms - info->not_before_ms) / 3;
}

enum status x509_inspect(const void *der, size_t bytes, struct x509_info *out, struct err *err)
{
    X509 *certificate = x509_decode(der, bytes);
    const EVP_PKEY *key = certificate ? X509_get0_pubkey(certificate) : NULL;
    if (!key) {
        X509_free(certificate);
        return x509_fail(err, STATUS_PROTOCOL, "the bytes are no certificate");
    }
    uint32_t usage = X509_get_extended_key_usage(certificate);
    bool stated = X509_get_extension_flags(certificate) & EXFLAG_XKUSAGE;
    *out = (struct x509_info){
        .digest = sha256_of(der, bytes),
        .key_hash = x509_hash_key(key),
        .not_before_ms = instant_of(X509_get0_notBefore(certificate)),
        .not_after_ms = instant_of(X509_get0_notAfter(certificate)),
        .authority = X509_check_ca(certificate) == 1,
        .server = stated && usage & XKU_SSL_SERVER,
        .client = stated && usage & XKU_SSL_CLIENT,
    };
    X509_free(certificate);
    return STATUS_OK;
}
