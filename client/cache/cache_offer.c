/* SPDX-License-Identifier: Apache-2.0 */
#include "client/cache/cache_internal.h"

#include <string.h>

#define PAGE_ROWS_MAX 1000u

static struct row read_kept(struct arena *arena, struct sql_statement *row)
{
    size_t body_bytes, hmac_bytes;
    struct sha256 hmac = {{0}};
    const void *body = sql_blob(row, 2, &body_bytes), *seal = sql_blob(row, 3, &hmac_bytes);
    if (hmac_bytes == SHA256_BYTES)
        memcpy(hmac.bytes, seal, SHA256_BYTES);
    return row_of(arena_copy(arena, body, body_bytes), body_bytes, &hmac);
}

enum status cache_list_offer(struct cache *cache, struct arena *arena, uint32_t stream, uint64_t epoch, struct offer_page *page,
                             size_t max_bytes, struct err *err)
{
    struct sql_statement *row;
    size_t bytes = 0;
    bool found = true;
    enum status s = sql_prepare(cache->db,
                                "SELECT epoch, rev, body, hmac FROM journal WHERE stream = $stream AND epoch < $epoch"
                                " AND (epoch > $after_epoch OR (epoch = $after_epoch AND rev > $after_rev)) ORDER BY epoch, rev",
                                &row, err);
    if (s != STATUS_OK)
        return s;
    sql_bind_int(row, "$stream", stream);
    sql_bind_int(row, "$epoch", (int64_t)epoch);
    sql_bind_int(row, "$after_epoch", (int64_t)page->epoch);
    sql_bind_int(row, "$after_rev", (int64_t)page->rev);
    page->rows = ARENA_ARRAY(arena, PAGE_ROWS_MAX, struct row);
    page->n = 0;
    while (page->n < PAGE_ROWS_MAX && bytes < max_bytes && (s = sql_step(row, &found, err)) == STATUS_OK && found) {
        page->epoch = (uint64_t)sql_int(row, 0);
        page->rev = (uint64_t)sql_int(row, 1);
        page->rows[page->n] = read_kept(arena, row);
        bytes += page->rows[page->n++].body_bytes;
    }
    sql_reset(row);
    return s;
}

enum status cache_note_offered(struct cache *cache, uint32_t stream, uint64_t rev, struct err *err)
{
    static const char *const texts[] = {"UPDATE offered SET rev = $rev WHERE stream = $stream",
                                        "INSERT INTO offered (stream, rev) VALUES ($stream, $rev)"};
    enum status s = STATUS_OK;
    for (size_t i = 0; i < 2; i++) {
        struct sql_statement *row;
        if ((s = sql_prepare(cache->db, texts[i], &row, err)) != STATUS_OK)
            return s;
        sql_bind_int(row, "$stream", stream);
        sql_bind_int(row, "$rev", (int64_t)rev);
        if ((s = sql_execute(row, err)) != STATUS_OK || sql_changes(cache->db) > 0)
            return s;
    }
    return s;
}

enum status cache_was_offered(struct cache *cache, uint32_t stream, bool *offered, struct err *err)
{
    struct sql_statement *row;
    enum status s = sql_prepare(cache->db, "SELECT rev FROM offered WHERE stream = $stream", &row, err);
    if (s != STATUS_OK)
        return s;
    sql_bind_int(row, "$stream", stream);
    return sql_find_any(row, offered, err);
}

enum status outbox_untake(struct cache *cache, uint32_t stream, int64_t *n, struct err *err)
{
    struct sql_statement *row;
    enum status s = sql_prepare(cache->db, "UPDATE outbox SET state = 0, rev = 0 WHERE stream = $stream AND state = 1", &row, err);
    if (s != STATUS_OK)
        return s;
    sql_bind_int(row, "$stream", stream);
    if ((s = sql_execute(row, err)) == STATUS_OK)
        *n = sql_changes(cache->db);
    return s;
}
