/* SPDX-License-Identifier: Apache-2.0
 *
 * What the files x509*.c share, in OpenSSL's types. */
#ifndef COMMON_WIRE_X509_OPENSSL_H
#define COMMON_WIRE_X509_OPENSSL_H

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "common/wire/x509.h"

struct x509_key {
    EVP_PKEY *evp;
};

/* "what: the library's oldest error", and none left in its queue. */
enum status x509_fail(struct err *err, enum status status, const char *what);
bool x509_is_p256(const EVP_PKEY *key);
struct sha256 x509_hash_key(const EVP_PKEY *evp);
/* NULL when the bytes are not exactly one certificate. */
X509 *x509_decode(const void *der, size_t bytes);
/* Appends the DER. */
enum status x509_put(X509 *certificate, struct buf *der, struct err *err) MUST_CHECK;

#endif
