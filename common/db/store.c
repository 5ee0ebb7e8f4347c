/* SPDX-License-Identifier: Apache-2.0 */
#include "common/db/store.h"

#include <stdlib.h>
#include <string.h>

#include "common/db/store_table.h"
#include "common/record/stream_hash.h"

enum status store_open(struct sql *db, const struct schema *schema, bool writer, struct store **out, struct err *err)
{
    struct store *store = calloc(1, sizeof *store);
    enum status st = STATUS_OK;

    if (!store)
        return err_set(err, STATUS_NO_MEMORY, "no memory to open the record tables");
    store->db = db;
    store->schema = schema;
    arena_init(&store->arena, 0);
    arena_init(&store->scratch, 0);
    store->tables = ARENA_ARRAY(&store->arena, schema->n_kinds, struct store_table);
    for (size_t i = 0; st == STATUS_OK && i < schema->n_kinds; i++)
        if (!store_table_init(&store->arena, &schema->kinds[i], &store->tables[i]))
            st = err_set(err, STATUS_INVALID, "a field of %s is named like a column every table has", schema->kinds[i].name);
    if (st == STATUS_OK)
        st = store_upgrade(store, writer, err);
    if (st == STATUS_OK)
        *out = store;
    else
        store_close(store);
    return st;
}

void store_close(struct store *store)
{
    if (!store)
        return;
    arena_done(&store->scratch);
    arena_done(&store->arena);
    free(store);
}

struct sql *store_sql(struct store *store)
{
    return store->db;
}

const struct schema *store_schema(const struct store *store)
{
    return store->schema;
}

static struct store_table *table_of(struct store *store, const struct kind *kind)
{
    for (size_t i = 0; i < store->schema->n_kinds; i++)
        if (store->tables[i].kind == kind)
            return &store->tables[i];
    abort(); /* a kind of another schema */
}

static enum status prepared(struct store *store, struct sql_statement **kept, const char *text, struct err *err)
{
    return *kept ? STATUS_OK : sql_prepare(store->db, text, kept, err);
}

/* ---- one record ---- */

enum status store_find(struct store *store, struct arena *arena, const struct kind *kind, uint32_t stream, const struct uuid *id,
                       struct record **out, struct err *err)
{
    struct store_table *table = table_of(store, kind);
    struct record *record = NULL;
    struct sql_statement *s;
    bool row = false;
    enum status st = prepared(store, &table->finder, table->find, err);

    if (st != STATUS_OK)
        return st;
    s = table->finder;
    sql_bind_int_at(s, 1, stream);
    sql_bind_blob_at(s, 2, id->bytes, UUID_BYTES);
    st = sql_step(s, &row, err);
    if (st == STATUS_OK && row)
        st = store_read_row(store, arena, kind, s, 0, &record, err);
    sql_reset(s);
    if (st == STATUS_OK)
        *out = record;
    return st;
}

enum status store_insert(struct store *store, const struct record *record, struct err *err)
{
    struct store_table *table = table_of(store, record->kind);
    enum status st = prepared(store, &table->inserter, table->insert, err);

    if (st != STATUS_OK)
        return st;
    store_bind_record(&store->scratch, table->inserter, record);
    st = sql_execute(table->inserter, err);
    arena_reset(&store->scratch);
    return st;
}

enum status store_put(struct store *store, const struct record *record, struct err *err)
{
    struct store_table *table = table_of(store, record->kind);
    enum status st = prepared(store, &table->updater, table->update, err);

    if (st != STATUS_OK)
        return st;
    store_bind_record(&store->scratch, table->updater, record);
    st = sql_execute(table->updater, err);
    arena_reset(&store->scratch);
    return st == STATUS_OK && sql_changes(store->db) == 0 ? store_insert(store, record, err) : st;
}

enum status store_remove(struct store *store, const struct kind *kind, uint32_t stream, const struct uuid *id, struct err *err)
{
    struct store_table *table = table_of(store, kind);
    enum status st = prepared(store, &table->remover, table->remove, err);

    if (st != STATUS_OK)
        return st;
    sql_bind_int_at(table->remover, 1, stream);
    sql_bind_blob_at(table->remover, 2, id->bytes, UUID_BYTES);
    return sql_execute(table->remover, err);
}

/* ---- many records ---- */

