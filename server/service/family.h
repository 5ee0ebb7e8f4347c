/* SPDX-License-Identifier: Apache-2.0
 *
 * Parents and children. A parent is named by a field of meaning ID that is called like a kind; where that field is REQUIRED it is
 * the record's home: below a dead one, or one that is not here, nobody shows or counts it. */
#ifndef SERVER_SERVICE_FAMILY_H
#define SERVER_SERVICE_FAMILY_H

#include "server/service/draft.h"

/* After all edits of a push: every live record that changed has its parents, and no live record lost its own. PARENT_MISSING when
 * it is not so, for its author to act on. */
enum status family_check(struct draft *draft, struct err *err) MUST_CHECK;
/* Is a live record below a home that is dead or not here, at any height, or without one because its beginning is not here? *gone:
 * the dead one; NULL: it is not here. */
enum status family_find_gone(struct draft *draft, const struct record *record, bool *homeless, const struct record **gone,
                             struct err *err) MUST_CHECK;
/* Stored records that live below parent, at any depth, as the draft leaves them. */
struct family {
    const struct record **items;
    size_t n, room;
};
enum status family_list_below(struct draft *draft, const struct record *parent, struct family *out, struct err *err) MUST_CHECK;

#endif
