/* SPDX-License-Identifier: Apache-2.0 */
#include "server/service/journal.h"

#include <string.h>

#define COLUMNS "place, instance, sequence, hmac, body"
#define PAGE_ROWS_MAX 10000u
#define REV_BITS 40
#define REV_MAX ((UINT64_C(1) << REV_BITS) - 1)
#define STREAM_MAX ((UINT32_C(1) << 23) - 1)

/* A row's key. Streams and revisions that no row can have come out at the end of all places, where no row is either. */
static int64_t place_of(uint32_t stream, uint64_t rev)
{
    return stream <= STREAM_MAX ? (int64_t)((uint64_t)stream << REV_BITS | (rev < REV_MAX ? rev : REV_MAX)) : INT64_MAX;
}

static void bind_range(struct sql_statement *s, uint32_t stream, uint64_t after_rev, uint64_t last_rev)
{
    sql_bind_int(s, "$after", place_of(stream, after_rev));
    sql_bind_int(s, "$last", place_of(stream, last_rev));
}

enum status journal_insert(struct sql *db, const struct journal_row *row, struct err *err)
{
    struct sql_statement *s;
    if (row->stream > STREAM_MAX || row->rev >= REV_MAX)
        return err_set(err, STATUS_TOO_LARGE, "stream %u has no place for a revision %llu", row->stream,
                       (unsigned long long)row->rev);
    enum status st =
        sql_prepare(db, "INSERT INTO journal (" COLUMNS ") VALUES ($place, $instance, $sequence, $hmac, $body)", &s, err);
    if (st)
        return st;
    sql_bind_int(s, "$place", place_of(row->stream, row->rev));
    sql_bind_uuid(s, "$instance", &row->instance);
    sql_bind_int(s, "$sequence", (int64_t)row->sequence);
    sql_bind_blob(s, "$hmac", row->row.hmac.bytes, SHA256_BYTES);
    sql_bind_blob(s, "$body", row->row.body, row->row.body_bytes);
    return sql_execute(s, err);
}

static enum status read_row(struct sql_statement *s, struct arena *arena, bool digest, struct journal_row *out, struct err *err)
{
    size_t body_bytes, hmac_bytes, id_bytes;
    const void *id = sql_blob(s, 1, &id_bytes), *hmac_data = sql_blob(s, 3, &hmac_bytes), *body = sql_blob(s, 4, &body_bytes);
    uint64_t place = (uint64_t)sql_int(s, 0);
    struct sha256 hmac;
    *out =
        (struct journal_row){.stream = (uint32_t)(place >> REV_BITS), .rev = place & REV_MAX, .sequence = (uint64_t)sql_int(s, 2)};
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
    enum status st = sql_prepare(db, "SELECT " COLUMNS " FROM journal WHERE place = $place", &s, err);
    if (st)
        return st;
    sql_bind_int(s, "$place", place_of(stream, rev));
    return read_one(s, arena, out, found, err);
}

enum status journal_find_head(struct sql *db, struct arena *arena, uint32_t stream, struct journal_row *out, bool *found,
                              struct err *err)
{
    struct sql_statement *s;
    enum status st = sql_prepare(
        db, "SELECT " COLUMNS " FROM journal WHERE place > $after AND place <= $last ORDER BY place DESC LIMIT 1", &s, err);
    if (st)
        return st;
    bind_range(s, stream, 0, REV_MAX);
    return read_one(s, arena, out, found, err);
}

enum status journal_head_rev(struct sql *db, uint32_t stream, uint64_t *out, struct err *err)
{
    struct sql_statement *s;
    int64_t place;
    enum status st =
        sql_prepare(db, "SELECT place FROM journal WHERE place > $after AND place <= $last ORDER BY place DESC LIMIT 1", &s, err);
    if (st)
        return st;
    bind_range(s, stream, 0, REV_MAX);
    st = sql_find_int(s, &place, err);
    if (st == STATUS_OK)
        *out = (uint64_t)place & REV_MAX;
    return st;
}

