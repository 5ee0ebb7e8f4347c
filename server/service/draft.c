/* SPDX-License-Identifier: Apache-2.0 */
#include "server/service/draft.h"

#include <string.h>

#include "proto/records.pb-c.h"

struct key {
    uint32_t kind;
    struct uuid id;
};

void draft_init(struct draft *draft, struct store *store, struct arena *arena, uint32_t stream, const struct random *random)
{
    uint8_t seed[MAP_SEED_BYTES];
    random_fill(random, seed, sizeof seed);
    *draft = (struct draft){.store = store, .arena = arena, .stream = stream};
    map_init(&draft->records, arena, sizeof(struct key), sizeof(struct draft_record), seed);
}

enum status draft_find(struct draft *draft, const struct kind *kind, const struct uuid *id, const struct record **out,
                       struct err *err)
{
    struct key key = {.kind = kind->number, .id = *id};
    struct draft_record *entry = map_find(&draft->records, &key);
    if (!entry) {
        struct record *stored;
        enum status st = store_find(draft->store, draft->arena, kind, draft->stream, id, &stored, err);
        if (st)
            return st;
        entry = map_put(&draft->records, &key);
        entry->stored = entry->now = stored;
    }
    *out = entry->now;
    return STATUS_OK;
}

void draft_set(struct draft *draft, const struct record *record)
{
    struct key key = {.kind = record->kind->number, .id = record->id};
    struct draft_record *entry = map_find(&draft->records, &key);
    entry->now = record;
}

struct draft_record *draft_at(const struct draft *draft, size_t i)
{
    return map_at(&draft->records, i, NULL);
}

bool draft_changed(const struct draft_record *entry)
{
    return entry->now != entry->stored;
}

static bool is_open_about(const struct record *record, const struct uuid *about)
{
    const Lianxin__Conflict *c = (const Lianxin__Conflict *)record->message;
    return !record->dead && c->has_record && c->record.len == UUID_BYTES && memcmp(c->record.data, about->bytes, UUID_BYTES) == 0 &&
           c->state == LIANXIN__CONFLICT_STATE__CONFLICT_STATE_OPEN;
}

enum status draft_list_open(struct draft *draft, const struct kind *kind, const struct uuid *about, const struct record ***out,
                            size_t *n, struct err *err)
{
    struct value value = {.type = VALUE_BYTES, .data = about->bytes, .bytes = UUID_BYTES};
    struct record_list stored;
    enum status st =
        store_list(draft->store, draft->arena, kind, draft->stream, kind_find_field_by_name(kind, "record"), value, &stored, err);
    for (size_t i = 0; st == STATUS_OK && i < stored.n; i++) {
        const struct record *unused;
        st = draft_find(draft, kind, &stored.items[i]->id, &unused, err);
    }
    if (st)
        return st;
    const struct record **open = ARENA_ARRAY(draft->arena, draft->records.n, const struct record *);
    *n = 0;
    for (size_t i = 0; i < draft->records.n; i++) {
        const struct record *record = draft_at(draft, i)->now;
        if (record && record->kind == kind && is_open_about(record, about))
            open[(*n)++] = record;
    }
    *out = open;
    return STATUS_OK;
}
