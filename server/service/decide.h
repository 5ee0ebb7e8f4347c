/* SPDX-License-Identifier: Apache-2.0
 *
 * Deciding a push: every edit against the records as they are, without writing anything. */
#ifndef SERVER_SERVICE_DECIDE_H
#define SERVER_SERVICE_DECIDE_H

#include "common/sync/commit.h"
#include "server/service/caller.h"
#include "server/service/draft.h"

#define LIMIT_REASONS 20u /* given for one push; further ones are counted */

/* A push whose decision takes more memory is refused. */
#define LIMIT_DECIDE_BYTES ((size_t)160 << 20)

/* Who wants the edits. */
struct author {
    enum writer writer;
    struct uuid instance, device;
    const char *person;
    uint64_t sequence;
    int64_t now_ms;
};

struct decision {
    struct draft draft; /* the records after it */
    struct edit *effects;
    size_t n_effects;
    const Lianxin__EditResult **results; /* one for each edit */
    size_t n_results;
    struct err *refusals; /* why the whole push is refused; empty: it is not */
    size_t n_refusals, n_more;
};

/* OK also when the push is refused; what fails is the database. Memory in work->arena. */
enum status decide_edits(struct work *work, uint32_t stream, const struct author *author, const struct edit *edits, size_t n,
                         struct decision *out, struct err *err) MUST_CHECK;

#endif
