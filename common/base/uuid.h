/* SPDX-License-Identifier: Apache-2.0
 *
 * Record, device and instance ids: 16 bytes. Made by a client they are UUIDv7 (RFC 9562 section 5.7: 48 bits of Unix ms, then
 * random); where two devices must agree they are computed by hashing (UUIDv8, RFC 9562 section 5.8). */
#ifndef COMMON_BASE_UUID_H
#define COMMON_BASE_UUID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/clock.h"

#define UUID_BYTES 16
#define UUID_TEXT_BYTES 37 /* 8-4-4-4-12 and NUL */

struct uuid {
    uint8_t bytes[UUID_BYTES];
};

struct uuid uuid_new(const struct clock *clock, const struct random *random);
/* The first 16 bytes of SHA-256 over the parts, each preceded by its length, with version and variant set. */
struct uuid_part {
    const void *data;
    size_t bytes;
};
struct uuid uuid_hash(const struct uuid_part *parts, size_t n);

/* The time a UUIDv7 was made at. */
int64_t uuid_time_ms(const struct uuid *u);
bool uuid_equal(const struct uuid *a, const struct uuid *b);
bool uuid_is_zero(const struct uuid *u);
void uuid_format(const struct uuid *u, char out[UUID_TEXT_BYTES]);
/* Accepts the 36-character form, any case. False when it is none; *out untouched then. */
bool uuid_parse(const char *text, struct uuid *out);
/* From 16 bytes of a message; false when the length differs. */
bool uuid_from_bytes(const void *data, size_t bytes, struct uuid *out);

#endif
