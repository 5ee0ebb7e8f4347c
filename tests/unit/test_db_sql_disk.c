/* SPDX-License-Identifier: Apache-2.0
 *
 * What the database keeps when its disk is full, broken or without power. */
#include "tests/unit/sql_fixture.h"

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

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(a_writer_promises_durability),
        TEST(every_commit_is_synced_before_it_returns),
        TEST(a_full_disk_rolls_the_whole_transaction_back),
        TEST(a_commit_that_finds_the_disk_full_leaves_nothing),
        cmocka_unit_test(a_power_cut_at_any_write_loses_no_acknowledged_commit),
        TEST(the_disk_model_loses_what_was_not_synced),
        TEST(a_killed_process_loses_nothing_written),
        TEST(what_is_read_after_a_kill_survives_a_power_cut),
        TEST(a_failed_fsync_ends_the_process),
        TEST(a_copy_that_does_not_fit_leaves_no_file),
        TEST(damage_is_found_and_named),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
