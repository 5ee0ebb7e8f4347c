/* SPDX-License-Identifier: Apache-2.0 */
#include "common/sync/edit.h"

#include <stdio.h>

static enum status refuse(struct err *err, const struct kind *kind, const char *text)
{
    return err_reason(err, REASON_RECORD_INVALID, kind ? kind->name : "foreign", text, NULL);
}

static enum status unknown_field(struct err *err, const struct kind *kind, uint32_t number)
{
    char text[12];
    snprintf(text, sizeof text, "%u", number);
    return err_reason(err, REASON_FIELD_UNKNOWN, kind->name, text, NULL);
}

static enum status decode_key(struct arena *arena, const struct schema *schema, const Lianxin__Edit *wire, bool effect,
                              struct edit *out, struct err *err)
{
    out->kind = schema_find_kind(schema, wire->kind);
    if (!out->kind && !effect) {
        char text[12];
        snprintf(text, sizeof text, "%u", wire->kind);
        return err_reason(err, REASON_KIND_UNKNOWN, text, NULL);
    }
    if (!out->kind)
        out->foreign = kind_foreign(arena, wire->kind);
    if (!uuid_from_bytes(wire->id.data, wire->id.len, &out->id))
        return refuse(err, out->kind, "its id is not 16 bytes long");
    out->remove = wire->act == LIANXIN__EDIT__ACT__DELETE;
    if (!out->remove && wire->act != LIANXIN__EDIT__ACT__SET)
        return refuse(err, out->kind, "an act that is neither set nor delete");
    return STATUS_OK;
}

static enum status decode_list(struct arena *arena, const Lianxin__Edit *wire, const struct kind *kind, bool effect,
                               struct edit *out, struct err *err)
{
    uint32_t *foreign = ARENA_ARRAY(arena, wire->n_fields, uint32_t);
    for (size_t i = 0; i < wire->n_fields; i++) {
        const struct field *field = kind_find_field(kind, wire->fields[i]);
        if (field)
            out->fields |= field_bit(field);
        else if (effect)
            foreign[out->n_foreign_fields++] = wire->fields[i];
        else
            return unknown_field(err, kind, wire->fields[i]);
    }
    out->foreign_fields = foreign;
    if (wire->n_fields == 0 && !out->remove)
        return refuse(err, out->kind, "a change that lists no field");
    return STATUS_OK;
}

static enum status check_listed(const struct edit *edit, const struct kind *kind, bool effect, struct err *err)
{
    field_set present = record_present(kind, edit->before) | record_present(kind, edit->after);
    if (present & ~edit->fields)
        return refuse(err, edit->kind, "a value of a field that is not listed");
    const ProtobufCMessage *unknown = edit->before->n_unknown_fields ? edit->before : edit->after;
    if (!effect && unknown->n_unknown_fields)
        return unknown_field(err, kind, unknown->unknown_fields[0].tag);
    if (edit->remove && (record_present(kind, edit->after) || edit->after->n_unknown_fields))
        return refuse(err, edit->kind, "a delete that sets fields");
    return STATUS_OK;
}

static enum status decode(struct arena *arena, const struct schema *schema, const Lianxin__Edit *wire, bool effect,
                          struct edit *out, struct err *err)
{
    struct edit edit = {.kind = NULL};
    enum status status = decode_key(arena, schema, wire, effect, &edit, err);
    if (status != STATUS_OK)
        return status;
    const struct kind *kind = edit.kind ? edit.kind : edit.foreign;
    if ((status = decode_list(arena, wire, kind, effect, &edit, err)) != STATUS_OK)
        return status;
    if ((status = record_decode(arena, kind, wire->before.data, wire->before.len, &edit.before, err)) != STATUS_OK)
        return status;
    if ((status = record_decode(arena, kind, wire->after.data, wire->after.len, &edit.after, err)) != STATUS_OK)
        return status;
    if ((status = check_listed(&edit, kind, effect, err)) != STATUS_OK)
        return status;
    *out = edit;
    return STATUS_OK;
}

enum status edit_decode(struct arena *arena, const struct schema *schema, const Lianxin__Edit *wire, struct edit *out,
                        struct err *err)
{
    return decode(arena, schema, wire, false, out, err);
}

enum status edit_decode_effect(struct arena *arena, const struct schema *schema, const Lianxin__Edit *wire, struct edit *out,
                               struct err *err)
{
    return decode(arena, schema, wire, true, out, err);
}

static void encode_message(struct arena *arena, const ProtobufCMessage *message, protobuf_c_boolean *has, ProtobufCBinaryData *out)
{
    size_t bytes = protobuf_c_message_get_packed_size(message);
    *has = bytes > 0;
    *out = (ProtobufCBinaryData){.len = bytes, .data = arena_alloc(arena, bytes)};
    protobuf_c_message_pack(message, out->data);
}

static void encode_list(struct arena *arena, const struct edit *edit, const struct kind *kind, Lianxin__Edit *wire)
{
    wire->fields = ARENA_ARRAY(arena, kind->n_fields + edit->n_foreign_fields, uint32_t);
    for (size_t i = 0; i < kind->n_fields; i++)
        if (edit->fields & field_bit(&kind->fields[i]))
            wire->fields[wire->n_fields++] = kind->fields[i].number;
    for (size_t i = 0; i < edit->n_foreign_fields; i++)
        wire->fields[wire->n_fields++] = edit->foreign_fields[i];
}

Lianxin__Edit *edit_encode(struct arena *arena, const struct edit *edit)
{
    const struct kind *kind = edit->kind ? edit->kind : edit->foreign;
    Lianxin__Edit *wire = ARENA_NEW(arena, Lianxin__Edit);
    lianxin__edit__init(wire);
    wire->has_kind = 1;
    wire->kind = kind->number;
    wire->has_id = 1;
    wire->id = (ProtobufCBinaryData){.len = UUID_BYTES, .data = arena_copy(arena, edit->id.bytes, UUID_BYTES)};
    wire->has_act = edit->remove;
    wire->act = edit->remove ? LIANXIN__EDIT__ACT__DELETE : LIANXIN__EDIT__ACT__SET;
    encode_list(arena, edit, kind, wire);
    encode_message(arena, edit->before, &wire->has_before, &wire->before);
    encode_message(arena, edit->after, &wire->has_after, &wire->after);
    return wire;
}
