/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "common/sync/conflict.h"

static bool is_resolved(const ProtobufCMessage *message)
{
    const Lianxin__Conflict *c = (const Lianxin__Conflict *)message;
    return c->has_state && c->state == LIANXIN__CONFLICT_STATE__CONFLICT_STATE_RESOLVED;
}

static enum status already(const ProtobufCMessage *message, struct err *err)
{
    const char *who = ((const Lianxin__Conflict *)message)->resolved_by;
    return err_reason(err, REASON_ALREADY_RESOLVED, who ? who : "?", NULL);
}

enum status conflict_check(const struct record *current, const struct edit *edit, struct err *err)
{
    const struct kind *kind = edit->kind;
    if (strcmp(kind->name, "conflict") != 0)
        return STATUS_OK;
    if (edit->remove)
        return err_reason(err, REASON_RECORD_INVALID, kind->name, "it is resolved, not deleted", NULL);
    if (!current || current->dead)
        return err_reason(err, REASON_RECORD_INVALID, kind->name, "it does not exist here", NULL);
    if (is_resolved(current->message) && is_resolved(edit->after))
        return already(current->message, err);
    if (edit->fields & record_diff(kind, current->message, edit->before))
        return err_reason(err, REASON_RECORD_INVALID, kind->name, "it was changed meanwhile; look at it again", NULL);
    return STATUS_OK;
}

static enum status read_part(struct arena *arena, const struct kind *kind, const ProtobufCBinaryData *data,
                             const ProtobufCMessage **out, struct err *err)
{
    ProtobufCMessage *message;
    enum status status = record_decode(arena, kind, data->data, data->len, &message, err);
    if (status == STATUS_OK)
        *out = message;
    return status;
}

enum status conflict_read(struct arena *arena, const struct schema *schema, const struct record *record, struct conflict *out,
                          struct err *err)
{
    const Lianxin__Conflict *c = (const Lianxin__Conflict *)record->message;
    struct conflict conflict = {
        .kind = schema_find_kind(schema, c->record_kind), .why = (int)c->why, .open = !is_resolved(record->message)};
    if (!conflict.kind || !uuid_from_bytes(c->record.data, c->record.len, &conflict.record))
        return err_set(err, STATUS_CORRUPT, "a conflict about a record this version cannot read; update the program");
    for (size_t i = 0; i < c->n_fields; i++) {
        const struct field *field = kind_find_field(conflict.kind, c->fields[i]);
        if (!field)
            return err_set(err, STATUS_CORRUPT,
                           "a conflict about field %u of a %s, which this version does not know; update the program", c->fields[i],
                           conflict.kind->name);
        conflict.fields |= field_bit(field);
    }
    if (read_part(arena, conflict.kind, &c->mine, &conflict.mine, err) != STATUS_OK ||
        read_part(arena, conflict.kind, &c->theirs, &conflict.theirs, err) != STATUS_OK)
        return err_set(err, STATUS_CORRUPT, "a conflict about a %s holds values that cannot be read", conflict.kind->name);
    *out = conflict;
    return STATUS_OK;
}

/* The edit that makes target's fields those of wanted; false when they are already. */
static bool edit_fields(struct arena *arena, const struct conflict *conflict, const struct record *target,
                        const ProtobufCMessage *wanted, struct edit *out)
{
    ProtobufCMessage *after = record_clone(arena, conflict->kind, target->message);
    record_share_fields(conflict->kind, after, wanted, conflict->fields);
    return edit_between(arena, conflict->kind, &conflict->record, target->message, after, out);
}

static enum status edit_target(struct arena *arena, const struct conflict *conflict, const struct record *target,
                               Lianxin__ConflictChoice choice, const ProtobufCMessage *value, struct edit *out, size_t *n_out,
                               struct err *err)
{
    bool mine = choice == LIANXIN__CONFLICT_CHOICE__CONFLICT_CHOICE_MINE;
    if (choice == LIANXIN__CONFLICT_CHOICE__CONFLICT_CHOICE_THEIRS)
        return STATUS_OK;
    if (mine && conflict->why == LIANXIN__CONFLICT_WHY__CONFLICT_WHY_ALIVE) {
        if (target && !target->dead)
            edit_delete(arena, target, &out[(*n_out)++]);
        return STATUS_OK;
    }
    if (!target || target->dead)
        return err_reason(err, REASON_RECORD_GONE, conflict->kind->name, NULL);
    if (conflict->why == LIANXIN__CONFLICT_WHY__CONFLICT_WHY_HOMELESS)
        return err_reason(err, REASON_RECORD_HOMELESS, conflict->kind->name, NULL);
    *n_out += edit_fields(arena, conflict, target, mine ? conflict->mine : value, &out[*n_out]);
    return STATUS_OK;
}

enum status conflict_resolve(struct arena *arena, const struct schema *schema, const struct record *record,
                             const struct record *target, Lianxin__ConflictChoice choice, const ProtobufCMessage *value,
                             const char *person, struct edit out[2], size_t *n_out, struct err *err)
{
    struct conflict conflict;
    enum status status = conflict_read(arena, schema, record, &conflict, err);
    if (status != STATUS_OK)
        return status;
    if (!conflict.open)
        return already(record->message, err);
    Lianxin__Conflict *after = (Lianxin__Conflict *)record_clone(arena, record->kind, record->message);
    after->state = LIANXIN__CONFLICT_STATE__CONFLICT_STATE_RESOLVED;
    after->has_choice = 1;
    after->choice = choice;
    after->resolved_by = arena_strdup(arena, person);
    struct edit edits[2];
    size_t n = edit_between(arena, record->kind, &record->id, record->message, &after->base, &edits[0]);
    if ((status = edit_target(arena, &conflict, target, choice, value, edits, &n, err)) != STATUS_OK)
        return status;
    memcpy(out, edits, n * sizeof edits[0]);
    *n_out = n;
    return STATUS_OK;
}
