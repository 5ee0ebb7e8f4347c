/* SPDX-License-Identifier: Apache-2.0
 *
 * A store whose database another version has written. */
#include "tests/unit/store_fixture.h"

/* Makes the tables what an older program, that did not know activity.person, would have left. */
static void forget_person(struct fixture *f, const char *unknown)
{
    close_store(f);
    OK(sql_open("db", SQL_WRITER, test_disk_vfs(f->disk), &f->db, &f->err));
    OK(sql_run(f->db, "ALTER TABLE activity DROP COLUMN person", &f->err));
    OK(sql_run(f->db, unknown, &f->err));
    sql_close(f->db);
}

static void a_new_field_gets_a_column_filled_from_the_unknown_bytes(void **state)
{
    struct fixture *f = *state;
    struct record *record = an_activity(f, 100, 1, "x");
    struct stream_hash before, after;

    ((Lianxin__Activity *)record->message)->person = arena_strdup(&f->arena, "abc");
    OK(store_put(f->store, record, &f->err));
    OK(store_put(f->store, an_activity(f, 100, 2, "y"), &f->err));
    OK(store_hash(f->store, 100, &before, &f->err));
    /* field 12 "abc" is known by now; field 200, varint 5, is not yet */
    forget_person(f, "UPDATE activity SET unknown = x'6203616263c00c05' WHERE text = 'x'");
    open_store(f);
    assert_int_equal(test_sql_number(f->db, "SELECT count(*) FROM activity WHERE person = 'abc' AND unknown = x'c00c05'"), 1);
    assert_int_equal(test_sql_number(f->db, "SELECT count(*) FROM activity WHERE person IS NULL AND unknown IS NULL"), 1);
    record = found(f, f->activity, 100, 1);
    assert_string_equal(((const Lianxin__Activity *)record->message)->person, "abc");
    assert_int_equal(record->message->n_unknown_fields, 1);
    record->message->n_unknown_fields = 0;
    OK(store_put(f->store, record, &f->err));
    OK(store_hash(f->store, 100, &after, &f->err));
    assert_true(stream_hash_equal(&before, &after));
}

static void an_upgrade_cut_short_changes_nothing(void **state)
{
    struct fixture *f = *state;
    struct sql *db = NULL;
    struct store *store = NULL;

    OK(store_put(f->store, an_activity(f, 100, 1, "x"), &f->err));
    forget_person(f, "UPDATE activity SET unknown = x'ffff'"); /* cannot be read: the promotion fails */
    OK(sql_open("db", SQL_WRITER, test_disk_vfs(f->disk), &db, &f->err));
    assert_int_equal(store_open(db, f->schema, true, &store, &f->err), STATUS_CORRUPT);
    assert_non_null(strstr(f->err.text, "activity 01010101-"));
    assert_null(store);
    assert_false(sql_in_transaction(db));
    assert_int_not_equal(sql_run(db, "SELECT person FROM activity", &f->err), STATUS_OK);
    OK(sql_run(db, "UPDATE activity SET unknown = NULL", &f->err));
    sql_close(db);
    open_store(f);
}

static void a_reader_waits_for_the_writer_to_upgrade(void **state)
{
    struct fixture *f = *state;
    struct sql *db = NULL;
    struct store *store = NULL;

    forget_person(f, "SELECT 1");
    OK(sql_open("db", SQL_READER, test_disk_vfs(f->disk), &db, &f->err));
    assert_int_equal(store_open(db, f->schema, false, &store, &f->err), STATUS_UNAVAILABLE);
    open_store(f);
    OK(store_open(db, f->schema, false, &store, &f->err));
    store_close(store);
    sql_close(db);
}

static void a_newer_database_is_refused_by_name_of_the_column(void **state)
{
    struct fixture *f = *state;
    struct store *store = NULL;

    OK(sql_run(f->db, "ALTER TABLE activity ADD COLUMN from_a_newer_version TEXT", &f->err));
    assert_int_equal(store_open(f->db, f->schema, true, &store, &f->err), STATUS_INVALID);
    assert_non_null(strstr(f->err.text, "from_a_newer_version"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(a_new_field_gets_a_column_filled_from_the_unknown_bytes),
        TEST(an_upgrade_cut_short_changes_nothing),
        TEST(a_reader_waits_for_the_writer_to_upgrade),
        TEST(a_newer_database_is_refused_by_name_of_the_column),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
