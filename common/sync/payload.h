/* SPDX-License-Identifier: Apache-2.0
 *
 * What a push carries, in memory: edits and what the author did, in words. Encoded once, when the change is made; from then on
 * the bytes are frozen in the outbox, and their digest says whether two pushes are the same. */
#ifndef COMMON_SYNC_PAYLOAD_H
#define COMMON_SYNC_PAYLOAD_H

#include "common/sync/edit.h"

#define LIMIT_PUSH_EDITS 20000u
#define LIMIT_PUSH_BYTES ((size_t)8 << 20)

struct payload {
    const struct edit *edits;
    size_t n_edits;
    const char *note; /* never NULL */
};

/* Into arena. TOO_LARGE when it would pass the limits of one push. */
enum status payload_encode(struct arena *arena, const struct payload *payload, const uint8_t **data, size_t *bytes,
                           struct err *err) MUST_CHECK;
/* PROTOCOL when the bytes are no payload; TOO_LARGE over the limits; else what edit_decode() says about the first bad edit. */
enum status payload_decode(struct arena *arena, const struct schema *schema, const void *data, size_t bytes, struct payload *out,
                           struct err *err) MUST_CHECK;

#endif
