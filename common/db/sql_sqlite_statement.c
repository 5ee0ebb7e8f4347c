/* SPDX-License-Identifier: Apache-2.0 */
#include "common/db/sql_sqlite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint32_t hash_text(const char *text)
{
    uint32_t hash = 2166136261u; /* FNV-1a */

    for (; *text; text++)
        hash = (hash ^ (unsigned char)*text) * 16777619u;
    return hash;
}

static enum status prepare(struct sql *db, const char *text, unsigned flags, struct sql_statement **out, struct err *err)
{
    struct sql_statement *s = calloc(1, sizeof *s);
    int code = SQLITE_NOMEM;

    if (s && (s->text = strdup(text)))
        code = sqlite3_prepare_v3(db->handle, text, -1, flags, &s->stmt, NULL);
    if (code != SQLITE_OK) {
        enum status st = sql_sqlite_fail(db, code, "prepare", err);

        sql_finish(s);
        return st;
    }
    s->db = db;
    *out = s;
    return STATUS_OK;
}

enum status sql_prepare(struct sql *db, const char *text, struct sql_statement **out, struct err *err)
{
    uint32_t hash = hash_text(text);
    struct sql_statement **bucket = &db->cache[hash % SQL_CACHE_BUCKETS];
    struct sql_statement *s;
    enum status st;

    for (s = *bucket; s; s = s->next)
        if (s->hash == hash && strcmp(s->text, text) == 0 && !sqlite3_stmt_busy(s->stmt))
            break;
    if (!s) {
        st = prepare(db, text, SQLITE_PREPARE_PERSISTENT, &s, err);
        if (st != STATUS_OK)
            return st;
        s->hash = hash;
        s->next = *bucket;
        *bucket = s;
    }
    sql_reset(s);
    sqlite3_clear_bindings(s->stmt);
    *out = s;
    return STATUS_OK;
}

enum status sql_prepare_once(struct sql *db, const char *text, struct sql_statement **out, struct err *err)
{
    return prepare(db, text, 0, out, err);
}

void sql_finish(struct sql_statement *s)
{
    if (!s)
        return;
    sqlite3_finalize(s->stmt);
    free(s->text);
    free(s);
}

static int position(struct sql_statement *s, const char *name)
{
    int at = sqlite3_bind_parameter_index(s->stmt, name);

    if (at == 0) {
        fprintf(stderr, "database: no parameter %s in: %s\n", name, s->text);
        abort();
    }
    return at;
}

static void note_bind(struct sql_statement *s, int code)
{
    if (code == SQLITE_OK)
        return;
    if (code != SQLITE_TOOBIG && code != SQLITE_NOMEM) {
        fprintf(stderr, "database: %s in: %s\n", sqlite3_errstr(code), s->text);
        abort();
    }
    s->fault = code;
}

void sql_bind_int(struct sql_statement *s, const char *name, int64_t value)
{
    sql_bind_int_at(s, position(s, name), value);
}

void sql_bind_text(struct sql_statement *s, const char *name, const char *text)
{
    sql_bind_text_at(s, position(s, name), text, text ? strlen(text) : 0);
}

void sql_bind_blob(struct sql_statement *s, const char *name, const void *data, size_t bytes)
{
    sql_bind_blob_at(s, position(s, name), data, bytes);
}

void sql_bind_uuid(struct sql_statement *s, const char *name, const struct uuid *id)
{
    sql_bind_blob_at(s, position(s, name), id->bytes, UUID_BYTES);
}

void sql_bind_null(struct sql_statement *s, const char *name)
{
    sql_bind_null_at(s, position(s, name));
}

void sql_bind_int_at(struct sql_statement *s, int at, int64_t value)
{
    note_bind(s, sqlite3_bind_int64(s->stmt, at, value));
}

void sql_bind_text_at(struct sql_statement *s, int at, const char *text, size_t bytes)
{
    note_bind(s, sqlite3_bind_text64(s->stmt, at, text, bytes, SQLITE_STATIC, SQLITE_UTF8));
}

void sql_bind_blob_at(struct sql_statement *s, int at, const void *data, size_t bytes)
{
    note_bind(s, sqlite3_bind_blob64(s->stmt, at, data, bytes, SQLITE_STATIC));
}

void sql_bind_null_at(struct sql_statement *s, int at)
{
    note_bind(s, sqlite3_bind_null(s->stmt, at));
}

enum status sql_step(struct sql_statement *s, bool *row, struct err *err)
{
    enum status st = STATUS_OK;
    int code = s->fault ? s->fault : sqlite3_step(s->stmt);

    if (code == SQLITE_ROW) {
        *row = true;
        return STATUS_OK;
    }
    if (code != SQLITE_DONE)
        st = sql_sqlite_fail(s->db, code, "step", err);
    else
        *row = false;
    sql_reset(s);
    return st;
}

enum status sql_execute(struct sql_statement *s, struct err *err)
{
    bool row = true;
    enum status st = STATUS_OK;

    while (st == STATUS_OK && row)
        st = sql_step(s, &row, err);
    return st;
}

void sql_reset(struct sql_statement *s)
{
    sqlite3_reset(s->stmt);
    s->fault = 0;
}

enum status sql_find_any(struct sql_statement *s, bool *found, struct err *err)
{
    enum status st = sql_step(s, found, err);

    sql_reset(s);
    return st;
}

enum status sql_find_int(struct sql_statement *s, int64_t *value, struct err *err)
{
    bool row;
    enum status st = sql_step(s, &row, err);

    if (st == STATUS_OK)
        *value = row ? sql_int(s, 0) : 0;
    sql_reset(s);
    return st;
}

bool sql_is_null(struct sql_statement *s, int column)
{
    return sqlite3_column_type(s->stmt, column) == SQLITE_NULL;
}

int64_t sql_int(struct sql_statement *s, int column)
{
    return sqlite3_column_int64(s->stmt, column);
}

const char *sql_text(struct sql_statement *s, int column)
{
    const unsigned char *text = sqlite3_column_text(s->stmt, column);

    return text ? (const char *)text : "";
}

const void *sql_blob(struct sql_statement *s, int column, size_t *bytes)
{
    const void *data = sqlite3_column_blob(s->stmt, column);

    *bytes = (size_t)sqlite3_column_bytes(s->stmt, column);
    return data;
}
