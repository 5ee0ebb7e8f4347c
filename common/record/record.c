/* SPDX-License-Identifier: Apache-2.0 */
#include "common/record/record.h"

#include <string.h>

#include "common/wire/check.h"

static const void *member_of(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *d)
{
    return (const char *)message + d->offset;
}

static void *member_at(ProtobufCMessage *message, const ProtobufCFieldDescriptor *d)
{
    return (char *)message + d->offset;
}

/* The number of items of a repeated field, or the has_ flag of an optional scalar. */
static size_t count_of(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *d)
{
    return *(const size_t *)(const void *)((const char *)message + d->quantifier_offset);
}

static void set_count(ProtobufCMessage *message, const ProtobufCFieldDescriptor *d, size_t count)
{
    *(size_t *)(void *)((char *)message + d->quantifier_offset) = count;
}

static bool flag_of(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *d)
{
    return *(const protobuf_c_boolean *)(const void *)((const char *)message + d->quantifier_offset);
}

static void set_flag(ProtobufCMessage *message, const ProtobufCFieldDescriptor *d, bool flag)
{
    *(protobuf_c_boolean *)(void *)((char *)message + d->quantifier_offset) = flag;
}

static bool is_repeated(const ProtobufCFieldDescriptor *d)
{
    return d->label == PROTOBUF_C_LABEL_REPEATED;
}

/* Strings and messages are present by their pointer, everything else by a flag. */
static bool is_pointer(const ProtobufCFieldDescriptor *d)
{
    return d->type == PROTOBUF_C_TYPE_STRING || d->type == PROTOBUF_C_TYPE_MESSAGE;
}

static size_t size_of(const ProtobufCFieldDescriptor *d)
{
    switch (d->type) {
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_SINT64:
    case PROTOBUF_C_TYPE_SFIXED64:
    case PROTOBUF_C_TYPE_UINT64:
    case PROTOBUF_C_TYPE_FIXED64:
    case PROTOBUF_C_TYPE_DOUBLE:
        return sizeof(int64_t);
    case PROTOBUF_C_TYPE_BYTES:
        return sizeof(ProtobufCBinaryData);
    case PROTOBUF_C_TYPE_STRING:
    case PROTOBUF_C_TYPE_MESSAGE:
        return sizeof(void *);
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_SINT32:
    case PROTOBUF_C_TYPE_SFIXED32:
    case PROTOBUF_C_TYPE_UINT32:
    case PROTOBUF_C_TYPE_FIXED32:
    case PROTOBUF_C_TYPE_FLOAT:
    case PROTOBUF_C_TYPE_BOOL:
    case PROTOBUF_C_TYPE_ENUM:
        return sizeof(int32_t);
    }
    return 0;
}

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
    if (is_repeated(d))
        return count_of(message, d) > 0;
    return is_pointer(d) ? *(void *const *)member_of(message, d) != NULL : flag_of(message, d);
}

bool record_is_blank(const ProtobufCMessage *message, const struct field *field)
{
    const ProtobufCFieldDescriptor *d = field->descriptor;
    if (!record_has(message, field))
        return true;
    return d->type == PROTOBUF_C_TYPE_STRING && !is_repeated(d) && **(const char *const *)member_of(message, d) == '\0';
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
    const void *member = member_of(message, d);
    if (!record_has(message, field))
        return (struct value){.type = VALUE_NONE};
    if (is_repeated(d) || d->type == PROTOBUF_C_TYPE_MESSAGE)
        return encoded_value(arena, message, field);
    if (d->type == PROTOBUF_C_TYPE_STRING) {
        const char *text = *(const char *const *)member;
        return (struct value){.type = VALUE_TEXT, .data = text, .bytes = strlen(text)};
    }
    if (d->type == PROTOBUF_C_TYPE_BYTES) {
        const ProtobufCBinaryData *data = member;
        return (struct value){.type = VALUE_BYTES, .data = data->data, .bytes = data->len};
    }
    if (d->type == PROTOBUF_C_TYPE_INT64)
        return (struct value){.type = VALUE_INT, .number = *(const int64_t *)member};
    if (d->type == PROTOBUF_C_TYPE_UINT32)
        return (struct value){.type = VALUE_INT, .number = *(const uint32_t *)member};
    return (struct value){.type = VALUE_INT, .number = *(const int32_t *)member};
}

static enum status set_number(ProtobufCMessage *message, const struct field *field, int64_t number, struct err *err)
{
    const ProtobufCFieldDescriptor *d = field->descriptor;
    void *member = member_at(message, d);
    bool fits = d->type == PROTOBUF_C_TYPE_INT64    ? true
                : d->type == PROTOBUF_C_TYPE_UINT32 ? number >= 0 && number <= UINT32_MAX
                : d->type == PROTOBUF_C_TYPE_BOOL   ? number == 0 || number == 1
                                                    : number >= INT32_MIN && number <= INT32_MAX;
    if (!fits)
        return err_set(err, STATUS_INVALID, "%s: %lld is outside the range of the field", field->name, (long long)number);
    if (d->type == PROTOBUF_C_TYPE_INT64)
        *(int64_t *)member = number;
    else if (d->type == PROTOBUF_C_TYPE_UINT32)
        *(uint32_t *)member = (uint32_t)number;
    else
        *(int32_t *)member = (int32_t)number;
    set_flag(message, d, true);
    return STATUS_OK;
}

