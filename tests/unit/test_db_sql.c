/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/sql_fixture.h"

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

static void a_short_answer_is_found_in_one_call_and_leaves_nothing_open(void **state)
{
    struct fixture *f = *state;
    struct sql_statement *s;
    bool found = false;
    int64_t value = 7;
    OK(insert(f, 3, NULL, 0));
    OK(insert(f, 4, NULL, 0));
    OK(sql_prepare(f->db, "SELECT k FROM t WHERE k >= $least ORDER BY k", &s, &f->err));
    sql_bind_int(s, "$least", 3);
    OK(sql_find_any(s, &found, &f->err));
    assert_true(found);
    OK(sql_find_int(s, &value, &f->err));
    assert_int_equal(value, 3);
    sql_bind_int(s, "$least", 5);
    OK(sql_find_any(s, &found, &f->err));
    assert_false(found);
    OK(sql_find_int(s, &value, &f->err));
    assert_int_equal(value, 0);
    OK(sql_prepare(f->db, "SELECT max(k) FROM t WHERE k > 9", &s, &f->err));
    value = 7;
    OK(sql_find_int(s, &value, &f->err)); /* NULL */
    assert_int_equal(value, 0);
    OK(sql_run(f->db, "DROP TABLE t", &f->err)); /* no statement is still being read */
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
        TEST(a_reader_cannot_write_or_checkpoint),
        TEST(a_reader_keeps_its_snapshot),
        TEST(only_the_writer_moves_the_log),
        TEST(a_broken_constraint_is_told_from_a_duplicate),
        TEST(text_comes_back_byte_for_byte),
        TEST(a_short_answer_is_found_in_one_call_and_leaves_nothing_open),
        TEST(names_bind_in_order_of_first_appearance),
        TEST(a_statement_still_read_from_is_not_given_away),
        TEST(a_copy_holds_what_was_committed_when_it_was_made),
        TEST(a_file_that_is_no_database_is_refused),
        TEST(a_real_file_works_the_same),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
