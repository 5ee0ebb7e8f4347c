/* SPDX-License-Identifier: Apache-2.0
 *
 * What the parts of recovering share: recover.c looks whether an offered row is here, recover_again.c commits one that is not,
 * recover_homeless.c tells people of records that live below dead ones by that. */
#ifndef SERVER_SERVICE_RECOVER_INTERNAL_H
#define SERVER_SERVICE_RECOVER_INTERNAL_H

#include "common/base/map.h"
#include "common/sync/conflict.h"
#include "common/sync/recover.h"
#include "server/service/decide.h"
#include "server/service/recover.h"

struct mark_key {
    uint32_t kind;
    struct uuid id;
};
struct sent_key {
    struct uuid device;
    struct sha256 digest; /* of the payload */
};
/* One offer being worked on. */
struct recovering {
    struct work *work;
    const struct offer *offer;
    struct arena arena;   /* the marks */
    struct arena row;     /* one row's */
    struct map marks;     /* struct mark_key → struct recover_mark *, one per field */
    struct map sent;      /* struct sent_key → uint32_t: pushes of this life, how many */
    uint64_t noted_epoch; /* marks hold every row after the restores that followed this epoch */
    bool noted;
};

/* One lost commit, on its way to be one of this life. */
struct again {
    struct recovering *r;
    const struct commit *lost;
    struct decision decision;
    size_t room;
};

static inline const struct schema *recovering_schema(const struct recovering *r)
{
    return r->work->desk->core->config.schema;
}

/* What stood at a place in a life that ended is here again, as at_rev or below. */
enum status recover_note_back(struct recovering *r, const struct recover_origin *place, uint64_t at_rev,
                              struct err *err) MUST_CHECK;
/* A commit of this life with the effects that `lost` still has; `origin` is its place in the life it was lost from. *known: there
 * is none, its author has sent it again under another name. */
enum status recover_commit_again(struct recovering *r, const struct commit *lost, const struct recover_origin *origin, bool *known,
                                 struct err *err) MUST_CHECK;
bool recover_is_open(const struct record *conflict);
/* An edit of a conflict record becomes part of the commit; of one that is not open, only the fields that it lacks: what a person
 * decided stands, whatever the order of arrival. */
enum status recover_put_conflict(struct again *a, const struct edit *edit, struct err *err) MUST_CHECK;
/* Who pushed the commit that was lost. */
struct conflict_author recover_author(const struct commit *lost);
/* Who holds what is kept instead. */
enum status recover_find_holder(struct again *a, const struct record *held, struct conflict_holder *out,
                                struct err *err) MUST_CHECK;
/* After all effects: records that live below a dead or missing one become conflicts, why HOMELESS, so that people see them; such
 * conflicts that are over are closed. */
enum status recover_tell_homeless(struct again *a, struct err *err) MUST_CHECK;

#endif
