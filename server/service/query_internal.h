/* SPDX-License-Identifier: Apache-2.0
 *
 * What the two kinds of answer share. */
#ifndef SERVER_SERVICE_QUERY_INTERNAL_H
#define SERVER_SERVICE_QUERY_INTERNAL_H

#include "server/service/query.h"
#include "server/service/roster.h"

struct asked {
    struct work *work;
    const struct query *query;
    const struct kind *kind;
    const struct source *source;
    struct filter filter; /* prepared */
    struct roster roster;
};

bool asked_for_school(const struct asked *asked, const struct roster_school *school);
enum status query_rows(struct asked *asked, struct query_page *out, struct err *err) MUST_CHECK;
enum status query_groups(struct asked *asked, struct query_page *out, struct err *err) MUST_CHECK;

#endif
