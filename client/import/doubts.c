/* SPDX-License-Identifier: Apache-2.0 */
#include "client/import/doubts.h"

#include <string.h>

#include "client/import/document.h"

#define SHOWN_BYTES ((size_t)200)

void doubts_init(struct doubts *doubts, struct arena *arena)
{
    *doubts = (struct doubts){.arena = arena, .plan = IMPORT_NONE};
}

static const char *shown(struct arena *arena, const char *text)
{
    if (!text || !*text)
        return "";
    size_t bytes = strlen(text);
    if (bytes <= SHOWN_BYTES)
        return arena_strdup(arena, text);
    size_t cut = SHOWN_BYTES;
    while (cut > 0 && ((unsigned char)text[cut] & 0xC0) == 0x80)
        cut--;
    return arena_printf(arena, "%.*s…", (int)cut, text);
}

void doubts_add(struct doubts *doubts, enum import_doubt_code code, uint32_t line, const char *read, const char *other)
{
    if (doubts->count >= IMPORT_MAX_DOUBTS) {
        doubts->dropped++;
        return;
    }
    doubts->items = arena_grow(doubts->arena, doubts->items, doubts->count, &doubts->capacity, sizeof *doubts->items);
    doubts->items[doubts->count++] = (struct import_doubt){
        .code = code, .plan = doubts->plan, .line = line, .read = shown(doubts->arena, read), .other = shown(doubts->arena, other)};
}
