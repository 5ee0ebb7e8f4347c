/* SPDX-License-Identifier: Apache-2.0 */
#include "server/service/decide.h"

#include <stdio.h>
#include <string.h>

#include "common/record/rules.h"
#include "common/sync/conflict.h"
#include "server/service/family.h"
#include "server/service/journal.h"
#include "server/service/rights.h"

struct deciding {
    struct work *work;
    uint32_t stream;
    const struct author *author;
    struct decision *decision;
    size_t effects_room;
    uint64_t holder_rev; /* the revision holder was looked up for; 0: none */
    struct conflict_holder holder;
};

static void add_refusal(struct deciding *d, const struct err *reason)
{
    if (!d->decision->refusals)
        d->decision->refusals = ARENA_ARRAY(d->work->arena, LIMIT_REASONS, struct err);
    if (d->decision->n_refusals < LIMIT_REASONS)
        d->decision->refusals[d->decision->n_refusals++] = *reason;
    else
        d->decision->n_more++;
}

static void add_effect(struct deciding *d, const struct edit *effect)
{
    struct decision *decision = d->decision;
    if (decision->n_effects == d->effects_room) {
        size_t room = d->effects_room ? d->effects_room * 2 : 16;
        struct edit *effects = ARENA_ARRAY(d->work->arena, room, struct edit);
        if (decision->n_effects)
            memcpy(effects, decision->effects, decision->n_effects * sizeof *effects);
        decision->effects = effects;
        d->effects_room = room;
    }
    decision->effects[decision->n_effects++] = *effect;
}

/* ---- conflicts ---- */

static void note_holder(struct deciding *d, const struct record *held, const struct journal_row *row)
{
    const char *person;
    size_t bytes;
    int64_t time_ms;
    if (commit_read_author(row->row.body, row->row.body_bytes, &person, &bytes, &time_ms))
        d->holder = (struct conflict_holder){.person = arena_strndup(d->work->arena, person, bytes), .time_ms = time_ms};
    d->holder_rev = held->rev;
}

/* Who made the revision a record is held at: the same one again, as a rule. A row may be large, so it does not stay in the
 * request's arena. */
static enum status find_holder(struct deciding *d, const struct record *held, struct err *err)
{
    struct journal_row row;
    struct arena arena;
    bool found = false;
    enum status st = STATUS_OK;
    if (held && held->rev && held->rev == d->holder_rev)
        return STATUS_OK;
    d->holder = (struct conflict_holder){.person = ""};
    d->holder_rev = 0;
    arena_init(&arena, 0);
    if (held && held->rev)
        st = journal_find(d->work->desk->sql, &arena, d->stream, held->rev, &row, &found, err);
    if (st == STATUS_OK && found)
        note_holder(d, held, &row);
    arena_done(&arena);
    return st;
}

static enum status apply_conflict(struct deciding *d, const struct edit *edit, struct err *err)
{
    const struct record *current;
    enum status st = draft_find(&d->decision->draft, edit->kind, &edit->id, &current, err);
    if (st)
        return st;
    draft_set(&d->decision->draft, edit_assign(d->work->arena, current, d->stream, edit, 0));
    add_effect(d, edit);
    return STATUS_OK;
}

/* The refused fields become conflict records of the same commit. */
static enum status keep_refused(struct deciding *d, const struct record *current, const struct edit *edit,
                                const struct edit_applied *applied, struct err *err)
{
    const struct schema *schema = d->work->desk->core->config.schema;
    struct conflict_author author = {.instance = d->author->instance,
                                     .sequence = d->author->sequence,
                                     .device = d->author->device,
                                     .person = d->author->person,
                                     .time_ms = d->author->now_ms};
    const struct record **open;
    struct conflict_list list;
    size_t n_open;
    enum status st = find_holder(d, current, err);
    if (st == STATUS_OK)
        st = draft_list_open(&d->decision->draft, schema_find_kind_by_name(schema, "conflict"), &edit->id, &open, &n_open, err);
    if (st)
        return st;
    const struct refusal refusal = {edit, applied, current, open, n_open};
    conflict_make(d->work->arena, schema, d->stream, &author, &d->holder, &refusal, &list);
    for (size_t i = 0; st == STATUS_OK && i < list.n; i++)
        st = apply_conflict(d, &list.items[i], err);
    return st;
}

/* ---- one edit ---- */

