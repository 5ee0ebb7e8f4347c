/* SPDX-License-Identifier: Apache-2.0 */
#include "server/service/rights.h"

#include <string.h>

static const char *writer_name(enum writer writer)
{
    switch (writer) {
    case WRITER_SCHOOL:
        return "the school";
    case WRITER_DISTRICT:
        return "the district";
    case WRITER_SERVER:
        return "the server";
    }
    return "nobody";
}

enum status rights_check_edit(const struct edit *edit, uint32_t stream, enum writer writer, struct err *err)
{
    const struct kind *kind = edit->kind;
    enum stream_class class = stream == STREAM_PUBLIC ? STREAM_CLASS_PUBLIC : STREAM_CLASS_SCHOOL;
    if (kind->stream_class != class || stream == STREAM_DISTRICT)
        return err_reason(err, REASON_KIND_STREAM, kind->name, NULL);
    for (size_t i = 0; i < kind->n_fields; i++)
        if ((edit->fields & field_bit(&kind->fields[i])) && kind->fields[i].writer > writer)
            return err_reason(err, REASON_FIELD_WRITER, kind->name, kind->fields[i].name, writer_name(kind->fields[i].writer),
                              NULL);
    return STATUS_OK;
}

/* ---- parents and children ---- */

static const struct kind *parent_kind(const struct schema *schema, const struct field *field)
{
    return field->meaning == MEANING_ID ? schema_find_kind_by_name(schema, field->name) : NULL;
}

static enum status check_parents(struct draft *draft, const struct record *child, struct err *err)
{
    const struct schema *schema = store_schema(draft->store);
    for (size_t i = 0; i < child->kind->n_fields; i++) {
        const struct field *field = &child->kind->fields[i];
        const struct kind *kind = parent_kind(schema, field);
        const struct record *parent;
        struct uuid id;
        if (!kind || !record_has(child->message, field))
            continue;
        struct value value = record_get(draft->arena, child->message, field);
        if (!uuid_from_bytes(value.data, value.bytes, &id))
            continue; /* refused by record_validate() */
        enum status st = draft_find(draft, kind, &id, &parent, err);
        if (st)
            return st;
        if (!parent || parent->dead)
            return err_reason(err, REASON_PARENT_MISSING, child->kind->name, kind->name, NULL);
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

enum status rights_check_families(struct draft *draft, struct err *err)
{
    /* The checks themselves look records up and so lengthen the draft; those are not changed. */
    for (size_t i = 0, n = draft->records.n; i < n; i++) {
        const struct draft_record *entry = draft_at(draft, i);
        if (!draft_changed(entry))
            continue;
        const struct record *now = entry->now;
        enum status st = now->dead ? check_children(draft, now, err) : check_parents(draft, now, err);
        if (st)
            return st;
    }
    return STATUS_OK;
}
