/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "client/cache/cache_internal.h"

#define COLUMNS "stream, sequence, state, payload, note, made_ms, rev, reasons"

static void bind_key(struct sql_statement *row, uint32_t stream, uint64_t sequence)
{
    sql_bind_int(row, "$stream", stream);
    sql_bind_int(row, "$sequence", (int64_t)sequence);
}

static void read_row(struct arena *arena, struct sql_statement *row, struct outbox_row *out)
{
    size_t bytes;
    const void *payload = sql_blob(row, 3, &bytes);
    *out = (struct outbox_row){.stream = (uint32_t)sql_int(row, 0),
                               .sequence = (uint64_t)sql_int(row, 1),
                               .state = (enum outbox_state)sql_int(row, 2),
                               .payload = arena_copy(arena, payload, bytes),
                               .payload_bytes = bytes,
                               .note = arena_strdup(arena, sql_text(row, 4)),
                               .made_ms = sql_int(row, 5),
                               .rev = (uint64_t)sql_int(row, 6),
                               .reasons = arena_strdup(arena, sql_text(row, 7))};
}

static enum status insert_pending(struct cache *cache, const struct outbox_row *at, const struct edit *edit, struct err *err)
{
    static const char *const texts[] = {
        "DELETE FROM pending WHERE stream = $stream AND kind = $kind AND id = $id AND sequence = $sequence",
        "INSERT INTO pending VALUES ($stream, $kind, $id, $sequence)"};
    enum status s = STATUS_OK;
    for (size_t i = 0; i < 2 && s == STATUS_OK; i++) { /* one push may touch a record twice */
        struct sql_statement *row;
        if ((s = sql_prepare(cache->db, texts[i], &row, err)) != STATUS_OK)
            break;
        bind_key(row, at->stream, at->sequence);
        sql_bind_int(row, "$kind", edit->kind->number);
        sql_bind_uuid(row, "$id", &edit->id);
        s = sql_execute(row, err);
    }
    return s;
}

enum status outbox_insert(struct cache *cache, const struct outbox_row *at, const struct edit *edits, size_t n, struct err *err)
{
    struct sql_statement *row;
    struct sha256 digest = sha256_of(at->payload, at->payload_bytes);
    enum status s = sql_prepare(cache->db,
                                "INSERT INTO outbox (stream, sequence, state, payload, digest, note, made_ms, rev, reasons)"
                                " VALUES ($stream, $sequence, 0, $payload, $digest, $note, $made, 0, '')",
                                &row, err);
    if (s != STATUS_OK)
        return s;
    bind_key(row, at->stream, at->sequence);
    sql_bind_blob(row, "$payload", at->payload, at->payload_bytes);
    sql_bind_blob(row, "$digest", digest.bytes, SHA256_BYTES);
    sql_bind_text(row, "$note", at->note);
    sql_bind_int(row, "$made", at->made_ms);
    s = sql_execute(row, err);
    for (size_t i = 0; i < n && s == STATUS_OK; i++)
        s = insert_pending(cache, at, &edits[i], err);
    return s;
}

enum status outbox_find_next(struct cache *cache, struct arena *arena, uint32_t stream, uint64_t after, bool *found,
                             struct outbox_row *out, struct err *err)
{
    struct sql_statement *row;
    bool any = false;
    enum status s = sql_prepare(cache->db,
                                "SELECT " COLUMNS " FROM outbox WHERE stream = $stream AND sequence > $sequence AND state IN (0, 3)"
                                " ORDER BY sequence LIMIT 1",
                                &row, err);
    if (s != STATUS_OK)
        return s;
    bind_key(row, stream, after);
    if ((s = sql_step(row, &any, err)) != STATUS_OK)
        return s;
    if (any)
        read_row(arena, row, out);
    sql_reset(row);
    *found = any;
    return STATUS_OK;
}

