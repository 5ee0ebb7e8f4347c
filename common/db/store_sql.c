/* SPDX-License-Identifier: Apache-2.0
 *
 * The text of the generated SQL. Names come from the schema and are quoted, so that a field may be called like a keyword. */
#include <string.h>

#include "common/db/store_table.h"

static const char *finish(struct arena *arena, struct buf *text)
{
    const char *copy = arena_strndup(arena, buf_text(text), text->len_bytes);

    buf_done(text);
    return copy;
}

static void put_name(struct buf *text, const char *alias, const char *name)
{
    buf_puts(text, alias);
    buf_putc(text, '"');
    buf_puts(text, name);
    buf_putc(text, '"');
}

static void put_column(struct buf *text, const struct field *field)
{
    static const char *const types[] = {[COLUMN_INTEGER] = " INTEGER", [COLUMN_TEXT] = " TEXT", [COLUMN_BLOB] = " BLOB"};

    put_name(text, "", field->name);
    buf_puts(text, types[store_column_type(field)]);
}

enum column_type store_column_type(const struct field *field)
{
    switch (field->meaning) {
    case MEANING_TEXT:
    case MEANING_NOTE:
    case MEANING_DAY:
        return COLUMN_TEXT;
    case MEANING_INT:
    case MEANING_BOOL:
    case MEANING_ENUM:
    case MEANING_MONEY:
    case MEANING_MONTH:
    case MEANING_MONTHS:
    case MEANING_INSTANT:
        return COLUMN_INTEGER;
    case MEANING_ID:
    case MEANING_DIGEST:
    case MEANING_TEXTS:
    case MEANING_INTS:
    case MEANING_FIGURES:
    case MEANING_PARTIAL:
        return COLUMN_BLOB;
    }
    return COLUMN_BLOB;
}

static void put_fields(struct buf *text, const struct kind *kind, field_set set, const char *alias)
{
    for (size_t i = 0; i < kind->n_fields; i++)
        if (set & field_bit(&kind->fields[i])) {
            buf_puts(text, ", ");
            put_name(text, alias, kind->fields[i].name);
        }
}

static void put_columns(struct buf *text, const struct kind *kind, const char *alias)
{
    static const char *const key[] = {"stream", "id", "rev", "dead"};

    for (size_t i = 0; i < sizeof key / sizeof *key; i++) {
        buf_puts(text, i > 0 ? ", " : "");
        put_name(text, alias, key[i]);
    }
    put_fields(text, kind, kind->all, alias);
    buf_puts(text, ", ");
    put_name(text, alias, "unknown");
}

static void put_from(struct buf *text, const struct kind *kind)
{
    buf_puts(text, " FROM ");
    put_name(text, "", kind->name);
    buf_puts(text, " WHERE \"stream\" = $stream");
}

static void put_select(struct buf *text, const struct kind *kind)
{
    buf_puts(text, "SELECT ");
    put_columns(text, kind, "");
    put_from(text, kind);
}

const char *store_sql_columns(struct arena *arena, const struct kind *kind, const char *alias)
{
    struct buf text;

    buf_init(&text, 0);
    put_columns(&text, kind, alias);
    return finish(arena, &text);
}

const char *store_sql_create(struct arena *arena, const struct kind *kind)
{
    struct buf text;

    buf_init(&text, 0);
    buf_puts(&text, "CREATE TABLE ");
    put_name(&text, "", kind->name);
    buf_puts(&text, " (\"stream\" INTEGER NOT NULL, \"id\" BLOB NOT NULL, \"rev\" INTEGER NOT NULL, \"dead\" INTEGER NOT NULL, ");
    for (size_t i = 0; i < kind->n_fields; i++) {
        put_column(&text, &kind->fields[i]);
        buf_puts(&text, ", ");
    }
    buf_puts(&text, "\"unknown\" BLOB, PRIMARY KEY (\"stream\", \"id\")) STRICT, WITHOUT ROWID");
    return finish(arena, &text);
}

const char *store_sql_add_column(struct arena *arena, const struct kind *kind, const struct field *field)
{
    struct buf text;

    buf_init(&text, 0);
    buf_puts(&text, "ALTER TABLE ");
    put_name(&text, "", kind->name);
    buf_puts(&text, " ADD COLUMN ");
    put_column(&text, field);
    return finish(arena, &text);
}

