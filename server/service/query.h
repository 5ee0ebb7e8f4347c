/* SPDX-License-Identifier: Apache-2.0
 *
 * The district's questions over all schools: the records that fit a filter, page by page, or their number and sums by groups.
 * Memory is bounded by the page or by the number of groups, never by what is searched. */
#ifndef SERVER_SERVICE_QUERY_H
#define SERVER_SERVICE_QUERY_H

#include "common/table/table.h"
#include "server/service/core.h"
#include "server/service/source.h"

#define QUERY_ROWS_PRESET 200u
#define QUERY_ROWS_MAX 2000u
#define QUERY_PAGE_BYTES ((size_t)4 << 20) /* a page ends after about so much */
#define QUERY_GROUPS_MAX 20000

enum query_group {
#define GROUP(name, label, label_zh) QUERY_GROUP_##name,
#include "server/service/query_group.def"
#undef GROUP
    QUERY_GROUPS
};
const char *query_group_name(enum query_group group);
/* By name; false when there is no such group. */
bool query_group_parse(const char *name, enum query_group *out);

struct query {
    const struct kind *kind; /* NULL: activity */
    struct filter filter;
    const char *school; /* a code, or a pattern with * and ?; NULL: all */
    const char *area;   /* NULL: all */
    uint64_t stages;    /* a mask; 0: all */
    const enum query_group *group_by;
    size_t n_group_by; /* 0: rows */
    const void *after; /* next of the page before; NULL: the first page */
    size_t after_bytes;
    size_t max_rows; /* 0: QUERY_ROWS_PRESET */
};

struct query_page {
    struct table *table;
    const void *next; /* NULL: that was all */
    size_t next_bytes;
};

/* Rows come in the order of school code, then month, then place in the plan. Dropped activities and what belongs to them are left
 * out unless their state is asked for.
 *
 * Groups come in the order of the group's columns, with a line of totals, in one page (USAGE when there are more than
 * QUERY_GROUPS_MAX). They follow the rules of the union's totals: only union bodies (unless bodies are asked for or grouped by),
 * where plans overlap only the one that counts (cover.h), an activity of several months counts in each, once in the totals; its
 * budget and expected people in its first; people and money are those of its occurrences, in the month they happened. Other kinds
 * than activity are counted.
 *
 * USAGE with a reason QUERY_… when the question makes no sense for the kind; NOT_FOUND for a school code without pattern that is
 * none; INVALID when after is not a place of this server's. */
enum status query_run(struct work *work, const struct query *query, struct query_page *out, struct err *err) MUST_CHECK;

#endif