enum status outbox_list(struct cache *cache, struct arena *arena, enum outbox_state state, struct outbox_list *out, struct err *err)
{
    struct sql_statement *row;
    enum status s =
        sql_prepare(cache->db, "SELECT " COLUMNS " FROM outbox WHERE state = $state ORDER BY stream, sequence", &row, err);
    if (s != STATUS_OK)
        return s;
    sql_bind_int(row, "$state", state);
    struct outbox_list list = {NULL, 0};
    size_t room = 0;
    bool found = true;
    while ((s = sql_step(row, &found, err)) == STATUS_OK && found) {
        ARENA_MORE(arena, list.items, list.n, &room);
        read_row(arena, row, &list.items[list.n++]);
    }
    if (s == STATUS_OK)
        *out = list;
    return s;
}

enum status outbox_list_streams(struct cache *cache, struct arena *arena, uint32_t **out, size_t *n_out, struct err *err)
{
    struct sql_statement *row;
    enum status s = sql_prepare(cache->db,
                                "SELECT DISTINCT stream FROM outbox WHERE state <> 2 OR rev >"
                                " (SELECT rev FROM stream WHERE stream.stream = outbox.stream) ORDER BY stream",
                                &row, err);
    if (s != STATUS_OK)
        return s;
    uint32_t *items = NULL;
    size_t n = 0, room = 0;
    bool found = true;
    while ((s = sql_step(row, &found, err)) == STATUS_OK && found) {
        ARENA_MORE(arena, items, n, &room);
        items[n++] = (uint32_t)sql_int(row, 0);
    }
    *out = items;
    *n_out = n;
    return s;
}

enum status outbox_is_empty(struct cache *cache, uint32_t stream, bool *empty, struct err *err)
{
    struct sql_statement *row;
    bool found;
    enum status s = sql_prepare(cache->db, "SELECT sequence FROM outbox WHERE stream = $stream AND state <> 2 LIMIT 1", &row, err);
    if (s != STATUS_OK)
        return s;
    sql_bind_int(row, "$stream", stream);
    s = sql_find_any(row, &found, err);
    if (s == STATUS_OK)
        *empty = !found;
    return s;
}

enum status outbox_count(struct cache *cache, enum outbox_state state, uint64_t *n, struct err *err)
{
    struct sql_statement *row;
    int64_t count;
    enum status s = sql_prepare(cache->db, "SELECT count(*) FROM outbox WHERE state = $state", &row, err);
    if (s != STATUS_OK)
        return s;
    sql_bind_int(row, "$state", state);
    s = sql_find_int(row, &count, err);
    if (s == STATUS_OK)
        *n = (uint64_t)count;
    return s;
}

enum status outbox_is_pending(struct cache *cache, uint32_t stream, const struct kind *kind, const struct uuid *id, bool *pending,
                              struct err *err)
{
    struct sql_statement *row;
    enum status s = sql_prepare(
        cache->db, "SELECT sequence FROM pending WHERE stream = $stream AND kind = $kind AND id = $id LIMIT 1", &row, err);
    if (s != STATUS_OK)
        return s;
    sql_bind_int(row, "$stream", stream);
    sql_bind_int(row, "$kind", kind->number);
    sql_bind_uuid(row, "$id", id);
    return sql_find_any(row, pending, err);
}

/* Inside a transaction. */
static enum status park(struct cache *cache, uint32_t stream, uint64_t sequence, uint64_t rev, const char *reasons, struct err *err)
{
    struct sql_statement *row;
    enum status s = sql_prepare(
        cache->db, "UPDATE outbox SET state = 2, rev = $rev, reasons = $reasons WHERE stream = $stream AND sequence = $sequence",
        &row, err);
    if (s != STATUS_OK)
        return s;
    bind_key(row, stream, sequence);
    sql_bind_int(row, "$rev", (int64_t)rev);
    sql_bind_text(row, "$reasons", reasons);
    if ((s = sql_execute(row, err)) != STATUS_OK)
        return s;
    return view_release(cache, stream, sequence, err);
}

