/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "common/record/record.h"
#include "proto/records.pb-c.h"
#include "tests/harness/test.h"

struct fixture {
    struct arena arena;
    struct err err;
    const struct schema *schema;
    const struct kind *activity;
};

static int set_up(void **state)
{
    static struct fixture f;
    arena_init(&f.arena, 0);
    assert_int_equal(schema_new(&f.arena, schema_source_current(), &f.schema, &f.err), STATUS_OK);
    f.activity = schema_find_kind_by_name(f.schema, "activity");
    *state = &f;
    return 0;
}

static int tear_down(void **state)
{
    arena_done(&((struct fixture *)*state)->arena);
    return 0;
}

static const struct field *field_of(const struct kind *kind, const char *name)
{
    const struct field *field = kind_find_field_by_name(kind, name);
    assert_non_null(field);
    return field;
}

static ProtobufCMessage *decode(struct fixture *f, const struct kind *kind, const void *data, size_t bytes)
{
    ProtobufCMessage *message;
    assert_int_equal(record_decode(&f->arena, kind, data, bytes, &message, &f->err), STATUS_OK);
    return message;
}

static Lianxin__Activity *sample(struct fixture *f)
{
    Lianxin__Activity *a = (Lianxin__Activity *)record_message_new(&f->arena, f->activity);
    static uint8_t plan[UUID_BYTES] = {7};
    static char women[] = "women", festival[] = "三八", *tags[] = {women, festival};
    a->has_plan = 1;
    a->plan = (ProtobufCBinaryData){sizeof plan, plan};
    a->number = arena_strdup(&f->arena, "3.2");
    a->text = arena_strdup(&f->arena, "庆三八活动");
    a->has_months = 1;
    a->months = (int64_t)24291 << 40 | 1;
    a->has_budget_fen = 1;
    a->budget_fen = -5;
    a->has_state = 1;
    a->state = LIANXIN__ACTIVITY_STATE__ACTIVITY_STATE_PLANNED;
    a->has_deferred_to = 1;
    a->deferred_to = -1;
    a->n_tags = 2;
    a->tags = tags;
    return a;
}

static void a_field_in_one_list_only_refuses_the_schema(void **state)
{
    struct fixture *f = *state;
    const struct schema *schema;
    struct schema_source source = *schema_source_current();
    source.n_fields--;
    assert_int_equal(schema_new(&f->arena, &source, &schema, &f->err), STATUS_INVALID);
    source = *schema_source_current();
    source.n_kinds--;
    assert_int_equal(schema_new(&f->arena, &source, &schema, &f->err), STATUS_INVALID);
}

static void a_meaning_that_does_not_fit_its_type_refuses_the_schema(void **state)
{
    struct fixture *f = *state;
    const struct schema *schema;
    const struct schema_source *current = schema_source_current();
    struct field_row *rows = arena_copy(&f->arena, current->fields, current->n_fields * sizeof *rows);
    rows[0].meaning = MEANING_TEXTS;
    struct schema_source source = *current;
    source.fields = rows;
    assert_int_equal(schema_new(&f->arena, &source, &schema, &f->err), STATUS_INVALID);
}

static void every_enum_value_has_a_label_and_every_label_a_value(void **state)
{
    struct fixture *f = *state;
    const struct schema_source *source = schema_source_current();
    for (size_t r = 0; r < source->n_labels; r++) {
        bool used = false;
        for (size_t k = 0; k < f->schema->n_kinds; k++)
            for (size_t i = 0; i < f->schema->kinds[k].n_fields; i++) {
                const struct field *field = &f->schema->kinds[k].fields[i];
                for (size_t v = 0; v < field->n_values; v++)
                    used |= field->values[v].label_zh == source->labels[r].label_zh;
            }
        if (!used)
            fail_msg("label.def: %s has no value %s", source->labels[r].type, source->labels[r].value);
    }
    for (size_t k = 0; k < f->schema->n_kinds; k++)
        for (size_t i = 0; i < f->schema->kinds[k].n_fields; i++) {
            const struct field *field = &f->schema->kinds[k].fields[i];
            for (size_t v = 0; v < field->n_values; v++)
                if (field->values[v].label == field->values[v].name)
                    fail_msg("label.def lacks %s of %s", field->values[v].name, field->name);
        }
}

static void an_enum_value_is_named_without_its_prefix_and_read_in_both_languages(void **state)
{
    struct fixture *f = *state;
    const struct field *field = field_of(f->activity, "state");
    int64_t value = 0;
    assert_string_equal(schema_enum_name(field, LIANXIN__ACTIVITY_STATE__ACTIVITY_STATE_DONE), "done");
    assert_string_equal(schema_enum_label(field, LIANXIN__ACTIVITY_STATE__ACTIVITY_STATE_DONE, true), "完成");
    assert_true(schema_enum_parse(field, "deferred", &value));
    assert_int_equal(value, LIANXIN__ACTIVITY_STATE__ACTIVITY_STATE_DEFERRED);
    assert_true(schema_enum_parse(field, "取消", &value));
    assert_int_equal(value, LIANXIN__ACTIVITY_STATE__ACTIVITY_STATE_CANCELLED);
    assert_false(schema_enum_parse(field, "finished?", &value));
    assert_null(schema_enum_name(field, 99));
}

