/* SPDX-License-Identifier: Apache-2.0 */
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>

#include "common/wire/x509_openssl.h"

#define DAY_S ((int64_t)86400)
#define SERIAL_BYTES 16
#define REQUEST_BYTES_MAX ((size_t)8 << 10)

struct x509_authority {
    struct x509_key *key;
    X509 *certificate;
    struct buf der;
};

/* What tells the three sorts of certificates apart. */
struct sort {
    const char *name; /* common name */
    const char *unit; /* organisational unit; may be NULL */
    int64_t days;
    const char *basic, *usage, *extended; /* extensions; extended may be NULL */
};

static bool add_extension(X509 *certificate, X509 *issuer, int nid, const char *value)
{
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, certificate, NULL, NULL, 0);
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
    bool ok = extension && X509_add_ext(certificate, extension, -1) == 1;
    X509_EXTENSION_free(extension);
    return ok;
}

static bool add_extensions(X509 *certificate, X509 *issuer, const struct sort *sort)
{
    return add_extension(certificate, issuer, NID_basic_constraints, sort->basic) &&
           add_extension(certificate, issuer, NID_key_usage, sort->usage) &&
           (!sort->extended || add_extension(certificate, issuer, NID_ext_key_usage, sort->extended)) &&
           add_extension(certificate, issuer, NID_subject_key_identifier, "hash") &&
           add_extension(certificate, issuer, NID_authority_key_identifier, "keyid");
}

static bool set_name(X509 *certificate, const struct sort *sort)
{
    X509_NAME *name = X509_get_subject_name(certificate);
    return X509_NAME_add_entry_by_txt(name, "O", MBSTRING_UTF8, (const unsigned char *)"Lianxin", -1, -1, 0) &&
           (!sort->unit || X509_NAME_add_entry_by_txt(name, "OU", MBSTRING_UTF8, (const unsigned char *)sort->unit, -1, -1, 0)) &&
           X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, (const unsigned char *)sort->name, -1, -1, 0);
}

static bool set_serial(X509 *certificate, const struct random *random)
{
    unsigned char bytes[SERIAL_BYTES];
    random_fill(random, bytes, sizeof bytes);
    bytes[0] = (bytes[0] & 0x7F) | 0x40; /* positive, and always as long (RFC 5280 section 4.1.2.2) */
    BIGNUM *number = BN_bin2bn(bytes, sizeof bytes, NULL);
    bool ok = number && BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate));
    BN_free(number);
    return ok;
}

static bool set_times(X509 *certificate, int64_t now_ms, int64_t days)
{
    time_t now = (time_t)(now_ms / 1000);
    return ASN1_TIME_adj(X509_getm_notBefore(certificate), now, 0, -DAY_S) &&
           ASN1_TIME_adj(X509_getm_notAfter(certificate), now, (int)days, 0);
}

/* authority NULL: signed by itself. */
static enum status issue(const struct x509_authority *authority, EVP_PKEY *key, EVP_PKEY *signer, const struct sort *sort,
                         int64_t now_ms, const struct random *random, struct buf *der, struct err *err)
{
    X509 *certificate = X509_new();
    X509 *issuer = authority ? authority->certificate : certificate;
    bool ok = certificate && X509_set_version(certificate, X509_VERSION_3) && set_serial(certificate, random) &&
              set_times(certificate, now_ms, sort->days) && set_name(certificate, sort) && X509_set_pubkey(certificate, key) &&
              X509_set_issuer_name(certificate, X509_get_subject_name(issuer)) && add_extensions(certificate, issuer, sort) &&
              X509_sign(certificate, signer, EVP_sha256()) > 0;
    enum status s = ok ? x509_put(certificate, der, err) : x509_fail(err, STATUS_FAILED, "cannot make a certificate");
    X509_free(certificate);
    return s;
}

static const struct sort authority_sort = {
    .name = "Lianxin district authority",
    .days = (int64_t)X509_CA_YEARS * 365 + X509_CA_YEARS / 4,
    .basic = "critical,CA:TRUE,pathlen:0",
    .usage = "critical,keyCertSign,cRLSign",
};

enum status x509_make_authority(const struct x509_key *key, int64_t now_ms, const struct random *random, struct buf *der,
                                struct err *err)
{
    return issue(NULL, key->evp, key->evp, &authority_sort, now_ms, random, der, err);
}

static enum status put_pem(const struct buf *der, struct buf *pem, struct err *err)
{
    X509 *certificate = x509_decode(der->data, der->len_bytes);
    BIO *bio = BIO_new(BIO_s_mem());
    char *text;
    bool ok = certificate && bio && PEM_write_bio_X509(bio, certificate) == 1;
    long bytes = ok ? BIO_get_mem_data(bio, &text) : 0;
    if (bytes > 0)
        buf_put(pem, text, (size_t)bytes);
    BIO_free(bio);
    X509_free(certificate);
    return bytes > 0 && !pem->failed ? STATUS_OK : x509_fail(err, STATUS_FAILED, "cannot encode a certificate");
}

enum status x509_make_successor(const struct x509_authority *authority, const struct x509_key *key, int64_t now_ms,
                                const struct random *random, struct buf *pem, struct err *err)
{
    struct buf own, bridge;
    buf_init(&own, X509_FILE_BYTES_MAX);
    buf_init(&bridge, X509_FILE_BYTES_MAX);
    enum status s = issue(NULL, key->evp, key->evp, &authority_sort, now_ms, random, &own, err);
    s = s ? s : issue(authority, key->evp, authority->key->evp, &authority_sort, now_ms, random, &bridge, err);
    s = s ? s : put_pem(&own, pem, err);
    s = s ? s : put_pem(&bridge, pem, err);
    s = s ? s : put_pem(&authority->der, pem, err);
    buf_done(&bridge);
    buf_done(&own);
    return s;
}

