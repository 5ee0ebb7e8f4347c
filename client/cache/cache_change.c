/* SPDX-License-Identifier: Apache-2.0 */
#include "client/cache/cache_internal.h"
#include "proto/records.pb-c.h"

static enum status explain(struct arena *arena, const struct record *current, uint32_t stream, const struct edit *edit,
                           const struct edit_applied *applied, struct err *err)
{
    if (applied->why != LIANXIN__CONFLICT_WHY__CONFLICT_WHY_INVALID)
        return err_reason(err, REASON_CHANGED_MEANWHILE, NULL);
    const struct record *wanted = edit_assign(arena, current, stream, edit, current ? current->rev : 0);
    enum status s = record_validate(edit->kind, wanted->message, current ? current->message : NULL, false, err);
    return s != STATUS_OK ? s : err_set(err, STATUS_INVALID, "this change breaks a rule for a %s", edit->kind->label);
}

/* The view's record after the edit, with its confirmed state set aside before the first change. */
static enum status change_record(struct cache *cache, struct arena *arena, uint32_t stream, const struct edit *edit,
                                 struct err *err)
{
    struct record *base, *current;
    bool pending;
    enum status s = view_find_base(cache, arena, stream, edit->kind, &edit->id, &base, &pending, err);
    if (s == STATUS_OK && !pending)
        s = view_put_base(cache, stream, edit->kind, &edit->id, base, true, err);
    if (s == STATUS_OK)
        s = store_find(cache->store, arena, edit->kind, stream, &edit->id, &current, err);
    if (s != STATUS_OK)
        return s;
    struct edit_applied applied;
    edit_apply(arena, current, stream, edit, &applied);
    if (applied.conflicted)
        return explain(arena, current, stream, edit, &applied, err);
    if (!applied.result->dead &&
        (s = record_validate(edit->kind, applied.result->message, current ? current->message : NULL, false, err)) != STATUS_OK)
        return s;
    return store_put(cache->store, applied.result, err);
}

static enum status next_sequence(struct cache *cache, uint32_t stream, uint64_t *sequence, struct err *err)
{
    struct cache_stream line;
    enum status s = cache_stream_find(cache, stream, &line, err);
    if (s != STATUS_OK)
        return s;
    *sequence = ++line.last_sequence;
    return cache_stream_put(cache, &line, err);
}

enum status cache_change(struct cache *cache, uint32_t stream, const struct edit *edits, size_t n, const char *note, int64_t now_ms,
                         uint64_t *sequence, struct err *err)
{
    struct arena arena;
    struct outbox_row row = {.stream = stream, .note = note, .made_ms = now_ms, .reasons = ""};
    arena_init(&arena, CACHE_ARENA_BYTES);
    enum status s = payload_encode(&arena, &(struct payload){edits, n, note}, &row.payload, &row.payload_bytes, err);
    if (s != STATUS_OK || (s = cache_begin(cache, err)) != STATUS_OK)
        goto out;
    for (size_t i = 0; i < n && s == STATUS_OK; i++)
        s = change_record(cache, &arena, stream, &edits[i], err);
    if (s == STATUS_OK)
        s = next_sequence(cache, stream, &row.sequence, err);
    if (s == STATUS_OK)
        s = outbox_insert(cache, &row, edits, n, err);
    if ((s = cache_end(cache, s, err)) == STATUS_OK && sequence)
        *sequence = row.sequence;
out:
    arena_done(&arena);
    return s;
}
