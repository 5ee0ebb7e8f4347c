/* SPDX-License-Identifier: Apache-2.0
 *
 * The inside of common/db/store.h: one kind's table and its generated SQL. */
#ifndef COMMON_DB_STORE_TABLE_H
#define COMMON_DB_STORE_TABLE_H

#include "common/db/store.h"

/* Where a generated SELECT has what. */
enum { STORE_STREAM, STORE_ID, STORE_REV, STORE_DEAD, STORE_FIELDS };

struct store_table {
    const struct kind *kind;
    const char *find, *walk, *update, *insert, *remove;
    /* Prepared at first use; find and the writers finish before they return, so one of each is enough. */
    struct sql_statement *finder, *updater, *inserter, *remover;
};

struct store_columns {
    struct store_columns *next;
    const struct kind *kind;
    const char *alias, *text;
};

struct store {
    struct sql *db;
    const struct schema *schema;
    struct arena arena;         /* the texts */
    struct arena scratch;       /* encodings of one put; one visited record */
    struct store_table *tables; /* one a kind, in the schema's order */
    struct store_columns *columns;
};

enum column_type { COLUMN_INTEGER, COLUMN_TEXT, COLUMN_BLOB };
enum column_type store_column_type(const struct field *field);

/* A column that every record table has. */
bool store_is_key_column(const char *name);

/* Generates the statements of a table; false when a field's name is taken by a column every table has. */
bool store_table_init(struct arena *arena, const struct kind *kind, struct store_table *table);
const char *store_sql_columns(struct arena *arena, const struct kind *kind, const char *alias);
const char *store_sql_create(struct arena *arena, const struct kind *kind);
const char *store_sql_add_column(struct arena *arena, const struct kind *kind, const struct field *field);
/* SELECT … WHERE stream = $stream AND not dead [AND field = $value], in key order. */
const char *store_sql_list(struct arena *arena, const struct kind *kind, const struct field *field, bool is_null);
/* SELECT id and the fields of set, the same way. */
const char *store_sql_scan(struct arena *arena, const struct kind *kind, field_set set);
/* The keys of all records that carry fields unknown when they were stored. */
const char *store_sql_unknown(struct arena *arena, const struct kind *kind);

/* Makes the tables what the schema says. */
enum status store_upgrade(struct store *store, bool writer, struct err *err) MUST_CHECK;

/* A row of store_sql_scan(). */
enum status store_read_scanned(struct arena *arena, const struct kind *kind, uint32_t stream, field_set set,
                               struct sql_statement *row, struct record **out, struct err *err) MUST_CHECK;
void store_bind_value(struct sql_statement *s, int at, struct value value);
/* Binds rev, dead, the fields, unknown, stream, id at 1… of a writing statement. The bytes live in scratch. */
void store_bind_record(struct arena *scratch, struct sql_statement *s, const struct record *record);

#endif
