/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "common/db/migration.h"
#include "tests/harness/test.h"
#include "tests/harness/test_sql.h"
#include "tests/harness/test_vfs.h"

struct fixture {
    struct test_disk *disk;
    struct sql *db;
    struct err err;
};

static const struct migration list[] = {
    {1, "first", "CREATE TABLE a (k INTEGER NOT NULL PRIMARY KEY) STRICT; INSERT INTO a VALUES (1)"},
    {2, "second", "INSERT INTO a VALUES (2); CREATE TABLE b (k INTEGER NOT NULL PRIMARY KEY) STRICT"},
    {5, "numbers may leave gaps", "INSERT INTO a VALUES (3)"},
};
#define LIST_LENGTH (sizeof list / sizeof *list)

static int setup(void **state)
{
    static struct fixture f;

    memset(&f, 0, sizeof f);
    f.disk = test_disk_new(1);
    *state = &f;
    return sql_open("db", SQL_WRITER, test_disk_vfs(f.disk), &f.db, &f.err) != STATUS_OK;
}

static int teardown(void **state)
{
    struct fixture *f = *state;

    sql_close(f->db);
    test_disk_free(f->disk);
    return 0;
}

static int64_t last(struct fixture *f)
{
    int64_t n = -1;

    assert_int_equal(migration_find_last(f->db, &n, &f->err), STATUS_OK);
    return n;
}

static void each_runs_once_and_in_order(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(last(f), 0);
    assert_int_equal(migration_run(f->db, list, 1, &f->err), STATUS_OK);
    assert_int_equal(last(f), 1);
    assert_int_equal(migration_run(f->db, list, LIST_LENGTH, &f->err), STATUS_OK);
    assert_int_equal(migration_run(f->db, list, LIST_LENGTH, &f->err), STATUS_OK);
    assert_int_equal(last(f), 5);
    assert_int_equal(test_sql_number(f->db, "SELECT count(*) * 10 + max(k) FROM a"), 33);
    assert_int_equal(test_sql_number(f->db, "SELECT count(*) FROM migration"), 3);
}

static void a_newer_database_is_refused_untouched(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(migration_run(f->db, list, LIST_LENGTH, &f->err), STATUS_OK);
    assert_int_equal(migration_run(f->db, list, 2, &f->err), STATUS_INVALID);
    assert_non_null(strstr(f->err.text, "newer Lianxin"));
    assert_int_equal(last(f), 5);
}

static void a_migration_that_fails_leaves_the_one_before(void **state)
{
    struct fixture *f = *state;
    const struct migration broken[] = {list[0], {2, "broken", "INSERT INTO a VALUES (7); INSERT INTO a VALUES (1)"}};

    assert_int_equal(migration_run(f->db, broken, 2, &f->err), STATUS_EXISTS);
    assert_non_null(strstr(f->err.text, "migration 2 (broken)"));
    assert_int_equal(last(f), 1);
    assert_int_equal(test_sql_number(f->db, "SELECT count(*) FROM a"), 1);
    assert_int_equal(migration_run(f->db, list, LIST_LENGTH, &f->err), STATUS_OK);
}

static void a_list_out_of_order_is_not_run(void **state)
{
    struct fixture *f = *state;
    const struct migration twice[] = {list[0], list[0]};

    assert_int_equal(migration_run(f->db, twice, 2, &f->err), STATUS_FAILED);
    assert_int_equal(last(f), 0);
}

static void a_power_cut_leaves_whole_migrations(void **state)
{
    bool died = true;

    (void)state;
    for (uint64_t at = 1; died; at++) {
        struct fixture one = {.disk = test_disk_new(at)}, *f = &one;

        assert_int_equal(sql_open("db", SQL_WRITER, test_disk_vfs(f->disk), &f->db, &f->err), STATUS_OK);
        test_disk_fail(f->disk, TEST_DISK_DIE, at);
        died = migration_run(f->db, list, LIST_LENGTH, &f->err) != STATUS_OK;
        test_disk_power_cut(f->disk);
        sql_close(f->db);
        assert_int_equal(sql_open("db", SQL_WRITER, test_disk_vfs(f->disk), &f->db, &f->err), STATUS_OK);
        assert_int_equal(migration_run(f->db, list, LIST_LENGTH, &f->err), STATUS_OK);
        assert_int_equal(test_sql_number(f->db, "SELECT count(*) FROM a"), 3);
        sql_close(f->db);
        test_disk_free(f->disk);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(each_runs_once_and_in_order),
        TEST(a_newer_database_is_refused_untouched),
        TEST(a_migration_that_fails_leaves_the_one_before),
        TEST(a_list_out_of_order_is_not_run),
        cmocka_unit_test(a_power_cut_leaves_whole_migrations),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
