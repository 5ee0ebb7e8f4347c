/* SPDX-License-Identifier: Apache-2.0 */
#include "server/service/heads.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/map.h"
#include "server/service/journal.h"

struct head_entry {
    struct head committed, now;
    uint64_t flushed_rev; /* while loading: up to which row the table instance knows the stream */
};
struct last_key {
    uint8_t stream[4];
    struct uuid instance;
};
struct last_entry {
    struct last committed, now;
    bool dirty; /* listed in heads->dirty */
};

/* Numbers of entries; grows, never shrinks. */
struct list {
    uint32_t *items;
    size_t n, room;
};

struct heads {
    void (*tell)(void *context, uint32_t stream, uint64_t rev, const struct sha256 *digest);
    void *context;
    struct arena arena;
    struct map streams;                         /* uint32_t → struct head_entry */
    struct map instances;                       /* struct last_key → struct last_entry */
    struct list moved_streams, moved_instances; /* by the group */
    struct list dirty;                          /* instances the table does not have yet */
    size_t unflushed_rows;
};

struct heads *heads_new(const struct random *random,
                        void (*tell)(void *context, uint32_t stream, uint64_t rev, const struct sha256 *digest), void *context)
{
    uint8_t seed[MAP_SEED_BYTES];
    struct heads *heads = calloc(1, sizeof *heads);
    if (!heads)
        return NULL;
    heads->tell = tell;
    heads->context = context;
    random_fill(random, seed, sizeof seed);
    arena_init(&heads->arena, 0);
    map_init(&heads->streams, &heads->arena, sizeof(uint32_t), sizeof(struct head_entry), seed);
    map_init(&heads->instances, &heads->arena, sizeof(struct last_key), sizeof(struct last_entry), seed);
    return heads;
}

void heads_free(struct heads *heads)
{
    if (!heads)
        return;
    arena_done(&heads->arena);
    free(heads);
}

static void list_add(struct arena *arena, struct list *list, size_t item)
{
    if (list->n == list->room) {
        size_t room = list->room ? list->room * 2 : 64;
        uint32_t *items = ARENA_ARRAY(arena, room, uint32_t);
        if (list->n)
            memcpy(items, list->items, list->n * sizeof *items);
        list->items = items;
        list->room = room;
    }
    list->items[list->n++] = (uint32_t)item;
}

static struct last_key key_of(uint32_t stream, const struct uuid *instance)
{
    struct last_key key = {.instance = *instance};
    memcpy(key.stream, &stream, sizeof stream);
    return key;
}

struct head heads_get(const struct heads *heads, uint32_t stream)
{
    const struct head_entry *entry = map_find(&heads->streams, &stream);
    return entry ? entry->now : (struct head){0};
}

struct last heads_get_last(const struct heads *heads, uint32_t stream, const struct uuid *instance)
{
    struct last_key key = key_of(stream, instance);
    const struct last_entry *entry = map_find(&heads->instances, &key);
    return entry ? entry->now : (struct last){0};
}

void heads_move(struct heads *heads, uint32_t stream, const struct head *head, const struct uuid *instance, uint64_t sequence)
{
    struct last_key key = key_of(stream, instance);
    struct head_entry *of_stream = map_put(&heads->streams, &stream);
    struct last_entry *of_instance = map_put(&heads->instances, &key);
    of_stream->now = *head;
    /* Recovered rows come in any order. */
    of_instance->now.sequence = sequence > of_instance->now.sequence ? sequence : of_instance->now.sequence;
    of_instance->now.rev = head->rev;
    list_add(&heads->arena, &heads->moved_streams, map_index(&heads->streams, of_stream));
    list_add(&heads->arena, &heads->moved_instances, map_index(&heads->instances, of_instance));
}

static void mark_dirty(struct heads *heads, size_t at)
{
    struct last_entry *entry = map_at(&heads->instances, at, NULL);
    if (!entry->dirty)
        list_add(&heads->arena, &heads->dirty, at);
    entry->dirty = true;
}

void heads_commit(struct heads *heads)
{
    for (size_t i = 0; i < heads->moved_streams.n; i++) {
        const void *stream;
        struct head_entry *entry = map_at(&heads->streams, heads->moved_streams.items[i], &stream);
        entry->committed = entry->now;
        heads->tell(heads->context, *(const uint32_t *)stream, entry->now.rev, &entry->now.digest);
    }
    for (size_t i = 0; i < heads->moved_instances.n; i++) {
        struct last_entry *entry = map_at(&heads->instances, heads->moved_instances.items[i], NULL);
        entry->committed = entry->now;
        mark_dirty(heads, heads->moved_instances.items[i]);
    }
    heads->unflushed_rows += heads->moved_instances.n;
    heads->moved_streams.n = heads->moved_instances.n = 0;
}

void heads_undo(struct heads *heads)
{
    for (size_t i = 0; i < heads->moved_streams.n; i++) {
        struct head_entry *entry = map_at(&heads->streams, heads->moved_streams.items[i], NULL);
        entry->now = entry->committed;
    }
    for (size_t i = 0; i < heads->moved_instances.n; i++) {
        struct last_entry *entry = map_at(&heads->instances, heads->moved_instances.items[i], NULL);
        entry->now = entry->committed;
    }
    heads->moved_streams.n = heads->moved_instances.n = 0;
}

/* ---- loading ---- */

