/* SPDX-License-Identifier: Apache-2.0
 *
 * The hash of a stream: the sum mod 2^256 of SHA-256(kind, id, field number, canonical value bytes) over the present fields of its
 * records, and of SHA-256(kind, id, 0, "dead") over its tombstones. Kept incrementally at both ends: order does not matter, a
 * changed field is one subtraction and one addition. kind and field number enter as 4 bytes big-endian. */
#ifndef COMMON_RECORD_STREAM_HASH_H
#define COMMON_RECORD_STREAM_HASH_H

#include "common/record/record.h"

struct stream_hash {
    uint64_t word[4]; /* little end first */
};
#define STREAM_HASH_BYTES 32

void stream_hash_add(struct stream_hash *to, const struct stream_hash *h);
bool stream_hash_equal(const struct stream_hash *a, const struct stream_hash *b);
void stream_hash_encode(const struct stream_hash *h, uint8_t out[STREAM_HASH_BYTES]); /* big-endian */
bool stream_hash_decode(const void *data, size_t bytes, struct stream_hash *out);
/* The sum over one record: unknown fields included. */
struct stream_hash stream_hash_of_record(const struct record *record);
/* What changes when a record goes from before to after (either may be NULL for "no record"); stream and rev play no part. */
void stream_hash_change(struct stream_hash *h, const struct record *before, const struct record *after);

#endif
