/* SPDX-License-Identifier: Apache-2.0
 *
 * An edit in memory, and applying it: the rule both ends share. Pure: what is current comes in, what would change comes out. */
#ifndef COMMON_SYNC_EDIT_H
#define COMMON_SYNC_EDIT_H

#include "common/record/record.h"
#include "proto/wire.pb-c.h"

struct edit {
    const struct kind *kind; /* NULL only in an effect of a kind the schema does not know */
    struct uuid id;
    bool remove;              /* a delete: fields is every field its author saw, after is empty */
    field_set fields;         /* the fields listed */
    ProtobufCMessage *before; /* partial: what the author saw */
    ProtobufCMessage *after;  /* partial: what the author wants; a listed absent field is cleared */
    /* Only in effects, from a writer with a newer schema. */
    const struct kind *foreign;     /* when kind is NULL: its stand-in (kind_foreign) */
    const uint32_t *foreign_fields; /* the numbers listed that the schema does not know; their values are unknown fields */
    size_t n_foreign_fields;
};

/* From the wire, what somebody wants. INVALID with a reason for an unknown kind or field, a field present in before/after but not
 * listed, an id that is not 16 bytes; PROTOCOL for bytes that are no record. */
enum status edit_decode(struct arena *arena, const struct schema *schema, const Lianxin__Edit *wire, struct edit *out,
                        struct err *err) MUST_CHECK;
/* From the wire, what happened: as edit_decode, but unknown kinds and fields are carried. */
enum status edit_decode_effect(struct arena *arena, const struct schema *schema, const Lianxin__Edit *wire, struct edit *out,
                               struct err *err) MUST_CHECK;
/* To the wire; in arena. */
Lianxin__Edit *edit_encode(struct arena *arena, const struct edit *edit);
/* An edit that turns before (NULL: no record yet) into after. fields = the merge groups in which something differs, whole, so that
 * a group can be compared as one; false when nothing differs. */
bool edit_between(struct arena *arena, const struct kind *kind, const struct uuid *id, const ProtobufCMessage *before,
                  const ProtobufCMessage *after, struct edit *out);
/* The edit that deletes record. */
void edit_delete(struct arena *arena, const struct record *record, struct edit *out);
/* What an edit breaks by itself, whatever the record is now, so that its author is told: a rule of record_validate(), a REQUIRED
 * field cleared, a FIXED field changed. creates: there is no such record, so after must be a whole one. INVALID with a reason. */
enum status edit_validate(const struct edit *edit, bool creates, struct err *err) MUST_CHECK;

enum edit_outcome { EDIT_APPLIED, EDIT_NOTHING, EDIT_CONFLICT };

struct edit_applied {
    enum edit_outcome outcome;
    field_set set;               /* fields that change (whole groups together) */
    field_set conflicted;        /* fields refused (whole groups together) */
    field_set invalid;           /* those of them refused only because the merged record would break a rule */
    int why;                     /* enum _Lianxin__ConflictWhy of the others, or of all; 0 when nothing is refused */
    const struct record *result; /* the record after the edit; the current one (or NULL) when nothing changes */
};

/* Applies edit to current (NULL: no such record). Field by field, merge groups as one: equal to before → set; equal to after →
 * nothing; else → conflict. An edit of a tombstone is a conflict (DEAD) unless its author also wants it dead; a delete whose before
 * differs in any field is a conflict (ALIVE). When the merged record breaks a rule (record_validate) although the edit by itself
 * does not, the groups that came in become conflicts (INVALID); a record that broke the rule before already stays editable. The
 * result lives in arena and shares current's and edit's memory. */
void edit_apply(struct arena *arena, const struct record *current, uint32_t stream, const struct edit *edit,
                struct edit_applied *out);

/* The next fields that merge as one: the listed fields of one merge group among those left; 0 when none is left. */
field_set edit_next_unit(const struct edit *edit, field_set left);

/* What an applied edit did to current (NULL: there was none): the old and new values of what changed. For the journal. */
void edit_effect(struct arena *arena, const struct record *current, const struct edit_applied *applied, struct edit *out);
/* Blindly: for journal effects. The effect's kind must be known. */
struct record *edit_assign(struct arena *arena, const struct record *current, uint32_t stream, const struct edit *effect,
                           uint64_t rev);

#endif
