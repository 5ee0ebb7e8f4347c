/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "client/cache/cache_internal.h"

static enum status prepare(struct cache *cache, const char *text, uint32_t stream, struct sql_statement **row, struct err *err)
{
    enum status s = sql_prepare(cache->db, text, row, err);
    if (s == STATUS_OK)
        sql_bind_int(*row, "$stream", stream);
    return s;
}

/* Runs one statement whose only parameter is the stream. */
static enum status run(struct cache *cache, const char *text, uint32_t stream, struct err *err)
{
    struct sql_statement *row;
    enum status s = prepare(cache, text, stream, &row, err);
    return s == STATUS_OK ? sql_execute(row, err) : s;
}

static enum status is_begun(struct cache *cache, uint32_t stream, bool *begun, uint64_t *epoch, struct err *err)
{
    struct sql_statement *row;
    enum status s = prepare(cache, "SELECT epoch FROM snapshot WHERE stream = $stream", stream, &row, err);
    if (s == STATUS_OK && (s = sql_step(row, begun, err)) == STATUS_OK && *begun) {
        *epoch = (uint64_t)sql_int(row, 0);
        sql_reset(row);
    }
    return s;
}

enum status snapshot_find(struct cache *cache, uint32_t stream, struct snapshot_mark *out, struct err *err)
{
    struct snapshot_mark mark = {0};
    struct sql_statement *row;
    bool found = false;
    enum status s = is_begun(cache, stream, &mark.begun, &mark.epoch, err);
    if (s == STATUS_OK)
        s = prepare(cache, "SELECT kind, id FROM staged WHERE stream = $stream ORDER BY kind DESC, id DESC LIMIT 1", stream, &row,
                    err);
    if (s != STATUS_OK || (s = sql_step(row, &found, err)) != STATUS_OK)
        return s;
    if (found) {
        size_t bytes;
        const void *id = sql_blob(row, 1, &bytes);
        mark.after_kind = (uint32_t)sql_int(row, 0);
        if (!uuid_from_bytes(id, bytes, &mark.after_id))
            mark.begun = false;
        sql_reset(row);
    }
    *out = mark;
    return STATUS_OK;
}

static enum status begin_snapshot(struct cache *cache, uint32_t stream, const struct snapshot_page *page, struct err *err)
{
    struct sql_statement *row;
    enum status s = prepare(cache, "INSERT INTO snapshot VALUES ($stream, $epoch, $rev, $body, $hmac)", stream, &row, err);
    if (s != STATUS_OK)
        return s;
    sql_bind_int(row, "$epoch", (int64_t)page->epoch);
    sql_bind_int(row, "$rev", (int64_t)page->rev);
    if (page->row.body) {
        sql_bind_blob(row, "$body", page->row.body, page->row.body_bytes);
        sql_bind_blob(row, "$hmac", page->row.hmac.bytes, SHA256_BYTES);
    } else {
        sql_bind_null(row, "$body");
        sql_bind_null(row, "$hmac");
    }
    return sql_execute(row, err);
}

static enum status stage(struct cache *cache, uint32_t stream, const struct snapshot_record *record, struct err *err)
{
    struct sql_statement *row;
    enum status s = prepare(cache, "INSERT INTO staged VALUES ($stream, $kind, $id, $rev, $dead, $body)", stream, &row, err);
    if (s != STATUS_OK)
        return s;
    sql_bind_int(row, "$kind", record->kind);
    sql_bind_uuid(row, "$id", &record->id);
    sql_bind_int(row, "$rev", (int64_t)record->rev);
    sql_bind_int(row, "$dead", record->dead);
    sql_bind_blob(row, "$body", record->body_bytes ? (const void *)record->body : "", record->body_bytes);
    return sql_execute(row, err);
}

enum status snapshot_add(struct cache *cache, uint32_t stream, const struct snapshot_page *page, struct err *err)
{
    bool begun = false;
    uint64_t epoch;
    enum status s = cache_begin(cache, err);
    if (s != STATUS_OK)
        return s;
    if ((s = is_begun(cache, stream, &begun, &epoch, err)) == STATUS_OK && !begun)
        s = begin_snapshot(cache, stream, page, err);
    for (size_t i = 0; i < page->n && s == STATUS_OK; i++)
        s = stage(cache, stream, &page->records[i], err);
    return cache_end(cache, s, err);
}