static enum status load_instances(struct heads *heads, struct sql *db, struct err *err)
{
    struct sql_statement *s;
    bool row = true;
    enum status st = sql_prepare(db, "SELECT stream, instance, sequence, rev FROM instance", &s, err);
    if (st)
        return st;
    while ((st = sql_step(s, &row, err)) == STATUS_OK && row) {
        size_t bytes;
        const void *id = sql_blob(s, 1, &bytes);
        struct uuid instance;
        if (!uuid_from_bytes(id, bytes, &instance)) {
            st = err_set(err, STATUS_CORRUPT, "the table instance holds an id of %zu bytes", bytes);
            break;
        }
        struct last_key key = key_of((uint32_t)sql_int(s, 0), &instance);
        struct last_entry *entry = map_put(&heads->instances, &key);
        entry->now = entry->committed = (struct last){.sequence = (uint64_t)sql_int(s, 2), .rev = (uint64_t)sql_int(s, 3)};
        uint32_t stream = (uint32_t)sql_int(s, 0);
        struct head_entry *of_stream = map_put(&heads->streams, &stream);
        if (of_stream->flushed_rev < entry->now.rev)
            of_stream->flushed_rev = entry->now.rev;
    }
    sql_reset(s);
    return st;
}

struct loading {
    struct heads *heads;
    uint32_t stream;
};

static void load_row(void *context, const struct uuid *instance, uint64_t sequence, uint64_t rev)
{
    const struct loading *l = context;
    struct last_key key = key_of(l->stream, instance);
    struct last_entry *entry = map_put(&l->heads->instances, &key);
    entry->now.sequence = sequence > entry->now.sequence ? sequence : entry->now.sequence;
    entry->now.rev = rev;
    entry->committed = entry->now;
    mark_dirty(l->heads, map_index(&l->heads->instances, entry));
    l->heads->unflushed_rows++;
}

static enum status load_head(struct heads *heads, struct sql *db, struct arena *arena, const struct schema *schema, uint32_t stream,
                             struct err *err)
{
    struct journal_row newest;
    struct commit commit;
    bool found;
    enum status st = journal_find_head(db, arena, stream, &newest, &found, err);
    if (st == STATUS_OK)
        st = commit_decode(arena, schema, newest.row.body, newest.row.body_bytes, &commit, err);
    if (st)
        return err_prefix(err, "stream %u", stream);
    struct head_entry *entry = map_put(&heads->streams, &stream);
    entry->now = entry->committed = (struct head){.rev = newest.rev, .digest = newest.row.digest, .hash = commit.hash};
    heads->tell(heads->context, stream, entry->committed.rev, &entry->committed.digest);
    /* All of a stream's changed rows are flushed together, so the table is complete up to its highest revision. */
    return entry->flushed_rev == newest.rev
               ? STATUS_OK
               : journal_visit(db, stream, entry->flushed_rev, load_row, &(struct loading){heads, stream}, err);
}

enum status heads_load(struct heads *heads, struct sql *db, const struct schema *schema, struct err *err)
{
    struct arena arena;
    uint32_t stream = 0;
    enum status st = load_instances(heads, db, err);
    arena_init(&arena, 0);
    while (st == STATUS_OK) {
        st = journal_next_stream(db, stream, &stream, err);
        if (st || !stream)
            break;
        st = load_head(heads, db, &arena, schema, stream, err);
        arena_reset(&arena);
    }
    arena_done(&arena);
    return st;
}

/* ---- the derived table ---- */

size_t heads_unflushed_rows(const struct heads *heads)
{
    return heads->unflushed_rows;
}

static enum status flush_one(struct sql *db, const struct last_key *key, const struct last *last, struct err *err)
{
    struct sql_statement *s;
    uint32_t stream;
    memcpy(&stream, key->stream, sizeof stream);
    enum status st = sql_prepare(
        db, "UPDATE instance SET sequence = $sequence, rev = $rev WHERE stream = $stream AND instance = $instance", &s, err);
    for (int attempt = 0; st == STATUS_OK && attempt < 2; attempt++) {
        sql_bind_int(s, "$stream", stream);
        sql_bind_uuid(s, "$instance", &key->instance);
        sql_bind_int(s, "$sequence", (int64_t)last->sequence);
        sql_bind_int(s, "$rev", (int64_t)last->rev);
        st = sql_execute(s, err);
        if (st || attempt || sql_changes(db))
            break;
        st = sql_prepare(db, "INSERT INTO instance (stream, instance, sequence, rev) VALUES ($stream, $instance, $sequence, $rev)",
                         &s, err);
    }
    return st;
}

enum status heads_flush(struct heads *heads, struct sql *db, struct err *err)
{
    enum status st = STATUS_OK;
    for (size_t i = 0; st == STATUS_OK && i < heads->dirty.n; i++) {
        const void *key;
        const struct last_entry *entry = map_at(&heads->instances, heads->dirty.items[i], &key);
        st = flush_one(db, key, &entry->committed, err);
    }
    return st;
}

void heads_flushed(struct heads *heads)
{
    for (size_t i = 0; i < heads->dirty.n; i++) {
        struct last_entry *entry = map_at(&heads->instances, heads->dirty.items[i], NULL);
        entry->dirty = false;
    }
    heads->dirty.n = 0;
    heads->unflushed_rows = 0;
}
