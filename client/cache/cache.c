/* SPDX-License-Identifier: Apache-2.0 */
#include "client/cache/cache_internal.h"

#include <stdlib.h>

/* Closing in good order moves the log into the file. A process that is killed again and again never gets there, so opening does it,
 * too; where it cannot (no room), the log serves as well. */
static void shorten_log(struct cache *cache)
{
    struct err none;
    (void)!sql_checkpoint(cache->db, &none);
}

enum status cache_open(const char *path, const struct schema *schema, bool writer, const char *vfs, struct cache **out,
                       struct err *err)
{
    struct cache *cache = calloc(1, sizeof *cache);
    if (!cache)
        return err_set(err, STATUS_NO_MEMORY, "out of memory");
    cache->schema = schema;
    enum status s = sql_open(path, writer ? SQL_WRITER : SQL_READER, vfs, &cache->db, err);
    if (s == STATUS_OK)
        s = cache_table_open(cache->db, writer, err);
    if (s == STATUS_OK)
        s = store_open(cache->db, schema, writer, &cache->store, err);
    if (s != STATUS_OK) {
        cache_close(cache);
        return s;
    }
    if (writer)
        shorten_log(cache);
    *out = cache;
    return STATUS_OK;
}

void cache_close(struct cache *cache)
{
    if (!cache)
        return;
    if (cache->store)
        store_close(cache->store);
    if (cache->db)
        sql_close(cache->db);
    free(cache);
}

void cache_keep_history(struct cache *cache, uint64_t rows)
{
    cache->history_rows = rows;
}

static enum status tell_failure(const struct cache *cache, struct err *err)
{
    if (err && cache->failure.status != STATUS_OK)
        *err = cache->failure;
    return cache->failure.status;
}

static void keep_failure(struct cache *cache, enum status s, const struct err *err)
{
    if (cache->failure.status != STATUS_OK)
        return;
    if (err)
        cache->failure = *err;
    cache->failure.status = s;
}

enum status cache_begin(struct cache *cache, struct err *err)
{
    enum status s = cache->depth ? tell_failure(cache, err) : sql_begin(cache->db, err);
    cache->depth += s == STATUS_OK;
    return s;
}

/* Undone only at the end of the whole: what an outer part writes after the undoing would be kept, each write by itself. */
enum status cache_end(struct cache *cache, enum status s, struct err *err)
{
    cache->depth--;
    if (s == STATUS_OK)
        s = tell_failure(cache, err);
    if (cache->depth) {
        if (s != STATUS_OK)
            keep_failure(cache, s, err);
        return s;
    }
    if (s == STATUS_OK)
        return sql_commit(cache->db, err);
    sql_rollback(cache->db);
    cache->failure = (struct err){0};
    return s;
}

int64_t cache_count_written(const struct cache *cache)
{
    return sql_total_changes(cache->db);
}

struct store *cache_store(struct cache *cache)
{
    return cache->store;
}

const struct schema *cache_schema(const struct cache *cache)
{
    return cache->schema;
}
