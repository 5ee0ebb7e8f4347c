/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "common/record/member.h"
#include "common/record/record.h"
#include "common/wire/check.h"

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
    member_set_flag(message, d, true);
    return STATUS_OK;
}

/* value must be just what record_encode_field() writes: bytes with other fields or another spelling are not this field. */
static bool is_encoding(const ProtobufCMessage *message, const struct field *field, struct value value)
{
    struct buf out;
    buf_init(&out, 0);
    record_encode_field(&out, message, field);
    bool same = out.len_bytes == value.bytes && (value.bytes == 0 || memcmp(out.data, value.data, value.bytes) == 0);
    buf_done(&out);
    return same;
}

static enum status set_encoded(struct arena *arena, ProtobufCMessage *message, const struct field *field, struct value value,
                               struct err *err)
{
    ProtobufCMessage *holder;
    const ProtobufCMessageDescriptor *descriptor = message->descriptor;
    enum status status = wire_check(descriptor, value.data, value.bytes, err);
    if (status == STATUS_OK)
        status = wire_unpack(arena, descriptor, value.data, value.bytes, &holder, err);
    if (status != STATUS_OK || !is_encoding(holder, field, value))
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
    member_set_flag(message, field->descriptor, true);
}

/* The type record_get() gives for a present field. */
static enum value_type value_type_of(const ProtobufCFieldDescriptor *d)
{
    if (member_is_repeated(d) || d->type == PROTOBUF_C_TYPE_MESSAGE || d->type == PROTOBUF_C_TYPE_BYTES)
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
        if (member_is_repeated(d) || d->type == PROTOBUF_C_TYPE_MESSAGE)
            return set_encoded(arena, message, field, value, err);
        set_bytes(arena, message, field, value);
        return STATUS_OK;
    }
    return err_set(err, STATUS_INVALID, "%s: a value of no known type", field->name);
}