static void a_field_is_found_by_number_name_and_label(void **state)
{
    struct fixture *f = *state;
    const struct field *field = field_of(f->activity, "budget_fen");
    assert_ptr_equal(kind_find_field(f->activity, 13), field);
    assert_ptr_equal(kind_find_field_by_name(f->activity, "预算"), field);
    assert_ptr_equal(kind_find_field_by_name(f->activity, "budget"), field);
    assert_null(kind_find_field(f->activity, 999));
}

static void a_merge_group_is_closed_around_any_of_its_fields(void **state)
{
    struct fixture *f = *state;
    field_set reason = field_bit(field_of(f->activity, "state_reason")), lead = field_bit(field_of(f->activity, "lead"));
    field_set group = reason | field_bit(field_of(f->activity, "state")) | field_bit(field_of(f->activity, "deferred_to"));
    assert_true(kind_close_groups(f->activity, reason | lead) == (group | lead));
    assert_true(kind_close_groups(f->activity, lead) == lead);
}

static void a_record_survives_encoding(void **state)
{
    struct fixture *f = *state;
    ProtobufCMessage *a = &sample(f)->base;
    const uint8_t *data;
    size_t bytes;
    record_encode(&f->arena, a, &data, &bytes);
    ProtobufCMessage *b = decode(f, f->activity, data, bytes);
    assert_true(record_diff(f->activity, a, b) == 0);
    assert_true(record_present(f->activity, b) == record_present(f->activity, a));
}

static void the_bytes_of_the_fields_in_order_are_the_bytes_of_the_record(void **state)
{
    struct fixture *f = *state;
    Lianxin__Report *r = (Lianxin__Report *)record_message_new(&f->arena, schema_find_kind_by_name(f->schema, "report"));
    Lianxin__Figure figure = LIANXIN__FIGURE__INIT, *figures[] = {&figure, &figure};
    figure.key = arena_strdup(&f->arena, "activities.done");
    figure.has_counted = 1;
    figure.counted = -3;
    r->n_figures = 2;
    r->figures = figures;
    r->text = arena_strdup(&f->arena, "");
    Lianxin__Due *due = (Lianxin__Due *)record_message_new(&f->arena, schema_find_kind_by_name(f->schema, "due"));
    uint32_t schools[] = {0, 300, UINT32_MAX};
    due->n_schools = 3;
    due->schools = schools;
    const struct kind *kinds[] = {f->activity, schema_find_kind_by_name(f->schema, "report"),
                                  schema_find_kind_by_name(f->schema, "due")};
    const ProtobufCMessage *messages[] = {&sample(f)->base, &r->base, &due->base};
    for (size_t m = 0; m < 3; m++) {
        struct buf out;
        buf_init(&out, 0);
        for (size_t i = 0; i < kinds[m]->n_fields; i++)
            record_encode_field(&out, messages[m], &kinds[m]->fields[i]);
        const uint8_t *data;
        size_t bytes;
        record_encode(&f->arena, messages[m], &data, &bytes);
        assert_int_equal(out.len_bytes, bytes);
        assert_memory_equal(out.data, data, bytes);
        buf_done(&out);
    }
}

static void every_field_taken_out_can_be_put_into_another_record(void **state)
{
    struct fixture *f = *state;
    ProtobufCMessage *a = &sample(f)->base, *b = record_message_new(&f->arena, f->activity);
    for (size_t i = 0; i < f->activity->n_fields; i++) {
        const struct field *field = &f->activity->fields[i];
        assert_int_equal(record_set(&f->arena, b, field, record_get(&f->arena, a, field), &f->err), STATUS_OK);
        assert_true(record_field_equal(a, b, field));
    }
    assert_true(record_diff(f->activity, a, b) == 0);
}

static void a_value_that_does_not_fit_is_refused_and_changes_nothing(void **state)
{
    struct fixture *f = *state;
    ProtobufCMessage *a = &sample(f)->base;
    struct {
        const char *field;
        struct value value;
    } bad[] = {
        {"text", {.type = VALUE_INT, .number = 1}},
        {"text", {.type = VALUE_TEXT, .data = "a\0b", .bytes = 3}},
        {"participants", {.type = VALUE_INT, .number = -1}},
        {"participants", {.type = VALUE_INT, .number = (int64_t)UINT32_MAX + 1}},
        {"deferred_to", {.type = VALUE_INT, .number = INT64_MIN}},
        {"category_confirmed", {.type = VALUE_INT, .number = 2}},
        {"plan", {.type = VALUE_TEXT, .data = "x", .bytes = 1}},
        {"tags", {.type = VALUE_BYTES, .data = "\xFF", .bytes = 1}},
        {"tags", {.type = VALUE_BYTES, .data = "\x22\x01x", .bytes = 3}}, /* another field's bytes */
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        ProtobufCMessage *copy = record_clone(&f->arena, f->activity, a);
        assert_int_equal(record_set(&f->arena, copy, field_of(f->activity, bad[i].field), bad[i].value, &f->err), STATUS_INVALID);
        assert_true(record_diff(f->activity, a, copy) == 0);
    }
}

