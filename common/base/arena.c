/* SPDX-License-Identifier: Apache-2.0 */
#include "common/base/arena.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK_BYTES ((size_t)16 << 10)
#define ALIGN_BYTES ((size_t)16)
#define FIRST_ITEMS 16 /* of an array that grows */

struct arena_chunk {
    struct arena_chunk *previous;
    size_t size_bytes, used_bytes;
    _Alignas(16) unsigned char data[];
};

void arena_init(struct arena *arena, size_t budget_bytes)
{
    *arena = (struct arena){.budget_bytes = budget_bytes};
}

void arena_done(struct arena *arena)
{
    for (struct arena_chunk *c = arena->chunk, *previous; c; c = previous) {
        previous = c->previous;
        free(c);
    }
    arena->chunk = NULL;
    arena->used_bytes = 0;
}

void arena_reset(struct arena *arena)
{
    struct arena_chunk *keep = arena->chunk;
    while (keep && keep->previous) {
        struct arena_chunk *previous = keep->previous;
        free(keep);
        keep = previous;
    }
    if (keep)
        keep->used_bytes = 0;
    arena->chunk = keep;
    arena->used_bytes = 0;
}

static struct arena_chunk *chunk_new(struct arena *arena, size_t bytes)
{
    size_t size = bytes > CHUNK_BYTES ? bytes : CHUNK_BYTES;
    struct arena_chunk *c = malloc(sizeof *c + size);
    if (!c)
        return NULL;
    *c = (struct arena_chunk){.previous = arena->chunk, .size_bytes = size};
    arena->chunk = c;
    return c;
}

static void *alloc(struct arena *arena, size_t bytes, size_t budget_bytes)
{
    if (bytes > SIZE_MAX / 2)
        return NULL;
    size_t size = (bytes + ALIGN_BYTES - 1) & ~(ALIGN_BYTES - 1);
    if (size == 0)
        size = ALIGN_BYTES;
    if (budget_bytes && (size > budget_bytes || arena->used_bytes > budget_bytes - size))
        return NULL;
    struct arena_chunk *c = arena->chunk;
    if (!c || c->size_bytes - c->used_bytes < size)
        c = chunk_new(arena, size);
    if (!c)
        return NULL;
    void *p = c->data + c->used_bytes;
    c->used_bytes += size;
    arena->used_bytes += size;
    return memset(p, 0, size);
}

void *arena_try_alloc(struct arena *arena, size_t bytes)
{
    return alloc(arena, bytes, arena->budget_bytes);
}

void *arena_alloc(struct arena *arena, size_t bytes)
{
    void *p = alloc(arena, bytes, 0);
    if (!p) {
        fprintf(stderr, "out of memory: %zu bytes wanted, %zu in use\n", bytes, arena->used_bytes);
        abort();
    }
    return p;
}

void *arena_array(struct arena *arena, size_t n, size_t bytes)
{
    return arena_alloc(arena, bytes && n > SIZE_MAX / 2 / bytes ? SIZE_MAX : n * bytes);
}

void *arena_more(struct arena *arena, void *items, size_t n, size_t *room, size_t bytes)
{
    if (n < *room)
        return items;
    *room = *room ? *room * 2 : FIRST_ITEMS;
    void *more = arena_array(arena, *room, bytes);
    if (n)
        memcpy(more, items, n * bytes);
    return more;
}

void *arena_copy(struct arena *arena, const void *data, size_t bytes)
{
    void *p = arena_alloc(arena, bytes);
    if (bytes)
        memcpy(p, data, bytes);
    return p;
}

char *arena_strndup(struct arena *arena, const char *text, size_t bytes)
{
    char *p = arena_alloc(arena, bytes + 1);
    memcpy(p, text, bytes);
    return p;
}

char *arena_strdup(struct arena *arena, const char *text)
{
    return arena_strndup(arena, text, strlen(text));
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
    va_list ap, again;
    va_start(ap, format);
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, format, ap);
    va_end(ap);
    size_t size = n < 0 ? 1 : (size_t)n + 1;
    char *p = arena_alloc(arena, size);
    vsnprintf(p, size, format, again);
    va_end(again);
    return p;
}
