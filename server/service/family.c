/* SPDX-License-Identifier: Apache-2.0 */
#include "server/service/family.h"

#include <string.h>

static const struct kind *parent_kind(const struct schema *schema, const struct field *field)
{
    return field->meaning == MEANING_ID ? schema_find_kind_by_name(schema, field->name) : NULL;
}

/* The parent that child names by field; *parent NULL: it is not here. *named: there is one to look for. */
static enum status find_parent(struct draft *draft, const struct record *child, const struct field *field, bool *named,
                               const struct record **parent, struct err *err)
{
    const struct kind *kind = parent_kind(store_schema(draft->store), field);
    struct uuid id;
    *named = kind && record_has(child->message, field);
    if (!*named)
        return STATUS_OK;
    struct value value = record_get(draft->arena, child->message, field);
    *named = uuid_from_bytes(value.data, value.bytes, &id); /* else refused by record_validate() */
    return *named ? draft_find(draft, kind, &id, parent, err) : STATUS_OK;
}

/* ---- a push must leave them whole ---- */

/* A child that lived below the same parent before has it still: the death of a parent looks at its children. */
static bool stays_where_it_was(const struct draft_record *entry, const struct field *field)
{
    return entry->stored && !entry->stored->dead && record_field_equal(entry->stored->message, entry->now->message, field);
}

static enum status check_parents(struct draft *draft, const struct draft_record *entry, struct err *err)
{
    const struct record *child = entry->now;
    for (size_t i = 0; i < child->kind->n_fields; i++) {
        const struct field *field = &child->kind->fields[i];
        if (field->meaning != MEANING_ID || stays_where_it_was(entry, field))
            continue;
        const struct record *parent;
        bool named;
        enum status st = find_parent(draft, child, field, &named, &parent, err);
        if (st)
            return st;
        if (named && (!parent || parent->dead))
            return err_reason(err, REASON_PARENT_MISSING, child->kind->name, field->name, NULL);
    }
    return STATUS_OK;
}

/* The stored children of a parent that dies must die with it, or belong to another one by now. */
static enum status check_children_by(struct draft *draft, const struct record *parent, const struct kind *kind,
                                     const struct field *field, struct err *err)
{
    struct record_list list;
    struct value value = {.type = VALUE_BYTES, .data = parent->id.bytes, .bytes = UUID_BYTES};
    enum status st = store_list(draft->store, draft->arena, kind, draft->stream, field, value, &list, err);
    for (size_t i = 0; st == STATUS_OK && i < list.n; i++) {
        const struct record *child;
        st = draft_find(draft, kind, &list.items[i]->id, &child, err);
        if (st || child->dead)
            continue;
        struct value now = record_get(draft->arena, child->message, field);
        if (now.bytes == UUID_BYTES && memcmp(now.data, parent->id.bytes, UUID_BYTES) == 0)
            st = err_reason(err, REASON_PARENT_MISSING, kind->name, parent->kind->name, NULL);
    }
    return st;
}

static enum status check_children(struct draft *draft, const struct record *parent, struct err *err)
{
    const struct schema *schema = store_schema(draft->store);
    for (size_t k = 0; k < schema->n_kinds; k++)
        for (size_t i = 0; i < schema->kinds[k].n_fields; i++) {
            const struct field *field = &schema->kinds[k].fields[i];
            if (parent_kind(schema, field) != parent->kind)
                continue;
            enum status st = check_children_by(draft, parent, &schema->kinds[k], field, err);
            if (st)
                return st;
        }
    return STATUS_OK;
}

enum status family_check(struct draft *draft, struct err *err)
{
    /* The checks themselves look records up and so lengthen the draft; those are not changed. */
    for (size_t i = 0, n = draft->records.n; i < n; i++) {
        const struct draft_record entry = *draft_at(draft, i); /* which may move */
        if (!draft_changed(&entry))
            continue;
        enum status st = entry.now->dead ? check_children(draft, entry.now, err) : check_parents(draft, &entry, err);
        if (st)
            return st;
    }
    return STATUS_OK;
}

/* ---- what comes back may lack a home ---- */

static const struct field *find_home(const struct schema *schema, const struct kind *kind)
{
    for (size_t i = 0; i < kind->n_fields; i++)
        if ((kind->fields[i].flags & FIELD_REQUIRED) && parent_kind(schema, &kind->fields[i]))
            return &kind->fields[i];
    return NULL;
}

enum status family_find_gone(struct draft *draft, const struct record *record, bool *homeless, const struct record **gone,
                             struct err *err)
{
    const struct field *field;
    const struct record *at = record;
    *homeless = false;
    *gone = NULL;
    while (!*homeless && (field = find_home(store_schema(draft->store), at->kind)) != NULL) {
        const struct record *parent = NULL;
        bool named;
        enum status st = find_parent(draft, at, field, &named, &parent, err);
        if (st)
            return st;
        if (!named)
            parent = NULL;
        *homeless = !parent || parent->dead;
        *gone = at = parent;
    }
    if (!*homeless)
        *gone = NULL;
    return STATUS_OK;
}

static void add(struct family *family, struct arena *arena, const struct record *record)
{
    ARENA_MORE(arena, family->items, family->n, &family->room);
    family->items[family->n++] = record;
}

static enum status add_children(struct draft *draft, const struct record *parent, struct family *family, struct err *err)
{
    const struct schema *schema = store_schema(draft->store);
    struct value value = {.type = VALUE_BYTES, .data = parent->id.bytes, .bytes = UUID_BYTES};
    enum status st = STATUS_OK;
    for (size_t k = 0; st == STATUS_OK && k < schema->n_kinds; k++) {
        const struct kind *kind = &schema->kinds[k];
        const struct field *home = find_home(schema, kind);
        struct record_list list = {NULL, 0};
        if (home && parent_kind(schema, home) == parent->kind)
            st = store_list(draft->store, draft->arena, kind, draft->stream, home, value, &list, err);
        for (size_t i = 0; st == STATUS_OK && i < list.n; i++) {
            const struct record *child;
            st = draft_find(draft, kind, &list.items[i]->id, &child, err);
            if (st == STATUS_OK && !child->dead)
                add(family, draft->arena, child);
        }
    }
    return st;
}

enum status family_list_below(struct draft *draft, const struct record *parent, struct family *out, struct err *err)
{
    struct family family = {0};
    enum status st = add_children(draft, parent, &family, err);
    for (size_t i = 0; st == STATUS_OK && i < family.n; i++)
        st = add_children(draft, family.items[i], &family, err);
    if (st == STATUS_OK)
        *out = family;
    return st;
}
