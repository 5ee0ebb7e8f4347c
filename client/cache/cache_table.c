/* SPDX-License-Identifier: Apache-2.0 */
#include "client/cache/cache_internal.h"

struct migration {
    int64_t version;
    const char *sql;
};

static const struct migration migrations[] = {
#define MIGRATION(version, sql) {version, sql},
#include "client/cache/cache_table.def"
#undef MIGRATION
};

#define MIGRATIONS (sizeof migrations / sizeof migrations[0])

static enum status find_version(struct sql *db, int64_t *version, struct err *err)
{
    struct sql_statement *row;
    bool found = false;
    enum status s = sql_prepare(db, "SELECT version FROM cache_version", &row, err);
    if (s == STATUS_OK)
        s = sql_step(row, &found, err);
    if (s != STATUS_OK)
        return s;
    *version = found ? sql_int(row, 0) : 0;
    sql_reset(row);
    return STATUS_OK;
}

static enum status put_version(struct sql *db, int64_t from, int64_t to, struct err *err)
{
    struct sql_statement *row;
    enum status s = sql_prepare(
        db, from ? "UPDATE cache_version SET version = $version" : "INSERT INTO cache_version VALUES ($version)", &row, err);
    if (s != STATUS_OK)
        return s;
    sql_bind_int(row, "$version", to);
    return sql_execute(row, err);
}

static enum status migrate(struct sql *db, int64_t version, struct err *err)
{
    enum status s = STATUS_OK;
    for (size_t i = 0; i < MIGRATIONS && s == STATUS_OK; i++) {
        if (migrations[i].version <= version)
            continue;
        if ((s = sql_run(db, migrations[i].sql, err)) == STATUS_OK)
            s = put_version(db, version, migrations[i].version, err);
        version = migrations[i].version;
    }
    return s;
}

enum status cache_table_open(struct sql *db, bool writer, struct err *err)
{
    int64_t version;
    enum status s = sql_begin(db, err);
    if (s != STATUS_OK)
        return s;
    if (writer)
        s = sql_run(db, "CREATE TABLE IF NOT EXISTS cache_version (version INTEGER NOT NULL) STRICT", err);
    if (s == STATUS_OK)
        s = find_version(db, &version, err);
    if (s == STATUS_OK && version > migrations[MIGRATIONS - 1].version)
        s = err_set(err, STATUS_FAILED,
                    "the data folder was written by a newer lianxin (format %lld, this one knows %lld); update lianxin",
                    (long long)version, (long long)migrations[MIGRATIONS - 1].version);
    if (s == STATUS_OK && writer)
        s = migrate(db, version, err);
    if (s == STATUS_OK)
        s = sql_commit(db, err);
    if (s != STATUS_OK)
        sql_rollback(db);
    return s;
}
