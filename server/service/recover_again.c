/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "proto/records.pb-c.h"
#include "server/service/heads.h"
#include "server/service/journal.h"
#include "server/service/loss.h"
#include "server/service/push.h"
#include "server/service/recover_internal.h"

#define PAGE_BYTES ((size_t)4 << 20)

/* ---- what happened since the restore ---- */

static struct recover_mark *marks_of(struct recovering *r, const struct kind *kind, const struct uuid *id)
{
    struct mark_key key = {.kind = kind->number, .id = *id};
    struct recover_mark **marks = map_put(&r->marks, &key);
    if (!*marks)
        *marks = ARENA_ARRAY(&r->arena, kind->n_fields, struct recover_mark);
    return *marks;
}

static void note_commit(struct recovering *r, const struct commit *commit)
{
    if (!commit->recovered_epoch && commit->status == STATUS_OK) {
        struct sent_key key = {.device = commit->device, .digest = commit->payload_digest};
        uint32_t *times = map_put(&r->sent, &key);
        ++*times;
    }
    for (size_t i = 0; i < commit->n_effects; i++)
        if (commit->effects[i].kind)
            recover_note(marks_of(r, commit->effects[i].kind, &commit->effects[i].id), commit, &commit->effects[i]);
}

static enum status note_page(struct recovering *r, uint64_t *after, size_t *n, struct err *err)
{
    struct journal_page page;
    struct arena arena;
    arena_init(&arena, 0);
    enum status st = journal_list(r->work->desk->sql, &arena, r->offer->stream, *after, PAGE_BYTES, true, &page, err);
    *n = st ? 0 : page.n;
    for (size_t i = 0; st == STATUS_OK && i < page.n; i++) {
        struct commit commit;
        st = commit_decode(&arena, recovering_schema(r), page.rows[i].row.body, page.rows[i].row.body_bytes, &commit, err);
        if (st == STATUS_OK)
            note_commit(r, &commit);
        *after = page.rows[i].rev;
    }
    arena_done(&arena);
    return st;
}

/* Once for an offer, and again only for a row of an even earlier life. */
static enum status note_since(struct recovering *r, uint64_t epoch, struct err *err)
{
    uint8_t seed[MAP_SEED_BYTES];
    uint64_t after;
    size_t n = 1;
    if (r->noted && r->noted_epoch <= epoch)
        return STATUS_OK;
    arena_reset(&r->arena);
    random_fill(&r->work->desk->core->config.random, seed, sizeof seed);
    map_init(&r->marks, &r->arena, sizeof(struct mark_key), sizeof(struct recover_mark *), seed);
    map_init(&r->sent, &r->arena, sizeof(struct sent_key), sizeof(uint32_t), seed);
    enum status st = loss_find_fork(r->work, r->offer->stream, epoch, &after, err);
    while (st == STATUS_OK && n)
        st = note_page(r, &after, &n, err);
    r->noted = true;
    r->noted_epoch = epoch;
    return st;
}

/* ---- the lost commit among it ---- */

static void add_effect(struct decision *decision, const struct edit *effect, size_t *room, struct arena *arena)
{
    ARENA_MORE(arena, decision->effects, decision->n_effects, room);
    decision->effects[decision->n_effects++] = *effect;
}

bool recover_is_open(const struct record *conflict)
{
    const Lianxin__Conflict *c = (const Lianxin__Conflict *)conflict->message;
    return !conflict->dead && c->state == LIANXIN__CONFLICT_STATE__CONFLICT_STATE_OPEN;
}

/* Of fields: those that a conflict lacks because its decision has come back before its beginning; none of a whole one. */
static field_set lacking_in(const struct record *conflict, field_set fields)
{
    bool whole = conflict->dead || ((const Lianxin__Conflict *)conflict->message)->has_record;
    return whole ? 0 : fields & ~kind_close_groups(conflict->kind, record_present(conflict->kind, conflict->message));
}

enum status recover_put_conflict(struct again *a, const struct edit *edit, struct err *err)
{
    struct arena *arena = &a->r->row;
    const struct record *current;
    struct edit part = *edit;
    enum status st = draft_find(&a->decision.draft, edit->kind, &edit->id, &current, err);
    if (st)
        return st;
    if (current && !recover_is_open(current)) {
        part.fields = lacking_in(current, edit->fields);
        part.before = record_message_new(arena, edit->kind);
        part.after = record_project(arena, edit->kind, edit->after, part.fields);
    }
    if (!part.fields)
        return STATUS_OK;
    draft_set(&a->decision.draft, edit_assign(arena, current, a->r->offer->stream, &part, 0));
    add_effect(&a->decision, &part, &a->room, arena);
    return STATUS_OK;
}

enum status recover_find_holder(struct again *a, const struct record *held, struct conflict_holder *out, struct err *err)
{
    struct journal_row row;
    const char *person;
    size_t bytes;
    bool found = false;
    enum status st = STATUS_OK;
    *out = (struct conflict_holder){.person = ""};
    if (held && held->rev)
        st = journal_find(a->r->work->desk->sql, &a->r->row, a->r->offer->stream, held->rev, &row, &found, err);
    if (st == STATUS_OK && found && commit_read_author(row.row.body, row.row.body_bytes, &person, &bytes, &out->time_ms))
        out->person = arena_strndup(&a->r->row, person, bytes);
    return st;
}

struct conflict_author recover_author(const struct commit *lost)
{
    return (struct conflict_author){.instance = lost->instance,
                                    .sequence = lost->sequence,
                                    .device = lost->device,
                                    .person = lost->person,
                                    .time_ms = lost->time_ms};
}

