/* SPDX-License-Identifier: Apache-2.0
 *
 * Makes the tables what the schema says. A new column is filled from the bytes that were kept while its field was unknown. */
#include <string.h>

#include "common/db/store_table.h"

struct columns {
    const char *const *names;
    size_t n;
};

static bool has_column(const struct columns *columns, const char *name)
{
    for (size_t i = 0; i < columns->n; i++)
        if (strcmp(columns->names[i], name) == 0)
            return true;
    return false;
}

/* A program that does not know a column would leave stale values in it. */
static enum status refuse_newer(const struct kind *kind, const struct columns *columns, struct err *err)
{
    for (size_t i = 0; i < columns->n; i++) {
        bool known = store_is_key_column(columns->names[i]);

        for (size_t k = 0; !known && k < kind->n_fields; k++)
            known = strcmp(kind->fields[k].name, columns->names[i]) == 0;
        if (!known)
            return err_set(
                err, STATUS_INVALID,
                "table %s has a column %s that this program does not know: the database was written by a newer Lianxin; use that "
                "version, or restore a backup made before the upgrade",
                kind->name, columns->names[i]);
    }
    return STATUS_OK;
}

static bool is_current(const struct kind *kind, const struct columns *columns)
{
    for (size_t i = 0; i < kind->n_fields; i++)
        if (!has_column(columns, kind->fields[i].name))
            return false;
    return columns->n > 0;
}

static enum status put_again(struct store *store, const struct kind *kind, uint32_t stream, const struct uuid *id, struct err *err)
{
    struct record *record = NULL;
    struct arena arena;
    enum status st;

    arena_init(&arena, 0);
    st = store_find(store, &arena, kind, stream, id, &record, err);
    if (st == STATUS_OK && record)
        st = store_put(store, record, err);
    arena_done(&arena);
    return st;
}

struct key {
    struct key *next;
    uint32_t stream;
    struct uuid id;
};

/* Reading already finds the fields inside the unknown bytes; writing puts them into their columns. The keys are listed first
 * because a table must not change under its own SELECT. */
static enum status promote(struct store *store, const struct kind *kind, struct arena *arena, struct err *err)
{
    struct sql_statement *s = NULL;
    struct key *keys = NULL;
    bool row = true;
    enum status st = sql_prepare_once(store->db, store_sql_unknown(arena, kind), &s, err);

    while (st == STATUS_OK && (st = sql_step(s, &row, err)) == STATUS_OK && row) {
        struct key *key = ARENA_NEW(arena, struct key);
        size_t bytes;
        const void *id = sql_blob(s, 1, &bytes);

        key->stream = (uint32_t)sql_int(s, 0);
        key->next = keys;
        keys = key;
        if (!uuid_from_bytes(id, bytes, &key->id))
            st = err_set(err, STATUS_CORRUPT, "table %s holds a key of %zu bytes", kind->name, bytes);
    }
    sql_finish(s);
    for (; st == STATUS_OK && keys; keys = keys->next)
        st = put_again(store, kind, keys->stream, &keys->id, err);
    return st;
}

static enum status upgrade_table(struct store *store, const struct kind *kind, const struct columns *columns, struct arena *arena,
                                 struct err *err)
{
    enum status st = STATUS_OK;

    if (columns->n == 0)
        return sql_run(store->db, store_sql_create(arena, kind), err);
    for (size_t i = 0; st == STATUS_OK && i < kind->n_fields; i++)
        if (!has_column(columns, kind->fields[i].name))
            st = sql_run(store->db, store_sql_add_column(arena, kind, &kind->fields[i]), err);
    return st == STATUS_OK ? promote(store, kind, arena, err) : st;
}

static enum status upgrade_kind(struct store *store, const struct kind *kind, bool writer, struct arena *arena, struct err *err)
{
    struct columns columns = {0};
    enum status st = sql_table_columns(store->db, arena, kind->name, &columns.names, &columns.n, err);

    if (st == STATUS_OK)
        st = refuse_newer(kind, &columns, err);
    if (st != STATUS_OK || is_current(kind, &columns))
        return st;
    if (!writer)
        return err_set(err, STATUS_UNAVAILABLE, "table %s is not up to date yet", kind->name);
    if (!sql_in_transaction(store->db) && (st = sql_begin(store->db, err)) != STATUS_OK)
        return st;
    return upgrade_table(store, kind, &columns, arena, err);
}

enum status store_upgrade(struct store *store, bool writer, struct err *err)
{
    bool mine = !sql_in_transaction(store->db);
    enum status st = STATUS_OK;
    struct arena arena;

    arena_init(&arena, 0);
    for (size_t i = 0; st == STATUS_OK && i < store->schema->n_kinds; i++)
        st = upgrade_kind(store, &store->schema->kinds[i], writer, &arena, err);
    if (mine && sql_in_transaction(store->db)) {
        if (st == STATUS_OK)
            st = sql_commit(store->db, err);
        else
            sql_rollback(store->db);
    }
    arena_done(&arena);
    return st;
}

enum status store_is_current(struct sql *db, const struct schema *schema, bool *current, struct err *err)
{
    struct arena arena;
    enum status st = STATUS_OK;
    bool all = true;

    arena_init(&arena, 0);
    for (size_t i = 0; st == STATUS_OK && all && i < schema->n_kinds; i++) {
        struct columns columns = {0};

        st = sql_table_columns(db, &arena, schema->kinds[i].name, &columns.names, &columns.n, err);
        all = st != STATUS_OK || is_current(&schema->kinds[i], &columns);
    }
    arena_done(&arena);
    if (st == STATUS_OK)
        *current = all;
    return st;
}
