/* SPDX-License-Identifier: Apache-2.0 */
#include "server/service/recover.h"

#include <string.h>

#include "common/base/map.h"
#include "common/sync/conflict.h"
#include "common/sync/recover.h"
#include "server/service/decide.h"
#include "server/service/heads.h"
#include "server/service/journal.h"
#include "server/service/push.h"

#define PAGE_BYTES ((size_t)4 << 20)

struct mark_key {
    uint32_t kind;
    struct uuid id;
};
/* One offer being worked on. */
struct recovering {
    struct work *work;
    const struct offer *offer;
    struct arena arena;   /* the marks */
    struct arena row;     /* one row's */
    struct map marks;     /* struct mark_key → struct recover_mark *, one per field */
    uint64_t noted_epoch; /* marks hold every row after the restores that followed this epoch */
    bool noted;
};

static const struct schema *schema_of(const struct recovering *r)
{
    return r->work->desk->core->config.schema;
}

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
    for (size_t i = 0; i < commit->n_effects; i++)
        if (commit->effects[i].kind)
            recover_note(marks_of(r, commit->effects[i].kind, &commit->effects[i].id), commit, &commit->effects[i]);
}

/* Where the journal of today left the one the row was of: no row before matters to it. */
static enum status find_fork(struct recovering *r, uint64_t epoch, uint64_t *out, struct err *err)
{
    struct sql_statement *s;
    bool row;
    enum status st = sql_prepare(r->work->desk->sql,
                                 "SELECT min(CASE WHEN s.rev IS NULL THEN 0 ELSE s.rev END) FROM restore LEFT JOIN restore_stream s"
                                 " ON s.epoch = restore.epoch AND s.stream = $stream WHERE restore.epoch > $epoch",
                                 &s, err);
    if (st)
        return st;
    sql_bind_int(s, "$stream", r->offer->stream);
    sql_bind_int(s, "$epoch", (int64_t)epoch);
    st = sql_step(s, &row, err);
    if (st == STATUS_OK)
        *out = row ? (uint64_t)sql_int(s, 0) : 0;
    sql_reset(s);
    return st;
}

