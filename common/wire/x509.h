/* SPDX-License-Identifier: Apache-2.0
 *
 * The district's small authority: keys, requests and certificates. P-256 with SHA-256 throughout. Certificates are DER in memory
 * and PEM on disk; private keys are PEM files that only their owner may read. Keys are made from OpenSSL's own randomness. */
#ifndef COMMON_WIRE_X509_H
#define COMMON_WIRE_X509_H

#include <stdbool.h>
#include <stdint.h>

#include "common/base/buf.h"
#include "common/base/clock.h"
#include "common/base/err.h"
#include "common/base/sha256.h"
#include "common/base/uuid.h"

#define X509_CA_YEARS 20
#define X509_SERVER_DAYS 825
#define X509_CLIENT_DAYS 1095
#define X509_FILE_BYTES_MAX ((size_t)64 << 10)

struct x509_key;

enum status x509_key_new(struct x509_key **out, struct err *err) MUST_CHECK;
void x509_key_free(struct x509_key *key);
/* A PEM file, written with mode 0600, whole or not at all. */
enum status x509_key_read(const char *path, struct x509_key **out, struct err *err) MUST_CHECK;
enum status x509_key_write(const struct x509_key *key, const char *path, struct err *err) MUST_CHECK;
/* SHA-256 of the SubjectPublicKeyInfo: how a device is known. */
struct sha256 x509_key_hash(const struct x509_key *key);
/* Appends its SubjectPublicKeyInfo (DER). */
enum status x509_key_put_public(const struct x509_key *key, struct buf *der, struct err *err) MUST_CHECK;

/* ECDSA with SHA-256, DER, appended (x509_sign.c). */
enum status x509_sign(const struct x509_key *key, const void *data, size_t bytes, struct buf *signature,
                      struct err *err) MUST_CHECK;
/* key: a SubjectPublicKeyInfo (DER). INVALID when it is none of P-256, or the signature is not of it and these bytes. */
enum status x509_check_signature(const void *key, size_t key_bytes, const void *data, size_t bytes, const void *signature,
                                 size_t signature_bytes, struct sha256 *key_hash, struct err *err) MUST_CHECK;

/* One certificate as a PEM file ↔ DER. Reading takes the first certificate of the file; writing replaces it whole, mode 0600. An
 * authority's file may hold more behind the first: what x509_make_successor() says. */
enum status x509_read(const char *path, struct buf *der, struct err *err) MUST_CHECK;
enum status x509_write(const char *path, const void *der, size_t bytes, struct err *err) MUST_CHECK;

struct x509_info {
    struct sha256 digest;   /* of the DER: the pin, for an authority's certificate */
    struct sha256 key_hash; /* of the SubjectPublicKeyInfo */
    int64_t not_before_ms, not_after_ms;
    bool authority, server, client; /* what it may be used for; explicitly, not by omission */
};
/* PROTOCOL when the bytes are no certificate. */
enum status x509_inspect(const void *der, size_t bytes, struct x509_info *out, struct err *err) MUST_CHECK;

/* Less than a third of its time is left: it is renewed. */
bool x509_is_due(const struct x509_info *info, int64_t now_ms);

/* All certificates made here append their DER to der. now_ms is the first instant of validity, less a day for clocks that differ.
 */

/* The district's authority, signed by itself, for X509_CA_YEARS. */
enum status x509_make_authority(const struct x509_key *key, int64_t now_ms, const struct random *random, struct buf *der,
                                struct err *err) MUST_CHECK;

/* The authority at work: its key and certificate. */
struct x509_authority;
enum status x509_authority_open(const char *key_path, const char *certificate_path, struct x509_authority **out,
                                struct err *err) MUST_CHECK;
void x509_authority_free(struct x509_authority *authority);
/* Its certificate; borrowed. */
const void *x509_authority_der(const struct x509_authority *authority, size_t *bytes);
struct sha256 x509_authority_pin(const struct x509_authority *authority);

/* A new authority in the place of this one, as the text of its PEM file: its own certificate; one of the same key signed by this
 * authority, by which those who only know this one take the new one (common/wire/tls.h); and this one's certificate. */
enum status x509_make_successor(const struct x509_authority *authority, const struct x509_key *key, int64_t now_ms,
                                const struct random *random, struct buf *pem, struct err *err) MUST_CHECK;
/* Was it signed by this authority? False as well when the bytes are no certificate. */
bool x509_is_issued_by(const struct x509_authority *authority, const void *der, size_t bytes);

/* For the server: usage serverAuth. */
enum status x509_issue_server(const struct x509_authority *authority, const struct x509_key *key, int64_t now_ms,
                              const struct random *random, struct buf *der, struct err *err) MUST_CHECK;

/* PKCS #10, DER: made by a device, appended to der. */
enum status x509_request_make(const struct x509_key *key, struct buf *der, struct err *err) MUST_CHECK;
/* INVALID when it is no request, its key is not P-256 or its own signature is wrong. key_hash: of the key inside. */
enum status x509_request_check(const void *der, size_t bytes, struct sha256 *key_hash, struct err *err) MUST_CHECK;
/* For the device: usage clientAuth, subject = the device's id; nothing of the request is used but its key. Checks it first.
 * Renewing is issuing again for a request with the same key hash. */
enum status x509_issue_client(const struct x509_authority *authority, const void *request, size_t request_bytes,
                              const struct uuid *device, int64_t now_ms, const struct random *random, struct buf *der,
                              struct err *err) MUST_CHECK;

#endif
