/* SPDX-License-Identifier: Apache-2.0 */
#include "client/cache/cache_internal.h"

#include <string.h>

#define COLUMNS "stream, epoch, rev, digest, base_hash, head_hash, safe_rev, last_sequence, synced_ms, unreadable"

static enum status read_row(struct sql_statement *row, struct cache_stream *out, struct err *err)
{
    size_t digest_bytes, base_bytes, head_bytes;
    const void *digest = sql_blob(row, 3, &digest_bytes);
    const void *base = sql_blob(row, 4, &base_bytes);
    const void *head = sql_blob(row, 5, &head_bytes);
    struct cache_stream line = {.stream = (uint32_t)sql_int(row, 0),
                                .epoch = (uint64_t)sql_int(row, 1),
                                .rev = (uint64_t)sql_int(row, 2),
                                .safe_rev = (uint64_t)sql_int(row, 6),
                                .last_sequence = (uint64_t)sql_int(row, 7),
                                .synced_ms = sql_int(row, 8),
                                .unreadable = (uint64_t)sql_int(row, 9)};
    if (digest_bytes != SHA256_BYTES || !stream_hash_decode(base, base_bytes, &line.base) ||
        !stream_hash_decode(head, head_bytes, &line.head))
        return err_set(err, STATUS_CORRUPT, "the cache's line about stream %u is damaged", line.stream);
    memcpy(line.digest.bytes, digest, SHA256_BYTES);
    *out = line;
    return STATUS_OK;
}

enum status cache_stream_find(struct cache *cache, uint32_t stream, struct cache_stream *out, struct err *err)
{
    struct sql_statement *row;
    bool found = false;
    enum status s = sql_prepare(cache->db, "SELECT " COLUMNS " FROM stream WHERE stream = $stream", &row, err);
    if (s != STATUS_OK)
        return s;
    sql_bind_int(row, "$stream", stream);
    if ((s = sql_step(row, &found, err)) != STATUS_OK)
        return s;
    if (found)
        s = read_row(row, out, err);
    else
        *out = (struct cache_stream){.stream = stream};
    sql_reset(row);
    return s;
}

enum status cache_stream_list(struct cache *cache, struct arena *arena, struct cache_stream_list *out, struct err *err)
{
    struct sql_statement *row;
    size_t n = 0, room = 0;
    struct cache_stream *items = NULL;
    enum status s = sql_prepare(cache->db, "SELECT " COLUMNS " FROM stream ORDER BY stream", &row, err);
    bool found = s == STATUS_OK;
    while (s == STATUS_OK && (s = sql_step(row, &found, err)) == STATUS_OK && found) {
        ARENA_MORE(arena, items, n, &room);
        s = read_row(row, &items[n++], err);
    }
    if (s != STATUS_OK)
        return s;
    *out = (struct cache_stream_list){items, n};
    return STATUS_OK;
}

static void bind_row(struct sql_statement *row, const struct cache_stream *line, uint8_t base[STREAM_HASH_BYTES],
                     uint8_t head[STREAM_HASH_BYTES])
{
    stream_hash_encode(&line->base, base);
    stream_hash_encode(&line->head, head);
    sql_bind_int(row, "$stream", line->stream);
    sql_bind_int(row, "$epoch", (int64_t)line->epoch);
    sql_bind_int(row, "$rev", (int64_t)line->rev);
    sql_bind_blob(row, "$digest", line->digest.bytes, SHA256_BYTES);
    sql_bind_blob(row, "$base", base, STREAM_HASH_BYTES);
    sql_bind_blob(row, "$head", head, STREAM_HASH_BYTES);
    sql_bind_int(row, "$safe", (int64_t)line->safe_rev);
    sql_bind_int(row, "$last", (int64_t)line->last_sequence);
    sql_bind_int(row, "$synced", line->synced_ms);
    sql_bind_int(row, "$unreadable", (int64_t)line->unreadable);
}

enum status cache_stream_put(struct cache *cache, const struct cache_stream *line, struct err *err)
{
    static const char *const texts[] = {
        "UPDATE stream SET epoch = $epoch, rev = $rev, digest = $digest, base_hash = $base, head_hash = $head, safe_rev = $safe,"
        " last_sequence = $last, synced_ms = $synced, unreadable = $unreadable WHERE stream = $stream",
        "INSERT INTO stream (" COLUMNS
        ") VALUES ($stream, $epoch, $rev, $digest, $base, $head, $safe, $last, $synced, $unreadable)"};
    for (size_t i = 0; i < 2; i++) {
        uint8_t base[STREAM_HASH_BYTES], head[STREAM_HASH_BYTES];
        struct sql_statement *row;
        enum status s = sql_prepare(cache->db, texts[i], &row, err);
        if (s != STATUS_OK)
            return s;
        bind_row(row, line, base, head);
        if ((s = sql_execute(row, err)) != STATUS_OK || sql_changes(cache->db) > 0)
            return s;
    }
    return STATUS_OK;
}

bool cache_stream_verified(const struct cache_stream *line)
{
    return stream_hash_equal(&line->base, &line->head);
}

/* A row is safe below safe_rev, which holds for the place it has now; one of an earlier life besides only when what it was offered
 * as is, for that may be higher. The latest stay all the same. */
static enum status let_go(struct cache *cache, uint32_t stream, uint64_t epoch, uint64_t safe_rev, struct err *err)
{
    struct sql_statement *row;
    uint64_t rev = safe_rev > cache->history_rows ? safe_rev - cache->history_rows : 0;
    enum status s = sql_prepare(cache->db,
                                "DELETE FROM journal WHERE stream = $stream AND rev <= $rev AND (epoch >= $epoch OR NOT EXISTS"
                                " (SELECT 1 FROM offered WHERE stream = $stream AND rev > $rev))",
                                &row, err);
    if (s != STATUS_OK)
        return s;
    sql_bind_int(row, "$stream", stream);
    sql_bind_int(row, "$epoch", (int64_t)epoch);
    sql_bind_int(row, "$rev", (int64_t)rev);
    return sql_execute(row, err);
}

enum status cache_stream_settle(struct cache *cache, uint32_t stream, uint64_t epoch, uint64_t safe_rev, int64_t now_ms,
                                struct err *err)
{
    struct cache_stream line;
    enum status s = cache_begin(cache, err);
    if (s != STATUS_OK)
        return s;
    if ((s = cache_stream_find(cache, stream, &line, err)) == STATUS_OK) {
        line.epoch = epoch;
        line.safe_rev = safe_rev;
        line.synced_ms = now_ms;
        s = cache_stream_put(cache, &line, err);
    }
    if (s == STATUS_OK)
        s = let_go(cache, stream, epoch, safe_rev, err);
    return cache_end(cache, s, err);
}
