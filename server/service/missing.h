/* SPDX-License-Identifier: Apache-2.0
 *
 * Who has not handed in what is due, as of now: the brief's question, answered live. */
#ifndef SERVER_SERVICE_MISSING_H
#define SERVER_SERVICE_MISSING_H

#include "common/table/table.h"
#include "server/service/caller.h"

/* A due that was made after a school was last in contact does not make it late: it cannot know ("untold"). */
struct missing_wish {
    const uint32_t *what; /* enum _Lianxin__DueWhat */
    size_t n_what;        /* 0: whatever is due */
    int32_t month;        /* dues whose period holds it; 0: whose period has begun */
};
/* By day and school code; in work->arena. */
enum status missing_list(struct work *work, const struct missing_wish *wish, struct table **out, struct err *err) MUST_CHECK;

#endif