static enum status keep_both(struct again *a, const struct edit *effect, const struct record *held, const struct recovered *done,
                             const struct record *const *open, size_t n_open, struct err *err)
{
    const struct edit_applied applied = {.conflicted = done->conflicted, .why = done->why, .result = held};
    const struct conflict_author author = recover_author(a->lost);
    struct conflict_holder holder;
    struct conflict_list list;
    enum status st = recover_find_holder(a, held, &holder, err);
    if (st)
        return st;
    const struct refusal refusal = {effect, &applied, held, open, n_open};
    conflict_make(&a->r->row, recovering_schema(a->r), a->r->offer->stream, &author, &holder, &refusal, &list);
    for (size_t i = 0; st == STATUS_OK && i < list.n; i++)
        st = recover_put_conflict(a, &list.items[i], err);
    return st;
}

/* Conflicts about lost values that a higher lost commit has settled. */
static enum status settle(struct again *a, const struct edit *effect, const struct record *held, const struct recovered *done,
                          const struct record *const *open, size_t n_open, struct err *err)
{
    enum status st = STATUS_OK;
    for (size_t i = 0; st == STATUS_OK && i < n_open; i++) {
        struct conflict conflict;
        struct edit edits[2];
        struct err reason;
        size_t n = 0;
        if (conflict_read(&a->r->row, recovering_schema(a->r), open[i], &conflict, &reason) || conflict.kind != effect->kind ||
            conflict.why != LIANXIN__CONFLICT_WHY__CONFLICT_WHY_LOST || (conflict.fields & ~done->agreed) ||
            conflict_resolve(&a->r->row, recovering_schema(a->r), open[i], held, LIANXIN__CONFLICT_CHOICE__CONFLICT_CHOICE_THEIRS,
                             NULL, a->lost->person, edits, &n, &reason))
            continue;
        for (size_t k = 0; st == STATUS_OK && k < n; k++)
            st = recover_put_conflict(a, &edits[k], err);
    }
    return st;
}

static enum status look_at_conflicts(struct again *a, const struct edit *effect, const struct record *held,
                                     const struct recovered *done, struct err *err)
{
    const struct kind *kind = schema_find_kind_by_name(recovering_schema(a->r), "conflict");
    const struct record **open;
    size_t n_open;
    /* Conflict records never conflict: what a person decided since stands. */
    if ((!done->conflicted && !done->agreed) || effect->kind == kind)
        return STATUS_OK;
    enum status st = draft_list_open(&a->decision.draft, kind, &effect->id, &open, &n_open, err);
    if (st == STATUS_OK && done->agreed)
        st = settle(a, effect, held, done, open, n_open, err);
    if (st == STATUS_OK && done->conflicted)
        st = keep_both(a, effect, held, done, open, n_open, err);
    return st;
}

static enum status merge_effect(struct again *a, const struct edit *effect, const struct recover_origin *origin, struct err *err)
{
    const struct record *current;
    struct recovered done;
    enum status st = draft_find(&a->decision.draft, effect->kind, &effect->id, &current, err);
    if (st)
        return st;
    recover_apply(&a->r->row, current, a->r->offer->stream, effect, marks_of(a->r, effect->kind, &effect->id), origin, &done);
    if (done.result != current)
        draft_set(&a->decision.draft, done.result);
    else if (current && done.effect.fields) /* the row names the record, so the record names the row */
        draft_set(&a->decision.draft, edit_assign(&a->r->row, current, a->r->offer->stream, &done.effect, 0));
    if (done.result && done.effect.fields)
        add_effect(&a->decision, &done.effect, &a->room, &a->r->row);
    return look_at_conflicts(a, effect, done.result, &done, err);
}

/* Its author goes on under another name since the restore and has sent it again under that; one such push stands for one row. */
static bool was_sent_by_other_name(struct recovering *r, const struct commit *lost)
{
    struct sent_key key = {.device = lost->device, .digest = lost->payload_digest};
    uint32_t *times = lost->status == STATUS_OK ? map_find(&r->sent, &key) : NULL;
    if (!times || !*times)
        return false;
    --*times;
    return true;
}

enum status recover_commit_again(struct recovering *r, const struct commit *lost, const struct recover_origin *origin, bool *known,
                                 struct err *err)
{
    struct again a = {.r = r, .lost = lost};
    struct commit commit = *lost;
    enum status st = note_since(r, origin->epoch, err);
    if (st)
        return st;
    if ((*known = was_sent_by_other_name(r, lost)))
        return recover_note_back(r, origin, heads_get(r->work->desk->heads, r->offer->stream).rev, err);
    draft_init(&a.decision.draft, r->work->desk->store, &r->row, r->offer->stream, &r->work->desk->core->config.random);
    for (size_t i = 0; st == STATUS_OK && i < lost->n_effects; i++)
        if (lost->effects[i].kind)
            st = merge_effect(&a, &lost->effects[i], origin, err);
    if (st == STATUS_OK)
        st = recover_tell_homeless(&a, err);
    commit.recovered_epoch = origin->epoch;
    commit.recovered_rev = origin->rev;
    if (st == STATUS_OK)
        st = push_recovered(r->work, &commit, &a.decision, err);
    if (st == STATUS_OK)
        st = recover_note_back(r, origin, commit.rev, err);
    if (st == STATUS_OK)
        note_commit(r, &commit);
    return st;
}
