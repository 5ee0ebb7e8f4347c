/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/sim/check_lost.h"

#include <stddef.h>

/* ---- lives ---- */

const struct history_entry *check_last_restore(const struct history *history)
{
    const struct history_entry *last = NULL;
    for (const struct history_entry *e = history->entries; e < history->entries + history->n; e++)
        if (e->event == HISTORY_BASE && (!last || e->epoch != last->epoch))
            last = e;
    return last;
}

/* Up to where the life of epoch and the last one are the same in a stream; UINT64_MAX: there was no restore since. */
static uint64_t fork_of(const struct history *history, uint32_t stream, uint64_t epoch)
{
    uint64_t fork = UINT64_MAX, at = 0;
    for (const struct history_entry *e = history->entries; e < history->entries + history->n; e++) {
        if (e->event != HISTORY_BASE || e->epoch <= epoch)
            continue;
        if (e->epoch != at && fork > 0 && at != e->epoch) {
            /* a stream without a line was empty in that backup */
            bool listed = false;
            for (const struct history_entry *f = e; f < history->entries + history->n; f++)
                listed |= f->event == HISTORY_BASE && f->epoch == e->epoch && f->stream == stream;
            fork = listed ? fork : 0;
        }
        at = e->epoch;
        if (e->stream == stream && e->rev < fork)
            fork = e->rev;
    }
    return fork;
}

bool check_is_cut_off(const struct history *history, uint32_t stream, uint64_t epoch, uint64_t rev)
{
    return rev > fork_of(history, stream, epoch);
}

/* The life that made a revision which the life of epoch goes by: its own, or the one that its backup was of … */
static uint64_t life_at(const struct history *history, uint32_t stream, uint64_t epoch, uint64_t rev)
{
    const struct history_entry *base = NULL;
    for (const struct history_entry *e = history->entries; e < history->entries + history->n; e++)
        if (e->event == HISTORY_BASE && e->stream == stream && e->epoch == epoch)
            base = e;
    return base && rev <= base->rev ? life_at(history, stream, base->origin_epoch, rev) : epoch;
}

/* ---- what is lost ---- */

/* Did the client, after that moment, meet the last life of the server before it lost its folder or was shut out? */
static bool came_back(const struct history *history, const struct history_entry *after, int client, uint32_t stream, uint64_t epoch)
{
    for (const struct history_entry *e = after; e < history->entries + history->n; e++) {
        if (e->client != client)
            continue;
        if (e->event == HISTORY_SYNCED && e->stream == stream && e->epoch == epoch)
            return true;
        if (e->event == HISTORY_RESTORED || e->event == HISTORY_REVOKED || e->event == HISTORY_LEFT)
            return false;
    }
    return false;
}

static bool stands_there(const struct history *history, uint32_t stream, uint64_t epoch, uint64_t rev)
{
    for (const struct history_entry *e = history->entries; e < history->entries + history->n; e++)
        if (e->event == HISTORY_ROW && e->stream == stream &&
            ((e->epoch == epoch && e->rev == rev) || (e->origin_epoch == epoch && e->origin_rev == rev)))
            return true;
    return false;
}

/* As itself, as what it brought back, or sent again by its author, under whatever name: then it may have been refused before, not
 * since. */
static bool is_back(const struct history *history, const struct history_entry *held)
{
    if (stands_there(history, held->stream, held->epoch, held->rev) ||
        (held->origin_epoch && stands_there(history, held->stream, held->origin_epoch, held->origin_rev)))
        return true;
    for (const struct history_entry *e = history->entries; e < history->entries + history->n; e++)
        if (e->event == HISTORY_ROW && e->stream == held->stream && e->token == held->token &&
            (e->token || (e->instance == held->instance && e->sequence == held->sequence)) && (!e->refused || held->refused))
            return true;
    return false;
}

static bool is_missed(const struct history *history, uint32_t stream, uint64_t epoch, uint64_t rev)
{
    for (size_t i = history->n; i-- > 0;) {
        const struct history_entry *e = &history->entries[i];
        if (e->event == HISTORY_MISSED && e->stream == stream && e->epoch == epoch && e->rev == rev)
            return true;
    }
    return false;
}

static bool is_held(const struct history *history, const struct history_entry *restore, uint32_t stream, uint64_t epoch,
                    uint64_t rev)
{
    for (const struct history_entry *e = restore; e < history->entries + history->n; e++)
        if (e->event == HISTORY_HELD && e->stream == stream && e->epoch == epoch && e->rev == rev &&
            came_back(history, e, e->client, stream, restore->epoch))
            return true;
    return false;
}

/* A row below what a client knows of, which nobody who came back held. */
static const char *check_known(const struct history *history, const struct history_entry *restore, const struct history_entry *knew)
{
    uint64_t fork = fork_of(history, knew->stream, knew->epoch);
    if (!came_back(history, knew, knew->client, knew->stream, restore->epoch))
        return NULL;
    for (uint64_t rev = fork + 1; fork != UINT64_MAX && rev <= knew->rev; rev++) {
        uint64_t life = life_at(history, knew->stream, knew->epoch, rev);
        if (!stands_there(history, knew->stream, life, rev) && !is_held(history, restore, knew->stream, life, rev) &&
            !is_missed(history, knew->stream, life, rev) && !is_missed(history, knew->stream, knew->epoch, rev))
            return "losses: a revision is lost, and the server does not say so";
    }
    return NULL;
}