static enum status forget(struct cache *cache, uint32_t stream, struct err *err)
{
    enum status s = run(cache, "DELETE FROM staged WHERE stream = $stream", stream, err);
    return s == STATUS_OK ? run(cache, "DELETE FROM snapshot WHERE stream = $stream", stream, err) : s;
}

enum status snapshot_drop(struct cache *cache, uint32_t stream, struct err *err)
{
    enum status s = cache_begin(cache, err);
    return s == STATUS_OK ? cache_end(cache, forget(cache, stream, err), err) : s;
}

struct finish {
    struct cache *cache;
    struct cache_stream line;
    uint64_t differing;
};

static struct record *read_staged(struct finish *f, struct arena *arena, const struct kind *kind, const struct snapshot_record *in)
{
    struct record *record = record_new(arena, kind, f->line.stream, &in->id);
    record->rev = in->rev;
    record->dead = in->dead;
    return record_decode(arena, kind, in->body, in->body_bytes, &record->message, NULL) == STATUS_OK ? record : NULL;
}

/* A record of a kind this version does not know is not kept, but it counts in the hash. */
static void count_foreign(struct finish *f, struct arena *arena, const struct snapshot_record *in)
{
    const struct record *record = read_staged(f, arena, kind_foreign(arena, in->kind), in);
    if (record)
        stream_hash_change(&f->line.base, NULL, record);
    f->line.unreadable++;
}

/* One staged record becomes the confirmed one. What cannot be read counts as unreadable and is left out. */
static enum status put_staged(struct finish *f, struct arena *arena, const struct snapshot_record *in, struct err *err)
{
    const struct kind *kind = schema_find_kind(f->cache->schema, in->kind);
    struct record *before;
    bool pending;
    if (!kind)
        return count_foreign(f, arena, in), STATUS_OK;
    const struct record *after = read_staged(f, arena, kind, in);
    if (!after)
        return f->line.unreadable++, STATUS_OK;
    enum status s = view_find_base(f->cache, arena, f->line.stream, kind, &in->id, &before, &pending, err);
    if (s != STATUS_OK)
        return s;
    struct stream_hash was = before ? stream_hash_of_record(before) : (struct stream_hash){{0}};
    struct stream_hash is = stream_hash_of_record(after);
    stream_hash_add(&f->line.base, &is);
    f->differing += !before || !stream_hash_equal(&was, &is);
    if (before && before->rev == after->rev && stream_hash_equal(&was, &is))
        return STATUS_OK;
    s = view_put_base(f->cache, f->line.stream, kind, &in->id, after, pending, err);
    return s == STATUS_OK && pending ? view_refresh(f->cache, f->line.stream, kind, &in->id, err) : s;
}

/* Walks the staged rows by key, so that no statement stays open while the view is written. */
static enum status put_all_staged(struct finish *f, struct err *err)
{
    struct snapshot_record at = {0};
    struct arena arena;
    enum status s;
    arena_init(&arena, CACHE_ARENA_BYTES);
    for (;;) {
        struct sql_statement *row;
        bool found = false;
        size_t bytes;
        arena_reset(&arena);
        s = prepare(
            f->cache,
            "SELECT kind, id, rev, dead, body FROM staged WHERE stream = $stream AND (kind > $kind OR (kind = $kind AND id > $id))"
            " ORDER BY kind, id LIMIT 1",
            f->line.stream, &row, err);
        if (s != STATUS_OK)
            break;
        sql_bind_int(row, "$kind", at.kind);
        sql_bind_uuid(row, "$id", &at.id);
        if ((s = sql_step(row, &found, err)) != STATUS_OK || !found)
            break;
        const void *id = sql_blob(row, 1, &bytes);
        memcpy(at.id.bytes, id, bytes < UUID_BYTES ? bytes : UUID_BYTES);
        at.kind = (uint32_t)sql_int(row, 0);
        at.rev = (uint64_t)sql_int(row, 2);
        at.dead = sql_int(row, 3) != 0;
        const void *body = sql_blob(row, 4, &at.body_bytes);
        at.body = arena_copy(&arena, body, at.body_bytes);
        sql_reset(row);
        if ((s = put_staged(f, &arena, &at, err)) != STATUS_OK)
            break;
    }
    arena_done(&arena);
    return s;
}

struct leftover {
    struct finish *finish;
    struct arena *arena;
    struct uuid *ids;
    size_t n, room;
    enum status status;
};