enum status journal_find_sequence(struct sql *db, struct arena *arena, uint32_t stream, const struct uuid *instance,
                                  uint64_t sequence, uint64_t at_most_rev, struct journal_row *out, bool *found, struct err *err)
{
    struct sql_statement *s;
    enum status st = sql_prepare(db,
                                 "SELECT " COLUMNS " FROM journal WHERE place > $after AND place <= $last"
                                 " AND instance = $instance AND sequence = $sequence ORDER BY place DESC LIMIT 1",
                                 &s, err);
    if (st)
        return st;
    bind_range(s, stream, 0, at_most_rev);
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
        sql_prepare(db, "SELECT body FROM journal WHERE place > $after AND place <= $last AND instance <> $instance", &s, err);
    if (st)
        return st;
    bind_range(s, stream, after_rev, REV_MAX);
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
    enum status st =
        sql_prepare(db, "SELECT " COLUMNS " FROM journal WHERE place > $after AND place <= $last ORDER BY place", &s, err);
    if (st)
        return st;
    bind_range(s, stream, after_rev, REV_MAX);
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
    int64_t place;
    enum status st = sql_prepare(db, "SELECT place FROM journal WHERE place > $after ORDER BY place LIMIT 1", &s, err);
    if (st)
        return st;
    sql_bind_int(s, "$after", place_of(after, REV_MAX));
    st = sql_find_int(s, &place, err);
    if (st == STATUS_OK)
        *out = (uint32_t)(place >> REV_BITS);
    return st;
}

enum status journal_visit(struct sql *db, uint32_t stream, uint64_t after_rev,
                          void (*visit)(void *context, const struct uuid *instance, uint64_t sequence, uint64_t rev), void *context,
                          struct err *err)
{
    struct sql_statement *s;
    bool row = true;
    enum status st = sql_prepare(
        db, "SELECT place, instance, sequence FROM journal WHERE place > $after AND place <= $last ORDER BY place", &s, err);
    if (st)
        return st;
    bind_range(s, stream, after_rev, REV_MAX);
    while ((st = sql_step(s, &row, err)) == STATUS_OK && row) {
        size_t bytes;
        const void *id = sql_blob(s, 1, &bytes);
        struct uuid instance;
        if (!uuid_from_bytes(id, bytes, &instance)) {
            st = err_set(err, STATUS_CORRUPT, "the journal of stream %u holds an id of %zu bytes", stream, bytes);
            break;
        }
        visit(context, &instance, (uint64_t)sql_int(s, 2), (uint64_t)sql_int(s, 0) & REV_MAX);
    }
    sql_reset(s);
    return st;
}

/* ---- heads ---- */

/* Before migration 11 the key was two columns. */
static enum status is_as_before(struct sql *db, bool *out, struct err *err)
{
    const char *const *names;
    struct arena arena;
    size_t n = 0;
    arena_init(&arena, 0);
    enum status st = sql_table_columns(db, &arena, "journal", &names, &n, err);
    bool before = n > 0;
    for (size_t i = 0; i < n; i++)
        before = before && strcmp(names[i], "place") != 0;
    arena_done(&arena);
    if (st == STATUS_OK)
        *out = before;
    return st;
}

static enum status visit_heads_as_before(struct sql *db,
                                         enum status (*visit)(void *context, uint32_t stream, uint64_t rev, struct err *err),
                                         void *context, struct err *err)
{
    struct sql_statement *s = NULL;
    bool row = true;
    enum status st = sql_prepare(db, "SELECT stream, max(rev) FROM journal GROUP BY stream ORDER BY stream", &s, err);
    while (st == STATUS_OK && (st = sql_step(s, &row, err)) == STATUS_OK && row)
        st = visit(context, (uint32_t)sql_int(s, 0), (uint64_t)sql_int(s, 1), err);
    if (s)
        sql_reset(s);
    return st;
}

enum status journal_visit_heads(struct sql *db, enum status (*visit)(void *context, uint32_t stream, uint64_t rev, struct err *err),
                                void *context, struct err *err)
{
    uint32_t stream = 0;
    uint64_t rev;
    bool before;
    enum status st = is_as_before(db, &before, err);
    if (st == STATUS_OK && before)
        return visit_heads_as_before(db, visit, context, err);
    while (st == STATUS_OK && (st = journal_next_stream(db, stream, &stream, err)) == STATUS_OK && stream) {
        st = journal_head_rev(db, stream, &rev, err);
        if (st == STATUS_OK)
            st = visit(context, stream, rev, err);
    }
    return st;
}
