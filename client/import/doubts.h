/* SPDX-License-Identifier: Apache-2.0
 *
 * The list of doubts while it grows. */
#ifndef CLIENT_IMPORT_DOUBTS_H
#define CLIENT_IMPORT_DOUBTS_H

#include "client/import/import.h"
#include "common/base/arena.h"

struct doubts {
    struct arena *arena;
    struct import_doubt *items;
    size_t count, capacity, dropped;
    uint32_t plan; /* given to those added now */
};

void doubts_init(struct doubts *doubts, struct arena *arena);
/* read and other are copied, cut at 200 bytes; NULL for "". */
void doubts_add(struct doubts *doubts, enum import_doubt_code code, uint32_t line, const char *read, const char *other);

#endif