enum status store_walk(struct store *store, const struct kind *kind, uint32_t stream, const struct uuid *after, size_t max,
                       bool (*visit)(void *context, const struct record *record), void *context, struct err *err)
{
    struct sql_statement *s = NULL;
    struct arena arena; /* not the store's: a visitor may walk and put, too */
    bool row = true, on = true;
    enum status st = sql_prepare(store->db, table_of(store, kind)->walk, &s, err);

    if (st != STATUS_OK)
        return st;
    arena_init(&arena, 0);
    sql_bind_int_at(s, 1, stream);
    sql_bind_blob_at(s, 2, after ? (const void *)after->bytes : "", after ? UUID_BYTES : 0);
    sql_bind_int_at(s, 3, max > 0 ? (int64_t)max : INT64_MAX);
    while (on && (st = sql_step(s, &row, err)) == STATUS_OK && row) {
        struct record *record;

        st = store_read_row(store, &arena, kind, s, 0, &record, err);
        if (st != STATUS_OK)
            break;
        on = visit(context, record);
        arena_reset(&arena);
    }
    sql_reset(s);
    arena_done(&arena);
    return st;
}

enum status store_scan(struct store *store, const struct kind *kind, uint32_t stream, field_set set,
                       bool (*visit)(void *context, const struct record *record), void *context, struct err *err)
{
    struct sql_statement *s = NULL;
    struct arena arena;
    bool row = true, on = true;
    enum status st;

    arena_init(&arena, 0);
    st = sql_prepare(store->db, store_sql_scan(&arena, kind, set), &s, err);
    if (st != STATUS_OK)
        goto out;
    sql_bind_int_at(s, 1, stream);
    while (on && (st = sql_step(s, &row, err)) == STATUS_OK && row) {
        struct record *record;

        arena_reset(&arena);
        st = store_read_scanned(&arena, kind, stream, set, s, &record, err);
        if (st != STATUS_OK)
            break;
        on = visit(context, record);
    }
    sql_reset(s);
out:
    arena_done(&arena);
    return st;
}

static void list_add(struct arena *arena, struct record_list *list, struct record *record)
{
    /* Room doubles at each power of two. */
    if ((list->n & (list->n - 1)) == 0) {
        struct record **items = ARENA_ARRAY(arena, list->n > 0 ? list->n * 2 : 1, struct record *);

        if (list->n > 0)
            memcpy(items, list->items, list->n * sizeof *items);
        list->items = items;
    }
    list->items[list->n++] = record;
}

enum status store_list(struct store *store, struct arena *arena, const struct kind *kind, uint32_t stream,
                       const struct field *field, struct value value, struct record_list *out, struct err *err)
{
    struct record_list list = {0};
    struct sql_statement *s = NULL;
    bool row = true;
    enum status st = sql_prepare(store->db, store_sql_list(arena, kind, field, value.type == VALUE_NONE), &s, err);

    if (st != STATUS_OK)
        return st;
    sql_bind_int_at(s, 1, stream);
    if (field && value.type != VALUE_NONE)
        store_bind_value(s, 2, value);
    while ((st = sql_step(s, &row, err)) == STATUS_OK && row) {
        struct record *record = NULL;

        st = store_read_row(store, arena, kind, s, 0, &record, err);
        if (st != STATUS_OK)
            break;
        list_add(arena, &list, record);
    }
    sql_reset(s);
    if (st == STATUS_OK)
        *out = list;
    return st;
}

const char *store_columns(struct store *store, const struct kind *kind, const char *alias)
{
    struct store_columns *c;

    for (c = store->columns; c; c = c->next)
        if (c->kind == kind && strcmp(c->alias, alias) == 0)
            return c->text;
    c = ARENA_NEW(&store->arena, struct store_columns);
    *c = (struct store_columns){.next = store->columns,
                                .kind = kind,
                                .alias = arena_strdup(&store->arena, alias),
                                .text = store_sql_columns(&store->arena, kind, alias)};
    store->columns = c;
    return c->text;
}

/* ---- the hash ---- */

static bool add_to_hash(void *context, const struct record *record)
{
    struct stream_hash one = stream_hash_of_record(record);

    stream_hash_add(context, &one);
    return true;
}

enum status store_hash(struct store *store, uint32_t stream, struct stream_hash *out, struct err *err)
{
    struct stream_hash sum = {{0}};
    enum status st = STATUS_OK;

    for (size_t i = 0; st == STATUS_OK && i < store->schema->n_kinds; i++)
        st = store_walk(store, &store->schema->kinds[i], stream, NULL, 0, add_to_hash, &sum, err);
    if (st == STATUS_OK)
        *out = sum;
    return st;
}
