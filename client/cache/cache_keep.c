/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdio.h>

#include "client/cache/cache_internal.h"

struct keep {
    struct cache *cache;
    struct arena arena; /* one row's */
    struct cache_stream line;
    struct uuid instance, device; /* ours */
    uint64_t foreign;
};

static enum status is_kept(struct keep *keep, const struct commit *commit, bool *kept, struct err *err)
{
    struct sql_statement *row;
    enum status s =
        sql_prepare(keep->cache->db, "SELECT rev FROM journal WHERE stream = $stream AND epoch = $epoch AND rev = $rev", &row, err);
    if (s != STATUS_OK)
        return s;
    sql_bind_int(row, "$stream", commit->stream);
    sql_bind_int(row, "$epoch", (int64_t)commit->epoch);
    sql_bind_int(row, "$rev", (int64_t)commit->rev);
    return sql_find_any(row, kept, err);
}

/* A push of this instance. A sequence beyond the last one used here was used by a copy. */
static enum status look_at_own(struct keep *keep, const struct commit *commit, struct err *err)
{
    bool other = false;
    enum status s = outbox_mark_standing(keep->cache, commit, &other, err);
    bool beyond = commit->sequence > keep->line.last_sequence && !commit->recovered_rev;
    keep->foreign += s == STATUS_OK && (other || beyond);
    return s;
}

static enum status look_at(struct keep *keep, const struct commit *commit, struct err *err)
{
    bool marked = false;
    if (uuid_equal(&commit->instance, &keep->instance))
        return look_at_own(keep, commit, err);
    if (!uuid_equal(&commit->device, &keep->device))
        return STATUS_OK;
    enum status s = outbox_mark_copied(keep->cache, commit, &marked, err);
    keep->foreign += marked;
    return s;
}

static enum status say_broken(const struct commit *commit, const struct cache_place *after, struct err *err)
{
    char came[24], stream[24], held[24];
    snprintf(came, sizeof came, "%" PRIu64, commit->rev);
    snprintf(stream, sizeof stream, "%" PRIu32, commit->stream);
    snprintf(held, sizeof held, "%" PRIu64, after->rev);
    return err_reason(err, REASON_CHAIN_BROKEN, came, stream, held, NULL);
}

/* Looked at only once, when it is kept: one commit stands for one push that waits, though two may be equal. */
static enum status keep_one(struct keep *keep, const struct row *row, struct cache_place *after, struct err *err)
{
    struct commit commit;
    bool kept;
    arena_reset(&keep->arena);
    enum status s = commit_decode(&keep->arena, keep->cache->schema, row->body, row->body_bytes, &commit, err);
    if (s == STATUS_PROTOCOL || s == STATUS_INVALID)
        return *after = (struct cache_place){after->rev + 1, row->digest}, STATUS_OK; /* of a newer version */
    if (s != STATUS_OK)
        return s;
    if (commit.stream != keep->line.stream || commit.rev != after->rev + 1 || !sha256_equal(&commit.previous, &after->digest))
        return say_broken(&commit, after, err);
    s = is_kept(keep, &commit, &kept, err);
    if (s == STATUS_OK && !kept)
        s = cache_journal_put(keep->cache, keep->line.stream, commit.epoch, commit.rev, row, err);
    if (s == STATUS_OK && !kept)
        s = look_at(keep, &commit, err);
    if (s == STATUS_OK)
        *after = (struct cache_place){commit.rev, row->digest};
    return s;
}

enum status cache_keep_rows(struct cache *cache, uint32_t stream, const struct row *rows, size_t n, struct cache_place *after,
                            uint64_t *foreign, struct err *err)
{
    struct keep keep = {.cache = cache};
    struct cache_place at = *after;
    arena_init(&keep.arena, CACHE_ARENA_BYTES);
    enum status s = cache_begin(cache, err);
    if (s != STATUS_OK)
        goto out;
    s = cache_stream_find(cache, stream, &keep.line, err);
    if (s == STATUS_OK)
        s = cache_find_id(cache, &keep.arena, CACHE_META_instance, &keep.instance, err);
    if (s == STATUS_OK)
        s = cache_find_id(cache, &keep.arena, CACHE_META_device, &keep.device, err);
    for (size_t i = 0; i < n && s == STATUS_OK; i++)
        s = keep_one(&keep, &rows[i], &at, err);
    if ((s = cache_end(cache, s, err)) != STATUS_OK)
        goto out;
    *after = at;
    *foreign += keep.foreign;
out:
    arena_done(&keep.arena);
    return s;
}
