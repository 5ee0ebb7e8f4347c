/* SPDX-License-Identifier: Apache-2.0 */
#include "common/db/store.h"
#include "common/record/stream_hash.h"
#include "tests/harness/test_sql.h"
#include "tests/harness/test_vfs.h"
#include "tests/unit/schema_next.h"

/* An activity with a field that only the next version knows, as this version decodes it. */
static struct record *from_the_future(struct fixture *f, const struct kind *newer)
{
    static char place[] = "四楼会议室";
    char *places[] = {place};
    struct record *record = record_new(&f->arena, f->activity, A_STREAM, &f->id);
    LianxinNext__Activity *activity = (LianxinNext__Activity *)record_message_new(&f->arena, newer);
    const uint8_t *bytes;
    size_t n;

    activity->text = arena_strdup(&f->arena, "春季登山");
    activity->places = places;
    activity->n_places = 1;
    record_encode(&f->arena, &activity->base, &bytes, &n);
    OK(record_decode(&f->arena, f->activity, bytes, n, &record->message, &f->err));
    assert_int_equal(record->message->n_unknown_fields, 1);
    return record;
}

static void what_an_older_program_kept_a_newer_one_finds(void **state)
{
    struct fixture *f = *state;
    const struct schema *next = schema_next_new(&f->arena);
    const struct kind *newer = schema_find_kind_by_name(next, "activity");
    struct test_disk *disk = test_disk_new(1);
    struct stream_hash before, after;
    struct record *found;
    struct store *store = NULL;
    struct sql *db = NULL;

    OK(sql_open("db", SQL_WRITER, test_disk_vfs(disk), &db, &f->err));
    OK(store_open(db, f->schema, true, &store, &f->err));
    OK(store_put(store, from_the_future(f, newer), &f->err));
    OK(store_hash(store, A_STREAM, &before, &f->err));
    OK(store_find(store, &f->arena, f->activity, A_STREAM, &f->id, &found, &f->err));
    assert_int_equal(found->message->n_unknown_fields, 1);
    store_close(store);

    OK(store_open(db, next, true, &store, &f->err));
    assert_int_equal(test_sql_number(db, "SELECT count(*) FROM activity WHERE unknown IS NULL AND places IS NOT NULL"), 1);
    assert_int_equal(test_sql_number(db, "SELECT count(*) FROM visit"), 0); /* a new kind has its table */
    OK(store_find(store, &f->arena, newer, A_STREAM, &f->id, &found, &f->err));
    assert_string_equal(((const LianxinNext__Activity *)found->message)->places[0], "四楼会议室");
    OK(store_hash(store, A_STREAM, &after, &f->err));
    assert_true(stream_hash_equal(&before, &after));
    store_close(store);

    /* The way back is a backup: an older program would leave stale values in the new column. */
    assert_int_equal(store_open(db, f->schema, true, &store, &f->err), STATUS_INVALID);
    assert_non_null(strstr(f->err.text, "places"));
    sql_close(db);
    test_disk_free(disk);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_an_older_program_kept_a_newer_one_finds, fixture_set_up, fixture_tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
