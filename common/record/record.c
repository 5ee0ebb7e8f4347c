/* SPDX-License-Identifier: Apache-2.0 */
#include "common/record/record.h"

#include <string.h>

#include "common/record/member.h"

ProtobufCMessage *record_message_new(struct arena *arena, const struct kind *kind)
{
    ProtobufCMessage *message = arena_alloc(arena, kind->descriptor->sizeof_message);
    protobuf_c_message_init(kind->descriptor, message);
    return message;
}

struct record *record_new(struct arena *arena, const struct kind *kind, uint32_t stream, const struct uuid *id)
{
    struct record *record = ARENA_NEW(arena, struct record);
    *record = (struct record){.kind = kind, .stream = stream, .id = *id, .message = record_message_new(arena, kind)};
    return record;
}

bool record_has(const ProtobufCMessage *message, const struct field *field)
{
    const ProtobufCFieldDescriptor *d = field->descriptor;
    if (member_is_repeated(d))
        return member_count(message, d) > 0;
    return member_is_pointer(d) ? *(void *const *)member_get(message, d) != NULL : member_flag(message, d);
}

static bool is_blank_text(const char *text)
{
    static const char wide[] = "\u3000"; /* what a Chinese keyboard types for a space */
    while (*(text += strspn(text, " \t\r\n")) && strncmp(text, wide, strlen(wide)) == 0)
        text += strlen(wide);
    return *text == '\0';
}

bool record_is_blank(const ProtobufCMessage *message, const struct field *field)
{
    const ProtobufCFieldDescriptor *d = field->descriptor;
    if (!record_has(message, field))
        return true;
    return d->type == PROTOBUF_C_TYPE_STRING && !member_is_repeated(d) &&
           is_blank_text(*(const char *const *)member_get(message, d));
}

static struct value encoded_value(struct arena *arena, const ProtobufCMessage *message, const struct field *field)
{
    struct buf out;
    buf_init(&out, 0);
    record_encode_field(&out, message, field);
    struct value value = {.type = VALUE_BYTES, .data = arena_copy(arena, buf_text(&out), out.len_bytes), .bytes = out.len_bytes};
    buf_done(&out);
    return value;
}

struct value record_get(struct arena *arena, const ProtobufCMessage *message, const struct field *field)
{
    const ProtobufCFieldDescriptor *d = field->descriptor;
    const void *member = member_get(message, d);
    if (!record_has(message, field))
        return (struct value){.type = VALUE_NONE};
    if (member_is_repeated(d) || d->type == PROTOBUF_C_TYPE_MESSAGE)
        return encoded_value(arena, message, field);
    if (d->type == PROTOBUF_C_TYPE_STRING) {
        const char *text = *(const char *const *)member;
        return (struct value){.type = VALUE_TEXT, .data = text, .bytes = strlen(text)};
    }
    if (d->type == PROTOBUF_C_TYPE_BYTES) {
        const ProtobufCBinaryData *data = member;
        return (struct value){.type = VALUE_BYTES, .data = data->data, .bytes = data->len};
    }
    return (struct value){.type = VALUE_INT, .number = member_number(d, member)};
}

void record_clear(ProtobufCMessage *message, const struct field *field)
{
    const ProtobufCFieldDescriptor *d = field->descriptor;
    if (member_is_repeated(d)) {
        member_set_count(message, d, 0);
        *(void **)member_at(message, d) = NULL;
        return;
    }
    if (!member_is_pointer(d))
        member_set_flag(message, d, false);
    memset(member_at(message, d), 0, member_bytes(d));
}

const void *record_items(const ProtobufCMessage *message, const struct field *field, size_t *n)
{
    *n = member_count(message, field->descriptor);
    return *(const void *const *)member_get(message, field->descriptor);
}

void record_set_items(ProtobufCMessage *message, const struct field *field, void *items, size_t n)
{
    member_set_count(message, field->descriptor, n);
    *(void **)member_at(message, field->descriptor) = n ? items : NULL;
}

void record_share_field(ProtobufCMessage *to, const ProtobufCMessage *from, const struct field *field)
{
    const ProtobufCFieldDescriptor *d = field->descriptor;
    if (member_is_repeated(d))
        member_set_count(to, d, member_count(from, d));
    else if (!member_is_pointer(d))
        member_set_flag(to, d, member_flag(from, d));
    memcpy(member_at(to, d), member_get(from, d), member_is_repeated(d) ? sizeof(void *) : member_bytes(d));
}

