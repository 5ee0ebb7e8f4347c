/* SPDX-License-Identifier: Apache-2.0 */
#include "client/cache/cache_internal.h"

static void bind_commit(struct sql_statement *row, const struct commit *commit)
{
    sql_bind_int(row, "$stream", commit->stream);
    sql_bind_int(row, "$sequence", (int64_t)commit->sequence);
    sql_bind_blob(row, "$digest", commit->payload_digest.bytes, SHA256_BYTES);
}

enum status outbox_mark_standing(struct cache *cache, const struct commit *commit, bool *other, struct err *err)
{
    static const char marked[] = "UPDATE outbox SET state = 3 WHERE stream = $stream AND sequence = $sequence AND state = 0"
                                 " AND digest = $digest AND $status = 0";
    static const char else_there[] = "SELECT sequence FROM outbox WHERE stream = $stream AND sequence = $sequence"
                                     " AND digest <> $digest";
    struct sql_statement *row;
    enum status s = sql_prepare(cache->db, marked, &row, err);
    if (s != STATUS_OK)
        return s;
    bind_commit(row, commit);
    sql_bind_int(row, "$status", commit->status);
    s = sql_execute(row, err);
    if (s == STATUS_OK)
        s = sql_prepare(cache->db, else_there, &row, err);
    if (s != STATUS_OK)
        return s;
    bind_commit(row, commit);
    return sql_find_any(row, other, err);
}

/* Equal payloads may be sent twice in a row, so one commit stands for one row, the oldest. */
enum status outbox_mark_copied(struct cache *cache, const struct commit *commit, bool *marked, struct err *err)
{
    struct sql_statement *row;
    if (commit->status != STATUS_OK)
        return STATUS_OK;
    enum status s =
        sql_prepare(cache->db,
                    "UPDATE outbox SET state = 3 WHERE stream = $stream AND sequence = (SELECT min(sequence) FROM outbox"
                    " WHERE stream = $stream AND state = 0 AND digest = $digest)",
                    &row, err);
    if (s != STATUS_OK)
        return s;
    sql_bind_int(row, "$stream", commit->stream);
    sql_bind_blob(row, "$digest", commit->payload_digest.bytes, SHA256_BYTES);
    if ((s = sql_execute(row, err)) == STATUS_OK)
        *marked = sql_changes(cache->db) > 0;
    return s;
}
