/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "common/record/member.h"
#include "common/record/record.h"
#include "common/wire/check.h"

#define VARINT_BYTES_MAX 10

void record_encode(struct arena *arena, const ProtobufCMessage *message, const uint8_t **data, size_t *bytes)
{
    size_t size = protobuf_c_message_get_packed_size(message);
    uint8_t *out = arena_alloc(arena, size);
    *bytes = protobuf_c_message_pack(message, out);
    *data = out;
}

enum status record_decode(struct arena *arena, const struct kind *kind, const void *data, size_t bytes, ProtobufCMessage **out,
                          struct err *err)
{
    enum status status = wire_check(kind->descriptor, data, bytes, err);
    return status == STATUS_OK ? wire_unpack(arena, kind->descriptor, data, bytes, out, err) : status;
}

static void put_varint(struct buf *out, uint64_t value)
{
    uint8_t bytes[VARINT_BYTES_MAX];
    size_t n = 0;
    for (; value >= 0x80; value >>= 7)
        bytes[n++] = (uint8_t)(value | 0x80);
    bytes[n++] = (uint8_t)value;
    buf_put(out, bytes, n);
}

static void put_tag(struct buf *out, uint32_t number, ProtobufCWireType wire_type)
{
    put_varint(out, (uint64_t)number << 3 | wire_type);
}

static void put_prefixed(struct buf *out, uint32_t number, const void *data, size_t bytes)
{
    put_tag(out, number, PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED);
    put_varint(out, bytes);
    buf_put(out, data, bytes);
}

static void put_message(struct buf *out, uint32_t number, const ProtobufCMessage *message)
{
    size_t bytes = protobuf_c_message_get_packed_size(message);
    put_tag(out, number, PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED);
    put_varint(out, bytes);
    if (!buf_reserve(out, bytes))
        return;
    protobuf_c_message_pack(message, (uint8_t *)out->data + out->len_bytes);
    out->len_bytes += bytes;
}

/* One value, as protobuf-c packs it: negative int32 and enums are sign-extended to ten bytes. The types are those that
 * schema_new() lets pass. */
static void put_member(struct buf *out, const ProtobufCFieldDescriptor *d, const void *member)
{
    if (d->type == PROTOBUF_C_TYPE_STRING) {
        const char *text = *(const char *const *)member;
        put_prefixed(out, d->id, text, strlen(text));
    } else if (d->type == PROTOBUF_C_TYPE_BYTES) {
        const ProtobufCBinaryData *data = member;
        put_prefixed(out, d->id, data->data, data->len);
    } else if (d->type == PROTOBUF_C_TYPE_MESSAGE) {
        put_message(out, d->id, *(const ProtobufCMessage *const *)member);
    } else {
        put_tag(out, d->id, PROTOBUF_C_WIRE_TYPE_VARINT);
        put_varint(out, (uint64_t)member_number(d, member));
    }
}

void record_encode_field(struct buf *out, const ProtobufCMessage *message, const struct field *field)
{
    const ProtobufCFieldDescriptor *d = field->descriptor;
    if (!member_is_repeated(d)) {
        if (record_has(message, field))
            put_member(out, d, member_get(message, d));
        return;
    }
    size_t n;
    const char *items = record_items(message, field, &n);
    for (size_t i = 0; i < n; i++)
        put_member(out, d, items + i * member_bytes(d));
}

static int compare_unknown(const void *a, const void *b)
{
    const ProtobufCMessageUnknownField *x = *(const ProtobufCMessageUnknownField *const *)a;
    const ProtobufCMessageUnknownField *y = *(const ProtobufCMessageUnknownField *const *)b;
    if (x->tag != y->tag)
        return x->tag < y->tag ? -1 : 1;
    return x < y ? -1 : x > y; /* as received */
}

void record_visit_unknown(struct arena *arena, const ProtobufCMessage *message,
                          void (*visit)(void *context, uint32_t number, const void *data, size_t bytes), void *context)
{
    size_t n = message->n_unknown_fields;
    if (n == 0)
        return;
    const ProtobufCMessageUnknownField **sorted = ARENA_ARRAY(arena, n, const ProtobufCMessageUnknownField *);
    for (size_t i = 0; i < n; i++)
        sorted[i] = &message->unknown_fields[i];
    qsort(sorted, n, sizeof sorted[0], compare_unknown);
    struct buf out;
    buf_init(&out, 0);
    for (size_t i = 0; i < n; i++) {
        put_tag(&out, sorted[i]->tag, sorted[i]->wire_type);
        buf_put(&out, sorted[i]->data, sorted[i]->len);
        if (i + 1 == n || sorted[i + 1]->tag != sorted[i]->tag) {
            visit(context, sorted[i]->tag, buf_text(&out), out.len_bytes);
            buf_reset(&out);
        }
    }
    buf_done(&out);
}
