/* SPDX-License-Identifier: Apache-2.0
 *
 * What the two kinds of answer share. */
#ifndef SERVER_SERVICE_QUERY_INTERNAL_H
#define SERVER_SERVICE_QUERY_INTERNAL_H

#include "common/base/map.h"
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

/* What of the asked kind is counted. */
enum counted { COUNTED_ACTIVITIES = 1, COUNTED_OCCURRENCES = 2, COUNTED_RECORDS = 4 };

/* One number for each group asked for, in that order, such that groups sort as their numbers do. */
struct group_key {
    int64_t part[QUERY_GROUPS];
};

struct group_sums {
    int64_t records, activities, done, occurrences, people, money_fen, budget_fen, participants;
};

struct grouping {
    struct asked *asked;
    struct arena *arena;
    struct map groups; /* group_key → group_sums */
    struct group_sums total;
    const char **areas; /* by rank; names of all areas, each once */
    size_t n_areas;
    /* the school being counted */
    size_t school;
    int64_t area;
    struct cover_walk walk;
    struct cover cover;
    struct arena cover_arena;
};

bool query_asks_for(const struct asked *asked, const struct roster_school *school);
enum status query_rows(struct asked *asked, struct query_page *out, struct err *err) MUST_CHECK;

enum counted query_counted(const struct asked *asked);
bool query_groups_by(const struct query *query, enum query_group group);
struct table *query_group_table(struct grouping *grouping);
enum status query_groups(struct asked *asked, struct query_page *out, struct err *err) MUST_CHECK;

#endif
