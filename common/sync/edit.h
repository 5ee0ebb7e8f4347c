/* SPDX-License-Identifier: Apache-2.0
 *
 * An edit in memory, and applying it: the rule both ends share. Pure: what is current comes in, what would change comes out. */
#ifndef COMMON_SYNC_EDIT_H
#define COMMON_SYNC_EDIT_H

#include "common/record/record.h"
#include "proto/wire.pb-c.h"

struct edit {
    const struct kind *kind;
    struct uuid id;
    bool remove;              /* a delete: fields is every field its author saw, after is empty */
    field_set fields;         /* the fields listed */
    ProtobufCMessage *before; /* partial: what the author saw */
    ProtobufCMessage *after;  /* partial: what the author wants; a listed absent field is cleared */
};

/* From the wire. INVALID with a reason for an unknown kind or field, a field present in before/after but not listed, an id that is not
 * 16 bytes; PROTOCOL for bytes that are no record. */
enum status edit_decode(struct arena *arena, const struct schema *schema, const Lianxin__Edit *wire, struct edit *out,
                        struct err *err) MUST_CHECK;
/* To the wire; in arena. */
Lianxin__Edit *edit_encode(struct arena *arena, const struct edit *edit);
/* An edit that turns before (NULL: no record yet) into after. fields = what differs; false when nothing does. */
bool edit_between(struct arena *arena, const struct kind *kind, const struct uuid *id, const ProtobufCMessage *before,
                  const ProtobufCMessage *after, struct edit *out);
/* The edit that deletes record. */
void edit_delete(struct arena *arena, const struct record *record, struct edit *out);

enum edit_outcome { EDIT_APPLIED, EDIT_NOTHING, EDIT_CONFLICT };

struct edit_applied {
    enum edit_outcome outcome;
    field_set set;         /* fields that change (whole groups together) */
    field_set conflicted;  /* fields refused (whole groups together) */
    int why;               /* enum _Lianxin__ConflictWhy when there are any */
    struct record *result; /* the record after the edit; the current one when nothing changes */
};

/* Applies edit to current (NULL: no such record). Field by field, merge groups as one: equal to before → set; equal to after → nothing;
 * else → conflict. An edit of a tombstone is a conflict (DEAD) unless its author also wants it dead; a delete whose before differs in any
 * field is a conflict (ALIVE). When the merged record breaks a rule (record_validate) although the edit by itself does not, the groups that
 * came in become conflicts (INVALID). The result lives in arena and shares current's and edit's memory. */
void edit_apply(struct arena *arena, const struct record *current, uint32_t stream, const struct edit *edit, struct edit_applied *out);

/* Blindly: for journal effects. */
struct record *edit_assign(struct arena *arena, const struct record *current, uint32_t stream, const struct edit *effect, uint64_t rev);

#endif
