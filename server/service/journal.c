/* SPDX-License-Identifier: Apache-2.0 */
#include "server/service/journal.h"

#include <string.h>

#define COLUMNS "stream, rev, instance, sequence, body, hmac"
#define PAGE_ROWS_MAX 10000u

enum status journal_insert(struct sql *db, const struct journal_row *row, struct err *err)
{
    struct sql_statement *s;
    enum status st =
        sql_prepare(db, "INSERT INTO journal (" COLUMNS ") VALUES ($stream, $rev, $instance, $sequence, $body, $hmac)", &s, err);
    if (st)
        return st;
    sql_bind_int(s, "$stream", row->stream);
    sql_bind_int(s, "$rev", (int64_t)row->rev);
    sql_bind_uuid(s, "$instance", &row->instance);
    sql_bind_int(s, "$sequence", (int64_t)row->sequence);
    sql_bind_blob(s, "$body", row->row.body, row->row.body_bytes);
    sql_bind_blob(s, "$hmac", row->row.hmac.bytes, SHA256_BYTES);
    return sql_execute(s, err);
}

static enum status read_row(struct sql_statement *s, struct arena *arena, bool digest, struct journal_row *out, struct err *err)
{
    size_t body_bytes, hmac_bytes, id_bytes;
    const void *id = sql_blob(s, 2, &id_bytes), *body = sql_blob(s, 4, &body_bytes), *hmac_data = sql_blob(s, 5, &hmac_bytes);
    struct sha256 hmac;
    *out = (struct journal_row){
        .stream = (uint32_t)sql_int(s, 0), .rev = (uint64_t)sql_int(s, 1), .sequence = (uint64_t)sql_int(s, 3)};
    if (!body || hmac_bytes != SHA256_BYTES || !uuid_from_bytes(id, id_bytes, &out->instance))
        return err_set(err, STATUS_CORRUPT, "journal row %llu of stream %u is damaged", (unsigned long long)out->rev, out->stream);
    memcpy(hmac.bytes, hmac_data, SHA256_BYTES);
    body = arena_copy(arena, body, body_bytes);
    out->row = digest ? row_of(body, body_bytes, &hmac) : (struct row){.body = body, .body_bytes = body_bytes, .hmac = hmac};
    return STATUS_OK;
}

/* For statements that give one row or none. */
static enum status read_one(struct sql_statement *s, struct arena *arena, struct journal_row *out, bool *found, struct err *err)
{
    bool row;
    enum status st = sql_step(s, &row, err);
    if (st == STATUS_OK && row)
        st = read_row(s, arena, true, out, err);
    if (st == STATUS_OK)
        *found = row;
    sql_reset(s);
    return st;
}

enum status journal_find(struct sql *db, struct arena *arena, uint32_t stream, uint64_t rev, struct journal_row *out, bool *found,
                         struct err *err)
{
    struct sql_statement *s;
    enum status st = sql_prepare(db, "SELECT " COLUMNS " FROM journal WHERE stream = $stream AND rev = $rev", &s, err);
    if (st)
        return st;
    sql_bind_int(s, "$stream", stream);
    sql_bind_int(s, "$rev", (int64_t)rev);
    return read_one(s, arena, out, found, err);
}

enum status journal_find_head(struct sql *db, struct arena *arena, uint32_t stream, struct journal_row *out, bool *found,
                              struct err *err)
{
    struct sql_statement *s;
    enum status st = sql_prepare(db, "SELECT " COLUMNS " FROM journal WHERE stream = $stream ORDER BY rev DESC LIMIT 1", &s, err);
    if (st)
        return st;
    sql_bind_int(s, "$stream", stream);
    return read_one(s, arena, out, found, err);
}

enum status journal_head_rev(struct sql *db, uint32_t stream, uint64_t *out, struct err *err)
{
    struct sql_statement *s;
    bool row;
    enum status st = sql_prepare(db, "SELECT rev FROM journal WHERE stream = $stream ORDER BY rev DESC LIMIT 1", &s, err);
    if (st)
        return st;
    sql_bind_int(s, "$stream", stream);
    st = sql_step(s, &row, err);
    if (st == STATUS_OK)
        *out = row ? (uint64_t)sql_int(s, 0) : 0;
    sql_reset(s);
    return st;
}

