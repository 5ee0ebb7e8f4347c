/* SPDX-License-Identifier: Apache-2.0
 *
 * Merging a commit that a restored server has lost and a client brings back. Pure, and made so that the order in which lost commits
 * arrive does not matter:
 *
 *   - every commit has an origin: the epoch and revision it was first made as. Of several lost commits about one field the one
 *     with the highest origin wins, whenever it arrives; one that comes after a higher one changes nothing;
 *   - a value that somebody has set since the restore is not overwritten: when it is another than the lost one, both are kept, as a
 *     conflict.
 *
 * A record that comes back under a parent that was deleted since lives under a dead one, which shows and counts it nowhere: the
 * server makes that a conflict (HOMELESS), which people see.
 *
 * What was before a lost commit is not looked at: its author saw values that may never come back. Fields of one merge group stand
 * or fall together; effects list them whole. */
#ifndef COMMON_SYNC_RECOVER_H
#define COMMON_SYNC_RECOVER_H

#include "common/sync/commit.h"

struct recover_origin {
    uint64_t epoch, rev;
};
/* What is known about one field of a record. All zero: nothing touched it since the restore. */
struct recover_mark {
    struct recover_origin lead; /* the highest lost commit about it that has come back */
    uint64_t edited_epoch;      /* of the commit its value is of; 0: a recovered one, or one from before */
};

/* A recovered commit's first origin, else its own. */
struct recover_origin recover_origin_of(const struct commit *commit);

/* Takes note of one effect of a commit in the journal, in the journal's order. marks: one per field of the effect's kind. */
void recover_note(struct recover_mark *marks, const struct commit *commit, const struct edit *effect);

struct recovered {
    const struct record *result; /* the record after it; the current one (or NULL) when nothing changes */
    struct edit effect; /* for the journal: every field that was looked at, those that stay with the value they have; none for a
                           delete that became a conflict */
    field_set set, conflicted;
    field_set agreed; /* the lost value is the one that was set since */
    int why;          /* enum _Lianxin__ConflictWhy, with conflicted */
};
/* Applies one effect of a lost commit to current (NULL: no such record). marks as recover_note() left them. A tombstone stays dead,
 * a record edited since the restore lives. Nothing of the effect's kind may be unknown. */
void recover_apply(struct arena *arena, const struct record *current, uint32_t stream, const struct edit *effect,
                   const struct recover_mark *marks, const struct recover_origin *origin, struct recovered *out);

#endif
