/* SPDX-License-Identifier: Apache-2.0
 *
 * The tables of a brief, apart from how their figures come about. */
#ifndef SERVER_SERVICE_AGGREGATE_TABLE_H
#define SERVER_SERVICE_AGGREGATE_TABLE_H

#include "common/base/map.h"
#include "server/service/aggregate.h"
#include "server/service/schools.h"

struct aggregate_key {
    int32_t month, category, body, state;
};
struct aggregate_sums {
    int64_t activities, occurrences, people, money_fen;
};
struct aggregate_due {
    int64_t schools; /* from how many it is expected */
    int64_t by_state[OWED_STATES];
};
struct aggregate_summary {
    int64_t schools, with_plan, activities, done, past, past_done, overdue, missing, occurrences, people, money_fen;
    int64_t backup_age_days; /* of the last verified one; negative: there is none */
};

void aggregate_make_tables(struct arena *arena, struct table *tables[AGGREGATE_TABLES]);
void aggregate_put_summary(struct table *table, const char *date, int32_t month, const struct aggregate_summary *summary);
void aggregate_put_no_plan(struct table *table, const struct schema *schema, const struct roster_school *school,
                           const struct figures *figures, const struct schools_freshness *fresh);
void aggregate_put_missing(struct table *table, const struct schema *schema, const struct roster_school *school,
                           const struct owed *owed, enum owed_state state);
void aggregate_put_due(struct table *table, const struct schema *schema, const struct owed *owed, const struct aggregate_due *due);
/* The cells of the month and the one before, summed by category. */
void aggregate_put_categories(struct table *table, const struct schema *schema, int32_t month, const struct map *cells,
                              struct arena *scratch);
/* The cells in order of month, category, body, state. school NULL: the table is of the whole district. scratch is for sorting. */
void aggregate_put_cells(struct table *table, const struct schema *schema, const struct roster_school *school,
                         const struct map *cells, struct arena *scratch);

#endif
