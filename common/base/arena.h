/* SPDX-License-Identifier: Apache-2.0
 *
 * An arena: memory that lives as long as one request or one command and is freed at once. Zeroed on allocation.
 * arena_try_*() return NULL past the budget or without memory: code that allocates by a peer's or a document's size uses them.
 * The others are for what a program needs in good order, a bounded number of times: they count, but no budget stops them, and
 * without memory they end the process. */
#ifndef COMMON_BASE_ARENA_H
#define COMMON_BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

#include "common/base/status.h"

struct arena_chunk;

struct arena {
    struct arena_chunk *chunk;
    size_t used_bytes;   /* handed out since init or reset */
    size_t budget_bytes; /* for arena_try_*(); 0: no limit */
};

void arena_init(struct arena *arena, size_t budget_bytes);
void arena_done(struct arena *arena);
/* Forgets everything allocated and keeps one chunk for reuse. */
void arena_reset(struct arena *arena);

void *arena_try_alloc(struct arena *arena, size_t bytes) MUST_CHECK;
void *arena_alloc(struct arena *arena, size_t bytes) __attribute__((returns_nonnull));
/* n elements of size bytes each; checks the product. */
void *arena_array(struct arena *arena, size_t n, size_t bytes) __attribute__((returns_nonnull));
/* Room for one item more behind the n of an array: the array as it is, or a copy of it with twice the room. *room counts items. */
void *arena_more(struct arena *arena, void *items, size_t n, size_t *room, size_t bytes) __attribute__((returns_nonnull));
void *arena_copy(struct arena *arena, const void *data, size_t bytes) __attribute__((returns_nonnull));
char *arena_strdup(struct arena *arena, const char *text) __attribute__((returns_nonnull));
char *arena_strndup(struct arena *arena, const char *text, size_t bytes) __attribute__((returns_nonnull));
char *arena_printf(struct arena *arena, const char *format, ...) PRINTF_LIKE(2, 3) __attribute__((returns_nonnull));

#define ARENA_NEW(arena, type) ((type *)arena_alloc((arena), sizeof(type)))
#define ARENA_MORE(arena, items, n, room) ((items) = arena_more((arena), (items), (n), (room), sizeof *(items)))
#define ARENA_ARRAY(arena, n, type) ((type *)arena_array((arena), (n), sizeof(type)))

#endif
