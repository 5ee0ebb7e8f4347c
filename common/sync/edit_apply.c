/* SPDX-License-Identifier: Apache-2.0 */
#include "common/sync/edit.h"
#include "proto/records.pb-c.h"

/* How the listed fields of one merge group stand. */
enum standing { STANDS_AS_BEFORE, STANDS_AS_AFTER, STANDS_OTHERWISE };

static bool equal_in(const struct kind *kind, const ProtobufCMessage *a, const ProtobufCMessage *b, field_set unit)
{
    for (size_t i = 0; i < kind->n_fields; i++)
        if ((unit & field_bit(&kind->fields[i])) && !record_field_equal(a, b, &kind->fields[i]))
            return false;
    return true;
}

static enum standing stand(const struct edit *edit, const ProtobufCMessage *held, field_set unit)
{
    if (equal_in(edit->kind, held, edit->after, unit))
        return STANDS_AS_AFTER;
    return equal_in(edit->kind, held, edit->before, unit) ? STANDS_AS_BEFORE : STANDS_OTHERWISE;
}

field_set edit_next_unit(const struct edit *edit, field_set left)
{
    if (left == 0)
        return 0;
    field_set lowest = left & (~left + 1);
    return kind_close_groups(edit->kind, lowest) & edit->fields;
}

static struct edit_applied refused(const struct record *current, field_set fields, int why)
{
    return (struct edit_applied){.outcome = EDIT_CONFLICT, .conflicted = fields, .why = why, .result = current};
}

static struct edit_applied nothing(const struct record *current)
{
    return (struct edit_applied){.outcome = EDIT_NOTHING, .result = current};
}

static struct edit_applied apply_delete(struct arena *arena, const struct record *current, uint32_t stream, const struct edit *edit)
{
    if (!current || current->dead)
        return nothing(current);
    field_set differ = record_diff(edit->kind, current->message, edit->before);
    if (differ)
        return refused(current, kind_close_groups(edit->kind, differ), LIANXIN__CONFLICT_WHY__CONFLICT_WHY_ALIVE);
    return (struct edit_applied){
        .outcome = EDIT_APPLIED,
        .set = record_present(edit->kind, current->message),
        .result = edit_assign(arena, current, stream, edit, current->rev),
    };
}

/* Sorts the listed fields into those to set and those in conflict. */
static void sort_fields(const struct edit *edit, const ProtobufCMessage *held, struct edit_applied *out)
{
    for (field_set left = edit->fields, unit; (unit = edit_next_unit(edit, left)) != 0; left &= ~unit)
        switch (stand(edit, held, unit)) {
        case STANDS_AS_BEFORE:
            out->set |= unit;
            break;
        case STANDS_AS_AFTER:
            break;
        case STANDS_OTHERWISE:
            out->conflicted |= unit;
            out->why = LIANXIN__CONFLICT_WHY__CONFLICT_WHY_RACED;
            break;
        }
}

static struct record *merge(struct arena *arena, const struct record *current, uint32_t stream, const struct edit *edit,
                            field_set set)
{
    struct edit part = *edit;
    part.fields = set;
    return edit_assign(arena, current, stream, &part, current ? current->rev : 0);
}

/* A record that broke a rule before this edit is not frozen by it: rules may have become stricter since. So when only what changes
 * is looked at and is good, the rest does not matter. */
static bool may_become(const struct record *current, const ProtobufCMessage *held, const struct record *merged, field_set set)
{
    const struct kind *kind = merged->kind;
    if (current && record_validate_changed(kind, merged->message, held, set, NULL) == STATUS_OK)
        return true;
    return record_validate(kind, merged->message, held, false, NULL) == STATUS_OK ||
           (current && record_validate(kind, held, held, false, NULL) != STATUS_OK);
}

static void refuse_merge(struct edit_applied *out)
{
    out->invalid = out->set;
    out->conflicted |= out->set;
    out->set = 0;
    if (!out->why)
        out->why = LIANXIN__CONFLICT_WHY__CONFLICT_WHY_INVALID;
}

static struct edit_applied apply_set(struct arena *arena, const struct record *current, uint32_t stream, const struct edit *edit)
{
    const ProtobufCMessage *held = current ? current->message : record_message_new(arena, edit->kind);
    struct edit_applied out = nothing(current);
    sort_fields(edit, held, &out);
    if (out.set) {
        const struct record *merged = merge(arena, current, stream, edit, out.set);
        if (may_become(current, held, merged, out.set)) {
            out.result = merged;
            out.set = record_diff(edit->kind, held, merged->message);
            out.outcome = EDIT_APPLIED;
        } else {
            refuse_merge(&out);
        }
    }
    if (out.conflicted)
        out.outcome = EDIT_CONFLICT;
    return out;
}

void edit_apply(struct arena *arena, const struct record *current, uint32_t stream, const struct edit *edit,
                struct edit_applied *out)
{
    if (edit->remove)
        *out = apply_delete(arena, current, stream, edit);
    else if (current && current->dead)
        *out = refused(current, edit->fields, LIANXIN__CONFLICT_WHY__CONFLICT_WHY_DEAD);
    else
        *out = apply_set(arena, current, stream, edit);
}