static enum status set_encoded(struct arena *arena, ProtobufCMessage *message, const struct field *field, struct value value,
                               struct err *err)
{
    ProtobufCMessage *holder;
    const ProtobufCMessageDescriptor *descriptor = message->descriptor;
    enum status status = wire_check(descriptor, value.data, value.bytes, err);
    if (status == STATUS_OK)
        status = wire_unpack(arena, descriptor, value.data, value.bytes, &holder, err);
    if (status != STATUS_OK)
        return err_set(err, STATUS_INVALID, "%s: its bytes cannot be read", field->name);
    record_share_field(message, holder, field);
    return STATUS_OK;
}

static enum status set_text(struct arena *arena, ProtobufCMessage *message, const struct field *field, struct value value,
                            struct err *err)
{
    if (value.bytes && memchr(value.data, '\0', value.bytes))
        return err_set(err, STATUS_INVALID, "%s: a NUL inside the text", field->name);
    *(char **)member_at(message, field->descriptor) = arena_strndup(arena, value.bytes ? value.data : "", value.bytes);
    return STATUS_OK;
}

static void set_bytes(struct arena *arena, ProtobufCMessage *message, const struct field *field, struct value value)
{
    ProtobufCBinaryData *data = member_at(message, field->descriptor);
    *data = (ProtobufCBinaryData){.len = value.bytes, .data = arena_copy(arena, value.data, value.bytes)};
    set_flag(message, field->descriptor, true);
}

/* The type record_get() gives for a present field. */
static enum value_type value_type_of(const ProtobufCFieldDescriptor *d)
{
    if (is_repeated(d) || d->type == PROTOBUF_C_TYPE_MESSAGE || d->type == PROTOBUF_C_TYPE_BYTES)
        return VALUE_BYTES;
    return d->type == PROTOBUF_C_TYPE_STRING ? VALUE_TEXT : VALUE_INT;
}

enum status record_set(struct arena *arena, ProtobufCMessage *message, const struct field *field, struct value value,
                       struct err *err)
{
    const ProtobufCFieldDescriptor *d = field->descriptor;
    if (value.type != VALUE_NONE && value.type != value_type_of(d))
        return err_set(err, STATUS_INVALID, "%s: a value of another type", field->name);
    switch (value.type) {
    case VALUE_NONE:
        record_clear(message, field);
        return STATUS_OK;
    case VALUE_INT:
        return set_number(message, field, value.number, err);
    case VALUE_TEXT:
        return set_text(arena, message, field, value, err);
    case VALUE_BYTES:
        if (is_repeated(d) || d->type == PROTOBUF_C_TYPE_MESSAGE)
            return set_encoded(arena, message, field, value, err);
        set_bytes(arena, message, field, value);
        return STATUS_OK;
    }
    return err_set(err, STATUS_INVALID, "%s: a value of no known type", field->name);
}

void record_clear(ProtobufCMessage *message, const struct field *field)
{
    const ProtobufCFieldDescriptor *d = field->descriptor;
    if (is_repeated(d)) {
        set_count(message, d, 0);
        *(void **)member_at(message, d) = NULL;
        return;
    }
    if (!is_pointer(d))
        set_flag(message, d, false);
    memset(member_at(message, d), 0, size_of(d));
}

const void *record_items(const ProtobufCMessage *message, const struct field *field, size_t *n)
{
    *n = count_of(message, field->descriptor);
    return *(const void *const *)member_of(message, field->descriptor);
}

void record_set_items(ProtobufCMessage *message, const struct field *field, void *items, size_t n)
{
    set_count(message, field->descriptor, n);
    *(void **)member_at(message, field->descriptor) = n ? items : NULL;
}

void record_share_field(ProtobufCMessage *to, const ProtobufCMessage *from, const struct field *field)
{
    const ProtobufCFieldDescriptor *d = field->descriptor;
    if (is_repeated(d))
        set_count(to, d, count_of(from, d));
    else if (!is_pointer(d))
        set_flag(to, d, flag_of(from, d));
    memcpy(member_at(to, d), member_of(from, d), is_repeated(d) ? sizeof(void *) : size_of(d));
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
    return memcmp(a, b, size_of(d)) == 0;
}

static bool lists_equal(const ProtobufCMessage *a, const ProtobufCMessage *b, const ProtobufCFieldDescriptor *d)
{
    size_t n = count_of(a, d);
    const char *x = *(const char *const *)member_of(a, d), *y = *(const char *const *)member_of(b, d);
    if (n != count_of(b, d))
        return false;
    for (size_t i = 0; i < n; i++)
        if (!members_equal(d, x + i * size_of(d), y + i * size_of(d)))
            return false;
    return true;
}

static bool descriptor_field_equal(const ProtobufCMessage *a, const ProtobufCMessage *b, const ProtobufCFieldDescriptor *d)
{
    const struct field field = {.descriptor = d};
    if (is_repeated(d))
        return lists_equal(a, b, d);
    bool has = record_has(a, &field);
    return has == record_has(b, &field) && (!has || members_equal(d, member_of(a, d), member_of(b, d)));
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
