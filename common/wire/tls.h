/* SPDX-License-Identifier: Apache-2.0
 *
 * The one TLS policy: TLS 1.3 only, no early data, no tickets, ALPN "lianxin". Identity is the pin of the district's authority, not
 * a host name; serverAuth and clientAuth must be stated in the certificates. */
#ifndef COMMON_WIRE_TLS_H
#define COMMON_WIRE_TLS_H

#include <stdbool.h>

#include "common/base/err.h"
#include "common/base/sha256.h"

struct tls; /* a policy with its certificates; a client's outlives its connections, a server's need not */
struct ssl_st;

/* Asks for a client certificate without requiring one; one of another authority ends the handshake. PEM files; the authority's may
 * hold the one before, too: devices of either are taken. */
enum status tls_server_new(const char *key_path, const char *certificate_path, const char *authority_path, struct tls **out,
                           struct err *err) MUST_CHECK;
/* Takes a server whose chain ends in the authority with this pin, sent by the server itself, or in one whose key that authority has
 * signed as an authority's: its successor. key_path and certificate_path may both
 * be NULL. PEM files. */
enum status tls_client_new(const struct sha256 *pin, const char *key_path, const char *certificate_path, struct tls **out,
                           struct err *err) MUST_CHECK;
/* OpenSSL's, as linked: "3.0.17". */
const char *tls_library_version(void);
void tls_free(struct tls *tls);

/* One connection's state, for the caller to drive and SSL_free(); NULL without memory. */
struct ssl_st *tls_connection(const struct tls *tls);
/* The pin of the authority by which the server was taken: the successor's, once there is one. False before the handshake. */
bool tls_server_pin(const struct ssl_st *connection, struct sha256 *pin);
/* The key hash of the client's verified certificate; false when it showed none. To be asked once, after the handshake: the
 * certificate, a quarter of what an idle connection takes, is let go of. */
bool tls_take_peer_key(struct ssl_st *connection, struct sha256 *key_hash);
/* Why the last operation failed, for people: the verification's verdict, the library's oldest queued error (which is taken off), or
 * "". error is that error when the caller took it off itself, else 0. */
void tls_failure(const struct ssl_st *connection, unsigned long error, char *out, size_t size);

#endif
