/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/records.pb-c.h"
#include "server/service/family.h"
#include "server/service/recover_internal.h"

static const struct kind *conflict_kind(const struct again *a)
{
    return schema_find_kind_by_name(recovering_schema(a->r), "conflict");
}

/* ---- telling ---- */

/* Who deleted what the record belongs to: with this very commit, or before. */
static enum status find_deleter(struct again *a, const struct record *gone, struct conflict_holder *out, struct err *err)
{
    *out = (struct conflict_holder){.person = ""};
    if (!gone)
        return STATUS_OK;
    for (size_t i = 0; i < a->decision.draft.records.n; i++) {
        const struct draft_record *entry = draft_at(&a->decision.draft, i);
        if (entry->now == gone && draft_changed(entry)) {
            *out = (struct conflict_holder){.person = a->lost->person, .time_ms = a->lost->time_ms};
            return STATUS_OK;
        }
    }
    return recover_find_holder(a, gone, out, err);
}

/* The record lives on as it is; all of it stands in the conflict, for whoever wants to add it elsewhere. */
static enum status tell(struct again *a, const struct record *record, const struct record *gone, struct err *err)
{
    struct arena *arena = &a->r->row;
    const struct kind *kind = record->kind;
    const field_set present = record_present(kind, record->message);
    const struct edit whole = {
        .kind = kind, .id = record->id, .fields = present, .before = record_message_new(arena, kind), .after = record->message};
    const struct edit_applied applied = {.conflicted = present, .why = LIANXIN__CONFLICT_WHY__CONFLICT_WHY_HOMELESS};
    const struct conflict_author author = recover_author(a->lost);
    struct conflict_holder holder;
    struct conflict_list list;
    const struct record **open;
    size_t n_open;
    enum status st = draft_list_open(&a->decision.draft, conflict_kind(a), &record->id, &open, &n_open, err);
    if (st == STATUS_OK)
        st = find_deleter(a, gone, &holder, err);
    if (st)
        return st;
    const struct refusal refusal = {&whole, &applied, NULL, open, n_open};
    conflict_make(arena, recovering_schema(a->r), a->r->offer->stream, &author, &holder, &refusal, &list);
    for (size_t i = 0; st == STATUS_OK && i < list.n; i++)
        st = recover_put_conflict(a, &list.items[i], err);
    return st;
}

static enum status tell_if_homeless(struct again *a, const struct record *record, struct err *err)
{
    const struct record *gone;
    bool homeless;
    enum status st = family_find_gone(&a->decision.draft, record, &homeless, &gone, err);
    return st == STATUS_OK && homeless ? tell(a, record, gone, err) : st;
}

/* What died leaves those below it that did not die with it. */
static enum status tell_below(struct again *a, const struct record *dead, struct err *err)
{
    struct family below;
    enum status st = family_list_below(&a->decision.draft, dead, &below, err);
    for (size_t i = 0; st == STATUS_OK && i < below.n; i++)
        st = tell_if_homeless(a, below.items[i], err);
    return st;
}

/* ---- what is over ---- */

static enum status is_over(struct again *a, const struct conflict *conflict, bool *over, const struct record **target,
                           struct err *err)
{
    const struct record *gone;
    bool homeless = false;
    enum status st = draft_find(&a->decision.draft, conflict->kind, &conflict->record, target, err);
    if (st == STATUS_OK && *target && !(*target)->dead)
        st = family_find_gone(&a->decision.draft, *target, &homeless, &gone, err);
    if (st == STATUS_OK)
        *over = !homeless;
    return st;
}

/* What it belongs to is here now, or it has been deleted itself. */
static enum status close_if_over(struct again *a, const struct record *record, struct err *err)
{
    struct conflict conflict;
    const struct record *target;
    struct edit edits[2];
    struct err reason;
    size_t n = 0;
    bool over;
    if (conflict_read(&a->r->row, recovering_schema(a->r), record, &conflict, &reason))
        return STATUS_OK; /* of a newer version */
    enum status st = is_over(a, &conflict, &over, &target, err);
    if (st || !over ||
        conflict_resolve(&a->r->row, recovering_schema(a->r), record, target, LIANXIN__CONFLICT_CHOICE__CONFLICT_CHOICE_THEIRS,
                         NULL, a->lost->person, edits, &n, &reason))
        return st;
    for (size_t i = 0; st == STATUS_OK && i < n; i++)
        st = recover_put_conflict(a, &edits[i], err);
    return st;
}

static enum status close_what_is_over(struct again *a, struct err *err)
{
    const struct kind *kind = conflict_kind(a);
    const struct value homeless = {.type = VALUE_INT, .number = LIANXIN__CONFLICT_WHY__CONFLICT_WHY_HOMELESS};
    struct record_list list;
    enum status st = store_list(a->decision.draft.store, &a->r->row, kind, a->r->offer->stream,
                                kind_find_field_by_name(kind, "why"), homeless, &list, err);
    for (size_t i = 0; st == STATUS_OK && i < list.n; i++) {
        const struct record *now;
        st = draft_find(&a->decision.draft, kind, &list.items[i]->id, &now, err);
        if (st == STATUS_OK && recover_is_open(now))
            st = close_if_over(a, now, err);
    }
    return st;
}

enum status recover_tell_homeless(struct again *a, struct err *err)
{
    struct draft *draft = &a->decision.draft;
    bool changed = false;
    enum status st = STATUS_OK;
    /* Looking lengthens the draft, by records that do not change and by conflicts, which have no home. */
    for (size_t i = 0, n = draft->records.n; st == STATUS_OK && i < n; i++) {
        const struct draft_record entry = *draft_at(draft, i);
        if (!draft_changed(&entry) || entry.now->kind == conflict_kind(a))
            continue;
        bool lived = entry.stored && !entry.stored->dead;
        changed = true;
        if (!entry.now->dead)
            st = tell_if_homeless(a, entry.now, err);
        else if (lived)
            st = tell_below(a, entry.now, err);
    }
    return st == STATUS_OK && changed ? close_what_is_over(a, err) : st;
}