static bool note_leftover(void *context, const struct record *record)
{
    struct leftover *l = context;
    if (record->rev == 0)
        return true; /* made here, not yet confirmed */
    struct sql_statement *row;
    bool found = false;
    l->status = prepare(l->finish->cache, "SELECT rev FROM staged WHERE stream = $stream AND kind = $kind AND id = $id",
                        record->stream, &row, NULL);
    if (l->status != STATUS_OK)
        return false;
    sql_bind_int(row, "$kind", record->kind->number);
    sql_bind_uuid(row, "$id", &record->id);
    if ((l->status = sql_find_any(row, &found, NULL)) != STATUS_OK)
        return false;
    if (found)
        return true;
    ARENA_MORE(l->arena, l->ids, l->n, &l->room);
    l->ids[l->n++] = record->id;
    return true;
}

/* Confirmed records that the server does not have: damage, or another server life. They leave the base; the view keeps what is
 * pending on them. */
static enum status remove_leftovers(struct finish *f, const struct kind *kind, struct err *err)
{
    struct arena arena;
    struct leftover l = {.finish = f, .arena = &arena};
    arena_init(&arena, 0);
    enum status s = store_walk(f->cache->store, kind, f->line.stream, NULL, 0, note_leftover, &l, err);
    if (s == STATUS_OK && l.status != STATUS_OK)
        s = err_set(err, l.status, "the staged snapshot of stream %u cannot be read", f->line.stream);
    for (size_t i = 0; i < l.n && s == STATUS_OK; i++) {
        struct record *before;
        bool pending;
        s = view_find_base(f->cache, &arena, f->line.stream, kind, &l.ids[i], &before, &pending, err);
        if (s == STATUS_OK)
            s = view_put_base(f->cache, f->line.stream, kind, &l.ids[i], NULL, pending, err);
        if (s == STATUS_OK && pending)
            s = view_refresh(f->cache, f->line.stream, kind, &l.ids[i], err);
        f->differing++;
    }
    arena_done(&arena);
    return s;
}

/* The cursor jumps to the snapshot's head. Rows kept from before stay: after a restore the server may ask for them. */
static enum status move_cursor(struct finish *f, struct err *err)
{
    struct sql_statement *row;
    struct arena arena;
    bool found = false;
    enum status s = prepare(f->cache, "SELECT epoch, rev, body FROM snapshot WHERE stream = $stream", f->line.stream, &row, err);
    if (s != STATUS_OK || (s = sql_step(row, &found, err)) != STATUS_OK)
        return s;
    if (!found)
        return err_set(err, STATUS_FAILED, "no snapshot of stream %u was begun", f->line.stream);
    arena_init(&arena, CACHE_ARENA_BYTES);
    f->line.epoch = (uint64_t)sql_int(row, 0);
    f->line.rev = (uint64_t)sql_int(row, 1);
    f->line.digest = (struct sha256){{0}};
    f->line.head = (struct stream_hash){{0}};
    if (!sql_is_null(row, 2)) {
        size_t bytes;
        struct commit commit;
        const void *body = sql_blob(row, 2, &bytes);
        f->line.digest = sha256_of(body, bytes);
        if ((s = commit_decode(&arena, f->cache->schema, body, bytes, &commit, err)) == STATUS_OK)
            f->line.head = commit.hash;
    }
    sql_reset(row);
    arena_done(&arena);
    return s;
}

enum status snapshot_finish(struct cache *cache, uint32_t stream, uint64_t *differing, struct err *err)
{
    struct finish f = {.cache = cache};
    enum status s = cache_begin(cache, err);
    if (s != STATUS_OK)
        return s;
    if ((s = cache_stream_find(cache, stream, &f.line, err)) == STATUS_OK) {
        f.line.base = (struct stream_hash){{0}};
        f.line.unreadable = 0;
        s = move_cursor(&f, err);
    }
    for (size_t i = 0; i < cache->schema->n_kinds && s == STATUS_OK; i++)
        s = remove_leftovers(&f, &cache->schema->kinds[i], err);
    if (s == STATUS_OK)
        s = put_all_staged(&f, err);
    if (s == STATUS_OK)
        s = cache_stream_put(cache, &f.line, err);
    if (s == STATUS_OK)
        s = outbox_confirm_until(cache, stream, f.line.rev, err);
    if (s == STATUS_OK)
        s = forget(cache, stream, err);
    if ((s = cache_end(cache, s, err)) == STATUS_OK)
        *differing = f.differing;
    return s;
}
