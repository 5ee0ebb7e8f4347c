/* SPDX-License-Identifier: Apache-2.0
 *
 * The machine around a core, as an argument. What is NULL is not known or not to be had: a core in a test has no machine. */
#ifndef SERVER_SERVICE_HOST_H
#define SERVER_SERVICE_HOST_H

#include <stdbool.h>
#include <stdint.h>

#include "common/base/err.h"

struct health;

struct host_space {
    uint64_t free_bytes, total_bytes; /* of the file system that holds the data */
};

struct host {
    /* From any thread; false when it cannot be told. */
    bool (*find_space)(void *context, struct host_space *out);
    /* Adds what only the machine knows (libraries, certificates) to the status; from any thread. */
    void (*tell)(void *context, struct health *health);
    /* One verified backup at a time, made beside the lanes; the three are called by the writer's thread only. start returns at
     * once; poll says whether it has ended, and is its outcome then; stop gives up one that runs, and does nothing else. */
    enum status (*backup_start)(void *context, struct err *err);
    enum status (*backup_poll)(void *context, bool *ended, struct err *err);
    void (*backup_stop)(void *context);
    void *context;
};

#endif
