/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/store_fixture.h"

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
        TEST(the_hash_is_the_sum_over_the_stream),
        TEST(a_hand_written_select_reads_whole_records),
        TEST(a_full_disk_during_a_put_undoes_the_transaction),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
