/* SPDX-License-Identifier: Apache-2.0
 *
 * The ids of imported records, computed so that the same file makes the same records on every device (proto/PROTOCOL.md, "Ids"). */
#ifndef CLIENT_CMD_IMPORT_ID_H
#define CLIENT_CMD_IMPORT_ID_H

#include <stdint.h>

#include "common/base/sha256.h"
#include "common/base/uuid.h"

struct import_id {
    uint32_t stream;
    struct sha256 digest; /* of the file */
    uint32_t plan;        /* its index in the file */
    uint32_t generation;  /* how often this plan was imported and taken back before */
};

/* kind: plan, section, activity. key: an activity's month header, else "". position: of an activity inside its header, a section's
 * index. ordinal: how many before it have the same key and position. */
struct uuid import_id_make(const struct import_id *of, const char *kind, const char *key, uint32_t position, uint32_t ordinal);

#endif
