/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "common/db/store.h"
#include "common/domain/month.h"
#include "common/record/stream_hash.h"
#include "proto/records.pb-c.h"
#include "tests/harness/test_sql.h"
#include "tests/harness/test_vfs.h"

struct fixture {
    struct arena arena;
    const struct schema *schema;
    struct test_disk *disk;
    struct sql *db;
    struct store *store;
    const struct kind *activity, *report, *plan;
    struct err err;
};

#define OK(expression)                                                                                                             \
    do {                                                                                                                           \
        if ((expression) != STATUS_OK)                                                                                             \
            fail_msg("%s: %s", #expression, f->err.text);                                                                          \
    } while (0)

static void open_store(struct fixture *f)
{
    OK(sql_open("db", SQL_WRITER, test_disk_vfs(f->disk), &f->db, &f->err));
    OK(store_open(f->db, f->schema, true, &f->store, &f->err));
}

static void close_store(struct fixture *f)
{
    store_close(f->store);
    sql_close(f->db);
}

static int setup(void **state)
{
    static struct fixture fixture;
    struct fixture *f = &fixture;

    memset(f, 0, sizeof *f);
    arena_init(&f->arena, 0);
    f->disk = test_disk_new(3);
    OK(schema_new(&f->arena, schema_source_current(), &f->schema, &f->err));
    f->activity = schema_find_kind_by_name(f->schema, "activity");
    f->report = schema_find_kind_by_name(f->schema, "report");
    f->plan = schema_find_kind_by_name(f->schema, "plan");
    open_store(f);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;

    close_store(f);
    test_disk_free(f->disk);
    arena_done(&f->arena);
    return 0;
}

static struct uuid id_of(uint8_t n)
{
    struct uuid id = {{0}};

    memset(id.bytes, n, sizeof id.bytes);
    return id;
}

static struct record *an_activity(struct fixture *f, uint32_t stream, uint8_t n, const char *text)
{
    struct uuid id = id_of(n), plan = id_of(200);
    struct record *record = record_new(&f->arena, f->activity, stream, &id);
    Lianxin__Activity *a = (Lianxin__Activity *)record->message;
    static char first[] = "教导处", second[] = "", third[] = "总务处";
    static char *assisting[] = {first, second, third};

    record->rev = 7;
    a->has_plan = true;
    a->plan.data = arena_copy(&f->arena, plan.bytes, UUID_BYTES);
    a->plan.len = UUID_BYTES;
    a->text = arena_strdup(&f->arena, text);
    a->has_months = true;
    a->months = 0;
    assert_true(month_set_add(&a->months, month_make(2025, 3)));
    assert_true(month_set_add(&a->months, month_make(2025, 4)));
    a->has_budget_fen = true;
    a->budget_fen = INT64_C(-1234567890123);
    a->has_category = true;
    a->category = (Lianxin__Category)-5; /* an unknown value is kept */
    a->n_assisting = 3;
    a->assisting = assisting;
    a->has_category_confirmed = true;
    a->category_confirmed = false;
    a->lead = arena_strdup(&f->arena, "");
    return record;
}

static struct record *found(struct fixture *f, const struct kind *kind, uint32_t stream, uint8_t n)
{
    struct uuid id = id_of(n);
    struct record *record = NULL;

    OK(store_find(f->store, &f->arena, kind, stream, &id, &record, &f->err));
    return record;
}

static void assert_same(struct fixture *f, const struct record *a, const struct record *b)
{
    const uint8_t *x, *y;
    size_t nx, ny;

    assert_non_null(a);
    assert_non_null(b);
    record_encode(&f->arena, a->message, &x, &nx);
    record_encode(&f->arena, b->message, &y, &ny);
    assert_int_equal(nx, ny);
    assert_memory_equal(x, y, nx);
    assert_true(uuid_equal(&a->id, &b->id));
    assert_int_equal(a->rev, b->rev);
    assert_int_equal(a->dead, b->dead);
    assert_int_equal(a->stream, b->stream);
}

static void a_record_comes_back_as_it_was_put(void **state)
{
    struct fixture *f = *state;
    struct record *record = an_activity(f, 100, 1, "慰问困难职工 🎉");

    OK(store_put(f->store, record, &f->err));
    assert_same(f, found(f, f->activity, 100, 1), record);
    assert_null(found(f, f->activity, 101, 1));
    assert_null(found(f, f->plan, 100, 1));
    close_store(f);
    open_store(f);
    assert_same(f, found(f, f->activity, 100, 1), record);
}

static void empty_text_is_not_absent_text(void **state)
{
    struct fixture *f = *state;
    const struct record *record;

    OK(store_put(f->store, an_activity(f, 100, 1, "x"), &f->err));
    record = found(f, f->activity, 100, 1);
    assert_string_equal(((const Lianxin__Activity *)record->message)->lead, "");
    assert_null(((const Lianxin__Activity *)record->message)->person);
    assert_true(((const Lianxin__Activity *)record->message)->has_category_confirmed);
    assert_false(((const Lianxin__Activity *)record->message)->has_participants);
}

static void every_kind_survives_the_table(void **state)
{
    struct fixture *f = *state;

    for (size_t k = 0; k < f->schema->n_kinds; k++) {
        const struct kind *kind = &f->schema->kinds[k];
        struct uuid id = id_of(9);
        struct record *record = record_new(&f->arena, kind, 100, &id);

        for (size_t i = 0; i < kind->n_fields; i++) {
            const struct field *field = &kind->fields[i];
            static const uint8_t id_bytes[32] = {1, 2, 3};
            struct buf list;
            struct value value = {.type = VALUE_INT, .number = 1};

            buf_init(&list, 0);
            if (field->descriptor->label == PROTOBUF_C_LABEL_REPEATED) {
                if (field->descriptor->type == PROTOBUF_C_TYPE_UINT32)
                    continue;
                uint32_t tag = field->number << 3 | 2;
                for (; tag >= 0x80; tag >>= 7)
                    buf_putc(&list, (char)(tag | 0x80));
                buf_putc(&list, (char)tag);
                buf_putc(&list, 0); /* an empty item */
                value = (struct value){.type = VALUE_BYTES, .data = list.data, .bytes = list.len_bytes};
            } else if (field->descriptor->type == PROTOBUF_C_TYPE_STRING) {
                value = (struct value){.type = VALUE_TEXT, .data = "2025-03-01", .bytes = 10};
            } else if (field->descriptor->type == PROTOBUF_C_TYPE_BYTES) {
                value = (struct value){.type = VALUE_BYTES, .data = id_bytes, .bytes = field->meaning == MEANING_DIGEST ? 32 : 16};
            }
            OK(record_set(&f->arena, record->message, field, value, &f->err));
            buf_done(&list);
        }
        OK(store_put(f->store, record, &f->err));
        assert_same(f, found(f, kind, 100, 9), record);
    }
}

static void putting_again_replaces_and_a_tombstone_clears(void **state)
{
    struct fixture *f = *state;
    struct uuid id = id_of(1);
    struct record *dead = record_new(&f->arena, f->activity, 100, &id);

    OK(store_put(f->store, an_activity(f, 100, 1, "old"), &f->err));
    dead->dead = true;
    dead->rev = 8;
    OK(store_put(f->store, dead, &f->err));
    assert_same(f, found(f, f->activity, 100, 1), dead);
    assert_int_equal(test_sql_number(f->db, "SELECT count(*) FROM activity WHERE text IS NOT NULL"), 0);
    OK(store_remove(f->store, f->activity, 100, &id, &f->err));
    assert_null(found(f, f->activity, 100, 1));
}

static bool collect(void *context, const struct record *record)
{
    char *text = context;

    snprintf(text + strlen(text), 64 - strlen(text), "%u ", record->id.bytes[0]);
    return record->id.bytes[0] != 99;
}

static void a_walk_goes_on_from_a_key(void **state)
{
    struct fixture *f = *state;
    struct uuid after = id_of(2);
    char seen[64] = "";

    for (uint8_t n = 1; n <= 5; n++)
        OK(store_put(f->store, an_activity(f, 100, n, "x"), &f->err));
    OK(store_put(f->store, an_activity(f, 101, 50, "x"), &f->err));
    OK(store_walk(f->store, f->activity, 100, NULL, 2, collect, seen, &f->err));
    assert_string_equal(seen, "1 2 ");
    OK(store_walk(f->store, f->activity, 100, &after, 0, collect, seen, &f->err));
    assert_string_equal(seen, "1 2 3 4 5 ");
    OK(store_put(f->store, an_activity(f, 100, 99, "stops the walk"), &f->err));
    OK(store_put(f->store, an_activity(f, 100, 120, "never seen"), &f->err));
    seen[0] = 0;
    OK(store_walk(f->store, f->activity, 100, NULL, 0, collect, seen, &f->err));
    assert_string_equal(seen, "1 2 3 4 5 99 ");
}

static bool collect_scanned(void *context, const struct record *record)
{
    assert_int_equal(record->stream, 100);
    assert_int_equal(record_present(record->kind, record->message), field_bit(kind_find_field_by_name(record->kind, "text")));
    return collect(context, record);
}

static void a_scan_shows_the_living_with_just_the_fields_asked_for(void **state)
{
    struct fixture *f = *state;
    struct uuid id = id_of(3);
    struct record *dead = record_new(&f->arena, f->activity, 100, &id);
    char seen[64] = "";

    dead->dead = true;
    for (uint8_t n = 5; n >= 1; n--)
        OK(store_put(f->store, n == 3 ? dead : an_activity(f, 100, n, "x"), &f->err));
    OK(store_put(f->store, an_activity(f, 101, 50, "x"), &f->err));
    OK(store_scan(f->store, f->activity, 100, field_bit(kind_find_field_by_name(f->activity, "text")), collect_scanned, seen,
                  &f->err));
    assert_string_equal(seen, "1 2 4 5 ");
}

static bool walk_inside(void *context, const struct record *record)
{
    struct fixture *f = context;
    char seen[64] = "";

    OK(store_walk(f->store, f->activity, record->stream, NULL, 0, collect, seen, &f->err));
    assert_string_equal(seen, "1 2 3 ");
    assert_string_equal(((const Lianxin__Activity *)record->message)->text, "x");
    return true;
}

static void a_visitor_may_walk_itself(void **state)
{
    struct fixture *f = *state;

    for (uint8_t n = 1; n <= 3; n++)
        OK(store_put(f->store, an_activity(f, 100, n, "x"), &f->err));
    OK(store_walk(f->store, f->activity, 100, NULL, 0, walk_inside, f, &f->err));
}

static void a_list_selects_by_field_and_leaves_the_dead_out(void **state)
{
    struct fixture *f = *state;
    const struct field *text = kind_find_field_by_name(f->activity, "text");
    const struct field *plan = kind_find_field_by_name(f->activity, "plan");
    const struct field *person = kind_find_field_by_name(f->activity, "person");
    struct uuid id = id_of(3), plan_id = id_of(200);
    struct record *dead = record_new(&f->arena, f->activity, 100, &id);
    struct record_list list;

    dead->dead = true;
    for (uint8_t n = 1; n <= 5; n++)
        OK(store_put(f->store, an_activity(f, 100, n, n % 2 ? "odd" : "even"), &f->err));
    OK(store_put(f->store, dead, &f->err));
    OK(store_list(f->store, &f->arena, f->activity, 100, text, (struct value){.type = VALUE_TEXT, .data = "odd", .bytes = 3}, &list,
                  &f->err));
    assert_int_equal(list.n, 2);
    assert_int_equal(list.items[1]->id.bytes[0], 5);
    OK(store_list(f->store, &f->arena, f->activity, 100, plan,
                  (struct value){.type = VALUE_BYTES, .data = plan_id.bytes, .bytes = UUID_BYTES}, &list, &f->err));
    assert_int_equal(list.n, 4);
    OK(store_list(f->store, &f->arena, f->activity, 100, person, (struct value){.type = VALUE_NONE}, &list, &f->err));
    assert_int_equal(list.n, 4);
    OK(store_list(f->store, &f->arena, f->activity, 100, NULL, (struct value){.type = VALUE_NONE}, &list, &f->err));
    assert_int_equal(list.n, 4);
    OK(store_list(f->store, &f->arena, f->activity, 7, NULL, (struct value){.type = VALUE_NONE}, &list, &f->err));
    assert_int_equal(list.n, 0);
}

static void removing_a_stream_leaves_the_others(void **state)
{
    struct fixture *f = *state;

    OK(store_put(f->store, an_activity(f, 100, 1, "x"), &f->err));
    OK(store_put(f->store, an_activity(f, 101, 1, "y"), &f->err));
    OK(store_remove_stream(f->store, 100, &f->err));
    assert_null(found(f, f->activity, 100, 1));
    assert_non_null(found(f, f->activity, 101, 1));
}

static void the_hash_is_the_sum_over_the_stream(void **state)
{
    struct fixture *f = *state;
    struct record *a = an_activity(f, 100, 1, "x"), *b = an_activity(f, 100, 2, "y");
    struct stream_hash expected = stream_hash_of_record(a), other = stream_hash_of_record(b), got;

    stream_hash_add(&expected, &other);
    OK(store_put(f->store, a, &f->err));
    OK(store_put(f->store, b, &f->err));
    OK(store_put(f->store, an_activity(f, 101, 3, "elsewhere"), &f->err));
    OK(store_hash(f->store, 100, &got, &f->err));
    assert_true(stream_hash_equal(&got, &expected));
}

static void a_hand_written_select_reads_whole_records(void **state)
{
    struct fixture *f = *state;
    struct sql_statement *s = NULL;
    struct record *record = NULL;
    struct buf text;
    bool row = false;

    OK(store_put(f->store, an_activity(f, 100, 1, "x"), &f->err));
    buf_init(&text, 0);
    buf_puts(&text, "SELECT 42, ");
    buf_puts(&text, store_columns(f->store, f->activity, "a."));
    buf_puts(&text, " FROM activity a");
    assert_ptr_equal(store_columns(f->store, f->activity, "a."), store_columns(f->store, f->activity, "a."));
    OK(sql_prepare(f->db, buf_text(&text), &s, &f->err));
    OK(sql_step(s, &row, &f->err));
    OK(store_read_row(f->store, &f->arena, f->activity, s, 1, &record, &f->err));
    assert_same(f, record, found(f, f->activity, 100, 1));
    sql_reset(s);
    buf_done(&text);
}

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

static void a_full_disk_during_a_put_undoes_the_transaction(void **state)
{
    struct fixture *f = *state;
    struct record *record = an_activity(f, 100, 1, "x");
    enum status st = STATUS_OK;
    char *text = arena_alloc(&f->arena, 8000);

    memset(text, 'x', 7999);
    ((Lianxin__Activity *)record->message)->text = text;
    OK(sql_run(f->db, "PRAGMA cache_size=4", &f->err));
    OK(sql_begin(f->db, &f->err));
    test_disk_set_free(f->disk, 100000);
    for (uint8_t n = 0; st == STATUS_OK && n < 100; n++) {
        record->id = id_of(n);
        st = store_put(f->store, record, &f->err);
    }
    assert_int_equal(st, STATUS_UNAVAILABLE);
    assert_false(sql_in_transaction(f->db));
    assert_int_equal(test_sql_number(f->db, "SELECT count(*) FROM activity"), 0);
    test_disk_set_free(f->disk, -1);
    OK(store_put(f->store, record, &f->err));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(a_record_comes_back_as_it_was_put),
        TEST(empty_text_is_not_absent_text),
        TEST(every_kind_survives_the_table),
        TEST(putting_again_replaces_and_a_tombstone_clears),
        TEST(a_walk_goes_on_from_a_key),
        TEST(a_scan_shows_the_living_with_just_the_fields_asked_for),
        TEST(a_visitor_may_walk_itself),
        TEST(a_list_selects_by_field_and_leaves_the_dead_out),
        TEST(removing_a_stream_leaves_the_others),
        TEST(the_hash_is_the_sum_over_the_stream),
        TEST(a_hand_written_select_reads_whole_records),
        TEST(a_new_field_gets_a_column_filled_from_the_unknown_bytes),
        TEST(an_upgrade_cut_short_changes_nothing),
        TEST(a_reader_waits_for_the_writer_to_upgrade),
        TEST(a_newer_database_is_refused_by_name_of_the_column),
        TEST(a_full_disk_during_a_put_undoes_the_transaction),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
