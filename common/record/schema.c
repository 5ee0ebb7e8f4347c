/* SPDX-License-Identifier: Apache-2.0 */
#include "common/record/schema.h"

#include <string.h>

static const ProtobufCMessageDescriptor nothing;

static void init_nothing(ProtobufCMessage *message)
{
    *message = (ProtobufCMessage){.descriptor = &nothing};
}

static const ProtobufCMessageDescriptor nothing = {
    .magic = PROTOBUF_C__MESSAGE_DESCRIPTOR_MAGIC,
    .name = "foreign",
    .short_name = "foreign",
    .c_name = "foreign",
    .package_name = "",
    .sizeof_message = sizeof(ProtobufCMessage),
    .message_init = init_nothing,
};

const struct kind *kind_foreign(struct arena *arena, uint32_t number)
{
    struct kind *kind = ARENA_NEW(arena, struct kind);
    *kind = (struct kind){.number = number, .name = "foreign", .label = "foreign", .label_zh = "未知", .descriptor = &nothing};
    return kind;
}

const struct kind *schema_find_kind(const struct schema *schema, uint32_t number)
{
    for (size_t i = 0; i < schema->n_kinds; i++)
        if (schema->kinds[i].number == number)
            return &schema->kinds[i];
    return NULL;
}

const struct kind *schema_find_kind_by_name(const struct schema *schema, const char *name)
{
    for (size_t i = 0; i < schema->n_kinds; i++)
        if (strcmp(schema->kinds[i].name, name) == 0)
            return &schema->kinds[i];
    return NULL;
}

const struct field *kind_find_field(const struct kind *kind, uint32_t number)
{
    for (size_t i = 0; i < kind->n_fields; i++)
        if (kind->fields[i].number == number)
            return &kind->fields[i];
    return NULL;
}

const struct field *kind_find_field_by_name(const struct kind *kind, const char *name)
{
    for (size_t i = 0; i < kind->n_fields; i++)
        if (strcmp(kind->fields[i].name, name) == 0)
            return &kind->fields[i];
    for (size_t i = 0; i < kind->n_fields; i++)
        if (strcmp(kind->fields[i].label, name) == 0 || strcmp(kind->fields[i].label_zh, name) == 0)
            return &kind->fields[i];
    return NULL;
}

field_set kind_close_groups(const struct kind *kind, field_set set)
{
    field_set closed = set;
    for (size_t i = 0; i < kind->n_fields; i++) {
        const struct field *a = &kind->fields[i];
        if (!a->group || !(set & field_bit(a)))
            continue;
        for (size_t j = 0; j < kind->n_fields; j++)
            if (kind->fields[j].group == a->group)
                closed |= field_bit(&kind->fields[j]);
    }
    return closed;
}

const struct enum_value *field_find_value(const struct field *field, int64_t value)
{
    for (size_t i = 0; i < field->n_values; i++)
        if (field->values[i].value == value)
            return &field->values[i];
    return NULL;
}

const char *schema_enum_name(const struct field *field, int64_t value)
{
    const struct enum_value *found = field_find_value(field, value);
    return found ? found->name : NULL;
}

const char *schema_enum_label(const struct field *field, int64_t value, bool chinese)
{
    const struct enum_value *found = field_find_value(field, value);
    return !found ? NULL : chinese ? found->label_zh : found->label;
}

bool schema_enum_parse(const struct field *field, const char *text, int64_t *value)
{
    for (size_t i = 0; i < field->n_values; i++) {
        const struct enum_value *v = &field->values[i];
        if (strcmp(v->name, text) == 0 || strcmp(v->label, text) == 0 || strcmp(v->label_zh, text) == 0) {
            *value = v->value;
            return true;
        }
    }
    return false;
}
