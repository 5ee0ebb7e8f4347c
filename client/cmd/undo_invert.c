/* SPDX-License-Identifier: Apache-2.0 */
#include "client/cmd/undo_invert.h"

#include <stdlib.h>
#include <string.h>

#include "client/cmd/change.h"

/* One edit and what becomes of its record. */
struct item {
    struct uuid id;
    const struct edit *done;
    const struct record *now;
    struct edit edit;
    bool used;     /* edit is part of the answer */
    bool deletes;  /* …and deletes a record that done made */
    bool restores; /* …and makes a deleted record again, as edit.id */
    const ProtobufCMessage *after;
};

struct undo {
    struct cmd *cmd;
    uint32_t stream;
    struct item *items; /* sorted by id */
    size_t n;
    struct undo_result *out;
};

static int compare_items(const void *left, const void *right)
{
    const struct item *a = left, *b = right;
    return memcmp(a->id.bytes, b->id.bytes, UUID_BYTES);
}

static struct item *find_item(const struct undo *undo, const struct uuid *id)
{
    struct item key = {.id = *id};
    return undo->n ? bsearch(&key, undo->items, undo->n, sizeof key, compare_items) : NULL;
}

static bool creates(const struct edit *edit)
{
    if (edit->remove || record_present(edit->kind, edit->before))
        return false;
    for (size_t i = 0; i < edit->kind->n_fields; i++)
        if (edit->kind->fields[i].flags & FIELD_REQUIRED && !record_has(edit->after, &edit->kind->fields[i]))
            return false;
    return true;
}

static void keep(struct undo *undo, const struct record *record)
{
    undo->out->kept[undo->out->n_kept++] = record;
}

static void restore(struct undo *undo, struct item *item)
{
    struct uuid id = uuid_new(&undo->cmd->clock, &undo->cmd->random);
    item->restores = item->used = edit_between(&undo->cmd->arena, item->done->kind, &id, NULL, item->done->before, &item->edit);
}

static void take_away(struct undo *undo, struct item *item)
{
    if (!item->now || item->now->dead)
        return;
    if (record_diff(item->done->kind, item->now->message, item->done->after)) {
        keep(undo, item->now);
        return;
    }
    edit_delete(&undo->cmd->arena, item->now, &item->edit);
    item->deletes = item->used = true;
}

static void change_back(struct undo *undo, struct item *item)
{
    struct edit inverse = *item->done;
    struct edit_applied applied;
    inverse.before = item->done->after;
    inverse.after = item->done->before;
    if (!item->now || item->now->dead)
        return;
    edit_apply(&undo->cmd->arena, item->now, undo->stream, &inverse, &applied);
    if (applied.conflicted)
        keep(undo, item->now);
    if (!applied.set)
        return;
    edit_effect(&undo->cmd->arena, item->now, &applied, &item->edit);
    item->after = applied.result->message;
    item->used = true;
}

static enum status invert(struct undo *undo, struct item *item, struct err *err)
{
    struct record *now;
    enum status s =
        store_find(cache_store(undo->cmd->cache), &undo->cmd->arena, item->done->kind, undo->stream, &item->id, &now, err);
    if (s != STATUS_OK)
        return s;
    item->now = now;
    if (item->done->remove)
        restore(undo, item);
    else if (creates(item->done))
        take_away(undo, item);
    else
        change_back(undo, item);
    return STATUS_OK;
}

/* --- what stays needs its plan, its section, its activity --- */

/* Calls visit with the item each id field of a message names. */
static void visit_named(struct undo *undo, const struct kind *kind, ProtobufCMessage *message,
                        void (*visit)(struct undo *, struct item *, ProtobufCMessage *, const struct field *))
{
    for (size_t i = 0; i < kind->n_fields; i++) {
        const struct field *field = &kind->fields[i];
        struct uuid id;
        if (field->meaning != MEANING_ID || !record_has(message, field))
            continue;
        struct value value = record_get(&undo->cmd->arena, message, field);
        struct item *item = uuid_from_bytes(value.data, value.bytes, &id) ? find_item(undo, &id) : NULL;
        if (item)
            visit(undo, item, message, field);
    }
}

static void spare(struct undo *undo, struct item *item, ProtobufCMessage *message, const struct field *field)
{
    (void)undo;
    (void)message;
    (void)field;
    if (item->deletes)
        item->used = item->deletes = false;
}

static bool is_conflict(const struct kind *kind)
{
    return strcmp(kind->name, "conflict") == 0;
}

/* A record as it will be; NULL for one that will be gone. */
static ProtobufCMessage *to_be(const struct undo *undo, const struct record *record)
{
    const struct item *item = find_item(undo, &record->id);
    if (item && item->deletes)
        return NULL;
    return (ProtobufCMessage *)(uintptr_t)(item && item->used && item->after ? item->after : record->message);
}

/* Children have the higher kinds, so that one round from the last kind to the first spares parents of parents, too. */
static enum status spare_needed(struct undo *undo, struct err *err)
{
    const struct schema *schema = undo->cmd->schema;
    enum status s = STATUS_OK;
    for (size_t k = schema->n_kinds; k-- > 0 && s == STATUS_OK;) {
        const struct kind *kind = &schema->kinds[k];
        struct record_list list = {0};
        if (!is_conflict(kind))
            s = store_list(cache_store(undo->cmd->cache), &undo->cmd->arena, kind, undo->stream, NULL, (struct value){0}, &list,
                           err);
        for (size_t i = 0; i < list.n && s == STATUS_OK; i++) {
            ProtobufCMessage *message = to_be(undo, list.items[i]);
            if (message)
                visit_named(undo, kind, message, spare);
        }
    }
    return s;
}

/* What was deleted comes back under another id: what named it names that. */
static void rename_restored(struct undo *undo, struct item *item, ProtobufCMessage *message, const struct field *field)
{
    struct err none;
    struct value id = {.type = VALUE_BYTES, .data = item->edit.id.bytes, .bytes = UUID_BYTES};
    if (item->restores && record_set(&undo->cmd->arena, message, field, id, &none) != STATUS_OK)
        record_clear(message, field);
}

enum status undo_invert(struct cmd *cmd, uint32_t stream, const struct edit *done, size_t n, struct undo_result *out,
                        struct err *err)
{
    struct undo undo = {.cmd = cmd, .stream = stream, .items = ARENA_ARRAY(&cmd->arena, n + 1, struct item), .out = out};
    enum status s = STATUS_OK;
    *out = (struct undo_result){ARENA_ARRAY(&cmd->arena, n + 1, struct edit), 0,
                                ARENA_ARRAY(&cmd->arena, n + 1, const struct record *), 0};
    for (size_t i = 0; i < n; i++)
        if (done[i].kind && !is_conflict(done[i].kind))
            undo.items[undo.n++] = (struct item){.id = done[i].id, .done = &done[i]};
    qsort(undo.items, undo.n, sizeof *undo.items, compare_items);
    for (size_t i = 0; i < undo.n && s == STATUS_OK; i++)
        s = invert(&undo, &undo.items[i], err);
    if (s == STATUS_OK)
        s = spare_needed(&undo, err);
    for (size_t i = 0; i < undo.n && s == STATUS_OK; i++) {
        if (!undo.items[i].used)
            continue;
        if (!undo.items[i].deletes)
            visit_named(&undo, undo.items[i].done->kind, undo.items[i].edit.after, rename_restored);
        out->edits[out->n++] = undo.items[i].edit;
    }
    return s;
}
