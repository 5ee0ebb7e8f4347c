/* SPDX-License-Identifier: Apache-2.0 */
#include "common/wire/check.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "common/base/utf8.h"

#define SEEN_WORDS 2
#define SEEN_FIELDS (SEEN_WORDS * 64u)
#define SCANNED_BYTES 48u /* what protobuf-c remembers about a field while it unpacks, with room for its slabs */

/* One message being walked: what its descriptor is, where it ends, which singular fields it had. */
struct level {
    const ProtobufCMessageDescriptor *descriptor;
    const uint8_t *end;
    uint64_t seen[SEEN_WORDS];
};

struct walk {
    const uint8_t *start, *at;
    struct level levels[CHECK_DEPTH_MAX];
    unsigned depth; /* levels in use */
    uint32_t n_fields;
    size_t memory_bytes; /* at least what unpacking will take */
    struct err *err;
};

static enum status malformed(struct walk *w, const char *name, const char *what)
{
    char text[ERR_ARGUMENT_BYTES];
    snprintf(text, sizeof text, "%s%s%s at byte %zu", name ? name : "", name ? ": " : "", what, (size_t)(w->at - w->start));
    return err_reason(w->err, REASON_MALFORMED, text, NULL);
}

/* A base-128 number of at most max_bytes; false when it does not end. */
static bool take_varint(const uint8_t **at, const uint8_t *end, unsigned max_bytes, uint64_t *out)
{
    uint64_t value = 0;
    for (unsigned i = 0; i < max_bytes && *at + i < end; i++) {
        uint8_t byte = (*at)[i];
        value |= (uint64_t)(byte & 0x7F) << (7 * i);
        if (!(byte & 0x80)) {
            *at += i + 1;
            *out = value;
            return true;
        }
    }
    return false;
}

static size_t element_bytes(ProtobufCType type)
{
    switch (type) {
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_SINT32:
    case PROTOBUF_C_TYPE_SFIXED32:
    case PROTOBUF_C_TYPE_UINT32:
    case PROTOBUF_C_TYPE_FIXED32:
    case PROTOBUF_C_TYPE_FLOAT:
    case PROTOBUF_C_TYPE_ENUM:
        return 4;
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_SINT64:
    case PROTOBUF_C_TYPE_SFIXED64:
    case PROTOBUF_C_TYPE_UINT64:
    case PROTOBUF_C_TYPE_FIXED64:
    case PROTOBUF_C_TYPE_DOUBLE:
        return 8;
    case PROTOBUF_C_TYPE_BOOL:
        return sizeof(protobuf_c_boolean);
    case PROTOBUF_C_TYPE_STRING:
    case PROTOBUF_C_TYPE_MESSAGE:
        return sizeof(void *);
    case PROTOBUF_C_TYPE_BYTES:
        return sizeof(ProtobufCBinaryData);
    }
    return sizeof(void *);
}

static ProtobufCWireType wire_type_of(ProtobufCType type)
{
    switch (type) {
    case PROTOBUF_C_TYPE_SFIXED32:
    case PROTOBUF_C_TYPE_FIXED32:
    case PROTOBUF_C_TYPE_FLOAT:
        return PROTOBUF_C_WIRE_TYPE_32BIT;
    case PROTOBUF_C_TYPE_SFIXED64:
    case PROTOBUF_C_TYPE_FIXED64:
    case PROTOBUF_C_TYPE_DOUBLE:
        return PROTOBUF_C_WIRE_TYPE_64BIT;
    case PROTOBUF_C_TYPE_STRING:
    case PROTOBUF_C_TYPE_BYTES:
    case PROTOBUF_C_TYPE_MESSAGE:
        return PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED;
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_SINT32:
    case PROTOBUF_C_TYPE_UINT32:
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_SINT64:
    case PROTOBUF_C_TYPE_UINT64:
    case PROTOBUF_C_TYPE_BOOL:
    case PROTOBUF_C_TYPE_ENUM:
        return PROTOBUF_C_WIRE_TYPE_VARINT;
    }
    return PROTOBUF_C_WIRE_TYPE_VARINT;
}

