/* SPDX-License-Identifier: Apache-2.0
 *
 * struct transport over the server's control socket: the same frames without TLS; the kernel tells the server who asks. */
#ifndef CLIENT_TRANSPORT_TRANSPORT_UNIX_H
#define CLIENT_TRANSPORT_TRANSPORT_UNIX_H

#include "client/sync/transport.h"

/* Connects to DATA/control.sock at once. NOT_FOUND: nobody listens there (the server does not run); DENIED: not the owner's.
 * timeout_ms bounds each call; 0: 60 s. Release with transport_free(). */
enum status transport_unix_open(const char *path, int timeout_ms, struct transport *out, struct err *err) MUST_CHECK;

#endif