static enum status remove_row(struct cache *cache, uint32_t stream, uint64_t sequence, struct err *err)
{
    struct sql_statement *row;
    enum status s = sql_prepare(cache->db, "DELETE FROM outbox WHERE stream = $stream AND sequence = $sequence", &row, err);
    if (s != STATUS_OK)
        return s;
    bind_key(row, stream, sequence);
    if ((s = sql_execute(row, err)) != STATUS_OK)
        return s;
    return view_release(cache, stream, sequence, err);
}

static enum status mark_taken(struct cache *cache, uint32_t stream, uint64_t sequence, uint64_t rev, struct err *err)
{
    struct sql_statement *row;
    enum status s = sql_prepare(
        cache->db, "UPDATE outbox SET state = 1, rev = $rev WHERE stream = $stream AND sequence = $sequence AND state IN (0, 3)",
        &row, err);
    if (s != STATUS_OK)
        return s;
    bind_key(row, stream, sequence);
    sql_bind_int(row, "$rev", (int64_t)rev);
    return sql_execute(row, err);
}

/* A snapshot may have brought what the push did before its answer came: then no journal row will confirm it any more. */
enum status outbox_take(struct cache *cache, uint32_t stream, uint64_t sequence, uint64_t rev, struct err *err)
{
    struct cache_stream line;
    enum status s = cache_begin(cache, err);
    if (s != STATUS_OK)
        return s;
    if ((s = cache_stream_find(cache, stream, &line, err)) == STATUS_OK)
        s = rev <= line.rev ? remove_row(cache, stream, sequence, err) : mark_taken(cache, stream, sequence, rev, err);
    return cache_end(cache, s, err);
}

enum status outbox_park(struct cache *cache, uint32_t stream, uint64_t sequence, uint64_t rev, const char *reasons, struct err *err)
{
    enum status s = cache_begin(cache, err);
    if (s != STATUS_OK)
        return s;
    return cache_end(cache, park(cache, stream, sequence, rev, reasons, err), err);
}

enum status outbox_drop(struct cache *cache, uint32_t stream, uint64_t sequence, struct err *err)
{
    enum status s = cache_begin(cache, err);
    if (s != STATUS_OK)
        return s;
    return cache_end(cache, remove_row(cache, stream, sequence, err), err);
}

enum status outbox_confirm(struct cache *cache, const struct commit *commit, const char *reasons, enum outbox_news *news,
                           struct err *err)
{
    struct sql_statement *row;
    bool found = false;
    enum status s =
        sql_prepare(cache->db, "SELECT state, digest FROM outbox WHERE stream = $stream AND sequence = $sequence", &row, err);
    if (s != STATUS_OK)
        return s;
    bind_key(row, commit->stream, commit->sequence);
    if ((s = sql_step(row, &found, err)) != STATUS_OK)
        return s;
    *news = OUTBOX_KNOWN;
    if (!found)
        return STATUS_OK;
    size_t bytes;
    const void *digest = sql_blob(row, 1, &bytes);
    bool same = bytes == SHA256_BYTES && memcmp(digest, commit->payload_digest.bytes, SHA256_BYTES) == 0;
    enum outbox_state state = (enum outbox_state)sql_int(row, 0);
    sql_reset(row);
    if (!same)
        return *news = OUTBOX_FOREIGN, STATUS_OK;
    if (commit->status == STATUS_OK) {
        *news = state == OUTBOX_WAITING ? OUTBOX_CONFIRMED : OUTBOX_KNOWN;
        return remove_row(cache, commit->stream, commit->sequence, err);
    }
    if (state == OUTBOX_PARKED)
        return STATUS_OK;
    *news = OUTBOX_REFUSED;
    return park(cache, commit->stream, commit->sequence, commit->rev, reasons, err);
}

