/* SPDX-License-Identifier: Apache-2.0
 *
 * The machine as the core wants it: the data folder's disk, the libraries and certificates, and backups made by a process of their
 * own, so that neither their time nor a broken disk of theirs is the server's. */
#ifndef SERVER_CMD_HOST_H
#define SERVER_CMD_HOST_H

#include <sys/types.h>

#include "server/service/host.h"

#define HOST_FAULT_BYTES 400

struct host_context {
    const char *data;
    bool serves;  /* a server's: else nobody would be there to wait for a backup */
    pid_t backup; /* 0: none runs */
    int output;   /* what that one says; read at its end */
};
/* context must outlive the host. */
struct host host_of(struct host_context *context);

#endif
