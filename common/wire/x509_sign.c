/* SPDX-License-Identifier: Apache-2.0 */
#include <openssl/evp.h>
#include <openssl/x509.h>

#include "common/wire/x509_openssl.h"

#define SIGNATURE_BYTES_MAX 80u /* ECDSA on P-256, DER: at most 72 */

enum status x509_key_put_public(const struct x509_key *key, struct buf *der, struct err *err)
{
    unsigned char *data = NULL;
    int bytes = i2d_PUBKEY(key->evp, &data);
    if (bytes > 0)
        buf_put(der, data, (size_t)bytes);
    OPENSSL_free(data);
    return bytes > 0 && !der->failed ? STATUS_OK : x509_fail(err, STATUS_FAILED, "cannot encode the key");
}

enum status x509_sign(const struct x509_key *key, const void *data, size_t bytes, struct buf *signature, struct err *err)
{
    unsigned char out[SIGNATURE_BYTES_MAX];
    size_t out_bytes = sizeof out;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool signed_ = context && EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, key->evp) == 1 &&
                   EVP_DigestSign(context, out, &out_bytes, data, bytes) == 1;
    EVP_MD_CTX_free(context);
    if (signed_)
        buf_put(signature, out, out_bytes);
    return signed_ && !signature->failed ? STATUS_OK : x509_fail(err, STATUS_FAILED, "cannot sign");
}

/* Exactly one P-256 key, encoded as its hash is made of it. */
static EVP_PKEY *read_public(const void *der, size_t bytes)
{
    const unsigned char *at = der, *end = at + bytes;
    EVP_PKEY *key = bytes && bytes <= X509_FILE_BYTES_MAX ? d2i_PUBKEY(NULL, &at, (long)bytes) : NULL;
    if (key && at == end && x509_is_p256(key))
        return key;
    EVP_PKEY_free(key);
    return NULL;
}

enum status x509_check_signature(const void *key_der, size_t key_bytes, const void *data, size_t bytes, const void *signature,
                                 size_t signature_bytes, struct sha256 *key_hash, struct err *err)
{
    EVP_PKEY *key = read_public(key_der, key_bytes);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool right = key && context && EVP_DigestVerifyInit(context, NULL, EVP_sha256(), NULL, key) == 1 &&
                 EVP_DigestVerify(context, signature, signature_bytes, data, bytes) == 1;
    struct sha256 hash = {{0}};
    if (right)
        hash = x509_hash_key(key);
    EVP_MD_CTX_free(context);
    EVP_PKEY_free(key);
    if (!right)
        return x509_fail(err, STATUS_INVALID, "the signature is not of that key");
    *key_hash = hash;
    return STATUS_OK;
}
