/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "client/cache/cache_internal.h"
#include "proto/records.pb-c.h"

struct pull {
    struct cache *cache;
    struct arena arena; /* one row's */
    struct cache_stream line;
    struct uuid instance, device; /* ours */
    uint64_t from;                /* the revision before the page */
    struct cache_applied *applied;
};

static bool conflict_is_open(const struct record *record)
{
    const Lianxin__Conflict *conflict = (const Lianxin__Conflict *)record->message;
    return !record->dead && conflict->state == LIANXIN__CONFLICT_STATE__CONFLICT_STATE_OPEN;
}

static bool sha256_is_zero(const struct sha256 *h)
{
    static const struct sha256 zero;
    return memcmp(h->bytes, zero.bytes, SHA256_BYTES) == 0;
}

static enum status check_chain(const struct pull *pull, const struct commit *commit, struct err *err)
{
    const struct cache_stream *line = &pull->line;
    bool linked =
        line->rev ? sha256_equal(&commit->previous, &line->digest) : commit->rev == 1 && sha256_is_zero(&commit->previous);
    if (commit->stream == line->stream && commit->rev == line->rev + 1 && linked)
        return STATUS_OK;
    char came[24], stream[24], held[24];
    snprintf(came, sizeof came, "%" PRIu64, commit->rev);
    snprintf(stream, sizeof stream, "%" PRIu32, line->stream);
    snprintf(held, sizeof held, "%" PRIu64, line->rev);
    return err_reason(err, REASON_CHAIN_BROKEN, came, stream, held, NULL);
}

/* One that came and was decided in the same page needs nobody. */
static void count_conflict(struct pull *pull, const struct record *before, const struct record *after)
{
    if (!before)
        pull->applied->conflicts += conflict_is_open(after);
    else if (before->rev > pull->from && conflict_is_open(before) && !conflict_is_open(after) && pull->applied->conflicts)
        pull->applied->conflicts--;
}

/* An effect already inside a snapshot (the record is newer than the row) is skipped; of one commit, all are applied. */
static enum status apply_effect(struct pull *pull, const struct commit *commit, const struct edit *effect, bool own,
                                struct err *err)
{
    struct cache *cache = pull->cache;
    uint32_t stream = pull->line.stream;
    struct record *before;
    bool pending;
    if (!effect->kind)
        return pull->line.unreadable++, STATUS_OK;
    enum status s = view_find_base(cache, &pull->arena, stream, effect->kind, &effect->id, &before, &pending, err);
    if (s != STATUS_OK || (before && before->rev > commit->rev))
        return s;
    struct record *after = edit_assign(&pull->arena, before, stream, effect, commit->rev);
    stream_hash_change(&pull->line.base, before, after);
    if ((s = view_put_base(cache, stream, effect->kind, &effect->id, after, pending, err)) != STATUS_OK)
        return s;
    pull->applied->records += !own;
    if (strcmp(effect->kind->name, "conflict") == 0)
        count_conflict(pull, before, after);
    return pending ? view_refresh(cache, stream, effect->kind, &effect->id, err) : STATUS_OK;
}

static const char *join_reasons(struct arena *arena, const struct commit *commit)
{
    const char *text = "";
    for (size_t i = 0; i < commit->n_reasons; i++)
        text = arena_printf(arena, "%s%s%s", text, i ? "\n" : "", commit->reasons[i]);
    return text;
}

/* A sequence in our name that is beyond the last one used here was used by a copy, or before an old state was put back. */
static enum status confirm_own(struct pull *pull, const struct commit *commit, struct err *err)
{
    enum outbox_news news;
    enum status s = outbox_confirm(pull->cache, commit, join_reasons(&pull->arena, commit), &news, err);
    if (s != STATUS_OK)
        return s;
    bool beyond = commit->sequence > pull->line.last_sequence && !commit->recovered_rev;
    pull->applied->confirmed += news == OUTBOX_CONFIRMED;
    pull->applied->parked += news == OUTBOX_REFUSED;
    pull->applied->foreign += news == OUTBOX_FOREIGN || beyond;
    return STATUS_OK;
}

/* Its number is missing among those that wait now: they are numbered again before anything is sent. */
static enum status mark_copied(struct pull *pull, const struct commit *commit, struct err *err)
{
    bool marked = false;
    enum status s = outbox_mark_copied(pull->cache, commit, &marked, err);
    pull->applied->foreign += marked;
    return s;
}

enum status cache_journal_put(struct cache *cache, uint32_t stream, uint64_t epoch, uint64_t rev, const struct row *row,
                              struct err *err)
{
    struct sql_statement *insert;
    enum status s = sql_prepare(cache->db, "INSERT INTO journal VALUES ($stream, $epoch, $rev, $body, $hmac)", &insert, err);
    if (s != STATUS_OK)
        return s;
    sql_bind_int(insert, "$stream", stream);
    sql_bind_int(insert, "$epoch", (int64_t)epoch);
    sql_bind_int(insert, "$rev", (int64_t)rev);
    sql_bind_blob(insert, "$body", row->body, row->body_bytes);
    sql_bind_blob(insert, "$hmac", row->hmac.bytes, SHA256_BYTES);
    return sql_execute(insert, err);
}