enum status journal_find_sequence(struct sql *db, struct arena *arena, uint32_t stream, const struct uuid *instance,
                                  uint64_t sequence, uint64_t at_most_rev, struct journal_row *out, bool *found, struct err *err)
{
    struct sql_statement *s;
    enum status st = sql_prepare(db,
                                 "SELECT " COLUMNS " FROM journal WHERE stream = $stream AND rev <= $rev AND instance = $instance"
                                 " AND sequence = $sequence ORDER BY rev DESC LIMIT 1",
                                 &s, err);
    if (st)
        return st;
    sql_bind_int(s, "$stream", stream);
    sql_bind_int(s, "$rev", (int64_t)at_most_rev);
    sql_bind_uuid(s, "$instance", instance);
    sql_bind_int(s, "$sequence", (int64_t)sequence);
    return read_one(s, arena, out, found, err);
}

enum status journal_find_copy(struct sql *db, uint32_t stream, uint64_t after_rev, const struct uuid *instance,
                              const struct uuid *device, bool *found, struct err *err)
{
    struct sql_statement *s;
    bool row = true, copy = false;
    enum status st =
        sql_prepare(db, "SELECT body FROM journal WHERE stream = $stream AND rev > $rev AND instance <> $instance", &s, err);
    if (st)
        return st;
    sql_bind_int(s, "$stream", stream);
    sql_bind_int(s, "$rev", (int64_t)after_rev);
    sql_bind_uuid(s, "$instance", instance);
    while (!copy && (st = sql_step(s, &row, err)) == STATUS_OK && row) {
        size_t bytes;
        struct uuid author;
        const void *body = sql_blob(s, 0, &bytes);
        copy = commit_read_device(body, bytes, &author) && uuid_equal(&author, device);
    }
    sql_reset(s);
    if (st == STATUS_OK)
        *found = copy;
    return st;
}

/* Grows by doubling; the arena keeps the old halves until the request ends. */
static struct journal_row *page_add(struct arena *arena, struct journal_page *page, size_t *room)
{
    if (page->n == *room) {
        size_t more = *room ? *room * 2 : 32;
        struct journal_row *rows = ARENA_ARRAY(arena, more, struct journal_row);
        if (page->n)
            memcpy(rows, page->rows, page->n * sizeof *rows);
        page->rows = rows;
        *room = more;
    }
    return &page->rows[page->n++];
}

enum status journal_list(struct sql *db, struct arena *arena, uint32_t stream, uint64_t after_rev, size_t max_bytes, bool digests,
                         struct journal_page *out, struct err *err)
{
    struct journal_page page = {0};
    struct sql_statement *s;
    size_t room = 0, bytes = 0;
    bool row = true;
    enum status st = sql_prepare(db, "SELECT " COLUMNS " FROM journal WHERE stream = $stream AND rev > $rev ORDER BY rev", &s, err);
    if (st)
        return st;
    sql_bind_int(s, "$stream", stream);
    sql_bind_int(s, "$rev", (int64_t)after_rev);
    while (page.n < PAGE_ROWS_MAX && (st = sql_step(s, &row, err)) == STATUS_OK && row) {
        size_t body_bytes;
        sql_blob(s, 4, &body_bytes);
        bytes += body_bytes;
        if (page.n && bytes > max_bytes)
            break;
        st = read_row(s, arena, digests, page_add(arena, &page, &room), err);
        if (st)
            break;
    }
    sql_reset(s);
    if (st == STATUS_OK)
        *out = page;
    return st;
}

enum status journal_next_stream(struct sql *db, uint32_t after, uint32_t *out, struct err *err)
{
    struct sql_statement *s;
    bool row;
    enum status st = sql_prepare(db, "SELECT stream FROM journal WHERE stream > $after ORDER BY stream LIMIT 1", &s, err);
    if (st)
        return st;
    sql_bind_int(s, "$after", after);
    st = sql_step(s, &row, err);
    if (st == STATUS_OK)
        *out = row ? (uint32_t)sql_int(s, 0) : 0;
    sql_reset(s);
    return st;
}
