/* SPDX-License-Identifier: Apache-2.0
 *
 * A hash map from keys of one size to values of one size, in an arena. Entries keep their order and number; nothing is ever taken
 * out. The hash is keyed (SipHash-2-4), so that a peer who chooses keys cannot choose collisions. */
#ifndef COMMON_BASE_MAP_H
#define COMMON_BASE_MAP_H

#include <stddef.h>
#include <stdint.h>

#include "common/base/arena.h"

#define MAP_SEED_BYTES 16

struct map {
    struct arena *arena;
    uint8_t *entries; /* value, then key, each padded to 8 bytes */
    uint32_t *slots;  /* entry number + 1; 0: free */
    size_t n, n_slots, key_bytes, value_bytes, entry_bytes;
    uint8_t seed[MAP_SEED_BYTES];
};

/* The arena must outlive the map. */
void map_init(struct map *map, struct arena *arena, size_t key_bytes, size_t value_bytes, const uint8_t seed[MAP_SEED_BYTES]);
/* The value, or NULL. Valid until the next map_put(). */
void *map_find(const struct map *map, const void *key);
/* The value, a new and zeroed one when there was none. Valid until the next map_put(). */
void *map_put(struct map *map, const void *key) __attribute__((returns_nonnull));
/* Entry i of map->n, in the order they were put; key may be NULL. */
void *map_at(const struct map *map, size_t i, const void **key) __attribute__((returns_nonnull));
/* The number of the entry a value of this map belongs to. */
size_t map_index(const struct map *map, const void *value);

#endif
