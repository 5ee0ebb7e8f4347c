/* SPDX-License-Identifier: Apache-2.0
 *
 * Writes of the log are gathered: fewer calls, and nobody can tell by anything else. */
#include <string.h>

#include "common/db/sql.h"
#include "tests/harness/test.h"
#include "tests/harness/test_sql.h"
#include "tests/harness/test_vfs.h"

#define PAGES 100
#define MANY 6000 /* pages: more than the cache of a connection */
#define BLOB_BYTES 4000

struct fixture {
    struct test_disk *disk;
    struct sql *db;
    struct err err;
};

static void must(struct fixture *f, enum status st)
{
    if (st)
        fail_msg("%s", f->err.text);
}

static int setup(void **state)
{
    static struct fixture fixture;
    struct fixture *f = &fixture;
    memset(f, 0, sizeof *f);
    f->disk = test_disk_new(11);
    must(f, sql_open("db", SQL_WRITER, test_disk_vfs(f->disk), &f->db, &f->err));
    must(f, sql_run(f->db, "CREATE TABLE t (k INTEGER PRIMARY KEY, b BLOB NOT NULL) STRICT", &f->err));
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    sql_close(f->db);
    test_disk_free(f->disk);
    return 0;
}

/* Each is different and fills a page. */
static void insert(struct fixture *f, int64_t first, int64_t n)
{
    char bytes[BLOB_BYTES];
    struct sql_statement *s;
    for (int64_t k = first; k < first + n; k++) {
        memset(bytes, (int)(k % 251), sizeof bytes);
        must(f, sql_prepare(f->db, "INSERT INTO t (k, b) VALUES ($k, $b)", &s, &f->err));
        sql_bind_int(s, "$k", k);
        sql_bind_blob(s, "$b", bytes, sizeof bytes);
        must(f, sql_execute(s, &f->err));
    }
}

static void assert_holds(struct fixture *f, struct sql *db, int64_t n)
{
    struct sql_statement *s;
    bool row;
    int64_t k = 0;
    must(f, sql_prepare(db, "SELECT k, b FROM t ORDER BY k", &s, &f->err));
    for (;; k++) {
        char bytes[BLOB_BYTES];
        size_t size;
        must(f, sql_step(s, &row, &f->err));
        if (!row)
            break;
        const void *data = sql_blob(s, 1, &size);
        memset(bytes, (int)(k % 251), sizeof bytes);
        assert_int_equal(sql_int(s, 0), k);
        assert_int_equal(size, sizeof bytes);
        assert_memory_equal(data, bytes, sizeof bytes);
    }
    assert_int_equal(k, n);
}

static void a_commit_of_many_pages_is_written_by_few_calls(void **state)
{
    struct fixture *f = *state;
    must(f, sql_begin(f->db, &f->err));
    insert(f, 0, PAGES);
    uint64_t before = test_disk_writes(f->disk);
    must(f, sql_commit(f->db, &f->err));
    assert_true(test_disk_writes(f->disk) > before);
    assert_true(test_disk_writes(f->disk) - before < PAGES / 5);
}

static void a_reader_sees_each_commit_that_has_returned(void **state)
{
    struct fixture *f = *state;
    struct sql *reader;
    must(f, sql_open("db", SQL_READER, test_disk_vfs(f->disk), &reader, &f->err));
    for (int64_t n = 0; n < 30; n++) {
        insert(f, n, 1);
        assert_holds(f, reader, n + 1);
    }
    must(f, sql_checkpoint(f->db, &f->err));
    insert(f, 30, 1); /* the log begins again */
    assert_holds(f, reader, 31);
    sql_close(reader);
}

/* Then pages are written to the log before the commit, and read from there again. */
static void what_does_not_fit_the_cache_is_read_back_within_its_transaction(void **state)
{
    struct fixture *f = *state;
    insert(f, 0, 3);
    must(f, sql_begin(f->db, &f->err));
    insert(f, 3, MANY);
    assert_holds(f, f->db, 3 + MANY);
    sql_rollback(f->db);
    assert_holds(f, f->db, 3);
    must(f, sql_begin(f->db, &f->err));
    insert(f, 3, MANY);
    must(f, sql_commit(f->db, &f->err));
    test_disk_kill(f->disk);
    sql_close(f->db);
    must(f, sql_open("db", SQL_WRITER, test_disk_vfs(f->disk), &f->db, &f->err));
    assert_holds(f, f->db, 3 + MANY);
}

static void reopen(struct fixture *f)
{
    sql_close(f->db);
    must(f, sql_open("db", SQL_WRITER, test_disk_vfs(f->disk), &f->db, &f->err));
}

/* Of each commit a power cut may lose what was not synced: so all of it must have been, what was gathered last as well. */
static void a_power_cut_after_a_commit_loses_nothing_of_it(void **state)
{
    struct fixture *f = *state;
    int64_t n = 0;
    for (int64_t pages = 1; pages < 30; pages++, n += pages - 1) { /* more and less than is gathered at once */
        must(f, sql_begin(f->db, &f->err));
        insert(f, n, pages);
        must(f, sql_commit(f->db, &f->err));
        test_disk_power_cut(f->disk);
        reopen(f);
        assert_holds(f, f->db, n + pages);
    }
}

/* Whatever write of a commit it is, the commit says so, and the next one finds nothing of it. */
static void a_write_that_fails_at_the_flush_fails_its_commit_alone(void **state)
{
    struct fixture *f = *state;
    int64_t n = 0;
    enum status st;
    unsigned failed = 0;
    for (uint64_t after = 1;; after++, failed++) {
        must(f, sql_begin(f->db, &f->err));
        insert(f, n, PAGES);
        test_disk_fail(f->disk, TEST_DISK_WRITE, after);
        st = sql_commit(f->db, &f->err);
        test_disk_fail(f->disk, TEST_DISK_WRITE, 0);
        if (st == STATUS_OK)
            break;
        assert_int_equal(st, STATUS_UNAVAILABLE);
        assert_holds(f, f->db, n);
        insert(f, n++, 1);
        test_disk_power_cut(f->disk);
        reopen(f);
        assert_holds(f, f->db, n);
    }
    assert_true(failed > 1);
    test_disk_power_cut(f->disk);
    reopen(f);
    assert_holds(f, f->db, n + PAGES);
}

/* Pages that did not fit the cache were gathered and then rolled back: on a full disk there is no room for them, and no need. */
static void what_a_rollback_left_to_write_does_not_fail_the_next_commit(void **state)
{
    struct fixture *f = *state;
    for (int64_t n = 0; n < 3; n++) {
        must(f, sql_checkpoint(f->db, &f->err)); /* so that nothing is read from the log before the next write to it */
        must(f, sql_begin(f->db, &f->err));
        insert(f, n, MANY + n);
        sql_rollback(f->db);
        test_disk_set_free(f->disk, 0);
        insert(f, n, 1);
        test_disk_set_free(f->disk, -1);
        assert_holds(f, f->db, n + 1);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_commit_of_many_pages_is_written_by_few_calls),
        TEST(a_reader_sees_each_commit_that_has_returned),
        TEST(what_does_not_fit_the_cache_is_read_back_within_its_transaction),
        TEST(a_power_cut_after_a_commit_loses_nothing_of_it),
        TEST(a_write_that_fails_at_the_flush_fails_its_commit_alone),
        TEST(what_a_rollback_left_to_write_does_not_fail_the_next_commit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
