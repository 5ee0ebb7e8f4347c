/* SPDX-License-Identifier: Apache-2.0
 *
 * Conflict records: made by the server in the commit that refuses a field, kept until a person chooses. Pure: what is looked up
 * comes in as arguments, edits of conflict records come out. */
#ifndef COMMON_SYNC_CONFLICT_H
#define COMMON_SYNC_CONFLICT_H

#include "common/sync/edit.h"
#include "proto/records.pb-c.h"

/* Who pushed the edit that was refused. */
struct conflict_author {
    struct uuid instance;
    uint64_t sequence;
    struct uuid device;
    const char *person; /* never NULL */
    int64_t time_ms;
};

/* Who set what is held instead; person "" and time 0 when that is not known any more. */
struct conflict_holder {
    const char *person;
    int64_t time_ms;
};

/* An edit that was refused in part or whole. */
struct refusal {
    const struct edit *edit;
    const struct edit_applied *applied; /* conflicted is not empty */
    const struct record *current;       /* what it was applied to; NULL: no such record */
    const struct record *const *open;   /* the open conflicts about this record, those made earlier in the same push included */
    size_t n_open;
};

struct conflict_list {
    struct edit *items; /* edits of the kind conflict: creations, or moves of open ones */
    size_t n;
};

/* The id of the conflict that this edit (by its author) makes about one field of a record; field 0: about the whole record;
 * CONFLICT_HOME: about where it belongs. */
#define CONFLICT_HOME UINT32_MAX
struct uuid conflict_id(uint32_t stream, const struct conflict_author *author, const struct uuid *record, uint32_t field);

/* What becomes of the refused fields: one conflict per merge group or field; one for the whole record when it is dead, was to be
 * deleted, or has come back below something dead. An edit whose before is the value waiting in an open conflict of its author's
 * device moves that value instead of making another conflict. */
void conflict_make(struct arena *arena, const struct schema *schema, uint32_t stream, const struct conflict_author *author,
                   const struct conflict_holder *holder, const struct refusal *refusal, struct conflict_list *out);

/* Conflict records never conflict: the first to resolve one wins, and a push that comes later is refused as a whole, so that the
 * value it chose is not set either. current: the record that edit is about (NULL: none). OK for edits of other kinds. EXISTS with
 * reason ALREADY_RESOLVED; INVALID for a delete, for a conflict that does not exist, and for one that was changed since its author
 * saw it. */
enum status conflict_check(const struct record *current, const struct edit *edit, struct err *err) MUST_CHECK;

/* A conflict record, read. */
struct conflict {
    const struct kind *kind; /* of the record it is about */
    struct uuid record;
    field_set fields;
    const ProtobufCMessage *mine, *theirs; /* partial: the refused values, the values held when it was made */
    int why;                               /* enum _Lianxin__ConflictWhy */
    bool open;
};
/* CORRUPT when the record names kinds or fields the schema does not know, or holds no readable values. */
enum status conflict_read(struct arena *arena, const struct schema *schema, const struct record *record, struct conflict *out,
                          struct err *err) MUST_CHECK;

/* One push that settles a conflict: the conflict's own edit and, unless the held value stays, the target's. target: the record as
 * it is now (NULL: none); value: a partial message with the conflict's fields, for CHOICE_VALUE. out: room for two. EXISTS when it
 * is resolved already; INVALID with a reason when the refused value cannot be set any more because the record, or what it
 * belongs to, was deleted. */
enum status conflict_resolve(struct arena *arena, const struct schema *schema, const struct record *conflict,
                             const struct record *target, Lianxin__ConflictChoice choice, const ProtobufCMessage *value,
                             const char *person, struct edit out[2], size_t *n_out, struct err *err) MUST_CHECK;

#endif