/* A life that began from a backup is known to have begun there by the two rows around that point. */
static const char *check_missed(const struct history *history, const struct history_entry *restore,
                                const struct history_entry *missed)
{
    uint32_t stream = missed->stream;
    uint64_t rev = missed->rev;
    if (stands_there(history, stream, missed->epoch, rev) || is_held(history, restore, stream, missed->epoch, rev))
        return "losses: the server misses a revision that came back";
    if (life_at(history, stream, missed->epoch, rev) == missed->epoch)
        return NULL;
    while (life_at(history, stream, missed->epoch, rev + 1) != missed->epoch)
        rev++;
    bool known = is_held(history, restore, stream, life_at(history, stream, missed->epoch, rev), rev) &&
                 is_held(history, restore, stream, missed->epoch, rev + 1);
    return known ? "losses: the server misses a revision that was never made in that life" : NULL;
}

const char *check_losses(const struct history *history, const struct history_entry **entry)
{
    const struct history_entry *restore = check_last_restore(history), *e;
    const char *wrong = NULL;
    for (e = restore; restore && e < history->entries + history->n && !wrong; e++) {
        *entry = e;
        if (e->event == HISTORY_HELD && check_is_cut_off(history, e->stream, e->epoch, e->rev) && !is_back(history, e) &&
            came_back(history, e, e->client, e->stream, restore->epoch))
            wrong = "nothing lost: a row that a living client held has not come back";
        else if (e->event == HISTORY_KNEW && e->epoch < restore->epoch)
            wrong = check_known(history, restore, e);
        else if (e->event == HISTORY_MISSED)
            wrong = check_missed(history, restore, e);
    }
    return wrong;
}

/* ---- what comes back ---- */

void check_marks_done(struct check_marks *marks)
{
    state_done(&marks->lead_epoch);
    state_done(&marks->lead_rev);
    state_done(&marks->edited);
}

static bool is_higher(uint64_t epoch, uint64_t rev, uint64_t than_epoch, uint64_t than_rev)
{
    return epoch != than_epoch ? epoch > than_epoch : rev > than_rev;
}

/* A delete of something is about all of it. */
static bool is_whole(const struct history_op *edit, size_t n)
{
    bool any = false;
    for (size_t i = 0; i < n; i++)
        any |= edit[i].remove && edit[i].before;
    return any;
}

static bool changes_group(const struct history_op *edit, size_t n, const struct history_op *op)
{
    for (size_t i = 0; i < n; i++)
        if (edit[i].field && edit[i].before != edit[i].after &&
            (edit[i].field == op->field || (op->group && edit[i].group == op->group)))
            return true;
    return false;
}

static void note_field(struct check_marks *marks, const struct history_entry *row, uint64_t record, uint32_t field, bool changed)
{
    if (row->origin_epoch && is_higher(row->origin_epoch, row->origin_rev, state_get(&marks->lead_epoch, record, field),
                                       state_get(&marks->lead_rev, record, field))) {
        state_put(&marks->lead_epoch, record, field, row->origin_epoch);
        state_put(&marks->lead_rev, record, field, row->origin_rev);
    }
    if (changed)
        state_put(&marks->edited, record, field, row->origin_epoch ? 0 : row->epoch);
}

void check_marks_note(struct check_marks *marks, const struct history *history, const struct history_entry *row)
{
    const struct history_op *ops = history->ops + row->first_op;
    for (size_t i = 0, n; i < row->n_ops; i += n) {
        const struct history_op *edit = &ops[i];
        for (n = 1; i + n < row->n_ops && edit[n].edit == edit->edit; n++)
            continue;
        bool whole = is_whole(edit, n);
        for (uint32_t f = 1; whole && f < HISTORY_FIELD_MAX; f++)
            note_field(marks, row, edit->record, f, true);
        for (size_t k = 0; !whole && k < n; k++)
            if (edit[k].field)
                note_field(marks, row, edit->record, edit[k].field, changes_group(edit, n, &edit[k]));
    }
}

/* What the row did where it was first; NULL when that is not known in one form only. */
static const struct history_entry *find_lost(const struct history *history, const struct history_entry *row)
{
    const struct history_entry *found = NULL;
    for (const struct history_entry *e = history->entries; e < history->entries + history->n; e++) {
        if (e->event != HISTORY_HELD || e->stream != row->stream || !e->n_ops)
            continue;
        bool first = e->epoch == row->origin_epoch && e->rev == row->origin_rev;
        bool again = e->origin_epoch == row->origin_epoch && e->origin_rev == row->origin_rev;
        if (!first && !again)
            continue;
        if (found && found->digest != e->digest)
            return NULL;
        found = e;
    }
    return found;
}