static enum status note_page(struct recovering *r, uint64_t *after, size_t *n, struct err *err)
{
    struct journal_page page;
    struct arena arena;
    arena_init(&arena, 0);
    enum status st = journal_list(r->work->desk->sql, &arena, r->offer->stream, *after, PAGE_BYTES, &page, err);
    *n = st ? 0 : page.n;
    for (size_t i = 0; st == STATUS_OK && i < page.n; i++) {
        struct commit commit;
        st = commit_decode(&arena, schema_of(r), page.rows[i].row.body, page.rows[i].row.body_bytes, &commit, err);
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
    enum status st = find_fork(r, epoch, &after, err);
    while (st == STATUS_OK && n)
        st = note_page(r, &after, &n, err);
    r->noted = true;
    r->noted_epoch = epoch;
    return st;
}

/* ---- is it here? ---- */

static enum status is_recovered(struct recovering *r, const struct recover_origin *origin, bool *known, struct err *err)
{
    struct sql_statement *s;
    enum status st = sql_prepare(r->work->desk->sql,
                                 "SELECT at_rev FROM recovered WHERE stream = $stream AND epoch = $epoch AND rev = $rev", &s, err);
    if (st)
        return st;
    sql_bind_int(s, "$stream", r->offer->stream);
    sql_bind_int(s, "$epoch", (int64_t)origin->epoch);
    sql_bind_int(s, "$rev", (int64_t)origin->rev);
    st = sql_step(s, known, err);
    sql_reset(s);
    return st;
}

/* In its own place: inside the backup, or committed since. */
static enum status is_in_place(struct recovering *r, const struct recover_origin *origin, bool *known, struct err *err)
{
    struct journal_row row;
    struct commit commit;
    enum status st = journal_find(r->work->desk->sql, &r->row, r->offer->stream, origin->rev, &row, known, err);
    if (st || !*known)
        return st;
    st = commit_decode(&r->row, schema_of(r), row.row.body, row.row.body_bytes, &commit, err);
    *known = st == STATUS_OK && commit.epoch == origin->epoch && !commit.recovered_epoch;
    return st;
}

/* Its author may have sent the same push again before its row came back. What was refused then and accepted before is still
 * missing. */
static enum status was_sent_again(struct recovering *r, const struct commit *lost, bool *known, struct err *err)
{
    struct journal_row row;
    struct commit commit;
    struct head head = heads_get(r->work->desk->heads, r->offer->stream);
    enum status st = journal_find_sequence(r->work->desk->sql, &r->row, r->offer->stream, &lost->instance, lost->sequence, head.rev,
                                           &row, known, err);
    if (st || !*known)
        return st;
    st = commit_decode(&r->row, schema_of(r), row.row.body, row.row.body_bytes, &commit, err);
    *known = st == STATUS_OK && sha256_equal(&commit.payload_digest, &lost->payload_digest) && (!commit.status || lost->status);
    return st;
}

static enum status is_known(struct recovering *r, const struct commit *lost, const struct recover_origin *origin, bool *known,
                            struct err *err)
{
    enum status st = is_in_place(r, origin, known, err);
    if (st == STATUS_OK && !*known)
        st = is_recovered(r, origin, known, err);
    if (st == STATUS_OK && !*known)
        st = was_sent_again(r, lost, known, err);
    return st;
}

/* ---- committing it again ---- */

static void add_effect(struct decision *decision, const struct edit *effect, size_t *room, struct arena *arena)
{
    if (decision->n_effects == *room) {
        struct edit *grown = ARENA_ARRAY(arena, *room = *room ? *room * 2 : 16, struct edit);
        if (decision->n_effects)
            memcpy(grown, decision->effects, decision->n_effects * sizeof *grown);
        decision->effects = grown;
    }
    decision->effects[decision->n_effects++] = *effect;
}

struct again {
    struct recovering *r;
    const struct commit *lost;
    struct decision decision;
    size_t room;
};

static enum status put_conflict_edit(struct again *a, const struct edit *edit, struct err *err)
{
    const struct record *current;
    enum status st = draft_find(&a->decision.draft, edit->kind, &edit->id, &current, err);
    if (st)
        return st;
    draft_set(&a->decision.draft, edit_assign(&a->r->row, current, a->r->offer->stream, edit, 0));
    add_effect(&a->decision, edit, &a->room, &a->r->row);
    return STATUS_OK;
}

/* Who holds what is kept instead. */
static enum status find_holder(struct again *a, const struct record *held, struct conflict_holder *out, struct err *err)
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

static enum status keep_both(struct again *a, const struct edit *effect, const struct record *held, const struct recovered *done,
                             const struct record *const *open, size_t n_open, struct err *err)
{
    const struct commit *lost = a->lost;
    const struct edit_applied applied = {.conflicted = done->conflicted, .why = done->why, .result = held};
    const struct conflict_author author = {.instance = lost->instance,
                                           .sequence = lost->sequence,
                                           .device = lost->device,
                                           .person = lost->person,
                                           .time_ms = lost->time_ms};
    struct conflict_holder holder;
    struct conflict_list list;
    enum status st = find_holder(a, held, &holder, err);
    if (st)
        return st;
    const struct refusal refusal = {effect, &applied, held, open, n_open};
    conflict_make(&a->r->row, schema_of(a->r), a->r->offer->stream, &author, &holder, &refusal, &list);
    for (size_t i = 0; st == STATUS_OK && i < list.n; i++)
        st = put_conflict_edit(a, &list.items[i], err);
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
        if (conflict_read(&a->r->row, schema_of(a->r), open[i], &conflict, &reason) || conflict.kind != effect->kind ||
            conflict.why != LIANXIN__CONFLICT_WHY__CONFLICT_WHY_LOST || (conflict.fields & ~done->agreed) ||
            conflict_resolve(&a->r->row, schema_of(a->r), open[i], held, LIANXIN__CONFLICT_CHOICE__CONFLICT_CHOICE_THEIRS, NULL,
                             a->lost->person, edits, &n, &reason))
            continue;
        for (size_t k = 0; st == STATUS_OK && k < n; k++)
            st = put_conflict_edit(a, &edits[k], err);
    }
    return st;
}