static enum status check_edit(struct deciding *d, const struct edit *edit, const struct record *current, struct err *reason)
{
    enum status st = rights_check_edit(edit, d->stream, d->author->writer, reason);
    if (st == STATUS_OK)
        st = edit_validate(edit, !current, reason);
    if (st == STATUS_OK && !current && !edit->remove && record_present(edit->kind, edit->before))
        st = err_reason(reason, REASON_RECORD_INVALID, edit->kind->name, "it does not exist here", NULL);
    return st ? st : conflict_check(current, edit, reason);
}

static Lianxin__EditResult *result_of(struct deciding *d, const struct edit *edit, const struct edit_applied *applied)
{
    struct arena *arena = d->work->arena;
    Lianxin__EditResult *result = ARENA_NEW(arena, Lianxin__EditResult);
    lianxin__edit_result__init(result);
    result->has_outcome = true;
    result->outcome = applied->conflicted                ? LIANXIN__EDIT_RESULT__OUTCOME__CONFLICT
                      : applied->outcome == EDIT_NOTHING ? LIANXIN__EDIT_RESULT__OUTCOME__NOTHING
                                                         : LIANXIN__EDIT_RESULT__OUTCOME__APPLIED;
    result->conflicts = ARENA_ARRAY(arena, edit->kind->n_fields, uint32_t);
    for (size_t i = 0; i < edit->kind->n_fields; i++)
        if (applied->conflicted & field_bit(&edit->kind->fields[i]))
            result->conflicts[result->n_conflicts++] = edit->kind->fields[i].number;
    return result;
}

/* What the edit changes; a step its author may not take is a refusal. */
static enum status apply_change(struct deciding *d, const struct record *current, const struct edit *edit,
                                const struct edit_applied *applied, struct err *reason)
{
    struct edit effect;
    const ProtobufCMessage *before = current && !current->dead ? current->message : NULL;
    const ProtobufCMessage *after = applied->result->dead ? NULL : applied->result->message;
    enum status st = rules_check_step(edit->kind, before, after, d->author->writer, reason);
    if (st)
        return st;
    edit_effect(d->work->arena, current, applied, &effect);
    add_effect(d, &effect);
    draft_set(&d->decision->draft, applied->result);
    return STATUS_OK;
}

static enum status decide_edit(struct deciding *d, const struct edit *edit, struct err *err)
{
    struct decision *decision = d->decision;
    struct edit_applied applied;
    const struct record *current;
    struct err reason;
    enum status st = draft_find(&decision->draft, edit->kind, &edit->id, &current, err);
    if (st)
        return st;
    if (check_edit(d, edit, current, &reason)) {
        add_refusal(d, &reason);
        return STATUS_OK;
    }
    edit_apply(d->work->arena, current, d->stream, edit, &applied);
    if (applied.set && apply_change(d, current, edit, &applied, &reason)) {
        add_refusal(d, &reason);
        return STATUS_OK;
    }
    if (applied.conflicted)
        st = keep_refused(d, applied.result, edit, &applied, err);
    if (st == STATUS_OK)
        decision->results[decision->n_results++] = result_of(d, edit, &applied);
    return st;
}

/* Conflicts keep what is held beside what is wanted, so a small push against large records can come to much more than its bytes. */
static bool is_too_large(struct deciding *d)
{
    char used[24], most[24];
    struct err reason;
    if (d->work->arena->used_bytes <= LIMIT_DECIDE_BYTES)
        return false;
    snprintf(used, sizeof used, "%zu", d->work->arena->used_bytes);
    snprintf(most, sizeof most, "%zu", LIMIT_DECIDE_BYTES);
    (void)err_reason(&reason, REASON_TOO_LARGE, "what the push changes", used, most, NULL);
    add_refusal(d, &reason);
    return true;
}

enum status decide_edits(struct work *work, uint32_t stream, const struct author *author, const struct edit *edits, size_t n,
                         struct decision *out, struct err *err)
{
    struct deciding d = {.work = work, .stream = stream, .author = author, .decision = out};
    enum status st = STATUS_OK;
    struct err reason;
    *out = (struct decision){.results = ARENA_ARRAY(work->arena, n, const Lianxin__EditResult *)};
    draft_init(&out->draft, work->desk->store, work->arena, stream, &work->desk->core->config.random);
    for (size_t i = 0; st == STATUS_OK && i < n && !is_too_large(&d); i++)
        st = decide_edit(&d, &edits[i], err);
    if (st || out->n_refusals)
        return st;
    /* The last failure of a lookup and a missing parent come the same way; only the latter is a reason. */
    st = family_check(&out->draft, &reason);
    if (st == STATUS_INVALID) {
        add_refusal(&d, &reason);
        return STATUS_OK;
    }
    if (st)
        *err = reason;
    return st;
}
