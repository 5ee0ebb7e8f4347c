/* SPDX-License-Identifier: Apache-2.0
 *
 * Sockets with deadlines; deadlines are instants of the monotonic clock. */
#ifndef CLIENT_TRANSPORT_SOCKET_H
#define CLIENT_TRANSPORT_SOCKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/wire/address.h"

int64_t socket_now_ms(void);
/* A connected, non-blocking TCP socket to the first of the name's addresses that answers. UNAVAILABLE; the text is just the cause.
 */
enum status socket_connect(const struct address *address, int64_t until_ms, int *fd, struct err *err) MUST_CHECK;
/* The same to a unix socket. NOT_FOUND when there is none or nobody listens, DENIED. */
enum status socket_connect_unix(const char *path, int *fd, struct err *err) MUST_CHECK;
/* Waits until fd can be read (or written). False when until_ms passed. */
bool socket_wait(int fd, bool writing, int64_t until_ms);
/* All the bytes; UNAVAILABLE with reason CONNECTION_LOST. */
enum status socket_write(int fd, const void *data, size_t bytes, int64_t until_ms, struct err *err) MUST_CHECK;
enum status socket_read(int fd, void *data, size_t bytes, int64_t until_ms, struct err *err) MUST_CHECK;

#endif
