/* SPDX-License-Identifier: Apache-2.0
 *
 * The aggregation: one pass over all schools makes the brief of a date. It reads school by school and keeps what it has counted in
 * memory, so a scheduler may do a few schools at a time and let pushes in between; each school's figures are of one moment,
 * freshness beside them.
 * The figures follow the rules of figures.h and owed.h. */
#ifndef SERVER_SERVICE_AGGREGATE_H
#define SERVER_SERVICE_AGGREGATE_H

#include "common/table/table.h"
#include "server/service/core.h"

#define AGGREGATE_DETAIL_ROWS_MAX 50000u /* further schools are named in a note of the table */
/* The brief's tables, in their order. */
enum {
    AGGREGATE_SUMMARY, /* one line: schools, with and without a plan, activities, done rate, overdue, missing; the month's sums */
    AGGREGATE_SCHOOLS, /* a line a school (schools.h) */
    AGGREGATE_NO_PLAN, /* the schools without a submitted union plan whose term covers the month of the date */
    AGGREGATE_MISSING, /* who has not sent what, or sent it late: only where its day is over */
    AGGREGATE_DUE,     /* what is owed: from how many schools, in time, late, missing, not yet due */
    AGGREGATE_CATEGORIES, /* the month of the date and the one before by category: activities, done, held, people, money */
    AGGREGATE_MONTHS, /* the district by month, category, body and state, FIGURES_MONTHS back: activities, held, people, money */
    AGGREGATE_DETAIL, /* the same by school, of the month of the date and the one before */
    AGGREGATE_TABLES
};

struct aggregate;

/* date: YYYY-MM-DD; USAGE with reason DATE_NONE when it is none. Everything the aggregation needs lives in it. */
enum status aggregate_new(struct desk *desk, const char *date, struct aggregate **out, struct err *err) MUST_CHECK;
void aggregate_free(struct aggregate *aggregate);
/* Counts up to max further schools; *done when there are none left. */
enum status aggregate_step(struct aggregate *aggregate, size_t max, bool *done, struct err *err) MUST_CHECK;
/* After the last step: the tables, in the aggregate's memory. */
struct table *const *aggregate_tables(struct aggregate *aggregate);
/* Stores the brief, inside the caller's transaction. */
enum status aggregate_store(struct aggregate *aggregate, int64_t now_ms, bool *replaced, struct err *err) MUST_CHECK;

/* All at once, for a request. date NULL: today. */
struct aggregate_done {
    const char *date;
    bool replaced;
};
enum status aggregate_run(struct work *work, const char *date, struct aggregate_done *out, struct err *err) MUST_CHECK;

#endif
