/* SPDX-License-Identifier: Apache-2.0 */
#include "common/base/map.h"

#include <sodium.h>
#include <string.h>

#define FIRST_SLOTS 16u

_Static_assert(MAP_SEED_BYTES == crypto_shorthash_KEYBYTES, "the seed is SipHash's key");

static size_t padded(size_t bytes)
{
    return (bytes + 7) & ~(size_t)7;
}

void map_init(struct map *map, struct arena *arena, size_t key_bytes, size_t value_bytes, const uint8_t seed[MAP_SEED_BYTES])
{
    *map = (struct map){.arena = arena, .key_bytes = key_bytes, .value_bytes = padded(value_bytes)};
    map->entry_bytes = map->value_bytes + padded(key_bytes);
    memcpy(map->seed, seed, MAP_SEED_BYTES);
}

static uint8_t *entry_at(const struct map *map, size_t i)
{
    return map->entries + i * map->entry_bytes;
}

/* The slot that holds key, or the free one where it would go. */
static size_t slot_of(const struct map *map, const void *key)
{
    uint8_t hash[crypto_shorthash_BYTES];
    uint64_t number;
    crypto_shorthash(hash, key, map->key_bytes, map->seed);
    memcpy(&number, hash, sizeof number);
    size_t slot = (size_t)number & (map->n_slots - 1);
    while (map->slots[slot] && memcmp(entry_at(map, map->slots[slot] - 1) + map->value_bytes, key, map->key_bytes) != 0)
        slot = (slot + 1) & (map->n_slots - 1);
    return slot;
}

void *map_find(const struct map *map, const void *key)
{
    if (!map->n)
        return NULL;
    uint32_t at = map->slots[slot_of(map, key)];
    return at ? entry_at(map, at - 1) : NULL;
}

/* Slots are twice the entries at least; both grow together. */
static void grow(struct map *map)
{
    size_t n_slots = map->n_slots ? map->n_slots * 2 : FIRST_SLOTS;
    uint8_t *entries = arena_array(map->arena, n_slots / 2, map->entry_bytes);
    if (map->n)
        memcpy(entries, map->entries, map->n * map->entry_bytes);
    map->entries = entries;
    map->slots = ARENA_ARRAY(map->arena, n_slots, uint32_t);
    map->n_slots = n_slots;
    for (size_t i = 0; i < map->n; i++)
        map->slots[slot_of(map, entry_at(map, i) + map->value_bytes)] = (uint32_t)i + 1;
}

void *map_put(struct map *map, const void *key)
{
    void *found = map_find(map, key);
    if (found)
        return found;
    if (map->n * 2 >= map->n_slots)
        grow(map);
    uint8_t *entry = entry_at(map, map->n);
    memcpy(entry + map->value_bytes, key, map->key_bytes);
    map->slots[slot_of(map, key)] = (uint32_t)++map->n;
    return entry;
}

void *map_at(const struct map *map, size_t i, const void **key)
{
    uint8_t *entry = entry_at(map, i);
    if (key)
        *key = entry + map->value_bytes;
    return entry;
}

size_t map_index(const struct map *map, const void *value)
{
    return (size_t)((const uint8_t *)value - map->entries) / map->entry_bytes;
}