bool x509_is_issued_by(const struct x509_authority *authority, const void *der, size_t bytes)
{
    X509 *certificate = x509_decode(der, bytes);
    bool issued = certificate && X509_verify(certificate, authority->key->evp) == 1;
    X509_free(certificate);
    ERR_clear_error();
    return issued;
}

enum status x509_authority_open(const char *key_path, const char *certificate_path, struct x509_authority **out, struct err *err)
{
    struct x509_authority *authority = calloc(1, sizeof *authority);
    if (!authority)
        return err_set(err, STATUS_NO_MEMORY, "no memory for the authority");
    buf_init(&authority->der, 0);
    enum status s = x509_key_read(key_path, &authority->key, err);
    s = s ? s : x509_read(certificate_path, &authority->der, err);
    if (s)
        goto out;
    authority->certificate = x509_decode(authority->der.data, authority->der.len_bytes);
    if (!authority->certificate || X509_check_private_key(authority->certificate, authority->key->evp) != 1 ||
        X509_check_ca(authority->certificate) != 1) {
        s = x509_fail(err, STATUS_CORRUPT, "the authority's key and certificate do not belong together");
        (void)err_prefix(err, "%s", certificate_path);
        goto out;
    }
    *out = authority;
    authority = NULL;
out:
    x509_authority_free(authority);
    return s;
}

void x509_authority_free(struct x509_authority *authority)
{
    if (!authority)
        return;
    x509_key_free(authority->key);
    X509_free(authority->certificate);
    buf_done(&authority->der);
    free(authority);
}

const void *x509_authority_der(const struct x509_authority *authority, size_t *bytes)
{
    *bytes = authority->der.len_bytes;
    return authority->der.data;
}

struct sha256 x509_authority_pin(const struct x509_authority *authority)
{
    return sha256_of(authority->der.data, authority->der.len_bytes);
}

enum status x509_issue_server(const struct x509_authority *authority, const struct x509_key *key, int64_t now_ms,
                              const struct random *random, struct buf *der, struct err *err)
{
    const struct sort sort = {
        .name = "lianxind",
        .unit = "server",
        .days = X509_SERVER_DAYS,
        .basic = "critical,CA:FALSE",
        .usage = "critical,digitalSignature",
        .extended = "serverAuth",
    };
    return issue(authority, key->evp, authority->key->evp, &sort, now_ms, random, der, err);
}

enum status x509_request_make(const struct x509_key *key, struct buf *der, struct err *err)
{
    unsigned char *data = NULL;
    X509_REQ *request = X509_REQ_new();
    bool ok = request && X509_REQ_set_version(request, X509_REQ_VERSION_1) && X509_REQ_set_pubkey(request, key->evp) &&
              X509_REQ_sign(request, key->evp, EVP_sha256()) > 0;
    int bytes = ok ? i2d_X509_REQ(request, &data) : 0;
    if (bytes > 0)
        buf_put(der, data, (size_t)bytes);
    OPENSSL_free(data);
    X509_REQ_free(request);
    return bytes > 0 && !der->failed ? STATUS_OK : x509_fail(err, STATUS_FAILED, "cannot make a certificate request");
}

/* The request, checked; NULL and *err otherwise. */
static X509_REQ *request_open(const void *der, size_t bytes, struct err *err)
{
    const unsigned char *at = der, *end = at + bytes;
    X509_REQ *request = bytes && bytes <= REQUEST_BYTES_MAX ? d2i_X509_REQ(NULL, &at, (long)bytes) : NULL;
    const char *wrong = NULL;
    EVP_PKEY *key = request ? X509_REQ_get0_pubkey(request) : NULL;
    if (!key || at != end)
        wrong = "the bytes are no certificate request";
    else if (!x509_is_p256(key))
        wrong = "the key in the certificate request is not P-256";
    else if (X509_REQ_verify(request, key) != 1)
        wrong = "the certificate request is not signed by its own key";
    if (!wrong)
        return request;
    (void)x509_fail(err, STATUS_INVALID, wrong);
    X509_REQ_free(request);
    return NULL;
}

enum status x509_request_check(const void *der, size_t bytes, struct sha256 *key_hash, struct err *err)
{
    X509_REQ *request = request_open(der, bytes, err);
    if (!request)
        return STATUS_INVALID;
    *key_hash = x509_hash_key(X509_REQ_get0_pubkey(request));
    X509_REQ_free(request);
    return STATUS_OK;
}

enum status x509_issue_client(const struct x509_authority *authority, const void *request, size_t request_bytes,
                              const struct uuid *device, int64_t now_ms, const struct random *random, struct buf *der,
                              struct err *err)
{
    X509_REQ *parsed = request_open(request, request_bytes, err);
    if (!parsed)
        return STATUS_INVALID;
    char name[UUID_TEXT_BYTES];
    uuid_format(device, name);
    const struct sort sort = {
        .name = name,
        .unit = "device",
        .days = X509_CLIENT_DAYS,
        .basic = "critical,CA:FALSE",
        .usage = "critical,digitalSignature",
        .extended = "clientAuth",
    };
    enum status s = issue(authority, X509_REQ_get0_pubkey(parsed), authority->key->evp, &sort, now_ms, random, der, err);
    X509_REQ_free(parsed);
    return s;
}
