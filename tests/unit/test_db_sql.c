/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/db/sql.h"
#include "tests/harness/test_sql.h"
#include "tests/harness/test_vfs.h"

/* Everything here runs on a disk of its own in memory. */
struct fixture {
    struct test_disk *disk;
    struct sql *db;
    struct err err;
};

#define OK(expression)                                                                                                             \
    do {                                                                                                                           \
        if ((expression) != STATUS_OK)                                                                                             \
            fail_msg("%s: %s", #expression, f->err.text);                                                                          \
    } while (0)

static struct sql *opened(struct fixture *f, enum sql_mode mode)
{
    struct sql *db = NULL;

    OK(sql_open("db", mode, test_disk_vfs(f->disk), &db, &f->err));
    return db;
}

static int setup(void **state)
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

static int teardown(void **state)
{
    struct fixture *f = *state;

    sql_close(f->db);
    test_disk_free(f->disk);
    return 0;
}

static enum status insert(struct fixture *f, int64_t k, const char *v, size_t bytes)
{
    struct sql_statement *s = NULL;

    OK(sql_prepare(f->db, "INSERT INTO t (k, v) VALUES ($k, $v)", &s, &f->err));
    sql_bind_int(s, "$k", k);
    sql_bind_text_at(s, 2, v, bytes);
    return sql_execute(s, &f->err);
}

static void a_writer_promises_durability(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(test_sql_number(f->db, "PRAGMA synchronous"), 2); /* FULL: each commit is on the disk when it returns */
    assert_int_equal(test_sql_number(f->db, "PRAGMA foreign_keys"), 1);
    assert_int_equal(test_sql_number(f->db, "PRAGMA trusted_schema"), 0);
    assert_int_equal(test_sql_number(f->db, "PRAGMA query_only"), 0);
    assert_int_equal(test_sql_number(f->db, "SELECT journal_mode = 'wal' FROM pragma_journal_mode"), 1);
}

static void every_commit_is_synced_before_it_returns(void **state)
{
    struct fixture *f = *state;

    for (int64_t k = 0; k < 20; k++) {
        uint64_t syncs = test_disk_syncs(f->disk);

        OK(insert(f, k, "x", 1));
        assert_true(test_disk_syncs(f->disk) > syncs);
    }
}

static void a_reader_cannot_write_or_checkpoint(void **state)
{
    struct fixture *f = *state;
    struct sql *reader = opened(f, SQL_READER);

    assert_int_equal(test_sql_number(reader, "PRAGMA query_only"), 1);
    assert_int_not_equal(sql_run(reader, "INSERT INTO t (k) VALUES (1)", &f->err), STATUS_OK);
    assert_int_not_equal(sql_checkpoint(reader, &f->err), STATUS_OK);
    sql_close(reader);
}

static void a_reader_keeps_its_snapshot(void **state)
{
    struct fixture *f = *state;
    struct sql *reader = opened(f, SQL_READER);

    OK(insert(f, 1, "one", 3));
    OK(sql_begin(reader, &f->err));
    assert_int_equal(test_sql_number(reader, "SELECT count(*) FROM t"), 1);
    OK(insert(f, 2, "two", 3));
    OK(sql_checkpoint(f->db, &f->err));
    assert_int_equal(test_sql_number(reader, "SELECT count(*) FROM t"), 1);
    OK(sql_commit(reader, &f->err));
    assert_int_equal(test_sql_number(reader, "SELECT count(*) FROM t"), 2);
    sql_close(reader);
}

static void only_the_writer_moves_the_log(void **state)
{
    struct fixture *f = *state;
    struct sql *reader;
    size_t bytes;

    OK(sql_checkpoint(f->db, &f->err));
    bytes = test_disk_size(f->disk, "db");
    for (int64_t k = 0; k < 3000; k++) /* far past the thousand pages at which SQLite would checkpoint by itself */
        OK(insert(f, k, "some text", 9));
    assert_true(sql_log_frames(f->db) > 1000);
    reader = opened(f, SQL_READER);
    assert_int_equal(test_sql_number(reader, "SELECT count(*) FROM t"), 3000);
    sql_close(reader);
    assert_int_equal(test_disk_size(f->disk, "db"), bytes);
    OK(sql_checkpoint(f->db, &f->err));
    assert_int_equal(sql_log_frames(f->db), 0);
    assert_true(test_disk_size(f->disk, "db") > bytes);
    OK(insert(f, 3000, "x", 1));
    assert_in_range(sql_log_frames(f->db), 1, 9); /* the log began again */
}

static void a_full_disk_rolls_the_whole_transaction_back(void **state)
{
    struct fixture *f = *state;
    enum status st = STATUS_OK;
    char text[3000];

    memset(text, 'x', sizeof text);
    OK(insert(f, -1, "before", 6));
    OK(sql_begin(f->db, &f->err));
    test_disk_set_free(f->disk, 64 << 10);
    OK(sql_run(f->db, "PRAGMA cache_size=4", &f->err)); /* so that pages are spilled before the commit */
    for (int64_t k = 0; k < 200 && st == STATUS_OK; k++) {
        OK(sql_run(f->db, "SAVEPOINT one", &f->err));
        st = insert(f, k, text, sizeof text);
    }
    assert_int_equal(st, STATUS_UNAVAILABLE);
    assert_int_equal(f->err.reason, REASON_DISK_FULL_HERE);
    assert_false(sql_in_transaction(f->db));
    assert_int_equal(test_sql_number(f->db, "SELECT count(*) FROM t"), 1);
    test_disk_set_free(f->disk, -1);
    OK(insert(f, 5, text, sizeof text));
    OK(sql_integrity_check(f->db, NULL, NULL, &f->err));
}

static void a_commit_that_finds_the_disk_full_leaves_nothing(void **state)
{
    struct fixture *f = *state;

    OK(sql_begin(f->db, &f->err));
    OK(insert(f, 1, "x", 1));
    test_disk_set_free(f->disk, 0);
    assert_int_equal(sql_commit(f->db, &f->err), STATUS_UNAVAILABLE);
    assert_false(sql_in_transaction(f->db));
    assert_int_equal(test_sql_number(f->db, "SELECT count(*) FROM t"), 0);
    test_disk_set_free(f->disk, -1);
    OK(insert(f, 1, "x", 1));
}

/* Works on a disk that dies at its at-th operation, cuts the power, and finds every acknowledged row again; false when the work was
 * done before. */
static bool survives_power_cut(uint64_t at, uint64_t seed)
{
    struct fixture one = {.disk = test_disk_new(seed)}, *f = &one;
    int64_t acknowledged = 0;
    bool died;

    f->db = opened(f, SQL_WRITER);
    OK(sql_run(f->db, "CREATE TABLE t (k INTEGER NOT NULL, v TEXT, b BLOB, PRIMARY KEY (k)) STRICT, WITHOUT ROWID", &f->err));
    test_disk_fail(f->disk, TEST_DISK_DIE, at);
    while (acknowledged < 12 && insert(f, acknowledged, "some text that is worth keeping", 31) == STATUS_OK) {
        acknowledged++;
        if (acknowledged == 6 && sql_checkpoint(f->db, &f->err) != STATUS_OK)
            break;
    }
    died = test_disk_is_dead(f->disk);
    test_disk_power_cut(f->disk);
    sql_close(f->db);
    f->db = opened(f, SQL_WRITER);
    OK(sql_integrity_check(f->db, NULL, NULL, &f->err));
    /* the one in flight may or may not be there */
    assert_in_range(test_sql_number(f->db, "SELECT count(*) FROM t"), acknowledged, acknowledged + 1);
    sql_close(f->db);
    test_disk_free(f->disk);
    return died;
}

static void a_power_cut_at_any_write_loses_no_acknowledged_commit(void **state)
{
    bool died = true;
    uint64_t at;

    (void)state;
    for (at = 1; died; at++)
        for (uint64_t seed = 1; seed <= 20; seed++)
            died = survives_power_cut(at, seed);
    assert_true(at > 20);
}

/* The disk model itself must be able to lose: with synchronous=OFF acknowledged commits disappear. */
static void the_disk_model_loses_what_was_not_synced(void **state)
{
    struct fixture *f = *state;

    OK(insert(f, 1, "x", 1));
    OK(sql_run(f->db, "PRAGMA synchronous=OFF", &f->err));
    for (int64_t k = 2; k < 30; k++)
        OK(insert(f, k, "x", 1));
    test_disk_power_cut(f->disk);
    sql_close(f->db);
    f->db = opened(f, SQL_WRITER);
    assert_in_range(test_sql_number(f->db, "SELECT count(*) FROM t"), 1, 28);
}

static void a_killed_process_loses_nothing_written(void **state)
{
    struct fixture *f = *state;

    OK(insert(f, 1, "x", 1));
    OK(sql_begin(f->db, &f->err));
    OK(insert(f, 2, "x", 1));
    test_disk_kill(f->disk);
    sql_close(f->db);
    f->db = opened(f, SQL_WRITER);
    assert_int_equal(test_sql_number(f->db, "SELECT count(*) FROM t"), 1);
}

/* Killed between writing a commit and its fsync: what the next process shows must survive a power cut. */
static void what_is_read_after_a_kill_survives_a_power_cut(void **state)
{
    struct fixture *f = *state;

    OK(insert(f, 1, "x", 1));
    for (uint64_t at = 1; at < 12; at++) {
        int64_t shown;

        test_disk_fail(f->disk, TEST_DISK_DIE, at);
        (void)!insert(f, 100 + (int64_t)at, "x", 1);
        test_disk_kill(f->disk);
        sql_close(f->db);
        f->db = opened(f, SQL_WRITER);
        shown = test_sql_number(f->db, "SELECT count(*) FROM t");
        test_disk_power_cut(f->disk);
        sql_close(f->db);
        f->db = opened(f, SQL_WRITER);
        assert_int_equal(test_sql_number(f->db, "SELECT count(*) FROM t"), shown);
    }
}

static void a_failed_fsync_ends_the_process(void **state)
{
    struct fixture *f = *state;
    int result = 0;
    pid_t child = fork();

    if (child == 0) {
        (void)!freopen("/dev/null", "w", stderr);
        test_disk_fail(f->disk, TEST_DISK_SYNC, 1);
        (void)!insert(f, 1, "x", 1);
        _exit(0);
    }
    assert_int_equal(waitpid(child, &result, 0), child);
    assert_true(WIFSIGNALED(result) && WTERMSIG(result) == 6);
}

static void a_broken_constraint_is_told_from_a_duplicate(void **state)
{
    struct fixture *f = *state;

    OK(insert(f, 1, "x", 1));
    assert_int_equal(insert(f, 1, "y", 1), STATUS_EXISTS);
    assert_int_equal(sql_run(f->db, "INSERT INTO t (k) VALUES (NULL)", &f->err), STATUS_INVALID);
    assert_int_equal(sql_run(f->db, "INSERT INTO t (k, v) VALUES (2, x'00')", &f->err), STATUS_INVALID);
    assert_int_equal(test_sql_number(f->db, "SELECT count(*) FROM t"), 1);
}

static void text_comes_back_byte_for_byte(void **state)
{
    struct fixture *f = *state;
    static const char odd[] = "a\0b\xff\xfe 工会 \xf0\x9f\x98\x80";
    struct sql_statement *s = NULL;
    size_t bytes = 0;
    bool row = false;

    OK(insert(f, 1, odd, sizeof odd - 1));
    OK(insert(f, 2, "", 0));
    OK(insert(f, 3, NULL, 0));
    OK(sql_prepare(f->db, "SELECT v FROM t ORDER BY k", &s, &f->err));
    OK(sql_step(s, &row, &f->err));
    assert_memory_equal(sql_blob(s, 0, &bytes), odd, sizeof odd - 1);
    assert_int_equal(bytes, sizeof odd - 1);
    OK(sql_step(s, &row, &f->err));
    assert_false(sql_is_null(s, 0));
    assert_string_equal(sql_text(s, 0), "");
    OK(sql_step(s, &row, &f->err));
    assert_true(sql_is_null(s, 0));
    assert_string_equal(sql_text(s, 0), "");
    sql_reset(s);
}

static void names_bind_in_order_of_first_appearance(void **state)
{
    struct fixture *f = *state;
    struct sql_statement *s = NULL;
    bool row = false;

    OK(sql_prepare(f->db, "SELECT $b, $a, $b + $c", &s, &f->err));
    sql_bind_int_at(s, 1, 10);
    sql_bind_int_at(s, 2, 20);
    sql_bind_int(s, "$c", 5);
    OK(sql_step(s, &row, &f->err));
    assert_int_equal(sql_int(s, 0), 10);
    assert_int_equal(sql_int(s, 1), 20);
    assert_int_equal(sql_int(s, 2), 15);
    sql_reset(s);
}

static void a_statement_still_read_from_is_not_given_away(void **state)
{
    struct fixture *f = *state;
    struct sql_statement *a = NULL, *b = NULL, *c = NULL;
    bool row = false;

    OK(insert(f, 1, "x", 1));
    OK(sql_prepare(f->db, "SELECT k FROM t", &a, &f->err));
    OK(sql_step(a, &row, &f->err));
    OK(sql_prepare(f->db, "SELECT k FROM t", &b, &f->err));
    assert_ptr_not_equal(a, b);
    sql_reset(a);
    OK(sql_prepare(f->db, "SELECT k FROM t", &c, &f->err));
    assert_true(c == a || c == b);
}

static void a_copy_holds_what_was_committed_when_it_was_made(void **state)
{
    struct fixture *f = *state;
    struct sql *copy = NULL;

    for (int64_t k = 0; k < 100; k++)
        OK(insert(f, k, "some text", 9));
    OK(sql_copy_to(f->db, "copy", &f->err));
    OK(insert(f, 100, "later", 5));
    OK(sql_open("copy", SQL_WRITER, test_disk_vfs(f->disk), &copy, &f->err));
    assert_int_equal(test_sql_number(copy, "SELECT count(*) FROM t"), 100);
    OK(sql_integrity_check(copy, NULL, NULL, &f->err));
    sql_close(copy);
    assert_int_equal(sql_copy_to(f->db, "copy", &f->err), STATUS_EXISTS);
}

static void a_copy_that_does_not_fit_leaves_no_file(void **state)
{
    struct fixture *f = *state;

    for (int64_t k = 0; k < 2000; k++)
        OK(insert(f, k, "some text", 9));
    test_disk_set_free(f->disk, 8192);
    assert_int_equal(sql_copy_to(f->db, "copy", &f->err), STATUS_UNAVAILABLE);
    assert_false(test_disk_has(f->disk, "copy"));
}

static void count_problem(void *context, const char *problem)
{
    assert_true(strlen(problem) > 0);
    ++*(int *)context;
}

static void damage_is_found_and_named(void **state)
{
    struct fixture *f = *state;
    int problems = 0;

    for (int64_t k = 0; k < 3000; k++)
        OK(insert(f, k, "some text", 9));
    sql_close(f->db);
    for (size_t at = 20000; at < 20600; at++)
        test_disk_poke(f->disk, "db", at, 0xa5);
    f->db = opened(f, SQL_WRITER);
    assert_int_equal(sql_integrity_check(f->db, count_problem, &problems, &f->err), STATUS_CORRUPT);
    assert_true(problems > 0);
}

static void a_file_that_is_no_database_is_refused(void **state)
{
    struct fixture *f = *state;
    struct sql *db = NULL;

    for (size_t at = 0; at < 4096; at++)
        test_disk_poke(f->disk, "other", at, (uint8_t)("hello "[at % 6]));
    assert_int_equal(sql_open("other", SQL_WRITER, test_disk_vfs(f->disk), &db, &f->err), STATUS_CORRUPT);
    assert_null(db);
    assert_int_equal(sql_open("missing", SQL_READER, test_disk_vfs(f->disk), &db, &f->err), STATUS_UNAVAILABLE);
    assert_false(test_disk_has(f->disk, "missing"));
}

static void a_real_file_works_the_same(void **state)
{
    struct fixture *f = *state;
    char folder[] = "/tmp/lianxin-sql-XXXXXX", path[64];
    struct sql *db = NULL;

    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/db", folder);
    OK(sql_open(path, SQL_WRITER, NULL, &db, &f->err));
    OK(sql_run(db, "CREATE TABLE t (k INTEGER NOT NULL); INSERT INTO t VALUES (1)", &f->err));
    sql_close(db);
    OK(sql_open(path, SQL_READER, NULL, &db, &f->err));
    assert_int_equal(test_sql_number(db, "SELECT count(*) FROM t"), 1);
    sql_close(db);
    static const char *const endings[] = {"", "-wal", "-shm"};
    for (size_t i = 0; i < 3; i++) {
        char file[80];

        snprintf(file, sizeof file, "%s%s", path, endings[i]);
        unlink(file);
    }
    assert_int_equal(rmdir(folder), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(a_writer_promises_durability),
        TEST(every_commit_is_synced_before_it_returns),
        TEST(a_reader_cannot_write_or_checkpoint),
        TEST(a_reader_keeps_its_snapshot),
        TEST(only_the_writer_moves_the_log),
        TEST(a_full_disk_rolls_the_whole_transaction_back),
        TEST(a_commit_that_finds_the_disk_full_leaves_nothing),
        cmocka_unit_test(a_power_cut_at_any_write_loses_no_acknowledged_commit),
        TEST(the_disk_model_loses_what_was_not_synced),
        TEST(a_killed_process_loses_nothing_written),
        TEST(what_is_read_after_a_kill_survives_a_power_cut),
        TEST(a_failed_fsync_ends_the_process),
        TEST(a_broken_constraint_is_told_from_a_duplicate),
        TEST(text_comes_back_byte_for_byte),
        TEST(names_bind_in_order_of_first_appearance),
        TEST(a_statement_still_read_from_is_not_given_away),
        TEST(a_copy_holds_what_was_committed_when_it_was_made),
        TEST(a_copy_that_does_not_fit_leaves_no_file),
        TEST(damage_is_found_and_named),
        TEST(a_file_that_is_no_database_is_refused),
        TEST(a_real_file_works_the_same),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
