/* SPDX-License-Identifier: Apache-2.0
 *
 * What the tests of records and edits share: a schema, an activity that is whole, and activities made at random from few values, so
 * that they often agree. */
#ifndef TESTS_UNIT_RECORD_FIXTURE_H
#define TESTS_UNIT_RECORD_FIXTURE_H

#include <string.h>

#include "common/domain/month.h"
#include "common/record/record.h"
#include "proto/records.pb-c.h"
#include "tests/harness/test.h"

#define A_STREAM 107u

struct fixture {
    struct arena arena;
    struct err err;
    const struct schema *schema;
    const struct kind *activity, *conflict;
    struct uuid id;
    uint64_t random;
};

static inline int fixture_set_up(void **state)
{
    static struct fixture f;
    f = (struct fixture){.random = 0x9e3779b97f4a7c15u, .id = {{1, 2, 3}}};
    arena_init(&f.arena, 0);
    assert_int_equal(schema_new(&f.arena, schema_source_current(), &f.schema, &f.err), STATUS_OK);
    f.activity = schema_find_kind_by_name(f.schema, "activity");
    f.conflict = schema_find_kind_by_name(f.schema, "conflict");
    *state = &f;
    return 0;
}

static inline int fixture_tear_down(void **state)
{
    arena_done(&((struct fixture *)*state)->arena);
    return 0;
}

#define FIXTURE_TEST(test) cmocka_unit_test_setup_teardown(test, fixture_set_up, fixture_tear_down)

static inline const struct field *field_of(const struct kind *kind, const char *name)
{
    const struct field *field = kind_find_field_by_name(kind, name);
    assert_non_null(field);
    return field;
}

static inline field_set bit_of(const struct kind *kind, const char *name)
{
    return field_bit(field_of(kind, name));
}

/* A whole activity: planned, in March 2024. */
static inline Lianxin__Activity *new_activity(struct fixture *f)
{
    Lianxin__Activity *a = (Lianxin__Activity *)record_message_new(&f->arena, f->activity);
    a->has_plan = a->has_state = a->has_months = 1;
    a->plan = (ProtobufCBinaryData){.len = UUID_BYTES, .data = arena_alloc(&f->arena, UUID_BYTES)};
    a->number = arena_strdup(&f->arena, "3.2");
    a->text = arena_strdup(&f->arena, "庆三八活动");
    a->state = LIANXIN__ACTIVITY_STATE__ACTIVITY_STATE_PLANNED;
    month_set_add(&a->months, month_make(2024, 3));
    return a;
}

static inline Lianxin__Activity *copy_activity(struct fixture *f, const Lianxin__Activity *a)
{
    return (Lianxin__Activity *)record_clone(&f->arena, f->activity, &a->base);
}

static inline struct record *record_with(struct fixture *f, const struct kind *kind, ProtobufCMessage *message)
{
    struct record *record = record_new(&f->arena, kind, A_STREAM, &f->id);
    record->message = message;
    return record;
}

static inline uint64_t next_random(struct fixture *f) /* xorshift64 */
{
    f->random ^= f->random << 13;
    f->random ^= f->random >> 7;
    f->random ^= f->random << 17;
    return f->random;
}

static inline void set_random_field(struct fixture *f, ProtobufCMessage *message, const struct field *field)
{
    static const char *const texts[] = {"", "甲", "乙乙", "c"};
    uint64_t r = next_random(f) % 4;
    struct value value = {.type = VALUE_INT, .number = (int64_t)r};
    if (field->meaning == MEANING_ENUM)
        value.number = 1 + (int64_t)(r % 3);
    else if (field->meaning == MEANING_BOOL)
        value.number = r & 1;
    else if (field->meaning == MEANING_MONTH)
        value.number = month_make(2024, 1 + (int)r);
    else if (field->meaning == MEANING_MONTHS)
        value.number = (int64_t)month_make(2024, 1) << MONTH_SET_SPAN | 1 | (int64_t)r << 1;
    else if (field->meaning == MEANING_TEXT || field->meaning == MEANING_NOTE)
        value = (struct value){.type = VALUE_TEXT, .data = texts[r], .bytes = strlen(texts[r])};
    else if (field->meaning == MEANING_ID)
        value = (struct value){.type = VALUE_BYTES, .data = r & 1 ? "0123456789abcdef" : "fedcba9876543210", .bytes = 16};
    else if (field->meaning == MEANING_TEXTS)
        return;
    if (next_random(f) % 3 == 0)
        value.type = VALUE_NONE;
    assert_int_equal(record_set(&f->arena, message, field, value, &f->err), STATUS_OK);
}

/* A valid activity that differs from `from` (NULL: from an empty one) in some fields of allowed. */
static inline ProtobufCMessage *random_activity(struct fixture *f, const ProtobufCMessage *from, field_set allowed)
{
    static char women[] = "women", festival[] = "三八", *tags[] = {women, festival};
    ProtobufCMessage *message = record_clone(&f->arena, f->activity, from ? from : &new_activity(f)->base);
    for (size_t i = 0; i < f->activity->n_fields; i++) {
        const struct field *field = &f->activity->fields[i];
        if (!(allowed & field_bit(field)) || next_random(f) % 3)
            continue;
        ProtobufCMessage *whole = record_clone(&f->arena, f->activity, message);
        set_random_field(f, message, field);
        if ((field->flags & FIELD_REQUIRED) && record_is_blank(message, field))
            message = whole;
        if (field->meaning == MEANING_TEXTS && strcmp(field->name, "tags") == 0) {
            ((Lianxin__Activity *)message)->n_tags = next_random(f) % 3;
            ((Lianxin__Activity *)message)->tags = tags;
        }
    }
    assert_int_equal(record_validate(f->activity, message, NULL, false, &f->err), STATUS_OK);
    return message;
}

#endif
