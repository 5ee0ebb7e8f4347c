/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/base/sha256.h"
#include "common/domain/month.h"
#include "common/record/text.h"
#include "proto/records.pb-c.h"

static json_t *months_json(int64_t set)
{
    json_t *array = json_array();
    char text[MONTH_TEXT_BYTES];
    for (int32_t month = INT32_MIN; month_set_is_valid(set) && month_set_next(set, &month);) {
        month_format(month, text);
        json_array_append_new(array, json_string(text));
    }
    return array;
}

static json_t *instant_json(int64_t at_ms)
{
    char time[CLOCK_TIME_BYTES], text[CLOCK_TIME_BYTES + 5];
    clock_format_time(at_ms, 0, time);
    time[10] = 'T';
    snprintf(text, sizeof text, "%s.%03dZ", time, (int)((at_ms % 1000 + 1000) % 1000));
    return json_string(text);
}

static json_t *number_json(const struct field *field, int64_t number)
{
    char month[MONTH_TEXT_BYTES];
    const char *name = field->meaning == MEANING_ENUM ? schema_enum_name(field, number) : NULL;
    if (name)
        return json_string(name);
    if (field->meaning == MEANING_BOOL)
        return json_boolean(number);
    if (field->meaning == MEANING_MONTHS)
        return months_json(number);
    if (field->meaning == MEANING_INSTANT)
        return instant_json(number);
    if (field->meaning == MEANING_MONTH && month_is_valid(number)) {
        month_format((int32_t)number, month);
        return json_string(month);
    }
    return json_integer(number);
}

static json_t *hex_json(struct value value)
{
    struct buf hex;
    buf_init(&hex, 0);
    for (size_t i = 0; i < value.bytes; i++)
        buf_printf(&hex, "%02x", ((const uint8_t *)value.data)[i]);
    json_t *text = json_string(buf_text(&hex));
    buf_done(&hex);
    return text;
}

static json_t *bytes_json(struct value value)
{
    struct uuid id;
    char text[UUID_TEXT_BYTES];
    if (!uuid_from_bytes(value.data, value.bytes, &id))
        return hex_json(value);
    uuid_format(&id, text);
    return json_string(text);
}

static json_t *figure_json(const Lianxin__Figure *figure)
{
    json_t *object = json_object();
    json_object_set_new(object, "key", json_string(figure->key ? figure->key : ""));
    if (figure->has_counted)
        json_object_set_new(object, "counted", json_integer(figure->counted));
    if (figure->has_stated)
        json_object_set_new(object, "stated", json_integer(figure->stated));
    return object;
}

static json_t *item_json(const struct field *field, const char *items, size_t i)
{
    if (field->meaning == MEANING_TEXTS)
        return json_string(((const char *const *)(const void *)items)[i]);
    if (field->meaning == MEANING_INTS)
        return json_integer(((const uint32_t *)(const void *)items)[i]);
    return figure_json(((const Lianxin__Figure *const *)(const void *)items)[i]);
}

static json_t *list_json(const ProtobufCMessage *message, const struct field *field)
{
    size_t n;
    const char *items = record_items(message, field, &n);
    json_t *array = json_array();
    for (size_t i = 0; i < n; i++)
        json_array_append_new(array, item_json(field, items, i));
    return array;
}

static json_t *value_json(struct arena *arena, const ProtobufCMessage *message, const struct field *field)
{
    if (field->descriptor->label == PROTOBUF_C_LABEL_REPEATED)
        return list_json(message, field);
    struct value value = record_get(arena, message, field);
    switch (value.type) {
    case VALUE_NONE:
        return json_null();
    case VALUE_INT:
        return number_json(field, value.number);
    case VALUE_TEXT:
        return json_stringn(value.data, value.bytes);
    case VALUE_BYTES:
        return field->meaning == MEANING_PARTIAL ? hex_json(value) : bytes_json(value);
    }
    return json_null();
}

static void put_fields(struct arena *arena, const struct schema *schema, const struct kind *kind, const ProtobufCMessage *message,
                       json_t *object);

/* A partial record of another kind is shown by its fields when its kind (the number in the field "record_kind") is known. */
static json_t *partial_json(struct arena *arena, const struct schema *schema, const struct kind *kind,
                            const ProtobufCMessage *message, const struct field *field)
{
    const struct field *of = kind_find_field_by_name(kind, "record_kind");
    struct value value = record_get(arena, message, field);
    const struct kind *partial = of ? schema_find_kind(schema, (uint32_t)record_get(arena, message, of).number) : NULL;
    ProtobufCMessage *inner;
    if (!partial || partial == kind || record_decode(arena, partial, value.data, value.bytes, &inner, NULL) != STATUS_OK)
        return hex_json(value);
    json_t *object = json_object();
    put_fields(arena, schema, partial, inner, object);
    return object;
}

static void put_fields(struct arena *arena, const struct schema *schema, const struct kind *kind, const ProtobufCMessage *message,
                       json_t *object)
{
    for (size_t i = 0; i < kind->n_fields; i++) {
        const struct field *field = &kind->fields[i];
        if (!record_has(message, field))
            continue;
        bool partial = field->meaning == MEANING_PARTIAL;
        json_object_set_new(object, field->name,
                            partial ? partial_json(arena, schema, kind, message, field) : value_json(arena, message, field));
    }
}

json_t *record_json(struct arena *arena, const struct schema *schema, const struct record *record)
{
    json_t *object = json_object();
    char id[UUID_TEXT_BYTES];
    uuid_format(&record->id, id);
    json_object_set_new(object, "id", json_string(id));
    json_object_set_new(object, "rev", json_integer((json_int_t)record->rev));
    if (record->dead)
        json_object_set_new(object, "dead", json_true());
    put_fields(arena, schema, record->kind, record->message, object);
    return object;
}
