/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "client/cache/cache_internal.h"

/* Reads rev, dead, body from column 0 on. */
static enum status read_base(struct arena *arena, uint32_t stream, const struct kind *kind, const struct uuid *id,
                             struct sql_statement *row, struct record **out, struct err *err)
{
    if (sql_is_null(row, 2)) {
        *out = NULL;
        return STATUS_OK;
    }
    size_t bytes;
    const void *body = sql_blob(row, 2, &bytes);
    struct record *record = record_new(arena, kind, stream, id);
    record->rev = (uint64_t)sql_int(row, 0);
    record->dead = sql_int(row, 1) != 0;
    enum status s = record_decode(arena, kind, body, bytes, &record->message, err);
    if (s == STATUS_OK)
        *out = record;
    return s;
}

static void bind_key(struct sql_statement *row, uint32_t stream, const struct kind *kind, const struct uuid *id)
{
    sql_bind_int(row, "$stream", stream);
    sql_bind_int(row, "$kind", kind->number);
    sql_bind_uuid(row, "$id", id);
}

enum status view_find_base(struct cache *cache, struct arena *arena, uint32_t stream, const struct kind *kind,
                           const struct uuid *id, struct record **base, bool *pending, struct err *err)
{
    struct sql_statement *row;
    bool found = false;
    enum status s =
        sql_prepare(cache->db, "SELECT rev, dead, body FROM base WHERE stream = $stream AND kind = $kind AND id = $id", &row, err);
    if (s != STATUS_OK)
        return s;
    bind_key(row, stream, kind, id);
    if ((s = sql_step(row, &found, err)) != STATUS_OK)
        return s;
    if (found) {
        s = read_base(arena, stream, kind, id, row, base, err);
        sql_reset(row);
    } else {
        s = store_find(cache->store, arena, kind, stream, id, base, err);
    }
    if (s == STATUS_OK)
        *pending = found;
    return s;
}

static enum status remove_base(struct cache *cache, uint32_t stream, const struct kind *kind, const struct uuid *id,
                               struct err *err)
{
    struct sql_statement *row;
    enum status s = sql_prepare(cache->db, "DELETE FROM base WHERE stream = $stream AND kind = $kind AND id = $id", &row, err);
    if (s != STATUS_OK)
        return s;
    bind_key(row, stream, kind, id);
    return sql_execute(row, err);
}

static enum status insert_base(struct cache *cache, uint32_t stream, const struct kind *kind, const struct uuid *id,
                               const struct record *base, struct err *err)
{
    struct arena arena;
    struct sql_statement *row;
    enum status s = sql_prepare(cache->db, "INSERT INTO base VALUES ($stream, $kind, $id, $rev, $dead, $body)", &row, err);
    if (s != STATUS_OK)
        return s;
    arena_init(&arena, 0);
    bind_key(row, stream, kind, id);
    sql_bind_int(row, "$rev", base ? (int64_t)base->rev : 0);
    sql_bind_int(row, "$dead", base ? base->dead : 0);
    if (base) {
        const uint8_t *body;
        size_t bytes;
        record_encode(&arena, base->message, &body, &bytes);
        sql_bind_blob(row, "$body", bytes ? (const void *)body : "", bytes);
    } else {
        sql_bind_null(row, "$body");
    }
    s = sql_execute(row, err);
    arena_done(&arena);
    return s;
}

static enum status put_working(struct cache *cache, uint32_t stream, const struct kind *kind, const struct uuid *id,
                               const struct record *record, struct err *err)
{
    if (record)
        return store_put(cache->store, record, err);
    return store_remove(cache->store, kind, stream, id, err);
}

enum status view_put_base(struct cache *cache, uint32_t stream, const struct kind *kind, const struct uuid *id,
                          const struct record *base, bool pending, struct err *err)
{
    if (!pending)
        return put_working(cache, stream, kind, id, base, err);
    enum status s = remove_base(cache, stream, kind, id, err);
    if (s == STATUS_OK)
        s = insert_base(cache, stream, kind, id, base, err);
    return s;
}

