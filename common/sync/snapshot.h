/* SPDX-License-Identifier: Apache-2.0
 *
 * A record as a snapshot of its stream carries it. */
#ifndef COMMON_SYNC_SNAPSHOT_H
#define COMMON_SYNC_SNAPSHOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/uuid.h"

struct snapshot_record {
    uint32_t kind; /* its number */
    struct uuid id;
    uint64_t rev;        /* of the last commit that touched it */
    bool dead;           /* a tombstone: without a body */
    const uint8_t *body; /* encoded; borrowed */
    size_t body_bytes;
};

#endif
