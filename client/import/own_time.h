/* SPDX-License-Identifier: Apache-2.0
 *
 * The time an item tells for itself, below a header that means a quarter or a term: 3月8日：插花活动, 教工篮球赛（4月）. */
#ifndef CLIENT_IMPORT_OWN_TIME_H
#define CLIENT_IMPORT_OWN_TIME_H

#include <stdint.h>

#include "client/import/header.h"

struct own_time {
    uint64_t months; /* those of the header that are meant, at least one and not all */
    size_t time, time_end;
    size_t from, to; /* the item without its time */
};

/* Looks at an item without its number. months: the header's. False when the item tells no time, or one the header does not hold. */
bool own_time_find(const struct text *item, uint64_t months, struct own_time *out);
/* The time behind its key, in a bracket or behind a mark: （责任部门：办公室；完成时间：2月）. The item keeps it. Sets all of *out
 * but the months. */
bool own_time_keyed(const struct text *item, struct own_time *out, struct when *when);
/* Do the items below a header of this kind tell their own months? */
bool own_time_may_be(enum when_kind kind);

#endif
