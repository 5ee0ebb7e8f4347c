/* SPDX-License-Identifier: Apache-2.0 */
#include "common/sync/recover.h"

#include "proto/records.pb-c.h"

static bool is_higher(const struct recover_origin *a, const struct recover_origin *b)
{
    return a->epoch != b->epoch ? a->epoch > b->epoch : a->rev > b->rev;
}

struct recover_origin recover_origin_of(const struct commit *commit)
{
    if (commit->recovered_epoch)
        return (struct recover_origin){commit->recovered_epoch, commit->recovered_rev};
    return (struct recover_origin){commit->epoch, commit->rev};
}

/* ---- what is known ---- */

static field_set changed_by(const struct edit *effect)
{
    field_set changed = 0;
    for (size_t i = 0; i < effect->kind->n_fields; i++) {
        const struct field *field = &effect->kind->fields[i];
        if ((effect->fields & field_bit(field)) && !record_field_equal(effect->before, effect->after, field))
            changed |= field_bit(field);
    }
    return changed;
}

/* A delete is about every field, unless it only repeats that the record is dead: then about those that were listed. */
static field_set looked_at(const struct edit *effect)
{
    bool whole = effect->remove && record_present(effect->kind, effect->before);
    return whole ? ~(field_set)0 : effect->fields;
}

void recover_note(struct recover_mark *marks, const struct commit *commit, const struct edit *effect)
{
    struct recover_origin origin = recover_origin_of(commit);
    field_set about = looked_at(effect);
    field_set changed = about == effect->fields ? kind_close_groups(effect->kind, changed_by(effect)) & about : about;
    for (size_t i = 0; i < effect->kind->n_fields; i++) {
        field_set bit = field_bit(&effect->kind->fields[i]);
        if (commit->recovered_epoch && (about & bit) && is_higher(&origin, &marks[i].lead))
            marks[i].lead = origin;
        if (changed & bit)
            marks[i].edited_epoch = commit->recovered_epoch ? 0 : commit->epoch;
    }
}

/* ---- merging ---- */

struct standing {
    bool superseded, edited, equal;
};

/* How the fields of set stand: behind a higher lost commit, changed since the restore, equal to what was lost. */
static struct standing stand(const struct record *current, const struct edit *effect, const struct recover_mark *marks,
                             const struct recover_origin *origin, field_set set)
{
    struct standing s = {.equal = current && !current->dead && !effect->remove};
    for (size_t i = 0; i < effect->kind->n_fields; i++) {
        const struct field *field = &effect->kind->fields[i];
        if (!(set & field_bit(field)))
            continue;
        s.superseded |= !is_higher(origin, &marks[i].lead);
        s.edited |= marks[i].edited_epoch > origin->epoch;
        s.equal = s.equal && record_field_equal(current->message, effect->after, field);
    }
    return s;
}

static struct edit describe(struct arena *arena, const struct record *before, const struct record *after, const struct edit *effect)
{
    const struct kind *kind = effect->kind;
    bool was = before && !before->dead, is = after && !after->dead;
    return (struct edit){
        .kind = kind,
        .id = effect->id,
        .remove = after && after->dead,
        .fields = effect->fields,
        .before = was ? record_project(arena, kind, before->message, effect->fields) : record_message_new(arena, kind),
        .after = is ? record_project(arena, kind, after->message, effect->fields) : record_message_new(arena, kind),
    };
}

static void apply_delete(struct arena *arena, const struct record *current, uint32_t stream, const struct edit *effect,
                         const struct recover_mark *marks, const struct recover_origin *origin, struct recovered *out)
{
    struct standing s = stand(current, effect, marks, origin, ~(field_set)0);
    bool alive = !current || !current->dead;
    if (alive && !s.superseded && s.edited) {
        out->conflicted = effect->fields;
        out->why = LIANXIN__CONFLICT_WHY__CONFLICT_WHY_ALIVE;
    } else if (alive && !s.superseded) {
        out->set = effect->fields;
        out->result = edit_assign(arena, current, stream, effect, current ? current->rev : 0);
    }
    out->effect = describe(arena, current, out->result, effect);
    if (out->conflicted) {
        /* A delete that waits for a person takes no field from the lost changes below it. */
        out->effect.fields = 0;
        out->effect.before = out->effect.after = record_message_new(arena, effect->kind);
    }
    if (out->set) {
        /* The whole record as it was lost: what marks the delete as one, even where nothing was held. */
        out->effect.fields = effect->fields;
        out->effect.before = effect->before;
    }
}

static void apply_set(struct arena *arena, const struct record *current, uint32_t stream, const struct edit *effect,
                      const struct recover_mark *marks, const struct recover_origin *origin, struct recovered *out)
{
    bool dead = current && current->dead;
    for (field_set left = effect->fields, unit; (unit = edit_next_unit(effect, left)) != 0; left &= ~unit) {
        struct standing s = stand(current, effect, marks, origin, unit);
        if (s.superseded)
            continue;
        if (s.equal)
            out->agreed |= s.edited ? unit : 0;
        else if (s.edited || dead)
            out->conflicted |= unit;
        else
            out->set |= unit;
    }
    if (out->conflicted)
        out->why = LIANXIN__CONFLICT_WHY__CONFLICT_WHY_LOST;
    if (out->set) {
        struct edit part = *effect;
        part.fields = out->set;
        out->result = edit_assign(arena, current, stream, &part, current ? current->rev : 0);
    }
    out->effect = describe(arena, current, out->result, effect);
}

void recover_apply(struct arena *arena, const struct record *current, uint32_t stream, const struct edit *effect,
                   const struct recover_mark *marks, const struct recover_origin *origin, struct recovered *out)
{
    *out = (struct recovered){.result = current};
    if (effect->remove)
        apply_delete(arena, current, stream, effect, marks, origin, out);
    else
        apply_set(arena, current, stream, effect, marks, origin, out);
}