const char *store_sql_list(struct arena *arena, const struct kind *kind, const struct field *field, bool is_null)
{
    struct buf text;

    buf_init(&text, 0);
    put_select(&text, kind);
    buf_puts(&text, " AND \"dead\" = 0");
    if (field) {
        buf_puts(&text, " AND ");
        put_name(&text, "", field->name);
        buf_puts(&text, is_null ? " IS NULL" : " = $value");
    }
    buf_puts(&text, " ORDER BY \"id\"");
    return finish(arena, &text);
}

const char *store_sql_scan(struct arena *arena, const struct kind *kind, field_set set)
{
    struct buf text;

    buf_init(&text, 0);
    buf_puts(&text, "SELECT \"id\"");
    put_fields(&text, kind, set, "");
    put_from(&text, kind);
    buf_puts(&text, " AND \"dead\" = 0 ORDER BY \"id\"");
    return finish(arena, &text);
}

const char *store_sql_unknown(struct arena *arena, const struct kind *kind)
{
    struct buf text;

    buf_init(&text, 0);
    buf_puts(&text, "SELECT \"stream\", \"id\" FROM ");
    put_name(&text, "", kind->name);
    buf_puts(&text, " WHERE \"unknown\" IS NOT NULL");
    return finish(arena, &text);
}

static const char *find_text(struct arena *arena, const struct kind *kind)
{
    struct buf text;

    buf_init(&text, 0);
    put_select(&text, kind);
    buf_puts(&text, " AND \"id\" = $id");
    return finish(arena, &text);
}

static const char *walk_text(struct arena *arena, const struct kind *kind)
{
    struct buf text;

    buf_init(&text, 0);
    put_select(&text, kind);
    buf_puts(&text, " AND \"id\" > $after ORDER BY \"id\" LIMIT $max");
    return finish(arena, &text);
}

/* Both writing statements name the values in the same order, so that they are bound by the same code. */
static const char *update_text(struct arena *arena, const struct kind *kind)
{
    struct buf text;

    buf_init(&text, 0);
    buf_puts(&text, "UPDATE ");
    put_name(&text, "", kind->name);
    buf_puts(&text, " SET \"rev\" = $rev, \"dead\" = $dead, ");
    for (size_t i = 0; i < kind->n_fields; i++) {
        put_name(&text, "", kind->fields[i].name);
        buf_puts(&text, " = $");
        buf_puts(&text, kind->fields[i].name);
        buf_puts(&text, ", ");
    }
    buf_puts(&text, "\"unknown\" = $unknown WHERE \"stream\" = $stream AND \"id\" = $id");
    return finish(arena, &text);
}

static const char *insert_text(struct arena *arena, const struct kind *kind)
{
    struct buf text;

    buf_init(&text, 0);
    buf_puts(&text, "INSERT INTO ");
    put_name(&text, "", kind->name);
    buf_puts(&text, " (\"rev\", \"dead\", ");
    for (size_t i = 0; i < kind->n_fields; i++) {
        put_name(&text, "", kind->fields[i].name);
        buf_puts(&text, ", ");
    }
    buf_puts(&text, "\"unknown\", \"stream\", \"id\") VALUES ($rev, $dead, ");
    for (size_t i = 0; i < kind->n_fields; i++) {
        buf_putc(&text, '$');
        buf_puts(&text, kind->fields[i].name);
        buf_puts(&text, ", ");
    }
    buf_puts(&text, "$unknown, $stream, $id)");
    return finish(arena, &text);
}

static const char *remove_text(struct arena *arena, const struct kind *kind)
{
    struct buf text;

    buf_init(&text, 0);
    buf_puts(&text, "DELETE FROM ");
    put_name(&text, "", kind->name);
    buf_puts(&text, " WHERE \"stream\" = $stream AND \"id\" = $id");
    return finish(arena, &text);
}

bool store_is_key_column(const char *name)
{
    static const char *const taken[] = {"stream", "id", "rev", "dead", "unknown"};

    for (size_t i = 0; i < sizeof taken / sizeof *taken; i++)
        if (strcmp(name, taken[i]) == 0)
            return true;
    return false;
}

static bool has_free_names(const struct kind *kind)
{
    for (size_t i = 0; i < kind->n_fields; i++)
        if (store_is_key_column(kind->fields[i].name))
            return false;
    return true;
}

bool store_table_init(struct arena *arena, const struct kind *kind, struct store_table *table)
{
    *table = (struct store_table){
        .kind = kind,
        .find = find_text(arena, kind),
        .walk = walk_text(arena, kind),
        .update = update_text(arena, kind),
        .insert = insert_text(arena, kind),
        .remove = remove_text(arena, kind),
    };
    return has_free_names(kind);
}
