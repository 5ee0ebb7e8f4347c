/* SPDX-License-Identifier: Apache-2.0
 *
 * What the two halves of recovering share: recover.c looks whether an offered row is here, recover_again.c commits one that is not.
 */
#ifndef SERVER_SERVICE_RECOVER_INTERNAL_H
#define SERVER_SERVICE_RECOVER_INTERNAL_H

#include "common/base/map.h"
#include "common/sync/recover.h"
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

static inline const struct schema *recovering_schema(const struct recovering *r)
{
    return r->work->desk->core->config.schema;
}

/* What stood at a place in a life that ended is here again, as at_rev or below. */
enum status recover_note_back(struct recovering *r, const struct recover_origin *place, uint64_t at_rev, struct err *err) MUST_CHECK;
/* A commit of this life with the effects that `lost` still has; `origin` is its place in the life it was lost from. *known: there is
 * none, its author has sent it again under another name. */
enum status recover_commit_again(struct recovering *r, const struct commit *lost, const struct recover_origin *origin, bool *known,
                                 struct err *err) MUST_CHECK;

#endif
