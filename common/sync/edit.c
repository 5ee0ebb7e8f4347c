/* SPDX-License-Identifier: Apache-2.0 */
#include "common/sync/edit.h"

static struct edit between(struct arena *arena, const struct kind *kind, const struct uuid *id, const ProtobufCMessage *before,
                           const ProtobufCMessage *after, field_set changed)
{
    field_set fields = kind_close_groups(kind, changed);
    return (struct edit){
        .kind = kind,
        .id = *id,
        .fields = fields,
        .before = record_project(arena, kind, before, fields),
        .after = record_project(arena, kind, after, fields),
    };
}

bool edit_between(struct arena *arena, const struct kind *kind, const struct uuid *id, const ProtobufCMessage *before,
                  const ProtobufCMessage *after, struct edit *out)
{
    if (!before)
        before = record_message_new(arena, kind);
    *out = between(arena, kind, id, before, after, record_diff(kind, before, after));
    return out->fields != 0;
}

void edit_delete(struct arena *arena, const struct record *record, struct edit *out)
{
    field_set fields = record_present(record->kind, record->message);
    *out = (struct edit){
        .kind = record->kind,
        .id = record->id,
        .remove = true,
        .fields = fields,
        .before = record_project(arena, record->kind, record->message, fields),
        .after = record_message_new(arena, record->kind),
    };
}

static enum status validate_fields(const struct edit *edit, struct err *err)
{
    for (size_t i = 0; i < edit->kind->n_fields; i++) {
        const struct field *field = &edit->kind->fields[i];
        if (!(edit->fields & field_bit(field)))
            continue;
        if ((field->flags & FIELD_REQUIRED) && record_is_blank(edit->after, field))
            return err_reason(err, REASON_FIELD_REQUIRED, edit->kind->name, field->name, NULL);
        if ((field->flags & FIELD_FIXED) && record_has(edit->before, field) &&
            !record_field_equal(edit->before, edit->after, field))
            return err_reason(err, REASON_FIELD_FIXED, edit->kind->name, field->name, NULL);
    }
    return STATUS_OK;
}

enum status edit_validate(const struct edit *edit, bool creates, struct err *err)
{
    if (edit->remove)
        return STATUS_OK;
    enum status status = validate_fields(edit, err);
    return status == STATUS_OK ? record_validate(edit->kind, edit->after, edit->before, !creates, err) : status;
}

/* The record to build on: current's fields, or none. */
static struct record *start_from(struct arena *arena, const struct record *current, uint32_t stream, const struct edit *edit)
{
    if (!current || current->dead || edit->remove)
        return record_new(arena, edit->kind, stream, &edit->id);
    struct record *record = arena_copy(arena, current, sizeof *current);
    record->message = record_clone(arena, edit->kind, current->message);
    return record;
}

static bool is_listed(const struct edit *edit, uint32_t number)
{
    for (size_t i = 0; i < edit->n_foreign_fields; i++)
        if (edit->foreign_fields[i] == number)
            return true;
    return false;
}

/* The unknown fields of message less those effect lists, then those effect brings. */
static void assign_unknown(struct arena *arena, ProtobufCMessage *message, const struct edit *effect)
{
    if (effect->n_foreign_fields == 0)
        return;
    const ProtobufCMessage *after = effect->after;
    size_t most = (size_t)message->n_unknown_fields + after->n_unknown_fields;
    ProtobufCMessageUnknownField *fields = ARENA_ARRAY(arena, most, ProtobufCMessageUnknownField);
    unsigned n = 0;
    for (unsigned i = 0; i < message->n_unknown_fields; i++)
        if (!is_listed(effect, message->unknown_fields[i].tag))
            fields[n++] = message->unknown_fields[i];
    for (unsigned i = 0; i < after->n_unknown_fields; i++)
        fields[n++] = after->unknown_fields[i];
    message->unknown_fields = fields;
    message->n_unknown_fields = n;
}

struct record *edit_assign(struct arena *arena, const struct record *current, uint32_t stream, const struct edit *effect,
                           uint64_t rev)
{
    struct record *record = start_from(arena, current, stream, effect);
    record->dead = effect->remove;
    record->rev = rev;
    record_share_fields(effect->kind, record->message, effect->after, effect->fields);
    assign_unknown(arena, record->message, effect);
    return record;
}

void edit_effect(struct arena *arena, const struct record *current, const struct edit_applied *applied, struct edit *out)
{
    const struct record *result = applied->result;
    if (result->dead)
        edit_delete(arena, current, out);
    else
        *out = between(arena, result->kind, &result->id,
                       current && !current->dead ? current->message : record_message_new(arena, result->kind), result->message,
                       applied->set);
}
