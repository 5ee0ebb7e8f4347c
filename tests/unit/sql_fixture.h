/* SPDX-License-Identifier: Apache-2.0
 *
 * A database on a disk in memory, with one table. */
#ifndef TESTS_UNIT_SQL_FIXTURE_H
#define TESTS_UNIT_SQL_FIXTURE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/db/sql.h"
#include "tests/harness/test.h"
#include "tests/harness/test_sql.h"
#include "tests/harness/test_vfs.h"

/* Everything here runs on a disk of its own in memory. */
struct fixture {
    struct test_disk *disk;
    struct sql *db;
    struct err err;
};

static inline struct sql *opened(struct fixture *f, enum sql_mode mode)
{
    struct sql *db = NULL;

    OK(sql_open("db", mode, test_disk_vfs(f->disk), &db, &f->err));
    return db;
}

static inline int setup(void **state)
{
    static struct fixture fixture;
    struct fixture *f = &fixture;

    memset(f, 0, sizeof *f);
    f->disk = test_disk_new(7);
    f->db = opened(f, SQL_WRITER);
    OK(sql_run(f->db, "CREATE TABLE t (k INTEGER NOT NULL, v TEXT, b BLOB, PRIMARY KEY (k)) STRICT, WITHOUT ROWID", &f->err));
    *state = f;
    return 0;
}

static inline int teardown(void **state)
{
    struct fixture *f = *state;

    sql_close(f->db);
    test_disk_free(f->disk);
    return 0;
}

static inline enum status insert(struct fixture *f, int64_t k, const char *v, size_t bytes)
{
    struct sql_statement *s = NULL;

    OK(sql_prepare(f->db, "INSERT INTO t (k, v) VALUES ($k, $v)", &s, &f->err));
    sql_bind_int(s, "$k", k);
    sql_bind_text_at(s, 2, v, bytes);
    return sql_execute(s, &f->err);
}

#endif
