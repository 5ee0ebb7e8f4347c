/* SPDX-License-Identifier: Apache-2.0
 *
 * What the district expects: due records in the public stream. */
#ifndef SERVER_SERVICE_DUE_H
#define SERVER_SERVICE_DUE_H

#include "common/table/table.h"
#include "proto/records.pb-c.h"
#include "server/service/caller.h"

/* due: the start of an id: that one is changed, in what is given; NULL: a new one. schools: codes. */
struct due_wish {
    const char *due;
    uint32_t what;                   /* enum DueWhat; 0: not given */
    int32_t first_month, last_month; /* 0: not given */
    const char *day, *area, *title;
    char *const *schools;
    size_t n_schools;
    uint32_t stage;
    bool has_closed, closed;
};
struct due_done {
    struct uuid id;
    uint64_t rev;
    bool changed;
};
enum status due_put(struct work *work, const struct due_wish *wish, struct due_done *out, struct err *err) MUST_CHECK;
/* All that are not closed, by day; in work->arena. */
enum status due_list(struct work *work, struct table **out, struct err *err) MUST_CHECK;

#endif