static bool messages_equal(const ProtobufCMessage *a, const ProtobufCMessage *b);

static bool members_equal(const ProtobufCFieldDescriptor *d, const void *a, const void *b)
{
    if (d->type == PROTOBUF_C_TYPE_STRING)
        return strcmp(*(const char *const *)a, *(const char *const *)b) == 0;
    if (d->type == PROTOBUF_C_TYPE_MESSAGE)
        return messages_equal(*(const ProtobufCMessage *const *)a, *(const ProtobufCMessage *const *)b);
    if (d->type == PROTOBUF_C_TYPE_BYTES) {
        const ProtobufCBinaryData *x = a, *y = b;
        return x->len == y->len && (x->len == 0 || memcmp(x->data, y->data, x->len) == 0);
    }
    return memcmp(a, b, member_bytes(d)) == 0;
}

static bool lists_equal(const ProtobufCMessage *a, const ProtobufCMessage *b, const ProtobufCFieldDescriptor *d)
{
    size_t n = member_count(a, d);
    const char *x = *(const char *const *)member_get(a, d), *y = *(const char *const *)member_get(b, d);
    if (n != member_count(b, d))
        return false;
    for (size_t i = 0; i < n; i++)
        if (!members_equal(d, x + i * member_bytes(d), y + i * member_bytes(d)))
            return false;
    return true;
}

static bool descriptor_field_equal(const ProtobufCMessage *a, const ProtobufCMessage *b, const ProtobufCFieldDescriptor *d)
{
    const struct field field = {.descriptor = d};
    if (member_is_repeated(d))
        return lists_equal(a, b, d);
    bool has = record_has(a, &field);
    return has == record_has(b, &field) && (!has || members_equal(d, member_get(a, d), member_get(b, d)));
}

bool record_unknown_equal(const ProtobufCMessage *a, const ProtobufCMessage *b)
{
    if (a->n_unknown_fields != b->n_unknown_fields)
        return false;
    for (unsigned i = 0; i < a->n_unknown_fields; i++) {
        const ProtobufCMessageUnknownField *x = &a->unknown_fields[i], *y = &b->unknown_fields[i];
        if (x->tag != y->tag || x->wire_type != y->wire_type || x->len != y->len)
            return false;
        if (x->len && memcmp(x->data, y->data, x->len) != 0)
            return false;
    }
    return true;
}

static bool messages_equal(const ProtobufCMessage *a, const ProtobufCMessage *b)
{
    for (unsigned i = 0; i < a->descriptor->n_fields; i++)
        if (!descriptor_field_equal(a, b, &a->descriptor->fields[i]))
            return false;
    return record_unknown_equal(a, b);
}

bool record_field_equal(const ProtobufCMessage *a, const ProtobufCMessage *b, const struct field *field)
{
    return descriptor_field_equal(a, b, field->descriptor);
}

field_set record_diff(const struct kind *kind, const ProtobufCMessage *a, const ProtobufCMessage *b)
{
    field_set set = 0;
    for (size_t i = 0; i < kind->n_fields; i++)
        if (!record_field_equal(a, b, &kind->fields[i]))
            set |= field_bit(&kind->fields[i]);
    return set;
}

field_set record_present(const struct kind *kind, const ProtobufCMessage *message)
{
    field_set set = 0;
    for (size_t i = 0; i < kind->n_fields; i++)
        if (record_has(message, &kind->fields[i]))
            set |= field_bit(&kind->fields[i]);
    return set;
}

ProtobufCMessage *record_project(struct arena *arena, const struct kind *kind, const ProtobufCMessage *message, field_set set)
{
    ProtobufCMessage *out = record_message_new(arena, kind);
    record_share_fields(kind, out, message, set);
    return out;
}

void record_share_fields(const struct kind *kind, ProtobufCMessage *to, const ProtobufCMessage *from, field_set set)
{
    for (size_t i = 0; i < kind->n_fields; i++)
        if (set & field_bit(&kind->fields[i]))
            record_share_field(to, from, &kind->fields[i]);
}

ProtobufCMessage *record_clone(struct arena *arena, const struct kind *kind, const ProtobufCMessage *message)
{
    return arena_copy(arena, message, kind->descriptor->sizeof_message);
}
