/* SPDX-License-Identifier: Apache-2.0
 *
 * A push from a peer, applied to a small stream that starts empty: the input is a payload. Whatever is in it, fields are set or
 * refused and never both, a replica that assigns the effects holds the same records under the same hash, and conflict records can
 * be stored and read. */
#include <stdlib.h>

#include "common/record/stream_hash.h"
#include "common/sync/conflict.h"
#include "common/sync/payload.h"

#define BUDGET_BYTES ((size_t)256 << 20)
#define RECORDS_MAX 32
#define EDITS_MAX 64
#define CONFLICTS_MAX 64
#define STREAM 100u

struct world {
    struct arena arena;
    const struct schema *schema;
    const struct record *held[RECORDS_MAX], *replica[RECORDS_MAX];
    size_t n;
    const struct record *open[CONFLICTS_MAX]; /* conflicts, of all records */
    size_t n_open;
    struct stream_hash sum;
};

static void expect(bool holds)
{
    if (!holds)
        abort();
}

static size_t find(const struct world *w, const struct kind *kind, const struct uuid *id)
{
    size_t i = 0;
    while (i < w->n && !(w->held[i]->kind == kind && uuid_equal(&w->held[i]->id, id)))
        i++;
    return i;
}

static void keep(struct world *w, size_t at, const struct record *record, const struct edit *effect)
{
    const struct record *old = at < w->n ? w->replica[at] : NULL;
    struct record *copy = edit_assign(&w->arena, old, STREAM, effect, 1);
    expect(copy->dead == record->dead && record_diff(record->kind, copy->message, record->message) == 0);
    stream_hash_change(&w->sum, old, copy);
    w->held[at] = record;
    w->replica[at] = copy;
    w->n += at == w->n;
}

static size_t list_open(const struct world *w, const struct edit *edit, const struct record *out[CONFLICTS_MAX])
{
    size_t n = 0;
    for (size_t i = 0; i < w->n_open; i++) {
        struct conflict conflict;
        struct arena arena;
        arena_init(&arena, 0);
        expect(conflict_read(&arena, w->schema, w->open[i], &conflict, NULL) == STATUS_OK && conflict.open && conflict.fields);
        if (conflict.kind == edit->kind && uuid_equal(&conflict.record, &edit->id))
            out[n++] = w->open[i];
        arena_done(&arena);
    }
    return n;
}

static void keep_conflict(struct world *w, const struct edit *effect)
{
    size_t at = 0;
    while (at < w->n_open && !uuid_equal(&w->open[at]->id, &effect->id))
        at++;
    if (at == CONFLICTS_MAX)
        return;
    const struct record *record = edit_assign(&w->arena, at < w->n_open ? w->open[at] : NULL, STREAM, effect, 1);
    expect(record_validate(record->kind, record->message, NULL, false, NULL) == STATUS_OK);
    w->n_open += at == w->n_open;
    w->open[at] = record;
}

static void keep_conflicts(struct world *w, const struct record *current, const struct edit *edit,
                           const struct edit_applied *applied)
{
    const struct conflict_author author = {.sequence = w->n_open, .device = {{edit->id.bytes[0] & 1}}, .person = "a"};
    static const struct conflict_holder holder = {.person = ""};
    const struct record *open[CONFLICTS_MAX];
    struct conflict_list list;
    size_t n = list_open(w, edit, open);
    const struct refusal refusal = {edit, applied, current, open, n};
    conflict_make(&w->arena, w->schema, STREAM, &author, &holder, &refusal, &list);
    for (size_t i = 0; i < list.n; i++)
        keep_conflict(w, &list.items[i]);
}

static void push(struct world *w, const struct edit *edit)
{
    size_t at = find(w, edit->kind, &edit->id);
    const struct record *current = at < w->n ? w->held[at] : NULL;
    struct edit_applied applied;
    struct edit effect;
    if (at == RECORDS_MAX || edit_validate(edit, !current, NULL) != STATUS_OK)
        return;
    edit_apply(&w->arena, current, STREAM, edit, &applied);
    expect((applied.set & applied.conflicted) == 0);
    expect((applied.outcome == EDIT_CONFLICT) == (applied.conflicted != 0));
    if (applied.outcome == EDIT_CONFLICT)
        keep_conflicts(w, current, edit, &applied);
    if (applied.result != current) {
        edit_effect(&w->arena, current, &applied, &effect);
        keep(w, at, applied.result, &effect);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct world w = {.n = 0};
    struct payload payload;
    struct err err;
    arena_init(&w.arena, BUDGET_BYTES);
    expect(schema_new(&w.arena, schema_source_current(), &w.schema, &err) == STATUS_OK);
    if (payload_decode(&w.arena, w.schema, data, size, &payload, &err) == STATUS_OK)
        for (size_t i = 0; i < payload.n_edits && i < EDITS_MAX; i++)
            push(&w, &payload.edits[i]);
    struct stream_hash again = {{0}};
    for (size_t i = 0; i < w.n; i++)
        stream_hash_change(&again, NULL, w.held[i]);
    expect(stream_hash_equal(&again, &w.sum));
    arena_done(&w.arena);
    return 0;
}