/* Adds n fields or elements and the memory they will take; refuses what passes the limits. */
static enum status count(struct walk *w, const char *name, size_t n, size_t memory_bytes)
{
    if (n > CHECK_FIELDS_MAX - w->n_fields)
        return malformed(w, name, "too many fields");
    w->n_fields += (uint32_t)n;
    if (memory_bytes > CHECK_MEMORY_BYTES_MAX - w->memory_bytes)
        return malformed(w, name, "would take too much memory");
    w->memory_bytes += memory_bytes;
    return STATUS_OK;
}

static enum status enter(struct walk *w, const char *name, const ProtobufCMessageDescriptor *descriptor, size_t bytes)
{
    if (w->depth == CHECK_DEPTH_MAX)
        return malformed(w, name, "nested too deep");
    if (descriptor->n_fields > SEEN_FIELDS)
        return malformed(w, name, "has more fields than can be checked");
    w->levels[w->depth++] = (struct level){.descriptor = descriptor, .end = w->at + bytes};
    return count(w, name, 0, descriptor->sizeof_message + sizeof(void *));
}

/* The numbers packed into one field: every one must end inside it. */
static enum status check_packed(struct walk *w, const ProtobufCFieldDescriptor *field, size_t bytes)
{
    const uint8_t *at = w->at, *end = w->at + bytes;
    size_t n = 0;
    uint64_t number;
    switch (wire_type_of(field->type)) {
    case PROTOBUF_C_WIRE_TYPE_32BIT:
        n = bytes % 4 ? SIZE_MAX : bytes / 4;
        break;
    case PROTOBUF_C_WIRE_TYPE_64BIT:
        n = bytes % 8 ? SIZE_MAX : bytes / 8;
        break;
    case PROTOBUF_C_WIRE_TYPE_VARINT:
        while (at < end && take_varint(&at, end, 10, &number))
            n++;
        n = at == end ? n : SIZE_MAX;
        break;
    case PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED:
        return malformed(w, field->name, "cannot be packed");
    }
    if (n == SIZE_MAX)
        return malformed(w, field->name, "a packed number is cut");
    w->at = end;
    return count(w, field->name, n, n * element_bytes(field->type));
}

static enum status check_text(struct walk *w, const ProtobufCFieldDescriptor *field, size_t bytes)
{
    size_t bad;
    if (!utf8_check((const char *)w->at, bytes, &bad)) {
        w->at += bad;
        return malformed(w, field->name, "not UTF-8 text, or a NUL in it");
    }
    w->at += bytes;
    return count(w, field->name, 0, bytes + 16);
}

/* A length-prefixed field whose length is taken and inside its message. */
static enum status check_prefixed(struct walk *w, const ProtobufCFieldDescriptor *field, size_t bytes)
{
    if (!field || field->type == PROTOBUF_C_TYPE_BYTES) {
        w->at += bytes;
        return count(w, field ? field->name : NULL, 0, bytes + 16);
    }
    if (field->type == PROTOBUF_C_TYPE_STRING)
        return check_text(w, field, bytes);
    if (field->type == PROTOBUF_C_TYPE_MESSAGE)
        return enter(w, field->name, field->descriptor, bytes);
    if (field->label != PROTOBUF_C_LABEL_REPEATED)
        return malformed(w, field->name, "has the wrong wire type");
    return check_packed(w, field, bytes);
}

