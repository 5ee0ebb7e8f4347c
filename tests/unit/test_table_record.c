/* SPDX-License-Identifier: Apache-2.0
 *
 * Every kind of record through every writer. */
#include <jansson.h>
#include <string.h>

#include "common/domain/month.h"
#include "common/record/text.h"
#include "common/table/table_record.h"
#include "common/table/table_writer.h"
#include "tests/harness/test.h"

static const struct table_style style = {.chinese = true, .width = 200, .zone_s = 28800};

struct fixture {
    struct arena arena;
    const struct schema *schema;
    struct buf out;
    struct err err;
};

static int set_up(void **state)
{
    static struct fixture fixture;
    arena_init(&fixture.arena, 0);
    buf_init(&fixture.out, 0);
    *state = &fixture;
    return schema_new(&fixture.arena, schema_source_current(), &fixture.schema, &fixture.err) == STATUS_OK ? 0 : -1;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    buf_done(&f->out);
    arena_done(&f->arena);
    return 0;
}

/* A value that a field of this meaning can hold; VALUE_NONE for lists, which stay empty. */
static struct value sample(const struct field *field)
{
    static const uint8_t digest[32] = {0xAB};
    int64_t months = 0;
    switch (field->meaning) {
    case MEANING_TEXT:
    case MEANING_NOTE:
        return (struct value){.type = VALUE_TEXT, .data = "迎新 <年>, \"联欢\"", .bytes = strlen("迎新 <年>, \"联欢\"")};
    case MEANING_DAY:
        return (struct value){.type = VALUE_TEXT, .data = "2024-09-10", .bytes = strlen("2024-09-10")};
    case MEANING_INT:
    case MEANING_BOOL:
        return (struct value){.type = VALUE_INT, .number = 1};
    case MEANING_ENUM:
        return (struct value){.type = VALUE_INT, .number = field->values[0].value};
    case MEANING_MONEY:
        return (struct value){.type = VALUE_INT, .number = 12345};
    case MEANING_MONTH:
        return (struct value){.type = VALUE_INT, .number = month_make(2024, 9)};
    case MEANING_MONTHS:
        month_set_add(&months, month_make(2024, 9));
        return (struct value){.type = VALUE_INT, .number = months};
    case MEANING_INSTANT:
        return (struct value){.type = VALUE_INT, .number = 1725179400000};
    case MEANING_ID:
        return (struct value){.type = VALUE_BYTES, .data = digest, .bytes = 16};
    case MEANING_DIGEST:
        return (struct value){.type = VALUE_BYTES, .data = digest, .bytes = 32};
    case MEANING_TEXTS:
    case MEANING_INTS:
    case MEANING_FIGURES:
    case MEANING_PARTIAL:
        return (struct value){.type = VALUE_NONE};
    }
    return (struct value){.type = VALUE_NONE};
}

/* One record with a value in every field, and one without any. */
static struct table *table_of(struct fixture *f, const struct kind *kind)
{
    struct table *t = table_new(&f->arena, kind->name, kind->label, kind->label_zh);
    ProtobufCMessage *full = record_message_new(&f->arena, kind), *empty = record_message_new(&f->arena, kind);
    for (size_t i = 0; i < kind->n_fields; i++) {
        table_add_field(t, &kind->fields[i], 0);
        assert_int_equal(record_set(&f->arena, full, &kind->fields[i], sample(&kind->fields[i]), &f->err), STATUS_OK);
    }
    table_add_row(t);
    for (size_t i = 0; i < kind->n_fields; i++)
        table_put_field(t, full, &kind->fields[i], true);
    table_add_row(t);
    for (size_t i = 0; i < kind->n_fields; i++)
        table_put_field(t, empty, &kind->fields[i], true);
    return t;
}

static void every_kind_goes_through_every_writer(void **state)
{
    struct fixture *f = *state;
    size_t n;
    const struct table_writer *writers = table_writer_list(&n);
    for (size_t k = 0; k < f->schema->n_kinds; k++) {
        const struct table *t = table_of(f, &f->schema->kinds[k]);
        assert_int_equal(t->fault, STATUS_OK);
        for (size_t w = 0; w < n; w++) {
            buf_reset(&f->out);
            assert_int_equal(table_write(&writers[w], &t, 1, &style, &f->out, &f->err), STATUS_OK);
            assert_true(f->out.len_bytes > 0);
        }
    }
}

static void the_keys_in_json_are_the_names_in_the_schema(void **state)
{
    struct fixture *f = *state;
    for (size_t k = 0; k < f->schema->n_kinds; k++) {
        const struct kind *kind = &f->schema->kinds[k];
        const struct table *t = table_of(f, kind);
        buf_reset(&f->out);
        assert_int_equal(table_write(table_writer_find("json"), &t, 1, &style, &f->out, &f->err), STATUS_OK);
        json_t *document = json_loads(buf_text(&f->out), 0, NULL), *rows = json_object_get(document, "rows");
        for (size_t i = 0; i < kind->n_fields; i++) {
            const struct field *field = &kind->fields[i];
            json_t *full = json_object_get(json_array_get(rows, 0), field->name);
            assert_non_null(full);
            assert_int_equal(json_is_null(full), sample(field).type == VALUE_NONE);
            assert_true(json_is_null(json_object_get(json_array_get(rows, 1), field->name)));
            if (field->meaning == MEANING_ENUM)
                assert_string_equal(json_string_value(full), field->values[0].name);
        }
        json_decref(document);
    }
}

static void an_enum_value_from_a_newer_peer_shows_as_its_number(void **state)
{
    struct fixture *f = *state;
    const struct kind *kind = schema_find_kind_by_name(f->schema, "activity");
    const struct field *state_field = kind_find_field_by_name(kind, "state");
    ProtobufCMessage *message = record_message_new(&f->arena, kind);
    assert_int_equal(record_set(&f->arena, message, state_field, (struct value){.type = VALUE_INT, .number = 99}, &f->err),
                     STATUS_OK);
    struct table *t = table_new(&f->arena, "t", NULL, NULL);
    table_add_field(t, state_field, 0);
    table_add_row(t);
    table_put_field(t, message, state_field, true);
    assert_int_equal(t->fault, STATUS_OK);
    assert_string_equal(t->rows->cells[0].text, "99");
}

static void a_list_is_one_text(void **state)
{
    struct fixture *f = *state;
    const struct kind *kind = schema_find_kind_by_name(f->schema, "activity");
    const struct field *assisting = kind_find_field_by_name(kind, "assisting");
    ProtobufCMessage *message = record_message_new(&f->arena, kind);
    assert_int_equal(record_parse_text(&f->arena, message, assisting, "教导处，总务处", &f->err), STATUS_OK);
    struct table *t = table_new(&f->arena, "t", NULL, NULL);
    table_add_field(t, assisting, 0);
    table_add_row(t);
    table_put_field(t, message, assisting, true);
    assert_string_equal(t->rows->cells[0].text, "教导处、总务处");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_kind_goes_through_every_writer, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_keys_in_json_are_the_names_in_the_schema, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_list_is_one_text, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_enum_value_from_a_newer_peer_shows_as_its_number, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