/* Removes the rows of a stream in a state, up to a revision. */
static enum status remove_rows(struct cache *cache, uint32_t stream, enum outbox_state state, uint64_t rev, struct err *err)
{
    enum status s;
    for (;;) {
        struct sql_statement *row;
        bool found = false;
        s = sql_prepare(cache->db,
                        "SELECT sequence FROM outbox WHERE stream = $stream AND state = $state AND rev <= $rev"
                        " ORDER BY sequence LIMIT 1",
                        &row, err);
        if (s != STATUS_OK)
            return s;
        sql_bind_int(row, "$stream", stream);
        sql_bind_int(row, "$state", state);
        sql_bind_int(row, "$rev", (int64_t)rev);
        if ((s = sql_step(row, &found, err)) != STATUS_OK || !found)
            return s;
        uint64_t sequence = (uint64_t)sql_int(row, 0);
        sql_reset(row);
        if ((s = remove_row(cache, stream, sequence, err)) != STATUS_OK)
            return s;
    }
}

enum status outbox_confirm_until(struct cache *cache, uint32_t stream, uint64_t rev, struct err *err)
{
    return remove_rows(cache, stream, OUTBOX_TAKEN, rev, err);
}

/* From the lowest up, so that a new number is always free: waiting rows only move down. */
static enum status renumber_row(struct cache *cache, uint32_t stream, uint64_t from, uint64_t to, struct err *err)
{
    static const char *const texts[] = {"UPDATE outbox SET sequence = $to WHERE stream = $stream AND sequence = $sequence",
                                        "UPDATE pending SET sequence = $to WHERE stream = $stream AND sequence = $sequence"};
    enum status s = STATUS_OK;
    for (size_t i = 0; i < 2 && s == STATUS_OK; i++) {
        struct sql_statement *row;
        if ((s = sql_prepare(cache->db, texts[i], &row, err)) != STATUS_OK)
            break;
        bind_key(row, stream, from);
        sql_bind_int(row, "$to", (int64_t)to);
        s = sql_execute(row, err);
    }
    return s;
}

static enum status renumber_stream(struct cache *cache, struct cache_stream *line, struct err *err)
{
    uint64_t after = 0, next = 0;
    struct arena arena;
    arena_init(&arena, CACHE_ARENA_BYTES);
    enum status s = remove_rows(cache, line->stream, OUTBOX_COPIED, INT64_MAX, err);
    while (s == STATUS_OK) {
        struct outbox_row row;
        bool found;
        arena_reset(&arena);
        if ((s = outbox_find_next(cache, &arena, line->stream, after, &found, &row, err)) != STATUS_OK || !found)
            break;
        after = row.sequence;
        if (row.sequence != ++next && (s = renumber_row(cache, line->stream, row.sequence, next, err)) != STATUS_OK)
            break;
    }
    arena_done(&arena);
    line->last_sequence = next;
    return s == STATUS_OK ? cache_stream_put(cache, line, err) : s;
}

/* Taken rows wait again. Parked ones keep their payload, below zero, out of the way of the new numbers. */
static enum status prepare_renumbering(struct cache *cache, struct err *err)
{
    enum status s = sql_run(cache->db, "UPDATE outbox SET state = 0, rev = 0 WHERE state = 1", err);
    return s != STATUS_OK
               ? s
               : sql_run(
                     cache->db,
                     "UPDATE outbox SET sequence = (SELECT min(sequence) FROM outbox) - sequence WHERE state = 2 AND sequence > 0",
                     err);
}

enum status outbox_renumber(struct cache *cache, const struct uuid *instance, struct err *err)
{
    struct arena arena;
    struct cache_stream_list streams = {NULL, 0};
    arena_init(&arena, 0);
    enum status s = cache_stream_list(cache, &arena, &streams, err);
    if (s == STATUS_OK && (s = cache_begin(cache, err)) == STATUS_OK) {
        s = prepare_renumbering(cache, err);
        for (size_t i = 0; i < streams.n && s == STATUS_OK; i++)
            s = renumber_stream(cache, &streams.items[i], err);
        if (s == STATUS_OK)
            s = cache_put_meta(cache, CACHE_META_instance, instance->bytes, UUID_BYTES, err);
        s = cache_end(cache, s, err);
    }
    arena_done(&arena);
    return s;
}