static enum status check_value(struct walk *w, const ProtobufCFieldDescriptor *field, unsigned wire_type)
{
    const struct level *level = &w->levels[w->depth - 1];
    const char *name = field ? field->name : NULL;
    size_t left = (size_t)(level->end - w->at), fixed = wire_type == PROTOBUF_C_WIRE_TYPE_64BIT ? 8 : 4;
    uint64_t number;
    if (wire_type == PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED) {
        if (!take_varint(&w->at, level->end, 5, &number) || number > (uint64_t)(level->end - w->at))
            return malformed(w, name, "is longer than its message");
        return check_prefixed(w, field, (size_t)number);
    }
    if (field && wire_type != (unsigned)wire_type_of(field->type))
        return malformed(w, name, "has the wrong wire type");
    if (wire_type == PROTOBUF_C_WIRE_TYPE_VARINT)
        return take_varint(&w->at, level->end, 10, &number) ? STATUS_OK : malformed(w, name, "a number is cut");
    if (wire_type != PROTOBUF_C_WIRE_TYPE_64BIT && wire_type != PROTOBUF_C_WIRE_TYPE_32BIT)
        return malformed(w, name, "unknown wire type");
    if (left < fixed)
        return malformed(w, name, "a number is cut");
    w->at += fixed;
    return STATUS_OK;
}

/* A singular field may come once: protobuf-c would keep the last, or merge, and the peer's bytes and ours would differ. */
static bool first_time(struct level *level, const ProtobufCFieldDescriptor *field)
{
    size_t index = (size_t)(field - level->descriptor->fields);
    uint64_t bit = (uint64_t)1 << (index % 64);
    if (field->label == PROTOBUF_C_LABEL_REPEATED)
        return true;
    if (level->seen[index / 64] & bit)
        return false;
    level->seen[index / 64] |= bit;
    return true;
}

static enum status check_field(struct walk *w)
{
    struct level *level = &w->levels[w->depth - 1];
    uint64_t tag;
    if (!take_varint(&w->at, level->end, 5, &tag) || tag >> 3 == 0 || tag >> 3 > 0x1FFFFFFF)
        return malformed(w, NULL, "no field tag");
    const ProtobufCFieldDescriptor *field = protobuf_c_message_descriptor_get_field(level->descriptor, (unsigned)(tag >> 3));
    size_t memory_bytes = SCANNED_BYTES;
    if (!field)
        memory_bytes += sizeof(ProtobufCMessageUnknownField);
    else if (field->label == PROTOBUF_C_LABEL_REPEATED)
        memory_bytes += element_bytes(field->type);
    enum status s = count(w, field ? field->name : NULL, 1, memory_bytes);
    if (s)
        return s;
    if (field && !first_time(level, field))
        return malformed(w, field->name, "is given twice");
    return check_value(w, field, (unsigned)(tag & 7));
}

enum status wire_check(const ProtobufCMessageDescriptor *descriptor, const void *data, size_t bytes, struct err *err)
{
    static const uint8_t nothing[1];
    const uint8_t *start = bytes ? data : nothing;
    struct walk w = {.start = start, .at = start, .err = err};
    enum status s = enter(&w, NULL, descriptor, bytes);
    while (!s && w.depth) {
        if (w.at == w.levels[w.depth - 1].end)
            w.depth--;
        else
            s = check_field(&w);
    }
    return s;
}

struct budget {
    struct arena *arena;
    bool spent;
};

static void *budget_alloc(void *context, size_t bytes)
{
    struct budget *budget = context;
    void *p = arena_try_alloc(budget->arena, bytes);
    if (!p)
        budget->spent = true;
    return p;
}

static void budget_free(void *context, void *memory)
{
    (void)context;
    (void)memory;
}

enum status wire_unpack(struct arena *arena, const ProtobufCMessageDescriptor *descriptor, const void *data, size_t bytes,
                        ProtobufCMessage **out, struct err *err)
{
    static const uint8_t nothing[1];
    struct budget budget = {.arena = arena};
    ProtobufCAllocator allocator = {.alloc = budget_alloc, .free = budget_free, .allocator_data = &budget};
    ProtobufCMessage *message = protobuf_c_message_unpack(descriptor, &allocator, bytes, bytes ? data : nothing);
    if (message)
        *out = message;
    else if (budget.spent)
        return err_set(err, STATUS_NO_MEMORY, "a %s of %zu bytes needs more memory than one request may take; send less at once",
                       descriptor->short_name, bytes);
    else
        return err_reason(err, REASON_MALFORMED, descriptor->short_name, NULL);
    return STATUS_OK;
}