static void absent_is_not_the_same_as_empty(void **state)
{
    struct fixture *f = *state;
    const struct field *lead = field_of(f->activity, "lead");
    ProtobufCMessage *a = &sample(f)->base, *b = record_clone(&f->arena, f->activity, a);
    assert_int_equal(record_set(&f->arena, b, lead, (struct value){.type = VALUE_TEXT, .data = "", .bytes = 0}, &f->err),
                     STATUS_OK);
    assert_true(record_diff(f->activity, a, b) == field_bit(lead));
    record_clear(b, lead);
    assert_true(record_diff(f->activity, a, b) == 0);
}

static void a_projection_has_just_the_fields_asked_for(void **state)
{
    struct fixture *f = *state;
    ProtobufCMessage *a = &sample(f)->base;
    field_set set = field_bit(field_of(f->activity, "text")) | field_bit(field_of(f->activity, "lead"));
    assert_true(record_present(f->activity, record_project(&f->arena, f->activity, a, set)) ==
                field_bit(field_of(f->activity, "text")));
}

/* Two unknown fields, 900 twice and 800 once, behind a known one. */
static const uint8_t with_unknown[] = {0x22, 0x03, '3',  '.', '2', /* number */
                                       0xA0, 0x38, 0x01,           /* 900: varint 1 */
                                       0x82, 0x32, 0x02, 'h', 'i', /* 800: "hi" */
                                       0xA0, 0x38, 0x02};          /* 900: varint 2 */

struct seen {
    uint32_t numbers[4];
    size_t n, bytes;
};

static void note_unknown(void *context, uint32_t number, const void *data, size_t bytes)
{
    struct seen *seen = context;
    (void)data;
    seen->numbers[seen->n++] = number;
    seen->bytes += bytes;
}

static void unknown_fields_survive_and_are_shown_once_per_number_in_order(void **state)
{
    struct fixture *f = *state;
    ProtobufCMessage *a = decode(f, f->activity, with_unknown, sizeof with_unknown);
    struct seen seen = {.n = 0};
    record_visit_unknown(&f->arena, a, note_unknown, &seen);
    assert_int_equal(seen.n, 2);
    assert_int_equal(seen.numbers[0], 800);
    assert_int_equal(seen.numbers[1], 900);
    assert_int_equal(seen.bytes, sizeof with_unknown - 5);
    const uint8_t *data;
    size_t bytes;
    record_encode(&f->arena, record_clone(&f->arena, f->activity, a), &data, &bytes);
    assert_int_equal(bytes, sizeof with_unknown);
    assert_memory_equal(data, with_unknown, bytes);
}

static void an_unknown_enum_value_survives(void **state)
{
    struct fixture *f = *state;
    static const uint8_t bytes[] = {0x78, 0x63}; /* state = 99 */
    ProtobufCMessage *a = decode(f, f->activity, bytes, sizeof bytes);
    assert_int_equal(record_get(&f->arena, a, field_of(f->activity, "state")).number, 99);
}

static void bytes_that_are_no_record_are_refused(void **state)
{
    struct fixture *f = *state;
    ProtobufCMessage *out = NULL;
    static const uint8_t cut[] = {0x22, 0x09, 'x'}, bad_text[] = {0x22, 0x01, 0xFF};
    assert_int_equal(record_decode(&f->arena, f->activity, cut, sizeof cut, &out, &f->err), STATUS_PROTOCOL);
    assert_int_equal(record_decode(&f->arena, f->activity, bad_text, sizeof bad_text, &out, &f->err), STATUS_PROTOCOL);
    assert_null(out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_field_in_one_list_only_refuses_the_schema, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_meaning_that_does_not_fit_its_type_refuses_the_schema, set_up, tear_down),
        cmocka_unit_test_setup_teardown(every_enum_value_has_a_label_and_every_label_a_value, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_enum_value_is_named_without_its_prefix_and_read_in_both_languages, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_field_is_found_by_number_name_and_label, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_merge_group_is_closed_around_any_of_its_fields, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_record_survives_encoding, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_bytes_of_the_fields_in_order_are_the_bytes_of_the_record, set_up, tear_down),
        cmocka_unit_test_setup_teardown(every_field_taken_out_can_be_put_into_another_record, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_value_that_does_not_fit_is_refused_and_changes_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(absent_is_not_the_same_as_empty, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_projection_has_just_the_fields_asked_for, set_up, tear_down),
        cmocka_unit_test_setup_teardown(unknown_fields_survive_and_are_shown_once_per_number_in_order, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_unknown_enum_value_survives, set_up, tear_down),
        cmocka_unit_test_setup_teardown(bytes_that_are_no_record_are_refused, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
