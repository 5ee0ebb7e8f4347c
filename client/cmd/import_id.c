/* SPDX-License-Identifier: Apache-2.0 */
#include "client/cmd/import_id.h"

#include <string.h>

struct number {
    uint8_t bytes[4];
};

static struct number big_endian(uint32_t n)
{
    return (struct number){{(uint8_t)(n >> 24), (uint8_t)(n >> 16), (uint8_t)(n >> 8), (uint8_t)n}};
}

struct uuid import_id_make(const struct import_id *of, const char *kind, const char *key, uint32_t position, uint32_t ordinal)
{
    struct number stream = big_endian(of->stream), plan = big_endian(of->plan), generation = big_endian(of->generation);
    struct number place = big_endian(position), again = big_endian(ordinal);
    const struct uuid_part parts[] = {{kind, strlen(kind)},
                                      {stream.bytes, sizeof stream.bytes},
                                      {of->digest.bytes, SHA256_BYTES},
                                      {plan.bytes, sizeof plan.bytes},
                                      {generation.bytes, sizeof generation.bytes},
                                      {key, strlen(key)},
                                      {place.bytes, sizeof place.bytes},
                                      {again.bytes, sizeof again.bytes}};
    return uuid_hash(parts, sizeof parts / sizeof parts[0]);
}
