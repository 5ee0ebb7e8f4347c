/* SPDX-License-Identifier: Apache-2.0
 *
 * Record tables: one per kind, derived from the schema, the same in the server and in a client's cache.
 *   CREATE TABLE activity (stream INTEGER NOT NULL, id BLOB NOT NULL, rev INTEGER NOT NULL, dead INTEGER NOT NULL, <one column per
 * field, named as the field>, unknown BLOB, PRIMARY KEY (stream, id)) STRICT, WITHOUT ROWID Scalars and enums are INTEGER, strings
 * TEXT, everything else BLOB (repeated and message fields as canonical bytes). unknown holds the bytes of fields this schema does
 * not know. All SQL is generated from the schema once, when the store is opened. */
#ifndef COMMON_DB_STORE_H
#define COMMON_DB_STORE_H

#include "common/db/sql.h"
#include "common/record/record.h"

struct store;

/* Makes missing tables and columns (a schema that grew; writer connections only), and moves fields out of the unknown bytes that
 * the schema now knows. db and schema must outlive the store. */
enum status store_open(struct sql *db, const struct schema *schema, bool writer, struct store **out, struct err *err) MUST_CHECK;
/* False when a writer's store_open() would make tables or columns. */
enum status store_is_current(struct sql *db, const struct schema *schema, bool *current, struct err *err) MUST_CHECK;
void store_close(struct store *store);
struct sql *store_sql(struct store *store);
const struct schema *store_schema(const struct store *store);

/* *out is NULL when there is no such record. The record lives in arena. */
enum status store_find(struct store *store, struct arena *arena, const struct kind *kind, uint32_t stream, const struct uuid *id,
                       struct record **out, struct err *err) MUST_CHECK;
/* Inserts or replaces by key. */
enum status store_put(struct store *store, const struct record *record, struct err *err) MUST_CHECK;
/* When it is known that there is none yet: EXISTS otherwise. */
enum status store_insert(struct store *store, const struct record *record, struct err *err) MUST_CHECK;
enum status store_remove(struct store *store, const struct kind *kind, uint32_t stream, const struct uuid *id,
                         struct err *err) MUST_CHECK;

/* Walks the records of one kind in one stream in key order, after `after` (NULL: from the first); stops when visit returns false or
 * after max (0: no bound). The record is visit's until it returns: its arena is reset then. Tombstones are shown too. */
enum status store_walk(struct store *store, const struct kind *kind, uint32_t stream, const struct uuid *after, size_t max,
                       bool (*visit)(void *context, const struct record *record), void *context, struct err *err) MUST_CHECK;
/* The same for all live records of the stream, each with nothing but the fields of set, without its revision, too: to choose among
 * many in a fraction of the time. */
enum status store_scan(struct store *store, const struct kind *kind, uint32_t stream, field_set set,
                       bool (*visit)(void *context, const struct record *record), void *context, struct err *err) MUST_CHECK;
/* All live records of a kind in a stream whose field equals value (field NULL: all), in key order, in arena. */
struct record_list {
    struct record **items;
    size_t n;
};
enum status store_list(struct store *store, struct arena *arena, const struct kind *kind, uint32_t stream,
                       const struct field *field, struct value value, struct record_list *out, struct err *err) MUST_CHECK;
/* Reads the record a row of a hand-written SELECT stands on: columns from `at` on must be stream, id, rev, dead, the kind's fields
 * in order, unknown (store_columns() gives that list for a table alias, e.g. "a."). */
const char *store_columns(struct store *store, const struct kind *kind, const char *alias);
enum status store_read_row(struct store *store, struct arena *arena, const struct kind *kind, struct sql_statement *row, int at,
                           struct record **out, struct err *err) MUST_CHECK;

/* The sum of all records of a stream, recomputed from the tables. */
struct stream_hash;
enum status store_hash(struct store *store, uint32_t stream, struct stream_hash *out, struct err *err) MUST_CHECK;

#endif
