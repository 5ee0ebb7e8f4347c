/* SPDX-License-Identifier: Apache-2.0
 *
 * Where protobuf-c keeps a field in a message: the inside of common/record. */
#ifndef COMMON_RECORD_MEMBER_H
#define COMMON_RECORD_MEMBER_H

#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

static inline const void *member_get(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *d)
{
    return (const char *)message + d->offset;
}

static inline void *member_at(ProtobufCMessage *message, const ProtobufCFieldDescriptor *d)
{
    return (char *)message + d->offset;
}

/* The number of items of a repeated field, or the has_ flag of an optional scalar. */
static inline size_t member_count(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *d)
{
    return *(const size_t *)(const void *)((const char *)message + d->quantifier_offset);
}

static inline void member_set_count(ProtobufCMessage *message, const ProtobufCFieldDescriptor *d, size_t count)
{
    *(size_t *)(void *)((char *)message + d->quantifier_offset) = count;
}

static inline bool member_flag(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *d)
{
    return *(const protobuf_c_boolean *)(const void *)((const char *)message + d->quantifier_offset);
}

static inline void member_set_flag(ProtobufCMessage *message, const ProtobufCFieldDescriptor *d, bool flag)
{
    *(protobuf_c_boolean *)(void *)((char *)message + d->quantifier_offset) = flag;
}

static inline bool member_is_repeated(const ProtobufCFieldDescriptor *d)
{
    return d->label == PROTOBUF_C_LABEL_REPEATED;
}

/* Strings and messages are present by their pointer, everything else by a flag. */
static inline bool member_is_pointer(const ProtobufCFieldDescriptor *d)
{
    return d->type == PROTOBUF_C_TYPE_STRING || d->type == PROTOBUF_C_TYPE_MESSAGE;
}

static inline size_t member_bytes(const ProtobufCFieldDescriptor *d)
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

/* A scalar: the types that schema_new() lets pass. */
static inline int64_t member_number(const ProtobufCFieldDescriptor *d, const void *member)
{
    if (d->type == PROTOBUF_C_TYPE_INT64)
        return *(const int64_t *)member;
    if (d->type == PROTOBUF_C_TYPE_UINT32)
        return *(const uint32_t *)member;
    return *(const int32_t *)member;
}

#endif
