/* SPDX-License-Identifier: Apache-2.0
 *
 * struct transport over TCP and TLS 1.3: the first address that answers, the district's authority pinned, one connection kept over
 * calls and made again when it was cut before a request was sent on it. */
#ifndef CLIENT_TRANSPORT_TRANSPORT_TLS_H
#define CLIENT_TRANSPORT_TRANSPORT_TLS_H

#include "client/sync/transport.h"
#include "common/base/sha256.h"

struct transport_tls_config {
    const char *const *addresses; /* "host:port", "[v6]:port"; tried in order, from the last that answered */
    size_t n_addresses;
    struct sha256 ca_pin;         /* SHA-256 of the district authority's certificate (DER) */
    const char *key_path;         /* PEM; NULL: without a client certificate (Hello and Enrol only) */
    const char *certificate_path; /* PEM */
    int connect_timeout_ms;       /* per address, TLS handshake included; 0: 5 s */
    int call_timeout_ms;          /* from sending a request to its whole reply; 0: 60 s */
};

/* Copies config; connects at the first call. NOT_FOUND or CORRUPT when key or certificate cannot be read, USAGE for an address that
 * is none. Release with transport_free(). */
enum status transport_tls_open(const struct transport_tls_config *config, struct transport *out, struct err *err) MUST_CHECK;
/* The pin of the authority by which the server was taken at the last connection: another than ca_pin when that has a successor, and
 * then the one to remember. False when nothing was connected yet, or the transport is another one. */
bool transport_tls_find_pin(const struct transport *transport, struct sha256 *pin);

#endif