/* The cursor moves behind the row: rows come one by one, without a gap. */
static enum status take_row(struct pull *pull, uint64_t epoch, const struct row *row, struct err *err)
{
    pull->line.rev++;
    pull->line.digest = row->digest;
    pull->applied->rows++;
    return cache_journal_put(pull->cache, pull->line.stream, epoch, pull->line.rev, row, err);
}

/* A row this version cannot read is kept as it came, and what it changed is missing here until the records are compared; the rows
 * after it go on. */
static enum status quarantine(struct pull *pull, const struct row *row, struct err *err)
{
    pull->line.unreadable++;
    pull->applied->unreadable++;
    return take_row(pull, pull->line.epoch, row, err);
}

/* An own push leaves the outbox before its effects are applied: then its records are pending no more, and each is written once. */
static enum status apply_row(struct pull *pull, const struct row *row, struct err *err)
{
    struct commit commit;
    arena_reset(&pull->arena);
    enum status s = commit_decode(&pull->arena, pull->cache->schema, row->body, row->body_bytes, &commit, err);
    if (s == STATUS_PROTOCOL || s == STATUS_INVALID)
        return quarantine(pull, row, err);
    if (s == STATUS_OK)
        s = check_chain(pull, &commit, err);
    if (s != STATUS_OK)
        return s;
    bool own = uuid_equal(&commit.instance, &pull->instance);
    if (own)
        s = confirm_own(pull, &commit, err);
    else if (uuid_equal(&commit.device, &pull->device))
        s = mark_copied(pull, &commit, err);
    for (size_t i = 0; i < commit.n_effects && s == STATUS_OK; i++)
        s = apply_effect(pull, &commit, &commit.effects[i], own, err);
    commit_hash_foreign(&commit, &pull->line.base);
    pull->line.head = commit.hash;
    return s == STATUS_OK ? take_row(pull, commit.epoch, row, err) : s;
}

enum status cache_find_id(struct cache *cache, struct arena *arena, enum cache_meta name, struct uuid *out, struct err *err)
{
    const void *data;
    size_t bytes;
    enum status s = cache_find_bytes(cache, arena, name, &data, &bytes, err);
    if (s == STATUS_OK && !(data && uuid_from_bytes(data, bytes, out)))
        *out = (struct uuid){{0}};
    return s;
}

enum status cache_apply_rows(struct cache *cache, uint32_t stream, const struct row *rows, size_t n, struct cache_applied *applied,
                             struct err *err)
{
    struct cache_applied sum = *applied;
    struct pull pull = {.cache = cache, .applied = &sum};
    arena_init(&pull.arena, CACHE_ARENA_BYTES);
    enum status s = cache_begin(cache, err);
    if (s != STATUS_OK)
        goto out;
    s = cache_stream_find(cache, stream, &pull.line, err);
    pull.from = s == STATUS_OK ? pull.line.rev : 0;
    if (s == STATUS_OK)
        s = cache_find_id(cache, &pull.arena, CACHE_META_instance, &pull.instance, err);
    if (s == STATUS_OK)
        s = cache_find_id(cache, &pull.arena, CACHE_META_device, &pull.device, err);
    for (size_t i = 0; i < n && s == STATUS_OK; i++)
        s = apply_row(&pull, &rows[i], err);
    if (s == STATUS_OK)
        s = cache_stream_put(cache, &pull.line, err);
    if ((s = cache_end(cache, s, err)) == STATUS_OK)
        *applied = sum;
out:
    arena_done(&pull.arena);
    return s;
}

enum status cache_walk_journal(struct cache *cache, uint32_t stream,
                               bool (*visit)(void *context, uint64_t rev, const struct row *row), void *context, struct err *err)
{
    struct sql_statement *row;
    enum status s = sql_prepare(cache->db, "SELECT rev, body, hmac FROM journal WHERE stream = $stream ORDER BY rev", &row, err);
    if (s != STATUS_OK)
        return s;
    sql_bind_int(row, "$stream", stream);
    bool found = true;
    while ((s = sql_step(row, &found, err)) == STATUS_OK && found) {
        size_t body_bytes, hmac_bytes;
        struct sha256 hmac = {{0}};
        const void *body = sql_blob(row, 1, &body_bytes);
        const void *seal = sql_blob(row, 2, &hmac_bytes);
        if (hmac_bytes == SHA256_BYTES)
            memcpy(hmac.bytes, seal, SHA256_BYTES);
        struct row kept = row_of(body, body_bytes, &hmac);
        if (!visit(context, (uint64_t)sql_int(row, 0), &kept))
            break;
    }
    sql_reset(row);
    return s;
}
