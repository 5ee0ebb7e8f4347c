/* SPDX-License-Identifier: Apache-2.0
 *
 * Mistakes of the client. */
#include "client/cache/cache_internal.h"
#include "client/sync/sync.h"
#include "tests/sim/planted.h"

static void drop_first(struct cache *cache)
{
    struct arena arena;
    struct outbox_list list;
    struct err err;
    arena_init(&arena, 0);
    if (outbox_list(cache, &arena, OUTBOX_WAITING, &list, &err) == STATUS_OK && list.n)
        (void)!outbox_drop(cache, list.items[0].stream, list.items[0].sequence, &err);
    arena_done(&arena);
}

REAL(enum status, sync_run, struct sync *sync, struct sync_report *report, struct err *err)
{
    enum status status = __real_sync_run(sync, report, err);
    if (is(PLANTED_outbox_dropped) && status == STATUS_UNAVAILABLE)
        drop_first(sync->cache);
    return status;
}

REAL(enum status, cache_change, struct cache *cache, uint32_t stream, const struct edit *edits, size_t n, const char *note,
     int64_t now_ms, uint64_t *sequence, struct err *err)
{
    planted.commit_must_lie = is(PLANTED_saved_not_durable) && planted_now_and_then(10);
    return __real_cache_change(cache, stream, edits, n, note, now_ms, sequence, err);
}

REAL(enum status, outbox_renumber, struct cache *cache, const struct uuid *instance, struct err *err)
{
    if (is(PLANTED_renewal_forgets))
        drop_first(cache);
    return __real_outbox_renumber(cache, instance, err);
}

REAL(enum status, outbox_confirm, struct cache *cache, const struct commit *commit, const char *reasons, enum outbox_news *news,
     struct err *err)
{
    if (!is(PLANTED_renewal_repeats))
        return __real_outbox_confirm(cache, commit, reasons, news, err);
    *news = OUTBOX_KNOWN;
    return STATUS_OK;
}

REAL(enum status, cache_list_offer, struct cache *cache, struct arena *arena, uint32_t stream, uint64_t epoch,
     struct offer_page *page, size_t max_bytes, struct err *err)
{
    enum status status = __real_cache_list_offer(cache, arena, stream, epoch, page, max_bytes, err);
    if (is(PLANTED_offer_short) && status == STATUS_OK && page->n > 1)
        page->n--;
    return status;
}

REAL(enum status, outbox_untake, struct cache *cache, uint32_t stream, int64_t *n, struct err *err)
{
    if (!is(PLANTED_taken_forgotten))
        return __real_outbox_untake(cache, stream, n, err);
    *n = 0;
    return STATUS_OK;
}
