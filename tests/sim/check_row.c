/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/sim/check_row.h"

enum { ABOUT_RECORD = 1, ABOUT_FIELDS = 2 };

void check_row_note_about(struct state *abouts, const struct history_op *op)
{
    if (op->about)
        state_put(abouts, op->record, ABOUT_RECORD, op->about);
    state_put(abouts, op->record, ABOUT_FIELDS, op->about_fields);
}

static const struct history_op *effect_of(const struct check_row *row, uint64_t record, uint32_t field)
{
    for (size_t i = 0; i < row->n_effects; i++)
        if (row->effects[i].record == record && row->effects[i].field == field && row->effects[i].kind != HISTORY_CONFLICT_KIND)
            return &row->effects[i];
    return NULL;
}

/* Does the row make or move a conflict about the record: the field of it, or the whole? */
static bool tells_conflict(const struct check_row *row, uint64_t record, uint32_t field)
{
    for (size_t i = 0; i < row->n_effects; i++) {
        const struct history_op *op = &row->effects[i];
        if (op->kind != HISTORY_CONFLICT_KIND || state_get(row->abouts, op->record, ABOUT_RECORD) != record)
            continue;
        uint64_t fields = state_get(row->abouts, op->record, ABOUT_FIELDS);
        if (!fields || !field || (fields >> field & 1))
            return true;
    }
    return false;
}

/* ---- a delete ---- */

static const char *check_remove(const struct check_row *row, const struct history_op *edit, size_t n)
{
    uint64_t seen[HISTORY_FIELD_MAX] = {0};
    bool same = true;
    const struct history_op *effect = effect_of(row, edit->record, 0);
    if (state_get(row->state, edit->record, 0) != HISTORY_ALIVE)
        return effect ? "no lost update: what is dead was deleted" : NULL;
    for (size_t i = 0; i < n; i++)
        seen[edit[i].field] = edit[i].before;
    for (uint32_t f = 1; f < HISTORY_FIELD_MAX; f++)
        same &= seen[f] == state_get(row->state, edit->record, f);
    if (same)
        return effect && effect->remove ? NULL : "whole commits: a delete was left out";
    if (effect && effect->remove)
        return "no lost update: a record changed by somebody else was deleted";
    return tells_conflict(row, edit->record, 0) ? NULL : "no lost update: a refused delete left no conflict";
}

/* ---- fields that merge as one ---- */

struct unit {
    const struct history_op *ops[HISTORY_FIELD_MAX];
    size_t n;
};

static bool holds(const struct check_row *row, const struct unit *unit, bool after)
{
    for (size_t i = 0; i < unit->n; i++)
        if (state_get(row->state, unit->ops[i]->record, unit->ops[i]->field) !=
            (after ? unit->ops[i]->after : unit->ops[i]->before))
            return false;
    return true;
}

static bool was_set(const struct check_row *row, const struct unit *unit)
{
    for (size_t i = 0; i < unit->n; i++) {
        const struct history_op *want = unit->ops[i], *effect = effect_of(row, want->record, want->field);
        uint64_t held = state_get(row->state, want->record, want->field);
        if ((effect ? effect->after : held) != want->after || (effect && effect->before != held))
            return false;
    }
    return true;
}

static bool was_left(const struct check_row *row, const struct unit *unit)
{
    for (size_t i = 0; i < unit->n; i++) {
        const struct history_op *effect = effect_of(row, unit->ops[i]->record, unit->ops[i]->field);
        if (effect && effect->after != state_get(row->state, effect->record, effect->field))
            return false;
    }
    return true;
}

static bool is_told(const struct check_row *row, const struct unit *unit)
{
    for (size_t i = 0; i < unit->n; i++)
        if (!tells_conflict(row, unit->ops[i]->record, unit->ops[i]->field))
            return false;
    return true;
}

/* A change that would break a rule together with others' may become a conflict although nobody changed the fields. */
static const char *check_unit(const struct check_row *row, const struct unit *unit)
{
    bool dead = state_get(row->state, unit->ops[0]->record, 0) == HISTORY_DEAD;
    if (!dead && holds(row, unit, false))
        return was_set(row, unit) || (was_left(row, unit) && is_told(row, unit)) ? NULL : "whole commits: a part was left out";
    if (!was_left(row, unit))
        return "no lost update: a field that somebody else changed was overwritten";
    if (!dead && holds(row, unit, true))
        return NULL;
    return is_told(row, unit) ? NULL : "no lost update: a refused field left no conflict";
}

static const char *check_set(const struct check_row *row, const struct history_op *edit, size_t n)
{
    const char *wrong = NULL;
    for (size_t i = 0; i < n && !wrong; i++) {
        struct unit unit = {.n = 0};
        bool first = edit[i].field != 0;
        for (size_t k = 0; k < i && first; k++)
            first = !edit[i].group || edit[k].group != edit[i].group || !edit[k].field;
        for (size_t k = i; k < n && first; k++)
            if (k == i || (edit[i].group && edit[k].group == edit[i].group))
                unit.ops[unit.n++] = &edit[k];
        if (unit.n)
            wrong = check_unit(row, &unit);
    }
    return wrong;
}

static bool was_wanted(const struct check_row *row, const struct history_op *effect)
{
    for (size_t i = 0; i < row->n_wanted; i++)
        if (row->wanted[i].record == effect->record && (row->wanted[i].field == effect->field || effect->remove))
            return true;
    return false;
}

const char *check_row(const struct check_row *row)
{
    const char *wrong = NULL;
    for (size_t i = 0, n; i < row->n_wanted && !wrong; i += n) {
        const struct history_op *edit = &row->wanted[i];
        for (n = 1; i + n < row->n_wanted && edit[n].edit == edit->edit; n++)
            continue;
        if (edit->kind != HISTORY_CONFLICT_KIND)
            wrong = edit->remove ? check_remove(row, edit, n) : check_set(row, edit, n);
    }
    for (size_t i = 0; i < row->n_effects && !wrong; i++)
        if (row->effects[i].kind != HISTORY_CONFLICT_KIND && !was_wanted(row, &row->effects[i]))
            wrong = "no phantom: something else was changed, too";
    return wrong;
}