/* The payloads that touch a record, oldest first, still counting. */
static enum status list_pending(struct cache *cache, struct arena *arena, uint32_t stream, const struct kind *kind,
                                const struct uuid *id, struct payload **out, size_t *n_out, struct err *err)
{
    struct sql_statement *row;
    enum status s =
        sql_prepare(cache->db,
                    "SELECT o.payload FROM pending p, outbox o WHERE p.stream = $stream AND p.kind = $kind AND p.id = $id"
                    " AND o.stream = p.stream AND o.sequence = p.sequence ORDER BY p.sequence",
                    &row, err);
    if (s != STATUS_OK)
        return s;
    bind_key(row, stream, kind, id);
    struct payload *items = NULL;
    size_t n = 0, room = 0;
    bool found = true;
    while ((s = sql_step(row, &found, err)) == STATUS_OK && found) {
        ARENA_MORE(arena, items, n, &room);
        size_t bytes;
        const void *data = sql_blob(row, 0, &bytes);
        if ((s = payload_decode(arena, cache->schema, arena_copy(arena, data, bytes), bytes, &items[n], err)) != STATUS_OK) {
            sql_reset(row);
            return s;
        }
        n++;
    }
    *out = items;
    *n_out = n;
    return s;
}

static const struct record *apply_payload(struct arena *arena, const struct record *record, uint32_t stream,
                                          const struct kind *kind, const struct uuid *id, const struct payload *payload)
{
    for (size_t i = 0; i < payload->n_edits; i++) {
        const struct edit *edit = &payload->edits[i];
        if (edit->kind != kind || !uuid_equal(&edit->id, id))
            continue;
        struct edit_applied applied;
        edit_apply(arena, record, stream, edit, &applied);
        record = applied.result;
    }
    return record;
}

enum status view_refresh(struct cache *cache, uint32_t stream, const struct kind *kind, const struct uuid *id, struct err *err)
{
    struct arena arena;
    struct record *base;
    struct payload *payloads = NULL;
    size_t n = 0;
    bool pending;
    arena_init(&arena, CACHE_ARENA_BYTES);
    enum status s = view_find_base(cache, &arena, stream, kind, id, &base, &pending, err);
    if (s != STATUS_OK || !pending)
        goto out;
    if ((s = list_pending(cache, &arena, stream, kind, id, &payloads, &n, err)) != STATUS_OK)
        goto out;
    const struct record *record = base;
    for (size_t i = 0; i < n; i++)
        record = apply_payload(&arena, record, stream, kind, id, &payloads[i]);
    s = put_working(cache, stream, kind, id, record, err);
    if (s == STATUS_OK && n == 0)
        s = remove_base(cache, stream, kind, id, err);
out:
    arena_done(&arena);
    return s;
}

struct key {
    const struct kind *kind;
    struct uuid id;
};

static enum status list_keys(struct cache *cache, struct arena *arena, uint32_t stream, uint64_t sequence, struct key **out,
                             size_t *n_out, struct err *err)
{
    struct sql_statement *row;
    enum status s =
        sql_prepare(cache->db, "SELECT kind, id FROM pending WHERE stream = $stream AND sequence = $sequence", &row, err);
    if (s != STATUS_OK)
        return s;
    sql_bind_int(row, "$stream", stream);
    sql_bind_int(row, "$sequence", (int64_t)sequence);
    struct key *items = NULL;
    size_t n = 0, room = 0;
    bool found = true;
    while ((s = sql_step(row, &found, err)) == STATUS_OK && found) {
        ARENA_MORE(arena, items, n, &room);
        size_t bytes;
        const void *id = sql_blob(row, 1, &bytes);
        items[n].kind = schema_find_kind(cache->schema, (uint32_t)sql_int(row, 0));
        if (items[n].kind && uuid_from_bytes(id, bytes, &items[n].id))
            n++;
    }
    *out = items;
    *n_out = n;
    return s;
}

enum status view_release(struct cache *cache, uint32_t stream, uint64_t sequence, struct err *err)
{
    struct arena arena;
    struct key *keys;
    size_t n;
    arena_init(&arena, 0);
    enum status s = list_keys(cache, &arena, stream, sequence, &keys, &n, err);
    struct sql_statement *row;
    if (s == STATUS_OK)
        s = sql_prepare(cache->db, "DELETE FROM pending WHERE stream = $stream AND sequence = $sequence", &row, err);
    if (s == STATUS_OK) {
        sql_bind_int(row, "$stream", stream);
        sql_bind_int(row, "$sequence", (int64_t)sequence);
        s = sql_execute(row, err);
    }
    for (size_t i = 0; i < n && s == STATUS_OK; i++)
        s = view_refresh(cache, stream, keys[i].kind, &keys[i].id, err);
    arena_done(&arena);
    return s;
}