static enum status look_at_conflicts(struct again *a, const struct edit *effect, const struct record *held,
                                     const struct recovered *done, struct err *err)
{
    const struct kind *kind = schema_find_kind_by_name(schema_of(a->r), "conflict");
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

static enum status note_origin(struct recovering *r, const struct recover_origin *origin, uint64_t at_rev, struct err *err)
{
    struct sql_statement *s;
    enum status st = sql_prepare(
        r->work->desk->sql, "INSERT INTO recovered (stream, epoch, rev, at_rev) VALUES ($stream, $epoch, $rev, $at_rev)", &s, err);
    if (st)
        return st;
    sql_bind_int(s, "$stream", r->offer->stream);
    sql_bind_int(s, "$epoch", (int64_t)origin->epoch);
    sql_bind_int(s, "$rev", (int64_t)origin->rev);
    sql_bind_int(s, "$at_rev", (int64_t)at_rev);
    work_write(r->work);
    return sql_execute(s, err);
}

static enum status commit_again(struct recovering *r, const struct commit *lost, const struct recover_origin *origin,
                                struct err *err)
{
    struct again a = {.r = r, .lost = lost};
    struct commit commit = *lost;
    enum status st = note_since(r, origin->epoch, err);
    if (st)
        return st;
    draft_init(&a.decision.draft, r->work->desk->store, &r->row, r->offer->stream, &r->work->desk->core->config.random);
    for (size_t i = 0; st == STATUS_OK && i < lost->n_effects; i++)
        if (lost->effects[i].kind)
            st = merge_effect(&a, &lost->effects[i], origin, err);
    commit.recovered_epoch = origin->epoch;
    commit.recovered_rev = origin->rev;
    if (st == STATUS_OK)
        st = push_recovered(r->work, &commit, &a.decision, err);
    if (st == STATUS_OK)
        st = note_origin(r, origin, commit.rev, err);
    if (st == STATUS_OK)
        note_commit(r, &commit);
    return st;
}

/* ---- offers ---- */

static enum status take_row(struct recovering *r, const struct row *row, struct offer_done *done, struct err *err)
{
    const struct core *core = r->work->desk->core;
    struct commit lost;
    struct err unreadable;
    bool known;
    arena_reset(&r->row);
    if (!row_sealed_by(row, core->config.journal_key) ||
        commit_decode(&r->row, core->config.schema, row->body, row->body_bytes, &lost, &unreadable) ||
        lost.stream != r->offer->stream) {
        done->refused++;
        return STATUS_OK;
    }
    struct recover_origin origin = recover_origin_of(&lost);
    enum status st = is_known(r, &lost, &origin, &known, err);
    if (st)
        return st;
    /* Sealed in this life and not here: another server goes on with a copy of this folder. */
    if (!known && lost.epoch >= core->epoch) {
        done->refused++;
        return STATUS_OK;
    }
    if (!known)
        st = commit_again(r, &lost, &origin, err);
    done->known += known;
    done->recovered += !known;
    return st;
}

/* The highest revision anybody names of the life that ended with a restore: what is missing below it is lost. */
static enum status note_claim(struct recovering *r, struct err *err)
{
    static const char *const texts[] = {
        "INSERT INTO restore_stream (epoch, stream, rev, known_rev) SELECT epoch, $stream, 0, 0 FROM restore WHERE before = $before"
        " AND NOT EXISTS (SELECT 1 FROM restore_stream s WHERE s.epoch = restore.epoch AND s.stream = $stream)",
        "UPDATE restore_stream SET known_rev = $rev WHERE stream = $stream AND known_rev < $rev"
        " AND epoch IN (SELECT epoch FROM restore WHERE before = $before)"};
    enum status st = STATUS_OK;
    for (size_t i = 0; st == STATUS_OK && i < 2; i++) {
        struct sql_statement *s;
        st = sql_prepare(r->work->desk->sql, texts[i], &s, err);
        if (st)
            return st;
        sql_bind_int(s, "$stream", r->offer->stream);
        sql_bind_int(s, "$before", (int64_t)r->offer->epoch);
        if (i)
            sql_bind_int(s, "$rev", (int64_t)r->offer->rev);
        work_write(r->work);
        st = sql_execute(s, err);
    }
    return st;
}

enum status recover_offer(struct work *work, const struct offer *offer, struct offer_done *out, struct err *err)
{
    struct recovering r = {.work = work, .offer = offer};
    struct offer_done done = {0};
    enum status st = caller_check_read(work->desk, work->caller, offer->stream, err);
    if (st)
        return st;
    arena_init(&r.arena, 0);
    arena_init(&r.row, 0);
    if (offer->rev && offer->rev <= INT64_MAX && work->desk->core->restored)
        st = note_claim(&r, err);
    for (size_t i = 0; st == STATUS_OK && i < offer->n; i++)
        st = take_row(&r, &offer->rows[i], &done, err);
    arena_done(&r.row);
    arena_done(&r.arena);
    if (st)
        return st;
    done.head = heads_get(work->desk->heads, offer->stream).rev;
    *out = done;
    return STATUS_OK;
}

/* ---- the loss report ---- */

struct gap_list {
    struct buf text;
    uint64_t missing, next;
};

static void add_gap(struct gap_list *gaps, uint64_t first, uint64_t last)
{
    if (first > last)
        return;
    gaps->missing += last - first + 1;
    buf_printf(&gaps->text, "%s%llu", gaps->text.len_bytes ? ", " : "", (unsigned long long)first);
    if (first != last)
        buf_printf(&gaps->text, "-%llu", (unsigned long long)last);
}

static enum status list_gaps(struct work *work, uint32_t stream, uint64_t before, uint64_t base, uint64_t known,
                             struct gap_list *gaps, struct err *err)
{
    struct sql_statement *s;
    bool row = true;
    enum status st =
        sql_prepare(work->desk->sql,
                    "SELECT rev FROM recovered WHERE stream = $stream AND epoch = $epoch AND rev > $base ORDER BY rev", &s, err);
    if (st)
        return st;
    sql_bind_int(s, "$stream", stream);
    sql_bind_int(s, "$epoch", (int64_t)before);
    sql_bind_int(s, "$base", (int64_t)base);
    gaps->next = base + 1;
    while ((st = sql_step(s, &row, err)) == STATUS_OK && row) {
        uint64_t rev = (uint64_t)sql_int(s, 0);
        add_gap(gaps, gaps->next, rev - 1);
        gaps->next = rev + 1;
    }
    sql_reset(s);
    add_gap(gaps, gaps->next, known);
    return st;
}

enum status recover_list_missing(struct work *work,
                                 void (*say)(void *context, uint32_t stream, uint64_t epoch, uint64_t missing, const char *ranges),
                                 void *context, struct err *err)
{
    struct sql_statement *s;
    bool row = true;
    enum status st = sql_prepare(work->desk->sql,
                                 "SELECT s.stream, restore.before, s.rev, s.known_rev, s.epoch FROM restore_stream s JOIN restore"
                                 " ON restore.epoch = s.epoch WHERE s.known_rev > s.rev ORDER BY s.epoch, s.stream",
                                 &s, err);
    if (st)
        return st;
    while ((st = sql_step(s, &row, err)) == STATUS_OK && row) {
        struct gap_list gaps = {0};
        buf_init(&gaps.text, 4096);
        st = list_gaps(work, (uint32_t)sql_int(s, 0), (uint64_t)sql_int(s, 1), (uint64_t)sql_int(s, 2), (uint64_t)sql_int(s, 3),
                       &gaps, err);
        if (st == STATUS_OK && gaps.missing)
            say(context, (uint32_t)sql_int(s, 0), (uint64_t)sql_int(s, 1), gaps.missing,
                gaps.text.failed ? "…" : buf_text(&gaps.text));
        buf_done(&gaps.text);
        if (st)
            break;
    }
    sql_reset(s);
    return st;
}
