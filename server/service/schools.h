/* SPDX-License-Identifier: Apache-2.0
 *
 * Every school at one glance: who synced when, the plan's state, how far it is done. */
#ifndef SERVER_SERVICE_SCHOOLS_H
#define SERVER_SERVICE_SCHOOLS_H

#include "common/table/table.h"
#include "server/service/core.h"
#include "server/service/figures.h"

struct schools_head {
    uint32_t stream;
    uint64_t rev; /* 0: nothing was ever sent */
    const char *code;
};
struct schools_list {
    struct table *table;
    struct schools_head *heads; /* one a line of the table */
    size_t n;
};

/* The schools at work this month, by code; in work->arena. */
enum status schools_list(struct work *work, struct schools_list *out, struct err *err) MUST_CHECK;

/* The columns a school's line has here and in the brief: code, name, stage, area; plan state; activities, done, done rate, overdue,
 * open conflicts; who synced last and when. What a school did and has not sent yet nobody can know here: the time of its last sync
 * says how old the figures are. */
struct schools_freshness {
    int64_t synced_ms;  /* 0: never */
    const char *person; /* whose device that was; NULL: unknown */
};
void schools_add_columns(struct table *table);
void schools_put(struct table *table, const struct schema *schema, const struct roster_school *school,
                 const struct figures *figures, const struct schools_freshness *fresh);
enum status schools_find_freshness(struct desk *desk, struct arena *arena, uint32_t stream, struct schools_freshness *out,
                                   struct err *err) MUST_CHECK;

#endif