static const struct history_op *effect_of(const struct check_recovered *c, uint64_t record, uint32_t field)
{
    const struct history_op *ops = c->history->ops + c->row->first_op, *last = NULL;
    for (size_t i = 0; i < c->row->n_ops; i++)
        if (ops[i].record == record && ops[i].field == field && ops[i].kind != HISTORY_CONFLICT_KIND)
            last = &ops[i];
    return last;
}

enum { ABOUT_RECORD = 1 };

/* The conflict may be there already: one about a lower lost value, which moves, or one that is open about the same. */
static bool tells_conflict(const struct check_recovered *c, uint64_t record)
{
    const struct history_op *ops = c->history->ops + c->row->first_op;
    for (size_t i = 0; i < c->row->n_ops; i++)
        if (ops[i].kind == HISTORY_CONFLICT_KIND && state_get(c->abouts, ops[i].record, ABOUT_RECORD) == record)
            return true;
    return false;
}

struct standing {
    bool superseded, edited, equal;
};

static void stand(const struct check_recovered *c, uint64_t record, uint32_t field, uint64_t after, struct standing *s)
{
    s->superseded |= !is_higher(c->row->origin_epoch, c->row->origin_rev, state_get(&c->marks->lead_epoch, record, field),
                                state_get(&c->marks->lead_rev, record, field));
    s->edited |= state_get(&c->marks->edited, record, field) > c->row->origin_epoch;
    s->equal &= state_get(c->state, record, field) == after;
}

static const char *check_delete(const struct check_recovered *c, const struct history_op *edit)
{
    struct standing s = {.equal = true};
    const struct history_op *effect = effect_of(c, edit->record, 0);
    bool dies = effect && effect->remove, alive = state_get(c->state, edit->record, 0) != HISTORY_DEAD;
    for (uint32_t f = 1; f < HISTORY_FIELD_MAX; f++)
        stand(c, edit->record, f, 0, &s);
    if (!alive)
        return NULL;
    if (s.superseded)
        return dies ? "recovery: a delete came back over a later change" : NULL;
    if (s.edited)
        return !dies && tells_conflict(c, edit->record) ? NULL : "recovery: a delete came back over a change since the restore";
    return dies ? NULL : "recovery: a delete did not come back";
}

static const char *check_unit(const struct check_recovered *c, const struct history_op *const *unit, size_t n)
{
    uint64_t record = unit[0]->record;
    bool dead = state_get(c->state, record, 0) == HISTORY_DEAD;
    struct standing s = {.equal = !dead && state_get(c->state, record, 0) != 0};
    for (size_t i = 0; i < n; i++)
        stand(c, record, unit[i]->field, unit[i]->after, &s);
    bool stays = s.superseded || s.equal || s.edited || dead;
    for (size_t i = 0; i < n; i++) {
        const struct history_op *effect = effect_of(c, record, unit[i]->field);
        uint64_t held = state_get(c->state, record, unit[i]->field), is = effect ? effect->after : held;
        if (stays && is != held)
            return s.superseded ? "recovery: a later lost change was overwritten by an earlier one"
                                : "recovery: a change since the restore was overwritten";
        if (!stays && is != unit[i]->after)
            return "recovery: a lost change did not come back";
    }
    bool refused = !s.superseded && !s.equal && (s.edited || dead);
    return !refused || tells_conflict(c, record) ? NULL : "recovery: a lost change left no conflict";
}

static const char *check_set(const struct check_recovered *c, const struct history_op *edit, size_t n)
{
    const struct history_op *unit[HISTORY_FIELD_MAX];
    const char *wrong = NULL;
    for (size_t i = 0; i < n && !wrong; i++) {
        size_t in_unit = 0;
        bool first = edit[i].field != 0;
        for (size_t k = 0; k < i && first; k++)
            first = !edit[i].group || edit[k].group != edit[i].group || !edit[k].field;
        for (size_t k = i; k < n && first; k++)
            if (k == i || (edit[i].group && edit[k].group == edit[i].group))
                unit[in_unit++] = &edit[k];
        if (in_unit)
            wrong = check_unit(c, unit, in_unit);
    }
    return wrong;
}

/* Records that a row touches twice are left to the other rules. */
static bool is_touched_once(const struct history_op *ops, size_t n, const struct history_op *edit)
{
    unsigned times = 0;
    for (size_t i = 0; i < n; i++)
        times += !ops[i].field && ops[i].record == edit->record;
    return times == 1;
}

const char *check_recovered(const struct check_recovered *c)
{
    const struct history_entry *lost = find_lost(c->history, c->row);
    const struct history_op *ops = lost ? c->history->ops + lost->first_op : NULL;
    const char *wrong = NULL;
    for (size_t i = 0, n; lost && i < lost->n_ops && !wrong; i += n) {
        const struct history_op *edit = &ops[i];
        for (n = 1; i + n < lost->n_ops && edit[n].edit == edit->edit; n++)
            continue;
        if (edit->kind == HISTORY_CONFLICT_KIND || !is_touched_once(ops, lost->n_ops, edit))
            continue;
        wrong = edit->remove ? check_delete(c, edit) : check_set(c, edit, n);
    }
    return wrong;
}
