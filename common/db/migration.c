/* SPDX-License-Identifier: Apache-2.0 */
#include "common/db/migration.h"

static enum status has_table(struct sql *db, bool *has, struct err *err)
{
    const char *const *names;
    struct arena arena;
    enum status st;
    size_t n = 0;

    arena_init(&arena, 0);
    st = sql_table_columns(db, &arena, "migration", &names, &n, err);
    if (st == STATUS_OK)
        *has = n > 0;
    arena_done(&arena);
    return st;
}

enum status migration_find_last(struct sql *db, int64_t *number, struct err *err)
{
    struct sql_statement *s = NULL;
    bool has = false;
    enum status st = has_table(db, &has, err);

    if (st != STATUS_OK)
        return st;
    if (!has) {
        *number = 0;
        return STATUS_OK;
    }
    st = sql_prepare(db, "SELECT coalesce(max(number), 0) FROM migration", &s, err);
    return st == STATUS_OK ? sql_find_int(s, number, err) : st;
}

static enum status record_one(struct sql *db, const struct migration *m, struct err *err)
{
    struct sql_statement *s = NULL;
    enum status st = sql_prepare(db, "INSERT INTO migration (number, name) VALUES ($number, $name)", &s, err);

    if (st != STATUS_OK)
        return st;
    sql_bind_int(s, "$number", m->number);
    sql_bind_text(s, "$name", m->name);
    return sql_execute(s, err);
}

static enum status run_one(struct sql *db, const struct migration *m, bool first, struct err *err)
{
    enum status st = sql_begin(db, err);

    if (st == STATUS_OK && first)
        st = sql_run(db, "CREATE TABLE migration (number INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL) STRICT, WITHOUT ROWID",
                     err);
    if (st == STATUS_OK)
        st = sql_run(db, m->text, err);
    if (st == STATUS_OK)
        st = record_one(db, m, err);
    if (st == STATUS_OK)
        st = sql_commit(db, err);
    if (st == STATUS_OK)
        return st;
    sql_rollback(db);
    (void)err_prefix(err, "migration %lld (%s)", (long long)m->number, m->name);
    return st;
}

enum status migration_run(struct sql *db, const struct migration *list, size_t n, struct err *err)
{
    int64_t last = 0, newest = n > 0 ? list[n - 1].number : 0;
    enum status st;

    for (size_t i = 0; i < n; i++)
        if (list[i].number <= (i > 0 ? list[i - 1].number : 0))
            return err_set(err, STATUS_FAILED, "migration %lld is out of order", (long long)list[i].number);
    st = migration_find_last(db, &last, err);
    if (st == STATUS_OK && last > newest)
        return err_set(
            err, STATUS_INVALID,
            "the database is at version %lld, this program knows up to %lld: it was written by a newer Lianxin; use that version, "
            "or restore a backup made before the upgrade",
            (long long)last, (long long)newest);
    for (size_t i = 0; st == STATUS_OK && i < n; i++)
        if (list[i].number > last)
            st = run_one(db, &list[i], i == 0, err);
    return st;
}
